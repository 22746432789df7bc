"""Collection sheets as they come back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import factories
from exchange.books import book, saved
from exchange.office.test_exporting import TEXT
from factories import TODAY, at, day, done, round_, stamp, task
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.collect import form, returned, workbook
from pilottask.exchange.collect.returned import Collected, Returned
from pilottask.exchange.office import exporting, reading, workbook_out
from pilottask.ledger import changes, history, rounds, steps
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import How, Ledger, Need, Note, Raise, Report, Start, Status, Submit, Task

ISSUED = at("2026-11-20 09:15")
BACK = stamp("2026-11-23 10:00", by="王敏")
UNIT = "区教体局"
Answers = Mapping[int, Mapping[str, str]]


def ledger(*tasks: Task, **more: Any) -> Ledger:  # noqa: ANN401  as for factories
    """Return a ledger with a round of reports open among all departments."""
    made = factories.ledger(*tasks, **more)
    return msgspec.structs.replace(made, rounds=(round_(*(unit.name for unit in made.departments)),))


def filled(known: Ledger, answers: Answers, *, issued: str = "2026-11-20 09:15", unit: str = UNIT) -> list[list[str]]:
    """Return the rows of the sheet of `unit`, filled in by number of the task and heading."""
    tasks = form.leads(known, known.tasks)[unit]
    sheet = form.form(tasks, department=unit, ledger=known, issued=at(issued), round_=1)
    rows = sheet.sheet()
    for row in rows[3:]:
        for head, cell in answers.get(int(row[0]), {}).items():
            row[sheet.heads.index(head)] = cell
    return rows


def back(rows: Sequence[Sequence[str]], name: str = "a.csv") -> list[Returned]:
    return returned.sheets(exporting.csv_text(rows).encode("utf-8-sig"), name)


def taken(known: Ledger, answers: Answers, *, when: Stamp = BACK, unit: str = UNIT) -> Collected:
    return returned.plan(back(filled(known, answers, unit=unit)), known, stamp=when)


def one(**over: object) -> Ledger:
    return ledger(task(department=UNIT, **{"due": "2026-12-15", **over}))


def as_text(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook in which every cell is text, as it is typed into one that is formatted so."""
    made = workbook_out.new_book()
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row, start=1):
            workbook_out.put(made.active, number, place, workbook_out.Cell(cell))
    return saved(made)


def only(collected: Collected) -> Task:
    assert [str(fault) for fault in collected.faults] == []
    (changed,) = collected.changed
    return changed.after


FULL = {"Progress": "已发布", "Problems": "流标", "Next step": "重招", "Actual": "5", "Ready to verify": "yes"}


def test_the_figure_before_a_report_is_known_to_its_day() -> None:
    found = only(taken(one(target=10, unit="台", actual=3), {1: {"Actual": "5"}}))
    before = history.as_of(found, stamp("2026-11-22").at)
    assert (found.actual, before and before.actual) == (5, 3)


def test_a_report_is_recorded_in_the_name_of_the_department() -> None:
    found = only(taken(one(), {1: FULL}))
    assert found.log[1:] == (
        Note(at=BACK.at, by=UNIT, text="已发布", next="重招", actual=5),
        Raise(at=BACK.at, by=UNIT, n=1, text="流标"),
        Start(at=BACK.at, by=UNIT),
        Submit(at=BACK.at, by=UNIT),
    )
    assert (found.status, found.submitted, found.actual) == (Status.SUBMITTED, date(2026, 11, 23), 5)
    assert history.differences(found) == []


def test_what_is_said_to_be_as_above_is_what_stands_above() -> None:
    known = ledger(task(id=1, department=UNIT), task(id=2, department=UNIT))
    told = taken(known, {1: {"Progress": "已部署"}, 2: {"Progress": "同上"}})
    assert [note.text for each in told.changed if (note := history.last_note(each.after))] == ["已部署", "已部署"]
    (fault,) = taken(known, {1: {"Progress": "〃"}}).faults
    assert fault.why == "“〃”, and there is no row above it; type what it stands for"


def test_a_task_under_way_is_submitted_and_not_started_again() -> None:
    doing = ledger(changes.start(task(department=UNIT), stamp("2026-11-01")))
    assert [type(entry) for entry in only(taken(doing, {1: {"Ready to verify": "是"}})).log[2:]] == [Submit]


def test_a_submitted_one_stays_as_it_is() -> None:
    done = changes.submit(changes.start(task(department=UNIT), stamp("2026-11-01")), stamp("2026-11-02"))
    assert taken(ledger(done), {1: {"Ready to verify": "yes"}}).changed == ()


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ({"Next step": "重招"}, ("", "重招", None)),
        ({"Actual": "5.5"}, ("", None, 5.5)),
        ({"Progress": "无", "Actual": "0"}, ("", None, 0)),
        ({"Progress": "一\n二"}, ("一\n二", None, None)),
        ({"Progress": "'=1+1"}, ("=1+1", None, None)),
    ],
    ids=["next", "actual", "nothing but a figure", "lines", "formula"],
)
def test_parts_of_a_note(cells: dict[str, str], note: tuple[str, str | None, float | None]) -> None:
    entry = only(taken(one(), {1: cells})).log[-1]
    assert isinstance(entry, Note)
    assert (entry.text, entry.next, entry.actual) == note


def test_several_problems_and_what_they_need() -> None:
    found = only(taken(one(), {1: {"Problems": "#1 流标\n#2(money, to be coordinated) 缺资金"}}))
    assert [(each.text, each.need, each.coordinate) for each in history.open_problems(found)] == [
        ("流标", None, False),
        ("缺资金", Need.MONEY, True),
    ]


@pytest.mark.parametrize("cells", [{}, {"Progress": "无", "Problems": "无", "Next step": " ", "Ready to verify": "否"}])
def test_a_sheet_with_nothing_filled_in_changes_nothing(cells: dict[str, str]) -> None:
    known = one()
    collected = taken(known, {1: cells})
    assert collected.changed == ()
    (report,) = collected.ledger.tasks[0].log[1:]
    assert report == Report(at=BACK.at, by=UNIT)
    assert collected.came == {1: (UNIT,)}
    assert collected.notices == ("区教体局: returned, with nothing filled in for its tasks",)


class TestAsked:
    """What a department asks the office for: money and the like, the joint meeting, more time."""

    def test_needs_and_what_the_joint_meeting_is_asked_for(self) -> None:
        cells = {"Problems": "师资不足", "Needs": "1.(money) 5万元", "Coordinate": "是"}
        found = only(taken(one(), {1: cells}))
        assert [(each.text, each.need, each.coordinate) for each in history.open_problems(found)] == [
            ("师资不足", None, True),
            ("5万元", Need.MONEY, True),
        ]
        found = only(taken(one(), {1: {"Needs": "场地", "Coordinate": "否"}}))
        assert [(each.text, each.need, each.coordinate) for each in history.open_problems(found)] == [
            ("场地", Need.PLACE, False)
        ]

    def test_a_problem_said_to_be_settled_is_none_and_left_to_the_office(self) -> None:
        collected = taken(one(), {1: {"Progress": "已落实", "Problems": "已解决"}})
        assert history.open_problems(only(collected)) == []
        assert collected.notices == ("a.csv, row 4: written there and not taken: “已解决”",)

    def test_what_is_not_taken_of_a_row_is_told_once(self) -> None:
        rows = filled(one(), {1: {"Progress": "已落实", "Problems": "已解决"}})
        added = [""] * len(rows[2])
        added[rows[2].index("Problems")] = "已解决"
        collected = returned.plan(back([*rows[:3], [*rows[3], "联系人：李"], added]), one(), stamp=stamp("2026-11-24"))
        assert collected.notices == (
            "a.csv, row 4: written there and not taken: “联系人：李”, “已解决”",
            "a.csv, row 5: written there and not taken: “已解决”",
        )

    @pytest.mark.parametrize("problem", ["流标", ""], ids=["written again", "as it stands"])
    def test_an_open_problem_is_put_before_the_joint_meeting(self, problem: str) -> None:
        known = ledger(changes.raise_(task(department=UNIT), stamp("2026-11-01"), text="流标"))
        answers = {1: {"Problems": problem, "Coordinate": "yes"}}
        first = taken(known, answers)
        assert [(each.n, each.text, each.coordinate) for each in history.open_problems(only(first))] == [
            (1, "流标", False),
            (2, "流标", True),
        ]
        assert first.notices == ("a.csv: task 1 “实训设备采购”: problem 2 is 1 again, now to be coordinated",)
        again = returned.plan(back(filled(known, answers)), first.ledger, stamp=stamp("2026-11-24"))
        assert again.ledger is first.ledger
        settled = only(first)
        for n in (1, 2):
            settled = changes.settle(settled, stamp("2026-11-25"), n=n)
        after = returned.plan(back(filled(known, answers)), ledger(settled), stamp=stamp("2026-11-26"))
        assert (after.faults, after.changed) == ((), ())

    def test_coordination_of_nothing_is_refused(self) -> None:
        (fault,) = taken(one(), {1: {"Coordinate": "yes", "Progress": "甲"}}).faults
        assert str(fault) == "a.csv, row 4, column Coordinate: say under Problems, Needs what is to be coordinated"
        (fault,) = taken(one(), {1: {"Coordinate": "或许"}}).faults
        assert fault.why == "“或许” is no answer; those are yes, no, or nothing"

    def test_an_extension_is_put_before_the_office_and_moves_nothing(self) -> None:
        known = one()
        first = taken(known, {1: {"Extension asked for": "2026-12-30，设备晚到"}})
        found = only(first)
        assert found.due == day("2026-12-15")
        assert [(each.text, each.coordinate) for each in history.open_problems(found)] == [
            ("asks for an extension: 2026-12-30，设备晚到", True)
        ]
        assert first.notices == (
            (
                "a.csv: task 1 “实训设备采购” asks for an extension: 2026-12-30，设备晚到; yours to decide: "
                "pilottask extend 1 DATE --reason WHY; then: pilottask settle 1 1"
            ),
        )

    @pytest.mark.parametrize("cell", ["无", "否", "不需要", "无需延期", " "])
    def test_no_extension(self, cell: str) -> None:
        assert taken(one(), {1: {"Extension asked for": cell}}).changed == ()

    def test_a_sheet_of_before_these_columns_comes_in(self) -> None:
        rows = filled(one(), {1: FULL})
        gone = {rows[2].index(head) for head in ("Needs", "Coordinate", "Extension asked for")}
        rows[2:] = [[cell for place, cell in enumerate(row) if place not in gone] for row in rows[2:]]
        assert only(returned.plan(back(rows), one(), stamp=BACK)) == only(taken(one(), {1: FULL}))


class TestAgain:
    def test_the_same_file_adds_nothing(self) -> None:
        known = one()
        rows = filled(known, {1: FULL})
        first = returned.plan(back(rows), known, stamp=BACK)
        again = returned.plan(back(rows), first.ledger, stamp=stamp("2026-11-24", by="李"))
        assert (again.changed, again.notices, again.faults) == ((), (), ())
        assert again.ledger is first.ledger

    def test_nor_twice_in_one_call(self) -> None:
        known = one()
        rows = filled(known, {1: FULL})
        both = returned.plan([*back(rows), *back(rows, "b.csv")], known, stamp=BACK)
        assert len(only(both).log) == 5

    def test_nor_after_the_office_went_on(self) -> None:
        known = one()
        rows = filled(known, {1: FULL})
        found = only(returned.plan(back(rows), known, stamp=BACK))
        office = stamp("2026-11-23 11:00", by="王敏")
        found = changes.settle(found, office, n=1)
        found = changes.extend(found, office, to=date(2026, 12, 31), reason="雨季")
        found = changes.note(found, office, text="已核", actual=7)
        for status in ("returned", "closed"):
            found = (
                changes.return_(found, office, reason="缺图") if status == "returned" else changes.close(found, office)
            )
            after = ledger(found, departments={UNIT: ()})
            again = returned.plan(back(rows), after, stamp=stamp("2026-11-24"))
            assert (again.changed, again.notices) == ((), ())

    def test_nor_after_the_department_was_renamed(self) -> None:
        known = one()
        rows = filled(known, {1: FULL})
        first = returned.plan(back(rows), known, stamp=BACK)
        renamed = changes.rename_department(first.ledger, UNIT, "区教育局", stamp("2026-11-23 12:00"))
        assert returned.plan(back(rows), renamed, stamp=stamp("2026-11-24")).changed == ()

    def test_a_corrected_file_adds_what_is_new(self) -> None:
        known = one()
        first = returned.plan(back(filled(known, {1: {"Progress": "一", "Problems": "甲"}})), known, stamp=BACK)
        rows = filled(known, {1: {"Progress": "二", "Problems": "#1 甲\n#2 乙"}})
        second = only(returned.plan(back(rows), first.ledger, stamp=BACK))
        assert [entry.text for entry in second.log if isinstance(entry, Note | Raise)] == ["一", "甲", "二", "乙"]

    def test_the_same_words_in_the_next_round_count_again(self) -> None:
        known = one()
        first = taken(known, {1: {"Progress": "正在推进", "Problems": "流标"}})
        rows = filled(first.ledger, {1: {"Progress": "正在推进", "Problems": "流标"}}, issued="2026-11-27 09:00")
        second = only(returned.plan(back(rows), first.ledger, stamp=stamp("2026-11-30")))
        assert [entry.text for entry in second.log if isinstance(entry, Note)] == ["正在推进"] * 2
        assert len(history.open_problems(second)) == 1

    def test_a_settled_problem_that_is_back_in_the_next_round_is_raised_again(self) -> None:
        found = changes.settle(only(taken(one(), {1: {"Problems": "流标"}})), stamp("2026-11-24"), n=1)
        known = ledger(found)
        rows = filled(known, {1: {"Problems": "流标"}}, issued="2026-11-27 09:00")
        second = only(returned.plan(back(rows), known, stamp=stamp("2026-11-30")))
        assert [each.n for each in history.open_problems(second)] == [2]

    def test_what_others_noted_does_not_count_as_reported(self) -> None:
        found = changes.note(task(department=UNIT), stamp("2026-11-21", by="王敏"), text="已发布")
        rows = filled(ledger(task(department=UNIT)), {1: {"Progress": "已发布"}})
        entry = only(returned.plan(back(rows), ledger(found), stamp=BACK)).log[-1]
        assert entry.by == UNIT

    def test_sent_back_and_reported_done_on_the_same_sheet_with_more_to_say(self) -> None:
        known = one()
        first = only(returned.plan(back(filled(known, {1: {"Ready to verify": "yes"}})), known, stamp=BACK))
        sent_back = ledger(changes.return_(first, stamp("2026-11-24"), reason="缺图"))
        rows = filled(known, {1: {"Progress": "图已补", "Ready to verify": "yes"}})
        assert only(returned.plan(back(rows), sent_back, stamp=stamp("2026-11-25"))).status is Status.SUBMITTED

    @settings(max_examples=40, deadline=None)
    @given(
        st.dictionaries(
            st.integers(1, 3),
            st.fixed_dictionaries(
                {},
                optional={
                    "Progress": TEXT,
                    "Problems": TEXT,
                    "Needs": TEXT,
                    "Next step": TEXT,
                    "Actual": st.sampled_from(["0", "5", "1.5"]),
                    "Ready to verify": st.sampled_from(["yes", "no", ""]),
                    "Extension asked for": TEXT,
                },
            ),
        ),
        st.permutations(range(3)),
        st.booleans(),
    )
    def test_whatever_is_filled_in_and_however_sorted(
        self, answers: Answers, order: list[int], as_workbook: bool
    ) -> None:
        known = ledger(*(task(id=n, title=f"任务{n}", department=UNIT) for n in (1, 2, 3)))
        rows = filled(known, answers)
        rows[3:] = [rows[3 + place] for place in order]
        sheets = returned.sheets(as_text(rows), "a.xlsx") if as_workbook else back(rows)
        first = returned.plan(sheets, known, stamp=BACK)
        assert [str(fault) for fault in first.faults] == []
        again = returned.plan(sheets, first.ledger, stamp=stamp("2026-11-24"))
        assert again.ledger is first.ledger


class TestKnownAgain:
    def test_rows_moved_and_sorted_and_left_out(self) -> None:
        known = ledger(*(task(id=n, title=f"任务{n}", department=UNIT) for n in (1, 2, 3)))
        rows = filled(known, {1: {"Progress": "甲"}, 3: {"Progress": "丙"}})
        collected = returned.plan(back([*rows[:3], rows[5], [], rows[3]]), known, stamp=BACK)
        assert [(each.after.id, each.after.log[-1].text) for each in collected.changed] == [(3, "丙"), (1, "甲")]  # type: ignore[union-attr]
        assert collected.notices == ("区教体局: its sheet lacks task 2",)

    def test_tasks_entered_since_are_not_missed(self) -> None:
        known = one()
        rows = filled(known, {1: {"Progress": "甲"}})
        later = changes.create(task(id=2, department=UNIT), stamp("2026-11-22"))
        assert returned.plan(back(rows), ledger(*known.tasks, later), stamp=BACK).notices == ()

    def test_columns_moved_and_new_ones(self) -> None:
        rows = [row[::-1] for row in filled(one(), {1: {"Progress": "甲"}})]
        rows[2].append("联系电话")
        collected = returned.plan(back(rows), one(), stamp=BACK)
        assert only(collected).log[-1].by == UNIT
        assert collected.notices == ()

    def test_what_is_written_beside_the_columns_is_told(self) -> None:
        rows = filled(one(), {1: {"Progress": "甲"}})
        rows[2] += ["联系电话", "Progress"]
        rows[3] += ["0874-1234567", "又一栏", "行末\n一句"]
        collected = returned.plan(back(rows), one(), stamp=BACK)
        assert only(collected).log[-1].by == UNIT
        assert collected.notices == (
            "a.csv, row 4: written there and not taken: “0874-1234567”, “又一栏”, “行末 一句”",
        )

    def test_columns_left_out(self) -> None:
        rows = filled(one(), {1: {"Progress": "甲"}})
        gone = {rows[2].index(head) for head in ("Due", "Support", "Problems", "Actual", "Ready to verify")}
        rows[2:] = [[cell for place, cell in enumerate(row) if place not in gone] for row in rows[2:]]
        collected = returned.plan(back(rows), one(), stamp=BACK)
        assert (len(only(collected).log), collected.notices) == (2, ())

    def test_a_uid_that_a_spreadsheet_took_for_a_number(self) -> None:
        known = one(uid="123456789012")
        rows = filled(known, {1: {"Progress": "甲", "UID": "1.23457E+11"}})
        assert only(returned.plan(back(rows), known, stamp=BACK)).id == 1

    def test_a_number_that_is_gone(self) -> None:
        assert only(taken(one(), {1: {"Progress": "甲", "No.": ""}})).id == 1

    @pytest.mark.parametrize(
        ("cells", "message"),
        [
            (
                {"UID": "t0000002"},
                (
                    "column UID: the number is that of task 1 “实训设备采购”, the UID that of task 2 “大赛”; "
                    "sort whole rows, and leave both as they are"
                ),
            ),
            ({"UID": "x", "No.": "9"}, "column UID: no task of this list has the UID “x”"),
            ({"UID": "x", "Task": "别的"}, "column UID: no task of this list has the UID “x”"),
            (
                {"UID": "", "No.": "", "Round": ""},
                "column UID: there is neither UID nor round, so the task is not known; a new one: pilottask add",
            ),
            (
                {"Round": "第一批"},
                (
                    "column Round: that is no round of collection up to now; it stands as it was written, "
                    "such as 1-20261123T100000.000000+0800"
                ),
            ),
            (
                {"Actual": "五台"},
                "column Actual: “五台” is not a number from 0 up; write 30 or 30.5, and what is counted under “Unit”",
            ),
            ({"Actual": "5台"}, "column Actual: the task says no unit; write the number alone"),
            ({"Ready to verify": "快了"}, "column Ready to verify: “快了” is no answer; those are yes, no, or nothing"),
            ({"Extension asked for": "是"}, "column Extension asked for: say until which day, and why"),
            ({"Progress": "a\x07"}, "column Progress: control character U+0007 at position 2; remove it"),
        ],
        ids=[
            "mixed up",
            "unknown",
            "another title",
            "no key",
            "round",
            "number",
            "no unit",
            "answer",
            "bare",
            "control",
        ],
    )
    def test_what_cannot_be_taken(self, cells: dict[str, str], message: str) -> None:
        known = ledger(task(department=UNIT), task(id=2, title="大赛", department=UNIT))
        collected = taken(known, {1: {"Progress": "甲", **cells}, 2: {"Progress": "乙"}})
        assert [str(fault) for fault in collected.faults] == [f"a.csv, row 4, {message}"]

    @pytest.mark.parametrize(
        ("unit", "cell"), [("%", "85%"), ("%", "85 ％"), ("百分比", "85%"), ("％", "85"), ("台", "85台")]
    )
    def test_what_is_counted_may_stand_with_the_figure(self, unit: str, cell: str) -> None:
        assert only(taken(one(unit=unit, target=100), {1: {"Actual": cell}})).actual == 85

    def test_what_is_counted_is_not_another_thing(self) -> None:
        collected = taken(one(unit="人次", target=100), {1: {"Actual": "85%"}})
        assert [fault.why for fault in collected.faults] == [
            "it is counted in “%”, and the task in “人次”; write the number alone, in “人次”"
        ]

    def test_everything_wrong_is_told_at_once(self) -> None:
        known = ledger(task(department=UNIT), task(id=2, title="大赛", department=UNIT))
        rows = filled(known, {1: {"Actual": "x", "Ready to verify": "x"}, 2: {"UID": "x"}})
        rows[4][0] = "9"
        sheets = [*back(rows), *back([["随便"]], "b.csv")]
        fault = returned.plan(sheets, known, stamp=BACK).refusal()
        assert [line.split(": ")[0] for line in fault.message.splitlines()] == [
            "4 places cannot be taken in, so nothing was:",
            "  a.csv, row 4, column Actual",
            "  a.csv, row 4, column Ready to verify",
            "  a.csv, row 5, column UID",
            "  b.csv",
        ]
        assert fault.hint == "mend them and import again, or take in the rest with --skip-bad REJECTS.csv"

    def test_what_a_department_adds_below_or_above_its_rows_is_told(self) -> None:
        rows = filled(one(), {1: {"Progress": "甲"}})
        rows[0].append("联系人：李")
        added = ["", "新建实训楼", "", "", "", "", UNIT]
        collected = returned.plan(back([["附件"], *rows, rows[2], added, ["填表人：李"]]), one(), stamp=BACK)
        assert only(collected).id == 1
        assert collected.notices == (
            "a.csv, row 1: written there and not taken: “附件”",
            "a.csv, row 2: written there and not taken: “联系人：李”",
            "a.csv, row 7: written there and not taken: “新建实训楼”, “区教体局”",
            "a.csv, row 8: written there and not taken: “填表人：李”",
        )

    def test_the_sheet_as_it_was_sent_says_nothing_of_its_own_head(self) -> None:
        for lang in Lang:
            set_language(lang)
            assert taken(one(), {}).notices[1:] == ()


class TestFixedCells:
    def test_changed_ones_are_told_and_not_taken(self) -> None:
        collected = taken(one(), {1: {"Progress": "甲", "Due": "2026-12-31", "Task": "新名"}})
        assert only(collected).title == "实训设备采购"
        assert collected.notices == (
            (
                "a.csv, row 4, task 1 “实训设备采购”: changed there and not taken: "
                "Task “新名” (stands as “实训设备采购”); Due “2026-12-31” (stands as “2026-12-15”)"
            ),
        )

    def test_what_the_office_changed_since_is_no_change_of_theirs(self) -> None:
        known = one(target=5)
        rows = filled(known, {1: {"Progress": "甲"}})
        office = stamp("2026-11-21", by="王敏")
        found = changes.edit(known.tasks[0], office, {"title": "新名", "target": 9, "support": ("区财政局",)})
        found = changes.extend(changes.start(found, office), office, to=date(2026, 12, 31), reason="雨季")
        assert returned.plan(back(rows), ledger(found), stamp=BACK).notices == ()

    def test_what_a_spreadsheet_writes_otherwise_is_no_change(self) -> None:
        known = one(target=5, requirement="一\r\n二", support=("甲局", "乙局"))
        answers = {
            "Progress": "甲",
            "Due": "2026/12/15",
            "Target": "5.0",
            "Requirement": "一\n二 ",
            "Support": "甲局，乙局",
        }
        assert taken(known, {1: answers}).notices == ()

    def test_a_sheet_in_the_other_language(self) -> None:
        known = one(support=("甲局", "乙局"))
        set_language(Lang.ZH)
        rows = filled(known, {1: {"进展情况": "甲", "申请核验": "是"}})
        set_language(Lang.EN)
        collected = returned.plan(back(rows), known, stamp=BACK)
        assert only(collected).status is Status.SUBMITTED
        assert collected.notices == ()

    def test_a_cell_that_is_no_date_any_more(self) -> None:
        assert "Due “年底吧” (stands as “2026-12-15”)" in taken(one(), {1: {"Due": "年底吧"}}).notices[0]


class TestDepartments:
    def known(self) -> Ledger:
        return ledger(
            task(department="甲局"), task(id=2, department="乙局"), task(id=3, department="丙局", status="closed")
        )

    def test_several_in_one_call(self) -> None:
        known = self.known()
        sheets = [
            *back(filled(known, {1: {"Progress": "x"}}, unit="甲局")),
            *back(filled(known, {2: {"Progress": "y"}}, unit="乙局"), "b.csv"),
        ]
        collected = returned.plan(sheets, known, stamp=BACK)
        assert [each.after.log[-1].by for each in collected.changed] == ["甲局", "乙局"]

    def test_several_in_one_workbook(self) -> None:
        known = self.known()
        data = book(
            {
                "甲": filled(known, {1: {"Progress": "x"}}, unit="甲局"),
                "说明": [["随便"]],
                "乙": filled(known, {2: {"Progress": "y"}}, unit="乙局"),
            }
        )
        collected = returned.plan(returned.sheets(data, "a.xlsx"), known, stamp=BACK)
        assert [each.after.id for each in collected.changed] == [1, 2]
        assert collected.notices == ("a.xlsx, “甲”: other sheets are not read: “说明”",)

    def test_the_one_that_was_asked_is_the_one_that_said_it(self) -> None:
        known = one()
        rows = filled(known, {1: {"Progress": "x"}})
        moved = changes.edit(known.tasks[0], stamp("2026-11-21"), {"department": "区科技局"})
        collected = returned.plan(back(rows), ledger(moved), stamp=BACK)
        assert only(collected).log[-1].by == UNIT


def closed(found: Task) -> Task:
    return done(found, stamp("2026-11-21"))


def suspended(found: Task) -> Task:
    return changes.suspend(found, stamp("2026-11-21"), reason="x")


@pytest.mark.parametrize(("move", "said"), [(closed, "closed"), (suspended, "suspended")])
def test_a_task_that_is_not_open_any_more_is_left_alone(move: Callable[[Task], Task], said: str) -> None:
    known = one()
    rows = filled(known, {1: FULL})
    collected = returned.plan(back(rows), ledger(move(known.tasks[0])), stamp=BACK)
    assert collected.changed == ()
    (notice,) = collected.notices
    assert notice == (
        f"a.csv, row 4: task 1 “实训设备采购” is {said} by now, so its row was not taken: "
        "“已发布”, “流标”, “重招”, “5”, “yes”"
    )


class TestWorkbooks:
    def data(self, known: Ledger) -> bytes:
        sheet = form.form(known.tasks, department=UNIT, ledger=known, issued=ISSUED, round_=1)
        return workbook.collection(sheet, office=None, today=TODAY)

    def test_filled_in_as_a_department_does(self) -> None:
        import io  # noqa: PLC0415  for one test

        known = ledger(task(department=UNIT, due="2026-12-15"), task(id=2, title="大赛", department=UNIT))
        made = openpyxl.load_workbook(io.BytesIO(self.data(known)))
        sheet = made.active
        heads = {cell.value: cell.column for cell in sheet[3]}
        sheet.cell(4, heads["Progress"]).value = "两项一起推进"
        sheet.merge_cells(start_row=4, end_row=5, start_column=heads["Progress"], end_column=heads["Progress"])
        sheet.cell(4, heads["Actual"]).value = 5
        sheet.cell(5, heads["Ready to verify"]).value = True
        written = io.BytesIO()
        made.save(written)
        sheets = returned.sheets(written.getvalue(), "a.xlsx")
        collected = returned.plan(sheets, known, stamp=BACK)
        assert [str(fault) for fault in collected.faults] == []
        first, second = (each.after for each in collected.changed)
        assert first.actual == 5
        assert [history.last_note(each).text for each in (first, second)] == ["两项一起推进"] * 2  # type: ignore[union-attr]
        assert second.status is Status.SUBMITTED
        assert collected.notices == ()

    def test_a_date_typed_for_an_extension(self) -> None:
        import io  # noqa: PLC0415  as above

        known = one()
        made = openpyxl.load_workbook(io.BytesIO(self.data(known)))
        (place,) = (cell.column for cell in made.active[3] if cell.value == "Extension asked for")
        made.active.cell(4, place).value = date(2026, 12, 30)
        collected = returned.plan(returned.sheets(saved(made), "a.xlsx"), known, stamp=BACK)
        assert history.open_problems(only(collected))[0].text == "asks for an extension: 2026-12-30"

    @pytest.mark.parametrize("lost", [{"UID"}, {"Round"}, {"UID", "Round"}], ids=["uid", "round", "both"])
    def test_hidden_columns_that_were_lost_on_the_way(self, lost: set[str]) -> None:
        known = TestSteps().known()
        rows = filled(known, {})
        heads = rows[2]
        for row, cell in zip(rows[3:], ("甲", "乙", "丙"), strict=True):
            row[heads.index("Progress")] = cell
        whole = returned.plan(back(rows), known, stamp=BACK)
        gone = {heads.index(head) for head in lost}
        rows[2:] = [[cell for place, cell in enumerate(row) if place not in gone] for row in rows[2:]]
        collected = returned.plan(back(rows), known, stamp=BACK)
        assert only(collected) == only(whole)
        assert collected.came == whole.came == {1: (UNIT,)}
        columns = ", ".join(head for head in ("UID", "Round") if head in lost)
        assert collected.notices == (
            (
                f"a.csv: hidden columns were lost: {columns}; its rows are known by number and title, "
                "and count in the last round of their departments"
            ),
        )

    def test_without_its_hidden_columns_a_row_that_is_not_known_is_refused(self) -> None:
        known = TestSteps().known()
        rows = filled(known, {})
        gone = {rows[2].index(head) for head in ("UID", "Round")}
        title = rows[2].index("Task")
        rows[3][title], rows[4][title], rows[5][0] = "别的", "└ 别的", "9"
        rows[2:] = [[cell for place, cell in enumerate(row) if place not in gone] for row in rows[2:]]
        why = "no task of this list has this number and title, nor such a step (└)"
        assert [fault.why for fault in returned.plan(back(rows), known, stamp=BACK).faults] == [why] * 3
        unasked = msgspec.structs.replace(known, rounds=())
        rows[3][title] = "实训设备采购"
        faults = returned.plan(back(rows[:4]), unasked, stamp=BACK).faults
        assert [fault.why for fault in faults] == ["the column is missing, and its department was asked in no round"]

    def test_a_formula_without_its_value(self) -> None:
        known = one()
        rows: list[list[object]] = [[cell or None for cell in row] for row in filled(known, {})]
        rows[3][rows[2].index("Actual")] = "=1+1"
        collected = returned.plan(returned.sheets(book(rows), "a.xlsx"), known, stamp=BACK)
        assert [str(fault) for fault in collected.faults] == [
            (
                "a.xlsx, “台账”, row 4, column Actual: cell S4 holds a formula without its value; "
                "save the file in a spreadsheet program, or type the value"
            )
        ]

    def test_a_workbook_without_such_a_sheet(self) -> None:
        collected = returned.plan(returned.sheets(book([["x"]]), "a.xlsx"), one(), stamp=BACK)
        assert [str(fault) for fault in collected.faults] == [
            "a.xlsx: this is no collection sheet as “export --collect” writes it"
        ]

    def test_a_file_that_cannot_be_read_is_named(self) -> None:
        with pytest.raises(UsageFault) as caught:
            returned.sheets(b"PK\x03\x04", "a.xlsx")
        assert caught.value.message == "a.xlsx: the workbook is damaged, or is none"
        assert reading.read(b"a,b").rows


class TestRounds:
    def test_whose_sheet_came_has_reported_on_the_day_it_came(self) -> None:
        known = ledger(task(department=UNIT, status="doing"), task(id=2, department="区法院"))
        rows = filled(known, {1: {"Ready to verify": "yes"}}, issued="2026-11-18")
        collected = returned.plan(back(rows), known, stamp=BACK, on=day("2026-11-19"))
        (arrival,) = collected.ledger.rounds[0].arrivals
        assert (arrival.department, arrival.day, arrival.at, arrival.how) == (
            UNIT,
            day("2026-11-19"),
            BACK.at,
            How.SHEET,
        )
        assert collected.changed[0].after.submitted == day("2026-11-19")

    def test_a_sheet_came_no_day_before_it_was_issued_nor_ahead(self) -> None:
        known = one()
        early = returned.plan(back(filled(known, {1: FULL})), known, stamp=BACK, on=day("2026-11-19"))
        assert [str(fault) for fault in early.faults] == [
            "a.csv, row 4, column Round: it was issued on 2026-11-20, so it came on no day before"
        ]
        with pytest.raises(UsageFault, match="2026-11-24 lies ahead"):
            returned.plan(back(filled(known, {})), known, stamp=BACK, on=day("2026-11-24"))

    def test_a_round_that_the_list_has_not_is_told_and_the_rest_taken(self) -> None:
        known = msgspec.structs.replace(one(), rounds=(round_(UNIT, n=2, at=at("2026-11-21")),))
        collected = taken(known, {1: FULL})
        assert collected.notices == (
            "a.csv: round 1, of which the sheet is, is not on this list; it is counted in none",
        )
        assert (len(collected.changed), collected.came) == (1, {})

    def test_a_department_that_was_renamed_since_has_reported(self) -> None:
        known = one()
        renamed = changes.rename_department(known, UNIT, "区教育局", BACK)
        collected = returned.plan(back(filled(known, {1: FULL})), renamed, stamp=BACK)
        assert collected.came == {1: ("区教育局",)}

    @given(st.permutations(range(4)), st.lists(st.integers(20, 23), min_size=4, max_size=4))
    def test_what_is_on_record_does_not_depend_on_the_order_in_which_sheets_came(
        self, order: list[int], days: list[int]
    ) -> None:
        units = ["甲", "乙", "丙", "甲"]
        known = ledger(*(task(id=n, department=unit) for n, unit in enumerate(dict.fromkeys(units), start=1)))

        def record(sequence: Sequence[int]) -> list[tuple[object, ...]]:
            after = known
            for place in sequence:
                rows = filled(known, {}, unit=units[place])
                after = returned.plan(back(rows), after, stamp=BACK, on=date(2026, 11, days[place])).ledger
            listed = rounds.rows(after.rounds[0], today=BACK.today)
            return [(row.department, row.state, row.arrival and row.arrival.day) for row in listed]

        assert record(order) == record(range(4))


class TestSteps:
    def known(self) -> Ledger:
        one = task(department=UNIT, due="2026-12-31", status="doing", target=100, unit="台")
        one = steps.add(one, stamp("2026-11-10"), "发布公告", due=day("2026-11-25"))
        one = steps.add(one, stamp("2026-11-10"), "到货六成", due=day("2026-12-10"), target=60, unit="%")
        return ledger(
            steps.finish(steps.add(one, stamp("2026-11-10"), "旧", due=day("2026-11-12")), 3, stamp("2026-11-12"))
        )

    def rows(self, answers: Mapping[str, Mapping[str, str]]) -> list[list[str]]:
        rows = filled(self.known(), {})
        heads = rows[2]
        for row in rows[3:]:
            for head, cell in answers.get(row[heads.index("Task")], {}).items():
                row[heads.index(head)] = cell
        return rows

    def test_each_step_that_is_not_done_has_a_row(self) -> None:
        rows = self.rows({})
        columns = [rows[2].index(head) for head in ("No.", "Task", "Target", "Unit", "Due", "UID")]
        assert [[row[column] for column in columns] for row in rows[3:]] == [
            ["1", "实训设备采购", "100", "台", "2026-12-31", "t0000001"],
            ["1", "└ 发布公告", "", "", "2026-11-25", "t0000001#1"],
            ["1", "└ 到货六成", "60", "%", "2026-12-10", "t0000001#2"],
        ]

    def test_what_is_reported_of_a_step_is_on_record(self) -> None:
        rows = self.rows(
            {
                "└ 发布公告": {"Progress": "已挂网", "Ready to verify": "yes"},
                "└ 到货六成": {"Progress": "在途", "Actual": "30%", "Problems": "运费"},
            }
        )
        known = self.known()
        first = returned.plan(back(rows), known, stamp=BACK)
        assert (first.faults, first.notices) == ((), ())
        one = only(first)
        assert [(step.text, step.done) for step in history.steps(one)][1:] == [
            ("发布公告", BACK.today),
            ("到货六成", None),
        ]
        assert [entry.text for entry in one.log if isinstance(entry, Note)] == [
            "发布公告: 已挂网",
            "到货六成: 在途; reached 30",
        ]
        assert (one.actual, one.status, [each.text for each in history.open_problems(one)]) == (
            None,
            Status.DOING,
            ["运费"],
        )
        again = returned.plan(back(rows), first.ledger, stamp=stamp("2026-11-24"))
        assert again.ledger is first.ledger

    def test_an_extension_of_a_step_names_it(self) -> None:
        collected = returned.plan(
            back(self.rows({"└ 到货六成": {"Extension asked for": "12-20"}})), self.known(), stamp=BACK
        )
        assert history.open_problems(only(collected))[0].text == "到货六成: asks for an extension: 12-20"
        assert "pilottask step edit 1 2 --due DATE --reason WHY" in collected.notices[0]

    def test_a_day_changed_in_a_row_of_a_step_is_told_and_a_step_that_is_gone_refused(self) -> None:
        rows = self.rows({"└ 发布公告": {"Due": "2026-11-30"}, "└ 到货六成": {"UID": "t0000001#9"}})
        collected = returned.plan(back(rows), self.known(), stamp=BACK)
        assert [str(fault) for fault in collected.faults] == [
            "a.csv, row 6, column UID: task 1 “实训设备采购” has no step “9”"
        ]
        assert collected.notices[0] == (
            "a.csv, row 5, task 1 “实训设备采购”: changed there and not taken: "
            "Due “2026-11-30” (stands as “2026-11-25”)"
        )
