"""Rows under one merged title: one task with several measures, or several tasks of one name.

Offices merge 工作任务 over the rows of its 具体措施. Where nothing else in these rows differs they are one task, with
one lead and one deadline to be counted by; where something does, each row is a task. Which it was is said.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

import msgspec

from pilottask.base.formulas import unguard
from pilottask.base.text import quote
from pilottask.exchange.office.drafts import counted
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row, Table

Span = tuple[int, int]
"""The first and the last of rows, as the spreadsheet counts."""


def with_rows_joined(table: Table, layout: Layout, titles: Iterable[Span]) -> Table:
    """Return `table` with one row for each task; `titles` are rows that share a merged title, none twice."""
    measure = layout.columns.get(Column.REQUIREMENT)
    rows = {row.number: row for row in table.rows}
    numbers = [*rows]
    alike: list[Span] = []
    unlike: list[Span] = []
    for first, last in titles:
        found = [rows[number] for number in numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]]
        if len(found) < 2:  # noqa: PLR2004  one row shares its title with nobody
            continue
        if measure is None or not _alike(found, measure):
            unlike.append((first, last))
            continue
        alike.append((first, last))
        rows[found[0].number] = _one(found, measure)
        for row in found[1:]:
            del rows[row.number]
    notices = _told(alike, unlike, names=layout.names, measure=measure)
    return replace(table, rows=tuple(rows.values()), notices=(*table.notices, *notices))


def _alike(rows: Sequence[Row], measure: int) -> bool:
    """Tell whether the rows after the first add nothing but measures: their other cells are blank or the same."""
    first = rows[0].cells
    return not any(row.faults for row in rows) and all(
        place == measure or not cell.strip() or cell == above
        for row in rows[1:]
        for place, (above, cell) in enumerate(zip_longest(first, row.cells, fillvalue=""))
    )


def _one(rows: Sequence[Row], measure: int) -> Row:
    """Return the first of `rows` with the measures of all, a line each."""
    told = [cell for row in rows if (cell := row.at(measure)).strip()]
    cells = [*rows[0].cells, *[""] * (measure + 1 - len(rows[0].cells))]
    # Only what begins the cell is guarded against being run.
    cells[measure] = "\n".join([*told[:1], *(unguard(cell) for cell in dict.fromkeys(told[1:]) if cell != told[0])])
    return msgspec.structs.replace(rows[0], cells=tuple(cells))


def _told(alike: Sequence[Span], unlike: Sequence[Span], *, names: Sequence[str], measure: int | None) -> Iterator[str]:
    yield from counted(
        [f"{first}-{last}" for first, last in alike],
        "a merged title makes one task of its rows, their {column} put together: rows {rows}",
        "merged titles make {count} tasks of their rows, their {column} put together: rows {rows}",
        column="" if measure is None else quote(names[measure]),
    )
    yield from counted(
        [f"{first}-{last}" for first, last in unlike],
        "a merged title stands over rows that differ, and each row is a task of that name: rows {rows}",
        "merged titles stand over rows that differ, and each row is a task of that name: rows {rows}",
    )
