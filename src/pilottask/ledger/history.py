"""What a task's log says: its life, its problems, and the task as it stood at a moment."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import compress
from typing import Final, assert_never

import msgspec
from msgspec import Struct

from pilottask.ledger import fields
from pilottask.ledger.fields import EXTRA, Kind
from pilottask.ledger.records import (
    OPEN,
    Cancel,
    Chase,
    Close,
    Create,
    Decide,
    Edit,
    Extend,
    Find,
    Fixed,
    Hand,
    Import,
    Inspect,
    IssuedSheet,
    LogEntry,
    Note,
    Raise,
    Reopen,
    Return,
    Settle,
    Start,
    Status,
    Submit,
    Suspend,
    Task,
    Value,
    replace,
)

_FIELD_TYPES: Final = {field.name: field.type for field in msgspec.structs.fields(Task)}
_LISTS: Final = fields.names(Kind.UNITS, Kind.TAGS)


class Life(Struct, frozen=True):
    """Where a task stands in its life; `before` is what `reopen` goes back to."""

    status: Status = Status.TODO
    submitted: date | None = None
    closed: date | None = None
    before: "Life | None" = None


class Problem(Struct, frozen=True):
    """A problem or need that was raised on a task, with the day it was settled, if it was."""

    raised: Raise
    settled: Settle | None = None


class Parting(Struct, frozen=True):
    """A field whose value parts from what the log says."""

    field: str
    logged: Value
    present: Value


def life(entries: Iterable[LogEntry]) -> Life:
    """Work out a task's life from its log, in the order written."""
    state = Life()
    for entry in entries:
        state = _lived(state, entry)
    return state


def _lived(state: Life, entry: LogEntry) -> Life:  # noqa: C901, PLR0911  one case for each move
    day = entry.at.date()
    match entry:
        case Import(status=status, submitted=submitted, closed=closed):
            return Life(status, submitted, closed, Life(Status.DOING) if status not in OPEN else None)
        case Start():
            return Life(Status.DOING)
        case Submit(on=on):
            return Life(Status.SUBMITTED, on or day)
        case Close(on=on):
            closed = on or day
            left = _left(state)
            submitted = left.submitted if left.status is Status.SUBMITTED else closed
            return Life(Status.CLOSED, submitted, closed, left)
        case Return():
            return Life(Status.DOING)
        case Suspend():
            return Life(Status.SUSPENDED, _left(state).submitted, None, _left(state))
        case Cancel():
            return Life(Status.CANCELLED, _left(state).submitted, None, _left(state))
        case Reopen():
            return _left(state)
        case Hand(field=field, new=new) if field in fields.LIFE:
            values = {name: getattr(state, name) for name in fields.LIFE} | {field: as_field(field, new)}
            return Life(**values, before=Life(Status.DOING))
        case Create() | Note() | Raise() | Settle() | Extend() | Chase() | Edit() | Hand():
            return state
        case Decide() | Inspect() | Find() | Fixed():
            return state
        case _:
            assert_never(entry)


def _left(state: Life) -> Life:
    """Return the open state that a task leaves when it is closed or put away, and that `reopen` goes back to.

    One that is closed or put away already, as where the logs of two stores were merged, is taken where it was before.
    """
    return state if state.status in OPEN else state.before or Life(Status.DOING)


def problems(task: Task) -> list[Problem]:
    """Return all problems ever raised on `task`, by number."""
    settled = {entry.n: entry for entry in task.log if isinstance(entry, Settle)}
    raised = [entry for entry in task.log if isinstance(entry, Raise)]
    return [Problem(entry, settled.get(entry.n)) for entry in sorted(raised, key=lambda entry: entry.n)]


def open_problems(task: Task) -> list[Raise]:
    """Return the problems of `task` that are not settled, by number."""
    return [problem.raised for problem in problems(task) if problem.settled is None]


def findings(task: Task) -> list[tuple[Find, Fixed | None]]:
    """Return all that inspections found on `task`, as it was written, with the entry that it was put right by."""
    fixed = {(entry.inspection, entry.n): entry for entry in task.log if isinstance(entry, Fixed)}
    return [(entry, fixed.get((entry.inspection, entry.n))) for entry in task.log if isinstance(entry, Find)]


def last_note(task: Task) -> Note | None:
    """Return the note of the latest day, of several the one written last; None without any."""
    notes = (entry for entry in reversed(task.log) if isinstance(entry, Note))
    return max(notes, key=lambda note: note.at.date(), default=None)


def chases(task: Task) -> list[Chase]:
    """Return the reminders on `task`, the latest last, whenever they were written."""
    return sorted((entry for entry in task.log if isinstance(entry, Chase)), key=lambda entry: entry.at)


def submission(task: Task) -> Submit | None:
    """Return the entry with which `task` was submitted last, None where nobody did."""
    return next((entry for entry in reversed(task.log) if isinstance(entry, Submit)), None)


def extensions(task: Task) -> list[Extend]:
    """Return the extensions of `task`, as they were written."""
    return [entry for entry in task.log if isinstance(entry, Extend)]


def as_value(value: object) -> Value:
    """Return a field's value as a log entry keeps it: dates and enums as text, nothing as None."""
    built = msgspec.to_builtins(value)
    return tuple(built) if isinstance(built, list | tuple) else built


def as_field(name: str, value: Value) -> object:
    """Return what `as_value` made of field `name` as that field's own type. Raises msgspec.ValidationError."""
    return () if value is None and name in _LISTS else msgspec.convert(value, _FIELD_TYPES[name])


def fits(name: str, value: Value) -> bool:
    """Tell whether `value`, as a log entry keeps it, can be a value of field `name`."""
    try:
        as_field(name, value)
    except msgspec.ValidationError:
        return False
    return True


def touches(entry: LogEntry) -> Iterator[tuple[str, Value, Value]]:
    """Yield each field outside its life that `entry` sets, with old and new value as `as_value` gives them."""
    match entry:
        case Edit(field=field, old=old, new=new) | Hand(field=field, old=old, new=new):
            if field not in fields.LIFE:
                yield field, old, new
        case Extend(from_=from_, to=to):
            yield "due", from_.isoformat(), to.isoformat()
        case Note(was=was, actual=actual):
            if actual is not None:
                yield "actual", was, actual
        case Create() | Import() | Start() | Submit() | Close() | Return() | Suspend() | Cancel() | Reopen():
            pass
        case Raise() | Settle() | Chase() | Decide() | Inspect() | Find() | Fixed():
            pass
        case _:
            assert_never(entry)


def with_values(task: Task, values: Mapping[str, Value]) -> Task:
    """Return `task` with these values, as a log entry keeps them, own columns by `extra.KEY`; None takes one away."""
    own = {key.removeprefix(EXTRA): value for key, value in values.items() if key.startswith(EXTRA)}
    changes = {key: as_field(key, value) for key, value in values.items() if not key.startswith(EXTRA)}
    if own:
        extra = {**task.extra, **own}
        changes["extra"] = {key: value for key, value in extra.items() if value is not None}
    return replace(task, **changes) if changes else task


class Cut(Struct, frozen=True):
    """A cut through the list: what counts as recorded is what says a moment up to `moment` (aware).

    With `entries`, the length that the log of each task had when the cut was made, by id: no task that is not there,
    and of a log no entry written since. So the cut stays the same whatever is recorded later, earlier dates included.
    """

    moment: datetime
    entries: Mapping[int, int] | None = None

    def holds(self, task: Task, place: int, entry: LogEntry) -> bool:
        """Tell whether the entry at this place of the task's log, from 0, counts."""
        return entry.at <= self.moment and (self.entries is None or place < self.entries.get(task.id, 0))

    def holds_task(self, task: Task) -> bool:
        """Tell whether the task was entered."""
        count = len(task.log) if self.entries is None else self.entries.get(task.id)
        if count is None:
            return False
        if count and task.log:
            return task.log[0].at <= self.moment
        found = (old for entry in task.log for field, old, _new in touches(entry) if field == "created")
        return str(next(found, task.created)) <= self.moment.date().isoformat()


_RUN: Final = r"[1-9]\d{0,6}(?:-[1-9]\d{0,6})?:\d{1,7}"
COUNTS: Final = re.compile(rf"(?:{_RUN}(?: {_RUN})*)?", re.ASCII)
"""What `written_counts` writes."""


def written_counts(counts: Mapping[int, int]) -> str:
    """Return numbers by id as text: `1-4:2 5:7` gives the tasks 1 to 4 two each, and task 5 seven."""
    runs: list[list[int]] = []
    for number, count in sorted(counts.items()):
        if runs and runs[-1][1:] == [number - 1, count]:
            runs[-1][1] = number
        else:
            runs.append([number, number, count])
    return " ".join(f"{first}:{count}" if first == last else f"{first}-{last}:{count}" for first, last, count in runs)


def read_counts(text: str) -> dict[int, int]:
    """Return what `written_counts` wrote."""
    counts: dict[int, int] = {}
    for run in text.split():
        ids, count = run.split(":")
        first, _dash, last = ids.partition("-")
        counts.update(dict.fromkeys(range(int(first), int(last or first) + 1), int(count)))
    return counts


def last_counted(text: str) -> int:
    """Return the highest number in what `written_counts` wrote, 0 where there is none."""
    return max((int(run.partition(":")[0].rpartition("-")[2]) for run in text.split()), default=0)


def printed(sheets: Iterable[IssuedSheet]) -> frozenset[int]:
    """Return the ids of the tasks that stand on any of these sheets."""
    return frozenset(number for sheet in sheets for number in read_counts(sheet.entries))


def last_issued(sheets: Iterable[IssuedSheet]) -> IssuedSheet | None:
    """Return the sheet with the latest moment, or None."""
    return max(sheets, key=lambda sheet: sheet.at, default=None)


def sheet_cut(sheets: Iterable[IssuedSheet], sheet: IssuedSheet) -> Cut:
    """Return the cut through the list that `sheet`, one of `sheets`, was made at."""
    by_number = {one.n: one for one in sheets}
    chain = [sheet]
    while (after := chain[-1].after) is not None:
        chain.append(by_number[after])
    counts: dict[int, int] = {}
    for one in reversed(chain):
        counts.update(read_counts(one.entries))
        for number in one.lost:  # which stand on no later sheet unless they are entered again
            counts.pop(number, None)
    return Cut(sheet.at, counts)


def lost(tasks: Iterable[Task], cut: Cut) -> tuple[int, ...]:
    """Return the ids of those that the cut through a list went through and are not among its `tasks` any more."""
    return tuple(sorted((cut.entries or {}).keys() - {task.id for task in tasks}))


def as_of(task: Task, moment: datetime) -> Task | None:
    """Return `task` as it stood at `moment` (aware), or None where it was not entered yet."""
    return at_cut(task, Cut(moment))


def at_cut(task: Task, cut: Cut) -> Task | None:
    """Return `task` as it stood at `cut`, or None where it was not entered yet.

    Entries count in the order written: a field has what the last entry that counts gave it, else what the first
    entry that does not count found in it, else what it has now.
    """
    if not cut.holds_task(task):
        return None
    held = [cut.holds(task, place, entry) for place, entry in enumerate(task.log)]
    if all(held):
        return task
    values: dict[str, Value] = {}
    for entry, counts in zip(task.log, held, strict=True):
        for field, old, new in touches(entry):
            if counts:
                values[field] = new
            else:
                values.setdefault(field, old)
    upto = tuple(compress(task.log, held))
    state = life(upto)
    return replace(
        with_values(task, values), status=state.status, submitted=state.submitted, closed=state.closed, log=upto
    )


def partings(task: Task) -> list[Parting]:
    """Return the fields of `task` in which a hand edit parted it from its log."""
    logged: dict[str, Value] = {}
    for entry in task.log:
        logged.update({field: new for field, _old, new in touches(entry)})
    if "due" not in logged and task.due != task.first_due and task.first_due is not None:
        logged["due"] = as_value(task.first_due)
    if task.log and isinstance(task.log[0], Create | Import):
        logged.update(_logged_life(task))
    found = []
    for field, value in logged.items():
        present = as_value(fields.get(task, field))
        if present != value:
            found.append(Parting(field, value, present))
    return found


def _logged_life(task: Task) -> dict[str, Value]:
    """Return the fields of its life as the log of `task` has them."""
    state = life(task.log)
    return {name: as_value(getattr(state, name)) for name in fields.LIFE}


def unlogged(was: Task, now: Task) -> list[Parting]:
    """Return the fields in which `now` is not what `was` became by the entries written since, its life among them."""
    held = len(was.log)
    since = now.log[held:] if now.log[:held] == was.log else ()
    logged = _loggable(was)
    for entry in since:
        logged.update({field: new for field, _old, new in touches(entry)})
    if since:
        logged.update(_logged_life(now))
    return _parted(logged, _loggable(now))


def parted_at(was: Task, now: Task, count: int) -> list[Parting]:
    """Return the fields in which `now`, as its first `count` entries leave it, is not as they left `was`."""
    cut = Cut(datetime.max.replace(tzinfo=UTC), {was.id: count})
    then = at_cut(was, cut), at_cut(now, cut)
    return [] if then[0] is None or then[1] is None else _parted(_loggable(then[0]), _loggable(then[1]))


def _parted(logged: Mapping[str, Value], present: Mapping[str, Value]) -> list[Parting]:
    return [
        Parting(field, logged.get(field), present.get(field))
        for field in {**logged, **present}
        if repr(logged.get(field)) != repr(present.get(field))  # 3 is equal to 3.0, and is not printed like it
    ]


def _loggable(task: Task) -> dict[str, Value]:
    """Return the values of `task` that a log entry can change, own columns by `extra.KEY`."""
    values = {name: as_value(getattr(task, name)) for name in sorted(fields.LOGGED)}
    return values | {EXTRA + key: value for key, value in task.extra.items()}
