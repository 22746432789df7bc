"""Paper: report, notice; and timeline, the chart that goes with them."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Annotated, Final, assert_never

import typer
from msgspec import json, structs

from pilottask.base.dates import Yearless
from pilottask.base.errors import BadStore, IoFault, UsageFault
from pilottask.base.file_names import file_names
from pilottask.base.i18n import _, ngettext, pgettext
from pilottask.base.terminal import Terminal
from pilottask.base.text import safe
from pilottask.commands.session import Session
from pilottask.commands.shared.files_out import write, write_new
from pilottask.commands.shared.filters import AllOption, Filters
from pilottask.commands.shared.paper_files import Outputs, Paper, Plan, paper_now, put
from pilottask.commands.shared.printing import AsOfOption, FormatOption, FromOption, ToOption, task_records
from pilottask.ledger import changes, history, rounds, wording
from pilottask.ledger.records import IssuedSheet, Ledger, Role, Task
from pilottask.paper import series, wall
from pilottask.paper.as_json import notice_record, sheet_record
from pilottask.paper.content import PARTS, Part
from pilottask.paper.kept import KeptSheet, decode
from pilottask.paper.series import Asked, end_of
from pilottask.paper.slips import Notice, build_notices, chases_before, log_text, notices_document, with_numbers
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import PaperFormat, ending_of, format_of
from pilottask.store.sheet_files import Issue, pack
from pilottask.views import tasks
from pilottask.views import timeline as chart
from pilottask.views.render import Format, render

_SHEET_NUMBER: Final = pgettext("sheet", "N")
_REPLY_WORKDAYS: Final = 3
"""Working days that a department has for its answer unless told otherwise."""


def report(
    session: Session,
    outputs: Outputs,
    issue: Annotated[bool, typer.Option("--issue", help=_("Number it and keep it on record"))] = False,
    number: Annotated[
        int | None, typer.Option(min=1, metavar=_SHEET_NUMBER, help=_("With --issue: this number, not the next"))
    ] = None,
    sheet: Annotated[
        int | None, typer.Option(metavar=_SHEET_NUMBER, help=_("Print this issued sheet again, as it was"))
    ] = None,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    without: Annotated[
        list[Part] | None,
        typer.Option(
            metavar=_("SECTION"),
            parser=partial(PARTS.parse, what=_("section")),
            help=_("Leave a section out: {sections}").format(sections=PARTS.choices().replace("|", _(", "))),
        ),
    ] = None,
    department: Annotated[
        list[str] | None,
        typer.Option("--department", "-d", metavar=_("NAME"), help=_("The page of this department alone, a draft")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("With --issue: do not ask"))] = False,
) -> None:
    """Print the weekly sheet: totals, red tasks, what needs the joint meeting, figures by department, what is due."""
    plan = outputs.plan(session)
    if sheet is not None:
        if issue or number or first or last or as_of or without or department:
            raise UsageFault(
                _("--sheet prints a sheet as it was issued, in whatever form; nothing else can be asked with it")
            )
        paper = _kept_paper(_kept_sheet(session, sheet), plan)
        if session.lang_said and session.lang is not paper.lang:
            session.warn(_("sheet {n} is printed in the language in which it was issued").format(n=sheet))
        put(session, paper, outputs.encode(paper))
        return
    if number is not None and not issue:
        raise UsageFault(_("--number goes with --issue"))
    if issue and (first is not None or last is not None):
        raise UsageFault(
            _("--issue takes no --from and --to: a numbered sheet begins where the one before ended"),
            hint=_("without --issue any span of days is printed as a draft"),
        )
    if issue and department:
        raise UsageFault(_("a numbered sheet is of all departments; -d goes without --issue"))
    asked = _period(session, first=first, last=last, as_of=as_of, without=tuple(dict.fromkeys(without or ())))
    if issue:
        printed = session.confirm_act(lambda again: _issue(session, asked, outputs, plan, number, again=again), yes=yes)
        put(session, *printed)
        return
    asked = dataclasses.replace(asked, only=tuple(dict.fromkeys(session.departments(department or ()))))
    draft = series.draft(session.ledger_on_record, asked, partial(_beginning, session))
    paper = Paper(
        partial(sheet_record, draft),
        lambda: sheet_document(draft).without(draft.without),
        draft.moment,
        session.lang,
        plan,
        session.terminal.wide_ambiguous,
    )
    put(session, paper, outputs.encode(paper))


def _issue(
    session: Session, asked: Asked, outputs: Outputs, plan: Plan, number: int | None, *, again: bool
) -> tuple[Paper, list[bytes]]:
    """Put one more sheet on record, and return it as it is written."""

    def edit(ledger: Ledger) -> tuple[Ledger, Issue[tuple[Paper, list[bytes]]]]:
        new = series.issue(
            ledger,
            asked,
            session.stamp,
            partial(_beginning, session),
            lang=session.lang,
            given=session.store.sheet_numbers(),
            number=number,
            again=again,
        )
        wide = structs.replace(new.document, wide_ambiguous=session.terminal.wide_ambiguous)
        new = structs.replace(new, document=wide)  # so that it is printed again as it is now, on whatever console
        paper = _kept_paper(new, plan)
        content = outputs.encode(paper)  # before it is on record, so that one that fails is not
        kept = pack(new.n, json.encode(new))
        record = IssuedSheet(n=new.n, at=new.at, by=new.by, kept=kept.digest)
        return structs.replace(ledger, sheets=(*ledger.sheets, record)), Issue(kept, (paper, content))

    written, issued = session.change_with(edit)
    n = written.after.sheets[-1].n
    session.warn(_("sheet {n} is issued; pilottask report --sheet {n} prints it again").format(n=n))
    return issued.result


def _kept_paper(sheet: KeptSheet, plan: Plan) -> Paper:
    return Paper(lambda: sheet.content, lambda: sheet.printed, sheet.at, sheet.document.lang, plan, wide=False)


def _kept_sheet(session: Session, number: int) -> KeptSheet:
    """Return the sheet that was issued under this number, one that was taken back too. Raises NotFound, BadStore."""
    if all(sheet.n != number for sheet in session.ledger.sheets):
        back = [decode(content) for content in session.store.sheets_taken_back(number)]
        if back:
            session.warn(_("sheet {n} was issued and taken back: the list no longer has it").format(n=number))
            return max(back, key=lambda sheet: sheet.at)
    record = series.record_of(session.ledger, number)
    if record.was is not None:
        message = _("sheet {n} went out as sheet {was}: both sides of the list had issued one")
        session.warn(message.format(n=number, was=record.was))
    # One of the first version is worked out once more.
    if record.kept is not None:
        return decode(session.store.sheet(record))
    then = session.store.ledger_at_issue(record)
    text = _("sheet {n} was issued by an earlier version and is worked out once more")
    if then is None:
        text = _(
            "sheet {n} was issued by an earlier version, and the store that was kept with it is gone: it is worked out "
            "once more from the list as it stands, and may differ"
        )
    session.warn(text.format(n=record.n))
    return series.reconstruct(then or session.ledger, record)


def _beginning(session: Session, record: IssuedSheet) -> KeptSheet:
    """Return the sheet with which a period begins, worked out from the list where it is lost, and say so."""
    try:
        if record.kept is not None:
            return decode(session.store.sheet(record))
        if then := session.store.ledger_at_issue(record):
            return series.reconstruct(then, record)
        what = _("the store kept with sheet {n}, of an earlier version, is gone").format(n=record.n)
    except BadStore as error:
        what = error.message
    session.warn(_("{what}; where its period began is worked out from the list").format(what=what))
    return series.reconstruct(session.ledger, record)


def _period(
    session: Session, *, first: str | None, last: str | None, as_of: str | None, without: tuple[Part, ...]
) -> Asked:
    """Return which sheet is wanted. Raises UsageFault for days that do not go together."""
    day = session.end_of_span(as_of, option="--as-of", last=True)
    begin, end = session.span(first, last)
    if day is not None and (begin is not None or end is not None):
        raise UsageFault(_("--as-of does not go with --from and --to"))
    if end is not None and begin is None:
        hint = _("the list as at the end of a day: --as-of {day}").format(day=end)
        raise UsageFault(_("--to needs --from"), hint=hint)
    if begin is None and day is None:
        return Asked(moment=session.now, without=without)
    end = end or day or session.today
    if begin is not None and begin > end:
        raise UsageFault(_("--from {first} lies after {last}, where the period ends").format(first=begin, last=end))
    since = None if begin is None else series.before(begin, session.now)
    return Asked(moment=end_of(end, session.now), since=since, ahead=end > session.today, without=without)


def notice(
    session: Session,
    outputs: Outputs,
    department: Annotated[
        list[str] | None, typer.Option("--department", "-d", metavar=_("NAME"), help=_("This lead department alone"))
    ] = None,
    within: Annotated[int, typer.Option(min=0, metavar=_("DAYS"), help=_("Also tasks due within so many days"))] = 7,
    reply_by: Annotated[
        str | None, typer.Option(metavar=_("DATE"), help=_("When to answer by; three working days unless told"))
    ] = None,
    unreported: Annotated[
        bool, typer.Option("--unreported", help=_("To those alone whose report in the round has not come"))
    ] = False,
    each: Annotated[
        Path | None,
        typer.Option("--each", metavar=_("FOLDER"), help=_("A file for each department, Word unless told otherwise")),
    ] = None,
    mail: Annotated[
        bool,
        typer.Option("--mail", help=_("Mail each department its own, as text and a Word file unless told otherwise")),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("With --mail: say what would be sent, send nothing"))
    ] = False,
    no_log: Annotated[bool, typer.Option("--no-log", help=_("Do not log the tasks as chased"))] = False,
) -> None:
    """Write a slip to each department that has tasks overdue or due soon, and log them as chased."""
    plan = _notice_plan(session, outputs, each, mail=mail, dry_run=dry_run)
    answer = _answer_by(session, reply_by)
    wanted = frozenset(session.departments(department or ()))
    ledger = session.ledger
    senders = {ledger.pilot.office, *(unit.name for unit in ledger.departments if unit.role is Role.OFFICE)}

    def slips_of(now: Ledger) -> list[Notice]:
        return build_notices(
            now.tasks,
            pilot=now.pilot,
            today=session.today,
            reply_by=answer,
            within=within,
            wanted=wanted,
            unreported=rounds.find(now) if unreported else None,
            units=now.departments,
        )

    def outgoing(now: Ledger) -> list[Notice]:
        return [slip for slip in slips_of(now) if slip.department not in senders]

    session.tell_later_days()
    _tell_own(session, [slip for slip in slips_of(ledger) if slip.department in senders])
    slips = outgoing(ledger)
    if mail and slips:
        _mail(session, slips, outputs, dry_run=dry_run, log=not no_log)
        return
    logged = bool(slips) and not no_log
    slips = _take_numbers(session, outgoing) if logged else with_numbers(slips, ledger.tasks, given=None)
    if slips or (plan and all(form is PaperFormat.JSON for _path, form in plan)):
        _write(session, slips, each, outputs, plan)
    if not slips:
        session.warn(
            rounds.standing_sentence(rounds.find(ledger), today=session.today)
            if unreported
            else _no_reminder(wanted, within)
        )
    if logged:  # what could not be written is not logged
        _log(session, slips)


def _notice_plan(session: Session, outputs: Outputs, each: Path | None, *, mail: bool, dry_run: bool) -> Plan:
    """Return what is to be written where it goes into no folder and no mail. Raises UsageFault, IoFault."""
    if dry_run and not mail:
        raise UsageFault(_("--dry-run goes with --mail"))
    if each is not None and mail:
        raise UsageFault(_("--each and --mail do not go together"))
    if each is not None or mail:
        outputs.check_none("--mail" if mail else "--each")
        return []
    return outputs.plan(session)


def _tell_own(session: Session, slips: Iterable[Notice]) -> None:
    """Say which tasks the office has of its own, about which it writes no slip."""
    for own in slips:
        ids = _(", ").join(str(task.id) for task in (*own.late, *own.soon))
        text = _("no slip goes to {department}, which sends them").format(department=safe(own.department))
        session.warn(_("{text}; its own tasks: {ids}").format(text=text, ids=ids) if ids else text)


def _take_numbers(session: Session, slips: Callable[[Ledger], Sequence[Notice]]) -> list[Notice]:
    """Return slips with their numbers; those that never had one get the next, under the lock and for good.

    Numbers of slips that are then not written, or are refused, stay gaps.
    """
    year = session.today.year

    def take(now: Ledger) -> tuple[Ledger, list[Notice]]:
        given = session.store.highest_slip(year)
        taken = with_numbers(slips(now), now.tasks, given=given)
        highest = max((slip.number or 0 for slip in taken), default=0)
        if highest > given:
            session.store.keep_slip(year, highest)
        return now, taken

    return session.change_with(take)[1]


def _write(session: Session, slips: list[Notice], each: Path | None, outputs: Outputs, plan: Plan) -> None:
    """Write slips to their files and to standard output, for which no lock waits."""
    if each is not None:
        _write_each(session, slips, each, outputs)
        return
    paper = _slips_paper(session, slips, plan)
    put(session, paper, outputs.encode(paper))


def _log(session: Session, sent: Sequence[Notice]) -> None:
    """Log the tasks on the slips that were sent as chased, and say how many."""
    written = session.change(lambda now: _log_as_chased(now, sent, session))
    before = {task.id: task for task in written.before.tasks}
    count = sum(task is not before[task.id] for task in written.after.tasks)
    if count:
        session.warn(ngettext("{n} task logged as chased", "{n} tasks logged as chased", count).format(n=count))


def _slips_paper(session: Session, slips: Sequence[Notice], plan: Plan) -> Paper:
    return paper_now(session, lambda: list(map(notice_record, slips)), partial(notices_document, slips), plan)


def _file_names(session: Session, departments: Iterable[str], form: PaperFormat) -> dict[str, str]:
    day = session.today.isoformat()
    return file_names(
        departments, lambda name: _("{department} slip {date}").format(department=name, date=day) + ending_of(form)
    )


def _mail(session: Session, slips: Sequence[Notice], outputs: Outputs, *, dry_run: bool, log: bool) -> None:
    """Mail each slip to its department; log what was accepted. Raises UsageFault, and IoFault where some was not."""
    from pilottask.commands.shared import mail  # noqa: PLC0415  what sends mail takes long to load

    ledger = session.ledger
    pilot = ledger.pilot
    mail.check_settings(pilot)
    addresses = {unit.name: unit.mail for unit in ledger.departments if unit.mail}
    failed = {slip.department: _("it has no mail address") for slip in slips if slip.department not in addresses}
    log = log and not dry_run
    slips = [slip for slip in slips if slip.department not in failed]
    known = (
        _take_numbers(session, lambda _now: slips) if log and slips else with_numbers(slips, ledger.tasks, given=None)
    )
    form = outputs.fmt or PaperFormat.DOCX
    names = _file_names(session, addresses, form)
    messages = []
    for slip in known:
        (page,) = notices_document([slip]).pages
        paper = _slips_paper(session, [slip], [])
        content = mail.Content(
            to=addresses[slip.department],
            subject=" ".join(part for part in (page.above, page.title, page.right) if part),
            text=paper.encode(PaperFormat.TEXT, form_feed=False).decode(),
            file_name=names[slip.department],
            file=paper.encode(form, form_feed=False),
        )
        messages.append(mail.message(content, sender=pilot.mail_from or "", at=session.now))
    accepted: list[Notice] = []
    try:
        reasons = repeat(None) if dry_run else mail.deliver(pilot, messages)
        for slip, message, reason in zip(known, messages, reasons, strict=False):
            if reason is not None:
                failed[slip.department] = reason
                continue
            accepted.append(slip)
            session.say(
                _("{department} <{address}>: {subject}").format(
                    department=safe(slip.department), address=message["To"], subject=safe(message["Subject"])
                )
            )
    finally:  # what was accepted is logged, whatever stops the rest
        if accepted and log:
            _log(session, accepted)
    if dry_run:
        session.warn(_("nothing was sent"))
    if failed:
        lines = (
            _("{department}: {reason}").format(department=safe(name), reason=safe(reason))
            for name, reason in failed.items()
        )
        raise IoFault(
            "\n".join((_("these slips cannot be sent, and are not logged:"), *lines)),
            hint=_(
                "pilottask dept edit NAME --mail ADDRESS enters an address; "
                "pilottask notice --mail -d NAME sends one again"
            ),
        )


def _write_each(session: Session, slips: Iterable[Notice], folder: Path, outputs: Outputs) -> None:
    """Write a file for each slip. Raises UsageFault where one is there already, IoFault; nothing is written then."""
    form = outputs.fmt or PaperFormat.DOCX
    by_department = {slip.department: slip for slip in slips}
    names = _file_names(session, by_department, form)
    made = {
        folder / name: _slips_paper(session, [by_department[department]], []).encode(form, form_feed=outputs.form_feed)
        for department, name in names.items()
    }
    if made:
        write_new(folder, made)
        session.say("\n".join(safe(str(path)) for path in made))


def _no_reminder(departments: Iterable[str], within: int) -> str:
    """Say that none of these departments, none at all where none is named, needs a reminder."""
    named = _(", ").join(map(safe, sorted(departments)))
    text = _("no reminder is due: nothing is late or falls due {within}")
    if named:
        text = _("{department} needs no reminder: nothing is late or falls due {within}")
    return text.format(department=named, within=wording.within(within))


def _answer_by(session: Session, typed: str | None) -> date:
    """Return the day by which the slips are to be answered: as `typed`, else some working days ahead."""
    typed = typed or f"+{_REPLY_WORKDAYS}b"
    answer = session.day(typed, option="--reply-by", year=Yearless.COMING)
    assert answer is not None  # noqa: S101  a text was given
    if answer < session.today:
        raise UsageFault(_("--reply-by {day} has passed").format(day=answer))
    return answer


def _log_as_chased(ledger: Ledger, slips: Iterable[Notice], session: Session) -> Ledger:
    """Return `ledger` with each task on `slips` logged as chased, but for what a slip of today was written about."""
    texts = {task.id: log_text(slip) for slip in slips for task in (*slip.late, *slip.soon)}

    def chase(task: Task) -> Task:
        if len(chases_before(task, today=session.today)) < len(history.chases(task)):
            return task
        return changes.chase(task, session.stamp, text=texts[task.id])

    return changes.apply(ledger, texts, chase) if texts else ledger


def timeline(
    session: Session,
    filters: Filters,
    every: AllOption = False,
    fmt: FormatOption = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-O", help=_("Draw it to this file: .html for the wall, .txt"))
    ] = None,
) -> None:
    """Draw tasks over the months, by department: deadlines, extensions, what is late, and today."""
    pilot = session.ledger.pilot
    wanted = filters.open_tasks(session, every=every)
    session.tell_later_days()
    if output is not None:
        _draw(session, output, filters.title(session, _("Timeline of tasks")), wanted)
        return
    match fmt:
        case Format.JSON:
            session.say_json(task_records(session, wanted))
        case Format.TABLE:
            session.page(chart.timeline(wanted, today=session.today, pilot=pilot, terminal=session.terminal))
        case Format.CSV | Format.TSV | Format.MD:
            session.say(render(tasks.tasks(wanted, today=session.today, pilot=pilot, more=0), fmt, session.terminal))
        case _:
            assert_never(fmt)


def _draw(session: Session, file: Path, title: str, wanted: Sequence[Task]) -> None:
    """Write the chart to a file of the form that its ending says. Raises UsageFault, IoFault."""
    pilot, today = session.ledger.pilot, session.today
    if format_of(file, (PaperFormat.HTML, PaperFormat.TEXT)) is PaperFormat.HTML:
        text = wall.write(title, wanted, pilot=pilot, today=today)
    else:
        drawn = chart.timeline(wanted, today=today, pilot=pilot, terminal=Terminal(is_terminal=False))
        text = f"{safe(title)}\n\n{drawn}"
    write(file, text.encode())
    session.warn(_("written: {file}").format(file=safe(str(file))))
