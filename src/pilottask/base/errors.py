"""What can go wrong for a user, each kind with the exit code that a script can trust."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of the program, which scripts go by: a number keeps its meaning."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    OVERDUE = 3
    NOT_FOUND = 4
    BAD_STORE = 5
    BUSY = 6
    IO = 7
    INTERRUPTED = 130


class PilotError(Exception):
    """A refusal that its reader can act on: what was wrong, and what would be right.

    `message` may have several lines; `hint` names the next step, often a command.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAULT

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageFault(PilotError):
    """A value, a move or an import row that cannot be taken."""

    exit_code = ExitCode.USAGE


class Unconfirmed(UsageFault):
    """What is done only by somebody who says yes to it, or with --yes."""


class NotFound(PilotError):
    """No such store, task, department, problem or sheet."""

    exit_code = ExitCode.NOT_FOUND


class BadStore(PilotError):
    """The store's content is bad: syntax, records, a newer schema, not a file."""

    exit_code = ExitCode.BAD_STORE


class Busy(PilotError):
    """Another process holds the store's lock."""

    exit_code = ExitCode.BUSY


class IoFault(PilotError):
    """Reading or writing failed: disk full, permission, a missing folder."""

    exit_code = ExitCode.IO


class Interrupted(PilotError):
    """The user stopped the program, or input ended at a prompt."""

    exit_code = ExitCode.INTERRUPTED
