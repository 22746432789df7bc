"""A collection sheet as an Excel workbook."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from pilottask.base.formulas import unguard
from pilottask.base.i18n import _
from pilottask.base.width import longest_word
from pilottask.exchange.collect.form import ANSWERS, HIDDEN, INPUT, Answer, Field, Form
from pilottask.exchange.office import values
from pilottask.exchange.office.workbook_out import (
    LINE,
    Cell,
    Style,
    _text,
    book_bytes,
    day_value,
    dress,
    folded_lines,
    hide,
    new_book,
    number_value,
    offer,
    put,
)

_WIDTHS: Final[Mapping[Field, int]] = {
    **dict.fromkeys((Field.ID, Field.UNIT, Field.SUBMIT), 5),
    **dict.fromkeys((Field.TARGET, Field.REACHED), 6),
    **dict.fromkeys((Field.COORDINATE, Field.ACTUAL), 7),
    **dict.fromkeys((Field.OWNER, Field.STATUS), 8),
    Field.SUPPORT: 10,
    Field.DUE: 11,
    **dict.fromkeys((Field.OPEN, Field.EXTENSION), 12),
    **dict.fromkeys((Field.REQUIREMENT, Field.LAST, Field.NEED), 14),
    **dict.fromkeys((Field.TITLE, Field.PROBLEM, Field.NEXT), 16),
    Field.PROGRESS: 18,
}
"""Display columns, such that all of them are legible side by side on A4 landscape; what is longer is folded."""
_UNSEEN: Final = 14


def collection(form: Form, *, office: str | None, today: date) -> bytes:
    """Return a collection sheet as a workbook: what is known locked, what is asked for open and coloured.

    Made for sorting, folding and filtering; there is no password on it. Raises UsageFault as `ledger` does.
    """
    book = new_book()
    sheet = book.active
    sheet.title = _("Collection sheet")
    put(sheet, 1, 1, Cell(unguard(form.title), Style.TITLE))
    put(sheet, 2, 1, Cell(form.note, Style.NOTE))
    head_row = 3
    for place, head in enumerate(form.heads, start=1):
        put(sheet, head_row, place, Cell(head, Style.HEAD))
    for row, cells in enumerate(form.rows, start=head_row + 1):
        for place, (field, cell) in enumerate(zip(Field, cells, strict=True), start=1):
            put(sheet, row, place, _form_cell(field, cell))
    last = head_row + len(form.rows)
    blank = {
        field for place, field in enumerate(Field) if field not in INPUT and not any(row[place] for row in form.rows)
    }
    unseen = blank | HIDDEN | {Field.DEPARTMENT}  # which the title names
    widths = [
        max(_WIDTHS.get(field, _UNSEEN), longest_word(head) + 1) for field, head in zip(Field, form.heads, strict=True)
    ]
    dress(sheet, widths, head_row=head_row, last_row=last, foot=office, printed=list(Field).index(INPUT[-1]) + 1)
    shown = [(place, widths[place]) for place, field in enumerate(Field) if field not in unseen]
    sheet.row_dimensions[2].height = LINE * folded_lines(form.note, sum(columns for _place, columns in shown))
    for row, cells in enumerate((form.heads, *form.rows), start=head_row):
        sheet.row_dimensions[row].height = LINE * max(folded_lines(cells[place], columns) for place, columns in shown)
    hide(sheet, (place for place, field in enumerate(Field) if field in unseen))
    for field in (Field.COORDINATE, Field.SUBMIT):
        offer(sheet, list(map(ANSWERS.say, Answer)), list(Field).index(field), first=head_row + 1, last=last)
    sheet.protection.sheet = True
    for allowed in ("sort", "autoFilter", "formatColumns", "formatRows", "formatCells"):
        setattr(sheet.protection, allowed, False)  # what is not locked
    return book_bytes(book, today)


def _form_cell(field: Field, cell: str) -> Cell:
    if field in INPUT:
        return Cell(None, Style.INPUT)
    if field is Field.DUE and cell[:1].isdigit():
        return Cell(day_value(date.fromisoformat(cell)), Style.DATE)
    if field in {Field.ID, Field.TARGET, Field.REACHED}:
        return Cell(number_value(values.number(cell)) if cell else None, Style.NUMBER)
    return Cell(_text(cell))
