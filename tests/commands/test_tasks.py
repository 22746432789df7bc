"""The list itself: add, edit by options, show, rm."""

import os
import sys
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from .conftest import Cli

DATE_HINT = "hint: such as 2026-12-15, 12月15日, 12月底前, fri, +7d; all forms: pilottask help dates\n"


NO_33 = "error: no task 33\nhint: pilottask list --all shows every task with its id\n"


# add


@pytest.mark.usefixtures("store")
def test_add_says_id_and_title_and_shows_the_deadline_back(cli: Cli) -> None:
    assert cli("add", "召开联席会议", "-d", "教体", "--due", "12月10日") == (
        0,
        "9 召开联席会议: entered\n",
        "due 2026-12-10 Thu\n",
    )
    shown = "完成时限 2026-11-30 周一\n"
    assert cli("--lang", "zh", "add", "二", "-d", "教体局", "-u", "月底") == (0, "10 二：登记\n", shown)
    assert cli("add", "三", "-d", "教体局", "-u", "none") == (0, "11 三: entered\n", "open-ended, without a deadline\n")


@pytest.mark.usefixtures("store")
def test_add_takes_every_field(cli: Cli) -> None:
    added = cli(
        *("add", "建基地", "-d", "职教集团", "-s", "总工会、教体局", "-s", "总工会", "-o", "赵强", "--leader", "陈"),
        *("-u", "2026-12-31", "-a", "基地建设", "--requirement", "一期\n二期", "--target", "1,200"),
        *("--unit", "平方米", "--source", "推进会", "--project", "基地", "--tag", "急", "--tag", "急"),
        *("--remark", "a=b", "--set", "批次=二=三", "--format", "json"),
    ).json
    said = {key: value for key, value in added.items() if value not in (None, [], {}, False, 0)}
    assert said.pop("uid").isalnum()
    assert said == {
        "id": 9,
        "title": "建基地",
        "department": "麒麟职教集团",
        "support": ["区总工会", "区教体局"],
        "owner": "赵强",
        "leader": "陈",
        "aspect": "基地建设",
        "requirement": "一期\n二期",
        "target": 1200,
        "unit": "平方米",
        "due": "2026-12-31",
        "first_due": "2026-12-31",
        "status": "todo",
        "source": "推进会",
        "project": "基地",
        "tags": ["急"],
        "remark": "a=b",
        "created": "2026-11-20",
        "extra": {"批次": "二=三"},
        "log": [{"at": "2026-11-20T09:15:00+08:00", "by": "王敏", "kind": "create"}],
        "light": "green",
        "days_left": 41,
    }


@pytest.mark.usefixtures("store")
def test_add_enters_departments_on_wish(cli: Cli) -> None:
    ran = cli("add", "x", "-d", "区科协", "-s", "区妇联", "--new-department", "--format", "json").json
    assert (ran["department"], ran["support"]) == ("区科协", ["区妇联"])
    assert [unit["name"] for unit in cli("dept", "list", "--format", "json").json][-2:] == ["区科协", "区妇联"]


@pytest.mark.usefixtures("store")
def test_a_deadline_in_the_past_is_taken_with_a_warning(cli: Cli) -> None:
    warning = "due 2026-11-19 Thu\nnote: that is 1 day ago, so the task is overdue at once\n"
    assert cli("add", "x", "-d", "教体局", "--due", "昨天") == (0, "9 x: entered\n", warning)
    zh = "完成时限 2026-11-10 周二\n注意：该日期已过去10天，任务随即列为逾期\n"
    assert cli("--lang", "zh", "add", "y", "-d", "教体局", "--due", "2026-11-10") == (0, "10 y：登记\n", zh)
    assert cli("add", "z", "-d", "教体局", "--due", "today") == (0, "11 z: entered\n", "due 2026-11-20 Fri\n")


@pytest.mark.usefixtures("store")
def test_open_ended_is_not_undated(cli: Cli) -> None:
    assert cli("add", "甲", "-d", "教体局").err == "no deadline yet: pilottask edit 9 --due DATE\n"
    assert cli("add", "乙", "-d", "教体局", "-u", "长期坚持").err == "open-ended, without a deadline\n"
    assert [task["open_ended"] for task in cli("list", "--text", "甲", "--text", "乙", "--format", "json").json] == [
        False,
        True,
    ]
    undated = [task["title"] for task in cli("list", "--undated", "--format", "json").json]
    assert "甲" in undated
    assert "乙" not in undated
    assert "完成时限  未定时限" in cli("--lang", "zh", "show", "9").out
    assert "完成时限  长期坚持" in cli("--lang", "zh", "show", "10").out
    written = cli("--lang", "zh", "export", "-", "--format", "csv", "--text", "乙").out
    assert ",长期坚持," in written
    assert "No deadline set yet: 2  pilottask list --undated\n" in cli().out
    assert cli("edit", "9", "-u", "none").err == "open-ended, without a deadline\n"
    assert cli("edit", "10", "-u", "2027-06-30").err == "due 2027-06-30 Wed\n"
    assert not cli("show", "10", "--format", "json").json["open_ended"]
    assert cli("show", "9", "--format", "json").json["log"][-1]["field"] == "open_ended"


@pytest.mark.usefixtures("store")
def test_a_deadline_of_another_year_than_todays_says_so(cli: Cli) -> None:
    ran = cli("add", "x", "-d", "教体局", "--due", "12月底前", "--today", "2026-01-20")
    assert ran.err == (
        "due 2025-12-31 Wed\nthe year taken is 2025; for this one write 2026-12-31\n"
        "note: that is 20 days ago, so the task is overdue at once\n"
    )


@pytest.mark.parametrize(
    ("today", "typed", "due"),
    [
        ("2024-02-29", "+1y", "2025-02-28 Fri"),
        ("2027-01-31", "+1m", "2027-02-28 Sun"),
        ("2028-02-28", "tomorrow", "2028-02-29 Tue"),
        ("2026-12-31", "明天", "2027-01-01 Fri"),
        ("2026-12-31", "eoy", "2026-12-31 Thu"),
        ("2026-12-31", "1-5", "2027-01-05 Tue"),
        ("2031-06-01", "周五", "2031-06-06 Fri"),
    ],
)
@pytest.mark.usefixtures("store")
def test_dates_are_counted_from_the_day_given_as_today(cli: Cli, today: str, typed: str, due: str) -> None:
    assert cli("add", "x", "-d", "教体局", "--due", typed, "--today", today).err.splitlines()[0] == f"due {due}"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-02-30", "“2026-02-30” is not a date: February 2026 has 28 days."),
        ("2027-02-29", "“2027-02-29” is not a date: February 2027 has 28 days."),
        ("13-32", "“13-32” is not a date: there is no month 13."),
        ("donkey", "“donkey” is not a date that can be taken."),
        ("2026-1", "“2026-1” is not a date that can be taken."),
        ("12月15日前后", "“12月15日前后” is not a date that can be taken."),
        ("TU", "“TU” is not a date that can be taken."),
    ],
)
def test_dates_that_do_not_exist_are_refused(cli: Cli, store: Path, typed: str, why: str) -> None:
    before = store.read_bytes()
    assert cli("add", "x", "-d", "教体局", "--due", typed) == (2, "", f"error: {why}\n{DATE_HINT}")
    assert store.read_bytes() == before


@pytest.mark.parametrize(
    ("argv", "code", "err"),
    [
        (
            ["add", "x"],
            2,
            "error: a task needs its lead department\nhint: add -d NAME; pilottask dept list shows the departments\n",
        ),
        (["add", "  ", "-d", "教体局"], 2, "error: the title must not be empty\n"),
        (
            ["add", "x", "-d", "教育局"],
            4,
            (
                "error: no department “教育局”\nhint: did you mean 区教体局?\n"
                "to enter it as a new one, add --new-department\n"
            ),
        ),
        (
            ["add", "x", "-d", "区"],
            4,
            (
                "error: department “区” fits several: 区教体局, 区总工会\nhint: type more of the name\n"
                "to enter it as a new one, add --new-department\n"
            ),
        ),
        *(
            (
                ["add", "x", "-d", "教体局", "--target", typed],
                2,
                f"error: --target takes a number from 0 up, not “{typed}”\nhint: for example 30, 30.5 or 1,200\n",
            )
            for typed in ("many", "-1", "1,2,3", "1e3")
        ),
        (
            ["add", "x", "-d", "教体局", "--target", "9007199254740992"],
            2,
            "error: --target: must be a number from 0 to 9007199254740991\n",
        ),
        (["add", "x", "-d", "教体局", "--set", "批次"], 2, "error: --set takes KEY=VALUE, not “批次”\n"),
        (["edit", "3", "--title", " "], 2, "error: the title must not be empty\n"),
        (["edit", "3", "--department", ""], 4, "error: no department “”\n"),
        (
            ["edit", "33", "--owner", "x"],
            4,
            NO_33,
        ),
        (["show", "33"], 4, NO_33),
        (["rm", "2", "33", "--yes"], 4, NO_33),
        (
            ["rm", "2"],
            2,
            (
                "error: not done without a yes: Remove from the list?\n  2 签订校企合作协议\n"
                "hint: there is nobody to ask; add --yes where it is meant\n"
            ),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refused(cli: Cli, store: Path, argv: list[str], code: int, err: str) -> None:
    before = store.read_bytes()
    ran = cli(*argv)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(err)
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.iterdir() if path.suffix != ".lock"] == ["list.toml"]


# edit


@pytest.mark.usefixtures("store")
def test_edit_sets_and_clears_fields_on_record(cli: Cli) -> None:
    assert cli("edit", "2", "--title", "签约", "-o", "", "--tag", "", "-s", "总工会") == (
        0,
        (
            "2 签约: Owner changed: 李明 → (none); Support changed: 麒麟职教集团 → 区总工会; "
            "Tags changed: 签约 → (none); Task changed: 签订校企合作协议 → 签约\n"
        ),
        "",
    )
    task = cli("show 2 --format json").json
    assert (task["title"], task["owner"], task["tags"], task["support"]) == ("签约", None, [], ["区总工会"])
    told = [line.split("  ")[-1] for line in cli("history 2 --format tsv").out.splitlines()]
    assert [line.split("\t")[-1] for line in told[2:]] == [
        "Owner changed: 李明 → (none)",
        "Support changed: 麒麟职教集团 → 区总工会",
        "Tags changed: 签约 → (none)",
        "Task changed: 签订校企合作协议 → 签约",
    ]


@pytest.mark.usefixtures("store")
def test_a_word_is_mended_in_each_text_that_has_it(cli: Cli) -> None:
    cli("project", "add", "教材")
    cli("edit", "5", "--remark", "教材初稿", "--set", "片=教材组", "--project", "教材")
    mended = [
        "Task changed: 编写教材 → 编写讲义",
        "Remark changed: 教材初稿 → 讲义初稿",
        "片 changed: 教材组 → 讲义组",
    ]
    ran = cli("edit", "编写教材", "--word", "教材=讲义")
    assert ran == (0, f"5 编写讲义: {'; '.join(mended)}\n", "")
    assert cli("show 5 --format json").json["project"] == "教材"
    assert cli("edit", "5", "--word", "讲义＝", "--remark", "教案").out == (
        "5 编写: Task changed: 编写讲义 → 编写; Remark changed: 讲义初稿 → 教案; 片 changed: 讲义组 → 组\n"
    )


@pytest.mark.parametrize(
    ("word", "code", "err"),
    [
        ("没有=有", 4, "error: task 5 “编写教材” has “没有” in none of its texts\n"),
        ("教材", 2, "error: --word takes WRONG=RIGHT, not “教材”\n"),
        ("=教材", 2, "error: --word takes WRONG=RIGHT, not “=教材”\n"),
        ("编写教材=", 2, "error: the title must not be empty\n"),
        ("教材=\n", 2, "error: --word: control character U+000A at position 1;"),
    ],
)
def test_a_word_that_cannot_be_mended_is_refused(cli: Cli, store: Path, word: str, code: int, err: str) -> None:
    before = store.read_bytes()
    ran = cli("edit", "5", "--word", word)
    assert (ran.code, ran.err[: len(err)], store.read_bytes()) == (code, err, before)


def test_edit_to_what_is_there_writes_nothing(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    assert cli("edit 2 --owner 李明") == (0, "2 签订校企合作协议\n", "nothing changed: it stood like that already\n")
    assert store.read_bytes() == before


@pytest.mark.usefixtures("store")
def test_edit_sets_a_deadline_where_there_is_none_and_corrects_it_that_day_alone(cli: Cli) -> None:
    assert cli("edit 8 --due 2026-12-31") == (
        0,
        "8 宣传专栏: Due changed: (none) → 2026-12-31\n",
        "due 2026-12-31 Thu\n",
    )
    refused = cli("edit 8 --due 2027-01-31")
    assert (refused.code, refused.err) == (
        2,
        (
            "error: task 8 “宣传专栏” has been due on 2026-12-31 since it was entered on 2026-10-29; "
            "its deadline is moved on record\nhint: pilottask extend 8 DATE --reason WHY\n"
        ),
    )
    cli("add", "x", "-d", "教体局", "--due", "2026-12-01")
    assert cli("edit 9 --due 2026-12-02").code == 0
    task = cli("show 9 --format json").json
    assert (task["due"], task["first_due"]) == ("2026-12-02", "2026-12-02")
    assert cli("edit 9 --due none").code == 0
    assert cli("show 9 --format json").json["first_due"] is None


# show


@pytest.mark.usefixtures("store")
def test_show_tells_all(cli: Cli) -> None:
    assert cli("show 4").out == (
        "4  招聘实训教师\n"
        "Status      doing\n"
        "Light       yellow: to be coordinated\n"
        "Department  麒麟职教集团\n"
        "Owner       赵强\n"
        "Due         2026-12-31 (41 days left)\n"
        "Created     2026-10-29\n"
        "\n"
        "Open problems\n"
        "No.  Raised      Problem   Asks for\n"
        "---  ----------  --------  ------------------------\n"
        "  1  2026-11-13  编制不足  staff, to be coordinated\n"
        "\n"
        "Log\n"
        "When              By    Entry  What\n"
        "----------------  ----  -----  -----------------------------------------------------\n"
        "2026-10-29 09:15  张三      1  entered\n"
        "2026-11-12 09:15  张三      2  started\n"
        "2026-11-13 09:15  张三      3  problem 1 raised: 编制不足 (staff, to be coordinated)\n"
    )


@pytest.mark.usefixtures("store")
def test_show_takes_part_of_a_title(cli: Cli) -> None:
    assert cli("show 专栏 --format json").json["id"] == 8
    assert cli("show", "教") == (
        4,
        "",
        (
            "error: “教” stands in 2 titles:\n  4 招聘实训教师 (doing)\n  5 编写教材 (doing)\n"
            "hint: type the id, or more of the title\n"
        ),
    )
    assert cli("show", "没有") == (
        4,
        "",
        (
            "error: no task has “没有” in its title\n"
            "hint: type 3, 5-7, 3,5 or a part of a title; pilottask list --all --text WORD searches notes too\n"
        ),
    )
    assert cli("show", " ").code == 4


@pytest.mark.usefixtures("store")
def test_show_as_json_has_what_is_worked_out_too(cli: Cli) -> None:
    task = cli("show 4 --format json").json
    assert {key: task[key] for key in ("light", "light_reason", "overdue", "days_late", "days_left", "chased")} == {
        "light": "yellow",
        "light_reason": "coordination",
        "overdue": False,
        "days_late": 0,
        "days_left": 41,
        "chased": 0,
    }
    (problem,) = task["problems"]
    said = {"n": 1, "text": "编制不足", "need": "staff", "coordinate": True, "raised": "2026-11-13"}
    assert said.items() <= problem.items()


# rm


def test_rm_takes_tasks_off_and_their_ids_are_not_used_again(cli: Cli, store: Path) -> None:
    before = store.read_bytes()
    removed = "pilottask undo brings it back\n"
    titles = ("7 扩建停车场", "8 宣传专栏", "2 签订校企合作协议")
    assert cli("rm 7-8 2 --yes") == (0, "".join(f"{title}: removed\n" for title in titles), removed)
    assert [task["id"] for task in cli("list --all --format json").json] == [1, 3, 4, 5, 6]
    assert cli("add", "x", "-d", "教体局").out == "9 x: entered\n"
    cli("undo")
    cli("undo")
    assert store.read_bytes() == before
    assert [task["id"] for task in cli("rm 8 --yes --format json").json] == [8]


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("answer", "code", "shown", "left"),
    [
        ("y\n", 0, "y\n8 宣传专栏: removed\npilottask undo brings it back\n", 7),
        ("是\n", 0, "是\n8 宣传专栏: removed\npilottask undo brings it back\n", 7),
        ("\n", 130, "\n\nnothing was changed\n", 8),
        ("no\n", 130, "no\n\nnothing was changed\n", 8),
        ("\x04", 130, "\nnothing was changed\n", 8),
        ("\x03", 130, "^C\nStopped.\n", 8),
    ],
    ids=["y", "zh", "enter", "no", "Ctrl-D", "Ctrl-C"],
)
@pytest.mark.usefixtures("store")
def test_rm_asks_at_a_terminal(cli: Cli, answer: str, code: int, shown: str, left: int) -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "pilottask", "rm", "8"],
        env={**os.environ, "TERM": "dumb"},
        encoding="utf-8",
        timeout=20,
    )
    child.expect_exact("Remove from the list?\r\n  8 宣传专栏\r\n[y/N] ")
    child.send(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert (child.exitstatus, child.before.replace("\r\n", "\n")) == (code, shown)
    assert len(cli("list --all --format json").json) == left


@pytest.mark.usefixtures("store")
def test_several_people_are_a_list_and_one_department_leads(cli: Cli) -> None:
    made = cli("add", "x", "-d", "教体局", "-o", "张三", "-o", "李四", "--leader", "王", "--format", "json").json
    assert (made["owner"], made["leader"]) == ("张三、李四", "王")
    assert cli("add", "x", "-d", "教体局", "-d", "总工会") == (
        2,
        "",
        "error: --department: it is given twice, and takes one value.\nhint: pilottask add -h shows how.\n",
    )
    assert cli("edit", "1", "--set", "片区=东", "--set", "片区=西").err == "error: --set gives “片区” twice\n"


@pytest.mark.usefixtures("store")
def test_the_same_title_and_department_a_second_time_are_told(cli: Cli) -> None:
    cli("add", "建实训楼", "-d", "教体局")
    assert cli("add", "建实训楼", "-d", "总工会").err.count("\n") == 1
    again = cli("add", "建实训楼", "-d", "区教体局")
    assert again.err.splitlines()[-1] == "note: task 9 has the same title and department"
    assert cli("edit", "10", "-d", "教体局").err == "note: tasks 9, 11 have the same title and department\n"
    assert cli("edit", "10", "--remark", "x").err == ""


@pytest.mark.usefixtures("store")
def test_several_titles_are_entered_with_the_same_fields(cli: Cli) -> None:
    ran = cli("add", "甲", "乙", "-d", "教体局", "-u", "12-10", "--tag", "会后")
    assert ran == (0, "9 甲: entered\n10 乙: entered\n", "due 2026-12-10 Thu\n")
    assert [task["tags"] for task in cli("list", "--tag", "会后", "--format", "json").json] == [["会后"], ["会后"]]
    refused = cli("add", "丙", " ", "-d", "教体局")
    assert (refused.code, cli("list", "--text", "丙", "--format", "json").json) == (2, [])
