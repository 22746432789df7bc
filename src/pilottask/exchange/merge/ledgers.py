"""Two lists made one: sides of what both began with, or two that never were one list."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain, count
from typing import Any, Final

import msgspec

from pilottask.exchange.merge.logs import NO_TIME
from pilottask.exchange.merge.records import Records
from pilottask.exchange.merge.rules import Conflicts, common_numbers, merge_keyed, merge_record, merge_rows
from pilottask.exchange.merge.slips import with_slips_told_apart
from pilottask.exchange.merge.tasks import FieldConflict, merge_tasks
from pilottask.exchange.merge.terms import Departments, Terms, new_name, units_named
from pilottask.ledger import changes, history, instructions
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Conflict, Create, Hand, Ledger, LogEntry, Record, Renumber, Task, replace

_BY: Final = "pilottask"
"""Who puts on record what a merge itself does."""


@dataclasses.dataclass(frozen=True, slots=True)
class Merge:
    """What a merge makes of a ledger: nothing is written yet. `met` are the ids of tasks that both have."""

    ledger: Ledger
    met: frozenset[int]
    conflicts: tuple[FieldConflict, ...]
    new_departments: tuple[str, ...]


def merge(mine: Ledger, theirs: Ledger, stamp: Stamp) -> Merge:
    """Return `mine` with what `theirs`, which never was one list with it, has besides; both must be sound.

    Ids, numbers of problems, names of departments and settings stay those of `mine`. Merging the same again changes
    nothing. `stamp` is for what goes on record by the merge itself.
    """
    return _Merging(None, mine, theirs, stamp).merge()


def merge_sides(base: Ledger, ours: Ledger, theirs: Ledger) -> Ledger:
    """Return what both sides made of `base`, the same whichever of them is called ours; all must be sound.

    What no log settles stands as the side has it that was worked on last; where both gave one number, that gives way.
    """
    if base in (ours, theirs) or ours == theirs:
        return theirs if ours == base else ours
    stamp = Stamp(max(map(_last_worked_on, (base, ours, theirs))), _BY)
    mine, others = sorted(
        (ours, theirs), key=lambda side: (_last_worked_on(side), msgspec.json.encode(side)), reverse=True
    )
    merging = _Merging(base, mine, others, stamp)
    return merging.in_order(merging.merge().ledger)


def _last_worked_on(ledger: Ledger) -> datetime:
    """Return the last moment on record, of whatever it is."""
    moments = chain(
        (entry.at for task in ledger.tasks for entry in task.log),
        (fund.at for project in ledger.projects for fund in project.funds),
        (at for one in ledger.rounds for at in (one.at, one.closed, *(arrival.at for arrival in one.arrivals))),
        (at for one in ledger.instructions for at in (one.at, one.answered)),
        (sheet.at for sheet in ledger.sheets),
        (conflict.at for conflict in ledger.conflicts),
    )
    return max(filter(None, moments), default=NO_TIME)


class _Merging:
    """The making of one list of two; without `base` they never were one, and ids and settings are those of mine."""

    def __init__(self, base: Ledger | None, mine: Ledger, theirs: Ledger, stamp: Stamp) -> None:
        self._base, self._mine, self._theirs, self._stamp = base, mine, theirs, stamp
        self._ledgers = (base, mine, theirs)
        self._told = Conflicts(stamp)
        self._units = Departments(self._told, *(ledger.departments if ledger else () for ledger in self._ledgers))
        twins = _twins(base, mine, theirs) if base else {}
        self._tasks = [
            {twins.get(task.uid, task.uid): task for task in (ledger.tasks if ledger else ())}
            for ledger in self._ledgers
        ]
        self._ids = self._common_ids()
        names = (self._units.base, self._units.mine, self._units.theirs)
        began = {task.id: self._ids.get(uid, task.id) for uid, task in self._tasks[0].items()}
        self._terms = [
            Terms(units, began | {task.id: self._ids[uid] for uid, task in tasks.items() if uid in self._ids})
            for units, tasks in zip(names, self._tasks, strict=True)
        ]

    def _common_ids(self) -> dict[str, int]:
        base, mine, theirs = ({uid: task.id for uid, task in tasks.items()} for tasks in self._tasks)
        new = [uid for uid in theirs if uid not in mine]
        if self._base is None:
            return {**mine, **dict(zip(new, count(self._mine.next_id), strict=False))}
        began = [uid for uid in base if uid in mine or uid in theirs]
        later = sorted(
            {uid for uid in (*mine, *theirs) if uid not in base},
            key=lambda uid: (_entered(self._tasks[1].get(uid) or self._tasks[2][uid]), uid),
        )
        given = tuple(range(self._base.next_id, side.next_id) for side in (self._mine, self._theirs))
        return common_numbers(
            [*began, *later],
            mine,
            theirs,
            given=(given[0], given[1]),
            free=max(self._mine.next_id, self._theirs.next_id),
        )

    def merge(self) -> Merge:
        """Return the list of both."""
        records = Records(*self._ledgers, self._terms, self._told)
        lists = records.merge()
        if self._base is None:
            self._terms[2].series = self._series()
        base, mine, theirs = (self._translated(place) for place in range(3))
        needed = _needed(lists)
        base = {uid: task for uid, task in base.items() if task.id not in needed}  # what they are on stays
        conflicts: list[FieldConflict] = []
        met: set[int] = set()
        same = Terms(self._units.words, {}).entry

        def merge(_began: Task | None, here: Task, there: Task) -> Task:
            merged, found = merge_tasks(here, there, same, self._stamp, by_age=self._base is not None)
            met.add(merged.id)
            conflicts.extend(found)
            for each in found if self._base is not None else ():
                other = each.theirs if each.taken == each.mine else each.mine
                self._told.add(("task", merged.title), each.field, each.taken, other)
            return merged

        def kept(task: Task) -> None:
            self._told.add_kept(("task", task.title))

        both = merge_keyed(base, mine, theirs, merge, kept).values()
        sides = (ledger.tasks for ledger in self._ledgers if ledger)
        tasks = tuple(with_slips_told_apart(both, *sides, stamp=self._stamp) if self._base else both)
        pilot = self._mine.pilot
        if self._base is not None:
            pilot = merge_record(self._base.pilot, pilot, self._theirs.pilot, about=("pilot", ""), told=self._told)
        named = {name for one in chain(tasks, *lists.values()) for name in units_named(one)}
        ledger = msgspec.structs.replace(
            self._mine,
            schema=max(self._mine.schema, self._theirs.schema),
            next_id=max(
                self._mine.next_id, self._theirs.next_id if self._base else 1, *(task.id + 1 for task in tasks)
            ),
            pilot=pilot,
            departments=self._units.all(named),
            tasks=tasks,
            conflicts=self._conflicts(),
            **_naming_only(lists, {task.id for task in tasks}),
        )
        before = msgspec.structs.replace(self._mine, tasks=tuple(mine.values()))
        ledger = instructions.as_logged(ledger, before, removed=self._base is None)
        return Merge(ledger, frozenset(met), tuple(conflicts), tuple(self._units.new))

    def _conflicts(self) -> tuple[Conflict, ...]:
        """Return what is on record of either side, with what this merge found; of a merge done again nothing new."""
        known = merge_rows(*(ledger.conflicts if ledger else () for ledger in self._ledgers))

        def said(one: Conflict) -> object:
            return one if self._base else msgspec.structs.replace(one, at=NO_TIME, by="")

        again = set(map(said, known))
        return (*known, *(one for one in self._told.found if said(one) not in again))

    def _translated(self, place: int) -> dict[str, Task]:
        """Return the tasks of a side in the names and numbers of the list of both; a new id is on record."""
        terms, other = self._terms[place], self._tasks[3 - place] if place else {}
        translated = {}
        for uid, raw in self._tasks[place].items():
            number = self._ids.get(uid, raw.id)
            task = terms.record(replace(raw, log=tuple(map(terms.entry, raw.log))))
            log = (*task.log, *self._by_hand(self._tasks[0].get(uid), task, terms)) if place else task.log
            others = other[uid].log if uid in other else ()
            if self._base and place and number != task.id and not _renumbered_from(task.id, (*task.log, *others)):
                log = (*log, Renumber(at=self._stamp.at, by=self._stamp.by, was=task.id))
            translated[uid] = changes.settled_support(replace(task, id=number, uid=uid, log=log))
        return translated

    def _by_hand(self, began: Task | None, task: Task, terms: Terms) -> Iterable[Hand]:
        """Return an entry for each field of `task` that was changed since it was `began`, without being on record."""
        if began is None:
            return ()
        was = self._terms[0].record(replace(began, log=tuple(map(terms.entry, began.log))))
        return changes.by_hand(history.unlogged_differences(was, task), self._stamp)

    def _series(self) -> dict[int, int]:
        """Return the ids in mine by the number of a series whose first task theirs does not have."""
        series: dict[int, int] = {}
        for uid, task in self._tasks[2].items():
            if (number := _series_of(task)) is not None:
                series.setdefault(number, self._ids[uid])
        return series

    def in_order(self, merged: Ledger) -> Ledger:
        """Return `merged` in one order: what both began with as the side has it that changed that, mine if both did.

        New ones follow by their numbers, or as each side has them, mine first.
        """
        keys = {"departments": "name", "projects": "name", "tasks": "id", "meetings": "id", "inspections": "id"}
        lists = {}
        for name in (*keys, "rounds", "instructions", "sheets"):
            field = keys.get(name, "n")
            began, here, there = (
                dict.fromkeys(new_name(getattr(one, field), terms.new(name)) for one in getattr(ledger, name))
                for ledger, terms in zip(self._ledgers, self._terms, strict=True)
            )
            left = [key for key in here if key in began] == [key for key in began if key in here]
            ranks = {key: rank for rank, key in enumerate(key for key in (there if left else here) if key in began)}
            lists[name] = _in_order(getattr(merged, name), field, ranks)
        return msgspec.structs.replace(merged, **lists)


def _in_order(records: Iterable[Record], field: str, ranks: Mapping[object, int]) -> tuple[Record, ...]:
    def rank(record: Record) -> tuple[int, int]:
        key = getattr(record, field)
        return ranks.get(key, len(ranks)), 0 if key in ranks or isinstance(key, str) else key

    return tuple(sorted(records, key=rank))


def _entered(task: Task) -> datetime:
    return task.log[0].at if task.log else NO_TIME


def _renumbered_from(number: int, log: Iterable[LogEntry]) -> bool:
    return any(isinstance(entry, Renumber) and entry.was == number for entry in log)


def _series_of(task: Task) -> int | None:
    first = task.log[0] if task.log else None
    return first.series if isinstance(first, Create) else None


def _twins(base: Ledger, mine: Ledger, theirs: Ledger) -> dict[str, str]:
    """Return, by uid, which task is the same as one that was entered before: both sides opened the next of a series.

    One of them may be in `base`: a merge that this side has not seen yet put the other in its place.
    """
    ids = {task.id for task in base.tasks}
    both = {task.uid for task in mine.tasks} & {task.uid for task in theirs.tasks}
    sides = [
        {
            (series, task.first_due): task
            for task in side.tasks
            if task.uid not in both and (series := _series_of(task)) in ids
        }
        for side in (mine, theirs)
    ]
    twins = {}
    for key in sides[0].keys() & sides[1].keys():
        first, second = sorted((side[key] for side in sides), key=lambda task: (_entered(task), task.uid))
        twins[second.uid] = first.uid
    return twins


def _needed(lists: Mapping[str, tuple[Any, ...]]) -> set[int]:
    """Return the ids of tasks that findings and instructions are on."""
    found = {finding.task for one in lists["inspections"] for finding in one.findings}
    return found | {one.task for one in lists["instructions"] if one.task is not None}


def _naming_only(lists: Mapping[str, tuple[Any, ...]], ids: set[int]) -> dict[str, tuple[Record, ...]]:
    """Return the lists without the tasks that are not there among those that decisions and inspections name."""

    def naming(record: Any) -> Any:  # noqa: ANN401  a decision or an inspection
        tasks = tuple(number for number in record.tasks if number in ids)
        return record if tasks == record.tasks else msgspec.structs.replace(record, tasks=tasks)

    meetings = (msgspec.structs.replace(one, decisions=tuple(map(naming, one.decisions))) for one in lists["meetings"])
    return {**lists, "meetings": tuple(meetings), "inspections": tuple(map(naming, lists["inspections"]))}
