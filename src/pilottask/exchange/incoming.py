"""What a file of another tool brings: whole tasks with their logs, rows that say something of tasks, or both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pilottask.base.errors import UsageFault
from pilottask.exchange.merge import tasks
from pilottask.exchange.merge.tasks import Conflict
from pilottask.exchange.office import importing as ledgers
from pilottask.exchange.office.drafts import Reject
from pilottask.exchange.office.headings import Column, label
from pilottask.exchange.office.importing import Changed, ImportPlan
from pilottask.exchange.office.reading import Row, Table
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Ledger, Task

Cells = dict[Column | str, str]
"""The cells of a record by column; a column of the user's own stands under its heading."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was read: `store` is merged, then `table` comes in as an office ledger would. `notices` are sentences."""

    store: Ledger | None = None
    table: Table | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What bringing it in does; nothing is done yet. `plan` is that of the table, where there is one.

    `opened` are the next ones of recurring tasks that it closes.
    """

    ledger: Ledger
    added: tuple[Task, ...]
    opened: tuple[Task, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Task, ...]
    new_departments: tuple[str, ...]
    notices: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()
    plan: ImportPlan | None = None

    @property
    def rejected(self) -> tuple[Reject, ...]:
        """The faults of rows."""
        return self.plan.rejected if self.plan else ()

    def refusal(self) -> UsageFault:
        """Return the error that refuses it whole. Only where something is rejected."""
        if self.plan is None:
            raise AssertionError
        return self.plan.refusal()


def brought(
    incoming: Incoming,
    ledger: Ledger,
    *,
    stamp: Stamp,
    new_uid: Callable[[], str],
    source: str,
    update: bool = False,
    headings: Mapping[str, str] = ledgers.NO_ANSWERS,
    watch: Callable[[Sequence[Row]], Iterable[Row]] = iter,
) -> Outcome:
    """Work out what `incoming` does to `ledger`; the parameters are those of `ledger.plan`."""
    merged = tasks.merged(ledger, incoming.store, stamp) if incoming.store else None
    after = merged.ledger if merged else ledger
    plan = None
    if incoming.table:
        plan = ledgers.plan(
            incoming.table,
            after,
            stamp=stamp,
            new_uid=new_uid,
            source=source,
            update=update,
            headings=headings,
            watch=watch,
        )
        after = plan.ledger
    was = {task.id: task for task in ledger.tasks}
    met = {each.after.id for part in (merged, plan) if part for each in part.changed}
    met |= {task.id for part in (merged, plan) if part for task in part.unchanged}
    opened = plan.opened if plan else ()
    not_brought = {*was, *(task.id for task in opened)}
    known = [(was[task.id], task) for task in after.tasks if task.id in was and task.id in met]
    return Outcome(
        ledger=after,
        added=tuple(task for task in after.tasks if task.id not in not_brought),
        opened=opened,
        changed=tuple(Changed(before, task) for before, task in known if before != task),
        unchanged=tuple(task for before, task in known if before == task),
        new_departments=tuple(name for part in (merged, plan) if part for name in part.new_departments),
        notices=(
            *incoming.notices,
            *(merged.notices if merged else ()),
            *(plan.notices if plan else ()),
        ),
        conflicts=merged.conflicts if merged else (),
        plan=plan,
    )


def table(records: Iterable[tuple[int, int, Cells]]) -> Table | None:
    """Return records, each its number, its line and its cells, as the table of an office ledger; None without any."""
    found = list(records)
    if not found:
        return None
    always: tuple[Column | str, ...] = (Column.UID, Column.TITLE, Column.DEPARTMENT)
    columns = list(dict.fromkeys((*always, *(key for _number, _line, cells in found for key in cells))))
    head = tuple(label(key) if isinstance(key, Column) else key for key in columns)
    rows = [Row(number, line, tuple(cells.get(key, "") for key in columns)) for number, line, cells in found]
    return Table((Row(0, 0, head), *rows))
