"""One row of a ledger read: what it says of a task, or what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

from pilottask.base import dates, formulas, near, text
from pilottask.base.dates import Deadline
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import number_formats, statuses, units, values
from pilottask.exchange.office.headings import IGNORED, Column, label
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row, where
from pilottask.ledger import fields, vocabulary
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import Department, Every, Need, Number, Status

_Value = TypeVar("_Value")
_Read = Callable[[str], object]
_Kept = Callable[[str], str]

_FIVE_DIGITS: Final = re.compile("[0-9]{5}")
_CENTURY: Final = 20
_SHOWN: Final = 10
_CLOSE: Final = 0.75
_MOST_COMPARED: Final = 30_000
_LONGEST_NAME: Final = 60
_STATUSES_WITH: Final = {
    Column.SUBMITTED: frozenset({Status.SUBMITTED, Status.CLOSED, Status.SUSPENDED, Status.CANCELLED}),
    Column.CLOSED: frozenset({Status.CLOSED}),
    Column.FINISHED: frozenset({Status.SUBMITTED, Status.CLOSED}),
}
"""The statuses in which a task has these dates."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that cannot be taken; `why` says what is wrong with it and what would be right.

    `row`, `line` and `name` are those of `reading.Row`, `column` the heading as it stands in the file.
    """

    row: int
    line: int
    column: str
    value: str
    why: str
    name: str = ""

    def __str__(self) -> str:
        place = self.name or where(self.row, self.line)
        if not self.column:
            return _("{where}: {why}").format(where=place, why=self.why)
        return _("{where}, column {column}: {why}").format(where=place, column=text.safe(self.column), why=self.why)


def some(names: Iterable[object]) -> str:
    """Return the first of these as a message lists them."""
    first = list(map(str, islice(names, _SHOWN + 1)))
    return _(", ").join(first[:_SHOWN]) + ("…" if len(first) > _SHOWN else "")


class Units:
    """The departments by name and alias; blanks and invisible characters make no difference."""

    def __init__(self, departments: tuple[Department, ...]) -> None:
        self._names: dict[str, str] = {}
        for unit in departments:
            for name in (unit.name, *unit.aliases):
                self._names.setdefault(units.fold(name), unit.name)
        self._spelled: dict[str, str] = {}
        self._compared = 0

    def known(self, name: str) -> str | None:
        """Return the name of the department that `name` is the name or an alias of."""
        return self._names.get(units.fold(name))

    def spell(self, name: str) -> str:
        """Return how a new unit is written: as where it was first met."""
        return self._spelled.setdefault(units.fold(name), name)

    def enter(self, name: str) -> bool:
        """Know the name `name` from now on; tell whether that is new."""
        key = units.fold(name)
        if key in self._names:
            return False
        self._names[key] = name
        return True

    def near(self, name: str) -> str | None:
        """Return a known name that may be the same unit as the new one `name`, or None.

        After so many comparisons as a ledger of 250 units takes, nothing is looked for any more.
        """
        others = [known for known in dict.fromkeys(self._names.values()) if known != name]
        self._compared += len(others)
        if self._compared > _MOST_COMPARED or len(name) > _LONGEST_NAME:
            return None
        short = [known for known in others if len(name) > 2 and (name in known or known in name)]  # noqa: PLR2004
        return next(iter(short or near.matches(name, others, most=1, least=_CLOSE)), None)


class Topic(Enum):
    """What is said of rows that were taken otherwise than they stand."""

    LEADS = auto()
    """The first of several units leads."""
    LEVEL = auto()
    """A unit got the level of the one before it."""
    OVERDUE = auto()
    REPORTED = auto()
    PROSE = auto()
    """Progress stands where the status would."""
    UNDATED = auto()
    """Words that name no day stand where the deadline would."""
    YEARLESS = auto()
    """A day stands there without its year."""
    NO_DAY = auto()
    """What stands under a day of entry or of progress is none that has been."""


@dataclass(frozen=True, slots=True)
class Draft:
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
    fields: Mapping[str, object] = field(default_factory=dict)
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
    topics: tuple[tuple[Topic, str], ...] = ()

    @property
    def deadline(self) -> date | None:
        """The deadline of a task that this row enters: the first one where no other is told."""
        return self.due or (None if self.open_ended else self.first_due)


class Reader:
    """Reads the rows of one table: every fault of a row, not only the first, becomes a reject.

    Days without a year are in `year`; numbers count days from 1900 or, with `from_1904`, from then. With `first_lead`,
    of several units that may lead the first one does.
    """

    def __init__(
        self,
        layout: Layout,
        directory: Units,
        *,
        today: date,
        year: int,
        from_1904: bool = False,
        first_lead: bool = False,
    ) -> None:
        self._layout = layout
        self._units = directory
        self._today = today
        self._first_lead = first_lead
        self._year = year
        self._from_1904 = from_1904
        self._read_units: dict[str, tuple[units.Named, ...]] = {}
        self._days: dict[str, tuple[Deadline, bool]] = {}
        self._topics: list[tuple[Topic, str]] = []
        self.led_by_several = 0
        """Rows read so far that are refused because several units may lead."""
        self._given: list[tuple[Column, _Read, _Kept]] = [  # most tables have few of them
            (column, read, kept) for column, read, kept in self._all_fields() if column in layout.columns
        ]

    def read(self, row: Row) -> Draft | tuple[Reject, ...]:
        """Return what `row` says, or what is wrong with it."""
        self._topics = []
        cells = _Cells(row, self._layout)
        title = cells.take(Column.TITLE, _line) or ""
        lead, beside = cells.take(Column.DEPARTMENT, self._lead, kept=values.trimmed) or ("", ())
        cells.check_filled({Column.TITLE: title, Column.DEPARTMENT: lead})
        due, open_ended, words = self._due(cells)
        first_due = cells.take(Column.FIRST_DUE, self._day, kept=values.report_text)
        if open_ended and first_due:
            cells.refuse(Column.FIRST_DUE, _("a task without a deadline has no first one; leave it blank"))
        status, inferred, progress = self._status(cells)
        found = self._fields(cells, beside)
        next_step = cells.take(Column.NEXT, _text, kept=values.report_text)
        noted = self._noted(cells, found, reported=bool(progress or next_step))
        entered, worked = (self._noted(cells, found, column) for column in (Column.CREATED, Column.WORKED))
        if words:
            found[fields.EXTRA + values.DEADLINE_WORDS] = words
        submitted, closed = (self._life_day(cells, column, status) for column in (Column.SUBMITTED, Column.CLOSED))
        finished = self._finished(cells, status, found)
        if status is Status.CLOSED and not submitted and not closed:
            closed = finished  # a submission is not made up of it
        else:
            submitted = submitted or finished
        if submitted and closed and closed < submitted:
            cells.refuse(
                Column.CLOSED,
                _("{closed} is before {submitted}, when it was submitted").format(closed=closed, submitted=submitted),
            )
        draft = Draft(
            row=row,
            title=title,
            department=lead,
            uid=cells.take(Column.UID, _line),
            fields={name: value for name, value in found.items() if value is not None and value != ()},
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
            problems=tuple(
                values.numbered(
                    cells.take(Column.PROBLEM, _problems) or (),
                    cells.take(Column.NEED, _needs) or (),
                )
            ),
            topics=tuple(self._topics),
        )
        return tuple(cells.rejects) or draft

    # Deadlines

    def _due(self, cells: "_Cells") -> tuple[date | None, bool, str | None]:
        """Return the deadline, whether the row says that there is to be none, and words that are more than a day."""
        found = cells.take(Column.DUE, self._deadline, kept=values.report_text) or Deadline()
        if found.words and not found.day:
            self._topics.append((Topic.UNDATED, found.words))
        return found.day, found.open_ended, found.words and values.one_line(found.words)

    def _finished(self, cells: "_Cells", status: Status | None, found: dict[str, object]) -> date | None:
        """Return the day on which the work was done; where it is not done, keep what stands."""
        if status in _STATUSES_WITH[Column.FINISHED]:
            return self._life_day(cells, Column.FINISHED, status)
        if cell := values.report_text(cells.raw(Column.FINISHED)):
            found[fields.EXTRA + cells.name(Column.FINISHED)] = cell
        return None

    def _noted(
        self, cells: "_Cells", found: dict[str, object], column: Column = Column.NOTED, *, reported: bool = True
    ) -> tuple[date, bool] | None:
        """Return the day in a column of days that have been; what is none, or is of nothing, is kept as own column."""
        cell = values.report_text(cells.raw(column))
        if not cell:
            return None
        noted = values.noted(cell, today=self._today) if reported else None
        if noted is None:
            found[fields.EXTRA + cells.name(column)] = cell
            self._topics.append((Topic.NO_DAY, cell))
        return noted

    # Status

    def _status(self, cells: "_Cells") -> tuple[Status | None, bool, str | None]:
        """Return the status, whether that is inferred, and the progress, which may stand where the status would."""
        progress = cells.take(Column.PROGRESS, _text, kept=values.report_text)
        column = Column.STATUS if Column.STATUS in self._layout.columns else Column.PROGRESS
        cell = values.report_text(cells.raw(column))
        if not cell:
            return None, False, progress
        said = statuses.read(cell, asks_done=self._layout.asks_done and column is Column.STATUS)
        if said is not None:
            if said.overdue or said.reported:
                self._topics.append((Topic.OVERDUE if said.overdue else Topic.REPORTED, cell))
            if column is Column.STATUS:
                return said.status, False, progress
            return said.status or Status.DOING, True, progress
        if column is Column.STATUS and not statuses.is_prose(cell):
            cells.refuse(
                Column.STATUS,
                _("{value} is not a status; those are {statuses}; what was done belongs under {progress}").format(
                    value=quote(cell), statuses=vocabulary.STATUS.listed(), progress=quote(label(Column.PROGRESS))
                ),
            )
            return None, False, progress
        self._topics.append((Topic.PROSE, ""))
        if column is Column.STATUS:
            told = cells.take(Column.STATUS, _text)
            progress = "\n".join(dict.fromkeys(filter(None, (told, progress))))
        return Status.DOING, True, progress or None

    def _all_fields(self) -> Iterator[tuple[Column, _Read, _Kept]]:
        """Yield the columns that become the task's field of the same name, and how each is read."""
        readers: dict[Kind, tuple[_Read, _Kept]] = {
            Kind.LINE: (_line, values.report_text),
            Kind.TEXT: (_text, values.cell_text),
            Kind.PERIOD: (_every, values.report_text),
            Kind.TAGS: (_names, values.trimmed),
        }
        for each in fields.EDITED:
            if each.name in {Column.OWNER, Column.LEADER}:
                yield Column(each.name), _person, values.report_text
            elif each.kind in readers and each.name != Column.TITLE:
                yield Column(each.name), *readers[each.kind]

    def _fields(self, cells: "_Cells", beside: tuple[str, ...]) -> dict[str, object]:
        """Return the fields that the row fills; `beside` are the units that stand with the one that leads."""
        found = {column.value: cells.take(column, read, kept=kept) for column, read, kept in self._given}
        supports = [
            name
            for index in (self._layout.columns.get(Column.SUPPORT), *self._layout.supports)
            if index is not None
            for name in cells.take_at(index, self._support) or ()
        ]
        found["support"] = tuple(dict.fromkeys((*beside, *supports)))
        for column in (Column.TARGET, Column.ACTUAL):
            found[column.value] = cells.take(column, lambda cell: self._figure(cell, found), kept=values.report_text)
        return found | cells.own()

    def _figure(self, cell: str, found: dict[str, object]) -> Number:
        """Return the number in a cell; what is counted may stand with it where no other unit is given."""
        number, unit = values.figure(cell)
        if unit and found.setdefault("unit", unit) != unit:
            if found["unit"] is not None:
                raise UsageFault(
                    _("{value} is counted in {unit}, and the row in {other}; correct one of the two").format(
                        value=quote(cell), unit=quote(unit), other=quote(str(found["unit"]))
                    )
                )
            found["unit"] = unit
        return number

    def _day(self, cell: str) -> date | None:
        return self._deadline(cell).day

    def _deadline(self, cell: str) -> Deadline:
        if cell not in self._days:  # rows share their deadlines
            found = self._parsed_in(cell, self._year)
            yearless = found.day is not None and self._parsed_in(cell, self._year + 1).day != found.day
            self._days[cell] = found, yearless
        found, yearless = self._days[cell]
        if yearless:
            self._topics.append((Topic.YEARLESS, ""))
        return found

    def _parsed_in(self, cell: str, year: int) -> Deadline:
        try:
            return dates.parse_deadline(cell, today=self._today, year=year)
        except UsageFault as wrong:
            if counted := _counted(cell, from_1904=self._from_1904):
                raise UsageFault(
                    _(
                        "{value} is no date but a number; if it is {day} as spreadsheets count days, "
                        "let the column be shown as dates, or type it"
                    ).format(value=quote(cell), day=counted)
                ) from None
            raise UsageFault(
                _("{wrong} Right would be 2026-12-15, 12月15日, 2026年12月底前 or 长期坚持.").format(
                    wrong=wrong.message
                )
            ) from None

    def _life_day(self, cells: "_Cells", column: Column, status: Status | None) -> date | None:
        day = cells.take(column, self._day, kept=values.report_text)
        if day is None:
            return None
        if day > self._today:
            cells.refuse(column, _("{day} lies ahead; it takes today or a day before").format(day=day))
        elif (status or Status.TODO) not in _STATUSES_WITH[column]:
            cells.refuse(
                column,
                _("{day} does not go with the status {status}; correct one of the two").format(
                    day=day, status=quote(vocabulary.STATUS.say(status or Status.TODO))
                ),
            )
        return day

    def _lead(self, raw: str) -> tuple[str, tuple[str, ...]]:
        """Return the unit that leads, and those that stand in its cell besides."""
        named = self._named(raw)
        if not named:
            return "", ()
        leads = units.leads(named)
        if len(leads) > 1:
            cell = quote(values.one_line(values.cell_text(raw)))
            if not self._first_lead:
                self.led_by_several += 1
                raise UsageFault(
                    _(
                        "{value} names {count} units; write the one that leads, and the others under {support}, or "
                        "import with --first-lead"
                    ).format(value=cell, count=len(leads), support=quote(label(Column.SUPPORT)))
                )
            self._topics.append((Topic.LEADS, leads[0].name))
        return leads[0].name, tuple(unit.name for unit in named if unit is not leads[0])

    def _support(self, raw: str) -> tuple[str, ...]:
        return tuple(unit.name for unit in self._named(raw))

    def _named(self, raw: str) -> list[units.Named]:
        if raw not in self._read_units:  # rows share their departments
            self._read_units[raw] = units.read(formulas.unguard(raw), self._units.known)
        named = []
        for unit in self._read_units[raw]:
            if unit.written:
                self._topics.append((Topic.LEVEL, f"{unit.written} → {unit.name}"))
            named.append(replace(unit, name=self._units.known(unit.name) or self._units.spell(_line(unit.name))))
        return named


class _Cells:
    """The cells of one row by column, and what is wrong with them."""

    def __init__(self, row: Row, layout: Layout) -> None:
        self._row = row
        self._layout = layout
        self.rejects: list[Reject] = []
        if any(cell.strip() for cell in row.cells[len(layout.names) :]):
            self._reject(
                "",
                "",
                _(
                    "{count} cells under {headings} headings; put a text that holds the delimiter in quotation marks"
                ).format(count=len(row.cells), headings=len(layout.names)),
            )

        for place, why in row.faults.items():
            if place not in {layout.columns.get(column) for column in IGNORED}:
                self._reject(layout.names[place] if place < len(layout.names) else "", "", why)

    def raw(self, column: Column) -> str:
        """Return the cell as it stands in the file, empty where the row or the table ends before."""
        return self._row.at(self._layout.columns.get(column))

    def take(
        self, column: Column, read: Callable[[str], _Value], *, kept: Callable[[str], str] = values.cell_text
    ) -> _Value | None:
        """Return what `read` makes of the cell's text as `kept` gives it, None where it is blank or refused."""
        index = self._layout.columns.get(column)
        return None if index is None else self.take_at(index, read, kept=kept)

    def take_at(
        self, index: int, read: Callable[[str], _Value], *, kept: Callable[[str], str] = values.trimmed
    ) -> _Value | None:
        """Return as `take` does what stands at an index, as where several columns are of one kind."""
        if not (cell := self._row.at(index)) or not (cell := kept(cell)):
            return None
        try:
            return read(cell)
        except UsageFault as wrong:
            self._reject(self._layout.names[index], self._row.at(index), wrong.message)
            return None

    def own(self) -> dict[str, str | None]:
        """Return the own columns as `extra.KEY`."""
        found: dict[str, str | None] = {}
        for key, place in self._layout.own.items():
            if not (cell := values.cell_text(self._row.at(place))):
                continue
            if wrong := text.fault(cell, line=False):
                self._reject(self._layout.names[place], cell, _removed(wrong))
            found[fields.EXTRA + key] = cell
        return found

    def check_filled(self, texts: Mapping[Column, str]) -> None:
        """Refuse a row that lacks one of these, unless what stands there is refused already."""
        for column, given in texts.items():
            refused = any(reject.column == self.name(column) for reject in self.rejects)
            if not refused and not given.strip():
                self.refuse(column, _("empty; every task has a title and one lead department"))

    def refuse(self, column: Column, why: str) -> None:
        """Put a fault of `column` on record."""
        self._reject(self.name(column), self.raw(column), why)

    def name(self, column: Column) -> str:
        """Return the heading of `column`, empty where the table has none."""
        return "" if column not in self._layout.columns else self._layout.names[self._layout.columns[column]]

    def _reject(self, column: str, value: str, why: str) -> None:
        self.rejects.append(Reject(self._row.number, self._row.line, column, value, why, self._row.name))


def _counted(cell: str, *, from_1904: bool) -> date | None:
    """Return the day of this century that spreadsheets keep as the number `cell`, for a person to look at, or None."""
    moment = number_formats.day_of(float(cell), from_1904=from_1904) if _FIVE_DIGITS.fullmatch(cell) else None
    return moment.date() if moment and moment.year // 100 == _CENTURY else None


def _removed(wrong: str) -> str:
    return _("{wrong}; remove it").format(wrong=wrong)


def _line(cell: str) -> str:
    found = values.one_line(cell)
    if wrong := text.fault(found, line=True):
        raise UsageFault(_removed(wrong))
    return found


def _person(cell: str) -> str:
    return values.person(_line(cell))


def _text(cell: str) -> str:
    if wrong := text.fault(cell, line=False):
        raise UsageFault(_removed(wrong))
    return cell


@lru_cache  # rows share their departments
def _names(raw: str) -> tuple[str, ...]:
    return tuple(_line(name) for name in values.items(raw))


def _every(cell: str) -> Every:
    if found := vocabulary.EVERY.find(cell):
        return found
    raise UsageFault(
        _("{value} is not a period; those are {periods}").format(value=quote(cell), periods=vocabulary.EVERY.listed())
    )


def _problems(cell: str) -> tuple[values.Item, ...]:
    return values.problems(_text(cell))


def _needs(cell: str) -> tuple[values.Item, ...]:
    return values.problems(_text(cell), need=Need.OTHER)
