"""Sheets of an Excel workbook to rows of text, as the CSV reader gives them.

Values only: formulas count by the value saved with them and are never worked out, links are not followed.
"""

import io
import re
import warnings
import zipfile
from bisect import bisect
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice, zip_longest
from types import TracebackType
from typing import Any, Final, Self
from xml.etree import ElementTree as ET

from pilottask.base import numbers
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.formulas import defused
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote
from pilottask.exchange.office import packages, spans
from pilottask.exchange.office.drafts import some
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.layout import NO_ANSWERS, find_layout, has_headings
from pilottask.exchange.office.reading import SEARCHED_ROWS, Row, Table

Watch = Callable[[Sequence[int]], Iterable[int]]
"""Looks on as rows are read one after the other, for a progress bar."""

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 500
"""Rows and columns with something in them that a sheet may have."""

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_BOOK: Final = re.compile(r"(?:spreadsheetml|ms-excel)\..*main\+xml")
_MARKED: Final = re.compile(rb"<(?:\w+:)?(?:(?:mergeCell|f)[\s/>]|row\s[^>]*\shidden\s*=)")
_LIKE_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNFIT: Final = re.compile("[\r\ufffe\uffff]")
EXACT: Final = 10**15
"""Whole numbers from here up are more than a spreadsheet keeps to the last digit."""
_LAST_ROW: Final = 1_048_576
"""The last row of a sheet in Excel; what claims to stand below is hostile or damaged."""
_MOST_PLACES: Final = 100_000_000
"""Cells that are looked at in one sheet, blank ones too."""
_AT_ONCE: Final = 256
_MIDNIGHT: Final = time()


@dataclass(frozen=True, slots=True)
class Merge:
    """A range of merged cells: rows as the spreadsheet counts them, the place of the first column from 0."""

    first: int
    last: int
    place: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows, blank ones left out, as they stand in it; `hidden` are the numbers of those not shown."""

    name: str
    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()

    def table(self, below: int, notices: tuple[str, ...] = ()) -> Table:
        """Return the rows with merged cells filled down in those from place `below` on.

        A value goes down its own column within its range, never to the right: what is merged over columns is one
        cell to its reader, not several. Rows that are blank otherwise are none.
        """
        upper = {merge.first for merge in self.merges}
        held = {row.number: row.cells for row in self.rows[below:] if row.number in upper}
        numbers = [row.number for row in self.rows]
        fills: dict[int, dict[int, str]] = {}
        for merge in self.merges:
            cells = held.get(merge.first, ())
            if merge.place < len(cells) and cells[merge.place]:
                for number in numbers[bisect(numbers, merge.first) : bisect(numbers, merge.last)]:
                    fills.setdefault(number, {})[merge.place] = cells[merge.place]
        rows = [*self.rows[:below], *(_filled(row, fills.get(row.number)) for row in self.rows[below:])]
        return Table(tuple(rows), sheet=self.name, notices=notices)


def _filled(row: Row, fill: Mapping[int, str] | None) -> Row:
    if not fill:
        return row
    cells = [*row.cells, *[""] * (1 + max(fill) - len(row.cells))]
    for place, cell in fill.items():
        cells[place] = cells[place] or cell
    return replace(row, cells=tuple(cells))


def read(
    data: bytes, *, sheet: str | None = None, answers: Mapping[str, str] = NO_ANSWERS, watch: Watch = iter
) -> Table:
    """Return the one sheet that has the headings of a ledger, or the one that `sheet` names.

    `sheet` is a name, or a place among the sheets that are not hidden, counted from 1. Raises UsageFault where the
    file cannot be read or several sheets are ledgers, NotFound where there is no such sheet.
    """
    with Book(data) as book:
        name = book.named(sheet) if sheet else _ledger(book, answers)
        found = book.sheet(name, watch)
        notices = _passed_over(book, name) if not sheet else ()
    try:
        layout = find_layout([row.cells for row in found.rows], answers=answers)
    except UsageFault:  # as `plan` will say; there is no row of data then
        return found.table(len(found.rows), notices)
    title = layout.columns[Column.TITLE]
    below = {row.number for row in found.rows[layout.below :]}
    notices = (*notices, *_not_shown(found.name, sorted(below & found.hidden)))
    titles = [(merge.first, merge.last) for merge in found.merges if merge.place == title and merge.first in below]
    return spans.joined(found.table(layout.below, notices), layout, titles)


def _ledger(book: "Book", answers: Mapping[str, str]) -> str:
    """Return the name of the one sheet that is a ledger."""
    heads = {name: book.head(name) for name in book.shown}
    filled = [name for name, rows in heads.items() if rows]
    likely = [name for name in filled if has_headings(heads[name])]
    whole = [name for name in likely if _is_whole(heads[name], answers)]
    fitting = whole or likely or (filled if len(filled) == 1 else [])
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageFault(
            _("several sheets are ledgers: {names}").format(names=_listed(fitting)),
            hint=_("say which one: --sheet {name}").format(name=quote(fitting[0])),
        )
    if not filled:
        raise UsageFault(_("the workbook is empty, or all its sheets are hidden"))
    raise UsageFault(
        _("no sheet has the headings of a ledger: {names}").format(names=_listed(filled)),
        hint=_("say which one: --sheet {name}").format(name=quote(filled[0])),
    )


def _is_whole(head: Sequence[Sequence[str]], answers: Mapping[str, str]) -> bool:
    try:
        find_layout(head, answers=answers)
    except UsageFault:
        return False
    return True


def _passed_over(book: "Book", name: str) -> tuple[str, ...]:
    """Return what is said of the sheets that were not read."""
    others = [other for other in book.shown if other != name and book.head(other)]
    said = []
    if others:
        said.append(_("only the sheet {name} is read, not {others}").format(name=quote(name), others=_listed(others)))
    if book.hidden:
        said.append(_("hidden sheets are passed over: {names}").format(names=_listed(book.hidden)))
    return tuple(said)


def _not_shown(name: str, rows: Sequence[int]) -> Iterator[str]:
    """Yield what is said of rows that are hidden, as by a filter, and are tasks of the ledger all the same."""
    if rows:
        yield ngettext(
            "a row hidden in sheet {name} is read too: row {rows}",
            "{count} rows hidden in sheet {name} are read too: rows {rows}",
            len(rows),
        ).format(count=len(rows), name=quote(name), rows=some(rows))


def _listed(names: Iterable[str]) -> str:
    return _(", ").join(map(quote, names))


class Book:
    """An open workbook. Raises UsageFault where it cannot be opened, or where openpyxl is not installed."""

    def __init__(self, data: bytes) -> None:
        packages.check(data)
        self._data = data
        openpyxl()  # which says what to do where it is missing
        self._book: Any = None
        with suppress(UsageFault):
            self._book = _loaded(data)
        if self._book is None or not self._book.worksheets:
            self._data = packages.plain(data)
            self._book = _loaded(self._data)
        with _reading():
            self._sheets: dict[str, Any] = {sheet.title: sheet for sheet in self._book.worksheets}
            # Before what a file says of its size, which need not be true, is forgotten.
            self._counts = {name: min(sheet.max_row or 0, _LAST_ROW) for name, sheet in self._sheets.items()}
            for sheet in self._sheets.values():
                sheet.reset_dimensions()
        self.shown = [name for name, sheet in self._sheets.items() if sheet.sheet_state == "visible"]
        self.hidden = [name for name in self._sheets if name not in self.shown]
        self._heads: dict[str, list[tuple[str, ...]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def named(self, sheet: str) -> str:
        """Return the name of the sheet that `sheet` names or counts. Raises NotFound."""
        if sheet in self._sheets:
            return sheet
        if sheet.isdecimal() and 1 <= int(sheet) <= len(self.shown):
            return self.shown[int(sheet) - 1]
        raise NotFound(
            _("there is no sheet {name}").format(name=quote(sheet)),
            hint=_("its sheets are: {names}").format(names=_listed(self._sheets)),
        )

    def head(self, name: str) -> list[tuple[str, ...]]:
        """Return the cells of the first rows that are not blank, as many as headings are looked for in."""
        if name not in self._heads:
            found: list[tuple[str, ...]] = []
            for row in self._rows(name, {}, iter):
                found.append(row.cells)
                if len(found) == SEARCHED_ROWS:
                    break
            self._heads[name] = found
        return self._heads[name]

    def sheet(self, name: str, watch: Watch = iter) -> Sheet:
        """Return a sheet with all its rows. Raises UsageFault where there are too many."""
        merges, unsaved, hidden = self._marks(name)
        rows: list[Row] = []
        for row in self._rows(name, unsaved, watch):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise UsageFault(
                    _("sheet {name} has more than {count} rows").format(name=quote(name), count=MOST_ROWS),
                    hint=_("split it, and import one part after the other"),
                )
        return Sheet(name, tuple(rows), merges, hidden)

    def _rows(self, name: str, unsaved: Mapping[int, frozenset[int]], watch: Watch) -> Iterator[Row]:
        sheet = self._sheets[name]
        steps = iter(watch(range(self._counts[name])))
        found = enumerate(sheet.iter_rows(), start=1)
        places = 0
        while True:
            with _reading():
                some = list(islice(found, _AT_ONCE))
            for number, cells in some:
                places += len(cells)
                if number > _LAST_ROW or places > _MOST_PLACES:
                    raise packages.damaged()
                next(steps, None)
                row = _row(name, number, cells, unsaved.get(number, frozenset()))
                if not row.blank:
                    yield row
            if len(some) < _AT_ONCE:
                deque(steps, maxlen=0)
                return

    def _marks(self, name: str) -> tuple[tuple[Merge, ...], Mapping[int, frozenset[int]], frozenset[int]]:
        """Return merged ranges, the places by row of formulas that no value is saved with, and the hidden rows.

        openpyxl tells none of them where it reads row by row, which it does in a fraction of the time.
        """
        from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries  # type: ignore[import-untyped] # noqa: PLC0415  not installed with everybody

        merges: list[Merge] = []
        unsaved: dict[int, set[int]] = {}
        hidden: set[int] = set()
        with _reading(), zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            part = archive.read(_parts(archive)[name])
            if b"\0" not in part and not _MARKED.search(part):
                return (), {}, frozenset()
            for _event, element in ET.iterparse(io.BytesIO(part)):  # noqa: S314  `check` refused what could harm
                if element.tag == f"{_MAIN}mergeCell":
                    left, first, _right, last = range_boundaries(element.get("ref"))
                    if last > first:
                        merges.append(Merge(first, last, left - 1))
                elif element.tag == f"{_MAIN}c":
                    if element.find(f"{_MAIN}f") is not None and not _is_saved(element):
                        row, column = coordinate_to_tuple(element.get("r"))
                        unsaved.setdefault(row, set()).add(column - 1)
                elif element.tag == f"{_MAIN}row":
                    if element.get("hidden") in {"1", "true"}:
                        hidden.add(int(element.get("r", "0")))
                    element.clear()
        return (
            tuple(_apart(merges)),
            {row: frozenset(places) for row, places in unsaved.items()},
            frozenset(hidden),
        )


def _apart(merges: Iterable[Merge]) -> Iterator[Merge]:
    """Yield ranges from the top down, none into the next of its column: what overlaps is hostile or damaged."""
    ordered = sorted(merges, key=lambda merge: (merge.place, merge.first))
    for merge, below in zip_longest(ordered, ordered[1:]):
        if below is not None and below.place == merge.place and below.first <= merge.last:
            yield replace(merge, last=below.first - 1)
        else:
            yield merge


def _is_saved(cell: ET.Element) -> bool:
    """Tell whether the value of a formula stands beside it; an empty text is one."""
    value = cell.find(f"{_MAIN}v")
    return value is not None and (bool(value.text) or cell.get("t") == "str")


def _loaded(data: bytes) -> Any:  # noqa: ANN401  openpyxl has no types
    library = openpyxl()
    with _reading():
        return library.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


def openpyxl() -> Any:  # noqa: ANN401  a module without types
    """Return the library. Raises UsageFault where it is not installed."""
    try:
        import openpyxl as library  # type: ignore[import-untyped]  # noqa: PLC0415  200 ms, and not with everybody
    except ImportError as missing:
        raise UsageFault(
            _("Excel workbooks need a library that is not installed"),
            hint=_("install it: {command}; or save the sheet as “CSV UTF-8”").format(
                command='pip install "pilottask[office]"'
            ),
        ) from missing
    return library


@contextmanager
def _reading() -> Iterator[None]:
    """Make one error of all that openpyxl stumbles over in a damaged workbook, and keep its warnings to ourselves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (UsageFault, MemoryError):
        raise
    except Exception as wrong:
        raise packages.damaged() from wrong


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the package that holds each sheet, by the sheet's name."""
    types = ET.fromstring(archive.read("[Content_Types].xml"))  # noqa: S314  `check` refused what could harm
    book = next(part.get("PartName", "") for part in types if _BOOK.search(part.get("ContentType", ""))).strip("/")
    folder, _slash, file = book.rpartition("/")
    links = ET.fromstring(archive.read(f"{folder}/_rels/{file}.rels".strip("/")))  # noqa: S314  the same
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = ET.fromstring(archive.read(book)).iter(f"{_MAIN}sheet")  # noqa: S314  the same
    return {
        sheet.get("name", ""): target.strip("/") if target.startswith("/") else f"{folder}/{target}".strip("/")
        for sheet in sheets
        if (target := targets.get(sheet.get(_LINKED)))
    }


def _row(sheet: str, number: int, cells: Sequence[Any], unsaved: frozenset[int]) -> Row:
    texts: list[str] = []
    faults: dict[int, str] = {}
    for place, cell in enumerate(cells):
        value = cell.value
        if place in unsaved:
            faults[place] = _(
                "cell {cell} holds a formula without its value; save the file in a spreadsheet program, "
                "or type the value"
            ).format(cell=f"{letters(place)}{number}")
        elif value is None:
            continue
        elif cell.data_type == "e":
            faults[place] = _("cell {cell} holds the error {error}; correct the formula, or type the value").format(
                cell=f"{letters(place)}{number}", error=value
            )
        elif text := _text(value):
            texts.extend([""] * (place - len(texts)))
            texts.append(text)
    width = max(len(texts), 1 + max(faults, default=-1))
    if width > MOST_COLUMNS:
        raise UsageFault(
            _("sheet {name}, row {row}: there is something in column {column}; no more than {count} are read").format(
                name=quote(sheet), row=number, column=width, count=MOST_COLUMNS
            ),
            hint=_("delete what stands so far to the right"),
        )
    return Row(number, number, tuple(texts), faults)


def letters(place: int) -> str:
    """Return what a spreadsheet calls the column at `place`, from 0: A, B … Z, AA."""
    found = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        found = chr(ord("A") + letter) + found
    return found


def _text(value: object) -> str:
    """Return a cell's value as text that the readers of cells take; text as a CSV cell, so that a guard is kept."""
    match value:
        case str():
            return _plain(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if abs(value) < EXACT:
            return numbers.digits(int(value) if value.is_integer() else value)
        case datetime():
            return value.date().isoformat() if value.time() == _MIDNIGHT else f"{value:%Y-%m-%d %H:%M:%S}"
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def escaped(text: str) -> str:
    """Return text as a workbook holds it: what XML would lose or change, by its number (ECMA-376, ST_Xstring)."""
    text = _LIKE_ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _plain(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return defused(text) if text.startswith("'") else text
