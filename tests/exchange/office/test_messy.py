"""Ledgers as they come from offices, with all that makes them hard to read."""

import pytest

from exchange.ledgers import DATA, planned
from pilottask.exchange.office.importing import ImportPlan
from pilottask.ledger import history
from pilottask.ledger.records import Status

FILES = sorted((DATA / "messy").iterdir())


def plan(name: str) -> ImportPlan:
    return planned(DATA / "messy" / name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_same_file_again_adds_nothing(path: object) -> None:
    first = planned(DATA / "messy" / str(getattr(path, "name", "")))
    assert first.added
    again = planned(DATA / "messy" / str(getattr(path, "name", "")), first.ledger, update=True)
    assert (again.added, again.changed) == ((), ())
    assert again.unchanged == first.added


def test_headings_in_two_rows_below_a_title_and_above_a_foot() -> None:
    found = plan("merged-headings.csv")
    assert [(each.title, each.department, each.support, str(each.due)) for each in found.added] == [
        ("开设宣传专栏", "区委宣传部", ("区融媒体中心",), "2026-11-30"),
        ("劳模工匠进企业宣讲", "区总工会", (), "None"),
    ]
    assert found.notices == (
        "row 8 is a sum, not a task; passed over",
        "row 9 is a note under the table, not a task; passed over: “填表人：李某　审核人：王某”",
        "1 new task has no “工作方面”; of merged cells only the first keeps its text",
    )


def test_tabs_in_gb18030() -> None:
    found = plan("tabs-gb18030.txt")
    assert [(each.title, each.support, each.status, str(each.due)) for each in found.added] == [
        ("实训设备采购", ("区财政局", "区教体局"), Status.DOING, "2026-11-08"),
        ("校企合作协议签订", (), Status.CLOSED, "2026-10-31"),
    ]


def test_unicode_text_of_excel() -> None:
    assert [(each.title, each.owner, str(each.due)) for each in plan("unicode-text.txt").added] == [
        ("新型学徒制培养", "张某", "2026-12-10"),
        ("技能等级认定", "张某", "2026-12-31"),
    ]


def test_semicolons_in_english() -> None:
    first, second = plan("semicolons.csv").added
    assert (first.department, first.support, first.target, first.unit) == (
        "Union Federation",
        ("HR Bureau", "Education Group"),
        6,
        "trades",
    )
    assert second.status is Status.CLOSED


def test_blank_rows_and_columns_and_padding() -> None:
    found = plan("padded.csv")
    assert [(each.title, each.department, each.remark) for each in found.added] == [
        ("建立联席会议制度", "区产改办", None),
        ("印发任务清单", "区产改办", "已发"),
    ]
    assert found.notices == ("days without a year are taken in 2026; another year: --year",)


def test_line_ends_of_old_and_twins() -> None:
    assert [each.title for each in plan("old-line-ends.csv").added] == ["督查", "督查"]


def test_own_columns() -> None:
    found = plan("own-columns.csv")
    assert found.added[0].requirement == "建成1个"
    assert found.added[0].extra == {
        "经费（万元）": "500",
        "具体措施": "分两期建设",
        "column 7": "甲类",
        "联系电话": "0874-1",
    }
    assert found.added[1].extra == {"具体措施": "公开招标"}


def test_pages() -> None:
    found = plan("pages.csv")
    assert [each.title for each in found.added] == ["甲", "乙"]
    assert [len(history.open_problems(each)) for each in found.added] == [0, 1]
    assert len(found.notices) == 4


def test_hostile_cells_are_text() -> None:
    found = plan("hostile.csv")
    assert [each.title for each in found.added] == ['=HYPERLINK("http://x","y")', "=2+3", "[red]甲[/red]\u202e"]
    assert [each.remark for each in found.added] == ["+86 874", "-5", "<script>|`x`"]
    assert [each.extra for each in found.added] == [{"=1+1": "@SUM(A1)"}, {"=1+1": "''x"}, {"=1+1": "{{7*7}}"}]


def test_wrong_ones_are_told_all_at_once() -> None:
    found = plan("wrong.csv")
    assert [(reject.row, reject.column) for reject in found.rejected] == [
        (2, "牵头单位"),
        (2, "完成时限"),
        (2, "完成情况"),
        (2, "目标值"),
        (3, "工作任务"),
        (3, "完成时限"),
        (4, "牵头单位"),
        (4, "完成时限"),
        (4, "目标值"),
        (6, "工作任务"),
    ]
    assert [each.title for each in found.added] == ["丁"]
