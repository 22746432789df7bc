"""Help by name: of a command, and on what no single command has, as how the list counts."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Final

from typer import Argument, Context

from pilottask.base import dates, near, workdays
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.base.width import fold, pad, width
from pilottask.commands.session import Session
from pilottask.commands.table import TABLE
from pilottask.ledger import rules


def _rules(session: Session) -> str:
    texts = rules.paragraphs()
    if session.terminal.is_terminal:
        texts = tuple("\n".join(fold(text, session.terminal.width)) for text in texts)
    return "\n\n".join(texts)


def _dates(session: Session) -> str:
    """Return each form that a date may be typed in, with the day that it means today."""
    words = re.sub(r"\(.*?\)|（.*?）", "", dates.forms())
    forms = [form.strip() for form in re.split(r"[,;，；、\n]", words) if form.strip()]
    days = [dates.parse(form, today=session.today, workdays=workdays.calendar()) for form in forms]
    column = max(map(width, forms))
    return "\n".join(
        f"{pad(form, column)}  {dates.show(day) if day else _('open-ended')}"
        for form, day in zip(forms, days, strict=True)
    )


_TOPICS: Final[Mapping[str, Callable[[Session], str]]] = {"rules": _rules, "dates": _dates}


_TOPIC: Final = Argument(metavar=_("TOPIC"), help=_("{topics}, or a command").format(topics=_(", ").join(_TOPICS)))


def help_(ctx: Context, topic: Annotated[list[str] | None, _TOPIC] = None) -> None:
    """Show the page on a topic or a command, the overview where none is named."""
    session: Session = ctx.obj
    if topic and len(topic) == 1 and topic[0] in _TOPICS:
        session.page(_TOPICS[topic[0]](session) + "\n")
        return
    if topic and topic[0] not in TABLE:
        known = [*_TOPICS, *TABLE]
        raise UsageFault(
            _("there is no help on {topic}").format(topic=quote(topic[0])),
            hint=near.question(near.matches(topic[0], known))
            or _("there is on {topics}").format(topics=_(", ").join(known)),
        )
    program = ctx.find_root()
    with program.command.make_context(program.info_name, [*(topic or ()), "--help"]) as asked:
        program.command.invoke(asked)
