"""Leaders' instructions: given, answered, late."""

from collections.abc import Iterator

import msgspec
import pytest

import factories
from factories import TODAY, at, day, stamp, task
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import as_json, changes, history, instructions, integrity, lights, queries
from pilottask.ledger.queries import Selection
from pilottask.ledger.records import Ledger

LEDGER = factories.ledger(task(), task(id=2, title="大赛"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language(Lang.EN)
    yield
    set_language(Lang.EN)


def given(reply_by: str | None = "2026-11-13") -> Ledger:
    """Return a ledger with one instruction on task 1 and one on none, given on 2026-11-10."""
    ledger = instructions.with_new(
        LEDGER, stamp("2026-11-10"), "专题汇报", leader="王局长", task=1, reply_by=day(reply_by) if reply_by else None
    )
    return instructions.with_new(ledger, stamp("2026-11-10"), "报送名单", leader="李副区长", reply_by=day("2026-11-12"))


def test_an_instruction_is_open_until_it_is_answered() -> None:
    ledger = given()
    assert [one.n for one in instructions.late(ledger.instructions, today=day("2026-11-13"))] == [2]
    assert [one.n for one in instructions.late(ledger.instructions, today=TODAY)] == [2, 1]
    after = instructions.answer(ledger, 1, stamp("2026-11-18"), "已汇报")
    assert [one.n for one in instructions.late(after.instructions, today=TODAY)] == [2]
    then = instructions.as_of(after, at("2026-11-17"))
    assert [one.n for one in instructions.late(then, today=day("2026-11-17"))] == [2, 1]
    assert instructions.as_of(after, at("2026-11-09")) == []


def test_it_is_on_record_with_its_task_and_its_answer_is_a_sign_of_work() -> None:
    ledger = instructions.answer(given(), 1, stamp("2026-11-18"), "已汇报")
    first, second = ledger.tasks
    assert [(ask.n, ask.text, said and said.text) for ask, said in history.instructions(first)] == [
        (1, "专题汇报", "已汇报")
    ]
    assert history.instructions(second) == []
    assert lights.silent_days(first, today=TODAY) == 2
    assert list(integrity.faults(ledger)) == []
    wanted = Selection(instructed=True)
    assert [found.id for found in queries.select(given(), wanted, today=TODAY)] == [1]
    assert queries.select(ledger, wanted, today=TODAY) == []


def test_as_json() -> None:
    record = {
        "n": 1,
        "leader": "王局长",
        "text": "专题汇报",
        "reply_by": day("2026-11-13"),
        "given": day("2026-11-10"),
        "answered": None,
        "answer": None,
        "late": True,
    }
    ledger = given()
    assert instructions.record(ledger.instructions[0], today=TODAY) == {"task": 1, **record}
    assert as_json.task_record(ledger.tasks[0], today=TODAY, pilot=ledger.pilot)["instructions"] == [record]
    after = instructions.answer(ledger, 1, stamp("2026-11-18"), "已汇报")
    told = as_json.task_record(after.tasks[0], today=TODAY, pilot=ledger.pilot)["instructions"]
    assert told == [{**record, "answered": day("2026-11-18"), "answer": "已汇报", "late": False}]


def test_refusals() -> None:
    ledger = instructions.answer(given(), 1, stamp("2026-11-18"), "已汇报")
    with pytest.raises(UsageFault, match="instruction 1 was answered on 2026-11-18 already: 已汇报"):
        instructions.answer(ledger, 1, stamp(), "再报")
    with pytest.raises(NotFound, match="no instruction 9"):
        instructions.answer(ledger, 9, stamp(), "x")
    with pytest.raises(UsageFault, match="the instruction must not be empty"):
        instructions.with_new(LEDGER, stamp(), " ", leader="王局长")
    with pytest.raises(UsageFault, match="--reply-by 2026-11-19 has passed"):
        instructions.with_new(LEDGER, stamp(), "x", leader="王局长", reply_by=day("2026-11-19"))
    with pytest.raises(UsageFault, match="instruction 1 of 王局长 is on task 1, and is on record"):
        changes.without(ledger, [1])
    assert [one.id for one in changes.without(ledger, [2]).tasks] == [1]


def test_what_is_wrong_with_one_is_found() -> None:
    ledger = given()
    bad = msgspec.structs.replace(ledger.instructions[0], leader=" ", task=7, answer="x")
    faults = [str(fault) for fault in integrity.faults(msgspec.structs.replace(ledger, instructions=(bad, bad)))]
    assert faults[:4] == [
        "instruction 1, n: several of its kind have this number",
        "instruction 1, leader: must not be empty",
        "instruction 1, task: there is no task 7",
        "instruction 1, answer: “answer” and “answered” go together",
    ]
