"""The command line as plain data: what help, errors and the Tab key know of commands and their parameters."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Parameter(NamedTuple):
    """An option, or, where `names` is empty, an argument.

    `param` is its name in the function of the command; `label` is what stands for the value (`TITLE`, `table|json`).
    An argument that repeats takes all the words that follow.
    """

    param: str
    label: str
    names: Sequence[str] = ()
    takes_value: bool = True
    repeats: bool = False
    required: bool = False
    choices: Sequence[str] = ()
    help: str = ""
    notes: Sequence[str] = ()
    panel: str = ""

    @property
    def name(self) -> str:
        """What a user calls it: `--due`, `TITLE`."""
        return max(self.names, key=len) if self.names else self.label


class Node(NamedTuple):
    """A command, or a group with the commands below it; its help is several paragraphs, the first of one line.

    `text` is the command of a group that is meant where a text is typed instead of one.
    """

    help: str
    parameters: Sequence[Parameter]
    commands: "Mapping[str, Node]"
    example: str = ""
    panel: str = ""
    text: str = ""

    @property
    def summary(self) -> str:
        """The line that a list of commands has of it."""
        return self.help.partition("\n\n")[0]

    @property
    def arguments(self) -> list[Parameter]:
        """The arguments, in the order in which they are typed."""
        return [parameter for parameter in self.parameters if not parameter.names]

    @property
    def options(self) -> list[Parameter]:
        """The options."""
        return [parameter for parameter in self.parameters if parameter.names]

    def parameter(self, param: str) -> Parameter:
        """Return the parameter that has this name in the function of the command."""
        return next(parameter for parameter in self.parameters if parameter.param == param)
