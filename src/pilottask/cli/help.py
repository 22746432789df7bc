"""Help in both languages: plain, or on a terminal folded to its width, in panels where they can be drawn."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from pilottask.base import pager
from pilottask.base.i18n import _
from pilottask.base.terminal import detect
from pilottask.base.width import fold, pad, width
from pilottask.cli.describing import overview
from pilottask.cli.grammar import Node, Parameter
from pilottask.cli.typer_parts import Context

_GAP: Final = "  "
"""What stands between the two sides of a line."""
_LONG_INDENT: Final = "    "
"""Where an option has no short name, its long one stands under the others' long ones."""


class Row(NamedTuple):
    """A line of help: an option or command, what it does, and notes such as its default.

    `choices` are the words with which the left side ends (`table|json`), if it is an option with a choice.
    """

    left: str
    right: str
    notes: tuple[str, ...] = ()
    choices: str = ""


class Section(NamedTuple):
    """Lines under one title, the left side of each in so many columns."""

    title: str
    rows: list[Row]
    left_width: int

    def lines(self, columns: int) -> Iterator[tuple[str, str]]:
        """Yield the two sides of each line, folded to so many columns and padded; no word or note is broken."""
        left_width = min(self.left_width, columns // 2)
        right_width = columns - left_width - len(_GAP)
        for row in self.rows:
            left, notes = row.left, [f"[{note}]" for note in row.notes]
            if row.choices and width(left) > left_width:
                left = left.removesuffix(row.choices) + _("CHOICE")
                *others, last = row.choices.replace("|", _(", ") + "|").split("|")
                notes[:0] = [f"[{others[0]}", *others[1:], f"{last}]"]
            right = fold(row.right, right_width)
            for note in notes:
                space = " " if note.startswith("[") and right[-1] else ""
                if width(f"{right[-1]}{space}{note}".rstrip(" ")) <= right_width:
                    right[-1] += space + note
                else:
                    right += fold(note, right_width)
            if width(left) > left_width:
                yield from ((part, "") for part in fold(left, columns))
                left = ""
            for index, line in enumerate(right):
                yield pad("" if index else left, left_width), line.rstrip(" ")


def show(ctx: Context) -> None:
    """Print the help of the command of `ctx` on stdout, on a terminal through a pager where it is long."""
    node, path = overview(ctx.command), ctx.command_path
    terminal = detect(sys.stdout, os.environ)
    if (terminal.colour or (terminal.is_terminal and not terminal.dumb)) and not terminal.wide_ambiguous:
        from pilottask.cli import help_panels  # noqa: PLC0415  Rich takes 50 ms, and is for a terminal alone

        text = help_panels.page(node, path, terminal)
    else:
        text = plain(node, path, terminal.width if terminal.is_terminal else None)
    pager.write(text, terminal, os.environ)


def plain(node: Node, path: str, columns: int | None = None) -> str:
    """Return the help of the command called by `path` as text, columns aligned by width; folded where it is told to."""
    lines = [_("Usage: ") + usage(node, path)]
    for paragraph in paragraphs(node):
        lines += ["", paragraph]
    for section in sections(node):
        lines += ["", _("{title}:").format(title=section.title)]
        if columns is not None:
            lines += [f"{_GAP}{left}{_GAP}{right}".rstrip() for left, right in section.lines(columns - len(_GAP))]
            continue
        for row in section.rows:
            right = " ".join([row.right, *(f"[{note}]" for note in row.notes)]).strip()
            lines.append(f"{_GAP}{pad(row.left, section.left_width)}{_GAP}{right}".rstrip())
    lines += ["", _("Example: ") + node.example]
    if columns is not None:
        lines = [part for line in lines for part in fold(line, columns)]
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
        *((one.panel, _option_row(one)) for one in node.options),
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


def _option_row(option: Parameter) -> Row:
    names = sorted(option.names, key=len)
    text = ("" if len(names[0]) == len("-x") else _LONG_INDENT) + ", ".join(names)
    left = f"{text} {option.label}" if option.takes_value else text
    return Row(left, option.help, tuple(option.notes), option.label if "|" in option.label else "")
