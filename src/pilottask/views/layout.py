"""Tables drawn in letters: in plain columns for pipes and mail, or in colour and fitted to a terminal.

Which columns there is room for, and how wide each may be, is settled before they are drawn, so that they are left out
in their stated order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct

from pilottask.base.terminal import Terminal
from pilottask.base.text import multiline, safe
from pilottask.base.width import fold, longest_word, shrink, width
from pilottask.views.grid import GAP, Align, Column, Grid, Paragraph, Part, Raw, Tone, Where

_WORD: Final = 24
"""A word longer than this may be broken to keep a column."""
_NARROWEST: Final = 2
"""The least that a column is folded to: room for a Chinese character."""

# As escape codes have them. Each stands out on a light and on a dark background: no yellow letters, no grey ones.
_CODES: Final = {
    Tone.RED: "1;37;41",  # bold white on red
    Tone.YELLOW: "30;43",  # black on yellow
    Tone.GREEN: "32",
    Tone.LATE: "1;31",  # bold red
    Tone.HEAD: "1",
}


class Laid(Struct):
    """A column as it is laid out: what stands in it from the head down, safe, and the columns each text takes."""

    column: Column[Any]
    texts: list[str]
    widths: list[int]
    tones: list[Tone | None]
    columns: int

    def least(self) -> int:
        """Columns below which words would be broken."""
        if self.column.fold is None:
            return self.columns
        words = max(longest_word(text) for text in self.texts)
        return min(self.columns, max(self.column.fold, min(words, _WORD)))


def lay_out(grid: Grid, terminal: Terminal, measure: Callable[[str], int]) -> list[Laid]:
    """Lay out the columns of `grid` that are shown here, each as wide as its widest text."""
    hidden = {Where.DATA} if terminal.is_terminal else {Where.DATA, Where.TERMINAL}
    shown = multiline if terminal.is_terminal else safe
    found = []
    for index, column in enumerate(grid.columns):
        if column.where in hidden:
            continue
        cells = [row[index] for row in grid.all_rows]
        if column.bar is None:
            texts = [shown(cell.text) for cell in cells]
        else:
            texts = [_bar(cell.value, column.bar, terminal) for cell in cells]
        tones = [cell.tone for cell in cells]
        if grid.head:
            texts.insert(0, safe(column.label))
            tones.insert(0, Tone.HEAD)
        widths = list(map(measure, texts))
        found.append(Laid(column, texts, widths, tones, max(widths)))
    return found


def plain(part: Part, terminal: Terminal) -> Iterable[str]:
    """Return a part as lines for a pipe or a mail: nothing cut, one line a row."""
    if isinstance(part, Paragraph):
        return [safe(part.text).rstrip(" ")]
    laid = lay_out(part, terminal, partial(width, wide_ambiguous=terminal.wide_ambiguous))
    rows = [_line(laid, row) for row in zip(*[zip(one.texts, one.widths, strict=True) for one in laid], strict=True)]
    rule = GAP.join("-" * one.columns for one in laid)
    if part.total is not None:
        rows.insert(-1, rule)
    if part.head:
        rows.insert(1, rule)
    return rows


def _line(laid: Sequence[Laid], row: Iterable[tuple[str, int]]) -> str:
    cells = []
    for one, (text, taken) in zip(laid, row, strict=True):
        fill = " " * (one.columns - taken)
        cells.append(fill + text if one.column.align is Align.RIGHT else text + fill)
    return GAP.join(cells).rstrip(" ")


def _bar(share: Raw, columns: int, terminal: Terminal) -> str:
    """Return a bar filled to its share, all of it from 1 on; nothing where there is none."""
    if not isinstance(share, float):
        return ""
    full, rest = ("#", ".") if ascii_only(terminal) else ("█", "░")
    filled = round(min(share, 1) * columns)
    return full * filled + rest * (columns - filled)


def ascii_only(terminal: Terminal) -> bool:
    """Tell whether rules and bars are made of ASCII: off a terminal, and where the drawn ones take two columns."""
    return not terminal.is_terminal or terminal.dumb or terminal.wide_ambiguous


def paint(text: str, tone: Tone | None, terminal: Terminal) -> str:
    """Return `text`, printable already, in a tone, where there is one and `terminal` has colours."""
    return f"\x1b[{_CODES[tone]}m{text}\x1b[0m" if text and tone and terminal.colour else text


def draw(part: Part, terminal: Terminal) -> Iterator[str]:
    """Yield a part as lines fitted to a terminal, or in full width where only colour was asked for."""
    if isinstance(part, Paragraph):
        text = multiline(part.text)
        lines = (
            fold(text, terminal.width, wide_ambiguous=terminal.wide_ambiguous)
            if terminal.is_terminal
            else text.split("\n")
        )
        yield from (paint(line, part.tone, terminal).rstrip(" ") for line in lines)
        return
    measure = partial(width, wide_ambiguous=terminal.wide_ambiguous)
    laid = lay_out(part, terminal, lambda text: max(map(measure, text.split("\n"))))
    if terminal.is_terminal:
        laid = _fit(laid, terminal)
    rule = ("-" if ascii_only(terminal) else "─") * (sum(one.columns for one in laid) + len(GAP) * (len(laid) - 1))
    rows = list(zip(*(zip(one.texts, one.tones, strict=True) for one in laid), strict=True))
    for index, row in enumerate(rows):
        is_head = part.head and index == 0
        if part.total is not None and part.rows and index == len(rows) - 1:
            yield rule
        yield from _row_lines(laid, row, terminal, is_head=is_head)
        if is_head:
            yield rule


def _row_lines(
    laid: Sequence[Laid], row: Sequence[tuple[str, Tone | None]], terminal: Terminal, *, is_head: bool
) -> Iterator[str]:
    """Yield the lines of a row, its texts folded to their columns; those of a head stand at its foot."""
    wide = terminal.wide_ambiguous
    folded = [fold(text, one.columns, wide_ambiguous=wide) for one, (text, _tone) in zip(laid, row, strict=True)]
    height = max(map(len, folded))
    for n in range(height):
        shown = []
        for one, (_text, tone), lines in zip(laid, row, folded, strict=True):
            blank = [""] * (height - len(lines))
            line = ([*blank, *lines] if is_head else [*lines, *blank])[n]
            painted, fill = paint(line, tone, terminal), " " * (one.columns - width(line, wide_ambiguous=wide))
            shown.append(fill + painted if one.column.align is Align.RIGHT else painted + fill)
        yield GAP.join(shown).rstrip(" ")


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
