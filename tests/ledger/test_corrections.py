"""Corrections on record: words amended, entries made void, and what that brings about."""

import pytest
from msgspec.structs import replace

from factories import TODAY, at, day, inspection, ledger, stamp, task
from pilottask.base.errors import NotFound, UsageFault
from pilottask.ledger import as_json, changes, corrections, history, inspections, integrity, lights, queries
from pilottask.ledger.changes import Stamp
from pilottask.ledger.queries import Selection
from pilottask.ledger.records import SCHEMA, Ledger, Task

REASON = "记错了"


def noted(*texts: str, on: str = "2026-11-18 09:00") -> Ledger:
    one = changes.start(
        changes.create(task(id=3, status="todo", due="2026-12-31"), stamp("2026-11-01 09:00")),
        stamp("2026-11-02 09:00"),
    )
    for text in texts:
        one = changes.note(one, stamp(on), text=text)
    return ledger(one)


def only(held: Ledger) -> Task:
    (found,) = held.tasks
    return found


def amend(held: Ledger, n: int, text: str, when: Stamp | None = None) -> Ledger:
    return corrections.amend(held, only(held), n, when or stamp(), text=text, reason=REASON)


def void(held: Ledger, n: int) -> Ledger:
    return corrections.void(held, only(held), n, stamp(), reason=REASON)


def test_amended_words_count_and_the_old_ones_stay_in_the_log() -> None:
    held = amend(noted("已签八家"), 3, "已签五家")
    assert held.schema == SCHEMA
    assert [entry.text for entry in only(held).log[2:]] == ["已签八家", "已签五家"]  # type: ignore[union-attr]
    assert (note := history.last_note(only(held))) is not None
    assert note.text == "已签五家"
    assert queries.select(held, Selection(texts=("五家",)), today=TODAY)
    assert not queries.select(held, Selection(texts=("八家",)), today=TODAY)
    assert not list(integrity.faults(held))


def test_words_can_be_amended_again() -> None:
    held = amend(amend(noted("一"), 3, "二"), 3, "三")
    assert [getattr(entry, "was", None) for entry in only(held).log[3:]] == ["一", "二"]
    assert [row.entry.text for row in history.log_rows(only(held)) if row.amended] == ["三"]  # type: ignore[union-attr]


def test_an_entry_made_void_after_it_was_amended_is_listed_with_its_last_words() -> None:
    held = void(amend(noted("八家"), 3, "五家"), 3)
    row = list(history.log_rows(only(held)))[2]
    assert (row.entry.text, row.voided, row.amended) == ("五家", True, True)  # type: ignore[union-attr]
    assert as_json.entry_record(row)["text"] == "五家"
    assert history.last_note(only(held)) is None


def test_what_was_amended_later_stood_as_it_was() -> None:
    held = amend(noted("八家"), 3, "五家", stamp("2026-11-20 09:00"))
    then = history.as_of(only(held), at("2026-11-19 00:00"))
    assert then is not None
    assert [note.text for note in [history.last_note(then)] if note] == ["八家"]


def test_a_correction_follows_its_entry_where_earlier_ones_are_left_out() -> None:
    one = only(noted("一"))
    late = changes.note(one, stamp("2026-11-25 09:00"), text="后来的")
    typed_back = changes.note(late, stamp("2026-11-19 09:00"), text="错字")
    held = corrections.amend(ledger(typed_back), typed_back, 5, stamp("2026-11-20 09:00"), text="对字", reason=REASON)
    then = history.as_of(only(held), at("2026-11-21 00:00"))
    assert then is not None
    assert [entry.text for entry in history.entries(then) if hasattr(entry, "text")][-2:] == ["对字", "对字"]
    assert not list(integrity.faults(ledger(then)))


def test_a_void_note_is_no_sign_of_work_and_its_figure_goes_back() -> None:
    first = changes.note(only(noted()), stamp("2026-11-10 09:00"), text="一", actual=3)
    held = ledger(changes.note(first, stamp("2026-11-18 09:00"), text="二", actual=9))
    gone = only(void(held, 4))
    assert (gone.actual, lights.silent_days(gone, today=TODAY)) == (3, 10)
    assert [row.voided for row in history.log_rows(gone)] == [False, False, False, True, False, False]
    assert not history.differences(gone)


def test_a_void_note_leaves_a_figure_that_came_later() -> None:
    first = changes.note(only(noted()), stamp(), text="一", actual=3)
    held = ledger(changes.note(first, stamp(), text="二", actual=9))
    assert only(void(held, 3)).actual == 9


def test_a_void_problem_or_settlement() -> None:
    raised = changes.raise_(only(noted()), stamp(), text="缺钱", coordinate=True)
    assert not history.problems(only(void(ledger(raised), 3)))
    settled = ledger(changes.settle(raised, stamp(), n=1, text="已拨付"))
    assert [problem.text for problem in history.open_problems(only(void(settled, 4)))] == ["缺钱"]


def test_the_settling_of_a_void_problem_is_void_with_it() -> None:
    one = only(noted())
    for text in ("缺钱", "缺地"):
        one = changes.raise_(one, stamp("2026-11-10 09:00"), text=text)
    for n in (1, 2):
        one = changes.settle(one, stamp("2026-11-19 09:00"), n=n, text="有了")
    gone = only(void(ledger(one), 3))
    assert [row.voided for row in history.log_rows(gone)] == [False, False, True, False, True, False, False, False]
    assert [(problem.raised.n, problem.settled_on) for problem in history.problems(gone)] == [(2, day("2026-11-19"))]
    assert not list(integrity.faults(ledger(gone)))
    raised, settled = only(noted()), stamp("2026-11-19 09:00")
    raised = changes.settle(changes.raise_(raised, stamp("2026-11-10 09:00"), text="缺钱"), settled, n=1)
    assert lights.silent_days(only(void(ledger(raised), 3)), today=TODAY) == 18  # neither is a sign of work


def test_a_void_extension_gives_the_deadline_back() -> None:
    moved = changes.extend(only(noted()), stamp(), to=day("2027-01-31"), reason="流标")
    gone = only(void(ledger(moved), 3))
    assert (gone.due, gone.first_due, history.extensions(gone)) == (day("2026-12-31"), day("2026-12-31"), [])
    assert not history.differences(gone)
    assert not list(integrity.faults(ledger(gone)))


def test_an_extension_before_another_cannot_be_made_void_first() -> None:
    once = changes.extend(only(noted()), stamp(), to=day("2027-01-31"), reason="流标")
    twice = ledger(changes.extend(once, stamp(), to=day("2027-02-28"), reason="再流标"))
    with pytest.raises(UsageFault, match="make the later one void first"):
        void(twice, 3)
    assert only(void(void(twice, 4), 3)).due == day("2026-12-31")


def test_findings_go_and_change_in_their_inspection_too() -> None:
    held = replace(ledger(only(noted())), inspections=(inspection(tasks=(3,), day=day("2026-11-10")),))
    held = inspections.add_finding(held, 1, only(held), stamp(), text="缺签字", fix_by=day("2026-11-30"))
    n = len(only(held).log)
    named = corrections.amend(held, only(held), n, stamp(), text="缺盖章", reason=REASON)
    assert [found.finding.text for found in inspections.findings(named)] == ["缺盖章"]
    assert not inspections.findings(void(held, n))
    fixed = inspections.put_right(held, 1, 1, stamp(), evidence="照片")
    with pytest.raises(UsageFault, match="was put right"):
        void(fixed, n)
    opened = void(fixed, n + 1)
    assert [found.finding.fixed for found in inspections.findings(opened)] == [None]
    assert not list(integrity.faults(opened))
    assert not inspections.findings(void(opened, n))


@pytest.mark.parametrize(
    ("n", "error", "said"),
    [
        (9, NotFound, "has no entry 9 on record"),
        (0, NotFound, "has no entry 0 on record"),
        (1, UsageFault, "has no words to amend: entered"),
        (3, UsageFault, "says so already"),
    ],
)
def test_what_cannot_be_amended(n: int, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        amend(noted("一"), n, "一")


def test_what_cannot_be_made_void() -> None:
    with pytest.raises(UsageFault, match="cannot be made void: started"):
        void(noted("一"), 2)
    gone = void(noted("一"), 3)
    with pytest.raises(UsageFault, match="is void already"):
        void(gone, 3)
    with pytest.raises(UsageFault, match="is void already"):
        amend(gone, 3, "二")
