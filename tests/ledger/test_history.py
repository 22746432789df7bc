"""What a task's log says: its life, its problems, and the task as it stood at a moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import at, day, stamp, task
from pilottask.base.errors import PilotError
from pilottask.ledger import changes, history
from pilottask.ledger.changes import Stamp
from pilottask.ledger.history import Difference, Life
from pilottask.ledger.records import (
    Chase,
    Close,
    Create,
    Edit,
    Every,
    Extend,
    Hand,
    Import,
    Note,
    Raise,
    Settle,
    Status,
    Submit,
    Task,
    replace,
)


def when(text: str = "2026-11-20") -> dict[str, Any]:
    return {"at": at(text), "by": "张三"}


# Life


def test_a_log_without_moves_is_a_task_to_do() -> None:
    assert history.life([]) == history.life([Create(**when()), Note(**when(), text="等")]) == Life()


@pytest.mark.parametrize("status", Status)
def test_an_imported_task_begins_where_it_stood(status: Status) -> None:
    entry = Import(**when(), status=status, submitted=day("2026-11-01"), closed=day("2026-11-02"))
    state = history.life([entry])
    assert (state.status, state.submitted, state.closed) == (status, day("2026-11-01"), day("2026-11-02"))


def test_closing_is_no_submission() -> None:
    state = history.life([Close(**when("2026-11-18"))])
    assert (state.submitted, state.closed) == (None, day("2026-11-18"))
    state = history.life([Submit(**when("2026-11-16"), on=day("2026-11-15")), Close(**when("2026-11-18"))])
    assert (state.submitted, state.closed) == (day("2026-11-15"), day("2026-11-18"))


@pytest.mark.parametrize(
    ("field", "new", "found"),
    [
        ("status", "closed", (Status.CLOSED, day("2026-11-15"), None)),
        ("submitted", "2026-11-01", (Status.SUBMITTED, day("2026-11-01"), None)),
        ("closed", "2026-11-30", (Status.SUBMITTED, day("2026-11-15"), day("2026-11-30"))),
        ("owner", "李四", (Status.SUBMITTED, day("2026-11-15"), None)),
    ],
)
def test_a_change_by_hand_counts_from_when_it_was_found(field: str, new: str, found: tuple[object, ...]) -> None:
    state = history.life([Submit(**when("2026-11-15")), Hand(**when(), field=field, new=new)])
    assert (state.status, state.submitted, state.closed) == found


# What a log holds


def one_with_all() -> Task:
    one = changes.start(task(due="2026-11-08"), stamp("2026-11-02"))
    one = changes.raise_(one, stamp("2026-11-03"), text="流标")
    one = changes.raise_(one, stamp("2026-11-04"), text="场地")
    one = changes.note(one, stamp("2026-11-05"), text="甲")
    one = changes.settle(one, stamp("2026-11-06"), n=1, text="追加预算")
    one = changes.chase(one, stamp("2026-11-07"))
    one = changes.note(one, stamp("2026-11-08"), text="乙")
    return changes.extend(one, stamp("2026-11-09"), to=day("2026-12-01"), reason="流标")


def test_problems_say_whether_they_are_settled() -> None:
    first, second = history.problems(one_with_all())
    assert (first.raised.text, first.settled) == ("流标", Settle(**when("2026-11-06"), n=1, text="追加预算"))
    assert (second.raised.text, second.settled) == ("场地", None)
    assert history.open_problems(one_with_all()) == [Raise(**when("2026-11-04"), n=2, text="场地")]


def test_problems_stand_by_number_however_the_log_was_merged() -> None:
    one = task(log=(Raise(**when(), n=2, text="乙"), Raise(**when(), n=1, text="甲")))
    assert [problem.raised.n for problem in history.problems(one)] == [1, 2]


def test_last_note_reminders_and_extensions() -> None:
    one = one_with_all()
    assert history.last_note(one) == Note(**when("2026-11-08"), text="乙")
    assert history.last_note(task()) is None
    assert history.chases(one) == [Chase(**when("2026-11-07"))]
    assert history.extensions(one) == [
        Extend(**when("2026-11-09"), from_=day("2026-11-08"), to=day("2026-12-01"), reason="流标")
    ]


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("due", day("2026-11-08"), "2026-11-08"),
        ("status", Status.DOING, "doing"),
        ("every", Every.MONTH, "month"),
        ("support", ("甲", "乙"), ("甲", "乙")),
        ("target", 0.5, 0.5),
        ("owner", None, None),
        ("extra", {"文号": "3号"}, {"文号": "3号"}),
    ],
)
def test_a_value_in_the_log_reads_back_as_it_was(name: str, value: object, kept: object) -> None:
    assert history.as_value(value) == kept
    assert history.as_field(name, history.as_value(value)) == value


def test_a_value_that_does_not_fit_its_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        history.as_field("due", "soon")
    assert not history.fits("due", "soon")
    assert history.fits("due", "2026-11-08")


def test_a_list_that_the_log_has_as_nothing_is_empty() -> None:
    assert history.as_field("tags", None) == ()
    assert history.as_field("owner", None) is None


# As of a moment


def test_a_task_is_not_there_before_it_was_entered() -> None:
    one = task(created="2026-10-29")
    assert history.as_of(one, at("2026-10-29 09:14")) is None
    assert history.as_of(one, at("2026-10-29 09:15")) is one


def test_a_task_without_a_log_is_there_from_the_day_it_was_entered() -> None:
    one = task(created="2026-10-29", log=())
    assert history.as_of(one, at("2026-10-28 23:59")) is None
    assert history.as_of(one, at("2026-10-29 00:00")) is one


def test_a_moment_is_one_in_every_offset() -> None:
    one = task(created="2026-10-29")
    assert history.as_of(one, datetime(2026, 10, 29, 1, 15, tzinfo=UTC)) is one
    assert history.as_of(one, datetime(2026, 10, 29, 1, 14, tzinfo=UTC)) is None


def test_own_columns_come_and_go() -> None:
    one = changes.edit(task(), stamp("2026-11-02"), {"extra.文号": "3号"})
    one = changes.edit(one, stamp("2026-11-04"), {"extra.文号": None, "extra.科室": "一科"})
    found = [history.as_of(one, at(text)) for text in ("2026-11-01", "2026-11-03", "2026-11-05")]
    assert [past and past.extra for past in found] == [{}, {"文号": "3号"}, {"科室": "一科"}]


def test_entries_count_by_their_time_in_the_order_written() -> None:
    one = task(
        owner="丙",
        log=(
            Create(**when("2026-11-01")),
            Edit(**when("2026-11-10"), field="owner", old="甲", new="乙"),
            Edit(**when("2026-11-05"), field="owner", old="乙", new="丙"),
        ),
    )
    found = [history.as_of(one, at(text)) for text in ("2026-11-03", "2026-11-06", "2026-11-11")]
    assert [past and past.owner for past in found] == ["甲", "丙", "丙"]


def test_what_a_counted_entry_gave_stands_though_the_next_one_found_another_value() -> None:
    """As where two offices changed the same field and their logs were merged."""
    one = task(
        owner="丙",
        log=(
            Create(**when("2026-11-01")),
            Edit(**when("2026-11-05"), field="owner", old="甲", new="乙"),
            Edit(**when("2026-11-10"), field="owner", old="甲", new="丙"),
        ),
    )
    found = [history.as_of(one, at(text)) for text in ("2026-11-03", "2026-11-06", "2026-11-11")]
    assert [past and past.owner for past in found] == ["甲", "乙", "丙"]


CHANGES: dict[str, Callable[[Task, Stamp, int], Task]] = {
    "start": lambda one, now, _n: changes.start(one, now),
    "submit": lambda one, now, _n: changes.submit(one, now, evidence="验收单"),
    "submit on": lambda one, now, n: changes.submit(one, now, on=now.today - timedelta(days=n)),
    "close": lambda one, now, _n: changes.close(one, now, verifier="王五"),
    "return": lambda one, now, _n: changes.return_(one, now, reason="缺验收单"),
    "suspend": lambda one, now, _n: changes.suspend(one, now, reason="停工"),
    "cancel": lambda one, now, _n: changes.cancel(one, now, reason="重复"),
    "reopen": lambda one, now, _n: changes.reopen(one, now, reason="复工"),
    "note": lambda one, now, _n: changes.note(one, now, text="进展"),
    "figure": lambda one, now, n: changes.note(one, now, text="进展", actual=n),
    "raise": lambda one, now, _n: changes.raise_(one, now, text="流标", coordinate=True),
    "settle": lambda one, now, n: changes.settle(one, now, n=n),
    "extend": lambda one, now, n: changes.extend(one, now, to=day("2026-12-01") + timedelta(days=n), reason="流标"),
    "chase": lambda one, now, _n: changes.chase(one, now),
    "owner": lambda one, now, n: changes.edit(one, now, {"owner": ["甲", "乙", None][n % 3]}),
    "tags": lambda one, now, n: changes.edit(one, now, {"tags": ("重点", "资金")[: n % 3]}),
    "actual": lambda one, now, n: changes.edit(one, now, {"actual": n / 2}),
    "due": lambda one, now, n: changes.edit(one, now, {"due": day("2026-12-01") + timedelta(days=n)}),
    "department": lambda one, now, n: changes.edit(one, now, {"department": f"单位{n % 2}", "support": ("单位0",)}),
    "own column": lambda one, now, n: changes.edit(one, now, {f"extra.列{n % 2}": None if n > 2 else str(n)}),
}
STEPS = st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 4), st.integers(1, 60)), max_size=15)
FIRST = at("2026-11-01 09:15")


def lived(steps: list[tuple[str, int, int]], first: Task) -> list[tuple[datetime, Task]]:
    """Return a task after each of the steps that were open to it, with the moment at which it got there."""
    moment = FIRST
    states = [(moment, first)]
    for name, number, hours in steps:
        moment += timedelta(hours=hours)
        try:
            after = CHANGES[name](states[-1][1], Stamp(moment, "张三"), number)
        except PilotError:
            continue
        states.append((moment, after))
    return states


def entered(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return task(created="2026-11-01", log=(Create(at=FIRST, by="张三"),), **over)


STARTS = st.sampled_from(
    [
        entered(),
        entered(due="2026-11-20", owner="丙", actual=7, tags=("旧",), extra={"列1": "旧"}, support=("单位1",)),
        entered(
            status="closed",
            submitted="2026-10-01",
            closed="2026-10-02",
        ),
    ]
).map(
    lambda one: (
        one
        if one.status is Status.TODO
        else replace(
            one, log=(Import(at=FIRST, by="张三", status=one.status, submitted=one.submitted, closed=one.closed),)
        )
    )
)


@given(STEPS, STARTS, st.integers(0, 59))
def test_a_task_as_of_a_moment_is_what_it_was_then(
    steps: list[tuple[str, int, int]], first: Task, minutes: int
) -> None:
    states = lived(steps, first)
    present = states[-1][1]
    for moment, state in states:
        assert history.as_of(present, moment + timedelta(minutes=minutes)) == state
    assert history.as_of(present, FIRST - timedelta(seconds=1)) is None


def test_the_figure_a_task_was_entered_with_comes_back() -> None:
    one = changes.note(task(actual=7), stamp("2026-11-10"), text="进展", actual=9)
    past = history.as_of(one, at("2026-11-09"))
    assert past is not None
    assert past.actual == 7


@given(STEPS, STARTS)
def test_what_is_done_by_commands_never_parts_from_the_log(steps: list[tuple[str, int, int]], first: Task) -> None:
    for _moment, state in lived(steps, first):
        assert history.differences(state) == []
        assert (state.status, state.submitted, state.closed) == (
            (life := history.life(state.log)).status,
            life.submitted,
            life.closed,
        )


@given(STEPS, STARTS)
def test_every_change_leaves_an_entry(steps: list[tuple[str, int, int]], first: Task) -> None:
    states = [state for _moment, state in lived(steps, first)]
    for before, after in pairwise(states):
        assert after == before or after.log[: len(before.log)] == before.log != after.log


# Hand edits


@pytest.mark.parametrize(
    ("by_hand", "parting"),
    [
        ({"status": Status.CLOSED}, Difference("status", "doing", "closed")),
        ({"closed": day("2026-11-01")}, Difference("closed", None, "2026-11-01")),
        ({"owner": "李四"}, Difference("owner", "张三", "李四")),
        ({"tags": ()}, Difference("tags", ("重点",), ())),
        ({"due": None}, Difference("due", "2026-12-01", None)),
        ({"extra": {}}, Difference("extra.文号", "3号", None)),
        ({"actual": 9}, Difference("actual", 5, 9)),
    ],
    ids=str,
)
def test_a_hand_edit_parts_a_field_from_the_log(by_hand: dict[str, object], parting: Difference) -> None:
    one = changes.start(task(due="2026-11-08"), stamp("2026-11-02"))
    one = changes.edit(one, stamp("2026-11-02"), {"owner": "张三", "tags": ("重点",), "extra.文号": "3号"})
    one = changes.extend(one, stamp("2026-11-03"), to=day("2026-12-01"), reason="流标")
    one = changes.note(one, stamp("2026-11-03"), text="已签5家", actual=5)
    assert history.differences(one) == []
    assert history.differences(replace(one, **by_hand)) == [parting]


def test_a_log_that_does_not_say_how_it_began_is_not_held_to_its_life() -> None:
    assert history.differences(task(status="doing", log=(Note(**when(), text="进展"),))) == []


def test_a_deadline_moved_by_hand_parts_from_the_first_one() -> None:
    one = task(due="2026-12-01", first_due="2026-11-08")
    assert history.differences(one) == [Difference("due", "2026-11-08", "2026-12-01")]
