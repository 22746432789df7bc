"""Cells that a department does not fill in, compared with what was sent out."""

from datetime import date
from typing import Final

from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.exchange.collect.form import Field
from pilottask.exchange.office import values
from pilottask.ledger import vocabulary

_DAYS: Final = frozenset({Field.DUE})
_NUMBERS: Final = frozenset({Field.TARGET, Field.REACHED})
_LISTS: Final = frozenset({Field.DEPARTMENT, Field.SUPPORT})


def same_cell(column: Field, one: str, other: str, *, today: date) -> bool:
    """Tell whether two cells of a column say the same."""
    return _canonical(column, one, today) == _canonical(column, other, today)


def _canonical(column: Field, raw: str, today: date) -> object:
    """Return what a fixed cell says, however a spreadsheet or another language writes it."""
    cell = values.cell_text(raw)
    try:
        if column in _DAYS:
            return dates.parse_cell(cell, today=today) if cell else None
        if column in _NUMBERS:
            return values.number(cell) if cell else None
    except UsageFault:
        return cell
    if column in _LISTS:
        return values.items(raw)
    if column is Field.STATUS:
        return vocabulary.STATUS.find(cell) or cell
    return " ".join(cell.split())
