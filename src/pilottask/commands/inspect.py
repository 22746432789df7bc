"""Inspections: add, find, fixed, show, list."""

from functools import partial
from typing import Annotated, Final

from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base import dates
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.text import check_name, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import printing
from pilottask.commands.shared.ids import IdArgument, ask, one, resolve
from pilottask.commands.shared.printing import FormatSession, RemovalReason, YesOption
from pilottask.commands.shared.task_fields import NewDepartmentOption, units
from pilottask.ledger import inspections, vocabulary
from pilottask.ledger.records import Inspection, Ledger
from pilottask.store.reader import Written
from pilottask.views import inspections as screens

InspectionArgument = Annotated[int, Argument(metavar=_("I"), help=_("The number of the inspection"))]
ByOption = Annotated[list[str] | None, Option(metavar=_("UNITS"), help=_("Departments that inspected"))]
_KIND: Final = Option(metavar=vocabulary.INSPECTION.choices(), help=_("Joint, of several units, or routine"))
_TASKS: Final = Option(metavar=_("IDS"), help=_("The tasks that were looked at"))


def add(
    session: FormatSession,
    kind: Annotated[str, _KIND],
    tasks: Annotated[list[str], _TASKS],
    by: ByOption = None,
    date: Annotated[str | None, Option(metavar=_("DATE"), help=_("The day it was held, today unless told"))] = None,
    new_department: NewDepartmentOption = False,
) -> None:
    """Enter an inspection of tasks."""
    meant = vocabulary.INSPECTION.parse(kind, what=_("kind of inspection"))
    day = session.day(date, option="--date", year=dates.Yearless.PAST) or session.today

    def edit(ledger: Ledger) -> Ledger:
        ledger, inspectors = units(ledger, by, new=new_department)
        inspection = Inspection(id=0, kind=meant, day=day, by=inspectors, tasks=tuple(resolve(tasks, ledger)))
        return inspections.with_new(ledger, inspection, session.stamp)

    *others, inspection = session.change(edit).after.inspections
    _say_inspection(session, inspection, _("entered"))
    if not session.in_json:
        session.warn(_("what it found: pilottask inspect find {id} TASK TEXT --fix-by DATE").format(id=inspection.id))
    for other in others:
        if replace(other, id=inspection.id, findings=()) == inspection:
            session.warn(_("note: inspection {id} is of the same kind, day, units and tasks").format(id=other.id))


def edit(
    session: FormatSession,
    number: InspectionArgument,
    kind: Annotated[str | None, _KIND] = None,
    tasks: Annotated[list[str] | None, _TASKS] = None,
    by: ByOption = None,
    date: Annotated[str | None, Option(metavar=_("DATE"), help=_("The day it was held"))] = None,
    new_department: NewDepartmentOption = False,
    reason: RemovalReason = None,
) -> None:
    """Correct an inspection; --tasks and --by replace the lists."""
    if kind is None and tasks is None and by is None and date is None:
        message = _("nothing to change was given")
        raise UsageFault(message, hint=_("pilottask inspect edit -h shows what can be changed"))
    meant = None if kind is None else vocabulary.INSPECTION.parse(kind, what=_("kind of inspection"))
    day = session.day(date, option="--date", year=dates.Yearless.PAST)

    def change(ledger: Ledger) -> Ledger:
        old = inspections.find(ledger, number)
        ledger, inspectors = units(ledger, by, new=new_department)
        new = replace(
            old,
            kind=meant or old.kind,
            day=day or old.day,
            by=old.by if by is None else inspectors,
            tasks=old.tasks if tasks is None else tuple(resolve(tasks, ledger)),
        )
        why = printing.reason_or_mistake(reason)
        return inspections.with_changed(ledger, new, session.stamp, reason=why)

    _say_inspection(session, inspections.find(session.change(change).after, number), _("changed"))


def rm(
    session: Session,
    number: InspectionArgument,
    n: Annotated[int | None, Argument(metavar=_("N"), help=_("One of its findings alone"))] = None,
    reason: RemovalReason = None,
    yes: YesOption = False,
) -> None:
    """Remove an inspection that was entered by mistake, or one of its findings."""
    inspection = inspections.find(session.ledger, number)
    findings = [one for one in inspection.findings if n in {None, one.n}]
    tasks = inspection.tasks if n is None else [one.task for one in findings]
    question = _("Remove inspection {id} of {day} with {count} findings?") if n is None else _("Remove this finding?")
    question = question.format(id=number, day=inspection.day, count=len(findings))
    ask(session, "\n".join([question, *(f"  {one.n} {safe(one.text)}" for one in findings)]), tasks, yes=yes)
    why = printing.reason_or_mistake(reason)
    session.change(lambda ledger: inspections.without(ledger, number, n, session.stamp, reason=why))
    act = None if n is None else _("finding {n} removed").format(n=n)
    printing.say_removed(session, [_inspection_name(inspection)], act)


def _inspection_name(inspection: Inspection) -> str:
    return f"{inspection.id} {vocabulary.INSPECTION.say(inspection.kind)} {inspection.day}"


def _say_inspection(session: Session, inspection: Inspection, act: str) -> None:
    findings = _findings_of(session.ledger, inspection.id)
    record = partial(inspections.inspection_record, inspection, findings, today=session.today)
    printing.say_act(session, record, _inspection_name(inspection), act)


def find(
    session: FormatSession,
    number: InspectionArgument,
    which: IdArgument,
    text: Annotated[str, Argument(metavar=pgettext("finding", "TEXT"), help=_("What was found"))],
    fix_by: Annotated[str, Option(metavar=_("DATE"), help=_("The day by which to put it right"))],
) -> None:
    """Record what an inspection found on a task, and by when it is to be put right."""
    day = session.day(fix_by, option="--fix-by", year=dates.Yearless.COMING)
    if day is None:
        raise UsageFault(_("--fix-by takes a day"))
    check_name(text, field=_("the finding"), line=False)

    def edit(ledger: Ledger) -> Ledger:
        inspections.find(ledger, number)
        return inspections.add_finding(ledger, number, one(which, ledger), session.stamp, text=text, fix_by=day)

    written = session.change(edit)
    result = _findings_of(written.after, number)[-1]
    _say(session, written, result)
    if not session.in_json:
        message = _("finding {n}, to be put right by {date}; when it is: pilottask inspect fixed {id} {n}")
        session.warn(message.format(n=result.finding.n, date=dates.show(day), id=number))
    findings = (each for each in _findings_of(written.after, number) if each.task.id == result.task.id)
    printing.tell_same(session, [each.finding.n for each in findings if each.finding.text == text])


def fixed(
    session: FormatSession,
    number: InspectionArgument,
    n: Annotated[int, Argument(metavar=_("N"), help=_("The number of the finding"))],
    evidence: Annotated[str | None, Option(help=_("What shows that it was put right"))] = None,
) -> None:
    """Record that a finding was put right."""
    written = session.change(
        lambda ledger: inspections.put_right(ledger, number, n, session.stamp, evidence=evidence or None)
    )
    _say(session, written, next(found for found in _findings_of(written.after, number) if found.finding.n == n))


def show(session: FormatSession, number: InspectionArgument) -> None:
    """Show an inspection and what it found."""
    inspection = inspections.find(session.ledger, number)
    findings = _findings_of(session.ledger, number)
    record = partial(inspections.inspection_record, inspection, findings, today=session.today)
    printing.show(session, record, partial(screens.inspection, inspection, findings, today=session.today), data=-1)


def list_(
    session: FormatSession,
    only_open: Annotated[bool, Option("--open", help=_("Findings not put right yet alone"))] = False,
) -> None:
    """List inspections with what they found."""
    findings = inspections.findings(session.ledger)
    if only_open:
        findings = [one for one in findings if inspections.is_open(one, today=session.today)]
    of = {one.id: [each for each in findings if each.inspection is one] for one in session.ledger.inspections}
    listed = [one for one in sorted(session.ledger.inspections, key=lambda one: one.id) if of[one.id] or not only_open]
    bare = [one for one in listed if not one.findings]
    printing.show(
        session,
        lambda: [inspections.inspection_record(one, of[one.id], today=session.today) for one in listed],
        lambda: screens.findings(
            findings, today=session.today, bare=bare, empty=_("No finding is open.") if only_open else None
        ),
    )


def _findings_of(ledger: Ledger, number: int) -> list[inspections.Found]:
    return [one for one in inspections.findings(ledger) if one.inspection.id == number]


def _say(session: Session, written: Written, found: inspections.Found) -> None:
    if session.in_json:
        session.say_json(inspections.finding_record(found, today=session.today))
    else:
        printing.say_changed(session, written, [found.task.id])
