"""Records of meetings, inspections, projects and results, as scripts read them."""

from collections.abc import Iterable
from datetime import date

from pilottask.ledger import inspections, projects
from pilottask.ledger.as_json import Json, open_problem_record, task_record
from pilottask.ledger.history import Problem
from pilottask.ledger.inspections import Found
from pilottask.ledger.meetings import Agenda, Followed
from pilottask.ledger.projects import Money
from pilottask.ledger.records import Inspection, Ledger, Meeting, Pilot, Project, Task
from pilottask.ledger.results import Result


def meeting_record(meeting: Meeting, followed: Iterable[Followed], *, today: date, pilot: Pilot) -> Json:
    """Return a joint meeting with its decisions, each as it stands, with its tasks in full."""
    return {
        "id": meeting.id,
        "title": meeting.title,
        "date": meeting.day,
        "place": meeting.place,
        "chair": meeting.chair,
        "attend": meeting.attend,
        "absent": meeting.absent,
        "decisions": [followed_record(one, today=today, pilot=pilot) for one in followed],
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
    """Return the agenda of a joint meeting; `for` is its day, `until` that of the meeting after it."""

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
    """Return a finding, with the task that it is on; `days_late` is 0 once it is not open."""
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
        "days_late": inspections.days_late(found, today=today),
    }


def project_record(project: Project, tasks: Iterable[Task], *, today: date, pilot: Pilot) -> Json:
    """Return a cooperation project with its tasks in full and its money, amounts as exact text."""
    money = projects.by_source(project.funds)
    return {
        "name": project.name,
        "partners": project.partners,
        "base": project.base,
        "signed": project.signed,
        "remark": project.remark,
        "tasks": [task_record(task, today=today, pilot=pilot) for task in tasks],
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
