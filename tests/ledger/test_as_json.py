"""Records as scripts read them."""

import json

import pytest

from factories import TODAY, day, done, ledger, pilot, stamp, task
from pilottask.base.i18n import Lang, language, set_language
from pilottask.ledger import changes, history, queries
from pilottask.ledger.as_json import department_record, entry_record, json_text, summary_record, task_record
from pilottask.ledger.queries import Group
from pilottask.ledger.records import Department, Need, Role, Task

FIELDS = [
    *("id", "uid", "title", "department", "support", "owner", "leader", "aspect", "requirement", "target", "unit"),
    *(
        "actual",
        "due",
        "first_due",
        "open_ended",
        "status",
        "source",
        "project",
        "every",
        "tags",
        "remark",
        "created",
        "submitted",
    ),
    *("closed", "extra", "log", "light", "light_reason", "overdue", "days_late", "days_left"),
    *("silent_days", "last_progress", "to_verify_days", "submitted_late_days", "reached", "time_gone", "problems"),
    "steps",
    "attachments",
    "instructions",
    "chased",
]


def read(one: Task) -> dict[str, object]:
    """Return the record as a script gets it."""
    found: dict[str, object] = json.loads(json_text(task_record(one, today=TODAY, pilot=pilot())))
    return found


def test_all_fields_stand_in_their_order_and_absent_ones_are_null() -> None:
    record = read(task())
    assert list(record) == FIELDS
    assert {key for key, value in record.items() if value is None} == {
        *("owner", "leader", "aspect", "requirement", "target", "unit", "actual", "due", "first_due", "source"),
        *("project", "every", "remark", "submitted", "closed", "light_reason", "days_left", "reached", "time_gone"),
        *("last_progress", "to_verify_days", "submitted_late_days"),
    }
    assert (record["support"], record["tags"], record["extra"], record["problems"]) == ([], [], {}, [])


def test_a_late_task_with_a_problem() -> None:
    late = task(due="2026-11-08", support=("区财政局",), extra={"文号": "3号"}, tags=("重点",))
    late = changes.start(late, stamp("2026-11-02", "李四"))
    late = changes.raise_(late, stamp("2026-11-10"), text="流标", need=Need.MONEY, coordinate=True)
    late = changes.raise_(late, stamp("2026-11-11"), text="场地")
    late = changes.settle(late, stamp("2026-11-12"), n=2)
    late = changes.chase(changes.chase(late, stamp()), stamp(), text="电话")
    record = read(late)
    assert record["support"] == ["区财政局"]
    assert record["extra"] == {"文号": "3号"}
    assert record["log"][1] == {"kind": "start", "at": "2026-11-02T09:15:00+08:00", "by": "李四"}  # type: ignore[index]
    assert {key: record[key] for key in FIELDS[FIELDS.index("light") :]} == {
        "light": "red",
        "light_reason": "overdue",
        "overdue": True,
        "days_late": 12,
        "days_left": -12,
        "silent_days": 8,
        "last_progress": None,
        "to_verify_days": None,
        "submitted_late_days": None,
        "reached": None,
        "time_gone": 1.0,
        "problems": [
            {"n": 1, "text": "流标", "need": "money", "coordinate": True, "raised": "2026-11-10", "days_open": 10}
        ],
        "steps": [],
        "attachments": [],
        "instructions": [],
        "chased": 2,
    }


def test_a_closed_task_has_no_light_and_no_days() -> None:
    closed = done(task(due="2026-11-08"), stamp("2026-11-09"))
    record = read(closed)
    assert (record["status"], record["submitted"], record["closed"]) == ("closed", None, "2026-11-09")
    assert (record["light"], record["light_reason"], record["overdue"]) == (None, None, False)
    assert (record["days_late"], record["days_left"]) == (0, None)


@pytest.mark.parametrize("lang", Lang)
def test_records_are_english_in_every_language(lang: Lang) -> None:
    before = language()
    set_language(lang)
    try:
        record = read(task(due="2026-11-21", status="doing"))
    finally:
        set_language(before)
    assert (record["status"], record["light"], record["light_reason"]) == ("doing", "yellow", "due_soon")


def test_records_do_not_share_what_they_hold() -> None:
    first, second = (task_record(task(), today=TODAY, pilot=pilot()) for _ in range(2))
    assert first == second
    assert first["extra"] is not second["extra"]


def test_a_log_entry_names_its_task() -> None:
    noted = changes.note(task(id=3), stamp(), text="已签5家", next_step="再签3家", actual=5)
    *_rest, row = history.log_rows(noted)
    assert entry_record(row) == {
        "id": 3,
        "title": "实训设备采购",
        "n": 2,
        "voided": False,
        "amended": False,
        "kind": "note",
        "at": "2026-11-20T09:15:00+08:00",
        "by": "张三",
        "text": "已签5家",
        "next": "再签3家",
        "actual": 5,
    }


def test_a_summary_names_its_groups_by_what_it_counts() -> None:
    counted = queries.summary(
        ledger(
            task(owner="王", due=day("2026-11-08")),
            task(id=2, status="closed", owner="王"),
            task(id=3, status="closed", owner="王"),
            task(id=4, status="cancelled"),
        ).tasks,
        Group.OWNER,
        today=TODAY,
        pilot=pilot(),
    )
    none = dict.fromkeys(("todo", "doing", "submitted", "closed", "suspended", "cancelled"), 0) | dict.fromkeys(
        ("green", "yellow", "red", "overdue"), 0
    )
    figures = {**none, "todo": 1, "closed": 2, "red": 1, "overdue": 1}
    record = summary_record(counted)
    assert record == {
        "by": "owner",
        "rows": [
            {"owner": "王", "total": 3, **figures, "completion_rate": 2 / 3},
            {"owner": None, "total": 1, **none, "cancelled": 1, "completion_rate": None},
        ],
        "total": {"total": 4, **figures, "cancelled": 1, "completion_rate": 2 / 3},
    }
    assert list(record["rows"][0]) == [  # type: ignore[index]
        *("owner", "total", "todo", "doing", "submitted", "closed", "suspended", "cancelled"),
        *("green", "yellow", "red", "overdue", "completion_rate"),
    ]


def test_a_department() -> None:
    unit = Department(name="区教体局", role=Role.OFFICE, aliases=("教体局",))
    known = {"name": "区教体局", "role": "office", "aliases": ("教体局",), "contact": None, "mail": None}
    assert department_record(unit) == known


def test_json_is_indented_and_readable() -> None:
    assert json_text([{"title": "实训“x”", "due": None}]) == (
        '[\n  {\n    "title": "实训“x”",\n    "due": null\n  }\n]\n'
    )
    assert json_text([]) == "[]\n"
