"""Lists of tasks: which columns each view has, in which order."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from msgspec.structs import replace

from pilottask.base.i18n import _, ngettext
from pilottask.ledger import fields, history, lights, shares, vocabulary, wording
from pilottask.ledger.records import Pilot, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, NOTHING, Align, Cell, Column, Grid, Where, grid


def tasks(
    listed: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0, silent: bool = False, empty: str | None = None
) -> Grid:
    """List tasks, in the order given; `more` is how many others there are, `empty` what is said where there are none.

    With `silent`, the last sign of work has a column, and the target where a task has one. A narrow terminal
    leaves out the target, the owner, the status, the deadline, the department, then the reason for the light.
    """
    lit = {task.id: lights.light(task, today=today, pilot=pilot) for task in listed}
    targeted = any(task.target for task in listed)
    columns: tuple[Column[Task], ...] = (
        cells.id_column(),
        Column("light", _("Light"), lambda task: cells.light(lit[task.id])),
        cells.field_column("title", fold=20),
        cells.field_column("department", fold=14, drop=5),
        cells.field_column("owner", fold=12, drop=2),
        cells.field_column("due", drop=4),
        cells.field_column("status", drop=3),
        cells.days_column(today, lambda task: lit[task.id].light),
        *([Column("last_progress", _("Last sign of work"), partial(_last_sign, today=today))] if silent else []),
        Column("light_reason", _("Why"), lambda task: _reason(lit[task.id].reason), drop=6),
        Column(
            "reached",
            fields.label("target"),
            lambda task: target(task, today=today),
            fold=18,
            drop=1,
            where=Where.ALL if targeted else Where.DATA,
        ),
        Column("time_gone", "", lambda task: Cell("", shares.time_gone(task, today=today)), where=Where.DATA),
    )
    return grid(listed, columns, empty=empty or _("No task fits."), closing=cells.limit_note(len(listed), more))


def _last_sign(task: Task, *, today: date) -> Cell:
    """Return the day from which its silence counts, or on which a file brought it, and how long the task is silent.

    Scripts read the day of the last progress.
    """
    note = history.last_note(task)
    noted = note.at.date() if note else None
    days = lights.silent_days(task, today=today)
    sign = noted if days is None else today - timedelta(days=days)
    if sign is None or (noted is None and sign <= task.created):
        shown = NOTHING
    elif note and note.imported and sign == noted:
        shown = _("taken in {day}").format(day=sign)
    else:
        shown = sign.isoformat()
    raw = noted.isoformat() if noted else None
    return Cell(shown if days is None else _("{text} ({note})").format(text=shown, note=wording.silent(days)), raw)


def _reason(reason: lights.Reason | None) -> Cell:
    return EMPTY if reason is None else Cell(vocabulary.REASON.say(reason), reason.value)


def target(task: Task, *, today: date) -> Cell:
    """Say how far a task is towards its target, beside the time gone by; scripts read the share reached."""
    return Cell(wording.target_reached(task, today=today), shares.share_done(task)) if task.target else EMPTY


def overdue(
    late: Sequence[Task], soon: Sequence[Task] = (), *, today: date, pilot: Pilot, more: int = 0, empty: str = ""
) -> Grid:
    """List overdue tasks, then those that fall due soon; `more` and `empty` as for `tasks`.

    The first deadlines have a column where one was moved. A narrow terminal leaves out the reminders, the owner, the
    first deadline, the department, then the deadline.
    """
    listed = (*late, *soon)

    def days(task: Task) -> Cell:
        light = lights.light(task, today=today, pilot=pilot).light
        return replace(cells.days(task, today=today, light=light), raw=lights.days_late(task, today=today))

    columns: tuple[Column[Task], ...] = (
        cells.id_column(),
        cells.field_column("title", fold=20),
        cells.field_column("department", fold=14, drop=4),
        cells.field_column("owner", fold=12, drop=2),
        cells.field_column("due", drop=5),
        Column(
            "first_due",
            fields.label("first_due"),
            _first_due,
            drop=3,
            where=Where.ALL if any(map(is_extended, listed)) else Where.DATA,
        ),
        Column("days_late", _("Days"), days, align=Align.RIGHT),
        Column("days_left", "", lambda task: Cell("", lights.days_left(task, today=today)), where=Where.DATA),
        Column("chased", _("Chased"), _chases, drop=1),
        Column("last_chased", "", lambda task: Cell("", _last_chased(task)), where=Where.DATA),
    )
    return grid(listed, columns, empty=empty, closing=cells.limit_note(len(listed), more))


def is_extended(task: Task) -> bool:
    """Tell whether the deadline of `task` is not its first one."""
    return task.first_due is not None and task.first_due != task.due


def _first_due(task: Task) -> Cell:
    """Return the first deadline, shown where it was moved."""
    first = cells.day(task.first_due)
    return first if is_extended(task) else Cell(NOTHING, first.value)


def _chases(task: Task) -> Cell:
    times, last = len(history.chases(task)), _last_chased(task)
    if last is None:
        return Cell(NOTHING, 0)
    return Cell(ngettext("once, {last}", "{n} times, last {last}", times).format(n=times, last=last), times)


def _last_chased(task: Task) -> str | None:
    chases = history.chases(task)
    return chases[-1].at.date().isoformat() if chases else None
