"""Several clerks, one list: merge, sync."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument

from pilottask.base.i18n import _, ngettext
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.commands.shared import files_in
from pilottask.exchange.git import syncing
from pilottask.exchange.merge.messages import new_conflicts, new_numbers, what_changed
from pilottask.exchange.merge.stores import merge_stores
from pilottask.ledger.records import Ledger
from pilottask.store import files


def merge(
    session: Session,
    base: Annotated[Path, Argument(metavar=_("BASE"), help=_("What both sides began with; may be empty"))],
    ours: Annotated[Path, Argument(metavar=_("OURS"), help=_("The list on this side; becomes that of both"))],
    theirs: Annotated[Path, Argument(metavar=_("THEIRS"), help=_("The list on the other side"))],
) -> None:
    """Merge two sides of one list by record, into OURS."""
    began, here, there = (files_in.read(str(path)) for path in (base, ours, theirs))
    merged = merge_stores(began, here, there)
    if merged.data != here:
        try:
            files.replace(ours, merged.data, like=ours)
        except OSError as error:
            raise files.fault(error, _("cannot write {path}").format(path=ours)) from error
    session.warn(*_warnings(merged.before, merged.after))


def sync(
    session: Session,
    remote: Annotated[
        str | None,
        Argument(metavar=_("REMOTE"), help=_("The git repository in which the lists meet; kept the first time")),
    ] = None,
) -> None:
    """Make the list one with those of the other clerks, over git."""
    synced = syncing.sync(session.store, remote, session.author)
    for line in _lines(synced):
        session.say(line)
    session.warn(*_warnings(synced.before or synced.after, synced.after))


def _lines(synced: syncing.Synced) -> Iterator[str]:
    after = synced.after
    if synced.before is None:
        count = len(after.tasks)
        yield ngettext(
            "the list is brought: {pilot}, {count} task", "the list is brought: {pilot}, {count} tasks", count
        ).format(pilot=safe(after.pilot.name or _("(no name)")), count=count)
        return
    if synced.remote is None:
        count = len(after.tasks)
        yield ngettext(
            "the list is sent for the first time: {count} task",
            "the list is sent for the first time: {count} tasks",
            count,
        ).format(count=count)
        return
    came, went = what_changed(synced.before, after), what_changed(synced.remote, after)
    for message, lines in ((_("came: {what}"), came), (_("went: {what}"), went)):
        if lines:
            yield message.format(what=_("; ").join(lines))
    if not came and not went:
        yield _("nothing new on either side")


def _warnings(before: Ledger, after: Ledger) -> Iterator[str]:
    """Yield what a person must be told: new numbers, and of what both sides changed what stands."""
    yield from new_numbers(before, after)
    yield from new_conflicts(before, after)
