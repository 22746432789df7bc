"""What stands on a weekly sheet, worked out once: figures, rows and movements, in no language and no layout.

A sheet covers a period from a start, the tasks as they stood on the sheet before or at a moment, to the tasks as they
stand at its end. So what is recorded later under an earlier date stands on the next sheet.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import asdict

from pilottask.ledger import history, lights, queries
from pilottask.ledger.history import Problem
from pilottask.ledger.lights import Light, Reason
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import (
    OPEN,
    Correction,
    Extend,
    Find,
    Hand,
    Import,
    LogEntry,
    Note,
    Pilot,
    Settle,
    Status,
    Task,
)
from pilottask.paper.content import Corrected, Frame, Movement, Point, Sheet, Span, Start, State
from pilottask.paper.movement import Moves

AHEAD_DAYS: Final = 7
"""How far ahead, in calendar days, the sheet lists what falls due."""

_CURVE_POINTS: Final = 60
"""Points of the burn-up at most, so that a chart stays a chart whatever the span."""

_YELLOW_ORDER: Final = (
    Reason.DUE_SOON,
    Reason.STEP_LATE,
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
        tally.count(state.task.status, state.lit)
    return Start(moment=moment, figures=tally, states=by_uid)


def span(tasks: Sequence[Task], first: date, last: date, since: datetime, moment: datetime, pilot: Pilot) -> Span:
    """Return the days from `first` to `last`, which are those after `since` up to `moment` (both aware)."""
    begun, end = start(states(tasks, since, pilot), since), states(tasks, moment, pilot)
    moved = Moves(since, moment)
    for state in end:
        then = begun.states.get(state.task.uid)
        current = history.counted_entries(state.task.log)
        recorded = [one for place in _places_of_period(state.task, then) if (one := current[place]) is not None]
        moved.task(state, then, recorded)
    return Span(first, last, _red_at_some_time(begun, end, moved.movement()))


def build(begun: Start, end: Sequence[State], frame: Frame) -> Sheet:
    """Work out the sheet of `frame` from the states at its end, in time and memory linear in them."""
    today = frame.moment.date()
    after = Tally()
    departments: dict[str | None, Tally] = {}
    aspects: dict[str | None, Tally] = {}
    moved = Moves(begun.moment, frame.moment)
    extended: list[tuple[Task, Extend]] = []
    reported: list[tuple[Task, Note]] = []
    settled: list[tuple[Task, Problem]] = []
    corrected: list[tuple[Task, Corrected]] = []
    there = {state.task.uid for state in end}
    for uid, gone in begun.states.items():
        if uid not in there:
            moved.remove(gone)
    for state in end:
        now, then = state.task, begun.states.get(state.task.uid)
        for tally in (after, departments.setdefault(now.department, Tally()), aspects.setdefault(now.aspect, Tally())):
            tally.count(now.status, state.lit)
        places = _places_of_period(now, then)
        current = history.counted_entries(now.log)
        recorded = [entry for place in places if (entry := current[place]) is not None]
        moved.task(state, then, recorded)
        for entry in recorded:
            if moved_deadline := _moved_deadline(entry):
                extended.append((now, moved_deadline))
            elif isinstance(entry, Note) and entry.text.strip():
                reported.append((now, entry))
            elif isinstance(entry, Settle):
                problems = [one.raised for one in history.problems(now) if one.raised.n == entry.n]
                settled += [(now, Problem(raised, entry)) for raised in problems]
            elif isinstance(entry, Correction) and entry.of - 1 not in places:
                corrected.append((now, Corrected(now.log[entry.of - 1], entry)))
    reported.sort(key=lambda pair: (pair[1].at.date(), pair[0].id))
    results = [(task, note) for task, note in reported if note.result]
    movement = moved.movement()
    listed = tuple(state.task for state in end)
    yellow = [
        (_YELLOW_ORDER.index(state.lit.reason), state.task.due or date.max, state.task.id, state.task)
        for state in end
        if state.lit.light is Light.YELLOW and state.lit.reason is not None
    ]
    return Sheet(
        **asdict(frame),
        since=begun.moment,
        previous=begun.number,
        before=begun.figures,
        figures=after,
        flows=moved.flows(begun.figures, after),
        moved=movement,
        red=tuple(queries.overdue(listed, today=today)),
        yellow=tuple(task for *_order, task in sorted(yellow)),
        coordination=tuple(task for task in listed if task.status in OPEN and history.to_coordinate(task)),
        departments=queries.ranking(departments),
        aspects=queries.ranking(aspects),
        closed=tuple(
            sorted(
                (task for task in movement.closed if task.status is Status.CLOSED),
                key=lambda task: (task.closed or today, task.id),
            )
        ),
        extended=tuple(sorted(extended, key=lambda pair: (pair[0].id, pair[1].at.date()))),
        due=tuple(queries.upcoming(listed, today=today, days=AHEAD_DAYS)),
        reported=tuple(reported),
        results=tuple(results),
        tasks=listed,
        curve=_curve(listed, today=today),
        late_findings=tuple(_late_findings(listed, today=today)),
        corrected=tuple(corrected),
        settled=tuple(sorted(settled, key=lambda pair: (pair[1].settled_on or today, pair[0].id))),
        was_red=_red_at_some_time(begun, end, movement),
    )


def _red_at_some_time(begun: Start, end: Sequence[State], moved: Movement) -> tuple[Task, ...]:
    """Return the tasks that were red at some time in the period, as they stand at its end, by id."""
    red = {uid for uid, then in begun.states.items() if then.lit.light is Light.RED}
    red |= {task.uid for task in moved.turned_red}
    return tuple(state.task for state in end if state.task.uid in red)


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


def _places_of_period(now: Task, then: State | None) -> Sequence[int]:
    """Return the places in its log of what was recorded of a task in the period, but for what it was imported with."""
    known = () if then is None else then.task.log
    imported = now.log[0].at if now.log and isinstance(now.log[0], Import) else None
    return [
        place
        for place in _new_places(known, now.log)
        if not (now.log[place].at == imported and isinstance(now.log[place], Extend))
    ]


def _moved_deadline(entry: LogEntry) -> Extend | None:
    """Return how a deadline was moved, without a reason where that was by hand in the file; None for another entry."""
    if isinstance(entry, Hand) and entry.field == "due" and isinstance(entry.old, str) and isinstance(entry.new, str):
        old, new = date.fromisoformat(entry.old), date.fromisoformat(entry.new)
        return Extend(at=entry.at, by=entry.by, from_=old, to=new, reason="")
    return entry if isinstance(entry, Extend) else None


def _new_places(known: Sequence[LogEntry], log: Sequence[LogEntry]) -> Sequence[int]:
    """Return the places of the entries of `log` that are not `known`; of equal ones, of those that are more."""
    if log[: len(known)] == known:
        return range(len(known), len(log))
    seen = Counter(map(msgspec.json.encode, known))
    added = []
    for place, entry in enumerate(log):
        encoded = msgspec.json.encode(entry)
        if seen[encoded]:
            seen[encoded] -= 1
        else:
            added.append(place)
    return added


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
        for mark, by_due, by_closed in zip(marks, _totals(due, marks), _totals(closed, marks), strict=True)
    )


def _totals(counts: Counter[date], marks: Sequence[date]) -> Iterable[int]:
    """Yield how many there are up to each of `marks`, in order."""
    waiting = sorted(counts, reverse=True)
    total = 0
    for mark in marks:
        while waiting and waiting[-1] <= mark:
            total += counts[waiting.pop()]
        yield total
