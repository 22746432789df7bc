"""What a file brings into the list: the store in it is merged, then the rows in it come in as an office ledger's do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pilottask.exchange.office import importing
from pilottask.exchange.office.importing import Changed, Choices, ImportPlan
from pilottask.exchange.office.reading import Row
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Ledger

if TYPE_CHECKING:
    from pilottask.exchange.merge.ledgers import Merge


def bring_in(
    incoming: Incoming,
    ledger: Ledger,
    *,
    stamp: Stamp,
    new_uid: Callable[[], str],
    source: str,
    choices: Choices = Choices(),  # noqa: B008  frozen
    watch: Callable[[Sequence[Row]], Iterable[Row]] = iter,
) -> ImportPlan:
    """Work out what `incoming` does to `ledger`; the parameters are those of `importing.plan`."""
    merged = _merge(ledger, incoming.store, stamp) if incoming.store else None
    after = merged.ledger if merged else ledger
    plan = ImportPlan(after, (), (), (), (), ())
    if incoming.table:
        plan = importing.plan(
            incoming.table, after, stamp=stamp, new_uid=new_uid, source=source, choices=choices, watch=watch
        )
    before = {task.id: task for task in ledger.tasks}
    entered = {*before, *(task.id for task in plan.opened)}
    met = (merged.met if merged else frozenset()) | {
        task.id for task in (*(each.after for each in plan.changed), *plan.unchanged)
    }
    known = [(before[task.id], task) for task in plan.ledger.tasks if task.id in before and task.id in met]
    return replace(
        plan,
        added=tuple(task for task in plan.ledger.tasks if task.id not in entered),
        changed=tuple(Changed(was, task) for was, task in known if was != task),
        unchanged=tuple(task for was, task in known if was == task),
        new_departments=(*(merged.new_departments if merged else ()), *plan.new_departments),
        notices=(*incoming.notices, *(_merge_notices(ledger, merged.ledger) if merged else ()), *plan.notices),
        conflicts=merged.conflicts if merged else (),
    )


def _merge(ledger: Ledger, store: Ledger, stamp: Stamp) -> "Merge":
    from pilottask.exchange.merge.ledgers import merge  # noqa: PLC0415  15 ms that most files have no need of

    return merge(ledger, store, stamp)


def _merge_notices(before: Ledger, after: Ledger) -> Iterable[str]:
    from pilottask.exchange.merge.messages import notices  # noqa: PLC0415  as above

    return notices(before, after)
