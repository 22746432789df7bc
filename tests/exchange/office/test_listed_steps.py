"""Steps of a task as lines of one cell, out and in."""

from datetime import date

import pytest

from exchange.ledgers import only, planned, rows_table, whys
from factories import at, stamp, task
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.office import exporting, stages
from pilottask.ledger import history, steps
from pilottask.ledger.records import StepChange, Task

HEAD = ("工作任务", "牵头单位", "完成时限", "阶段目标")
ROW = ("设备采购", "区教体局", "2026-12-31")


def with_steps() -> Task:
    """Return a task with a step that was moved and done, and two with figures, in the words of one of them."""
    found = task(due="2026-12-31")
    found = steps.add(found, stamp(), "发布招标公告", due=date(2026, 11, 10), target=2, unit="个（包）")
    found = steps.add(found, stamp(), "完成60%", due=date(2026, 11, 30), target=60, unit="%")
    found = steps.add(found, stamp(), "验收\n报区政府", due=date(2026, 12, 31), target=20, unit="台")
    moved = StepChange(at=at("2026-11-20"), by="张三", n=1, to=date(2026, 11, 18), reason="流标")
    return steps.finish(steps.change(found, 1, stamp(), moved), 1, stamp(), on=date(2026, 11, 19), actual=3)


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            Lang.ZH,
            [
                '1. 2026-11-18（目标2"个（包）"，原时限2026-11-10，已于2026-11-19完成，实际3）：发布招标公告',
                "2. 2026-11-30：完成60%",
                "3. 2026-12-31（目标20台）：验收",
                "\u3000报区政府",
            ],
        ),
        (
            Lang.EN,
            [
                '1. 2026-11-18 (target 2"个（包）", first due 2026-11-10, done 2026-11-19, reached 3): 发布招标公告',
                "2. 2026-11-30: 完成60%",
                "3. 2026-12-31 (target 20台): 验收",
                "\u3000报区政府",
            ],
        ),
    ],
)
def test_a_line_says_what_the_words_do_not(lang: Lang, lines: list[str]) -> None:
    set_language(lang)
    written = stages.write_list(with_steps())
    assert written.split("\n") == lines
    assert history.steps(only(planned(rows_table(HEAD, (*ROW, written))))) == history.steps(with_steps())


def test_there_is_a_column_only_where_a_task_has_steps() -> None:
    assert "Steps" not in exporting.sheet([task()])[0]
    assert "Steps" in exporting.sheet([task(), with_steps()])[0]


def test_what_was_typed_into_an_exported_cell_changes_that_step_alone() -> None:
    known = planned(rows_table(HEAD, (*ROW, "1. 2026-11-10：招标\n2. 2026-11-30：完成60%"))).ledger
    typed = "1. 2026-11-10（已于2026-11-12完成）：招标\n2. 2026-11-30：完成80%\n3. 2026-12-31: 验收"
    (changed,) = planned(rows_table(HEAD, (*ROW, typed)), known, update=True).changed
    assert [(step.n, step.text, step.target, str(step.done)) for step in history.steps(changed.after)] == [
        (1, "招标", None, "2026-11-12"),
        (2, "完成80%", 80, "None"),
        (3, "验收", None, "None"),
    ]


def test_a_day_that_was_corrected_there_is_put_right_on_record() -> None:
    known = planned(rows_table(HEAD, (*ROW, "1. 2026-11-10（已于2026-11-12完成）：招标"))).ledger
    typed = "1. 2026-11-10（已于2026-11-09完成，实际2）：招标"
    (changed,) = planned(rows_table(HEAD, (*ROW, typed)), known, update=True).changed
    (step,) = history.steps(changed.after)
    assert (str(step.done), step.actual) == ("2026-11-09", 2)
    assert [type(entry).__name__ for entry in changed.after.log[-2:]] == ["StepChange", "StepDone"]


def test_of_steps_in_the_same_words_the_one_of_the_same_number_is_meant() -> None:
    cell = "1. 2026-11-10：报送\n2. 2026-11-20：报送\n3. 2026-11-30：报送"
    known = planned(rows_table(HEAD, (*ROW, cell))).ledger
    moved = "2. 2026-11-25：报送"
    (changed,) = planned(rows_table(HEAD, (*ROW, moved)), known, update=True).changed
    assert [(step.n, str(step.due)) for step in history.steps(changed.after)] == [
        (1, "2026-11-10"),
        (2, "2026-11-25"),
        (3, "2026-11-30"),
    ]


def test_a_step_is_not_done_on_a_day_to_come() -> None:
    found = planned(rows_table(HEAD, (*ROW, "1. 2026-11-10（已于2026-12-01完成）：招标")))
    assert whys(found) == [
        "row 2, column 阶段目标: 2026-12-01 lies ahead; it takes today or a day before",
    ]


def test_steps_that_end_after_their_task_are_told() -> None:
    found = planned(rows_table(HEAD, (*ROW, "1. 2027-01-10：验收")))
    assert [step.text for step in history.steps(only(found))] == ["验收"]
    assert "steps end after their task: row 2" in found.notices


@pytest.mark.parametrize(
    "line",
    [
        "2. 2026-02-30：招标",
        "2. 2026-11-30：",
        f"2. 2026-11-30（目标{10**20}台）：招标",
        "12月底前验收",
        "2. 2026-11-30（快了）：招标",
    ],
)
def test_a_line_that_is_no_step_is_refused(line: str) -> None:
    found = planned(rows_table(HEAD, (*ROW, f"1. 2026-11-10：定方案\n\n{line}")))
    assert whys(found) == [f"row 2, column 阶段目标: “{line}” is no step; right would be 1. 2026-11-30: draft finished"]


def test_a_cell_that_begins_otherwise_is_kept_as_it_is() -> None:
    found = only(planned(rows_table(HEAD, (*ROW, "分两步：\n1. 2026-11-30：定标"))))
    assert (history.steps(found), found.extra) == ([], {"阶段目标": "分两步：\n1. 2026-11-30：定标"})


def test_a_figure_that_no_step_can_hold_stays_in_its_words() -> None:
    (step,) = stages.read_list(f"1. 2026-11-30：完成{10**20}台")
    assert (step.text, step.target, step.unit) == (f"完成{10**20}台", None, None)
