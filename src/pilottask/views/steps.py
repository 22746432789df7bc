"""Steps of tasks as tables: of one task, and those that are late."""

from collections.abc import Iterable
from datetime import date

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import history, steps, wording
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import Task
from pilottask.views import cells
from pilottask.views.grid import Cell, Column, Grid, grid

_Line = tuple[Task, StepNow]


def of_task(task: Task, *, today: date) -> list[Grid]:
    """Show the steps of a task, where it has any, and how many are done."""
    found = history.steps(task)
    if not found:
        return []
    columns: tuple[Column[StepNow], ...] = (
        cells.number_column("n", pgettext("step", "No."), lambda step: step.n),
        Column("text", pgettext("step", "Step"), lambda step: Cell(step.text), fold=16),
        Column("due", pgettext("step", "By"), _due),
        Column("figure", pgettext("step", "Figure"), _figure, drop=1),
        Column("stands", pgettext("step", "Stands"), lambda step: _standing(step, today=today), fold=8),
    )
    title = _("Steps ({done} of {all} done)").format(done=sum(step.done is not None for step in found), all=len(found))
    return [grid(found, columns, title=title)]


def _due(step: StepNow) -> Cell:
    text = step.due.isoformat()
    if step.due != step.first_due:
        text = _("first {first} → now {now}").format(first=step.first_due, now=text)
    return Cell(text, step.due.isoformat())


def _figure(step: StepNow) -> Cell:
    if step.target is None:
        return cells.text(None if step.actual is None else wording.figure(step.actual, step.unit))
    wanted = wording.figure(step.target, step.unit)
    if step.actual is None:
        return Cell(wanted)
    return Cell(_("{actual} of {target}").format(actual=step.actual, target=wanted))


def _standing(step: StepNow, *, today: date) -> Cell:
    if step.done is not None:
        return Cell(_("done {day}").format(day=step.done), step.done.isoformat())
    return cells.time_left(step.due, today=today)


def late(tasks: Iterable[Task], *, today: date, ahead: int | None = None) -> list[Grid]:
    """Return a section of the steps of these tasks that are past their day, or due `ahead`, where there are any."""
    found = steps.late(tasks, today=today, ahead=ahead)
    columns: tuple[Column[_Line], ...] = (
        cells.of(lambda line: line[0], cells.id_column()),
        cells.of(lambda line: line[0], cells.field_column("title", fold=12)),
        cells.of(lambda line: line[0], cells.field_column("department", fold=10, drop=1)),
        cells.number_column("n", pgettext("step", "No."), lambda line: line[1].n),
        Column("text", pgettext("step", "Step"), lambda line: Cell(line[1].text), fold=12),
        Column("due", pgettext("step", "By"), lambda line: cells.day(line[1].due), drop=2),
        Column("stands", pgettext("step", "Stands"), lambda line: _standing(line[1], today=today)),
    )
    title = _("Steps past their day") if ahead is None else _("Steps due soon")
    return [grid(found, columns, title=title)] if found else []
