"""Recurring tasks (`--every`): when one is closed the next is opened, and two are never open at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from pilottask.base import periods
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.ledger import changes
from pilottask.ledger.changes import Stamp, task_name
from pilottask.ledger.records import OPEN, Create, Every, Ledger, Status, Task, replace

_MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
_WEEK: Final = timedelta(weeks=1)


def series(task: Task) -> int:
    """Return the id of the first task in the series of `task`, which may be its own."""
    begun = _begun(task)
    return task.id if begun is None or begun.series is None else begun.series


def _begun(task: Task) -> Create | None:
    first = task.log[0] if task.log else None
    return first if isinstance(first, Create) else None


def since(task: Task) -> date | None:
    """Return the deadline from which all others of the series are counted: that of its first task."""
    begun = _begun(task)
    return task.first_due if begun is None or begun.since is None else begun.since


def next_date(every: Every, *, since: date, after: date) -> date:
    """Return the first day after `after` that is a whole number of periods from `since`.

    Months are counted from the day of the month of `since`, and clip: 31 January, 28 February, 31 March.
    Raises OverflowError after the year 9999.
    """
    if every is Every.WEEK:
        weeks = max((after - since).days // _WEEK.days + 1, 1)
        return since + weeks * _WEEK
    step = _MONTHS[every]
    months = (after.year - since.year) * 12 + after.month - since.month
    count = max(months // step, 1)
    day = periods.add_months(since, count * step)
    while day <= after:
        count += 1
        day = periods.add_months(since, count * step)
    return day


def check(task: Task, before: Task | None = None) -> Task:
    """Return `task` as it is. Raises UsageFault where it recurs and has no deadline to count from.

    `before` is the task as it was, where it is edited: one that had no deadline before may stay so.
    """
    told = (task.every, task.due)
    if task.every is None or task.due is not None or (before is not None and (before.every, before.due) == told):
        return task
    raise UsageFault(
        _("a recurring task needs a deadline, from which the next ones are counted"),
        hint=_("give it a deadline with --due DATE, or no period"),
    )


def without_next(task: Task) -> bool:
    """Tell whether `task` recurs but has no deadline to count from, so that none follows it."""
    return task.every is not None and since(task) is None


def with_next(ledger: Ledger, closed: Iterable[int], stamp: Stamp, *, new_uid: Callable[[], str]) -> Ledger:
    """Return `ledger`, in which the tasks `closed` were closed, with the next of each recurring one opened.

    None is opened where another of the series is open, or where there is no deadline to count from.
    Raises UsageFault where the next would fall after the year 9999.
    """
    wanted = frozenset(closed)
    ended = [task for task in ledger.tasks if task.id in wanted and task.every is not None]
    if not ended:
        return ledger
    by_series = _by_series(ledger.tasks)
    opened: list[Task] = []
    for task in ended:
        alike = by_series[series(task)]
        if not any(other.status in OPEN for other in alike):
            following = _next(task, alike, stamp, new_uid=new_uid)
            alike += following
            opened += following
    return changes.with_new(ledger, opened)


def _by_series(tasks: Iterable[Task]) -> defaultdict[int, list[Task]]:
    found: defaultdict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        found[series(task)].append(task)
    return found


def _next(task: Task, alike: Iterable[Task], stamp: Stamp, *, new_uid: Callable[[], str]) -> list[Task]:
    """Return the task that follows `task`, in a list, an empty one where there is no deadline to count from."""
    counted = since(task)
    if counted is None or task.every is None:
        return []
    taken = [other.first_due for other in alike if other.first_due and other.status is not Status.CANCELLED]
    try:
        due = next_date(task.every, since=counted, after=max(stamp.today, *taken))
    except OverflowError as error:
        raise UsageFault(
            _("the one after {task} would fall after the year 9999").format(task=task_name(task))
        ) from error
    return [
        replace(
            task,
            uid=new_uid(),
            actual=None,
            due=due,
            first_due=due,
            status=Status.TODO,
            created=stamp.today,
            submitted=None,
            closed=None,
            log=(Create(at=stamp.at, by=stamp.by, series=series(task), since=counted),),
        )
    ]


def open_at_once(ledger: Ledger) -> list[tuple[Task, ...]]:
    """Return the tasks of each series of which several are open, as only another list or a hand edit can bring in."""
    by_series = _by_series(task for task in ledger.tasks if task.status in OPEN)
    return [tuple(alike) for alike in by_series.values() if len(alike) > 1]


def open_at_once_message(alike: Iterable[Task]) -> str:
    """Return what a person is told of tasks that `open_at_once` returned, and what to do."""
    return _(
        "of one recurring task several are open: {tasks}; keep one, and give up the others: "
        "pilottask cancel ID --reason WHY"
    ).format(tasks=_(", ").join(map(task_name, alike)))


def beside(ledger: Ledger, reopened: Iterable[int]) -> dict[int, Task]:
    """Return, by id, for each of these tasks that is open the other task of its series that is open too, if any."""
    wanted = frozenset(reopened)
    return {
        task.id: next(other for other in alike if other is not task)
        for alike in (open_at_once(ledger) if wanted else ())
        for task in alike
        if task.id in wanted
    }


def reopen_refusal(task: Task, other: Task) -> str:
    """Return why `task` cannot be reopened, `other` of its series being open."""
    return _("{task} comes round, and {other} is open; two of them cannot be open at once").format(
        task=task_name(task), other=task_name(other)
    )


def way_out(other: Task) -> str:
    """Return what to do where `other` of a series is open and should not be."""
    return _("if {other} was opened by mistake: pilottask cancel {other} --reason WHY").format(other=other.id)


def check_reopened(ledger: Ledger, reopened: Iterable[int]) -> Ledger:
    """Return `ledger` as it is. Raises UsageFault where another task of the same series as one of these is open."""
    for number, other in beside(ledger, reopened).items():
        task = next(task for task in ledger.tasks if task.id == number)
        raise UsageFault(reopen_refusal(task, other), hint=way_out(other))
    return ledger
