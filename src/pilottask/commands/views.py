"""Views: overdue, upcoming, summary."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final

from typer import Exit, Option

from pilottask.base.errors import ExitCode, UsageFault
from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.commands.shared.filters import Filters, Order
from pilottask.commands.shared.printing import (
    AsOfOption,
    FormatSession,
    FromOption,
    OutputOption,
    Page,
    ToOption,
    show,
    show_tasks,
)
from pilottask.ledger import as_json, lights, queries, vocabulary, wording
from pilottask.ledger.records import WITH_DEPARTMENT, Task
from pilottask.views import counts
from pilottask.views import tasks as screens
from pilottask.views.grid import Grid


def overdue(
    session: FormatSession,
    filters: Filters,
    order: Order,
    within: Annotated[
        int | None, Option(min=0, metavar=_("DAYS"), help=_("Also those that fall due within so many days"))
    ] = None,
    fail: Annotated[bool, Option("--fail", help=_("Exit with 3 where a task is overdue"))] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help=_("Print nothing where no task is overdue"))] = False,
    output: OutputOption = None,
) -> None:
    """List the tasks past their deadline, the longest overdue first."""
    wanted = _due_within(session, filters, within or 0)
    late = order.arrange(session, queries.overdue(wanted, today=session.today))
    soon: list[Task] = []
    if within is not None:
        soon = order.arrange(session, queries.upcoming(wanted, today=session.today, days=within))
    if late or not quiet:
        pilot = session.ledger.pilot

        def grid(shown: list[Task], more: int) -> Grid:
            parts = shown[: len(late)], shown[len(late) :]
            return screens.overdue(*parts, today=session.today, pilot=pilot, more=more, empty=empty)

        none, more = _("No task is overdue"), []
        below = _parts(session, filters, wanted)
        if within is not None:
            none = _("No task is overdue or falls due {within}").format(within=wording.within(within))
            below += _parts(session, filters, wanted, ahead=within)
            more = [_("and those due {within}").format(within=wording.within(within))]
        empty = filters.none(session, none)
        page = Page(output, filters.title(session, _("Overdue tasks"), *more))
        show_tasks(session, [*late, *soon], order, grid, below=below, page=page)
    if late and fail:
        raise Exit(ExitCode.OVERDUE)


def _due_within(session: Session, filters: Filters, days: int) -> list[Task]:
    """Return the tasks asked for; where that is all, those alone of which something is due within `days`."""
    if filters != Filters() or session.ledger.inspections:  # whose findings may be on any task
        return filters.tasks(session)
    return filters.tasks(session, WITH_DEPARTMENT, due_by=queries.last_day(session.today, days))


def _parts(session: Session, filters: Filters, tasks: list[Task], *, ahead: int | None = None) -> list[Grid]:
    """Return sections of steps, findings and instructions that are past their day, or due `ahead`, on `tasks`.

    Without filters those are all instructions, on a task or not.
    """
    ledger, today = session.ledger, session.today
    steps_late = any(lights.late_steps(task, today=today, ahead=ahead) for task in tasks)
    if not (steps_late or ledger.inspections or ledger.instructions):
        return []
    from pilottask.views import inspections, task_parts  # noqa: PLC0415  most days there is nothing to show

    return [
        *task_parts.late_steps(tasks, today=today, ahead=ahead),
        *inspections.late_findings(ledger, tasks, today=today, ahead=ahead),
        *task_parts.late_instructions(ledger, None if filters == Filters() else tasks, today=today, ahead=ahead),
    ]


def upcoming(
    session: FormatSession,
    filters: Filters,
    order: Order,
    days: Annotated[int, Option(min=0, metavar=_("DAYS"), help=_("How far ahead, in calendar days"))] = 7,
    output: OutputOption = None,
) -> None:
    """List the tasks that fall due from today on, the soonest first."""
    wanted = _due_within(session, filters, days)
    soon = order.arrange(session, queries.upcoming(wanted, today=session.today, days=days))
    pilot = session.ledger.pilot
    empty = filters.none(session, _("No task falls due {within}").format(within=wording.within(days)))
    show_tasks(
        session,
        soon,
        order,
        lambda shown, more: screens.tasks(shown, today=session.today, pilot=pilot, more=more, empty=empty),
        below=_parts(session, filters, wanted, ahead=days),
        page=Page(output, filters.title(session, _("Tasks falling due"), wording.within(days))),
    )


_BY: Final = Option(
    metavar=vocabulary.GROUP.choices(),
    parser=partial(vocabulary.GROUP.parse, what=_("way to count")),
    help=_("What to count by"),
)


def summary(
    session: FormatSession,
    filters: Filters,
    by: Annotated[queries.Group, _BY] = queries.Group.DEPARTMENT,
    role: Annotated[
        list[str] | None, Option(metavar=vocabulary.ROLE.choices(), help=_("Those led by departments of this role"))
    ] = None,
    as_of: AsOfOption = None,
    facts: Annotated[
        bool, Option("--facts", help=_("What became of it within --from and --to, for an assessment"))
    ] = False,
    first: FromOption = None,
    last: ToOption = None,
    output: OutputOption = None,
) -> None:
    """Count tasks by department, or by owner, aspect, status, light or project, the worst first."""
    if facts or first or last:
        if not (facts and first) or as_of or by is not queries.Group.DEPARTMENT:
            message = _("--facts takes --from and --to, and counts by department")
            raise UsageFault(message, hint=_("pilottask summary --facts --from 2026-10-01 --to 2026-12-31"))
        from pilottask.commands.shared import facts as assessment  # noqa: PLC0415  for them alone

        assessment.show(session, filters, _with_role(session, role or ()), (first, last), output)
        return
    title = _("Summary of tasks")
    if day := session.end_of_span(as_of, option="--as-of", last=True):
        from pilottask.paper.phrases import long_day  # noqa: PLC0415  a day in prose, for this title alone

        session.look_back_to(day)
        title = _("Summary of tasks as of {day}").format(day=long_day(day))
    names = _with_role(session, role or ())
    wanted: Sequence[Task] = session.ledger.tasks
    if filters != Filters() or role:
        wanted = [task for task in filters.tasks(session) if task.department in names]
    counted = queries.summary(wanted, by, today=session.today, pilot=session.ledger.pilot)
    page = Page(output, filters.title(session, title))
    show(session, lambda: as_json.summary_record(counted), lambda: counts.summary(counted), page=page)


def _with_role(session: Session, role: Sequence[str]) -> set[str]:
    """Return the departments of one of these roles, all where none is asked for."""
    roles = {vocabulary.ROLE.parse(typed, what=_("role")) for typed in role}
    return {unit.name for unit in session.ledger.departments if not roles or unit.role in roles}
