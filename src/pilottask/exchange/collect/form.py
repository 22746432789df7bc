"""Collection sheets (填报表): what a department is sent to fill in, and how it is recognised when it comes back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import N_, _
from pilottask.exchange.office import exporting, headings, values
from pilottask.exchange.office.headings import Column, Heading
from pilottask.exchange.office.reading import SEARCHED_ROWS
from pilottask.ledger import history, queries, steps, vocabulary
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import OPEN, Ledger, Task, replace
from pilottask.ledger.vocabulary import Vocabulary


class Field(StrEnum):
    """A column of a collection sheet."""

    ID = "id"
    TITLE = "title"
    REQUIREMENT = "requirement"
    TARGET = "target"
    UNIT = "unit"
    DEPARTMENT = "department"
    SUPPORT = "support"
    OWNER = "owner"
    DUE = "due"
    STATUS = "status"
    LAST = "last"
    REACHED = "reached"
    OPEN = "open"
    PROGRESS = "progress"
    PROBLEM = "problem"
    NEED = "need"
    COORDINATE = "coordinate"
    NEXT = "next"
    ACTUAL = "actual"
    SUBMIT = "submit"
    EXTENSION = "extension"
    UID = "uid"
    ROUND = "round"


INPUT: Final = (
    *(Field.PROGRESS, Field.PROBLEM, Field.NEED, Field.COORDINATE),
    *(Field.NEXT, Field.ACTUAL, Field.SUBMIT, Field.EXTENSION),
)
"""The columns that the department fills in; all others stay as they are."""

HIDDEN: Final = frozenset({Field.UID, Field.ROUND})
"""Columns of a workbook that are there for import alone."""

KEYS: Final = HIDDEN | {Field.ID}
"""The columns by which a row is recognised."""

_CALLED: Final[Mapping[Field, Heading]] = {
    Field.LAST: Heading("上次进展, Progress so far"),
    Field.REACHED: Heading("上次完成值, Reached so far"),
    Field.OPEN: Heading("未解决问题, Open problems"),
    Field.COORDINATE: Heading("是否提请协调, Coordinate, 提请协调, 是否需要协调, 是否需协调"),
    Field.SUBMIT: Heading("申请核验, Ready to verify"),
    Field.EXTENSION: Heading("申请延期, Extension asked for, 延期申请"),
    Field.ROUND: Heading("填报批次, Round"),
}
"""Words of the file format, like those of `headings`: known in both languages, not in the catalogue."""

_LIKE: Final[Mapping[Field, Column]] = {
    field: Column.NUMBER if field is Field.ID else Column(field) for field in Field if field not in _CALLED
}
"""Columns that are called as in a ledger."""


class Answer(StrEnum):
    """What may stand under 申请核验 and 是否提请协调."""

    YES = "yes"
    NO = "no"


ANSWERS: Final = Vocabulary.of(
    {
        Answer.YES: (N_("yes"), "申请/申请核验/申请办结/已完成/完成/√/✓/✔/☑/y/1/true/done"),
        Answer.NO: (N_("no"), "不申请/未完成/×/✗/☐/n/0/false"),
    }
)

ASKED: Final = Vocabulary(
    ANSWERS.labels,
    {
        Answer.YES: "提请/提请协调/需要/需要协调/需协调/延期/申请延期/需延期/需要延期/√/✓/✔/☑/y/1/true",
        Answer.NO: "不提请/不提请协调/不需要/不需要协调/无需/无需协调"
        "/不延期/无需延期/不需延期/不需要延期/不申请/不申请延期/×/✗/☐/n/0/false",
    },
)
"""Words under 是否提请协调 and 申请延期, those of `ANSWERS` aside that say that something is done."""

STEP_MARK: Final = "#"
"""What parts the UID of a task from the number of one of its steps."""
STEP_TITLE: Final = "└ "
"""What the title of a step's row begins with."""

_ISSUED: Final = "%Y%m%dT%H%M%S.%f%z"


@dataclass(frozen=True, slots=True)
class Form:
    """A collection sheet as values: what stands above the headings, a row for each task with a cell for each field."""

    title: str
    note: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The headings in the language in use."""
        return tuple(map(label, Field))

    def sheet(self) -> list[list[str]]:
        """Return the whole sheet as rows of cells, as a text file has them."""
        return [[self.title], [self.note], [*self.heads], *map(list, self.rows)]


def label(field: Field) -> str:
    """Return what `field` is called in the language in use."""
    return headings.label(_LIKE[field]) if field in _LIKE else _CALLED[field].label


FIXED_CELLS: Final[Mapping[Field, Callable[[Task], str]]] = {
    **{field: exporting.CELLS[_LIKE[field]] for field in Field if field in _LIKE and field not in INPUT},
    Field.LAST: exporting.CELLS[Column.PROGRESS],
    Field.REACHED: lambda task: values.number_cell(task.actual),
    Field.OPEN: lambda task: values.text_cell("\n".join(each.text for each in history.open_problems(task)) or None),
}
"""What stands in the columns that the department does not fill in."""

FIXED: Final = tuple(field for field in FIXED_CELLS if field not in KEYS)
"""The columns that tell the department of its task; what is changed in them is reported and not taken."""


def leads(ledger: Ledger, tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """Return the open ones of `tasks` by lead department, in the order of the departments, each with some."""
    result = queries.by_department(task for task in tasks if task.status in OPEN)
    return {name: result[name] for name in (*(unit.name for unit in ledger.departments), *result) if name in result}


def form(tasks: Sequence[Task], *, department: str, ledger: Ledger, issued: datetime, round_: int) -> Form:
    """Return the sheet for `department` with its open `tasks`, issued at a moment (aware) in a round of reports."""
    name = ledger.pilot.name
    message = _("Collection sheet · {department} · {date}")
    if name:
        message = _("{name} · collection sheet · {department} · {date}")
    mark = f"{round_}-{issued.strftime(_ISSUED)}"
    rows = [row for task in tasks for row in (task, *(step_row(task, step) for step in steps.not_done(task)))]
    done = _("the task, or its step (└), is done") if len(rows) > len(tasks) else _("the task is done")
    return Form(
        title=values.text_cell(message.format(name=name, department=department, date=issued.date().isoformat())),
        note=_(
            "Please fill in {columns}, and leave the other columns as they are. "
            "Write “{yes}” under {submit} where {done}; under {coordinate} where the "
            "problem or need is for the joint meeting; under {extension} the new day and why. "
            "Rows may be sorted; send the file back under any name."
        ).format(
            columns=_(", ").join(map(label, INPUT)),
            done=done,
            yes=ANSWERS.say(Answer.YES),
            submit=label(Field.SUBMIT),
            coordinate=label(Field.COORDINATE),
            extension=label(Field.EXTENSION),
        ),
        rows=tuple(tuple(_cell(row, field, mark) for field in Field) for row in rows),
    )


def step_row(task: Task, step: StepNow) -> Task:
    """Return what stands in the row of a step, as of a task; its UID says which step it is."""
    blank = replace(task, requirement=None, actual=None, open_ended=False, log=())
    uid, title = f"{task.uid}{STEP_MARK}{step.n}", f"{STEP_TITLE}{step.text}"
    return replace(blank, uid=uid, title=title, target=step.target, unit=step.unit, due=step.due)


def _cell(task: Task, field: Field, mark: str) -> str:
    if field in INPUT:
        return ""
    return mark if field is Field.ROUND else FIXED_CELLS[field](task)


class Mark(NamedTuple):
    """What a row says of its sheet: in which round it was issued, None on one of an earlier version, and when."""

    round: int | None
    issued: datetime


def mark(cell: str, *, now: datetime) -> Mark:
    """Return what stands under 填报批次. Raises UsageFault where it is none, or of a moment to come."""
    number, dash, moment = cell.partition("-") if re.match(r"[0-9]{1,6}-", cell) else ("", "", cell)
    try:
        issued = datetime.strptime(moment, _ISSUED)  # noqa: DTZ007  with a zone: the form ends in %z
    except ValueError:
        issued = None
    if issued is None or issued > now:
        message = _("that is no round of collection up to now; it stands as it was written, such as {example}")
        raise UsageFault(message.format(example=f"1-{now.strftime(_ISSUED)}"))
    return Mark(int(number) if dash else None, issued)


# Headings -----------------------------------------------------------------------------------------------------------


@cache
def _fields_by_name() -> Mapping[str, Field]:
    called: dict[Field, tuple[str, ...]] = {field: word.names for field, word in _CALLED.items()}
    called |= {field: headings.HEADINGS[column].names for field, column in _LIKE.items()}
    return {headings.fold(name): field for field, names in called.items() for name in names}


_NEVER_HIDDEN: Final = {Field.ID, Field.TITLE, Field.PROGRESS, Field.SUBMIT}
"""The columns by which a sheet is known that lost the hidden ones; no ledger has them together."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the columns of a collection sheet stand, from 0, and the place of its first row of data.

    `why` is where a file of rejected rows says why they were.
    """

    columns: Mapping[Field, int]
    below: int
    why: int | None = None

    def beside(self, cells: Sequence[str]) -> Iterator[str]:
        """Yield the cells of a row that stand in none of the columns."""
        known = {*self.columns.values(), self.why}
        return (cell for place, cell in enumerate(cells) if place not in known)


def find(rows: Sequence[Sequence[str]]) -> Places | None:
    """Return where the columns are, or None where the rows are no collection sheet."""
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        results: dict[Field, int] = {}
        why = None
        for column, cell in enumerate(row):
            if field := _fields_by_name().get(headings.fold(cell)):
                results.setdefault(field, column)
            elif cell and headings.classify(cell) is Column.WHY:
                why = column
        whole = Field.ROUND in results and {Field.UID, Field.ID} & results.keys() and set(INPUT) & results.keys()
        if whole or results.keys() >= _NEVER_HIDDEN:
            return Places(results, place + 1, why)
    return None


def notes_above(cells: Iterable[str]) -> Iterator[str]:
    """Yield what a row above the headings holds besides the title and the note with which a sheet is issued."""
    ours = ("填报表", "collection sheet", *map(str.lower, _CALLED[Field.SUBMIT].names))
    return (cell for cell in cells if not any(word in cell.lower() for word in ours))


# Cells that come back -----------------------------------------------------------------------------------------------


def canonical(column: Field, raw: str, today: date) -> object:
    """Return what a fixed cell says, however a spreadsheet or another language writes it."""
    cell = values.cell_text(raw)
    try:
        if column is Field.DUE:
            return dates.parse_cell(cell, today=today) if cell else None
        if column in {Field.TARGET, Field.REACHED}:
            return values.number(cell) if cell else None
    except UsageFault:
        return cell
    if column in {Field.DEPARTMENT, Field.SUPPORT}:
        return values.items(raw)
    if column is Field.STATUS:
        return vocabulary.STATUS.find(cell) or cell
    return " ".join(cell.split())
