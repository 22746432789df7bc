"""Rounds of reports: who came, who was late, who is missing."""

from collections.abc import Iterator

import msgspec
import pytest

import factories
from factories import TODAY, at, day, round_, stamp, task
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import changes, history, integrity, lights, rounds
from pilottask.ledger.records import How, Ledger, Round
from pilottask.ledger.rounds import Record, State

LEDGER = factories.ledger(task(department="甲"), task(id=2, department="乙"), task(id=3, department="丙"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language(Lang.EN)
    yield
    set_language(Lang.EN)


def opened(*asked: str, due: str | None = "2026-11-20") -> Ledger:
    return rounds.with_new(LEDGER, stamp("2026-11-16"), asked or "甲乙丙", due=day(due) if due else None)


def came(ledger: Ledger, name: str, when: str, on: str | None = None) -> Ledger:
    return rounds.arrive(ledger, ledger.rounds[-1], [name], stamp(when), how=How.SHEET, on=day(on) if on else None)


def states(ledger: Ledger, today: str) -> dict[str, State]:
    return {row.department: row.state for row in rounds.rows(ledger.rounds[-1], today=day(today))}


def test_states_by_the_day_on_which_reports_came() -> None:
    ledger = came(came(opened(), "甲", "2026-11-20"), "乙", "2026-11-23", on="2026-11-21")
    assert states(ledger, "2026-11-20") == {"甲": State.CAME, "乙": State.LATE, "丙": State.WAITING}
    assert states(ledger, "2026-11-21") == {"甲": State.CAME, "乙": State.LATE, "丙": State.MISSING}


def test_without_a_day_nobody_is_late_and_who_has_not_reported_at_the_end_is_missing() -> None:
    ledger = came(opened(due=None), "甲", "2026-12-24")
    assert states(ledger, "2026-12-31") == {"甲": State.CAME, "乙": State.WAITING, "丙": State.WAITING}
    over = rounds.with_changed(ledger, msgspec.structs.replace(ledger.rounds[0], closed=at("2026-12-31")))
    assert states(over, "2026-12-31") == {"甲": State.CAME, "乙": State.MISSING, "丙": State.MISSING}


def test_the_first_arrival_counts() -> None:
    ledger = came(opened(), "甲", "2026-11-23")
    assert came(ledger, "甲", "2026-11-24") is ledger
    earlier = came(ledger, "甲", "2026-11-24", on="2026-11-20")
    assert states(earlier, "2026-11-24")["甲"] is State.CAME
    (before,) = rounds.as_of(earlier, at("2026-11-23"))
    assert rounds.rows(before, today=day("2026-11-23"))[0].state is State.LATE


def test_one_is_open_at_a_time() -> None:
    with pytest.raises(UsageFault, match="round 1 is still open"):
        rounds.with_new(opened(), stamp(), "甲")
    with pytest.raises(UsageFault, match="--due 2026-11-19 has passed"):
        rounds.with_new(LEDGER, stamp("2026-11-20"), "甲", due=day("2026-11-19"))
    with pytest.raises(UsageFault, match="nobody to ask"):
        rounds.with_new(LEDGER, stamp(), ())


def test_sheets_belong_to_the_open_round_until_everybody_has_reported() -> None:
    ledger, first = rounds.for_sheets(LEDGER, stamp("2026-11-16"), ["甲"])
    assert (first.n, first.asked, first.due) == (1, ("甲",), None)
    same, again = rounds.for_sheets(ledger, stamp("2026-11-17"), ["甲"])
    assert (same, again) == (ledger, first)
    more, wider = rounds.for_sheets(ledger, stamp("2026-11-17"), ["乙"])
    assert (wider.n, wider.asked) == (1, ("甲", "乙"))
    done = came(came(more, "甲", "2026-11-18"), "乙", "2026-11-18")
    after, second = rounds.for_sheets(done, stamp("2026-11-23"), ["甲"])
    assert (second.n, after.rounds[0].closed, after.rounds[0].n) == (2, at("2026-11-23"), 1)


def test_who_was_not_asked_cannot_have_reported() -> None:
    with pytest.raises(UsageFault) as caught:
        came(opened("甲"), "乙", "2026-11-17")
    assert caught.value.message == "“乙” is not asked to report in round 1"
    assert caught.value.hint == "asked are: “甲”"


def test_the_record_of_a_year() -> None:
    ledger = came(came(opened(), "甲", "2026-11-20"), "乙", "2026-11-23")
    second = round_("甲", "乙", n=2, at=at("2026-11-30"), due=day("2026-12-04"))
    other_year = round_("甲", n=3, at=at("2026-12-28"), due=day("2027-01-04"))
    ledger = msgspec.structs.replace(ledger, rounds=(*ledger.rounds, second, other_year))
    found = rounds.due_in(ledger, lambda day: day.year == 2026)
    assert [one.n for one in found] == [1, 2]
    assert rounds.by_department(found, today=day("2026-12-01")) == [
        Record("丙", on_time=0, late=0, missing=1, waiting=0),
        Record("乙", on_time=0, late=1, missing=0, waiting=1),
        Record("甲", on_time=1, late=0, missing=0, waiting=1),
    ]
    assert rounds.by_department(found, today=day("2026-12-05"))[-1] == Record("甲", 1, 0, missing=1, waiting=0)
    assert rounds.by_department(found, today=day("2026-12-05"))[-1].due == 2


def test_a_report_is_a_sign_of_work_on_its_own_day() -> None:
    ledger = rounds.tell(LEDGER, ["甲"], stamp("2026-11-23"), on=day("2026-11-20"))
    first, second, _third = ledger.tasks
    assert lights.silent_days(first, today=day("2026-11-25")) == 5
    assert lights.silent_days(second, today=day("2026-11-25")) == (day("2026-11-25") - second.created).days
    assert history.last_note(first) is None


def test_a_department_renamed_or_merged_is_still_asked_and_has_reported() -> None:
    ledger = came(opened(), "甲", "2026-11-17")
    renamed = changes.rename_department(ledger, "甲", "丁", stamp())
    assert states(renamed, "2026-11-18") == {"丁": State.CAME, "乙": State.WAITING, "丙": State.WAITING}
    merged = changes.merge_departments(ledger, "甲", "乙", stamp())
    assert states(merged, "2026-11-18") == {"乙": State.CAME, "丙": State.WAITING}
    assert list(integrity.faults(merged)) == []


def test_a_round_is_found_by_its_number_or_is_the_last() -> None:
    assert rounds.find(opened()).n == rounds.find(opened(), 1).n == 1
    for ledger, number in ((LEDGER, None), (opened(), 2)):
        with pytest.raises(NotFound):
            rounds.find(ledger, number)


def test_what_is_wrong_with_a_round_is_found() -> None:
    wrong = opened()
    bad = msgspec.structs.replace(
        came(wrong, "甲", "2026-11-17").rounds[0], asked=("乙", "乙", "庚"), title="a\x07", n=0
    )
    found = [str(fault) for fault in integrity.faults(msgspec.structs.replace(wrong, rounds=(bad, bad)))]
    assert found[:7] == [
        "round 0, n: must be from 1 to 9007199254740991",
        "round 0, n: several of its kind have this number",
        "round 0, title: control character U+0007 at position 2; remove it",
        "round 0, asked: “庚” is not entered as a department",
        "round 0, asked: the same unit stands there twice",
        "round 0, came: “甲” is not among those asked",
        "round 0, n: must be from 1 to 9007199254740991",
    ]


def test_as_json() -> None:
    ledger = came(opened("甲", "乙"), "甲", "2026-11-18")
    current: Round = ledger.rounds[0]
    assert rounds.round_record(current, today=TODAY) == {
        "n": 1,
        "title": None,
        "due": day("2026-11-20"),
        "opened": day("2026-11-16"),
        "closed": None,
        "rows": [
            {"department": "甲", "state": "came", "at": day("2026-11-18"), "how": "sheet"},
            {"department": "乙", "state": "waiting", "at": None, "how": None},
        ],
    }
