"""Sheets of a workbook as rows of text, whichever program wrote it."""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
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

    `from_1904` where its workbook counts days from that year.
    """

    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    from_1904: bool = False

    def table(self, name: str, below: int, notices: tuple[str, ...] = ()) -> Table:
        """Return the rows with merged cells filled down in those from the index `below` on.

        A value goes down its own column within its range, never to the right: what is merged over columns is one
        cell to its reader, not several. Rows that are blank otherwise are none.
        """
        merges = tuple(apart(self.merges))
        upper = {merge.first for merge in merges}
        held = {row.number: row.cells for row in self.rows[below:] if row.number in upper}
        numbers = [row.number for row in self.rows]
        fills: dict[int, dict[int, str]] = {}
        for merge in merges:
            cells = held.get(merge.first, ())
            if merge.index < len(cells) and cells[merge.index]:
                for number in numbers[bisect(numbers, merge.first) : bisect(numbers, merge.last)]:
                    fills.setdefault(number, {})[merge.index] = cells[merge.index]
        rows = [*self.rows[:below], *(_filled(row, fills.get(row.number)) for row in self.rows[below:])]
        return Table(tuple(rows), sheet=name, notices=notices, from_1904=self.from_1904)


@dataclass(frozen=True, slots=True)
class Source:
    """A sheet of a workbook, and what reads it: so many rows that are not blank, or all of them."""

    name: str
    hidden: bool
    read: Callable[[int | None], Sheet]


def _filled(row: Row, fill: Mapping[int, str] | None) -> Row:
    if not fill:
        return row
    cells = [*row.cells, *[""] * (1 + max(fill) - len(row.cells))]
    for index, cell in fill.items():
        cells[index] = cells[index] or cell
    return replace(row, cells=tuple(cells))


def apart(merges: Iterable[Merge]) -> Iterator[Merge]:
    """Yield ranges from the top down, none into the next of its column: what overlaps is hostile or damaged."""
    ordered = sorted(merges, key=lambda merge: (merge.index, merge.first))
    for merge, below in zip_longest(ordered, ordered[1:]):
        if below is not None and below.index == merge.index and below.first <= merge.last:
            yield replace(merge, last=below.first - 1)
        else:
            yield merge


def check_width(row: Row) -> None:
    """Raise UsageFault where something stands further to the right than is read."""
    width = max(len(row.cells), 1 + max(row.faults, default=-1))
    if width > MOST_COLUMNS:
        raise UsageFault(
            _("row {row}: there is something in column {column}; no more than {count} are read").format(
                row=row.number, column=width, count=MOST_COLUMNS
            ),
            hint=_("delete what stands so far to the right"),
        )


def check_height(count: int) -> None:
    """Raise UsageFault where there are more rows than are read."""
    if count > MOST_ROWS:
        raise UsageFault(
            _("the sheet has more than {count} rows").format(count=MOST_ROWS),
            hint=_("split it, and import one part after the other"),
        )


def letters(index: int) -> str:
    """Return what a spreadsheet calls the column at `index`, from 0: A, B … Z, AA."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
