"""Output that a terminal has no room for, through a pager as git shows it."""

import os
import shlex
import shutil
import signal
import sys
from collections.abc import Mapping
from typing import Final

from pilottask.base.terminal import Terminal

_SETTINGS: Final = {"LESS": "FRX", "LV": "-c", "LESSCHARSET": "utf-8"}
"""As git has them: less keeps colours, leaves the text on the screen, and ends by itself where all of it fits."""


def write(text: str, terminal: Terminal, environ: Mapping[str, str]) -> None:
    """Write `text` to standard output; through a pager where that is a terminal with fewer lines.

    PAGER names the pager, which is `less` where that is there; NO_PAGER forbids one. Ctrl-C is left to it, and where
    somebody leaves it before the end, so be it.
    """
    command = _command(environ) if terminal.is_terminal and not terminal.dumb and _is_long(text) else None
    if command is None or not _pipe(text, command, environ):
        sys.stdout.write(text)


def _is_long(text: str) -> bool:
    try:
        return text.count("\n") >= os.get_terminal_size(sys.stdout.fileno()).lines > 0
    except (OSError, ValueError):  # a stream that is no file
        return False


def _command(environ: Mapping[str, str]) -> list[str] | None:
    """Return the pager with its arguments, None where there is none to take."""
    if environ.get("NO_PAGER"):
        return None
    try:
        words = shlex.split(environ.get("PAGER", "less"), posix=os.name != "nt")
    except ValueError:  # an open quotation mark
        return None
    program = shutil.which(words[0]) if words and words != ["cat"] else None
    return [program, *words[1:]] if program else None


def _pipe(text: str, command: list[str], environ: Mapping[str, str]) -> bool:
    """Give `text` to the pager and wait until it is left; False where it could not be started."""
    import subprocess  # noqa: PLC0415  for long output on a terminal alone

    sys.stdout.flush()
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env={**_SETTINGS, **environ})  # noqa: S603  the user's own
    except OSError:
        return False
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pager.communicate(text.encode(errors="backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, kept)
    return True
