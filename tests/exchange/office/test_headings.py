"""The headings of a ledger."""

import pytest

from exchange.ledgers import planned, rows_table
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.office import headings
from pilottask.exchange.office.headings import HEADINGS, Column, Period
from pilottask.exchange.office.layout import Doubt, Layout, Unheaded, find_layout

NEEDED = ("工作任务", "牵头单位")


def find(*rows: tuple[str, ...]) -> Layout:
    return find_layout(rows, answers={})


def refusal(*rows: tuple[str, ...]) -> UsageFault:
    with pytest.raises(UsageFault) as caught:
        find(*rows)
    return caught.value


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("column", Column)
def test_every_heading_that_export_writes_is_known(column: Column, lang: Lang) -> None:
    set_language(lang)
    assert headings.classify(headings.label(column)) is column


def test_no_name_means_two_columns() -> None:
    names = [(headings.fold(name), column) for column, heading in HEADINGS.items() for name in heading.names]
    assert len({name for name, _column in names}) == len(set(names))


def test_a_field_of_text_is_no_heading() -> None:
    assert headings.classify("工作任务" * 1000) is None


def test_headings_stand_below_a_title_and_notes() -> None:
    layout = find(("麒麟区产改试点任务清单",), (), ("单位：区产改办", "状态"), ("序号", *NEEDED), ("1", "a", "b"))
    assert layout.below == 4
    assert layout.columns == {Column.NUMBER: 0, Column.TITLE: 1, Column.DEPARTMENT: 2}


def test_headings_in_two_rows_are_one() -> None:
    layout = find(("工作任务", "责任单位", "", "完成时限"), ("", "牵头单位", "配合单位", ""), ("a", "b", "c", "d"))
    assert layout.below == 2
    assert layout.names == ("工作任务", "牵头单位", "配合单位", "完成时限")


def test_headings_merged_over_several_columns_are_divided_below_whatever_those_are_called() -> None:
    upper = ("序号", "主要任务", "责任分工", "", "时间节点", "", "推进情况", "", "难点堵点")
    lower = ("", "", "牵头部门（单位）", "包抓领导", "启动时间", "完结时间", "完成比例", "办理状态", "")
    layout = find(("任务台账",), upper, lower, ("一、机制",), ("1", "a", "b", "c", "3月", "6月", "65%", "推进中", "d"))
    assert (layout.top, layout.below) == (1, 3)
    assert layout.columns == {
        Column.NUMBER: 0,
        Column.TITLE: 1,
        Column.DEPARTMENT: 2,
        Column.LEADER: 3,
        Column.DUE: 5,
        Column.STATUS: 7,
        Column.PROBLEM: 8,
    }
    assert layout.own == {"启动时间": 4, "完成比例": 6}


def test_headings_in_three_rows_are_one() -> None:
    layout = find(
        ("序号", "任务", "责任", "", "", "", "进度", ""),
        ("", "", "单位", "", "人员", "", "", ""),
        ("", "", "牵头单位", "配合单位", "责任领导", "责任人", "完成时限", "进展情况"),
        ("1", "甲", "a", "b", "c", "d", "6月", "e"),
    )
    names = ("序号", "任务", "牵头单位", "配合单位", "责任领导", "责任人", "完成时限", "进展情况")
    assert (layout.top, layout.below, layout.names) == (0, 3, names)


@pytest.mark.parametrize("row", [("项目", "b"), ("", "b", "牵头")])
def test_a_row_of_data_is_no_second_heading(row: tuple[str, ...]) -> None:
    assert find((*NEEDED, "备注"), row, ("a", "b")).below == 1


def test_unknown_headings_are_own_columns() -> None:
    layout = find((*NEEDED, "经费\n（万元）", "", ""), ("a", "b", "5", "", "x"))
    assert layout.own == {"经费 （万元）": 2, "column 5": 4}


def test_an_empty_heading_is_named_in_chinese_too(chinese: None) -> None:
    del chinese
    assert find((*NEEDED, ""), ("a", "b", "x")).own == {"列3": 2}


def test_an_exported_own_heading_is_taken_as_it_is() -> None:
    assert find((*NEEDED, "extra.状态 ", "extra.", "'=sum")).own == {"状态 ": 2, "extra.": 3, "=sum": 4}


@pytest.mark.parametrize(
    "key", ["经费", "状态", "完成时线", "周期性", "extra.a", " a", "a  b", "Status", "=1", "列3", "备注2", "1、2"]
)
@pytest.mark.parametrize("lang", Lang)
def test_own_headings_are_read_back_as_they_were(key: str, lang: Lang) -> None:
    set_language(lang)
    full = (*(headings.label(column) for column in Column if column is not Column.EVERY), headings.own_heading(key))
    layout = find(full)
    assert layout.own == {key: len(full) - 1}
    assert layout.doubts == ()


def test_plain_own_headings_stay_plain() -> None:
    assert headings.own_heading("经费（万元）") == "经费（万元）"
    assert headings.own_heading("状态") == "extra.状态"


def test_a_near_miss_is_a_question_and_an_own_column_meanwhile() -> None:
    layout = find((*NEEDED, "完成时线", "经费"))
    assert layout.doubts == (Doubt("完成时线", Column.DUE),)
    assert layout.own == {"完成时线": 2, "经费": 3}


def test_a_near_miss_of_a_column_that_is_there_is_none() -> None:
    assert find((*NEEDED, "完成时限", "完成时线")).doubts == ()


def test_an_answer_settles_a_doubt() -> None:
    rows = [(*NEEDED, "完成时线", "责任人员")]
    layout = find_layout(rows, answers={"完成时线": "due", "责任人员": "extra"})
    assert layout.columns[Column.DUE] == 2
    assert layout.own == {"责任人员": 3}
    assert layout.doubts == ()


@pytest.mark.parametrize(
    ("heading", "answer", "beside", "column"),
    [
        ("项目名称", "title", "建设内容", Column.TITLE),
        ("项目名称", "project", "建设内容", Column.PROJECT),
        ("工作进度", "progress", "进展情况", Column.PROGRESS),
        ("完成时限", "due", "延期时限", Column.DUE),
    ],
)
def test_an_answer_is_not_overruled_by_the_column_beside_it(
    heading: str, answer: str, beside: str, column: Column
) -> None:
    cells = {"工作进度": "推进中", "进展情况": "已开工", "完成时限": "2026-11-01", "延期时限": "2026-12-01"}
    names = (*(NEEDED if heading != "项目名称" else NEEDED[1:]), heading, beside)
    layout = find_layout([names, tuple(cells.get(name, "甲") for name in names)], answers={heading: answer})
    assert layout.columns[column] == names.index(heading)


def test_an_answer_brings_the_dates_in() -> None:
    table = rows_table((*NEEDED, "完成时线"), ("a", "b", "2026-12-15"))
    assert str(planned(table, headings={"完成时线": "due"}).added[0].due) == "2026-12-15"
    assert planned(table, headings={"完成时线": "extra"}).added[0].extra == {"完成时线": "2026-12-15"}


# Two columns of one kind, and what is made of them: the column, and what else is taken or kept.
TWO_OF_A_KIND = [
    (("牵头单位", "责任单位"), {"department": "牵头单位", "support": "责任单位"}, []),
    (("责任部门", "牵头部门"), {"department": "牵头部门", "support": "责任部门"}, []),
    (("责任单位", "区级牵头部门"), {"department": "区级牵头部门", "support": "责任单位"}, []),
    (("责任单位", "责任科室"), {"department": "责任单位"}, ["责任科室"]),
    (("牵头单位", "责任领导", "分管领导"), {"leader": "责任领导"}, ["分管领导"]),
    (("牵头单位", "联系人", "责任人"), {"owner": "责任人"}, ["联系人"]),
    (("牵头单位", "完成时间", "完成时限"), {"due": "完成时限"}, ["完成时间"]),
    (("牵头单位", "预计完成时间", "整改时限"), {"due": "整改时限"}, ["预计完成时间"]),
    (("牵头单位", "完成时间", "计划完成时间"), {"due": "计划完成时间"}, ["完成时间"]),
    (("牵头单位", "备注", "备注"), {"remark": "备注"}, ["备注"]),
    (("牵头单位", "经费", "经费"), {}, ["经费", "经费 (2)"]),
]


@pytest.mark.parametrize(("row", "columns", "own"), TWO_OF_A_KIND)
def test_two_columns_of_one_kind(row: tuple[str, ...], columns: dict[str, str], own: list[str]) -> None:
    layout = find(("工作任务", *row))
    places = {column.value: name for name, column in layout.meanings() if column}
    assert {column: places[column] for column in columns} == columns
    assert list(layout.own) == own


@pytest.mark.parametrize(
    ("row", "title", "aspect", "requirement"),
    [
        (("重点任务", "工作任务"), "工作任务", "重点任务", None),
        (("一级指标", "二级指标"), "二级指标", "一级指标", None),
        (("重点工作", "任务内容"), "任务内容", "重点工作", None),
        (("事项名称", "工作内容"), "事项名称", None, "工作内容"),
        (("类别", "重点任务", "具体任务"), "具体任务", "类别", None),
        (("项目名称", "工作任务"), "工作任务", None, None),
        (("一级任务", "二级任务", "三级任务"), "三级任务", "一级任务", None),
        (("项目名称",), "项目名称", None, None),
        (("项目名称", "建设内容"), "项目名称", None, "建设内容"),
        (("合作项目", "建设内容"), "建设内容", None, None),
    ],
)
def test_titles_on_two_levels(row: tuple[str, ...], title: str, aspect: str | None, requirement: str | None) -> None:
    layout = find((*row, "牵头单位"))
    found = [
        layout.names[place] if (place := layout.columns.get(column)) is not None else None
        for column in (Column.TITLE, Column.ASPECT, Column.REQUIREMENT)
    ]
    assert found == [title, aspect, requirement]


def test_numbers_that_no_list_counts_are_kept() -> None:
    rows = [("督〔2026〕12号", "a", "b"), ("督〔2026〕13号", "c", "d")]
    assert list(find(("编号", *NEEDED), *rows).own) == ["编号"]
    assert list(find(("序号", "编号", *NEEDED), *(("1", *row) for row in rows)).own) == ["编号"]
    for numbers in ("12", "一、", "（一）", "1.1", "第3项"):
        assert list(find(("编号", *NEEDED), (numbers, "a", "b")).own) == []


def test_days_of_what_is_done_alone_are_those_on_which_it_was() -> None:
    head = (*NEEDED, "完成时限", "完成情况", "完成日期")
    done, open_ = ("a", "b", "2026-11-20", "已完成", "2026-11-19"), ("c", "d", "2026-12-20", "推进中", "")
    assert find(head, done, open_).columns[Column.FINISHED] == 4
    for row in (open_, ("e", "f", "2026-12-20", "推进中", "2026-12-10")):
        layout = find(head, row)
        assert (Column.FINISHED in layout.columns, list(layout.own)) == (False, ["完成日期"])


@pytest.mark.parametrize("moved", ["延期时限", "延期至", "调整后完成时限"])
def test_a_deadline_is_the_first_one_beside_those_put_off(moved: str) -> None:
    layout = find((*NEEDED, "办结时限", moved), ("a", "b", "2026-10-31", "2026-12-31"), ("c", "d", "2026-12-10", ""))
    assert (layout.columns[Column.FIRST_DUE], layout.columns[Column.DUE]) == (2, 3)
    assert layout.notices == ("“办结时限” is taken as “First due”", f"“{moved}” is taken as “Due”")


def test_figures_are_no_titles() -> None:
    with pytest.raises(Unheaded) as caught:
        find(
            ("指标", "年度目标", "牵头单位"),
            ("发展会员", "5,000", "b"),
            ("签订合同", "≥80", "c"),
            ("培训", "2000人次", "d"),
        )
    assert caught.value.column is Column.TITLE


class TestColumnsThatMatter:
    """A column that no heading tells is not passed over where it says what is late, or done."""

    def test_dates_under_a_name_like_a_deadline_are_taken_with_a_word(self) -> None:
        layout = find((*NEEDED, "何时完成"), ("a", "b", "2026-12-15"), ("c", "d", "11月底"))
        assert layout.columns[Column.DUE] == 2
        assert layout.notices == ("“何时完成” is taken as “Due”",)

    @pytest.mark.parametrize("heading", ["整改时间", "里程碑", "日期"])
    def test_dates_under_another_name_are_asked_about(self, heading: str) -> None:
        layout = find((*NEEDED, heading), ("a", "b", "2026-12-15"))
        assert layout.doubts == (Doubt(heading, Column.DUE, needed=True),)
        refused = layout.refusal()
        assert refused is not None
        assert refused.message == f"column “{heading}” may be “Due”: say which"
        assert refused.hint == f"--map {heading}=due, or --map {heading}=extra for a column of your own"

    @pytest.mark.parametrize("heading", ["交办时间", "要求上报时限", "开工时间"])
    def test_other_days_are_no_deadline(self, heading: str) -> None:
        layout = find((*NEEDED, heading), ("a", "b", "2026-12-15"))
        assert (layout.doubts, list(layout.own)) == ((), [heading])

    def test_beside_a_deadline_nothing_is_asked(self) -> None:
        layout = find((*NEEDED, "完成时限", "整改时间"), ("a", "b", "2026-12-15", "2026-12-15"))
        assert (layout.doubts, list(layout.own)) == ((), ["整改时间"])

    def test_progress_that_is_all_statuses_is_the_status(self) -> None:
        layout = find((*NEEDED, "工作进展"), ("a", "b", "推进中"), ("c", "d", "已完成"))
        assert layout.columns[Column.STATUS] == 2

    @pytest.mark.parametrize("progress", ["进展情况", "本周进展"])
    def test_progress_that_is_all_statuses_is_the_status_beside_other_progress_too(self, progress: str) -> None:
        layout = find((*NEEDED, "完成进度", progress), ("a", "b", "100%", "通过了专家评审"), ("c", "d", "推进中", ""))
        assert (layout.columns[Column.STATUS], layout.columns[Column.PROGRESS]) == (2, 3)
        assert layout.notices == ("“完成进度” is taken as “Status”",)

    def test_words_are_progress_before_shares_are(self) -> None:
        layout = find(
            (*NEEDED, "进度（%）", "目前进展"),
            ("a", "b", "80", "方案已出台"),
            ("c", "d", "100", ""),
            ("e", "f", "进度（%）", "目前进展"),
        )
        assert (layout.columns[Column.PROGRESS], list(layout.own)) == (3, ["进度（%）"])

    def test_statuses_under_another_name_are_asked_about(self) -> None:
        layout = find((*NEEDED, "本次"), ("a", "b", "推进中"), ("c", "d", "已完成"))
        assert layout.doubts == (Doubt("本次", Column.STATUS, needed=True),)

    def test_what_was_true_last_week_is_no_status(self) -> None:
        layout = find((*NEEDED, "上周完成情况"), ("a", "b", "推进中"))
        assert (layout.doubts, list(layout.own)) == ((), ["上周完成情况"])

    def test_an_answer_counts_for_a_heading_that_is_known_too(self) -> None:
        layout = find_layout([(*NEEDED, "责任单位")], answers={"责任单位": "extra"})
        assert (layout.supports, list(layout.own)) == ((), ["责任单位"])

    def test_each_heading_is_told_what_it_is_taken_for(self) -> None:
        layout = find(("序号", *NEEDED, "责任单位", "经费"))
        assert list(layout.meanings()) == [
            ("序号", Column.NUMBER),
            ("工作任务", Column.TITLE),
            ("牵头单位", Column.DEPARTMENT),
            ("责任单位", Column.SUPPORT),
            ("经费", None),
        ]


def test_two_columns_of_measures_are_the_requirement_and_an_own_one() -> None:
    for row in ((*NEEDED, "具体措施", "目标要求"), (*NEEDED, "目标要求", "具体措施")):
        layout = find(row)
        assert layout.names[layout.columns[Column.REQUIREMENT]] == "目标要求"
        assert list(layout.own) == ["具体措施"]
        assert layout.notices == ("“目标要求” is taken as “Requirement”; “具体措施” is kept as a column of your own",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((*NEEDED, "牵头\n单位"), "columns 2 “牵头单位” and 3 “牵头 单位”: both are “Department”"),
        ((*NEEDED, "完成时限", "完成时限"), "columns 3 “完成时限” and 4 “完成时限”: both are “Due”"),
        (("工作任务", "完成时限", "x"), "no column for “Department” among the headings: 工作任务, 完成时限, x"),
        (("牵头单位", "完成时限"), "no column for “Task” among the headings: 牵头单位, 完成时限"),
        (("a", "b"), "no heading row among the first 1 rows"),
        (("", " "), "the file is empty"),
        ((*NEEDED, "a\x07"), "heading of column 3: control character U+0007 at position 2; remove it and try again"),
    ],
    ids=["two-leads", "two-deadlines", "no-lead", "no-title", "none", "blank", "control"],
)
def test_headings_that_cannot_be_understood(row: tuple[str, ...], message: str) -> None:
    assert refusal(row).message == message


def test_a_refusal_in_chinese_names_what_offices_write(chinese: None) -> None:
    del chinese
    fault = refusal(("工作任务", "完成时限"))
    assert fault.message == "表头中没有“牵头单位”栏，现有：工作任务、完成时限"
    assert (
        fault.hint
        == "这一栏的表头可写作“牵头单位”、“Department”、“牵头责任单位”、“牵头部门”，或用 --map 表头=department 指明"
    )


def test_two_columns_that_are_passed_over_are_no_fault() -> None:
    assert find(("序号", "编号", *NEEDED)).columns[Column.NUMBER] == 0


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("一季度目标", Period(Column.STEP, None, 1, 3)),
        ("第二季度工作计划", Period(Column.STEP, None, 4, 6)),
        ("第3季度\n节点", Period(Column.STEP, None, 7, 9)),
        ("2026年上半年任务", Period(Column.STEP, 2026, 1, 6)),
        ("下半年工作打算", Period(Column.STEP, None, 7, 12)),
        ("2027年度目标", Period(Column.STEP, 2027, 1, 12)),
        ("3月份工作任务", Period(Column.STEP, None, 3, 3)),
        ("三季度进展", Period(Column.PROGRESS, None, 7, 9)),
        ("（四季度）完成情况", Period(Column.PROGRESS, None, 10, 12)),
        ("1-6月进展情况", Period(Column.PROGRESS, None, 1, 6)),
        ("截至9月30日进展情况", Period(Column.PROGRESS, None, 9, 9, 30)),
        ("截至10月底完成情况", Period(Column.PROGRESS, None, 10, 10)),
        ("十一月进展", Period(Column.PROGRESS, None, 11, 11)),
        ("一季度", Period(None, None, 1, 3)),
        ("上半年", Period(None, None, 1, 6)),
        ("2026年", None),
        ("11月", None),
        ("13月进展", None),
        ("2月31日进展", None),
        ("截至2026年2月29日进展情况", None),
        ("截至2028年2月29日进展情况", Period(Column.PROGRESS, 2028, 2, 2, 29)),
        ("9-6月进展", None),
        ("季度目标", None),
        ("本季度目标", None),
        ("一季度评分", None),
        ("一季度存在问题", None),
        ("12月底前完成时限", None),
    ],
)
def test_headings_of_periods(heading: str, expected: Period | None) -> None:
    assert headings.period(heading) == expected
