"""Cooperation projects: add, edit, fund, show, list."""

from functools import partial
from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base.dates import Yearless
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import check, check_name, quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import printing
from pilottask.commands.shared.ids import ask
from pilottask.commands.shared.printing import FormatSession, YesOption
from pilottask.commands.shared.task_fields import units
from pilottask.ledger import projects
from pilottask.ledger.records import Ledger, Project, Role
from pilottask.views import projects as screens

NameArgument = Annotated[str, Argument(metavar=_("NAME"), help=_("The project, or a part of its name"))]


class ProjectFields(Struct, frozen=True):
    """The options that describe a project; None where one was not given."""

    partners: Annotated[
        list[str] | None, Option("--with", metavar=_("UNITS"), help=_("Partner enterprises and other units"))
    ] = None
    base: Annotated[str | None, Option(help=_("The training base that it builds"))] = None
    signed: Annotated[str | None, Option(metavar=_("DATE"), help=_("The day it was signed"))] = None
    remark: Annotated[str | None, Option(help=_("Remark"))] = None
    new_department: Annotated[
        bool, Option("--new-department", help=_("Enter the partners that are not known yet, as enterprises"))
    ] = False

    def apply_to(self, session: Session, ledger: Ledger, project: Project) -> tuple[Ledger, Project]:
        """Return `project` with what was said, and the ledger with partners newly entered; an empty value clears.

        Raises UsageFault, NotFound.
        """
        if self.partners is not None:
            ledger, names = units(ledger, self.partners, new=self.new_department, role=Role.ENTERPRISE)
            project = replace(project, partners=names)
        if self.base is not None:
            project = replace(project, base=check(self.base, field=_("the base")) or None)
        if self.signed is not None:
            day = session.day(self.signed, option="--signed", year=Yearless.PAST) if self.signed.strip() else None
            project = replace(project, signed=day)
        if self.remark is not None:
            project = replace(project, remark=check(self.remark, field=_("the remark"), line=False) or None)
        return ledger, project


def add(
    session: FormatSession,
    name: Annotated[str, Argument(metavar=_("NAME"), help=_("The project"))],
    fields: ProjectFields,
) -> None:
    """Enter a cooperation project; tasks join it by --project."""
    plain = Project(name=check_name(name.strip(), field=_("the name")))
    after = session.change(lambda ledger: projects.with_new(*fields.apply_to(session, ledger, plain))).after
    _say(session, after, after.projects[-1], _("entered"))


def edit(
    session: FormatSession,
    name: NameArgument,
    fields: ProjectFields,
    new_name: Annotated[
        str | None, Option("--name", metavar=_("NAME"), help=_("Its new name, carried through its tasks"))
    ] = None,
) -> None:
    """Change a project; an empty value clears, --with replaces the list."""
    old_name = projects.find(session.ledger, name).name
    named = old_name if new_name is None else check_name(new_name.strip(), field=_("the name"))

    def change(ledger: Ledger) -> Ledger:
        old = projects.find(ledger, old_name)
        ledger, new = fields.apply_to(session, ledger, replace(old, name=named))
        return projects.with_changed(ledger, old, new, session.stamp)

    after = session.change(change).after
    _say(session, after, projects.find(after, named), _("changed"))


def rm(
    session: Session,
    name: NameArgument,
    source: Annotated[str | None, Argument(metavar=_("SOURCE"), help=_("Its money from here alone"))] = None,
    yes: YesOption = False,
) -> None:
    """Remove a project that was entered by mistake, or its money from one source; its tasks stay as they are."""
    project = projects.find(session.ledger, name)
    question = _("Remove project {name}?") if source is None else _("Remove the money of {name} from {source}?")
    linked = [task.id for task in projects.tasks(session.ledger, project)] if source is None else []
    if linked:
        question += "\n" + _("These tasks go on naming it:")
    ask(session, question.format(name=quote(project.name), source=quote(source or "")), linked, yes=yes)
    session.change(lambda ledger: projects.without(ledger, projects.find(ledger, project.name), source))
    act = None if source is None else _("money from {source} removed").format(source=safe(source))
    printing.say_removed(session, [safe(project.name)], act)


def fund(
    session: FormatSession,
    name: NameArgument,
    source: Annotated[str, Option(help=_("Where the money comes from"))],
    planned: Annotated[str | None, Option(metavar=_("AMOUNT"), help=_("All that is planned, in 10,000 yuan"))] = None,
    paid: Annotated[
        str | None, Option(metavar=_("AMOUNT"), help=_("All that is paid in so far, in 10,000 yuan"))
    ] = None,
) -> None:
    """Set what one source plans and has paid in; what is not said stays."""
    if planned is None and paid is None:
        message = _("nothing to change was given")
        raise UsageFault(message, hint=_("for example: --source TEXT --planned 300 --paid 120"))
    check_name(source, field=_("the source of money"))
    plan = None if planned is None else projects.amount(planned, option="--planned")
    sum_ = None if paid is None else projects.amount(paid, option="--paid")
    full = projects.find(session.ledger, name).name

    def change(ledger: Ledger) -> Ledger:
        old = projects.find(ledger, full)
        new = projects.with_fund(old, source.strip(), session.stamp, planned=plan, paid=sum_)
        return projects.with_changed(ledger, old, new, session.stamp)

    after = session.change(change).after
    project = projects.find(after, full)
    money = projects.by_source(project.funds)[source.strip()]
    act = _("{source}: {planned} planned, {paid} paid in").format(
        source=safe(source.strip()), planned=projects.amount_text(money.planned), paid=projects.amount_text(money.paid)
    )
    _say(session, after, project, act)
    if money.paid > money.planned:
        message = _("note: more is paid in than planned, {paid} of {planned}")
        session.warn(message.format(paid=projects.amount_text(money.paid), planned=projects.amount_text(money.planned)))


def show(session: FormatSession, name: NameArgument) -> None:
    """Show a project with its tasks, their lights and its money by source."""
    ledger = session.ledger
    project = projects.find(ledger, name)
    tasks = projects.tasks(ledger, project)
    record = partial(projects.project_record, project, tasks, today=session.today, pilot=ledger.pilot)
    screen = partial(screens.project, project, tasks, today=session.today, pilot=ledger.pilot)
    printing.show(session, record, screen, data=-1)


def list_(session: FormatSession) -> None:
    """List the projects with their tasks and money, and the money over all of them by source."""
    ledger = session.ledger
    printing.show(
        session,
        lambda: [
            projects.project_record(project, tasks, today=session.today, pilot=ledger.pilot)
            for project, tasks in projects.with_tasks(ledger)
        ],
        lambda: screens.project_list(ledger, today=session.today),
    )


def _say(session: Session, ledger: Ledger, project: Project, act: str) -> None:
    tasks = projects.tasks(ledger, project)
    record = partial(projects.project_record, project, tasks, today=session.today, pilot=ledger.pilot)
    printing.say_act(session, record, safe(project.name), act)
