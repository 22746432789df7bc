"""Cells of a ledger and the values they stand for, in both directions: what `*_cell` writes, its reader reads back.

Words are taken in both languages and written in the one in use.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pilottask.base import dates, formulas, numbers
from pilottask.base.dates import Yearless
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import N_, Lang, _, language
from pilottask.base.text import half_width, quote
from pilottask.exchange.office.headings import Column, label
from pilottask.ledger import history, lights, vocabulary
from pilottask.ledger.records import OPEN, Need, Note, Number, Raise, Task

BLANK: Final = " \t\r\n\u3000\u00a0"
"""What stands around the text of a cell without being part of it."""

NOTHING: Final = frozenset(
    {"无", "暂无", "没有", "无。", "暂无。", "—", "——", "-", "--", "/", "\\", "none", "n/a", "nil"}
)
"""What stands in a cell of units or problems to say that there are none."""

SETTLED: Final = frozenset({"已解决", "已协调解决", "已全部解决", "问题已解决"})
"""What stands in a cell of problems to say that those told before are no longer open."""

_NO_PROBLEM: Final = NOTHING | SETTLED | {"无问题", "暂无问题", "没有问题", "不存在问题", "无困难", "暂无困难"}
_LONGEST_NOTHING: Final = max(map(len, NOTHING))

DEADLINE_WORDS: Final = "完成时限原文"
"""The own column that keeps what stands under the deadline and names no day."""

DITTO: Final = frozenset({"同上", "同前", "〃", "″", '"', "''"})
"""What stands in a cell to say that it holds what the cell above holds."""

_MARKS: Final = ("'", '"')
# These are compiled where they are first needed: most ledgers need few.
_BREAKS: Final = r"(?<! ) *[\r\n\u2028\u2029]+ *"
_WIDE: Final = "[\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60]"
_CHINESE_BREAKS: Final = rf"(?<={_WIDE}) *[\r\n\u2028\u2029]+ *(?={_WIDE})"
_SPREAD: Final = rf"\A({_WIDE})(?:\u3000+| {{2,}})({_WIDE})\Z"
_SEPARATORS: Final = "、，,;；/\r\n"
# A quoted item, or anything up to a separator outside of brackets.
_ITEM: Final = (
    rf'[{BLANK}]{{0,20}}(?P<quoted>"(?:[^"]|"")*")[{BLANK}]*(?=[{_SEPARATORS}]|\Z)'
    rf"|(?P<plain>(?:[（(][^（()）\r\n]*[)）]|[^{_SEPARATORS}])+)"
)
_FIGURE: Final = r"(?P<number>[0-9][0-9,.]*)(?P<unit> *(?:%|[^\W\d_eE][^\d\s]{0,5}))"
_MARKED: Final = r"(?:#(?P<old>[0-9]{1,6})|(?P<n>[0-9]{1,6})\.)(?:（(?P<zh>[^（）\n]*)）|\((?P<en>[^()\n]*)\))? "
_LEADING_DAY: Final = (
    r"(?m)^[ \t\u3000]*(?P<day>(?:20[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}日|20[0-9]{2}([-./])[0-9]{1,2}\2[0-9]{1,2}) ?:"
)
_HALF_A_YEAR: Final = 183
_COORDINATE: Final = (N_("to be coordinated"), "需协调")


# Text ---------------------------------------------------------------------------------------------------------------


def trim(raw: str) -> str:
    """Return a cell without the space around it."""
    return raw.strip(BLANK)


def cell_text(raw: str) -> str:
    """Return the text of a cell: no space around it, no guard against formulas; empty where it is blank."""
    cell = raw.strip(BLANK)
    if not cell.startswith(_MARKS):  # nearly all: nothing to take off
        return cell
    cell = formulas.unguard(cell)
    return cell[1:-1] if _is_wrapped(cell) else cell.strip(BLANK)


def report_text(raw: str) -> str:
    """Return the text of a cell as `cell_text` does, but empty where it says that there is nothing (无)."""
    cell = raw.strip(BLANK)
    if not cell.startswith(_MARKS):  # nearly all
        return "" if len(cell) <= _LONGEST_NOTHING and cell.casefold() in NOTHING else cell
    return "" if formulas.unguard(cell).casefold() in NOTHING else cell_text(raw)


def text_cell(value: str | None) -> str:
    """Return `value` as a cell: harmless in a spreadsheet, and read back by `cell_text` as it was."""
    if not value:
        return ""
    marked = value != value.strip(BLANK) or value in DITTO or _is_wrapped(value)
    return formulas.guard(f'"{value}"' if marked else value)


def report_cell(value: str | None) -> str:
    """Return `value` as a cell that `report_text` reads back as it was."""
    return f'"{value}"' if value and value.casefold() in NOTHING else text_cell(value)


def _is_wrapped(cell: str) -> bool:
    """Tell whether the quotation marks around `cell` only keep what import would strip or pass over."""
    depth = 0
    while len(cell) - 2 * depth > 1 and cell[depth] == '"' and cell[-1 - depth] == '"':
        depth += 1
    inner = cell[depth : len(cell) - depth]
    return depth > 0 and (inner != inner.strip(BLANK) or inner.casefold() in NOTHING or inner in DITTO)


def one_line(cell: str) -> str:
    """Return `cell` on one line, for titles and names: a line break in it is nothing in Chinese, else a space."""
    return cell if cell.isprintable() else re.sub(_BREAKS, " ", re.sub(_CHINESE_BREAKS, "", cell))


def person(cell: str) -> str:
    """Return `cell` without the blank that makes a name of two characters as wide as one of three: 王　敏."""
    return re.sub(_SPREAD, r"\1\2", cell) if len(cell.split()) == 2 else cell  # noqa: PLR2004  else nothing parts it


# Lists --------------------------------------------------------------------------------------------------------------


def items(raw: str) -> tuple[str, ...]:
    """Split a cell of names at `、，,;；/` and line breaks, but not inside brackets or quotation marks."""
    names = []
    for match in re.finditer(_ITEM, formulas.unguard(raw.strip(BLANK))):
        plain = (match["plain"] or "").strip(BLANK)
        quoted = match["quoted"]
        names.append(out_of_quotes(quoted) if quoted else "" if plain.casefold() in NOTHING else plain)
    return tuple(filter(None, dict.fromkeys(names)))


def items_cell(names: Iterable[str]) -> str:
    """Return names as one cell that `items` takes apart again."""
    return names_cell(names, lambda name: items(f"-a、{name}、a）") == ("-a", name, "a）"))


def names_cell(names: Iterable[str], comes_back: Callable[[str], bool]) -> str:
    """Return names as one cell, in quotation marks those that would not come back as they are.

    Each is best tried between two others: a bracket or a mark that stays open would swallow the next one.
    """
    separator = "、" if language() is Lang.ZH else ", "
    plain = (name if not name.startswith('"') and comes_back(name) else in_quotes(name) for name in names)
    return formulas.guard(separator.join(plain))


def in_quotes(name: str) -> str:
    """Return a name in quotation marks, those within it doubled."""
    return '"{}"'.format(name.replace('"', '""'))


def out_of_quotes(name: str) -> str:
    """Return a name that `in_quotes` put in quotation marks."""
    return name[1:-1].replace('""', '"')


# Days -----------------------------------------------------------------------------------------------------------------


def due_cell(task: Task) -> str:
    """Return a task's deadline as a cell: blank where none is set yet, in words where it is open-ended."""
    if task.due is None:
        return _("open-ended") if task.open_ended else ""
    return task.due.isoformat()


_TAKEN_IN: Final = (N_("taken in"), "汇入")


def noted_cell(note: Note) -> str:
    """Return the day of a progress note as a cell, with a word where it is only that on which a file brought it."""
    day = note.at.date().isoformat()
    return f"{day} {_(_TAKEN_IN[0])}" if note.imported else day


def note_day(cell: str, *, today: date) -> tuple[date, bool] | None:
    """Return what `noted_cell` wrote, or any day up to today, and whether it is that of the file; None for others."""
    bare = next((cell.removesuffix(word) for word in _TAKEN_IN if cell.endswith(word)), cell)
    try:
        day = dates.parse_cell(bare, today=today, year=Yearless.PAST)
    except UsageFault:
        return None
    return None if day is None or day > today else (day, bare != cell)


def worked_cell(task: Task) -> str:
    """Return the day of the last sign of work on an open task as a cell; empty where its progress tells that day."""
    if task.status not in OPEN or (last := lights.last_sign(task)) is None:
        return ""
    note = history.last_note(task, told=True)
    told = note is not None and note.at.date() == last and not history.open_problems(task)
    return "" if told else last.isoformat()


def leading_day(progress: str, *, today: date) -> date | None:
    """Return the day with which a report begins (`11月20日：…`), of several lines the last; None where in doubt.

    A day without its year may be one that is planned: it counts where it was in the last half year.
    """
    plain = half_width(progress)
    if not re.match(_LEADING_DAY, plain):
        return None
    results: list[date] = []
    for match in re.finditer(_LEADING_DAY, plain):
        with suppress(UsageFault):
            day = dates.parse(match["day"], today=today, year=Yearless.PAST)
            if day and day <= today and (match["day"].startswith("20") or (today - day).days <= _HALF_A_YEAR):
                results.append(day)
    return max(results, default=None)


# Numbers ------------------------------------------------------------------------------------------------------------


def number(cell: str) -> Number:
    """Return the number in `cell` as `numbers.parse` reads it. Raises UsageFault for anything else."""
    result = numbers.parse(cell)
    if result is None:
        message = _("{value} is not a number from 0 up; write 30 or 30.5, and what is counted under {unit}")
        raise UsageFault(message.format(value=quote(cell), unit=quote(label(Column.UNIT))))
    if wrong := numbers.fault(result):
        raise UsageFault(wrong)
    return result


def number_cell(value: Number | None) -> str:
    """Return `value` as a cell, exactly."""
    return "" if value is None else numbers.digits(value)


def figure(cell: str) -> tuple[Number, str]:
    """Return the number in `cell`, and what stands behind it: `85%`, `12万元`. Raises UsageFault as `number` does."""
    match = re.fullmatch(_FIGURE, half_width(cell))
    return (number(match["number"]), match["unit"].strip()) if match else (number(cell), "")


# Problems -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """A problem or need as a cell tells it; `n` where the cell numbers it."""

    n: int | None
    text: str
    need: Need | None = None
    coordinate: bool = False


def problems(cell: str, *, need: Need | None = None) -> tuple[Item, ...]:
    """Return the problems in a cell of `cell_text`: several where lines begin with `1. `, or `#1 `, else one.

    `2.（资金、需协调） …` says more about number 2. `need` is what a problem without such words is; a cell of
    needs that is one of their names is that need.
    """
    if cell.casefold() in _NO_PROBLEM:
        return ()
    if _mark(cell) is None:
        plain = vocabulary.NEED.find(cell) or need if need else None
        return (Item(None, cell, plain),) if cell.strip() else ()
    results: list[Item] = []
    for line in cell.split("\n"):
        if marked := _mark(line):
            results.append(replace(marked, need=marked.need or need))
        else:
            more = line[1:] if _is_like_mark(line[1:]) and line.startswith("#") else line
            results[-1] = replace(results[-1], text=f"{results[-1].text}\n{more}")
    return tuple(item for item in results if item.text.strip())


def _mark(line: str) -> Item | None:
    """Return the problem that begins in `line`, or None where none does."""
    mark = re.match(_MARKED, line)
    if mark is None:
        return None
    need, coordinate = None, False
    for said in (mark["zh"] or "").split("、") + (mark["en"] or "").split(", "):
        if said in _COORDINATE:
            coordinate = True
        elif result := vocabulary.NEED.find(said):
            need = result
        elif said:
            return None
    return Item(int(mark["n"] or mark["old"]), line[mark.end() :], need, coordinate)


def _is_like_mark(line: str) -> bool:
    """Tell whether a line that goes on with a problem gets a `#`, lest it be taken for the next one."""
    return line.startswith("#") or re.match(_MARKED, line) is not None


def problem_cells(raised: Sequence[Raise]) -> tuple[str, str]:
    """Return open problems as two cells, problems and needs: plain where that says it all, else numbered."""
    if not raised:  # as most tasks have it
        return "", ""
    parts = [each for each in raised if each.need is None], [each for each in raised if each.need is not None]
    whole = [Item(each.n, each.text, each.need, each.coordinate) for each in raised]
    plain = ["\n".join(each.text for each in part) for part in parts]
    if by_number(problems(plain[0]), problems(plain[1], need=Need.OTHER)) == whole:
        return text_cell(plain[0] or None), text_cell(plain[1] or None)
    marked = ["\n".join(map(_numbered_lines, part)) for part in parts]
    return text_cell(marked[0] or None), text_cell(marked[1] or None)


def _numbered_lines(raised: Raise) -> str:
    parts = [vocabulary.NEED.say(raised.need)] if raised.need else []
    if raised.coordinate:
        parts.append(_(_COORDINATE[0]))
    first, *more = raised.text.split("\n")
    lines = [first, *(f"#{line}" if _is_like_mark(line) else line for line in more)]
    bracket = "" if not parts else f"（{'、'.join(parts)}）" if language() is Lang.ZH else f"({', '.join(parts)})"
    return f"{raised.n}.{bracket} " + "\n".join(lines)


def by_number(told: Iterable[Item], needed: Iterable[Item]) -> list[Item]:
    """Return the items of both cells by number: as the cells number them where they do, else in their order."""
    results = [*told, *needed]
    if len({item.n for item in results if item.n}) < len(results):
        return [replace(item, n=n) for n, item in enumerate(results, start=1)]
    return sorted(results, key=lambda item: item.n or 0)
