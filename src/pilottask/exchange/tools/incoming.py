"""What a file of another tool brings: whole tasks with their logs, rows that say something of tasks, or both."""

from collections.abc import Iterable
from dataclasses import dataclass

from pilottask.exchange.office.headings import Column, label
from pilottask.exchange.office.reading import Row, Table
from pilottask.ledger.records import Ledger

Cells = dict[Column | str, str]
"""The cells of a record by column; a column of the user's own stands under its heading."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was read: `store` is merged, then `table` comes in as an office ledger would. `notices` are sentences."""

    store: Ledger | None = None
    table: Table | None = None
    notices: tuple[str, ...] = ()


def as_table(records: Iterable[tuple[int, int, Cells]]) -> Table | None:
    """Return records, each its number, its line and its cells, as the table of an office ledger; None without any."""
    rows = list(records)
    if not rows:
        return None
    always: tuple[Column | str, ...] = (Column.UID, Column.TITLE, Column.DEPARTMENT)
    columns = list(dict.fromkeys((*always, *(key for _number, _line, cells in rows for key in cells))))
    head = tuple(label(key) if isinstance(key, Column) else key for key in columns)
    return Table(
        (
            Row(0, 0, head),
            *(Row(number, line, tuple(cells.get(key, "") for key in columns)) for number, line, cells in rows),
        )
    )
