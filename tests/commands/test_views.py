"""Overdue, upcoming, list, summary, the first screen: rows, filters, formats, exit codes."""

import csv
import io
from pathlib import Path

import pytest

from factories import ledger, stamp, task
from pilottask.base import width
from pilottask.base.i18n import Lang, speaking
from pilottask.ledger import changes, vocabulary
from pilottask.store import toml_patch

from .conftest import Cli

pytestmark = pytest.mark.usefixtures("store")


def ids(cli: Cli, *argv: str) -> list[int]:
    """Return the ids of the tasks that a view shows."""
    ran = cli(*argv, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    return [found["id"] for found in ran.json]


# overdue, upcoming


def test_overdue(cli: Cli) -> None:
    assert cli("overdue").out == (
        "ID  Task          Department    Owner  Due         First due           Days  Chased\n"
        "--  ------------  ------------  -----  ----------  ----------  ------------  ----------------\n"
        " 1  实训设备采购  麒麟职教集团  赵强   2026-11-10  2026-10-31  10 days late  once, 2026-11-15\n"
    )
    assert cli("overdue --lang zh").out == (
        "编号  工作任务      牵头单位      责任人  完成时限    原时限          天数  催办\n"
        "----  ------------  ------------  ------  ----------  ----------  --------  -------------------\n"
        "   1  实训设备采购  麒麟职教集团  赵强    2026-11-10  2026-10-31  逾期10天  1次，最近2026-11-15\n"
    )


@pytest.mark.parametrize(
    ("argv", "code", "shown"),
    [
        ("overdue", 0, [1]),
        ("overdue --fail", 3, [1]),
        ("overdue --fail --quiet", 3, [1]),
        ("overdue --within 3", 0, [1, 2]),
        ("overdue --within 2", 0, [1]),
        ("overdue --within 0 --today 2026-11-23", 0, [1, 2]),
        ("overdue --within 10 --fail --today 2026-11-10", 0, [1]),
        ("overdue --within 999999999", 0, [1, 2, 4, 5]),
        ("overdue --today 2026-11-10", 0, []),
        ("overdue --today 2026-11-11", 0, [1]),
        ("overdue --today 2027-02-01 --fail", 3, [1, 2, 4, 5]),
        ("overdue --today 2027-02-01 --limit 2", 0, [1, 2]),
        ("overdue --today 2027-02-01 --reverse", 0, [5, 4, 2, 1]),
        ("overdue --today 2027-02-01 --sort title", 0, [1, 4, 2, 5]),
        ("overdue -d 教体局 --fail", 0, []),
        ("overdue -d 教体局 -d 职教集团 --fail", 3, [1]),
        ("upcoming", 0, [2]),
        ("upcoming --days 2", 0, []),
        ("upcoming --days 60", 0, [2, 4]),
        ("upcoming --days 60 --reverse", 0, [4, 2]),
        ("upcoming --today 2026-11-10 --days 0", 0, [1]),
    ],
)
def test_what_is_due(cli: Cli, argv: str, code: int, shown: list[int]) -> None:
    ran = cli(*argv.split(), "--format", "json")
    assert (ran.code, [found["id"] for found in ran.json]) == (code, shown)


def test_overdue_tells_late_from_soon(cli: Cli) -> None:
    found = cli("overdue --within 3 --format json").json
    assert [(one["overdue"], one["days_late"], one["days_left"]) for one in found] == [(True, 10, -10), (False, 0, 3)]


@pytest.mark.parametrize("argv", ["", "--within 10", "--fail", "--format json", "--format csv", "--lang zh"])
def test_quiet_prints_nothing_where_nothing_is_overdue(cli: Cli, argv: str) -> None:
    assert cli(*f"overdue --quiet --today 2026-11-01 {argv}".split()) == (0, "", "")


def test_without_quiet_nothing_overdue_is_said(cli: Cli) -> None:
    assert cli("overdue --today 2026-11-01").out == "No task is overdue.\n"
    assert cli("overdue --today 2026-11-01 --lang zh").out == "没有逾期任务。\n"
    assert cli("overdue --today 2026-11-01 --format json").out == "[]\n"
    assert cli("upcoming --days 0").out == "No task falls due today.\n"


# list


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        ("", [1, 2, 3, 4, 5, 8]),
        ("--all", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("--status closed", [6]),
        ("--status 已销号 --status 中止", [6, 7]),
        ("--status TODO", [2, 8]),
        ("-d 职教集团", [1, 3, 4, 5]),
        ("-d 职教集团 -d 教体局", [1, 2, 3, 4, 5]),
        ("-d 职教集团 -o 赵强", [1, 4]),
        ("-d 教体局 -o 赵强", []),
        ("-s 职教集团", [2]),
        ("-o 赵", [1, 4]),
        ("-o 赵强 -o 王芳", [1, 4, 8]),
        ("-a 基地建设", [1]),
        ("--aspect 合作", [2]),
        ("--light red", [1]),
        ("--light 黄 --light 绿灯", [2, 3, 4, 5, 8]),
        ("--light red --status todo", []),
        ("--due-before 2026-11-23", [1]),
        ("--due-before 11-24", [1, 2]),
        ("--due-after 2026-12-31", [5]),
        ("--due-after 11-10 --due-before 12-01", [2, 3]),
        ("--tag 签约", [2]),
        ("--project 实训基地", [1]),
        ("--text 教", [4, 5]),
        ("--text 三本", [5]),
        ("--text 提纲", [5]),
        ("--text 长期", [8]),
        ("--text 教 --text 专栏", [4, 5, 8]),
        ("--text 教 -o 赵强", [4]),
        ("--text 专班", []),
        ("--text 专班 --all", [6]),
        ("--sort due", [1, 2, 3, 4, 5, 8]),
        ("--sort due --reverse", [5, 4, 3, 2, 1, 8]),
        ("--sort department --limit 3", [8, 2, 1]),
        ("--sort light", [1, 2, 3, 4, 5, 8]),
        ("--reverse", [8, 5, 4, 3, 2, 1]),
        ("--sort status", [2, 8, 1, 4, 5, 3]),
        ("--sort moved --limit 2", [2, 8]),
        ("--limit 2", [1, 2]),
        ("--limit 0", [1, 2, 3, 4, 5, 8]),
    ],
)
def test_filters_narrow_together_and_repeated_ones_widen(cli: Cli, argv: str, shown: list[int]) -> None:
    assert ids(cli, "list", *argv.split()) == shown


@pytest.mark.parametrize("view", ["list --all", "overdue --within 99", "upcoming --days 99"])
def test_filters_are_shared(cli: Cli, view: str) -> None:
    assert set(ids(cli, *view.split(), "-d", "教体局")) == {2}


@pytest.mark.parametrize("fmt", ["csv", "tsv"])
def test_rows_for_other_programs(cli: Cli, fmt: str) -> None:
    out = cli(*f"list --light red --format {fmt}".split()).out
    (row,) = csv.DictReader(io.StringIO(out), delimiter="," if fmt == "csv" else "\t")
    assert row == {
        "id": "1",
        "light": "red",
        "title": "实训设备采购",
        "department": "麒麟职教集团",
        "owner": "赵强",
        "due": "2026-11-10",
        "status": "doing",
        "days_left": "-10",
        "light_reason": "overdue",
        "reached": "",
        "time_gone": "1.0",
    }


def test_markdown(cli: Cli) -> None:
    assert cli("list --light red --format md").out.splitlines()[0].startswith("| ID | Light | Task ")


def test_nothing_fits(cli: Cli) -> None:
    assert cli("list --light red --status todo") == (0, "No task fits.\n", "")
    assert cli("list --light red --status todo --format json").out == "[]\n"


@pytest.mark.parametrize("option", ["--due-before", "--due-after"])
def test_a_filter_takes_a_day(cli: Cli, option: str) -> None:
    assert cli(f"list {option} none") == (2, "", f"error: {option} takes a day, not “none”\n")


def test_negative_numbers_are_refused(cli: Cli) -> None:
    assert cli("list --limit -1").err.startswith("error: --limit: -1 is out of range, it must be 0 or more.\n")
    assert cli("overdue --within -1").code == 2
    assert cli("upcoming --days -1").code == 2


# summary


def test_summary_counts_each_task_once(cli: Cli) -> None:
    assert cli("summary --format tsv").out == (
        "department\ttotal\ttodo\tdoing\tsubmitted\tclosed\tsuspended\tcancelled\tred\tyellow\tgreen\toverdue\t"
        "completion_rate\n"
        "麒麟职教集团\t4\t0\t3\t1\t0\t0\t0\t1\t3\t0\t1\t0.0\n"
        "区教体局\t1\t1\t0\t0\t0\t0\t0\t0\t1\t0\t0\t0.0\n"
        "区总工会\t3\t1\t0\t0\t1\t1\t0\t0\t0\t1\t0\t0.3333333333333333\n"
    )
    assert cli("summary").out.splitlines()[-1].split() == [
        "Total",
        "8",
        "2",
        "3",
        "1",
        "1",
        "1",
        "0",
        "1",
        "4",
        "1",
        "1",
        "12.5%",
    ]
    assert cli("summary --lang zh").out.splitlines()[-1].split()[-1] == "12.5%"


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("department", ["麒麟职教集团", "区教体局", "区总工会"]),
        ("owner", ["赵强", "李明", "王芳", None]),
        ("aspect", ["基地建设", "校企合作", None]),
        ("status", ["doing", "submitted", "todo", "closed", "suspended"]),
        ("light", ["red", "yellow", "green", None]),
        ("project", ["实训基地", None]),
    ],
)
def test_summary_by(cli: Cli, by: str, names: list[str | None]) -> None:
    counted = cli(f"summary --by {by} --format json").json
    assert (counted["by"], counted["total"]["total"]) == (by, 8)
    assert sorted(row[by] or "" for row in counted["rows"]) == sorted(name or "" for name in names)
    assert sum(row["total"] for row in counted["rows"]) == 8


def test_summary_as_json(cli: Cli) -> None:
    counted = cli("summary --format json -d 总工会").json
    assert counted["rows"] == [
        {
            "department": "区总工会",
            "total": 3,
            "todo": 1,
            "doing": 0,
            "submitted": 0,
            "closed": 1,
            "suspended": 1,
            "cancelled": 0,
            "green": 1,
            "yellow": 0,
            "red": 0,
            "overdue": 0,
            "completion_rate": 1 / 3,
        }
    ]
    assert cli("summary --format json --light red --status todo").json["total"]["completion_rate"] is None


# The first screen


def test_the_first_screen(cli: Cli) -> None:
    assert cli().out == (
        "Overdue: 1\n"
        "1  实训设备采购  麒麟职教集团  10 days late\n"
        "  pilottask overdue\n"
        "\n"
        "Due within 7 days: 1\n"
        "2  签订校企合作协议  区教体局  3 days left\n"
        "  pilottask upcoming --days 7\n"
        "\n"
        "To be verified: 1\n"
        "3  技能竞赛  麒麟职教集团  submitted 2026-11-16\n"
        "  pilottask list --status submitted\n"
        "\n"
        "To be coordinated by the joint meeting: 1\n"
        "4  招聘实训教师  麒麟职教集团  编制不足\n"
        "  pilottask list --problems\n"
        "\n"
        "No progress for more than 14 days: 4 (2 of them not started)\n"
        "2  签订校企合作协议  区教体局  silent for 22 days\n"
        "8  宣传专栏          区总工会  silent for 22 days\n"
        "  and 2 more\n"
        "  pilottask list --silent 14\n"
        "\n"
        "No deadline set yet: 1  pilottask list --undated\n"
    )


def test_a_day_that_a_deadline_is_written_by_is_included(cli: Cli) -> None:
    for options in (("--due-by", "2026-11-23"), ("--due-before", "2026年11月23日前")):
        assert [task["id"] for task in cli("list", *options, "--format", "json").json] == [1, 2]
    assert [task["id"] for task in cli("list", "--due-before", "2026-11-23", "--format", "json").json] == [1]


def test_text_is_looked_for_in_all_that_was_said_and_a_miss_says_where(cli: Cli) -> None:
    cli("edit", "2", "--set", "文号=产改办3号")
    cli("submit", "1", "--evidence", "验收单")
    for word, number in (("产改办3号", 2), ("验收单", 1), ("编制不足", 4)):
        assert [task["id"] for task in cli("list", "--text", word, "--format", "json").json] == [number]
    missed = cli("list", "--text", "没有的词")
    assert missed.err.startswith("searched: titles, requirements, remarks, own columns, progress")


def test_the_silent_are_listed_longest_first_with_the_day_of_last_progress(cli: Cli) -> None:
    cli("note", "2", "已谈妥", "--today", "2026-11-02")
    ran = cli("list", "--silent", "14", "--format", "csv")
    assert [line.split(",")[0] for line in ran.out.splitlines()] == ["id", "8", "1", "5", "2"]
    assert "2026-11-02 (silent for 18 days)" in cli("list", "--silent", "14").out
    assert [task["last_progress"] for task in cli("list", "--silent", "17", "--format", "json").json][
        -1
    ] == "2026-11-02"


def test_a_silence_is_shown_with_the_day_from_which_it_counts(cli: Cli) -> None:
    cli("note", "2", "已谈妥", "--today", "2026-10-12")
    cli("raise", "2", "缺场地", "--today", "2026-11-02")
    assert "2026-11-02 (silent for 18 days)" in cli("list", "--silent", "14").out
    (row,) = [line for line in cli("list", "--silent", "14", "--format", "csv").out.splitlines() if line[:2] == "2,"]
    assert "2026-10-12" in row


def test_the_first_screen_of_an_empty_list(cli: Cli, store: Path) -> None:
    store.write_bytes(toml_patch.encode(ledger()))
    assert cli() == (
        0,
        (
            "The list is empty. Enter a task:\n"
            "  pilottask add TITLE --department NAME --due DATE\n"
            "\n"
            "or bring in a spreadsheet:\n"
            "  pilottask import FILE\n"
        ),
        "",
    )


def test_the_first_screen_when_all_is_well(cli: Cli, store: Path) -> None:
    store.write_bytes(toml_patch.encode(ledger(task(due="2027-06-30"))))
    assert cli("--today 2026-10-30").out == (
        "All is well: 1 open task, none of them late, due soon, waiting or silent.\n  pilottask list\n"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_submission_without_a_date_is_not_called_none(cli: Cli, store: Path, lang: str) -> None:
    undated = task(log=(), status="submitted")
    assert undated.submitted is None
    store.write_bytes(toml_patch.encode(ledger(undated)))
    out = cli("--lang", lang).out
    assert "None" not in out
    assert "1  实训设备采购  麒麟职教集团  —\n" in out


def test_the_last_day_is_on_time_to_its_end(cli: Cli, store: Path) -> None:
    began = changes.start(task(due="2026-11-20"), stamp("2026-11-20"))
    store.write_bytes(toml_patch.encode(ledger(began)))
    assert cli("overdue --today 2026-11-20 --fail").code == 0
    assert cli("overdue --today 2026-11-21 --fail").code == 3


# choices in Chinese, several departments in one word, what moved


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("argv", "same"),
    [
        (["summary", "--by", "责任人"], ["summary", "--by", "owner"]),
        (["summary", "--by", "单位"], ["summary"]),
        (["list", "--sort", "时限"], ["list", "--sort", "due"]),
        (["list", "--sort", "亮灯", "--reverse"], ["list", "--sort", "light", "--reverse"]),
        (["list", "-d", "教体局、总工会"], ["list", "-d", "教体局", "-d", "总工会"]),
        (["report", "--without", "附件"], ["report", "--without", "annex"]),
    ],
    ids=" ".join,
)
def test_chinese_words_are_taken_for_choices(cli: Cli, argv: list[str], same: list[str]) -> None:
    ran = cli(*argv)
    assert ran.code == 0
    assert ran.out == cli(*same).out


@pytest.mark.usefixtures("store")
def test_help_names_choices_in_the_language_in_use(cli: Cli) -> None:
    assert "--by department|owner|aspect|status|light|project" in cli("summary", "-h").out
    with speaking(Lang.ZH):  # as it is before the commands are loaded in a run of the program
        assert vocabulary.GROUP.choices() == "牵头单位|责任人|工作方面|完成情况|亮灯|合作项目"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("argv", "err"),
    [
        (["summary", "--by", "owners"], "error: “owners” is no way to count\nhint: did you mean owner?\n"),
        (["overdue", "--days", "3"], "error: There is no option “--days”. Here it is --within.\n"),
        (["upcoming", "--within", "3"], "error: There is no option “--within”. Here it is --days.\n"),
        (["list", "--unit", "x"], "error: There is no option “--unit”. Here it is --department.\n"),
        (["meeting", "add", "--present", "x"], "error: There is no option “--present”. Here it is --attend.\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_choice_or_option_that_is_not_known_names_the_right_one(cli: Cli, argv: list[str], err: str) -> None:
    ran = cli(*argv)
    assert (ran.code, ran.err[: len(err)]) == (2, err)


@pytest.mark.usefixtures("store")
def test_what_moved_since_a_day(cli: Cli) -> None:
    assert cli("list", "--moved-since", "today", "--format", "json").json == []
    cli("chase", "1")
    cli("edit", "2", "--owner", "王芳")
    assert cli("list", "--moved-since", "today", "--format", "json").json == []
    cli("note", "5", "已组稿")
    cli("close", "3")
    moved = cli("list", "--moved-since", "today", "--all", "--format", "json").json
    assert [task["id"] for task in moved] == [3, 5]


@pytest.mark.usefixtures("store")
def test_history_of_a_department_in_a_span(cli: Cli) -> None:
    cli("note", "5", "已组稿", "--today", "2026-11-25")
    cli("note", "2", "已商定", "--today", "2026-11-25")
    cli("note", "5", "已送审", "--today", "2026-12-02")
    told = cli(
        "history", "-d", "职教", "--from", "11-21", "--to", "11-30", "--format", "json", "--today", "2026-12-02"
    ).json
    assert [(entry["id"], entry["text"]) for entry in told] == [(5, "已组稿")]


@pytest.mark.usefixtures("store")
def test_quotes_are_two_columns_wide_where_the_locale_is_of_gbk_unless_set(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("edit", "2", "--title", "“中国梦·劳动美”教育")

    def aligned(*, wide: bool) -> bool:
        lines = [line for line in cli("list").out.splitlines() if "麒麟职教集团" in line]
        return len({width.width(line.partition("麒麟")[0], wide_ambiguous=wide) for line in lines}) == 1

    assert aligned(wide=False)
    monkeypatch.setenv("LANG", "zh_CN.GBK")
    assert aligned(wide=True)
    cli("config wide_ambiguous false")
    assert aligned(wide=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    cli("config wide_ambiguous true")
    assert aligned(wide=True)


# The list goes on


@pytest.mark.parametrize(
    "view",
    [
        "",
        "overdue",
        "upcoming",
        "list",
        "show 1",
        "summary",
        "timeline",
        "history",
        "notice --no-log",
        "list --format csv",
        "export - --format csv",
    ],
)
def test_a_day_before_the_last_on_record_is_said_not_to_be_what_is_shown(cli: Cli, view: str) -> None:
    said = (
        "note: the list goes on to 2026-11-24; it is shown as it stands now, judged by 2026-11-20. "
        "As it stood then: pilottask report --as-of 2026-11-20\n"
    )
    assert said not in cli(f"--today 2026-11-20 {view}").err
    assert cli("--today 2026-11-24 note 5 定稿").code == 0
    assert said in cli(f"--today 2026-11-20 {view}").err
    assert said not in cli(view).err  # by the clock
    assert said not in cli(f"--today 2026-11-24 {view}").err


@pytest.mark.usefixtures("store")
def test_what_stands_in_no_log_says_that_the_list_goes_on_too(cli: Cli) -> None:
    assert cli("--today 2026-11-24 round open --due 2026-11-30").code == 0
    assert "note: the list goes on to 2026-11-24;" in cli("--today 2026-11-20 list").err
    assert "goes on" not in cli("--today 2026-11-25 summary --as-of 2026-11-20").err


def test_a_quiet_view_with_nothing_to_show_says_nothing_of_days(cli: Cli) -> None:
    cli("--today 2026-11-24 note 5 定稿")
    assert cli("--today 2026-10-01 overdue --quiet").err == ""


@pytest.mark.usefixtures("store")
def test_a_list_by_group_has_a_table_for_each_the_worst_first(cli: Cli) -> None:
    told = cli("list", "--by", "单位").out
    heads = [line for line in told.splitlines() if line in {"麒麟职教集团", "区总工会", "区教体局"}]
    assert heads == ["麒麟职教集团", "区教体局", "区总工会"]
    ids = [task["id"] for task in cli("list", "--by", "department", "--format", "json").json]
    assert sorted(ids) == sorted(task["id"] for task in cli("list", "--format", "json").json)
    assert cli("list", "--by", "owner", "--silent", "9999").out == "No task fits.\n"


def test_progress_that_a_file_brought_without_its_day_says_when(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "工作任务,牵头单位,进展情况,进展日期\n无期,甲局,已选址,\n有期,甲局,已选址,11月1日\n", "utf-8"
    )
    cli("init")
    cli("import", str(tmp_path / "a.csv"))
    shown = cli("list", "--silent", "1", "--today", "2026-11-22").out
    assert "taken in 2026-11-20 (silent for 2 days)" in shown
    assert " 2026-11-01 (silent for 21 days)" in shown


@pytest.mark.usefixtures("store")
def test_as_data_open_ended_is_a_word_and_undated_is_blank(cli: Cli) -> None:
    cli("add", "无期甲", "-d", "教体局", "-u", "长期坚持")
    cli("add", "无期乙", "-d", "教体局")
    rows = [line.split(",") for line in cli("list", "--text", "无期", "--format", "csv").out.splitlines()]
    assert [row[rows[0].index("due")] for row in rows[1:]] == ["open-ended", ""]


# pages


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("argv", "title", "row"),
    [
        (["overdue"], "Overdue tasks", "| 1|实训设备采购|"),
        (["list", "-d", "区总工会", "--text", "专栏"], "List of tasks (区总工会, 专栏)", "| 8|"),
        (["upcoming", "--days", "60"], "Tasks falling due", "|签订"),
        (["summary"], "Summary of tasks", "|麒麟职教集团|"),
        (["list", "--by", "department"], "List of tasks", "|签订校企合作协议|"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_view_is_written_as_a_page(cli: Cli, tmp_path: Path, argv: list[str], title: str, row: str) -> None:
    page = tmp_path / "页.txt"
    ran = cli(*argv, "--output", str(page))
    assert (ran.code, ran.out, ran.err) == (0, "", f"written: {page}\n")
    text = page.read_text(encoding="utf-8")
    assert title in text
    assert {len(line) for line in text.splitlines() if line.startswith("+")} == {80}
    assert row.replace(" ", "")[:4] in text.replace(" ", "")
    for ending in (".docx", ".html", ".md"):
        assert cli(*argv, "-O", str(tmp_path / f"x{ending}")).code == 0
    assert cli(*argv, "-O", str(tmp_path / "x.json")).code == 2


@pytest.mark.usefixtures("store")
def test_columns_of_text_are_folded_before_a_page_loses_one(cli: Cli, tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    cli("add", "规模以上企业职工技能等级自主评价备案", "-d", "职教", "-u", "2026-12-01")
    heads = {}
    for lang, view in ((lang, view) for lang in ("zh", "en") for view in ("list", "summary")):
        cli("--lang", lang, view, "-O", str(page))
        heads[lang, view] = next(row for row in page.read_text("utf-8").splitlines() if row.startswith("| "))
    assert heads == {
        ("zh", "list"): "| 编号 | 亮灯 | 工作任务 | 牵头单位 | 完成时限 | 天数 | 原因 |",
        ("zh", "summary"): "| 牵头单位 | 任务数 | 未启动 | 推进中 | 待核验 | 已销号 | 红 | 黄 | 绿 | 逾期 | 完成率 |",
        ("en", "list"): "| ID | Light | Task | Department | Days | Why |",
        (
            "en",
            "summary",
        ): "| Department | Tasks | todo | doing | submitted | closed | red | yellow | green | overdue | Done |",
    }


@pytest.mark.usefixtures("store")
def test_the_page_of_one_department(cli: Cli) -> None:
    page = cli("report", "-d", "职教").out
    assert "Tasks of 麒麟职教集团\n" in page
    assert "Draft" not in page
    assert "实训设备采购 (麒麟职教集团, 10 days late)" in page
    assert "区总工会" not in page.split("Annex", 1)[0]
    told = cli("report", "-d", "职教", "--format", "json").json
    assert {line["department"] for line in told["lines"]} == {"麒麟职教集团"}
    assert cli("report", "-d", "职教", "--issue").code == 2
    assert cli("report", "-d", "没有").code == 4


@pytest.mark.usefixtures("store")
def test_a_summary_as_of_a_day_is_what_it_was_on_that_day(cli: Cli) -> None:
    was = cli("summary", "--format", "json").json
    cli("close", "3", "--today", "2026-11-25")
    cli("add", "新", "-d", "教体局", "--today", "2026-11-25")
    assert cli("summary", "--format", "json", "--today", "2026-11-26").json != was
    assert cli("summary", "--as-of", "2026-11-20", "--format", "json", "--today", "2026-11-26").json == was
    assert cli("summary", "--as-of", "2026-11-20", "--today", "2026-11-26").err == ""


@pytest.mark.parametrize(
    ("argv", "title"),
    [
        ("overdue --within 7", "逾期任务清单（含7天内到期）"),
        ("upcoming --days 10", "近期到期任务（10天内）"),
        ("list --undated -d 职教 -d 总工会", "任务清单（麒麟职教集团、区总工会，未定时限）"),
        ("list --problems", "存在问题和要素保障"),
        ("summary --as-of 2026-11-15", "截至2026年11月15日的任务汇总"),
    ],
)
def test_a_page_says_what_was_asked_for(cli: Cli, tmp_path: Path, argv: str, title: str) -> None:
    page = tmp_path / "page.md"
    cli(*argv.split(), "--lang", "zh", "-O", str(page))
    head = page.read_text(encoding="utf-8").split("\n", 1)[0]
    assert head.removeprefix("# ").split(" ")[-1] == title
