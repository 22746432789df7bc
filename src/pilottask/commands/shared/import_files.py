"""A file that is imported: what it brings, and what becomes of the list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import version_messages
from pilottask.commands.shared.file_kinds import ImportFormat, imported_kind
from pilottask.commands.shared.files_in import STANDARD, progress_bar, read
from pilottask.commands.shared.files_out import write
from pilottask.exchange.bring_in import bring_in
from pilottask.exchange.office import exporting, importing, layout, reading
from pilottask.exchange.office.headings import fold, label
from pilottask.exchange.office.importing import Choices, ImportPlan, file_and_sheet
from pilottask.exchange.office.layout import Unheaded, find_layout, kept_answers
from pilottask.exchange.office.reading import Table
from pilottask.exchange.office.signatures import is_workbook
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import queries
from pilottask.ledger.records import Ledger, Task

_SHOWN: Final = 5
"""How many faults are shown before a person is asked what to do."""


class ImportFile(NamedTuple):
    """A file that was read: its name as messages have it, what it brings, and what a person chose for it."""

    source: str
    incoming: Incoming
    choices: Choices


def open_file(session: Session, file: str, fmt: ImportFormat, *, sheet: str | None, choices: Choices) -> ImportFile:
    """Read a file; `sheet` names one of a workbook.

    Raises UsageFault with all that is wrong with it, NotFound, IoFault.
    """
    data = read(file)
    source = _("standard input") if file == STANDARD else Path(file).name
    kind = imported_kind(file, data, fmt)
    if kind is not None:
        from pilottask.commands.shared import tool_files  # noqa: PLC0415  8 ms that an office ledger does not need

        incoming = tool_files.read(data, kind, source=source, zone=session.now.tzinfo)
        return ImportFile(source, incoming, choices)
    with reading.naming(source):
        table = _table(data, sheet, {**kept_answers(session.ledger.pilot), **choices.headings})
    with reading.naming(file_and_sheet(source, table.sheet)):
        answers = _answers(session, table, choices)
        headings = {**choices.headings, **answers}
        if answers and table.sheet is not None:  # merged cells are filled down below known headings
            table = _table(data, table.sheet, {**kept_answers(session.ledger.pilot), **headings})
    return ImportFile(source, Incoming(table=table), replace(choices, headings=headings))


def ask(session: Session, file: ImportFile, rejects: Path | None) -> tuple[ImportFile, Path | None]:
    """Ask what a look at the file leaves open: which unit leads, the year, whether bad rows, if any, go to `rejects`.

    Returns the file with the answers, and where the bad rows go. Raises Interrupted where input ends.
    """
    if file.incoming.table is None:  # a store, which is merged whole
        return file, rejects
    made = outcome(session, file, session.ledger)
    choices = file.choices
    if cells := made.led_by_several:
        count = len(cells)
        session.warn(_(", ").join(map(quote, cells[:_SHOWN])) + "…" * (count > _SHOWN))
        question = ngettext(
            "{count} row names several units that may lead; does the first one? ",
            "{count} rows name several units that may lead; does the first one? ",
            count,
        )
        choices = replace(choices, first_lead=session.confirm(question.format(count=count)))
    guess = made.year_guess
    if guess and guess.doubtful:
        question = _("{past} of {count} days without a year are past in {year}; take them in {next}? ")
        values = {"past": guess.past, "count": guess.count, "year": guess.year, "next": guess.year + 1}
        is_next = session.confirm(question.format(**values))
        choices = replace(choices, year=guess.year + is_next)
    if choices != file.choices:
        file = file._replace(choices=choices)
        made = outcome(session, file, session.ledger)
    good = len(made.added) + len(made.changed) + len(made.unchanged)
    if made.rejected and good and rejects is None:
        rejects = offer_rejects(session, [str(each) for each in made.rejected], file.source)
    return file, rejects


def offer_rejects(session: Session, faults: Sequence[str], source: str) -> Path | None:
    """Offer to write what is bad to a file of its own, and to take the rest: return the file, None for no."""
    named = (Path(_("{file}-rejects.csv").format(file=f"{Path(source).stem}{n}")) for n in ("", *range(2, 1000)))
    path = next(path for path in named if not path.exists())
    session.warn("\n".join([*faults[:_SHOWN], *(["…"] if len(faults) > _SHOWN else [])]))
    question = ngettext(
        "{count} place is bad; take in the rest, and write its row to {file}? ",
        "{count} places are bad; take in the rest, and write their rows to {file}? ",
        len(faults),
    )
    return path if session.confirm(question.format(count=len(faults), file=quote(str(path)))) else None


def outcome(session: Session, file: ImportFile, ledger: Ledger) -> ImportPlan:
    """Work out what the file does to `ledger`, and say which of its tasks were on the list before."""
    with reading.naming(file_and_sheet(file.source, file.incoming.table.sheet) if file.incoming.table else file.source):
        result = bring_in(
            file.incoming,
            ledger,
            stamp=session.stamp,
            new_uid=session.new_uid,
            source=file.source,
            choices=file.choices,
            watch=progress_bar(_("reading the tasks")),
        )
    return replace(result, notices=(*result.notices, *_coming_back(session, result.added)))


def with_answers(file: ImportFile, ledger: Ledger) -> Ledger:
    """Return `ledger` with what was said of the headings of a file, for the next one with these."""
    return msgspec.structs.replace(ledger, pilot=layout.with_answers(ledger.pilot, file.choices.headings))


def set_aside(file: ImportFile, made: ImportPlan, rejects: Path | None) -> None:
    """Write the rows that are bad to `rejects`. Raises UsageFault where there are some and no such file can be."""
    if not made.rejected:
        return
    if rejects is None or file.incoming.table is None:
        raise made.refusal()
    write_rejects(rejects, importing.reject_rows(file.incoming.table, made))


def write_rejects(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write rows that are bad to a file of their own. Raises UsageFault where one is there: it may be being mended."""
    if path.exists():
        message = _("{file} is there already; it was left as it is, and nothing was imported")
        raise UsageFault(message.format(file=quote(str(path))), hint=_("name another file for the rejected rows"))
    write(path, exporting.csv_text(rows).encode("utf-8-sig"))


def _table(data: bytes, sheet: str | None, answers: Mapping[str, str]) -> Table:
    if is_workbook(data):
        from pilottask.exchange.office import workbooks  # noqa: PLC0415  a text file has no need of it

        return workbooks.read(data, sheet=sheet, answers=answers)
    if sheet is not None:
        raise UsageFault(_("{option} goes with a workbook; this file has no sheets").format(option="--sheet"))
    return reading.read(data)


def _answers(session: Session, table: Table, choices: Choices) -> dict[str, str]:
    """Return what a person says of headings of which it is not sure what they are; nothing where nobody can be asked.

    Raises UsageFault where the answers of `choices` speak of a heading that is not there, Unheaded where title or lead
    department have no heading and nobody says which it is.
    """
    answers = choices.headings
    known = {**kept_answers(session.ledger.pilot), **answers}
    cells, led = [row.cells for row in table.rows], choices.department is not None
    given: dict[str, str] = {}
    result = None
    while result is None:
        try:
            result = find_layout(cells, answers={**known, **given}, led=led)
        except Unheaded as unheaded:
            question = _("no heading is known for {column}: which one is it? Its number, or Enter for none:")
            question = question.format(column=quote(label(unheaded.column)))
            if not session.interactive or (index := session.choose(question, unheaded.names)) is None:
                raise
            given[unheaded.names[index]] = unheaded.column.value
    names = set(map(fold, result.names))
    if missing := [heading for heading in answers if fold(heading) not in names]:
        message = _("there is no column {heading}; the headings are: {names}")
        raise UsageFault(message.format(heading=quote(missing[0]), names=_(", ").join(map(safe, result.names))))
    if not session.interactive:
        return given
    question = _("is the column {heading} what is called {guess} here? ")
    for doubt in result.doubts:
        if fold(doubt.heading) not in set(map(fold, known)):
            alike = _(", ").join(map(quote, (doubt.heading, *doubt.alike)))
            is_it = session.confirm(question.format(heading=alike, guess=quote(label(doubt.guess))))
            answer = doubt.guess.value if is_it else layout.OWN_COLUMN
            given |= dict.fromkeys((doubt.heading, *doubt.alike), answer)
    return given


def _coming_back(session: Session, added: Sequence[Task]) -> Iterator[str]:
    """Say which of the tasks that are added were taken out of this list before, as far as kept versions tell."""
    out = session.store.removals([task.uid for task in added]) if added else {}
    by_version = queries.by_key((version, task) for task in added if (version := out.get(task.uid)))
    for version, tasks in by_version.items():
        numbers = _(", ").join(str(task.id) for task in tasks)
        yield ngettext(
            "task {ids} was taken out of this list before: {what}; it comes back",
            "tasks {ids} were taken out of this list before: {what}; they come back",
            len(tasks),
        ).format(ids=numbers, what=version_messages.what(version))
