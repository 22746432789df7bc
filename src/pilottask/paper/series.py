"""The sheets of a pilot one after the other: which period each covers, how one is issued and found again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

import msgspec

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import Lang, _
from pilottask.ledger import changes, history
from pilottask.ledger.changes import Stamp
from pilottask.ledger.history import Cut
from pilottask.ledger.records import IssuedSheet, Ledger, Pilot, Project
from pilottask.paper.as_json import sheet_record
from pilottask.paper.content import Frame, Part, ProjectFunds, Sheet
from pilottask.paper.figures import build

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What sheet is wanted.

    `moment` (aware) is its end. `since` is where its period begins, None for where the last issued one ended.
    `ahead` where its end lies in the future.
    """

    moment: datetime
    since: datetime | None = None
    ahead: bool = False
    without: tuple[Part, ...] = ()


def end_of(day: date, like: datetime) -> datetime:
    """Return the last moment of `day`, at the UTC offset of `like`."""
    return datetime.combine(day, time.max, like.tzinfo)


def before(day: date, like: datetime) -> datetime:
    """Return the last moment before `day`, at the UTC offset of `like`."""
    return end_of(day - timedelta(days=1), like) if day > date.min else datetime.min.replace(tzinfo=like.tzinfo)


def draft(ledger: Ledger, asked: Asked) -> Sheet:
    """Return the sheet as it would be, without number. Raises UsageFault where the period is empty."""
    return build(ledger.tasks, _frame(ledger, asked))


def _frame(ledger: Ledger, asked: Asked) -> Frame:
    start, start_pilot, previous = _start(ledger, asked)
    return Frame(
        start=start,
        end=Cut(asked.moment),
        start_pilot=start_pilot,
        pilot=ledger.pilot,
        first=_first_day(start.moment),
        last=asked.moment.date(),
        previous=previous,
        lost=history.lost(ledger.tasks, start),
        ahead=asked.ahead,
        without=asked.without,
        funds=_funds(ledger.projects, asked.moment),
    )


def _start(ledger: Ledger, asked: Asked) -> tuple[Cut, Pilot, int | None]:
    """Return where the period begins, the settings then in force, and the number of the sheet issued there, if one."""
    if asked.since is not None:
        return Cut(asked.since), ledger.pilot, None
    before = history.last_issued(sheet for sheet in ledger.sheets if sheet.at < asked.moment)
    if before is None:
        return Cut(_week_before(asked.moment)), ledger.pilot, None
    return history.sheet_cut(ledger.sheets, before), _settings(before), before.n


def _week_before(moment: datetime) -> datetime:
    try:
        return moment - _WEEK
    except OverflowError:  # the first week of the year 1
        return datetime.min.replace(tzinfo=moment.tzinfo)


def _first_day(since: datetime) -> date:
    """Return the first day of a period, which is the next one where it begins with the end of a day."""
    return since.date() + timedelta(days=since.time() == time.max and since.date() < date.max)


def _settings(sheet: IssuedSheet) -> Pilot:
    return Pilot(
        name=sheet.name,
        office=sheet.office,
        soon_days=sheet.soon_days,
        stale_days=sheet.stale_days,
        behind_percent=sheet.behind_percent,
        wide_ambiguous=sheet.wide_ambiguous,
    )


def _funds(projects: Iterable[Project], moment: datetime) -> tuple[ProjectFunds, ...]:
    """Return the entries of money up to `moment`, by project."""
    return tuple((project.name, tuple(fund for fund in project.funds if fund.at <= moment)) for project in projects)


def _projects_then(ledger: Ledger, sheet: IssuedSheet) -> Iterable[Project]:
    """Yield the projects as they are on `sheet`: its names, where it has any, and the entries of money that it knew."""
    counts = history.read_counts(sheet.funds)
    names = dict(enumerate(sheet.projects, start=1))
    for place, project in enumerate(ledger.projects, start=1):
        name, funds = names.get(place, project.name), project.funds[: counts.get(place, 0)]
        yield msgspec.structs.replace(project, name=name, funds=funds)


class Issue(NamedTuple):
    """A sheet that was issued: the ledger with it, and its content."""

    ledger: Ledger
    sheet: Sheet


def issue(ledger: Ledger, asked: Asked, stamp: Stamp, *, lang: Lang, number: int | None = None) -> Issue:
    """Issue one more sheet of `ledger`, as `asked`, under `number` or the next one.

    What was changed by hand in the file is put on record first, as the sheet could not be printed again without it.
    Raises UsageFault where the number is taken, where a sheet of that moment or a later one is issued already, and
    for a moment ahead.
    """
    if asked.ahead:
        raise UsageFault(
            _("{day} lies ahead; a sheet is issued of today or of a day before").format(day=asked.moment.date()),
            hint=_("without --issue it is printed as a draft"),
        )
    taken = {sheet.n for sheet in ledger.sheets}
    n = max(taken, default=0) + 1 if number is None else number
    if n in taken:
        raise UsageFault(
            _("sheet {n} is issued already").format(n=n),
            hint=_("pilottask report --sheet {n} prints it again; the next number is {next}").format(
                n=n, next=max(taken) + 1
            ),
        )
    before = history.last_issued(ledger.sheets)
    if before is not None and before.at >= asked.moment:
        raise UsageFault(
            _("sheet {n} of {day} is issued already, and a new one must be of a later moment").format(
                n=before.n, day=before.at.date()
            ),
            hint=_("pilottask report --sheet {n} prints it again").format(n=before.n),
        )
    ledger = changes.apply_all(ledger, lambda task: changes.put_all_on_record(task, stamp))
    frame = _frame(ledger, asked)
    counts = {task.id: len(task.log) for task in ledger.tasks if frame.end.holds_task(task)}
    known = frame.start.entries or {}
    sheet = IssuedSheet(
        n=n,
        at=asked.moment,
        since=frame.start.moment,
        by=stamp.by,
        after=frame.previous,
        name=ledger.pilot.name,
        office=ledger.pilot.office,
        soon_days=ledger.pilot.soon_days,
        stale_days=ledger.pilot.stale_days,
        behind_percent=ledger.pilot.behind_percent,
        lang=lang.value,
        wide_ambiguous=ledger.pilot.wide_ambiguous,
        without=tuple(part.value for part in asked.without),
        entries=history.written_counts(
            {number: count for number, count in counts.items() if known.get(number) != count}
        ),
        funds=history.written_counts(
            {place: len(project.funds) for place, project in enumerate(ledger.projects, start=1)}
        ),
        projects=tuple(project.name for project in ledger.projects),
        lost=frame.lost,
    )
    content = _printed(msgspec.structs.replace(ledger, sheets=(*ledger.sheets, sheet)), sheet)
    sheet = msgspec.structs.replace(sheet, digest=digest(content, sheet.lang))
    return Issue(msgspec.structs.replace(ledger, sheets=(*ledger.sheets, sheet)), content)


_CONTENT: Final = 2
"""The version of what a sheet's digest is of: one more wherever the same store comes to another content."""


def digest(content: Sheet, lang: str) -> str:
    """Return what tells a sheet's content and language from others, with the version of what it is worked out of."""
    from hashlib import blake2b  # noqa: PLC0415  a draft needs none

    told = msgspec.json.encode((lang, sheet_record(content)), order="sorted")
    return f"{_CONTENT}:{blake2b(told, digest_size=8).hexdigest()}"


def found(ledger: Ledger, number: int) -> IssuedSheet:
    """Return the issued sheet with this number. Raises NotFound."""
    for sheet in ledger.sheets:
        if sheet.n == number:
            return sheet
    last = history.last_issued(ledger.sheets)
    raise NotFound(
        _("there is no sheet {n}").format(n=number),
        hint=_("no sheet is issued yet; pilottask report --issue issues one")
        if last is None
        else _("issued are: {numbers}").format(numbers=_(", ").join(str(sheet.n) for sheet in ledger.sheets)),
    )


class Reprint(NamedTuple):
    """An issued sheet once more.

    `by_hand` where the file was changed by hand so that it no longer holds what was printed. `exact` where the sheet is
    as it was issued all the same: it was found in what the store held then.
    """

    sheet: Sheet
    lang: Lang
    by_hand: bool = False
    exact: bool = True


def reprint(ledger: Ledger, number: int, earlier: Iterable[Ledger] = ()) -> Reprint:
    """Return an issued sheet as it was issued. Raises NotFound.

    `earlier` are what the store held when sheets were issued; they are looked at where `ledger` no longer holds what
    was printed.
    """
    record = found(ledger, number)
    content = _printed(ledger, record)
    if _is_issued(content, record, record.digest):
        return Reprint(content, Lang(record.lang))
    for before in earlier:
        for then in before.sheets:
            if then.n == number and _is_issued(old := _printed(before, then), then, record.digest):
                return Reprint(old, Lang(then.lang), by_hand=True)
    return Reprint(content, Lang(record.lang), by_hand=True, exact=False)


def _is_issued(content: Sheet, record: IssuedSheet, known: str | None) -> bool:
    """Tell whether this is the content with a digest; always where there is none that could be compared."""
    if known is None or not known.startswith(f"{_CONTENT}:"):
        return True
    return digest(content, record.lang) == known


def _printed(ledger: Ledger, sheet: IssuedSheet) -> Sheet:
    """Return the content of an issued sheet, worked out of the ledger."""
    end = history.sheet_cut(ledger.sheets, sheet)
    before = None if sheet.after is None else found(ledger, sheet.after)
    return build(
        ledger.tasks,
        Frame(
            start=Cut(sheet.since, end.entries) if before is None else history.sheet_cut(ledger.sheets, before),
            end=end,
            start_pilot=_settings(before or sheet),
            pilot=_settings(sheet),
            first=_first_day(sheet.since),
            last=sheet.at.date(),
            number=sheet.n,
            previous=sheet.after,
            lost=sheet.lost,
            without=tuple(part for part in Part if part in sheet.without),
            funds=_funds(_projects_then(ledger, sheet), sheet.at),
        ),
    )
