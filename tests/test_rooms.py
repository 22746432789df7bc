"""The rooms of the program: each imports only from those below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pilottask

SOURCE = Path(pilottask.__file__).parent
FLOORS = ({"base"}, {"ledger"}, {"store", "views", "paper"}, {"exchange"}, {"commands"}, {"cli"})
"""From the lowest; rooms on one floor are strangers to each other."""

BELOW = {
    room: set().union(*FLOORS[:floor]) | {room, "__init__"} for floor, rooms in enumerate(FLOORS) for room in rooms
}
FILES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path.parent != SOURCE)


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse((SOURCE / path).read_text(encoding="utf-8")))


def imported_rooms(path: Path) -> Iterator[str]:
    """Yield the room of each import of the program's own, those inside functions too."""
    for node in nodes(path):
        match node:
            case ast.ImportFrom(module="pilottask", names=names):
                yield from ("__init__" if name.name == "__version__" else name.name for name in names)
            case ast.ImportFrom(module=str(module)) if module.startswith("pilottask."):
                yield module.split(".")[1]
            case ast.Import(names=names):
                yield from (name.name.split(".")[1] for name in names if name.name.startswith("pilottask."))
            case _:
                pass


def test_nothing_but_the_rooms_stands_at_the_root() -> None:
    there = {path.name for path in SOURCE.iterdir()} - {"__pycache__"}
    assert there == {*BELOW, "__init__.py", "__main__.py", "locale", "py.typed"}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_room_imports_only_from_those_below(path: Path) -> None:
    assert set(imported_rooms(path)) <= BELOW[path.parts[0]]


def test_the_clock_is_read_in_the_session_alone() -> None:
    readers = {
        str(path)
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    }
    assert readers == {"commands/session.py"}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    assert (SOURCE / path).read_text(encoding="utf-8").count("\n") <= 600
