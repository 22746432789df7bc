"""What is wrong with the raw content of a store, every fault at once and in the language in use.

A record with fields that cannot be used is filled in, so that what is wrong with the rest of it is said too.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.ledger import integrity
from pilottask.ledger.integrity import Fault
from pilottask.ledger.records import PLAIN_SCHEMA, SCHEMA, CalendarYear, Ledger, LogEntry, Pilot, Record, Task, Value
from pilottask.ledger.schema import LISTS

_EPOCH: Final = datetime(1, 1, 2, tzinfo=UTC)
_Shape = tuple[str, Fault]
"""A fault of form, and the field of its record that cannot be used."""


def faults(raw: Mapping[str, object]) -> list[Fault]:
    """Return all faults of form, and those of content in what has its form."""
    shape = list(_shape_faults(raw))
    return [fault for _field, fault in shape] + list(_content_faults(raw, shape))


def schema_faults(raw: Mapping[str, object]) -> Iterator[Fault]:
    """Yield a fault where the schema is none of those now written."""
    if raw.get("schema") not in {PLAIN_SCHEMA, SCHEMA}:
        yield Fault(_("the store"), "schema", _("must be {schema}").format(schema=SCHEMA))


def _shape_faults(raw: Mapping[str, object]) -> Iterator[_Shape]:
    """Yield what does not have the form of a ledger, record by record and field by field."""
    store = _("the store")
    for key in ("schema", "next_id"):
        if key not in raw:
            yield key, Fault(store, key, _("is missing"))
        elif wrong := _misfit(raw[key], int):
            yield key, Fault(store, key, wrong)
        elif key == "schema":
            yield from ((key, fault) for fault in schema_faults(raw))
    for key in raw:
        if key not in {"schema", "next_id", "pilot", *(each.name for each in LISTS)}:
            yield key, Fault(store, safe(key), _("is not known here"))
    yield from _record_faults("[pilot]", raw.get("pilot"), Pilot)
    for each in LISTS:
        records = raw.get(each.name, [])
        if not isinstance(records, list):
            yield each.name, Fault(store, each.name, _("must be a list: write [[{name}]]").format(name=each.name))
            continue
        for position, record in enumerate(records, start=1):
            yield from _record_faults(_record_name(each.name, position, record), record, each.kind)


def _record_name(name: str, position: int, record: object) -> str:
    known = {"title": "", **record} if isinstance(record, dict) else {}
    _message, fields = integrity.NAMED_BY.get(name, ("", None))
    if fields and all(isinstance(known.get(field), kind) for field, kind in fields.items()):
        return integrity.record_name(name, **{field: known[field] for field in fields})
    return f"[[{name}]] {position}"


def _record_faults(record: str, raw: object, kind: type[msgspec.Struct]) -> Iterator[_Shape]:
    if not isinstance(raw, dict):
        yield "", Fault(record, "-", _("is missing or not a table"))
        return
    for top, field, wrong in _field_faults(raw, kind):
        yield top, Fault(record, safe(field), wrong)


def _field_faults(raw: Mapping[str, object], kind: type[msgspec.Struct]) -> Iterator[tuple[str, str, str]]:
    """Yield the field of the record, the position in it, and what is wrong there."""
    fields, config = _fields(kind), kind.__struct_config__
    for key, value in raw.items():
        if key == config.tag_field:
            if value != config.tag:
                wanted = _("must be {wanted}, not {found}")
                yield key, key, wanted.format(wanted=config.tag, found=_describe(value))
        elif key not in fields:
            own = _("is not known; columns of your own go into “extra”") if kind is Task else _("is not known here")
            yield key, key, own
    for name, field in fields.items():
        if name in raw:
            yield from ((name, inner, wrong) for inner, wrong in _value_faults(kind, name, raw[name], field.type))
        elif field.required:
            yield name, name, _("is missing")


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, FieldInfo]:
    """Return the fields of a record by their names in the file; msgspec works them out anew each time."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _value_faults(kind: type[msgspec.Struct], name: str, value: object, wanted: object) -> Iterator[tuple[str, str]]:
    """Yield each position in a field's value that does not have its form, and what is wrong there."""
    if kind is Task and name == "log" and isinstance(value, list):
        for position, entry in enumerate(value, start=1):
            yield from ((integrity.entry_field_name(position, inner), wrong) for inner, wrong in _entry_faults(entry))
        return
    parts: Iterable[tuple[str, object, object]] = [(name, value, wanted)]
    if isinstance(value, list) and get_origin(wanted) is tuple:
        element_kind = get_args(wanted)[0]
        if isinstance(element_kind, type) and issubclass(element_kind, Record):
            yield from _row_faults(name, value, element_kind)
            return
        parts = ((f"{name}[{position}]", element, element_kind) for position, element in enumerate(value, start=1))
    elif isinstance(value, dict) and get_origin(wanted) is dict:
        parts = ((f"{name}.{key}", element, str) for key, element in value.items())
    for inner, element, form in parts:
        if wrong := _misfit(element, form):
            yield inner, wrong


def _row_faults(name: str, rows: list[object], kind: type[Record]) -> Iterator[tuple[str, str]]:
    """Yield what does not have its form in the tables with which a record ends."""
    for position, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            yield from ((f"{name}[{position}].{inner}", wrong) for _top, inner, wrong in _field_faults(row, kind))
        else:
            yield f"{name}[{position}]", _("is missing or not a table")


def _entry_faults(entry: object) -> Iterator[tuple[str, str]]:
    kinds: dict[object, type[msgspec.Struct]] = {kind.__struct_config__.tag: kind for kind in get_args(LogEntry)}
    known = entry.get("kind") if isinstance(entry, dict) else None
    if not isinstance(entry, dict):
        yield "-", _("is missing or not a table")
    elif not isinstance(known, str) or known not in kinds:
        yield "kind", _("must be {wanted}, not {found}").format(wanted=_one_of(kinds), found=_describe(known))
    else:
        yield from ((field, wrong) for _top, field, wrong in _field_faults(entry, kinds[known]))


def _misfit(value: object, kind: object) -> str | None:
    """Say what a value of this type must be, or return None where it is one."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return _("must be {wanted}, not {found}").format(wanted=_expectation(kind), found=_describe(value))
    return None


def _expectation(kind: object) -> str:
    if get_origin(kind) is Annotated:
        return _("a date with time and UTC offset such as 2026-11-20T09:15:00+08:00")
    options = [option for option in get_args(kind) if option is not NoneType]
    if get_origin(kind) is UnionType and len(options) == 1:
        return _expectation(options[0])
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _one_of(kind)
    if kind == Value:
        return _("text, a number, true, false or a list of texts")
    names: dict[object, str] = {
        str: _("text"),
        int: _("a whole number"),
        bool: _("true or false"),
        date: _("a date such as 2026-12-15"),
        Decimal: _("an amount such as “300.00”"),
        tuple: _("a list"),
        dict: _("a table"),
    }
    return names.get(get_origin(kind) or kind) or _("a number")


def _one_of(words: Iterable[object]) -> str:
    return _("one of {words}").format(words=_(", ").join(map(str, words)))


def _describe(value: object) -> str:
    match value:
        case str():
            return quote(value[:40])
        case list():
            return _("a list")
        case dict():
            return _("a table")
        case bool() | None:
            return "true" if value else _("nothing") if value is None else "false"
        case _:
            return str(value)[:40]


def _content_faults(raw: Mapping[str, object], shape: list[_Shape]) -> Iterator[Fault]:
    """Yield what is wrong with the content of `raw` in fields that have their form, with the rest filled in."""
    unusable: dict[str, set[str]] = {}
    for field, fault in shape:
        unusable.setdefault(fault.record, set()).add(field)
    names: dict[str, str] = {}
    lists: dict[str, Any] = {each.field: _usable_records(each.name, raw, unusable, names, each.kind) for each in LISTS}
    pilot = raw.get("pilot")
    next_id = raw.get("next_id")
    if not isinstance(next_id, int) or isinstance(next_id, bool):
        next_id = max((task.id for task in lists["tasks"]), default=0) + 1
    settings = _fill(pilot if isinstance(pilot, dict) else {}, unusable.get("[pilot]", set()), {})
    mended = Ledger(schema=SCHEMA, next_id=next_id, pilot=msgspec.convert(settings, Pilot), **lists)
    lost_units = not isinstance(raw.get("department", []), list)
    for fault in integrity.faults(mended):
        named = msgspec.structs.replace(fault, record=names.get(fault.record, fault.record))
        about_units = lost_units and fault.field in {"department", "support"}
        if fault.field not in unusable.get(named.record, ()) and not about_units:
            yield named


def _usable_records(
    name: str, raw: Mapping[str, object], unusable: Mapping[str, set[str]], names: dict[str, str], kind: type[Record]
) -> tuple[Record, ...]:
    """Return the records of this name, filled in; what a fault of their content would call them goes into `names`."""
    results = []
    for position, record in _tables(raw.get(name)):
        shown = _record_name(name, position, record)
        wrong = unusable.get(shown, set())
        if kind is Task and wrong & {"due", "first_due", "log"}:
            wrong |= {"due", "first_due"}  # they are judged together
        if kind is CalendarYear and "year" in wrong:
            wrong |= {"off", "work"}
        mended = _fill(record, wrong, _fillings(position)[name])
        names[_record_name(name, position, mended)] = shown
        results.append(msgspec.convert(mended, kind))
    return tuple(results)


def _fillings(position: int) -> Mapping[str, Mapping[str, object]]:
    """Return what the record at `position` of each list needs, so that no two records are taken for the same."""
    return {
        "department": {"name": f"?{position}"},
        "task": {"id": -position, "uid": f"?{position}", "title": "?", "department": "?", "created": date.min},
        "meeting": {"id": -position, "title": "?", "date": date.min},
        "inspection": {"id": -position, "kind": "joint", "date": date.min},
        "project": {"name": f"?{position}"},
        "sheet": {"n": -position, "at": _EPOCH, "by": "?"},
        "calendar": {"year": -position, "off": []},
        "round": {"n": -position, "at": _EPOCH, "by": "?"},
        "instruction": {"n": -position, "leader": "?", "text": "?", "at": _EPOCH, "by": "?"},
        "conflict": {"at": _EPOCH, "by": "?", "field": "", "of": "?"},
    }


def _tables(records: object) -> Iterator[tuple[int, dict[str, object]]]:
    for position, record in enumerate(records if isinstance(records, list) else (), start=1):
        if isinstance(record, dict):
            yield position, record


def _fill(raw: Mapping[str, object], unusable: set[str], fillings: Mapping[str, object]) -> dict[str, object]:
    return {**fillings, **{key: value for key, value in raw.items() if key not in unusable}}
