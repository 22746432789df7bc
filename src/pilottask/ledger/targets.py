"""How far a task has come towards its target, beside how much of its time is gone (序时进度)."""

from datetime import date
from typing import Final

from pilottask.ledger.records import OPEN, Start, Task

_POINTS: Final = 100


def share_done(task: Task) -> float | None:
    """Return what is reached of the target, 1 for all of it and more beyond; None without a target above 0."""
    if not task.target:
        return None
    return (task.actual or 0) / task.target


def began(task: Task) -> date:
    """Return the day on which work first began; the day of entry where that is not on record."""
    return next((entry.at.date() for entry in task.log if isinstance(entry, Start)), task.created)


def time_gone(task: Task, *, today: date) -> float | None:
    """Return the share of its time that is gone by, from 0 to 1: the deadline's day over is all of it.

    None where the task has no deadline or is not open.
    """
    if task.due is None or task.status not in OPEN:
        return None
    start = began(task)
    whole = (task.due - start).days
    if whole <= 0:
        return float(today >= task.due)
    return min(max((today - start).days / whole, 0.0), 1.0)


def is_behind(task: Task, *, today: date, percent: int | None) -> bool:
    """Tell whether the target is behind the time gone by for more than `percent` points; None stands for never."""
    if percent is None or not task.target:
        return False
    reached, gone = share_done(task), time_gone(task, today=today)
    return reached is not None and gone is not None and (gone - reached) * _POINTS > percent
