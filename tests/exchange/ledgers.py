"""Short ways to ledgers for the tests of import and export."""

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import factories
from pilottask.exchange import bring_in
from pilottask.exchange.office import exporting, importing, reading
from pilottask.exchange.office.importing import Choices, ImportPlan
from pilottask.exchange.office.reading import Table
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Ledger, StepDone, Task, replace

DATA: Final = Path(__file__).parent.parent / "data"
EMPTY: Final = factories.ledger()
STAMP: Final = factories.stamp()


def table(text: str) -> Table:
    """Return the table in a CSV text."""
    return reading.parse(text)


def rows_table(*rows: Sequence[str]) -> Table:
    """Return a table of these rows, as they come through a file."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return reading.parse(written.getvalue())


def planned(
    source: Table | str | Path,
    into: Ledger = EMPTY,
    *,
    update: bool = False,
    stamp: Stamp = STAMP,
    headings: Mapping[str, str] | None = None,
    uids: str = "u",
    name: str = "ledger.csv",
    year: int | None = None,
) -> ImportPlan:
    """Plan the import of a table, a CSV text or a file; new tasks are named `u1`, `u2` …."""
    if isinstance(source, Path):
        source = reading.read(source.read_bytes())
    elif isinstance(source, str):
        source = table(source)
    numbers = itertools.count(1)
    return importing.plan(
        source,
        into,
        stamp=stamp,
        new_uid=lambda: f"{uids}{next(numbers)}",
        source=name,
        choices=Choices(update=update, headings=headings or {}, year=year),
    )


def brought(
    incoming: Incoming,
    into: Ledger | None = None,
    *,
    update: bool = True,
    department: str | None = None,
    made: Stamp = STAMP,
    source: str = "x",
) -> ImportPlan:
    """Plan what a file of another tool brings in; `department` leads tasks that name none."""
    return bring_in.bring_in(
        incoming,
        EMPTY if into is None else into,
        stamp=made,
        new_uid=lambda: "fresh",
        source=source,
        choices=Choices(update=update, department=department),
    )


def as_known(task: Task) -> Task:
    """Return a task without the steps that are done on a day which is still ahead when it is brought in."""
    log = [
        entry for entry in task.log if not isinstance(entry, StepDone) or (entry.on or entry.at.date()) <= STAMP.today
    ]
    return replace(task, log=tuple(log))


def one(fields: Mapping[str, str], into: Ledger = EMPTY, *, update: bool = False) -> ImportPlan:
    """Plan the import of one row, `fields` by heading; title and lead are there unless given."""
    full = {"工作任务": "设备采购", "牵头单位": "区教体局", **fields}
    return planned(rows_table(tuple(full), tuple(full.values())), into, update=update)


def only(plan: ImportPlan) -> Task:
    """Return the one task that an import adds, nothing else being wrong."""
    assert not plan.rejected, [str(reject) for reject in plan.rejected]
    (task,) = plan.added
    return task


def whys(plan: ImportPlan) -> list[str]:
    """Return what is said of the rejected rows."""
    return [str(reject) for reject in plan.rejected]


def through_csv(tasks: Sequence[Task], *, delimiter: str = ",") -> ImportPlan:
    """Export tasks and plan the import of that into an empty ledger."""
    return planned(reading.read(exporting.csv_text(exporting.sheet(tasks), delimiter=delimiter).encode("utf-8-sig")))
