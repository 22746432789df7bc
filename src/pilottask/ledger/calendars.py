"""The working calendar of a store: the years that come with the program, and those that were imported."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from pilottask.base import workdays
from pilottask.base.i18n import _
from pilottask.base.workdays import ALWAYS_OFF, Calendar, Notice
from pilottask.ledger.as_json import Json
from pilottask.ledger.records import CalendarYear, Ledger


class Known(NamedTuple):
    """The notice of a year, and whether it was imported."""

    notice: Notice
    imported: bool


def of(ledger: Ledger) -> Calendar:
    """Return the calendar by which working days are counted."""
    return workdays.calendar(map(_notice, ledger.calendars))


def notices(ledger: Ledger) -> list[Known]:
    """Return the notices of all years that are known, by year."""
    imported = {year.year: Known(_notice(year), imported=True) for year in ledger.calendars}
    known = {notice.year: Known(notice, imported=False) for notice in workdays.published_notices()} | imported
    return [known[year] for year in sorted(known)]


def _notice(year: CalendarYear) -> Notice:
    return Notice(year.year, year.off, year.work)


def with_year(ledger: Ledger, year: CalendarYear) -> Ledger:
    """Return `ledger` with this calendar, in the place of one of its year."""
    others = [other for other in ledger.calendars if other.year != year.year]
    return replace(ledger, calendars=tuple(sorted((*others, year), key=lambda one: one.year)))


def faults(year: CalendarYear) -> Iterator[tuple[str, str]]:
    """Yield field and fault of what is wrong with a calendar: days not in order, out of its year, off and on."""
    for field, days in (("off", year.off), ("work", year.work)):
        if list(days) != sorted(set(days)):
            yield field, _("its days must stand in order, each once")
        for day in days:
            if day.year != year.year and (day.year, day.month) != (year.year - 1, 12):
                yield field, _("{day} is not of this year").format(day=day)
    for day in year.work:
        if day in year.off or (day.month, day.day) in ALWAYS_OFF:
            yield "work", _("{day} is a day off").format(day=day)
    for month, day_of_month in ((1, 1), (5, 1), (10, 1)):
        if all((day.month, day.day) != (month, day_of_month) for day in year.off):
            wrong = _("{month}-{day} is missing, so it is not the whole notice")
            yield "off", wrong.format(month=f"{month:02}", day=f"{day_of_month:02}")


def notice_record(known: Known) -> Json:
    """Return the notice of a year; `source`: the program, or the store where it was imported."""
    notice, imported = known
    source = "store" if imported else "program"
    return {"year": notice.year, "off": notice.off, "work": notice.work, "source": source}
