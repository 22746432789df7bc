"""Periods as people type them where a span of days is asked for: `11月`, `2026-11`, `上月`, `三季度`, `last week`."""

import re
from contextlib import suppress
from datetime import MINYEAR, date, timedelta
from typing import Final, NamedTuple

from pilottask.base import dates
from pilottask.base.dates import Year, Yearless
from pilottask.base.errors import UsageFault
from pilottask.base.periods import DAYS_A_WEEK, MONTHS_A_QUARTER, MONTHS_A_YEAR, add_months, monday, month_end
from pilottask.base.text import as_digits, half_width

_ENGLISH: Final = {"this": "本", "last": "上", "week": "周", "month": "月", "quarter": "季度", "year": "年"}
_MONTHS: Final = {"月": 1, "季度": MONTHS_A_QUARTER, "半年": 6, "年": MONTHS_A_YEAR}
_NAMED: Final = (
    "(?:(?P<year>[0-9]{4}|[今去])年)?(?:(?P<month>[0-9]{1,2})月份?|[第前]?(?P<quarter>[1-4])季度|(?P<half>[上下])半年)?"
)


class Span(NamedTuple):
    """The first and the last day of a period."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        """Tell whether a day lies in it; None does not."""
        return isinstance(day, date) and self.first <= day <= self.last


def parse(text: str, *, today: date) -> Span | None:
    """Return the period that `text` names, where no year is written the latest that has begun; None for all else."""
    plain = "".join(half_width(text).lower().split())
    plain = re.sub("|".join(_ENGLISH), lambda word: _ENGLISH[word[0]], plain)
    plain = re.sub("[一二三四五六七八九十]+(?=月|季度)", as_digits, plain)
    plain = re.sub("^([0-9]{4})[-./]([0-9]{2})$", r"\1年\2月", plain)
    plain = re.sub("^([0-9]{4})[-.]?(?=q)", r"\1年", plain)
    plain = re.sub("q([1-4])$", r"\1季度", plain)
    if match := re.fullmatch("([本这上])(周|月|季度|年)", plain):
        return _near(match[2], today, back=match[1] == "上")
    match = re.fullmatch(_NAMED, plain)
    span = _period_of(match.groupdict(), today) if plain and match else None
    return span._replace(first=span.first.replace(month=1)) if span and "前" in plain else span


def in_this_year(text: str, *, today: date) -> Span | None:
    """Return the period that `text` names if its year, which it does not write, is that of today."""
    return parse(f"{today.year:04}年{text.strip()}", today=today)


def end_after(begin: date, text: str, *, today: date) -> str:
    """Return `text` in the year of `begin` where it has none and would end before that: 6-1 to 6-30, typed in June."""

    def end(year: Year) -> date | None:
        span = parse(text, today=today) if isinstance(year, Yearless) else in_this_year(text, today=date(year, 1, 1))
        with suppress(UsageFault):
            return span.last if span else dates.parse(text, today=today, year=year)
        return None

    past, day = end(Yearless.PAST), end(begin.year)
    return day.isoformat() if day and day >= begin and (past is None or past < begin) else text


def _near(unit: str, today: date, *, back: bool) -> Span | None:
    """Return the running week, month, quarter or year, or the one before."""
    if unit == "周":
        first = monday(today) - timedelta(weeks=back)
        return Span(first, first + timedelta(days=DAYS_A_WEEK - 1))
    return _span(today.year, (today.month - 1) // _MONTHS[unit] - back, _MONTHS[unit])


def _period_of(found: dict[str, str | None], today: date) -> Span | None:
    month, quarter, half, year = found["month"], found["quarter"], found["half"], found["year"]
    unit, n = ("月", month) if month else ("季度", quarter) if quarter else ("半年", half) if half else ("年", "1")
    place = "上下".index(half) if half else int(n or 0) - 1
    if not 0 <= place < MONTHS_A_YEAR // _MONTHS[unit]:
        return None
    if year is None:
        return _span(today.year - (place > (today.month - 1) // _MONTHS[unit]), place, _MONTHS[unit])
    return _span({"今": today.year, "去": today.year - 1}.get(year) or int(year), place, _MONTHS[unit])


def _span(year: int, place: int, months: int) -> Span | None:
    """Return the period of so many months that has this place in a year, from 0; -1 is the last of the year before."""
    year, month = divmod(year * MONTHS_A_YEAR + place * months, MONTHS_A_YEAR)
    if year < MINYEAR:
        return None
    first = date(year, month + 1, 1)
    return Span(first, month_end(add_months(first, months - 1)))
