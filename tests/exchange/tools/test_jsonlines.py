"""JSON Lines: one record a line, all keys always there."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from factories import TODAY, at, day, ledger, stamp, task
from pilottask.exchange.tools import jsonlines
from pilottask.ledger import changes, integrity
from pilottask.ledger.records import Department, Finding, Fund, Inspection, InspectionKind, Ledger, Need, Project, Role


def written(found: Ledger, *, today: date = TODAY) -> bytes:
    return b"".join(jsonlines.lines(found, found.tasks, today=today))


def told(found: Ledger) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(found).splitlines()]


def sample() -> Ledger:
    one = changes.raise_(
        task(due="2026-11-08", support=("区财政局",)), stamp("2026-11-02"), text="缺地", need=Need.PLACE
    )
    one = changes.note(one, stamp("2026-11-03"), text="选址", actual=3)
    return ledger(one, name="麒麟区")


def test_a_task_is_a_line_with_all_that_json_shows_of_it_but_the_log() -> None:
    (line,) = [line for line in told(sample()) if line["record"] == "task"]
    shown = {
        "record",
        "pilot",
        "id",
        "uid",
        "due",
        "status",
        "light",
        "light_reason",
        "overdue",
        "days_late",
        "support",
    }
    assert {key: line[key] for key in shown} == {
        "record": "task",
        "pilot": "麒麟区",
        "id": 1,
        "uid": "t0000001",
        "due": "2026-11-08",
        "status": "todo",
        "light": "red",
        "light_reason": "overdue",
        "overdue": True,
        "days_late": 12,
        "support": ["区财政局"],
    }
    assert line["owner"] is None
    assert "log" not in line


def test_an_entry_is_a_line_with_the_fields_of_all_kinds() -> None:
    created, raised, note = [line for line in told(sample()) if line["record"] == "log"]
    assert created.keys() == raised.keys() == note.keys()
    assert {key: value for key, value in note.items() if value is not None} == {
        "record": "log",
        "pilot": "麒麟区",
        "uid": "t0000001",
        "id": 1,
        "title": "实训设备采购",
        "place": 3,
        "at": "2026-11-03T09:15:00+08:00",
        "by": "张三",
        "kind": "note",
        "text": "选址",
        "actual": 3,
    }
    assert (raised["n"], raised["need"], raised["place"]) == (1, "place", 2)


def test_a_department_is_a_line() -> None:
    found = replace_units(ledger(), Department(name="区教体局", role=Role.ENTERPRISE, aliases=("教体局",)))
    assert told(found) == [
        {
            "record": "department",
            "pilot": None,
            "name": "区教体局",
            "role": "enterprise",
            "aliases": ["教体局"],
            "contact": None,
            "mail": None,
        }
    ]


def replace_units(found: Ledger, *units: Department) -> Ledger:
    return msgspec.structs.replace(found, departments=units)


def with_pilot_records() -> Ledger:
    one = task(department="区教体局", project="基地")
    other = task(id=2, uid="b", department="区教体局")
    found = msgspec.structs.replace(
        ledger(one, other, departments={"区督查室": ()}, name="麒麟区"),
        inspections=(
            Inspection(
                id=4,
                kind=InspectionKind.JOINT,
                day=day("2026-11-06"),
                by=("区督查室",),
                tasks=(1,),
                findings=(Finding(n=1, task=1, text="台账不全", fix_by=day("2026-11-10")),),
            ),
        ),
        projects=(
            Project(
                name="基地",
                partners=("区教体局",),
                funds=tuple(
                    Fund(at=at("2026-11-02"), by="张三", source="区财政", planned=Decimal("100.5"), paid=Decimal(paid))
                    for paid in (0, 20)
                ),
            ),
        ),
    )
    assert list(integrity.faults(found)) == []
    return found


def test_a_finding_and_the_money_of_each_source_are_lines() -> None:
    *_others, finding, money = told(with_pilot_records())
    assert finding == {
        "record": "finding",
        "pilot": "麒麟区",
        "inspection": 4,
        "kind": "joint",
        "date": "2026-11-06",
        "by": ["区督查室"],
        "uid": "t0000001",
        "n": 1,
        "id": 1,
        "title": "实训设备采购",
        "department": "区教体局",
        "text": "台账不全",
        "fix_by": "2026-11-10",
        "fixed": None,
        "evidence": None,
        "days_late": 10,
    }
    assert money == {
        "record": "money",
        "pilot": "麒麟区",
        "project": "基地",
        "partners": ["区教体局"],
        "base": None,
        "signed": None,
        "source": "区财政",
        "planned": "100.50",
        "paid": "20.00",
        "at": "2026-11-02T09:15:00+08:00",
        "by": "张三",
    }


def test_some_of_the_tasks_bring_what_is_about_them() -> None:
    found = with_pilot_records()
    lines = [list(jsonlines.records(found, [one], today=TODAY)) for one in found.tasks]
    assert [[line["record"] for line in each if line["record"] != "department"] for each in lines] == [
        ["task", "log", "finding", "money"],
        ["task", "log"],
    ]
