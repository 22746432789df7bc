"""Steps of a task (阶段目标): parts with a deadline and, where they have one, a figure of their own; one level deep."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import check_name
from pilottask.ledger import changes, history, lights
from pilottask.ledger.changes import Stamp, task_name
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import OPEN, Number, Step, StepChange, StepDone, Task


def find(task: Task, n: int) -> StepNow:
    """Return step `n` of `task`. Raises NotFound."""
    for step in history.steps(task):
        if step.n == n:
            return step
    hint = _("pilottask show {id} lists its steps").format(id=task.id)
    raise NotFound(_("{task} has no step {n}").format(task=task_name(task), n=n), hint=hint)


def add(
    task: Task, stamp: Stamp, text: str, *, due: date, target: Number | None = None, unit: str | None = None
) -> Task:
    """Return `task` with a step under the next number. Raises UsageFault where it is not open, or ends before."""
    _check_open(task)
    check_name(text, field=_("the step"), line=False)
    _check_due(task, due)
    n = 1 + max((entry.n for entry in task.log if isinstance(entry, Step)), default=0)
    return changes.log(task, Step(at=stamp.at, by=stamp.by, n=n, text=text, due=due, target=target, unit=unit))


def finish(task: Task, n: int, stamp: Stamp, *, on: date | None = None, actual: Number | None = None) -> Task:
    """Return `task` with step `n` done, on the day `on` where that was another, with the figure it reached.

    Raises NotFound, UsageFault where it was done before.
    """
    _check_open(task)
    step = find(task, n)
    if step.done is not None:
        message = _("step {n} of {task} was done on {day} already")
        raise UsageFault(message.format(n=n, task=task_name(task), day=step.done))
    return changes.log(task, StepDone(at=stamp.at, by=stamp.by, n=n, on=changes.other_day(on, stamp), actual=actual))


def change(task: Task, n: int, stamp: Stamp, change: StepChange) -> Task:
    """Return `task` with step `n` changed as `change` says, whose number, moment and author are set here.

    Raises NotFound; UsageFault where nothing changes, the day lies after the task's deadline, or is moved back without
    a reason.
    """
    _check_open(task)
    step = find(task, n)
    if change.text is not None:
        check_name(change.text, field=_("the step"), line=False)
    due = change.to if change.to != step.due else None
    if due is not None:
        _check_due(task, due)
        if due > step.due and not change.reason:
            message = _("step {n} is moved from {old} to {new}, which takes a reason")
            hint = _("add --reason WHY")
            raise UsageFault(message.format(n=n, old=step.due, new=due), hint=hint)
    entry = replace(change, at=stamp.at, by=stamp.by, n=n, from_=step.due if due else None, to=due)
    after = changes.log(task, entry)
    if history.steps(after) == history.steps(task):
        raise UsageFault(_("step {n} of {task} is so already").format(n=n, task=task_name(task)))
    return after


def late(tasks: Iterable[Task], *, today: date, ahead: int | None = None) -> list[tuple[Task, StepNow]]:
    """Return the steps past their day, or due `ahead`, of tasks still with their departments, most days late first."""
    results = [(task, step) for task in tasks for step in lights.late_steps(task, today=today, ahead=ahead)]
    return sorted(results, key=lambda pair: (pair[1].due, pair[0].id, pair[1].n))


def not_done(task: Task) -> list[StepNow]:
    """Return the steps of `task` that are not done."""
    return [step for step in history.steps(task) if step.done is None]


def _check_open(task: Task) -> None:
    if task.status not in OPEN:
        hint = _("if it goes on: pilottask reopen {id} --reason WHY").format(id=task.id)
        raise changes.status_fault(task, _("{task} is {status}; steps are kept of open tasks"), hint)


def _check_due(task: Task, due: date) -> None:
    if task.due is not None and due > task.due:
        text = _("{day} lies after the deadline of {task}, {due}").format(day=due, task=task_name(task), due=task.due)
        hint = _("a step ends with its task; the task's own deadline is moved by pilottask extend {id} DATE")
        raise UsageFault(text, hint=hint.format(id=task.id))
