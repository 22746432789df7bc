"""Facts for an assessment: what became, in a span, of each department's tasks, reports and findings; no score."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

import msgspec
from msgspec import Struct

from pilottask.base.spans import Span
from pilottask.ledger import history, inspections, lights, rounds
from pilottask.ledger.as_json import Json
from pilottask.ledger.inspections import Found
from pilottask.ledger.records import WITH_DEPARTMENT, Chase, Extend, Ledger, Return, Status, Task


class Facts(Struct):
    """Counts of one department, or of all. `undecided`: closed, without a deadline or a known day of being done."""

    on_time: int = 0
    late: int = 0
    extended: int = 0
    chased: int = 0
    returned: int = 0
    reports_due: int = 0
    reports_on_time: int = 0
    reports_late: int = 0
    reports_missing: int = 0
    findings_late: int = 0
    undecided: int = 0

    def __add__(self, other: "Facts") -> "Facts":
        """Return the sums."""
        mine, others = msgspec.structs.astuple(self), msgspec.structs.astuple(other)
        return Facts(*(one + more for one, more in zip(mine, others, strict=True)))


class Row(NamedTuple):
    """A department and what is counted of it."""

    department: str
    facts: Facts


def by_department(
    ledger: Ledger, tasks: Sequence[Task], names: Collection[str], span: Span, now: datetime
) -> list[Row]:
    """Count these tasks, their findings, and the reports of the departments `names`; no rank: as the store lists them.

    By what is known `now`, each thing by its own day, whenever it was typed in; a deadline as it stood at the end of
    the span.
    """
    today, end = now.date(), datetime.combine(span.last, time.max, now.tzinfo)
    results = {task.department: Facts() for task in tasks}
    for task in tasks:
        results[task.department] += _of_task(task, span, end, today=today)
    wanted = {task.id for task in tasks}
    for one in inspections.findings(ledger):
        if one.task.id in wanted and _is_late(one, span, today=today):
            results[one.task.department].findings_late += 1
    for record in rounds.by_department(rounds.due_in(ledger, span.__contains__), today=today):
        if record.department in names:
            results[record.department] = results.get(record.department, Facts()) + Facts(
                reports_due=record.due,
                reports_on_time=record.on_time,
                reports_late=record.late,
                reports_missing=record.missing,
            )
    return [Row(unit.name, results[unit.name]) for unit in ledger.departments if unit.name in results]


def _of_task(task: Task, span: Span, end: datetime, *, today: date) -> Facts:
    entries = [entry for entry in history.entries(task) if entry.at.date() in span]
    # One closed on a day that is not known, as a ledger may bring it, belongs to the span in which it was due.
    closed = task.status is Status.CLOSED and (task.closed or task.due) in span
    on_time = lights.on_time(task) if closed else None
    return Facts(
        on_time=int(on_time is True),
        late=int(on_time is False or (not closed and _is_behind(task, span, end, today=today))),
        extended=sum(isinstance(entry, Extend) and entry.to > entry.from_ for entry in entries),
        chased=sum(isinstance(entry, Chase) for entry in entries),
        returned=sum(isinstance(entry, Return) for entry in entries),
        undecided=int(closed and on_time is None),
    )


def _is_behind(task: Task, span: Span, end: datetime, *, today: date) -> bool:
    """Tell whether `task` was due in the span and neither submitted nor closed by that day, nor given up since."""
    due = (history.as_of(task, end) or task).due
    if due is None or due not in span:
        return False
    if task.status in WITH_DEPARTMENT:
        return due < today
    done = task.submitted if task.status is Status.SUBMITTED else lights.done_on(task)
    return done is not None and due < done


def _is_late(found: Found, span: Span, *, today: date) -> bool:
    """Tell whether a finding was put right late within the span, or fell due in it and was open past its day."""
    fixed, fix_by = found.finding.fixed, found.finding.fix_by
    if fixed is not None and fixed in span:
        return fixed > fix_by
    return fix_by in span and inspections.is_open(found, today=span.last) and fix_by < min(fixed or today, today)


def total(rows: Iterable[Row]) -> Facts:
    """Return the sums of `rows`."""
    return sum((row.facts for row in rows), Facts())


def record(rows: Sequence[Row]) -> Json:
    """Return the counts as `summary` has its own."""
    return {
        "by": "department",
        "rows": [{"department": row.department, **_counts(row.facts)} for row in rows],
        "total": _counts(total(rows)),
    }


def _counts(facts: Facts) -> Json:
    result = msgspec.structs.asdict(facts)
    del result["undecided"]
    return result
