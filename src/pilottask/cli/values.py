"""How the value of an option or argument is read, by its type in the function behind the command.

Typer leaves that to us: what its own types say is English, and not the same in every version.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from typer.models import ParameterInfo

from pilottask.base import near
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.cli.typer_parts import BadParameter

Parser = Callable[[Any], Any]


def set_parsers(command: Callable[..., Any]) -> None:
    """Have Typer read the values of `command` by the parsers here. Raises TypeError for a type that has none."""
    for _name, type_, info in typed_parameters(command):
        if info.parser is None and type_ not in {str, bool}:
            info.parser = _parser(type_, info)


def typed_parameters(command: Callable[..., Any]) -> Iterator[tuple[str, type, ParameterInfo]]:
    """Yield the options and arguments of `command`: name, type of one value, and what was declared with it."""
    for name, parameter in inspect.signature(command).parameters.items():
        for info in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(info, ParameterInfo):
                yield name, _type(parameter.annotation.__origin__), info


def _type(annotation: Any) -> type:  # noqa: ANN401  a type, or what typing makes of several
    """Return the type of one value: `int` of `list[int] | None`."""
    inner = [part for part in get_args(annotation) if part is not NoneType]
    return _type(inner[0]) if inner else annotation


def _parser(type_: type, info: ParameterInfo) -> Parser:
    if type_ is int:
        return _number(info.min, info.max)
    if issubclass(type_, Path):
        return type_
    if issubclass(type_, StrEnum):
        return _choice(type_)
    raise TypeError(f"no option or argument can be a {type_.__name__} yet")


def _number(low: float | None, high: float | None) -> Parser:
    def parse(value: Any) -> int:  # noqa: ANN401  a default is a number already
        try:
            number = int(value)
        except ValueError as error:
            raise BadParameter(_("{value} is not a whole number.").format(value=quote(value))) from error
        if (low is not None and number < low) or (high is not None and number > high):
            text = _("{value} is out of range, it must be {range}.")
            raise BadParameter(text.format(value=number, range=bounds(low, high)))
        return number

    return parse


def bounds(low: float | None, high: float | None) -> str:
    """Return how large a number may be, in words; nothing where it may be any."""
    if low is None:
        return "" if high is None else _("{high} or less").format(high=high)
    return _("{low} or more").format(low=low) if high is None else _("{low} to {high}").format(low=low, high=high)


def _choice(enum: type[StrEnum]) -> Parser:
    def parse(value: str) -> StrEnum:
        if value in set(enum):
            return enum(value)
        raise BadParameter(not_among(value, enum))

    return parse


def not_among(value: str, choices: Iterable[str]) -> str:
    """Return what is said of a value that is none of `choices`."""
    known = list(choices)
    text = _("{value} is not one of {choices}.").format(value=quote(value), choices=_(", ").join(known))
    return text + did_you_mean(value, known)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest of `known` was meant, with which a message ends; empty without one."""
    meant = near.matches(word, known, most=1)
    return _(" Did you mean {name}?").format(name=meant[0]) if meant else ""
