"""Instructions (批示): what a leader asked for, on a task or on none, open until it is answered."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec.structs import replace

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.periods import is_due
from pilottask.base.text import check_name
from pilottask.ledger import changes, corrections, history
from pilottask.ledger.as_json import Json, instruction_record
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Answer, Instruct, Instruction, Ledger


def find(ledger: Ledger, number: int) -> Instruction:
    """Return the instruction with this number. Raises NotFound."""
    for one in ledger.instructions:
        if one.n == number:
            return one
    hint = _("none is entered yet: pilottask instruct TEXT --leader NAME")
    if ledger.instructions:
        hint = _("pilottask instruct list --all shows every one")
    raise NotFound(_("no instruction {n}").format(n=number), hint=hint)


def with_new(
    ledger: Ledger, stamp: Stamp, text: str, *, leader: str, task: int | None = None, reply_by: date | None = None
) -> Ledger:
    """Return `ledger` with an instruction entered under the next number, on record with its task too.

    `task` is the id of one that exists. Raises UsageFault for empty texts, and where its day has passed.
    """
    check_name(text, field=_("the instruction"), line=False)
    check_name(leader, field=_("the leader"))
    if reply_by is not None and reply_by < stamp.today:
        raise UsageFault(_("--reply-by {day} has passed").format(day=reply_by))
    n = 1 + max((one.n for one in ledger.instructions), default=0)
    new = Instruction(n=n, leader=leader, text=text, task=task, at=stamp.at, by=stamp.by, reply_by=reply_by)
    ledger = replace(ledger, instructions=(*ledger.instructions, new))
    entry = Instruct(at=stamp.at, by=stamp.by, n=n, leader=leader, text=text, reply_by=reply_by)
    return _log(ledger, task, entry)


def answer(ledger: Ledger, number: int, stamp: Stamp, text: str) -> Ledger:
    """Return `ledger` with instruction `number` answered. Raises NotFound, UsageFault where it was before."""
    check_name(text, field=_("the answer"), line=False)
    open_one = find(ledger, number)
    if open_one.answered is not None:
        message = _("instruction {n} was answered on {day} already: {text}")
        raise UsageFault(message.format(n=number, day=open_one.answered.date(), text=open_one.answer))
    answered = replace(open_one, answer=text, answered=stamp.at)
    ledger = replace(ledger, instructions=tuple(answered if one is open_one else one for one in ledger.instructions))
    return _log(ledger, answered.task, Answer(at=stamp.at, by=stamp.by, n=number, text=text))


def with_changed(ledger: Ledger, new: Instruction, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` with `new` for the instruction of its number, on record with the task that it is on.

    Raises NotFound; UsageFault for empty texts, for a day before it was given, where nothing changes, and where an
    answered one is moved to another task.
    """
    old = find(ledger, new.n)
    if new == old:
        raise UsageFault(_("instruction {n} says so already").format(n=new.n))
    check_name(new.text, field=_("the instruction"), line=False)
    check_name(new.leader, field=_("the leader"))
    if new.reply_by is not None and new.reply_by < new.at.date():
        message = _("--reply-by {day} is before it was given, on {given}")
        raise UsageFault(message.format(day=new.reply_by, given=new.at.date()))
    if new.answered is not None:
        check_name(new.answer or "", field=_("the answer"), line=False)
        if new.task != old.task:
            hint = _("take the answer back first: pilottask instruct edit {n} --unanswered").format(n=new.n)
            raise UsageFault(_("instruction {n} is answered, so it stays on its task").format(n=new.n), hint=hint)
    ledger = replace(ledger, instructions=tuple(new if one is old else one for one in ledger.instructions))
    if (new.leader, new.text, new.reply_by, new.task) != (old.leader, old.text, old.reply_by, old.task):
        ledger = corrections.void_all(ledger, corrections.telling(Instruct, n=new.n), stamp, reason=reason)
        on = changes.other_day(new.at.date(), stamp)
        entry = Instruct(
            at=stamp.at, by=stamp.by, n=new.n, leader=new.leader, text=new.text, reply_by=new.reply_by, on=on
        )
        ledger = _log(ledger, new.task, entry)
    replies = corrections.telling(Answer, n=new.n)
    if new.answer is None:
        return corrections.void_all(ledger, replies, stamp, reason=reason)
    if new.answer != old.answer:
        return corrections.amend_all(ledger, replies, stamp, text=new.answer, reason=reason)
    return ledger


def without(ledger: Ledger, number: int, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` without instruction `number`; what its task's log says of it is void. Raises NotFound."""
    gone = find(ledger, number)
    ledger = corrections.void_all(ledger, corrections.telling(Instruct | Answer, n=number), stamp, reason=reason)
    return replace(ledger, instructions=tuple(one for one in ledger.instructions if one is not gone))


def as_logged(ledger: Ledger, before: Ledger, *, removed: bool) -> Ledger:
    """Return what a merge made of `before` with what the other list corrected or moved, by the tasks' logs.

    With `removed` those are left out of which no log tells any more.
    """
    if not ledger.instructions:
        return ledger
    was, now = _on_record(before), _on_record(ledger)
    entered = {entry.n for task in ledger.tasks for entry in task.log if isinstance(entry, Instruct)}
    results = []
    for one in ledger.instructions:
        if one.n in now and one.n in was and now[one.n] != was[one.n]:
            task, given, reply = now[one.n]
            values = {"leader": given.leader, "text": given.text, "reply_by": given.reply_by}
            results.append(replace(one, task=task, **values, answer=reply and reply.text, answered=reply and reply.at))
        elif not removed or one.n in now or one.n not in entered:
            results.append(one)
    return replace(ledger, instructions=tuple(results))


def _on_record(ledger: Ledger) -> dict[int, tuple[int, Instruct, Answer | None]]:
    """Return the instructions in the logs of tasks by number: on which task, the entry, its answer."""
    return {given.n: (task.id, given, reply) for task in ledger.tasks for given, reply in history.instructions(task)}


def _log(ledger: Ledger, task: int | None, entry: Instruct | Answer) -> Ledger:
    return ledger if task is None else changes.log_on(ledger, [task], entry)


def as_of(ledger: Ledger, moment: datetime) -> list[Instruction]:
    """Return the instructions as they stood at a moment, with the words that they have now."""
    return [
        one if one.answered is None or one.answered <= moment else replace(one, answer=None, answered=None)
        for one in ledger.instructions
        if one.at <= moment
    ]


def late(instructions: Iterable[Instruction], *, today: date, ahead: int | None = None) -> list[Instruction]:
    """Return those not answered by their day, or to be answered `ahead`, the one that is late most first."""
    results = [
        one
        for one in instructions
        if one.answered is None and one.reply_by and is_due(one.reply_by, today=today, ahead=ahead)
    ]
    return sorted(results, key=lambda one: (one.reply_by or today, one.n))


def record(one: Instruction, *, today: date) -> Json:
    """Return an instruction by itself, with the task that it is on."""
    return {"task": one.task, **instruction_record(one, one, today=today)}
