"""Leaders' instructions: add, list, edit, rm, answer."""

from functools import partial
from typing import Annotated, Final

from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.commands.shared import ids, printing
from pilottask.commands.shared.printing import FormatSession, RemovalReason, YesOption
from pilottask.ledger import instructions
from pilottask.ledger.records import Instruction, Ledger
from pilottask.views import task_parts

NumberArgument = Annotated[int, Argument(metavar=_("N"), help=_("The number of the instruction"))]
_LEADER: Final = Option(metavar=pgettext("person", "NAME"), help=_("Which leader gave it"))
TaskOption = Annotated[
    str | None, Option(metavar=_("ID"), help=_("The task it is on, by id or a part of its title; “” for none"))
]


def add(
    session: FormatSession,
    text: Annotated[str, Argument(metavar=pgettext("instruction", "TEXT"), help=_("What was asked for"))],
    leader: Annotated[str, _LEADER],
    task: TaskOption = None,
    reply_by: Annotated[str | None, Option(metavar=_("DATE"), help=_("The day by which it is to be answered"))] = None,
) -> None:
    """Enter what a leader asked for; it stays open until it is answered."""
    day = session.day(reply_by, option="--reply-by", year=dates.Yearless.COMING)

    def edit(ledger: Ledger) -> Ledger:
        on = _task_id(task or "", ledger)
        return instructions.with_new(ledger, session.stamp, text, leader=leader, task=on, reply_by=day)

    after = session.change(edit).after
    new = after.instructions[-1]
    _say(session, new)
    if not session.in_json:
        text = _("once it is answered: pilottask answer {n} TEXT")
        if day:
            text = _("to be answered by {date}; once it is: pilottask answer {n} TEXT")
        session.warn(text.format(n=new.n, date=day and dates.show(day)))
    same = [one.n for one in after.instructions if (one.text, one.leader, one.task) == (new.text, new.leader, new.task)]
    printing.tell_same(session, same)


def answer(
    session: FormatSession,
    n: NumberArgument,
    text: Annotated[str, Argument(metavar=pgettext("answer", "TEXT"), help=_("What was answered"))],
) -> None:
    """Record how an instruction was answered."""
    after = session.change(lambda ledger: instructions.answer(ledger, n, session.stamp, text)).after
    _say(session, instructions.find(after, n))


def list_(
    session: FormatSession, every: Annotated[bool, Option("--all", help=_("Those that are answered too"))] = False
) -> None:
    """List what leaders asked for, on a task or on none."""
    listed = [one for one in session.ledger.instructions if every or one.answered is None]
    printing.show(
        session,
        lambda: [instructions.record(one, today=session.today) for one in listed],
        lambda: task_parts.instructions(listed, today=session.today),
    )


def edit(
    session: FormatSession,
    n: NumberArgument,
    text: Annotated[str | None, Option(help=_("What was asked for"))] = None,
    leader: Annotated[str | None, _LEADER] = None,
    task: TaskOption = None,
    reply_by: Annotated[
        str | None, Option(metavar=_("DATE"), help=_("The day by which it is to be answered, or none"))
    ] = None,
    said: Annotated[str | None, Option("--answer", help=_("What was answered, in other words"))] = None,
    unanswered: Annotated[bool, Option("--unanswered", help=_("It is not answered after all"))] = False,
    reason: RemovalReason = None,
) -> None:
    """Correct an instruction or its answer."""
    if (text, leader, task, reply_by, said) == (None,) * 5 and not unanswered:
        message = _("nothing to change was given")
        raise UsageFault(message, hint=_("pilottask instruct edit -h shows what can be changed"))
    if said is not None and unanswered:
        raise UsageFault(_("--answer and --unanswered do not go together"))
    none = reply_by is None or session.parse(reply_by, year=dates.Yearless.COMING) is None
    day = None if none else session.day(reply_by, option="--reply-by", year=dates.Yearless.COMING)

    def change(ledger: Ledger) -> Ledger:
        old = instructions.find(ledger, n)
        if old.answered is None and (said is not None or unanswered):
            raise UsageFault(_("instruction {n} is not answered yet").format(n=n))
        new = replace(
            old,
            text=old.text if text is None else text,
            leader=old.leader if leader is None else leader,
            task=old.task if task is None else _task_id(task, ledger),
            reply_by=old.reply_by if reply_by is None else day,
            answer=None if unanswered else old.answer if said is None else said,
            answered=None if unanswered else old.answered,
        )
        return instructions.with_changed(ledger, new, session.stamp, reason=printing.reason_or_mistake(reason))

    new = instructions.find(session.change(change).after, n)
    acts = []
    if (text, leader, task, reply_by) != (None,) * 4:
        acts.append(_("corrected: {text}").format(text=safe(new.text)))
    if unanswered:
        acts.append(_("answer taken back"))
    if said is not None:
        acts.append(_("answer corrected: {text}").format(text=safe(said)))
    record = partial(instructions.record, new, today=session.today)
    printing.say_act(session, record, _instruction_name(new), _("; ").join(acts))
    if day and not session.in_json:
        session.warn(_("to be answered by {date}").format(date=dates.show(day)))


def rm(session: Session, n: NumberArgument, reason: RemovalReason = None, yes: YesOption = False) -> None:
    """Remove an instruction that was entered by mistake."""
    one = instructions.find(session.ledger, n)
    message = _("Remove instruction {n} of {leader}: {text}?")
    question = message.format(n=n, leader=safe(one.leader), text=safe(one.text))
    if one.answer is not None:
        question += "\n" + _("It is answered: {text}").format(text=safe(one.answer))
    if one.task is not None:
        question += "\n" + _("This task carries it out; it stays:")
    ids.ask(session, question, [one.task] if one.task is not None else [], yes=yes)
    why = printing.reason_or_mistake(reason)
    session.change(lambda ledger: instructions.without(ledger, n, session.stamp, reason=why))
    printing.say_removed(session, [_instruction_name(one)])


def _task_id(typed: str, ledger: Ledger) -> int | None:
    """Return the id of the task that is typed, None for a blank. Raises as `ids.one` does."""
    return ids.one(typed, ledger).id if typed.strip() else None


def _instruction_name(one: Instruction) -> str:
    return _("instruction {n} of {leader}").format(n=one.n, leader=safe(one.leader))


def _say(session: Session, one: Instruction) -> None:
    message = printing.with_act(_instruction_name(one), safe(one.text))
    if one.answer is not None:
        message = _("instruction {n} answered: {answer}").format(n=one.n, answer=safe(one.answer))
    printing.say_result(session, partial(instructions.record, one, today=session.today), message)
