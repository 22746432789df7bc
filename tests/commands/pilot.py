"""The pilot that the commands are tried on, as it stands on 2026-11-20."""

from factories import day, ledger, stamp, task
from pilottask.ledger import changes
from pilottask.ledger.records import Ledger, Need, Task


def pilot_ledger() -> Ledger:
    """Return eight tasks, one or more of each status and light.

    1 overdue by ten days, extended and chased; 2 due on Monday; 3 submitted; 4 asks for coordination;
    5 doing and silent since October; 6 closed; 7 suspended; 8 without a deadline.
    """
    return ledger(
        _overdue(),
        task(
            id=2,
            title="签订校企合作协议",
            department="区教体局",
            due="2026-11-23",
            owner="李明",
            aspect="校企合作",
            tags=("签约",),
            support=("麒麟职教集团",),
        ),
        _submitted(),
        _blocked(),
        _silent(),
        _closed(),
        changes.suspend(
            task(id=7, title="扩建停车场", department="区总工会", due="2027-03-31"),
            stamp("2026-11-03"),
            reason="资金未落实",
        ),
        task(id=8, title="宣传专栏", department="区总工会", owner="王芳", remark="长期坚持"),
        departments={"区教体局": ("教体局",), "麒麟职教集团": ("职教集团",), "区总工会": ()},
        name="麒麟区产改试点",
    )


def _overdue() -> Task:
    first = task(
        id=1,
        title="实训设备采购",
        due="2026-10-31",
        owner="赵强",
        leader="陈副区长",
        aspect="基地建设",
        project="实训基地",
    )
    began = changes.start(first, stamp("2026-10-30"))
    moved = changes.extend(began, stamp("2026-11-01"), to=day("2026-11-10"), reason="流标", approved_by="陈副区长")
    return changes.chase(moved, stamp("2026-11-15"), text="请周五前报送")


def _submitted() -> Task:
    began = changes.start(task(id=3, title="技能竞赛", due="2026-11-30"), stamp("2026-11-02"))
    return changes.submit(began, stamp("2026-11-16"), evidence="成绩册")


def _blocked() -> Task:
    began = changes.start(task(id=4, title="招聘实训教师", due="2026-12-31", owner="赵强"), stamp("2026-11-12"))
    return changes.raise_(began, stamp("2026-11-13"), text="编制不足", need=Need.STAFF, coordinate=True)


def _silent() -> Task:
    began = changes.start(task(id=5, title="编写教材", due="2027-01-31", requirement="三本"), stamp("2026-10-30"))
    return changes.note(began, stamp("2026-10-31"), text="已列提纲", next_step="组稿")


def _closed() -> Task:
    began = changes.start(task(id=6, title="成立专班", department="区总工会", due="2026-11-05"), stamp("2026-10-30"))
    return changes.close(changes.submit(began, stamp("2026-11-04")), stamp("2026-11-06"), verifier="区产改办")
