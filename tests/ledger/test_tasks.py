"""Tasks of a parsed copy: whatever is asked of them is answered as by plain ones, with few of them looked at."""

from datetime import date
from functools import partial
from struct import pack
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import factories
import strategies
from copied import as_copied
from pilottask.ledger import changes, history, queries, tasks
from pilottask.ledger.queries import Group, Selection
from pilottask.ledger.records import (
    Arrival,
    Conflict,
    Decision,
    How,
    Instruction,
    IssuedSheet,
    Ledger,
    Project,
    Round,
    Status,
    Step,
    Task,
    replace,
)

TODAY = factories.day("2026-11-20")
LATER = factories.stamp("2026-11-24")
EARLIER = factories.stamp("2026-10-29")
CAME = Arrival(department="教体局", at=LATER.at, by="", how=How.WORD)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@settings(deadline=None, max_examples=80)
@given(strategies.ledgers(max_tasks=6), DAYS, st.frozensets(st.sampled_from(Status)), st.none() | DAYS)
def test_those_asked_for_are_found(full: Ledger, today: date, statuses: frozenset[Status], due_by: date | None) -> None:
    copied = as_copied(full)
    found = queries.select(copied, Selection(), today=today, statuses=statuses, due_by=due_by)
    asked = [task for task in sorted(full.tasks, key=lambda task: task.id) if task.status in statuses]
    assert [task for task in asked if task in found] == found
    if due_by is not None:
        assert set(map(id, queries.overdue(asked, today=due_by))) <= set(map(id, found))
        late = [task.id for task in asked if any(step.due < due_by for step in history.steps(task) if not step.done)]
        assert set(late) <= {task.id for task in found}
    else:
        assert found == asked


@settings(deadline=None, max_examples=80)
@given(strategies.ledgers(max_tasks=6), DAYS, st.sampled_from(Group))
def test_counts_are_those_of_plain_tasks(full: Ledger, today: date, by: Group) -> None:
    copied = as_copied(full)
    counted = queries.summary(copied.tasks, by, today=today, pilot=full.pilot)
    assert counted == queries.summary(full.tasks, by, today=today, pilot=full.pilot)


NUMBERS = st.sampled_from([0, 1, 255, 256, 257, 65_535, 65_536, 2**24, 2**32 - 1])


@given(st.lists(NUMBERS, max_size=20), st.frozensets(NUMBERS | st.integers(-1, 40) | st.just(2**70), max_size=40))
@pytest.mark.parametrize("form", ["I", "q"])
def test_numbers_are_found_where_they_stand(form: Literal["I", "q"], column: list[int], wanted: frozenset[int]) -> None:
    packed = memoryview(pack(f"{len(column)}{form}", *column)).cast(form)
    kept = tasks.Kept({"id": packed}, (), lambda _places: (), {})
    assert kept.places("id", wanted) == [place for place, number in enumerate(column) if number in wanted]


@pytest.mark.parametrize(
    "over",
    [
        {"meetings": (factories.meeting(day=LATER.at.date(), decisions=(Decision(n=1, text="定"),)),)},
        {"rounds": (Round(n=1, at=LATER.at, by=""),)},
        {"rounds": (Round(n=1, at=EARLIER.at, by="", closed=LATER.at),)},
        {"rounds": (Round(n=1, at=EARLIER.at, by="", arrivals=(CAME,)),)},
        {"instructions": (Instruction(n=1, leader="王五", text="办", at=LATER.at, by=""),)},
        {"instructions": (Instruction(n=1, leader="王五", text="办", at=EARLIER.at, by="", answered=LATER.at),)},
        {"sheets": (IssuedSheet(n=1, at=LATER.at, by=""),)},
        {"conflicts": (Conflict(at=LATER.at, by="", of="pilot", field="name"),)},
        {"projects": (Project(name="共建", funds=(factories.fund("区级", "1", "1", "2026-11-24"),)),)},
    ],
)
def test_the_last_day_on_record_is_that_of_anything(over: dict[str, Any]) -> None:
    before = factories.ledger(factories.task())
    plain = msgspec.structs.replace(before, **over)
    assert tasks.last_day(before) == EARLIER.at.date()
    assert tasks.last_day(plain) == tasks.last_day(as_copied(plain)) == LATER.at.date()


def test_a_meeting_that_is_planned_is_not_on_record_yet() -> None:
    assert tasks.last_day(msgspec.structs.replace(factories.ledger(), meetings=(factories.meeting(),))) is None


@settings(deadline=None, max_examples=50)
@given(strategies.ledgers(max_tasks=6), st.data())
def test_changes_leave_what_they_leave_of_plain_tasks(full: Ledger, data: st.DataObject) -> None:
    copied, plain = as_copied(full), full
    for number in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(plain.tasks)))
        edit = partial(_edit, place=place, title=f"改{number}")
        copied, plain = edit(copied), edit(plain)
        assert tasks.last_day(copied) == tasks.last_day(plain)
        for one in plain.tasks:
            assert tasks.with_ids(copied.tasks, {one.id}) == [one]
            assert tasks.with_uids(copied.tasks, {one.uid}) == [one]
            assert tasks.twins(copied.tasks, one) == tasks.twins(plain.tasks, one)
    assert copied.tasks == plain.tasks
    assert (len(copied.tasks), copied.tasks[-2:], list(copied.tasks)) == (
        len(plain.tasks),
        plain.tasks[-2:],
        list(plain.tasks),
    )
    assert copied == plain


def _edit(ledger: Ledger, *, place: int, title: str) -> Ledger:
    """Return `ledger` with another title for the task at this place, with a new task where there is none."""
    if place == len(ledger.tasks):
        return changes.with_new(ledger, [factories.task(uid=title, title=title)])
    return changes.apply(ledger, [ledger.tasks[place].id], lambda task: replace(task, title=title))


def test_equal_means_equal() -> None:
    full = factories.ledger(factories.task(id=1), factories.task(id=2))
    copied = as_copied(full)
    other = changes.apply(copied, [2], lambda task: replace(task, title="改"))
    assert copied.tasks == full.tasks
    assert copied.tasks != other.tasks
    assert changes.apply(other, [2], lambda _task: full.tasks[1]).tasks == copied.tasks
    assert changes.with_new(copied, [factories.task()]).tasks != copied.tasks
    assert as_copied(full).tasks == copied.tasks


def test_an_index_outside_is_none() -> None:
    copied = as_copied(factories.ledger(factories.task(id=1)))
    with pytest.raises(IndexError):
        copied.tasks[1]
    assert copied.tasks[-1].id == 1


def many() -> Ledger:
    one = factories.task(due="2026-12-01")
    step = Step(at=factories.at("2026-11-01"), by="张三", n=1, text="初稿", due=factories.day("2026-11-05"))
    odd = [
        replace(one, id=1, due=factories.day("2026-11-01")),
        replace(one, id=2, log=(*one.log, step)),
        replace(one, id=3, target=10, actual=1, title="有目标"),
    ]
    rest = [replace(one, id=number, uid=f"u{number}", title=f"第{number}项") for number in range(4, 101)]
    return factories.ledger(*odd, *rest)


def test_few_are_looked_at() -> None:
    seen: list[int] = []
    copied = as_copied(many(), looked_at=seen)
    late = queries.select(copied, Selection(), today=TODAY, statuses=frozenset({Status.TODO}), due_by=TODAY)
    assert [task.id for task in late] == seen == [1, 2]
    queries.summary(copied.tasks, Group.DEPARTMENT, today=TODAY, pilot=copied.pilot)
    assert seen == [1, 2]
    behind = msgspec.structs.replace(copied.pilot, behind_percent=10)
    queries.summary(copied.tasks, Group.DEPARTMENT, today=TODAY, pilot=behind)
    assert seen == [1, 2, 3]
    after = changes.with_new(copied, [replace(copied.tasks[2], uid="new", log=())])
    assert [task.id for task in tasks.twins(after.tasks, after.tasks[-1])] == [3]
    assert seen == [1, 2, 3]


def test_what_was_looked_at_stays_the_same_object() -> None:
    copied = as_copied(many())
    fifth: Task = copied.tasks[4]
    after = changes.apply(copied, [7], lambda task: replace(task, title="改"))
    assert after.tasks[4] is fifth
    assert list(after.tasks)[4] is fifth
    assert tasks.differences(copied.tasks, after.tasks) == [(6, copied.tasks[6], after.tasks[6])]
    assert tasks.differences(after.tasks, changes.apply(after, [7], lambda _task: copied.tasks[6]).tasks) == [
        (6, after.tasks[6], copied.tasks[6])
    ]
    assert tasks.differences(copied.tasks, many().tasks) is None
