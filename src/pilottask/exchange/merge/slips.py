"""Reminder slips that two desks gave one number: both are out under it, so they are told apart on record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.ledger import history
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Amend, Chase, Task, replace
from pilottask.paper.slips import Slip, slip_of, text_of_copy


class _Chased(NamedTuple):
    """An entry that tells of a slip: its task, its number in the log, and what it says now."""

    task: Task
    n: int
    entry: Chase


def _by_slip(tasks: Iterable[Task]) -> dict[Slip, list[_Chased]]:
    """Return what tells of each slip that has a number."""
    results: defaultdict[Slip, list[_Chased]] = defaultdict(list)
    for task in tasks:
        for row in history.log_rows(task):
            if isinstance(row.entry, Chase) and row.n and not row.voided and (slip := slip_of(row.entry)) and slip.n:
                results[slip].append(_Chased(task, row.n, row.entry))
    return results


def with_slips_told_apart(
    merged: Iterable[Task], base: Iterable[Task], mine: Iterable[Task], theirs: Iterable[Task], *, stamp: Stamp
) -> Iterator[Task]:
    """Yield the tasks of both sides, the later of two slips with one number amended on record: 3 is 3-2."""
    merged = list(merged)
    known, here, there, slips = map(_by_slip, (base, mine, theirs, merged))
    began = {slip.plain for slip in known}
    amended: defaultdict[int, list[Amend]] = defaultdict(list)
    for slip in sorted(here.keys() & there.keys()):
        sides = [{(one.entry.at, one.entry.by) for one in side[slip]} for side in (here, there)]
        if slip.plain in began or slip.copy or not sides[0].isdisjoint(sides[1]):
            continue
        later = max(sides, key=min)
        copy = 1 + max(1, *(one.copy for one in slips if one.plain == slip))
        for one in slips[slip]:
            if (one.entry.at, one.entry.by) in later:
                text, reason = text_of_copy(one.entry, copy)
                entry = Amend(at=stamp.at, by=stamp.by, of=one.n, text=text, was=one.entry.text, reason=reason)
                amended[one.task.id].append(entry)
    for task in merged:
        yield replace(task, log=(*task.log, *amended[task.id])) if task.id in amended else task


def new_slips(before: Iterable[Task], after: Iterable[Task]) -> Iterator[str]:
    """Say which slips are told apart in `after` that were not `before`."""
    known = _by_slip(before)
    for slip, chased in sorted(_by_slip(after).items()):
        if slip.copy and slip not in known:
            message = _(
                "slip {year}/{n} went out twice: that of {by} to {departments} on {day} is {year}/{n}-{copy} now"
            )
            by, day = safe(chased[0].entry.by), chased[0].entry.at.date()
            departments = _(", ").join(dict.fromkeys(safe(one.task.department) for one in chased))
            yield message.format(year=slip.year, n=slip.n, copy=slip.copy, by=by, day=day, departments=departments)
