"""What may be done to a task, and the log entry that each change leaves."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import N_, _
from pilottask.base.text import is_blank, quote
from pilottask.ledger import fields, history, schema, tasks, vocabulary
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import (
    OPEN,
    WITH_DEPARTMENT,
    Cancel,
    Chase,
    Close,
    Create,
    Edit,
    Extend,
    Hand,
    Ledger,
    LogEntry,
    Need,
    Note,
    Number,
    Raise,
    Reopen,
    Return,
    Settle,
    Start,
    Status,
    Submit,
    Suspend,
    Task,
    replace,
)


class Stamp(Struct, frozen=True):
    """When a change is recorded (aware) and by whom."""

    at: datetime
    by: str

    @property
    def today(self) -> date:
        """The day on which the change is recorded."""
        return self.at.date()


class Move(StrEnum):
    """A step in a task's life, named as its command."""

    START = "start"
    SUBMIT = "submit"
    CLOSE = "close"
    RETURN = "return"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    REOPEN = "reopen"


FROM: Final[Mapping[Move, frozenset[Status]]] = {
    Move.START: frozenset({Status.TODO}),
    Move.SUBMIT: frozenset({Status.DOING}),
    Move.CLOSE: frozenset({Status.DOING, Status.SUBMITTED}),
    Move.RETURN: frozenset({Status.SUBMITTED}),
    Move.SUSPEND: OPEN,
    Move.CANCEL: OPEN,
    Move.REOPEN: frozenset(Status) - OPEN,
}
"""The statuses from which each move is open. Work that was never begun is neither submitted nor closed."""

MOVE_LABELS: Final = {
    Move.START: N_("start (work begins)"),
    Move.SUBMIT: N_("submit (done, to be verified)"),
    Move.CLOSE: N_("close (verified)"),
    Move.RETURN: N_("return (sent back)"),
    Move.SUSPEND: N_("suspend (put off)"),
    Move.CANCEL: N_("cancel (given up)"),
    Move.REOPEN: N_("reopen (back to where it stood)"),
}


def open_moves(status: Status) -> list[Move]:
    """Return the moves that are open to a task of this status."""
    return [move for move, statuses in FROM.items() if status in statuses]


def task_name(task: Task) -> str:
    """Return how a message names `task`: its id and title."""
    return _("task {id} {title}").format(id=task.id, title=quote(task.title))


def status_fault(task: Task, message: str, hint: str | None = None, **values: str) -> UsageFault:
    """Return the refusal of what a task of this status does not take; `message` names {task}, {status} and values."""
    text = message.format(task=task_name(task), status=vocabulary.STATUS.say(task.status), **values)
    return UsageFault(text, hint=hint)


def _check_open(task: Task, move: Move) -> None:
    if task.status not in FROM[move]:
        raise status_fault(task, _("{task} is {status}, so “{move}” does not apply"), _open_to(task), move=move)


def _open_to(task: Task) -> str:
    moves = _(", ").join(_(MOVE_LABELS[move]) for move in open_moves(task.status))
    return _("open to it: {moves}").format(moves=moves)


def needed_text(text: str | None, *, what: str) -> str:
    """Return `text`, called `what` in a message. Raises UsageFault where it is blank."""
    if text is None or is_blank(text):
        raise UsageFault(_("{what} must not be empty").format(what=what))
    return text


def _move(task: Task, entry: LogEntry) -> Task:
    state = history.life((*task.log, entry))
    return log(task, entry, status=state.status, submitted=state.submitted, closed=state.closed)


def log(task: Task, *entries: LogEntry, **fields: object) -> Task:
    """Return `task` with these entries at the end of its log, and fields set."""
    return replace(task, log=(*task.log, *entries), **fields) if entries else task


def create(task: Task, stamp: Stamp) -> Task:
    """Return `task` as newly typed in: entered today, its log begun."""
    first = Create(at=stamp.at, by=stamp.by)
    return settled_support(replace(task, created=stamp.today, first_due=task.due, log=(first,)))


def settled_support(task: Task) -> Task:
    """Return `task` with each supporting unit once and its lead not among them."""
    support = tuple(dict.fromkeys(unit for unit in task.support if unit != task.department))
    return task if support == task.support else replace(task, support=support)


def start(task: Task, stamp: Stamp) -> Task:
    """Begin the work. Raises UsageFault unless the task is todo."""
    _check_open(task, Move.START)
    return _move(task, Start(at=stamp.at, by=stamp.by))


def submit(task: Task, stamp: Stamp, *, evidence: str | None = None, on: date | None = None) -> Task:
    """Say that it is done. Raises UsageFault unless the task is doing, or where `on` lies ahead."""
    _check_open(task, Move.SUBMIT)
    return _move(task, Submit(at=stamp.at, by=stamp.by, evidence=evidence, on=other_day(on, stamp)))


def close(task: Task, stamp: Stamp, *, verifier: str | None = None, on: date | None = None) -> Task:
    """Close a verified task, or one that is doing and that the office itself saw done: then nobody submitted it.

    Raises UsageFault where it is neither, or where `on` lies ahead or before the submission.
    """
    _check_open(task, Move.CLOSE)
    return close_from_file(task, stamp, on=on, verifier=verifier)


def close_from_file(task: Task, stamp: Stamp, *, on: date | None, verifier: str | None = None) -> Task:
    """Close an open task that a file says is closed, one that was never begun here too; raises as `close` does."""
    day = on or stamp.today
    if task.submitted is not None and day < task.submitted:
        message = _("{task} was submitted on {submitted}; it cannot have been closed before, on {day}")
        raise UsageFault(message.format(task=task_name(task), submitted=task.submitted, day=day))
    return _move(task, Close(at=stamp.at, by=stamp.by, verifier=verifier, on=other_day(on, stamp)))


def other_day(on: date | None, stamp: Stamp) -> date | None:
    """Return `on`, None where that is the day of the entry anyway. Raises UsageFault where it lies ahead."""
    if on is not None and on > stamp.today:
        message = _("{day} lies ahead; --on takes today ({today}) or a day before")
        raise UsageFault(message.format(day=on, today=stamp.today))
    return None if on == stamp.today else on


def return_(task: Task, stamp: Stamp, *, reason: str) -> Task:
    """Send a submitted task back to its department."""
    return _with_reason(task, stamp, Move.RETURN, Return, reason)


def suspend(task: Task, stamp: Stamp, *, reason: str) -> Task:
    """Put an open task off."""
    return _with_reason(task, stamp, Move.SUSPEND, Suspend, reason)


def cancel(task: Task, stamp: Stamp, *, reason: str) -> Task:
    """Give an open task up."""
    return _with_reason(task, stamp, Move.CANCEL, Cancel, reason)


def reopen(task: Task, stamp: Stamp, *, reason: str) -> Task:
    """Bring a closed, suspended or cancelled task back to where it stood before."""
    return _with_reason(task, stamp, Move.REOPEN, Reopen, reason)


def _with_reason(
    task: Task, stamp: Stamp, move: Move, kind: type[Return | Suspend | Cancel | Reopen], reason: str
) -> Task:
    _check_open(task, move)
    return _move(task, kind(at=stamp.at, by=stamp.by, reason=needed_text(reason, what=_("the reason"))))


def note(
    task: Task,
    stamp: Stamp,
    *,
    text: str,
    next_step: str | None = None,
    actual: Number | None = None,
    result: bool = False,
) -> Task:
    """Record progress as reported; the status stays. `actual` is the figure reached so far."""
    text, was = needed_text(text, what=_("the note")), None if actual is None else task.actual
    entry = Note(at=stamp.at, by=stamp.by, text=text, next=next_step, was=was, actual=actual, result=result)
    return log(task, entry) if actual is None else log(task, entry, actual=actual)


def takes_problems(task: Task) -> bool:
    """Tell whether a problem can be raised on `task`."""
    return task.status not in {Status.CLOSED, Status.CANCELLED}


def raise_(task: Task, stamp: Stamp, *, text: str, need: Need | None = None, coordinate: bool = False) -> Task:
    """Raise a problem or a need on a task that is not closed or cancelled."""
    if not takes_problems(task):
        raise status_fault(task, _("{task} is {status}; reopen it before raising a problem on it"))
    n, text = history.next_problem(task), needed_text(text, what=_("the problem"))
    return log(task, Raise(at=stamp.at, by=stamp.by, n=n, text=text, need=need, coordinate=coordinate))


def settle(task: Task, stamp: Stamp, *, n: int, text: str | None = None) -> Task:
    """Settle problem `n`. Raises NotFound where there is none, UsageFault where it is settled already."""
    known = {problem.raised.n: problem for problem in history.problems(task)}
    if n not in known:
        listed = _(", ").join(str(number) for number, problem in known.items() if problem.settled is None)
        hint = _("open problems: {numbers}").format(numbers=listed) if listed else _("it has no open problem")
        raise NotFound(_("{task} has no problem {n}").format(task=task_name(task), n=n), hint=hint)
    if known[n].settled is not None:
        raise UsageFault(_("problem {n} of {task} is settled already").format(n=n, task=task_name(task)))
    return log(task, Settle(at=stamp.at, by=stamp.by, n=n, text=text))


def extend(task: Task, stamp: Stamp, *, to: date, reason: str, approved_by: str | None = None) -> Task:
    """Move the deadline of an open task; the first one stays on record (原时限)."""
    if task.status not in OPEN:
        raise status_fault(task, _("{task} is {status}; only an open task's deadline can be moved"), _open_to(task))
    if task.due is None:
        hint = _("set one: pilottask edit {id} --due {to}").format(id=task.id, to=to)
        raise UsageFault(_("{task} has no deadline to extend").format(task=task_name(task)), hint=hint)
    if to == task.due:
        raise UsageFault(_("{task} is due on {due} already").format(task=task_name(task), due=task.due))
    reason = needed_text(reason, what=_("the reason"))
    entry = Extend(at=stamp.at, by=stamp.by, from_=task.due, to=to, reason=reason, approved_by=approved_by)
    return log(task, entry, due=to)


def chase(task: Task, stamp: Stamp, *, text: str | None = None) -> Task:
    """Log a reminder on a task that is with its department."""
    if task.status not in WITH_DEPARTMENT:
        raise status_fault(task, _("{task} is {status}; there is nothing to chase"))
    return log(task, Chase(at=stamp.at, by=stamp.by, text=text))


def edit(task: Task, stamp: Stamp, values: Mapping[str, object]) -> Task:
    """Set fields; one log entry for each that changes, the same task where none does.

    Keys are names of fields, or `extra.KEY` for a column of the user's own (None takes it away).
    A deadline can be set where there is none, and corrected, the first one with it, on the day of entry.
    Raises UsageFault for any other change of the deadline.
    """
    wanted = dict(values)
    if "due" in wanted and wanted["due"] != task.due:
        _check_due(task, stamp)
        if task.due == task.first_due and not history.extensions(task):
            wanted["first_due"] = wanted["due"]
    if wanted.get("due") is not None:
        wanted["open_ended"] = False
    if units := {key: wanted[key] for key in ("department", "support") if key in wanted}:
        wanted["support"] = settled_support(replace(task, **units)).support
    changed: dict[str, object] = {}
    extra = dict(task.extra)
    entries: list[Edit] = []
    for key, new in wanted.items():
        own = fields.own_key(key)
        old = fields.get(task, key)
        if old == new:
            continue
        entries.append(Edit(at=stamp.at, by=stamp.by, field=key, old=history.as_value(old), new=history.as_value(new)))
        if own is None:
            changed[key] = new
        elif new is None:
            del extra[own]
        else:
            extra[own] = str(new)
    return log(task, *entries, **changed, extra=extra)


def replace_word(task: Task, wrong: str, right: str) -> dict[str, object]:
    """Return, by name, the texts of `task` that have `wrong`, with `right` in its place; its links stay as they are.

    Raises NotFound where it stands in none.
    """
    names = [one.name for one in fields.EDITED if one.kind in {Kind.LINE, Kind.TEXT} and one.name != "project"]
    texts = {name: fields.get(task, name) for name in (*names, *(fields.EXTRA + key for key in task.extra))}
    values: dict[str, object] = {
        name: text.replace(wrong, right) or None
        for name, text in texts.items()
        if isinstance(text, str) and wrong in text
    }
    if not values:
        message = _("{task} has {text} in none of its texts")
        hint = _("words of its log are corrected by pilottask amend")
        raise NotFound(message.format(task=task_name(task), text=quote(wrong)), hint=hint)
    return values


def own_columns(values: dict[str, object]) -> dict[str, str]:
    """Take the user's own columns, `extra.KEY`, out of `values` and return them by KEY."""
    keys = {name: key for name in values if (key := fields.own_key(name)) is not None}
    columns = {key: values.pop(name) for name, key in keys.items()}
    return {key: str(value) for key, value in columns.items() if value is not None}


def put_on_record(task: Task, stamp: Stamp) -> Task:
    """Return `task` with an entry for each field in which a hand edit parted it from its log."""
    return log(task, *by_hand(history.differences(task), stamp))


def put_hand_edits_on_record(written: Ledger, present: Ledger, stamp: Stamp) -> Ledger:
    """Return `present` with entries for what was changed by hand in it since `written`."""
    before = {task.uid: task for task in written.tasks}
    encode = msgspec.json.Encoder().encode
    changed = [
        log(task, *entries)
        for task in present.tasks
        if (was := before.get(task.uid)) is not None
        and encode(was) != encode(task)  # sooner said than their fields are compared
        and (entries := by_hand(history.unlogged_differences(was, task), stamp))
    ]
    return with_tasks(present, changed) if changed else present


def by_hand(differences: Iterable[history.Difference], stamp: Stamp) -> list[Hand]:
    """Return an entry for each of these fields."""
    return [
        Hand(at=stamp.at, by=stamp.by, field=difference.field, old=difference.logged, new=difference.present)
        for difference in differences
    ]


def _check_due(task: Task, stamp: Stamp) -> None:
    if task.due is None or task.created == stamp.today:
        return
    message = _("{task} has been due on {due} since it was entered on {created}; its deadline is moved on record")
    hint = _("pilottask extend {id} DATE --reason WHY").format(id=task.id)
    raise UsageFault(message.format(task=task_name(task), due=task.due, created=task.created), hint=hint)


def with_tasks(ledger: Ledger, changed: Iterable[Task]) -> Ledger:
    """Return `ledger` with these tasks in the place of those with their ids."""
    return tasks.put(ledger, changed)


def with_new(ledger: Ledger, new: Iterable[Task]) -> Ledger:
    """Return `ledger` with the tasks `new` entered at its end, each under the next id."""
    numbered = [replace(task, id=ledger.next_id + index) for index, task in enumerate(new)]
    entered = tasks.put(ledger, (), numbered)
    return msgspec.structs.replace(entered, next_id=ledger.next_id + len(numbered))


def without(ledger: Ledger, ids: Iterable[int]) -> Ledger:
    """Return `ledger` without these tasks; their ids are not used again.

    Decisions and inspections no longer name them. Raises UsageFault where an inspection found something on one, and
    for a task that an issued sheet showed to leaders.
    """
    gone = frozenset(ids)
    last = history.last_issued(ledger.sheets)

    def fault(said: str, **values: object) -> UsageFault:
        hint = _("give it up on record: pilottask cancel {id} --reason WHY")
        return UsageFault(said.format(**values), hint=hint.format(**values))

    for task in tasks.with_ids(ledger.tasks, gone):
        if last is not None and history.as_of(task, last.at) is not None:
            said = _("{task} was on the list when sheet {n} was issued on {day}")
            raise fault(said, task=task_name(task), n=last.n, day=last.at.date(), id=task.id)
    for one in ledger.instructions:
        if one.task in gone:
            said = _("instruction {n} of {leader} is on task {id}, and is on record")
            raise fault(said, n=one.n, leader=one.leader, id=one.task)
    for inspection in ledger.inspections:
        for finding in inspection.findings:
            if finding.task in gone:
                said = _("inspection {inspection} has a finding on task {id}, which is on record")
                raise fault(said, inspection=inspection.id, id=finding.task)
    left = msgspec.structs.replace(ledger, tasks=tuple(task for task in ledger.tasks if task.id not in gone))
    return schema.naming_tasks(left, lambda number: number not in gone)


def apply(ledger: Ledger, ids: Iterable[int], change: Callable[[Task], Task]) -> Ledger:
    """Return `ledger` with `change` made to each of these tasks, all or none."""
    return with_tasks(ledger, [change(task) for task in tasks.with_ids(ledger.tasks, frozenset(ids))])


def log_on(ledger: Ledger, ids: Iterable[int], entry: LogEntry) -> Ledger:
    """Return `ledger` with this entry in the log of each of these tasks."""
    return apply(ledger, ids, lambda task: log(task, entry))


def apply_all(ledger: Ledger, change: Callable[[Task], Task]) -> Ledger:
    """Return `ledger` with `change` made to every task."""
    return msgspec.structs.replace(ledger, tasks=tuple(change(task) for task in ledger.tasks))


def rename_department(ledger: Ledger, old: str, new: str, stamp: Stamp) -> Ledger:
    """Return `ledger` with department `old` called `new` in every record."""
    units = tuple(msgspec.structs.replace(unit, name=new) if unit.name == old else unit for unit in ledger.departments)
    return msgspec.structs.replace(_standing_in(ledger, old, new, stamp), departments=units)


def merge_departments(ledger: Ledger, gone: str, kept: str, stamp: Stamp) -> Ledger:
    """Return `ledger` with department `gone` made one with `kept`, in every record.

    Its names become aliases of `kept`, so that files which still have them are understood; where it supported a task
    that `kept` leads it no longer does. Raises UsageFault where both are the same department.
    """
    if gone == kept:
        raise UsageFault(_("{name} is one department already").format(name=quote(kept)))
    units = {unit.name: unit for unit in ledger.departments}
    old, new = units[gone], units[kept]
    joined = msgspec.structs.replace(
        new,
        aliases=(*new.aliases, old.name, *old.aliases),
        contact=new.contact or old.contact,
        mail=new.mail or old.mail,
    )
    left = tuple(joined if unit is new else unit for unit in ledger.departments if unit is not old)
    return msgspec.structs.replace(_standing_in(ledger, gone, kept, stamp), departments=left)


def _standing_in(ledger: Ledger, old: str, new: str, stamp: Stamp) -> Ledger:
    """Return `ledger` with `new` for department `old` in tasks, meetings, inspections, projects and rounds."""
    units = {old: new}

    def in_task(task: Task) -> Task:
        there = schema.with_names(task, units, {})
        return edit(task, stamp, {name: getattr(there, name) for name in schema.UNITS[Task]}) if there != task else task

    lists = {
        each: tuple(schema.with_names(one, units, {}) for one in getattr(ledger, each))
        for each in ("meetings", "inspections", "projects", "rounds")
    }
    return msgspec.structs.replace(ledger, tasks=tuple(map(in_task, ledger.tasks)), **lists)
