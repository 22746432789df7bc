"""Numbers as their cells show them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]

from pilottask.exchange.office import number_formats, workbooks

MONTH = 'yyyy"年"m"月"'


@pytest.mark.parametrize(
    ("raw", "code", "shown"),
    [
        ("46327", MONTH, "2026年11月"),
        ("46327", "yyyy-mm", "2026年11月"),
        ("46327", "mmm-yy", "2026年11月"),
        ("46023", 'yyyy"年"', "2026年"),
        ("46356", 'yyyy"年"m"月"d"日"', "2026-11-30"),
        ("46356", 'm"月"d"日"', "2026-11-30"),
        ("46356", "[$-804]yyyy/m/d;@", "2026-11-30"),
        ("46356.75", "yyyy/m/d h:mm", "2026-11-30 18:00:00"),
        ("46356.75", "yyyy/m/d", "2026-11-30"),
        ("0.25", "h:mm", "06:00:00"),
        ("1.25", "[h]:mm", "30:00:00"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("1", "0%", "100%"),
        ("0.855", "0.0%", "85.5%"),
        ("0.07", "0%", "7%"),
        ("12", "0000", "0012"),
        ("12", '"第"0"号"', "第12号"),
        ("12.5", '0.0"万元"', "12.5万元"),
        ("1234.5", "#,##0.00", "1234.5"),
        ("1234.5", '"¥"#,##0.00', "1234.5"),
        ("12000", '0,"千"', "12千"),
        ("57.699999999999996", "General", "57.7"),
        ("3.3000000000000003", "0.0", "3.3"),
        ("123456789012345678", "General", "123456789012345678"),
        ("-5", "0", "-5"),
        ("12345", '0!.0,"万元"', "1.2345万元"),
        ("12345", '0\\.0,"万元"', "1.2345万元"),
        ("12345", '0"."0000', "1.2345"),
        ("3", '"产改办〔2026〕"0"号"', "产改办〔2026〕3号"),
        ("3", '"第"General"期"', "第3期"),
        ("12345", "000-0000", "001-2345"),
        ("1.5", "000-0000", None),
        ("1", '[=1]"是";[=0]"否";0', None),
        ("1", "aaaa", None),
    ],
)
def test_what_a_cell_shows(raw: str, code: str, shown: str | None) -> None:
    assert number_formats.show(raw, code) == shown


def test_days_from_1904() -> None:
    assert number_formats.show("44909", "yyyy-mm-dd", from_1904=True) == "2026-12-15"


@pytest.mark.parametrize("number", [27, 36, 50, 52, 57])
def test_months_of_chinese_editions(number: int) -> None:
    assert number_formats.show("46327", number_formats.BUILT_IN[number]) == "2026年11月"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice makes the other forms")
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_forms_show_the_same(ending: str, tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    sheet.title = "台账"
    sheet.append(["工作任务", "牵头单位", "完成时限", "档号", "目标值", "备注"])
    sheet.append(["甲", "区总工会", 46327, 12, 0.855, "一\n二"])
    sheet.append(["乙", None, 46356, 3, 57.699999999999996, None])
    for cell, code in (("C2", MONTH), ("C3", "yyyy/m/d"), ("D2", "0000"), ("D3", "0000"), ("E2", "0.0%")):
        sheet[cell].number_format = code
    sheet.merge_cells("B2:B3")
    sheet.row_dimensions[3].hidden = True
    made.create_sheet("旧").sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    tables = [workbooks.read((tmp_path / f"a.{each}").read_bytes()) for each in ("xlsx", ending)]
    assert [row.cells for row in tables[1].rows] == [row.cells for row in tables[0].rows]
    assert [row.cells for row in tables[1].rows][1:] == [
        ("甲", "区总工会", "2026年11月", "0012", "85.5%", "一\n二"),
        ("乙", "区总工会", "2026-11-30", "0003", "57.7"),
    ]
    assert tables[1].notices == tables[0].notices
