"""Grids as text."""

import csv
import io
import re
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilottask.base.formulas import unguard
from pilottask.base.terminal import Terminal
from pilottask.base.text import safe
from pilottask.base.width import width
from pilottask.views.grid import EMPTY, Align, Cell, Column, Grid, Section, Tone, Where
from pilottask.views.render import Format, render, render_all, render_sections

PIPE = Terminal(is_terminal=False)
COLUMNS: tuple[Column[Any], ...] = (
    Column(key="id", label="ID", align=Align.RIGHT),
    Column(key="title", label="工作任务", fold=8),
    Column(key="department", label="牵头单位", fold=8, drop=3),
    Column(key="days_left", label="天数", align=Align.RIGHT, drop=2),
    Column(key="reason", label="原因", where=Where.DATA),
    Column(key="bar", label="", bar=4, where=Where.TERMINAL, drop=1),
)


def row(
    number: int, title: str, *, department: str = "区总工会", left: int | None = -12, share: float = 0.5
) -> tuple[Cell, ...]:
    days = EMPTY if left is None else Cell(f"逾期{-left}天", left, Tone.LATE)
    return (Cell(str(number), number), Cell(title), Cell(department), days, Cell("", "overdue"), Cell("", share))


GRID = Grid(
    columns=COLUMNS,
    rows=[row(3, "校企合作协议签订"), row(11, "“五小”成果", left=None, share=1.0)],
    total=(Cell("2"), Cell("合计"), EMPTY, EMPTY, EMPTY, Cell("", 0.75)),
    title="任务",
    closing="共2项",
)


def screen(columns: int, *, wide: bool = False) -> Terminal:
    return Terminal(is_terminal=True, width=columns, wide_ambiguous=wide)


def test_off_a_terminal_all_stands_on_one_line_a_row() -> None:
    assert render(GRID, Format.TABLE, PIPE) == (
        "任务\n"
        "ID  工作任务          牵头单位      天数\n"
        "--  ----------------  --------  --------\n"
        " 3  校企合作协议签订  区总工会  逾期12天\n"
        "11  “五小”成果        区总工会         —\n"
        "--  ----------------  --------  --------\n"
        " 2  合计              —                —\n"
        "共2项\n"
    )


def test_off_a_terminal_the_width_does_not_count() -> None:
    narrow = Terminal(is_terminal=False, width=10)
    assert render(GRID, Format.TABLE, narrow) == render(GRID, Format.TABLE, PIPE)


def test_on_a_terminal_with_room_rules_and_bars_are_drawn() -> None:
    assert render(GRID, Format.TABLE, screen(80)) == (
        "任务\n"
        "ID  工作任务          牵头单位      天数\n"
        "──────────────────────────────────────────────\n"
        " 3  校企合作协议签订  区总工会  逾期12天  ██░░\n"
        "11  “五小”成果        区总工会         —  ████\n"
        "──────────────────────────────────────────────\n"
        " 2  合计              —                —  ███░\n"
        "共2项\n"
    )


def test_a_dumb_terminal_gets_letters_alone() -> None:
    dumb = Terminal(is_terminal=True, width=80, dumb=True)
    assert render(GRID, Format.TABLE, dumb).splitlines()[2:4] == [
        "----------------------------------------------",
        " 3  校企合作协议签订  区总工会  逾期12天  ##..",
    ]


def test_ambiguous_characters_take_two_columns_where_the_setting_says_so() -> None:
    assert render(GRID, Format.TABLE, screen(80, wide=True)).splitlines()[2:5] == [
        "----------------------------------------------",
        " 3  校企合作协议签订  区总工会  逾期12天  ##..",
        "11  “五小”成果      区总工会        —  ####",
    ]


def test_a_narrower_terminal_drops_columns_in_turn_then_folds() -> None:
    assert render(GRID, Format.TABLE, screen(30)) == (
        "任务\n"
        "ID  工作任务          牵头单位\n"
        "──────────────────────────────\n"
        " 3  校企合作协议签订  区总工会\n"
        "11  “五小”成果        区总工会\n"
        "──────────────────────────────\n"
        " 2  合计              —\n"
        "共2项\n"
    )
    assert render(GRID, Format.TABLE, screen(14)).splitlines()[1:6] == [
        "ID  工作任务",
        "──────────────",
        " 3  校企合作协",
        "    议签订",
        "11  “五小”成果",
    ]


def test_a_word_is_broken_where_nothing_else_is_left() -> None:
    grid = Grid(columns=COLUMNS, rows=[row(3, "abcdefghijkl")])
    assert render(grid, Format.TABLE, screen(6)).splitlines()[-6:] == [
        " 3  ab",
        "    cd",
        "    ef",
        "    gh",
        "    ij",
        "    kl",
    ]


def test_what_cannot_fit_runs_over_and_loses_nothing() -> None:
    columns: tuple[Column[Any], ...] = (Column(key="id", label="ID"), COLUMNS[1], Column(key="due", label="完成时限"))
    grid = Grid(columns=columns, rows=[(Cell("3"), Cell("签约"), Cell("2026-11-20"))], closing="共1项，全部显示")
    assert render(grid, Format.TABLE, screen(5)).splitlines()[-7:] == [
        "──────────────────",
        "3   签  2026-11-20",
        "    约",
        "共1",
        "项，",
        "全部",
        "显示",
    ]


def test_line_breaks_are_kept_on_a_terminal_and_marked_elsewhere() -> None:
    grid = Grid(columns=COLUMNS[:2], rows=[row(3, "一\r\n二\n三")[:2]])
    assert render(grid, Format.TABLE, screen(80)).splitlines()[2:] == [" 3  一", "    二", "    三"]
    assert render(grid, Format.TABLE, PIPE).splitlines()[2:] == [" 3  一⏎二⏎三"]


def test_a_grid_without_rows_says_so() -> None:
    grid = Grid(columns=COLUMNS, rows=[], empty="没有逾期任务。")
    assert render(grid, Format.TABLE, PIPE) == "没有逾期任务。\n"
    assert render(grid, Format.TABLE, screen(80)) == "没有逾期任务。\n"
    assert render(grid, Format.MD, PIPE) == "没有逾期任务。\n"
    assert render(grid, Format.TSV, PIPE) == "id\ttitle\tdepartment\tdays_left\treason\n"


def test_a_grid_without_rows_and_words_shows_its_head() -> None:
    assert render(Grid(columns=COLUMNS[:2], rows=[]), Format.TABLE, PIPE) == "ID  工作任务\n--  --------\n"


def test_a_grid_without_a_head_begins_with_its_rows() -> None:
    grid = Grid(columns=COLUMNS[:2], rows=[row(3, "签约")[:2]], head=False)
    assert render(grid, Format.TABLE, PIPE) == "3  签约\n"
    assert render(Grid(columns=COLUMNS[:2], rows=[], head=False), Format.TABLE, PIPE) == ""


def test_closing_and_title_fold_on_a_terminal() -> None:
    grid = Grid(columns=COLUMNS[:1], rows=[(Cell("1"),)], title="任务清单任务清单", closing="40 of 1,234 shown")
    assert render(grid, Format.TABLE, screen(10)) == "任务清单任\n务清单\nID\n──\n 1\n40 of\n1,234\nshown\n"


# Colour


def test_colour_marks_words_and_leaves_the_rest_alone() -> None:
    grid = Grid(
        columns=(Column(key="light", label="灯"), Column(key="title", label="任务")),
        rows=[(Cell(tone.value, None, tone), Cell("[red]x[/x] :smile:")) for tone in Tone],
    )
    coloured = render(grid, Format.TABLE, Terminal(is_terminal=True, colour=True))
    assert coloured == (
        "\x1b[1m灯    \x1b[0m\x1b[1m \x1b[0m \x1b[1m任务              \x1b[0m\n"
        "──────────────────────────\n"
        "\x1b[1;37;41mred\x1b[0m     [red]x[/x] :smile:\n"
        "\x1b[30;43myellow\x1b[0m  [red]x[/x] :smile:\n"
        "\x1b[32mgreen\x1b[0m   [red]x[/x] :smile:\n"
        "\x1b[1;31mlate\x1b[0m    [red]x[/x] :smile:\n"
        "\x1b[1mhead\x1b[0m    [red]x[/x] :smile:\n"
    )


def unruled(drawn: str) -> list[str]:
    """Return the lines of a table but for its rules, which Rich draws in one and a pipe gets by column."""
    return [line for line in drawn.splitlines() if set(line) - set("- ")]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_colour_changes_no_letter(is_terminal: bool) -> None:
    plain = render(GRID, Format.TABLE, Terminal(is_terminal, 30))
    coloured = render(GRID, Format.TABLE, Terminal(is_terminal, 30, colour=True))
    assert coloured != plain
    assert unruled(re.sub(r"\x1b\[[\d;]*m", "", coloured)) == unruled(plain)


def test_rich_is_not_imported_without_colour() -> None:
    program = (
        "import sys\n"
        "from pilottask.views.grid import Column, Grid\n"
        "from pilottask.views.render import Format, render\n"
        "from pilottask.base.terminal import Terminal\n"
        "for fmt in ('table', 'csv', 'tsv', 'md'):\n"
        "    render(Grid(columns=(Column(key='id', label='ID'),), rows=[]), Format(fmt), Terminal(is_terminal=False))\n"
        "sys.exit('rich' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# Files


def test_csv_has_names_and_values_for_scripts() -> None:
    assert render(GRID, Format.CSV, PIPE) == (
        "id,title,department,days_left,reason\n"
        "3,校企合作协议签订,区总工会,-12,overdue\n"
        "11,“五小”成果,区总工会,,overdue\n"
    )


def test_csv_writes_numbers_and_truth_as_scripts_read_them() -> None:
    grid = Grid(columns=COLUMNS[:3], rows=[(Cell("66.7%", 2 / 3), Cell("是", True), Cell("−3", -3))])
    assert render(grid, Format.CSV, PIPE).splitlines()[1] == "0.6666666666666666,true,-3"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), min_size=1, max_size=4))
@example(["\r"])
@example(["=1+1", "'=1", "a\r\nb", '"', "''"])
def test_csv_reads_back_as_it_was(texts: list[str]) -> None:
    grid = Grid(
        columns=(Column(key="title", label=""), Column(key="x", label="")),
        rows=[(Cell(text), Cell("x")) for text in texts],
    )
    rows = list(csv.reader(io.StringIO(render(grid, Format.CSV, PIPE), newline="")))
    assert rows[0] == ["title", "x"]
    assert [unguard(line[0]) for line in rows[1:]] == texts


def test_tsv_escapes_what_would_break_a_row() -> None:
    grid = Grid(columns=COLUMNS[:2], rows=[(Cell("3", 3), Cell("a\tb\nc\rd\\n=1"))])
    assert render(grid, Format.TSV, PIPE) == "id\ttitle\n3\ta\\tb\\nc\\rd\\\\n=1\n"


def test_markdown_is_a_table_with_the_words_for_people() -> None:
    assert render(GRID, Format.MD, PIPE) == (
        "### 任务\n"
        "\n"
        "| ID | 工作任务 | 牵头单位 | 天数 |\n"
        "| ---: | --- | --- | ---: |\n"
        "| 3 | 校企合作协议签订 | 区总工会 | 逾期12天 |\n"
        "| 11 | “五小”成果 | 区总工会 | — |\n"
        "| 2 | 合计 | — | — |\n"
        "\n"
        "共2项\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b", r"a\|b"),
        ("`a`", r"\`a\`"),
        ("<b>", r"\<b\>"),
        ("*a* _b_ ~c~", r"\*a\* \_b\_ \~c\~"),
        ("[x](y)", r"\[x\](y)"),
        (r"a\|b", r"a\\\|b"),
        ("&lt; $x$ # h", r"\&lt; \$x\$ \# h"),
        ("a\r\nb\nc", "a<br>b<br>c"),
        ("a\u202eb", r"a\\u202eb"),
    ],
)
def test_markdown_in_user_text_is_no_markup(text: str, written: str) -> None:
    grid = Grid(columns=COLUMNS[:1], rows=[(Cell(text),)])
    assert render(grid, Format.MD, PIPE).splitlines()[2] == f"| {written} |"


def test_json_is_not_made_of_grids() -> None:
    with pytest.raises(ValueError, match="as_json"):
        render(GRID, Format.JSON, PIPE)


# Screens


def test_several_grids_stand_apart_and_the_first_is_the_data() -> None:
    other = Grid(columns=COLUMNS[:1], rows=[(Cell("7"),)])
    first = Grid(columns=COLUMNS[:1], rows=[(Cell("3"),)])
    assert render_all([first, other], Format.TABLE, PIPE) == "ID\n--\n 3\n\nID\n--\n 7\n"
    assert render_all([first, other], Format.MD, PIPE) == "| ID |\n| ---: |\n| 3 |\n\n| ID |\n| ---: |\n| 7 |\n"
    assert render_all([first, other], Format.CSV, PIPE) == "id\n3\n"
    assert render_all([first, other], Format.TSV, PIPE) == "id\n3\n"


def test_sections_name_what_to_type() -> None:
    sections = [
        Section("逾期1项", Grid(columns=COLUMNS[:2], rows=[row(3, "签约")[:2]], head=False), "pilottask overdue"),
        Section("其余正常。", None, "pilottask list"),
    ]
    assert render_sections(sections, screen(80)) == (
        "逾期1项\n3  签约\n  pilottask overdue\n\n其余正常。\n  pilottask list\n"
    )


# Alignment

USUAL = [
    *(
        "实",
        "，",
        "“",
        "—",
        "①",
        "é",
        "e\u0301",
        "한",
        "🎉",
        "❤️",
        "👨‍👩‍👧",
        "1️⃣",
        "🇨🇳",
        "\u202e",
        "\u200b",
        " ",
        "a",
        "word",
    )
]
USUAL_TEXTS = st.lists(st.sampled_from(USUAL), max_size=30).map("".join)
ANY_TEXTS = st.lists(
    st.sampled_from([*USUAL, "👍🏽"]) | st.characters(exclude_categories=["Cc", "Cs"]), max_size=30
).map("".join)
MARK = "|"


def starts(rows: list[tuple[str, str]], terminal: Terminal) -> set[int]:
    """Return in which columns the last column of these rows begins, by display width; check that lines fit."""
    grid = Grid(
        columns=(
            Column(key="a", label="甲", fold=4),
            Column(key="b", label="乙", align=Align.RIGHT, fold=4),
            Column(key="c", label=MARK),
        ),
        rows=[(Cell(a.replace(MARK, "")), Cell(b.replace(MARK, "")), Cell(MARK)) for a, b in rows],
    )
    measure = partial(width, wide_ambiguous=terminal.wide_ambiguous)
    lines = render(grid, Format.TABLE, terminal).split("\n")
    if terminal.is_terminal:
        assert max(map(measure, lines)) <= terminal.width
    return {measure(line.split(MARK)[0]) for line in lines if MARK in line}


@given(st.lists(st.tuples(ANY_TEXTS, ANY_TEXTS), min_size=1, max_size=6), st.booleans())
def test_columns_line_up_in_a_pipe_whatever_stands_in_them(rows: list[tuple[str, str]], wide: bool) -> None:
    assert len(starts(rows, Terminal(is_terminal=False, wide_ambiguous=wide))) == 1


@given(
    st.lists(st.tuples(USUAL_TEXTS, USUAL_TEXTS), min_size=1, max_size=6), st.booleans(), st.sampled_from([12, 40, 80])
)
@example([("“”—①", "e\u0301é"), ("实", "❤️")], True, 40)
def test_columns_line_up_on_a_terminal(rows: list[tuple[str, str]], wide: bool, columns: int) -> None:
    assert len(starts(rows, screen(columns, wide=wide))) == 1


@given(st.lists(st.tuples(ANY_TEXTS, ANY_TEXTS), min_size=1, max_size=6), st.sampled_from([5, 12, 40]))
def test_a_terminal_loses_nothing(rows: list[tuple[str, str]], columns: int) -> None:
    grid = Grid(columns=COLUMNS[1:2], rows=[(Cell(a),) for a, _b in rows], head=False)
    drawn = render(grid, Format.TABLE, screen(columns)).split("\n")
    assert "".join(drawn).replace(" ", "") == "".join(safe(a) for a, _b in rows).replace(" ", "")


def test_rich_measures_as_before_afterwards() -> None:
    from rich.cells import cell_len  # noqa: PLC0415  the point of this test

    assert cell_len("“") == 1
    render(GRID, Format.TABLE, screen(40, wide=True))
    assert cell_len("“") == 1


@pytest.mark.parametrize(
    "title", ["[/x]", "[red]", "\u202eevil", "长" * 10_000, "\x1b[31m"], ids=["close", "open", "bidi", "long", "escape"]
)
@pytest.mark.parametrize("colour", [True, False])
def test_hostile_titles_are_text(title: str, colour: bool) -> None:
    grid = Grid(columns=COLUMNS[:2], rows=[row(3, title)[:2]])
    piped = render(grid, Format.TABLE, PIPE)
    shown = title.replace("\u202e", r"\u202e").replace("\x1b", r"\u001b")
    assert piped.splitlines()[2] == f" 3  {shown}"
    drawn = re.sub(
        r"\x1b\[[\d;]*m", "", render(grid, Format.TABLE, Terminal(is_terminal=True, width=40, colour=colour))
    )
    assert "".join(line[4:] for line in drawn.splitlines()[2:]) == shown
