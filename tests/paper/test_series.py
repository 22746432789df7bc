"""Sheets issued one after the other, and printed again as they were."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import at, day, fund, ledger, stamp, task
from paper import example
from paper.stores import HandEdit, Step, changed, edited_by_hand, hand_edits, moments, steps, stores
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import Lang
from pilottask.ledger import changes, history, integrity, projects
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Hand, IssuedSheet, Ledger, Note, Pilot, Project, Status, replace
from pilottask.paper import series
from pilottask.paper.as_json import sheet_record
from pilottask.paper.content import Part
from pilottask.paper.series import Asked, Reprint
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import markdown, text
from pilottask.store import codec, toml_patch
from pilottask.store.store import Author, Store
from pilottask.store.syntax import Syntax


def issued(list_: Ledger, moment: datetime, **asked: tuple[Part, ...]) -> Ledger:
    asked_for = Asked(moment=moment, **asked)  # type: ignore[arg-type]
    return series.issue(list_, asked_for, Stamp(moment, "王芳"), lang=Lang.EN).ledger


def printed(list_: Ledger, number: int) -> str:
    return written(series.reprint(list_, number))


def written(again: Reprint) -> str:
    assert again.exact
    document = sheet_document(again.sheet)
    return text.write(document) + markdown.write(document)


def reset(list_: Ledger) -> Ledger:
    """Change every setting that a sheet depends on."""
    pilot = Pilot(name="改名试点", office="新办", soon_days=30, stale_days=1, wide_ambiguous=True, lang="en")
    return msgspec.structs.replace(list_, pilot=pilot)


@settings(deadline=None)
@given(stores(), moments(), steps())
def test_a_sheet_prints_the_same_whatever_is_recorded_later(list_: Ledger, moment: datetime, later: list[Step]) -> None:
    once = issued(list_, moment)
    after = changed(once, later)  # at any time, before the sheet's moment too
    after = reset(changes.rename_department(after, "甲局", "丁局", Stamp(moment - timedelta(days=3), "张三")))
    assert printed(after, 1) == printed(once, 1)


@settings(deadline=None)
@given(stores(), moments(), steps(), steps())
def test_what_was_recorded_late_stands_on_the_next_sheet(
    list_: Ledger, moment: datetime, between: list[Step], later: list[Step]
) -> None:
    first = issued(list_, moment)
    second = issued(changed(first, between), moment + timedelta(days=100))
    sheets = [series.reprint(second, number).sheet for number in (1, 2)]
    assert sheets[1].before == series.reprint(first, 1).sheet.figures
    assert [flow.start for flow in sheets[1].flows] == [flow.end for flow in sheets[0].flows]
    notes = sum(isinstance(entry, Note) and entry.result for one in second.tasks for entry in one.log)
    early = sum(
        isinstance(entry, Note) and entry.result and max(entry.at, one.log[0].at) <= sheets[0].since
        for one in list_.tasks
        for entry in one.log
    )
    unseen = sum(
        isinstance(e, Note) and e.result for one in second.tasks if one.log[0].at > sheets[1].moment for e in one.log
    )
    assert len(sheets[0].results) + len(sheets[1].results) == notes - early - unseen
    assert printed(changed(second, later), 2) == printed(second, 2)


@settings(deadline=None)
@given(stores(), moments())
def test_a_draft_says_what_the_sheet_will_say(list_: Ledger, moment: datetime) -> None:
    draft = series.draft(list_, Asked(moment=moment))
    sheet = series.reprint(issued(list_, moment), 1).sheet
    assert (draft.figures, draft.flows, draft.moved, draft.tasks) == (
        sheet.figures,
        sheet.flows,
        sheet.moved,
        sheet.tasks,
    )


@settings(deadline=None)
@given(stores(), moments(), steps())
def test_stores_with_sheets_are_kept_in_both_forms(list_: Ledger, moment: datetime, between: list[Step]) -> None:
    first = issued(list_, moment, without=(Part.ANNEX,))
    second = issued(changed(first, between), moment + timedelta(days=100))
    assert list(integrity.faults(second)) == []
    assert codec.decode(toml_patch.encode(second), Syntax.TOML).ledger == second
    assert codec.decode(codec.encode_json(second), Syntax.JSON).ledger == second
    patched = toml_patch.patch(toml_patch.encode(first), first, second)
    assert not patched.whole
    assert codec.decode(patched.data, Syntax.TOML).ledger == second


def put_on_record(before: Ledger, edited: Ledger) -> Ledger:
    return changes.put_hand_edits_on_record(before, edited, stamp("2026-12-24"))


@settings(deadline=None, max_examples=300)
@given(stores(), moments(), hand_edits(), steps())
def test_a_sheet_prints_the_same_whatever_is_changed_by_hand(
    list_: Ledger, moment: datetime, by_hand: list[HandEdit], later: list[Step]
) -> None:
    once = issued(list_, moment)
    edited = edited_by_hand(once, by_hand)
    assert written(series.reprint(edited, 1, [once])) == printed(once, 1)
    recorded = put_on_record(once, edited)
    assert written(series.reprint(recorded, 1)) == printed(once, 1)
    assert set(map(str, integrity.faults(recorded))) <= set(map(str, integrity.faults(edited)))
    assert printed(changed(recorded, later), 1) == printed(once, 1)
    assert put_on_record(edited, recorded) == recorded
    assert {task.id for task in recorded.tasks if history.partings(task)} <= {
        task.id for task in edited.tasks if history.partings(task)
    }


@settings(deadline=None, max_examples=300)
@given(stores(), moments(), hand_edits(logs=True), st.sets(st.integers(0, 7), max_size=2))
def test_a_sheet_that_the_file_no_longer_holds_is_known(
    list_: Ledger, moment: datetime, by_hand: list[HandEdit], gone: set[int]
) -> None:
    once = issued(list_, moment)
    edited = edited_by_hand(once, by_hand)
    left = tuple(one for place, one in enumerate(edited.tasks) if place not in gone)
    edited = msgspec.structs.replace(edited, tasks=left)
    assert written(series.reprint(edited, 1, [once])) == printed(once, 1)
    recorded = put_on_record(once, edited)
    again = series.reprint(recorded, 1)
    content = series.reprint(once, 1).sheet
    assert (again.exact, again.by_hand) == (
        (True, False) if sheet_record(again.sheet) == sheet_record(content) else (False, True)
    )


@settings(deadline=None)
@given(stores(), moments(), hand_edits(), st.sampled_from(Syntax))
def test_a_file_changed_by_hand_prints_the_same_before_and_after_the_next_command(
    list_: Ledger, moment: datetime, by_hand: list[HandEdit], form: Syntax
) -> None:
    once = edited = issued(list_, moment)
    for edit in by_hand:
        after = edited_by_hand(edited, [edit])
        edited = edited if list(integrity.faults(after)) else after
    author = Author(at("2026-12-24"), "王敏", "add", "王敏")
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / f"tasks.{form}")
        store.create(once, author)
        store.path.write_bytes(toml_patch.encode(edited) if form is Syntax.TOML else codec.encode_json(edited))
        again = series.reprint(store.read().ledger, 1, store.issued(1))
        assert written(again) == printed(once, 1)
        said = store.change(lambda now: changes.with_new(now, [task(id=0, uid="x", department="甲局")]), author).notices
        assert len(said) == (edited.tasks != put_on_record(once, edited).tasks)
        assert printed(store.read().ledger, 1) == printed(once, 1)


def test_tasks_that_stand_on_no_sheet_are_left_as_they_are() -> None:
    once = issued(ledger(task()), at("2026-11-20"))
    entered = changes.with_new(once, [task(id=0, uid="x", created="2026-11-23")])
    edited = msgspec.structs.replace(
        entered, tasks=(entered.tasks[0], replace(entered.tasks[1], title="改", owner="李"))
    )
    assert put_on_record(entered, edited) is edited
    assert put_on_record(ledger(task()), ledger(task(title="改"))) == ledger(task(title="改"))


def test_nothing_is_put_on_record_of_a_file_with_other_sheets() -> None:
    once = issued(ledger(task()), at("2026-11-20"))
    elsewhere = issued(ledger(task(title="改")), at("2026-11-20"))
    assert put_on_record(once, elsewhere) is elsewhere


def test_what_commands_recorded_elsewhere_is_no_change_by_hand() -> None:
    once = issued(ledger(task(due="2026-12-01"), task(id=2)), at("2026-11-20"))
    after = changes.apply(once, [1], lambda one: changes.extend(one, stamp(), to=day("2026-12-05"), reason="流标"))
    after = changes.apply(after, [1, 2], lambda one: changes.start(one, stamp()))
    after = changes.apply(after, [2], lambda one: changes.edit(one, stamp(), {"title": "新", "extra.编号": "7"}))
    assert put_on_record(once, after) is after
    by_hand = changes.with_tasks(after, [replace(after.tasks[1], title="手改", status=Status.DOING, extra={})])
    entries = put_on_record(once, by_hand).tasks[1].log[len(after.tasks[1].log) :]
    assert [(entry.field, entry.old, entry.new) for entry in entries if isinstance(entry, Hand)] == [
        ("title", "新", "手改"),
        ("extra.编号", "7", None),
    ]


def test_a_task_without_a_log_prints_the_same_after_its_day_of_entry_was_changed() -> None:
    once = issued(ledger(replace(task(), log=())), at("2026-11-20"))
    edited = msgspec.structs.replace(once, tasks=(replace(once.tasks[0], created=day("2026-12-01")),))
    assert printed(put_on_record(once, edited), 1) == printed(once, 1)


def test_a_whole_number_written_with_a_point_is_put_on_record() -> None:
    once = issued(ledger(task(target=3, actual=1)), at("2026-11-20"))
    edited = msgspec.structs.replace(once, tasks=(replace(once.tasks[0], target=3.0),))
    assert not series.reprint(edited, 1).exact
    assert printed(put_on_record(once, edited), 1) == printed(once, 1)


def test_sheets_of_older_stores_and_of_other_contents_are_printed_without_comparison() -> None:
    once = issued(example.pilot(), example.FRIDAY)
    edited = changes.with_tasks(once, [replace(once.tasks[0], title="手改")])
    for digest in (None, "0:0123456789abcdef", "1:0123456789abcdef"):
        sheets = tuple(msgspec.structs.replace(one, digest=digest, projects=()) for one in edited.sheets)
        again = series.reprint(msgspec.structs.replace(edited, sheets=sheets), 3)
        assert (again.exact, again.by_hand) == (True, False)


def test_the_digest_of_a_sheet_is_the_same_everywhere() -> None:
    """One that comes out otherwise is of another content: then series._CONTENT must be one more."""
    assert [one.digest for one in issued(example.pilot(), example.FRIDAY).sheets] == [
        "2:4d3c9032cb594aa7",
        "2:110665a3657b002e",
        "2:7e4662d7d61222dd",
    ]


def test_a_sheet_keeps_the_names_of_projects() -> None:
    money = Project(name="实训基地", funds=(fund("财政", "300", "120", "2026-11-02"),))
    once = issued(msgspec.structs.replace(ledger(task()), projects=(money, Project(name="乙"))), at("2026-11-20"))
    assert once.sheets[0].projects == ("实训基地", "乙")
    renamed = projects.with_changed(once, money, msgspec.structs.replace(money, name="改名"), stamp("2026-11-23"))
    assert printed(renamed, 1) == printed(once, 1)
    assert "改名" in written(series.Reprint(series.draft(renamed, Asked(moment=at("2026-11-27"))), Lang.EN))
    unnamed = tuple(msgspec.structs.replace(one, projects=(), digest=None) for one in renamed.sheets)
    assert "改名" in printed(msgspec.structs.replace(renamed, sheets=unnamed), 1)


def test_a_sheet_is_put_at_the_end_of_the_file() -> None:
    list_ = ledger(task())
    data = toml_patch.patch(b"# ours\n" + toml_patch.encode(list_), list_, issued(list_, at("2026-11-20 17:00"))).data
    assert data.startswith(b"# ours\n" + toml_patch.encode(list_))
    (sheet,) = tomllib.loads(data.decode())["sheet"]
    assert sheet == {
        "n": 1,
        "at": at("2026-11-20 17:00"),
        "since": at("2026-11-13 17:00"),
        "by": "王芳",
        "soon_days": 7,
        "stale_days": 14,
        "lang": "en",
        "entries": "1:1",
        "digest": series.digest(series.reprint(issued(list_, at("2026-11-20 17:00")), 1).sheet, "en"),
    }


def test_what_was_changed_by_hand_is_put_on_record_before() -> None:
    by_hand = task(status="closed", submitted="2026-11-10", closed="2026-11-11")
    unlogged = replace(task(id=2, status="doing"), log=())
    once = issued(ledger(by_hand, unlogged), at("2026-11-20 17:00"))
    sheet = series.reprint(once, 1).sheet
    assert [line.status for line in sheet.tasks] == [Status.CLOSED, Status.DOING]
    later = changes.apply(once, [1], lambda one: changes.note(one, stamp("2026-11-23"), text="复核"))
    later = changes.apply(later, [2], lambda one: changes.submit(one, stamp("2026-11-23")))
    assert printed(later, 1) == printed(once, 1)


def test_a_sheet_keeps_what_was_left_out() -> None:
    once = issued(example.pilot(), example.FRIDAY, without=(Part.ANNEX, Part.RESULTS))
    assert series.reprint(once, 3).sheet.without == (Part.RESULTS, Part.ANNEX)
    document = sheet_document(series.reprint(once, 3).sheet)
    assert document.pages[0].annex is None
    assert [section.heading[:2] for section in document.pages[0].sections] == [f"{n}." for n in range(1, 8)]


def test_numbers_follow_on_or_are_given() -> None:
    once = series.issue(ledger(), Asked(moment=at("2026-11-06")), stamp("2026-11-06"), lang=Lang.ZH, number=7).ledger
    twice = issued(once, at("2026-11-13"))
    assert [(sheet.n, sheet.after) for sheet in twice.sheets] == [(7, None), (8, 7)]
    with pytest.raises(UsageFault, match="sheet 8 is issued already") as refused:
        series.issue(twice, Asked(moment=at("2026-11-20")), stamp(), lang=Lang.ZH, number=8)
    assert refused.value.hint == "pilottask report --sheet 8 prints it again; the next number is 9"


@pytest.mark.parametrize("moment", ["2026-11-13", "2026-11-12"])
def test_a_new_sheet_is_of_a_later_moment(moment: str) -> None:
    once = issued(ledger(), at("2026-11-13"))
    with pytest.raises(UsageFault, match="sheet 1 of 2026-11-13 is issued already, and a new one must be of a later"):
        issued(once, at(moment))


def test_no_sheet_is_issued_of_a_day_to_come() -> None:
    with pytest.raises(UsageFault, match="2026-12-31 lies ahead"):
        series.issue(ledger(), Asked(moment=at("2026-12-31"), ahead=True), stamp(), lang=Lang.ZH)


def test_an_unknown_sheet_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotFound) as refused:
        series.reprint(ledger(), 1)
    assert refused.value.hint == "no sheet is issued yet; pilottask report --issue issues one"
    with pytest.raises(NotFound, match="there is no sheet 5") as refused:
        series.reprint(issued(issued(ledger(), at("2026-11-06")), at("2026-11-13")), 5)
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
    sheet = series.draft(ledger(task()), asked)
    assert (sheet.first, sheet.last) == (day(first), day(last))


def test_a_task_on_an_issued_sheet_is_not_removed() -> None:
    once = issued(changes.with_new(ledger(task()), [task(id=0, title="新")]), at("2026-11-20"))
    later = changes.with_new(once, [task(id=0, title="错", uid="x")])
    assert [one.id for one in changes.without(later, [3]).tasks] == [1, 2]
    with pytest.raises(UsageFault, match="task 2 “新” stands on sheet 1, which was issued on 2026-11-20") as refused:
        changes.without(later, [2, 3])
    assert refused.value.hint == "give it up on record: pilottask cancel 2 --reason WHY"


@pytest.mark.parametrize(
    ("counts", "written"),
    [
        ({}, ""),
        ({1: 2}, "1:2"),
        ({1: 2, 2: 2, 3: 2, 5: 2, 6: 0}, "1-3:2 5:2 6:0"),
        ({10: 1, 9: 1}, "9-10:1"),
    ],
)
def test_counts_are_written_in_runs(counts: dict[int, int], written: str) -> None:
    assert history.written_counts(counts) == written
    assert history.read_counts(written) == counts
    assert history.COUNTS.fullmatch(written)


def sheet(**over: object) -> IssuedSheet:
    values = {
        "n": 1,
        "at": at("2026-11-20"),
        "since": at("2026-11-13"),
        "by": "王芳",
        "soon_days": 7,
        "stale_days": 14,
        "lang": "zh",
    }
    return IssuedSheet(**(values | over))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sheets", "fault"),
    [
        ([sheet(n=0)], "sheet 0, n: must be 1 or more"),
        ([sheet(), sheet()], "sheet 1, n: two sheets have this number"),
        ([sheet(since=at("2026-11-21"))], "sheet 1, since: must not lie after “at”"),
        ([sheet(after=3)], "sheet 1, after: there is no sheet 3 before it"),
        (
            [sheet(n=2, at=at("2026-11-27")), sheet(n=3, after=2)],
            "sheet 3, after: there is no sheet 2 before it",
        ),
        ([sheet(soon_days=-1)], "sheet 1, soon_days: must be from 0 to 36500"),
        ([sheet(lang="fr")], "sheet 1, lang: must be zh or en"),
        ([sheet(lost=(3, 0))], "sheet 1, lost: must be from 1 to 9007199254740991"),
        ([sheet(name="a\x07")], "sheet 1, name: control character U+0007 at position 2; remove it"),
        (
            [sheet(entries="1:x")],
            "sheet 1, entries: is not as it was written; pilottask undo brings the version before back",
        ),
    ],
)
def test_what_is_wrong_with_sheets_is_said(sheets: list[IssuedSheet], fault: str) -> None:
    list_ = msgspec.structs.replace(ledger(), sheets=tuple(sheets))
    assert [str(found) for found in integrity.faults(list_)] == [fault]


def test_a_sheet_of_the_wrong_form_is_named() -> None:
    data = toml_patch.encode(issued(ledger(), at("2026-11-20"))).replace(b"soon_days = 7\nstale", b"soon = 7\nstale")
    found = codec.all_faults(data.replace(b'lang = "en"\n', b""), Syntax.TOML)
    assert [str(fault) for fault in found] == [
        "sheet 1, soon: is not known here",
        "sheet 1, soon_days: is missing",
        "sheet 1, lang: is missing",
    ]
