"""What stands on a weekly sheet, worked out once: figures, rows and movements, in no language and no layout.

A sheet covers a period from a start, the tasks as they stood on the sheet before or at a moment, to the tasks as they
stand at its end. So what is recorded later under an earlier date stands on the next sheet.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from pilottask.ledger import history, lights, projects, queries
from pilottask.ledger.history import Problem
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import (
    OPEN,
    Cancel,
    Close,
    Extend,
    Find,
    Import,
    LogEntry,
    Note,
    Pilot,
    Reopen,
    Settle,
    Status,
    Suspend,
    Task,
)
from pilottask.paper.content import Flow, Frame, Movement, Point, Sheet, Start, State, Stock

AHEAD_DAYS: Final = 7
"""How far ahead, in calendar days, the sheet lists what falls due."""

_CURVE_POINTS: Final = 60
"""Points of the burn-up at most, so that a chart stays a chart whatever the span."""

_YELLOW_ORDER: Final = (
    Reason.DUE_SOON,
    Reason.COORDINATION,
    Reason.STALE,
    Reason.BEHIND,
    Reason.SUBMITTED,
)


def states(tasks: Iterable[Task], moment: datetime, pilot: Pilot) -> tuple[State, ...]:
    """Return the tasks as they stood at `moment` (aware), by id, each with the light that these settings give it."""
    then = (history.as_of(task, moment) for task in sorted(tasks, key=lambda task: task.id))
    return tuple(State(task, lights.light(task, today=moment.date(), pilot=pilot)) for task in then if task is not None)


def start(found: Iterable[State], moment: datetime) -> Start:
    """Return the start of a period that begins with these states."""
    tally = Tally()
    by_uid = {state.task.uid: state for state in found}
    for state in by_uid.values():
        tally.count(state.task, state.lit)
    return Start(moment=moment, figures=tally, states=by_uid)


def build(begun: Start, end: Sequence[State], frame: Frame) -> Sheet:
    """Work out the sheet of `frame` from the states at its end, in time and memory linear in them."""
    today = frame.moment.date()
    after = Tally()
    departments: dict[str | None, Tally] = {}
    aspects: dict[str | None, Tally] = {}
    moved = _Moved()
    extended: list[tuple[Task, Extend]] = []
    results: list[tuple[Task, Note]] = []
    settled: list[tuple[Task, Problem]] = []
    there = {state.task.uid for state in end}
    for uid, gone in begun.states.items():
        if uid not in there:
            moved.gone(gone)
    for state in end:
        now, then = state.task, begun.states.get(state.task.uid)
        for tally in (after, departments.setdefault(now.department, Tally()), aspects.setdefault(now.aspect, Tally())):
            tally.count(now, state.lit)
        moved.task(state, then)
        recorded = _recorded(now, then)
        if then is not None and then.task.status is now.status is Status.CLOSED and _closed_again(recorded):
            moved.closed_again(now)
        for entry in recorded:
            if isinstance(entry, Extend):
                extended.append((now, entry))
            elif isinstance(entry, Note) and entry.result:
                results.append((now, entry))
            elif isinstance(entry, Settle):
                problems = [one.raised for one in history.problems(now) if one.raised.n == entry.n]
                settled += [(now, Problem(raised, entry)) for raised in problems]
    movement = moved.movement()
    listed = tuple(state.task for state in end)
    yellow = [
        (_YELLOW_ORDER.index(state.lit.reason), state.task.due or date.max, state.task.id, state.task)
        for state in end
        if state.lit.light is Light.YELLOW and state.lit.reason is not None
    ]
    return Sheet(
        pilot=frame.pilot,
        number=frame.number,
        moment=frame.moment,
        since=begun.moment,
        first=frame.first,
        last=today,
        previous=begun.number,
        ahead=frame.ahead,
        without=frame.without,
        before=begun.figures,
        figures=after,
        flows=moved.flows(begun.figures, after),
        moved=movement,
        red=tuple(queries.overdue(listed, today=today)),
        yellow=tuple(task for *_order, task in sorted(yellow)),
        coordination=tuple(task for task in listed if task.status in OPEN and lights.needs_coordination(task)),
        departments=queries.ranked(departments),
        aspects=queries.ranked(aspects),
        closed=tuple(sorted(movement.closed, key=lambda task: (task.closed or today, task.id))),
        extended=tuple(sorted(extended, key=lambda pair: (pair[0].id, pair[1].at.date()))),
        due=tuple(queries.upcoming(listed, today=today, days=AHEAD_DAYS)),
        results=tuple(sorted(results, key=lambda pair: (pair[1].at.date(), pair[0].id))),
        tasks=listed,
        curve=_curve(listed, today=today),
        late_findings=tuple(_late_findings(listed, today=today)),
        settled=tuple(sorted(settled, key=lambda pair: (_settled_on(pair[1]), pair[0].id))),
        money=tuple((name, projects.by_source(funds)) for name, funds in frame.funds if funds),
    )


def _settled_on(problem: Problem) -> date:
    return problem.settled.at.date() if problem.settled else date.max


def _late_findings(tasks: Iterable[Task], *, today: date) -> list[tuple[Task, Find]]:
    """Return what inspections found and was not put right by its date, the earliest first, on no task given up."""
    late = [
        (task, found)
        for task in tasks
        if task.status is not Status.CANCELLED
        for found, fixed in history.findings(task)
        if fixed is None and found.fix_by < today
    ]
    return sorted(late, key=lambda pair: (pair[1].fix_by, pair[1].inspection, pair[1].n))


def _recorded(now: Task, then: State | None) -> Iterable[LogEntry]:
    """Return what was recorded of a task in the period, whatever its date, but for what it was imported with."""
    known = () if then is None else then.task.log
    imported = now.log[0].at if now.log and isinstance(now.log[0], Import) else None
    return [entry for entry in _added(known, now.log) if not (entry.at == imported and isinstance(entry, Extend))]


def _added(known: Sequence[LogEntry], log: Sequence[LogEntry]) -> Iterable[LogEntry]:
    """Return the entries of `log` that are not among the `known`; of equal ones those that are more."""
    if log[: len(known)] == known:
        return log[len(known) :]
    seen = Counter(map(msgspec.json.encode, known))
    added = []
    for entry in log:
        told = msgspec.json.encode(entry)
        if seen[told]:
            seen[told] -= 1
        else:
            added.append(entry)
    return added


def _closed_again(recorded: Iterable[LogEntry]) -> bool:
    """Tell whether a task was both reopened and closed."""
    kinds = {type(entry) for entry in recorded}
    return {Reopen, Close} <= kinds


class _Moved:
    """Gathers what moved, task by task."""

    def __init__(self) -> None:
        self._lists: dict[str, list[Task]] = {name: [] for name in Movement.__struct_fields__}
        self._plus: Counter[Stock] = Counter()
        self._minus: Counter[Stock] = Counter()

    def gone(self, then: State) -> None:
        """Count a task that is not there at the end."""
        self._minus.update(_stocks(then))
        self._lists["removed"].append(then.task)

    def task(self, now: State, then: State | None) -> None:
        """Count a task that is there at the end."""
        stocks = _stocks(now)
        then_stocks = set() if then is None else _stocks(then)
        self._plus.update(stocks - then_stocks)
        self._minus.update(then_stocks - stocks)
        for name in _moves(now.task, None if then is None else then.task, stocks, then_stocks):
            self._lists[name].append(now.task)

    def closed_again(self, task: Task) -> None:
        """Count a task that is closed at both ends, and was not all the time between: its closing is of this period."""
        for name, more, fewer in (("reopened", Stock.OPEN, Stock.CLOSED), ("closed", Stock.CLOSED, Stock.OPEN)):
            self._lists[name].append(task)
            self._plus[more] += 1
            self._minus[fewer] += 1

    def movement(self) -> Movement:
        """Return the tasks that moved."""
        return Movement(**{name: tuple(tasks) for name, tasks in self._lists.items()})

    def flows(self, before: Tally, after: Tally) -> tuple[Flow, ...]:
        """Return how each figure moved."""
        return tuple(
            Flow(stock, getattr(before, stock), self._plus[stock], self._minus[stock], getattr(after, stock))
            for stock in Stock
        )


def _stocks(state: State) -> set[Stock]:
    """Return the figures in which a task counts."""
    status, light = state.task.status, state.lit.light
    found = {Stock.TOTAL, Stock.OPEN if status in OPEN else Stock(status)}
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
