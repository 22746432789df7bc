"""What stands on a reminder slip to a department."""

import dataclasses
from collections.abc import Iterable
from datetime import date

from pilottask.ledger import history, queries
from pilottask.ledger.records import (
    Pilot,
    Task,
)
from pilottask.paper.content import Line, Notice, line


def build_notices(
    tasks: Iterable[Task],
    *,
    pilot: Pilot,
    today: date,
    reply_by: date,
    within: int,
    departments: frozenset[str] = frozenset(),
) -> list[Notice]:
    """Return a slip for each lead department that has overdue tasks or ones due `within` days, the worst first.

    `departments` are those wanted, all where there is none.
    """
    kept = [task for task in tasks if not departments or task.department in departments]
    late: dict[str, list[Line]] = {}
    soon: dict[str, list[Line]] = {}
    for found, into in (
        (queries.overdue(kept, today=today), late),
        (queries.upcoming(kept, today=today, days=within), soon),
    ):
        for task in found:
            into.setdefault(task.department, []).append(_on_slip(task, today=today, pilot=pilot))
    names = sorted({*late, *soon}, key=lambda name: (-len(late.get(name, ())), -len(soon.get(name, ())), name))
    return [
        Notice(
            name=pilot.name,
            office=pilot.office,
            department=name,
            today=today,
            reply_by=reply_by,
            within=within,
            late=tuple(late.get(name, ())),
            soon=tuple(soon.get(name, ())),
            wide_ambiguous=pilot.wide_ambiguous,
        )
        for name in names
    ]


def _on_slip(task: Task, *, today: date, pilot: Pilot) -> Line:
    """Return `task` as a slip shows it: chased before counts days before today, as this slip is today's reminder."""
    earlier = [entry.at.date() for entry in history.chases(task) if entry.at.date() < today]
    return dataclasses.replace(
        line(task, today=today, pilot=pilot), chased=len(earlier), last_chased=max(earlier, default=None)
    )
