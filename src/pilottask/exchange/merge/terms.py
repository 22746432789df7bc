"""What departments and numbers of either side are called in the list that is made of both."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import msgspec

from pilottask.exchange.merge.rules import Conflicts, merge_lists, merge_record
from pilottask.ledger import fields
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import (
    Answer,
    Change,
    Create,
    Decide,
    Decision,
    Department,
    Find,
    Finding,
    Fixed,
    Inspect,
    Instruct,
    LogEntry,
    Record,
    Renumber,
)
from pilottask.ledger.schema import R, new_name, with_names

_NUMBERS: Final = ("n", "meeting", "inspection", "series")
NUMBERED: Final[Mapping[type[LogEntry], tuple[str, ...]]] = {
    **{kind: tuple(name for name in _NUMBERS if name in kind.__struct_fields__) for kind in get_args(LogEntry)},
    Renumber: ("was",),
}
"""The fields of entries that hold a number of one store."""

_UNIT_FIELDS: Final = frozenset(fields.names(Kind.UNIT, Kind.UNITS))
_APART: Final = 1000
"""Keeps the findings of inspections that are not there apart."""


def words(unit: Department) -> tuple[str, ...]:
    """Return the names that a department goes by, its own first."""
    return unit.name, *unit.aliases


class Departments:
    """The departments of both sides, told apart by the name that each had first, in `base`, in mine or in theirs.

    `mine`, `theirs` and `base` are what the names that a side has now are in the list of both. `new` are those that
    mine had not.
    """

    def __init__(
        self, conflicts: Conflicts, base: Iterable[Department], mine: Iterable[Department], theirs: Iterable[Department]
    ) -> None:
        self._began = {unit.name: unit for unit in base}
        self._base_words = {word: unit.name for unit in self._began.values() for word in words(unit)}
        self._owners = dict(self._base_words)
        self._joined: dict[str, str] = {}
        self._conflicts = conflicts
        began: dict[str, tuple[Department, ...]] = {name: (unit,) for name, unit in self._began.items()}
        sides = [began, self._by_owner(tuple(mine)), self._by_owner(tuple(theirs))]
        rooted = [self._by_root(side) for side in sides]
        self._units = {
            owner: self._merge(owner, *(side.get(owner, ()) for side in rooted))
            for owner in dict.fromkeys((*rooted[1], *rooted[2]))
        }
        self.base, self.mine, self.theirs = map(self._new_names, rooted)
        gone = rooted[0].keys() - (rooted[1].keys() & rooted[2].keys())
        self._gone = [unit for owner, unit in self._units.items() if owner in gone]
        here = set(self.mine.values())
        self.new = [unit.name for unit in self._units.values() if unit.name not in here]

    def _new_names(self, side: Mapping[str, tuple[Department, ...]]) -> dict[str, str]:
        left = ((self._units[owner].name, units) for owner, units in side.items() if owner in self._units)
        return {unit.name: name for name, units in left for unit in units}

    def _by_owner(self, units: tuple[Department, ...]) -> dict[str, tuple[Department, ...]]:
        """Return the units of a side by what each is, and note which of those of `base` it made part of others."""
        known = {word for unit in units for word in words(unit)}
        stays = [name for name in self._began if name not in known or name in {unit.name for unit in units}]
        results: dict[str, tuple[Department, ...]] = {}
        for place, unit in enumerate(units):
            owner = self._owner(unit, units, stays[place] if place < len(stays) else None, known)
            results[owner] = (*results.get(owner, ()), unit)
        for owner, (unit, *_more) in results.items():
            for word in words(unit):
                held = self._owners.setdefault(word, owner)
                if held in self._began and held not in results:
                    if self._root(owner) != held:
                        self._joined.setdefault(held, owner)
                    elif owner < held:  # each side made one part of the other
                        del self._joined[owner]
                        self._joined[held] = owner
                elif held != owner and not self._began:
                    self._conflicts.add(("department", word), "meant", held, owner)
        return results

    def _owner(self, unit: Department, units: tuple[Department, ...], follows: str | None, known: set[str]) -> str:
        """Return the first name of what `unit` is; `follows` is the one of `base` that would stand in its place."""
        if unit.name in self._began:
            return unit.name
        began = next((self._base_words[word] for word in words(unit) if word in self._base_words), None)
        held = began or next((self._owners[word] for word in words(unit) if word in self._owners), None)
        if began is not None and any(other.name == began for other in units):
            self._owners[unit.name] = unit.name  # an alias that became a department of its own
            return unit.name
        if held is None and follows is not None and known.isdisjoint(words(self._began[follows])):
            return follows  # it was given another name
        return held or unit.name

    def _root(self, owner: str) -> str:
        while owner in self._joined:
            owner = self._joined[owner]
        return owner

    def _by_root(self, side: Mapping[str, tuple[Department, ...]]) -> dict[str, tuple[Department, ...]]:
        """Return the units of a side by what they are now that some are one, the one that goes on first."""
        results: dict[str, tuple[Department, ...]] = {}
        for owner, units in side.items():
            root = self._root(owner)
            results[root] = (*units, *results.get(root, ())) if owner == root else (*results.get(root, ()), *units)
        return results

    def _merge(
        self, owner: str, base: tuple[Department, ...], mine: tuple[Department, ...], theirs: tuple[Department, ...]
    ) -> Department:
        began, here, there = (next(iter(side), None) for side in (base, mine, theirs))
        if here is not None and there is not None:
            blank = Department(name=there.name)  # of two names mine stands
            about = "department", here.name
            merged = merge_record(began or blank, here, there, about=about, conflicts=self._conflicts, aliases=())
        else:
            merged = here or there or Department(name=owner)
        sides = ([word for unit in side for word in words(unit)] for side in (base, mine or theirs, theirs or mine))
        gone = (name for name in self._joined if self._root(name) == owner)
        aliases = tuple(
            word
            for word in dict.fromkeys((*merge_lists(*sides), *gone))
            if word != merged.name and self._root(self._owners.get(word, owner)) == owner
        )
        return msgspec.structs.replace(merged, aliases=aliases)

    def all(self, named: Container[str]) -> tuple[Department, ...]:
        """Return the departments, mine first; `named` are those that some record names.

        One that a side took out is gone with its aliases, where the other has it as it was and no record needs it.
        """
        unchanged = self._began.values()
        out = [unit for unit in self._gone if unit in unchanged and unit.name not in named]
        for unit in self._gone:
            if unit not in out:
                self._conflicts.add_kept(("department", unit.name))
        return tuple(unit for unit in self._units.values() if unit not in out)

    @property
    def words(self) -> dict[str, str]:
        """What each name means that a department ever had on either side."""
        roots = {word: self._root(owner) for word, owner in self._owners.items()}
        return {word: self._units[root].name for word, root in roots.items() if root in self._units}


@dataclass(slots=True)
class Terms:
    """What the names and numbers of one side are in the list of both, put in as the records of each kind are merged.

    `series` are ids by the number of a series. Of two lists that never were one, the log may name a meeting, inspection
    or instruction that is not among its records: it keeps that number, or gets one of none where it is one of `taken`.
    """

    units: Mapping[str, str]
    tasks: Mapping[int, int]
    series: Mapping[int, int] = field(default_factory=dict)
    numbers: dict[str, Mapping[int, int]] = field(default_factory=dict)
    """Those of meetings, inspections and the like, by the ledger's field."""
    parts: dict[tuple[type[Record], int, int], int] = field(default_factory=dict)
    """Numbers of decisions and findings, by the new number of their meeting or inspection and their old one."""
    taken: dict[str, frozenset[int]] = field(default_factory=dict)

    def record(self, record: R) -> R:
        """Return `record` with the departments and tasks that it names by their new names and ids."""
        return with_names(record, self.units, self.tasks)

    def entry(self, entry: LogEntry) -> LogEntry:  # noqa: PLR0911  one return for each kind
        """Return an entry of the log with its new names and numbers; problems and steps keep theirs, of their task."""
        if isinstance(entry, Change) and entry.field in _UNIT_FIELDS:
            old, new = (new_name(value, self.units) for value in (entry.old, entry.new))
            return msgspec.structs.replace(entry, old=old, new=new)
        if isinstance(entry, Create) and entry.series is not None:
            series = self.tasks.get(entry.series) or self.series.get(entry.series, entry.series)
            return msgspec.structs.replace(entry, series=series)
        if isinstance(entry, Decide):
            meeting = self._number("meetings", entry.meeting)
            return msgspec.structs.replace(entry, meeting=meeting, n=self._part(Decision, meeting, entry.n))
        if isinstance(entry, Instruct | Answer):
            n = self._number("instructions", entry.n) or max(self.taken["instructions"]) + entry.n
            return msgspec.structs.replace(entry, n=n)
        if isinstance(entry, Inspect | Find | Fixed):
            number = self._number("inspections", entry.inspection)
            if isinstance(entry, Inspect):
                return msgspec.structs.replace(entry, inspection=number)
            n = self._part(Finding, number, entry.n) if number else entry.inspection * _APART + entry.n
            return msgspec.structs.replace(entry, inspection=number, n=n)
        return entry

    def new(self, name: str) -> Mapping[Any, Any]:
        """Return what the names or numbers of the records in one of the ledger's fields are in the list of both."""
        lists: dict[str, Mapping[Any, Any]] = {"departments": self.units, "tasks": self.tasks, **self.numbers}
        return lists.get(name, {})

    def _number(self, kind: str, number: int) -> int:
        return self.numbers.get(kind, {}).get(number, 0 if number in self.taken.get(kind, ()) else number)

    def _part(self, kind: type[Record], of: int, number: int) -> int:
        return self.parts.get((kind, of, number), number)


def without_numbers(entry: LogEntry) -> LogEntry:
    """Return `entry` without what is numbered by its store alone."""
    numbers = [name for name in NUMBERED[type(entry)] if getattr(entry, name) is not None]
    return msgspec.structs.replace(entry, **dict.fromkeys(numbers, 0)) if numbers else entry
