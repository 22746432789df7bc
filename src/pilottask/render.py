"""Grids as text: fitted to a terminal, plain for pipes and mail, csv, tsv and Markdown.

Columns are fitted and padded here, by `pilottask.text.width`, on a terminal too: Rich measures by tables of its own,
which know no characters of ambiguous width, so that its tables would part from the setting `wide_ambiguous`. Rich is
given whole lines as `Text` to colour, and is imported for that alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import zip_longest
from typing import Final

from pilottask.cells import defused
from pilottask.grid import Align, Column, Grid, Raw, Row, Section, Tone, Where
from pilottask.terminal import Terminal
from pilottask.text import fold, longest_word, safe, width


class Format(StrEnum):
    """A form of output (`--format`)."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"


_GAP: Final = "  "
_WORD: Final = 24
"""A word longer than this may be broken to keep a column."""
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

Span = tuple[str, Tone | None]
Line = list[Span]


def render(grid: Grid, fmt: Format, terminal: Terminal) -> str:
    """Return `grid` in this form, a line break at its end. JSON is not made of grids but of `pilottask.records`."""
    match fmt:
        case Format.CSV:
            return _csv(grid)
        case Format.TSV:
            return _tsv(grid)
        case Format.MD:
            return _markdown(grid)
        case Format.TABLE:
            return _drawn(_table(grid, terminal), terminal)
        case Format.JSON:
            msg = "a grid has no JSON form; pilottask.records has"
            raise ValueError(msg)


def render_all(grids: Sequence[Grid], fmt: Format, terminal: Terminal) -> str:
    """Return a screen of several grids, the first of which is its data: csv and tsv have that one alone."""
    if fmt in {Format.CSV, Format.TSV}:
        return render(grids[0], fmt, terminal)
    return "\n".join(render(grid, fmt, terminal) for grid in grids)


def render_sections(sections: Iterable[Section], terminal: Terminal) -> str:
    """Return a screen of sections, each with the command to type next."""
    lines: list[Line] = []
    for section in sections:
        if lines:
            lines.append([])
        lines += _paragraph(section.heading, terminal, tone=Tone.HEAD)
        if section.grid is not None:
            lines += _table(section.grid, terminal)
        lines += _paragraph(f"{_GAP}{section.command}", terminal)
    return _drawn(lines, terminal)


def _drawn(lines: Iterable[Line], terminal: Terminal) -> str:
    """Return lines as text, coloured where the terminal has colour."""
    if not terminal.colour:
        return "".join([f"{''.join([text for text, _tone in line]).rstrip(' ')}\n" for line in lines])
    from io import StringIO  # noqa: PLC0415  with Rich, below

    from rich.console import Console  # noqa: PLC0415  50 ms that uncoloured output need not wait for
    from rich.text import Text  # noqa: PLC0415

    written = StringIO()
    console = Console(
        file=written,
        force_terminal=True,
        color_system="standard",
        legacy_windows=False,
        _environ={},
        width=terminal.width,
    )
    for line in lines:
        text = Text()
        for part, tone in line:
            text.append(part, _STYLES[tone] if tone else None)
        text.rstrip()
        console.print(text, soft_wrap=True)
    return written.getvalue()


def _paragraph(text: str, terminal: Terminal, *, tone: Tone | None = None) -> list[Line]:
    """Return text of our own around a table, folded on a terminal."""
    if not terminal.is_terminal:
        return [[(safe(text), tone)]]
    return [[(line, tone)] for line in fold(_shown(text), terminal.width, wide_ambiguous=terminal.wide_ambiguous)]


def _shown(text: str) -> str:
    """Return `text` safe for a terminal, its line breaks kept."""
    if text.isprintable():
        return text
    return "\n".join(safe(line) for line in text.replace("\r\n", "\n").split("\n"))


@dataclass(slots=True)
class _Laid:
    """A column as it is laid out: what stands in it from the head down, safe, and the columns each text takes."""

    column: Column
    texts: list[str]
    widths: list[int]
    tones: list[Tone | None]
    columns: int

    def cells(self) -> Iterable[tuple[str, int, Tone | None]]:
        """Yield each text with its width and tone."""
        return zip(self.texts, self.widths, self.tones, strict=True)

    def least(self, *, wide_ambiguous: bool) -> int:
        """Columns below which words would be broken."""
        if self.column.fold is None:
            return self.columns
        words = max(longest_word(text, wide_ambiguous=wide_ambiguous) for text in self.texts)
        return min(self.columns, max(self.column.fold, min(words, _WORD)))


def _body_rows(grid: Grid) -> Sequence[Row]:
    return grid.rows if grid.total is None else (*grid.rows, grid.total)


def _laid(grid: Grid, terminal: Terminal) -> list[_Laid]:
    """Lay out the columns of `grid` that are shown here, each as wide as its widest text."""
    hidden = {Where.DATA} if terminal.is_terminal else {Where.DATA, Where.TERMINAL}
    measure = partial(_widest if terminal.is_terminal else width, wide_ambiguous=terminal.wide_ambiguous)
    shown = _shown if terminal.is_terminal else safe
    found = []
    for place, column in enumerate(grid.columns):
        if column.where in hidden:
            continue
        cells = [row[place] for row in _body_rows(grid)]
        if column.bar is None:
            texts = [shown(cell.text) for cell in cells]
        else:
            texts = [_bar(cell.value, column.bar, terminal) for cell in cells]
        tones = [cell.tone for cell in cells]
        if grid.head:
            texts.insert(0, safe(column.label))
            tones.insert(0, Tone.HEAD)
        widths = list(map(measure, texts))
        found.append(_Laid(column, texts, widths, tones, max(widths)))
    return found


def _widest(text: str, *, wide_ambiguous: bool) -> int:
    return max([width(line, wide_ambiguous=wide_ambiguous) for line in text.split("\n")])


def _bar(share: Raw, columns: int, terminal: Terminal) -> str:
    """Return a bar filled to its share, from 0 to 1; nothing where there is none."""
    if not isinstance(share, float):
        return ""
    full, rest = ("#", ".") if _ascii_only(terminal) else ("█", "░")
    filled = round(share * columns)
    return full * filled + rest * (columns - filled)


def _ascii_only(terminal: Terminal) -> bool:
    """Tell whether rules and bars are made of ASCII: off a terminal, and where the drawn ones take two columns."""
    return not terminal.is_terminal or terminal.dumb or terminal.wide_ambiguous


def _fit(laid: list[_Laid], terminal: Terminal) -> list[_Laid]:
    """Return the columns that a terminal has room for, folded where they must be.

    What may be left out is, in its turn, before a word is broken; what is left and does not fit even so is folded
    to its least, and last of all to two columns.
    """
    kept = list(laid)
    if not _over(kept, [one.columns for one in kept], terminal):
        return kept
    least = {id(one): one.least(wide_ambiguous=terminal.wide_ambiguous) for one in kept}
    droppable = sorted((one for one in kept if one.column.drop is not None), key=lambda one: one.column.drop or 0)
    for one in droppable:
        if _over(kept, [least[id(one)] for one in kept], terminal) <= 0:
            break
        kept.remove(one)
    for floor in (
        least,
        {id(one): min(one.columns, one.column.fold or one.columns) for one in kept},
        {id(one): one.columns if one.column.fold is None else min(one.columns, _NARROWEST) for one in kept},
    ):
        _shrink(kept, floor, terminal)
    return kept


def _over(laid: Sequence[_Laid], columns: Iterable[int], terminal: Terminal) -> int:
    """Columns by which a table is wider than the terminal; 0 where it fits."""
    return max(sum(columns) + len(_GAP) * (len(laid) - 1) - terminal.width, 0)


def _shrink(laid: Sequence[_Laid], floor: Mapping[int, int], terminal: Terminal) -> None:
    """Take columns from the widest, down to its floor, until all fit or none has any to give."""
    over = _over(laid, [one.columns for one in laid], terminal)
    while over:
        giving = [one for one in laid if one.columns > floor[id(one)]]
        if not giving:
            return
        widest = max(giving, key=lambda one: one.columns)
        others = max((one.columns for one in giving if one is not widest), default=0)
        step = min(over, widest.columns - max(floor[id(widest)], min(others, widest.columns - 1)))
        widest.columns -= step
        over -= step


def _table(grid: Grid, terminal: Terminal) -> list[Line]:
    lines: list[Line] = []
    if grid.title:
        lines += _paragraph(grid.title, terminal, tone=Tone.HEAD)
    if not grid.rows and grid.empty is not None:
        lines += _paragraph(grid.empty, terminal)
    elif grid.rows or grid.head:
        lines += _body(grid, terminal)
    if grid.closing:
        lines += _paragraph(grid.closing, terminal)
    return lines


def _body(grid: Grid, terminal: Terminal) -> list[Line]:
    """Return head, rows and total, a rule after the head and one before the total."""
    laid = _laid(grid, terminal)
    if terminal.is_terminal:
        laid = _fit(laid, terminal)
        rows = [_folded_row(laid, place, terminal) for place in range(len(laid[0].texts))]
    else:
        rows = [[_line(laid, one)] for one in zip(*[column.cells() for column in laid], strict=True)]
    rule = [_rule(laid, terminal)]
    if grid.total is not None:
        rows.insert(-1, rule)
    if grid.head:
        rows.insert(1, rule)
    return [line for row in rows for line in row]


def _folded_row(laid: Sequence[_Laid], place: int, terminal: Terminal) -> list[Line]:
    """Return a row as the lines it takes once its cells are folded to their columns."""
    wide = terminal.wide_ambiguous
    folded = [fold(one.texts[place], one.columns, wide_ambiguous=wide) for one in laid]
    tones = [one.tones[place] for one in laid]
    return [
        _line(laid, [(text, width(text, wide_ambiguous=wide), tone) for text, tone in zip(texts, tones, strict=True)])
        for texts in zip_longest(*folded, fillvalue="")
    ]


def _line(laid: Sequence[_Laid], cells: Iterable[tuple[str, int, Tone | None]]) -> Line:
    """Return one line of a table: each text padded to its column; the padding has no tone."""
    line: Line = []
    for one, (text, taken, tone) in zip(laid, cells, strict=True):
        fill = " " * (one.columns - taken)
        if one.column.align is Align.RIGHT:
            line += ((fill, None), (text, tone), (_GAP, None))
        else:
            line += ((text, tone), (fill + _GAP, None))
    return line


def _rule(laid: Iterable[_Laid], terminal: Terminal) -> Line:
    stroke = "-" if _ascii_only(terminal) else "─"
    return [(_GAP.join(stroke * one.columns for one in laid), None)]


def _data(grid: Grid) -> tuple[list[str], Iterable[list[Raw]]]:
    """Return names and rows for scripts. The total is left out: who adds up the rows should not count twice."""
    places = [place for place, column in enumerate(grid.columns) if column.where is not Where.TERMINAL]
    return [grid.columns[place].key for place in places], ([row[place].value for place in places] for row in grid.rows)


def _word(value: Raw) -> str:
    """Return a value that is no text as scripts read it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(grid: Grid) -> str:
    import csv  # noqa: PLC0415  only this form needs it
    from io import StringIO  # noqa: PLC0415

    names, rows = _data(grid)
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([defused(value) if isinstance(value, str) else _word(value) for value in row] for row in rows)
    return written.getvalue()


_TSV_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _tsv(grid: Grid) -> str:
    names, rows = _data(grid)
    lines = [names, *([_word(value).translate(_TSV_ESCAPES) for value in row] for row in rows)]
    return "".join(["\t".join(line) + "\n" for line in lines])


# What GitHub's Markdown could take for markup in a cell or a heading: `$` begins a formula there.
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|~&$#])")


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _shown(text)).replace("\n", "<br>")


def _markdown(grid: Grid) -> str:
    places = [place for place, column in enumerate(grid.columns) if column.where is Where.ALL]
    parts = []
    if grid.title:
        parts.append(f"### {_escaped(grid.title)}\n")
    if not grid.rows and grid.empty is not None:
        parts.append(f"{_escaped(grid.empty)}\n")
    else:
        heads = [_escaped(grid.columns[place].label) for place in places]
        rules = ["---:" if grid.columns[place].align is Align.RIGHT else "---" for place in places]
        rows = [[_escaped(row[place].text) for place in places] for row in _body_rows(grid)]
        parts.append("".join(f"| {' | '.join(line)} |\n" for line in (heads, rules, *rows)))
    if grid.closing:
        parts.append(f"{_escaped(grid.closing)}\n")
    return "\n".join(parts)
