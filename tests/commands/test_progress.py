"""Moves of a task's life, what is reported on it, its deadline moved."""

import csv
from pathlib import Path

import pytest

from .conftest import Cli

pytestmark = pytest.mark.usefixtures("store")


def last_entry(cli: Cli, number: int) -> dict[str, object]:
    """Return the last log entry of a task, without when and by whom."""
    entry: dict[str, object] = cli(f"show {number} --format json").json["log"][-1]
    assert (entry.pop("at"), entry.pop("by")) == ("2026-11-20T09:15:00+08:00", "王敏")
    return entry


@pytest.mark.parametrize(
    ("argv", "number", "status", "entry"),
    [
        (["start", "2"], 2, "doing", {"kind": "start"}),
        (["submit", "1", "--evidence", "合同"], 1, "submitted", {"kind": "submit", "evidence": "合同"}),
        (["submit", "1", "--on", "11-18"], 1, "submitted", {"kind": "submit", "on": "2026-11-18"}),
        (["submit", "1", "--on", "today"], 1, "submitted", {"kind": "submit"}),
        (["close", "3", "--verifier", "区产改办"], 3, "closed", {"kind": "close", "verifier": "区产改办"}),
        (["close", "1"], 1, "closed", {"kind": "close"}),
        (["return", "3", "--reason", "缺签字"], 3, "doing", {"kind": "return", "reason": "缺签字"}),
        (["suspend", "1", "-r", "待批"], 1, "suspended", {"kind": "suspend", "reason": "待批"}),
        (["cancel", "8", "--reason", "合并"], 8, "cancelled", {"kind": "cancel", "reason": "合并"}),
        (["reopen", "6", "--reason", "误销"], 6, "submitted", {"kind": "reopen", "reason": "误销"}),
        (["reopen", "7", "--reason", "资金到位"], 7, "todo", {"kind": "reopen", "reason": "资金到位"}),
        (
            ["note", "5", "已组稿", "--next", "送审", "--actual", "1"],
            5,
            "doing",
            {"kind": "note", "text": "已组稿", "next": "送审", "actual": 1},
        ),
        (["note", "6", "归档"], 6, "closed", {"kind": "note", "text": "归档"}),
        (
            ["raise", "1", "缺场地", "--need", "场地", "--coordinate"],
            1,
            "doing",
            {"kind": "raise", "n": 1, "text": "缺场地", "need": "place", "coordinate": True},
        ),
        (["settle", "4", "1", "已调剂"], 4, "doing", {"kind": "settle", "n": 1, "text": "已调剂"}),
        (
            ["extend", "1", "12-20", "--reason", "流标", "--approved-by", "陈"],
            1,
            "doing",
            {"kind": "extend", "from": "2026-11-10", "to": "2026-12-20", "reason": "流标", "approved_by": "陈"},
        ),
        (["chase", "1", "请报送"], 1, "doing", {"kind": "chase", "text": "请报送"}),
        (["chase", "1"], 1, "doing", {"kind": "chase"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_recorded(cli: Cli, argv: list[str], number: int, status: str, entry: dict[str, object]) -> None:
    title = cli(f"show {number} --format json").json["title"]
    ran = cli(*argv)
    assert ran.code == 0
    assert ran.out.startswith(f"{number} {title}: ")
    assert cli(f"show {number} --format json").json["status"] == status
    assert last_entry(cli, number) == entry


def test_moves_as_json(cli: Cli) -> None:
    moved = cli("start 2,8 --format json")
    assert [(task["id"], task["status"]) for task in moved.json] == [(2, "doing"), (8, "doing")]
    assert moved.err == ""
    noted = cli("note", "2", "x", "--format", "json").json
    assert (noted["id"], noted["log"][-1]["text"]) == (2, "x")


def test_dates_of_submission_and_closing(cli: Cli) -> None:
    cli("close 1 --on 11-17")
    task = cli("show 1 --format json").json
    assert (task["submitted"], task["closed"]) == (None, "2026-11-17")
    cli("close 3")
    task = cli("show 3 --format json").json
    assert (task["submitted"], task["closed"]) == ("2026-11-16", "2026-11-20")


@pytest.mark.parametrize(
    ("ids", "closed"),
    [
        (["2"], [2]),
        (["2-4"], [2, 3, 4]),
        (["2,4"], [2, 4]),
        (["4", "2"], [4, 2]),
        (["2-3,5", "2"], [2, 3, 5]),
        (["2、3，4"], [2, 3, 4]),
        (["2–4"], [2, 3, 4]),
        (["8-99"], [8]),
    ],
)
def test_ids_as_people_type_them(cli: Cli, ids: list[str], closed: list[int]) -> None:
    ran = cli("cancel", *ids, "--reason", "合并", "--format", "json")
    assert sorted(task["id"] for task in ran.json) == sorted(closed)


DOING = "error: task 1 “实训设备采购” is doing, so “start” does not apply\n"


@pytest.mark.parametrize(
    ("argv", "code", "err"),
    [
        (
            ["start", "1"],
            2,
            DOING + "hint: open to it: submit (done, to be verified), close (verified), suspend (put off), "
            "cancel (given up)\n",
        ),
        (["start", "2,1"], 2, DOING),
        (["start", "2", "1"], 2, DOING),
        (["start", "1-2"], 2, DOING),
        (["start", "2", "99"], 4, "error: no task 99\n"),
        (["start", "40-50"], 4, "error: no task from 40 to 50\n"),
        (["start", "5-2"], 2, "error: the range “5-2” runs backwards\n"),
        (
            ["start", "x"],
            4,
            "error: no task has “x” in its title\nhint: type 3, 5-7, 3,5 or a part of a title;",
        ),
        (["start", ","], 4, "error: no task has “,” in its title\n"),
        (["start", "-1"], 2, "error: There is no option “-1”."),
        (["start"], 2, "error: The argument IDS is missing.\nhint: pilottask start -h shows how.\n"),
        (["close", "6"], 2, "error: task 6 “成立专班” is closed, so “close” does not apply\nhint: open to it: reopen"),
        (
            ["close", "2"],
            2,
            "error: task 2 “签订校企合作协议” is todo, so “close” does not apply\nhint: open to it: start ",
        ),
        (["return", "1", "-r", "x"], 2, "error: task 1 “实训设备采购” is doing, so “return” does not apply\n"),
        (["return", "3"], 2, "error: The option --reason is missing.\n"),
        (["return", "3", "-r", " "], 2, "error: the reason must not be empty\n"),
        (["reopen", "1", "-r", "x"], 2, "error: task 1 “实训设备采购” is doing, so “reopen” does not apply\n"),
        (
            ["close", "3", "--on", "tomorrow"],
            2,
            "error: 2026-11-21 lies ahead; --on takes today (2026-11-20) or a day before\n",
        ),
        (
            ["close", "3", "--on", "2026-11-15"],
            2,
            "error: task 3 “技能竞赛” was submitted on 2026-11-16; it cannot have been closed before, on 2026-11-15\n",
        ),
        (["submit", "1", "--on", "none"], 2, "error: --on takes a day, not “none”\n"),
        (["note", "1", " "], 2, "error: the note must not be empty\n"),
        (
            ["note", "1", "x", "--actual", "much"],
            2,
            "error: --actual takes a number from 0 up, not “much”\nhint: for example 30, 30.5 or 1,200\n",
        ),
        (["note", "x", "y"], 4, "error: no task has “x” in its title\n"),
        (["raise", "6", "x"], 2, "error: task 6 “成立专班” is closed; reopen it before raising a problem on it\n"),
        (["settle", "4", "7"], 4, "error: task 4 “招聘实训教师” has no problem 7\nhint: open problems: 1\n"),
        (["settle", "1", "1"], 4, "error: task 1 “实训设备采购” has no problem 1\nhint: it has no open problem\n"),
        (
            ["extend", "8", "12-20", "-r", "x"],
            2,
            "error: task 8 “宣传专栏” has no deadline to extend\nhint: set one: pilottask edit 8 --due 2026-12-20\n",
        ),
        (["extend", "1", "2026-11-10", "-r", "x"], 2, "error: task 1 “实训设备采购” is due on 2026-11-10 already\n"),
        (["extend", "6", "12-20", "-r", "x"], 2, "error: task 6 “成立专班” is closed; only an open task's deadline"),
        (["extend", "1", "none", "-r", "x"], 2, "error: extend takes the new deadline, a day\n"),
        (["extend", "1", "donkey", "-r", "x"], 2, "error: “donkey” is not a date that can be taken.\n"),
        (["chase", "3"], 2, "error: task 3 “技能竞赛” is submitted; there is nothing to chase\n"),
        (["chase", "请报送"], 4, "error: no task has “请报送” in its title\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refused_and_the_store_left_as_it_was(cli: Cli, store: Path, argv: list[str], code: int, err: str) -> None:
    before = store.read_bytes()
    ran = cli(*argv)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(err)
    assert store.read_bytes() == before


def test_a_refusal_in_chinese(cli: Cli) -> None:
    assert cli("start 1 --lang zh") == (
        2,
        "",
        (
            "错误：任务1“实训设备采购”目前为“推进中”，不能执行“start”\n"
            "提示：当前可执行：submit（申请办结）、close（核验销号）、suspend（中止）、cancel（取消）\n"
        ),
    )


def test_settling_twice(cli: Cli) -> None:
    assert cli("settle 4 1").code == 0
    assert cli("settle 4 1") == (2, "", "error: problem 1 of task 4 “招聘实训教师” is settled already\n")


def test_raise_names_the_command_that_settles(cli: Cli) -> None:
    assert cli("raise", "4", "缺经费", "--need", "money").err == (
        "problem 2; when it is settled: pilottask settle 4 2\n"
    )


def test_extend_shows_the_deadline_back_and_keeps_the_first(cli: Cli) -> None:
    assert cli("extend", "1", "12-20", "-r", "流标").err == (
        "due 2026-12-20 Sun\n"
        "2026-12-20 Sun is a day off; the working day before is 2026-12-18 Fri, the one after 2026-12-21 Mon\n"
    )
    task = cli("show 1 --format json").json
    assert (task["due"], task["first_due"]) == ("2026-12-20", "2026-10-31")
    warned = "due 2026-11-12 Thu\nnote: that is 8 days ago, so the task is overdue at once\n"
    assert cli("extend", "1", "2026-11-12", "-r", "误").err == warned
    still = "due 2026-11-13 Fri\nnote: that is 7 days ago, so the task is still overdue\n"
    assert cli("extend", "1", "2026-11-13", "-r", "误").err == still


def test_a_day_without_a_year_is_the_next_one_where_a_deadline_is_moved(cli: Cli) -> None:
    told = "due 2027-11-12 Fri\nthe year taken is 2027; for this one write 2026-11-12\n"
    assert cli("extend", "1", "11-12", "-r", "流标").err == told
    zh = (
        "完成时限 2027-10-31 周日\n未写年份，按2027年处理；如指今年，请写2026-10-31\n"
        "2027-10-31 周日是休息日；前一个工作日是2027-10-29 周五，后一个工作日是2027-11-01 周一\n"
        "2027年的放假安排尚未掌握，工作日暂按周一至周五计算；可用“pilottask calendar import 文件”导入\n"
    )
    assert cli("--lang", "zh", "extend", "1", "10月底前", "-r", "流标").err == zh


def test_a_day_without_a_year_is_the_latest_one_of_what_has_happened(cli: Cli) -> None:
    told = "--on 2025-12-15 Mon: the year taken is 2025; for this one write 2026-12-15\n"
    assert cli("submit", "1", "--on", "12-15").err == told
    assert cli("show 1 --format json").json["submitted"] == "2025-12-15"


def test_chase_takes_several_and_a_text(cli: Cli) -> None:
    assert (
        cli("chase", "1,2", "5", "请周五前报送").out
        == "1 实训设备采购: chased\n2 签订校企合作协议: chased\n5 编写教材: chased\n"
    )
    assert cli("show 1 --format json").json["chased"] == 2
    assert "2 times, last 2026-11-20" in cli("overdue").out


def test_on_another_day(cli: Cli) -> None:
    cli("start 2 --today 2027-03-05")
    entry = cli("show 2 --format json").json["log"][-1]
    assert entry["at"] == "2027-03-05T09:15:00+08:00"
    cli("submit 2 --on 2027-03-01 --today 2027-03-06")
    assert cli("show 2 --format json --today 2027-03-06").json["submitted"] == "2027-03-01"


def test_a_late_submission_is_said_wherever_the_task_stands(cli: Cli, tmp_path: Path) -> None:
    cli("submit", "1", "--on", "2026-11-13")
    assert "submitted 3 days late" in cli("list").out
    assert "2026-11-10 (submitted 3 days late)" in cli("show 1").out
    assert "submitted 2026-11-13 (submitted 3 days late)" in cli().out
    cli("--lang", "zh", "report", "--output", str(tmp_path / "late.md"))
    assert "报送办结时已逾期3天" in (tmp_path / "late.md").read_text(encoding="utf-8")
    record = cli("show 1 --format json").json
    assert (record["overdue"], record["submitted_late_days"], record["to_verify_days"]) == (False, 3, 7)
    said = "due 2026-11-12 Thu\nnote: submitted 1 day late\n"
    assert cli("extend", "1", "2026-11-12", "-r", "误").err == said


def test_both_days_stand_on_the_sheet_where_a_submission_was_entered_later(cli: Cli, tmp_path: Path) -> None:
    cli("submit", "1", "--on", "2026-11-09", "--evidence", "验收单")
    amended = str(len(cli("show 1 --format json").json["log"]))
    assert cli("amend", "1", amended, "验收报告", "--reason", "写错").code == 0
    cli("extend", "1", "2026-11-30", "-r", "补办")
    sheet = tmp_path / "sheet.md"
    cli("report", "--output", str(sheet))
    told = "submitted 11-09 (entered 11-20), deadline moved after that, 2026-11-10 → 2026-11-30"
    assert told in sheet.read_text("utf-8").replace("\n", " ")
    cli("close", "1", "--on", "2026-11-18")
    cli("report", "--output", str(sheet), "--lang", "zh")
    told = "| 2026-11-10 → 2026-11-30 | 2026-11-09（11月20日登记） | 2026-11-18（11月20日登记） | 按期 |"
    assert told in sheet.read_text("utf-8")


def test_no_submission_is_made_up_by_a_closing(cli: Cli, tmp_path: Path) -> None:
    cli("close", "1", "--on", "2026-11-18")
    shown = cli("show 1").out
    assert "Submitted on" not in shown
    assert "Closed on   2026-11-18 (entered 2026-11-20) (late)" in shown
    written = tmp_path / "list.csv"
    cli("export", str(written), "--status", "closed")
    head, *rows = csv.reader(written.read_text(encoding="utf-8-sig").splitlines())
    one = dict(zip(head, next(row for row in rows if row[0] == "1"), strict=True))
    assert (one["Submitted on"], one["Closed on"]) == ("", "2026-11-18")
    sheet = tmp_path / "sheet.md"
    cli("report", "--output", str(sheet))
    assert "| — | 2026-11-18 (entered 11-20) | 8 days late |" in sheet.read_text(encoding="utf-8")


def test_a_deadline_brought_forward_is_no_extension(cli: Cli) -> None:
    cli("extend", "2", "2026-11-21", "-r", "提前验收", "--approved-by", "陈")
    assert "时限提前：2026-11-23 → 2026-11-21，提前验收（陈批准）" in cli("--lang", "zh", "history", "2").out


# tasks by a part of a title, and a department's all at once


@pytest.mark.parametrize(
    ("argv", "out"),
    [
        (["start", "专栏"], "8 宣传专栏: started\n"),
        (["start", "专 栏", "2"], "8 宣传专栏: started\n2 签订校企合作协议: started\n"),
        (["note", "教材", "已组稿", "--actual", "1"], "5 编写教材: progress noted; reached: 1\n"),
        (["note", "成立专班", "归档"], "6 成立专班: progress noted\n"),
        (["raise", "采购", "缺钱"], "1 实训设备采购: problem 1 raised\n"),
        (["settle", "教师", "1"], "4 招聘实训教师: problem 1 settled\n"),
        (["extend", "采购", "5", "12-20", "-r", "流标"], "1 实训设备采购: extended: 2026-11-10 → 2026-12-20\n5 编写"),
        (["extend", "采购", "2026-11-01", "-r", "提前"], "1 实训设备采购: brought forward: 2026-11-10 → 2026-11-01\n"),
        (["chase", "采购", "请报送"], "1 实训设备采购: chased\n"),
        (["return", "竞赛", "-r", "缺签字"], "3 技能竞赛: sent back\n"),
        (["close", "竞赛", "--yes", "--on", "11-18"], "3 技能竞赛: closed (on 2026-11-18)\n"),
        (["cancel", "采购", "-r", "合并", "-y"], "1 实训设备采购: cancelled\n"),
        (
            ["chase", "-d", "职教", "请报送", "--yes"],
            "1 实训设备采购: chased\n4 招聘实训教师: chased\n5 编写教材: chased\n",
        ),
        (["note", "-d", "区总工会", "-y", "已部署"], "8 宣传专栏: progress noted\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_part_of_a_title_names_a_task_and_what_was_done_is_said(cli: Cli, argv: list[str], out: str) -> None:
    ran = cli(*argv)
    assert (ran.code, ran.out[: len(out)]) == (0, out)


@pytest.mark.parametrize(
    ("argv", "code", "err"),
    [
        (
            ["submit", "教"],
            4,
            (
                "error: “教” stands in 2 titles:\n  4 招聘实训教师 (doing)\n  5 编写教材 (doing)\n"
                "hint: type the id, or more of the title\n"
            ),
        ),
        (
            ["start", "竞赛"],
            4,
            "error: “竞赛” stands in no title of a task open to this, but in:\n  3 技能竞赛 (submitted)\n",
        ),
        (
            ["close", "竞赛"],
            2,
            "error: not done without a yes: Close this task?\n  3 技能竞赛\nhint: there is nobody to ask;",
        ),
        (["cancel", "采购", "-r", "x"], 2, "error: not done without a yes: Cancel this task?\n  1 实训设备采购\n"),
        (["note", "-d", "职教", "x"], 2, "error: not done without a yes: Do this to all of these?\n  1 实训设备采购\n"),
        (["chase", "1", "-d", "职教", "x", "-y"], 2, "error: -d takes all that a department has open;"),
        (["extend", "-d", "区科协", "12-20", "-r", "x", "-y"], 4, "error: no department “区科协”"),
        (["note", "3-5", "x"], 2, "error: “3-5” names several tasks; this takes one\n"),
        (["note", "1"], 2, "error: note takes a task and its progress\n"),
        (["extend", "2026-12-20", "-r", "x"], 2, "error: extend takes tasks and their new deadline\n"),
        (["chase", "校企", "合作", "请报"], 2, "error: chase takes ids, or a part of one title;"),
        (["note", "1", "x", "--from", "y"], 2, "error: --from and “-” take the tasks and their progress from lines"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_names_no_task_or_not_surely_is_refused(
    cli: Cli, store: Path, argv: list[str], code: int, err: str
) -> None:
    before = store.read_bytes()
    ran = cli(*argv)
    assert (ran.code, ran.out, ran.err[: len(err)]) == (code, "", err)
    assert store.read_bytes() == before


def test_a_whole_title_is_meant_though_it_is_a_part_of_others(cli: Cli) -> None:
    cli("add", "编写教材二", "-d", "职教")
    assert cli("start", "编写教材二").out == "9 编写教材二: started\n"
    assert cli("note", "编写教材", "已组稿").out == "5 编写教材: progress noted\n"


def test_progress_of_several_tasks_from_lines(cli: Cli, tmp_path: Path) -> None:
    jotted = tmp_path / "记录.txt"
    jotted.write_bytes("5\t已组稿\n\n实训设备\t 已开标\r\n5\t已送审\n".encode("gb18030"))
    assert cli("note", "--from", str(jotted)) == (
        0,
        "5 编写教材: progress noted; progress noted\n1 实训设备采购: progress noted\n",
        "",
    )
    assert [entry["text"] for entry in cli("show 5 --format json").json["log"][-2:]] == ["已组稿", "已送审"]


def test_lines_noted_today_are_not_noted_again(cli: Cli, tmp_path: Path) -> None:
    jotted = tmp_path / "notes.txt"
    jotted.write_text("5\t已组稿\n2\t已派单\n", encoding="utf-8")
    cli("note", "5", "已组稿", "--today", "2026-11-19")
    assert cli("note", "--from", str(jotted)).out == "5 编写教材: progress noted\n2 签订校企合作协议: progress noted\n"
    jotted.write_text("5\t已组稿\n2\t已派单\n2\t已开标\n", encoding="utf-8")
    again = cli("note", "--from", str(jotted))
    assert (again.code, again.out) == (0, "5 编写教材\n2 签订校企合作协议: progress noted\n")
    assert again.err.splitlines() == [
        "not started on record; where work has begun: pilottask start 2",
        "left out, noted today already: 5 编写教材: 已组稿",
        "left out, noted today already: 2 签订校企合作协议: 已派单",
    ]
    n = len(cli("history 5 --format json").json)
    assert cli("note", "5", "已组稿") == (0, "5 编写教材: progress noted\n", f"note: no. {n} says the same\n")


@pytest.mark.parametrize(
    ("text", "code", "err"),
    [
        ("5\t已组稿\n4 已招聘\n", 2, "error: line 2: “4 已招聘” is not a task and its progress, parted by a tab\n"),
        ("5\t已组稿\n教\tx\n", 4, "error: line 2: “教” stands in 2 titles:\n"),
        ("\n", 2, "error: no line holds a task and its progress\n"),
    ],
)
def test_lines_are_noted_all_or_none(cli: Cli, store: Path, tmp_path: Path, text: str, code: int, err: str) -> None:
    before = store.read_bytes()
    jotted = tmp_path / "x.txt"
    jotted.write_text(text, encoding="utf-8")
    ran = cli("note", "--from", str(jotted))
    assert (ran.code, ran.err[: len(err)]) == (code, err)
    assert store.read_bytes() == before
