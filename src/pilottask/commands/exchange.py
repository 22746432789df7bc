"""Ledgers in and out: import, export."""

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pilottask import dates, records, wording
from pilottask.commands import _collect
from pilottask.commands._files import STANDARD, read, watched, write
from pilottask.commands._filters import Filters, Order
from pilottask.commands._options import takes
from pilottask.commands._output import FormatOption, task_records
from pilottask.errors import UsageFault
from pilottask.exchange import export as exporting
from pilottask.exchange import ledger as importing
from pilottask.exchange import packages, reading
from pilottask.exchange.headings import find, label
from pilottask.exchange.ledger import ImportPlan
from pilottask.exchange.reading import Table
from pilottask.i18n import _, ngettext
from pilottask.model import Ledger, Task
from pilottask.queries import Selection
from pilottask.render import Format
from pilottask.session import Session
from pilottask.store import blocks, codec, files
from pilottask.text import quote, safe


class Kind(StrEnum):
    """What a file becomes, named as the end of its name."""

    XLSX = "xlsx"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    JSON = "json"
    TOML = "toml"


class Encoding(StrEnum):
    """In which encoding a table is written."""

    UTF8 = "utf-8"
    GB18030 = "gb18030"


# Import -------------------------------------------------------------------------------------------------------------


def import_(
    ctx: typer.Context,
    files_: Annotated[
        list[str],
        typer.Argument(
            metavar=_("FILE"),
            help=_("The ledger, or with --collect the sheets or their folder; “-” for standard input"),
        ),
    ],
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
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar=_("NAME|N"), help=_("Which sheet of a workbook, by name or place")),
    ] = None,
    collect: Annotated[
        bool,
        typer.Option("--collect", help=_("Take in collection sheets that came back, of any number of departments")),
    ] = False,
    fmt: FormatOption = Format.TABLE,
) -> None:
    """Bring in the tasks of a ledger, all or, where a row is bad, none."""
    session: Session = ctx.obj
    if collect:
        _check_alone({"--update": update, "--skip-bad": skip_bad, "--sheet": sheet})
        _collect.take_in(session, files_, fmt, dry_run=dry_run)
        return
    if len(files_) > 1:
        raise UsageFault(
            _("import takes one ledger at a time, not {count}").format(count=len(files_)),
            hint=_("several collection sheets go with --collect"),
        )
    (file,) = files_
    table = _table(read(file), sheet)
    answers = _asked(session, table)
    planned: ImportPlan | None = None

    def edit(ledger: Ledger) -> Ledger:
        nonlocal planned
        planned = importing.plan(
            table,
            ledger,
            stamp=session.stamp,
            new_uid=session.new_uid,
            source=_("standard input") if file == STANDARD else Path(file).name,
            update=update,
            headings=answers,
            watch=watched(_("reading the ledger")),
        )
        if planned.rejected and skip_bad is None and not dry_run:
            raise planned.refusal()
        if planned.rejected and skip_bad is not None and not dry_run:
            _write_rejects(skip_bad, table, planned)
        return planned.ledger

    if dry_run:
        edit(session.ledger)
    else:
        session.change(edit)
    if planned is not None:
        _report(session, planned, fmt, dry_run=dry_run, skipped=skip_bad)


def _check_alone(given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value:
            raise UsageFault(_("{option} does not go with --collect").format(option=option))


def _table(data: bytes, sheet: str | None) -> Table:
    if packages.is_workbook(data):
        from pilottask.exchange import workbooks  # noqa: PLC0415  a text file has no need of it

        return workbooks.read(data, sheet=sheet, watch=watched(_("reading the workbook")))
    if sheet is not None:
        raise UsageFault(_("{option} goes with a workbook; this file has no sheets").format(option="--sheet"))
    return reading.read(data)


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


def _write_rejects(path: Path, table: Table, planned: ImportPlan) -> None:
    """Write the rejected rows. Raises UsageFault where the file is there: it may be being mended."""
    if path.exists():
        raise UsageFault(
            _("{file} is there already; it was left as it is, and nothing was imported").format(file=quote(str(path))),
            hint=_("name another file for the rejected rows"),
        )
    write(path, exporting.encoded(exporting.csv_text(importing.reject_rows(table, planned))))


def _report(session: Session, planned: ImportPlan, fmt: Format, *, dry_run: bool, skipped: Path | None) -> None:
    if fmt is Format.JSON:
        session.say(records.json_text(_record(session, planned, dry_run=dry_run)))
    elif lines := list(_lines(planned, dry_run=dry_run)):
        session.say("\n".join(lines))
    for notice in planned.notices:
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


def _say_rejected(session: Session, planned: ImportPlan, skipped: Path | None) -> None:
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


def _lines(planned: ImportPlan, *, dry_run: bool) -> Iterator[str]:
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
            entries = changed.after.log[len(changed.before.log) :]
            told = _("; ").join(safe(wording.sentence(entry)) for entry in entries)
            said = _("change {task}: {changes}").format(task=said, changes=told)
        yield said


def _record(session: Session, planned: ImportPlan, *, dry_run: bool) -> dict[str, object]:
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
    collect: Annotated[
        bool,
        typer.Option(
            "--collect", help=_("A sheet for a department to fill in, or into a folder one for each with open tasks")
        ),
    ] = False,
) -> None:
    """Write tasks to a file: a table, or without filters in .toml or .json the whole store."""
    del every  # all tasks are taken anyway; the option is shared with list
    session: Session = ctx.obj
    tasks = order.applied(session, filters.tasks(session))
    tasks = tasks[: order.limit] if order.limit else tasks
    if collect:
        _collect.issue(session, file, tasks, ending=kind, encoding=encoding)
        return
    kind = kind or _kind(file)
    whole = order == Order() and filters.selection(session) == Selection()
    data = _exported(session, tasks, kind, encoding, whole=whole, marked=file != STANDARD)
    if file == STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    path = Path(file)
    if files.real(path) == files.real(session.store.path):
        raise UsageFault(
            _("{file} is the task list itself; it was left as it is").format(file=quote(file)),
            hint=_("name another file"),
        )
    write(path, data)
    count = len(tasks)
    session.warn(
        ngettext("{count} task written to {file}", "{count} tasks written to {file}", count).format(
            count=count, file=safe(file)
        )
    )


def _kind(file: str) -> Kind:
    ending = Path(file).suffix.removeprefix(".").lower()
    if ending in set(Kind):
        return Kind(ending)
    raise UsageFault(
        _("the name of {file} does not say what it is to become").format(file=quote(file)),
        hint=_("let it end in one of {endings}, or say --format").format(
            endings=_(", ").join(f".{kind}" for kind in Kind)
        ),
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
        case Kind.XLSX:
            from pilottask.exchange import workbook_export  # noqa: PLC0415  the others have no need of it

            return workbook_export.ledger(
                tasks, pilot=session.ledger.pilot, today=session.today, watch=watched(_("writing the workbook"))
            )
        case Kind.CSV | Kind.TSV:
            text = exporting.csv_text(exporting.sheet(tasks), delimiter="," if kind is Kind.CSV else "\t")
            mark = "-sig" if marked and encoding is Encoding.UTF8 else ""
            return exporting.encoded(text, encoding=encoding + mark)
