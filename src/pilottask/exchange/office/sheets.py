"""Sheets of a workbook as rows of text, whichever program wrote it."""

from bisect import bisect, bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.formulas import guard
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office.reading import Row, Table

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 500
"""Rows and columns with something in them that a sheet may have."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A range of merged cells: rows as the spreadsheet counts them, the index of the first column."""

    first: int
    last: int
    index: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows, blank ones left out, as they stand in it; `hidden` are the numbers of those not shown.

    `from_1904` where its workbook counts days from that year; `comments` stand on cells, each with its cell.
    """

    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    from_1904: bool = False
    comments: tuple[str, ...] = ()

    def table(self, name: str, below: int, notices: tuple[str, ...] = ()) -> Table:
        """Return the rows with merged cells filled down in those from the index `below` on.

        A value goes down its own column within its range, never to the right: what is merged over columns is one
        cell to its reader, not several. Rows that are blank otherwise are none.
        """
        data = self.rows[below:]
        numbers = [row.number for row in data]
        cells = [[*row.cells] for row in data]
        for merge in without_overlaps(self.merges):
            top, end = bisect_left(numbers, merge.first), bisect(numbers, merge.last)
            if numbers[top:end][:1] == [merge.first] and (text := data[top].at(merge.index)):
                for row in cells[top + 1 : end]:
                    row.extend([""] * (merge.index + 1 - len(row)))
                    row[merge.index] = row[merge.index] or text
        rows = [msgspec.structs.replace(row, cells=tuple(filled)) for row, filled in zip(data, cells, strict=True)]
        if self.comments:
            notice = _("comments on cells are not read: {comments}").format(comments=_(", ").join(self.comments))
            notices = (*notices, notice)
        return Table((*self.rows[:below], *rows), sheet=name, notices=notices, from_1904=self.from_1904)


def comment(cell: str, text: str) -> str:
    """Return how a message tells of a comment on a cell, named as `C5`."""
    return f"{cell} {quote(' '.join(text.split()))}"


@dataclass(frozen=True, slots=True)
class Source:
    """A sheet of a workbook, and what reads it: so many rows that are not blank, or all of them."""

    name: str
    hidden: bool
    read: Callable[[int | None], Sheet]


def without_overlaps(merges: Iterable[Merge]) -> Iterator[Merge]:
    """Yield ranges from the top down, none into the next of its column: what overlaps is hostile or damaged."""
    ordered = sorted(merges, key=lambda merge: (merge.index, merge.first))
    for merge, below in zip_longest(ordered, ordered[1:]):
        if below is not None and below.index == merge.index and below.first <= merge.last:
            yield replace(merge, last=below.first - 1)
        else:
            yield merge


def check_height(count: int) -> None:
    """Raise UsageFault where there are more rows than are read."""
    if count > MOST_ROWS:
        message = _("the sheet has more than {count} rows").format(count=MOST_ROWS)
        raise UsageFault(message, hint=_("split it, and import one part after the other"))


def letters(index: int) -> str:
    """Return what a spreadsheet calls the column at `index`, from 0: A, B … Z, AA."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


ERRORS: Final = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""What cells of binary workbooks show where a formula comes to nothing, by its number."""


class Cells:
    """The cells of one row while it is read, numbered as the spreadsheet counts."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._texts: list[str] = []
        self._faults: dict[int, str] = {}

    def put(self, index: int, shown: str | None, *, raw: str = "") -> None:
        """Put what a cell shows; None where that cannot be told of its value `raw`. Raises UsageFault too far right."""
        if shown is None:
            why = _("cell {cell} shows {value} in a form that is not known here; type what it shows as text")
            self.refuse(index, why.format(cell=self.name(index), value=quote(raw)))
        elif shown:
            self._check(index)
            self._texts.extend([""] * (index - len(self._texts)))
            self._texts[index:] = [shown]

    def put_text(self, index: int, text: str) -> None:
        """Put a text as a CSV file has it, so that what guards it against being run is kept."""
        self.put(index, guard(text) if text.startswith("'") else text)

    def put_error(self, index: int, error: str) -> None:
        """Put what a formula shows that comes to nothing: the cell cannot be read."""
        why = _("cell {cell} holds the error {error}; correct the formula, or type the value")
        self.refuse(index, why.format(cell=self.name(index), error=error))

    def put_unsaved(self, index: int) -> None:
        """Put a formula whose value is not in the file: the cell cannot be read."""
        why = _(
            "cell {cell} holds a formula without its value; save the file in a spreadsheet program, or type the value"
        )
        self.refuse(index, why.format(cell=self.name(index)))

    def refuse(self, index: int, why: str) -> None:
        """Say why a cell cannot be read."""
        self._check(index)
        self._faults[index] = why

    def row(self) -> Row:
        """Return the row."""
        return Row(self._number, self._number, tuple(self._texts), self._faults)

    def name(self, index: int) -> str:
        """Return what a spreadsheet calls the cell at `index`."""
        return f"{letters(index)}{self._number}"

    def _check(self, index: int) -> None:
        if index >= MOST_COLUMNS:
            text = _("row {row}: there is something in column {column}; no more than {count} are read")
            message = text.format(row=self._number, column=index + 1, count=MOST_COLUMNS)
            raise UsageFault(message, hint=_("delete what stands so far to the right"))
