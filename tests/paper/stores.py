"""Random task lists with a past: changes in any order of time, as commands make them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from hypothesis import strategies as st

import strategies
from factories import at, ledger
from pilottask.base.errors import PilotError
from pilottask.ledger import attachments, changes, corrections, fields, history, instructions, rounds, steps
from pilottask.ledger.attachments import File
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import How, Import, Ledger, Need, Status, StepChange, Task, replace

START: Final = at("2026-10-01 00:00")
DAYS: Final = 80
UNITS: Final = ("甲局", "乙局", "丙局")


class Change(NamedTuple):
    """One change: on which task (by turn), what, and how many hours after the start it is recorded."""

    turn: int
    kind: str
    hours: int
    number: int


def _day(step: Change) -> date:
    return (START + timedelta(days=step.number)).date()


def _begun(task: Task, stamp: Stamp) -> Task:
    return changes.start(task, stamp) if task.status is Status.TODO else task


_CHANGES: Final[dict[str, Callable[[Task, Stamp, Change], Task]]] = {
    "start": lambda task, stamp, _step: changes.start(task, stamp),
    "submit": lambda task, stamp, _step: changes.submit(task, stamp),
    "close": lambda task, stamp, step: changes.close(_begun(task, stamp), stamp, on=min(_day(step), stamp.today)),
    "return": lambda task, stamp, _step: changes.return_(task, stamp, reason="缺件"),
    "suspend": lambda task, stamp, _step: changes.suspend(task, stamp, reason="等批复"),
    "cancel": lambda task, stamp, _step: changes.cancel(task, stamp, reason="并入"),
    "reopen": lambda task, stamp, _step: changes.reopen(task, stamp, reason="有误"),
    "note": lambda task, stamp, step: changes.note(
        task, stamp, text=f"进展{step.number}", next_step="下一步", actual=step.number, result=step.number % 3 == 0
    ),
    "raise": lambda task, stamp, step: changes.raise_(
        task, stamp, text="缺钱", need=Need.MONEY, coordinate=step.number % 2 == 0
    ),
    "settle": lambda task, stamp, step: changes.settle(task, stamp, n=step.number % 3 + 1),
    "extend": lambda task, stamp, step: changes.extend(task, stamp, to=_day(step), reason="流标", approved_by="陈"),
    "chase": lambda task, stamp, _step: changes.chase(task, stamp),
    "title": lambda task, stamp, step: changes.edit(task, stamp, {"title": f"改名{step.number}"}),
    "owner": lambda task, stamp, step: changes.edit(task, stamp, {"owner": f"责任人{step.number}"}),
    "unit": lambda task, stamp, step: changes.edit(task, stamp, {"department": UNITS[step.number % 3]}),
    "step": lambda task, stamp, step: steps.add(task, stamp, f"节点{step.number}", due=_day(step)),
    "step done": lambda task, stamp, step: steps.finish(
        task, step.number % 3 + 1, stamp, on=min(_day(step), stamp.today)
    ),
    "step moved": lambda task, stamp, step: steps.change(
        task, step.number % 3 + 1, stamp, StepChange(at=stamp.at, by=stamp.by, n=0, to=_day(step), reason="流标")
    ),
    "attach": lambda task, stamp, step: attachments.attach(
        task, stamp, [File(f"{step.number}.pdf", step.number, f"{step.number % 5:064x}")]
    ),
    "detach": lambda task, stamp, step: attachments.detach(task, stamp, step.number % 3 + 1),
}


def _collected(list_: Ledger, task: Task, stamp: Stamp, step: Change) -> Ledger:
    """Return `list_` with the collection sheet of the task's department come in."""
    on = min(_day(step), stamp.today)
    list_ = rounds.arrive(list_, rounds.find(list_), [task.department], stamp, how=How.SHEET, on=on)
    return rounds.tell(list_, [task.department], stamp, on=on)


_LIST_CHANGES: Final[dict[str, Callable[[Ledger, Task, Stamp, Change], Ledger]]] = {
    "instruct": lambda list_, task, stamp, step: instructions.with_new(
        list_, stamp, f"批示{step.number}", leader="陈", task=task.id, reply_by=max(_day(step), stamp.today)
    ),
    "answer": lambda list_, _task, stamp, step: instructions.answer(list_, step.number % 3 + 1, stamp, "已办"),
    "round": lambda list_, _task, stamp, step: rounds.with_new(
        list_, stamp, UNITS[step.number % 3 :], due=max(_day(step), stamp.today)
    ),
    "collect": _collected,
    "round over": lambda list_, _task, stamp, _step: rounds.with_changed(
        list_, msgspec.structs.replace(rounds.find(list_), closed=stamp.at)
    ),
    "amend": lambda list_, task, stamp, step: corrections.amend(
        list_, task, step.number % len(task.log) + 1, stamp, text=f"更正{step.number}", reason="笔误"
    ),
    "void": lambda list_, task, stamp, step: corrections.void(
        list_, task, step.number % len(task.log) + 1, stamp, reason="误记"
    ),
}
"""What changes more of a list than one task."""


def made_changes(*, least: int = 0) -> st.SearchStrategy[list[Change]]:
    """Return changes, in the order in which they are written; their times may go backwards."""
    return st.lists(
        st.builds(
            Change,
            turn=st.integers(0, 7),
            kind=st.sampled_from((*_CHANGES, *_LIST_CHANGES, "create", "import")),
            hours=st.integers(0, DAYS * 24),
            number=st.integers(0, DAYS),
        ),
        min_size=least,
        max_size=40,
    )


def changed(list_: Ledger, made: list[Change]) -> Ledger:
    """Return `list_` with these changes made, those that are refused left out."""
    for step in made:
        stamp = Stamp(START + timedelta(hours=step.hours), "张三")
        if step.kind in {"create", "import"} or not list_.tasks:
            list_ = changes.with_new(list_, [_new(step, stamp, list_.next_id)])
            continue
        task = list_.tasks[step.turn % len(list_.tasks)]
        try:
            if step.kind in _CHANGES:
                list_ = changes.with_tasks(list_, [_CHANGES[step.kind](task, stamp, step)])
            else:
                list_ = _LIST_CHANGES[step.kind](list_, task, stamp, step)
        except PilotError:
            continue
    return list_


def _new(step: Change, stamp: Stamp, number: int) -> Task:
    due = None if step.turn == 0 else _day(step)
    task = Task(
        id=0,
        uid=f"u{number}",
        title=f"任务{number}",
        department=UNITS[step.turn % 3],
        aspect="建功立业" if step.turn % 2 else None,
        due=due,
        first_due=due,
        created=stamp.today,
    )
    if step.kind != "import":
        return changes.create(task, stamp)
    status = tuple(Status)[step.number % len(Status)]
    done = stamp.today if status in {Status.CLOSED, Status.SUBMITTED} else None
    closed = stamp.today if status is Status.CLOSED else None
    entry = Import(at=stamp.at, by="张三", status=status, submitted=done, closed=closed)
    return replace(task, status=status, submitted=done, closed=closed, log=(entry,))


class HandEdit(NamedTuple):
    """A field of a task (by turn) set in the file, with no entry; `extra.KEY` one of its own columns."""

    turn: int
    field: str
    value: Any


_UNIT_VALUES: Final[dict[str, st.SearchStrategy[Any]]] = {
    "department": st.sampled_from(UNITS),
    "support": st.lists(st.sampled_from(UNITS), max_size=2, unique=True).map(tuple),
    "due": st.none() | strategies.dates,
    "first_due": st.none() | strategies.dates,
    "created": strategies.dates,
    "uid": strategies.names,
    "open_ended": st.booleans(),
    "extra.编号": st.none() | strategies.lines,
}


def hand_edits() -> st.SearchStrategy[list[HandEdit]]:
    """Return changes by hand of any field but the id; of a log some entries are taken from its end."""
    values = {**strategies.FIELD_VALUES, **_UNIT_VALUES, "log": st.integers(0, 5)}
    assert {field.name for field in msgspec.structs.fields(Task)} - {"id", "log", "extra"} <= values.keys()
    edits = st.sampled_from(sorted(values)).flatmap(
        lambda field: st.builds(HandEdit, st.integers(0, 7), st.just(field), values[field])
    )
    return st.lists(edits, min_size=1, max_size=6)


def edited_by_hand(list_: Ledger, edits: Iterable[HandEdit]) -> Ledger:
    """Return `list_` with these changes; one of a log takes so many entries from its end."""
    for edit in edits:
        task = list_.tasks[edit.turn % len(list_.tasks)]
        if edit.field.startswith(fields.EXTRA):
            task = history.with_values(task, {edit.field: edit.value})
        else:
            value = task.log[: -edit.value or None] if edit.field == "log" else edit.value
            task = replace(task, **{edit.field: value})
        list_ = changes.with_tasks(list_, [task])
    return list_


def stores() -> st.SearchStrategy[Ledger]:
    """Return task lists of up to some dozens of tasks and changes."""
    empty = ledger(name="试点", office="产改办", departments=dict.fromkeys(UNITS, ()))
    return made_changes(least=1).map(lambda made: changed(empty, made))


def moments() -> st.SearchStrategy[datetime]:
    """Return moments among those of the changes, and a little beyond."""
    return st.integers(-48, DAYS * 24 + 48).map(lambda hours: START + timedelta(hours=hours, minutes=1))
