"""All that is known of one task."""

from collections.abc import Iterable
from datetime import date

from pilottask.base.i18n import _
from pilottask.ledger import history as histories
from pilottask.ledger import lights, targets, wording
from pilottask.ledger.labels import EVERY_LABELS, REASON_LABELS
from pilottask.ledger.lights import Lit
from pilottask.ledger.records import Pilot, Task
from pilottask.ledger.wording import field_label
from pilottask.views import cells
from pilottask.views.grid import EMPTY, NOTHING, Align, Cell, Column, Grid
from pilottask.views.history import history
from pilottask.views.tasks import _is_extended


def detail(task: Task, *, today: date, pilot: Pilot) -> list[Grid]:
    """Show all of one task: its fields, its open problems, its log, the newest entry last."""
    fields = cells.facts(f"{task.id}  {task.title}", _fields(task, today=today, pilot=pilot))
    return [fields, *_problems(task), history(((task, entry) for entry in task.log), of=task)]


def _fields(task: Task, *, today: date, pilot: Pilot) -> Iterable[tuple[str, str, Cell]]:
    """Yield what is known of a task: name, label and value."""
    lit = lights.light(task, today=today, pilot=pilot)
    values: dict[str, Cell] = {
        "status": cells.status(task),
        "light": _light_and_reason(lit),
        "department": Cell(task.department),
        "support": cells.joined(task.support),
        "owner": cells.text(task.owner),
        "leader": cells.text(task.leader),
        "aspect": cells.text(task.aspect),
        "requirement": cells.text(task.requirement),
        "target": cells.amount(task.target, task.unit),
        "actual": _actual(task),
        "time_gone": _time_gone(task, today=today),
        "due": _due_in_full(task, today=today),
        "source": cells.text(task.source),
        "project": cells.text(task.project),
        "every": Cell(_(EVERY_LABELS[task.every]), task.every.value) if task.every else EMPTY,
        "tags": cells.joined(task.tags),
        "remark": cells.text(task.remark),
        "created": cells.day(task.created),
        "submitted": cells.day(task.submitted),
        "closed": _closed(task),
    }
    labels = {"light": _("Light"), "time_gone": _("Time gone")}
    for key, cell in values.items():
        yield key, labels.get(key) or field_label(key), cell
    for key, text in task.extra.items():
        yield f"{histories.EXTRA}{key}", key, Cell(text)


def _light_and_reason(lit: Lit) -> Cell:
    cell = cells.light(lit)
    if lit.reason is None:
        return cell
    return Cell(
        _("{light}: {reason}").format(light=cell.text, reason=_(REASON_LABELS[lit.reason])), cell.raw, cell.tone
    )


def _actual(task: Task) -> Cell:
    cell = cells.amount(task.actual, task.unit)
    reached = targets.done(task)
    if task.actual is None or reached is None:
        return cell
    share = cells.share(reached).text
    return Cell(_("{actual} ({share} of the target)").format(actual=cell.text, share=share), cell.raw)


def _time_gone(task: Task, *, today: date) -> Cell:
    """Return how much of its time is gone by, where an open task has a target to hold beside it."""
    if not task.target:
        return EMPTY
    return cells.share(targets.time_gone(task, today=today))


def _due_in_full(task: Task, *, today: date) -> Cell:
    """Return the deadline with the first one beside it, and how far off it is."""
    if task.due is None:
        return cells.due(task)
    text = task.due.isoformat()
    if _is_extended(task):
        text = _("first {first} → now {now}").format(first=task.first_due, now=text)
    days = cells.days(task, today=today, light=None)
    if days.text != NOTHING:
        text = _("{text} ({note})").format(text=text, note=days.text)
    return Cell(text, task.due.isoformat(), days.tone)


def _closed(task: Task) -> Cell:
    cell = cells.day(task.closed)
    on_time = lights.on_time(task)
    if on_time is None:
        return cell
    note = _("on time") if on_time else _("late")
    return Cell(_("{text} ({note})").format(text=cell.text, note=note), cell.text)


def _problems(task: Task) -> list[Grid]:
    """Show the open problems, where there are any."""
    raised = histories.open_problems(task)
    if not raised:
        return []
    columns = (
        Column(key="n", label=_("No."), align=Align.RIGHT),
        Column(key="raised", label=_("Raised"), drop=1),
        Column(key="text", label=_("Problem"), fold=16),
        Column(key="need", label=_("Asks for"), fold=8),
    )
    rows = [
        (Cell(str(one.n), one.n), cells.day(one.at.date()), Cell(one.text), cells.text(wording.need(one)))
        for one in raised
    ]
    return [Grid(columns=columns, rows=rows, title=_("Open problems"))]
