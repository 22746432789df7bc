"""The agenda of the next joint meeting."""

from functools import partial
from typing import Annotated, Final

from typer import Option

from pilottask.base.dates import Yearless
from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.commands.shared.paper_files import Outputs, paper_now, put
from pilottask.ledger import meetings
from pilottask.paper import agenda as paper

_DAY: Final = Option("--for", metavar=_("DATE"), help=_("The day of the meeting; the next one planned unless told"))


def agenda(session: Session, outputs: Outputs, day: Annotated[str | None, _DAY] = None) -> None:
    """Write the agenda of the next joint meeting, as the list stands today."""
    session.tell_later_days()
    plan = outputs.plan(session)
    ledger, today = session.ledger, session.today
    content = meetings.agenda(ledger, today=today, day=session.day(day, option="--for", year=Yearless.COMING))
    record = partial(meetings.agenda_record, ledger, content, today=today)
    document = partial(paper.document, content, pilot=ledger.pilot, today=today)
    printed = paper_now(session, record, document, plan)
    put(session, printed, outputs.encode(printed))
