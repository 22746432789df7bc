"""The forms of other tools: which one a file has, and how each is read and written."""

from codecs import BOM_UTF8
from enum import StrEnum
from pathlib import Path
from typing import Final, assert_never

import msgspec

from pilottask.base.errors import BadStore, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger.records import Ledger, Task
from pilottask.store import codec
from pilottask.store.syntax import Syntax


class Form(StrEnum):
    """A form that is no office ledger."""

    TOML = "toml"
    JSON = "json"
    JSONL = "jsonl"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


class Told(StrEnum):
    """What `--format` can say at import: how the result is written, or how the file is."""

    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"
    LEDGER = "csv"
    TSV = "tsv"
    TOML = "toml"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


class As(StrEnum):
    """What a deadline becomes in a calendar."""

    TODO = "todo"
    EVENT = "event"


ENDINGS: Final = {
    ".toml": Form.TOML,
    ".json": Form.JSON,
    ".jsonl": Form.JSONL,
    ".ndjson": Form.JSONL,
    ".ics": Form.ICS,
    ".txt": Form.TODO,
}
"""Which form the end of a file's name says."""

_SNIFFED: Final = 4096


def form_of(file: str, data: bytes, told: Told) -> Form | None:
    """Return the form of a file, None where it is an office ledger: as told, else by its name or how it begins."""
    if told in {Told.LEDGER, Told.TSV, Told.XLSX}:
        return None
    if told not in {Told.TABLE, Told.JSON}:
        return Form(told.value)
    named = ENDINGS.get(Path(file).suffix.lower())
    begin = data[:_SNIFFED].removeprefix(BOM_UTF8).lstrip()
    if named in {Form.JSON, Form.JSONL} or (named is None and begin[:1] in {b"[", b"{"}):
        return _form_of_json(begin)
    if named is None and begin.upper().startswith(b"BEGIN:VCALENDAR"):
        return Form.ICS
    return named


def _form_of_json(begin: bytes) -> Form:
    first = begin.split(b"\n", 1)[0]
    if b'"record"' in first:
        return Form.JSONL
    is_taskwarrior = begin.startswith(b"[") or b'"uuid"' in first
    return Form.TASKWARRIOR if is_taskwarrior and b'"uuid"' in begin else Form.JSON


def read(session: Session, data: bytes, form: Form, *, source: str, department: str | None) -> Incoming:
    """Return what the file `source` brings; `department` leads tasks that name none.

    Raises UsageFault with all that is wrong with it.
    """
    try:
        return _read(session, data, form, department=department)
    except UsageFault as wrong:
        lines = "".join(f"\n  {line}" for line in wrong.message.split("\n"))
        raise UsageFault(
            _("{file} cannot be imported, so nothing was:").format(file=safe(source)) + lines, hint=wrong.hint
        ) from wrong


def _read(session: Session, data: bytes, form: Form, *, department: str | None) -> Incoming:
    zone = session.now.tzinfo
    match form:
        case Form.TOML:
            return Incoming(store=_checked(data, Syntax.TOML))
        case Form.JSON:
            return Incoming(store=_from_json(data))
        case Form.JSONL:
            raise UsageFault(
                _("JSON Lines go out to other programs and do not come back"),
                hint=_("export that list to .toml or .json, and import this"),
            )
        case Form.TASKWARRIOR:
            from pilottask.exchange.tools import taskwarrior  # noqa: PLC0415  each form loads what it needs alone

            return taskwarrior.read(data, decode=_from_raw, zone=zone, department=department)
        case Form.ICS:
            from pilottask.exchange.tools import calendar  # noqa: PLC0415

            return calendar.read(data, zone=zone, department=department)
        case Form.TODO:
            from pilottask.exchange.tools import todotxt  # noqa: PLC0415

            return todotxt.read(data, department=department)
        case _:
            assert_never(form)


def _from_json(data: bytes) -> Ledger:
    """Return what a store in JSON holds, or an array of tasks as `export` writes some of them."""
    if not data.removeprefix(BOM_UTF8).lstrip().startswith(b"["):
        return _checked(data, Syntax.JSON)
    from pilottask.exchange.tools import json_tasks  # noqa: PLC0415

    tasks = json_tasks.parse(data)
    if wrong := [number for number, task in enumerate(tasks, start=1) if not isinstance(task, dict)]:
        raise UsageFault("\n".join(_("record {number}: is no task").format(number=number) for number in wrong))
    return _from_raw(json_tasks.raw_store(map(json_tasks.task_fields, tasks)))


def _from_raw(raw: dict[str, object]) -> Ledger:
    return _checked(msgspec.json.encode(raw), Syntax.JSON)


def _checked(data: bytes, form: Syntax) -> Ledger:
    """Return the ledger that `data` holds. Raises UsageFault with everything wrong in it."""
    try:
        return codec.decode(data, form).ledger
    except BadStore as error:
        raise UsageFault(error.message, hint=error.hint) from error


def written(session: Session, tasks: list[Task], form: Form, *, as_: As) -> bytes:
    """Return `tasks` in a form of another tool; say on stderr what that tool has to be told."""
    ledger = session.ledger
    match form:
        case Form.JSONL:
            from pilottask.exchange.tools import jsonlines  # noqa: PLC0415

            return b"".join(jsonlines.lines(ledger, tasks, today=session.today))
        case Form.TASKWARRIOR:
            from pilottask.exchange.tools import taskwarrior  # noqa: PLC0415

            session.warn(
                _("Taskwarrior keeps all of it with these lines in its configuration (~/.taskrc):")
                + "\n"
                + taskwarrior.configuration()
            )
            return taskwarrior.exported(ledger, tasks)
        case Form.ICS:
            from pilottask.exchange.tools import calendar  # noqa: PLC0415

            return calendar.exported(ledger, tasks, events=as_ is As.EVENT)
        case Form.TODO:
            from pilottask.exchange.tools import todotxt  # noqa: PLC0415

            return todotxt.exported(tasks)
        case Form.TOML | Form.JSON:
            raise AssertionError(form)  # export writes these itself
        case _:
            assert_never(form)
