"""The rooms of the program: each imports only from floors below."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pilottask

SOURCE = Path(pilottask.__file__).parent

FLOORS = (
    {"errors", "i18n", "folders", "stopping"},
    {"text", "dates", "cells", "terminal", "grid"},
    {"model"},
    {"departments", "history", "targets"},
    {"changes", "queries", "integrity"},
    {"meetings", "inspections", "projects", "recurring", "results"},
    {"words", "wording", "records"},
    {"shown", "records_pilot"},
    {"render", "tables", "tables_pilot", "store", "exchange", "report"},
    {"editing"},
    {"session"},
    {"commands"},
    {"cli"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def imported_rooms(path: Path) -> Iterator[str]:
    """Yield the room of each import of the program's own, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [
                f"{node.module}.{alias.name}" if node.module == "pilottask" else node.module for alias in node.names
            ]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "pilottask" and len(parts) > 1 and not parts[1].startswith("__"):
                yield parts[1]


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


SOURCES = sorted(path for path in SOURCE.rglob("*.py") if not room_of(path).startswith("__"))


def test_every_room_has_its_floor() -> None:
    assert {room_of(path) for path in SOURCES} <= FLOOR.keys()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    room = room_of(path)
    allowed = {other for other in FLOOR if FLOOR[other] < FLOOR[room]} | {room}
    assert set(imported_rooms(path)) <= allowed


def test_the_clock_is_read_in_the_session_alone() -> None:
    readers = {
        str(path.relative_to(SOURCE))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    }
    assert readers == {"session.py"}
