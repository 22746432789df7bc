"""Files attached to a task as a table."""

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import history, wording
from pilottask.ledger.records import Attach, Task
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, grid


def of_task(task: Task) -> list[Grid]:
    """Show the files that are attached to a task, where it has any."""
    found = history.attachments(task)
    columns: tuple[Column[Attach], ...] = (
        cells.number_column("n", pgettext("attachment", "No."), lambda entry: entry.n),
        Column("name", pgettext("attachment", "File"), lambda entry: Cell(entry.name), fold=20),
        Column("size", _("Size"), lambda entry: Cell(wording.size(entry.size), entry.size), align=Align.RIGHT),
        Column("at", pgettext("attachment", "Attached"), lambda entry: cells.day(entry.at.date())),
        Column("by", pgettext("attachment", "By"), lambda entry: Cell(entry.by), drop=1),
    )
    return [grid(found, columns, title=_("Attached files"))] if found else []
