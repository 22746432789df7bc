"""A new member of an enum, or a new kind of record, is noticed wherever the program tells them apart."""

import ast
import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec
import pytest

import pilottask
from pilottask.ledger import as_json, changes
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Group, Summary, Tally
from pilottask.ledger.records import Status
from pilottask.ledger.vocabulary import Vocabulary

SOURCE: Final = Path(pilottask.__file__).parent

OTHERS: Final = {
    "cli/error_report.py _as_fault": "whatever Python raises",
    "cli/parser_errors.py _explain": "errors of the parser",
    "commands/shared/mail.py _reason": "whatever a server says",
    "exchange/office/ods.py _paragraph": "elements of a file",
    "exchange/office/ods.py _text": "elements of a file",
    "paper/writers/word.py _part_content": "names of files in an archive",
    "store/faults.py _describe": "what a store holds, not read yet",
}
"""Functions that match what is not ours, so that anything may come."""


def matches() -> Iterator[tuple[str, ast.Match]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                name = f"{path.relative_to(SOURCE).as_posix()} {function.name}"
                yield from ((name, node) for node in ast.walk(function) if isinstance(node, ast.Match))


def is_total(match: ast.Match) -> bool:
    """Tell whether `match` ends in `case _: assert_never(...)`, which mypy refuses where it can be reached."""
    last = match.cases[-1]
    return ast.unparse(last.pattern) == "_" and ast.unparse(last.body[0]).startswith("assert_never(")


def test_a_match_over_what_is_ours_names_every_member() -> None:
    assert sorted({name for name, match in matches() if not is_total(match)}) == sorted(OTHERS)


_NOT_HEADED: Final = "the columns that are no column of a ledger; the two together have all"
PARTIAL: Final[Mapping[str, tuple[str, str]]] = {
    "commands.results._PAGES": ("csv json table tsv", "listed, not printed"),
    "commands.shared.file_kinds._OTHER_ENDINGS": ("*", "those whose names end otherwise than they are called"),
    "exchange.collect.form._CALLED": (
        "actual department due id need next owner problem progress requirement status support target title uid unit",
        _NOT_HEADED,
    ),
    "exchange.collect.form._LIKE": ("coordinate extension last open reached round submit", _NOT_HEADED),
    "exchange.collect.form.FIXED_CELLS": (
        "actual coordinate extension need next problem progress round submit",
        "filled in by the department",
    ),
    "exchange.collect.workbook._WIDTHS": ("department round uid", "hidden"),
    "exchange.office.drafts._FIELDS": ("*", "those that are a field as it stands"),
    "exchange.office.drafts._READERS": ("*", "of those fields; the others are read one by one"),
    "exchange.office.drafts._STATUSES_WITH": ("*", "the two columns of dates that hang on the status"),
    "exchange.office.exporting.CELLS": ("coordinate finished light why", "not of a task alone, or read alone"),
    "exchange.tools.calendar._OWN": ("*", "what a calendar has no place for"),
    "exchange.tools.taskwarrior._STATUSES": ("doing submitted suspended todo", "all pending there"),
    "ledger.recurring._MONTHS": ("week", "no whole number of months"),
    "paper.overall._STOCK_LABELS": ("cancelled closed suspended", "called as the statuses are"),
    "paper.weekly._BODY": ("annex changes details flows groups results", "behind, each on a leaf of its own"),
    "paper.annexes.ANNEXES": (
        "coordination details due progress red reports totals yellow",
        "in the body, or worked out by it",
    ),
    "paper.weekly._SUMMED": ("coordination due_soon overdue step_late", "named one by one"),
    "views.meetings._STANDING_TONES": ("cancelled no_task open suspended", "without a tone"),
    "ledger.records.OPEN": ("cancelled closed suspended", "nothing is left to do"),
    "ledger.records.WITH_DEPARTMENT": ("cancelled closed submitted suspended", "the office's, or nobody's"),
    "ledger.meetings._NO_MORE": ("closed doing submitted todo", "the rest was not given up"),
    "exchange.office.updating._WITH_DAYS": ("cancelled doing suspended todo", "have no days of their own"),
    "exchange.tools.taskwarrior._STARTED": ("cancelled closed suspended todo", "not at work"),
    "exchange.tools.todotxt._DONE": ("doing submitted suspended todo", "not ended"),
    "paper.figures._YELLOW_ORDER": ("overdue", "red"),
    "paper.groups._RARE": ("closed doing submitted todo", "in the columns of each sheet"),
}
"""What need not have all members of an enum: which are left out, and why.

`*` where a mapping is of few members only, so that a new one is none of its business.
"""

JUDGED: Final = (Status, Light, Reason)
"""Enums of which sets and sequences are looked at too, as whole rules hang on who stands in them."""


def collections() -> Mapping[str, tuple[Collection[object], type[Enum]]]:
    """Return what each module holds by members of one enum of ours, under the name of the module that defines it."""
    found: dict[int, tuple[str, Collection[object], type[Enum]]] = {}
    for module in pkgutil.walk_packages(pilottask.__path__, "pilottask."):
        if module.name == "pilottask.__main__":
            continue
        names = vars(importlib.import_module(module.name))
        for name, known in names.items():
            value = known.labels if isinstance(known, Vocabulary) else known
            kind = enum_of(value) if isinstance(value, Collection) and not isinstance(value, str) else None
            if kind and (id(value) not in found or name in names.get("__annotations__", {})):  # elsewhere imported
                found[id(value)] = f"{module.name.removeprefix('pilottask.')}.{name}", value, kind
    return {name: (members, kind) for name, members, kind in found.values()}


def enum_of(value: Collection[object]) -> type[Enum] | None:
    """Return the enum of ours whose members `value` holds or maps, where there is one to look at."""
    kinds = {type(member) for member in value}
    if isinstance(value, type) or len(kinds) != 1 or not issubclass(kind := kinds.pop(), Enum):
        return None
    ours = kind.__module__.startswith("pilottask.") if isinstance(value, Mapping) else kind in JUDGED
    return kind if ours else None


FOUND: Final = collections()


@pytest.mark.parametrize("name", FOUND)
def test_what_goes_by_an_enum_has_all_its_members_or_leaves_some_out_for_a_reason(name: str) -> None:
    members, kind = FOUND[name]
    missing = sorted(str(member.value) for member in kind if member not in members)
    left_out, _reason = PARTIAL.get(name, ("", ""))
    assert missing == left_out.split() or left_out == "*", name


def test_no_reason_is_left_over() -> None:
    assert PARTIAL.keys() <= FOUND.keys()


def test_every_status_and_light_is_counted() -> None:
    counted = {info.name for info in msgspec.structs.fields(Tally)}
    assert {*Status, *Light} <= counted
    assert counted <= as_json.summary_record(Summary(Group.OWNER, (), Tally()))["total"].keys()  # type: ignore[attr-defined]


def test_a_move_leads_away_from_every_status() -> None:
    assert frozenset().union(*changes.FROM.values()) == frozenset(Status)
