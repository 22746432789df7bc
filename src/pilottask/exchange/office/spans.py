"""Rows under one merged title: one task with several measures, or several tasks of one name.

Offices merge 工作任务 over the rows of its 具体措施. Where nothing else in these rows differs they are one task, with
one lead and one deadline to be counted by; where something does, each row is a task. Which it was is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

import msgspec

from pilottask.base.formulas import unguard
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office.drafts import counted
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row, Table
from pilottask.exchange.office.rows import passed_over

Span = tuple[int, int]
"""The first and the last of rows, as the spreadsheet counts."""

_NOTHING: Final = Row(0, 0, ())
_PARTS: Final = (Column.REQUIREMENT, Column.STEP)
"""What a task may have several of, a row each."""


def with_rows_joined(table: Table, layout: Layout, titles: Iterable[Span]) -> Table:
    """Return `table` with one row for each task; `titles` are rows that share a merged title, none twice."""
    parts, lasts, last = _parts(layout), dict(titles), 0
    groups: list[list[Row]] = []
    for row in table.rows:
        if groups and row.number <= last:
            groups[-1].append(row)
        else:
            groups.append([row])
            last = lasts.get(row.number, row.number)
    rows: list[Row] = []
    told: dict[bool, list[str]] = {True: [], False: []}
    for group in groups:
        one = len(group) > 1 and bool(parts) and _alike(group, parts)
        rows += [_one(group, parts)] if one else group
        if len(group) > 1:
            told[one].append(f"{group[0].number}-{lasts[group[0].number]}")
    notices = (
        *counted(
            told[True],
            "a merged title makes one task of its rows, their {column} put together: rows {rows}",
            "merged titles make {count} tasks of their rows, their {column} put together: rows {rows}",
            column=_names(layout),
        ),
        *counted(
            told[False],
            "a merged title stands over rows that differ, and each row is a task of that name: rows {rows}",
            "merged titles stand over rows that differ, and each row is a task of that name: rows {rows}",
        ),
    )
    return replace(table, rows=tuple(rows), notices=(*table.notices, *notices))


def with_rows_below(table: Table, layout: Layout) -> Table:
    """Return `table` with rows that hold nothing but measures or steps put to the task straight above them."""
    parts, title = _parts(layout), layout.columns[Column.TITLE]
    tasks: list[list[Row]] = []
    told: list[int] = []
    for row in table.rows[layout.below :]:
        goes_on = tasks and not row.blank and not row.at(title).strip() and tasks[-1][0].at(title).strip()
        if goes_on and _alike([_NOTHING, row], parts) and not passed_over(row, layout):
            tasks[-1].append(row)
            told.append(row.number)
        else:
            tasks.append([row])
    if not told:
        return table
    rows = (found[0] if len(found) == 1 else _one(found, parts) for found in tasks)
    notices = counted(
        told,
        "row {rows} has nothing but {column}, and goes on with the task above",
        "rows {rows} have nothing but {column}, and go on with the tasks above",
        column=_names(layout),
    )
    return replace(table, rows=(*table.rows[: layout.below], *rows), notices=(*table.notices, *notices))


def _parts(layout: Layout) -> tuple[int, ...]:
    return tuple(layout.columns[column] for column in _PARTS if column in layout.columns)


def _names(layout: Layout) -> str:
    return _(", ").join(quote(layout.names[place]) for place in _parts(layout))


def _alike(rows: Sequence[Row], parts: Sequence[int]) -> bool:
    """Tell whether the rows after the first add nothing but `parts`: their other cells are blank or the same."""
    first = rows[0].cells
    return not any(row.faults for row in rows) and all(
        place in parts or not cell.strip() or cell == above
        for row in rows[1:]
        for place, (above, cell) in enumerate(zip_longest(first, row.cells, fillvalue=""))
    )


def _one(rows: Sequence[Row], parts: Sequence[int]) -> Row:
    """Return the first of `rows` with the `parts` of all, a line each."""
    cells = [*rows[0].cells, *[""] * (max(parts) + 1 - len(rows[0].cells))]
    for place in parts:
        told = [cell for row in rows if (cell := row.at(place)).strip()]
        # Only what begins the cell is guarded against being run.
        others = (unguard(cell) for cell in dict.fromkeys(told[1:]) if cell != told[0])
        cells[place] = "\n".join([*told[:1], *others])
    return msgspec.structs.replace(rows[0], cells=tuple(cells))
