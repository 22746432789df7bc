"""Another store's tasks brought into this one: by uid, field by field, with all that either log holds.

Two logs become one in the order in which their entries were written: each keeps its own order, and where that leaves
a choice the older entry comes first. So both sides come to the same log, the last to set a field is the newer, and
nothing that was recorded is lost. What the log alone cannot say goes on record as an entry of its own.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Final

import msgspec

from pilottask.base.i18n import N_, _
from pilottask.base.text import quote, safe
from pilottask.exchange.merge.pilot import Joined, Stays, joined, unnumbered
from pilottask.exchange.office.importing import Changed
from pilottask.ledger import changes, fields, history, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import (
    Cancel,
    Change,
    Close,
    Department,
    Find,
    Fixed,
    Hand,
    Import,
    Ledger,
    LogEntry,
    Raise,
    Record,
    Reopen,
    Return,
    Role,
    Settle,
    Start,
    Submit,
    Suspend,
    Task,
    Value,
    replace,
)

_UNITS: Final = frozenset(fields.names(Kind.UNIT, Kind.UNITS))
_LISTS: Final = frozenset(fields.names(Kind.UNITS, Kind.TAGS))
_PLAIN: Final = tuple(sorted(fields.LOGGED - {*fields.LIFE, "created"}))
"""Fields that are settled by which side set them last; the earlier day of entry is taken."""
_NO_TIME: Final = datetime.min.replace(tzinfo=UTC)

_Identity = tuple[datetime, bytes]
"""What an entry is known by in both stores: its moment, and all else that it says but for the number of a problem."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both stores changed, each to another value, since they last had the same; `taken` is the newer."""

    task: Task
    field: str
    mine: Value
    theirs: Value
    taken: Value


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge makes of a ledger: nothing is written yet. `notices` are whole sentences for a person."""

    ledger: Ledger
    added: tuple[Task, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Task, ...]
    conflicts: tuple[Conflict, ...]
    new_departments: tuple[str, ...]
    notices: tuple[str, ...]


def merged(mine: Ledger, theirs: Ledger, stamp: Stamp) -> Merged:
    """Return `mine` with what `theirs` has besides; both must be sound.

    Ids, numbers of problems, names of departments and settings stay those of `mine`. Merging the same again changes
    nothing. `stamp` is for what goes on record by the merge itself.
    """
    units = _Units(mine.departments, theirs.departments)
    known = {task.uid: task for task in mine.tasks}
    new = count(mine.next_id)
    ids = {task.id: known[task.uid].id if task.uid in known else next(new) for task in theirs.tasks}
    pilot = joined(mine, theirs, ids=ids, named=units.named, kept=_printed(sheet.funds for sheet in mine.sheets))
    terms = _Terms(units, pilot, _printed(sheet.entries for sheet in mine.sheets))
    added: list[Task] = []
    changed: list[Changed] = []
    unchanged: list[Task] = []
    conflicts: list[Conflict] = []
    for other in theirs.tasks:
        task = known.get(other.uid)
        if task is None:
            added.append(terms.task(other))
            continue
        after, found = _joined(task, other, terms, stamp)
        conflicts += found
        if after is task:
            unchanged.append(task)
        else:
            changed.append(Changed(task, after))
    ledger = msgspec.structs.replace(
        mine,
        departments=units.all(),
        meetings=pilot.meetings,
        inspections=pilot.inspections,
        projects=pilot.projects,
    )
    ledger = changes.with_new(changes.with_tasks(ledger, [each.after for each in changed]), added)
    return Merged(
        ledger=ledger,
        added=ledger.tasks[len(ledger.tasks) - len(added) :],
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        conflicts=tuple(conflicts),
        new_departments=tuple(units.new),
        notices=(*_told(mine, ledger, [*units.stays, *pilot.stays]), *_open_at_once(mine, ledger)),
    )


_SAID: Final = (
    ("", N_("departments changed: {names}")),  # new ones are listed by themselves
    (N_("meetings added: {names}"), N_("meetings changed: {names}")),
    (N_("inspections added: {names}"), N_("inspections changed: {names}")),
    (N_("projects added: {names}"), N_("projects changed: {names}")),
)


def _besides_tasks(ledger: Ledger) -> tuple[Mapping[str, Record], ...]:
    """Return what a list holds besides tasks, as `_SAID` speaks of it, by what a person calls it."""
    return (
        {safe(unit.name): unit for unit in ledger.departments},
        {f"{meeting.id} {safe(meeting.title)}": meeting for meeting in ledger.meetings},
        {str(inspection.id): inspection for inspection in ledger.inspections},
        {safe(project.name): project for project in ledger.projects},
    )


def _told(before: Ledger, after: Ledger, stays: Sequence[Stays]) -> Iterator[str]:
    """Yield what is said of all but tasks and new departments; of a merge that brings nothing, in brief."""
    if after == before:
        if stays:
            yield _("stays as it is here, though the other store has it otherwise: {what}").format(
                what=_("; ").join(each.brief for each in stays)
            )
        return
    for (added, changed), was, now in zip(_SAID, _besides_tasks(before), _besides_tasks(after), strict=True):
        fresh = [name for name in now if name not in was]
        other = [name for name in now if name in was and was[name] != now[name]]
        for said, names in ((added, fresh), (changed, other)):
            if said and names:
                yield _(said).format(names=_(", ").join(names))
    yield from (each.said for each in stays)


def _open_at_once(before: Ledger, after: Ledger) -> Iterator[str]:
    """Say where the merge leaves several of a recurring task open: both lists opened the next, and none is taken away.

    Which of them has what was reported since only a person can tell.
    """
    known = {task.id for alike in recurring.open_at_once(before) for task in alike}
    for alike in recurring.open_at_once(after):
        if not known.issuperset(task.id for task in alike):
            yield recurring.told_open_at_once(alike)


# Departments --------------------------------------------------------------------------------------------------------


class _Units:
    """The departments of both stores as one, known by the names that they have in mine."""

    def __init__(self, mine: Iterable[Department], theirs: Iterable[Department]) -> None:
        self._units = {unit.name: unit for unit in mine}
        self._names = {name: unit.name for unit in self._units.values() for name in (unit.name, *unit.aliases)}
        self.new: list[str] = []
        self.stays: list[Stays] = []
        for unit in theirs:
            self._take(unit)

    def _take(self, unit: Department) -> None:
        names = (unit.name, *unit.aliases)
        target = next((self._names[name] for name in names if name in self._names), unit.name)
        for name in names:
            if (meant := self._names.setdefault(name, target)) != target:
                said = _("the other store takes {name} for {target}; here it is {meant}, and stays so").format(
                    name=quote(name), target=quote(target), meant=quote(meant)
                )
                self.stays.append(Stays(quote(name), said))
        mine = self._units.get(target)
        if mine is None:
            self.new.append(target)
            mine = Department(name=target, role=unit.role, contact=unit.contact)
        elif mine.contact and unit.contact and mine.contact != unit.contact:
            said = _("the contact of {department} stays {mine}; the other store has {theirs}").format(
                department=quote(target), mine=quote(mine.contact), theirs=quote(unit.contact)
            )
            self.stays.append(Stays(_("{said}: {text}").format(said=safe(target), text=_("Contact")), said))
        fresh = [name for name in names if self._names[name] == target and name not in {target, *mine.aliases}]
        self._units[target] = msgspec.structs.replace(
            mine,
            aliases=(*mine.aliases, *fresh),
            role=unit.role if mine.role is Role.MEMBER else mine.role,
            contact=mine.contact or unit.contact,
        )

    def all(self) -> tuple[Department, ...]:
        """Return the departments, mine first."""
        return tuple(self._units.values())

    def named(self, name: str) -> str:
        """Return what a department of either store is called in mine."""
        return self._names.get(name, name)

    def entry(self, entry: LogEntry) -> LogEntry:
        """Return `entry` with the departments that it names by their names in mine."""
        if not isinstance(entry, Change) or entry.field not in _UNITS:
            return entry
        return msgspec.structs.replace(entry, old=self._value(entry.old), new=self._value(entry.new))

    def _value(self, value: Value) -> Value:
        if isinstance(value, str):
            return self.named(value)
        return tuple(map(self.named, value)) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class _Terms:
    """What names and numbers mean in both stores: those of theirs by those of mine.

    `printed` says how much of the log of each task of mine stands on issued sheets, which must come out the same when
    they are printed again.
    """

    units: _Units
    pilot: Joined
    printed: Mapping[int, int]

    def task(self, task: Task) -> Task:
        """Return a task of theirs with the names and numbers of mine, in its log too."""
        return changes.settled_support(
            replace(
                task,
                department=self.units.named(task.department),
                support=tuple(map(self.units.named, task.support)),
                log=tuple(self.units.entry(self.pilot.entry(entry)) for entry in task.log),
            )
        )


def _printed(counts: Iterable[str]) -> dict[int, int]:
    """Return the most that any of these counts, as issued sheets keep them, says of each number."""
    most: dict[int, int] = {}
    for told in counts:
        for number, kept in history.read_counts(told).items():
            most[number] = max(most.get(number, 0), kept)
    return most


# Two logs -----------------------------------------------------------------------------------------------------------


def _identities(log: Iterable[LogEntry], units: _Units) -> list[_Identity]:
    """Return what each entry is known by: what settles a problem or a finding by that, and which of its like it is."""
    begun: dict[tuple[type, int, int], _Identity] = {}
    times: Counter[_Identity] = Counter()
    found = []
    for entry in log:
        about = None
        if isinstance(entry, Settle):
            about = begun.get((Raise, 0, entry.n))
        elif isinstance(entry, Fixed):
            about = begun.get((Find, entry.inspection, entry.n))
        told = msgspec.structs.replace(unnumbered(units.entry(entry)), at=_NO_TIME)
        identity = entry.at, msgspec.json.encode((told, about))
        if isinstance(entry, Raise | Find):
            times[identity] += 1
            place = type(entry), entry.inspection if isinstance(entry, Find) else 0, entry.n
            begun[place] = entry.at, b"%d %s" % (times[identity], identity[1])
        found.append(identity)
    return found


def _pairs(mine: Sequence[_Identity], theirs: Sequence[_Identity]) -> dict[int, int]:
    """Return for each entry of theirs that mine has too where it stands there; equal ones pair in their order."""
    waiting: defaultdict[_Identity, deque[int]] = defaultdict(deque)
    for place, identity in enumerate(mine):
        waiting[identity].append(place)
    return {place: waiting[identity].popleft() for place, identity in enumerate(theirs) if waiting.get(identity)}


_Place = tuple[bool, int]
"""An entry by its place in a log: in theirs, where the first is true."""


def _woven(
    mine: Sequence[_Identity], theirs: Sequence[_Identity], pairs: Mapping[int, int], *, kept: int = 0
) -> list[_Place]:
    """Return the entries of both logs, those that both have once, in the order in which they were written.

    The first `kept` of mine stay the first.
    """
    found: list[_Place] = []
    waiting: deque[int] = deque()
    reached = 0

    def go_to(end: int) -> None:
        nonlocal reached
        while reached < end:
            if reached >= kept and waiting and theirs[waiting[0]] < mine[reached]:
                found.append((True, waiting.popleft()))
            else:
                found.append((False, reached))
                reached += 1

    for place in range(len(theirs)):
        if place not in pairs:
            waiting.append(place)
        elif pairs[place] >= reached:
            go_to(pairs[place])
            if reached >= kept:
                found += [(True, each) for each in waiting]
                waiting.clear()
            found.append((False, reached))
            reached += 1
    go_to(len(mine))
    return [*found, *((True, each) for each in waiting)]


# Two tasks ----------------------------------------------------------------------------------------------------------


def _joined(mine: Task, other: Task, terms: _Terms, stamp: Stamp) -> tuple[Task, list[Conflict]]:
    """Return `mine` with what `other`, the same task in the other store, has besides; `mine` itself where nothing."""
    theirs = replace(terms.task(other), id=mine.id)
    return (mine, []) if mine == theirs else _Pair(mine, theirs, terms, stamp).joined()


class _Pair:
    """One task as each store has it, with what was changed by hand put on record."""

    def __init__(self, mine: Task, theirs: Task, terms: _Terms, stamp: Stamp) -> None:
        self._before = mine
        self._stamp = stamp
        units = terms.units
        self._mine = replace(mine, log=(*mine.log, *_by_hand(mine, theirs, units, stamp)))
        self._theirs = replace(theirs, log=(*theirs.log, *_by_hand(theirs, mine, units, stamp)))
        logs = _identities(self._mine.log, units), _identities(self._theirs.log, units)
        self._pairs = _pairs(*logs)
        self._woven = _woven(*logs, self._pairs)
        self._printed = terms.printed.get(mine.id)
        self._places = _woven(*logs, self._pairs, kept=self._printed or 0)
        self._exclusive = self._only_one_has()
        self._values: dict[str, Value] = {}
        self._conflicts: list[tuple[str, Value, Value, Value]] = []
        self._unlogged: list[tuple[str, Value, Value]] = []

    def _only_one_has(self) -> list[_Place]:
        shared = frozenset(self._pairs.values())
        return [
            (in_theirs, place)
            for in_theirs, place in self._woven
            if place not in (self._pairs if in_theirs else shared)
        ]

    def _entry(self, place: _Place) -> LogEntry:
        return (self._theirs if place[0] else self._mine).log[place[1]]

    def joined(self) -> tuple[Task, list[Conflict]]:
        """Return the task as it becomes, with the conflicts; the very task it was where there is nothing to bring."""
        self._settle_fields()
        self._settle_life()
        log = self._log(self._places)
        hands = [
            Hand(at=self._stamp.at, by=self._stamp.by, field=field, old=old, new=new)
            for field, old, new in self._unlogged
        ]
        after = history.with_values(self._before, self._values)
        after = replace(after, created=min(after.created, self._theirs.created))
        if after == self._before and not hands and not any(in_theirs for in_theirs, _place in self._exclusive):
            return self._before, []
        if after.due and not after.first_due:
            after = replace(after, first_due=self._mine.first_due or self._theirs.first_due or after.due)
        after = changes.settled_support(replace(after, log=(*log, *hands)))
        after = self._bridged(changes.put_on_record(after, self._stamp))
        return after, [Conflict(after, *told) for told in self._conflicts]

    def _bridged(self, after: Task) -> Task:
        """Return `after` with what no entry says of it on record, where an issued sheet has what was there before."""
        if (kept := self._printed) is None:
            return after
        entries = changes.by_hand(history.parted_at(self._before, after, kept), self._stamp)
        return replace(after, log=(*after.log[:kept], *entries, *after.log[kept:])) if entries else after

    def _log(self, places: Iterable[_Place]) -> tuple[LogEntry, ...]:
        """Return the log of the entries at these places.

        A problem of theirs gets a free number where mine has another under its own.
        """
        mine, theirs = _numbers(self._mine), _numbers(self._theirs)
        given = {theirs[place]: mine[self._pairs[place]] for place in theirs if place in self._pairs}
        free = count(1 + max((*mine.values(), *theirs.values()), default=0))
        taken = set(mine.values())
        for place, n in theirs.items():
            if place not in self._pairs:
                given[n] = next(free) if n in taken else n
        log = []
        for each in places:
            entry = self._entry(each)
            if each[0] and isinstance(entry, Raise | Settle):
                entry = msgspec.structs.replace(entry, n=given.get(entry.n, entry.n))
            log.append(entry)
        return tuple(log)

    def _settle_fields(self) -> None:
        mine, theirs = _values(self._mine), _values(self._theirs)
        # Whose was the last to set a field, and what each side's first found in it.
        last: dict[str, bool] = {}
        found: dict[tuple[str, bool], Value] = {}
        for place in self._exclusive:
            for name, old, _new in history.touches(self._entry(place)):
                last[name] = place[0]
                found.setdefault((name, place[0]), old)
        for name in dict.fromkeys((*mine, *theirs)):
            values = mine.get(name), theirs.get(name)
            if values[0] == values[1]:
                continue
            touched = (name, False) in found, (name, True) in found
            if touched == (False, False):
                self._choose({name: values})
            elif touched != (True, True):
                self._values[name] = values[touched[1]]
            elif name in _LISTS:
                self._values[name] = _joined_list(
                    [(_listed(found[name, side]), _listed(values[side])) for side in (last[name], not last[name])]
                )
            else:
                self._values[name] = taken = values[last[name]]
                self._conflicts.append((name, *values, taken))

    def _settle_life(self) -> None:
        mine, theirs = _life_values(self._mine), _life_values(self._theirs)
        if mine == theirs:
            return
        touched = [False, False]
        for side, place in self._exclusive:
            touched[side] |= _is_of_life(self._entry((side, place)))
        both = {name: (mine[name], theirs[name]) for name in fields.LIFE if mine[name] != theirs[name]}
        if touched == [False, False]:
            self._choose(both)
        elif touched == [True, True]:
            state = history.life(map(self._entry, self._woven))
            for name, values in both.items():
                self._conflicts.append((name, *values, history.as_value(getattr(state, name))))
            self._values |= {name: history.as_value(getattr(state, name)) for name in fields.LIFE}
        else:
            self._values |= theirs if touched[1] else mine

    def _choose(self, fields: Mapping[str, tuple[Value, Value]]) -> None:
        """Settle values that differ though no log says why: what is filled, then what was worked on last."""

        def weight(side: bool) -> tuple[bool, datetime, bytes]:
            told = [values[side] for values in fields.values()]
            log = (self._theirs if side else self._mine).log
            latest = max((entry.at for entry in log), default=_NO_TIME)
            return any(value not in (None, ()) for value in told), latest, msgspec.json.encode(told)

        taken = weight(True) > weight(False)
        for name, values in fields.items():
            self._values[name] = values[taken]
            self._unlogged.append((name, values[not taken], values[taken]))
            self._conflicts.append((name, *values, values[taken]))


def _by_hand(task: Task, other: Task, units: _Units, stamp: Stamp) -> list[LogEntry]:
    """Return entries for what was changed by hand in `task`, but for what `other` has on record already."""

    def told(log: Iterable[LogEntry]) -> list[tuple[str, Value, Value]]:
        hands = [units.entry(entry) for entry in log if isinstance(entry, Hand)]
        return [(entry.field, entry.old, entry.new) for entry in hands if isinstance(entry, Hand)]

    found = changes.put_on_record(task, stamp).log[len(task.log) :]
    known, there = told(task.log), told(other.log)
    return [entry for entry, said in zip(found, told(found), strict=True) if there.count(said) <= known.count(said)]


def _numbers(task: Task) -> dict[int, int]:
    """Return the numbers of the problems of `task` by the place of each in the log."""
    return {place: entry.n for place, entry in enumerate(task.log) if isinstance(entry, Raise)}


def _values(task: Task) -> dict[str, Value]:
    found = {name: history.as_value(getattr(task, name)) for name in _PLAIN}
    return found | {fields.EXTRA + key: value for key, value in task.extra.items()}


def _life_values(task: Task) -> dict[str, Value]:
    return {name: history.as_value(getattr(task, name)) for name in fields.LIFE}


def _is_of_life(entry: LogEntry) -> bool:
    if isinstance(entry, Change):
        return isinstance(entry, Hand) and entry.field in fields.LIFE
    return isinstance(entry, Import | Start | Submit | Close | Return | Suspend | Cancel | Reopen)


def _listed(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _joined_list(sides: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[str, ...]:
    """Return a list that two sides changed, each given as what it found and what it made of it.

    What one added is in it, what one took out is not, unless the other put it in.
    """
    added: dict[str, None] = {}
    kept: dict[str, None] = {}
    gone: set[str] = set()
    for found, made in sides:
        kept.update(dict.fromkeys(made))
        added.update(dict.fromkeys(each for each in made if each not in found))
        gone.update(each for each in found if each not in made)
    return tuple(each for each in kept if each in added or each not in gone)
