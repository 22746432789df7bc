"""The sheets of a pilot one after the other: which period each covers, how one is issued and found again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from pilottask.base import periods
from pilottask.base.errors import NotFound, Unconfirmed, UsageFault
from pilottask.base.i18n import Lang, _, language, speaking
from pilottask.ledger import history, instructions, rounds
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import IssuedSheet, Ledger, Project
from pilottask.paper import figures
from pilottask.paper.as_json import sheet_record
from pilottask.paper.content import Frame, Part, ProjectFunds, Sheet, Span, Start, State
from pilottask.paper.kept import KeptSheet
from pilottask.paper.weekly import sheet_document

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What sheet is wanted.

    `moment` (aware) is its end. `since` is where its period begins, None for where the last issued one ended.
    `ahead` where its end lies in the future. `only`: the departments whose page it is, none for the whole sheet.
    """

    moment: datetime
    since: datetime | None = None
    ahead: bool = False
    without: tuple[Part, ...] = ()
    only: tuple[str, ...] = ()


def end_of(day: date, like: datetime) -> datetime:
    """Return the last moment of `day`, at the UTC offset of `like`."""
    return datetime.combine(day, time.max, like.tzinfo)


def before(day: date, like: datetime) -> datetime:
    """Return the last moment before `day`, at the UTC offset of `like`."""
    return end_of(day - timedelta(days=1), like) if day > date.min else datetime.min.replace(tzinfo=like.tzinfo)


Load = Callable[[IssuedSheet], KeptSheet]
"""What brings the sheet that is kept of a record."""


def draft(ledger: Ledger, asked: Asked, load: Load) -> Sheet:
    """Return the sheet as it would be, without number."""
    begun = _start(ledger, asked, load)
    if asked.only:
        mine = (state for state in begun.states.values() if state.task.department in asked.only)
        begun = replace(figures.start(mine, begun.moment), number=begun.number)
    sheet = _sheet(ledger, asked, begun)[0]
    return sheet if asked.since is None else replace(sheet, earlier=_span_before(ledger, asked, sheet.first))


def _span_before(ledger: Ledger, asked: Asked, begin: date) -> Span | None:
    """Return the span of the same kind before the one that is asked for, None where no task was entered by its end."""
    try:
        first, last = periods.span_before(begin, asked.moment.date())
    except OverflowError:
        return None
    end = end_of(last, asked.moment)
    if not any(history.as_of(task, end) for task in ledger.tasks):
        return None
    span = figures.span(ledger.tasks, first, last, before(first, asked.moment), end, ledger.pilot)
    return replace(span, red=tuple(task for task in span.red if not asked.only or task.department in asked.only))


def _sheet(ledger: Ledger, asked: Asked, begun: Start, number: int | None = None) -> tuple[Sheet, tuple[State, ...]]:
    """Return the sheet, and the tasks as they stand at its end."""
    end = figures.states(ledger.tasks, asked.moment, ledger.pilot)
    late = instructions.late(instructions.as_of(ledger, asked.moment), today=asked.moment.date())
    if asked.only:
        end = tuple(state for state in end if state.task.department in asked.only)
        late = [one for one in late if one.task in {state.task.id for state in end}]
    frame = Frame(
        moment=asked.moment,
        pilot=ledger.pilot,
        first=_first_day(begun.moment),
        is_first=asked.since is None and begun.number is None,
        number=number,
        ahead=asked.ahead,
        without=asked.without,
        only=asked.only,
        funds=() if asked.only else _funds(ledger.projects, asked.moment),
        rounds=() if asked.only else tuple(rounds.of_period(ledger, begun.moment, asked.moment)),
        late_instructions=tuple(late),
    )
    return figures.build(begun, end, frame), end


def _start(ledger: Ledger, asked: Asked, load: Load) -> Start:
    if asked.since is None:
        last = history.last_issued(sheet for sheet in ledger.sheets if sheet.at < asked.moment)
        if last is not None:
            return load(last).start
    return _start_at(ledger, asked.since or max(_week_before(asked.moment), _list_beginning(ledger, asked.moment)))


def _list_beginning(ledger: Ledger, moment: datetime) -> datetime:
    """Return the last moment before the day on which the list of `moment` began, of all time where it did not yet."""
    days = (task.log[0].at.date() if task.log else task.created for task in ledger.tasks)
    return before(min((day for day in days if day <= moment.date()), default=date.min), moment)


def _start_at(ledger: Ledger, moment: datetime) -> Start:
    return figures.start(figures.states(ledger.tasks, moment, ledger.pilot), moment)


def _week_before(moment: datetime) -> datetime:
    """Return the last moment before the day a week earlier, as the period is of whole days from there."""
    try:
        return before(moment.date() - _WEEK, moment)
    except OverflowError:  # the first week of the year 1
        return before(date.min, moment)


def _first_day(since: datetime) -> date:
    """Return the first day of a period, which is the next one where it begins with the end of a day."""
    return since.date() + timedelta(days=since.time() == time.max and since.date() < date.max)


def _funds(projects: Iterable[Project], moment: datetime) -> tuple[ProjectFunds, ...]:
    """Return the entries of money up to `moment`, by project."""
    return tuple((project.name, tuple(fund for fund in project.funds if fund.at <= moment)) for project in projects)


def issue(
    ledger: Ledger,
    asked: Asked,
    stamp: Stamp,
    load: Load,
    *,
    lang: Lang,
    given: frozenset[int],
    number: int | None = None,
    again: bool = False,
) -> KeptSheet:
    """Return one more sheet of `ledger`, as `asked`, under `number` or the next one.

    `given` are the numbers that sheets ever had, those that were taken back too. Raises UsageFault where the
    number was given, where a sheet of that moment or a later one is issued already, or one of that day and not
    `again`, and for a moment ahead.
    """
    if asked.ahead:
        message = _("{day} lies ahead; a sheet is issued of today or of a day before")
        hint = _("without --issue it is printed as a draft")
        raise UsageFault(message.format(day=asked.moment.date()), hint=hint)
    taken = given.union(sheet.n for sheet in ledger.sheets)
    n = max(taken, default=0) + 1 if number is None else number
    if n in taken:
        raise UsageFault(
            _("sheet {n} is issued already").format(n=n),
            hint=_("pilottask report --sheet {n} prints it again; the next number is {next}").format(
                n=n, next=max(taken) + 1
            ),
        )
    last = history.last_issued(ledger.sheets)
    if last is not None and last.at >= asked.moment:
        message = _("sheet {n} of {day} is issued already, and a new one must be of a later moment")
        hint = _("pilottask report --sheet {n} prints it again").format(n=last.n)
        raise UsageFault(message.format(n=last.n, day=last.at.date()), hint=hint)
    if last is not None and last.at.date() == asked.moment.date() and not again:
        raise Unconfirmed(
            _("sheet {n} is issued of {day} already").format(n=last.n, day=last.at.date()),
            hint=_("a second one of the same day is issued with --yes"),
        )
    return _finish(ledger, asked, _start(ledger, asked, load), n=n, by=stamp.by, lang=lang)


def _finish(ledger: Ledger, asked: Asked, begun: Start, *, n: int, by: str, lang: Lang) -> KeptSheet:
    sheet, end = _sheet(ledger, asked, begun, n)
    with speaking(lang):
        document = sheet_document(sheet)
    return KeptSheet(
        n=n,
        at=asked.moment,
        by=by,
        without=sheet.without,
        document=document,
        content=Raw(msgspec.json.encode(sheet_record(sheet))),
        figures=sheet.figures,
        states=Raw(msgspec.json.encode(end)),
    )


def reconstruct(ledger: Ledger, record: IssuedSheet) -> KeptSheet:
    """Return an issued sheet of which no document is kept, worked out once more of what a store holds.

    That is what the store held when it was issued, or, for want of that, what it holds now.
    """
    since = record.since or _week_before(record.at)
    asked = Asked(moment=record.at, since=since, without=tuple(part for part in Part if part in record.without))
    begun = replace(_start_at(ledger, since), number=record.after)
    lang = Lang(record.lang) if record.lang else language()
    return _finish(ledger, asked, begun, n=record.n, by=record.by, lang=lang)


def record_of(ledger: Ledger, number: int) -> IssuedSheet:
    """Return the issued sheet with this number. Raises NotFound."""
    for sheet in ledger.sheets:
        if sheet.n == number:
            return sheet
    hint = _("no sheet is issued yet; pilottask report --issue issues one")
    if ledger.sheets:
        hint = _("issued are: {numbers}").format(numbers=_(", ").join(str(sheet.n) for sheet in ledger.sheets))
    raise NotFound(_("there is no sheet {n}").format(n=number), hint=hint)
