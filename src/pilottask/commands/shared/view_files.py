"""Tables of views as printed pages: what a terminal shows, to be handed out."""

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Final

from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.base.width import shrink, width
from pilottask.commands.session import Session
from pilottask.commands.shared.files_out import write as write_file
from pilottask.paper import document as doc
from pilottask.paper import writers
from pilottask.paper.phrases import long_day, section_numeral
from pilottask.paper.writers import PaperFormat
from pilottask.views.grid import Align, Column, Grid, Where

_FORMS: Final = (PaperFormat.DOCX, PaperFormat.HTML, PaperFormat.MD, PaperFormat.TEXT)
_COLUMNS: Final = 84
"""Display columns that a table has on a page; beyond them columns are left out in their turn, as on a terminal."""
_WIDEST: Final = 30
"""Display columns of the widest cell that has its share of the page; longer ones are folded."""
_SIDES: Final = {Align.LEFT: doc.Align.LEFT, Align.RIGHT: doc.Align.RIGHT}


def write(session: Session, file: Path, title: str, grids: Sequence[Grid]) -> None:
    """Write `grids` under `title` as a page in the form that the ending of `file` says. Raises UsageFault, IoFault."""
    form = writers.format_of(file, _FORMS)
    document = page(session, title, _sections(grids, title))
    write_file(file, writers.write(document, form, moment=session.now, form_feed=False))
    session.warn(_("written: {file}").format(file=safe(str(file))))


def page(session: Session, title: str, sections: Iterable[doc.Section]) -> doc.Document:
    """Return a page of today with these sections under `title`."""
    pilot, day = session.ledger.pilot, long_day(session.today)
    made = doc.Page(above=pilot.name, title=title, left=pilot.office or "", right=day, sections=tuple(sections))
    return doc.Document(session.lang, title, (made,), wide_ambiguous=session.terminal.wide_ambiguous)


def _sections(grids: Sequence[Grid], title: str) -> Iterable[doc.Section]:
    """Return a section for each table, numbered where several have titles."""
    numbers = count()
    several = sum(bool(grid.title) for grid in grids) > 1
    for grid in grids:
        numeral = section_numeral(next(numbers)) if grid.title and several else ""
        yield doc.Section(None, grid.title or "", tuple(_blocks(grid, title)), numeral)


def _blocks(grid: Grid, title: str) -> Iterable[doc.Block]:
    if not grid.rows:
        if grid.empty:
            yield doc.Paragraph(grid.empty)
        return
    shares = _shares(grid)
    yield doc.Table(
        grid.title or title,
        tuple(doc.Column(column.label, share, _SIDES[column.align]) for _place, column, share in shares),
        tuple(tuple(doc.Cell(row[index].text) for index, _column, _share in shares) for row in grid.rows),
        tuple(doc.Cell(grid.total[index].text) for index, _column, _share in shares) if grid.total else None,
    )
    if grid.closing:
        yield doc.Paragraph(grid.closing, quiet=True)


def _wish(text: str) -> int:
    """Return the display columns that a cell asks for: Latin letters are narrower, figures set apart from Chinese."""
    return width(text) + (not text.isascii()) * (1 + any(map(str.isdecimal, text)))


def _shares(grid: Grid) -> list[tuple[int, Column[object], int]]:
    """Return the columns that a page has room for: place in the grid, column, and share in display columns.

    Those that may be folded are, before another is left out.
    """
    taken = []
    for index, column in enumerate(grid.columns):
        if column.where is Where.ALL and column.bar is None:
            texts = (column.label, *(row[index].text for row in grid.all_rows))
            share = min(max(map(_wish, texts)) + 1, _WIDEST)
            taken.append((index, column, share, min(share, column.fold or share)))
    droppable = sorted((one for one in taken if one[1].drop is not None), key=lambda one: one[1].drop or 0)
    for one in droppable:
        if sum(least for *_column, least in taken) <= _COLUMNS:
            break
        taken.remove(one)
    widths = [share for *_column, share, _least in taken]
    shrink(widths, [least for *_column, least in taken], sum(widths) - _COLUMNS)
    return [(index, column, share) for (index, column, *_widths), share in zip(taken, widths, strict=True)]
