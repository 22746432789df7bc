"""Log entries as sentences and values as words, in the language in use."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, assert_never

from pilottask.base.i18n import N_, _, ngettext, pgettext
from pilottask.base.text import quote, safe
from pilottask.ledger import fields, history, records, shares, vocabulary
from pilottask.ledger.shares import percent


def days(left: int) -> str:
    """Say how far off a deadline is: `left` calendar days, negative when it has passed."""
    if left == 0:
        return _("due today")
    if left < 0:
        return ngettext("{n} day late", "{n} days late", -left).format(n=-left)
    return ngettext("{n} day left", "{n} days left", left).format(n=left)


def count_of_days(count: int) -> str:
    """Return a number of days."""
    return ngettext("{n} day", "{n} days", count).format(n=count)


def figure(number: records.Number | None, unit: str | None) -> str:
    """Return a figure with its unit, where it has one."""
    return _("{value} {unit}").format(value=number, unit=unit) if unit else str(number)


_KILO: Final = 1024


def size(count: int) -> str:
    """Return a number of bytes in a unit that is read easily."""
    if count < _KILO:
        return ngettext("{n} byte", "{n} bytes", count).format(n=count)
    return f"{count / _KILO:.1f} KB" if count < _KILO**2 else f"{count / _KILO**2:.1f} MB"


def target_reached(task: records.Task, *, today: date) -> str:
    """Say what is reached of a task's target, beside the time gone by; empty without a target."""
    if not task.target:
        return ""
    time = shares.time_gone(task, today=today)
    gone = None if time is None else percent(time, 1, decimals=0)
    target = figure(task.target, task.unit)
    if task.actual is None:  # which is not 0
        text = _("{target} (no figure yet)") if gone is None else _("{target} (no figure yet, time gone {gone})")
        return text.format(target=target, gone=gone)
    share = percent(task.actual, task.target, decimals=0)
    figures = _("{actual} of {target}").format(actual=task.actual, target=target)
    text = _("{figures} ({share})") if gone is None else _("{figures} ({share}, time gone {gone})")
    return text.format(figures=figures, share=share, gone=gone)


def submitted_late(days: int) -> str:
    """Say how late a task was submitted."""
    return ngettext("submitted {n} day late", "submitted {n} days late", days).format(n=days)


_Show = Callable[[date], str]


def submitted_on(task: records.Task, show: _Show = str, entered: _Show = str) -> str:
    """Return the day of the submission, with that on which it was entered where that is another; empty without one."""
    return _with_entry_day(task.submitted, history.last(task, records.Submit), show, entered)


def closed_on(task: records.Task, show: _Show = str, entered: _Show = str) -> str:
    """Return the day of the closing, with that on which it was entered where that is another; empty without one."""
    return _with_entry_day(task.closed, history.last(task, records.Close), show, entered)


def _with_entry_day(day: date | None, entry: records.Submit | records.Close | None, show: _Show, entered: _Show) -> str:
    if day is None:
        return ""
    if entry is None or entry.on != day:
        return show(day)
    return _("{day} (entered {entered})").format(day=show(day), entered=entered(entry.at.date()))


def within(days: int) -> str:
    """Say until when something falls due, as it stands behind that: within 7 days."""
    return ngettext("within {n} day", "within {n} days", days).format(n=days) if days else _("today")


def silent(days: int) -> str:
    """Say for how long no sign of work was seen."""
    return ngettext("silent for {n} day", "silent for {n} days", days).format(n=days)


def clauses(said: Iterable[str]) -> str:
    """Join what is unlike; what is alike, as names are, has `、` between."""
    return pgettext("clauses", ", ").join(said)


def no_deadline(task: records.Task) -> str:
    """Say why a task has no deadline: it is open-ended, or none is set yet."""
    return _("open-ended") if task.open_ended else _("no deadline")


_CHOICES: Final[Mapping[str, vocabulary.Vocabulary[Any]]] = {
    "status": vocabulary.STATUS,
    "every": vocabulary.EVERY,
    "role": vocabulary.ROLE,
    "kind": vocabulary.INSPECTION,
}


def value(field: str, kept: records.Value) -> str:
    """Return a field's value, as a log entry keeps it, in words."""
    if kept is None or kept in ("", (), {}):
        return _("(none)")
    if isinstance(kept, bool):
        return _("yes") if kept else _("no")
    if isinstance(kept, dict):
        kept = tuple(f"{key}={text}" for key, text in kept.items())
    if isinstance(kept, tuple):
        return _(", ").join(kept)
    words = _CHOICES.get(field)
    return words.say(kept) if words and kept in words.labels else str(kept)


_RECORDS: Final = {
    "pilot": N_("settings"),
    "department": N_("department {name}"),
    "task": N_("task {name}"),
    "meeting": N_("meeting {name}"),
    "decision": N_("decision {name}"),
    "inspection": N_("inspection {name}"),
    "finding": N_("finding {name}"),
    "project": N_("project {name}"),
    "calendar": N_("calendar {name}"),
    "round": N_("round {name}"),
    "instruction": N_("instruction {name}"),
    "sheet": N_("sheet {name}"),
}
_LABELS: Final = {
    "name": N_("Name"),
    "meant": N_("Meaning"),
    "role": N_("Role"),
    "contact": N_("Contact"),
    "mail": N_("Mail"),
    "day": N_("Date"),
    "time": N_("Time"),
    "place": N_("Place"),
    "chair": N_("Chair"),
    "kind": N_("Kind"),
    "text": N_("Text"),
    "task": N_("Task"),
    "fix_by": N_("Put right by"),
    "fixed": N_("Put right"),
    "evidence": N_("Evidence"),
    "base": N_("Base"),
    "signed": N_("Signed"),
    "title": N_("Title"),
    "due": N_("Deadline"),
    "closed": N_("Ended"),
    "leader": N_("Leader"),
    "reply_by": N_("Reply by"),
    "answered": N_("Answered"),
    "answer": N_("Answer"),
    "off": N_("Days off"),
    "work": N_("Days worked"),
}
"""What is called otherwise than a task's field of that name, or is none."""


def record_name(of: str, name: str) -> str:
    """Return what a record of a kind is called, by its number or what it says itself."""
    return _(_RECORDS.get(of, "{name}")).format(name=name if name.isdigit() else quote(name))


def conflict(found: records.Conflict) -> str:
    """Say what stands where two sides of the list had something else."""
    what = record_name(found.of, found.name)
    if not found.field:
        return _("{what} was taken out on one side and changed on the other; it stays").format(what=what)
    own = found.field in _LABELS and found.of != "task"
    label = _(_LABELS[found.field]) if own else fields.label(found.field)
    if isinstance(found.new, tuple) and isinstance(found.old, tuple):
        differ = _(", ").join(map(safe, sorted({*found.new} ^ {*found.old})))
        message = _("{what}: {field} stand as one side had them; the other side differed in {names}")
        return message.format(what=what, field=label, names=differ)
    new, old = (quote(value(found.field, each)) for each in (found.new, found.old))
    message = _("{what}: {field} is {taken}; the other side had {other}")
    return message.format(what=what, field=label, taken=new, other=old)


def need(raised: records.Raise) -> str:
    """Return what a problem asks for: the kind of support, coordination, both or nothing."""
    asked = [vocabulary.NEED.say(raised.need)] if raised.need else []
    if raised.coordinate:
        asked.append(_("to be coordinated"))
    return clauses(asked)


def sentence(entry: records.LogEntry) -> str:  # noqa: C901, PLR0911  one case for each kind
    """Say what happened, without when and by whom."""
    match entry:
        case records.Note():
            return _note_sentence(entry)
        case records.Extend(reason=reason, approved_by=leader):
            words = _("{said}, {reason}").format(said=act(entry), reason=reason)
            return _("{said} (approved by {leader})").format(said=words, leader=leader) if leader else words
        case records.Raise(text=text):
            words, asked = _with_text(act(entry), text), need(entry)
            return _("{said} ({asked})").format(said=words, asked=asked) if asked else words
        case records.Close(verifier=verifier):
            return _with_text(act(entry), _("verified by {name}").format(name=verifier) if verifier else None)
        case records.Settle(text=detail) | records.Chase(text=detail) | records.Decide(text=detail):
            return _with_text(act(entry), detail)
        case records.Find(text=detail) | records.Instruct(text=detail) | records.Answer(text=detail):
            return _with_text(act(entry), detail)
        case records.Step(text=detail) | records.Submit(evidence=detail) | records.Fixed(evidence=detail):
            return _with_text(act(entry), detail)
        case records.Amend(was=was, text=text, reason=reason):
            values = {"said": act(entry), "was": was or _("(none)"), "text": text, "reason": reason}
            return _("{said}: “{was}” is now “{text}” ({reason})").format(**values)
        case records.Reasoned(reason=detail) | records.StepChange(reason=detail):
            return _with_text(act(entry), detail)
        case records.Create() | records.Import() | records.Start() | records.Report() | records.Change():
            return act(entry)
        case records.Inspect() | records.StepDone() | records.FileEntry() | records.Renumber():
            return act(entry)
        case _:
            assert_never(entry)


def act(entry: records.LogEntry) -> str:  # noqa: C901, PLR0911, PLR0912  one case for each kind
    """Say in a word or two what was done, without its text and reason."""
    match entry:
        case records.Note(actual=actual):
            message = _("progress noted")
            return message if actual is None else _("; ").join([message, _with_text(_("reached"), str(actual))])
        case records.Raise(n=n):
            return _("problem {n} raised").format(n=n)
        case records.Settle(n=n):
            return _("problem {n} settled").format(n=n)
        case records.Extend(from_=old, to=new):
            message = _("extended: {old} → {new}") if new > old else _("brought forward: {old} → {new}")
            return message.format(old=old, new=new)
        case records.Chase():
            return _("chased")
        case records.Renumber(was=was):
            return _("given its number by a merge; was {n} before").format(n=was)
        case records.Report(on=on):
            return _on(_("its department's report came"), on)
        case records.Edit() | records.Hand():
            return _edit_act(entry)
        case records.Amend(of=of):
            return _("entry {n} amended").format(n=of)
        case records.Void(of=of):
            return _("entry {n} made void").format(n=of)
        case records.Instruct(n=n, leader=leader, reply_by=day):
            message = _("instruction {n} of {leader}").format(n=n, leader=leader)
            return _("{said}, to be answered by {day}").format(said=message, day=day) if day else message
        case records.Answer(n=n):
            return _("instruction {n} answered").format(n=n)
        case records.Decide(meeting=meeting, n=n):
            return _("decided by meeting {meeting}, no. {n}").format(meeting=meeting, n=n)
        case records.Inspect(inspection=inspection):
            return _("inspected (inspection {id})").format(id=inspection)
        case records.Find(inspection=inspection, n=n, fix_by=fix_by):
            return _("finding {n} of inspection {id}, to be put right by {day}").format(n=n, id=inspection, day=fix_by)
        case records.Fixed(inspection=inspection, n=n):
            return _("finding {n} of inspection {id} put right").format(n=n, id=inspection)
        case records.Step(n=n, due=due, target=target, unit=unit):
            message = _("step {n}, by {day}").format(n=n, day=due)
            return message if target is None else _("{said}, {more}").format(said=message, more=figure(target, unit))
        case records.StepDone(n=n, on=on, actual=actual):
            message = _on(_("step {n} done").format(n=n), on)
            reached = None if actual is None else _with_text(_("reached"), str(actual))
            return message if reached is None else _("{said}, {more}").format(said=message, more=reached)
        case records.StepChange(n=n, removed=True):
            return _("step {n} taken out").format(n=n)
        case records.StepChange(n=n, undone=True):
            return _("step {n} is not done after all").format(n=n)
        case records.StepChange(n=n):
            parts = [_("{old} → {new}").format(old=entry.from_, new=entry.to)] if entry.to else []
            parts += [entry.text] if entry.text else []
            parts += [figure(entry.target, entry.unit)] if entry.target is not None else []
            return _with_text(_("step {n} changed").format(n=n), clauses(parts))
        case records.Attach(n=n, name=name):
            return _with_text(_("file {n} attached").format(n=n), name)
        case records.Detach(n=n):
            return _("file {n} detached").format(n=n)
        case records.Import(status=status, worked=worked):
            message = _("imported as {status}").format(status=vocabulary.STATUS.say(status))
            return message if worked is None else _("{said}, last worked on {day}").format(said=message, day=worked)
        case records.Submit(on=on):
            return _on(_("submitted for verification"), on)
        case records.Close(on=on):
            return _on(pgettext("log", "closed"), on)
        case records.Return():
            return _("sent back")
        case records.Suspend():
            return pgettext("log", "suspended")
        case records.Cancel():
            return pgettext("log", "cancelled")
        case records.Reopen():
            return _("reopened")
        case records.Create(series=series):
            return _("entered") if series is None else _("opened as the next of task {id}").format(id=series)
        case records.Start():
            return _("started")
        case _:
            assert_never(entry)


def _with_text(said: str, text: str | None) -> str:
    return _("{said}: {text}").format(said=said, text=text) if text else said


def _on(said: str, on: date | None) -> str:
    """Add the day on which it happened, where that is not the day it was recorded."""
    return said if on is None else _("{said} (on {day})").format(said=said, day=on)


def _note_sentence(entry: records.Note) -> str:
    parts = [_with_text(_("progress, taken in from a file") if entry.imported else _("progress"), entry.text)]
    if entry.next:
        parts.append(_with_text(_("next"), entry.next))
    if entry.actual is not None:
        parts.append(_with_text(_("reached"), str(entry.actual)))
    if entry.result:
        parts.append(_("a result to show"))
    return _("; ").join(parts)


def _edit_act(entry: records.Edit | records.Hand) -> str:
    message = _("{field} changed: {old} → {new}")
    if isinstance(entry, records.Hand):
        message = _("{field} found changed by hand: {old} → {new}")
    old, new = (value(entry.field, each) for each in (entry.old, entry.new))
    return message.format(field=fields.label(entry.field), old=old, new=new)
