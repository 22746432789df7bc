"""Collection sheets that came back: what the departments report, by task and round."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from pilottask.base import formulas, text
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote
from pilottask.exchange.collect import form
from pilottask.exchange.collect.form import FIXED, INPUT, Answer, Field, Mark, Places
from pilottask.exchange.office import headings, reading, values, workbooks
from pilottask.exchange.office.headings import Column
from pilottask.exchange.office.importing import Changed, file_and_sheet
from pilottask.exchange.office.reading import Row, Table, where
from pilottask.exchange.office.row_cells import Reject, RowCells, check_text
from pilottask.exchange.office.rows import without_dittos
from pilottask.exchange.office.signatures import is_workbook
from pilottask.exchange.office.updating import with_note
from pilottask.ledger import changes, history, queries, rounds, steps, vocabulary
from pilottask.ledger.changes import Stamp
from pilottask.ledger.history import StepNow
from pilottask.ledger.records import OPEN, How, Ledger, LogEntry, Need, Note, Number, Raise, Status, Submit, Task


@dataclass(frozen=True, slots=True)
class Returned:
    """One sheet that came back; `places` is None where it is no collection sheet. `place` is how errors name it."""

    place: str
    table: Table
    places: Places | None


@dataclass(frozen=True, slots=True)
class Collected:
    """What taking the sheets in would do; nothing is done yet.

    `came` are the departments that reported, by the number of the round.
    """

    ledger: Ledger
    changed: tuple[Changed, ...]
    came: Mapping[int, tuple[str, ...]]
    notices: tuple[str, ...]
    faults: tuple[Reject, ...]

    def refusal(self) -> UsageFault:
        """Return the error that refuses all sheets, with every fault in it."""
        count = len(self.faults)
        head = ngettext(
            "{count} place cannot be taken in, so nothing was:",
            "{count} places cannot be taken in, so nothing was:",
            count,
        ).format(count=count)
        hint = _("mend them and import again, or take in the rest with --skip-bad REJECTS.csv")
        return UsageFault("\n".join([head, *(f"  {fault}" for fault in self.faults)]), hint=hint)


def reject_rows(sheets: Iterable[Returned], faults: Iterable[Reject]) -> list[list[str]]:
    """Return the rows with faults as a sheet of their own, behind a first column that says what is wrong with them."""
    why = queries.by_key(((fault.file, fault.row), f"{fault.column}: {fault.why}") for fault in faults)
    rows = [[headings.label(Column.WHY), *map(form.label, Field)]]
    for sheet in sheets:
        for row in sheet.table.rows:
            if sheet.places and (sheet.place, row.number) in why:
                cells = (row.at(sheet.places.columns.get(field)) for field in Field)
                rows.append(["; ".join(why[sheet.place, row.number]), *map(formulas.unguard, cells)])
    return [list(map(formulas.guard, row)) for row in rows]


def sheets(data: bytes, source: str) -> list[Returned]:
    """Return the sheets of a file that came back. Raises UsageFault, naming the file, where it cannot be read."""
    with reading.naming(source):
        tables = _tables(data)
    return [
        Returned(file_and_sheet(source, table.sheet), table, form.find([row.cells for row in table.rows]))
        for table in tables
    ]


def _tables(data: bytes) -> list[Table]:
    if not is_workbook(data):
        return [reading.read(data)]
    book = workbooks.Book(data)
    fitting = [(name, result) for name, head in book.heads.items() if (result := form.find(head))]
    tables = [book.read(name).table(name, result.below) for name, result in fitting]
    if not tables:
        return [Table(())]
    others = [*(name for name, head in book.heads.items() if head and name not in dict(fitting)), *book.hidden]
    if others:
        notice = _("other sheets are not read: {names}").format(names=_(", ").join(map(quote, others)))
        tables[0] = dataclasses.replace(tables[0], notices=(*tables[0].notices, notice))
    return tables


def plan(sheets: Iterable[Returned], ledger: Ledger, *, stamp: Stamp, on: date | None = None) -> Collected:
    """Work out what taking `sheets` in does to `ledger`; they came on the day `on`, where that was another.

    A row is recognised by number and UID. What its department reports is recorded in the department's name, unless
    the same was recorded in its name since the sheet was issued: so a sheet may come in twice, and next week's may
    say the same again. Changes in cells that were not to be filled in are reported, never taken.
    """
    work = _Work(ledger, stamp, changes.other_day(on, stamp))
    for sheet in sheets:
        work.take(sheet)
    return work.result()


@dataclass(frozen=True, slots=True)
class _Report:
    """What a department fills in for one task."""

    progress: str
    next_step: str | None
    actual: Number | None
    unit: str
    problems: tuple[values.Item, ...]
    coordinate: bool
    extension: str
    done: bool

    @property
    def noted(self) -> tuple[str, str | None, Number | None] | None:
        """What makes a progress note, or None where nothing does."""
        texts = self.progress, self.next_step, self.actual
        return texts if any(each not in {None, ""} for each in texts) else None

    @property
    def blank(self) -> bool:
        """Whether nothing is filled in."""
        return not (self.noted or self.problems or self.coordinate or self.extension or self.done)


@dataclass(slots=True)
class _Work:
    """What one call comes to, sheet by sheet.

    `now` are the tasks changed so far, `blank` those of which a report came that says nothing new; `issued` the
    departments that returned something, with the moment at which their sheet was issued, and `came` with its round;
    `filled` those that filled something in; `seen` the tasks in their sheets.
    """

    ledger: Ledger
    stamp: Stamp
    on: date | None
    now: dict[int, Task] = field(default_factory=dict)
    blank: dict[int, Task] = field(default_factory=dict)
    came: dict[int, dict[str, None]] = field(default_factory=dict)
    faults: list[Reject] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    issued: dict[str, datetime] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    strange: set[int] = field(default_factory=set)
    by_uid: dict[str, Task] = field(init=False)
    by_id: dict[int, Task] = field(init=False)

    def __post_init__(self) -> None:
        self.by_uid = {task.uid: task for task in self.ledger.tasks}
        self.by_id = {task.id: task for task in self.ledger.tasks}

    def take(self, sheet: Returned) -> None:
        """Take in one sheet; what is wrong with it is kept for the end."""
        if sheet.places is None:
            why = _("this is no collection sheet as “export --collect” writes it")
            self.faults.append(Reject(0, 0, "", "", why, file=sheet.place))
            return
        for notice in sheet.table.notices:
            self.notices.append(_("{where}: {why}").format(where=sheet.place, why=notice))
        if lost := form.HIDDEN - sheet.places.columns.keys():
            self.notices.append(
                _(
                    "{place}: hidden columns were lost: {columns}; "
                    "its rows are known by number and title, and count in the last round of their departments"
                ).format(place=sheet.place, columns=_(", ").join(form.label(each) for each in Field if each in lost))
            )
        for row in sheet.table.rows[: sheet.places.below - 1]:
            self.tell_left(sheet.place, row, form.notes_above(row.cells))
        for row in without_dittos(sheet.table.rows[sheet.places.below :]):
            if form.find([row.cells]) is None:
                self.faults += _Line(self, sheet.place, sheet.places, row).take()

    def tell_left(self, place: str, row: Row, cells: Iterable[str]) -> None:
        """Tell of what somebody wrote where nothing is taken from."""
        if written := [quote(" ".join(cell.split())) for cell in cells if cell.strip()]:
            message = _("{place}, {row}: written there and not taken: {cells}")
            self.notices.append(
                message.format(place=place, row=where(row.number, row.line), cells=_(", ").join(written))
            )

    def result(self) -> Collected:
        """Return what it all comes to."""
        changed = [Changed(self.by_id[number], task) for number, task in self.now.items()]
        for name, tasks in form.leads(self.ledger, self.ledger.tasks).items():
            if name in self.issued:
                self._tell_missing(name, tasks)
        blank = {number: task for number, task in self.blank.items() if number not in self.now}
        ledger = self.ledger
        if changed or blank:
            ledger = changes.with_tasks(ledger, (*self.now.values(), *blank.values()))
        came = {n: tuple(names) for n, names in self.came.items()}
        for n, names in came.items():
            ledger = rounds.arrive(ledger, rounds.find(ledger, n), names, self.stamp, how=How.SHEET, on=self.on)
        return Collected(
            ledger=ledger, changed=tuple(changed), came=came, notices=tuple(self.notices), faults=tuple(self.faults)
        )

    def _tell_missing(self, name: str, tasks: Iterable[Task]) -> None:
        if name not in self.filled:
            message = _("{department}: returned, with nothing filled in for its tasks")
            self.notices.append(message.format(department=text.safe(name)))
        asked = [task for task in tasks if task.id not in self.seen and history.as_of(task, self.issued[name])]
        if asked:
            self.notices.append(
                ngettext(
                    "{department}: its sheet lacks task {ids}", "{department}: its sheet lacks tasks {ids}", len(asked)
                ).format(department=text.safe(name), ids=_(", ").join(str(task.id) for task in asked))
            )


class _Line:
    """One row of a sheet."""

    def __init__(self, work: _Work, place: str, places: Places, row: Row) -> None:
        self._work = work
        self._place = place
        self._places = places
        self._row = row
        names = {index: form.label(column) for column, index in places.columns.items()}
        self._cells = _Cells(row, places.columns, names, file=place)

    def take(self) -> list[Reject]:
        """Put what the row reports on record; return what is wrong with it."""
        self._take_report()
        return self._cells.rejects

    def _take_report(self) -> None:
        report = self._report()
        keys = form.HIDDEN & self._places.columns.keys() or {Field.ID}
        if not any(map(self._cell, keys)):
            if report.blank:  # a note under the table, or a task that the department would like to see in it
                self._work.tell_left(self._place, self._row, self._row.cells)
            else:
                why = _("there is neither UID nor round, so the task is not known; a new one: pilottask add")
                self._cells.refuse(Field.UID, why)
            return
        settled = self._cell(Field.PROBLEM)  # which of them, and how, the office is to say
        untaken = [*self._places.beside(self._row.cells), *([settled] if settled in values.SETTLED else [])]
        self._work.tell_left(self._place, self._row, untaken)
        task = self._task()
        step = self._step(task) if task else None
        if task:
            self._work.seen.add(task.id)
            self._check_unit(_row(task, step), report.unit)
        if (mark := self._mark(task)) is None:
            return
        moment = mark.issued
        if task:
            report = self._with_requests(task, step, report, moment)
        if self._work.on is not None and self._work.on < moment.date():
            why = _("it was issued on {day}, so it came on no day before")
            self._cells.refuse(Field.ROUND, why.format(day=moment.date()))
        if task is None or self._cells.rejects:
            return
        before = history.as_of(task, moment) or task
        self._tell_changed(task, before, moment, step)
        lead = before.department
        self._work.issued[lead] = max(moment, self._work.issued.get(lead, moment))
        self._note_arrival(mark, lead, task)
        self._record(task, step, report, Stamp(self._work.stamp.at, lead), moment)

    def _record(self, task: Task, step: StepNow | None, report: _Report, stamp: Stamp, moment: datetime) -> None:
        """Put what is reported of a task or of one of its steps on record."""
        now = self._work.now.get(task.id, task)
        if report.blank:
            told = step or any(entry.by == stamp.by for entry in _since(task, moment))
            if now.status in OPEN and not told:
                self._work.blank[task.id] = rounds.report_of(task, stamp, on=self._work.on)
            return
        self._work.filled.add(stamp.by)
        record = partial(self._with_step_news, step=step) if step else self._with_news
        after = record(now, report=report, stamp=stamp, moment=moment)
        if after is not now:
            self._work.now[task.id] = after

    def _mark(self, task: Task | None) -> Mark | None:
        """Return in which round the row's sheet was issued and when; where that column was lost, the last there is."""
        if Field.ROUND in self._places.columns:
            try:
                return form.mark(self._cell(Field.ROUND), now=self._work.stamp.at)
            except UsageFault as wrong:
                self._cells.refuse(Field.ROUND, wrong.message)
                return None
        asked = [one for one in self._work.ledger.rounds if task and task.department in one.asked]
        if task and not asked:
            self._cells.refuse(Field.ROUND, _("the column is missing, and its department was asked in no round"))
        return Mark(asked[-1].n, asked[-1].at) if asked else None

    def _note_arrival(self, mark: Mark, lead: str, task: Task) -> None:
        """Put the department's report into the round of its sheet, unless the list does not have that one."""
        known = (one for one in self._work.ledger.rounds if one.n == mark.round and one.at <= mark.issued)
        if (current := next(known, None)) is None:
            if mark.round is not None and mark.round not in self._work.strange:
                self._work.strange.add(mark.round)
                message = _("{place}: round {n}, of which the sheet is, is not on this list; it is counted in none")
                self._work.notices.append(message.format(place=self._place, n=mark.round))
            return
        # Its department may have another name by now, or another may lead the task.
        name = next((each for each in (lead, task.department) if each in current.asked), None)
        if name is not None:
            self._work.came.setdefault(current.n, {})[name] = None

    # Reading

    def _cell(self, column: Field) -> str:
        return values.cell_text(self._cells.raw(column))

    def _same(self, column: Field, other: str) -> bool:
        raw, today = self._cells.raw(column), self._work.stamp.today
        return form.canonical(column, raw, today) == form.canonical(column, other, today)

    def _tell(self, message: str, **more: str) -> None:
        place = where(self._row.number, self._row.line)
        self._work.notices.append(message.format(place=self._place, row=place, **more))

    def _report(self) -> _Report:
        for column in (*INPUT, *form.KEYS):
            if why := self._row.faults.get(self._places.columns.get(column, -1)):
                self._cells.refuse(column, why)
        actual, unit = self._cells.take(Field.ACTUAL, values.figure) or (None, "")
        coordinate = self._says(Field.COORDINATE, form.ASKED)
        items = (*values.problems(self._text(Field.PROBLEM)), *values.problems(self._text(Field.NEED), need=Need.OTHER))
        asked = self._text(Field.EXTENSION)
        answer = form.ASKED.find(asked)
        if answer is Answer.YES:
            self._cells.refuse(Field.EXTENSION, _("say until which day, and why"))
        return _Report(
            progress=self._text(Field.PROGRESS),
            next_step=self._text(Field.NEXT) or None,
            actual=actual,
            unit=unit,
            problems=tuple(dataclasses.replace(item, coordinate=True) for item in items) if coordinate else items,
            coordinate=coordinate,
            extension="" if answer is Answer.NO else asked,
            done=self._says(Field.SUBMIT, form.ANSWERS),
        )

    def _with_requests(self, task: Task, step: StepNow | None, report: _Report, moment: datetime) -> _Report:
        """Return `report` with what it asks for as problems: coordination of the open ones, an extension.

        Only the office extends: what a department asks for is put before it, in its own words.
        """
        items = report.problems
        if report.coordinate and not items:
            items = tuple(values.Item(None, one.text, one.need, coordinate=True) for one in history.open_problems(task))
            if not (items or any(isinstance(entry, Raise) and entry.coordinate for entry in _since(task, moment))):
                columns = _(", ").join(map(form.label, (Field.PROBLEM, Field.NEED)))
                why = _("say under {columns} what is to be coordinated").format(columns=columns)
                self._cells.refuse(Field.COORDINATE, why)
        if not report.extension:
            return dataclasses.replace(report, problems=items)
        sentence = _("asks for an extension: {text}").format(text=report.extension)
        if step:
            sentence = _("{said}: {text}").format(said=step.text, text=sentence)
        return dataclasses.replace(
            report, problems=(*items, values.Item(None, sentence, coordinate=True)), extension=sentence
        )

    def _text(self, column: Field) -> str:
        self._cells.take(column, check_text)
        return self._cells.text(column)

    def _check_unit(self, task: Task, unit: str) -> None:
        """Refuse a figure that is counted otherwise than its task."""
        if not unit or unit == _unit(task):
            return
        why = _("the task says no unit; write the number alone")
        if task.unit:
            why = _("it is counted in {unit}, and the task in {other}; write the number alone, in {other}")
        self._cells.refuse(Field.ACTUAL, why.format(unit=quote(unit), other=quote(task.unit or "")))

    def _says(self, column: Field, words: vocabulary.Vocabulary[Answer]) -> bool:
        """Tell whether a cell says yes; one that says neither yes nor no is refused."""

        def read(cell: str) -> bool:
            if answer := words.find(cell):
                return answer is Answer.YES
            why = _("{value} is no answer; those are {answers}, or nothing")
            raise UsageFault(why.format(value=quote(cell), answers=words.in_words()))

        return self._cells.take(column, read) or False

    # Which task

    def _task(self) -> Task | None:
        uid, number = self._cell(Field.UID).partition(form.STEP_MARK)[0], self._cell(Field.ID)
        named, numbered = self._work.by_uid.get(uid), self._work.by_id.get(int(number) if number.isdecimal() else 0)
        if named is not None and numbered is not None and named is not numbered:
            why = _("the number is that of {one}, the UID that of {other}; sort whole rows, and leave both as they are")
            one, other = map(changes.task_name, (numbered, named))
            self._cells.refuse(Field.UID, why.format(one=one, other=other))
            return None
        # A spreadsheet may take a UID of digits in a text file for a number and round it; the title tells then.
        if named is None and numbered is not None and self._has_title_of(numbered):
            return numbered
        if named is None and Field.UID not in self._places.columns:
            self._cells.refuse(Field.TITLE, _("no task of this list has this number and title, nor such a step (└)"))
        elif named is None:
            self._cells.refuse(Field.UID, _("no task of this list has the UID {uid}").format(uid=quote(uid)))
        return named

    def _has_title_of(self, task: Task) -> bool:
        """Tell whether the title is that of `task`, or of one of its steps."""
        return self._same(Field.TITLE, task.title) or self._step_of_title(task) is not None

    def _step_of_title(self, task: Task) -> StepNow | None:
        named = (step for step in history.steps(task) if self._same(Field.TITLE, f"{form.STEP_TITLE}{step.text}"))
        return next(named, None)

    def _step(self, task: Task) -> StepNow | None:
        """Return the step of `task` that the row is about, None where it is about the task itself."""
        n = self._cell(Field.UID).partition(form.STEP_MARK)[2]
        if Field.UID not in self._places.columns:
            return self._step_of_title(task)
        if not n:
            return None
        step = next((step for step in history.steps(task) if str(step.n) == n), None)
        if step is None:
            self._cells.refuse(Field.UID, _("{task} has no step {n}").format(task=changes.task_name(task), n=quote(n)))
        return step

    def _tell_changed(self, task: Task, before: Task, moment: datetime, step: StepNow | None) -> None:
        """Report cells that differ both from the sheet as it was issued and from the task or step as it is now."""
        stood = [_row(each, step) for each in (before, task)]
        messages = []
        for column in FIXED:
            if column not in self._places.columns:
                continue
            if column is Field.REACHED and any(isinstance(entry, Note) for entry in _since(task, moment)):
                continue  # notes do not say which figure they replaced
            meant = [form.FIXED_CELLS[column](each) for each in stood]
            if not any(self._same(column, each) for each in meant):
                name, cell, stands = text.safe(form.label(column)), self._cell(column), values.cell_text(meant[-1])
                sentence = _("{column} {value} (stands as {meant})")
                messages.append(sentence.format(column=name, value=quote(cell), meant=quote(stands)))
        if messages:
            message = _("{place}, {row}, {task}: changed there and not taken: {cells}")
            self._tell(message, task=changes.task_name(task), cells=_("; ").join(messages))

    # On record

    def _with_step_news(self, task: Task, report: _Report, stamp: Stamp, moment: datetime, *, step: StepNow) -> Task:
        """Return `task` with what is new in the report of one of its steps, whose figure is not that of the task."""
        texts = [report.progress] if report.progress else []
        if report.actual is not None and not report.done:
            texts.append(_("reached {actual}").format(actual=report.actual))
        sentence = _("{said}: {text}").format(said=step.text, text=_("; ").join(texts)) if texts else ""
        after = self._with_news(
            task, dataclasses.replace(report, progress=sentence, actual=None, done=False), stamp, moment
        )
        if report.done and after.status in OPEN and any(one.n == step.n for one in steps.not_done(after)):
            return steps.finish(after, step.n, stamp, on=self._work.on, actual=report.actual)
        return after

    def _with_news(self, task: Task, report: _Report, stamp: Stamp, moment: datetime) -> Task:
        """Return `task` with what is new in `report`; the same task where nothing is."""
        own = [entry for entry in _since(task, moment) if entry.by == stamp.by]
        noted = report.noted
        new_note = noted is not None and noted not in [
            (entry.text, entry.next, entry.actual) for entry in own if isinstance(entry, Note)
        ]
        raised = [*(entry for entry in own if isinstance(entry, Raise)), *history.open_problems(task)]
        known = {(one.text, asked) for one in raised for asked in {False, one.coordinate}}
        new_problems = {item.text: item for item in report.problems if (item.text, item.coordinate) not in known}
        # Reported done again with something new to say: it was sent back, and the sheet was used again.
        new_done = report.done and (
            new_note or bool(new_problems) or not any(isinstance(entry, Submit) for entry in own)
        )
        new_done = new_done and task.status is not Status.SUBMITTED
        if not (new_note or new_problems or new_done):
            return task
        if task.status not in OPEN:
            self._tell(
                _("{place}, {row}: {task} is {status} by now, so its row was not taken: {cells}"),
                task=changes.task_name(task),
                status=vocabulary.STATUS.say(task.status),
                cells=_(", ").join(quote(cell) for column in INPUT if (cell := self._cell(column))),
            )
            return task
        if noted and new_note:
            task = with_note(task, stamp, text=noted[0], next_step=noted[1], actual=noted[2])
        for item in new_problems.values():
            same = next((one.n for one in history.open_problems(task) if one.text == item.text), None)
            task = changes.raise_(task, stamp, text=item.text, need=item.need, coordinate=item.coordinate)
            self._tell_raised(task, item, report, same)
        if new_done and task.status is Status.TODO:
            task = changes.start(task, stamp)
        return changes.submit(task, stamp, on=self._work.on) if new_done else task

    def _tell_raised(self, task: Task, item: values.Item, report: _Report, same: int | None) -> None:
        """Say what the office is to decide: an extension; and which open problem now asks for coordination too."""
        step = self._step(task)
        act = f"step edit {task.id} {step.n} --due" if step else f"extend {task.id}"
        if item.text == report.extension:
            message = _(
                "{task} {text}; yours to decide: pilottask {act} DATE --reason WHY; then: pilottask settle {id} {n}"
            )
        elif same is not None:
            message = _("{task}: problem {n} is {same} again, now to be coordinated")
        else:
            return
        n, name = history.next_problem(task) - 1, changes.task_name(task)
        telling = message.format(task=name, text=text.safe(item.text), act=act, id=task.id, n=n, same=same)
        self._work.notices.append(_("{where}: {why}").format(where=self._place, why=telling))


class _Cells(RowCells[Field]):
    """The cells of a row, by what is asked for; a column that the sheet lacks has its name all the same."""

    def name(self, column: Field) -> str:
        return form.label(column)


def _row(task: Task, step: StepNow | None) -> Task:
    """Return what stands in the row of a task, or of one of its steps."""
    same = next((one for one in history.steps(task) if step and one.n == step.n), None)
    return form.step_row(task, same) if same else task


def _unit(task: Task) -> str:
    """Return a task's unit as figures have it behind them."""
    unit = text.half_width(task.unit or "").strip()
    return "%" if unit in {"百分比", "百分之"} else unit


def _since(task: Task, moment: datetime) -> Iterator[LogEntry]:
    return (entry for entry in task.log if entry.at >= moment)
