"""Help as Rich draws it on a terminal; texts are never read as markup."""

from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pilottask.base.i18n import _
from pilottask.cli import help as page
from pilottask.cli.grammar import Node

_MAX_WIDTH: Final = 100
_MARGIN: Final = (0, 1, 1, 1)


def show(node: Node, path: str) -> None:
    """Print the help of the command that is called by `path` on stdout."""
    console = Console(highlight=False)
    console.width = min(console.width, _MAX_WIDTH)
    console.print(Padding(Text.assemble((_("Usage: "), "yellow"), (page.usage(node, path), "bold")), _MARGIN))
    for paragraph in page.paragraphs(node):
        console.print(Padding(Text(paragraph), _MARGIN))
    for section in page.sections(node):
        console.print(_panel(section, min(section.left_width, (console.width - 4) // 2)))
    console.print(Padding(Text.assemble((_("Example: "), "yellow"), node.example), _MARGIN))


def _panel(section: page.Section, left_width: int) -> Panel:
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
