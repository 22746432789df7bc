"""The weekly sheet in words, in the order of an office's bulletin."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, assert_never

from pilottask.base.i18n import N_, _, language, ngettext, pgettext
from pilottask.ledger import wording
from pilottask.ledger.labels import LIGHT_LABELS, REASON_LABELS, STATUS_LABELS
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.projects import Money, written
from pilottask.ledger.records import Status
from pilottask.paper.content import Figures, Flow, GroupLine, Line, Part, ProjectMoney, Sheet, Stock
from pilottask.paper.document import (
    NOTHING,
    Align,
    Block,
    Cards,
    Cell,
    Column,
    CurveChart,
    Document,
    LightsChart,
    Page,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from pilottask.paper.phrases import (
    _subheading,
    deadline,
    due_column,
    foot,
    heading,
    long_day,
    need,
    none,
    rate,
    red_card,
    sentences,
    short_day,
    target,
    task_table,
)

_NAMED: Final = 5
"""Tasks that a sentence names before it only counts the rest."""

HEADINGS: Final[Mapping[Part, str]] = {
    Part.TOTALS: N_("Overall"),
    Part.RED: N_("Red: overdue tasks"),
    Part.YELLOW: N_("Yellow: tasks to watch"),
    Part.COORDINATION: N_("For the joint meeting to coordinate"),
    Part.GROUPS: N_("By department and line of work"),
    Part.CHANGES: N_("Closed and extended in the period"),
    Part.DUE: N_("Due in the next 7 days"),
    Part.RESULTS: N_("Results in the period"),
    Part.ANNEX: N_("List of all tasks"),
}


def sheet_document(sheet: Sheet) -> Document:
    """Return a sheet in the language in use."""
    sections = tuple(
        Section(part, heading(place, _(HEADINGS[part])), tuple(_SECTIONS[part](sheet)))
        for place, part in enumerate(filter(sheet.has, _SECTIONS))
    )
    annex = None
    if sheet.has(Part.ANNEX):
        annex = Section(
            Part.ANNEX, _("Annex: {heading}").format(heading=_(HEADINGS[Part.ANNEX])), tuple(_whole_list(sheet))
        )
    page = Page(
        above=sheet.name,
        title=_("Progress of the pilot's tasks"),
        number=_("Draft, not numbered") if sheet.number is None else _("No. {n}").format(n=sheet.number),
        left=sheet.office or "",
        right=long_day(sheet.today),
        remarks=tuple(_remarks(sheet)),
        sections=sections,
        annex=annex,
        foot=foot(sheet.office, sheet.today),
    )
    return Document(lang=language(), name=_("weekly sheet"), pages=(page,), wide_ambiguous=sheet.wide_ambiguous)


def _remarks(sheet: Sheet) -> Iterable[str]:
    span = {"first": long_day(sheet.first), "last": long_day(sheet.last)}
    if sheet.previous is None:
        yield _("Period: {first} to {last}").format(**span)
    else:
        yield _("Period: {first} to {last}, since sheet no. {n}").format(**span, n=sheet.previous)
    if sheet.lost:
        listed = _(", ").join(map(str, sheet.lost[:_NAMED])) + "…" * (len(sheet.lost) > _NAMED)
        yield ngettext(
            "A task on sheet no. {n} is no longer in the list's file, and no figure here counts it: {ids}.",
            "{count} tasks on sheet no. {n} are no longer in the list's file, and no figure here counts them: {ids}.",
            len(sheet.lost),
        ).format(count=len(sheet.lost), n=sheet.previous, ids=listed)
    if sheet.ahead:
        yield _("{day} has not come yet: this is what the list as it stands now would say on that day.").format(
            day=long_day(sheet.today)
        )


# One: totals


def _totals(sheet: Sheet) -> Iterable[Block]:
    yield Paragraph(_standing(sheet))
    yield Paragraph(_compared(sheet))
    for text in _named_moves(sheet):
        yield Paragraph(text)
    yield Table(
        caption=_("From the start of the period to its end"),
        columns=(
            Column(pgettext("sheet", "Tasks"), 24),
            *(
                Column(label, 14, Align.RIGHT)
                for label in (
                    pgettext("sheet", "at the start"),
                    pgettext("sheet", "more"),
                    pgettext("sheet", "fewer"),
                    pgettext("sheet", "at the end"),
                )
            ),
        ),
        rows=tuple(
            (
                _stock(flow),
                *(Cell(str(count)) for count in (flow.start, flow.plus, flow.minus, flow.end)),
            )
            for flow in sheet.flows
            if flow.stock in _ALWAYS or flow.start or flow.end or flow.plus or flow.minus
        ),
        total=(
            Cell(pgettext("sheet", "Completion rate")),
            Cell(rate(sheet.before.completion_rate)),
            Cell(""),
            Cell(""),
            Cell(rate(sheet.figures.completion_rate)),
        ),
    )
    if len(sheet.curve) > 1:
        yield CurveChart(
            caption=_("Tasks closed against tasks due"),
            due_label=pgettext("chart", "due"),
            closed_label=pgettext("chart", "closed"),
            points=sheet.curve,
        )


_ALWAYS: Final = frozenset({Stock.TOTAL, Stock.OPEN, Stock.CLOSED, Stock.RED, Stock.YELLOW})

_STOCK_LABELS: Final = {
    Stock.TOTAL: N_("All tasks"),
    Stock.OPEN: N_("Open"),
    Stock.CLOSED: N_("Closed"),
    Stock.SUSPENDED: N_("Suspended"),
    Stock.CANCELLED: N_("Cancelled"),
    Stock.RED: N_("Red light"),
    Stock.YELLOW: N_("Yellow light"),
    Stock.GREEN: N_("Green light"),
}


def _stock(flow: Flow) -> Cell:
    light = Light(flow.stock.value) if flow.stock.value in set(Light) else None
    return Cell(_(_STOCK_LABELS[flow.stock]), light)


def _standing(sheet: Sheet) -> str:
    """Say how the list stands."""
    figures = sheet.figures
    day = long_day(sheet.today)
    if not figures.total:
        return _("As of {day} there are no tasks on the list.").format(day=day)
    said = [
        ngettext(
            "As of {day} there is {n} task: {parts}.", "As of {day} there are {n} tasks: {parts}.", figures.total
        ).format(
            day=day,
            n=figures.total,
            parts=_(", ").join(
                _("{n} {status}").format(n=getattr(figures, status), status=_(STATUS_LABELS[status]))
                for status in _STATUS_ORDER
                if getattr(figures, status)
            ),
        )
    ]
    if figures.completion_rate is not None:
        said.append(
            _("The completion rate is {rate} ({closed} of {base}).").format(
                rate=rate(figures.completion_rate), closed=figures.closed, base=figures.total - figures.cancelled
            )
        )
    if figures.open:
        said.append(
            ngettext(
                "Of {n} open task, {red} red, {yellow} yellow, {green} green.",
                "Of {n} open tasks, {red} are red, {yellow} yellow, {green} green.",
                figures.open,
            ).format(n=figures.open, red=figures.red, yellow=figures.yellow, green=figures.green)
        )
    return sentences(said)


_STATUS_ORDER: Final = (
    Status.CLOSED,
    Status.SUBMITTED,
    Status.DOING,
    Status.TODO,
    Status.SUSPENDED,
    Status.CANCELLED,
)


def _compared(sheet: Sheet) -> str:
    """Say what moved in the period, by number."""
    moved = sheet.moved
    counted = (
        (moved.entered, N_("{n} new")),
        (moved.closed, N_("{n} closed")),
        (moved.reopened, N_("{n} reopened")),
        (moved.suspended, N_("{n} suspended")),
        (moved.cancelled, N_("{n} cancelled")),
        (moved.turned_red, N_("{n} turned red")),
        (moved.left_red, N_("{n} no longer red")),
    )
    parts = [_(text).format(n=len(lines)) for lines, text in counted if lines]
    since = long_day(sheet.first)
    if not parts:
        return _("Since {day} no task has moved.").format(day=since)
    said = _("Since {day}: {parts}.").format(day=since, parts=_(", ").join(parts))
    if moved.entered_closed:
        said = sentences(
            (
                said,
                ngettext(
                    "{n} of the new tasks had been closed before it was entered, and is not among those closed.",
                    "{n} of the new tasks had been closed before they were entered, and are not among those closed.",
                    len(moved.entered_closed),
                ).format(n=len(moved.entered_closed)),
            )
        )
    return said


def _named_moves(sheet: Sheet) -> Iterable[str]:
    """Name the tasks that moved, but for those that other sections name."""
    moved = sheet.moved
    for label, lines in (
        (N_("Turned red"), moved.turned_red),
        (N_("No longer red"), moved.left_red),
        (N_("Reopened"), moved.reopened),
        (N_("Put off"), moved.suspended),
        (N_("Given up"), moved.cancelled),
    ):
        if lines:
            yield _("{label}: {tasks}.").format(label=_(label), tasks=_listed(lines))


def _listed(lines: Sequence[Line]) -> str:
    named = _("; ").join(
        _("{title} (no. {id}, {department})").format(title=line.title, id=line.id, department=line.department)
        for line in lines[:_NAMED]
    )
    if len(lines) <= _NAMED:
        return named
    return _("{named} and others, {n} in all").format(named=named, n=len(lines))


# Two: red


def _red(sheet: Sheet) -> Iterable[Block]:
    if sheet.red:
        yield Cards(tuple(red_card(place, line) for place, line in enumerate(sheet.red, start=1)))
    else:
        yield none()
    if sheet.late_findings:
        yield Subheading(_("Findings of inspections past their date"))
        yield task_table(
            _("Findings of inspections past their date"),
            18,
            (
                Column(pgettext("sheet", "Finding"), 22),
                Column(pgettext("sheet", "Put right by"), 10, Align.CENTER),
                Column(pgettext("sheet", "Late"), 8, Align.RIGHT),
            ),
            (
                (one.line, one.text, one.fix_by.isoformat(), wording.count_of_days(one.days_late))
                for one in sheet.late_findings
            ),
        )


# Three: yellow


def _yellow(sheet: Sheet) -> Iterable[Block]:
    yield task_table(
        _(HEADINGS[Part.YELLOW]),
        24,
        (due_column(), Column(pgettext("sheet", "Why"), 20)),
        ((line, deadline(line.due), Cell(_why(line), line.light)) for line in sheet.yellow),
    )


def _why(line: Line) -> str:  # noqa: PLR0911  one return for each reason
    """Say why a task is yellow."""
    match line.reason:
        case Reason.DUE_SOON:
            return wording.days(line.days_left or 0)
        case Reason.STALE:
            return ngettext("no movement for {n} day", "no movement for {n} days", line.silent_days).format(
                n=line.silent_days
            )
        case Reason.SUBMITTED:
            if line.submitted is None:
                return _(REASON_LABELS[line.reason])
            return _("to be verified, submitted {day}").format(day=short_day(line.submitted))
        case Reason.COORDINATION:
            return _("to be coordinated: {text}").format(text=_("; ").join(one.text for one in line.coordinated))
        case Reason.OVERDUE | Reason.BEHIND:
            return _(REASON_LABELS[line.reason])
        case None:
            return NOTHING
        case _:
            assert_never(line.reason)


# Four: coordination


def _coordination(sheet: Sheet) -> Iterable[Block]:
    yield task_table(
        _(HEADINGS[Part.COORDINATION]),
        20,
        (
            Column(pgettext("sheet", "What is to be coordinated"), 28),
            Column(pgettext("sheet", "Need"), 6),
            Column(pgettext("sheet", "Raised"), 6),
        ),
        (
            (
                line,
                "\n".join(problem.text for problem in line.coordinated),
                "\n".join(need(problem.need) for problem in line.coordinated),
                "\n".join(short_day(problem.raised) for problem in line.coordinated),
            )
            for line in sheet.coordination
        ),
    )


# Five: groups


def _by_group(sheet: Sheet) -> Iterable[Block]:
    if not sheet.departments:
        yield none()
        return
    yield _subheading(0, _("By department"))
    yield _group_table(_("By department"), pgettext("sheet", "Department"), sheet.departments, sheet.figures)
    if len(sheet.departments) > 1:
        yield LightsChart(caption=_("Lights by department"), rows=sheet.departments)
    place = 1
    if any(group.name is not None for group in sheet.aspects):
        yield _subheading(place, _("By line of work"))
        yield _group_table(_("By line of work"), pgettext("sheet", "Line of work"), sheet.aspects, sheet.figures)
        place += 1
    if sheet.money:
        yield _subheading(place, _("Money of cooperation projects"))
        yield _money_table(sheet.money)
        yield Paragraph(_("amounts in 10,000 yuan"), quiet=True)


def _money_table(money: Sequence[ProjectMoney]) -> Table:
    """Show what each project has by source, with the sum over all."""

    def cells(sums: Money) -> tuple[Cell, ...]:
        return Cell(written(sums.planned)), Cell(written(sums.paid)), Cell(rate(sums.share))

    rows: list[tuple[Cell, ...]] = []
    for one in money:
        name = one.project
        for source, sums in one.sources:
            rows.append((Cell(name), Cell(source), *cells(sums)))
            name = ""
    every = sum((sums for one in money for _source, sums in one.sources), Money())
    return Table(
        caption=_("Money of cooperation projects"),
        columns=(
            Column(pgettext("sheet", "Project"), 24),
            Column(pgettext("sheet", "Source of money"), 18),
            Column(pgettext("sheet", "Planned"), 12, Align.RIGHT),
            Column(pgettext("sheet", "Paid in"), 12, Align.RIGHT),
            Column(pgettext("sheet", "Share"), 10, Align.RIGHT),
        ),
        rows=tuple(rows),
        total=(Cell(pgettext("sheet", "Sum")), Cell(""), *cells(every)),
    )


_GROUP_STATUSES: Final = (Status.CLOSED, Status.SUBMITTED, Status.DOING, Status.TODO)
_RARE: Final = (Status.SUSPENDED, Status.CANCELLED)


def _group_table(caption: str, label: str, groups: Sequence[GroupLine], total: Figures) -> Table:
    statuses = (*_GROUP_STATUSES, *(status for status in _RARE if getattr(total, status)))

    def row(name: str, figures: Figures) -> tuple[Cell, ...]:
        return (
            Cell(name),
            Cell(str(figures.total)),
            *(Cell(str(getattr(figures, status))) for status in statuses),
            *(Cell(str(getattr(figures, light))) for light in Light),
            Cell(rate(figures.completion_rate)),
        )

    return Table(
        caption=caption,
        columns=(
            Column(label, 18),
            Column(pgettext("sheet", "Total"), 6, Align.RIGHT),
            *(Column(_(_STATUS_HEADS[status]), 8, Align.RIGHT) for status in statuses),
            *(Column(_(LIGHT_LABELS[light]), 4, Align.RIGHT) for light in Light),
            Column(pgettext("sheet", "Rate"), 8, Align.RIGHT),
        ),
        rows=tuple(row(_("(none)") if group.name is None else group.name, group.figures) for group in groups),
        total=row(pgettext("sheet", "Sum"), total),
    )


_STATUS_HEADS: Final = {
    Status.CLOSED: N_("Closed"),
    Status.SUBMITTED: N_("To verify"),
    Status.DOING: N_("Doing"),
    Status.TODO: N_("Todo"),
    Status.SUSPENDED: N_("Put off"),
    Status.CANCELLED: N_("Given up"),
}


# Six: closed and extended


def _changes(sheet: Sheet) -> Iterable[Block]:
    yield _subheading(0, _("Closed tasks"))
    yield from _closed_table(sheet.closed)
    yield _subheading(1, _("Extended"))
    yield task_table(
        _("Extended"),
        18,
        (
            Column(pgettext("sheet", "From"), 10, Align.CENTER),
            Column(pgettext("sheet", "To"), 10, Align.CENTER),
            Column(pgettext("sheet", "Reason"), 18),
            Column(pgettext("sheet", "Approved by"), 8),
        ),
        (
            (one.line, one.old.isoformat(), one.new.isoformat(), one.reason, one.approved_by or NOTHING)
            for one in sheet.extended
        ),
    )
    if sheet.settled:
        yield _subheading(2, _("Problems settled"))
        yield task_table(
            _("Problems settled"),
            18,
            (
                Column(pgettext("sheet", "Problem"), 20),
                Column(pgettext("sheet", "How"), 16),
                Column(pgettext("sheet", "Raised"), 6),
                Column(pgettext("sheet", "Settled"), 6),
            ),
            (
                (one.line, one.text, one.how or NOTHING, short_day(one.raised), short_day(one.on))
                for one in sheet.settled
            ),
        )


def _closed_table(closed: Sequence[Line]) -> Iterable[Block]:
    if not closed:
        yield none()
        return
    timely = sum(line.on_time is True for line in closed)
    late = sum(line.on_time is False for line in closed)
    yield Paragraph(
        _("{n} closed: {timely} on time, {late} late.").format(n=len(closed), timely=timely, late=late)
        if timely + late == len(closed)
        else _("{n} closed: {timely} on time, {late} late, {rest} with no deadline or no date of submission.").format(
            n=len(closed), timely=timely, late=late, rest=len(closed) - timely - late
        )
    )
    yield task_table(
        _("Closed"),
        24,
        (
            due_column(),
            Column(pgettext("sheet", "Submitted"), 10, Align.CENTER),
            Column(pgettext("sheet", "On time?"), 10),
        ),
        (
            (line, deadline(line.due), line.submitted.isoformat() if line.submitted else NOTHING, _timely(line))
            for line in closed
        ),
    )


def _timely(line: Line) -> str:
    if line.on_time is None or line.due is None or line.submitted is None:
        return NOTHING
    if line.on_time:
        return _("on time")
    return wording.days((line.due - line.submitted).days)


# Seven: due


def _falling_due(sheet: Sheet) -> Iterable[Block]:
    yield task_table(
        _(HEADINGS[Part.DUE]),
        22,
        (Column(pgettext("sheet", "Responsible"), 12), due_column(), Column(pgettext("sheet", "Time left"), 8)),
        (
            (
                line,
                line.owner or NOTHING,
                deadline(line.due),
                NOTHING if line.days_left is None else wording.days(line.days_left),
            )
            for line in sheet.due
        ),
    )


# Eight: results


def _results(sheet: Sheet) -> Iterable[Block]:
    yield task_table(
        _(HEADINGS[Part.RESULTS]),
        20,
        (Column(pgettext("sheet", "Result"), 32), Column(pgettext("sheet", "Reported"), 6)),
        ((one.line, one.text, short_day(one.on)) for one in sheet.results),
    )


# Annex


def _whole_list(sheet: Sheet) -> Iterable[Block]:
    targeted = any(line.target for line in sheet.lines)
    yield task_table(
        _(HEADINGS[Part.ANNEX]),
        18,
        (
            Column(pgettext("sheet", "Responsible"), 10, minor=True),
            *([Column(pgettext("sheet", "Target"), 12, minor=True)] if targeted else []),
            due_column(),
            Column(pgettext("sheet", "Status"), 6, Align.CENTER),
            Column(pgettext("sheet", "Light"), 4, Align.CENTER),
            Column(pgettext("sheet", "Last progress"), 16),
        ),
        (
            (
                line,
                line.owner or NOTHING,
                *((_target(line),) if targeted else ()),
                deadline(line.due),
                _(STATUS_LABELS[line.status]),
                Cell(NOTHING if line.light is None else _(LIGHT_LABELS[line.light]), line.light),
                NOTHING if line.progress is None else line.progress,
            )
            for line in sheet.lines
        ),
        department_share=12,
    )


def _target(line: Line) -> Cell:
    if not line.target:
        return Cell(NOTHING)
    wanted = wording.figure(line.target, line.unit)
    brief = (_("target {target}").format(target=wanted), _("reached {actual}").format(actual=line.actual or 0))
    return Cell(target(line), brief="\n".join(brief))


_SECTIONS: Final[Mapping[Part, Callable[[Sheet], Iterable[Block]]]] = {
    Part.TOTALS: _totals,
    Part.RED: _red,
    Part.YELLOW: _yellow,
    Part.COORDINATION: _coordination,
    Part.GROUPS: _by_group,
    Part.CHANGES: _changes,
    Part.DUE: _falling_due,
    Part.RESULTS: _results,
}
