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


def section(ledger: Ledger, *, today: date, every: bool) -> list[Grid]:
    """Return a section of the instructions that are open, or of `every` one, where there are any."""
    listed = [one for one in ledger.instructions if every or one.answered is None]
    return [instructions(listed, today=today, title=_("Instructions"))] if listed else []


def late(ledger: Ledger, tasks: Iterable[Task] | None, *, today: date, ahead: int | None = None) -> list[Grid]:
    """Return a section of the instructions not answered in time, or to be `ahead`, on these tasks; with None of all."""
    ids = None if tasks is None else {task.id for task in tasks}
    listed = rules.late(ledger.instructions, today=today, ahead=ahead)
    listed = [one for one in listed if ids is None or one.task in ids]
    title = _("Instructions not answered in time") if ahead is None else _("Instructions to be answered soon")
    return [instructions(listed, today=today, title=title)] if listed else []


def _standing(one: Instruction, *, today: date) -> Cell:
    """Say what was answered, else how far off the day of the answer is."""
    if one.answered is not None:
        said = _("answered {day}: {text}").format(day=one.answered.date(), text=one.answer)
        return Cell(said, one.answered.date().isoformat())
    if one.reply_by is None:
        return Cell(_("open"), None)
    return cells.time_left(one.reply_by, today=today)
