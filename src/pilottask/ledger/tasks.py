"""Tasks of a parsed copy, each decoded when it is looked at; what is asked of all is answered by a few numbers of each.

Nothing here decides: what the numbers say narrows down which tasks are looked at, and these are asked themselves. Where
a list of tasks is a plain tuple, all are looked at.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import chain, compress, repeat
from operator import is_not
from struct import error as NumberTooLarge  # noqa: N812  as the cache calls it
from struct import pack
from typing import Final, Literal, overload
from zlib import crc32

import msgspec
from msgspec import Struct

from pilottask.ledger import history
from pilottask.ledger.lights import Lit, Signs, judge, last_moved, light
from pilottask.ledger.records import Ledger, Pilot, Status, Task

StructCode = Literal["B", "I", "Q", "q"]
FORMATS: Final[Mapping[str, StructCode]] = {
    "id": "q",
    "uid": "I",
    "twin": "I",
    "department": "I",
    "status": "B",
    "due": "I",
    "step": "I",
    "moved": "I",
    "logged": "I",
    "flags": "B",
}
"""The numbers that are kept of a task, by name, as `struct` packs them; days are ordinals, 0 for none.

`uid` and `twin` are checksums of the uid, and of department and title; `department` is a place among names, `status`
one among statuses. `step` is the first day of a step that is not done, `moved` the last of a sign of work where the
task is doing, `logged` that of what was last recorded.
"""
MEANING: Final = 1
"""Raised where a number comes to mean something else, as with a new status or sign of work: older copies are none."""
STATUSES: Final = tuple(Status)
_PLACES: Final = {status: place for place, status in enumerate(STATUSES)}
_FEW: Final = 16
COORDINATION: Final = 1
TARGET: Final = 2


class Kept(Struct, frozen=True):
    """What a copy holds: numbers by name, names of departments, and what decodes the tasks at these places, or all."""

    columns: Mapping[str, memoryview]
    departments: Sequence[str]
    look: Callable[[Collection[int] | None], Sequence[Task]]
    seen: dict[int, Task]

    def places(self, name: str, wanted: Collection[int]) -> list[int]:
        """Return the places of these numbers in the column of this name; a few are looked for by their bytes."""
        column = self.columns[name]
        if len(wanted) > _FEW:
            return [place for place, number in enumerate(column) if number in wanted]
        data, found = column.tobytes(), []
        for number in wanted:
            with suppress(NumberTooLarge):  # for the column, so that it has none
                packed, at = pack(column.format, number), -1
                while (at := data.find(packed, at + 1)) >= 0:
                    if at % column.itemsize == 0:
                        found.append(at // column.itemsize)
        return sorted(found)


class Tasks(Sequence[Task]):
    """The tasks of a copy, those that were `changed` since by their places, and those `added` behind them."""

    def __init__(self, kept: Kept, changed: Mapping[int, Task] | None = None, added: tuple[Task, ...] = ()) -> None:
        self.kept = kept
        self.changed = changed or {}
        self.added = added
        self._all: tuple[Task, ...] | None = None

    def __len__(self) -> int:
        return len(self.kept.columns["id"]) + len(self.added)

    def __iter__(self) -> Iterator[Task]:
        yield from self.all  # not before the first is asked for

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Tasks) and other.kept is self.kept and len(other) == len(self):
            return all(was == now for _place, was, now in differences(self, other) or ())
        return isinstance(other, Sequence) and self.all == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, place: int) -> Task: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Task, ...]: ...
    def __getitem__(self, place: int | slice) -> Task | tuple[Task, ...]:
        result = range(len(self))[place]
        return self.at([result])[0] if isinstance(result, int) else tuple(self.at(result))

    @property
    def all(self) -> tuple[Task, ...]:
        """All of them."""
        if self._all is None:
            kept = range(len(self.kept.columns["id"]))
            if len(self.kept.seen) < len(kept):
                tasks = self.kept.look(None)
                self.kept.seen.update(dict(enumerate(tasks)) | self.kept.seen)  # what was seen stays the same object
            self._all = tuple(self.at(range(len(self))))
        return self._all

    def at(self, places: Collection[int]) -> list[Task]:
        """Return the tasks at these places."""
        seen, changed, count = self.kept.seen, self.changed, len(self.kept.columns["id"])
        if missing := [place for place in places if place not in seen and place < count and place not in changed]:
            seen.update(zip(missing, self.kept.look(missing), strict=True))
        return [
            self.added[place - count] if place >= count else changed[place] if place in changed else seen[place]
            for place in places
        ]

    def where(self, test: Callable[..., bool], *names: str) -> list[Task]:
        """Return those whose numbers pass `test`, and those changed since, of which there are none."""
        rows = list(zip(*(self.kept.columns[name] for name in names), strict=True))
        fitting = {row for row in set(rows) if test(*row)}  # few, however many the tasks
        results = [place for place, row in enumerate(rows) if row in fitting]
        return self._with_changed(results)

    def among(self, name: str, wanted: Collection[int]) -> list[Task]:
        """Return those whose number of this name is one of those wanted, and those changed since."""
        return self._with_changed(self.kept.places(name, wanted))

    def _with_changed(self, places: list[int]) -> list[Task]:
        return [*self.at(sorted({*places, *self.changed}) if self.changed else places), *self.added]

    def put(self, changed: Iterable[Task], added: Iterable[Task] = ()) -> "Tasks":
        """Return the tasks with these in the place of those with their ids, and others behind them."""
        by_id = {task.id: task for task in changed}
        ids = self.kept.columns["id"]
        places = {place: by_id[ids[place]] for place in self.kept.places("id", by_id)}
        behind = (by_id.get(task.id, task) for task in self.added)
        return Tasks(self.kept, {**self.changed, **places}, (*behind, *added))


def narrow(tasks: Sequence[Task], test: Callable[..., bool], *names: str) -> Sequence[Task]:
    """Return those of `tasks` that may be meant, by their numbers of these names: all, where there are no numbers."""
    return tasks.where(test, *names) if isinstance(tasks, Tasks) else tasks


def _among(tasks: Sequence[Task], name: str, wanted: Collection[int]) -> Sequence[Task]:
    return tasks.among(name, wanted) if isinstance(tasks, Tasks) else tasks


def with_ids(tasks: Sequence[Task], ids: Collection[int]) -> list[Task]:
    """Return the tasks with these ids, in the order of the list."""
    ids = frozenset(ids)
    return [task for task in _among(tasks, "id", ids) if task.id in ids]


def with_uids(tasks: Sequence[Task], uids: Collection[str]) -> list[Task]:
    """Return the tasks with these uids, in the order of the list."""
    sums = frozenset(map(_sum, uids))
    return [task for task in _among(tasks, "uid", sums) if task.uid in uids]


def twins(tasks: Sequence[Task], task: Task) -> list[Task]:
    """Return the other tasks of the same title, blanks apart, and department."""
    like = _among(tasks, "twin", {_twin(task)})
    alike = [other for other in like if other.id != task.id and other.department == task.department]
    return [other for other in alike if other.title.split() == task.title.split()]


def put(ledger: Ledger, changed: Iterable[Task], added: Iterable[Task] = ()) -> Ledger:
    """Return `ledger` with these tasks in the place of those with their ids, and others behind them."""
    tasks: Sequence[Task] = ledger.tasks
    if isinstance(tasks, Tasks):
        return msgspec.structs.replace(ledger, tasks=tasks.put(changed, added))
    by_id = {task.id: task for task in changed}
    return msgspec.structs.replace(ledger, tasks=(*(by_id.get(task.id, task) for task in tasks), *added))


def differences(before: object, after: object) -> list[tuple[int, Task | None, Task]] | None:
    """Return place, old and new task of each that is not the same, None where that takes a look at all of them."""
    if not (isinstance(before, Tasks) and isinstance(after, Tasks) and before.kept is after.kept):
        return None
    if len(after) < len(before):
        return None
    count = len(after.kept.columns["id"])
    places = [*sorted({*before.changed, *after.changed}), *range(count, len(after))]
    old = before.at([place for place in places if place < len(before)])
    pairs = zip(places, [*old, *[None] * (len(places) - len(old))], after.at(places), strict=True)
    return [(place, was, now) for place, was, now in pairs if was is not now]


def changed_tasks(before: Sequence[Task], after: Sequence[Task]) -> list[Task]:
    """Return those of `after` that are not the very tasks of `before`."""
    if (different := differences(before, after)) is not None:
        return [now for _place, _was, now in different]
    if len(after) < len(before):
        same = set(map(id, before))
        return [task for task in after if id(task) not in same]
    return list(compress(after, chain(map(is_not, after, before), repeat(True))))


def with_like_ids(ledger: Ledger, tasks: Iterable[Task]) -> Ledger:
    """Return `ledger` with those tasks alone that have an id or uid of one of `tasks`."""
    alike = [
        *with_ids(ledger.tasks, frozenset(task.id for task in tasks)),
        *with_uids(ledger.tasks, frozenset(task.uid for task in tasks)),
    ]
    return msgspec.structs.replace(ledger, tasks=tuple({id(task): task for task in alike}.values()))


def last_day(ledger: Ledger) -> date | None:
    """Return the latest day of what was last recorded, a meeting that decided something too; None where nothing was."""
    tasks: Sequence[Task] = ledger.tasks
    days = [moment.date() for moment in history.moments_beside_tasks(ledger)]
    days += [meeting.day for meeting in ledger.meetings if meeting.decisions]
    if isinstance(tasks, Tasks):
        days += map(date.fromordinal, filter(None, [max(tasks.kept.columns["logged"], default=0)]))
        tasks = [*tasks.changed.values(), *tasks.added]
    days += [task.log[-1].at.date() for task in tasks if task.log]
    return max(days, default=None)


def count_by_department(tasks: Tasks, *, today: date, pilot: Pilot) -> Counter[tuple[str | None, Status, Lit]]:
    """Count the tasks of a copy by department, status and light; where a light hangs on figures, the task is asked."""
    day, columns = today.toordinal(), tasks.kept.columns
    rows = list(zip(*(columns[name] for name in ("status", "due", "step", "moved", "flags")), strict=True))
    lits: dict[tuple[int, ...], Lit | None] = {}
    for row in set(rows):
        status, due, step, moved, flags = row
        if pilot.behind_percent is not None and flags & TARGET:
            lits[row] = None
        else:
            still = day - moved if moved else 0
            signs = partial(Signs, 0 < step < day, bool(flags & COORDINATION), still, behind=False)
            lits[row] = judge(STATUSES[status], due - day if due else None, signs, pilot=pilot)
    kinds = Counter(zip(columns["department"], columns["status"], map(lits.get, rows), strict=True))
    results: Counter[tuple[str | None, Status, Lit]] = Counter()
    for (unit, status, lit), times in kinds.items():
        if lit is not None:
            results[tasks.kept.departments[unit], STATUSES[status], lit] += times
    asked = tasks.at([place for place, row in enumerate(rows) if lits[row] is None]) if None in lits.values() else []
    results.update((task.department, task.status, light(task, today=today, pilot=pilot)) for task in asked)
    return results


def numbers_of(task: Task, departments: dict[str, int]) -> tuple[int, ...]:
    """Return the numbers that are kept of `task`; a department that is not among `departments` is put there."""
    steps = [step.due for step in history.steps(task) if step.done is None]
    return (
        task.id,
        _sum(task.uid),
        _twin(task),
        departments.setdefault(task.department, len(departments)),
        _PLACES[task.status],
        task.due.toordinal() if task.due else 0,
        min(steps).toordinal() if steps else 0,
        last_moved(task).toordinal() if task.status is Status.DOING else 0,
        task.log[-1].at.toordinal() if task.log else 0,
        COORDINATION * bool(history.to_coordinate(task)) | TARGET * bool(task.target),
    )


def _twin(task: Task) -> int:
    return _sum("\0".join((task.department, *task.title.split())))


def _sum(text: str) -> int:
    return crc32(text.encode(errors="surrogatepass"))
