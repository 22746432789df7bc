"""The parser's errors in our words: Click's own are English literals, so they are worded anew from their attributes."""

import re
from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import Any, Final

from typer._click import Context, Parameter
from typer._click.core import ParameterSource
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer._click.types import FloatParamType, FuncParamType, IntParamType, ParamType, _NumberRangeBase
from typer._types import TyperChoice
from typer.core import TyperOption

from pilottask.base import near
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote

_QUOTED: Final = re.compile(r"""(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") is not """)
_IN_RANGE: Final = re.compile(r"(?P<value>\S+) is not in the range ")
_PATH: Final = re.compile(
    r"""\w+ (?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") """
    r"(?P<what>does not exist|is a file|is a directory|is not readable|is not writable)\."
)


class NoSuchCommand(UsageError):
    """A word that stands where a command is expected and names none of `known`."""

    def __init__(self, name: str, known: Iterable[str], ctx: Context) -> None:
        super().__init__(name, ctx)
        self.name = name
        self.known = tuple(known)


class MissingCommand(UsageError):
    """A group such as `dept` without the command to run, one of `known`."""

    def __init__(self, known: Iterable[str], ctx: Context) -> None:
        super().__init__("", ctx)
        self.known = tuple(known)


class ExtraArguments(UsageError):
    """Words beyond the arguments that the command takes."""

    def __init__(self, words: Sequence[str], ctx: Context) -> None:
        super().__init__(" ".join(words), ctx)
        self.words = tuple(words)


def as_fault(exc: ClickException) -> UsageFault:
    """Return the refusal that a parser error comes to, with the way to help as its hint."""
    ctx = exc.ctx if isinstance(exc, UsageError) else None
    path = command_path(ctx) if ctx else "pilottask"
    return UsageFault(explain(exc), hint=_("{command} shows how.").format(command=f"{path} -h"))


@singledispatch
def explain(exc: ClickException) -> str:
    """Return what a parser error means, in the language in use."""
    return exc.format_message()


@explain.register
def _no_such_command(exc: NoSuchCommand) -> str:
    return _("There is no command {name}.").format(name=quote(exc.name)) + _nearest(exc.name, exc.known)


@explain.register
def _missing_command(exc: MissingCommand) -> str:
    return _("A command is missing: {choices}.").format(choices=_listed(exc.known))


@explain.register
def _extra_arguments(exc: ExtraArguments) -> str:
    words = " ".join(quote(word) for word in exc.words)
    return _("Too many arguments: {words}. A text with spaces in it needs quotes around it.").format(words=words)


def command_path(ctx: Context) -> str:
    """Return the command as it was called, without arguments: `pilottask dept add`."""
    names = []
    node: Context | None = ctx
    while node is not None:
        names.append(node.info_name or "")
        node = node.parent
    return " ".join(reversed(names))


def parameter_name(param: Parameter) -> str:
    """Return what a user calls the parameter: `--due`, `TITLE`."""
    if isinstance(param, TyperOption):
        return max((*param.opts, *param.secondary_opts), key=len)
    return param.metavar or (param.name or "").upper()


def range_text(kind: _NumberRangeBase) -> str:
    """Return the bounds of a number in words."""
    if kind.max is None:
        return _("{low} or more").format(low=kind.min)
    if kind.min is None:
        return _("{high} or less").format(high=kind.max)
    return _("{low} to {high}").format(low=kind.min, high=kind.max)


@explain.register
def _no_such_option(exc: NoSuchOption) -> str:
    known = [] if exc.ctx is None else [name for param in exc.ctx.command.get_params(exc.ctx) for name in param.opts]
    long = [name for name in known if name.startswith("--")]
    meant = _nearest(exc.option_name, long) if exc.option_name.startswith("--") else ""
    return _("There is no option {name}.").format(name=quote(exc.option_name)) + (
        meant or _(" A text that begins with “-” goes after a lone “--”.")
    )


@explain.register
def _bad_option(exc: BadOptionUsage) -> str:
    if "does not take a value" in exc.message:
        return _("The option {name} takes no value.").format(name=exc.option_name)
    return _("The option {name} needs a value after it.").format(name=exc.option_name)


@explain.register
def _missing(exc: MissingParameter) -> str:
    if exc.param is None:
        return exc.format_message()
    name = parameter_name(exc.param)
    wording = (
        _("The option {name} is missing.")
        if isinstance(exc.param, TyperOption)
        else _("The argument {name} is missing.")
    )
    text = wording.format(name=name)
    if isinstance(exc.param.type, TyperChoice):
        text += _(" It is one of {choices}.").format(choices=_listed(exc.param.type.choices))
    return text


@explain.register
def _bad_value(exc: BadParameter) -> str:
    name = _source(exc)
    kind = exc.param.type if exc.param else None
    if isinstance(kind, FuncParamType):  # its message is the value and nothing else
        return _bad_typed(name, exc.message, kind)
    found = _QUOTED.match(exc.message)
    if found and kind:
        return _bad_typed(name, _unquoted(found["value"]), kind)
    found = _IN_RANGE.match(exc.message)
    if found and isinstance(kind, _NumberRangeBase):
        return _("{name}: {value} is out of range, it must be {range}.").format(
            name=name, value=found["value"], range=range_text(kind)
        )
    if found := _PATH.match(exc.message):
        return _("{name}: {value} {what}.").format(
            name=name, value=quote(_unquoted(found["value"])), what=_path_trouble(found["what"])
        )
    what = exc.message.rstrip(".。")
    return _("{name}: {what}.").format(name=name, what=what) if name else _("{what}.").format(what=what)


def _bad_typed(name: str, value: str, kind: ParamType) -> str:
    """Word the refusal of a value by the type that refused it."""
    if isinstance(kind, TyperChoice):
        choices = [str(choice) for choice in kind.choices]
        return _("{name}: {value} is not one of {choices}.").format(
            name=name, value=quote(value), choices=_listed(choices)
        ) + _nearest(value, choices)
    if isinstance(kind, IntParamType):
        return _("{name}: {value} is not a whole number.").format(name=name, value=quote(value))
    if isinstance(kind, FloatParamType):
        return _("{name}: {value} is not a number.").format(name=name, value=quote(value))
    return _("{name}: {value} cannot be taken.").format(name=name, value=quote(value))


def _path_trouble(what: str) -> str:
    return {
        "does not exist": _("does not exist"),
        "is a file": _("is a file, not a folder"),
        "is a directory": _("is a folder, not a file"),
        "is not readable": _("may not be read"),
        "is not writable": _("may not be written"),
    }[what]


def _source(exc: BadParameter) -> str:
    """Return what named the value: the option, or the variable of the environment that stood in for it."""
    param = exc.param
    if param is None:
        return str(exc.param_hint or "")
    said = exc.ctx.get_parameter_source(param.name) if exc.ctx and param.name else None
    if said is ParameterSource.ENVIRONMENT and isinstance(param.envvar, str):
        return param.envvar
    return parameter_name(param)


def _unquoted(literal: str) -> str:
    """Return the value that Click put into its message by `repr`."""
    import ast  # noqa: PLC0415  for errors alone

    return str(ast.literal_eval(literal))


def _nearest(word: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest of `known` was meant; empty where none is near."""
    found = near.matches(word, known, most=1)
    return _(" Did you mean {name}?").format(name=found[0]) if found else ""


def _listed(choices: Iterable[Any]) -> str:
    return _(", ").join(str(choice) for choice in choices)
