"""JSON Lines: one record a line, so that many districts' lists can be put together by an engine made for that.

Each line is an object; `record` says what it is and `pilot` whose it is (the pilot's name, null where it has none).
All keys of a record are always there, null where there is nothing, dates as ISO text:

- `task`: all that `list --format json` gives of a task, without its log.
- `log`: an entry of a task's log: `uid`, `id` and `title` of the task, `place` in its log from 1, and the fields of
  all kinds of entry.
- `department`: `name`, `role`, `aliases`, `contact`.
- `finding`: what an inspection found: `inspection` (its number), `kind`, `date`, `by`; `n`, and of the task `uid`,
  `id`, `title` and `department`; `text`, `fix_by`, `fixed`, `evidence`, `days_late`.
- `money`: what a project has from one source: `project`, `partners`, `base`, `signed`, `source`, in 10,000 yuan, as
  exact text, `planned` and `paid`, and when and by whom that was recorded, `at` and `by`.

All of it comes back. Meetings, issued sheets and settings, inspections that found nothing and projects without money
are not among the lines; a store takes them along.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, get_args

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.ledger import as_json, as_json_pilot, inspections, projects
from pilottask.ledger.records import SCHEMA, Ledger, LogEntry, Record, Task

Json = dict[str, Any]

_SHOWN: Final = 40
_TASK_FIELDS: Final = frozenset(field.encode_name for field in msgspec.structs.fields(Task))
_KINDS: Final[Mapping[str, type[Record]]] = {str(kind.__struct_config__.tag): kind for kind in get_args(LogEntry)}
_ENTRY_FIELDS: Final = dict.fromkeys(
    ["at", "by", "kind", *(field.encode_name for kind in _KINDS.values() for field in msgspec.structs.fields(kind))]
)
_DEPARTMENT_FIELDS: Final = ("name", "role", "aliases", "contact")
_INSPECTION_FIELDS: Final = ("kind", "date", "by")
_FINDING_FIELDS: Final = ("n", "text", "fix_by", "fixed", "evidence")
_PROJECT_FIELDS: Final = ("partners", "base", "signed")
_FUND_FIELDS: Final = ("at", "by", "source", "planned", "paid")


def lines(ledger: Ledger, tasks: Iterable[Task], *, today: date) -> Iterator[bytes]:
    """Yield a line, with its end, for each record that is about `tasks`; with all of them, for each of `ledger`."""
    encode = msgspec.json.Encoder().encode
    for record in found(ledger, tasks, today=today):
        yield encode(record) + b"\n"


def found(ledger: Ledger, tasks: Iterable[Task], *, today: date) -> Iterator[Json]:
    """Yield the records that `lines` writes."""
    whose = {"pilot": ledger.pilot.name}
    for unit in ledger.departments:
        yield {"record": "department", **whose, **as_json.department_record(unit)}
    listed = list(tasks)
    for task in listed:
        told = as_json.task_record(task, today=today, pilot=ledger.pilot)
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
            told = as_json_pilot.finding_record(found, today=today)
            yield {"inspection": told.pop("inspection"), **held, "uid": uids[found.task.id], **told}


def _money(ledger: Ledger, tasks: list[Task]) -> Iterator[Json]:
    named = {task.project for task in tasks}
    whole = len(tasks) == len(ledger.tasks)
    for project in ledger.projects:
        if whole or project.name in named:
            about = {"partners": project.partners, "base": project.base, "signed": project.signed}
            for source, fund in {fund.source: fund for fund in project.funds}.items():
                amounts = {"planned": projects.written(fund.planned), "paid": projects.written(fund.paid)}
                yield {"project": project.name, **about, "source": source, **amounts, "at": fund.at, "by": fund.by}


def read(data: bytes) -> Json:
    """Return the store that the lines hold, raw. Raises UsageFault with all lines that are no records.

    Keys that are worked out of others are passed over.
    """
    return store(_objects(data))


def store(objects: Iterable[tuple[int, Json]]) -> Json:
    """Return the store that these records, each with its line, hold. Raises UsageFault with all that do not fit."""
    lists = _Lists()
    for line, told in objects:
        lists.take(line, told)
    return lists.store()


class _Lists:
    """The records of a list, or of several that were put together; `wrong` is what does not fit."""

    def __init__(self) -> None:
        self._units: dict[str, Json] = {}
        self._tasks: dict[str, Json] = {}
        self._logs: dict[str, dict[int, Json]] = {}
        self._findings: dict[tuple[int, int], tuple[int, Json]] = {}
        self._inspections: dict[int, Json] = {}
        self._projects: dict[str, Json] = {}
        self._numbers: dict[tuple[str | None, int], int] = {}
        self._wrong: list[str] = []

    def take(self, line: int, told: Json) -> None:
        """Take the record of a line."""
        match told:
            case {"record": "department", "name": str(name)}:
                self._units.setdefault(name, _filled(told, _DEPARTMENT_FIELDS))
            case {"record": "task", "uid": str(uid)} if uid not in self._tasks:
                self._tasks[uid] = task_fields(told)
            case {"record": "task", "uid": str(uid)}:
                self._refuse(line, _("{uid} stands there already").format(uid=quote(uid)))
            case {"record": "log", "uid": str(uid), "place": int(place), "kind": str(kind)} if (
                place not in self._logs.setdefault(uid, {})
            ):
                self._logs[uid][place] = self._entry(told, kind)
            case {"record": "finding", "uid": str(), "inspection": int(), "n": int()}:
                self._find(line, told)
            case {"record": "money", "project": str(name), "source": str()}:
                project = self._projects.setdefault(name, {"name": name, **_filled(told, _PROJECT_FIELDS), "fund": []})
                project["fund"].append(_filled(told, _FUND_FIELDS))
            case _:
                self._refuse(line, _("no record of a task, a log, a department, a finding or money"))

    def _refuse(self, line: int, why: str) -> None:
        self._wrong.append(_("line {line}: {why}").format(line=line, why=why))

    def _entry(self, told: Json, kind: str) -> Json:
        known = _KINDS.get(kind)
        fields = [field.encode_name for field in msgspec.structs.fields(known)] if known else list(_ENTRY_FIELDS)
        # Only where an absent value is no value: `old` and `new` are null where there was none.
        entry = {"kind": kind, **_filled(told, fields)}
        if isinstance(number := entry.get("inspection"), int):
            entry["inspection"] = self._number(told, number)
        return entry

    def _number(self, told: Json, number: int) -> int:
        """Return the number of an inspection: its own, or a free one where another list has it too."""
        pilot = told.get("pilot")
        taken = self._numbers.values()
        free = number if number not in taken else max(taken) + 1
        return self._numbers.setdefault((pilot if isinstance(pilot, str) else None, number), free)

    def _find(self, line: int, told: Json) -> None:
        number = self._number(told, told["inspection"])
        about = {"id": number, **_filled(told, _INSPECTION_FIELDS)}
        if self._inspections.setdefault(number, about) != about or (number, told["n"]) in self._findings:
            what = _("inspection {id}, finding {n}").format(id=told["inspection"], n=told["n"])
            self._refuse(line, _("{what} does not go with another line").format(what=what))
        else:
            self._findings[number, told["n"]] = line, told

    def store(self) -> Json:
        """Return the store of what was taken. Raises UsageFault with all that did not fit."""
        for line, told in self._findings.values():
            if told["uid"] not in self._tasks:
                self._refuse(line, _("the finding is on {uid}, which has no line").format(uid=quote(told["uid"])))
        astray = [uid for uid in self._logs if uid not in self._tasks]
        self._wrong += [_("the log of {uid} has no task").format(uid=quote(uid)) for uid in astray]
        if self._wrong:
            raise UsageFault("\n".join(self._wrong))
        for uid, entries in self._logs.items():
            self._tasks[uid]["log"] = [entries[place] for place in sorted(entries)]
        about = [*self._inspections.values(), *self._projects.values()]
        named = (name for each in about for name in _listed(each.get("by", each.get("partners"))))
        found = raw_store(self._tasks.values(), self._units.values(), named)
        self._inspect(found["task"])
        return found | {"inspection": list(self._inspections.values()), "project": list(self._projects.values())}

    def _inspect(self, tasks: Iterable[Json]) -> None:
        """Put the tasks, by the ids that they have now, and what was found on them into their inspections."""
        ids = {task["uid"]: task.get("id") for task in tasks}
        looked_at: dict[int, dict[str, None]] = {number: {} for number in self._inspections}
        for uid in ids:
            for entry in self._logs.get(uid, {}).values():
                if isinstance(number := entry.get("inspection"), int) and number in looked_at:
                    looked_at[number][uid] = None
        for (number, _n), (_line, told) in self._findings.items():
            looked_at[number][told["uid"]] = None
            finding = {**_filled(told, _FINDING_FIELDS), "task": ids[told["uid"]]}
            self._inspections[number].setdefault("finding", []).append(finding)
        for number, found in looked_at.items():
            self._inspections[number]["tasks"] = [ids[uid] for uid in found]


def raw_store(tasks: Iterable[Json], units: Iterable[Json] = (), named: Iterable[object] = ()) -> Json:
    """Return a store of these raw tasks. Departments in `named` or the tasks that `units` do not have are entered."""
    listed = list(tasks)
    known: dict[str, Json] = {}
    nameless = []  # to be refused with what else is wrong
    for unit in units:
        if isinstance(name := unit.get("name"), str):
            known[name] = unit
        else:
            nameless.append(unit)
    names = [*named]
    for task in listed:
        names += [task.get("department"), *_listed(task.get("support"))]
    for name in names:
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
        "department": [*known.values(), *nameless],
        "task": listed,
    }


def task_fields(told: Json) -> Json:
    """Return of a task's record what a store holds of it."""
    return _filled(told, _TASK_FIELDS)


def _listed(value: object) -> list[Any]:
    """Return a list as it is, and none of anything else, which is refused with its record."""
    return value if isinstance(value, list) else []


def _filled(told: Json, fields: Iterable[str]) -> Json:
    return {key: told[key] for key in fields if told.get(key) is not None}


def array(data: bytes) -> list[Any]:
    """Return the records of a JSON array, or of one record a line, commas after them or not.

    Raises UsageFault, naming the line, for what is no JSON.
    """
    text = data.removeprefix(BOM_UTF8)
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
    for number, line in enumerate(data.removeprefix(BOM_UTF8).splitlines(), start=1):
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
