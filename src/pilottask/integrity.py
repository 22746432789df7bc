"""What must hold of a ledger's content, each fault named by record and field."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pilottask import history
from pilottask.i18n import Lang, _
from pilottask.model import Change, Department, Extend, Ledger, LogEntry, Note, Number, Raise, Settle, Task, Value
from pilottask.text import fault as text_fault
from pilottask.text import quote

_LINES: Final = ("title", "department", "owner", "leader", "aspect", "unit", "source", "project", "uid")
_TEXTS: Final = ("requirement", "remark")
_ENTRY_TEXTS: Final = ("text", "next", "evidence", "verifier", "reason", "approved_by", "old", "new")
_ENTRY_LINES: Final = ("by", "field")
_NUMBERS: Final = ("target", "actual")
_LARGEST: Final = 2**53 - 1
"""The largest whole number that spreadsheets and other readers of JSON keep exactly."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the content: in which record and field, and what would be right."""

    record: str
    field: str
    wrong: str

    def __str__(self) -> str:
        return _("{record}, {field}: {wrong}").format(record=self.record, field=self.field, wrong=self.wrong)


def faults(ledger: Ledger) -> Iterator[Fault]:
    """Yield everything wrong with the content of `ledger`."""
    yield from pilot_faults(ledger)
    yield from department_faults(ledger.departments)
    yield from identity_faults(ledger)
    names = frozenset(unit.name for unit in ledger.departments)
    for task in ledger.tasks:
        yield from task_faults(task, departments=names)


def pilot_faults(ledger: Ledger) -> Iterator[Fault]:
    """Yield what is wrong with the settings."""
    pilot = ledger.pilot
    for name in ("name", "office"):
        yield from _text("[pilot]", name, getattr(pilot, name), line=True)
    for name in ("soon_days", "stale_days", "lock_seconds"):
        if not 0 <= getattr(pilot, name) <= 36500:  # noqa: PLR2004  a hundred years, so that dates stay in range
            yield Fault("[pilot]", name, _("must be from 0 to 36500"))
    if pilot.lang is not None and pilot.lang not in set(Lang):
        yield Fault("[pilot]", "lang", _("must be zh or en"))


def department_faults(departments: Iterable[Department]) -> Iterator[Fault]:
    """Yield what is wrong with departments: unsound names, and a name or alias that means two of them."""
    taken: set[str] = set()
    for unit in departments:
        record = _("department {name}").format(name=quote(unit.name))
        for name in (unit.name, *unit.aliases):
            field = "name" if name is unit.name else "aliases"
            if not name.strip():
                yield Fault(record, field, _("must not be empty"))
            yield from _text(record, field, name, line=True)
            if name in taken:
                yield Fault(record, field, _("{name} is a name or alias already").format(name=quote(name)))
            taken.add(name)
        yield from _text(record, "contact", unit.contact, line=True)


def identity_faults(ledger: Ledger) -> Iterator[Fault]:
    """Yield where tasks share an id or uid, or the next id is taken."""
    ids = Counter(task.id for task in ledger.tasks)
    uids = Counter(task.uid for task in ledger.tasks)
    if len(ids) != len(ledger.tasks):
        for number, times in ids.items():
            if times > 1:
                yield Fault(
                    _("task {id}").format(id=number),
                    "id",
                    _("{times} tasks have this id; give all but one the ids from {next_id} on").format(
                        times=times, next_id=max(ledger.next_id, max(ids) + 1)
                    ),
                )
    if len(uids) != len(ledger.tasks):
        for task in ledger.tasks:
            if uids[task.uid] > 1:
                yield Fault(
                    task_record(task.id, task.title),
                    "uid",
                    _("{uid} stands on several tasks").format(uid=quote(task.uid)),
                )
    if ids and max(ids) > _LARGEST:
        return  # said of the task
    if ids and ledger.next_id <= max(ids):
        yield Fault(
            _("the store"),
            "next_id",
            _("{next_id} is too low; with task {last} the next is {right}").format(
                next_id=ledger.next_id, last=max(ids), right=max(ids) + 1
            ),
        )
    elif wrong := _id_fault(ledger.next_id):
        yield Fault(_("the store"), "next_id", wrong)


def task_faults(task: Task, *, departments: frozenset[str]) -> Iterator[Fault]:
    """Yield what is wrong with `task`; `departments` are the names that are known."""
    record = task_record(task.id, task.title)
    if wrong := _id_fault(task.id):
        yield Fault(record, "id", wrong)
    for name in ("title", "uid"):
        if not getattr(task, name).strip():
            yield Fault(record, name, _("must not be empty"))
    yield from _unit_faults(task, record, departments)
    yield from _deadline_faults(task, record)
    yield from _task_text_faults(task, record)
    for name in _NUMBERS:
        if wrong := _number_fault(getattr(task, name)):
            yield Fault(record, name, wrong)
    yield from _log_faults(task, record)


def task_record(number: int, title: str) -> str:
    """Return how a fault names the task."""
    limit = 30
    short = title if len(title) <= limit else title[:limit] + "…"
    return _("task {id} {title}").format(id=number, title=quote(short))


def _id_fault(number: int) -> str | None:
    return None if 1 <= number <= _LARGEST else _("must be from 1 to {largest}").format(largest=_LARGEST)


def _number_fault(number: Number | None) -> str | None:
    if number is None or (
        math.isfinite(number) and number >= 0 and not (isinstance(number, int) and number > _LARGEST)
    ):
        return None
    return _("must be a number from 0 to {largest}").format(largest=_LARGEST)


def _text(record: str, field: str, text: str | None, *, line: bool) -> Iterator[Fault]:
    if text is not None and (wrong := text_fault(text, line=line)):
        yield Fault(record, field, _("{wrong}; remove it").format(wrong=wrong))


def _unit_faults(task: Task, record: str, departments: frozenset[str]) -> Iterator[Fault]:
    if task.department not in departments:
        yield Fault(
            record, "department", _("{name} is not entered as a department").format(name=quote(task.department))
        )
    if task.department in task.support:
        yield Fault(
            record, "support", _("{name} leads this task and cannot support it too").format(name=quote(task.department))
        )
    for unit in task.support:
        if unit not in departments:
            yield Fault(record, "support", _("{name} is not entered as a department").format(name=quote(unit)))
    if len(set(task.support)) != len(task.support):
        yield Fault(record, "support", _("the same unit stands there twice"))


def _deadline_faults(task: Task, record: str) -> Iterator[Fault]:
    if task.due == task.first_due:
        return
    if task.first_due is None:
        yield Fault(record, "first_due", _("is missing; it is the first deadline, here {due}").format(due=task.due))
    elif not any(
        isinstance(entry, Extend) or (isinstance(entry, Change) and entry.field == "due") for entry in task.log
    ):
        yield Fault(
            record,
            "due",
            _(
                "{due} differs from first_due {first_due} without an extension on record; "
                "set it back and use “pilottask extend {id}”, or record it with “pilottask check --fix”"
            ).format(due=task.due, first_due=task.first_due, id=task.id),
        )


def _task_text_faults(task: Task, record: str) -> Iterator[Fault]:
    for name in _LINES:
        yield from _text(record, name, getattr(task, name), line=True)
    for name in _TEXTS:
        yield from _text(record, name, getattr(task, name), line=False)
    for tag in task.tags:
        yield from _text(record, "tags", tag, line=True)
    for key, value in task.extra.items():
        if not key.strip():
            yield Fault(record, "extra", _("a column has no name"))
        yield from _text(record, "extra", key, line=True)
        yield from _text(record, f"{history.EXTRA}{key}", value, line=False)


def _log_faults(task: Task, record: str) -> Iterator[Fault]:
    raised: set[int] = set()
    for place, entry in enumerate(task.log, start=1):
        for name, wrong in _entry_faults(entry):
            yield Fault(record, entry_field(place, name), wrong)
        match entry:
            case Raise(n=n):
                if n in raised:
                    yield Fault(record, entry_field(place, "n"), _("problem {n} is raised twice").format(n=n))
                raised.add(n)
            case Settle(n=n):
                if n not in raised:  # twice settled is sound: two offices may each have said so
                    yield Fault(
                        record, entry_field(place, "n"), _("there is no open problem {n} to settle").format(n=n)
                    )
            case _:
                pass


def entry_field(place: int, field: str) -> str:
    """Return how a fault names a field of a log entry, `place` counted from 1."""
    return _("log entry {place}, {field}").format(place=place, field=field)


def _entry_faults(entry: LogEntry) -> Iterator[tuple[str, str]]:
    """Yield field and fault of what is wrong with `entry` by itself."""
    for names, line in ((_ENTRY_TEXTS, False), (_ENTRY_LINES, True)):
        for name in names:
            value = getattr(entry, name, None)
            for text in value if isinstance(value, tuple) else (value,):
                yield from ((name, fault.wrong) for fault in _text("", name, _as_text(text), line=line))
    match entry:
        case Note(actual=actual) if wrong := _number_fault(actual):
            yield "actual", wrong
        case Raise(n=n) if wrong := _id_fault(n):
            yield "n", wrong
        case Change(field=field, old=old, new=new):
            if not field.startswith(history.EXTRA) and field not in history.FIELDS:
                yield "field", _("{name} is not a field of a task").format(name=quote(field))
                return
            for name, value in (("old", old), ("new", new)):
                if not _fits(field, value):
                    yield name, _("is no value of {field}").format(field=quote(field))
        case _:
            pass


def _as_text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _fits(field: str, value: Value) -> bool:
    if field.startswith(history.EXTRA):
        return value is None or isinstance(value, str)
    return history.fits(field, value) and not (isinstance(value, int | float) and _number_fault(value))
