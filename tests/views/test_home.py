"""The first screen: nothing that calls for something is left out, and it fits a small terminal."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import TODAY, day, finding, inspection, ledger, stamp, task
from paper.stores import stores
from pilottask.base.i18n import Lang, set_language
from pilottask.base.terminal import Terminal
from pilottask.ledger import changes, history, instructions, lights
from pilottask.ledger.records import OPEN, WITH_DEPARTMENT, Ledger, Task
from pilottask.views import home

PIPE = Terminal(is_terminal=False)


def busy(count: int) -> Ledger:
    """Return a list with so many tasks and findings of each kind that home tells of."""
    kinds: list[Task] = []
    for number in range(1, count + 1):
        late = task(id=number, title=f"逾期{number}", due="2026-11-08")
        kinds += [
            changes.raise_(late, stamp("2026-11-18"), text=f"缺资金{number}", coordinate=True),
            task(id=100 + number, title=f"临期{number}", due="2026-11-22"),
            changes.submit(changes.start(task(id=200 + number), stamp("2026-11-02")), stamp("2026-11-19")),
            changes.start(task(id=300 + number, title=f"沉默{number}"), stamp("2026-11-01")),
            changes.start(task(id=400 + number, due="2026-12-01", target=100), stamp("2026-11-15")),
        ]
    found = tuple(finding(n=n, text=f"问题{n}") for n in range(1, count + 1))
    book = ledger(*kinds, behind_percent=5)
    return msgspec.structs.replace(book, inspections=(inspection(tasks=(1,), findings=found),))


FULL = {
    Lang.EN: """\
Overdue: 6
1  逾期1  麒麟职教集团  12 days late
2  逾期2  麒麟职教集团  12 days late
3  逾期3  麒麟职教集团  12 days late
4  逾期4  麒麟职教集团  12 days late
5  逾期5  麒麟职教集团  12 days late
  and 1 more
  pilottask overdue

Due within 7 days: 6
101  临期1  麒麟职教集团  2 days left
102  临期2  麒麟职教集团  2 days left
103  临期3  麒麟职教集团  2 days left
104  临期4  麒麟职教集团  2 days left
  and 2 more
  pilottask upcoming --days 7

Findings not put right in time: 6  pilottask inspect list --open
To be verified: 6  pilottask list --status submitted
To be coordinated by the joint meeting: 6  pilottask list --problems
No progress for more than 14 days: 12 (6 of them not started)  pilottask list --silent 14
Behind their targets: 6  pilottask list
No deadline set yet: 12  pilottask list --undated
""",
    Lang.ZH: """\
逾期：6项
1  逾期1  麒麟职教集团  逾期12天
2  逾期2  麒麟职教集团  逾期12天
3  逾期3  麒麟职教集团  逾期12天
4  逾期4  麒麟职教集团  逾期12天
5  逾期5  麒麟职教集团  逾期12天
  另有1项
  pilottask overdue

7天内到期：6项
101  临期1  麒麟职教集团  还有2天
102  临期2  麒麟职教集团  还有2天
103  临期3  麒麟职教集团  还有2天
104  临期4  麒麟职教集团  还有2天
  另有2项
  pilottask upcoming --days 7

督查发现逾期未整改：6项  pilottask inspect list --open
待核验：6项  pilottask list --status submitted
需联席会议协调：6项  pilottask list --problems
超过14天无进展：12项（其中未启动6项）  pilottask list --silent 14
落后序时进度：6项  pilottask list
未定时限：12项  pilottask list --undated
""",
}


@pytest.mark.parametrize("lang", Lang)
def test_the_most_urgent_is_told_first_and_the_rest_counted(lang: Lang) -> None:
    set_language(lang)
    shown = home.screen(busy(6), today=TODAY, terminal=PIPE)
    assert shown == FULL[lang]
    assert shown.count("\n") == 23


def test_what_is_to_be_coordinated_is_told_where_it_is_red_too() -> None:
    late = ledger(busy(1).tasks[0])
    assert home.screen(late, today=TODAY, terminal=PIPE).split("\n\n")[1] == (
        "To be coordinated by the joint meeting: 1\n1  逾期1  麒麟职教集团  缺资金1\n  pilottask list --problems\n"
    )


def test_a_list_without_tasks_is_not_called_empty_where_an_instruction_waits() -> None:
    waiting = instructions.with_new(
        ledger(), stamp("2026-11-01"), "抓紧摸底", leader="陈刚", reply_by=day("2026-11-10")
    )
    assert home.screen(waiting, today=TODAY, terminal=PIPE) == (
        "Instructions not answered in time: 1\n抓紧摸底  10 days late\n  pilottask list --instructed\n"
    )


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("count", [1, 2, 4, 30])
def test_it_fits_a_small_terminal_however_long_the_titles(count: int, columns: int) -> None:
    book = busy(count)
    long = msgspec.structs.replace(
        book, tasks=tuple(msgspec.structs.replace(one, title=one.title * 20) for one in book.tasks)
    )
    terminal = Terminal(is_terminal=True, width=columns)
    assert home.screen(long, today=TODAY, terminal=terminal).count("\n") <= 23


@settings(deadline=None)
@given(stores(), st.integers(10, 40))
def test_what_stands_there_is_what_the_list_says(list_: Ledger, lines: int) -> None:
    told = {
        match[1]: int(match[2])
        for section in home.home(list_, today=TODAY, lines=lines)
        if (match := re.fullmatch(r"(.*): (\d+)(?: \(.*\))?", section.heading))
    }
    reasons = [lights.light(one, today=TODAY, pilot=list_.pilot).reason for one in list_.tasks]
    expected = {
        "Overdue": reasons.count(lights.Reason.OVERDUE),
        "Due within 7 days": reasons.count(lights.Reason.DUE_SOON),
        "To be verified": reasons.count(lights.Reason.SUBMITTED),
        "To be coordinated by the joint meeting": sum(
            one.status in OPEN and history.to_coordinate(one) != [] for one in list_.tasks
        ),
        "No deadline set yet": sum(
            one.status in OPEN and one.due is None and not one.open_ended for one in list_.tasks
        ),
        "No progress for more than 14 days": sum(
            one.status in WITH_DEPARTMENT and (lights.silent_days(one, today=TODAY) or 0) > 14 for one in list_.tasks
        ),
        "Steps past their day": sum(len(lights.late_steps(one, today=TODAY)) for one in list_.tasks),
        "Instructions not answered in time": len(instructions.late(list_.instructions, today=TODAY)),
    }
    told = {name: count for name, count in told.items() if "not reported" not in name}  # by department, in a round
    assert told == {name: count for name, count in expected.items() if count}
