"""Workbooks in the binary form of Excel 2007 and later (.xlsb): what their cells show, by [MS-XLSB].

No library tells how their numbers are shown, and that which reads the rest ends the program where a file is damaged.
"""

import struct
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Final

from pilottask.exchange.office import number_formats, packages
from pilottask.exchange.office.packages import Package
from pilottask.exchange.office.sheets import ERRORS, Cells, Merge, Sheet, Source, check_height, comment, letters

# Kinds of records, as [MS-XLSB] numbers them.
_BOOK: Final = 153
_SHEET: Final = 156
_FORMAT: Final = 44
_STYLE: Final = 47
_STYLES: Final = 617
_STRING: Final = 19
_ROW: Final = 0
_MERGE: Final = 176
_COMMENT: Final = 635
_COMMENT_TEXT: Final = 637
_PACKED: Final = 2
_TEXTS: Final = frozenset({6, 8})
_SHARED: Final = 7
_NUMBERS: Final = frozenset({5, 9})
_BOOLEANS: Final = frozenset({4, 10})
_ERRORS: Final = frozenset({3, 11})


@packages.sound()
def sources(data: bytes) -> list[Source]:
    """Return the sheets of a workbook. Raises UsageFault where it is damaged."""
    return list(_Book(data).sources())


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
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


def _short_number(value: int) -> float:
    """Return a number from the four bytes that most are kept in."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & 0x80000000 else 0))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0])
    return number / 100 if value & 1 else number


class _Book:
    """The parts of a workbook."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        self._formats = self._read_formats()
        self._strings = [_wide(record, 1)[0] for kind, record in self._records_of("sharedStrings") if kind == _STRING]
        self._from_1904 = False

    def sources(self) -> Iterator[Source]:
        links = self._package.links(self._package.main)
        for kind, record in self._part(self._package.main):
            if kind == _BOOK:
                self._from_1904 = bool(record[0] & 1)
            elif kind == _SHEET:
                link, end = _wide(record, 8)
                of_sheet, part = links.get(link, ("", ""))
                if of_sheet == "worksheet":
                    hidden = struct.unpack_from("<I", record)[0] != 0
                    yield Source(_wide(record, end)[0], hidden, partial(self._read, part))

    def _part(self, part: str) -> Iterator[tuple[int, bytes]]:
        return _records(self._package.archive.read(part))

    def _records_of(self, kind: str, part: str = "") -> Iterator[tuple[int, bytes]]:
        """Yield the records of the parts of a kind that `part`, or the main one, links to."""
        return chain.from_iterable(map(self._part, self._package.linked_parts(kind, part)))

    def _comments(self, sheet: str) -> Iterator[str]:
        """Yield the comments on the cells of a sheet."""
        row = index = 0
        for kind, record in self._records_of("comments", sheet):
            if kind == _COMMENT:
                row, _last, index = struct.unpack_from("<3I", record, 4)
            elif kind == _COMMENT_TEXT:
                yield comment(f"{letters(index)}{row + 1}", _wide(record, 1)[0])

    def _read_formats(self) -> list[str]:
        codes: dict[int, str] = dict(number_formats.BUILT_IN)
        styles: list[int] = []
        inside = False
        for kind, record in self._records_of("styles"):
            if kind == _FORMAT:
                codes[struct.unpack_from("<H", record)[0]] = _wide(record, 2)[0]
            elif kind in {_STYLES, _STYLES + 1}:  # they begin, they end
                inside = kind == _STYLES
            elif kind == _STYLE and inside:
                styles.append(struct.unpack_from("<H", record, 2)[0])
        return [codes.get(each, "General") for each in styles]

    @packages.sound()
    def _read(self, part: str, most: int | None) -> Sheet:
        rows = []
        merges = []
        hidden = set()
        cells = Cells(0)
        for kind, record in chain(self._part(part), [(_ROW, bytes(12))]):  # a last one, behind which nothing stands
            if kind == _ROW:
                if not (row := cells.row()).blank:
                    rows.append(row)
                check_height(len(rows))
                if len(rows) == most:
                    break
                number = struct.unpack_from("<I", record)[0] + 1
                cells = Cells(number)
                if len(record) > 11 and record[11] & 0x10:  # noqa: PLR2004  a row of no height
                    hidden.add(number)
            elif kind == _MERGE:
                top, below, left = struct.unpack_from("<3I", record)
                if below > top:
                    merges.append(Merge(top + 1, below + 1, left))
            elif kind <= max(_ERRORS):
                self._put(cells, kind, record)
        return Sheet(tuple(rows), tuple(merges), frozenset(hidden), self._from_1904, tuple(self._comments(part)))

    def _put(self, cells: Cells, kind: int, record: bytes) -> None:
        index, style = struct.unpack_from("<2I", record)
        value = None
        if kind == _SHARED:
            cells.put_text(index, self._strings[struct.unpack_from("<I", record, 8)[0]])
        elif kind in _TEXTS:
            cells.put_text(index, _wide(record, 8)[0])
        elif kind in _BOOLEANS:
            cells.put(index, "TRUE" if record[8] else "FALSE")
        elif kind in _ERRORS:
            cells.put_error(index, ERRORS.get(record[8], str(record[8])))
        elif kind == _PACKED:
            value = repr(_short_number(struct.unpack_from("<I", record, 8)[0]))
        elif kind in _NUMBERS:
            value = repr(float(struct.unpack_from("<d", record, 8)[0]))
        if value is not None:
            style &= 0xFFFFFF
            code = self._formats[style] if style < len(self._formats) else "General"
            cells.put(index, number_formats.show(value, code, from_1904=self._from_1904), raw=value)
