"""What can stand under the cursor, worked out from the grammar and the words before it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pilottask.cli.grammar import Node, Parameter


class Candidate(NamedTuple):
    """A word that could stand under the cursor, and what it means."""

    word: str
    help: str = ""


class Cursor(NamedTuple):
    """Where a value is typed: of which command, of which parameter, and the words of the whole line before it."""

    command: str
    parameter: Parameter
    words: Sequence[str]


Values = Callable[[Cursor, str], Iterable[Candidate]]
"""What could be typed as a value, given what stands there already."""


def candidates(root: Node, words: Sequence[str], typed: str, values: Values) -> Iterator[Candidate]:
    """Yield what could stand in the place of `typed` after `words`."""
    line = _read(root, words)
    if line is None:
        return
    if typed == "=":  # bash takes --option=value for three words
        typed = ""
    if line.waiting is not None:
        yield from _values(line.waiting, line, typed, values)
    elif typed.startswith("-") and not line.only_arguments:
        yield from _after_dash(line, typed, values)
    elif line.node.commands:
        yield from (
            Candidate(name, below.summary) for name, below in line.node.commands.items() if name.startswith(typed)
        )
    elif (argument := line.argument()) is not None:
        yield from _values(argument, line, typed, values)
    elif not typed:
        yield from _option_names(line, "--")


class _Line(NamedTuple):
    """The words before the cursor as they were read: `waiting` is an option whose value comes next."""

    words: Sequence[str]
    node: Node
    command: tuple[str, ...] = ()
    waiting: Parameter | None = None
    arguments: int = 0
    only_arguments: bool = False

    def option(self, name: str) -> Parameter | None:
        """Return the option of this name that takes a value."""
        return next((one for one in self.node.options if name in one.names and one.takes_value), None)

    def argument(self) -> Parameter | None:
        """Return the argument that the next word fills."""
        known = self.node.arguments
        if self.arguments < len(known):
            return known[self.arguments]
        return known[-1] if known and known[-1].repeats else None


def _read(root: Node, words: Sequence[str]) -> _Line | None:
    """Return where `words` lead, None where one of them should be a command and is not."""
    line = _Line(words, root)
    for index, word in enumerate(words):
        if word == "=" and index and words[index - 1].startswith("--"):
            continue
        if line.waiting is not None:
            line = line._replace(waiting=None)
        elif line.only_arguments or not word.startswith("-") or word == "-":
            if not line.node.commands:
                line = line._replace(arguments=line.arguments + 1)
            elif word in line.node.commands:
                line = line._replace(node=line.node.commands[word], command=(*line.command, word))
            elif name := line.node.text:
                line = line._replace(node=line.node.commands[name], command=(*line.command, name), arguments=1)
            else:
                return None
        elif word == "--":
            line = line._replace(only_arguments=True)
        elif "=" not in word:
            line = line._replace(waiting=line.option(word))
    return line


def _after_dash(line: _Line, typed: str, values: Values) -> Iterator[Candidate]:
    name, equals, rest = typed.partition("=")
    if not equals:
        yield from _option_names(line, typed)
    elif (option := line.option(name)) is not None:
        fitting = _values(option, line, rest, values)
        yield from (Candidate(f"{name}={one.word}", one.help) for one in fitting)


def _option_names(line: _Line, typed: str) -> Iterator[Candidate]:
    """Yield long names that begin so, and a short one typed in full; not those of options that are there already."""
    given = {word.partition("=")[0] for word in line.words}
    for option in line.node.options:
        if option.repeats or given.isdisjoint(option.names):
            names = (name for name in option.names if name.startswith(typed))
            yield from (Candidate(name, option.help) for name in names if name.startswith("--") or name == typed)


def _values(parameter: Parameter, line: _Line, typed: str, values: Values) -> Iterable[Candidate]:
    if parameter.choices:
        return [Candidate(choice) for choice in parameter.choices if choice.startswith(typed)]
    fitting = values(Cursor(" ".join(line.command), parameter, line.words), typed)
    return [one for one in fitting if not re.search(r"[\x00-\x1f\x7f-\x9f]", one.word)]
