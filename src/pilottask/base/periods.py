"""Weeks, months, quarters and years: how long they are and when they end; days as scripts write them."""

from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final

DAYS_A_WEEK: Final = 7
MONTHS_A_YEAR: Final = 12
MONTHS_A_QUARTER: Final = 3
_DECEMBER_DAYS: Final = 31


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, clipped to the month's last: 31 January + 1 is the last of February.

    `months` may be negative. Raises OverflowError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return date(year, month + 1, min(day.day, month_days(year, month + 1)))


def span_before(first: date, last: date) -> tuple[date, date]:
    """Return the span of the same kind before that from `first` to `last`.

    Before whole months as many months, before the first days of a month the same days of the one before, before any
    other days as many. Raises OverflowError where that begins before the year 1.
    """
    if first.day != 1:
        end = first - timedelta(days=1)
        return end - (last - first), end
    months = (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month + 1
    end = first - timedelta(days=1) if is_month_end(last) else add_months(last, -months)
    return add_months(first, -months), end


def is_due(day: date, *, today: date, ahead: int | None) -> bool:
    """Tell whether `day` is past; with `ahead`, whether it lies within so many calendar days from today on."""
    return day < today if ahead is None else 0 <= (day - today).days <= ahead


def week_end(day: date) -> date:
    """Return the Sunday of the week of `day`. Raises OverflowError in the last days of the year 9999."""
    return monday(day) + timedelta(days=DAYS_A_WEEK - 1)


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=month_days(day.year, day.month))


def is_month_end(day: date) -> bool:
    """Tell whether `day` is the last of its month."""
    return day == month_end(day)


def quarter_end(day: date) -> date:
    """Return the last day of the calendar quarter of `day`."""
    return month_end(day.replace(day=1, month=day.month + -day.month % MONTHS_A_QUARTER))


def year_end(day: date) -> date:
    """Return 31 December of the year of `day`."""
    return date(day.year, MONTHS_A_YEAR, _DECEMBER_DAYS)


def month_days(year: int, month: int) -> int:
    """Return how many days the month has."""
    if month == MONTHS_A_YEAR:
        return _DECEMBER_DAYS
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def monday(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def iso_date(text: str) -> date | None:
    """Return the date that scripts and tables write, `2026-12-15`, None for any other text."""
    if text[4:5] == text[7:8] == "-" and len(text) == len("2026-12-15"):
        with suppress(ValueError):  # no such day
            return date.fromisoformat(text)
    return None
