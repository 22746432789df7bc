"""What a store holds: its lists of records beside its head and `[pilot]`, and the schema that tells what is in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct

from pilottask.base.mail import Tls
from pilottask.ledger import records

R = TypeVar("R", bound=records.Record)
UNITS: Final[Mapping[type[records.Record], tuple[str, ...]]] = {
    records.Task: ("department", "support"),
    records.Meeting: ("attend", "absent"),
    records.Inspection: ("by",),
    records.Project: ("partners",),
    records.Round: ("asked",),
    records.Arrival: ("department",),
}
"""The fields of records that name departments."""
TASKS: Final[Mapping[type[records.Record], tuple[str, ...]]] = {
    records.Decision: ("tasks",),
    records.Inspection: ("tasks",),
    records.Finding: ("task",),
    records.Instruction: ("task",),
}
"""The fields of records that name tasks by their ids."""
_PARTS: Final = frozenset({"decisions", "findings", "arrivals"})
"""The fields that hold records of their own, in which departments or tasks are named."""


class RecordList(Struct, frozen=True):
    """One of them: the name of its tables in the file, the ledger's field, and what its records are."""

    name: str
    field: str
    kind: type[records.Record]


LISTS: Final = tuple(
    RecordList(field.encode_name, field.name, get_args(field.type)[0])
    for field in msgspec.structs.fields(records.Ledger)
    if get_origin(field.type) is tuple
)
"""All of them, in the order of a new file."""


def with_names(record: R, units: Mapping[str, str], tasks: Mapping[int, int]) -> R:
    """Return `record` with the departments and tasks that it names by their new names and ids."""
    values = {name: new_name(getattr(record, name), units) for name in UNITS.get(type(record), ())}
    values |= {name: new_name(getattr(record, name), tasks) for name in TASKS.get(type(record), ())}
    for name in _PARTS.intersection(record.__struct_fields__):
        values[name] = tuple(with_names(part, units, tasks) for part in getattr(record, name))
    if isinstance(record, records.Meeting):  # of units that are one now some may have come
        values["absent"] = tuple(name for name in values["absent"] if name not in values["attend"])
    return msgspec.structs.replace(record, **values) if values else record


def new_name(value: Any, new: Mapping[Any, Any]) -> Any:  # noqa: ANN401  one of them, several or none
    """Return the new name or number for a name or number, or those for several, each once."""
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(new.get(each, each) for each in value))
    return new.get(value, value)


def units_named(record: records.Record) -> Iterator[str]:
    """Yield the departments that a record names, with its parts."""
    for name in UNITS.get(type(record), ()):
        value = getattr(record, name)
        yield from (value,) if isinstance(value, str) else value
    for name in _PARTS.intersection(record.__struct_fields__):
        yield from chain.from_iterable(map(units_named, getattr(record, name)))


def naming_tasks(ledger: records.Ledger, wanted: Callable[[int], bool]) -> records.Ledger:
    """Return `ledger`, whose decisions and inspections name those tasks alone that are wanted."""

    def naming(record: Any) -> Any:  # noqa: ANN401  a decision or an inspection
        tasks = tuple(filter(wanted, record.tasks))
        return record if tasks == record.tasks else msgspec.structs.replace(record, tasks=tasks)

    meetings = (msgspec.structs.replace(one, decisions=tuple(map(naming, one.decisions))) for one in ledger.meetings)
    return msgspec.structs.replace(ledger, meetings=tuple(meetings), inspections=tuple(map(naming, ledger.inspections)))


def with_schema(ledger: records.Ledger, changed: Iterable[records.Task]) -> records.Ledger:
    """Return `ledger` with the schema of what it holds, where its own is too low; `changed`: the tasks to look at."""
    if ledger.schema == records.SCHEMA:
        return ledger
    pilot = ledger.pilot
    settings = pilot.sheet_title or pilot.sheet_to or pilot.sheet_copies or pilot.sheet_prints
    mail = pilot.mail_server or pilot.mail_from or pilot.mail_tls is not Tls.STARTTLS
    mail = mail or any(unit.mail for unit in ledger.departments)
    lists = ledger.calendars or ledger.rounds or ledger.instructions or ledger.conflicts
    times = any(meeting.time for meeting in ledger.meetings)
    new = lists or times or any(sheet.was for sheet in ledger.sheets)
    if new or settings or mail or any(_is_later(entry) for task in changed for entry in task.log):
        return msgspec.structs.replace(ledger, schema=records.SCHEMA)
    return ledger


def _is_later(entry: records.LogEntry) -> bool:
    """Tell whether schema 2 does not know this entry."""
    if isinstance(entry, records.Import):
        return entry.worked is not None
    if isinstance(entry, records.Note):
        return entry.imported
    unknown = records.Renumber | records.Report | records.StepEntry | records.FileEntry
    return isinstance(entry, unknown | records.Instruct | records.Answer | records.Correction)
