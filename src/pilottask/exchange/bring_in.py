"""What a file brings into the list: the store in it is merged, then the rows in it come in as an office ledger's do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilottask.base.errors import UsageFault
from pilottask.exchange.office import importing
from pilottask.exchange.office.importing import Changed, Choices, ImportPlan
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.row_cells import Reject
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Ledger, Task

if TYPE_CHECKING:
    from pilottask.exchange.merge.ledgers import Merge
    from pilottask.exchange.merge.tasks import FieldConflict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What bringing a file in does; nothing is done yet. `plan` is that of its rows, where it has some.

    `opened` are the next ones of recurring tasks that it closes.
    """

    ledger: Ledger
    added: tuple[Task, ...]
    opened: tuple[Task, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Task, ...]
    new_departments: tuple[str, ...]
    notices: tuple[str, ...]
    conflicts: "tuple[FieldConflict, ...]" = ()
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


def bring_in(
    incoming: Incoming,
    ledger: Ledger,
    *,
    stamp: Stamp,
    new_uid: Callable[[], str],
    source: str,
    choices: Choices = Choices(),  # noqa: B008  frozen
    watch: Callable[[Sequence[Row]], Iterable[Row]] = iter,
) -> Outcome:
    """Work out what `incoming` does to `ledger`; the parameters are those of `importing.plan`."""
    merged = _merged(ledger, incoming.store, stamp) if incoming.store else None
    after = merged.ledger if merged else ledger
    plan = None
    if incoming.table:
        plan = importing.plan(
            incoming.table,
            after,
            stamp=stamp,
            new_uid=new_uid,
            source=source,
            choices=choices,
            watch=watch,
        )
        after = plan.ledger
    before = {task.id: task for task in ledger.tasks}
    opened = plan.opened if plan else ()
    entered = {*before, *(task.id for task in opened)}
    met = merged.met if merged else frozenset()
    met |= {task.id for task in (*(each.after for each in plan.changed), *plan.unchanged)} if plan else set()
    known = [(before[task.id], task) for task in after.tasks if task.id in before and task.id in met]
    parts = [part for part in (merged, plan) if part]
    return Outcome(
        ledger=after,
        added=tuple(task for task in after.tasks if task.id not in entered),
        opened=opened,
        changed=tuple(Changed(was, task) for was, task in known if was != task),
        unchanged=tuple(task for was, task in known if was == task),
        new_departments=tuple(name for part in parts for name in part.new_departments),
        notices=(*incoming.notices, *(notice for part in parts for notice in part.notices)),
        conflicts=merged.conflicts if merged else (),
        plan=plan,
    )


def _merged(ledger: Ledger, store: Ledger, stamp: Stamp) -> "Merge":
    from pilottask.exchange.merge.ledgers import merge  # noqa: PLC0415  15 ms that most files have no need of

    return merge(ledger, store, stamp)
