"""What must hold of meetings, inspections and projects, and that every move keeps it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from factories import day, finding, fund, inspection, ledger, meeting, stamp, task
from pilottask.base.errors import PilotError
from pilottask.ledger import changes, inspections, integrity, meetings, projects, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Decision, Department, Every, Ledger, Meeting, Project

UNITS = {"区教体局": ("教体局",), "区财政局": ()}
Change = dict[str, Any]


def book(**over: Any) -> Ledger:  # noqa: ANN401  any list of records
    return replace(ledger(task(id=1), task(id=2), departments=UNITS), **over)


def faults(found: Ledger) -> list[str]:
    return [str(fault) for fault in integrity.faults(found)]


def test_sound_records_have_no_fault() -> None:
    sound = book(
        meetings=(
            meeting(attend=("区教体局",), absent=("区财政局",), decisions=(Decision(n=1, text="甲", tasks=(2, 1)),)),
        ),
        inspections=(inspection(by=("区财政局",), tasks=(1,), findings=(finding(),)),),
        projects=(Project(name="甲", partners=("区教体局",), funds=(fund("财政", "1.00", "0.5"),) * 2),),
    )
    assert faults(sound) == []


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"title": " "}, "title: must not be empty"),
        ({"title": "甲\n乙"}, "title: control character U+000A"),
        ({"place": "\x07"}, "place: control character"),
        ({"chair": "\x07"}, "chair: control character"),
        ({"attend": ("区发改局",)}, "attend: “区发改局” is not entered"),
        ({"attend": ("教体局",)}, "attend: “教体局” is not entered"),
        ({"absent": ("区教体局", "区教体局")}, "absent: the same unit stands there twice"),
        ({"attend": ("区教体局",), "absent": ("区教体局",)}, "absent: “区教体局” stands among those who came too"),
        ({"id": 0}, "id: must be from 1"),
        ({"decisions": (Decision(n=1, text="a"), Decision(n=1, text="b"))}, "decision 1: its number"),
        ({"decisions": (Decision(n=0, text="a"),)}, "decision 0: its number"),
        ({"decisions": (Decision(n=1, text="\n"),)}, "decision 1: must not be empty"),
        ({"decisions": (Decision(n=1, text="a\x07"),)}, "decision 1: control character"),
        ({"decisions": (Decision(n=1, text="a", tasks=(3,)),)}, "decision 1: there is no task 3"),
        ({"decisions": (Decision(n=1, text="a", tasks=(1, 1)),)}, "decision 1: the same task stands there twice"),
    ],
)
def test_faults_of_a_meeting(over: Change, fault: str) -> None:
    (found,) = faults(book(meetings=(meeting(**over),)))
    assert fault in found
    assert found.startswith("meeting ")


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"id": -1}, "id: must be from 1"),
        ({"by": ("区发改局",)}, "by: “区发改局” is not entered"),
        ({"tasks": (1, 9)}, "tasks: there is no task 9"),
        ({"findings": (finding(task=2),)}, "finding 1: task 2 is not among the tasks"),
        ({"findings": (finding(), finding())}, "finding 1: its number"),
        ({"findings": (finding(text=" "),)}, "finding 1: must not be empty"),
        ({"findings": (finding(text="\x07"),)}, "finding 1: control character"),
        ({"findings": (finding(evidence="\x07"),)}, "finding 1: control character"),
        ({"findings": (finding(fix_by=day("2026-11-11")),)}, "finding 1: 2026-11-11 is before the inspection"),
        ({"findings": (finding(fixed=day("2026-11-11")),)}, "finding 1: 2026-11-11 is before the inspection"),
    ],
)
def test_faults_of_an_inspection(over: Change, fault: str) -> None:
    (found,) = faults(book(inspections=(inspection(**{"tasks": (1,), **over}),)))
    assert fault in found
    assert found.startswith("inspection ")


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"name": ""}, "name: must not be empty"),
        ({"partners": ("区发改局",)}, "partners: “区发改局” is not entered"),
        ({"base": "\n"}, "base: control character"),
        ({"remark": "\x07"}, "remark: control character"),
        ({"funds": (fund(" ", "1", "1"),)}, "must not be empty"),
        ({"funds": (fund("财政", "1.001", "1"),)}, "money from “财政”, planned: must be an amount"),
        ({"funds": (fund("财政", "1", "-0.01"),)}, "money from “财政”, paid: must be an amount"),
        ({"funds": (fund("财政", "NaN", "1"),)}, "planned: must be an amount"),
        ({"funds": (fund("财政", "1E+12", "1"),)}, "planned: must be an amount"),
        ({"funds": (replace(fund("财政", "1", "1"), by="\n"),)}, "money from “财政”: control character"),
    ],
)
def test_faults_of_a_project(over: Change, fault: str) -> None:
    (found,) = faults(book(projects=(replace(Project(name="甲"), **over),)))
    assert fault in found
    assert found.startswith("project ")


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"meetings": (meeting(), meeting())}, "several of its kind have this number"),
        ({"inspections": (inspection(), inspection())}, "several of its kind have this number"),
        ({"projects": (Project(name="甲"), Project(name="甲"))}, "several projects have this name"),
    ],
)
def test_twins(over: Change, fault: str) -> None:
    found = faults(book(**over))
    assert len(found) == 2
    assert all(fault in one for one in found)


@pytest.mark.parametrize("percent", [-1, 101])
def test_points_behind_are_per_cent(percent: int) -> None:
    assert faults(ledger(behind_percent=percent)) == ["[pilot], behind_percent: must be from 0 to 100"]


def test_no_number_of_copies_is_below_nothing() -> None:
    assert faults(ledger(sheet_prints=-1)) == ["[pilot], sheet_prints: must be from 0 to 36500"]


def test_merged_departments_are_one_in_every_record() -> None:
    old = ledger(
        task(id=1, department="区教育局", support=("区教体局", "区财政局")),
        task(id=2, department="区教体局", support=("区教育局",)),
        task(id=3, department="区财政局", support=("区教体局", "区教育局")),
        task(id=4, department="区财政局"),
    )
    old = replace(
        old,
        departments=tuple(
            replace(unit, aliases=("老教育局",), contact="张科长") if unit.name == "区教育局" else unit
            for unit in old.departments
        ),
        meetings=(meeting(attend=("区教体局",), absent=("区教育局",)),),
        inspections=(inspection(by=("区教育局", "区教体局")),),
        projects=(Project(name="甲", partners=("区教育局",)),),
    )
    new = changes.merge_departments(old, "区教育局", "区教体局", stamp())
    assert [(one.department, one.support) for one in new.tasks] == [
        ("区教体局", ("区财政局",)),
        ("区教体局", ()),
        ("区财政局", ("区教体局",)),
        ("区财政局", ()),
    ]
    assert [len(one.log) for one in new.tasks] == [3, 2, 2, 1]
    assert Department(name="区教体局", aliases=("区教育局", "老教育局"), contact="张科长") in new.departments
    assert len(new.departments) == 2
    assert (new.meetings[0].attend, new.meetings[0].absent) == (("区教体局",), ())
    assert (new.inspections[0].by, new.projects[0].partners) == (("区教体局",), ("区教体局",))
    assert faults(new) == []


def test_a_department_is_not_merged_into_itself() -> None:
    with pytest.raises(PilotError, match="is one department already"):
        changes.merge_departments(book(), "区教体局", "区教体局", stamp())


def test_a_new_name_stands_in_every_record() -> None:
    old = book(
        meetings=(meeting(attend=("区教体局",)),),
        inspections=(inspection(by=("区教体局",)),),
        projects=(Project(name="甲", partners=("区教体局",)),),
    )
    new = changes.rename_department(old, "区教体局", "区教育体育局", stamp())
    assert faults(new) == []
    assert (new.meetings[0].attend, new.inspections[0].by, new.projects[0].partners) == (("区教育体育局",),) * 3


def test_a_task_removed_is_no_longer_named() -> None:
    old = book(
        meetings=(meeting(decisions=(Decision(n=1, text="甲", tasks=(1, 2)), Decision(n=2, text="乙"))),),
        inspections=(inspection(tasks=(1, 2)),),
    )
    new = changes.without(old, [1])
    assert [one.tasks for one in new.meetings[0].decisions] == [(2,), ()]
    assert new.inspections[0].tasks == (2,)
    assert faults(new) == []


NAMES = ("区教体局", "区财政局", "区教育局", "区工信局")
Draw = Callable[..., Any]


def _begun() -> Ledger:
    found = ledger(
        task(id=1, department=NAMES[0], due="2026-12-31", every=Every.MONTH),
        task(id=2, department=NAMES[1], support=(NAMES[2],)),
        departments=dict.fromkeys(NAMES, ()),
    )
    return projects.with_new(found, Project(name="甲", partners=(NAMES[3],)))


def _moved(found: Ledger, move: str, draw: Draw, on: Stamp) -> Ledger:  # noqa: C901, PLR0911  one case for each move
    units = [unit.name for unit in found.departments]
    some = st.lists(st.sampled_from(units), max_size=3, unique=True).map(tuple)
    number = draw(st.integers(1, 4))
    ids = draw(st.lists(st.sampled_from([one.id for one in found.tasks]), max_size=2, unique=True))
    match move:
        case "merge":
            return changes.merge_departments(found, draw(st.sampled_from(units)), draw(st.sampled_from(units)), on)
        case "meeting":
            return meetings.with_new(found, Meeting(id=0, title="会", day=on.today, attend=draw(some)))
        case "decide":
            return meetings.decide(found, number, "议定", on, tasks=ids)
        case "inspect":
            fresh = inspection(by=draw(some), day=on.today, tasks=tuple(ids))
            return inspections.with_new(found, fresh, on)
        case "find":
            one = draw(st.sampled_from(found.tasks))
            return inspections.add_finding(found, number, one, on, text="缺", fix_by=on.today)
        case "fixed":
            return inspections.put_right(found, number, draw(st.integers(1, 3)), on)
        case "fund":
            old = found.projects[0]
            new = projects.with_fund(old, "财政", on, planned=Decimal(number), paid=None)
            return projects.with_changed(found, old, new, on)
        case "rename":
            old = found.projects[0]
            return projects.with_changed(found, old, replace(old, name=f"乙{number}"), on)
        case "remove":
            return changes.without(found, ids)
        case "close":
            found = changes.apply(found, ids, lambda one: changes.close(one, on))
            return recurring.with_next(found, ids, on, new_uid=lambda: f"{move}{on.at.isoformat()}")
        case _:
            return changes.apply(found, ids, lambda one: changes.cancel(one, on, reason="停"))


MOVES = ["merge", "meeting", "decide", "inspect", "find", "fixed", "fund", "rename", "remove", "close", "cancel"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_move_keeps_a_ledger_sound_and_its_log(data: st.DataObject) -> None:
    found = _begun()
    today = day("2026-11-01")
    for move in data.draw(st.lists(st.sampled_from(MOVES), max_size=12)):
        today += timedelta(days=data.draw(st.integers(1, 30)))
        if not found.tasks:
            break
        try:
            after = _moved(found, move, data.draw, stamp(today.isoformat()))
        except PilotError:
            continue
        assert faults(after) == []
        logs = {one.id: one.log for one in after.tasks}
        if move != "remove":
            assert {one.id for one in found.tasks} <= logs.keys()
        for one in found.tasks:
            if one.id in logs:
                assert logs[one.id][: len(one.log)] == one.log
        found = after
