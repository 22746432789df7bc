"""Taskwarrior's JSON, both ways.

What Taskwarrior has a place for is written there, so that it can be looked at, filtered and changed with it. All of
a task, its log too, travels in an attribute of its own, so that nothing is lost on the way there and back; what was
changed in Taskwarrior meanwhile shows by the difference between the two.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final, Literal

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import units, values
from pilottask.exchange.office.headings import Column, own_heading
from pilottask.exchange.tools import json_tasks
from pilottask.exchange.tools.incoming import Cells, Incoming, as_table, plain_text, record_name
from pilottask.ledger import history, vocabulary
from pilottask.ledger.records import Ledger, Note, Start, Status, Submit, Task

Json = dict[str, Any]

WHOLE: Final = "pilottask"
"""The attribute that holds all of a task."""
_UDAS: Final = {
    column.value: column
    for column in (
        *(Column.DEPARTMENT, Column.SUPPORT, Column.OWNER, Column.LEADER, Column.ASPECT),
        *(Column.REQUIREMENT, Column.REMARK),
    )
}
"""Attributes that Taskwarrior does not have by itself, and what they are in a ledger."""
_TEXTS: Final = {"description": Column.TITLE, "project": Column.PROJECT, **_UDAS}
_OF_TASKWARRIOR: Final = ("priority", "scheduled", "wait", "until")
"""What Taskwarrior has and a ledger has not: kept as columns of the user's own, and written back."""
_READ: Final = frozenset({*_TEXTS, WHOLE, "uuid", "status", "start", "end", "due", "tags", "annotations", "entry"})
_WORKED_OUT: Final = frozenset({"id", "urgency", "modified", "mask", "imask", "parent", "rtype", "template", "last"})
_TIME: Final = "%Y%m%dT%H%M%SZ"
_FIRST_YEAR: Final = 1980
_LAST_YEAR: Final = 9999
_LAST_MOMENT: Final = time(23, 59, 59)
_NAMESPACE: Final = uuid.UUID("8a6f5b4e-6d0f-5a53-9d0c-2f6f1f8e7c11")
"""Of this program's own, for the UUIDs that follow from the uids of tasks."""
_ENTITIES: Final = {"&open;": "[", "&close;": "]", "&dquot;": '"', "&squot;": "'", "&comma;": ",", "&colon;": ":"}
"""What Taskwarrior takes for another character, wherever it stands."""
_STATUSES: Final = {Status.CLOSED: "completed", Status.CANCELLED: "deleted"}
_STARTED: Final = frozenset({Status.DOING, Status.SUBMITTED})


# Out ----------------------------------------------------------------------------------------------------------------


def configuration() -> str:
    """Return the lines with which Taskwarrior knows the attributes of its configuration file."""
    return "".join(f"uda.{name}.type=string\nuda.{name}.label={name}\n" for name in (*_UDAS, WHOLE))


def export(ledger: Ledger, tasks: Iterable[Task]) -> bytes:
    """Return `tasks` as `task export` writes them: an array, one task a line."""
    listed = list(tasks)
    places = {unit.name: place for place, unit in enumerate(ledger.departments)}
    waiting = set(places) - {name for task in listed for name in (task.department, *task.support)}
    lines = []
    for task in listed:
        names = {task.department, *task.support, *waiting}
        waiting = set()  # those of no task travel with the first
        units = {str(places[name]): ledger.departments[places[name]] for name in sorted(names, key=places.__getitem__)}
        whole = msgspec.json.encode({"task": task, "departments": units}).decode()
        lines.append(msgspec.json.encode({**native(task), WHOLE: whole.replace("&", "\\u0026")}))
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def native(task: Task) -> Json:
    """Return what Taskwarrior itself has a place for, and the attributes of single fields."""
    zone = task.log[-1].at.tzinfo if task.log else UTC
    attributes: Json = {"uuid": uuid_of(task.uid), "status": _STATUSES.get(task.status, "pending")}
    attributes |= {name: plain_text(task, column) for name, column in _TEXTS.items()} | {
        "support": units.write(task.support)
    }
    entered = _moment_text(task.log[0].at) if task.log else _day(task.created, zone)
    attributes["entry"] = entered
    attributes["due"] = _day(task.due, zone)
    if task.status in _STARTED:
        attributes["start"] = _last(task, Start, Submit) or entered
    if task.status in _STATUSES:
        attributes["end"] = _day(task.closed, zone) or _last(task) or entered
    attributes["tags"] = [tag for tag in task.tags if _is_tag(tag)]
    attributes["annotations"] = _annotations(task)
    attributes |= {name: task.extra.get(name) for name in _OF_TASKWARRIOR}
    return {name: value for name, value in attributes.items() if value}


def uuid_of(uid: str) -> str:
    """Return the UUID of the task with this uid: itself where it is one, else one that follows from it."""
    try:
        known = uuid.UUID(uid)
    except ValueError:
        known = uuid.uuid5(_NAMESPACE, uid)
    return str(known) if str(known) == uid else str(uuid.uuid5(_NAMESPACE, uid))


def _moment_text(moment: datetime) -> str | None:
    """Return `moment` as Taskwarrior writes it; None where it is outside of what Taskwarrior takes."""
    return moment.astimezone(UTC).strftime(_TIME) if _FIRST_YEAR < moment.year < _LAST_YEAR else None


def _day(day: date | None, zone: tzinfo | None) -> str | None:
    """Return the last moment of `day`: until then it is on time."""
    return _moment_text(datetime.combine(day, _LAST_MOMENT, zone)) if day else None


def _last(task: Task, *kinds: type) -> str | None:
    """Return when the last entry of these kinds, or of any, was recorded."""
    return next((_moment_text(entry.at) for entry in reversed(task.log) if not kinds or isinstance(entry, kinds)), None)


def _is_tag(tag: str) -> bool:
    """Tell whether Taskwarrior can hold `tag`; of one that has a mark in it, it writes a file that it cannot read."""
    return tag.isidentifier()


def _annotations(task: Task) -> list[Json]:
    """Return the progress reports; Taskwarrior takes one for each second, so that of several the first is shown."""
    results: dict[str, str] = {}
    for entry in history.entries(task):
        if isinstance(entry, Note) and entry.text.strip() and (moment := _moment_text(entry.at)):
            results.setdefault(moment, entry.text)
    return [{"entry": moment, "description": text} for moment, text in sorted(results.items())]


# In -----------------------------------------------------------------------------------------------------------------


def read(data: bytes, *, decode: Callable[[Json], Ledger], zone: tzinfo | None) -> Incoming:
    """Return the tasks of `task export`.

    Those that came from here are merged whole, then what was changed in Taskwarrior since comes in as rows; all
    others are rows. `decode` makes a ledger of a raw store, `zone` says on which day a moment falls. Raises
    UsageFault with all that is no task.
    """
    objects = _objects(data)
    wholes = {
        number: msgspec.json.decode(told[WHOLE], type=_Whole) for number, (_line, told) in objects if WHOLE in told
    }
    store = _store(list(wholes.values()), decode)
    tasks = {task.uid: task for task in store.tasks} if store else {}
    rows: list[tuple[int, int, Cells]] = []
    notices: list[str] = []
    for number, (line, told) in objects:
        if whole := wholes.get(number):
            task = tasks[whole.task["uid"]]
            cells = _changed_cells(told, task, zone)
            if native(task).get("due") and not told.get("due"):
                message = _("{title}: its deadline was taken away in Taskwarrior and stays here")
                notices.append(message.format(title=quote(task.title)))
        elif told["status"] == "recurring":
            title = quote(told["description"])
            notices.append(_("{title} is a pattern that Taskwarrior makes tasks of; passed over").format(title=title))
            continue
        else:
            cells = _cells(told, {}, zone) | {Column.UID: told["uuid"]}
        if cells:
            rows.append((number, line, cells))
    return Incoming(store=store, table=as_table(rows), notices=tuple(notices))


def _store(wholes: Sequence["_Whole"], decode: Callable[[Json], Ledger]) -> Ledger | None:
    if not wholes:
        return None
    units = {place: unit for whole in wholes for place, unit in whole.departments.items()}
    tasks = sorted(
        (whole.task for whole in wholes), key=lambda task: number if isinstance(number := task.get("id"), int) else 0
    )
    places = sorted(units, key=lambda place: place.rjust(9))
    return decode(json_tasks.raw_store(tasks, [units[place] for place in places]))


def _changed_cells(told: Json, task: Task, zone: tzinfo | None) -> Cells:
    """Return the cells of what was changed in Taskwarrior, with those that every row has; none where nothing was."""
    base = native(task)
    cells = _cells(told, base, zone)
    if not cells:
        return {}
    if Column.TAGS in cells:  # those that Taskwarrior cannot hold stay
        cells[Column.TAGS] = values.items_cell([*told["tags"], *(tag for tag in task.tags if not _is_tag(tag))])
    every: Cells = {
        Column.UID: values.report_cell(task.uid),
        Column.TITLE: values.report_cell(task.title),
        Column.DEPARTMENT: units.write((task.department,)),
    }
    return every | cells


def _cells(told: Json, base: Json, zone: tzinfo | None) -> Cells:
    """Return what `told` says otherwise than `base`, as cells of a ledger."""
    fresh = {name: value for name, value in told.items() if _plain(value) != _plain(base.get(name))}
    cells: Cells = {column: values.report_cell(fresh[name]) for name, column in _TEXTS.items() if fresh.get(name)}
    for name in ("department", "support"):
        if fresh.get(name):
            cells[_TEXTS[name]] = fresh[name]
    if "due" in fresh:
        cells[Column.DUE] = _local(fresh["due"], zone)
    if "tags" in fresh:
        cells[Column.TAGS] = values.items_cell(fresh["tags"])
    if not base or (told["status"], "start" in told) != (base["status"], "start" in base):
        words = {word: status for status, word in _STATUSES.items()}
        status = words.get(told["status"]) or (Status.DOING if "start" in told else Status.TODO)
        cells[Column.STATUS] = vocabulary.STATUS.say(status)
        if status is Status.CLOSED and "end" in told:
            cells[Column.CLOSED] = _local(told["end"], zone)
    known = {_plain(each["description"]) for each in base.get("annotations", ())}
    notes = [each for each in told.get("annotations", ()) if _plain(each["description"]) not in known]
    if notes:
        cells[Column.PROGRESS] = values.report_cell("\n".join(each["description"] for each in notes))
        cells[Column.NOTED] = max(_local(str(each.get("entry", "")), zone) for each in notes)
    if not base:
        cells[Column.CREATED] = _local(str(told.get("entry", "")), zone)
    cells |= {
        own_heading(name): values.report_cell(value if isinstance(value, str) else msgspec.json.encode(value).decode())
        for name, value in fresh.items()
        if name not in _READ and name not in _WORKED_OUT
    }
    return cells


def _plain(value: object) -> object:
    """Return a value as Taskwarrior gives it back: tags in any order, and some words taken for characters."""
    if not isinstance(value, str):
        return frozenset(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
    for entity, char in _ENTITIES.items():
        value = value.replace(entity, char)
    return value


def _local(text: str, zone: tzinfo | None) -> str:
    moment = _moment(text)
    return moment.astimezone(zone).date().isoformat() if moment else text


def _objects(data: bytes) -> list[tuple[int, tuple[int, Json]]]:
    """Return the objects with their numbers and lines, all of them tasks by their form. Raises UsageFault."""
    result = json_tasks.parse(data)
    wrong = [wrong for line, told in result if (wrong := _misfit(told, line))]
    if wrong:
        raise UsageFault("\n".join(wrong), hint="task export > tasks.json")
    return list(enumerate(result, start=1))


def _misfit(told: object, line: int) -> str | None:
    """Say what is wrong with the form of a task, or return None."""
    if not isinstance(told, dict):
        return _("line {line}: is no task").format(line=line)
    title, uid = (text if isinstance(text := told.get(name), str) else "" for name in ("description", "uuid"))
    record = record_name(line, title=title, uid=uid)
    for name in ("uuid", "description", "status"):
        if not isinstance(told.get(name), str):
            return _("{record}, {field}: is missing or no text").format(record=record, field=name)
    for name in ("due", "end", *_TEXTS, WHOLE):
        if not isinstance(told.get(name, ""), str):
            return _("{record}, {field}: is no text").format(record=record, field=name)
    for name in ("due", "end"):
        if name in told and _moment(told[name]) is None:
            message = _("{record}, {field}: {value} is no moment such as 20261215T155959Z")
            return message.format(record=record, field=name, value=quote(told[name]))
    for name, form in (("status", _Status), ("tags", list[str]), ("annotations", list[_Annotation]), (WHOLE, _Whole)):
        if name in told and not _fits(told[name], form):
            return _("{record}, {field}: is not as Taskwarrior exports it").format(record=record, field=name)
    return None


def _fits(value: object, form: object) -> bool:
    try:
        if form is _Whole:
            msgspec.json.decode(str(value), type=_Whole)
        else:
            msgspec.convert(value, form)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
        return False
    return True


_Status = Literal["pending", "waiting", "recurring", "completed", "deleted"]


class _Annotation(msgspec.Struct):
    description: str


class _Whole(msgspec.Struct):
    """All of a task, with the departments that it names by their places in the store."""

    task: Json
    departments: dict[str, Json]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
