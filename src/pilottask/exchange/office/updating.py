"""What a row says brought into the task that is there already, each difference as a change on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, assert_never

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.exchange.office import values
from pilottask.exchange.office.drafts import Draft
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.units import fold
from pilottask.ledger import changes, history
from pilottask.ledger.changes import Stamp
from pilottask.ledger.labels import STATUS_LABELS
from pilottask.ledger.records import OPEN, Note, Number, Status, Task, replace

_WITH_DAYS: Final = frozenset({Status.SUBMITTED, Status.CLOSED})


class Unfit(Exception):
    """What a row wants of its task cannot be done: which column wants it, and why not."""

    def __init__(self, column: Column, why: str) -> None:
        super().__init__(why)
        self.column = column
        self.why = why


def updated(task: Task, draft: Draft, stamp: Stamp, *, reason: str) -> Task:
    """Return `task` with what `draft` says; the same task where it says nothing new. Blank cells change nothing.

    `reason` stands in the entries that need one. Raises Unfit where the status cannot be reached, or where the
    task is closed and stays so but its deadline or problems differ.
    """
    if task.status in OPEN:
        return _moved(_told(task, draft, stamp, reason), draft, stamp, reason)
    return _told(_moved(task, draft, stamp, reason), draft, stamp, reason)


@contextmanager
def _wanted_by(column: Column) -> Iterator[None]:
    try:
        yield
    except UsageFault as wrong:
        raise Unfit(column, wrong.message) from None


def _told(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    title = task.title if fold(task.title) == fold(draft.title) else draft.title
    values = {"title": title, "department": draft.department, **draft.fields}
    task = changes.edit(task, stamp, values)
    with _wanted_by(Column.DUE):
        task = _due(task, draft, stamp, reason)
    task = _noted(task, draft, stamp)
    with _wanted_by(Column.PROBLEM):
        return _raised(task, draft, stamp)


def _due(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    if draft.open_ended:
        return changes.edit(task, stamp, {"due": None, "open_ended": True})
    if draft.due is None or draft.due == task.due:
        return task
    if task.due is None:
        task = changes.edit(task, stamp, {"due": draft.first_due or draft.due})
    return task if task.due == draft.due else changes.extend(task, stamp, to=draft.due, reason=reason)


def _noted(task: Task, draft: Draft, stamp: Stamp) -> Task:
    last = history.last_note(task)
    text, next_step = (last.text, last.next) if last else ("", None)
    told = draft.progress or text, draft.next_step or next_step
    day, _file_day = draft_day(draft, stamp)
    known = {(entry.text, entry.next) for entry in task.log if isinstance(entry, Note) and entry.at.date() == day}
    if told in {(text, next_step), *known}:
        return task
    return with_draft_note(task, draft, stamp, text=told[0], next_step=told[1])


def draft_day(draft: Draft, stamp: Stamp) -> tuple[date, bool]:
    """Return the day of the progress that a row reports, and whether that is only the day of a file."""
    if draft.noted:
        return draft.noted
    led = values.leading_day(draft.progress or "", today=stamp.today)
    return (led, False) if led else (stamp.today, True)


def with_draft_note(task: Task, draft: Draft, stamp: Stamp, *, text: str, next_step: str | None) -> Task:
    """Return `task` with the progress that a row reports, on its own day where the row tells it."""
    day, file_day = draft_day(draft, stamp)
    at = stamp.at if day == stamp.today else datetime.combine(day, stamp.at.timetz())
    entry = Note(at=at, by=stamp.by, text=text, next=next_step, imported=file_day)
    return replace(task, log=(*task.log, entry))


def _raised(task: Task, draft: Draft, stamp: Stamp) -> Task:
    # A problem that was settled since the sheet was written is not raised again by its old text.
    known = {problem.raised.text for problem in history.problems(task)}
    for item in draft.problems:
        if item.text not in known:
            task = changes.raise_(task, stamp, text=item.text, need=item.need, coordinate=item.coordinate)
            known.add(item.text)
    return task


def with_note(task: Task, stamp: Stamp, *, text: str, next_step: str | None, actual: Number | None = None) -> Task:
    """Return `task` with a progress note; its text may be empty where a sheet gives only the rest."""
    entry = Note(at=stamp.at, by=stamp.by, text=text, next=next_step, actual=actual)
    return replace(task, log=(*task.log, entry), actual=task.actual if actual is None else actual)


@dataclass(frozen=True, slots=True)
class _Goal:
    """Where a row wants its task: days are those told, else those known already, where the status has such."""

    status: Status
    submitted: date | None
    closed: date | None


def _moved(task: Task, draft: Draft, stamp: Stamp, reason: str) -> Task:
    if draft.status is None or draft.inferred:
        return task
    goal = _goal(task, draft, draft.status)
    if (task.status, task.submitted, task.closed) == (goal.status, goal.submitted, goal.closed):
        return task
    with _wanted_by(Column.STATUS):
        if task.status not in OPEN:
            task = changes.reopen(task, stamp, reason=reason)
        if task.status is Status.SUBMITTED and goal.submitted not in {None, task.submitted}:
            task = changes.return_(task, stamp, reason=reason)
        while task.status is not goal.status:
            task = _step(task, goal, stamp, reason)
    return task


def _goal(task: Task, draft: Draft, status: Status) -> _Goal:
    if status is not task.status:
        days = draft.submitted, draft.closed
        return _Goal(status, *days) if status in _WITH_DAYS else _Goal(status, None, None)
    if status not in _WITH_DAYS:
        return _Goal(status, task.submitted, task.closed)
    goal = _Goal(status, draft.submitted or task.submitted, draft.closed or task.closed)
    if status is Status.CLOSED and goal.submitted != task.submitted and goal.closed is None:
        raise Unfit(
            Column.SUBMITTED,
            _("{task} was closed on a day that is not known; give that day too").format(task=changes.task_name(task)),
        )
    return goal


def _step(task: Task, goal: _Goal, stamp: Stamp, reason: str) -> Task:
    """Return `task`, which is open, one move nearer to the goal."""
    match goal.status:
        case Status.SUSPENDED:
            return changes.suspend(task, stamp, reason=reason)
        case Status.CANCELLED:
            return changes.cancel(task, stamp, reason=reason)
        case Status.TODO:
            raise UsageFault(
                _("{task} is {status}; no move leads back to {wanted}").format(
                    task=changes.task_name(task),
                    status=_(STATUS_LABELS[task.status]),
                    wanted=_(STATUS_LABELS[goal.status]),
                )
            )
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
