"""The annexes of the weekly sheet: tables of what its body sums up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

import msgspec

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import history, lights, steps, wording
from pilottask.ledger.history import Problem
from pilottask.ledger.labels import LIGHT_LABELS, REASON_LABELS, STATUS_LABELS
from pilottask.ledger.records import Amend, Extend, Find, LogEntry, Note, Raise, Status, Task
from pilottask.paper.content import Corrected, Part, Sheet
from pilottask.paper.document import NOTHING, Align, Block, Cell, Paragraph
from pilottask.paper.groups import by_group
from pilottask.paper.overall import flows, named_moves
from pilottask.paper.phrases import (
    ColumnOf,
    column,
    days_left,
    deadline,
    due_column,
    entry_table,
    need,
    problems,
    progress,
    short_day,
    status_head,
    step_table,
    subheading,
    task_table,
)

_Tables = Sequence[tuple[str, Sequence[object], Callable[[], Iterable[Block]]]]


def _in_turn(tables: _Tables) -> Iterable[Block]:
    """Yield the blocks of those that have rows, each under its heading."""
    for place, (heading, _rows, blocks) in enumerate(one for one in tables if one[1]):
        yield subheading(place, heading)
        yield from blocks()


def details(sheet: Sheet) -> Iterable[Block]:
    """Return the blocks of the annex that has in full what the body counts or cuts short."""

    def day_of(raised: Note | Raise) -> str:
        return short_day(raised.at.date(), today=sheet.today)

    red: Sequence[ColumnOf[Task]] = (
        due_column(),
        column(pgettext("sheet", "Last progress"), 18, lambda task: progress(task, today=sheet.today) or NOTHING),
        column(pgettext("sheet", "Open problems"), 18, problems),
        column(pgettext("sheet", "Next step"), 14, lambda task: _next_step(task) or NOTHING),
    )
    reported: Sequence[ColumnOf[Note]] = (
        column(pgettext("sheet", "Reported"), 8, day_of),
        column(pgettext("sheet", "Progress"), 24, lambda note: note.text),
        column(pgettext("sheet", "Next step"), 16, lambda note: note.next or NOTHING),
    )
    red_ids, due_ids = {task.id for task in sheet.red}, {task.id for task in sheet.due}
    open_problems = [
        (task, raised) for task in sheet.tasks if task.id not in red_ids for raised in history.open_problems(task)
    ]
    yellow = [task for task in sheet.yellow if task.id not in due_ids]
    raised: Sequence[ColumnOf[Raise]] = (
        column(pgettext("sheet", "Problem"), 28, lambda one: one.text),
        column(pgettext("sheet", "Need"), 6, lambda one: need(one.need)),
        column(pgettext("sheet", "Raised"), 10, day_of),
    )
    watched: Sequence[ColumnOf[Task]] = (
        due_column(),
        column(pgettext("sheet", "Why"), 12, lambda task: _why(task, sheet)),
        column(pgettext("sheet", "Last progress"), 24, lambda task: progress(task, today=sheet.today) or NOTHING),
    )
    findings: Sequence[ColumnOf[Find]] = (
        column(pgettext("sheet", "Finding"), 28, lambda found: found.text),
        column(pgettext("sheet", "Fix by"), 10, lambda found: found.fix_by.isoformat(), Align.CENTER),
    )
    due: Sequence[ColumnOf[Task]] = (
        due_column(),
        column(pgettext("sheet", "Time left"), 8, lambda task: days_left(task, today=sheet.today), Align.RIGHT),
        column(pgettext("sheet", "Next step"), 24, lambda task: _next_step(task) or NOTHING),
    )
    late_steps = steps.late(sheet.tasks, today=sheet.today)
    yield from _in_turn(
        (
            (_("Red tasks"), sheet.red, lambda: [task_table(_("Red tasks"), sheet.red, red, title=14, department=10)]),
            (
                _("Findings of inspections past their date"),
                sheet.late_findings,
                lambda: [entry_table(_("Findings"), sheet.late_findings, findings, title=18)],
            ),
            (_("Steps past their day"), late_steps, lambda: [step_table(late_steps, today=sheet.today)]),
            (
                _("Progress in the period"),
                sheet.reported,
                lambda: [entry_table(_("Progress"), sheet.reported, reported, title=14, department=10)],
            ),
            (_("Open problems"), open_problems, lambda: [entry_table(_("Problems"), open_problems, raised, title=16)]),
            (
                _("Due within 7 days"),
                sheet.due,
                lambda: [task_table(_("Due within 7 days"), sheet.due, due, title=18, department=12)],
            ),
            (
                _("Other yellow tasks"),
                yellow,
                lambda: [task_table(_("Other yellow tasks"), yellow, watched, title=16, department=12)],
            ),
        )
    )


def _next_step(task: Task) -> str | None:
    note = history.last_note(task)
    return note.next if note else None


def _why(task: Task, sheet: Sheet) -> str:
    reason = sheet.light(task).reason
    return _(REASON_LABELS[reason]) if reason else NOTHING


def _changes(sheet: Sheet) -> Iterable[Block]:
    if not sheet.is_first:  # there is nothing that anything could have moved from
        yield from map(Paragraph, named_moves(sheet))
    was_red: Sequence[ColumnOf[Task]] = (
        due_column(),
        column(pgettext("sheet", "Status"), 8, lambda task: _(STATUS_LABELS[task.status]), Align.CENTER),
        column(pgettext("sheet", "Light"), 6, lambda task: _light(task, sheet), Align.CENTER),
    )
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
    tables: _Tables = (
        (_("Closed tasks"), sheet.closed, lambda: _closed(sheet.closed, today=sheet.today)),
        (
            _("Overdue at some time in the period"),
            sheet.was_red if sheet.earlier else (),
            lambda: [task_table(_("Overdue at some time in the period"), sheet.was_red, was_red, title=26)],
        ),
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
    yield from _in_turn(tables)


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
        yield entry_table(_("Results in the period"), sheet.results, results, title=20)


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
            column(pgettext("sheet", "Deadline"), 14, deadlines, Align.CENTER),
            column(pgettext("sheet", "Submitted"), 14, day_of(wording.submitted_on), Align.CENTER),
            column(pgettext("sheet", "Closed"), 14, day_of(wording.closed_on), Align.CENTER),
            column(pgettext("sheet", "On time?"), 10, _timely),
        ),
        title=18,
    )


def deadlines(task: Task) -> str:
    """Return the deadline, with that at the submission before it where it was moved only then."""
    moved = moved_after_submission(task)
    return f"{moved.from_.isoformat()} → {deadline(task)}" if moved else deadline(task)


def moved_after_submission(task: Task) -> Extend | None:
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
        _("List of all tasks"),
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
    return Cell(wording.target_reached(task, today=sheet.today), brief="\n".join(brief))


ANNEXES: Final[Mapping[Part, Callable[[Sheet], Iterable[Block]]]] = {
    Part.FLOWS: flows,
    Part.GROUPS: by_group,
    Part.CHANGES: _changes,
    Part.RESULTS: _results,
    Part.ANNEX: lambda sheet: [_whole_list(sheet)] if sheet.tasks else [],
}
"""The annexes that stand behind every sheet that has something for them, in their order."""
