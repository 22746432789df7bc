"""A new member of an enum, or a new kind of record, is noticed wherever the program tells them apart."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

import pytest

import pilottask

SOURCE: Final = Path(pilottask.__file__).parent

OTHERS: Final = {
    "cli/parser_errors.py _explained": "errors of the parser",
    "exchange/office/workbooks.py _text": "what openpyxl finds in a cell",
    "paper/writers/word.py _finished": "names of files in an archive",
    "store/faults.py _record_name": "what a store holds, not read yet",
    "store/faults.py _shown": "what a store holds, not read yet",
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
    "exchange.collect.form._CALLED": (
        "actual department due id next owner problem progress requirement status support target title uid unit",
        _NOT_HEADED,
    ),
    "exchange.collect.form._LIKE": ("last open reached round submit", _NOT_HEADED),
    "exchange.collect.form._CELLS": ("actual next problem progress round submit", "filled in by the department"),
    "exchange.office.drafts._STATUSES_WITH": ("*", "the two columns of dates that hang on the status"),
    "exchange.office.exporting.CELLS": ("finished light why", "not of a task alone, or read alone"),
    "exchange.tools.calendar._OWN": ("*", "what a calendar has no place for"),
    "exchange.tools.taskwarrior._STATUSES": ("doing submitted suspended todo", "all pending there"),
    "ledger.recurring._MONTHS": ("week", "no whole number of months"),
    "paper.figures._ENDINGS": ("doing submitted todo", "open"),
    "paper.overall._STOCK_LABELS": ("cancelled closed suspended", "called as the statuses are"),
    "paper.weekly._SECTIONS": ("annex", "on a page of its own, behind"),
    "views.meetings._STANDING_TONES": ("cancelled no_task open suspended", "without a tone"),
}
"""Mappings by members of an enum that need not have all of them: which are left out, and why.

`*` where a mapping is of few members only, so that a new one is none of its business.
"""


def mappings() -> Mapping[str, tuple[Mapping[object, object], type[Enum]]]:
    """Return each mapping of a module whose keys are members of one enum of ours, by the module that defines it."""
    found: dict[int, tuple[str, Mapping[object, object], type[Enum]]] = {}
    for module in pkgutil.walk_packages(pilottask.__path__, "pilottask."):
        if module.name == "pilottask.__main__":
            continue
        names = vars(importlib.import_module(module.name))
        for name, value in names.items():
            kinds = {type(key) for key in value} if isinstance(value, Mapping) else set()
            if len(kinds) != 1 or not issubclass(kind := kinds.pop(), Enum) or not kind.__module__.startswith("pilot"):
                continue
            if id(value) not in found or name in names.get("__annotations__", {}):  # elsewhere it is imported
                found[id(value)] = f"{module.name.removeprefix('pilottask.')}.{name}", value, kind
    return {name: (mapping, kind) for name, mapping, kind in found.values()}


MAPPINGS: Final = mappings()


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_by_an_enum_is_total_or_partial_for_a_reason(name: str) -> None:
    mapping, kind = MAPPINGS[name]
    missing = sorted(str(member.value) for member in kind if member not in mapping)
    left_out, _reason = PARTIAL.get(name, ("", ""))
    assert missing == left_out.split() or left_out == "*", name


def test_no_reason_is_left_over() -> None:
    assert PARTIAL.keys() <= MAPPINGS.keys()
