"""Cooperation projects (合作项目): partners, signing, base, and money from several sources."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pilottask.base import near, numbers
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.ledger import changes, queries
from pilottask.ledger.as_json import Json, pick, task_record
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Fund, Ledger, Pilot, Project, Task
from pilottask.ledger.shares import percent

_AMOUNT: Final = r"[0-9]{1,12}(\.[0-9]{1,2})?"
_CENTS: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")


def amount(text: str, *, option: str) -> Decimal:
    """Return the amount that `text` writes, in 10,000 yuan, exact to two places.

    Raises UsageFault for what is negative, finer than two places, or no amount.
    """
    plain = numbers.plain(text)
    if plain is None or not re.fullmatch(_AMOUNT, plain):
        message = _("{option} takes an amount in 10,000 yuan, from 0 up, with two decimals at most, not {text}")
        raise UsageFault(message.format(option=option, text=quote(text)), hint=_("for example 300, or 120.50"))
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
        hint = _("type more of the name")
        raise NotFound(_("project {typed} fits several: {names}").format(typed=quote(typed), names=names), hint=hint)
    hint = _("no project is entered yet: pilottask project add NAME --with PARTNERS")
    if names:
        hint = _("there are: {names}").format(names=names)
    raise NotFound(_("no project {typed}").format(typed=quote(typed)), hint=hint)


def with_new(ledger: Ledger, project: Project) -> Ledger:
    """Return `ledger` with `project` entered. Raises UsageFault where its name is taken."""
    _check_free(ledger, project.name)
    return replace(ledger, projects=(*ledger.projects, project))


def with_changed(ledger: Ledger, old: Project, new: Project, stamp: Stamp) -> Ledger:
    """Return `ledger` with `new` for `old`, its tasks carried along to a new name. Raises UsageFault as `with_new`."""
    if new.name != old.name:
        _check_free(ledger, new.name)
        ids = [task.id for task in ledger.tasks if task.project == old.name]
        ledger = changes.apply(ledger, ids, lambda task: changes.edit(task, stamp, {"project": new.name}))
    return replace(ledger, projects=tuple(new if one.name == old.name else one for one in ledger.projects))


def without(ledger: Ledger, project: Project, source: str | None) -> Ledger:
    """Return `ledger` without `project`, which its tasks go on naming; with `source`, without its money alone.

    Raises NotFound for a source that it has not.
    """
    if source is None:
        left = tuple(one for one in ledger.projects if one.name != project.name)
        return replace(ledger, projects=left)
    funds = tuple(fund for fund in project.funds if fund.source != source)
    if len(funds) == len(project.funds):
        message = _("{project} has no money from {source}")
        hint = near.question(dict.fromkeys(fund.source for fund in project.funds))
        raise NotFound(message.format(project=quote(project.name), source=quote(source)), hint=hint)
    slimmer = replace(project, funds=funds)
    return replace(ledger, projects=tuple(slimmer if one.name == project.name else one for one in ledger.projects))


def _check_free(ledger: Ledger, name: str) -> None:
    if any(project.name == name for project in ledger.projects):
        hint = _("pilottask project edit NAME changes it")
        raise UsageFault(_("project {name} is entered already").format(name=quote(name)), hint=hint)


class Money(Struct, frozen=True):
    """Money planned and paid in, in 10,000 yuan."""

    planned: Decimal = NOTHING
    paid: Decimal = NOTHING

    def __add__(self, other: "Money") -> "Money":
        return Money(self.planned + other.planned, self.paid + other.paid)

    @property
    def share(self) -> float | None:
        """How much of the plan is paid in, 1 for all of it; None where nothing is planned."""
        return float(self.paid / self.planned) if self.planned else None

    @property
    def printed_share(self) -> str | None:
        """The share as a percentage; None where nothing is planned."""
        return percent(self.paid, self.planned) if self.planned else None


BySource = dict[str, Money]
"""Money by where it comes from."""


def with_fund(project: Project, source: str, stamp: Stamp, *, planned: Decimal | None, paid: Decimal | None) -> Project:
    """Return `project` with the totals of `source` set; None leaves one as it is, or at nothing."""
    was = by_source(project.funds).get(source)
    now = Money(
        planned=planned if planned is not None else was.planned if was else NOTHING,
        paid=paid if paid is not None else was.paid if was else NOTHING,
    )
    if now == was:
        return project
    entry = Fund(at=stamp.at, by=stamp.by, source=source, planned=now.planned, paid=now.paid)
    return replace(project, funds=(*project.funds, entry))


def by_source(funds: Iterable[Fund]) -> BySource:
    """Return the money that these entries come to, in the order in which its sources were first recorded."""
    return {fund.source: Money(fund.planned, fund.paid) for fund in funds}


def over_all(projects: Iterable[BySource]) -> BySource:
    """Return the money over several projects, the source with the largest plan first, then by name."""
    totals: BySource = {}
    for money in projects:
        for source, part in money.items():
            totals[source] = totals.get(source, Money()) + part
    return dict(sorted(totals.items(), key=lambda item: (-item[1].planned, item[0])))


def total(money: BySource) -> Money:
    """Return the sum over all sources."""
    return sum(money.values(), Money())


def amount_text(value: Decimal) -> str:
    """Return an amount as it is written: two places, no grouping."""
    return str(value.quantize(_CENTS))


def tasks(ledger: Ledger, project: Project) -> list[Task]:
    """Return the tasks that carry `project` out, by id."""
    return sorted((task for task in ledger.tasks if task.project == project.name), key=lambda task: task.id)


def with_tasks(ledger: Ledger) -> list[tuple[Project, list[Task]]]:
    """Return all projects in the order of their entry, each with the tasks that carry it out, by id."""
    result = queries.by_key((task.project, task) for task in sorted(ledger.tasks, key=lambda task: task.id))
    return [(project, result.get(project.name, [])) for project in ledger.projects]


def project_record(project: Project, tasks: Iterable[Task], *, today: date, pilot: Pilot) -> Json:
    """Return a cooperation project with its tasks in full and its money, amounts as exact text."""
    money = by_source(project.funds)
    return {
        **pick(project, "name", "partners", "base", "signed", "remark"),
        "tasks": [task_record(task, today=today, pilot=pilot) for task in tasks],
        "funds": [{"source": source, **_money_record(part)} for source, part in money.items()],
        **_money_record(total(money)),
    }


def _money_record(money: Money) -> Json:
    return {"planned": amount_text(money.planned), "paid": amount_text(money.paid), "paid_share": money.share}
