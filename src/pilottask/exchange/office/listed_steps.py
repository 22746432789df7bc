"""Steps of a task as lines of one cell, out and in: `1. 2026-11-30（已于2026-11-28完成）：完成60%`.

What stands in brackets is said where it is not what the words tell already; the words go on to the end of the line,
and further lines of theirs are set in by a wide blank.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from pilottask.base import numbers
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, _, language
from pilottask.base.text import quote
from pilottask.exchange.office import stages, values
from pilottask.exchange.office.stages import Stage
from pilottask.ledger import history
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import Number, Task

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


def write(task: Task) -> str:
    """Return the steps of `task`, a line each and by their days, as `read` reads them back; empty where it has none."""
    return "\n".join(map(_written, history.steps(task)))


def _written(step: StepNow) -> str:
    target, none, first_due, done, actual, comma, brackets, words = _SAID[language()]
    said = []
    told = stages.stage(step.text, step.due)
    if (told.target, told.unit) != (step.target, step.unit):
        figure = none if step.target is None else target.format(numbers.digits(step.target))
        said.append(figure + _unit(step.unit))
    if step.first_due != step.due:
        said.append(first_due.format(step.first_due))
    if step.done:
        said.append(done.format(step.done))
    if step.actual is not None:
        said.append(actual.format(numbers.digits(step.actual)))
    head = f"{step.n}. {step.due}{brackets.format(comma.join(said)) if said else ''}"
    return head + words.format(step.text.replace("\n", f"\n{_SET_IN}"))


def _unit(unit: str | None) -> str:
    if unit is None or re.fullmatch(_UNIT, unit):
        return unit or ""
    return values.in_quotes(unit)


def read(cell: str) -> tuple[Stage, ...]:
    """Return the steps in a cell that `write` wrote, or that begins so; none for other cells.

    Raises UsageFault for a line of it that is no step.
    """
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in filter(None, cell.split("\n")):
        if begun := _LINE.fullmatch(line):
            found.append((begun, [begun["text"]]))
        elif found and line.startswith(_SET_IN):
            found[-1][1].append(line.removeprefix(_SET_IN))
        elif found:
            raise _fault(line)
        else:
            return ()
    return tuple(_stage(begun, "\n".join(lines)) for begun, lines in found)


def _fault(line: str) -> UsageFault:
    example = "1. 2026-11-30" + _SAID[language()][-1].format(_("draft finished"))
    return UsageFault(_("{value} is no step; right would be {example}").format(value=quote(line), example=example))


def _stage(begun: re.Match[str], text: str) -> Stage:
    """Return the step that `begun` tells. Raises UsageFault where a day or a number is none, or no word is there."""
    try:
        told = stages.stage(text, date.fromisoformat(begun["due"]))
        first_due, done = (date.fromisoformat(day) if (day := begun[name]) else None for name in ("first_due", "done"))
        target, actual = (_number(begun[name]) for name in ("target", "actual"))
    except ValueError:
        raise _fault(begun[0]) from None
    if not text.strip():
        raise _fault(begun[0])
    step = replace(told, n=int(begun["n"]), first_due=first_due, done=done, actual=actual)
    unit = begun["unit"]
    unit = values.out_of_quotes(unit) if unit and unit.startswith('"') else unit
    return replace(step, target=target, unit=unit) if begun["figure"] else step


def _number(digits: str | None) -> Number | None:
    number = numbers.parse(digits or "")
    if number is not None and numbers.fault(number):
        raise ValueError
    return number
