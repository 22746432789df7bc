"""How the list stands, and what moved in the period: the first section of the weekly sheet, and its first annex."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from pilottask.base.i18n import N_, _, ngettext, pgettext
from pilottask.ledger import queries, vocabulary
from pilottask.ledger.lights import Light
from pilottask.ledger.records import Status, Task
from pilottask.paper.content import Flow, Sheet, Span, Stock
from pilottask.paper.document import NOTHING, Align, Block, Cell, CurveChart, Paragraph, Table
from pilottask.paper.phrases import (
    STATUS_ORDER,
    ColumnOf,
    column,
    days_from_to,
    long_day,
    sentences,
    status_head,
    table,
    task_label,
)

_NAMED: Final = 5
"""Tasks that a sentence names before it only counts the rest."""


def totals(sheet: Sheet) -> Iterable[Block]:
    """Return the blocks of the section: how the list stands, and what moved against the last time."""
    standing = _standing(sheet)
    if sheet.is_first:
        yield Paragraph(sentences((standing, _("This is the first sheet: there is none before it to compare with."))))
    else:
        yield Paragraph(sentences((standing, _comparison(sheet))))
    if sheet.earlier is not None:
        yield Paragraph(_spans(sheet, sheet.earlier))


def flows(sheet: Sheet) -> Iterable[Block]:
    """Return the blocks of the annex that shows how each figure moved, with the burn-up."""
    if not (sheet.before.total or sheet.figures.total):
        return
    yield _flows(sheet)
    if len(sheet.curve) > 1:
        yield CurveChart(
            caption=_("Tasks closed against tasks due"),
            due_label=pgettext("chart", "due"),
            closed_label=pgettext("chart", "closed"),
            points=sheet.curve,
        )


def _flows(sheet: Sheet) -> Table:
    """Show how each figure moved; on the first sheet what it is.

    Of yellow and green the two ends alone: the days between may have had any of them.
    """

    def amount(flow: Flow, count: int) -> str:
        return "" if flow.stock in {Stock.YELLOW, Stock.GREEN} else str(count)

    flows = [flow for flow in sheet.flows if flow.stock in _ALWAYS or flow.start or flow.end or flow.plus or flow.minus]
    columns: list[ColumnOf[Flow]] = [
        column(pgettext("sheet", "Tasks"), 24, _stock),
        column(pgettext("sheet", "at the start"), 14, lambda flow: str(flow.start), Align.RIGHT),
        column(pgettext("sheet", "more"), 14, lambda flow: amount(flow, flow.plus), Align.RIGHT),
        column(pgettext("sheet", "fewer"), 14, lambda flow: amount(flow, flow.minus), Align.RIGHT),
        column(pgettext("sheet", "at the end"), 14, lambda flow: str(flow.end), Align.RIGHT),
    ]
    rates = [sheet.before.printed_rate or NOTHING, "", "", sheet.figures.printed_rate or NOTHING]
    if sheet.is_first:
        flows = [flow for flow in flows if flow.stock in _ALWAYS or flow.end]
        del columns[1:-1], rates[:-1]
    made = table(_("From the start of the period to its end"), flows, columns)
    return replace(made, total=tuple(map(Cell, (pgettext("sheet", "Completion rate"), *rates))))


_ALWAYS: Final = frozenset({Stock.TOTAL, Stock.OPEN, Stock.CLOSED, Stock.RED, Stock.YELLOW})

_STOCK_LABELS: Final = {
    Stock.TOTAL: N_("All tasks"),
    Stock.OPEN: N_("Open"),
    Stock.RED: N_("Red light"),
    Stock.YELLOW: N_("Yellow light"),
    Stock.GREEN: N_("Green light"),
}


def _stock(flow: Flow) -> Cell:
    light = Light(flow.stock.value) if flow.stock.value in set(Light) else None
    label = _STOCK_LABELS.get(flow.stock)
    return Cell(_(label) if label else status_head(Status(flow.stock)), light)


def _standing(sheet: Sheet) -> str:
    """Say in one sentence how the list stands."""
    figures = sheet.figures
    day = long_day(sheet.today)
    if not figures.total:
        return _("As of {day} there are no tasks on the list.").format(day=day)
    parts = _(", ").join(
        _("{n} {status}").format(n=getattr(figures, status), status=vocabulary.STATUS.say(status))
        for status in STATUS_ORDER
        if getattr(figures, status)
    )
    message = ngettext(
        "As of {day} there is {n} task: {parts}", "As of {day} there are {n} tasks: {parts}", figures.total
    )
    texts = [message.format(day=day, n=figures.total, parts=parts)]
    if figures.printed_rate is not None:
        text = _("completion rate {rate}")
        if figures.counted != figures.total:
            text = _("completion rate {rate} (of {base} counted)")
        texts.append(text.format(rate=figures.printed_rate, base=figures.counted))
    if figures.open:
        texts.append(
            ngettext(
                "of {n} open task {red} red, {yellow} yellow, {green} green",
                "of {n} open tasks {red} red, {yellow} yellow, {green} green",
                figures.open,
            ).format(n=figures.open, red=figures.red, yellow=figures.yellow, green=figures.green)
        )
    silent = queries.silent(sheet.tasks, today=sheet.today, days=sheet.pilot.stale_days)
    if silent:
        idle = sum(task.status is Status.TODO for task in silent)
        text = _("no progress for more than {days} days: {n}")
        if idle:
            text = _("no progress for more than {days} days: {n}, of these not started: {idle}")
        texts.append(text.format(days=sheet.pilot.stale_days, n=len(silent), idle=idle))
    return _("{text}.").format(text=_("; ").join(texts))


def _comparison(sheet: Sheet) -> str:
    """Say what moved in the period, by number."""
    moved = sheet.moved
    counted = (
        ([task for task in moved.entered if task.created >= sheet.first], N_("{n} new")),
        ([task for task in moved.entered if task.created < sheet.first], N_("{n} entered before and taken over")),
        (moved.closed, N_("{n} closed")),
        (moved.reopened, N_("{n} reopened")),
        (moved.suspended, N_("{n} suspended")),
        (moved.cancelled, N_("{n} cancelled")),
        (moved.removed, N_("{n} taken off the list")),
        (moved.turned_red, N_("{n} turned red")),
        (moved.left_red, N_("{n} no longer red")),
    )
    parts = [_(text).format(n=len(tasks)) for tasks, text in counted if tasks]
    since = long_day(sheet.first)
    if not parts:
        return _("Since {day} no task has moved.").format(day=since)
    texts = [_("Since {day}: {parts}").format(day=since, parts=_(", ").join(parts))]
    before, after = sheet.before, sheet.figures
    if before.printed_rate and after.printed_rate and before.printed_rate != after.printed_rate:
        texts.append(_("completion rate from {old} to {new}").format(old=before.printed_rate, new=after.printed_rate))
    if before.red or after.red:
        text = _("red from {old} to {new}") if before.red != after.red else _("red still {new}")
        texts.append(text.format(old=before.red, new=after.red))
    text = _("{text}.").format(text=_("; ").join(texts))
    if moved.entered_closed:
        text = sentences(
            (
                text,
                ngettext(
                    "{n} of the tasks entered had been closed before, and is not among those closed.",
                    "{n} of the tasks entered had been closed before, and are not among those closed.",
                    len(moved.entered_closed),
                ).format(n=len(moved.entered_closed)),
            )
        )
    return text


def _spans(sheet: Sheet, earlier: Span) -> str:
    """Say how many tasks were overdue at some time in the period, and in that before it, and which no longer are."""
    now, then = (
        days_from_to(*span, today=sheet.today) for span in ((sheet.first, sheet.today), (earlier.first, earlier.last))
    )
    text = _("Tasks overdue at some time: {n} ({now}), and {before} before that ({then}).")
    parts = [text.format(now=now, n=len(sheet.was_red), then=then, before=len(earlier.red))]
    still = {task.id for task in sheet.red}
    if over := [task for task in sheet.was_red if task.id not in still]:
        parts.append(_("Of these no longer overdue: {tasks}.").format(tasks=_task_names(over)))
    return sentences(parts)


def named_moves(sheet: Sheet) -> Iterable[str]:
    """Name the tasks that moved, but for those that other sections name."""
    moved = sheet.moved
    for label, tasks in (
        (_("Turned red"), moved.turned_red),
        (_("No longer red"), moved.left_red),
        (_("Reopened"), moved.reopened),
        (pgettext("sheet", "Suspended"), moved.suspended),
        (pgettext("sheet", "Cancelled"), moved.cancelled),
        (_("Taken off the list"), moved.removed),
    ):
        if tasks:
            yield _("{label}: {tasks}.").format(label=label, tasks=_task_names(tasks))


def _task_names(tasks: Sequence[Task]) -> str:
    """Name the first of them, and say how many there are where that is not all."""
    named = _("; ").join(map(task_label, tasks[:_NAMED]))
    if len(tasks) <= _NAMED:
        return named
    return _("{named} and others, {n} in all").format(named=named, n=len(tasks))
