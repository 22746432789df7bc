"""Reminder slips (催办单): which departments get one, and what it says, a page for each."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple, assert_never

from msgspec import Struct
from msgspec.structs import replace

from pilottask.base.i18n import Lang, _, language, ngettext, pgettext, speaking
from pilottask.ledger import departments, history, lights, queries, rounds, wording
from pilottask.ledger.records import Chase, Department, LogEntry, Pilot, Role, Round, Task
from pilottask.paper.document import Card, Cards, Document, Field, Foot, Page, Paragraph, Section, Type
from pilottask.paper.phrases import card_heading, how_chased, long_day, problems, progress, section_numeral, sentences


class Level(StrEnum):
    """How grave a slip is: a reminder (提醒), a demand (督办), a warning (警示), the least first."""

    REMINDER = "reminder"
    DEMAND = "demand"
    WARNING = "warning"


class Notice(Struct, frozen=True, kw_only=True):
    """A slip for one lead department: its overdue tasks, the longest overdue first, then those due soon.

    `unreported`: the round of reports in which its own has not come, where the slip is about that. `office_contact` is
    whom the department can call, `contact` whom the office can. `number`: under which it is on record in its
    year, None where it is only looked at.
    """

    pilot: Pilot
    department: str
    today: date
    reply_by: date
    within: int
    late: tuple[Task, ...]
    soon: tuple[Task, ...]
    unreported: Round | None = None
    office_contact: str | None = None
    contact: str | None = None
    number: int | None = None

    @property
    def level(self) -> Level:
        """How grave it is: by the overdue task on it that was chased most often before."""
        chased = max((len(chases_before(task, today=self.today)) for task in self.late), default=0)
        return list(Level)[min(chased, len(Level) - 1)]


def build_notices(
    tasks: Iterable[Task],
    *,
    pilot: Pilot,
    today: date,
    reply_by: date,
    within: int,
    wanted: frozenset[str] = frozenset(),
    unreported: Round | None = None,
    units: Sequence[Department] = (),
) -> list[Notice]:
    """Return a slip for each lead department that has overdue tasks or ones due `within` days, the worst first.

    `wanted` are the departments that may get one, all where there is none; with `unreported` those whose report in that
    round has not come get one, and nobody else. `units` are the departments as they are known, with whom to call.
    """
    kept = [task for task in tasks if not wanted or task.department in wanted]
    late = queries.by_department(queries.overdue(kept, today=today))
    soon = queries.by_department(queries.upcoming(kept, today=today, days=within))
    given = {*late, *soon}
    if unreported is not None:
        left = {row.department for row in rounds.without_report(unreported, today=today)}
        given = left & wanted if wanted else left
    office = departments.exact(pilot.office or "", units) or next(
        (unit for unit in units if unit.role is Role.OFFICE), None
    )
    names = sorted(given, key=lambda name: (-len(late.get(name, ())), -len(soon.get(name, ())), name))
    return [
        Notice(
            pilot=pilot,
            department=name,
            today=today,
            reply_by=reply_by,
            within=within,
            late=tuple(late.get(name, ())),
            soon=tuple(soon.get(name, ())),
            unreported=unreported,
            office_contact=office.contact if office else None,
            contact=unit.contact if (unit := departments.exact(name, units)) else None,
        )
        for name in names
    ]


def log_text(notice: Notice) -> str:
    """Return what the log says of a task on this slip: that it was on one, and on which, by its title."""
    return _slip_text(_title(notice.level), notice.today.year, notice.number)


class Slip(NamedTuple):
    """The number of a slip, zeros for one without; `copy` of those that two desks gave it, 0 where there is but one."""

    year: int
    n: int
    copy: int = 0

    @property
    def plain(self) -> "Slip":
        """The number that is printed on it."""
        return Slip(self.year, self.n)


def _slip_text(title: str, year: int, n: int | str | None) -> str:
    text = _("{title} slip") if n is None else _("{title} slip no. {year}/{n}")
    return text.format(title=title.lower(), year=year, n=n)


def _titles() -> list[str]:
    """Return what slips are called: the one word that older logs have for all of them, then by how grave they are."""
    return [_("reminder"), *map(_title, Level)]


@cache
def _log_texts() -> re.Pattern[str]:
    """Match what the log says of slips, in each language: year, number and copy of one that has a number."""
    texts = []
    for lang in Lang:
        with speaking(lang):
            for title in _titles():
                numbered = re.escape(_slip_text(title, 1111, 2222)).replace("1111", "([1-9][0-9]{3})")
                texts.append(numbered.replace("2222", "([1-9][0-9]*)(?:-([1-9][0-9]*))?"))
                texts.append(re.escape(_slip_text(title, 0, None)))
    return re.compile("|".join(texts))


def slip_of(entry: LogEntry) -> Slip | None:
    """Return the number of the slip that `entry` tells of, None where it tells of none."""
    match = _log_texts().fullmatch(entry.text or "") if isinstance(entry, Chase) else None
    return Slip(*map(int, (*filter(None, match.groups()), 0, 0)[:3])) if match else None


def text_of_copy(entry: Chase, copy: int) -> tuple[str, str]:
    """Return what the log is to say of a slip whose number another has too, and why, in the language of `entry`."""
    slip = slip_of(entry) or Slip(0, 0)
    for lang in Lang:
        with speaking(lang):
            for title in _titles():
                if _slip_text(title, slip.year, slip.n) == entry.text:
                    return _slip_text(title, slip.year, f"{slip.n}-{copy}"), _("two desks had given this number")
    raise AssertionError(entry)


def with_numbers(notices: Sequence[Notice], tasks: Iterable[Task], *, given: int | None) -> list[Notice]:
    """Return slips with the numbers under which `tasks` have them on record, others with the next ones.

    `given` is the highest number that a slip of this year ever had, None where no new one is to be given.
    One that is printed again that day has its number again, or none where it went out without.
    """
    on_record = [
        slip for task in tasks for entry in task.log if (slip := slip_of(entry))
    ]  # void ones too: they are out
    made = []
    for one in notices:
        year, listed = one.today.year, (*one.late, *one.soon)
        of_today = [
            slip
            for task in listed
            for entry in history.chases(task)
            if entry.at.date() == one.today and (slip := slip_of(entry))
        ]
        if given is not None and listed and not of_today:
            of_today = [Slip(year, 1 + max([given, *(slip.n for slip in on_record if slip.year == year)]))]
            on_record += of_today
        n = max((slip.n for slip in of_today), default=0)
        made.append(replace(one, number=n or None))
    return made


def chases_before(task: Task, *, today: date) -> list[Chase]:
    """Return the reminders on `task` but the slip of `today` itself, so that one printed again says the same."""
    return [entry for entry in history.chases(task) if entry.at.date() != today or slip_of(entry) is None]


def notices_document(notices: Sequence[Notice]) -> Document:
    """Return slips in the language in use."""
    return Document(
        lang=language(),
        name=_("reminder"),
        pages=tuple(_page(notice) for notice in notices),
        wide_ambiguous=any(notice.pilot.wide_ambiguous for notice in notices),
    )


def _page(notice: Notice) -> Page:
    # One that is only looked at has none: it is written by hand, from the office's own register.
    number = pgettext("slip", "No. {year} / {n}").format(year=notice.today.year, n=notice.number or "____")
    day, office = long_day(notice.today), notice.pilot.office
    return Page(
        above=notice.pilot.name,
        title=_title(notice.level),
        number=number,
        left=_("To: {department}").format(department=notice.department),
        right=day,
        type=Type.SMALL,
        to=notice.department,
        sections=(Section(None, "", (Paragraph(_request(notice)),)), *_sections(notice)),
        foot=Foot(
            (
                Field(pgettext("slip", "Sent by"), office or ""),
                Field(pgettext("slip", "Contact"), notice.office_contact or ""),
                Field(pgettext("slip", "Signed"), ""),
                Field(_("Date"), day),
            )
        ),
        receipt=Foot(
            (
                Field(pgettext("slip", "Department (seal)"), notice.department),
                Field(pgettext("slip", "Contact"), notice.contact or ""),
                Field(pgettext("slip", "Received by"), ""),
                Field(pgettext("slip", "Received on"), ""),
            ),
            title=_("Return slip"),
            text=(
                _("“{title}” of {day} ({number}) was received. To be signed and sent back to {office}.")
                if office
                else _("“{title}” of {day} ({number}) was received. To be signed and sent back.")
            ).format(title=_title(notice.level), day=day, number=number, office=office),
        ),
    )


def _title(level: Level) -> str:
    match level:
        case Level.REMINDER:
            return pgettext("slip", "Reminder")
        case Level.DEMAND:
            return pgettext("slip", "Demand")
        case Level.WARNING:
            return pgettext("slip", "Warning")
        case _:
            assert_never(level)


def _request(notice: Notice) -> str:
    """Say what is asked of the department."""
    late, soon = len(notice.late), len(notice.soon)
    texts = []
    if one := notice.unreported:
        text = _("The report of your department in {round} has not come.")
        if one.due:
            text = _("The report of your department in {round}, due by {due}, has not come.")
        texts.append(text.format(round=rounds.name(one), due=one.due and long_day(one.due)))
    counts = [ngettext("{n} is overdue", "{n} are overdue", late).format(n=late)] if late else []
    if soon:
        text = ngettext("{n} falls due {within}", "{n} fall due {within}", soon)
        counts.append(text.format(n=soon, within=wording.within(notice.within)))
    if counts:
        text = _("As of {day}, of the tasks that you lead {counts}.")
        texts.append(text.format(day=long_day(notice.today), counts=wording.clauses(counts)))
    by, office = long_day(notice.reply_by), notice.pilot.office
    text = _("Please press on, and report progress, problems and the next step by {day}.")
    if office:
        text = _("Please press on, and report progress, problems and the next step to {office} by {day}.")
    texts.append(text.format(office=office, day=by))
    return sentences(texts)


def _sections(notice: Notice) -> Iterable[Section]:
    parts = (
        (pgettext("slip", "Overdue tasks"), notice.late),
        (pgettext("slip", "Tasks falling due"), notice.soon),
    )
    for place, (heading, tasks) in enumerate(part for part in parts if part[1]):
        cards = tuple(_card(index, task, notice) for index, task in enumerate(tasks))
        yield Section(None, heading, (Cards(cards),), section_numeral(place))


def _card(index: int, task: Task, notice: Notice) -> Card:
    before = chases_before(task, today=notice.today)
    fields = [
        Field(pgettext("sheet", "Deadline"), long_day(task.due) if task.due else ""),
        Field(pgettext("sheet", "Requirement"), task.requirement or ""),
        Field(pgettext("sheet", "Responsible"), task.owner or ""),
        Field(pgettext("sheet", "Last progress"), progress(task, today=notice.today) or _("none reported")),
        Field(pgettext("sheet", "Open problems"), problems(task) if history.open_problems(task) else ""),
        Field(pgettext("sheet", "Chased before"), how_chased(before, today=notice.today)),
    ]
    return Card(
        card_heading(index, task, today=notice.today),
        lights.light(task, today=notice.today, pilot=notice.pilot).light,
        tuple(field for field in fields if field.text),
    )
