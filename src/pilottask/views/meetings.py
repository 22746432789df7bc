"""Joint meetings as tables: the list of them, one in full, and how their decisions stand."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from pilottask.base.i18n import _
from pilottask.ledger import fields, meetings
from pilottask.ledger.meetings import Carried, Followed, Standing
from pilottask.ledger.records import Ledger, Meeting, Task
from pilottask.views import cells
from pilottask.views.grid import Align, Cell, Column, Grid, Tone, Where, grid

_STANDING_TONES: Final = {Standing.OVERDUE: Tone.LATE, Standing.DONE: Tone.GREEN}


def meeting_list(listed: Iterable[tuple[Meeting, Sequence[Followed]]], *, all_: bool = True) -> Grid:
    """List joint meetings, with how many of their decisions are carried out; `all_` that there are, or some."""
    rows = [(meeting, [one.standing for one in followed]) for meeting, followed in listed]
    columns: tuple[Column[tuple[Meeting, list[Standing]]], ...] = (
        cells.number_column("id", fields.label("id"), lambda row: row[0].id),
        Column("date", _("Date"), lambda row: _when(row[0]), drop=7),
        Column("title", _("Meeting"), lambda row: Cell(row[0].title), fold=16),
        Column("chair", _("Chair"), lambda row: cells.text(row[0].chair), fold=6, drop=2),
        Column("place", _("Place"), lambda row: cells.text(row[0].place), fold=8, drop=1),
        cells.number_column("attend", _("Came"), lambda row: len(row[0].attend), drop=3),
        cells.number_column("absent", _("Absent"), lambda row: len(row[0].absent), drop=4),
        cells.number_column("decisions", _("Decisions"), lambda row: len(row[1]), drop=6),
        cells.number_column("done", _("Carried out"), lambda row: row[1].count(Standing.DONE), drop=5),
        cells.number_column("overdue", _("Overdue"), lambda row: row[1].count(Standing.OVERDUE), tone=Tone.LATE),
        Column("time", "", lambda row: cells.text(row[0].time), where=Where.DATA),
    )
    return grid(rows, columns, empty=_("No joint meeting is entered yet.") if all_ else _("No meeting fits."))


def meeting(ledger: Ledger, one: Meeting, *, today: date) -> list[Grid]:
    """Show the record of a joint meeting, with how each decision stands today."""
    facts = cells.facts(
        f"{one.id}  {one.title}",
        (
            ("date", _("Date"), cells.weekday(one.day)),
            ("time", _("Time"), cells.text(one.time)),
            ("place", _("Place"), cells.text(one.place)),
            ("chair", _("Chair"), cells.text(one.chair)),
            ("attend", _("Came"), cells.names(one.attend)),
            ("absent", _("Absent"), cells.names(one.absent)),
        ),
    )
    return [facts, decisions(meetings.follow_up(ledger, one, today=today), today=today, title=_("Decisions"))]


def decisions(followed: Iterable[Followed], *, today: date, title: str | None = None) -> Grid:
    """Show how decisions stand: a line for each task that carries one out."""

    def of_task(column: Column[Task]) -> Column[Carried]:
        return cells.of(lambda row: row.task, column)

    columns: tuple[Column[Carried], ...] = (
        Column(
            "n",
            _("No."),
            lambda row: _once(row, Cell(str(row.followed.decision.n), row.followed.decision.n)),
            align=Align.RIGHT,
        ),
        Column("decision", _("Decision"), lambda row: _once(row, Cell(row.followed.decision.text)), fold=20),
        Column("standing", _("Stands"), lambda row: _once(row, _standing(row.followed))),
        of_task(cells.id_column(label=_("Task ID"))),
        of_task(cells.field_column("department", fold=12, drop=4)),
        of_task(cells.field_column("due", drop=3)),
        of_task(cells.field_column("status", drop=2)),
        of_task(cells.days_column(today, lambda _task: None, drop=1)),
    )
    return grid(meetings.by_task(followed), columns, title=title, empty=_("Nothing was decided."))


def _when(meeting: Meeting) -> Cell:
    """Return the day of a meeting, with the time where that is known; scripts have it apart."""
    day = meeting.day.isoformat()
    return Cell(f"{day} {meeting.time}" if meeting.time else day, day)


def _once(row: Carried, cell: Cell) -> Cell:
    return Cell("", cell.value) if row.again else cell


def _standing(followed: Followed) -> Cell:
    return Cell(followed.in_words(), followed.standing.value, _STANDING_TONES.get(followed.standing))
