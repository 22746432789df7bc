"""Tasks written to a workbook, and read back."""

import io
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.ledgers import DATA, planned
from exchange.office.test_exporting import HOSTILE, any_task, held
from factories import TODAY, pilot, stamp, task
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.office import workbook_out, workbooks
from pilottask.exchange.office.importing import ImportPlan
from pilottask.ledger import changes, history
from pilottask.ledger.records import Ledger, Task


def written(*tasks: Task, **settings: object) -> bytes:
    return workbook_out.office_ledger(tasks, pilot=pilot(**settings), today=TODAY)


def opened(data: bytes) -> Any:  # noqa: ANN401  openpyxl has no types
    return openpyxl.load_workbook(io.BytesIO(data))


def through_workbook(*tasks: Task, into: Ledger | None = None) -> ImportPlan:
    table = workbooks.read(written(*tasks))
    return planned(table, into, update=True) if into else planned(table)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_task(), max_size=3, unique_by=lambda found: found.uid), st.sampled_from(Lang))
def test_import_reads_back_what_export_wrote(tasks: list[Task], lang: Lang) -> None:
    set_language(lang)
    plan = through_workbook(*tasks)
    assert [str(reject) for reject in plan.rejected] == []
    assert [held(found) for found in plan.added] == [held(found) for found in tasks]
    assert [history.differences(found) for found in plan.added] == [[]] * len(tasks)
    again = through_workbook(*tasks, into=plan.ledger)
    assert (again.added, again.changed) == ((), ())


@pytest.mark.parametrize(
    "text",
    ["_x000D_", "_x005F_x000D_", "a\r\nb\rc", "\uffff\ufffe", "_x0041", "’'\"", "a" * 32_767, "0123", "1e5", "TRUE"],
    ids=ascii,
)
def test_text_comes_back_to_the_letter(text: str) -> None:
    (found,) = through_workbook(task(remark=text, owner="x", extra={"列": text})).added
    assert (found.remark, found.extra) == (text, {"列": text})


@pytest.mark.parametrize("number", [0, 30, 10**15 - 1, 10**15 + 1, 2**53 - 1, 0.1, 0.1 + 0.2, 1e15, 5e-324, 1e15 + 0.5])
def test_numbers_come_back_exactly(number: float) -> None:
    (found,) = through_workbook(task(actual=number)).added
    assert found.actual == number


@pytest.mark.parametrize("lang", Lang)
def test_the_sample_comes_back_whole(lang: Lang) -> None:
    set_language(lang)
    known = planned(DATA / "ledger.csv").ledger
    assert through_workbook(*known.tasks).ledger == known


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_cell_is_a_formula(text: str) -> None:
    hostile = task(requirement=text, remark=text, owner=text.strip(), extra={"=own": text})
    hostile = changes.raise_(changes.note(hostile, stamp(), text=text, next_step=text), stamp(), text=text)
    data = written(hostile, name="=1+1")
    sheets = opened(data).worksheets
    assert {cell.data_type for sheet in sheets for row in sheet.iter_rows() for cell in row} == {"s", "n", "d"}
    assert sheets[0]["A1"].value == "=1+1 · task list of 2026-11-20"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name, part in parts.items() if b"<f>" in part or b"<f " in part] == []
    run = [
        cell for row in sheets[0].iter_rows() for cell in row if str(cell.value or "").startswith(("=", "+", "-", "@"))
    ]
    assert run
    assert all(cell.quotePrefix for cell in run)


def test_the_ledger_is_ready_to_print() -> None:
    set_language(Lang.ZH)
    red = task(due="2026-11-08", target=20, actual=1.5)
    plain = task(id=2, status="closed", closed="2026-11-01", submitted="2026-11-01")
    book = opened(written(red, plain, name="麒麟区产改试点", office="产改办&总工会"))
    sheet = book["台账"]
    assert book.sheetnames == ["台账", "台账（其他栏目）", "汇总"]
    assert sheet["A1"].value == "麒麟区产改试点任务台账（截至2026-11-20）"
    heads = [cell.value for cell in sheet[2]]
    said = "编号 UID 工作任务 牵头单位 责任人 完成时限 亮灯 完成情况 进展情况 存在问题 下一步打算"
    assert " ".join(heads) == said
    cells = dict(zip(heads, sheet[3], strict=True))
    assert cells["编号"].value == 1
    assert (cells["完成时限"].value, cells["完成时限"].number_format) == (datetime(2026, 11, 8), "yyyy-mm-dd")  # noqa: DTZ001  Excel knows no zones
    assert (cells["亮灯"].value, cells["亮灯"].fill.fgColor.rgb) == ("红", "00FFC7CE")
    assert dict(zip(heads, sheet[4], strict=True))["亮灯"].value is None
    assert sheet.freeze_panes == "A3"
    last = sheet.cell(2, len(heads)).column_letter
    assert sheet.auto_filter.ref == f"A2:{last}4"
    assert sheet.print_area == f"'台账'!$A$1:${last}$4"
    assert sheet.print_title_rows == "$2:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.oddFooter.left.text, sheet.oddFooter.center.text) == ("产改办&&总工会", "&P / &N")
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"未启动,推进中,待核验,已销号,已中止,已取消"'
    status = cells["完成情况"].column_letter
    assert str(rule.sqref) == f"{status}3:{status}204"
    widths = sheet.column_dimensions
    assert widths[cells["工作任务"].column_letter].width == 14  # 实训设备采购 takes 12 columns
    assert {letter for letter, column in widths.items() if column.hidden} == {"B", "E", "I", "J", "K"}  # blank ones
    blank = [letter for letter in "EIJK" if all(cell.value is None for cell in sheet[letter][2:])]
    assert [letter for letter in blank if widths[letter].has_style] == ["E", "I", "J", "K"]  # for what is typed there
    assert not any(cell.has_style for letter in blank for cell in sheet[letter][2:])  # nothing is written cell by cell
    behind = book["台账（其他栏目）"]
    more = dict(zip((cell.value for cell in behind[2]), behind[3], strict=True))
    assert list(more)[:4] == ["编号", "UID", "工作任务", "工作方面"]
    assert (more["编号"].value, more["目标值"].value, more["累计完成值"].value) == (1, 20, 1.5)
    widths = behind.column_dimensions
    hidden = {more[head].column_letter for head in ("UID", "工作方面", "配合单位", "原时限")}
    assert {letter for letter, column in widths.items() if column.hidden} >= hidden
    assert not widths[more["累计完成值"].column_letter].hidden


def test_columns_that_one_leaf_has_no_room_for_go_on_several() -> None:
    wide = {f"自设栏目{n}": "文字" * 12 for n in range(8)}
    book = opened(written(task(extra=wide)))
    first, behind = book["Ledger"], book["Ledger, further columns"]
    assert (first.page_setup.fitToWidth, first.print_title_cols) == (1, None)
    assert (behind.page_setup.fitToWidth, behind.print_title_cols) == (2, "$A:$C")
    assert [one["A1"].alignment.horizontal for one in (first, behind)] == ["center", "left"]
    assert behind.row_dimensions[3].height == 48  # three lines, none of them cut


def changed(data: bytes, *cells: tuple[str, str, object], rename: bool = False, mixed: bool = False) -> bytes:
    """Return a workbook with these cells set: sheet, cell, value; renamed, its rows in another order on one sheet."""
    book = opened(data)
    for name, cell, value in cells:
        book[name][cell] = value
    if mixed:
        rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=3)]
        for row, values in enumerate(reversed(rows), start=3):
            for place, value in enumerate(values, start=1):
                book.worksheets[1].cell(row, place).value = value
    if rename:
        for n, sheet in enumerate(book.worksheets):
            sheet.title = f"Sheet{n}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("how", [{}, {"rename": True}, {"mixed": True}], ids=["plain", "renamed", "mixed"])
def test_what_is_changed_on_either_sheet_comes_back(lang: Lang, how: dict[str, bool]) -> None:
    set_language(lang)
    tasks = [task(id=n, title=f"任务{n}", requirement=f"要求{n}", owner=f"甲{n}") for n in (1, 2, 3)]
    known = planned(workbooks.read(written(*tasks))).ledger
    data = written(*known.tasks)
    book = opened(data)
    place = [cell.value for cell in book.worksheets[1][2]].index({Lang.ZH: "目标要求", Lang.EN: "Requirement"}[lang])
    cell = book.worksheets[1].cell(4, place + 1).coordinate
    edited = changed(data, (book.sheetnames[0], "E3", "乙"), (book.sheetnames[1], cell, "改过"), **how)
    plan = planned(workbooks.read(edited), known, update=True)
    assert [str(reject) for reject in plan.rejected] == []
    assert [(one.id, one.owner, one.requirement) for one in plan.ledger.tasks] == [
        (1, "乙", "要求1"),
        (2, "甲2", "改过"),
        (3, "甲3", "要求3"),
    ]
    assert [notice for notice in workbooks.read(edited).notices if "其他栏目" in notice or "further" in notice] == []


def test_rows_that_are_on_one_of_the_sheets_alone() -> None:
    known = planned(workbooks.read(written(task(requirement="甲"), task(id=2, requirement="乙")))).ledger
    book = opened(written(*known.tasks))
    first, behind = book.worksheets[:2]
    behind.delete_rows(3)
    first.append([None, None, "新任务", "区总工会"])
    out = io.BytesIO()
    book.save(out)
    plan = planned(workbooks.read(out.getvalue()), known, update=True)
    assert [(one.title, one.requirement) for one in plan.ledger.tasks] == [
        ("实训设备采购", "甲"),
        ("实训设备采购", "乙"),
        ("新任务", None),
    ]


def test_the_last_sheet_is_the_summary() -> None:
    closed = task(id=3, department="区教体局", status="closed", closed="2026-11-01", submitted="2026-11-01")
    sheet = opened(written(task(due="2026-11-08"), task(id=2, department="区教体局"), closed))["Summary"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_col=5)] == [
        ["Summary by department, 2026-11-20", None, None, None, None],
        ["Department", "total", "todo", "doing", "submitted"],
        ["麒麟职教集团", 1, 1, 0, 0],
        ["区教体局", 2, 1, 0, 0],
        ["sum", 3, 2, 0, 0],
    ]
    assert [cell.value for cell in sheet["M"]][1:] == ["completion rate", 0, 0.5, 0.333]
    assert sheet["M4"].number_format == "0.0%"
    assert [sheet.cell(3, place).value for place in range(6, 13)] == [0, 0, 0, 1, 0, 0, 1]


def test_without_tasks_there_are_headings_and_no_column_is_hidden() -> None:
    book = opened(written())
    assert [letter for letter, column in book["Ledger"].column_dimensions.items() if column.hidden] == ["B"]
    assert [cell.value for cell in book["Summary"][3]][:2] == ["sum", 0]
    assert book["Summary"]["M3"].value == "—"
    assert through_workbook().added == ()


def test_days_that_excel_does_not_count_are_text() -> None:
    (found,) = through_workbook(task(due="1899-12-31", first_due="0001-01-01")).added
    assert (found.due, found.first_due) == (date(1899, 12, 31), date(1, 1, 1))


def test_a_text_longer_than_a_cell_is_never_cut() -> None:
    with pytest.raises(UsageFault) as caught:
        written(task(id=7, remark="长" * 32_768))
    assert caught.value.message == "task 7, “Remark”: 32768 characters, and a cell of Excel holds no more than 32767"
    assert caught.value.hint == "export to .csv, which holds any length"


def test_the_same_tasks_make_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(task(due="2026-11-08"))
    monkeypatch.setattr(time, "localtime", lambda *_args: time.gmtime(10**9))
    assert written(task(due="2026-11-08")) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-20T00:00:00Z") == 2
