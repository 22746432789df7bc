"""What a row says brought into the task that is there already, each difference as a change on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Final, assert_never

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import name_key
from pilottask.exchange.office import values
from pilottask.exchange.office.drafts import Draft
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.stages import Stage
from pilottask.ledger import changes, history, lights, steps, vocabulary
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import (
    OPEN,
    Extend,
    Import,
    LogEntry,
    Note,
    Number,
    Raise,
    Status,
    Step,
    StepChange,
    StepDone,
    Task,
    replace,
)

_OF_STEP: Final = ("due", "text", "target", "unit")
"""What a row says anew of a step that is there already; what it leaves out stays."""
_WITH_DAYS: Final = frozenset({Status.SUBMITTED, Status.CLOSED})


class Unfit(Exception):
    """What a row wants of its task cannot be done; its arguments are the column that wants it, and why not."""


def updated_task(task: Task, draft: Draft, stamp: Stamp, *, reason: str) -> Task:
    """Return `task` with what `draft` says; the same task where it says nothing new. Blank cells change nothing.

    `reason` stands in the entries that need one. Raises Unfit where the status cannot be reached, or where the
    task is closed and stays so but its deadline or problems differ.
    """
    if task.status in OPEN:
        return _with_status(_with_fields(task, draft, stamp, reason), draft, stamp, reason)
    return _with_fields(_with_status(task, draft, stamp, reason), draft, stamp, reason)


def new_task(draft: Draft, stamp: Stamp, *, uid: str, reason: str) -> Task:
    """Return a new task as its row tells it. Its id is given by the ledger."""
    at, by = stamp.at, stamp.by
    status, due = draft.status or Status.TODO, draft.deadline
    first_due = (draft.first_due or due) if due else None
    begun = Import(at=at, by=by, status=status, submitted=draft.submitted, closed=draft.closed)
    log: list[LogEntry] = [begun]
    if due and first_due and first_due != due:
        log.append(Extend(at=at, by=by, from_=first_due, to=due, reason=reason))
    told = dict(draft.fields)
    own = changes.own_columns(told)
    task = Task(
        id=0,
        uid=uid,
        title=draft.title,
        department=draft.department,
        due=due,
        first_due=first_due,
        open_ended=draft.open_ended,
        status=status,
        created=draft.created or stamp.today,
        submitted=draft.submitted,
        closed=draft.closed,
        extra=own,
    )
    if draft.progress or draft.next_step:
        log.append(_note_on(draft_day(draft, stamp), stamp, text=draft.progress or "", next_step=draft.next_step))
    log += (
        Raise(at=at, by=by, n=item.n or place, text=item.text, need=item.need, coordinate=item.coordinate)
        for place, item in enumerate(draft.problems, start=1)
    )
    task = replace(task, log=tuple(log), **told)
    task = _with_steps(_with_reports(task, draft, stamp), draft, stamp, reason)
    if draft.worked is None or draft.worked == lights.last_sign(task):
        return task
    return replace(task, log=(msgspec.structs.replace(begun, worked=draft.worked), *task.log[1:]))


@contextmanager
def _wanted_by(column: Column) -> Iterator[None]:
    try:
        yield
    except UsageFault as wrong:
        raise Unfit(column, wrong.message) from None


def _with_fields(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    title = task.title if name_key(task.title) == name_key(draft.title) else draft.title
    values = {"title": title, "department": draft.department, **draft.fields}
    task = changes.edit(task, stamp, values)
    with _wanted_by(Column.DUE):
        task = _due(task, draft, stamp, reason)
    task = _with_reports(_with_note(task, draft, stamp), draft, stamp)
    with _wanted_by(Column.STEP):
        task = _with_steps(task, draft, stamp, reason)
    with _wanted_by(Column.PROBLEM):
        return _with_problems(task, draft, stamp)


def _due(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    if draft.open_ended:
        return changes.edit(task, stamp, {"due": None, "open_ended": True})
    if draft.due is None or draft.due == task.due:
        return task
    if task.due is None:
        task = changes.edit(task, stamp, {"due": draft.first_due or draft.due})
    return task if task.due == draft.due else changes.extend(task, stamp, to=draft.due, reason=reason)


def _with_note(task: Task, draft: Draft, stamp: Stamp) -> Task:
    said, last = history.last_note(task, told=True), history.last_note(task)
    text, next_step = said.text if said else "", last.next if last else None
    noted = draft.progress or text, draft.next_step or next_step
    day = draft_day(draft, stamp)
    known = {(entry.text, entry.next) for entry in task.log if isinstance(entry, Note) and entry.at.date() == day[0]}
    if noted in {(text, next_step), *known}:
        return task
    return replace(task, log=(*task.log, _note_on(day, stamp, text=noted[0], next_step=noted[1])))


def draft_day(draft: Draft, stamp: Stamp) -> tuple[date, bool]:
    """Return the day of the progress that a row reports, and whether that is only the day of a file."""
    if draft.noted:
        return draft.noted
    led = values.leading_day(draft.progress or "", today=stamp.today)
    return (led, False) if led else (stamp.today, True)


def _note_on(day: tuple[date, bool], stamp: Stamp, *, text: str, next_step: str | None = None) -> Note:
    """Return a note of a day, and whether that is only the day of a file."""
    at = stamp.at if day[0] == stamp.today else datetime.combine(day[0], stamp.at.timetz())
    return Note(at=at, by=stamp.by, text=text, next=next_step, imported=day[1])


def _with_reports(task: Task, draft: Draft, stamp: Stamp) -> Task:
    """Return `task` with a note for the progress of each period of which it has no such note."""
    notes = []
    for report in draft.reports:
        known = (entry for entry in task.log if isinstance(entry, Note) and entry.text == report.text)
        if not any(report.first <= entry.at.date() <= report.day for entry in known):
            notes.append(_note_on((report.day, report.imported), stamp, text=report.text))
    return replace(task, log=(*task.log, *notes)) if notes else task


def _with_steps(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    """Return `task` with the steps of a row: one of the same words, or of the same day, is the same step."""
    if not draft.steps:
        return task
    known = history.steps(task)
    taken: set[int] = set()
    used = {entry.n for entry in task.log if isinstance(entry, Step)}
    for stage in draft.steps:
        alike = [step for step in known if step.text == stage.text] or [step for step in known if step.due == stage.due]
        free = [step for step in alike if step.n not in taken]
        step = next((step for step in free if step.n == stage.n), free[0] if free else None)
        n = step.n if step else stage.n if stage.n and stage.n not in used else 1 + max(used, default=0)
        taken.add(n)
        used.add(n)
        change = StepChange(at=stamp.at, by=stamp.by, n=n, reason=reason)
        if step and any(getattr(stage, name) not in {None, getattr(step, name)} for name in _OF_STEP):
            told = msgspec.structs.replace(change, to=stage.due, text=stage.text if stage.text != step.text else None)
            if (stage.target, stage.unit) != (step.target, step.unit):
                told = msgspec.structs.replace(told, target=stage.target, unit=stage.unit)
            task = steps.change(task, n, stamp, told)
        if new := (*(() if step else _new_step(stage, change)), *_completion(stage, step, change)):
            task = replace(task, log=(*task.log, *new))
    return task


def _new_step(stage: Stage, change: StepChange) -> Iterator[LogEntry]:
    """Yield the entries that make a new step of `stage`."""
    at, by, n, first = change.at, change.by, change.n, stage.first_due or stage.due
    yield Step(at=at, by=by, n=n, text=stage.text, due=first, target=stage.target, unit=stage.unit)
    if first != stage.due:
        yield msgspec.structs.replace(change, from_=first, to=stage.due)


def _completion(stage: Stage, step: history.StepNow | None, change: StepChange) -> Iterator[LogEntry]:
    """Yield the entries that say when a step was done; what is on record gives way to a line that numbers its step."""
    known = step.done if step else None
    if stage.done is None or (step and known and (not stage.n or (known, step.actual) == (stage.done, stage.actual))):
        return
    if known:
        yield msgspec.structs.replace(change, undone=True)
    yield StepDone(at=change.at, by=change.by, n=change.n, on=stage.done, actual=stage.actual)


def _with_problems(task: Task, draft: Draft, stamp: Stamp) -> Task:
    # A problem that was settled since the sheet was written is not raised again by its old text.
    known = {problem.raised.text for problem in history.problems(task)}
    for item in draft.problems:
        if item.text not in known:
            task = changes.raise_(task, stamp, text=item.text, need=item.need, coordinate=item.coordinate)
            known.add(item.text)
    return task


def with_note(task: Task, stamp: Stamp, *, text: str, next_step: str | None, actual: Number | None = None) -> Task:
    """Return `task` with a progress note; its text may be empty where a sheet gives only the rest."""
    was = None if actual is None else task.actual
    entry = Note(at=stamp.at, by=stamp.by, text=text, next=next_step, was=was, actual=actual)
    return replace(task, log=(*task.log, entry), actual=task.actual if actual is None else actual)


def _with_status(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    if draft.status is None or draft.inferred:
        return task
    goal = _goal(task, draft, draft.status)
    if task == goal:
        return task
    with _wanted_by(Column.STATUS):
        if task.status not in OPEN:
            task = changes.reopen(task, stamp, reason=reason)
        if task.status is Status.SUBMITTED and goal.submitted not in {None, task.submitted}:
            task = changes.return_(task, stamp, reason=reason)
        while task.status is not goal.status:
            task = _step(task, goal, stamp, reason)
    return task


def _goal(task: Task, draft: Draft, status: Status) -> Task:
    """Return `task` with the status that a row wants, and the days that it tells, else those that are known already."""
    if status not in _WITH_DAYS:
        return task if status is task.status else replace(task, status=status, submitted=None, closed=None)
    if status is not task.status:
        return replace(task, status=status, submitted=draft.submitted, closed=draft.closed)
    goal = replace(task, submitted=draft.submitted or task.submitted, closed=draft.closed or task.closed)
    if status is Status.CLOSED and goal.submitted != task.submitted and goal.closed is None:
        why = _("{task} was closed on a day that is not known; give that day too").format(task=changes.task_name(task))
        raise Unfit(Column.SUBMITTED, why)
    return goal


def _step(task: Task, goal: Task, stamp: Stamp, reason: str) -> Task:
    """Return `task`, which is open, one move nearer to the goal."""
    match goal.status:
        case Status.SUSPENDED:
            return changes.suspend(task, stamp, reason=reason)
        case Status.CANCELLED:
            return changes.cancel(task, stamp, reason=reason)
        case Status.TODO:
            message = _("{task} is {status}; no move leads back to {wanted}")
            status, wanted = map(vocabulary.STATUS.say, (task.status, goal.status))
            raise UsageFault(message.format(task=changes.task_name(task), status=status, wanted=wanted))
        case Status.DOING:
            return (
                changes.start(task, stamp)
                if task.status is Status.TODO
                else changes.return_(task, stamp, reason=reason)
            )
        case Status.SUBMITTED | Status.CLOSED:
            if goal.status is Status.CLOSED and (goal.submitted is None or task.status is Status.SUBMITTED):
                return changes.close_from_file(task, stamp, on=goal.closed)
            if task.status is Status.TODO:
                return changes.start(task, stamp)
            return changes.submit(task, stamp, on=goal.submitted)
        case _:
            assert_never(goal.status)
