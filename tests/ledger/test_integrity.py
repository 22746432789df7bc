"""What must hold of a ledger's content."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

import factories
import strategies
from factories import at
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import changes, integrity
from pilottask.ledger.integrity import Fault
from pilottask.ledger.records import (
    Conflict,
    Create,
    Department,
    Edit,
    Extend,
    Hand,
    Ledger,
    LogEntry,
    Note,
    Raise,
    Settle,
    Task,
)

UNITS = frozenset({"麒麟职教集团", "教体局"})
NOW: dict[str, Any] = {"at": at("2026-11-20"), "by": "张三"}
LARGEST = 9007199254740991
MOVED = (
    "2026-12-01 differs from first_due 2026-11-01 without an extension on record; "
    "set it back and use “pilottask extend 1”, or record it with “pilottask check --fix”"
)
NUL = "control character U+0000 at position 1; remove it"


def of_task(**over: Any) -> list[tuple[str, str]]:  # noqa: ANN401  any field of a task
    found = list(integrity.task_faults(factories.task(**over), departments=UNITS))
    assert {fault.record for fault in found} <= {
        integrity.record_name("task", id=over.get("id", 1), title=over.get("title", "实训设备采购"))
    }
    return [(fault.field, fault.wrong) for fault in found]


def of_log(*entries: LogEntry) -> list[tuple[str, str]]:
    return of_task(log=(Create(**NOW), *entries))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(strategies.ledgers())
def test_a_sound_ledger_has_no_fault(ledger: Ledger) -> None:
    assert list(integrity.faults(ledger)) == []


def test_a_fault_reads_in_both_languages() -> None:
    fault = Fault("task 1", "due", "is missing")
    assert str(fault) == "task 1, due: is missing"
    set_language(Lang.ZH)
    assert str(fault) == "task 1，due：is missing"


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"id": 0}, ("id", f"must be from 1 to {LARGEST}")),
        ({"id": -3}, ("id", f"must be from 1 to {LARGEST}")),
        ({"id": LARGEST + 1}, ("id", f"must be from 1 to {LARGEST}")),
        ({"title": " "}, ("title", "must not be empty")),
        ({"title": "\ufeff\u200b"}, ("title", "must not be empty")),
        ({"uid": ""}, ("uid", "must not be empty")),
        ({"title": "a\nb"}, ("title", "control character U+000A at position 2; remove it")),
        ({"owner": "\x1b[31m"}, ("owner", "control character U+001B at position 1; remove it")),
        ({"leader": "\x85"}, ("leader", "control character U+0085 at position 1; remove it")),
        ({"requirement": "\ud800"}, ("requirement", "control character U+D800 at position 1; remove it")),
        ({"remark": "a\tb"}, ("remark", "control character U+0009 at position 2; remove it")),
        ({"tags": ("a", "b\n")}, ("tags", "control character U+000A at position 2; remove it")),
        ({"extra": {"预算": "\0"}}, ("extra.预算", NUL)),
        ({"extra": {"a\n": ""}}, ("extra", "control character U+000A at position 2; remove it")),
        ({"extra": {" ": "x"}}, ("extra", "a column has no name")),
        ({"department": "谁"}, ("department", "“谁” is not entered as a department")),
        ({"support": ("谁",)}, ("support", "“谁” is not entered as a department")),
        ({"support": ("麒麟职教集团",)}, ("support", "“麒麟职教集团” leads this task and cannot support it too")),
        ({"support": ("教体局", "教体局")}, ("support", "the same unit stands there twice")),
        ({"target": -1}, ("target", f"must be a number from 0 to {LARGEST}")),
        ({"target": 1e300}, ("target", f"must be a number from 0 to {LARGEST}")),
        ({"target": float("inf")}, ("target", f"must be a number from 0 to {LARGEST}")),
        ({"actual": float("nan")}, ("actual", f"must be a number from 0 to {LARGEST}")),
        ({"actual": LARGEST + 1}, ("actual", f"must be a number from 0 to {LARGEST}")),
        (
            {"due": "2026-12-01", "first_due": None},
            ("first_due", "is missing; it is the first deadline, here 2026-12-01"),
        ),
        (
            {"due": "2026-12-01", "first_due": "2026-11-01"},
            (
                "due",
                MOVED,
            ),
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_task_at_fault(over: dict[str, Any], fault: tuple[str, str]) -> None:
    assert of_task(**over) == [fault]


@pytest.mark.parametrize(
    "over",
    [
        {"id": LARGEST},
        {"remark": "a\nb\r\nc"},
        {"title": "👨‍👩‍👧 \u202e \ufeff"},
        {"target": 0, "actual": LARGEST},
        {"extra": {"a.b": ""}},
        {"support": ("教体局",)},
        {"due": None, "first_due": None},
    ],
    ids=str,
)
def test_a_task_as_it_may_be(over: dict[str, Any]) -> None:
    assert of_task(**over) == []


@pytest.mark.parametrize(
    "entry",
    [
        Extend(**NOW, from_=factories.day("2026-11-01"), to=factories.day("2026-12-01"), reason="x"),
        Hand(**NOW, field="due", old="2026-11-01", new="2026-12-01"),
        Edit(**NOW, field="due", old="2026-11-01", new="2026-12-01"),
    ],
    ids=["extend", "hand", "edit"],
)
def test_a_deadline_moved_on_record(entry: LogEntry) -> None:
    assert of_task(due="2026-12-01", first_due="2026-11-01", log=(Create(**NOW), entry)) == []


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ([Note(**NOW, text="\0")], ("log entry 2, text", NUL)),
        (
            [Note(at=at("2026-11-20"), by="a\n", text="")],
            ("log entry 2, by", "control character U+000A at position 2; remove it"),
        ),
        ([Note(**NOW, text="", actual=-1)], ("log entry 2, actual", f"must be a number from 0 to {LARGEST}")),
        ([Note(**NOW, text="", was=-1, actual=1)], ("log entry 2, was", f"must be a number from 0 to {LARGEST}")),
        ([Note(**NOW, text="", actual=float("nan"))], ("log entry 2, actual", f"must be a number from 0 to {LARGEST}")),
        ([Raise(**NOW, n=0, text="")], ("log entry 2, n", f"must be from 1 to {LARGEST}")),
        ([Raise(**NOW, n=1, text=""), Raise(**NOW, n=1, text="")], ("log entry 3, n", "problem 1 is raised twice")),
        ([Settle(**NOW, n=1)], ("log entry 2, n", "there is no open problem 1 to settle")),
        ([Edit(**NOW, field="log")], ("log entry 2, field", "“log” is not a field of a task")),
        ([Edit(**NOW, field="donkey")], ("log entry 2, field", "“donkey” is not a field of a task")),
        ([Edit(**NOW, field="due", old="soon")], ("log entry 2, old", "is no value of “due”")),
        ([Hand(**NOW, field="status", old="todo", new="done")], ("log entry 2, new", "is no value of “status”")),
        ([Hand(**NOW, field="target", new=float("nan"))], ("log entry 2, new", "is no value of “target”")),
        ([Edit(**NOW, field="extra.x", new=5)], ("log entry 2, new", "is no value of “extra.x”")),
        (
            [Edit(**NOW, field="tags", new=("\0",))],
            ("log entry 2, new", NUL),
        ),
        (
            [Edit(**NOW, field="owner", old="\0")],
            ("log entry 2, old", NUL),
        ),
    ],
    ids=lambda value: str(value)[-50:] if isinstance(value, tuple) else None,
)
def test_a_log_at_fault(entries: list[LogEntry], fault: tuple[str, str]) -> None:
    assert of_log(*entries) == [fault]


def test_a_log_as_it_may_be() -> None:
    entries: list[LogEntry] = [
        Raise(**NOW, n=7, text="a\nb"),
        Settle(**NOW, n=7),
        Edit(**NOW, field="extra.x", old=None, new="a\nb"),
        Edit(**NOW, field="target", old=None, new=1.5),
        Edit(**NOW, field="support", old=(), new=("教体局",)),
        Hand(**NOW, field="closed", old=None, new="2026-11-20"),
    ]
    assert of_log(*entries) == []


@pytest.mark.parametrize(
    ("setting", "value", "wrong"),
    [
        ("soon_days", -1, "must be from 0 to 36500"),
        ("stale_days", 36501, "must be from 0 to 36500"),
        ("lock_seconds", float("nan"), "must be from 0 to 36500"),
        ("lang", "fr", "must be zh or en"),
        ("mail_server", "smtp.a.example:99999", "must be host:port"),
        ("mail_from", "产改办", "must be a mail address"),
        ("name", "a\nb", "control character U+000A at position 2; remove it"),
        ("office", "\x7f", "control character U+007F at position 1; remove it"),
    ],
)
def test_settings_at_fault(setting: str, value: object, wrong: str) -> None:
    made = msgspec.structs.replace(factories.ledger(), pilot=factories.pilot(**{setting: value}))
    assert list(integrity.faults(made)) == [Fault("[pilot]", setting, wrong)]


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ([Department(name=" ")], ("department “ ”", "name", "must not be empty")),
        ([Department(name="\u200b")], ("department “\u200b”", "name", "must not be empty")),
        ([Department(name="甲", aliases=("",))], ("department “甲”", "aliases", "must not be empty")),
        (
            [Department(name="甲"), Department(name="甲")],
            ("department “甲”", "name", "“甲” is a name or alias already"),
        ),
        (
            [Department(name="甲"), Department(name="乙", aliases=("甲",))],
            ("department “乙”", "aliases", "“甲” is a name or alias already"),
        ),
        (
            [Department(name="甲", aliases=("甲",))],
            ("department “甲”", "aliases", "“甲” is a name or alias already"),
        ),
        (
            [Department(name="甲\n")],
            ("department “甲⏎”", "name", "control character U+000A at position 2; remove it"),
        ),
        (
            [Department(name="甲", contact="\0")],
            ("department “甲”", "contact", NUL),
        ),
        (
            [Department(name="甲", mail="a@b, c@d")],
            ("department “甲”", "mail", "must be a mail address"),
        ),
    ],
)
def test_departments_at_fault(units: list[Department], fault: tuple[str, str, str]) -> None:
    assert list(integrity.department_faults(units)) == [Fault(*fault)]


def ledger(*tasks: Task, next_id: int) -> Ledger:
    return msgspec.structs.replace(factories.ledger(*tasks), next_id=next_id)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(ledger(next_id=1), [], id="empty"),
        pytest.param(ledger(next_id=0), ["the store, next_id: must be from 1 to 9007199254740991"], id="no id left"),
        pytest.param(
            ledger(factories.task(id=7), next_id=7),
            ["the store, next_id: 7 is too low; with task 7 the next is 8"],
            id="taken",
        ),
        pytest.param(
            ledger(factories.task(id=LARGEST + 1), next_id=1),
            [f"task {LARGEST + 1} “实训设备采购”, id: must be from 1 to {LARGEST}"],
            id="too large, said once",
        ),
        pytest.param(
            ledger(*(factories.task(id=2, uid=uid) for uid in "abc"), next_id=3),
            ["task 2, id: 3 tasks have this id; give all but one the ids from 3 on"],
            id="id on several",
        ),
        pytest.param(
            ledger(*(factories.task(id=number, uid="a") for number in (1, 2)), next_id=3),
            [
                "task 1 “实训设备采购”, uid: “a” stands on several tasks",
                "task 2 “实训设备采购”, uid: “a” stands on several tasks",
            ],
            id="uid on several",
        ),
    ],
)
def test_identity(made: Ledger, expected: list[str]) -> None:
    assert [str(fault) for fault in integrity.faults(made)] == expected


def test_long_titles_are_cut_in_faults() -> None:
    assert integrity.record_name("task", id=3, title="长" * 31) == f"task 3 “{'长' * 30}…”"
    assert integrity.record_name("task", id=3, title="长" * 30) == f"task 3 “{'长' * 30}”"


def test_whatever_the_changes_do_stays_sound() -> None:
    stamp = factories.stamp()
    task = changes.create(factories.task(due="2026-12-01", support=("教体局",)), stamp)
    steps: list[Callable[[Task], Task]] = [
        lambda task: changes.start(task, stamp),
        lambda task: changes.note(task, stamp, text="x", actual=3),
        lambda task: changes.raise_(task, stamp, text="x"),
        lambda task: changes.settle(task, stamp, n=1),
        lambda task: changes.extend(task, stamp, to=factories.day("2026-12-31"), reason="x"),
        lambda task: changes.edit(task, stamp, {"department": "教体局", "extra.预算": "30", "tags": ("a",)}),
        lambda task: changes.close(task, stamp),
        lambda task: changes.reopen(task, stamp, reason="x"),
    ]
    for step in steps:
        task = step(task)
        assert list(integrity.task_faults(task, departments=UNITS)) == []


def test_two_offices_may_each_have_settled_a_problem() -> None:
    assert of_log(Raise(**NOW, n=1, text=""), Settle(**NOW, n=1), Settle(**NOW, n=1, text="好")) == []


def test_open_ended_does_not_go_with_a_deadline() -> None:
    broken = factories.task(due="2026-12-15", open_ended=True)
    found = [str(fault) for fault in integrity.faults(factories.ledger(broken))]
    assert found == [
        "task 1 “实训设备采购”, open_ended: does not go with a deadline; take one of the two out",
    ]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"old": "\0"}, "old"),
        ({"new": ("甲", "\0")}, "new"),
        ({"name": "\0"}, "name"),
        ({"of": "\0"}, "of"),
        ({"field": "\0"}, "field"),
        ({"by": "\0"}, "by"),
    ],
)
def test_a_conflict_at_fault(over: dict[str, Any], field: str) -> None:
    sound = Conflict(**NOW, of="decision", name="第一行\n第二行", field="text", old="甲\n", new="乙")
    before = msgspec.structs.replace(factories.ledger(), conflicts=(sound,))
    after = msgspec.structs.replace(before, conflicts=(sound, msgspec.structs.replace(sound, **over)))
    assert not list(integrity.faults(before))
    for found in (integrity.faults(after), integrity.faults_of_change(before, after)):
        assert list(map(str, found)) == [f"conflict 2, {field}: {NUL}"]
