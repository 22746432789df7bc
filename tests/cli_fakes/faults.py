"""Commands that go wrong."""

import errno
import os
import sys
import time
from typing import Annotated, NoReturn

import typer

from pilottask.base import errors


def fail(how: Annotated[str, typer.Argument()]) -> NoReturn:
    """Raise what `how` names; `sleep` waits to be stopped."""
    if how == "sleep":
        sys.stderr.write("asleep\n")
        time.sleep(60)
    raise {
        "usage": errors.UsageFault("wrong \x1b[31mvalue\u202e\nsecond line", hint="do otherwise"),
        "missing": errors.NotFound("no such task"),
        "store": errors.BadStore("line 3"),
        "busy": errors.Busy("locked"),
        "io": errors.IoFault("unreadable"),
        "stopped": errors.Interrupted("stopped at the prompt"),
        "ctrl-c": KeyboardInterrupt(),
        "eof": EOFError(),
        "abort": typer.Abort(),
        "full": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x/tasks.toml"),
        "odd": OSError(errno.EMLINK, os.strerror(errno.EMLINK)),
        "memory": MemoryError(),
        "recursion": RecursionError("too deep"),
        "bug": KeyError("due"),
        "silent-bug": AssertionError(),
        "surrogate": UnicodeEncodeError("utf-8", "题\udcff目", 1, 2, "surrogates not allowed"),
        "codec": UnicodeEncodeError("ascii", "题", 0, 1, "ordinal"),
        "exit": typer.Exit(3),
        "sys-exit": SystemExit(5),
        "sys-exit-none": SystemExit(),
        "sys-exit-text": SystemExit("gone \x07"),
        "bad-parameter": typer.BadParameter("not that one"),
    }[how]


def print_(lines: Annotated[int, typer.Argument()], to_stderr: bool = False) -> None:
    """Print many lines."""
    for number in range(lines):
        print(f"第{number}行", file=sys.stderr if to_stderr else sys.stdout)
