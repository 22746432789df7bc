"""Records as grids: which columns each view has, in which order, and what stands in them."""

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from pilottask.base.i18n import _, ngettext
from pilottask.ledger import fields, lights, targets, wording
from pilottask.ledger import history as histories
from pilottask.ledger.labels import REASON_LABELS
from pilottask.ledger.lights import Lit
from pilottask.ledger.records import Pilot, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, NOTHING, Align, Cell, Column, Grid, Row, Where

# Lists of tasks


def tasks(listed: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List tasks, in the order given; `more` is how many others there are.

    The target has a column where a task has one. A narrow terminal leaves out the target, the reason for the light, the
    owner, the status, the department, then the deadline.
    """
    columns = (
        cells.id_column(),
        Column(key="light", label=_("Light")),
        cells.title_column(),
        cells.field_column("department", fold=14, drop=5),
        cells.field_column("owner", fold=12, drop=3),
        cells.field_column("due", drop=6),
        cells.field_column("status", drop=4),
        Column(key="days_left", label=_("Days"), align=Align.RIGHT),
        Column(key="light_reason", label=_("Why"), drop=2),
        Column(
            key="reached",
            label=fields.label("target"),
            fold=18,
            drop=1,
            where=Where.ALL if any(task.target for task in listed) else Where.DATA,
        ),
        Column(key="time_gone", label="", where=Where.DATA),
    )
    rows = [_task_row(task, lights.light(task, today=today, pilot=pilot), today=today) for task in listed]
    return Grid(columns=columns, rows=rows, empty=_("No task fits."), closing=cells.limited(len(rows), more))


def _task_row(task: Task, lit: Lit, *, today: date) -> Row:
    return (
        Cell(str(task.id), task.id),
        cells.light(lit),
        Cell(task.title),
        Cell(task.department),
        cells.text(task.owner),
        cells.due(task),
        cells.status(task),
        cells.days(task, today=today, light=lit.light),
        EMPTY if lit.reason is None else Cell(_(REASON_LABELS[lit.reason]), lit.reason.value),
        target(task, today=today),
        Cell("", targets.time_gone(task, today=today)),
    )


def target(task: Task, *, today: date) -> Cell:
    """Say how far a task is towards its target, beside the time gone by; scripts read the share reached."""
    return Cell(wording.reached(task, today=today), targets.done(task)) if task.target else EMPTY


def overdue(late: Sequence[Task], soon: Sequence[Task] = (), *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List overdue tasks, then those that fall due soon; `more` is how many others there are.

    The first deadlines have a column where one was moved. A narrow terminal leaves out the reminders, the owner, the
    first deadline, the department, then the deadline.
    """
    listed = (*late, *soon)
    extended = any(_is_extended(task) for task in listed)
    columns = (
        cells.id_column(),
        cells.title_column(),
        cells.field_column("department", fold=14, drop=4),
        cells.field_column("owner", fold=12, drop=2),
        cells.field_column("due", drop=5),
        Column(
            key="first_due",
            label=fields.label("first_due"),
            drop=3,
            where=Where.ALL if extended else Where.DATA,
        ),
        Column(key="days_late", label=_("Days"), align=Align.RIGHT),
        Column(key="days_left", label="", where=Where.DATA),
        Column(key="chased", label=_("Chased"), drop=1),
        Column(key="last_chased", label="", where=Where.DATA),
    )
    rows = [_overdue_row(task, today=today, pilot=pilot) for task in listed]
    return Grid(columns=columns, rows=rows, empty=_("Nothing is overdue."), closing=cells.limited(len(rows), more))


def _is_extended(task: Task) -> bool:
    return task.first_due is not None and task.first_due != task.due


def _overdue_row(task: Task, *, today: date, pilot: Pilot) -> Row:
    left = lights.days_left(task, today=today)
    days = cells.days(task, today=today, light=lights.light(task, today=today, pilot=pilot).light)
    chases = histories.chases(task)
    last = chases[-1].at.date().isoformat() if chases else None
    return (
        Cell(str(task.id), task.id),
        Cell(task.title),
        Cell(task.department),
        cells.text(task.owner),
        cells.due(task),
        _first_due(task),
        Cell(days.text, lights.days_late(task, today=today), days.tone),
        Cell("", left),
        Cell(_chased(len(chases), last) if last else NOTHING, len(chases)),
        Cell("", last),
    )


def _first_due(task: Task) -> Cell:
    """Return the first deadline, shown where it was moved."""
    first = cells.day(task.first_due)
    return first if _is_extended(task) else Cell(NOTHING, first.value)


def _chased(times: int, last: str) -> str:
    return ngettext("once, {last}", "{n} times, last {last}", times).format(n=times, last=last)


def upcoming(soon: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List tasks that fall due soon; `more` is how many others there are.

    A narrow terminal leaves out the reason for the light, the owner, the status, the department, then the deadline.
    """
    grid = tasks(soon, today=today, pilot=pilot, more=more)
    return replace(grid, empty=_("Nothing falls due in these days."))


# Counts


# Departments


# One task


# The first screen
