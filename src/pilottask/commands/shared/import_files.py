"""A file that is imported: what it brings, and what becomes of the list."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import version_messages
from pilottask.commands.shared.file_kinds import ImportFormat, imported_kind
from pilottask.commands.shared.files_in import STANDARD, read, watched
from pilottask.commands.shared.files_out import write
from pilottask.exchange.bring_in import Outcome, bring_in
from pilottask.exchange.office import exporting, importing, layout, packages, reading
from pilottask.exchange.office.headings import fold, label
from pilottask.exchange.office.importing import placed
from pilottask.exchange.office.layout import find_layout, kept_answers
from pilottask.exchange.office.reading import Table
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger.records import Ledger, Task
from pilottask.store.versions import Version


class Said(NamedTuple):
    """What a person says of a ledger: which column headings are, whether the first of several leads, its year."""

    answers: Mapping[str, str]
    first_lead: bool
    year: int | None


class ImportFile(NamedTuple):
    """A file that was read: its name as messages have it, what it brings, and what a person said of it."""

    source: str
    incoming: Incoming
    said: Said


def opened(
    session: Session, file: str, told: ImportFormat, *, sheet: str | None, lead: str | None, said: Said
) -> ImportFile:
    """Read a file; `sheet` names one of a workbook, `lead` the department of tasks for which another tool names none.

    Raises UsageFault with all that is wrong with it, NotFound, IoFault.
    """
    data = read(file)
    source = _("standard input") if file == STANDARD else Path(file).name
    kind = imported_kind(file, data, told)
    if kind is not None:
        from pilottask.commands.shared import tool_files  # noqa: PLC0415  8 ms that an office ledger does not need

        incoming = tool_files.read(data, kind, source=source, zone=session.now.tzinfo, department=lead)
        return ImportFile(source, incoming, said)
    with _named(source):
        table = _table(data, sheet, {**kept_answers(session.ledger.pilot), **said.answers})
    with _named(placed(source, table.sheet)):
        answers = {**said.answers, **_answers(session, table, said.answers)}
    return ImportFile(source, Incoming(table=table), said._replace(answers=answers))


def outcome(session: Session, file: ImportFile, ledger: Ledger, *, update: bool) -> Outcome:
    """Work out what the file does to `ledger`, and say which of its tasks were on the list before."""
    with _named(placed(file.source, file.incoming.table.sheet) if file.incoming.table else file.source):
        found = bring_in(
            file.incoming,
            ledger,
            stamp=session.stamp,
            new_uid=session.new_uid,
            source=file.source,
            update=update,
            headings={**kept_answers(ledger.pilot), **file.said.answers},
            first_lead=file.said.first_lead,
            year=file.said.year,
            watch=watched(_("reading the tasks")),
        )
    return replace(found, notices=(*found.notices, *_coming_back(session, found.added)))


def with_answers(file: ImportFile, ledger: Ledger) -> Ledger:
    """Return `ledger` with what was said of the headings of a file, for the next one with these."""
    return msgspec.structs.replace(ledger, pilot=layout.with_answers(ledger.pilot, file.said.answers))


def set_aside(file: ImportFile, made: Outcome, rejects: Path | None) -> None:
    """Write the rows that are bad to `rejects`. Raises UsageFault where there are some and no such file can be."""
    if not made.rejected:
        return
    if rejects is None or made.plan is None or file.incoming.table is None:
        raise made.refusal()
    if rejects.exists():  # and may be being mended
        raise UsageFault(
            _("{file} is there already; it was left as it is, and nothing was imported").format(
                file=quote(str(rejects))
            ),
            hint=_("name another file for the rejected rows"),
        )
    rows = importing.reject_rows(file.incoming.table, made.plan)
    write(rejects, exporting.encoded(exporting.csv_text(rows)))


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Put `source` before what is wrong with the file."""
    try:
        yield
    except UsageFault as wrong:
        raise UsageFault(_("{where}: {why}").format(where=safe(source), why=wrong.message), hint=wrong.hint) from wrong


def _table(data: bytes, sheet: str | None, answers: Mapping[str, str]) -> Table:
    if packages.is_workbook(data):
        from pilottask.exchange.office import workbooks  # noqa: PLC0415  a text file has no need of it

        return workbooks.read(data, sheet=sheet, answers=answers)
    if sheet is not None:
        raise UsageFault(_("{option} goes with a workbook; this file has no sheets").format(option="--sheet"))
    return reading.read(data)


def _answers(session: Session, table: Table, answers: Mapping[str, str]) -> dict[str, str]:
    """Return what a person says of headings of which it is not sure what they are; nothing where nobody can be asked.

    Raises UsageFault where `answers` speak of a heading that is not there.
    """
    known = {**kept_answers(session.ledger.pilot), **answers}
    found = find_layout([row.cells for row in table.rows], answers=known)
    names = set(map(fold, found.names))
    if missing := [heading for heading in answers if fold(heading) not in names]:
        raise UsageFault(
            _("there is no column {heading}; the headings are: {names}").format(
                heading=quote(missing[0]), names=_(", ").join(map(safe, found.names))
            )
        )
    if not session.interactive:
        return {}
    question = _("is the column {heading} what is called {guess} here? ")
    return {
        doubt.heading: doubt.guess.value
        if session.confirm(question.format(heading=quote(doubt.heading), guess=quote(label(doubt.guess))))
        else layout.OWN_COLUMN
        for doubt in found.doubts
        if fold(doubt.heading) not in set(map(fold, known))
    }


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
