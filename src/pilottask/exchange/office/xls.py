"""Workbooks in the form before Excel 2007 (.xls), which WPS uses too (.et): what their cells show, by xlrd."""

import io
from functools import partial
from typing import Any, Final

from pilottask.base.i18n import _
from pilottask.exchange.office import number_formats, packages
from pilottask.exchange.office.sheets import ERRORS, Cells, Merge, Sheet, Source, comment, letters

_FIRST_VERSION: Final = 50
"""That of Excel 5: what is older has one sheet without a name, and nobody writes it."""
_MOST_SHEETS: Final = 200
_SHORTEST: Final = 3
"""Bytes that a shared string takes, at least."""
_GLOBALS: Final = 5
_TEXT, _NUMBER, _DAY, _BOOLEAN, _ERROR = range(1, 6)  # kinds of cells, as xlrd numbers them


def sources(data: bytes) -> list[Source]:
    """Return the sheets of a workbook. Raises UsageFault where it is damaged or locked, or without xlrd."""
    needed = _("workbooks in the old form need a library that is not installed")
    olefile, xlrd = (packages.library(name, needed) for name in ("olefile", "xlrd.book"))
    book = xlrd.Book()
    try:
        files = olefile.OleFileIO(io.BytesIO(data))  # xlrd's own look into these goes round without end
        _open(book, files.openstream("Workbook" if files.exists("Workbook") else "Book").read())
    except Exception as wrong:  # of every kind, as the reading of a damaged file comes to one
        raise packages.password_fault() if "encrypted" in str(wrong) else packages.damage_fault() from wrong
    codes = number_formats.BUILT_IN | {each.format_key: each.format_str for each in book.format_list}
    formats = [codes.get(style.format_key, "General") for style in book.xf_list]
    return [
        Source(sheet.name, sheet.visibility != 0, partial(_read, sheet, formats, book.datemode == 1))
        for sheet in book.sheets()
    ]


def _open(book: Any, stream: bytes) -> None:  # noqa: ANN401  of xlrd, which has no types
    """Read all sheets as `xlrd.open_workbook` does, but for what makes a small file grow without end."""

    def handle_strings(record: bytes) -> None:
        if int.from_bytes(record[4:8], "little") * _SHORTEST > len(stream):
            raise ValueError
        take_strings(record)

    take_strings, book.handle_sst = book.handle_sst, handle_strings
    book.names_epilogue = lambda: None  # names are formulas, which would be worked out
    book.biff2_8_load(file_contents=stream, logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
    book.biff_version = book.getbof(_GLOBALS)
    if book.biff_version < _FIRST_VERSION:
        raise ValueError
    book.parse_globals()
    book.nsheets = len(book.sheet_names())
    if book.nsheets > _MOST_SHEETS:
        raise ValueError
    book._sheet_list = [None] * book.nsheets  # noqa: SLF001  as `open_workbook` does it
    book.sheets()


def _read(sheet: Any, formats: list[str], from_1904: bool, most: int | None) -> Sheet:  # noqa: ANN401  same
    rows = []
    for number in range(sheet.nrows):
        cells = Cells(number + 1)
        for index, (kind, value) in enumerate(zip(sheet.row_types(number), sheet.row_values(number), strict=True)):
            if kind == _TEXT:
                cells.put_text(index, value)
            elif kind in {_NUMBER, _DAY}:
                code = formats[sheet.cell_xf_index(number, index)]
                cells.put(index, number_formats.show(repr(value), code, from_1904=from_1904), raw=repr(value))
            elif kind == _BOOLEAN:
                cells.put(index, "TRUE" if value else "FALSE")
            elif kind == _ERROR:
                cells.put_error(index, ERRORS.get(value, str(value)))
        if not (row := cells.row()).blank:
            rows.append(row)
        if len(rows) == most:
            break
    merges = [Merge(top + 1, below, left) for top, below, left, _right in sheet.merged_cells if below - top > 1]
    hidden = {number + 1 for number, line in sheet.rowinfo_map.items() if line.hidden}
    notes = (comment(f"{letters(column)}{row + 1}", note.text) for (row, column), note in sheet.cell_note_map.items())
    return Sheet(tuple(rows), tuple(merges), frozenset(hidden), from_1904, tuple(notes))
