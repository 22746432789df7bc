"""The agenda of a joint meeting in words: when, where and who, the items in order, and behind them the material."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from msgspec.structs import replace

from pilottask.base.i18n import _, language, ngettext, pgettext
from pilottask.ledger import lights, meetings, vocabulary, wording
from pilottask.ledger.meetings import Agenda, Carried, Followed
from pilottask.ledger.records import Meeting, Pilot, Raise, Task
from pilottask.paper.document import NOTHING, Align, Block, Cards, Document, Page, Paragraph, Section, Subheading, Type
from pilottask.paper.phrases import (
    annex_part,
    column,
    days_left,
    deadline,
    due_column,
    entry_table,
    instruction_table,
    long_day,
    need,
    progress,
    red_card,
    second,
    section_numeral,
    sentences,
    step_columns,
    table,
    task_label,
    task_table,
    third,
)


class _Item(NamedTuple):
    """What is on the agenda: its heading, who reports, what is said of it there, and the material behind."""

    heading: str
    reports: str
    told: Sequence[str]
    title: str
    material: Iterable[Block]


def document(agenda: Agenda, *, pilot: Pilot, today: date) -> Document:
    """Return an agenda, as the list stands on `today`, in the language in use."""
    items = list(_items(agenda, pilot=pilot, today=today))
    sections = (
        Section(None, _("The meeting"), tuple(map(Paragraph, _arrangements(agenda))), section_numeral(0)),
        Section(
            None, _("Items"), tuple(_blocks(items)) or (Paragraph(_("Nothing is to be reported.")),), section_numeral(1)
        ),
    )
    page = Page(
        above=pilot.name,
        title=_("Agenda of the joint meeting"),
        number=agenda.planned.title if agenda.planned else None,
        left=pilot.office or "",
        right=long_day(today),
        remarks=(_("As the list stands on {day}").format(day=long_day(today)),),
        sections=sections,
        annexes=tuple(
            Section(None, one.title, tuple(one.material), _("Annex {n}: ").format(n=n))
            for n, one in enumerate(items, start=1)
        ),
        signature=tuple(filter(None, (pilot.office, long_day(today)))),
    )
    page = replace(page, type=min(_TYPES, key=partial(_leaves, page)))
    return Document(lang=language(), name=_("agenda"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous is True)


_TYPES: Final = (Type.STANDARD, Type.SMALL, Type.SMALLER)


def _leaves(page: Page, size: Type) -> int:
    """Return how many leaves the agenda takes: names of annexes and a signature alone are none."""
    end = len(page.annex_list) + len(page.signature) + 1
    return -int(-(size.head_lines + sum(section.lines(size) for section in page.sections) + end) // size.lines)


def _arrangements(agenda: Agenda) -> Iterable[str]:
    """Say when and where the meeting is, and who comes; what is not known is to be filled in."""
    planned, blank = agenda.planned, _("to be set")
    time = planned and planned.time
    text = _("{day} {time}") if time else _("{day}, hour to be set")
    when = text.format(day=_day(agenda.day), time=time) if agenda.day_known else blank
    yield _("Time: {text}").format(text=when)
    yield _("Place: {place}").format(place=(planned and planned.place) or blank)
    yield _("Chair: {chair}").format(chair=(planned and planned.chair) or blank)
    if planned and planned.attend:
        yield _("Attending: {units}").format(units=_(", ").join(planned.attend))
        return
    units = dict.fromkeys(
        (*(name for name, _tasks in agenda.red), *(task.department for task, _r in agenda.coordinate))
    )
    named = _("to be set; with something to report: {units}").format(units=_(", ").join(units)) if units else blank
    yield _("Attending: {units}").format(units=named)


def _day(day: date) -> str:
    """Return a day with its weekday as paper has it: a screen is shorter."""
    names = _("Monday Tuesday Wednesday Thursday Friday Saturday Sunday").split()
    return _("{text} ({day})").format(text=long_day(day), day=names[day.weekday()])


def _blocks(items: Sequence[_Item]) -> Iterable[Block]:
    for place, one in enumerate(items):
        notes = [_("{who} reports").format(who=one.reports)] if one.reports else []
        notes.append(_("material: annex {n}").format(n=place + 1))
        heading = _("{heading} ({notes})").format(heading=one.heading, notes=wording.clauses(notes))
        yield Subheading(second(place, heading))
        yield from map(Paragraph, one.told)


def _items(agenda: Agenda, *, pilot: Pilot, today: date) -> Iterable[_Item]:
    office = pilot.office or ""
    held = [*([(agenda.last, agenda.decisions)] if agenda.last else []), *agenda.earlier]
    if any(decisions for _meeting, decisions in held):
        title = _("How the decisions of earlier meetings stand")
        yield _Item(title, office, [_decision_counts(agenda)], title, _decisions(held, today=today))
    if agenda.red:
        yield _Item(
            _("Departments with red tasks report, in this order"),
            "",
            third(_count_of_red(name, tasks) for name, tasks in agenda.red),
            _("Red tasks"),
            _red_tasks(agenda, today=today),
        )
    if agenda.coordinate:
        title = _("Problems and needs to coordinate")
        matters = third(
            _("{task}: {matter}.").format(task=task_label(task), matter=raised.text.strip().rstrip("。."))
            for task, raised in agenda.coordinate
        )
        yield _Item(title, "", matters, title, [_coordination(agenda, title, today=today)])
    if agenda.due:
        title = _("Tasks falling due")
        yield _Item(title, office, [_fall_due(agenda)], title, [_due(agenda, title, today=today)])
    if agenda.late_steps:
        title = _("Steps past their day")
        table = entry_table(title, agenda.late_steps, step_columns(today), title=18)
        yield _Item(title, office, [], title, [table])
    if agenda.instructions:
        title = _("Instructions not answered in time")
        yield _Item(title, office, [], title, [instruction_table(title, agenda.instructions, today=today)])


def _count_of_red(department: str, tasks: Sequence[Task]) -> str:
    text = ngettext("{department}: {n} red task", "{department}: {n} red tasks", len(tasks))
    return text.format(department=department, n=len(tasks))


def _decision_counts(agenda: Agenda) -> str:
    parts = []
    if agenda.last and agenda.decisions:
        done = sum(one.standing is meetings.Standing.DONE for one in agenda.decisions)
        parts.append(
            ngettext(
                "“{title}” on {day} took {n} decision, carried out: {done}.",
                "“{title}” on {day} took {n} decisions, carried out: {done}.",
                len(agenda.decisions),
            ).format(title=agenda.last.title, day=long_day(agenda.last.day), n=len(agenda.decisions), done=done)
        )
    if left := sum(len(decisions) for _meeting, decisions in agenda.earlier):
        parts.append(_("Of meetings before that not carried out: {n}.").format(n=left))
    return sentences(parts)


def _fall_due(agenda: Agenda) -> str:
    """Say how much falls due, and until when; the day of a meeting that nobody has set is no day of a meeting."""
    n, day = len(agenda.due), long_day(agenda.until)
    if agenda.after:
        day = _("the next meeting ({day})").format(day=day)
    return ngettext("{n} task falls due before {day}.", "{n} tasks fall due before {day}.", n).format(n=n, day=day)


def _decisions(held: Iterable[tuple[Meeting, Sequence[Followed]]], *, today: date) -> Iterable[Block]:
    for place, (meeting, decisions) in enumerate(one for one in held if one[1]):
        title = _("“{title}”, {day}").format(title=meeting.title, day=long_day(meeting.day))
        yield annex_part(place, title)
        yield table(
            title,
            meetings.by_task(decisions),
            (
                column(
                    pgettext("sheet", "No."),
                    4,
                    lambda row: "" if row.again else str(row.followed.decision.n),
                    Align.RIGHT,
                ),
                column(pgettext("sheet", "Decision"), 24, lambda row: "" if row.again else row.followed.decision.text),
                column(pgettext("sheet", "Department"), 14, lambda row: row.task.department if row.task else NOTHING),
                column(
                    pgettext("sheet", "Deadline"),
                    10,
                    lambda row: deadline(row.task) if row.task else NOTHING,
                    Align.CENTER,
                ),
                column(pgettext("sheet", "How it stands"), 28, lambda row: _standing(row, today=today)),
            ),
        )


def _standing(row: Carried, *, today: date) -> str:
    """Say how a task that carries out a decision stands, and what was last reported of it."""
    if row.task is None:
        return row.followed.in_words()
    late, reported = lights.days_late(row.task, today=today), progress(row.task, today=today)
    status = wording.days(-late) if late else vocabulary.STATUS.say(row.task.status)
    return _("{status}; {progress}").format(status=status, progress=reported) if reported else status


def _red_tasks(agenda: Agenda, *, today: date) -> Iterable[Block]:
    for index, (department, tasks) in enumerate(agenda.red):
        yield annex_part(index, _count_of_red(department, tasks))
        yield Cards(tuple(red_card(number, task, today=today) for number, task in enumerate(tasks)))


def _coordination(agenda: Agenda, caption: str, *, today: date) -> Block:
    def open_for(raised: Raise) -> str:
        return wording.count_of_days(max((today - raised.at.date()).days, 0))

    return entry_table(
        caption,
        agenda.coordinate,
        (
            column(pgettext("sheet", "What is to be coordinated"), 26, lambda raised: raised.text),
            column(pgettext("sheet", "Need"), 6, lambda raised: need(raised.need)),
            column(pgettext("sheet", "Open for"), 8, open_for, Align.RIGHT),
        ),
        title=20,
    )


def _due(agenda: Agenda, caption: str, *, today: date) -> Block:
    return task_table(
        caption,
        agenda.due,
        (
            due_column(),
            column(pgettext("sheet", "Time left"), 10, lambda task: days_left(task, today=today), Align.RIGHT),
        ),
        title=32,
        department=16,
    )
