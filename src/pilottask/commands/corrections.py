"""Corrections on record: amend the words of a log entry, make one void."""

from collections.abc import Callable
from typing import Annotated, Final

from typer import Argument, Option

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.commands.session import Session, find
from pilottask.commands.shared.ids import IdArgument, one
from pilottask.commands.shared.printing import FormatSession, say_changed
from pilottask.commands.shared.task_fields import WordOption, read_word
from pilottask.ledger import corrections, history, wording
from pilottask.ledger.records import Amend, Ledger, Task, Void

_ENTRY: Final = Argument(
    metavar=_("ENTRY"), help=_("The entry: its number, as history ID gives it, or a part of its words")
)
ReasonOption = Annotated[str, Option("--reason", "-r", help=_("Why; it goes on record"))]


def amend(
    session: FormatSession,
    *,
    which: IdArgument,
    entry: Annotated[str | None, _ENTRY] = None,
    text: Annotated[
        str | None, Argument(metavar=_("TEXT"), help=_("The words that it is to have; not with --word"))
    ] = None,
    reason: ReasonOption,
    next_step: Annotated[
        str | None, Option("--next", metavar=_("TEXT"), help=_("The next step that a progress note is to have"))
    ] = None,
    word: WordOption = None,
) -> None:
    """Correct the words of a log entry; the old ones stay on record."""
    words: dict[corrections.Part, str | None] = {None: text, "next": next_step}
    new = {part: new_words for part, new_words in words.items() if new_words is not None}
    if bool(new) == (word is not None) or (new and entry is None):
        hint = _("as in: pilottask amend 3 5 TEXT --reason WHY; pilottask amend 3 --word eight=nine --reason WHY")
        raise UsageFault(_("amend takes an entry and the words that it is to have, or --next, or --word"), hint=hint)
    pair = read_word(word)

    def change(ledger: Ledger, task: Task) -> Ledger:
        if pair:
            n, part, mended = corrections.words_with(task, entry, *pair)
            return corrections.amend(ledger, task, n, session.stamp, text=mended, part=part, reason=reason)
        n = corrections.entry_number(task, entry or "", corrections.AMENDABLE)
        for part, new_words in new.items():
            (task,) = find(ledger, [task.id])
            ledger = corrections.amend(ledger, task, n, session.stamp, text=new_words, part=part, reason=reason)
        return ledger

    _correct(session, which, change)


def void(session: FormatSession, which: IdArgument, entry: Annotated[str, _ENTRY], reason: ReasonOption) -> None:
    """Make a log entry void that was entered by mistake; it stays on record."""

    def change(ledger: Ledger, task: Task) -> Ledger:
        n = corrections.entry_number(task, entry, corrections.VOIDABLE)
        return corrections.void(ledger, task, n, session.stamp, reason=reason)

    _correct(session, which, change)


def _correct(session: Session, which: str, change: Callable[[Ledger, Task], Ledger]) -> None:
    """Write what `change` makes of the log of the task that is meant, and say which words it is about."""
    number = one(which, session.ledger).id
    written = session.change(lambda ledger: change(ledger, find(ledger, [number])[0]))
    say_changed(session, written, [number], one=True)
    (before,), (after,) = find(written.before, [number]), find(written.after, [number])
    for of in dict.fromkeys(entry.of for entry in after.log[len(before.log) :] if isinstance(entry, Amend | Void)):
        if was := history.counted_entries(before.log)[of - 1]:
            session.warn(_("entry {n} was: {said}").format(n=of, said=safe(wording.sentence(was))))
