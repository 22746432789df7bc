"""Bytes of a ledger file to its rows: which encoding, which delimiter, which line each row begins on."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from msgspec import Struct

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.exchange.office.headings import count_known
from pilottask.exchange.office.signatures import DOCUMENTS, is_workbook

SEARCHED_ROWS: Final = 30
"""How far down a heading row is looked for, below titles and notes."""

LEAST_KNOWN: Final = 2
"""Headings known in a row that is taken for the headings."""

DELIMITERS: Final = (",", "\t", ";")
"""What may part the cells of a row, the likeliest first."""

_SNIFFED_CHARS: Final = 65536
_BOMS: Final = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # which begins with that of UTF-16
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    codecs.BOM_UTF8: "utf-8",
}
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|style|\?xml)\b", re.IGNORECASE)
_LOOKED_AT: Final = 1024
_FIRST_OF_THREE_BYTES: Final = "\u0800"


class Row(Struct, frozen=True):
    """One row: its number as a spreadsheet counts, the line of the file on which it begins, both from 1.

    `faults` say by place, from 0, why a cell that is blank here cannot be read. `name` is how a message names it where
    its file has no rows.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    faults: Mapping[int, str] = {}
    name: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.faults and not "".join(self.cells).strip()

    def at(self, place: int | None) -> str:
        """Return the cell at `place`, from 0; empty where the row ends before, or the table has no such column."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Put how messages name a file before what is wrong with it."""
    try:
        yield
    except UsageFault as wrong:
        raise UsageFault(_("{where}: {why}").format(where=safe(source), why=wrong.message), hint=wrong.hint) from wrong


def where(row: int, line: int) -> str:
    """Return how a message names a row: as a spreadsheet counts, and by line where that is another number."""
    if row == line:
        return _("row {row}").format(row=row)
    return _("row {row} (line {line})").format(row=row, line=line)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file as they stand in it, those above the headings among them.

    `sheet` is the name of the sheet where the file has several; `notices` say what was not read; `from_1904` where
    the file counts days from that year.
    """

    rows: tuple[Row, ...]
    sheet: str | None = None
    notices: tuple[str, ...] = ()
    from_1904: bool = False


def read(data: bytes) -> Table:
    """Read a CSV or TSV file. Raises UsageFault where it is no text, or where a quotation mark never closes."""
    return parse(decode(data))


def is_ledger(data: bytes) -> bool:
    """Tell whether a text has the headings of a ledger in one of its first rows."""
    try:
        head = decode(data)[:_SNIFFED_CHARS]
    except UsageFault:
        return False
    return _score(_first_rows(head, sniff(head)))[0] >= LEAST_KNOWN


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, in UTF-16 with its byte order mark, or in GB18030.

    Raises UsageFault where it is in none of them, naming the line of the first bad byte.
    """
    _refuse_foreign(data)
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return _strictly(data.removeprefix(mark), encoding).lstrip("\ufeff")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _decode_gb18030(data)


def _refuse_foreign(data: bytes) -> None:
    if is_workbook(data):
        message = _("the file is a workbook or a document, not a text file")
        raise UsageFault(message, hint=_("save the sheet as “CSV UTF-8” and import that"))
    if data.startswith(DOCUMENTS):
        hint = _("open it in Word or WPS, save it as .docx and import that, or the workbook from which it was made")
        raise UsageFault(_("the file is a PDF or RTF document, not a ledger"), hint=hint)
    # What office systems give out as .xls is often a web page, which spreadsheet programs open.
    if _MARKUP.match(data[:_LOOKED_AT]):
        message = _("the file is a web page or XML, whatever its name says")
        raise UsageFault(message, hint=_("open it in a spreadsheet program, save it as .xlsx and import that"))


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as bad:
        text = _("the file is in {encoding} but damaged: byte {byte} in line {line}")
        message = text.format(encoding=encoding[:6].rstrip("-").upper(), **_place(data, encoding, bad))
        raise UsageFault(message, hint=_("save the sheet as “CSV UTF-8” and import that")) from None


def _decode_gb18030(data: bytes) -> str:
    # A damaged UTF-8 file mostly decodes as GB18030 too, to nonsense. In GB18030, runs of bytes that look like
    # Chinese in UTF-8 are rare, in damaged UTF-8 they are the rule.
    as_utf8 = data.decode(errors="replace")
    damaged = as_utf8.count("\ufffd")
    sound = sum(char >= _FIRST_OF_THREE_BYTES for char in as_utf8) - damaged
    if sound > damaged:
        return _strictly(data, "utf-8")
    try:
        return data.decode("gb18030").removeprefix("\ufeff")
    except UnicodeDecodeError as bad:
        text = _("the file is not in UTF-8, UTF-16 or GB18030: byte {byte} in line {line} fits none of them")
        message = text.format(**_place(data, "gb18030", bad))
        raise UsageFault(message, hint=_("save the sheet as “CSV UTF-8” and import that")) from None


def _place(data: bytes, encoding: str, bad: UnicodeDecodeError) -> dict[str, str | int]:
    """Return the bad byte and its line as messages name them."""
    before = data[: bad.start].decode(encoding, errors="ignore").removesuffix("\r").replace("\r\n", "\n")
    return {"byte": f"0x{data[bad.start]:02X}", "line": 1 + before.count("\n") + before.count("\r")}


def parse(text: str) -> Table:
    """Split a text into rows.

    Raises UsageFault where a quotation mark never closes, or where text follows one that closes.
    """
    if not text.strip():
        raise UsageFault(_("the file is empty"))
    return Table(tuple(_rows(text, sniff(text))))


def sniff(text: str) -> str:
    """Return the delimiter with which the most headings of a ledger are found, else the most cells in a row."""
    head = text[:_SNIFFED_CHARS]
    return max(DELIMITERS, key=lambda delimiter: _score(_first_rows(head, delimiter)))


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    # Not strict: only a look, what is wrong is said when all is read.
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    return list(islice(reader, SEARCHED_ROWS))


def _score(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    return max(map(count_known, rows), default=0), max(map(len, rows), default=0)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    # The limit is one for the whole process. A cell is never longer than its file, so none is refused for its size.
    limit = csv.field_size_limit(len(text) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        number, line = 0, 1
        for number, cells in enumerate(reader, start=1):
            yield Row(number, line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as wrong:
        message = _("{where}: text follows a closing quotation mark, in line {reached}")
        if "unexpected end" in str(wrong):
            message = _("{where}: a quotation mark opens a cell and never closes")
        place = _("row {row} (line {line})").format(row=number + 1, line=line)
        message = message.format(where=place, reached=reader.line_num)
        raise UsageFault(message, hint=_("inside a quoted cell a quotation mark is written twice")) from None
    finally:
        csv.field_size_limit(limit)
