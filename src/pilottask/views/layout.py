"""The columns of a grid as they are laid out, before Rich draws them; and plain lines made of them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from msgspec import Struct

from pilottask.base.terminal import Terminal
from pilottask.base.text import multiline, safe
from pilottask.base.width import longest_word, width
from pilottask.views.grid import GAP, Align, Column, Grid, Paragraph, Part, Raw, Tone, Where

_WORD: Final = 24
"""A word longer than this may be broken to keep a column."""


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
    results = []
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
        taken = {text: measure(text) for text in set(texts)}  # rows share most of their texts
        results.append(Laid(column, texts, [taken[text] for text in texts], tones, max(taken.values())))
    return results


def plain(part: Part, terminal: Terminal) -> Iterable[str]:
    """Return a part as lines for a pipe or a mail: nothing cut, one line a row."""
    if isinstance(part, Paragraph):
        return [safe(part.text).rstrip(" ")]
    laid = lay_out(part, terminal, partial(width, wide_ambiguous=terminal.wide_ambiguous))
    rows = [GAP.join(row).rstrip(" ") for row in zip(*map(_fill, laid), strict=True)]
    rule = GAP.join("-" * one.columns for one in laid)
    if part.total is not None:
        rows.insert(-1, rule)
    if part.head:
        rows.insert(1, rule)
    return rows


def _fill(laid: Laid) -> list[str]:
    """Return the texts of a column, each as wide as the column."""
    fills = [" " * (laid.columns - taken) for taken in laid.widths]
    cells = (fills, laid.texts) if laid.column.align is Align.RIGHT else (laid.texts, fills)
    return list(map("".join, zip(*cells, strict=True)))


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
