"""Tables as Rich draws them on a terminal, or in colour.

Which columns there is room for, and how wide each may be, is settled before, so that they are left out in their order.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Final

from rich import cells
from rich.box import Box
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from rich.table import Table
from rich.text import Text

from pilottask.base import rich_console
from pilottask.base.terminal import Terminal
from pilottask.base.text import multiline, safe
from pilottask.base.width import fold, shrink, width
from pilottask.views.grid import GAP, Grid, Paragraph, Part, Tone
from pilottask.views.layout import Laid, ascii_only, lay_out

_RULED: Final = "    \n    \n ── \n    \n ── \n    \n    \n    \n"
"""Rich's picture of a frame: a rule under the head and over the sum, nothing else, to spare columns."""
_ENDLESS: Final = 100_000
"""A width that nothing is folded at."""
_NARROWEST: Final = 2
"""The least that a column is folded to: room for a Chinese character."""

# Each stands out on a light and on a dark background: no yellow letters, no grey ones.
_STYLES: Final = {
    Tone.RED: "bold white on red",
    Tone.YELLOW: "black on yellow",
    Tone.GREEN: "green",
    Tone.LATE: "bold red",
    Tone.HEAD: "bold",
}


def paint(text: str, tone: Tone) -> str:
    """Return `text`, printable already, in a tone."""
    return Style.parse(_STYLES[tone]).render(text, color_system=ColorSystem.STANDARD)


def draw(parts: Iterable[Part], terminal: Terminal) -> str:
    """Return parts as Rich draws them: fitted to a terminal, or in full width where only colour was asked for."""
    written = StringIO()
    width_asked = terminal.width if terminal.is_terminal else _ENDLESS
    console = rich_console.writing_to(written, terminal, width_asked)
    with _measuring(terminal):
        for part in parts:
            if isinstance(part, Paragraph):
                console.width = width_asked
                console.print(_rich_text(multiline(part.text), part.tone, width_asked, terminal))
            else:
                table = _rich_table(part, terminal)
                # Where even the least widths do not fit, lines run over: Rich would leave out whole columns.
                needed = sum(column.width or 0 for column in table.columns) + len(GAP) * (len(table.columns) - 1)
                console.width = max(width_asked, needed)
                console.print(table)
    return "".join([f"{line.rstrip(' ')}\n" for line in written.getvalue().split("\n")[:-1]])


def _rich_text(text: str, tone: Tone | None, columns: int, terminal: Terminal) -> Text:
    """Return text folded to its columns; its tone ends with it, where a style of the whole would colour the padding.

    Rich folds too, but breaks Chinese before closing punctuation and moves a run of it whole to the next line.
    """
    lines = fold(text, columns, wide_ambiguous=terminal.wide_ambiguous)
    return Text(overflow="fold").append("\n".join(lines), _STYLES[tone] if tone else None)


def _rich_table(grid: Grid, terminal: Terminal) -> Table:

    def widest(text: str) -> int:
        # Where Rich's tables and ours differ, room for either: it pads by its own, lines are folded by ours.
        wide = terminal.wide_ambiguous
        return max(max(cell_len(line), width(line, wide_ambiguous=wide)) for line in text.split("\n"))

    laid = lay_out(grid, terminal, widest)
    if terminal.is_terminal:
        laid = _fit(laid, terminal)
    table = Table(
        box=Box(_RULED.replace("─", "-") if ascii_only(terminal) else _RULED),
        padding=(0, 1, 0, 0),
        show_header=grid.head,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    for one in laid:
        label = Text(safe(one.column.label))
        table.add_column(label, width=one.columns, justify=one.column.align.value, overflow="fold")
    bodies = [list(zip(one.texts, one.tones, strict=True))[1 if grid.head else 0 :] for one in laid]
    rows = list(zip(*bodies, strict=True))
    for index, row in enumerate(rows, start=1):
        before_total = grid.total is not None and index == len(rows) - 1
        cells = [_rich_text(text, tone, one.columns, terminal) for one, (text, tone) in zip(laid, row, strict=True)]
        table.add_row(*cells, end_section=before_total)
    return table


@contextmanager
def _measuring(terminal: Terminal) -> Iterator[None]:
    """Have Rich count characters of ambiguous width as two columns for a while, where the terminal draws them so.

    Rich has no setting for it; all its measuring goes through these two names.
    """
    if not terminal.wide_ambiguous:
        yield
        return

    def size(character: str, _unicode_version: str = "auto") -> int:
        return width(character, wide_ambiguous=True)

    kept = cells.get_character_cell_size, cells._is_single_cell_widths  # noqa: SLF001
    cells.cached_cell_len.cache_clear()
    cells.get_character_cell_size = size  # type: ignore[assignment]
    cells._is_single_cell_widths = str.isascii  # noqa: SLF001
    try:
        yield
    finally:
        cells.get_character_cell_size, cells._is_single_cell_widths = kept  # noqa: SLF001
        cells.cached_cell_len.cache_clear()


def _fit(laid: list[Laid], terminal: Terminal) -> list[Laid]:
    """Return the columns that a terminal has room for, folded where they must be.

    What may be left out is, in its turn, before a word is broken; what is left and does not fit even so is folded
    to its least, and last of all to two columns.
    """
    kept = laid
    if not _over(kept, [one.columns for one in kept], terminal):
        return kept
    least = {id(one): one.least() for one in kept}
    droppable = sorted((one for one in kept if one.column.drop is not None), key=lambda one: one.column.drop or 0)
    for one in droppable:
        if not _over(kept, [least[id(left)] for left in kept], terminal):
            break
        kept = [other for other in kept if other is not one]
    widths = [one.columns for one in kept]
    over = _over(kept, widths, terminal)
    for floor in (
        [least[id(one)] for one in kept],
        [min(one.columns, one.column.fold or one.columns) for one in kept],
        [one.columns if one.column.fold is None else min(one.columns, _NARROWEST) for one in kept],
    ):
        over = shrink(widths, floor, over)
    for one, columns in zip(kept, widths, strict=True):
        one.columns = columns
    return kept


def _over(laid: Sequence[Laid], columns: Iterable[int], terminal: Terminal) -> int:
    """Columns by which a table is wider than the terminal; 0 where it fits."""
    return max(sum(columns) + len(GAP) * (len(laid) - 1) - terminal.width, 0)
