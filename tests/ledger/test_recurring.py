"""Work that comes round: when the next is due, that one is opened, and that two never are open at once."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factories import day, done, ledger, stamp, task
from pilottask.base.errors import PilotError, UsageFault
from pilottask.ledger import changes, integrity, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import OPEN, Create, Every, Ledger, Status, Task, replace


@pytest.mark.parametrize(
    ("every", "since", "after", "due"),
    [
        (Every.MONTH, "2026-01-31", "2026-01-31", "2026-02-28"),
        (Every.MONTH, "2026-01-31", "2026-02-28", "2026-03-31"),
        (Every.MONTH, "2026-01-31", "2026-03-05", "2026-03-31"),
        (Every.MONTH, "2028-01-31", "2028-02-01", "2028-02-29"),
        (Every.MONTH, "2026-12-15", "2026-12-15", "2027-01-15"),
        (Every.MONTH, "2026-01-31", "2026-12-31", "2027-01-31"),
        (Every.QUARTER, "2026-10-29", "2026-10-29", "2027-01-29"),
        (Every.QUARTER, "2026-11-30", "2026-12-24", "2027-02-28"),
        (Every.QUARTER, "2026-11-30", "2027-03-01", "2027-05-31"),
        (Every.QUARTER, "2026-09-30", "2026-09-30", "2026-12-31"),
        (Every.QUARTER, "2026-09-29", "2026-09-29", "2026-12-29"),
        (Every.MONTH, "2027-02-28", "2027-02-28", "2027-03-31"),
        (Every.MONTH, "2028-02-28", "2028-02-28", "2028-03-28"),
        (Every.MONTH, "2026-04-30", "2026-05-31", "2026-06-30"),
        (Every.YEAR, "2027-02-28", "2027-02-28", "2028-02-29"),
        (Every.YEAR, "2028-02-29", "2028-02-29", "2029-02-28"),
        (Every.YEAR, "2028-02-29", "2031-06-01", "2032-02-29"),
        (Every.WEEK, "2026-11-20", "2026-11-20", "2026-11-27"),
        (Every.WEEK, "2026-11-20", "2026-12-03", "2026-12-04"),
        (Every.WEEK, "2026-11-20", "2026-11-01", "2026-11-27"),
        (Every.MONTH, "2026-11-20", "2026-09-01", "2026-12-20"),
    ],
)
def test_next_date(every: Every, since: str, after: str, due: str) -> None:
    assert recurring.next_date(every, since=day(since), after=day(after)) == day(due)


@given(st.sampled_from(Every), st.dates(max_value=date(2500, 1, 1)), st.integers(-400, 4000))
@example(Every.MONTH, date(2027, 2, 28), 0)
@example(Every.QUARTER, date(2026, 9, 30), 95)
def test_the_next_date_is_the_first_after_both(every: Every, since: date, days: int) -> None:
    after = max(since, since + timedelta(days=days)) if days > 0 or since.year > 2 else since
    due = recurring.next_date(every, since=since, after=after)
    months = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
    if every is Every.WEEK:
        on_grid = [since + timedelta(weeks=n) for n in range(1, days // 7 + 3 if days > 0 else 3)]
    else:
        meant_last = (since + timedelta(days=1)).month != since.month
        on_grid = []
        for later in (since.month - 1 + months[every] * n for n in range(1, 200)):
            year, month = since.year + later // 12, later % 12 + 1
            last = calendar.monthrange(year, month)[1]
            on_grid.append(date(year, month, last if meant_last else min(since.day, last)))
    assert due == next(one for one in on_grid if one > after)


def uids() -> Iterator[str]:
    return (f"n{number}" for number in count())


def closed(book: Ledger, number: int, when: str) -> Ledger:
    """Return `book` with a task closed on that day, as the command does it."""
    on = stamp(when)
    names = uids()
    book = changes.apply(book, [number], lambda one: done(one, on))
    return recurring.with_next(book, [number], on, new_uid=lambda: f"{when}{next(names)}")


def reopened(book: Ledger, number: int, when: str = "2027-06-01") -> Ledger:
    return changes.apply(book, [number], lambda one: changes.reopen(one, stamp(when), reason="误"))


def monthly(**over: object) -> Ledger:
    return ledger(task(due="2027-01-31", every=Every.MONTH, title="联席会议", **over))


def by_id(book: Ledger, number: int) -> Task:
    return next(one for one in book.tasks if one.id == number)


def test_closing_opens_the_next_counted_from_the_first() -> None:
    book = closed(closed(closed(monthly(), 1, "2027-01-30"), 2, "2027-02-28"), 3, "2027-03-20")
    assert [one.due for one in book.tasks] == [
        day("2027-01-31"),
        day("2027-02-28"),
        day("2027-03-31"),
        day("2027-04-30"),
    ]
    assert [one.status for one in book.tasks] == [Status.CLOSED, Status.CLOSED, Status.CLOSED, Status.TODO]
    assert not list(integrity.faults(book))


def test_the_next_is_a_new_task_with_what_was_asked_for() -> None:
    first = monthly(owner="王敏", aspect="机制", target=4, unit="次", actual=3, tags=("例会",), extra={"文号": "1号"})
    book = closed(first, 1, "2027-01-20")
    one, following = book.tasks
    assert following.log == (Create(at=stamp("2027-01-20").at, by="张三", series=1, since=day("2027-01-31")),)
    assert (following.id, following.actual, following.created) == (2, None, day("2027-01-20"))
    assert following.uid != one.uid
    same = ("title", "department", "owner", "aspect", "target", "unit", "tags", "extra", "every")
    assert [getattr(following, name) for name in same] == [getattr(one, name) for name in same]


def test_a_late_closing_passes_over_what_is_past() -> None:
    assert closed(monthly(), 1, "2027-04-15").tasks[-1].due == day("2027-04-30")


def test_an_early_closing_does_not_open_the_same_again() -> None:
    assert closed(monthly(), 1, "2026-11-20").tasks[-1].due == day("2027-02-28")


def test_an_extension_does_not_move_the_series() -> None:
    book = changes.apply(
        monthly(), [1], lambda one: changes.extend(one, stamp("2027-01-30"), to=day("2027-03-10"), reason="会期冲突")
    )
    assert closed(book, 1, "2027-02-05").tasks[-1].due == day("2027-02-28")


def test_a_task_that_does_not_come_round_opens_none() -> None:
    assert len(closed(ledger(task(due="2027-01-31")), 1, "2027-01-20").tasks) == 1


def test_without_a_deadline_there_is_nothing_to_count_from() -> None:
    assert len(closed(ledger(task(every=Every.MONTH)), 1, "2027-01-20").tasks) == 1
    with pytest.raises(UsageFault, match="needs a deadline"):
        recurring.check(task(every=Every.MONTH))
    assert recurring.check(task()) == task()


def test_a_series_that_was_given_up_goes_on_with_none() -> None:
    book = closed(monthly(), 1, "2027-01-20")
    book = changes.apply(book, [2], lambda one: changes.cancel(one, stamp("2027-01-21"), reason="停"))
    assert len(book.tasks) == 2


def test_a_closed_one_can_be_reopened_though_the_next_is_open() -> None:
    book = reopened(closed(closed(monthly(), 1, "2027-01-20"), 2, "2027-02-20"), 1)
    assert [one.status in OPEN for one in book.tasks] == [True, False, True]
    assert recurring.open_in_series(book.tasks, by_id(book, 1)) == by_id(book, 3)
    assert recurring.open_at_once(book) == []  # they are of different rounds
    again = closed(book, 1, "2027-06-02")
    assert len(again.tasks) == 3
    assert closed(again, 3, "2027-06-03").tasks[-1].due == day("2027-06-30")


def test_a_round_that_is_cancelled_is_passed_over_where_the_series_goes_on() -> None:
    book = monthly()
    book = changes.apply(book, [1], lambda one: changes.cancel(one, stamp("2027-01-05"), reason="本月不开"))
    book = recurring.with_next(book, [1], stamp("2027-01-05"), new_uid=lambda: "n")
    assert [one.due for one in book.tasks] == [day("2027-01-31"), day("2027-02-28")]


def test_rounds_left_out_are_named() -> None:
    book = closed(monthly(), 1, "2027-04-15")
    assert recurring.passed_deadlines(book.tasks, book.tasks[-1]) == [day("2027-02-28"), day("2027-03-31")]
    soon = closed(monthly(), 1, "2027-01-20")
    assert recurring.passed_deadlines(soon.tasks, soon.tasks[-1]) == []


def rounds_of(first_due: str, every: Every, *closings: str, corrected: tuple[str, str] | None = None) -> list[str]:
    """Return the deadlines of a series of which each is closed on a day, one corrected first to another day."""
    book = ledger(task(due=first_due, every=every))
    for number, when in enumerate(closings, start=1):
        book = closed(book, number, when)
        if corrected and str(book.tasks[-1].due) == corrected[0]:
            values = {"due": day(corrected[1])}
            book = changes.apply(book, [number + 1], lambda one: changes.edit(one, stamp(when), values))  # noqa: B023
    return [str(one.first_due) for one in book.tasks[1:]]


def test_the_30th_is_kept_where_a_round_says_that_it_was_meant() -> None:
    days = "2026-04-20", "2026-05-20", "2026-06-20", "2026-07-20", "2027-02-01", "2027-02-20"
    the_30th = ["2026-05-30", "2026-06-30", "2026-07-30", "2026-08-30", "2027-02-28", "2027-03-30"]
    month_ends = ["2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2027-02-28", "2027-03-31"]
    assert rounds_of("2026-04-30", Every.MONTH, *days) == month_ends
    assert rounds_of("2026-04-30", Every.MONTH, *days, corrected=("2026-05-31", "2026-05-30")) == the_30th
    assert rounds_of("2026-04-30", Every.MONTH, *days, corrected=("2026-05-31", "2026-05-15"))[1:] == month_ends[1:]
    assert rounds_of("2026-09-30", Every.QUARTER, "2026-09-20", "2026-12-20") == ["2026-12-31", "2027-03-31"]


def test_a_series_goes_back_to_the_months_end_where_a_later_round_says_so() -> None:
    first = task(due="2026-11-30", every=Every.QUARTER, status="closed", closed="2026-11-20")
    log = (Create(at=stamp("2027-02-20").at, by="张三", series=1, since=day("2026-11-30")),)
    book = ledger(first, task(id=2, due="2027-05-30", every=Every.QUARTER, log=log))
    book = closed(book, 2, "2027-05-20")
    assert book.tasks[-1].due == day("2027-08-30")
    values = {"due": day("2027-08-31")}
    book = changes.apply(book, [3], lambda one: changes.edit(one, stamp("2027-05-20"), values))
    assert [closed(book, 3, when).tasks[-1].due for when in ("2027-08-20", "2027-12-20")] == [
        day("2027-11-30"),
        day("2028-02-29"),
    ]


@pytest.mark.parametrize(
    ("first_due", "every", "other"),
    [
        ("2026-04-30", Every.MONTH, "2026-05-30"),
        ("2027-02-28", Every.MONTH, "2027-03-28"),
        ("2027-02-28", Every.YEAR, "2028-02-28"),
        ("2026-09-30", Every.QUARTER, "2026-12-30"),
        ("2026-05-31", Every.MONTH, None),
        ("2026-03-30", Every.MONTH, None),
        ("2026-06-30", Every.YEAR, None),
    ],
)
def test_which_other_day_may_be_meant(first_due: str, every: Every, other: str | None) -> None:
    book = closed(ledger(task(due=first_due, every=every)), 1, "2026-04-20")
    assert recurring.other_reading(book.tasks, book.tasks[-1]) == (other and day(other))
    if other:  # it is asked once: the round that was left as it is tells
        following = closed(closed(book, 2, "2026-05-20"), 3, "2026-07-20")
        assert recurring.other_reading(following.tasks, following.tasks[-1]) is None


def test_after_the_next_is_cancelled_it_can_be_reopened_and_closed_again() -> None:
    book = closed(monthly(), 1, "2027-01-20")
    book = changes.apply(book, [2], lambda one: changes.cancel(one, stamp("2027-01-21"), reason="误开"))
    book = closed(reopened(book, 1, "2027-01-22"), 1, "2027-01-25")
    assert [one.due for one in book.tasks if one.status in OPEN] == [day("2027-02-28")]


def test_a_next_one_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(UsageFault, match="9999"):
        closed(ledger(task(due="9999-12-31", every=Every.YEAR)), 1, "2027-01-20")


def test_another_series_does_not_matter() -> None:
    book = ledger(task(due="2027-01-31", every=Every.MONTH), task(id=2, due="2027-01-31", every=Every.MONTH))
    book = closed(book, 1, "2027-01-20")
    assert [one.id for one in book.tasks if one.status in OPEN] == [2, 3]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["close", "cancel", "skip", "suspend", "reopen", "drop"]), st.integers(1, 6), st.integers(0, 90)
    ),
    max_size=14,
)


def _moved(book: Ledger, move: str, number: int, on: Stamp, name: str) -> Ledger:
    match move:
        case "close":
            book = changes.apply(book, [number], lambda one: done(one, on))
            return recurring.with_next(book, [number], on, new_uid=lambda: name)
        case "cancel" | "skip":
            book = changes.apply(book, [number], lambda one: changes.cancel(one, on, reason="停"))
            return recurring.with_next(book, [number], on, new_uid=lambda: name) if move == "skip" else book
        case "suspend":
            return changes.apply(book, [number], lambda one: changes.suspend(one, on, reason="缓"))
        case "reopen":
            return changes.apply(book, [number], lambda one: changes.reopen(one, on, reason="续"))
        case _:
            return changes.without(book, [number])


@settings(max_examples=150)
@given(MOVES)
def test_never_two_of_a_series_are_open_at_once(moves: list[tuple[str, int, int]]) -> None:
    book = monthly()
    today = day("2027-01-01")
    for place, (move, number, days) in enumerate(moves):
        today += timedelta(days=days)
        before = sum(one.status in OPEN for one in book.tasks)
        try:
            book = _moved(book, move, number, stamp(today.isoformat()), f"m{place}")
        except PilotError:
            continue
        assert not list(integrity.faults(book))
        assert recurring.open_at_once(book) == []
        if move in {"close", "skip"}:
            assert sum(one.status in OPEN for one in book.tasks) <= before + (before == 0)


def test_a_task_whose_log_was_taken_away_is_a_series_of_its_own() -> None:
    bare = replace(task(id=4, due="2027-01-31", every=Every.MONTH), log=())
    assert (recurring.series(bare), recurring.since(bare)) == (4, day("2027-01-31"))
