"""Collection sheets as they are sent out."""

import io
import zipfile
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from factories import TODAY, at, day, ledger, stamp, task
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.collect import form as sheets
from pilottask.exchange.collect import workbook
from pilottask.exchange.collect.form import Field, Form
from pilottask.exchange.office import exporting, reading
from pilottask.ledger import changes, steps
from pilottask.ledger.records import Need, Task

ISSUED = at("2026-11-20 09:15")


def form(*tasks: Task, **settings: Any) -> Form:  # noqa: ANN401  any setting
    return sheets.form(tasks, department="区教体局", ledger=ledger(*tasks, **settings), issued=ISSUED, round_=1)


def known() -> Task:
    """Return a task of which everything is known that a sheet shows."""
    found = task(
        id=7,
        department="区教体局",
        support=("区财政局", "区人社局"),
        owner="张三",
        requirement="到位率100%",
        target=20,
        unit="台",
        actual=5,
        due="2026-12-15",
    )
    found = changes.note(changes.start(found, stamp()), stamp(), text="招标文件已发布")
    return changes.raise_(found, stamp(), text="流标", need=Need.MONEY)


def test_what_is_known_is_filled_in() -> None:
    set_language(Lang.ZH)
    sheet = form(known(), name="麒麟区产改试点")
    assert "|".join(sheet.heads) == (
        "编号|工作任务|目标要求|目标值|单位|牵头单位|配合单位|责任人|完成时限|完成情况|上次进展|上次完成值|未解决问题|"
        "进展情况|存在问题|要素保障|是否提请协调|下一步打算|累计完成值|申请核验|申请延期|UID|填报批次"
    )
    assert sheet.rows == (
        (
            *(
                "7",
                "实训设备采购",
                "到位率100%",
                "20",
                "台",
                "区教体局",
                "区财政局、区人社局",
                "张三",
                "2026-12-15",
                "推进中",
            ),
            *("招标文件已发布", "5", "流标", *[""] * 8, "t0000007", "1-20261120T091500.000000+0800"),
        ),
    )
    assert sheet.title == "麒麟区产改试点填报表（区教体局，2026-11-20）"


@pytest.mark.parametrize(
    ("step", "done"),
    [(True, "任务或其阶段目标（└行）已完成的，“申请核验”填“是”"), (False, "任务已完成的，“申请核验”填“是”")],
)
def test_rows_of_steps_are_spoken_of_where_there_are_some(step: bool, done: str) -> None:
    set_language(Lang.ZH)
    one = steps.add(known(), stamp(), text="发布公告", due=day("2026-11-25")) if step else known()
    note = form(one).note
    assert done in note
    assert ("└" in note) is step


def test_as_text_it_is_found_again() -> None:
    sheet = form(known())
    assert sheet.title == "Collection sheet · 区教体局 · 2026-11-20"
    table = reading.read(exporting.csv_text(sheet.sheet()).encode("utf-8-sig"))
    places = sheets.find([row.cells for row in table.rows])
    assert places is not None
    assert places.below == 3
    assert list(places.columns) == list(Field)
    assert table.rows[3].cells == sheet.rows[0]


@pytest.mark.parametrize("lang", Lang)
def test_headings_are_known_in_both_languages(lang: Lang) -> None:
    set_language(lang)
    heads = form(known()).heads
    set_language(Lang.EN if lang is Lang.ZH else Lang.ZH)
    places = sheets.find([heads])
    assert places is not None
    assert list(places.columns) == list(Field)


@pytest.mark.parametrize(
    "rows",
    [[], [("序号", "工作任务", "牵头单位", "进展情况", "UID")], [("填报批次", "UID")], [("填报批次", "进展情况")]],
    ids=["empty", "a ledger", "nothing to fill in", "no key"],
)
def test_what_is_no_collection_sheet(rows: list[tuple[str, ...]]) -> None:
    assert sheets.find(rows) is None


class TestWorkbook:
    def test_what_is_known_is_locked_and_what_is_asked_is_not(self) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(workbook.collection(form(known()), office="办", today=TODAY))).active
        heads = [cell.value for cell in sheet[3]]
        assert sheet.protection.sheet
        assert (sheet.protection.sort, sheet.protection.formatColumns) == (False, False)
        assert [head for head, cell in zip(heads, sheet[4], strict=True) if not cell.protection.locked] == [
            "Progress",
            "Problems",
            "Needs",
            "Coordinate",
            "Next step",
            "Actual",
            "Ready to verify",
            "Extension asked for",
        ]
        cells = dict(zip(heads, sheet[4], strict=True))
        assert (cells["No."].value, cells["Target"].value, cells["Reached so far"].value) == (7, 20, 5)
        assert cells["Due"].number_format == "yyyy-mm-dd"
        assert (cells["UID"].value, cells["Progress"].value) == ("t0000007", None)
        assert "Please fill in Progress, Problems, Needs, Coordinate, Next step, Actual, Ready" in sheet["A2"].value
        assert [(rule.formula1, str(rule.sqref)) for rule in sheet.data_validations.dataValidation] == [
            ('"yes,no"', "Q4"),
            ('"yes,no"', "T4"),
        ]
        assert sheet.print_area.endswith("$A$1:$U$4")
        assert sheet.freeze_panes == "A4"

    def test_it_is_legible_on_a4_and_rows_are_as_high_as_what_stands_in_them(self) -> None:
        data = workbook.collection(form(known()), office=None, today=TODAY)
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        seen = [column for column in sheet.column_dimensions.values() if not column.hidden]
        # A4 landscape has room for some 150 columns of 11 point; at two thirds of that they are read without a glass.
        assert sum(column.width for column in seen) < 150 * 3 / 2
        assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [32, 48, 32]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            rows = archive.read("xl/worksheets/sheet1.xml")
        assert rows.count(b"customHeight") == 2  # of the rows above; below they grow with what is typed

    def test_columns_without_anything_in_them_and_those_for_import_are_hidden(self) -> None:
        plain = form(task(department="区教体局"))
        sheet = openpyxl.load_workbook(io.BytesIO(workbook.collection(plain, office=None, today=TODAY))).active
        hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        assert [cell.value for cell in sheet[3] if cell.column_letter in hidden] == [
            "Requirement",
            "Target",
            "Unit",
            "Department",
            "Support",
            "Owner",
            "Due",
            "Progress so far",
            "Reached so far",
            "Open problems",
            "UID",
            "Round",
        ]

    def test_no_cell_is_a_formula(self) -> None:
        data = workbook.collection(form(task(title="=1+1", department="区教体局")), office=None, today=TODAY)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert openpyxl.load_workbook(io.BytesIO(data)).active["B4"].quotePrefix


class TestRounds:
    def test_round_and_moment_come_back_exactly(self) -> None:
        moment = ISSUED.replace(microsecond=123_456)
        cell = sheets.form([task()], department="x", ledger=ledger(), issued=moment, round_=12).rows[0][-1]
        assert cell == "12-20261120T091500.123456+0800"
        assert sheets.mark(cell, now=moment) == (12, moment)

    def test_a_sheet_of_an_earlier_version_is_of_no_round(self) -> None:
        assert sheets.mark("20261120T091500.000000+0800", now=ISSUED) == (None, ISSUED)

    @pytest.mark.parametrize(
        "cell",
        [
            "1-",
            "x-20261120T091500.000000+0800",
            "",
            "2026-11-20",
            "20261120T091500.123456",
            "20261120T091500.000001+0800",
            "x",
        ],
    )
    def test_what_is_no_round(self, cell: str) -> None:
        with pytest.raises(UsageFault, match="no round of collection up to now"):
            sheets.mark(cell, now=ISSUED)


class TestLeads:
    def test_departments_with_open_tasks_in_their_order(self) -> None:
        tasks = [
            task(department="乙"),
            task(id=2, department="甲"),
            task(id=3, department="丙", status="closed"),
            task(id=4, department="乙", status="submitted"),
        ]
        found = sheets.leads(ledger(*tasks), tasks)
        assert {name: [each.id for each in each_tasks] for name, each_tasks in found.items()} == {
            "乙": [1, 4],
            "甲": [2],
        }
        assert list(found) == ["乙", "甲"]
