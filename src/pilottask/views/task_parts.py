"""What hangs on tasks, as tables: steps, problems and needs, leaders' instructions, attached files."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import history, wording
from pilottask.ledger import instructions as rules
from pilottask.ledger import steps as step_rules
from pilottask.ledger.history import Problem, StepNow
from pilottask.ledger.records import Answer, Attach, Instruct, Instruction, Ledger, Raise, Task
from pilottask.views import cells
from pilottask.views.grid import EMPTY, Align, Cell, Column, Grid, Where, grid

_Line = tuple[Task, StepNow]


def steps_of(task: Task, *, today: date) -> list[Grid]:
    """Show the steps of a task, where it has any, and how many are done."""
    listed = history.steps(task)
    if not listed:
        return []
    columns: tuple[Column[StepNow], ...] = (
        cells.number_column("n", pgettext("step", "No."), lambda step: step.n),
        Column("text", pgettext("step", "Step"), lambda step: Cell(step.text), fold=16),
        Column("due", pgettext("step", "By"), _step_due),
        Column("figure", pgettext("step", "Figure"), _step_figure, drop=1),
        Column("stands", pgettext("step", "Stands"), lambda step: _step_stands(step, today=today), fold=8),
    )
    title = _("Steps ({done} of {all} done)").format(
        done=sum(step.done is not None for step in listed), all=len(listed)
    )
    return [grid(listed, columns, title=title)]


def _step_due(step: StepNow) -> Cell:
    text = step.due.isoformat()
    if step.due != step.first_due:
        text = _("first {first} → now {now}").format(first=step.first_due, now=text)
    return Cell(text, step.due.isoformat())


def _step_figure(step: StepNow) -> Cell:
    if step.target is None:
        return cells.text(None if step.actual is None else wording.figure(step.actual, step.unit))
    wanted = wording.figure(step.target, step.unit)
    if step.actual is None:
        return Cell(wanted)
    return Cell(_("{actual} of {target}").format(actual=step.actual, target=wanted))


def _step_stands(step: StepNow, *, today: date) -> Cell:
    if step.done is not None:
        return Cell(_("done {day}").format(day=step.done), step.done.isoformat())
    return cells.time_left(step.due, today=today)


def late_steps(tasks: Iterable[Task], *, today: date, ahead: int | None = None) -> list[Grid]:
    """Return a section of the steps of these tasks that are past their day, or due `ahead`, where there are any."""
    listed = step_rules.late(tasks, today=today, ahead=ahead)
    columns: tuple[Column[_Line], ...] = (
        cells.of(lambda line: line[0], cells.id_column()),
        cells.of(lambda line: line[0], cells.field_column("title", fold=12)),
        cells.of(lambda line: line[0], cells.field_column("department", fold=10, drop=1)),
        cells.number_column("n", pgettext("step", "No."), lambda line: line[1].n),
        Column("text", pgettext("step", "Step"), lambda line: Cell(line[1].text), fold=12),
        Column("due", pgettext("step", "By"), lambda line: cells.day(line[1].due), drop=2),
        Column("stands", pgettext("step", "Stands"), lambda line: _step_stands(line[1], today=today)),
    )
    title = _("Steps past their day") if ahead is None else _("Steps due soon")
    return [grid(listed, columns, title=title)] if listed else []


def problems_of(task: Task) -> list[Grid]:
    """Show the open problems, where there are any."""
    raised = history.open_problems(task)
    if not raised:
        return []
    columns: tuple[Column[Raise], ...] = (
        cells.number_column("n", _("No."), lambda one: one.n),
        Column("raised", _("Raised"), lambda one: cells.day(one.at.date()), drop=1),
        Column("text", _("Problem"), lambda one: Cell(one.text), fold=16),
        Column("need", _("Asks for"), lambda one: cells.text(wording.need(one)), fold=8),
    )
    return [grid(raised, columns, title=_("Open problems"))]


def problems(listed: Sequence[tuple[Task, Problem]], *, today: date, more: int = 0, empty: str = "") -> Grid:
    """List problems and needs by themselves, with the days that each has been open; `more`: so many others there are.

    When each was settled has a column where one was.
    """
    any_settled = any(problem.settled for _task, problem in listed)
    of_task = itemgetter(0)
    columns: tuple[Column[tuple[Task, Problem]], ...] = (
        cells.of(of_task, cells.id_column()),
        cells.number_column("n", _("No."), lambda row: row[1].raised.n),
        cells.of(of_task, cells.field_column("title", fold=12, drop=2)),
        cells.of(of_task, cells.field_column("department", fold=12, drop=3)),
        Column("text", _("Problem"), lambda row: Cell(row[1].raised.text), fold=16),
        Column("need", _("Asks for"), lambda row: _need(row[1]), fold=8),
        Column("coordinate", "", lambda row: Cell("", row[1].raised.coordinate), where=Where.DATA),
        Column("raised", _("Raised"), lambda row: cells.day(row[1].raised.at.date()), drop=1),
        Column("days_open", _("Open for"), lambda row: _open_for(row[1], today=today), align=Align.RIGHT),
        Column(
            "settled",
            _("Settled"),
            lambda row: cells.day(row[1].settled_on),
            where=Where.ALL if any_settled else Where.DATA,
        ),
    )
    return grid(listed, columns, empty=empty, closing=cells.limit_note(len(listed), more))


def _need(problem: Problem) -> Cell:
    asked = wording.need(problem.raised)
    return Cell(asked, problem.raised.need) if asked else EMPTY


def _open_for(problem: Problem, *, today: date) -> Cell:
    until = min(problem.settled_on or today, today)
    days = max((until - problem.raised.at.date()).days, 0)
    return Cell(wording.count_of_days(days), days)


def instructions_of(task: Task) -> list[Grid]:
    """Show the instructions given on it, where there are any."""
    given = history.instructions(task)
    if not given:
        return []
    columns: tuple[Column[tuple[Instruct, Answer | None]], ...] = (
        cells.number_column("n", pgettext("instruction", "No."), lambda pair: pair[0].n),
        Column("leader", pgettext("instruction", "Leader"), lambda pair: Cell(pair[0].leader), fold=8),
        Column("text", pgettext("instruction", "Asked for"), lambda pair: Cell(pair[0].text), fold=16),
        Column("reply_by", _("Reply by"), lambda pair: cells.day(pair[0].reply_by), drop=1),
        Column("answer", _("Answer"), lambda pair: cells.text(pair[1].text if pair[1] else None), fold=10),
    )
    return [grid(given, columns, title=_("Instructions"))]


def instructions(listed: Iterable[Instruction], *, today: date, title: str | None = None) -> Grid:
    """List instructions, in the order given."""
    columns: tuple[Column[Instruction], ...] = (
        cells.number_column("n", pgettext("instruction", "No."), lambda one: one.n),
        Column("leader", pgettext("instruction", "Leader"), lambda one: Cell(one.leader), fold=8),
        Column("text", pgettext("instruction", "Asked for"), lambda one: Cell(one.text), fold=16),
        Column("task", _("Task ID"), lambda one: cells.number(one.task) if one.task else EMPTY, align=Align.RIGHT),
        Column("reply_by", _("Reply by"), lambda one: cells.day(one.reply_by), drop=1),
        Column("given", _("Given"), lambda one: cells.day(one.at.date()), where=Where.DATA),
        Column(
            "answered",
            _("Answered"),
            lambda one: cells.day(one.answered.date() if one.answered else None),
            where=Where.DATA,
        ),
        Column("stands", pgettext("instruction", "Stands"), lambda one: _instruction_stands(one, today=today), fold=10),
    )
    return grid(listed, columns, title=title, empty=_("No instruction is open."))


def instruction_section(ledger: Ledger, *, today: date, every: bool) -> list[Grid]:
    """Return a section of the instructions that are open, or of `every` one, where there are any."""
    listed = [one for one in ledger.instructions if every or one.answered is None]
    return [instructions(listed, today=today, title=_("Instructions"))] if listed else []


def late_instructions(
    ledger: Ledger, tasks: Iterable[Task] | None, *, today: date, ahead: int | None = None
) -> list[Grid]:
    """Return a section of the instructions not answered in time, or to be `ahead`, on these tasks; with None of all."""
    ids = None if tasks is None else {task.id for task in tasks}
    listed = rules.late(ledger.instructions, today=today, ahead=ahead)
    listed = [one for one in listed if ids is None or one.task in ids]
    title = _("Instructions not answered in time") if ahead is None else _("Instructions to be answered soon")
    return [instructions(listed, today=today, title=title)] if listed else []


def _instruction_stands(one: Instruction, *, today: date) -> Cell:
    """Say what was answered, else how far off the day of the answer is."""
    if one.answered is not None:
        text = _("answered {day}: {text}").format(day=one.answered.date(), text=one.answer)
        return Cell(text, one.answered.date().isoformat())
    if one.reply_by is None:
        return Cell(_("open"), None)
    return cells.time_left(one.reply_by, today=today)


def attachments_of(task: Task) -> list[Grid]:
    """Show the files that are attached to a task, where it has any."""
    files = history.attachments(task)
    columns: tuple[Column[Attach], ...] = (
        cells.number_column("n", pgettext("attachment", "No."), lambda entry: entry.n),
        Column("name", pgettext("attachment", "File"), lambda entry: Cell(entry.name), fold=20),
        Column("size", _("Size"), lambda entry: Cell(wording.size(entry.size), entry.size), align=Align.RIGHT),
        Column("at", pgettext("attachment", "Attached"), lambda entry: cells.day(entry.at.date())),
        Column("by", pgettext("attachment", "By"), lambda entry: Cell(entry.by), drop=1),
    )
    return [grid(files, columns, title=_("Attached files"))] if files else []
