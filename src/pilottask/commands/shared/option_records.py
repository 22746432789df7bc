"""Options that several commands share, declared once as records."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

R = TypeVar("R")

_BY_NAME = inspect.Parameter.KEYWORD_ONLY


def takes(record: type[Struct]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Spread the fields of `record` into the options of a command.

    `record` is a frozen Struct, each field `Annotated` with a Typer option and with a default. The command has one
    parameter of that type; Typer sees the fields in its place, and the command is called with the record built from
    them. May be used several times on one command, each time with another record. Raises ValueError where the command
    has no such parameter, or already has an option of the same name.
    """
    fields = msgspec.structs.fields(record)
    spread = [inspect.Parameter(one.name, _BY_NAME, default=one.default, annotation=one.type) for one in fields]

    def decorate(command: Callable[..., R]) -> Callable[..., R]:
        signature = inspect.signature(command, eval_str=True)
        (slot,) = (name for name, parameter in signature.parameters.items() if parameter.annotation is record)
        parameters = [
            new.replace(kind=_BY_NAME)
            for old in signature.parameters.values()
            for new in (spread if old.name == slot else (old,))
        ]

        @functools.wraps(command)
        def call(**values: Any) -> R:  # noqa: ANN401  whatever the options hold
            built = record(**{one.name: values.pop(one.name) for one in fields})
            return command(**values, **{slot: built})

        call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return call

    return decorate
