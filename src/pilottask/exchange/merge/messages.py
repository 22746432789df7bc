"""What a person is told of lists that were made one."""

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import chain
from typing import Final

from msgspec.structs import replace

from pilottask.base.i18n import N_, _
from pilottask.base.text import safe
from pilottask.exchange.merge.slips import new_slips
from pilottask.ledger import changes, history, integrity, recurring, wording
from pilottask.ledger.records import Attach, Ledger, Raise, Record, Step

_MANY: Final = 6
"""Names that are listed."""


_ADDED_AND_CHANGED: Final = {
    "department": ("", N_("departments changed: {names}")),  # new ones are listed by themselves
    "meeting": (N_("meetings added: {names}"), N_("meetings changed: {names}")),
    "inspection": (N_("inspections added: {names}"), N_("inspections changed: {names}")),
    "project": (N_("projects added: {names}"), N_("projects changed: {names}")),
    "calendar": (N_("calendars added: {names}"), ""),
    "round": (N_("rounds of reports added: {names}"), N_("rounds of reports changed: {names}")),
    "instruction": (N_("instructions added: {names}"), N_("instructions changed: {names}")),
}


def _by_name(ledger: Ledger, of: str) -> dict[str, Record]:
    """Return the records of this kind by what a person calls each."""
    _message, keys = integrity.NAMED_BY[of]
    return {" ".join(safe(str(getattr(one, key))) for key in keys): one for one in getattr(ledger, f"{of}s")}


def notices(before: Ledger, after: Ledger) -> Iterator[str]:
    """Say what the merge of another list brought besides tasks and departments, and what it left for a person to do.

    Where both lists opened the next of a recurring task, none is taken away: which has what was reported since only a
    person can tell.
    """
    yield from _besides(before, after)
    yield from new_conflicts(before, after)
    known = {task.id for alike in recurring.open_at_once(before) for task in alike}
    for alike in recurring.open_at_once(after):
        if not known.issuperset(task.id for task in alike):
            yield recurring.open_at_once_message(alike)


def new_conflicts(before: Ledger, after: Ledger) -> Iterator[str]:
    """Say what stands where both sides had something else, as `after` has it on record and `before` has not."""
    known = set(before.conflicts)
    return (wording.conflict(one) for one in after.conflicts if one not in known)


def _besides(before: Ledger, after: Ledger) -> Iterator[str]:
    for of, messages in _ADDED_AND_CHANGED.items():
        for message, names in zip(messages, _compare(before, after, of), strict=False):
            if message and names:
                yield _(message).format(names=_(", ").join(names))


def _compare(before: Ledger, after: Ledger, of: str) -> tuple[list[str], list[str], list[str]]:
    """Return what records of this kind are called that are new, changed, and gone: not those with another number."""
    was, now = _by_name(before, of), _by_name(after, of)
    had, has = (set(map(_without_number, each.values())) for each in (was, now))
    in_place = {name for name, one in was.items() if name in now and _without_number(one) not in has}
    other = [name for name, one in now.items() if _without_number(one) not in had]
    fresh = [name for name in other if name not in in_place]
    gone = [name for name, one in was.items() if name not in now and _without_number(one) not in has]
    return fresh, [name for name in other if name in in_place], gone


def _without_number(record: Record) -> Record:
    return replace(record, **dict.fromkeys({"id", "n"}.intersection(record.__struct_fields__), 0))


def what_changed(before: Ledger, after: Ledger) -> list[str]:
    """Return in a few words what `after` has that `before` has not, or has otherwise, tasks first."""
    was, now = ({task.uid: task for task in ledger.tasks} for ledger in (before, after))
    groups = (
        (_("new tasks: {names}"), [task for uid, task in now.items() if uid not in was]),
        (_("tasks changed: {names}"), [task for uid, task in now.items() if uid in was and was[uid] != task]),
        (_("tasks taken out: {names}"), [task for uid, task in was.items() if uid not in now]),
    )
    parts = [
        message.format(names=_name_list([f"{task.id} {safe(task.title)}" for task in tasks]))
        for message, tasks in groups
        if tasks
    ]
    units = {unit.name for unit in before.departments}
    if fresh := [safe(unit.name) for unit in after.departments if unit.name not in units]:
        parts.append(_("new departments: {names}").format(names=_name_list(fresh)))
    parts += _besides(before, after)
    if sheets := [str(sheet.n) for sheet in after.sheets if sheet not in before.sheets]:
        parts.append(_("issued sheets: {names}").format(names=_name_list(sheets)))
    if gone := [wording.record_name(of, name) for of in _ADDED_AND_CHANGED for name in _compare(before, after, of)[2]]:
        parts.append(_("taken out: {names}").format(names=_name_list(gone)))
    if before.pilot != after.pilot:
        parts.append(_("settings"))
    if not parts and before != after:
        parts.append(_("what both sides had otherwise") if before.conflicts != after.conflicts else _("layout"))
    return parts


def _name_list(names: list[str]) -> str:
    if len(names) > _MANY:
        return _("{names} and {count} more").format(names=_(", ").join(names[:_MANY]), count=len(names) - _MANY)
    return _(", ").join(names)


def new_numbers(before: Ledger, after: Ledger) -> Iterator[str]:
    """Say what has another number in `after`, because both sides had given its own."""
    known = {task.uid: history.old_numbers(task) for task in before.tasks}
    renumbered = [
        (was, changes.task_name(task))
        for task in after.tasks
        for was in history.old_numbers(task)
        if was not in known.get(task.uid, ())
    ]
    had = _numbers(before)
    renumbered += [(had[key][0], name) for key, (n, name) in _numbers(after).items() if had.get(key, (n,))[0] != n]
    for number, name in renumbered:
        yield _("both sides had given number {was}: what was entered later is {task} now").format(was=number, task=name)
    yield from new_slips(before.tasks, after.tasks)
    issued = {sheet.n for sheet in before.sheets if sheet.was is not None}
    for sheet in after.sheets:
        if sheet.was is not None and sheet.n not in issued:
            message = _("sheet {was} was issued on both sides: the later one is sheet {n} now")
            yield message.format(was=sheet.was, n=sheet.n)


def _numbers(ledger: Ledger) -> dict[Hashable, tuple[int, str]]:
    """Return numbers that people type, and of what they are, by what that says; those of equal ones by their order."""
    times: Counter[Hashable] = Counter()
    numbers: dict[Hashable, tuple[int, str]] = {}
    for identity, n, name in chain(_numbers_of_records(ledger), _numbers_in_tasks(ledger)):
        times[identity] += 1
        numbers[identity, times[identity]] = n, name
    return numbers


def _numbers_of_records(ledger: Ledger) -> Iterator[tuple[Hashable, int, str]]:
    for meeting in ledger.meetings:
        key, name = (meeting.day, meeting.title), integrity.record_name("meeting", id=meeting.id, title=meeting.title)
        yield key, meeting.id, name
        for decision in meeting.decisions:
            yield (key, decision.text), decision.n, _part(name, _("decision {n}"), decision.n)
    for looked in ledger.inspections:
        of, name = (looked.day, looked.kind, frozenset(looked.by)), integrity.record_name("inspection", id=looked.id)
        yield of, looked.id, name
        for finding in looked.findings:
            yield (of, finding.text), finding.n, _part(name, _("finding {n}"), finding.n)
    for opened in ledger.rounds:
        yield (opened.at, opened.by), opened.n, integrity.record_name("round", n=opened.n)
    for given in ledger.instructions:
        yield (given.at, given.by, given.leader), given.n, integrity.record_name("instruction", n=given.n)


def _numbers_in_tasks(ledger: Ledger) -> Iterator[tuple[Hashable, int, str]]:
    kinds = {Raise: _("problem {n}"), Step: _("step {n}"), Attach: _("file {n}")}
    for task in ledger.tasks:
        for entry in task.log:
            if isinstance(entry, Raise | Step | Attach):
                name = _part(changes.task_name(task), kinds[type(entry)], entry.n)
                yield (task.uid, type(entry), entry.at, entry.by), entry.n, name


def _part(of: str, name: str, n: int) -> str:
    return _("{said}, {more}").format(said=of, more=name.format(n=n))
