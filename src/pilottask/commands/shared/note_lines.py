"""Progress of several tasks from lines `ID or title<tab>text`, as jotted down in a meeting."""

from pilottask.base.errors import PilotError, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.commands.session import Session
from pilottask.commands.shared import files_in
from pilottask.commands.shared.ids import one
from pilottask.exchange.office.reading import decode


def read(session: Session, file: str) -> dict[int, list[str]]:
    """Return what is to be noted on each task, by id; blank lines mean nothing.

    Raises UsageFault and NotFound, naming the line.
    """
    notes: dict[int, list[str]] = {}
    for n, line in enumerate(decode(files_in.read(file)).splitlines(), start=1):
        which, _tab, text = (part.strip() for part in line.partition("\t"))
        if not which and not text:
            continue
        if not which or not text:
            raise UsageFault(
                _("line {n}: {text} is not a task and its progress, parted by a tab").format(n=n, text=quote(line))
            )
        try:
            task = one(which, session.ledger)
        except PilotError as error:
            raise type(error)(_("line {n}: {said}").format(n=n, said=error.message), hint=error.hint) from error
        notes.setdefault(task.id, []).append(text)
    if not notes:
        raise UsageFault(_("no line holds a task and its progress"))
    return notes
