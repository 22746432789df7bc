"""Task ids as people type them: `3`, `5-7`, `3,5`."""

import re
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import half_width, quote
from pilottask.commands.session import find
from pilottask.ledger.records import Ledger

_SEPARATORS: Final = re.compile(r"[,，、\s]+")
_ID: Final = re.compile(r"([0-9]{1,9})(?:[-–~]([0-9]{1,9}))?")

IdArgument = Annotated[int, typer.Argument(metavar="ID", help=_("The task's id"))]
IdsArgument = Annotated[list[str], typer.Argument(metavar="IDS", help=_("3, or 5-7, or 3,5"))]


def is_id(word: str) -> bool:
    """Tell whether `word` is written as ids are."""
    parts = [part for part in _SEPARATORS.split(half_width(word)) if part]
    return bool(parts) and all(_ID.fullmatch(part) for part in parts)


def resolve(words: Sequence[str], ledger: Ledger) -> list[int]:
    """Return the ids that `words` mean, each once, in the order typed; a range means those that exist.

    Raises UsageFault for what is no id, NotFound for tasks that are not there and ranges without any.
    """
    present = {task.id for task in ledger.tasks}
    ids: dict[int, None] = {}
    for word in (part for typed in words for part in _SEPARATORS.split(typed) if part):
        found = _ID.fullmatch(half_width(word))
        if found is None:
            raise UsageFault(
                _("{text} is not a task id").format(text=quote(word)),
                hint=_("type 3, or 5-7, or 3,5; pilottask list shows the ids"),
            )
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise UsageFault(_("the range {text} runs backwards").format(text=quote(word)))
        if found[2] is None:
            if first not in present:
                find(ledger, [first])
            ids[first] = None
            continue
        within = sorted(number for number in present if first <= number <= last)
        if not within:
            raise NotFound(_("no task from {first} to {last}").format(first=first, last=last))
        ids.update(dict.fromkeys(within))
    if not ids:
        raise UsageFault(_("no task id was given"))
    return list(ids)
