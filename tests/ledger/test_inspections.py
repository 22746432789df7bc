"""Inspections and what they found."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import TODAY, day, done, finding, inspection, ledger, stamp, task
from pilottask.base.errors import NotFound, PilotError, UsageFault
from pilottask.ledger import changes, history, inspections, integrity
from pilottask.ledger.changes import Stamp
from pilottask.ledger.inspections import Found
from pilottask.ledger.records import Find, Finding, Fixed, Inspect, Inspection, Ledger, Status, Task


def inspected(*, over: dict[str, object] | None = None) -> Ledger:
    """Return three tasks, the first two of which were inspected on 12 November."""
    book = ledger(task(id=1), task(id=2), task(id=3))
    return inspections.with_new(book, inspection(tasks=(1, 2), **(over or {})), stamp("2026-11-13"))


def found(book: Ledger, number: int, fix_by: str = "2026-11-16", *, when: str = "2026-11-13") -> Ledger:
    one = next(one for one in book.tasks if one.id == number)
    return inspections.add_finding(book, 1, one, stamp(when), text="未归档", fix_by=day(fix_by))


def on(one: Task, what: Finding) -> Found:
    return Found(inspection(tasks=(one.id,), findings=(what,)), what, one)


def test_an_inspection_is_on_record_with_its_tasks() -> None:
    book = inspected()
    assert book.inspections == (inspection(id=1, tasks=(1, 2)),)
    entry = Inspect(at=stamp("2026-11-13").at, by="张三", inspection=1)
    assert [one.log[1:] for one in book.tasks] == [(entry,), (entry,), ()]
    assert inspections.with_new(book, inspection(), stamp()).inspections[-1].id == 2


def test_an_inspection_ahead_is_refused() -> None:
    with pytest.raises(UsageFault, match="2026-11-21 lies ahead"):
        inspections.with_new(ledger(), inspection(day=day("2026-11-21")), stamp())


def test_a_finding_is_on_record_with_its_task() -> None:
    book = found(inspected(), 2)
    assert book.inspections[0].findings == (Finding(n=1, task=2, text="未归档", fix_by=day("2026-11-16")),)
    assert book.tasks[1].log[-1] == Find(
        at=stamp("2026-11-13").at, by="张三", inspection=1, n=1, text="未归档", fix_by=day("2026-11-16")
    )
    assert not list(integrity.faults(book))


def test_a_task_with_a_finding_counts_among_those_inspected() -> None:
    book = found(inspected(), 3)
    assert book.inspections[0].tasks == (1, 2, 3)
    assert [type(entry) for entry in book.tasks[2].log[1:]] == [Inspect, Find]
    assert not list(integrity.faults(book))


def test_nothing_is_found_on_a_cancelled_task() -> None:
    book = changes.apply(inspected(), [2], lambda one: changes.cancel(one, stamp(), reason="停"))
    with pytest.raises(UsageFault, match=r"task 2 .* is cancelled") as caught:
        found(book, 2)
    assert "reopen 2" in (caught.value.hint or "")


def test_a_closed_task_can_be_found_wanting() -> None:
    book = changes.apply(inspected(), [2], lambda one: done(one, stamp()))
    assert len(found(book, 2).inspections[0].findings) == 1


def test_nothing_can_be_put_right_before_it_was_found() -> None:
    with pytest.raises(UsageFault, match="2026-11-11 is before the inspection"):
        found(inspected(), 1, "2026-11-11")


def test_put_right() -> None:
    book = inspections.put_right(found(found(inspected(), 1), 2), 1, 2, stamp(), evidence="台账")
    assert [one.fixed for one in book.inspections[0].findings] == [None, TODAY]
    assert book.inspections[0].findings[1].evidence == "台账"
    entry = Fixed(at=stamp().at, by="张三", inspection=1, n=2, evidence="台账")
    assert book.tasks[1].log[-1] == entry
    assert book.tasks[0].log[-1] != entry
    assert [fixed for _found, fixed in history.findings(book.tasks[1])] == [entry]
    assert not list(integrity.faults(book))


@pytest.mark.parametrize(
    ("number", "n", "kind", "said", "hint"),
    [
        (7, 1, NotFound, "no inspection 7", "pilottask inspect list"),
        (1, 9, NotFound, "has no finding 9", "open findings: 1"),
        (2, 1, NotFound, "inspection 2 has no finding 1", "it has no open finding"),
        (1, 2, UsageFault, "finding 2 of inspection 1 was put right on 2026-11-20 already", ""),
    ],
    ids=["no inspection", "no finding", "none at all", "put right already"],
)
def test_what_cannot_be_put_right(number: int, n: int, kind: type[PilotError], said: str, hint: str) -> None:
    book = inspections.put_right(found(found(inspected(), 1), 2), 1, 2, stamp())
    book = inspections.with_new(book, inspection(), stamp())
    with pytest.raises(kind, match=said) as caught:
        inspections.put_right(book, number, n, stamp())
    assert hint in (caught.value.hint or "")


def test_without_inspections_the_hint_says_how_to_enter_one() -> None:
    with pytest.raises(NotFound) as caught:
        inspections.find(ledger(), 1)
    assert "pilottask inspect add" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("today", "late"),
    [("2026-11-16", 0), ("2026-11-17", 1), ("2026-11-20", 4)],
    ids=["the day itself", "a day late", "four days late"],
)
def test_days_late(today: str, late: int) -> None:
    assert inspections.days_late(on(task(), finding()), today=day(today)) == late


def test_a_finding_is_open_up_to_the_day_before_it_was_put_right() -> None:
    fixed = on(task(), finding(fixed=day("2026-11-19")))
    assert inspections.days_late(fixed, today=day("2026-11-18")) == 2
    assert inspections.days_late(fixed, today=day("2026-11-19")) == 0


def test_a_finding_on_a_task_that_was_given_up_is_open_and_late_no_more() -> None:
    one = on(task(status="cancelled"), finding())
    assert not inspections.is_open(one, today=TODAY)
    assert inspections.days_late(one, today=TODAY) == 0
    assert inspections.is_open(on(task(status="closed"), finding()), today=TODAY)


def test_late_findings_stand_by_their_dates() -> None:
    book = found(found(found(inspected(), 1, "2026-11-18"), 2, "2026-11-16"), 3, "2026-11-20")
    assert [one.finding.n for one in inspections.late(book, today=TODAY)] == [2, 1]
    assert inspections.late(ledger(), today=TODAY) == []


def test_late_findings_leave_out_what_was_given_up_and_what_was_not_yet() -> None:
    book = changes.apply(found(inspected(), 1), [1], lambda one: changes.cancel(one, stamp(), reason="停"))
    assert inspections.late(book, today=TODAY) == []
    early = found(inspected(), 1)
    assert inspections.late(early, today=day("2026-11-11")) == []


def test_not_inspected() -> None:
    book = inspected()
    book = inspections.with_new(book, inspection(day=day("2026-11-18"), tasks=(2,)), stamp())

    def left(days: int, today: str = "2026-11-20") -> list[int]:
        found_ = inspections.not_inspected(book, book.tasks, days=days, today=day(today))
        return [one.id for one in found_]

    assert left(8) == [3]
    assert left(7) == [1, 3]
    assert left(1) == [1, 2, 3]
    assert left(30, "2026-11-11") == [1, 2, 3]


def test_a_task_with_a_finding_stays_on_the_list() -> None:
    book = found(inspected(), 2)
    with pytest.raises(UsageFault, match="inspection 1 has a finding on task 2"):
        changes.without(book, [2])
    left = changes.without(book, [1])
    assert left.inspections[0].tasks == (2,)
    assert not list(integrity.faults(left))


def test_status_is_untouched() -> None:
    book = inspections.put_right(found(inspected(), 2), 1, 1, stamp())
    assert {one.status for one in book.tasks} == {Status.TODO}
    assert isinstance(book.inspections[0], Inspection)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["inspect", "find", "fixed", "cancel", "reopen", "drop"]),
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(0, 20),
    ),
    max_size=20,
)


def _moved(book: Ledger, move: str, number: int, other: int, on_: Stamp) -> Ledger:
    match move:
        case "inspect":
            return inspections.with_new(book, inspection(day=on_.today, tasks=(number,)), on_)
        case "find":
            (one,) = (one for one in book.tasks if one.id == number)
            by = on_.today + timedelta(days=other)
            return inspections.add_finding(book, other, one, on_, text="未归档", fix_by=by)
        case "fixed":
            return inspections.put_right(book, number, other, on_)
        case "drop":
            return changes.without(book, [number])
        case "cancel":
            return changes.apply(book, [number], lambda one: changes.cancel(one, on_, reason="停"))
        case _:
            return changes.apply(book, [number], lambda one: changes.reopen(one, on_, reason="续"))


@given(MOVES)
def test_whatever_is_done_findings_and_logs_agree(moves: list[tuple[str, int, int, int]]) -> None:
    book = inspected()
    today = TODAY
    for move, number, other, days in moves:
        today += timedelta(days=days)
        before = book
        if number not in {one.id for one in book.tasks}:  # as commands find out before
            continue
        try:
            book = _moved(book, move, number, other, stamp(today.isoformat()))
        except PilotError:
            continue
        assert not list(integrity.faults(book))
        assert [one.id for one in book.inspections] == list(range(1, len(book.inspections) + 1))
        kept = {one.id: one.log for one in book.tasks}
        assert all(kept[one.id][: len(one.log)] == one.log for one in before.tasks if one.id in kept)
        told = {
            (entry.inspection, entry.n): (one.id, entry.text, entry.fix_by, fixed is not None)
            for one in book.tasks
            for entry, fixed in history.findings(one)
        }
        assert told == {
            (each.inspection.id, each.finding.n): (
                each.task.id,
                each.finding.text,
                each.finding.fix_by,
                each.finding.fixed is not None,
            )
            for each in inspections.findings(book)
        }
