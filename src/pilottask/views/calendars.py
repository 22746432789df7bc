"""The working calendar as a table: a year a row."""

from collections.abc import Iterable, Sequence
from datetime import date

from pilottask.base import workdays
from pilottask.base.i18n import _
from pilottask.ledger.calendars import Known
from pilottask.views import cells
from pilottask.views.grid import Cell, Column, Grid, grid


def calendars(known: Iterable[Known], *, whole: bool = False) -> Grid:
    """List years whose notices are known; `whole`: these are all."""
    columns: tuple[Column[Known], ...] = (
        cells.number_column("year", _("Year"), lambda one: one.notice.year),
        Column("off", _("Holidays"), lambda one: _days(one.notice.off), fold=12),
        Column("work", _("Worked in their place"), lambda one: _days(one.notice.work), fold=12),
        Column(
            "source",
            _("From"),
            lambda one: Cell(_("imported"), "store") if one.imported else Cell(_("the program"), "program"),
            drop=1,
        ),
    )
    closing = _("In a year that is not listed, Mondays to Fridays count as working days but for the fixed holidays.")
    return grid(known, columns, closing=closing if whole else None)


def _days(days: Sequence[date]) -> Cell:
    """Say days as spans without their year, `10-01~10-07`; a script is given each."""
    text = _(", ").join(
        f"{first:%m-%d}" if first == last else f"{first:%m-%d}~{last:%m-%d}" for first, last in workdays.spans(days)
    )
    return Cell(text, ",".join(day.isoformat() for day in days))
