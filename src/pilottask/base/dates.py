"""Dates as people type them: `12-15`, `2026年12月底前`, `+5b`, `下周五`, `长期坚持` (design: section 3).

A form is taken whole or refused whole; nothing is guessed from part of a text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, date, time, timedelta
from functools import partial
from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import N_, _
from pilottask.base.text import half_width

_DAYS_A_WEEK: Final = 7
_WORKDAYS_A_WEEK: Final = 5
_FRIDAY: Final = 4
_MONTHS_A_YEAR: Final = 12
_MONTHS_A_QUARTER: Final = 3
_DECEMBER_DAYS: Final = 31

# The nearest 29 February is never more calendar years away: around 1900, no leap year, stand 1896 and 1904.
_REACH_YEARS: Final = 4

# A longer text is cut where a message quotes it; no date comes near.
_QUOTED_LENGTH: Final = 60

_WEEKDAY_NAMES: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTH_NAMES: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def parse(text: str, *, today: date) -> date | None:
    """Return the date that `text` names, None where it says that there is no deadline.

    A day without a year is the one nearest to `today`, of two equally near ones the later.
    Raises UsageFault, with the forms taken as its hint, for anything else than one of `forms`.
    """
    typed = text.strip()
    plain = half_width(typed).lower()
    if plain in _UNDATED:
        return None
    return _taken(typed, partial(_read, plain, today))


def parse_cell(text: str, *, today: date) -> date | None:
    """Return the date in a cell of a table: what `parse` takes, blank for no date, and a full date with a time.

    The time of day is dropped, as a deadline lasts to the end of its day; it has to be one that exists.
    Raises UsageFault as `parse` does.
    """
    typed = text.strip()
    if not typed:
        return None
    if timed := re.fullmatch(_TIMED, half_width(typed).lower()):
        return _taken(typed, partial(_read_timed, timed))
    return parse(typed, today=today)


def show(day: date) -> str:
    """Return `day` as it is shown back: `2026-12-15 Tue`, `2026-12-15 周二`."""
    return f"{day.isoformat()} {_(_WEEKDAY_NAMES[day.weekday()])}"


def forms() -> str:
    """Return the forms that `parse` takes, by example, in two lines."""
    return _(
        "2026-12-15, 2026/12/15, 2026.12.15, 20261215, 2026年12月15日, 12-15, 12月15日, 2026年12月, 12月底前;\n"
        "today, tomorrow, yesterday, fri, 下周五, +7d, +2w, +1m, +1y, +5b (working days), eow, eom, eoq, eoy, none"
    )


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, clipped to the month's last: 31 January + 1 is the last of February.

    `months` may be negative. Raises OverflowError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return date(year, month + 1, min(day.day, _month_days(year, month + 1)))


def add_workdays(day: date, count: int) -> date:
    """Return the `count`th day after `day` among Mondays to Fridays; public holidays are not known.

    Raises ValueError for a negative count, OverflowError after the year 9999.
    """
    if count < 0:
        raise ValueError(count)
    if count == 0:
        return day
    # From a weekend it counts as from the Friday before: the first working day is Monday either way.
    start = min(day.weekday(), _FRIDAY)
    weeks, rest = divmod(start + count, _WORKDAYS_A_WEEK)
    return day + timedelta(weeks=weeks, days=rest - day.weekday())


def week_end(day: date) -> date:
    """Return the Sunday of the week of `day`. Raises OverflowError in the last days of the year 9999."""
    return _monday(day) + timedelta(days=_DAYS_A_WEEK - 1)


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=_month_days(day.year, day.month))


def quarter_end(day: date) -> date:
    """Return the last day of the calendar quarter of `day`."""
    return month_end(day.replace(day=1, month=day.month + -day.month % _MONTHS_A_QUARTER))


def year_end(day: date) -> date:
    """Return 31 December of the year of `day`."""
    return date(day.year, _MONTHS_A_YEAR, _DECEMBER_DAYS)


class _NotADate(Exception):
    """A known form that names no day; its text is the reason, translated."""


def _taken(typed: str, read: Callable[[], date | None]) -> date:
    """Return what `read` makes of the text that was `typed`, or say why it is refused."""
    reason = None
    try:
        if day := read():
            return day
    except OverflowError:
        reason = _("it lies outside the years 1 to 9999")
    except _NotADate as problem:
        reason = str(problem)
    if not typed:
        message = _("A date is missing.")
    elif reason is None:
        message = _("“{text}” is not a date that can be taken.").format(text=_quotable(typed))
    else:
        message = _("“{text}” is not a date: {reason}.").format(text=_quotable(typed), reason=reason)
    raise UsageFault(message, hint=_("Dates are written like this: {forms}").format(forms=forms()))


def _read(plain: str, today: date) -> date | None:
    """Return the date that `plain` names in one of the forms, None where it is in none of them."""
    if word := _WORDS.get(plain):
        return word(today)
    for pattern, reader in _READERS:
        # Patterns are compiled (and kept, by `re`) at first use: most commands read no date.
        if match := re.fullmatch(pattern, plain):
            return reader(match, today)
    return None


def _quotable(typed: str) -> str:
    """Return the text fit for a message: what cannot be seen is escaped, what is very long is cut."""
    cut = typed if len(typed) <= _QUOTED_LENGTH else typed[:_QUOTED_LENGTH] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)


def _month_days(year: int, month: int) -> int:
    """Return how many days the month has."""
    if month == _MONTHS_A_YEAR:
        return _DECEMBER_DAYS
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def _monday(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def _nearest(candidates: list[date], today: date) -> date:
    """Return the candidate nearest to `today`, of two equally near ones the later."""
    return min(candidates, key=lambda day: (abs(day - today), day < today))


def _years_around(today: date) -> range:
    """Return the years in which the nearest day of any name can lie."""
    return range(max(today.year - _REACH_YEARS, MINYEAR), min(today.year + _REACH_YEARS, MAXYEAR) + 1)


def _exists(year: int, month: int, day: int) -> bool:
    """Tell whether the day is in the calendar, `month` being one of the twelve."""
    return 1 <= day <= _month_days(year, month)


def _check_month(month: int) -> None:
    """Raise _NotADate unless there is such a month."""
    if not 1 <= month <= _MONTHS_A_YEAR:
        raise _NotADate(_("there is no month {month}").format(month=month))


def _check_year_and_month(year: int, month: int) -> None:
    """Raise OverflowError unless there is such a year, _NotADate unless it has such a month."""
    if year < MINYEAR:
        raise OverflowError
    _check_month(month)


def _full_date(match: re.Match[str]) -> date:
    """Read a day with its year."""
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    _check_year_and_month(year, month)
    if day < 1:
        raise _NotADate(_("there is no day 0"))
    if not _exists(year, month, day):
        name = _(_MONTH_NAMES[month - 1])
        days = _month_days(year, month)
        raise _NotADate(_("{month} {year} has {days} days").format(month=name, year=year, days=days))
    return date(year, month, day)


def _read_full(match: re.Match[str], _today: date) -> date:
    """Read a day with its year, which is the same whatever today is."""
    return _full_date(match)


def _read_month(match: re.Match[str], _today: date) -> date:
    """Read a month with its year: its last day."""
    year, month = int(match["year"]), int(match["month"])
    _check_year_and_month(year, month)
    return date(year, month, _month_days(year, month))


def _read_before_month(match: re.Match[str], _today: date) -> date:
    """Refuse `2026年12月前`: whether December still counts, nobody but its writer knows."""
    _check_year_and_month(int(match["year"]), int(match["month"]))
    end = f"{match['year']}年{match['month']}月底前"
    raise _NotADate(_("write {end} for the end of that month, or name the day").format(end=end))


def _read_day(match: re.Match[str], today: date) -> date:
    """Read a month and a day without a year."""
    month, day = int(match["month"]), int(match["day"])
    _check_month(month)
    if day < 1:
        raise _NotADate(_("there is no day 0"))
    found = [date(year, month, day) for year in _years_around(today) if _exists(year, month, day)]
    if not found:
        name = _(_MONTH_NAMES[month - 1])
        most = max(_month_days(year, month) for year in _years_around(today))
        raise _NotADate(_("{month} never has more than {days} days").format(month=name, days=most))
    return _nearest(found, today)


def _read_month_end(match: re.Match[str], today: date) -> date:
    """Read the end of a month without a year."""
    month = int(match["month"])
    _check_month(month)
    return _nearest([date(year, month, _month_days(year, month)) for year in _years_around(today)], today)


def _read_weekday(match: re.Match[str], today: date) -> date:
    """Read a Chinese weekday: the next one, or that of this (本) or the next (下) week."""
    weekday = "一二三四五六日".index(match["weekday"].replace("天", "日"))
    if not match["week"]:
        return _next_weekday(today, weekday)
    weeks = 1 if match["week"] == "下" else 0
    return _monday(today) + timedelta(weeks=weeks, days=weekday)


def _read_end(match: re.Match[str], today: date) -> date:
    """Read the end of the running month, quarter or year."""
    return _WORDS[match["end"]](today)


def _read_offset(match: re.Match[str], today: date) -> date:
    """Read a distance from today."""
    return _OFFSETS[match["unit"]](today, int(match["count"]))


def _read_timed(match: re.Match[str]) -> date | None:
    """Read a full date with a time of day; None where its date is in another form."""
    full = re.fullmatch(_FULL, match["date"]) or re.fullmatch(_FULL_CHINESE, match["date"])
    if full is None:
        return None
    day = _full_date(full)
    try:
        time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        raise _NotADate(_("there is no such time of day")) from None
    return day


def _shift(today: date, days: int) -> date:
    """Return the day that many days after today."""
    return today + timedelta(days=days)


def _next_weekday(today: date, weekday: int) -> date:
    """Return the next such weekday (Monday is 0), today not counted."""
    return _shift(today, (weekday - today.weekday() - 1) % _DAYS_A_WEEK + 1)


_UNDATED: Final = frozenset({"none", "长期坚持", "长期", "常年", "持续推进"})

_WORDS: Final[Mapping[str, Callable[[date], date]]] = {
    **dict.fromkeys(("yesterday", "昨天"), partial(_shift, days=-1)),
    **dict.fromkeys(("today", "今天"), partial(_shift, days=0)),
    **dict.fromkeys(("tomorrow", "明天"), partial(_shift, days=1)),
    "后天": partial(_shift, days=2),
    "eow": week_end,
    **dict.fromkeys(("eom", "月底"), month_end),
    **dict.fromkeys(("eoq", "季度末"), quarter_end),
    **dict.fromkeys(("eoy", "年底"), year_end),
    **{
        word: partial(_next_weekday, weekday=weekday)
        for weekday, words in enumerate(
            (
                ("mon", "monday"),
                ("tue", "tuesday"),
                ("wed", "wednesday"),
                ("thu", "thursday"),
                ("fri", "friday"),
                ("sat", "saturday"),
                ("sun", "sunday"),
            )
        )
        for word in words
    },
}

_OFFSETS: Final[Mapping[str, Callable[[date, int], date]]] = {
    "d": _shift,
    "w": lambda today, count: today + timedelta(weeks=count),
    "m": add_months,
    "y": lambda today, count: add_months(today, count * _MONTHS_A_YEAR),
    "b": add_workdays,
}

# [0-9], as \d would also take the digits of every other script.
_YEAR: Final = r"(?P<year>[0-9]{4})"
_MONTH: Final = r"(?P<month>[0-9]{1,2})"
_DAY: Final = r"(?P<day>[0-9]{1,2})"
_FULL: Final = rf"{_YEAR}(?P<sign>[-/.]){_MONTH}(?P=sign){_DAY}"
_FULL_CHINESE: Final = rf"{_YEAR}年{_MONTH}月{_DAY}日"
_TIMED: Final = (
    r"(?P<date>\S+?)(?: +|t)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,6})?)?"
)

# 前 (by) changes nothing, as the day itself is still on time.
_READERS: Final[tuple[tuple[str, Callable[[re.Match[str], date], date]], ...]] = (
    (rf"{_FULL}前?", _read_full),
    (rf"{_FULL_CHINESE}前?", _read_full),
    (rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})前?", _read_full),
    (rf"{_YEAR}年{_MONTH}月(?:底前?)?", _read_month),
    (rf"{_YEAR}年{_MONTH}月前", _read_before_month),
    (rf"{_MONTH}-{_DAY}前?", _read_day),
    (rf"{_MONTH}月{_DAY}日前?", _read_day),
    (rf"{_MONTH}月底前?", _read_month_end),
    (r"(?P<week>[本下]?)(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])前?", _read_weekday),
    (r"(?P<end>月底|季度末|年底)前", _read_end),
    # Nine digits reach past the year 9999 in any unit.
    (r"\+(?P<count>[0-9]{1,9})(?P<unit>[dwmyb])", _read_offset),
)
