"""The commands, one file a group, and the table by which the program finds them without importing any.

To add a command, write its function in a file of this folder and give it a line in `TABLE`. The table, not the
docstring, holds what a user reads of it: `help` is its line in the overview and the first line of its own help,
`details` is what its own help says besides, `example` is the command line with which that help ends. All three are
marked with `N_` here and translated when they are shown.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

from pilottask.i18n import N_


class Panel(Enum):
    """The groups of commands in the overview, in the order in which they stand there."""

    START = N_("Getting started")
    TASKS = N_("Task list")
    PROGRESS = N_("Progress")
    VIEWS = N_("Views")
    PAPER = N_("Paper")
    PILOT = N_("The pilot")
    SAFETY = N_("Safety")


class Command(NamedTuple):
    """A command: `target` is `module:function` in the package of commands."""

    target: str
    panel: Panel
    help: str
    example: str
    details: str = ""


class Group(NamedTuple):
    """A command that has commands of its own, such as `dept`; their panels are not shown."""

    panel: Panel
    help: str
    example: str
    commands: Mapping[str, Command]


Table = Mapping[str, Command | Group]

TABLE: Final[Table] = {}

HOME: Final[str | None] = None
"""What runs when no command is named, as `module:function`; the overview where there is none."""
