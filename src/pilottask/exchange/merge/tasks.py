"""One task as two stores have it, made one: field by field, with all that either log holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from pilottask.exchange.merge.logs import NO_TIME, Side, Translate, merge_logs
from pilottask.ledger import changes, fields, history
from pilottask.ledger.changes import Stamp
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import Hand, LogEntry, Task, Value, replace

_LISTS: Final = frozenset(fields.names(Kind.UNITS, Kind.TAGS))
_PLAIN: Final = tuple(sorted(fields.LOGGED - {*fields.LIFE, "created"}))
"""Fields that are settled by which side set them last; the earlier day of entry is taken."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that both stores changed, each to another value, since they last had the same; `taken` is the newer."""

    task: Task
    field: str
    mine: Value
    theirs: Value
    taken: Value


def merge_tasks(
    mine: Task, theirs: Task, same: Translate, stamp: Stamp, *, by_age: bool = False
) -> tuple[Task, list[FieldConflict]]:
    """Return `mine` with what `theirs`, in the same names and numbers, has besides; unchanged where nothing is new.

    `same` gives entries the present names of departments, by which they are recognised. What neither log says goes on
    record by `stamp`. `by_age`: see `merge_logs`.
    """
    if mine == theirs:
        return mine, []
    return _Pair(mine, theirs, same, stamp, by_age=by_age).merge()


class _Pair:
    """One task as each store has it, with what was changed by hand put on record."""

    def __init__(self, mine: Task, theirs: Task, same: Translate, stamp: Stamp, *, by_age: bool) -> None:
        self._before = mine
        self._stamp = stamp
        self._sides = {
            Side.MINE: _with_hand_entries(mine, theirs, same, stamp),
            Side.THEIRS: _with_hand_entries(theirs, mine, same, stamp),
        }
        self._lines = merge_logs(self._sides[Side.MINE].log, self._sides[Side.THEIRS].log, same, by_age=by_age)
        self._values: dict[str, Value] = {}
        self._conflicts: list[tuple[str, Value, Value, Value]] = []
        self._unlogged: list[Hand] = []

    def merge(self) -> tuple[Task, list[FieldConflict]]:
        """Return the merged task and its conflicts."""
        theirs = self._sides[Side.THEIRS]
        self._merge_fields()
        self._merge_life()
        after = history.with_values(self._before, self._values)
        after = replace(after, created=min(after.created, theirs.created))
        brought = self._unlogged or any(line.only is Side.THEIRS for line in self._lines)
        if after == self._before and not brought:
            return self._before, []
        if after.due and after.open_ended:
            after = replace(after, open_ended=False)
        if after.due and not after.first_due:
            after = replace(after, first_due=self._before.first_due or theirs.first_due or after.due)
        log = (line.entry for line in self._lines)
        after = changes.settled_support(replace(after, log=(*log, *self._unlogged)))
        after = changes.put_on_record(after, self._stamp)
        return after, [FieldConflict(after, *conflict) for conflict in self._conflicts]

    def _merge_fields(self) -> None:
        # Which side was the last to set a field, and what the first entry of each found in it.
        last: dict[str, Side] = {}
        results: dict[str, dict[Side, Value]] = {}
        for line in self._lines:
            if line.only:
                for name, old, _new in history.touches(line.entry):
                    last[name] = line.only
                    results.setdefault(name, {}).setdefault(line.only, old)
        present = {side: _values(task) for side, task in self._sides.items()}
        for name in {**present[Side.MINE], **present[Side.THEIRS]}:
            values = {side: present[side].get(name) for side in Side}
            touched = results.get(name, {})
            if values[Side.MINE] == values[Side.THEIRS]:
                continue
            if not touched:
                self._choose({name: values})
            elif len(touched) == 1:
                self._values[name] = values[last[name]]
            elif name in _LISTS:
                order = (last[name], last[name].other)
                self._values[name] = _merge_list([(_names(touched[side]), _names(values[side])) for side in order])
            else:
                self._take(name, values, values[last[name]])

    def _merge_life(self) -> None:
        present = {side: history.life_values(task) for side, task in self._sides.items()}
        differing = {
            name: {side: present[side][name] for side in Side}
            for name in fields.LIFE
            if present[Side.MINE][name] != present[Side.THEIRS][name]
        }
        if not differing:
            return
        touched = {line.only for line in self._lines if line.only and history.sets_life(line.entry)}
        if not touched:
            self._choose(differing)
        elif len(touched) == 1:
            self._values |= present[touched.pop()]
        else:
            merged = history.life_values(history.life(line.entry for line in self._lines))
            self._values |= merged
            for name, values in differing.items():
                self._take(name, values, merged[name])

    def _take(self, name: str, values: Mapping[Side, Value], taken: Value) -> None:
        self._values[name] = taken
        self._conflicts.append((name, values[Side.MINE], values[Side.THEIRS], taken))

    def _choose(self, differing: Mapping[str, Mapping[Side, Value]]) -> None:
        """Settle values that differ though no log says why: what is filled, then what was worked on last."""

        def weight(side: Side) -> tuple[bool, datetime, bytes]:
            values = [each[side] for each in differing.values()]
            latest = max((entry.at for entry in self._sides[side].log), default=NO_TIME)
            return any(value not in (None, ()) for value in values), latest, msgspec.json.encode(values)

        taken = Side.THEIRS if weight(Side.THEIRS) > weight(Side.MINE) else Side.MINE
        for name, values in differing.items():
            self._take(name, values, values[taken])
            self._unlogged.append(
                Hand(at=self._stamp.at, by=self._stamp.by, field=name, old=values[taken.other], new=values[taken])
            )


def _with_hand_entries(task: Task, other: Task, same: Translate, stamp: Stamp) -> Task:
    """Return `task` with what was changed by hand in it on record, but for what `other` has on record already."""

    def by_hand(log: Iterable[LogEntry]) -> list[tuple[str, Value, Value]]:
        hands = [same(entry) for entry in log if isinstance(entry, Hand)]
        return [(entry.field, entry.old, entry.new) for entry in hands if isinstance(entry, Hand)]

    entries = changes.put_on_record(task, stamp).log[len(task.log) :]
    known, there = by_hand(task.log), by_hand(other.log)
    missing = [
        entry
        for entry, change in zip(entries, by_hand(entries), strict=True)
        if there.count(change) <= known.count(change)
    ]
    return replace(task, log=(*task.log, *missing))


def _values(task: Task) -> dict[str, Value]:
    values = {name: history.as_value(getattr(task, name)) for name in _PLAIN}
    return values | {fields.EXTRA + key: value for key, value in task.extra.items()}


def _names(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _merge_list(sides: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[str, ...]:
    """Return a list that two sides changed, each given as what it found and what it made of it.

    What one added is in it, what one took out is not, unless the other put it in.
    """
    added: set[str] = set()
    kept: dict[str, None] = {}
    gone: set[str] = set()
    for before, after in sides:
        kept.update(dict.fromkeys(after))
        added.update(each for each in after if each not in before)
        gone.update(each for each in before if each not in after)
    return tuple(each for each in kept if each in added or each not in gone)
