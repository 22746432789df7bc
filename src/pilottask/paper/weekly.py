"""The weekly sheet in words, in the order of an office's bulletin."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, assert_never

import msgspec

from pilottask.base.i18n import N_, _, language, ngettext, pgettext
from pilottask.ledger import history, lights, rounds, wording
from pilottask.ledger.history import Problem
from pilottask.ledger.labels import LIGHT_LABELS, REASON_LABELS, STATUS_LABELS
from pilottask.ledger.lights import Reason
from pilottask.ledger.records import Amend, Extend, Find, LogEntry, Note, Raise, Status, Task
from pilottask.ledger.rounds import State
from pilottask.paper.content import Corrected, Part, Sheet
from pilottask.paper.document import (
    NOTHING,
    Align,
    Block,
    Cards,
    Cell,
    Document,
    Page,
    Paragraph,
    Section,
    Subheading,
)
from pilottask.paper.groups import by_group
from pilottask.paper.overall import totals
from pilottask.paper.phrases import (
    ColumnOf,
    column,
    days_left,
    deadline,
    due_column,
    entry_table,
    foot,
    instruction_table,
    long_day,
    need,
    none,
    progress,
    red_card,
    section_numeral,
    sentences,
    short_day,
    status_head,
    subheading,
    task_table,
)

HEADINGS: Final[Mapping[Part, str]] = {
    Part.TOTALS: N_("Overall"),
    Part.RED: N_("Red: overdue tasks"),
    Part.YELLOW: N_("Yellow: tasks to watch"),
    Part.COORDINATION: N_("For the joint meeting to coordinate"),
    Part.GROUPS: N_("By department and line of work"),
    Part.CHANGES: N_("Closed, and deadlines moved, in the period"),
    Part.REPORTS: N_("Reports by departments"),
    Part.DUE: N_("Due in the next 7 days"),
    Part.RESULTS: N_("Results in the period"),
    Part.ANNEX: N_("List of all tasks"),
}


def sheet_document(sheet: Sheet) -> Document:
    """Return a sheet in the language in use, with every section, those that it goes without too.

    Where there is no round of reports, nothing is said of them.
    """
    parts = [part for part in _SECTIONS if part is not Part.REPORTS or sheet.rounds]
    sections = tuple(
        Section(part, _(HEADINGS[part]), tuple(_SECTIONS[part](sheet)), section_numeral(place))
        for place, part in enumerate(parts)
    )
    annex = _("Annex: {heading}").format(heading=_(HEADINGS[Part.ANNEX]))
    page = Page(
        above=sheet.pilot.name,
        title=_("Progress of the pilot's tasks"),
        number=_("Draft, not numbered") if sheet.number is None else _("No. {n}").format(n=sheet.number),
        left=sheet.pilot.office or "",
        right=long_day(sheet.today),
        remarks=tuple(_remarks(sheet)),
        sections=sections,
        annex=Section(Part.ANNEX, annex, (_whole_list(sheet),)),
        foot=foot(sheet.pilot.office, sheet.today),
    )
    return Document(lang=language(), name=_("weekly sheet"), pages=(page,), wide_ambiguous=sheet.pilot.wide_ambiguous)


def _remarks(sheet: Sheet) -> Iterable[str]:
    span = {"first": long_day(sheet.first), "last": long_day(sheet.today)}
    if sheet.previous is None:
        yield _("Period: {first} to {last}").format(**span)
    else:
        yield _("Period: {first} to {last}, since sheet no. {n}").format(**span, n=sheet.previous)
    if sheet.ahead:
        yield _("{day} has not come yet: this is what the list as it stands now would say on that day.").format(
            day=long_day(sheet.today)
        )


# The sections that list tasks


def _red(sheet: Sheet) -> Iterable[Block]:
    if sheet.red:
        yield Cards(tuple(red_card(index, task, today=sheet.today) for index, task in enumerate(sheet.red, start=1)))
    else:
        yield none()
    if sheet.late_findings:

        def late(finding: Find) -> str:
            return wording.count_of_days((sheet.today - finding.fix_by).days)

        yield Subheading(_("Findings of inspections past their date"))
        yield entry_table(
            _("Findings of inspections past their date"),
            sheet.late_findings,
            (
                column(pgettext("sheet", "Finding"), 22, lambda finding: finding.text),
                column(pgettext("sheet", "Put right by"), 10, lambda finding: finding.fix_by.isoformat(), Align.CENTER),
                column(pgettext("sheet", "Late"), 8, late, Align.RIGHT),
            ),
            title=18,
        )

    if sheet.late_instructions:
        yield Subheading(_("Instructions not answered in time"))
        yield instruction_table(sheet.late_instructions, today=sheet.today)


def _yellow(sheet: Sheet) -> Iterable[Block]:
    yield task_table(
        _(HEADINGS[Part.YELLOW]),
        sheet.yellow,
        (
            column(pgettext("sheet", "Deadline"), 10, _deadlines, Align.CENTER),
            column(pgettext("sheet", "Why"), 20, lambda task: _why(task, sheet)),
        ),
        title=24,
    )


def _why(task: Task, sheet: Sheet) -> Cell:
    """Say why a task is yellow."""
    lit = sheet.light(task)
    match lit.reason:
        case Reason.DUE_SOON:
            why = days_left(task, today=sheet.today)
        case Reason.STALE:
            silent = (sheet.today - lights.last_moved(task)).days
            why = ngettext("no movement for {n} day", "no movement for {n} days", silent).format(n=silent)
        case Reason.SUBMITTED if task.submitted is not None:
            day = wording.submitted_on(task, lambda day: short_day(day, today=sheet.today))
            why = _("to be verified, submitted {day}").format(day=day)
            if late := lights.submitted_late_days(task):
                why = _("{said}, {more}").format(said=why, more=wording.submitted_late(late))
        case Reason.COORDINATION:
            asked = _("; ").join(one.text for one in history.to_coordinate(task))
            why = _("to be coordinated: {text}").format(text=asked)
        case None:
            why = NOTHING
        case Reason.SUBMITTED | Reason.BEHIND | Reason.OVERDUE:
            why = _(REASON_LABELS[lit.reason])
        case _:
            assert_never(lit.reason)
    return Cell(why, lit.light)


def _coordination(sheet: Sheet) -> Iterable[Block]:
    def lines(what: Callable[[Raise], str]) -> Callable[[Task], str]:
        return lambda task: "\n".join(map(what, history.to_coordinate(task)))

    yield task_table(
        _(HEADINGS[Part.COORDINATION]),
        sheet.coordination,
        (
            column(pgettext("sheet", "What is to be coordinated"), 28, lines(lambda problem: problem.text)),
            column(pgettext("sheet", "Need"), 6, lines(lambda problem: need(problem.need))),
            column(
                pgettext("sheet", "Raised"), 6, lines(lambda problem: short_day(problem.at.date(), today=sheet.today))
            ),
        ),
        title=20,
    )


def _reports(sheet: Sheet) -> Iterable[Block]:
    """Say of each round how many reports came, by name who was late, and who has not reported."""
    for one in sheet.rounds:
        listed = rounds.rows(one, today=sheet.today)
        counts = Counter(row.state for row in listed)
        text = (
            _("{round}: of {asked} reports due by {day}, {came} came in time.")
            if one.due
            else _("{round}: {came} of {asked} reports are in.")
        )
        day = short_day(one.due, today=sheet.today) if one.due else ""
        said = [text.format(round=rounds.name(one), asked=len(listed), day=day, came=counts[State.CAME])]
        for state, text in (
            (State.LATE, _("{n} late: {names}.")),
            (State.MISSING, _("{n} missing: {names}.")),
            (State.WAITING, _("{n} not yet: {names}.")),
        ):
            names = _(", ").join(row.department for row in listed if row.state is state)
            said += [text.format(n=counts[state], names=names)] if names else []
        yield Paragraph(sentences(said))


def _changes(sheet: Sheet) -> Iterable[Block]:
    yield subheading(0, _("Closed tasks"))
    yield from _closed(sheet.closed)
    yield subheading(1, _("Deadlines moved"))
    extended: Sequence[ColumnOf[Extend]] = (
        column(pgettext("sheet", "From"), 10, lambda entry: entry.from_.isoformat(), Align.CENTER),
        column(pgettext("sheet", "To"), 10, lambda entry: entry.to.isoformat(), Align.CENTER),
        column(pgettext("sheet", "Reason"), 18, lambda entry: entry.reason or _("changed by hand, no reason given")),
        column(pgettext("sheet", "Approved by"), 8, lambda entry: entry.approved_by or NOTHING),
    )
    yield entry_table(_("Deadlines moved"), sheet.extended, extended, title=18)
    if sheet.settled:
        settled: Sequence[ColumnOf[Problem]] = (
            column(pgettext("sheet", "Problem"), 20, lambda problem: problem.raised.text),
            column(pgettext("sheet", "How"), 16, lambda problem: (problem.settled and problem.settled.text) or NOTHING),
            column(
                pgettext("sheet", "Raised"), 6, lambda problem: short_day(problem.raised.at.date(), today=sheet.today)
            ),
            column(
                pgettext("sheet", "Settled"), 6, lambda one: short_day(one.settled_on or sheet.today, today=sheet.today)
            ),
        )
        yield subheading(2, _("Problems settled"))
        yield entry_table(_("Problems settled"), sheet.settled, settled, title=18)
    if sheet.corrected:
        corrected: Sequence[ColumnOf[Corrected]] = (
            column(pgettext("sheet", "As recorded"), 18, lambda one: wording.sentence(_as_recorded(one))),
            column(pgettext("sheet", "Now"), 14, lambda one: one.by.text if isinstance(one.by, Amend) else _("void")),
            column(pgettext("correction", "Reason"), 10, lambda one: one.by.reason),
        )
        yield subheading(3 if sheet.settled else 2, _("Corrections of what was recorded before"))
        yield entry_table(_("Corrections"), sheet.corrected, corrected, title=18)


def _as_recorded(corrected: Corrected) -> LogEntry:
    """Return the entry with the words that it had before the correction."""
    if isinstance(corrected.by, Amend):
        words = {history.WORDS[type(corrected.entry)]: corrected.by.was}
        return msgspec.structs.replace(corrected.entry, **words)
    return corrected.entry


def _closed(closed: Sequence[Task]) -> Iterable[Block]:
    if not closed:
        yield none()
        return
    timely = [lights.on_time(task) for task in closed]
    counts = {"n": len(closed), "timely": timely.count(True), "late": timely.count(False), "rest": timely.count(None)}
    yield Paragraph(
        _("{n} closed: {timely} on time, {late} late, {rest} without a deadline or a known day.").format(**counts)
        if counts["rest"]
        else _("{n} closed: {timely} on time, {late} late.").format(**counts)
    )
    yield task_table(
        status_head(Status.CLOSED),
        closed,
        (
            column(pgettext("sheet", "Deadline"), 10, _deadlines, Align.CENTER),
            column(pgettext("sheet", "Submitted"), 10, _or_nothing(wording.submitted_on), Align.CENTER),
            column(pgettext("sheet", "Closed"), 10, _or_nothing(wording.closed_on), Align.CENTER),
            column(pgettext("sheet", "On time?"), 10, _timely),
        ),
        title=24,
    )


def _or_nothing(text: Callable[[Task], str]) -> Callable[[Task], str]:
    return lambda task: text(task) or NOTHING


def _deadlines(task: Task) -> str:
    """Return the deadline, with that at the submission before it where it was moved only then."""
    entry = history.submission(task)
    later = task.log[task.log.index(entry) :] if entry else ()
    moved = next((each for each in later if isinstance(each, Extend)), None)
    return f"{moved.from_.isoformat()} → {deadline(task)}" if moved else deadline(task)


def _timely(task: Task) -> str:
    done = lights.done_on(task)
    if task.due is None or done is None:
        return NOTHING
    return _("on time") if done <= task.due else wording.days((task.due - done).days)


def _falling_due(sheet: Sheet) -> Iterable[Block]:
    yield task_table(
        _(HEADINGS[Part.DUE]),
        sheet.due,
        (
            column(pgettext("sheet", "Responsible"), 12, lambda task: task.owner or NOTHING),
            due_column(),
            column(pgettext("sheet", "Time left"), 8, lambda task: days_left(task, today=sheet.today)),
        ),
        title=22,
    )


def _results(sheet: Sheet) -> Iterable[Block]:
    results: Sequence[ColumnOf[Note]] = (
        column(pgettext("sheet", "Result"), 32, lambda note: note.text),
        column(pgettext("sheet", "Reported"), 6, lambda note: short_day(note.at.date(), today=sheet.today)),
    )
    yield entry_table(_(HEADINGS[Part.RESULTS]), sheet.results, results, title=20)


def _whole_list(sheet: Sheet) -> Block:
    targeted = any(task.target for task in sheet.tasks)
    target: ColumnOf[Task] = column(pgettext("sheet", "Target"), 12, lambda task: _target(task, sheet), minor=True)
    return task_table(
        _(HEADINGS[Part.ANNEX]),
        sheet.tasks,
        (
            column(pgettext("sheet", "Responsible"), 10, lambda task: task.owner or NOTHING, minor=True),
            *([target] if targeted else []),
            due_column(),
            column(pgettext("sheet", "Status"), 6, lambda task: _(STATUS_LABELS[task.status]), Align.CENTER),
            column(pgettext("sheet", "Light"), 4, lambda task: _light(task, sheet), Align.CENTER),
            column(pgettext("sheet", "Last progress"), 16, lambda task: progress(task, today=sheet.today) or NOTHING),
        ),
        title=18,
        department=12,
    )


def _light(task: Task, sheet: Sheet) -> Cell:
    light = sheet.light(task).light
    return Cell(NOTHING) if light is None else Cell(_(LIGHT_LABELS[light]), light)


def _target(task: Task, sheet: Sheet) -> Cell:
    if not task.target:
        return Cell(NOTHING)
    wanted = wording.figure(task.target, task.unit)
    brief = (_("target {target}").format(target=wanted), _("reached {actual}").format(actual=task.actual or 0))
    return Cell(wording.reached(task, today=sheet.today), brief="\n".join(brief))


_SECTIONS: Final[Mapping[Part, Callable[[Sheet], Iterable[Block]]]] = {
    Part.TOTALS: totals,
    Part.RED: _red,
    Part.YELLOW: _yellow,
    Part.COORDINATION: _coordination,
    Part.GROUPS: by_group,
    Part.REPORTS: _reports,
    Part.CHANGES: _changes,
    Part.DUE: _falling_due,
    Part.RESULTS: _results,
}
