"""What every format brings back of a task, and what none of them may say otherwise."""

from collections.abc import Callable
from typing import Final

import pytest

from exchange import ledgers
from exchange.ledgers import planned
from factories import TODAY, ZONE, at, day, ledger, pilot, stamp, task
from pilottask.base.i18n import Lang, set_language
from pilottask.exchange.office import exporting, reading, workbook_out, workbooks
from pilottask.exchange.tools import calendar, taskwarrior, todotxt
from pilottask.exchange.tools.incoming import Incoming
from pilottask.ledger import changes, history, lights, steps
from pilottask.ledger.records import Ledger, Need, Note, Task
from pilottask.store import codec
from pilottask.store.syntax import Syntax


def _decoded(raw: dict[str, object]) -> Ledger:
    import msgspec  # noqa: PLC0415  for one format

    return codec.decode(msgspec.json.encode(raw), Syntax.JSON).ledger


FORMATS: Final[dict[str, Callable[[Task], Incoming]]] = {
    "csv": lambda one: Incoming(table=reading.read(exporting.csv_text(exporting.sheet([one])).encode("utf-8-sig"))),
    "xlsx": lambda one: Incoming(table=workbooks.read(workbook_out.office_ledger([one], pilot=pilot(), today=TODAY))),
    "ics": lambda one: calendar.read(calendar.export(ledger(one), [one]), zone=ZONE),
    "todo": lambda one: todotxt.read(todotxt.export([one])),
    "taskwarrior": lambda one: taskwarrior.read(taskwarrior.export(ledger(one), [one]), decode=_decoded, zone=ZONE),
}


def _brought(incoming: Incoming) -> Task:
    return ledgers.only(ledgers.brought(incoming))


@pytest.fixture(params=FORMATS)
def there_and_back(request: pytest.FixtureRequest) -> Callable[[Task], Task]:
    return lambda one: _brought(FORMATS[request.param](one))


Trip = Callable[[Task], Task]


def _of_march(**over: object) -> Task:
    made = changes.start(task(created="2026-03-02", log=(), **over), stamp("2026-03-03"))
    return changes.note(made, stamp("2026-03-05"), text="已发布", next_step="开标")


def test_a_task_of_march_is_one_of_march(there_and_back: Trip) -> None:
    back = there_and_back(_of_march(due="2026-12-15"))
    note = history.last_note(back)
    assert note
    assert (back.created, note.at.date(), note.text, note.next) == (
        *(day("2026-03-02"), day("2026-03-05")),
        *("已发布", "开标"),
    )
    assert not note.imported
    assert lights.silent_days(back, today=TODAY) == 260


WORK: Final[dict[str, tuple[Callable[[Task], Task], str]]] = {
    "a start": (lambda one: one, "2026-10-30"),
    "a problem": (lambda one: changes.raise_(one, stamp("2026-11-06"), text="流标"), "2026-11-06"),
    "a problem settled": (
        lambda one: changes.settle(
            changes.raise_(one, stamp("2026-11-06"), text="流标"), stamp("2026-11-09"), n=1, text=None
        ),
        "2026-11-09",
    ),
    "a problem before a note": (
        lambda one: changes.note(
            changes.raise_(one, stamp("2026-11-06"), text="流标"), stamp("2026-11-10"), text="已重新招标"
        ),
        "2026-11-10",
    ),
    "an extension, which is none": (
        lambda one: changes.extend(one, stamp("2026-11-12"), to=day("2026-12-31"), reason="流标"),
        "2026-10-30",
    ),
    "a submission": (lambda one: changes.submit(one, stamp("2026-11-13"), on=day("2026-11-11")), "2026-11-11"),
}


@pytest.mark.parametrize("work", WORK)
def test_the_last_sign_of_work_comes_along(there_and_back: Trip, work: str) -> None:
    done, last = WORK[work]
    one = done(changes.start(task(created="2026-10-29", due="2026-12-15"), stamp("2026-10-30")))
    back = there_and_back(one)
    assert lights.silent_days(back, today=TODAY) == lights.silent_days(one, today=TODAY) == (TODAY - day(last)).days
    assert lights.to_verify_days(back, today=TODAY) == lights.to_verify_days(one, today=TODAY)
    assert back.first_due == one.first_due


@pytest.mark.parametrize("lang", Lang)
def test_steps_and_open_problems_come_back(there_and_back: Trip, lang: Lang) -> None:
    set_language(lang)
    one = steps.add(task(due="2026-12-15"), stamp(), "定方案: a%20b;\n2. 2026-11-30：=x", due=day("2026-11-10"))
    one = steps.add(one, stamp(), "完成60%", due=day("2026-11-30"), target=60, unit="%")
    one = steps.finish(one, 1, stamp(), on=day("2026-11-18"), actual=3)
    one = changes.raise_(
        changes.raise_(one, stamp(), text="流标"), stamp(), text="缺\n钱", need=Need.MONEY, coordinate=True
    )
    back = there_and_back(one)
    assert history.steps(back) == history.steps(one)
    told, kept = (
        [(each.n, each.text, each.need, each.coordinate) for each in history.open_problems(of)] for of in (back, one)
    )
    assert told == kept


def test_a_later_sign_counts_after_one_that_a_file_told(there_and_back: Trip) -> None:
    back = there_and_back(changes.start(task(due="2026-12-15"), stamp("2026-10-30")))
    raised = changes.raise_(back, stamp("2026-11-21"), text="流标")
    assert lights.silent_days(raised, today=day("2026-11-23")) == 2
    assert lights.last_moved(changes.extend(back, stamp("2026-11-21"), to=day("2027-01-15"), reason="流标")) == day(
        "2026-11-21"
    )


@pytest.mark.parametrize("lang", Lang)
def test_progress_whose_day_was_never_told_does_not_get_one(there_and_back: Trip, lang: Lang) -> None:
    set_language(lang)
    one = task(log=(Note(at=at("2026-11-02"), by="张三", text="已发布", imported=True),))
    assert [(entry.at.date(), entry.imported) for entry in there_and_back(one).log if isinstance(entry, Note)] == [
        (day("2026-11-02"), True)
    ]


@pytest.mark.parametrize("lang", Lang)
def test_open_ended_is_not_undated(there_and_back: Trip, lang: Lang) -> None:
    set_language(lang)
    for said in (True, False):
        back = there_and_back(task(open_ended=said))
        assert (back.due, back.open_ended) == (None, said)


@pytest.mark.parametrize(
    "title", ["2026-11-20", "2026年11月20日", "11月20日", "20261120", "11-20", "x 2026-11-20", "1e5"]
)
def test_a_title_that_is_only_a_day_or_a_number_survives(there_and_back: Trip, title: str) -> None:
    back = there_and_back(task(title=title, due="2026-12-15"))
    assert (back.title, back.due, back.created) == (title, day("2026-12-15"), day("2026-10-29"))


@pytest.mark.parametrize("uid", ["5f1d6c1e-3a7b-4c0e-9b0e-2f8c0f6f1a11", "1@x", "abc", "t0123456789ab", "012345678901"])
def test_uids_come_back(there_and_back: Trip, uid: str) -> None:
    assert there_and_back(task(uid=uid)).uid == uid


@pytest.mark.parametrize(
    ("progress", "when"),
    [
        ("11月18日：已发布", "2026-11-18"),
        ("2026年3月5日: 已发布", "2026-03-05"),
        ("2026.3.5：已发布", "2026-03-05"),
        ("11月6日：一\n11月13日：二", "2026-11-13"),
        ("　１１月１８日：已发布", "2026-11-18"),
    ],
)
def test_a_day_that_leads_the_progress_is_its_day(progress: str, when: str) -> None:
    (one,) = planned(f'工作任务,牵头单位,进展情况\n采购,区教体局,"{progress}"\n').added
    note = history.last_note(one)
    assert note
    assert (note.at.date(), note.imported, note.text) == (day(when), False, progress.strip())


@pytest.mark.parametrize(
    "progress",
    [
        "12月15日：开标",
        "1月15日：开标",
        "11月底前：开标",
        "11月18日已发布",
        "已发布\n11月18日：开标",
        "13月40日：x",
        "11.18：x",
    ],
)
def test_a_day_that_may_be_another_is_not(progress: str) -> None:
    (one,) = planned(f'工作任务,牵头单位,进展情况\n采购,区教体局,"{progress}"\n').added
    note = history.last_note(one)
    assert note
    assert (note.at.date(), note.imported) == (TODAY, True)


@pytest.mark.parametrize("heading", ["进展日期", "更新时间", "反馈时间", "最新进展时间", "填报日期", "Progress on"])
def test_a_column_of_days_is_that_of_the_progress(heading: str) -> None:
    (one,) = planned(f"工作任务,牵头单位,进展情况,{heading}\n采购,区教体局,已发布,11月18日\n").added
    note = history.last_note(one)
    assert note
    assert (note.at.date(), note.imported, one.extra) == (day("2026-11-18"), False, {})


@pytest.mark.parametrize(("cell", "progress"), [("每周五", "已发布"), ("2026-12-01", "已发布"), ("11月18日", "")])
def test_what_is_no_day_of_progress_is_kept_under_its_heading(cell: str, progress: str) -> None:
    plan = planned(f"工作任务,牵头单位,进展情况,反馈时间\n采购,区教体局,{progress},{cell}\n")
    (one,) = plan.added
    assert one.extra == {"反馈时间": cell}
    told = [notice for notice in plan.notices if "kept under its heading" in notice]
    assert told == ["no day that has been, or no progress beside it, and kept under its heading: row 2"]


def test_an_update_takes_each_report_once() -> None:
    known = planned("工作任务,牵头单位,进展情况,进展日期\n采购,区教体局,已发布,11月18日\n").ledger
    late = "工作任务,牵头单位,进展情况,进展日期\n采购,区教体局,已选址,11月10日\n"
    after = planned(late, known, update=True).ledger
    assert [entry.at.date() for entry in after.tasks[0].log if isinstance(entry, Note)] == [
        day("2026-11-18"),
        day("2026-11-10"),
    ]
    assert history.last_note(after.tasks[0]).text == "已发布"  # type: ignore[union-attr]
    assert planned(late, after, update=True).changed == ()
