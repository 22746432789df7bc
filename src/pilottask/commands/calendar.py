"""The working calendar: list, import."""

from typing import Annotated

from typer import Argument

from pilottask.base.i18n import _
from pilottask.commands.shared import files_in
from pilottask.commands.shared.printing import FormatSession, show
from pilottask.exchange.tools import notices
from pilottask.ledger import calendars
from pilottask.views import calendars as screens


def list_(session: FormatSession) -> None:
    """List the years whose holidays are known."""
    known = calendars.notices(session.ledger)
    show(session, lambda: list(map(calendars.notice_record, known)), lambda: screens.calendars(known, whole=True))


def import_(
    session: FormatSession,
    file: Annotated[str, Argument(metavar=_("FILE"), help=_("The notice; “-” for standard input"))],
) -> None:
    """Take in the notice of a year's holidays."""
    year = notices.read(files_in.read(file))
    after = session.change(lambda ledger: calendars.with_year(ledger, year)).after
    known = next(each for each in calendars.notices(after) if each.notice.year == year.year)
    show(session, lambda: calendars.notice_record(known), lambda: screens.calendars([known]))
