"""Steps of a task: add, done, edit, rm."""

from collections.abc import Callable
from typing import Annotated

from typer import Argument, Option

from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.numbers import option_number
from pilottask.commands.session import Session, find
from pilottask.commands.shared.ids import IdArgument, change_each, one
from pilottask.commands.shared.printing import FormatSession
from pilottask.ledger import lights, steps
from pilottask.ledger.records import OPEN, StepChange, Task

NumberArgument = Annotated[int, Argument(metavar=_("N"), help=_("The number of the step, as show gives it"))]
TargetOption = Annotated[str | None, Option(metavar=_("NUMBER"), help=_("Its figure"))]
UnitOption = Annotated[str | None, Option(help=_("Unit of the figure"))]


def add(
    session: FormatSession,
    which: IdArgument,
    text: Annotated[str, Argument(metavar=pgettext("step", "TEXT"), help=_("What is to be done by then"))],
    due: Annotated[str, Option("--due", "-u", metavar=_("DATE"), help=_("The day of the step"))],
    target: TargetOption = None,
    unit: UnitOption = None,
) -> None:
    """Give a task a step with a deadline of its own."""
    day = session.day(due, option="--due", year=dates.Yearless.COMING)
    if day is None:
        raise UsageFault(_("{option} takes a day").format(option="--due"))
    figure = None if target is None else option_number(target, option="--target")
    _change(session, which, lambda task: steps.add(task, session.stamp, text, due=day, target=figure, unit=unit))
    if not session.in_json:
        session.warn(_("due {date}").format(date=dates.show(day)))


def done(
    session: FormatSession,
    which: IdArgument,
    n: NumberArgument,
    on: Annotated[str | None, Option(metavar=_("DATE"), help=_("The day it was done, if before today"))] = None,
    actual: Annotated[str | None, Option(metavar=_("NUMBER"), help=_("The figure that it reached"))] = None,
) -> None:
    """Record that a step was done."""
    day = session.day(on, option="--on", year=dates.Yearless.PAST)
    reached = None if actual is None else option_number(actual, option="--actual")
    _change(session, which, lambda task: steps.finish(task, n, session.stamp, on=day, actual=reached))


def edit(
    session: FormatSession,
    which: IdArgument,
    n: NumberArgument,
    text: Annotated[str | None, Option(help=_("What is to be done by then"))] = None,
    due: Annotated[
        str | None, Option("--due", "-u", metavar=_("DATE"), help=_("The day of the step; later takes a reason"))
    ] = None,
    target: TargetOption = None,
    unit: UnitOption = None,
    undone: Annotated[bool, Option("--undone", help=_("It is not done after all"))] = False,
    reason: Annotated[str | None, Option("--reason", "-r", help=_("Why"))] = None,
) -> None:
    """Change a step; its first day stays on record."""
    change = StepChange(
        at=session.now,
        by=session.user,
        n=n,
        to=session.day(due, option="--due", year=dates.Yearless.COMING),
        text=text,
        target=None if target is None else option_number(target, option="--target"),
        unit=unit,
        undone=undone,
        reason=reason,
    )
    _change(session, which, lambda task: steps.change(task, n, session.stamp, change))


def rm(
    session: FormatSession,
    which: IdArgument,
    n: NumberArgument,
    reason: Annotated[str | None, Option("--reason", "-r", help=_("Why"))] = None,
) -> None:
    """Take a step out; it stays in the log."""
    change = StepChange(at=session.now, by=session.user, n=n, removed=True, reason=reason)
    _change(session, which, lambda task: steps.change(task, n, session.stamp, change))


def _change(session: Session, which: str, change: Callable[[Task], Task]) -> None:
    """Write what `change` makes of the task that is meant."""
    number = one(which, session.ledger, applies=lambda task: task.status in OPEN).id
    written = change_each(session, [number], change, one=True)
    (task,) = find(written.after, [number])
    for step in lights.late_steps(task, today=session.today):
        session.warn(_("note: step {n} is past its day, {day}").format(n=step.n, day=step.due))
