"""Steps of a task as lines of one cell, out and in: `1. 2026-11-30（已于2026-11-28完成）：完成60%`.

What stands in brackets is said where it is not what the words tell already; the words go on to the end of the line.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from pilottask.base import numbers
from pilottask.base.i18n import Lang, language
from pilottask.exchange.office import stages
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
    first, *more = step.text.split("\n")
    lines = [first, *(f"#{line}" if _is_like_step(line) else line for line in more)]
    return f"{step.n}. {step.due}{brackets.format(comma.join(said)) if said else ''}" + words.format("\n".join(lines))


def _unit(unit: str | None) -> str:
    if unit is None or re.fullmatch(_UNIT, unit):
        return unit or ""
    return '"{}"'.format(unit.replace('"', '""'))


def _is_like_step(line: str) -> bool:
    """Tell whether a line that goes on with a step gets a `#`, lest it be taken for the next one."""
    return line.startswith("#") or _LINE.fullmatch(line) is not None


def read(cell: str) -> tuple[Stage, ...]:
    """Return the steps in a cell that `write` wrote, or that is written so; none for other cells."""
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in cell.split("\n"):
        if begun := _LINE.fullmatch(line):
            found.append((begun, [begun["text"]]))
        elif found:
            found[-1][1].append(line[1:] if line.startswith("#") and _is_like_step(line[1:]) else line)
        else:
            return ()
    try:
        steps = tuple(_stage(begun, "\n".join(lines)) for begun, lines in found)
    except ValueError:
        return ()
    return steps if all(step.text.strip() for step in steps) else ()


def _stage(begun: re.Match[str], text: str) -> Stage:
    """Return the step that `begun` tells. Raises ValueError where a day or a number is none."""
    told = stages.stage(text, date.fromisoformat(begun["due"]))
    return replace(
        told,
        n=int(begun["n"]),
        target=_number(begun["target"]) if begun["figure"] else told.target,
        unit=_read_unit(begun["unit"]) if begun["figure"] else told.unit,
        first_due=date.fromisoformat(begun["first_due"]) if begun["first_due"] else None,
        done=date.fromisoformat(begun["done"]) if begun["done"] else None,
        actual=_number(begun["actual"]),
    )


def _number(digits: str | None) -> Number | None:
    number = numbers.parse(digits or "")
    if number is not None and numbers.fault(number):
        raise ValueError
    return number


def _read_unit(unit: str | None) -> str | None:
    return unit[1:-1].replace('""', '"') if unit and unit.startswith('"') else unit
