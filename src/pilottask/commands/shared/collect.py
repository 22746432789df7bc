"""Collection sheets, for export and import: out to each department, and back in."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.file_names import file_names
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared.files_in import STANDARD, read
from pilottask.commands.shared.files_out import check_new, write, write_new
from pilottask.commands.shared.import_files import offer_rejects, write_rejects
from pilottask.commands.shared.import_summary import say_left_out
from pilottask.commands.shared.printing import id_and_title, task_records, with_acts
from pilottask.exchange.collect import form as sheets
from pilottask.exchange.collect import returned
from pilottask.exchange.collect.returned import Collected
from pilottask.exchange.office import exporting
from pilottask.ledger import rounds, wording
from pilottask.ledger.records import Ledger, Round, Task
from pilottask.store import files

ENDINGS: Final = ("xlsx", "csv")
"""What a collection sheet can be, the usual one first."""

# Out ----------------------------------------------------------------------------------------------------------------


def issue(session: Session, file: str, tasks: Iterable[Task], *, ending: str | None, encoding: str) -> None:
    """Write a sheet for the lead department of the open ones among `tasks`, or one for each into a folder.

    Raises UsageFault where there is none, where a file takes several departments, or where a file is there already:
    it may be one that was filled in.
    """
    if ending not in {None, *ENDINGS}:
        message = _("a collection sheet is written as {endings}")
        raise UsageFault(message.format(endings=_(", ").join(f".{each}" for each in ENDINGS)))
    by_lead = sheets.leads(session.ledger, tasks)
    if not by_lead:
        raise UsageFault(_("no open task to collect progress on"), hint=_("pilottask list shows the open tasks"))
    is_one = file == STANDARD or _ending(file) is not None
    if is_one and len(by_lead) > 1:
        message = ngettext(
            "{count} department has open tasks, and a file takes one",
            "{count} departments have open tasks, and a file takes one",
            len(by_lead),
        ).format(count=len(by_lead))
        raise UsageFault(message, hint=_("name the department with -d, or name a folder for a file each"))
    form = ending or _ending(file) or ENDINGS[0]

    def edit(ledger: Ledger) -> tuple[Ledger, Round]:
        ledger, current = rounds.for_sheets(ledger, session.stamp, by_lead)
        make = partial(_bytes, session, form=form, round_=current.n, encoding=encoding)
        made = {department: make(department, tasks) for department, tasks in by_lead.items()}
        _write(session, file, made, form, is_one=is_one, tasks=sum(map(len, by_lead.values())))
        return ledger, current  # on record once the sheets are written

    written, current = session.change_with(edit)
    if all(one.n != current.n for one in written.before.rounds):
        session.warn(rounds.opening_sentence(current))
    else:
        session.warn(rounds.standing_sentence(current, today=session.today))


def _ending(file: str) -> str | None:
    ending = Path(file).suffix.removeprefix(".").lower()
    return ending if ending in ENDINGS and not Path(file).is_dir() else None


def _write(session: Session, file: str, made: dict[str, bytes], form: str, *, is_one: bool, tasks: int) -> None:
    """Write the sheet of each department, or of the only one; name the files, and say how many `tasks` are on them."""
    if file == STANDARD:
        sys.stdout.flush()
        sys.stdout.buffer.write(*made.values())
        return
    if is_one:
        paths = dict.fromkeys(made, Path(file))
        check_new(paths.values())
        write(Path(file), *made.values())
    else:
        day = session.today.isoformat()
        names = file_names(
            made, lambda name: _("{department} collection sheet {date}").format(department=name, date=day) + f".{form}"
        )
        paths = {department: Path(file) / name for department, name in names.items()}
        write_new(Path(file), {paths[department]: data for department, data in made.items()})
    session.say("\n".join(safe(str(path)) for path in paths.values()))
    message = ngettext(
        "{count} collection sheet written, {tasks} open tasks in all",
        "{count} collection sheets written, {tasks} open tasks in all",
        len(made),
    )
    session.warn(message.format(count=len(made), tasks=tasks))


def _bytes(session: Session, department: str, tasks: Sequence[Task], *, form: str, round_: int, encoding: str) -> bytes:
    sheet = sheets.form(tasks, department=department, ledger=session.ledger, issued=session.stamp.at, round_=round_)
    if form == "csv":
        mark = "-sig" if encoding == "utf-8" else ""
        return exporting.csv_text(sheet.sheet()).encode(encoding + mark)
    from pilottask.exchange.collect import workbook  # noqa: PLC0415  a text file has no need of it

    return workbook.collection(sheet, office=session.ledger.pilot.office, today=session.today)


# In -----------------------------------------------------------------------------------------------------------------


def take_in(
    session: Session, names: Iterable[str], *, in_json: bool, on: date | None, dry_run: bool, rejects: Path | None
) -> None:
    """Take the sheets in, all or, where something is wrong in one, none: but the rest with a file for `rejects`.

    A folder stands for the sheets in it. They came on the day `on`, where that was another than today.
    """
    came = [
        (file, sheet)
        for file in _files(names)
        for sheet in returned.sheets(read(file), _("standard input") if file == STANDARD else Path(file).name)
    ]
    sheets = [sheet for _file, sheet in came]
    if session.interactive and not dry_run and rejects is None:
        looked = returned.plan(sheets, session.ledger, stamp=session.stamp, on=on)
        if looked.faults and looked.changed:
            source = next(file for file, sheet in came if sheet.place == looked.faults[0].file)
            rejects = offer_rejects(session, list(map(str, looked.faults)), source)

    def edit(ledger: Ledger) -> tuple[Ledger, Collected]:
        collected = returned.plan(sheets, ledger, stamp=session.stamp, on=on)
        if collected.faults and not dry_run:
            if rejects is None or all(sheet.places is None for sheet in sheets):
                raise collected.refusal()
            if any(fault.row for fault in collected.faults):
                write_rejects(rejects, returned.reject_rows(sheets, collected.faults))
        return collected.ledger, collected

    _ledger, collected = edit(session.ledger) if dry_run else session.change_with(edit)
    _report(session, collected, in_json=in_json, dry_run=dry_run, rejects=rejects)


def _files(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        folder = Path(name)
        if name == STANDARD or not folder.is_dir():
            yield name
            continue
        try:
            results = sorted(path for path in folder.iterdir() if _is_sheet(path))
        except OSError as error:
            raise files.fault(error, _("cannot read {file}").format(file=quote(name))) from error
        if not results:
            hint = _("they end in {endings}").format(endings=_(", ").join(f".{each}" for each in ENDINGS))
            raise UsageFault(_("no collection sheet in {folder}").format(folder=quote(name)), hint=hint)
        yield from map(str, results)


def _is_sheet(path: Path) -> bool:
    # What begins so is hidden, or the mark that a spreadsheet program leaves while it has the file open.
    return path.suffix.removeprefix(".").lower() in ENDINGS and not path.name.startswith((".", "~$"))


def _report(session: Session, collected: Collected, *, in_json: bool, dry_run: bool, rejects: Path | None) -> None:
    if in_json:
        session.say_json(_record(session, collected, dry_run=dry_run))
    elif lines := list(_lines(collected, dry_run=dry_run)):
        session.say("\n".join(lines))
    session.warn(*collected.notices)
    if collected.faults and rejects is None:
        raise collected.refusal()
    rows = len({(fault.file, fault.row) for fault in collected.faults if fault.row})
    say_left_out(session, collected.faults, rows, rejects)
    count = len(collected.changed)
    if dry_run:
        message = ngettext("{count} task would get a report", "{count} tasks would get reports", count)
    else:
        message = ngettext("{count} task got a report", "{count} tasks got reports", count)
    session.warn(message.format(count=count))
    for n in () if dry_run else collected.came:
        session.warn(rounds.standing_sentence(rounds.find(collected.ledger, n), today=session.today))


def _lines(collected: Collected, *, dry_run: bool) -> Iterator[str]:
    for changed in collected.changed:
        entries = changed.after.log[len(changed.before.log) :]
        if dry_run:
            text = _("; ").join(safe(wording.sentence(entry)) for entry in entries)
            message = _("{department} on {task}: {changes}")
            yield message.format(department=safe(entries[0].by), task=id_and_title(changed.after), changes=text)
        else:
            yield with_acts(changed.after, entries)


def _record(session: Session, collected: Collected, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "changed": task_records(session, (changed.after for changed in collected.changed)),
        "rejected": [
            {
                "file": each.file,
                "row": each.row or None,
                "line": each.line or None,
                "column": each.column,
                "value": each.value,
                "why": each.why,
            }
            for each in collected.faults
        ],
        "rounds": [{"n": n, "came": names} for n, names in collected.came.items()],
        "notices": list(collected.notices),
    }
