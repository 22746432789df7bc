"""todo.txt: what goes out comes back, lines of others are read as they are, the real todo.sh changes them."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given

import peers
import strategies
from exchange import ledgers
from factories import day, done, ledger, stamp, task
from pilottask.base.errors import UsageFault
from pilottask.exchange.office.importing import ImportPlan
from pilottask.exchange.tools import todotxt
from pilottask.ledger import changes
from pilottask.ledger.records import Every, Ledger, Status, Task, replace


def lines(*tasks: Task) -> list[str]:
    return todotxt.export(tasks).decode().split("\n")[:-1]


def brought(text: str, into: Ledger | None = None, *, update: bool = True, department: str | None = None) -> ImportPlan:
    incoming = todotxt.read(text.encode())
    return ledgers.brought(incoming, into, update=update, department=department, source="todo.txt")


def only(text: str, *, department: str | None = "区教体局") -> Task:
    return ledgers.only(brought(text, department=department))


# Out


def test_a_line_with_all_that_has_a_place() -> None:
    one = task(
        title="采购 设备",
        department="区 教体局",
        support=("甲局", "乙 局"),
        due="2026-12-15",
        project="实训 基地",
        target=30,
        unit="台",
        actual=2.5,
        every=Every.MONTH,
        tags=("急",),
        requirement="100%\n到位",
        extra={"经费": "5 万", "phone": "8:1", "due": "x", "priority": "B"},
    )
    one = changes.extend(
        changes.start(one, stamp("2026-11-02")), stamp("2026-11-03"), to=day("2026-12-20"), reason="等"
    )
    assert lines(one) == [
        (
            "(B) 2026-10-29 采购 设备 @区%20教体局 +实训%20基地 uid:t0000001 status:doing due:2026-12-20"
            " first_due:2026-12-15 requirement:100%25%0A到位 unit:台 worked:2026-11-02 target:30 actual:2.5 every:month"
            " support:甲局 support:乙%20局 tag:急 own.经费:5%20万 phone:8:1 own.due:x"
        )
    ]


def test_done_and_given_up() -> None:
    closed = done(task(due="2026-12-15", extra={"priority": "B"}), stamp("2026-11-05"))
    given_up = changes.cancel(task(), stamp("2026-11-05"), reason="并")
    assert lines(closed, given_up) == [
        "x 2026-11-05 2026-10-29 实训设备采购 @麒麟职教集团 uid:t0000001 due:2026-12-15 pri:B",
        "x 实训设备采购 @麒麟职教集团 uid:t0000001 status:cancelled created:2026-10-29",
    ]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("a  b", "a %20b"),
        (" a ", "%20a%20"),
        ("x y", "%78 y"),
        ("2026-11-01 会", "%32026-11-01 会"),
        ("(A) b", "%28A) b"),
        ("+a @b c", "%2Ba %40b c"),
        ("+a:b", "%2Ba%3Ab"),
        ("due:2026-01-01 12:30 http://a.b/c", "due%3A2026-01-01 12:30 http://a.b/c"),
        ("own.经费:5 说明:甲", "own.经费%3A5 说明:甲"),
        ("100%20", "100%2520"),
        ("a\u3000b", "a%E3%80%80b"),
    ],
)
def test_words_that_would_be_taken_for_something_else(title: str, written: str) -> None:
    (line,) = lines(task(title=title))
    assert line.split(" @")[0] == f"2026-10-29 {written}"
    assert only(line).title == title


# There and back


def kept(one: Task) -> dict[str, object]:
    """Return what has a place in todo.txt; texts that are blank say nothing, as in any ledger."""
    fields = ("title", "department", "owner", "leader", "aspect", "requirement", "target", "unit", "actual", "due")
    more = ("first_due", "status", "source", "project", "every", "remark", "uid")
    told = {name: getattr(one, name) or None for name in (*fields, *more)}
    return {name: None if isinstance(value, str) and not value.strip() else value for name, value in told.items()} | {
        "target": one.target,
        "actual": one.actual,
        "tags": tuple(dict.fromkeys(filter(None, one.tags))),
        "support": tuple(dict.fromkeys(one.support)),
    }


def is_plain(one: Task) -> bool:
    """Tell whether a task has what every ledger takes: dates that go together, and no text that is blank."""
    texts = (
        one.title,
        one.owner,
        one.leader,
        one.aspect,
        one.requirement,
        one.unit,
        one.source,
        one.project,
        one.remark,
    )
    blank = any(text is not None and not text.strip() for text in (*texts, *one.tags, one.department, *one.support))
    return not blank and (one.due is not None or one.first_due is None)


@given(strategies.ledgers(max_tasks=3))
def test_what_goes_out_comes_back(found: Ledger) -> None:
    tasks = [
        ledgers.as_known(replace(one, status=Status.DOING, submitted=None, closed=None, extra={}))
        for one in found.tasks
        if is_plain(one)
    ]
    done = brought(todotxt.export(tasks).decode())
    assert [str(each) for each in done.rejected] == []
    assert [kept(one) for one in done.added] == [kept(one) for one in tasks]


@pytest.mark.parametrize("status", Status)
def test_each_status_comes_back(status: Status) -> None:
    days = {"submitted": "2026-11-04"} if status in {Status.SUBMITTED, Status.CLOSED} else {}
    days |= {"closed": "2026-11-05"} if status is Status.CLOSED else {}
    one = task(status=status, **days)
    back = only(lines(one)[0])
    assert (back.status, back.submitted, back.closed) == (one.status, one.submitted, one.closed)


@pytest.mark.parametrize(
    "extra",
    [{"priority": "A"}, {"priority": "高"}, {"经费": "5 万: %"}, {"due": "x", "own.b": "y"}, {"a:b c": "1"}],
    ids=lambda extra: next(iter(extra)),
)
def test_own_columns_come_back(extra: Mapping[str, str]) -> None:
    for one in (task(extra=dict(extra)), done(task(extra=dict(extra)), stamp("2026-11-05"))):
        assert only(lines(one)[0]).extra == extra


# In


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("买 设备", {"title": "买 设备", "department": "区教体局"}),
        ("(A) 2026-11-01 买 @区财政局", {"department": "区财政局", "extra": {"priority": "A"}}),
        ("x 2026-11-03 2026-11-01 买", {"status": Status.CLOSED, "closed": day("2026-11-03")}),
        ("x 买", {"status": Status.CLOSED, "closed": None}),
        ("xylophone 2026-11-03 买", {"title": "xylophone 2026-11-03 买", "status": Status.TODO}),
        ("买 due:2026-12-15 +甲 +乙 @丙 @丁", {"due": day("2026-12-15"), "project": "甲", "tags": ("乙", "丁")}),
        ("看 http://a.b/c%20d 12:30 a%20b", {"title": "看 http://a.b/c%20d 12:30 a%20b", "extra": {}}),
        ("买   多 rec:1w", {"title": "买 多", "extra": {"rec": "1w"}}),
        ("1 + 1 @ 家", {"title": "1 + 1 @ 家"}),
        ("买 department:区财政局 pri:C", {"department": "区财政局", "extra": {"priority": "C"}}),
    ],
)
def test_lines_of_others(line: str, expected: Mapping[str, object]) -> None:
    one = only(line)
    assert {name: getattr(one, name) for name in expected} == expected


def test_wrong_values_are_said_with_their_line_all_at_once() -> None:
    done = brought("甲 @a\r\n\n乙 @b due:2026-02-30\n丙\n丁 @c status:x target:viel\n")
    assert [str(each) for each in done.rejected] == [
        (
            "line 3 (“乙”), column Due: “2026-02-30” is not a date: February 2026 has 28 days. "
            "Right would be 2026-12-15, 12月15日, 2026年12月底前 or 长期坚持."
        ),
        "line 4 (“丙”), column Department: empty; every task has a title and one lead department",
        (
            "line 5 (“丁”), column Status: “x” is not a status; "
            "those are todo, doing, submitted, closed, suspended, cancelled; what was done belongs under “Progress”"
        ),
        (
            "line 5 (“丁”), column Target: “viel” is not a number from 0 up; "
            "write 30 or 30.5, and what is counted under “Unit”"
        ),
    ]


def test_what_is_no_text() -> None:
    with pytest.raises(UsageFault, match="line 2 is not UTF-8 text"):
        todotxt.read("甲\n".encode() + b"\xff")


def test_a_line_that_was_changed_brings_that_in() -> None:
    found = ledger(task(due="2026-12-15"))
    (line,) = lines(*found.tasks)
    done = brought(line.replace("2026-12-15", "2026-12-20") + " owner:李四", found)
    (after,) = done.ledger.tasks
    assert (after.due, after.owner, len(done.changed)) == (day("2026-12-20"), "李四", 1)
    assert brought(lines(after)[0], done.ledger).ledger == done.ledger


def test_a_long_title_is_named_by_its_beginning() -> None:
    (reject,) = brought("长" * 999 + " @甲 due:x").rejected
    assert str(reject).startswith(f"line 1 (“{'长' * 40}…”), column Due: ")


def test_two_deadlines_are_none() -> None:
    (reject,) = brought("买 due:2026-12-01 @区财政局 due:2026-12-05").rejected
    assert str(reject).startswith("line 1 (“买”), column Due: “2026-12-01 2026-12-05” is not a date that can be taken.")


# The real one


@pytest.fixture
def todo(tmp_path: Path) -> Path:
    """Return a folder with a todo.txt of todo.sh's own."""
    peers.needed("todo-txt", package="todotxt-cli")
    config = f"export TODO_DIR={tmp_path}\nexport TODO_FILE=$TODO_DIR/todo.txt\nexport DONE_FILE=$TODO_DIR/done.txt\n"
    (tmp_path / "config").write_text(f"{config}export REPORT_FILE=$TODO_DIR/report.txt\n", encoding="utf-8")
    return tmp_path


def sh(folder: Path, *argv: str) -> str:
    done = subprocess.run(
        ["todo-txt", "-d", str(folder / "config"), "-p", *argv],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=60,
        encoding="utf-8",
    )
    return done.stdout


def test_the_real_one_reads_and_changes_them(todo: Path) -> None:
    tasks = [task(id=n, uid=f"u{n}", title=f"任务 {n}", department="区教 体局", due="2026-12-15") for n in (1, 2, 3)]
    found = ledger(*tasks)
    (todo / "todo.txt").write_bytes(todotxt.export(tasks))
    assert [line for line in sh(todo, "lsc").splitlines() if line] == ["@区教%20体局"]
    assert "任务 2" in sh(todo, "ls", "任务 2")
    sh(todo, "add", "外来 任务 @区财政局 due:2026-12-01")
    sh(todo, "-a", "-t", "do", "1")
    sh(todo, "pri", "2", "A")
    sh(todo, "append", "3", "owner:李四")
    text = (todo / "todo.txt").read_text(encoding="utf-8")
    done = brought(re.sub(r"^x \S+", "x 2026-11-19", text, flags=re.MULTILINE), found)
    one, two, three, new = done.ledger.tasks
    assert (one.status, one.closed, two.extra, three.owner) == (
        Status.CLOSED,
        day("2026-11-19"),
        {"priority": "A"},
        "李四",
    )
    assert (new.title, new.department, new.due) == ("外来 任务", "区财政局", day("2026-12-01"))
    assert brought(todotxt.export(done.ledger.tasks).decode(), done.ledger).ledger == done.ledger


def test_a_priority_behind_the_day_of_completion_is_one() -> None:
    (found,) = brought("x 2026-11-03 (B) 2026-10-03 打印材料 @区教体局\n").added
    assert (found.title, str(found.closed), found.extra) == ("打印材料", "2026-11-03", {"priority": "B"})
