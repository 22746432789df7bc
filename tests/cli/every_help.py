"""Prints, as JSON, the help of every command in the language named, which is settled before commands are imported."""

import json
import sys
from collections.abc import Iterator

from pilottask.base.i18n import Lang, set_language
from pilottask.base.terminal import Terminal
from pilottask.cli import help as pages
from pilottask.cli import help_panels, program
from pilottask.cli.describing import overview
from pilottask.cli.typer_parts import Command
from pilottask.cli.typer_tree import Builder, LazyGroup


def every(command: Command, path: str) -> Iterator[tuple[str, Command]]:
    """Yield `command` and all that are below it, by what is typed."""
    yield path, command
    if isinstance(command, LazyGroup):
        for name, entry in command.entries.items():
            yield from every(command.builder.command(name, entry, command.module), f"{path} {name}")


def main(lang: str, columns: int) -> None:
    """Print the pages: `whole`, `folded`, and in panels, and what stands for the values of each command's options."""
    set_language(Lang(lang))
    found = {}
    for path, command in every(Builder(program.wiring()).root(), "pilottask"):
        node = overview(command)
        found[path] = {
            "whole": pages.plain(node, path),
            "folded": pages.plain(node, path, columns),
            "boxed": help_panels.page(node, path, Terminal(is_terminal=True, width=columns)),
            "labels": [one.label for one in node.parameters if one.takes_value],
        }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
