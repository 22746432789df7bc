"""Ledgers as a parsed copy gives them: their tasks decoded when they are looked at."""

from collections.abc import Collection, Sequence
from struct import pack

import msgspec

from pilottask.ledger.records import Ledger, Task
from pilottask.ledger.tasks import FORMATS, Kept, Tasks, numbers_of


def as_copied(ledger: Ledger, *, looked_at: list[int] | None = None) -> Ledger:
    """Return `ledger` with its tasks as a copy has them; the ids of those decoded are put into `looked_at`."""
    departments: dict[str, int] = {}
    rows = [numbers_of(task, departments) for task in ledger.tasks]
    columns = {
        name: memoryview(pack(f"{len(rows)}{form}", *(row[place] for row in rows))).cast(form)
        for place, (name, form) in enumerate(FORMATS.items())
    }

    def look(places: Collection[int] | None) -> Sequence[Task]:
        found = [ledger.tasks[place] for place in (range(len(rows)) if places is None else places)]
        if looked_at is not None:
            looked_at.extend(task.id for task in found)
        return found

    return msgspec.structs.replace(ledger, tasks=Tasks(Kept(columns, list(departments), look, {})))
