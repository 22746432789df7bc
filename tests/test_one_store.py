"""One store, one truth: whatever shows or carries a list says the same of it on any day.

The counts are worked out here a second time, by the words of the rules, and looked for on every screen, paper and file.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import msgspec
import openpyxl  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import ZONE, at
from factories import ledger as empty_ledger
from paper import stores
from paper.archive import draft
from pilottask.base.terminal import Terminal
from pilottask.exchange import bring_in
from pilottask.exchange.office import exporting, reading, workbook_out, workbooks
from pilottask.exchange.tools import calendar, jsonlines, todotxt
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import changes, history, meetings, queries
from pilottask.ledger.as_json import task_record
from pilottask.ledger.changes import Stamp
from pilottask.ledger.queries import Group
from pilottask.ledger.records import (
    Answer,
    Attach,
    Chase,
    Ledger,
    LogEntry,
    Note,
    Raise,
    Report,
    Return,
    Settle,
    Start,
    Step,
    StepChange,
    StepDone,
    Submit,
    Task,
    Void,
    replace,
)
from pilottask.paper import as_json
from pilottask.paper.slips import build_notices, notices_document
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import text
from pilottask.views import counts, home
from pilottask.views import tasks as task_views
from pilottask.views.render import Format, render

WITH_DEPARTMENT: Final = {"todo", "doing"}
OPEN: Final = {*WITH_DEPARTMENT, "submitted"}
SIGNS: Final = (Start, Note, Submit, Return, Raise, Settle, StepDone, Attach, Answer, Report)
PLAIN: Final = Terminal(is_terminal=False)


class Truth(NamedTuple):
    """The ids of the tasks that are so on a day, by the words of the rules."""

    overdue: set[int]
    silent: set[int]
    undated: set[int]
    to_verify: set[int]
    late_steps: set[tuple[int, int]]
    chased: dict[int, int]


def standing(task: Task) -> list[LogEntry]:
    """Return what is on record of a task and not void."""
    void = {entry.of for entry in task.log if isinstance(entry, Void)}
    return [entry for n, entry in enumerate(task.log, start=1) if n not in void]


def late_steps(task: Task, day: date) -> set[tuple[int, int]]:
    """Return the task and number of each of its steps whose day has passed."""
    due: dict[int, date] = {}
    for entry in standing(task):
        if isinstance(entry, Step):
            due[entry.n] = entry.due
        elif isinstance(entry, StepChange) and entry.to:
            due[entry.n] = entry.to
    done = {entry.n for entry in standing(task) if isinstance(entry, StepDone)}
    return {(task.id, n) for n, by in due.items() if by < day and n not in done and task.status in WITH_DEPARTMENT}


def truth(tasks: Iterable[Task], day: date, *, stale_days: int = 14) -> Truth:
    listed = list(tasks)

    def last_sign(task: Task) -> date:
        days = [getattr(entry, "on", None) or entry.at.date() for entry in standing(task) if isinstance(entry, SIGNS)]
        return max(days, default=task.created)

    return Truth(
        overdue={task.id for task in listed if task.status in WITH_DEPARTMENT and task.due and task.due < day},
        silent={
            task.id for task in listed if task.status in WITH_DEPARTMENT and (day - last_sign(task)).days > stale_days
        },
        undated={task.id for task in listed if task.status in OPEN and not task.due and not task.open_ended},
        to_verify={task.id for task in listed if task.status == "submitted"},
        late_steps=set().union(*(late_steps(task, day) for task in listed)),
        chased={task.id: sum(isinstance(entry, Chase) for entry in standing(task)) for task in listed},
    )


@st.composite
def known_lists(draw: st.DrawFn, *, behind: int = 0) -> tuple[Ledger, date]:
    """Draw a list and a day, `behind` days at least after all that is on record; reports came on the days before it."""
    list_ = draw(stores.stores())
    last = max(entry.at for task in list_.tasks for entry in task.log).date()
    day = last + timedelta(days=draw(st.integers(behind, 30)))
    tasks = []
    for task in list_.tasks:
        after = replace(task, open_ended=task.due is None and draw(st.booleans()))
        for ago in draw(st.lists(st.sampled_from([0, 1, 13, 14, 15, 16, 40]), max_size=2)):
            if after.status in OPEN:
                after = changes.note(after, Stamp(at(f"{day - timedelta(days=ago)} 09:00"), "李"), text=f"{ago}天前")
        tasks.append(after)
    return msgspec.structs.replace(list_, tasks=tuple(tasks)), day


def said(pattern: str, shown: str) -> int:
    """Return the number that a screen or paper says; 0 where it does not speak of it."""
    found = re.search(pattern, shown)
    return int(found[1]) if found else 0


def ids(tasks: Iterable[Task]) -> set[int]:
    return {task.id for task in tasks}


def as_of(list_: Ledger, day: date) -> Ledger:
    """Return the list as it stood at the end of `day`."""
    end = at(f"{day} 23:59")
    stood = (history.as_of(task, end) for task in list_.tasks)
    given_by_then = [one for one in list_.instructions if one.at <= end]
    return msgspec.structs.replace(
        list_,
        tasks=tuple(filter(None, stood)),
        instructions=tuple(
            one
            if one.answered is None or one.answered <= end
            else msgspec.structs.replace(one, answer=None, answered=None)
            for one in given_by_then
        ),
    )


def unanswered(list_: Ledger, day: date) -> set[int]:
    return {one.n for one in list_.instructions if one.answered is None and one.reply_by and one.reply_by < day}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(known_lists(behind=-40))
def test_screens_and_papers_say_the_same_on_any_day(drawn: tuple[Ledger, date]) -> None:
    """The sheet of a day is of the list as it stood then; a screen is of the list that it is given."""
    list_, day = drawn
    stood = as_of(list_, day)
    true = truth(stood.tasks, day)
    check_sheet(list_, stood, day, true)
    for shown in (stood, list_):
        check_screens(shown, day, truth(shown.tasks, day))


def check_sheet(list_: Ledger, stood: Ledger, day: date, true: Truth) -> None:
    tasks = stood.tasks
    sheet = draft(list_, at(f"{day} 23:59"))
    printed = " ".join(text.write(sheet_document(sheet)).split())
    content: Any = as_json.sheet_record(sheet)
    assert ids(sheet.red) == true.overdue
    assert ids(sheet.tasks) == ids(tasks)
    assert said(r"[Nn]o progress for more than 14 days: (\d+)", printed) == len(true.silent)
    assert said(r"(\d+) (?:is |are )?red,", printed) == len(true.overdue)
    assert said(r"(\d+) submitted", printed.partition("Red: overdue")[0]) == len(true.to_verify)
    assert len(re.findall(r"\(\w+, \d+ days? late\)", printed.partition("Yellow: tasks")[0])) >= len(true.overdue)
    assert content["figures"]["overdue"] == len(true.overdue)
    assert ("Steps past their day:" in printed) == bool(true.late_steps)
    assert {one["n"] for one in content["late_instructions"]} == unanswered(stood, day)
    assert set(map(int, re.findall(r"陈's no\. (\d+), to be answered by", printed))) == unanswered(stood, day)
    assert {line["id"]: line["silent_days"] for line in content["lines"]} == {
        task.id: task_record(task, today=day, pilot=list_.pilot)["silent_days"] for task in tasks
    }


def check_screens(list_: Ledger, day: date, true: Truth) -> None:
    tasks, pilot = list_.tasks, list_.pilot
    first = "\n".join(section.heading for section in home.home(list_, today=day))
    assert said(r"Overdue: (\d+)", first) == len(true.overdue)
    assert said(r"No progress for more than 14 days: (\d+)", first) == len(true.silent)
    assert said(r"No deadline set yet: (\d+)", first) == len(true.undated)
    assert said(r"To be verified: (\d+)", first) == len(true.to_verify)

    assert said(r"Steps past their day: (\d+)", first) == len(true.late_steps)
    assert said(r"Instructions not answered in time: (\d+)", first) == len(unanswered(list_, day))

    summed = queries.summary(tasks, Group.DEPARTMENT, today=day, pilot=pilot)
    heads, *rows = csv.reader(render(counts.summary(summed), Format.CSV, PLAIN).splitlines())
    for head, wanted in (("red", true.overdue), ("overdue", true.overdue), ("submitted", true.to_verify)):
        assert sum(int(row[heads.index(head)]) for row in rows) == len(wanted)

    records: list[Any] = [task_record(task, today=day, pilot=pilot) for task in tasks]
    assert {one["id"] for one in records if one["overdue"]} == true.overdue
    assert {one["id"] for one in records if one["light"] == "red"} == true.overdue
    assert {one["id"] for one in records if one["to_verify_days"] is not None} == true.to_verify
    assert {one["id"] for one in records if one["status"] in WITH_DEPARTMENT and one["silent_days"] > 14} == true.silent
    assert {(one["id"], step["n"]) for one in records for step in one["steps"] if step["late"]} == true.late_steps
    assert {one["id"]: one["chased"] for one in records} == true.chased
    assert ids(queries.silent(tasks, today=day, days=14)) == true.silent
    assert ids(task for task in tasks if queries.is_undated(task) and task.status in OPEN) == true.undated
    _heads, *rows = csv.reader(render(task_views.tasks(tasks, today=day, pilot=pilot), Format.CSV, PLAIN).splitlines())
    assert {int(row[0]) for row in rows if row[1] == "red"} == true.overdue

    slips = build_notices(tasks, pilot=pilot, today=day, reply_by=day, within=0)
    assert ids(task for slip in slips for task in slip.late) == true.overdue
    slip_text = " ".join(text.write(notices_document(slips)).split())
    late = re.findall(r"of the tasks that you lead (\d+) (?:is|are) overdue", slip_text)
    assert sum(map(int, late)) == len(true.overdue)

    agenda = meetings.agenda(list_, today=day)
    assert ids(task for _name, red in agenda.red for task in red) == true.overdue
    assert {(task.id, step.n) for task, step in agenda.late_steps} == true.late_steps
    assert {one.n for one in agenda.instructions} == unanswered(list_, day)


def brought(incoming: Incoming, day: date) -> tuple[Task, ...]:
    """Return the tasks of a file, brought into an empty list on that day."""
    numbers = iter(range(1, 1000))
    stamp = Stamp(at(f"{day} 23:59"), "李")
    done = bring_in.bring_in(incoming, empty_ledger(), stamp=stamp, new_uid=lambda: f"n{next(numbers)}", source="x")
    assert [str(each) for each in done.rejected] == []
    return done.added


_CARRIED: Final = 4
"""Of what is true of a day, so much is also told by files, which carry no steps and no chases."""


def _carried(task: Task) -> tuple[object, ...]:
    note = history.last_note(task)
    return task.title, task.department, task.created, task.first_due, task.submitted, note.at.date() if note else None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(known_lists())
def test_files_say_the_same(drawn: tuple[Ledger, date]) -> None:
    list_, day = drawn
    tasks = sorted(list_.tasks, key=lambda task: task.id)
    true = truth(tasks, day)
    book = workbook_out.office_ledger(tasks, pilot=list_.pilot, today=day)
    files = {
        "csv": Incoming(table=reading.read(exporting.csv_text(exporting.sheet(tasks)).encode("utf-8-sig"))),
        "xlsx": Incoming(table=workbooks.read(book)),
        "ics": calendar.read(calendar.export(list_, tasks), zone=ZONE),
        "todo": todotxt.read(todotxt.export(tasks)),
    }
    by_uid = {task.uid: task for task in tasks}
    for name, incoming in files.items():
        back = [replace(one, id=by_uid[one.uid].id) for one in brought(incoming, day)]
        again = truth(back, day)._replace(silent=ids(queries.silent(back, today=day, days=14)))
        assert (name, *again[:_CARRIED]) == (name, *true[:_CARRIED])
        assert list(map(_carried, back)) == list(map(_carried, tasks))
    sheets = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    heads = [cell.value for cell in sheets[0][2]]
    lit = [row[heads.index("Light")].value for row in sheets[0].iter_rows(min_row=3, max_row=2 + len(tasks))]
    assert lit.count("red") == len(true.overdue)
    lines = list(jsonlines.records(list_, tasks, today=day))
    assert {line["id"] for line in lines if line["record"] == "task" and line["overdue"]} == true.overdue
