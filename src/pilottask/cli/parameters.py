"""What a command takes, worked out from the function behind it, and how a value that is typed is read.

Typer leaves the reading to us: what its own types say is English, and not the same in every version.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args

from typer.core import TyperOption
from typer.models import ParameterInfo

from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.cli.grammar import Parameter
from pilottask.cli.typer_parts import BadParameter
from pilottask.cli.typer_parts import Parameter as TyperParameter


class Kind(NamedTuple):
    """What a value can be: `label` is what stands for it in help, `bounds` says how large a number may be."""

    label: str
    parse: Callable[[Any], Any] | None = None
    choices: Sequence[str] = ()
    bounds: str = ""


def kinds(command: Callable[..., Any]) -> dict[str, Kind]:
    """Return the kinds of the parameters of `command` by name, and have Typer read their values by them.

    Raises TypeError for a kind that is not known.
    """
    found = {}
    for name, parameter in inspect.signature(command, eval_str=True).parameters.items():
        for info in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(info, ParameterInfo):
                found[name] = _kind(_type(parameter.annotation.__origin__), info)
                info.parser = info.parser or found[name].parse
    return found


def _type(annotation: Any) -> type:  # noqa: ANN401  a type, or what typing makes of several
    """Return the type of one value: `int` of `list[int] | None`."""
    inner = [part for part in get_args(annotation) if part is not NoneType]
    return _type(inner[0]) if inner else annotation


def _kind(type_: type, info: ParameterInfo) -> Kind:
    if type_ is bool:
        return Kind("")
    if type_ is str:
        return Kind(_("TEXT"))
    if type_ is int:
        return _number(info.min, info.max)
    if issubclass(type_, Path):
        return Kind(_("FILE"), type_)
    if issubclass(type_, StrEnum):
        return _choice(type_)
    raise TypeError(f"no option or argument can be a {type_.__name__} yet")


def _number(low: float | None, high: float | None) -> Kind:
    def parse(value: Any) -> int:  # noqa: ANN401  a default is a number already
        try:
            number = int(value)
        except ValueError as error:
            raise BadParameter(_("{value} is not a whole number.").format(value=quote(value))) from error
        if (low is not None and number < low) or (high is not None and number > high):
            raise BadParameter(
                _("{value} is out of range, it must be {range}.").format(value=number, range=_bounds(low, high))
            )
        return number

    return Kind(_("NUMBER"), parse, bounds=_bounds(low, high))


def _bounds(low: float | None, high: float | None) -> str:
    if low is None:
        return "" if high is None else _("{high} or less").format(high=high)
    return _("{low} or more").format(low=low) if high is None else _("{low} to {high}").format(low=low, high=high)


def _choice(enum: type[StrEnum]) -> Kind:
    choices = [choice.value for choice in enum]

    def parse(value: str) -> StrEnum:
        if value in choices:
            return enum(value)
        raise BadParameter(not_among(value, choices))

    return Kind("|".join(choices), parse, choices)


def not_among(value: str, choices: Iterable[str]) -> str:
    """Return what is said of a value that is none of `choices`."""
    text = _("{value} is not one of {choices}.").format(value=quote(value), choices=_(", ").join(choices))
    return text + did_you_mean(value, choices)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest of `known` was meant; empty where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415  for errors alone

    near = get_close_matches(word, list(known), n=1)
    return _(" Did you mean {name}?").format(name=near[0]) if near else ""


def described(params: Iterable[TyperParameter], of_kind: Mapping[str, Kind]) -> list[Parameter]:
    """Return what is to be known of parameters as Typer has them; a kind is not needed where there is a metavar."""
    return [_described(param, of_kind.get(param.name or "", Kind(""))) for param in params]


def _described(param: Any, kind: Kind) -> Parameter:  # noqa: ANN401  TyperOption or TyperArgument
    is_option = isinstance(param, TyperOption)
    return Parameter(
        param=param.name,
        label=param.metavar or (kind.label if is_option else param.name.upper()),
        names=[*param.opts, *param.secondary_opts] if is_option else (),
        takes_value=not (is_option and param.is_flag),
        repeats=param.multiple if is_option else param.nargs != 1,
        required=param.required,
        choices=kind.choices,
        help=param.help or "",
        notes=_notes(param, kind, is_option=is_option),
        panel=param.rich_help_panel or (_("Options") if is_option else _("Arguments")),
    )


def _notes(param: Any, kind: Kind, *, is_option: bool) -> list[str]:  # noqa: ANN401  the same
    notes = []
    if param.required and is_option:
        notes.append(_("required"))
    if kind.bounds:
        notes.append(kind.bounds)
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
    return str(value.value if isinstance(value, Enum) else value)
