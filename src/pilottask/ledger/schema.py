"""What a store holds: its lists of records beside its head and `[pilot]`, and the schema that tells what is in them."""

from collections.abc import Iterable
from typing import Final, get_args, get_origin

import msgspec
from msgspec import Struct

from pilottask.base.mail import Tls
from pilottask.ledger.records import (
    SCHEMA,
    Answer,
    Correction,
    FileEntry,
    Import,
    Instruct,
    Ledger,
    LogEntry,
    Note,
    Record,
    Renumber,
    Report,
    StepEntry,
    Task,
)


class RecordList(Struct, frozen=True):
    """One of them: the name of its tables in the file, the ledger's field, and what its records are."""

    name: str
    field: str
    kind: type[Record]


LISTS: Final = tuple(
    RecordList(field.encode_name, field.name, get_args(field.type)[0])
    for field in msgspec.structs.fields(Ledger)
    if get_origin(field.type) is tuple
)
"""All of them, in the order of a new file."""


def with_schema(ledger: Ledger, changed: Iterable[Task]) -> Ledger:
    """Return `ledger` with the schema of what it holds, where its own is too low; `changed`: the tasks to look at."""
    if ledger.schema == SCHEMA:
        return ledger
    pilot = ledger.pilot
    settings = pilot.sheet_title or pilot.sheet_to or pilot.sheet_copies
    mail = pilot.mail_server or pilot.mail_from or pilot.mail_tls is not Tls.STARTTLS
    mail = mail or any(unit.mail for unit in ledger.departments)
    lists = ledger.calendars or ledger.rounds or ledger.instructions or ledger.conflicts
    times = any(meeting.time for meeting in ledger.meetings)
    new = lists or times or any(sheet.was for sheet in ledger.sheets)
    if new or settings or mail or any(_is_later(entry) for task in changed for entry in task.log):
        return msgspec.structs.replace(ledger, schema=SCHEMA)
    return ledger


def _is_later(entry: LogEntry) -> bool:
    """Tell whether schema 2 does not know this entry."""
    if isinstance(entry, Import):
        return entry.worked is not None
    if isinstance(entry, Note):
        return entry.imported
    return isinstance(entry, Renumber | Report | StepEntry | FileEntry | Instruct | Answer | Correction)
