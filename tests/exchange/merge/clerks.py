"""Clerks who keep one list, each at a desk of their own: what they do to it, and how their lists are made one."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from factories import at, day
from factories import ledger as new_ledger
from pilottask.base.errors import PilotError
from pilottask.exchange.merge.ledgers import merge_sides
from pilottask.ledger import (
    attachments,
    calendars,
    changes,
    corrections,
    inspections,
    instructions,
    meetings,
    projects,
    recurring,
    rounds,
    schema,
    steps,
)
from pilottask.ledger.attachments import File
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import (
    CalendarYear,
    Correction,
    Department,
    Every,
    How,
    Inspection,
    InspectionKind,
    IssuedSheet,
    Ledger,
    LogEntry,
    Meeting,
    Project,
    Renumber,
    StepChange,
    Task,
    replace,
)
from pilottask.paper.slips import slip_of
from pilottask.store import codec

Act = Callable[[Ledger, Stamp, int, str], Ledger]
"""What a command makes of a ledger; the number picks what it is done to, the text is in no other act."""

UNITS: Final = ("甲局", "乙局", "丙局")


def start() -> Ledger:
    """Return the list as all of them begin with it."""
    first = changes.create(new_task(1, "起", "甲局", due=day("2026-12-31")), Stamp(at("2026-11-01 08:00"), "甲"))
    weekly = changes.create(
        replace(new_task(2, "周报", "乙局", due=day("2026-11-06")), every=Every.WEEK),
        Stamp(at("2026-11-01 08:00"), "甲"),
    )
    return new_ledger(first, weekly, departments={name: (f"{name}简称",) for name in UNITS})


def new_task(number: int, title: str, department: str, **more: Any) -> Task:  # noqa: ANN401  any field
    """Return a task as it is typed in."""
    return Task(id=number, uid=f"u{title}", title=title, department=department, created=date(2026, 11, 1), **more)


def _pick(records: Sequence[Any], k: int) -> Any:  # noqa: ANN401  one of them
    if not records:
        raise PilotError("nothing there")
    return records[k % len(records)]


def _on_task(change: Callable[[Task, Stamp, str], Task]) -> Act:
    def act(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
        return changes.with_tasks(ledger, [change(_pick(ledger.tasks, k), stamp, text)])

    return act


def _add(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    unit = _pick(ledger.departments, k).name
    return changes.with_new(ledger, [changes.create(new_task(1, text, unit, due=day("2026-12-20")), stamp)])


def _close(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    task = _pick(ledger.tasks, k)
    task = task if task.status != "todo" else changes.start(task, stamp)
    ledger = changes.with_tasks(ledger, [changes.close(task, stamp, verifier=text)])
    return recurring.with_next(ledger, [task.id], stamp, new_uid=lambda: f"u{text}")


def _decide(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    number = _pick(ledger.meetings, k).id
    return meetings.decide(ledger, number, text, stamp, tasks=[_pick(ledger.tasks, k // 2).id])


def _inspect(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    looked = Inspection(id=1, kind=InspectionKind.JOINT, day=stamp.today, by=(_pick(ledger.departments, k).name,))
    return inspections.with_new(ledger, msgspec.structs.replace(looked, tasks=(_pick(ledger.tasks, k).id,)), stamp)


def _find(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    number = _pick(ledger.inspections, k).id
    task = _pick(ledger.tasks, k // 2)
    return inspections.add_finding(ledger, number, task, stamp, text=text, fix_by=stamp.today + timedelta(days=9))


def _put_right(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    found = _pick(inspections.findings(ledger), k)
    return inspections.put_right(ledger, found.inspection.id, found.finding.n, stamp, evidence=text)


def _fund(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    old = _pick(ledger.projects, k)
    new = projects.with_fund(old, text, stamp, planned=Decimal(k), paid=None)
    return projects.with_changed(ledger, old, new, stamp)


def _rename_project(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    old = _pick(ledger.projects, k)
    return projects.with_changed(ledger, old, msgspec.structs.replace(old, name=text), stamp)


def _arrive(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    current = rounds.find(ledger)
    unit = _pick(current.asked, k)
    return rounds.tell(rounds.arrive(ledger, current, [unit], stamp, how=How.WORD), [unit], stamp)


def _edit_meeting(ledger: Ledger, _stamp: Stamp, k: int, text: str) -> Ledger:
    return meetings.with_changed(ledger, msgspec.structs.replace(_pick(ledger.meetings, k), title=text, place=text))


def _hand_over(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    task, unit = _pick(ledger.tasks, k // 2), _pick(ledger.departments, k).name
    return changes.with_tasks(ledger, [changes.edit(task, stamp, {"department": unit, "tags": task.tags[1:]})])


def _with_unit(ledger: Ledger, k: int, **values: Any) -> Ledger:  # noqa: ANN401  any field
    unit = _pick(ledger.departments, k)
    changed = msgspec.structs.replace(unit, **values)
    units = tuple(changed if one is unit else one for one in ledger.departments)
    return msgspec.structs.replace(ledger, departments=units)


def _merge_units(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    gone, kept = _pick(ledger.departments, k).name, _pick(ledger.departments, k // 2).name
    return changes.merge_departments(ledger, gone, kept, stamp)


def _issue(ledger: Ledger, stamp: Stamp, _k: int, text: str) -> Ledger:
    n = 1 + max((sheet.n for sheet in ledger.sheets), default=0)
    sheet = IssuedSheet(n=n, at=stamp.at, by=stamp.by, kept=text.encode().hex().zfill(40))
    return msgspec.structs.replace(ledger, sheets=(*ledger.sheets, sheet))


def _set(ledger: Ledger, _stamp: Stamp, k: int, text: str) -> Ledger:
    choices: list[dict[str, object]] = [{"soon_days": k}, {"office": text}, {"columns": (*ledger.pilot.columns, text)}]
    return msgspec.structs.replace(ledger, pilot=msgspec.structs.replace(ledger.pilot, **choices[k % 3]))


def _by_hand(ledger: Ledger, _stamp: Stamp, k: int, text: str) -> Ledger:
    return changes.with_tasks(ledger, [replace(_pick(ledger.tasks, k), owner=text, remark=text)])


def _drop_unit(ledger: Ledger, _stamp: Stamp, k: int, _text: str) -> Ledger:
    unit = _pick(ledger.departments, k)
    without = msgspec.structs.replace(ledger, departments=tuple(one for one in ledger.departments if one is not unit))
    codec.check(without)
    return without


def _mix(ledger: Ledger, _stamp: Stamp, k: int, _text: str) -> Ledger:
    """Put records in another order by hand."""

    def turned(records: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*records[k % 3 :], *records[: k % 3])

    lists = ("departments", "tasks", "meetings", "inspections", "projects", "rounds", "instructions")
    return msgspec.structs.replace(ledger, **{name: turned(tuple(getattr(ledger, name))) for name in lists})


def _send_slip(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    """Chase a task by the next slip, in either language."""
    task = _pick(ledger.tasks, k)
    given = [slip.n for each in ledger.tasks for entry in each.log if (slip := slip_of(entry))]
    texts = ("reminder slip no. 2026/{n}", "书面催办（催办单〔2026〕{n}号）")
    return changes.with_tasks(
        ledger, [changes.chase(task, stamp, text=texts[k % 2].format(n=1 + max(given, default=0)))]
    )


def _attach(ledger: Ledger, stamp: Stamp, k: int, text: str) -> Ledger:
    file = File(text, 3, text.encode().hex().zfill(64))
    return changes.with_tasks(ledger, [attachments.attach(_pick(ledger.tasks, k), stamp, [file])])


def _join_project(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    project = _pick(ledger.projects, k // 2).name
    return changes.with_tasks(ledger, [changes.edit(_pick(ledger.tasks, k), stamp, {"project": project})])


def _move_inspection(ledger: Ledger, stamp: Stamp, k: int, _text: str) -> Ledger:
    new = msgspec.structs.replace(_pick(ledger.inspections, k), day=stamp.today + timedelta(days=k))
    return inspections.with_changed(ledger, new, stamp, reason="改")


def _calendar(ledger: Ledger, _stamp: Stamp, k: int, _text: str) -> Ledger:
    fixed = {day(f"2027-{month:02}-01") for month in (1, 5, 10)}
    return calendars.with_year(
        ledger, CalendarYear(year=2027, off=tuple(sorted({*fixed, day(f"2027-03-{1 + k % 28:02}")})))
    )


ACTS: Final[Sequence[Act]] = (
    _add,
    _add,
    _close,
    _on_task(lambda task, stamp, text: changes.note(task, stamp, text=text, actual=len(task.log))),
    _on_task(lambda task, stamp, text: changes.edit(task, stamp, {"owner": text, "tags": (*task.tags, text)})),
    _hand_over,
    _on_task(lambda task, stamp, _text: changes.start(task, stamp)),
    _on_task(lambda task, stamp, text: changes.submit(task, stamp, evidence=text)),
    _on_task(lambda task, stamp, text: changes.return_(task, stamp, reason=text)),
    _on_task(lambda task, stamp, text: changes.cancel(task, stamp, reason=text)),
    _on_task(lambda task, stamp, text: changes.reopen(task, stamp, reason=text)),
    _on_task(lambda task, stamp, text: changes.raise_(task, stamp, text=text)),
    _on_task(lambda task, stamp, text: changes.settle(task, stamp, n=1, text=text)),
    _on_task(lambda task, stamp, text: changes.extend(task, stamp, to=day("2026-12-25"), reason=text)),
    _on_task(lambda task, stamp, text: steps.add(task, stamp, text, due=day("2026-12-10"))),
    _on_task(lambda task, stamp, _text: steps.finish(task, 1, stamp)),
    _on_task(
        lambda task, stamp, text: steps.change(task, 1, stamp, StepChange(at=stamp.at, by=stamp.by, n=1, text=text))
    ),
    lambda ledger, stamp, k, text: corrections.amend(
        ledger, task := _pick(ledger.tasks, k), len(task.log), stamp, text=text, reason="改"
    ),
    lambda ledger, stamp, k, text: corrections.void(
        ledger, task := _pick(ledger.tasks, k), len(task.log), stamp, reason=text
    ),
    lambda ledger, _stamp, k, _text: changes.without(ledger, [_pick(ledger.tasks, k).id]),
    lambda ledger, stamp, k, _text: meetings.with_new(ledger, Meeting(id=1, title=f"第{k % 2}次会议", day=stamp.today)),
    _decide,
    _edit_meeting,
    lambda ledger, stamp, k, text: meetings.without(ledger, _pick(ledger.meetings, k).id, None, stamp, reason=text),
    lambda ledger, stamp, k, text: meetings.with_words(
        ledger, (one := _pick(ledger.meetings, k)).id, _pick(one.decisions, k).n, text, stamp, reason="改"
    ),
    _inspect,
    _find,
    _put_right,
    lambda ledger, stamp, k, text: inspections.without(
        ledger, _pick(ledger.inspections, k).id, None, stamp, reason=text
    ),
    lambda ledger, _stamp, k, _text: projects.with_new(ledger, Project(name=f"项目{k % 3}")),
    _fund,
    _rename_project,
    lambda ledger, _stamp, k, _text: projects.without(ledger, _pick(ledger.projects, k), None),
    lambda ledger, stamp, _k, text: rounds.with_new(
        ledger, stamp, [unit.name for unit in ledger.departments], title=text
    ),
    _arrive,
    lambda ledger, stamp, _k, _text: rounds.with_changed(
        ledger, msgspec.structs.replace(rounds.find(ledger), closed=stamp.at)
    ),
    lambda ledger, stamp, k, text: instructions.with_new(
        ledger, stamp, text, leader="王局长", task=_pick(ledger.tasks, k).id if k % 2 else None
    ),
    lambda ledger, stamp, k, text: instructions.answer(ledger, _pick(ledger.instructions, k).n, stamp, text),
    lambda ledger, stamp, k, text: instructions.with_changed(
        ledger, msgspec.structs.replace(_pick(ledger.instructions, k), text=text), stamp, reason="改"
    ),
    lambda ledger, stamp, k, text: instructions.without(ledger, _pick(ledger.instructions, k).n, stamp, reason=text),
    lambda ledger, _stamp, _k, text: msgspec.structs.replace(
        ledger, departments=(*ledger.departments, Department(name=text))
    ),
    lambda ledger, _stamp, k, text: _with_unit(ledger, k, aliases=(*_pick(ledger.departments, k).aliases, text)),
    lambda ledger, _stamp, k, _text: _with_unit(ledger, k, aliases=()),
    lambda ledger, _stamp, k, text: _with_unit(ledger, k, contact=text),
    lambda ledger, stamp, k, text: changes.rename_department(ledger, _pick(ledger.departments, k).name, text, stamp),
    _merge_units,
    _issue,
    _set,
    _by_hand,
    _calendar,
    lambda ledger, _stamp, _k, _text: msgspec.structs.replace(ledger, calendars=()),
    _drop_unit,
    _mix,
    _attach,
    _on_task(lambda task, stamp, _text: attachments.detach(task, stamp, 1)),
    _send_slip,
    _send_slip,
    _join_project,
    _move_inspection,
)
"""Every command that writes, and a change by hand in the file."""


HAND: Final = Stamp(at("2026-11-02 09:00"), "手工")


class Clerk:
    """A desk: the list as it was when it was last made one with the others', and as it is now."""

    def __init__(self, name: str, began: Ledger) -> None:
        self.name = name
        self.synced = self.ledger = began
        self._versions: list[Ledger] = []

    def act(self, act: Act, stamp: Stamp, k: int, text: str) -> None:
        """Give a command; one that is refused changes nothing."""
        try:
            after = act(self.ledger, stamp, k, text)
        except PilotError:
            return
        if after != self.ledger:
            self._versions.append(self.ledger)
            self.ledger = schema.with_schema(after, after.tasks)

    def undo(self) -> None:
        """Step back one write, as far as the last time the lists were made one."""
        if self._versions:
            self.ledger = self._versions.pop()

    def recorded(self) -> Ledger:
        """Return the list as the store puts it on record before it is sent."""
        known = changes.put_hand_edits_on_record(self.synced, self.ledger, HAND)
        return changes.apply_all(known, lambda task: changes.put_on_record(task, HAND))  # of tasks that are new too

    def sync(self, shared: Ledger) -> Ledger:
        """Return what the list and the shared one come to, which is this desk's from now on."""
        self.synced = self.ledger = merge_sides(self.synced, self.recorded(), shared)
        self._versions = []
        return self.ledger


def entries(task: Task) -> Counter[bytes]:
    """Return how often each entry stands in the log, without numbers and names that a merge may change."""

    def plain(entry: LogEntry) -> bytes:
        if isinstance(entry, Correction):
            return msgspec.json.encode((msgspec.structs.replace(entry, of=0), plain(task.log[entry.of - 1]).decode()))
        said = {
            name: getattr(entry, name) for name in ("text", "reason", "evidence", "verifier") if hasattr(entry, name)
        }
        return msgspec.json.encode((type(entry).__name__, entry.at, entry.by, said))

    return Counter(plain(entry) for entry in task.log if not isinstance(entry, Renumber))


def by_uid(ledger: Ledger) -> dict[str, Task]:
    """Return the tasks by their uid."""
    return {task.uid: task for task in ledger.tasks}


def texts(ledger: Ledger, wanted: Iterable[str]) -> list[str]:
    """Return those of `wanted` that stand anywhere in the list."""
    whole = msgspec.json.encode(ledger).decode()
    return [text for text in wanted if text in whole]
