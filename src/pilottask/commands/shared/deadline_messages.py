"""Messages about deadlines as they were understood, twins, and the tasks that follow recurring ones."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from pilottask.base import dates, periods
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.ledger import changes, history, lights, recurring, wording
from pilottask.ledger.records import Every, Extend, Ledger, Task
from pilottask.ledger.tasks import twins

_MANY: Final = 6


def say_deadline(session: Session, task: Task, typed: str | None = None) -> None:
    """Show back the deadline that was understood, with its weekday, and warn where it has passed or is a day off.

    Where `typed` has no year and that of today was not taken, say so.
    """
    last = task.log[-1] if task.log else None
    was_late = isinstance(last, Extend) and last.from_ < session.today
    if task.open_ended:
        session.warn(_("open-ended, without a deadline"))
    elif task.due is None:
        session.warn(_("no deadline yet: pilottask edit {id} --due DATE").format(id=task.id))
    if task.due is None:
        return
    session.warn(_("due {date}").format(date=dates.show(task.due)))
    session.warn(*(session.assumptions(typed, task.due) if typed else ()))
    if off := session.calendar.day_off(task.due):
        session.warn(off)
    if task.every is not None:
        _say_rounds(session, task)
    if after := [step for step in history.steps(task) if step.done is None and step.due > task.due]:
        named = _(", ").join(safe(step.text) for step in after)
        session.warn(_("note: steps end after the task: {steps}").format(steps=named))
    if late := lights.submitted_late_days(task):
        session.warn(_("note: {said}").format(said=wording.submitted_late(late)))
    elif days := lights.days_late(task, today=session.today):
        message = ngettext(
            "note: that is {days} day ago, so the task is overdue at once",
            "note: that is {days} days ago, so the task is overdue at once",
            days,
        )
        if was_late:
            message = ngettext(
                "note: that is {days} day ago, so the task is still overdue",
                "note: that is {days} days ago, so the task is still overdue",
                days,
            )
        session.warn(message.format(days=days))


def tell_twins(session: Session, ledger: Ledger, task: Task) -> None:
    """Say which other tasks have the title and department of `task`: it may have been entered twice."""
    if same := [other.id for other in twins(ledger.tasks, task)]:
        message = ngettext(
            "note: task {ids} has the same title and department",
            "note: tasks {ids} have the same title and department",
            len(same),
        )
        session.warn(message.format(ids=_(", ").join(map(str, same))))


def next_ones(session: Session, ledger: Ledger, *, ended: Iterable[Task], opened: Iterable[Task]) -> None:
    """Say of recurring tasks that were closed or cancelled when the next is due and what was left out, or why none is.

    `ledger` is as it stands after.
    """
    following = {recurring.series(task): task for task in opened}
    for task in following.values():
        if task.due is not None:
            session.warn(_("next one: task {id}, due {date}").format(id=task.id, date=dates.show(task.due)))
        if other := recurring.other_reading(ledger.tasks, task):
            message = _(
                "that is the month's end, as {first} was; where day {n} of the month is meant, correct it today: "
                "pilottask edit {id} --due {other}"
            )
            session.warn(message.format(first=recurring.since(task), n=other.day, id=task.id, other=other))
        if days := recurring.passed_deadlines(ledger.tasks, task):
            session.warn(_("left out, being past: {days}").format(days=_day_list(days)))
    for task in ended:
        if task.every is not None and recurring.series(task) not in following and (why := _none_follows(ledger, task)):
            session.warn(why)


def _say_rounds(session: Session, task: Task) -> None:
    """Say on which day of the month `task` comes round, where more than its deadline is needed to know it."""
    if task.every in {None, Every.WEEK} or task.due is None or task.due != task.first_due:
        return
    if periods.is_month_end(task.due):
        session.warn(_("it comes round on the last day of the month"))
    elif task.due == recurring.counted_from(task, [task]) != recurring.since(task):
        session.warn(_("from here on it comes round on day {n} of the month").format(n=task.due.day))


def open_too(session: Session, ledger: Ledger, reopened: Iterable[Task]) -> None:
    """Say where another task of the same series is open beside one that was reopened."""
    for task in reopened:
        if task.every is not None and (other := recurring.open_in_series(ledger.tasks, task)):
            message = _("{task} comes round, and {other} of the same series is open too")
            session.warn(message.format(task=changes.task_name(task), other=changes.task_name(other)))


def _day_list(days: list[date]) -> str:
    if len(days) <= _MANY:
        return _(", ").join(map(str, days))
    return _("{first} to {last}, {n} in all").format(first=days[0], last=days[-1], n=len(days))


def _none_follows(ledger: Ledger, task: Task) -> str | None:
    """Say why none was opened after `task`; None where the next is there already."""
    name = changes.task_name(task)
    if recurring.without_next(task):
        return _("{task} comes round, but has no deadline to count from, so no next one was opened").format(task=name)
    if other := recurring.open_in_series(ledger.tasks, task):
        if other.first_due and task.first_due and other.first_due > task.first_due:
            return None
        message = _("{task} comes round; {other} is open already, so no next one was opened")
        return message.format(task=name, other=changes.task_name(other))
    return _("{task} comes round; its series ends with it").format(task=name)
