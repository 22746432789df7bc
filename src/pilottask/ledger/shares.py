"""Shares of a whole as they are printed: 6.3%, the same on screen, sheet and workbook.

Of a task: how far it has come towards its target, beside how much of its time is gone (序时进度).
"""

from datetime import date
from decimal import Decimal
from typing import Final

from pilottask.ledger.records import OPEN, Start, Task

Amount = int | float | Decimal

_ALL: Final = 100


def share(part: Amount, whole: Amount, *, decimals: int = 1) -> float:
    """Return `part` ÷ `whole` as it is printed, rounded to so many decimals of a percent, halves up.

    Short of the whole it is never 1, and where there is anything it is never 0. `whole` is above 0.
    """
    (above, below), (by, of) = (_ratio(value) for value in (part, whole))
    above, below = above * of, below * by
    one = _ALL * 10**decimals
    steps = (2 * above * one + below) // (2 * below)
    if 0 < above < below:
        steps = min(max(steps, 1), one - 1)
    return float(steps / one)


def percent(part: Amount, whole: Amount, *, decimals: int = 1) -> str:
    """Return `part` ÷ `whole` as a percentage, rounded as `share` does."""
    return f"{share(part, whole, decimals=decimals):.{decimals}%}"


def _ratio(value: Amount) -> tuple[int, int]:
    """Return a number as the fraction that it is written as: 0.35 is 7/20, which no binary number is."""
    return (Decimal(str(value)) if isinstance(value, float) else value).as_integer_ratio()


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
    return reached is not None and gone is not None and (gone - reached) * _ALL > percent
