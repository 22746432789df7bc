"""Tasks as people name them: by id (`3`, `5-7`, `3,5`) or by a part of a title."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Final

from typer import Argument

from pilottask.base.errors import Interrupted, NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import half_width, quote
from pilottask.commands.session import Session, find
from pilottask.commands.shared.printing import id_and_title, say_changed
from pilottask.ledger import changes, vocabulary
from pilottask.ledger.records import Ledger, Task
from pilottask.store.reader import Written

if TYPE_CHECKING:
    from pilottask.store.copies import Source

_IDS: Final = Argument(metavar=_("IDS"), help=_("3, or 5-7, or 3,5, or a part of one task's title"))
IdsArgument = Annotated[list[str], _IDS]
SomeIdsArgument = Annotated[list[str] | None, _IDS]
IdArgument = Annotated[str, Argument(metavar=_("ID"), help=_("The task's id, or a part of its title"))]

Applies = Callable[[Task], bool]
"""Whether an act is open to a task."""

_MARKS: Final = str.maketrans("、,–~", "  --")
"""What is typed between ids, and within a range, as it is read."""
_ID: Final = r"[0-9]{1,9}(-[0-9]{1,9})?"
_LISTED: Final = 10
"""Titles that a refusal lists."""


def is_id(word: str) -> bool:
    """Tell whether `word` is written as ids are."""
    parts = _parts(word)
    return bool(parts) and all(re.fullmatch(_ID, part) for part in parts)


def _parts(word: str) -> list[str]:
    return half_width(word).translate(_MARKS).split()


def resolve(words: Sequence[str], ledger: Ledger, *, applies: Applies | None = None) -> list[int]:
    """Return the ids of the tasks that `words` name, each once, in the order typed.

    A range means those that exist. What is no id is a part of a title: of one task among those to which the act
    `applies`. Raises NotFound, with the titles that it fits, and for ids that are not there; UsageFault for a range
    that runs backwards, and where nothing was named.
    """
    ids: dict[int, None] = {}
    for word in words:
        ids.update(dict.fromkeys(_ids_in(word, ledger) if is_id(word) else [_id_by_title(word, ledger, applies)]))
    if not ids:
        raise UsageFault(_("no task id was given"), hint=_("3, or 5-7, or 3,5, or a part of one task's title"))
    return list(ids)


def one(word: str, ledger: Ledger, *, applies: Applies | None = None) -> Task:
    """Return the one task that `word` names. Raises as `resolve` does, and UsageFault where it names several."""
    ids = resolve([word], ledger, applies=applies)
    if len(ids) > 1:
        raise UsageFault(_("{text} names several tasks; this takes one").format(text=quote(word)))
    return find(ledger, ids)[0]


def _ids_in(word: str, ledger: Ledger) -> list[int]:
    ids: list[int] = []
    for part in _parts(word):
        first, __, last = part.partition("-")
        if not last:
            ids.append(find(ledger, [int(first)])[0].id)
            continue
        if int(last) < int(first):
            raise UsageFault(_("the range {text} runs backwards").format(text=quote(part)))
        within = sorted(task.id for task in ledger.tasks if int(first) <= task.id <= int(last))
        if not within:
            raise NotFound(_("no task from {first} to {last}").format(first=int(first), last=int(last)))
        ids += within
    return ids


def _id_by_title(word: str, ledger: Ledger, applies: Applies | None) -> int:
    part = _fold(word)
    fitting = [task for task in ledger.tasks if part and part in _fold(task.title)]
    open_to = [task for task in fitting if applies is None or applies(task)]
    meant = [task for task in open_to if _fold(task.title) == part] or open_to
    if len(meant) == 1:
        return meant[0].id
    if not fitting:
        hint = _("type 3, 5-7, 3,5 or a part of a title; pilottask list --all --text WORD searches notes too")
        raise NotFound(_("no task has {text} in its title").format(text=quote(word)), hint=hint)
    message = _("{text} stands in {count} titles:")
    if not meant:
        message = _("{text} stands in no title of a task open to this, but in:")
    status = {task.id: vocabulary.STATUS.say(task.status) for task in fitting}
    shown = [
        _("  {task} ({status})").format(task=id_and_title(task), status=status[task.id]) for task in meant or fitting
    ]
    if len(shown) > _LISTED:
        shown[_LISTED:] = [_("  and {count} more").format(count=len(shown) - _LISTED)]
    text = "\n".join([message.format(text=quote(word), count=len(meant)), *shown])
    raise NotFound(text, hint=_("type the id, or more of the title"))


def _fold(title: str) -> str:
    """Return a title without what nobody types of it: its blanks and line breaks, and capitals."""
    return "".join(title.split()).casefold()


def of_departments(session: Session, typed: Sequence[str], *, applies: Applies) -> list[int]:
    """Return the ids of the tasks of these departments to which an act `applies`. Raises NotFound where none is."""
    names = set(session.departments(typed))
    ids = [task.id for task in session.ledger.tasks if task.department in names and applies(task)]
    if not ids:
        raise NotFound(_("{departments}: no task is open to this").format(departments=_(", ").join(sorted(names))))
    return ids


def ask(session: Session, question: str, ids: Sequence[int], *, yes: bool) -> None:
    """Ask whether these tasks are meant, unless it was said with --yes.

    Raises UsageFault where nobody is there to answer, Interrupted where the answer is no.
    """
    if yes:
        return
    question = "\n".join([question, *(f"  {id_and_title(task)}" for task in find(session.ledger, ids))])
    if not session.interactive:
        message = _("not done without a yes: {question}").format(question=question)
        raise UsageFault(message, hint=_("there is nobody to ask; add --yes where it is meant"))
    if not session.confirm(f"{question}\n"):
        raise Interrupted(_("nothing was changed"))


def change_each(
    session: Session,
    ids: Sequence[int],
    change: Callable[[Task], Task],
    *,
    one: bool = False,
    sources: "Sequence[Source]" = (),
) -> Written:
    """Make `change` to each of these tasks, all or none, and say what was done; it attaches `sources`."""
    written = session.change(
        lambda ledger: changes.with_tasks(ledger, [change(task) for task in find(ledger, ids)]), sources=sources
    )
    say_changed(session, written, ids, one=one)
    return written
