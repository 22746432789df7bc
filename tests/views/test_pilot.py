"""Grids of the pilot's mechanism: they fit any terminal, and say what there is to say."""

from collections.abc import Callable, Mapping

import pytest
from msgspec.structs import replace

from factories import TODAY, day, finding, fund, inspection, ledger, meeting, stamp, task
from pilottask.base.i18n import Lang, set_language
from pilottask.base.terminal import Terminal
from pilottask.base.width import width
from pilottask.ledger import changes, history, inspections, meetings, results
from pilottask.ledger.records import Decision, Ledger, Need, Project
from pilottask.views import inspections as inspections_view
from pilottask.views import meetings as meetings_view
from pilottask.views import projects as projects_view
from pilottask.views import results as results_view
from pilottask.views import task_parts
from pilottask.views.grid import Grid
from pilottask.views.render import Format, render, render_all


def example() -> Ledger:
    """Return a list with one of everything, its texts long enough to be folded."""
    late = changes.start(task(id=1, due="2026-11-08", project="实训基地共建与校企合作"), stamp("2026-11-02"))
    late = changes.raise_(
        late, stamp("2026-11-10"), text="设备招标两次流标，需重新论证", need=Need.MONEY, coordinate=True
    )
    late = changes.note(late, stamp("2026-11-12"), text="首批设备到货并完成验收", result=True)
    other = task(id=2, due="2026-12-31", department="区人力资源和社会保障局", target=3000, actual=600, unit="人次")
    return replace(
        ledger(late, other),
        meetings=(
            meeting(
                title="产业工人队伍建设改革试点第一次联席会议",
                place="麒麟职教集团",
                chair="李建国",
                attend=("麒麟职教集团", "区人力资源和社会保障局"),
                decisions=(
                    Decision(n=1, text="年底前完成设备采购并投入使用", tasks=(1, 2)),
                    Decision(n=2, text="通过联席会议制度"),
                ),
            ),
        ),
        inspections=(
            inspection(
                by=("区人力资源和社会保障局",),
                tasks=(1, 2),
                findings=(finding(text="招标文件未按要求归档保存"), finding(n=2, task=2, fixed=day("2026-11-19"))),
            ),
            inspection(id=2),
        ),
        projects=(
            Project(
                name="实训基地共建与校企合作",
                partners=("麒麟职教集团", "区人力资源和社会保障局"),
                base="职工职业技能实训基地",
                signed=day("2026-10-29"),
                remark="分期建设",
                funds=(fund("财政专项资金", "300.00", "120.00"), fund("企业自筹", "100.00", "150.00")),
            ),
        ),
    )


BOOK = example()
FOUND = inspections.findings(BOOK)
Screen = Callable[[], list[Grid]]
VIEWS: Mapping[str, Screen] = {
    "meetings": lambda: [meetings_view.meeting_list(meetings.with_decisions(BOOK, today=TODAY))],
    "meeting": lambda: meetings_view.meeting(BOOK, BOOK.meetings[0], today=TODAY),
    "inspections": lambda: [inspections_view.findings(FOUND, today=TODAY, bare=BOOK.inspections[1:])],
    "inspection": lambda: inspections_view.inspection(BOOK.inspections[0], FOUND, today=TODAY),
    "problems": lambda: [
        task_parts.problems([(one, problem) for one in BOOK.tasks for problem in history.problems(one)], today=TODAY)
    ],
    "projects": lambda: projects_view.project_list(BOOK, today=TODAY),
    "project": lambda: projects_view.project(BOOK.projects[0], BOOK.tasks, today=TODAY, pilot=BOOK.pilot),
    "results": lambda: [results_view.results(results.by_aspect(BOOK.tasks))],
}


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("view", VIEWS)
def test_a_screen_fits(view: str, lang: Lang, columns: int) -> None:
    set_language(lang)
    terminal = Terminal(is_terminal=True, width=columns, colour=False, wide_ambiguous=False)
    lines = render_all(VIEWS[view](), Format.TABLE, terminal).splitlines()
    assert lines
    assert max(map(width, lines)) <= columns


@pytest.mark.parametrize("view", VIEWS)
def test_keys_for_scripts_are_the_same_in_every_language(view: str) -> None:
    terminal = Terminal(is_terminal=False, width=80, colour=False, wide_ambiguous=False)
    written = []
    for lang in Lang:
        set_language(lang)
        written.append([render(grid, Format.CSV, terminal).splitlines()[0] for grid in VIEWS[view]()])
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        (lambda: meetings_view.meeting_list([]), "No joint meeting is entered yet."),
        (lambda: meetings_view.decisions((), today=TODAY), "Nothing was decided."),
        (lambda: inspections_view.findings((), today=TODAY), "Nothing was found."),
        (lambda: task_parts.problems((), today=TODAY, empty="No problem is open."), "No problem is open."),
        (lambda: projects_view.project_list(ledger(), today=TODAY)[0], "No project is entered yet."),
        (lambda: results_view.results(()), "No result fits; pilottask note ID TEXT --result notes one."),
    ],
    ids=["meetings", "decisions", "findings", "problems", "projects", "results"],
)
def test_what_is_said_of_nothing(grid: Callable[[], Grid], said: str) -> None:
    terminal = Terminal(is_terminal=False, width=80, colour=False, wide_ambiguous=False)
    assert render(grid(), Format.TABLE, terminal) == f"{said}\n"


def test_a_bar_is_full_where_more_is_paid_than_planned() -> None:
    terminal = Terminal(is_terminal=True, width=120, colour=False, wide_ambiguous=False)
    (grid,) = projects_view.project_list(BOOK, today=TODAY)[1:]
    drawn = render(grid, Format.TABLE, terminal).splitlines()
    assert drawn[4].split() == ["企业自筹", "100.00", "150.00", "150.0%", "█" * 16]
    assert drawn[3].split()[-1] == "█" * 6 + "░" * 10


def test_a_list_that_was_cut_says_so() -> None:
    problems = [(one, problem) for one in BOOK.tasks for problem in history.problems(one)]
    assert task_parts.problems(problems, today=TODAY, more=2).closing == "1 of 3 shown; --limit 0 shows all"


def test_agenda_and_list_tell_the_same_standing() -> None:
    (followed, alone) = meetings.follow_up(BOOK, BOOK.meetings[0], today=TODAY)
    assert (followed.standing.value, alone.standing.value) == ("overdue", "no_task")
