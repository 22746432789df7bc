"""Workbooks as offices really make them, read."""

import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from time import process_time
from typing import Any

import pytest
from openpyxl.comments import Comment  # type: ignore[import-untyped]

from exchange.books import HEAD, Rows, book, repacked, with_values
from exchange.ledgers import planned, whys
from pilottask.base.errors import NotFound, UsageFault
from pilottask.exchange.office import sheets, workbooks
from pilottask.exchange.office.importing import ImportPlan
from pilottask.ledger import history
from pilottask.ledger.records import Status

SHEET = "xl/worksheets/sheet1.xml"


def plan(data: bytes, sheet: str | None = None) -> ImportPlan:
    return planned(workbooks.read(data, sheet=sheet))


def refusal(data: bytes, sheet: str | None = None) -> UsageFault:
    with pytest.raises(UsageFault) as caught:
        workbooks.read(data, sheet=sheet)
    return caught.value


def office_ledger(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
    """Merge a sheet as offices do: title and note, headings in two rows, a lead down its tasks."""
    sheet = made["台账"]
    for cells in ("A1:I1", "A2:I2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:G4", "H3:H4", "I3:I4"):
        sheet.merge_cells(cells)
    made["旧台账"].sheet_state = "hidden"
    for cells in ("B5:B7", "D5:D6", "H5:H6", "A9:C9"):
        sheet.merge_cells(cells)


OFFICE = book(
    {
        "台账": [
            ("麒麟区产改试点工作任务清单",),
            ("填报日期：2026年11月20日",),
            ("序号", "工作方面", "工作任务", "责任单位", None, "完成时限", "目标值", "进展情况", "经费（万元）"),
            (None, None, None, "牵头单位", "配合单位", None, None, None, None),
            (1, "思想引领", "开设专栏", "区委宣传部", "区总工会、区融媒体中心", date(2026, 11, 17), 1, "已上线", 2.5),
            (2, None, "劳模宣讲", None, None, "2026年12月底前", 12, None, None),
            (3, None, "主题教育", "区总工会", "区教体局", "12月14日", 4, None, None),
            (4, "技能提升", "技能大赛", "区人社局", None, datetime(2026, 12, 1, 9, 30), 0.5, "无", 10),  # noqa: DTZ001
            ("合计", None, None, None, None, None, "=SUM(G5:G8)", None, 12.5),
            ("填表人：李某",),
        ],
        "说明": [("本表由产改办填写",)],
        "旧台账": [HEAD, ("旧任务", "区教体局", None)],
    },
    office_ledger,
)


def test_a_ledger_as_offices_make_it() -> None:
    found = plan(OFFICE)
    assert whys(found) == []
    assert [(each.title, each.department, each.aspect, str(each.due), each.target) for each in found.added] == [
        ("开设专栏", "区委宣传部", "思想引领", "2026-11-17", 1),
        ("劳模宣讲", "区委宣传部", "思想引领", "2026-12-31", 12),
        ("主题教育", "区总工会", "思想引领", "2026-12-14", 4),
        ("技能大赛", "区人社局", "技能提升", "2026-12-01", 0.5),
    ]
    assert found.added[0].support == ("区总工会", "区融媒体中心")
    notes = [history.last_note(each) for each in found.added]
    assert [note and note.text for note in notes] == ["已上线", "已上线", None, None]
    assert [each.extra for each in found.added] == [{"经费（万元）": "2.5"}, {}, {}, {"经费（万元）": "10"}]
    assert found.notices == (
        "only “台账” is read, not “说明”",
        "hidden sheets are passed over: “旧台账”",
        "row 9 is a sum, not a task; passed over",
        "row 10 is a note under the table, not a task; passed over: “填表人：李某”",
        "days without a year are taken in 2026, as the file says",
        "progress stands where the status would, and the task is taken as under way: row 5, 6",
        "kept as columns of your own: 经费（万元）",
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([1], [], id="above the headings"),
        pytest.param([4], ["a row hidden in sheet “台账” is read too: row 4"], id="one"),
        pytest.param(
            range(3, 30),
            ["27 rows hidden in sheet “台账” are read too: rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12…"],
            id="many",
        ),
        pytest.param([40, 41], [], id="blank"),
    ],
)
def test_rows_hidden_by_a_filter_are_read_and_said(rows: Iterable[int], said: list[str]) -> None:
    def hide(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
        for row in rows:
            made["台账"].row_dimensions[row].hidden = True

    found = plan(book([("任务清单",), HEAD, *((f"任务{row}", "区教体局", None) for row in range(3, 30))], hide))
    assert [each.title for each in found.added] == [f"任务{row}" for row in range(3, 30)]
    assert [notice for notice in found.notices if "hidden" in notice] == said


def test_again_it_adds_nothing() -> None:
    first = plan(OFFICE)
    again = planned(workbooks.read(OFFICE), first.ledger, update=True)
    assert (again.added, again.changed) == ((), ())


def merged(*ranges: str) -> Any:  # noqa: ANN401  openpyxl has no types
    return lambda made: [made["台账"].merge_cells(cells) for cells in ranges]


def as_text(rows: Rows, *ranges: str) -> bytes:
    """Return a workbook of these rows with no formula in it, whatever a cell looks like."""

    def dress(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
        merged(*ranges)(made)
        for row in made["台账"].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"

    return book(rows, dress)


class TestMergedCells:
    def test_fill_down_ends_with_the_range(self) -> None:
        rows = [HEAD, ("甲", "区教体局", None), ("乙", None, None), ("丙", None, None)]
        found = plan(book(rows, merged("B2:B3")))
        assert [each.department for each in found.added] == ["区教体局", "区教体局"]
        assert whys(found) == ["row 4, column 牵头单位: empty; every task has a title and one lead department"]

    def test_a_blank_cell_that_is_not_merged_stays_blank(self) -> None:
        rows = [(*HEAD, "备注"), ("甲", "区教体局", None, "说"), ("乙", "区教体局", None, None)]
        assert [each.remark for each in plan(book(rows)).added] == ["说", None]

    def test_to_the_right_nothing_is_filled(self) -> None:
        rows = [("工作任务", "备注", "牵头单位"), ("甲", None, "区教体局"), ("乙", None, "区教体局")]
        found = plan(book(rows, merged("A2:B2", "A3:B3")))
        assert [(each.title, each.remark) for each in found.added] == [("甲", None), ("乙", None)]

    def test_a_block_fills_its_first_column(self) -> None:
        rows = [("牵头单位", "责任人", "工作任务"), ("区教体局", None, "甲"), (None, None, "乙")]
        found = plan(book(rows, merged("A2:B3")))
        assert [(each.department, each.owner) for each in found.added] == [("区教体局", None), ("区教体局", None)]

    def test_a_task_merged_over_two_rows_is_one(self) -> None:
        rows = [HEAD, ("甲", "区教体局", "2026-12-01"), (None, None, None), ("乙", "区教体局", None)]
        found = plan(book(rows, merged("A2:A3", "B2:B3", "C2:C3")))
        assert [each.title for each in found.added] == ["甲", "乙"]

    MEASURES = ("序号", "工作任务", "具体措施", "牵头单位", "完成时限")
    SEVERAL = (
        (1, "建设基地", "选址", "区教体局", "2026-12-01"),
        (None, None, "=招标", None, None),
        (None, None, "施工", None, None),
        (2, "另一项", "略", "区教体局", None),
    )

    @pytest.mark.parametrize(
        "ranges",
        [("A2:A4", "B2:B4", "D2:D4", "E2:E4"), ("B2:B4",)],
        ids=["all merged but the measures", "the title alone, the rest once"],
    )
    def test_measures_under_one_title_are_one_task(self, ranges: tuple[str, ...]) -> None:
        found = plan(as_text([self.MEASURES, *self.SEVERAL], *ranges))
        assert [(each.title, each.requirement) for each in found.added] == [
            ("建设基地", "选址\n=招标\n施工"),
            ("另一项", "略"),
        ]
        assert found.notices == ("a merged title makes one task of its rows, their “具体措施” put together: rows 2-4",)
        again = planned(workbooks.read(as_text([self.MEASURES, *self.SEVERAL], *ranges)), found.ledger, update=True)
        assert (again.added, again.changed) == ((), ())

    @pytest.mark.parametrize("differs", ["number", "lead", "due"])
    def test_what_differs_under_one_title_are_tasks_each(self, differs: str) -> None:
        rows: list[list[object]] = [list(row) for row in self.SEVERAL]
        for row in rows[1:3]:
            row[3] = "区教体局"
        place, value = {"number": (0, 7), "lead": (3, "区财政局"), "due": (4, "2026-12-10")}[differs]
        rows[2][place] = value
        found = plan(as_text([self.MEASURES, *rows], "B2:B4"))
        assert [each.title for each in found.added] == ["建设基地"] * 3 + ["另一项"]
        assert [each.requirement for each in found.added] == ["选址", "=招标", "施工", "略"]
        assert found.notices[0] == (
            "a merged title stands over rows that differ, and each row is a task of that name: rows 2-4"
        )

    def test_a_row_that_cannot_be_read_is_not_hidden_in_another(self) -> None:
        rows = [self.MEASURES, *self.SEVERAL]
        found = plan(book(rows, merged("A2:A4", "B2:B4", "D2:D4", "E2:E4")))
        assert [(each.row, each.column) for each in found.rejected] == [(3, "具体措施")]

    def test_many_titles_are_told_in_one_line(self) -> None:
        rows: list[tuple[object, ...]] = [self.MEASURES]
        for number in range(12):
            rows += [(number, f"任务{number}", "一", "区教体局", None), (None, None, "二", None, None)]
        found = plan(as_text(rows, *(f"B{2 * place}:B{2 * place + 1}" for place in range(1, 13))))
        assert len(found.added) == 12
        (notice,) = found.notices
        assert notice.startswith("merged titles make 12 tasks of their rows")
        assert notice.endswith("rows 2-3, 4-5, 6-7, 8-9, 10-11, 12-13, 14-15, 16-17, 18-19, 20-21…")

    def test_ranges_that_overlap_cost_no_more_than_the_rows(self) -> None:
        count = 2000
        rows = [HEAD, *((f"任务{number}", "区教体局", None) for number in range(count))]
        ranges = "".join(f'<mergeCell ref="A{row}:A1048576"/>' for row in range(2, count + 2)).encode()
        marks = b"</sheetData><mergeCells>" + ranges + b"</mergeCells>"
        data = repacked(book(rows), {SHEET: lambda part: part.replace(b"</sheetData>", marks)})
        begun = process_time()
        found = plan(data)
        assert process_time() - begun < 5
        assert (len(found.added), found.notices) == (count, ())

    def test_rows_that_stand_in_no_order_are_not_joined(self) -> None:
        rows = [self.MEASURES, *((number, f"任务{number}", "一", "区教体局", None) for number in range(4))]

        def turned(part: bytes) -> bytes:
            head, *between, last = re.split(rb'(?=<row r="[2-5]")|(?<=</row>)(?=</sheetData>)', part)
            return b"".join([head, *reversed(between), last])

        found = plan(repacked(book(rows, merged("B3:B4")), {SHEET: turned}))
        assert [task.title for task in found.added] == ["任务3", "任务1", "任务0"]
        assert [reject.row for reject in found.rejected] == [4]

    def test_the_last_column_of_a_shorter_row(self) -> None:
        rows = [("工作任务", "完成时限", "牵头单位"), ("甲", "2026-12-01", "区教体局"), ("乙",)]
        assert [each.department for each in plan(book(rows, merged("C2:C3"))).added] == ["区教体局", "区教体局"]

    def test_an_empty_range_fills_nothing(self) -> None:
        rows = [(*HEAD, "备注"), ("甲", "区教体局", None, None), ("乙", "区教体局", None, None)]
        assert [each.remark for each in plan(book(rows, merged("D2:D3"))).added] == [None, None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  说 ", "说"),
        (30, "30"),
        (30.0, "30"),
        (0.1, "0.1"),
        (0.00001, "0.00001"),
        (1e300, "1e+300"),
        (13_800_001_111, "13800001111"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 12, 15), "2026-12-15"),
        (datetime(2026, 12, 15, 9, 30), "2026-12-15 09:30:00"),  # noqa: DTZ001  Excel knows no zones
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30), "30:00:00"),
        ("'=x", "'=x"),
        ("'说", "'说"),
        ("_x0041__x005F_x0041_", "A_x0041_"),
        ("一\n二", "一\n二"),
    ],
    ids=ascii,
)
def test_what_stands_in_a_cell(value: object, text: str) -> None:
    (found,) = plan(book([(*HEAD, "自有"), ("甲", "区教体局", None, value)])).added
    assert found.extra == {"自有": text}


class TestFormulas:
    ROWS = ((*HEAD, "目标值"), ("甲", "区教体局", '="2026-"&"12-15"', "=10*2"), ("乙", "区教体局", None, "=1/0"))

    def test_they_count_by_the_value_saved_with_them(self) -> None:
        data = with_values(book(self.ROWS), {"C2": "2026-12-15", "D2": "21", "D3": "3"})
        assert [(str(each.due), each.target) for each in plan(data).added] == [("2026-12-15", 21), ("None", 3)]

    def test_they_are_never_worked_out(self) -> None:
        assert whys(plan(book(self.ROWS))) == [
            (
                "row 2, column 完成时限: cell C2 holds a formula without its value; "
                "save the file in a spreadsheet program, or type the value"
            ),
            (
                "row 2, column 目标值: cell D2 holds a formula without its value; "
                "save the file in a spreadsheet program, or type the value"
            ),
            (
                "row 3, column 目标值: cell D3 holds a formula without its value; "
                "save the file in a spreadsheet program, or type the value"
            ),
        ]

    def test_an_empty_text_is_a_value(self) -> None:
        rows = [HEAD, ("甲", "区教体局", '=""')]
        assert [each.due for each in plan(with_values(book(rows), {"C2": ""})).added] == [None]

    def test_a_row_of_nothing_else_is_no_blank_one(self) -> None:
        assert len(whys(plan(book([HEAD, ("甲", "区教体局", None), ("=A2", "=B2", None)])))) == 2

    def test_a_running_number_is_passed_over(self) -> None:
        rows = [("序号", *HEAD), ("=ROW()-1", "甲", "区教体局", None)]
        assert [each.title for each in plan(book(rows)).added] == ["甲"]

    def test_outside_the_headings(self) -> None:
        assert whys(plan(book([HEAD, ("甲", "区教体局", None, None, "=1")]))) == [
            (
                "row 2: cell E2 holds a formula without its value; "
                "save the file in a spreadsheet program, or type the value"
            )
        ]

    def test_an_error_is_no_value(self) -> None:
        rows = [HEAD, ("甲", "区教体局", "#REF!")]
        assert whys(plan(book(rows))) == [
            "row 2, column 完成时限: cell C2 holds the error #REF!; correct the formula, or type the value"
        ]


class TestSheets:
    LEDGER = (HEAD, ("甲", "区教体局", None))
    OTHER = (HEAD, ("乙", "区教体局", None))

    def test_the_one_with_headings_is_taken(self) -> None:
        found = plan(book({"封面": [("清单",)], "任务": self.LEDGER, "空": []}))
        assert [each.title for each in found.added] == ["甲"]
        assert found.notices == ("only “任务” is read, not “封面”",)

    def test_of_several_none_is_guessed(self) -> None:
        fault = refusal(book({"一季度": self.LEDGER, "二季度": self.OTHER}))
        assert fault.message == "several sheets are ledgers: “一季度”, “二季度”"
        assert fault.hint == 'say which one: --sheet "一季度"'

    @pytest.mark.parametrize(("sheet", "title"), [("二季度", "乙"), ("2", "乙"), ("1", "甲"), ("旧", "丙")])
    def test_one_is_named_or_counted(self, sheet: str, title: str) -> None:
        sheets = {"旧": [HEAD, ("丙", "区教体局", None)], "一季度": self.LEDGER, "二季度": self.OTHER}
        data = book(sheets, lambda made: setattr(made["旧"], "sheet_state", "veryHidden"))
        found = plan(data, sheet)
        assert [each.title for each in found.added] == [title]
        assert found.notices == ()

    def test_a_name_goes_before_a_number(self) -> None:
        assert [each.title for each in plan(book({"2": self.LEDGER, "1": self.OTHER}), "2").added] == ["甲"]

    @pytest.mark.parametrize("sheet", ["三季度", "3", "0", "-1"])
    def test_one_that_is_not_there(self, sheet: str) -> None:
        with pytest.raises(NotFound) as caught:
            workbooks.read(book({"一季度": self.LEDGER, "二季度": self.OTHER}), sheet=sheet)
        assert caught.value.message == f"there is no sheet “{sheet}”"
        assert caught.value.hint == "its sheets are: “一季度”, “二季度”"

    def test_none_with_headings(self) -> None:
        fault = refusal(book({"甲": [("一",)], "乙": [("二",)]}))
        assert fault.message == "no sheet has the headings of a ledger: “甲”, “乙”"

    def test_only_hidden_ones(self) -> None:
        def hide(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
            made["台账"].sheet_state = "hidden"
            made.create_sheet("空")

        assert refusal(book(self.LEDGER, hide)).message == "the workbook is empty, or all its sheets are hidden"

    def test_the_only_sheet_says_what_it_lacks(self) -> None:
        with pytest.raises(UsageFault, match="no heading row among the first 1 rows"):
            plan(book([("随便",)]))

    def test_a_likely_one_says_what_it_lacks(self) -> None:
        sheets: dict[str, Rows] = {"封面": [("清单",)], "任务": [("工作任务", "完成时限"), ("甲", None)]}
        with pytest.raises(UsageFault, match="no column for “Department” among the headings"):
            plan(book(sheets))

    def test_errors_name_file_and_sheet(self) -> None:
        fault = plan(book({"任务": [*self.LEDGER, ("乙", None, "13月2日")]})).refusal()
        assert fault.message.splitlines()[:2] == [
            "ledger.csv, “任务”: 1 row cannot be imported, so nothing was:",
            "  row 3, column 牵头单位: empty; every task has a title and one lead department",
        ]


DATED = book([HEAD, ("甲", "区教体局", date(2026, 12, 1)), ("乙", "区教体局", "2026-12-02")])
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def strict(part: bytes) -> bytes:
    for usual, other in STRICT.items():
        part = part.replace(usual, other)
    return part


@pytest.mark.parametrize(
    "changes",
    [
        {"xl/styles.xml": lambda part: part.replace(b"</fills>", b"<fill/></fills>")},
        {"xl/styles.xml": lambda part: re.sub(rb'<family val="2" ?/>', b'<family val="49"/>', part)},
        {"docProps/core.xml": lambda part: re.sub(rb"(<dcterms:created[^>]*>)[^<]*", rb"\g<1>yesterday", part)},
        {"xl/theme/theme1.xml": lambda _part: b"none", "docProps/app.xml": lambda _part: b"none"},
        dict.fromkeys(zipfile.ZipFile(io.BytesIO(DATED)).namelist(), strict),
    ],
    ids=["fill", "font", "properties", "theme", "strict"],
)
def test_what_other_programs_write_around_the_values_is_no_matter(
    changes: Mapping[str, Callable[[bytes], bytes]],
) -> None:
    found = plan(repacked(DATED, changes))
    assert [(each.title, str(each.due)) for each in found.added] == [("甲", "2026-12-01"), ("乙", "2026-12-02")]


def test_a_chart_sheet_without_a_chart() -> None:
    found = plan(book([HEAD, ("甲", "区教体局", None)], lambda made: made.create_chartsheet("图")))
    assert [each.title for each in found.added] == ["甲"]


def test_without_number_formats_a_date_is_a_number_and_no_other_day() -> None:
    data = repacked(DATED, {"xl/styles.xml": lambda _part: b"none"})
    assert [reject.value for reject in plan(data).rejected] == ["46357"]


class TestLimits:
    def test_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "MOST_ROWS", 2)
        rows = [HEAD, *[("甲", "区教体局", None)] * 2]
        assert refusal(book(rows)).message == "sheet “台账”: the sheet has more than 2 rows"

    def test_columns(self) -> None:
        def far(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
            made["台账"]["XFD3"] = "x"

        assert refusal(book([HEAD], far)).message == (
            "sheet “台账”: row 3: there is something in column 16384; no more than 500 are read"
        )

    def test_what_is_only_coloured_counts_for_nothing(self) -> None:
        from openpyxl.styles import PatternFill  # type: ignore[import-untyped]  # noqa: PLC0415  for one test

        def colour(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
            for cell in ("XFD2", "A1048576"):
                made["台账"][cell].fill = PatternFill("solid", fgColor="FF0000")

        assert [each.title for each in plan(book([HEAD, ("甲", "区教体局", None)], colour)).added] == ["甲"]

    def test_a_million_rows_that_are_only_formatted(self) -> None:
        blank = b"".join(
            b'<row r="%d" s="1" ht="20"><c r="A%d" s="1"/></row>' % (row, row) for row in range(3, 300_000)
        )
        data = repacked(
            book([HEAD, ("甲", "区教体局", None)]),
            {SHEET: lambda part: part.replace(b"</sheetData>", blank + b"</sheetData>")},
        )
        begun = process_time()
        assert [each.title for each in plan(data).added] == ["甲"]
        assert process_time() - begun < 4

    @pytest.mark.parametrize(
        ("cells", "read"),
        [
            (b'<c r="A2" s="1"/><c r="B2" t="str"><v>x</v></c>', ("", "x")),
            (b'<c s="1"/><c t="str"><v>x</v></c>', ("", "x")),
            (b'<c t="str"><v><![CDATA[<c r="A2"/>]]></v></c>', ('<c r="A2"/>',)),
            (b'<c r="A2" t="str"><v>&lt;c r="A2"/></v></c>', ('<c r="A2"/>',)),
        ],
        ids=["named", "counted", "text", "escaped"],
    )
    def test_cells_that_are_only_formatted_shift_no_other(self, cells: bytes, read: tuple[str, ...]) -> None:
        def changed(part: bytes) -> bytes:
            return re.sub(rb'<row r="2".*?</row>', b'<row r="2">' + cells.replace(b"\\", b"\\\\") + b"</row>", part)

        table = workbooks.read(repacked(book([HEAD, ("甲", "区教体局", None)]), {SHEET: changed}))
        assert [row.cells for row in table.rows[1:]] == [read]

    def test_a_row_that_no_sheet_has(self) -> None:
        data = repacked(
            book([HEAD, ("甲", "区教体局", None)]),
            {SHEET: lambda part: part.replace(b'<row r="2"', b'<row r="9999999999"')},
        )
        assert refusal(data).message == "the workbook is damaged, or is none"

    @pytest.mark.parametrize("size", ["A1:A1", "A1:XFD1048576", ""])
    def test_what_a_file_says_of_its_size_is_not_believed(self, size: str) -> None:
        import re  # noqa: PLC0415  for one test

        data = repacked(
            book([HEAD, ("甲", "区教体局", None)]),
            {
                SHEET: lambda part: re.sub(
                    rb"<dimension[^>]*>", f'<dimension ref="{size}"/>'.encode() if size else b"", part
                )
            },
        )
        assert [each.title for each in plan(data).added] == ["甲"]


def test_four_times_the_rows_take_about_four_times_as_long() -> None:
    def seconds(count: int) -> float:
        data = book([HEAD, *((f"任务{n}", f"单位{n % 40}", "2026-12-15") for n in range(count))])
        begun = process_time()
        assert len(plan(data).added) == count
        return process_time() - begun

    few = min(seconds(500) for _try in range(2))
    assert min(seconds(2000) for _try in range(2)) < 8 * few


def test_a_workbook_is_read_without_any_library(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book([HEAD, ("甲", "区教体局", None)])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert [each.title for each in plan(data).added] == ["甲"]


def test_status_words_and_dates_as_numbers() -> None:
    rows = [(*HEAD, "完成情况"), ("甲", "区教体局", 20_261_215, "已完成"), ("乙", "区教体局", 46_371, None)]
    found = plan(book(rows))
    assert [(str(each.due), each.status) for each in found.added] == [("2026-12-15", Status.CLOSED)]
    assert whys(found)[0].startswith("row 3, column 完成时限: “46371” is no date but a number; if it is 2026-12-15")


def test_comments_on_cells_are_told() -> None:
    def commented(made: Any) -> None:  # noqa: ANN401  openpyxl has no types
        made.active["C2"].comment = Comment("领导批示：\n11月底前办结", "王")

    found = plan(book([HEAD, ("甲", "区教体局", "2026-12-15")], commented))
    assert found.notices == ("comments on cells are not read: C2 “领导批示： 11月底前办结”",)


def test_comments_in_an_open_document_are_told() -> None:
    cells = "".join(f"<c:table-cell><t:p>{text}</t:p></c:table-cell>" for text in HEAD[:2])
    row = "<c:table-cell><o:annotation><t:p>已开标</t:p></o:annotation><t:p>甲</t:p></c:table-cell>"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            '<o:document-content xmlns:o="urn:o" xmlns:c="urn:c" xmlns:t="urn:t"><c:table c:name="台账">'
            f"<c:table-row>{cells}</c:table-row>"
            f"<c:table-row>{row}<c:table-cell><t:p>区教体局</t:p></c:table-cell></c:table-row>"
            "</c:table></o:document-content>",
        )
    found = plan(written.getvalue())
    assert [(each.title, each.department) for each in found.added] == [("甲", "区教体局")]
    assert found.notices == ("comments on cells are not read: A2 “已开标”",)
