"""Log entries and kept versions as tables."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from pilottask.base.i18n import _
from pilottask.ledger import fields, wording
from pilottask.ledger.records import LogEntry, Task
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Row, Where

_MOMENT: Final = "%Y-%m-%d %H:%M"


class Version(Protocol):
    """A version of the store, as `undo --list` shows it; `command` None where it was edited by hand."""

    @property
    def n(self) -> int:
        """Its number."""

    @property
    def at(self) -> datetime:
        """When it was written (aware)."""

    @property
    def by(self) -> str:
        """Who wrote it."""

    @property
    def command(self) -> str | None:
        """The command that wrote it."""


def history(entries: Iterable[tuple[Task, LogEntry]], *, of: Task | None = None) -> Grid:
    """Tell log entries, in the order given, as sentences; `of` is the task where they are all about one."""
    columns = [
        Column(key="at", label=_("When")),
        Column(key="by", label=_("By"), fold=6, drop=1),
        cells.id_column(),
        cells.field_column("title", fold=10, drop=2),
        Column(key="kind", label="", where=Where.DATA),
        Column(key="text", label=_("What"), fold=16),
    ]
    rows = [_entry_row(task, entry) for task, entry in entries]
    if of is not None:
        columns = [column for column in columns if column.key not in {"id", "title"}]
        rows = [(*row[:2], *row[4:]) for row in rows]
    return Grid(
        columns=tuple(columns),
        rows=rows,
        title=fields.label("log") if of is not None else None,
        empty=_("Nothing is on record."),
    )


def _entry_row(task: Task, entry: LogEntry) -> Row:
    return (
        Cell(entry.at.strftime(_MOMENT), entry.at.isoformat()),
        Cell(entry.by),
        Cell(str(task.id), task.id),
        Cell(task.title),
        Cell("", entry.__struct_config__.tag),
        Cell(wording.sentence(entry)),
    )


def versions(listed: Iterable[Version], *, present: int | None) -> Grid:
    """List the versions of the store, in the order given; `present` is the number of the one in use."""
    columns = (
        Column(key="n", label=_("No."), align=Align.RIGHT),
        Column(key="at", label=_("When"), drop=2),
        Column(key="by", label=_("By"), fold=6, drop=1),
        Column(key="command", label=_("Command"), fold=16),
        Column(key="present", label=""),
    )
    rows = [
        (
            Cell(str(one.n), one.n),
            Cell(one.at.strftime(_MOMENT), one.at.isoformat()),
            Cell(one.by),
            Cell(one.command or _("(edited by hand)"), one.command),
            Cell(_("← now") if one.n == present else "", one.n == present),
        )
        for one in listed
    ]
    return Grid(columns=columns, rows=rows, empty=_("No version is kept yet."))
