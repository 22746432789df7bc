"""Between the bytes of a store file and a ledger, in TOML and in JSON."""

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
import tomli
from msgspec import Struct

from pilottask.base.errors import BadStore
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.ledger import history, integrity
from pilottask.ledger.integrity import Fault
from pilottask.ledger.records import SCHEMA, Ledger
from pilottask.store import faults, toml_halves
from pilottask.store.syntax import Syntax

_MANY: Final = 20
_HALF_CHARACTER: Final = r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"


class Decoded(Struct, frozen=True):
    """A ledger as read; `older`: the schema in which the file holds it, where that is not the present one."""

    ledger: Ledger
    older: int | None = None


@contextmanager
def _no_endless_number() -> Iterator[None]:
    """Raise BadStore where a number has more digits than Python shows: of one in hexadecimal it reads any number."""
    try:
        yield
    except ValueError as error:
        raise BadStore(_("a number in it has too many digits")) from error


@_no_endless_number()
def decode(data: bytes, syntax: Syntax, *, checked: bool = True) -> Decoded:
    """Return the ledger that `data` holds. Raises BadStore with the first faults, by line or record.

    Without `checked` only the form of the records is looked at, not whether they contradict each other.
    """
    raw = _parse(data, syntax)
    upgraded = _upgrade(raw)
    try:
        ledger = msgspec.convert(upgraded, Ledger)
    except msgspec.ValidationError:
        raise _bad_store(faults.faults(upgraded)) from None  # said anew, all of it, in the language in use
    wrong = [*faults.schema_faults(upgraded), *(integrity.faults(ledger) if checked else ())]
    if syntax is Syntax.JSON and (wrong or encode_json(ledger) != data):
        wrong += _twins(data)
    if wrong:
        raise _bad_store(wrong)
    if upgraded is raw:
        return Decoded(ledger)
    tasks = tuple(map(history.without_made_up_submission, ledger.tasks))
    return Decoded(msgspec.structs.replace(ledger, tasks=tasks), msgspec.convert(raw["schema"], int))


def as_written(data: bytes, syntax: Syntax) -> Ledger:
    """Return what `data`, a sound store of an older schema, holds word for word."""
    return msgspec.convert(_parse(data, syntax), Ledger)


def check(ledger: Ledger) -> None:
    """Raise BadStore with the first faults where the records of `ledger` contradict each other."""
    if wrong := list(integrity.faults(ledger)):
        raise _bad_store(wrong)


_Upgrade = Callable[[dict[str, object]], dict[str, object]]
UPGRADES: Final[dict[int, _Upgrade]] = {1: lambda raw: {**raw, "schema": 2}}
"""What makes the raw content of one schema into that of the next.

1 is the first. 2 has `open_ended`, and sheets that are kept as documents: what 1 holds stays as it is, a task without
a deadline undated until somebody says that it is open-ended; where 1 made a submission up for a task that was closed
without one, `decode` takes it out. 3 has what no store of 2 holds (`with_schema`), so that one of 2 stays as it
is until it does.
"""


def _upgrade(raw: dict[str, object]) -> dict[str, object]:
    schema = raw.get("schema")
    while type(schema) is int and schema < SCHEMA and schema in UPGRADES:  # true equals 1, and is no schema
        raw = UPGRADES[schema](raw)
        schema = raw.get("schema")
    return raw


def all_faults(data: bytes, syntax: Syntax) -> list[Fault]:
    """Return everything wrong with `data`, none where it is sound."""
    try:
        with _no_endless_number():
            raw = _upgrade(_parse(data, syntax))
            return [*_all_faults(raw), *(_twins(data) if syntax is Syntax.JSON else ())]
    except BadStore as error:
        return [Fault("", "", error.message)]


def _all_faults(raw: dict[str, object]) -> list[Fault]:
    """Return what is wrong with the raw content; field by field only where its form is wrong, which takes long."""
    try:
        ledger = msgspec.convert(raw, Ledger)
    except msgspec.ValidationError:
        return faults.faults(raw)
    return [*faults.schema_faults(raw), *integrity.faults(ledger)]


def _bad_store(found: list[Fault]) -> BadStore:
    lines = [str(fault) for fault in found[:_MANY]]
    if len(found) > _MANY:
        lines.append(_("… and {count} more").format(count=len(found) - _MANY))
    return BadStore("\n".join(lines))


def _parse(data: bytes, syntax: Syntax) -> dict[str, object]:
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadStore(_("line {line} is not UTF-8 text").format(line=line)) from error
    if not text.strip():
        raise BadStore(_("the file is empty"))
    try:
        raw = toml_halves.loads(text) if syntax is Syntax.TOML else msgspec.json.decode(text)
    except tomli.TOMLDecodeError as error:
        raise BadStore(_conflict(text) or syntax_fault(text, error)) from error
    except msgspec.DecodeError as error:
        raise BadStore(_conflict(text) or _json_fault(text, error)) from error
    except RecursionError as error:
        raise BadStore(_("it is nested too deeply")) from error
    if not isinstance(raw, dict):
        raise BadStore(_("it does not hold a store: “schema”, “next_id” and “pilot” are missing"))
    schema = raw.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        message = _("it was written by a newer pilottask (schema {schema}; this one knows {known})")
        raise BadStore(message.format(schema=schema, known=SCHEMA), hint=_("install the newer pilottask"))
    return raw


def _conflict(text: str) -> str | None:
    """Say where git left both sides of something in the file, None where it did not."""
    if match := re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 1
        return _("line {line}: git left a conflict here; pilottask sync merges without one").format(line=line)
    return None


_AT: Final = r"\(at line (\d+), column (\d+)\)|at end of document"


_BARE_NAME: Final = r"""[ \t]*(?:\[\[?)?[ \t]*((?=[^=\]]*[^\x00-\x7f])[^\s="'\[\]#]+)[ \t]*[=\]]"""
"""A key or a header in which a name with other than ASCII stands bare."""


def syntax_fault(text: str, error: tomli.TOMLDecodeError) -> str:
    """Return where `text` is not TOML, and what stands there."""
    match = re.search(_AT, str(error))
    if match is None or match[1] is None:
        return _("line {line}: the TOML ends in the middle of something").format(line=text.count("\n") + 1)
    line, column = int(match[1]), int(match[2])
    written = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    words = _("line {line}, column {column} is not valid TOML: {text}").format(
        line=line, column=column, text=safe(written.strip()[:80])
    )
    if bare := re.match(_BARE_NAME, written):
        name = next(part for part in bare[1].split(".") if not part.isascii())
        return _('{fault}; a name in other than Latin letters stands in quotation marks: "{name}"').format(
            fault=words, name=safe(name)
        )
    return words


def _json_fault(text: str, error: msgspec.DecodeError) -> str:
    import json  # noqa: PLC0415  a store in TOML does not need it

    try:
        json.loads(text)
    except json.JSONDecodeError as found:
        written = text.split("\n")[found.lineno - 1].strip()[:80]
        message = _("line {line}, column {column} is not valid JSON: {text}")
        return message.format(line=found.lineno, column=found.colno, text=safe(written))
    except (ValueError, RecursionError):
        pass
    if half := re.search(_HALF_CHARACTER, text):
        message = _("line {line}: {text} is half a character")
        return message.format(line=text.count("\n", 0, half.start()) + 1, text=half[0])
    return _("the JSON is not valid: {text}").format(text=safe(str(error)))


def _twins(data: bytes) -> list[Fault]:
    """Return the keys that stand twice in an object of sound JSON, of which one would be lost."""
    import json  # noqa: PLC0415  a store in TOML does not need it

    wrong: list[Fault] = []

    def look(pairs: list[tuple[str, object]]) -> dict[str, object]:
        table = dict(pairs)
        if len(table) != len(pairs):
            counts = Counter(key for key, _value in pairs)
            known = table.get("id"), table.get("title")
            record = (
                integrity.record_name("task", id=known[0], title=known[1])
                if isinstance(known[0], int) and isinstance(known[1], str)
                else "{" + safe(", ".join(counts)) + "}"
            )
            wrong.extend(
                Fault(record, safe(key), _("stands there twice; one of the two would be lost"))
                for key, count in counts.items()
                if count > 1
            )
        return table

    json.loads(data.decode("utf-8-sig"), object_pairs_hook=look)
    return wrong


def encode_json(ledger: Ledger) -> bytes:
    """Return `ledger` as the one canonical JSON: UTF-8, two spaces, fields in the order of the records."""
    whole = msgspec.structs.replace(ledger, tasks=tuple(ledger.tasks))
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
