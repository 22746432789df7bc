"""Steps in commands, on screen and on paper."""

from pathlib import Path

import pytest

import factories
from factories import day, stamp
from pilottask.ledger import steps
from pilottask.store import toml_patch

from .conftest import Cli


def test_a_step_from_its_setting_to_its_end(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    ran = cli("--today 2026-11-02 step add 4 发布公告 --due 2026-11-10 --target 60 --unit %")
    assert (ran.code, ran.out, ran.err) == (
        0,
        "4 招聘实训教师: step 1, by 2026-11-10, 60 %\n",
        "due 2026-11-10 Tue\n",
    )
    assert store.read_bytes().startswith(b"schema = 3")
    assert cli("overdue").out.endswith(
        "Steps past their day\n"
        "ID  Task          Department    No.  Step      By          Stands\n"
        "--  ------------  ------------  ---  --------  ----------  ------------\n"
        " 4  招聘实训教师  麒麟职教集团    1  发布公告  2026-11-10  10 days late\n"
    )
    assert [task["id"] for task in cli("overdue --format json").json] == [1]
    assert cli("overdue -d 区教体局 --quiet").out == ""
    assert "逾期的阶段目标：1个\n4  发布公告" in cli("--lang zh").out
    assert "阶段目标逾期：" in cli("--lang zh report").out
    assert "逾期的阶段目标（材料见附件" in cli("--lang zh meeting agenda").out
    assert [step["n"] for step in cli("meeting agenda --format json").json["late_steps"]] == [1]
    assert "阶段目标（共1个，已完成0个）\n" in cli("--lang zh show 4").out
    shown = cli("list --format json").json
    assert {task["id"]: task["light_reason"] for task in shown}[4] == "step_late"
    assert cli("step edit 4 1 --due 2026-11-18").code == 2
    moved = cli("step edit 4 1 --due 2026-11-18 --reason 流标")
    assert (moved.out, moved.err) == (
        "4 招聘实训教师: step 1 changed: 2026-11-10 → 2026-11-18\n",
        "note: step 1 is past its day, 2026-11-18\n",
    )
    done = cli("step done 招聘 1 --on 2026-11-19 --actual 60 --format json").json
    assert done["steps"] == [
        {
            "n": 1,
            "text": "发布公告",
            "due": "2026-11-18",
            "first_due": "2026-11-10",
            "target": 60,
            "unit": "%",
            "actual": 60,
            "done": "2026-11-19",
            "late": False,
        }
    ]
    assert "Steps past" not in cli("overdue").out
    assert cli("step rm 4 1 --reason 重复").out == "4 招聘实训教师: step 1 taken out\n"
    assert cli("check").code == 0
    for _each in range(4):
        cli("undo")
    assert store.read_bytes() == before


def test_closing_with_open_steps_and_a_deadline_before_them_warn(cli: Cli, store: Path) -> None:
    assert store.exists()
    cli("step add 2 签字 --due 2026-11-23")
    assert "note: steps end after the task: 签字\n" in cli("extend 2 2026-11-22 --reason 提前").err
    cli("start 2")
    assert "note: steps of task 2 were not done: 签字\n" in cli("close 2").err


def test_refusals_change_nothing(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    for words, code, said in (
        ("step add 2 x --due 2026-11-24", 2, "lies after the deadline"),
        ("step add 2 x", 2, "--due"),
        ("step add 6 x --due 2026-12-01", 2, "steps are kept of open tasks"),
        ("step done 2 1", 4, "has no step 1"),
        ("step rm 2 1", 4, "has no step 1"),
        ("step add 99 x --due 2026-11-24", 4, "no task 99"),
    ):
        ran = cli(words)
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err
    assert store.read_bytes() == before


def test_a_late_step_is_found_in_a_long_list_that_is_read_in_part(cli: Cli, store: Path, home: Path) -> None:
    assert home.exists()  # where parsed copies are kept
    tasks = [factories.task(id=number, due="2026-12-31") for number in range(1, 201)]
    tasks[150] = steps.add(tasks[150], stamp("2026-11-01"), "发布公告", due=day("2026-11-10"))
    store.write_bytes(toml_patch.encode(factories.ledger(*tasks)))
    for _run in ("parsed", "from the copy"):
        assert "发布公告" in cli("overdue").out


def test_steps_stand_in_the_chart_and_in_a_calendar(cli: Cli, store: Path, tmp_path: Path) -> None:
    assert store.exists()
    assert "step to be done" not in cli("timeline").out
    cli("--today 2026-11-01 step add 5 发布公告 --due 2026-11-10")
    cli("--today 2026-11-01 step add 5 开标 --due 2026-11-25")
    cli("step done 5 1")
    chart = cli("timeline").out
    (row,) = [line for line in chart.splitlines() if line.lstrip().startswith("5 ")]
    assert [sign for sign in row if sign in "sSD"][:2] == ["S", "s"]
    assert "s step to be done   S step that was done" in chart
    cli("export", str(tmp_path / "a.ics"))
    assert "发布公告 (2026-11-10)\\; 开标 (2026-11-25)" in (tmp_path / "a.ics").read_text().replace("\n ", "")


@pytest.mark.usefixtures("store")
def test_closing_says_what_is_left_of_the_task(cli: Cli) -> None:
    cli("add x -d 教体局 --target 20 --unit 台")
    cli("start 9")
    cli("note 9 半数到货 --actual 12")
    cli("raise 9 缺资金")
    cli("raise 9 缺场地")
    cli("inspect add --kind joint --tasks 9")
    cli("inspect find 1 9 未报备 --fix-by 2026-12-01")
    cli("step add 9 到货 --due 2026-12-01")
    assert cli("close 9").err.splitlines() == [
        "note: steps of task 9 were not done: 到货",
        "note: problems of task 9 are not settled: 缺资金; 缺场地",
        "note: findings on task 9 are not put right: 未报备",
        "note: task 9 has not reached its target: 12 of 20 台 (60%)",
    ]
    cli("undo")
    cli("note 9 到齐 --actual 20")
    cli("settle 9 1")
    cli("settle 9 2")
    cli("inspect fixed 1 1")
    cli("step done 9 1")
    assert cli("close 9").err == ""
