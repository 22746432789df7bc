"""The annexes of the weekly sheet: tables of what its body sums up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import history, lights, steps, vocabulary, wording
from pilottask.ledger.records import OPEN, Amend, Extend, LogEntry, Note, Raise, Submit, Task
from pilottask.paper.content import Corrected, Part, Sheet
from pilottask.paper.document import NOTHING, Align, Block, Cell, Paragraph
from pilottask.paper.groups import by_group
from pilottask.paper.overall import flows, named_moves
from pilottask.paper.phrases import (
    ColumnOf,
    annex_part,
    column,
    days_left,
    deadline,
    due_column,
    entry_table,
    need,
    problems,
    progress,
    short_day,
    step_columns,
    task_label,
    task_table,
)


def _listing(
    heading: str, rows: Sequence[tuple[Task, Any]], title: int, *columns: ColumnOf[Any], lead: str = ""
) -> tuple[str, list[Block]]:
    """Return what was recorded of tasks under its heading, with a lead-in; `title` is the share of their titles."""
    if not rows:
        return heading, []
    made = entry_table(heading, rows, columns, title=title, department=12)
    return heading, [Paragraph(lead), made] if lead else [made]


def _in_turn(*listings: tuple[str, list[Block]]) -> Iterable[Block]:
    """Yield those that have rows, each under its heading."""
    for place, (heading, blocks) in enumerate(one for one in listings if one[1]):
        yield annex_part(place, heading)
        yield from blocks


def _of_itself(tasks: Iterable[Task]) -> list[tuple[Task, Task]]:
    return [(task, task) for task in tasks]


def details(sheet: Sheet, *, whole: bool) -> Iterable[Block]:
    """Return the blocks of the annex that has in full what the body counts or cuts short.

    Unless `whole`, that is no more than the yellow tasks that are alike.
    """
    today = sheet.today

    def day_of(entry: Note | Raise) -> str:
        return short_day(entry.at.date(), today=today)

    red, due = {task.id for task in sheet.red}, {task.id for task in sheet.due}
    troubled = [task for task in sheet.tasks if task.status in OPEN and task.id not in red]
    last = _last_progress(18, sheet)
    next_step = column(pgettext("sheet", "Next step"), 16, _next_step)
    yellow = _listing(
        _("Other yellow tasks"),
        _of_itself(task for task in sheet.yellow if task.id not in due),
        16,
        due_column(),
        column(pgettext("sheet", "Why"), 12, lambda task: _why(task, sheet)),
        last,
    )
    if not whole:
        yield from yellow[1]
        return
    yield from _in_turn(
        _listing(
            _("Red tasks"),
            _of_itself(sheet.red),
            14,
            due_column(),
            last,
            column(pgettext("sheet", "Open problems"), 18, problems),
            next_step,
        ),
        _listing(
            _("Findings of inspections past their date"),
            sheet.late_findings,
            18,
            column(pgettext("sheet", "Finding"), 28, lambda found: found.text),
            column(pgettext("sheet", "Fix by"), 10, lambda found: found.fix_by.isoformat(), Align.CENTER),
        ),
        _listing(_("Steps past their day"), steps.late(sheet.tasks, today=today), 18, *step_columns(today)),
        _listing(
            _("Progress in the period"),
            sheet.reported,
            14,
            column(pgettext("sheet", "Reported"), 8, day_of),
            column(pgettext("sheet", "Progress"), 24, lambda note: note.text),
            column(pgettext("sheet", "Next step"), 16, lambda note: note.next or NOTHING),
        ),
        _listing(
            _("Open problems"),
            [(task, one) for task in troubled for one in history.open_matters(task)],
            16,
            column(pgettext("sheet", "Problem"), 28, lambda one: one.text),
            column(pgettext("sheet", "Need"), 6, lambda one: need(one.need)),
            column(pgettext("sheet", "Raised"), 10, day_of),
        ),
        _listing(
            _("Due within 7 days"),
            _of_itself(sheet.due),
            18,
            due_column(),
            column(pgettext("sheet", "Time left"), 8, lambda task: days_left(task, today=today), Align.RIGHT),
            next_step,
        ),
        yellow,
    )


def _last_progress(share: int, sheet: Sheet) -> ColumnOf[Task]:
    return column(pgettext("sheet", "Last progress"), share, lambda task: progress(task, today=sheet.today) or NOTHING)


def _next_step(task: Task) -> str:
    note = history.last_note(task)
    return (note and note.next) or NOTHING


def _why(task: Task, sheet: Sheet) -> str:
    reason = sheet.light(task).reason
    return vocabulary.REASON.say(reason) if reason else NOTHING


def _changes(sheet: Sheet) -> Iterable[Block]:
    if not sheet.is_first:  # there is nothing that anything could have moved from
        yield from map(Paragraph, named_moves(sheet))
    today = sheet.today

    def day_of(text: Callable[..., str]) -> Callable[[Task], str]:
        return lambda task: text(task, entered=partial(short_day, today=today)) or NOTHING

    yield from _in_turn(
        _listing(
            _("Closed tasks"),
            _of_itself(sheet.closed),
            18,
            column(pgettext("sheet", "Deadline"), 14, deadlines, Align.CENTER),
            column(pgettext("sheet", "Submitted"), 14, day_of(wording.submitted_on), Align.CENTER),
            column(pgettext("sheet", "Closed"), 14, day_of(wording.closed_on), Align.CENTER),
            column(pgettext("sheet", "On time?"), 10, _timely),
            lead=_on_time(sheet.closed),
        ),
        _listing(
            _("Overdue at some time in the period"),
            _of_itself(sheet.was_red if sheet.earlier else ()),
            26,
            due_column(),
            column(pgettext("sheet", "Status"), 8, lambda task: vocabulary.STATUS.say(task.status), Align.CENTER),
            column(pgettext("sheet", "Light"), 6, lambda task: _light(task, sheet), Align.CENTER),
        ),
        _listing(
            _("Deadlines moved"),
            sheet.extended,
            16,
            column(pgettext("sheet", "From"), 14, lambda entry: entry.from_.isoformat(), Align.CENTER),
            column(pgettext("sheet", "To"), 14, lambda entry: entry.to.isoformat(), Align.CENTER),
            column(pgettext("sheet", "Reason"), 14, lambda one: one.reason or _("changed by hand, no reason given")),
            column(pgettext("sheet", "Approved by"), 8, lambda entry: entry.approved_by or NOTHING),
        ),
        _listing(
            _("Problems settled"),
            sheet.settled,
            18,
            column(pgettext("sheet", "Problem"), 16, lambda problem: problem.raised.text),
            column(pgettext("sheet", "How"), 16, lambda one: (one.settled and one.settled.text) or NOTHING),
            column(pgettext("sheet", "Raised"), 10, lambda one: short_day(one.raised.at.date(), today=today)),
            column(pgettext("sheet", "Settled"), 8, lambda one: short_day(one.settled_on or today, today=today)),
        ),
        _listing(
            _("Corrections of what was recorded before"),
            sheet.corrected,
            18,
            column(pgettext("sheet", "As recorded"), 18, lambda one: wording.sentence(_as_recorded(one))),
            column(pgettext("sheet", "Now"), 14, lambda one: one.by.text if isinstance(one.by, Amend) else _("void")),
            column(pgettext("correction", "Reason"), 10, lambda one: one.by.reason),
        ),
    )


def _as_recorded(corrected: Corrected) -> LogEntry:
    """Return the entry with the words that it had before the correction."""
    if isinstance(corrected.by, Amend):
        words = {history.amended_field(corrected.by, corrected.entry): corrected.by.was}
        return msgspec.structs.replace(corrected.entry, **words)
    return corrected.entry


def _results(sheet: Sheet) -> Iterable[Block]:
    results: Sequence[ColumnOf[Note]] = (
        column(pgettext("sheet", "Result"), 32, lambda note: note.text),
        column(pgettext("sheet", "Reported"), 10, lambda note: short_day(note.at.date(), today=sheet.today)),
    )
    if sheet.results:
        yield entry_table(_("Results in the period"), sheet.results, results, title=20)


def _on_time(closed: Sequence[Task]) -> str:
    timely = [lights.on_time(task) for task in closed]
    parts = (
        (True, _("{n} on time")),
        (False, _("{n} late")),
        (None, _("{n} without a deadline or a known day")),
    )
    words = _(", ").join(text.format(n=timely.count(how)) for how, text in parts if how in timely)
    return _("{n} closed: {said}.").format(n=len(closed), said=words)


def deadlines(task: Task) -> str:
    """Return the deadline, with that at the submission before it where it was moved only then."""
    moved = moved_after_submission(task)
    return f"{moved.from_.isoformat()} → {deadline(task)}" if moved else deadline(task)


def moved_after_submission(task: Task) -> Extend | None:
    """Return the first extension that came after the submission, None without one."""
    counted, entry = list(history.entries(task)), history.last(task, Submit)
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
            column(pgettext("sheet", "Status"), 6, lambda task: vocabulary.STATUS.say(task.status), Align.CENTER),
            column(pgettext("sheet", "Light"), 4, lambda task: _light(task, sheet), Align.CENTER),
            _last_progress(16, sheet),
        ),
        title=18,
        department=12,
    )


def _attached_files(sheet: Sheet) -> Iterable[Block]:
    """Name the files that are attached to the tasks of the list."""
    parts = [
        _("{task}: {files}").format(task=task_label(task), files=_(", ").join(entry.name for entry in attached))
        for task in sheet.tasks
        if (attached := history.attachments(task))
    ]
    if parts:
        yield Paragraph(_("Attached files: {tasks}.").format(tasks=_("; ").join(parts)), quiet=True)


def _light(task: Task, sheet: Sheet) -> Cell:
    light = sheet.light(task).light
    return Cell(NOTHING) if light is None else Cell(vocabulary.LIGHT.say(light), light)


def _target(task: Task, sheet: Sheet) -> Cell:
    if not task.target:
        return Cell(NOTHING)
    wanted = wording.figure(task.target, task.unit)
    reached = NOTHING if task.actual is None else task.actual
    brief = (_("target {target}").format(target=wanted), _("reached {actual}").format(actual=reached))
    return Cell(wording.target_reached(task, today=sheet.today), brief="\n".join(brief))


ANNEXES: Final[Mapping[Part, Callable[[Sheet], Iterable[Block]]]] = {
    Part.FLOWS: flows,
    Part.GROUPS: by_group,
    Part.CHANGES: _changes,
    Part.RESULTS: _results,
    Part.ANNEX: lambda sheet: [_whole_list(sheet), *_attached_files(sheet)] if sheet.tasks else [],
}
"""The annexes that stand behind every sheet that has something for them, in their order."""
