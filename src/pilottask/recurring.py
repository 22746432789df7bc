"""Work that comes round (`--every`): when one is closed the next is opened, and never two are open at once."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from pilottask import changes, dates
from pilottask.changes import Stamp, named
from pilottask.errors import UsageFault
from pilottask.i18n import _
from pilottask.model import OPEN, Create, Every, Ledger, Status, Task, replace

_MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
_WEEK: Final = timedelta(weeks=1)


def series(task: Task) -> int:
    """Return the id of the first task of the series that `task` belongs to, its own where it is the first."""
    begun = _begun(task)
    return task.id if begun is None or begun.series is None else begun.series


def _begun(task: Task) -> Create | None:
    first = task.log[0] if task.log else None
    return first if isinstance(first, Create) else None


def since(task: Task) -> date | None:
    """Return the deadline from which those of the series are counted: that of the first of them."""
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
    day = dates.add_months(since, count * step)
    while day <= after:
        count += 1
        day = dates.add_months(since, count * step)
    return day


def check(task: Task) -> Task:
    """Return `task` as it is. Raises UsageFault where it comes round and has no deadline to count from."""
    if task.every is not None and task.due is None:
        raise UsageFault(
            _("a recurring task needs a deadline, from which the next ones are counted"),
            hint=_("add --due DATE"),
        )
    return task


def with_next(ledger: Ledger, closed: Iterable[int], stamp: Stamp, *, new_uid: Callable[[], str]) -> Ledger:
    """Return `ledger`, in which the tasks `closed` were closed, with the next of each recurring one opened.

    None is opened where another of the series is open, or where there is no deadline to count from.
    Raises UsageFault where the next would fall after the year 9999.
    """
    wanted = frozenset(closed)
    for task in [task for task in ledger.tasks if task.id in wanted and task.every is not None]:
        alike = [other for other in ledger.tasks if series(other) == series(task)]
        if not any(other.status in OPEN for other in alike):
            ledger = changes.with_new(ledger, _next(task, alike, stamp, new_uid=new_uid))
    return ledger


def _next(task: Task, alike: Iterable[Task], stamp: Stamp, *, new_uid: Callable[[], str]) -> list[Task]:
    """Return the task that follows `task`, in a list, an empty one where there is no deadline to count from."""
    counted = since(task)
    if counted is None or task.every is None:
        return []
    taken = [other.first_due for other in alike if other.first_due and other.status is not Status.CANCELLED]
    try:
        due = next_date(task.every, since=counted, after=max(stamp.today, *taken))
    except OverflowError as error:
        raise UsageFault(_("the one after {task} would fall after the year 9999").format(task=named(task))) from error
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


def check_reopened(ledger: Ledger, reopened: Iterable[int]) -> Ledger:
    """Return `ledger` as it is. Raises UsageFault where one of these has another of its series open beside it."""
    wanted = frozenset(reopened)
    for task in [task for task in ledger.tasks if task.id in wanted]:
        for other in ledger.tasks:
            if other.id != task.id and other.status in OPEN and series(other) == series(task):
                raise UsageFault(
                    _("{task} comes round, and {other} is open; two of them cannot be open at once").format(
                        task=named(task), other=named(other)
                    ),
                    hint=_("if {other} was opened by mistake: pilottask cancel {other} --reason WHY").format(
                        other=other.id
                    ),
                )
    return ledger
