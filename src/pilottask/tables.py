"""Records as grids: which columns each view has, in which order, and what stands in them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from msgspec.structs import replace

from pilottask import history as histories
from pilottask import queries, shown, targets, wording
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
    Pilot,
    Status,
    Task,
)
from pilottask.queries import LIGHT_LABELS, REASON_LABELS, Group, Light, Lit, Reason, Tally
from pilottask.wording import field_label

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


# Lists of tasks


def tasks(listed: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List tasks, in the order given; `more` is how many others there are.

    The target has a column where a task has one. A narrow terminal leaves out the target, the reason for the light, the
    owner, the status, the department, then the deadline.
    """
    columns = (
        shown.id_column(),
        Column(key="light", label=_("Light")),
        shown.title_column(),
        shown.field_column("department", fold=14, drop=5),
        shown.field_column("owner", fold=12, drop=3),
        shown.field_column("due", drop=6),
        shown.field_column("status", drop=4),
        Column(key="days_left", label=_("Days"), align=Align.RIGHT),
        Column(key="light_reason", label=_("Why"), drop=2),
        Column(
            key="reached",
            label=field_label("target"),
            fold=18,
            drop=1,
            where=Where.ALL if any(task.target for task in listed) else Where.DATA,
        ),
        Column(key="time_gone", label="", where=Where.DATA),
    )
    rows = [_task_row(task, queries.light(task, today=today, pilot=pilot), today=today) for task in listed]
    return Grid(columns=columns, rows=rows, empty=_("No task fits."), closing=shown.limited(len(rows), more))


def _task_row(task: Task, lit: Lit, *, today: date) -> Row:
    return (
        Cell(str(task.id), task.id),
        shown.light(lit),
        Cell(task.title),
        Cell(task.department),
        shown.text(task.owner),
        shown.due(task),
        shown.status(task),
        shown.days(task, today=today, light=lit.light),
        EMPTY if lit.reason is None else Cell(_(REASON_LABELS[lit.reason]), lit.reason.value),
        target(task, today=today),
        Cell("", targets.time_gone(task, today=today)),
    )


def target(task: Task, *, today: date) -> Cell:
    """Say how far a task is towards its target, beside the time gone by; scripts read the share reached."""
    reached = targets.done(task)
    if reached is None:
        return EMPTY
    figures = wording.of_target(task.actual, task.target, task.unit)
    return Cell(wording.reached(figures, reached, targets.time_gone(task, today=today)), reached)


def overdue(late: Sequence[Task], soon: Sequence[Task] = (), *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List overdue tasks, then those that fall due soon; `more` is how many others there are.

    The first deadlines have a column where one was moved. A narrow terminal leaves out the reminders, the owner, the
    first deadline, the department, then the deadline.
    """
    listed = (*late, *soon)
    extended = any(_is_extended(task) for task in listed)
    columns = (
        shown.id_column(),
        shown.title_column(),
        shown.field_column("department", fold=14, drop=4),
        shown.field_column("owner", fold=12, drop=2),
        shown.field_column("due", drop=5),
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
    return Grid(columns=columns, rows=rows, empty=_("Nothing is overdue."), closing=shown.limited(len(rows), more))


def _is_extended(task: Task) -> bool:
    return task.first_due is not None and task.first_due != task.due


def _overdue_row(task: Task, *, today: date, pilot: Pilot) -> Row:
    left = queries.days_left(task, today=today)
    days = shown.days(task, today=today, light=queries.light(task, today=today, pilot=pilot).light)
    chases = histories.chases(task)
    last = chases[-1].at.date().isoformat() if chases else None
    return (
        Cell(str(task.id), task.id),
        Cell(task.title),
        Cell(task.department),
        shown.text(task.owner),
        shown.due(task),
        _first_due(task),
        Cell(days.text, queries.days_late(task, today=today), days.tone),
        Cell("", left),
        Cell(_chased(len(chases), last) if last else NOTHING, len(chases)),
        Cell("", last),
    )


def _first_due(task: Task) -> Cell:
    """Return the first deadline, shown where it was moved."""
    first = shown.day(task.first_due)
    return first if _is_extended(task) else Cell(NOTHING, first.value)


def _chased(times: int, last: str) -> str:
    return ngettext("once, {last}", "{n} times, last {last}", times).format(n=times, last=last)


def upcoming(soon: Sequence[Task], *, today: date, pilot: Pilot, more: int = 0) -> Grid:
    """List tasks that fall due soon; `more` is how many others there are.

    A narrow terminal leaves out the reason for the light, the owner, the status, the department, then the deadline.
    """
    grid = tasks(soon, today=today, pilot=pilot, more=more)
    return replace(grid, empty=_("Nothing falls due in these days."))


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
        return Cell(_(LIGHT_LABELS[Light(name)]), name, shown.LIGHT_TONES[Light(name)])
    return Cell(name)


def _tally_row(group: Cell, tally: Tally) -> Row:
    return (
        group,
        shown.number(tally.total),
        *(shown.number(getattr(tally, status)) for status in Status),
        *(shown.number(getattr(tally, light), tone=shown.LIGHT_TONES[light]) for light in Light),
        shown.number(tally.overdue, tone=Tone.LATE),
        shown.share(tally.completion_rate),
        Cell("", tally.completion_rate),
    )


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
            shown.joined(unit.aliases),
            shown.text(unit.contact),
        )
        for unit in ledger.departments
    ]
    return Grid(columns=columns, rows=rows, empty=_("No department yet."))


# One task


def detail(task: Task, *, today: date, pilot: Pilot) -> list[Grid]:
    """Show all of one task: its fields, its open problems, its log, the newest entry last."""
    fields = shown.facts(f"{task.id}  {task.title}", _fields(task, today=today, pilot=pilot))
    return [fields, *_problems(task), history(((task, entry) for entry in task.log), of=task)]


def _fields(task: Task, *, today: date, pilot: Pilot) -> Iterable[tuple[str, str, Cell]]:
    """Yield what is known of a task: name, label and value."""
    lit = queries.light(task, today=today, pilot=pilot)
    cells: dict[str, Cell] = {
        "status": shown.status(task),
        "light": _light_and_reason(lit),
        "department": Cell(task.department),
        "support": shown.joined(task.support),
        "owner": shown.text(task.owner),
        "leader": shown.text(task.leader),
        "aspect": shown.text(task.aspect),
        "requirement": shown.text(task.requirement),
        "target": shown.amount(task.target, task.unit),
        "actual": _actual(task),
        "time_gone": _time_gone(task, today=today),
        "due": _due_in_full(task, today=today),
        "source": shown.text(task.source),
        "project": shown.text(task.project),
        "every": Cell(_(EVERY_LABELS[task.every]), task.every.value) if task.every else EMPTY,
        "tags": shown.joined(task.tags),
        "remark": shown.text(task.remark),
        "created": shown.day(task.created),
        "submitted": shown.day(task.submitted),
        "closed": _closed(task),
    }
    labels = {"light": _("Light"), "time_gone": _("Time gone")}
    for key, cell in cells.items():
        yield key, labels.get(key) or field_label(key), cell
    for key, text in task.extra.items():
        yield f"{histories.EXTRA}{key}", key, Cell(text)


def _light_and_reason(lit: Lit) -> Cell:
    cell = shown.light(lit)
    if lit.reason is None:
        return cell
    return Cell(
        _("{light}: {reason}").format(light=cell.text, reason=_(REASON_LABELS[lit.reason])), cell.raw, cell.tone
    )


def _actual(task: Task) -> Cell:
    cell = shown.amount(task.actual, task.unit)
    reached = targets.done(task)
    if task.actual is None or reached is None:
        return cell
    share = shown.share(reached).text
    return Cell(_("{actual} ({share} of the target)").format(actual=cell.text, share=share), cell.raw)


def _time_gone(task: Task, *, today: date) -> Cell:
    """Return how much of its time is gone by, where an open task has a target to hold beside it."""
    if not task.target:
        return EMPTY
    return shown.share(targets.time_gone(task, today=today))


def _due_in_full(task: Task, *, today: date) -> Cell:
    """Return the deadline with the first one beside it, and how far off it is."""
    if task.due is None:
        return shown.due(task)
    text = task.due.isoformat()
    if _is_extended(task):
        text = _("first {first} → now {now}").format(first=task.first_due, now=text)
    days = shown.days(task, today=today, light=None)
    if days.text != NOTHING:
        text = _("{text} ({note})").format(text=text, note=days.text)
    return Cell(text, task.due.isoformat(), days.tone)


def _closed(task: Task) -> Cell:
    cell = shown.day(task.closed)
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
    rows = [
        (Cell(str(one.n), one.n), shown.day(one.at.date()), Cell(one.text), shown.text(wording.need(one)))
        for one in raised
    ]
    return [Grid(columns=columns, rows=rows, title=_("Open problems"))]


def history(entries: Iterable[tuple[Task, LogEntry]], *, of: Task | None = None) -> Grid:
    """Tell log entries, in the order given, as sentences; `of` is the task where they are all about one."""
    columns = [
        Column(key="at", label=_("When")),
        Column(key="by", label=_("By"), fold=6, drop=1),
        shown.id_column(),
        shown.field_column("title", fold=10, drop=2),
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
_SECTIONS: Final = (
    Reason.OVERDUE,
    Reason.DUE_SOON,
    Reason.SUBMITTED,
    Reason.COORDINATION,
    Reason.STALE,
    Reason.BEHIND,
)


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
    sections += _late_findings(ledger, today=today)
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


def _late_findings(ledger: Ledger, *, today: date) -> list[Section]:
    """Return the section of findings that were not put right by their dates, in a list, an empty one without any."""
    if not ledger.inspections:
        return []
    from pilottask import inspections  # noqa: PLC0415  most days there is nothing to show

    late = inspections.late(ledger, today=today)
    if not late:
        return []
    grid = Grid(
        columns=_brief_columns(),
        rows=[
            (
                Cell(str(found.task.id), found.task.id),
                Cell(found.finding.text),
                Cell(found.task.department),
                Cell(wording.days(-inspections.days_late(found, today=today)), tone=Tone.LATE),
            )
            for found in late[:_BRIEF]
        ],
        head=False,
        closing=_and_more(len(late)),
    )
    heading = _("Findings not put right in time: {n}").format(n=len(late))
    return [Section(heading, grid, "pilottask inspect list --open")]


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
        case Reason.BEHIND:
            heading = _("Behind their targets: {n}").format(n=len(called))
            command = "pilottask list --light yellow"
        case _:
            called = sorted(called, key=lambda task: (queries.last_moved(task), task.id))
            heading = ngettext(
                "No movement for more than {days} day: {n}",
                "No movement for more than {days} days: {n}",
                pilot.stale_days,
            ).format(days=pilot.stale_days, n=len(called))
            command = "pilottask list --status doing --sort moved"
    grid = Grid(
        columns=_brief_columns(),
        rows=[
            (Cell(str(task.id), task.id), Cell(task.title), Cell(task.department), _why(reason, task, today=today))
            for task in called[:_BRIEF]
        ],
        head=False,
        closing=_and_more(len(called)),
    )
    return Section(heading, grid, command)


def _brief_columns() -> tuple[Column, ...]:
    return (
        shown.id_column(),
        shown.title_column(),
        shown.field_column("department", fold=14, drop=1),
        Column(key="why", label="", fold=12),
    )


def _and_more(count: int) -> str | None:
    return _("  and {n} more").format(n=count - _BRIEF) if count > _BRIEF else None


def _why(reason: Reason, task: Task, *, today: date) -> Cell:
    """Say what is with a task that calls for something."""
    match reason:
        case Reason.SUBMITTED:
            return EMPTY if task.submitted is None else Cell(_("submitted {day}").format(day=task.submitted))
        case Reason.COORDINATION:
            return Cell(next(raised.text for raised in histories.open_problems(task) if raised.coordinate))
        case Reason.BEHIND:
            return target(task, today=today)
        case Reason.STALE:
            silent = (today - queries.last_moved(task)).days
            return Cell(ngettext("silent for {n} day", "silent for {n} days", silent).format(n=silent))
        case _:
            return shown.days(task, today=today, light=None)
