"""Reporting rounds (报送批次): who was asked to report, by when, who did, who was late, who did not."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec.structs import replace

from pilottask.base import dates
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.ledger import changes
from pilottask.ledger.as_json import Json, pick
from pilottask.ledger.changes import Stamp
from pilottask.ledger.queries import by_key
from pilottask.ledger.records import OPEN, Arrival, How, Ledger, Report, Round, Task


class State(StrEnum):
    """How a department stands in a round; missing: its day has passed, or the round is closed."""

    CAME = "came"
    LATE = "late"
    MISSING = "missing"
    WAITING = "waiting"


class Row(NamedTuple):
    """A department in a round: `arrival` is the first one, None where none came."""

    department: str
    state: State
    arrival: Arrival | None = None

    @property
    def came(self) -> bool:
        """Whether a report came, late or not."""
        return self.arrival is not None


class Record(NamedTuple):
    """What became of the reports that a department was asked for."""

    department: str
    on_time: int
    late: int
    missing: int
    waiting: int

    @property
    def due(self) -> int:
        """How many were due, those left out that it is still waited for."""
        return self.on_time + self.late + self.missing

    @property
    def asked(self) -> int:
        """How many were asked for."""
        return self.due + self.waiting


def find(ledger: Ledger, number: int | None = None) -> Round:
    """Return the round with this number, without one the last. Raises NotFound."""
    if results := [one for one in ledger.rounds if number in {None, one.n}]:
        return results[-1]
    raise NotFound(
        _("no round {n}").format(n=number) if number is not None else _("no round of reports was opened yet"),
        hint=_("pilottask round list shows every round") if ledger.rounds else _("pilottask round open --due DATE"),
    )


def open_round(ledger: Ledger) -> Round | None:
    """Return the round that is open; None where none is."""
    return next((one for one in reversed(ledger.rounds) if one.closed is None), None)


def with_new(
    ledger: Ledger, stamp: Stamp, asked: Iterable[str], *, title: str | None = None, due: date | None = None
) -> Ledger:
    """Return `ledger` with a round opened, in which these departments are asked to report.

    Raises UsageFault where one is open, its day has passed, or nobody is asked.
    """
    if current := open_round(ledger):
        hint = _("pilottask round close, then open the next")
        raise UsageFault(_("round {n} is still open").format(n=current.n), hint=hint)
    if due is not None and due < stamp.today:
        raise UsageFault(_("--due {day} has passed").format(day=due))
    if not (names := tuple(dict.fromkeys(asked))):
        hint = _("name the departments with -d")
        raise UsageFault(_("no department has an open task, so there is nobody to ask"), hint=hint)
    n = 1 + max((one.n for one in ledger.rounds), default=0)
    new = Round(n=n, title=title, due=due, at=stamp.at, by=stamp.by, asked=names)
    return replace(ledger, rounds=(*ledger.rounds, new))


def with_changed(ledger: Ledger, changed: Round) -> Ledger:
    """Return `ledger` with `changed` for the round of its number."""
    return replace(ledger, rounds=tuple(changed if one.n == changed.n else one for one in ledger.rounds))


def for_sheets(ledger: Ledger, stamp: Stamp, departments: Iterable[str]) -> tuple[Ledger, Round]:
    """Return the round to which sheets for these departments belong: the open one, else a new one.

    One in which everybody asked has reported is over, and is closed.
    """
    current = open_round(ledger)
    if current is not None and all(row.came for row in rows(current, today=stamp.today)):
        ledger, current = with_changed(ledger, replace(current, closed=stamp.at)), None
    if current is None:
        ledger = with_new(ledger, stamp, departments)
        return ledger, ledger.rounds[-1]
    asked = tuple(dict.fromkeys((*current.asked, *departments)))
    if asked == current.asked:
        return ledger, current
    current = replace(current, asked=asked)
    return with_changed(ledger, current), current


def arrive(
    ledger: Ledger, current: Round, departments: Iterable[str], stamp: Stamp, *, how: How, on: date | None = None
) -> Ledger:
    """Return `ledger` with the reports of these departments come, on the day `on` where that was another.

    The first arrival counts: one that is no earlier than what is known changes nothing. Raises UsageFault for a
    department that was not asked.
    """
    arrivals = current.arrivals
    for name in departments:
        if name not in current.asked:
            message = _("{department} is not asked to report in round {n}")
            hint = _("asked are: {names}").format(names=_(", ").join(map(quote, current.asked)))
            raise UsageFault(message.format(department=quote(name), n=current.n), hint=hint)
        new = Arrival(department=name, at=stamp.at, by=stamp.by, on=changes.other_day(on, stamp), how=how)
        known = _first(current, name)
        if known is None or new.day < known.day:
            arrivals = (*arrivals, new)
    if arrivals is current.arrivals:
        return ledger
    return with_changed(ledger, replace(current, arrivals=arrivals))


def report_of(task: Task, stamp: Stamp, *, on: date | None = None) -> Task:
    """Return `task` with the report on record that its department sent and that says nothing new of it."""
    return changes.log(task, Report(at=stamp.at, by=stamp.by, on=changes.other_day(on, stamp)))


def tell(ledger: Ledger, departments: Collection[str], stamp: Stamp, *, on: date | None = None) -> Ledger:
    """Return `ledger` with the report of these departments on record in each of their open tasks."""
    ids = [task.id for task in ledger.tasks if task.status in OPEN and task.department in departments]
    return changes.apply(ledger, ids, lambda task: report_of(task, stamp, on=on))


def _first(current: Round, department: str) -> Arrival | None:
    results = [one for one in current.arrivals if one.department == department]
    return min(results, key=lambda one: (one.day, one.at), default=None)


def rows(current: Round, *, today: date) -> list[Row]:
    """Return how each department that was asked stands, in the order in which they were asked."""
    over = current.closed is not None or (current.due is not None and today > current.due)

    def row(name: str) -> Row:
        arrival = _first(current, name)
        if arrival is None:
            return Row(name, State.MISSING if over else State.WAITING)
        late = current.due is not None and arrival.day > current.due
        return Row(name, State.LATE if late else State.CAME, arrival)

    return list(map(row, current.asked))


def without_report(current: Round, *, today: date) -> list[Row]:
    """Return the departments whose report has not come."""
    return [row for row in rows(current, today=today) if not row.came]


def as_of(ledger: Ledger, moment: datetime) -> list[Round]:
    """Return the rounds as they stood at a moment, but for the departments asked and the day, which are as they are."""
    return [
        replace(
            one,
            arrivals=tuple(arrival for arrival in one.arrivals if arrival.at <= moment),
            closed=one.closed if one.closed is not None and one.closed <= moment else None,
        )
        for one in ledger.rounds
        if one.at <= moment
    ]


def of_period(ledger: Ledger, since: datetime, moment: datetime) -> list[Round]:
    """Return the rounds that a period is told of, as they stood at its end: open then, or closed or due within it."""
    return [
        one
        for one in as_of(ledger, moment)
        if one.closed is None or one.closed > since or (one.due is not None and since.date() < one.due <= moment.date())
    ]


def by_department(rounds: Iterable[Round], *, today: date) -> list[Record]:
    """Return what became of the reports of each department in these rounds, the most missing first, then late."""
    states = by_key((row.department, row.state) for one in rounds for row in rows(one, today=today))
    results = [
        Record(name, *map(each.count, (State.CAME, State.LATE, State.MISSING, State.WAITING)))
        for name, each in states.items()
    ]
    return sorted(results, key=lambda record: (-record.missing, -record.late, record.department))


def due_in(ledger: Ledger, wanted: Callable[[date], bool]) -> list[Round]:
    """Return the rounds whose day is wanted, or, for want of one, the day on which they were opened."""
    return [one for one in ledger.rounds if wanted(one.due or one.at.date())]


def name(current: Round) -> str:
    """Return what a round is called: by its number and its title, where it has one."""
    called = _("round {n}").format(n=current.n)
    return _("{text} ({note})").format(text=called, note=safe(current.title)) if current.title else called


def opening_sentence(current: Round) -> str:
    """Say that a round was opened, for whom and until when."""
    text = ngettext(
        "{round} is opened: {count} department is asked to report",
        "{round} is opened: {count} departments are asked to report",
        len(current.asked),
    ).format(round=name(current), count=len(current.asked))
    return _("{said} by {day}").format(said=text, day=dates.show(current.due)) if current.due else text


def standing_sentence(current: Round, *, today: date) -> str:
    """Say how many of those asked have reported, and who has not."""
    left = without_report(current, today=today)
    asked, came = len(current.asked), len(current.asked) - len(left)
    text = _("{round}: {came} of {asked} reports are in").format(round=name(current), came=came, asked=asked)
    names = _(", ").join(safe(row.department) for row in left)
    return _("{said}; not yet: {names}").format(said=text, names=names) if left else text


def round_record(current: Round, *, today: date) -> Json:
    """Return a round with how each department stands; `at`: the day on which its report came."""
    return {
        **pick(current, "n", "title", "due"),
        "opened": current.at.date(),
        "closed": current.closed and current.closed.date(),
        "rows": [
            {
                "department": row.department,
                "state": row.state,
                "at": row.arrival and row.arrival.day,
                "how": row.arrival and row.arrival.how,
            }
            for row in rows(current, today=today)
        ],
    }
