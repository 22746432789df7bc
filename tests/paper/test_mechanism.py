"""Findings, settled problems, money and targets on the sheet; the agenda and the page of results as papers."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from factories import TODAY, at, day, inspection, ledger, meeting, stamp, task
from paper.archive import draft
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import changes, inspections, meetings, projects, results
from pilottask.ledger.as_json import json_text
from pilottask.ledger.records import Ledger, Project, Task
from pilottask.paper import agenda, results_page
from pilottask.paper.as_json import sheet_record
from pilottask.paper.content import Sheet
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import PaperFormat, write


def started(**over: object) -> Task:
    return changes.start(task(**over), stamp("2026-10-30"))


def example() -> Ledger:
    """Return a list with a late finding, one put right, a settled problem, money and a target."""
    settled = changes.raise_(
        started(id=1, due="2026-12-31", target=200, actual=50, unit="台"), stamp("2026-11-12"), text="缺资金"
    )
    settled = changes.settle(settled, stamp("2026-11-18"), n=1, text="已拨付")
    book = ledger(settled, started(id=2, due="2026-11-10", department="区财政局"), started(id=3))
    book = inspections.with_new(book, inspection(tasks=(1, 2)), stamp("2026-11-12"))
    for number, fix_by in ((2, "2026-11-16"), (1, "2026-11-15"), (3, "2026-11-15")):
        one = next(one for one in book.tasks if one.id == number)
        book = inspections.add_finding(book, 1, one, stamp("2026-11-12"), text=f"发现{number}", fix_by=day(fix_by))
    book = inspections.put_right(book, 1, 2, stamp("2026-11-18"))
    book = changes.apply(book, [3], lambda one: changes.cancel(one, stamp("2026-11-19"), reason="停"))
    joined = projects.with_fund(Project(name="共建"), "财政", stamp("2026-11-12"), planned=Decimal("300.00"), paid=None)
    joined = projects.with_fund(joined, "财政", stamp("2026-11-19"), planned=None, paid=Decimal("120.00"))
    return replace(book, projects=(joined, Project(name="学徒制")))


BOOK = example()


def sheet(book: Ledger = BOOK, moment: str = "2026-11-20 12:00") -> Sheet:
    return draft(book, at(moment))


def test_findings_past_their_date() -> None:
    assert [(one.id, found.n, found.text) for one, found in sheet().late_findings] == [(2, 1, "发现2")]
    assert [found.n for _one, found in sheet(moment="2026-11-17 12:00").late_findings] == [2, 3, 1]
    assert sheet(moment="2026-11-14 12:00").late_findings == ()


def test_problems_settled_in_the_period() -> None:
    (settled,) = json.loads(json_text(sheet_record(sheet())))["settled"]
    assert settled.pop("line")["id"] == 1
    assert settled == {"text": "缺资金", "how": "已拨付", "raised": "2026-11-12", "on": "2026-11-18"}
    assert sheet(moment="2026-11-17 12:00").settled == ()


def test_money_as_it_stood() -> None:
    assert [(project, list(sources)) for project, sources in sheet().money] == [("共建", ["财政"])]
    assert sheet().money[0][1]["财政"].paid == Decimal("120.00")
    assert sheet(moment="2026-11-17 12:00").money[0][1]["财政"].paid == 0
    assert sheet(moment="2026-11-11 12:00").money == ()


def test_the_sheet_in_words() -> None:
    text = write(sheet_document(sheet()), PaperFormat.TEXT, moment=at("2026-11-20")).decode()
    for said in ("Findings of inspections past their date", "发现2", "Problems settled", "已拨付"):
        assert said in text
    assert "Money of cooperation projects" in text
    page = write(sheet_document(sheet()), PaperFormat.HTML, moment=at("2026-11-20")).decode()
    assert "50 of 200 台 (25%, time gone 34%)" in page


def test_a_target_stands_under_the_title_where_its_column_has_no_room() -> None:
    text = write(sheet_document(sheet()), PaperFormat.TEXT, moment=at("2026-11-20")).decode()
    annex = text[text.index("Annex") :]
    assert re.search(r"\|target 200 台 .*\n.*\|reached 50 ", annex)
    assert annex.count("target ") == 1


def test_a_sheet_without_any_of_it_says_nothing_of_it() -> None:
    bare = ledger(started(due="2026-11-10"))
    text = write(sheet_document(sheet(bare)), PaperFormat.HTML, moment=at("2026-11-20")).decode()
    for said in ("Findings of inspections", "Problems settled", "Money of cooperation", "Target"):
        assert said not in text


def test_a_task_behind_stands_among_the_yellow_ones() -> None:
    behind = replace(BOOK, pilot=replace(BOOK.pilot, behind_percent=5, stale_days=60))
    assert [(one.id, sheet(behind).light(one).reason) for one in sheet(behind).yellow] == [(1, "behind")]
    text = write(sheet_document(sheet(behind)), PaperFormat.TEXT, moment=at("2026-11-20")).decode()
    assert "Yellow because they are behind the time gone by: 1 (" in text


# The agenda and the results


def meeting_book() -> Ledger:
    book = meetings.with_new(BOOK, meeting())
    book = meetings.decide(book, 1, "完成采购", stamp("2026-10-29"), tasks=[2])
    book = meetings.decide(book, 1, "通过制度", stamp("2026-10-29"), tasks=[])
    book = changes.apply(book, [1], lambda one: changes.raise_(one, stamp("2026-11-19"), text="缺人", coordinate=True))
    return meetings.with_new(
        book, meeting(title="第二次联席会议", day=day("2026-11-24"), place="区政府", chair="李建国")
    )


@pytest.mark.parametrize("form", [PaperFormat.TEXT, PaperFormat.MD, PaperFormat.HTML])
def test_an_agenda_says_all_its_parts(form: PaperFormat) -> None:
    book = meeting_book()
    what = meetings.agenda(book, today=TODAY)
    said = write(agenda.document(what, pilot=book.pilot, today=TODAY), form, moment=at("2026-11-20")).decode()
    said = re.sub("</?span[^>]*>", "", said)
    lines = (
        *("Agenda of the joint meeting", "第二次联席会议", "Time: 2026-11-24 (Tuesday)", "Place: 区政府"),
        "Chair: 李建国",
        "Attending: to be set; with something to report: 区财政局, 麒麟职教集团",
        "(1) How the decisions of earlier meetings stand (material: annex 1)",
        "took 2 decisions, carried out: 0",
        *("(2) Departments with red tasks report, in this order (material: annex 2)", "区财政局: 1 red task"),
        *("(3) Problems and needs to coordinate (material: annex 3)", "缺人", "1 task falls due before 2027-02-24"),
        *("Annex 1: How the decisions", "完成采购", "no task", "Annex 4: Tasks falling due"),
    )
    assert [line for line in lines if line not in said] == []


def agenda_of(book: Ledger, lang: Lang = Lang.EN) -> str:
    set_language(lang)
    document = agenda.document(meetings.agenda(book, today=TODAY), pilot=book.pilot, today=TODAY)
    return write(document, PaperFormat.TEXT, moment=at("2026-11-20")).decode()


@pytest.mark.parametrize("book", [ledger(), meetings.with_new(ledger(), meeting())], ids=["nothing", "no decisions"])
def test_an_agenda_of_nothing(book: Ledger) -> None:
    said = agenda_of(book)
    assert "Time: to be set\nPlace: to be set\nChair: to be set\nAttending: to be set\n" in said
    assert "\nNothing is to be reported.\n" in said
    assert "Annex" not in said


def test_a_meeting_that_nobody_has_planned_has_no_day() -> None:
    book = changes.apply(BOOK, [1], lambda one: changes.raise_(one, stamp("2026-11-19"), text="缺人", coordinate=True))
    said = agenda_of(book, Lang.ZH)
    assert "    时间：待定\n    地点：待定\n    主持：待定\n" in said
    assert "2027年2月20日前到期任务" in said  # a day up to which it looks ahead, called no meeting's
    planned = meetings.with_new(meetings.with_new(book, meeting(day=day("2026-11-27"))), meeting(day=day("2027-02-25")))
    said = agenda_of(planned, Lang.ZH)
    assert "    时间：2026年11月27日（星期五），具体时间待定\n" in said
    assert "下次会议（2027年2月25日）前到期任务" in said


def test_what_any_earlier_meeting_decided_and_is_not_carried_out_is_followed_up() -> None:
    book = ledger(*(task(id=number, title=f"任务{number}") for number in range(1, 4)))
    for number, (held, decided) in enumerate(
        (("2026-03-05", "甲"), ("2026-06-05", "乙"), ("2026-09-04", "丙")), start=1
    ):
        book = meetings.with_new(book, meeting(title=f"第{number}次会议", day=day(held)))
        for n in range(1, number + 1):
            book = meetings.decide(book, number, f"{decided}{n}", stamp("2026-10-29"), tasks=[n])
    book = changes.apply(
        book, [1], lambda one: changes.close(changes.start(one, stamp("2026-11-02")), stamp("2026-11-03"))
    )
    made = meetings.agenda(book, today=TODAY)
    assert [one.decision.text for one in made.decisions] == ["丙1", "丙2", "丙3"]
    assert [(one.id, [left.decision.text for left in open_]) for one, open_ in made.earlier] == [(2, ["乙2"])]
    said = agenda_of(book, Lang.ZH)
    assert "2026年9月4日“第3次会议”议定3项，已落实1项。此前会议尚未落实的1项。" in said
    assert [text for text in ("丙1", "丙2", "丙3", "乙2") if text not in said] == []
    assert [text for text in ("甲1", "乙1") if text in said] == []
    record = meetings.agenda_record(book, made, today=TODAY)
    assert (record["day_known"], record["after"], record["last_meeting"]) == (False, None, 3)


def page(since: date | None = None, until: date | None = None) -> str:
    one = task(id=1, aspect="技能培训", target=3000, unit="人次", support=("区教体局",))
    one = changes.note(one, stamp("2026-11-10"), text="首批结业", actual=600, result=True)
    two = changes.note(task(id=2, target=5), stamp("2026-11-12"), text="专栏上线", result=True)
    three = changes.note(task(id=3, aspect="技能培训"), stamp("2026-11-12"), text="得奖", actual=2, result=True)
    found = results.by_aspect([one, two, three], since=since, until=until)
    document = results_page.document("Results", found, pilot=ledger().pilot, today=TODAY, since=since, until=until)
    return write(document, PaperFormat.TEXT, moment=at("2026-11-20")).decode()


def test_the_page_of_results() -> None:
    text = page()
    assert "Up to 2026-11-20" in text
    assert "3 results in all." in text
    assert text.index("1. 技能培训") < text.index("得奖") < text.index("首批结业") < text.index("2. Other work")
    assert "600 人次 (20.0% of the target)" in text
    assert "麒麟职教集团, 区教体局" in text
    assert "Filled in by" not in text


def test_the_page_of_a_period() -> None:
    text = page(day("2026-11-12"), day("2026-11-13"))
    assert "Period: 2026-11-12 to 2026-11-13" in text
    assert "首批结业" not in text
    assert "No result was noted in this period." in page(day("2026-11-13"))
