"""The agenda of a joint meeting in words: what the last one decided, who reports, what is to be coordinated."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from pilottask.i18n import N_, _, language, ngettext, pgettext
from pilottask.meetings import STANDING_LABELS, Agenda, Followed
from pilottask.model import NEED_LABELS, Pilot, Task
from pilottask.report import content
from pilottask.report.bulletin import NOTHING, days_left, foot, long_day, red_card
from pilottask.report.document import Align, Block, Cards, Cell, Column, Document, Page, Paragraph, Section, Subheading
from pilottask.report.document import Table as PaperTable

_HEADINGS: Final = (
    N_("How the decisions of the last meeting stand"),
    N_("Departments with red tasks report, in this order"),
    N_("Problems and needs to coordinate"),
    N_("Falls due before the meeting after"),
)


def document(agenda: Agenda, *, pilot: Pilot, today: date) -> Document:
    """Return an agenda, as the list stands on `today`, in the language in use."""
    numerals = _("1 2 3 4 5 6 7 8 9").split()
    blocks = (
        _decisions(agenda, today=today),
        _red(agenda, pilot=pilot, today=today),
        _coordination(agenda, today=today),
        _due(agenda, today=today),
    )
    sections = tuple(
        Section(None, _("{numeral}. {heading}").format(numeral=numeral, heading=_(heading)), tuple(part))
        for numeral, heading, part in zip(numerals, _HEADINGS, blocks, strict=False)
    )
    meeting = agenda.planned
    page = Page(
        above=pilot.name,
        title=_("Agenda of the joint meeting"),
        number=meeting.title if meeting else None,
        left=pilot.office or "",
        right=long_day(agenda.day),
        remarks=tuple(_remarks(agenda, today=today)),
        sections=sections,
        annex=None,
        foot=foot(pilot.office, today),
    )
    return Document(lang=language(), name=_("agenda"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous)


def _remarks(agenda: Agenda, *, today: date) -> Iterable[str]:
    meeting = agenda.planned
    if meeting and meeting.place:
        yield _("Place: {place}").format(place=meeting.place)
    if meeting and meeting.chair:
        yield _("Chair: {chair}").format(chair=meeting.chair)
    yield _("As the list stands on {day}").format(day=long_day(today))


def _none(text: str) -> Paragraph:
    return Paragraph(text)


def _decisions(agenda: Agenda, *, today: date) -> Iterable[Block]:
    if agenda.last is None:
        yield _none(_("There was no joint meeting before."))
        return
    day = long_day(agenda.last.day)
    if not agenda.decisions:
        yield _none(_("“{title}” on {day} decided nothing.").format(title=agenda.last.title, day=day))
        return
    yield Paragraph(
        ngettext(
            "“{title}” on {day} made {n} decision.", "“{title}” on {day} made {n} decisions.", len(agenda.decisions)
        ).format(title=agenda.last.title, day=day, n=len(agenda.decisions))
    )
    yield PaperTable(
        caption=_(_HEADINGS[0]),
        columns=(
            Column(pgettext("sheet", "No."), 4, Align.RIGHT),
            Column(pgettext("sheet", "Decision"), 28),
            Column(pgettext("sheet", "Department"), 14),
            Column(pgettext("sheet", "Deadline"), 10, Align.CENTER),
            Column(pgettext("sheet", "How it stands"), 24),
        ),
        rows=tuple(row for one in agenda.decisions for row in _decision_rows(one, today=today)),
    )


def _decision_rows(followed: Followed, *, today: date) -> Iterable[tuple[Cell, ...]]:
    number, text = Cell(str(followed.decision.n)), Cell(followed.decision.text)
    stands = _(STANDING_LABELS[followed.standing])
    if not followed.tasks:
        yield number, text, Cell(NOTHING), Cell(NOTHING), Cell(stands)
    for place, task in enumerate(followed.tasks):
        first = (number, text) if place == 0 else (Cell(""), Cell(""))
        yield *first, Cell(task.department), Cell(_deadline(task)), Cell(_standing(task, today=today))


def _deadline(task: Task) -> str:
    return pgettext("sheet", "standing") if task.due is None else task.due.isoformat()


def _standing(task: Task, *, today: date) -> str:
    """Say how a task that carries out a decision stands, with what was last reported."""
    line = content.line(task, today=today, pilot=Pilot())
    said = _(content_status(line))
    if line.days_late:
        said = ngettext("{n} day late", "{n} days late", line.days_late).format(n=line.days_late)
    return _("{said}; {progress}").format(said=said, progress=line.progress) if line.progress else said


def content_status(line: content.Line) -> str:
    """Return the label of the status of `line`, to be translated."""
    from pilottask.model import STATUS_LABELS

    return STATUS_LABELS[line.status]
