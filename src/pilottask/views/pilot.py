"""Grids of the pilot's mechanism: joint meetings, inspections, projects and money, problems, results."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from pilottask.base import dates
from pilottask.base.i18n import _, pgettext
from pilottask.ledger import fields, inspections, labels, lights, meetings, projects, queries, wording
from pilottask.ledger.history import Problem
from pilottask.ledger.inspections import Found
from pilottask.ledger.labels import (
    INSPECTION_LABELS,
    ROLE_LABELS,
    STATUS_LABELS,
)
from pilottask.ledger.lights import Light
from pilottask.ledger.meetings import STANDING_LABELS, Followed, Standing
from pilottask.ledger.projects import BySource, Money
from pilottask.ledger.records import Inspection, Ledger, Meeting, Pilot, Project, Task
from pilottask.ledger.results import Aspect
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Align, Cell, Column, Grid, Row, Tone, Where

_BAR: Final = 16
_STANDING_TONES: Final = {Standing.OVERDUE: Tone.LATE, Standing.DONE: Tone.GREEN}


def _weekday(day: date | None) -> Cell:
    return EMPTY if day is None else Cell(dates.show(day), day.isoformat())


# Joint meetings


def meeting_list(listed: Iterable[tuple[Meeting, Sequence[Followed]]]) -> Grid:
    """List joint meetings, with how many of their decisions are carried out."""
    columns = (
        cells.id_column(),
        Column(key="date", label=_("Date"), drop=7),
        Column(key="title", label=_("Meeting"), fold=16),
        Column(key="chair", label=_("Chair"), fold=6, drop=2),
        Column(key="place", label=_("Place"), fold=8, drop=1),
        Column(key="attend", label=_("Came"), align=Align.RIGHT, drop=3),
        Column(key="absent", label=_("Absent"), align=Align.RIGHT, drop=4),
        Column(key="decisions", label=_("Decisions"), align=Align.RIGHT, drop=6),
        Column(key="done", label=_("Carried out"), align=Align.RIGHT, drop=5),
        Column(key="overdue", label=_("Overdue"), align=Align.RIGHT),
    )
    rows = []
    for meeting, followed in listed:
        standings = [one.standing for one in followed]
        rows.append(
            (
                Cell(str(meeting.id), meeting.id),
                cells.day(meeting.day),
                Cell(meeting.title),
                cells.text(meeting.chair),
                cells.text(meeting.place),
                cells.number(len(meeting.attend)),
                cells.number(len(meeting.absent)),
                cells.number(len(standings)),
                cells.number(standings.count(Standing.DONE)),
                cells.number(standings.count(Standing.OVERDUE), tone=Tone.LATE),
            )
        )
    return Grid(columns=columns, rows=rows, empty=_("No joint meeting is entered yet."))


def meeting(ledger: Ledger, one: Meeting, *, today: date) -> list[Grid]:
    """Show the record of a joint meeting, with how each decision stands today."""
    facts = cells.facts(
        f"{one.id}  {one.title}",
        (
            ("date", _("Date"), _weekday(one.day)),
            ("place", _("Place"), cells.text(one.place)),
            ("chair", _("Chair"), cells.text(one.chair)),
            ("attend", _("Came"), cells.joined(one.attend)),
            ("absent", _("Absent"), cells.joined(one.absent)),
        ),
    )
    return [facts, decisions(meetings.followed(ledger, one, today=today), today=today, title=_("Decisions"))]


def decisions(followed: Iterable[Followed], *, today: date, title: str | None = None) -> Grid:
    """Show how decisions stand: a line for each task that carries one out."""
    columns = (
        Column(key="n", label=_("No."), align=Align.RIGHT),
        Column(key="decision", label=_("Decision"), fold=20),
        Column(key="standing", label=_("Stands")),
        Column(key="id", label=_("Task ID"), align=Align.RIGHT),
        cells.field_column("department", fold=12, drop=4),
        cells.field_column("due", drop=3),
        cells.field_column("status", drop=2),
        Column(key="days_left", label=_("Days"), align=Align.RIGHT, drop=1),
    )
    rows: list[Row] = []
    for one in followed:
        decision = one.decision
        first = (
            Cell(str(decision.n), decision.n),
            Cell(decision.text),
            Cell(_(STANDING_LABELS[one.standing]), one.standing.value, _STANDING_TONES.get(one.standing)),
        )
        again = tuple(Cell("", cell.value) for cell in first)
        if not one.tasks:
            rows.append((*first, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY))
        rows += [
            (
                *(again if place else first),
                Cell(str(task.id), task.id),
                Cell(task.department),
                cells.due(task),
                cells.status(task),
                cells.days(task, today=today, light=None),
            )
            for place, task in enumerate(one.tasks)
        ]
    return Grid(columns=columns, rows=rows, title=title, empty=_("Nothing was decided."))


# Inspections and findings


def findings(
    listed: Sequence[Found],
    *,
    today: date,
    bare: Iterable[Inspection] = (),
    title: str | None = None,
    of_one: bool = False,
) -> Grid:
    """List findings, in the order given; `bare` are inspections to be named that found nothing.

    With `of_one` people are not told the inspection with each, as all are of one.
    """
    where = Where.DATA if of_one else Where.ALL
    columns = (
        Column(key="inspection", label=_("Inspection"), align=Align.RIGHT, fold=6, where=where),
        Column(key="n", label=_("No."), align=Align.RIGHT),
        Column(key="date", label=_("Inspected"), drop=2, where=where),
        Column(key="kind", label=_("Kind"), drop=1, where=where),
        Column(key="text", label=_("Finding"), fold=16),
        Column(key="id", label=_("Task ID"), align=Align.RIGHT, drop=5),
        cells.field_column("department", fold=12, drop=3),
        Column(key="fix_by", label=_("Put right by"), drop=4),
        Column(key="fixed", label="", where=Where.DATA),
        Column(key="days_late", label=pgettext("finding", "Stands")),
    )
    rows = [
        (
            *_inspection_cells(found.inspection, str(found.finding.n), found.finding.n),
            Cell(found.finding.text),
            Cell(str(found.task.id), found.task.id),
            Cell(found.task.department),
            cells.day(found.finding.fix_by),
            cells.day(found.finding.fixed),
            _stands(found, today=today),
        )
        for found in listed
    ]
    rows += [
        (*_inspection_cells(one, "", None), Cell(_("nothing found"), None), EMPTY, EMPTY, EMPTY, EMPTY, EMPTY)
        for one in bare
    ]
    return Grid(columns=columns, rows=rows, title=title, empty=_("Nothing was found."))


def _inspection_cells(one: Inspection, text: str, n: int | None) -> Row:
    return (
        Cell(str(one.id), one.id),
        Cell(text, n),
        cells.day(one.day),
        Cell(_(INSPECTION_LABELS[one.kind]), one.kind.value),
    )


def _stands(found: Found, *, today: date) -> Cell:
    """Say whether a finding was put right, or its task given up, and how far off its date is where it is open."""
    finding = found.finding
    if inspections.is_open(found, today=today):
        left = (finding.fix_by - today).days
        return Cell(wording.days(left), max(-left, 0), Tone.LATE if left < 0 else None)
    if finding.fixed is None:
        return Cell(_(STATUS_LABELS[found.task.status]), 0)
    return Cell(_("put right {day}").format(day=finding.fixed), 0)


def inspection(one: Inspection, found: Sequence[Found], *, today: date) -> list[Grid]:
    """Show an inspection and what it found."""
    facts = cells.facts(
        f"{one.id}  {_(INSPECTION_LABELS[one.kind])}",
        (
            ("date", _("Date"), _weekday(one.day)),
            ("by", _("Inspected by"), cells.joined(one.by)),
            ("tasks", _("Task ID"), cells.joined(map(str, one.tasks))),
        ),
    )
    return [facts, findings(found, today=today, title=_("Findings"), of_one=True)]


# Problems and needs


def problems(listed: Sequence[tuple[Task, Problem]], *, today: date, more: int = 0) -> Grid:
    """List problems and needs by themselves, with the days that each has been open; `more`: so many others there are.

    When each was settled has a column where one was.
    """
    settled = any(problem.settled for _task, problem in listed)
    columns = (
        cells.id_column(),
        Column(key="n", label=_("No."), align=Align.RIGHT),
        cells.field_column("title", fold=12, drop=2),
        cells.field_column("department", fold=12, drop=3),
        Column(key="text", label=_("Problem"), fold=16),
        Column(key="need", label=_("Asks for"), fold=8),
        Column(key="coordinate", label="", where=Where.DATA),
        Column(key="raised", label=_("Raised"), drop=1),
        Column(key="days_open", label=_("Open for"), align=Align.RIGHT),
        Column(key="settled", label=_("Settled"), where=Where.ALL if settled else Where.DATA),
    )
    rows = [_problem_row(task, problem, today=today) for task, problem in listed]
    return Grid(columns=columns, rows=rows, empty=_("No problem is open."), closing=cells.limited(len(rows), more))


def _problem_row(task: Task, problem: Problem, *, today: date) -> Row:
    raised = problem.raised
    settled = problem.settled.at.date() if problem.settled else None
    days = max((min(settled or today, today) - raised.at.date()).days, 0)
    asked = wording.need(raised)
    return (
        Cell(str(task.id), task.id),
        Cell(str(raised.n), raised.n),
        Cell(task.title),
        Cell(task.department),
        Cell(raised.text),
        Cell(asked, raised.need) if asked else EMPTY,
        Cell("", raised.coordinate),
        cells.day(raised.at.date()),
        Cell(wording.count_of_days(days), days),
        cells.day(settled),
    )


# Cooperation projects and money


def _money_columns() -> tuple[Column, ...]:
    return (
        Column(key="planned", label=_("Planned"), align=Align.RIGHT),
        Column(key="paid", label=_("Paid in"), align=Align.RIGHT),
        Column(key="paid_share", label=_("Share"), align=Align.RIGHT, drop=4),
        Column(key="bar", label="", bar=_BAR, drop=1, where=Where.TERMINAL),
    )


def _money_cells(sums: Money) -> Row:
    bar = None if sums.share is None else min(sums.share, 1.0)
    return (
        Cell(projects.written(sums.planned)),
        Cell(projects.written(sums.paid)),
        cells.share(sums.share),
        Cell("", bar),
    )


def project_list(ledger: Ledger, *, today: date) -> list[Grid]:
    """List the projects with their tasks and money, then the money over all of them by source."""
    columns = (
        Column(key="name", label=_("Project"), fold=14),
        Column(key="partners", label=_("Partners"), fold=12, drop=2),
        Column(key="signed", label=_("Signed"), drop=3),
        Column(key="tasks", label=_("Tasks"), align=Align.RIGHT),
        Column(key="red", label=_(labels.LIGHT_LABELS[Light.RED]), align=Align.RIGHT),
        *(
            Column(key=light.value, label=_(labels.LIGHT_LABELS[light]), align=Align.RIGHT, drop=6 - place)
            for place, light in enumerate((Light.YELLOW, Light.GREEN))
        ),
        *_money_columns(),
    )
    rows = [
        _project_row(project, tasks, today=today, pilot=ledger.pilot) for project, tasks in projects.with_tasks(ledger)
    ]
    listed = Grid(
        columns=columns,
        rows=rows,
        empty=_("No project is entered yet."),
        closing=_("amounts in 10,000 yuan") if rows else None,
    )
    sums = projects.over_all(projects.by_source(project.funds) for project in ledger.projects)
    return [listed, *money(sums, title=_("Money by source, over all projects"))]


def _project_row(project: Project, tasks: Iterable[Task], *, today: date, pilot: Pilot) -> Row:
    counted = queries.Tally()
    for task in tasks:
        counted.count(task, lights.light(task, today=today, pilot=pilot))
    return (
        Cell(project.name),
        cells.joined(project.partners),
        cells.day(project.signed),
        cells.number(counted.total),
        *(
            cells.number(getattr(counted, light), tone=cells.LIGHT_TONES[light])
            for light in (Light.RED, Light.YELLOW, Light.GREEN)
        ),
        *_money_cells(projects.total(projects.by_source(project.funds))),
    )


def money(sums: BySource, *, title: str) -> list[Grid]:
    """Show money by source, planned and paid in, with the sum; nothing where there is none."""
    if not sums:
        return []
    columns = (Column(key="source", label=_("Source of money"), fold=10), *_money_columns())
    return [
        Grid(
            columns=columns,
            rows=[(Cell(source), *_money_cells(part)) for source, part in sums.items()],
            total=(Cell(_("Total"), tone=Tone.HEAD), *_money_cells(projects.total(sums))),
            title=title,
            closing=_("amounts in 10,000 yuan"),
        )
    ]


def project(one: Project, tasks: Grid) -> list[Grid]:
    """Show a project, its money by source and its tasks, which `tasks` lists."""
    facts = cells.facts(
        one.name,
        (
            ("partners", _("Partners"), cells.joined(one.partners)),
            ("base", _("Base"), cells.text(one.base)),
            ("signed", _("Signed"), _weekday(one.signed)),
            ("remark", fields.label("remark"), cells.text(one.remark)),
        ),
    )
    return [facts, *money(projects.by_source(one.funds), title=_("Money by source")), tasks]


# Results


def results(listed: Sequence[Aspect]) -> Grid:
    """List results worth showing, by line of work."""
    columns = (
        cells.field_column("aspect", fold=10),
        Column(key="date", label=_("Date")),
        Column(key="text", label=_("Result"), fold=20),
        cells.id_column(),
        cells.field_column("title", fold=12, drop=2),
        cells.field_column("department", fold=12, drop=1),
    )
    rows = [
        (
            Cell(aspect or _("(none)"), aspect),
            cells.day(result.day),
            Cell(result.note.text),
            Cell(str(result.task.id), result.task.id),
            Cell(result.task.title),
            Cell(result.task.department),
        )
        for aspect, found in listed
        for result in found
    ]
    return Grid(
        columns=columns,
        rows=rows,
        empty=_("No result is noted yet; pilottask note ID TEXT --result notes one."),
    )


def departments(ledger: Ledger) -> Grid:
    """List the departments, in the order entered."""
    columns = (
        Column(key="name", label=_("Name"), fold=12),
        Column(key="role", label=_("Role")),
        Column(key="aliases", label=_("Aliases"), fold=10, drop=2),
        Column(key="contact", label=_("Contact"), fold=10, drop=1),
    )
    rows = [
        (
            Cell(unit.name),
            Cell(_(ROLE_LABELS[unit.role]), unit.role.value),
            cells.joined(unit.aliases),
            cells.text(unit.contact),
        )
        for unit in ledger.departments
    ]
    return Grid(columns=columns, rows=rows, empty=_("No department yet."))
