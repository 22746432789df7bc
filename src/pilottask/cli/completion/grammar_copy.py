"""A copy of the whole grammar, so that a Tab key is answered without importing Typer, which takes most of the time.

It stands in the user's cache folder, one a language, until a file of the program changes.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pilottask import __version__
from pilottask.base.i18n import language
from pilottask.cli.grammar import Node, Parameter

_FOLDERS: Final = ("", "cli", "commands", "commands/shared")
"""Folders of the program whose files say what can be typed."""


def grammar(folder: Path | None, build: Callable[[], Node]) -> Node:
    """Return the copy in `folder` where it is of this very program; else `build` one and keep it, where that works."""
    path = None if folder is None else folder / f"completion-{language()}.json"
    stamp = _stamp()
    if path is not None:
        with suppress(OSError, ValueError, TypeError, KeyError):
            content = json.loads(path.read_bytes())
            if content["of"] == stamp:
                return _node(content["root"])
    root = build()
    if path is not None:
        _keep(path, json.dumps({"of": stamp, "root": root}, ensure_ascii=False).encode())
    return root


def _keep(path: Path, data: bytes) -> None:
    from pilottask.store import files, rights  # noqa: PLC0415  only where there was no copy

    with suppress(OSError):
        path.parent.mkdir(mode=rights.PRIVATE_FOLDER, parents=True, exist_ok=True)
        files.replace(path, data, durable=False)


def _stamp() -> list[object]:
    """Return what tells this program from another version of it: its version, the number and age of its files."""
    source = Path(__file__).parents[2]
    ages = [
        entry.stat().st_mtime_ns
        for folder in _FOLDERS
        for entry in os.scandir(source / folder)
        if entry.name.endswith(".py")
    ]
    return [__version__, len(ages), max(ages)]


def _node(raw: Sequence[Any]) -> Node:
    help_, parameters, commands, *rest = raw
    below = {name: _node(command) for name, command in commands.items()}
    return Node(help_, [Parameter(*parameter) for parameter in parameters], below, *rest)
