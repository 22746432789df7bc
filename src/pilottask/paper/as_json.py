"""A sheet or slip as scripts read it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from msgspec.structs import asdict

from pilottask.ledger import history, instructions, lights, rounds, shares, wording
from pilottask.ledger.as_json import Json, raised_record, tally_record
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import Amend, Pilot, Task
from pilottask.paper.content import Sheet
from pilottask.paper.slips import Notice, chases_before

_STATUS: Final = Task.__struct_fields__.index("status")
_FIELDS: Final = [name for name in Task.__struct_fields__[: _STATUS + 1] if name not in {"uid", "open_ended"}]


def sheet_record(sheet: Sheet) -> Json:
    """Return what stands on `sheet`, whatever sections are left out."""

    def line(task: Task) -> Json:
        return _line(task, today=sheet.today, pilot=sheet.pilot)

    def lines(tasks: Iterable[Task]) -> list[Json]:
        return list(map(line, tasks))

    return {
        "name": sheet.pilot.name,
        "office": sheet.pilot.office,
        "number": sheet.number,
        "moment": sheet.moment,
        "since": sheet.since,
        "first": sheet.first,
        "last": sheet.today,
        "previous": sheet.previous,
        "ahead": sheet.ahead,
        "soon_days": sheet.pilot.soon_days,
        "stale_days": sheet.pilot.stale_days,
        "wide_ambiguous": sheet.pilot.wide_ambiguous is True,
        "without": sheet.without,
        "before": tally_record(sheet.before),
        "figures": tally_record(sheet.figures),
        "flows": sheet.flows,
        "moved": {name: lines(tasks) for name, tasks in asdict(sheet.moved).items()},
        "red": lines(sheet.red),
        "yellow": lines(sheet.yellow),
        "coordination": lines(sheet.coordination),
        "departments": _groups(sheet.departments),
        "aspects": _groups(sheet.aspects),
        "rounds": [rounds.round_record(one, today=sheet.today) for one in sheet.rounds],
        "closed": lines(sheet.closed),
        "extended": [
            {
                "line": line(task),
                "old": entry.from_,
                "new": entry.to,
                "reason": entry.reason,
                "approved_by": entry.approved_by,
                "on": entry.at.date(),
            }
            for task, entry in sheet.extended
        ],
        "due": lines(sheet.due),
        "results": [{"line": line(task), "text": note.text, "on": note.at.date()} for task, note in sheet.results],
        "lines": lines(sheet.tasks),
        "was_red": lines(sheet.was_red),
        "earlier": sheet.earlier
        and {"first": sheet.earlier.first, "last": sheet.earlier.last, "red": [task.id for task in sheet.earlier.red]},
        "curve": sheet.curve,
        "late_instructions": [instructions.record(one, today=sheet.today) for one in sheet.late_instructions],
        "late_findings": [
            {
                "line": line(task),
                "inspection": found.inspection,
                "n": found.n,
                "text": found.text,
                "fix_by": found.fix_by,
                "days_late": (sheet.today - found.fix_by).days,
            }
            for task, found in sheet.late_findings
        ],
        "settled": [
            {
                "line": line(task),
                "text": problem.raised.text,
                "how": problem.settled and problem.settled.text,
                "raised": problem.raised.at.date(),
                "on": problem.settled_on,
            }
            for task, problem in sheet.settled
        ],
        "reported": [
            {"line": line(task), "text": note.text, "next": note.next, "day": note.at.date()}
            for task, note in sheet.reported
        ],
        "corrected": [
            {
                "line": line(task),
                "entry": one.by.of,
                "kind": one.by.__struct_config__.tag,
                "was": one.by.was if isinstance(one.by, Amend) else wording.sentence(one.entry),
                "text": one.by.text if isinstance(one.by, Amend) else None,
                "reason": one.by.reason,
            }
            for task, one in sheet.corrected
        ],
        "money": [{"project": project, "sources": list(sources.items())} for project, sources in sheet.money],
    }


def notice_record(notice: Notice) -> Json:
    """Return what stands on a slip; `chased` is how often each task was but for the slip itself."""

    def line(task: Task) -> Json:
        before = chases_before(task, today=notice.today)
        return _line(task, today=notice.today, pilot=notice.pilot) | {
            "chased": len(before),
            "last_chased": before[-1].at.date() if before else None,
        }

    return {
        "name": notice.pilot.name,
        "office": notice.pilot.office,
        "department": notice.department,
        "number": notice.number,
        "today": notice.today,
        "reply_by": notice.reply_by,
        "within": notice.within,
        "late": list(map(line, notice.late)),
        "soon": list(map(line, notice.soon)),
        "unreported": notice.unreported and notice.unreported.n,
        "level": notice.level,
        "office_contact": notice.office_contact,
        "contact": notice.contact,
        "wide_ambiguous": notice.pilot.wide_ambiguous is True,
    }


def _groups(groups: Iterable[tuple[str | None, Tally]]) -> list[Mapping[str, object]]:
    return [{"name": name, "figures": tally_record(tally)} for name, tally in groups]


def _line(task: Task, *, today: date, pilot: Pilot) -> Json:
    """Return a task without its log. Days are calendar days; `silent_days` since work was last seen."""
    lit = lights.light(task, today=today, pilot=pilot)
    note, told = history.last_note(task), history.last_note(task, told=True)
    chases = history.chases(task)
    return {
        **{name: getattr(task, name) for name in _FIELDS},
        "light": lit.light,
        "reason": lit.reason,
        "days_late": lights.days_late(task, today=today),
        "days_left": lights.days_left(task, today=today),
        "silent_days": lights.silent_days(task, today=today),
        "submitted": task.submitted,
        "closed": task.closed,
        "on_time": lights.on_time(task),
        "progress": told and told.text,
        "progress_on": told and told.at.date(),
        "next": note and note.next,
        "problems": list(map(raised_record, history.open_problems(task))),
        "chased": len(chases),
        "last_chased": chases[-1].at.date() if chases else None,
        "time_gone": shares.time_gone(task, today=today),
    }
