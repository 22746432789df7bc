"""The weekly sheet in words: a body that a leader reads on two pages, and annexes with the tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

import msgspec

from pilottask.base.i18n import N_, _, language, ngettext, pgettext
from pilottask.ledger import history, lights, rounds, steps, wording
from pilottask.ledger.history import Problem, StepNow
from pilottask.ledger.labels import LIGHT_LABELS, NEED_LABELS, STATUS_LABELS
from pilottask.ledger.lights import Reason
from pilottask.ledger.records import Amend, Extend, Find, Instruction, LogEntry, Note, Raise, Status, Task
from pilottask.ledger.rounds import State
from pilottask.paper.content import Corrected, Part, Sheet
from pilottask.paper.document import NOTHING, Align, Block, Cell, Document, Page, Paragraph, Section
from pilottask.paper.groups import by_group
from pilottask.paper.overall import flows, named_moves, totals
from pilottask.paper.phrases import (
    ColumnOf,
    column,
    deadline,
    due_column,
    entry_table,
    long_day,
    none,
    progress,
    section_numeral,
    sentences,
    short_day,
    status_head,
    subheading,
    task_label,
    task_table,
)

HEADINGS: Final[Mapping[Part, str]] = {
    Part.TOTALS: N_("Overall"),
    Part.RED: N_("Red: overdue tasks"),
    Part.COORDINATION: N_("Asked of the leaders"),
    Part.PROGRESS: N_("Progress in the period"),
    Part.RESULTS: N_("Results in the period"),
    Part.YELLOW: N_("Problems, and what to watch"),
    Part.DUE: N_("Next steps"),
    Part.REPORTS: N_("Reports by departments"),
    Part.FLOWS: N_("Figures from the start of the period to its end"),
    Part.GROUPS: N_("By department and line of work"),
    Part.CHANGES: N_("Closed, and deadlines moved, in the period"),
    Part.ANNEX: N_("List of all tasks"),
}
_NAMED: Final = 5
"""Tasks that are named where many are alike, before the rest is only counted."""


def sheet_document(sheet: Sheet) -> Document:
    """Return a sheet in the language in use, with every section, those that it goes without too.

    Reports, results and requests stand on it where there are some.
    """
    body = [(part, blocks) for part, told in _BODY.items() if (blocks := tuple(told(sheet)))]
    sections = tuple(
        Section(part, _(HEADINGS[part]), blocks, section_numeral(place)) for place, (part, blocks) in enumerate(body)
    )
    behind = [(part, blocks) for part, told in _ANNEXES.items() if (blocks := tuple(told(sheet)))]
    annexes = tuple(
        Section(part, _(HEADINGS[part]), blocks, _("Annex {n}: ").format(n=place), wide=part is Part.ANNEX)
        for place, (part, blocks) in enumerate(behind, start=1)
    )
    pilot = sheet.pilot
    page = Page(
        above=pilot.name,
        title=_title(sheet),
        number=_number(sheet),
        left=pilot.office or "",
        right=long_day(sheet.today),
        remarks=tuple(_remarks(sheet)),
        sections=sections,
        annexes=annexes,
        signature=tuple(filter(None, (pilot.office, long_day(sheet.today)))),
        sent=tuple(
            label.format(names=names)
            for label, names in ((_("To: {names}"), pilot.sheet_to), (_("Copies: {names}"), pilot.sheet_copies))
            if names
        ),
    )
    return Document(lang=language(), name=_("weekly sheet"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous)


def _title(sheet: Sheet) -> str:
    if sheet.only:
        return _("Tasks of {departments}").format(departments=_(", ").join(sheet.only))
    return sheet.pilot.sheet_title or _("Progress of the pilot's tasks")


def _number(sheet: Sheet) -> str | None:
    """Return which sheet it is; a department's page is none."""
    if sheet.only:
        return None
    return _("Draft, not numbered") if sheet.number is None else _("No. {n}").format(n=sheet.number)


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


# The body


def _listed(items: Sequence[str]) -> Iterable[Paragraph]:
    """Return items as paragraphs: numbered, where there are several."""
    for place, item in enumerate(items, start=1):
        yield Paragraph(_("{place}. {item}").format(place=place, item=item) if len(items) > 1 else item)


def _red(sheet: Sheet) -> Iterable[Block]:
    yield from _listed([_red_sentence(task, sheet) for task in sheet.red]) if sheet.red else (none(),)
    if sheet.late_findings:
        late = [_finding(task, finding, sheet) for task, finding in sheet.late_findings]
        yield Paragraph(_("Findings of inspections past their date: {items}.").format(items=_("; ").join(late)))
    if late_steps := steps.late(sheet.tasks, today=sheet.today):
        items = _("; ").join(_step(task, step, sheet) for task, step in late_steps)
        yield Paragraph(_("Steps past their day: {items}.").format(items=items))


def _red_sentence(task: Task, sheet: Sheet) -> str:
    """Say how late a task is, what holds it, and what is proposed; what is not known is said to be."""
    note = history.last_note(task)
    held = _("; ").join(_bare(problem.text) for problem in history.open_problems(task))
    if not held:
        held = progress(task, today=sheet.today) or _("neither a problem nor progress is reported")
    told = [held] + ([_("next: {step}").format(step=note.next)] if note and note.next else [])
    late = wording.days(lights.days_left(task, today=sheet.today) or 0)
    return _("{title} (no. {id}, {department}, {late}): {told}.").format(
        title=task.title, id=task.id, department=task.department, late=late, told=_("; ").join(map(_bare, told))
    )


def _bare(text: str) -> str:
    """Return a text to stand within a sentence: its lines after each other, without a full stop at their ends."""
    return _("; ").join(bare for line in text.splitlines() if (bare := line.strip().rstrip("。.；;")))


def _step(task: Task, step: StepNow, sheet: Sheet) -> str:
    late = wording.count_of_days((sheet.today - step.due).days)
    return _("{task}: {step}, due {day}, {late} late").format(
        task=task_label(task), step=_bare(step.text), day=short_day(step.due, today=sheet.today), late=late
    )


def _finding(task: Task, finding: Find, sheet: Sheet) -> str:
    late = wording.count_of_days((sheet.today - finding.fix_by).days)
    return _("{title} (no. {id}, {department}): {text}, to be put right by {day}, {late} ago").format(
        title=task.title,
        id=task.id,
        department=task.department,
        text=_bare(finding.text),
        day=short_day(finding.fix_by, today=sheet.today),
        late=late,
    )


def _asked(sheet: Sheet) -> Iterable[Block]:
    matters = [
        _("{task}: {matter}.").format(task=task_label(task), matter=_("; ").join(_matter(one, sheet) for one in asked))
        for task in sheet.coordination
        if (asked := history.to_coordinate(task))
    ]
    yield from _listed([*matters, *(_instruction(one, sheet) for one in sheet.late_instructions)])


def _matter(raised: Raise, sheet: Sheet) -> str:
    """Return what is raised, with the kind of support that it asks for and its day."""
    said = [_("raised {day}").format(day=short_day(raised.at.date(), today=sheet.today))]
    if raised.need is not None:
        said.insert(0, _(NEED_LABELS[raised.need]))
    return _("{text} ({said})").format(text=_bare(raised.text), said=_(", ").join(said))


def _instruction(one: Instruction, sheet: Sheet) -> str:
    day = short_day(one.reply_by or sheet.today, today=sheet.today)
    return _("{leader}'s instruction no. {n}, to be answered by {day}, has no answer yet: {text}.").format(
        leader=one.leader, n=one.n, day=day, text=_bare(one.text)
    )


def _progress(sheet: Sheet) -> Iterable[Block]:
    """Say by department what was reported in the period, each with its day, and what was closed."""
    if not (sheet.reported or sheet.closed):
        yield Paragraph(_("Nothing was reported in the period."))
        return
    told: dict[str, list[str]] = {}
    for task, note in sheet.reported:
        day = short_day(note.at.date(), today=sheet.today)
        if note.imported:
            day = _("taken in {day}").format(day=day)
        text = _("{title}: {text} ({day})").format(title=task.title, text=_bare(note.text), day=day)
        told.setdefault(task.department, []).append(text)
    for task in sheet.closed:
        done = _("{title}: {status}").format(title=task.title, status=_(STATUS_LABELS[Status.CLOSED]))
        told.setdefault(task.department, []).append(done)
    yield from _by_department(told, sheet)


def _by_department(told: Mapping[str, Sequence[str]], sheet: Sheet) -> Iterable[Paragraph]:
    order = [name for name, _tally in sheet.departments if name is not None and name in told]
    for name in (*order, *(name for name in told if name not in order)):
        yield Paragraph(_("{department}: {items}.").format(department=name, items=_("; ").join(told[name])))


def _watched(sheet: Sheet) -> Iterable[Block]:
    """Say which problems are open that no leader is asked about, and sum up what is alike."""
    red = {task.id for task in sheet.red}
    problems = {
        task.id: [_matter(one, sheet) for one in history.open_problems(task) if not one.coordinate]
        for task in sheet.tasks
        if task.id not in red
    }
    items = [
        _("{task}: {matter}.").format(task=task_label(task), matter=_("; ").join(problems[task.id]))
        for task in sheet.tasks
        if problems.get(task.id)
    ]
    alike: dict[Reason, list[Task]] = {}
    for task in sheet.yellow:
        reason = sheet.light(task).reason
        if reason in {Reason.STALE, Reason.SUBMITTED, Reason.BEHIND}:
            alike.setdefault(reason, []).append(task)
    heads = {
        Reason.STALE: _("No movement for more than {days} days: {n} ({tasks})."),
        Reason.SUBMITTED: _("Waiting to be verified: {n} ({tasks})."),
        Reason.BEHIND: _("Behind their targets: {n} ({tasks})."),
    }
    for reason, tasks in alike.items():
        named = _("; ").join(_alike(task, reason, sheet) for task in tasks[:_NAMED])
        if len(tasks) > _NAMED:
            named = _("{named} and others").format(named=named)
        items.append(heads[reason].format(days=sheet.pilot.stale_days, n=len(tasks), tasks=named))
    yield from _listed(items) if items else (none(),)


def _alike(task: Task, reason: Reason, sheet: Sheet) -> str:
    """Name one of several tasks that are alike, with its own day or figure."""
    said = [task.department]
    if reason is Reason.SUBMITTED:
        short = partial(short_day, today=sheet.today)
        if day := wording.submitted_on(task, short, short):
            said.append(_("submitted {day}").format(day=day))
        if late := lights.submitted_late_days(task):
            said.append(wording.submitted_late(late))
        if _moved_after_submission(task):
            said.append(_("deadline moved after that, {days}").format(days=_deadlines(task)))
        if waited := lights.to_verify_days(task, today=sheet.today):
            said.append(_("waiting for {days}").format(days=wording.count_of_days(waited)))
    elif reason is Reason.BEHIND:
        said.append(wording.reached(task, today=sheet.today))
    else:
        said.append(wording.count_of_days((sheet.today - lights.last_moved(task)).days))
    return _("{title}, {said}").format(title=task.title, said=_(", ").join(said))


def _next(sheet: Sheet) -> Iterable[Block]:
    """Say what falls due in the days to come, and which next steps departments reported."""
    if sheet.due:
        due = [
            _("{day} {title} ({department})").format(
                day=short_day(task.due or sheet.today, today=sheet.today), title=task.title, department=task.department
            )
            for task in sheet.due
        ]
        text = ngettext("Due within 7 days: {n} task: {items}.", "Due within 7 days: {n} tasks: {items}.", len(due))
        yield Paragraph(text.format(n=len(due), items=_("; ").join(due)))
    else:
        yield Paragraph(_("Nothing falls due within 7 days."))
    latest = {task.id: (task, note) for task, note in sheet.reported if note.next}
    told: dict[str, list[str]] = {}
    for task, note in latest.values():
        text = _("{title}: {text}").format(title=task.title, text=_bare(note.next or ""))
        told.setdefault(task.department, []).append(text)
    yield from _by_department(told, sheet)


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


# The annexes


def _changes(sheet: Sheet) -> Iterable[Block]:
    if not sheet.is_first:  # there is nothing that anything could have moved from
        yield from map(Paragraph, named_moves(sheet))
    extended: Sequence[ColumnOf[Extend]] = (
        column(pgettext("sheet", "From"), 14, lambda entry: entry.from_.isoformat(), Align.CENTER),
        column(pgettext("sheet", "To"), 14, lambda entry: entry.to.isoformat(), Align.CENTER),
        column(pgettext("sheet", "Reason"), 14, lambda entry: entry.reason or _("changed by hand, no reason given")),
        column(pgettext("sheet", "Approved by"), 8, lambda entry: entry.approved_by or NOTHING),
    )
    settled: Sequence[ColumnOf[Problem]] = (
        column(pgettext("sheet", "Problem"), 16, lambda problem: problem.raised.text),
        column(pgettext("sheet", "How"), 16, lambda problem: (problem.settled and problem.settled.text) or NOTHING),
        column(pgettext("sheet", "Raised"), 10, lambda problem: short_day(problem.raised.at.date(), today=sheet.today)),
        column(
            pgettext("sheet", "Settled"), 8, lambda one: short_day(one.settled_on or sheet.today, today=sheet.today)
        ),
    )
    corrected: Sequence[ColumnOf[Corrected]] = (
        column(pgettext("sheet", "As recorded"), 18, lambda one: wording.sentence(_as_recorded(one))),
        column(pgettext("sheet", "Now"), 14, lambda one: one.by.text if isinstance(one.by, Amend) else _("void")),
        column(pgettext("correction", "Reason"), 10, lambda one: one.by.reason),
    )
    tables: Sequence[tuple[str, Sequence[object], Callable[[], Iterable[Block]]]] = (
        (_("Closed tasks"), sheet.closed, lambda: _closed(sheet.closed, today=sheet.today)),
        (
            _("Deadlines moved"),
            sheet.extended,
            lambda: [entry_table(_("Deadlines moved"), sheet.extended, extended, title=16, department=12)],
        ),
        (
            _("Problems settled"),
            sheet.settled,
            lambda: [entry_table(_("Problems settled"), sheet.settled, settled, title=18)],
        ),
        (
            _("Corrections of what was recorded before"),
            sheet.corrected,
            lambda: [entry_table(_("Corrections"), sheet.corrected, corrected, title=18)],
        ),
    )
    for place, (heading, _rows, blocks) in enumerate(one for one in tables if one[1]):
        yield subheading(place, heading)
        yield from blocks()


def _as_recorded(corrected: Corrected) -> LogEntry:
    """Return the entry with the words that it had before the correction."""
    if isinstance(corrected.by, Amend):
        words = {history.WORDS[type(corrected.entry)]: corrected.by.was}
        return msgspec.structs.replace(corrected.entry, **words)
    return corrected.entry


def _results(sheet: Sheet) -> Iterable[Block]:
    results: Sequence[ColumnOf[Note]] = (
        column(pgettext("sheet", "Result"), 32, lambda note: note.text),
        column(pgettext("sheet", "Reported"), 10, lambda note: short_day(note.at.date(), today=sheet.today)),
    )
    if sheet.results:
        yield entry_table(_(HEADINGS[Part.RESULTS]), sheet.results, results, title=20)


def _closed(closed: Sequence[Task], *, today: date) -> Iterable[Block]:
    def day_of(text: Callable[..., str]) -> Callable[[Task], str]:
        return lambda task: text(task, entered=partial(short_day, today=today)) or NOTHING

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
            column(pgettext("sheet", "Deadline"), 14, _deadlines, Align.CENTER),
            column(pgettext("sheet", "Submitted"), 14, day_of(wording.submitted_on), Align.CENTER),
            column(pgettext("sheet", "Closed"), 14, day_of(wording.closed_on), Align.CENTER),
            column(pgettext("sheet", "On time?"), 10, _timely),
        ),
        title=18,
    )


def _deadlines(task: Task) -> str:
    """Return the deadline, with that at the submission before it where it was moved only then."""
    moved = _moved_after_submission(task)
    return f"{moved.from_.isoformat()} → {deadline(task)}" if moved else deadline(task)


def _moved_after_submission(task: Task) -> Extend | None:
    """Return the first extension that came after the submission, None without one."""
    counted, entry = list(history.entries(task)), history.submission(task)
    later = counted[counted.index(entry) :] if entry and task.submitted else ()
    return next((each for each in later if isinstance(each, Extend)), None)


def _timely(task: Task) -> str:
    done = lights.done_on(task)
    if task.due is None or done is None:
        return NOTHING
    return _("on time") if done <= task.due else wording.days((task.due - done).days)


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


_BODY: Final[Mapping[Part, Callable[[Sheet], Iterable[Block]]]] = {
    Part.TOTALS: totals,
    Part.RED: _red,
    Part.COORDINATION: _asked,
    Part.PROGRESS: _progress,
    Part.YELLOW: _watched,
    Part.DUE: _next,
    Part.REPORTS: _reports,
}
_ANNEXES: Final[Mapping[Part, Callable[[Sheet], Iterable[Block]]]] = {
    Part.FLOWS: flows,
    Part.GROUPS: by_group,
    Part.CHANGES: _changes,
    Part.RESULTS: _results,
    Part.ANNEX: lambda sheet: [_whole_list(sheet)] if sheet.tasks else [],
}
