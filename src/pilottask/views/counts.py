"""The summary: tasks counted by group."""

from typing import Final

from pilottask.base.i18n import N_, _
from pilottask.ledger import fields, queries
from pilottask.ledger.labels import LIGHT_LABELS, REASON_LABELS, STATUS_LABELS
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Group, Tally
from pilottask.ledger.records import Status
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Row, Tone, Where

_GROUP_LABELS: Final = {
    Group.DEPARTMENT: fields.BY_NAME["department"].label,
    Group.OWNER: fields.BY_NAME["owner"].label,
    Group.ASPECT: fields.BY_NAME["aspect"].label,
    Group.STATUS: fields.BY_NAME["status"].label,
    Group.LIGHT: N_("Light"),
    Group.PROJECT: fields.BY_NAME["project"].label,
}


_BAR: Final = 10


# What a narrow terminal leaves out, in its turn: first what a leader asks for least.
_COUNT_TURNS: Final = {
    Status.CANCELLED: 2,
    Status.SUSPENDED: 3,
    Status.TODO: 5,
    Status.SUBMITTED: 6,
    Status.DOING: 7,
    Status.CLOSED: 9,
}


_LIGHT_TURNS: Final = {Light.GREEN: 8, Light.YELLOW: 10, Light.RED: None}


def summary(counted: queries.Summary) -> Grid:
    """Show counts by group, worst first, and their sum.

    A narrow terminal leaves out the bar, cancelled, suspended, overdue, todo, submitted, doing, green, closed, yellow.
    """
    columns = (
        Column(key=counted.by.value, label=_(_GROUP_LABELS[counted.by]), fold=12),
        Column(key="total", label=_("Tasks"), align=Align.RIGHT),
        *(
            Column(key=status.value, label=_(STATUS_LABELS[status]), align=Align.RIGHT, drop=_COUNT_TURNS[status])
            for status in Status
        ),
        *(
            Column(
                key=light.value,
                label=_(LIGHT_LABELS[light]),
                align=Align.RIGHT,
                drop=_LIGHT_TURNS[light],
            )
            for light in Light
        ),
        Column(key="overdue", label=_(REASON_LABELS[Reason.OVERDUE]), align=Align.RIGHT, drop=4),
        Column(key="completion_rate", label=_("Done"), align=Align.RIGHT),
        Column(key="bar", label="", bar=_BAR, drop=1, where=Where.TERMINAL),
    )
    return Grid(
        columns=columns,
        rows=[_tally_row(_group(counted.by, name), tally) for name, tally in counted.rows],
        total=_tally_row(Cell(_("Total"), tone=Tone.HEAD), counted.total),
    )


def _group(by: Group, name: str | None) -> Cell:
    if name is None:
        return Cell(_("no light") if by is Group.LIGHT else _("(none)"), None)
    if by is Group.STATUS:
        return Cell(_(STATUS_LABELS[Status(name)]), name)
    if by is Group.LIGHT:
        return Cell(_(LIGHT_LABELS[Light(name)]), name, cells.LIGHT_TONES[Light(name)])
    return Cell(name)


def _tally_row(group: Cell, tally: Tally) -> Row:
    return (
        group,
        cells.number(tally.total),
        *(cells.number(getattr(tally, status)) for status in Status),
        *(cells.number(getattr(tally, light), tone=cells.LIGHT_TONES[light]) for light in Light),
        cells.number(tally.overdue, tone=Tone.LATE),
        cells.share(tally.completion_rate),
        Cell("", tally.completion_rate),
    )
