"""What a task's log says: its life, its problems, and the task as it stood at a moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, TypeVar, assert_never

import msgspec
from msgspec import Struct

from pilottask.ledger import fields, records
from pilottask.ledger.fields import EXTRA, Kind

E = TypeVar("E", bound=records.Entry)
_FIELD_TYPES: Final = {field.name: field.type for field in msgspec.structs.fields(records.Task)}
_LISTS: Final = fields.names(Kind.UNITS, Kind.TAGS)


class Life(Struct, frozen=True):
    """Where a task stands in its life; `before` is what `reopen` goes back to."""

    status: records.Status = records.Status.TODO
    submitted: date | None = None
    closed: date | None = None
    before: "Life | None" = None


class Problem(Struct, frozen=True):
    """A problem or need that was raised on a task, with the day it was settled, if it was."""

    raised: records.Raise
    settled: records.Settle | None = None

    @property
    def settled_on(self) -> date | None:
        """The day it was settled."""
        return self.settled.at.date() if self.settled else None


class StepNow(Struct, frozen=True):
    """A step of a task as it stands; `first_due` is its first day, `done` the day on which it was done."""

    n: int
    text: str
    due: date
    first_due: date
    target: records.Number | None = None
    unit: str | None = None
    actual: records.Number | None = None
    done: date | None = None


class Difference(Struct, frozen=True):
    """A field whose value parts from what the log says."""

    field: str
    logged: records.Value
    present: records.Value


WORDS: Final[Mapping[type[records.LogEntry], str]] = {
    **dict.fromkeys(
        (records.Note, records.Raise, records.Settle, records.Chase, records.Find, records.Decide, records.Answer),
        "text",
    ),
    **dict.fromkeys((records.Submit, records.Fixed), "evidence"),
    **dict.fromkeys((records.Return, records.Suspend, records.Cancel, records.Reopen, records.Extend), "reason"),
}
"""By kind of entry, the field whose words can be amended."""


_CORRECTIONS: Final = frozenset(records.Correction.__subclasses__())


def counted_entries(log: Sequence[records.LogEntry]) -> Sequence[records.LogEntry | None]:
    """Return the entries of `log` in their places, with the words that they were given last, None for a void one."""
    if _CORRECTIONS.isdisjoint(map(type, log)):
        return log
    void = _void(log)
    return [None if n in void else entry for n, entry in enumerate(_with_last_words(log), start=1)]


def _void(log: Sequence[records.LogEntry]) -> set[int]:
    return {entry.of for entry in log if isinstance(entry, records.Void)}


def _with_last_words(log: Sequence[records.LogEntry]) -> list[records.LogEntry]:
    results = list(log)
    for correction in log:
        if isinstance(correction, records.Amend):
            entry = results[correction.of - 1]
            words = {amended_field(correction, entry): correction.text}
            results[correction.of - 1] = msgspec.structs.replace(entry, **words)
    return results


def amended_field(correction: records.Amend, entry: records.LogEntry) -> str:
    """Return the field of `entry` whose words `correction` tells of."""
    return correction.part or WORDS[type(entry)]


class LogRow(Struct, frozen=True):
    """An entry of the log of `task` as it is listed: its number there, from 1, and with the words that it has now.

    What a merge found otherwise on the two sides of the list stands in no task's log, and has no number.
    """

    task: records.Task | None
    n: int | None
    entry: records.LogEntry | records.Conflict
    voided: bool = False
    amended: bool = False


def log_rows(task: records.Task) -> Iterator[LogRow]:
    """Yield the entries of the log of `task`, void ones too."""
    amended = {entry.of for entry in task.log if isinstance(entry, records.Amend)}
    void = _void(task.log)
    for n, entry in enumerate(_with_last_words(task.log), start=1):
        yield LogRow(task, n, entry, n in void, n in amended)


def entries(task: records.Task) -> Iterable[records.LogEntry]:
    """Return the log of `task` as it counts: amended words for the old ones, without what is void."""
    return filter(None, counted_entries(task.log))


def entries_at(log: Sequence[records.LogEntry], indexes: Sequence[int]) -> tuple[records.LogEntry, ...]:
    """Return the entries of `log` at these places, from 0, in this order, with their corrections pointing there."""
    new = {old: number for number, old in enumerate(indexes, start=1)}
    results = []
    for old in indexes:
        entry = log[old]
        if isinstance(entry, records.Correction):
            if (of := new.get(entry.of - 1)) is None:
                continue
            entry = msgspec.structs.replace(entry, of=of)
        results.append(entry)
    return tuple(results)


def life(entries: Iterable[records.LogEntry]) -> Life:
    """Work out a task's life from its log, in the order written."""
    state = Life()
    for entry in entries:
        state = _next_life(state, entry)
    return state


def _next_life(state: Life, entry: records.LogEntry) -> Life:  # noqa: C901, PLR0911, PLR0912  one case for each move
    day = entry.at.date()
    match entry:
        case records.Import(status=status, submitted=submitted, closed=closed):
            return Life(status, submitted, closed, Life(records.Status.DOING) if status not in records.OPEN else None)
        case records.Start() | records.Return():
            return Life(records.Status.DOING)
        case records.Submit(on=on):
            return Life(records.Status.SUBMITTED, on or day)
        case records.Close(on=on):
            left = _open_life(state)
            return Life(records.Status.CLOSED, left.submitted, on or day, left)
        case records.Suspend():
            return Life(records.Status.SUSPENDED, _open_life(state).submitted, None, _open_life(state))
        case records.Cancel():
            return Life(records.Status.CANCELLED, _open_life(state).submitted, None, _open_life(state))
        case records.Reopen():
            return _open_life(state)
        case records.Hand(field=field, new=new) if field in fields.LIFE:
            values = {name: getattr(state, name) for name in fields.LIFE} | {field: as_field(field, new)}
            return Life(**values, before=_open_life(state))
        case records.Create() | records.Note() | records.Raise() | records.Settle() | records.Extend():
            return state
        case records.Chase() | records.Report() | records.Change() | records.Correction() | records.Renumber():
            return state
        case records.StepEntry() | records.FileEntry() | records.Instruct() | records.Answer() | records.Decide():
            return state
        case records.Inspect() | records.Find() | records.Fixed():
            return state
        case _:
            assert_never(entry)


def sets_life(entry: records.LogEntry) -> bool:
    """Tell whether `entry` sets a field of the task's life."""
    moves = records.Import | records.Start | records.Submit | records.Close
    moves |= records.Return | records.Suspend | records.Cancel | records.Reopen
    return isinstance(entry, moves) or (isinstance(entry, records.Hand) and entry.field in fields.LIFE)


def without_made_up_submission(task: records.Task) -> records.Task:
    """Return `task` of a store of schema 1 without a submission that its closing made up."""
    if task.status is not records.Status.CLOSED or task.submitted is None or task.submitted != task.closed:
        return task
    state = life(task.log)
    made_up = state.status is records.Status.CLOSED and state.submitted is None and state.closed == task.closed
    return records.replace(task, submitted=None) if made_up else task


def _open_life(state: Life) -> Life:
    """Return the open state that a task leaves when it is closed or put away, and that `reopen` goes back to.

    One that is closed or put away already, as where the logs of two stores were merged, is taken where it was before.
    """
    if state.status in records.OPEN:
        return Life(state.status, state.submitted)  # a day of closing may have been written by hand
    return state.before or Life(records.Status.DOING)


def problems(task: records.Task) -> list[Problem]:
    """Return all problems ever raised on `task`, by number."""
    if records.Raise not in map(type, task.log):
        return []
    counted = tuple(entries(task))
    settled = {entry.n: entry for entry in counted if isinstance(entry, records.Settle)}
    raised = [entry for entry in counted if isinstance(entry, records.Raise)]
    return [Problem(entry, settled.get(entry.n)) for entry in sorted(raised, key=lambda entry: entry.n)]


def open_problems(task: records.Task) -> list[records.Raise]:
    """Return the problems of `task` that are not settled, by number."""
    return [problem.raised for problem in problems(task) if problem.settled is None]


def open_matters(task: records.Task) -> list[records.Raise]:
    """Return the open problems, of several with the same words the one that asks for coordination, else the first."""
    results: dict[str, records.Raise] = {}
    for raised in open_problems(task):
        if raised.coordinate or raised.text not in results:
            results[raised.text] = raised
    return list(results.values())


def next_problem(task: records.Task) -> int:
    """Return the number that the task's next problem gets, from 1."""
    return 1 + max((entry.n for entry in task.log if isinstance(entry, records.Raise)), default=0)


def to_coordinate(task: records.Task) -> list[records.Raise]:
    """Return the open problems and needs that ask for the joint meeting."""
    return [raised for raised in open_problems(task) if raised.coordinate]


def steps(task: records.Task) -> list[StepNow]:
    """Return the steps of `task` as its log leaves them, by their days."""
    if records.Step not in map(type, task.log):
        return []
    results: dict[int, StepNow] = {}
    for entry in entries(task):
        if isinstance(entry, records.Step):
            results[entry.n] = StepNow(entry.n, entry.text, entry.due, entry.due, entry.target, entry.unit)
        elif isinstance(entry, records.StepDone) and (step := results.get(entry.n)):
            done = entry.on or entry.at.date()
            results[entry.n] = msgspec.structs.replace(step, done=done, actual=entry.actual)
        elif isinstance(entry, records.StepChange) and (step := results.get(entry.n)):
            if entry.removed:
                del results[entry.n]
            else:
                results[entry.n] = _changed_step(step, entry)
    return sorted(results.values(), key=lambda step: (step.due, step.n))


def _changed_step(step: StepNow, entry: records.StepChange) -> StepNow:
    values = {"due": entry.to, "text": entry.text, "target": entry.target, "unit": entry.unit}
    step = msgspec.structs.replace(step, **{name: value for name, value in values.items() if value is not None})
    return msgspec.structs.replace(step, done=None, actual=None) if entry.undone else step


def attachments(task: records.Task) -> list[records.Attach]:
    """Return the files that are attached to `task`, by number; one that two sides of the list attached, once."""
    results: dict[int, records.Attach] = {}
    for entry in entries(task):
        if isinstance(entry, records.Attach):
            results[entry.n] = entry
        elif isinstance(entry, records.Detach):
            results.pop(entry.n, None)
    first = {results[n].sha256: n for n in sorted(results, reverse=True)}
    return [results[n] for n in sorted(first.values())]


def old_numbers(task: records.Task) -> list[int]:
    """Return the numbers that `task` had before merges gave it others, the first one first."""
    numbers = (entry.was for entry in task.log if isinstance(entry, records.Renumber))
    return list(dict.fromkeys(number for number in numbers if number != task.id))


def instructions(task: records.Task) -> list[tuple[records.Instruct, records.Answer | None]]:
    """Return the instructions that leaders gave on `task`, by number, each with its answer, if there was one."""
    counted = tuple(entries(task))
    answers = {entry.n: entry for entry in counted if isinstance(entry, records.Answer)}
    given = [(entry, answers.get(entry.n)) for entry in counted if isinstance(entry, records.Instruct)]
    return sorted(given, key=lambda pair: pair[0].n)


def findings(task: records.Task) -> list[tuple[records.Find, records.Fixed | None]]:
    """Return all that inspections found on `task`, as it was written, with the entry that it was put right by."""
    counted = tuple(entries(task))
    fixed = {(entry.inspection, entry.n): entry for entry in counted if isinstance(entry, records.Fixed)}
    return [(entry, fixed.get((entry.inspection, entry.n))) for entry in counted if isinstance(entry, records.Find)]


def moments_beside_tasks(ledger: records.Ledger) -> Iterator[datetime]:
    """Yield each moment on record that stands in no task's log."""
    yield from (fund.at for project in ledger.projects for fund in project.funds)
    for one in ledger.rounds:
        yield from filter(None, (one.at, one.closed, *(arrival.at for arrival in one.arrivals)))
    for each in ledger.instructions:
        yield from filter(None, (each.at, each.answered))
    yield from (sheet.at for sheet in ledger.sheets)
    yield from (conflict.at for conflict in ledger.conflicts)


def last_note(task: records.Task, *, told: bool = False) -> records.Note | None:
    """Return the note of the latest day, of several the one written last; None without any.

    With `told` the last that says how the task goes: one may tell a next step or a figure alone.
    """
    notes = [entry for entry in reversed(tuple(entries(task))) if isinstance(entry, records.Note)]
    if told:
        notes = [note for note in notes if note.text.strip()]
    return max(notes, key=lambda note: note.at.date(), default=None)


def chases(task: records.Task) -> list[records.Chase]:
    """Return the reminders on `task`, the latest last, whenever they were written."""
    return sorted((entry for entry in entries(task) if isinstance(entry, records.Chase)), key=lambda entry: entry.at)


def last(task: records.Task, kind: type[E]) -> E | None:
    """Return the entry of this kind that was written last, as that of the submission; None without any."""
    return next((entry for entry in reversed(tuple(entries(task))) if isinstance(entry, kind)), None)


def extensions(task: records.Task) -> list[records.Extend]:
    """Return the extensions of `task`, as they were written."""
    return [entry for entry in entries(task) if isinstance(entry, records.Extend)]


def as_value(value: object) -> records.Value:
    """Return a field's value as a log entry keeps it: dates and enums as text, nothing as None."""
    built = msgspec.to_builtins(value)
    return tuple(built) if isinstance(built, list | tuple) else built


def as_field(name: str, value: records.Value) -> object:
    """Return what `as_value` made of field `name` as that field's own type. Raises msgspec.ValidationError."""
    return () if value is None and name in _LISTS else msgspec.convert(value, _FIELD_TYPES[name])


def fits(name: str, value: records.Value) -> bool:
    """Tell whether `value`, as a log entry keeps it, can be a value of field `name`."""
    try:
        as_field(name, value)
    except msgspec.ValidationError:
        return False
    return True


def touches(entry: records.LogEntry) -> Iterator[tuple[str, records.Value, records.Value]]:
    """Yield each field outside its life that `entry` sets, with old and new value as `as_value` gives them."""
    match entry:
        case records.Edit(field=field, old=old, new=new) | records.Hand(field=field, old=old, new=new):
            if field not in fields.LIFE:
                yield field, old, new
        case records.Extend(from_=from_, to=to):
            yield "due", from_.isoformat(), to.isoformat()
        case records.Note(was=was, actual=actual):
            if actual is not None:
                yield "actual", was, actual
        case records.Create() | records.Import() | records.Start() | records.Submit() | records.Close():
            pass
        case records.Reasoned() | records.Raise() | records.Settle() | records.Chase() | records.Report():
            pass
        case records.StepEntry() | records.FileEntry() | records.Instruct() | records.Answer() | records.Decide():
            pass
        case records.Inspect() | records.Find() | records.Fixed() | records.Renumber():
            pass
        case _:
            assert_never(entry)


def with_values(task: records.Task, values: Mapping[str, records.Value]) -> records.Task:
    """Return `task` with these values, as a log entry keeps them, own columns by `extra.KEY`; None takes one away."""
    own = {key.removeprefix(EXTRA): value for key, value in values.items() if key.startswith(EXTRA)}
    changes = {key: as_field(key, value) for key, value in values.items() if not key.startswith(EXTRA)}
    if own:
        extra = {**task.extra, **own}
        changes["extra"] = {key: value for key, value in extra.items() if value is not None}
    return records.replace(task, **changes) if changes else task


def last_issued(sheets: Iterable[records.IssuedSheet]) -> records.IssuedSheet | None:
    """Return the sheet with the latest moment, or None."""
    return max(sheets, key=lambda sheet: sheet.at, default=None)


def as_of(task: records.Task, moment: datetime) -> records.Task | None:
    """Return `task` as it stood at `moment` (aware), or None where it was not entered yet.

    Entries count in the order written: a field has what the last entry up to then gave it, else what the first entry
    after it found in it, else what it has now.
    """
    if not (task.log[0].at <= moment if task.log else task.created <= moment.date()):
        return None
    held = [entry.at <= moment for entry in task.log]
    if all(held):
        return task
    values: dict[str, records.Value] = {}
    for entry, counts in zip(task.log, held, strict=True):
        for field, old, new in touches(entry):
            if counts:
                values[field] = new
            else:
                values.setdefault(field, old)
    upto = entries_at(task.log, [index for index, counts in enumerate(held) if counts])
    now = life(upto)
    return records.replace(
        with_values(task, values), status=now.status, submitted=now.submitted, closed=now.closed, log=upto
    )


def differences(task: records.Task) -> list[Difference]:
    """Return the fields of `task` in which a hand edit parted it from its log."""
    logged: dict[str, records.Value] = {}
    for entry in task.log:
        logged.update({field: new for field, _old, new in touches(entry)})
    if "due" not in logged and task.due != task.first_due and task.first_due is not None:
        logged["due"] = as_value(task.first_due)
    if task.log and isinstance(task.log[0], records.Create | records.Import):
        logged.update(life_values(life(task.log)))
    results = []
    for field, value in logged.items():
        present = as_value(fields.get(task, field))
        if present != value:
            results.append(Difference(field, value, present))
    return results


def life_values(of: records.Task | Life) -> dict[str, records.Value]:
    """Return the fields of its life as a task, or its log, has them, as a log entry keeps them."""
    return {name: as_value(getattr(of, name)) for name in fields.LIFE}


def unlogged_differences(was: records.Task, now: records.Task) -> list[Difference]:
    """Return the fields in which `now` is not what `was` became by the entries written since, its life among them.

    Where the log was changed too, only those are known that part from it.
    """
    held = len(was.log)
    if now.log[:held] != was.log:
        return differences(now)
    logged = _loggable(was)
    for entry in now.log[held:]:
        logged.update({field: new for field, _old, new in touches(entry)})
    if now.log[held:]:
        logged.update(life_values(life(now.log)))
    present = _loggable(now)
    return [
        Difference(field, logged.get(field), present.get(field))
        for field in {**logged, **present}
        if repr(logged.get(field)) != repr(present.get(field))  # 3 is equal to 3.0, and is not printed like it
    ]


def _loggable(task: records.Task) -> dict[str, records.Value]:
    """Return the values of `task` that a log entry can change, own columns by `extra.KEY`."""
    values = {name: as_value(getattr(task, name)) for name in sorted(fields.LOGGED)}
    return values | {EXTRA + key: value for key, value in task.extra.items()}
