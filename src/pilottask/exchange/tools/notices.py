"""The State Council's notice of a year's holidays, as lines of `date,off|work` or as JSON like that of holiday-cn."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import half_width, quote
from pilottask.exchange.office import reading
from pilottask.ledger import calendars
from pilottask.ledger.records import CalendarYear

_OFF: Final = {**dict.fromkeys(("off", "休", "放假"), True), **dict.fromkeys(("work", "班", "上班"), False)}
_ANY_DAY: Final = date(2000, 1, 1)
_Days = Iterator[tuple[str, date, bool]]
"""Where each stands, the day, and whether it is off."""


def read(data: bytes) -> CalendarYear:
    """Return the calendar that a notice gives its year. Raises UsageFault for what is not the whole of one."""
    text = reading.decode(data)
    results: dict[date, bool] = {}
    for place, day, off in _json_days(text) if text.lstrip().startswith(("{", "[")) else _line_days(text):
        if results.setdefault(day, off) is not off:
            raise _fault(_("{place}: {day} stands there as a day off and as a working day"), place=place, day=day)
    if not results:
        raise _fault(_("no day stands in it"))
    year = Counter(day.year for day in results).most_common(1)[0][0]
    notice = CalendarYear(
        year=year,
        off=tuple(sorted(day for day, off in results.items() if off)),
        work=tuple(sorted(day for day, off in results.items() if not off)),
    )
    if faults := [f"{field}: {wrong}" for field, wrong in calendars.faults(notice)]:
        raise _fault(_("it is not the notice of {year}:\n{faults}"), year=year, faults="\n".join(faults))
    return notice


def _line_days(text: str) -> _Days:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        day, _comma, word = (part.strip() for part in line.replace("，", ",").partition(","))
        place = _("line {line}").format(line=number)
        if word.lower() not in _OFF:
            raise _fault(_("{place}: {text} is neither “off” nor “work”"), place=place, text=quote(word))
        yield place, _day(day, place), _OFF[word.lower()]


def _json_days(text: str) -> _Days:
    try:
        raw = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise _fault(_("it is not valid JSON: {wrong}"), wrong=error) from error
    days = raw.get("days") if isinstance(raw, Mapping) else raw
    for number, day in enumerate(days if isinstance(days, list) else (), start=1):
        place = _("day {n}").format(n=number)
        named, off = (day.get("date"), day.get("isOffDay")) if isinstance(day, Mapping) else (None, None)
        if not isinstance(named, str) or not isinstance(off, bool):
            raise _fault(_("{place}: “date” or “isOffDay” is missing"), place=place)
        yield place, _day(named, place), off


def _day(text: str, place: str) -> date:
    day = dates.parse_cell(text, today=_ANY_DAY)
    if day is None or str(day.year) not in half_width(text):
        raise _fault(_("{place}: {text} is not a day with its year"), place=place, text=quote(text))
    return day


def _fault(message: str, **values: object) -> UsageFault:
    hint = _("a notice is lines such as 2027-01-01,off and 2027-02-20,work, or JSON with “days”, “date”, “isOffDay”")
    return UsageFault(message.format(**values), hint=hint)
