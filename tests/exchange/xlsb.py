"""Workbooks in the binary form of Excel 2007 and later (.xlsb), as far as the tests need it; no library writes them."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

TYPES: Final = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>"""
LINKS: Final = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
)
KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@dataclass(frozen=True)
class Shown:
    """A number, and the place of its format among those of the workbook; `packed` as most are kept, in four bytes."""

    value: float
    style: int = 0
    packed: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula with the number saved with it."""

    value: float


class Error:
    """A cell that holds an error."""


Cell = str | bool | Shown | Formula | type[Error] | None


def record(kind: int, *parts: bytes) -> bytes:
    """Return a record: its kind and length in one byte or more, and what is in it."""
    data = b"".join(parts)
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = bytearray()
    left = len(data)
    while left > 0x7F:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    return head + bytes(length) + bytes([left]) + data


def wide(text: str) -> bytes:
    """Return a text behind its length."""
    data = text.encode("utf-16-le")
    return struct.pack("<I", len(data) // 2) + data


def book(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    formats: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int]] = (),
    hidden: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    far: tuple[int, int] | None = None,
    from_1904: bool = False,
    comments: Mapping[tuple[int, int], str] | None = None,
) -> bytes:
    """Return a workbook; a cell's style 0 is General, 1 the first of `formats`.

    Rows are counted from 0: `merged` are the first, the last and the column of cells, at `far` stands one more,
    `comments` on cells of the first sheet.
    """
    texts = list(
        dict.fromkeys(cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str))
    )
    links = [("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
    links += [("worksheet", f"worksheets/sheet{number}.bin") for number in range(1, len(sheets) + 1)]
    parts = {
        "[Content_Types].xml": TYPES.encode(),
        "_rels/.rels": _linked([("officeDocument", "xl/workbook.bin")]),
        "xl/_rels/workbook.bin.rels": _linked(links),
        "xl/workbook.bin": b"".join(
            [
                record(131),
                record(153, struct.pack("<2I", from_1904, 0), wide("")),
                record(143),
                *(
                    record(156, struct.pack("<2I", name in hidden, number), wide(f"rId{number + 2}"), wide(name))
                    for number, name in enumerate(sheets, start=1)
                ),
                record(144),
                record(132),
            ]
        ),
        "xl/styles.bin": b"".join(
            [
                record(278),
                record(615, struct.pack("<I", len(formats))),
                *(record(44, struct.pack("<H", 164 + place), wide(code)) for place, code in enumerate(formats)),
                record(616),
                record(617, struct.pack("<I", len(formats) + 1)),
                *(record(47, struct.pack("<8H", 0, code, *[0] * 6)) for code in [0, *range(164, 164 + len(formats))]),
                record(618),
                record(279),
            ]
        ),
        "xl/sharedStrings.bin": b"".join(
            [
                record(159, struct.pack("<2I", len(texts), len(texts))),
                *(record(19, b"\0", wide(text)) for text in texts),
                record(160),
            ]
        ),
    }
    for number, rows in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.bin"] = _sheet(rows, texts, merged, hidden_rows, far)
    if comments:
        parts["xl/worksheets/_rels/sheet1.bin.rels"] = _linked([("comments", "../comments1.bin")])
        parts["xl/comments1.bin"] = b"".join(
            record(635, struct.pack("<5I", 0, row, row, column, column), bytes(16)) + record(637, b"\0", wide(text))
            for (row, column), text in comments.items()
        )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def _linked(links: Sequence[tuple[str, str]]) -> bytes:
    written = (
        f'<Relationship Id="rId{number}" Type="{KIND}{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return "".join([LINKS, *written, "</Relationships>"]).encode()


def _sheet(
    rows: Sequence[Sequence[Cell]],
    texts: Sequence[str],
    merged: Sequence[tuple[int, int, int]],
    hidden_rows: Sequence[int],
    far: tuple[int, int] | None,
) -> bytes:
    width = max(map(len, rows), default=1)
    written = [record(129), record(148, struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, width - 1)), record(145)]
    for number, row in enumerate(rows):
        flags = 0x10 if number in hidden_rows else 0
        written.append(record(0, struct.pack("<2IHBBB", number, 0, 300, 0, flags, 0), struct.pack("<I", 0)))
        written += [_cell(column, cell, texts) for column, cell in enumerate(row) if cell is not None]
    if far:
        written += [record(0, struct.pack("<2I", far[0], 0), bytes(13)), _cell(far[1], Shown(1), ())]
    written += [record(146), *(record(176, struct.pack("<4I", *each, each[2])) for each in merged), record(130)]
    return b"".join(written)


def _cell(column: int, cell: Cell, texts: Sequence[str]) -> bytes:
    style = cell.style if isinstance(cell, Shown) else 0
    place = struct.pack("<2I", column, style)
    match cell:
        case str():
            return record(7, place, struct.pack("<I", texts.index(cell)))
        case bool():
            return record(4, place, bytes([cell]))
        case Shown(packed=True):
            return record(2, place, struct.pack("<I", (int(cell.value * 100) << 2) | 3))
        case Shown():
            return record(5, place, struct.pack("<d", cell.value))
        case Formula():
            return record(9, place, struct.pack("<d", cell.value), bytes(2), struct.pack("<2I", 0, 0))
        case _:
            return record(3, place, b"\x07")
