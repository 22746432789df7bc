"""What must hold of a ledger's content, each fault named by record and field."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Final, get_args

from msgspec import Struct

from pilottask.base import numbers, times
from pilottask.base.i18n import N_, Lang, _
from pilottask.base.mail import is_address, is_server
from pilottask.base.numbers import LARGEST
from pilottask.base.text import fault as text_fault
from pilottask.base.text import is_blank, quote, shorten
from pilottask.ledger import calendars, fields, history, records
from pilottask.ledger.fields import Kind
from pilottask.ledger.schema import LISTS
from pilottask.ledger.tasks import Tasks, changed_tasks, with_like_ids

_TASK_TEXTS: Final = (
    *((name, True) for name in fields.names(Kind.LINE, Kind.UNIT)),
    *((name, False) for name in fields.names(Kind.TEXT)),
)
"""Fields that hold one text, and whether it is one line."""
_ENTRY_TEXTS: Final = {
    **dict.fromkeys(("text", "next", "evidence", "verifier", "reason", "approved_by", "old", "new", "was"), False),
    **dict.fromkeys(("by", "field", "leader", "unit", "name", "sha256"), True),
}
_SHOWN: Final = 30
"""Characters of a title or name in the name of its record."""
_LONGEST_DAYS: Final = 36500
"""A hundred years, so that dates stay in range."""
SHA256: Final = "[0-9a-f]{64}"
"""A digest as the log and the names of attached files have it."""
_FIGURES: Final = fields.names(Kind.FIGURE)
_CENTS: Final = Decimal("0.01")
_MOST: Final = Decimal(10**12)


class Fault(Struct, frozen=True):
    """Something wrong with the content: its record and field, and what would be right.

    Record and field are empty where no single one is at fault, as in a file that cannot be read as records.
    """

    record: str
    field: str
    wrong: str

    def __str__(self) -> str:
        if not self.record:
            return self.wrong
        return _("{record}, {field}: {wrong}").format(record=self.record, field=self.field, wrong=self.wrong)


def faults(ledger: records.Ledger) -> Iterator[Fault]:
    """Yield everything wrong with the content of `ledger`."""
    yield from pilot_faults(ledger)
    yield from department_faults(ledger.departments)
    yield from identity_faults(ledger)
    names = frozenset(unit.name for unit in ledger.departments)
    for task in ledger.tasks:
        yield from task_faults(task, departments=names)
    yield from sheet_faults(ledger.sheets)
    yield from mechanism_faults(ledger)


def faults_of_change(before: records.Ledger, after: records.Ledger) -> Iterator[Fault]:
    """Yield what is wrong with `after`, made of `before`, which is sound; only what changed is looked at."""
    names = frozenset(unit.name for unit in after.departments)
    kept = names.issuperset(unit.name for unit in before.departments)
    changed = changed_tasks(before.tasks, after.tasks) if kept else list(after.tasks)
    yield from pilot_faults(after)
    yield from department_faults(after.departments)
    if changed or before.next_id != after.next_id:
        of_a_copy = isinstance(after.tasks, Tasks) and after.next_id >= before.next_id
        yield from identity_faults(with_like_ids(after, changed) if of_a_copy else after)
    for task in changed:
        yield from task_faults(task, departments=names)
    if before.sheets is not after.sheets:
        yield from sheet_faults(after.sheets)
    lists = [each.field for each in LISTS if each.field not in {"tasks", "sheets"}]
    if len(after.tasks) < len(before.tasks) or any(getattr(before, name) is not getattr(after, name) for name in lists):
        yield from mechanism_faults(after)


def pilot_faults(ledger: records.Ledger) -> Iterator[Fault]:
    """Yield what is wrong with the settings."""
    pilot = ledger.pilot
    for name in ("name", "office", "sheet_title", "sheet_to", "sheet_copies"):
        yield from _text_faults("[pilot]", name, getattr(pilot, name), line=True)
    for name in ("soon_days", "stale_days", "lock_seconds", "sheet_prints"):
        if not 0 <= (getattr(pilot, name) or 0) <= _LONGEST_DAYS:
            yield Fault("[pilot]", name, _("must be from 0 to 36500"))
    if pilot.behind_percent is not None and not 0 <= pilot.behind_percent <= 100:  # noqa: PLR2004  per cent
        yield Fault("[pilot]", "behind_percent", _("must be from 0 to 100"))
    if pilot.mail_server is not None and not is_server(pilot.mail_server):
        yield Fault("[pilot]", "mail_server", _("must be host:port"))
    if pilot.mail_from is not None and not is_address(pilot.mail_from):
        yield Fault("[pilot]", "mail_from", _("must be a mail address"))
    if pilot.lang is not None and pilot.lang not in set(Lang):
        yield Fault("[pilot]", "lang", _("must be zh or en"))


def department_faults(departments: Iterable[records.Department]) -> Iterator[Fault]:
    """Yield what is wrong with departments: unsound names, and a name or alias that means two of them."""
    taken: set[str] = set()
    for unit in departments:
        record = record_name("department", name=unit.name)
        for field, name in (("name", unit.name), *(("aliases", alias) for alias in unit.aliases)):
            yield from _blank_faults(record, field, name)
            if name in taken:
                yield Fault(record, field, _("{name} is a name or alias already").format(name=quote(name)))
            taken.add(name)
        yield from _text_faults(record, "contact", unit.contact, line=True)
        if unit.mail is not None and not is_address(unit.mail):
            yield Fault(record, "mail", _("must be a mail address"))


def identity_faults(ledger: records.Ledger) -> Iterator[Fault]:
    """Yield where tasks share an id or uid, or the next id is taken."""
    ids = {task.id for task in ledger.tasks}
    if len(ids) != len(ledger.tasks):
        message = _("{times} tasks have this id; give all but one the ids from {next_id} on")
        next_id = max(ledger.next_id, max(ids) + 1)
        for number, times in Counter(task.id for task in ledger.tasks).items():
            if times > 1:
                yield Fault(_("task {id}").format(id=number), "id", message.format(times=times, next_id=next_id))
    if len({task.uid for task in ledger.tasks}) != len(ledger.tasks):
        uids = Counter(task.uid for task in ledger.tasks)
        for task in ledger.tasks:
            if uids[task.uid] > 1:
                record = record_name("task", id=task.id, title=task.title)
                yield Fault(record, "uid", _("{uid} stands on several tasks").format(uid=quote(task.uid)))
    yield from _next_id_faults(ledger, ids)


def _next_id_faults(ledger: records.Ledger, ids: set[int]) -> Iterator[Fault]:
    if ids and max(ids) > LARGEST:
        return  # said of the task
    if ids and ledger.next_id <= max(ids):
        message = _("{next_id} is too low; with task {last} the next is {right}")
        wrong = message.format(next_id=ledger.next_id, last=max(ids), right=max(ids) + 1)
        yield Fault(_("the store"), "next_id", wrong)
    elif too_large := _id_fault(ledger.next_id):
        yield Fault(_("the store"), "next_id", too_large)


def sheet_faults(sheets: Iterable[records.IssuedSheet]) -> Iterator[Fault]:
    """Yield what is wrong with issued sheets."""
    known: set[int] = set()
    for sheet in sheets:
        record = record_name("sheet", n=sheet.n)
        if sheet.n < 1:
            yield Fault(record, "n", _("must be 1 or more"))
        if sheet.n in known:
            yield Fault(record, "n", _("two sheets have this number"))
        known.add(sheet.n)
        if sheet.kept is not None and not re.fullmatch(r"[0-9a-f]{40}", sheet.kept):
            yield Fault(record, "kept", _("is not as it was written; pilottask undo brings the version before back"))
        if sheet.lang is not None and sheet.lang not in set(Lang):
            yield Fault(record, "lang", _("must be zh or en"))
        yield from _text_faults(record, "by", sheet.by, line=True)


def task_faults(task: records.Task, *, departments: frozenset[str]) -> Iterator[Fault]:
    """Yield what is wrong with `task`; `departments` are the names that are known."""
    for fault in _unnamed_faults(task, departments):
        yield Fault(record_name("task", id=task.id, title=task.title), fault.field, fault.wrong)


def _unnamed_faults(task: records.Task, departments: frozenset[str]) -> Iterator[Fault]:
    record = ""  # most tasks have no fault, and need no name
    if wrong := _id_fault(task.id):
        yield Fault(record, "id", wrong)
    for name in ("title", "uid"):
        if is_blank(getattr(task, name)):
            yield Fault(record, name, _("must not be empty"))
    yield from _unit_faults(task, record, departments)
    yield from _deadline_faults(task, record)
    yield from _task_text_faults(task, record)
    for name in _FIGURES:
        if wrong := _number_fault(getattr(task, name)):
            yield Fault(record, name, wrong)
    yield from _log_faults(task, record)


NAMED_BY: Final[Mapping[str, tuple[str, Mapping[str, type]]]] = {
    "task": (N_("task {id} {title}"), {"id": int, "title": str}),
    "department": (N_("department {name}"), {"name": str}),
    "meeting": (N_("meeting {id} {title}"), {"id": int, "title": str}),
    "inspection": (N_("inspection {id}"), {"id": int}),
    "project": (N_("project {name}"), {"name": str}),
    "sheet": (N_("sheet {n}"), {"n": int}),
    "round": (N_("round {n}"), {"n": int}),
    "instruction": (N_("instruction {n}"), {"n": int}),
    "calendar": (N_("calendar {year}"), {"year": int}),
}
"""How a fault names a record, by the list it stands in: a message, and the fields that it takes."""


def record_name(of: str, **known: object) -> str:
    """Return how a fault names a record of the list `of`, whose fields in that name are `known`."""
    message, _fields = NAMED_BY[of]
    whole = of == "department"
    shown = {
        key: quote(one if whole else shorten(one, _SHOWN)) if isinstance(one, str) else one
        for key, one in known.items()
    }
    return _(message).format(**shown)


def _id_fault(number: int) -> str | None:
    return None if 1 <= number <= LARGEST else _("must be from 1 to {largest}").format(largest=LARGEST)


def _number_fault(number: records.Number | None) -> str | None:
    return None if number is None else numbers.fault(number)


def _text_faults(record: str, field: str, text: str | None, *, line: bool) -> Iterator[Fault]:
    if text is not None and (wrong := text_fault(text, line=line)):
        yield Fault(record, field, _("{wrong}; remove it").format(wrong=wrong))


def _unit_faults(task: records.Task, record: str, departments: frozenset[str]) -> Iterator[Fault]:
    if task.department not in departments:
        message = _("{name} is not entered as a department")
        yield Fault(record, "department", message.format(name=quote(task.department)))
    if task.department in task.support:
        message = _("{name} leads this task and cannot support it too")
        yield Fault(record, "support", message.format(name=quote(task.department)))
    yield from _unit_name_faults(record, "support", task.support, departments)


def _deadline_faults(task: records.Task, record: str) -> Iterator[Fault]:
    if task.open_ended and task.due is not None:
        yield Fault(record, "open_ended", _("does not go with a deadline; take one of the two out"))
    if task.due == task.first_due:
        return
    if task.first_due is None:
        yield Fault(record, "first_due", _("is missing; it is the first deadline, here {due}").format(due=task.due))
        return
    moves = (entry for entry in task.log if isinstance(entry, records.Extend | records.Change))
    if not any(isinstance(entry, records.Extend) or entry.field == "due" for entry in moves):
        message = _(
            "{due} differs from first_due {first_due} without an extension on record; "
            "set it back and use “pilottask extend {id}”, or record it with “pilottask check --fix”"
        )
        yield Fault(record, "due", message.format(due=task.due, first_due=task.first_due, id=task.id))


def _task_text_faults(task: records.Task, record: str) -> Iterator[Fault]:
    for name, line in _TASK_TEXTS:
        if (text := getattr(task, name)) is not None and not text.isprintable():  # most are, and need no closer look
            yield from _text_faults(record, name, text, line=line)
    for tag in task.tags:
        yield from _text_faults(record, "tags", tag, line=True)
    for key, value in task.extra.items():
        if is_blank(key):
            yield Fault(record, "extra", _("a column has no name"))
        yield from _text_faults(record, "extra", key, line=True)
        yield from _text_faults(record, f"{fields.EXTRA}{key}", value, line=False)


_NUMBERED: Final = (
    (records.Raise, records.Settle, N_("problem {n} is raised twice"), N_("there is no open problem {n} to settle")),
    (records.Step, records.StepEntry, N_("step {n} stands there twice"), N_("there is no step {n} before it")),
    (records.Attach, records.FileEntry, N_("file {n} stands there twice"), N_("there is no file {n} before it")),
)
"""Entries that number something of their task, those on what they number, and what is said where neither fits.

What is settled twice is sound: two offices may each say so.
"""
_POINTING: Final = frozenset(
    kind
    for kind in get_args(records.LogEntry)
    if issubclass(kind, (records.Raise, records.Settle, records.StepEntry, records.FileEntry, records.Correction))
)
"""Kinds of entries that are sound by what stands before them."""


def _log_faults(task: records.Task, record: str) -> Iterator[Fault]:
    taken: defaultdict[type[records.LogEntry], set[int]] = defaultdict(set)
    for number, entry in enumerate(task.log, start=1):
        for name, wrong in _entry_faults(entry):
            yield Fault(record, entry_field_name(number, name), wrong)
        if type(entry) in _POINTING:
            for name, wrong in _pointing_faults(entry, task.log[: number - 1], taken):
                yield Fault(record, entry_field_name(number, name), wrong)


def _pointing_faults(
    entry: records.LogEntry, before: Sequence[records.LogEntry], taken: defaultdict[type[records.LogEntry], set[int]]
) -> Iterator[tuple[str, str]]:
    """Yield field and fault of what is wrong with `entry` by what stands before; enter its number as `taken`."""
    if isinstance(entry, records.Correction) and (misplaced := _correction_fault(entry, before)):
        yield "of", misplaced
    for first, later, twice, missing in _NUMBERED:
        if isinstance(entry, first):
            if entry.n in taken[first]:
                yield "n", _(twice).format(n=entry.n)
            taken[first].add(entry.n)
        elif isinstance(entry, later) and entry.n not in taken[first]:
            yield "n", _(missing).format(n=entry.n)


def _correction_fault(entry: records.Correction, before: Sequence[records.LogEntry]) -> str | None:
    if not 1 <= entry.of <= len(before):
        return _("there is no entry {n} before it").format(n=entry.of)
    amended = type(before[entry.of - 1])
    if isinstance(entry, records.Amend) and (
        amended not in history.WORDS or (entry.part and amended is not records.Note)
    ):
        return _("entry {n} has no words to amend").format(n=entry.of)
    return None


def entry_field_name(place: int, field: str) -> str:
    """Return how a fault names a field of a log entry, `place` counted from 1."""
    return _("log entry {place}, {field}").format(place=place, field=field)


def _entry_faults(entry: records.LogEntry) -> Iterator[tuple[str, str]]:
    """Yield field and fault of what is wrong with `entry` by itself."""
    for name, line in _texts_in(type(entry)):
        if (value := getattr(entry, name)) is None or (isinstance(value, str) and value.isprintable()):
            continue  # most are printable, and need no closer look
        for text in value if isinstance(value, tuple) else (value,):
            yield from ((name, fault.wrong) for fault in _text_faults("", name, _as_text(text), line=line))
    for name, number_fault in _numbers_in(type(entry)):
        if (number := getattr(entry, name)) is not None and (wrong := number_fault(number)):
            yield name, wrong
    if isinstance(entry, records.Attach):
        yield from _attach_faults(entry)
    elif isinstance(entry, records.Change):
        yield from _change_faults(entry)


def _attach_faults(entry: records.Attach) -> Iterator[tuple[str, str]]:
    if is_blank(entry.name):
        yield "name", _("must not be empty")
    elif "/" in entry.name:
        yield "name", _("must be the name of a file, without its folder")
    if not re.fullmatch(SHA256, entry.sha256):
        yield "sha256", _("must be 64 digits of 0 to 9 and a to f")
    if not 0 <= entry.size <= LARGEST:
        yield "size", _("must be from 0 to {largest}").format(largest=LARGEST)


def _change_faults(entry: records.Change) -> Iterator[tuple[str, str]]:
    if fields.own_key(entry.field) is None and entry.field not in fields.LOGGED:
        yield "field", _("{name} is not a field of a task").format(name=quote(entry.field))
        return
    for name in ("old", "new"):
        if not _fits(entry.field, getattr(entry, name)):
            yield name, _("is no value of {field}").format(field=quote(entry.field))


@cache
def _texts_in(kind: type[records.LogEntry]) -> list[tuple[str, bool]]:
    """Return which fields of such an entry hold text, and whether it is one line."""
    return [(name, line) for name, line in _ENTRY_TEXTS.items() if name in kind.__struct_fields__]


@cache
def _numbers_in(kind: type[records.LogEntry]) -> list[tuple[str, Callable[[int], str | None]]]:
    """Return which fields of such an entry hold a number, and what tells what is wrong with one."""
    if issubclass(kind, (records.Note, records.StepEntry)):
        return [(name, numbers.fault) for name in ("was", "actual", "target") if name in kind.__struct_fields__]
    if kind is records.Renumber:
        return [("was", _id_fault)]
    return [("n", _id_fault)] if kind in {records.Raise, records.Instruct} else []


def _as_text(value: records.Value) -> str | None:
    return value if isinstance(value, str) else None


def _fits(field: str, value: records.Value) -> bool:
    if fields.own_key(field) is not None:
        return value is None or isinstance(value, str)
    return history.fits(field, value) and not (isinstance(value, int | float) and _number_fault(value))


def mechanism_faults(ledger: records.Ledger) -> Iterator[Fault]:
    """Yield what is wrong with meetings, inspections, projects, rounds, instructions, calendars and conflicts."""
    yield from _calendar_faults(ledger.calendars)
    for place, conflict in enumerate(ledger.conflicts, start=1):
        yield from _conflict_faults(conflict, _("conflict {place}").format(place=place))
    if not (ledger.meetings or ledger.inspections or ledger.projects or ledger.rounds or ledger.instructions):
        return
    departments = frozenset(unit.name for unit in ledger.departments)
    numbers = Counter(one.n for one in ledger.rounds)
    for one in ledger.rounds:
        record = record_name("round", n=one.n)
        yield from _number_faults(record, one.n, numbers, field="n")
        yield from _round_faults(one, record, departments)
    tasks = frozenset(task.id for task in ledger.tasks)
    numbers = Counter(each.n for each in ledger.instructions)
    for each in ledger.instructions:
        record = record_name("instruction", n=each.n)
        yield from _number_faults(record, each.n, numbers, field="n")
        yield from _instruction_faults(each, record, tasks)
    numbers = Counter(meeting.id for meeting in ledger.meetings)
    for meeting in ledger.meetings:
        record = record_name("meeting", id=meeting.id, title=meeting.title)
        yield from _number_faults(record, meeting.id, numbers)
        yield from _meeting_faults(meeting, record, departments, tasks)
    numbers = Counter(inspection.id for inspection in ledger.inspections)
    for inspection in ledger.inspections:
        record = record_name("inspection", id=inspection.id)
        yield from _number_faults(record, inspection.id, numbers)
        yield from _inspection_faults(inspection, record, departments, tasks)
    names = Counter(project.name for project in ledger.projects)
    for project in ledger.projects:
        record = record_name("project", name=project.name)
        if names[project.name] > 1:
            yield Fault(record, "name", _("several projects have this name"))
        yield from _project_faults(project, record, departments)


def _round_faults(one: records.Round, record: str, departments: frozenset[str]) -> Iterator[Fault]:
    for field, text in (("title", one.title), ("by", one.by), *(("came", arrival.by) for arrival in one.arrivals)):
        yield from _text_faults(record, field, text, line=True)
    yield from _unit_name_faults(record, "asked", one.asked, departments)
    for arrival in one.arrivals:
        if arrival.department not in one.asked:
            wrong = _("{name} is not among those asked").format(name=quote(arrival.department))
            yield Fault(record, "came", wrong)


def _instruction_faults(one: records.Instruction, record: str, tasks: frozenset[int]) -> Iterator[Fault]:
    yield from _blank_faults(record, "leader", one.leader)
    yield from _text_faults(record, "by", one.by, line=True)
    yield from _blank_faults(record, "text", one.text, line=False)
    yield from _text_faults(record, "answer", one.answer, line=False)
    yield from _task_id_faults(record, "task", () if one.task is None else (one.task,), tasks)
    if (one.answer is None) != (one.answered is None):
        yield Fault(record, "answer", _("“answer” and “answered” go together"))


def _calendar_faults(notices: Iterable[records.CalendarYear]) -> Iterator[Fault]:
    years: set[int] = set()
    for notice in notices:
        record = record_name("calendar", year=notice.year)
        if notice.year in years:
            yield Fault(record, "year", _("several of its kind have this number"))
        years.add(notice.year)
        yield from (Fault(record, field, wrong) for field, wrong in calendars.faults(notice))


def _conflict_faults(one: records.Conflict, record: str) -> Iterator[Fault]:
    for name in ("by", "of", "name", "field", "old", "new"):
        value = getattr(one, name)
        for text in value if isinstance(value, tuple) else (value,):
            yield from _text_faults(record, name, _as_text(text), line=name in {"by", "of", "field"})


def _number_faults(record: str, number: int, numbers: Counter[int], *, field: str = "id") -> Iterator[Fault]:
    if wrong := _id_fault(number):
        yield Fault(record, field, wrong)
    if numbers[number] > 1:
        yield Fault(record, field, _("several of its kind have this number"))


def _blank_faults(record: str, field: str, text: str, *, line: bool = True) -> Iterator[Fault]:
    """Yield what is wrong with a text that must not be blank."""
    if is_blank(text):
        yield Fault(record, field, _("must not be empty"))
    yield from _text_faults(record, field, text, line=line)


def _item_faults(record: str, one: records.Decision | records.Finding, field: str, taken: set[int]) -> Iterator[Fault]:
    """Yield what is wrong with number and text of a decision or finding; those before it have `taken` theirs."""
    if one.n in taken or one.n < 1:
        yield Fault(record, field, _("its number must be 1 or more and its own"))
    taken.add(one.n)
    yield from _blank_faults(record, field, one.text, line=False)


def _unit_name_faults(record: str, field: str, names: Iterable[str], departments: frozenset[str]) -> Iterator[Fault]:
    listed = tuple(names)
    for name in listed:
        if name not in departments:
            yield Fault(record, field, _("{name} is not entered as a department").format(name=quote(name)))
    if len(set(listed)) != len(listed):
        yield Fault(record, field, _("the same unit stands there twice"))


def _task_id_faults(record: str, field: str, ids: Iterable[int], tasks: frozenset[int]) -> Iterator[Fault]:
    listed = tuple(ids)
    for number in listed:
        if number not in tasks:
            yield Fault(record, field, _("there is no task {id}").format(id=number))
    if len(set(listed)) != len(listed):
        yield Fault(record, field, _("the same task stands there twice"))


def _meeting_faults(
    meeting: records.Meeting, record: str, departments: frozenset[str], tasks: frozenset[int]
) -> Iterator[Fault]:
    yield from _blank_faults(record, "title", meeting.title)
    for name in ("place", "chair"):
        yield from _text_faults(record, name, getattr(meeting, name), line=True)
    if meeting.time is not None and not times.is_time(meeting.time):
        text = _("{text} is not a time of day as a file has it, such as 09:30")
        yield Fault(record, "time", text.format(text=quote(meeting.time)))
    yield from _unit_name_faults(record, "attend", meeting.attend, departments)
    yield from _unit_name_faults(record, "absent", meeting.absent, departments)
    for name in meeting.absent:
        if name in meeting.attend:
            yield Fault(record, "absent", _("{name} stands among those who came too").format(name=quote(name)))
    taken: set[int] = set()
    for decision in meeting.decisions:
        field = _("decision {n}").format(n=decision.n)
        yield from _item_faults(record, decision, field, taken)
        yield from _task_id_faults(record, field, decision.tasks, tasks)


def _inspection_faults(
    inspection: records.Inspection, record: str, departments: frozenset[str], tasks: frozenset[int]
) -> Iterator[Fault]:
    yield from _unit_name_faults(record, "by", inspection.by, departments)
    yield from _task_id_faults(record, "tasks", inspection.tasks, tasks)
    taken: set[int] = set()
    for finding in inspection.findings:
        field = _("finding {n}").format(n=finding.n)
        yield from _item_faults(record, finding, field, taken)
        yield from _text_faults(record, field, finding.evidence, line=False)
        if finding.task not in inspection.tasks:
            yield Fault(record, field, _("task {id} is not among the tasks of the inspection").format(id=finding.task))
        for day in (finding.fix_by, finding.fixed):
            if day is not None and day < inspection.day:
                yield Fault(record, field, _("{day} is before the inspection").format(day=day))


def _project_faults(project: records.Project, record: str, departments: frozenset[str]) -> Iterator[Fault]:
    yield from _blank_faults(record, "name", project.name)
    yield from _text_faults(record, "base", project.base, line=True)
    yield from _text_faults(record, "remark", project.remark, line=False)
    yield from _unit_name_faults(record, "partners", project.partners, departments)
    for fund in project.funds:
        field = _("money from {source}").format(source=quote(fund.source))
        yield from _blank_faults(record, field, fund.source)
        yield from _text_faults(record, field, fund.by, line=True)
        yield from _amount_faults(fund, record, field)


def _amount_faults(fund: records.Fund, record: str, field: str) -> Iterator[Fault]:
    message = _("must be an amount from 0 up with two decimals at most, such as {example}")
    for name in ("planned", "paid"):
        value = getattr(fund, name)
        if not value.is_finite() or not 0 <= value < _MOST or value != value.quantize(_CENTS):
            yield Fault(record, f"{field}, {name}", message.format(example="300.00"))
