"""Between the bytes of a store file and a ledger, in TOML and in JSON."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from pilottask import integrity
from pilottask.errors import BadStore
from pilottask.i18n import _
from pilottask.integrity import Fault
from pilottask.model import SCHEMA, Department, IssuedSheet, Ledger, Pilot, Record, Task
from pilottask.text import quote, safe

_BOM: Final = b"\xef\xbb\xbf"
_RECORDS: Final[Mapping[str, type[Record]]] = {"department": Department, "task": Task, "sheet": IssuedSheet}
_MANY: Final = 20
_R = TypeVar("_R", bound=Record)


class Form(StrEnum):
    """The form of a store file."""

    TOML = "toml"
    JSON = "json"


def form_of(path: Path) -> Form:
    """Return the form that the name of a store says: JSON where it ends in `.json`, else TOML."""
    return Form.JSON if path.suffix.lower() == ".json" else Form.TOML


@dataclass(frozen=True, slots=True)
class Decoded:
    """A ledger as read; `upgraded` where the file holds it in an older form than the one now written."""

    ledger: Ledger
    upgraded: bool = False


def decode(data: bytes, form: Form, *, checked: bool = True) -> Decoded:
    """Return the ledger that `data` holds. Raises BadStore with the first faults, by line or record.

    Without `checked` only the form of the records is looked at, not whether they contradict each other.
    """
    raw = _parsed(data, form)
    upgraded = _upgraded(raw)
    try:
        ledger = msgspec.convert(upgraded, Ledger)
    except msgspec.ValidationError:
        ledger = None
    if ledger is None or ledger.schema != SCHEMA:
        raise _refused(list(_shape_faults(upgraded)))
    if checked:
        check(ledger)
    if form is Form.JSON and encode_json(ledger) != data and _has_twins(data.decode("utf-8-sig")):
        raise BadStore(_("a key stands twice in one object of the JSON, and one of the two would be lost"))
    return Decoded(ledger, upgraded is not raw)


def check(ledger: Ledger) -> None:
    """Raise BadStore with the first faults where the records of `ledger` contradict each other."""
    if found := list(integrity.faults(ledger)):
        raise _refused(found)


_Upgrade = Callable[[dict[str, object]], dict[str, object]]
UPGRADES: Final[dict[int, _Upgrade]] = {}
"""What makes the raw content of one schema into that of the next; schema 1 is the first."""


def _upgraded(raw: dict[str, object]) -> dict[str, object]:
    schema = raw.get("schema")
    while isinstance(schema, int) and schema < SCHEMA and schema in UPGRADES:
        raw = UPGRADES[schema](raw)
        schema = raw.get("schema")
    return raw


def all_faults(data: bytes, form: Form) -> list[str]:
    """Return everything wrong with `data`, each as a line; none where it is sound."""
    try:
        raw = _upgraded(_parsed(data, form))
    except BadStore as error:
        return [error.message]
    shape = list(_shape_faults(raw))
    if not shape:
        return [str(fault) for fault in integrity.faults(msgspec.convert(raw, Ledger))]
    sound = _sound_part(raw)
    return [str(fault) for fault in (*shape, *integrity.faults(sound))]


def _refused(found: list[Fault]) -> BadStore:
    lines = [str(fault) for fault in found[:_MANY]]
    if len(found) > _MANY:
        lines.append(_("… and {count} more").format(count=len(found) - _MANY))
    return BadStore("\n".join(lines))


def _parsed(data: bytes, form: Form) -> dict[str, object]:
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadStore(_("line {line} is not UTF-8 text").format(line=line)) from error
    if not text.strip():
        raise BadStore(_("the file is empty"))
    try:
        raw = tomllib.loads(text) if form is Form.TOML else _json(text)
    except tomllib.TOMLDecodeError as error:
        raise BadStore(_syntax_fault(text, error)) from error
    except RecursionError as error:
        raise BadStore(_("it is nested too deeply")) from error
    if not isinstance(raw, dict):
        raise BadStore(_("it does not hold a store: “schema”, “next_id” and “pilot” are missing"))
    schema = raw.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        raise BadStore(
            _("it was written by a newer pilottask (schema {schema}; this one knows {known})").format(
                schema=schema, known=SCHEMA
            ),
            hint=_("install the newer pilottask"),
        )
    return raw


_AT: Final = re.compile(r"\(at line (\d+), column (\d+)\)|at end of document")


def _syntax_fault(text: str, error: tomllib.TOMLDecodeError) -> str:
    found = _AT.search(str(error))
    if found is None or found[1] is None:
        return _("line {line}: the TOML ends in the middle of something").format(line=text.count("\n") + 1)
    line, column = int(found[1]), int(found[2])
    written = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    return _("line {line}, column {column} is not valid TOML: {text}").format(
        line=line, column=column, text=safe(written.strip()[:80])
    )


def _json(text: str) -> object:
    try:
        raw = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise BadStore(_json_fault(text)) from error
    return raw


class _TwinError(ValueError):
    """A JSON object has a key twice, of which one would be lost."""


def _has_twins(text: str) -> bool:
    import json  # noqa: PLC0415  a store in TOML does not need it

    def unique(pairs: list[tuple[str, object]]) -> None:
        if len(pairs) != len({key for key, _value in pairs}):
            raise _TwinError

    try:
        json.loads(text, object_pairs_hook=unique)
    except _TwinError:
        return True
    return False


def _json_fault(text: str) -> str:
    import json  # noqa: PLC0415  a store in TOML does not need it

    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        written = text.split("\n")[error.lineno - 1].strip()[:80]
        return _("line {line}, column {column} is not valid JSON: {text}").format(
            line=error.lineno, column=error.colno, text=safe(written)
        )
    return _("the JSON is not valid: a number is out of range, or text is not Unicode")


def _shape_faults(raw: Mapping[str, object]) -> Iterator[Fault]:
    """Yield what does not have the form of a ledger, record by record and field by field."""
    store = _("the store")
    for key in ("schema", "next_id"):
        if not isinstance(raw.get(key), int) or isinstance(raw.get(key), bool):
            yield Fault(store, key, _("must be a whole number"))
        elif key == "schema" and raw[key] != SCHEMA:
            yield Fault(store, key, _("must be {schema}").format(schema=SCHEMA))
    for key in raw.keys() - {"schema", "next_id", "pilot", *_RECORDS}:
        yield Fault(store, key, _("is not known here"))
    yield from _record_faults("[pilot]", raw.get("pilot"), Pilot)
    for name, kind in _RECORDS.items():
        records = raw.get(name, [])
        if not isinstance(records, list):
            yield Fault(store, name, _("must be a list: write [[{name}]]").format(name=name))
            continue
        for place, record in enumerate(records, start=1):
            yield from _record_faults(_record_name(name, place, record), record, kind)


def _record_name(name: str, place: int, record: object) -> str:
    known = record if isinstance(record, dict) else {}
    if name == "task" and isinstance(known.get("id"), int):
        return _("task {id} {title}").format(id=known["id"], title=quote(str(known.get("title", ""))[:30]))
    if name == "department" and isinstance(known.get("name"), str):
        return _("department {name}").format(name=quote(known["name"]))
    if name == "sheet" and isinstance(known.get("n"), int):
        return _("sheet {n}").format(n=known["n"])
    return f"[[{name}]] {place}"


def _record_faults(record: str, raw: object, kind: type[Record]) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        yield Fault(record, "-", _("is missing or not a table"))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key in raw.keys() - fields.keys():
        hint = _("is not known; columns of your own go into “extra”") if kind is Task else _("is not known here")
        yield Fault(record, safe(key), hint)
    for name, field in fields.items():
        if name not in raw:
            if field.required:
                yield Fault(record, name, _("is missing"))
            continue
        try:
            msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError as error:
            yield Fault(record, *_worded(name, str(error)))


_EXPECTED: Final = re.compile(r"Expected `(?P<expected>[^`]+)`(?:, got `(?P<got>[^`]+)`)?")
_PLACE: Final = re.compile(r"\$\[(?P<index>\d+)\](?:\.(?P<field>\w+))?")
_NAMED: Final = re.compile(r"[`'](?P<name>[^`']*)[`']")


def _worded(name: str, error: str) -> tuple[str, str]:
    """Return field and fault of what msgspec says, in the language in use."""
    place = _PLACE.search(error)
    if place is not None:
        inner = f".{place['field']}" if place["field"] else ""
        name = f"{name}[{int(place['index']) + 1}]{inner}"
    if expected := _EXPECTED.search(error):
        kinds = " / ".join(_kind(part) for part in expected["expected"].split(" | ") if part != "null")
        if expected["got"]:
            return name, _("must be {kinds}, not {got}").format(kinds=kinds, got=_kind(expected["got"]))
        return name, _("must be {kinds}").format(kinds=kinds)
    named = _NAMED.search(error)
    shown = quote(named["name"]) if named else ""
    if "unknown field" in error:
        return name, _("{field} is not known there").format(field=shown)
    if "missing required" in error:
        return name, _("{field} is missing there").format(field=shown)
    if "enum" in error or "Invalid value" in error:
        return name, _("{value} is not one of its words").format(value=shown)
    return name, _("its value is not valid")


def _kind(name: str) -> str:
    kinds = {
        "str": _("text"),
        "int": _("a whole number"),
        "float": _("a number"),
        "bool": _("true or false"),
        "date": _("a date such as 2026-12-15"),
        "datetime": _("a date with time and UTC offset such as 2026-11-20T09:15:00+08:00"),
        "array": _("a list"),
        "object": _("a table"),
    }
    return kinds.get(name, name)


def _sound_part(raw: Mapping[str, object]) -> Ledger:
    """Return a ledger of those records of `raw` that have the right form, to check the rest of them."""
    tasks = _sound(raw.get("task"), Task)
    next_id = raw.get("next_id")
    return Ledger(
        schema=SCHEMA,
        next_id=next_id if isinstance(next_id, int) else 1 + max((task.id for task in tasks), default=0),
        pilot=Pilot(),
        departments=_sound(raw.get("department"), Department),
        tasks=tasks,
        sheets=_sound(raw.get("sheet"), IssuedSheet),
    )


def _sound(records: object, kind: type[_R]) -> tuple[_R, ...]:
    found = []
    for record in records if isinstance(records, list) else []:
        try:
            found.append(msgspec.convert(record, kind))
        except msgspec.ValidationError:
            continue
    return tuple(found)


def encode_json(ledger: Ledger) -> bytes:
    """Return `ledger` as the one canonical JSON: UTF-8, two spaces, fields in the order of the records."""
    return msgspec.json.format(msgspec.json.encode(ledger), indent=2) + b"\n"
