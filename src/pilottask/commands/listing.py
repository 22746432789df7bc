"""Views: list."""

from functools import partial
from typing import Annotated, Final

from msgspec.structs import replace
from typer import Option

from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.commands.shared.filters import AllOption, Filters, Order
from pilottask.commands.shared.printing import FormatSession, OutputOption, Page, show, show_tasks
from pilottask.ledger import as_json, history, inspections, queries, vocabulary
from pilottask.ledger.records import Task
from pilottask.views import cells, counts, task_parts
from pilottask.views import tasks as screens
from pilottask.views.render import Format

_BY: Final = Option(
    metavar=vocabulary.GROUP.choices(),
    parser=partial(vocabulary.GROUP.parse, what=_("way to count")),
    help=_("A table for each, the worst first"),
)


def list_(
    session: FormatSession,
    filters: Filters,
    order: Order,
    every: AllOption = False,
    problems: Annotated[
        bool, Option("--problems", help=_("Their open problems and needs; with --all the settled ones too"))
    ] = False,
    not_inspected: Annotated[
        int | None, Option(min=0, metavar=_("DAYS"), help=_("Those not inspected in the last so many days"))
    ] = None,
    by: Annotated[queries.Group | None, _BY] = None,
    output: OutputOption = None,
) -> None:
    """List open tasks; filters narrow together, a repeated one widens."""
    wanted = filters.open_tasks(session, every=every)
    if not_inspected is not None:
        wanted = inspections.not_inspected(session.ledger, wanted, days=not_inspected, today=session.today)
    page = Page(output, filters.title(session, _("Problems and needs") if problems else _("List of tasks")))
    if problems:
        empty = filters.none(session, _("No problem is open"))
        _list_problems(session, order.arrange(session, wanted), order, settled=every, page=page, empty=empty)
        return
    pilot, today = session.ledger.pilot, session.today
    wanted = order.arrange(session, wanted)
    below = task_parts.instruction_section(session.ledger, today=today, every=every) if filters.instructed else ()
    table = partial(screens.tasks, today=today, pilot=pilot, silent=filters.silent is not None)
    if by is None or session.fmt in {Format.CSV, Format.TSV, Format.JSON}:
        groups = queries.tasks_by_group(wanted, by, today=today, pilot=pilot) if by else [(None, wanted)]
        listed = [task for _name, group in groups for task in group]
        show_tasks(session, listed, order, lambda shown, more: table(shown, more=more), below=below, page=page)
        return
    shown = wanted if output else order.take(session, wanted)
    groups = queries.tasks_by_group(shown, by, today=today, pilot=pilot)
    more = len(wanted) - sum(len(group) for _name, group in groups)
    tables = [replace(table(group), title=counts.group(by, name).text) for name, group in groups] or [table([])]
    tables[-1] = replace(tables[-1], closing=cells.limit_note(len(wanted) - more, more))
    show(session, lambda: None, lambda: [*tables, *below], page=page)


def _list_problems(session: Session, tasks: list[Task], order: Order, *, settled: bool, page: Page, empty: str) -> None:
    """List the problems and needs on `tasks`, with `settled` those too that no longer are open."""
    problems = [
        (task, problem) for task in tasks for problem in history.problems(task) if settled or problem.settled is None
    ]
    listed = order.take(session, problems)
    show(
        session,
        lambda: [as_json.open_problem_record(task, problem, today=session.today) for task, problem in listed],
        lambda: task_parts.problems(listed, today=session.today, more=len(problems) - len(listed), empty=empty),
        page=page,
    )
