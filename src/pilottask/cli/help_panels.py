"""Help as Rich draws it on a terminal; texts are never read as markup."""

from io import StringIO
from typing import Final

from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from pilottask.base import rich_console
from pilottask.base.i18n import _
from pilottask.base.terminal import Terminal
from pilottask.base.width import fold
from pilottask.cli import help as page_parts
from pilottask.cli.grammar import Node

_MAX_WIDTH: Final = 100
_MARGIN: Final = (0, 1, 1, 1)
_FRAME: Final = 4


def page(node: Node, path: str, terminal: Terminal) -> str:
    """Return the help of the command that is called by `path`, folded to the terminal."""
    written = StringIO()
    console = rich_console.writing_to(written, terminal, min(terminal.width, _MAX_WIDTH))

    def text(label: str, content: str, style: str = "") -> Padding:
        folded = Text("\n".join(fold(label + content, console.width - 2)), style)
        folded.stylize("yellow", 0, len(label))
        return Padding(folded, _MARGIN)

    console.print(text(_("Usage: "), page_parts.usage(node, path), "bold"))
    for paragraph in page_parts.paragraphs(node):
        console.print(text("", paragraph))
    for section in page_parts.sections(node):
        console.print(_panel(section, console.width - _FRAME))
    console.print(text(_("Example: "), node.example))
    return written.getvalue()


def _panel(section: page_parts.Section, columns: int) -> Panel:
    content = Text(no_wrap=True)
    for left, right in section.lines(columns):
        is_option = left.lstrip().startswith("-")
        head = Text(left, style="yellow" if is_option else "bold cyan")
        head.highlight_regex(r"(?:^|(?<=[ /]))-{1,2}\w[\w-]*", "bold cyan")
        tail = Text(f"  {right}\n")
        tail.highlight_regex(r"\[[^][]*\]$", "dim")
        content.append_text(head).append_text(tail)
    content.rstrip()
    return Panel(content, title=Text(section.title), title_align="left", border_style="dim")
