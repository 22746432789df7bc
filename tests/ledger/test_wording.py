"""Log entries as sentences."""

from collections.abc import Iterator
from typing import Any

import pytest

from factories import at, day, task
from pilottask.base.i18n import Lang, language, set_language
from pilottask.ledger import wording
from pilottask.ledger.records import (
    Cancel,
    Chase,
    Close,
    Create,
    Edit,
    Extend,
    Hand,
    Import,
    LogEntry,
    Need,
    Note,
    Raise,
    Reopen,
    Return,
    Settle,
    Start,
    Status,
    Submit,
    Suspend,
)

WHEN: dict[str, Any] = {"at": at("2026-11-20"), "by": "张三"}

# Each entry, as it reads in English and in Chinese.
SENTENCES: list[tuple[LogEntry, str, str]] = [
    (Create(**WHEN), "entered", "登记"),
    (Import(**WHEN, status=Status.DOING), "imported as doing", "导入（推进中）"),
    (
        Import(**WHEN, status=Status.DOING, worked=day("2026-11-02")),
        "imported as doing, last worked on 2026-11-02",
        "导入（推进中），最近动态日期2026-11-02",
    ),
    (Note(**WHEN, text="已签5家"), "progress: 已签5家", "进展：已签5家"),
    (
        Note(**WHEN, text="已签5家", next="再签3家", actual=5, result=True),
        "progress: 已签5家; next: 再签3家; reached: 5; a result to show",
        "进展：已签5家；下一步：再签3家；累计完成值：5；可作成果展示",
    ),
    (Note(**WHEN, text="无", actual=0), "progress: 无; reached: 0", "进展：无；累计完成值：0"),
    (Raise(**WHEN, n=1, text="流标"), "problem 1 raised: 流标", "提出问题1：流标"),
    (
        Raise(**WHEN, n=2, text="流标", need=Need.MONEY, coordinate=True),
        "problem 2 raised: 流标 (money, to be coordinated)",
        "提出问题2：流标（资金，需协调）",
    ),
    (Settle(**WHEN, n=1), "problem 1 settled", "问题1已解决"),
    (Settle(**WHEN, n=1, text="追加预算"), "problem 1 settled: 追加预算", "问题1已解决：追加预算"),
    (Start(**WHEN), "started", "启动"),
    (Submit(**WHEN), "submitted for verification", "申请办结"),
    (
        Submit(**WHEN, evidence="验收单", on=day("2026-11-18")),
        "submitted for verification (on 2026-11-18): 验收单",
        "申请办结（2026-11-18）：验收单",
    ),
    (Close(**WHEN), "closed", "销号"),
    (
        Close(**WHEN, verifier="王五", on=day("2026-11-19")),
        "closed (on 2026-11-19): verified by 王五",
        "销号（2026-11-19）：核验人王五",
    ),
    (Return(**WHEN, reason="缺验收单"), "sent back: 缺验收单", "退回：缺验收单"),
    (Suspend(**WHEN, reason="停工"), "suspended: 停工", "中止：停工"),
    (Cancel(**WHEN, reason="重复"), "cancelled: 重复", "取消：重复"),
    (Reopen(**WHEN, reason="复工"), "reopened: 复工", "重新启用：复工"),
    (
        Extend(**WHEN, from_=day("2026-11-08"), to=day("2026-12-20"), reason="流标", approved_by="分管领导"),
        "extended: 2026-11-08 → 2026-12-20, 流标 (approved by 分管领导)",
        "延期：2026-11-08 → 2026-12-20，流标（分管领导批准）",
    ),
    (
        Extend(**WHEN, from_=day("2026-11-08"), to=day("2026-12-20"), reason="流标"),
        "extended: 2026-11-08 → 2026-12-20, 流标",
        "延期：2026-11-08 → 2026-12-20，流标",
    ),
    (Chase(**WHEN), "chased", "催办"),
    (Chase(**WHEN, text="电话催办"), "chased: 电话催办", "催办：电话催办"),
    (Edit(**WHEN, field="owner", new="李四"), "Owner changed: (none) → 李四", "修改责任人：（未填） → 李四"),
    (
        Edit(**WHEN, field="support", old=("区财政局", "区人社局"), new=()),
        "Support changed: 区财政局, 区人社局 → (none)",
        "修改配合单位：区财政局、区人社局 → （未填）",
    ),
    (
        Edit(**WHEN, field="every", old="week", new="month"),
        "Every changed: every week → every month",
        "修改周期：每周 → 每月",
    ),
    (Edit(**WHEN, field="target", old=0, new=1.5), "Target changed: 0 → 1.5", "修改目标值：0 → 1.5"),
    (Edit(**WHEN, field="extra.文号", old="3号", new="4号"), "文号 changed: 3号 → 4号", "修改文号：3号 → 4号"),
    (Edit(**WHEN, field="", old="a", new="b"), " changed: a → b", "修改：a → b"),
    (
        Hand(**WHEN, field="status", old="doing", new="closed"),
        "Status found changed by hand: doing → closed",
        "完成情况已在文件中手工改动：推进中 → 已销号",
    ),
    (
        Hand(**WHEN, field="status", old="nonsense", new="todo"),
        "Status found changed by hand: nonsense → todo",
        "完成情况已在文件中手工改动：nonsense → 未启动",
    ),
    (
        Hand(**WHEN, field="extra", old={"文号": "3号", "科室": "一科"}, new={}),
        "Own columns found changed by hand: 文号=3号, 科室=一科 → (none)",
        "自设栏目已在文件中手工改动：文号=3号、科室=一科 → （未填）",
    ),
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language(Lang.EN)
    yield
    set_language(before)


@pytest.mark.parametrize(("entry", "said", "_chinese"), SENTENCES, ids=lambda value: type(value).__name__)
def test_sentence_in_english(entry: LogEntry, said: str, _chinese: str) -> None:
    assert wording.sentence(entry) == said


@pytest.mark.parametrize(("entry", "_english", "said"), SENTENCES, ids=lambda value: type(value).__name__)
def test_sentence_in_chinese(entry: LogEntry, _english: str, said: str) -> None:
    set_language(Lang.ZH)
    assert wording.sentence(entry) == said


def test_braces_in_what_was_typed_are_text() -> None:
    entry = Note(**WHEN, text="{n} {x.y} {", next="{said}")
    assert wording.sentence(entry) == "progress: {n} {x.y} {; next: {said}"


@pytest.mark.parametrize(
    ("left", "said", "chinese"),
    [
        (-12, "12 days late", "逾期12天"),
        (-1, "1 day late", "逾期1天"),
        (0, "due today", "今天到期"),
        (1, "1 day left", "还有1天"),
        (40, "40 days left", "还有40天"),
    ],
)
def test_days(left: int, said: str, chinese: str) -> None:
    assert wording.days(left) == said
    set_language(Lang.ZH)
    assert wording.days(left) == chinese


@pytest.mark.parametrize(
    ("lang", "due", "said"),
    [
        (Lang.EN, None, "10 台 (no figure yet)"),
        (Lang.EN, "2026-11-30", "10 台 (no figure yet, time gone 50%)"),
        (Lang.ZH, "2026-11-30", "10台，尚未报完成值（序时进度50%）"),
    ],
)
def test_a_figure_that_nobody_reported_is_not_said_to_be_none(lang: Lang, due: str | None, said: str) -> None:
    set_language(lang)
    one = task(due=due, created="2026-11-10", target=10, unit="台")
    assert wording.target_reached(one, today=day("2026-11-20")) == said
