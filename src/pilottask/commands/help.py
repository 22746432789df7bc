"""Help that no single command has: how the list counts."""

from enum import StrEnum
from typing import Annotated

import typer

from pilottask.base.i18n import _
from pilottask.base.width import fold
from pilottask.commands.session import Session
from pilottask.ledger import rules


class Topic(StrEnum):
    """What there is a page about."""

    RULES = "rules"


def help_(
    ctx: typer.Context, topic: Annotated[Topic | None, typer.Argument(metavar=_("TOPIC"), help=" ".join(Topic))] = None
) -> None:
    """Show the page about `topic`, the overview where none is named."""
    session: Session = ctx.obj
    if topic is None:
        session.say(ctx.find_root().get_help().rstrip("\n"))
        return
    texts = rules.paragraphs()
    if session.terminal.is_terminal:
        texts = tuple("\n".join(fold(text, session.terminal.width)) for text in texts)
    session.say("\n\n".join(texts))
