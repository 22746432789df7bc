"""Problems and needs as a table."""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter

from pilottask.base.i18n import _
from pilottask.ledger import wording
from pilottask.ledger.history import Problem
from pilottask.ledger.records import Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Align, Cell, Column, Grid, Where, grid


def problems(listed: Sequence[tuple[Task, Problem]], *, today: date, more: int = 0, empty: str = "") -> Grid:
    """List problems and needs by themselves, with the days that each has been open; `more`: so many others there are.

    When each was settled has a column where one was.
    """
    any_settled = any(problem.settled for _task, problem in listed)
    of_task = itemgetter(0)
    columns: tuple[Column[tuple[Task, Problem]], ...] = (
        cells.of(of_task, cells.id_column()),
        cells.number_column("n", _("No."), lambda row: row[1].raised.n),
        cells.of(of_task, cells.field_column("title", fold=12, drop=2)),
        cells.of(of_task, cells.field_column("department", fold=12, drop=3)),
        Column("text", _("Problem"), lambda row: Cell(row[1].raised.text), fold=16),
        Column("need", _("Asks for"), lambda row: _need(row[1]), fold=8),
        Column("coordinate", "", lambda row: Cell("", row[1].raised.coordinate), where=Where.DATA),
        Column("raised", _("Raised"), lambda row: cells.day(row[1].raised.at.date()), drop=1),
        Column("days_open", _("Open for"), lambda row: _open_for(row[1], today=today), align=Align.RIGHT),
        Column(
            "settled",
            _("Settled"),
            lambda row: cells.day(row[1].settled_on),
            where=Where.ALL if any_settled else Where.DATA,
        ),
    )
    return grid(listed, columns, empty=empty, closing=cells.limit_note(len(listed), more))


def _need(problem: Problem) -> Cell:
    asked = wording.need(problem.raised)
    return Cell(asked, problem.raised.need) if asked else EMPTY


def _open_for(problem: Problem, *, today: date) -> Cell:
    until = min(problem.settled_on or today, today)
    days = max((until - problem.raised.at.date()).days, 0)
    return Cell(wording.count_of_days(days), days)
