"""A task as text to be edited, and what a person changed in it.

The text is TOML: every field that can be changed, empty ones as `""`, with a comment above that says what can stand
there; then the fields that are changed otherwise, and the log as comments. Pure: no file, no editor, no clock.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, assert_never

import msgspec
import tomli
import tomli_w

from pilottask.base import dates, numbers
from pilottask.base.errors import NotFound, PilotError, UsageFault
from pilottask.base.i18n import N_, _
from pilottask.base.text import check_name, quote, safe
from pilottask.ledger import calendars, changes, departments, fields, recurring, wording
from pilottask.ledger.changes import Stamp
from pilottask.ledger.fields import ChangedBy, Field, Kind
from pilottask.ledger.records import Department, Every, Ledger, Task
from pilottask.store.codec import syntax_fault

_LISTS: Final = frozenset({Kind.UNITS, Kind.TAGS})
_FIXED: Final = tuple(
    field.name
    for field in fields.FIELDS
    if field.changed_by is not ChangedBy.EDIT and field.kind not in {Kind.OWN_COLUMNS, Kind.LOG, Kind.FLAG}
)
"""What is read only."""
_ERROR: Final = "#! "
"""What the lines begin with that tell what is wrong with the text below."""

Changed = Mapping[str, object]
"""Fields by name, or `extra.KEY`, as they stand in the text."""


class Conflict(UsageFault):
    """What was changed in the text was changed in the store too, since the text was made."""


def text(task: Task, units: Iterable[Department], *, today: date) -> str:
    """Return `task` as text to be edited; `units` are the departments that it may name."""
    known = tuple(units)
    parts = [
        _comment(_("Save and close to write what you changed; change nothing, and nothing is written.")),
        _comment(_('"" clears a field. Columns of your own stand under [extra].')),
    ]
    for field in fields.EDITED:
        parts += ["", _comment(_about(field, task, known, today=today)), _line(field.name, _as_toml(task, field.name))]
    moves = _(", ").join(changes.open_moves(task.status))
    parts += ["", _comment(_("Read only; the status changes by: {moves}").format(moves=moves))]
    parts += [_line(name, shown) for name in _FIXED if (shown := _as_toml(task, name)) != ""]
    parts += ["", "[extra]", *(_line(key, value) for key, value in task.extra.items()), ""]
    for entry in task.log:
        at = f"{entry.at:%Y-%m-%d %H:%M}"
        parts.append(_comment(_("{when} {by}: {what}").format(when=at, by=entry.by, what=wording.sentence(entry))))
    return "\n".join(parts) + "\n"


def _comment(said: str) -> str:
    return f"# {safe(said)}"


def _line(name: str, value: object) -> str:
    return tomli_w.dumps({name: value}, multiline_strings=True).rstrip("\n")


def _as_toml(task: Task, name: str) -> object:
    """Return a field as the text has it."""
    value = getattr(task, name)
    if value is None:
        return "none" if name == "due" and task.open_ended else ""
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, str):
        return str(value).replace("\r\n", "\n")  # as TOML reads line breaks
    return list(value) if isinstance(value, tuple) else value


def _about(field: Field, task: Task, units: Iterable[Department], *, today: date) -> str:
    hint = _hint(field.kind, task, units, today=today)
    label = fields.label(field.name)
    return _("{label}: {text}").format(label=label, text=hint) if hint else label


def _hint(kind: Kind, task: Task, units: Iterable[Department], *, today: date) -> str:  # noqa: PLR0911  one for each
    """Return what can stand in a field of this kind, empty where that is any text."""
    match kind:
        case Kind.UNIT:
            return _(", ").join(unit.name for unit in units)
        case Kind.UNITS:
            return _("other departments, {form}").format(form='["…", "…"]')
        case Kind.TAGS:
            return '["…", "…"]'
        case Kind.PERIOD:
            return ", ".join(Every)
        case Kind.FIGURE:
            return _("a number from 0 up")
        case Kind.DATE:
            return _about_due(task, today=today)
        case Kind.LINE | Kind.TEXT | Kind.ID | Kind.STATUS | Kind.FLAG | Kind.OWN_COLUMNS | Kind.LOG:
            return ""
        case _:
            assert_never(kind)


def _about_due(task: Task, *, today: date) -> str:
    if task.due is None or task.created == today:
        return _("2026-12-15, 12月底, fri, +2w …; none where it is open-ended")
    command = _("pilottask extend {id} DATE --reason WHY").format(id=task.id)
    return _("moved by: {command}").format(command=command)


def changes_in(task: Task, typed: str) -> Changed:
    """Return what a person changed in the text of `task`, as it stands there. Raises UsageFault with every mistake."""
    raw = _parse(typed)
    faults = [*_fixed_faults(task, raw), *_unknown_faults(raw)]
    results: dict[str, object] = {}
    for field in fields.EDITED:
        name = field.name
        value = _without_quotes(field.kind, raw.get(name, [] if field.kind in _LISTS else ""))
        if wrong := _type_fault(field.kind, value):
            faults.append(_("{field}: {wrong}").format(field=name, wrong=wrong))
        elif value != _as_toml(task, name):
            results[name] = value
    extra = raw.get("extra", {})
    if not isinstance(extra, dict) or any(isinstance(value, dict | list | bool) for value in extra.values()):
        faults.append(_("{field}: {wrong}").format(field="extra", wrong=_('takes lines of the form KEY = "VALUE"')))
    else:
        columns = {key: str(value) for key, value in extra.items()}
        present = {key: value.replace("\r\n", "\n") for key, value in task.extra.items()}
        differing = [key for key in {**present, **columns} if columns.get(key) != present.get(key)]
        results.update({fields.EXTRA + key: columns.get(key, "") for key in differing})
    if faults:
        raise UsageFault("\n".join(faults))
    return results


def _without_quotes(kind: Kind, value: object) -> object:
    """Return a value as `_shown` has it: a date in quotation marks, a number without."""
    if kind is Kind.FIGURE and isinstance(value, str) and (number := numbers.parse(value)) is not None:
        return number
    return value.isoformat() if type(value) is date else value


def _parse(typed: str) -> dict[str, object]:
    try:
        return tomli.loads(typed)
    except tomli.TOMLDecodeError as error:
        hint = _('a text stands in quotation marks: owner = "…"; a list in brackets')
        raise UsageFault(syntax_fault(typed, error), hint=hint) from error


_WAYS: Final = {
    "status": N_("it is changed by start, submit, close, return, suspend, cancel, reopen"),
    "first_due": N_("the first deadline stays on record"),
    "log": N_("what is on record stays; pilottask note adds to it"),
}


def _fixed_faults(task: Task, raw: Mapping[str, object]) -> Iterable[str]:
    for name in (*_FIXED, "log"):
        shown = None if name == "log" else _as_toml(task, name)
        value = raw.get(name, shown)
        if (value.isoformat() if type(value) is date else value) != shown:
            way = _(_WAYS[name]) if name in _WAYS else _("leave it as it was")
            yield _("{field} is read only; {way}").format(field=name, way=way)


def _unknown_faults(raw: Mapping[str, object]) -> Iterable[str]:
    for key in raw.keys() - fields.BY_NAME.keys():
        yield _("there is no field {name}; columns of your own stand under [extra]").format(name=quote(key))


def _type_fault(kind: Kind, value: object) -> str | None:
    if kind in _LISTS:
        right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return None if right else _('takes a list: ["…", "…"]')
    if kind is Kind.FIGURE:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return numbers.fault(value)
        return None if value == "" else _("takes a number from 0 up, without quotation marks")
    if not isinstance(value, str):
        return _("takes a text in quotation marks")
    if kind is Kind.PERIOD and value and value not in set(Every):
        return _("takes one of {words}").format(words=_(", ").join(Every))
    return None


def apply(ledger: Ledger, base: Task, made: Changed, stamp: Stamp, *, new_departments: bool = False) -> Ledger:
    """Return `ledger` with what was changed in the text of `base` changed in that task as it stands there now.

    With `new_departments`, departments that are not known are entered. Raises UsageFault with every mistake, and where
    the task comes to come round without a deadline; Conflict where one of these fields is no longer as it was in
    `base`; NotFound where the task is gone.
    """
    ledger, values = _values(ledger, made, today=stamp.today, new_departments=new_departments)
    present = next((task for task in ledger.tasks if task.uid == base.uid), None)
    if present is None:
        raise NotFound(_("{task} was taken off the list meanwhile").format(task=changes.task_name(base)))
    if clashing := [name for name, new in values.items() if fields.get(base, name) != fields.get(present, name) != new]:
        message = _("{task} was changed meanwhile, in the same fields: {fields}")
        names = _(", ").join(map(fields.label, clashing))
        raise Conflict(message.format(task=changes.task_name(present), fields=names))
    return changes.with_tasks(ledger, [recurring.check(changes.edit(present, stamp, values), present)])


def _values(ledger: Ledger, made: Changed, *, today: date, new_departments: bool) -> tuple[Ledger, dict[str, object]]:
    """Return the fields by name as records have them, and the ledger with the departments that were entered."""
    units = list(ledger.departments)

    def unit(name: str) -> str:
        try:
            return departments.match(name, units).name
        except NotFound:
            if not new_departments:
                raise
            units.append(Department(name=name.strip()))
            return units[-1].name

    read: dict[Kind, Callable[[object], object]] = {
        Kind.UNIT: lambda value: unit(check_name(str(value), field=fields.label("department"))),
        Kind.UNITS: lambda value: tuple(dict.fromkeys(unit(name) for name in _strings(value))),
        Kind.TAGS: lambda value: tuple(dict.fromkeys(filter(None, _strings(value)))),
        Kind.DATE: lambda value: dates.parse(str(value), today=today, workdays=calendars.of(ledger)) if value else None,
        Kind.PERIOD: lambda value: Every(str(value)) if value else None,
    }
    values: dict[str, object] = {}
    faults: list[str] = []
    for name, value in made.items():
        try:
            if name == "title":
                check_name(str(value), field=fields.label(name))
            kind = fields.BY_NAME[name].kind if name in fields.BY_NAME else Kind.TEXT
            values[name] = read[kind](value) if kind in read else None if value == "" else value
            if name == "due":
                values["open_ended"] = bool(value) and values[name] is None
        except PilotError as error:
            faults.append(_("{field}: {wrong}").format(field=fields.label(name), wrong=_whole(error)))
    if faults:
        raise UsageFault("\n".join(faults))
    if len(units) != len(ledger.departments):
        ledger = msgspec.structs.replace(ledger, departments=tuple(units))
    return ledger, values


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def with_error(typed: str, error: PilotError) -> str:
    """Return the text with what is wrong with it in comments on top, in the place of what was wrong before."""
    body = re.sub(rf"\A(?:{re.escape(_ERROR)}[^\n]*\n)+", "", typed)
    return "".join(f"{_ERROR}{safe(line)}\n" for line in _whole(error).splitlines()) + body


def _whole(error: PilotError) -> str:
    return f"{error.message}\n{error.hint}" if error.hint else error.message
