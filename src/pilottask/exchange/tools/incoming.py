"""What a file of another tool brings: whole tasks with their logs, rows that say something of tasks, or both."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pilottask.base.i18n import _
from pilottask.base.text import quote, safe, shorten
from pilottask.exchange.office import exporting, values
from pilottask.exchange.office.headings import Column, label
from pilottask.exchange.office.reading import Row, Table
from pilottask.ledger import wording
from pilottask.ledger.records import Ledger, Task

OF_LOG: Final = (
    *(Column.PROGRESS, Column.NEXT, Column.NOTED, Column.WORKED),
    *(Column.PROBLEM, Column.NEED, Column.STEP),
)
"""Columns of a ledger that are told by the log of a task."""
_SHOWN: Final = 40

Cells = dict[Column | str, str]
"""The cells of a record by column; a column of the user's own stands under its heading."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was read: `store` is merged, then `table` comes in as an office ledger would. `notices` are sentences."""

    store: Ledger | None = None
    table: Table | None = None
    notices: tuple[str, ...] = ()


def plain_text(task: Task, column: Column) -> str:
    """Return what a task, or its log, tells of a column, as plain text; empty where it tells nothing."""
    if column in OF_LOG:
        return values.cell_text(exporting.CELLS[column](task))
    return str(getattr(task, column.value) or "")


def as_table(records: Iterable[tuple[int, int, Cells]]) -> Table | None:
    """Return records, each its number, its line and its cells, as the table of an office ledger; None without any."""
    rows = list(records)
    if not rows:
        return None
    always: tuple[Column | str, ...] = (Column.UID, Column.TITLE, Column.DEPARTMENT)
    columns = list(dict.fromkeys((*always, *(key for _number, _line, cells in rows for key in cells))))
    head = tuple(label(key) if isinstance(key, Column) else key for key in columns)
    results = [Row(0, 0, head)]
    for number, line, cells in rows:
        name = record_name(line, title=cells.get(Column.TITLE, ""), uid=cells.get(Column.UID, ""))
        results.append(Row(number, line, tuple(cells.get(key, "") for key in columns), name=name))
    return Table(tuple(results))


def record_name(line: int, *, title: str, uid: str) -> str:
    """Return how a message names a record: by its line, title and UID, as far as it has them."""
    text = _("line {line}").format(line=line)
    named = [*([quote(shorten(title, _SHOWN))] if title else []), *([f"UID {safe(uid)}"] if uid else [])]
    return _("{text} ({note})").format(text=text, note=wording.clauses(named)) if named else text
