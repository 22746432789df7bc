"""Working days: by the State Council's notice of each year, holidays off and make-up Saturdays and Sundays on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final

from msgspec import Struct

from pilottask.base.dates import show
from pilottask.base.i18n import _

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5

ALWAYS_OFF: Final = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Month and day of the holidays that hang on no notice; the others follow the moon, and the notice spreads them."""

_NOTICES: Final[Mapping[int, tuple[str, str]]] = {
    2023: ("0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006", "0128-0129 0423 0506 0625 1007-1008"),
    2024: ("0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007", "0204 0218 0407 0428 0511 0914 0929 1012"),
    2025: ("0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", "0126 0208 0427 0928 1011"),
    2026: ("0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007", "0104 0214 0228 0509 0920 1010"),
}
"""Days off and days worked in their place, of the years published so far."""


class Notice(Struct, frozen=True):
    """The notice for a year: its holidays, and the Saturdays and Sundays worked in their place, each in order."""

    year: int
    off: tuple[date, ...]
    work: tuple[date, ...] = ()


class Calendar(Struct, frozen=True):
    """Which days are worked, by the notices of the years in `years`; in another year Mondays to Fridays are."""

    years: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]

    def works(self, day: date) -> bool:
        """Tell whether `day` is a working day."""
        if (day.month, day.day) in ALWAYS_OFF or day in self.off:
            return False
        return day in self.work or day.weekday() < _SATURDAY

    def add(self, day: date, count: int) -> date:
        """Return the `count`th working day after `day`. Raises ValueError below 0, OverflowError past year 9999."""
        if count < 0:
            raise ValueError(count)
        if count > (date.max - day).days:  # as is soon said, where walking there would take seconds
            raise OverflowError
        for _each in range(count):
            day = self.after(day)
        return day

    def after(self, day: date) -> date:
        """Return the first working day after `day`. Raises OverflowError past the year 9999."""
        day += _DAY
        while not self.works(day):
            day += _DAY
        return day

    def before(self, day: date) -> date:
        """Return the last working day before `day`. Raises OverflowError before the year 1."""
        day -= _DAY
        while not self.works(day):
            day -= _DAY
        return day

    def unknown_years(self, first: date, last: date) -> str | None:
        """Say of which years from one day to the other no notice is known; None where all are."""
        if unknown := [str(year) for year in range(first.year, last.year + 1) if year not in self.years]:
            return _(
                "the holidays of {years} are not known: Mondays to Fridays are taken for its working days; "
                "pilottask calendar import FILE adds the notice"
            ).format(years=_(", ").join(unknown))
        return None

    def day_off(self, day: date) -> str | None:
        """Say that `day` is a day off, and which working days stand beside it; None where it is none."""
        if self.works(day):
            return None
        try:
            before, after = self.before(day), self.after(day)
        except OverflowError:  # at either end of time
            return None
        text = _("{day} is a day off; the working day before is {before}, the one after {after}").format(
            day=show(day), before=show(before), after=show(after)
        )
        unknown = self.unknown_years(before, after)
        return f"{text}\n{unknown}" if unknown else text


@cache
def published_notices() -> tuple[Notice, ...]:
    """Return the notices that come with the program, by year."""
    return tuple(
        Notice(year, *(tuple(_days(year, spans)) for spans in both)) for year, both in sorted(_NOTICES.items())
    )


def _days(year: int, spans: str) -> Iterable[date]:
    for span in spans.split():
        first, _dash, last = span.partition("-")
        day, end = (date(year, int(each[:2]), int(each[2:])) for each in (first, last or first))
        while day <= end:
            yield day
            day += _DAY


def calendar(notices: Iterable[Notice] = ()) -> Calendar:
    """Return the calendar of the published years and of `notices`, which go before the published one of their year."""
    by_year = {notice.year: notice for notice in (*published_notices(), *notices)}
    return Calendar(
        frozenset(by_year),
        frozenset(day for notice in by_year.values() for day in notice.off),
        frozenset(day for notice in by_year.values() for day in notice.work),
    )


def spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return days in order as spans, each by its first and last day."""
    results: list[tuple[date, date]] = []
    for day in days:
        if results and day - results[-1][1] == _DAY:
            results[-1] = results[-1][0], day
        else:
            results.append((day, day))
    return results
