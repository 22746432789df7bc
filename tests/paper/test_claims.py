"""What paper must not claim: days of another year without it, rates that are not so, chases that were or were not."""

import json
from collections.abc import Callable

import pytest

from factories import at, day, ledger, meeting, stamp, task
from paper.archive import draft
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import changes, meetings
from pilottask.ledger.as_json import json_text
from pilottask.ledger.records import Ledger, Task
from pilottask.paper import agenda, series
from pilottask.paper.as_json import notice_record
from pilottask.paper.document import Document
from pilottask.paper.slips import build_notices, chases_before, notices_document
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import text

TODAY = day("2026-11-06")


def late() -> Task:
    """Return a red task of which nothing was heard for a year."""
    one = changes.start(task(title="甲", department="区总工会", due="2026-01-10"), stamp("2025-10-30"))
    one = changes.note(one, stamp("2025-11-02"), text="摸底完成")
    one = changes.raise_(one, stamp("2025-11-03"), text="缺资金", coordinate=True)
    return changes.chase(one, stamp("2025-12-30"), text="电话")


def submitted() -> Task:
    return changes.submit(changes.start(task(id=2, title="乙"), stamp("2025-11-03")), stamp("2025-12-01"))


def sheet(list_: Ledger) -> Document:
    return sheet_document(draft(list_, at("2026-11-06")))


def slip(list_: Ledger) -> Document:
    return notices_document(
        build_notices(list_.tasks, pilot=list_.pilot, today=TODAY, reply_by=day("2026-11-11"), within=7)
    )


def agenda_of(list_: Ledger) -> Document:
    return agenda.document(meetings.agenda(list_, today=TODAY), pilot=list_.pilot, today=TODAY)


def printed(document: Document) -> str:
    """Return what stands on a paper without its line breaks and, in Chinese, without any space."""
    lines = (line.strip() for line in text.write(document).split("\n"))
    return ("" if document.lang is Lang.ZH else " ").join(lines)


@pytest.mark.parametrize("paper", [slip, agenda_of])
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (Lang.EN, ["摸底完成 (2025-11-02)", "once, on 2025-12-30"]),
        (Lang.ZH, ["摸底完成（2025年11月2日）", "已催办1次，最近一次为2025年12月30日"]),
    ],
)
def test_a_day_of_another_year_has_its_year(paper: Callable[[Ledger], Document], lang: Lang, said: list[str]) -> None:
    set_language(lang)
    assert [one for one in said if one not in printed(paper(ledger(late())))] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            Lang.EN,
            ["submitted 2025-12-01, waiting for 340 days", "缺资金 (raised 2025-11-03)", "摸底完成 (2025-11-02)"],
        ),
        (Lang.ZH, ["2025年12月1日申请办结，已等待340天", "缺资金（2025年11月3日提出）", "摸底完成（2025年11月2日）"]),
    ],
)
def test_the_sheet_has_it_too(lang: Lang, said: list[str]) -> None:
    set_language(lang)
    written = "".join(text.write(sheet(ledger(late(), submitted()))).replace("|", " ").split())
    assert [one for one in said if "".join(one.split()) not in written] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (Lang.EN, "completion rate 6.3% (of 16 counted)"),
        (Lang.ZH, "完成率6.3%（纳入统计16项）"),
    ],
)
def test_a_rate_is_rounded_halves_up_of_what_is_counted(lang: Lang, said: str) -> None:
    set_language(lang)
    tasks = [task(id=number) for number in range(1, 17)]
    closed = changes.close(changes.start(tasks[0], stamp("2026-11-02")), stamp("2026-11-03"))
    dropped = changes.cancel(task(id=17), stamp("2026-11-03"), reason="并入")
    assert said in printed(sheet(ledger(closed, *tasks[1:], dropped)))


def test_a_target_short_by_one_is_not_reached() -> None:
    one = task(title="甲", due="2026-01-10", target=300, actual=299, unit="人")
    assert "299 of 300 人 (99%, time gone 100%)" in printed(agenda_of(ledger(one)))


@pytest.mark.parametrize(
    ("lang", "said"), [(Lang.EN, "3 times, last on 11-06"), (Lang.ZH, "已催办3次，最近一次为11月6日")]
)
def test_chases_of_the_day_stand_on_its_slip_but_not_the_slip_itself(lang: Lang, said: str) -> None:
    set_language(lang)
    one = task(due="2026-10-30")
    for hour in (9, 10, 11):
        one = changes.chase(one, stamp(f"2026-11-06 {hour:02}:00"), text="电话催办")
    assert said in printed(slip(ledger(one)))
    for other in Lang:
        set_language(other)
        own = changes.chase(one, stamp("2026-11-06 15:00"), text={Lang.EN: "reminder slip", Lang.ZH: SLIP}[other])
        assert len(chases_before(own, today=TODAY)) == 3
        assert len(chases_before(own, today=day("2026-11-07"))) == 4
    (notice,) = build_notices([own], pilot=ledger().pilot, today=TODAY, reply_by=TODAY, within=0)
    (told,) = json.loads(json_text(notice_record(notice)))["late"]
    assert (told["chased"], told["last_chased"]) == (3, "2026-11-06")


SLIP = "书面催办（催办单）"


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ("todo", {Lang.EN: "todo", Lang.ZH: "未启动"}),
        ("todo todo", {Lang.EN: "todo", Lang.ZH: "未启动"}),
        ("doing", {Lang.EN: "doing", Lang.ZH: "推进中"}),
        ("todo closed", {Lang.EN: "doing", Lang.ZH: "推进中"}),
        ("submitted cancelled", {Lang.EN: "submitted", Lang.ZH: "待核验"}),
        ("closed", {Lang.EN: "closed", Lang.ZH: "已销号"}),
        ("cancelled", {Lang.EN: "cancelled", Lang.ZH: "已取消"}),
        ("closed suspended", {Lang.EN: "suspended", Lang.ZH: "已中止"}),
        ("", {Lang.EN: "no task", Lang.ZH: "未落实到任务"}),
    ],
)
def test_a_decision_stands_as_its_tasks_do(statuses: str, words: dict[Lang, str]) -> None:
    tasks = [task(id=number, status=status) for number, status in enumerate(statuses.split(), start=1)]
    list_ = meetings.with_new(ledger(*tasks), meeting())
    list_ = meetings.decide(list_, 1, "议定", stamp("2026-10-29"), tasks=[one.id for one in tasks])
    (followed,) = meetings.follow_up(list_, list_.meetings[0], today=TODAY)
    for lang in Lang:
        set_language(lang)
        assert followed.in_words() == words[lang]


def october(*tasks: Task) -> Document:
    """Return the sheet of October 2026."""
    sheet = draft(ledger(*tasks), at("2026-10-31 23:59"), since=series.before(day("2026-10-01"), at("2026-10-01")))
    return sheet_document(sheet)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            Lang.EN,
            [
                "Since 2026-10-01: 1 closed, 1 turned red, 1 no longer red; completion rate from 0.0% to 100.0%.",
                "Turned red: 甲 (no. 1, 麒麟职教集团).",
            ],
        ),
        (Lang.ZH, ["2026年10月1日以来，销号1项、新转红灯1项、红灯消除1项；完成率由0.0%变为100.0%。"]),
    ],
)
def test_a_task_red_from_the_21st_to_the_28th_was_red_in_october(lang: Lang, said: list[str]) -> None:
    set_language(lang)
    one = changes.start(task(title="甲", created="2026-09-01", due="2026-10-20"), stamp("2026-09-02"))
    one = changes.close(one, stamp("2026-10-28"))
    assert [text for text in said if text not in printed(october(one))] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (Lang.EN, ["Since 2026-10-01: 1 closed, 1 reopened.", "Reopened: 甲 (no. 1, 麒麟职教集团)."]),
        (Lang.ZH, ["2026年10月1日以来，销号1项、重新启用1项。"]),
    ],
)
def test_closed_and_reopened_within_a_period_is_said(lang: Lang, said: list[str]) -> None:
    set_language(lang)
    one = changes.start(task(title="甲", created="2026-09-01"), stamp("2026-09-02"))
    one = changes.reopen(changes.close(one, stamp("2026-10-12")), stamp("2026-10-19"), reason="复核不过")
    assert [text for text in said if text not in printed(october(one))] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (Lang.EN, "This is the first sheet: there is none before it to compare with."),
        (Lang.ZH, "本期为首期，无上期数据可比。"),
    ],
)
def test_the_first_sheet_says_so_and_tells_of_no_movement(lang: Lang, said: str) -> None:
    set_language(lang)
    just_entered = task(id=3, title="丙", created="2026-11-05", due="2026-11-01")
    whole = printed(sheet(ledger(late(), just_entered)))
    assert said in whole
    assert not [word for word in ("turned red", "新转红灯", "Turned red", "at the start", "期初") if word in whole]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            Lang.EN,
            "overdue at some time: 5 (month 11), and 9 before that (month 10). Of these no longer overdue: 任务8",
        ),
        (Lang.ZH, "11月逾期过的任务5项，10月为9项。其中已不再逾期：任务8（编号8，麒麟职教集团）。"),
    ],
)
def test_a_month_is_compared_with_the_one_before(lang: Lang, said: str) -> None:
    """Nine tasks fall due in October and are late: five closed within it, one in November; one more is late then."""
    set_language(lang)
    tasks = []
    for number in range(1, 10):
        one = task(id=number, title=f"任务{number}", created="2026-09-01", due=f"2026-10-{number + 9:02}")
        one = changes.start(one, stamp("2026-09-02"))
        closed = "2026-10-28" if number <= 5 else "2026-11-09" if number == 8 else None
        tasks.append(changes.close(one, stamp(closed)) if closed else one)
    tasks.append(task(id=10, title="任务10", created="2026-09-01", due="2026-11-12"))
    since = series.before(day("2026-11-01"), at("2026-11-01"))
    november = draft(ledger(*tasks), series.end_of(day("2026-11-30"), since), since=since)
    assert november.earlier is not None
    assert [len(november.earlier.red), len(november.was_red), len(november.red)] == [9, 5, 4]
    whole = printed(sheet_document(november))
    assert said in whole
    assert {Lang.EN: "Overdue at some time in the period", Lang.ZH: "本期逾期过的任务"}[lang] in whole
    # A numbered sheet follows the one before, whatever its span.
    assert draft(ledger(*tasks), at("2026-11-20")).earlier is None


def test_that_a_red_task_has_no_problem_is_said_only_where_one_was_told_and_settled() -> None:
    set_language(Lang.ZH)
    silent = task(title="甲", department="区总工会", due="2026-10-20")
    assert "存在问题：未反馈" in printed(agenda_of(ledger(silent))).replace(" ", "")
    told = changes.raise_(silent, stamp("2026-10-21"), text="缺资金")
    told = changes.settle(told, stamp("2026-10-22"), n=1)
    assert "存在问题：无" in printed(agenda_of(ledger(told))).replace(" ", "")


def test_what_was_cancelled_and_taken_up_again_is_not_said_to_be_cancelled() -> None:
    set_language(Lang.ZH)
    one = changes.cancel(task(title="甲"), stamp("2026-11-02"), reason="并入")
    one = changes.reopen(one, stamp("2026-11-03"), reason="有误")
    said = printed(sheet_document(draft(ledger(one), at("2026-11-06"), since=at("2026-11-01"))))
    assert "取消：甲（编号1，" in said
    assert "已取消：" not in said
