"""A collection sheet as an Excel workbook."""

from datetime import date

from pilottask.base.formulas import unguard
from pilottask.base.i18n import _
from pilottask.exchange.collect.form import ANSWERS, INPUT, Answer, Field, Form
from pilottask.exchange.office import values
from pilottask.exchange.office.workbook_out import (
    _NARROWEST,
    _WIDEST,
    Cell,
    Style,
    _text,
    day_value,
    dress,
    hide,
    new_book,
    number_value,
    offer,
    packed,
    put,
    width,
)


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
        for place, (field, cell) in enumerate(zip(form.fields, cells, strict=True), start=1):
            put(sheet, row, place, _form_cell(field, cell))
    last = head_row + len(form.rows)
    widths = [
        max(_asked_width(field), width(head), *(width(row[place]) for row in form.rows))
        for place, (field, head) in enumerate(zip(form.fields, form.heads, strict=True))
    ]
    dress(sheet, widths, head_row=head_row, last_row=last, foot=office, printed=form.fields.index(Field.SUBMIT) + 1)
    sheet.row_dimensions[2].height = 32
    blank = (field not in INPUT and not any(row[place] for row in form.rows) for place, field in enumerate(form.fields))
    hide(sheet, (place for place, empty in enumerate(blank) if empty))
    offer(sheet, list(map(ANSWERS.say, Answer)), form.fields.index(Field.SUBMIT), first=head_row + 1, last=last)
    sheet.protection.sheet = True
    for allowed in ("sort", "autoFilter", "formatColumns", "formatRows", "formatCells"):
        setattr(sheet.protection, allowed, False)  # what is not locked
    return packed(book, today)


def _asked_width(field: Field) -> int:
    return _WIDEST if field in {Field.PROGRESS, Field.PROBLEM, Field.NEXT} else _NARROWEST


def _form_cell(field: Field, cell: str) -> Cell:
    if field in INPUT:
        return Cell(None, Style.INPUT)
    if field is Field.DUE and cell[:1].isdigit():
        return Cell(day_value(date.fromisoformat(cell)), Style.DATE)
    if field in {Field.ID, Field.TARGET, Field.REACHED}:
        return Cell(number_value(values.number(cell)) if cell else None, Style.NUMBER)
    return Cell(_text(cell))
