"""The task list itself: add, edit, show, rm."""

from functools import partial
from typing import Annotated

from msgspec.structs import replace as with_options
from typer import Argument, Option

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import check_name
from pilottask.commands.session import Session, find
from pilottask.commands.shared import printing
from pilottask.commands.shared.deadline_messages import next_ones, say_deadline, tell_twins
from pilottask.commands.shared.ids import IdArgument, IdsArgument, ask, one, resolve
from pilottask.commands.shared.printing import FormatSession, YesOption
from pilottask.commands.shared.task_fields import TaskFields, WordOption, read_word
from pilottask.ledger import changes, inspections, recurring
from pilottask.ledger.records import OPEN, Ledger
from pilottask.store.reader import Written
from pilottask.views import one_task


def add(
    session: FormatSession,
    titles: Annotated[
        list[str],
        Argument(metavar=_("TITLE"), help=_("The task; several of them have the same fields"), show_default=False),
    ],
    fields: TaskFields,
) -> None:
    """Enter tasks under their lead department."""
    if fields.department is None:
        message = _("a task needs its lead department")
        raise UsageFault(message, hint=_("add -d NAME; pilottask dept list shows the departments"))
    new = {session.new_uid(): check_name(title, field=_("the title")) for title in titles}

    def enter(ledger: Ledger) -> Ledger:
        for uid, title in new.items():
            ledger = fields.enter(session, ledger, title=title, uid=uid)
        return ledger

    written = session.change(enter)
    entered = written.after.tasks[-len(new) :]
    printing.say_changed(session, written, [task.id for task in entered], one=len(new) == 1)
    say_deadline(session, entered[0], fields.due)
    for task in entered:
        tell_twins(session, written.after, task)


def edit(
    session: FormatSession,
    which: IdArgument,
    fields: TaskFields,
    title: Annotated[str | None, Option(help=_("The task"))] = None,
    word: WordOption = None,
) -> None:
    """Change fields of a task; an empty value clears one."""
    number = one(which, session.ledger).id
    pair = read_word(word)
    if title is None and pair is None and fields == with_options(TaskFields(), new_department=fields.new_department):
        _edit_as_text(session, number, new_departments=fields.new_department)
        return

    def change(ledger: Ledger) -> Ledger:
        (task,) = find(ledger, [number])
        ledger, values = fields.values(session, ledger)
        if title is not None:
            values["title"] = title
        if pair is not None:
            values = changes.replace_word(task, *pair) | values
        if "title" in values:
            check_name(str(values["title"] or ""), field=_("the title"))
        return changes.with_tasks(ledger, [recurring.check(changes.edit(task, session.stamp, values), task)])

    _say_edited(session, number, session.change(change), due=fields.due)


def _edit_as_text(session: Session, number: int, *, new_departments: bool) -> None:
    from pilottask.commands.shared import editor  # noqa: PLC0415  seldom used, and heavy

    written = editor.edit_task(session, number, new_departments=new_departments)
    if written is None:
        session.warn(_("nothing was changed"))
    else:
        _say_edited(session, number, written, due=None)


def _say_edited(session: Session, number: int, written: Written, *, due: str | None) -> None:
    (task,) = find(written.after, [number])
    (before,) = find(written.before, [number])
    printing.say_changed(session, written, [number], one=True)
    if written.after == written.before:
        session.warn(_("nothing changed: it stood like that already"))
    elif due is not None or task.due != before.due:
        say_deadline(session, task, due)
    if (task.title, task.department) != (before.title, before.department):
        tell_twins(session, written.after, task)


def show(session: FormatSession, which: IdArgument) -> None:
    """Show all that is known of a task."""
    ledger = session.ledger
    task = one(which, ledger)
    findings = [each for each in inspections.findings(ledger) if each.task.id == task.id]
    screen = partial(one_task.detail, task, today=session.today, pilot=ledger.pilot, found=findings)
    printing.show(session, lambda: printing.task_records(session, [task])[0], screen)


def rm(session: FormatSession, ids: IdsArgument, yes: YesOption = False) -> None:
    """Take tasks entered by mistake out of the list; one that was given up is cancelled instead."""
    gone = find(session.ledger, resolve(ids, session.ledger))
    ask(session, _("Remove from the list?"), [task.id for task in gone], yes=yes)
    written = session.change(
        lambda ledger: changes.without(ledger, [task.id for task in find(ledger, [t.id for t in gone])])
    )
    if session.in_json:
        session.say_json(printing.task_records(session, gone))
    else:
        printing.say_removed(session, map(printing.id_and_title, gone))
    next_ones(session, written.after, ended=(task for task in gone if task.status in OPEN), opened=())
