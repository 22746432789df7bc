"""Facts for an assessment: what they count, and the same told a second time from a diary of what was done."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from factories import at, day, done, inspection, ledger, round_, stamp, task
from pilottask.base.errors import PilotError
from pilottask.base.spans import Span
from pilottask.ledger import changes, corrections, facts, history, inspections, rounds
from pilottask.ledger.changes import Stamp
from pilottask.ledger.facts import Facts
from pilottask.ledger.records import Arrival, Chase, Extend, Finding, How, Import, Ledger, Status, Task

NOVEMBER = Span(day("2026-11-01"), day("2026-11-30"))


def counted(book: Ledger, *, span: Span = NOVEMBER, today: str = "2026-12-10") -> dict[str, Facts]:
    names = {unit.name for unit in book.departments}
    return dict(facts.by_department(book, book.tasks, names, span, stamp(today).at))


def of_task(one: Task, *, span: Span = NOVEMBER, today: str = "2026-12-10") -> Facts:
    return counted(ledger(one), span=span, today=today)[one.department]


def doing(due: str) -> Task:
    return changes.start(task(due=due), stamp("2026-10-30"))


def test_a_task_closed_in_the_span_is_on_time_or_past_due_by_its_submission() -> None:
    submitted = changes.submit(doing("2026-11-10"), stamp("2026-11-10"))
    assert of_task(changes.close(submitted, stamp("2026-11-20"))) == Facts(on_time=1)
    late = changes.submit(doing("2026-11-10"), stamp("2026-11-11"))
    assert of_task(changes.close(late, stamp("2026-11-20"))) == Facts(late=1)
    assert of_task(done(task(), stamp("2026-11-20"))) == Facts(undecided=1)


def test_a_task_due_in_the_span_and_open_past_its_day_is_past_due() -> None:
    assert of_task(doing("2026-11-30")) == Facts(late=1)
    assert of_task(doing("2026-12-01")) == Facts()
    assert of_task(doing("2026-11-30"), today="2026-11-30") == Facts()  # the day itself is still on time
    assert of_task(task(due="2026-10-31")) == Facts()


def test_a_task_submitted_in_time_and_not_verified_yet_is_not_past_due() -> None:
    assert of_task(changes.submit(doing("2026-11-10"), stamp("2026-11-10"))) == Facts()
    assert of_task(changes.submit(doing("2026-11-10"), stamp("2026-12-02"))) == Facts(late=1)


def test_a_deadline_put_off_after_the_span_was_missed_in_it() -> None:
    one = changes.extend(doing("2026-11-10"), stamp("2026-12-02"), to=day("2026-12-20"), reason="延误")
    assert of_task(one) == Facts(late=1)
    assert of_task(one, span=Span(day("2026-12-01"), day("2026-12-10"))) == Facts(extended=1)


def test_what_was_typed_in_late_counts_by_its_own_day() -> None:
    entry = Import(at=stamp("2026-12-05").at, by="张三", status=Status.CLOSED, closed=day("2026-11-09"))
    one = task(due="2026-11-10", created="2026-12-05", status=Status.CLOSED, closed="2026-11-09", log=(entry,))
    assert of_task(one) == Facts(on_time=1)


def test_a_task_closed_on_a_day_that_is_not_known_is_left_undecided_where_it_was_due() -> None:
    entry = Import(at=stamp("2026-12-05").at, by="张三", status=Status.CLOSED)
    one = task(due="2026-11-10", created="2026-12-05", status=Status.CLOSED, log=(entry,))
    assert of_task(one) == Facts(undecided=1)
    assert of_task(one, span=Span(day("2026-12-01"), day("2026-12-10"))) == Facts()


def test_findings_count_by_the_department_of_their_task() -> None:
    book = inspections.with_new(ledger(task(), task(id=2, department="区教体局")), inspection(), stamp("2026-11-13"))
    for number, fix_by in ((1, "2026-11-16"), (1, "2026-11-20"), (2, "2026-11-30"), (2, "2026-12-01")):
        book = inspections.add_finding(book, 1, book.tasks[number - 1], stamp(), text="未归档", fix_by=day(fix_by))
    book = inspections.put_right(book, 1, 1, stamp("2026-11-17"))
    book = inspections.put_right(book, 1, 2, stamp("2026-11-20"))
    assert [each.findings_late for each in counted(book).values()] == [1, 1]
    assert [each.findings_late for each in counted(book, today="2026-11-30").values()] == [1, 0]


def test_reports_count_by_the_day_of_their_round() -> None:
    asked = ("区教体局", "区总工会", "区财政局")
    book = ledger(departments=dict.fromkeys(asked, ()))
    current = round_(*asked)
    book = msgspec.structs.replace(book, rounds=(current, round_(*asked, n=2, due=day("2026-12-01"))))
    for name, came in (("区教体局", "2026-11-20"), ("区总工会", "2026-12-02")):
        book = rounds.arrive(book, rounds.find(book, 1), [name], stamp(came), how=How.WORD)
    assert counted(book) == {
        "区教体局": Facts(reports_due=1, reports_on_time=1),
        "区总工会": Facts(reports_due=1, reports_late=1),
        "区财政局": Facts(reports_due=1, reports_missing=1),
    }


class Diary:
    """A second telling: what was done on which day, noted as it was done, beside a ledger that it was done to."""

    def __init__(self, tasks: list[Task]) -> None:
        self.ledger = ledger(*tasks)
        self.events: Counter[tuple[str, date]] = Counter()
        self.dues = [[(date.min, one.due or date.max)] for one in tasks]
        self.done: list[date | None] = [None] * len(tasks)
        self.closed: list[date | None] = [None] * len(tasks)

    def act(self, what: str, place: int, when: Stamp, days: int) -> None:
        """Do `what` to the task at `place`, and note it; what its life does not allow is left."""
        one = self.ledger.tasks[place]
        with suppress(PilotError):
            match what:
                case "start":
                    self._put(changes.start(one, when))
                case "submit":
                    self._put(changes.submit(one, when))
                    self.done[place] = when.today
                case "close":
                    self._put(changes.close(one, when))
                    self.done[place] = self.done[place] or when.today
                    self.closed[place] = when.today
                case "return":
                    self._put(changes.return_(one, when, reason="不实"))
                    self.events["returned", when.today] += 1
                    self.done[place] = None
                case "extend":
                    due = when.today + timedelta(days=days)
                    was = self.dues[place][-1][1]
                    self._put(changes.extend(one, when, to=due, reason="调整"))
                    self.events["extended", when.today] += due > was
                    self.dues[place].append((when.today, due))
                case "chase":
                    self._put(changes.chase(one, when))
                    self.events["chased", when.today] += 1
                case _:
                    self._void(what, one, place, when)

    def _void(self, what: str, one: Task, place: int, when: Stamp) -> None:
        kind = Extend if what == "void extend" else Chase
        found = [n for n, each in enumerate(history.counted_entries(one.log), start=1) if isinstance(each, kind)]
        if not found:
            return
        entry = one.log[found[-1] - 1]
        self.ledger = corrections.void(self.ledger, one, found[-1], when, reason="误登")
        if isinstance(entry, Extend):
            self.events["extended", entry.at.date()] -= entry.to > entry.from_
            self.dues[place].append((when.today, entry.from_))
        else:
            self.events["chased", entry.at.date()] -= 1

    def _put(self, one: Task) -> None:
        self.ledger = changes.with_tasks(self.ledger, [one])

    def tell(self, span: Span, today: date) -> Facts:
        """Return what the diary says of the span."""
        told = Facts()
        for (name, when), times in self.events.items():
            setattr(told, name, getattr(told, name) + (times if span.first <= when <= span.last else 0))
        for place, closed in enumerate(self.closed):
            finished = self.done[place]
            if closed and span.first <= closed <= span.last:
                due = self.dues[place][-1][1]
                told.on_time += finished is not None and finished <= due
                told.late += finished is not None and finished > due
            else:
                due = [each for when, each in self.dues[place] if when <= span.last][-1]
                told.late += span.first <= due <= span.last and (finished or today) > due
        return told


ACTS = ("start", "submit", "close", "return", "extend", "chase", "void extend", "void chase")
act: Callable[..., st.SearchStrategy[tuple[str, int, int, int]]] = st.tuples


@given(
    st.lists(st.integers(-5, 35), min_size=2, max_size=2),
    st.lists(act(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 4), st.integers(-5, 20)), max_size=25),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_facts_are_what_a_diary_says(
    dues: list[int], acts: list[tuple[str, int, int, int]], first: int, length: int
) -> None:
    base = day("2026-11-01")
    tasks = [
        task(id=n, due=(base + timedelta(days=due)).isoformat(), created="2026-10-01") for n, due in enumerate(dues, 1)
    ]
    diary, when = Diary(tasks), base
    for what, place, later, days in acts:
        when += timedelta(days=later)
        diary.act(what, place, stamp(when.isoformat()), days)
    today = max(when, base) + timedelta(days=1)
    span = Span(base + timedelta(days=first), min(base + timedelta(days=first + length), today))
    if span.first <= span.last:
        rows = facts.by_department(diary.ledger, diary.ledger.tasks, set(), span, stamp(today.isoformat()).at)
        assert facts.total(rows) == diary.tell(span, today)


OFFSETS = st.integers(0, 30)


@given(
    st.lists(st.tuples(OFFSETS, st.none() | OFFSETS), max_size=6),
    st.lists(st.tuples(OFFSETS, st.none() | OFFSETS), max_size=6),
    OFFSETS,
    OFFSETS,
    OFFSETS,
)
def test_reports_and_findings_told_a_second_time(
    reports: list[tuple[int, int | None]],
    found: list[tuple[int, int | None]],
    first: int,
    length: int,
    now: int,
) -> None:
    """Each report is due, and each finding to be put right, on a day, and came or was put right on another or never."""

    def on(offset: int) -> date:
        return day("2026-11-01") + timedelta(days=offset)

    book = ledger(task(due="2027-06-30"))
    name = book.tasks[0].department
    rounds_, last = [], max(first, first + length, now)
    for n, (due, came) in enumerate(reports, start=1):
        one = round_(name, n=n, at=at("2026-11-01"), due=on(due))
        arrival = Arrival(department=name, at=at(str(on(came))), by="x", how=How.WORD) if came is not None else None
        rounds_.append(msgspec.structs.replace(one, arrivals=(arrival,) if arrival else ()))
    findings = tuple(
        Finding(n=n, task=1, text="x", fix_by=on(due), fixed=None if fixed is None else on(fixed))
        for n, (due, fixed) in enumerate(found, start=1)
    )
    looked = inspection(day=day("2026-10-30"), tasks=(1,), findings=findings)
    book = msgspec.structs.replace(book, rounds=tuple(rounds_), inspections=(looked,))
    span, today = Span(on(first), on(first + length)), on(last + 1)
    told = Facts()
    for due, came in reports:
        if first <= due <= first + length:
            told.reports_due += 1
            told.reports_on_time += came is not None and came <= due
            told.reports_late += came is not None and came > due
            told.reports_missing += came is None
    for due, fixed in found:
        put_right_late = fixed is not None and fixed > due and first <= fixed <= first + length
        left_open = first <= due <= first + length and (fixed is None or fixed > first + length)
        told.findings_late += put_right_late or left_open
    assert counted(book, span=span, today=str(today))[name] == told


def test_the_facts_of_two_spans_make_those_of_both() -> None:
    acts = [changes.chase(doing("2026-11-10"), stamp("2026-11-05"))]
    acts.append(changes.chase(acts[-1], stamp("2026-12-01")))
    halves = [of_task(acts[-1], span=span) for span in (NOVEMBER, Span(day("2026-12-01"), day("2026-12-31")))]
    assert halves[0] + halves[1] == of_task(acts[-1], span=Span(day("2026-11-01"), day("2026-12-31")))
