"""Facts for an assessment as a table."""

from collections.abc import Sequence
from typing import Final

from pilottask.base.i18n import N_, _, ngettext
from pilottask.ledger.facts import Row, total
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Tone, grid

_LABELS: Final = {
    "on_time": N_("Closed on time"),
    "late": N_("Past due"),
    "extended": N_("Put off"),
    "chased": N_("Chased"),
    "returned": N_("Sent back"),
    "reports_due": N_("To report"),
    "reports_on_time": N_("In on time"),
    "reports_late": N_("In late"),
    "reports_missing": N_("Not in"),
    "findings_late": N_("Mended late"),
}
_TONES: Final = dict.fromkeys(("late", "reports_late", "reports_missing", "findings_late"), Tone.LATE)


def facts(rows: Sequence[Row], *, title: str | None) -> Grid:
    """Show the facts of each department and their sums; on a narrow terminal heads are folded, none is left out."""
    sums = total(rows)

    def count(name: str) -> Column[Row]:
        def cell(row: Row) -> Cell:
            return cells.number(getattr(row.facts, name), tone=_TONES.get(name))

        return Column(name, _(_LABELS[name]), cell, align=Align.RIGHT, fold=4)

    note = ngettext(
        "{n} closed without a deadline or a known day of being done counts neither as on time nor as late.",
        "{n} closed without a deadline or a known day of being done count neither as on time nor as late.",
        sums.undecided,
    ).format(n=sums.undecided)
    return grid(
        rows,
        (Column("department", _("Department"), lambda row: Cell(row.department), fold=10), *map(count, _LABELS)),
        total=Row(_("Total"), sums),
        title=title,
        closing=note if sums.undecided else None,
    )
