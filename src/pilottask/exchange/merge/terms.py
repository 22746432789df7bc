"""What the names and numbers of another store are in this one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.ledger import fields
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import (
    Answer,
    Attach,
    Change,
    Create,
    Decide,
    Department,
    Detach,
    Find,
    Fixed,
    Inspect,
    Inspection,
    Instruct,
    Ledger,
    LogEntry,
    Meeting,
    Raise,
    Role,
    Settle,
    Step,
    StepChange,
    StepDone,
    Value,
)

NUMBERED: Final[Mapping[type[LogEntry], tuple[str, ...]]] = {
    Create: ("series",),
    Raise: ("n",),
    Settle: ("n",),
    Decide: ("meeting", "n"),
    Inspect: ("inspection",),
    Find: ("inspection", "n"),
    Fixed: ("inspection", "n"),
    Step: ("n",),
    StepDone: ("n",),
    StepChange: ("n",),
    Attach: ("n",),
    Detach: ("n",),
    Instruct: ("n",),
    Answer: ("n",),
}
"""The fields of entries that hold a number of one store."""

_UNITS: Final = frozenset(fields.names(Kind.UNIT, Kind.UNITS))
_APART: Final = 1000
"""Keeps the findings of inspections that are not there apart."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What stays as it is here though the other store has it otherwise: in a few words, and as a sentence."""

    brief: str
    sentence: str


class Departments:
    """The departments of both stores, by the names that they have in mine; `new` are those that mine had not."""

    def __init__(self, mine: Iterable[Department], theirs: Iterable[Department]) -> None:
        self._units = {unit.name: unit for unit in mine}
        self._names = {name: unit.name for unit in self._units.values() for name in (unit.name, *unit.aliases)}
        self.new: list[str] = []
        self.differences: list[Difference] = []
        for unit in theirs:
            self._add(unit)

    def _add(self, unit: Department) -> None:
        names = (unit.name, *unit.aliases)
        target = next((self._names[name] for name in names if name in self._names), unit.name)
        for name in names:
            if (meant := self._names.setdefault(name, target)) != target:
                sentence = _("the other store takes {name} for {target}; here it is {meant}, and stays so").format(
                    name=quote(name), target=quote(target), meant=quote(meant)
                )
                self.differences.append(Difference(quote(name), sentence))
        mine = self._units.get(target)
        if mine is None:
            self.new.append(target)
            mine = Department(name=target, role=unit.role, contact=unit.contact, mail=unit.mail)
        if mine.contact and unit.contact and mine.contact != unit.contact:
            brief = _("{said}: {text}").format(said=safe(target), text=_("Contact"))
            sentence = _("the contact of {department} stays {mine}; the other store has {theirs}").format(
                department=quote(target), mine=quote(mine.contact), theirs=quote(unit.contact)
            )
            self.differences.append(Difference(brief, sentence))
        if mine.mail and unit.mail and mine.mail != unit.mail:
            brief = _("{said}: {text}").format(said=safe(target), text=_("Mail"))
            sentence = _("the mail address of {department} stays {mine}; the other store has {theirs}").format(
                department=quote(target), mine=quote(mine.mail), theirs=quote(unit.mail)
            )
            self.differences.append(Difference(brief, sentence))
        fresh = [name for name in names if self._names[name] == target and name not in {target, *mine.aliases}]
        self._units[target] = msgspec.structs.replace(
            mine,
            aliases=(*mine.aliases, *fresh),
            role=unit.role if mine.role is Role.MEMBER else mine.role,
            contact=mine.contact or unit.contact,
            mail=mine.mail or unit.mail,
        )

    def all(self) -> tuple[Department, ...]:
        """Return the departments, mine first."""
        return tuple(self._units.values())

    def name(self, name: str) -> str:
        """Return what a department of either store is called in mine."""
        return self._names.get(name, name)

    def names(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return what these are called in mine."""
        return tuple(map(self.name, names))

    def translate(self, entry: LogEntry) -> LogEntry:
        """Return `entry` with the departments that it names by their names in mine."""
        if not isinstance(entry, Change) or entry.field not in _UNITS:
            return entry
        return msgspec.structs.replace(entry, old=self._value(entry.old), new=self._value(entry.new))

    def _value(self, value: Value) -> Value:
        return self.name(value) if isinstance(value, str) else self.names(value) if isinstance(value, tuple) else value


@dataclass(slots=True)
class Numbers:
    """The numbers of mine by those of theirs, put in as the records of each kind are merged.

    `series` are the ids of mine by the number of a series. A log may name a meeting or an inspection that is not among
    theirs, as where its tasks alone came: it keeps that number, or gets 0 where the merged list has another under it.
    """

    tasks: Mapping[int, int]
    series: Mapping[int, int]
    meetings: dict[int, int] = field(default_factory=dict)
    decisions: dict[tuple[int, int], int] = field(default_factory=dict)
    inspections: dict[int, int] = field(default_factory=dict)
    findings: dict[tuple[int, int], int] = field(default_factory=dict)
    instructions: dict[int, int] = field(default_factory=dict)

    def tasks_of_both(self, mine: Iterable[int], theirs: Iterable[int]) -> tuple[int, ...]:
        """Return the ids in mine of the tasks that a record of either store names."""
        return tuple(dict.fromkeys((*mine, *(self.tasks[number] for number in theirs))))

    def translate(self, entry: LogEntry, merged: Ledger) -> LogEntry:
        """Return an entry of theirs with the numbers of `merged`; problems keep theirs, which are of their task."""
        if isinstance(entry, Create) and entry.series is not None:
            series = self.tasks.get(entry.series) or self.series.get(entry.series, entry.series)
            return msgspec.structs.replace(entry, series=series)
        if isinstance(entry, Decide):
            meeting = self.meetings.get(entry.meeting) or _if_free(entry.meeting, merged.meetings)
            n = self.decisions.get((entry.meeting, entry.n), entry.n)
            return msgspec.structs.replace(entry, meeting=meeting, n=n)
        if isinstance(entry, Instruct | Answer):
            n = self.instructions.get(entry.n) or (0 if entry.n in {one.n for one in merged.instructions} else entry.n)
            return msgspec.structs.replace(entry, n=n)
        if isinstance(entry, Inspect | Find | Fixed):
            number = self.inspections.get(entry.inspection) or _if_free(entry.inspection, merged.inspections)
            if isinstance(entry, Inspect):
                return msgspec.structs.replace(entry, inspection=number)
            apart = entry.n if number else entry.inspection * _APART + entry.n
            n = self.findings.get((entry.inspection, entry.n), apart)
            return msgspec.structs.replace(entry, inspection=number, n=n)
        return entry


def _if_free(number: int, held: Iterable[Meeting | Inspection]) -> int:
    return 0 if any(one.id == number for one in held) else number


def without_numbers(entry: LogEntry) -> LogEntry:
    """Return `entry` without what is numbered by its store alone."""
    numbers = [name for name in NUMBERED.get(type(entry), ()) if getattr(entry, name) is not None]
    return msgspec.structs.replace(entry, **dict.fromkeys(numbers, 0)) if numbers else entry
