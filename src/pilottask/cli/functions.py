"""The functions of commands as Typer has to see them."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import typer
from msgspec import Struct

_BY_NAME = inspect.Parameter.KEYWORD_ONLY


def for_typer(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return `command` as Typer calls it: with its context for the session, and with each record's fields as options.

    A record is a frozen Struct whose fields are `Annotated` with Typer options and have defaults; it stands as the type
    of a parameter. A session that is `Annotated` with the option --format gets that as its `fmt`; it is the last
    option. Raises ValueError where two options have one name.
    """
    signature = inspect.signature(command)
    records = {name: one.annotation for name, one in signature.parameters.items() if _is_record(one.annotation)}
    session = signature.parameters.get("session")
    if not records and session is None:
        return command
    parameters = [new for old in signature.parameters.values() for new in _parameters(old)]
    if formats := getattr(session and session.annotation, "__metadata__", ()):
        from pilottask.views.render import Format  # noqa: PLC0415  1 ms; the module of such a command has it already

        parameters.append(inspect.Parameter("fmt", _BY_NAME, default=Format.TABLE, annotation=formats[0]))

    @functools.wraps(command)
    def call(**values: Any) -> Any:  # noqa: ANN401  whatever the options hold
        for name, record in records.items():
            values[name] = record(**{field: values.pop(field) for field in record.__struct_fields__})
        if session is not None:
            values["session"] = values.pop("ctx").obj
        if formats:
            values["session"].fmt = values.pop("fmt")
        return command(**values)

    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in parameters}
    return call


def _is_record(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Struct)


def _parameters(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield what Typer sees in the place of a parameter."""
    if parameter.name == "session":
        yield inspect.Parameter("ctx", _BY_NAME, annotation=typer.Context)
    elif _is_record(parameter.annotation):
        for field in msgspec.structs.fields(parameter.annotation):
            yield inspect.Parameter(field.name, _BY_NAME, default=field.default, annotation=field.type)
    else:
        yield parameter.replace(kind=_BY_NAME)
