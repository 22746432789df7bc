"""Whole task lists, and files of other tools: how each is read and written."""

from codecs import BOM_UTF8
from datetime import tzinfo
from typing import assert_never

import msgspec

from pilottask.base.errors import BadStore, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.commands.shared.file_kinds import FileKind
from pilottask.exchange.tools import calendar, json_tasks, jsonlines, taskwarrior, todotxt
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import history
from pilottask.ledger.records import Ledger, Task
from pilottask.store import codec
from pilottask.store.syntax import Syntax


def read(data: bytes, kind: FileKind, *, source: str, zone: tzinfo | None) -> Incoming:
    """Return what the file `source` brings; its times are of `zone`. Raises UsageFault with all that is wrong."""
    try:
        return _read(data, kind, zone=zone)
    except UsageFault as wrong:
        lines = "".join(f"\n  {line}" for line in wrong.message.split("\n"))
        message = _("{file} cannot be imported, so nothing was:").format(file=safe(source)) + lines
        raise UsageFault(message, hint=wrong.hint) from wrong


def _read(data: bytes, kind: FileKind, *, zone: tzinfo | None) -> Incoming:
    match kind:
        case FileKind.TOML:
            return Incoming(store=_decode(data, Syntax.TOML))
        case FileKind.JSON:
            return Incoming(store=_from_json(data))
        case FileKind.JSONL:
            message = _("JSON Lines go out to other programs and do not come back")
            raise UsageFault(message, hint=_("export that list to .toml or .json, and import this"))
        case FileKind.TASKWARRIOR:
            return taskwarrior.read(data, decode=_from_raw, zone=zone)
        case FileKind.ICS:
            return calendar.read(data, zone=zone)
        case FileKind.TODO:
            return todotxt.read(data)
        case FileKind.XLSX | FileKind.CSV | FileKind.TSV | FileKind.MD:
            raise AssertionError(kind)  # an office ledger
        case _:
            assert_never(kind)


def _from_json(data: bytes) -> Ledger:
    """Return what a store in JSON holds, or an array of tasks as `export` writes some of them."""
    if not data.removeprefix(BOM_UTF8).lstrip().startswith(b"["):
        return _decode(data, Syntax.JSON)
    tasks = json_tasks.parse(data)
    if wrong := [line for line, task in tasks if not isinstance(task, dict)]:
        raise UsageFault("\n".join(_("line {line}: is no task").format(line=line) for line in wrong))
    return _from_raw(json_tasks.raw_store(json_tasks.task_fields(task) for _line, task in tasks))


def _from_raw(raw: dict[str, object]) -> Ledger:
    ledger = _decode(msgspec.json.encode(raw), Syntax.JSON)
    tasks = map(history.without_made_up_submission, ledger.tasks)  # they may have been written by the first version
    return msgspec.structs.replace(ledger, tasks=tuple(tasks))


def _decode(data: bytes, form: Syntax) -> Ledger:
    """Return the ledger that `data` holds. Raises UsageFault with everything wrong in it."""
    try:
        return codec.decode(data, form).ledger
    except BadStore as error:
        raise UsageFault(error.message, hint=error.hint) from error


def write(session: Session, tasks: list[Task], kind: FileKind, *, as_events: bool) -> bytes:
    """Return `tasks` as another tool reads them, and say what it has to be told before.

    `as_events` is for deadlines in a calendar.
    """
    ledger = session.ledger
    match kind:
        case FileKind.JSONL:
            return b"".join(jsonlines.lines(ledger, tasks, today=session.today))
        case FileKind.TASKWARRIOR:
            text = _("Taskwarrior keeps all of it with these lines in its configuration (~/.taskrc):")
            session.warn(f"{text}\n{taskwarrior.configuration()}")
            return taskwarrior.export(ledger, tasks)
        case FileKind.ICS:
            return calendar.export(ledger, tasks, events=as_events)
        case FileKind.TODO:
            return todotxt.export(tasks)
        case FileKind.TOML | FileKind.JSON | FileKind.XLSX | FileKind.CSV | FileKind.TSV | FileKind.MD:
            raise AssertionError(kind)  # of no other tool
        case _:
            assert_never(kind)
