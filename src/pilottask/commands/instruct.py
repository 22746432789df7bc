"""Leaders' instructions: instruct, answer."""

from typing import Annotated

import typer

from pilottask.base import dates
from pilottask.base.dates import Yearless
from pilottask.base.i18n import _, pgettext
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.commands.shared import ids
from pilottask.commands.shared.printing import FormatOption, tell_same
from pilottask.ledger import instructions
from pilottask.ledger.records import Instruction, Ledger
from pilottask.views.render import Format


def instruct(
    session: Session,
    text: Annotated[str, typer.Argument(metavar=pgettext("instruction", "TEXT"), help=_("What was asked for"))],
    leader: Annotated[str, typer.Option(metavar=pgettext("person", "NAME"), help=_("Which leader gave it"))],
    task: Annotated[
        str | None, typer.Option(metavar="ID", help=_("The task it is on, by id or a part of its title"))
    ] = None,
    reply_by: Annotated[
        str | None, typer.Option(metavar=_("DATE"), help=_("The day by which it is to be answered"))
    ] = None,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Enter what a leader asked for; it stays open until it is answered."""
    day = session.day(reply_by, option="--reply-by", year=Yearless.COMING)

    def edit(ledger: Ledger) -> Ledger:
        on = None if task is None else ids.one(task, ledger).id
        return instructions.with_new(ledger, session.stamp, text, leader=leader, task=on, reply_by=day)

    after = session.change(edit).after
    new = after.instructions[-1]
    _say(session, new, fmt)
    if fmt is not Format.JSON:
        text = (
            _("to be answered by {date}; once it is: pilottask answer {n} TEXT")
            if day
            else _("once it is answered: pilottask answer {n} TEXT")
        )
        session.warn(text.format(n=new.n, date=day and dates.show(day)))
    same = [one.n for one in after.instructions if (one.text, one.leader, one.task) == (new.text, new.leader, new.task)]
    tell_same(session, same)


def answer(
    session: Session,
    n: Annotated[int, typer.Argument(metavar="N", help=_("The number of the instruction"))],
    text: Annotated[str, typer.Argument(metavar=pgettext("answer", "TEXT"), help=_("What was answered"))],
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Record how an instruction was answered."""
    after = session.change(lambda ledger: instructions.answer(ledger, n, session.stamp, text)).after
    _say(session, instructions.find(after, n), fmt)


def _say(session: Session, one: Instruction, fmt: Format) -> None:
    if fmt is Format.JSON:
        session.say_json(instructions.record(one, today=session.today))
        return
    text = _("instruction {n} of {leader}: {text}") if one.answer is None else _("instruction {n} answered: {answer}")
    session.say(text.format(n=one.n, leader=safe(one.leader), text=safe(one.text), answer=safe(one.answer or "")))
