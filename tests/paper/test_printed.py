"""The example's sheet and slips, to the letter, in text and Markdown.

They stand in `tests/paper/printed`. After a change that is meant, `PYTHONPATH=tests python tests/paper/test_printed.py`
writes them anew, to be read before they are committed.
"""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paper_samples as samples
from factories import TODAY, at, day, done, ledger, stamp, task
from paper import example
from paper.archive import draft
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, pgettext, set_language
from pilottask.base.terminal import Terminal
from pilottask.base.text import markdown as escaped
from pilottask.base.text import safe
from pilottask.base.width import width
from pilottask.exchange.office.updating import with_note
from pilottask.ledger import changes, meetings
from pilottask.ledger.records import Import, Ledger, Need, Note, Status, Task
from pilottask.paper import agenda
from pilottask.paper.document import Align, Column, Document
from pilottask.paper.slips import build_notices, notices_document
from pilottask.paper.weekly import sheet_document
from pilottask.paper.writers import PaperFormat, format_of, markdown, text, write
from pilottask.paper.writers.text import COLUMNS, PAGE_LINES
from pilottask.views import timeline

PRINTED: Final = Path(__file__).parent / "printed"


def sheet() -> Document:
    return example.third_sheet().printed


def slips() -> Document:
    list_ = example.pilot().ledger
    return notices_document(
        build_notices(list_.tasks, pilot=list_.pilot, today=day("2026-11-20"), reply_by=day("2026-11-25"), within=7)
    )


def drawn() -> str:
    list_ = example.pilot().ledger
    return timeline.timeline(
        list_.tasks, today=day("2026-11-20"), pilot=list_.pilot, terminal=Terminal(is_terminal=False)
    )


PAPERS: Final[dict[str, Callable[[], str]]] = {
    "sheet.txt": lambda: text.write(sheet()),
    "sheet-paged.txt": lambda: text.write(sheet(), form_feed=True),
    "sheet.md": lambda: markdown.write(sheet()),
    "notice.txt": lambda: text.write(slips()),
    "notice.md": lambda: markdown.write(slips()),
    "timeline.txt": drawn,
}


def file_of(name: str, lang: Lang) -> Path:
    stem, _dot, ending = name.partition(".")
    return PRINTED / f"{stem}-{lang}.{ending}"


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", PAPERS)
def test_the_example_prints_as_it_stands(name: str, lang: Lang) -> None:
    set_language(lang)
    with file_of(name, lang).open(encoding="utf-8", newline="") as file:
        assert PAPERS[name]() == file.read()


def columns(line: str) -> int:
    return width(line.removeprefix("\f"))


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", [name for name in PAPERS if name.endswith(".txt")])
def test_no_line_is_wider_than_the_page(name: str, lang: Lang) -> None:
    set_language(lang)
    assert max(map(columns, PAPERS[name]().split("\n"))) <= COLUMNS


@pytest.mark.parametrize("lang", list(Lang))
def test_frames_line_up(lang: Lang) -> None:
    set_language(lang)
    framed = [line for line in text.write(sheet()).split("\n") if line[:1] in {"|", "+"}]
    assert {columns(line) for line in framed} == {COLUMNS}


def test_pages_are_of_one_length_and_numbered() -> None:
    pages = text.write(sheet(), form_feed=True).split("\f")
    assert {page.count("\n") for page in pages} == {PAGE_LINES}
    assert [page.split("\n")[-2].strip() for page in pages] == [
        f"Progress of the pilot's tasks  No. 3  Page {number} of {len(pages)}" for number in range(1, len(pages) + 1)
    ]


def test_each_slip_is_numbered_for_itself_and_says_for_whom_it_is() -> None:
    leaves = text.write(samples.long_slips("区教体局", "区总工会"), form_feed=True).split("\f")
    assert [leaf.split("\n")[-2].strip() for leaf in leaves] == [
        f"Reminder  {name}  Page {number} of 2" for name in ("区总工会", "区教体局") for number in (1, 2)
    ]
    (long,) = text.write(samples.long_slips("局" * 36), form_feed=True).split("\f")[:1]
    assert long.split("\n")[-2].strip().startswith("Page 1 of ")


@pytest.mark.parametrize("lang", list(Lang))
def test_no_task_of_a_slip_is_parted_by_a_leaf(lang: Lang) -> None:
    set_language(lang)
    first, last = {Lang.EN: (r"days late\)", "Chased before: "), Lang.ZH: ("逾期", "此前催办：")}[lang]
    leaves = text.write(samples.slips_of({"区教体局": 23}), form_feed=True).split("\f")
    tasks = [(len(re.findall(rf"[(（]\w+[)）].*{first}", leaf)), leaf.count(last)) for leaf in leaves]
    assert [begun for begun, _ended in tasks] == [ended for _begun, ended in tasks]
    assert sum(begun for begun, _ended in tasks) == 23
    assert [pgettext("slip", "Received on") in leaf for leaf in leaves] == [False] * (len(leaves) - 1) + [True]


def test_a_table_over_pages_repeats_its_head() -> None:
    pages = text.write(sheet(), form_feed=True).split("\f")
    heads = [page.split("\n")[1] for page in pages if page.startswith("+")]
    assert heads
    assert all("Department" in head for head in heads)


def test_pages_lose_no_line() -> None:
    def content(printed: str) -> list[str]:
        return [line for line in printed.split("\n") if line.strip("\f=+-| ") and " of " not in line]

    whole, paged = content(text.write(sheet())), content(text.write(sheet(), form_feed=True).replace("\f", ""))
    assert set(whole) <= set(paged)


def hostile(title: str) -> Ledger:
    one = changes.raise_(
        task(title=title, department="区总工会", due="2026-11-08", owner=title, aspect=title),
        stamp("2026-11-10"),
        text=f"{title}\n{title}",
        need=Need.MONEY,
        coordinate=True,
    )
    one = changes.note(one, stamp("2026-11-11"), text=title, next_step=title, result=True)
    return ledger(one, task(id=2, title=title, due="2026-11-22"), name=title, office=title)


HOSTILE: Final = (
    "<script>alert(1)</script>",
    "a|b",
    "`code` *b* _i_ [l](x) ~s~ #1 &amp; @all https://x.example www.x.example",
    "- item",
    "1. item",
    "# head",
    "]]> --> \\",
    "[red]x[/red] {x} %s",
    "مهمة \u202e esrever",
    "e\u0301" * 60,
    "👩‍🔧" * 30,
    "W" * 200,
)


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_text_stays_in_its_place_on_paper(title: str) -> None:
    printed = text.write(sheet_document(draft(hostile(title), at("2026-11-20"))))
    assert max(map(columns, printed.split("\n"))) <= COLUMNS
    assert "\u202e" not in printed
    framed = [line for line in printed.split("\n") if line[:1] == "+"]
    assert {columns(line) for line in framed} == {COLUMNS}
    assert "\n1. Overall\n" in printed


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("a|b", r"a\|b"),
        ("`c` *b* _i_ [l](x)", r"\`c\` \*b\* \_i\_ \[l\](x)"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("13.3% of 2026.11", r"13.3% of 2026.11"),
        ("https://x.example", r"https:\//x.example"),
        ("two\\", r"two\\"),
    ],
)
def test_no_sign_means_anything_in_markdown(title: str, written: str) -> None:
    printed = markdown.write(sheet_document(draft(hostile(title), at("2026-11-20"))))
    rows = [line for line in printed.split("\n") if line.startswith("| 2 |")]
    assert len(rows) == 1
    assert all(row.startswith(f"| 2 | {written} | ") for row in rows)
    told = f"{title} (区总工会, 12 days late): {title}; {title}; next: {title}."
    assert escaped(told).removesuffix(".") in printed


@pytest.mark.parametrize("typed", ["下一步抓紧招标。", "下一步，抓紧招标", "下步：抓紧招标", "抓紧招标"])
def test_a_next_step_that_says_so_itself_is_not_said_to_be_one_twice(typed: str) -> None:
    set_language(Lang.ZH)
    late = changes.note(task(due="2026-11-08"), stamp("2026-11-11"), text="流标", next_step=typed)
    printed = markdown.write(sheet_document(draft(ledger(late), at("2026-11-20"))))
    assert "；下一步抓紧招标。" in printed


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_keeps_the_page(title: str) -> None:
    title = f"题{safe(title)}"
    printed = text.write(sheet_document(draft(hostile(title), at("2026-11-20"))))
    assert {columns(line) for line in printed.split("\n") if re.fullmatch(r"\+[-+]+\+", line)} == {COLUMNS}


@pytest.mark.parametrize("lang", list(Lang))
def test_the_empty_list_prints_too(lang: Lang) -> None:
    set_language(lang)
    printed = text.write(sheet_document(draft(ledger(), at("2026-11-20"))))
    none = {Lang.EN: "\nNone.\n", Lang.ZH: "\n    无。\n"}[lang]
    assert printed.count(none) == 2
    assert "+--" not in printed  # no table without rows
    assert {Lang.EN: "Annex", Lang.ZH: "附件"}[lang] not in printed


def printed_of(*tasks: Task) -> str:
    printed = text.write(sheet_document(draft(ledger(*tasks), at("2026-11-20"), since=at("2026-11-13"))))
    return " ".join(printed.split())


def agenda_of(*tasks: Task) -> str:
    list_ = ledger(*tasks)
    told = agenda.document(meetings.agenda(list_, today=TODAY), pilot=list_.pilot, today=TODAY)
    return " ".join(text.write(told).split())


def test_many_that_moved_are_named_in_part() -> None:
    late = [task(id=number, title=f"t{number}", department="D", due="2026-11-16") for number in range(1, 8)]
    assert (
        "Turned red: t1 (no. 1, D); t2 (no. 2, D); t3 (no. 3, D); t4 (no. 4, D); t5 (no. 5, D) and others, 7 in all."
    ) in printed_of(*late)


def test_who_leads_who_is_asked_and_that_nobody_is_named() -> None:
    late = {"title": "t", "department": "D", "due": "2026-11-16"}
    assert "Responsible: A (leader: B)" in agenda_of(task(owner="A", leader="B", **late))
    assert "Responsible: not named" in agenda_of(task(**late))


def test_closings_are_late_or_without_a_deadline() -> None:
    late = done(task(id=1, title="t1", department="D", due="2026-11-16"), stamp("2026-11-18"))
    standing = done(task(id=2, title="t2", department="D"), stamp("2026-11-18"))
    printed = printed_of(late, standing)
    assert "2 closed: 1 late, 1 without a deadline or a known day." in printed
    assert "| 1 | t1 | D | 2026-11-16 | - | 2026-11-18 | 2 days late |" in printed
    assert "| 2 | t2 | D | undated | - | 2026-11-18 | - |" in printed


def test_what_was_submitted_on_a_day_that_is_not_known_is_not_said_to_be_late() -> None:
    entry = Import(at=at("2026-11-13"), by="张三", status=Status.SUBMITTED)
    one = changes.close(task(title="t", department="D", status="submitted", due="2026-11-14", log=(entry,)), stamp())
    assert "1 closed: 1 without a deadline or a known day." in printed_of(one)


def test_an_import_of_closed_tasks_is_told_apart() -> None:
    entry = Import(at=at("2026-11-19"), by="张三", status=Status.CLOSED, closed=day("2026-11-19"))
    closed = {"status": "closed", "closed": "2026-11-19", "log": (entry,)}
    before = "1 of the tasks entered had been closed before, and is not among those closed."
    for created, said in (("2026-11-19", "1 new"), ("2026-03-02", "1 entered before and taken over")):
        printed = printed_of(task(created=created, **closed))
        assert f"Since 2026-11-13: {said}. {before}" in printed


def test_progress_without_a_day_of_its_own_says_when_it_was_taken_in() -> None:
    known = {"title": "t", "department": "D", "due": "2026-11-16"}
    note = Note(at=at("2026-11-19"), by="张三", text="已发布", imported=True)
    assert "4 days late): 已发布 (taken in 11-19)." in printed_of(task(log=(note,), **known))


def test_what_was_reported_of_a_task_in_a_period_stands_together() -> None:
    one, other = (changes.start(task(id=n, title=f"t{n}", department="D"), stamp("2026-11-14")) for n in (1, 2))
    one = changes.note(one, stamp("2026-11-16"), text="one half")
    other = changes.note(other, stamp("2026-11-17"), text="begun")
    one = changes.close(changes.note(one, stamp("2026-11-18"), text="the rest"), stamp("2026-11-19"))
    said = "D: t1: one half (11-16), the rest (11-18), closed; t2: begun (11-17)."
    assert said in printed_of(one, other)


def test_a_next_step_or_figure_alone_does_not_hide_what_was_reported() -> None:
    one = changes.note(task(title="t", department="D", due="2026-11-16"), stamp("2026-11-13"), text="已开标")
    one = with_note(one, stamp("2026-11-18"), text="", next_step="交货", actual=3)
    assert "4 days late): 已开标 (11-13); next: 交货." in printed_of(one)


def test_a_problem_put_before_the_meeting_is_told_once() -> None:
    one = task(title="t", department="D")
    for coordinate in (False, True):
        one = changes.raise_(one, stamp("2026-11-18"), text="缺经费", coordinate=coordinate)
    assert printed_of(one).count("缺经费") == 1
    late = msgspec.structs.replace(one, due=day("2026-11-16"))
    assert "4 days late): 缺经费." in printed_of(late)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda one: changes.raise_(one, stamp("2026-11-19"), text="x。", coordinate=True),
            "3. Asked of the leaders t (no. 1, D): x (raised 11-19).",
        ),
        (
            lambda one: changes.submit(one, stamp("2026-11-19")),
            "Waiting to be verified: 1 (t, D, submitted 11-19, waiting for 1 day).",
        ),
        (lambda one: one, "Yellow because nothing moved for more than 14 days: 1 (t, D, 18 days)."),
    ],
)
def test_why_a_task_is_yellow(change: Callable[[Task], Task], why: str) -> None:
    one = changes.start(task(title="t", department="D", due="2026-12-31"), stamp("2026-11-02"))
    assert why in printed_of(change(one))


def test_a_day_to_come_is_said_on_the_sheet() -> None:
    printed = text.write(sheet_document(draft(ledger(), at("2027-01-05"), ahead=True)))
    assert "2027-01-05 has not come yet: this is what the list as it stands now would say" in printed
    assert "Draft, not numbered" in printed


def test_ambiguous_characters_take_two_columns_where_that_is_set() -> None:
    list_, archive = example.pilot(wide_ambiguous=True)
    printed = text.write(sheet_document(archive.draft(list_, example.FRIDAY)))
    framed = [line for line in printed.split("\n") if line[:1] in {"|", "+"}]
    assert {width(line, wide_ambiguous=True) for line in framed} == {COLUMNS}


def test_many_columns_are_folded_as_far_as_it_goes() -> None:
    columns_ = [Column("状态", 4, Align.RIGHT)] * 20
    assert sum(text._fit(columns_, [9] * 20, [9] * 20, 59)) == 59


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", PaperFormat.TEXT),
        ("a.MD", PaperFormat.MD),
        ("a.htm", PaperFormat.HTML),
        ("通报.docx", PaperFormat.DOCX),
    ],
)
def test_a_file_is_written_as_its_name_says(name: str, form: PaperFormat) -> None:
    assert format_of(Path(name)) is form


@pytest.mark.parametrize("name", ["a.pdf", "a", ".txt"])
def test_an_unknown_ending_is_refused(name: str) -> None:
    with pytest.raises(UsageFault, match="its ending says no form") as refused:
        format_of(Path(name))
    assert refused.value.hint == "endings taken: .txt, .md, .html, .docx, .json"


def test_forms_are_written_by_their_writers() -> None:
    document = sheet()
    assert write(document, PaperFormat.TEXT, moment=example.FRIDAY) == text.write(document).encode()
    assert write(document, PaperFormat.TEXT, moment=example.FRIDAY, form_feed=True).count(b"\f") == 8
    assert write(document, PaperFormat.MD, moment=example.FRIDAY) == markdown.write(document).encode()
    assert write(document, PaperFormat.HTML, moment=example.FRIDAY).startswith(b"<!DOCTYPE html>")


# Timeline


def test_a_timeline_of_nothing() -> None:
    assert (
        timeline.timeline([], today=day("2026-11-20"), pilot=ledger().pilot, terminal=Terminal(is_terminal=False))
        == "No task to draw.\n"
    )


@pytest.mark.parametrize(
    ("one", "chart"),
    [
        pytest.param({"due": "2026-12-15"}, "1 甲 green                    -------------|-------------D", id="to come"),
        pytest.param({"due": "2026-11-08"}, "1 甲 red                              --------D!!!!!!!!!|", id="late"),
        pytest.param(
            {"due": "2026-11-20"}, "1 甲 yellow                           ------------------D", id="due today"
        ),
        pytest.param({}, "1 甲 green                            ------------------|-->", id="standing"),
    ],
)
def test_a_task_is_drawn(one: dict[str, str], chart: str) -> None:
    printed = timeline.timeline(
        [task(title="甲", **one)],
        today=day("2026-11-20"),
        pilot=ledger().pilot,
        terminal=Terminal(is_terminal=True, width=60),
    )
    row = next(line for line in printed.split("\n") if line.startswith("1 甲"))
    assert row == chart


@settings(deadline=None)
@given(st.lists(st.tuples(st.dates(), st.none() | st.dates()), min_size=1, max_size=5), st.dates(), st.integers(1, 120))
def test_a_timeline_keeps_the_page_whatever_the_days(days: list[tuple[object, object]], today: date, page: int) -> None:
    tasks = [
        task(id=number, title="任务" * number, created=created, due=due, log=())
        for number, (created, due) in enumerate(days, start=1)
    ]
    printed = timeline.timeline(
        tasks, today=today, pilot=ledger().pilot, terminal=Terminal(is_terminal=True, width=page)
    )
    assert max(map(columns, printed.split("\n"))) <= max(page, 60)


if __name__ == "__main__":
    PRINTED.mkdir(exist_ok=True)
    for each in Lang:
        set_language(each)
        for paper, made in PAPERS.items():
            file_of(paper, each).write_text(made(), encoding="utf-8", newline="")
