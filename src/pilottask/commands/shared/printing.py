"""How commands print what they found and what they changed."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.commands.session import Session, find
from pilottask.ledger import as_json, wording
from pilottask.ledger.records import Edit, LogEntry, Meeting, Task
from pilottask.ledger.tasks import with_ids
from pilottask.store.reader import Written
from pilottask.views.grid import Grid
from pilottask.views.render import Format, render_all

if TYPE_CHECKING:  # writers filter nothing
    from pilottask.commands.shared.filters import Order

OutputOption = Annotated[
    Path | None, typer.Option("--output", "-O", help=_("Write it as a page to this file: .docx, .html, .md, .txt"))
]
FormatOption = Annotated[Format, typer.Option("--format", help=_("How the result is written"))]
FormatSession = Annotated[Session, FormatOption]
"""The session of a command that takes --format, its last option."""
FromOption = Annotated[
    str | None, typer.Option("--from", metavar=_("DATE"), help=_("First day, or a period such as 11月 or last week"))
]
ToOption = Annotated[str | None, typer.Option("--to", metavar=_("DATE"), help=_("Last day, or a period"))]
AsOfOption = Annotated[str | None, typer.Option(metavar=_("DATE"), help=_("The list as at the end of this day"))]
RemovalReason = Annotated[
    str | None, typer.Option("--reason", "-r", help=_("Why; it goes on record with the tasks that it was about"))
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask"))]


def reason_or_mistake(reason: str | None) -> str:
    """Return why a record is put right or removed: that it was entered by mistake, where nobody said."""
    return reason or _("entered by mistake")


def id_and_title(record: Task | Meeting) -> str:
    """Return how a command names the task that it changed: `ID title`."""
    return f"{record.id} {safe(record.title)}"


def task_records(session: Session, tasks: Iterable[Task]) -> list[dict[str, object]]:
    """Return `tasks` as JSON shows them."""
    pilot = session.ledger.pilot
    return [as_json.task_record(task, today=session.today, pilot=pilot) for task in tasks]


class Page(Struct, frozen=True):
    """A printed page that a view is to be, where `file` is given, under `title`."""

    file: Path | None
    title: str


def show(
    session: Session,
    records: Callable[[], object],
    grids: Callable[[], Grid | Sequence[Grid]],
    *,
    data: int = 0,
    page: Page | None = None,
) -> None:
    """Show what was found: `records` as JSON, else `grids`, of which csv and tsv have the one at the place `data`.

    On a `page` instead, where one is asked for. Raises UsageFault, IoFault.
    """
    session.tell_later_days()
    if page is not None and page.file is not None:
        from pilottask.commands.shared import view_files  # noqa: PLC0415  a screen needs no writer of files

        shown = grids()
        view_files.write(session, page.file, page.title, [shown] if isinstance(shown, Grid) else shown)
        return
    if session.in_json:
        session.page(as_json.json_text(records()))
        return
    shown = grids()
    session.page(render_all([shown] if isinstance(shown, Grid) else shown, session.fmt, session.terminal, data=data))


def say_result(session: Session, record: Callable[[], object], text: str) -> None:
    """Say what was done: `record` as JSON, else `text`."""
    if session.in_json:
        session.say_json(record())
    else:
        session.say(text)


def say_act(session: Session, record: Callable[[], object], name: str, act: str) -> None:
    """Say what was done to a record: as JSON, else what it is called, and the act."""
    say_result(session, record, with_act(name, act))


def say_removed(session: Session, names: Iterable[str], act: str | None = None) -> None:
    """Say that these records were removed, or `act`, what of them was, and how it comes back."""
    session.say("\n".join(with_act(name, act or _("removed")) for name in names))
    session.warn(_("pilottask undo brings it back"))


def say_changed(session: Session, written: Written, ids: Sequence[int], *, one: bool = False) -> None:
    """Say which tasks were changed and what was done: a line each, or as a JSON array; as an object for `one`."""
    tasks = find(written.after, ids)
    if session.in_json:
        records = task_records(session, tasks)
        session.say_json(records[0] if one else records)
        return
    before = {task.id: task for task in with_ids(written.before.tasks, ids)}
    session.say("\n".join(_change_line(task, before.get(task.id)) for task in tasks))


def _change_line(task: Task, before: Task | None) -> str:
    """Return `ID title` and what was done, by the entries that are new in the log."""
    return with_acts(task, task.log[len(before.log) :] if before else task.log)


def with_acts(task: Task, entries: Sequence[LogEntry]) -> str:
    """Return `ID title` and what was done by these entries of its log, in a word or two each."""
    if not entries:
        return id_and_title(task)
    edits = {entry.field for entry in entries if isinstance(entry, Edit)}
    shown = [
        entry for entry in entries if not ("due" in edits and isinstance(entry, Edit) and entry.field == "first_due")
    ]
    return with_act(id_and_title(task), _("; ").join(safe(wording.act(entry)) for entry in shown))


def with_act(name: str, act: str) -> str:
    """Return what a command says of a record that it changed: what it is called, and what was done."""
    return _("{said}: {text}").format(said=name, text=act)


def tell_same(session: Session, numbers: Sequence[int]) -> None:
    """Say which earlier entry has the same words as the last of these."""
    *before, _new = numbers
    if before:
        session.warn(_("note: no. {n} says the same").format(n=before[-1]))


def show_tasks(
    session: Session,
    tasks: list[Task],
    order: "Order",
    grid: Callable[[list[Task], int], Grid],
    *,
    below: Sequence[Grid] = (),
    page: Page | None = None,
) -> None:
    """Show tasks as far as they are wanted; `grid` makes a table of those shown and the count of those left out.

    `below` stands under that table, for people alone.
    """
    shown = tasks if page and page.file and order.limit is None else order.take(session, tasks)
    show(
        session, lambda: task_records(session, shown), lambda: [grid(shown, len(tasks) - len(shown)), *below], page=page
    )
