"""Joint meetings (联席会议): what they decided, how that stands, and the agenda of the next one."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from pilottask.base import periods
from pilottask.base.errors import NotFound
from pilottask.base.i18n import _
from pilottask.ledger import changes, corrections, history, instructions, lights, queries, steps, vocabulary
from pilottask.ledger.as_json import Json, open_problem_record, pick, step_record, task_record
from pilottask.ledger.changes import Stamp
from pilottask.ledger.history import Problem, StepNow
from pilottask.ledger.lights import Reason
from pilottask.ledger.queries import Group
from pilottask.ledger.records import OPEN, Decide, Decision, Instruction, Ledger, Meeting, Pilot, Raise, Status, Task

_MONTHS_BETWEEN: Final = 3
"""Months to the next joint meeting where none is planned: they are held quarterly."""


class Standing(StrEnum):
    """How a decision stands, by the tasks that carry it out."""

    NO_TASK = "no_task"
    OVERDUE = "overdue"
    OPEN = "open"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    DONE = "done"


_CARRIED_OUT: Final = frozenset({Standing.CANCELLED, Standing.DONE})
"""How a decision stands that no later meeting is told of."""
_NO_MORE: Final = frozenset({Status.SUSPENDED, Status.CANCELLED})
"""Statuses of tasks that a decision no longer waits for."""


class Followed(Struct, frozen=True):
    """A decision with the tasks that carry it out, and how it stands."""

    decision: Decision
    tasks: tuple[Task, ...]
    standing: Standing

    def in_words(self) -> str:
        """Say how it stands, in the words for its tasks: their status, and doing where some have come further."""
        match self.standing:
            case Standing.NO_TASK:
                return _("no task")
            case Standing.OVERDUE:
                return vocabulary.REASON.say(Reason.OVERDUE)
            case Standing.OPEN:
                statuses = {task.status for task in self.tasks} - _NO_MORE
                return vocabulary.STATUS.say(statuses.pop() if len(statuses) == 1 else Status.DOING)
            case Standing.SUSPENDED | Standing.CANCELLED:
                return vocabulary.STATUS.say(Status(self.standing))
            case Standing.DONE:
                return vocabulary.STATUS.say(Status.CLOSED)
            case _:
                assert_never(self.standing)


Decided = tuple[Meeting, tuple[Followed, ...]]
"""A meeting and its decisions as they stand."""


class Carried(Struct, frozen=True):
    """A decision and a task that carries it out, None where none does; `again` where it stands above already."""

    followed: Followed
    task: Task | None
    again: bool


def by_task(decisions: Iterable[Followed]) -> list[Carried]:
    """Return the decisions once for each task that carries them out."""
    return [Carried(one, task, again=index > 0) for one in decisions for index, task in enumerate(one.tasks or (None,))]


class Agenda(Struct, frozen=True):
    """The agenda of the meeting on `day`, which is that of today where none is planned and none was asked for.

    `day_known` tells whether it is not; `after` is the day of the meeting after it, None where none is planned, and
    `until` that day, or a quarter later. `planned` is the record of that meeting, where there is one, `last` the
    meeting before. `decisions` are those of `last`, `earlier` what meetings before that decided and is not carried out,
    the latest first; `red` the red tasks by department, in the order in which they report; `coordinate` the problems
    and needs that ask for the meeting; `due` what falls due before `until`; `instructions` and `late_steps` are past
    their day.
    """

    day: date
    until: date
    planned: Meeting | None
    last: Meeting | None
    decisions: tuple[Followed, ...]
    red: tuple[tuple[str, tuple[Task, ...]], ...]
    coordinate: tuple[tuple[Task, Raise], ...]
    due: tuple[Task, ...]
    day_known: bool
    after: date | None
    earlier: tuple[Decided, ...]
    instructions: tuple[Instruction, ...]
    late_steps: tuple[tuple[Task, StepNow], ...]


def find(ledger: Ledger, number: int) -> Meeting:
    """Return the meeting with this number. Raises NotFound."""
    for meeting in ledger.meetings:
        if meeting.id == number:
            return meeting
    hint = _("no meeting is entered yet: pilottask meeting add TITLE --date DATE")
    if ledger.meetings:
        hint = _("pilottask meeting list shows every meeting with its number")
    raise NotFound(_("no meeting {id}").format(id=number), hint=hint)


def with_new(ledger: Ledger, meeting: Meeting) -> Ledger:
    """Return `ledger` with `meeting` entered, under the next number."""
    number = 1 + max((one.id for one in ledger.meetings), default=0)
    return replace(ledger, meetings=(*ledger.meetings, replace(meeting, id=number)))


def with_changed(ledger: Ledger, changed: Meeting) -> Ledger:
    """Return `ledger` with `changed` for the meeting of its number."""
    return replace(ledger, meetings=tuple(changed if one.id == changed.id else one for one in ledger.meetings))


def decide(ledger: Ledger, number: int, text: str, stamp: Stamp, *, tasks: Iterable[int]) -> Ledger:
    """Return `ledger` with a decision of meeting `number` recorded, on the tasks that carry it out too.

    `tasks` are the ids of tasks that exist. Raises NotFound for an unknown meeting.
    """
    meeting = find(ledger, number)
    n = 1 + max((decision.n for decision in meeting.decisions), default=0)
    linked = tuple(dict.fromkeys(tasks))
    decided = replace(meeting, decisions=(*meeting.decisions, Decision(n=n, text=text, tasks=linked)))
    entry = Decide(at=stamp.at, by=stamp.by, meeting=number, n=n, text=text)
    ledger = changes.log_on(ledger, linked, entry)
    return with_changed(ledger, decided)


def decide_each(ledger: Ledger, number: int, tasks: Iterable[Task], stamp: Stamp) -> Ledger:
    """Return `ledger` with a decision of meeting `number` for each of `tasks` that carries none of its out yet.

    Its words are the title of the task. Raises NotFound for an unknown meeting.
    """
    linked = {task for one in find(ledger, number).decisions for task in one.tasks}
    for task in tasks:
        if task.id not in linked:
            ledger = decide(ledger, number, task.title, stamp, tasks=[task.id])
    return ledger


def decision(meeting: Meeting, n: int) -> Decision:
    """Return decision `n` of `meeting`. Raises NotFound."""
    for one in meeting.decisions:
        if one.n == n:
            return one
    hint = _("pilottask meeting show {id} numbers them").format(id=meeting.id)
    raise NotFound(_("meeting {id} has no decision {n}").format(id=meeting.id, n=n), hint=hint)


def with_words(ledger: Ledger, number: int, n: int, text: str, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` with other words for decision `n`, with the tasks that carry it out too. Raises NotFound."""
    meeting = find(ledger, number)
    old = decision(meeting, n)
    new = tuple(replace(one, text=text) if one is old else one for one in meeting.decisions)
    carrying = corrections.telling(Decide, meeting=number, n=n)
    ledger = corrections.amend_all(ledger, carrying, stamp, text=text, reason=reason)
    return with_changed(ledger, replace(meeting, decisions=new))


def without(ledger: Ledger, number: int, n: int | None, stamp: Stamp, *, reason: str) -> Ledger:
    """Return `ledger` without decision `n` of a meeting, or without the meeting where `n` is None. Raises NotFound."""
    meeting = find(ledger, number)
    ledger = corrections.void_all(ledger, corrections.telling(Decide, meeting=number, n=n), stamp, reason=reason)
    if n is None:
        return replace(ledger, meetings=tuple(one for one in ledger.meetings if one.id != number))
    gone = decision(meeting, n)
    return with_changed(ledger, replace(meeting, decisions=tuple(one for one in meeting.decisions if one is not gone)))


def standing(tasks: Sequence[Task], *, today: date) -> Standing:
    """Return how a decision stands that these tasks carry out: the worst that applies."""
    if not tasks:
        return Standing.NO_TASK
    if any(lights.is_overdue(task, today=today) for task in tasks):
        return Standing.OVERDUE
    statuses = {task.status for task in tasks}
    if statuses & OPEN:
        return Standing.OPEN
    if Status.SUSPENDED in statuses:
        return Standing.SUSPENDED
    return Standing.DONE if Status.CLOSED in statuses else Standing.CANCELLED


def with_decisions(ledger: Ledger, *, today: date) -> list[Decided]:
    """Return all joint meetings in the order of their days, each with its decisions as they stand."""
    by_id = {task.id: task for task in ledger.tasks}

    def follow(decision: Decision) -> Followed:
        tasks = tuple(by_id[number] for number in decision.tasks)
        return Followed(decision, tasks, standing(tasks, today=today))

    in_order = sorted(ledger.meetings, key=lambda one: (one.day, one.id))
    return [(meeting, tuple(map(follow, meeting.decisions))) for meeting in in_order]


def on_matter(listed: Iterable[Decided], text: str) -> list[Decided]:
    """Return the meetings with `text` in decisions, with these alone; with all where it stands in the title."""
    word = text.casefold()
    results = []
    for meeting, all_ in listed:
        some = tuple(one for one in all_ if word in one.decision.text.casefold())
        if some or word in meeting.title.casefold():
            results.append((meeting, some or all_))
    return results


def follow_up(ledger: Ledger, meeting: Meeting, *, today: date) -> tuple[Followed, ...]:
    """Return the decisions of `meeting` in their order, each as it stands."""
    return next(followed for one, followed in with_decisions(ledger, today=today) if one.id == meeting.id)


def agenda(ledger: Ledger, *, today: date, day: date | None = None) -> Agenda:
    """Return the agenda of the meeting on `day`, as things stand today.

    Without `day` it is the next meeting planned, one held today included. The meeting after it is the one planned
    next, else one a quarter later.
    """
    held = with_decisions(ledger, today=today)
    coming = next((one for one, _followed in held if one.day >= (day or today)), None)
    known = day is not None or coming is not None
    day = day or (coming.day if coming else today)
    after = next((one.day for one, _followed in held if one.day > day), None)
    until = after or _a_quarter_after(day)
    before = [pair for pair in held if pair[0].day < day]
    last, decisions = before[-1] if before else (None, ())
    earlier = (
        (meeting, tuple(one for one in followed if one.standing not in _CARRIED_OUT))
        for meeting, followed in reversed(before[:-1])
    )
    in_order = sorted((task for task in ledger.tasks if task.status in OPEN), key=lambda task: task.id)
    return Agenda(
        day=day,
        until=until,
        planned=coming if coming is not None and coming.day == day else None,
        last=last,
        decisions=decisions,
        red=_red(ledger, today=today),
        coordinate=tuple((task, raised) for task in in_order for raised in history.to_coordinate(task)),
        due=tuple(queries.upcoming(ledger.tasks, today=today, days=(until - today).days - 1)),
        day_known=known,
        after=after,
        earlier=tuple(pair for pair in earlier if pair[1]),
        instructions=tuple(instructions.late(ledger.instructions, today=today)),
        late_steps=tuple(steps.late(ledger.tasks, today=today)),
    )


def _a_quarter_after(day: date) -> date:
    try:
        return periods.add_months(day, _MONTHS_BETWEEN)
    except OverflowError:
        return date.max


def _red(ledger: Ledger, *, today: date) -> tuple[tuple[str, tuple[Task, ...]], ...]:
    """Return the red tasks, which are the overdue ones, by department, the one with the most first."""
    red = queries.by_department(queries.overdue(ledger.tasks, today=today))
    counted = queries.summary(ledger.tasks, Group.DEPARTMENT, today=today, pilot=ledger.pilot)
    return tuple((name, tuple(red[name])) for name, _tally in counted.rows if name is not None and name in red)


def meeting_record(meeting: Meeting, followed: Iterable[Followed], *, today: date, pilot: Pilot) -> Json:
    """Return a joint meeting with its decisions, each as it stands, with its tasks in full."""
    return {
        **pick(meeting, "id", "title"),
        "date": meeting.day,
        **pick(meeting, "time", "place", "chair", "attend", "absent"),
        "decisions": [followed_record(one, today=today, pilot=pilot) for one in followed],
    }


def followed_record(followed: Followed, *, today: date, pilot: Pilot) -> Json:
    """Return a decision as it stands, with its tasks in full."""
    return {
        **pick(followed.decision, "n", "text"),
        "standing": followed.standing,
        "tasks": [task_record(task, today=today, pilot=pilot) for task in followed.tasks],
    }


def agenda_record(ledger: Ledger, agenda: Agenda, *, today: date) -> Json:
    """Return the agenda of a joint meeting.

    `for` is its day, `until` that of the meeting after it; `day_known` and `after` tell whether they are planned.
    """

    def task_records(tasks: Iterable[Task]) -> list[Json]:
        return [task_record(task, today=today, pilot=ledger.pilot) for task in tasks]

    return {
        "for": agenda.day,
        "until": agenda.until,
        "meeting": agenda.planned.id if agenda.planned else None,
        "last_meeting": agenda.last.id if agenda.last else None,
        "decisions": [followed_record(one, today=today, pilot=ledger.pilot) for one in agenda.decisions],
        "day_known": agenda.day_known,
        "after": agenda.after,
        "earlier": [meeting_record(one, left, today=today, pilot=ledger.pilot) for one, left in agenda.earlier],
        "red": [{"department": name, "tasks": task_records(tasks)} for name, tasks in agenda.red],
        "coordinate": [open_problem_record(task, Problem(raised), today=today) for task, raised in agenda.coordinate],
        "due": task_records(agenda.due),
        "instructions": [instructions.record(one, today=today) for one in agenda.instructions],
        "late_steps": [{"id": task.id, **step_record(step, late=True)} for task, step in agenda.late_steps],
    }
