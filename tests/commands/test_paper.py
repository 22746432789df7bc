"""Report, notice and timeline, as a user runs them."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pilottask.store import files

from .conftest import Run


def read(name: str) -> str:
    return Path(name).read_bytes().decode()


def test_without_more_it_is_a_draft(run: Run) -> None:
    before = read("tasks.toml")
    printed = run("report", "--as-of", "2026-11-20").out
    assert "Draft, not numbered" in printed
    assert "Period: 2026-11-13 to 2026-11-20, since sheet no. 2" in printed
    assert "of 25 open tasks 2 red" in printed
    assert read("tasks.toml") == before


def test_an_issued_sheet_is_printed_again_byte_for_byte(run: Run) -> None:
    said = run("report", "--as-of", "2026-11-20", "--issue", "--output", "a.txt", "--output", "a.md").err
    assert said == "sheet 3 is issued; pilottask report --sheet 3 prints it again\nwritten: a.txt\nwritten: a.md\n"
    run("--today", "2026-11-18", "close", "6")
    run("config", "soon_days", "30")
    run("config", "name", "改名")
    run("config", "lang", "zh")
    run("dept", "edit", "区总工会", "--name", "总工会")
    assert run("report", "--sheet", "3").out == read("a.txt")
    run("report", "--sheet", "3", "--output", "b.md")
    assert read("b.md") == read("a.md")


def test_a_sheet_is_printed_again_in_its_own_language(run: Run) -> None:
    run("--lang", "zh", "report", "--as-of", "2026-11-20", "--issue", "--output", "a.txt")
    assert run("report", "--sheet", "3") == (0, read("a.txt"), "")
    assert run("report", "--sheet", "3", "--lang", "en") == (
        0,
        read("a.txt"),
        "sheet 3 is printed in the language in which it was issued\n",
    )


def test_the_number_can_be_given(run: Run) -> None:
    assert "No. 48" in run("report", "--as-of", "2026-11-20", "--issue", "--number", "48").out
    refused = run("report", "--as-of", "2026-11-21", "--today", "2026-11-21", "--issue", "--number", "2", code=2)
    assert refused.err == (
        "error: sheet 2 is issued already\nhint: pilottask report --sheet 2 prints it again; the next number is 49\n"
    )


def test_undo_takes_an_issued_sheet_back(run: Run) -> None:
    before = read("tasks.toml")
    sheet = run("report", "--as-of", "2026-11-20", "--issue").out
    after = read("tasks.toml")
    assert run("undo", code=2).err == (
        "error: this takes back sheet 3, issued on 2026-11-20\n"
        "hint: it is taken back with --yes; its number is not given again\n"
    )
    assert read("tasks.toml") == after
    run("undo", "--yes")
    assert read("tasks.toml") == before
    assert run("report", "--sheet", "3") == (0, sheet, "sheet 3 was issued and taken back: the list no longer has it\n")
    run("note", "3", "在谈")
    assert "No. 4" in run("report", "--as-of", "2026-11-20", "--issue").out
    assert run("report", "--sheet", "3").out == sheet


def test_a_second_sheet_of_one_day_is_issued_by_who_says_yes(run: Run) -> None:
    run("report", "--issue", "--today", "2026-11-20")
    before = read("tasks.toml")
    assert run("report", "--issue", "--as-of", "2026-11-20", code=2).err == (
        "error: sheet 3 is issued of 2026-11-20 already\nhint: a second one of the same day is issued with --yes\n"
    )
    assert read("tasks.toml") == before
    assert "No. 4" in run("report", "--issue", "--as-of", "2026-11-20", "--yes").out


def test_a_month_a_past_day_and_a_day_to_come(run: Run) -> None:
    assert "Period: 2026-11-01 to 2026-11-30" in run("report", "--from", "2026-11-01", "--to", "2026-11-30").out
    assert "Period: 2026-11-16 to 2026-11-20" in run("report", "--from", "2026-11-16").out
    assert "Period: 2026-10-01 to 2026-10-31" in run("report", "--from", "10月", "--to", "上月").out
    past = run("report", "--as-of", "2026-11-10").out
    assert "As of 2026-11-10 there are 30 tasks: 3 closed, 26 doing, 1 todo; completion rate 10.0%" in " ".join(
        past.split()
    )
    assert "since sheet no. 1" in past
    assert "2026-12-31 has not come yet" in run("report", "--as-of", "2026-12-31").out


def test_sections_are_left_out(run: Run) -> None:
    printed = run(
        "report", "--as-of", "2026-11-20", "--without", "annex", "--without", "groups", "--without", "red"
    ).out
    assert "List of all tasks" not in printed
    assert "2. Asked of the leaders" in printed
    assert "         2. What moved in the period\n" in printed  # in the list of annexes
    assert "\nAnnex 2: What moved in the period\n" in printed


def test_the_content_is_there_for_scripts(run: Run) -> None:
    sheet = json.loads(run("report", "--as-of", "2026-11-20", "--format", "json").out)
    assert sheet["number"] is None
    assert sheet["figures"]["total"] == len(sheet["lines"]) == 30
    assert [line["id"] for line in sheet["red"]] == [11, 6]
    run("report", "--as-of", "2026-11-20", "--output", "a.json")
    assert json.loads(read("a.json")) == sheet


def test_several_forms_in_one_run(run: Run) -> None:
    run("report", "--as-of", "2026-11-20", "--output", "a.html", "--output", "a.txt", "--form-feed")
    assert read("a.html").startswith("<!DOCTYPE html>")
    assert read("a.txt").count("\f") == 8
    run("report", "--as-of", "2026-11-20", "--format", "md", "--output", "a.notes")
    assert read("a.notes").startswith("# ")


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        pytest.param(
            ("--from", "2026-12-01", "--to", "2026-11-01"),
            2,
            "error: --from 2026-12-01 lies after 2026-11-01, where the period ends\n",
            id="from after to",
        ),
        pytest.param(
            ("--to", "2026-11-01"),
            2,
            "error: --to needs --from\nhint: the list as at the end of a day: --as-of 2026-11-01\n",
            id="to alone",
        ),
        pytest.param(
            ("--as-of", "2026-11-01", "--from", "2026-10-01"),
            2,
            "error: --as-of does not go with --from and --to\n",
            id="as-of and from",
        ),
        pytest.param(("--number", "3"), 2, "error: --number goes with --issue\n", id="number alone"),
        pytest.param(
            ("--issue", "--from", "2026-11-01"),
            2,
            "error: --issue takes no --from and --to: a numbered sheet begins where the one before ended\n"
            "hint: without --issue any span of days is printed as a draft\n",
            id="issue of a span",
        ),
        pytest.param(
            ("--issue", "--as-of", "2026-12-31"),
            2,
            "error: 2026-12-31 lies ahead; a sheet is issued of today or of a day before\n"
            "hint: without --issue it is printed as a draft\n",
            id="issue of a day to come",
        ),
        pytest.param(
            ("--sheet", "9"), 4, "error: there is no sheet 9\nhint: issued are: 1, 2\n", id="an unknown sheet"
        ),
        pytest.param(
            ("--sheet", "1", "--issue", "--as-of", "2026-11-20", "--without", "annex"),
            2,
            "error: --sheet prints a sheet as it was issued, in whatever form; nothing else can be asked with it\n",
            id="sheet and others",
        ),
        pytest.param(
            ("--output", "a.pdf"),
            2,
            "error: “a.pdf”: its ending says no form that this can be written in\n"
            "hint: endings taken: .txt, .md, .html, .docx, .json\n",
            id="an unknown ending",
        ),
        pytest.param(
            ("--issue", "--output", "none/a.txt"),
            7,
            "error: cannot write “none/a.txt”: there is no folder “none”\n",
            id="no folder",
        ),
        pytest.param(
            ("--issue", "--output", "folder.txt"),
            7,
            "error: cannot write “folder.txt”: it is a folder\n",
            id="a folder",
        ),
        pytest.param(
            ("--output", "tasks.toml", "--format", "text"),
            2,
            "error: “tasks.toml” is the task list itself; it was left as it is\nhint: name another file\n",
            id="the task list",
        ),
        pytest.param(("--from", "donkey"), 2, "error: ", id="no date"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, argv: tuple[str, ...], code: int, said: str) -> None:
    Path("folder.txt").mkdir()
    before = read("tasks.toml")
    refused = run("report", *argv, code=code)
    assert refused.err.startswith(said)
    assert refused.out == ""
    assert read("tasks.toml") == before
    assert {path.name for path in Path().iterdir()} <= {
        "tasks.toml",
        "tasks.toml.lock",
        "tasks.toml.versions",
        "folder.txt",
    }


def test_what_is_no_file_is_refused_and_left_in_its_place(run: Run) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo("pipe.txt")
    Path("link.txt").symlink_to("nowhere")
    assert run("report", "--issue", "--output", "pipe.txt", code=7).err == (
        "error: cannot write “pipe.txt”: it is no regular file\n"
    )
    assert run("notice", "--output", "link.txt", code=7).err == (
        "error: cannot write “link.txt”: it is a link to nothing\n"
    )
    assert Path("pipe.txt").is_fifo()
    assert (Path("link.txt").is_symlink(), Path("nowhere").exists()) == (True, False)
    assert read("tasks.toml").count("[[sheet]]") == 2


def test_a_folder_that_takes_no_file_is_refused_before_anything_is_issued(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_args: False)
    assert run("report", "--issue", "--output", "a.txt", code=7).err == (
        "error: cannot write “a.txt”: permission denied\n"
    )


def test_a_failed_write_leaves_no_part_of_a_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.txt").write_text("as it was")

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace", full)
    assert "cannot write “a.txt”" in run("report", "--output", "a.txt", code=7).err
    assert read("a.txt") == "as it was"


def test_a_task_on_a_sheet_is_cancelled_not_removed(run: Run) -> None:
    refused = run("rm", "3", "--yes", code=2).err
    assert "was on the list when sheet 2 was issued on 2026-11-13" in refused
    assert "pilottask cancel 3 --reason WHY" in refused


def test_slips_are_logged_once_a_day(run: Run) -> None:
    first = run("notice", "--reply-by", "2026-11-25")
    assert first.err == "6 tasks logged as chased\n"
    assert [first.out.count(f" {title}\n") for title in ("Reminder", "Warning", "Return slip")] == [2, 1, 3]
    again = run("notice", "--reply-by", "2026-11-25")
    assert again == (0, first.out, "")  # nor does the slip count itself among those before
    later = run("notice", "--today", "2026-11-21")
    assert later.err == "6 tasks logged as chased\n"
    log = json.loads(run("show", "6", "--format", "json").out)["log"]
    numbers = ["reminder slip no. 2026/1", "demand slip no. 2026/4"]
    assert [entry["text"] for entry in log if entry["kind"] == "chase"] == numbers


def test_a_slip_has_the_number_under_which_it_is_on_record(run: Run) -> None:
    def numbers(*argv: str) -> list[int | None]:
        return [slip["number"] for slip in json.loads(run("notice", "--format", "json", *argv).out)]

    def line(*argv: str) -> str:
        return run("notice", "-d", "区总工会", "--lang", "zh", *argv).out.split("\n")[2].strip()

    assert numbers("--no-log") == [None, None, None]
    assert line("--no-log") == "编号：〔2026〕____号"
    assert line() == "编号：〔2026〕1号"
    assert (line(), line("--no-log")) == ("编号：〔2026〕1号",) * 2  # one printed again has its own
    given = numbers()
    assert set(given) == {1, 2, 3}
    assert numbers() == given
    assert set(numbers("--today", "2026-11-21")) == {4, 5, 6}
    assert 1 in numbers("--today", "2027-01-04")  # a year begins anew


def test_no_number_is_given_again(run: Run) -> None:
    run("notice")
    log = json.loads(run("show", "11", "--format", "json").out)["log"]
    assert re.fullmatch("warning slip no. 2026/[123]", log[-1]["text"])
    for number in (2, 6, 11):
        entries = json.loads(run("show", str(number), "--format", "json").out)["log"]
        run("void", str(number), str(len(entries)), "--reason", "重复")
    (slip,) = json.loads(run("notice", "-d", "职教", "--format", "json").out)
    assert slip["number"] == 4


def test_the_number_of_a_slip_whose_notice_was_undone_is_not_given_again(run: Run) -> None:
    def number() -> int:
        (slip,) = json.loads(run("notice", "-d", "职教", "--format", "json").out)
        return int(slip["number"])

    assert number() == 1
    run("undo")
    assert number() == 2  # the first is out


def test_a_slip_says_whom_to_call(run: Run) -> None:
    run("dept", "edit", "区产改办", "--contact", "Ms Zhang 0874-1")
    run("dept", "edit", "区总工会", "--contact", "Mr Li 0874-2")
    slip = run("notice", "-d", "区总工会", "--no-log").out
    assert re.findall(r"Contact: (.+?)(?:  |\n)", slip) == ["Ms Zhang 0874-1", "Mr Li 0874-2"]
    (told,) = json.loads(run("notice", "-d", "区总工会", "--no-log", "--format", "json").out)
    assert (told["office_contact"], told["contact"], told["level"]) == ("Ms Zhang 0874-1", "Mr Li 0874-2", "reminder")


def test_a_task_chased_today_is_not_logged_again_whatever_was_written_since(run: Run) -> None:
    run("notice")
    run("chase", "6", "--today", "2026-11-19")
    assert run("notice").err == ""
    assert run("notice", "-d", "区总工会", "--today", "2026-11-21", "--no-log").out.count(" on 11-20\n") == 4


def test_a_slip_that_could_not_be_written_logs_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read("tasks.toml")

    replace: Callable[..., object] = files.replace

    def full(path: Path, *args: object, **more: object) -> None:
        if path.name == "a.txt":
            raise OSError(28, "No space left on device")
        replace(path, *args, **more)

    with monkeypatch.context() as disk:
        disk.setattr(files, "replace", full)
        assert "cannot write “a.txt”" in run("notice", "--output", "a.txt", code=7).err
    assert read("tasks.toml") == before
    assert run("notice", "--output", "a.txt").err == "written: a.txt\n6 tasks logged as chased\n"


def test_no_slip_goes_to_the_office_that_sends_them(run: Run) -> None:
    run("add", "自办", "-d", "区产改办", "--due", "2026-11-19")
    ran = run("notice", "--no-log")
    assert ran.err == "no slip goes to 区产改办, which sends them; its own tasks: 31\n"
    assert "To: 区产改办" not in ran.out
    run("cancel", "31", "--reason", "x")
    run("round", "open", "-d", "区产改办")
    ran = run("notice", "--unreported", "--no-log")
    assert ran.err.splitlines()[0] == "no slip goes to 区产改办, which sends them"
    run("dept", "edit", "区总工会", "--role", "office")
    assert "To: 区总工会" not in run("notice", "--no-log").out


def test_within_no_days_is_today(run: Run) -> None:
    run("add", "今办", "-d", "区法院", "--new-department", "--due", "2026-11-20")
    slip = run("notice", "-d", "区法院", "--within", "0", "--no-log").out.replace("\n", " ")
    assert "As of 2026-11-20, of the tasks that you lead 1 falls due today." in " ".join(slip.split())
    assert run("notice", "-d", "区人社局", "--within", "0").err == (
        "区人社局 needs no reminder: nothing is late or falls due today\n"
    )


def test_no_slips_are_an_empty_list_for_scripts(run: Run) -> None:
    assert run("notice", "-d", "区人社局", "--format", "json").out == "[]\n"


def test_slips_for_one_department_without_a_log(run: Run) -> None:
    before = read("tasks.toml")
    slip = run("notice", "-d", "职教", "--no-log").out
    assert "To: 麒麟职教集团" in slip
    assert "to 区产改办 by 2026-11-25." in slip.replace("\n", " ")
    assert "To: 区总工会" not in slip
    assert read("tasks.toml") == before


def test_no_slip_where_nothing_is_late(run: Run) -> None:
    done = run("notice", "-d", "区人社局")
    assert (done.out, done.err) == ("", "区人社局 needs no reminder: nothing is late or falls due within 7 days\n")


def test_slips_to_files(run: Run) -> None:
    run("notice", "--output", "a.md", "--output", "a.json", "--no-log")
    assert read("a.md").count("\n# ") + 1 == 3
    assert [slip["department"] for slip in json.loads(read("a.json"))] == ["区总工会", "麒麟职教集团", "区财政局"]


def test_a_slip_for_each_department_in_a_file_of_its_own(run: Run) -> None:
    done = run("notice", "--each", "slips", "--format", "text")
    names = [f"{unit} slip 2026-11-20.txt" for unit in ("区总工会", "麒麟职教集团", "区财政局")]
    assert done.out.splitlines() == [str(Path("slips") / name) for name in names]
    assert done.err == "6 tasks logged as chased\n"
    printed = [read(str(Path("slips") / name)) for name in names]
    assert [text.count("Return slip") for text in printed] == [1, 1, 1]
    assert ["To: 麒麟职教集团" in text for text in printed] == [False, True, False]
    before = read("tasks.toml")
    again = run("notice", "--each", "slips", "--format", "text", "--today", "2026-11-20", code=2)
    assert f"“{Path('slips') / names[0]}” is there already; nothing was written" in again.err
    assert (
        run("notice", "--each", "slips", "-d", "职教").out == f"{Path('slips') / '麒麟职教集团 slip 2026-11-20.docx'}\n"
    )
    assert run("notice", "--each", "slips", "--output", "a.txt", code=2).err == (
        "error: --each says where the slips go; it does not go with --output or --print\n"
    )
    assert read("tasks.toml") == before


def test_slips_that_cannot_all_be_written_are_not_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read("tasks.toml")
    really, turns = files.replace, iter([True, False])

    def full(path: Path, data: bytes, **more: Any) -> None:  # noqa: ANN401  as it stands
        if not next(turns):
            raise OSError(28, "No space left on device")
        really(path, data, **more)

    with monkeypatch.context() as disk:
        disk.setattr(files, "replace", full)
        assert "cannot write" in run("notice", "--each", "slips", code=7).err
    assert list(Path("slips").iterdir()) == []
    assert read("tasks.toml") == before
    assert run("notice", "--each", "nowhere/slips", code=7).err.startswith("error: cannot write “nowhere/slips”")
    assert run("notice", "--each", "slips", "-d", "区人社局").out == ""


def test_an_answer_is_not_asked_for_by_a_day_that_has_passed(run: Run) -> None:
    assert run("notice", "--reply-by", "2026-11-19", code=2).err == "error: --reply-by 2026-11-19 has passed\n"


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        pytest.param({}, False, id="a pipe"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="asked for"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="forbidden"),
    ],
)
def test_lights_of_the_timeline_are_coloured_where_there_are_colours(
    run: Run, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], coloured: bool
) -> None:
    plain = run("timeline").out
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    drawn = run("timeline").out
    assert ("\x1b[1;37;41mred\x1b[0m  " in drawn, "\x1b[30;43myellow\x1b[0m " in drawn) == (coloured, coloured)
    assert re.sub(r"\x1b\[[\d;]*m", "", drawn) == plain


def test_the_timeline_goes_to_a_file_under_what_was_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("timeline", "-d", "职教", "-O", "wall.html").err == "written: wall.html\n"
    said = (tmp_path / "wall.html").read_text(encoding="utf-8")
    assert "<h1>Timeline of tasks (麒麟职教集团)</h1>" in said
    assert "实训设备采购" in said
    assert "区级职工职业技能大赛" not in said
    run("timeline", "-d", "职教", "-O", "wall.txt")
    drawn = (tmp_path / "wall.txt").read_text(encoding="utf-8")
    assert drawn == f"Timeline of tasks (麒麟职教集团)\n\n{run('timeline', '-d', '职教').out}"
    assert run("timeline", "-O", "wall.docx", code=2).err == (
        "error: “wall.docx”: its ending says no form that this can be written in\nhint: endings taken: .html, .txt\n"
    )


def test_the_timeline_draws_open_tasks_or_those_asked_for(run: Run) -> None:
    assert "校企合作协议签订" not in run("timeline", "-d", "麒麟职教集团").out.replace("\n", "")
    assert "\n12 校企合作协议签  closed " in run("timeline", "--all").out
    printed = run("timeline", "-d", "麒麟职教集团").out
    assert printed.startswith(" " * 20)
    assert "麒麟职教集团: 3 tasks" in printed
    assert [one["id"] for one in json.loads(run("timeline", "--light", "red", "--format", "json").out)] == [6, 11]
    assert run("timeline", "--light", "red", "--format", "tsv").out.startswith("id\t")
