"""Evidence: attach, detach."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from pilottask.base.i18n import _
from pilottask.commands.shared import evidence
from pilottask.commands.shared.ids import IdArgument, one
from pilottask.commands.shared.printing import FormatSession, say_changed
from pilottask.ledger import attachments, changes, history
from pilottask.store import copies


def attach(
    session: FormatSession,
    which: IdArgument,
    paths: Annotated[
        list[Path], Argument(metavar=_("FILE"), help=_("The files, up to 100 MB each"), show_default=False)
    ],
) -> None:
    """Attach files to a task as evidence; copies of them are kept beside the list."""
    sources = [copies.look_at(path) for path in paths]
    number = one(which, session.ledger).id
    written = session.change(
        lambda ledger: changes.apply(
            ledger, [number], lambda task: attachments.attach(task, session.stamp, (each.file for each in sources))
        ),
        sources=sources,
    )
    say_changed(session, written, [number], one=True)
    evidence.say_known(session, written, [number], sources)


def detach(
    session: FormatSession,
    which: IdArgument,
    n: Annotated[int, Argument(metavar=_("N"), help=_("The number of the file, as show gives it"))],
) -> None:
    """Take a file off a task; the log goes on to tell of it."""
    number = one(which, session.ledger, applies=lambda task: bool(history.attachments(task))).id
    written = session.change(
        lambda ledger: changes.apply(ledger, [number], lambda task: attachments.detach(task, session.stamp, n))
    )
    say_changed(session, written, [number], one=True)
