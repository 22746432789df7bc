"""Whether a workbook or document may be opened: what it is, how large it grows, and that nothing hides in its XML."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from posixpath import join, normpath
from typing import Any, Final, Literal, NoReturn
from xml.etree import ElementTree as ET
from xml.parsers import expat

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.exchange.office.signatures import LARGEST, MEGABYTE, OLE

MOST_PARTS: Final = 10_000
RATIO: Final = 100
"""How many times as large a part may grow. Sheets grow ten to thirty times; the limit is that of Apache POI."""

SMALL: Final = MEGABYTE
"""Bytes below which a part may grow as it likes: it does no harm."""

_LARGEST_SHEET: Final = 100 * MEGABYTE
_CHUNK: Final = 65536
_ENCRYPTED: Final = 0x1
_TYPES: Final = "[Content_Types].xml"
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK: Final = "Workbook".encode("utf-16-le")
_BOOK: Final = b"B\0o\0o\0k\0\0\0"


_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ET.ParseError, expat.ExpatError),
    *(EOFError, LookupError, ValueError, OSError, StopIteration, ArithmeticError, RuntimeError),
)
"""What readers raise where a file is not as it should be."""


Packed = Literal["xlsx", "xlsb", "xls", "ods", "docx"]
"""What a packed file is, by what is in it; `xls` is the form before Excel 2007, and that of WPS (.et)."""


class DamagedWorkbook(UsageFault):
    """A workbook cannot be read."""


class _Seen(Exception):
    """The root element begins, so that no document type can follow."""


def check(data: bytes) -> Packed:
    """Return what a file is, looking into it before anything is unpacked from it in earnest.

    Raises UsageFault where it is no workbook, is encrypted or damaged, grows
    beyond `LARGEST` or `RATIO`, or where a part of it declares a document type: no spreadsheet program writes one,
    and entities that grow or name other files can be declared there alone.
    """
    if data.startswith(OLE):
        return _old(data)
    with sound(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        kind = _kind(archive)
        _check_sizes(parts)
        for part in parts:
            _check_prolog(archive, part)
    return kind


def damage_fault() -> DamagedWorkbook:
    """Return the error for a workbook that cannot be read."""
    message = _("the workbook is damaged, or is none")
    return DamagedWorkbook(message, hint=_("open it in a spreadsheet program, save it as .xlsx and import that"))


def password_fault() -> UsageFault:
    """Return the error for a file that opens with a password alone."""
    return UsageFault(_("the file is locked with a password"), hint=_("take the password off, save it and import that"))


def library(name: str, needed: str, *, hint: str | None = None) -> Any:  # noqa: ANN401  none of them has types
    """Return a module of an extra. Raises UsageFault, saying what it is `needed` for, where it is missing."""
    try:
        return import_module(name)
    except ImportError as missing:
        office = _("install it: {command}; or save the sheet as “CSV UTF-8”")
        raise UsageFault(needed, hint=hint or office.format(command='pip install "pilottask[office]"')) from missing


@contextmanager
def sound() -> Iterator[None]:
    """Make one error of all that can be wrong with a damaged workbook."""
    try:
        yield
    except UsageFault:
        raise
    except _DAMAGE as wrong:
        raise damage_fault() from wrong


def _old(data: bytes) -> Packed:
    if _PROTECTED in data:
        raise password_fault()
    if _WORKBOOK not in data and _BOOK not in data:
        message = _("the file is an old document (.doc, .wps), not a workbook")
        raise UsageFault(message, hint=_("open it in Word or WPS, save it as .docx and import that"))
    return "xls"


def _kind(archive: zipfile.ZipFile) -> Packed:
    names = set(archive.namelist())
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    if _TYPES in names and any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    if _TYPES in names and any(name.endswith("document.xml") for name in names):
        return "docx"
    hint = _("a ledger is a workbook (.xlsx, .xls, .ods), a document (.docx), or text with commas (.csv)")
    raise UsageFault(_("the file is no workbook"), hint=hint)


def _check_sizes(parts: Iterable[zipfile.ZipInfo]) -> None:
    total = 0
    for count, part in enumerate(parts, start=1):
        total += part.file_size
        if count > MOST_PARTS or total > LARGEST:
            message = _("the file is too large: unpacked it has more than {size} MB").format(size=LARGEST // MEGABYTE)
            raise UsageFault(message, hint=_("split it, or save its sheet as “CSV UTF-8” and import that"))
        if part.file_size > SMALL and part.file_size > RATIO * part.compress_size:
            text = _("the file was not opened: a part of it grows to more than {ratio} times its size")
            message = text.format(ratio=RATIO)
            raise UsageFault(message, hint=_("if you trust it, save its sheet as “CSV UTF-8” and import that"))
        if part.flag_bits & _ENCRYPTED:
            raise password_fault()


def local_name(tag: object) -> str:
    """Return the name of an element without its namespace, empty for what is none, such as a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class Package:
    """A workbook in parts that link to one another; `main` is the one that lists the sheets."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.main = next(part for kind, part in self.links("").values() if kind == "officeDocument")

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part, or the whole package (""), links to, by the id of the link: its kind and the part."""
        folder, _slash, file = part.rpartition("/")
        listed = self.archive.read(f"{folder}/_rels/{file}.rels".lstrip("/"))
        return {
            link.get("Id", ""): (
                link.get("Type", "").rpartition("/")[2],
                normpath(join(folder, link.get("Target", ""))).lstrip("/"),
            )
            for link in ET.fromstring(listed)  # noqa: S314  `check` refused what could harm
        }

    def linked_parts(self, kind: str, part: str = "") -> list[str]:
        """Return the parts of a kind that `part`, or the main one, links to and that are there, if any."""
        with suppress(KeyError):
            names, links = self.archive.namelist(), self.links(part or self.main).values()
            return [each for of_kind, each in links if of_kind == kind and each in names]
        return []


def check_xml(sheet: zipfile.ZipInfo) -> None:
    """Raise UsageFault where the XML of a sheet is so large that nobody waits until it is read."""
    if sheet.file_size > _LARGEST_SHEET:
        message = _("the sheet is too large: its XML has more than {size} MB")
        hint = _("delete blank rows and columns, or save the sheet as “CSV UTF-8” and import that")
        raise UsageFault(message.format(size=_LARGEST_SHEET // MEGABYTE), hint=hint)


def _check_prolog(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a document type, in whichever encoding; a part that is no XML has none."""

    def refuse(*_names: object) -> NoReturn:
        message = _("the file was not opened: {part} declares a document type, as no office program does")
        raise UsageFault(message.format(part=part.filename))

    def stop(*_names: object) -> NoReturn:
        raise _Seen

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)  # expat 2.6 may put off until then what it read
    except (_Seen, expat.ExpatError):
        return
