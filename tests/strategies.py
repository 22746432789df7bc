"""Hypothesis strategies for whole ledgers: every field, every kind of log entry, all text that is allowed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from pilottask.base.text import is_blank
from pilottask.ledger import fields, schema
from pilottask.ledger.history import WORDS, as_value
from pilottask.ledger.records import (
    PLAIN_SCHEMA,
    Amend,
    Answer,
    Arrival,
    Attach,
    CalendarYear,
    Cancel,
    Chase,
    Close,
    Conflict,
    Create,
    Decide,
    Decision,
    Department,
    Detach,
    Edit,
    Every,
    Extend,
    Find,
    Finding,
    Fixed,
    Fund,
    Hand,
    How,
    Import,
    Inspect,
    Inspection,
    InspectionKind,
    Instruct,
    Instruction,
    IssuedSheet,
    Ledger,
    LogEntry,
    Meeting,
    Need,
    Note,
    Number,
    Pilot,
    Project,
    Raise,
    Renumber,
    Reopen,
    Report,
    Return,
    Role,
    Round,
    Settle,
    Start,
    Status,
    Step,
    StepChange,
    StepDone,
    Submit,
    Suspend,
    Task,
    Void,
)

_T = TypeVar("_T")

# Cc and lone surrogates are refused everywhere; longer texts may have line breaks.
_CHARACTERS: Final = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029")
_LONG_CHARACTERS: Final = st.one_of(
    st.characters(exclude_categories=["Cc", "Cs"]), st.sampled_from(["\n", "\r\n", "\n[[task]]\n", '"""', "'''", "\\"])
)
_HOSTILE: Final = st.sampled_from(
    [
        "[[task]]",
        "# no comment",
        'a "quoted" one',
        "'''",
        '"""',
        "\\",
        "\\n",
        "[x]",
        "{}",
        "=",
        "\u202e",
        "\ufeff",
        "😀",
    ]
)

lines: Final = st.one_of(st.text(_CHARACTERS, max_size=12), _HOSTILE)
"""Text that fits into one line."""
texts: Final = st.one_of(st.lists(_LONG_CHARACTERS, max_size=8).map("".join), _HOSTILE)
"""Text that may have line breaks."""
_SAID: Final = texts.filter(lambda text: not is_blank(text))
names: Final = lines.filter(lambda text: not is_blank(text))
_FILE_NAMES: Final = names.filter(lambda name: "/" not in name)
"""One line that says something."""
dates: Final = st.dates()
"""From year 1 to 9999."""
zones: Final = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments: Final = st.datetimes(timezones=zones)
_HAD: Final = st.none() | st.booleans() | st.integers(0, 99) | lines | st.lists(lines, max_size=2).map(tuple)
conflicts: Final = st.builds(
    Conflict,
    at=moments,
    by=lines,
    of=st.sampled_from(["pilot", "department", "task", "meeting", "calendar", ""]),
    name=lines,
    field=st.sampled_from(["", "soon_days", "place", "role", "off"]),
    old=_HAD,
    new=_HAD,
)
"""Times with a UTC offset in whole minutes, as both file forms can hold it."""
numbers: Final[st.SearchStrategy[Number]] = st.one_of(st.integers(0, 2**53 - 1), st.floats(0, 2**53 - 1))


def departments(*, min_size: int = 1) -> st.SearchStrategy[tuple[Department, ...]]:
    """Return departments whose names and aliases are all different."""

    @st.composite
    def drawn(draw: st.DrawFn) -> tuple[Department, ...]:
        every = draw(st.lists(names, min_size=min_size, max_size=6, unique=True))
        count = draw(st.integers(min_size, len(every)))
        aliases = every[count:]
        cuts = [draw(st.integers(0, len(aliases))) for _unit in every[:count]]
        units = []
        for name, cut in zip(every[:count], cuts, strict=True):
            own, aliases = aliases[:cut], aliases[cut:]
            contact = draw(st.none() | lines)
            role = draw(st.sampled_from(Role))
            units.append(Department(name=name, role=role, aliases=tuple(own), contact=contact))
        return tuple(units)

    return drawn()


pilots: Final = st.builds(
    Pilot,
    name=st.none() | lines,
    office=st.none() | lines,
    soon_days=st.integers(0, 36500),
    stale_days=st.integers(0, 36500),
    sheet_prints=st.none() | st.integers(0, 36500),
    behind_percent=st.none() | st.integers(0, 100),
    lang=st.sampled_from([None, "zh", "en"]),
    lock_seconds=st.one_of(st.integers(0, 36500), st.floats(0, 36500)),
    wide_ambiguous=st.none() | st.booleans(),
)

FIELD_VALUES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "title": names,
    "owner": st.none() | lines,
    "leader": st.none() | lines,
    "aspect": st.none() | lines,
    "requirement": st.none() | texts,
    "target": st.none() | numbers,
    "unit": st.none() | lines,
    "actual": st.none() | numbers,
    "status": st.sampled_from(Status),
    "source": st.none() | lines,
    "project": st.none() | lines,
    "every": st.none() | st.sampled_from(Every),
    "tags": st.lists(lines, max_size=3).map(tuple),
    "remark": st.none() | texts,
    "submitted": st.none() | dates,
    "closed": st.none() | dates,
}
"""The fields whose values hang on no other record or field."""


@st.composite
def _change(draw: st.DrawFn, kind: type[Edit | Hand]) -> Edit | Hand:
    own = draw(st.booleans())
    field = fields.EXTRA + draw(names) if own else draw(st.sampled_from(sorted(FIELD_VALUES)))
    values = st.none() | texts if own else FIELD_VALUES[field].map(as_value)
    return kind(at=draw(moments), by=draw(lines), field=field, old=draw(values), new=draw(values))


_OPTIONAL: Final = st.none() | texts
_NUMBERS: Final = st.integers(1, 9)
_ENTRIES: Final[list[st.SearchStrategy[LogEntry]]] = [
    st.builds(
        Import,
        at=moments,
        by=lines,
        status=st.sampled_from(Status),
        submitted=st.none() | dates,
        closed=st.none() | dates,
        worked=st.none() | dates,
    ),
    st.builds(
        Note,
        at=moments,
        by=lines,
        text=texts,
        next=_OPTIONAL,
        was=st.none() | numbers,
        actual=st.none() | numbers,
        result=st.booleans(),
    ),
    st.builds(Start, at=moments, by=lines),
    st.builds(Submit, at=moments, by=lines, evidence=_OPTIONAL, on=st.none() | dates),
    st.builds(Close, at=moments, by=lines, verifier=_OPTIONAL, on=st.none() | dates),
    st.builds(Return, at=moments, by=lines, reason=texts),
    st.builds(Suspend, at=moments, by=lines, reason=texts),
    st.builds(Cancel, at=moments, by=lines, reason=texts),
    st.builds(Reopen, at=moments, by=lines, reason=texts),
    st.builds(Extend, at=moments, by=lines, from_=dates, to=dates, reason=texts, approved_by=_OPTIONAL),
    st.builds(Chase, at=moments, by=lines, text=_OPTIONAL),
    st.builds(
        Instruct,
        at=moments,
        by=lines,
        n=_NUMBERS,
        leader=lines,
        text=texts,
        reply_by=st.none() | dates,
        on=st.none() | dates,
    ),
    st.builds(Answer, at=moments, by=lines, n=_NUMBERS, text=texts),
    st.builds(Renumber, at=moments, by=lines, was=_NUMBERS),
    st.builds(Report, at=moments, by=lines, on=st.none() | dates),
    st.builds(Decide, at=moments, by=lines, meeting=_NUMBERS, n=_NUMBERS, text=texts),
    st.builds(Inspect, at=moments, by=lines, inspection=_NUMBERS),
    st.builds(Find, at=moments, by=lines, inspection=_NUMBERS, n=_NUMBERS, text=texts, fix_by=dates),
    st.builds(Fixed, at=moments, by=lines, inspection=_NUMBERS, n=_NUMBERS, evidence=_OPTIONAL),
    _change(Edit),
    _change(Hand),
]


@st.composite
def logs(draw: st.DrawFn) -> tuple[LogEntry, ...]:
    """Draw a log of any kinds of entry; problems are numbered, and settled once at most."""
    opened = st.builds(Create, at=moments, by=lines, series=st.none() | _NUMBERS, since=st.none() | dates)
    log: list[LogEntry] = [draw(opened | _ENTRIES[0])]
    is_open: list[int] = []
    raised = steps = attached = 0
    for _place in range(draw(st.integers(0, 4))):
        match draw(st.sampled_from(["raise", "settle", "correct", "step", "go on", "file", "other"])):
            case "raise":
                raised += 1
                is_open.append(raised)
                need = draw(st.none() | st.sampled_from(Need))
                log.append(
                    Raise(
                        at=draw(moments),
                        by=draw(lines),
                        n=raised,
                        text=draw(texts),
                        need=need,
                        coordinate=draw(st.booleans()),
                    )
                )
            case "settle" if is_open:
                n = is_open.pop(draw(st.integers(0, len(is_open) - 1)))
                log.append(Settle(at=draw(moments), by=draw(lines), n=n, text=draw(_OPTIONAL)))
            case "step":
                steps += 1
                log.append(
                    Step(
                        at=draw(moments),
                        by=draw(lines),
                        n=steps,
                        text=draw(_SAID),
                        due=draw(dates),
                        target=draw(st.none() | numbers),
                        unit=draw(st.none() | lines),
                    )
                )
            case "go on" if steps:
                about = {"at": moments, "by": lines, "n": st.integers(1, steps)}
                done = st.builds(StepDone, **about, on=st.none() | dates, actual=st.none() | numbers)
                changed = st.builds(
                    StepChange,
                    **about,
                    from_=st.none() | dates,
                    to=st.none() | dates,
                    text=_OPTIONAL,
                    target=st.none() | numbers,
                    unit=st.none() | lines,
                    undone=st.booleans(),
                    removed=st.booleans(),
                    reason=_OPTIONAL,
                )
                log.append(draw(done | changed))
            case "file":
                about = {"at": moments, "by": lines}
                attached += 1
                digests = st.sampled_from([sign * 64 for sign in "0af"])
                file = {"name": _FILE_NAMES, "size": st.integers(0, 2**53 - 1), "sha256": digests}
                log.append(draw(st.builds(Attach, **about, n=st.just(attached), **file)))
                if draw(st.booleans()):
                    log.append(draw(st.builds(Detach, **about, n=st.integers(1, attached))))
            case "correct" if any(type(entry) in WORDS for entry in log):
                places = [n for n, entry in enumerate(log, start=1) if type(entry) in WORDS]
                of, words = draw(st.sampled_from(places)), draw(texts)
                about = {"at": moments, "by": lines, "of": st.just(of), "reason": texts}
                part = st.sampled_from([None, "next"] if isinstance(log[of - 1], Note) else [None])
                amended = st.builds(Amend, **about, text=st.just(words), was=_OPTIONAL, part=part)
                log.append(draw(amended | st.builds(Void, **about)))
            case _:
                log.append(draw(st.one_of(_ENTRIES)))
    return tuple(log)


@st.composite
def tasks(draw: st.DrawFn, *, number: int, units: tuple[str, ...]) -> Task:
    """Draw a sound task with this id; its lead and supporting units are among `units`."""
    department, *others = draw(st.permutations(units))
    log = draw(logs())
    due = first_due = draw(st.none() | dates)
    if due and any(isinstance(entry, Extend) for entry in log):
        first_due = draw(dates)
    return Task(
        id=number,
        uid=f"u{number}",
        department=department,
        support=tuple(others[: draw(st.integers(0, len(others)))]),
        due=due,
        first_due=first_due,
        open_ended=due is None and draw(st.booleans()),
        created=draw(dates),
        extra=draw(st.dictionaries(names, texts, max_size=3)),
        log=log,
        **{field: draw(values) for field, values in FIELD_VALUES.items()},
    )


@st.composite
def sheets(draw: st.DrawFn) -> tuple[IssuedSheet, ...]:
    """Draw issued sheets, numbered from 1, some of them of the first version, whose fields are only kept."""
    issued: list[IssuedSheet] = []
    for n, at in enumerate(sorted(draw(st.lists(moments, max_size=3))), start=1):
        digest = draw(st.none() | st.integers(0, 16**40 - 1).map("{:040x}".format))
        first: dict[str, Any] = {
            "since": at,
            "after": draw(st.none() | st.integers(1, 9)),
            "lang": draw(st.sampled_from(["zh", "en"])),
            "without": tuple(draw(st.lists(lines, max_size=2))),
            "name": draw(st.none() | lines),
            "office": draw(st.none() | lines),
            "soon_days": draw(st.integers(0, 36500)),
            "stale_days": draw(st.integers(0, 36500)),
            "behind_percent": draw(st.none() | st.integers(0, 100)),
            "wide_ambiguous": draw(st.booleans()),
            "entries": draw(lines),
            "funds": draw(lines),
            "projects": tuple(draw(st.lists(names, max_size=2))),
            "lost": tuple(draw(st.lists(st.integers(1, 60), max_size=2))),
            "digest": draw(st.none() | lines),
        }
        was = draw(st.none() | st.integers(1, 9))
        issued.append(IssuedSheet(n=n, at=at, by=draw(lines), kept=digest, was=was, **({} if digest else first)))
    return tuple(issued)


@st.composite
def ledgers(draw: st.DrawFn, *, max_tasks: int = 4, min_departments: int = 0) -> Ledger:
    """Draw a ledger that satisfies `integrity`, its tasks in any order of ids."""
    units = draw(departments(min_size=min_departments))
    known = tuple(unit.name for unit in units)
    ids = draw(st.lists(st.integers(1, 50), max_size=max_tasks, unique=True)) if known else []
    next_id = max(ids, default=0) + draw(st.integers(1, 3))
    entered = tuple(draw(tasks(number=number, units=known)) for number in ids)
    drawn = Ledger(
        schema=PLAIN_SCHEMA,
        next_id=next_id,
        pilot=draw(pilots),
        departments=units,
        tasks=entered,
        meetings=tuple(draw(meetings(number=n, units=known, ids=ids)) for n in range(1, draw(_FEW) + 1)),
        inspections=tuple(draw(inspections(number=n, units=known, ids=ids)) for n in range(1, draw(_FEW) + 1)),
        projects=tuple(
            draw(projects(name=name, units=known)) for name in draw(st.lists(names, max_size=2, unique=True))
        ),
        sheets=draw(sheets()),
        calendars=tuple(draw(calendars(year=year)) for year in draw(st.lists(_YEARS, max_size=2, unique=True))),
        instructions=tuple(draw(instructions(number=n, ids=ids)) for n in range(1, draw(_FEW) + 1)),
        rounds=tuple(draw(rounds(number=n, units=known)) for n in range(1, draw(_FEW) + 1)),
        conflicts=tuple(draw(st.lists(conflicts, max_size=2, unique=True))),
    )
    return schema.with_schema(drawn, entered)


@st.composite
def instructions(draw: st.DrawFn, *, number: int, ids: Sequence[int]) -> Instruction:
    """Draw an instruction on one of these tasks or on none, answered or not."""
    answered = draw(st.none() | moments)
    return Instruction(
        n=number,
        leader=draw(names),
        text=draw(_SAID),
        task=draw(st.none() | st.sampled_from(ids)) if ids else None,
        at=draw(moments),
        by=draw(lines),
        reply_by=draw(st.none() | dates),
        answer=None if answered is None else draw(texts),
        answered=answered,
    )


@st.composite
def rounds(draw: st.DrawFn, *, number: int, units: tuple[str, ...]) -> Round:
    """Draw a round of reports among `units`, with arrivals of those asked."""
    asked = tuple(draw(st.lists(st.sampled_from(units), unique=True))) if units else ()
    arrival = st.builds(
        Arrival,
        department=st.sampled_from(asked or ("",)),
        at=moments,
        by=lines,
        on=st.none() | dates,
        how=st.sampled_from(How),
    )
    return Round(
        n=number,
        title=draw(st.none() | lines),
        at=draw(moments),
        by=draw(lines),
        due=draw(st.none() | dates),
        asked=asked,
        closed=draw(st.none() | moments),
        arrivals=tuple(draw(st.lists(arrival, max_size=3))) if asked else (),
    )


@st.composite
def calendars(draw: st.DrawFn, *, year: int) -> CalendarYear:
    """Draw the notice of a year: its fixed holidays, and others off or worked."""
    fixed = {date(year, month, 1) for month in (1, 5, 10)}
    others = draw(st.sets(st.dates(date(year, 1, 2), date(year, 4, 30)), max_size=4))
    work = {day for day in others if draw(st.booleans())}
    return CalendarYear(year=year, off=tuple(sorted(fixed | others - work)), work=tuple(sorted(work)))


_YEARS: Final = st.integers(2, 9999)


_FEW: Final = st.integers(0, 2)
amounts: Final = st.integers(0, 10**14 - 1).map(lambda cents: Decimal(cents).scaleb(-2))
"""Money, exact to two places."""


def _some(draw: st.DrawFn, of: Sequence[_T]) -> tuple[_T, ...]:
    """Draw some of these, in any order."""
    return tuple(draw(st.permutations(of))[: draw(st.integers(0, len(of)))])


@st.composite
def meetings(draw: st.DrawFn, *, number: int, units: Sequence[str], ids: Sequence[int]) -> Meeting:
    """Draw a sound meeting of these units, its decisions carried out by tasks among `ids`."""
    there = _some(draw, units)
    cut = draw(st.integers(0, len(there)))
    return Meeting(
        id=number,
        title=draw(names),
        day=draw(dates),
        time=draw(st.none() | st.times().map("{:%H:%M}".format)),
        place=draw(st.none() | lines),
        chair=draw(st.none() | lines),
        attend=there[:cut],
        absent=there[cut:],
        decisions=tuple(
            Decision(n=n, text=draw(_SAID), tasks=_some(draw, ids)) for n in range(1, draw(st.integers(0, 3)) + 1)
        ),
    )


@st.composite
def inspections(draw: st.DrawFn, *, number: int, units: Sequence[str], ids: Sequence[int]) -> Inspection:
    """Draw a sound inspection by these units of tasks among `ids`."""
    day = draw(dates)
    later = st.dates(min_value=day)
    tasks = _some(draw, ids)
    found = [
        Finding(
            n=n,
            task=draw(st.sampled_from(tasks)),
            text=draw(_SAID),
            fix_by=draw(later),
            fixed=draw(st.none() | later),
            evidence=draw(_OPTIONAL),
        )
        for n in range(1, draw(st.integers(0, 3)) + 1)
        if tasks
    ]
    return Inspection(
        id=number,
        kind=draw(st.sampled_from(InspectionKind)),
        day=day,
        by=_some(draw, units),
        tasks=tasks,
        findings=tuple(found),
    )


@st.composite
def projects(draw: st.DrawFn, *, name: str, units: Sequence[str]) -> Project:
    """Draw a sound project with these units as partners."""
    funds = st.builds(Fund, at=moments, by=lines, source=names, planned=amounts, paid=amounts)
    return Project(
        name=name,
        partners=_some(draw, units),
        base=draw(st.none() | lines),
        signed=draw(st.none() | dates),
        remark=draw(_OPTIONAL),
        funds=tuple(draw(st.lists(funds, max_size=3))),
    )
