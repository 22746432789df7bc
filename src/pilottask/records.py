"""Records as scripts read them: keys and values in English whatever the language (design: section 5)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec

from pilottask import history, inspections, meetings, projects, queries, targets
from pilottask.history import Problem
from pilottask.inspections import Found
from pilottask.meetings import Agenda, Followed
from pilottask.model import (
    Department,
    Inspection,
    Ledger,
    LogEntry,
    Meeting,
    Pilot,
    Project,
    Raise,
    Task,
)
from pilottask.projects import Money
from pilottask.queries import Summary, Tally
from pilottask.results import Result

Json = dict[str, object]

_TASK_FIELDS: Final = dict.fromkeys(field.name for field in msgspec.structs.fields(Task))
_TALLY_FIELDS: Final = (
    "total",
    "todo",
    "doing",
    "submitted",
    "closed",
    "suspended",
    "cancelled",
    "green",
    "yellow",
    "red",
    "overdue",
    "completion_rate",
)


def task_record(task: Task, *, today: date, pilot: Pilot) -> Json:
    """Return all fields of `task`, then what is worked out of it for `today`. Absent values are None."""
    lit = queries.light(task, today=today, pilot=pilot)
    return {
        **_TASK_FIELDS,
        "support": [],
        "status": task.status.value,
        "tags": [],
        "extra": {},
        "log": [],
        **msgspec.to_builtins(task),
        "light": lit.light,
        "light_reason": lit.reason,
        "overdue": queries.is_overdue(task, today=today),
        "days_late": queries.days_late(task, today=today),
        "days_left": queries.days_left(task, today=today),
        "reached": targets.done(task),
        "time_gone": targets.time_gone(task, today=today),
        "problems": [problem_record(raised, today=today) for raised in history.open_problems(task)],
        "chased": len(history.chases(task)),
    }


def problem_record(raised: Raise, *, today: date) -> Json:
    """Return an open problem or need, with the calendar days that it has been open."""
    return {
        "n": raised.n,
        "text": raised.text,
        "need": raised.need,
        "coordinate": raised.coordinate,
        "raised": raised.at.date().isoformat(),
        "days_open": max((today - raised.at.date()).days, 0),
    }


def entry_record(task: Task, entry: LogEntry) -> Json:
    """Return a log entry, with the task that it is about."""
    built: Json = msgspec.to_builtins(entry)
    return {"id": task.id, "title": task.title, **built}


def summary_record(summary: Summary) -> Json:
    """Return counts by group and their sum; a group's name is None where tasks have no value."""
    return {
        "by": summary.by,
        "rows": [{summary.by.value: name, **_tally_record(tally)} for name, tally in summary.rows],
        "total": _tally_record(summary.total),
    }


def _tally_record(tally: Tally) -> Json:
    return {name: getattr(tally, name) for name in _TALLY_FIELDS}


def department_record(department: Department) -> Json:
    """Return a department; absent values are None."""
    return {
        "name": department.name,
        "role": department.role,
        "aliases": list(department.aliases),
        "contact": department.contact,
    }


def open_problem_record(task: Task, problem: Problem, *, today: date) -> Json:
    """Return a problem or need by itself, with the task that it is on; `days_open` up to when it was settled."""
    settled = problem.settled.at.date() if problem.settled else None
    return {
        "id": task.id,
        "title": task.title,
        "department": task.department,
        **problem_record(problem.raised, today=min(settled or today, today)),
        "settled": settled,
    }


def meeting_record(ledger: Ledger, meeting: Meeting, *, today: date) -> Json:
    """Return a joint meeting with its decisions, each as it stands, with its tasks in full."""
    followed = meetings.followed(ledger, meeting, today=today)
    return {
        "id": meeting.id,
        "title": meeting.title,
        "date": meeting.day,
        "place": meeting.place,
        "chair": meeting.chair,
        "attend": meeting.attend,
        "absent": meeting.absent,
        "decisions": [followed_record(one, today=today, pilot=ledger.pilot) for one in followed],
    }


def followed_record(followed: Followed, *, today: date, pilot: Pilot) -> Json:
    """Return a decision as it stands, with its tasks in full."""
    return {
        "n": followed.decision.n,
        "text": followed.decision.text,
        "standing": followed.standing,
        "tasks": [task_record(task, today=today, pilot=pilot) for task in followed.tasks],
    }


def agenda_record(ledger: Ledger, agenda: Agenda, *, today: date) -> Json:
    """Return what a joint meeting has before it; `for` is its day, `until` that of the one after."""

    def listed(tasks: Iterable[Task]) -> list[Json]:
        return [task_record(task, today=today, pilot=ledger.pilot) for task in tasks]

    return {
        "for": agenda.day,
        "until": agenda.until,
        "meeting": agenda.planned.id if agenda.planned else None,
        "last_meeting": agenda.last.id if agenda.last else None,
        "decisions": [followed_record(one, today=today, pilot=ledger.pilot) for one in agenda.decisions],
        "red": [{"department": name, "tasks": listed(tasks)} for name, tasks in agenda.red],
        "coordinate": [open_problem_record(task, Problem(raised), today=today) for task, raised in agenda.coordinate],
        "due": listed(agenda.due),
    }


def inspection_record(inspection: Inspection, found: Iterable[Found], *, today: date) -> Json:
    """Return an inspection with those of its findings that are wanted."""
    return {
        "id": inspection.id,
        "kind": inspection.kind,
        "date": inspection.day,
        "by": inspection.by,
        "tasks": inspection.tasks,
        "findings": [finding_record(one, today=today) for one in found],
    }


def finding_record(found: Found, *, today: date) -> Json:
    """Return a finding, with the task that it is on; `days_late` is 0 once it was put right."""
    finding = found.finding
    return {
        "inspection": found.inspection.id,
        "n": finding.n,
        "id": found.task.id,
        "title": found.task.title,
        "department": found.task.department,
        "text": finding.text,
        "fix_by": finding.fix_by,
        "fixed": finding.fixed,
        "evidence": finding.evidence,
        "days_late": inspections.days_late(finding, today=today),
    }


def project_record(ledger: Ledger, project: Project, *, today: date) -> Json:
    """Return a cooperation project with its tasks in full and its money, amounts as exact text."""
    money = projects.by_source(project.funds)
    return {
        "name": project.name,
        "partners": project.partners,
        "base": project.base,
        "signed": project.signed,
        "remark": project.remark,
        "tasks": [task_record(task, today=today, pilot=ledger.pilot) for task in projects.tasks(ledger, project)],
        "funds": [{"source": source, **_money_record(part)} for source, part in money.items()],
        **_money_record(projects.total(money)),
    }


def _money_record(money: Money) -> Json:
    return {
        "planned": projects.written(money.planned),
        "paid": projects.written(money.paid),
        "paid_share": money.share,
    }


def result_record(result: Result) -> Json:
    """Return a result worth showing, with the task that it was noted on."""
    return {
        "id": result.task.id,
        "title": result.task.title,
        "department": result.task.department,
        "aspect": result.task.aspect,
        "date": result.day,
        "by": result.note.by,
        "text": result.note.text,
        "actual": result.note.actual,
        "unit": result.task.unit,
    }


def json_text(value: Any) -> str:  # noqa: ANN401  whatever msgspec writes
    """Return `value` as JSON: indented, in plain UTF-8, with a line break at its end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
