"""What each view shows, to the letter.

The screens stand in `tests/screens`, one file for each view, language and place that output goes to. After a change
that is meant, `PYTHONPATH=tests python tests/test_tables.py` writes them anew, to be read before they are committed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import factories
from factories import TODAY, at, day, finding, inspection, ledger, stamp, task
from pilottask.base.i18n import Lang, language, set_language
from pilottask.base.terminal import Terminal
from pilottask.base.width import width
from pilottask.ledger import changes, queries
from pilottask.ledger.history import log_rows
from pilottask.ledger.queries import Group
from pilottask.ledger.records import Department, Every, Ledger, Need, Role, Task, replace
from pilottask.views import counts, departments, history, home, one_task, tasks
from pilottask.views.grid import Cell, Grid, Tone, Where
from pilottask.views.render import Format, render, render_all

SCREENS = Path(__file__).parent / "screens"


def equipment() -> Task:
    """Return a task that is late, with all that a task can have."""
    late = task(
        id=11,
        title="实训设备采购",
        support=("区财政局", "合作企业"),
        owner="实训处联络员",
        leader="副区长",
        aspect="素质提升",
        requirement="设备到位率100%，年内投入使用",
        target=200,
        unit="台",
        due=day("2026-11-08"),
        source="推进会",
        project="实训基地",
        every=Every.YEAR,
        tags=("重点", "资金"),
        remark="第一行\n第二行",
        extra={"文号": "产改办〔2026〕3号"},
    )
    late = changes.start(late, stamp("2026-11-02", "李四"))
    late = changes.note(late, stamp("2026-11-05 16:40"), text="招标文件已发布", next_step="组织招标", actual=120)
    late = changes.raise_(late, stamp("2026-11-06"), text="供应商流标一次", need=Need.MONEY, coordinate=True)
    late = changes.chase(late, stamp("2026-11-12"))
    return changes.chase(late, stamp("2026-11-18"), text="电话催办")


def contest() -> Task:
    """Return a task that was extended and is late even so."""
    late = changes.start(
        task(id=6, title="区级职工职业技能大赛", department="区总工会", owner="经济部联络员", due=day("2026-11-12")),
        stamp("2026-11-02"),
    )
    return changes.extend(
        late, stamp("2026-11-11"), to=day("2026-11-18"), reason="裁判人选未定", approved_by="分管领导"
    )


def pilot_ledger() -> Ledger:
    """Return a small pilot on 2026-11-20, with a task of every kind."""
    listed = task(id=1, title="印发试点任务清单", department="区产改办", due="2026-10-31")
    soon = task(id=3, title="“中国梦·劳动美” theme education", department="区总工会", due="2026-11-25")
    silent = task(id=12, title="创建劳模和工匠人才创新工作室", department="区总工会")
    done = task(id=21, title="集体协商", department="区总工会", due="2026-11-19")
    calm = task(id=30, title="联合督查", department="区产改办", due="2026-12-31")
    double = task(id=31, title="重复事项", department="区产改办")
    return ledger(
        changes.close(changes.start(listed, stamp("2026-10-30")), stamp("2026-10-30"), verifier="王五"),
        changes.start(soon, stamp("2026-11-16")),
        contest(),
        equipment(),
        changes.start(silent, stamp("2026-11-02")),
        changes.submit(changes.start(done, stamp("2026-11-02")), stamp("2026-11-17")),
        calm,
        changes.cancel(double, stamp(), reason="与30重复"),
    )


LEDGER = pilot_ledger()
SETTINGS: dict[str, Any] = {"today": TODAY, "pilot": LEDGER.pilot}
LATE = queries.overdue(LEDGER.tasks, today=TODAY)
SOON = queries.upcoming(LEDGER.tasks, today=TODAY, days=7)


VERSIONS = [
    history.Version(1, at("2026-11-18"), "张三", "pilottask init", undone=False),
    history.Version(2, at("2026-11-19"), "李四", "pilottask import 台账.xlsx --department 区总工会", undone=False),
    history.Version(3, at("2026-11-20"), "张三", None, undone=False),
]


def table(grid: Callable[[], Grid]) -> Callable[[Terminal], str]:
    return lambda terminal: render(grid(), Format.TABLE, terminal)


VIEWS: dict[str, Callable[[Terminal], str]] = {
    "list": table(lambda: tasks.tasks([one for one in LEDGER.tasks if one.status != "closed"], **SETTINGS, more=1193)),
    "overdue": table(lambda: tasks.overdue(LATE, SOON, **SETTINGS)),
    "upcoming": table(lambda: tasks.tasks(SOON, **SETTINGS)),
    "summary": table(lambda: counts.summary(queries.summary(LEDGER.tasks, Group.DEPARTMENT, **SETTINGS))),
    "show": lambda terminal: render_all(one_task.detail(LATE[0], **SETTINGS), Format.TABLE, terminal),
    "history": table(lambda: history.history([row for one in LATE for row in log_rows(one)])),
    "versions": table(lambda: history.versions(VERSIONS, present=2)),
    "departments": table(lambda: departments.departments(LEDGER)),
    "home": lambda terminal: home.screen(LEDGER, today=TODAY, terminal=terminal),
}
PLACES = {
    "pipe": Terminal(is_terminal=False),
    "040": Terminal(is_terminal=True, width=40),
    "080": Terminal(is_terminal=True, width=80),
    "120": Terminal(is_terminal=True, width=120),
}
WHICH = [(view, lang, place) for view in VIEWS for lang in Lang for place in PLACES]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language(Lang.EN)
    yield
    set_language(before)


def screen_file(view: str, lang: Lang, place: str) -> Path:
    return SCREENS / f"{view}-{lang}-{place}.txt"


@pytest.mark.parametrize(("view", "lang", "place"), WHICH)
def test_screen(view: str, lang: Lang, place: str) -> None:
    set_language(lang)
    assert VIEWS[view](PLACES[place]) == screen_file(view, lang, place).read_text(encoding="utf-8")


@pytest.mark.parametrize(("view", "lang", "place"), WHICH)
def test_a_screen_fits(view: str, lang: Lang, place: str) -> None:
    set_language(lang)
    terminal = PLACES[place]
    screen = VIEWS[view](terminal)
    if terminal.is_terminal:
        assert max(width(line) for line in screen.splitlines()) <= terminal.width
    assert not any(line.endswith(" ") for line in screen.splitlines())


# What scripts get


def csv(grid: Grid) -> list[str]:
    return render(grid, Format.CSV, PLACES["pipe"]).splitlines()


@pytest.mark.parametrize("lang", Lang)
def test_list_for_scripts(lang: Lang) -> None:
    set_language(lang)
    assert csv(tasks.tasks(LEDGER.tasks, **SETTINGS)) == [
        "id,light,title,department,owner,due,status,days_left,light_reason,reached,time_gone",
        "1,,印发试点任务清单,区产改办,,2026-10-31,closed,,,,",
        "3,yellow,“中国梦·劳动美” theme education,区总工会,,2026-11-25,doing,5,due_soon,,0.4444444444444444",
        "6,red,区级职工职业技能大赛,区总工会,经济部联络员,2026-11-18,doing,-2,overdue,,1.0",
        "11,red,实训设备采购,麒麟职教集团,实训处联络员,2026-11-08,doing,-12,overdue,0.6,1.0",
        "12,yellow,创建劳模和工匠人才创新工作室,区总工会,,,doing,,stale,,",
        "21,yellow,集体协商,区总工会,,2026-11-19,submitted,-1,submitted,,1.0",
        "30,green,联合督查,区产改办,,2026-12-31,todo,41,,,0.3492063492063492",
        "31,,重复事项,区产改办,,,cancelled,,,,",
    ]


@pytest.mark.parametrize("lang", Lang)
def test_overdue_for_scripts(lang: Lang) -> None:
    set_language(lang)
    assert csv(tasks.overdue(LATE, SOON, **SETTINGS)) == [
        "id,title,department,owner,due,first_due,days_late,days_left,chased,last_chased",
        "11,实训设备采购,麒麟职教集团,实训处联络员,2026-11-08,2026-11-08,12,-12,2,2026-11-18",
        "6,区级职工职业技能大赛,区总工会,经济部联络员,2026-11-18,2026-11-12,2,-2,0,",
        "3,“中国梦·劳动美” theme education,区总工会,,2026-11-25,2026-11-25,0,5,0,",
    ]


@pytest.mark.parametrize("lang", Lang)
def test_summary_for_scripts(lang: Lang) -> None:
    set_language(lang)
    assert csv(counts.summary(queries.summary(LEDGER.tasks, Group.DEPARTMENT, **SETTINGS))) == [
        "department,total,todo,doing,submitted,closed,suspended,cancelled,red,yellow,green,overdue,completion_rate",
        "区总工会,4,0,3,1,0,0,0,1,3,0,1,0.0",
        "麒麟职教集团,1,0,1,0,0,0,0,1,0,0,1,0.0",
        "区产改办,3,1,0,0,1,0,1,0,0,1,0,0.5",
    ]


@pytest.mark.parametrize("lang", Lang)
def test_one_task_for_scripts(lang: Lang) -> None:
    set_language(lang)
    grid, *_rest = one_task.detail(LATE[0], **SETTINGS)
    assert csv(grid) == [
        "field,value",
        "status,doing",
        "light,red",
        "department,麒麟职教集团",
        "support,区财政局、合作企业",
        "owner,实训处联络员",
        "leader,副区长",
        "aspect,素质提升",
        "requirement,设备到位率100%，年内投入使用",
        "target,200",
        "actual,120",
        "time_gone,1.0",
        "due,2026-11-08",
        "source,推进会",
        "project,实训基地",
        "every,year",
        "tags,重点、资金",
        'remark,"第一行',
        '第二行"',
        "created,2026-10-29",
        "extra.文号,产改办〔2026〕3号",
    ]


@pytest.mark.parametrize("lang", Lang)
def test_history_for_scripts(lang: Lang) -> None:
    set_language(lang)
    rows = csv(history.history([*log_rows(LATE[0])][-1:]))
    assert rows[0] == "at,by,id,title,n,kind,text"
    assert rows[1].startswith("2026-11-18T09:15:00+08:00,张三,11,实训设备采购,6,chase,")


def test_the_history_of_one_task_does_not_repeat_it() -> None:
    rows = csv(history.history([*log_rows(LATE[0])][-1:], of=LATE[0]))
    assert rows == ["at,by,n,kind,text", "2026-11-18T09:15:00+08:00,张三,6,chase,chased: 电话催办"]


def test_a_version_that_was_undone_says_so() -> None:
    grid = history.versions([history.Version(2, at("2026-11-19"), "李四", "pilottask add 甲", undone=True)], present=3)
    assert render(grid, Format.TABLE, PLACES["pipe"]).splitlines()[-1].endswith("pilottask add 甲  undone")


def test_versions_for_scripts() -> None:
    assert csv(history.versions(VERSIONS[1:], present=2)) == [
        "n,at,by,command,present",
        "2,2026-11-19T09:15:00+08:00,李四,pilottask import 台账.xlsx --department 区总工会,true",
        "3,2026-11-20T09:15:00+08:00,张三,,false",
    ]


def test_departments_for_scripts() -> None:
    office = Department(name="区产改办", role=Role.OFFICE, aliases=("产改办", "改革办"), contact="张三 0874-1")
    grid = departments.departments(Ledger(schema=2, next_id=1, pilot=LEDGER.pilot, departments=(office,)))
    assert csv(grid) == ["name,role,aliases,contact,mail", "区产改办,office,产改办、改革办,张三 0874-1,"]


# Single words


def cells(grid: Grid, key: str) -> list[Cell]:
    place = [column.key for column in grid.columns].index(key)
    return [row[place] for row in grid.rows]


def test_lights_and_days_are_coloured_words() -> None:
    grid = tasks.tasks(LEDGER.tasks, **SETTINGS)
    assert [(cell.text, cell.tone) for cell in cells(grid, "light")] == [
        ("—", None),
        ("yellow", Tone.YELLOW),
        ("red", Tone.RED),
        ("red", Tone.RED),
        ("yellow", Tone.YELLOW),
        ("yellow", Tone.YELLOW),
        ("green", Tone.GREEN),
        ("—", None),
    ]
    assert [(cell.text, cell.tone) for cell in cells(grid, "days_left")] == [
        ("—", None),
        ("5 days left", Tone.YELLOW),
        ("2 days late", Tone.LATE),
        ("12 days late", Tone.LATE),
        ("—", None),
        ("—", None),
        ("41 days left", None),
        ("—", None),
    ]


def test_a_task_due_today_is_not_late() -> None:
    grid = tasks.tasks([task(due=TODAY)], **SETTINGS)
    assert cells(grid, "days_left") == [Cell("due today", 0, Tone.YELLOW)]


def test_first_deadlines_have_a_column_where_one_was_moved() -> None:
    moved = {column.key: column.where for column in tasks.overdue(LATE, **SETTINGS).columns}
    unmoved = {column.key: column.where for column in tasks.overdue(LATE[:1], **SETTINGS).columns}
    assert (moved["first_due"], unmoved["first_due"]) == (Where.ALL, Where.DATA)


def test_a_deadline_taken_off_by_hand_leaves_the_first_one() -> None:
    late = replace(LATE[1], first_due=None)
    assert cells(tasks.overdue([late], **SETTINGS), "first_due") == [Cell("—", None)]


def test_empty_views_say_so() -> None:
    empty = [
        tasks.tasks([], **SETTINGS),
        tasks.overdue([], **SETTINGS, empty="No task is overdue."),
        history.history([]),
        history.versions([], present=None),
        departments.departments(ledger()),
    ]
    assert [render(grid, Format.TABLE, PLACES["pipe"]) for grid in empty] == [
        "No task fits.\n",
        "No task is overdue.\n",
        "No entry fits.\n",
        "No version is kept yet.\n",
        "No department yet.\n",
    ]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (Group.STATUS, [(name, name) for name in ("doing", "submitted", "cancelled", "closed", "todo")]),
        (Group.LIGHT, [("red", "red"), ("yellow", "yellow"), ("green", "green"), ("no light", None)]),
        (Group.PROJECT, [("(none)", None), ("实训基地", "实训基地")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_groups_are_named(by: Group, names: list[tuple[str, str | None]]) -> None:
    grid = counts.summary(queries.summary(LEDGER.tasks, by, **SETTINGS))
    assert [(cell.text, cell.value) for cell in cells(grid, by.value)] == names
    assert grid.columns[0].key == by.value


def test_a_rate_of_nothing_is_no_number() -> None:
    grid = counts.summary(queries.summary([task(status="cancelled")], Group.DEPARTMENT, **SETTINGS))
    assert cells(grid, "completion_rate") == [Cell("—", None)]
    assert render(grid, Format.TABLE, PLACES["120"]).splitlines()[2].endswith("—")


def shown(one: Task) -> dict[str, str]:
    grid, *_rest = one_task.detail(one, **SETTINGS)
    return {name.text: cell.text for name, cell in grid.rows}


def test_an_extension_shows_both_deadlines() -> None:
    assert shown(contest())["Due"] == "first 2026-11-12 → now 2026-11-18 (2 days late)"


def test_a_task_without_a_deadline_says_so() -> None:
    assert shown(task())["Due"] == "no deadline"


@pytest.mark.parametrize(("due", "said"), [("2026-11-20", "on time"), ("2026-11-19", "late")])
def test_a_closed_task_says_whether_it_was_on_time(due: str, said: str) -> None:
    closed = factories.done(task(due=due), stamp())
    assert shown(closed) == {
        "Status": "closed",
        "Department": "麒麟职教集团",
        "Due": due,
        "Created": "2026-10-29",
        "Closed on": f"2026-11-20 ({said})",
    }


def test_a_closed_task_without_a_deadline_is_neither() -> None:
    assert shown(factories.done(task(), stamp()))["Closed on"] == "2026-11-20"


def test_figures_without_a_unit_or_a_target() -> None:
    assert shown(task(target=0, actual=3))["Actual"] == "3"
    assert shown(task(target=0, actual=3))["Target"] == "0"
    assert shown(task(target=8, actual=2))["Actual"] == "2 (25.0% of the target)"


def test_a_green_light_needs_no_reason() -> None:
    assert shown(task())["Light"] == "green"


# The first screen


def headings(one: Ledger) -> list[tuple[str, str]]:
    return [(section.heading, section.command) for section in home.home(one, today=TODAY)]


def test_an_empty_list_names_the_first_commands() -> None:
    assert headings(ledger()) == [
        ("The list is empty. Enter a task:", "pilottask add TITLE --department NAME --due DATE"),
        ("or bring in a spreadsheet:", "pilottask import FILE"),
    ]


@pytest.mark.parametrize(
    ("tasks_there", "said"),
    [
        (
            [task(open_ended=True, created="2026-11-18")],
            "All is well: 1 open task, none of them late, due soon, waiting or silent.",
        ),
        ([task(status="closed")], "All is well: 0 open tasks, none of them late, due soon, waiting or silent."),
    ],
    ids=["one", "none"],
)
def test_all_is_well(tasks_there: list[Task], said: str) -> None:
    assert headings(ledger(*tasks_there)) == [(said, "pilottask list")]


def test_the_settings_are_in_the_headings() -> None:
    soon = task(due="2026-11-21")
    silent = changes.start(task(id=2, open_ended=True), stamp("2026-11-18"))
    assert headings(ledger(soon, silent, soon_days=1, stale_days=1)) == [
        ("Due within 1 day: 1", "pilottask upcoming --days 1"),
        ("No progress for more than 1 day: 2 (1 of them not started)", "pilottask list --silent 1"),
    ]


def test_a_section_is_brief_and_says_how_many_more_there_are() -> None:
    late = [task(id=number, due="2026-11-08", created="2026-11-06") for number in range(1, 9)]
    (section,) = home.home(ledger(*late), today=TODAY)
    assert section.grid is not None
    assert [cell.value for cell in cells(section.grid, "id")] == [1, 2, 3, 4, 5]
    assert section.grid.closing == "  and 3 more"


def test_undated_tasks_are_listed_and_open_ended_ones_are_not() -> None:
    (section,) = home.home(
        ledger(
            task(created="2026-11-18"),
            task(id=2, created="2026-11-18", open_ended=True),
            task(id=3, created="2026-11-18", status="closed"),
        ),
        today=TODAY,
    )
    assert (section.heading, section.command) == ("No deadline set yet: 1", "pilottask list --undated")
    assert section.grid is not None
    assert [cell.value for cell in cells(section.grid, "id")] == [1]


def test_problems_to_be_coordinated_are_told() -> None:
    waiting = changes.raise_(task(open_ended=True), stamp(), text="企业出资比例未定", coordinate=True)
    (section,) = home.home(ledger(waiting), today=TODAY)
    assert section.heading == "To be coordinated by the joint meeting: 1"
    assert section.grid is not None
    assert [cell.text for cell in cells(section.grid, "why")] == ["企业出资比例未定"]


def test_late_findings_are_told_where_no_task_is_late() -> None:
    findings = tuple(finding(n=n, text=f"问题{n}") for n in range(1, 8))
    book = msgspec.structs.replace(
        ledger(task(open_ended=True, created="2026-11-10")), inspections=(inspection(tasks=(1,), findings=findings),)
    )
    (section,) = home.home(book, today=TODAY)
    assert (section.heading, section.command) == (
        "Findings not put right in time: 7",
        "pilottask inspect list --open",
    )
    assert section.grid is not None
    assert [cell.text for cell in section.grid.rows[0]] == ["1", "问题1", "麒麟职教集团", "4 days late"]
    assert (len(section.grid.rows), section.grid.closing) == (5, "  and 2 more")
    (soon,) = home.home(book, today=day("2026-11-16"))
    assert soon.heading == "Findings to be put right soon: 7"
    assert home.home(book, today=day("2026-11-08"))[0].heading.startswith("All is well")


if __name__ == "__main__":
    SCREENS.mkdir(exist_ok=True)
    for which in WHICH:
        set_language(which[1])
        screen_file(*which).write_text(VIEWS[which[0]](PLACES[which[2]]), encoding="utf-8")
