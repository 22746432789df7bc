"""Dates as people type them: `12-15`, `2026年12月底前`, `四季度`, `+5b`, `下周五`, `长期坚持`.

A form is taken whole or refused whole; nothing is guessed from part of a text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, date, time, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, assert_never

from msgspec import Struct

from pilottask.base import periods
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import N_, _
from pilottask.base.text import NUMERALS, as_digits, half_width, shorten

if TYPE_CHECKING:
    from pilottask.base.workdays import Calendar

# The next 29 February is at most eight years ahead, across 1900.
_REACH_YEARS: Final = 8

_PAST_DEADLINE: Final = timedelta(days=60)
"""How long ago a deadline typed without its year may lie before next year's is meant."""

_MIDDLE: Final = {"上": 10, "中": 20}
_CENTURY: Final = 2000

# A longer text is cut where a message quotes it; no date comes near.
_QUOTED_LENGTH: Final = 60

# A cell may hold a page; looking for a date in it would take long.
_LONGEST: Final = 500

_WEEKDAY_NAMES: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTH_NAMES: Final = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)


class Yearless(StrEnum):
    """Which year is meant where none is written."""

    DEADLINE = "deadline"
    """The first from 60 days ago on, so that it lies within a year."""
    COMING = "coming"
    """The next one, today included."""
    PAST = "past"
    """The latest that is not ahead of today."""
    NEAREST = "nearest"
    """The one nearest to today, of two equally near ones the later."""


Year = Yearless | int
"""What stands in for a year that is not written: a rule, or the one year of a whole file."""


class Deadline(Struct, frozen=True):
    """What a cell says of a deadline: its day, that it is open-ended, or in `words` what names no day.

    All three are empty for a blank cell. Where there is a day, `words` are what was said besides it.
    """

    day: date | None = None
    open_ended: bool = False
    words: str | None = None


def parse(text: str, *, today: date, year: Year = Yearless.DEADLINE, workdays: "Calendar | None" = None) -> date | None:
    """Return the date that `text` names, None where it says that the work is open-ended (`none`, 长期坚持).

    Working days are counted by `workdays`; without it they are refused. Raises UsageFault for anything that is not one
    of `forms`.
    """
    typed = text.strip()
    if day := periods.iso_date(typed):
        return day
    plain = _plain(typed)
    if re.fullmatch(_OPEN_ENDED, plain):
        return None
    return _date_or_fault(typed, partial(_read, plain, _Frame(today, year, dotted=True, workdays=workdays)))


def parse_cell(text: str, *, today: date, year: Year = Yearless.DEADLINE) -> date | None:
    """Return the date in a cell of a table: what `parse` takes, blank for no date, and a full date with a time.

    The time must exist and is then dropped, as a deadline lasts to the end of its day. `12.15` is refused:
    spreadsheets make 11.1 of 11.10. Raises UsageFault as `parse` does.
    """
    typed = text.strip()
    if day := periods.iso_date(typed):
        return day
    plain = _plain(typed)
    if not typed or re.fullmatch(_OPEN_ENDED, plain):
        return None
    if timed := re.fullmatch(_TIMED, half_width(typed).lower()):
        return _date_or_fault(typed, partial(_read_timed, timed))
    return _date_or_fault(typed, partial(_read, plain, _Frame(today, year, dotted=False)))


def parse_deadline(text: str, *, today: date, year: Year = Yearless.DEADLINE) -> Deadline:
    """Return what a cell of deadlines says; `year` is that of its file, where one is known.

    Words that offices write instead of a day (`按上级要求`, `待定`, `每季度`) leave it undated and are kept.
    Raises UsageFault as `parse_cell` does.
    """
    typed = text.strip()
    plain = _plain(typed)
    if not typed:
        return Deadline()
    if re.fullmatch(_OPEN_ENDED, plain):
        return Deadline(open_ended=True)
    if re.fullmatch(_UNDATED, plain):
        return Deadline(words=typed)
    bare = re.sub(_BESIDES, "", plain)
    if bare != plain and re.search("[0-9年月]", bare):
        return Deadline(day=parse_cell(bare, today=today, year=year), words=typed)
    return Deadline(day=parse_cell(typed, today=today, year=year))


def year_taken(typed: str, day: date, *, today: date) -> str | None:
    """Say which year was taken for a day typed without one, and how to write this year; None where it is this year."""
    try:
        other = parse(typed, today=today, year=today.year)
    except UsageFault:
        return None
    if other is None or other == day:
        return None
    return _("the year taken is {year}; for this one write {other}").format(year=day.year, other=other.isoformat())


def counts_workdays(typed: str) -> bool:
    """Tell whether the text is a distance in working days, such as `+5b`."""
    return re.fullmatch(r"\+[0-9]{1,9}b", _plain(typed.strip())) is not None


def show(day: date) -> str:
    """Return `day` as it is shown back: `2026-12-15 Tue`, `2026-12-15 周二`."""
    return f"{day.isoformat()} {_(_WEEKDAY_NAMES[day.weekday()])}"


def forms() -> str:
    """Return the forms that `parse` takes, by example, in three lines."""
    return _(
        "2026-12-15, 2026/12/15, 2026.12.15, 20261215, 2026年12月15日, 12-15, 12/15, 12月15日, 2026年12月, 12月底前;\n"
        "2026年底, 年内, 四季度, 2026年上半年, 9月上旬, 今年7月底前, 本月15日, 明年3月底, 2024—2026年;\n"
        "today, tomorrow, yesterday, fri, 下周五, +7d, +2w, +1m, +1y, +5b (working days), eow, eom, eoq, eoy, none"
    )


class _NotADate(Exception):
    """A known form that names no day; its text is the reason, translated."""


def _date_or_fault(typed: str, read: Callable[[], date | None]) -> date:
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
    hint = _("such as 2026-12-15, 12月15日, 12月底前, fri, +7d; all forms: pilottask help dates")
    raise UsageFault(message, hint=hint)


class _Frame(Struct, frozen=True):
    """How a text is read: today, the year meant where none is written, whether `12.15` is a day, the working days."""

    today: date
    year: Year
    dotted: bool
    workdays: "Calendar | None" = None


def _read(plain: str, frame: _Frame) -> date | None:
    """Return the date that `plain` names in one of the forms, None where it is in none of them."""
    if word := _WORDS.get(plain):
        return word(frame.today)
    for pattern, reader in _READERS:
        # Patterns are compiled (and kept, by `re`) at first use: most commands read no date.
        if match := re.fullmatch(pattern, plain):
            return reader(match, frame)
    return _read_chinese(plain, frame)


def _plain(typed: str) -> str:
    """Return the text in lower case and half width, without blanks beside Chinese, brackets around it, a full stop."""
    plain = half_width(typed).lower() if len(typed) <= _LONGEST else ""
    if plain.isascii():
        return plain
    plain = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f\s])", "", plain).rstrip("。;,、").replace("元月", "1月")
    return re.sub(r"^[(【〔\[]([^()【】〔〕\[\]]+)[)】〕\]]$", r"\1", plain)


def _quotable(typed: str) -> str:
    """Return the text fit for a message: what cannot be seen is escaped, what is very long is cut."""
    cut = shorten(typed, _QUOTED_LENGTH)
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)


def _in_year(frame: _Frame, day_in: Callable[[int], date | None]) -> date | None:
    """Return the day that is meant where no year is written; `day_in` gives that of each year which has one."""
    today = frame.today
    match frame.year:
        case Yearless.PAST:
            years = range(today.year, max(today.year - _REACH_YEARS, MINYEAR) - 1, -1)
            return next((day for year in years if (day := day_in(year)) and day <= today), None)
        case Yearless.DEADLINE | Yearless.COMING:
            back = _PAST_DEADLINE if frame.year is Yearless.DEADLINE else timedelta()
            first = max(today, date.min + back) - back
            years = range(first.year, min(today.year + _REACH_YEARS, MAXYEAR) + 1)
            return next((day for year in years if (day := day_in(year)) and day >= first), None)
        case Yearless.NEAREST:
            years = range(max(today.year - _REACH_YEARS, MINYEAR), min(today.year + _REACH_YEARS, MAXYEAR) + 1)
            days = [day for year in years if (day := day_in(year))]
            return min(days, key=lambda day: (abs(day - today), day < today), default=None)
        case int(year):
            return day_in(year)
        case _:
            assert_never(frame.year)


def _check_month(month: int) -> None:
    """Raise _NotADate unless there is such a month."""
    if not 1 <= month <= periods.MONTHS_A_YEAR:
        raise _NotADate(_("there is no month {month}").format(month=month))


def _days_in(year: int, month: int) -> int:
    """Return how many days the month has. Raises OverflowError where there is no such year, _NotADate no such month."""
    if year < MINYEAR:
        raise OverflowError
    _check_month(month)
    return periods.month_days(year, month)


def _real_day(year: int, month: int, day: int) -> date:
    """Return the day. Raises _NotADate where the month does not have it, and as `_days_in` does."""
    days = _days_in(year, month)
    if day < 1:
        raise _NotADate(_("there is no day 0"))
    if day > days:
        name = _(_MONTH_NAMES[month - 1])
        raise _NotADate(_("{month} {year} has {days} days").format(month=name, year=year, days=days))
    return date(year, month, day)


def _read_full(match: re.Match[str], _frame: _Frame | None = None) -> date:
    """Read a day with its year, which is the same whatever today is."""
    return _real_day(int(match["year"]), int(match["month"]), int(match["day"]))


def _month_last(year: int, month: int) -> date:
    """Return the last day of the month. Raises _NotADate, OverflowError."""
    return date(year, month, _days_in(year, month))


def _day_of(month: int, day: int, frame: _Frame) -> date:
    """Return a day without a year in the year that is meant. Raises as `_real_day` does."""
    if isinstance(frame.year, int):
        return _real_day(frame.year, month, day)
    most = _days_in(_CENTURY, month)  # a leap year
    if day > most:
        name = _(_MONTH_NAMES[month - 1])
        raise _NotADate(_("{month} never has more than {days} days").format(month=name, days=most))
    if day < 1:
        raise _NotADate(_("there is no day 0"))
    result = _in_year(frame, lambda year: date(year, month, day) if day <= periods.month_days(year, month) else None)
    if result is None:
        raise OverflowError
    return result


def _read_dotted(match: re.Match[str], frame: _Frame) -> date:
    """Read `12.15`, in a file refuse it: whether a last 0 was dropped, the cell does not say."""
    if frame.dotted:
        return _day_of(int(match["month"]), int(match["day"]), frame)
    month, day = match["month"], match["day"]
    _check_month(int(month))
    if len(day) == 1:
        message = _("it may be {month}月{day}日 or {month}月{day}0日, as spreadsheets drop the last 0; write which")
        raise _NotADate(message.format(month=month, day=day))
    message = _("write {month}月{day}日, as spreadsheets drop the last 0 of such numbers")
    raise _NotADate(message.format(month=month, day=day))


def _read_chinese(plain: str, frame: _Frame) -> date | None:
    """Read what is made of 年, 季度, 月, 旬 and 日, in Chinese numerals too; a span means its end."""
    text = re.sub(r"([0-9]{4})([./-])([0-9]{1,2})\2([0-9]{1,2})日?", r"\1年\3月\4日", plain)
    text, note = re.sub(rf"(?<=[日号])({_WEEK}[{_WEEKDAYS}天])$", r"(\1)", text), None
    if bracketed := re.fullmatch(r"(?P<text>.+?)\((?P<note>[^()]+)\)(?P<end>前?)", text):
        text, note = bracketed["text"] + bracketed["end"], bracketed["note"]
    text = re.sub(f"[{NUMERALS}]+(?=[年月日号]|季度)", as_digits, text)
    text = re.sub(r"([0-9]{4})[./-]([0-9]{1,2})(?:月|(?=[底末]))", r"\1年\2月", text)
    text = re.sub(r"[-.]?q([1-4])(?:季度)?", r"第\1季度", text)
    if len([part for part in re.split("[,;、。和\n]", text) if re.search("[0-9]月|季度|[0-9]{4}年", part)]) > 1:
        raise _NotADate(_("it names several days; write one, the last"))
    day = _period(text, frame) or _span(text, frame)
    if day is None and re.fullmatch(_RUNNING, text):
        raise _NotADate(_("nothing says from which day it runs; write the day itself"))
    if day and note and not re.fullmatch(_TIME_NOTE, note):
        named = re.fullmatch(rf"{_WEEK}(?P<weekday>[{_WEEKDAYS}天])", note)
        if named is None:
            return None
        if day.weekday() != _weekday(named):
            raise _NotADate(_("{day} is another day of the week").format(day=show(day)))
    return day


def _period(text: str, frame: _Frame) -> date | None:
    """Read one day or period, of which it means the last day, but for `8月前`: which end of it, nobody can tell."""
    match = re.fullmatch(_CHINESE, text)
    if match is None:
        return None
    year, month, last = match["year"] or match["named"], match["month"], match["last"] or ""
    if month or match["quarter"] or match["half"]:
        sound = len(last) <= 1 and not (match["day"] and last)
        sound = sound and not (match["named"] and month in _NEAR)
    else:
        sound = bool(year) or last.startswith("年")
    if not sound:
        return None
    frame = _with_year(match, frame)
    if match["by"] and not (match["day"] or last):
        raise _NotADate(_two_ends(match, frame))
    return _day_in_period(match, frame)


def _with_year(found: re.Match[str], frame: _Frame) -> _Frame:
    """Return `frame` with the year that is written, where one is."""
    year: Year = frame.year
    if found["year"]:
        year = int(found["year"]) + (_CENTURY if len(found["year"]) == 2 else 0)  # noqa: PLR2004  digits of a year
    elif found["named"]:
        year = frame.today.year + (found["named"] == "明年")
    if isinstance(year, int) and not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return _Frame(frame.today, year, frame.dotted)


def _day_in_period(found: re.Match[str], frame: _Frame) -> date | None:
    if found["month"]:
        return _day_in_month(found, frame)
    if found["quarter"] in _NEAR:
        ahead = periods.MONTHS_A_QUARTER if found["quarter"] == "下" else 0
        return periods.quarter_end(periods.add_months(frame.today, ahead))
    if found["quarter"] or found["half"]:
        month = int(found["quarter"]) * periods.MONTHS_A_QUARTER if found["quarter"] else _HALVES[found["half"]]
        return _in_year(frame, lambda year: _month_last(year, month))
    return periods.year_end(frame.today if isinstance(frame.year, Yearless) else date(frame.year, 1, 1))


def _day_in_month(found: re.Match[str], frame: _Frame) -> date | None:
    if found["month"] in _NEAR:
        first = periods.add_months(frame.today.replace(day=1), int(found["month"] == "下"))
        frame, month = _Frame(frame.today, first.year, frame.dotted), first.month
    else:
        month = int(found["month"])
        _check_month(month)
    if found["day"]:
        return _day_of(month, int(found["day"]), frame)
    if found["third"] in _MIDDLE:
        return _day_of(month, _MIDDLE[found["third"]], frame)
    return _in_year(frame, lambda year: _month_last(year, month))


def _two_ends(found: re.Match[str], frame: _Frame) -> str:
    """Say which two days `8月前` could mean: the end of the period, or the day before it begins."""
    end = _day_in_period(found, frame)
    if end is None:
        raise OverflowError
    months = 1 if found["month"] else 3 if found["quarter"] else 6 if found["half"] else periods.MONTHS_A_YEAR
    first = periods.add_months(end.replace(day=1), 1 - months)
    if found["third"]:
        first = end.replace(day={"上": 1, "中": 11}.get(found["third"], 21))
    before = first - timedelta(days=1)
    return _("it may mean {end} or {before}; write which").format(end=end.isoformat(), before=before.isoformat())


def _span(text: str, frame: _Frame) -> date | None:
    """Read a span, `2024—2026年`, `2025年1月—12月`: its end, which takes over a year that is written before.

    Without any it is refused: `1-10月` in November may be of the work that is over or of the next year's.
    """
    parts = re.fullmatch(r"(?P<first>[^—–~至到-]+)(?:—+|[–~至到-])(?P<last>[^—–~至到-]+)", text)
    if parts is None:
        return None
    first_text, last_text = (re.sub(r"([0-9]{4})\.([0-9]{1,2})$", r"\1年\2月", part) for part in parts.groups())
    if re.fullmatch("[0-9]{4}", first_text):  # `2024—2026年`
        first_text += "年"
        last_text += "年" * (len(last_text) == 4 and last_text.isdigit())  # noqa: PLR2004  digits of a year
    elif re.search("(?:^|年)[0-9]{1,2}$", first_text):  # `2026年1—10月`
        first_text += "月"
    if (days := re.fullmatch("[0-9]{1,2}[日号]", last_text)) and (month := re.search("[0-9]{1,2}月", first_text)):
        last_text = month[0] + days[0]  # `2026年11月1日—30日`
    last = re.fullmatch(_CHINESE, last_text)
    first = re.fullmatch(_CHINESE, first_text)
    if first is None or last is None or first["by"] or not (first["year"] or first["month"] or first["named"]):
        return None
    if not (last["year"] or last["named"]):
        if not (first["year"] or first["named"]):
            raise _NotADate(_("it is a span without its year; write its last day"))
        frame = _with_year(first, frame)
    end = _period(last_text, frame)
    begin = _period(first_text, _Frame(frame.today, end.year, frame.dotted)) if end else None
    if begin and end and begin > end:
        raise _NotADate(_("it ends before it begins"))
    return end if begin else None


def _weekday(match: re.Match[str]) -> int:
    """Return the weekday that is named, Monday as 0."""
    return _WEEKDAYS.index(match["weekday"].replace("天", "日"))


def _read_weekday(match: re.Match[str], frame: _Frame) -> date:
    """Read a Chinese weekday: the next one, or that of this (本) or the next (下) week."""
    weekday = _weekday(match)
    if not match["week"]:
        return _next_weekday(frame.today, weekday)
    return periods.monday(frame.today) + timedelta(weeks=match["week"] == "下", days=weekday)


def _read_offset(match: re.Match[str], frame: _Frame) -> date:
    """Read a distance from today."""
    unit, count = match["unit"], int(match["count"])
    if unit == "b":
        if frame.workdays is None:
            raise _NotADate(_("working days are counted where a day is typed, not here"))
        return frame.workdays.add(frame.today, count)
    return _OFFSETS[unit](frame.today, count)


def _read_timed(match: re.Match[str]) -> date | None:
    """Read a full date with a time of day; None where its date is in another form."""
    full = re.fullmatch(_FULL, match["date"]) or re.fullmatch(_FULL_CHINESE, match["date"])
    if full is None:
        return None
    day = _read_full(full)
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
    return _shift(today, (weekday - today.weekday() - 1) % periods.DAYS_A_WEEK + 1)


_GOING_ON: Final = (
    r"(?:常年|常态化?(?:长效)?|贯穿全年|全年常态化|常抓不懈|持之以恒|长期(?:有效)?|(?:经常|日常)性?工作"
    r"|(?:长期|长效|常年|全年|持续|常态化?)(?:持续)?(?:坚持|推进|用力|发力|实施|开展|落实|进行|整改|任务|工作|持续))"
)
_OPEN_ENDED: Final = (
    r"none|ongoing|open-ended|(?:(?:立行立改|立即整改|即知即改|已完成|已整改)[,、;]?并?)?并?"
    rf"{_GOING_ON}(?:[,、;]?并?{_GOING_ON})*"
)
_BESIDES: Final = (
    r"[,、;]?并?(?:长期坚持|持续坚持|持续推进|长期推进|常态化推进)$|\([^()0-9年月日号季旬周]+\)$"
    r"|^(?:[由从原][^至到]*)?(?:提前|调整|变更|延期|延长|顺延|推迟|延)[至到为]"
)
"""What may stand behind or before the day in a file, and changes nothing: 并长期坚持, （暂定）, 由12月底提前至."""
_UNDATED: Final = (
    r"tbd|n/a|无|暂无|待定|待明确|待确定|未定|未确定|无(?:明确)?时限(?:要求)?|定期|(?:暂?未|不)明确|适时|择机|随时|不定期|另行(?:通知|确定|明确)|视情况?|已完成|已办结|已销号|已整改(?:完成|到位)?"
    r"|立行立改|立整立改|立即整改|即[知查]即改|边查边改|限期整改"
    r"|每.+|逐[月季年步].{0,6}|分(?:阶段|步|期|批|年度).*|(?!.*[一二三四五六七八九十]月)(?:按|按照|依照|根据|依据|结合|视|待|随|与)[^0-9]+"
)
"""What offices write where a day should stand, and names none."""

_ENGLISH_WEEKDAYS: Final = "mon monday,tue tuesday,wed wednesday,thu thursday,fri friday,sat saturday,sun sunday"
_WORDS: Final[Mapping[str, Callable[[date], date]]] = {
    **dict.fromkeys(("yesterday", "昨天"), partial(_shift, days=-1)),
    **dict.fromkeys(("today", "今天"), partial(_shift, days=0)),
    **dict.fromkeys(("tomorrow", "明天"), partial(_shift, days=1)),
    "后天": partial(_shift, days=2),
    "eow": periods.week_end,
    **dict.fromkeys(("eom", "月底", "月末"), periods.month_end),
    **dict.fromkeys(("eoq", "季度末", "季末"), periods.quarter_end),
    "eoy": periods.year_end,
    **{
        word: partial(_next_weekday, weekday=weekday)
        for weekday, words in enumerate(_ENGLISH_WEEKDAYS.split(","))
        for word in words.split()
    },
}

_OFFSETS: Final[Mapping[str, Callable[[date, int], date]]] = {
    "d": _shift,
    "w": lambda today, count: today + timedelta(weeks=count),
    "m": periods.add_months,
    "y": lambda today, count: periods.add_months(today, count * periods.MONTHS_A_YEAR),
}

_WEEKDAYS: Final = "一二三四五六日"
_WEEK: Final = "(?:周|星期|礼拜)"
# [0-9], as \d would also take the digits of every other script.
_YEAR: Final = r"(?P<year>[0-9]{4})"
_MONTH: Final = r"(?P<month>[0-9]{1,2})"
_DAY: Final = r"(?P<day>[0-9]{1,2})"
_FULL: Final = rf"{_YEAR}(?P<sign>[-/.]){_MONTH}(?P=sign){_DAY}"
_FULL_CHINESE: Final = rf"{_YEAR}年{_MONTH}月{_DAY}日"
_TIMED: Final = (
    r"(?P<date>\S+?)(?: +|t)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,6})?)?"
)
_TIME_NOTE: Final = r"(?:上午|下午|晚)?(?:[01]?[0-9]|2[0-4])(?::[0-5][0-9]|[时点](?:整|[0-5]?[0-9]分)?)前?"

# 前 (by) changes nothing, as the day itself is still on time.
_DONE: Final = "(?:(?:全面|全部)?(?:完成|办结)(?:全部|全面)?(?:整改|任务|工作|目标|建设|验收|销号)?|整改到位)?"
_BY: Final = f"(?:之前|以前|前|截?止)?{_DONE}"
_CHINESE: Final = (
    r"(?:到|至|于|在|截至到?|截止到?)?"
    r"(?:(?:(?P<year>[0-9]{4}|[0-9]{2}(?=年))(?:年度?|(?=[上下第])))|(?P<named>今年|本年|明年)度?)?"
    r"(?:(?P<month>[0-9]{1,2}|本|下)月份?"
    r"(?:(?P<day>[0-9]{1,2})[日号](?:(?:上午|下午|晚上?)?(?:[01]?[0-9]|2[0-4])(?:[时点]|:[0-5][0-9](?=前|之前|以前))|下班(?=前))?|(?P<third>[上中下])旬)?"
    r"|[第前]?(?P<quarter>[1-4]|本|下)季度|(?P<half>[上下])半年)?"
    rf"(?P<last>年?[底末终内]|年度内|全年)?(?P<by>之前|以前|前)?(?:截?止)?{_DONE}"
)
_RUNNING: Final = (
    r"[^0-9年月]*[0-9一二两三四五六七八九十半]+(?:个?(?:工作|自然)日|天|日(?=[以之]?内)|周|个?星期|个半?月|年)"
    r"(?:[以之]?内)?(?:完成|办结)?"
)
"""A stretch without its beginning: 会后一周内, 30个工作日内."""
_NEAR: Final = frozenset({"本", "下"})
_HALVES: Final = {"上": 6, "下": 12}
_READERS: Final[tuple[tuple[str, Callable[[re.Match[str], _Frame], date | None]], ...]] = (
    (rf"(?:截至|截止|到)?{_FULL}{_BY}", _read_full),
    (rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_BY}", _read_full),
    (rf"{_YEAR}[-/.](?P<month>[0-9]{{2}})", lambda match, _frame: _month_last(int(match["year"]), int(match["month"]))),
    (rf"{_MONTH}[-/]{_DAY}{_BY}", lambda match, frame: _day_of(int(match["month"]), int(match["day"]), frame)),
    (rf"{_MONTH}\.{_DAY}{_BY}", _read_dotted),
    (rf"(?P<week>[本下]?){_WEEK}(?P<weekday>[{_WEEKDAYS}天]){_BY}", _read_weekday),
    (rf"(?P<end>月底|月末|季度末|季末){_BY}", lambda match, frame: _WORDS[match["end"]](frame.today)),
    # Nine digits reach past the year 9999 in any unit.
    (r"\+(?P<count>[0-9]{1,9})(?P<unit>[dwmyb])", _read_offset),
)
