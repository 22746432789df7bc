"""What stands on a sheet: each figure worked out a second time, from the records that a script is given."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import at, day, done, ledger, stamp, task
from paper import example
from paper.archive import draft
from paper.stores import moments, stores
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import as_json, changes, history
from pilottask.ledger.records import Chase, Department, Import, Ledger, Pilot, Role, Status
from pilottask.paper import content
from pilottask.paper.as_json import sheet_record
from pilottask.paper.content import Sheet, Stock
from pilottask.paper.series import end_of
from pilottask.paper.slips import Level, Slip, build_notices, log_text, slip_of

Json = Mapping[str, Any]


def exported(list_: Ledger) -> list[Json]:
    """Return the tasks as `list --all --format json` prints them."""
    text = as_json.json_text(
        [as_json.task_record(one, today=day("2026-11-20"), pilot=list_.pilot) for one in list_.tasks]
    )
    found: list[Json] = json.loads(text)
    return found


PUT_AWAY: Final = frozenset({"closed", "suspended", "cancelled"})


def stood(one: Json, moment: datetime) -> dict[str, Any] | None:  # noqa: C901, PLR0912  a second telling of all moves
    """Work out from its log alone where a task stood."""
    log: Sequence[Json] = one["log"]
    past = [entry for entry in log if datetime.fromisoformat(entry["at"]) <= moment]
    if log[0] not in past:
        return None
    trail: list[tuple[str, str | None, str | None]] = [("todo", None, None)]
    raised: dict[int, bool] = {}
    due, moved = None, one["created"]
    title, unit = one["title"], one["department"]
    known = {"due": False, "title": False, "department": False}
    for entry in past:
        on = entry.get("on") or entry["at"][:10]
        if entry["kind"] in {"close", "suspend", "cancel", "reopen"} and trail[-1][0] in PUT_AWAY:
            trail = trail[:-1] or [("doing", None, None)]  # where it was before: a later day may have reopened it
        submitted = trail[-1][1]
        match entry["kind"]:
            case "import":
                trail = [("doing", None, None)] if entry.get("status") in PUT_AWAY else []
                trail.append((entry.get("status", "todo"), entry.get("submitted"), entry.get("closed")))
            case "start" | "return":
                trail = [("doing", None, None)]
            case "submit":
                trail = [("submitted", on, None)]
            case "close":
                trail.append(("closed", submitted, on))
            case "suspend" | "cancel":
                trail.append(({"suspend": "suspended", "cancel": "cancelled"}[entry["kind"]], submitted, None))
            case "raise":
                raised[entry["n"]] = entry.get("coordinate", False)
            case "settle":
                raised.pop(entry["n"], None)
            case "extend":
                due, known["due"] = entry["to"], True
            case "edit":
                if entry["field"] == "title":
                    title, known["title"] = entry["new"], True
                if entry["field"] == "department":
                    unit, known["department"] = entry["new"], True
        if entry["kind"] in {"start", "note", "submit", "return", "raise", "settle", "extend"}:
            moved = entry["at"][:10]
    for entry in log:
        if entry in past:
            continue
        if entry["kind"] == "extend" and not known["due"]:
            due, known["due"] = entry["from"], True
        for field in ("title", "department"):
            if entry["kind"] == "edit" and entry["field"] == field and not known[field]:
                known[field] = True
                title, unit = (entry["old"], unit) if field == "title" else (title, entry["old"])
    status, submitted, closed = trail[-1] if trail else ("doing", None, None)
    return {
        "id": one["id"],
        "title": title,
        "department": unit,
        "aspect": one["aspect"],
        "status": status,
        "submitted": submitted,
        "closed": closed,
        "due": due if known["due"] else one["due"],
        "asks": any(raised.values()),
        "moved": moved,
        "past": past,
    }


def lit(one: Json, today: date) -> str | None:
    """Work out a light by the rules as they are promised."""
    if one["status"] in {"closed", "suspended", "cancelled"}:
        return None
    left = (date.fromisoformat(one["due"]) - today).days if one["due"] else None
    if one["status"] != "submitted" and left is not None and left < 0:
        return "red"
    quiet = one["status"] == "doing" and (today - date.fromisoformat(one["moved"])).days > 14
    soon = left is not None and left <= 7
    return "yellow" if one["status"] == "submitted" or soon or one["asks"] or quiet else "green"


def sheet_of(list_: Ledger, moment: datetime, since: datetime) -> Sheet:
    return draft(list_, moment, since=since)


Stand = tuple[dict[str, Any] | None, str | None]
"""Where a task stood, and its light."""


def stands(one: Json, since: datetime, moment: datetime) -> list[Stand]:
    """Tell through what a task went: looked at with each of its entries in turn, and at each midnight."""
    times = {moment, *(datetime.fromisoformat(entry["at"]) for entry in one["log"])}
    midnight = datetime.combine(since.date(), time.min, since.tzinfo)
    times |= {midnight + timedelta(days=n) for n in range((moment - since).days + 3)}
    looked = [since, *sorted(when for when in times if since < when <= moment)]
    return [(now, lit(now, when.date()) if now else None) for when in looked for now in [stood(one, when)]]


def followed(one: Json, since: datetime, moment: datetime) -> tuple[int, set[str]]:
    """Name what a task did."""
    names: set[str] = set()
    for (before, was), (now, light) in pairwise(stands(one, since, moment)):
        if now is None:
            continue
        if (status := now["status"]) in PUT_AWAY and (before["status"] if before else None) != status:
            names.add(status if before or one["log"][0]["kind"] != "import" else "")
        elif before is not None and before["status"] in PUT_AWAY and status not in PUT_AWAY:
            names.add("reopened")
        if (light == "red") is not (was == "red"):
            names.add("turned_red" if light == "red" else "left_red")
    return one["id"], names


def flows(found: Sequence[Json], since: datetime, moment: datetime) -> dict[str, tuple[int, int]]:
    """Count how often a task came to a figure and left it; yellow and green are looked at by the two ends alone."""
    plus: Counter[str] = Counter()
    minus: Counter[str] = Counter()

    def count(before: set[str], after: set[str]) -> None:
        plus.update(after - before)
        minus.update(before - after)

    def stock(stand: Stand) -> set[str]:
        now, light = stand
        if now is None:
            return set()
        return {"total", now["status"] if now["status"] in PUT_AWAY else "open"} | ({light or ""} & {"red"})

    for one in found:
        path = stands(one, since, moment)
        for before, after in pairwise(path):
            count(stock(before), stock(after))
        (_begun, first), (_ended, last) = path[0], path[-1]
        count({first or ""} & {"yellow", "green"}, {last or ""} & {"yellow", "green"})
    return {each.value: (plus[each], minus[each]) for each in Stock}


@settings(deadline=None)
@given(stores(), moments(), st.integers(0, 40))
def test_every_figure_follows_from_the_exported_records(list_: Ledger, moment: datetime, days: int) -> None:
    since = moment - timedelta(days=days)
    sheet = sheet_of(list_, moment, since)
    found = exported(list_)
    before = [past for one in found if (past := stood(one, since)) is not None]
    after = [now for one in found if (now := stood(one, moment)) is not None]

    for figures, stand, on in ((sheet.before, before, since.date()), (sheet.figures, after, moment.date())):
        assert figures.total == len(stand)
        statuses = Counter(one["status"] for one in stand)
        assert [getattr(figures, status) for status in Status] == [statuses[status] for status in Status]
        lights = Counter(lit(one, on) for one in stand)
        assert (figures.red, figures.yellow, figures.green) == (lights["red"], lights["yellow"], lights["green"])
        base = len(stand) - statuses["cancelled"]
        assert figures.completion_rate == (statuses["closed"] / base if base else None)

    assert {flow.stock.value: (flow.plus, flow.minus) for flow in sheet.flows} == flows(found, since, moment)

    started = {one["id"]: one for one in before}
    ended = {one["id"]: one for one in after}
    reds = {one["id"] for one in after if lit(one, moment.date()) == "red"}
    moved = {name: {line.id for line in getattr(sheet.moved, name)} for name in content.Movement.__struct_fields__}
    assert moved["entered"] == ended.keys() - started.keys()
    seen = [followed(one, since, moment) for one in found if one["id"] in ended]
    for name in ("closed", "reopened", "suspended", "cancelled", "turned_red", "left_red"):
        assert (name, moved[name]) == (name, {ids for ids, names in seen if name in names})
    assert [one.id for one in sheet.was_red] == sorted(
        one["id"]
        for one in found
        if one["id"] in ended and any(light == "red" for _now, light in stands(one, since, moment))
    )
    if sheet.earlier is not None:
        begin, end = (end_of(on, moment) for on in (sheet.earlier.first - timedelta(days=1), sheet.earlier.last))
        assert [one.id for one in sheet.earlier.red] == sorted(
            one["id"]
            for one in found
            if stood(one, end) and "red" in {light for _now, light in stands(one, begin, end)}
        )
    assert moved["entered_closed"] == {
        number
        for number in ended.keys() - started.keys()
        if ended[number]["status"] == "closed"
        and ended[number]["past"][0]["kind"] == "import"
        and not any(e["kind"] == "close" for e in ended[number]["past"])
    }
    assert [line.id for line in sheet.red] == [
        number for _due, number in sorted((ended[number]["due"], number) for number in reds)
    ]
    assert {(line.id, line.title, line.department, line.status) for line in sheet.tasks} == {
        (one["id"], one["title"], one["department"], one["status"]) for one in after
    }
    told = {(line.id, line.submitted and str(line.submitted), line.closed and str(line.closed)) for line in sheet.tasks}
    assert told == {(one["id"], one["submitted"], one["closed"]) for one in after}
    for groups, field in ((sheet.departments, "department"), (sheet.aspects, "aspect")):
        assert {name: tally.total for name, tally in groups} == Counter(one[field] for one in after)

    def recorded(one: Json, entry: Json) -> bool:
        brought = one["past"][0]
        if brought["kind"] == "import" and entry["kind"] == "extend" and entry["at"] == brought["at"]:
            return False  # part of what was imported
        return one["id"] not in started or datetime.fromisoformat(entry["at"]) > since

    assert sorted((one.id, entry.to.isoformat()) for one, entry in sheet.extended) == sorted(
        (one["id"], entry["to"])
        for one in after
        for entry in one["past"]
        if entry["kind"] == "extend" and recorded(one, entry)
    )
    assert len(sheet.results) == sum(
        entry["kind"] == "note" and entry.get("result", False) and recorded(one, entry)
        for one in after
        for entry in one["past"]
    )


@settings(deadline=None)
@given(stores(), moments(), st.integers(0, 40))
def test_figures_add_up(list_: Ledger, moment: datetime, days: int) -> None:
    sheet = sheet_of(list_, moment, moment - timedelta(days=days))
    by_stock = {flow.stock: flow for flow in sheet.flows}
    assert [flow.start + flow.plus - flow.minus for flow in sheet.flows] == [flow.end for flow in sheet.flows]
    assert by_stock[Stock.TOTAL].plus == len(sheet.moved.entered)
    assert by_stock[Stock.TOTAL].minus == 0
    assert by_stock[Stock.CLOSED].plus >= len(sheet.moved.closed) + len(sheet.moved.entered_closed)
    assert by_stock[Stock.RED].plus >= len(sheet.moved.turned_red)
    assert by_stock[Stock.RED].minus >= len(sheet.moved.left_red)
    for groups in (sheet.departments, sheet.aspects):
        for name in ("total", "closed", "red", "yellow", "green", "cancelled"):
            assert sum(getattr(tally, name) for _name, tally in groups) == getattr(sheet.figures, name)
    now = next(point for point in sheet.curve if point.day == sheet.today)
    assert now.closed == sum(
        line.status is Status.CLOSED and (line.closed or sheet.today) <= sheet.today for line in sheet.tasks
    )
    assert sheet.curve[-1].due == sum(
        line.due is not None and line.status is not Status.CANCELLED for line in sheet.tasks
    )
    assert len(sheet.curve) <= 64


@settings(deadline=None)
@given(stores(), moments(), moments(), moments())
def test_periods_that_follow_on_each_other_miss_nothing(
    list_: Ledger, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    whole = sheet_of(list_, last, first)
    parts = [sheet_of(list_, middle, first), sheet_of(list_, last, middle)]
    assert parts[0].figures == parts[1].before
    assert len(whole.moved.entered) == sum(len(part.moved.entered) for part in parts)
    for name in ("extended", "results"):
        twice = [(one.id, entry.at) for part in parts for one, entry in getattr(part, name)]
        assert set(twice) == {(one.id, entry.at) for one, entry in getattr(whole, name)}


def test_the_empty_list() -> None:
    sheet = draft(ledger(), at("2026-11-20"))
    assert (sheet.figures.total, sheet.figures.completion_rate, sheet.red, sheet.tasks) == (0, None, (), ())
    assert [(flow.start, flow.end) for flow in sheet.flows] == [(0, 0)] * 8


def test_a_task_imported_as_closed_is_closed_in_no_period() -> None:
    entry = Import(at=at("2026-11-19"), by="张三", status=Status.CLOSED, closed=day("2026-11-19"))
    sheet = draft(ledger(task(status="closed", closed="2026-11-19", log=(entry,))), at("2026-11-20"))
    assert sheet.closed == ()
    assert [line.id for line in sheet.moved.entered_closed] == [1]


def test_a_task_closed_at_both_ends_that_was_reopened_between_is_closed_in_this_period() -> None:
    entry = Import(at=at("2026-11-10"), by="张三", status=Status.CLOSED)
    imported = task(status="closed", created="2026-11-10", due="2026-11-30", log=(entry,))
    open_again = changes.reopen(imported, stamp("2026-11-17"), reason="复核不过")
    twice = changes.close(open_again, stamp("2026-11-18"))
    sheet = draft(ledger(twice), at("2026-11-20"))
    assert [line.id for line in sheet.closed] == [line.id for line in sheet.moved.reopened] == [1]
    assert {flow.stock: (flow.start, flow.plus, flow.minus, flow.end) for flow in sheet.flows if flow.plus} == {
        Stock.OPEN: (0, 1, 1, 0),
        Stock.CLOSED: (1, 1, 1, 1),
    }


def test_a_task_imported_as_suspended_that_was_closed_in_the_period_is_closed() -> None:
    imported = task(
        status="suspended", log=(Import(at=at("2026-11-17"), by="张三", status=Status.SUSPENDED),), created="2026-11-17"
    )
    open_again = changes.reopen(imported, stamp("2026-11-18"), reason="恢复")
    started = open_again if open_again.status is Status.DOING else changes.start(open_again, stamp("2026-11-18"))
    moved = draft(ledger(changes.close(started, stamp("2026-11-19"))), at("2026-11-20")).moved
    assert [line.id for line in moved.closed] == [line.id for line in moved.reopened] == [1]


def test_a_task_imported_as_closed_without_a_day_is_in_the_burn_up_from_its_entry_on() -> None:
    entry = Import(at=at("2026-11-13"), by="张三", status=Status.CLOSED)
    imported = task(status="closed", created="2026-11-13", due="2026-10-31", log=(entry,))
    sheet = draft(ledger(imported), at("2026-11-20"))
    assert sheet.figures.closed == 1
    assert {point.closed for point in sheet.curve if point.day < day("2026-11-13")} == {0}
    assert {point.closed for point in sheet.curve if point.day >= day("2026-11-13")} == {1}


def test_a_line_tells_all_that_a_leader_asks() -> None:
    list_, archive = example.pilot()
    sheet = archive.draft(list_, example.FRIDAY)
    line = json.loads(as_json.json_text(sheet_record(sheet)))["red"][0]
    problem = {"n": 1, "text": "供应商流标一次，需财政重新核定预算", "need": "money"}
    told = {
        "title": "实训设备采购",
        "days_late": 12,
        "due": "2026-11-08",
        "first_due": "2026-10-31",
        "progress": "招标文件已发布",
        "progress_on": "2026-11-06",
        "next": "重新组织招标",
        "problems": [{**problem, "coordinate": False, "raised": "2026-11-10"}],
        "chased": 2,
        "last_chased": "2026-11-18",
        "light": "red",
    }
    assert line | told == line


def test_a_task_that_did_not_turn_is_looked_at_at_the_ends_of_two_spans(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    really = history.as_of

    def counted(one: Any, moment: Any) -> Any:  # noqa: ANN401  as the function it stands for
        looked.append(one.id)
        return really(one, moment)

    list_ = example.pilot().ledger
    monkeypatch.setattr(history, "as_of", counted)
    sheet_of(list_, example.FRIDAY, at("2026-11-13"))
    still = set(range(1, 31)) - {one.id for one in list_.tasks if one.log[-1].at > at("2026-11-04")}
    assert {number: times for number, times in Counter(looked).items() if number in still} == dict.fromkeys(still, 4)
    assert max(Counter(looked).values()) <= 12


def test_slips_go_to_the_departments_that_are_late_or_soon_due() -> None:
    list_ = example.pilot().ledger
    slips = build_notices(list_.tasks, pilot=list_.pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=6)
    assert [(slip.department, [line.id for line in slip.late], [line.id for line in slip.soon]) for slip in slips] == [
        ("区总工会", [6], [22, 3]),
        ("麒麟职教集团", [11], []),
        ("区财政局", [], [29]),
    ]


@pytest.mark.parametrize(
    ("due", "days", "level"),
    [
        ("2026-11-19", (), Level.REMINDER),
        ("2026-11-19", ("2026-11-10",), Level.DEMAND),
        ("2026-11-19", ("2026-11-10", "2026-11-17"), Level.WARNING),
        ("2026-11-20", ("2026-11-10", "2026-11-17"), Level.REMINDER),  # not late, however often it was asked after
    ],
)
def test_a_slip_is_the_graver_the_oftener_its_late_tasks_were_chased(
    due: str, days: tuple[str, ...], level: Level
) -> None:
    one = task(due=due)
    for chased in days:
        one = changes.chase(one, stamp(chased))
    slip = partial(build_notices, pilot=ledger().pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=7)
    assert [notice.level for notice in slip([task(id=2, due=due), one])] == [level]
    again = changes.chase(one, stamp("2026-11-20"), text="reminder slip")
    assert [notice.level for notice in slip([again])] == [level]  # printed again it says the same


@pytest.mark.parametrize("lang", list(Lang))
def test_the_log_calls_a_slip_what_its_heading_says_and_knows_the_one_word_of_older_logs(lang: Lang) -> None:
    said = {
        Lang.EN: [f"{title} slip no. 2026/7" for title in ("reminder", "demand", "warning")],
        Lang.ZH: [f"书面催办（{title}〔2026〕7号）" for title in ("提醒单", "督办单", "警示单")],
    }
    slips = []
    for chases in range(3):
        one = task(due="2026-11-01")
        for _turn in range(chases):
            one = changes.chase(one, stamp("2026-11-10"))
        slips += build_notices(
            [one], pilot=ledger().pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=0
        )
    set_language(lang)
    assert [log_text(msgspec.structs.replace(slip, number=7)) for slip in slips] == said[lang]
    for text in (*said[Lang.EN], *said[Lang.ZH], "书面催办（催办单〔2026〕7号）"):
        assert slip_of(Chase(at=at("2026-11-20"), by="王芳", text=text)) == Slip(2026, 7)


@pytest.mark.parametrize(
    ("office", "contact"), [("产改办", "甲"), ("办公室", "甲"), ("另一单位", "乙"), (None, "乙")], ids=str
)
def test_whom_a_department_can_call(office: str | None, contact: str) -> None:
    units = (
        Department(name="区总工会", role=Role.OFFICE, contact="乙"),
        Department(name="产改办", aliases=("办公室",), role=Role.OFFICE, contact="甲"),
    )
    (slip,) = build_notices(
        [task(due="2026-11-19", department="区教体局")],
        pilot=Pilot(office=office),
        today=day("2026-11-20"),
        reply_by=day("2026-11-25"),
        within=7,
        units=units,
    )
    assert (slip.office_contact, slip.contact) == (contact, None)


def test_slips_of_some_departments() -> None:
    list_ = example.pilot().ledger
    slips = build_notices(
        list_.tasks,
        pilot=list_.pilot,
        today=day("2026-11-20"),
        reply_by=day("2026-11-25"),
        within=0,
        wanted=frozenset({"麒麟职教集团", "区人社局"}),
    )
    assert [slip.department for slip in slips] == ["麒麟职教集团"]


def test_what_moved_is_named() -> None:
    late = changes.start(task(id=2, title="迟", due="2026-11-16"), stamp("2026-11-02"))
    closed = done(task(id=3, title="成", due="2026-11-19"), stamp("2026-11-18"))
    stopped = changes.cancel(task(id=4, title="停"), stamp("2026-11-18"), reason="并入")
    back = changes.reopen(
        changes.suspend(task(id=5), stamp("2026-11-01"), reason="等"), stamp("2026-11-19"), reason="可办"
    )
    moved = draft(ledger(late, closed, stopped, back), at("2026-11-20")).moved
    assert {name: [line.id for line in getattr(moved, name)] for name in content.Movement.__struct_fields__} == {
        "entered": [],
        "entered_closed": [],
        "closed": [3],
        "reopened": [5],
        "suspended": [],
        "cancelled": [4],
        "removed": [],
        "turned_red": [2],
        "left_red": [],
    }
