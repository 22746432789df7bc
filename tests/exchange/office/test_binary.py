"""Workbooks in binary forms, read: of Excel 97 and WPS (.xls, .et), and of Excel 2007 (.xlsb)."""

import struct
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Final

import pytest

from exchange.xlsb import Cell, Error, Formula, Shown, book
from pilottask.base.errors import UsageFault
from pilottask.exchange.office import packages, workbooks
from pilottask.exchange.office.reading import Table

HEADS: Final = ("工作任务", "牵头单位", "完成时限", "档号", "目标值", "备注")
XLS: Final = (Path(__file__).parents[2] / "data/forms/ledger.xls").read_bytes()
"""As LibreOffice writes one: 乙 in a hidden row, its lead merged, a hidden sheet, an error in F4, a comment on C2."""
XLSB: Final = book(
    {
        "台账": [
            HEADS,
            ["甲", "区总工会", Shown(46327, 1), Shown(12, 2), Shown(0.855, 4), "一\n二"],
            ["乙", None, Shown(46356, 5), Shown(3, 3, packed=True), Shown(57.699999999999996), True],
            ["丙", "区民政局", "2026年底", Shown(700), Formula(12.5), Error],
            [],
            ["丁", "区教体局", Shown(46370, 5), Shown(8, packed=True), Shown(12000, 6), Formula(2)],
        ],
        "旧": [["工作任务"]],
    },
    formats=[
        'yyyy"年"m"月"',
        "0000",
        '"产改办〔2026〕"0"号"',
        "0.0%",
        "yyyy/m/d",
        '0!.0,"万元"',
    ],
    merged=[(1, 2, 1)],
    hidden=["旧"],
    hidden_rows=[2],
)


def refusal(data: bytes) -> UsageFault:
    with pytest.raises(UsageFault) as caught:
        workbooks.read(data)
    return caught.value


def shown(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("data", [XLS, XLSB], ids=["xls", "xlsb"])
def test_cells_as_they_are_shown(data: bytes) -> None:
    table = workbooks.read(data)
    assert shown(table) == [
        HEADS,
        ("甲", "区总工会", "2026年11月", "0012", "85.5%", "一\n二"),
        ("乙", "区总工会", "2026-11-30", "产改办〔2026〕3号", "57.7", "TRUE"),
        ("丙", "区民政局", "2026年底", "700", "12.5"),
        ("丁", "区教体局", "2026-12-14", "8", "1.2万元", "2"),
    ]
    assert table.rows[3].faults == {5: "cell F4 holds the error #DIV/0!; correct the formula, or type the value"}
    assert table.notices[:2] == (
        "hidden sheets are passed over: “旧”",
        "a row hidden in sheet “台账” is read too: row 3",
    )


def test_comments_are_told() -> None:
    assert workbooks.read(XLS).notices[-1] == "comments on cells are not read: C2 “领导批示”"
    commented = book({"台账": [("工作任务", "牵头单位"), ("甲", "区总工会")]}, comments={(1, 1): "领导批示：\n月底前"})
    assert workbooks.read(commented).notices == ("comments on cells are not read: B2 “领导批示： 月底前”",)


def test_days_from_1904() -> None:
    rows: list[Sequence[Cell]] = [HEADS, ["甲", "区总工会", Shown(44909, 1)]]
    table = workbooks.read(book({"台账": rows}, formats=["yyyy-mm-dd"], from_1904=True))
    assert (shown(table)[1], table.from_1904) == (("甲", "区总工会", "2026-12-15"), True)


def test_what_stands_far_away_takes_neither_time_nor_memory() -> None:
    begun = process_time()
    far = book({"台账": [HEADS, ["甲", "区总工会"]]}, far=(1_048_575, 16_383))
    assert refusal(far).message == (
        "sheet “台账”: row 1048576: there is something in column 16384; no more than 500 are read"
    )
    below = book({"台账": [HEADS, ["甲", "区总工会"]]}, far=(1_048_575, 0))
    assert [row.number for row in workbooks.read(below).rows] == [1, 2, 1_048_576]
    assert process_time() - begun < 2


STRINGS: Final = b"\xfc\x00" + struct.pack("<HII", 151, 15, 15)
"""The head of the shared strings in XLS: its length, and how many of them there are."""


def test_more_strings_than_the_file_has_room_for() -> None:
    assert XLS.count(STRINGS) == 1
    greedy = XLS.replace(STRINGS, b"\xfc\x00" + struct.pack("<HII", 151, 2**31 - 1, 2**31 - 1))
    assert refusal(greedy).message == "the workbook is damaged, or is none"


def test_a_locked_one() -> None:
    record = b"\xe1\x00\x02\x00"  # one of the first, made the one that says how the rest is encrypted
    assert refusal(XLS.replace(record, b"\x2f\x00\x02\x00")).message == "the file is locked with a password"


@pytest.mark.parametrize("data", [XLS, XLSB], ids=["xls", "xlsb"])
def test_a_damaged_one_is_read_or_refused(data: bytes) -> None:
    outcomes = set()
    for place in range(0, len(data), 61):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        try:
            workbooks.read(bytes(damaged))
            outcomes.add("read")
        except UsageFault:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize(("missing", "data"), [("xlrd.book", XLS), ("olefile", XLS)], ids=["xlrd", "olefile"])
def test_without_the_libraries(monkeypatch: pytest.MonkeyPatch, missing: str, data: bytes) -> None:
    def found(name: str) -> object:
        if name == missing:
            raise ImportError(name)
        return object()

    monkeypatch.setattr(packages, "import_module", found)
    fault = refusal(data)
    assert (fault.message, fault.hint) == (
        "workbooks in the old form need a library that is not installed",
        'install it: pip install "pilottask[office]"; or save the sheet as “CSV UTF-8”',
    )
