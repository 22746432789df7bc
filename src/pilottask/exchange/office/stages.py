"""Steps of a task in one cell: `11月底前完成60%，12月底前完成100%`, or lines as they are exported, out and in.

Such a line is `1. 2026-11-30（已于2026-11-28完成）：完成60%`. What stands in brackets is said where it is not what the
words tell already; these go on to the end of the line, and further lines of theirs are set in by a wide blank.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from pilottask.base import dates, numbers
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, _, language
from pilottask.base.text import half_width, quote
from pilottask.exchange.office import values
from pilottask.ledger import history
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import Number, Task


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
    results: list[Stage] = []
    for written, behind in _pieces(cell, half_width(cell)):
        try:
            due = dates.parse_cell(written, today=today, year=year)
        except UsageFault:
            return ()
        text = behind.strip(_SEPARATORS + ":：，；")
        if due is None or not text or (results and due < results[-1].due):
            return ()
        year = due.year if re.search(_YEAR, written) else year
        results.append(stage(text, due))
    return tuple(results) if len(results) >= least else ()


def single(cell: str, *, today: date, year: int) -> date | None:
    """Return the one day by which a cell says that something is done (2026年底前建成投用), None for other cells.

    It is none where only a beginning is named, or another day or part of the task may be meant.
    """
    if len(cell) > _LONGEST_CELL:
        return None
    hoped = re.match(_HOPED, cell)
    bare = cell[hoped.end() if hoped else 0 :]
    match = re.match(_START, half_width(bare))
    begin = _begin(match) if match else None
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
    match = re.fullmatch(_FIGURE, plain)
    number = numbers.parse(match["number"] if match else plain)
    if number is None or numbers.fault(number):
        return Stage(text, due)
    return Stage(text, due, number, match["unit"] if match else unit)


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


# Lines as they are exported -------------------------------------------------------------------------------------------

_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_UNIT: Final = r"%|[^\W\d_]+"
_LINE: Final = re.compile(
    rf"(?P<n>[0-9]{{1,9}})\. ?(?P<due>{_DAY})(?P<said> ?[（(]"
    rf'(?P<figure>(?:(?:目标 ?|target )(?P<target>{_NUMBER})|未设目标值|no target)(?P<unit>{_UNIT}|"(?:[^"]|"")*")?)?'
    rf"(?:[，,]? ?(?:原时限 ?|first due )(?P<first_due>{_DAY}))?"
    rf"(?:[，,]? ?(?:已于 ?|done )(?P<done>{_DAY})(?: ?完成)?)?"
    rf"(?:[，,]? ?(?:实际 ?|reached )(?P<actual>{_NUMBER}))?"
    r"[）)])?(?:：|: ?)(?P<text>.*)",
    re.DOTALL,
)
_SET_IN: Final = "\u3000"
_SAID: Final = {
    Lang.ZH: ("目标{}", "未设目标值", "原时限{}", "已于{}完成", "实际{}", "，", "（{}）", "：{}"),
    Lang.EN: ("target {}", "no target", "first due {}", "done {}", "reached {}", ", ", " ({})", ": {}"),
}


def write_list(task: Task) -> str:
    """Return the steps of `task`, a line each and by their days, as `read_list` reads them back; empty for none."""
    return "\n".join(map(_line, history.steps(task)))


def _line(step: StepNow) -> str:
    target, none, first_due, done, actual, comma, brackets, words = _SAID[language()]
    parts = []
    told = stage(step.text, step.due)
    if (told.target, told.unit) != (step.target, step.unit):
        figure = none if step.target is None else target.format(numbers.digits(step.target))
        unit = step.unit or ""
        parts.append(figure + (unit if re.fullmatch(f"(?:{_UNIT})?", unit) else values.in_quotes(unit)))
    if step.first_due != step.due:
        parts.append(first_due.format(step.first_due))
    if step.done:
        parts.append(done.format(step.done))
    if step.actual is not None:
        parts.append(actual.format(numbers.digits(step.actual)))
    head = f"{step.n}. {step.due}{brackets.format(comma.join(parts)) if parts else ''}"
    return head + words.format(step.text.replace("\n", f"\n{_SET_IN}"))


def read_list(cell: str) -> tuple[Stage, ...]:
    """Return the steps in a cell that `write_list` wrote, or that begins so; none for other cells.

    Raises UsageFault for a line of it that is no step.
    """
    lines = [line for line in re.split(rf"\n+(?![\n{_SET_IN}])", cell) if line]
    return tuple(map(_step, lines)) if lines and _LINE.fullmatch(lines[0]) else ()


def _line_fault(line: str) -> UsageFault:
    example = "1. 2026-11-30" + _SAID[language()][-1].format(_("draft finished"))
    value = quote(line.partition("\n")[0])
    return UsageFault(_("{value} is no step; right would be {example}").format(value=value, example=example))


def _step(line: str) -> Stage:
    """Return the step that a line tells, with those set in below it. Raises UsageFault where it is no sound one."""
    begun = _LINE.fullmatch(line)
    if begun is None or not begun["text"].strip():
        raise _line_fault(line)
    try:
        told = stage(re.sub(rf"\n+{_SET_IN}", "\n", begun["text"]), date.fromisoformat(begun["due"]))
        first_due, done = (date.fromisoformat(day) if (day := begun[name]) else None for name in ("first_due", "done"))
        target, actual = (_sound_number(begun[name]) for name in ("target", "actual"))
    except ValueError:
        raise _line_fault(line) from None
    step = replace(told, n=int(begun["n"]), first_due=first_due, done=done, actual=actual)
    unit = begun["unit"]
    unit = values.out_of_quotes(unit) if unit and unit.startswith('"') else unit
    return replace(step, target=target, unit=unit) if begun["figure"] else step


def _sound_number(digits: str | None) -> Number | None:
    number = numbers.parse(digits or "")
    if number is not None and numbers.fault(number):
        raise ValueError
    return number
