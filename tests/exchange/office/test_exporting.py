"""Tasks written out as a ledger, and read back."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.ledgers import DATA, planned, rows_table, through_csv
from factories import at, ledger, stamp, task
from pilottask.base.i18n import Lang, set_language
from pilottask.base.text import fault
from pilottask.exchange.office import exporting, reading, updating
from pilottask.ledger import changes, history
from pilottask.ledger.records import (
    Close,
    Department,
    Every,
    Extend,
    Import,
    LogEntry,
    Need,
    Note,
    Raise,
    Status,
    Step,
    StepChange,
    StepDone,
    Task,
)

SPECIAL = "\"'=+-@＝#1 、，,;；/（）()\r\n\u3000无—a中！：|*<&\U00020000\u200d\ufeff"


def texts(*, line: bool) -> st.SearchStrategy[str]:
    # What `fault` refuses is left out from the start, so that few examples are thrown away.
    special = SPECIAL.replace("\r\n", "") if line else SPECIAL
    characters = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"] if line else ["Cs", "Cc"])
    plain = st.text(st.sampled_from(special) | characters, min_size=1, max_size=12)
    return plain.filter(lambda value: bool(value.strip()) and fault(value, line=line) is None)


LINE, TEXT = texts(line=True), texts(line=False)
DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 20))
NUMBER = st.none() | st.integers(0, 2**53 - 1) | st.floats(0, 2**53 - 1)


STEP_TEXT = TEXT | st.sampled_from(
    [
        "完成60%",
        "20",
        "定方案（已于2026-11-01完成）：完成",
        "甲\n2. 2026-11-30：乙\n#丙",
        "11月底前完成60%，12月底前完成",
    ]
)


@st.composite
def step_entries(draw: st.DrawFn) -> list[LogEntry]:
    """Return steps with all that a ledger holds of them, some of them moved, some done."""
    log: list[LogEntry] = []
    for n in sorted(draw(st.sets(st.integers(1, 30), max_size=3))):
        about: dict[str, Any] = {"at": at("2026-11-20"), "by": "张三", "n": n}
        first, due = draw(st.dates()), draw(st.none() | st.dates())
        target, unit = draw(NUMBER), draw(st.none() | LINE)
        log.append(Step(**about, text=draw(STEP_TEXT), due=first, target=target, unit=unit))
        if due:
            log.append(StepChange(**about, from_=first, to=due, reason="x"))
        if draw(st.booleans()):
            log.append(StepDone(**about, on=draw(DAYS), actual=draw(NUMBER)))
    return log


@st.composite
def any_task(draw: st.DrawFn) -> Task:
    """Return a task with all that the format holds."""
    status = draw(st.sampled_from(Status))
    dated = draw(st.none() | st.dates())
    due = draw(st.none() | st.dates().filter(lambda day: day != dated)) if dated else None
    early, late = sorted((draw(DAYS), draw(DAYS)))
    submitted = early if status not in {Status.TODO, Status.DOING} and draw(st.booleans()) else None
    closed = late if status is Status.CLOSED and draw(st.booleans()) else None
    log: list[LogEntry] = [Import(at=at("2026-11-20"), by="张三", status=status, submitted=submitted, closed=closed)]
    if dated and due:
        log.append(Extend(at=at("2026-11-20"), by="张三", from_=dated, to=due, reason="x"))
    if draw(st.booleans()):
        noted = draw(DAYS)
        moment = at(f"{noted} 09:15")
        imported = draw(st.booleans())
        log.append(Note(at=moment, by="张三", text=draw(TEXT), next=draw(st.none() | TEXT), imported=imported))
    log.extend(
        Raise(
            at=at("2026-11-20"),
            by="张三",
            n=n,
            text=draw(TEXT),
            need=draw(st.none() | st.sampled_from(Need)),
            coordinate=draw(st.booleans()),
        )
        for n in sorted(draw(st.sets(st.integers(1, 9), max_size=3)))
    )
    log.extend(draw(step_entries()))
    lead = draw(LINE)
    return Task(
        id=1,
        uid=draw(LINE),
        title=draw(LINE),
        department=lead,
        support=tuple(draw(st.lists(LINE.filter(lambda name: name != lead), unique=True, max_size=3))),
        owner=draw(st.none() | LINE),
        leader=draw(st.none() | LINE),
        aspect=draw(st.none() | LINE),
        requirement=draw(st.none() | TEXT),
        target=draw(NUMBER),
        unit=draw(st.none() | LINE),
        actual=draw(NUMBER),
        due=due or dated,
        first_due=dated,
        open_ended=dated is None and draw(st.booleans()),
        status=status,
        source=draw(st.none() | LINE),
        project=draw(st.none() | LINE),
        every=draw(st.none() | st.sampled_from(Every)),
        tags=tuple(draw(st.lists(LINE, unique=True, max_size=3))),
        remark=draw(st.none() | TEXT),
        created=draw(DAYS),
        submitted=submitted,
        closed=closed,
        extra=draw(st.dictionaries(LINE | st.sampled_from(["状态", "No.", "列30", "周期性"]), TEXT, max_size=3)),
        log=tuple(log),
    )


def held(found: Task) -> object:
    """Return what the format holds of a task."""
    note = history.last_note(found)
    return (
        msgspec.structs.replace(found, id=0, log=()),
        note and (note.text, note.next, note.at.date(), note.imported),
        [(each.n, each.text, each.need, each.coordinate) for each in history.open_problems(found)],
        history.steps(found),
    )


@settings(max_examples=30, deadline=None)
@given(
    st.lists(any_task(), max_size=3, unique_by=lambda found: found.uid),
    st.sampled_from(Lang),
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from(["utf-8-sig", "gb18030"]),
)
def test_import_reads_back_what_export_wrote(tasks: list[Task], lang: Lang, delimiter: str, encoding: str) -> None:
    set_language(lang)
    written = exporting.csv_text(exporting.sheet(tasks), delimiter=delimiter).encode(encoding)
    plan = planned(reading.read(written))
    assert [str(reject) for reject in plan.rejected] == []
    assert [held(found) for found in plan.added] == [held(found) for found in tasks]
    assert [history.differences(found) for found in plan.added] == [[]] * len(tasks)
    again = planned(reading.read(written), plan.ledger, update=True)
    assert (again.added, again.changed) == ((), ())


@pytest.mark.parametrize("lang", Lang)
def test_the_sample_comes_back_whole(lang: Lang) -> None:
    set_language(lang)
    known = planned(DATA / "ledger.csv").ledger
    assert through_csv(known.tasks).ledger == known
    assert through_csv(known.tasks, delimiter="\t").ledger == known


def test_a_task_in_the_office_s_columns() -> None:
    set_language(Lang.ZH)
    found = changes.create(
        task(
            id=7,
            support=("区财政局", "区教体局"),
            owner="张三",
            target=20,
            unit="台",
            due="2026-11-08",
            tags=("重点",),
            extra={"经费": "5万"},
        ),
        stamp("2026-11-01"),
    )
    found = changes.extend(found, stamp("2026-11-05"), to=date(2026, 12, 15), reason="流标")
    found = changes.note(changes.start(found, stamp()), stamp(), text="已发布", next_step="开标", actual=5)
    found = changes.raise_(found, stamp(), text="流标")
    assert exporting.csv_text(exporting.sheet([found])).splitlines() == [
        (
            "编号,UID,工作方面,工作任务,目标要求,目标值,单位,累计完成值,牵头单位,配合单位,责任领导,责任人,原时限,完成时限,"
            "完成情况,申请办结日期,销号日期,进展情况,进展日期,最近动态日期,存在问题,要素保障,下一步打算,任务来源,合作项目,标签,登记日期,备注,经费"
        ),
        (
            "7,t0000007,,实训设备采购,,20,台,5,麒麟职教集团,区财政局、区教体局,,张三,2026-11-08,2026-12-15,"
            "推进中,,,已发布,2026-11-20,2026-11-20,流标,,开标,,,重点,2026-11-01,,5万"
        ),
    ]


def test_without_tasks_there_are_headings() -> None:
    assert exporting.csv_text(exporting.sheet([])).startswith("No.,UID,Aspect,Task,Requirement,")
    assert exporting.csv_text(exporting.sheet([])).count("\r\n") == 1


def test_days_of_closing_and_the_period_are_written_where_known() -> None:
    found = changes.close(changes.start(changes.create(task(every=Every.YEAR), stamp()), stamp()), stamp())
    rows = exporting.sheet([found])
    cells = dict(zip(*rows, strict=True))
    assert (cells["Status"], cells["Submitted on"], cells["Closed on"]) == ("closed", "", "2026-11-20")
    assert cells["Every"] == "every year"
    assert isinstance(found.log[-1], Close)


def test_a_next_step_alone_does_not_hide_what_was_reported() -> None:
    found = changes.note(task(), stamp("2026-11-10"), text="已开标", next_step="签合同")
    found = updating.with_note(found, stamp("2026-11-18"), text="", next_step="交货")
    cells = dict(zip(*exporting.sheet([found]), strict=True))
    assert [cells[name] for name in ("Progress", "Progress on", "Next step", "Last worked on")] == [
        "已开标",
        "2026-11-10",
        "交货",
        "2026-11-18",
    ]
    written = exporting.csv_text(exporting.sheet([found])).encode()
    assert planned(reading.read(written), ledger(found), update=True).changed == ()


HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\r=1", "＝1", "'=1", " =1", '"=1"', "=HYPERLINK(1)"]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text) for text in HOSTILE])
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    hostile = task(requirement=text, remark=text, extra={"=own": text})
    hostile = changes.note(hostile, stamp(), text=text, next_step=text)
    hostile = changes.raise_(hostile, stamp(), text=text)
    rows = exporting.sheet([hostile])
    written = [
        cell for head, cell in zip(*rows, strict=True) if head not in {"Progress on", "Last worked on", "Entered on"}
    ]
    assert sum(text in cell for cell in written) == 6
    assert [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))] == []
    assert held(through_csv([hostile]).added[0]) == held(hostile)


def test_a_department_whose_name_holds_separators_comes_back() -> None:
    plan = through_csv([task(department="甲/乙公司", support=("丙、丁", "戊"))])
    assert plan.ledger.departments == (Department(name="甲/乙公司"), Department(name="丙、丁"), Department(name="戊"))


def test_markdown_leaves_blank_columns_out_and_is_never_markup() -> None:
    found = task(title="a|b *c* <d> & [e](f)\\", remark="一\n二\u202e", due="2026-12-15")
    assert exporting.markdown_table([found]).splitlines() == [
        "| No. | UID | Task | Department | First due | Due | Status | Entered on | Remark |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        (
            r"| 1 | t0000001 | a\|b \*c\* \<d\> \& \[e\](f)\\ | 麒麟职教集团 | 2026-12-15 | 2026-12-15 | todo "
            r"| 2026-10-29 | 一<br>二\\u202e |"
        ),
    ]


def test_markdown_shows_text_as_it_was_typed() -> None:
    assert "| =1 |" in exporting.markdown_table([task(remark="=1")])


def test_markdown_without_tasks_has_all_headings() -> None:
    assert exporting.markdown_table([]).count("\n") == 2


def test_an_extended_task_stays_extended() -> None:
    moved = changes.extend(task(due="2026-12-01"), stamp(), to=date(2026, 12, 15), reason="雨季")
    (found,) = through_csv([moved]).added
    assert (str(found.first_due), str(found.due)) == ("2026-12-01", "2026-12-15")
    (extended,) = history.extensions(found)
    assert extended.reason == "import ledger.csv"


def test_own_columns_stand_in_the_order_in_which_tasks_have_them() -> None:
    rows = exporting.sheet([task(extra={"乙": "1"}), task(id=2, extra={"甲": "2", "乙": "3"})])
    assert [row[-2:] for row in rows] == [["乙", "甲"], ["1", ""], ["3", "2"]]
    assert planned(rows_table(*rows)).added[1].extra == {"乙": "3", "甲": "2"}
