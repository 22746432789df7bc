"""Records as scripts read them: keys and values in English whatever the language."""

from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from pilottask.ledger import fields, history, lights, shares
from pilottask.ledger.fields import Kind
from pilottask.ledger.history import LogRow, Problem, StepNow
from pilottask.ledger.queries import Summary, Tally
from pilottask.ledger.records import Answer, Department, Instruct, Instruction, Pilot, Raise, Task, Void

Json = dict[str, object]

_TASK_FIELDS: Final = dict.fromkeys(Task.__struct_fields__)
_LISTS: Final = fields.names(Kind.UNITS, Kind.TAGS, Kind.LOG)


def task_record(task: Task, *, today: date, pilot: Pilot) -> Json:
    """Return all fields of `task`, then what is worked out of it for `today`. Absent values are None."""
    lit = lights.light(task, today=today, pilot=pilot)
    late = lights.late_steps(task, today=today)
    return {
        **_TASK_FIELDS,
        **{name: [] for name in _LISTS},
        "extra": {},
        "open_ended": task.open_ended,
        **_in_store(task),
        "light": lit.light,
        "light_reason": lit.reason,
        "overdue": lights.is_overdue(task, today=today),
        "days_late": lights.days_late(task, today=today),
        "days_left": lights.days_left(task, today=today),
        "silent_days": lights.silent_days(task, today=today),
        "last_progress": note.at.date() if (note := history.last_note(task)) else None,
        "to_verify_days": lights.to_verify_days(task, today=today),
        "submitted_late_days": lights.submitted_late_days(task),
        "reached": shares.share_done(task),
        "time_gone": shares.time_gone(task, today=today),
        "problems": [problem_record(raised, today=today) for raised in history.open_problems(task)],
        "steps": [step_record(step, late=step in late) for step in history.steps(task)],
        "attachments": [pick(one, "n", "name", "size", "sha256", "at", "by") for one in history.attachments(task)],
        "instructions": [instruction_record(given, reply, today=today) for given, reply in history.instructions(task)],
        "chased": len(history.chases(task)),
    }


def step_record(step: StepNow, *, late: bool) -> Json:
    """Return a step; `done` is the day on which it was done."""
    return {**msgspec.structs.asdict(step), "late": late}


def pick(record: Struct, *names: str) -> Json:
    """Return these fields of a record."""
    return {name: getattr(record, name) for name in names}


def instruction_record(given: Instruct | Instruction, reply: Answer | Instruction | None, *, today: date) -> Json:
    """Return an instruction and what it was answered; `given` and `answered` are days."""
    moment = reply.at if isinstance(reply, Answer) else reply and reply.answered
    return {
        **pick(given, "n", "leader", "text", "reply_by"),
        "given": (given.on if isinstance(given, Instruct) else None) or given.at.date(),
        "answered": moment and moment.date(),
        "answer": reply.text if isinstance(reply, Answer) else reply and reply.answer,
        "late": moment is None and given.reply_by is not None and given.reply_by < today,
    }


def raised_record(raised: Raise) -> Json:
    """Return a problem or need as it was raised."""
    return {**pick(raised, "n", "text", "need", "coordinate"), "raised": raised.at.date().isoformat()}


def problem_record(raised: Raise, *, today: date) -> Json:
    """Return an open problem or need, with the calendar days that it has been open."""
    return {**raised_record(raised), "days_open": max((today - raised.at.date()).days, 0)}


def _in_store(task: Task) -> dict[str, Any]:
    """Return `task` as the store has it; an entry of its log that was made void says so."""
    built: dict[str, Any] = msgspec.to_builtins(task)
    for correction in task.log:
        if isinstance(correction, Void):
            built["log"][correction.of - 1]["voided"] = True
    return built


def entry_record(row: LogRow) -> Json:
    """Return a log entry with its number in the log, and the task that it is about.

    What it numbers itself, as a problem, is `number` here.
    """
    built: Json = msgspec.to_builtins(row.entry)
    if "n" in built:
        built["number"] = built.pop("n")
    state = {"n": row.n, "voided": row.voided, "amended": row.amended}
    return {"id": row.task and row.task.id, "title": row.task and row.task.title, **state, **built}


def summary_record(summary: Summary) -> Json:
    """Return counts by group and their sum; a group's name is None where tasks have no value."""
    return {
        "by": summary.by,
        "rows": [{summary.by.value: name, **tally_record(tally)} for name, tally in summary.rows],
        "total": tally_record(summary.total),
    }


def tally_record(tally: Tally) -> Json:
    """Return counts with the completion rate, from 0 to 1."""
    return {**msgspec.structs.asdict(tally), "completion_rate": tally.completion_rate}


def department_record(department: Department) -> Json:
    """Return a department; absent values are None."""
    return msgspec.structs.asdict(department)


def open_problem_record(task: Task, problem: Problem, *, today: date) -> Json:
    """Return a problem or need by itself, with the task that it is on; `days_open` up to when it was settled."""
    settled = problem.settled.at.date() if problem.settled else None
    return {
        **pick(task, "id", "title", "department"),
        **problem_record(problem.raised, today=min(settled or today, today)),
        "settled": settled,
    }


def json_text(value: Any) -> str:  # noqa: ANN401  whatever msgspec writes
    """Return `value` as JSON: indented, in plain UTF-8, with a line break at its end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
