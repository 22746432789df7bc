"""The cells of one row of a table by column, and what is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pilottask.base import text
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.exchange.office import values
from pilottask.exchange.office.reading import Row, where

_Column = TypeVar("_Column")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that cannot be taken; `why` says what is wrong with it and what would be right.

    `row`, `line` and `name` are those of `reading.Row`, `column` the heading as it stands in the file. `file` is said
    where several are read at once; of a whole one, row 0 is refused.
    """

    row: int
    line: int
    column: str
    value: str
    why: str
    name: str = ""
    file: str = ""

    def __str__(self) -> str:
        place = self.name or where(self.row, self.line)
        if self.file:
            place = _("{file}, {row}").format(file=self.file, row=place) if self.row else self.file
        if not self.column:
            return _("{where}: {why}").format(where=place, why=self.why)
        return _("{where}, column {column}: {why}").format(where=place, column=text.safe(self.column), why=self.why)


def check_text(cell: str, *, line: bool = False) -> str:
    """Return `cell`. Raises UsageFault where a character must go, of a `line` a break too."""
    if wrong := text.fault(cell, line=line):
        raise UsageFault(_("{wrong}; remove it").format(wrong=wrong))
    return cell


class RowCells(Generic[_Column]):
    """The cells of one row by column, and what is wrong with them.

    `columns` are the indexes of the columns, `names` by index what messages call them. `filled` are the cells in which
    something stands, if only a blank.
    """

    def __init__(
        self, row: Row, columns: Mapping[_Column, int], names: Sequence[str] | Mapping[int, str], *, file: str = ""
    ) -> None:
        self._row = row
        self.filled = {column: cell for column, index in columns.items() if (cell := row.at(index))}
        self._columns = columns
        self._names = names
        self._file = file
        self.rejects: list[Reject] = []

    def raw(self, column: _Column) -> str:
        """Return the cell as it stands in the file, empty where the row or the table ends before."""
        return self.filled.get(column, "")

    def text(self, column: _Column) -> str:
        """Return the text of the cell, empty where it says that there is nothing."""
        return values.report_text(self.filled[column]) if column in self.filled else ""

    def take(
        self, column: _Column, read: Callable[[str], _Value], kept: Callable[[str], str] = values.report_text
    ) -> _Value | None:
        """Return what `read` makes of the cell's text as `kept` gives it, None where it is blank or refused."""
        return self.take_at(self._columns[column], read, kept) if column in self.filled else None

    def take_at(
        self, index: int, read: Callable[[str], _Value], kept: Callable[[str], str] = values.report_text
    ) -> _Value | None:
        """Return as `take` does what stands at an index, as where several columns are of one kind."""
        if not (cell := kept(self._row.at(index))):
            return None
        try:
            return read(cell)
        except UsageFault as wrong:
            self.refuse_at(index, wrong.message)
            return None

    def name(self, column: _Column) -> str:
        """Return the heading of `column`, empty where the table has none."""
        return "" if column not in self._columns else self._names[self._columns[column]]

    def refuse(self, column: _Column, why: str) -> None:
        """Put a fault of `column` on record."""
        self.reject(self.name(column), self.raw(column), why)

    def refuse_at(self, index: int, why: str) -> None:
        """Put a fault of the column at `index` on record."""
        self.reject(self._names[index], self._row.at(index), why)

    def reject(self, name: str, value: str, why: str) -> None:
        """Put a fault of the column that messages call `name` on record."""
        row = self._row
        self.rejects.append(Reject(row.number, row.line, name, value, why, row.name, self._file))
