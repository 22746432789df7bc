"""The chart for the wall: what it says, and how it prints."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

import chromium
from factories import day, ledger, stamp, task
from paper import example
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import bars, changes
from pilottask.ledger.bars import Mark, Run
from pilottask.ledger.records import Task
from pilottask.paper import wall

TODAY = day("2026-11-20")
A3_LENGTHWISE = (1191, 842)


def written(*tasks: Task) -> str:
    return wall.write("任务进度图", tasks, pilot=ledger(name="麒麟区产改试点", office="区产改办").pilot, today=TODAY)


def test_a_bar_runs_from_entry_to_deadline_and_is_late_up_to_today() -> None:
    one = task(created="2026-10-29", due="2026-11-08")
    one = changes.extend(one, stamp("2026-11-02"), to=day("2026-11-12"), reason="流标")
    made = bars.bar(one, today=TODAY)
    assert made.runs == (
        (Run.PLANNED, day("2026-10-29"), day("2026-11-08")),
        (Run.MOVED, day("2026-11-08"), day("2026-11-12")),
        (Run.LATE, day("2026-11-12"), TODAY),
    )
    assert made.marks == ((Mark.FIRST, day("2026-11-08")), (Mark.DEADLINE, day("2026-11-12")))
    assert bars.bar(task(created="2026-10-29"), today=TODAY).marks == ((Mark.ON, None),)
    closed = changes.close(changes.start(one, stamp("2026-11-03")), stamp("2026-11-10"))
    assert bars.bar(closed, today=TODAY).marks[-1] == (Mark.CLOSED, day("2026-11-10"))


def test_what_stands_on_the_chart() -> None:
    set_language(Lang.ZH)
    said = written(
        task(title="<b>甲</b>", department="区总工会", created="2026-11-01", due="2026-11-10"),
        task(id=2, title="乙", department="区教体局", created="2026-11-01", due="2026-11-25", open_ended=False),
        task(id=3, title="丙", department="区教体局", created="2026-11-01", open_ended=True),
    )
    assert "&lt;b&gt;甲&lt;/b&gt;" in said
    assert re.findall(r'<th colspan="5">(.*?)</th>', said) == ["区总工会（1项）", "区教体局（2项）"]  # the worst first
    assert [re.sub("<[^>]*>", " ", row).split()[-1] for row in re.findall(r'<td class="due">.*?</td>', said)] == [
        "2026-11-10",
        "2026-11-25",
        "长期坚持",
    ]
    # November has 30 days, and the chart ends five days after the last one that is drawn, the 25th.
    assert 'class="late" style="left:31.03%;right:calc(100% - 65.52%)"' in said
    assert re.findall(r'<span style="left:[0-9.]+%">(.*?)</span>', said) == ["2026年11月"]
    assert "script" not in said.replace("script-src", "")
    assert "http" not in said.replace("http-equiv", "")


def test_a_chart_of_nothing_and_of_many_years() -> None:
    assert "No task to draw." in written()
    said = written(task(created="2026-11-01", due="2036-11-10"))
    assert re.findall(r'<span style="left:[0-9.]+%">(.*?)</span>', said) == [str(year) for year in range(2027, 2037)]
    assert "9999" in written(task(created="2026-11-01", due="9999-12-31"))


@pytest.mark.parametrize("lang", list(Lang))
def test_it_prints_lengthwise_with_its_head_on_each_leaf(tmp_path: Path, lang: Lang) -> None:
    set_language(lang)
    list_ = example.pilot().ledger
    page = tmp_path / "wall.html"
    tasks = [*list_.tasks, *(task(id=n, title=f"任务{n}", due="2026-12-31") for n in range(40, 70))]
    page.write_text(wall.write("进度", tasks, pilot=list_.pilot, today=TODAY), encoding="utf-8")
    leaves = PdfReader(chromium.printed(page)).pages
    assert {(round(leaf.mediabox.width), round(leaf.mediabox.height)) for leaf in leaves} == {A3_LENGTHWISE}
    said = ["".join(leaf.extract_text().split()) for leaf in leaves]
    assert len(said) == 2
    assert all({Lang.ZH: "完成时限", Lang.EN: "Deadline"}[lang] in leaf for leaf in said)
    assert sum(leaf.count("2026-12-31") for leaf in said) == 30
