"""Which department a typed name means."""

from collections.abc import Iterable, Sequence

from pilottask.base import near
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import name_key, quote, safe
from pilottask.ledger.records import Department


def exact(name: str, departments: Iterable[Department]) -> Department | None:
    """Return the department with this name or alias, or None; blanks and invisible characters make no difference."""
    key = name_key(name)
    same = [unit for unit in departments if any(name_key(each) == key for each in (unit.name, *unit.aliases))]
    return next((unit for unit in same if name == unit.name or name in unit.aliases), same[0] if same else None)


def match(typed: str, departments: Sequence[Department]) -> Department:
    """Return the department that `typed` means: its name, an alias, or a part that fits only one.

    Raises NotFound, with the nearest names, where none or several fit.
    """
    typed = typed.strip()
    if result := exact(typed, departments):
        return result
    fitting = [unit for unit in departments if typed and any(typed in name for name in (unit.name, *unit.aliases))]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = _(", ").join(safe(unit.name) for unit in fitting)
        hint = _("type more of the name")
        raise NotFound(_("department {typed} fits several: {names}").format(typed=quote(typed), names=names), hint=hint)
    full = {name: unit.name for unit in departments for name in (unit.name, *unit.aliases)}
    nearest = dict.fromkeys(full[name] for name in near.matches(typed, full))
    hint = near.question(nearest) or _("see “pilottask dept list”; “pilottask dept add” enters a new one")
    raise NotFound(_("no department {typed}").format(typed=quote(typed)), hint=hint)


def check_free(departments: Iterable[Department], names: Iterable[str]) -> None:
    """Raise UsageFault where one of `names` is a name or an alias among `departments`."""
    known = tuple(departments)
    for name in names:
        if result := exact(name, known):
            message = _("{name} is already the name or an alias of department {department}")
            raise UsageFault(message.format(name=quote(name), department=quote(result.name)))
