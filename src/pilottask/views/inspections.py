"""Inspections as tables: what they found, and one in full."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import inspections, vocabulary
from pilottask.ledger.inspections import Found
from pilottask.ledger.records import Finding, Inspection, Ledger, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Align, Cell, Column, Grid, Where, grid


class _Line(NamedTuple):
    """An inspection and something that it found, None where it found nothing."""

    inspection: Inspection
    found: Found | None

    @property
    def finding(self) -> Finding | None:
        return self.found.finding if self.found else None

    @property
    def task(self) -> Task | None:
        return self.found.task if self.found else None


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
    columns: tuple[Column[_Line], ...] = (
        Column(
            "inspection",
            _("Inspection"),
            lambda line: Cell(str(line.inspection.id), line.inspection.id),
            align=Align.RIGHT,
            fold=6,
            where=where,
        ),
        Column(
            "n",
            _("No."),
            lambda line: Cell(str(line.finding.n), line.finding.n) if line.finding else Cell("", None),
            align=Align.RIGHT,
        ),
        Column("date", _("Inspected"), lambda line: cells.day(line.inspection.day), drop=2, where=where),
        Column(
            "kind",
            _("Kind"),
            lambda line: Cell(vocabulary.INSPECTION.say(line.inspection.kind), line.inspection.kind.value),
            drop=1,
            where=where,
        ),
        Column(
            "text",
            _("Finding"),
            lambda line: Cell(line.finding.text) if line.finding else Cell(_("nothing found"), None),
            fold=16,
        ),
        cells.of(lambda line: line.task, cells.id_column(_("Task ID"), drop=5)),
        cells.of(lambda line: line.task, cells.field_column("department", fold=12, drop=3)),
        Column(
            "fix_by", _("Put right by"), lambda line: cells.day(line.finding.fix_by if line.finding else None), drop=4
        ),
        Column("fixed", "", lambda line: cells.day(line.finding.fixed if line.finding else None), where=Where.DATA),
        Column("days_late", pgettext("finding", "Stands"), lambda line: _standing(line.found, today=today)),
    )
    if of_task:
        columns = tuple(column for column in columns if column.key not in {"id", "department"})
    lines = [*(_Line(found.inspection, found) for found in listed), *(_Line(one, None) for one in bare)]
    return grid(lines, columns, title=title, empty=empty or _("Nothing was found."))


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
    found = [one for one in inspections.late(ledger, today=today, ahead=ahead) if one.task.id in wanted]
    title = _("Findings of inspections past their date") if ahead is None else _("Findings to be put right soon")
    return [findings(found, today=today, title=title)] if found else []
