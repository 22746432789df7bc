"""Recurring tasks (`--every`): when one is closed the next is opened, where no other of the series is open."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from pilottask.base import periods
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.ledger import changes
from pilottask.ledger.changes import Stamp, task_name
from pilottask.ledger.queries import by_key
from pilottask.ledger.records import OPEN, Create, Every, Ledger, Status, Task, replace
from pilottask.ledger.tasks import with_ids

_MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
_WEEK: Final = timedelta(weeks=1)
_LONGEST: Final = 31
"""Days of the longest months."""


def series(task: Task) -> int:
    """Return the id of the first task in the series of `task`, which may be its own."""
    begun = _creation(task)
    return task.id if begun is None or begun.series is None else begun.series


def _creation(task: Task) -> Create | None:
    first = task.log[0] if task.log else None
    return first if isinstance(first, Create) else None


def since(task: Task) -> date | None:
    """Return the deadline from which all others of the series are counted: that of its first task."""
    begun = _creation(task)
    return task.first_due if begun is None or begun.since is None else begun.since


def next_date(every: Every, *, since: date, after: date) -> date:
    """Return the first day after `after` that is a whole number of periods from `since`.

    Months are counted from the day of the month of `since`, and clip: 30 January, 28 February, 30 March; the last day
    of a month stays the last: 30 September, 31 December. Raises OverflowError after the year 9999. Where the 30th may
    be meant, `counted_from` knows what to count from.
    """
    if every is Every.WEEK:
        weeks = max((after - since).days // _WEEK.days + 1, 1)
        return since + weeks * _WEEK
    step = _MONTHS[every]
    months = (after.year - since.year) * 12 + after.month - since.month
    count = max(months // step, 1)
    while (day := _months_later(since, count * step)) <= after:
        count += 1
    return day


def _months_later(since: date, months: int) -> date:
    day = periods.add_months(since, months)
    return periods.month_end(day) if periods.is_month_end(since) else day


def counted_from(task: Task, alike: Iterable[Task]) -> date | None:
    """Return the deadline from which the rounds of `task` are counted; `alike` are those of its series.

    Of a first deadline on 30 April it cannot be known whether the 30th or the month's end is meant: the latest round in
    a longer month tells, as it was left or corrected on the day that it was opened.
    """
    first = since(task)
    if first is None or not _is_open_to_two(task.every, first):
        return first
    telling = (due for one in alike if (due := one.first_due) and _tells(task.every, first, due))
    return max(telling, default=first)


def _is_open_to_two(every: Every | None, first: date) -> bool:
    return every in _MONTHS and periods.is_month_end(first) and first.day < _LONGEST


def _tells(every: Every | None, first: date, due: date) -> bool:
    """Tell whether a round that is due on this day says what was meant by the first, the last of a short month."""
    apart = (due.year - first.year) * 12 + due.month - first.month
    on_grid = every is not None and apart > 0 and apart % _MONTHS[every] == 0
    return on_grid and (due.day > first.day if periods.is_month_end(due) else due.day == first.day)


def other_reading(tasks: Iterable[Task], opened: Task) -> date | None:
    """Return the day on which `opened` falls where its first deadline was meant by its number, not as the month's end.

    None where that is the same, or where an earlier round told which of the two is meant.
    """
    first = since(opened)
    if first is None or opened.due is None or not _is_open_to_two(opened.every, first):
        return None
    if not _tells(opened.every, first, opened.due) or counted_from(opened, _others(tasks, opened)) != first:
        return None
    return opened.due.replace(day=first.day)


def _others(tasks: Iterable[Task], task: Task) -> list[Task]:
    """Return the other tasks of the series of `task`."""
    same = series(task)
    return [one for one in tasks if one.id != task.id and series(one) == same]


def _round_end(every: Every, due: date) -> date:
    """Return the last day on which nothing but the round of `due` can fall: there is one a week or a month at most.

    Where the 30th was meant, the month's last is in the same round.
    """
    return due if every is Every.WEEK else periods.month_end(due)


def check(task: Task, before: Task | None = None) -> Task:
    """Return `task` as it is. Raises UsageFault where it recurs and has no deadline to count from.

    `before` is the task as it was, where it is edited: one that had no deadline before may stay so.
    """
    period = (task.every, task.due)
    if task.every is None or task.due is not None or (before is not None and (before.every, before.due) == period):
        return task
    hint = _("give it a deadline with --due DATE, or no period")
    raise UsageFault(_("a recurring task needs a deadline, from which the next ones are counted"), hint=hint)


def without_next(task: Task) -> bool:
    """Tell whether `task` recurs but has no deadline to count from, so that none follows it."""
    return task.every is not None and since(task) is None


def with_next(ledger: Ledger, closed: Iterable[int], stamp: Stamp, *, new_uid: Callable[[], str]) -> Ledger:
    """Return `ledger`, in which the tasks `closed` were closed, with the next of each recurring one opened.

    None is opened where another of the series is open, or where there is no deadline to count from. The tasks may have
    been cancelled too: then the series goes on with the next round.
    Raises UsageFault where the next would fall after the year 9999.
    """
    ended = [task for task in with_ids(ledger.tasks, frozenset(closed)) if task.every is not None]
    if not ended:
        return ledger
    by_series = by_key((series(task), task) for task in ledger.tasks)
    opened: list[Task] = []
    for task in ended:
        alike = by_series[series(task)]
        if not any(other.status in OPEN for other in alike):
            following = _next(task, alike, stamp, new_uid=new_uid)
            alike += following
            opened += following
    return changes.with_new(ledger, opened)


def _next(task: Task, alike: Iterable[Task], stamp: Stamp, *, new_uid: Callable[[], str]) -> list[Task]:
    """Return the task that follows `task`, in a list, an empty one where there is no deadline to count from."""
    counted = counted_from(task, alike)
    if counted is None or task.every is None:
        return []
    taken = [
        _round_end(task.every, other.first_due)
        for other in alike
        if other.first_due and (other.status is not Status.CANCELLED or other is task)
    ]
    try:
        due = next_date(task.every, since=counted, after=max(stamp.today, *taken))
    except OverflowError as error:
        message = _("the one after {task} would fall after the year 9999")
        raise UsageFault(message.format(task=task_name(task))) from error
    begun = Create(at=stamp.at, by=stamp.by, series=series(task), since=since(task))
    blank = replace(task, actual=None, status=Status.TODO, submitted=None, closed=None, log=(begun,))
    return [replace(blank, uid=new_uid(), due=due, first_due=due, created=stamp.today)]


def passed_deadlines(tasks: Iterable[Task], opened: Task) -> list[date]:
    """Return the deadlines between `opened` and the one before it in its series that had passed: they get no task."""
    before = _others(tasks, opened)
    counted, every = counted_from(opened, before), opened.every
    alike = [one.first_due for one in before if one.first_due]
    if counted is None or every is None or opened.due is None or not alike:
        return []
    days = []
    day = next_date(every, since=counted, after=_round_end(every, max(alike)))
    while day < opened.due:
        days.append(day)
        day = next_date(every, since=counted, after=day)
    return days


def open_in_series(tasks: Iterable[Task], task: Task) -> Task | None:
    """Return another task of the series of `task` that is open, None where it is alone."""
    return next((one for one in _others(tasks, task) if one.status in OPEN), None)


def open_at_once(ledger: Ledger) -> list[tuple[Task, ...]]:
    """Return the tasks of each series of which several are open for one deadline, as another list can bring in."""
    going = (task for task in ledger.tasks if task.status in OPEN and task.every is not None)
    rounds = by_key(((series(task), task.first_due), task) for task in going)
    return [tuple(alike) for alike in rounds.values() if len(alike) > 1]


def open_at_once_message(alike: Iterable[Task]) -> str:
    """Return what a person is told of tasks that `open_at_once` returned, and what to do."""
    return _(
        "of one recurring task several are open: {tasks}; keep one, and give up the others: "
        "pilottask cancel ID --reason WHY"
    ).format(tasks=_(", ").join(map(task_name, alike)))
