"""The task list itself: add, edit, show, rm."""

from typing import Annotated

import typer
from msgspec.structs import replace as with_options

from pilottask.base import numbers
from pilottask.base.errors import Interrupted, NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import check_name, quote
from pilottask.commands.session import Session, find
from pilottask.commands.shared import printing
from pilottask.commands.shared.ids import IdArgument, IdsArgument, resolve
from pilottask.commands.shared.option_records import takes
from pilottask.commands.shared.printing import (
    FormatOption,
    YesOption,
    say_changed,
    say_changed_one,
    say_deadline,
    task_records,
    tell_twins,
    titled,
)
from pilottask.commands.shared.task_fields import TaskFields
from pilottask.ledger import changes, recurring
from pilottask.ledger.records import Ledger, Task
from pilottask.store.reader import Written
from pilottask.views import one_task
from pilottask.views.render import Format


@takes(TaskFields)
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar=_("TITLE"), help=_("The task"), show_default=False)],
    fields: TaskFields,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Enter a task under its lead department."""
    session: Session = ctx.obj
    if fields.department is None:
        raise UsageFault(
            _("a task needs its lead department"),
            hint=_("add -d NAME; pilottask dept list shows the departments"),
        )
    check_name(title, field=_("the title"))
    uid = session.new_uid()
    after = session.change(lambda ledger: fields.entered(session, ledger, title=title, uid=uid)).after
    task = after.tasks[-1]
    say_changed_one(session, task, fmt)
    say_deadline(session, task, fields.due)
    tell_twins(session, after, task)


@takes(TaskFields)
def edit(
    ctx: typer.Context,
    number: IdArgument,
    fields: TaskFields,
    title: Annotated[str | None, typer.Option(help=_("The task"))] = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Change fields of a task; an empty value clears one."""
    session: Session = ctx.obj
    if title is None and fields == with_options(TaskFields(), new_department=fields.new_department):
        _edit_as_text(session, number, fmt, new_departments=fields.new_department)
        return

    def change(ledger: Ledger) -> Ledger:
        (task,) = find(ledger, [number])
        ledger, values = fields.values(session, ledger)
        if title is not None:
            values["title"] = check_name(title, field=_("the title"))
        return changes.with_tasks(ledger, [recurring.check(changes.edit(task, session.stamp, values), task)])

    _say_edited(session, number, session.change(change), fmt, due=fields.due)


def _edit_as_text(session: Session, number: int, fmt: Format, *, new_departments: bool) -> None:
    from pilottask.commands.shared import editor  # noqa: PLC0415  seldom used, and heavy

    written = editor.edited(session, number, new_departments=new_departments)
    if written is None:
        session.warn(_("nothing was changed"))
    else:
        _say_edited(session, number, written, fmt, due=None)


def _say_edited(session: Session, number: int, written: Written, fmt: Format, *, due: str | None) -> None:
    (task,) = find(written.after, [number])
    (before,) = find(written.before, [number])
    say_changed_one(session, task, fmt)
    if written.after == written.before:
        session.warn(_("nothing changed: it stood like that already"))
    elif due is not None or task.due != before.due:
        say_deadline(session, task, due)
    if (task.title, task.department) != (before.title, before.department):
        tell_twins(session, written.after, task)


def show(
    ctx: typer.Context,
    which: Annotated[str, typer.Argument(metavar="ID", help=_("The task's id, or part of its title"))],
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Show all that is known of a task."""
    session: Session = ctx.obj
    task = _meant(which, session.ledger)
    printing.show(
        session,
        fmt,
        lambda: task_records(session, [task])[0],
        lambda: one_task.detail(task, today=session.today, pilot=session.ledger.pilot),
    )


def _meant(which: str, ledger: Ledger) -> Task:
    """Return the task with this id, or the only one whose title has this part."""
    if (number := numbers.whole(which)) is not None:
        return find(ledger, [number])[0]
    part = which.casefold().strip()
    fitting = [task for task in ledger.tasks if part and part in task.title.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise NotFound(
            _("no task has {text} in its title").format(text=quote(which)),
            hint=_("pilottask list --all --text WORD searches notes too"),
        )
    shown = "\n".join(f"  {titled(task)}" for task in fitting[:10])
    raise NotFound(
        _("{text} stands in {count} titles:").format(text=quote(which), count=len(fitting)) + f"\n{shown}",
        hint=_("type the id, or more of the title"),
    )


def rm(
    ctx: typer.Context,
    ids: IdsArgument,
    yes: YesOption = False,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Take tasks entered by mistake out of the list; one that was given up is cancelled instead."""
    session: Session = ctx.obj
    gone = find(session.ledger, resolve(ids, session.ledger))
    if not yes:
        if not session.interactive:
            raise UsageFault(
                _("rm asks before it removes, and there is nobody to ask"), hint=_("add --yes where it is meant")
            )
        listed = "\n".join(f"  {titled(task)}" for task in gone)
        if not session.confirm(_("Remove from the list?") + f"\n{listed}\n"):
            raise Interrupted(_("nothing was removed"))
    session.change(lambda ledger: changes.without(ledger, [task.id for task in find(ledger, [t.id for t in gone])]))
    say_changed(session, gone, fmt)
    if fmt is not Format.JSON:
        session.warn(_("removed; pilottask undo brings it back"))
