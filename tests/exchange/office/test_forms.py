"""Forms that offices write: headings, deadlines, units and words for statuses, one a line in tests/data/forms."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest

from exchange.ledgers import planned, rows_table
from factories import ledger
from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.exchange.office import headings, statuses, units
from pilottask.ledger import history
from pilottask.ledger.records import Status

FORMS = Path(__file__).parents[2] / "data" / "forms"


def lines(name: str) -> list[tuple[str, ...]]:
    text = (FORMS / f"{name}.tsv").read_text(encoding="utf-8")
    return [tuple(line.replace("\\n", "\n").split("\t")) for line in text.splitlines()[1:]]


@pytest.mark.parametrize(("heading", "column"), lines("headings"))
def test_headings(heading: str, column: str) -> None:
    assert headings.classify(heading) == (None if column == "-" else column)


@pytest.mark.parametrize(("words", "meaning"), lines("deadlines"))
def test_deadlines(words: str, meaning: str) -> None:
    if meaning == "-":
        with pytest.raises(UsageFault):
            dates.parse_deadline(words, today=date(2026, 11, 20), year=2026)
        return
    found = dates.parse_deadline(words, today=date(2026, 11, 20), year=2026)
    day = "open-ended" if found.open_ended else "undated" if found.day is None else found.day.isoformat()
    assert day == meaning


@pytest.mark.parametrize(("cell", "leads", "others"), lines("units"))
def test_units(cell: str, leads: str, others: str) -> None:
    named = units.read(cell, lambda _name: None)
    leading = units.leads(named)
    rest = [unit.name for unit in named if unit not in leading]
    assert [unit.name for unit in leading] == [name.replace("_", " ") for name in leads.split()]
    assert rest == others.split()


def test_a_known_name_is_not_taken_apart() -> None:
    named = units.read("区教育局和体育局", lambda name: name if name == "区教育局和体育局" else None)
    assert [unit.name for unit in named] == ["区教育局和体育局"]


@pytest.mark.parametrize(
    "name", ["区教育局牵头", "1.甲", "甲、乙公司", "甲 乙", "无", "同上", '"甲"', "甲（配合）", "甲等", "由甲"]
)
def test_any_name_is_read_back_as_it_was_written(name: str) -> None:
    cell = units.write(["区财政局", name])
    assert [unit.name for unit in units.read(cell, lambda _name: None)] == ["区财政局", name]


@pytest.mark.parametrize("name", ["区教体局", "甲局", "乙局"])
def test_a_plain_name_is_written_plainly(name: str) -> None:
    assert units.write([name]) == name


@pytest.mark.parametrize(("word", "status"), lines("statuses"))
def test_statuses(word: str, status: str) -> None:
    said = statuses.read(word)
    if said is None:
        assert status == "-"
    else:
        assert status == ("overdue" if said.overdue else "reported" if said.reported else said.status)


@pytest.mark.parametrize(("answer", "status"), [("是", Status.CLOSED), ("√", Status.CLOSED), ("否", Status.DOING)])
def test_an_answer_counts_where_it_is_asked_for(answer: str, status: Status) -> None:
    for heading in ("是否完成", "是否完成（√/×）", "完成情况（√/×）"):
        asked = rows_table(("工作任务", "牵头单位", heading), ("甲", "区总工会", answer))
        assert planned(asked).added[0].status is status
    assert planned(rows_table(("工作任务", "牵头单位", "完成情况"), ("甲", "区总工会", answer))).rejected


PROSE = "已完成场地选址，正在报批"


def test_prose_in_the_place_of_the_status_is_progress() -> None:
    found = planned(
        rows_table(("工作任务", "牵头单位", "完成情况"), ("甲", "区总工会", PROSE), ("乙", "区总工会", "已完成"))
    )
    one, other = found.added
    assert (one.status, other.status) == (Status.DOING, Status.CLOSED)
    note = history.last_note(one)
    assert note is not None
    assert note.text == PROSE
    assert "progress stands where the status would, and the task is taken as under way: row 2" in found.notices


@pytest.mark.parametrize(
    ("word", "status", "kept"),
    [
        ("未达序时", Status.DOING, "未达序时\n选址"),
        ("80%", Status.DOING, "80%\n选址"),
        ("基本完成", Status.DOING, "基本完成\n选址"),
        ("序时推进", Status.DOING, "选址"),
        ("超期完成", Status.CLOSED, "超期完成\n选址"),
        ("按期完成", Status.CLOSED, "按期完成\n选址"),
        ("已完成", Status.CLOSED, "选址"),
    ],
)
def test_what_a_word_for_a_status_says_besides_does_not_vanish(word: str, status: Status, kept: str) -> None:
    (task,) = planned(
        rows_table(("工作任务", "牵头单位", "完成情况", "进展情况"), ("甲", "区总工会", word, "选址"))
    ).added
    note = history.last_note(task)
    assert (task.status, note and note.text) == (status, kept)


def test_a_bare_number_is_no_progress_in_words() -> None:
    found = planned(rows_table(("工作任务", "牵头单位", "完成情况"), ("甲", "区总工会", "1")))
    assert [reject.value for reject in found.rejected] == ["1"]


def test_words_besides_a_day_are_kept_and_told_of() -> None:
    found = planned(rows_table(("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", "提前至2026年5月底")))
    assert [task.extra for task in found.added] == [{"完成时限原文": "提前至2026年5月底"}]
    assert "more than a day is named, and the words are kept as 完成时限原文: row 2" in found.notices


def test_progress_without_a_status_is_under_way() -> None:
    found = planned(rows_table(("工作任务", "牵头单位", "进展情况"), ("甲", "区总工会", PROSE), ("乙", "区总工会", "")))
    assert [task.status for task in found.added] == [Status.DOING, Status.TODO]


def test_prose_moves_no_task_that_is_there() -> None:
    table = rows_table(("工作任务", "牵头单位", "完成情况"), ("甲", "区总工会", "已完成"))
    into = planned(table).ledger
    later = planned(rows_table(("工作任务", "牵头单位", "完成情况"), ("甲", "区总工会", PROSE)), into, update=True)
    assert later.ledger.tasks[0].status is Status.CLOSED


def test_overdue_is_no_status_and_is_told() -> None:
    found = planned(rows_table(("工作任务", "牵头单位", "完成情况"), ("甲", "区总工会", "逾期未完成")))
    assert found.added[0].status is Status.TODO
    assert "that a task is overdue is no status, it follows from the deadline: row 2" in found.notices


def test_the_cell_above_is_taken() -> None:
    head = ("工作任务", "牵头单位", "责任人", "任务来源")
    found = planned(
        rows_table(
            head, ("甲", "区总工会", "王敏", "一号文件"), ("乙", "同上", "〃", "同上"), ("丙", "同上", "无", "—")
        )
    )
    assert [(each.department, each.owner, each.source) for each in found.added] == [
        ("区总工会", "王敏", "一号文件"),
        ("区总工会", "王敏", "一号文件"),
        ("区总工会", None, None),
    ]
    (fault,) = planned(rows_table(head, ("甲", "同上", "", ""))).rejected[:1]
    assert fault.why == "“同上”, and there is no row above it; type what it stands for"


def test_names_that_differ_in_blanks_alone_are_one() -> None:
    found = planned(
        rows_table(("工作任务", "牵头单位", "责任人"), ("甲", "财　政　局", "王　敏"), ("乙", "财政局", "王敏")),
        ledger(departments={"财 政局": ()}),
    )
    assert [(each.department, each.owner) for each in found.added] == [("财 政局", "王敏")] * 2
    assert found.new_departments == ()


def test_a_new_unit_near_to_a_known_one_is_told() -> None:
    found = planned(rows_table(("工作任务", "牵头单位"), ("甲", "财政局")), ledger(departments={"区财政局": ()}))
    assert found.notices == (
        "the new department “财政局” is near to “区财政局”; where the two are one: pilottask dept merge A B",
    )


def test_units_that_differ_by_their_number_are_not_near() -> None:
    names = ("区第一实验小学", "区第二实验小学", "区第三实验小学", "第1网格站", "第10网格站")
    rows = [(f"工作{name}", name) for name in names]
    found = planned(rows_table(("工作任务", "牵头单位"), *rows))
    assert found.new_departments == names
    assert found.notices == ()


@pytest.mark.parametrize(
    ("cell", "lead", "others"),
    [
        ("市农业农村局及各县区", "市农业农村局", ("各县区",)),
        ("区司法局等有关部门", "区司法局", ("有关部门",)),
        ("区应急局、区直各部门、各街道", "区应急局", ("区直各部门", "各街道")),
        ("区总工会、区人社局、各街道", None, ()),
        ("各街道、区城管局", None, ()),
        ("各街道、各部门", None, ()),
    ],
)
def test_many_units_of_one_name_do_not_lead(cell: str, lead: str | None, others: tuple[str, ...]) -> None:
    found = planned(rows_table(("工作任务", "责任单位"), ("甲", cell)))
    if lead is None:
        assert len(found.led_by_several) == 1
        return
    assert [(task.department, task.support) for task in found.added] == [(lead, others)]
    assert f"row 2: “{lead}” leads, as the first of several" in found.notices


@pytest.mark.parametrize(
    "heading", ["责任单位（列第一位的为牵头单位）", "责任单位(第一个为牵头单位)", "责任部门\n（首位为牵头部门）"]
)
def test_a_heading_may_say_that_the_first_one_leads(heading: str) -> None:
    found = planned(rows_table(("工作任务", heading), ("甲", "区总工会、区人社局")))
    assert [(task.department, task.support) for task in found.added] == [("区总工会", ("区人社局",))]
    assert found.notices[0] == "row 2: “区总工会” leads, as the first of several"


def test_thousands_of_units_in_a_cell_take_no_long_time() -> None:
    begun = process_time()
    cell = "、".join(f"区{n}局" for n in range(20_000))
    assert (
        len(planned(rows_table(("工作任务", "牵头单位", "配合单位"), ("甲", "区总工会", cell))).new_departments)
        == 20_001
    )
    assert process_time() - begun < 8


def test_a_wrapped_title_is_the_same_title() -> None:
    into = planned(rows_table(("工作任务", "牵头单位"), ("建立多元投入机制", "区财政局"))).ledger
    found = planned(rows_table(("工作任务", "牵头单位"), ("建立多元\n投入机制", "区财\n政局")), into, update=True)
    assert (found.added, found.changed, len(found.unchanged)) == ((), (), 1)


@pytest.mark.parametrize(
    ("cells", "figures"),
    [
        (("85%", "", "60%"), (85, "%", 60)),
        (("12万元", "万元", "3.5"), (12, "万元", 3.5)),
        (("30", "人", "12"), (30, "人", 12)),
    ],
)
def test_what_is_counted_may_stand_with_the_number(cells: tuple[str, ...], figures: tuple[object, ...]) -> None:
    table = rows_table(("工作任务", "牵头单位", "目标值", "单位", "完成值"), ("甲", "区总工会", *cells))
    (found,) = planned(table).added
    assert (found.target, found.unit, found.actual) == figures


def test_the_day_on_which_the_work_was_done_makes_no_submission_up() -> None:
    head = ("工作任务", "牵头单位", "完成时限", "完成情况", "完成时间（实际）")
    rows = (
        ("甲", "区总工会", "2026-11-15", "已完成", "2026-11-10"),
        ("乙", "区总工会", "2026-12-15", "推进中", "2026-12-10"),
        ("丙", "区总工会", "2026-11-15", "待核验", "2026-11-10"),
    )
    done, open_, waiting = planned(rows_table(head, *rows)).added
    assert (done.submitted, str(done.closed), str(waiting.submitted)) == (None, "2026-11-10", "2026-11-10")
    assert (open_.submitted, open_.extra) == (None, {"完成时间（实际）": "2026-12-10"})


def test_the_day_on_which_the_work_was_done_stands_beside_that_of_the_closing() -> None:
    head = ("工作任务", "牵头单位", "完成情况", "完成时间（实际）", "办结日期")
    (found,) = planned(rows_table(head, ("甲", "区总工会", "已销号", "2026-11-10", "2026-11-18"))).added
    assert (str(found.submitted), str(found.closed)) == ("2026-11-10", "2026-11-18")


@pytest.mark.parametrize("words", ["按上级要求时限", "待定", "分阶段推进", "每季度末", "根据上级安排", "按时间节点"])
def test_words_that_name_no_day_are_kept_and_told(words: str) -> None:
    found = planned(rows_table(("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", words)))
    assert (found.added[0].due, found.added[0].extra) == (None, {"完成时限原文": words})
    assert "no day is named, and the words are kept as 完成时限原文: row 2" in found.notices


LATE_THEN = "days without a year are taken in 2026; another year: --year"


@pytest.mark.parametrize(
    ("title", "source", "day", "notice"),
    [
        ("2027年重点任务分解表", "a.csv", "2027-02-28", "days without a year are taken in 2027, as the file says"),
        ("2027 年度任务", "2026年.csv", "2027-02-28", "days without a year are taken in 2027, as the file says"),
        ("任务表", "2025年台账.csv", "2025-02-28", "days without a year are taken in 2025, as the file says"),
        ("任务表", "20251120.csv", "2026-02-28", LATE_THEN),
        ("2026—2027年任务", "a.csv", "2026-02-28", LATE_THEN),
    ],
)
def test_one_year_holds_for_a_file(title: str, source: str, day: str, notice: str) -> None:
    table = rows_table((title,), ("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", "2月底前"))
    found = planned(table, name=source)
    assert (str(found.added[0].due), notice in found.notices) == (day, True)


def test_a_year_that_is_said_counts_for_all() -> None:
    table = rows_table(("2027年任务",), ("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", "2月底前"))
    said = planned(table, year=2028)
    assert (str(said.added[0].due), said.notices[0]) == ("2028-02-29", "days without a year are taken in 2028")


@pytest.mark.parametrize("due", ["2月29日", "由3月底提前至2月29日"])
def test_a_day_that_other_years_do_not_have_is_taken_in_the_year_of_the_file(due: str) -> None:
    said = planned(rows_table(("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", due)), year=2028)
    assert not said.rejected
    assert (str(said.added[0].due), said.notices[0]) == ("2028-02-29", "days without a year are taken in 2028")


def test_nothing_is_said_of_the_year_where_every_day_has_one() -> None:
    table = rows_table(("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", "2026年2月底前"))
    assert planned(table).notices == ()


@pytest.mark.parametrize(
    ("heading", "cells", "message"),
    [
        ("要求何时做完", ("2026年12月底前", "长期坚持"), "column “要求何时做完” may be “Due”: say which"),
        ("计划安排", ("2026年12月底前", "按上级要求"), "column “计划安排” may be “Due”: say which"),
        ("目前什么样", ("已完成", "推进中"), "column “目前什么样” may be “Status”: say which"),
        ("问题描述", ("见附件", "无"), None),
        ("一季度进度目标", ("50%", "100%"), None),
        ("责任人电话", ("13900000000", "13900000001"), None),
    ],
)
def test_a_column_that_matters_by_its_cells_is_not_passed_over(
    heading: str, cells: tuple[str, str], message: str | None
) -> None:
    table = rows_table(("工作任务", "牵头单位", heading), ("甲", "区总工会", cells[0]), ("乙", "区总工会", cells[1]))
    if message is None:
        assert [task.due for task in planned(table).added] == [None, None]
        assert {task.status for task in planned(table).added} == {Status.TODO}
        return
    with pytest.raises(UsageFault) as caught:
        planned(table)
    assert caught.value.message == message


@pytest.mark.parametrize("piece", ["及", "和区", "#1 ", "按职责分工", "\n", "（牵头）", "区总工会、"])
def test_a_long_cell_of_units_takes_no_long_time(piece: str) -> None:
    cell = piece * (30_000 // len(piece))
    begun = process_time()
    for tried in (cell, f"年{cell}x"):
        units.read(tried, lambda _name: None)
    assert process_time() - begun < 2


def test_thousands_of_units_are_not_all_compared() -> None:
    rows = ((str(n), f"单位{n:05}局", "") for n in range(2000))
    begun = process_time()
    assert len(planned(rows_table(("工作任务", "牵头单位", "备注"), *rows)).added) == 2000
    assert process_time() - begun < 5


def test_one_bad_day_hides_no_column() -> None:
    days = [*["2026年12月底前"] * 9, "donkey"]
    table = rows_table(("工作任务", "牵头单位", "何时完成"), *((str(n), "区总工会", day) for n, day in enumerate(days)))
    found = planned(table)
    assert [reject.value for reject in found.rejected] == ["donkey"]
    assert "“何时完成” is taken as “Due”" in found.notices


def test_problems_beside_tasks_are_no_titles() -> None:
    head = ("目标任务", "工作措施", "牵头单位", "存在问题")
    found = planned(rows_table(head, ("建基地", "选址", "区教体局", "缺资金"), ("竞赛", "报名", "区总工会", "无")))
    assert [(task.title, task.requirement) for task in found.added] == [("建基地", "选址"), ("竞赛", "报名")]
    assert found.notices[0] == "“目标任务” is taken as “Task”"
    found = planned(
        rows_table(("工作措施", "牵头单位", "存在问题"), ("选址", "区教体局", "缺资金"), ("报名", "区总工会", "无"))
    )
    assert [task.title for task in found.added] == ["选址", "报名"]


def test_a_list_of_problems_has_these_for_its_tasks() -> None:
    found = planned(
        rows_table(
            ("问题描述", "整改措施", "整改责任单位", "整改时限", "整改状态"),
            ("台账不全", "逐项补齐", "区总工会", "2026年11月底前", "整改中"),
        )
    )
    (task,) = found.added
    assert (task.title, task.requirement, str(task.due)) == ("台账不全", "逐项补齐", "2026-11-30")
    assert "“问题描述” is taken as “Task”" in found.notices
