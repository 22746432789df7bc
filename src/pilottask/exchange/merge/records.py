"""Meetings, inspections and projects of two stores as one.

They have no uid: a meeting is the same by its day and title, an inspection by its day, kind and inspectors, a project
by its name. What stands in both is joined; numbers stay those of mine, and what is new gets the next free ones.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TypeVar

import msgspec

from pilottask.base.i18n import _, pgettext
from pilottask.base.text import quote
from pilottask.exchange.merge.terms import Departments, Difference, Numbers
from pilottask.ledger.records import (
    CalendarYear,
    Decision,
    Finding,
    Fund,
    Inspection,
    Instruction,
    Ledger,
    Meeting,
    Project,
    Record,
    Round,
)

_R = TypeVar("_R", bound=Record)
_N = TypeVar("_N", Decision, Finding)


def merge_meetings(
    mine: Ledger, theirs: Ledger, units: Departments, numbers: Numbers
) -> tuple[tuple[Meeting, ...], list[Difference]]:
    """Return the meetings of both, and where they differ; `numbers` gets those of theirs."""
    merged = {one.id: one for one in mine.meetings}
    differences = []
    free = count(1 + max(merged, default=0))
    for same, other in _match(mine.meetings, theirs.meetings, lambda one: (one.day, one.title)):
        meeting = same or Meeting(id=next(free), title=other.title, day=other.day)
        numbers.meetings[other.id] = meeting.id
        what = _("meeting {id} {title}").format(id=meeting.id, title=quote(meeting.title))
        meeting, differing = _fill(meeting, other, {"place": _("Place"), "chair": _("Chair")}, what=what)
        differences += differing
        attend = _union(meeting.attend, units.names(other.attend))
        merged[meeting.id] = msgspec.structs.replace(
            meeting,
            attend=attend,
            absent=tuple(name for name in _union(meeting.absent, units.names(other.absent)) if name not in attend),
            decisions=_decisions(meeting, other, numbers),
        )
    return tuple(merged.values()), differences


def _decisions(mine: Meeting, theirs: Meeting, numbers: Numbers) -> tuple[Decision, ...]:
    merged = {one.n: one for one in mine.decisions}
    for n, same, other in _match_numbered(mine.decisions, theirs.decisions, lambda one: one.text):
        numbers.decisions[theirs.id, other.n] = n
        merged[n] = Decision(n=n, text=other.text, tasks=numbers.tasks_of_both(same.tasks if same else (), other.tasks))
    return tuple(merged.values())


def merge_inspections(mine: Ledger, theirs: Ledger, units: Departments, numbers: Numbers) -> tuple[Inspection, ...]:
    """Return the inspections of both; `numbers` gets those of theirs."""

    def key(one: Inspection) -> Hashable:
        return one.day, one.kind, frozenset(units.names(one.by))

    merged = {one.id: one for one in mine.inspections}
    free = count(1 + max(merged, default=0))
    for same, other in _match(mine.inspections, theirs.inspections, key):
        inspection = same or Inspection(id=next(free), kind=other.kind, day=other.day)
        numbers.inspections[other.id] = inspection.id
        merged[inspection.id] = msgspec.structs.replace(
            inspection,
            by=_union(inspection.by, units.names(other.by)),
            tasks=numbers.tasks_of_both(inspection.tasks, other.tasks),
            findings=_findings(inspection, other, numbers),
        )
    return tuple(merged.values())


def _findings(mine: Inspection, theirs: Inspection, numbers: Numbers) -> tuple[Finding, ...]:
    merged = {one.n: one for one in mine.findings}
    others = [msgspec.structs.replace(one, task=numbers.tasks[one.task]) for one in theirs.findings]
    for n, same, other in _match_numbered(mine.findings, others, lambda one: (one.task, one.text)):
        numbers.findings[theirs.id, other.n] = n
        merged[n] = _with_earlier_fix(same, other) if same else msgspec.structs.replace(other, n=n)
    return tuple(merged.values())


def _with_earlier_fix(mine: Finding, theirs: Finding) -> Finding:
    """Return a finding as put right where either store says so, on the earlier of two days."""
    if theirs.fixed and (mine.fixed is None or theirs.fixed < mine.fixed):
        return msgspec.structs.replace(mine, fixed=theirs.fixed, evidence=theirs.evidence or mine.evidence)
    return mine


def merge_projects(mine: Ledger, theirs: Ledger, units: Departments) -> tuple[tuple[Project, ...], list[Difference]]:
    """Return the projects of both, and where they differ."""
    labels = {"signed": _("Signed"), "base": _("Base"), "remark": _("Remark")}
    merged = {one.name: one for one in mine.projects}
    differences = []
    for other in theirs.projects:
        project = merged.get(other.name) or Project(name=other.name)
        project, differing = _fill(project, other, labels, what=_("project {name}").format(name=quote(other.name)))
        differences += differing
        merged[other.name] = msgspec.structs.replace(
            project,
            partners=_union(project.partners, units.names(other.partners)),
            funds=_funds(project.funds, other.funds),
        )
    return tuple(merged.values()), differences


def _funds(mine: tuple[Fund, ...], theirs: tuple[Fund, ...]) -> tuple[Fund, ...]:
    """Return the entries of both, the older first."""
    fresh = [*theirs]
    for fund in mine:
        if fund in fresh:
            fresh.remove(fund)
    merged: list[Fund] = []
    for fund in mine:
        while fresh and (fresh[0].at, fresh[0].by) < (fund.at, fund.by):
            merged.append(fresh.pop(0))
        merged.append(fund)
    return (*merged, *fresh)


def merge_calendars(mine: Ledger, theirs: Ledger) -> tuple[tuple[CalendarYear, ...], list[Difference]]:
    """Return the calendars of both, of a year that both have mine, and where that differs."""
    merged = {one.year: one for one in (*theirs.calendars, *mine.calendars)}
    differences = [
        Difference(
            _("calendar {year}").format(year=other.year),
            _("calendar {year}: it stays as it is here; the other store has other days").format(year=other.year),
        )
        for other in theirs.calendars
        if merged[other.year] != other
    ]
    return tuple(merged[year] for year in sorted(merged)), differences


def merge_rounds(mine: Ledger, theirs: Ledger, units: Departments) -> tuple[tuple[Round, ...], list[Difference]]:
    """Return the rounds of both, the same by the moment at which they were opened, and where they differ."""
    merged = {one.n: one for one in mine.rounds}
    differences = []
    free = count(1 + max(merged, default=0))
    for same, other in _match(mine.rounds, theirs.rounds, lambda one: (one.at, one.by)):
        one = same or Round(n=next(free), at=other.at, by=other.by)
        what = _("round {n}").format(n=one.n)
        one, differing = _fill(one, other, {"title": _("Title"), "due": _("Deadline")}, what=what)
        differences += differing
        arrivals = [msgspec.structs.replace(each, department=units.name(each.department)) for each in other.arrivals]
        merged[one.n] = msgspec.structs.replace(
            one,
            asked=_union(one.asked, units.names(other.asked)),
            arrivals=tuple(dict.fromkeys((*one.arrivals, *arrivals))),
            closed=min(filter(None, (one.closed, other.closed)), default=None),
        )
    return tuple(merged.values()), differences


def merge_instructions(
    mine: Ledger, theirs: Ledger, numbers: Numbers
) -> tuple[tuple[Instruction, ...], list[Difference]]:
    """Return the instructions of both, the same by when they were given and what they say; `numbers` gets theirs.

    One that was corrected in either is known by when and by whom it was entered. Which of the two holds says the log of
    its task; of those on none where they differ is returned too.
    """
    labels = {"leader": _("Leader"), "text": pgettext("instruction", "Asked for"), "reply_by": _("Reply by")}
    differences = []

    def said(one: Instruction) -> Hashable:
        return one.at, one.leader, one.text

    both = set(map(said, mine.instructions)) & set(map(said, theirs.instructions))

    def key(one: Instruction) -> Hashable:
        return said(one) if said(one) in both else (one.at, one.by)

    merged = {one.n: one for one in mine.instructions}
    free = count(1 + max(merged, default=0))
    for same, other in _match(mine.instructions, theirs.instructions, key):
        task = None if other.task is None else numbers.tasks[other.task]
        one = same or msgspec.structs.replace(other, n=next(free), task=task)
        if one.task is None:
            one, differing = _fill(one, other, labels, what=_("instruction {n}").format(n=one.n))
            differences += differing
        if one.answered is None:
            one = msgspec.structs.replace(one, answer=other.answer, answered=other.answered)
        numbers.instructions[other.n] = one.n
        merged[one.n] = one
    return tuple(merged.values()), differences


def _match(mine: Iterable[_R], theirs: Iterable[_R], key: Callable[[_R], Hashable]) -> Iterator[tuple[_R | None, _R]]:
    """Yield each of theirs behind the same one of mine, by its key; several with one key go together in their order."""
    known = _by_key(mine, key)
    for same, other in _by_key(theirs, key).items():
        yield known.get(same), other


def _by_key(records: Iterable[_R], key: Callable[[_R], Hashable]) -> dict[tuple[Hashable, int], _R]:
    times: Counter[Hashable] = Counter()
    keyed: dict[tuple[Hashable, int], _R] = {}
    for record in records:
        times[key(record)] += 1
        keyed[key(record), times[key(record)]] = record
    return keyed


def _match_numbered(
    mine: Sequence[_N], theirs: Sequence[_N], key: Callable[[_N], Hashable]
) -> Iterator[tuple[int, _N | None, _N]]:
    """Yield what `_match` does behind its number in mine: a free one where another of mine has that of theirs."""
    taken = {one.n for one in mine}
    free = count(1 + max((one.n for one in (*mine, *theirs)), default=0))
    for same, other in _match(mine, theirs, key):
        yield same.n if same else next(free) if other.n in taken else other.n, same, other


def _fill(mine: _R, theirs: _R, labels: Mapping[str, str], *, what: str) -> tuple[_R, list[Difference]]:
    """Return `mine` with the labelled fields of theirs that it has not, and where both have another value."""
    values = {}
    differences = []
    for field, label in labels.items():
        here, there = getattr(mine, field), getattr(theirs, field)
        values[field] = here or there
        if here and there and here != there:
            sentence = _("{what}: {field} stays {mine}; the other store has {theirs}").format(
                what=what, field=label, mine=quote(str(here)), theirs=quote(str(there))
            )
            differences.append(Difference(_("{said}: {text}").format(said=what, text=label), sentence))
    return msgspec.structs.replace(mine, **values), differences


def _union(mine: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mine, *theirs)))
