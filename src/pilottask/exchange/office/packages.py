"""Whether a file may be opened as a workbook: what it is, how large it grows, and that nothing hides in its XML."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NoReturn
from xml.etree import ElementTree as ET
from xml.parsers import expat

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0"

MEGABYTE: Final = 1_000_000
LARGEST: Final = 256 * MEGABYTE
"""Bytes that all parts of a workbook may have once they are unpacked: some 200,000 rows of a ledger."""

MOST_PARTS: Final = 10_000
RATIO: Final = 100
"""How many times as large a part may grow. Sheets grow ten to thirty times; the limit is that of Apache POI."""

SMALL: Final = MEGABYTE
"""Bytes below which a part may grow as it likes: it does no harm."""

_CHUNK: Final = 65536
_ENCRYPTED: Final = 0x1
_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NAMESPACES: Final = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": _MAIN.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
}
"""Those of the strict form of ISO/IEC 29500, and the usual ones."""
_NEEDLESS: Final = re.compile("docProps/|customXml/|xl/(?:theme|chartsheets|charts|drawings|media|externalLinks)/")
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")


class _Seen(Exception):
    """The root element begins, so that no document type can follow."""


class _Declared(Exception):
    """There is a document type."""


def is_workbook(data: bytes) -> bool:
    """Tell whether a file is packed as workbooks are, new or old; what is in it is for `check` to say."""
    return data.startswith((ZIP, OLE))


def check(data: bytes) -> None:
    """Look into a file before anything is unpacked from it in earnest.

    Raises UsageFault where it is no workbook in the form of Excel 2007 and later, is encrypted or damaged, grows
    beyond `LARGEST` or `RATIO`, or where a part of it declares a document type: no spreadsheet program writes one,
    and entities that grow or name other files can be declared there alone.
    """
    if data.startswith(OLE):
        raise _old(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_kind(archive)
            _check_sizes(parts)
            for part in parts:
                _check_prolog(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as wrong:
        raise damaged() from wrong


def damaged() -> UsageFault:
    """Return the error for a workbook that cannot be read."""
    return UsageFault(
        _("the workbook is damaged, or is none"),
        hint=_("open it in a spreadsheet program, save it as .xlsx and import that"),
    )


def plain(data: bytes) -> bytes:
    """Return a workbook with nothing in it that its values do not need, in the usual namespaces.

    Programs other than Excel write styles, properties and charts that Excel passes over and openpyxl stumbles on; and
    Excel itself can save in a stricter form. Of styles the number formats are kept, which tell dates from numbers.
    Raises UsageFault where the package itself is damaged.
    """
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
            for name in dict.fromkeys(old.namelist()):
                if not _NEEDLESS.match(name):
                    part = _usual(old.read(name)) if name.endswith((".xml", ".rels")) else b""
                    new.writestr(name, _number_formats(part) if name.endswith("/styles.xml") else part)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as wrong:
        raise damaged() from wrong
    return written.getvalue()


def _usual(part: bytes) -> bytes:
    for strict, usual in _NAMESPACES.items():
        part = part.replace(strict, usual)
    return part


def _number_formats(part: bytes) -> bytes:
    """Return a part with styles that has but the number formats of cells; none where it cannot be read."""
    styles = ET.Element(f"{{{_MAIN}}}styleSheet")
    with suppress(ET.ParseError):
        found = ET.fromstring(part)  # noqa: S314  `check` refused what could harm
        formats = found.find(f"{{{_MAIN}}}numFmts")
        if formats is not None:
            styles.append(formats)
        cells = ET.SubElement(styles, f"{{{_MAIN}}}cellXfs")
        for cell in found.iterfind(f"{{{_MAIN}}}cellXfs/{{{_MAIN}}}xf"):
            ET.SubElement(cells, f"{{{_MAIN}}}xf", {"numFmtId": cell.get("numFmtId", "0")})
    return ET.tostring(styles)


def _old(data: bytes) -> UsageFault:
    if _PROTECTED in data:
        return UsageFault(
            _("the workbook is locked with a password"),
            hint=_("take the password off in a spreadsheet program, save it and import that"),
        )
    return UsageFault(
        _("the file is in the old form of Excel (.xls) or Word"),
        hint=_("open it in a spreadsheet program, save it as .xlsx and import that"),
    )


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if _TYPES in names and any(name.endswith("workbook.xml") for name in names):
        return
    if any(name.endswith("workbook.bin") for name in names) or "mimetype" in names:
        raise UsageFault(
            _("the workbook is in another form than .xlsx"),
            hint=_("open it in a spreadsheet program, save it as .xlsx and import that"),
        )
    raise UsageFault(
        _("the file is no workbook"), hint=_("a ledger is a workbook (.xlsx), or text with commas or tabs (.csv)")
    )


def _check_sizes(parts: Iterable[zipfile.ZipInfo]) -> None:
    total = 0
    for count, part in enumerate(parts, start=1):
        total += part.file_size
        if count > MOST_PARTS or total > LARGEST:
            raise UsageFault(
                _("the workbook is too large: unpacked it has more than {size} MB").format(size=LARGEST // MEGABYTE),
                hint=_("split it, or save its sheet as “CSV UTF-8” and import that"),
            )
        if part.file_size > SMALL and part.file_size > RATIO * part.compress_size:
            raise UsageFault(
                _("the workbook was not opened: a part of it grows to more than {ratio} times its size").format(
                    ratio=RATIO
                ),
                hint=_("if you trust it, save its sheet as “CSV UTF-8” and import that"),
            )
        if part.flag_bits & _ENCRYPTED:
            raise UsageFault(
                _("the workbook is locked with a password"),
                hint=_("take the password off in a spreadsheet program, save it and import that"),
            )


def _check_prolog(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a document type, in whichever encoding; a part that is no XML has none."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _declared
    parser.StartElementHandler = _seen
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
    except (_Seen, expat.ExpatError):
        return
    except _Declared:
        raise UsageFault(
            _("the workbook was not opened: {part} declares a document type, as no spreadsheet program does").format(
                part=part.filename
            )
        ) from None


def _seen(_name: str, _attributes: dict[str, str]) -> NoReturn:
    raise _Seen


def _declared(_name: str, _system: str | None, _public: str | None, _internal: int) -> NoReturn:
    raise _Declared
