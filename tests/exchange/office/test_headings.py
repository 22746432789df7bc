"""The headings of a ledger."""

import pytest

from exchange.ledgers import planned, rows_table
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.office import headings
from pilottask.exchange.office.headings import HEADINGS, Column, Doubt, Layout

NEEDED = ("工作任务", "牵头单位")


def find(*rows: tuple[str, ...]) -> Layout:
    return headings.find(rows, answers={})


def refusal(*rows: tuple[str, ...]) -> UsageFault:
    with pytest.raises(UsageFault) as caught:
        find(*rows)
    return caught.value


# What offices write above the columns of their ledgers, and which column it is.
WRITTEN = {
    "序号": "number",
    "工作方面": "aspect",
    "类别": "aspect",
    "工作方面/类别": "aspect",
    "工作任务": "title",
    "任务名称": "title",
    "事项": "title",
    "重点任务": "title",
    "工作任务/任务名称": "title",
    "目标要求": "requirement",
    "具体措施": "requirement",
    "工作要求": "requirement",
    "牵头单位": "department",
    "责任单位": "department",
    "主办单位": "department",
    "承办单位": "department",
    "承办部门": "department",
    "责任单位（牵头）": "department",
    "配合单位": "support",
    "协办单位": "support",
    "责任单位（配合）": "support",
    "责任领导": "leader",
    "分管领导": "leader",
    "责任人": "owner",
    "联系人": "owner",
    "经办人": "owner",
    "责任人及联系电话": None,
    "完成时限": "due",
    "办理时限": "due",
    "截止日期": "due",
    "完成时间": "due",
    "完成时限（年月日）": "due",
    "原时限": "first_due",
    "完成情况": "status",
    "办理状态": "status",
    "状态": "status",
    "进展情况": "progress",
    "进展情况(截至11月20日)": "progress",
    "存在问题": "problem",
    "要素保障": "need",
    "下一步打算": "next",
    "下一步措施": "next",
    "任务来源": "source",
    "目标值": "target",
    "目标值（万元）": "target",
    "单位": "unit",
    "完成值": "actual",
    "标签": "tags",
    "项目": "project",
    "备注": "remark",
    "办结日期": "closed",
    "申请办结日期": "submitted",
    "周期": "every",
    "未导入原因": "why",
    "原因": None,
    # as they come out of a merged or a framed cell
    " 完成 时限 ": "due",
    "完成\n时限": "due",
    "【完成时限】": "due",
    "*工作任务": "title",
    "工作任务：": "title",
    "ＵＩＤ": "uid",
    # English
    "Task": "title",
    "TITLE": "title",
    "lead": "department",
    "Department": "department",
    "support": "support",
    "owner": "owner",
    "leader": "leader",
    "aspect": "aspect",
    "requirement": "requirement",
    "target": "target",
    "unit": "unit",
    "actual": "actual",
    "due": "due",
    "Deadline": "due",
    "first due": "first_due",
    "first_due": "first_due",
    "status": "status",
    "progress": "progress",
    "problem": "problem",
    "next step": "next",
    "source": "source",
    "project": "project",
    "tags": "tags",
    "remark": "remark",
    "uid": "uid",
    "id": "number",
    "No.": "number",
    "price": None,
}


@pytest.mark.parametrize(("heading", "column"), WRITTEN.items(), ids=[repr(heading) for heading in WRITTEN])
def test_headings_are_known(heading: str, column: str | None) -> None:
    assert headings.classify(heading) == column


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("column", Column)
def test_every_heading_that_export_writes_is_known(column: Column, lang: Lang) -> None:
    set_language(lang)
    assert headings.classify(headings.label(column)) is column


def test_no_name_means_two_columns() -> None:
    names = [(headings.folded(name), column) for column, heading in HEADINGS.items() for name in heading.names]
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


def test_a_row_of_data_is_no_second_heading() -> None:
    assert find(NEEDED, ("项目", "b"), ("a", "b")).below == 1


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
    layout = headings.find(rows, answers={"完成时线": "due", "责任人员": "extra"})
    assert layout.columns[Column.DUE] == 2
    assert layout.own == {"责任人员": 3}
    assert layout.doubts == ()


def test_an_answer_brings_the_dates_in() -> None:
    table = rows_table((*NEEDED, "完成时线"), ("a", "b", "2026-12-15"))
    assert str(planned(table, headings={"完成时线": "due"}).added[0].due) == "2026-12-15"
    assert planned(table).added[0].extra == {"完成时线": "2026-12-15"}


def test_two_columns_of_measures_are_the_requirement_and_an_own_one() -> None:
    for row in ((*NEEDED, "具体措施", "目标要求"), (*NEEDED, "目标要求", "具体措施")):
        layout = find(row)
        assert layout.names[layout.columns[Column.REQUIREMENT]] == "目标要求"
        assert list(layout.own) == ["具体措施"]
        assert layout.notices == ("“目标要求” is taken as “Requirement”; “具体措施” is kept as a column of your own",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((*NEEDED, "责任单位"), "columns 2 “牵头单位” and 3 “责任单位”: both are “Department”"),
        ((*NEEDED, "目标要求", "目标\n要求"), "columns 3 “目标要求” and 4 “目标 要求”: both are “Requirement”"),
        ((*NEEDED, "经费", "经费"), "columns 3 “经费” and 4 “经费”: a heading may stand only once"),
        (("工作任务", "完成时限", "x"), "no column for “Department” among the headings: 工作任务, 完成时限, x"),
        (("牵头单位", "完成时限"), "no column for “Task” among the headings: 牵头单位, 完成时限"),
        (("a", "b"), "no heading row among the first 1 rows"),
        (("", " "), "the file is empty"),
        ((*NEEDED, "a\x07"), "heading of column 3: control character U+0007 at position 2; remove it and try again"),
    ],
    ids=["two-leads", "same-twice", "own-twice", "no-lead", "no-title", "none", "blank", "control"],
)
def test_headings_that_cannot_be_understood(row: tuple[str, ...], message: str) -> None:
    assert refusal(row).message == message


def test_a_refusal_in_chinese_names_what_offices_write(chinese: None) -> None:
    del chinese
    fault = refusal(("工作任务", "完成时限"))
    assert fault.message == "表头中没有“牵头单位”栏，现有：工作任务、完成时限"
    assert fault.hint == "这一栏的表头可写作“牵头单位”、“Department”、“责任单位”、“主办单位”"


def test_two_columns_that_are_passed_over_are_no_fault() -> None:
    assert find(("序号", "编号", *NEEDED)).columns[Column.NUMBER] == 0
