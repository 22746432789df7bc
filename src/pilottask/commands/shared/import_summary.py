"""What an import reports that it did, or would do."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pilottask.base import dates
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared.deadline_messages import next_ones, open_too
from pilottask.commands.shared.printing import id_and_title, task_records, with_acts
from pilottask.exchange.office.drafts import some
from pilottask.exchange.office.headings import IGNORED, label
from pilottask.exchange.office.importing import Changed, ImportPlan
from pilottask.exchange.office.layout import OWN_COLUMN, Layout
from pilottask.ledger import fields, lights, queries, wording
from pilottask.ledger.records import OPEN, LogEntry, Raise, Step, Task

if TYPE_CHECKING:
    from pilottask.exchange.merge.tasks import FieldConflict


def report(session: Session, planned: ImportPlan, *, in_json: bool, dry_run: bool, skipped: Path | None) -> None:
    """Say what an import does, on standard output what it adds and changes. Raises what refuses it."""
    if in_json:
        session.say_json(_record(session, planned, dry_run=dry_run))
    elif lines := list(_lines(planned, dry_run=dry_run)):
        session.say("\n".join(lines))
    if dry_run and planned.layout.names and not in_json:
        session.warn("\n".join(_meanings(planned.layout)))
    session.warn(*planned.notices, *conflict_lines(planned.conflicts))
    if planned.new_departments:
        count = len(planned.new_departments)
        message = ngettext("{count} new department: {names}", "{count} new departments: {names}", count)
        session.warn(message.format(count=count, names=_(", ").join(map(safe, planned.new_departments))))
    if planned.rejected and skipped is None:
        raise planned.refusal()
    say_left_out(session, planned.rejected, len({reject.row for reject in planned.rejected}), skipped)
    if not dry_run:
        ended = (changed.after for changed in planned.changed if changed.ended)
        next_ones(session, planned.ledger, ended=ended, opened=planned.opened)
        open_too(session, planned.ledger, (changed.after for changed in planned.changed if changed.reopened))
    session.warn(*_of_new(planned.added, today=session.today))
    sums = {"added": len(planned.added), "changed": len(planned.changed), "unchanged": len(planned.unchanged)}
    done = _("added: {added}, changed: {changed}, left as they are: {unchanged}")
    would = _("would be added: {added}, changed: {changed}; left as they are: {unchanged}")
    session.warn((would if dry_run else done).format(**sums))


def _of_new(added: Sequence[Task], *, today: date) -> Iterator[str]:
    """Yield what new tasks lack, and which are late already, or have steps that are."""
    if late := queries.overdue(added, today=today):
        message = ngettext(
            "{n} new task is overdue at once: {ids}", "{n} new tasks are overdue at once: {ids}", len(late)
        )
        yield message.format(n=len(late), ids=some(sorted(task.id for task in late)))
    if undated := [task for task in added if queries.is_undated(task) and task.status in OPEN]:
        yield ngettext(
            "{n} new task has no deadline yet; pilottask list --undated shows it",
            "{n} new tasks have no deadline yet; pilottask list --undated shows them",
            len(undated),
        ).format(n=len(undated))
    if late := [task for task in added if lights.late_steps(task, today=today)]:
        yield ngettext(
            "{n} new task has steps past their day, late until pilottask step done says otherwise: task {ids}",
            "{n} new tasks have steps past their day, late until pilottask step done says otherwise: tasks {ids}",
            len(late),
        ).format(n=len(late), ids=some(task.id for task in late))


def say_left_out(session: Session, faults: Iterable[object], rows: int, rejects: Path | None) -> None:
    """Say what is wrong with the rows that were left out, and where they are now."""
    session.warn(*map(str, faults))
    if rows:
        message = ngettext(
            "{count} row left out; mend it in {file} and import that",
            "{count} rows left out; mend them in {file} and import that",
            rows,
        )
        session.warn(message.format(count=rows, file=safe(str(rejects))))


def _lines(planned: ImportPlan, *, dry_run: bool) -> Iterator[str]:
    """Yield a line for each task: its id and title, and of a change that is not made yet what it is."""
    for task in planned.added:
        yield _added_line(task) if dry_run else id_and_title(task)
    for changed in planned.changed:
        entries = _new_entries(changed)
        if dry_run:
            text = _("; ").join(safe(wording.sentence(entry)) for entry in entries)
            yield _("change {task}: {changes}").format(task=id_and_title(changed.after), changes=text)
        else:
            yield with_acts(changed.after, entries)
    for task in planned.opened:
        yield _("as the next one: {added}").format(added=_added_line(task)) if dry_run else id_and_title(task)


def _meanings(layout: Layout) -> Iterator[str]:
    """Yield what each column of a table is taken for."""
    for heading, column in layout.meanings():
        meaning = _("passed over") if column in IGNORED else label(column) if column else _("a column of your own")
        yield _("column {heading}: {meaning}").format(heading=safe(heading), meaning=meaning)


def _added_line(task: Task) -> str:
    due = dates.show(task.due) if task.due else wording.no_deadline(task)
    message = _("add {task}, {department}, {due}")
    text = message.format(task=id_and_title(task), department=safe(task.department), due=due)
    messages = [wording.sentence(entry) for entry in task.log if isinstance(entry, Step | Raise)]
    return _("{said}: {text}").format(said=text, text=safe(_("; ").join(messages))) if messages else text


def _new_entries(changed: Changed) -> list[LogEntry]:
    """Return what the log has that it did not have; a merge puts entries between others."""
    known = [*changed.before.log]
    results = []
    for entry in changed.after.log:
        if entry in known:
            known.remove(entry)
        else:
            results.append(entry)
    return results


def conflict_lines(conflicts: "Iterable[FieldConflict]") -> Iterator[str]:
    """Say of each field that both stores changed which value stands."""
    for each in conflicts:
        mine, theirs, taken = (safe(wording.value(each.field, value)) for value in (each.mine, each.theirs, each.taken))
        message = _("task {id} {title}, {field}: {mine} here, {theirs} there; the newer stands: {taken}")
        names = {"id": each.task.id, "title": quote(each.task.title), "field": safe(fields.label(each.field))}
        yield message.format(mine=mine, theirs=theirs, taken=taken, **names)


def _record(session: Session, planned: ImportPlan, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "added": task_records(session, planned.added),
        "changed": task_records(session, (changed.after for changed in planned.changed)),
        "opened": task_records(session, planned.opened),
        "unchanged": [task.id for task in planned.unchanged],
        "new_departments": list(planned.new_departments),
        "rejected": [
            {"row": each.row, "line": each.line, "column": each.column, "value": each.value, "why": each.why}
            for each in planned.rejected
        ],
        "notices": list(planned.notices),
        "columns": [
            {"heading": heading, "field": column.value if column else OWN_COLUMN}
            for heading, column in planned.layout.meanings()
        ],
        "conflicts": [
            {"id": each.task.id, "field": each.field, "mine": each.mine, "theirs": each.theirs, "taken": each.taken}
            for each in planned.conflicts
        ],
    }
