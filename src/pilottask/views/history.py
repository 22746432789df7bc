"""Log entries and kept versions as tables."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple

from pilottask.base.i18n import _
from pilottask.ledger import fields, wording
from pilottask.ledger.history import LogRow
from pilottask.ledger.records import Conflict, Task
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Where, grid

_MOMENT: Final = "%Y-%m-%d %H:%M"


class Version(NamedTuple):
    """A version of the store: who wrote it when (aware), by which command, None where it was edited by hand.

    `undone`: it was taken back before others were written.
    """

    n: int
    at: datetime
    by: str
    command: str | None
    undone: bool


def history(rows: Iterable[LogRow], *, of: Task | None = None) -> Grid:
    """Tell log entries, in the order given, as sentences; `of` is the task where they are all about one."""
    columns: list[Column[LogRow]] = [
        Column("at", _("When"), lambda row: Cell(row.entry.at.strftime(_MOMENT), row.entry.at.isoformat())),
        Column("by", _("By"), lambda row: Cell(row.entry.by), fold=6, drop=1),
        Column("n", _("Entry"), lambda row: Cell(str(row.n or ""), row.n), align=Align.RIGHT, drop=3),
        Column("kind", "", lambda row: Cell("", row.entry.__struct_config__.tag), where=Where.DATA),
        Column("text", _("What"), lambda row: Cell(_sentence(row)), fold=16),
    ]
    if of is None:
        tasks = (cells.id_column(), cells.field_column("title", fold=10, drop=2))
        columns[2:2] = [cells.of(attrgetter("task"), column) for column in tasks]
    title, empty = (None, _("No entry fits.")) if of is None else (fields.label("log"), _("Nothing is on record."))
    return grid(rows, columns, title=title, empty=empty)


def _sentence(row: LogRow) -> str:
    if isinstance(row.entry, Conflict):
        return wording.conflict(row.entry)
    text = wording.sentence(row.entry)
    if row.voided:
        return _("(void) {said}").format(said=text)
    return _("(amended) {said}").format(said=text) if row.amended else text


def versions(listed: Iterable[Version], *, present: int | None) -> Grid:
    """List the versions of the store, in the order given; `present` is the number of the one in use."""
    columns: tuple[Column[Version], ...] = (
        cells.number_column("n", _("No."), lambda one: one.n),
        Column("at", _("When"), lambda one: Cell(one.at.strftime(_MOMENT), one.at.isoformat()), drop=2),
        Column("by", _("By"), lambda one: Cell(one.by), fold=6, drop=1),
        Column("command", _("Command"), lambda one: Cell(one.command or _("(edited by hand)"), one.command), fold=16),
        Column("present", "", lambda one: Cell(_standing(one, present), one.n == present)),
    )
    return grid(listed, columns, empty=_("No version is kept yet."))


def _standing(version: Version, present: int | None) -> str:
    if version.n == present:
        return _("← now")
    return _("undone") if version.undone else ""
