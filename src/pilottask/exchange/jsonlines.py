"""JSON Lines: one record a line, so that many districts' lists can be put together by an engine made for that.

Each line is an object; `record` says what it is and `pilot` whose it is (the pilot's name, null where it has none).
All keys of a record are always there, null where there is nothing, dates as ISO text:

- `task`: all that `list --format json` gives of a task, without its log.
- `log`: an entry of a task's log: `uid`, `id` and `title` of the task, `place` in its log from 1, and the fields of
  all kinds of entry.
- `department`: `name`, `role`, `aliases`, `contact`.
- `finding`: what an inspection found: `inspection` (its number), `kind`, `date`, `by`; `n`, and of the task `uid`,
  `id`, `title` and `department`; `text`, `fix_by`, `fixed`, `evidence`, `days_late`.
- `money`: what a project has from one source: `project`, `partners`, `base`, `signed`, `source`, and in 10,000 yuan,
  as exact text, `planned` and `paid`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, get_args

import msgspec

from pilottask import inspections, projects, records, records_pilot
from pilottask.errors import UsageFault
from pilottask.i18n import _
from pilottask.model import SCHEMA, Ledger, LogEntry, Record, Task
from pilottask.text import quote, safe

Json = dict[str, Any]

_BOM: Final = b"\xef\xbb\xbf"
_SHOWN: Final = 40
_TASK_FIELDS: Final = frozenset(field.encode_name for field in msgspec.structs.fields(Task))
_KINDS: Final[Mapping[str, type[Record]]] = {str(kind.__struct_config__.tag): kind for kind in get_args(LogEntry)}
_ENTRY_FIELDS: Final = dict.fromkeys(
    ["at", "by", "kind", *(field.encode_name for kind in _KINDS.values() for field in msgspec.structs.fields(kind))]
)
_DEPARTMENT_FIELDS: Final = ("name", "role", "aliases", "contact")


def lines(ledger: Ledger, tasks: Iterable[Task], *, today: date) -> Iterator[bytes]:
    """Yield a line, with its end, for each record that is about `tasks`; with all of them, for each of `ledger`."""
    encode = msgspec.json.Encoder().encode
    for record in found(ledger, tasks, today=today):
        yield encode(record) + b"\n"


def found(ledger: Ledger, tasks: Iterable[Task], *, today: date) -> Iterator[Json]:
    """Yield the records that `lines` writes."""
    whose = {"pilot": ledger.pilot.name}
    for unit in ledger.departments:
        yield {"record": "department", **whose, **records.department_record(unit)}
    listed = list(tasks)
    for task in listed:
        told = records.task_record(task, today=today, pilot=ledger.pilot)
        del told["log"]
        yield {"record": "task", **whose, **told}
        of_task = {"uid": task.uid, "id": task.id, "title": task.title}
        for place, entry in enumerate(task.log, start=1):
            yield {"record": "log", **whose, **of_task, "place": place, **_ENTRY_FIELDS, **msgspec.to_builtins(entry)}

    yield from ({"record": "finding", **whose, **told} for told in _findings(ledger, listed, today=today))
    yield from ({"record": "money", **whose, **told} for told in _money(ledger, listed))


def _findings(ledger: Ledger, tasks: list[Task], *, today: date) -> Iterator[Json]:
    uids = {task.id: task.uid for task in tasks}
    for found in inspections.findings(ledger):
        if found.task.id in uids:
            inspection = found.inspection
            held = {"kind": inspection.kind, "date": inspection.day, "by": inspection.by}
            told = records_pilot.finding_record(found, today=today)
            yield {"inspection": told.pop("inspection"), **held, "uid": uids[found.task.id], **told}


def _money(ledger: Ledger, tasks: list[Task]) -> Iterator[Json]:
    named = {task.project for task in tasks}
    whole = len(tasks) == len(ledger.tasks)
    for project in ledger.projects:
        if whole or project.name in named:
            about = {"partners": project.partners, "base": project.base, "signed": project.signed}
            for source, money in projects.by_source(project.funds).items():
                amounts = {"planned": projects.written(money.planned), "paid": projects.written(money.paid)}
                yield {"project": project.name, **about, "source": source, **amounts}


def read(data: bytes) -> Json:
    """Return the store that the lines hold, raw. Raises UsageFault with all lines that are no records.

    Keys that are worked out of others are passed over, and so are records of kinds that are not brought in.
    """
    return store(_objects(data))


def store(objects: Iterable[tuple[int, Json]]) -> Json:
    """Return the store that these records, each with its line, hold. Raises UsageFault with all that do not fit."""
    units: dict[str, Json] = {}
    tasks: dict[str, Json] = {}
    logs: dict[str, dict[int, Json]] = {}
    wrong: list[str] = []
    for line, told in objects:
        match told:
            case {"record": "department", "name": str(name)}:
                units.setdefault(name, _filled(told, _DEPARTMENT_FIELDS))
            case {"record": "task", "uid": str(uid)} if uid not in tasks:
                tasks[uid] = task_fields(told)
            case {"record": "task", "uid": str(uid)}:
                wrong.append(_("line {line}: {uid} stands there already").format(line=line, uid=quote(uid)))
            case {"record": "log", "uid": str(uid), "place": int(place), "kind": str(kind)} if (
                place not in logs.setdefault(uid, {})
            ):
                logs[uid][place] = _entry(told, kind)
            case {"record": "finding" | "money"}:
                pass
            case _:
                wrong.append(_("line {line}: no record of a task, a log or a department").format(line=line))
    wrong += [_("the log of {uid} has no task").format(uid=quote(uid)) for uid in logs if uid not in tasks]
    if wrong:
        raise UsageFault("\n".join(wrong))
    for uid, entries in logs.items():
        tasks[uid]["log"] = [entries[place] for place in sorted(entries)]
    return raw_store(tasks.values(), units.values())


def raw_store(tasks: Iterable[Json], units: Iterable[Json] = ()) -> Json:
    """Return a store of these raw tasks. Departments that they name and `units` do not have are entered."""
    listed = list(tasks)
    known = {unit["name"]: unit for unit in units}
    for task in listed:
        support = task.get("support")
        for name in (task.get("department"), *(support if isinstance(support, list) else ())):
            if isinstance(name, str) and name:
                known.setdefault(name, {"name": name})
    ids = [task["id"] for task in listed if isinstance(task.get("id"), int)]
    if len(set(ids)) < len(ids):  # those of several stores; only the uid tells tasks apart
        listed = [{**task, "id": number} for number, task in enumerate(listed, start=1)]
        ids = [len(listed)]
    return {
        "schema": SCHEMA,
        "next_id": max(ids, default=0) + 1,
        "pilot": {},
        "department": list(known.values()),
        "task": listed,
    }


def task_fields(told: Json) -> Json:
    """Return of a task's record what a store holds of it."""
    return _filled(told, _TASK_FIELDS)


def _entry(told: Json, kind: str) -> Json:
    known = _KINDS.get(kind)
    fields = [field.encode_name for field in msgspec.structs.fields(known)] if known else list(_ENTRY_FIELDS)
    # Only where an absent value is no value: `old` and `new` are null where there was none.
    return {"kind": kind, **_filled(told, fields)}


def _filled(told: Json, fields: Iterable[str]) -> Json:
    return {key: told[key] for key in fields if told.get(key) is not None}


def array(data: bytes) -> list[Any]:
    """Return the records of a JSON array, or of one record a line, commas after them or not.

    Raises UsageFault, naming the line, for what is no JSON.
    """
    text = data.removeprefix(_BOM)
    if not text.lstrip().startswith(b"["):
        return [told for _line, told in _objects(data)]
    try:
        found: list[Any] = json.loads(text)
    except json.JSONDecodeError as wrong:
        written = wrong.doc.split("\n")[wrong.lineno - 1].strip()[:_SHOWN]
        raise UsageFault(
            _("line {line}, column {column} is not valid JSON: {text}").format(
                line=wrong.lineno, column=wrong.colno, text=safe(written)
            )
        ) from wrong
    except UnicodeDecodeError as wrong:
        raise UsageFault(
            _("line {line} is not UTF-8 text").format(line=data.count(b"\n", 0, wrong.start) + 1)
        ) from wrong
    except (ValueError, RecursionError) as wrong:
        raise UsageFault(_("the JSON is not valid: {text}").format(text=safe(str(wrong)))) from wrong
    return found


def _objects(data: bytes) -> Iterator[tuple[int, Json]]:
    wrong = []
    objects = []
    for number, line in enumerate(data.removeprefix(_BOM).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            objects.append((number, msgspec.json.decode(line.rstrip(b" ,"), type=Json)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            wrong.append(
                _("line {line} is no JSON object: {text}").format(
                    line=number, text=safe(line[:_SHOWN].decode(errors="replace"))
                )
            )
    if wrong:
        raise UsageFault("\n".join(wrong))
    yield from objects
