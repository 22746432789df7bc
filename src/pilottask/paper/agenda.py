"""The agenda of a joint meeting in words: what the last one decided, who reports, what is to be coordinated."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from pilottask.base.i18n import N_, _, language, ngettext, pgettext
from pilottask.ledger import wording
from pilottask.ledger.labels import STATUS_LABELS
from pilottask.ledger.meetings import STANDING_LABELS, Agenda, Followed
from pilottask.ledger.records import Pilot, Task
from pilottask.paper import content
from pilottask.paper.document import (
    NOTHING,
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
from pilottask.paper.phrases import (
    deadline,
    department_column,
    due_column,
    foot,
    heading,
    id_column,
    long_day,
    need,
    none,
    numeral,
    red_card,
    task_table,
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
    sections = tuple(
        Section(None, heading(place, _(_HEADINGS[place])), tuple(blocks)) for place, blocks in enumerate(parts)
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
        yield *first, Cell(task.department), Cell(deadline(task.due)), Cell(_standing(task, pilot=pilot, today=today))
        first = Cell(""), Cell("")


def _standing(task: Task, *, pilot: Pilot, today: date) -> str:
    """Say how a task that carries out a decision stands, and what was last reported of it."""
    line = content.line(task, today=today, pilot=pilot)
    said = _(STATUS_LABELS[task.status])
    if line.days_late:
        said = wording.days(-line.days_late)
    return _("{status}; {progress}").format(status=said, progress=line.progress) if line.progress else said


def _red(agenda: Agenda, *, pilot: Pilot, today: date) -> Iterable[Block]:
    if not agenda.red:
        yield none()
    for place, (department, tasks) in enumerate(agenda.red):
        yield Subheading(
            ngettext(
                "({numeral}) {department}: {n} red task", "({numeral}) {department}: {n} red tasks", len(tasks)
            ).format(numeral=numeral(place), department=department, n=len(tasks))
        )
        yield Cards(
            tuple(
                red_card(number, content.line(task, today=today, pilot=pilot))
                for number, task in enumerate(tasks, start=1)
            )
        )


def _coordination(agenda: Agenda, *, today: date) -> Iterable[Block]:
    yield task_table(
        _(_HEADINGS[2]),
        20,
        (
            Column(pgettext("sheet", "What is to be coordinated"), 26),
            Column(pgettext("sheet", "Need"), 6),
            Column(pgettext("sheet", "Open for"), 8, Align.RIGHT),
        ),
        (
            (task, raised.text, need(raised.need), wording.count_of_days(max((today - raised.at.date()).days, 0)))
            for task, raised in agenda.coordinate
        ),
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
    yield task_table(
        _(_HEADINGS[3]),
        32,
        (due_column(), Column(pgettext("sheet", "Time left"), 10, Align.RIGHT)),
        (
            (task, deadline(task.due), wording.days((task.due - today).days) if task.due else NOTHING)
            for task in agenda.due
        ),
        department_share=16,
    )
