"""Meetings, inspections, projects, rounds, instructions, calendars and issued sheets of two sides as one.

They have no uid: what stood in the list that both began with is the same by its number there; what is new on both
sides is the same where it says the same, as a meeting by its day and title.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, Final, Generic, TypeVar

import msgspec

from pilottask.exchange.merge.rules import Conflicts, by_content, common_numbers, merge_keyed, merge_record, merge_rows
from pilottask.exchange.merge.terms import Terms
from pilottask.ledger.integrity import NAMED_BY
from pilottask.ledger.records import (
    CalendarYear,
    Decision,
    Finding,
    Inspection,
    Instruction,
    IssuedSheet,
    Ledger,
    Meeting,
    Project,
    Record,
    Round,
)

_R = TypeVar("_R", bound=Record)
_P = TypeVar("_P", Decision, Finding)


@dataclass(frozen=True)
class Kind(Generic[_R]):
    """A kind of record: the ledger's field, the field of its number, and by what two are one.

    `lasts`: what it is the same by never changes; where it can, the number that both began with says more.
    """

    field: str
    number: str | None
    content: Callable[[_R], Hashable]
    lasts: bool = True

    def about(self, one: _R) -> tuple[str, str]:
        """Return what a record is, and its name or number, where both sides have it otherwise."""
        of = self.field.removesuffix("s")
        _message, keys = NAMED_BY[of]
        return of, str(getattr(one, [*keys][-1]))


_MEETINGS: Final = Kind[Meeting]("meetings", "id", lambda one: (one.day, one.title), lasts=False)
_INSPECTIONS: Final = Kind[Inspection](
    "inspections", "id", lambda one: (one.day, one.kind, tuple(sorted(one.by))), lasts=False
)
_ROUNDS: Final = Kind[Round]("rounds", "n", lambda one: (one.at, one.by))
_PROJECTS: Final = Kind[Project]("projects", None, lambda one: one.name)
_CALENDARS: Final = Kind[CalendarYear]("calendars", None, lambda one: one.year)
_SHEETS: Final = Kind[IssuedSheet]("sheets", "n", lambda one: (one.at, one.by, one.kept or ""))


@dataclass(slots=True)
class Records:
    """All records of both sides but departments and tasks, made those of one list, one kind after the other.

    Where they are `apart` the two were never one list: numbers of mine stay. `terms`, those of base, mine and theirs,
    get the numbers of each kind.
    """

    base: Ledger
    mine: Ledger
    theirs: Ledger
    terms: Sequence[Terms]
    conflicts: Conflicts
    apart: bool

    def merge(self) -> dict[str, tuple[Any, ...]]:
        """Return the lists of both by the ledger's field."""
        merged: dict[str, tuple[Any, ...]] = {
            "meetings": self._merge(_MEETINGS, self._meeting),
            "inspections": self._merge(_INSPECTIONS, self._inspection),
            "projects": self._merge(_PROJECTS, self._project),
            "calendars": tuple(sorted(self._merge(_CALENDARS), key=lambda one: one.year)),
            "rounds": self._merge(_ROUNDS, self._round),
            "instructions": self._merge(self._instructions(), self._instruction),
        }
        if not self.apart:  # sheets of another list are none of this one
            merged["sheets"] = self._merge(_SHEETS)
        return merged

    def _merge(self, kind: Kind[_R], merge: Callable[[_R | None, _R, _R], _R] | None = None) -> tuple[_R, ...]:
        ledgers = (self.base, self.mine, self.theirs)
        lists = [
            [terms.record(one) for one in getattr(ledger, kind.field)]
            for ledger, terms in zip(ledgers, self.terms, strict=True)
        ]
        base, mine, theirs = (
            self._by_common_number(kind, kind.number, lists)
            if kind.number
            else [{kind.content(one): one for one in each} for each in lists]
        )

        rule = merge or partial(self._record, kind)
        return tuple(merge_keyed(base, mine, theirs, rule, self.conflicts, kind.about).values())

    def _by_common_number(self, kind: Kind[_R], number: str, lists: Sequence[Sequence[_R]]) -> list[dict[Hashable, _R]]:
        """Return the records of each side under their common numbers; the terms get these."""
        known: frozenset[int] = frozenset() if kind.lasts else frozenset(getattr(one, number) for one in lists[0])
        sides = [by_content(each, number, kind.content, known) for each in lists]
        own = [{key: getattr(one, number) for key, one in side.items()} for side in sides]
        numbers = own[0] | self._common(own, lasts=kind.lasts, apart=True)
        known_numbers = {n: numbers[key] for key, n in own[0].items()}
        for terms, side in zip(self.terms, own, strict=True):
            terms.numbers[kind.field] = known_numbers | {n: numbers[key] for key, n in side.items()}
        if self.apart:
            self.terms[2].taken[kind.field] = frozenset(numbers.values())
        return [{key: _under(one, number, numbers[key]) for key, one in side.items()} for side in sides]

    def _common(self, own: Sequence[Mapping[Any, int]], *, lasts: bool = False, apart: bool = False) -> dict[Any, int]:
        """Return the common numbers of records.

        Where the two were never one list theirs give way, `apart` all of them. Else the later one does, or, of those
        that are known by their number, that of mine, the side that was worked on last.
        """
        base, mine, theirs = own
        new = [key for key in theirs if key not in mine]
        if self.apart and apart:
            return {**mine, **dict(zip(new, count(1 + max(mine.values(), default=0)), strict=False))}
        free = 1 + max((*mine.values(), *theirs.values()), default=0)
        if self.apart:
            return common_numbers([*mine, *new], mine, {key: theirs[key] for key in new}, free=free)
        began = [key for key in base if key in mine or key in theirs]
        later = sorted(key for key in {**mine, **theirs} if key not in base)
        if not lasts:
            later.sort(key=lambda key: key not in theirs)
            mine = {key: theirs.get(key, n) for key, n in mine.items()}
        return common_numbers([*began, *later], mine, theirs, free=free)

    def _parts(
        self, kind: type[_P], name: str, content: Callable[[_P], Hashable], *records: Meeting | Inspection | None
    ) -> tuple[_P, ...]:
        """Return the decisions or findings of a record as each side has it, under their common numbers."""
        _began, here, _there = records
        lists: list[tuple[_P, ...]] = [getattr(one, name, ()) for one in records]
        known = frozenset(part.n for part in lists[0])
        sides = [by_content(parts, "n", content, known) for parts in lists]
        own = [{key: part.n for key, part in side.items()} for side in sides]
        numbers = own[0] | self._common(own)
        of = here.id if here else 0
        for terms, side in zip(self.terms, own, strict=True):
            terms.parts |= {(kind, of, n): numbers[key] for key, n in side.items()}
        began, mine, theirs = [{key: _under(part, "n", numbers[key]) for key, part in side.items()} for side in sides]

        def about(part: _P) -> tuple[str, str]:
            return kind.__name__.lower(), part.text

        def merge(began: _P | None, here: _P, there: _P) -> _P:
            return merge_record(began, here, there, about=about(here), conflicts=self.conflicts)

        return tuple(merge_keyed(began, mine, theirs, merge, self.conflicts, about).values())

    def _meeting(self, began: Meeting | None, here: Meeting, there: Meeting) -> Meeting:
        decisions = self._parts(Decision, "decisions", lambda one: one.text, began, here, there)
        merged = self._record(_MEETINGS, began, here, there, decisions=decisions)
        absent = tuple(name for name in merged.absent if name not in merged.attend)
        return msgspec.structs.replace(merged, absent=absent)

    def _inspection(self, began: Inspection | None, here: Inspection, there: Inspection) -> Inspection:
        findings = self._parts(Finding, "findings", lambda one: (one.task, one.text), began, here, there)
        merged = self._record(_INSPECTIONS, began, here, there, findings=findings)
        tasks = dict.fromkeys((*merged.tasks, *(finding.task for finding in findings)))
        return msgspec.structs.replace(merged, tasks=tuple(tasks))

    def _project(self, began: Project | None, here: Project, there: Project) -> Project:
        funds = merge_rows(began.funds if began else (), here.funds, there.funds)
        return self._record(_PROJECTS, began, here, there, funds=funds)

    def _round(self, began: Round | None, here: Round, there: Round) -> Round:
        arrivals = merge_rows(began.arrivals if began else (), here.arrivals, there.arrivals)
        merged = self._record(_ROUNDS, began, here, there, arrivals=arrivals)
        asked = dict.fromkeys((*merged.asked, *(arrival.department for arrival in arrivals)))
        return msgspec.structs.replace(merged, asked=tuple(asked))

    def _instructions(self) -> Kind[Instruction]:
        """Return the kind of instructions: of one that was corrected on either side its words say nothing."""

        def words_of(one: Instruction) -> tuple[datetime, str, str]:
            return one.at, one.leader, one.text

        both = set(map(words_of, self.mine.instructions)) & set(map(words_of, self.theirs.instructions))

        def content(one: Instruction) -> tuple[datetime, str, str]:
            return words if (words := words_of(one)) in both else (one.at, one.by, "")

        return Kind("instructions", "n", content, lasts=False)

    def _instruction(self, began: Instruction | None, here: Instruction, there: Instruction) -> Instruction:
        on_record = Conflicts(self.conflicts.stamp)  # by the log of its task, which says which of two holds
        conflicts = self.conflicts if here.task is None else on_record
        return merge_record(began, here, there, about=self._instructions().about(here), conflicts=conflicts)

    def _record(self, kind: Kind[_R], began: _R | None, here: _R, there: _R, **parts: object) -> _R:
        return merge_record(began, here, there, about=kind.about(here), conflicts=self.conflicts, **parts)


def _under(record: _R, number: str, n: int) -> _R:
    """Return `record` under this number; an issued sheet keeps the one that stands on it."""
    old = getattr(record, number)
    if old == n:
        return record
    was = {"was": record.was or old} if isinstance(record, IssuedSheet) else {}
    return msgspec.structs.replace(record, **{number: n}, **was)
