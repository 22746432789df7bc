"""Findings, settled problems, money and targets on the sheet; the agenda and the page of results as papers."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from factories import TODAY, at, day, inspection, ledger, meeting, stamp, task
from paper.archive import draft
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
    assert "Behind the time gone by: 1 (" in text


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
    for text in (
        *("Agenda of the joint meeting", "第二次联席会议", "区政府", "李建国"),
        *("1. How the decisions of the last meeting stand", "took 2 decisions", "完成采购", "no task"),
        *("(1) 区财政局: 1 red task", "缺人", "1 task falls due before 2027-02-24"),
    ):
        assert text.replace("1.", "1\\.") in said if form is PaperFormat.MD and text.startswith("1. ") else text in said


@pytest.mark.parametrize(
    ("book", "said"),
    [
        (ledger(), ["There was no joint meeting before.", "None.", "Nothing falls due before 2027-02-20."]),
        (meetings.with_new(ledger(), meeting()), ["“第一次联席会议” on 2026-10-29 decided nothing."]),
    ],
    ids=["nothing at all", "a meeting without decisions"],
)
def test_an_agenda_of_nothing(book: Ledger, said: list[str]) -> None:
    what = meetings.agenda(book, today=TODAY)
    text = write(
        agenda.document(what, pilot=book.pilot, today=TODAY), PaperFormat.TEXT, moment=at("2026-11-20")
    ).decode()
    assert [one for one in said if one not in text] == []


def page(since: date | None = None, until: date | None = None) -> str:
    one = task(id=1, aspect="技能培训", target=3000, unit="人次", support=("区教体局",))
    one = changes.note(one, stamp("2026-11-10"), text="首批结业", actual=600, result=True)
    two = changes.note(task(id=2, target=5), stamp("2026-11-12"), text="专栏上线", result=True)
    three = changes.note(task(id=3, aspect="技能培训"), stamp("2026-11-12"), text="得奖", actual=2, result=True)
    found = results.by_aspect([one, two, three], since=since, until=until)
    document = results_page.document(found, pilot=ledger().pilot, today=TODAY, since=since, until=until)
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
