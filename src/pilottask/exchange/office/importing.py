"""A table of tasks brought into the store's ledger: what is added, changed, left alone, refused."""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import msgspec

from pilottask.base import text
from pilottask.base.errors import UsageFault
from pilottask.base.formulas import defused, fused
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote
from pilottask.exchange.office import values
from pilottask.exchange.office.drafts import Draft, Reader, Reject, Units, some, where
from pilottask.exchange.office.headings import Column, Doubt, Layout, find, label
from pilottask.exchange.office.reading import Row, Table
from pilottask.exchange.office.updating import Unfit, updated, with_note
from pilottask.ledger import changes, recurring
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import OPEN, Department, Extend, Import, Ledger, LogEntry, Raise, Status, Task, replace

NO_ANSWERS: Final[Mapping[str, str]] = MappingProxyType({})
_SUM_WORDS: Final = re.compile(r"(?:总计|合计|小计|共计|总数|grandtotal|total|subtotal|sum)[:：]?.{0,8}", re.IGNORECASE)
_FOOT_WORDS: Final = re.compile(
    r"(?:注|备注|说明|填表|填报|制表|审核|审批|负责人|联系人|联系电话|日期|note|notes|prepared|checked|date)[^:：]{0,8}[:：]",
    re.IGNORECASE,
)
_SECTION: Final = re.compile("(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)])")
"""How offices number the parts of a list."""
_FIRST_CELLS: Final = 3


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
    def reopened(self) -> bool:
        """Whether it is open now and was not before."""
        return self.after.status in OPEN and self.before.status not in OPEN


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; nothing is done yet.

    `ledger` holds what is added and changed, without the rejected rows, and what is opened: the next of each recurring
    task that the file closes. `notices` say in whole sentences what a person would want to know; `doubts` are headings
    to ask about, kept as own columns otherwise. `place` is how errors name the file, and its sheet. `reject_uids` are
    for `reject_rows`, by row number.
    """

    ledger: Ledger
    layout: Layout
    added: tuple[Task, ...]
    opened: tuple[Task, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Task, ...]
    new_departments: tuple[str, ...]
    notices: tuple[str, ...]
    rejected: tuple[Reject, ...]
    place: str
    reject_uids: Mapping[int, str]
    doubts: tuple[Doubt, ...]

    def refusal(self) -> UsageFault:
        """Return the error that refuses the whole import, with every fault of every row in it."""
        rows = len({reject.row for reject in self.rejected})
        head = ngettext(
            "{place}: {count} row cannot be imported, so nothing was:",
            "{place}: {count} rows cannot be imported, so nothing was:",
            rows,
        ).format(place=self.place, count=rows)
        return UsageFault(
            "\n".join([head, *(f"  {reject}" for reject in self.rejected)]),
            hint=_("mend them and import again, or import the rest with --skip-bad REJECTS.csv"),
        )


def plan(
    table: Table,
    ledger: Ledger,
    *,
    stamp: Stamp,
    new_uid: Callable[[], str],
    source: str,
    update: bool = False,
    headings: Mapping[str, str] = NO_ANSWERS,
    watch: Callable[[Sequence[Row]], Iterable[Row]] = iter,
) -> ImportPlan:
    """Work out what importing `table` into `ledger` does.

    A row is the same task as one in `ledger` by its UID, else by title and department, repeats counted in order.
    Such a task is left alone, or with `update` brought to what the row says. `source` names the file in reasons;
    `headings` says which column is meant by headings that are not known (`title` …, or `extra` for an own one).
    `watch` may look on as the rows are read one after the other, for a progress bar.
    Raises UsageFault where the headings cannot be understood; faults of rows are `rejected`.
    """
    layout = find([row.cells for row in table.rows], answers=headings)
    work = _Import(ledger, layout, table, stamp=stamp, new_uid=new_uid, source=source, update=update)
    return work.run(table.rows, watch)


def placed(source: str, sheet: str | None) -> str:
    """Return how a message names a file, and the sheet in it where it has several."""
    if sheet is None:
        return text.safe(source)
    return _("{file}, sheet {sheet}").format(file=text.safe(source), sheet=quote(sheet))


class _Import:
    """One import while it is worked out."""

    def __init__(
        self,
        ledger: Ledger,
        layout: Layout,
        table: Table,
        *,
        stamp: Stamp,
        new_uid: Callable[[], str],
        source: str,
        update: bool,
    ) -> None:
        self._ledger = ledger
        self._layout = layout
        self._stamp = stamp
        self._new_uid = new_uid
        self._update = update
        self._reason = _("import {source}").format(source=source)
        self._place = placed(source, table.sheet)
        self._units = Units(ledger.departments)
        self._new_units: list[str] = []
        self._notices = [*table.notices, *layout.notices]
        self._rejected: list[Reject] = []
        self._added: list[Task] = []
        self._changed: list[tuple[Draft, Changed]] = []
        self._unchanged: list[Task] = []
        self._differing: list[Task] = []
        self._look_alikes: list[Draft] = []
        self._leading_twice: list[Draft] = []
        self._without_next: list[Draft] = []
        self._reject_uids: dict[int, str] = {}

    def run(self, rows: Sequence[Row], watch: Callable[[Sequence[Row]], Iterable[Row]]) -> ImportPlan:
        drafts = self._drafts(watch(rows[self._layout.below :]))
        known = _Known(self._ledger.tasks, drafts)
        for draft in drafts:
            if (task := known.claim(draft)) is not None:
                self._meet(task, draft)
            else:
                if draft.uid and known.has_like(draft):
                    self._look_alikes.append(draft)
                self._enter(draft)
        self._refuse_reopened()
        self._tell_rejects_apart(rows, drafts, known)
        return self._planned()

    def _drafts(self, rows: Iterable[Row]) -> list[Draft]:
        reader = Reader(self._layout, self._units, today=self._stamp.today)
        drafts: list[Draft] = []
        uids: dict[str, Draft] = {}
        for row in rows:
            if row.blank:
                continue
            if notice := _passed_over(row, self._layout):
                self._notices.append(notice)
                continue
            read = reader.read(row)
            if not isinstance(read, Draft):
                self._rejected.extend(read)
            elif read.uid and (first := uids.setdefault(read.uid, read)) is not read:
                self._reject(
                    read,
                    Column.UID,
                    _("{uid} stands in {where} already; each task has its own").format(
                        uid=quote(read.uid), where=where(first.row.number, first.row.line)
                    ),
                )
            else:
                drafts.append(read)
        return drafts

    def _tell_rejects_apart(self, rows: Sequence[Row], drafts: Iterable[Draft], known: "_Known") -> None:
        """Give a UID to each rejected row without one that reads like a row that is not rejected."""
        bad = {reject.row for reject in self._rejected}
        good = {(draft.title, draft.department) for draft in drafts if draft.row.number not in bad}
        for row in rows[self._layout.below :]:
            if row.number not in bad or _at(row, self._layout.columns.get(Column.UID)):
                continue
            title, lead = (_at(row, self._layout.columns[column]) for column in (Column.TITLE, Column.DEPARTMENT))
            name = values.one_line(title), self._units.known(lead) or lead
            if name in good:
                task = known.claim_named(*name)
                self._reject_uids[row.number] = task.uid if task else self._new_uid()

    def _reject(self, draft: Draft, column: Column, why: str) -> None:
        place = self._layout.columns.get(column)
        name = "" if place is None else self._layout.names[place]
        self._rejected.append(Reject(draft.row.number, draft.row.line, name, draft.row.at(place), why))

    def _enter(self, draft: Draft) -> None:
        task = _entered(draft, self._stamp, uid=draft.uid or self._new_uid(), reason=self._reason)
        tidy = changes.settled_support(task)
        if tidy is not task:
            self._leading_twice.append(draft)
        if recurring.without_next(tidy):
            self._without_next.append(draft)
        self._know_units(tidy)
        self._added.append(tidy)

    def _meet(self, task: Task, draft: Draft) -> None:
        try:
            after = updated(task, draft, self._stamp, reason=self._reason)
        except Unfit as unfit:
            if self._update:
                self._reject(draft, unfit.column, unfit.why)
            else:
                self._differing.append(task)
                self._unchanged.append(task)
            return
        if after == task:
            self._unchanged.append(task)
        elif self._update:
            if recurring.without_next(after) and not recurring.without_next(task):
                self._without_next.append(draft)
            self._changed.append((draft, Changed(task, after)))
        else:
            self._differing.append(task)
            self._unchanged.append(task)

    def _refuse_reopened(self) -> None:
        """Refuse the rows that reopen one of a recurring task while another of it is open, as the whole file has it."""
        ledger = changes.with_tasks(self._ledger, [each.after for _draft, each in self._changed])
        beside = recurring.beside(ledger, [each.after.id for _draft, each in self._changed if each.reopened])
        for draft, each in self._changed:
            if other := beside.get(each.after.id):
                way = (
                    recurring.way_out(other)
                    if draft.uid
                    else _("if the row means task {id}, give its UID: {uid}").format(
                        id=other.id, uid=text.safe(other.uid)
                    )
                )
                self._reject(draft, Column.STATUS, _("; ").join((recurring.refused(each.after, other), way)))
        self._changed = [(draft, each) for draft, each in self._changed if each.after.id not in beside]

    def _know_units(self, task: Task) -> None:
        self._new_units.extend(name for name in (task.department, *task.support) if self._units.enter(name))

    def _planned(self) -> ImportPlan:
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
            notices=(*self._notices, *self._summed_up()),
            rejected=tuple(sorted(self._rejected, key=lambda reject: reject.row)),
            place=self._place,
            reject_uids=self._reject_uids,
            doubts=self._layout.doubts,
        )

    def _summed_up(self) -> Iterable[str]:
        """Yield what is said once for the whole file."""
        if self._layout.own:
            yield _("kept as columns of your own: {names}").format(names=_(", ").join(map(text.safe, self._layout.own)))
        if self._differing:
            count = len(self._differing)
            yield ngettext(
                "{count} task differs from the file ({ids}); --update brings the changes in",
                "{count} tasks differ from the file ({ids}); --update brings the changes in",
                count,
            ).format(count=count, ids=some(task.id for task in self._differing))
        if self._leading_twice:
            count = len(self._leading_twice)
            yield ngettext(
                "{count} row has its lead among the supporting units, where it was left out: row {rows}",
                "{count} rows have their leads among the supporting units, where they were left out: rows {rows}",
                count,
            ).format(count=count, rows=some(draft.row.number for draft in self._leading_twice))
        if self._without_next:
            count = len(self._without_next)
            yield ngettext(
                "{count} row comes round and has no deadline, so that closing it opens no next one: row {rows}",
                "{count} rows come round and have no deadline, so that closing them opens no next ones: rows {rows}",
                count,
            ).format(count=count, rows=some(draft.row.number for draft in self._without_next))
        if self._look_alikes:
            count = len(self._look_alikes)
            yield ngettext(
                "{count} row has a UID of its own and is entered, though a task has its title and department: "
                "row {rows}",
                "{count} rows have UIDs of their own and are entered, though tasks have their titles and departments: "
                "rows {rows}",
                count,
            ).format(count=count, rows=some(draft.row.number for draft in self._look_alikes))
        aspect = self._layout.columns.get(Column.ASPECT)
        if aspect is not None and any(task.aspect for task in self._added):
            count = sum(task.aspect is None for task in self._added)
            if count:
                yield ngettext(
                    "{count} new task has no {column}; of merged cells only the first keeps its text",
                    "{count} new tasks have no {column}; of merged cells only the first keeps its text",
                    count,
                ).format(count=count, column=quote(self._layout.names[aspect]))


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
                self._by_name[task.title, task.department].append(task)

    def claim(self, draft: Draft) -> Task | None:
        """Return the task that `draft` tells of, or None where it is a new one."""
        if draft.uid:
            return self._by_uid.get(draft.uid)
        return self.claim_named(draft.title, draft.department)

    def claim_named(self, title: str, department: str) -> Task | None:
        """Return the first task of this name that no row has claimed, or None."""
        waiting = self._by_name.get((title, department))
        return waiting.popleft() if waiting else None

    def has_like(self, draft: Draft) -> bool:
        """Tell whether a task with the title and department of `draft` waits for a row."""
        return bool(self._by_name.get((draft.title, draft.department)))


def _entered(draft: Draft, stamp: Stamp, *, uid: str, reason: str) -> Task:
    """Return a new task as its row tells it. Its id is given by the ledger."""
    at, by = stamp.at, stamp.by
    status, due = draft.status or Status.TODO, draft.deadline
    first_due = (draft.first_due or due) if due else None
    log: list[LogEntry] = [Import(at=at, by=by, status=status, submitted=draft.submitted, closed=draft.closed)]
    if due and first_due and first_due != due:
        log.append(Extend(at=at, by=by, from_=first_due, to=due, reason=reason))
    told = dict(draft.fields)
    own = changes.own_columns(told)
    task = Task(
        id=0,
        uid=uid,
        title=draft.title,
        department=draft.department,
        due=due,
        first_due=first_due,
        open_ended=draft.open_ended,
        status=status,
        created=stamp.today,
        submitted=draft.submitted,
        closed=draft.closed,
        extra=own,
        log=tuple(log),
    )
    task = replace(task, **told)
    if draft.progress or draft.next_step:
        task = with_note(task, stamp, text=draft.progress or "", next_step=draft.next_step)
    raised = tuple(
        Raise(at=at, by=by, n=item.n or place, text=item.text, need=item.need, coordinate=item.coordinate)
        for place, item in enumerate(draft.problems, start=1)
    )
    return replace(task, log=(*task.log, *raised))


def _passed_over(row: Row, layout: Layout) -> str | None:
    """Return why `row` is no task, as a notice, or None where it is one."""
    title, lead = (_at(row, layout.columns[column]) for column in (Column.TITLE, Column.DEPARTMENT))
    place = where(row.number, row.line)
    if title and lead:
        return _("{where} repeats the headings; passed over").format(where=place) if layout.repeats(row.cells) else None
    if lead:
        return None
    filled = [cell for cell in map(values.cell_text, row.cells) if cell]
    if any(_SUM_WORDS.fullmatch(_folded(values.cell_text(cell))) for cell in row.cells[:_FIRST_CELLS]):
        return _("{where} is a sum, not a task; passed over").format(where=place)
    if len(filled) == 1 and not title and _SECTION.match(filled[0]):
        return _("{where} is a heading between tasks, not a task; passed over: {text}").format(
            where=place, text=quote(filled[0])
        )
    if filled and (not title or filled == [title]) and _FOOT_WORDS.match(filled[0]):
        return _("{where} is a note under the table, not a task; passed over: {text}").format(
            where=place, text=quote(filled[0])
        )
    return None


def _at(row: Row, place: int | None) -> str:
    return values.cell_text(row.at(place))


def _folded(cell: str) -> str:
    return "".join(cell.split())


def reject_rows(table: Table, planned: ImportPlan) -> list[list[str]]:
    """Return the rejected rows under their headings, behind a first column that says why, which import ignores.

    Cells are made harmless in a spreadsheet, which import takes back. A row that cannot be told by its title and
    department from one that was imported gets a UID, so that it is not taken for that one when it is mended.
    """
    layout = planned.layout
    uids = planned.reject_uids
    # A new column for them is only made where there is none.
    made = bool(uids) and Column.UID not in layout.columns
    why: defaultdict[int, list[str]] = defaultdict(list)
    for reject in planned.rejected:
        why[reject.row].append(f"{reject.column}: {reject.why}" if reject.column else reject.why)
    head = [label(Column.WHY), *([label(Column.UID)] if made else []), *layout.headings]
    rows = [head]
    for row in table.rows[layout.below :]:
        if row.number not in why:
            continue
        cells = [fused(values.trimmed(cell)) for cell in row.cells]
        uid = uids.get(row.number, "")
        if not made and uid:
            place = layout.columns[Column.UID]
            cells += [""] * (place + 1 - len(cells))
            cells[place] = uid
        rows.append(["; ".join(why[row.number]), *([uid] if made else []), *cells])
    dropped = layout.columns.get(Column.WHY)
    if dropped is not None:
        place = dropped + len(head) - len(layout.headings)
        rows = [[*row[:place], *row[place + 1 :]] for row in rows]
    return [[defused(cell) for cell in row] for row in rows]
