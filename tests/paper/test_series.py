"""Sheets issued one after the other, kept, and the next one that goes on from there."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings

from factories import at, day, ledger, stamp, task
from paper import example
from paper.archive import Archive, draft
from paper.stores import Change, HandEdit, changed, edited_by_hand, hand_edits, made_changes, moments, stores
from pilottask.base.errors import BadStore, NotFound, Unconfirmed, UsageFault
from pilottask.base.i18n import Lang
from pilottask.ledger import changes, integrity
from pilottask.ledger.records import IssuedSheet, Ledger, Note, replace
from pilottask.paper import kept, series
from pilottask.paper.as_json import sheet_record
from pilottask.paper.content import Part, Stock
from pilottask.paper.series import Asked
from pilottask.store import codec, toml_patch
from pilottask.store.syntax import Syntax


@settings(deadline=None)
@given(stores(), moments(), made_changes())
def test_what_was_recorded_late_stands_on_the_next_sheet(
    list_: Ledger, moment: datetime, between: list[Change]
) -> None:
    archive = Archive()
    first = archive.issue(list_, moment)
    second = archive.issue(changed(first, between), moment + timedelta(days=100))
    sheets = [archive.content(number) for number in (1, 2)]
    assert sheets[1]["before"] == sheets[0]["figures"]
    assert [flow["start"] for flow in sheets[1]["flows"]] == [flow["end"] for flow in sheets[0]["flows"]]
    assert all(flow["start"] + flow["plus"] - flow["minus"] == flow["end"] for flow in sheets[1]["flows"])
    notes = sum(isinstance(entry, Note) and entry.result for one in second.tasks for entry in one.log)
    early = sum(
        isinstance(entry, Note)
        and entry.result
        and max(entry.at, one.log[0].at) <= datetime.fromisoformat(sheets[0]["since"])
        for one in list_.tasks
        for entry in one.log
    )
    unseen = sum(
        isinstance(e, Note) and e.result
        for one in second.tasks
        if one.log[0].at > moment + timedelta(days=100)
        for e in one.log
    )
    assert len(sheets[0]["results"]) + len(sheets[1]["results"]) == notes - early - unseen


@settings(deadline=None)
@given(stores(), moments(), hand_edits(), made_changes())
def test_a_draft_says_what_the_sheet_will_say(
    list_: Ledger, moment: datetime, by_hand: list[HandEdit], between: list[Change]
) -> None:
    archive = Archive()
    once = edited_by_hand(archive.issue(list_, moment), by_hand)
    later = moment + timedelta(days=7)
    said = archive.draft(changed(once, between), later)
    archive.issue(changed(once, between), later)
    assert said.before == archive[1].figures
    told = msgspec.to_builtins(sheet_record(said))
    assert archive.content(2) == msgspec.json.decode(msgspec.json.encode(told | {"number": 2}))


@settings(deadline=None)
@given(stores(), moments(), made_changes())
def test_stores_with_sheets_are_kept_in_both_forms(list_: Ledger, moment: datetime, between: list[Change]) -> None:
    archive = Archive()
    first = archive.issue(list_, moment)
    second = archive.issue(changed(first, between), moment + timedelta(days=100))
    assert list(integrity.faults(second)) == []
    assert codec.decode(toml_patch.encode(second), Syntax.TOML).ledger == second
    assert codec.decode(codec.encode_json(second), Syntax.JSON).ledger == second
    patched = toml_patch.patch(toml_patch.encode(first), first, second)
    assert not patched.whole
    assert codec.decode(patched.data, Syntax.TOML).ledger == second


def test_a_sheet_stands_as_one_short_record_in_the_store() -> None:
    list_ = Archive().issue(ledger(task()), at("2026-11-20 17:00"))
    (sheet,) = list_.sheets
    assert toml_patch.encode(list_).decode().partition("\n[[sheet]]")[2] == (
        f'\nn = 1\nat = 2026-11-20 17:00:00+08:00\nby = "王芳"\nkept = "{sheet.kept}"\n'
    )


def test_a_sheet_that_went_out_without_sections_is_kept_whole_and_printed_as_it_went_out() -> None:
    list_, archive = example.pilot()
    archive.issue(list_, example.FRIDAY, without=(Part.ANNEX, Part.TOTALS), lang=Lang.EN)
    whole, printed = archive[3].document.pages[0], archive[3].printed.pages[0]
    assert [section.part for section in (*whole.sections, *whole.annexes)] == [
        part for part in Part if part is not Part.REPORTS
    ]
    assert [section.heading for section in printed.sections] == [
        "1. Red: overdue tasks",
        "2. Asked of the leaders",
        "3. Progress in the period",
        "4. Problems, and what to watch",
        "5. Next steps",
    ]
    assert [annex.heading for annex in printed.annexes] == [
        "Annex 1: Figures from the start of the period to its end",
        "Annex 2: By department and line of work",
        "Annex 3: What moved in the period",
        "Annex 4: Results in the period",
        "Annex 5: What the text above sums up, in full",
    ]


def test_a_kept_sheet_comes_back_as_it_was() -> None:
    sheet = example.third_sheet()
    packed = msgspec.json.encode(sheet)
    assert msgspec.json.encode(kept.decode(packed)) == packed


@pytest.mark.parametrize("data", [b"", b"{}", b'{"n": "x"}'])
def test_what_is_no_kept_sheet_is_said(data: bytes) -> None:
    with pytest.raises(BadStore, match="what is kept of the sheet cannot be read: "):
        kept.decode(data)


def test_a_task_that_left_the_file_is_named_on_the_next_sheet_and_counted_out() -> None:
    archive = Archive()
    list_ = archive.issue(ledger(task(title="甲"), task(id=2, title="乙", due="2026-11-01")), at("2026-11-20"))
    left = msgspec.structs.replace(list_, tasks=list_.tasks[:1])
    sheet = archive.draft(left, at("2026-11-27"))
    assert [(task.id, task.title) for task in sheet.moved.removed] == [(2, "乙")]
    flows = {flow.stock: (flow.start, flow.plus, flow.minus, flow.end) for flow in sheet.flows}
    assert flows[Stock.TOTAL] == (2, 0, 1, 1)
    assert flows[Stock.RED] == (1, 0, 1, 0)
    again = archive.issue(left, at("2026-11-27"))
    assert archive.draft(again, at("2026-12-04")).moved.removed == ()


def test_the_next_sheet_knows_a_task_by_its_uid_whatever_its_number() -> None:
    archive = Archive()
    list_ = archive.issue(ledger(task()), at("2026-11-20"))
    other = msgspec.structs.replace(list_, tasks=(replace(list_.tasks[0], id=7),), next_id=8)
    moved = archive.draft(other, at("2026-11-27")).moved
    assert (moved.entered, moved.removed) == ((), ())


def test_lights_of_the_sheet_before_are_those_that_it_printed() -> None:
    """Settings that changed since do not make a task turn red or yellow in the past."""
    archive = Archive()
    list_ = archive.issue(ledger(task(due="2026-11-25")), at("2026-11-20"))
    wide = msgspec.structs.replace(list_, pilot=msgspec.structs.replace(list_.pilot, soon_days=0))
    flows = {flow.stock: (flow.start, flow.end) for flow in archive.draft(wide, at("2026-11-20 23:00")).flows}
    assert flows[Stock.YELLOW] == (1, 0)


def test_an_entry_whose_words_were_changed_by_hand_is_new_and_no_other() -> None:
    archive = Archive()
    noted = task()
    for text in ("一", "二", "三"):
        noted = changes.note(noted, stamp("2026-11-18"), text=text, result=True)
    list_ = archive.issue(ledger(noted), at("2026-11-20"))
    log = list(noted.log)
    log[1] = msgspec.structs.replace(log[1], text="改")
    edited = msgspec.structs.replace(list_, tasks=(replace(noted, log=tuple(log)),))
    assert [note.text for _task, note in archive.draft(edited, at("2026-11-27")).results] == ["改"]


def test_a_sheet_of_the_first_version_is_worked_out_of_what_the_store_held() -> None:
    then = changes.apply(
        ledger(task(title="甲", due="2026-11-10"), task(id=2)),
        [2],
        lambda one: changes.note(one, stamp("2026-11-18"), text="已办", result=True),
    )
    record = IssuedSheet(
        n=4,
        at=at("2026-11-20"),
        since=at("2026-11-13"),
        by="王芳",
        after=3,
        soon_days=7,
        stale_days=14,
        lang="zh",
        without=("annex",),
        entries="1:1 2:2",
        digest="2:0123456789abcdef",
    )
    sheet = series.reconstruct(then, record)
    page = sheet.printed.pages[0]
    assert (sheet.n, sheet.by, page.number, page.annex) == (4, "王芳", "第4期", None)
    assert page.remarks == ("统计时段：2026年11月13日至2026年11月20日（接第3期）",)
    assert sheet.start.number == 4
    assert [state.task for state in sheet.start.states.values()] == list(then.tasks)


def test_a_sheet_of_the_first_version_is_read_and_written_as_it_stands() -> None:
    text = (
        '\n[[sheet]]\nn = 1\nat = 2026-11-20T17:00:00+08:00\nsince = 2026-11-13T17:00:00+08:00\nby = "王芳"\n'
        'name = "试点"\noffice = "办"\nsoon_days = 7\nstale_days = 14\nbehind_percent = 5\nlang = "en"\n'
        'wide_ambiguous = true\nwithout = ["annex"]\nentries = "1:1"\nfunds = "1:2"\nprojects = ["甲"]\nlost = [3]\n'
        'digest = "2:0123456789abcdef"\n'
    )
    before = toml_patch.encode(ledger(task())) + text.encode()
    read = codec.decode(before, Syntax.TOML).ledger
    after = changes.with_new(read, [task(id=0, uid="x")])
    written = toml_patch.patch(before, read, after)
    assert not written.whole
    assert text in written.data.decode()
    assert codec.decode(codec.encode_json(read), Syntax.JSON).ledger == read


def test_numbers_follow_on_or_are_given() -> None:
    archive = Archive()
    twice = archive.issue(archive.issue(ledger(), at("2026-11-06"), number=7), at("2026-11-13"), lang=Lang.EN)
    assert [sheet.n for sheet in twice.sheets] == [7, 8]
    assert archive.content(8)["previous"] == 7
    with pytest.raises(UsageFault, match="sheet 8 is issued already") as refused:
        archive.issue(twice, at("2026-11-20"), number=8)
    assert refused.value.hint == "pilottask report --sheet 8 prints it again; the next number is 9"


def test_a_number_that_was_given_is_not_given_again_though_the_sheet_was_taken_back() -> None:
    archive = Archive()
    archive.issue(ledger(), at("2026-11-06"))
    assert [sheet.n for sheet in archive.issue(ledger(), at("2026-11-13")).sheets] == [2]
    with pytest.raises(UsageFault, match="sheet 1 is issued already"):
        archive.issue(ledger(), at("2026-11-20"), number=1)
    assert [sheet.n for sheet in archive.issue(ledger(), at("2026-11-20"), number=9).sheets] == [9]
    assert [sheet.n for sheet in archive.issue(ledger(), at("2026-11-27"), number=5).sheets] == [5]


@pytest.mark.parametrize("moment", ["2026-11-13", "2026-11-12"])
def test_a_new_sheet_is_of_a_later_moment(moment: str) -> None:
    archive = Archive()
    once = archive.issue(ledger(), at("2026-11-13"))
    with pytest.raises(UsageFault, match="sheet 1 of 2026-11-13 is issued already, and a new one must be of a later"):
        archive.issue(once, at(moment))


def test_a_second_sheet_of_one_day_is_asked_about() -> None:
    archive = Archive()
    once = archive.issue(ledger(), at("2026-11-13 09:00"))
    with pytest.raises(Unconfirmed, match="sheet 1 is issued of 2026-11-13 already") as refused:
        archive.issue(once, at("2026-11-13 17:00"), again=False)
    assert refused.value.hint == "a second one of the same day is issued with --yes"
    assert [sheet.n for sheet in archive.issue(once, at("2026-11-13 17:00"), again=True).sheets] == [1, 2]


def test_no_sheet_is_issued_of_a_day_to_come() -> None:
    with pytest.raises(UsageFault, match="2026-12-31 lies ahead"):
        Archive().issue(ledger(), at("2026-12-31"), ahead=True)


def test_an_unknown_sheet_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotFound) as refused:
        series.record_of(ledger(), 1)
    assert refused.value.hint == "no sheet is issued yet; pilottask report --issue issues one"
    archive = Archive()
    with pytest.raises(NotFound, match="there is no sheet 5") as refused:
        series.record_of(archive.issue(archive.issue(ledger(), at("2026-11-06")), at("2026-11-13")), 5)
    assert refused.value.hint == "issued are: 1, 2"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        pytest.param(Asked(moment=at("2026-11-20")), "2026-11-13", "2026-11-20", id="a week"),
        pytest.param(
            Asked(
                moment=series.end_of(day("2026-11-30"), at("2026-11-30")),
                since=series.before(day("2026-11-01"), at("2026-11-30")),
            ),
            "2026-11-01",
            "2026-11-30",
            id="a month of whole days",
        ),
        pytest.param(Asked(moment=at("0001-01-03")), "0001-01-01", "0001-01-03", id="the first week of all"),
        pytest.param(
            Asked(
                moment=series.end_of(day("9999-12-31"), at("9999-12-31")),
                since=series.before(day("0001-01-01"), at("2026-11-20")),
            ),
            "0001-01-01",
            "9999-12-31",
            id="all days",
        ),
    ],
)
def test_periods(asked: Asked, first: str, last: str) -> None:
    sheet = series.draft(ledger(task()), asked, Archive().load)
    assert (sheet.first, sheet.today) == (day(first), day(last))


def test_a_period_without_a_sheet_before_it_counts_what_it_prints() -> None:
    """The sheet of a Friday at nine says from 13 November on, and has what was recorded that day at eight."""
    early = changes.note(task(), stamp("2026-11-13 08:00"), text="早", result=True)
    before = changes.note(task(id=2), stamp("2026-11-12 23:59"), text="前", result=True)
    sheet = draft(ledger(early, before), at("2026-11-20 09:00"))
    assert sheet.first == day("2026-11-13")
    assert [note.text for _task, note in sheet.results] == ["早"]


def test_the_first_sheet_begins_with_the_day_on_which_the_list_did() -> None:
    entered = changes.create(task(log=()), stamp("2026-11-18 09:00"))
    assert draft(ledger(entered), at("2026-11-20")).first == day("2026-11-18")
    assert draft(ledger(entered), at("2026-11-16")).first == day("2026-11-09")  # not begun yet
    assert draft(ledger(entered), at("2026-11-20"), since=at("2026-11-16")).first == day("2026-11-16")  # asked for


def test_a_task_on_an_issued_sheet_is_not_removed() -> None:
    once = Archive().issue(changes.with_new(ledger(task()), [task(id=0, title="新", uid="y")]), at("2026-11-20"))
    entered = stamp("2026-11-21")
    later = changes.with_new(once, [changes.create(task(id=0, title="错", uid="x", log=()), entered)])
    assert [one.id for one in changes.without(later, [3]).tasks] == [1, 2]
    with pytest.raises(
        UsageFault, match="task 2 “新” was on the list when sheet 1 was issued on 2026-11-20"
    ) as refused:
        changes.without(later, [2, 3])
    assert refused.value.hint == "give it up on record: pilottask cancel 2 --reason WHY"


def sheet(**over: object) -> IssuedSheet:
    values = {"n": 1, "at": at("2026-11-20"), "by": "王芳", "kept": "0" * 40}
    return IssuedSheet(**(values | over))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sheets", "fault"),
    [
        ([sheet(n=0)], "sheet 0, n: must be 1 or more"),
        ([sheet(), sheet()], "sheet 1, n: two sheets have this number"),
        ([sheet(lang="fr")], "sheet 1, lang: must be zh or en"),
        ([sheet(by="a\x07")], "sheet 1, by: control character U+0007 at position 2; remove it"),
        (
            [sheet(kept="../x")],
            "sheet 1, kept: is not as it was written; pilottask undo brings the version before back",
        ),
    ],
)
def test_what_is_wrong_with_sheets_is_said(sheets: list[IssuedSheet], fault: str) -> None:
    list_ = msgspec.structs.replace(ledger(), sheets=tuple(sheets))
    assert [str(found) for found in integrity.faults(list_)] == [fault]


def test_a_sheet_of_the_wrong_form_is_named() -> None:
    data = toml_patch.encode(Archive().issue(ledger(), at("2026-11-20"))).replace(b"\nby =", b"\nvon =")
    assert [str(fault) for fault in codec.all_faults(data, Syntax.TOML)] == [
        "sheet 1, von: is not known here",
        "sheet 1, by: is missing",
    ]
