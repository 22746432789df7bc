"""What is refused before it is unpacked."""

import io
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from exchange.books import HEAD, book, repacked
from pilottask.base.errors import UsageFault
from pilottask.exchange.office import packages, workbooks

SOUND = book([HEAD, ("甲", "区教体局", "2026-12-15")])
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE s [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
)
BOMB = LAUGHS + b"]>"
OUTSIDE = b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def declared(doctype: bytes, *, encoding: str = "utf-8") -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        body = part.partition(b"?>")[2] if part.startswith(b"<?") else part
        text = f'<?xml version="1.0" encoding="{encoding}"?><!-- x -->'.encode() + doctype + body
        return text.decode().encode(encoding)

    return change


def refusal(data: bytes) -> UsageFault:
    with pytest.raises(UsageFault) as caught:
        workbooks.read(data)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, b"<!DOCTYPE s>"], ids=["grows", "names a file", "bare"])
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml", "docProps/core.xml"]
)
def test_a_document_type_is_refused_wherever_it_stands(part: str, doctype: bytes, encoding: str) -> None:
    fault = refusal(repacked(SOUND, {part: declared(doctype, encoding=encoding)}))
    assert fault.message == (f"the file was not opened: {part} declares a document type, as no office program does")


def test_a_document_type_is_found_however_far_down() -> None:
    fault = refusal(repacked(SOUND, {SHEET: declared(b"<!--" + b" " * 300_000 + b"-->" + OUTSIDE)}))
    assert "declares a document type" in fault.message


def test_without_this_look_an_entity_would_not_lead_outside_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_check_prolog", lambda *_args: None)
    (tmp_path / "secret").write_text("secret")
    outside = declared(f'<!DOCTYPE s [<!ENTITY a SYSTEM "{(tmp_path / "secret").as_uri()}">]>'.encode())
    named = repacked(SOUND, {SHEET: lambda part: outside(part.replace(b"&#30002;", b"x&a;"))})
    assert "secret" not in str(workbooks.read(named).rows)


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repacked(SOUND, {"xl/media/image1.png": lambda _part: bytes(2_000_000)})
    assert len(bomb) < 20_000

    def unpacked(*_args: object, **_options: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(zipfile.ZipFile, "open", unpacked)
    assert refusal(bomb).message == ("the file was not opened: a part of it grows to more than 100 times its size")


def test_a_workbook_may_not_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST", 1000)
    assert refusal(SOUND).message == "the file is too large: unpacked it has more than 0 MB"
    monkeypatch.undo()
    monkeypatch.setattr(packages, "MOST_PARTS", 3)
    assert "too large" in refusal(SOUND).message


def test_small_parts_may_grow_as_they_like() -> None:
    assert workbooks.read(repacked(SOUND, {"xl/a.bin": lambda _part: bytes(900_000)})).rows


def test_the_locked_and_the_old() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refusal(ole).message == "the file is an old document (.doc, .wps), not a workbook"
    locked = ole + "EncryptedPackage".encode("utf-16-le")
    assert refusal(locked).message == "the file is locked with a password"
    assert refusal(locked).hint == "take the password off, save it and import that"


def test_a_part_under_a_password() -> None:
    data = bytearray(SOUND)
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        start = archive.start_dir
    data[start + 8] |= 1
    assert refusal(bytes(data)).message == "the file is locked with a password"


def zipped(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped(a="b"), "the file is no workbook"),
        (
            zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "the file is no workbook",
        ),
        (
            zipped(**{"[Content_Types].xml": "<a/>", "xl/workbook.bin": ""}),
            "the workbook is damaged, or is none",
        ),
        (SOUND[:2000], "the workbook is damaged, or is none"),
        (b"PK\x03\x04", "the workbook is damaged, or is none"),
        (zipped(**{"[Content_Types].xml": "<a/>", "xl/workbook.xml": ""}), "the workbook is damaged, or is none"),
        (
            SOUND.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet2.xml"),
            "the workbook is damaged, or is none",
        ),
        (repacked(SOUND, {SHEET: lambda part: part[:300]}), "the workbook is damaged, or is none"),
    ],
    ids=["zip", "ods", "xlsb", "cut off", "begun", "hollow", "no sheet", "cut sheet"],
)
def test_what_is_no_workbook(data: bytes, message: str) -> None:
    assert refusal(data).message == message


@pytest.mark.parametrize("place", range(200, 6000, 397))
def test_a_damaged_workbook_is_an_error_with_a_hint(place: int) -> None:
    data = bytearray(SOUND)
    data[place % len(data)] ^= 0xFF
    try:
        hint = None if workbooks.read(bytes(data)).rows else ""
    except UsageFault as fault:
        hint = fault.hint
    assert hint != ""  # an error without a hint, or no rows and no error


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def linked(made: object) -> None:
        sheet = made["台账"]  # type: ignore[index]
        sheet["A2"].hyperlink = "http://localhost:9/x"
        sheet["D1"], sheet["D2"] = "备注", "=[1]Sheet1!A1"

    def called(*_args: object, **_options: object) -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", called)
    monkeypatch.setattr(socket, "create_connection", called)
    table = workbooks.read(book([HEAD, ("甲", "区教体局", None)], linked))
    assert table.rows[1].cells == ("甲", "区教体局")
    assert list(table.rows[1].faults) == [3]


def test_what_openpyxl_has_to_say_is_not_said(recwarn: pytest.WarningsRecorder) -> None:
    extended = repacked(
        SOUND,
        {
            SHEET: lambda part: part.replace(
                b"</worksheet>",
                b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAA39DF}"/></extLst></worksheet>',
            )
        },
    )
    assert workbooks.read(extended).rows
    assert len(recwarn) == 0
