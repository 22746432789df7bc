"""What stands on a weekly sheet, worked out once: figures, rows and movements, in no language and no layout.

A sheet covers a period between two cuts through the list. A cut is a moment, and for an issued sheet also how much of
each task's log stood there when it was issued, so that what is recorded later under an earlier date changes no sheet
that was printed, and stands on the next one instead.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from pilottask.ledger import history, lights, projects
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import (
    OPEN,
    WITH_DEPARTMENT,
    Cancel,
    Close,
    Extend,
    Import,
    LogEntry,
    Note,
    Reopen,
    Settle,
    Status,
    Suspend,
    Task,
)
from pilottask.paper.content import (
    Extension,
    Figures,
    Flow,
    Frame,
    GroupLine,
    LateFinding,
    Line,
    Movement,
    Point,
    ProjectMoney,
    Result,
    Settled,
    Sheet,
    Stock,
    _line,
)

AHEAD_DAYS: Final = 7
"""How far ahead, in calendar days, the sheet lists what falls due."""

_CURVE_POINTS: Final = 60
"""Points of the burn-up at most, so that a chart stays a chart whatever the span."""


def build(tasks: Iterable[Task], frame: Frame) -> Sheet:
    """Work out the sheet of `frame` over all tasks of a ledger, in time and memory linear in them."""
    today = frame.end.moment.date()
    before, after = Tally(), Tally()
    departments: dict[str | None, Tally] = {}
    aspects: dict[str | None, Tally] = {}
    moved = _Moved()
    lines: list[Line] = []
    extended: list[Extension] = []
    results: list[Result] = []
    late_findings: list[LateFinding] = []
    settled: list[Settled] = []
    seen: list[Task] = []
    for task in sorted(tasks, key=lambda task: task.id):
        then = history.at_cut(task, frame.start)
        then_lit = lights.Lit()
        if then is not None:
            then_lit = lights.light(then, today=frame.start.moment.date(), pilot=frame.start_pilot)
            before.count(then, then_lit)
        now = history.at_cut(task, frame.end)
        if now is None:
            moved.gone(then, then_lit.light)
            continue
        lit = lights.light(now, today=today, pilot=frame.pilot)
        line = _line(now, lit, today=today)
        after.count(now, lit)
        departments.setdefault(now.department, Tally()).count(now, lit)
        aspects.setdefault(now.aspect, Tally()).count(now, lit)
        moved.task(now, line, then, then_lit.light)
        lines.append(line)
        seen.append(now)
        late_findings += _late_findings(now, line, today=today)
        recorded = _recorded(task, frame)
        if then is not None and then.status is now.status is Status.CLOSED and _closed_again(recorded):
            moved.closed_again(line)
        for entry in recorded:
            day = entry.at.date()
            if isinstance(entry, Extend):
                extended.append(Extension(line, entry.from_, entry.to, entry.reason, entry.approved_by, day))
            elif isinstance(entry, Note) and entry.result:
                results.append(Result(line, entry.text, day))
            elif isinstance(entry, Settle):
                settled += _settled(now, line, entry)
    movement = moved.movement()
    last_day = today + timedelta(days=min(AHEAD_DAYS, (date.max - today).days))
    return Sheet(
        name=frame.pilot.name,
        office=frame.pilot.office,
        number=frame.number,
        moment=frame.end.moment,
        since=frame.start.moment,
        first=frame.first,
        last=frame.last,
        previous=frame.previous,
        lost=frame.lost,
        ahead=frame.ahead,
        soon_days=frame.pilot.soon_days,
        stale_days=frame.pilot.stale_days,
        wide_ambiguous=frame.pilot.wide_ambiguous,
        without=frame.without,
        before=_figures(before),
        figures=_figures(after),
        flows=moved.flows(before, after),
        moved=movement,
        red=tuple(sorted((one for one in lines if one.light is Light.RED), key=lambda one: (-one.days_late, one.id))),
        yellow=tuple(
            sorted(
                (one for one in lines if one.light is Light.YELLOW),
                key=lambda one: (_YELLOW_ORDER.index(one.reason), one.due or date.max, one.id),
            )
        ),
        coordination=tuple(one for one in lines if one.status in OPEN and one.coordinated),
        departments=_groups(departments),
        aspects=_groups(aspects),
        closed=tuple(sorted(movement.closed, key=lambda one: (one.closed or today, one.id))),
        extended=tuple(sorted(extended, key=lambda one: (one.line.id, one.on))),
        due=tuple(
            sorted(
                (one for one in lines if one.due and today <= one.due <= last_day and one.status in WITH_DEPARTMENT),
                key=lambda one: (one.due or today, one.id),
            )
        ),
        results=tuple(sorted(results, key=lambda one: (one.on, one.line.id))),
        lines=tuple(lines),
        curve=_curve(seen, today=today),
        late_findings=tuple(sorted(late_findings, key=lambda one: (one.fix_by, one.inspection, one.n))),
        settled=tuple(sorted(settled, key=lambda one: (one.on, one.line.id))),
        money=tuple(
            ProjectMoney(name, tuple(projects.by_source(funds).items())) for name, funds in frame.funds if funds
        ),
    )


_YELLOW_ORDER: Final = (
    Reason.DUE_SOON,
    Reason.COORDINATION,
    Reason.STALE,
    Reason.BEHIND,
    Reason.SUBMITTED,
    None,
)


def _late_findings(task: Task, line: Line, *, today: date) -> list[LateFinding]:
    """Return what inspections found on `task` and was not put right by its date, unless the task was given up."""
    if task.status is Status.CANCELLED:
        return []
    return [
        LateFinding(line, found.inspection, found.n, found.text, found.fix_by, (today - found.fix_by).days)
        for found, fixed in history.findings(task)
        if fixed is None and found.fix_by < today
    ]


def _settled(task: Task, line: Line, entry: Settle) -> list[Settled]:
    """Return the problem that `entry` settles, in a list; none where it was raised later by its date."""
    return [
        Settled(line, one.raised.text, entry.text, one.raised.at.date(), entry.at.date())
        for one in history.problems(task)
        if one.raised.n == entry.n
    ]


def _recorded(task: Task, frame: Frame) -> Iterable[LogEntry]:
    """Return what was recorded of `task` in the period, but for what it was imported with."""
    imported = task.log[0].at if task.log and isinstance(task.log[0], Import) else None
    return [
        entry
        for place, entry in enumerate(task.log)
        if frame.end.holds(task, place, entry)
        and not (frame.start.holds_task(task) and frame.start.holds(task, place, entry))
        and not (entry.at == imported and isinstance(entry, Extend))
    ]


def _closed_again(recorded: Iterable[LogEntry]) -> bool:
    """Tell whether a task was both reopened and closed."""
    kinds = {type(entry) for entry in recorded}
    return {Reopen, Close} <= kinds


def _figures(tally: Tally) -> Figures:
    return Figures(**{name: getattr(tally, name) for name in Figures.__dataclass_fields__})


def _groups(groups: dict[str | None, Tally]) -> tuple[GroupLine, ...]:
    """Return groups worst first (design: section 3, Counts)."""
    return tuple(
        GroupLine(name, _figures(tally))
        for name, tally in sorted(
            groups.items(), key=lambda row: (-row[1].red, -row[1].yellow, row[0] is None, row[0] or "")
        )
    )


class _Moved:
    """Gathers what moved, task by task."""

    def __init__(self) -> None:
        self._lists: dict[str, list[Line]] = {name: [] for name in Movement.__dataclass_fields__}
        self._plus: Counter[Stock] = Counter()
        self._minus: Counter[Stock] = Counter()

    def gone(self, then: Task | None, then_light: Light | None) -> None:
        """Count a task that is not there at the end."""
        self._minus.update(_stocks(then, then_light))

    def task(self, now: Task, line: Line, then: Task | None, then_light: Light | None) -> None:
        """Count a task that is there at the end."""
        stocks, then_stocks = _stocks(now, line.light), _stocks(then, then_light)
        self._plus.update(stocks - then_stocks)
        self._minus.update(then_stocks - stocks)
        for name in _moves(now, then, stocks, then_stocks):
            self._lists[name].append(line)

    def closed_again(self, line: Line) -> None:
        """Count a task that is closed at both ends, and was not all the time between: its closing is of this period."""
        for name, more, fewer in (("reopened", Stock.OPEN, Stock.CLOSED), ("closed", Stock.CLOSED, Stock.OPEN)):
            self._lists[name].append(line)
            self._plus[more] += 1
            self._minus[fewer] += 1

    def movement(self) -> Movement:
        """Return the tasks that moved."""
        return Movement(**{name: tuple(lines) for name, lines in self._lists.items()})

    def flows(self, before: Tally, after: Tally) -> tuple[Flow, ...]:
        """Return how each figure moved."""
        return tuple(
            Flow(stock, _amount(before, stock), self._plus[stock], self._minus[stock], _amount(after, stock))
            for stock in Stock
        )


def _amount(tally: Tally, stock: Stock) -> int:
    return sum(getattr(tally, status) for status in OPEN) if stock is Stock.OPEN else getattr(tally, stock)


def _stocks(task: Task | None, light: Light | None) -> set[Stock]:
    """Return the figures in which `task` counts."""
    if task is None:
        return set()
    found = {Stock.TOTAL, Stock.OPEN if task.status in OPEN else Stock(task.status)}
    return found if light is None else found | {Stock(light)}


_ENDINGS: Final = {Status.CLOSED: Close, Status.SUSPENDED: Suspend, Status.CANCELLED: Cancel}


def _moves(now: Task, then: Task | None, stocks: set[Stock], then_stocks: set[Stock]) -> list[str]:
    """Return the lists of a movement in which a task stands."""
    moves = ["entered"] if then is None else []
    if now.status not in OPEN and now.status.value not in then_stocks:
        ending = _ENDINGS[now.status]
        if then is None and _imported_as(now) and not any(isinstance(entry, ending) for entry in now.log):
            moves += ["entered_closed"] if now.status is Status.CLOSED else []
        else:
            moves.append(now.status.value)
    if then is not None and then.status not in OPEN and now.status in OPEN:
        moves.append("reopened")
    if Stock.RED in stocks - then_stocks:
        moves.append("turned_red")
    if Stock.RED in then_stocks - stocks:
        moves.append("left_red")
    return moves


def _imported_as(task: Task) -> bool:
    """Tell whether `task` was imported in the status that it has."""
    first = task.log[0] if task.log else None
    return isinstance(first, Import) and first.status is task.status


def _curve(tasks: Sequence[Task], *, today: date) -> tuple[Point, ...]:
    """Return the burn-up of tasks not cancelled, from the first to the last day with a deadline, a closing or today.

    One that was imported as closed without a day counts from its entry on, as it does in the totals.
    """
    kept = [task for task in tasks if task.status is not Status.CANCELLED]
    due = Counter(task.due for task in kept if task.due)
    closed = Counter(task.closed or min(task.created, today) for task in kept if task.status is Status.CLOSED)
    days = [*due, *closed, today]
    first, last = min(days), max(days)
    step = max(-(-(last - first).days // _CURVE_POINTS), 1)
    marks = sorted(
        {*(first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, step)), today, last}
    )
    return tuple(
        Point(mark, by_due, by_closed if mark <= today else None)
        for mark, by_due, by_closed in zip(marks, _summed(due, marks), _summed(closed, marks), strict=True)
    )


def _summed(counts: Counter[date], marks: Sequence[date]) -> Iterable[int]:
    """Yield how many there are up to each of `marks`, in order."""
    waiting = sorted(counts, reverse=True)
    total = 0
    for mark in marks:
        while waiting and waiting[-1] <= mark:
            total += counts[waiting.pop()]
        yield total
