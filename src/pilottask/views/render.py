"""Grids as text: Rich tables for terminals, plain columns for pipes and mail, csv, tsv and Markdown.

Rich draws what people see on a terminal or in colour; which columns there is room for, and how wide each may be, is
settled here first, so that they are left out in a stated order. Plain output imports no Rich.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, assert_never

from pilottask.base.csv_text import csv_line
from pilottask.base.formulas import guard
from pilottask.base.terminal import Terminal
from pilottask.base.text import markdown
from pilottask.views.grid import GAP, Align, Grid, Paragraph, Part, Raw, Section, Tone, Where


class Format(StrEnum):
    """A form of output (`--format`)."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"


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
            return _draw(_parts(grid), terminal)
        case Format.JSON:
            msg = "a grid has no JSON form; pilottask.ledger.as_json has"
            raise ValueError(msg)
        case _:
            assert_never(fmt)


def render_all(grids: Sequence[Grid], fmt: Format, terminal: Terminal, *, data: int = 0) -> str:
    """Return a screen of several grids; csv and tsv have the one at the place `data` alone."""
    if fmt in {Format.CSV, Format.TSV}:
        return render(grids[data], fmt, terminal)
    return "\n".join(render(grid, fmt, terminal) for grid in grids)


def render_sections(sections: Iterable[Section], terminal: Terminal) -> str:
    """Return a screen of sections, each with the command to type next."""
    parts: list[Part] = []
    was_brief = False
    for section in sections:
        if parts and not (was_brief and section.brief):
            parts.append(Paragraph(""))
        was_brief = section.brief
        if section.brief:
            parts.append(Paragraph(f"{section.heading}{GAP}{section.command}"))
            continue
        parts.append(Paragraph(section.heading, Tone.HEAD))
        if section.grid is not None:
            parts += _parts(section.grid)
        parts.append(Paragraph(f"{GAP}{section.command}"))
    return _draw(parts, terminal)


def _parts(grid: Grid) -> list[Part]:
    parts: list[Part] = []
    if grid.title:
        parts.append(Paragraph(grid.title, Tone.HEAD))
    if not grid.rows and grid.empty is not None:
        parts.append(Paragraph(grid.empty))
    elif grid.rows or grid.head:
        parts.append(grid)
    if grid.closing:
        parts.append(Paragraph(grid.closing))
    return parts


def _draw(parts: Iterable[Part], terminal: Terminal) -> str:
    if terminal.is_terminal or terminal.colour:
        from pilottask.views import rich_tables  # noqa: PLC0415  50 ms that plain output need not wait for

        return rich_tables.draw(parts, terminal)
    from pilottask.views import layout  # noqa: PLC0415  nor what is read by a script for the widths of characters

    return "".join([f"{line}\n" for part in parts for line in layout.plain(part, terminal)])


def _data(grid: Grid) -> tuple[list[str], Iterable[list[Raw]]]:
    """Return names and rows for scripts. The total is left out: who adds up the rows should not count twice."""
    shown = [index for index, column in enumerate(grid.columns) if column.where is not Where.TERMINAL]
    return [grid.columns[index].key for index in shown], ([row[index].value for index in shown] for row in grid.rows)


def _word(value: Raw) -> str:
    """Return a value that is no text as scripts read it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(grid: Grid) -> str:
    names, rows = _data(grid)
    lines = [names, *([guard(value) if isinstance(value, str) else _word(value) for value in row] for row in rows)]
    return "".join([f"{csv_line(line)}\n" for line in lines])


_TSV_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _tsv(grid: Grid) -> str:
    names, rows = _data(grid)
    lines = [names, *([_word(value).translate(_TSV_ESCAPES) for value in row] for row in rows)]
    return "".join(["\t".join(line) + "\n" for line in lines])


def _markdown(grid: Grid) -> str:
    shown = [index for index, column in enumerate(grid.columns) if column.where is Where.ALL]
    parts = []
    if grid.title:
        parts.append(f"### {markdown(grid.title)}\n")
    if not grid.rows and grid.empty is not None:
        parts.append(f"{markdown(grid.empty)}\n")
    else:
        heads = [markdown(grid.columns[index].label, within=True) for index in shown]
        rules = ["---:" if grid.columns[index].align is Align.RIGHT else "---" for index in shown]
        rows = [[markdown(row[index].text, within=True) for index in shown] for row in grid.all_rows]
        parts.append("".join(f"| {' | '.join(line)} |\n" for line in (heads, rules, *rows)))
    if grid.closing:
        parts.append(f"{markdown(grid.closing)}\n")
    return "\n".join(parts)


def paint(text: str, tone: Tone | None, terminal: Terminal) -> str:
    """Return `text`, printable already, in a tone, where there is one and `terminal` has colours."""
    if tone is None or not terminal.colour:
        return text
    from pilottask.views import rich_tables  # noqa: PLC0415  as above

    return rich_tables.paint(text, tone)
