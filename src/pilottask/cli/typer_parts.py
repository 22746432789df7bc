"""Every name that Typer and its copy of Click keep to themselves and this program uses.

They stand here alone, so that a new version of Typer is tried by one file: the tests of the command line pass on 0.28
and on 0.29 (`.ci/run` runs them on both).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import typer.core
from typer import _completion_shared
from typer._click import Command, Context, Parameter
from typer._click.core import ParameterSource
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperOption
from typer.models import OptionInfo

__all__ = [
    "BadOptionUsage",
    "BadParameter",
    "ClickException",
    "Command",
    "Context",
    "MissingParameter",
    "NoSuchOption",
    "Parameter",
    "UsageError",
    "calling_shell",
    "install_completion",
    "is_from_command_line",
    "is_from_environment",
    "names_a_command",
    "option",
    "refusing_twice",
]


def option(
    *names: str,
    is_flag: bool = False,
    parser: Callable[[str], object] | None = None,
    **more: Any,  # noqa: ANN401  Typer's
) -> TyperOption:
    """Return an option whose value is no parameter of a command; `more` goes to Typer as it is."""
    if descriptor := getattr(typer.core, "TypeDescriptor", None):  # since 0.29
        info = OptionInfo(parser=parser)
        more["type_descriptor"] = descriptor(bool if is_flag else str, info, file_annotation=None)
    else:
        more["type"] = parser
    return TyperOption(param_decls=list(names), is_flag=is_flag, expose_value=False, **more)


def names_a_command(ctx: Context) -> bool:
    """Tell whether the words after a group name one of its commands, while the group is invoked."""
    return bool(ctx._protected_args)  # noqa: SLF001


def is_from_command_line(ctx: Context, param: Parameter) -> bool:
    """Tell whether the value of `param` stands on the command line."""
    return param.name is not None and ctx.get_parameter_source(param.name) is ParameterSource.COMMANDLINE


def is_from_environment(ctx: Context, param: Parameter) -> bool:
    """Tell whether a variable of the environment stands in for `param`."""
    return param.name is not None and ctx.get_parameter_source(param.name) is ParameterSource.ENVIRONMENT


def refusing_twice(parser: Any, refuse: Callable[[Parameter], NoReturn]) -> Any:  # noqa: ANN401  Click's
    """Return `parser` such that it calls `refuse` with an option that is given a value a second time, and takes one."""
    parse = parser.parse_args

    def parse_once(args: list[str]) -> tuple[dict[str, Any], list[str], list[Parameter]]:
        values, rest, given = parse(args)
        for index, param in enumerate(given):
            if param in given[:index] and not (param.multiple or param.is_flag):
                refuse(param)
        return values, rest, given

    parser.parse_args = parse_once
    return parser


def calling_shell() -> str | None:
    """Return the name of the shell from which the program was called, None where that can't be told."""
    name: str | None = _completion_shared._get_shell_name()  # noqa: SLF001
    return name


def install_completion(shell: str, script: str, *, program: str, variable: str) -> Path:
    """Write `script` where `shell` looks for completions, and return that file; Typer knows the place for each."""
    _completion_shared._completion_scripts[shell] = script.replace("%", "%%")  # noqa: SLF001
    _shell, path = _completion_shared.install(shell, program, variable)
    return path
