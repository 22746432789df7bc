"""Corrections on record, as they are typed."""

import pytest

from .conftest import Cli

pytestmark = pytest.mark.usefixtures("store")


def test_words_amended_and_an_entry_made_void(cli: Cli) -> None:
    cli("note", "5", "已组八稿", "--actual", "8", "--today", "2026-11-19")
    n = cli("history 5 --format json").json[-1]["n"]
    assert cli("amend", "编写教材", str(n), "已组五稿", "--reason", "记错") == (
        0,
        f"5 编写教材: entry {n} amended\n",
        f"entry {n} was: progress: 已组八稿; reached: 8\n",
    )
    assert "八" not in cli("list", "--text", "已组").out
    assert "(amended) progress: 已组五稿; reached: 8" in cli("history 5").out
    assert f"entry {n} amended: “已组八稿” is now “已组五稿” (记错)" in cli("history 5").out
    ran = cli("void", "5", str(n), "-r", "应记在任务4")
    assert ran.out == f"5 编写教材: entry {n} made void; Actual changed: 8 → (none)\n"
    task = cli("show 5 --format json").json
    assert (task["actual"], [entry.get("voided", False) for entry in task["log"]][n - 1 :]) == (
        None,
        [True, False, False, False],
    )
    told = cli("history 5 --format json").json[n - 1 :]
    assert [(entry["n"], entry["voided"], entry["amended"]) for entry in told] == [
        (n, True, True),
        (n + 1, False, False),
        (n + 2, False, False),
        (n + 3, False, False),
    ]
    assert cli("check").code == 0


@pytest.mark.parametrize(
    ("argv", "code", "err"),
    [
        (
            ["amend", "5", "99", "x", "-r", "y"],
            4,
            "error: task 5 “编写教材” has no entry 99 on record\n",
        ),
        (
            ["amend", "5", "1", "x", "-r", "y"],
            2,
            "error: entry 1 of task 5 “编写教材” has no words to amend: ",
        ),
        (
            ["amend", "5", "next", "x", "-r", "y"],
            4,
            "error: no entry of task 5 “编写教材” that can be corrected has “next”\n",
        ),
        (
            ["amend", "5", "x", "-r", "y"],
            2,
            "error: amend takes an entry and the words that it is to have, or --next, or --word\n",
        ),
        (["amend", "5", "--next", "x", "-r", "y"], 2, "error: amend takes an entry and the words that"),
        (["amend", "5", "2", "--next", "x", "--word", "a=b", "-r", "y"], 2, "error: amend takes an entry and the"),
        (
            ["amend", "4", "3", "--next", "x", "-r", "y"],
            2,
            "error: entry 3 of task 4 “招聘实训教师” has no next step: ",
        ),
        (["amend", "5", "2", "x", "--word", "a=b", "-r", "y"], 2, "error: amend takes an entry and the words that"),
        (["amend", "5", "--word", "ab", "-r", "y"], 2, "error: --word takes WRONG=RIGHT, not “ab”\n"),
        (["amend", "5", "--word", "=b", "-r", "y"], 2, "error: --word takes WRONG=RIGHT, not “=b”\n"),
        (["amend", "5", "99", "--word", "a=b", "-r", "y"], 4, "error: task 5 “编写教材” has no entry 99 on record\n"),
        (
            ["void", "5", "1", "-r", "y"],
            2,
            "error: entry 1 of task 5 “编写教材” cannot be made void: ",
        ),
        (["void", "5", "1"], 2, "error: The option --reason is missing.\n"),
        (["amend", "4", "3", "\x1b", "-r", "y"], 2, "error: TEXT: control character U+001B at position 1;"),
        (["amend", "4", "3", " ", "-r", "y"], 2, "error: the text must not be empty\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refused(cli: Cli, argv: list[str], code: int, err: str) -> None:
    ran = cli(*argv)
    assert (ran.code, ran.err[: len(err)]) == (code, err)


def test_the_next_step_of_a_note_amended(cli: Cli) -> None:
    cli("note", "5", "已组八稿", "--next", "月底前统稿")
    n = cli("history 5 --format json").json[-1]["n"]
    assert cli("amend", "5", "八稿", "--next", "下月统稿", "-r", "记错") == (
        0,
        f"5 编写教材: entry {n} amended\n",
        f"entry {n} was: progress: 已组八稿; next: 月底前统稿\n",
    )
    assert cli("show 5 --format json").json["log"][-1]["part"] == "next"
    assert f"entry {n} amended: “月底前统稿” is now “下月统稿” (记错)" in cli("history 5").out
    both = cli("amend", "5", str(n), "已组五稿", "--next", "下周统稿", "-r", "又错")
    assert both.err == f"entry {n} was: progress: 已组八稿; next: 下月统稿\n"
    assert "(amended) progress: 已组五稿; next: 下周统稿" in cli("history 5").out
    cli("amend", "5", "--word", "下周=下旬", "-r", "错字")
    assert "(amended) progress: 已组五稿; next: 下旬统稿" in cli("history 5").out
    assert cli("check").code == 0


def test_a_void_problem_takes_its_settling_with_it(cli: Cli) -> None:
    cli("raise", "5", "缺讲师")
    n = cli("history 5 --format json").json[-1]["n"]
    number = cli("history 5 --format json").json[-1]["number"]
    cli("settle", "5", str(number), "已聘两名")
    assert cli("void", "5", str(n), "-r", "应记在任务4") == (
        0,
        f"5 编写教材: entry {n} made void; entry {n + 1} made void\n",
        f"entry {n} was: problem {number} raised: 缺讲师\nentry {n + 1} was: problem {number} settled: 已聘两名\n",
    )
    assert "已聘两名" not in cli("report").out + cli("show 5").out.split("Log")[0]
    assert cli("check").code == 0


def test_an_entry_is_found_by_its_words(cli: Cli) -> None:
    cli("note", "5", "合同已签，11月30日到货")
    cli("note", "5", "已付定金")
    cli("chase", "5", "请报")
    n = cli("history 5 --format json").json[-1]["n"] - 2
    ran = cli("amend", "编写教材", "--word", "11月30日=12月3日", "-r", "日期记错")
    assert ran == (0, f"5 编写教材: entry {n} amended\n", f"entry {n} was: progress: 合同已签，11月30日到货\n")
    assert "“合同已签，11月30日到货” is now “合同已签，12月3日到货” (日期记错)" in cli("history 5").out
    ran = cli("void", "5", "定金", "-r", "记错任务")
    assert ran == (0, f"5 编写教材: entry {n + 1} made void\n", f"entry {n + 1} was: progress: 已付定金\n")
    again = cli("void", "5", "定金", "-r", "记错任务")
    assert (again.code, again.err.splitlines()[0]) == (
        4,
        "error: no entry of task 5 “编写教材” that can be corrected has “定金”",
    )
    cli("note", "5", "已签")
    several = cli("amend", "5", "已签", "已签两份", "-r", "漏记")
    assert (several.code, several.err.splitlines()) == (
        4,
        [
            "error: “已签” stands in 2 entries of task 5 “编写教材”:",
            f"  {n} progress: 合同已签，12月3日到货",
            f"  {n + 5} progress: 已签",
            "hint: type the number of the entry, or more of its words",
        ],
    )
    missing = cli("amend", "5", str(n), "--word", "两=三", "-r", "漏记")
    assert (missing.code, missing.err.splitlines()[0]) == (
        4,
        f"error: entry {n} of task 5 “编写教材” does not have “两” in its words",
    )
    assert cli("check").code == 0


def test_the_next_sheet_says_what_was_corrected_and_the_last_one_stays(cli: Cli) -> None:
    cli("note", "5", "已组八稿", "--today", "2026-11-19")
    cli("report", "--issue", "--today", "2026-11-19")
    printed = cli("report", "--sheet", "1").out
    n = cli("history 5 --format json").json[-1]["n"]
    cli("amend", "5", str(n), "已组五稿", "--reason", "记错")
    sheet = cli("report", "--format", "json").json["corrected"]
    assert [
        (one["line"]["id"], one["entry"], one["kind"], one["was"], one["text"], one["reason"]) for one in sheet
    ] == [(5, n, "amend", "已组八稿", "已组五稿", "记错")]
    assert "Corrections of what was recorded before" in cli("report").out
    assert cli("report", "--sheet", "1").out == printed
    cli("report", "--issue")
    assert "corrected" in (after := cli("report", "--format", "json", "--today", "2026-11-27").json)
    assert after["corrected"] == []
