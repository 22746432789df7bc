"""The traffic light of a task and the days on which it rests."""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from pilottask.base.periods import is_due
from pilottask.ledger import history, shares
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import (
    OPEN,
    WITH_DEPARTMENT,
    Answer,
    Attach,
    Extend,
    Import,
    LogEntry,
    Note,
    Pilot,
    Raise,
    Report,
    Return,
    Settle,
    Start,
    Status,
    StepDone,
    Submit,
    Task,
)


class Light(StrEnum):
    """The traffic light of a task that is open."""

    __hash__ = str.__hash__  # as for Status

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Reason(StrEnum):
    """Why a light is red or yellow."""

    __hash__ = str.__hash__  # as for Status

    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    DUE_SOON = "due_soon"
    STEP_LATE = "step_late"
    COORDINATION = "coordination"
    STALE = "stale"
    BEHIND = "behind"


_MOVING: Final = (Start, Note, Submit, Return, Raise, Settle, Extend)
_WORK: Final = (Start, Note, Submit, Return, Raise, Settle, Report, StepDone, Attach, Answer)


class Lit(Struct, frozen=True):
    """A light with the reason for it; both None where the task has none."""

    light: Light | None = None
    reason: Reason | None = None


_NONE: Final = Lit()
_GREEN: Final = Lit(Light.GREEN)
_LIT: Final = {reason: Lit(Light.RED if reason is Reason.OVERDUE else Light.YELLOW, reason) for reason in Reason}


def is_overdue(task: Task, *, today: date) -> bool:
    """Tell whether the deadline has passed while the work is with its department. The day itself is on time."""
    return task.due is not None and today > task.due and task.status in WITH_DEPARTMENT


def days_late(task: Task, *, today: date) -> int:
    """Whole days past the deadline; 0 for a task undated, due today, or no longer with its department."""
    if task.due is None or task.status not in WITH_DEPARTMENT:
        return 0
    return max((today - task.due).days, 0)


def days_left(task: Task, *, today: date) -> int | None:
    """Calendar days to the deadline of an open task, negative when past; None where it is undated or not open."""
    return (task.due - today).days if task.due is not None and task.status in OPEN else None


def last_moved(task: Task) -> date:
    """Return the latest day with start, note, submit, return, raise, settle or extend, whenever it was typed in."""
    return max(_days(task, _MOVING), default=task.created)


def last_sign(task: Task) -> date | None:
    """Return the latest day with a sign of work, by its own day and not by when it was typed in; None without any.

    To move its deadline, to remind its department and to edit it are none.
    """
    return max(_days(task, _WORK), default=None)


def _days(task: Task, kinds: tuple[type[LogEntry], ...]) -> Iterator[date]:
    """Yield the days of entries of these kinds; of what came with an import the day of which its file tells."""
    brought = task.log[0] if task.log and isinstance(task.log[0], Import) and task.log[0].worked else None
    if brought is not None and brought.worked is not None:
        yield brought.worked
    for entry in history.entries(task):
        if isinstance(entry, kinds):
            if brought is not None and isinstance(entry, Raise | Extend) and entry.at == brought.at:
                continue  # when it was raised or extended no file says
            yield entry.on if isinstance(entry, Submit | Report | StepDone) and entry.on else entry.at.date()


def silent_days(task: Task, *, today: date) -> int | None:
    """Calendar days since the last sign of work, or since its entry where there was none; None where it is not open."""
    return max((today - (last_sign(task) or task.created)).days, 0) if task.status in OPEN else None


def to_verify_days(task: Task, *, today: date) -> int | None:
    """Calendar days that a submitted task has waited for its verification; None for any other."""
    if task.status is not Status.SUBMITTED or task.submitted is None:
        return None
    return max((today - task.submitted).days, 0)


def submitted_late_days(task: Task) -> int | None:
    """Calendar days past the deadline on which it was submitted, 0 in time; None where one of the two is not known."""
    if task.submitted is None or task.due is None:
        return None
    return max((task.submitted - task.due).days, 0)


def late_steps(task: Task, *, today: date, ahead: int | None = None) -> list[StepNow]:
    """Return the steps of a task still with its department that are past their day, or due `ahead`, and not done."""
    if task.status not in WITH_DEPARTMENT:
        return []
    return [step for step in history.steps(task) if step.done is None and is_due(step.due, today=today, ahead=ahead)]


class Signs(Struct, frozen=True):
    """What a light is judged by, besides status and deadline; `still` is the days without moving where it is doing."""

    step_late: bool
    coordination: bool
    still: int
    behind: bool


def light(task: Task, *, today: date, pilot: Pilot) -> Lit:
    """Return the light of `task`, by the first rule that holds."""
    if task.status not in OPEN:
        return _NONE

    def signs() -> Signs:
        return Signs(
            bool(late_steps(task, today=today)),
            bool(history.to_coordinate(task)),
            (today - last_moved(task)).days if task.status is Status.DOING else 0,
            shares.is_behind(task, today=today, percent=pilot.behind_percent),
        )

    return judge(task.status, None if task.due is None else (task.due - today).days, signs, pilot=pilot)


def judge(status: Status, left: int | None, signs: Callable[[], Signs], *, pilot: Pilot) -> Lit:  # noqa: PLR0911  a rule each
    """Return the light of a task of this status with so many days to its deadline; `signs` are asked where needed."""
    if status not in OPEN:
        return _NONE
    if status is Status.SUBMITTED:
        return _LIT[Reason.SUBMITTED]
    if left is not None:
        if left < 0:
            return _LIT[Reason.OVERDUE]
        if left <= pilot.soon_days:
            return _LIT[Reason.DUE_SOON]
    seen = signs()
    if seen.step_late:
        return _LIT[Reason.STEP_LATE]
    if seen.coordination:
        return _LIT[Reason.COORDINATION]
    if seen.still > pilot.stale_days:
        return _LIT[Reason.STALE]
    if seen.behind:
        return _LIT[Reason.BEHIND]
    return _GREEN


def on_time(task: Task) -> bool | None:
    """Tell whether a closed task was done by its deadline; None where that is not known or it is not closed."""
    done = done_on(task)
    return None if task.due is None or done is None else done <= task.due


def done_on(task: Task) -> date | None:
    """Return the day by which a closed task is judged: of its submission, where nobody submitted it of its closing.

    None where it was submitted on a day that is not known, as a task that was imported so.
    """
    if task.status is not Status.CLOSED:
        return None
    if task.submitted is not None:
        return task.submitted
    left = history.life(task.log).before
    return None if left is not None and left.status is Status.SUBMITTED else task.closed
