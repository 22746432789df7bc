"""The home screen: what calls for something today."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from pilottask.base.i18n import _, ngettext
from pilottask.base.terminal import Terminal
from pilottask.ledger import history, inspections, instructions, lights, queries, shares, steps, wording
from pilottask.ledger.records import OPEN, WITH_DEPARTMENT, Ledger, Status, Task
from pilottask.views import cells, rounds
from pilottask.views.grid import EMPTY, Cell, Column, Section, grid
from pilottask.views.render import render_sections
from pilottask.views.tasks import target

_BRIEF: Final = 5
"""Rows of a section before it only counts the rest."""
_LINES: Final = 23
"""Lines that the screen takes at most: a small terminal, with one left for the next command."""


def screen(ledger: Ledger, *, today: date, terminal: Terminal) -> str:
    """Return the home screen as it is shown on `terminal`, with fewer rows where long texts take more lines."""
    lines = _LINES
    while True:
        shown = render_sections(home(ledger, today=today, lines=lines), terminal)
        over = shown.count("\n") - _LINES
        if over <= 0 or lines <= 0:
            return shown
        lines -= over


class _Line(NamedTuple):
    """What calls for something and why: a task, or a department whose report has not come."""

    task: Task | None
    text: str
    why: Cell


class _Part(NamedTuple):
    """All that call for one thing, the most urgent first, and the command to type next."""

    heading: str
    command: str
    lines: list[_Line]


def home(ledger: Ledger, *, today: date, lines: int = _LINES) -> list[Section]:
    """Return what an office asks at nine in the morning: all that calls for something, the most urgent first.

    Nothing is left out: what has no row within so many `lines` is counted.
    """
    parts = [part for part in _parts(ledger, today=today) if part.lines]
    if not parts and not ledger.tasks:
        return [
            Section(_("The list is empty. Enter a task:"), None, _("pilottask add TITLE --department NAME --due DATE")),
            Section(_("or bring in a spreadsheet:"), None, _("pilottask import FILE")),
        ]
    if not parts:
        count = sum(task.status in OPEN for task in ledger.tasks)
        heading = ngettext(
            "All is well: {n} open task, none of them late, due soon, waiting or silent.",
            "All is well: {n} open tasks, none of them late, due soon, waiting or silent.",
            count,
        ).format(n=count)
        return [Section(heading, None, _("pilottask {command}").format(command="list"))]
    left = lines - len(parts)
    sections = []
    for part in parts:
        rows = _rows(len(part.lines), left - _AROUND)
        if rows:
            left -= _AROUND + rows + (rows < len(part.lines))
        sections.append(_section(part, rows))
    return sections


_AROUND: Final = 2
"""Lines that a section with rows takes beside them and its heading: its command, and a blank one."""


def _rows(count: int, left: int) -> int:
    """Return how many of `count` are shown in `left` lines, one of which says how many more there are."""
    return count if count <= min(_BRIEF, left) else max(min(_BRIEF, left - 1), 0)


def _section(part: _Part, rows: int) -> Section:
    more = len(part.lines) - rows
    columns: tuple[Column[_Line], ...] = (
        cells.of(lambda line: line.task, cells.id_column()),
        Column("title", "", lambda line: Cell(line.text), fold=20),
        cells.of(lambda line: line.task, cells.field_column("department", fold=14, drop=1)),
        Column("why", "", lambda line: line.why, fold=12),
    )
    if all(line.task is None for line in part.lines):
        columns = columns[1::2]
    closing = _("  and {n} more").format(n=more) if more else None
    if not rows:
        return Section(part.heading, None, part.command, brief=True)
    return Section(part.heading, grid(part.lines[:rows], columns, head=False, closing=closing), part.command)


def _parts(ledger: Ledger, *, today: date) -> Iterator[_Part]:
    pilot = ledger.pilot
    active = [task for task in sorted(ledger.tasks, key=lambda task: task.id) if task.status in OPEN]
    by_reason = queries.by_key((lights.light(task, today=today, pilot=pilot).reason, task) for task in active)

    def days(task: Task) -> Cell:
        return cells.days(task, today=today, light=None)

    def part(heading: str, command: str, tasks: Sequence[Task], why: Callable[[Task], Cell]) -> _Part:
        lines = [_Line(task, task.title, why(task)) for task in tasks]
        return _Part(heading.format(n=len(tasks)), _("pilottask {command}").format(command=command), lines)

    yield part(_("Overdue: {n}"), "overdue", queries.overdue(active, today=today), days)
    soon = queries.upcoming(active, today=today, days=pilot.soon_days)
    heading = _("Due {within}: {n}").format(within=wording.within(pilot.soon_days), n=len(soon))
    yield part(heading, f"upcoming --days {pilot.soon_days}", soon, days)
    yield from _beside(ledger, active, today=today, ahead=None)
    yield from _beside(ledger, active, today=today, ahead=pilot.soon_days)
    waiting = by_reason.get(lights.Reason.SUBMITTED, [])
    yield part(_("To be verified: {n}"), "list --status submitted", waiting, _submission)
    yield part(
        _("To be coordinated by the joint meeting: {n}"),
        "list --problems",
        [task for task in active if history.to_coordinate(task)],
        lambda task: Cell(_("; ").join(one.text for one in history.to_coordinate(task))),
    )
    yield _reports(ledger, today=today)
    stale = queries.silent(active, today=today, days=pilot.stale_days)
    idle = sum(task.status is Status.TODO for task in stale)
    heading = ngettext(
        "No progress for more than {days} day: {n}", "No progress for more than {days} days: {n}", pilot.stale_days
    ).format(days=pilot.stale_days, n=len(stale))
    yield part(
        _("{heading} ({n} of them not started)").format(heading=heading, n=idle) if idle else heading,
        f"list --silent {pilot.stale_days}",
        stale,
        lambda task: Cell(wording.silent(lights.silent_days(task, today=today) or 0)),
    )
    behind = [
        task
        for task in active
        if task.status in WITH_DEPARTMENT and shares.is_behind(task, today=today, percent=pilot.behind_percent)
    ]
    yield part(_("Behind their targets: {n}"), "list", behind, lambda task: target(task, today=today))
    undated = [task for task in active if queries.is_undated(task)]
    yield part(_("No deadline set yet: {n}"), "list --undated", undated, lambda _task: Cell(""))


def _submission(task: Task) -> Cell:
    if task.submitted is None:
        return EMPTY
    text = _("submitted {day}").format(day=task.submitted)
    late = lights.submitted_late_days(task)
    return Cell(_("{text} ({note})").format(text=text, note=wording.submitted_late(late)) if late else text)


def _beside(ledger: Ledger, active: Sequence[Task], *, today: date, ahead: int | None) -> Iterator[_Part]:
    """Yield what has a day besides tasks and is past it, or due `ahead`: instructions, findings, steps."""
    by_id = {task.id: task for task in ledger.tasks} if ledger.instructions else {}
    asked = instructions.late(ledger.instructions, today=today, ahead=ahead)
    findings = inspections.late(ledger, today=today, ahead=ahead)
    missed = steps.late(active, today=today, ahead=ahead)
    late = ahead is None
    for heading, command, lines in (
        (
            _("Instructions not answered in time: {n}") if late else _("Instructions to be answered soon: {n}"),
            "list --instructed",
            [(by_id.get(one.task or 0), one.text, one.reply_by) for one in asked],
        ),
        (
            _("Findings not put right in time: {n}") if late else _("Findings to be put right soon: {n}"),
            "inspect list --open",
            [(one.task, one.finding.text, one.finding.fix_by) for one in findings],
        ),
        (
            _("Steps past their day: {n}") if late else _("Steps due soon: {n}"),
            "overdue" if late else f"upcoming --days {ahead}",
            [(task, step.text, step.due) for task, step in missed],
        ),
    ):
        rows = [_Line(task, text, cells.time_left(day, today=today)) for task, text, day in lines if day]
        yield _Part(heading.format(n=len(rows)), _("pilottask {command}").format(command=command), rows)


def _reports(ledger: Ledger, *, today: date) -> _Part:
    """Return who has not reported in the round that is open."""
    if not ledger.rounds:
        return _Part("", "", [])
    called, left = rounds.missing_reports(ledger, today=today)
    message = ngettext(
        "{round}: {n} department has not reported", "{round}: {n} departments have not reported", len(left)
    )
    heading = message.format(n=len(left), round=called)
    return _Part(
        heading, _("pilottask {command}").format(command="round"), [_Line(None, name, why) for name, why in left]
    )
