"""iCalendar, out and in: deadlines for the calendars that people keep (RFC 5545)."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote as percent
from urllib.parse import unquote

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, ngettext
from pilottask.base.text import quote, safe
from pilottask.exchange.office import packages, units, values
from pilottask.exchange.office.headings import Column, label
from pilottask.exchange.tools.incoming import OF_LOG, Cells, Incoming, as_table, plain_text, record_name
from pilottask.ledger import history, vocabulary
from pilottask.ledger.records import WITH_DEPARTMENT, Ledger, Pilot, Status, Task

if TYPE_CHECKING:
    from icalendar import Calendar, Component

_SUFFIX: Final = "@pilottask"
"""What makes a uid of our own one of the whole world."""
_OWN_UID: Final = re.compile("t?[0-9a-f]{12}")
_OPEN_ENDED: Final = "X-PILOTTASK-OPEN-ENDED"
_STATUSES: Final = {
    Status.TODO: "NEEDS-ACTION",
    Status.DOING: "IN-PROCESS",
    Status.SUBMITTED: "IN-PROCESS",
    Status.CLOSED: "COMPLETED",
    Status.SUSPENDED: "NEEDS-ACTION",
    Status.CANCELLED: "CANCELLED",
}
_MEANT: Final = {word: status for status, word in reversed(_STATUSES.items())}
"""What each word stands for: of several statuses the first."""
_OWN: Final = {
    column: f"X-PILOTTASK-{column.value.upper().replace('_', '-')}"
    for column in (
        *(Column.DEPARTMENT, Column.SUPPORT, Column.OWNER, Column.LEADER, Column.ASPECT, Column.REQUIREMENT),
        *(Column.STATUS, Column.FIRST_DUE, Column.SUBMITTED),
        *OF_LOG,
    )
}
"""Properties of our own for what a calendar has no place for."""
_WHOLE: Final = 100
_MORNING: Final = timedelta(hours=9)
"""When on its day an alarm rings."""
_ESCAPED: Final = re.compile(r"[%\\;,\r\n\u2028\u2029\ufeff]")
"""What stands in properties of our own as `%2C`: whether they are escaped as texts differs between programs."""
_DAY_LINE: Final = re.compile(r"(?P<field>DUE|COMPLETED|DTSTART)(?:;[^:]*)?:(?P<value>[^\s:]*)", re.IGNORECASE)
_LINE: Final = re.compile(r"[A-Za-z0-9_-]+[;:]")
_NAMED: Final = re.compile(r"(?P<field>UID|SUMMARY)(?:;[^:]*)?:(?P<value>.*)", re.IGNORECASE)
_LARGEST: Final = 2**31 - 1
_SHOWN: Final = 40
_NEEDED: Final = frozenset(
    {
        *("UID", "SUMMARY", "DUE", "DTSTART", "DURATION", "STATUS", "COMPLETED", "CATEGORIES", "DESCRIPTION"),
        *_OWN.values(),
    }
)
"""Properties without which a task would not be what the calendar says."""
_SILENT: Final = _NEEDED | {"PERCENT-COMPLETE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "CLASS", "TRANSP"}
"""Properties that are read, and those that say nothing of the task itself."""


def _library() -> Any:  # noqa: ANN401  a module
    needed = _("calendars need the package icalendar, which is not installed")
    return packages.library("icalendar", needed, hint="pip install 'pilottask[calendar]'")


# Out ----------------------------------------------------------------------------------------------------------------


def export(ledger: Ledger, tasks: Iterable[Task], *, events: bool = False) -> bytes:
    """Return `tasks` as to-dos or, those that have a deadline, as all-day events; the same tasks give the same bytes.

    Raises UsageFault where the package for calendars is missing.
    """
    ical = _library()
    calendar: Calendar = ical.Calendar()
    calendar.add("prodid", "-//pilottask//pilottask//ZH")
    calendar.add("version", "2.0")
    if ledger.pilot.name:
        calendar.add("x-wr-calname", ledger.pilot.name)
    for task in tasks:
        if task.due or not events:
            calendar.add_component(_component(ical, task, ledger.pilot, event=events))
    data: bytes = calendar.to_ical()
    return data


def _component(ical: Any, task: Task, pilot: Pilot, *, event: bool) -> "Component":  # noqa: ANN401  the module
    result: Component = ical.Event() if event else ical.Todo()
    latest = _moment(max((entry.at for entry in task.log), default=None), task.created)
    ours = _OWN_UID.fullmatch(task.uid) or task.uid.endswith(_SUFFIX)  # else it came from another calendar
    result.add("uid", task.uid + _SUFFIX if ours else task.uid)
    result.add("dtstamp", latest)
    result.add("last-modified", latest)
    result.add("created", _entry_moment(task))
    # Each change leaves an entry, so that a later export of the task is known as the newer one.
    result.add("sequence", min(max(len(task.log) - 1, 0), _LARGEST))
    result.add("summary", task.title)
    if description := _description(task):
        result.add("description", description)
    if categories := list(dict.fromkeys(filter(None, (task.aspect, *task.tags)))):
        result.add("categories", categories)
    for column, name in _OWN.items():
        for value in _own(task, column):
            result.add(name, ical.vText(_ESCAPED.sub(lambda unfit: percent(unfit[0]), value)))
    if task.open_ended:
        result.add(_OPEN_ENDED, ical.vText("TRUE"))
    if event:
        _add_day(result, task)
    else:
        _add_progress(result, task)
    if task.due and task.status in WITH_DEPARTMENT:
        for before in sorted({0, pilot.soon_days}, reverse=True):
            result.add_component(_alarm(ical, task, before, event=event))
    return result


def _entry_moment(task: Task) -> datetime:
    """Return the moment at which it was entered; noon of that day where its log, as after an import, begins later."""
    first = task.log[0].at if task.log else None
    if first is None or first.date() != task.created:
        return datetime.combine(task.created, time(12), UTC)
    return _moment(first, task.created)


def _moment(moment: datetime | None, day: date) -> datetime:
    try:
        return moment.astimezone(UTC) if moment else datetime.combine(day, time(), UTC)
    except OverflowError:  # at either end of the calendar
        return datetime.combine(day, time(), UTC)


def _own(task: Task, column: Column) -> tuple[str, ...]:
    if column is Column.SUPPORT:
        return task.support
    if column is Column.FIRST_DUE and task.first_due == task.due:
        return ()
    value = plain_text(task, column)
    return (value,) if value else ()


def _description(task: Task) -> str:
    """Return what a person wants to know who sees the deadline in a calendar."""
    texts = [
        (Column.DEPARTMENT, task.department),
        (Column.SUPPORT, _(", ").join(task.support)),
        (Column.OWNER, task.owner),
        (Column.STATUS, vocabulary.STATUS.say(task.status)),
        (Column.REQUIREMENT, task.requirement),
        (Column.PROBLEM, _("; ").join(raised.text for raised in history.open_problems(task))),
    ]
    parts = [(label(column), text) for column, text in texts if text]
    steps = [_("{text} ({note})").format(text=step.text, note=step.due) for step in history.steps(task)]
    if steps:
        parts.append((_("Steps"), _("; ").join(steps)))
    return "\n".join(_("{said}: {text}").format(said=name, text=text) for name, text in parts)


def _add_day(event: "Component", task: Task) -> None:
    if task.due is None:
        raise AssertionError
    event.add("dtstart", task.due)
    if task.due < date.max:
        event.add("dtend", task.due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if task.status is Status.CANCELLED else "CONFIRMED")


def _add_progress(todo: "Component", task: Task) -> None:
    if task.due:
        todo.add("due", task.due)
    todo.add("status", _STATUSES[task.status])
    if task.status is Status.CLOSED:
        todo.add("percent-complete", _WHOLE)
        if task.closed:
            todo.add("completed", datetime.combine(task.closed, time(12), UTC))
    elif task.target and task.actual is not None:
        todo.add("percent-complete", int(min(_WHOLE * task.actual / task.target, _WHOLE - 1)))


def _alarm(ical: Any, task: Task, before: int, *, event: bool) -> "Component":  # noqa: ANN401  the module
    alarm: Component = ical.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", task.title)
    # A day as a deadline is the moment at which it begins.
    alarm.add("trigger", _MORNING - timedelta(days=before), parameters={} if event else {"related": "END"})
    return alarm


# In -----------------------------------------------------------------------------------------------------------------


def read(data: bytes, *, zone: tzinfo | None) -> Incoming:
    """Return the to-dos of a calendar as rows; `zone` says on which day a moment falls.

    Links and attachments are not followed. Raises UsageFault for what is no calendar.
    """
    ical = _library()
    lines, begins, over = _lines(data)
    try:
        calendars = ical.Calendar.from_ical(_text(lines), multiple=True)
    except _DIES:
        lines, begins, over = _lines(data, ical)
        try:
            calendars = ical.Calendar.from_ical(_text(lines), multiple=True)
        except _DIES as error:
            raise UsageFault(_("this is no calendar: {text}").format(text=safe(str(error)))) from error
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise UsageFault(_("this is no calendar: {text}").format(text="BEGIN:VCALENDAR … END:VCALENDAR"))
    rows: list[tuple[int, int, Cells]] = []
    notices: list[str] = []
    todos = [todo for calendar in calendars for todo in calendar.walk("VTODO")]
    for number, (line, todo) in enumerate(zip(begins, todos, strict=False), start=1):
        if "RECURRENCE-ID" in todo:
            title = quote(_first(todo, "SUMMARY"))
            notices.append(_("{title} is one time of a to-do that comes round; passed over").format(title=title))
            continue
        rows.append((number, line, _cells(todo, zone)))
        over |= {name for name in todo if not name.startswith("X-")} - _SILENT
    if over:
        names = _(", ").join(sorted(over))
        notices.append(_("to-dos say more than a task takes, passed over: {names}").format(names=names))
    events = sum(len(calendar.walk("VEVENT")) for calendar in calendars)
    if events:
        message = ngettext("{count} event is no task; passed over", "{count} events are no tasks; passed over", events)
        notices.append(message.format(count=events))
    return Incoming(table=as_table(rows), notices=tuple(notices))


_DIES: Final = (ValueError, IndexError, KeyError, AttributeError)
"""What the library raises, for some properties of no consequence too."""


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _lines(data: bytes, ical: Any = None) -> tuple[list[str], list[int], set[str]]:  # noqa: ANN401  the module
    """Return the lines of a calendar, each put together of its parts, where to-dos begin, and what was left out.

    With `ical`, those are left out that the library cannot read and that no task needs. Raises UsageFault with all
    that is wrong with the lines: the library would say the first alone, and make text of parts that end within a
    character.
    """
    lines: list[str] = []
    begins: list[int] = []
    names: dict[str, str] = {}
    wrong: list[tuple[int, dict[str, str], str]] = []
    needless: set[str] = set()
    for number, whole in _whole_lines(data):
        line = whole.decode(errors="replace")
        if line.upper() == "BEGIN:VTODO":
            begins.append(number)
            names = {}
        elif named := _NAMED.match(line):
            names.setdefault(named["field"].upper(), named["value"])
        fault = _fault(whole, line)
        if fault is None and ical is not None and not _is_readable(ical, line):
            field = re.split("[;:]", line, maxsplit=1)[0].upper()
            if field not in _NEEDED:
                needless.add(field)
                continue
            fault = _("cannot be read: {text}").format(text=safe(line[:_SHOWN]))
        lines.append(line)
        if fault:
            wrong.append((number, names, fault))
    if wrong:  # said when all is read: what names a to-do may stand below
        faults = (
            (record_name(number, title=of.get("SUMMARY", ""), uid=of.get("UID", "")), why) for number, of, why in wrong
        )
        raise UsageFault("\n".join(_("{where}: {why}").format(where=where, why=why) for where, why in faults))
    return lines, begins, needless


def _whole_lines(data: bytes) -> list[tuple[int, bytearray]]:
    """Return each line with its number in the file, put together of its parts."""
    parts: list[tuple[int, bytearray]] = []
    for number, part in enumerate(data.removeprefix(BOM_UTF8).split(b"\n"), start=1):
        bare = part.removesuffix(b"\r")
        if bare.startswith((b" ", b"\t")) and parts:
            parts[-1][1].extend(bare[1:])
        elif bare.strip():
            parts.append((number, bytearray(bare)))
    return parts


def _fault(whole: bytearray, line: str) -> str | None:
    """Say what is wrong with a line, read as `line`, or return None."""
    if line.encode() != whole:
        return _("is not UTF-8 text")
    if not _LINE.match(line):
        return _("is none of a calendar, such as SUMMARY:…: {text}").format(text=safe(line[:_SHOWN]))
    if (match := _DAY_LINE.fullmatch(line)) and not _is_day(match["value"]):
        message = _("{field}: {value} is no day or moment such as 20261215 or 20261215T155959Z")
        return message.format(field=match["field"], value=quote(match["value"]))
    return None


def _is_readable(ical: Any, line: str) -> bool:  # noqa: ANN401  the module
    if line.upper().startswith(("BEGIN:", "END:")):
        return True
    try:
        ical.Todo.from_ical(_text(("BEGIN:VTODO", line, "END:VTODO")))
    except _DIES:
        return False
    return True


def _is_day(value: str) -> bool:
    try:
        datetime.strptime(  # noqa: DTZ007  only whether there is such a day
            value.removesuffix("Z"), "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d"
        )
    except ValueError:
        return False
    return True


def _cells(todo: "Component", zone: tzinfo | None) -> Cells:
    ours = _OWN[Column.DEPARTMENT] in todo
    cells: Cells = {
        Column.UID: values.report_cell(_first(todo, "UID").removesuffix(_SUFFIX)),
        Column.TITLE: values.report_cell(_first(todo, "SUMMARY")),
        Column.DUE: _day(todo, "DUE", zone) or _end(todo, zone) or (_("open-ended") if _OPEN_ENDED in todo else ""),
        Column.CREATED: _day(todo, "CREATED", zone),
    }
    for column, name in _OWN.items():
        texts = list(map(unquote, _all(todo, name)))
        if column in {Column.DEPARTMENT, Column.SUPPORT}:
            cells[column] = units.write(texts)
        elif texts:
            cells[column] = values.report_cell(texts[0])
    aspect = unquote(_first(todo, _OWN[Column.ASPECT]))
    tags = [each for each in _categories_of(todo) if each != aspect]
    cells[Column.TAGS] = values.items_cell(tags)
    if not ours:
        cells[Column.REMARK] = values.report_cell(_first(todo, "DESCRIPTION"))
    if not cells[Column.DUE]:
        cells.pop(Column.FIRST_DUE, None)
    _tell_status(cells, todo, zone)
    return cells


def _tell_status(cells: Cells, todo: "Component", zone: tzinfo | None) -> None:
    """Put the status into `cells`: the one of our own where it is still what the calendar's one stands for."""
    said = _first(todo, "STATUS").upper()
    own = vocabulary.STATUS.find(cells.get(Column.STATUS, ""))
    if own is None or _STATUSES[own] != said:
        begun = _first(todo, "PERCENT-COMPLETE") not in {"", "0"}
        if said and said not in _MEANT:  # to be refused with its row, unless it is a word of ours
            cells[Column.STATUS] = said
            return
        own = _MEANT.get(said, Status.TODO)
        if own is Status.TODO and begun:
            own = Status.DOING
        if "COMPLETED" in todo and not said:
            own = Status.CLOSED
    cells[Column.STATUS] = vocabulary.STATUS.say(own)
    if own in {Status.TODO, Status.DOING}:
        cells.pop(Column.SUBMITTED, None)
    if own is Status.CLOSED:
        cells[Column.CLOSED] = _day(todo, "COMPLETED", zone)


def _all(todo: "Component", name: str) -> Iterator[str]:
    result = todo.get(name)
    for each in result if isinstance(result, list) else [result]:
        if each is not None:
            yield str(each)


def _first(todo: "Component", name: str) -> str:
    return next(_all(todo, name), "")


def _categories_of(todo: "Component") -> list[str]:
    result = todo.get("CATEGORIES")
    listed = result if isinstance(result, list) else [result]
    return [str(each) for one in listed if one is not None for each in getattr(one, "cats", [one])]


def _day(todo: "Component", name: str, zone: tzinfo | None) -> str:
    """Return the day of a date or a moment; what cannot be read as it stands, to be refused with its row."""
    result = todo.get(name)
    if isinstance(result, list):
        return ", ".join(each.to_ical().decode() for each in result)
    return _local(getattr(result, "dt", None), zone) or str(result or "")


def _end(todo: "Component", zone: tzinfo | None) -> str:
    """Return the day on which a to-do ends that says when it begins and how long it takes; empty for another."""
    begun, taken = (getattr(todo.get(name), "dt", None) for name in ("DTSTART", "DURATION"))
    if isinstance(begun, date) and isinstance(taken, timedelta):
        with suppress(OverflowError):
            return _local(begun + taken, zone)
    return ""


def _local(moment: object, zone: tzinfo | None) -> str:
    if isinstance(moment, datetime):
        return (moment.astimezone(zone) if moment.tzinfo else moment).date().isoformat()
    return moment.isoformat() if isinstance(moment, date) else ""
