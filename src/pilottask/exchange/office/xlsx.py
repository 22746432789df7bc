"""Workbooks of Excel 2007 and later, read by their XML: what their cells show, merged cells, what is hidden.

Values only: formulas count by the value saved with them and are never worked out, links are not followed. Programs
that write workbooks differ in prefixes, in what they leave out and in which of two namespaces they use; of all that
nothing counts here but the local names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import IO, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from pilottask.base.errors import UsageFault
from pilottask.base.formulas import guard
from pilottask.base.i18n import _
from pilottask.exchange.office import number_formats, packages
from pilottask.exchange.office.packages import Package, local_name
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.sheets import Cells, Merge, Sheet, Source, check_height, comment

LONGEST: Final = 32_767
"""Characters that a cell of Excel holds."""

_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384
_LARGEST_TEXT: Final = 100_000_000
"""Characters of all cells of a sheet together."""
_CHUNK: Final = 1 << 18
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE: Final = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_TRUE: Final = frozenset({"1", "true"})
_BLANK_CELL: Final = re.compile(rb'<c r="[^<>]*/>')
_BLANK_ROW: Final = re.compile(rb'<row r="[^<>]*(?:/>|></row>)')


class _Enough(Exception):
    """As many rows were read as were asked for."""


@packages.sound()
def sources(data: bytes) -> list[Source]:
    """Return the sheets of a workbook. Raises UsageFault where it is damaged."""
    return list(_Book(data).sources())


class _Book:
    """The parts of a workbook."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        self._book = self._xml(self._package.main)
        properties = self._book.findall(".//{*}workbookPr")
        self._from_1904 = any(each.get("date1904", "").lower() in _TRUE for each in properties)
        self._strings = [
            text for part in self._package.linked_parts("sharedStrings") for text in self._shared_texts(part)
        ]
        try:
            self._codes = [code for part in self._package.linked_parts("styles") for code in _codes(self._xml(part))]
        except ET.ParseError:  # numbers are numbers then, and no day is made of one
            self._codes = []

    def _xml(self, part: str) -> ET.Element:
        return ET.fromstring(self._package.archive.read(part))  # noqa: S314  `packages.check` refused what could harm

    def sources(self) -> Iterator[Source]:
        """Yield the sheets."""
        links = self._package.links(self._package.main)
        for sheet in self._book.findall(".//{*}sheet"):
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            kind, part = links.get(link, ("", ""))
            if kind == "worksheet":
                hidden = sheet.get("state", "visible") != "visible"
                yield Source(sheet.get("name", ""), hidden, partial(self._read, part))

    @packages.sound()
    def _read(self, part: str, most: int | None) -> Sheet:
        parser = _Parser(self._strings, self._codes, self._from_1904, most)
        packages.check_xml(self._package.archive.getinfo(part))
        with self._package.archive.open(part) as file:
            return replace(parser.read(file), comments=tuple(self._comments(part)))

    def _shared_texts(self, part: str) -> Iterator[str]:
        """Yield shared texts without what says how their Chinese is pronounced."""
        with self._package.archive.open(part) as file:
            for _event, element in ET.iterparse(file):  # noqa: S314  as above
                if local_name(element.tag) == "si":
                    yield _text([*element.findall("{*}t"), *element.findall("{*}r/{*}t")])
                    element.clear()

    def _comments(self, sheet: str) -> Iterator[str]:
        for part in self._package.linked_parts("comments", sheet):
            for each in self._xml(part).findall(".//{*}comment"):
                yield comment(each.get("ref", ""), _text(each.findall(".//{*}t")))


def _codes(styles: ET.Element) -> list[str]:
    """Return the format code of each style of cells."""
    codes = {str(number): code for number, code in number_formats.BUILT_IN.items()}
    own = ((each.get("numFmtId", ""), each.get("formatCode")) for each in styles.findall(".//{*}numFmt"))
    codes |= {number: code for number, code in own if code}
    return [codes.get(style.get("numFmtId", "0"), "General") for style in styles.findall("{*}cellXfs/{*}xf")]


def _text(elements: Iterable[ET.Element]) -> str:
    return "".join(each.text or "" for each in elements)


class _Parser:
    """Reads the XML of one sheet."""

    def __init__(self, strings: list[str], codes: list[str], from_1904: bool, most: int | None) -> None:
        self._strings = strings
        self._codes = codes
        self._from_1904 = from_1904
        self._most = most
        self._rows: list[Row] = []
        self._merges: list[Merge] = []
        self._hidden: set[int] = set()
        self._number = self._size = 0
        self._cells = Cells(0)
        self._index = -1
        self._cell: Mapping[str, str] = {}
        self._texts: list[str] = []
        self._formula = self._collects = self._phonetic = False

    def read(self, file: IO[bytes]) -> Sheet:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        try:
            while chunk := file.read(_CHUNK):
                parser.Parse(_without_blanks(chunk), False)
            parser.Parse(b"", True)
        except _Enough:
            pass
        return Sheet(tuple(self._rows), tuple(self._merges), frozenset(self._hidden), self._from_1904)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name[name.find(":") + 1 :]
        if name == "c":
            reference = attributes.get("r")
            self._index = self._index + 1 if reference is None else _index(reference)
            self._cell, self._texts, self._formula = attributes, [], False
        elif name == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            if not 1 <= self._number <= _LAST_ROW:
                raise packages.damage_fault()
            self._cells, self._index = Cells(self._number), -1
            if attributes.get("hidden") in _TRUE:
                self._hidden.add(self._number)
        elif name == "mergeCell":
            first, _colon, last = attributes.get("ref", "").partition(":")
            begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
            if begin and end and int(end[2]) > int(begin[2]):
                self._merges.append(Merge(int(begin[2]), int(end[2]), _index(first)))
        elif name == "rPh":
            self._phonetic = True
        elif name == "f":
            self._formula = True
        elif name == "v" or (name == "t" and not self._phonetic):
            self._collects = True

    def _data(self, text: str) -> None:
        if self._collects:
            self._texts.append(text)

    def _end(self, name: str) -> None:
        name = name[name.find(":") + 1 :]
        if name in {"v", "t"}:
            self._collects = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c" and (self._texts or self._formula):
            self._put(self._cell.get("t", "n"), "".join(self._texts))
        elif name == "row" and not (row := self._cells.row()).blank:
            self._rows.append(row)
            if len(self._rows) == self._most:
                raise _Enough
            check_height(len(self._rows))

    def _put(self, kind: str, raw: str) -> None:
        """Put what a cell shows into its row, or what is wrong with it."""
        if self._formula and not raw and kind != "str":
            self._cells.put_unsaved(self._index)
            return
        if kind == "e":
            self._cells.put_error(self._index, raw)
            return
        text = self._text(kind, raw)
        self._size += len(text or "")
        if len(text or "") > LONGEST or self._size > _LARGEST_TEXT:
            message = _("cell {cell}: there is more text than a spreadsheet holds ({count} characters)")
            raise UsageFault(message.format(cell=self._cells.name(self._index), count=len(text or "")))
        self._cells.put(self._index, text, raw=raw)

    def _text(self, kind: str, raw: str) -> str | None:
        """Return what a cell shows, text as a CSV cell, so that a guard is kept; None where it cannot be told."""
        if kind == "s":
            return _plain(self._strings[int(raw)]) if raw else ""
        if kind in {"str", "inlineStr"}:
            return _plain(raw)
        if kind == "b":
            return "TRUE" if raw in _TRUE else "FALSE"
        if kind == "d" or not raw:
            return raw.removesuffix("T00:00:00").removesuffix("T00:00:00Z")
        style = int(self._cell.get("s") or len(self._codes))
        code = self._codes[style] if style < len(self._codes) else "General"
        return number_formats.show(raw, code, from_1904=self._from_1904)


def _index(reference: str) -> int:
    """Return the index of the column that a cell is named by."""
    match = _REFERENCE.fullmatch(reference)
    index = 0
    for letter in match[1] if match else "":
        index = index * 26 + ord(letter) - ord("A") + 1
    if not 1 <= index <= _LAST_COLUMN:
        raise packages.damage_fault()
    return index - 1


def _without_blanks(chunk: bytes) -> bytes:
    """Return a piece of XML without the cells and rows that are only formatted, of which there may be millions.

    They are left where texts might look like them, and where one is counted instead of named.
    """
    named = all(chunk.count(b"<%b " % tag) == chunk.count(b'<%b r="' % tag) for tag in (b"c", b"row"))
    if b"<!" in chunk or b"<c>" in chunk or b"<row>" in chunk or not named:
        return chunk
    return _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", chunk))


def _plain(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return guard(text) if text.startswith("'") else text
