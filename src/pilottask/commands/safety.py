"""Safety: undo, redo, history, check."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import to_builtins
from typer import Argument, Exit, Option

from pilottask.base.errors import BadStore, ExitCode, UsageFault
from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.commands.shared import version_messages
from pilottask.commands.shared.ids import one
from pilottask.commands.shared.printing import FormatSession, FromOption, ToOption, YesOption, say_result, show
from pilottask.ledger import as_json, changes, recurring, wording
from pilottask.ledger import history as logs
from pilottask.ledger.integrity import Fault
from pilottask.ledger.records import OPEN, Task
from pilottask.store.versions import Version
from pilottask.views import history as screens


def undo(
    session: FormatSession,
    listed: Annotated[bool, Option("--list", help=_("List the versions kept; change nothing"))] = False,
    to: Annotated[int | None, Option(help=_("Bring this version of the list back"))] = None,
    yes: YesOption = False,
) -> None:
    """Step back one write, again and again, to the exact bytes of the file."""
    if listed and to is not None:
        raise UsageFault(_("--list shows the versions and --to brings one back; take one of the two"))
    if listed:
        _list_versions(session)
        return
    if to is not None:
        _bring_back(session, to, yes=yes)
        return
    present, left, damaged = session.confirm_act(
        lambda sheets: session.store.undo(session.author, sheets=sheets), yes=yes
    )
    _warn_of_damaged(session, damaged)
    if session.in_json:
        session.say_json({"undone": to_builtins(left), "present": to_builtins(present)})
        return
    if left is None:
        message = _("the store was gone; brought back as it was last written ({when})")
        session.say(message.format(when=version_messages.when(present)))
    else:
        session.say(_("taken back: {what}").format(what=version_messages.what(left)))
    session.warn(_("pilottask redo brings it back"))


def redo(session: FormatSession) -> None:
    """Step forward one write that undo took back."""
    present, _left, damaged = session.store.redo(session.author)
    _warn_of_damaged(session, damaged)
    text = _("done again: {what}").format(what=version_messages.what(present))
    say_result(session, lambda: {"redone": to_builtins(present), "present": to_builtins(present)}, text)


def _bring_back(session: Session, number: int, *, yes: bool) -> None:
    version, already = session.confirm_act(
        lambda sheets: session.store.bring_back(number, session.author, sheets=sheets), yes=yes
    )
    if session.in_json:
        present = session.store.versions()[1]
        session.say_json({"restored": to_builtins(version), "present": to_builtins(present)})
    elif already:
        session.say(_("the store is as version {n} has it; nothing was changed").format(n=number))
    else:
        what = version_messages.what(version)
        session.say(_("as it was at version {n}: {what}").format(n=number, what=what))
        session.warn(_("pilottask undo takes that back"))


def _warn_of_damaged(session: Session, damaged: Sequence[Version]) -> None:
    for version in damaged:
        message = _("version {n} is no sound store and was passed over: {what}")
        session.warn(message.format(n=version.n, what=version_messages.what(version)))


def _list_versions(session: Session) -> None:
    kept, present = session.store.versions()
    rows = [screens.Version(one.n, one.at, one.by, one.command, one.undone is True) for one in reversed(kept)]
    show(
        session,
        lambda: [{**to_builtins(version), "present": version == present} for version in reversed(kept)],
        lambda: screens.versions(rows, present=present.n if present else None),
    )


def history(
    session: FormatSession,
    which: Annotated[
        str | None, Argument(metavar=_("ID"), help=_("One task alone: its id, or a part of its title"))
    ] = None,
    department: Annotated[
        list[str] | None, Option("--department", "-d", metavar=_("NAME"), help=_("Lead department"))
    ] = None,
    first: FromOption = None,
    last: ToOption = None,
    limit: Annotated[int, Option(min=0, metavar=_("COUNT"), help=_("The last so many, 0 for all"))] = 0,
) -> None:
    """Tell what was done, when and by whom, the latest last."""
    tasks = session.ledger.tasks if which is None else (one(which, session.ledger),)
    listed = [] if which or department else [logs.LogRow(None, None, found) for found in session.ledger.conflicts]
    if department:
        led_by = set(session.departments(department))
        tasks = tuple(task for task in tasks if task.department in led_by)
    begin, end = session.span(first, last)
    since, until = begin or date.min, end or date.max
    listed += [row for task in tasks for row in logs.log_rows(task)]
    rows = [row for row in listed if since <= row.entry.at.date() <= until]
    rows.sort(key=lambda row: (row.entry.at, row.task is None, row.task.id if row.task else 0, row.n or 0))
    shown = rows[-limit:] if limit else rows
    show(session, lambda: list(map(as_json.entry_record, shown)), lambda: screens.history(shown))


class FaultFormat(StrEnum):
    """How faults are listed."""

    TABLE = "table"
    JSON = "json"


def check(
    session: Session,
    fix: Annotated[
        bool, Option("--fix", help=_("Put on record what was changed by hand, so that log and list agree"))
    ] = False,
    fmt: Annotated[FaultFormat, Option("--format", help=_("How the result is written"))] = FaultFormat.TABLE,
) -> None:
    """Look through the store for anything wrong, every fault at once."""
    if fix:
        with suppress(BadStore):  # what could not be mended is told below, all of it
            session.mend(
                lambda ledger: changes.apply_all(ledger, lambda task: changes.put_on_record(task, session.stamp))
            )
    hint: str | None = _("mend the file by hand, or bring the last good version back: pilottask undo")
    if not (faults := session.store.faults()):
        if fix:
            for version in session.store.mend_versions(session.author):
                message = _("version {n} is damaged and was taken off the list: {what}")
                session.warn(message.format(n=version.n, what=version_messages.what(version)))
        by_hand = [_hand_fault(task, edit) for task in session.ledger.tasks for edit in logs.differences(task)]
        hint = _("where the file is right, put that on record: pilottask check --fix") if by_hand else None
        _say_not_on_record(session)
        several = map(recurring.open_at_once_message, recurring.open_at_once(session.ledger))
        faults = [*by_hand, *(Fault("", "", told) for told in several)]
        again = _("put the file back in that place, or attach the same one again: pilottask attach ID FILE")
        copy = _("copy it from beside the store that the sheet was issued in")
        for beside, told in ((session.store.file_faults, again), (session.store.sheet_faults, copy)):
            faults += (wrong := beside(session.ledger))
            hint = hint or (told if wrong else None)
        _say_stale_files(session, fix=fix)
    if damaged := session.store.version_faults():
        hint = hint or _("undo passes them over; to take them off the list: pilottask check --fix")
        faults += damaged
    if fmt is FaultFormat.JSON:
        session.say_json(
            [{"record": one.record or None, "field": one.field or None, "message": one.wrong} for one in faults]
        )
        if faults:
            raise Exit(ExitCode.BAD_STORE)
    elif faults:
        raise BadStore("\n".join(map(str, faults)), hint=hint)
    else:
        session.say(_all_well(session))


def _say_stale_files(session: Session, *, fix: bool) -> None:
    """Say how many files are kept that no task has any more, or with `fix` remove them."""
    if fix:
        count, size = session.store.remove_stale_files(session.author)
        message = _("removed: files that no task has any more, nor any version: {count} ({size})")
        if count:
            session.warn(message.format(count=count, size=wording.size(size)))
    elif stale := session.store.stale_files(session.ledger):
        message = _(
            "note: files are kept that no task or version has any more: {count}; pilottask check --fix removes them"
        )
        session.warn(message.format(count=len(stale)))


def _say_not_on_record(session: Session) -> None:
    """Name the tasks that were changed by hand since the last write: the next one puts that on record."""
    pairs = zip(session.ledger.tasks, session.ledger_on_record.tasks, strict=True)
    if changed := [task for task, recorded in pairs if recorded.log != task.log]:
        message = _("changed by hand since the last write, which the next one puts on record: {tasks}")
        session.warn(message.format(tasks=_(", ").join(map(changes.task_name, changed))))


def _hand_fault(task: Task, edit: logs.Difference) -> Fault:
    return Fault(
        changes.task_name(task),
        edit.field,
        _("the file says {present}, the log says {logged}").format(
            present=wording.value(edit.field, edit.present), logged=wording.value(edit.field, edit.logged)
        ),
    )


def _all_well(session: Session) -> str:
    ledger = session.ledger
    kept, _present = session.store.versions()
    return _(
        "all is well: {tasks} tasks, {open} of them open; {departments} departments; {entries} log entries; "
        "{versions} versions kept"
    ).format(
        tasks=len(ledger.tasks),
        open=sum(task.status in OPEN for task in ledger.tasks),
        departments=len(ledger.departments),
        entries=sum(len(task.log) for task in ledger.tasks),
        versions=len(kept),
    )
