"""Workbooks of Excel 2007 and later, read by their XML: what their cells show, merged cells, what is hidden.

Values only: formulas count by the value saved with them and are never worked out, links are not followed. Programs
that write workbooks differ in prefixes, in what they leave out and in which of two namespaces they use; of all that
nothing counts here but the local names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from pilottask.base.errors import UsageFault
from pilottask.base.formulas import guard
from pilottask.base.i18n import _
from pilottask.exchange.office import number_formats, packages
from pilottask.exchange.office.packages import Package, local_name
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.sheets import Cells, Merge, Sheet, Source, check_height, comment, letters

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


def sources(data: bytes) -> list[Source]:
    """Return the sheets of a workbook. Raises UsageFault where it is damaged."""
    with packages.sound():
        return list(_Book(data).sources())


class _Book:
    """The parts of a workbook."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        self._book = self._xml(self._package.main)
        self._from_1904 = any(
            each.get("date1904", "").lower() in _TRUE
            for each in self._book.iter()
            if local_name(each.tag) == "workbookPr"
        )

    def _xml(self, part: str) -> ET.Element:
        return ET.fromstring(self._package.archive.read(part))  # noqa: S314  `packages.check` refused what could harm

    def sources(self) -> Iterator[Source]:
        """Yield the sheets."""
        links = self._package.links(self._package.main)
        for sheet in self._book.iter():
            if local_name(sheet.tag) == "sheet":
                link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
                kind, part = links.get(link, ("", ""))
                if kind == "worksheet":
                    hidden = sheet.get("state", "visible") != "visible"
                    yield Source(sheet.get("name", ""), hidden, partial(self.read, part))

    def read(self, part: str, rows: int | None) -> Sheet:
        """Return a sheet, as many rows of it as are asked for."""
        with packages.sound():
            parser = _Parser(self._texts, self._formats, self._from_1904, rows)
            packages.check_xml(self._package.archive.getinfo(part))
            with self._package.archive.open(part) as file:
                return replace(parser.read(file), comments=tuple(self._comments(part)))

    def _comments(self, sheet: str) -> Iterator[str]:
        for part in self._package.linked(sheet, "comments"):
            for each in self._xml(part).iter():
                if local_name(each.tag) == "comment":
                    texts = (text.text or "" for text in each.iter() if local_name(text.tag) == "t")
                    yield comment(each.get("ref", ""), "".join(texts))

    @cached_property
    def _texts(self) -> list[str]:
        parts = self._package.linked(self._package.main, "sharedStrings")
        return [text for part in parts for text in self._shared(part)]

    def _shared(self, part: str) -> list[str]:
        texts: list[str] = []
        pieces: list[str] = []
        phonetic = 0
        with self._package.archive.open(part) as file:
            for event, element in ET.iterparse(file, events=("start", "end")):  # noqa: S314  as above
                name = local_name(element.tag)
                if name == "rPh":
                    phonetic += 1 if event == "start" else -1
                elif event == "end" and name == "t" and not phonetic:
                    pieces.append(element.text or "")
                elif event == "end" and name == "si":
                    texts.append("".join(pieces))
                    pieces = []
                    element.clear()
        return texts

    @cached_property
    def _formats(self) -> list[str]:
        """The format code of each style of cells."""
        parts = self._package.linked(self._package.main, "styles")
        try:
            return [code for part in parts for code in _codes(self._xml(part))]
        except ET.ParseError:  # numbers are numbers then, and no day is made of one
            return []


def _codes(styles: ET.Element) -> list[str]:
    own = {
        each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter() if local_name(each.tag) == "numFmt"
    }
    ids = [
        cell.get("numFmtId", "0")
        for part in styles
        if local_name(part.tag) == "cellXfs"
        for cell in part
        if local_name(cell.tag) == "xf"
    ]
    built_in = {str(number): code for number, code in number_formats.BUILT_IN.items()}
    return [own.get(each) or built_in.get(each, "General") for each in ids]


@dataclass(slots=True)
class _Cell:
    """A cell while it is read."""

    index: int
    kind: str
    style: str
    texts: list[str] = field(default_factory=list)
    formula: bool = False
    value: bool = False


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
        self._number = 0
        self._next = 0
        self._cells: Cells | None = None  # of the row, once something stands in it
        self._cell: _Cell | None = None
        self._collects = False
        self._phonetic = False
        self._size = 0

    def read(self, file: Any) -> Sheet:  # noqa: ANN401  what zipfile opens
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
            self._cell = _Cell(
                self._next if reference is None else self._index(reference),
                attributes.get("t", "n"),
                attributes.get("s", ""),
            )
            self._next = self._cell.index + 1
        elif name == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            if not 1 <= self._number <= _LAST_ROW:
                raise packages.damaged()
            self._next = 0
            if attributes.get("hidden") in _TRUE:
                self._hidden.add(self._number)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "rPh":
            self._phonetic = True
        elif self._cell is not None:
            if name == "f":
                self._cell.formula = True
            elif name == "v" or (name == "t" and not self._phonetic):
                self._collects = True
                self._cell.value = True

    def _data(self, text: str) -> None:
        if self._collects and self._cell is not None:
            self._cell.texts.append(text)

    def _end(self, name: str) -> None:
        name = name[name.find(":") + 1 :]
        if name in {"v", "t"}:
            self._collects = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c" and self._cell is not None:
            if self._cell.value or self._cell.formula:
                self._take(self._cell)
            self._cell = None
        elif name == "row" and self._cells is not None:
            if not (row := self._cells.row()).blank:
                self._rows.append(row)
            self._cells = None
            if len(self._rows) == self._most:
                raise _Enough
            check_height(len(self._rows))

    def _index(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference)
        index = 0
        for letter in found[1] if found else "":
            index = index * 26 + ord(letter) - ord("A") + 1
        if not 1 <= index <= _LAST_COLUMN:
            raise packages.damaged()
        return index - 1

    def _merge(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if begin and end and int(end[2]) > int(begin[2]):
            self._merges.append(Merge(int(begin[2]), int(end[2]), self._index(first)))

    def _take(self, cell: _Cell) -> None:
        """Put what a cell shows into its row, or what is wrong with it."""
        raw = "".join(cell.texts)
        self._cells = cells = self._cells or Cells(self._number)
        if cell.formula and not raw and cell.kind != "str":
            cells.put_unsaved(cell.index)
            return
        if cell.kind == "e":
            cells.put_error(cell.index, raw)
            return
        text = self._text(cell, raw)
        self._size += len(text or "")
        if len(text or "") > LONGEST or self._size > _LARGEST_TEXT:
            raise UsageFault(
                _("cell {cell}: there is more text than a spreadsheet holds ({count} characters)").format(
                    cell=f"{letters(cell.index)}{self._number}", count=len(text or "")
                )
            )
        cells.put(cell.index, text, raw=raw)

    def _text(self, cell: _Cell, raw: str) -> str | None:
        """Return what a cell shows, text as a CSV cell, so that a guard is kept; None where it cannot be told."""
        if cell.kind == "s":
            return _plain(self._strings[int(raw)]) if raw else ""
        if cell.kind in {"str", "inlineStr"}:
            return _plain(raw)
        if cell.kind == "b":
            return "TRUE" if raw in _TRUE else "FALSE"
        if cell.kind == "d" or not raw:
            return raw.removesuffix("T00:00:00").removesuffix("T00:00:00Z")
        code = self._codes[int(cell.style)] if cell.style and int(cell.style) < len(self._codes) else "General"
        return number_formats.show(raw, code, from_1904=self._from_1904)


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
