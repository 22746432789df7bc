"""Cooperation projects and their money as tables."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeVar

from msgspec.structs import replace

from pilottask.base.i18n import _
from pilottask.ledger import fields, lights, projects
from pilottask.ledger.projects import BySource, Money
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import Ledger, Pilot, Project, Task
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Tone, Where, grid
from pilottask.views.tasks import tasks as tasks_grid

_BAR: Final = 16
_LIGHT_TURNS: Final = {lights.Light.RED: None, lights.Light.YELLOW: 6, lights.Light.GREEN: 5}
"""When a narrow terminal leaves a light out."""

_Item = TypeVar("_Item")


def _money_columns(money: Callable[[_Item], Money]) -> list[Column[_Item]]:
    columns: tuple[Column[Money], ...] = (
        Column("planned", _("Planned"), lambda part: Cell(projects.amount_text(part.planned)), align=Align.RIGHT),
        Column("paid", _("Paid in"), lambda part: Cell(projects.amount_text(part.paid)), align=Align.RIGHT),
        Column("paid_share", _("Share"), _share, align=Align.RIGHT, drop=4),
        Column("bar", "", lambda part: Cell("", part.share), bar=_BAR, drop=1, where=Where.TERMINAL),
    )
    return [cells.of(money, column) for column in columns]


def _share(money: Money) -> Cell:
    return cells.share(money.printed_share, money.share)


class _Line(NamedTuple):
    """A project with its tasks counted and its money."""

    project: Project
    tally: Tally
    money: Money


def project_list(ledger: Ledger, *, today: date) -> list[Grid]:
    """List the projects with their tasks and money, then the money over all of them by source."""
    columns: tuple[Column[_Line], ...] = (
        Column("name", _("Project"), lambda line: Cell(line.project.name), fold=14),
        Column("partners", _("Partners"), lambda line: cells.names(line.project.partners), fold=12, drop=2),
        Column("signed", _("Signed"), lambda line: cells.day(line.project.signed), drop=3),
        cells.number_column("tasks", _("Tasks"), lambda line: line.tally.total),
        *cells.light_columns(lambda line: line.tally, _LIGHT_TURNS),
        *_money_columns(lambda line: line.money),
    )
    lines = []
    for one, tasks in projects.with_tasks(ledger):
        tally = Tally()
        for task in tasks:
            tally.count(task.status, lights.light(task, today=today, pilot=ledger.pilot))
        lines.append(_Line(one, tally, projects.total(projects.by_source(one.funds))))
    listed = grid(
        lines, columns, empty=_("No project is entered yet."), closing=_("amounts in 10,000 yuan") if lines else None
    )
    sums = projects.over_all(projects.by_source(one.funds) for one in ledger.projects)
    return [listed, *money(sums, title=_("Money by source, over all projects"))]


def money(sums: BySource, *, title: str) -> list[Grid]:
    """Show money by source, planned and paid in, with the sum; nothing where there is none."""
    if not sums:
        return []
    columns: tuple[Column[tuple[Cell, Money]], ...] = (
        Column("source", _("Source of money"), lambda row: row[0], fold=10),
        *_money_columns(lambda row: row[1]),
    )
    return [
        grid(
            [(Cell(source), part) for source, part in sums.items()],
            columns,
            total=(Cell(_("Total"), tone=Tone.HEAD), projects.total(sums)),
            title=title,
            closing=_("amounts in 10,000 yuan"),
        )
    ]


def project(one: Project, tasks: Sequence[Task], *, today: date, pilot: Pilot) -> list[Grid]:
    """Show a project, its money by source and its tasks."""
    facts = cells.facts(
        one.name,
        (
            ("partners", _("Partners"), cells.names(one.partners)),
            ("base", _("Base"), cells.text(one.base)),
            ("signed", _("Signed"), cells.weekday(one.signed)),
            ("remark", fields.label("remark"), cells.text(one.remark)),
        ),
    )
    listed = tasks_grid(tasks, today=today, pilot=pilot)
    listed = replace(listed, empty=_("No task carries it out yet; pilottask edit ID --project NAME adds one."))
    return [facts, *money(projects.by_source(one.funds), title=_("Money by source")), listed]
