"""Stages: several days in one cell, columns of quarters and other periods, and what is to be coordinated."""

from datetime import date
from time import process_time

import pytest

from exchange.ledgers import only, planned, rows_table, whys
from pilottask.ledger import history
from pilottask.ledger.records import Note, Status, Step, Task

TODAY = date(2026, 11, 20)
HEAD = ("工作任务", "牵头单位")
ROW = ("设备采购", "区教体局")


def steps(task: Task) -> list[str]:
    """Return the steps of a task, a line each."""
    return [
        " ".join(map(str, filter(None, (step.due, step.text, step.target, step.unit, step.done))))
        for step in history.steps(task)
    ]


def notes(task: Task) -> list[str]:
    return [f"{each.at.date()} {each.text}" for each in task.log if isinstance(each, Note)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("11月底前完成60%，12月底前完成100%", ["2026-11-30 完成60% 60 %", "2026-12-31 完成100% 100 %"]),
        ("11月底60%、12月底100%", ["2026-11-30 60% 60 %", "2026-12-31 100% 100 %"]),
        ("2027年6月底前开工；9月底前完工", ["2027-06-30 开工", "2027-09-30 完工"]),
        ("2026年完成主体，2027年6月底前竣工", ["2026-12-31 完成主体", "2027-06-30 竣工"]),
        ("3月底前完成方案、招标；6月底前完工", ["2026-03-31 完成方案、招标", "2026-06-30 完工"]),
        ("一季度完成方案，上半年完成招标", ["2026-03-31 完成方案", "2026-06-30 完成招标"]),
        ("1、6月底前完成方案；2、12月底前验收", ["2026-06-30 完成方案", "2026-12-31 验收"]),
        ("1.6月底前定方案\n2.12月底前验收", ["2026-06-30 定方案", "2026-12-31 验收"]),
        ("①6月底前招标②12月底前完工", ["2026-06-30 招标", "2026-12-31 完工"]),
        ("第一阶段：6月底前招标；第二阶段：12月底前完工", ["2026-06-30 招标", "2026-12-31 完工"]),
        ("定方案（6月底前）；竣工（12月底前）", ["2026-06-30 定方案", "2026-12-31 竣工"]),
        ("6月：定方案；9月：招标", ["2026-06-30 定方案", "2026-09-30 招标"]),
        (
            "６月底前完成５０％，１２月底前投资５００万元",
            ["2026-06-30 完成５０％ 50 %", "2026-12-31 投资５００万元 500 万元"],
        ),
        ("6月底前下达计划，9月底前完成第2期", ["2026-06-30 下达计划", "2026-09-30 完成第2期"]),
        ("11月底前招标，报区政府后，12月底前验收", ["2026-11-30 招标，报区政府后", "2026-12-31 验收"]),
    ],
)
def test_stages_in_a_cell_are_steps_and_the_last_one_is_the_deadline(cell: str, expected: list[str]) -> None:
    found = planned(rows_table((*HEAD, "完成时限"), (*ROW, cell)))
    task = only(found)
    assert steps(task) == expected
    assert str(task.due) == expected[-1][:10]
    assert "several days are taken as steps, and the last one as the deadline: row 2" in found.notices


def test_rows_with_the_same_cells_each_have_its_steps_and_its_unit_and_are_each_told() -> None:
    row = ("区教育局、各街道", "9月底前招标，12月底前验收")
    found = planned(rows_table((*HEAD, "完成时限"), ("甲", *row), ("乙", *row)))
    assert [steps(task) for task in found.added] == [["2026-09-30 招标", "2026-12-31 验收"]] * 2
    assert [task.department for task in found.added] == ["区教育局"] * 2
    assert found.notices[:4] == (
        "row 2: “区教育局” leads, as the first of several",
        "row 3: “区教育局” leads, as the first of several",
        "days without a year are taken in 2026; another year: --year",
        "several days are taken as steps, and the last one as the deadline: row 2, 3",
    )


@pytest.mark.parametrize(
    ("cell", "due"),
    [
        ("2026年12月底前建成投用", "2026-12-31"),
        ("12月底前出台实施方案", "2026-12-31"),
        ("2026年11月30日前整改落实到位", "2026-11-30"),
        ("2027年6月底前取得阶段性成效", "2027-06-30"),
        ("6月底前基本建成。", "2026-06-30"),
        ("不迟于12月20日", "2026-12-20"),
        ("力争2026年底前完成", "2026-12-31"),
        ("暂定12月底", "2026-12-31"),
    ],
)
def test_words_about_one_day_are_kept_beside_it(cell: str, due: str) -> None:
    found = planned(rows_table((*HEAD, "完成时限"), (*ROW, cell)))
    task = only(found)
    assert (str(task.due), task.extra, steps(task)) == (due, {"完成时限原文": cell}, [])
    assert "more than a day is named, and the words are kept as 完成时限原文: row 2" in found.notices


@pytest.mark.parametrize(
    "cell",
    [
        "2026年12月底前启动",
        "12月底前开工建设",
        "2026年11月已完成",
        "12月中下旬",
        "12月底前分批完成",
        "12月底前每月报送",
        "9月底前完成，现调整为12月底前",
        "一期6月底，二期12月底",
        "6月底前、12月底前",
        "6月底前，12月底前完成",
        "8月前完成60%，12月底前完成",
        "12月15日前后招标，12月底前完成",
        "11月底前完成60%，3月底前完成100%",
        "10月至12月完成培训，12月底前验收",
        "方案6月底前完成，建设12月底前完成",
        "6月30前招标，12月底前验收",
    ],
)
def test_what_names_no_stages_for_sure_is_refused(cell: str) -> None:
    found = planned(rows_table((*HEAD, "完成时限"), (*ROW, cell)))
    assert [reject.value for reject in found.rejected] == [cell]


@pytest.mark.parametrize("piece", ["11月20日：做了，", "1", "（", "定方案（6月底前）；", "月", "11月底前完成60%，"])
def test_a_long_cell_of_days_takes_no_long_time(piece: str) -> None:
    begun = process_time()
    for length in (900, 100_000):
        planned(rows_table((*HEAD, "完成时限", "阶段目标"), (*ROW, piece * (length // len(piece)), piece * length)))
    assert process_time() - begun < 3


def test_columns_of_what_is_planned_are_steps() -> None:
    head = (*HEAD, "完成时限", "单位", "一季度目标", "第二季度工作计划", "三季度节点", "四季度任务")
    row = (*ROW, "2026-11-15", "人", "定方案", "20", "/", "完成100%")
    found = planned(rows_table(head, row))
    assert steps(only(found)) == [
        "2026-03-31 定方案",
        "2026-06-30 20 20 人",
        "2026-11-15 完成100% 100 %",
    ]
    assert found.notices[0] == (
        "“一季度目标”, “第二季度工作计划”, “三季度节点”, “四季度任务”: "
        "taken as steps, each due on the last day of its period"
    )


def test_a_step_that_begins_after_the_deadline_is_refused() -> None:
    found = planned(rows_table((*HEAD, "完成时限", "三季度目标"), (*ROW, "2026-05-30", "验收")))
    assert whys(found) == [
        "row 2, column 三季度目标: it begins on 2026-07-01, after the deadline 2026-05-30; correct one of the two"
    ]


def test_columns_of_progress_are_notes_on_the_last_day_that_is_known() -> None:
    head = (*HEAD, "一季度目标", "二季度目标", "一季度完成情况", "二季度进展", "四季度进展")
    task = only(planned(rows_table(head, (*ROW, "定方案", "招标", "已完成", "正在招标", "已进场"))))
    assert steps(task) == ["2026-03-31 定方案 2026-03-31", "2026-06-30 招标"]
    assert notes(task) == ["2026-03-31 已完成", "2026-06-30 正在招标", "2026-11-20 已进场"]
    assert [each.imported for each in task.log if isinstance(each, Note)] == [False, False, True]
    assert task.status is Status.DOING


def test_a_heading_of_29_february_ends_on_the_28th_in_a_common_year() -> None:
    rows = rows_table((*HEAD, "截至2月29日进展情况"), (*ROW, "已发布招标文件，正在评审"))
    found = planned(rows)
    assert notes(only(found)) == ["2026-02-28 已发布招标文件，正在评审"]


def test_progress_of_a_period_to_come_is_kept_under_its_heading() -> None:
    found = planned(rows_table((*HEAD, "2027年一季度进展"), (*ROW, "照计划")))
    assert only(found).extra == {"2027年一季度进展": "照计划"}
    assert "no day that has been, or no progress beside it, and kept under its heading: row 2" in found.notices


@pytest.mark.parametrize(
    ("title", "answers", "expected"),
    [
        ("2027年任务", {}, ["2027-03-31 定方案", "2027-06-30 招标"]),
        ("2026年任务", {}, []),
        ("2026年任务", {"一季度": "step"}, ["2026-03-31 定方案", "2026-06-30 招标"]),
        ("2026年任务", {"一季度": "step", "二季度": "extra"}, ["2026-03-31 定方案"]),
    ],
)
def test_bare_quarters_are_steps_where_one_is_still_to_come(
    title: str, answers: dict[str, str], expected: list[str]
) -> None:
    table = rows_table((title,), (*HEAD, "一季度", "二季度"), (*ROW, "定方案", "招标"))
    found = planned(table, headings=answers)
    assert steps(only(found)) == expected
    told = (
        "nothing says whether “一季度”, “二季度” hold steps or progress; say which: --map 一季度=step or =progress"
        in found.notices
    )
    assert told is (not expected)


def test_bare_quarters_that_hold_progress() -> None:
    table = rows_table((*HEAD, "一季度", "二季度"), (*ROW, "方案已定", "已招标"))
    task = only(planned(table, headings={"一季度": "progress"}))
    assert notes(task) == ["2026-03-31 方案已定", "2026-06-30 已招标"]


def test_quarters_below_another_heading() -> None:
    table = rows_table(
        (*HEAD, "2026年季度目标", "", "备注"), ("", "", "一季度", "二季度", ""), (*ROW, "定方案", "招标", "x")
    )
    task = only(planned(table))
    assert (steps(task), task.remark) == (["2026-03-31 定方案", "2026-06-30 招标"], "x")


def test_what_is_below_the_quarters() -> None:
    table = rows_table(
        (*HEAD, "一季度", "", "二季度", "", "备注"), ("", "", "目标", "进展", "目标", "进展", ""),
        (*ROW, "定方案", "方案已定", "招标", "招标公告已发", "x"),
    )  # fmt: skip
    task = only(planned(table))
    assert (steps(task), task.remark) == (["2026-03-31 定方案", "2026-06-30 招标"], "x")
    assert notes(task) == ["2026-03-31 方案已定", "2026-06-30 招标公告已发"]


def test_progress_of_one_year_is_a_note() -> None:
    task = only(planned(rows_table((*HEAD, "2026年完成情况"), (*ROW, "主体已封顶"))))
    assert (notes(task), task.status) == (["2026-11-20 主体已封顶"], Status.DOING)
    assert only(planned(rows_table((*HEAD, "2026年完成情况"), (*ROW, "已完成")))).status is Status.CLOSED


def test_years_are_periods_where_there_are_several() -> None:
    task = only(planned(rows_table((*HEAD, "2026年目标", "2027年目标"), (*ROW, "立项", "建成"))))
    assert steps(task) == ["2026-12-31 立项", "2027-12-31 建成"]
    task = only(planned(rows_table((*HEAD, "2026年目标"), (*ROW, "立项"))))
    assert (steps(task), task.requirement) == ([], "立项")


def test_a_lone_period_may_be_the_title_or_the_status() -> None:
    found = planned(rows_table(("2026年上半年重点任务", "牵头单位", "截至10月底完成情况"), (*ROW, "已完成")))
    task = only(found)
    assert (task.title, task.status) == ("设备采购", Status.CLOSED)
    assert found.notices[:2] == (
        "“2026年上半年重点任务” is taken as “Task”",
        "“截至10月底完成情况” is taken as “Status”",
    )


def test_a_column_of_steps() -> None:
    head = (*HEAD, "完成时限", "阶段目标")
    table = rows_table(head, (*ROW, "2026-12-31", "6月底前招标；12月底前验收"), ("乙", "区总工会", "", "收好官"))
    first, other = planned(table).added
    assert steps(first) == ["2026-06-30 招标", "2026-12-31 验收"]
    assert (steps(other), other.extra) == ([], {"阶段目标": "收好官"})
    late = planned(rows_table(head, (*ROW, "2026-10-31", "6月底前招标；12月底前验收")))
    assert whys(late) == [
        "row 2, column 阶段目标: 2026-12-31 lies after the deadline 2026-10-31; correct one of the two"
    ]


def test_the_next_file_changes_the_steps_that_are_there() -> None:
    head = (*HEAD, "一季度目标", "二季度目标", "一季度完成情况")
    into = planned(rows_table(head, (*ROW, "定方案", "招标", "推进中"))).ledger
    same = planned(rows_table(head, (*ROW, "定方案", "招标", "推进中")), into, update=True)
    assert (same.changed, len(same.unchanged)) == ((), 1)
    other = planned(rows_table(head, (*ROW, "定方案", "公开招标", "已完成")), into, update=True)
    (changed,) = other.changed
    assert steps(changed.after) == ["2026-03-31 定方案 2026-03-31", "2026-06-30 公开招标"]
    assert notes(changed.after) == ["2026-03-31 推进中", "2026-03-31 已完成"]
    assert sum(isinstance(entry, Step) for entry in changed.after.log) == 2


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("是否提请协调", ("缺资金", "是"), ["缺资金 True"]),
        ("是否提请协调", ("缺资金", "否"), ["缺资金 False"]),
        ("是否提请协调", ("缺资金", ""), ["缺资金 False"]),
        ("是否提请协调", ("", "√"), ["To be coordinated True"]),
        ("需协调", ("缺资金", "请区财政局安排经费"), ["缺资金 False", "请区财政局安排经费 True"]),
        ("需要协调解决的事项", ("", "暂无"), []),
        ("需要协调解决的事项", ("", "暂不需要"), []),
        ("需协调解决的问题", ("缺资金", "缺资金"), ["缺资金 True"]),
        ("需区政府协调事项", ("", "是，请安排场地"), ["请安排场地 True"]),
        ("提请联席会议研究事项", ("", "1. 场地\n2. 经费"), ["场地 True", "经费 True"]),
    ],
)
def test_what_is_to_be_coordinated(heading: str, cells: tuple[str, str], expected: list[str]) -> None:
    task = only(planned(rows_table((*HEAD, "存在问题", heading), (*ROW, *cells))))
    assert [f"{each.text} {each.coordinate}" for each in history.open_problems(task)] == expected
