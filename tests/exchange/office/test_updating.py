"""Changed cells brought into tasks that are there already."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.ledgers import DATA, one, planned, rows_table, whys
from factories import at, done, ledger, stamp, task
from pilottask.base.errors import UsageFault
from pilottask.exchange.office.importing import ImportPlan
from pilottask.exchange.office.reading import Table
from pilottask.ledger import changes, history, integrity, recurring, vocabulary
from pilottask.ledger.changes import Stamp
from pilottask.ledger.records import Edit, Every, Ledger, Note, Raise, Status, Task

WEEK_BEFORE = stamp("2026-11-13")
NOW = at("2026-11-20")
BY = "张三"
NAMES = {"工作任务": "设备采购", "牵头单位": "区教体局"}


def entered(*moves: Callable[[Task, Stamp], Task], **fields: object) -> Ledger:
    """Return a ledger with one task, entered and moved a week before."""
    found = changes.create(task(title="设备采购", department="区教体局", **fields), WEEK_BEFORE)
    for move in moves:
        found = move(found, WEEK_BEFORE)
    return ledger(found)


def update(fields: dict[str, str], into: Ledger) -> ImportPlan:
    return one(fields, into, update=True)


def after(plan: ImportPlan) -> Task:
    assert whys(plan) == []
    (changed,) = plan.changed
    again = changed.after
    assert history.differences(again) == []
    assert list(integrity.faults(plan.ledger)) == []
    return again


def new_entries(plan: ImportPlan) -> tuple[object, ...]:
    (changed,) = plan.changed
    return after(plan).log[len(changed.before.log) :]


def test_changed_fields_are_edits_on_record() -> None:
    plan = update({"责任人": "李四", "目标值": "12", "经费": "5万"}, entered(owner="王五"))
    assert new_entries(plan) == (
        Edit(at=NOW, by=BY, field="owner", old="王五", new="李四"),
        Edit(at=NOW, by=BY, field="target", old=None, new=12),
        Edit(at=NOW, by=BY, field="extra.经费", old=None, new="5万"),
    )
    assert (after(plan).owner, after(plan).target, after(plan).extra) == ("李四", 12, {"经费": "5万"})


def test_new_supporting_units_are_entered() -> None:
    plan = update({"配合单位": "区总工会、区教体局"}, entered(support=("区人社局",)))
    assert after(plan).support == ("区总工会",)
    assert plan.new_departments == ("区总工会",)


def test_blank_cells_erase_nothing() -> None:
    known = entered(
        lambda found, when: changes.note(found, when, text="已招标", next_step="开标"),
        lambda found, when: changes.raise_(found, when, text="流标"),
        changes.start,
        owner="王五",
        due="2026-12-15",
        target=5,
        extra={"经费": "5万"},
    )
    headings = ["责任人", "完成时限", "完成情况", "目标值", "经费", "进展情况", "存在问题", "下一步打算", "配合单位"]
    plan = update(dict.fromkeys(headings, ""), known)
    assert (plan.changed, plan.unchanged) == ((), known.tasks)


class TestDeadlines:
    def test_a_changed_one_is_an_extension(self) -> None:
        found = after(update({"完成时限": "2027-01-15"}, entered(due="2026-12-15")))
        (extended,) = history.extensions(found)
        assert (extended.to, extended.reason) == (date(2027, 1, 15), "import ledger.csv")
        assert (found.due, found.first_due) == (date(2027, 1, 15), date(2026, 12, 15))

    def test_a_first_one_is_an_edit(self) -> None:
        found = after(update({"完成时限": "2027-01-15"}, entered()))
        assert (found.due, found.first_due, history.extensions(found)) == (date(2027, 1, 15), date(2027, 1, 15), [])

    def test_a_first_one_that_was_moved_is_both(self) -> None:
        found = after(update({"原时限": "2026-12-15", "完成时限": "2027-01-15"}, entered()))
        assert (found.due, found.first_due) == (date(2027, 1, 15), date(2026, 12, 15))
        assert len(history.extensions(found)) == 1

    def test_the_first_one_does_not_come_back(self) -> None:
        known = planned_after({"完成时限": "2027-01-15"}, entered(due="2026-12-15"))
        assert update({"原时限": "2026-12-15", "完成时限": ""}, known).changed == ()

    @pytest.mark.parametrize(
        ("cell", "into", "why"),
        [
            (
                "长期坚持",
                entered(due="2026-12-15"),
                (
                    "task 1 “设备采购” has been due on 2026-12-15 since it was entered on 2026-11-13; "
                    "its deadline is moved on record"
                ),
            ),
            (
                "2027-01-15",
                entered(done, due="2026-12-15"),
                "task 1 “设备采购” is closed; only an open task's deadline can be moved",
            ),
        ],
        ids=["undated", "closed"],
    )
    def test_what_cannot_be_is_refused(self, cell: str, into: Ledger, why: str) -> None:
        plan = update({"完成时限": cell}, into)
        assert whys(plan) == [f"row 2, column 完成时限: {why}"]
        assert plan.ledger == into


class TestReports:
    KNOWN = entered(
        lambda found, when: changes.note(found, when, text="已招标", next_step="开标"),
        lambda found, when: changes.raise_(found, when, text="流标"),
        lambda found, when: changes.raise_(found, when, text="缺人"),
        lambda found, when: changes.settle(found, when, n=2),
    )

    @pytest.mark.parametrize(
        ("fields", "note"),
        [
            ({"进展情况": "已开标"}, Note(at=NOW, by=BY, text="已开标", next="开标", imported=True)),
            ({"下一步打算": "签约"}, Note(at=NOW, by=BY, text="已招标", next="签约", imported=True)),
            (
                {"进展情况": "已开标", "下一步打算": "签约"},
                Note(at=NOW, by=BY, text="已开标", next="签约", imported=True),
            ),
        ],
        ids=["progress", "next", "both"],
    )
    def test_changed_ones_are_new_notes(self, fields: dict[str, str], note: Note) -> None:
        assert new_entries(update(fields, self.KNOWN)) == (note,)

    def test_a_new_problem_is_raised(self) -> None:
        assert new_entries(update({"存在问题": "缺场地"}, self.KNOWN)) == (Raise(at=NOW, by=BY, n=3, text="缺场地"),)

    @pytest.mark.parametrize("text", ["流标", "缺人", "#1 流标\n#2 缺人", "无"])
    def test_a_known_one_is_not_raised_again(self, text: str) -> None:
        assert update({"存在问题": text, "进展情况": "已招标"}, self.KNOWN).changed == ()

    def test_a_closed_task_takes_none(self) -> None:
        assert whys(update({"存在问题": "缺场地"}, entered(done))) == [
            "row 2, column 存在问题: task 1 “设备采购” is closed; reopen it before raising a problem on it"
        ]


MOVES: dict[str, tuple[Callable[[Task, Stamp], Task], ...]] = {
    "todo": (),
    "doing": (changes.start,),
    "submitted": (changes.start, changes.submit),
    "closed": (changes.start, changes.close),
    "suspended": (changes.start, lambda found, when: changes.suspend(found, when, reason="雨季")),
    "cancelled": (changes.start, lambda found, when: changes.cancel(found, when, reason="合并")),
}
KINDS = {
    ("todo", "doing"): "start",
    ("todo", "submitted"): "start submit",
    ("todo", "closed"): "close",
    ("todo", "suspended"): "suspend",
    ("todo", "cancelled"): "cancel",
    ("doing", "submitted"): "submit",
    ("doing", "closed"): "close",
    ("doing", "suspended"): "suspend",
    ("doing", "cancelled"): "cancel",
    ("submitted", "doing"): "return",
    ("submitted", "closed"): "close",
    ("submitted", "suspended"): "suspend",
    ("submitted", "cancelled"): "cancel",
    ("closed", "doing"): "reopen",
    ("closed", "submitted"): "reopen submit",
    ("closed", "suspended"): "reopen suspend",
    ("closed", "cancelled"): "reopen cancel",
    ("suspended", "doing"): "reopen",
    ("suspended", "submitted"): "reopen submit",
    ("suspended", "closed"): "reopen close",
    ("suspended", "cancelled"): "reopen cancel",
    ("cancelled", "doing"): "reopen",
    ("cancelled", "submitted"): "reopen submit",
    ("cancelled", "closed"): "reopen close",
    ("cancelled", "suspended"): "reopen suspend",
}


def planned_after(fields: dict[str, str], into: Ledger) -> Ledger:
    return update(fields, into).ledger


class TestStatuses:
    @pytest.mark.parametrize(("way", "kinds"), KINDS.items(), ids=["-".join(way) for way in KINDS])
    def test_the_moves_needed_are_made(self, way: tuple[str, str], kinds: str) -> None:
        plan = update({"完成情况": way[1]}, entered(*MOVES[way[0]]))
        assert [type(entry).__name__.lower() for entry in new_entries(plan)] == kinds.split()
        assert after(plan).status == way[1]
        reasons = {entry.reason for entry in new_entries(plan) if hasattr(entry, "reason")}
        assert reasons <= {"import ledger.csv"}

    @pytest.mark.parametrize("start", ["doing", "submitted", "closed", "suspended", "cancelled"])
    def test_no_move_leads_back_to_todo(self, start: str) -> None:
        (why,) = whys(update({"完成情况": "未启动"}, entered(*MOVES[start])))
        assert why.endswith("no move leads back to todo")
        assert why.startswith("row 2, column 完成情况: task 1 “设备采购” is ")

    def test_what_was_todo_before_goes_back_to_it(self) -> None:
        known = entered(lambda found, when: changes.suspend(found, when, reason="雨季"))
        assert after(update({"完成情况": "未启动"}, known)).status is Status.TODO

    @pytest.mark.parametrize("start", list(MOVES))
    def test_days_are_taken(self, start: str) -> None:
        known = entered(*MOVES[start])
        fields = {"完成情况": "已销号", "申请办结日期": "2026-11-15", "办结日期": "2026-11-18"}
        found = after(update(fields, known))
        assert (found.submitted, found.closed) == (date(2026, 11, 15), date(2026, 11, 18))
        assert update(fields, ledger(found)).changed == ()

    def test_a_day_of_submission_is_corrected(self) -> None:
        found = after(update({"完成情况": "待核验", "申请办结日期": "2026-11-15"}, entered(*MOVES["submitted"])))
        assert (found.status, found.submitted) == (Status.SUBMITTED, date(2026, 11, 15))

    def test_a_day_of_closing_is_corrected_alone(self) -> None:
        known = entered(
            changes.start, lambda found, when: changes.submit(found, when, on=date(2026, 11, 10)), changes.close
        )
        found = after(update({"完成情况": "已销号", "办结日期": "2026-11-18"}, known))
        assert (found.submitted, found.closed) == (date(2026, 11, 10), date(2026, 11, 18))

    def test_a_day_of_closing_that_is_not_known_is_asked_for(self) -> None:
        known = one({"完成情况": "已销号"}).ledger
        assert whys(update({"完成情况": "已销号", "申请办结日期": "2026-11-15"}, known)) == [
            "row 2, column 申请办结日期: task 1 “设备采购” was closed on a day that is not known; give that day too"
        ]

    def test_a_day_before_the_submission_is_refused(self) -> None:
        (why,) = whys(update({"完成情况": "已销号", "办结日期": "2026-11-12"}, entered(*MOVES["submitted"])))
        assert why.endswith("it cannot have been closed before, on 2026-11-12")

    def test_what_is_told_with_a_reopening_is_taken(self) -> None:
        known = entered(changes.start, changes.close, due="2026-12-15")
        found = after(update({"完成情况": "推进中", "完成时限": "2027-01-15", "存在问题": "流标"}, known))
        assert (found.status, str(found.due), len(history.open_problems(found))) == (Status.DOING, "2027-01-15", 1)

    def test_what_is_told_with_a_closing_is_taken(self) -> None:
        found = after(update({"完成情况": "已销号", "存在问题": "流标"}, entered(changes.start)))
        assert (found.status, len(history.open_problems(found))) == (Status.CLOSED, 1)


CELLS = {
    "UID": st.just("t0000001"),
    "工作任务": st.sampled_from(["设备采购", "采购"]),
    "责任人": st.sampled_from(["", "张三"]),
    "配合单位": st.sampled_from(["", "区总工会、区教体局", "区人社局"]),
    "目标值": st.sampled_from(["", "5", "5.5"]),
    "原时限": st.sampled_from(["", "2026-12-01"]),
    "完成时限": st.sampled_from(["", "2026-12-15", "2027-01-15", "长期坚持"]),
    "完成情况": st.sampled_from(["", *MOVES]),
    "申请办结日期": st.sampled_from(["", "2026-11-12"]),
    "办结日期": st.sampled_from(["", "2026-11-14"]),
    "进展情况": st.sampled_from(["", "已招标", "无"]),
    "下一步打算": st.sampled_from(["", "开标"]),
    "存在问题": st.sampled_from(["", "流标", "#1 流标\n#4（需协调） 缺人"]),
    "要素保障": st.sampled_from(["", "资金"]),
    "经费": st.sampled_from(["", "5万"]),
}


@given(st.sampled_from(list(MOVES)), st.sampled_from([None, "2026-12-15"]), st.fixed_dictionaries(CELLS), st.data())
def test_twice_is_once(start: str, due: str | None, fields: dict[str, str], data: st.DataObject) -> None:
    known = entered(*MOVES[start], due=due)
    kept = data.draw(st.sets(st.sampled_from(list(CELLS))))
    told = {heading: cell for heading, cell in fields.items() if heading in kept | {"UID"}}
    first = update(told, known)
    assert list(integrity.faults(first.ledger)) == []
    if first.rejected:
        assert first.ledger == known
        return
    second = update(told, first.ledger)
    assert (second.added, second.changed, second.rejected) == ((), (), ())
    assert [history.differences(each) for each in first.ledger.tasks] == [[]]


def test_a_later_ledger_brings_the_week_up_to_date() -> None:
    text = (DATA / "ledger.csv").read_text("utf-8-sig")
    known = planned(text, stamp=WEEK_BEFORE).ledger
    later = text.replace("已宣讲9场", "已宣讲10场").replace("2026-12-20,推进中", "2026-12-31,推进中")
    later = later.replace("11月19日,待核验", "11月19日,已销号") + "31,思想引领,新任务,,区总工会,,,,,,,,\n"
    plan = planned(later, known, update=True)
    assert [changed.after.id for changed in plan.changed] == [2, 7, 21]
    assert [type(changed.after.log[-1]).__name__ for changed in plan.changed] == ["Note", "Extend", "Close"]
    assert [each.id for each in plan.added] == [31]
    assert len(plan.unchanged) == 27


class TestRecurring:
    """Rows that close or reopen one of a task that comes round."""

    @staticmethod
    def series(*, closed: bool = True) -> Ledger:
        """Return a monthly task, closed with the next of it open, or the first alone."""
        first = changes.create(
            task(title="月调度", department="区教体局", due="2026-11-30", every=Every.MONTH), WEEK_BEFORE
        )
        if not closed:
            return ledger(first)
        book = ledger(done(first, WEEK_BEFORE))
        return recurring.with_next(book, [1], WEEK_BEFORE, new_uid=lambda: "second")

    @staticmethod
    def rows(*rows: tuple[str, str]) -> Table:
        """Return a ledger of these UIDs and statuses."""
        return rows_table(
            ("UID", "工作任务", "牵头单位", "完成情况"), *((uid, "月调度", "区教体局", status) for uid, status in rows)
        )

    def test_closing_opens_the_next(self) -> None:
        plan = planned(self.rows(("t0000001", "已销号")), self.series(closed=False), update=True)
        (following,) = plan.opened
        assert (following.id, following.due, following.status) == (2, date(2026, 12, 31), Status.TODO)
        assert plan.added == ()
        assert plan.ledger.tasks[1:] == (following,)
        assert after(plan).status is Status.CLOSED
        again = planned(self.rows(("t0000001", "已销号")), plan.ledger, update=True)
        assert (again.ledger, again.changed, again.opened) == (plan.ledger, (), ())

    def test_what_is_entered_closed_opens_none(self) -> None:
        plan = one({"完成时限": "2026-11-01", "周期": "每月", "完成情况": "已销号"})
        assert (len(plan.ledger.tasks), plan.opened) == (1, ())

    def test_the_next_stands_behind_what_is_added(self) -> None:
        rows = self.rows(("t0000001", "已销号"), ("new", "未启动"))
        plan = planned(rows, self.series(closed=False), update=True)
        assert [(found.id, found.uid) for found in (*plan.added, *plan.opened)] == [(2, "new"), (3, "u1")]

    def test_a_row_with_its_uid_reopens_beside_the_next(self) -> None:
        plan = planned(self.rows(("t0000001", "推进中")), self.series(), update=True)
        assert whys(plan) == []
        assert [found.status for found in plan.ledger.tasks] == [Status.DOING, Status.TODO]

    def test_a_row_without_uid_may_mean_either_and_is_asked(self) -> None:
        table = rows_table(("工作任务", "牵头单位", "完成情况"), ("月调度", "区教体局", "推进中"))
        plan = planned(table, self.series(), update=True)
        (why,) = whys(plan)
        assert why == (
            "row 2, column 完成情况: task 1 “月调度” comes round, and task 2 “月调度” is open too; "
            "give the UID of the one that the row means: t0000001, second"
        )
        assert plan.changed == ()

    def test_a_next_one_beyond_the_calendar_refuses_the_whole(self) -> None:
        with pytest.raises(UsageFault, match="the one after task 1 “设备采购” would fall after the year 9999"):
            update({"完成情况": "已销号"}, entered(due="9999-12-31", every=Every.YEAR))

    def test_a_period_without_a_deadline_is_told(self) -> None:
        said = "1 row comes round and has no deadline, so that closing it opens no next one: row 2"
        assert said in one({"周期": "每月"}).notices
        assert said in update({"周期": "每月"}, entered()).notices
        assert said not in one({"周期": "每月", "完成时限": "2026-12-31"}).notices
        known = entered(every=Every.MONTH)
        assert (update({"周期": "每月"}, known).notices, update({"周期": "每月"}, known).unchanged) == ((), known.tasks)

    @given(st.lists(st.tuples(st.sampled_from(["t0000001", "second", "third"]), st.sampled_from(list(Status)))))
    def test_never_two_of_a_series_are_open_at_once(self, said: list[tuple[str, Status]]) -> None:
        book = self.series()
        book = changes.apply(book, [2], lambda found: done(found, WEEK_BEFORE))
        book = recurring.with_next(book, [2], WEEK_BEFORE, new_uid=lambda: "third")
        rows = self.rows(*((uid, vocabulary.STATUS.say(status)) for uid, status in dict(said).items()))
        plan = planned(rows, book, update=True)
        assert recurring.open_at_once(plan.ledger) == []
        assert list(integrity.faults(plan.ledger)) == []
