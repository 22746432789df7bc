"""What stands on a sheet, worked out and ready to be worded: tasks as they stood, and what was recorded of them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from pilottask.base.i18n import N_
from pilottask.ledger import lights
from pilottask.ledger.history import Problem
from pilottask.ledger.lights import Lit
from pilottask.ledger.projects import BySource, by_source
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import Correction, Extend, Find, Fund, Instruction, LogEntry, Note, Pilot, Round, Task
from pilottask.ledger.vocabulary import Vocabulary


class Part(StrEnum):
    """A section of the sheet, in its order; the value is what `--without` takes."""

    TOTALS = "totals"
    RED = "red"
    COORDINATION = "coordination"
    PROGRESS = "progress"
    YELLOW = "yellow"
    DUE = "due"
    REPORTS = "reports"
    FLOWS = "flows"
    GROUPS = "groups"
    CHANGES = "changes"
    RESULTS = "results"
    ANNEX = "annex"
    DETAILS = "details"


PARTS: Final = Vocabulary(
    {
        Part.TOTALS: N_("totals"),
        Part.RED: N_("red"),
        Part.COORDINATION: N_("coordination"),
        Part.PROGRESS: N_("progress"),
        Part.RESULTS: N_("results"),
        Part.YELLOW: N_("yellow"),
        Part.DUE: N_("due"),
        Part.REPORTS: N_("reports"),
        Part.FLOWS: N_("flows"),
        Part.GROUPS: N_("groups"),
        Part.CHANGES: N_("changes"),
        Part.ANNEX: N_("annex"),
        Part.DETAILS: N_("details"),
    }
)
"""What the sections are called on the command line."""


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


class Flow(Struct, frozen=True):
    """How one figure moved: start + plus − minus = end."""

    stock: Stock
    start: int
    plus: int
    minus: int
    end: int


class Movement(Struct, frozen=True):
    """The tasks that moved in the period, those too that are again where they were at its start; each list by id.

    `entered` are all new ones; `entered_closed` those of them that were imported as closed already, which are in
    no period's `closed`. `removed` were on the list and no longer stand in its file; they are told as they stood.
    `left_red` are no longer red, for whatever reason. What was closed at the start, reopened and closed again is
    among `reopened` and `closed`, since its closing belongs to no other period.
    """

    entered: tuple[Task, ...] = ()
    entered_closed: tuple[Task, ...] = ()
    closed: tuple[Task, ...] = ()
    reopened: tuple[Task, ...] = ()
    suspended: tuple[Task, ...] = ()
    cancelled: tuple[Task, ...] = ()
    removed: tuple[Task, ...] = ()
    turned_red: tuple[Task, ...] = ()
    left_red: tuple[Task, ...] = ()


class Point(Struct, frozen=True):
    """The burn-up at the end of a day: tasks due by then and closed by then; `closed` None for days ahead."""

    day: date
    due: int
    closed: int | None


ProjectFunds = tuple[str, tuple[Fund, ...]]
"""A project's name and its entries of money."""


class Frame(Struct, frozen=True, kw_only=True):
    """What a sheet is of: its end, the settings then in force, and how it is called.

    `first` is the first day of the period as it is printed; `funds`, `rounds` of reports and `late_instructions` are as
    they stood at its end. `number` None on a draft. `is_first`: no sheet was issued before, and no period is asked for.
    `ahead`: the sheet is of a day that has not come yet, so that nothing is recorded of it. `only`: the departments
    whose page it is, none for the whole sheet.
    """

    moment: datetime
    pilot: Pilot
    first: date
    number: int | None = None
    is_first: bool = False
    ahead: bool = False
    only: tuple[str, ...] = ()
    without: tuple[Part, ...] = ()
    funds: tuple[ProjectFunds, ...] = ()
    rounds: tuple[Round, ...] = ()
    late_instructions: tuple[Instruction, ...] = ()

    @property
    def today(self) -> date:
        """The day by which everything on the sheet is judged, the last of its period."""
        return self.moment.date()


class Span(Struct, frozen=True):
    """From which day to which, and the tasks that were red at some time between."""

    first: date
    last: date
    red: tuple[Task, ...]


class Corrected(Struct, frozen=True):
    """A correction in the period of what was recorded before it, and the entry as it was written."""

    entry: LogEntry
    by: Correction


class Sheet(Frame, frozen=True, kw_only=True):
    """A weekly sheet; `since` is the moment from which on it tells.

    `previous`: the number of the issued sheet with which the period began. `tasks` are all of them, as they stood at
    its end. `was_red`: those that were red at some time in the period; `earlier` the span of the same kind before it,
    where the sheet is of one that was asked for.
    """

    since: datetime
    previous: int | None
    before: Tally
    figures: Tally
    flows: tuple[Flow, ...]
    moved: Movement
    red: tuple[Task, ...]
    yellow: tuple[Task, ...]
    coordination: tuple[Task, ...]
    departments: tuple[tuple[str | None, Tally], ...]
    aspects: tuple[tuple[str | None, Tally], ...]
    closed: tuple[Task, ...]
    extended: tuple[tuple[Task, Extend], ...]
    due: tuple[Task, ...]
    reported: tuple[tuple[Task, Note], ...]
    results: tuple[tuple[Task, Note], ...]
    tasks: tuple[Task, ...]
    curve: tuple[Point, ...]
    late_findings: tuple[tuple[Task, Find], ...]
    settled: tuple[tuple[Task, Problem], ...]
    corrected: tuple[tuple[Task, Corrected], ...]
    was_red: tuple[Task, ...]
    earlier: Span | None = None

    @property
    def money(self) -> tuple[tuple[str, BySource], ...]:
        """What each project that has money has from each source."""
        return tuple((name, by_source(funds)) for name, funds in self.funds if funds)

    def light(self, task: Task) -> Lit:
        """Return the light of `task`, as it stood."""
        return lights.light(task, today=self.today, pilot=self.pilot)


class State(Struct, frozen=True):
    """A task as it stood at a moment, with its light then."""

    task: Task
    lit: Lit


class Start(Struct, frozen=True, kw_only=True):
    """What a sheet's period begins with: the figures of a moment and the tasks as they stood, by uid.

    `number` is that of the sheet that was issued then, None where there was none.
    """

    moment: datetime
    figures: Tally
    states: Mapping[str, State]
    number: int | None = None
