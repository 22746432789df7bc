"""Views: overdue, upcoming, list, summary."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from msgspec.structs import replace

from pilottask.base.errors import ExitCode, UsageFault
from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.commands.shared.filters import AllOption, Filters, Order
from pilottask.commands.shared.printing import (
    AsOfOption,
    FormatOption,
    FromOption,
    OutputOption,
    Page,
    ToOption,
    show,
    show_tasks,
)
from pilottask.ledger import as_json, history, lights, queries, vocabulary
from pilottask.ledger.queries import Group
from pilottask.ledger.records import WITH_DEPARTMENT, Task
from pilottask.views import cells, counts
from pilottask.views import tasks as screens
from pilottask.views.grid import Grid
from pilottask.views.render import Format


def _group(typed: str) -> Group:
    return vocabulary.GROUP.meant(typed, what=_("way to count"))


def overdue(
    session: Session,
    filters: Filters,
    order: Order,
    within: Annotated[
        int | None, typer.Option(min=0, metavar=_("DAYS"), help=_("Also those that fall due within so many days"))
    ] = None,
    fail: Annotated[bool, typer.Option("--fail", help=_("Exit with 3 where a task is overdue"))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Print nothing where no task is overdue"))] = False,
    output: OutputOption = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """List the tasks past their deadline, the longest overdue first."""
    wanted = _due_within(session, filters, within or 0)
    late = order.applied(session, queries.overdue(wanted, today=session.today))
    soon: list[Task] = []
    if within is not None:
        soon = order.applied(session, queries.upcoming(wanted, today=session.today, days=within))
    if late or not quiet:
        pilot = session.ledger.pilot

        def grid(shown: list[Task], more: int) -> Grid:
            return screens.overdue(shown[: len(late)], shown[len(late) :], today=session.today, pilot=pilot, more=more)

        below = [
            *_late_steps(session, wanted),
            *_late_findings(session, wanted),
            *_instructions(session, None if filters == Filters() else wanted, late=True),
        ]
        more = [_("and those due within {days} days").format(days=within)] if within is not None else []
        page = Page(output, filters.titled(session, _("Overdue tasks"), *more))
        show_tasks(session, [*late, *soon], order, fmt, grid, below=below, page=page)
    if late and fail:
        raise typer.Exit(ExitCode.OVERDUE)


def _due_within(session: Session, filters: Filters, days: int) -> list[Task]:
    """Return the tasks asked for; where that is all, those alone of which something is due within `days`."""
    if filters != Filters() or session.ledger.inspections:  # whose findings may be on any task
        return filters.tasks(session)
    return filters.tasks(session, WITH_DEPARTMENT, due_by=queries.last_day(session.today, days))


def _late_steps(session: Session, tasks: list[Task]) -> list[Grid]:
    """Return a section of the steps of these tasks that are past their day, where there are any."""
    if not any(lights.late_steps(task, today=session.today) for task in tasks):
        return []
    from pilottask.views import steps  # noqa: PLC0415  as for findings

    return steps.late(tasks, today=session.today)


def _late_findings(session: Session, tasks: list[Task]) -> list[Grid]:
    """Return a section of the open findings past their date on these tasks, where there are any."""
    if not session.ledger.inspections:
        return []
    from pilottask.views.inspections import late_findings  # noqa: PLC0415  most days there is nothing to show

    return late_findings(session.ledger, tasks, today=session.today)


def _instructions(session: Session, tasks: list[Task] | None, *, late: bool, every: bool = False) -> list[Grid]:
    """Return a section of leaders' instructions on these tasks, with None of all, where there are any.

    They are the open ones, with `late` those not answered by their day, with `every` all that were ever given.
    """
    if not session.ledger.instructions:
        return []
    from pilottask.views.instructions import section  # noqa: PLC0415  as for findings

    return section(session.ledger, tasks, today=session.today, late=late, every=every)


def upcoming(
    session: Session,
    filters: Filters,
    order: Order,
    days: Annotated[int, typer.Option(min=0, metavar=_("DAYS"), help=_("How far ahead, in calendar days"))] = 7,
    output: OutputOption = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """List the tasks that fall due from today on, the soonest first."""
    wanted = _due_within(session, filters, days)
    soon = order.applied(session, queries.upcoming(wanted, today=session.today, days=days))
    pilot = session.ledger.pilot
    show_tasks(
        session,
        soon,
        order,
        fmt,
        lambda shown, more: screens.upcoming(shown, today=session.today, pilot=pilot, more=more),
        page=Page(output, filters.titled(session, _("Tasks falling due"), _("within {days} days").format(days=days))),
    )


def list_(
    session: Session,
    filters: Filters,
    order: Order,
    every: AllOption = False,
    problems: Annotated[
        bool, typer.Option("--problems", help=_("Their open problems and needs; with --all the settled ones too"))
    ] = False,
    not_inspected: Annotated[
        int | None, typer.Option(min=0, metavar=_("DAYS"), help=_("Those not inspected in the last so many days"))
    ] = None,
    by: Annotated[
        Group | None,
        typer.Option(
            metavar=vocabulary.GROUP.choices(),
            parser=_group,
            help=_("A table for each, the worst first"),
        ),
    ] = None,
    output: OutputOption = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """List open tasks; filters narrow together, a repeated one widens."""
    wanted = filters.open_tasks(session, every=every)
    if not_inspected is not None:
        from pilottask.ledger import inspections  # noqa: PLC0415  for this filter alone

        wanted = inspections.not_inspected(session.ledger, wanted, days=not_inspected, today=session.today)
    page = Page(output, filters.titled(session, _("Problems and needs") if problems else _("List of tasks")))
    if problems:
        _list_problems(session, order.applied(session, wanted), order, fmt, settled=every, page=page)
        return
    pilot, today = session.ledger.pilot, session.today
    wanted = order.applied(session, wanted)
    below = _instructions(session, None, late=False, every=every) if filters.instructed else ()
    table = partial(screens.tasks, today=today, pilot=pilot, silent=filters.silent is not None)
    if by is None or fmt in {Format.CSV, Format.TSV, Format.JSON}:
        groups = queries.tasks_by_group(wanted, by, today=today, pilot=pilot) if by else [(None, wanted)]
        listed = [task for _name, group in groups for task in group]
        show_tasks(session, listed, order, fmt, lambda shown, more: table(shown, more=more), below=below, page=page)
        return
    shown = wanted if output else order.shown(session, wanted)
    groups = queries.tasks_by_group(shown, by, today=today, pilot=pilot)
    more = len(wanted) - sum(len(group) for _name, group in groups)
    tables = [replace(table(group), title=counts.group(by, name).text) for name, group in groups] or [table([])]
    tables[-1] = replace(tables[-1], closing=cells.limit_note(len(wanted) - more, more))
    show(session, fmt, lambda: None, lambda: [*tables, *below], page=page)


def _list_problems(
    session: Session, tasks: list[Task], order: Order, fmt: Format, *, settled: bool, page: Page
) -> None:
    """List the problems and needs on `tasks`, with `settled` those too that no longer are open."""
    found = [
        (task, problem) for task in tasks for problem in history.problems(task) if settled or problem.settled is None
    ]
    listed = order.shown(session, found)
    from pilottask.views.problems import problems  # noqa: PLC0415  for problems alone

    show(
        session,
        fmt,
        lambda: [as_json.open_problem_record(task, problem, today=session.today) for task, problem in listed],
        lambda: problems(listed, today=session.today, more=len(found) - len(listed)),
        page=page,
    )


def summary(
    session: Session,
    filters: Filters,
    by: Annotated[
        Group,
        typer.Option(
            metavar=vocabulary.GROUP.choices(),
            parser=_group,
            help=_("What to count by"),
        ),
    ] = Group.DEPARTMENT,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar=vocabulary.ROLE.choices(), help=_("Those led by departments of this role")),
    ] = None,
    as_of: AsOfOption = None,
    facts: Annotated[
        bool, typer.Option("--facts", help=_("What became of it within --from and --to, for an assessment"))
    ] = False,
    first: FromOption = None,
    last: ToOption = None,
    output: OutputOption = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Count tasks by department, or by owner, aspect, status, light or project, the worst first."""
    if facts or first or last:
        if not (facts and first) or as_of or by is not Group.DEPARTMENT:
            raise UsageFault(
                _("--facts takes --from and --to, and counts by department"),
                hint=_("pilottask summary --facts --from 2026-10-01 --to 2026-12-31"),
            )
        _facts(session, filters, role or (), (first, last), Page(output, ""), fmt)
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
    page = Page(output, filters.titled(session, title))
    show(session, fmt, lambda: as_json.summary_record(counted), lambda: counts.summary(counted), page=page)


def _with_role(session: Session, role: Sequence[str]) -> set[str]:
    """Return the departments of one of these roles, all where none is asked for."""
    roles = {vocabulary.ROLE.meant(typed, what=_("role")) for typed in role}
    return {unit.name for unit in session.ledger.departments if not roles or unit.role in roles}


def _facts(
    session: Session,
    filters: Filters,
    role: Sequence[str],
    typed: tuple[str | None, str | None],
    page: Page,
    fmt: Format,
) -> None:
    """Count what became of the tasks, reports and findings of each department in a span."""
    from pilottask.base.spans import Span  # noqa: PLC0415  for them alone
    from pilottask.ledger import facts  # noqa: PLC0415  as above
    from pilottask.views import facts as screen  # noqa: PLC0415  as above

    begin, end = session.span(*typed)
    first, last = begin or session.today, end or session.today
    if first > session.today:
        raise UsageFault(_("--from {first} lies ahead of today, {today}").format(first=first, today=session.today))
    if last > session.today:
        last = session.today
        session.warn(_("note: --to lies ahead; counted up to today, {today}").format(today=last))
    names = _with_role(session, role)
    tasks = [task for task in filters.tasks(session) if task.department in names]
    if replace(filters, department=None) != Filters():  # tasks are asked for: of others' reports nobody asks
        names &= {task.department for task in tasks}
    elif filters.department:
        names &= set(session.departments(filters.department))
    rows = facts.by_department(session.ledger, tasks, names, Span(first, last), session.now)
    title = _("Facts from {first} to {last}").format(first=first, last=last)
    show(
        session,
        fmt,
        lambda: facts.record(rows),
        lambda: screen.facts(rows, title=None if page.file else title),
        page=replace(page, title=filters.titled(session, title)),
    )
