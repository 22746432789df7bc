"""Rounds of reports as tables: who came in one, and the record of each department over several."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

from pilottask.base.i18n import N_, _, pgettext
from pilottask.ledger import rounds, wording
from pilottask.ledger.records import How, Ledger, Round
from pilottask.ledger.rounds import Record, Row, State
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Cell, Column, Grid, Tone, grid

_T = TypeVar("_T")

_STATE_LABELS: Final = {
    State.CAME: N_("reported"),
    State.LATE: N_("reported"),
    State.MISSING: N_("missing"),
    State.WAITING: N_("not in yet"),
}
_HOW_LABELS: Final = {How.SHEET: N_("collection sheet"), How.WORD: N_("by word")}
_TONES: Final = {State.CAME: None, State.LATE: Tone.YELLOW, State.MISSING: Tone.RED, State.WAITING: None}
_ORDER: Final = (State.MISSING, State.WAITING, State.LATE, State.CAME)


def round_(one: Round, *, today: date) -> Grid:
    """Show how each department stands in a round, those that have not reported first."""
    columns: tuple[Column[Row], ...] = (
        Column("department", _("Department"), lambda row: Cell(row.department), fold=12),
        Column("state", _("Report"), lambda row: _state(row, one.due, today=today)),
        Column("at", pgettext("report", "Came"), lambda row: cells.day(row.arrival.day if row.arrival else None)),
        Column("how", _("How"), _how, drop=1),
    )
    listed = sorted(rounds.rows(one, today=today), key=lambda row: _ORDER.index(row.state))
    return grid(listed, columns, title=_heading(one), empty=_("Nobody is asked."))


def _heading(one: Round) -> str:
    """Say which round it is, by when reports are due, and whether it is closed."""
    text = rounds.name(one)
    if one.due:
        text = _("{said}, to report by {day}").format(said=text, day=cells.day(one.due).text)
    return _("{said}, closed on {day}").format(said=text, day=one.closed.date()) if one.closed else text


def missing_reports(ledger: Ledger, *, today: date) -> tuple[str, list[tuple[str, Cell]]]:
    """Return which round is open, and the departments whose report in it has not come, with how they stand."""
    if (one := rounds.open_round(ledger)) is None:
        return "", []
    left = rounds.without_report(one, today=today)
    return _heading(one), [(row.department, _state(row, one.due, today=today)) for row in left]


def _state(row: Row, due: date | None, *, today: date) -> Cell:
    """Say how a department stands, with the days that its report is or was late."""
    message = _(_STATE_LABELS[row.state])
    late = ((row.arrival.day if row.arrival else today) - due).days if due else 0
    if late > 0:
        message = _("{said}, {more}").format(said=message, more=wording.days(-late))
    return Cell(message, row.state.value, _TONES[row.state])


def _how(row: Row) -> Cell:
    return Cell(_(_HOW_LABELS[row.arrival.how]), row.arrival.how.value) if row.arrival else EMPTY


def record(found: Sequence[Round], *, today: date) -> list[Grid]:
    """Count the reports of each department in these rounds, and those of each round."""
    by_round = [(one, rounds.by_department([one], today=today)) for one in found]
    columns: tuple[Column[tuple[Round, list[Record]]], ...] = (
        cells.number_column("n", _("Round"), lambda pair: pair[0].n),
        Column("title", _("Title"), lambda pair: cells.text(pair[0].title), fold=12, drop=1),
        Column("opened", _("Opened"), lambda pair: cells.day(pair[0].at.date()), drop=2),
        Column("due", _("Report by"), lambda pair: cells.day(pair[0].due)),
        *_counts(lambda pair: pair[1]),
    )
    per_department: tuple[Column[Record], ...] = (
        Column("department", _("Department"), lambda one: Cell(one.department), fold=12),
        *_counts(lambda one: [one]),
    )
    return [
        grid(
            rounds.by_department(found, today=today),
            per_department,
            title=_("Reports by department"),
            empty=_("No round of reports in this year."),
        ),
        grid(by_round, columns, title=_("Rounds")),
    ]


def _counts(records: Callable[[_T], Iterable[Record]]) -> tuple[Column[_T], ...]:
    def count(key: str, label: str) -> Column[_T]:
        return cells.number_column(key, label, lambda item: sum(getattr(one, key) for one in records(item)))

    return (
        count("asked", pgettext("report", "Asked")),
        count("on_time", _("On time")),
        count("late", _("Late")),
        count("missing", _("Missing")),
        count("waiting", _("Not in yet")),
    )
