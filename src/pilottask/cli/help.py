"""Help in both languages: one page worked out from the parameters, shown plain or, on a terminal, in panels."""

import os
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from typer._click import Context
from typer._click.types import _NumberRangeBase
from typer._types import TyperChoice
from typer.core import TyperArgument, TyperOption

from pilottask.base.i18n import N_, _
from pilottask.base.width import pad, width
from pilottask.cli.parser_errors import command_path, parameter_name, range_text

if TYPE_CHECKING:
    from rich.panel import Panel

_MAX_WIDTH: Final = 100
_LONG_INDENT: Final = "    "
"""Where an option has no short name, its long one stands under the others' long ones."""

_PLACEHOLDERS: Final = {
    "str": N_("TEXT"),
    "int": N_("NUMBER"),
    "int range": N_("NUMBER"),
    "float": N_("NUMBER"),
    "float range": N_("NUMBER"),
    "path": N_("FILE"),
    "file": N_("FILE"),
    "directory": N_("FOLDER"),
}


class Row(NamedTuple):
    """A line of help: an option or command, what it does, and notes such as its default."""

    left: str
    right: str
    notes: tuple[str, ...] = ()

    def described(self) -> str:
        """Return the right side with its notes."""
        return " ".join(filter(None, (self.right, *(f"[{note}]" for note in self.notes))))


class Section(NamedTuple):
    """Lines under one title."""

    title: str
    rows: tuple[Row, ...]


class Page(NamedTuple):
    """All that the help of one command says."""

    usage: str
    paragraphs: tuple[str, ...]
    commands: tuple[Section, ...]
    params: tuple[Section, ...]
    example: str


def page(ctx: Context, commands: Sequence[Section] = ()) -> Page:
    """Return the help of the command of `ctx`; `commands` are those of a group."""
    command = ctx.command
    params = [
        param
        for param in command.get_params(ctx)
        if isinstance(param, (TyperArgument, TyperOption)) and not param.hidden
    ]
    words = [command_path(ctx), _("[OPTIONS]")]
    words += [_argument(param, usage=True) for param in params if isinstance(param, TyperArgument)]
    if commands:
        words.append(_("COMMAND …"))
    return Page(
        usage=" ".join(words),
        paragraphs=tuple(
            part.strip().replace("\n", " ") for part in (command.help or "").split("\n\n") if part.strip()
        ),
        commands=tuple(commands),
        params=tuple(_sections(params)),
        example=command.epilog or "",
    )


def plain(content: Page) -> str:
    """Return the page as text: nothing cut or wrapped, columns aligned by display width."""
    lines = [_("Usage: ") + content.usage]
    for paragraph in content.paragraphs:
        lines += ["", paragraph]
    for sections in (content.commands, content.params):
        left_width = _left_width(sections)
        for section in sections:
            lines += ["", _("{title}:").format(title=section.title)]
            lines += [f"  {pad(row.left, left_width)}  {row.described()}".rstrip() for row in section.rows]
    lines += ["", _("Example: ") + content.example]
    return "\n".join(lines) + "\n"


def show(content: Page) -> None:
    """Print the page on stdout, in panels where a terminal shows them."""
    if _in_panels():
        _print_panels(content)
    else:
        sys.stdout.write(plain(content))


def _in_panels() -> bool:
    environ = os.environ
    if environ.get("TERM") == "dumb":
        return False
    return bool(environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _print_panels(content: Page) -> None:
    """Print the page as Rich panels; texts are never read as markup."""
    from rich.console import Console  # noqa: PLC0415  50 ms, for a terminal alone
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    console.width = min(console.width, _MAX_WIDTH)
    texts = [
        Text.assemble((_("Usage: "), "yellow"), (content.usage, "bold")),
        *(Text(paragraph) for paragraph in content.paragraphs),
    ]
    for text in texts:
        console.print(Padding(text, (0, 1, 1, 1)))
    for sections in (content.commands, content.params):
        left_width = min(_left_width(sections), (console.width - 4) // 2)
        for section in sections:
            console.print(_panel(section, left_width))
    console.print(Padding(Text.assemble((_("Example: "), "yellow"), content.example), (0, 1, 1, 1)))


def _panel(section: Section, left_width: int) -> "Panel":
    from rich.panel import Panel  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=left_width, overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for row in section.rows:
        is_option = row.left.lstrip().startswith("-")
        left = Text(row.left, style="yellow" if is_option else "bold cyan")
        left.highlight_regex(r"(?:^|(?<=[ /]))-{1,2}\w[\w-]*", "bold cyan")
        right = Text(row.right)
        for note in row.notes:
            right.append((" " if right.plain else "") + f"[{note}]", style="dim")
        grid.add_row(left, right)
    return Panel(grid, title=Text(section.title), title_align="left", border_style="dim")


def _left_width(sections: Iterable[Section]) -> int:
    return max((width(row.left) for section in sections for row in section.rows), default=0)


def _sections(params: Iterable[TyperArgument | TyperOption]) -> list[Section]:
    """Return the parameters by panel: arguments, options, then the named panels as they come."""
    titles: dict[str, list[Row]] = {_("Arguments"): [], _("Options"): []}
    for param in params:
        if isinstance(param, TyperArgument):
            title, left = _("Arguments"), _argument(param, usage=False)
        else:
            title, left = _("Options"), _option(param)
        rows = titles.setdefault(param.rich_help_panel or title, [])
        rows.append(Row(left, param.help or "", _notes(param)))
    return [Section(title, tuple(rows)) for title, rows in titles.items() if rows]


def _argument(param: TyperArgument, *, usage: bool) -> str:
    name = parameter_name(param) + ("..." if param.nargs != 1 else "")
    return f"[{name}]" if usage and not param.required else name


def _option(param: TyperOption) -> str:
    names = sorted(param.opts, key=len)
    text = ", ".join(names)
    if names[0].startswith("--"):
        text = _LONG_INDENT + text
    if param.secondary_opts:
        text += " / " + ", ".join(sorted(param.secondary_opts, key=len))
    if param.is_flag:
        return text
    return f"{text} {_placeholder(param)}"


def _placeholder(param: TyperOption) -> str:
    """Return what stands for the value: the choices, or its kind."""
    if param.metavar:
        return param.metavar
    if isinstance(param.type, TyperChoice):
        return "|".join(str(choice) for choice in param.type.choices)
    return _(_PLACEHOLDERS.get(param.type.name, _PLACEHOLDERS["str"]))


def _notes(param: TyperArgument | TyperOption) -> tuple[str, ...]:
    notes = []
    if param.required and isinstance(param, TyperOption):
        notes.append(_("required"))
    if isinstance(param.type, _NumberRangeBase):
        notes.append(range_text(param.type))
    default = _default(param)
    if default:
        notes.append(_("default: {value}").format(value=default))
    if isinstance(param, TyperOption) and param.multiple:
        notes.append(_("may be repeated"))
    if param.envvar and param.show_envvar:
        names = param.envvar if isinstance(param.envvar, str) else _(", ").join(param.envvar)
        notes.append(_("env: {name}").format(name=names))
    return tuple(notes)


def _default(param: TyperArgument | TyperOption) -> str:
    """Return the default as a user would type it; empty where there is none worth telling."""
    value: Any = param.default
    if isinstance(param.show_default, str):
        return param.show_default
    if not param.show_default or value is None or isinstance(value, bool) or callable(value):
        return ""
    values = value if isinstance(value, (list, tuple)) else (value,)
    return _(", ").join(str(item.value if isinstance(item, Enum) else item) for item in values)
