"""Completion by the Tab key: Typer's own, worded in our languages."""

from typing import Final

from typer import _completion_shared as shells
from typer._completion_classes import completion_init
from typer.completion import shell_complete
from typer.core import TyperGroup

from pilottask.errors import NotFound
from pilottask.i18n import _

PROGRAM: Final = "pilottask"
VARIABLE: Final = "_PILOTTASK_COMPLETE"


def answer(group: TyperGroup, instruction: str) -> int:
    """Print what the shell asks for by `instruction`, and return the exit code."""
    completion_init()
    return shell_complete(group, {}, PROGRAM, VARIABLE, instruction)


def install() -> None:
    """Set up completion for the shell that called, and say where."""
    shell, path = shells.install(_shell(), PROGRAM, VARIABLE)
    text = _("Completion for {shell} is set up in {file}; it works in shells opened from now on.")
    print(text.format(shell=shell, file=path))  # noqa: T201  the output asked for


def show() -> None:
    """Print the script that `install` would write."""
    script = shells.get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=_shell())
    print(script)  # noqa: T201  the output asked for


def _shell() -> str:
    """Return the shell that called; raises NotFound where it can't be told or has no completion."""
    name = shells._get_shell_name()  # noqa: SLF001  Typer has no public way to ask
    known = [shell.value for shell in shells.Shells]
    if name not in known:
        raise NotFound(
            _("The shell can't be told, or is not one of {choices}.").format(choices=_(", ").join(known)),
            hint=_("Call this from the shell in which you want to use it."),
        )
    return name
