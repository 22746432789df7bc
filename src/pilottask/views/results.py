"""Results worth showing as a table."""

from collections.abc import Sequence

from pilottask.base.i18n import _
from pilottask.ledger import fields
from pilottask.ledger.results import Aspect, Result
from pilottask.views import cells
from pilottask.views.grid import Cell, Column, Grid, grid


def results(listed: Sequence[Aspect]) -> Grid:
    """List results worth showing, by line of work."""
    columns: tuple[Column[Result], ...] = (
        Column(
            "aspect",
            fields.label("aspect"),
            lambda result: Cell(result.task.aspect or _("(none)"), result.task.aspect),
            fold=10,
        ),
        Column("date", _("Date"), lambda result: cells.day(result.day)),
        Column("text", _("Result"), lambda result: Cell(result.note.text), fold=20),
        cells.of(lambda result: result.task, cells.id_column()),
        cells.of(lambda result: result.task, cells.field_column("title", fold=12, drop=2)),
        cells.of(lambda result: result.task, cells.field_column("department", fold=12, drop=1)),
    )
    return grid(
        [result for _aspect, found in listed for result in found],
        columns,
        empty=_("No result fits; pilottask note ID TEXT --result notes one."),
    )
