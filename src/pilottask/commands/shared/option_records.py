"""Options that several commands share, declared once as records."""

import inspect
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo

R = TypeVar("R")


def takes(record: type[Struct]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Spread the fields of `record` into the options of a command.

    `record` is a frozen Struct, each field `Annotated` with a Typer option or argument. The command has one
    parameter of that type; Typer sees the fields in its place, and the command is called with the record built from
    them. May be used several times on one command, each time with another record. Raises TypeError where the command
    has no such parameter, or already has an option of the same name.
    """

    def decorate(command: Callable[..., R]) -> Callable[..., R]:
        signature = inspect.signature(command, eval_str=True)
        slot = _slot(signature, record, command)
        spread = _fields(record)
        names = [parameter.name for parameter in spread]
        parameters = [
            new.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for old in signature.parameters.values()
            for new in (spread if old.name == slot else (old,))
        ]
        _refuse_twins(parameters, command)

        def call(**values: Any) -> R:  # noqa: ANN401  whatever the options hold
            built = record(**{name: values.pop(name) for name in names})
            return command(**values, **{slot: built})

        call.__name__ = command.__name__
        call.__qualname__ = command.__qualname__
        call.__module__ = command.__module__
        call.__doc__ = command.__doc__
        call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return call

    return decorate


def _slot(signature: inspect.Signature, record: type[Struct], command: Callable[..., Any]) -> str:
    """Return the name of the one parameter that holds the record."""
    slots = [parameter.name for parameter in signature.parameters.values() if parameter.annotation is record]
    if len(slots) != 1:
        raise TypeError(f"{command.__name__} must have exactly one parameter of type {record.__name__}")
    return slots[0]


@cache
def _fields(record: type[Struct]) -> tuple[inspect.Parameter, ...]:
    """Return the fields of `record` as parameters."""
    return tuple(
        inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=_default(field), annotation=field.type)
        for field in msgspec.structs.fields(record)
    )


def _default(field: FieldInfo) -> Any:  # noqa: ANN401  whatever the field holds
    if field.default is not NODEFAULT:
        return field.default
    if field.default_factory is not NODEFAULT:
        return field.default_factory()
    return inspect.Parameter.empty


def _refuse_twins(parameters: Iterable[inspect.Parameter], command: Callable[..., Any]) -> None:
    seen: set[str] = set()
    for parameter in parameters:
        if parameter.name in seen:
            raise TypeError(f"{command.__name__} has two options named {parameter.name}")
        seen.add(parameter.name)
