"""Workbooks and documents to rows of text, as the CSV reader gives them: which sheet is the ledger, what others are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.exchange.office import docx, ods, packages, spans, xls, xlsb, xlsx
from pilottask.exchange.office.continuation import continued, is_continuation
from pilottask.exchange.office.drafts import counted
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.layout import NO_ANSWERS, find_layout, has_headings
from pilottask.exchange.office.packages import Packed
from pilottask.exchange.office.reading import SEARCHED_ROWS, Table
from pilottask.exchange.office.sheets import Sheet, Source, apart


def read(data: bytes, *, sheet: str | None = None, answers: Mapping[str, str] = NO_ANSWERS) -> Table:
    """Return the one sheet that has the headings of a ledger, or the one that `sheet` names.

    `sheet` is a name, or a place among the sheets that are not hidden, counted from 1. Raises UsageFault where the
    file cannot be read or several sheets are ledgers, NotFound where there is no such sheet.
    """
    book = Book(data)
    name = book.named(sheet) if sheet else _ledger(book, answers)
    found = book.sheet(name)
    rest = next((other for other in book.shown if other != name and is_continuation(book.head(other))), None)
    if rest is not None:
        found = continued(found, book.sheet(rest))
    notices = () if sheet else tuple(_passed_over(book, name, rest))
    try:
        layout = find_layout([row.cells for row in found.rows], answers=answers)
    except UsageFault:  # as `plan` will say; there is no row of data then
        return found.table(name, len(found.rows), notices)
    title = layout.columns[Column.TITLE]
    below = {row.number for row in found.rows[layout.below :]}
    notices = (*notices, *_not_shown(name, sorted(below & found.hidden)))
    titles = [
        (merge.first, merge.last) for merge in apart(found.merges) if merge.index == title and merge.first in below
    ]
    return spans.with_rows_joined(found.table(name, layout.below, notices), layout, titles)


def _ledger(book: "Book", answers: Mapping[str, str]) -> str:
    """Return the name of the one sheet that is a ledger."""
    heads = {name: book.head(name) for name in book.shown}
    filled = [name for name, rows in heads.items() if rows]
    likely = [name for name in filled if has_headings(heads[name])]
    whole = [name for name in filled if _is_whole(heads[name], answers)]
    fitting = whole or likely or (filled if len(filled) == 1 else [])
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageFault(
            _("several sheets are ledgers: {names}").format(names=_listed(fitting)),
            hint=_("say which one: --sheet {name}").format(name=f'"{safe(fitting[0])}"'),
        )
    if not filled:
        raise UsageFault(_("the workbook is empty, or all its sheets are hidden"))
    raise UsageFault(
        _("no sheet has the headings of a ledger: {names}").format(names=_listed(filled)),
        hint=_("say which one: --sheet {name}").format(name=f'"{safe(filled[0])}"'),
    )


def _is_whole(head: Sequence[Sequence[str]], answers: Mapping[str, str]) -> bool:
    try:
        find_layout(head, answers=answers)
    except UsageFault:
        return False
    return True


def _passed_over(book: "Book", name: str, rest: str | None) -> Iterator[str]:
    """Yield what is said of the sheets that were not read."""
    others = [other for other in book.shown if other not in {name, rest} and book.head(other)]
    if others:
        yield _("only {name} is read, not {others}").format(name=quote(name), others=_listed(others))
    if book.hidden:
        yield _("hidden sheets are passed over: {names}").format(names=_listed(book.hidden))


def _not_shown(name: str, rows: Sequence[int]) -> Iterator[str]:
    """Yield what is said of rows that are hidden, as by a filter, and are tasks of the ledger all the same."""
    yield from counted(
        rows,
        "a row hidden in sheet {name} is read too: row {rows}",
        "{count} rows hidden in sheet {name} are read too: rows {rows}",
        name=quote(name),
    )


def _listed(names: Iterable[str]) -> str:
    return _(", ").join(map(quote, names))


class Book:
    """An open workbook. Raises UsageFault where it cannot be opened."""

    def __init__(self, data: bytes) -> None:
        self._sheets = {source.name: source for source in _SOURCES[packages.check(data)](data)}
        self.shown = [name for name, source in self._sheets.items() if not source.hidden]
        self.hidden = [name for name, source in self._sheets.items() if source.hidden]
        self._heads: dict[str, list[tuple[str, ...]]] = {}

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
            self._heads[name] = [row.cells for row in self._read(name, SEARCHED_ROWS).rows]
        return self._heads[name]

    def sheet(self, name: str) -> Sheet:
        """Return a sheet with all its rows. Raises UsageFault where there are too many."""
        return self._read(name, None)

    def _read(self, name: str, rows: int | None) -> Sheet:
        try:
            return self._sheets[name].read(rows)
        except packages.DamagedWorkbook:
            raise
        except UsageFault as wrong:
            raise UsageFault(
                _("sheet {name}: {why}").format(name=quote(name), why=wrong.message), hint=wrong.hint
            ) from wrong


_SOURCES: Final[Mapping[Packed, Callable[[bytes], list[Source]]]] = {
    "xlsx": xlsx.sources,
    "ods": ods.sources,
    "xls": xls.sources,
    "xlsb": xlsb.sources,
    "docx": docx.sources,
}
