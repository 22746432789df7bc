"""Another store brought into this one: its tasks by their uid, all other records by what they say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

import msgspec

from pilottask.base.i18n import N_, _
from pilottask.base.text import safe
from pilottask.exchange.merge.records import (
    merge_calendars,
    merge_inspections,
    merge_instructions,
    merge_meetings,
    merge_projects,
    merge_rounds,
)
from pilottask.exchange.merge.tasks import Conflict, merge_tasks
from pilottask.exchange.merge.terms import Departments, Difference, Numbers
from pilottask.ledger import changes, instructions, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Create, Ledger, Record, Task, replace


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge makes of a ledger: nothing is written yet.

    `met` are the ids of tasks that both have; `notices` are whole sentences for a person.
    """

    ledger: Ledger
    met: frozenset[int]
    conflicts: tuple[Conflict, ...]
    new_departments: tuple[str, ...]
    notices: tuple[str, ...]


def merge(mine: Ledger, theirs: Ledger, stamp: Stamp) -> Merge:
    """Return `mine` with what `theirs` has besides; both must be sound.

    Ids, numbers of problems, names of departments and settings stay those of `mine`. Merging the same again changes
    nothing. `stamp` is for what goes on record by the merge itself.
    """
    units = Departments(mine.departments, theirs.departments)
    known = {task.uid: task for task in mine.tasks}
    new = count(mine.next_id)
    ids = {task.id: known[task.uid].id if task.uid in known else next(new) for task in theirs.tasks}
    numbers = _numbers(ids, theirs)
    meetings, differing_meetings = merge_meetings(mine, theirs, units, numbers)
    inspections = merge_inspections(mine, theirs, units, numbers)
    projects, differing_projects = merge_projects(mine, theirs, units)
    calendars, differing_calendars = merge_calendars(mine, theirs)
    rounds, differing_rounds = merge_rounds(mine, theirs, units)
    given, differing_instructions = merge_instructions(mine, theirs, numbers)
    ledger = msgspec.structs.replace(
        mine,
        departments=units.all(),
        meetings=meetings,
        inspections=inspections,
        projects=projects,
        calendars=calendars,
        rounds=rounds,
        instructions=given,
    )
    added: list[Task] = []
    merged: list[Task] = []
    conflicts: list[Conflict] = []
    for other in theirs.tasks:
        translated = _translate(other, units, numbers, ledger)
        if task := known.get(other.uid):
            other_task = replace(translated, id=task.id)
            after, found = merge_tasks(task, other_task, units, stamp)
            merged.append(after)
            conflicts += found
        else:
            added.append(translated)
    ledger = instructions.as_logged(changes.with_new(changes.with_tasks(ledger, merged), added), mine)
    differences = [
        *units.differences,
        *differing_meetings,
        *differing_projects,
        *differing_calendars,
        *differing_rounds,
        *differing_instructions,
    ]
    return Merge(
        ledger=ledger,
        met=frozenset(task.id for task in merged),
        conflicts=tuple(conflicts),
        new_departments=tuple(units.new),
        notices=(*_notices(mine, ledger, differences), *_open_at_once(mine, ledger)),
    )


def _numbers(tasks: Mapping[int, int], theirs: Ledger) -> Numbers:
    series: dict[int, int] = {}
    for task in theirs.tasks:
        first = task.log[0] if task.log else None
        if isinstance(first, Create) and first.series is not None:
            series.setdefault(first.series, tasks[task.id])
    return Numbers(tasks, series)


def _translate(task: Task, units: Departments, numbers: Numbers, merged: Ledger) -> Task:
    """Return a task of theirs with the names and numbers of `merged`, in its log too."""
    return changes.settled_support(
        replace(
            task,
            department=units.name(task.department),
            support=tuple(map(units.name, task.support)),
            log=tuple(units.translate(numbers.translate(entry, merged)) for entry in task.log),
        )
    )


_ADDED_AND_CHANGED: Final = (
    ("", N_("departments changed: {names}")),  # new ones are listed by themselves
    (N_("meetings added: {names}"), N_("meetings changed: {names}")),
    (N_("inspections added: {names}"), N_("inspections changed: {names}")),
    (N_("projects added: {names}"), N_("projects changed: {names}")),
    (N_("calendars added: {names}"), ""),
    (N_("rounds of reports added: {names}"), N_("rounds of reports changed: {names}")),
    (N_("instructions added: {names}"), N_("instructions changed: {names}")),
)


def _besides_tasks(ledger: Ledger) -> tuple[Mapping[str, Record], ...]:
    """Return the records of `_ADDED_AND_CHANGED`, by what a person calls each."""
    return (
        {safe(unit.name): unit for unit in ledger.departments},
        {f"{meeting.id} {safe(meeting.title)}": meeting for meeting in ledger.meetings},
        {str(inspection.id): inspection for inspection in ledger.inspections},
        {safe(project.name): project for project in ledger.projects},
        {str(year.year): year for year in ledger.calendars},
        {str(one.n): one for one in ledger.rounds},
        {str(one.n): one for one in ledger.instructions},
    )


def _notices(before: Ledger, after: Ledger, differences: Iterable[Difference]) -> Iterator[str]:
    """Yield what is said of all but tasks and new departments; of a merge that brings nothing, in brief."""
    if after == before:
        if briefs := [each.brief for each in differences]:
            yield _("stays as it is here, though the other store has it otherwise: {what}").format(
                what=_("; ").join(briefs)
            )
        return
    records = zip(_ADDED_AND_CHANGED, _besides_tasks(before), _besides_tasks(after), strict=True)
    for (added, changed), was, now in records:
        fresh = [name for name in now if name not in was]
        other = [name for name in now if name in was and was[name] != now[name]]
        for message, names in ((added, fresh), (changed, other)):
            if message and names:
                yield _(message).format(names=_(", ").join(names))
    yield from (each.sentence for each in differences)


def _open_at_once(before: Ledger, after: Ledger) -> Iterator[str]:
    """Say where the merge leaves several of a recurring task open: both lists opened the next, and none is taken away.

    Which of them has what was reported since only a person can tell.
    """
    known = {task.id for alike in recurring.open_at_once(before) for task in alike}
    for alike in recurring.open_at_once(after):
        if not known.issuperset(task.id for task in alike):
            yield recurring.open_at_once_message(alike)
