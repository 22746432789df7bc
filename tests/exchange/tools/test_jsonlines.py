"""JSON Lines: one record a line, all keys always there, and back again."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import strategies
from factories import TODAY, at, day, ledger, stamp, task
from pilottask.base.errors import BadStore, UsageFault
from pilottask.exchange.merge import tasks
from pilottask.exchange.tools import jsonlines
from pilottask.ledger import changes, inspections, integrity
from pilottask.ledger.records import Department, Finding, Fund, Inspection, InspectionKind, Ledger, Need, Project, Role
from pilottask.store import codec
from pilottask.store.form import Form as StoreForm


def written(found: Ledger, *, today: date = TODAY) -> bytes:
    return b"".join(jsonlines.lines(found, found.tasks, today=today))


def told(found: Ledger) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(found).splitlines()]


def read(data: bytes) -> Ledger:
    return codec.decode(msgspec.json.encode(jsonlines.read(data)), StoreForm.JSON).ledger


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
    lines = [list(jsonlines.found(found, [one], today=TODAY)) for one in found.tasks]
    assert [[line["record"] for line in each if line["record"] != "department"] for each in lines] == [
        ["task", "log", "finding", "money"],
        ["task", "log"],
    ]


def inspections_agree_with_logs(found: Ledger) -> bool:
    """Tell whether every inspection lists the tasks whose logs name it, as commands keep it."""
    looked_at = {one.id: one.tasks for one in found.inspections}
    return all(
        task.id in looked_at.get(getattr(entry, "inspection", 0), (task.id,))
        for task in found.tasks
        for entry in task.log
    )


@given(strategies.ledgers(max_tasks=3), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_what_goes_out_comes_back(found: Ledger, today: date) -> None:
    assume(inspections_agree_with_logs(found))
    back = read(written(found, today=today))
    assert back.tasks == found.tasks
    assert back.departments == found.departments
    assert tasks.merged(found, back, stamp("2026-11-20")).ledger == found


def test_files_put_together_are_read_as_one() -> None:
    other = ledger(task(id=1, uid="b", department="区工信局"), name="沾益区")
    back = read(written(sample()) + written(other))
    assert [(one.id, one.uid) for one in back.tasks] == [(1, "t0000001"), (2, "b")]
    assert [unit.name for unit in back.departments] == ["麒麟职教集团", "区财政局", "区工信局"]


def test_blank_lines_and_a_mark_are_passed_over() -> None:
    data = b"\xef\xbb\xbf\n \r\n" + written(sample())
    assert read(data).tasks == sample().tasks


def inspected() -> Ledger:
    """Return a list with one inspection, put on record as the program does: one finding put right, one not."""
    found = ledger(
        task(department="区教体局", project="基地"), task(id=2, uid="b"), departments={"区督查室": ()}, name="麒麟区"
    )
    looked = Inspection(id=0, kind=InspectionKind.JOINT, day=day("2026-11-06"), by=("区督查室",), tasks=(1, 2))
    found = inspections.with_new(found, looked, stamp("2026-11-06"))
    for one, text in zip(found.tasks, ("台账不全", "场地未落实"), strict=True):
        found = inspections.add_finding(found, 1, one, stamp("2026-11-06"), text=text, fix_by=day("2026-11-10"))
    found = inspections.put_right(found, 1, 1, stamp("2026-11-09"), evidence="照片")
    return msgspec.structs.replace(found, projects=with_pilot_records().projects)


def test_findings_and_money_come_back() -> None:
    found = inspected()
    back = read(written(found))
    assert list(integrity.faults(back)) == []
    assert (back.tasks, back.inspections) == (found.tasks, found.inspections)
    (project,) = found.projects
    # Of the entries of a source the last one holds; the lines have no more.
    assert back.projects == (msgspec.structs.replace(project, funds=project.funds[-1:]),)
    assert tasks.merged(found, back, stamp("2026-11-20")).ledger == found
    empty = tasks.merged(ledger(), back, stamp("2026-11-20")).ledger
    assert tasks.merged(empty, back, stamp("2026-11-20")).ledger == empty
    assert (empty.inspections, empty.projects) == (back.inspections, back.projects)


def test_inspections_of_two_lists_with_one_number_stay_apart() -> None:
    ours = inspected()
    (one,) = ours.inspections
    pilot = msgspec.structs.replace(ours.pilot, name="沾益区")
    tasks = tuple(msgspec.structs.replace(each, uid=f"z{each.id}") for each in ours.tasks)
    theirs = msgspec.structs.replace(
        ours, pilot=pilot, tasks=tasks, inspections=(msgspec.structs.replace(one, day=day("2026-11-05")),), projects=()
    )
    back = read(written(ours) + written(theirs))
    assert list(integrity.faults(back)) == []
    assert [(each.id, each.day.day, each.tasks) for each in back.inspections] == [(1, 6, (1, 2)), (2, 5, (3, 4))]
    assert [finding.task for each in back.inspections for finding in each.findings] == [1, 2, 3, 4]


def test_findings_that_do_not_go_together_are_refused() -> None:
    first, second = (line for line in written(inspected()).splitlines(keepends=True) if b'"finding"' in line)
    *others, _first, _second, money = written(inspected()).splitlines(keepends=True)
    data = b"".join(
        [
            *others,
            first,
            first,
            second.replace(b"2026-11-06", b"2026-11-05"),
            second.replace(b'"uid":"b"', b'"uid":"c"'),
        ]
    )
    with pytest.raises(UsageFault) as refused:
        jsonlines.read(data + money)
    place = len(others)
    assert refused.value.message == (
        f"line {place + 2}: inspection 1, finding 1 does not go with another line\n"
        f"line {place + 3}: inspection 1, finding 2 does not go with another line\n"
        f"line {place + 4}: the finding is on “c”, which has no line"
    )


def test_an_entry_that_comes_before_its_task_belongs_to_it() -> None:
    lines = written(sample()).splitlines(keepends=True)
    assert read(b"".join(reversed(lines))).tasks == sample().tasks


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'{"record":"task","uid":"a"}\n{\n[1]\n',
            "line 2 is no JSON object: {\nline 3 is no JSON object: [1]",
        ),
        (b"\xff\n", "line 1 is no JSON object: \ufffd"),
        (
            b'{"record":"task","uid":"a"}\n{"record":"task","uid":"a"}\n{"record":"x"}\n{"record":"task"}',
            (
                "line 2: “a” stands there already\n"
                "line 3: no record of a task, a log, a department, a finding or money\n"
                "line 4: no record of a task, a log, a department, a finding or money"
            ),
        ),
        (
            b'{"record":"log","uid":"a","place":1,"kind":"note"}\n{"record":"log","uid":"a","place":1,"kind":"note"}',
            "line 2: no record of a task, a log, a department, a finding or money\nthe log of “a” has no task",
        ),
    ],
    ids=["no objects", "no text", "no records", "no task"],
)
def test_everything_wrong_is_said_at_once(data: bytes, message: str) -> None:
    with pytest.raises(UsageFault) as refused:
        jsonlines.read(data)
    assert refused.value.message == message


def test_fields_that_do_not_fit_are_named_by_task_and_field() -> None:
    data = written(sample()).replace(b'"due":"2026-11-08"', b'"due":"donkey"').replace(b'"kind":"note"', b'"kind":"x"')
    with pytest.raises(Exception, match="due: must be a date such as 2026-12-15, not “donkey”") as refused:
        read(data)
    assert "log entry 3, kind" in str(refused.value)


@pytest.mark.parametrize("value", [5, "x", [[1]], {"a": 1}, True, []], ids=repr)
def test_a_value_of_another_kind_is_refused_and_no_fault_of_the_program(value: object) -> None:
    records = told(inspected())
    refused = 0
    for place, record in enumerate(records):
        for key in record:
            others = [*records[:place], {**record, key: value}, *records[place + 1 :]]
            try:
                read(b"\n".join(map(msgspec.json.encode, others)))
            except (UsageFault, BadStore):
                refused += 1
    assert refused > len(records)


def test_the_keys_of_every_record_stand_in_the_readme() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    section = readme.split("| record | keys |", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines()[2:]]
    documented = {row[0].strip("`"): set(re.findall("`([a-z_]+)`", row[1])) for row in rows}
    every = documented.pop("every")
    lines = {line["record"]: set(line) - every for line in told(inspected())}
    assert documented == lines
