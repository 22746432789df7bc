"""One row of a ledger read: what it says of a task, or what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

from pilottask.base import dates, text
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import values
from pilottask.exchange.office.headings import IGNORED, Column, Layout, label
from pilottask.exchange.office.reading import Row
from pilottask.ledger import fields, vocabulary
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import Department, Every, Need, Status

_Value = TypeVar("_Value")
_Read = Callable[[str], object]
_Kept = Callable[[str], str]

_FIVE_DIGITS: Final = re.compile("[0-9]{5}")
_DAY_ZERO: Final = date(1899, 12, 30)
_CENTURY: Final = 20
_SHOWN: Final = 10
_STATUSES_WITH: Final = {
    Column.SUBMITTED: frozenset({Status.SUBMITTED, Status.CLOSED, Status.SUSPENDED, Status.CANCELLED}),
    Column.CLOSED: frozenset({Status.CLOSED}),
}
"""The statuses in which a task has these dates."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell that cannot be taken; `why` says what is wrong with it and what would be right.

    `row` and `line` are those of `reading.Row`, `column` the heading as it stands in the file.
    """

    row: int
    line: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        place = where(self.row, self.line)
        if not self.column:
            return _("{where}: {why}").format(where=place, why=self.why)
        return _("{where}, column {column}: {why}").format(where=place, column=text.safe(self.column), why=self.why)


def where(row: int, line: int) -> str:
    """Return how a message names a row: as a spreadsheet counts, and by line where that is another number."""
    if row == line:
        return _("row {row}").format(row=row)
    return _("row {row} (line {line})").format(row=row, line=line)


def some(names: Iterable[object]) -> str:
    """Return the first of these as a message lists them."""
    first = list(map(str, islice(names, _SHOWN + 1)))
    return _(", ").join(first[:_SHOWN]) + ("…" if len(first) > _SHOWN else "")


class Units:
    """The departments by name and alias."""

    def __init__(self, departments: tuple[Department, ...]) -> None:
        self._names: dict[str, str] = {}
        for unit in departments:
            for name in (unit.name, *unit.aliases):
                self._names.setdefault(name, unit.name)

    def known(self, name: str) -> str | None:
        """Return the name of the department that `name`, exactly, is the name or an alias of."""
        return self._names.get(name)

    def enter(self, name: str) -> bool:
        """Know the name `name` from now on; tell whether that is new."""
        if name in self._names:
            return False
        self._names[name] = name
        return True


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row says. Blank cells are None or absent: they say nothing.

    `fields` holds values of the task's fields by name, own columns as `extra.KEY`. `open_ended` is set where the
    row says in words that there is to be no deadline; `due` is blank in ledgers that only note a moved one there.
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
    progress: str | None = None
    next_step: str | None = None
    problems: tuple[values.Item, ...] = ()

    @property
    def deadline(self) -> date | None:
        """The deadline of a task that this row enters: the first one where no other is told."""
        return self.due or (None if self.open_ended else self.first_due)


class Reader:
    """Reads the rows of one table: every fault of a row, not only the first, becomes a reject."""

    def __init__(self, layout: Layout, units: Units, *, today: date) -> None:
        self._layout = layout
        self._units = units
        self._today = today
        self._days: dict[str, date | None] = {}
        self._given: list[tuple[Column, _Read, _Kept]] = [  # most tables have few of them
            (column, read, kept) for column, read, kept in self._all_fields() if column in layout.columns
        ]

    def read(self, row: Row) -> Draft | tuple[Reject, ...]:
        """Return what `row` says, or what is wrong with it."""
        cells = _Cells(row, self._layout)
        title = cells.take(Column.TITLE, _line) or ""
        lead = cells.take(Column.DEPARTMENT, self._lead, kept=values.trimmed) or ""
        cells.check_filled()
        due = cells.take(Column.DUE, self._day, kept=values.report_text)
        first_due = cells.take(Column.FIRST_DUE, self._day, kept=values.report_text)
        open_ended = due is None and bool(values.report_text(cells.raw(Column.DUE)))
        if open_ended and first_due:
            cells.refuse(Column.FIRST_DUE, _("a task without a deadline has no first one; leave it blank"))
        status = cells.take(Column.STATUS, _status)
        submitted, closed = (self._life_day(cells, column, status) for column in (Column.SUBMITTED, Column.CLOSED))
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
            fields=self._fields(cells),
            due=due,
            open_ended=open_ended,
            first_due=first_due,
            status=status,
            submitted=submitted,
            closed=closed,
            progress=cells.take(Column.PROGRESS, _text, kept=values.report_text),
            next_step=cells.take(Column.NEXT, _text, kept=values.report_text),
            problems=tuple(
                values.numbered(
                    cells.take(Column.PROBLEM, _problems) or (),
                    cells.take(Column.NEED, _needs) or (),
                )
            ),
        )
        return tuple(cells.rejects) or draft

    def _all_fields(self) -> Iterator[tuple[Column, _Read, _Kept]]:
        """Yield the columns that become the task's field of the same name, and how each is read."""
        readers: dict[Kind, tuple[_Read, _Kept]] = {
            Kind.LINE: (_line, values.cell_text),
            Kind.TEXT: (_text, values.cell_text),
            Kind.FIGURE: (values.number, values.report_text),
            Kind.PERIOD: (_every, values.cell_text),
            Kind.UNITS: (self._support, values.trimmed),
            Kind.TAGS: (_names, values.trimmed),
        }
        for each in fields.EDITED:
            if each.kind in readers and each.name != Column.TITLE:
                yield Column(each.name), *readers[each.kind]

    def _fields(self, cells: "_Cells") -> dict[str, object]:
        found = {column.value: cells.take(column, read, kept=kept) for column, read, kept in self._given}
        found |= cells.own()
        return {name: value for name, value in found.items() if value is not None and value != ()}

    def _day(self, cell: str) -> date | None:
        if cell not in self._days:  # rows share their deadlines
            self._days[cell] = self._parsed_day(cell)
        return self._days[cell]

    def _parsed_day(self, cell: str) -> date | None:
        try:
            return dates.parse_cell(cell, today=self._today)
        except UsageFault as wrong:
            if counted := _counted(cell):
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

    def _lead(self, raw: str) -> str | None:
        cell = values.cell_text(raw)
        for whole in (values.one_line(cell), "".join(cell.split())):
            if known := self._units.known(whole):
                return known
        names = _names(raw)
        if len(names) > 1:
            raise UsageFault(
                _("{value} names {count} units; write the one that leads, and the others under {support}").format(
                    value=quote(values.one_line(cell)), count=len(names), support=quote(label(Column.SUPPORT))
                )
            )
        return self._units.known(names[0]) or names[0] if names else None

    def _support(self, raw: str) -> tuple[str, ...]:
        if known := self._units.known(values.one_line(values.cell_text(raw))):
            return (known,)
        return tuple(dict.fromkeys(self._units.known(name) or name for name in _names(raw)))


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
        if not (cell := self.raw(column)) or not (cell := kept(cell)):
            return None
        try:
            return read(cell)
        except UsageFault as wrong:
            self.refuse(column, wrong.message)
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

    def check_filled(self) -> None:
        """Refuse a row without title or lead, unless what stands there is refused already."""
        for column in (Column.TITLE, Column.DEPARTMENT):
            refused = any(reject.column == self._name(column) for reject in self.rejects)
            if not refused and not self._filled(column):
                self.refuse(column, _("empty; every task has a title and one lead department"))

    def _filled(self, column: Column) -> bool:
        raw = self.raw(column)
        return bool(_names(raw)) if column is Column.DEPARTMENT else bool(values.cell_text(raw).strip())

    def refuse(self, column: Column, why: str) -> None:
        """Put a fault of `column` on record."""
        self._reject(self._name(column), self.raw(column), why)

    def _name(self, column: Column) -> str:
        return self._layout.names[self._layout.columns[column]]

    def _reject(self, column: str, value: str, why: str) -> None:
        self.rejects.append(Reject(self._row.number, self._row.line, column, value, why))


def _counted(cell: str) -> date | None:
    """Return the day of this century that spreadsheets keep as the number `cell`, for a person to look at, or None."""
    day = _DAY_ZERO + timedelta(days=int(cell)) if _FIVE_DIGITS.fullmatch(cell) else _DAY_ZERO
    return day if day.year // 100 == _CENTURY else None


def _removed(wrong: str) -> str:
    return _("{wrong}; remove it").format(wrong=wrong)


def _line(cell: str) -> str:
    found = values.one_line(cell)
    if wrong := text.fault(found, line=True):
        raise UsageFault(_removed(wrong))
    return found


def _text(cell: str) -> str:
    if wrong := text.fault(cell, line=False):
        raise UsageFault(_removed(wrong))
    return cell


@lru_cache  # rows share their departments
def _names(raw: str) -> tuple[str, ...]:
    return tuple(_line(name) for name in values.items(raw))


def _status(cell: str) -> Status:
    if found := vocabulary.STATUS.find(cell):
        return found
    raise UsageFault(
        _("{value} is not a status; those are {statuses}; what was done belongs under {progress}").format(
            value=quote(cell), statuses=vocabulary.STATUS.listed(), progress=quote(label(Column.PROGRESS))
        )
    )


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
