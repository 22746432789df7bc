"""Workbooks in binary forms (.xls, .et, .xlsb): texts by calamine, numbers as their cells show them by our own pass.

calamine tells neither how a number is shown nor which rows are hidden, and lays a sheet out to its last cell, however
far that stands; so the records of cells are looked through first.
"""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from posixpath import join, normpath
from typing import Any, Final
from xml.etree import ElementTree as ET

from pilottask.base.errors import UsageFault
from pilottask.base.formulas import guard
from pilottask.base.i18n import _
from pilottask.exchange.office import number_formats, packages
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.sheets import MOST_ROWS, Merge, Sheet, Source, check_width, letters

_MOST_CELLS: Final = 4_000_000
"""Cells from the first to the last one of a sheet, blank ones too: calamine keeps them all."""
# Kinds of records, as [MS-XLS] and [MS-XLSB] number them.
_SHEET: Final = 0x85
_FORMAT: Final = 0x41E
_STYLE: Final = 0xE0
_DAY_ZERO: Final = 0x22
_BEGIN: Final = 0x809
_END: Final = 0x0A
_ROW: Final = 0x208
_NUMBER: Final = 0x203
_PACKED: Final = 0x27E
_PACKED_ROW: Final = 0xBD
_FORMULA: Final = 0x06
_BOOLEAN_OR_ERROR: Final = 0x205
_CELLS: Final = frozenset({_NUMBER, _PACKED, _FORMULA, _BOOLEAN_OR_ERROR, 0xFD, 0x204})
_ERROR: Final = 2
_BINARY_BOOK: Final = 153
_BINARY_SHEET: Final = 156
_BINARY_FORMAT: Final = 44
_BINARY_STYLE: Final = 47
_BINARY_STYLES: Final = 617
_BINARY_CELLS: Final = range(2, 12)
_BINARY_NUMBERS: Final = frozenset({5, 9})
_BINARY_ERRORS: Final = frozenset({3, 11})
_NO_SECTOR: Final = 0xFFFFFFFA


@dataclass(slots=True)
class _Part:
    """What the records of one sheet tell: what numbers show, where errors stand, which rows are hidden."""

    name: str = ""
    hidden: bool = False
    texts: dict[tuple[int, int], str | None] = field(default_factory=dict)
    errors: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    last: tuple[int, int] = (0, 0)
    from_1904: bool = False

    def meet(self, row: int, column: int) -> None:
        """Take note of a cell with something in it."""
        self.last = max(self.last[0], row), max(self.last[1], column)


def sources(data: bytes) -> list[Source]:
    """Return the sheets of a workbook. Raises UsageFault where it is damaged, or where calamine is not installed."""
    calamine = _library()
    try:
        parts = _binary_parts(data) if data.startswith(packages.ZIP) else _old_parts(_stream(data))
    except (struct.error, IndexError, KeyError, ValueError, StopIteration, zipfile.BadZipFile, ET.ParseError) as wrong:
        raise packages.damaged() from wrong
    for part in parts:
        if (part.last[0] + 1) * (part.last[1] + 1) > _MOST_CELLS or part.last[0] >= MOST_ROWS:
            raise UsageFault(
                _("sheet {name}: something stands as far away as cell {cell}").format(
                    name=part.name, cell=f"{letters(part.last[1])}{part.last[0] + 1}"
                ),
                hint=_("delete what stands so far below or to the right"),
            )
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as wrong:
        raise packages.damaged() from wrong
    return [Source(part.name, part.hidden, _reader(book, part)) for part in parts]


def _library() -> Any:  # noqa: ANN401  a module without types
    try:
        import python_calamine as library  # noqa: PLC0415  not installed with everybody
    except ImportError as missing:
        raise packages.library_missing(_("workbooks in the old form need a library that is not installed")) from missing
    return library


def _reader(book: Any, part: _Part) -> Callable[[int | None], Sheet]:  # noqa: ANN401  of calamine
    def read(most: int | None) -> Sheet:
        try:
            sheet = book.get_sheet_by_name(part.name)
            values = sheet.to_python(skip_empty_area=False)
            ranges = sheet.merged_cell_ranges or []
        except Exception as wrong:
            raise packages.damaged() from wrong
        rows = []
        for number, cells in enumerate(values, start=1):
            row = _row(number, cells, part)
            if not row.blank:
                check_width(row)
                rows.append(row)
            if len(rows) == most:
                break
        merges = [Merge(top + 1, bottom + 1, left) for (top, left), (bottom, _right) in ranges if bottom > top]
        return Sheet(tuple(rows), tuple(merges), frozenset(part.hidden_rows), part.from_1904)

    return read


def _row(number: int, cells: list[object], part: _Part) -> Row:
    texts: list[str] = []
    faults: dict[int, str] = {}
    for index, value in enumerate(cells):
        place = number - 1, index
        cell = f"{letters(index)}{number}"
        if place in part.errors:
            faults[index] = _("cell {cell} holds an error; correct the formula, or type the value").format(cell=cell)
            continue
        text = part.texts[place] if place in part.texts else _text(value)
        if text is None:
            faults[index] = _("cell {cell} is shown in a form that is not known here; type it as text").format(
                cell=cell
            )
        elif text:
            texts.extend([""] * (index - len(texts)))
            texts.append(text)
    return Row(number, number, tuple(texts), faults)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_formats.show(repr(value), "General") or ""
    if isinstance(value, date | time):
        return value.isoformat()
    text = str(value)
    return guard(text) if text.startswith("'") else text


def _rk(value: int) -> float:
    """Return a number from the four bytes that most are kept in."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & 0x80000000 else 0))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0])
    return number / 100 if value & 1 else number


# Excel 97 to 2003, and WPS --------------------------------------------------------------------------------------------


def _stream(data: bytes) -> bytes:
    """Return the stream with the workbook out of the file system that the file is."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    (start, _version, cutoff, small_start) = struct.unpack_from("<4I", data, 48)
    tables = [*struct.unpack_from("<109I", data, 76)]
    (more,) = struct.unpack_from("<I", data, 68)
    while more < _NO_SECTOR and len(tables) < len(data) // size + 256:
        *found, more = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        tables += found
    nexts = [
        link
        for table in tables
        if table < _NO_SECTOR
        for link in struct.unpack_from(f"<{size // 4}I", data, (table + 1) * size)
    ]

    def chain(first: int, links: list[int]) -> Iterator[int]:
        for _step in range(len(links)):
            if first >= _NO_SECTOR:
                return
            yield first
            first = links[first]

    def large(first: int) -> bytes:
        return b"".join(data[(sector + 1) * size : (sector + 2) * size] for sector in chain(first, nexts))

    entries = {}
    directory = large(start)
    for place in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, place + 64)
        name = directory[place : place + max(length - 2, 0)].decode("utf-16-le")
        entries[name] = struct.unpack_from("<2I", directory, place + 116)
    first, length = entries.get("Workbook") or entries["Book"]
    if length >= cutoff:
        return large(first)[:length]
    held = large(entries["Root Entry"][0])
    table = large(small_start)
    links = list(struct.unpack(f"<{len(table) // 4}I", table))
    return b"".join(held[sector * small : (sector + 1) * small] for sector in chain(first, links))[:length]


def _records(stream: bytes, place: int = 0) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _old_text(record: bytes, place: int, width: int) -> str:
    """Return the text at a place, behind its length in one byte or two."""
    length = int.from_bytes(record[place : place + width], "little")
    place += width
    if record[place] & 1:
        return record[place + 1 : place + 1 + 2 * length].decode("utf-16-le")
    return record[place + 1 : place + 1 + length].decode("latin-1")


def _old_parts(stream: bytes) -> list[_Part]:
    codes: dict[int, str] = {}
    styles: list[int] = []
    places: list[tuple[int, _Part]] = []
    from_1904 = False
    for kind, record in _records(stream):
        if kind == _SHEET and record[5] == 0:  # a sheet of cells
            part = _Part(_old_text(record, 6, 1), record[4] & 3 != 0)
            places.append((struct.unpack_from("<I", record)[0], part))
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", record)[0]] = _old_text(record, 2, 2)
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif kind == _DAY_ZERO:
            from_1904 = record[0] == 1
        elif kind == _END:
            break
    formats = [codes.get(each) or number_formats.BUILT_IN.get(each, "General") for each in styles]
    for place, part in places:
        part.from_1904 = from_1904
        _read_old(_records(stream, place), part, formats)
    return [part for _place, part in places]


def _read_old(records: Iterator[tuple[int, bytes]], part: _Part, formats: list[str]) -> None:
    depth = 0
    for kind, record in records:
        if kind == _BEGIN:  # charts stand inside a sheet, with a beginning and an end of their own
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth == 0:
                return
        elif depth > 1:
            continue
        elif kind == _ROW and record[12] & 0x20:
            part.hidden_rows.add(struct.unpack_from("<H", record)[0] + 1)
        for row, column, style, value in _old_cells(kind, record):
            part.meet(row, column)
            if value == "error":
                part.errors.add((row, column))
            elif isinstance(value, float):
                part.texts[row, column] = number_formats.show(repr(value), formats[style], from_1904=part.from_1904)


def _old_cells(kind: int, record: bytes) -> Iterator[tuple[int, int, int, float | str | None]]:
    """Yield row, column, style and number of the cells in a record; "error" for an error, None for anything else."""
    if kind in _CELLS:
        row, column, style = struct.unpack_from("<3H", record)
        value: float | str | None = None
        if kind == _NUMBER:
            value = float(struct.unpack_from("<d", record, 6)[0])
        elif kind == _PACKED:
            value = _rk(struct.unpack_from("<I", record, 6)[0])
        elif kind == _FORMULA:
            special = record[12:14] == b"\xff\xff"
            value = float(struct.unpack_from("<d", record, 6)[0])
            if special:
                value = "error" if record[6] == _ERROR else None
        elif kind == _BOOLEAN_OR_ERROR and record[7]:
            value = "error"
        yield row, column, style, value
    elif kind == _PACKED_ROW:
        row, column = struct.unpack_from("<2H", record)
        for place in range(4, len(record) - 2, 6):
            style, packed = struct.unpack_from("<HI", record, place)
            yield row, column, style, _rk(packed)
            column += 1


# Excel 2007 and later, binary -----------------------------------------------------------------------------------------


def _binary_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(part):
        kind = part[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[place] << 7)
            place += 1
        length = shift = 0
        while True:
            byte = part[place]
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, part[place : place + length]
        place += length


def _wide(record: bytes, place: int) -> tuple[str, int]:
    """Return the text at a place, and the place behind it."""
    (length,) = struct.unpack_from("<I", record, place)
    end = place + 4 + 2 * length
    return record[place + 4 : end].decode("utf-16-le"), end


def _binary_parts(data: bytes) -> list[_Part]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = next(name for name in archive.namelist() if name.endswith("workbook.bin"))
        folder = main.rpartition("/")[0]
        links = ET.fromstring(archive.read(f"{folder}/_rels/workbook.bin.rels".lstrip("/")))  # noqa: S314  checked
        targets = {link.get("Id", ""): normpath(join(folder, link.get("Target", ""))).lstrip("/") for link in links}
        formats = _binary_formats(archive, targets)
        parts = []
        from_1904 = False
        for kind, record in _binary_records(archive.read(main)):
            if kind == _BINARY_BOOK:
                from_1904 = bool(record[0] & 1)
            elif kind == _BINARY_SHEET:
                link, end = _wide(record, 8)
                part = _Part(_wide(record, end)[0], struct.unpack_from("<I", record)[0] != 0)
                if "worksheets/" in targets.get(link, ""):
                    part.from_1904 = from_1904
                    _read_binary(archive.read(targets[link]), part, formats)
                    parts.append(part)
        return parts


def _binary_formats(archive: zipfile.ZipFile, targets: Mapping[str, str]) -> list[str]:
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside = False
    name = next((part for part in targets.values() if part.endswith("styles.bin")), None)
    for kind, record in _binary_records(archive.read(name) if name else b""):
        if kind == _BINARY_FORMAT:
            codes[struct.unpack_from("<H", record)[0]] = _wide(record, 2)[0]
        elif kind in {_BINARY_STYLES, _BINARY_STYLES + 1}:  # they begin, they end
            inside = kind == _BINARY_STYLES
        elif kind == _BINARY_STYLE and inside:
            styles.append(struct.unpack_from("<H", record, 2)[0])
    return [codes.get(each) or number_formats.BUILT_IN.get(each, "General") for each in styles]


def _read_binary(sheet: bytes, part: _Part, formats: list[str]) -> None:
    row = 0
    for kind, record in _binary_records(sheet):
        if kind == 0:
            (row,) = struct.unpack_from("<I", record)
            if len(record) > 11 and record[11] & 0x10:  # noqa: PLR2004  a row of no height
                part.hidden_rows.add(row + 1)
        elif _BINARY_CELLS[0] <= kind <= _BINARY_CELLS[-1]:
            column, style = struct.unpack_from("<2I", record)
            part.meet(row, column)
            value = None
            if kind == _BINARY_CELLS[0]:
                value = _rk(struct.unpack_from("<I", record, 8)[0])
            elif kind in _BINARY_NUMBERS:
                value = float(struct.unpack_from("<d", record, 8)[0])
            elif kind in _BINARY_ERRORS:
                part.errors.add((row, column))
            if value is not None:
                code = formats[style & 0xFFFFFF] if style & 0xFFFFFF < len(formats) else "General"
                part.texts[row, column] = number_formats.show(repr(value), code, from_1904=part.from_1904)
