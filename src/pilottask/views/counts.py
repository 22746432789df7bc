"""The summary: tasks counted by group."""

from typing import Final

from pilottask.base.i18n import _
from pilottask.ledger import queries, vocabulary
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Group, Tally
from pilottask.ledger.records import Status
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Tone, Where, grid

_BAR: Final = 10


# What a narrow terminal leaves out, in its turn: first what a leader asks for least.
_COUNT_TURNS: Final = {
    Status.CANCELLED: 2,
    Status.SUSPENDED: 3,
    Status.TODO: 4,
    Status.SUBMITTED: 5,
    Status.DOING: 6,
    Status.CLOSED: 8,
}

_LIGHT_TURNS: Final = {Light.GREEN: 7, Light.YELLOW: 9, Light.RED: None}


def summary(counted: queries.Summary) -> Grid:
    """Show counts by group, worst first, and their sum.

    A narrow terminal leaves out the bar, cancelled, suspended, todo, submitted, doing, green, closed, yellow.
    """
    columns: tuple[Column[tuple[Cell, Tally]], ...] = (
        Column(counted.by.value, vocabulary.GROUP.say(counted.by), lambda row: row[0], fold=12),
        _count("total", _("Tasks")),
        *(_count(status, vocabulary.STATUS.say(status), drop=_COUNT_TURNS[status]) for status in Status),
        *cells.light_columns(lambda row: row[1], _LIGHT_TURNS),
        _count("overdue", vocabulary.REASON.say(Reason.OVERDUE), tone=Tone.LATE),
        Column(
            "completion_rate",
            _("Done"),
            lambda row: cells.share(row[1].printed_rate, row[1].completion_rate),
            align=Align.RIGHT,
        ),
        Column("bar", "", lambda row: Cell("", row[1].completion_rate), bar=_BAR, drop=1, where=Where.TERMINAL),
    )
    return grid(
        [(group(counted.by, name), tally) for name, tally in counted.rows],
        columns,
        total=(Cell(_("Total"), tone=Tone.HEAD), counted.total),
    )


def _count(name: str, label: str, *, tone: Tone | None = None, drop: int | None = None) -> Column[tuple[Cell, Tally]]:
    """Return the column of one count, in its tone where it is not 0."""
    return cells.number_column(str(name), label, lambda row: getattr(row[1], name), tone=tone, drop=drop)


def group(by: Group, name: str | None) -> Cell:
    """Return what a group is called."""
    if name is None:
        return Cell(_("no light") if by is Group.LIGHT else _("(none)"), None)
    if by is Group.STATUS:
        return Cell(vocabulary.STATUS.say(Status(name)), name)
    if by is Group.LIGHT:
        return Cell(vocabulary.LIGHT.say(Light(name)), name, cells.LIGHT_TONES[Light(name)])
    return Cell(name)
