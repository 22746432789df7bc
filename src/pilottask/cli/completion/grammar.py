"""The command line as plain data, so that a Tab key is answered without building the commands.

It is worked out from the commands themselves, and a copy is kept in the user's cache folder, one a language, until a
file of the program changes.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pilottask import __version__
from pilottask.base.i18n import language

if TYPE_CHECKING:
    from typer._click.core import Command, Context

_FOLDERS: Final = ("", "cli", "commands", "commands/shared")
"""Folders of the program whose files say what can be typed."""


class Option(NamedTuple):
    """An option: what it is called, whether a value follows, which values it takes where those are few."""

    names: Sequence[str]
    param: str
    takes_value: bool
    repeats: bool = False
    choices: Sequence[str] = ()
    help: str = ""


class Argument(NamedTuple):
    """An argument; the last one may take several words."""

    param: str
    several: bool = False
    choices: Sequence[str] = ()


class Node(NamedTuple):
    """A command, or a group of them."""

    help: str
    options: Sequence[Option]
    arguments: Sequence[Argument]
    commands: "Mapping[str, Node]"


def kept(folder: Path | None, build: Callable[[], Node]) -> Node:
    """Return the copy in `folder` where it is of this very program; else `build` one and keep it, where that works."""
    stamp = _stamp()
    place = None if folder is None else folder / f"completion-{language()}.json"
    if place is not None:
        with suppress(OSError, ValueError, TypeError, KeyError):
            content = json.loads(place.read_bytes())
            if content["of"] == stamp:
                return _node(content["root"])
    root = build()
    if place is not None:
        _keep(place, json.dumps({"of": stamp, "root": root}, ensure_ascii=False).encode())
    return root


def _keep(place: Path, data: bytes) -> None:
    from pilottask.store import files  # noqa: PLC0415  only where there was no copy

    with suppress(OSError):
        place.parent.mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
        files.replace(place, data, durable=False)


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
    text, options, arguments, commands = raw
    return Node(
        help=text,
        options=[Option(*option) for option in options],
        arguments=[Argument(*argument) for argument in arguments],
        commands={name: _node(command) for name, command in commands.items()},
    )


def built(command: "Command", parent: "Context | None" = None) -> Node:
    """Return what can be typed after `command`, worked out from its parameters."""
    from typer._click.core import Context  # noqa: PLC0415  Typer is imported where there is no copy
    from typer.core import TyperArgument, TyperGroup, TyperOption  # noqa: PLC0415  the same

    ctx = Context(command, info_name=command.name, parent=parent, resilient_parsing=True)
    params = command.get_params(ctx)
    names = command.list_commands(ctx) if isinstance(command, TyperGroup) else []
    below = {name: command.get_command(ctx, name) for name in names} if isinstance(command, TyperGroup) else {}
    return Node(
        help=(command.help or "").split("\n\n")[0],
        options=[_option(param) for param in params if isinstance(param, TyperOption) and not param.hidden],
        arguments=[_argument(param) for param in params if isinstance(param, TyperArgument)],
        commands={name: built(sub, ctx) for name, sub in below.items() if sub is not None},
    )


def _option(param: Any) -> Option:  # noqa: ANN401  TyperOption, which is imported late
    return Option(
        names=[*param.opts, *param.secondary_opts],
        param=param.name,
        takes_value=not (param.is_flag or param.count),
        repeats=param.multiple,
        choices=_choices(param),
        help=param.help or "",
    )


def _argument(param: Any) -> Argument:  # noqa: ANN401  the same
    return Argument(param=param.name, several=param.nargs == -1, choices=_choices(param))


def _choices(param: Any) -> list[str]:  # noqa: ANN401  the same
    choices = getattr(param.type, "choices", ())
    return [str(getattr(choice, "value", choice)) for choice in choices]
