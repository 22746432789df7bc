"""What may be done to a task, and the log entry that each change leaves."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from factories import TODAY, at, day, ledger, stamp, task
from pilottask.base.errors import ExitCode, NotFound, PilotError, UsageFault
from pilottask.base.i18n import Lang, language, set_language
from pilottask.ledger import changes, departments, history, integrity
from pilottask.ledger.changes import Move
from pilottask.ledger.records import (
    Cancel,
    Chase,
    Close,
    Create,
    Edit,
    Every,
    Extend,
    Hand,
    Import,
    Need,
    Note,
    Raise,
    Reopen,
    Return,
    Settle,
    Start,
    Status,
    Submit,
    Suspend,
    Task,
    replace,
)

NOW: dict[str, Any] = {"at": at("2026-11-20"), "by": "张三"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language(Lang.EN)
    yield
    set_language(before)


def refusal(change: Callable[[], object], kind: type[PilotError] = UsageFault) -> PilotError:
    with pytest.raises(kind) as caught:
        change()
    return caught.value


# A task in each status, as its life would have brought it there.
def todo(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return task(id=3, title="签约", **over)


def doing(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return changes.start(todo(**over), stamp("2026-11-02"))


def submitted(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return changes.submit(doing(**over), stamp("2026-11-10"))


def closed(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return changes.close(submitted(**over), stamp("2026-11-15"))


def suspended(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return changes.suspend(doing(**over), stamp("2026-11-10"), reason="停工")


def cancelled(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    return changes.cancel(doing(**over), stamp("2026-11-10"), reason="重复")


IN = {
    Status.TODO: todo,
    Status.DOING: doing,
    Status.SUBMITTED: submitted,
    Status.CLOSED: closed,
    Status.SUSPENDED: suspended,
    Status.CANCELLED: cancelled,
}
MOVES: dict[Move, Callable[[Task], Task]] = {
    Move.START: lambda one: changes.start(one, stamp()),
    Move.SUBMIT: lambda one: changes.submit(one, stamp()),
    Move.CLOSE: lambda one: changes.close(one, stamp()),
    Move.RETURN: lambda one: changes.return_(one, stamp(), reason="缺验收单"),
    Move.SUSPEND: lambda one: changes.suspend(one, stamp(), reason="停工"),
    Move.CANCEL: lambda one: changes.cancel(one, stamp(), reason="重复"),
    Move.REOPEN: lambda one: changes.reopen(one, stamp(), reason="复工"),
}

# The life of a task: where each move leads from each status; what is not here is refused.
LIFE = {
    (Status.TODO, Move.START): Status.DOING,
    (Status.TODO, Move.SUSPEND): Status.SUSPENDED,
    (Status.TODO, Move.CANCEL): Status.CANCELLED,
    (Status.DOING, Move.SUBMIT): Status.SUBMITTED,
    (Status.DOING, Move.CLOSE): Status.CLOSED,
    (Status.DOING, Move.SUSPEND): Status.SUSPENDED,
    (Status.DOING, Move.CANCEL): Status.CANCELLED,
    (Status.SUBMITTED, Move.CLOSE): Status.CLOSED,
    (Status.SUBMITTED, Move.RETURN): Status.DOING,
    (Status.SUBMITTED, Move.SUSPEND): Status.SUSPENDED,
    (Status.SUBMITTED, Move.CANCEL): Status.CANCELLED,
    (Status.CLOSED, Move.REOPEN): Status.SUBMITTED,
    (Status.SUSPENDED, Move.REOPEN): Status.DOING,
    (Status.CANCELLED, Move.REOPEN): Status.DOING,
}
EVERY_MOVE = [(status, move) for status in Status for move in Move]


@pytest.mark.parametrize(("status", "move"), [pair for pair in EVERY_MOVE if pair in LIFE], ids=str)
def test_a_move_that_is_open(status: Status, move: Move) -> None:
    before = IN[status]()
    after = MOVES[move](before)
    assert after.status is LIFE[status, move]
    assert after.log[:-1] == before.log
    assert (after.log[-1].at, after.log[-1].by) == (at("2026-11-20"), "张三")


@pytest.mark.parametrize(("status", "move"), [pair for pair in EVERY_MOVE if pair not in LIFE], ids=str)
def test_a_move_that_is_refused_names_those_that_are_open(status: Status, move: Move) -> None:
    refused = refusal(lambda: MOVES[move](IN[status]()))
    assert refused.exit_code is ExitCode.USAGE
    assert refused.message == f"task 3 “签约” is {status}, so “{move}” does not apply"
    named = [changes.MOVE_LABELS[other] for other in Move if (status, other) in LIFE]
    assert refused.hint == f"open to it: {', '.join(named)}"


@pytest.mark.parametrize("move", [Move.RETURN, Move.SUSPEND, Move.CANCEL, Move.REOPEN])
@pytest.mark.parametrize("reason", ["", " ", "\u3000\n"], ids=["nothing", "a space", "blanks"])
def test_a_move_back_or_off_needs_a_reason(move: Move, reason: str) -> None:
    made = {Move.RETURN: submitted, Move.SUSPEND: doing, Move.CANCEL: doing, Move.REOPEN: closed}[move]
    change = {
        Move.RETURN: changes.return_,
        Move.SUSPEND: changes.suspend,
        Move.CANCEL: changes.cancel,
        Move.REOPEN: changes.reopen,
    }[move]
    assert refusal(lambda: change(made(), stamp(), reason=reason)).message == "the reason must not be empty"


@pytest.mark.parametrize(
    ("made", "entry"),
    [
        (lambda: MOVES[Move.START](todo()), Start(**NOW)),
        (lambda: changes.submit(doing(), stamp(), evidence="验收单"), Submit(**NOW, evidence="验收单")),
        (lambda: changes.close(submitted(), stamp(), verifier="王五"), Close(**NOW, verifier="王五")),
        (lambda: MOVES[Move.RETURN](submitted()), Return(**NOW, reason="缺验收单")),
        (lambda: MOVES[Move.SUSPEND](todo()), Suspend(**NOW, reason="停工")),
        (lambda: MOVES[Move.CANCEL](todo()), Cancel(**NOW, reason="重复")),
        (lambda: MOVES[Move.REOPEN](closed()), Reopen(**NOW, reason="复工")),
    ],
    ids=list(Move),
)
def test_a_move_is_logged(made: Callable[[], Task], entry: Start) -> None:
    assert made().log[-1] == entry


# Days of submission and closing


def dates(one: Task) -> tuple[str | None, str | None]:
    return (str(one.submitted) if one.submitted else None, str(one.closed) if one.closed else None)


def test_submission_and_closing_have_their_days() -> None:
    assert dates(doing()) == (None, None)
    assert dates(submitted()) == ("2026-11-10", None)
    assert dates(closed()) == ("2026-11-10", "2026-11-15")


def test_closing_what_was_not_submitted_makes_no_submission_up() -> None:
    one = changes.close(doing(), stamp(), on=day("2026-11-18"))
    assert dates(one) == (None, "2026-11-18")
    assert dates(changes.reopen(one, stamp(), reason="复核不过")) == (None, None)


def test_a_file_may_say_that_what_was_never_begun_is_closed() -> None:
    one = changes.close_from_file(todo(), stamp(), on=None)
    assert (dates(one), [entry.at for entry in one.log[1:]]) == ((None, "2026-11-20"), [at("2026-11-20")])
    assert changes.reopen(one, stamp(), reason="误").status is Status.TODO


def test_a_day_may_precede_the_entry_but_not_lie_ahead() -> None:
    early = changes.submit(doing(), stamp(), on=day("2026-01-05"))
    assert dates(early) == ("2026-01-05", None)
    assert early.log[-1] == Submit(**NOW, on=day("2026-01-05"))
    for change in (changes.submit, changes.close):
        refused = refusal(lambda change=change: change(doing(), stamp(), on=day("2026-11-21")))  # type: ignore[misc]
        assert refused.message == "2026-11-21 lies ahead; --on takes today (2026-11-20) or a day before"


def test_the_day_of_the_entry_is_not_told_twice() -> None:
    assert changes.submit(doing(), stamp(), on=TODAY).log[-1] == Submit(**NOW)


def test_a_task_cannot_be_closed_before_it_was_submitted() -> None:
    refused = refusal(lambda: changes.close(submitted(), stamp(), on=day("2026-11-09")))
    assert refused.message == (
        "task 3 “签约” was submitted on 2026-11-10; it cannot have been closed before, on 2026-11-09"
    )
    assert dates(changes.close(submitted(), stamp(), on=day("2026-11-10"))) == ("2026-11-10", "2026-11-10")


@pytest.mark.parametrize(
    ("made", "status", "days"),
    [
        (closed, Status.SUBMITTED, ("2026-11-10", None)),
        (lambda: changes.close(doing(), stamp()), Status.DOING, (None, None)),
        (lambda: changes.suspend(submitted(), stamp(), reason="停工"), Status.SUBMITTED, ("2026-11-10", None)),
        (lambda: changes.cancel(todo(), stamp(), reason="重复"), Status.TODO, (None, None)),
        (
            lambda: task(
                id=3,
                status="closed",
                log=(Import(**NOW, status=Status.CLOSED, submitted=day("2026-11-01"), closed=day("2026-11-02")),),
            ),
            Status.DOING,
            (None, None),
        ),
    ],
    ids=["closed", "closed from doing", "suspended when submitted", "cancelled from todo", "imported as closed"],
)
def test_reopening_goes_back_to_where_it_stood(
    made: Callable[[], Task], status: Status, days: tuple[str | None, str | None]
) -> None:
    again = changes.reopen(made(), stamp(), reason="复工")
    assert again.status is status
    assert dates(again) == days


def test_returning_takes_the_submission_back() -> None:
    assert dates(changes.return_(submitted(), stamp(), reason="缺验收单")) == (None, None)


# Entering


def test_entering_a_task_begins_its_log() -> None:
    typed = task(
        due="2026-12-01", created="2020-01-01", first_due=None, department="甲", support=("乙", "甲", "乙"), log=()
    )
    entered = changes.create(typed, stamp())
    assert (entered.created, entered.first_due, entered.support) == (TODAY, day("2026-12-01"), ("乙",))
    assert entered.log == (Create(**NOW),)


# Notes, problems, reminders


def test_a_note_keeps_the_status_and_sets_the_figure() -> None:
    noted = changes.note(todo(target=8), stamp(), text="已签5家", next_step="再签3家", actual=5, result=True)
    assert (noted.status, noted.actual) == (Status.TODO, 5)
    assert noted.log[-1] == Note(**NOW, text="已签5家", next="再签3家", actual=5, result=True)


def test_a_note_without_a_figure_leaves_it() -> None:
    assert changes.note(todo(actual=4), stamp(), text="无变化").actual == 4
    assert changes.note(todo(actual=4), stamp(), text="退回", actual=0).actual == 0


@pytest.mark.parametrize("before", [None, 0, 4, 1.5])
def test_a_figure_keeps_the_one_before_it(before: float | None) -> None:
    assert changes.note(todo(actual=before), stamp(), text="已签5家", actual=5).log[-1] == Note(
        **NOW, text="已签5家", was=before, actual=5
    )
    assert changes.note(todo(actual=before), stamp(), text="无变化").log[-1] == Note(**NOW, text="无变化")


def test_a_note_can_be_written_on_a_closed_task() -> None:
    assert changes.note(closed(), stamp(), text="归档").status is Status.CLOSED


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda: changes.note(todo(), stamp(), text=" "), "the note"),
        (lambda: changes.raise_(todo(), stamp(), text=""), "the problem"),
        (lambda: changes.extend(todo(due="2026-12-01"), stamp(), to=day("2026-12-02"), reason=""), "the reason"),
    ],
)
def test_what_is_said_must_say_something(change: Callable[[], Task], what: str) -> None:
    assert refusal(change).message == f"{what} must not be empty"


def test_problems_are_numbered_from_one_and_never_again() -> None:
    one = changes.raise_(doing(), stamp(), text="流标", need=Need.MONEY, coordinate=True)
    one = changes.settle(one, stamp(), n=1, text="追加预算")
    one = changes.raise_(one, stamp(), text="场地")
    assert one.log[-3:] == (
        Raise(**NOW, n=1, text="流标", need=Need.MONEY, coordinate=True),
        Settle(**NOW, n=1, text="追加预算"),
        Raise(**NOW, n=2, text="场地"),
    )
    assert [raised.n for raised in history.open_problems(one)] == [2]


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_no_problem_is_raised_on_what_is_over(status: Status) -> None:
    refused = refusal(lambda: changes.raise_(IN[status](), stamp(), text="流标"))
    assert refused.message == f"task 3 “签约” is {status}; reopen it before raising a problem on it"


def test_settling_what_is_not_there_names_what_is() -> None:
    one = changes.raise_(changes.raise_(doing(), stamp(), text="流标"), stamp(), text="场地")
    refused = refusal(lambda: changes.settle(one, stamp(), n=3), NotFound)
    assert (refused.message, refused.hint) == ("task 3 “签约” has no problem 3", "open problems: 1, 2")
    assert refusal(lambda: changes.settle(doing(), stamp(), n=1), NotFound).hint == "it has no open problem"
    twice = refusal(lambda: changes.settle(changes.settle(one, stamp(), n=2), stamp(), n=2))
    assert twice.message == "problem 2 of task 3 “签约” is settled already"


@pytest.mark.parametrize("status", Status)
def test_only_work_that_is_with_its_department_is_chased(status: Status) -> None:
    if status in {Status.TODO, Status.DOING}:
        chased = changes.chase(IN[status](), stamp(), text="电话")
        assert (chased.log[-1], chased.status) == (Chase(**NOW, text="电话"), status)
    else:
        refused = refusal(lambda: changes.chase(IN[status](), stamp()))
        assert refused.message == f"task 3 “签约” is {status}; there is nothing to chase"


# Deadlines


def test_an_extension_moves_the_deadline_and_keeps_the_first() -> None:
    moved = changes.extend(todo(due="2026-11-08"), stamp(), to=day("2026-12-20"), reason="流标", approved_by="分管领导")
    assert (moved.due, moved.first_due) == (day("2026-12-20"), day("2026-11-08"))
    assert moved.log[-1] == Extend(
        **NOW, from_=day("2026-11-08"), to=day("2026-12-20"), reason="流标", approved_by="分管领导"
    )
    again = changes.extend(moved, stamp(), to=day("2027-01-20"), reason="又流标")
    assert (again.due, again.first_due) == (day("2027-01-20"), day("2026-11-08"))
    assert again.log[-1] == Extend(**NOW, from_=day("2026-12-20"), to=day("2027-01-20"), reason="又流标")


@pytest.mark.parametrize("status", Status)
def test_only_an_open_task_is_extended(status: Status) -> None:
    one = IN[status](due="2026-11-08")
    if status in {Status.TODO, Status.DOING, Status.SUBMITTED}:
        assert changes.extend(one, stamp(), to=day("2026-12-20"), reason="流标").status is status
    else:
        refused = refusal(lambda: changes.extend(one, stamp(), to=day("2026-12-20"), reason="流标"))
        assert refused.message == f"task 3 “签约” is {status}; only an open task's deadline can be moved"
        assert refused.hint == "open to it: reopen (back to where it stood)"


def test_what_cannot_be_extended_says_why() -> None:
    undated = refusal(lambda: changes.extend(todo(), stamp(), to=day("2026-12-20"), reason="流标"))
    assert (undated.message, undated.hint) == (
        "task 3 “签约” has no deadline to extend",
        "set one: pilottask edit 3 --due 2026-12-20",
    )
    same = refusal(lambda: changes.extend(todo(due="2026-12-20"), stamp(), to=day("2026-12-20"), reason="流标"))
    assert same.message == "task 3 “签约” is due on 2026-12-20 already"


# Edits


def test_an_edit_logs_each_field_that_changes() -> None:
    before = todo(owner="张三", aspect="素质提升")
    after = changes.edit(before, stamp(), {"owner": "李四", "aspect": "素质提升", "every": Every.MONTH, "unit": None})
    assert (after.owner, after.every) == ("李四", Every.MONTH)
    assert after.log[len(before.log) :] == (
        Edit(**NOW, field="owner", old="张三", new="李四"),
        Edit(**NOW, field="every", old=None, new="month"),
    )


def test_an_edit_that_changes_nothing_leaves_the_task_as_it_is() -> None:
    one = todo(owner="张三", extra={"文号": "3号"})
    assert changes.edit(one, stamp(), {"owner": "张三", "extra.文号": "3号", "extra.科室": None}) is one


def test_own_columns_are_set_and_taken_away() -> None:
    one = changes.edit(todo(extra={"文号": "3号", "科室": "一科"}), stamp(), {"extra.文号": "4号", "extra.科室": None})
    assert one.extra == {"文号": "4号"}
    assert one.log[-2:] == (
        Edit(**NOW, field="extra.文号", old="3号", new="4号"),
        Edit(**NOW, field="extra.科室", old="一科", new=None),
    )


def test_the_lead_is_not_among_those_that_support_it() -> None:
    one = task(department="甲", support=("乙", "丙"))
    led = changes.edit(one, stamp(), {"department": "乙"})
    assert (led.department, led.support) == ("乙", ("丙",))
    assert changes.edit(one, stamp(), {"support": ("丁", "甲", "丁")}).support == ("丁",)


@pytest.mark.parametrize(
    ("due", "created", "allowed"),
    [(None, "2026-10-29", True), ("2026-12-01", "2026-11-20", True), ("2026-12-01", "2026-11-19", False)],
    ids=["none yet", "on the day of entry", "a day later"],
)
def test_a_deadline_is_set_and_corrected_on_its_first_day_alone(due: str | None, created: str, allowed: bool) -> None:
    one = todo(due=due, created=created)

    def edited() -> Task:
        return changes.edit(one, stamp(), {"due": day("2026-12-20")})

    if allowed:
        assert (edited().due, edited().first_due) == (day("2026-12-20"), day("2026-12-20"))
        assert [entry.field for entry in edited().log if isinstance(entry, Edit)] == ["due", "first_due"]
    else:
        refused = refusal(edited)
        assert refused.message == (
            "task 3 “签约” has been due on 2026-12-01 since it was entered on 2026-11-19; "
            "its deadline is moved on record"
        )
        assert refused.hint == "pilottask extend 3 DATE --reason WHY"


def test_naming_the_deadline_it_has_changes_nothing() -> None:
    one = todo(due="2026-12-01", created="2026-01-01")
    assert changes.edit(one, stamp(), {"due": date(2026, 12, 1)}) is one


# The whole list


def test_new_tasks_get_the_next_ids() -> None:
    grown = changes.with_new(ledger(task(id=7)), [task(id=1, uid="a"), task(id=1, uid="b")])
    assert [(one.id, one.uid) for one in grown.tasks] == [(7, "t0000007"), (8, "a"), (9, "b")]
    assert grown.next_id == 10


def test_an_id_is_not_used_again() -> None:
    shrunk = changes.without(ledger(task(id=1), task(id=2)), [2])
    assert [one.id for one in shrunk.tasks] == [1]
    assert changes.with_new(shrunk, [task()]).tasks[-1].id == 3


def test_a_change_is_made_to_all_or_none() -> None:
    book = ledger(task(id=1), doing(), task(id=5))
    changed = changes.apply(book, [1, 5], lambda one: changes.start(one, stamp()))
    assert [one.status for one in changed.tasks] == [Status.DOING] * 3
    refusal(lambda: changes.apply(book, [1, 3], lambda one: changes.start(one, stamp())))
    assert [one.status for one in book.tasks] == [Status.TODO, Status.DOING, Status.TODO]


def test_a_change_can_be_made_to_every_task() -> None:
    book = changes.apply_all(ledger(task(id=1), task(id=5)), lambda one: changes.start(one, stamp()))
    assert [one.status for one in book.tasks] == [Status.DOING] * 2


def test_own_columns_are_taken_out_of_what_was_typed() -> None:
    values: dict[str, object] = {"owner": "张三", "extra.文号": "3号", "extra.序": 7, "extra.科室": None}
    assert changes.own_columns(values) == {"文号": "3号", "序": "7"}
    assert values == {"owner": "张三"}


def test_what_was_changed_by_hand_is_put_on_record() -> None:
    one = changes.edit(doing(), stamp("2026-11-03"), {"owner": "张三"})
    by_hand = replace(one, owner="李四", status=Status.CLOSED)
    recorded = changes.put_on_record(by_hand, stamp())
    assert set(recorded.log[len(one.log) :]) == {
        Hand(**NOW, field="owner", old="张三", new="李四"),
        Hand(**NOW, field="status", old="doing", new="closed"),
    }
    assert history.differences(recorded) == []
    assert changes.put_on_record(one, stamp()) is one


def test_a_department_is_renamed_everywhere() -> None:
    book = ledger(
        task(id=1, department="甲", support=("乙",)), task(id=2, department="丙", support=("乙", "甲")), task(id=3)
    )
    renamed = changes.rename_department(book, "甲", "新甲", stamp())
    assert [(one.department, one.support) for one in renamed.tasks] == [
        ("新甲", ("乙",)),
        ("丙", ("乙", "新甲")),
        ("麒麟职教集团", ()),
    ]
    assert [unit.name for unit in renamed.departments] == ["新甲", "乙", "丙", "麒麟职教集团"]
    assert renamed.tasks[0].log[-1] == Edit(**NOW, field="department", old="甲", new="新甲")
    assert renamed.tasks[2] == book.tasks[2]


@given(st.data())
def test_two_departments_become_one_everywhere_and_nothing_else_changes(data: st.DataObject) -> None:
    book = data.draw(strategies.ledgers(min_departments=2))
    gone, kept = data.draw(st.permutations([unit.name for unit in book.departments]))[:2]
    merged = changes.merge_departments(book, gone, kept, stamp())
    assert list(integrity.faults(merged)) == []
    assert [unit.name for unit in merged.departments] == [unit.name for unit in book.departments if unit.name != gone]
    assert departments.match(gone, merged.departments).name == kept
    for before, after in zip(book.tasks, merged.tasks, strict=True):
        assert after.department == (kept if before.department == gone else before.department)
        assert set(after.support) == {kept if name == gone else name for name in before.support} - {after.department}
        assert after.log[: len(before.log)] == before.log
        assert replace(after, department=before.department, support=before.support, log=before.log) == before
        assert history.differences(after) == history.differences(before)
    named = [*(name for one in merged.meetings for name in (*one.attend, *one.absent))]
    named += [name for one in merged.inspections for name in one.by]
    named += [name for one in merged.projects for name in one.partners]
    assert gone not in named
    assert (merged.pilot, merged.sheets, merged.next_id) == (book.pilot, book.sheets, book.next_id)


def test_a_title_in_a_message_is_safe() -> None:
    assert changes.task_name(task(id=3, title="\u202e签约")) == r"task 3 “\u202e签约”"


def test_a_deadline_ends_that_a_task_is_open_ended_and_its_log_knows_it() -> None:
    before = changes.edit(task(), stamp("2026-11-18"), {"due": None, "open_ended": True})
    after = changes.edit(before, stamp("2026-11-20"), {"due": day("2026-12-15")})
    assert (before.open_ended, after.open_ended, after.due) == (True, False, day("2026-12-15"))
    then = history.as_of(after, at("2026-11-19"))
    assert then is not None
    assert (then.open_ended, then.due) == (True, None)
    assert history.differences(after) == []
    with pytest.raises(UsageFault):
        changes.edit(after, stamp("2026-11-21"), {"due": None, "open_ended": True})


def test_the_first_deadline_stays_once_an_extension_is_on_record() -> None:
    entered = changes.create(task(due="2026-12-01"), stamp())
    moved = changes.extend(entered, stamp(), to=day("2026-12-20"), reason="流标")
    hand = Hand(at=at("2026-11-20"), by="张三", field="due", old="2026-11-08", new="2026-12-20")
    by_hand = task(due="2026-12-20", first_due="2026-11-08", created="2026-11-20", log=(hand,))
    assert changes.edit(by_hand, stamp(), {"due": day("2026-12-25")}).first_due == day("2026-11-08")
    corrected = changes.edit(moved, stamp(), {"due": day("2026-12-25")})
    assert (corrected.due, corrected.first_due) == (day("2026-12-25"), day("2026-12-01"))
