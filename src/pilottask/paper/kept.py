"""An issued sheet as it is kept for good: finished, so that it is printed again and never worked out again."""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from pilottask.base.errors import BadStore
from pilottask.base.i18n import _
from pilottask.ledger.queries import Tally
from pilottask.paper.content import Part, Start, State
from pilottask.paper.document import Document


class KeptSheet(Struct, frozen=True):
    """A sheet that was issued: its whole document, its content for scripts, and the tasks as they stood.

    `without` are the sections that it went out without. What a later version adds here needs a default, since sheets
    of every version are read.
    """

    n: int
    at: datetime
    by: str
    without: tuple[Part, ...]
    document: Document
    content: Raw
    figures: Tally
    states: Raw

    @property
    def printed(self) -> Document:
        """The document as it went out."""
        return self.document.without(self.without)

    @property
    def start(self) -> Start:
        """The start of the period that begins with it."""
        states = msgspec.json.decode(self.states, type=tuple[State, ...])
        by_uid = {state.task.uid: state for state in states}
        return Start(moment=self.at, figures=self.figures, states=by_uid, number=self.n)


def decode(data: bytes) -> KeptSheet:
    """Return the sheet that `data` holds as JSON. Raises BadStore where it holds none that this version knows."""
    try:
        return msgspec.json.decode(data, type=KeptSheet)
    except msgspec.DecodeError as error:
        raise BadStore(
            _("what is kept of the sheet cannot be read: {text}").format(text=error),
            hint=_("it may be of a newer pilottask; install that"),
        ) from error
