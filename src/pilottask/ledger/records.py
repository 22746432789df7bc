"""The records of a pilot's task list: what the store holds, as it holds it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Struct, field

from pilottask.base.mail import Tls

SCHEMA: Final = 3
"""Version of the store's form; a store with a higher one is refused."""

PLAIN_SCHEMA: Final = 2
"""That of a store which holds nothing that came with a later one: an older program can go on reading it."""


class Status(StrEnum):
    """Where a task stands in its life."""

    __hash__ = str.__hash__  # Enum's own is written in Python: it made a third of the time of counting

    TODO = "todo"
    DOING = "doing"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


OPEN: Final = frozenset({Status.TODO, Status.DOING, Status.SUBMITTED})
WITH_DEPARTMENT: Final = frozenset({Status.TODO, Status.DOING})
"""Statuses in which the work is still the department's, so that a deadline can be missed."""


class Role(StrEnum):
    """What a department is in the pilot."""

    OFFICE = "office"
    BASE = "base"
    MEMBER = "member"
    ENTERPRISE = "enterprise"


class Need(StrEnum):
    """What kind of support a task needs (要素保障)."""

    MONEY = "money"
    PLACE = "place"
    STAFF = "staff"
    POLICY = "policy"
    OTHER = "other"


class Every(StrEnum):
    """How often a task recurs."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class How(StrEnum):
    """How a report came: as a collection sheet, or by word, as on the phone."""

    SHEET = "sheet"
    WORD = "word"


class InspectionKind(StrEnum):
    """How an inspection (督查) came about: of several units together, or in the course of the office's own work."""

    JOINT = "joint"
    ROUTINE = "routine"


Number = int | float
Value = str | bool | int | float | tuple[str, ...] | dict[str, str] | None
"""A field's value as a log entry keeps it: dates and enums as their text."""


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all records: frozen, absent values left out, unknown fields refused."""


class Entry(Record, tag_field="kind", frozen=True, kw_only=True):
    """Base of log entries: when (with UTC offset) and by whom."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str


class Create(Entry, tag="create", frozen=True, kw_only=True):
    """The task was typed in, or opened as the next of task `series`, from whose deadline `since` all are counted."""

    series: int | None = None
    since: date | None = None


class Import(Entry, tag="import", frozen=True, kw_only=True):
    """The task came from a file, in this state; `worked`: the day of the last sign of work that the file tells."""

    status: Status = Status.TODO
    submitted: date | None = None
    closed: date | None = None
    worked: date | None = None


class Note(Entry, tag="note", frozen=True, kw_only=True):
    """Progress as reported (进展情况), and the figure, `was` before; `imported`: a file told of it, but no day."""

    text: str
    next: str | None = None
    was: Number | None = None
    actual: Number | None = None
    result: bool = False
    imported: bool = False


class Raise(Entry, tag="raise", frozen=True, kw_only=True):
    """A problem, or a need for support, number `n` of its task."""

    n: int
    text: str
    need: Need | None = None
    coordinate: bool = False


class Settle(Entry, tag="settle", frozen=True, kw_only=True):
    """Problem `n` is settled."""

    n: int
    text: str | None = None


class Start(Entry, tag="start", frozen=True, kw_only=True):
    """Work began."""


class Submit(Entry, tag="submit", frozen=True, kw_only=True):
    """The department says it is done; `on` where that was another day than the entry's."""

    evidence: str | None = None
    on: date | None = None


class Close(Entry, tag="close", frozen=True, kw_only=True):
    """The office verified the task and closed it (销号)."""

    verifier: str | None = None
    on: date | None = None


class Reasoned(Entry, frozen=True, kw_only=True):
    """Base of moves that need a reason."""

    reason: str


class Return(Reasoned, tag="return", frozen=True, kw_only=True):
    """The office sent it back (退回)."""


class Suspend(Reasoned, tag="suspend", frozen=True, kw_only=True):
    """Work was put off."""


class Cancel(Reasoned, tag="cancel", frozen=True, kw_only=True):
    """The task was given up; it no longer counts towards completion."""


class Reopen(Reasoned, tag="reopen", frozen=True, kw_only=True):
    """The task goes back to where it stood before it was closed, suspended or cancelled."""


class Extend(Reasoned, tag="extend", rename={"from_": "from"}, frozen=True, kw_only=True):
    """The deadline was moved (延期)."""

    from_: date
    to: date
    approved_by: str | None = None


class Chase(Entry, tag="chase", frozen=True, kw_only=True):
    """The department was reminded (催办)."""

    text: str | None = None


class Report(Entry, tag="report", frozen=True, kw_only=True):
    """A report of its department came that says nothing new of it; `on` where that was another day than the entry's."""

    on: date | None = None


class StepEntry(Entry, frozen=True, kw_only=True):
    """Base of entries on step `n` of the task (阶段目标)."""

    n: int


class Step(StepEntry, tag="step", frozen=True, kw_only=True):
    """The task got a step, with its own deadline and, where it has one, its own figure."""

    text: str
    due: date
    target: Number | None = None
    unit: str | None = None


class StepDone(StepEntry, tag="step_done", frozen=True, kw_only=True):
    """The step was done, on the day `on` where that was another than the entry's, with the figure that it reached."""

    on: date | None = None
    actual: Number | None = None


class StepChange(StepEntry, tag="step_change", rename={"from_": "from"}, frozen=True, kw_only=True):
    """The step was changed in what is said here: its day moved, another text or figure, not done after all, gone."""

    from_: date | None = None
    to: date | None = None
    text: str | None = None
    target: Number | None = None
    unit: str | None = None
    undone: bool = False
    removed: bool = False
    reason: str | None = None


class FileEntry(Entry, frozen=True, kw_only=True):
    """Base of entries on file `n` that is attached to the task (佐证材料)."""

    n: int


class Attach(FileEntry, tag="attach", frozen=True, kw_only=True):
    """A file of `size` bytes was attached; the store keeps a copy under its digest."""

    name: str
    size: int
    sha256: str


class Detach(FileEntry, tag="detach", frozen=True, kw_only=True):
    """The file is no longer attached."""


class Instruct(Entry, tag="instruct", frozen=True, kw_only=True):
    """A leader gave instruction `n` of the store on this task; `on` where that was on another day than the entry's."""

    n: int
    leader: str
    text: str
    reply_by: date | None = None
    on: date | None = None


class Answer(Entry, tag="answer", frozen=True, kw_only=True):
    """Instruction `n` was answered."""

    n: int
    text: str


class Decide(Entry, tag="decide", frozen=True, kw_only=True):
    """Joint meeting `meeting` decided, as its number `n`, what this task carries out."""

    meeting: int
    n: int
    text: str


class Inspect(Entry, tag="inspect", frozen=True, kw_only=True):
    """The task was looked at in inspection `inspection`."""

    inspection: int


class Find(Entry, tag="find", frozen=True, kw_only=True):
    """Inspection `inspection` found, as its number `n`, what is to be put right by `fix_by`."""

    inspection: int
    n: int
    text: str
    fix_by: date


class Fixed(Entry, tag="fixed", frozen=True, kw_only=True):
    """Finding `n` of inspection `inspection` was put right."""

    inspection: int
    n: int
    evidence: str | None = None


class Renumber(Entry, tag="renumber", frozen=True, kw_only=True):
    """Both sides of the list had given number `was`: this task, entered later, got the next (原33号)."""

    was: int


class Change(Entry, frozen=True, kw_only=True):
    """Base of entries that record one field's old and new value."""

    field: str
    old: Value = None
    new: Value = None


class Edit(Change, tag="edit", frozen=True, kw_only=True):
    """A field was set; own columns are named `extra.KEY`."""


class Hand(Change, tag="hand", frozen=True, kw_only=True):
    """A field was found changed by hand in the file, and that was put on record."""


class Conflict(Change, tag="conflict", frozen=True, kw_only=True):
    """At a merge a record, of kind `of`, was otherwise on the other side; without a field: taken out, and it stays."""

    of: str
    name: str = ""
    old: bool | Number | str | tuple[str, ...] | None = None
    new: bool | Number | str | tuple[str, ...] | None = None


class Correction(Reasoned, frozen=True, kw_only=True):
    """Base of corrections; `of` is the place in the same log, from 1, of the entry that is corrected."""

    of: int


class Amend(Correction, tag="amend", frozen=True, kw_only=True):
    """Words of an entry were corrected (更正), those of its `part` where that is told; `was` are those before."""

    text: str
    was: str | None = None
    part: Literal["next"] | None = None


class Void(Correction, tag="void", frozen=True, kw_only=True):
    """An entry was made by mistake and no longer counts (作废); it stays in the log."""


LogEntry = (
    (Create | Import | Start | Submit | Close | Return | Suspend | Cancel | Reopen | Extend)
    | (Note | Raise | Settle | Chase | Report | Step | StepDone | StepChange | Attach | Detach)
    | (Instruct | Answer | Decide | Inspect | Find | Fixed)
    | (Renumber | Edit | Hand | Amend | Void)
)


class Task(Record, frozen=True, kw_only=True):
    """One item of the task list. `due` itself is still on time; None where it has no deadline.

    `open_ended`: somebody said that there is to be none (长期坚持); otherwise one is still to be set (未定时限).
    """

    id: int
    uid: str
    title: str
    department: str
    support: tuple[str, ...] = ()
    owner: str | None = None
    leader: str | None = None
    aspect: str | None = None
    requirement: str | None = None
    target: Number | None = None
    unit: str | None = None
    actual: Number | None = None
    due: date | None = None
    first_due: date | None = None
    open_ended: bool = False
    status: Status = field(default_factory=lambda: Status.TODO)  # not a plain default, so that it is always written
    source: str | None = None
    project: str | None = None
    every: Every | None = None
    tags: tuple[str, ...] = ()
    remark: str | None = None
    created: date
    submitted: date | None = None
    closed: date | None = None
    extra: dict[str, str] = field(default_factory=dict)
    log: tuple[LogEntry, ...] = ()


class Department(Record, frozen=True, kw_only=True):
    """A unit that leads or supports tasks."""

    name: str
    role: Role = Role.MEMBER
    aliases: tuple[str, ...] = ()
    contact: str | None = None
    mail: str | None = None


class Decision(Record, frozen=True, kw_only=True):
    """What a meeting decided (议定事项), number `n` of it, and the tasks that carry it out."""

    n: int
    text: str
    tasks: tuple[int, ...] = ()


class Meeting(Record, rename={"day": "date", "decisions": "decision"}, frozen=True, kw_only=True):
    """A joint meeting (联席会议), held or planned, from `time` on (14:30); `attend` and `absent` are departments."""

    id: int
    title: str
    day: date
    time: str | None = None
    place: str | None = None
    chair: str | None = None
    attend: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


class Finding(Record, frozen=True, kw_only=True):
    """What an inspection found on a task (督查发现), number `n` of it; put right on the day `fixed`."""

    n: int
    task: int
    text: str
    fix_by: date
    fixed: date | None = None
    evidence: str | None = None


class Inspection(Record, rename={"day": "date", "findings": "finding"}, frozen=True, kw_only=True):
    """An inspection (督查) of tasks, by departments."""

    id: int
    kind: InspectionKind
    day: date
    by: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()


class Fund(Record, frozen=True, kw_only=True):
    """Money of one source (资金来源) as it was recorded at a moment: all that was planned and paid in so far (万元)."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    source: str
    planned: Decimal
    paid: Decimal


class Project(Record, rename={"funds": "fund"}, frozen=True, kw_only=True):
    """A cooperation project (合作项目), which tasks join by its name; `partners` are departments.

    Of the entries of a source in `funds` the last one written holds.
    """

    name: str
    partners: tuple[str, ...] = ()
    base: str | None = None
    signed: date | None = None
    remark: str | None = None
    funds: tuple[Fund, ...] = ()


class Pilot(Record, frozen=True, kw_only=True):
    """The pilot and its settings. `soon_days` and `stale_days` are calendar days; `cache`: whether copies are kept.

    `wide_ambiguous`: whether characters of ambiguous width take two columns; None: as the console has them. A task is
    yellow that is behind its target by over `behind_percent` points of the time gone by; None: never. The weekly sheet
    is called `sheet_title` and goes to `sheet_to` and `sheet_copies` (报、送) in `sheet_prints` copies (印数).
    Slips are mailed over `mail_server` (host:port) in the name of `mail_from`, an address.
    `columns` says of headings of ledgers which column they are, as somebody answered at an import: `整改时间=due`.
    """

    name: str | None = None
    office: str | None = None
    sheet_title: str | None = None
    sheet_to: str | None = None
    sheet_copies: str | None = None
    sheet_prints: int | None = None
    mail_server: str | None = None
    mail_from: str | None = None
    mail_tls: Tls = Tls.STARTTLS
    soon_days: int = 7
    stale_days: int = 14
    behind_percent: int | None = None
    lang: str | None = None
    lock_seconds: Number = 10
    wide_ambiguous: bool | None = None
    cache: bool = True
    columns: tuple[str, ...] = ()


class Arrival(Record, frozen=True, kw_only=True):
    """A report that came; `on` where that was on another day than the one on which it was recorded."""

    department: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    on: date | None = None
    how: How

    @property
    def day(self) -> date:
        """The day on which it came."""
        return self.on or self.at.date()


class Round(Record, rename={"arrivals": "came"}, frozen=True, kw_only=True):
    """A round of reports (报送批次), opened `at` a moment: who was asked to report by which day, and what came.

    It is open until it is `closed`. Of the arrivals of a department the first by its day holds.
    """

    n: int
    title: str | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    due: date | None = None
    asked: tuple[str, ...] = ()
    closed: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    arrivals: tuple[Arrival, ...] = ()


class Instruction(Record, frozen=True, kw_only=True):
    """What a leader asked for (批示), on a task or on none; open until it is `answered`."""

    n: int
    leader: str
    text: str
    task: int | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    reply_by: date | None = None
    answer: str | None = None
    answered: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class CalendarYear(Record, frozen=True, kw_only=True):
    """The State Council's notice for a year: the holidays, and the Saturdays and Sundays worked in their place."""

    year: int
    off: tuple[date, ...]
    work: tuple[date, ...] = ()


class IssuedSheet(Record, frozen=True, kw_only=True):
    """A weekly sheet that was issued, at the moment `at`; `kept` is the digest of its document, kept beside the store.

    `was` is the number that stands on it, where a merge gave it the next: both sides of the list had issued one.
    One of the first version has no `kept`; what stands below says when its period began and how it was made.
    """

    n: int
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: str
    kept: str | None = None
    was: int | None = None
    since: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    after: int | None = None
    lang: str | None = None
    without: tuple[str, ...] = ()
    name: str | None = None
    office: str | None = None
    soon_days: int | None = None
    stale_days: int | None = None
    behind_percent: int | None = None
    wide_ambiguous: bool = False
    entries: str = ""
    funds: str = ""
    projects: tuple[str, ...] = ()
    lost: tuple[int, ...] = ()
    digest: str | None = None


class Ledger(Record, rename=lambda name: name.removesuffix("s"), frozen=True, kw_only=True):
    """All that a store holds, a list as many [[task]]. Records stand in the order of the file."""

    schema: int = field()
    next_id: int = field()
    pilot: Pilot = field()
    departments: tuple[Department, ...] = ()
    tasks: tuple[Task, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    projects: tuple[Project, ...] = ()
    sheets: tuple[IssuedSheet, ...] = ()
    calendars: tuple[CalendarYear, ...] = ()
    rounds: tuple[Round, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def replace(task: Task, **changes: object) -> Task:
    """Return `task` with these fields set."""
    return msgspec.structs.replace(task, **changes)
