"""Departments: add, list, edit, merge."""

from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base import near
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.mail import is_address
from pilottask.base.text import check, check_name, quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared.printing import FormatSession, say_act, show
from pilottask.ledger import changes, departments, vocabulary
from pilottask.ledger.as_json import department_record
from pilottask.ledger.records import Department, Ledger
from pilottask.views import departments as screens

NameArgument = Annotated[str, Argument(metavar=_("NAME"), help=_("The department"))]


class DepartmentFields(Struct, frozen=True):
    """The options that describe a department; None where one was not given."""

    role: Annotated[str | None, Option(metavar=vocabulary.ROLE.choices(), help=_("What it is in the pilot"))] = None
    alias: Annotated[list[str] | None, Option(metavar=_("NAME"), help=_("Another name for it"))] = None
    no_alias: Annotated[list[str] | None, Option(metavar=_("NAME"), help=_("A name that is no longer its"))] = None
    contact: Annotated[str | None, Option(help=_("Whom to reach, and how"))] = None
    mail: Annotated[str | None, Option(metavar=_("ADDRESS"), help=_("Where its slips are mailed to"))] = None

    def apply_to(self, unit: Department) -> Department:
        """Return `unit` with the values given; an empty one clears. Raises UsageFault, NotFound."""
        if self.role is not None:
            unit = replace(unit, role=vocabulary.ROLE.parse(self.role, what=_("role")))
        for alias in map(str.strip, self.no_alias or ()):
            if alias not in unit.aliases:
                message = _("{department} has no alias {alias}").format(department=quote(unit.name), alias=quote(alias))
                raise NotFound(message, hint=near.question(near.matches(alias, unit.aliases)))
            unit = replace(unit, aliases=tuple(other for other in unit.aliases if other != alias))
        if self.alias is not None:
            added = [check_name(text.strip(), field=_("the alias")) for text in self.alias if text.strip()]
            unit = replace(unit, aliases=tuple(dict.fromkeys((*unit.aliases, *added))) if added else ())
        if self.contact is not None:
            unit = replace(unit, contact=check(self.contact, field=_("the contact")) or None)
        if self.mail is not None:
            if self.mail.strip() and not is_address(self.mail.strip()):
                raise UsageFault(_("{text} is no mail address").format(text=quote(self.mail)))
            unit = replace(unit, mail=self.mail.strip() or None)
        return unit


def add(session: FormatSession, name: NameArgument, fields: DepartmentFields) -> None:
    """Enter a department."""
    unit = fields.apply_to(Department(name=check_name(name.strip(), field=_("the name"))))

    def edit(ledger: Ledger) -> Ledger:
        departments.check_free(ledger.departments, (unit.name, *unit.aliases))
        return replace(ledger, departments=(*ledger.departments, unit))

    session.change(edit)
    _say(session, unit, _("entered"))


def list_(session: FormatSession) -> None:
    """List departments with their roles, aliases, contacts and tasks."""
    ledger = session.ledger
    show(session, lambda: list(map(department_record, ledger.departments)), lambda: screens.departments(ledger))


def edit(
    session: FormatSession,
    name: NameArgument,
    fields: DepartmentFields,
    new_name: Annotated[
        str | None, Option("--name", metavar=_("NAME"), help=_("Its new name, carried through every record"))
    ] = None,
) -> None:
    """Change a department; an empty value clears."""
    old = session.department(name)
    new = old if new_name is None else check_name(new_name.strip(), field=_("the name"))

    def change(ledger: Ledger) -> Ledger:
        unit = departments.match(old, ledger.departments)
        changed = fields.apply_to(replace(unit, name=new))
        others = tuple(other for other in ledger.departments if other is not unit)
        departments.check_free(others, (changed.name, *changed.aliases))
        renamed = changes.rename_department(ledger, unit.name, new, session.stamp) if new != unit.name else ledger
        return replace(renamed, departments=tuple(changed if other is unit else other for other in ledger.departments))

    after = session.change(change).after
    _say(session, departments.match(new, after.departments), _("changed"))


def merge(
    session: FormatSession,
    gone: Annotated[str, Argument(metavar=pgettext("department", "A"), help=_("The department that goes"))],
    kept: Annotated[
        str, Argument(metavar=pgettext("department", "B"), help=_("The department that it becomes part of"))
    ],
) -> None:
    """Join two departments that are one, through every record; the name that goes becomes an alias."""
    old, new = session.department(gone), session.department(kept)

    def change(ledger: Ledger) -> Ledger:
        first, second = (departments.match(name, ledger.departments).name for name in (old, new))
        return changes.merge_departments(ledger, first, second, session.stamp)

    after = session.change(change).after
    _say(session, departments.match(new, after.departments), _("joined with {gone}").format(gone=safe(old)))
    message = _("{gone} is now part of {kept}; pilottask undo takes that back")
    session.warn(message.format(gone=safe(old), kept=safe(new)))


def _say(session: Session, unit: Department, act: str) -> None:
    say_act(session, lambda: department_record(unit), safe(unit.name), act)
