"""The fields of a task as options, declared once for `add` and `edit`."""

import re
from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Struct
from msgspec.structs import replace
from typer import Option

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.numbers import option_number
from pilottask.base.text import check, check_name, is_blank, quote
from pilottask.commands.session import Session
from pilottask.ledger import changes, departments, fields, recurring, vocabulary
from pilottask.ledger.fields import Kind
from pilottask.ledger.records import Department, Ledger, Role, Task

_UNITS: Final = "[、，,;；]"

NewDepartmentOption = Annotated[
    bool, Option("--new-department", help=_("Enter the departments that are not known yet"))
]

WordOption = Annotated[
    str | None,
    Option("--word", "-w", metavar=_("WRONG=RIGHT"), help=_("Mend a word: what stands there, and what should")),
]


class TaskFields(Struct, frozen=True):
    """The options that describe a task; None where one was not given."""

    department: Annotated[str | None, Option("--department", "-d", metavar=_("NAME"), help=_("Lead department"))] = None
    new_department: NewDepartmentOption = False
    support: Annotated[list[str] | None, Option("--support", "-s", metavar=_("NAME"), help=_("Supporting unit"))] = None
    owner: Annotated[
        list[str] | None, Option("--owner", "-o", metavar=pgettext("person", "NAME"), help=_("Person in charge"))
    ] = None
    leader: Annotated[list[str] | None, Option(metavar=pgettext("person", "NAME"), help=_("Responsible leader"))] = None
    due: Annotated[
        str | None, Option("--due", "-u", metavar=_("DATE"), help=_("Deadline: 2026-12-15, 12月底, fri, +2w, none …"))
    ] = None
    aspect: Annotated[str | None, Option("--aspect", "-a", help=_("Line of work"))] = None
    requirement: Annotated[str | None, Option(help=_("What is asked for"))] = None
    target: Annotated[str | None, Option(metavar=_("NUMBER"), help=_("Target as a number"))] = None
    unit: Annotated[str | None, Option(help=_("Unit of the target"))] = None
    source: Annotated[str | None, Option(help=_("Where the task comes from"))] = None
    project: Annotated[str | None, Option(help=_("Cooperation project"))] = None
    every: Annotated[
        str | None, Option(metavar=vocabulary.EVERY.choices(), help=_("Comes round: closing it opens the next"))
    ] = None
    tag: Annotated[list[str] | None, Option(help=_("Tag"))] = None
    remark: Annotated[str | None, Option(help=_("Remark"))] = None
    set_: Annotated[list[str] | None, Option("--set", metavar=_("KEY=VALUE"), help=_("A column of your own"))] = None

    def values(self, session: Session, ledger: Ledger) -> tuple[Ledger, dict[str, object]]:
        """Return the fields that were said, by name, and the ledger with departments newly entered.

        An empty value clears its field. Raises UsageFault, NotFound.
        """
        values: dict[str, object] = {
            name: _join(value, name) for name in _PLAIN if (value := getattr(self, name)) is not None
        }
        if self.department is not None:
            ledger, values["department"] = unit(ledger, self.department, new=self.new_department)
        if self.support is not None:
            ledger, values["support"] = units(ledger, self.support, new=self.new_department)
        if self.due is not None:
            values["due"] = session.parse(self.due) if self.due.strip() else None
            values["open_ended"] = bool(self.due.strip()) and values["due"] is None
        if self.target is not None:
            values["target"] = option_number(self.target, option="--target") if self.target else None
        if self.every is not None:
            values["every"] = vocabulary.EVERY.parse(self.every, what=_("period")) if self.every.strip() else None
        if self.tag is not None:
            values["tags"] = tuple(dict.fromkeys(tag for tag in self.tag if tag))
        return ledger, values | self._own_columns()

    def _own_columns(self) -> dict[str, object]:
        """Return the user's own columns that were said. Raises UsageFault."""
        own: dict[str, object] = {}
        for pair in self.set_ or ():
            key, separator, value = pair.partition("=")
            if not separator or is_blank(key):
                raise UsageFault(_("--set takes KEY=VALUE, not {text}").format(text=quote(pair)))
            if (name := fields.EXTRA + key.strip()) in own:
                raise UsageFault(_("--set gives {key} twice").format(key=quote(key.strip())))
            own[name] = value or None
        return own

    def enter(self, session: Session, ledger: Ledger, *, title: str, uid: str, source: str | None = None) -> Ledger:
        """Return `ledger` with a new task of these fields at its end; `source` is its source unless one was said.

        Raises as `values`, and UsageFault for a period without a deadline. There must be a department.
        """
        ledger, values = self.values(session, ledger)
        values.setdefault("source", source)
        extra = changes.own_columns(values)
        task = Task(id=0, uid=uid, title=title, created=session.today, extra=extra, **values)  # type: ignore[arg-type]
        return changes.with_new(ledger, [changes.create(recurring.check(task), session.stamp)])


def _join(value: str | list[str], name: str) -> str | None:
    """Return a value that was typed for a field, several as one text; None for an empty one, which clears."""
    joined = "、".join(filter(None, [value] if isinstance(value, str) else value))
    return check(joined, field=fields.label(name), line=fields.BY_NAME[name].kind is Kind.LINE) or None


_PLAIN: Final = tuple(
    field.name for field in fields.EDITED if field.kind in {Kind.LINE, Kind.TEXT} and field.name != "title"
)


def unit(ledger: Ledger, typed: str, *, new: bool, role: Role = Role.MEMBER) -> tuple[Ledger, str]:
    """Return the full name of the department that `typed` means; with `new` one not known is entered, in `role`.

    Raises NotFound.
    """
    try:
        return ledger, departments.match(typed, ledger.departments).name
    except NotFound as error:
        if new:
            name = check_name(typed.strip(), field=_("the department"))
            return replace(ledger, departments=(*ledger.departments, Department(name=name, role=role))), name
        hint = _("to enter it as a new one, add --new-department")
        raise NotFound(error.message, hint=f"{error.hint}\n{hint}" if error.hint else hint) from error


def units(
    ledger: Ledger, typed: Iterable[str] | None, *, new: bool, role: Role = Role.MEMBER
) -> tuple[Ledger, tuple[str, ...]]:
    """Return the departments that are meant, each once, as `unit` does; one text may name several, with commas."""
    names: dict[str, None] = {}
    for text in typed or ():
        for part in _typed_units(text, ledger):
            ledger, name = unit(ledger, part, new=new, role=role)
            names[name] = None
    return ledger, tuple(names)


def _typed_units(typed: str, ledger: Ledger) -> list[str]:
    if departments.exact(typed, ledger.departments):
        return [typed]
    return [part.strip() for part in re.split(_UNITS, typed) if part.strip()]


def read_word(typed: str | None) -> tuple[str, str] | None:
    """Return the wrong word and the right one, which may be empty; None where none was given. Raises UsageFault."""
    if typed is None:
        return None
    wrong, *rest = re.split("[=＝]", typed, maxsplit=1)
    if not wrong.strip() or not rest:
        raise UsageFault(_("--word takes WRONG=RIGHT, not {text}").format(text=quote(typed)))
    return wrong, check(rest[0], field="--word")
