"""Meetings, inspections and projects of two stores as one.

They have no uid: a meeting is the same by its day and title, an inspection by its day, kind and inspectors, a project
by its name. What stands in both is joined; numbers stay those of mine, and what is new gets the next free ones.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final, TypeVar

import msgspec

from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.ledger.records import (
    Create,
    Decide,
    Decision,
    Find,
    Finding,
    Fixed,
    Fund,
    Inspect,
    Inspection,
    Ledger,
    LogEntry,
    Meeting,
    Project,
    Raise,
    Record,
    Settle,
)

_R = TypeVar("_R", bound=Record)
_N = TypeVar("_N", Decision, Finding)
_APART: Final = 1000
"""Keeps the findings of inspections that are not there apart."""
Named = Callable[[str], str]
"""What a department of either store is called in mine."""


@dataclass(frozen=True, slots=True)
class Stays:
    """What stays as it is here though the other store has it otherwise: in a few words, and as a sentence."""

    brief: str
    said: str


def _keyed(records: Iterable[_R], key: Callable[[_R], Hashable]) -> dict[Hashable, _R]:
    """Return records by key, those with the same key told apart by their order."""
    times: Counter[Hashable] = Counter()
    found: dict[Hashable, _R] = {}
    for record in records:
        known = key(record)
        times[known] += 1
        found[known, times[known]] = record
    return found


def _met(mine: Iterable[_R], theirs: Iterable[_R], key: Callable[[_R], Hashable]) -> Iterator[tuple[_R | None, _R]]:
    """Yield each of theirs behind the same one of mine, None where mine has none."""
    known = _keyed(mine, key)
    for alike, other in _keyed(theirs, key).items():
        yield known.get(alike), other


def _numbered(
    mine: Sequence[_N], theirs: Sequence[_N], key: Callable[[_N], Hashable]
) -> Iterator[tuple[int, _N | None, _N]]:
    """Yield what `_met` does behind its number in mine: a free one where another has its own."""
    taken = {one.n for one in mine}
    free = count(1 + max((one.n for one in (*mine, *theirs)), default=0))
    for same, other in _met(mine, theirs, key):
        yield same.n if same else next(free) if other.n in taken else other.n, same, other


def _union(mine: Iterable[str], theirs: Iterable[str], without: Iterable[str] = ()) -> tuple[str, ...]:
    gone = frozenset(without)
    return tuple(name for name in dict.fromkeys((*mine, *theirs)) if name not in gone)


def unnumbered(entry: LogEntry) -> LogEntry:
    """Return `entry` without the numbers that it has in its store alone."""
    match entry:
        case Raise() | Settle():
            return msgspec.structs.replace(entry, n=0)
        case Create(series=series) if series is not None:
            return msgspec.structs.replace(entry, series=0)
        case Decide():
            return msgspec.structs.replace(entry, meeting=0, n=0)
        case Inspect():
            return msgspec.structs.replace(entry, inspection=0)
        case Find() | Fixed():
            return msgspec.structs.replace(entry, inspection=0, n=0)
        case _:
            return entry


@dataclass(frozen=True, slots=True)
class Joined:
    """The joined records, and under which numbers of mine those of theirs stand."""

    meetings: tuple[Meeting, ...]
    inspections: tuple[Inspection, ...]
    projects: tuple[Project, ...]
    stays: tuple[Stays, ...]
    ids: Mapping[int, int]
    roots: Mapping[int, int]
    meeting_numbers: Mapping[int, int]
    decision_numbers: Mapping[tuple[int, int], int]
    inspection_numbers: Mapping[int, int]
    finding_numbers: Mapping[tuple[int, int], int]

    @staticmethod
    def _astray(number: int, known: Iterable[Meeting | Inspection]) -> int:
        """Return a number for what theirs does not hold, as where only its tasks came: none that another one has."""
        return 0 if any(one.id == number for one in known) else number

    def entry(self, entry: LogEntry) -> LogEntry:
        """Return an entry of theirs with the numbers of mine."""
        match entry:
            case Create(series=series) if series is not None:
                return msgspec.structs.replace(entry, series=self.ids.get(series) or self.roots.get(series, series))
            case Decide(meeting=meeting, n=n):
                number = self.meeting_numbers.get(meeting) or self._astray(meeting, self.meetings)
                return msgspec.structs.replace(entry, meeting=number, n=self.decision_numbers.get((meeting, n), n))
            case Inspect(inspection=inspection):
                number = self.inspection_numbers.get(inspection) or self._astray(inspection, self.inspections)
                return msgspec.structs.replace(entry, inspection=number)
            case Find(inspection=inspection, n=n) | Fixed(inspection=inspection, n=n):
                number = self.inspection_numbers.get(inspection) or self._astray(inspection, self.inspections)
                n = self.finding_numbers.get((inspection, n)) or (n if number else inspection * _APART + n)
                return msgspec.structs.replace(entry, inspection=number, n=n)
            case _:
                return entry


@dataclass(slots=True)
class _Work:
    """The joining while it is worked out; `ids` are those of mine for the tasks of theirs."""

    ids: Mapping[int, int]
    named: Named
    stays: list[Stays] = field(default_factory=list)
    decisions: dict[tuple[int, int], int] = field(default_factory=dict)
    findings: dict[tuple[int, int], int] = field(default_factory=dict)

    def tasks(self, mine: Sequence[int], theirs: Sequence[int]) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*mine, *(self.ids[number] for number in theirs))))

    def chosen(self, what: str, name: str, mine: str | None, theirs: str | None) -> str | None:
        """Return a value that only one side needs to have; where both differ mine stays, and that is said."""
        if mine and theirs and mine != theirs:
            said = _("{what}: {field} stays {mine}; the other store has {theirs}").format(
                what=what, field=name, mine=quote(mine), theirs=quote(theirs)
            )
            self.stays.append(Stays(_("{said}: {text}").format(said=what, text=name), said))
        return theirs if theirs and not mine else mine

    def meeting(self, mine: Meeting, theirs: Meeting) -> Meeting:
        what = _("meeting {id} {title}").format(id=mine.id, title=quote(mine.title))
        attend = _union(mine.attend, map(self.named, theirs.attend))
        found = {one.n: one for one in mine.decisions}
        for n, same, other in _numbered(mine.decisions, theirs.decisions, lambda one: one.text):
            found[n] = Decision(n=n, text=other.text, tasks=self.tasks(same.tasks if same else (), other.tasks))
            self.decisions[theirs.id, other.n] = n
        return msgspec.structs.replace(
            mine,
            place=self.chosen(what, _("Place"), mine.place, theirs.place),
            chair=self.chosen(what, _("Chair"), mine.chair, theirs.chair),
            attend=attend,
            absent=_union(mine.absent, map(self.named, theirs.absent), without=attend),
            decisions=tuple(found.values()),
        )

    def inspection_key(self, one: Inspection) -> Hashable:
        return one.day, one.kind, frozenset(map(self.named, one.by))

    def inspection(self, mine: Inspection, theirs: Inspection) -> Inspection:
        found = {one.n: one for one in mine.findings}
        others = [msgspec.structs.replace(one, task=self.ids[one.task]) for one in theirs.findings]
        for n, same, other in _numbered(mine.findings, others, lambda one: (one.task, one.text)):
            self.findings[theirs.id, other.n] = n
            found[n] = _put_right(same, other) if same else msgspec.structs.replace(other, n=n)
        return msgspec.structs.replace(
            mine,
            by=_union(mine.by, map(self.named, theirs.by)),
            tasks=self.tasks(mine.tasks, theirs.tasks),
            findings=tuple(found.values()),
        )

    def project(self, mine: Project, theirs: Project, kept: int) -> Project:
        what = _("project {name}").format(name=quote(mine.name))
        days = [one.signed.isoformat() if one.signed else None for one in (mine, theirs)]
        self.chosen(what, _("Signed"), *days)
        return msgspec.structs.replace(
            mine,
            partners=_union(mine.partners, map(self.named, theirs.partners)),
            base=self.chosen(what, _("Base"), mine.base, theirs.base),
            signed=mine.signed or theirs.signed,
            remark=self.chosen(what, _("Remark"), mine.remark, theirs.remark),
            funds=_funds(mine.funds, theirs.funds, kept),
        )


def _put_right(mine: Finding, theirs: Finding) -> Finding:
    """Return a finding as it stands: put right where either store says so, on the earlier of two days."""
    if theirs.fixed and (mine.fixed is None or theirs.fixed < mine.fixed):
        return msgspec.structs.replace(mine, fixed=theirs.fixed, evidence=theirs.evidence or mine.evidence)
    return mine


def _funds(mine: tuple[Fund, ...], theirs: tuple[Fund, ...], kept: int) -> tuple[Fund, ...]:
    """Return the entries of both, the older first; of mine the first `kept` stay the first."""
    fresh = [*theirs]
    for fund in mine:
        if fund in fresh:
            fresh.remove(fund)
    found = list(mine[:kept])
    for fund in mine[kept:]:
        while fresh and (fresh[0].at, fresh[0].by) < (fund.at, fund.by):
            found.append(fresh.pop(0))
        found.append(fund)
    return (*found, *fresh)


def joined(mine: Ledger, theirs: Ledger, *, ids: Mapping[int, int], named: Named, kept: Mapping[int, int]) -> Joined:
    """Return the meetings, inspections and projects of both; `ids` are mine of the tasks of theirs.

    `kept` says how many entries of money of a project, by its place in mine from 1, stand on issued sheets.
    """
    work = _Work(ids, named)
    meetings = {one.id: one for one in mine.meetings}
    meeting_numbers = {}
    free = count(1 + max(meetings, default=0))
    for met, meeting in _met(mine.meetings, theirs.meetings, lambda one: (one.day, one.title)):
        kept_meeting = met or Meeting(id=next(free), title=meeting.title, day=meeting.day)
        meeting_numbers[meeting.id] = kept_meeting.id
        meetings[kept_meeting.id] = work.meeting(kept_meeting, meeting)
    inspections = {one.id: one for one in mine.inspections}
    inspection_numbers = {}
    free = count(1 + max(inspections, default=0))
    for known, inspection in _met(mine.inspections, theirs.inspections, work.inspection_key):
        kept_inspection = known or Inspection(id=next(free), kind=inspection.kind, day=inspection.day)
        inspection_numbers[inspection.id] = kept_inspection.id
        inspections[kept_inspection.id] = work.inspection(kept_inspection, inspection)
    projects = {one.name: one for one in mine.projects}
    places = {one.name: place for place, one in enumerate(mine.projects, start=1)}
    for project in theirs.projects:
        before = projects.get(project.name) or Project(name=project.name)
        projects[project.name] = work.project(before, project, kept.get(places.get(project.name, 0), 0))
    roots: dict[int, int] = {}
    for task in theirs.tasks:
        first = task.log[0] if task.log else None
        if isinstance(first, Create) and first.series is not None:
            roots.setdefault(first.series, ids[task.id])
    return Joined(
        meetings=tuple(meetings.values()),
        inspections=tuple(inspections.values()),
        projects=tuple(projects.values()),
        stays=tuple(work.stays),
        ids=ids,
        roots=roots,
        meeting_numbers=meeting_numbers,
        decision_numbers=work.decisions,
        inspection_numbers=inspection_numbers,
        finding_numbers=work.findings,
    )
