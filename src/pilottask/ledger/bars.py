"""A task drawn over the days: from when to when it was planned, moved and late, and which days are marked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import history, lights, queries
from pilottask.ledger.records import Pilot, Status, Task


class Run(StrEnum):
    """What a task did over days."""

    PLANNED = "planned"
    MOVED = "moved"
    LATE = "late"


class Mark(StrEnum):
    """What is marked on a day, what hides others last."""

    STEP = "step"
    STEP_DONE = "step_done"
    FIRST = "first"
    DEADLINE = "deadline"
    CLOSED = "closed"
    ON = "on"


class Bar(Struct, frozen=True):
    """Runs from day to day, later ones over earlier, and marks in their order; a day None is the end of the chart."""

    runs: tuple[tuple[Run, date, date | None], ...]
    marks: tuple[tuple[Mark, date | None], ...]

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that is in it."""
        ends = (day for _run, first, last in self.runs for day in (first, last))
        return tuple(day for day in (*ends, *(day for _mark, day in self.marks)) if day)


def bar(task: Task, *, today: date) -> Bar:
    """Return the bar of a task; it begins with its entry, or an earlier day that is on record."""
    begin = min(day for day in (task.created, task.due, task.first_due, task.closed) if day)
    closed = task.closed if task.status is Status.CLOSED else None
    runs: list[tuple[Run, date, date | None]] = []
    marks: list[tuple[Mark, date | None]] = [
        (Mark.STEP if step.done is None else Mark.STEP_DONE, step.due) for step in history.steps(task)
    ]
    if task.due is None:
        runs.append((Run.PLANNED, begin, closed))
        marks += [(Mark.ON, None)] if closed is None else []
    else:
        first = task.first_due or task.due
        runs.append((Run.PLANNED, begin, min(first, task.due)))
        if task.due > first:
            runs.append((Run.MOVED, first, task.due))
        if lights.is_overdue(task, today=today):
            runs.append((Run.LATE, task.due, today))
        marks += [(Mark.FIRST, first)] if first != task.due else []
        marks.append((Mark.DEADLINE, task.due))
    if closed is not None:
        marks.append((Mark.CLOSED, closed))
    return Bar(tuple(runs), tuple(marks))


def rows(tasks: Sequence[Task], *, today: date, pilot: Pilot) -> Iterator[tuple[str, list[Task]]]:
    """Yield departments with their tasks as a chart has them: the worst first, in each what is due first."""
    for department, found in queries.tasks_by_group(tasks, queries.Group.DEPARTMENT, today=today, pilot=pilot):
        yield department or "", sorted(found, key=lambda task: (task.due or date.max, task.id))


def span(bars: Iterable[Bar], *, today: date) -> tuple[date, date]:
    """Return the first day of the month with which a chart of these begins, and its last day."""
    days = [today, *(day for each in bars for day in each.days)]
    return min(days).replace(day=1), max(days)


def meanings(bars: Iterable[Bar]) -> list[tuple[Run | Mark, str]]:
    """Return what runs and marks mean, those of steps where there are some."""
    results: list[tuple[Run | Mark, str]] = [
        (Run.PLANNED, _("planned")),
        (Mark.DEADLINE, _("deadline")),
        (Mark.FIRST, _("first deadline")),
        (Run.MOVED, _("deadline moved")),
        (Run.LATE, pgettext("chart", "late")),
        (Mark.CLOSED, _("closed on")),
        (Mark.ON, _("no deadline, or open-ended")),
    ]
    if any(mark in {Mark.STEP, Mark.STEP_DONE} for each in bars for mark, _day in each.marks):
        results += [(Mark.STEP, _("step to be done")), (Mark.STEP_DONE, _("step that was done"))]
    return results
