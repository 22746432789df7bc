"""All that is known of one task."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, assert_never

from pilottask.base.i18n import _
from pilottask.ledger import fields, lights, shares, vocabulary, wording
from pilottask.ledger import history as histories
from pilottask.ledger.fields import Kind
from pilottask.ledger.inspections import Found
from pilottask.ledger.records import Pilot, Task
from pilottask.views import cells, inspections, task_parts
from pilottask.views.grid import EMPTY, NOTHING, Cell, Grid
from pilottask.views.history import history
from pilottask.views.tasks import is_extended


def detail(task: Task, *, today: date, pilot: Pilot, found: Sequence[Found] = ()) -> list[Grid]:
    """Show all of one task: its fields, its open problems, what inspections `found`, its log, the newest entry last."""
    number = str(task.id)
    if was := histories.old_numbers(task):
        number = _("{id} (was {old})").format(id=task.id, old=_(", ").join(map(str, was)))
    known = cells.facts(f"{number}  {task.title}", _facts(task, today=today, pilot=pilot))
    return [
        known,
        *task_parts.steps_of(task, today=today),
        *task_parts.problems_of(task),
        *([inspections.findings(found, today=today, title=_("Findings"), of_task=True)] if found else ()),
        *task_parts.attachments_of(task),
        *task_parts.instructions_of(task),
        history(histories.log_rows(task), of=task),
    ]


_ELSEWHERE: Final = frozenset({"id", "uid", "title", "status", "unit", "first_due", "open_ended"})
"""Fields that stand in the heading, first of all, or beside another one; the uid is for files alone."""


def _facts(task: Task, *, today: date, pilot: Pilot) -> Iterator[tuple[str, str, Cell]]:
    """Yield what is known of a task, in the order of its record: name, label and value."""
    yield "status", fields.label("status"), cells.status(task)
    yield "light", _("Light"), _light_and_reason(lights.light(task, today=today, pilot=pilot))
    in_full = {
        "due": _due_in_full(task, today=today),
        "actual": _actual(task),
        "submitted": _submission(task),
        "closed": _closing(task),
    }
    for name in task.__struct_fields__:
        if name not in _ELSEWHERE:
            yield name, fields.label(name), in_full[name] if name in in_full else _value(task, name)
        if name == "actual":
            yield "time_gone", _("Time gone"), _time_gone(task, today=today)
    for key, text in task.extra.items():
        yield fields.EXTRA + key, key, Cell(text)


def _value(task: Task, name: str) -> Cell:  # noqa: PLR0911  one return for each kind
    value = getattr(task, name)
    match kind := fields.BY_NAME[name].kind:
        case Kind.LINE | Kind.TEXT | Kind.UNIT:
            return cells.text(value)
        case Kind.UNITS | Kind.TAGS:
            return cells.names(value)
        case Kind.FIGURE:
            return cells.amount(value, task.unit)
        case Kind.DATE:
            return cells.day(value)
        case Kind.FLAG:
            return Cell(_("yes") if value else _("no"), value)
        case Kind.PERIOD:
            return Cell(vocabulary.EVERY.say(value), value.value) if value else EMPTY
        case Kind.STATUS:
            return cells.status(task)
        case Kind.ID:
            return cells.number(value)
        case Kind.OWN_COLUMNS | Kind.LOG:
            return EMPTY  # row by row, and below
        case _:
            assert_never(kind)


def _light_and_reason(lit: lights.Lit) -> Cell:
    cell = cells.light(lit)
    if lit.reason is None:
        return cell
    return Cell(
        _("{light}: {reason}").format(light=cell.text, reason=vocabulary.REASON.say(lit.reason)), cell.raw, cell.tone
    )


def _actual(task: Task) -> Cell:
    cell = cells.amount(task.actual, task.unit)
    if task.actual is None or not task.target:
        return cell
    share = shares.percent(task.actual, task.target)
    return Cell(_("{actual} ({share} of the target)").format(actual=cell.text, share=share), cell.raw)


def _time_gone(task: Task, *, today: date) -> Cell:
    """Return how much of its time is gone, for an open task with a target to compare that with."""
    if not task.target:
        return EMPTY
    gone = shares.time_gone(task, today=today)
    return EMPTY if gone is None else cells.share(shares.percent(gone, 1), gone)


def _due_in_full(task: Task, *, today: date) -> Cell:
    """Return the deadline with the first one beside it, and how far off it is."""
    if task.due is None:
        return cells.due(task)
    text = task.due.isoformat()
    if is_extended(task):
        text = _("first {first} → now {now}").format(first=task.first_due, now=text)
    days = cells.days(task, today=today, light=None)
    if days.text != NOTHING:
        text = _("{text} ({note})").format(text=text, note=days.text)
    return Cell(text, task.due.isoformat(), days.tone)


def _submission(task: Task) -> Cell:
    day = cells.day(task.submitted)
    return day if day is EMPTY else Cell(wording.submitted_on(task), day.raw)


def _closing(task: Task) -> Cell:
    day, text = cells.day(task.closed), wording.closed_on(task)
    if day is EMPTY:
        return day
    if (on_time := lights.on_time(task)) is not None:
        text = _("{text} ({note})").format(text=text, note=_("on time") if on_time else _("late"))
    return Cell(text, day.raw)
