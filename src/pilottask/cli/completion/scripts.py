"""What each shell runs as it starts, so that the Tab key asks this program, and how that is set up.

The scripts hand over the words typed so far, one a line, and the index of the one under the cursor; they get a line
for each word that fits, followed by a tab and what it means.
"""

from pathlib import Path
from typing import Final

from pilottask.base.errors import NotFound
from pilottask.base.i18n import _
from pilottask.cli.typer_parts import calling_shell, install_completion

_ENDINGS: Final = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "ps1", "pwsh": "ps1"}
"""By the name of a shell, how the name of its script ends."""


def script(shell: str) -> str:
    """Return what `shell` is to run as it starts."""
    file = Path(__file__).parent / "shells" / f"pilottask.{_ENDINGS[shell]}"
    return file.read_text(encoding="utf-8").strip()


def install() -> None:
    """Set up completion for the shell that called, and say where."""
    shell = _calling_shell()
    path = install_completion(shell, script(shell), program="pilottask", variable="_PILOTTASK_COMPLETE")
    text = _("Completion for {shell} is set up in {file}; it works in shells opened from now on.")
    print(text.format(shell=shell, file=path))  # noqa: T201  the output asked for


def show() -> None:
    """Print the script that `install` would write."""
    print(script(_calling_shell()))  # noqa: T201  the output asked for


def _calling_shell() -> str:
    """Return the shell that called; raises NotFound where it can't be told or has no completion."""
    name = calling_shell()
    if name is None or name not in _ENDINGS:
        message = _("The shell can't be told, or is not one of {choices}.").format(choices=_(", ").join(_ENDINGS))
        raise NotFound(message, hint=_("Call this from the shell in which you want to use it."))
    return name
