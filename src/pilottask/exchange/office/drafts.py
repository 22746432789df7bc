"""One row of a ledger read: what it says of a task, or what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

from msgspec import Struct

from pilottask.base import dates, formulas, text
from pilottask.base.dates import Deadline
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import N_, _, ngettext
from pilottask.base.text import quote
from pilottask.exchange.office import number_formats, stages, statuses, units, values
from pilottask.exchange.office.headings import IGNORED, Column, label
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.row_cells import Reject, RowCells, check_text
from pilottask.exchange.office.stages import Stage
from pilottask.ledger import fields, vocabulary
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import OPEN, Every, Need, Number, Status

_Found = TypeVar("_Found")
_Read = Callable[[str], object]
_Kept = Callable[[str], str]

_FIVE_DIGITS: Final = re.compile("[0-9]{5}")
_CENTURY: Final = 20
_SHOWN: Final = 10
_ASKED: Final = re.compile("(?:是|[需须]要?|要|有|[√✓✔]|[需须]?(?:提请)?协调|提请|y|yes)。?")
_NOT_ASKED: Final = re.compile(
    "(?:否|不|[×✗✘]|(?:暂时?)?(?:无|不|未|没有)[需须]?要?(?:提请|提交)?(?:协调)?(?:解决)?的?(?:问题|事项)?|n|no)。?"
)
_STATUSES_WITH: Final = {
    Column.SUBMITTED: frozenset({Status.SUBMITTED, Status.CLOSED, Status.SUSPENDED, Status.CANCELLED}),
    Column.CLOSED: frozenset({Status.CLOSED}),
    Column.FINISHED: frozenset({Status.SUBMITTED, Status.CLOSED}),
}
"""The statuses in which a task has these dates."""
_PROBLEMS: Final = frozenset({Column.PROBLEM, Column.NEED, Column.COORDINATE})


def some(names: Iterable[object]) -> str:
    """Return the first of these as a message lists them."""
    first = list(map(str, islice(names, _SHOWN + 1)))
    return _(", ").join(first[:_SHOWN]) + ("…" if len(first) > _SHOWN else "")


def counted(rows: Sequence[object], one: str, many: str, **values: object) -> Iterator[str]:
    """Yield what a message says of so many rows or tasks, if there are any, naming the first of them."""
    if rows:
        told = some(rows)
        yield ngettext(one, many, len(rows)).format(count=len(rows), rows=told, ids=told, **values)


class Topic(StrEnum):
    """What is said of rows that were taken otherwise than they stand, in the order in which it is said."""

    LEADS = N_("row {row}: {department} leads, as the first of several")
    LEVEL = N_("units taken with the level of the one before: {units}")
    YEARLESS = N_("days without a year are taken in {year}")
    OVERDUE = N_("that a task is overdue is no status, it follows from the deadline: row {rows}")
    REPORTED = N_("what was reported is not said to be done, and taken as under way: row {rows}")
    PROSE = N_("progress stands where the status would, and the task is taken as under way: row {rows}")
    REACHED = N_("something is reached and no status given, and the task is taken as under way: row {rows}")
    NO_DAY = N_("no day that has been, or no progress beside it, and kept under its heading: row {rows}")
    STAGES = N_("several days are taken as steps, and the last one as the deadline: row {rows}")
    NO_STAGES = N_("what stands under the steps names no days of them, and is kept as it is: row {rows}")
    LATE_STEPS = N_("steps end after their task: row {rows}")
    WORDS = N_("more than a day is named, and the words are kept as {column}: row {rows}")
    UNDATED = N_("no day is named, and the words are kept as {column}: row {rows}")


@dataclass(frozen=True, slots=True)
class Report:
    """Progress of a period that began on `first`, on the day from which on it is known: its last, or today."""

    text: str
    first: date
    day: date
    imported: bool


class Draft(Struct, frozen=True):
    """What a row says. Blank cells are None or absent: they say nothing.

    `fields` holds values of the task's fields by name, own columns as `extra.KEY`. `open_ended` is set where the
    row says in words that there is to be no deadline; `due` is blank in ledgers that only note a moved one there.
    `noted` is the day of the progress, and whether it is only that on which another file brought it.
    `worked` is the day of the last sign of work. `inferred` is set where no word says the status; `topics` are what is
    to be said of the row, each with its subject.
    """

    row: Row
    title: str
    department: str
    uid: str | None = None
    fields: Mapping[str, object] = {}
    due: date | None = None
    open_ended: bool = False
    first_due: date | None = None
    status: Status | None = None
    submitted: date | None = None
    closed: date | None = None
    inferred: bool = False
    progress: str | None = None
    noted: tuple[date, bool] | None = None
    worked: date | None = None
    created: date | None = None
    next_step: str | None = None
    problems: tuple[values.Item, ...] = ()
    steps: tuple[Stage, ...] = ()
    reports: tuple[Report, ...] = ()
    topics: tuple[tuple[Topic, str], ...] = ()

    @property
    def deadline(self) -> date | None:
        """The deadline of a task that this row enters: the first one where no other is told."""
        return self.due or (None if self.open_ended else self.first_due)


@dataclass(eq=False)
class Reader:
    """Reads the rows of one table: every fault of a row, not only the first, becomes a reject.

    Days without a year are in `year`; numbers count days from 1900 or, with `from_1904`, from then. With `first_lead`,
    of several units that may lead the first one does; `lead` does where a row names none.
    """

    layout: Layout
    directory: units.Directory
    _: KW_ONLY
    today: date
    year: int
    from_1904: bool = False
    first_lead: bool = False
    lead: str = ""
    led_by_several: list[str] = field(default_factory=list)
    """Cells read so far that are refused because several units may lead."""

    def __post_init__(self) -> None:
        self._topics: list[tuple[Topic, str]] = []
        self._steps: list[Stage] = []
        self._unit_names, self._lead_of = self._once(self._units_in), self._once(self._lead)
        self._due_of, self._day_of = self._once(self._deadline_or_stages), self._once(self._day)
        columns = self.layout.columns
        self._given = [(each.value, columns[each], *how) for each, how in _FIELDS.items() if each in columns]
        supports = (columns.get(Column.SUPPORT), *self.layout.supports)
        self._supports = [index for index in supports if index is not None]

    def _once(self, read: Callable[[str], _Found]) -> Callable[[str], _Found]:
        """Return `read`, made to read each cell once, as rows share many: what it notes is noted for each row."""
        known: dict[str, tuple[_Found, Sequence[tuple[Topic, str]], Sequence[Stage]]] = {}

        def read_once(cell: str) -> _Found:
            if result := known.get(cell):
                self._topics += result[1]
                self._steps += result[2]
                return result[0]
            topics, steps = len(self._topics), len(self._steps)
            value = read(cell)
            known[cell] = value, self._topics[topics:], self._steps[steps:]
            return value

        return read_once

    def read(self, row: Row) -> Draft | tuple[Reject, ...]:
        """Return what `row` says, or what is wrong with it."""
        self._topics, self._steps = [], []
        cells = RowCells(row, self.layout.columns, self.layout.names)
        self._refuse_unread(cells, row)
        title = cells.take(Column.TITLE, _line, values.cell_text) or ""
        lead, beside = cells.take(Column.DEPARTMENT, self._lead_of, values.trim) or ("", ())
        lead = lead or self.lead
        for column, given in ((Column.TITLE, title), (Column.DEPARTMENT, lead)):
            if text.is_blank(given) and not any(reject.column == cells.name(column) for reject in cells.rejects):
                cells.refuse(column, _("empty; every task has a title and one lead department"))
        due, open_ended, words = self._due(cells)
        first_due = cells.take(Column.FIRST_DUE, self._day_of)
        if open_ended and first_due:
            cells.refuse(Column.FIRST_DUE, _("a task without a deadline has no first one; leave it blank"))
        status, inferred, progress = self._status(cells)
        result = self._fields(cells, beside)
        self._list_steps(cells, result, due)
        reports = self._reports(cells, result, due) if self.layout.periods else ()
        if status is None and (reports or result.get("actual")):
            status, inferred = Status.DOING, True
            if not reports:
                self._topics.append((Topic.REACHED, ""))
        next_step = cells.take(Column.NEXT, check_text)
        noted = self._past_day(cells, result, reported=bool(progress or next_step))
        entered, worked = self._past_day(cells, result, Column.CREATED), self._past_day(cells, result, Column.WORKED)
        if words:
            result[fields.EXTRA + values.DEADLINE_WORDS] = words
        submitted, closed = self._life_days(cells, status, result)
        draft = Draft(
            row=row,
            title=title,
            department=lead,
            uid=cells.take(Column.UID, _line, values.cell_text),
            fields=result,
            due=due,
            open_ended=open_ended,
            first_due=first_due,
            status=status,
            submitted=submitted,
            closed=closed,
            inferred=inferred,
            progress=progress,
            noted=noted,
            worked=worked and worked[0],
            created=entered and entered[0],
            next_step=next_step,
            problems=() if _PROBLEMS.isdisjoint(cells.filled) else tuple(_problem_items(cells)),
            steps=tuple(self._steps),
            reports=reports,
            topics=tuple(self._topics),
        )
        return tuple(cells.rejects) or draft

    def _refuse_unread(self, cells: RowCells[Column], row: Row) -> None:
        """Refuse cells under no heading, and those that cannot be read."""
        names = self.layout.names
        if len(row.cells) > len(names) and any(cell.strip() for cell in row.cells[len(names) :]):
            why = _("{count} cells under {headings} headings; put a text that holds the delimiter in quotation marks")
            cells.reject("", "", why.format(count=len(row.cells), headings=len(names)))
        for place, why in row.faults.items():
            if place not in {self.layout.columns.get(column) for column in IGNORED}:
                cells.reject(names[place] if place < len(names) else "", "", why)

    # Deadlines

    def _due(self, cells: RowCells[Column]) -> tuple[date | None, bool, str | None]:
        """Return the deadline, whether the row says that there is to be none, and words that are more than a day."""
        result = cells.take(Column.DUE, self._due_of) or Deadline()
        if result.words:
            self._topics.append((Topic.WORDS, "") if result.day else (Topic.UNDATED, result.words))
        return result.day, result.open_ended, result.words and values.one_line(result.words)

    def _deadline_or_stages(self, cell: str) -> Deadline:
        """Return the deadline; of several days that each say what is due by them, the last one, all being steps."""
        try:
            return self._deadline(cell)
        except UsageFault:
            if result := self._stages(cell):
                self._topics.append((Topic.STAGES, ""))
                return Deadline(day=result[-1].due)
            if (day := self._in_year(lambda year: stages.single(cell, today=self.today, year=year))) is None:
                raise
        return Deadline(day=day, words=cell)

    def _stages(self, cell: str, least: int = 2) -> tuple[Stage, ...]:
        """Return the stages that a cell names, which are steps of the task from now on."""
        result = self._in_year(lambda year: stages.read(cell, today=self.today, year=year, least=least))
        self._steps += result
        return result

    def _in_year(self, read: Callable[[int], _Found]) -> _Found:
        """Return what is read in the year of the file; it is told where another year would make another day of it."""
        result = read(self.year)
        try:
            same = not result or read(self.year + 1) == result
        except UsageFault:  # 29 February
            same = False
        if not same:
            self._topics.append((Topic.YEARLESS, ""))
        return result

    # Steps and periods

    def _list_steps(self, cells: RowCells[Column], found: dict[str, object], due: date | None) -> None:
        """Take the steps of their own column; what names no days of them is kept there."""
        read = cells.take(Column.STEP, lambda cell: (check_text(cell), stages.read_list(cell)))
        if read is None:
            return
        told, written = read
        if written:
            self._steps += written
            if ahead := [step.done for step in written if step.done and step.done > self.today]:
                cells.refuse(Column.STEP, _("{day} lies ahead; it takes today or a day before").format(day=ahead[0]))
            if due is not None and any(step.due > due for step in written):
                self._topics.append((Topic.LATE_STEPS, ""))
            return
        listed = self._stages(told, least=1)
        if not listed:
            found[fields.EXTRA + cells.name(Column.STEP)] = told
            self._topics.append((Topic.NO_STAGES, ""))
        elif due is not None and listed[-1].due > due:
            why = _("{day} lies after the deadline {due}; correct one of the two")
            cells.refuse(Column.STEP, why.format(day=listed[-1].due, due=due))

    def _reports(self, cells: RowCells[Column], found: dict[str, object], due: date | None) -> tuple[Report, ...]:
        """Return the progress under periods, and take what is planned there for steps."""
        reports = []
        for index, each in self.layout.periods.items():
            if (told := cells.take_at(index, check_text)) is None:
                continue
            if each.year is None:
                self._topics.append((Topic.YEARLESS, ""))
            first, last = each.days(self.year)
            if each.column is Column.PROGRESS and first <= self.today:
                day = min(last, self.today)
                reports.append(Report(told, first, day, imported=day < last))
            elif each.column is Column.PROGRESS:
                found[fields.EXTRA + self.layout.names[index]] = told
                self._topics.append((Topic.NO_DAY, told))
            elif due is None or first <= due:
                unit = found.get("unit")
                self._steps.append(stages.stage(told, min(last, due or last), unit if isinstance(unit, str) else None))
            else:
                why = _("it begins on {day}, after the deadline {due}; correct one of the two")
                cells.refuse_at(index, why.format(day=first, due=due))
        for report in reports:  # 一季度完成情况: 已完成
            if (said := statuses.read(report.text)) and said.status is Status.CLOSED:
                self._steps = [
                    replace(step, done=step.due) if report.first <= step.due <= report.day else step
                    for step in self._steps
                ]
        return tuple(reports)

    def _life_days(
        self, cells: RowCells[Column], status: Status | None, found: dict[str, object]
    ) -> tuple[date | None, date | None]:
        """Return the days on which the task was submitted and closed."""
        if _STATUSES_WITH.keys().isdisjoint(cells.filled):
            return None, None
        submitted, closed = (self._life_day(cells, column, status) for column in (Column.SUBMITTED, Column.CLOSED))
        finished = self._finish_day(cells, status, found)
        if status is Status.CLOSED and not submitted and not closed:
            closed = finished  # a submission is not made up of it
        else:
            submitted = submitted or finished
        if submitted and closed and closed < submitted:
            why = _("{closed} is before {submitted}, when it was submitted")
            cells.refuse(Column.CLOSED, why.format(closed=closed, submitted=submitted))
        return submitted, closed

    def _finish_day(self, cells: RowCells[Column], status: Status | None, found: dict[str, object]) -> date | None:
        """Return the day on which the work was done; where it is not done, keep what stands."""
        if status in _STATUSES_WITH[Column.FINISHED]:
            return self._life_day(cells, Column.FINISHED, status)
        if cell := cells.text(Column.FINISHED):
            found[fields.EXTRA + cells.name(Column.FINISHED)] = cell
        return None

    def _past_day(
        self, cells: RowCells[Column], found: dict[str, object], column: Column = Column.NOTED, *, reported: bool = True
    ) -> tuple[date, bool] | None:
        """Return the day in a column of days that have been; what is none, or is of nothing, is kept as own column."""
        cell = cells.text(column)
        if not cell:
            return None
        noted = values.note_day(cell, today=self.today) if reported else None
        if noted is None:
            found[fields.EXTRA + cells.name(column)] = cell
            self._topics.append((Topic.NO_DAY, cell))
        return noted

    # Status

    def _status(self, cells: RowCells[Column]) -> tuple[Status | None, bool, str | None]:
        """Return the status, whether that is inferred, and the progress, which may stand where the status would."""
        progress = cells.take(Column.PROGRESS, check_text)
        of_status = Column.STATUS in self.layout.columns
        cell = cells.text(Column.STATUS if of_status else Column.PROGRESS)
        if not cell:
            return None, False, progress
        said = statuses.read(cell, asks_done=self.layout.asks_done and of_status)
        if said is None and of_status and not statuses.is_prose(cell):
            why = _("{value} is not a status; those are {statuses}; what was done belongs under {progress}").format(
                value=quote(cell), statuses=vocabulary.STATUS.in_words(), progress=quote(label(Column.PROGRESS))
            )
            cells.refuse(Column.STATUS, why)
            return None, False, progress
        if said and (said.overdue or said.reported):
            self._topics.append((Topic.OVERDUE if said.overdue else Topic.REPORTED, cell))
        if said is None or (of_status and statuses.tells_more(cell, said.status)):
            self._topics.append((Topic.PROSE, ""))
            told = cells.take(Column.STATUS, check_text) if of_status else None
            progress = "\n".join(dict.fromkeys(filter(None, (told, progress)))) or None
        if said and of_status:
            return said.status, False, progress
        return (said and said.status) or Status.DOING, True, progress

    def _fields(self, cells: RowCells[Column], beside: tuple[str, ...]) -> dict[str, object]:
        """Return the fields that the row fills; `beside` are the units that stand with the one that leads."""
        results: dict[str, object] = {}
        for name, index, read, kept in self._given:
            if value := cells.take_at(index, read, kept):
                results[name] = value
        named = (cells.take_at(index, self._unit_names, values.trim) or () for index in self._supports)
        supports = [unit.name for units_there in named for unit in units_there]
        if beside or supports:
            results["support"] = tuple(dict.fromkeys((*beside, *supports)))
        for column in (Column.TARGET, Column.ACTUAL):
            number = cells.take(column, lambda cell: self._figure(cell, results))
            if number is not None:
                results[column.value] = number
        for key, index in self.layout.own.items():
            if cell := cells.take_at(index, check_text, values.cell_text):
                results[fields.EXTRA + key] = cell
        return results

    def _figure(self, cell: str, found: dict[str, object]) -> Number:
        """Return the number in a cell; what is counted may stand with it where no other unit is given."""
        number, unit = values.figure(cell)
        if unit and found.setdefault("unit", unit) != unit:
            message = _("{value} is counted in {unit}, and the row in {other}; correct one of the two")
            raise UsageFault(message.format(value=quote(cell), unit=quote(unit), other=quote(str(found["unit"]))))
        return number

    def _day(self, cell: str) -> date | None:
        return self._deadline(cell).day

    def _deadline(self, cell: str) -> Deadline:
        try:
            return self._in_year(lambda year: dates.parse_deadline(cell, today=self.today, year=year))
        except UsageFault as wrong:
            if meant := _counted_day(cell, from_1904=self.from_1904):
                message = _(
                    "{value} is no date but a number; if it is {day} as spreadsheets count days, "
                    "let the column be shown as dates, or type it"
                ).format(value=quote(cell), day=meant)
                raise UsageFault(message) from None
            message = _("{wrong} Right would be 2026-12-15, 12月15日, 2026年12月底前 or 长期坚持.")
            raise UsageFault(message.format(wrong=wrong.message)) from None

    def _life_day(self, cells: RowCells[Column], column: Column, status: Status | None) -> date | None:
        day = cells.take(column, self._day_of)
        if day is None:
            return None
        why, status = None, status or Status.TODO
        if day > self.today:
            why = _("{day} lies ahead; it takes today or a day before").format(day=day)
        elif status not in _STATUSES_WITH[column]:
            message = _("{day} does not go with the status {status}; correct one of the two")
            why = message.format(day=day, status=quote(vocabulary.STATUS.say(status)))
        if why and column is Column.CLOSED and status in OPEN and Column.DUE not in self.layout.columns:
            message = _("{why}; where it is the deadline, import with --map {heading}={field}")
            why = message.format(why=why, heading=text.safe(cells.name(column)), field=Column.DUE.value)
        if why:
            cells.refuse(column, why)
        return day

    def _lead(self, raw: str) -> tuple[str, tuple[str, ...]]:
        """Return the unit that leads, and those that stand in its cell besides."""
        named = self._units_in(raw)
        if not named:
            return "", ()
        first, *others = units.leads(named)
        if others:
            one = not units.is_collective(first.name) and all(units.is_collective(unit.name) for unit in others)
            if not one and not (self.first_lead or self.layout.first_lead):
                self.led_by_several.append(values.one_line(values.cell_text(raw)))
                message = _(
                    "{value} names {count} units; write the one that leads, and the others under {support}, or "
                    "import with --first-lead"
                ).format(
                    value=quote(self.led_by_several[-1]), count=1 + len(others), support=quote(label(Column.SUPPORT))
                )
                raise UsageFault(message)
            self._topics.append((Topic.LEADS, first.name))
        return first.name, tuple(unit.name for unit in named if unit is not first)

    def _units_in(self, raw: str) -> list[units.Named]:
        named = [
            replace(unit, name=self.directory.known(unit.name) or self.directory.spell(_line(unit.name)))
            for unit in units.read(formulas.unguard(raw), self.directory.known)
        ]
        self._topics += [(Topic.LEVEL, f"{unit.written} → {unit.name}") for unit in named if unit.written]
        return named


def _counted_day(cell: str, *, from_1904: bool) -> date | None:
    """Return the day of this century that spreadsheets keep as the number `cell`, for a person to look at, or None."""
    moment = number_formats.day_of(float(cell), from_1904=from_1904) if _FIVE_DIGITS.fullmatch(cell) else None
    return moment.date() if moment and moment.year // 100 == _CENTURY else None


def _line(cell: str) -> str:
    return check_text(values.one_line(cell), line=True)


@lru_cache  # rows share their people
def _person(cell: str) -> str:
    return values.person(_line(cell))


@lru_cache  # rows share their departments
def _names(raw: str) -> tuple[str, ...]:
    return tuple(_line(name) for name in values.items(raw))


def _every(cell: str) -> Every:
    if result := vocabulary.EVERY.find(cell):
        return result
    message = _("{value} is not a period; those are {periods}")
    raise UsageFault(message.format(value=quote(cell), periods=vocabulary.EVERY.in_words()))


_READERS: Final[Mapping[Kind, tuple[_Read, _Kept]]] = {
    Kind.LINE: (_line, values.report_text),
    Kind.TEXT: (check_text, values.cell_text),
    Kind.PERIOD: (_every, values.report_text),
    Kind.TAGS: (_names, values.trim),
}
_PEOPLE: Final = {Column.OWNER.value, Column.LEADER.value}
_FIELDS: Final = {
    Column(each.name): (_person, values.report_text) if each.name in _PEOPLE else _READERS[each.kind]
    for each in fields.EDITED
    if each.kind in _READERS and each.name != Column.TITLE
}
"""The columns that become the task's field of the same name, and how each is read."""


def _problem_items(cells: RowCells[Column]) -> Iterator[values.Item]:
    """Yield the problems of a row; where it asks for coordination without saying of what, all of them ask for it."""
    problems = cells.take(Column.PROBLEM, lambda cell: values.problems(check_text(cell))) or ()
    needed = cells.take(Column.NEED, lambda cell: values.problems(check_text(cell), need=Need.OTHER)) or ()
    asks, asked = cells.take(Column.COORDINATE, _coordination) or (False, ())
    if not (problems or needed or asks or asked):
        return
    wanted, known = ({item.text for item in items} for items in (asked, (*problems, *needed)))
    items = values.by_number([*problems, *(item for item in asked if item.text not in known)], needed)
    if asks and not items:
        items = [values.Item(1, label(Column.COORDINATE))]
    for item in items:
        yield replace(item, coordinate=item.coordinate or asks or item.text in wanted)


def _coordination(cell: str) -> tuple[bool, tuple[values.Item, ...]]:
    """Return whether a cell only says that coordination is asked for (是), and for what it says that it is."""
    if _NOT_ASKED.fullmatch(cell.casefold()):
        return False, ()
    if _ASKED.fullmatch(cell.casefold()):
        return True, ()
    return False, values.problems(check_text(re.sub("^是[,，:：;；、]", "", cell)))
