"""JSON Lines, out: one record a line, so that an engine made for that can put many districts' lists together.

Each line is an object; `record` says what it is and `pilot` whose it is (the pilot's name, null where it has none).
All keys of a record are always there, null where there is nothing, dates as ISO text:

- `task`: all that `list --format json` gives of a task, without its log.
- `log`: an entry of a task's log: `uid`, `id` and `title` of the task, `place` in its log from 1, and the fields of
  all kinds of entry.
- `department`: `name`, `role`, `aliases`, `contact`, `mail`.
- `finding`: what an inspection found: `inspection` (its number), `kind`, `date`, `by`; `n`, and of the task `uid`,
  `id`, `title` and `department`; `text`, `fix_by`, `fixed`, `evidence`, `days_late`.
- `money`: what a project has from one source: `project`, `partners`, `base`, `signed`, `source`, in 10,000 yuan, as
  exact text, `planned` and `paid`, and when and by whom that was recorded, `at` and `by`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, get_args

import msgspec

from pilottask.ledger import as_json, inspections, projects
from pilottask.ledger.records import Ledger, LogEntry, Task

Json = dict[str, Any]

_ENTRY_FIELDS: Final = dict.fromkeys(
    [
        *("at", "by", "kind"),
        *(field.encode_name for kind in get_args(LogEntry) for field in msgspec.structs.fields(kind)),
    ]
)


def lines(ledger: Ledger, tasks: Iterable[Task], *, today: date) -> Iterator[bytes]:
    """Yield a line, with its end, for each record that is about `tasks`; with all of them, for each of `ledger`."""
    encode = msgspec.json.Encoder().encode
    for record in records(ledger, tasks, today=today):
        yield encode(record) + b"\n"


def records(ledger: Ledger, tasks: Iterable[Task], *, today: date) -> Iterator[Json]:
    """Yield the records that `lines` writes."""
    whose = {"pilot": ledger.pilot.name}
    for unit in ledger.departments:
        yield {"record": "department", **whose, **as_json.department_record(unit)}
    chosen = list(tasks)
    for task in chosen:
        shown = as_json.task_record(task, today=today, pilot=ledger.pilot)
        del shown["log"]
        yield {"record": "task", **whose, **shown}
        of_task = {"uid": task.uid, "id": task.id, "title": task.title}
        for number, entry in enumerate(task.log, start=1):
            yield {"record": "log", **whose, **of_task, "place": number, **_ENTRY_FIELDS, **msgspec.to_builtins(entry)}
    yield from ({"record": "finding", **whose, **finding} for finding in _findings(ledger, chosen, today=today))
    yield from ({"record": "money", **whose, **money} for money in _money(ledger, chosen))


def _findings(ledger: Ledger, tasks: list[Task], *, today: date) -> Iterator[Json]:
    uids = {task.id: task.uid for task in tasks}
    for each in inspections.findings(ledger):
        if each.task.id in uids:
            about = {"kind": each.inspection.kind, "date": each.inspection.day, "by": each.inspection.by}
            finding = inspections.finding_record(each, today=today)
            yield {"inspection": finding.pop("inspection"), **about, "uid": uids[each.task.id], **finding}


def _money(ledger: Ledger, tasks: list[Task]) -> Iterator[Json]:
    named = {task.project for task in tasks}
    whole = len(tasks) == len(ledger.tasks)
    for project in ledger.projects:
        if whole or project.name in named:
            about = {"partners": project.partners, "base": project.base, "signed": project.signed}
            for source, fund in {fund.source: fund for fund in project.funds}.items():
                amounts = {"planned": projects.amount_text(fund.planned), "paid": projects.amount_text(fund.paid)}
                yield {"project": project.name, **about, "source": source, **amounts, "at": fund.at, "by": fund.by}
