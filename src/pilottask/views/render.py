"""Grids as text: Rich tables for terminals, plain columns for pipes and mail, csv, tsv and Markdown.

Rich draws what people see on a terminal or in colour; which columns there is room for, and how wide each may be, is
settled here first, so that they are left out in a stated order. Plain output imports no Rich.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, assert_never

from msgspec import Struct

from pilottask.base.formulas import defused
from pilottask.base.terminal import Terminal
from pilottask.base.text import safe
from pilottask.base.width import fold, longest_word, width
from pilottask.views.grid import Align, Column, Grid, Raw, Row, Section, Tone, Where

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


class Format(StrEnum):
    """A form of output (`--format`)."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"


_GAP: Final = "  "
_RULED: Final = "    \n    \n ── \n    \n ── \n    \n    \n    \n"
"""Rich's picture of a frame: a rule under the head and over the sum, nothing else, to spare columns."""
_ENDLESS: Final = 100_000
"""A width that nothing is folded at."""
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


def render(grid: Grid, fmt: Format, terminal: Terminal) -> str:
    """Return `grid` in this form, a line break at its end. JSON is not made of grids but by `ledger.as_json`."""
    match fmt:
        case Format.CSV:
            return _csv(grid)
        case Format.TSV:
            return _tsv(grid)
        case Format.MD:
            return _markdown(grid)
        case Format.TABLE:
            return _drawn(_parts(grid), terminal)
        case Format.JSON:
            msg = "a grid has no JSON form; pilottask.ledger.as_json has"
            raise ValueError(msg)
        case _:
            assert_never(fmt)


def render_all(grids: Sequence[Grid], fmt: Format, terminal: Terminal) -> str:
    """Return a screen of several grids, the first of which is its data: csv and tsv have that one alone."""
    if fmt in {Format.CSV, Format.TSV}:
        return render(grids[0], fmt, terminal)
    return "\n".join(render(grid, fmt, terminal) for grid in grids)


def render_sections(sections: Iterable[Section], terminal: Terminal) -> str:
    """Return a screen of sections, each with the command to type next."""
    parts: list[_Part] = []
    for section in sections:
        if parts:
            parts.append(_Paragraph(""))
        parts.append(_Paragraph(section.heading, Tone.HEAD))
        if section.grid is not None:
            parts += _parts(section.grid)
        parts.append(_Paragraph(f"{_GAP}{section.command}"))
    return _drawn(parts, terminal)


class _Paragraph(NamedTuple):
    """Text of our own around a table."""

    text: str
    tone: Tone | None = None


class _Body(NamedTuple):
    """The columns and rows of a grid, without what stands around them."""

    grid: Grid


_Part = _Paragraph | _Body


def _parts(grid: Grid) -> list[_Part]:
    parts: list[_Part] = []
    if grid.title:
        parts.append(_Paragraph(grid.title, Tone.HEAD))
    if not grid.rows and grid.empty is not None:
        parts.append(_Paragraph(grid.empty))
    elif grid.rows or grid.head:
        parts.append(_Body(grid))
    if grid.closing:
        parts.append(_Paragraph(grid.closing))
    return parts


def _drawn(parts: Iterable[_Part], terminal: Terminal) -> str:
    if terminal.is_terminal or terminal.colour:
        return _by_rich(parts, terminal)
    return "".join([f"{line}\n" for part in parts for line in _plain(part, terminal)])


def _shown(text: str) -> str:
    """Return `text` safe for a terminal, its line breaks kept."""
    if text.isprintable():
        return text
    return "\n".join(safe(line) for line in text.replace("\r\n", "\n").split("\n"))


class _Laid(Struct):
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


def _body_rows(grid: Grid) -> Sequence[Row]:
    return grid.rows if grid.total is None else (*grid.rows, grid.total)


def _laid(grid: Grid, terminal: Terminal, measure: Callable[[str], int]) -> list[_Laid]:
    """Lay out the columns of `grid` that are shown here, each as wide as its widest text."""
    hidden = {Where.DATA} if terminal.is_terminal else {Where.DATA, Where.TERMINAL}
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
    kept = laid
    if not _over(kept, [one.columns for one in kept], terminal):
        return kept
    least = {id(one): one.least() for one in kept}
    droppable = sorted((one for one in kept if one.column.drop is not None), key=lambda one: one.column.drop or 0)
    for one in droppable:
        if not _over(kept, [least[id(left)] for left in kept], terminal):
            break
        kept = [other for other in kept if other is not one]
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


def _plain(part: _Part, terminal: Terminal) -> Iterable[str]:
    """Return a part as lines for a pipe or a mail: nothing cut, one line a row."""
    if isinstance(part, _Paragraph):
        return [safe(part.text).rstrip(" ")]
    laid = _laid(part.grid, terminal, partial(width, wide_ambiguous=terminal.wide_ambiguous))
    rows = [_line(laid, row) for row in zip(*[zip(one.texts, one.widths, strict=True) for one in laid], strict=True)]
    rule = _GAP.join("-" * one.columns for one in laid)
    if part.grid.total is not None:
        rows.insert(-1, rule)
    if part.grid.head:
        rows.insert(1, rule)
    return rows


def _line(laid: Sequence[_Laid], row: Iterable[tuple[str, int]]) -> str:
    cells = []
    for one, (text, taken) in zip(laid, row, strict=True):
        fill = " " * (one.columns - taken)
        cells.append(fill + text if one.column.align is Align.RIGHT else text + fill)
    return _GAP.join(cells).rstrip(" ")


def painted(text: str, tone: Tone | None, terminal: Terminal) -> str:
    """Return `text`, printable already, in a tone, where there is one and `terminal` has colours."""
    if tone is None or not terminal.colour:
        return text
    from rich.color import ColorSystem  # noqa: PLC0415  as in _by_rich
    from rich.style import Style  # noqa: PLC0415

    return Style.parse(_STYLES[tone]).render(text, color_system=ColorSystem.STANDARD)


def _by_rich(parts: Iterable[_Part], terminal: Terminal) -> str:
    """Return parts as Rich draws them: fitted to a terminal, or in full width where only colour was asked for."""
    from io import StringIO  # noqa: PLC0415  with Rich, below

    from rich.console import Console  # noqa: PLC0415  50 ms that plain output need not wait for

    written = StringIO()
    width_asked = terminal.width if terminal.is_terminal else _ENDLESS
    console = Console(
        file=written,
        force_terminal=True,
        color_system="standard" if terminal.colour else None,
        legacy_windows=False,
        width=width_asked,
        _environ={},
    )
    with _measuring(terminal):
        for part in parts:
            if isinstance(part, _Paragraph):
                console.width = width_asked
                console.print(_rich_text(_shown(part.text), part.tone, width_asked, terminal))
            else:
                table = _rich_table(part.grid, terminal)
                # Where even the least widths do not fit, lines run over: Rich would leave out whole columns.
                needed = sum(column.width or 0 for column in table.columns) + len(_GAP) * (len(table.columns) - 1)
                console.width = max(width_asked, needed)
                console.print(table)
    return "".join([f"{line.rstrip(' ')}\n" for line in written.getvalue().split("\n")[:-1]])


def _rich_text(text: str, tone: Tone | None, columns: int, terminal: Terminal) -> "Text":
    """Return text folded to its columns; its tone ends with it, where a style of the whole would colour the padding.

    Rich folds too, but breaks Chinese before closing punctuation and moves a run of it whole to the next line.
    """
    from rich.text import Text  # noqa: PLC0415  as in _by_rich

    lines = fold(text, columns, wide_ambiguous=terminal.wide_ambiguous)
    return Text(overflow="fold").append("\n".join(lines), _STYLES[tone] if tone else None)


def _rich_table(grid: Grid, terminal: Terminal) -> "Table":
    from rich.box import Box  # noqa: PLC0415  as in _by_rich
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    def widest(text: str) -> int:
        # Where Rich's tables and ours differ, room for either: it pads by its own, lines are folded by ours.
        wide = terminal.wide_ambiguous
        return max(max(cell_len(line), width(line, wide_ambiguous=wide)) for line in text.split("\n"))

    laid = _laid(grid, terminal, widest)
    if terminal.is_terminal:
        laid = _fit(laid, terminal)
    table = Table(
        box=Box(_RULED.replace("─", "-") if _ascii_only(terminal) else _RULED),
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
    for place, row in enumerate(rows, start=1):
        before_total = grid.total is not None and place == len(rows) - 1
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
    from rich import cells  # noqa: PLC0415  as in _by_rich

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


def _data(grid: Grid) -> tuple[list[str], Iterable[list[Raw]]]:
    """Return names and rows for scripts. The total is left out: who adds up the rows should not count twice."""
    places = [place for place, column in enumerate(grid.columns) if column.where is not Where.TERMINAL]
    return [grid.columns[place].key for place in places], ([row[place].value for place in places] for row in grid.rows)


def _word(value: Raw) -> str:
    """Return a value that is no text as scripts read it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Rows(list[str]):
    """Rows as `csv.writer` writes them, their ends made line feeds.

    The writer's own rows end in CRLF: only then does it quote a lone carriage return (before Python 3.13).
    """

    def write(self, row: str) -> None:
        """Take one row."""
        self.append(row.removesuffix("\r\n") + "\n")


def _csv(grid: Grid) -> str:
    import csv  # noqa: PLC0415  only this form needs it

    names, rows = _data(grid)
    written = _Rows()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([defused(value) if isinstance(value, str) else _word(value) for value in row] for row in rows)
    return "".join(written)


_TSV_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _tsv(grid: Grid) -> str:
    names, rows = _data(grid)
    lines = [names, *([_word(value).translate(_TSV_ESCAPES) for value in row] for row in rows)]
    return "".join(["\t".join(line) + "\n" for line in lines])


# What GitHub's Markdown could take for markup in a cell or a heading: `$` begins a formula there.
_MARKUP: Final = r"([\\`*_\[\]<>|~&$#])"


def _escaped(text: str) -> str:
    return re.sub(_MARKUP, r"\\\1", _shown(text)).replace("\n", "<br>")


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
