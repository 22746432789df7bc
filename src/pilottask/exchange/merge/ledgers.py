"""Two lists made one: sides of what both began with, or two that never were one list."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain, count
from typing import Final

import msgspec

from pilottask.exchange.merge.logs import NO_TIME
from pilottask.exchange.merge.records import Records
from pilottask.exchange.merge.rules import Conflicts, common_numbers, merge_keyed, merge_record, merge_rows
from pilottask.exchange.merge.slips import with_slips_told_apart
from pilottask.exchange.merge.tasks import FieldConflict, merge_tasks
from pilottask.exchange.merge.terms import Departments, Terms
from pilottask.ledger import changes, history, instructions, schema
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import PLAIN_SCHEMA, Conflict, Create, Ledger, Pilot, Record, Renumber, Task, replace

EMPTY: Final = Ledger(schema=PLAIN_SCHEMA, next_id=1, pilot=Pilot())
"""What two sides began with that have nothing in common."""
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
    return _Merging(EMPTY, mine, theirs, stamp, apart=True).merge()


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
    logged = (entry.at for task in ledger.tasks for entry in task.log)
    return max(chain(logged, history.moments_beside_tasks(ledger)), default=NO_TIME)


class _List:
    """One of the lists, with its tasks by the uid that each has in the list of both, and its terms there."""

    def __init__(self, ledger: Ledger, twins: Mapping[str, str]) -> None:
        self.ledger = ledger
        self.tasks = {twins.get(task.uid, task.uid): task for task in ledger.tasks}
        self.ids = {uid: task.id for uid, task in self.tasks.items()}
        self.terms = Terms({}, {})


class _Merging:
    """The making of one list of two.

    Where they are `apart` they never were one: `base` is empty, and ids and settings are those of mine.
    """

    def __init__(self, base: Ledger, mine: Ledger, theirs: Ledger, stamp: Stamp, *, apart: bool = False) -> None:
        self._apart, self._stamp, self._conflicts = apart, stamp, Conflicts(stamp)
        twins = {} if apart else _twins(base, mine, theirs)
        self._base, self._mine, self._theirs = (_List(ledger, twins) for ledger in (base, mine, theirs))
        self._lists = (self._base, self._mine, self._theirs)
        self._units = Departments(self._conflicts, base.departments, mine.departments, theirs.departments)
        self._ids = self._common_ids()
        began = {number: self._ids.get(uid, number) for uid, number in self._base.ids.items()}
        names = (self._units.base, self._units.mine, self._units.theirs)
        for one, units in zip(self._lists, names, strict=True):
            ids = {number: self._ids[uid] for uid, number in one.ids.items() if uid in self._ids}
            one.terms = Terms(units, began | ids)

    def _common_ids(self) -> dict[str, int]:
        base, mine, theirs = self._base, self._mine, self._theirs
        if self._apart:
            new = (uid for uid in theirs.ids if uid not in mine.ids)
            return {**mine.ids, **dict(zip(new, count(mine.ledger.next_id), strict=False))}
        both = mine.tasks | theirs.tasks
        began = [uid for uid in base.ids if uid in both]
        later = sorted(both.keys() - base.ids.keys(), key=lambda uid: (_entry_moment(both[uid]), uid))
        first = base.ledger.next_id
        return common_numbers(
            [*began, *later],
            mine.ids,
            theirs.ids,
            given=(range(first, mine.ledger.next_id), range(first, theirs.ledger.next_id)),
            free=max(mine.ledger.next_id, theirs.ledger.next_id),
        )

    def merge(self) -> Merge:
        """Return the list of both."""
        began, own, other = self._base.ledger, self._mine.ledger, self._theirs.ledger
        lists = Records(began, own, other, [one.terms for one in self._lists], self._conflicts, self._apart).merge()
        if self._apart:
            self._theirs.terms.series = self._series()
        needed = {finding.task for one in lists["inspections"] for finding in one.findings}
        needed |= {one.task for one in lists["instructions"]}
        translated = {uid: self._in_common_terms(self._base, uid, task) for uid, task in self._base.tasks.items()}
        base = {  # but for what a finding or an instruction is on, which stays
            uid: changes.settled_support(task) for uid, task in translated.items() if task.id not in needed
        }
        mine, theirs = self._side(self._mine, self._theirs), self._side(self._theirs, self._mine)
        conflicts: list[FieldConflict] = []
        met: set[int] = set()
        same = Terms(self._units.words, {}).entry

        def merge(_began: Task | None, here: Task, there: Task) -> Task:
            merged, found = merge_tasks(here, there, same, self._stamp, by_age=not self._apart)
            met.add(merged.id)
            conflicts.extend(found)
            for each in () if self._apart else found:
                other = each.theirs if each.taken == each.mine else each.mine
                self._conflicts.add(("task", merged.title), each.field, each.taken, other)
            return merged

        both = merge_keyed(base, mine, theirs, merge, self._conflicts, lambda one: ("task", one.title)).values()
        logs = (one.ledger.tasks for one in self._lists)
        tasks = tuple(both if self._apart else with_slips_told_apart(both, *logs, stamp=self._stamp))
        pilot, next_id = own.pilot, own.next_id
        if not self._apart:
            next_id = max(next_id, other.next_id)
            pilot = merge_record(began.pilot, pilot, other.pilot, about=("pilot", ""), conflicts=self._conflicts)
        named = {name for one in chain(tasks, *lists.values()) for name in schema.units_named(one)}
        ledger = msgspec.structs.replace(
            own,
            schema=max(own.schema, other.schema),
            next_id=max(next_id, *(task.id + 1 for task in tasks)) if tasks else next_id,
            pilot=pilot,
            departments=self._units.all(named),
            tasks=tasks,
            conflicts=self._conflicts_on_record(),
            **lists,
        )
        ledger = schema.naming_tasks(ledger, {task.id for task in tasks}.__contains__)
        before = msgspec.structs.replace(own, tasks=tuple(mine.values()))
        ledger = instructions.as_logged(ledger, before, removed=self._apart)
        return Merge(ledger, frozenset(met), tuple(conflicts), tuple(self._units.new))

    def _conflicts_on_record(self) -> tuple[Conflict, ...]:
        """Return what is on record of either side, with what this merge found; of a merge done again nothing new."""
        known = merge_rows(*(one.ledger.conflicts for one in self._lists))

        def identity(one: Conflict) -> object:
            return msgspec.structs.replace(one, at=NO_TIME, by="") if self._apart else one

        again = set(map(identity, known))
        return (*known, *(one for one in self._conflicts.found if identity(one) not in again))

    def _in_common_terms(self, one: _List, uid: str, task: Task) -> Task:
        """Return a task of one of the lists in the names and numbers of the list of both."""
        task = one.terms.record(replace(task, log=tuple(map(one.terms.entry, task.log))))
        return replace(task, id=self._ids.get(uid, task.id), uid=uid)

    def _side(self, one: _List, other: _List) -> dict[str, Task]:
        """Return the tasks of a side so, with what was changed by hand in them on record, and with it a new id."""
        tasks = {}
        for uid, raw in one.tasks.items():
            task = self._in_common_terms(one, uid, raw)
            log = task.log
            if began := self._base.tasks.get(uid):
                was = self._base.terms.record(replace(began, log=tuple(map(one.terms.entry, began.log))))
                log = (*log, *changes.by_hand(history.unlogged_differences(was, task), self._stamp))
            others = other.tasks[uid].log if uid in other.tasks else ()
            known = any(isinstance(entry, Renumber) and entry.was == raw.id for entry in (*log, *others))
            if not self._apart and task.id != raw.id and not known:
                log = (*log, Renumber(at=self._stamp.at, by=self._stamp.by, was=raw.id))
            tasks[uid] = changes.settled_support(replace(task, log=log))
        return tasks

    def _series(self) -> dict[int, int]:
        """Return the ids in mine by the number of a series whose first task theirs does not have."""
        series: dict[int, int] = {}
        for uid, task in self._theirs.tasks.items():
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
                dict.fromkeys(
                    one.terms.new(name).get(key := getattr(each, field), key) for each in getattr(one.ledger, name)
                )
                for one in self._lists
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


def _entry_moment(task: Task) -> datetime:
    return task.log[0].at if task.log else NO_TIME


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
        first, second = sorted((side[key] for side in sides), key=lambda task: (_entry_moment(task), task.uid))
        twins[second.uid] = first.uid
    return twins
