"""Two stores of one pilot made one: nothing recorded is lost, the newer of two values stands."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from factories import at, day, ledger, round_, stamp, task
from paper.archive import Archive
from pilottask.base.errors import PilotError
from pilottask.exchange.bring_in import bring_in
from pilottask.exchange.office.importing import ImportPlan
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import (
    attachments,
    changes,
    corrections,
    history,
    inspections,
    instructions,
    integrity,
    recurring,
    steps,
)
from pilottask.ledger.attachments import File
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import (
    Arrival,
    CalendarYear,
    Correction,
    Create,
    Decide,
    Decision,
    Department,
    Edit,
    Find,
    Fixed,
    Fund,
    Hand,
    How,
    Inspection,
    InspectionKind,
    Ledger,
    LogEntry,
    Meeting,
    Need,
    Note,
    Project,
    Raise,
    Role,
    Settle,
    Status,
    Task,
    replace,
)

NOW: Final = stamp("2026-12-01 12:00", by="王敏")
Change = Callable[[Task], Task]


def merge(mine: Ledger, theirs: Ledger, made: Stamp) -> ImportPlan:
    return bring_in(Incoming(theirs), mine, stamp=made, new_uid=str, source="a.toml")


def of(*tasks: Task, **more: Any) -> Ledger:  # noqa: ANN401  as for `factories.ledger`
    return ledger(*tasks, **more)


def only(done: ImportPlan) -> Task:
    (one,) = done.ledger.tasks
    assert list(integrity.faults(done.ledger)) == []
    assert history.differences(one) == []
    return one


def both(start: Task, mine: Change, theirs: Change) -> ImportPlan:
    """Bring together what two stores made of one task."""
    done = merge(of(mine(start)), of(theirs(start)), NOW)
    assert merge(done.ledger, of(theirs(start)), NOW).ledger == done.ledger
    return done


def told(done: ImportPlan) -> list[tuple[str, object, object, object]]:
    return [(each.field, each.mine, each.theirs, each.taken) for each in done.conflicts]


def edited(when: str, **values: object) -> Change:
    return lambda one: changes.edit(one, stamp(when, by="李四"), values)


def unchanged(one: Task) -> Task:
    return one


# New tasks


def test_a_new_task_gets_a_new_id_and_keeps_all_else() -> None:
    mine = of(task(id=1, uid="a"), task(id=4, uid="b"))
    theirs = changes.note(task(id=1, uid="c", due="2026-12-15", tags=("急",)), stamp("2026-11-03"), text="甲")
    done = merge(mine, of(theirs), NOW)
    assert done.added == (replace(theirs, id=5),)
    assert done.ledger.tasks == (*mine.tasks, replace(theirs, id=5))
    assert done.ledger.next_id == 6


def test_the_same_again_brings_nothing() -> None:
    mine = of(task(id=1, uid="a", title="甲"), task(id=2, uid="b", title="乙"))
    theirs = of(*(replace(one, id=one.id + 7) for one in mine.tasks))
    done = merge(mine, theirs, NOW)
    assert done.ledger == mine
    assert (done.added, done.changed, done.conflicts) == ((), (), ())
    assert [one.id for one in done.unchanged] == [1, 2]


def test_settings_stay() -> None:
    done = merge(of(name="麒麟区", soon_days=9), of(task(), name="沾益区", soon_days=3), NOW)
    assert (done.ledger.pilot.name, done.ledger.pilot.soon_days) == ("麒麟区", 9)


# Fields


def test_changes_of_different_fields_are_both_kept() -> None:
    done = both(task(), edited("2026-11-02", owner="甲"), edited("2026-11-03", leader="乙"))
    one = only(done)
    assert (one.owner, one.leader) == ("甲", "乙")
    assert one.log == (
        *task().log,
        Edit(at=at("2026-11-02"), by="李四", field="owner", new="甲"),
        Edit(at=at("2026-11-03"), by="李四", field="leader", new="乙"),
    )
    assert done.conflicts == ()


@pytest.mark.parametrize(("mine", "theirs", "taken"), [("05", "06", "theirs"), ("06", "05", "mine")])
def test_of_two_values_the_newer_stands_and_both_are_on_record(mine: str, theirs: str, taken: str) -> None:
    done = both(task(), edited(f"2026-11-{mine}", owner="mine"), edited(f"2026-11-{theirs}", owner="theirs"))
    one = only(done)
    assert one.owner == taken
    assert told(done) == [("owner", "mine", "theirs", taken)]
    assert [entry.new for entry in one.log if isinstance(entry, Edit)][-1] == taken
    assert len(one.log) == 3


def test_the_same_value_on_both_sides_is_no_conflict() -> None:
    done = both(task(), edited("2026-11-05", owner="甲"), edited("2026-11-06", owner="甲"))
    assert (only(done).owner, done.conflicts, len(only(done).log)) == ("甲", (), 3)


def test_a_change_that_was_seen_and_changed_again_is_no_conflict() -> None:
    theirs = edited("2026-11-05", owner="甲")(task())
    mine = edited("2026-11-04", owner="乙")(theirs)
    done = merge(of(mine), of(theirs), NOW)
    assert (done.ledger, done.conflicts) == (of(mine), ())
    back = merge(of(theirs), of(mine), NOW)
    assert (only(back), back.conflicts) == (mine, ())


def test_own_columns_are_fields_of_their_own() -> None:
    start = task(extra={"经费": "1", "备忘": "x"})
    mine = edited("2026-11-05", **{"extra.经费": "2"})
    theirs = edited("2026-11-06", **{"extra.备忘": None, "extra.地点": "y"})
    assert only(both(start, mine, theirs)).extra == {"经费": "2", "地点": "y"}


def test_lists_take_what_either_side_put_in_and_lose_what_either_took_out() -> None:
    start = task(tags=("甲", "乙"))
    done = both(start, edited("2026-11-05", tags=("甲", "丙")), edited("2026-11-06", tags=("甲", "乙", "丁")))
    assert set(only(done).tags) == {"甲", "丙", "丁"}
    assert done.conflicts == ()


def test_what_one_put_in_again_stays() -> None:
    start = task(tags=("甲", "乙"))

    def theirs(one: Task) -> Task:
        return edited("2026-11-07", tags=("乙",))(edited("2026-11-06", tags=("丙", "乙"))(one))

    assert only(both(start, edited("2026-11-05", tags=("甲",)), theirs)).tags == ()


def test_a_figure_is_as_reported_last() -> None:
    def reported(when: str, actual: int) -> Change:
        return lambda one: changes.note(one, stamp(when), text="进展", actual=actual)

    done = both(task(), reported("2026-11-07", 7), reported("2026-11-05", 5))
    assert only(done).actual == 7
    assert [entry.actual for entry in only(done).log if isinstance(entry, Note)] == [5, 7]
    assert told(done) == [("actual", 7, 5, 7)]


def test_a_deadline_taken_away_here_and_moved_there_keeps_its_first_one() -> None:
    start = task(due="2026-12-01")

    def moved(one: Task) -> Task:
        return changes.extend(one, stamp("2026-10-30"), to=day("2026-12-20"), reason="流标")

    one = only(both(start, edited("2026-10-29 10:00", due=None), moved))
    assert (one.due, one.first_due) == (day("2026-12-20"), day("2026-12-01"))


def test_a_lead_that_one_store_made_of_a_supporting_unit_no_longer_supports() -> None:
    start = task(department="甲", support=("乙",))
    mine = edited("2026-11-05", support=("乙", "丙"))
    theirs = edited("2026-11-06", department="丙")
    one = only(both(start, mine, theirs))
    assert (one.department, one.support) == ("丙", ("乙",))


def test_the_earlier_day_of_entry_stands() -> None:
    assert only(merge(of(task()), of(task(created="2026-10-01")), NOW)).created == day("2026-10-01")


# Life


def started(when: str) -> Change:
    return lambda one: changes.start(one, stamp(when))


def closed(when: str) -> Change:
    return lambda one: changes.close(one, stamp(when))


def suspended(when: str) -> Change:
    return lambda one: changes.suspend(one, stamp(when), reason="等")


def reopened(when: str) -> Change:
    return lambda one: changes.reopen(one, stamp(when), reason="错")


def submitted(when: str) -> Change:
    return lambda one: changes.submit(one, stamp(when))


def after(*steps: Change) -> Change:
    def all_of(one: Task) -> Task:
        for step in steps:
            one = step(one)
        return one

    return all_of


DOING: Final = started("2026-11-01")(task())
SUBMITTED: Final = submitted("2026-11-02")(DOING)
CLOSED: Final = closed("2026-11-03")(SUBMITTED)


@pytest.mark.parametrize(
    ("start", "mine", "theirs", "found", "conflicts"),
    [
        (task(), unchanged, started("2026-11-05"), (Status.DOING, None, None), []),
        (task(), started("2026-11-05"), started("2026-11-06"), (Status.DOING, None, None), []),
        (
            DOING,
            suspended("2026-11-05"),
            submitted("2026-11-06"),
            (Status.SUBMITTED, "2026-11-06", None),
            [("status", "suspended", "submitted", "submitted"), ("submitted", None, "2026-11-06", "2026-11-06")],
        ),
        (
            DOING,
            submitted("2026-11-05"),
            suspended("2026-11-06"),
            (Status.SUSPENDED, "2026-11-05", None),
            [("status", "submitted", "suspended", "suspended"), ("submitted", "2026-11-05", None, "2026-11-05")],
        ),
        (
            SUBMITTED,
            closed("2026-11-05"),
            closed("2026-11-06"),
            (Status.CLOSED, "2026-11-02", "2026-11-06"),
            [("closed", "2026-11-05", "2026-11-06", "2026-11-06")],
        ),
        (CLOSED, reopened("2026-11-05"), reopened("2026-11-06"), (Status.SUBMITTED, "2026-11-02", None), []),
        (
            CLOSED,
            after(reopened("2026-11-05"), closed("2026-11-06")),
            reopened("2026-11-07"),
            (Status.SUBMITTED, "2026-11-02", None),
            [("status", "closed", "submitted", "submitted"), ("closed", "2026-11-06", None, None)],
        ),
    ],
    ids=["one side", "both start", "put off, then done", "done, then put off", "both close", "both reopen", "again"],
)
def test_the_life_is_that_of_the_joined_log(
    start: Task,
    mine: Change,
    theirs: Change,
    found: tuple[Status, str | None, str | None],
    conflicts: list[tuple[str, object, object, object]],
) -> None:
    done = both(start, mine, theirs)
    one = only(done)
    days = tuple(each.isoformat() if each else None for each in (one.submitted, one.closed))
    assert (one.status, *days) == found
    assert told(done) == conflicts


def test_a_task_that_both_closed_is_open_again_when_reopened() -> None:
    one = only(both(SUBMITTED, closed("2026-11-05"), closed("2026-11-06")))
    assert reopened("2026-11-08")(one).status is Status.SUBMITTED


# Problems


def raised(when: str, text: str) -> Change:
    return lambda one: changes.raise_(one, stamp(when), text=text, need=Need.MONEY, coordinate=True)


def settled(when: str, n: int, text: str = "好") -> Change:
    return lambda one: changes.settle(one, stamp(when), n=n, text=text)


def test_problems_of_theirs_get_free_numbers_and_mine_keep_theirs() -> None:
    start = raised("2026-11-01", "共有")(task())
    mine = after(raised("2026-11-05", "缺地"), raised("2026-11-06", "缺人"))
    theirs = after(raised("2026-11-03", "缺钱"), raised("2026-11-04", "缺料"), settled("2026-11-07", 2))
    one = only(both(start, mine, theirs))
    assert {each.raised.n: (each.raised.text, each.settled is not None) for each in history.problems(one)} == {
        1: ("共有", False),
        2: ("缺地", False),
        3: ("缺人", False),
        4: ("缺钱", True),
        5: ("缺料", False),
    }


def test_a_number_that_is_free_is_kept() -> None:
    theirs = after(raised("2026-11-03", "缺钱"), raised("2026-11-04", "缺料"), settled("2026-11-07", 2))
    one = only(both(task(), unchanged, theirs))
    assert [(entry.n, type(entry)) for entry in one.log[1:] if isinstance(entry, Raise | Settle)] == [
        (1, Raise),
        (2, Raise),
        (2, Settle),
    ]


def test_a_problem_settled_on_both_sides_keeps_both_words() -> None:
    start = raised("2026-11-01", "缺地")(task())
    one = only(both(start, settled("2026-11-05", 1, "东楼"), settled("2026-11-06", 1, "西楼")))
    assert [entry.text for entry in one.log if isinstance(entry, Settle)] == ["东楼", "西楼"]
    assert history.open_problems(one) == []


def test_two_like_problems_are_told_apart_by_their_order() -> None:
    start = after(raised("2026-11-01", "缺地"), raised("2026-11-01", "缺地"))(task())
    one = only(both(start, settled("2026-11-05", 1), settled("2026-11-05", 2)))
    assert history.open_problems(one) == []


# The log


def test_an_entry_is_the_same_if_equal_however_often_it_stands_there() -> None:
    chased = changes.chase(changes.chase(task(), stamp("2026-11-05")), stamp("2026-11-05"))
    assert len(only(both(task(), lambda _one: chased, edited("2026-11-06", owner="甲"))).log) == 4
    assert len(only(both(chased, unchanged, lambda one: changes.chase(one, stamp("2026-11-05")))).log) == 4


def test_each_log_keeps_its_own_order_though_times_go_back() -> None:
    mine = after(started("2026-11-20"), closed("2026-11-10"))
    one = only(both(task(), mine, edited("2026-11-15", owner="甲")))
    assert [entry.at.day for entry in one.log[1:]] == [15, 20, 10]
    assert one.status is Status.CLOSED


# Changes by hand


def test_what_was_changed_by_hand_there_comes_with_a_record_and_once() -> None:
    start = edited("2026-11-02", owner="甲")(task())
    done = both(start, unchanged, lambda one: replace(one, owner="乙", status=Status.DOING))
    one = only(done)
    assert (one.owner, one.status) == ("乙", Status.DOING)
    assert one.log[-2:] == (
        Hand(at=NOW.at, by="王敏", field="owner", old="甲", new="乙"),
        Hand(at=NOW.at, by="王敏", field="status", old="todo", new="doing"),
    )


def test_what_was_changed_by_hand_here_stays() -> None:
    start = edited("2026-11-02", owner="甲")(task())
    theirs = edited("2026-11-09", owner="丙")
    done = both(start, lambda one: replace(one, owner="乙"), theirs)
    assert only(done).owner == "乙"
    assert told(done) == [("owner", "乙", "丙", "乙")]


def test_alone_it_is_no_reason_to_write() -> None:
    start = edited("2026-11-02", owner="甲")(task())
    mine = of(replace(start, owner="乙"))
    assert merge(mine, of(start), NOW).ledger == mine


def test_a_record_of_it_in_the_other_store_is_taken_for_mine() -> None:
    start = edited("2026-11-02", owner="甲")(task())
    mine = of(replace(start, owner="乙"))
    theirs = merge(of(start), mine, NOW).ledger
    back = merge(mine, theirs, stamp("2026-12-05"))
    assert only(back) == only(merge(of(start), mine, NOW))
    assert back.conflicts == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "taken"),
    [({"owner": "甲"}, {}, "mine"), ({}, {"owner": "甲"}, "theirs"), ({"owner": "甲"}, {"owner": "乙"}, "theirs")],
    ids=["blank there", "blank here", "filled on both sides"],
)
def test_values_that_no_log_explains(mine: Mapping[str, str], theirs: Mapping[str, str], taken: str) -> None:
    later = changes.chase(task(**theirs), stamp("2026-11-05"))
    done = both(task(), lambda _one: task(**mine), lambda _one: later)
    wanted = mine if taken == "mine" else theirs
    assert only(done).owner == wanted["owner"]
    assert told(done) == [("owner", mine.get("owner"), theirs.get("owner"), wanted["owner"])]


# Departments


def test_departments_meet_by_name_and_alias() -> None:
    mine = of(task(department="区教体局"), departments={"区教体局": ("教体局",)})
    there = edited("2026-11-05", department="区财政局")(
        replace(mine.tasks[0], department="教体局", support=("总工会",))
    )
    theirs = of(there, departments={"区财政局": ("财政局",)})
    theirs = msgspec.structs.replace(
        theirs,
        departments=tuple(
            replace_unit(unit, role=Role.ENTERPRISE, contact="8123") if unit.name == "教体局" else unit
            for unit in (*theirs.departments, Department(name="教体局", aliases=("教育局",)))
        ),
    )
    done = merge(mine, theirs, NOW)
    assert done.ledger.departments == (
        Department(name="区教体局", aliases=("教体局", "教育局"), role=Role.ENTERPRISE, contact="8123"),
        Department(name="区财政局", aliases=("财政局",)),
        Department(name="总工会"),
    )
    assert done.new_departments == ("区财政局", "总工会")
    one = only(done)
    assert (one.department, one.support) == ("区财政局", ("总工会",))
    assert one.log[-2] == Edit(at=at("2026-11-05"), by="李四", field="department", old="区教体局", new="区财政局")
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger


def replace_unit(unit: Department, **values: Any) -> Department:  # noqa: ANN401  any field of a department
    return msgspec.structs.replace(unit, **values)


def test_stores_that_call_a_department_differently_come_to_rest() -> None:
    left = of(task(department="区教体局"), departments={"区教体局": ("教体局",)})
    start = replace(left.tasks[0], department="教体局")
    right = of(edited("2026-11-05", department="财政局")(start), departments={"教体局": ("区教体局",)})
    for _round in range(3):
        left = merge(left, right, NOW).ledger
        right = merge(right, left, NOW).ledger
    assert len(left.tasks[0].log) == len(right.tasks[0].log) == 2


def test_what_the_stores_see_differently_is_said() -> None:
    mine = of(departments={"甲局": (), "乙局": ()})
    mine = msgspec.structs.replace(
        mine, departments=(replace_unit(mine.departments[0], contact="1"), mine.departments[1])
    )
    theirs = msgspec.structs.replace(mine, departments=(Department(name="甲局", aliases=("乙局",), contact="2"),))
    new = msgspec.structs.replace(theirs, tasks=(task(department="甲局"),))
    done = merge(mine, new, NOW)
    assert done.notices == (
        "department “乙局”: Meaning is “乙局”; the other side had “甲局”",
        "department “甲局”: Contact is “1”; the other side had “2”",
    )
    assert [(each.of, each.name, each.field, each.old, each.new) for each in done.ledger.conflicts] == [
        ("department", "乙局", "meant", "甲局", "乙局"),
        ("department", "甲局", "contact", "2", "1"),
    ]
    again = merge(done.ledger, new, stamp("2026-12-01"))
    assert (again.ledger, again.notices) == (done.ledger, ())


def test_a_mail_address_comes_along_but_takes_the_place_of_none() -> None:
    bare = of(departments={"甲局": (), "乙局": ()})
    first, second = bare.departments
    mine = msgspec.structs.replace(bare, departments=(replace_unit(first, mail="a@x.example"), second))
    theirs = msgspec.structs.replace(
        bare, departments=(replace_unit(first, mail="b@x.example"), replace_unit(second, mail="c@x.example"))
    )
    done = merge(mine, msgspec.structs.replace(theirs, tasks=(task(department="甲局"),)), NOW)
    assert [unit.mail for unit in done.ledger.departments] == ["a@x.example", "c@x.example"]
    assert done.notices == (
        "departments changed: 乙局",
        "department “甲局”: Mail is “a@x.example”; the other side had “b@x.example”",
    )


def test_what_comes_besides_tasks_is_said_once() -> None:
    mine = msgspec.structs.replace(
        of(task(), departments={"甲局": ()}),
        meetings=(met(1),),
        inspections=(Inspection(id=1, kind=InspectionKind.JOINT, day=day("2026-11-06")),),
        projects=(Project(name="基地"),),
    )
    theirs = msgspec.structs.replace(
        mine,
        departments=tuple(replace_unit(unit, contact="8123") for unit in mine.departments),
        meetings=(met(1, "议定", place="三楼"), met(2, title="推进会")),
        inspections=(
            Inspection(id=1, kind=InspectionKind.JOINT, day=day("2026-11-06"), tasks=(1,)),
            Inspection(id=2, kind=InspectionKind.ROUTINE, day=day("2026-11-07")),
        ),
        projects=(Project(name="基地", base="职教城"), Project(name="新[b]基地")),
    )
    done = merge(mine, theirs, NOW)
    assert done.notices == (
        "departments changed: 麒麟职教集团, 甲局",
        "meetings added: 2 推进会",
        "meetings changed: 1 联席会议",
        "inspections added: 2",
        "inspections changed: 1",
        "projects added: 新[b]基地",
        "projects changed: 基地",
    )
    assert merge(done.ledger, theirs, NOW).notices == ()


# Meetings, inspections, projects


def met(number: int, *texts: str, tasks: tuple[int, ...] = (), title: str = "联席会议", **more: Any) -> Meeting:  # noqa: ANN401  any field
    decisions = tuple(Decision(n=n, text=text, tasks=tasks) for n, text in enumerate(texts, start=1))
    return Meeting(id=number, title=title, day=day("2026-11-06"), decisions=decisions, **more)


def test_meetings_meet_by_day_and_title_and_keep_my_numbers() -> None:
    shared = task(id=1, uid="a", department="甲局")
    mine = of(shared, task(id=2, uid="b", department="甲局"), departments={"乙局": ()})
    mine = replaced(mine, meetings=(met(1, "签约", tasks=(2,), attend=("甲局",)), met(2, "办公", title="办公会")))
    decided = Decide(at=at("2026-11-06"), by="李四", meeting=5, n=2, text="选址")
    theirs = of(
        replace(shared, log=(*shared.log, decided), department="乙局"),
        task(id=9, uid="c", department="乙局"),
        departments={"甲局": ()},
    )
    theirs = replaced(
        theirs,
        meetings=(
            met(5, "签约", "选址", tasks=(1, 9), absent=("甲局", "乙局"), chair="王"),
            met(7, "验收", title="验收会"),
        ),
    )
    done = merge(mine, theirs, NOW)
    first, office, third = done.ledger.meetings
    assert first == Meeting(
        id=1,
        title="联席会议",
        day=day("2026-11-06"),
        chair="王",
        attend=("甲局",),
        absent=("乙局",),
        decisions=(Decision(n=1, text="签约", tasks=(2, 1, 3)), Decision(n=2, text="选址", tasks=(1, 3))),
    )
    assert office == mine.meetings[1]
    assert (third.id, third.title) == (3, "验收会")
    assert replaced_entry(decided, meeting=1) in done.ledger.tasks[0].log
    assert list(integrity.faults(done.ledger)) == []
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger


def replaced(found: Ledger, **values: Any) -> Ledger:  # noqa: ANN401  any field of a ledger
    return msgspec.structs.replace(found, **values)


def replaced_entry(entry: LogEntry, **values: Any) -> LogEntry:  # noqa: ANN401  any field of an entry
    return msgspec.structs.replace(entry, **values)


def test_a_number_that_another_decision_has_is_given_anew() -> None:
    start = task(uid="a")
    decided = Decide(at=at("2026-11-06"), by="李四", meeting=1, n=1, text="选址")
    mine = replaced(of(start), meetings=(met(1, "签约"),))
    theirs = replaced(of(replace(start, log=(*start.log, decided))), meetings=(met(1, "选址", tasks=(1,)),))
    done = merge(mine, theirs, NOW)
    assert [(each.n, each.text) for each in done.ledger.meetings[0].decisions] == [(1, "签约"), (2, "选址")]
    assert done.ledger.tasks[0].log[-1] == replaced_entry(decided, n=2)
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger
    back = merge(theirs, done.ledger, NOW)
    assert [(each.n, each.text) for each in back.ledger.meetings[0].decisions] == [(1, "选址"), (3, "签约")]
    assert len(back.ledger.tasks[0].log) == 2


def test_inspections_meet_and_their_findings_with_them() -> None:
    start = of(task(id=1, uid="a"), task(id=2, uid="b"), departments={"督查室": ()})
    looked = Inspection(id=1, kind=InspectionKind.JOINT, day=day("2026-11-06"), by=("督查室",))
    start = inspections.with_new(start, looked, stamp("2026-11-06"))

    def found(store: Ledger, number: int, text: str) -> Ledger:
        (one,) = [each for each in store.tasks if each.id == number]
        return inspections.add_finding(store, 1, one, stamp("2026-11-07"), text=text, fix_by=day("2026-11-30"))

    start = found(start, 1, "台账不全")
    mine = found(start, 2, "无人")
    theirs = found(inspections.put_right(start, 1, 1, stamp("2026-11-10"), evidence="已补"), 1, "无章")
    done = merge(mine, theirs, NOW)
    (inspection,) = done.ledger.inspections
    assert [(each.n, each.task, each.text, each.fixed) for each in inspection.findings] == [
        (1, 1, "台账不全", day("2026-11-10")),
        (2, 2, "无人", None),
        (3, 1, "无章", None),
    ]
    assert [entry.n for entry in done.ledger.tasks[0].log if isinstance(entry, Find | Fixed)] == [1, 1, 3]
    assert list(integrity.faults(done.ledger)) == []
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger
    assert sorted(each.text for each in merge(theirs, mine, NOW).ledger.inspections[0].findings) == [
        "台账不全",
        "无人",
        "无章",
    ]


def test_tasks_that_come_without_their_meetings_and_inspections() -> None:
    entries = (
        Decide(at=at("2026-11-06"), by="李四", meeting=1, n=1, text="选址"),
        Find(at=at("2026-11-07"), by="李四", inspection=1, n=1, text="甲", fix_by=day("2026-11-20")),
        Find(at=at("2026-11-07"), by="李四", inspection=2, n=1, text="乙", fix_by=day("2026-11-20")),
        Fixed(at=at("2026-11-08"), by="李四", inspection=2, n=1),
    )
    start = task(uid="a")
    alone = of(replace(start, log=(*start.log, *entries)))
    inspected = tuple(Inspection(id=n, kind=InspectionKind.JOINT, day=day("2026-11-01")) for n in (1, 2))
    mine = replaced(of(start), meetings=(met(1),), inspections=inspected)
    done = merge(mine, alone, NOW)
    # None of them is taken for one of mine.
    assert [(entry.meeting, entry.n) for entry in only(done).log if isinstance(entry, Decide)] == [(0, 1)]
    found = [(find.text, fixed is not None) for find, fixed in history.findings(only(done))]
    assert found == [("甲", False), ("乙", True)]
    assert {entry.inspection for entry in only(done).log if isinstance(entry, Find | Fixed)} == {0}
    assert merge(done.ledger, alone, NOW).ledger == done.ledger
    # Into the store that they are from, they bring nothing.
    whole = replaced(alone, meetings=(met(1, "选址", tasks=(1,)),))
    assert merge(whole, alone, NOW).ledger == whole


def fund(when: str, paid: int, source: str = "区财政") -> Fund:
    return Fund(at=at(when), by="张三", source=source, planned=Decimal(100), paid=Decimal(paid))


def test_projects_meet_by_name_and_no_entry_of_money_is_lost() -> None:
    mine = Project(name="基地", partners=("甲局",), base="东区", funds=(fund("2026-11-01", 0), fund("2026-11-05", 20)))
    theirs = Project(
        name="基地", base="西区", signed=day("2026-11-02"), funds=(fund("2026-11-01", 0), fund("2026-11-03", 10))
    )
    done = merge(
        replaced(of(departments={"甲局": ()}), projects=(mine,)),
        replaced(of(), projects=(theirs, Project(name="新"))),
        NOW,
    )
    first, second = done.ledger.projects
    assert (first.base, first.signed, [int(each.paid) for each in first.funds]) == (
        "东区",
        day("2026-11-02"),
        [0, 10, 20],
    )
    assert second == Project(name="新")
    assert done.notices == (
        "projects added: 新",
        "projects changed: 基地",
        "project “基地”: Base is “东区”; the other side had “西区”",
    )
    assert merge(done.ledger, replaced(of(), projects=(theirs,)), NOW).ledger == done.ledger


def test_calendars_meet_by_year_and_mine_stays() -> None:
    def notice(year: int, *more: str) -> CalendarYear:
        fixed = (f"{year}-01-01", f"{year}-05-01", f"{year}-10-01")
        return CalendarYear(year=year, off=tuple(sorted(map(day, (*fixed, *more)))))

    mine = replaced(of(), calendars=(notice(2027),))
    theirs = replaced(of(), calendars=(notice(2027, "2027-01-02"), notice(2028)))
    done = merge(mine, theirs, NOW)
    assert done.ledger.calendars == (notice(2027), notice(2028))
    assert done.notices == (
        "calendars added: 2028",
        "calendar 2027: Days off stand as one side had them; the other side differed in 2027-01-02",
    )
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger


def test_rounds_meet_by_the_moment_they_were_opened_and_no_arrival_is_lost() -> None:
    units = {"甲局": (), "乙局": ()}

    def arrival(name: str, when: str) -> Arrival:
        return Arrival(department=name, at=at(when), by="张三", how=How.SHEET)

    shared = round_("甲局", title="第47周")
    mine = replaced(
        of(departments=units), rounds=(msgspec.structs.replace(shared, arrivals=(arrival("甲局", "2026-11-17"),)),)
    )
    their = msgspec.structs.replace(
        shared,
        n=4,
        asked=("甲局", "乙局"),
        due=day("2026-11-23"),
        arrivals=(arrival("甲局", "2026-11-17"), arrival("乙局", "2026-11-18")),
        closed=at("2026-11-24"),
    )
    other = round_("乙局", n=1, at=at("2026-11-30"), due=None)
    theirs = replaced(of(departments=units), rounds=(other, their))
    done = merge(mine, theirs, NOW)
    second, first = sorted(done.ledger.rounds, key=lambda one: one.n, reverse=True)
    assert (first.n, first.asked, first.due, first.closed) == (
        1,
        ("甲局", "乙局"),
        day("2026-11-20"),
        at("2026-11-24"),
    )
    assert [one.department for one in first.arrivals] == ["甲局", "乙局"]
    assert second == msgspec.structs.replace(other, n=2)
    assert done.notices == (
        "rounds of reports added: 2",
        "rounds of reports changed: 1",
        "round 1: Deadline is “2026-11-20”; the other side had “2026-11-23”",
    )
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger


def test_instructions_meet_by_when_they_were_given_and_keep_their_answers() -> None:
    base = of(task(department="甲局"), departments={"甲局": ()})
    given = instructions.with_new(base, stamp("2026-11-10"), "专题汇报", leader="王局长", task=1)
    mine = instructions.with_new(given, stamp("2026-11-11"), "我方", leader="王局长", task=1)
    theirs = instructions.with_new(given, stamp("2026-11-12"), "对方", leader="李副区长", task=1)
    theirs = instructions.answer(instructions.answer(theirs, 2, stamp("2026-11-14"), "已办"), 1, NOW, "已汇报")
    done = merge(mine, theirs, NOW)
    assert [(one.n, one.text, one.answer) for one in done.ledger.instructions] == [
        (1, "专题汇报", "已汇报"),
        (2, "我方", None),
        (3, "对方", "已办"),
    ]
    told = history.instructions(done.ledger.tasks[0])
    assert [(ask.n, ask.text, said and said.text) for ask, said in told] == [
        (1, "专题汇报", "已汇报"),
        (2, "我方", None),
        (3, "对方", "已办"),
    ]
    assert done.notices == ("instructions added: 3", "instructions changed: 1")
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger


def test_what_one_side_corrected_or_removed_of_instructions_holds_by_the_logs_of_their_tasks() -> None:
    base = of(task(department="甲局"), task(id=2, title="大赛", department="甲局"), departments={"甲局": ()})
    for text in ("专题会报", "报送名单", "误登"):
        base = instructions.with_new(base, stamp("2026-11-10"), text, leader="王局长", task=1)

    def corrected(book: Ledger, number: int, **values: Any) -> Ledger:  # noqa: ANN401  fields of an instruction
        new = msgspec.structs.replace(instructions.find(book, number), **values)
        return instructions.with_changed(book, new, stamp("2026-11-12"), reason="笔误")

    theirs = corrected(corrected(base, 1, text="专题汇报"), 2, leader="李副区长", task=2)
    theirs = instructions.without(theirs, 3, stamp("2026-11-12"), reason="误登")
    mine = instructions.answer(base, 1, stamp("2026-11-13"), "已汇报")
    for here, there in ((mine, theirs), (theirs, mine)):
        done = merge(here, there, NOW)
        assert [(one.n, one.leader, one.text, one.task, one.answer) for one in done.ledger.instructions] == [
            (1, "王局长", "专题汇报", 1, "已汇报"),
            (2, "李副区长", "报送名单", 2, None),
        ]
        assert [[given.n for given, _said in history.instructions(one)] for one in done.ledger.tasks] == [[1], [2]]
        assert list(integrity.faults(done.ledger)) == []
        assert merge(done.ledger, there, NOW).ledger == done.ledger


def test_an_instruction_on_no_task_that_was_corrected_stays_as_it_is_here_and_that_is_told() -> None:
    base = instructions.with_new(of(departments={"甲局": ()}), stamp("2026-11-10"), "会报", leader="王局长")
    new = msgspec.structs.replace(base.instructions[0], text="汇报")
    theirs = instructions.with_changed(base, new, stamp("2026-11-12"), reason="笔误")
    done = merge(base, theirs, NOW)
    assert done.ledger.instructions == base.instructions
    assert done.notices == ("instruction 1: Text is “会报”; the other side had “汇报”",)
    assert merge(done.ledger, theirs, NOW).ledger == done.ledger


def test_steps_that_both_sides_added_keep_apart_with_what_was_done_of_them() -> None:
    one = task(department="甲局", due="2026-12-31")
    shared = steps.add(one, stamp("2026-11-02"), "共有", due=day("2026-11-10"))
    mine = steps.add(shared, stamp("2026-11-03"), "我方", due=day("2026-11-20"))
    theirs = steps.add(shared, stamp("2026-11-04"), "对方", due=day("2026-11-25"))
    theirs = steps.finish(steps.finish(theirs, 2, stamp("2026-11-05")), 1, stamp("2026-11-06"))
    done = merge(of(mine, departments={"甲局": ()}), of(theirs, departments={"甲局": ()}), NOW)
    found = history.steps(done.ledger.tasks[0])
    assert [(step.n, step.text, step.done) for step in found] == [
        (1, "共有", day("2026-11-06")),
        (2, "我方", None),
        (3, "对方", day("2026-11-05")),
    ]
    assert merge(done.ledger, of(theirs, departments={"甲局": ()}), NOW).ledger == done.ledger


def test_a_series_stays_one() -> None:
    first = task(id=3, uid="a", log=(Create(at=at("2026-10-29"), by="张三", series=8),))
    second = task(id=4, uid="b", log=(Create(at=at("2026-10-30"), by="张三", series=8),))
    root = task(id=8, uid="r")
    whole = merge(of(task(id=1, uid="z")), of(root, first, second), NOW)
    assert [recurring.series(one) for one in whole.added] == [2, 2, 2]
    assert merge(whole.ledger, of(root, first, second), NOW).ledger == whole.ledger
    rootless = merge(of(task(id=1, uid="z")), of(first, second), NOW)
    assert [recurring.series(one) for one in rootless.added] == [2, 2]
    assert merge(rootless.ledger, of(first, second), NOW).ledger == rootless.ledger


def test_the_sheet_after_a_merge_has_what_came_and_nothing_twice() -> None:
    start = task(due="2026-12-01")
    mine = changes.note(changes.start(start, stamp("2026-11-10")), stamp("2026-11-12"), text="甲", result=True)
    theirs = changes.note(start, stamp("2026-11-05"), text="乙", result=True)
    archive = Archive()
    issued = archive.issue(of(mine), at("2026-11-13"))
    done = merge(issued, of(theirs), NOW)
    assert done.ledger.sheets == issued.sheets
    assert [note.text for _task, note in archive.draft(done.ledger, at("2026-11-20")).results] == ["乙"]


# By property

MOMENTS: Final = st.integers(0, 60)
STEPS: Final[Sequence[Callable[[Task, Stamp, str], Task]]] = (
    lambda one, stamp, _text: changes.start(one, stamp),
    lambda one, stamp, text: changes.submit(one, stamp, evidence=text),
    lambda one, stamp, text: changes.close(
        changes.start(one, stamp) if one.status is Status.TODO else one, stamp, verifier=text
    ),
    lambda one, stamp, text: changes.return_(one, stamp, reason=text),
    lambda one, stamp, text: changes.suspend(one, stamp, reason=text),
    lambda one, stamp, text: changes.cancel(one, stamp, reason=text),
    lambda one, stamp, text: changes.reopen(one, stamp, reason=text),
    lambda one, stamp, text: changes.note(one, stamp, text=text, actual=len(text)),
    lambda one, stamp, text: changes.raise_(one, stamp, text=text),
    lambda one, stamp, _text: changes.settle(one, stamp, n=1),
    lambda one, stamp, _text: changes.settle(one, stamp, n=2),
    lambda one, stamp, text: changes.extend(one, stamp, to=day(f"2026-12-1{len(text)}"), reason=text),
    lambda one, stamp, text: changes.chase(one, stamp, text=text),
    lambda one, stamp, text: changes.edit(one, stamp, {"owner": text, f"extra.{text}": "1"}),
    lambda one, stamp, text: changes.edit(one, stamp, {"department": text, "tags": (*one.tags, text)}),
    lambda one, stamp, text: changes.edit(one, stamp, {"support": (text, "乙局"), "tags": one.tags[1:]}),
    lambda one, stamp, text: corrections.amend(of(one), one, len(one.log), stamp, text=text, reason="改").tasks[0],
    lambda one, stamp, _text: corrections.void(of(one), one, len(one.log), stamp, reason="误").tasks[0],
)
UNITS: Final = ("甲局", "乙局", "丙", "丁丁")
STORES: Final = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, len(STEPS) - 1),
        st.sampled_from(UNITS),
        MOMENTS,
    ),
    max_size=7,
)
Steps = Sequence[tuple[int, int, str, int]]


def lived(start: Ledger, steps: Steps, *, by: str) -> Ledger:
    """Return what a store makes of `start`: each step at its day, whatever the one before had."""
    for place, step, text, late in steps:
        moment = Stamp(at("2026-11-01") + timedelta(days=late), by)
        try:
            changed = STEPS[step](start.tasks[place], moment, text)
        except PilotError:
            continue
        start = changes.with_tasks(start, [changed])
    return start


def begun() -> Ledger:
    first = task(id=1, uid="a", due="2026-12-01", department="甲局", tags=("甲",))
    return of(first, task(id=2, uid="b", department="乙局", tags=("甲", "乙")), departments=dict.fromkeys(UNITS, ()))


def counted(one: Task) -> Counter[bytes]:
    """Return how often each entry stands in the log, problems by their texts and not by their numbers."""
    texts = {entry.n: entry.text for entry in one.log if isinstance(entry, Raise)}

    def plain(entry: LogEntry) -> bytes:
        if isinstance(entry, Raise | Settle):
            return msgspec.json.encode((msgspec.structs.replace(entry, n=0), texts[entry.n]))
        if isinstance(entry, Correction):
            return msgspec.json.encode((msgspec.structs.replace(entry, of=0), plain(one.log[entry.of - 1]).decode()))
        return msgspec.json.encode(entry)

    return Counter(map(plain, one.log))


def by_uid(found: Ledger) -> dict[str, Task]:
    return {one.uid: one for one in found.tasks}


def plain(found: Ledger) -> dict[str, tuple[Task, list[tuple[str, str, bool]], list[bytes]]]:
    """Return what two stores can agree on: all but ids and the numbers of problems."""
    return {
        uid: (
            replace(one, id=0, log=(), support=tuple(sorted(one.support)), tags=tuple(sorted(one.tags))),
            sorted((each.raised.text, each.raised.by, each.settled is None) for each in history.problems(one)),
            sorted(counted(one).elements()),
        )
        for uid, one in by_uid(found).items()
    }


@given(STORES, STORES, STORES)
def test_nothing_recorded_is_lost_and_both_sides_agree(past: Steps, here: Steps, there: Steps) -> None:
    start = lived(begun(), past, by="甲")
    mine, theirs = lived(start, here, by="乙"), lived(start, there, by="丙")
    done = merge(mine, theirs, NOW)
    assert list(integrity.faults(done.ledger)) == []
    for uid, one in by_uid(done.ledger).items():
        assert history.differences(one) == []
        assert counted(one) >= counted(by_uid(mine)[uid]) | counted(by_uid(theirs)[uid])
    again = merge(done.ledger, theirs, NOW)
    assert (again.ledger, again.changed, again.conflicts) == (done.ledger, (), ())
    back = merge(theirs, mine, NOW)
    assert plain(back.ledger) == plain(done.ledger)
    assert {(each.task.uid, each.field, each.taken) for each in back.conflicts} == {
        (each.task.uid, each.field, each.taken) for each in done.conflicts
    }


@given(STORES, STORES, STORES)
def test_three_stores_come_to_the_same_in_whatever_order(one: Steps, two: Steps, three: Steps) -> None:
    stores = [lived(begun(), steps, by=by) for steps, by in ((one, "甲"), (two, "乙"), (three, "丙"))]
    for _round in range(3):
        for left, right in ((0, 1), (1, 2), (2, 0)):
            stores[left] = merge(stores[left], stores[right], NOW).ledger
    first, second, third = map(plain, stores)
    assert first == second == third
    assert [merge(stores[0], other, NOW).ledger for other in stores] == [stores[0]] * 3


@given(strategies.ledgers(max_tasks=3), strategies.ledgers(max_tasks=3))
def test_any_two_stores(mine: Ledger, theirs: Ledger) -> None:
    done = merge(mine, theirs, NOW)
    assert list(integrity.faults(done.ledger)) == []
    again = merge(done.ledger, theirs, NOW)
    assert (again.ledger, again.added, again.changed) == (done.ledger, (), ())
    here, there = by_uid(mine), by_uid(theirs)
    for uid, one in by_uid(done.ledger).items():
        kinds = Counter(type(entry) for entry in one.log)
        for before in (here.get(uid), there.get(uid)):
            assert before is None or kinds >= Counter(type(entry) for entry in before.log)
    ids = [one.id for one in done.ledger.tasks]
    assert ids[: len(mine.tasks)] == [one.id for one in mine.tasks]
    assert {one.id for one in done.added}.isdisjoint(one.id for one in mine.tasks)


def test_files_that_both_attached_under_one_number_both_stay_and_what_one_took_off_is_gone() -> None:
    def file(name: str, sign: str) -> File:
        return File(name, 1, sign * 64)

    entered = changes.create(task(), stamp("2026-11-01"))
    mine = attachments.attach(entered, stamp("2026-11-10"), [file("甲.pdf", "a")])
    theirs = attachments.attach(entered, stamp("2026-11-11"), [file("乙.pdf", "b"), file("丙.pdf", "c")])
    theirs = attachments.detach(theirs, stamp("2026-11-12"), 1)
    merged = merge(ledger(mine), ledger(theirs), NOW).ledger
    assert [(entry.n, entry.name) for entry in history.attachments(merged.tasks[0])] == [(1, "甲.pdf"), (2, "丙.pdf")]
    assert not list(integrity.faults(merged))
    assert merge(merged, ledger(theirs), NOW).ledger == merged
