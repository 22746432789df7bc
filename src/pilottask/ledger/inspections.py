"""Inspections (督查) of tasks, joint and routine, and what they found, each with its own deadline."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.periods import is_due
from pilottask.ledger import changes, corrections
from pilottask.ledger.as_json import Json, pick
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Find, Finding, Fixed, Inspect, Inspection, Ledger, Status, Task


class Found(Struct, frozen=True):
    """A finding with its inspection and its task."""

    inspection: Inspection
    finding: Finding
    task: Task


def find(ledger: Ledger, number: int) -> Inspection:
    """Return the inspection with this number. Raises NotFound."""
    for inspection in ledger.inspections:
        if inspection.id == number:
            return inspection
    hint = _("no inspection is entered yet: pilottask inspect add --kind joint --tasks IDS")
    if ledger.inspections:
        hint = _("pilottask inspect list shows every inspection with its number")
    raise NotFound(_("no inspection {id}").format(id=number), hint=hint)


def with_new(ledger: Ledger, inspection: Inspection, stamp: Stamp) -> Ledger:
    """Return `ledger` with `inspection` entered under the next number, and on record with the tasks it looked at.

    Raises UsageFault where its day lies ahead.
    """
    _check_held(inspection, stamp)
    number = 1 + max((one.id for one in ledger.inspections), default=0)
    ledger = _log_inspection(ledger, number, inspection.tasks, stamp)
    return replace(ledger, inspections=(*ledger.inspections, replace(inspection, id=number)))


def _check_held(inspection: Inspection, stamp: Stamp) -> None:
    if inspection.day > stamp.today:
        raise UsageFault(_("{day} lies ahead; an inspection is entered once it was held").format(day=inspection.day))


def _log_inspection(ledger: Ledger, number: int, tasks: Iterable[int], stamp: Stamp) -> Ledger:
    return changes.log_on(ledger, tasks, Inspect(at=stamp.at, by=stamp.by, inspection=number))


def add_finding(ledger: Ledger, number: int, task: Task, stamp: Stamp, *, text: str, fix_by: date) -> Ledger:
    """Return `ledger` with a finding of inspection `number` on `task`, which is counted among those it looked at.

    Raises NotFound for an unknown inspection, UsageFault for a cancelled task and for a deadline before the
    inspection.
    """
    inspection = find(ledger, number)
    if task.status is Status.CANCELLED:
        hint = _("if it was cancelled by mistake: pilottask reopen {id} --reason WHY").format(id=task.id)
        raise changes.status_fault(task, _("{task} is {status}; there is nothing to put right"), hint)
    if fix_by < inspection.day:
        message = _("{fix_by} is before the inspection, which was on {day}")
        raise UsageFault(message.format(fix_by=fix_by, day=inspection.day))
    if task.id not in inspection.tasks:
        ledger = _log_inspection(ledger, number, [task.id], stamp)
    n = 1 + max((finding.n for finding in inspection.findings), default=0)
    entry = Find(at=stamp.at, by=stamp.by, inspection=number, n=n, text=text, fix_by=fix_by)
    ledger = changes.log_on(ledger, [task.id], entry)
    tasks = tuple(dict.fromkeys((*inspection.tasks, task.id)))
    new = Finding(n=n, task=task.id, text=text, fix_by=fix_by)
    return _with(ledger, replace(inspection, tasks=tasks, findings=(*inspection.findings, new)))


def put_right(ledger: Ledger, number: int, n: int, stamp: Stamp, *, evidence: str | None = None) -> Ledger:
    """Return `ledger` with finding `n` of inspection `number` put right today.

    Raises NotFound where there is none, UsageFault where it was put right before.
    """
    inspection = find(ledger, number)
    finding = next((one for one in inspection.findings if one.n == n), None)
    if finding is None:
        unsettled = _(", ").join(str(one.n) for one in inspection.findings if one.fixed is None)
        hint = _("open findings: {numbers}").format(numbers=unsettled) if unsettled else _("it has no open finding")
        raise NotFound(_("inspection {id} has no finding {n}").format(id=number, n=n), hint=hint)
    if finding.fixed is not None:
        message = _("finding {n} of inspection {id} was put right on {day} already")
        raise UsageFault(message.format(n=n, id=number, day=finding.fixed))
    entry = Fixed(at=stamp.at, by=stamp.by, inspection=number, n=n, evidence=evidence)
    ledger = changes.log_on(ledger, [finding.task], entry)
    fixed = replace(finding, fixed=stamp.today, evidence=evidence)
    all_ = tuple(fixed if one is finding else one for one in inspection.findings)
    return _with(ledger, replace(inspection, findings=all_))


def without(ledger: Ledger, number: int, n: int | None, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` without finding `n` of an inspection, or without the inspection where `n` is None.

    Raises NotFound.
    """
    inspection = find(ledger, number)
    kinds = Inspect | Find | Fixed if n is None else Find | Fixed
    ledger = corrections.void_all(ledger, corrections.telling(kinds, inspection=number, n=n), stamp, reason=reason)
    if n is None:
        return replace(ledger, inspections=tuple(one for one in ledger.inspections if one.id != number))
    left = tuple(one for one in inspection.findings if one.n != n)
    if len(left) == len(inspection.findings):
        hint = _("pilottask inspect show {id} numbers them").format(id=number)
        raise NotFound(_("inspection {id} has no finding {n}").format(id=number, n=n), hint=hint)
    return _with(ledger, replace(inspection, findings=left))


def with_changed(ledger: Ledger, new: Inspection, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` with `new` for the inspection of its number, on record with the tasks that it looked at.

    Raises UsageFault where its day lies ahead or past a finding's own, or a task is left out that it has findings on.
    """
    old = find(ledger, new.id)
    _check_held(new, stamp)
    for finding in new.findings:
        if finding.task not in new.tasks:
            message = _("finding {n} of inspection {id} is on task {task}")
            hint = _("remove it first: pilottask inspect rm {id} {n}").format(id=new.id, n=finding.n)
            raise UsageFault(message.format(n=finding.n, id=new.id, task=finding.task), hint=hint)
        if finding.fix_by < new.day:
            message = _("finding {n} was to be put right by {day}, before that day")
            raise UsageFault(message.format(n=finding.n, day=finding.fix_by))
    gone = frozenset(old.tasks) - frozenset(new.tasks)
    ledger = corrections.void_all(
        ledger,
        lambda task, entry: task.id in gone and isinstance(entry, Inspect) and entry.inspection == new.id,
        stamp,
        reason=reason,
    )
    added = [number for number in new.tasks if number not in old.tasks]
    return _with(_log_inspection(ledger, new.id, added, stamp), new)


def _with(ledger: Ledger, changed: Inspection) -> Ledger:
    return replace(ledger, inspections=tuple(changed if one.id == changed.id else one for one in ledger.inspections))


def findings(ledger: Ledger) -> list[Found]:
    """Return all findings, by inspection and number."""
    if not ledger.inspections:
        return []
    by_id = {task.id: task for task in ledger.tasks}
    return [
        Found(inspection, finding, by_id[finding.task])
        for inspection in sorted(ledger.inspections, key=lambda one: one.id)
        for finding in inspection.findings
    ]


def is_open(found: Found, *, today: date) -> bool:
    """Tell whether a finding is still to be put right at the end of `today`; not on a task that was given up."""
    fixed = found.finding.fixed
    return found.task.status is not Status.CANCELLED and (fixed is None or fixed > today)


def days_late(found: Found, *, today: date) -> int:
    """Whole days past the date by which an open finding was to be put right; 0 where it is not late."""
    return max((today - found.finding.fix_by).days, 0) if is_open(found, today=today) else 0


def late(ledger: Ledger, *, today: date, ahead: int | None = None) -> list[Found]:
    """Return the open findings past their date, or to be put right `ahead`, most days late first."""
    still_open = (one for one in findings(ledger) if one.inspection.day <= today and is_open(one, today=today))
    results = [one for one in still_open if is_due(one.finding.fix_by, today=today, ahead=ahead)]
    results.sort(key=lambda one: (one.finding.fix_by, one.inspection.id, one.finding.n))
    return results


def not_inspected(ledger: Ledger, tasks: Iterable[Task], *, days: int, today: date) -> list[Task]:
    """Return those of `tasks` that were not inspected in the last `days` calendar days, if ever."""
    last: dict[int, date] = {}
    for inspection in ledger.inspections:
        if inspection.day <= today:
            for number in inspection.tasks:
                last[number] = max(last.get(number, inspection.day), inspection.day)
    return [task for task in tasks if task.id not in last or (today - last[task.id]).days > days]


def inspection_record(inspection: Inspection, found: Iterable[Found], *, today: date) -> Json:
    """Return an inspection with those of its findings that are wanted."""
    return {
        **pick(inspection, "id", "kind"),
        "date": inspection.day,
        **pick(inspection, "by", "tasks"),
        "findings": [finding_record(one, today=today) for one in found],
    }


def finding_record(found: Found, *, today: date) -> Json:
    """Return a finding, with the task that it is on; `days_late` is 0 once it is not open."""
    finding = found.finding
    return {
        "inspection": found.inspection.id,
        "n": finding.n,
        **pick(found.task, "id", "title", "department"),
        **pick(finding, "text", "fix_by", "fixed", "evidence"),
        "days_late": days_late(found, today=today),
    }
