"""Stages of a task in one cell of a ledger: `11月底前完成60%，12月底前完成100%` become steps of the task."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from pilottask.base import dates, numbers
from pilottask.base.errors import UsageFault
from pilottask.base.text import half_width
from pilottask.ledger.records import Number


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as a cell tells it, with its figure where it names one; `done` is the day by which it was reported so.

    `n` is its number, `first_due` its first day where it was moved, `actual` the figure it reached.
    """

    text: str
    due: date
    target: Number | None = None
    unit: str | None = None
    done: date | None = None
    n: int | None = None
    first_due: date | None = None
    actual: Number | None = None


_SEPARATORS: Final = ",;。、\n\r "
_LABEL: Final = (
    r"(?:(?:第?[一二三四五六七八九十]阶段|阶段[一二三四五六七八九十]):?|[①-⑳]|\([0-9一二三四五六七八九十]{1,2}\)"
    r"|[0-9]{1,2}(?:[、)]|\.(?=[0-9]{1,2}月|20[0-9]{2}年)))?"
)
_START: Final = (
    rf"(?:^|(?<=[{_SEPARATORS}])|(?=[①-⑳])){_LABEL}"
    "(?P<day>[0-9〇○零一二三四五六七八九十年月日号底末前之以内上中下旬季度半第今明本到至截止于在份/.—–~-]{2,24})"
)
_GOES_ON: Final = "[^底末前内][0-9]|.(?:[前底末份日号后起至到—–~-]|之前|以前|左右)"
"""What would make another day of that which stands before it, from the last character of that on."""
_YEAR: Final = "20[0-9]{2}|[0-9]{2}年|今年|明年|[〇○零一二三四五六七八九]{4}年"
_BEHIND: Final = rf"(?P<text>[^()]+)\((?P<day>[^()]+)\)[{_SEPARATORS}]*"
_FIGURE: Final = (
    r"[^0-9]*(?<!第)(?P<number>[0-9]+(?:\.[0-9]+)?) ?"
    "(?P<unit>%|[万亿]?元|万?人次?|名|个|家|户|场|次|项|件|套|台|亩|公里)(?:以上|左右)?"
)
_HOPED: Final = "(?:不[晚迟]于|最[迟晚]|力争|确保|争取|原则上|预计|计划|暂定|拟)(?:于|在|到)?"
_ENDING: Final = (
    "(?!.*(?:启动|开[工始展建]|动工|进场|立项|初步|每|各|分|另|到(?!位)|[期起启已延未不至和及]))"
    "(?:基本|全部|全面|高质量)?(?:完|建成|竣工|投|出台|印发|下发|发布|上线|交付|验收|销号|办结|报送|上报|提交|落实|整改|见|取得|达|实现|形成|制定|通过)"
    "[\u4e00-\u9fff]{0,14}"
)
"""What may follow a day: that the work is over by then, or has come to something; not that it only begins."""
_LONGEST_CELL: Final = 1000
"""Characters of a cell in which stages are looked for: in a page of text it would take long."""
_ANY_DAY: Final = date(2000, 1, 1)


def read(cell: str, *, today: date, year: int, least: int = 2) -> tuple[Stage, ...]:
    """Return the stages in a cell, days without a year in `year` or that of the one before.

    None where it names fewer than the `least`, one without words, or one that lies before the one above it.
    """
    if len(cell) > _LONGEST_CELL:
        return ()
    found: list[Stage] = []
    for written, behind in _pieces(cell, half_width(cell)):
        try:
            due = dates.parse_cell(written, today=today, year=year)
        except UsageFault:
            return ()
        text = behind.strip(_SEPARATORS + ":：，；")
        if due is None or not text or (found and due < found[-1].due):
            return ()
        year = due.year if re.search(_YEAR, written) else year
        found.append(stage(text, due))
    return tuple(found) if len(found) >= least else ()


def single(cell: str, *, today: date, year: int) -> date | None:
    """Return the one day by which a cell says that something is done (2026年底前建成投用), None for other cells.

    It is none where only a beginning is named, or another day or part of the task may be meant.
    """
    if len(cell) > _LONGEST_CELL:
        return None
    hoped = re.match(_HOPED, cell)
    bare = cell[hoped.end() if hoped else 0 :]
    found = re.match(_START, half_width(bare))
    begin = _begin(found) if found else None
    behind = bare[begin[2] :].strip("。；; ") if begin else ""
    if begin is None or not (re.fullmatch(_ENDING, behind) or (hoped and not behind)):
        return None
    try:
        return dates.parse_cell(begin[1], today=today, year=year)
    except UsageFault:
        return None


def stage(text: str, due: date, unit: str | None = None) -> Stage:
    """Return a step with the figure that ends its text: 完成60%; `unit` is that of a figure that stands alone."""
    plain = half_width(text)
    found = re.fullmatch(_FIGURE, plain)
    number = numbers.parse(found["number"] if found else plain)
    if number is None or numbers.fault(number):
        return Stage(text, due)
    return Stage(text, due, number, found["unit"] if found else unit)


def _pieces(cell: str, plain: str) -> Iterator[tuple[str, str]]:
    """Yield the day of each stage as it is written, and what is said of it; `plain` is the cell in half width."""
    begins = [begin for begin in map(_begin, re.finditer(_START, plain)) if begin]
    if begins and begins[0][0] == 0:
        ends = [*(start for start, _day, _end in begins[1:]), len(cell)]
        yield from ((day, cell[behind:end]) for (_start, day, behind), end in zip(begins, ends, strict=True))
        return
    pieces = list(re.finditer(_BEHIND, plain))
    if sum(len(piece[0]) for piece in pieces) == len(plain):
        yield from ((piece["day"], cell[slice(*piece.span("text"))]) for piece in pieces)


def _begin(found: re.Match[str]) -> tuple[int, str, int] | None:
    """Return where a stage begins, its day as it is written and the place behind that; None where no day stands."""
    for end in range(found.end("day"), found.start("day") + 1, -1):
        written = found.string[found.start("day") : end]
        if not re.match(_GOES_ON, found.string[end - 1 :]) and _is_day(written):
            return found.start(), written, end
    return None


@lru_cache(maxsize=4096)  # rows share their days
def _is_day(written: str) -> bool:
    try:
        return dates.parse_cell(written, today=_ANY_DAY, year=_ANY_DAY.year) is not None
    except UsageFault:
        return False
