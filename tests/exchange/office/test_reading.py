"""Bytes of a ledger file to its rows."""

import codecs
import csv
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.ledgers import DATA
from pilottask.base.errors import UsageFault
from pilottask.exchange.office import reading

HEAD = "序号,工作任务,牵头单位"
TEXT = f"{HEAD}\r\n1,设备采购“一期”,区教体局\r\n"


def refusal(data: bytes) -> str:
    with pytest.raises(UsageFault) as caught:
        reading.read(data)
    return caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
        ("\ufeff" + TEXT).encode("gb18030"),
        codecs.BOM_UTF8 * 2 + TEXT.encode(),
        TEXT.encode("utf-32"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
    ],
    ids=[
        "utf-8",
        "utf-8-bom",
        "utf-16",
        "le-bom",
        "be-bom",
        "gb18030",
        "gb18030-bom",
        "two marks",
        "utf-32",
        "utf-32-be",
    ],
)
def test_encodings_are_told_apart(data: bytes) -> None:
    assert reading.decode(data) == TEXT


def test_the_twin_in_gb18030_has_the_same_rows() -> None:
    utf8 = reading.read((DATA / "ledger.csv").read_bytes())
    assert reading.read((DATA / "ledger-gb18030.csv").read_bytes()) == utf8
    assert len(utf8.rows) == 31


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\n", "the file is empty"),
        (b"PK\x03\x04\x14\x00", "the file is a workbook or a document, not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "the file is a workbook or a document, not a text file"),
        (TEXT.encode()[:-3], "the file is in UTF-8 but damaged: byte 0xE5 in line 2"),
        (
            TEXT.encode("utf-8-sig").replace(b"\xe4", b"\xff", 1),
            "the file is in UTF-8 but damaged: byte 0xFF in line 1",
        ),
        (TEXT.encode("utf-16")[:-1], "the file is in UTF-16 but damaged: byte 0x0A in line 2"),
        (
            b"task,lead\nCaf\xe9,B\xfcro\n",
            "the file is not in UTF-8, UTF-16 or GB18030: byte 0xE9 in line 2 fits none of them",
        ),
        (b"%PDF-1.7\n\xff", "the file is a PDF or RTF document, not a ledger"),
        (b"{\\rtf1\\ansi}", "the file is a PDF or RTF document, not a ledger"),
        (b"\xef\xbb\xbf\r\n<TABLE border=1>", "the file is a web page or XML, whatever its name says"),
        (b'<?xml version="1.0"?><Workbook/>', "the file is a web page or XML, whatever its name says"),
    ],
    ids=["empty", "blank", "xlsx", "xls", "cut", "bom-damaged", "odd", "latin-1", "pdf", "rtf", "html", "xml"],
)
def test_what_is_no_text_is_refused(data: bytes, message: str) -> None:
    assert refusal(data) == message


def test_a_damaged_utf8_file_is_not_read_as_gb18030() -> None:
    damaged = TEXT.encode().replace("采".encode(), "采".encode()[:2])
    assert damaged.decode("gb18030", errors="ignore")
    assert refusal(damaged) == "the file is in UTF-8 but damaged: byte 0xE9 in line 2"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters_are_told_apart(delimiter: str) -> None:
    text = f"序号{delimiter}工作任务{delimiter}牵头单位\n1{delimiter}“a，b；c”{delimiter}d\n"
    table = reading.parse(text)
    assert table.rows[1].cells == ("1", "“a，b；c”", "d")


def test_a_title_full_of_commas_does_not_mislead() -> None:
    table = reading.parse("a,b,c,d,e,f,g\n工作任务\t牵头单位\n设备,采购\t区教体局\n")
    assert table.rows[2].cells == ("设备,采购", "区教体局")


def test_rows_count_as_in_a_spreadsheet_and_lines_as_in_the_file() -> None:
    table = reading.parse('工作任务,牵头单位\n"a\nb",c\n\nd,"e\r\nf"\ng,h')
    assert [(row.number, row.line, row.cells) for row in table.rows] == [
        (1, 1, ("工作任务", "牵头单位")),
        (2, 2, ("a\nb", "c")),
        (3, 4, ()),
        (4, 5, ("d", "e\r\nf")),
        (5, 7, ("g", "h")),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(end: str) -> None:
    assert [row.line for row in reading.parse(f"工作任务,牵头单位{end}a,b{end}c,d{end}").rows] == [1, 2, 3]


def test_only_line_ends_end_a_line() -> None:
    assert len(reading.parse("工作任务,牵头单位\na\u2028b\x85c\x0b\x0cd,e\n").rows) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{HEAD}\n1,"a,b\n2,c,d\n', "row 2 (line 2): a quotation mark opens a cell and never closes"),
        (f'{HEAD}\n\n1,"a"b,c\n', "row 3 (line 3): text follows a closing quotation mark, in line 3"),
    ],
    ids=["open", "after"],
)
def test_quotation_marks_that_do_not_match_lose_no_row(text: str, message: str) -> None:
    assert refusal(text.encode()) == message


def test_quotation_marks_inside_a_text_stay() -> None:
    assert reading.parse('工作任务,牵头单位\n5" 管道 "a",b\n').rows[1].cells == ('5" 管道 "a"', "b")


def test_a_huge_cell_is_read_and_the_limit_is_left_as_it_was() -> None:
    before = csv.field_size_limit()
    table = reading.parse(f"工作任务,牵头单位\n{'长' * 300_000},b\n")
    assert len(table.rows[1].cells[0]) == 300_000
    assert csv.field_size_limit() == before


def test_a_zero_byte_is_left_for_the_row_that_holds_it() -> None:
    assert reading.read(f"{HEAD}\n1,a\x00b,c\n".encode()).rows[1].cells == ("1", "a\x00b", "c")


@given(st.binary(max_size=200))
def test_no_bytes_at_all_are_a_fault_of_the_program(data: bytes) -> None:
    with suppress(UsageFault):
        assert reading.read(data).rows
