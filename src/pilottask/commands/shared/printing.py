"""How commands print what they found and what they changed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import typer

from pilottask.base import dates
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.commands.shared.filters import Order
from pilottask.ledger import as_json, lights, wording
from pilottask.ledger.records import Ledger, Meeting, Task
from pilottask.views.grid import Grid
from pilottask.views.render import Format, render_all

FormatOption = Annotated[Format, typer.Option("--format", help=_("How the result is written"))]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask"))]


def titled(record: Task | Meeting) -> str:
    """Return how a command names the task that it changed: `ID title`."""
    return f"{record.id} {safe(record.title)}"


def task_records(session: Session, tasks: Iterable[Task]) -> list[dict[str, object]]:
    """Return `tasks` as JSON shows them."""
    pilot = session.ledger.pilot
    return [as_json.task_record(task, today=session.today, pilot=pilot) for task in tasks]


def show(
    session: Session,
    fmt: Format,
    records: Callable[[], object],
    grids: Callable[[], Grid | Sequence[Grid]],
    *,
    data: int = 0,
) -> None:
    """Show what was found: `records` as JSON, else `grids`, of which csv and tsv have the one at the place `data`."""
    if fmt is Format.JSON:
        session.say_json(records())
        return
    shown = grids()
    session.say(render_all([shown] if isinstance(shown, Grid) else shown, fmt, session.terminal, data=data))


def say_changed(session: Session, tasks: Sequence[Task], fmt: Format) -> None:
    """Say which tasks were changed: id and title of each, or as a JSON array."""
    if fmt is Format.JSON:
        session.say_json(task_records(session, tasks))
    else:
        session.say("\n".join(map(titled, tasks)))


def say_changed_one(session: Session, task: Task, fmt: Format) -> None:
    """Say which task was changed: its id and title, or as a JSON object."""
    if fmt is Format.JSON:
        session.say_json(task_records(session, [task])[0])
    else:
        session.say(titled(task))


def say_deadline(session: Session, task: Task, typed: str | None = None) -> None:
    """Show back the deadline that was understood, with its weekday, and warn where it has passed.

    Where `typed` has no year and that of today was not taken, say so.
    """
    if task.open_ended:
        session.warn(_("open-ended, without a deadline"))
    elif task.due is None:
        session.warn(_("no deadline yet: pilottask edit {id} --due DATE").format(id=task.id))
    if task.due is None:
        return
    session.warn(_("due {date}").format(date=dates.show(task.due)))
    if typed and (said := dates.year_taken(typed, task.due, today=session.today)):
        session.warn(said)
    if late := lights.submitted_late_days(task):
        session.warn(_("note: {said}").format(said=wording.submitted_late(late)))
    elif days := lights.days_late(task, today=session.today):
        session.warn(
            ngettext(
                "note: that is {days} day ago, so the task is overdue at once",
                "note: that is {days} days ago, so the task is overdue at once",
                days,
            ).format(days=days)
        )


def tell_twins(session: Session, ledger: Ledger, task: Task) -> None:
    """Say which other tasks have the title and department of `task`: it may have been entered twice."""
    same = [
        other.id
        for other in ledger.tasks
        if other.department == task.department and other.title.split() == task.title.split() and other.id != task.id
    ]
    if same:
        session.warn(
            ngettext(
                "note: task {ids} has the same title and department",
                "note: tasks {ids} have the same title and department",
                len(same),
            ).format(ids=_(", ").join(map(str, same)))
        )


def show_tasks(
    session: Session,
    tasks: list[Task],
    order: Order,
    fmt: Format,
    grid: Callable[[list[Task], int], Grid],
    *,
    below: Sequence[Grid] = (),
) -> None:
    """Show tasks as far as they are wanted; `grid` makes a table of those shown and the count of those left out.

    `below` stands under that table, for people alone.
    """
    shown = order.shown(session, tasks)
    show(session, fmt, lambda: task_records(session, shown), lambda: [grid(shown, len(tasks) - len(shown)), *below])
