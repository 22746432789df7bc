"""The traffic light of a task and the days on which it rests."""

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from pilottask.ledger import history, targets
from pilottask.ledger.records import (
    OPEN,
    WITH_DEPARTMENT,
    Extend,
    Note,
    Pilot,
    Raise,
    Return,
    Settle,
    Start,
    Status,
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
    COORDINATION = "coordination"
    STALE = "stale"
    BEHIND = "behind"


_MOVING: Final = (Start, Note, Submit, Return, Raise, Settle, Extend)


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
    """Return the day of the last entry that shows work: start, note, submit, return, raise, settle, extend."""
    return next((entry.at.date() for entry in reversed(task.log) if isinstance(entry, _MOVING)), task.created)


def is_stale(task: Task, *, today: date, stale_days: int) -> bool:
    """Tell whether a task is doing and has not moved for more than `stale_days` calendar days."""
    return task.status is Status.DOING and (today - last_moved(task)).days > stale_days


def needs_coordination(task: Task) -> bool:
    """Tell whether an open problem or need of `task` asks for the joint meeting."""
    for entry in task.log:
        if isinstance(entry, Raise) and entry.coordinate:
            return any(raised.coordinate for raised in history.open_problems(task))
    return False


def light(task: Task, *, today: date, pilot: Pilot) -> Lit:  # noqa: PLR0911  one return for each rule
    """Return the light of `task`, by the first rule that holds."""
    if task.status not in OPEN:
        return _NONE
    if task.status is Status.SUBMITTED:
        return _LIT[Reason.SUBMITTED]
    if task.due is not None:
        left = (task.due - today).days
        if left < 0:
            return _LIT[Reason.OVERDUE]
        if left <= pilot.soon_days:
            return _LIT[Reason.DUE_SOON]
    if needs_coordination(task):
        return _LIT[Reason.COORDINATION]
    if is_stale(task, today=today, stale_days=pilot.stale_days):
        return _LIT[Reason.STALE]
    if targets.is_behind(task, today=today, percent=pilot.behind_percent):
        return _LIT[Reason.BEHIND]
    return _GREEN


def on_time(task: Task) -> bool | None:
    """Tell whether a closed task was submitted by its deadline; None where that is not known or it is not closed."""
    if task.status is not Status.CLOSED or task.due is None or task.submitted is None:
        return None
    return task.submitted <= task.due
