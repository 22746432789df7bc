"""What stands on a sheet or slip, worked out and ready to be worded."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pilottask.ledger import history, lights, targets
from pilottask.ledger.history import Cut
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.projects import Money
from pilottask.ledger.records import Fund, Need, Number, Pilot, Status, Task


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
    time_gone: float | None = None

    @property
    def reached(self) -> float | None:
        """What is reached of the target, 1 for all of it; None without a target above 0."""
        return (self.actual or 0) / self.target if self.target else None

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
    no period's `closed`. `left_red` are no longer red, for whatever reason. What was closed at the start, reopened
    and closed again is among `reopened` and `closed`, since its closing belongs to no other period.
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
class LateFinding:
    """A finding of an inspection that was to be put right by `fix_by` and is not."""

    line: Line
    inspection: int
    n: int
    text: str
    fix_by: date
    days_late: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A problem or need that was settled in the period; `how` is what was said of it."""

    line: Line
    text: str
    how: str | None
    raised: date
    on: date


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """What one project has by source, in the order in which its sources were first recorded."""

    project: str
    sources: tuple[tuple[str, Money], ...]


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
    `previous`: the number of the issued sheet with which the period began; `lost`: the tasks that stand on it and were
    taken out of the file by hand since, so that no figure of this sheet has them.
    """

    name: str | None
    office: str | None
    number: int | None
    moment: datetime
    since: datetime
    first: date
    last: date
    previous: int | None
    lost: tuple[int, ...]
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
    late_findings: tuple[LateFinding, ...] = ()
    settled: tuple[Settled, ...] = ()
    money: tuple[ProjectMoney, ...] = ()

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


ProjectFunds = tuple[str, tuple[Fund, ...]]
"""A project's name and its entries of money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a sheet is of: from which cut to which, with the settings then in force, and how it is called.

    `first` and `last` are the days of the period as they are printed, `funds` the money as it stood at its end, `lost`
    the tasks of the sheet before that the file no longer has.
    """

    start: Cut
    end: Cut
    start_pilot: Pilot
    pilot: Pilot
    first: date
    last: date
    number: int | None = None
    previous: int | None = None
    lost: tuple[int, ...] = ()
    ahead: bool = False
    without: tuple[Part, ...] = ()
    funds: tuple[ProjectFunds, ...] = ()


def line(task: Task, *, today: date, pilot: Pilot) -> Line:
    """Return `task` as a sheet of `today` shows it."""
    return _line(task, lights.light(task, today=today, pilot=pilot), today=today)


def _line(task: Task, lit: lights.Lit, *, today: date) -> Line:
    said = history.last_note(task)
    chased = history.chases(task)
    return Line(
        id=task.id,
        title=task.title,
        department=task.department,
        support=task.support,
        owner=task.owner,
        leader=task.leader,
        aspect=task.aspect,
        requirement=task.requirement,
        target=task.target,
        unit=task.unit,
        actual=task.actual,
        due=task.due,
        first_due=task.first_due,
        status=task.status,
        light=lit.light,
        reason=lit.reason,
        days_late=lights.days_late(task, today=today),
        days_left=lights.days_left(task, today=today),
        silent_days=max((today - lights.last_moved(task)).days, 0),
        submitted=task.submitted,
        closed=task.closed,
        on_time=lights.on_time(task),
        progress=said.text if said and said.text.strip() else None,
        progress_on=said.at.date() if said else None,
        next=said.next if said else None,
        problems=tuple(
            Trouble(one.n, one.text, one.need, one.coordinate, one.at.date()) for one in history.open_problems(task)
        ),
        chased=len(chased),
        last_chased=chased[-1].at.date() if chased else None,
        time_gone=targets.time_gone(task, today=today),
    )
