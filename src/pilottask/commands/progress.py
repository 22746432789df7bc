"""Progress: the moves of a task's life, what is reported on it, and its deadline moved."""

from collections.abc import Callable
from typing import Annotated

import typer

from pilottask.base import dates
from pilottask.base.dates import Yearless
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.commands.session import Session, find
from pilottask.commands.shared.ids import IdArgument, IdsArgument, is_id, resolve
from pilottask.commands.shared.printing import FormatOption, say_changed, say_changed_one, say_deadline
from pilottask.commands.shared.recurring_messages import next_ones
from pilottask.commands.shared.task_fields import number as parse_number
from pilottask.ledger import changes, recurring, vocabulary
from pilottask.ledger.records import Ledger, Need, Task, next_problem
from pilottask.views.render import Format

OnOption = Annotated[
    str | None, typer.Option("--on", metavar=_("DATE"), help=_("The day it was, where that is not today"))
]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help=_("Why; it goes on record"))]


def _each(session: Session, ids: list[str], fmt: Format, change: Callable[[Task], Task]) -> None:
    """Make `change` to each of these tasks, all or none, and say which they were."""

    def edit(ledger: Ledger) -> tuple[Ledger, list[int]]:
        numbers = resolve(ids, ledger)
        return changes.apply(ledger, numbers, change), numbers

    written, numbers = session.change_with(edit)
    say_changed(session, find(written.after, numbers), fmt)


def _one(session: Session, number: int, fmt: Format, change: Callable[[Task], Task]) -> Task:
    """Make `change` to one task and say which it was."""

    def edit(ledger: Ledger) -> Ledger:
        return changes.with_tasks(ledger, [change(task) for task in find(ledger, [number])])

    (task,) = find(session.change(edit).after, [number])
    say_changed_one(session, task, fmt)
    return task


def start(ctx: typer.Context, ids: IdsArgument, fmt: FormatOption = Format.TABLE) -> None:
    """Record that work has begun: todo becomes doing."""
    session: Session = ctx.obj
    _each(session, ids, fmt, lambda task: changes.start(task, session.stamp))


def submit(
    ctx: typer.Context,
    ids: IdsArgument,
    evidence: Annotated[str | None, typer.Option(help=_("What shows that it is done"))] = None,
    on: OnOption = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Record that the department says it is done; the office has yet to verify it."""
    session: Session = ctx.obj
    day = session.day(on, option="--on", year=Yearless.PAST)
    _each(session, ids, fmt, lambda task: changes.submit(task, session.stamp, evidence=evidence, on=day))


def close(
    ctx: typer.Context,
    ids: IdsArgument,
    verifier: Annotated[str | None, typer.Option(metavar=pgettext("person", "NAME"), help=_("Who verified it"))] = None,
    on: OnOption = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Close a task that the office has verified; the next of a recurring one is opened."""
    session: Session = ctx.obj
    day = session.day(on, option="--on", year=Yearless.PAST)

    def edit(ledger: Ledger) -> tuple[Ledger, list[int]]:
        numbers = resolve(ids, ledger)
        ledger = changes.apply(
            ledger, numbers, lambda task: changes.close(task, session.stamp, verifier=verifier, on=day)
        )
        return recurring.with_next(ledger, numbers, session.stamp, new_uid=session.new_uid), numbers

    written, numbers = session.change_with(edit)
    opened = written.after.tasks[len(written.before.tasks) :]
    closed = find(written.after, numbers)
    say_changed(session, [*closed, *opened], fmt)
    next_ones(session, closed=closed, opened=opened)


def return_(ctx: typer.Context, ids: IdsArgument, reason: ReasonOption, fmt: FormatOption = Format.TABLE) -> None:
    """Send a submitted task back to its department."""
    session: Session = ctx.obj
    _each(session, ids, fmt, lambda task: changes.return_(task, session.stamp, reason=reason))


def suspend(ctx: typer.Context, ids: IdsArgument, reason: ReasonOption, fmt: FormatOption = Format.TABLE) -> None:
    """Put an open task off."""
    session: Session = ctx.obj
    _each(session, ids, fmt, lambda task: changes.suspend(task, session.stamp, reason=reason))


def cancel(ctx: typer.Context, ids: IdsArgument, reason: ReasonOption, fmt: FormatOption = Format.TABLE) -> None:
    """Give an open task up; it no longer counts towards the completion rate."""
    session: Session = ctx.obj
    _each(session, ids, fmt, lambda task: changes.cancel(task, session.stamp, reason=reason))


def reopen(ctx: typer.Context, ids: IdsArgument, reason: ReasonOption, fmt: FormatOption = Format.TABLE) -> None:
    """Bring a closed, suspended or cancelled task back to where it stood before."""
    session: Session = ctx.obj

    def edit(ledger: Ledger) -> tuple[Ledger, list[int]]:
        numbers = resolve(ids, ledger)
        ledger = changes.apply(ledger, numbers, lambda task: changes.reopen(task, session.stamp, reason=reason))
        return recurring.check_reopened(ledger, numbers), numbers

    written, numbers = session.change_with(edit)
    say_changed(session, find(written.after, numbers), fmt)


def note(
    ctx: typer.Context,
    number: IdArgument,
    text: Annotated[str, typer.Argument(metavar=pgettext("progress", "TEXT"), help=_("Progress as reported"))],
    next_step: Annotated[str | None, typer.Option("--next", help=_("The next step"))] = None,
    actual: Annotated[str | None, typer.Option(metavar=_("NUMBER"), help=_("The figure reached so far"))] = None,
    result: Annotated[bool, typer.Option("--result", help=_("It is a result worth showing"))] = False,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Record progress; the status stays as it is."""
    session: Session = ctx.obj
    figure = None if actual is None else parse_number(actual, option="--actual")
    _one(
        session,
        number,
        fmt,
        lambda task: changes.note(
            task, session.stamp, text=text, next_step=next_step or None, actual=figure, result=result
        ),
    )


def raise_(
    ctx: typer.Context,
    number: IdArgument,
    text: Annotated[str, typer.Argument(metavar=pgettext("problem", "TEXT"), help=_("The problem, or what is needed"))],
    need: Annotated[str | None, typer.Option(metavar="|".join(Need), help=_("What kind of support is needed"))] = None,
    coordinate: Annotated[bool, typer.Option("--coordinate", help=_("It must go to the joint meeting"))] = False,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Raise a problem or a need on a task; it stays open until it is settled."""
    session: Session = ctx.obj
    kind = None if need is None else vocabulary.NEED.meant(need, what=_("kind of need"))
    task = _one(
        session,
        number,
        fmt,
        lambda task: changes.raise_(task, session.stamp, text=text, need=kind, coordinate=coordinate),
    )
    session.warn(
        _("problem {n}; when it is settled: pilottask settle {id} {n}").format(n=next_problem(task) - 1, id=task.id)
    )


def settle(
    ctx: typer.Context,
    number: IdArgument,
    n: Annotated[int, typer.Argument(metavar="N", help=_("The number of the problem, as show gives it"))],
    text: Annotated[str | None, typer.Argument(metavar=_("TEXT"), help=_("How it was settled"))] = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Settle a problem of a task."""
    session: Session = ctx.obj
    _one(session, number, fmt, lambda task: changes.settle(task, session.stamp, n=n, text=text))


def extend(
    ctx: typer.Context,
    number: IdArgument,
    to: Annotated[str, typer.Argument(metavar=_("DATE"), help=_("The new deadline"))],
    reason: ReasonOption,
    approved_by: Annotated[
        str | None, typer.Option(metavar=pgettext("person", "NAME"), help=_("Who approved it"))
    ] = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Move a deadline; the first one stays on record."""
    session: Session = ctx.obj
    day = dates.parse(to, today=session.today, year=Yearless.COMING)
    if day is None:
        raise UsageFault(_("extend takes the new deadline, a day"))
    task = _one(
        session,
        number,
        fmt,
        lambda task: changes.extend(task, session.stamp, to=day, reason=reason, approved_by=approved_by),
    )
    say_deadline(session, task, to)


def chase(
    ctx: typer.Context,
    said: Annotated[list[str], typer.Argument(metavar=_("IDS [TEXT]"), help=_("Task ids, then what was said"))],
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Log a reminder to the departments of tasks that are still with them."""
    session: Session = ctx.obj
    ids, text = (said[:-1], said[-1]) if len(said) > 1 and not is_id(said[-1]) else (said, None)
    _each(session, ids, fmt, lambda task: changes.chase(task, session.stamp, text=text))
