"""iCalendar: deadlines for other people's calendars, and to-dos from there."""

import sys
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given

import strategies
from exchange import ledgers
from exchange.ledgers import STAMP
from factories import ZONE, day, ledger, stamp, task
from pilottask.base.errors import UsageFault
from pilottask.exchange.office.importing import ImportPlan
from pilottask.exchange.tools import calendar
from pilottask.ledger import changes
from pilottask.ledger.records import Ledger, Status, Task, replace


def written(*tasks: Task, events: bool = False, **pilot: Any) -> str:  # noqa: ANN401  any setting
    data = calendar.export(ledger(*tasks, **pilot), tasks, events=events)
    return data.decode().replace("\r\n ", "").replace("\r\n", "\n")


def brought(
    data: bytes | str, into: Ledger | None = None, *, update: bool = True, department: str | None = None
) -> ImportPlan:
    incoming = calendar.read(data if isinstance(data, bytes) else data.encode(), zone=ZONE)
    return ledgers.brought(incoming, into, update=update, department=department, source="tasks.ics")


def todo(*lines: str) -> str:
    body = "\r\n".join(("BEGIN:VTODO", "UID:1@x", "SUMMARY:采购", *lines, "END:VTODO"))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n"


def only(*lines: str) -> Task:
    return ledgers.only(brought(todo(*lines), department="区教体局"))


def test_a_task_suspended_after_its_submission_comes_back_with_that_day() -> None:
    one = changes.submit(changes.start(task(), stamp("2026-11-02")), stamp("2026-11-03"))
    one = changes.suspend(one, stamp("2026-11-04"), reason="等批复")
    (back,) = brought(calendar.export(ledger(one), [one])).added
    assert (back.status, back.submitted) == (Status.SUSPENDED, day("2026-11-03"))


# Out


def sample() -> Task:
    one = task(
        title="采购, 设备; 30台",
        due="2026-12-15",
        support=("区财政局",),
        owner="张三",
        aspect="基地",
        tags=("急",),
        target=30,
        actual=10,
    )
    return changes.raise_(changes.start(one, stamp("2026-11-02")), stamp("2026-11-03"), text="缺地")


def test_a_task_as_a_to_do() -> None:
    assert written(sample(), name="麒麟区", soon_days=5) == (
        "BEGIN:VCALENDAR\n"
        "VERSION:2.0\n"
        "PRODID:-//pilottask//pilottask//ZH\n"
        "X-WR-CALNAME:麒麟区\n"
        "BEGIN:VTODO\n"
        "CATEGORIES:基地,急\n"
        "CREATED:20261029T011500Z\n"
        "DESCRIPTION:Department: 麒麟职教集团\\nSupport: 区财政局\\nOwner: 张三\\nStatus: doing\\nProblems: 缺地\n"
        "DTSTAMP:20261103T011500Z\n"
        "DUE;VALUE=DATE:20261215\n"
        "LAST-MODIFIED:20261103T011500Z\n"
        "PERCENT-COMPLETE:33\n"
        "SEQUENCE:2\n"
        "STATUS:IN-PROCESS\n"
        "SUMMARY:采购\\, 设备\\; 30台\n"
        "UID:t0000001\n"
        "X-PILOTTASK-ASPECT:基地\n"
        "X-PILOTTASK-DEPARTMENT:麒麟职教集团\n"
        "X-PILOTTASK-OWNER:张三\n"
        "X-PILOTTASK-PROBLEM:缺地\n"
        "X-PILOTTASK-STATUS:doing\n"
        "X-PILOTTASK-SUPPORT:区财政局\n"
        "X-PILOTTASK-WORKED:2026-11-03\n"
        "BEGIN:VALARM\n"
        "ACTION:DISPLAY\n"
        "DESCRIPTION:采购\\, 设备\\; 30台\n"
        "TRIGGER;RELATED=END:-P4DT15H\n"
        "END:VALARM\n"
        "BEGIN:VALARM\n"
        "ACTION:DISPLAY\n"
        "DESCRIPTION:采购\\, 设备\\; 30台\n"
        "TRIGGER;RELATED=END:PT9H\n"
        "END:VALARM\n"
        "END:VTODO\n"
        "END:VCALENDAR\n"
    )


def component(one: Task, *, events: bool = False) -> Any:  # noqa: ANN401  a component of the library
    (found,) = icalendar.Calendar.from_ical(calendar.export(ledger(one), [one], events=events)).subcomponents
    return found


def test_a_deadline_as_an_event_of_a_whole_day() -> None:
    event = component(sample(), events=True)
    assert event.name == "VEVENT"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 12, 15), date(2026, 12, 16))
    assert (event["TRANSP"], event["STATUS"]) == ("TRANSPARENT", "CONFIRMED")
    assert [alarm["TRIGGER"].dt for alarm in event.subcomponents] == [timedelta(days=-7, hours=9), timedelta(hours=9)]
    cancelled = component(changes.cancel(sample(), stamp("2026-11-05"), reason="并"), events=True)
    assert (cancelled["STATUS"], cancelled.subcomponents) == ("CANCELLED", [])


def test_without_a_deadline_there_is_no_event_but_a_to_do() -> None:
    assert "VEVENT" not in written(task(), events=True)
    assert "DUE" not in component(task())
    assert component(task()).subcomponents == []
    assert "DTEND" not in component(task(due="9999-12-31"), events=True)


def test_a_later_export_is_known_as_the_newer_of_the_same() -> None:
    before, after = component(sample()), component(changes.note(sample(), stamp("2026-11-09"), text="好"))
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]
    assert before["LAST-MODIFIED"].dt < after["LAST-MODIFIED"].dt
    assert written(sample()) == written(sample())


def test_closed() -> None:
    one = component(changes.close(sample(), stamp("2026-11-06"), on=day("2026-11-05")))
    assert (one["STATUS"], one["PERCENT-COMPLETE"], one["COMPLETED"].dt.date()) == ("COMPLETED", 100, day("2026-11-05"))
    assert one.subcomponents == []


def test_a_to_do_is_never_whole_before_it_is_closed() -> None:
    assert component(task(target=2, actual=9))["PERCENT-COMPLETE"] == 99
    assert "PERCENT-COMPLETE" not in component(task(target=0, actual=9))


# There and back


def kept(one: Task) -> dict[str, object]:
    texts = {name: getattr(one, name) for name in ("title", "department", "owner", "leader", "aspect", "requirement")}
    return {
        **{name: value if value and value.strip() else None for name, value in texts.items()},
        "uid": one.uid,
        "support": tuple(dict.fromkeys(one.support)),
        "tags": tuple(dict.fromkeys(tag for tag in one.tags if tag and tag != one.aspect)),
        "due": one.due,
        "open_ended": one.open_ended and not one.due,
        "created": min(one.created, STAMP.today),
        "status": one.status,
    }


@given(strategies.ledgers(max_tasks=3))
def test_what_goes_out_comes_back(found: Ledger) -> None:
    # The library takes a byte order mark for one, wherever a text begins.
    tasks = [
        replace(
            one,
            title=one.title.replace("\ufeff", "x"),
            tags=tuple(tag for tag in one.tags if tag.strip() and "\ufeff" not in tag),
            closed=None,
            submitted=None,
        )
        for one in map(ledgers.as_known, found.tasks)
    ]
    done = brought(calendar.export(found, tasks))
    assert [str(each) for each in done.rejected] == []
    assert [kept(one) for one in done.added] == [kept(one) for one in tasks]


def test_what_was_changed_there_comes_in_and_the_rest_stays() -> None:
    found = ledger(sample())
    text = written(sample()).replace("DUE;VALUE=DATE:20261215", "DUE:20261219T160000Z")
    done = brought(text.replace("STATUS:IN-PROCESS", "STATUS:COMPLETED\nCOMPLETED:20261118T160000Z"), found)
    (after,) = done.ledger.tasks
    assert (after.due, after.status, after.closed) == (day("2026-12-20"), Status.CLOSED, day("2026-11-19"))
    assert (after.title, after.remark, after.tags) == (sample().title, None, ("急",))
    assert brought(written(after), done.ledger).ledger == done.ledger


@pytest.mark.parametrize(
    ("uid", "sent"),
    [
        ("t0123456789ab", "t0123456789ab@pilottask"),
        ("0123456789ab", "0123456789ab@pilottask"),
        ("5f1d6c1e-3a7b-4c0e-9b0e-2f8c0f6f1a11", "5f1d6c1e-3a7b-4c0e-9b0e-2f8c0f6f1a11"),
        ("a@b", "a@b"),
        ("a@pilottask", "a@pilottask@pilottask"),
    ],
)
def test_uids_of_other_calendars_go_out_as_they_came(uid: str, sent: str) -> None:
    text = written(task(uid=uid))
    assert f"\nUID:{sent}\n" in text
    assert brought(text).added[0].uid == uid


# In


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DUE;VALUE=DATE:20261215"], {"due": day("2026-12-15"), "status": Status.TODO, "uid": "1@x"}),
        (["DUE:20261214T170000Z"], {"due": day("2026-12-15")}),
        (["DUE;TZID=Asia/Shanghai:20261215T235900"], {"due": day("2026-12-15")}),
        (["DUE:20261215T090000"], {"due": day("2026-12-15")}),
        (["DTSTART;VALUE=DATE:20261201", "DURATION:P3D"], {"due": day("2026-12-04")}),
        (["DTSTART:20261201T100000Z", "DURATION:PT8H"], {"due": day("2026-12-02")}),
        (["DTSTART;VALUE=DATE:99991230", "DURATION:P3D"], {"due": None}),
        (["STATUS:DONE"], {"status": Status.CLOSED}),
        (["STATUS:IN-PROCESS"], {"status": Status.DOING}),
        (["STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"], {"status": Status.TODO}),
        (["PERCENT-COMPLETE:30"], {"status": Status.DOING}),
        (["COMPLETED:20261118T160000Z"], {"status": Status.CLOSED, "closed": day("2026-11-19")}),
        (["STATUS:CANCELLED"], {"status": Status.CANCELLED}),
        (["CATEGORIES:急,a\\,b", "CATEGORIES:会"], {"tags": ("急", "a,b", "会")}),
        (["DESCRIPTION:甲\\n乙"], {"remark": "甲\n乙"}),
        (["ATTACH:file:///etc/passwd", "URL:http://a.b"], {"remark": None, "extra": {}}),
    ],
    ids=lambda value: value[0].split(":")[0] if isinstance(value, list) else "",
)
def test_a_to_do_of_another_calendar(lines: list[str], expected: Mapping[str, object]) -> None:
    one = only(*lines)
    assert {name: getattr(one, name) for name in expected} == expected


def test_properties_that_a_task_has_no_place_for_are_named() -> None:
    more = ["RRULE:FREQ=WEEKLY", "PRIORITY:1", "LOCATION:三楼", "X-APPLE-SORT:1", "CLASS:PRIVATE"]
    done = brought(todo(*more), department="区教体局")
    assert done.notices == ("to-dos say more than a task takes, passed over: LOCATION, PRIORITY, RRULE",)
    assert brought(written(sample())).notices == ()


def test_a_line_may_be_folded_within_a_character() -> None:
    head, said, rest = todo("DESCRIPTION:建设基地").partition("建设基地")
    folded = b"\r\n ".join(bytes([byte]) for byte in said.encode())
    (one,) = brought(head.encode() + folded + rest.encode(), department="区教体局").added
    assert one.remark == "建设基地"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            ["STATUS:ODD"],
            (
                "“ODD” is not a status; those are todo, doing, submitted, closed, suspended, cancelled; "
                "what was done belongs under “Progress”"
            ),
        ),
        (
            ["DUE;VALUE=DATE:20261201", "DUE;VALUE=DATE:20261202"],
            (
                "“20261201, 20261202” is not a date that can be taken. "
                "Right would be 2026-12-15, 12月15日, 2026年12月底前 or 长期坚持."
            ),
        ),
    ],
    ids=["status", "two deadlines"],
)
def test_what_a_row_cannot_mean_is_refused(lines: list[str], why: str) -> None:
    (reject,) = brought(todo(*lines), department="区教体局").rejected
    assert reject.why == why
    assert str(reject).startswith("line 4 (“采购”, UID 1@x), column ")


def test_what_is_passed_over_is_said() -> None:
    events = written(sample(), events=True)
    done = brought(events + todo("RECURRENCE-ID;VALUE=DATE:20261101"))
    assert done.added == ()
    assert done.notices == (
        "“采购” is one time of a to-do that comes round; passed over",
        "1 event is no task; passed over",
    )


@pytest.mark.parametrize("data", [b"", b"BEGIN:VCALENDAR\r\n", b"BEGIN:VTODO\r\nEND:VEVENT\r\n"])
def test_what_is_no_calendar(data: bytes) -> None:
    with pytest.raises(UsageFault, match="this is no calendar"):
        calendar.read(data, zone=ZONE)


def test_lines_that_are_none_are_said_all_at_once() -> None:
    with pytest.raises(UsageFault) as refused:
        brought(todo("nothing", "DESCRIPTION:甲").encode().replace("甲".encode(), "甲".encode("gb18030")))
    assert refused.value.message == (
        "line 7 (“采购”, UID 1@x): is none of a calendar, such as SUMMARY:…: nothing\n"
        "line 8 (“采购”, UID 1@x): is not UTF-8 text"
    )


def test_days_that_are_none_are_said_all_at_once_with_their_lines() -> None:
    with pytest.raises(UsageFault) as refused:
        brought(todo("DUE;VALUE=DATE:20261331", "COMPLETED:donkey"))
    assert refused.value.message == (
        "line 7 (“采购”, UID 1@x): DUE: “20261331” is no day or moment such as 20261215 or 20261215T155959Z\n"
        "line 8 (“采购”, UID 1@x): COMPLETED: “donkey” is no day or moment such as 20261215 or 20261215T155959Z"
    )


def test_what_the_library_cannot_read_is_said_with_its_line() -> None:
    with pytest.raises(UsageFault) as refused:
        brought(todo("DURATION:xx"))
    assert refused.value.message == "line 7 (“采购”, UID 1@x): cannot be read: DURATION:xx"


def test_without_the_package_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(UsageFault) as refused:
        calendar.read(b"", zone=ZONE)
    assert refused.value.hint == "pip install 'pilottask[calendar]'"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("PRIORITY:", "PRIORITY"),
        ("SEQUENCE:", "SEQUENCE"),
        ("PERCENT_COMPLETE:100", "PERCENT_COMPLETE"),
        ("GEO:x", "GEO"),
        ("PRIORITY:高", "PRIORITY"),
        ("DTSTAMP:bad", "DTSTAMP"),
        ("EXDATE:bad", "EXDATE"),
    ],
)
def test_a_property_of_no_consequence_is_passed_over_with_a_word(line: str, name: str) -> None:
    data = f"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1@h\r\nSUMMARY:甲\r\n{line}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    found = calendar.read(data.encode(), zone=ZONE)
    assert found.table is not None
    assert len(found.table.rows) == 2
    assert found.notices == (f"to-dos say more than a task takes, passed over: {name}",)
