"""Sentences, days and tables that sheet, slips and agenda have in common."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from string import ascii_lowercase
from typing import Final, Generic, NamedTuple, TypeVar

from pilottask.base import periods
from pilottask.base.i18n import Lang, _, language, ngettext, pgettext
from pilottask.base.text import NUMERALS
from pilottask.base.width import fold, width
from pilottask.ledger import history, lights, vocabulary, wording
from pilottask.ledger.history import StepNow
from pilottask.ledger.lights import Light
from pilottask.ledger.records import Chase, Instruction, Need, Note, Raise, Status, Task
from pilottask.paper.document import (
    NOTHING,
    Align,
    Block,
    Card,
    Cell,
    Column,
    Field,
    Paragraph,
    Subheading,
    Table,
    with_places,
)

# Words and sentences


def step_columns(today: date) -> "Sequence[ColumnOf[StepNow]]":
    """Return the columns of steps that are late."""

    def late(step: StepNow) -> str:
        return wording.count_of_days((today - step.due).days)

    return (
        column(pgettext("step", "Step"), 22, lambda step: step.text),
        column(pgettext("step", "By"), 10, lambda step: step.due.isoformat(), Align.CENTER),
        column(pgettext("sheet", "Late"), 8, late, Align.RIGHT),
    )


def instruction_table(caption: str, listed: Sequence[Instruction], *, today: date) -> Table:
    """Return a table of instructions that are late."""

    def reply_by(one: Instruction) -> str:
        return one.reply_by.isoformat() if one.reply_by else NOTHING

    def late(one: Instruction) -> str:
        return wording.count_of_days((today - one.reply_by).days) if one.reply_by else NOTHING

    return table(
        caption,
        listed,
        (
            column(pgettext("sheet", "No."), 4, lambda one: str(one.n), Align.RIGHT),
            column(pgettext("sheet", "Leader"), 10, lambda one: one.leader),
            column(pgettext("sheet", "Instruction"), 30, lambda one: one.text),
            column(pgettext("sheet", "Task"), 6, lambda one: str(one.task or NOTHING), Align.RIGHT),
            column(pgettext("sheet", "Reply by"), 10, reply_by, Align.CENTER),
            column(pgettext("sheet", "Late"), 8, late, Align.RIGHT),
        ),
    )


def section_numeral(index: int) -> str:
    """Return what stands before what is first in rank, at `index` from 0: 一、 or 1."""
    return _("{numeral}. ").format(numeral=_numeral(index))


def second(index: int, text: str) -> str:
    """Return what is second in rank, at `index` from 0, with its numeral: （一）按牵头单位, (1) By department."""
    return _("({numeral}) {heading}").format(numeral=_numeral(index), heading=text)


def third(items: Iterable[str]) -> list[str]:
    """Return items that are third in rank with what stands before them: 1． or a."""
    text = pgettext("third in rank", "{mark}. {item}")
    return [text.format(mark=_letter(n) or n + 1, item=item) for n, item in enumerate(items)]


def annex_part(index: int, text: str) -> Subheading:
    """Return the heading of the part of an annex at `index`, from 0; the numbers of each begin anew: 一、按牵头单位."""
    return Subheading(section_numeral(index) + text)


def _numeral(index: int) -> str:
    """Return the numeral of the part at `index`, from 0: 一, 十二."""
    if language() is not Lang.ZH or index >= _MOST_NUMERALS:
        return str(index + 1)
    tens, ones = divmod(index + 1, 10)
    return (NUMERALS[tens] if tens > 1 else "") + "十" * bool(tens) + (NUMERALS[ones] if ones else "")


_MOST_NUMERALS: Final = 99


def _letter(index: int) -> str:
    """Return the letter of the item at `index`, from 0, in a language that counts so: a to z, then aa."""
    if language() is Lang.ZH:
        return ""
    turn, place = divmod(index, len(ascii_lowercase))
    return ascii_lowercase[place] * (turn + 1)


def sentences(parts: Iterable[str]) -> str:
    """Put sentences after each other, with a space between them where the language has one."""
    return ("" if language() is Lang.ZH else " ").join(parts)


def enumeration(items: Sequence[str]) -> str:
    """Return what a sentence says of one task, counted where it is several: 一是, 二是."""
    if len(items) > 1:
        text = pgettext("within a sentence", "({mark}) {item}")
        items = [text.format(mark=_letter(n) or _numeral(n), item=item) for n, item in enumerate(items)]
    return _("; ").join(items)


def brief(text: str, columns: int | None) -> str:
    """Return `text`, or where it is wider than `columns` the clauses at its head that fit, and `…`."""
    if columns is None or width(text) <= columns:
        return text
    kept = fold(text[: columns + 1], columns)[0]
    clauses = re.split(r"(?<=[，。；、,;])", kept)[:-1]
    whole = "".join(clauses)
    return (whole if width(whole) > columns // 2 else kept).rstrip("，。；、,; ") + "…"


def long_day(day: date) -> str:
    """Return a day as prose has it: 2026年11月20日."""
    return _("{year}-{month:02}-{day:02}").format(year=day.year, month=day.month, day=day.day)


def short_day(day: date, *, today: date) -> str:
    """Return a day as prose of `today` has it: 11月20日, and with its year where that is another one."""
    if day.year != today.year:
        return long_day(day)
    return _("{month:02}-{day:02}").format(month=day.month, day=day.day)


def days_from_to(first: date, last: date, *, today: date) -> str:
    """Return a span of days as prose of `today` has it: 10月, 7月至9月, 10月1日至10月20日."""
    if first.year != last.year:
        today = date.min  # so that both have their years
    if first.day == 1 and periods.is_month_end(last):
        ends = [_month(day, today=today) for day in (first, last)]
    else:
        ends = [short_day(day, today=today) for day in (first, last)]
    return ends[0] if ends[0] == ends[1] else _("{first} to {last}").format(first=ends[0], last=ends[1])


def _month(day: date, *, today: date) -> str:
    month = _("month {month:02}") if day.year == today.year else _("{year}-{month:02}")
    return month.format(year=day.year, month=day.month)


STATUS_ORDER: Final = (
    Status.CLOSED,
    Status.SUBMITTED,
    Status.DOING,
    Status.TODO,
    Status.SUSPENDED,
    Status.CANCELLED,
)
"""In which order a sheet counts them: what is done first."""


def status_head(status: Status) -> str:
    """Return what a status is called where a column or sentence begins with it."""
    return vocabulary.STATUS.say(status).capitalize()


def none() -> Paragraph:
    """Return what a section says that has nothing to list."""
    return Paragraph(_("None."))


# A task told in full


def red_card(index: int, task: Task, *, today: date) -> Card:
    """Return all that is to be known of an overdue task."""
    note = history.last_note(task)
    return Card(
        card_heading(index, task, today=today),
        Light.RED,
        (
            Field(pgettext("sheet", "Lead department"), _units(task)),
            Field(pgettext("sheet", "Responsible"), _people(task)),
            Field(pgettext("sheet", "Deadline"), _deadlines(task)),
            *([Field(pgettext("sheet", "Target"), wording.target_reached(task, today=today))] if task.target else []),
            Field(pgettext("sheet", "Last progress"), progress(task, today=today) or _("none reported")),
            Field(pgettext("sheet", "Open problems"), problems(task)),
            Field(pgettext("sheet", "Next step"), (note and note.next) or _("none reported")),
            Field(pgettext("sheet", "Chased"), how_chased(history.chases(task), today=today)),
        ),
    )


def task_label(task: Task) -> str:
    """Return how a sentence names a task: its title, number and department."""
    return _("{title} (no. {id}, {department})").format(title=task.title, id=task.id, department=task.department)


def card_heading(index: int, task: Task, *, today: date) -> str:
    """Return what stands over a task told in full: its place in the list from 0, title, number and how late it is."""
    late = wording.days(lights.days_left(task, today=today) or 0)
    return second(index, _("{title} (no. {id}, {late})").format(title=task.title, id=task.id, late=late))


def _units(task: Task) -> str:
    if not task.support:
        return task.department
    return _("{lead} (with {support})").format(lead=task.department, support=_(", ").join(task.support))


def _people(task: Task) -> str:
    owner = task.owner or _("not named")
    if task.leader is None:
        return owner
    return _("{owner} (leader: {leader})").format(owner=owner, leader=task.leader)


def _deadlines(task: Task) -> str:
    if task.due is None:
        return wording.no_deadline(task)
    if task.first_due is None or task.first_due == task.due:
        return long_day(task.due)
    return _("{due} (at first {first})").format(due=long_day(task.due), first=long_day(task.first_due))


def progress(task: Task, *, today: date) -> str | None:
    """Return what was last reported, with its day, or that on which a file brought it; None where nothing was."""
    note = history.last_note(task, told=True)
    return with_day(note, note.text, today=today) if note else None


def with_day(note: Note, text: str, *, today: date) -> str:
    """Return `text`, what is told of a note, with the note's day, or that on which a file brought it."""
    day = short_day(note.at.date(), today=today)
    return _("{text} ({day})").format(text=text, day=_("taken in {day}").format(day=day) if note.imported else day)


def problems(task: Task) -> str:
    """Return the open problems, a line each, with what they ask for; that there are none, only where some were told."""
    texts = [_problem(one) for one in history.open_matters(task)]
    if not texts:
        return _("none") if history.problems(task) else _("none reported")
    return "\n".join(with_places(texts) if len(texts) > 1 else texts)


def _problem(problem: Raise) -> str:
    asked = wording.need(problem)
    return _("{text} ({day})").format(text=problem.text, day=asked) if asked else problem.text


def how_chased(chases: Sequence[Chase], *, today: date) -> str:
    """Say how often a task was chased, and when last."""
    if not chases:
        return _("not yet")
    last = short_day(chases[-1].at.date(), today=today)
    return ngettext("once, on {day}", "{n} times, last on {day}", len(chases)).format(n=len(chases), day=last)


# Tables

_Row = TypeVar("_Row")


class ColumnOf(NamedTuple, Generic[_Row]):
    """A column of a table, with the cell that a row has in it."""

    column: Column
    cell: Callable[[_Row], Cell | str]

    def of(self, row: _Row) -> Cell:
        """Return the cell of `row`."""
        cell = self.cell(row)
        return Cell(cell) if isinstance(cell, str) else cell


def column(
    label: str, share: int, cell: Callable[[_Row], Cell | str], align: Align = Align.LEFT, *, minor: bool = False
) -> ColumnOf[_Row]:
    """Return a column with its cells; the rest as `Column` has it."""
    return ColumnOf(Column(label, share, align, minor), cell)


def table(caption: str, rows: Iterable[_Row], columns: Sequence[ColumnOf[_Row]], *, total: _Row | None = None) -> Table:
    """Return a table of `rows`, `total` standing last."""
    return Table(
        caption,
        tuple(one.column for one in columns),
        tuple(tuple(one.of(row) for one in columns) for row in rows),
        None if total is None else tuple(one.of(total) for one in columns),
    )


def task_table(
    caption: str, tasks: Iterable[Task], columns: Sequence[ColumnOf[Task]], *, title: int, department: int = 14
) -> Block:
    """Return a table of tasks by number, title and department, then `columns`; “None.” where there are none.

    `title` and `department` are the shares of their columns.
    """
    return entry_table(caption, ((task, task) for task in tasks), columns, title=title, department=department)


def entry_table(
    caption: str,
    entries: Iterable[tuple[Task, _Row]],
    columns: Sequence[ColumnOf[_Row]],
    *,
    title: int,
    department: int = 14,
) -> Block:
    """Return a table of what was recorded of tasks: a task as in `task_table`, then `columns` of the entry."""
    heads: tuple[ColumnOf[Task], ...] = (
        column(pgettext("sheet", "No."), 4, lambda task: str(task.id), Align.RIGHT),
        column(pgettext("sheet", "Task"), title, lambda task: task.title),
        column(pgettext("sheet", "Department"), department, lambda task: task.department),
    )
    rows = tuple((*(one.of(task) for one in heads), *(one.of(entry) for one in columns)) for task, entry in entries)
    all_columns = (*(one.column for one in heads), *(one.column for one in columns))
    return Table(caption, all_columns, rows) if rows else none()


def due_column() -> ColumnOf[Task]:
    """Return the column of deadlines."""
    return column(pgettext("sheet", "Deadline"), 12, deadline, Align.CENTER)


def deadline(task: Task) -> str:
    """Return a deadline as a table has it."""
    if task.due is None:
        return pgettext("sheet", "open-ended") if task.open_ended else pgettext("sheet", "undated")
    return task.due.isoformat()


def days_left(task: Task, *, today: date) -> str:
    """Say how far off the deadline of an open task is."""
    left = lights.days_left(task, today=today)
    return NOTHING if left is None else wording.days(left)


def need(kind: Need | None) -> str:
    """Return the kind of support that is asked for, in a cell of its own."""
    return NOTHING if kind is None else vocabulary.NEED.say(kind)
