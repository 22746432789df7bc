"""What the list says: overdue, lights, selections, counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factories import TODAY, at, day, ledger, pilot, stamp, task
from pilottask.ledger import as_json, changes, history, lights, queries
from pilottask.ledger.lights import Light, Lit, Reason
from pilottask.ledger.queries import Group, Selection, Sort
from pilottask.ledger.records import OPEN, WITH_DEPARTMENT, Import, Status, Task, replace

SETTINGS: dict[str, Any] = {"today": TODAY, "pilot": pilot()}

DAYS = st.dates(day("2026-10-01"), day("2027-02-28"))
TASKS = st.builds(
    task,
    id=st.integers(1, 50),
    department=st.sampled_from(["区总工会", "区人社局", "麒麟职教集团"]),
    owner=st.sampled_from([None, "张三", "李四"]),
    due=st.none() | DAYS,
    status=st.sampled_from(Status),
    log=st.builds(lambda when: (Import(at=at(when.isoformat()), by="张三"),), DAYS),
    created=DAYS,
)
LISTS = st.lists(TASKS, max_size=12)


# Overdue


@pytest.mark.parametrize(
    ("due", "late", "left"),
    [
        ("2026-11-19", 1, -1),
        ("2026-11-20", 0, 0),
        ("2026-11-21", 0, 1),
        ("2026-11-08", 12, -12),
        ("2025-11-20", 365, -365),
    ],
    ids=["yesterday", "today", "tomorrow", "twelve days ago", "a year ago"],
)
def test_the_day_itself_is_on_time(due: str, late: int, left: int) -> None:
    one = task(due=due)
    assert lights.days_late(one, today=TODAY) == late
    assert lights.is_overdue(one, today=TODAY) is (late > 0)
    assert lights.days_left(one, today=TODAY) == left


@pytest.mark.parametrize("status", Status)
def test_only_work_that_is_with_its_department_is_overdue(status: Status) -> None:
    one = task(due="2026-11-08", status=status)
    late = status in {Status.TODO, Status.DOING}
    assert lights.is_overdue(one, today=TODAY) is late
    assert lights.days_late(one, today=TODAY) == (12 if late else 0)
    assert lights.days_left(one, today=TODAY) == (-12 if status in OPEN else None)


def test_an_undated_task_is_never_overdue() -> None:
    one = task(status="doing")
    assert lights.is_overdue(one, today=date.max) is False
    assert lights.days_late(one, today=date.max) == 0
    assert lights.days_left(one, today=TODAY) is None


def test_overdue_sorts_by_days_late_then_id() -> None:
    tasks = [
        task(id=number, due=due)
        for number, due in [(1, "2026-11-18"), (9, "2026-11-08"), (3, "2026-11-08"), (4, "2026-11-20")]
    ]
    assert [one.id for one in queries.overdue(tasks, today=TODAY)] == [3, 9, 1]


@given(LISTS, DAYS)
def test_overdue_is_all_that_is_late_and_nothing_else(tasks: list[Task], today: date) -> None:
    late = queries.overdue(tasks, today=today)
    assert sorted(one.id for one in late) == sorted(one.id for one in tasks if lights.days_late(one, today=today) > 0)
    days = [lights.days_late(one, today=today) for one in late]
    assert days == sorted(days, reverse=True)


# Upcoming


@pytest.mark.parametrize(
    ("due", "status", "found"),
    [
        ("2026-11-19", "doing", False),
        ("2026-11-20", "doing", True),
        ("2026-11-27", "todo", True),
        ("2026-11-28", "todo", False),
        ("2026-11-21", "submitted", False),
        ("2026-11-21", "suspended", False),
        (None, "doing", False),
    ],
)
def test_upcoming_takes_today_and_the_last_day(due: str | None, status: str, found: bool) -> None:
    assert bool(queries.upcoming([task(due=due, status=status)], today=TODAY, days=7)) is found


def test_upcoming_sorts_the_soonest_first() -> None:
    tasks = [task(id=number, due=due) for number, due in [(1, "2026-11-22"), (9, "2026-11-20"), (3, "2026-11-22")]]
    assert [one.id for one in queries.upcoming(tasks, today=TODAY, days=7)] == [9, 1, 3]


def test_upcoming_may_look_further_than_the_calendar_goes() -> None:
    last = task(due=date.max)
    assert queries.upcoming([last], today=TODAY, days=10**9) == [last]


@given(LISTS, st.integers(0, 60))
def test_overdue_and_upcoming_share_no_task(tasks: list[Task], days: int) -> None:
    late = {id(one) for one in queries.overdue(tasks, today=TODAY)}
    assert late.isdisjoint(id(one) for one in queries.upcoming(tasks, today=TODAY, days=days))


# Lights


def doing(since: str = "2026-11-19", **over: Any) -> Task:  # noqa: ANN401  any field of a task
    return changes.start(task(**over), stamp(since))


def needing(one: Task) -> Task:
    return changes.raise_(one, stamp("2026-11-19"), text="资金缺口", coordinate=True)


NO_LIGHT = Lit()
GREEN = Lit(Light.GREEN)
LIGHTS: dict[str, tuple[Callable[[], Task], Lit]] = {
    "undated": (task, GREEN),
    "far off": (lambda: task(due="2026-11-28"), GREEN),
    "due in seven days": (lambda: task(due="2026-11-27"), Lit(Light.YELLOW, Reason.DUE_SOON)),
    "due today": (lambda: task(due=TODAY), Lit(Light.YELLOW, Reason.DUE_SOON)),
    "due yesterday": (lambda: task(due="2026-11-19"), Lit(Light.RED, Reason.OVERDUE)),
    "submitted though late": (
        lambda: changes.submit(doing(due="2026-11-08"), stamp()),
        Lit(Light.YELLOW, Reason.SUBMITTED),
    ),
    "late though to be coordinated": (lambda: needing(doing(due="2026-11-08")), Lit(Light.RED, Reason.OVERDUE)),
    "due soon before coordination": (lambda: needing(doing(due="2026-11-21")), Lit(Light.YELLOW, Reason.DUE_SOON)),
    "to be coordinated": (lambda: needing(doing()), Lit(Light.YELLOW, Reason.COORDINATION)),
    "to be coordinated before it begins": (lambda: needing(task()), Lit(Light.YELLOW, Reason.COORDINATION)),
    "coordinated": (lambda: changes.settle(needing(doing()), stamp(), n=1), GREEN),
    "a problem that asks for nothing": (lambda: changes.raise_(doing(), stamp(), text="进度慢"), GREEN),
    "silent for fourteen days": (lambda: doing("2026-11-06"), GREEN),
    "silent for fifteen days": (lambda: doing("2026-11-05"), Lit(Light.YELLOW, Reason.STALE)),
    "silent but not begun": (task, GREEN),
    "chased is no movement": (
        lambda: changes.chase(doing("2026-11-05"), stamp()),
        Lit(Light.YELLOW, Reason.STALE),
    ),
    "edited is no movement": (
        lambda: changes.edit(doing("2026-11-05"), stamp(), {"owner": "李四"}),
        Lit(Light.YELLOW, Reason.STALE),
    ),
    "a note is movement": (lambda: changes.note(doing("2026-11-05"), stamp(), text="已签5家"), GREEN),
    "an extension is movement": (
        lambda: changes.extend(doing("2026-11-05", due="2026-12-20"), stamp(), to=day("2027-01-20"), reason="流标"),
        GREEN,
    ),
    "a return is movement": (
        lambda: changes.return_(changes.submit(doing("2026-11-02"), stamp("2026-11-03")), stamp(), reason="缺验收单"),
        GREEN,
    ),
    "imported as doing, silent since it was entered": (
        lambda: task(status="doing", created="2026-11-05"),
        Lit(Light.YELLOW, Reason.STALE),
    ),
    "imported as doing": (lambda: task(status="doing", created="2026-11-06"), GREEN),
    "closed late": (lambda: changes.close(doing(due="2026-11-08"), stamp()), NO_LIGHT),
    "suspended": (lambda: changes.suspend(doing(due="2026-11-08"), stamp(), reason="停工"), NO_LIGHT),
    "cancelled": (lambda: changes.cancel(doing(due="2026-11-08"), stamp(), reason="重复"), NO_LIGHT),
}


@pytest.mark.parametrize(("made", "lit"), LIGHTS.values(), ids=LIGHTS)
def test_light(made: Callable[[], Task], lit: Lit) -> None:
    assert lights.light(made(), **SETTINGS) == lit


@pytest.mark.parametrize(("soon_days", "lit"), [(3, GREEN), (4, Lit(Light.YELLOW, Reason.DUE_SOON)), (0, GREEN)])
def test_soon_is_a_setting(soon_days: int, lit: Lit) -> None:
    assert lights.light(task(due="2026-11-24"), today=TODAY, pilot=pilot(soon_days=soon_days)) == lit


@pytest.mark.parametrize(("stale_days", "lit"), [(18, GREEN), (17, Lit(Light.YELLOW, Reason.STALE))])
def test_stale_is_a_setting(stale_days: int, lit: Lit) -> None:
    assert lights.light(doing("2026-11-02"), today=TODAY, pilot=pilot(stale_days=stale_days)) == lit


@given(TASKS, DAYS)
def test_red_is_overdue_and_overdue_is_red(one: Task, today: date) -> None:
    lit = lights.light(one, today=today, pilot=pilot())
    assert (lit.light is Light.RED) is lights.is_overdue(one, today=today)
    assert (lit.light is None) is (one.status not in OPEN)
    assert (lit.reason is None) is (lit.light in {None, Light.GREEN})


@pytest.mark.parametrize(
    ("due", "on", "said"),
    [("2026-11-20", None, True), ("2026-11-19", None, False), ("2026-11-19", "2026-11-19", True), (None, None, None)],
)
def test_on_time_is_by_the_day_of_submission(due: str | None, on: str | None, said: bool | None) -> None:
    submitted = changes.submit(doing(due=due), stamp(), on=day(on) if on else None)
    assert lights.on_time(submitted) is None
    assert lights.on_time(changes.close(submitted, stamp("2026-12-01"))) is said


# Selections

BOOK = [
    task(
        id=1,
        department="区总工会",
        support=("区人社局",),
        owner="张三",
        aspect="思想引领",
        due="2026-11-08",
        tags=("重点",),
    ),
    task(
        id=2,
        department="区人社局",
        owner="李四",
        aspect="素质提升",
        project="学徒制",
        status="closed",
        created="2026-10-01",
        closed="2026-11-01",
        title="Apprentice 培养",
    ),
    task(id=3, department="区总工会", due="2026-11-20", status="doing", requirement="建成书屋5个"),
    changes.note(
        task(id=4, due="2026-12-31", remark="与区法院会商", tags=("重点", "资金")), stamp(), text="招标 Failed"
    ),
]
CHOSEN: dict[str, tuple[Selection, list[int]]] = {
    "all": (Selection(), [1, 2, 3, 4]),
    "department": (Selection(departments=frozenset({"区总工会"})), [1, 3]),
    "two departments": (Selection(departments=frozenset({"区总工会", "区人社局"})), [1, 2, 3]),
    "support": (Selection(supports=frozenset({"区人社局"})), [1]),
    "owner": (Selection(owners=frozenset({"李四"})), [2]),
    "aspect": (Selection(aspects=frozenset({"思想引领"})), [1]),
    "status": (Selection(statuses=frozenset({Status.TODO})), [1, 4]),
    "light": (Selection(lights=frozenset({Light.RED})), [1]),
    "two lights": (Selection(lights=frozenset({Light.RED, Light.YELLOW})), [1, 3]),
    "due before leaves its day out": (Selection(due_before=day("2026-11-20")), [1]),
    "due by includes its day": (Selection(due_by=day("2026-11-20")), [1, 3]),
    "due after leaves its day out": (Selection(due_after=day("2026-11-20")), [4]),
    "tag": (Selection(tags=frozenset({"资金", "其他"})), [4]),
    "project": (Selection(projects=frozenset({"学徒制"})), [2]),
    "text in a title, whatever its case": (Selection(texts=("apprentice",)), [2]),
    "text in a requirement": (Selection(texts=("书屋",)), [3]),
    "text in a remark": (Selection(texts=("法院",)), [4]),
    "text in a note": (Selection(texts=("FAILED",)), [4]),
    "text not across fields": (Selection(texts=("购书",)), []),
    "one of two texts": (Selection(texts=("书屋", "法院")), [3, 4]),
    "department and light": (Selection(departments=frozenset({"区总工会"}), lights=frozenset({Light.YELLOW})), [3]),
}


@pytest.mark.parametrize(("selection", "ids"), CHOSEN.values(), ids=CHOSEN)
def test_selection(selection: Selection, ids: list[int]) -> None:
    kept = queries.select(ledger(*reversed(BOOK)), selection, today=TODAY)
    assert [one.id for one in kept] == ids


# Sorting

SORTED = {
    Sort.ID: [1, 2, 3, 4],
    Sort.TITLE: [2, 1, 3, 4],
    Sort.DEPARTMENT: [2, 1, 3, 4],
    Sort.OWNER: [1, 2, 3, 4],
    Sort.ASPECT: [1, 2, 3, 4],
    Sort.DUE: [1, 3, 4, 2],
    Sort.STATUS: [1, 4, 3, 2],
    Sort.LIGHT: [1, 3, 4, 2],
    Sort.CREATED: [2, 1, 3, 4],
    Sort.CLOSED: [2, 1, 3, 4],
    Sort.MOVED: [2, 1, 3, 4],
}


@pytest.mark.parametrize("by", Sort)
def test_sorting(by: Sort) -> None:
    assert [one.id for one in queries.in_order(reversed(BOOK), by, **SETTINGS)] == SORTED[by]


@pytest.mark.parametrize(
    ("by", "ids"), [(Sort.DUE, [4, 3, 1, 2]), (Sort.OWNER, [2, 1, 4, 3]), (Sort.ID, [4, 3, 2, 1])], ids=str
)
def test_sorting_in_reverse_leaves_what_has_no_value_last(by: Sort, ids: list[int]) -> None:
    assert [one.id for one in queries.in_order(BOOK, by, **SETTINGS, reverse=True)] == ids


@given(LISTS, st.sampled_from(Sort), st.booleans())
def test_sorting_keeps_every_task(tasks: list[Task], by: Sort, reverse: bool) -> None:
    result = queries.in_order(tasks, by, **SETTINGS, reverse=reverse)
    assert sorted(map(id, result)) == sorted(map(id, tasks))


# Counts


def test_a_summary_counts_each_task_once_under_its_department() -> None:
    counted = queries.summary(BOOK, Group.DEPARTMENT, **SETTINGS)
    assert [(name, tally.total) for name, tally in counted.rows] == [
        ("区总工会", 2),
        ("区人社局", 1),
        ("麒麟职教集团", 1),
    ]
    worst = counted.rows[0][1]
    assert (worst.todo, worst.doing, worst.red, worst.yellow, worst.overdue) == (1, 1, 1, 1, 1)
    assert (counted.total.total, counted.total.closed, counted.total.completion_rate) == (4, 1, 0.25)


def test_groups_sort_by_red_then_yellow_then_name_the_nameless_last() -> None:
    def some(owner: str | None, *dues: str) -> list[Task]:
        return [task(owner=owner, due=due) for due in dues]

    tasks = [
        *some("乙", "2027-01-01"),
        *some("甲", "2027-01-01"),
        *some(None, "2027-01-01"),
        *some("丙", "2026-11-21"),
        *some("丁", "2026-11-01"),
        *some("戊", "2026-11-01", "2026-11-21"),
    ]
    counted = queries.summary(tasks, Group.OWNER, **SETTINGS)
    assert [name for name, _tally in counted.rows] == ["戊", "丁", "丙", "乙", "甲", None]


@pytest.mark.parametrize(
    ("statuses", "rate"),
    [
        ([], None),
        (["cancelled"], None),
        (["closed"], 1.0),
        (["closed", "cancelled"], 1.0),
        (["closed", "todo", "suspended"], 1 / 3),
    ],
)
def test_cancelled_tasks_do_not_count_towards_completion(statuses: list[str], rate: float | None) -> None:
    counted = queries.summary([task(status=status) for status in statuses], Group.DEPARTMENT, **SETTINGS)
    assert counted.total.completion_rate == rate


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (Group.STATUS, {"todo", "doing", "closed"}),
        (Group.LIGHT, {"red", "yellow", "green", None}),
        (Group.PROJECT, {"学徒制", None}),
    ],
    ids=["status", "light", "project"],
)
def test_groups(by: Group, names: set[str | None]) -> None:
    assert {name for name, _tally in queries.summary(BOOK, by, **SETTINGS).rows} == names


@given(LISTS, st.sampled_from(Group), DAYS)
def test_counts_add_up(tasks: list[Task], by: Group, today: date) -> None:
    counted = queries.summary(tasks, by, today=today, pilot=pilot())
    for _name, tally in (*counted.rows, (None, counted.total)):
        assert tally.todo + tally.doing + tally.submitted == tally.red + tally.yellow + tally.green
        assert tally.red == tally.overdue
        statuses = (tally.todo, tally.doing, tally.submitted, tally.closed, tally.suspended, tally.cancelled)
        assert sum(statuses) == tally.total
    assert counted.total.total == len(tasks) == sum(tally.total for _name, tally in counted.rows)
    assert counted.total.overdue == len(queries.overdue(tasks, today=today))
    order = [(-tally.red, -tally.yellow) for _name, tally in counted.rows]
    assert order == sorted(order)


@given(TASKS, DAYS, st.integers(0, 30))
@example(task(due="2026-11-08"), TODAY, 1)
def test_time_alone_never_takes_a_task_off_the_late_list(one: Task, today: date, later: int) -> None:
    if lights.is_overdue(one, today=today):
        assert lights.days_late(one, today=today + timedelta(days=later)) >= later + 1


def test_the_statuses_agree_with_each_other() -> None:
    assert WITH_DEPARTMENT < OPEN
    assert {status for status in Status if lights.light(replace(task(), status=status), **SETTINGS).light} == OPEN


DAYS = st.dates(day("2026-10-29"), TODAY)


@given(
    noted=st.lists(st.tuples(DAYS, st.sampled_from(["note", "chase", "edit", "extend"]))),
    started=st.none() | DAYS,
)
def test_silence_counts_from_the_latest_day_of_work_however_it_was_typed_in(
    noted: list[tuple[date, str]], started: date | None
) -> None:
    one = task(due="2027-06-30")
    if started:
        one = changes.start(one, stamp(started.isoformat()))
    for on, what in noted:
        when = stamp(on.isoformat())
        match what:
            case "note":
                one = changes.note(one, when, text=f"{on}")
            case "chase":
                one = changes.chase(one, when)
            case "edit":
                one = changes.edit(one, when, {"owner": f"{on}"})
            case _:
                one = changes.extend(one, when, to=one.due + timedelta(days=1), reason="x") if one.due else one
    notes = [on for on, what in noted if what == "note"]
    worked = [*notes, *([started] if started else [])]
    quiet = min(((TODAY - on).days for on in worked), default=(TODAY - day("2026-10-29")).days)
    record = as_json.task_record(one, today=TODAY, pilot=pilot())
    assert record["silent_days"] == quiet
    assert record["last_progress"] == (max(notes) if notes else None)
    assert queries.silent([one], today=TODAY, days=quiet) == []
    assert queries.silent([one], today=TODAY, days=quiet - 1) == [one]


def test_a_note_typed_in_later_under_an_earlier_day_makes_no_task_stale() -> None:
    one = changes.start(task(), stamp("2026-10-30"))
    one = changes.note(one, stamp("2026-11-18"), text="新")
    one = changes.note(one, stamp("2026-11-01"), text="旧")
    assert lights.light(one, today=TODAY, pilot=pilot()).reason is None
    assert (note := history.last_note(one)) is not None
    assert note.text == "新"


@pytest.mark.parametrize(
    ("on", "late", "waits"), [("2026-11-20", 10, 0), ("2026-11-12", 2, 8), ("2026-11-10", 0, 10), ("2026-11-01", 0, 19)]
)
def test_a_submission_past_its_deadline_is_counted(on: str, late: int, waits: int) -> None:
    one = changes.start(task(due="2026-11-10"), stamp("2026-10-30"))
    record = as_json.task_record(changes.submit(one, stamp(), on=day(on)), today=TODAY, pilot=pilot())
    assert (record["submitted_late_days"], record["to_verify_days"], record["overdue"]) == (late, waits, False)
