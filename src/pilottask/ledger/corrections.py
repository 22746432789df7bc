"""Corrections on record (更正): the words of a log entry amended, an entry that was made by mistake made void."""

from collections.abc import Callable, Iterator
from datetime import date
from types import UnionType
from typing import Final, Literal

import msgspec

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.ledger import changes, history, wording
from pilottask.ledger.changes import Stamp, task_name
from pilottask.ledger.records import (
    SCHEMA,
    Amend,
    Answer,
    Attach,
    Chase,
    Decide,
    Detach,
    Edit,
    Extend,
    FileEntry,
    Find,
    Finding,
    Fixed,
    Inspection,
    Instruct,
    Ledger,
    LogEntry,
    Note,
    Raise,
    Settle,
    Step,
    StepChange,
    StepDone,
    StepEntry,
    Task,
    Void,
    replace,
)

AMENDABLE: Final = tuple(history.WORDS)
VOIDABLE: Final = (Note, Raise, Settle, Extend, Chase, Find, Fixed, Step, StepDone, StepChange, Attach, Detach)
Part = Literal["next"] | None
"""Which words of an entry are meant; None for its own."""
_Kinds = tuple[type[LogEntry], ...]
_Test = Callable[[Task, LogEntry], bool]


def entry_number(task: Task, typed: str, kinds: _Kinds) -> int:
    """Return the number of the entry that is meant: by its number, or by a part of the words or days that it holds.

    A part is that of one entry of these kinds which is not void. Raises NotFound, with the entries that it fits.
    """
    if typed.isdecimal():
        return int(typed)
    fitting = {n: entry for n, entry in _standing(task, kinds) if any(typed in text for text in _words_and_days(entry))}
    if len(fitting) == 1:
        return next(iter(fitting))
    if not fitting:
        sentence = _("no entry of {task} that can be corrected has {text}")
        raise NotFound(sentence.format(task=task_name(task), text=quote(typed)), hint=_numbering(task))
    sentence = _("{text} stands in {count} entries of {task}:")
    message = sentence.format(text=quote(typed), count=len(fitting), task=task_name(task))
    lines = (f"  {n} {safe(wording.sentence(entry))}" for n, entry in fitting.items())
    raise NotFound("\n".join([message, *lines]), hint=_("type the number of the entry, or more of its words"))


def words_with(task: Task, typed: str | None, wrong: str, right: str) -> tuple[int, Part, str]:
    """Return the number of an entry, and its words or their `part` with `right` for `wrong`.

    `typed` says which entry; without it, it is the one that has `wrong`. Raises as `entry_number` and `amend` do, and
    NotFound where `wrong` is not in its words.
    """
    n = entry_number(task, typed or wrong, AMENDABLE)
    entry = _entry(task, n)
    name = history.WORDS.get(type(entry))
    part: Part = None
    text = str(getattr(entry, name) or "") if name else ""
    if wrong not in text and isinstance(entry, Note):
        part, text = "next", entry.next or ""
    if wrong not in text:
        message = _("entry {n} of {task} does not have {text} in its words")
        raise NotFound(message.format(n=n, task=task_name(task), text=quote(wrong)), hint=_numbering(task))
    return n, part, text.replace(wrong, right)


def _words_and_days(entry: LogEntry) -> Iterator[str]:
    """Yield the words and days of an entry, without those of who wrote it and when."""
    values = msgspec.structs.asdict(entry).items()
    return (
        str(value) for name, value in values if name not in {"at", "by", "sha256"} and isinstance(value, str | date)
    )


def _standing(task: Task, kinds: _Kinds) -> Iterator[tuple[int, LogEntry]]:
    """Yield the entries of these kinds that are not void, numbered, with the words that they have now."""
    for n, entry in enumerate(history.counted_entries(task.log), start=1):
        if isinstance(entry, kinds):
            yield n, entry


def amend(ledger: Ledger, task: Task, n: int, stamp: Stamp, *, text: str, reason: str, part: Part = None) -> Ledger:
    """Return `ledger` with other words for entry `n` of the log of `task`; the old ones stay in the log.

    `part` is what has the words, where it is not the entry itself. Raises NotFound where there is no such entry,
    UsageFault where it has no words, or the same.
    """
    entry = _entry(task, n)
    if isinstance(entry, Decide | Instruct | Answer):
        hint = _("pilottask instruct edit {n} -h shows how it is corrected").format(n=entry.n)
        if isinstance(entry, Decide):
            hint = _("pilottask meeting edit {meeting} --decision {n} --text TEXT")
            hint = hint.format(meeting=entry.meeting, n=entry.n)
        message = _("entry {n} of {task} stands on the list too: {said}")
        raise _refusal(task, n, message, hint, said=wording.sentence(entry))
    if part and not isinstance(entry, Note):
        raise _refusal(task, n, _("entry {n} of {task} has no next step: {said}"), said=wording.sentence(entry))
    name = part or history.WORDS.get(type(entry))
    if name is None:
        message = _("entry {n} of {task} has no words to amend: {said}")
        raise _refusal(task, n, message, _numbering(task), said=wording.sentence(entry))
    was: str | None = getattr(entry, name)
    if text == was:
        raise _refusal(task, n, _("entry {n} of {task} says so already"))
    text, reason = changes.needed_text(text, what=_("the text")), changes.needed_text(reason, what=_("the reason"))
    amended = Amend(at=stamp.at, by=stamp.by, of=n, text=text, was=was, part=part, reason=reason)
    if isinstance(entry, Find | Fixed):
        words = {"text": text} if isinstance(entry, Find) else {"evidence": text}
        ledger = _with_finding(ledger, entry, lambda found: msgspec.structs.replace(found, **words))
    return _with(ledger, changes.log(task, amended))


def void(ledger: Ledger, task: Task, n: int, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` with entry `n` of the log of `task` void: what it brought about is taken back with it.

    Raises NotFound where there is no such entry; UsageFault where it is a move, which is taken back by another, or
    where a later entry rests on it.
    """
    entry = _entry(task, n)
    if not isinstance(entry, VOIDABLE):
        hint = _("a move is taken back by another one: pilottask return, reopen; pilottask undo steps back")
        text = wording.sentence(entry)
        raise _refusal(task, n, _("entry {n} of {task} cannot be made void: {said}"), hint, said=text)
    reason = changes.needed_text(reason, what=_("the reason"))
    voided = (Void(at=stamp.at, by=stamp.by, of=of, reason=reason) for of in (n, *_settling(task, entry)))
    log: tuple[LogEntry, ...] = (*task.log, *voided)
    values: dict[str, object] = {}
    if isinstance(entry, Extend):
        if history.extensions(task)[-1] != entry or task.due != entry.to:
            message = _("the deadline of {task} was moved after entry {n}; make the later one void first")
            raise _refusal(task, n, message)
        values["due"] = entry.from_
    elif isinstance(entry, Note) and entry.actual is not None:
        figures = [note for note in history.entries(task) if isinstance(note, Note) and note.actual is not None]
        if figures[-1] == entry and task.actual == entry.actual:
            values["actual"] = entry.was
    elif isinstance(entry, Find):
        _check_not_fixed(task, entry, n)
        ledger = _with_finding(ledger, entry, lambda _found: None)
    elif isinstance(entry, Fixed):
        ledger = _with_finding(ledger, entry, lambda found: msgspec.structs.replace(found, fixed=None, evidence=None))
    elif isinstance(entry, StepEntry | FileEntry):
        _check_last(task, entry, n)
    for field, new in values.items():
        old = history.as_value(getattr(task, field))
        log = (*log, Edit(at=stamp.at, by=stamp.by, field=field, old=old, new=history.as_value(new)))
    return _with(ledger, replace(task, **values, log=log))


def _settling(task: Task, entry: LogEntry) -> Iterator[int]:
    """Yield the numbers of the entries that settle the problem that `entry` raises."""
    if isinstance(entry, Raise):
        for n, settle in _standing(task, (Settle,)):
            if isinstance(settle, Settle) and settle.n == entry.n:
                yield n


def _check_last(task: Task, entry: StepEntry | FileEntry, n: int) -> None:
    """Raise UsageFault where a later entry that counts rests on this one: it is about the same step or file."""
    kind = StepEntry if isinstance(entry, StepEntry) else FileEntry
    for number, later in enumerate(history.counted_entries(task.log)[n:], start=n + 1):
        if isinstance(later, kind) and later.n == entry.n:
            message = _("entry {later} of {task} rests on entry {n}; make that one void first")
            raise _refusal(task, n, message, later=number)


def telling(kinds: type[LogEntry] | UnionType, **numbers: int | None) -> _Test:
    """Return the test for entries of these kinds that tell of the record with these numbers, None for any."""
    wanted = [(name, n) for name, n in numbers.items() if n is not None]
    return lambda _task, entry: isinstance(entry, kinds) and all(getattr(entry, name) == n for name, n in wanted)


def void_all(ledger: Ledger, applies: _Test, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` with the log entries void to which this applies, as where the record goes that they tell of."""

    def change(task: Task, n: int, _entry: LogEntry) -> Task:
        return changes.log(task, Void(at=stamp.at, by=stamp.by, of=n, reason=reason))

    return _each(ledger, applies, change)


def amend_all(ledger: Ledger, applies: _Test, stamp: Stamp, *, text: str, reason: str) -> Ledger:
    """Return `ledger` with the words `text` for the log entries to which this applies."""

    def change(task: Task, n: int, entry: LogEntry) -> Task:
        was = getattr(entry, history.WORDS[type(entry)])
        return changes.log(task, Amend(at=stamp.at, by=stamp.by, of=n, text=text, was=was, reason=reason))

    return _each(ledger, applies, change)


def _each(ledger: Ledger, applies: _Test, change: Callable[[Task, int, LogEntry], Task]) -> Ledger:
    changed: dict[int, Task] = {}
    for task in ledger.tasks:
        for n, entry in enumerate(history.counted_entries(task.log), start=1):
            if entry is not None and applies(task, entry):
                changed[task.id] = change(changed.get(task.id, task), n, entry)
    if not changed:
        return ledger
    return msgspec.structs.replace(changes.with_tasks(ledger, changed.values()), schema=SCHEMA)


def _entry(task: Task, n: int) -> LogEntry:
    if not 1 <= n <= len(task.log):
        raise NotFound(_("{task} has no entry {n} on record").format(task=task_name(task), n=n), hint=_numbering(task))
    entry = history.counted_entries(task.log)[n - 1]
    if entry is None:
        raise _refusal(task, n, _("entry {n} of {task} is void already"))
    return entry


def _numbering(task: Task) -> str:
    return _("pilottask history {id} numbers them").format(id=task.id)


def _refusal(task: Task, n: int, message: str, hint: str | None = None, **more: object) -> UsageFault:
    """Return the error that refuses what was asked of entry `n` of the log of `task`."""
    return UsageFault(message.format(task=task_name(task), n=n, **more), hint=hint)


def _with(ledger: Ledger, task: Task) -> Ledger:
    """Return `ledger` with `task` as it is now, in the schema that knows corrections."""
    return msgspec.structs.replace(changes.with_tasks(ledger, [task]), schema=SCHEMA)


def _check_not_fixed(task: Task, entry: Find, n: int) -> None:
    if any(found == entry and fixed for found, fixed in history.findings(task)):
        raise _refusal(task, n, _("the finding in entry {n} of {task} was put right; make that entry void first"))


def _with_finding(ledger: Ledger, entry: Find | Fixed, change: Callable[[Finding], Finding | None]) -> Ledger:
    """Return `ledger` with the finding that `entry` tells of as `change` gives it, None to take it out."""

    def changed(inspection: Inspection) -> Inspection:
        if inspection.id != entry.inspection:
            return inspection
        results = (change(one) if one.n == entry.n else one for one in inspection.findings)
        return msgspec.structs.replace(inspection, findings=tuple(filter(None, results)))

    return msgspec.structs.replace(ledger, inspections=tuple(map(changed, ledger.inspections)))
