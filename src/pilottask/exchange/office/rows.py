"""Which rows of a ledger are tasks, which are headings between them, sums or notes, and which several are one task.

Offices merge 工作任务 over the rows of its 具体措施. Where nothing else in these rows differs they are one task, with
one lead and one deadline to be counted by; where something does, each row is a task. Which it was is said.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

import msgspec

from pilottask.base.formulas import unguard
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import values
from pilottask.exchange.office.drafts import counted
from pilottask.exchange.office.headings import Column, clean
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row, Table, where

_NUMERAL: Final = "[一二三四五六七八九十百]{1,3}"
SECTION: Final = re.compile(
    rf"(?P<upper>第(?:{_NUMERAL}|[0-9]{{1,2}})(?:部分|章|节|类|项|方面|板块|篇)|{_NUMERAL}[、.．,，])"
    rf"|(?P<lower>[（(]{_NUMERAL}[)）]|{_NUMERAL}是)"
)
"""How offices number the parts of a list, and the parts of these."""
_BARE_NUMERAL: Final = re.compile(rf"[（(]?{_NUMERAL}[)）]?[、.．]?|第{_NUMERAL}部分")
_SUM: Final = re.compile(r"(?:总计|合计|小计|共计|总数|grandtotal|total|subtotal|sum)[:：]?.{0,8}", re.IGNORECASE)
_FOOT: Final = re.compile(
    r"(?:[^:：]{0,10}(?:签字|签名|签章|盖章|填表|填报|制表|审核|审批|负责人|联系人|联系电话|电话|日期|时间|单位|领导)[^:：]{0,8}"
    r"|注|备注|说明|note|notes|prepared[^:：]{0,8}|checked[^:：]{0,8}|date[^:：]{0,8})[0-9]?[:：].*"
    r"|[^:：]{0,12}[（(](?:签字|签名|签章|盖章)[）)].{0,12}|[（(]?第 ?[0-9]{1,3} ?页.{0,12}",
    re.IGNORECASE | re.DOTALL,
)
_FIRST_CELLS: Final = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A heading between tasks: what it says, and whether it stands below another one."""

    text: str
    lower: bool


def section(row: Row, layout: Layout) -> Section | None:
    """Return the heading that a row is, or None where it is another one."""
    if text_at(row, layout, Column.DEPARTMENT):
        return None
    filled = [cell for cell in map(values.cell_text, row.cells[: layout.columns[Column.TITLE] + 1]) if cell]
    if any(cell.strip(values.BLANK) for cell in row.cells[layout.columns[Column.TITLE] + 1 :]):
        return None
    if len(filled) == 2 and _BARE_NUMERAL.fullmatch(filled[0]):  # noqa: PLR2004  a number and its text
        return Section(values.one_line(filled[1]), lower=filled[0][0] in "（(")
    if len(filled) == 1 and (match := SECTION.match(filled[0])) and (text := filled[0][match.end() :].strip(" 　：:")):
        return Section(values.one_line(text), lower=bool(match["lower"]))
    return None


def skip_notice(row: Row, layout: Layout) -> str | None:
    """Return why `row` is no task, as a notice, or None where it is one."""
    title, lead = text_at(row, layout, Column.TITLE), text_at(row, layout, Column.DEPARTMENT)
    if lead and clean(title) in layout.names and layout.repeats(row.cells):
        return _("{where} repeats the headings; passed over").format(where=where(row.number, row.line))
    if lead and not _FOOT.fullmatch(lead):
        return None
    filled = [cell for cell in map(values.cell_text, row.cells) if cell]
    alone = not lead and (not title or filled == [title])
    if filled and (all(map(_FOOT.fullmatch, filled)) or (alone and _FOOT.match(filled[0]))):
        message = _("{where} is a note under the table, not a task; passed over: {text}")
        return message.format(where=where(row.number, row.line), text=quote(filled[0]))
    if not lead and any(_SUM.fullmatch("".join(values.cell_text(cell).split())) for cell in row.cells[:_FIRST_CELLS]):
        return _("{where} is a sum, not a task; passed over").format(where=where(row.number, row.line))
    return None


def text_at(row: Row, layout: Layout, column: Column) -> str:
    """Return the text of the cell in a column, empty where there is none."""
    return values.cell_text(row.at(layout.columns.get(column)))


def without_dittos(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows that are not blank, 同上 replaced by what the cell above holds; one with none above is a fault."""
    above: tuple[str, ...] = ()
    for row in rows:
        plain = [cell.strip(values.BLANK) for cell in row.cells]
        if not values.DITTO.isdisjoint(plain):
            cells, faults = [*row.cells], dict(row.faults)
            for index in (index for index, cell in enumerate(plain) if cell in values.DITTO):
                cells[index] = above[index] if index < len(above) else ""
                if not above:
                    why = _("{value}, and there is no row above it; type what it stands for")
                    faults[index] = why.format(value=quote(plain[index]))
            row = msgspec.structs.replace(row, cells=tuple(cells), faults=faults)  # noqa: PLW2901  the same row, filled
        if not row.blank:
            above = row.cells
            yield row


# Rows that are one task --------------------------------------------------------------------------------------------

Span = tuple[int, int]
"""The first and the last of rows, as the spreadsheet counts."""

_NOTHING: Final = Row(0, 0, ())
_PARTS: Final = (Column.REQUIREMENT, Column.STEP)
"""What a task may have several of, a row each."""


def with_rows_joined(table: Table, layout: Layout, titles: Iterable[Span]) -> Table:
    """Return `table` with one row for each task; `titles` are rows that share a merged title, none twice."""
    parts, lasts = _parts(layout), dict(titles)
    first = last = 0
    groups: list[list[Row]] = []
    for row in table.rows:
        if groups and first < row.number <= last:
            groups[-1].append(row)
        else:
            groups.append([row])
            first, last = row.number, lasts.get(row.number, row.number)
    rows: list[Row] = []
    alike: list[str] = []
    unlike: list[str] = []
    for group in groups:
        one = len(group) > 1 and bool(parts) and _alike(group, parts)
        rows += [_one(group, parts)] if one else group
        if len(group) > 1:
            (alike if one else unlike).append(f"{group[0].number}-{lasts[group[0].number]}")
    notices = (
        *counted(
            alike,
            "a merged title makes one task of its rows, their {column} put together: rows {rows}",
            "merged titles make {count} tasks of their rows, their {column} put together: rows {rows}",
            column=_names(layout),
        ),
        *counted(
            unlike,
            "a merged title stands over rows that differ, and each row is a task of that name: rows {rows}",
            "merged titles stand over rows that differ, and each row is a task of that name: rows {rows}",
        ),
    )
    return replace(table, rows=tuple(rows), notices=(*table.notices, *notices))


def with_rows_below(table: Table, layout: Layout) -> Table:
    """Return `table` with rows that hold nothing but measures or steps put to the task straight above them."""
    parts, title = _parts(layout), layout.columns[Column.TITLE]
    tasks: list[list[Row]] = []
    joined: list[int] = []
    for row in table.rows[layout.below :]:
        goes_on = tasks and not row.blank and not row.at(title).strip() and tasks[-1][0].at(title).strip()
        if goes_on and _alike([_NOTHING, row], parts) and not skip_notice(row, layout):
            tasks[-1].append(row)
            joined.append(row.number)
        else:
            tasks.append([row])
    if not joined:
        return table
    rows = (found[0] if len(found) == 1 else _one(found, parts) for found in tasks)
    notices = counted(
        joined,
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
        texts = [cell for row in rows if (cell := row.at(place)).strip()]
        # Only what begins the cell is guarded against being run.
        others = (unguard(cell) for cell in dict.fromkeys(texts[1:]) if cell != texts[0])
        cells[place] = "\n".join([*texts[:1], *others])
    return msgspec.structs.replace(rows[0], cells=tuple(cells))
