"""Records as grids: which columns each view has, in which order, and what stands in them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from pilottask import history as histories
from pilottask import queries, wording
from pilottask.grid import EMPTY, NOTHING, Align, Cell, Column, Grid, Row, Section, Tone, Where
from pilottask.i18n import N_, _, ngettext
from pilottask.model import (
    EVERY_LABELS,
    FIELD_LABELS,
    OPEN,
    ROLE_LABELS,
    STATUS_LABELS,
    Ledger,
    LogEntry,
    Number,
    Pilot,
    Status,
    Task,
)
from pilottask.queries import LIGHT_LABELS, REASON_LABELS, Group, Light, Lit, Reason, Tally
from pilottask.wording import field_label

_LIGHT_TONES: Final = {Light.RED: Tone.RED, Light.YELLOW: Tone.YELLOW, Light.GREEN: Tone.GREEN}
_MOMENT: Final = "%Y-%m-%d %H:%M"


class Version(Protocol):
    """A version of the store, as `undo --list` shows it; `command` None where it was edited by hand."""

    @property
    def n(self) -> int:
        """Its number."""

    @property
    def at(self) -> datetime:
        """When it was written (aware)."""

    @property
    def by(self) -> str:
        """Who wrote it."""

    @property
    def command(self) -> str | None:
        """The command that wrote it."""


# Cells


def _text(value: str | None) -> Cell:
    return Cell(value) if value else EMPTY


def _list(values: Iterable[str]) -> Cell:
    joined = tuple(values)
    return Cell(_(", ").join(joined), "、".join(joined)) if joined else EMPTY


def _number(value: int, *, tone: Tone | None = None) -> Cell:
    return Cell(str(value), value, tone if value else None)


def _date(day: date | None) -> Cell:
    return EMPTY if day is None else Cell(day.isoformat())


def _due(task: Task) -> Cell:
    return Cell(_("no deadline"), None) if task.due is None else Cell(task.due.isoformat())


def _light(lit: Lit) -> Cell:
    return EMPTY if lit.light is None else Cell(_(LIGHT_LABELS[lit.light]), lit.light.value, _LIGHT_TONES[lit.light])


def _status(task: Task) -> Cell:
    return Cell(_(STATUS_LABELS[task.status]), task.status.value)


def _days(task: Task, *, today: date, light: Light | None) -> Cell:
    """Say how far off the deadline is, where that is still the department's concern."""
    left = queries.days_left(task, today=today)
    if left is None or (left < 0 and task.status is Status.SUBMITTED):
        return Cell(NOTHING, left)
    tone = Tone.LATE if left < 0 else Tone.YELLOW if light is Light.YELLOW else None
    return Cell(wording.days(left), left, tone)


# Columns


def _id() -> Column:
    return Column(key="id", label=field_label("id"), align=Align.RIGHT)


def _field(name: str, *, fold: int | None = None, drop: int | None = None) -> Column:
    return Column(key=name, label=field_label(name), fold=fold, drop=drop)


def _title() -> Column:
    return _field("title", fold=20)


# Lists of tasks


def tasks(listed: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List tasks, in the order given; `more` is how many others there are.

    A narrow terminal leaves out the reason for the light, the owner, the status, the department, then the deadline.
    """
    columns = (
        _id(),
        Column(key="light", label=_("Light")),
        _title(),
        _field("department", fold=14, drop=4),
        _field("owner", fold=12, drop=2),
        _field("due", drop=5),
        _field("status", drop=3),
        Column(key="days_left", label=_("Days"), align=Align.RIGHT),
        Column(key="light_reason", label=_("Why"), drop=1),
    )
    rows = [_task_row(task, queries.light(task, today=today, pilot=pilot), today=today) for task in listed]
    return Grid(columns=columns, rows=rows, empty=_("No task fits."), closing=_shown(len(rows), more))


def _task_row(task: Task, lit: Lit, *, today: date) -> Row:
    return (
        Cell(str(task.id), task.id),
        _light(lit),
        Cell(task.title),
        Cell(task.department),
        _text(task.owner),
        _due(task),
        _status(task),
        _days(task, today=today, light=lit.light),
        EMPTY if lit.reason is None else Cell(_(REASON_LABELS[lit.reason]), lit.reason.value),
    )


def _shown(shown: int, more: int) -> str | None:
    """Say how many tasks are shown of how many, where those are not all."""
    if not more:
        return None
    return _("{shown:,} of {total:,} shown; --limit 0 shows all").format(shown=shown, total=shown + more)


def overdue(late: Sequence[Task], soon: Sequence[Task] = (), *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List overdue tasks, then those that fall due soon; `more` is how many others there are.

    The first deadlines have a column where one was moved. A narrow terminal leaves out the reminders, the owner, the
    first deadline, the department, then the deadline.
    """
    listed = (*late, *soon)
    extended = any(_is_extended(task) for task in listed)
    columns = (
        _id(),
        _title(),
        _field("department", fold=14, drop=4),
        _field("owner", fold=12, drop=2),
        _field("due", drop=5),
        Column(
            key="first_due",
            label=field_label("first_due"),
            drop=3,
            where=Where.ALL if extended else Where.DATA,
        ),
        Column(key="days_late", label=_("Days"), align=Align.RIGHT),
        Column(key="days_left", label="", where=Where.DATA),
        Column(key="chased", label=_("Chased"), drop=1),
        Column(key="last_chased", label="", where=Where.DATA),
    )
    rows = [_overdue_row(task, today=today, pilot=pilot) for task in listed]
    return Grid(columns=columns, rows=rows, empty=_("Nothing is overdue."), closing=_shown(len(rows), more))


def _is_extended(task: Task) -> bool:
    return task.first_due is not None and task.first_due != task.due


def _overdue_row(task: Task, *, today: date, pilot: Pilot) -> Row:
    left = queries.days_left(task, today=today)
    days = _days(task, today=today, light=queries.light(task, today=today, pilot=pilot).light)
    chases = histories.chases(task)
    last = chases[-1].at.date().isoformat() if chases else None
    return (
        Cell(str(task.id), task.id),
        Cell(task.title),
        Cell(task.department),
        _text(task.owner),
        _due(task),
        _first_due(task),
        Cell(days.text, queries.days_late(task, today=today), days.tone),
        Cell("", left),
        Cell(_chased(len(chases), last) if last else NOTHING, len(chases)),
        Cell("", last),
    )


def _first_due(task: Task) -> Cell:
    """Return the first deadline, shown where it was moved."""
    first = _date(task.first_due)
    return first if _is_extended(task) else Cell(NOTHING, first.value)


def _chased(times: int, last: str) -> str:
    return ngettext("once, {last}", "{n} times, last {last}", times).format(n=times, last=last)


def upcoming(soon: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List tasks that fall due soon; `more` is how many others there are.

    A narrow terminal leaves out the reason for the light, the owner, the status, the department, then the deadline.
    """
    grid = tasks(soon, today=today, pilot=pilot, more=more)
    return Grid(columns=grid.columns, rows=grid.rows, empty=_("Nothing falls due in these days."), closing=grid.closing)


# Counts

_GROUP_LABELS: Final = {
    Group.DEPARTMENT: FIELD_LABELS["department"],
    Group.OWNER: FIELD_LABELS["owner"],
    Group.ASPECT: FIELD_LABELS["aspect"],
    Group.STATUS: FIELD_LABELS["status"],
    Group.LIGHT: N_("Light"),
    Group.PROJECT: FIELD_LABELS["project"],
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
        return Cell(_(LIGHT_LABELS[Light(name)]), name, _LIGHT_TONES[Light(name)])
    return Cell(name)


def _tally_row(group: Cell, tally: Tally) -> Row:
    return (
        group,
        _number(tally.total),
        *(_number(getattr(tally, status)) for status in Status),
        *(_number(getattr(tally, light), tone=_LIGHT_TONES[light]) for light in Light),
        _number(tally.overdue, tone=Tone.LATE),
        _rate(tally.completion_rate),
        Cell("", tally.completion_rate),
    )


def _rate(rate: float | None) -> Cell:
    return EMPTY if rate is None else Cell(f"{rate:.1%}", rate)


# Departments


def departments(ledger: Ledger) -> Grid:
    """List the departments, in the order entered."""
    columns = (
        Column(key="name", label=_("Name"), fold=12),
        Column(key="role", label=_("Role")),
        Column(key="aliases", label=_("Aliases"), fold=10, drop=2),
        Column(key="contact", label=_("Contact"), fold=10, drop=1),
    )
    rows = [
        (
            Cell(unit.name),
            Cell(_(ROLE_LABELS[unit.role]), unit.role.value),
            _list(unit.aliases),
            _text(unit.contact),
        )
        for unit in ledger.departments
    ]
    return Grid(columns=columns, rows=rows, empty=_("No department yet."))


# One task


def detail(task: Task, *, today: date, pilot: Pilot) -> list[Grid]:
    """Show all of one task: its fields, its open problems, its log, the newest entry last."""
    fields = Grid(
        columns=(
            Column(key="field", label=_("Field")),
            Column(key="value", label=_("Value"), fold=16),
        ),
        rows=[(Cell(label, key, Tone.HEAD), cell) for key, label, cell in _fields(task, today=today, pilot=pilot)],
        title=f"{task.id}  {task.title}",
        head=False,
    )
    return [fields, *_problems(task), history(((task, entry) for entry in task.log), of=task)]


def _fields(task: Task, *, today: date, pilot: Pilot) -> Iterable[tuple[str, str, Cell]]:
    """Yield what is known of a task: name, label and value."""
    lit = queries.light(task, today=today, pilot=pilot)
    cells: dict[str, Cell] = {
        "status": _status(task),
        "light": _light_and_reason(lit),
        "department": Cell(task.department),
        "support": _list(task.support),
        "owner": _text(task.owner),
        "leader": _text(task.leader),
        "aspect": _text(task.aspect),
        "requirement": _text(task.requirement),
        "target": _amount(task.target, task.unit),
        "actual": _actual(task),
        "due": _due_in_full(task, today=today),
        "source": _text(task.source),
        "project": _text(task.project),
        "every": Cell(_(EVERY_LABELS[task.every]), task.every.value) if task.every else EMPTY,
        "tags": _list(task.tags),
        "remark": _text(task.remark),
        "created": _date(task.created),
        "submitted": _date(task.submitted),
        "closed": _closed(task),
    }
    for key, cell in cells.items():
        if cell is not EMPTY:
            yield key, _("Light") if key == "light" else field_label(key), cell
    for key, text in task.extra.items():
        yield f"{histories.EXTRA}{key}", key, Cell(text)


def _light_and_reason(lit: Lit) -> Cell:
    cell = _light(lit)
    if lit.reason is None:
        return cell
    return Cell(
        _("{light}: {reason}").format(light=cell.text, reason=_(REASON_LABELS[lit.reason])), cell.raw, cell.tone
    )


def _amount(value: Number | None, unit: str | None) -> Cell:
    if value is None:
        return EMPTY
    return Cell(_("{value} {unit}").format(value=value, unit=unit) if unit else str(value), value)


def _actual(task: Task) -> Cell:
    cell = _amount(task.actual, task.unit)
    if task.actual is None or not task.target:
        return cell
    share = f"{task.actual / task.target:.1%}"
    return Cell(_("{actual} ({share} of the target)").format(actual=cell.text, share=share), cell.raw)


def _due_in_full(task: Task, *, today: date) -> Cell:
    """Return the deadline with the first one beside it, and how far off it is."""
    if task.due is None:
        return _due(task)
    text = task.due.isoformat()
    if _is_extended(task):
        text = _("first {first} → now {now}").format(first=task.first_due, now=text)
    days = _days(task, today=today, light=None)
    if days.text != NOTHING:
        text = _("{text} ({note})").format(text=text, note=days.text)
    return Cell(text, task.due.isoformat(), days.tone)


def _closed(task: Task) -> Cell:
    cell = _date(task.closed)
    on_time = queries.on_time(task)
    if on_time is None:
        return cell
    note = _("on time") if on_time else _("late")
    return Cell(_("{text} ({note})").format(text=cell.text, note=note), cell.text)


def _problems(task: Task) -> list[Grid]:
    """Show the open problems, where there are any."""
    raised = histories.open_problems(task)
    if not raised:
        return []
    columns = (
        Column(key="n", label=_("No."), align=Align.RIGHT),
        Column(key="raised", label=_("Raised"), drop=1),
        Column(key="text", label=_("Problem"), fold=16),
        Column(key="need", label=_("Asks for"), fold=8),
    )
    rows = [(Cell(str(one.n), one.n), _date(one.at.date()), Cell(one.text), _text(wording.need(one))) for one in raised]
    return [Grid(columns=columns, rows=rows, title=_("Open problems"))]


def history(entries: Iterable[tuple[Task, LogEntry]], *, of: Task | None = None) -> Grid:
    """Tell log entries, in the order given, as sentences; `of` is the task where they are all about one."""
    columns = [
        Column(key="at", label=_("When")),
        Column(key="by", label=_("By"), fold=6, drop=1),
        _id(),
        _field("title", fold=10, drop=2),
        Column(key="kind", label="", where=Where.DATA),
        Column(key="text", label=_("What"), fold=16),
    ]
    rows = [_entry_row(task, entry) for task, entry in entries]
    if of is not None:
        columns = [column for column in columns if column.key not in {"id", "title"}]
        rows = [(*row[:2], *row[4:]) for row in rows]
    return Grid(
        columns=tuple(columns),
        rows=rows,
        title=field_label("log") if of is not None else None,
        empty=_("Nothing is on record."),
    )


def _entry_row(task: Task, entry: LogEntry) -> Row:
    return (
        Cell(entry.at.strftime(_MOMENT), entry.at.isoformat()),
        Cell(entry.by),
        Cell(str(task.id), task.id),
        Cell(task.title),
        Cell("", entry.__struct_config__.tag),
        Cell(wording.sentence(entry)),
    )


def versions(listed: Iterable[Version], *, present: int | None) -> Grid:
    """List the versions of the store, in the order given; `present` is the number of the one in use."""
    columns = (
        Column(key="n", label=_("No."), align=Align.RIGHT),
        Column(key="at", label=_("When"), drop=2),
        Column(key="by", label=_("By"), fold=6, drop=1),
        Column(key="command", label=_("Command"), fold=16),
        Column(key="present", label=""),
    )
    rows = [
        (
            Cell(str(one.n), one.n),
            Cell(one.at.strftime(_MOMENT), one.at.isoformat()),
            Cell(one.by),
            Cell(one.command or _("(edited by hand)"), one.command),
            Cell(_("← now") if one.n == present else "", one.n == present),
        )
        for one in listed
    ]
    return Grid(columns=columns, rows=rows, empty=_("No version is kept yet."))


# The first screen

_BRIEF: Final = 5
_SECTIONS: Final = (Reason.OVERDUE, Reason.DUE_SOON, Reason.SUBMITTED, Reason.COORDINATION, Reason.STALE)


def home(ledger: Ledger, *, today: date) -> list[Section]:
    """Return what an office asks at nine in the morning: each open task that calls for something, once, in brief."""
    if not ledger.tasks:
        return [
            Section(_("The list is empty. Enter a task:"), None, _("pilottask add TITLE --department NAME --due DATE")),
            Section(_("or bring in a spreadsheet:"), None, _("pilottask import FILE")),
        ]
    calling: dict[Reason | None, list[Task]] = {}
    for task in ledger.tasks:
        if task.status in OPEN:
            lit = queries.light(task, today=today, pilot=ledger.pilot)
            calling.setdefault(lit.reason, []).append(task)
    quiet = len(calling.pop(None, ()))
    sections = [
        _section(reason, calling[reason], today=today, pilot=ledger.pilot) for reason in _SECTIONS if reason in calling
    ]
    if sections:
        return sections
    return [
        Section(
            ngettext(
                "All is well: {n} open task, none of them late, due soon, waiting or silent.",
                "All is well: {n} open tasks, none of them late, due soon, waiting or silent.",
                quiet,
            ).format(n=quiet),
            None,
            "pilottask list",
        )
    ]


def _section(reason: Reason, called: list[Task], *, today: date, pilot: Pilot) -> Section:
    match reason:
        case Reason.OVERDUE:
            called = queries.overdue(called, today=today)
            heading = _("Overdue: {n}").format(n=len(called))
            command = "pilottask overdue"
        case Reason.DUE_SOON:
            called = sorted(called, key=lambda task: (task.due or today, task.id))
            heading = ngettext("Due within {days} day: {n}", "Due within {days} days: {n}", pilot.soon_days).format(
                days=pilot.soon_days, n=len(called)
            )
            command = f"pilottask upcoming --days {pilot.soon_days}"
        case Reason.SUBMITTED:
            heading = _("To be verified: {n}").format(n=len(called))
            command = "pilottask list --status submitted"
        case Reason.COORDINATION:
            heading = _("To be coordinated by the joint meeting: {n}").format(n=len(called))
            command = "pilottask list --light yellow"
        case _:
            called = sorted(called, key=lambda task: (queries.last_moved(task), task.id))
            heading = ngettext(
                "No movement for more than {days} day: {n}",
                "No movement for more than {days} days: {n}",
                pilot.stale_days,
            ).format(days=pilot.stale_days, n=len(called))
            command = "pilottask list --status doing --sort moved"
    more = len(called) - _BRIEF
    grid = Grid(
        columns=(_id(), _title(), _field("department", fold=14, drop=1), Column(key="why", label="", fold=12)),
        rows=[
            (Cell(str(task.id), task.id), Cell(task.title), Cell(task.department), _why(reason, task, today=today))
            for task in called[:_BRIEF]
        ],
        head=False,
        closing=_("  and {n} more").format(n=more) if more > 0 else None,
    )
    return Section(heading, grid, command)


def _why(reason: Reason, task: Task, *, today: date) -> Cell:
    """Say what is with a task that calls for something."""
    match reason:
        case Reason.SUBMITTED:
            return EMPTY if task.submitted is None else Cell(_("submitted {day}").format(day=task.submitted))
        case Reason.COORDINATION:
            return Cell(next(raised.text for raised in histories.open_problems(task) if raised.coordinate))
        case Reason.STALE:
            silent = (today - queries.last_moved(task)).days
            return Cell(ngettext("silent for {n} day", "silent for {n} days", silent).format(n=silent))
        case _:
            return _days(task, today=today, light=None)
