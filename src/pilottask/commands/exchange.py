"""Ledgers in and out: import, export."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, assert_never

from typer import Argument, Option

from pilottask.base.dates import Yearless
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import import_files, import_summary
from pilottask.commands.shared.evidence import copies_of, say_missing
from pilottask.commands.shared.file_kinds import ENDINGS, FileKind, ImportFormat
from pilottask.commands.shared.files_in import STANDARD, progress_bar
from pilottask.commands.shared.files_out import destination, write
from pilottask.commands.shared.filters import Filters, Order
from pilottask.commands.shared.printing import task_records
from pilottask.exchange.office import exporting
from pilottask.exchange.office.importing import Choices, ImportPlan
from pilottask.exchange.office.layout import read_answer
from pilottask.ledger import as_json, attachments, history, meetings
from pilottask.ledger.queries import Selection
from pilottask.ledger.records import Ledger, Note, Task
from pilottask.store import codec, copies, toml_patch


class CalendarEntry(StrEnum):
    """What a deadline becomes in a calendar."""

    TODO = "todo"
    EVENT = "event"


class Encoding(StrEnum):
    """In which encoding a table is written."""

    UTF8 = "utf-8"
    GB18030 = "gb18030"


# Import -------------------------------------------------------------------------------------------------------------


_FILES: Final = Argument(
    metavar=_("FILE"), help=_("The ledger, or with --collect the sheets or their folder; “-” for standard input")
)
_SKIP_BAD: Final = Option(
    "--skip-bad",
    metavar=_("REJECTS.csv"),
    help=_("Import the good rows; write the others to this file, to be mended and imported"),
)
_SHEET: Final = Option(
    "--sheet", metavar=_("NAME|N"), help=_("Which sheet of a workbook or table of a document, by name or place")
)
_MAP: Final = Option(
    "--map",
    metavar=_("HEADING=FIELD"),
    help=_("Which column a heading is, such as 整改时间=due or 片区=extra; kept for the next file"),
)
_YEAR: Final = Option(
    "--year",
    metavar=_("YEAR"),
    min=2000,
    max=2099,
    help=_("The year of days without one, where neither title nor file name says it"),
)
_DEPARTMENT: Final = Option(
    "--department", "-d", metavar=_("NAME"), help=_("The lead department of tasks for which the file names none")
)
_ON: Final = Option(metavar=_("DATE"), help=_("With --collect: the day on which the sheets came, if before today"))
_DRY_RUN: Final = Option("--dry-run", help=_("Say what would be added, changed and refused; change nothing"))
_UPDATE: Final = Option("--update", help=_("Bring changed cells into the tasks that are there already"))
_FIRST_LEAD: Final = Option("--first-lead", help=_("Where a row names several units that lead, the first one does"))
_TAKE_IN: Final = Option("--collect", help=_("Take in collection sheets that came back, of any number of departments"))
_MEETING: Final = Option(
    metavar=_("M"), help=_("The tasks are decisions of this meeting: each is entered there and linked")
)
_IMPORT_FORMAT: Final = Option(
    "--format", help=_("“json”: the result as JSON; else what the file is, where its name does not say")
)


def import_(
    session: Session,
    files_: Annotated[list[str], _FILES],
    dry_run: Annotated[bool, _DRY_RUN] = False,
    update: Annotated[bool, _UPDATE] = False,
    skip_bad: Annotated[Path | None, _SKIP_BAD] = None,
    sheet: Annotated[str | None, _SHEET] = None,
    map_: Annotated[list[str] | None, _MAP] = None,
    first_lead: Annotated[bool, _FIRST_LEAD] = False,
    year: Annotated[int | None, _YEAR] = None,
    collect: Annotated[bool, _TAKE_IN] = False,
    department: Annotated[str | None, _DEPARTMENT] = None,
    on: Annotated[str | None, _ON] = None,
    meeting: Annotated[int | None, _MEETING] = None,
    fmt: Annotated[ImportFormat, _IMPORT_FORMAT] = ImportFormat.TABLE,
) -> None:
    """Bring in the tasks of a ledger, all or, where a row is bad, none."""
    if collect:
        from pilottask.commands.shared.collect import take_in  # noqa: PLC0415  30 ms that a ledger does not need

        given = {
            "--update": update,
            "--sheet": sheet,
            "--map": map_,
            "--first-lead": first_lead,
            "--year": year,
            "--department": department,
            "--meeting": meeting,
        }
        if options := [option for option, value in given.items() if value]:
            raise UsageFault(_("{option} does not go with --collect").format(option=options[0]))
        came, in_json = session.day(on, option="--on", year=Yearless.PAST), fmt is ImportFormat.JSON
        take_in(session, files_, in_json=in_json, on=came, dry_run=dry_run, rejects=skip_bad)
        return
    if on is not None:
        raise UsageFault(_("{option} goes with --collect").format(option="--on"))
    lead = session.department(department) if department else None
    choices = Choices(update, _answers(map_ or ()), first_lead=first_lead, year=year, department=lead)
    if len(files_) > 1:
        message = _("import takes one ledger at a time, not {count}").format(count=len(files_))
        raise UsageFault(message, hint=_("several collection sheets go with --collect"))
    file = import_files.open_file(session, files_[0], fmt, sheet=sheet, choices=choices)
    if session.interactive and not dry_run:
        file, skip_bad = import_files.ask(session, file, skip_bad)

    def edit(ledger: Ledger) -> tuple[Ledger, ImportPlan]:
        made = import_files.outcome(session, file, ledger)
        if not dry_run:
            import_files.set_aside(file, made, skip_bad)
        if meeting is not None:
            entered = (*made.added, *(each.after for each in made.changed), *made.unchanged)
            made = replace(made, ledger=meetings.decide_each(made.ledger, meeting, entered, session.stamp))
        return import_files.with_answers(file, made.ledger), made

    theirs = file.incoming.store
    sources = copies_of(Path(files_[0]), theirs)[0] if theirs else []
    _ledger, made = edit(session.ledger) if dry_run else session.change_with(edit, sources=sources)
    import_summary.report(session, made, in_json=fmt is ImportFormat.JSON, dry_run=dry_run, skipped=skip_bad)
    if theirs and not dry_run:
        say_missing(session, copies_of(session.path, theirs)[1])


def _answers(typed: Sequence[str]) -> dict[str, str]:
    """Return the columns that headings are said to be. Raises UsageFault, also where two are said of one heading."""
    answers: dict[str, str] = {}
    for heading, column in map(read_answer, typed):
        if answers.setdefault(heading, column) != column:
            raise UsageFault(_("--map gives {key} twice").format(key=quote(heading)))
    return answers


# Export -------------------------------------------------------------------------------------------------------------


_COLLECT: Final = Option(
    "--collect", help=_("A sheet for a department to fill in, or into a folder one for each with open tasks")
)
_DOSSIER: Final = Option(
    "--dossier", help=_("Into a folder: the attached files by line of work and task, with an index")
)
_EVERY: Final = Option("--all", help=_("Closed, suspended and cancelled tasks too, as without this option"))
_KIND: Final = Option("--format", help=_("What the file becomes, where its name does not say"))
_ENTRY: Final = Option("--as", help=_("What a deadline becomes in a calendar"))


def export(
    session: Session,
    file: Annotated[str, Argument(metavar=_("FILE"), help=_("Where to; “-” for standard output"))],
    filters: Filters,
    order: Order,
    every: Annotated[bool, _EVERY] = False,
    kind: Annotated[FileKind | None, _KIND] = None,
    encoding: Annotated[Encoding, Option("--encoding", help=_("Encoding of a table"))] = Encoding.UTF8,
    collect: Annotated[bool, _COLLECT] = False,
    dossier_: Annotated[bool, _DOSSIER] = False,
    entry: Annotated[CalendarEntry, _ENTRY] = CalendarEntry.TODO,
) -> None:
    """Write tasks to a file: a table, or without filters in .toml or .json the whole store."""
    del every  # all tasks are taken anyway; the option is shared with list
    tasks = order.arrange(session, filters.tasks(session))
    session.tell_later_days()
    tasks = tasks[: order.limit] if order.limit else tasks
    if collect:
        from pilottask.commands.shared.collect import issue  # noqa: PLC0415  as above

        issue(session, file, tasks, ending=kind, encoding=encoding)
        return
    if dossier_:
        from pilottask.commands.shared import dossier  # noqa: PLC0415  the others have no need of paper

        dossier.write(session, Path(file), tasks)
        return
    kind = kind or _kind(file)
    events = entry is CalendarEntry.EVENT
    if kind is FileKind.ICS and events and (undated := sum(task.due is None for task in tasks)):
        tasks = [task for task in tasks if task.due]
        session.warn(_("left out, as an event needs a day: tasks without a deadline: {n}").format(n=undated))
    whole = order == Order() and filters.selection(session) == Selection()
    data = _encode(session, tasks, kind, encoding=encoding, whole=whole, marked=file != STANDARD, events=events)
    is_store = whole and kind in {FileKind.TOML, FileKind.JSON}
    if kind is not FileKind.JSONL and not is_store:
        _say_left_out(session, tasks, has_log=kind in {FileKind.JSON, FileKind.TASKWARRIOR})
    if file == STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        if is_store and attachments.of_ledger(session.ledger):
            session.warn(_("the attached files go along only into a file"))
        if is_store and session.ledger.sheets:
            session.warn(
                _("the issued sheets themselves go along only into a file; pilottask report --sheet N prints them here")
            )
        return
    path = Path(file)
    real = destination(path, session.path)
    sheets = session.store.put_sheets_beside(real) if is_store else 0
    sources, missing = copies_of(session.path, session.ledger) if is_store else ([], [])
    with copies.keep(real, sources):
        write(path, data)
    for count, message, folder in (
        (len(sources), _("attached files that go along in {folder}: {n}; keep that beside the file"), "files"),
        (sheets, _("issued sheets that go along in {folder}: {n}; keep that beside the file"), "versions"),
    ):
        if count:
            session.warn(message.format(n=count, folder=safe(f"{file}.{folder}")))
    say_missing(session, missing)
    count = len(tasks)
    text = ngettext("{count} task written to {file}", "{count} tasks written to {file}", count)
    session.warn(text.format(count=count, file=safe(file)))


def _say_left_out(session: Session, tasks: Sequence[Task], *, has_log: bool) -> None:
    """Say in one line what of `tasks` does not go along; `has_log` where their logs do."""
    counts = {_("attached files"): sum(len(history.attachments(task)) for task in tasks)}
    if not has_log:
        notes = (sum(isinstance(entry, Note) for entry in history.entries(task)) for task in tasks)
        counts |= {
            _("earlier progress notes"): sum(max(count - 1, 0) for count in notes),
            _("problems settled"): sum(
                len(history.problems(task)) - len(history.open_problems(task)) for task in tasks
            ),
            _("instructions"): sum(len(history.instructions(task)) for task in tasks),
            _("findings"): sum(len(history.findings(task)) for task in tasks),
        }
    if parts := [_("{what}: {n}").format(what=what, n=n) for what, n in counts.items() if n]:
        message = _("not in the file ({what}); a .toml of the whole list holds all")
        session.warn(message.format(what=_(", ").join(parts)))


def _kind(file: str) -> FileKind:
    ending = Path(file).suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    hint = _("let it end in one of {endings}, or say --format").format(endings=_(", ").join(ENDINGS))
    raise UsageFault(_("the name of {file} does not say what it is to become").format(file=quote(file)), hint=hint)


def _encode(
    session: Session, tasks: list[Task], kind: FileKind, *, encoding: Encoding, whole: bool, marked: bool, events: bool
) -> bytes:
    """Return the bytes of the file; `marked` where a table in UTF-8 begins with the mark by which Excel knows it."""
    if kind is FileKind.TOML and not whole:
        message = _("a .toml file holds the whole task list, so it goes with no filter")
        raise UsageFault(message, hint=_("export the tasks to .json or .csv"))
    match kind:
        case FileKind.TOML:
            return toml_patch.encode(session.ledger_on_record)
        case FileKind.JSON:
            store = codec.encode_json(session.ledger_on_record) if whole else None
            return store or as_json.json_text(task_records(session, tasks)).encode()
        case FileKind.MD:
            return exporting.markdown_table(tasks).encode(encoding)
        case FileKind.XLSX:
            from pilottask.exchange.office import workbook_out  # noqa: PLC0415  the others have no need of it

            return workbook_out.office_ledger(
                tasks, pilot=session.ledger.pilot, today=session.today, watch=progress_bar(_("writing the workbook"))
            )
        case FileKind.CSV | FileKind.TSV:
            text = exporting.csv_text(exporting.sheet(tasks), delimiter="," if kind is FileKind.CSV else "\t")
            mark = "-sig" if marked and encoding is Encoding.UTF8 else ""
            return text.encode(encoding + mark)
        case FileKind.JSONL | FileKind.TASKWARRIOR | FileKind.ICS | FileKind.TODO:
            from pilottask.commands.shared import tool_files  # noqa: PLC0415  8 ms that the others do not need

            return tool_files.write(session, tasks, kind, as_events=events)
        case _:
            assert_never(kind)
