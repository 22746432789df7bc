"""What the list says: overdue, lights, selections, counts. Pure; `today` is passed in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Final, TypeVar, assert_never

from msgspec import Struct

from pilottask.ledger import history
from pilottask.ledger.lights import Light, Lit, Reason, is_overdue, last_moved, light, silent_days
from pilottask.ledger.records import WITH_DEPARTMENT, Chase, Edit, Hand, Ledger, Pilot, Status, Task
from pilottask.ledger.shares import percent
from pilottask.ledger.tasks import STATUSES, Tasks, count_by_department, narrow

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_by_id: Final = attrgetter("id")
_ALL: Final = frozenset(Status)


class Selection(Struct, frozen=True):
    """Which tasks are wanted: different fields narrow together, several values in one widen.

    `departments` and `supports` are full names; `owners`, `aspects`, `projects`, `tags` whole values;
    `texts` parts of titles, requirements, remarks and notes, whatever their case.
    """

    departments: frozenset[str] = frozenset()
    supports: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    aspects: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()
    lights: frozenset[Light] = frozenset()
    due_before: date | None = None
    due_by: date | None = None
    due_after: date | None = None
    moved_since: date | None = None
    undated: bool = False
    tags: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    instructed: bool = False

    def keeps(self, task: Task, *, today: date, pilot: Pilot) -> bool:
        """Tell whether `task` is wanted. `due_before` and `due_after` leave their own day out."""
        return (
            (not self.departments or task.department in self.departments)
            and (not self.supports or not self.supports.isdisjoint(task.support))
            and (not self.owners or task.owner in self.owners)
            and (not self.aspects or task.aspect in self.aspects)
            and (not self.statuses or task.status in self.statuses)
            and (self.due_before is None or (task.due is not None and task.due < self.due_before))
            and (self.due_by is None or (task.due is not None and task.due <= self.due_by))
            and (self.due_after is None or (task.due is not None and task.due > self.due_after))
            and (self.moved_since is None or _has_moved(task, since=self.moved_since))
            and (not self.undated or is_undated(task))
            and (not self.tags or not self.tags.isdisjoint(task.tags))
            and (not self.projects or task.project in self.projects)
            and (not self.lights or light(task, today=today, pilot=pilot).light in self.lights)
            and (not self.texts or _holds(task, self.texts))
            and (not self.instructed or any(reply is None for _given, reply in history.instructions(task)))
        )


def by_key(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    """Return values by their keys, all in the order in which they come."""
    results: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        results.setdefault(key, []).append(value)
    return results


def by_department(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    """Return `tasks` by their lead departments, all in the order in which they come."""
    return by_key((task.department, task) for task in tasks)


def _has_moved(task: Task, *, since: date) -> bool:
    """Tell whether something happened to `task` since that day: reminders and corrections are nothing."""
    return any(
        entry.at.date() >= since for entry in history.entries(task) if not isinstance(entry, Chase | Edit | Hand)
    )


def is_undated(task: Task) -> bool:
    """Tell whether a deadline is still to be set: there is none, and nobody said that it is open-ended."""
    return task.due is None and not task.open_ended


def silent(tasks: Iterable[Task], *, today: date, days: int) -> list[Task]:
    """Return those with their departments without a sign of work for more than `days`, the longest silent first."""
    pairs = [
        (quiet, task)
        for task in tasks
        if task.status in WITH_DEPARTMENT and (quiet := silent_days(task, today=today)) is not None and quiet > days
    ]
    return [task for _quiet, task in sorted(pairs, key=lambda each: (-each[0], each[1].id))]


_SAID: Final = ("text", "next", "evidence", "reason", "name")


def _holds(task: Task, texts: Sequence[str]) -> bool:
    """Tell whether one of `texts` stands in what was said of `task`: its own texts and those of its log."""
    logged = (getattr(entry, name, None) for entry in history.entries(task) for name in _SAID)
    parts = filter(None, (task.title, task.requirement, task.remark, *task.extra.values(), *logged))
    folded = "\n".join(parts).casefold()
    return any(text.casefold() in folded for text in texts)


def select(
    ledger: Ledger, selection: Selection, *, today: date, statuses: frozenset[Status] = _ALL, due_by: date | None = None
) -> list[Task]:
    """Return the tasks of these statuses that `selection` keeps, by id.

    With `due_by`, those may be left out of which neither the deadline nor a step falls on that day or before.
    """
    indexes = {index for index, status in enumerate(STATUSES) if status in statuses}
    last = due_by.toordinal() if due_by else None

    def may_fit(status: int, due: int, step: int) -> bool:
        return status in indexes and (last is None or 0 < due <= last or 0 < step <= last)

    tasks = narrow(ledger.tasks, may_fit, "status", "due", "step")
    kept = [task for task in tasks if task.status in statuses]
    if selection != Selection():
        kept = [task for task in kept if selection.keeps(task, today=today, pilot=ledger.pilot)]
    kept.sort(key=_by_id)
    return kept


def overdue(tasks: Iterable[Task], *, today: date) -> list[Task]:
    """Return the overdue ones, most days late first, then by id."""
    late = [task for task in tasks if is_overdue(task, today=today)]
    late.sort(key=lambda task: (task.due, task.id))
    return late


def last_day(today: date, days: int) -> date:
    """Return the day so many calendar days ahead, or the last there is."""
    return today + timedelta(days=min(days, (date.max - today).days))


def upcoming(tasks: Iterable[Task], *, today: date, days: int) -> list[Task]:
    """Return those with their departments that fall due from today to `days` calendar days ahead, soonest first."""
    last = last_day(today, days)
    soon = [task for task in tasks if task.due and today <= task.due <= last and task.status in WITH_DEPARTMENT]
    soon.sort(key=lambda task: (task.due, task.id))
    return soon


class Sort(StrEnum):
    """What a list can be sorted by; tasks without a value stand last."""

    ID = "id"
    TITLE = "title"
    DEPARTMENT = "department"
    OWNER = "owner"
    ASPECT = "aspect"
    DUE = "due"
    STATUS = "status"
    LIGHT = "light"
    CREATED = "created"
    CLOSED = "closed"
    MOVED = "moved"


def in_order(tasks: Iterable[Task], by: Sort, *, today: date, pilot: Pilot, reverse: bool = False) -> list[Task]:
    """Return `tasks` sorted by `by`, then id; those without a value last either way."""
    key = _sort_key(by, today=today, pilot=pilot)
    keyed = [(key(task), task) for task in tasks]
    present = sorted(
        ((value, task) for value, task in keyed if value is not None),
        key=lambda pair: (pair[0], pair[1].id),
        reverse=reverse,
    )
    absent = sorted((task for value, task in keyed if value is None), key=_by_id, reverse=reverse)
    return [task for _value, task in present] + absent


_LIGHT_ORDER: Final = {Light.RED: 0, Light.YELLOW: 1, Light.GREEN: 2}
_STATUS_ORDER: Final = {status: place for place, status in enumerate(Status)}


def _sort_key(by: Sort, *, today: date, pilot: Pilot) -> Callable[[Task], str | int | date | None]:
    match by:
        case Sort.STATUS:
            return lambda task: _STATUS_ORDER[task.status]
        case Sort.MOVED:
            return last_moved
        case Sort.LIGHT:

            def light_order(task: Task) -> int | None:
                lit = light(task, today=today, pilot=pilot).light
                return None if lit is None else _LIGHT_ORDER[lit]

            return light_order
        case Sort.ID | Sort.TITLE | Sort.DEPARTMENT | Sort.OWNER | Sort.ASPECT | Sort.DUE | Sort.CREATED | Sort.CLOSED:
            return attrgetter(by.value)
        case _:
            assert_never(by)


class Group(StrEnum):
    """What a summary counts by."""

    DEPARTMENT = "department"
    OWNER = "owner"
    ASPECT = "aspect"
    STATUS = "status"
    LIGHT = "light"
    PROJECT = "project"


class Tally(Struct):
    """Counts of a group of tasks."""

    total: int = 0
    todo: int = 0
    doing: int = 0
    submitted: int = 0
    closed: int = 0
    suspended: int = 0
    cancelled: int = 0
    green: int = 0
    yellow: int = 0
    red: int = 0
    overdue: int = 0

    @property
    def open(self) -> int:
        """Tasks still to be done: todo, doing, submitted."""
        return self.todo + self.doing + self.submitted

    @property
    def counted(self) -> int:
        """Tasks that the completion rate is of (纳入统计): all but the cancelled ones."""
        return self.total - self.cancelled

    @property
    def completion_rate(self) -> float | None:
        """Closed ÷ counted, from 0 to 1, not rounded; None where none is counted."""
        return self.closed / self.counted if self.counted else None

    @property
    def printed_rate(self) -> str | None:
        """The completion rate as a percentage; None where none is counted."""
        return percent(self.closed, self.counted) if self.counted else None

    def count(self, status: Status, lit: Lit, times: int = 1) -> None:
        """Count so many more tasks that have this status and light."""
        self.total += times
        setattr(self, status, getattr(self, status) + times)
        if lit.light is not None:
            setattr(self, lit.light, getattr(self, lit.light) + times)
        if lit.reason is Reason.OVERDUE:
            self.overdue += times


class Summary(Struct, frozen=True):
    """Counts by group, worst first, and their sum. A group's name is None where tasks have no value."""

    by: Group
    rows: tuple[tuple[str | None, Tally], ...]
    total: Tally


def summary(tasks: Iterable[Task], by: Group, *, today: date, pilot: Pilot) -> Summary:
    """Count `tasks` by group, each once, the worst group first."""
    groups: dict[str | None, Tally] = {}
    total = Tally()
    kinds: Counter[tuple[str | None, Status, Lit]]  # few, however many the tasks
    if by is Group.DEPARTMENT and isinstance(tasks, Tasks) and not (tasks.changed or tasks.added):
        kinds = count_by_department(tasks, today=today, pilot=pilot)
    else:
        name = _group_name(by)
        lights = ((task, light(task, today=today, pilot=pilot)) for task in tasks)
        kinds = Counter((name(task, lit), task.status, lit) for task, lit in lights)
    for (group, status, lit), times in kinds.items():
        groups.setdefault(group, Tally()).count(status, lit, times)
        total.count(status, lit, times)
    return Summary(by, ranking(groups), total)


def tasks_by_group(
    tasks: Sequence[Task], by: Group, *, today: date, pilot: Pilot
) -> list[tuple[str | None, list[Task]]]:
    """Return `tasks` by group in the order of `summary`, in each as they come."""
    name = _group_name(by)
    groups: dict[str | None, list[Task]] = {}
    tallies: dict[str | None, Tally] = {}
    for task in tasks:
        lit = light(task, today=today, pilot=pilot)
        groups.setdefault(name(task, lit), []).append(task)
        tallies.setdefault(name(task, lit), Tally()).count(task.status, lit)
    return [(group, groups[group]) for group, _tally in ranking(tallies)]


def ranking(groups: Mapping[str | None, Tally]) -> tuple[tuple[str | None, Tally], ...]:
    """Return groups worst first: by red, then yellow, descending, then name, the one without a name last."""
    return tuple(sorted(groups.items(), key=lambda row: (-row[1].red, -row[1].yellow, row[0] is None, row[0] or "")))


def _group_name(by: Group) -> Callable[[Task, Lit], str | None]:
    match by:
        case Group.LIGHT:
            return lambda _task, lit: lit.light
        case Group.DEPARTMENT | Group.OWNER | Group.ASPECT | Group.STATUS | Group.PROJECT:
            value = attrgetter(by.value)
            return lambda task, _lit: value(task)
        case _:
            assert_never(by)
