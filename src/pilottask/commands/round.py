"""Rounds of reports: open, show, list, got, edit, close."""

from functools import partial
from typing import Annotated

from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base.dates import Yearless
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import check_name, safe
from pilottask.commands.session import Session
from pilottask.commands.shared.printing import FormatSession, say_result, show
from pilottask.ledger import rounds
from pilottask.ledger.records import OPEN, How, Ledger, Round
from pilottask.views import rounds as screens

NumberArgument = Annotated[
    int | None, Argument(metavar=_("N"), help=_("The number of the round; the last one unless told"))
]
TitleOption = Annotated[str | None, Option(metavar=_("TEXT"), help=_("What the round is called"))]
DueOption = Annotated[str | None, Option("--due", "-u", metavar=_("DATE"), help=_("The day to report by"))]


def open_(
    session: FormatSession,
    title: TitleOption = None,
    due: DueOption = None,
    department: Annotated[
        list[str] | None,
        Option("--department", "-d", metavar=_("NAME"), help=_("Who is asked, if not all with an open task")),
    ] = None,
) -> None:
    """Open a round in which departments are asked to report by a day."""
    day = session.day(due, option="--due", year=Yearless.COMING)
    called = title and check_name(title, field=_("the name"))

    def edit(ledger: Ledger) -> Ledger:
        leads = {task.department for task in ledger.tasks if task.status in OPEN}
        asked = session.departments(department or ())
        asked = asked or [unit.name for unit in ledger.departments if unit.name in leads]
        return rounds.with_new(ledger, session.stamp, asked, title=called or None, due=day)

    current = session.change(edit).after.rounds[-1]
    _say(session, current, rounds.opening_sentence(current))


def show_(session: FormatSession, n: NumberArgument = None) -> None:
    """Show how each department stands in a round."""
    _show(session, rounds.find(session.ledger, n))


def list_(
    session: FormatSession,
    year: Annotated[int | None, Option(metavar=_("YEAR"), help=_("Of which year, this one unless told"))] = None,
) -> None:
    """Count the reports of each department over a year's rounds."""
    listed = rounds.due_in(session.ledger, lambda day: day.year == (year or session.today.year))
    show(
        session,
        lambda: [rounds.round_record(one, today=session.today) for one in listed],
        lambda: screens.record(listed, today=session.today),
    )


def got(
    session: FormatSession,
    departments: Annotated[list[str], Argument(metavar=_("DEPARTMENTS"), help=_("Whose reports came"))],
    on: Annotated[str | None, Option(metavar=_("DATE"), help=_("The day on which they came, if before today"))] = None,
) -> None:
    """Record reports that came otherwise than as a collection sheet."""
    day = session.day(on, option="--on", year=Yearless.PAST)
    came = session.departments(departments)

    def edit(ledger: Ledger) -> Ledger:
        after = rounds.arrive(ledger, _open_round(ledger), came, session.stamp, how=How.WORD, on=day)
        return ledger if after is ledger else rounds.tell(after, came, session.stamp, on=day)

    current = _open_round(session.change(edit).after)
    session.warn(_("reported: {names}").format(names=_(", ").join(map(safe, came))))
    _say(session, current, rounds.standing_sentence(current, today=session.today))


def edit(session: FormatSession, n: NumberArgument = None, title: TitleOption = None, due: DueOption = None) -> None:
    """Change what a round is called, or the day by which its reports are due."""
    if title is None and due is None:
        raise UsageFault(_("nothing to change was given"), hint=_("--title or --due says what"))
    day = session.day(due, option="--due", year=Yearless.COMING)
    called = title and check_name(title, field=_("the name"))

    def change(ledger: Ledger) -> Ledger:
        one = rounds.find(ledger, n)
        one = one if title is None else replace(one, title=called or None)
        return rounds.with_changed(ledger, one if day is None else replace(one, due=day))

    _show(session, rounds.find(session.change(change).after, n))


def close(session: FormatSession) -> None:
    """Close the round that is open; who has not reported by then is missing."""
    written = session.change(
        lambda ledger: rounds.with_changed(ledger, replace(_open_round(ledger), closed=session.stamp.at))
    )
    current = rounds.find(written.after)
    session.warn(_("{round} is closed").format(round=rounds.name(current)))
    _say(session, current, rounds.standing_sentence(current, today=session.today))


def _open_round(ledger: Ledger) -> Round:
    """Return the round that is open. Raises UsageFault."""
    if (current := rounds.open_round(ledger)) is None:
        raise UsageFault(_("no round of reports is open"), hint=_("pilottask round open --due DATE"))
    return current


def _show(session: Session, current: Round) -> None:
    record = partial(rounds.round_record, current, today=session.today)
    show(session, record, partial(screens.round_, current, today=session.today))


def _say(session: Session, current: Round, message: str) -> None:
    """Say what was done, or show the round as JSON."""
    say_result(session, lambda: rounds.round_record(current, today=session.today), message)
