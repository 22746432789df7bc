"""Instructions (批示): what a leader asked for, on a task or on none, open until it is answered."""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec.structs import replace

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import check_name
from pilottask.ledger import changes
from pilottask.ledger.as_json import Json, instruction_record
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Answer, Instruct, Instruction, Ledger


def find(ledger: Ledger, number: int) -> Instruction:
    """Return the instruction with this number. Raises NotFound."""
    for one in ledger.instructions:
        if one.n == number:
            return one
    raise NotFound(
        _("no instruction {n}").format(n=number),
        hint=_("pilottask list --instructed shows those that are open")
        if ledger.instructions
        else _("none is entered yet: pilottask instruct TEXT --leader NAME"),
    )


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
    return _logged(ledger, task, entry)


def answer(ledger: Ledger, number: int, stamp: Stamp, text: str) -> Ledger:
    """Return `ledger` with instruction `number` answered. Raises NotFound, UsageFault where it was before."""
    check_name(text, field=_("the answer"), line=False)
    open_one = find(ledger, number)
    if open_one.answered is not None:
        raise UsageFault(
            _("instruction {n} was answered on {day} already: {text}").format(
                n=number, day=open_one.answered.date(), text=open_one.answer
            )
        )
    answered = replace(open_one, answer=text, answered=stamp.at)
    ledger = replace(ledger, instructions=tuple(answered if one is open_one else one for one in ledger.instructions))
    return _logged(ledger, answered.task, Answer(at=stamp.at, by=stamp.by, n=number, text=text))


def _logged(ledger: Ledger, task: int | None, entry: Instruct | Answer) -> Ledger:
    if task is None:
        return ledger
    return changes.apply(ledger, [task], lambda one: replace(one, log=(*one.log, entry)))


def as_of(ledger: Ledger, moment: datetime) -> list[Instruction]:
    """Return the instructions as they stood at a moment."""
    return [
        one if one.answered is None or one.answered <= moment else replace(one, answer=None, answered=None)
        for one in ledger.instructions
        if one.at <= moment
    ]


def late(instructions: Iterable[Instruction], *, today: date) -> list[Instruction]:
    """Return those not answered by their day, the one that is late most first."""
    found = [one for one in instructions if one.answered is None and one.reply_by is not None and one.reply_by < today]
    return sorted(found, key=lambda one: (one.reply_by or today, one.n))


def record(one: Instruction, *, today: date) -> Json:
    """Return an instruction by itself, with the task that it is on."""
    return {"task": one.task, **instruction_record(one, one, today=today)}
