"""Two sides of one list: what one changed, took out or numbered, against what both began with."""

from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest

from factories import at, day, ledger, meeting, stamp, task
from pilottask.base.errors import BadStore
from pilottask.exchange.merge.ledgers import merge_sides
from pilottask.exchange.merge.messages import new_conflicts, new_numbers, what_changed
from pilottask.exchange.merge.stores import merge_stores
from pilottask.ledger import (
    attachments,
    changes,
    history,
    inspections,
    instructions,
    integrity,
    meetings,
    projects,
    recurring,
    rounds,
    steps,
    wording,
)
from pilottask.ledger.attachments import File
from pilottask.ledger.records import (
    CalendarYear,
    Create,
    Department,
    Every,
    Fund,
    How,
    Inspection,
    InspectionKind,
    IssuedSheet,
    Ledger,
    Note,
    Project,
    Renumber,
    Role,
    Status,
    Task,
    replace,
)
from pilottask.store import codec, toml_patch

BASE: Final = ledger(
    task(id=1, uid="a", title="甲", department="甲局"),
    task(id=2, uid="b", title="乙", department="乙局"),
    name="麒麟区",
)


def merged(ours: Ledger, theirs: Ledger, base: Ledger = BASE) -> Ledger:
    done = merge_sides(base, ours, theirs)
    assert list(integrity.faults(done)) == []
    return done


def said(done: Ledger) -> list[str]:
    return [wording.conflict(found) for found in done.conflicts]


def added(before: Ledger, uid: str, when: str, **values: Any) -> Ledger:  # noqa: ANN401  any field of a task
    new = changes.create(task(uid=uid, title=uid, department="甲局", **values), stamp(when))
    return changes.with_new(before, [new])


def noted(before: Ledger, number: int, text: str, when: str = "2026-11-10") -> Ledger:
    (one,) = [each for each in before.tasks if each.id == number]
    return changes.with_tasks(before, [changes.note(one, stamp(when), text=text)])


def ids(found: Ledger) -> dict[str, int]:
    return {one.uid: one.id for one in found.tasks}


def by_uid(found: Ledger, uid: str) -> Task:
    return next(one for one in found.tasks if one.uid == uid)


def test_what_one_side_took_out_stays_out() -> None:
    done = merged(changes.without(BASE, [2]), noted(BASE, 1, "进展"))
    assert ids(done) == {"a": 1}
    assert done.next_id == 3
    assert done.conflicts == ()


def test_what_the_other_side_worked_on_stays_and_that_is_told() -> None:
    done = merged(changes.without(BASE, [2]), noted(BASE, 2, "进展"))
    assert ids(done) == {"a": 1, "b": 2}
    assert said(done) == ["task “乙” was taken out on one side and changed on the other; it stays"]


@pytest.mark.parametrize("swapped", [False, True], ids=["ours is earlier", "theirs is earlier"])
def test_the_task_entered_later_gets_the_next_number_and_its_links_follow(*, swapped: bool) -> None:
    first = added(BASE, "早", "2026-11-05")
    second = added(BASE, "晚", "2026-11-06")
    second = meetings.with_new(second, meeting())
    second = meetings.decide(second, 1, "议定", stamp("2026-11-07"), tasks=[3])
    done = merged(second, first) if swapped else merged(first, second)
    assert ids(done) == {"a": 1, "b": 2, "早": 3, "晚": 4}
    assert done.next_id == 5
    assert done.meetings[0].decisions[0].tasks == (4,)
    late = by_uid(done, "晚")
    assert late.log[-1] == Renumber(at=at("2026-11-07"), by="pilottask", was=3)
    assert history.old_numbers(late) == [3]
    told = ["both sides had given number 3: what was entered later is task 4 “晚” now"]
    assert [list(new_numbers(side, done)) for side in (first, second)] == [told, told]


def test_a_number_that_the_other_side_gave_and_took_back_is_not_given_again() -> None:
    ours = changes.without(added(BASE, "删", "2026-11-05"), [3])
    done = merged(ours, added(BASE, "新", "2026-11-06"))
    assert ids(done) == {"a": 1, "b": 2, "新": 4}


def test_a_department_called_otherwise_takes_the_new_tasks_of_the_other_side_along() -> None:
    ours = changes.rename_department(BASE, "甲局", "新局", stamp("2026-11-05"))
    done = merged(ours, added(BASE, "新", "2026-11-06"))
    assert [unit.name for unit in done.departments] == ["新局", "乙局"]
    assert by_uid(done, "新").department == "新局"
    assert history.differences(by_uid(done, "新")) == []


def test_departments_made_one_stay_one() -> None:
    ours = changes.merge_departments(BASE, "甲局", "乙局", stamp("2026-11-05"))
    done = merged(ours, added(BASE, "新", "2026-11-06"))
    assert [(unit.name, unit.aliases) for unit in done.departments] == [("乙局", ("甲局",))]
    assert {one.department for one in done.tasks} == {"乙局"}


def test_the_next_of_a_series_that_both_sides_opened_is_one_task() -> None:
    weekly = changes.create(task(id=1, uid="w", due="2026-11-06", every=Every.WEEK), stamp("2026-11-01"))
    base = ledger(weekly)

    def closed(uid: str, when: str) -> Ledger:
        done = changes.close(changes.start(weekly, stamp(when)), stamp(when))
        return recurring.with_next(changes.with_tasks(base, [done]), [1], stamp(when), new_uid=lambda: uid)

    done = merged(closed("x", "2026-11-06"), noted(closed("y", "2026-11-07"), 2, "已报"), base)
    assert ids(done) == {"w": 1, "x": 2}
    assert [type(entry) for entry in by_uid(done, "x").log] == [Create, Create, Note]
    assert recurring.open_at_once(done) == []
    # The second clerk has not seen that yet, and goes on with the task that gave way.
    before = closed("y", "2026-11-07")
    after = merged(changes.with_tasks(before, [changes.start(before.tasks[1], stamp("2026-11-09"))]), done, before)
    assert ids(after) == {"w": 1, "x": 2}
    assert by_uid(after, "x").status is Status.DOING


def test_of_two_meetings_with_one_number_that_of_the_side_worked_on_last_gets_the_next() -> None:
    ours = meetings.with_new(BASE, meeting(title="甲会"))
    ours = meetings.decide(ours, 1, "议定", stamp("2026-11-05"), tasks=[1])
    theirs = meetings.with_new(BASE, meeting(title="乙会"))
    done = merged(ours, theirs)
    assert [(one.id, one.title) for one in done.meetings] == [(1, "乙会"), (2, "甲会")]
    assert [entry.meeting for entry in by_uid(done, "a").log if hasattr(entry, "meeting")] == [2]
    told = ["both sides had given number 1: what was entered later is meeting 2 “甲会” now"]
    assert [list(new_numbers(side, done)) for side in (ours, theirs)] == [told, []]


def test_numbers_within_a_record_that_change_are_told() -> None:
    def acted(text: str, when: str) -> Ledger:
        full = meetings.decide(with_all(), 1, text, stamp(when), tasks=[])
        (one, *_more) = inspections.add_finding(
            full, 1, full.tasks[1], stamp(when), text=text, fix_by=day("2026-11-20")
        ).inspections
        task_ = changes.raise_(
            steps.add(full.tasks[0], stamp(when), text, due=day("2026-12-01")), stamp(when), text=text
        )
        return changes.with_tasks(msgspec.structs.replace(full, inspections=(one,)), [task_])

    ours, theirs = acted("甲", "2026-11-05"), acted("乙", "2026-11-06")
    ledger_ = merged(ours, theirs, with_all())
    told = [
        "both sides had given number 2: what was entered later is meeting 1 “甲会”, decision 3 now",
        "both sides had given number 2: what was entered later is inspection 1, finding 3 now",
        "both sides had given number 1: what was entered later is task 1 “甲”, problem 2 now",
        "both sides had given number 1: what was entered later is task 1 “甲”, step 2 now",
    ]
    assert [sorted(new_numbers(side, ledger_)) for side in (ours, theirs)] == [[], sorted(told)]


def test_a_meeting_changed_on_both_sides_has_what_each_changed() -> None:
    base = meetings.with_new(BASE, meeting(title="甲会", attend=("甲局", "乙局")))

    def changed(**values: object) -> Ledger:
        return meetings.with_changed(base, msgspec.structs.replace(base.meetings[0], **values))

    ours, theirs = changed(title="乙会", attend=("甲局",)), noted(changed(place="三楼", title="丙会"), 1, "进展")
    done = merged(ours, theirs, base)
    (one,) = done.meetings
    assert (one.title, one.place, one.attend) == ("丙会", "三楼", ("甲局",))
    assert said(done) == ["meeting “丙会”: Title is “丙会”; the other side had “乙会”"]


def test_a_finding_put_right_on_both_sides_was_put_right_on_the_earlier_day() -> None:
    looked = Inspection(id=1, kind=InspectionKind.JOINT, day=day("2026-11-02"), tasks=(1,))
    base = inspections.with_new(BASE, looked, stamp("2026-11-02"))
    base = inspections.add_finding(base, 1, base.tasks[0], stamp("2026-11-02"), text="缺台账", fix_by=day("2026-11-20"))
    done = merged(
        inspections.put_right(base, 1, 1, stamp("2026-11-09"), evidence="九日"),
        inspections.put_right(base, 1, 1, stamp("2026-11-08"), evidence="八日"),
        base,
    )
    (finding,) = done.inspections[0].findings
    assert (finding.fixed, finding.evidence) == (day("2026-11-08"), "八日")


def test_of_two_sheets_with_one_number_the_later_gets_the_next() -> None:
    def issued(when: str, kept: str) -> Ledger:
        return msgspec.structs.replace(BASE, sheets=(IssuedSheet(n=1, at=at(when), by="王敏", kept=kept * 40),))

    ours, theirs = issued("2026-11-14", "a"), issued("2026-11-13", "b")
    done = merged(ours, theirs)
    assert [(sheet.n, sheet.was, sheet.at.day) for sheet in done.sheets] == [(1, None, 13), (2, 1, 14)]
    told = ["sheet 1 was issued on both sides: the later one is sheet 2 now"]
    assert [list(new_numbers(side, done)) for side in (ours, theirs)] == [told, told]


def test_a_file_that_both_sides_attached_is_attached_once() -> None:
    def with_files(when: str, *names: str) -> Ledger:
        kept = [File(name, 3, name.encode().hex().zfill(64)) for name in names]
        return changes.with_tasks(BASE, [attachments.attach(BASE.tasks[0], stamp(when), kept)])

    done = merged(with_files("2026-11-05", "a.pdf"), with_files("2026-11-06", "b.jpg", "a.pdf"))
    found = history.attachments(by_uid(done, "a"))
    assert sorted(each.name for each in found) == ["a.pdf", "b.jpg"]


def test_settings_changed_on_one_side_are_taken_and_on_both_those_of_who_worked_last() -> None:
    def with_settings(before: Ledger, **values: object) -> Ledger:
        return msgspec.structs.replace(before, pilot=msgspec.structs.replace(before.pilot, **values))

    ours = with_settings(BASE, soon_days=3, office="产改办")
    theirs = with_settings(noted(BASE, 1, "进展"), soon_days=5)
    done = merged(ours, theirs)
    assert (done.pilot.soon_days, done.pilot.office) == (5, "产改办")
    assert said(done) == ["settings: soon_days is “5”; the other side had “3”"]


def test_a_field_of_a_task_that_both_set_is_told_at_both_desks_too() -> None:
    ours, theirs = (
        changes.with_tasks(BASE, [changes.edit(BASE.tasks[0], stamp(when), {"owner": name, "tags": (name,)})])
        for name, when in (("王敏", "2026-11-05"), ("李强", "2026-11-06"))
    )
    done = merged(ours, theirs)
    assert (by_uid(done, "a").owner, sorted(by_uid(done, "a").tags)) == ("李强", ["李强", "王敏"])
    told = ["task “甲”: Owner is “李强”; the other side had “王敏”"]
    assert [list(new_conflicts(side, done)) for side in (ours, theirs)] == [told, told]


def with_all() -> Ledger:
    """Return a list with a record of each kind, none of them written down in the log of a task."""
    full = meetings.with_new(BASE, meeting(title="甲会"))
    full = meetings.decide(full, 1, "议定", stamp("2026-11-02"), tasks=[])
    looked = Inspection(id=1, kind=InspectionKind.JOINT, day=day("2026-11-02"), tasks=(1,))
    full = inspections.with_new(full, looked, stamp("2026-11-02"))
    full = inspections.add_finding(full, 1, full.tasks[0], stamp("2026-11-02"), text="缺台账", fix_by=day("2026-11-20"))
    first, *units = full.departments
    full = msgspec.structs.replace(full, departments=(msgspec.structs.replace(first, aliases=("甲",)), *units))
    money = Fund(at=at("2026-11-02"), by="王敏", source="财政", planned=Decimal(5), paid=Decimal(0))
    full = projects.with_new(full, Project(name="实训基地", partners=("乙局",), funds=(money,)))
    full = rounds.with_new(full, stamp("2026-11-02"), ["甲局"], title="十一月")
    full = rounds.arrive(full, full.rounds[0], ["甲局"], stamp("2026-11-03"), how=How.WORD)
    full = instructions.with_new(full, stamp("2026-11-02"), "报送名单", leader="王局长", task=None)
    fixed = tuple(day(f"2027-{month:02}-01") for month in (1, 5, 10))
    sheet = IssuedSheet(n=1, at=at("2026-11-02"), by="王敏", kept="a" * 40)
    return msgspec.structs.replace(full, calendars=(CalendarYear(year=2027, off=fixed),), sheets=(sheet,))


def with_value(full: Ledger, field: str, of: str, value: object) -> Ledger:
    """Return the list with this value in a field of the first record of a kind, or of the settings."""
    if of == "pilot":
        return msgspec.structs.replace(full, pilot=msgspec.structs.replace(full.pilot, **{field: value}))
    lists, part = {"decision": ("meetings", "decisions"), "finding": ("inspections", "findings")}.get(
        of, (of + "s", "")
    )
    first, *more = getattr(full, lists)
    inner = msgspec.structs.replace(getattr(first, part)[0] if part else first, **{field: value})
    changed = msgspec.structs.replace(first, **{part: (inner,)}) if part else inner
    return msgspec.structs.replace(full, **{lists: (changed, *more)})


ANOTHER: Final[dict[tuple[str, str], tuple[object, object, str]]] = {
    ("pilot", "soon_days"): (3, 5, "settings: soon_days is “5”; the other side had “3”"),
    ("pilot", "office"): ("产改办", "工会", "settings: office is “工会”; the other side had “产改办”"),
    ("department", "role"): (Role.BASE, Role.OFFICE, "department “甲局”: Role is “office”; the other side had “base”"),
    ("department", "contact"): ("1", "2", "department “甲局”: Contact is “2”; the other side had “1”"),
    ("department", "mail"): ("a@x.cn", "b@x.cn", "department “甲局”: Mail is “b@x.cn”; the other side had “a@x.cn”"),
    ("meeting", "title"): ("乙会", "丙会", "meeting “丙会”: Title is “丙会”; the other side had “乙会”"),
    ("meeting", "time"): ("09:30", "14:00", "meeting “甲会”: Time is “14:00”; the other side had “09:30”"),
    ("meeting", "place"): ("三楼", "四楼", "meeting “甲会”: Place is “四楼”; the other side had “三楼”"),
    ("meeting", "chair"): ("甲", "乙", "meeting “甲会”: Chair is “乙”; the other side had “甲”"),
    ("meeting", "day"): (
        day("2026-11-05"),
        day("2026-11-06"),
        "meeting “甲会”: Date is “2026-11-06”; the other side had “2026-11-05”",
    ),
    ("decision", "text"): ("甲", "乙", "decision “乙”: Text is “乙”; the other side had “甲”"),
    ("inspection", "day"): (
        day("2026-11-05"),
        day("2026-11-06"),
        "inspection 1: Date is “2026-11-06”; the other side had “2026-11-05”",
    ),
    ("finding", "text"): ("甲", "乙", "finding “乙”: Text is “乙”; the other side had “甲”"),
    ("finding", "fix_by"): (
        day("2026-11-25"),
        day("2026-11-26"),
        "finding “缺台账”: Put right by is “2026-11-26”; the other side had “2026-11-25”",
    ),
    ("project", "base"): ("东", "西", "project “实训基地”: Base is “西”; the other side had “东”"),
    ("project", "remark"): ("甲", "乙", "project “实训基地”: Remark is “乙”; the other side had “甲”"),
    ("round", "title"): ("甲", "乙", "round 1: Title is “乙”; the other side had “甲”"),
    ("round", "due"): (
        day("2026-11-25"),
        day("2026-11-26"),
        "round 1: Deadline is “2026-11-26”; the other side had “2026-11-25”",
    ),
    ("instruction", "text"): ("甲", "乙", "instruction 1: Text is “乙”; the other side had “甲”"),
    ("instruction", "leader"): ("甲", "乙", "instruction 1: Leader is “乙”; the other side had “甲”"),
}


@pytest.mark.parametrize(("of", "field"), ANOTHER)
def test_of_what_both_sides_changed_the_newer_stands_and_the_other_is_on_record(of: str, field: str) -> None:
    base = with_all()
    older, newer, sentence = ANOTHER[of, field]
    ours = with_value(base, field, of, older)
    theirs = with_value(noted(base, 2, "进展"), field, of, newer)
    done, other = merged(ours, theirs, base), merged(theirs, ours, base)
    assert other == done
    assert msgspec.structs.replace(done, conflicts=()) == theirs
    (found,) = done.conflicts
    assert (found.of, found.field, found.old) == (of, field, history.as_value(older))
    assert [said(done), *(list(new_conflicts(side, done)) for side in (ours, theirs))] == [[sentence]] * 3
    again = merged(done, noted(done, 1, "又"), done)
    assert again.conflicts == done.conflicts


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("lists", "part"),
    [
        ("meetings", "decisions"),
        ("inspections", "findings"),
        ("meetings", ""),
        ("inspections", ""),
        ("projects", ""),
        ("calendars", ""),
        ("rounds", ""),
        ("rounds", "arrivals"),
        ("instructions", ""),
        ("sheets", ""),
        ("projects", "funds"),
        ("projects", "partners"),
        ("departments", "aliases"),
    ],
)
def test_a_record_that_one_side_took_out_stays_out(lists: str, part: str, *, swapped: bool) -> None:
    base = with_all()
    (first, *more) = getattr(base, lists)
    gone = (msgspec.structs.replace(first, **{part: ()}), *more) if part else tuple(more)
    assert not part or getattr(first, part)
    ours, theirs = msgspec.structs.replace(base, **{lists: gone}), noted(added(base, "新", "2026-11-05"), 2, "进展")
    done = merged(theirs, ours, base) if swapped else merged(ours, theirs, base)
    assert getattr(done, lists) == gone
    assert (ids(done), said(done)) == ({"a": 1, "b": 2, "新": 3}, [])


def test_a_department_taken_out_by_hand_stays_out_with_its_aliases_unless_the_other_side_needs_it() -> None:
    units = (*BASE.departments, Department(name="丙局", aliases=("丙",)), Department(name="丁局"))
    base = msgspec.structs.replace(BASE, departments=units)
    ours = msgspec.structs.replace(base, departments=tuple(unit for unit in units if unit.name != "丙局"))
    theirs = noted(base, 1, "进展")
    for one, other in ((ours, theirs), (theirs, ours)):
        done = merged(one, other, base)
        assert [unit.name for unit in done.departments] == ["甲局", "乙局", "丁局"]
        assert said(done) == []
    renamed = msgspec.structs.replace(units[2], contact="1")
    needed = changes.with_tasks(base, [changes.edit(base.tasks[0], stamp("2026-11-08"), {"support": ("丙局",)})])
    changed = msgspec.structs.replace(base, departments=(*units[:2], renamed, units[3]))
    for other in (needed, changed):
        done = merged(ours, other, base)
        assert sorted(unit.name for unit in done.departments) == ["丁局", "丙局", "乙局", "甲局"]
        assert said(done) == ["department “丙局” was taken out on one side and changed on the other; it stays"]


def test_a_calendar_that_both_sides_entered_otherwise_stands_whole_with_the_other_on_record() -> None:
    base = with_all()
    (year,) = base.calendars
    ours, theirs = (
        msgspec.structs.replace(base, calendars=(msgspec.structs.replace(year, off=(*year.off, day(more))),))
        for more in ("2027-10-02", "2027-10-03")
    )
    done = merged(ours, noted(theirs, 1, "进展"), base)
    assert done.calendars == theirs.calendars
    assert said(done) == [
        "calendar 2027: Days off stand as one side had them; the other side differed in 2027-10-02, 2027-10-03"
    ]
    assert done.conflicts[0].old == ("2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02")


def test_of_three_slips_with_one_number_each_is_told_apart_and_what_only_looks_like_one_is_left() -> None:
    def chased(when: str, by: str, text: str = "reminder slip no. 2026/3") -> Ledger:
        return changes.with_tasks(BASE, [changes.chase(BASE.tasks[0], stamp(when, by=by), text=text)])

    first, second, third = (chased(f"2026-11-0{n}", f"经办{n}") for n in (5, 6, 7))
    two = merged(second, first)
    three = merged(third, two)
    assert merged(two, third) == three
    texts = [(entry.by, entry.text) for entry in history.chases(by_uid(three, "a"))]
    wanted = ["reminder slip no. 2026/3", "reminder slip no. 2026/3-2", "reminder slip no. 2026/3-3"]
    assert texts == list(zip(("经办5", "经办6", "经办7"), wanted, strict=True))
    assert list(new_numbers(third, three)) == [
        "slip 2026/3 went out twice: that of 经办6 to 甲局 on 2026-11-06 is 2026/3-2 now",
        "slip 2026/3 went out twice: that of 经办7 to 甲局 on 2026-11-07 is 2026/3-3 now",
    ]
    for text in ("reminder slip no. 2026/03", "reminder slip no. 0026/3", "reminder slip no. 2026/3-0"):
        alike = merged(chased("2026-11-05", "甲", text), chased("2026-11-06", "乙", text))
        assert [entry.text for entry in history.chases(by_uid(alike, "a"))] == [text, text]


def test_a_change_by_hand_goes_on_record_without_a_clock() -> None:
    ours = changes.with_tasks(BASE, [replace(BASE.tasks[0], status=Status.DOING)])
    done = merged(ours, noted(BASE, 2, "进展"))
    assert by_uid(done, "a").status is Status.DOING
    assert by_uid(done, "a").log[-1].at == at("2026-11-10")
    assert history.differences(by_uid(done, "a")) == []


def test_what_came_and_went_is_said_in_brief() -> None:
    ours = noted(added(BASE, "新", "2026-11-05"), 1, "进展")
    assert what_changed(BASE, ours) == ["new tasks: 3 新", "tasks changed: 1 甲"]
    assert what_changed(ours, changes.without(BASE, [2])) == [
        "tasks changed: 1 甲",
        "tasks taken out: 2 乙, 3 新",
    ]
    many = BASE
    for number in range(8):
        many = added(many, f"任务{number}", "2026-11-05")
    assert what_changed(BASE, many) == ["new tasks: 3 任务0, 4 任务1, 5 任务2, 6 任务3, 7 任务4, 8 任务5 and 2 more"]


def test_what_has_another_number_neither_came_nor_went() -> None:
    theirs = meetings.with_new(BASE, meeting(title="第一次会", day=day("2026-11-04")))
    theirs = instructions.with_new(theirs, stamp("2026-11-04"), "抓紧", leader="李区长")
    ours = meetings.with_new(BASE, meeting(title="第一次联席会", day=day("2026-11-05")))
    ours = instructions.with_new(ours, stamp("2026-11-05"), "落实", leader="王书记")
    done = merged(ours, theirs)
    assert what_changed(ours, done) == ["meetings added: 1 第一次会", "instructions added: 1"]
    assert what_changed(theirs, done) == ["meetings added: 2 第一次联席会", "instructions added: 2"]


# The bytes of three files


def commented(file: bytes, *comments: tuple[str, str]) -> bytes:
    text = file.decode()
    for comment, above in comments:
        assert text.count(above) == 1
        text = text.replace(above, f"{comment}\n{above}")
    return text.encode()


def test_comments_of_both_sides_stay() -> None:
    base = commented(toml_patch.encode(BASE), ("# old", "[[task]]\nid = 2"))
    ours = commented(base, ("# mine", "[[task]]\nid = 1"), ("# ours", "schema"))
    noted_, new = noted(added(BASE, "新", "2026-11-05"), 2, "进展"), "[[task]]\nid = 3"
    theirs = toml_patch.patch(base, BASE, noted_).data
    theirs = commented(
        theirs, ("# theirs", new), ("# 网络", 'name = "麒麟区"'), ("# unit", '[[department]]\nname = "乙局"')
    )
    theirs = theirs.replace(b"# old", b"# new")
    result = merge_stores(base, ours, theirs).data
    wanted = [b"# ours", "# 网络".encode(), b"# unit", b"# mine", b"# new", b"# theirs"]
    assert [line for line in result.splitlines() if line.startswith(b"#")] == wanted
    assert merge_stores(base, theirs, ours).data == result
    assert toml_patch.encode(noted_).splitlines() == [line for line in result.splitlines() if line not in wanted]


def test_a_comment_taken_out_stays_out_and_of_two_that_of_ours_stays() -> None:
    base = commented(toml_patch.encode(BASE), ("# old", "[[task]]\nid = 2"), ("# a", "[[task]]\nid = 1"))
    ours, theirs = base.replace(b"# a", b"# b"), base.replace(b"# old\n", b"").replace(b"# a", b"# c")
    assert b"# old" not in (result := merge_stores(base, ours, theirs).data)
    assert (b"# b" in result, b"# c" in result) == (True, False)


def test_json_is_known_by_its_content_and_an_empty_base_stands_for_nothing_in_common() -> None:
    ours, theirs = (codec.encode_json(each) for each in (BASE, noted(BASE, 1, "进展")))
    assert merge_stores(b"", ours, theirs).data == theirs
    assert merge_stores(ours, ours, theirs).data == theirs


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (b"<<<<<<< HEAD\nschema = 2\n>>>>>>> x\n", "the list on the other side:\nline 1: git left a conflict here"),
        (b"schema = 99\nnext_id = 1\n[pilot]\n", "the list on the other side:\nit was written by a newer pilottask"),
        (b"x = 1\n", "the list on the other side:\n"),
    ],
    ids=["markers", "newer", "no store"],
)
def test_a_side_that_cannot_be_read_is_named(theirs: bytes, said: str) -> None:
    ours = toml_patch.encode(BASE)
    with pytest.raises(BadStore) as caught:
        merge_stores(ours, ours, theirs)
    assert caught.value.message.startswith(said)
