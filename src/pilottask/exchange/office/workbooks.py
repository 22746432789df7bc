"""Workbooks and documents to rows of text, as the CSV reader gives them: which sheet is the ledger, what others are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

import msgspec

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.exchange.office import docx, ods, packages, rows, xls, xlsb, xlsx
from pilottask.exchange.office.drafts import counted
from pilottask.exchange.office.headings import BEGINNING, Column, classify
from pilottask.exchange.office.layout import NO_ANSWERS, Layout, find_layout, has_headings
from pilottask.exchange.office.packages import Packed
from pilottask.exchange.office.reading import SEARCHED_ROWS, Row, Table
from pilottask.exchange.office.sheets import Sheet, Source, without_overlaps


def read(data: bytes, *, sheet: str | None = None, answers: Mapping[str, str] = NO_ANSWERS) -> Table:
    """Return the one sheet that has the headings of a ledger, or the one that `sheet` names.

    `sheet` is a name, or a place among the sheets that are not hidden, counted from 1. Raises UsageFault where the
    file cannot be read or several sheets are ledgers, NotFound where there is no such sheet.
    """
    book = Book(data)
    name = book.sheet_name(sheet) if sheet else _ledger(book, answers)
    result = book.read(name)
    rest = next((other for other, head in book.heads.items() if other != name and _is_continuation(head)), None)
    if rest is not None:
        result = _with_rest(result, book.read(rest))
    notices = () if sheet else tuple(_skip_notices(book, name, rest))
    layout = _layout([row.cells for row in result.rows], answers)
    if layout is None:  # as `plan` will say; there is no row of data then
        return result.table(name, len(result.rows), notices)
    title = layout.columns[Column.TITLE]
    below = {row.number for row in result.rows[layout.below :]}
    unseen = counted(
        sorted(below & result.hidden),  # as by a filter; they are tasks of the ledger all the same
        "a row hidden in sheet {name} is read too: row {rows}",
        "{count} rows hidden in sheet {name} are read too: rows {rows}",
        name=quote(name),
    )
    titles = [
        (merge.first, merge.last)
        for merge in without_overlaps(result.merges)
        if merge.index == title and merge.first in below
    ]
    return rows.with_rows_joined(result.table(name, layout.below, (*notices, *unseen)), layout, titles)


def _ledger(book: "Book", answers: Mapping[str, str]) -> str:
    """Return the name of the one sheet that is a ledger."""
    filled = [name for name, rows in book.heads.items() if rows]
    likely = [name for name in filled if has_headings(book.heads[name])]
    whole = [name for name in filled if _layout(book.heads[name], answers)]
    fitting = whole or likely or (filled if len(filled) == 1 else [])
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        message = _("several sheets are ledgers: {names}").format(names=_list(fitting))
        raise UsageFault(message, hint=_("say which one: --sheet {name}").format(name=f'"{safe(fitting[0])}"'))
    if not filled:
        raise UsageFault(_("the workbook is empty, or all its sheets are hidden"))
    message = _("no sheet has the headings of a ledger: {names}").format(names=_list(filled))
    raise UsageFault(message, hint=_("say which one: --sheet {name}").format(name=f'"{safe(filled[0])}"'))


def _layout(rows: Sequence[Sequence[str]], answers: Mapping[str, str]) -> Layout | None:
    with suppress(UsageFault):
        return find_layout(rows, answers=answers)
    return None


def _skip_notices(book: "Book", name: str, rest: str | None) -> Iterator[str]:
    """Yield what is said of the sheets that were not read."""
    others = [other for other, head in book.heads.items() if head and other not in {name, rest}]
    if others:
        yield _("only {name} is read, not {others}").format(name=quote(name), others=_list(others))
    if book.hidden:
        yield _("hidden sheets are passed over: {names}").format(names=_list(book.hidden))


def _list(names: Iterable[str]) -> str:
    return _(", ").join(map(quote, names))


class Book:
    """An open workbook. Raises UsageFault where it cannot be opened."""

    def __init__(self, data: bytes) -> None:
        self._sheets = {source.name: source for source in _SOURCES[packages.check(data)](data)}
        self.hidden = [name for name, source in self._sheets.items() if source.hidden]
        shown = (name for name in self._sheets if name not in self.hidden)
        self.heads = {name: [row.cells for row in self.read(name, SEARCHED_ROWS).rows] for name in shown}
        """Of each sheet that is shown the first rows that are not blank, among which headings are looked for."""

    def sheet_name(self, sheet: str) -> str:
        """Return the name of the sheet that `sheet` names or counts. Raises NotFound."""
        if sheet in self._sheets:
            return sheet
        if sheet.isdecimal() and 1 <= int(sheet) <= len(self.heads):
            return list(self.heads)[int(sheet) - 1]
        message = _("there is no sheet {name}").format(name=quote(sheet))
        raise NotFound(message, hint=_("its sheets are: {names}").format(names=_list(self._sheets)))

    def read(self, name: str, rows: int | None = None) -> Sheet:
        """Return a sheet, or so many rows of it. Raises UsageFault where there are too many."""
        try:
            return self._sheets[name].read(rows)
        except packages.DamagedWorkbook:
            raise
        except UsageFault as wrong:
            message = _("sheet {name}: {why}").format(name=quote(name), why=wrong.message)
            raise UsageFault(message, hint=wrong.hint) from wrong


_SOURCES: Final[Mapping[Packed, Callable[[bytes], list[Source]]]] = {
    "xlsx": xlsx.sources,
    "ods": ods.sources,
    "xls": xls.sources,
    "xlsb": xlsb.sources,
    "docx": docx.sources,
}


# Ledgers on two sheets, as they are exported ----------------------------------------------------------------------


def _is_continuation(head: Sequence[Sequence[str]]) -> bool:
    """Tell whether a sheet with these first rows continues a ledger: it begins like one, and has no lead unit."""
    top = _heading_row(head)
    return top is not None and Column.DEPARTMENT not in map(classify, head[top])


def _with_rest(first: Sheet, rest: Sheet) -> Sheet:
    """Return `first` with the columns of `rest` behind its own; each row has the cells of the row that is its like."""
    top, below = (_heading_row(row.cells for row in sheet.rows) for sheet in (first, rest))
    if top is None or below is None:
        return first
    likes = {key: row for row in reversed(rest.rows[below + 1 :]) for key in _keys(row)}
    wide = max(len(row.cells) for row in first.rows)
    rows = list(first.rows)
    rows[top] = _longer_row(rows[top], rest.rows[below], wide)
    for place, row in enumerate(rows[top + 1 :], start=top + 1):
        like = next((likes[key] for key in _keys(row) if key in likes), None)
        if like is not None:
            rows[place] = _longer_row(row, like, wide)
    return replace(first, rows=tuple(rows))


def _heading_row(rows: Iterable[Sequence[str]]) -> int | None:
    """Return the index of the row of headings that begins as both sheets do, None where there is none."""
    heads = (tuple(map(classify, cells[: len(BEGINNING)])) for cells in rows)
    return next((index for index, head in enumerate(heads) if head == BEGINNING), None)


def _keys(row: Row) -> list[tuple[Column, str]]:
    """Return by what a row is known: its uid, then its number."""
    return [(column, text) for column in (Column.UID, Column.NUMBER) if (text := row.at(BEGINNING.index(column)))]


def _longer_row(row: Row, like: Row, wide: int) -> Row:
    shared = len(BEGINNING)
    cells = (*row.cells, *[""] * (wide - len(row.cells)), *like.cells[shared:])
    faults = {at + wide - shared: why for at, why in like.faults.items() if at >= shared}
    return msgspec.structs.replace(row, cells=cells, faults={**row.faults, **faults})
