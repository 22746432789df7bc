"""Corrections on record: amend the words of a log entry, make one void."""

from typing import Annotated

import typer

from pilottask.base.i18n import _
from pilottask.base.text import check
from pilottask.commands.session import Session, find
from pilottask.commands.shared.ids import IdArgument, one
from pilottask.commands.shared.printing import FormatOption, say_changed
from pilottask.ledger import corrections
from pilottask.views.render import Format

EntryArgument = Annotated[
    int, typer.Argument(metavar=_("ENTRY"), help=_("The number of the entry, as history ID gives it"))
]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help=_("Why; it goes on record"))]


def amend(
    session: Session,
    which: IdArgument,
    n: EntryArgument,
    text: Annotated[str, typer.Argument(metavar=_("TEXT"), help=_("The words that it is to have"))],
    reason: ReasonOption,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Correct the words of a log entry; the old ones stay on record."""
    check(text, field=_("the text"), line=False)
    task = one(which, session.ledger)
    written = session.change(
        lambda ledger: corrections.amend(ledger, find(ledger, [task.id])[0], n, session.stamp, text=text, reason=reason)
    )
    say_changed(session, written, [task.id], fmt, one=True)


def void(
    session: Session, which: IdArgument, n: EntryArgument, reason: ReasonOption, fmt: FormatOption = Format.TABLE
) -> None:
    """Make a log entry void that was entered by mistake; it stays on record."""
    task = one(which, session.ledger)
    written = session.change(
        lambda ledger: corrections.void(ledger, find(ledger, [task.id])[0], n, session.stamp, reason=reason)
    )
    say_changed(session, written, [task.id], fmt, one=True)
