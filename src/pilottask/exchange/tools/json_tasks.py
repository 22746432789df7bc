"""Tasks in JSON without their store: as `export` writes some of them, and as Taskwarrior carries ours."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.ledger.records import PLAIN_SCHEMA, Task

Json = dict[str, Any]

_EXCERPT: Final = 40
_TASK_FIELDS: Final = frozenset(field.encode_name for field in msgspec.structs.fields(Task))


def parse(data: bytes) -> list[tuple[int, Any]]:
    """Return the records of a JSON array, each with its line.

    Raises UsageFault, naming the line, for what is no JSON.
    """
    try:
        written = data.removeprefix(BOM_UTF8).decode()
        if not isinstance(json.loads(written), list):
            raise UsageFault(_("line {line}: is no task").format(line=1))
        return list(_elements(written))
    except json.JSONDecodeError as wrong:
        excerpt = wrong.doc.split("\n")[wrong.lineno - 1].strip()[:_EXCERPT]
        message = _("line {line}, column {column} is not valid JSON: {text}")
        raise UsageFault(message.format(line=wrong.lineno, column=wrong.colno, text=safe(excerpt))) from wrong
    except UnicodeDecodeError as bad:
        raise UsageFault(_("line {line} is not UTF-8 text").format(line=data.count(b"\n", 0, bad.start) + 1)) from bad
    except (ValueError, RecursionError) as wrong:
        raise UsageFault(_("the JSON is not valid: {text}").format(text=safe(str(wrong)))) from wrong


def _elements(text: str) -> Iterator[tuple[int, Any]]:
    """Yield the elements of a sound array, each with the line on which it begins."""
    between, decode = re.compile(r"[\s,]*"), json.JSONDecoder().raw_decode
    at, line = text.index("["), 1
    end = at + 1
    while (match := between.match(text, end)) and text[match.end()] != "]":
        line += text.count("\n", at, match.end())
        at = match.end()
        element, end = decode(text, at)
        yield line, element


def task_fields(record: Json) -> Json:
    """Return what a store holds of a task, of all that JSON shows of it."""
    return {key: value for key, value in record.items() if key in _TASK_FIELDS and value is not None}


def raw_store(tasks: Iterable[Json], units: Iterable[Json] = ()) -> Json:
    """Return a store of these raw tasks. Departments that they name and `units` do not have are entered."""
    held = list(tasks)
    departments: dict[object, Json] = {}
    for index, unit in enumerate(units):
        name = unit.get("name")
        departments[name if isinstance(name, str) else index] = unit  # a nameless one is refused with all else
    for task in held:
        support = task.get("support")
        for name in (task.get("department"), *(support if isinstance(support, list) else ())):
            if isinstance(name, str) and name:
                departments.setdefault(name, {"name": name})
    ids = [task["id"] for task in held if isinstance(task.get("id"), int)]
    if len(set(ids)) < len(ids):  # those of several stores; only the uid tells tasks apart
        held = [{**task, "id": number} for number, task in enumerate(held, start=1)]
        ids = [len(held)]
    return {
        "schema": PLAIN_SCHEMA,
        "next_id": max(ids, default=0) + 1,
        "pilot": {},
        "department": [*departments.values()],
        "task": held,
    }
