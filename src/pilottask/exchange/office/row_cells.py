"""The cells of one row of a ledger by column, and what is wrong with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pilottask.base import text
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.exchange.office import values
from pilottask.exchange.office.headings import IGNORED, Column
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row, where
from pilottask.ledger import fields

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that cannot be taken; `why` says what is wrong with it and what would be right.

    `row`, `line` and `name` are those of `reading.Row`, `column` the heading as it stands in the file.
    """

    row: int
    line: int
    column: str
    value: str
    why: str
    name: str = ""

    def __str__(self) -> str:
        place = self.name or where(self.row, self.line)
        if not self.column:
            return _("{where}: {why}").format(where=place, why=self.why)
        return _("{where}, column {column}: {why}").format(where=place, column=text.safe(self.column), why=self.why)


def removal(wrong: str) -> str:
    """Return what is said of a character that must go."""
    return _("{wrong}; remove it").format(wrong=wrong)


class RowCells:
    """The cells of one row by column, and what is wrong with them."""

    def __init__(self, row: Row, layout: Layout) -> None:
        self._row = row
        self._layout = layout
        self.rejects: list[Reject] = []
        if len(row.cells) > len(layout.names) and any(cell.strip() for cell in row.cells[len(layout.names) :]):
            self._reject(
                "",
                "",
                _(
                    "{count} cells under {headings} headings; put a text that holds the delimiter in quotation marks"
                ).format(count=len(row.cells), headings=len(layout.names)),
            )
        for place, why in row.faults.items():
            if place not in {layout.columns.get(column) for column in IGNORED}:
                self._reject(layout.names[place] if place < len(layout.names) else "", "", why)

    def raw(self, column: Column) -> str:
        """Return the cell as it stands in the file, empty where the row or the table ends before."""
        return self._row.at(self._layout.columns.get(column))

    def take(
        self, column: Column, read: Callable[[str], _Value], *, kept: Callable[[str], str] = values.cell_text
    ) -> _Value | None:
        """Return what `read` makes of the cell's text as `kept` gives it, None where it is blank or refused."""
        index = self._layout.columns.get(column)
        return None if index is None else self.take_at(index, read, kept=kept)

    def take_at(
        self, index: int, read: Callable[[str], _Value], *, kept: Callable[[str], str] = values.trimmed
    ) -> _Value | None:
        """Return as `take` does what stands at an index, as where several columns are of one kind."""
        if not (cell := kept(self._row.at(index))):
            return None
        try:
            return read(cell)
        except UsageFault as wrong:
            self.refuse_at(index, wrong.message)
            return None

    def own(self) -> dict[str, str | None]:
        """Return the own columns as `extra.KEY`."""
        found: dict[str, str | None] = {}
        for key, place in self._layout.own.items():
            if not (cell := values.cell_text(self._row.at(place))):
                continue
            if wrong := text.fault(cell, line=False):
                self._reject(self._layout.names[place], cell, removal(wrong))
            found[fields.EXTRA + key] = cell
        return found

    def check_filled(self, texts: Mapping[Column, str]) -> None:
        """Refuse a row that lacks one of these, unless what stands there is refused already."""
        for column, given in texts.items():
            refused = any(reject.column == self.name(column) for reject in self.rejects)
            if not refused and text.is_blank(given):
                self.refuse(column, _("empty; every task has a title and one lead department"))

    def refuse(self, column: Column, why: str) -> None:
        """Put a fault of `column` on record."""
        self._reject(self.name(column), self.raw(column), why)

    def refuse_at(self, index: int, why: str) -> None:
        """Put a fault of the column at `index` on record."""
        self._reject(self._layout.names[index], self._row.at(index), why)

    def name(self, column: Column) -> str:
        """Return the heading of `column`, empty where the table has none."""
        return "" if column not in self._layout.columns else self._layout.names[self._layout.columns[column]]

    def _reject(self, column: str, value: str, why: str) -> None:
        self.rejects.append(Reject(self._row.number, self._row.line, column, value, why, self._row.name))
