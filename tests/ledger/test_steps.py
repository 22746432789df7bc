"""Steps of a task: their days, what is late, how they are changed on record."""

from collections.abc import Iterator
from typing import Any

import pytest

import factories
from factories import TODAY, at, day, stamp, task
from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import as_json, changes, corrections, history, integrity, lights, steps
from pilottask.ledger.history import StepNow
from pilottask.ledger.lights import Light, Lit, Reason
from pilottask.ledger.records import StepChange, Task


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language(Lang.EN)
    yield
    set_language(Lang.EN)


def stepped(**over: Any) -> Task:  # noqa: ANN401  any field of a task
    """Return a task due on 2026-12-31 with steps for 2026-11-10 and 2026-11-30, entered on 2026-11-01."""
    one = steps.add(task(**{"due": "2026-12-31", **over}), stamp("2026-11-01"), "发布公告", due=day("2026-11-10"))
    return steps.add(one, stamp("2026-11-01"), "完成60%", due=day("2026-11-30"), target=60, unit="%")


def changed(one: Task, n: int, when: str = "2026-11-12", **values: Any) -> Task:  # noqa: ANN401  of StepChange
    return steps.change(one, n, stamp(when), StepChange(at=stamp().at, by="", n=n, **values))


def test_a_step_is_late_from_the_day_after_its_own_until_it_is_done() -> None:
    one = stepped()
    assert steps.late([one], today=day("2026-11-10")) == []
    assert [step.n for _task, step in steps.late([one], today=day("2026-11-11"))] == [1]
    assert [step.n for _task, step in steps.late([one], today=day("2026-12-01"))] == [1, 2]
    done = steps.finish(one, 1, stamp("2026-11-20"), on=day("2026-11-12"), actual=1)
    assert history.steps(done)[0] == StepNow(
        1, "发布公告", day("2026-11-10"), day("2026-11-10"), None, None, 1, day("2026-11-12")
    )
    assert [step.n for step in steps.not_done(done)] == [2]
    assert steps.late([done], today=TODAY) == []


@pytest.mark.parametrize("status", ["submitted", "closed", "suspended", "cancelled"])
def test_nothing_is_late_where_the_work_is_not_with_its_department(status: str) -> None:
    assert steps.late([factories.task(status=status, log=stepped().log)], today=day("2026-12-01")) == []


def test_the_light_is_yellow_by_a_late_step_unless_the_task_is_late_or_soon() -> None:
    pilot = factories.pilot()
    late = Lit(Light.YELLOW, Reason.STEP_LATE)
    assert lights.light(stepped(), today=day("2026-11-10"), pilot=pilot) == Lit(Light.GREEN)
    assert lights.light(stepped(), today=day("2026-11-11"), pilot=pilot) == late
    asking = changes.raise_(stepped(), stamp(), text="资金", need=None, coordinate=True)
    assert lights.light(asking, today=TODAY, pilot=pilot) == late
    assert lights.light(stepped(), today=day("2026-12-24"), pilot=pilot).reason is Reason.DUE_SOON
    assert lights.light(stepped(), today=day("2027-01-01"), pilot=pilot).reason is Reason.OVERDUE


def test_a_day_moved_back_takes_a_reason_and_the_first_one_stays() -> None:
    with pytest.raises(UsageFault, match="step 1 is moved from 2026-11-10 to 2026-11-20, which takes a reason"):
        changed(stepped(), 1, to=day("2026-11-20"))
    moved = changed(stepped(), 1, to=day("2026-11-20"), reason="流标")
    step = history.steps(moved)[0]
    assert (step.due, step.first_due) == (day("2026-11-20"), day("2026-11-10"))
    earlier = history.steps(changed(moved, 1, to=day("2026-11-05")))[0]
    assert (earlier.due, earlier.first_due) == (day("2026-11-05"), day("2026-11-10"))


def test_changes_are_folded_and_a_step_can_go() -> None:
    one = changed(stepped(), 2, text="完成七成", target=70)
    assert (history.steps(one)[1].text, history.steps(one)[1].target, history.steps(one)[1].unit) == (
        "完成七成",
        70,
        "%",
    )
    done = steps.finish(one, 2, stamp("2026-11-13"), actual=70)
    undone = changed(done, 2, undone=True)
    assert (history.steps(undone)[1].done, history.steps(undone)[1].actual) == (None, None)
    assert [step.n for step in history.steps(changed(undone, 1, removed=True))] == [2]
    again = steps.add(changed(undone, 2, removed=True), stamp(), "验收", due=day("2026-12-01"))
    assert [step.n for step in history.steps(again)] == [1, 3]


def test_as_of_a_moment_the_steps_stand_as_they_did() -> None:
    one = changed(steps.finish(stepped(), 1, stamp("2026-11-12")), 2, when="2026-11-14", to=day("2026-11-20"))
    then = history.as_of(one, at("2026-11-11"))
    assert then is not None
    assert [(step.due, step.done) for step in history.steps(then)] == [
        (day("2026-11-10"), None),
        (day("2026-11-30"), None),
    ]
    assert [step.n for _task, step in steps.late([then], today=day("2026-11-11"))] == [1]


def test_a_step_done_is_a_sign_of_work_on_its_own_day() -> None:
    done = steps.finish(stepped(), 1, stamp("2026-11-18"), on=day("2026-11-15"))
    assert lights.silent_days(done, today=TODAY) == 5
    assert lights.silent_days(stepped(), today=TODAY) == (TODAY - stepped().created).days


def test_refusals() -> None:
    with pytest.raises(UsageFault, match="2027-01-01 lies after the deadline of task 1 “实训设备采购”, 2026-12-31"):
        steps.add(stepped(), stamp(), "x", due=day("2027-01-01"))
    with pytest.raises(UsageFault, match="lies after the deadline"):
        changed(stepped(), 1, to=day("2027-01-01"), reason="x")
    with pytest.raises(UsageFault, match="is closed; steps are kept of open tasks"):
        steps.add(task(status="closed"), stamp(), "x", due=day("2026-12-01"))
    with pytest.raises(UsageFault, match="the step must not be empty"):
        steps.add(stepped(), stamp(), " ", due=day("2026-12-01"))
    with pytest.raises(NotFound, match="task 1 “实训设备采购” has no step 9"):
        steps.finish(stepped(), 9, stamp())
    with pytest.raises(UsageFault, match="was done on 2026-11-20 already"):
        steps.finish(steps.finish(stepped(), 1, stamp()), 1, stamp())
    with pytest.raises(UsageFault, match="2026-11-21 lies ahead"):
        steps.finish(stepped(), 1, stamp(), on=day("2026-11-21"))
    with pytest.raises(UsageFault, match="step 1 of task 1 “实训设备采购” is so already"):
        changed(stepped(), 1, text="发布公告")


def test_an_undated_task_has_steps_of_any_day() -> None:
    one = steps.add(task(), stamp(), "x", due=day("2030-01-01"))
    assert list(integrity.faults(factories.ledger(one))) == []


def test_as_json() -> None:
    one = steps.finish(stepped(), 1, stamp("2026-11-12"))
    told = as_json.task_record(one, today=day("2026-12-01"), pilot=factories.pilot())["steps"]
    first = {"n": 1, "text": "发布公告", "due": day("2026-11-10"), "first_due": day("2026-11-10"), "target": None}
    second = {"n": 2, "text": "完成60%", "due": day("2026-11-30"), "first_due": day("2026-11-30"), "target": 60}
    assert told == [
        {**first, "unit": None, "actual": None, "done": day("2026-11-12"), "late": False},
        {**second, "unit": "%", "actual": None, "done": None, "late": True},
    ]


def test_what_is_wrong_with_a_step_is_found() -> None:
    one = steps.finish(stepped(), 1, stamp())
    bad = factories.task(log=(*one.log[:1], *one.log[3:], *one.log[1:2], *one.log[1:2]))
    assert [str(fault) for fault in integrity.faults(factories.ledger(bad))] == [
        "task 1 “实训设备采购”, log entry 2, n: there is no step 1 before it",
        "task 1 “实训设备采购”, log entry 4, n: step 1 stands there twice",
    ]


def test_an_entry_on_a_step_is_made_void_the_last_one_first() -> None:
    done = steps.finish(changed(stepped(), 1, to=day("2026-11-18"), reason="流标"), 1, stamp("2026-11-20"))

    def void(one: Task, n: int) -> Task:
        held = factories.ledger(one)
        return corrections.void(held, one, n, stamp("2026-11-21"), reason="记错了").tasks[0]

    with pytest.raises(UsageFault, match="entry 4 of task 1 “实训设备采购” rests on entry 2; make that one void first"):
        void(done, 2)
    not_done = void(done, 5)
    assert next((step.due, step.done) for step in history.steps(not_done)) == (day("2026-11-18"), None)
    assert [step.n for _task, step in steps.late([not_done], today=day("2026-11-21"))] == [1]
    back = void(not_done, 4)
    assert [step.due for step in history.steps(back)] == [day("2026-11-10"), day("2026-11-30")]
    gone = void(back, 2)
    assert [step.text for step in history.steps(gone)] == ["完成60%"]
    assert [step.n for step in history.steps(steps.add(gone, stamp(), "开标", due=day("2026-12-01")))] == [2, 3]
    assert not list(integrity.faults(factories.ledger(gone)))
