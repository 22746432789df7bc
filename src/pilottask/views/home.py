"""The home screen: what calls for something today."""

from datetime import date
from typing import Final, assert_never

from pilottask.base.i18n import _, ngettext
from pilottask.ledger import history as histories
from pilottask.ledger import lights, queries, wording
from pilottask.ledger.lights import Reason
from pilottask.ledger.records import OPEN, Ledger, Pilot, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Cell, Column, Grid, Section, Tone
from pilottask.views.tasks import target

_BRIEF: Final = 5


_SECTIONS: Final = (
    Reason.OVERDUE,
    Reason.DUE_SOON,
    Reason.SUBMITTED,
    Reason.COORDINATION,
    Reason.STALE,
    Reason.BEHIND,
)


def home(ledger: Ledger, *, today: date) -> list[Section]:
    """Return what an office asks at nine in the morning: each open task that calls for something, once, in brief."""
    if not ledger.tasks:
        return [
            Section(_("The list is empty. Enter a task:"), None, _("pilottask add TITLE --department NAME --due DATE")),
            Section(_("or bring in a spreadsheet:"), None, _("pilottask import FILE")),
        ]
    calling: dict[Reason | None, list[Task]] = {}
    for task in ledger.tasks:
        if task.status in OPEN:
            lit = lights.light(task, today=today, pilot=ledger.pilot)
            calling.setdefault(lit.reason, []).append(task)
    quiet = len(calling.pop(None, ()))
    sections = [
        _section(reason, calling[reason], today=today, pilot=ledger.pilot) for reason in _SECTIONS if reason in calling
    ]
    sections += _late_findings(ledger, today=today)
    if sections:
        return sections
    return [
        Section(
            ngettext(
                "All is well: {n} open task, none of them late, due soon, waiting or silent.",
                "All is well: {n} open tasks, none of them late, due soon, waiting or silent.",
                quiet,
            ).format(n=quiet),
            None,
            "pilottask list",
        )
    ]


def _late_findings(ledger: Ledger, *, today: date) -> list[Section]:
    """Return the section of findings that were not put right by their dates, in a list, an empty one without any."""
    if not ledger.inspections:
        return []
    from pilottask.ledger import inspections  # noqa: PLC0415  most days there is nothing to show

    late = inspections.late(ledger, today=today)
    if not late:
        return []
    grid = Grid(
        columns=_brief_columns(),
        rows=[
            (
                Cell(str(found.task.id), found.task.id),
                Cell(found.finding.text),
                Cell(found.task.department),
                Cell(wording.days(-inspections.days_late(found, today=today)), tone=Tone.LATE),
            )
            for found in late[:_BRIEF]
        ],
        head=False,
        closing=_and_more(len(late)),
    )
    heading = _("Findings not put right in time: {n}").format(n=len(late))
    return [Section(heading, grid, "pilottask inspect list --open")]


def _section(reason: Reason, called: list[Task], *, today: date, pilot: Pilot) -> Section:
    match reason:
        case Reason.OVERDUE:
            called = queries.overdue(called, today=today)
            heading = _("Overdue: {n}").format(n=len(called))
            command = "pilottask overdue"
        case Reason.DUE_SOON:
            called = sorted(called, key=lambda task: (task.due or today, task.id))
            heading = ngettext("Due within {days} day: {n}", "Due within {days} days: {n}", pilot.soon_days).format(
                days=pilot.soon_days, n=len(called)
            )
            command = f"pilottask upcoming --days {pilot.soon_days}"
        case Reason.SUBMITTED:
            heading = _("To be verified: {n}").format(n=len(called))
            command = "pilottask list --status submitted"
        case Reason.COORDINATION:
            heading = _("To be coordinated by the joint meeting: {n}").format(n=len(called))
            command = "pilottask list --light yellow"
        case Reason.BEHIND:
            heading = _("Behind their targets: {n}").format(n=len(called))
            command = "pilottask list --light yellow"
        case Reason.STALE:
            called = sorted(called, key=lambda task: (lights.last_moved(task), task.id))
            heading = ngettext(
                "No movement for more than {days} day: {n}",
                "No movement for more than {days} days: {n}",
                pilot.stale_days,
            ).format(days=pilot.stale_days, n=len(called))
            command = "pilottask list --status doing --sort moved"
        case _:
            assert_never(reason)
    grid = Grid(
        columns=_brief_columns(),
        rows=[
            (Cell(str(task.id), task.id), Cell(task.title), Cell(task.department), _why(reason, task, today=today))
            for task in called[:_BRIEF]
        ],
        head=False,
        closing=_and_more(len(called)),
    )
    return Section(heading, grid, command)


def _brief_columns() -> tuple[Column, ...]:
    return (
        cells.id_column(),
        cells.title_column(),
        cells.field_column("department", fold=14, drop=1),
        Column(key="why", label="", fold=12),
    )


def _and_more(count: int) -> str | None:
    return _("  and {n} more").format(n=count - _BRIEF) if count > _BRIEF else None


def _why(reason: Reason, task: Task, *, today: date) -> Cell:
    """Say what is with a task that calls for something."""
    match reason:
        case Reason.SUBMITTED:
            return EMPTY if task.submitted is None else Cell(_("submitted {day}").format(day=task.submitted))
        case Reason.COORDINATION:
            return Cell(next(raised.text for raised in histories.open_problems(task) if raised.coordinate))
        case Reason.BEHIND:
            return target(task, today=today)
        case Reason.STALE:
            silent = (today - lights.last_moved(task)).days
            return Cell(ngettext("silent for {n} day", "silent for {n} days", silent).format(n=silent))
        case Reason.OVERDUE | Reason.DUE_SOON:
            return cells.days(task, today=today, light=None)
        case _:
            assert_never(reason)
