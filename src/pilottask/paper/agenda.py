"""The agenda of a joint meeting in words: what the last one decided, who reports, what is to be coordinated."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from pilottask.base.i18n import N_, _, language, ngettext, pgettext
from pilottask.ledger import lights, meetings, wording
from pilottask.ledger.labels import STATUS_LABELS
from pilottask.ledger.meetings import Agenda, Carried
from pilottask.ledger.records import Pilot, Raise
from pilottask.paper.document import NOTHING, Align, Block, Cards, Document, Page, Paragraph, Section, Subheading
from pilottask.paper.phrases import (
    column,
    days_left,
    deadline,
    due_column,
    entry_table,
    instruction_table,
    long_day,
    need,
    none,
    numeral,
    progress,
    red_card,
    section_numeral,
    step_table,
    table,
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
    sections = tuple(
        Section(None, _(_HEADINGS[index]), tuple(part(agenda, today=today)), section_numeral(index))
        for index, part in enumerate((_decisions, _red, _coordination, _due))
    )
    more: list[tuple[str, Block]] = []
    if agenda.late_steps:
        more.append((_("Steps past their day"), step_table(agenda.late_steps, today=today)))
    if agenda.instructions:
        more.append((_("Instructions not answered in time"), instruction_table(agenda.instructions, today=today)))
    for heading, block in more:
        sections = (*sections, Section(None, heading, (block,), section_numeral(len(sections))))
    page = Page(
        above=pilot.name,
        title=_("Agenda of the joint meeting"),
        number=agenda.planned.title if agenda.planned else None,
        left=pilot.office or "",
        right=long_day(agenda.day),
        remarks=tuple(_remarks(agenda, today=today)),
        sections=sections,
        signature=tuple(filter(None, (pilot.office, long_day(today)))),
    )
    return Document(lang=language(), name=_("agenda"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous)


def _remarks(agenda: Agenda, *, today: date) -> Iterable[str]:
    if agenda.planned and agenda.planned.place:
        yield _("Place: {place}").format(place=agenda.planned.place)
    if agenda.planned and agenda.planned.chair:
        yield _("Chair: {chair}").format(chair=agenda.planned.chair)
    yield _("As the list stands on {day}").format(day=long_day(today))


def _decisions(agenda: Agenda, *, today: date) -> Iterable[Block]:
    if agenda.last is None:
        yield Paragraph(_("There was no joint meeting before."))
        return
    values = {"title": agenda.last.title, "day": long_day(agenda.last.day), "n": len(agenda.decisions)}
    if not agenda.decisions:
        yield Paragraph(_("“{title}” on {day} decided nothing.").format(**values))
        return
    yield Paragraph(
        ngettext(
            "“{title}” on {day} took {n} decision.", "“{title}” on {day} took {n} decisions.", len(agenda.decisions)
        ).format(**values)
    )
    yield table(
        _(_HEADINGS[0]),
        meetings.by_task(agenda.decisions),
        (
            column(
                pgettext("sheet", "No."), 4, lambda row: "" if row.again else str(row.followed.decision.n), Align.RIGHT
            ),
            column(pgettext("sheet", "Decision"), 24, lambda row: "" if row.again else row.followed.decision.text),
            column(pgettext("sheet", "Department"), 14, lambda row: row.task.department if row.task else NOTHING),
            column(
                pgettext("sheet", "Deadline"), 10, lambda row: deadline(row.task) if row.task else NOTHING, Align.CENTER
            ),
            column(pgettext("sheet", "How it stands"), 28, lambda row: _standing(row, today=today)),
        ),
    )


def _standing(row: Carried, *, today: date) -> str:
    """Say how a task that carries out a decision stands, and what was last reported of it."""
    if row.task is None:
        return row.followed.in_words()
    late, reported = lights.days_late(row.task, today=today), progress(row.task, today=today)
    status = wording.days(-late) if late else _(STATUS_LABELS[row.task.status])
    return _("{status}; {progress}").format(status=status, progress=reported) if reported else status


def _red(agenda: Agenda, *, today: date) -> Iterable[Block]:
    if not agenda.red:
        yield none()
    for index, (department, tasks) in enumerate(agenda.red):
        yield Subheading(
            ngettext(
                "({numeral}) {department}: {n} red task", "({numeral}) {department}: {n} red tasks", len(tasks)
            ).format(numeral=numeral(index), department=department, n=len(tasks))
        )
        yield Cards(tuple(red_card(number, task, today=today) for number, task in enumerate(tasks, start=1)))


def _coordination(agenda: Agenda, *, today: date) -> Iterable[Block]:
    def open_for(raised: Raise) -> str:
        return wording.count_of_days(max((today - raised.at.date()).days, 0))

    yield entry_table(
        _(_HEADINGS[2]),
        agenda.coordinate,
        (
            column(pgettext("sheet", "What is to be coordinated"), 26, lambda raised: raised.text),
            column(pgettext("sheet", "Need"), 6, lambda raised: need(raised.need)),
            column(pgettext("sheet", "Open for"), 8, open_for, Align.RIGHT),
        ),
        title=20,
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
        agenda.due,
        (
            due_column(),
            column(pgettext("sheet", "Time left"), 10, lambda task: days_left(task, today=today), Align.RIGHT),
        ),
        title=32,
        department=16,
    )
