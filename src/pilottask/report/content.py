"""What stands on a weekly sheet, worked out once: figures, rows and movements, in no language and no layout.

A sheet covers a period between two cuts through the list. A cut is a moment, and for an issued sheet also how much of
each task's log stood there when it was issued, so that what is recorded later under an earlier date changes no sheet
that was printed, and stands on the next one instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from pilottask import history, queries
from pilottask.history import Cut
from pilottask.model import OPEN, Extend, Import, Ledger, LogEntry, Need, Note, Number, Pilot, Status, Task
from pilottask.queries import Group, Light, Reason, Tally

AHEAD_DAYS: Final = 7
"""How far ahead, in calendar days, the sheet lists what falls due."""

_CURVE_POINTS: Final = 60
"""Points of the burn-up at most, so that a chart stays a chart whatever the span."""


class Part(StrEnum):
    """A section of the sheet, in its order; the value is what `--without` takes."""

    TOTALS = "totals"
    RED = "red"
    YELLOW = "yellow"
    COORDINATION = "coordination"
    GROUPS = "groups"
    CHANGES = "changes"
    DUE = "due"
    RESULTS = "results"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Trouble:
    """An open problem or need of a task."""

    n: int
    text: str
    need: Need | None
    coordinate: bool
    raised: date


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a sheet shows it. Days are calendar days; `silent_days` since work was last seen."""

    id: int
    title: str
    department: str
    support: tuple[str, ...]
    owner: str | None
    leader: str | None
    aspect: str | None
    requirement: str | None
    target: Number | None
    unit: str | None
    actual: Number | None
    due: date | None
    first_due: date | None
    status: Status
    light: Light | None
    reason: Reason | None
    days_late: int
    days_left: int | None
    silent_days: int
    submitted: date | None
    closed: date | None
    on_time: bool | None
    progress: str | None
    progress_on: date | None
    next: str | None
    problems: tuple[Trouble, ...]
    chased: int
    last_chased: date | None

    @property
    def coordinated(self) -> tuple[Trouble, ...]:
        """The open problems that ask for the joint meeting."""
        return tuple(problem for problem in self.problems if problem.coordinate)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a group of tasks; `completion_rate` from 0 to 1, None where nothing counts towards it."""

    total: int
    todo: int
    doing: int
    submitted: int
    closed: int
    suspended: int
    cancelled: int
    green: int
    yellow: int
    red: int
    overdue: int
    completion_rate: float | None

    @property
    def open(self) -> int:
        """Tasks still to be done: todo, doing, submitted."""
        return self.todo + self.doing + self.submitted


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Counts of one department or line of work; `name` None where tasks have none."""

    name: str | None
    figures: Figures


class Stock(StrEnum):
    """What is followed from the start of the period to its end."""

    TOTAL = "total"
    OPEN = "open"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Flow:
    """How one figure moved: start + plus − minus = end."""

    stock: Stock
    start: int
    plus: int
    minus: int
    end: int


@dataclass(frozen=True, slots=True)
class Movement:
    """The tasks that moved in the period, comparing its end with its start; each list by id.

    `entered` are all new ones; `entered_closed` those of them that were imported as closed already, which are in
    no period's `closed`. `left_red` are no longer red, for whatever reason.
    """

    entered: tuple[Line, ...] = ()
    entered_closed: tuple[Line, ...] = ()
    closed: tuple[Line, ...] = ()
    reopened: tuple[Line, ...] = ()
    suspended: tuple[Line, ...] = ()
    cancelled: tuple[Line, ...] = ()
    turned_red: tuple[Line, ...] = ()
    left_red: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """A deadline moved in the period, `on` the day it was recorded."""

    line: Line
    old: date
    new: date
    reason: str
    approved_by: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Result:
    """A result worth showing, reported in the period."""

    line: Line
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Point:
    """The burn-up at the end of a day: tasks due by then and closed by then; `closed` None for days ahead."""

    day: date
    due: int
    closed: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A weekly sheet. `number` None on a draft; `first` and `last` are the days of the period, both included.

    `ahead`: the sheet is of a day that has not come yet, so that nothing is recorded of it.
    `previous`: the number of the issued sheet with which the period began.
    """

    name: str | None
    office: str | None
    number: int | None
    moment: datetime
    since: datetime
    first: date
    last: date
    previous: int | None
    ahead: bool
    soon_days: int
    stale_days: int
    wide_ambiguous: bool
    without: tuple[Part, ...]
    before: Figures
    figures: Figures
    flows: tuple[Flow, ...]
    moved: Movement
    red: tuple[Line, ...]
    yellow: tuple[Line, ...]
    coordination: tuple[Line, ...]
    departments: tuple[GroupLine, ...]
    aspects: tuple[GroupLine, ...]
    closed: tuple[Line, ...]
    extended: tuple[Extension, ...]
    due: tuple[Line, ...]
    results: tuple[Result, ...]
    lines: tuple[Line, ...]
    curve: tuple[Point, ...]

    @property
    def today(self) -> date:
        """The day by which everything on the sheet is judged."""
        return self.moment.date()

    def has(self, part: Part) -> bool:
        """Tell whether this section stands on the sheet."""
        return part not in self.without


@dataclass(frozen=True, slots=True)
class Notice:
    """A reminder slip (催办单) for one lead department: its red tasks, longest overdue first, then those due soon."""

    name: str | None
    office: str | None
    department: str
    today: date
    reply_by: date
    within: int
    late: tuple[Line, ...]
    soon: tuple[Line, ...]
    wide_ambiguous: bool
