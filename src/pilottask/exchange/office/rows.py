"""Which rows of a ledger are tasks, and which are headings between them, sums, or notes under the table."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import values
from pilottask.exchange.office.headings import Column, clean
from pilottask.exchange.office.layout import Layout
from pilottask.exchange.office.reading import Row, where

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
    r"|[^:：]{0,12}[（(](?:签字|签名|签章|盖章)[）)].{0,12}",
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
    if _at(row, layout, Column.DEPARTMENT):
        return None
    filled = [cell for cell in map(values.cell_text, row.cells[: layout.columns[Column.TITLE] + 1]) if cell]
    if any(cell.strip(values.BLANK) for cell in row.cells[layout.columns[Column.TITLE] + 1 :]):
        return None
    if len(filled) == 2 and _BARE_NUMERAL.fullmatch(filled[0]):  # noqa: PLR2004  a number and its text
        return Section(values.one_line(filled[1]), lower=filled[0][0] in "（(")
    if len(filled) == 1 and (found := SECTION.match(filled[0])) and (text := filled[0][found.end() :].strip(" 　：:")):
        return Section(values.one_line(text), lower=bool(found["lower"]))
    return None


def passed_over(row: Row, layout: Layout) -> str | None:
    """Return why `row` is no task, as a notice, or None where it is one."""
    title, lead = _at(row, layout, Column.TITLE), _at(row, layout, Column.DEPARTMENT)
    if lead and clean(title) in layout.names and layout.repeats(row.cells):
        return _("{where} repeats the headings; passed over").format(where=where(row.number, row.line))
    if lead and not _FOOT.fullmatch(lead):
        return None
    filled = [cell for cell in map(values.cell_text, row.cells) if cell]
    alone = not lead and (not title or filled == [title])
    if filled and (all(map(_FOOT.fullmatch, filled)) or (alone and _FOOT.match(filled[0]))):
        return _("{where} is a note under the table, not a task; passed over: {text}").format(
            where=where(row.number, row.line), text=quote(filled[0])
        )
    if not lead and any(_SUM.fullmatch("".join(values.cell_text(cell).split())) for cell in row.cells[:_FIRST_CELLS]):
        return _("{where} is a sum, not a task; passed over").format(where=where(row.number, row.line))
    return None


def _at(row: Row, layout: Layout, column: Column) -> str:
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
                    faults[index] = _("{value}, and there is no row above it; type what it stands for").format(
                        value=quote(plain[index])
                    )
            row = replace(row, cells=tuple(cells), faults=faults)  # noqa: PLW2901  the same row, filled
        if not row.blank:
            above = row.cells
            yield row
