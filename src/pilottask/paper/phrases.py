"""Sentences, days and tables that sheet, slips and agenda have in common."""

from collections.abc import Iterable, Sequence
from datetime import date

from pilottask.base.i18n import Lang, _, language, ngettext, pgettext
from pilottask.ledger import wording
from pilottask.ledger.labels import NEED_LABELS
from pilottask.ledger.records import Need, Task
from pilottask.paper.content import Line, Trouble
from pilottask.paper.document import (
    NOTHING,
    Align,
    Block,
    Card,
    Cell,
    Column,
    Field,
    Foot,
    Paragraph,
    Subheading,
    Table,
)


def foot(office: str | None, day: date) -> Foot:
    """Return the signature line."""
    return Foot(
        (
            Field(_("Filled in by (unit)"), office or ""),
            Field(_("Filled in by"), ""),
            Field(_("Checked by"), ""),
            Field(_("Date"), long_day(day)),
        )
    )


def heading(place: int, text: str) -> str:
    """Return the heading of the section at `place`, from 0, with its numeral: 一、总体情况."""
    return _("{numeral}. {heading}").format(numeral=numeral(place), heading=text)


def numeral(place: int) -> str:
    """Return the numeral of the part at `place`, from 0: 一."""
    numerals = _("1 2 3 4 5 6 7 8 9").split()
    return numerals[place] if place < len(numerals) else str(place + 1)


def sentences(parts: Iterable[str]) -> str:
    """Put sentences after each other, with a space between them where the language has one."""
    return ("" if language() is Lang.ZH else " ").join(parts)


def long_day(day: date) -> str:
    """Return a day as prose has it: 2026年11月20日."""
    return _("{year}-{month:02}-{day:02}").format(year=day.year, month=day.month, day=day.day)


def short_day(day: date) -> str:
    """Return a day without its year, as prose has it: 11月20日."""
    return _("{month:02}-{day:02}").format(month=day.month, day=day.day)


def rate(value: float | None) -> str:
    """Return a completion rate with one decimal."""
    return NOTHING if value is None else f"{value:.1%}"


def none() -> Paragraph:
    """Return what a section says that has nothing to list."""
    return Paragraph(_("None."))


def red_card(place: int, line: Line) -> Card:
    """Return all that is to be known of an overdue task."""
    return Card(
        card_heading(place, line, -line.days_late),
        line.light,
        (
            Field(pgettext("sheet", "Lead department"), _units(line)),
            Field(pgettext("sheet", "Responsible"), _people(line)),
            Field(pgettext("sheet", "Deadline"), _deadlines(line)),
            *([Field(pgettext("sheet", "Target"), target(line))] if line.target else []),
            Field(pgettext("sheet", "Last progress"), progress(line)),
            Field(pgettext("sheet", "Open problems"), problems(line.problems)),
            Field(pgettext("sheet", "Next step"), line.next or _("none reported")),
            Field(pgettext("sheet", "Chased"), chased(line)),
        ),
    )


def card_heading(place: int, line: Line, days_left: int) -> str:
    """Return what stands over a task told in full: its place in the list, title, number and how late it is."""
    late = wording.days(days_left)
    return _("{place}. {title} (no. {id}, {late})").format(place=place, title=line.title, id=line.id, late=late)


def _units(line: Line) -> str:
    if not line.support:
        return line.department
    return _("{lead} (with {support})").format(lead=line.department, support=_(", ").join(line.support))


def _people(line: Line) -> str:
    owner = line.owner or _("not named")
    if line.leader is None:
        return owner
    return _("{owner} (leader: {leader})").format(owner=owner, leader=line.leader)


def _deadlines(line: Line) -> str:
    if line.due is None:
        return _("no deadline")
    if line.first_due is None or line.first_due == line.due:
        return long_day(line.due)
    return _("{due} (at first {first})").format(due=long_day(line.due), first=long_day(line.first_due))


def target(line: Line) -> str:
    """Say what is reached of the target, beside the time gone by."""
    if line.reached is None:
        return NOTHING
    return wording.reached(wording.of_target(line.actual, line.target, line.unit), line.reached, line.time_gone)


def progress(line: Line) -> str:
    """Return what was last reported, with its day."""
    if line.progress is None or line.progress_on is None:
        return _("none reported")
    return _("{text} ({day})").format(text=line.progress, day=short_day(line.progress_on))


def problems(raised: Sequence[Trouble]) -> str:
    """Return open problems, a line each, with what they ask for."""
    return "\n".join(map(_problem, raised)) if raised else _("none")


def _problem(problem: Trouble) -> str:
    asked = wording.need(problem)
    return _("{text} ({day})").format(text=problem.text, day=asked) if asked else problem.text


def chased(line: Line) -> str:
    """Say how often a task was chased, and when last."""
    if line.last_chased is None:
        return _("not yet")
    return ngettext("once, on {day}", "{n} times, last on {day}", line.chased).format(
        n=line.chased, day=short_day(line.last_chased)
    )


def task_table(
    caption: str,
    share: int,
    columns: Iterable[Column],
    rows: Iterable[tuple[Line | Task, *tuple[str | Cell, ...]]],
    *,
    department_share: int = 14,
) -> Block:
    """Return a table of tasks by number, title and department, then `columns`; “None.” where there are no `rows`.

    A row is its task and what stands in the columns; `share` is that of the title.
    """
    found = tuple(
        (
            Cell(str(task.id)),
            Cell(task.title),
            Cell(task.department),
            *(Cell(cell) if isinstance(cell, str) else cell for cell in cells),
        )
        for task, *cells in rows
    )
    if not found:
        return none()
    title = Column(pgettext("sheet", "Task"), share)
    return Table(caption, (id_column(), title, department_column(department_share), *columns), found)


def id_column() -> Column:
    """Return the column of ids."""
    return Column(pgettext("sheet", "No."), 4, Align.RIGHT)


def department_column(share: int = 14) -> Column:
    """Return the column of lead departments."""
    return Column(pgettext("sheet", "Department"), share)


def due_column() -> Column:
    """Return the column of deadlines."""
    return Column(pgettext("sheet", "Deadline"), 10, Align.CENTER)


def deadline(due: date | None) -> str:
    """Return a deadline as a table has it."""
    return pgettext("sheet", "standing") if due is None else due.isoformat()


def need(kind: Need | None) -> str:
    """Return the kind of support that is asked for, in a cell of its own."""
    return NOTHING if kind is None else _(NEED_LABELS[kind])


def _subheading(place: int, text: str) -> Subheading:
    return Subheading(_("({numeral}) {heading}").format(numeral=numeral(place), heading=text))
