"""A ledger on two sheets, as it is exported: what is read first, and behind it the columns that found no room there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from pilottask.exchange.office.headings import Column, classify
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.sheets import Sheet

BEGINNING: Final = (Column.NUMBER, Column.UID, Column.TITLE)
"""Columns with which both sheets begin; by uid or number a row of one is known on the other."""


def is_continuation(head: Sequence[Sequence[str]]) -> bool:
    """Tell whether a sheet with these first rows continues a ledger: it begins like one, and has no lead unit."""
    columns = next((found for cells in head if _begins(found := _columns(cells))), ())
    return bool(columns) and Column.DEPARTMENT not in columns


def continued(first: Sheet, rest: Sheet) -> Sheet:
    """Return `first` with the columns of `rest` behind its own; each row has the cells of the row that is its like."""
    top, below = (
        next((place for place, row in enumerate(sheet.rows) if _begins(_columns(row.cells))), None)
        for sheet in (first, rest)
    )
    if top is None or below is None:
        return first
    likes = {key: row for row in reversed(rest.rows[below + 1 :]) for key in _keys(row)}
    wide = max(len(row.cells) for row in first.rows)
    rows = list(first.rows)
    rows[top] = _joined(rows[top], rest.rows[below], wide)
    for place, row in enumerate(rows[top + 1 :], start=top + 1):
        like = next((likes[key] for key in _keys(row) if key in likes), None)
        if like is not None:
            rows[place] = _joined(row, like, wide)
    return replace(first, rows=tuple(rows))


def _columns(cells: Sequence[str]) -> tuple[Column | None, ...]:
    return tuple(map(classify, cells))


def _begins(columns: Sequence[Column | None]) -> bool:
    return tuple(columns[: len(BEGINNING)]) == BEGINNING


def _keys(row: Row) -> list[tuple[Column, str]]:
    """Return by what a row is known: its uid, then its number."""
    return [(column, text) for column in (Column.UID, Column.NUMBER) if (text := row.at(BEGINNING.index(column)))]


def _joined(row: Row, like: Row, wide: int) -> Row:
    shared = len(BEGINNING)
    cells = (*row.cells, *[""] * (wide - len(row.cells)), *like.cells[shared:])
    faults = {at + wide - shared: why for at, why in like.faults.items() if at >= shared}
    return msgspec.structs.replace(row, cells=cells, faults={**row.faults, **faults})
