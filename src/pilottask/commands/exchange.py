"""Ledgers in and out: import, export."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from pilottask import dates, records, wording
from pilottask.commands import _forms
from pilottask.commands._filters import Filters, Order
from pilottask.commands._forms import As, Form
from pilottask.commands._options import takes
from pilottask.commands._output import task_records
from pilottask.errors import NotFound, UsageFault
from pilottask.exchange import export as exporting
from pilottask.exchange import incoming as bringing
from pilottask.exchange import ledger as importing
from pilottask.exchange import reading
from pilottask.exchange.headings import find, label
from pilottask.exchange.incoming import Outcome
from pilottask.exchange.ledger import Changed, ImportPlan
from pilottask.exchange.reading import Row, Table
from pilottask.i18n import _, ngettext
from pilottask.model import Ledger, LogEntry, Task
from pilottask.queries import Selection
from pilottask.session import Session
from pilottask.store import blocks, codec, files
from pilottask.text import quote, safe

_STANDARD: Final = "-"
"""What stands for standard input or output in the place of a file."""

_PATIENCE: Final = 1.0
"""Seconds before a progress bar is worth showing."""

_LOOK_EVERY: Final = 256


class Kind(StrEnum):
    """What a file becomes, named as the end of its name."""

    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    JSON = "json"
    TOML = "toml"
    JSONL = "jsonl"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


class Told(StrEnum):
    """What `--format` can say at import: how the result is written, or how the file is."""

    TABLE = "table"
    JSON = "json"
    LEDGER = "csv"
    TSV = "tsv"
    TOML = "toml"
    JSONL = "jsonl"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


_OTHER_TOOLS: Final = frozenset({Kind.JSONL, Kind.TASKWARRIOR, Kind.ICS, Kind.TODO})
_ENDINGS: Final = {
    **{f".{kind}": kind for kind in Kind if kind not in _OTHER_TOOLS},
    **{ending: Kind(form.value) for ending, form in _forms.ENDINGS.items()},
}


class Encoding(StrEnum):
    """In which encoding a table is written."""

    UTF8 = "utf-8"
    GB18030 = "gb18030"


# Import -------------------------------------------------------------------------------------------------------------


def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar=_("FILE"), help=_("The ledger; “-” for standard input"))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Say what would be added, changed and refused; change nothing"))
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help=_("Bring changed cells into the tasks that are there already"))
    ] = False,
    skip_bad: Annotated[
        Path | None,
        typer.Option(
            "--skip-bad",
            metavar="REJECTS.csv",
            help=_("Import the good rows; write the others to this file, to be mended and imported"),
        ),
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(
            "--department",
            "-d",
            metavar=_("NAME"),
            help=_("The lead department of tasks for which a file of another tool names none"),
        ),
    ] = None,
    fmt: Annotated[
        Told,
        typer.Option(
            "--format", help=_("“json”: the result as JSON; else what the file is, where its name does not say")
        ),
    ] = Told.TABLE,
) -> None:
    """Bring in the tasks of a ledger, all or, where a row is bad, none."""
    session: Session = ctx.obj
    data = _bytes(file)
    form = _form(file, data, fmt)
    lead = session.department(department) if department else None
    incoming = _forms.read(session, data, form, department=lead) if form else None
    table = (incoming.table or Table(())) if incoming else reading.read(data)
    answers = {} if incoming else _asked(session, table)
    planned: ImportPlan | Outcome | None = None

    def edit(ledger: Ledger) -> Ledger:
        nonlocal planned
        source = _("standard input") if file == _STANDARD else Path(file).name
        rows: ImportPlan | None
        if incoming:
            planned = bringing.brought(
                incoming,
                ledger,
                stamp=session.stamp,
                new_uid=session.new_uid,
                source=source,
                update=update,
                watch=_watched,
            )
            rows = planned.plan
        else:
            planned = rows = importing.plan(
                table,
                ledger,
                stamp=session.stamp,
                new_uid=session.new_uid,
                source=source,
                update=update,
                headings=answers,
                watch=_watched,
            )
        if planned.rejected and skip_bad is None and not dry_run:
            raise planned.refusal()
        if rows and rows.rejected and skip_bad is not None and not dry_run:
            _write_rejects(skip_bad, table, rows)
        return planned.ledger

    if dry_run:
        edit(session.ledger)
    else:
        session.change(edit)
    if planned is not None:
        _report(session, planned, as_json=fmt is Told.JSON, dry_run=dry_run, skipped=skip_bad)


def _form(file: str, data: bytes, told: Told) -> Form | None:
    """Return which form of another tool a file has, None where it is an office ledger."""
    if told in {Told.LEDGER, Told.TSV}:
        return None
    if told in {Told.TABLE, Told.JSON}:
        return _forms.form_of(file, data)
    return Form(told.value)


def _bytes(file: str) -> bytes:
    if file == _STANDARD:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(_("there is no file {file}").format(file=quote(file))) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise files.fault(error, _("cannot read {file}").format(file=quote(file))) from error
        raise NotFound(_("{path} cannot be the name of a file").format(path=quote(file))) from error


def _asked(session: Session, table: Table) -> dict[str, str]:
    """Return what a person says of headings that are much like a known one; nothing where nobody can be asked."""
    if not session.interactive:
        return {}
    doubts = find([row.cells for row in table.rows], answers={}).doubts
    return {
        doubt.heading: doubt.guess.value
        if session.confirm(
            _("is the column {heading} what is called {guess} here? ").format(
                heading=quote(doubt.heading), guess=quote(label(doubt.guess))
            )
        )
        else "extra"
        for doubt in doubts
    }


def _watched(rows: Sequence[Row]) -> Iterable[Row]:
    """Yield `rows`, and show a progress bar on a terminal where that takes more than a moment."""
    if not sys.stderr.isatty():
        return rows
    return _with_progress(rows)


def _with_progress(rows: Sequence[Row]) -> Iterator[Row]:
    begun = time.monotonic()
    places = iter(range(len(rows)))
    for place in places:
        yield rows[place]
        if place % _LOOK_EVERY == 0 and time.monotonic() - begun > _PATIENCE:
            break
    else:
        return
    from rich.console import Console  # noqa: PLC0415  50 ms, for a long wait on a terminal alone
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(_("reading the ledger"), total=len(rows))
        for place in places:
            yield rows[place]
            if place % _LOOK_EVERY == 0:
                progress.update(bar, completed=place)


def _write_rejects(path: Path, table: Table, planned: ImportPlan) -> None:
    """Write the rejected rows. Raises UsageFault where the file is there: it may be being mended."""
    if path.exists():
        raise UsageFault(
            _("{file} is there already; it was left as it is, and nothing was imported").format(file=quote(str(path))),
            hint=_("name another file for the rejected rows"),
        )
    _write(path, exporting.encoded(exporting.csv_text(importing.reject_rows(table, planned))))


def _report(
    session: Session, planned: ImportPlan | Outcome, *, as_json: bool, dry_run: bool, skipped: Path | None
) -> None:
    if as_json:
        session.say(records.json_text(_record(session, planned, dry_run=dry_run)))
    elif lines := list(_lines(planned, dry_run=dry_run)):
        session.say("\n".join(lines))
    for notice in (*planned.notices, *_conflicts(planned)):
        session.warn(notice)
    if planned.new_departments:
        count = len(planned.new_departments)
        session.warn(
            ngettext("{count} new department: {names}", "{count} new departments: {names}", count).format(
                count=count, names=_(", ").join(map(safe, planned.new_departments))
            )
        )
    if planned.rejected and skipped is None:
        raise planned.refusal()
    _say_rejected(session, planned, skipped)
    sums = {
        "added": len(planned.added),
        "changed": len(planned.changed),
        "unchanged": len(planned.unchanged),
    }
    if dry_run:
        session.warn(_("would be added: {added}, changed: {changed}; left as they are: {unchanged}").format(**sums))
    else:
        session.warn(_("added: {added}, changed: {changed}, left as they are: {unchanged}").format(**sums))


def _say_rejected(session: Session, planned: ImportPlan | Outcome, skipped: Path | None) -> None:
    if not planned.rejected:
        return
    for reject in planned.rejected:
        session.warn(str(reject))
    count = len({reject.row for reject in planned.rejected})
    session.warn(
        ngettext(
            "{count} row left out; mend it in {file} and import that",
            "{count} rows left out; mend them in {file} and import that",
            count,
        ).format(count=count, file=safe(str(skipped)))
    )


def _lines(planned: ImportPlan | Outcome, *, dry_run: bool) -> Iterator[str]:
    """Yield a line for each task: its id and title, and of a change that is not made yet what it is."""
    for task in planned.added:
        said = f"{task.id} {safe(task.title)}"
        if dry_run:
            due = dates.show(task.due) if task.due else _("no deadline")
            said = _("add {task}, {department}, {due}").format(task=said, department=safe(task.department), due=due)
        yield said
    for changed in planned.changed:
        said = f"{changed.after.id} {safe(changed.after.title)}"
        if dry_run:
            told = _("; ").join(safe(wording.sentence(entry)) for entry in _new_entries(changed))
            said = _("change {task}: {changes}").format(task=said, changes=told)
        yield said


def _new_entries(changed: Changed) -> list[LogEntry]:
    """Return what the log has that it did not have; a merge puts entries between others."""
    known = [*changed.before.log]
    found = []
    for entry in changed.after.log:
        if entry in known:
            known.remove(entry)
        else:
            found.append(entry)
    return found


def _conflicts(planned: ImportPlan | Outcome) -> Iterator[str]:
    """Say of each field that both stores changed which value stands."""
    for each in planned.conflicts if isinstance(planned, Outcome) else ():
        mine, theirs, taken = (safe(wording.value(each.field, value)) for value in (each.mine, each.theirs, each.taken))
        yield _("task {id} {title}, {field}: {mine} here, {theirs} there; the newer stands: {taken}").format(
            id=each.task.id,
            title=quote(each.task.title),
            field=safe(wording.field_label(each.field)),
            mine=mine,
            theirs=theirs,
            taken=taken,
        )


def _record(session: Session, planned: ImportPlan | Outcome, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "added": task_records(session, planned.added),
        "changed": task_records(session, (changed.after for changed in planned.changed)),
        "unchanged": [task.id for task in planned.unchanged],
        "new_departments": list(planned.new_departments),
        "rejected": [
            {"row": each.row, "line": each.line, "column": each.column, "value": each.value, "why": each.why}
            for each in planned.rejected
        ],
        "notices": list(planned.notices),
        "conflicts": [
            {"id": each.task.id, "field": each.field, "mine": each.mine, "theirs": each.theirs, "taken": each.taken}
            for each in (planned.conflicts if isinstance(planned, Outcome) else ())
        ],
    }


# Export -------------------------------------------------------------------------------------------------------------


@takes(Filters)
@takes(Order)
def export(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar=_("FILE"), help=_("Where to; “-” for standard output"))],
    filters: Filters,
    order: Order,
    every: Annotated[
        bool, typer.Option("--all", help=_("Closed, suspended and cancelled tasks too, as without this option"))
    ] = False,
    kind: Annotated[
        Kind | None, typer.Option("--format", help=_("What the file becomes, where its name does not say"))
    ] = None,
    encoding: Annotated[Encoding, typer.Option("--encoding", help=_("Encoding of a table"))] = Encoding.UTF8,
    as_: Annotated[As, typer.Option("--as", help=_("What a deadline becomes in a calendar"))] = As.TODO,
) -> None:
    """Write tasks to a file: a table, or without filters in .toml or .json the whole store."""
    del every  # all tasks are taken anyway; the option is shared with list
    session: Session = ctx.obj
    kind = kind or _kind(file)
    tasks = order.applied(session, filters.tasks(session))
    tasks = tasks[: order.limit] if order.limit else tasks
    whole = order == Order() and filters.selection(session) == Selection()
    if kind in _OTHER_TOOLS:
        data = _forms.written(session, tasks, Form(kind.value), as_=as_)
    else:
        data = _exported(session, tasks, kind, encoding, whole=whole, marked=file != _STANDARD)
    if file == _STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    path = Path(file)
    if files.real(path) == files.real(session.store.path):
        raise UsageFault(
            _("{file} is the task list itself; it was left as it is").format(file=quote(file)),
            hint=_("name another file"),
        )
    _write(path, data)
    count = len(tasks)
    session.warn(
        ngettext("{count} task written to {file}", "{count} tasks written to {file}", count).format(
            count=count, file=safe(file)
        )
    )


def _kind(file: str) -> Kind:
    ending = Path(file).suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    raise UsageFault(
        _("the name of {file} does not say what it is to become").format(file=quote(file)),
        hint=_("let it end in one of {endings}, or say --format").format(endings=_(", ").join(_ENDINGS)),
    )


def _exported(
    session: Session, tasks: list[Task], kind: Kind, encoding: Encoding, *, whole: bool, marked: bool
) -> bytes:
    """Return the bytes of the file; `marked` where a table in UTF-8 begins with the mark by which Excel knows it."""
    match kind:
        case Kind.TOML if not whole:
            raise UsageFault(
                _("a .toml file holds the whole task list, so it goes with no filter"),
                hint=_("export the tasks to .json or .csv"),
            )
        case Kind.TOML:
            return blocks.encode(session.ledger)
        case Kind.JSON if whole:
            return codec.encode_json(session.ledger)
        case Kind.JSON:
            return records.json_text(task_records(session, tasks)).encode()
        case Kind.MD:
            return exporting.encoded(exporting.markdown(tasks), encoding=encoding)
        case _:
            text = exporting.csv_text(exporting.sheet(tasks), delimiter="," if kind is Kind.CSV else "\t")
            mark = "-sig" if marked and encoding is Encoding.UTF8 else ""
            return exporting.encoded(text, encoding=encoding + mark)


def _write(path: Path, data: bytes) -> None:
    real = files.real(path)
    try:
        files.replace(real, data, like=real)
    except OSError as error:
        raise files.fault(error, _("cannot write {file}").format(file=quote(str(path)))) from error
