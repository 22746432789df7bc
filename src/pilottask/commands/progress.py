"""Progress: the moves of a task's life, what is reported on it, its deadline moved, files attached to it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from typer import Argument, Option

from pilottask.base.dates import Yearless
from pilottask.base.errors import PilotError, UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.numbers import option_number
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session, find
from pilottask.commands.shared.deadline_messages import next_ones, open_too, say_deadline
from pilottask.commands.shared.evidence import file_named, say_known
from pilottask.commands.shared.ids import (
    Applies,
    IdArgument,
    IdsArgument,
    SomeIdsArgument,
    ask,
    change_each,
    is_id,
    of_departments,
    one,
    resolve,
)
from pilottask.commands.shared.printing import FormatSession, YesOption, id_and_title, say_changed, tell_same
from pilottask.ledger import attachments, changes, history, inspections, recurring, steps, vocabulary, wording
from pilottask.ledger.changes import Move
from pilottask.ledger.records import OPEN, WITH_DEPARTMENT, Ledger, Note, Status, Task
from pilottask.store import copies
from pilottask.store.reader import Written

Change = Callable[[Task], Task]
OnOption = Annotated[str | None, Option("--on", metavar=_("DATE"), help=_("The day it was, where that is not today"))]
ReasonOption = Annotated[str, Option("--reason", "-r", help=_("Why; it goes on record"))]
DepartmentsOption = Annotated[
    list[str] | None,
    Option("--department", "-d", metavar=_("NAME"), help=_("All of a department's tasks that are open to it")),
]


def _may(move: Move) -> Applies:
    return lambda task: task.status in changes.FROM[move]


def _is_open(task: Task) -> bool:
    return task.status in OPEN


def _move(session: Session, move: Move, words: list[str], change: Change) -> None:
    change_each(session, resolve(words, session.ledger, applies=_may(move)), change)


def _sure(session: Session, move: Move, words: list[str], question: str, *, yes: bool) -> list[int]:
    """Return the ids meant, asked about where a task is named by a part of its title: the move ends its work."""
    ids = resolve(words, session.ledger, applies=_may(move))
    if not all(map(is_id, words)):
        ask(session, question, ids, yes=yes)
    return ids


def _with_department(
    session: Session, words: Sequence[str], departments: list[str] | None, *, applies: Applies = _is_open, yes: bool
) -> list[int]:
    """Return the ids of the tasks that are named, or of a department's to which the act applies, asked about."""
    if not departments:
        return resolve(words, session.ledger, applies=applies)
    if words:
        raise UsageFault(_("-d takes all that a department has open; name tasks or a department, not both"))
    ids = of_departments(session, departments, applies=applies)
    ask(session, _("Do this to all of these?"), ids, yes=yes)
    return ids


def start(session: FormatSession, ids: IdsArgument) -> None:
    """Record that work has begun: todo becomes doing."""
    _move(session, Move.START, ids, lambda task: changes.start(task, session.stamp))


def submit(
    session: FormatSession,
    ids: IdsArgument,
    evidence: Annotated[
        str | None, Option(help=_("What shows that it is done: words, or a file, which is attached"))
    ] = None,
    on: OnOption = None,
) -> None:
    """Record that the department says it is done; the office has yet to verify it."""
    day = session.day(on, option="--on", year=Yearless.PAST)
    numbers = resolve(ids, session.ledger, applies=_may(Move.SUBMIT))
    file, note = file_named(evidence) if evidence else (None, None)
    sources = [file] if file else []

    def change(task: Task) -> Task:
        task = attachments.attach(task, session.stamp, (source.file for source in sources))
        return changes.submit(task, session.stamp, evidence=file.file.name if file else evidence, on=day)

    written = change_each(session, numbers, change, sources=sources)
    if note:
        session.warn(note)
    say_known(session, written, numbers, sources)


def close(
    session: FormatSession,
    ids: IdsArgument,
    verifier: Annotated[str | None, Option(metavar=pgettext("person", "NAME"), help=_("Who verified it"))] = None,
    on: OnOption = None,
    yes: YesOption = False,
) -> None:
    """Close a task that the office has verified; the next of a recurring one is opened."""
    day = session.day(on, option="--on", year=Yearless.PAST)
    numbers = _sure(session, Move.CLOSE, ids, _("Close this task?"), yes=yes)

    def edit(ledger: Ledger) -> Ledger:
        closed = [changes.close(task, session.stamp, verifier=verifier, on=day) for task in find(ledger, numbers)]
        return recurring.with_next(changes.with_tasks(ledger, closed), numbers, session.stamp, new_uid=session.new_uid)

    written = session.change(edit)
    _say_ended(session, written, numbers)
    for task in find(written.after, numbers):
        _tell_left(session, written.after, task)


def _tell_left(session: Session, ledger: Ledger, task: Task) -> None:
    """Say what is left of a task that was closed: steps, problems, findings, a part of its target."""
    findings = [
        each.finding.text
        for each in inspections.findings(ledger)
        if each.task.id == task.id and inspections.is_open(each, today=session.today)
    ]
    short = [wording.target_reached(task, today=session.today)] * ((task.actual or 0) < (task.target or 0))
    for message, left in (
        (_("note: steps of task {id} were not done: {left}"), [step.text for step in steps.not_done(task)]),
        (
            _("note: problems of task {id} are not settled: {left}"),
            [asked.text for asked in history.open_problems(task)],
        ),
        (_("note: findings on task {id} are not put right: {left}"), findings),
        (_("note: task {id} has not reached its target: {left}"), short),
    ):
        if left:
            session.warn(message.format(id=task.id, left=_("; ").join(map(safe, left))))


def _say_ended(session: Session, written: Written, numbers: list[int]) -> None:
    opened = written.after.tasks[len(written.before.tasks) :]
    say_changed(session, written, [*numbers, *(task.id for task in opened)])
    next_ones(session, written.after, ended=find(written.after, numbers), opened=opened)


def return_(session: FormatSession, ids: IdsArgument, reason: ReasonOption) -> None:
    """Send a submitted task back to its department."""
    _move(session, Move.RETURN, ids, lambda task: changes.return_(task, session.stamp, reason=reason))


def suspend(session: FormatSession, ids: IdsArgument, reason: ReasonOption) -> None:
    """Put an open task off."""
    _move(session, Move.SUSPEND, ids, lambda task: changes.suspend(task, session.stamp, reason=reason))


_GOES_ON: Final = Option(
    "--next/--end", help=_("Of a recurring task: --next opens the next one, --end ends its series"), show_default=False
)


def cancel(
    session: FormatSession,
    ids: IdsArgument,
    reason: ReasonOption,
    goes_on: Annotated[bool | None, _GOES_ON] = None,
    yes: YesOption = False,
) -> None:
    """Give an open task up; it no longer counts towards the completion rate."""
    numbers = _sure(session, Move.CANCEL, ids, _("Cancel this task?"), yes=yes)
    goes_on = _goes_on(session, numbers) if goes_on is None else goes_on

    def edit(ledger: Ledger) -> Ledger:
        cancelled = [changes.cancel(task, session.stamp, reason=reason) for task in find(ledger, numbers)]
        after = changes.with_tasks(ledger, cancelled)
        return recurring.with_next(after, numbers, session.stamp, new_uid=session.new_uid) if goes_on else after

    _say_ended(session, session.change(edit), numbers)


def _goes_on(session: Session, numbers: list[int]) -> bool:
    """Ask whether a series goes on whose last open task is cancelled. Raises UsageFault where nobody is there."""
    tasks = [task for task in session.ledger.tasks if task.id not in numbers]
    last = [
        task
        for task in find(session.ledger, numbers)
        if task.every is not None and _may(Move.CANCEL)(task) and not recurring.open_in_series(tasks, task)
    ]
    if not last:
        return False
    text = _("{tasks}: recurring, and the last one open of its series").format(
        tasks=_(", ").join(map(changes.task_name, last))
    )
    if not session.interactive:
        raise UsageFault(text, hint=_("say which is meant: --next opens the next one, --end ends the series"))
    return session.confirm(_("{said}. Open the next one?").format(said=text) + " ")


def reopen(session: FormatSession, ids: IdsArgument, reason: ReasonOption) -> None:
    """Bring a closed, suspended or cancelled task back to where it stood before."""
    numbers = resolve(ids, session.ledger, applies=_may(Move.REOPEN))
    written = change_each(session, numbers, lambda task: changes.reopen(task, session.stamp, reason=reason))
    open_too(session, written.after, find(written.after, numbers))


_TEXT: Final = Argument(
    metavar=pgettext("progress", "TEXT"),
    help=_("Progress as reported; “-” reads lines of task and progress, a tab between, from standard input"),
)


def note(
    session: FormatSession,
    ids: SomeIdsArgument = None,
    text: Annotated[str | None, _TEXT] = None,
    next_step: Annotated[str | None, Option("--next", "-n", help=_("The next step"))] = None,
    actual: Annotated[str | None, Option(metavar=_("NUMBER"), help=_("The figure reached so far"))] = None,
    result: Annotated[bool, Option("--result", help=_("It is a result worth showing"))] = False,
    departments: DepartmentsOption = None,
    source: Annotated[
        str | None, Option("--from", metavar=_("FILE"), help=_("Read lines of task and progress from a file"))
    ] = None,
    yes: YesOption = False,
) -> None:
    """Record progress; the status stays as it is."""
    if source is not None or (text == "-" and not ids):
        if text not in {None, "-"} or ids or departments or next_step or actual:
            message = _("--from and “-” take the tasks and their progress from lines, and --result alone besides")
            raise UsageFault(message)
        _note_lines(session, source or "-", result=result)
        return
    if not text or not (ids or departments):
        hint = _('as in: pilottask note 3 "contract signed"; or -d NAME for all of a department')
        raise UsageFault(_("note takes a task and its progress"), hint=hint)
    figure = None if actual is None else option_number(actual, option="--actual")
    words = ids or []
    if departments:
        numbers = _with_department(session, words, departments, yes=yes)
    else:
        numbers = [one(" ".join(words), session.ledger).id]
    change = partial(
        changes.note, stamp=session.stamp, text=text, next_step=next_step or None, actual=figure, result=result
    )
    written = change_each(session, numbers, change, one=not departments)
    _tell_not_started(session, written, numbers)
    if not departments:
        tell_same(session, _same_notes(find(written.after, numbers)[0], text, since=session.today))


def _tell_not_started(session: Session, written: Written, numbers: Sequence[int]) -> None:
    """Say which of the tasks with progress are not started on record: a note changes no status."""
    if idle := [str(task.id) for task in find(written.after, numbers) if task.status is Status.TODO]:
        session.warn(_("not started on record; where work has begun: pilottask start {ids}").format(ids=",".join(idle)))


def _note_lines(session: Session, file: str, *, result: bool) -> None:
    notes = _notes_in(session, file)

    def add_notes(task: Task) -> Task:
        for text in notes[task.id]:
            if not _same_notes(task, text, since=session.today):
                task = changes.note(task, session.stamp, text=text, result=result)
        return task

    written = change_each(session, list(notes), add_notes)
    _tell_not_started(session, written, list(notes))
    before = find(written.before, list(notes))
    for task in before:
        for text in notes[task.id]:
            if _same_notes(task, text, since=session.today):
                message = _("left out, noted today already: {task}: {text}")
                session.warn(message.format(task=id_and_title(task), text=safe(text)))


def _notes_in(session: Session, file: str) -> dict[int, list[str]]:
    """Return what lines `ID or title<tab>text` note on each task, by id; blank lines mean nothing.

    Raises UsageFault and NotFound, naming the line.
    """
    from pilottask.commands.shared import files_in  # noqa: PLC0415  a reader of files, seldom wanted
    from pilottask.exchange.office.reading import decode  # noqa: PLC0415  as above

    notes: dict[int, list[str]] = {}
    for n, line in enumerate(decode(files_in.read(file)).splitlines(), start=1):
        which, _tab, text = (part.strip() for part in line.partition("\t"))
        if not which and not text:
            continue
        if not which or not text:
            message = _("line {n}: {text} is not a task and its progress, parted by a tab")
            raise UsageFault(message.format(n=n, text=quote(line)))
        try:
            task = one(which, session.ledger)
        except PilotError as error:
            raise type(error)(_("line {n}: {said}").format(n=n, said=error.message), hint=error.hint) from error
        notes.setdefault(task.id, []).append(text)
    if not notes:
        raise UsageFault(_("no line holds a task and its progress"))
    return notes


def _same_notes(task: Task, text: str, *, since: date) -> list[int]:
    """Return the numbers of the entries by which this was noted on `task` on that day or later."""
    entries = enumerate(history.counted_entries(task.log), start=1)
    return [n for n, one in entries if isinstance(one, Note) and one.text == text and one.at.date() >= since]


def raise_(
    session: FormatSession,
    which: IdArgument,
    text: Annotated[str, Argument(metavar=pgettext("problem", "TEXT"), help=_("The problem, or what is needed"))],
    need: Annotated[
        str | None, Option(metavar=vocabulary.NEED.choices(), help=_("What kind of support is needed"))
    ] = None,
    coordinate: Annotated[bool, Option("--coordinate", "-c", help=_("It must go to the joint meeting"))] = False,
) -> None:
    """Raise a problem or a need on a task; it stays open until it is settled."""
    kind = None if need is None else vocabulary.NEED.parse(need, what=_("kind of need"))
    ids = [one(which, session.ledger, applies=changes.takes_problems).id]
    change = partial(changes.raise_, stamp=session.stamp, text=text, need=kind, coordinate=coordinate)
    written = change_each(session, ids, change, one=True)
    (task,) = find(written.after, ids)
    message = _("problem {n}; when it is settled: pilottask settle {id} {n}")
    session.warn(message.format(n=history.next_problem(task) - 1, id=task.id))
    tell_same(session, [each.n for each in history.open_problems(task) if each.text == text])


def settle(
    session: FormatSession,
    which: IdArgument,
    n: Annotated[int, Argument(metavar=_("N"), help=_("The number of the problem, as show gives it"))],
    text: Annotated[str | None, Argument(metavar=_("TEXT"), help=_("How it was settled"))] = None,
) -> None:
    """Settle a problem of a task."""
    task = one(which, session.ledger, applies=lambda task: bool(history.open_problems(task)))
    change_each(session, [task.id], lambda task: changes.settle(task, session.stamp, n=n, text=text), one=True)


def extend(
    session: FormatSession,
    *,
    ids: SomeIdsArgument = None,
    to: Annotated[str, Argument(metavar=_("DATE"), help=_("The new deadline"))],
    reason: ReasonOption,
    approved_by: Annotated[str | None, Option(metavar=pgettext("person", "NAME"), help=_("Who approved it"))] = None,
    departments: DepartmentsOption = None,
    yes: YesOption = False,
) -> None:
    """Move deadlines; the first ones stay on record."""
    if not ids and not departments:
        message = _("extend takes tasks and their new deadline")
        raise UsageFault(message, hint=_("as in: pilottask extend 3 2026-12-31 --reason WHY"))
    day = session.parse(to, year=Yearless.COMING)
    if day is None:
        raise UsageFault(_("extend takes the new deadline, a day"))
    numbers = _with_department(
        session, ids or [], departments, applies=lambda task: _is_open(task) and task.due is not None, yes=yes
    )
    change = partial(changes.extend, stamp=session.stamp, to=day, reason=reason, approved_by=approved_by)
    written = change_each(session, numbers, change, one=len(numbers) == 1 and not departments)
    say_deadline(session, find(written.after, numbers)[0], to)


_SAID: Final = Argument(metavar=_("IDS [TEXT]"), help=_("Task ids or a part of one title, then what was said"))


def chase(
    session: FormatSession,
    said: Annotated[list[str] | None, _SAID] = None,
    departments: DepartmentsOption = None,
    yes: YesOption = False,
) -> None:
    """Log a reminder to the departments of tasks that are still with them."""
    words, text = list(said or []), None
    if departments or (len(words) > 1 and not is_id(words[-1])):
        text = words.pop() if words else None
    if len(words) > 1 and not all(map(is_id, words)):
        raise UsageFault(_("chase takes ids, or a part of one title; text with blanks stands in quotation marks"))
    ids = _with_department(session, words, departments, applies=lambda task: task.status in WITH_DEPARTMENT, yes=yes)
    change_each(session, ids, lambda task: changes.chase(task, session.stamp, text=text))


def attach(
    session: FormatSession,
    which: IdArgument,
    paths: Annotated[
        list[Path], Argument(metavar=_("FILE"), help=_("The files, up to 100 MB each"), show_default=False)
    ],
) -> None:
    """Attach files to a task as evidence; copies of them are kept beside the list."""
    sources = [copies.look_at(path) for path in paths]
    number = one(which, session.ledger).id
    change = partial(attachments.attach, stamp=session.stamp, files=[each.file for each in sources])
    written = change_each(session, [number], change, one=True, sources=sources)
    say_known(session, written, [number], sources)


def detach(
    session: FormatSession,
    which: IdArgument,
    n: Annotated[int, Argument(metavar=_("N"), help=_("The number of the file, as show gives it"))],
) -> None:
    """Take a file off a task; the log goes on to tell of it."""
    number = one(which, session.ledger, applies=lambda task: bool(history.attachments(task))).id
    change_each(session, [number], lambda task: attachments.detach(task, session.stamp, n), one=True)
