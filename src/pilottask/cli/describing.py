"""The grammar worked out from commands as Typer has them."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from typer.core import TyperOption
from typer.models import ParameterInfo

from pilottask.base.i18n import _
from pilottask.cli.grammar import Node, Parameter
from pilottask.cli.typer_parts import Command
from pilottask.cli.typer_tree import LazyGroup
from pilottask.cli.values import bounds, typed_parameters


def overview(command: Command) -> Node:
    """Return what help and errors know of `command`, and of its own commands the line that the table has."""
    panels = command.panels if isinstance(command, LazyGroup) else {}
    below = {
        name: Node(_(entry.help), (), {}, panel=_(panel))
        for panel, entries in panels.items()
        for name, entry in entries.items()
    }
    return _node(command, below)


def whole(command: Command) -> Node:
    """Return all that can be typed after `command`; each of its own commands is imported."""
    if not isinstance(command, LazyGroup):
        return _node(command, {})
    entries = command.entries.items()
    node = _node(
        command, {name: whole(command.builder.command(name, entry, command.module)) for name, entry in entries}
    )
    return node._replace(text=command.text[0]) if command.text else node


def _node(command: Command, commands: Mapping[str, Node]) -> Node:
    typed = typed_parameters(command.callback) if command.callback else ()
    types = {name: (type_, info) for name, type_, info in typed}
    parameters = [_parameter(param, *types.get(param.name or "", (str, None))) for param in command.params]
    return Node(command.help or "", parameters, commands, example=command.epilog or "")


def _parameter(param: Any, type_: type, info: ParameterInfo | None) -> Parameter:  # noqa: ANN401  an option or argument
    is_option = isinstance(param, TyperOption)
    choices = [choice.value for choice in type_] if issubclass(type_, StrEnum) else []
    return Parameter(
        param=param.name,
        label=param.metavar or (_label(type_, choices) if is_option else param.name.upper()),
        names=[*param.opts, *param.secondary_opts] if is_option else (),
        takes_value=not (is_option and param.is_flag),
        repeats=param.multiple if is_option else param.nargs != 1,
        required=param.required,
        choices=choices,
        help=param.help or "",
        notes=_notes(param, bounds(info.min, info.max) if info else "", is_option=is_option),
        panel=param.rich_help_panel or (_("Options") if is_option else _("Arguments")),
    )


def _label(type_: type, choices: list[str]) -> str:
    if choices:
        return "|".join(choices)
    if type_ is int:
        return _("NUMBER")
    return _("FILE") if issubclass(type_, Path) else _("TEXT")


def _notes(param: Any, range_: str, *, is_option: bool) -> list[str]:  # noqa: ANN401  the same
    notes = []
    if param.required and is_option:
        notes.append(_("required"))
    if range_:
        notes.append(range_)
    if default := _default(param):
        notes.append(_("default: {value}").format(value=default))
    if is_option and param.multiple:
        notes.append(_("may be repeated"))
    if param.envvar and param.show_envvar:
        notes.append(_("env: {name}").format(name=param.envvar))
    return notes


def _default(param: Any) -> str:  # noqa: ANN401  the same
    """Return the default as a user would type it; empty where there is none worth telling."""
    value = param.default
    if not param.show_default or value is None or isinstance(value, bool):
        return ""
    choices = (param.metavar or "").split("|")
    if isinstance(value, Enum) and len(choices) == len(type(value)):  # in the words and the order of the choices
        return choices[list(type(value)).index(value)]
    return str(value.value if isinstance(value, Enum) else value)
