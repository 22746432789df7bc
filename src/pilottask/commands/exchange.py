"""Ledgers in and out: import, export."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, assert_never

import typer

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import file_kinds, import_summary, version_messages
from pilottask.commands.shared.collect import issue, take_in
from pilottask.commands.shared.file_kinds import As, Form, Told
from pilottask.commands.shared.files_in import STANDARD, read, watched
from pilottask.commands.shared.files_out import place, write
from pilottask.commands.shared.filters import Filters, Order
from pilottask.commands.shared.option_records import takes
from pilottask.commands.shared.printing import task_records
from pilottask.exchange.bring_in import Outcome, bring_in
from pilottask.exchange.office import exporting, importing, packages, reading
from pilottask.exchange.office.headings import find, label
from pilottask.exchange.office.importing import ImportPlan, placed
from pilottask.exchange.office.reading import Table
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import as_json
from pilottask.ledger.queries import Selection
from pilottask.ledger.records import Ledger, Task
from pilottask.store import codec, toml_patch
from pilottask.store.versions import Version
from pilottask.views.render import Format


class Kind(StrEnum):
    """What a file becomes, named as the end of its name."""

    XLSX = "xlsx"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    JSON = "json"
    TOML = "toml"
    JSONL = "jsonl"
    TASKWARRIOR = "taskwarrior"
    ICS = "ics"
    TODO = "todo"


_OTHER_TOOLS: Final = frozenset({Kind.JSONL, Kind.TASKWARRIOR, Kind.ICS, Kind.TODO})
_ENDINGS: Final = {
    **{f".{kind}": kind for kind in Kind if kind not in _OTHER_TOOLS},
    **{ending: Kind(form.value) for ending, form in file_kinds.ENDINGS.items()},
}


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
    department: Annotated[
        list[str] | None,
        typer.Option(
            "--department",
            "-d",
            metavar=_("NAME"),
            help=_(
                "The lead department of tasks for which a file of another tool names none; with --collect, those "
                "to which sheets were sent, if not all"
            ),
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
    if collect:
        _check_alone({"--update": update, "--skip-bad": skip_bad, "--sheet": sheet})
        told = Format.JSON if fmt is Told.JSON else Format.TABLE
        take_in(session, files_, told, asked=department or (), dry_run=dry_run)
        return
    if len(files_) > 1:
        raise UsageFault(
            _("import takes one ledger at a time, not {count}").format(count=len(files_)),
            hint=_("several collection sheets go with --collect"),
        )
    (file,) = files_
    data = read(file)
    source = _("standard input") if file == STANDARD else Path(file).name
    form = file_kinds.form_of(file, data, fmt)
    lead = _lead(session, department or ())
    answers: dict[str, str] = {}
    if form:
        incoming = file_kinds.read(session, data, form, source=source, department=lead)
    else:
        with _named(source):
            incoming, answers = _ledger(session, data, sheet)
    table = incoming.table or Table(())
    planned: Outcome | None = None

    def edit(ledger: Ledger) -> Ledger:
        nonlocal planned
        with _named(placed(source, table.sheet)):
            found = bring_in(
                incoming,
                ledger,
                stamp=session.stamp,
                new_uid=session.new_uid,
                source=source,
                update=update,
                headings=answers,
                watch=watched(_("reading the tasks")),
            )
        planned = replace(found, notices=(*found.notices, *_coming_back(session, found.added)))
        if planned.rejected and not dry_run:
            if skip_bad is None:
                raise planned.refusal()
            _write_rejects(skip_bad, table, planned.plan)
        return planned.ledger

    if dry_run:
        edit(session.ledger)
    else:
        session.change(edit)
    if planned is not None:
        import_summary.report(session, planned, in_json=fmt is Told.JSON, dry_run=dry_run, skipped=skip_bad)


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Put `source` before what is wrong with the file."""
    try:
        yield
    except UsageFault as wrong:
        raise UsageFault(_("{where}: {why}").format(where=safe(source), why=wrong.message), hint=wrong.hint) from wrong


def _lead(session: Session, named: Sequence[str]) -> str | None:
    """Return the one department that is named, if one. Raises UsageFault for several, NotFound."""
    if len(named) > 1:
        raise UsageFault(_("{option} takes one department without --collect").format(option="--department"))
    return session.department(named[0]) if named else None


def _coming_back(session: Session, added: Sequence[Task]) -> Iterator[str]:
    """Say which of the tasks that are added were taken out of this list before, as far as kept versions tell."""
    by_version: dict[Version, list[Task]] = {}
    out = session.store.taken_out([task.uid for task in added]) if added else {}
    for task in added:
        if version := out.get(task.uid):
            by_version.setdefault(version, []).append(task)
    for version, tasks in by_version.items():
        numbers = _(", ").join(str(task.id) for task in tasks)
        yield ngettext(
            "task {ids} was taken out of this list before: {what}; it comes back",
            "tasks {ids} were taken out of this list before: {what}; they come back",
            len(tasks),
        ).format(ids=numbers, what=version_messages.what(version))


def _check_alone(given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value:
            raise UsageFault(_("{option} does not go with --collect").format(option=option))


def _table(data: bytes, sheet: str | None) -> Table:
    if packages.is_workbook(data):
        from pilottask.exchange.office import workbooks  # noqa: PLC0415  a text file has no need of it

        return workbooks.read(data, sheet=sheet, watch=watched(_("reading the workbook")))
    if sheet is not None:
        raise UsageFault(_("{option} goes with a workbook; this file has no sheets").format(option="--sheet"))
    return reading.read(data)


def _ledger(session: Session, data: bytes, sheet: str | None) -> tuple[Incoming, dict[str, str]]:
    """Return what an office ledger brings, and what a person said of its headings."""
    table = _table(data, sheet)
    return Incoming(table=table), _asked(session, table)


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


def _write_rejects(path: Path, table: Table, planned: ImportPlan | None) -> None:
    """Write the rejected rows. Raises UsageFault where the file is there: it may be being mended."""
    if planned is None:
        raise AssertionError
    if path.exists():
        raise UsageFault(
            _("{file} is there already; it was left as it is, and nothing was imported").format(file=quote(str(path))),
            hint=_("name another file for the rejected rows"),
        )
    write(path, exporting.encoded(exporting.csv_text(importing.reject_rows(table, planned))))


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
    as_: Annotated[As, typer.Option("--as", help=_("What a deadline becomes in a calendar"))] = As.TODO,
) -> None:
    """Write tasks to a file: a table, or without filters in .toml or .json the whole store."""
    del every  # all tasks are taken anyway; the option is shared with list
    session: Session = ctx.obj
    tasks = order.applied(session, filters.tasks(session))
    tasks = tasks[: order.limit] if order.limit else tasks
    if collect:
        issue(session, file, tasks, ending=kind, encoding=encoding)
        return
    kind = kind or _kind(file)
    whole = order == Order() and filters.selection(session) == Selection()
    if kind in _OTHER_TOOLS:
        data = file_kinds.written(session, tasks, Form(kind.value), as_=as_)
    else:
        data = _exported(session, tasks, kind, encoding, whole=whole, marked=file != STANDARD)
    if file == STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    path = Path(file)
    place(path, session.path)
    write(path, data)
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
            return toml_patch.encode(session.ledger)
        case Kind.JSON if whole:
            return codec.encode_json(session.ledger)
        case Kind.JSON:
            return as_json.json_text(task_records(session, tasks)).encode()
        case Kind.MD:
            return exporting.encoded(exporting.markdown_table(tasks), encoding=encoding)
        case Kind.XLSX:
            from pilottask.exchange.office import workbook_out  # noqa: PLC0415  the others have no need of it

            return workbook_out.ledger(
                tasks, pilot=session.ledger.pilot, today=session.today, watch=watched(_("writing the workbook"))
            )
        case Kind.CSV | Kind.TSV:
            text = exporting.csv_text(exporting.sheet(tasks), delimiter="," if kind is Kind.CSV else "\t")
            mark = "-sig" if marked and encoding is Encoding.UTF8 else ""
            return exporting.encoded(text, encoding=encoding + mark)
        case Kind.JSONL | Kind.TASKWARRIOR | Kind.ICS | Kind.TODO:
            raise AssertionError(kind)  # written by `file_kinds.written`
        case _:
            assert_never(kind)
