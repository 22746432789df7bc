"""Leaders' instructions in commands, on screen and on paper."""

from pathlib import Path

import pytest

from .conftest import Cli


def test_an_instruction_from_its_giving_to_its_answer(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    ran = cli("--today 2026-11-10 instruct 专题汇报 --leader 王局长 --task 实训设备 --reply-by +3b")
    assert (ran.out, ran.err) == (
        "instruction 1 of 王局长: 专题汇报\n",
        "to be answered by 2026-11-13 Fri; once it is: pilottask answer 1 TEXT\n",
    )
    assert store.read_bytes().startswith(b"schema = 3")
    record = cli("--today 2026-11-10 instruct 报送名单 --leader 李副区长 --reply-by 11-12 --format json").json
    assert (record["n"], record["task"], record["reply_by"]) == (2, None, "2026-11-12")
    late = cli("overdue").out
    assert late.endswith(
        "Instructions not answered in time\n"
        "No.  Leader    Asked for  Task ID  Reply by    Stands\n"
        "---  --------  ---------  -------  ----------  -----------\n"
        "  2  李副区长  报送名单         —  2026-11-12  8 days late\n"
        "  1  王局长    专题汇报         1  2026-11-13  7 days late\n"
    )
    assert [task["id"] for task in cli("overdue --format json").json] == [1]
    assert "报送名单" not in cli("overdue -d 麒麟职教集团").out
    assert "专题汇报" in cli("overdue -d 麒麟职教集团").out
    assert cli("overdue -d 区总工会 --quiet").out == ""
    assert [task["id"] for task in cli("list --instructed --format json").json] == [1]
    assert "逾期未回复的批示：2件\n" in cli("--lang zh").out
    sheet = cli("--lang zh report").out
    assert "报送名单" in sheet
    assert [one["n"] for one in cli("report --format json").json["late_instructions"]] == [2, 1]
    assert cli("report --as-of 2026-11-12 --format json").json["late_instructions"] == []
    assert "逾期未回复的批示（材料见附件" in cli("--lang zh meeting agenda").out
    assert [one["n"] for one in cli("meeting agenda --format json").json["instructions"]] == [2, 1]
    assert "批示1（王局长），2026-11-13前回复：专题汇报" in cli("--lang zh show 1").out
    assert cli("--lang zh answer 1 已汇报").out == "批示1已回复：已汇报\n"
    assert "专题汇报" not in cli("overdue").out
    assert cli("show 1 --format json").json["instructions"][0]["answer"] == "已汇报"
    assert cli("list --instructed --format json").json == []
    assert "报送名单" in cli("list --instructed").out
    assert cli("check").code == 0
    for _each in range(3):
        cli("undo")
    assert store.read_bytes() == before


def test_refusals_change_nothing(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    for words, code, said in (
        ("instruct x", 2, "--leader"),
        ("instruct x --leader y --task 99", 4, "no task 99"),
        ("instruct x --leader y --reply-by 2026-11-19", 2, "--reply-by 2026-11-19 has passed"),
        ("answer 1 x", 4, "no instruction 1"),
    ):
        ran = cli(words)
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err
    assert store.read_bytes() == before


def test_one_is_corrected_answered_by_mistake_and_removed(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    cli("--today 2026-11-10 instruct 专题会报 --leader 王局长 --task 1 --reply-by 11-13")
    cli("--today 2026-11-10 instruct --leader 李副区长 报送名单")
    ran = cli("instruct edit 1 --text 专题汇报 --leader 王副局长 --reply-by 2026-11-30 --task 2")
    assert ran.out == "instruction 1 of 王副局长: corrected: 专题汇报\n"
    assert ran.err == "to be answered by 2026-11-30 Mon\n"
    record = {
        "n": 1,
        "leader": "王副局长",
        "text": "专题汇报",
        "reply_by": "2026-11-30",
        "given": "2026-11-10",
        "answered": None,
        "answer": None,
        "late": False,
    }
    assert cli("instruct list --format json").json[0] == {"task": 2, **record}
    assert cli("show 2 --format json").json["instructions"] == [record]
    assert cli("instruct", "edit", "1", "--task", "").code == 0
    assert cli("instruct list --format json").json[0] == {"task": None, **record}
    assert cli("show 2 --format json").json["instructions"] == []
    cli("undo")
    assert cli("show 1 --format json").json["instructions"] == []
    assert "(void) instruction 1 of 王局长, to be answered by 2026-11-13: 专题会报" in cli("history 1").out
    cli("answer 1 已办")
    assert cli("instruct edit 1 --answer 已汇报").out == "instruction 1 of 王副局长: answer corrected: 已汇报\n"
    assert cli("show 2 --format json").json["instructions"][0]["answer"] == "已汇报"
    assert [one["n"] for one in cli("instruct list --format json").json] == [2]
    assert [one["n"] for one in cli("instruct list --all --format json").json] == [1, 2]
    ran = cli("instruct edit 1 --unanswered --reply-by none")
    assert ran.out == "instruction 1 of 王副局长: corrected: 专题汇报; answer taken back\n"
    (shown,) = cli("show 2 --format json").json["instructions"]
    assert (shown["answered"], shown["answer"], shown["reply_by"]) == (None, None, None)
    assert [task["id"] for task in cli("list --instructed --format json").json] == [2]
    assert cli("check").code == 0
    ran = cli("instruct rm 1")
    assert (ran.code, ran.err.splitlines()[:3]) == (
        2,
        [
            "error: not done without a yes: Remove instruction 1 of 王副局长: 专题汇报?",
            "This task carries it out; it stays:",
            "  2 签订校企合作协议",
        ],
    )
    assert cli("instruct rm 1 --yes").out == "instruction 1 of 王副局长: removed\n"
    assert cli("show 2 --format json").json["instructions"] == []
    assert [one["n"] for one in cli("instruct --format json").json] == [2]
    assert cli("check").code == 0
    for _each in range(7):
        cli("undo")
    assert store.read_bytes() == before


@pytest.mark.usefixtures("store")
def test_the_list_on_screen_and_as_data(cli: Cli) -> None:
    assert cli("instruct").out == "No instruction is open.\n"
    cli("instruct 报送名单 --leader 李副区长")
    assert cli("instruct").out == (
        "No.  Leader    Asked for  Task ID  Reply by  Stands\n"
        "---  --------  ---------  -------  --------  ------\n"
        "  1  李副区长  报送名单         —  —         open\n"
    )
    assert cli("instruct list --format csv").out == (
        "n,leader,text,task,reply_by,given,answered,stands\n1,李副区长,报送名单,,,2026-11-20,,\n"
    )


def test_corrections_that_are_none_change_nothing(cli: Cli, store: Path) -> None:
    cli("--today 2026-11-10 instruct 专题汇报 --leader 王局长 --task 1")
    cli("answer 1 已汇报")
    cli("instruct 报送名单 --leader 李副区长")
    before = store.read_bytes()
    for words, code, said in (
        ("instruct edit 1", 2, "nothing to change was given"),
        ("instruct edit 9 --text x", 4, "no instruction 9"),
        ("instruct edit 1 --text 专题汇报", 2, "instruction 1 says so already"),
        ("instruct edit 1 --leader=", 2, "the leader must not be empty"),
        ("instruct edit 1 --answer=", 2, "the answer must not be empty"),
        ("instruct edit 1 --reply-by 2026-11-09", 2, "--reply-by 2026-11-09 is before it was given, on 2026-11-10"),
        ("instruct edit 1 --answer x --unanswered", 2, "--answer and --unanswered do not go together"),
        ("instruct edit 1 --task 2", 2, "take the answer back first: pilottask instruct edit 1 --unanswered"),
        ("instruct edit 2 --answer x", 2, "instruction 2 is not answered yet"),
        ("instruct edit 2 --task 99", 4, "no task 99"),
        ("instruct rm 9", 4, "no instruction 9"),
        ("amend 1 5 x --reason y", 2, "pilottask instruct edit 1 -h shows how it is corrected"),
        ("amend 1 6 x --reason y", 2, "pilottask instruct edit 1 -h shows how it is corrected"),
    ):
        ran = cli(words)
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err, words
    assert store.read_bytes() == before


@pytest.mark.usefixtures("store")
def test_what_is_due_soon_besides_tasks_is_told_with_them(cli: Cli) -> None:
    cli("instruct 报送名单 --leader 王局长 --reply-by +5d")
    assert cli("step add 5 到货 --due +4d").code == 0
    cli("inspect add --kind joint --tasks 2")
    cli("inspect find 1 2 未报备 --fix-by +6d")
    tasks = cli("upcoming --format json").json
    titles = ("Steps due soon", "Findings to be put right soon", "Instructions to be answered soon")
    for command, told in (
        ("upcoming", titles),
        ("upcoming --days 5", (titles[0], titles[2])),
        ("upcoming --days 3", ()),
        ("overdue --within 7", titles),
        ("overdue", ()),
    ):
        assert tuple(title for title in titles if f"\n{title}\n" in cli(command).out) == told
    assert [one["id"] for one in tasks] == [one["id"] for one in cli("upcoming --format json").json]
    home = cli("").out
    assert all(f"{title}: 1\n" in home or f"{title}: 1  " in home for title in titles)


@pytest.mark.usefixtures("store")
def test_a_task_is_shown_with_what_inspections_found_on_it(cli: Cli) -> None:
    cli("--today 2026-11-16 inspect add --kind joint --tasks 2")
    cli("--today 2026-11-16 inspect find 1 2 未报备 --fix-by 2026-11-18")
    cli("--today 2026-11-16 inspect find 1 2 未公示 --fix-by 2026-11-30")
    cli("inspect fixed 1 2")
    assert (
        "\nFindings\n"
        "Inspection  No.  Inspected   Kind              Finding  Put right by  Stands\n"
        "----------  ---  ----------  ----------------  -------  ------------  --------------------\n"
        "         1    1  2026-11-16  joint inspection  未报备   2026-11-18    2 days late\n"
        "         1    2  2026-11-16  joint inspection  未公示   2026-11-30    put right 2026-11-20\n"
    ) in cli("show 2").out
    assert "Findings" not in cli("show 1").out
