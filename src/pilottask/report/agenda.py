"""The agenda of a joint meeting in words: what the last one decided, who reports, what is to be coordinated."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from pilottask import wording
from pilottask.i18n import N_, _, language, ngettext, pgettext
from pilottask.meetings import STANDING_LABELS, Agenda, Followed
from pilottask.model import STATUS_LABELS, Pilot, Raise, Task
from pilottask.report import content
from pilottask.report.bulletin import (
    NOTHING,
    department_column,
    due_column,
    foot,
    id_column,
    long_day,
    need,
    red_card,
    title_column,
)
from pilottask.report.document import (
    Align,
    Block,
    Cards,
    Cell,
    Column,
    Document,
    Page,
    Paragraph,
    Section,
    Subheading,
    Table,
)

_HEADINGS: Final = (
    N_("How the decisions of the last meeting stand"),
    N_("Departments with red tasks, in the order in which they report"),
    N_("Problems and needs to coordinate"),
    N_("Due before the meeting after"),
)


def document(agenda: Agenda, *, pilot: Pilot, today: date) -> Document:
    """Return an agenda, as the list stands on `today`, in the language in use."""
    parts = (
        _decisions(agenda, pilot=pilot, today=today),
        _red(agenda, pilot=pilot, today=today),
        _coordination(agenda, today=today),
        _due(agenda, today=today),
    )
    numerals = _("1 2 3 4 5 6 7 8 9").split()[: len(parts)]
    sections = tuple(
        Section(None, _("{numeral}. {heading}").format(numeral=numeral, heading=_(heading)), tuple(blocks))
        for numeral, heading, blocks in zip(numerals, _HEADINGS, parts, strict=True)
    )
    page = Page(
        above=pilot.name,
        title=_("Agenda of the joint meeting"),
        number=agenda.planned.title if agenda.planned else None,
        left=pilot.office or "",
        right=long_day(agenda.day),
        remarks=tuple(_remarks(agenda, today=today)),
        sections=sections,
        annex=None,
        foot=foot(pilot.office, today),
    )
    return Document(lang=language(), name=_("agenda"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous)


def _remarks(agenda: Agenda, *, today: date) -> Iterable[str]:
    if agenda.planned and agenda.planned.place:
        yield _("Place: {place}").format(place=agenda.planned.place)
    if agenda.planned and agenda.planned.chair:
        yield _("Chair: {chair}").format(chair=agenda.planned.chair)
    yield _("As the list stands on {day}").format(day=long_day(today))


def _decisions(agenda: Agenda, *, pilot: Pilot, today: date) -> Iterable[Block]:
    if agenda.last is None:
        yield Paragraph(_("There was no joint meeting before."))
        return
    said = {"title": agenda.last.title, "day": long_day(agenda.last.day), "n": len(agenda.decisions)}
    if not agenda.decisions:
        yield Paragraph(_("“{title}” on {day} decided nothing.").format(**said))
        return
    yield Paragraph(
        ngettext(
            "“{title}” on {day} took {n} decision.", "“{title}” on {day} took {n} decisions.", len(agenda.decisions)
        ).format(**said)
    )
    yield Table(
        caption=_(_HEADINGS[0]),
        columns=(
            id_column(),
            Column(pgettext("sheet", "Decision"), 24),
            department_column(),
            due_column(),
            Column(pgettext("sheet", "How it stands"), 28),
        ),
        rows=tuple(row for one in agenda.decisions for row in _decision_rows(one, pilot=pilot, today=today)),
    )


def _decision_rows(followed: Followed, *, pilot: Pilot, today: date) -> Iterable[tuple[Cell, ...]]:
    first = Cell(str(followed.decision.n)), Cell(followed.decision.text)
    if not followed.tasks:
        yield *first, Cell(NOTHING), Cell(NOTHING), Cell(_(STANDING_LABELS[followed.standing]))
    for task in followed.tasks:
        yield *first, Cell(task.department), Cell(_deadline(task)), Cell(_standing(task, pilot=pilot, today=today))
        first = Cell(""), Cell("")


def _deadline(task: Task) -> str:
    return pgettext("sheet", "standing") if task.due is None else task.due.isoformat()


def _standing(task: Task, *, pilot: Pilot, today: date) -> str:
    """Say how a task that carries out a decision stands, and what was last reported of it."""
    line = content.line(task, today=today, pilot=pilot)
    said = _(STATUS_LABELS[task.status])
    if line.days_late:
        said = wording.days(-line.days_late)
    return _("{status}; {progress}").format(status=said, progress=line.progress) if line.progress else said


def _red(agenda: Agenda, *, pilot: Pilot, today: date) -> Iterable[Block]:
    if not agenda.red:
        yield Paragraph(_("None."))
    for place, (department, tasks) in enumerate(agenda.red, start=1):
        yield Subheading(
            ngettext(
                "({place}) {department}: {n} red task", "({place}) {department}: {n} red tasks", len(tasks)
            ).format(place=place, department=department, n=len(tasks))
        )
        yield Cards(
            tuple(
                red_card(number, content.line(task, today=today, pilot=pilot))
                for number, task in enumerate(tasks, start=1)
            )
        )


def _coordination(agenda: Agenda, *, today: date) -> Iterable[Block]:
    if not agenda.coordinate:
        yield Paragraph(_("None."))
        return
    yield Table(
        caption=_(_HEADINGS[2]),
        columns=(
            id_column(),
            title_column(20),
            department_column(),
            Column(pgettext("sheet", "What is to be coordinated"), 26),
            Column(pgettext("sheet", "Need"), 6),
            Column(pgettext("sheet", "Open for"), 8, Align.RIGHT),
        ),
        rows=tuple(_coordination_row(task, raised, today=today) for task, raised in agenda.coordinate),
    )


def _coordination_row(task: Task, raised: Raise, *, today: date) -> tuple[Cell, ...]:
    days = max((today - raised.at.date()).days, 0)
    return (
        Cell(str(task.id)),
        Cell(task.title),
        Cell(task.department),
        Cell(raised.text),
        Cell(need(raised.need)),
        Cell(ngettext("{n} day", "{n} days", days).format(n=days)),
    )


def _due(agenda: Agenda, *, today: date) -> Iterable[Block]:
    day = long_day(agenda.until)
    if not agenda.due:
        yield Paragraph(_("Nothing falls due before {day}.").format(day=day))
        return
    yield Paragraph(
        ngettext("{n} task falls due before {day}.", "{n} tasks fall due before {day}.", len(agenda.due)).format(
            n=len(agenda.due), day=day
        )
    )
    yield Table(
        caption=_(_HEADINGS[3]),
        columns=(
            id_column(),
            title_column(32),
            department_column(16),
            due_column(),
            Column(pgettext("sheet", "Time left"), 10, Align.RIGHT),
        ),
        rows=tuple(
            (
                Cell(str(task.id)),
                Cell(task.title),
                Cell(task.department),
                Cell(_deadline(task)),
                Cell(wording.days((task.due - today).days) if task.due else NOTHING),
            )
            for task in agenda.due
        ),
    )
