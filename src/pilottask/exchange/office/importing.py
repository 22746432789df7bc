"""A table of tasks brought into the store's ledger: what is added, changed, left alone, refused."""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from pilottask.base import text
from pilottask.base.errors import UsageFault
from pilottask.base.formulas import guard, unguard
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import half_width, name_key, quote
from pilottask.exchange.office import rows as ledger_rows
from pilottask.exchange.office import units, values
from pilottask.exchange.office.drafts import Draft, Reader, Topic, counted, some
from pilottask.exchange.office.headings import Column, label
from pilottask.exchange.office.layout import NO_COLUMNS, Layout, find_layout, kept_answers
from pilottask.exchange.office.reading import Row, Table, where
from pilottask.exchange.office.row_cells import Reject, RowCells
from pilottask.exchange.office.updating import Unfit, new_task, updated_task
from pilottask.ledger import changes, history, lights, queries, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import OPEN, Department, Ledger, Status, Task

if TYPE_CHECKING:
    from pilottask.exchange.merge.tasks import FieldConflict

_YEAR: Final = re.compile(r"(?<![0-9])(20[0-9]{2})(?= *(?:年|[-—–~～至到]+ *20[0-9]{2} *年))")


@dataclass(frozen=True, slots=True)
class Changed:
    """A task that the file changes, as it was and as it becomes."""

    before: Task
    after: Task

    @property
    def closed(self) -> bool:
        """Whether it is closed now and was not before."""
        return self.after.status is Status.CLOSED is not self.before.status

    @property
    def ended(self) -> bool:
        """Whether it is closed or cancelled now and was not before."""
        return self.after.status in {Status.CLOSED, Status.CANCELLED} and self.after.status is not self.before.status

    @property
    def reopened(self) -> bool:
        """Whether it is open now and was not before."""
        return self.after.status in OPEN and self.before.status not in OPEN


@dataclass(frozen=True, slots=True)
class YearGuess:
    """Deadlines without a year, taken in the running one: how many, and how many of them make open tasks late."""

    year: int
    count: int
    past: int

    @property
    def doubtful(self) -> bool:
        """Whether most are past, so that another year may be meant."""
        return 2 * self.past > self.count


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; nothing is done yet. What is said of rows has its defaults where only a store comes in.

    `ledger` holds what is added and changed, without the rejected rows, and what is opened: the next of each recurring
    task that the file closes. `notices` say in whole sentences what a person would want to know. `place` is how errors
    name the file, and its sheet. `reject_uids` are for `reject_rows`, by row number. `year_guess` is set where days
    have no year and nothing says which one; `led_by_several` are cells rejected because several units may lead.
    `conflicts` are of a store that is merged.
    """

    ledger: Ledger
    added: tuple[Task, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Task, ...]
    new_departments: tuple[str, ...]
    notices: tuple[str, ...]
    opened: tuple[Task, ...] = ()
    layout: Layout = NO_COLUMNS
    rejected: tuple[Reject, ...] = ()
    place: str = ""
    reject_uids: Mapping[int, str] = field(default_factory=dict)
    year_guess: YearGuess | None = None
    led_by_several: tuple[str, ...] = ()
    conflicts: "tuple[FieldConflict, ...]" = ()

    def refusal(self) -> UsageFault:
        """Return the error that refuses the whole import, with every fault of every row in it."""
        rows = len({reject.row for reject in self.rejected})
        head = ngettext(
            "{place}: {count} row cannot be imported, so nothing was:",
            "{place}: {count} rows cannot be imported, so nothing was:",
            rows,
        ).format(place=self.place, count=rows)
        message = "\n".join([head, *(f"  {reject}" for reject in self.rejected)])
        return UsageFault(message, hint=_("mend them and import again, or import the rest with --skip-bad REJECTS.csv"))


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chooses for an import.

    With `update`, tasks that are on the list are brought to what their rows say. `headings` says which column is meant
    by headings that are not known (`title` …, or `extra` for an own one), besides what was said of them before. With
    `first_lead`, of several units that may lead the first one does. `year` is that of days without one. `department`
    leads where a row names none.
    """

    update: bool = False
    headings: Mapping[str, str] = field(default_factory=dict)
    first_lead: bool = False
    year: int | None = None
    department: str | None = None


def plan(
    table: Table,
    ledger: Ledger,
    *,
    stamp: Stamp,
    new_uid: Callable[[], str],
    source: str,
    choices: Choices = Choices(),
    watch: Callable[[Sequence[Row]], Iterable[Row]] = iter,
) -> ImportPlan:
    """Work out what importing `table` into `ledger` does.

    A row is the same task as one in `ledger` by its UID, else by title and department, repeats counted in order.
    `source` names the file in reasons. `watch` may look on as the rows are read one by one, for a progress bar.
    Raises UsageFault where the headings cannot be understood; faults of rows are `rejected`.
    """
    return _Import(table, ledger, stamp, new_uid, source, choices).run(watch)


def file_year(above: Iterable[str], source: str) -> int | None:
    """Return the one year that the rows above the headings name, else the name of the file; None for none or several.

    A year is one that 年 follows: `20261120` in a name is a day on which it was saved.
    """
    for texts in (above, [source]):
        years = {int(found[1]) for text in texts for found in _YEAR.finditer(half_width(text))}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def file_and_sheet(source: str, sheet: str | None) -> str:
    """Return how a message names a file, and the sheet or table in it."""
    if sheet is None:
        return text.safe(source)
    return _("{file}, {sheet}").format(file=text.safe(source), sheet=quote(sheet))


class _Import:
    """One import while it is worked out."""

    def __init__(
        self, table: Table, ledger: Ledger, stamp: Stamp, new_uid: Callable[[], str], source: str, choices: Choices
    ) -> None:
        answers = {**kept_answers(ledger.pilot), **choices.headings}
        led = choices.department is not None
        layout = find_layout([row.cells for row in table.rows], answers=answers, led=led)
        if refusal := layout.refusal():
            raise refusal
        table = ledger_rows.with_rows_below(table, layout)
        self._ledger = ledger
        self._choices = choices
        self._above = table.rows[: layout.top]
        self._rows = table.rows[layout.below :]
        self._from_1904 = table.from_1904
        self._told_year = choices.year or file_year((cell for row in self._above for cell in row.cells), source)
        self._year = self._told_year or stamp.today.year
        self._layout = layout.with_bare_periods(self._rows, today=stamp.today, year=self._year)
        self._stamp = stamp
        self._new_uid = new_uid
        self._reason = _("import {source}").format(source=source)
        self._place = file_and_sheet(source, table.sheet)
        self._units = units.Directory(ledger.departments)
        self._new_units: list[str] = []
        self._notices = [*table.notices, *self._layout.notices]
        self._rejected: list[Reject] = []
        self._added: list[Task] = []
        self._changed: list[tuple[Draft, Changed]] = []
        self._unchanged: list[Task] = []
        self._differing: list[int] = []
        self._look_alikes: list[int] = []
        self._doubles: list[int] = []
        self._led_elsewhere: list[int] = []
        self._in_no_row: list[int] = []
        self._unnamed: list[int] = []
        self._closed_late: list[int] = []
        self._leading_twice: list[int] = []
        self._without_next: list[int] = []
        self._reject_uids: dict[int, str] = {}
        self._sections: list[int] = []
        self._near: dict[str, str] = {}
        self._year_guess: YearGuess | None = None
        self._led_by_several: list[str] = []

    def run(self, watch: Callable[[Sequence[Row]], Iterable[Row]]) -> ImportPlan:
        drafts = self._drafts(watch(self._rows))
        self._notices.extend(self._of_rows(drafts))
        known = _Known(self._ledger.tasks, drafts)
        named: set[tuple[str, str]] = set()
        entered: list[Draft] = []
        for draft in drafts:
            name = draft.title, draft.department
            again = name in named
            named.add(name)
            if (task := known.claim(draft)) is not None:
                self._meet(task, draft)
            else:
                if draft.uid and known.has_like(draft):
                    self._look_alikes.append(draft.row.number)
                elif again:
                    self._doubles.append(draft.row.number)
                self._enter(draft)
                entered.append(draft)
        left = known.open_left()
        new = [draft for draft in entered if not draft.uid]
        waiting = {name_key(task.title) for task in left}
        self._led_elsewhere = [draft.row.number for draft in new if name_key(draft.title) in waiting]
        if self._changed or self._unchanged:
            leads = {draft.department for draft in new}
            self._in_no_row = [task.id for task in left if task.department in leads]
        self._refuse_reopened()
        self._tell_rejects_apart(drafts, known)
        return self._plan()

    def _drafts(self, rows: Iterable[Row]) -> list[Draft]:
        reader = Reader(
            self._layout,
            self._units,
            today=self._stamp.today,
            year=self._year,
            from_1904=self._from_1904,
            first_lead=self._choices.first_lead,
            lead=self._choices.department or "",
        )
        drafts: list[Draft] = []
        uids: dict[str, Draft] = {}
        section = self._section_above()
        for row in ledger_rows.without_dittos(rows):
            if result := ledger_rows.section(row, self._layout):
                section = section if result.lower and section and not section.lower else result
                self._sections.append(row.number)
                continue
            if notice := ledger_rows.skip_notice(row, self._layout):
                self._notices.append(notice)
                continue
            read = reader.read(row)
            if section and isinstance(read, Draft) and "aspect" not in read.fields:
                read = msgspec.structs.replace(read, fields={**read.fields, "aspect": section.text})
            if not isinstance(read, Draft):
                self._rejected.extend(read)
            elif read.uid and (first := uids.setdefault(read.uid, read)) is not read:
                place = where(first.row.number, first.row.line)
                message = _("{uid} stands in {where} already; each task has its own")
                why = message.format(uid=quote(read.uid), where=place)
                self._reject(read, Column.UID, why)
            else:
                drafts.append(read)
        self._led_by_several = reader.led_by_several
        return drafts

    def _section_above(self) -> ledger_rows.Section | None:
        """Return the heading of a part of the list that stands straight above the headings, or None."""
        above = [row for row in self._above if not row.blank]
        result = ledger_rows.section(above[-1], self._layout) if above else None
        if result:
            message = _("{heading} stands above the headings and is taken as the {column} of the tasks below")
            self._notices.append(message.format(heading=quote(result.text), column=quote(label(Column.ASPECT))))
        return result

    def _tell_rejects_apart(self, drafts: Iterable[Draft], known: "_Known") -> None:
        """Give a UID to each rejected row without one that reads like a row that is not rejected."""
        bad = {reject.row for reject in self._rejected}
        if not bad:
            return
        good = {(draft.title, draft.department) for draft in drafts if draft.row.number not in bad}
        for row in self._rows:
            if row.number not in bad or ledger_rows.text_at(row, self._layout, Column.UID):
                continue
            title, lead = (
                ledger_rows.text_at(row, self._layout, column) for column in (Column.TITLE, Column.DEPARTMENT)
            )
            name = values.one_line(title), self._units.known(lead) or lead or self._choices.department or ""
            if name in good:
                task = known.claim_named(*name)
                self._reject_uids[row.number] = task.uid if task else self._new_uid()

    def _reject(self, draft: Draft, column: Column, why: str) -> None:
        cells = RowCells(draft.row, self._layout.columns, self._layout.names)
        cells.refuse(column, why)
        self._rejected += cells.rejects

    def _enter(self, draft: Draft) -> None:
        task = new_task(draft, self._stamp, uid=draft.uid or self._new_uid(), reason=self._reason)
        tidy = changes.settled_support(task)
        if tidy is not task:
            self._leading_twice.append(draft.row.number)
        if recurring.without_next(tidy):
            self._without_next.append(draft.row.number)
        self._know_units(tidy)
        self._added.append(tidy)

    def _meet(self, task: Task, draft: Draft) -> None:
        try:
            after = updated_task(task, draft, self._stamp, reason=self._reason)
        except Unfit as unfit:
            if self._choices.update:
                self._reject(draft, *unfit.args)
                return
            after = None
        if self._choices.update and Column.PROBLEM in self._layout.columns:
            named = {item.text for item in draft.problems}
            if any(raised.text not in named for raised in history.open_problems(task)):
                self._unnamed.append(task.id)
        if after and after != task and self._choices.update:
            if recurring.without_next(after) and not recurring.without_next(task):
                self._without_next.append(draft.row.number)
            changed = Changed(task, after)
            self._changed.append((draft, changed))
            if changed.closed and draft.closed is None and lights.on_time(after) is False:
                self._closed_late.append(task.id)
            return
        if after != task:
            self._differing.append(task.id)
        self._unchanged.append(task)

    def _refuse_reopened(self) -> None:
        """Refuse the rows that reopen one of a recurring task by its title alone while another of it is open.

        Which of the two is meant is not known. Whether one is open is as the whole file has it.
        """
        ledger = changes.with_tasks(self._ledger, [each.after for _draft, each in self._changed])
        refused = set()
        for draft, each in self._changed:
            if not each.reopened or draft.uid or each.after.every is None:
                continue
            if other := recurring.open_in_series(ledger.tasks, each.after):
                why = _(
                    "{task} comes round, and {other} is open too; give the UID of the one that the row means: {uids}"
                )
                uids = _(", ").join(text.safe(one.uid) for one in (each.after, other))
                names = {"task": changes.task_name(each.after), "other": changes.task_name(other)}
                self._reject(draft, Column.STATUS, why.format(uids=uids, **names))
                refused.add(each.after.id)
        self._changed = [(draft, each) for draft, each in self._changed if each.after.id not in refused]

    def _know_units(self, task: Task) -> None:
        for name in (task.department, *task.support):
            if self._units.enter(name):
                if near := self._units.near(name):
                    self._near[name] = near
                self._new_units.append(name)

    def _plan(self) -> ImportPlan:
        changed = tuple(each for _draft, each in self._changed)
        for each in changed:
            self._know_units(each.after)
        ledger = changes.with_tasks(self._ledger, [each.after for each in changed])
        ledger = changes.with_new(ledger, self._added)
        fresh = len(self._ledger.tasks), len(ledger.tasks)
        closed = [each.after.id for each in changed if each.closed]
        ledger = recurring.with_next(ledger, closed, self._stamp, new_uid=self._new_uid)
        units = (*ledger.departments, *(Department(name=name) for name in self._new_units))
        ledger = msgspec.structs.replace(ledger, departments=units)
        return ImportPlan(
            ledger=ledger,
            layout=self._layout,
            added=ledger.tasks[slice(*fresh)],
            opened=ledger.tasks[fresh[1] :],
            changed=changed,
            unchanged=tuple(self._unchanged),
            new_departments=tuple(self._new_units),
            notices=(*self._notices, *self._summary()),
            rejected=tuple(sorted(self._rejected, key=lambda reject: reject.row)),
            place=self._place,
            reject_uids=self._reject_uids,
            year_guess=self._year_guess,
            led_by_several=tuple(self._led_by_several),
        )

    def _of_rows(self, drafts: Sequence[Draft]) -> Iterator[str]:
        """Yield what is said of rows that were taken otherwise than they stand."""
        told = queries.by_key((topic, (draft.row.number, about)) for draft in drafts for topic, about in draft.topics)
        for number, name in told.pop(Topic.LEADS, ()):
            yield _(Topic.LEADS).format(row=number, department=quote(name))
        if pairs := told.pop(Topic.LEVEL, ()):
            yield _(Topic.LEVEL).format(units=some(dict.fromkeys(about for _number, about in pairs)))
        if told.pop(Topic.YEARLESS, ()):
            yield self._year_taken([draft for draft in drafts if (Topic.YEARLESS, "") in draft.topics])
        for topic in filter(told.get, Topic):
            rows = some(number for number, _about in told[topic])
            yield _(topic).format(rows=rows, column=values.DEADLINE_WORDS)

    def _year_taken(self, drafts: Sequence[Draft]) -> str:
        """Return what is said of the year in which the days of these rows are taken, as none stands there."""
        if self._choices.year:
            return _(Topic.YEARLESS).format(year=self._choices.year)
        if self._told_year:
            return _("days without a year are taken in {year}, as the file says").format(year=self._told_year)
        today = self._stamp.today
        late = [each for each in drafts if each.due and each.due < today and (each.status or Status.TODO) in OPEN]
        self._year_guess = YearGuess(today.year, len(drafts), len(late))
        return _("days without a year are taken in {year}; another year: --year").format(year=today.year)

    def _summary(self) -> Iterable[str]:
        """Yield what is said once for the whole file."""
        yield from counted(
            self._sections,
            "{count} heading between tasks, taken as their {column}: row {rows}",
            "{count} headings between tasks, taken as their {column}: rows {rows}",
            column=quote(label(Column.ASPECT)),
        )
        for name, near in self._near.items():
            message = _("the new department {name} is near to {near}; where the two are one: pilottask dept merge A B")
            yield message.format(name=quote(name), near=quote(near))
        if self._layout.own:
            yield _("kept as columns of your own: {names}").format(names=_(", ").join(map(text.safe, self._layout.own)))
        yield from counted(
            self._differing,
            "{count} task differs from the file ({ids}); --update brings the changes in",
            "{count} tasks differ from the file ({ids}); --update brings the changes in",
        )
        yield from counted(
            self._leading_twice,
            "{count} row has its lead among the supporting units, where it was left out: row {rows}",
            "{count} rows have their leads among the supporting units, where they were left out: rows {rows}",
        )
        yield from counted(
            self._without_next,
            "{count} row comes round and has no deadline, so that closing it opens no next one: row {rows}",
            "{count} rows come round and have no deadline, so that closing them opens no next ones: rows {rows}",
        )
        yield from counted(
            self._doubles,
            "{count} row has the title and department of one above and is entered too: row {rows}",
            "{count} rows have the titles and departments of others above and are entered too: rows {rows}",
        )
        yield from counted(
            self._look_alikes,
            "{count} row has a UID of its own and is entered, though a task has its title and department: row {rows}",
            "{count} rows have UIDs of their own and are entered, though tasks have their titles and departments: "
            "rows {rows}",
        )
        yield from counted(
            self._led_elsewhere,
            "{count} row is entered as new, though an open task in no row has its title and another lead: row "
            "{rows}; where only the lead is new: pilottask edit ID -d NAME, then import",
            "{count} rows are entered as new, though open tasks in no row have their titles and other leads: rows "
            "{rows}; where only the lead is new: pilottask edit ID -d NAME, then import",
        )
        yield from counted(
            self._in_no_row,
            "{count} open task in no row is led by the department of a new one: {ids}; where only the title is new: "
            "pilottask edit ID --title TITLE, then import",
            "{count} open tasks in no row are led by the departments of new ones: {ids}; where only the title is new: "
            "pilottask edit ID --title TITLE, then import",
        )
        yield from counted(
            self._unnamed,
            "{count} task has open problems that its row does not name ({ids}); a settled one: pilottask settle ID N",
            "{count} tasks have open problems their rows do not name ({ids}); a settled one: pilottask settle ID N",
        )
        yield from counted(
            self._closed_late,
            "{count} task is closed today and late, as no day is given ({ids}); where it was done before: pilottask "
            "undo, and give the day under {column}",
            "{count} tasks are closed today and late, as no day is given ({ids}); where done before: pilottask "
            "undo, and give the day under {column}",
            column=quote(label(Column.CLOSED)),
        )
        aspect = self._layout.columns.get(Column.ASPECT)
        lacking = [task.id for task in self._added if task.aspect is None]
        if aspect is not None and len(lacking) < len(self._added):
            yield from counted(
                lacking,
                "{count} new task has no {column}; of merged cells only the first keeps its text",
                "{count} new tasks have no {column}; of merged cells only the first keeps its text",
                column=quote(self._layout.names[aspect]),
            )


class _Known:
    """The tasks of a ledger, each claimed by one row at most."""

    def __init__(self, tasks: Iterable[Task], drafts: Iterable[Draft]) -> None:
        named = {draft.uid for draft in drafts if draft.uid}
        self._by_uid: dict[str, Task] = {}
        self._by_name: defaultdict[tuple[str, str], deque[Task]] = defaultdict(deque)
        for task in tasks:
            self._by_uid[task.uid] = task
            # What a row names by its UID is no other row's, wherever that stands.
            if task.uid not in named:
                self._by_name[name_key(task.title), task.department].append(task)

    def claim(self, draft: Draft) -> Task | None:
        """Return the task that `draft` tells of, or None where it is a new one."""
        if draft.uid:
            return self._by_uid.get(draft.uid)
        return self.claim_named(draft.title, draft.department)

    def claim_named(self, title: str, department: str) -> Task | None:
        """Return the first task of this name that no row has claimed, or None."""
        waiting = self._by_name.get((name_key(title), department))
        return waiting.popleft() if waiting else None

    def open_left(self) -> list[Task]:
        """Return the open tasks that no row has claimed."""
        return [task for tasks in self._by_name.values() for task in tasks if task.status in OPEN]

    def has_like(self, draft: Draft) -> bool:
        """Tell whether a task with the title and department of `draft` waits for a row."""
        return bool(self._by_name.get((name_key(draft.title), draft.department)))


def reject_rows(table: Table, planned: ImportPlan) -> list[list[str]]:
    """Return the rejected rows under their headings, behind a first column that says why, which import ignores.

    Cells are made harmless in a spreadsheet, which import takes back. A row that cannot be told by its title and
    department from one that was imported gets a UID, so that it is not taken for that one when it is mended.
    """
    layout = planned.layout
    table = ledger_rows.with_rows_below(table, layout)
    uids = planned.reject_uids
    # A new column for them is only made where there is none.
    made = bool(uids) and Column.UID not in layout.columns
    why = queries.by_key(
        (reject.row, f"{reject.column}: {reject.why}" if reject.column else reject.why) for reject in planned.rejected
    )
    why_at = layout.columns.get(Column.WHY)

    def others(cells: Sequence[str]) -> list[str]:
        return [cell for index, cell in enumerate(cells) if index != why_at]

    rows = [[label(Column.WHY), *([label(Column.UID)] if made else []), *others(layout.headings)]]
    for row in table.rows[layout.below :]:
        if row.number not in why:
            continue
        cells = [unguard(values.trim(cell)) for cell in row.cells]
        uid = uids.get(row.number, "")
        if not made and uid:
            place = layout.columns[Column.UID]
            cells += [""] * (place + 1 - len(cells))
            cells[place] = uid
        rows.append(["; ".join(why[row.number]), *([uid] if made else []), *others(cells)])
    return [[guard(cell) for cell in row] for row in rows]
