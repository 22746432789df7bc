"""Cooperation projects (合作项目): partners, signing, base, and money from several sources."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from pilottask import changes
from pilottask.changes import Stamp
from pilottask.errors import NotFound, UsageFault
from pilottask.i18n import _
from pilottask.model import Fund, Ledger, Project, Task
from pilottask.text import quote, safe

_AMOUNT: Final = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}([,，]\d{3})+(\.\d{1,2})?", re.ASCII)
_CENTS: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")


def amount(text: str, *, option: str) -> Decimal:
    """Return the amount that `text` writes, in 10,000 yuan, exact to two places.

    Raises UsageFault for what is negative, finer than two places, or no amount.
    """
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(plain):
        raise UsageFault(
            _("{option} takes an amount in 10,000 yuan, from 0 up, with two decimals at most, not {text}").format(
                option=option, text=quote(text)
            ),
            hint=_("for example 300, or 120.50"),
        )
    return Decimal(plain).quantize(_CENTS)


def find(ledger: Ledger, typed: str) -> Project:
    """Return the project that `typed` means: its name, or a part that fits only one. Raises NotFound."""
    typed = typed.strip()
    for project in ledger.projects:
        if project.name == typed:
            return project
    fitting = [project for project in ledger.projects if typed and typed in project.name]
    if len(fitting) == 1:
        return fitting[0]
    names = _(", ").join(safe(project.name) for project in fitting or ledger.projects)
    if fitting:
        raise NotFound(
            _("project {typed} fits several: {names}").format(typed=quote(typed), names=names),
            hint=_("type more of the name"),
        )
    raise NotFound(
        _("no project {typed}").format(typed=quote(typed)),
        hint=_("there are: {names}").format(names=names)
        if names
        else _("no project is entered yet: pilottask project add NAME --with PARTNERS"),
    )


def with_new(ledger: Ledger, project: Project) -> Ledger:
    """Return `ledger` with `project` entered. Raises UsageFault where its name is taken."""
    _check_free(ledger, project.name)
    return replace(ledger, projects=(*ledger.projects, project))


def with_changed(ledger: Ledger, old: Project, new: Project, stamp: Stamp) -> Ledger:
    """Return `ledger` with `new` for `old`, its tasks carried along to a new name. Raises UsageFault as `with_new`."""
    if new.name != old.name:
        _check_free(ledger, new.name)
        ledger = changes.apply(
            ledger,
            [task.id for task in ledger.tasks if task.project == old.name],
            lambda task: changes.edit(task, stamp, {"project": new.name}),
        )
    return replace(ledger, projects=tuple(new if one.name == old.name else one for one in ledger.projects))


def _check_free(ledger: Ledger, name: str) -> None:
    if any(project.name == name for project in ledger.projects):
        raise UsageFault(
            _("project {name} is entered already").format(name=quote(name)),
            hint=_("pilottask project edit NAME changes it"),
        )


def funded(project: Project, source: str, *, planned: Decimal | None, paid: Decimal | None) -> Project:
    """Return `project` with the totals of `source` set; None leaves one as it is, or at nothing."""
    kept = next((fund for fund in project.funds if fund.source == source), None)
    was = kept or Fund(source=source, planned=NOTHING, paid=NOTHING)
    now = Fund(
        source=source,
        planned=was.planned if planned is None else planned,
        paid=was.paid if paid is None else paid,
    )
    if kept is None:
        return replace(project, funds=(*project.funds, now))
    return replace(project, funds=tuple(now if fund is kept else fund for fund in project.funds))


def money(projects: Iterable[Project]) -> list[Fund]:
    """Return the totals by source over `projects`, the largest plan first, then by name."""
    totals: dict[str, Fund] = {}
    for project in projects:
        for fund in project.funds:
            was = totals.get(fund.source, Fund(source=fund.source, planned=NOTHING, paid=NOTHING))
            totals[fund.source] = replace(was, planned=was.planned + fund.planned, paid=was.paid + fund.paid)
    return sorted(totals.values(), key=lambda fund: (-fund.planned, fund.source))


def total(funds: Iterable[Fund]) -> Fund:
    """Return the sum of `funds`, its source the empty text."""
    planned = paid = NOTHING
    for fund in funds:
        planned += fund.planned
        paid += fund.paid
    return Fund(source="", planned=planned, paid=paid)


def share(fund: Fund) -> float | None:
    """Return how much of the plan is paid in, 1 for all of it; None where nothing was planned."""
    return float(fund.paid / fund.planned) if fund.planned else None


def written(value: Decimal) -> str:
    """Return an amount as it is written: two places, no grouping."""
    return str(value.quantize(_CENTS))


def tasks(ledger: Ledger, project: Project) -> list[Task]:
    """Return the tasks that carry `project` out, by id."""
    return sorted((task for task in ledger.tasks if task.project == project.name), key=lambda task: task.id)
