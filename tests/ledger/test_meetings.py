"""Joint meetings: decisions, how they stand, and what the next one has before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import TODAY, day, done, ledger, meeting, stamp, task
from pilottask.base.errors import NotFound
from pilottask.ledger import changes, integrity, meetings
from pilottask.ledger.meetings import Followed, Standing
from pilottask.ledger.records import Decide, Decision, Ledger, Meeting, Task


def held(*tasks: Task, **over: object) -> Ledger:
    return meetings.with_new(ledger(*tasks), meeting(**over))


def test_meetings_are_numbered_as_they_are_entered() -> None:
    book = meetings.with_new(held(), meeting(title="第二次联席会议", day=day("2026-01-05")))
    assert [(one.id, one.title) for one in book.meetings] == [(1, "第一次联席会议"), (2, "第二次联席会议")]


@pytest.mark.parametrize(
    ("book", "hint"),
    [(ledger(), "pilottask meeting add"), (held(), "pilottask meeting list")],
    ids=["none entered", "some entered"],
)
def test_an_unknown_meeting(book: Ledger, hint: str) -> None:
    with pytest.raises(NotFound, match="no meeting 4") as caught:
        meetings.find(book, 4)
    assert hint in (caught.value.hint or "")


def test_a_decision_stands_on_its_tasks_too() -> None:
    book = held(task(id=1), task(id=2), task(id=3))
    book = meetings.decide(book, 1, "建成基地", stamp(), tasks=[3, 1, 3])
    book = meetings.decide(book, 1, "通过制度", stamp(), tasks=[])
    assert book.meetings[0].decisions == (
        Decision(n=1, text="建成基地", tasks=(3, 1)),
        Decision(n=2, text="通过制度"),
    )
    entry = Decide(at=stamp().at, by="张三", meeting=1, n=1, text="建成基地")
    assert [one.log[1:] for one in book.tasks] == [(entry,), (), (entry,)]
    assert not list(integrity.faults(book))


def started(**over: object) -> Task:
    return changes.start(task(**over), stamp("2026-10-30"))


def close(one: Task) -> Task:
    return done(one, stamp())


def cancel(one: Task) -> Task:
    return changes.cancel(one, stamp(), reason="停")


def suspend(one: Task) -> Task:
    return changes.suspend(one, stamp(), reason="缓")


@pytest.mark.parametrize(
    ("tasks", "standing"),
    [
        ([], Standing.NO_TASK),
        ([started(due="2026-11-19"), close(task())], Standing.OVERDUE),
        ([changes.submit(started(due="2026-11-19"), stamp())], Standing.OPEN),
        ([started(due="2026-11-20"), close(task())], Standing.OPEN),
        ([suspend(task()), close(task())], Standing.SUSPENDED),
        ([close(task()), cancel(task())], Standing.DONE),
        ([cancel(task())], Standing.CANCELLED),
    ],
    ids=["no task", "one late", "submitted late", "one open", "put off", "all done but one given up", "given up"],
)
def test_how_a_decision_stands(tasks: list[Task], standing: Standing) -> None:
    assert meetings.standing(tasks, today=TODAY) is standing


def test_followed_decisions_have_their_tasks() -> None:
    book = meetings.decide(held(task(id=1), task(id=2)), 1, "甲", stamp(), tasks=[2])
    (followed,) = meetings.follow_up(book, book.meetings[0], today=TODAY)
    assert ([one.id for one in followed.tasks], followed.standing) == ([2], Standing.OPEN)


def quarter() -> Ledger:
    """Return a list between the first joint meeting and the second, planned for 24 November."""
    late = started(id=1, department="区财政局", due="2026-11-08")
    later = started(id=2, department="区教体局", due="2026-11-15")
    worst = started(id=3, department="区教体局", due="2026-11-10")
    asking = changes.raise_(started(id=4, due="2027-03-01"), stamp("2026-11-13"), text="场地不足", coordinate=True)
    settled = changes.raise_(started(id=5, due="2027-02-23"), stamp("2026-11-13"), text="缺人", coordinate=True)
    settled = changes.settle(settled, stamp("2026-11-14"), n=1)
    given_up = changes.cancel(
        changes.raise_(task(id=6), stamp("2026-11-13"), text="缺钱", coordinate=True), stamp("2026-11-14"), reason="停"
    )
    book = ledger(late, later, worst, asking, settled, given_up, started(id=7, due="2027-02-24"))
    book = meetings.with_new(book, meeting(title="筹备会", day=day("2026-09-01")))
    book = meetings.with_new(book, meeting())
    book = meetings.decide(book, 2, "采购设备", stamp("2026-10-29"), tasks=[1])
    return meetings.with_new(book, meeting(title="第二次联席会议", day=day("2026-11-24")))


def test_the_agenda_of_the_next_meeting_planned() -> None:
    agenda = meetings.agenda(quarter(), today=TODAY)
    assert (agenda.day, agenda.until) == (day("2026-11-24"), day("2027-02-24"))
    assert agenda.planned is not None
    assert agenda.planned.title == "第二次联席会议"
    assert agenda.last is not None
    assert agenda.last.title == "第一次联席会议"
    assert [(one.decision.text, one.standing) for one in agenda.decisions] == [("采购设备", Standing.OVERDUE)]
    assert [(name, [one.id for one in tasks]) for name, tasks in agenda.red] == [
        ("区教体局", [3, 2]),
        ("区财政局", [1]),
    ]
    assert [(one.id, raised.text) for one, raised in agenda.coordinate] == [(4, "场地不足")]
    assert [one.id for one in agenda.due] == [5]


Planned = tuple[str, ...]


@pytest.mark.parametrize(
    ("days", "asked", "day_", "until", "last"),
    [
        ((), None, "2026-11-20", "2027-02-20", None),
        (("2026-11-20",), None, "2026-11-20", "2027-02-20", None),
        (("2026-10-29",), None, "2026-11-20", "2027-02-20", "2026-10-29"),
        (("2026-11-24", "2026-12-24"), None, "2026-11-24", "2026-12-24", None),
        (("2026-11-24", "2026-12-24"), "2026-12-24", "2026-12-24", "2027-03-24", "2026-11-24"),
        (("2026-11-24",), "2026-11-30", "2026-11-30", "2027-02-28", "2026-11-24"),
        ((), "9999-12-01", "9999-12-01", "9999-12-31", None),
    ],
    ids=["none", "held today", "one before", "two planned", "the second asked for", "another day", "end of time"],
)
def test_which_meeting_an_agenda_is_for(
    days: Planned, asked: str | None, day_: str, until: str, last: str | None
) -> None:
    book = ledger()
    for one in days:
        book = meetings.with_new(book, meeting(day=day(one)))
    agenda = meetings.agenda(book, today=TODAY, day=day(asked) if asked else None)
    assert (agenda.day, agenda.until) == (day(day_), day(until))
    assert (agenda.last.day if agenda.last else None) == (day(last) if last else None)
    assert (agenda.planned is None) == (day_ not in days)


def test_of_two_meetings_on_one_day_the_later_entered_is_the_last() -> None:
    book = meetings.with_new(held(title="上午"), meeting(title="下午"))
    last = meetings.agenda(book, today=TODAY, day=TODAY).last
    assert last is not None
    assert last.title == "下午"


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 3), st.lists(st.integers(1, 4), max_size=4)), max_size=12),
)
def test_whatever_is_decided_and_dropped_decisions_and_logs_agree(moves: list[tuple[bool, int, list[int]]]) -> None:
    book = meetings.with_new(held(*(task(id=number) for number in range(1, 5))), meeting(title="第二次联席会议"))
    for dropped, number, ids in moves:
        before = book
        there = {one.id for one in book.tasks}
        try:
            if dropped:
                book = changes.without(book, ids[:1])
            else:
                book = meetings.decide(book, number, "建成基地", stamp(), tasks=[one for one in ids if one in there])
        except NotFound:  # the third meeting
            assert number == 3
            continue
        assert not list(integrity.faults(book))
        kept = {one.id: one.log for one in book.tasks}
        assert all(kept[one.id][: len(one.log)] == one.log for one in before.tasks if one.id in kept)
        for one in book.meetings:
            assert [decision.n for decision in one.decisions] == list(range(1, len(one.decisions) + 1))
        assert {
            (one.id, entry.meeting, entry.n) for one in book.tasks for entry in one.log if isinstance(entry, Decide)
        } == {(linked, one.id, made.n) for one in book.meetings for made in one.decisions for linked in made.tasks}


def test_on_a_matter_are_the_decisions_that_name_it_or_all_of_a_meeting_that_is_called_so() -> None:
    def decided(text: str) -> Followed:
        return Followed(Decision(n=1, text=text), (), Standing.NO_TASK)

    first, second = (Meeting(id=n, title=title, day=day("2026-10-29")) for n, title in ((1, "联席会议"), (2, "Budget")))
    listed = [(first, (decided("落实经费"), decided("加快建设"))), (second, (decided("验收"),))]
    assert meetings.on_matter(listed, "经费") == [(first, (decided("落实经费"),))]
    assert meetings.on_matter(listed, "budget") == [(second, (decided("验收"),))]
    assert meetings.on_matter(listed, "无") == []
