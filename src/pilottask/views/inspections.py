"""Inspections as tables: what they found, and one in full."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from msgspec.structs import replace

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import inspections, vocabulary
from pilottask.ledger.inspections import Found
from pilottask.ledger.records import Finding, Inspection, Ledger, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Cell, Column, Grid, Where, grid

_Line = tuple[Inspection, Found | None]
"""An inspection and something that it found, None where it found nothing."""


def findings(
    listed: Iterable[Found],
    *,
    today: date,
    bare: Iterable[Inspection] = (),
    title: str | None = None,
    of_one: bool = False,
    empty: str | None = None,
    of_task: bool = False,
) -> Grid:
    """List findings, in the order given, `empty` said for none; `bare` are inspections without any, listed too.

    With `of_one` all are of one inspection, with `of_task` on one task, which people are not told again with each.
    """
    where = Where.DATA if of_one else Where.ALL

    def of_inspection(column: Column[Inspection]) -> Column[_Line]:
        return replace(cells.of(itemgetter(0), column), where=where)

    def of_finding(column: Column[Finding], none: Cell = EMPTY) -> Column[_Line]:
        return cells.of(lambda line: line[1].finding if line[1] else None, column, none=none)

    def of_the_task(column: Column[Task]) -> list[Column[_Line]]:
        return [] if of_task else [cells.of(lambda line: line[1].task if line[1] else None, column)]

    columns: tuple[Column[_Line], ...] = (
        of_inspection(replace(cells.number_column("inspection", _("Inspection"), lambda one: one.id), fold=6)),
        of_finding(cells.number_column("n", _("No."), lambda one: one.n), Cell("", None)),
        of_inspection(Column("date", _("Inspected"), lambda one: cells.day(one.day), drop=2)),
        of_inspection(Column("kind", _("Kind"), _kind, drop=1)),
        of_finding(Column("text", _("Finding"), lambda one: Cell(one.text), fold=16), Cell(_("nothing found"), None)),
        *of_the_task(cells.id_column(_("Task ID"), drop=5)),
        *of_the_task(cells.field_column("department", fold=12, drop=3)),
        of_finding(Column("fix_by", _("Put right by"), lambda one: cells.day(one.fix_by), drop=4)),
        of_finding(Column("fixed", "", lambda one: cells.day(one.fixed), where=Where.DATA)),
        Column("days_late", pgettext("finding", "Stands"), lambda line: _standing(line[1], today=today)),
    )
    lines = [*((found.inspection, found) for found in listed), *((one, None) for one in bare)]
    return grid(lines, columns, title=title, empty=empty or _("Nothing was found."))


def _kind(one: Inspection) -> Cell:
    return Cell(vocabulary.INSPECTION.say(one.kind), one.kind.value)


def _standing(found: Found | None, *, today: date) -> Cell:
    """Say whether a finding was put right or its task cancelled, else how far off its date is."""
    if found is None:
        return EMPTY
    finding = found.finding
    if inspections.is_open(found, today=today):
        return cells.time_left(finding.fix_by, today=today, raw=inspections.days_late(found, today=today))
    if finding.fixed is None:
        return Cell(vocabulary.STATUS.say(found.task.status), 0)
    return Cell(_("put right {day}").format(day=finding.fixed), 0)


def inspection(one: Inspection, found: Sequence[Found], *, today: date) -> list[Grid]:
    """Show an inspection and what it found."""
    facts = cells.facts(
        f"{one.id}  {vocabulary.INSPECTION.say(one.kind)}",
        (
            ("date", _("Date"), cells.weekday(one.day)),
            ("by", _("Inspected by"), cells.names(one.by)),
            ("tasks", _("Task ID"), cells.names(map(str, one.tasks))),
        ),
    )
    return [facts, findings(found, today=today, title=_("Findings"), of_one=True)]


def late_findings(ledger: Ledger, tasks: Iterable[Task], *, today: date, ahead: int | None = None) -> list[Grid]:
    """Return a section of the open findings past their date, or due `ahead`, on these tasks, where there are any."""
    wanted = {task.id for task in tasks}
    late = [one for one in inspections.late(ledger, today=today, ahead=ahead) if one.task.id in wanted]
    title = _("Findings of inspections past their date") if ahead is None else _("Findings to be put right soon")
    return [findings(late, today=today, title=title)] if late else []
