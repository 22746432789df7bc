"""Facts for an assessment, as `summary --facts` shows them."""

from functools import partial
from pathlib import Path

from msgspec.structs import replace

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.spans import Span
from pilottask.commands.session import Session
from pilottask.commands.shared import printing
from pilottask.commands.shared.filters import Filters
from pilottask.ledger import facts
from pilottask.views import facts as screens


def show(
    session: Session, filters: Filters, names: set[str], typed: tuple[str | None, str | None], output: Path | None
) -> None:
    """Count what became of the tasks, reports and findings of these departments in the span that was typed."""
    begin, end = session.span(*typed)
    first, last = begin or session.today, end or session.today
    if first > session.today:
        raise UsageFault(_("--from {first} lies ahead of today, {today}").format(first=first, today=session.today))
    if last > session.today:
        last = session.today
        session.warn(_("note: --to lies ahead; counted up to today, {today}").format(today=last))
    tasks = [task for task in filters.tasks(session) if task.department in names]
    if replace(filters, department=None) != Filters():  # tasks are asked for: of others' reports nobody asks
        names = names & {task.department for task in tasks}
    elif filters.department:
        names = names & set(session.departments(filters.department))
    rows = facts.by_department(session.ledger, tasks, names, Span(first, last), session.now)
    title = _("Facts from {first} to {last}").format(first=first, last=last)
    page = printing.Page(output, filters.title(session, title))
    screen = partial(screens.facts, rows, title=None if output else title)
    printing.show(session, partial(facts.record, rows), screen, page=page)
