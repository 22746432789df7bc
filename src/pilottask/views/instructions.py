"""Leaders' instructions as a table."""

from collections.abc import Iterable
from datetime import date

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import instructions as rules
from pilottask.ledger.records import Instruction, Ledger, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Align, Cell, Column, Grid, Where, grid


def instructions(listed: Iterable[Instruction], *, today: date, title: str | None = None) -> Grid:
    """List instructions, in the order given."""
    columns: tuple[Column[Instruction], ...] = (
        cells.number_column("n", pgettext("instruction", "No."), lambda one: one.n),
        Column("leader", pgettext("instruction", "Leader"), lambda one: Cell(one.leader), fold=8),
        Column("text", pgettext("instruction", "Asked for"), lambda one: Cell(one.text), fold=16),
        Column("task", _("Task ID"), lambda one: cells.number(one.task) if one.task else EMPTY, align=Align.RIGHT),
        Column("reply_by", _("Reply by"), lambda one: cells.day(one.reply_by), drop=1),
        Column("given", _("Given"), lambda one: cells.day(one.at.date()), where=Where.DATA),
        Column(
            "answered",
            _("Answered"),
            lambda one: cells.day(one.answered.date() if one.answered else None),
            where=Where.DATA,
        ),
        Column("stands", pgettext("instruction", "Stands"), lambda one: _standing(one, today=today), fold=10),
    )
    return grid(listed, columns, title=title, empty=_("No instruction is open."))


def section(
    ledger: Ledger, tasks: Iterable[Task] | None, *, today: date, late: bool = False, every: bool = False
) -> list[Grid]:
    """Return a section of the instructions on these tasks, with None of all; without `every` those that are open."""
    listed = rules.late(ledger.instructions, today=today) if late else ledger.instructions
    ids = None if tasks is None else {task.id for task in tasks}
    listed = [one for one in listed if (every or one.answered is None) and (ids is None or one.task in ids)]
    title = _("Instructions not answered in time") if late else _("Instructions")
    return [instructions(listed, today=today, title=title)] if listed else []


def _standing(one: Instruction, *, today: date) -> Cell:
    """Say what was answered, else how far off the day of the answer is."""
    if one.answered is not None:
        said = _("answered {day}: {text}").format(day=one.answered.date(), text=one.answer)
        return Cell(said, one.answered.date().isoformat())
    if one.reply_by is None:
        return Cell(_("open"), None)
    return cells.time_left(one.reply_by, today=today)
