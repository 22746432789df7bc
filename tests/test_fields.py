"""Every field of a task is known wherever tasks are gone through field by field, or is excused with a reason.

Each test is of one field and one place, so that a field forgotten somewhere is named by the test that fails.
"""

import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Any, Final, get_args

import msgspec
import pytest

import factories
from exchange import ledgers
from factories import TODAY, stamp
from pilottask.commands.shared.task_fields import TaskFields
from pilottask.exchange import task_text
from pilottask.exchange.tools import todotxt
from pilottask.ledger import as_json, changes, fields, history, integrity
from pilottask.ledger.fields import ChangedBy, Kind
from pilottask.ledger.records import Every, Hand, LogEntry, Status, Task, replace
from pilottask.views import one_task

NAMES: Final = [info.name for info in msgspec.structs.fields(Task)]

TYPES: Final[Mapping[Kind, Collection[object]]] = {
    Kind.ID: (int,),
    Kind.LINE: (str, str | None),
    Kind.TEXT: (str | None,),
    Kind.UNIT: (str,),
    Kind.UNITS: (tuple[str, ...],),
    Kind.TAGS: (tuple[str, ...],),
    Kind.FIGURE: (int | float | None,),
    Kind.DATE: (date, date | None),
    Kind.FLAG: (bool,),
    Kind.STATUS: (Status,),
    Kind.PERIOD: (Every | None,),
    Kind.OWN_COLUMNS: (dict[str, str],),
    Kind.LOG: (tuple[LogEntry, ...],),
}


def sample(name: str) -> Any:  # noqa: ANN401  a value of any field
    """Return a value that a field of its kind can have, different for each field of text."""
    samples: dict[Kind, object] = {
        Kind.ID: 7,
        Kind.LINE: f"{name}一行",
        Kind.TEXT: f"{name}一行\n又一行",
        Kind.UNIT: "区教体局",
        Kind.UNITS: ("区财政局",),
        Kind.TAGS: ("重点",),
        Kind.FIGURE: 12,
        Kind.DATE: date(2026, 11, 3),
        Kind.FLAG: True,
        Kind.STATUS: Status.CLOSED,
        Kind.PERIOD: Every.MONTH,
        Kind.OWN_COLUMNS: {"文号": "3号"},
        Kind.LOG: (changes.create(factories.task(), stamp("2026-10-29")).log),
    }
    return samples[fields.BY_NAME[name].kind]


def full() -> Task:
    """Return a task with something in every field."""
    return Task(**{name: sample(name) for name in NAMES if name in fields.BY_NAME})


# The places --------------------------------------------------------------------------------------------------------


@cache
def in_editor() -> Collection[str]:
    text = task_text.text(full(), factories.ledger(full()).departments, today=TODAY)
    return tomllib.loads(text).keys()


@cache
def in_options() -> Collection[str]:
    options = {"tag": "tags"}
    return {options.get(name, name) for name in TaskFields.__struct_fields__}


@cache
def in_json() -> Collection[str]:
    return as_json.task_record(full(), today=TODAY, pilot=factories.pilot()).keys()


@cache
def in_show() -> Collection[str]:
    grid = one_task.detail(full(), today=TODAY, pilot=factories.pilot())[0]
    return {str(row[0].value) for row in grid.rows}


def kept(after: Task) -> Collection[str]:
    return {name for name in NAMES if getattr(after, name) == getattr(full(), name)}


@cache
def in_office_ledgers() -> Collection[str]:
    """Return what a ledger that is exported and imported again brings back."""
    return kept(ledgers.only(ledgers.through_csv([full()])))


@cache
def in_todotxt() -> Collection[str]:
    table = todotxt.read(todotxt.export([full()])).table
    assert table is not None
    return kept(ledgers.only(ledgers.planned(table)))


_INSTEAD_OF_A_DEADLINE: Final = "said in its place, where there is none"
_NOT_IN_FILES: Final = {
    "open_ended": _INSTEAD_OF_A_DEADLINE,
    "id": "import gives the next one",
    "log": "it has no place there",
}
PLACES: Final[Mapping[str, tuple[Callable[[], Collection[str]], Mapping[str, str]]]] = {
    "the editor": (
        in_editor,
        {"log": "below the text, as comments", "open_ended": _INSTEAD_OF_A_DEADLINE},
    ),
    "the options of add and edit": (
        in_options,
        {
            "title": "the argument of add, and an option of edit alone",
            "open_ended": _INSTEAD_OF_A_DEADLINE,
            "actual": "reported with note --actual, or set in the editor",
            **dict.fromkeys(("id", "uid", "created", "first_due", "log"), "not changed by hand"),
            **dict.fromkeys(fields.LIFE, "changed by the commands of a task's life"),
            "extra": "--set",
        },
    ),
    "JSON": (in_json, {}),
    "show": (
        in_show,
        {
            "id": "in the heading",
            "title": "in the heading",
            "uid": "for files alone",
            "unit": "beside the figures",
            "first_due": "beside the deadline, where it was moved",
            "open_ended": _INSTEAD_OF_A_DEADLINE,
            "extra": "column by column",
            "log": "below",
        },
    ),
    "a ledger exported and imported": (in_office_ledgers, _NOT_IN_FILES),
    "a todo.txt exported and imported": (in_todotxt, _NOT_IN_FILES),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_field_has_its_row_and_the_kind_of_its_type(name: str) -> None:
    assert [field.name for field in fields.FIELDS].count(name) == 1, f"{name} has no row of its own in fields.FIELDS"
    types = {info.name: info.type for info in msgspec.structs.fields(Task)}
    assert types[name] in TYPES[fields.BY_NAME[name].kind]


def test_no_row_is_without_its_field() -> None:
    assert {field.name for field in fields.FIELDS} == set(NAMES)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_a_field_is_known_in_each_place(name: str, place: str) -> None:
    found, excused = PLACES[place]
    assert (name in found()) != (name in excused), f"{name}: missing from {place}, or excused there for no reason"


@pytest.mark.parametrize("name", fields.names(Kind.LINE, Kind.UNIT, Kind.TEXT, Kind.UNITS, Kind.TAGS))
@pytest.mark.parametrize(("text", "lines"), [("a\x07b", False), ("a\nb", True)])
def test_control_characters_are_found_in_every_text(name: str, text: str, lines: bool) -> None:
    kind = fields.BY_NAME[name].kind
    value = (text,) if kind in {Kind.UNITS, Kind.TAGS} else text
    task = replace(factories.task(), **{name: value})
    ledger = factories.ledger(task)
    found = [fault.field for fault in integrity.faults(ledger) if "control character" in fault.wrong]
    if kind in {Kind.UNIT, Kind.UNITS}:
        assert "name" in found  # of the department
    elif lines and kind is Kind.TEXT:
        assert name not in found
    else:
        assert name in found


@pytest.mark.parametrize("name", fields.names(Kind.FIGURE))
def test_a_figure_below_nothing_is_found(name: str) -> None:
    task = replace(factories.task(), **{name: -1})
    assert name in {fault.field for fault in integrity.faults(factories.ledger(task))}


@pytest.mark.parametrize("name", [row.name for row in fields.FIELDS if row.changed_by is not ChangedBy.NOTHING])
def test_what_was_changed_by_hand_goes_on_record_and_back(name: str) -> None:
    was = factories.task()
    now = replace(was, **{name: sample(name)})
    (parting,) = [each for each in history.unlogged_differences(was, now) if each.field == name]
    entry = Hand(at=stamp().at, by="张三", field=name, old=parting.logged, new=parting.present)
    logged = replace(now, log=(*now.log, entry))
    then = history.as_of(logged, factories.at("2026-11-01"))
    assert then is not None
    assert getattr(then, name) == getattr(was, name)
    assert getattr(history.as_of(logged, stamp().at), name) == sample(name)


@pytest.mark.parametrize("kind", get_args(LogEntry))
def test_control_characters_are_found_in_every_text_of_a_log_entry(kind: type[LogEntry]) -> None:
    texts = {info.name for info in msgspec.structs.fields(kind) if str in {info.type, *get_args(info.type)}}
    samples = {
        "n": 1,
        "size": 1,
        "of": 1,
        "meeting": 1,
        "inspection": 1,
        "was": 1,
        "field": "owner",
        "from_": TODAY,
        "to": TODAY,
        "fix_by": TODAY,
        "due": TODAY,
    }
    values: dict[str, Any] = {
        info.name: samples[info.name] for info in msgspec.structs.fields(kind) if info.name in samples
    }
    entry = kind(at=stamp().at, **values | dict.fromkeys(texts, "a\x07b"))
    faults = integrity.faults(factories.ledger(factories.task(log=(entry,))))
    found = {fault.field for fault in faults if "control character" in fault.wrong}
    assert found == {f"log entry 1, {name}" for name in texts}
