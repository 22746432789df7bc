"""Working days by the notices of holidays."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilottask.base import workdays
from pilottask.base.i18n import Lang, language, set_language
from pilottask.base.workdays import Notice

CALENDAR = workdays.calendar()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language(Lang.EN)
    yield
    set_language(before)


@pytest.mark.parametrize("year", [notice.year for notice in workdays.published_notices()])
def test_a_published_year_is_that_of_a_library(year: int) -> None:
    library = pytest.importorskip("chinese_calendar", reason="a peer to compare with")
    days = [date(year, 1, 1) + timedelta(days=each) for each in range(366)]
    ours = {day for day in days if day.year == year and CALENDAR.works(day)}
    assert ours == {day for day in days if day.year == year and library.is_workday(day)}


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday worked in its place
        ("2026-10-11", False),
        ("2026-09-20", True),
        ("2031-01-01", False),  # of an unknown year
        ("2031-05-02", False),
        ("2031-05-03", False),
        ("2031-05-05", True),
        ("2031-10-03", False),
        ("2031-10-06", True),
    ],
)
def test_working_days(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


@given(today=st.dates(date(2022, 1, 1), date(2028, 1, 1)), count=st.integers(0, 60))
def test_working_days_are_counted_one_by_one(today: date, count: int) -> None:
    found = CALENDAR.add(today, count)
    between = [today + timedelta(days=each) for each in range(1, (found - today).days + 1)]
    assert sum(map(CALENDAR.works, between)) == count
    assert count == 0 or CALENDAR.works(found)


def test_working_days_are_not_counted_backwards_nor_past_the_end() -> None:
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add(date(2026, 11, 20), -1)
    for count in (3, 999_999_999):
        with pytest.raises(OverflowError):
            CALENDAR.add(date(9999, 12, 30), count)


def test_a_day_off_is_said_with_the_working_days_beside_it() -> None:
    assert CALENDAR.day_off(date(2026, 10, 8)) is None
    assert CALENDAR.day_off(date(2026, 10, 10)) is None
    assert CALENDAR.day_off(date(2026, 10, 2)) == (
        "2026-10-02 Fri is a day off; the working day before is 2026-09-30 Wed, the one after 2026-10-08 Thu"
    )
    assert CALENDAR.day_off(date(2027, 1, 2)) == (
        "2027-01-02 Sat is a day off; the working day before is 2026-12-31 Thu, the one after 2027-01-04 Mon\n"
        "the holidays of 2027 are not known: Mondays to Fridays are taken for its working days; "
        "pilottask calendar import FILE adds the notice"
    )
    assert CALENDAR.day_off(date.min) is None  # no working day before it


def test_a_notice_goes_before_the_published_one_of_its_year() -> None:
    calendar = workdays.calendar([Notice(2026, (date(2026, 10, 9),))])
    assert not calendar.works(date(2026, 10, 9))
    assert not calendar.works(date(2026, 10, 10))
    assert calendar.works(date(2026, 10, 7))
    assert calendar.unknown_years(date(2023, 1, 1), date(2026, 12, 31)) is None
