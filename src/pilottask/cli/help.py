"""Help in both languages: plain, or on a terminal in panels."""

import os
import sys
from collections.abc import Iterable
from typing import Final, NamedTuple

from pilottask.base.i18n import _
from pilottask.base.terminal import detect
from pilottask.base.width import pad, width
from pilottask.cli.describing import overview
from pilottask.cli.grammar import Node, Parameter
from pilottask.cli.typer_parts import Context

_LONG_INDENT: Final = "    "
"""Where an option has no short name, its long one stands under the others' long ones."""


class Row(NamedTuple):
    """A line of help: an option or command, what it does, and notes such as its default."""

    left: str
    right: str
    notes: tuple[str, ...] = ()


class Section(NamedTuple):
    """Lines under one title, the left side of each in so many columns."""

    title: str
    rows: list[Row]
    left_width: int


def show(ctx: Context) -> None:
    """Print the help of the command of `ctx` on stdout, in panels where a terminal shows them."""
    node, path = overview(ctx.command), ctx.command_path
    terminal = detect(sys.stdout, os.environ)
    if terminal.colour or (terminal.is_terminal and not terminal.dumb):
        from pilottask.cli import help_panels  # noqa: PLC0415  Rich takes 50 ms, and is for a terminal alone

        help_panels.show(node, path)
    else:
        sys.stdout.write(plain(node, path))


def plain(node: Node, path: str) -> str:
    """Return the help of the command called by `path` as text: nothing cut or wrapped, columns aligned by width."""
    lines = [_("Usage: ") + usage(node, path)]
    for paragraph in paragraphs(node):
        lines += ["", paragraph]
    for section in sections(node):
        lines += ["", _("{title}:").format(title=section.title)]
        for row in section.rows:
            right = " ".join([row.right, *(f"[{note}]" for note in row.notes)]).strip()
            lines.append(f"  {pad(row.left, section.left_width)}  {right}".rstrip())
    lines += ["", _("Example: ") + node.example]
    return "\n".join(lines) + "\n"


def usage(node: Node, path: str) -> str:
    """Return the command with what is typed after it."""
    words = [path, _("[OPTIONS]")]
    for argument in node.arguments:
        text = _argument(argument)
        words.append(text if argument.required else f"[{text}]")
    if node.commands:
        words.append(_("COMMAND …"))
    return " ".join(words)


def paragraphs(node: Node) -> list[str]:
    """Return what the command does, each paragraph in one line."""
    return [part.replace("\n", " ") for part in node.help.split("\n\n")]


def sections(node: Node) -> list[Section]:
    """Return commands by panel, then arguments, options, and panels of options as they come."""
    commands = [(below.panel, Row(name, below.help)) for name, below in node.commands.items()]
    parameters = [
        *((one.panel, Row(_argument(one), one.help, tuple(one.notes))) for one in node.arguments),
        *((one.panel, Row(_option(one), one.help, tuple(one.notes))) for one in node.options),
    ]
    return [*_by_panel(commands), *_by_panel(parameters)]


def _by_panel(rows: Iterable[tuple[str, Row]]) -> list[Section]:
    panels: dict[str, list[Row]] = {}
    for panel, row in rows:
        panels.setdefault(panel, []).append(row)
    left_width = max((width(row.left) for rows in panels.values() for row in rows), default=0)
    return [Section(title, rows, left_width) for title, rows in panels.items()]


def _argument(argument: Parameter) -> str:
    return f"{argument.label}..." if argument.repeats else argument.label


def _option(option: Parameter) -> str:
    names = sorted(option.names, key=len)
    text = ("" if len(names[0]) == len("-x") else _LONG_INDENT) + ", ".join(names)
    return f"{text} {option.label}" if option.takes_value else text
