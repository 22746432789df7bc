"""How far a task is towards its target, beside the time gone by."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import TODAY, day, done, pilot, stamp, task
from pilottask.ledger import changes, lights, shares
from pilottask.ledger.lights import Lit, Reason
from pilottask.ledger.records import Status, replace


@pytest.mark.parametrize(
    ("target", "actual", "share"),
    [(3000, 2100, 0.7), (3000, None, 0.0), (200, 250, 1.25), (0, 5, None), (None, 5, None)],
    ids=["some", "nothing noted", "more than asked", "target 0", "no target"],
)
def test_share_of_the_target(target: int | None, actual: int | None, share: float | None) -> None:
    assert shares.share_done(task(target=target, actual=actual)) == share


@pytest.mark.parametrize(
    ("today", "gone"),
    [("2026-10-01", 0.0), ("2026-10-29", 0.0), ("2026-11-08", 0.5), ("2026-11-18", 1.0), ("2026-12-01", 1.0)],
    ids=["before it began", "first day", "half way", "due", "late"],
)
def test_time_gone_is_counted_from_the_day_of_entry(today: str, gone: float) -> None:
    assert shares.time_gone(task(due="2026-11-18"), today=day(today)) == gone


def test_time_gone_is_counted_from_the_first_start() -> None:
    started = changes.start(task(due="2026-11-18"), stamp("2026-11-08"))
    again = changes.start(replace(started, status=Status.TODO), stamp("2026-11-16"))
    assert shares.began(again) == day("2026-11-08")
    assert shares.time_gone(again, today=day("2026-11-13")) == 0.5


@pytest.mark.parametrize("due", ["2026-10-29", "2026-10-01"], ids=["due as it begins", "due before"])
def test_without_time_it_is_all_gone_on_the_day(due: str) -> None:
    assert shares.time_gone(task(due=due), today=day(due)) == 1.0
    assert shares.time_gone(task(due=due), today=day(due) - timedelta(days=1)) == 0.0


def test_no_time_is_gone_without_a_deadline_or_once_it_is_closed() -> None:
    assert shares.time_gone(task(), today=TODAY) is None
    assert shares.time_gone(done(task(due="2026-12-31"), stamp()), today=TODAY) is None


# 10 of 20 days are gone on 8 November, and 30 of 100 are done: 20 points behind.
@pytest.mark.parametrize(
    ("percent", "reason"),
    [(None, None), (20, None), (19, Reason.BEHIND), (0, Reason.BEHIND)],
    ids=["off", "not by more", "by more", "by anything"],
)
def test_light_of_a_task_behind(percent: int | None, reason: Reason | None) -> None:
    one = task(due="2026-11-18", target=100, actual=30)
    lit = lights.light(one, today=day("2026-11-08"), pilot=pilot(behind_percent=percent, soon_days=5))
    assert lit.reason is reason


def test_behind_is_the_last_of_the_reasons() -> None:
    one = changes.start(task(due="2026-12-31", target=100), stamp("2026-10-30"))
    settings = pilot(behind_percent=0)
    assert lights.light(one, today=TODAY, pilot=settings).reason is Reason.STALE
    noted = changes.note(one, stamp("2026-11-19"), text="推进", actual=1)
    assert lights.light(noted, today=TODAY, pilot=settings).reason is Reason.BEHIND
    asked = changes.raise_(noted, stamp("2026-11-19"), text="缺资金", coordinate=True)
    assert lights.light(asked, today=TODAY, pilot=settings).reason is Reason.COORDINATION


def test_a_task_without_target_is_never_behind() -> None:
    assert lights.light(task(due="2026-12-31"), today=TODAY, pilot=pilot(behind_percent=0)) == Lit(lights.Light.GREEN)


@given(st.dates(), st.dates(), st.dates())
def test_time_gone_never_runs_back(due: date, first: date, second: date) -> None:
    one = task(due=due)
    earlier, later = sorted((first, second))
    gone = shares.time_gone(one, today=earlier), shares.time_gone(one, today=later)
    assert gone[0] is not None
    assert gone[1] is not None
    assert 0 <= gone[0] <= gone[1] <= 1
