"""The departments as a table."""

from pilottask.base.i18n import _
from pilottask.ledger import vocabulary
from pilottask.ledger.records import Department, Ledger
from pilottask.views import cells
from pilottask.views.grid import Cell, Column, Grid, grid


def departments(ledger: Ledger) -> Grid:
    """List the departments, in the order entered."""
    columns: tuple[Column[Department], ...] = (
        Column("name", _("Name"), lambda unit: Cell(unit.name), fold=12),
        Column("role", _("Role"), lambda unit: Cell(vocabulary.ROLE.say(unit.role), unit.role.value)),
        Column("aliases", _("Aliases"), lambda unit: cells.names(unit.aliases), fold=10, drop=3),
        Column("contact", _("Contact"), lambda unit: cells.text(unit.contact), fold=10, drop=2),
        Column("mail", _("Mail"), lambda unit: cells.text(unit.mail), fold=10, drop=1),
    )
    return grid(ledger.departments, columns, empty=_("No department yet."))
