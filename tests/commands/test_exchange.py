"""Import and export, as a user runs them."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from commands.offices import Office
from exchange.books import book
from pilottask.cli import main
from pilottask.commands.shared import files_in
from pilottask.exchange.office.reading import Row

DATA = Path(__file__).parent.parent / "data"
SAMPLE = str(DATA / "ledger.csv")
HEAD = "工作任务,牵头单位,完成时限,备注\n"
YEAR = "days without a year are taken in 2026; another year: --year"
UNITS = (
    "区委宣传部, 区产改办, 区融媒体中心, 区总工会, 区工商联, 区委组织部, 区工信局, 麒麟职教集团, 合作企业, 区人社局, "
    "区科技局, 区发改局, 区住建局, 区教体局, 区财政局, 区法院, 区市场监管局, 区交通局, 各成员单位, 区委督查室, "
    "区政府督查室"
)


class TestImport:
    def test_the_sample(self, office: Office) -> None:
        ran = office.done("import", SAMPLE)
        assert ran.out.splitlines()[::29] == ["1 开设产改试点宣传专栏", "30 开展联合督查检查"]
        assert ran.err == (
            f"{YEAR}\n21 new departments: {UNITS}\n2 new tasks are overdue at once: 6, 11\n"
            "added: 30, changed: 0, left as they are: 0\n"
        )
        assert len(office.titles()) == 30
        assert office.done("check").code == 0

    def test_again_it_adds_nothing_and_writes_nothing(self, office: Office) -> None:
        office.done("import", SAMPLE)
        before = (office.folder / "tasks.toml").read_bytes()
        assert office.done("import", SAMPLE) == (0, "", f"{YEAR}\nadded: 0, changed: 0, left as they are: 30\n")
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_in_chinese(self, office: Office) -> None:
        ran = office.done("--lang", "zh", "import", office.file("a.csv", f"{HEAD}甲,区总工会,2026-12-15,\n"))
        assert ran == (0, "1 甲\n", "新增单位1个：区总工会\n新增1项，更改0项，0项不变\n")

    def test_one_undo_takes_it_back(self, office: Office) -> None:
        office.done("import", SAMPLE)
        office.done("undo")
        assert office.titles() == []

    def test_as_json(self, office: Office) -> None:
        told = json.loads(office.done("import", SAMPLE, "--format", "json").out)
        assert [each["id"] for each in told["added"]] == list(range(1, 31))
        assert len(told["new_departments"]) == 21
        assert {key: told[key] for key in ("dry_run", "changed", "unchanged", "rejected", "notices")} == {
            "dry_run": False,
            "changed": [],
            "unchanged": [],
            "rejected": [],
            "notices": [YEAR],
        }

    def test_from_standard_input(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        data = f"{HEAD}甲,区总工会,2026-11-01,\n".encode("gb18030")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert office.done("import", "-").out == "1 甲\n"

    def test_one_bad_row_stops_it_whole(self, office: Office) -> None:
        before = (office.folder / "tasks.toml").read_bytes()
        ran = office.run("import", office.file("a.csv", f"{HEAD}甲,区总工会,,\n乙,区总工会,13月2日,\n"))
        assert ran.code == 2
        assert ran.out == ""
        assert ran.err == (
            "error: a.csv: 1 row cannot be imported, so nothing was:\n"
            "  row 3, column 完成时限: “13月2日” is not a date: there is no month 13. "
            "Right would be 2026-12-15, 12月15日, 2026年12月底前 or 长期坚持.\n"
            "hint: mend them and import again, or import the rest with --skip-bad REJECTS.csv\n"
        )
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_the_rest_of_it_and_then_the_mended_rows(self, office: Office) -> None:
        file = office.file("a.csv", f"{HEAD}甲,区总工会,,\n乙,区总工会,13月2日,=x\n")
        ran = office.done("import", file, "--skip-bad", "rejects.csv")
        assert ran.out == "1 甲\n"
        assert "1 row left out; mend it in rejects.csv and import that\n" in ran.err
        rejects = (office.folder / "rejects.csv").read_bytes().decode("utf-8-sig")
        assert rejects.splitlines()[0] == "Why not imported,工作任务,牵头单位,完成时限,备注"
        assert rejects.splitlines()[1].endswith("长期坚持.\",乙,区总工会,13月2日,'=x")
        office.file("rejects.csv", rejects.replace(",13月2日,", ",12月2日,"))
        assert office.done("import", "rejects.csv").out == "2 乙\n"
        assert json.loads(office.done("show", "2", "--format", "json").out)["remark"] == "=x"

    def test_rejects_never_replace_a_file(self, office: Office) -> None:
        file = office.file("a.csv", f"{HEAD}甲,区总工会,,\n乙,区总工会,13月2日,\n")
        ran = office.run("import", file, "--skip-bad", file)
        assert (ran.code, office.titles()) == (2, [])
        assert ran.err.startswith("error: “a.csv” is there already; it was left as it is, and nothing was imported\n")

    def test_without_bad_rows_there_is_no_file_of_them(self, office: Office) -> None:
        office.done("import", SAMPLE, "--skip-bad", "rejects.csv")
        assert not (office.folder / "rejects.csv").exists()

    def test_rejects_that_cannot_be_written_stop_it(self, office: Office) -> None:
        file = office.file("a.csv", f"{HEAD}甲,区总工会,,\n乙,区总工会,13月2日,\n")
        ran = office.run("import", file, "--skip-bad", "nowhere/rejects.csv")
        assert (ran.code, office.titles()) == (7, [])
        assert ran.err == "error: cannot write “nowhere/rejects.csv”: the folder does not exist\n"

    def test_a_dry_run_shows_and_changes_nothing(self, office: Office) -> None:
        office.done("import", office.file("a.csv", f"{HEAD}甲,区总工会,2026-12-15,\n"))
        before = (office.folder / "tasks.toml").read_bytes()
        file = office.file("b.csv", f"{HEAD}甲,区总工会,2026-12-31,新\n乙,区法院,,\n")
        ran = office.done("import", file, "--update", "--dry-run")
        assert ran.out == (
            "add 2 乙, 区法院, no deadline\n"
            "change 1 甲: Remark changed: (none) → 新; extended: 2026-12-15 → 2026-12-31, import b.csv\n"
        )
        assert ran.err == (
            "column 工作任务: Task\ncolumn 牵头单位: Department\ncolumn 完成时限: Due\ncolumn 备注: Remark\n"
            "1 new department: 区法院\n1 new task has no deadline yet; pilottask list --undated shows it\n"
            "would be added: 1, changed: 1; left as they are: 0\n"
        )
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_a_dry_run_tells_what_would_be_refused(self, office: Office) -> None:
        ran = office.run("import", office.file("a.csv", f"{HEAD}甲,区总工会,,\n乙,,,\n"), "--dry-run")
        assert ran.code == 2
        assert ran.out == "add 1 甲, 区总工会, no deadline\n"
        assert "  row 3, column 牵头单位: empty; every task has a title and one lead department\n" in ran.err

    def test_a_dry_run_with_skipping_writes_no_rejects(self, office: Office) -> None:
        file = office.file("a.csv", f"{HEAD}甲,区总工会,,\n乙,,,\n")
        assert "1 row left out" in office.done("import", file, "--dry-run", "--skip-bad", "rejects.csv").err
        assert not (office.folder / "rejects.csv").exists()

    def test_changes_are_brought_in(self, office: Office) -> None:
        office.done("import", office.file("a.csv", f"{HEAD}甲,区总工会,2026-12-15,\n"))
        file = office.file("b.csv", f"{HEAD}甲,区总工会,2026-12-31,\n")
        assert "1 task differs from the file (1); --update brings the changes in\n" in office.done("import", file).err
        assert office.done("import", file, "--update").out == "1 甲: extended: 2026-12-15 → 2026-12-31\n"
        assert office.done("import", file, "--update").out == ""

    @pytest.mark.parametrize(
        ("file", "code", "message"),
        [
            ("nowhere.csv", 4, "there is no file “nowhere.csv”"),
            (".", 7, "cannot read “.”: it is a folder"),
            ("a\0b", 4, "“a\\u0000b” cannot be the name of a file"),
        ],
        ids=["missing", "folder", "null"],
    )
    def test_what_is_no_ledger(self, office: Office, file: str, code: int, message: str) -> None:
        ran = office.run("import", file)
        assert (ran.code, ran.err.splitlines()[0]) == (code, f"error: {message}")

    def test_without_a_store(self, office: Office) -> None:
        assert office.run("--store", "other.toml", "import", SAMPLE).code == 4
        assert not (office.folder / "other.toml").exists()

    def test_a_near_miss_is_an_own_column_where_nobody_can_be_asked(self, office: Office) -> None:
        file = office.file("a.csv", "工作任务,牵头单位,责任领异\n甲,区总工会,张三\n")
        assert office.done("import", file).err.startswith("kept as columns of your own: 责任领异\n")

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    @pytest.mark.parametrize(("answer", "due"), [("y", "2026-12-15"), ("n", None)])
    def test_a_column_that_may_be_the_deadline_is_asked_about_once(
        self, office: Office, answer: str, due: str | None
    ) -> None:
        file = office.file("a.csv", "工作任务,牵头单位,里程碑\n甲,区总工会,2026-12-15\n")
        child = pexpect.spawn(sys.executable, ["-m", "pilottask", "import", file], encoding="utf-8", timeout=20)
        child.expect_exact("is the column “里程碑” what is called “Due” here? [y/N]")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        assert json.loads(office.done("show", "1", "--format", "json").out)["due"] == due
        # What was answered is kept for next week's file, also where nobody can be asked.
        assert office.done("import", file).err.endswith("added: 0, changed: 0, left as they are: 1\n")

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    def test_headings_that_nobody_knows_are_asked_about_once(self, office: Office) -> None:
        file = office.file("a.csv", "要干的事,谁来干,完成时限\n甲,区总工会,2026-12-15\n")
        child = pexpect.spawn(sys.executable, ["-m", "pilottask", "import", file], encoding="utf-8", timeout=20)
        asked = "no heading is known for “{}”: which one is it? Its number, or Enter for none:"
        child.expect_exact(asked.format("Task"))
        child.expect_exact("  1  要干的事\r\n  2  谁来干\r\n  3  完成时限\r\n[1-3] ")
        child.sendline("4")
        child.expect_exact("[1-3] ")
        child.sendline("1")
        child.expect_exact(asked.format("Department"))
        child.sendline("2")
        child.expect(pexpect.EOF)
        child.close()
        assert (child.exitstatus, office.titles()) == (0, ["甲"])
        second = office.file("b.csv", "要干的事,谁来干,完成时限\n乙,区总工会,2026-12-15\n")
        assert office.done("import", second).out == "2 乙\n"

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    def test_no_heading_is_an_answer_too(self, office: Office) -> None:
        file = office.file("a.csv", "工作任务,责任（配合）单位\n甲,区总工会\n")
        child = pexpect.spawn(sys.executable, ["-m", "pilottask", "import", file], encoding="utf-8", timeout=20)
        child.expect_exact("[1-2] ")
        child.sendline("")
        child.expect_exact("no column for “Department” among the headings: 工作任务, 责任（配合）单位")
        child.expect(pexpect.EOF)
        child.close()
        assert (child.exitstatus, office.titles()) == (2, [])

    def test_headings_that_nobody_knows_may_be_said(self, office: Office) -> None:
        file = office.file("a.csv", "要干的事,谁来干,完成时限\n甲,区总工会,2026-12-15\n")
        ran = office.run("import", file)
        assert (ran.code, ran.err.splitlines()[0]) == (2, "error: a.csv: no heading row among the first 2 rows")
        assert ran.err.endswith("; if they are called otherwise: --map HEADING=title --map HEADING=department\n")
        assert office.done("import", file, "--map", "要干的事=title", "--map", "谁来干=department").out == "1 甲\n"

    def test_a_unit_that_is_said_leads_where_the_file_names_none(self, office: Office) -> None:
        office.done("dept", "add", "区总工会")
        file = office.file("a.csv", "工作任务,完成时限\n甲,2026-12-15\n")
        assert office.run("import", file).code == 2
        assert office.done("import", file, "-d", "区总工会").out == "1 甲\n"
        assert json.loads(office.done("show", "1", "--format", "json").out)["department"] == "区总工会"

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    @pytest.mark.parametrize(("answer", "code", "titles"), [("y", 0, ["甲"]), ("", 2, [])])
    def test_a_bad_row_stops_the_others_for_one_question(
        self, office: Office, answer: str, code: int, titles: list[str]
    ) -> None:
        file = office.file("a.csv", "工作任务,牵头单位,完成时限\n甲,区总工会,2026-12-15\n乙,区总工会,donkey\n")
        child = pexpect.spawn(sys.executable, ["-m", "pilottask", "import", file], encoding="utf-8", timeout=20)
        child.expect_exact("row 3, column 完成时限: “donkey” is not a date that can be taken.")
        child.expect_exact("1 place is bad; take in the rest, and write its row to “a-rejects.csv”? [y/N]")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert (child.exitstatus, office.titles()) == (code, titles)
        assert (office.folder / "a-rejects.csv").exists() is (code == 0)

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    def test_which_of_several_units_leads_is_asked_about(self, office: Office) -> None:
        file = office.file("a.csv", "工作任务,责任单位,完成时限\n甲,区总工会、区人社局,2026-12-15\n")
        child = pexpect.spawn(sys.executable, ["-m", "pilottask", "import", file], encoding="utf-8", timeout=20)
        child.expect_exact("“区总工会、区人社局”\r\n1 row names several units that may lead; does the first one? [y/N]")
        child.sendline("y")
        child.expect(pexpect.EOF)
        child.close()
        found = json.loads(office.done("show", "1", "--format", "json").out)
        assert (found["department"], found["support"]) == ("区总工会", ["区人社局"])

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    @pytest.mark.parametrize(("answer", "due"), [("y", "2027-02-28"), ("n", "2026-02-28")])
    def test_a_year_that_makes_most_late_is_asked_about(self, office: Office, answer: str, due: str) -> None:
        file = office.file(
            "a.csv", "工作任务,牵头单位,完成时限\n甲,区总工会,2月底前\n乙,区总工会,12月底前\n丙,区总工会,6月底前\n"
        )
        command = ["-m", "pilottask", "--today", "2026-11-20", "import", file]
        child = pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=20)
        child.expect_exact("2 of 3 days without a year are past in 2026; take them in 2027? [y/N]")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        assert json.loads(office.done("show", "1", "--format", "json").out)["due"] == due

    def test_a_column_that_may_be_the_deadline_refuses_the_file_where_nobody_can_be_asked(self, office: Office) -> None:
        file = office.file("a.csv", "工作任务,牵头单位,里程碑\n甲,区总工会,2026-12-15\n")
        ran = office.run("import", file)
        assert (ran.code, ran.err) == (
            2,
            (
                "error: a.csv: column “里程碑” may be “Due”: say which\n"
                "hint: --map 里程碑=due, or --map 里程碑=extra for a column of your own\n"
            ),
        )

    @pytest.mark.parametrize("field", ["due", "完成时限", "Due"])
    def test_a_column_that_is_said_is_kept_for_the_next_file(self, office: Office, field: str) -> None:
        file = office.file("a.csv", "工作任务,牵头单位,里程碑\n甲,区总工会,2026-12-15\n")
        office.done("import", file, "--map", f"里程碑={field}")
        assert '"里程碑=due"' in (office.folder / "tasks.toml").read_text(encoding="utf-8")
        second = office.file("b.csv", "工作任务,牵头单位,里程碑\n乙,区总工会,2026-12-20\n")
        assert office.done("import", second).out == "2 乙\n"
        assert json.loads(office.done("show", "2", "--format", "json").out)["due"] == "2026-12-20"
        assert office.done("check").code == 0

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("里程碑", "“里程碑” does not say which column a heading is"),
            ("里程碑=x", "“里程碑=x” does not say which column a heading is"),
            ("节点=due", "a.csv: there is no column “节点”; the headings are: 工作任务, 牵头单位, 里程碑"),
        ],
    )
    def test_what_says_no_column_is_refused(self, office: Office, typed: str, message: str) -> None:
        file = office.file("a.csv", "工作任务,牵头单位,里程碑\n甲,区总工会,2026-12-15\n")
        ran = office.run("import", file, "--map", typed)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {message}")

    def test_the_first_of_several_leads_where_that_is_said(self, office: Office) -> None:
        file = office.file("a.csv", "工作任务,责任单位\n甲,区总工会、区人社局\n乙,区总工会\n")
        assert office.run("import", file).code == 2
        ran = office.done("import", file, "--first-lead")
        assert ran.err.startswith("row 2: “区总工会” leads, as the first of several\n")
        shown = json.loads(office.done("show", "1", "--format", "json").out)
        assert (shown["department"], shown["support"]) == ("区总工会", ["区人社局"])

    def test_a_long_wait_has_a_bar_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        screen = io.StringIO()
        monkeypatch.setattr(screen, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stderr", screen)
        rows = [Row(number, number, ()) for number in range(1, 6000)]
        assert list(files_in.progress_bar("reading the ledger")(rows)) == rows
        assert "reading the ledger" in screen.getvalue()

    def test_a_short_one_has_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        screen = io.StringIO()
        monkeypatch.setattr(screen, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stderr", screen)
        rows = [Row(1, 1, ())]
        assert list(files_in.progress_bar("reading the ledger")(rows)) == rows
        assert screen.getvalue() == ""

    def test_off_a_terminal_there_is_none(self) -> None:
        rows = [Row(1, 1, ())]
        assert files_in.progress_bar("reading the ledger")(rows) is rows


class TestExport:
    @pytest.fixture(autouse=True)
    def filled(self, office: Office) -> None:
        office.done("import", SAMPLE)

    def test_csv_begins_with_the_mark_that_excel_knows(self, office: Office) -> None:
        ran = office.done("export", "out.csv")
        assert (ran.out, ran.err) == ("", "30 tasks written to out.csv\n")
        data = (office.folder / "out.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbfNo.,UID,Aspect,Task,")
        assert data.count(b"\r\n") == 31

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", ["out.csv", "out.tsv"])
    def test_what_was_exported_is_the_same_ledger(self, office: Office, name: str, lang: str) -> None:
        office.done("--lang", lang, "export", name, "--encoding", "gb18030")
        assert office.done("import", name, "--update").err == "added: 0, changed: 0, left as they are: 30\n"

    def test_filters_and_order(self, office: Office) -> None:
        office.done(
            "export", "out.md", "-d", "区财政局", "-d", "区工信局", "--sort", "due", "--reverse", "--limit", "1"
        )
        assert (office.folder / "out.md").read_text("utf-8").count("\n") == 3
        assert "区级产改试点企业培育" in (office.folder / "out.md").read_text("utf-8")

    def test_a_name_of_capitals(self, office: Office) -> None:
        office.done("export", "OUT.CSV", "--all")
        assert (office.folder / "OUT.CSV").read_bytes().count(b"\r\n") == 31

    def test_to_standard_output(self, office: Office) -> None:
        ran = office.done("export", "-", "--format", "csv", "--limit", "1")
        assert ran.out.startswith("No.,UID,Aspect,Task,")
        assert ran.err == ""

    @pytest.mark.parametrize("name", ["out.toml", "out.json"])
    def test_the_whole_store(self, office: Office, name: str) -> None:
        office.done("config", "name", "麒麟区")
        office.done("export", name)
        here = office.done("list", "--all", "--format", "json").out
        assert office.done("--store", name, "list", "--all", "--format", "json").out == here
        assert "麒麟区" in office.run("--store", name, "config").out
        office.done("--store", name, "check")

    def test_some_tasks_as_json_are_what_list_shows(self, office: Office) -> None:
        office.done("export", "out.json", "--status", "closed")
        shown = office.done("list", "--status", "closed", "--format", "json").out
        assert (office.folder / "out.json").read_text("utf-8") == shown

    @pytest.mark.parametrize(
        ("argv", "message"),
        [
            (["out.doc"], "the name of “out.doc” does not say what it is to become"),
            (["-"], "the name of “-” does not say what it is to become"),
            (["out.toml", "--status", "closed"], "a .toml file holds the whole task list, so it goes with no filter"),
            (["tasks.toml"], "“tasks.toml” is the task list itself; it was left as it is"),
        ],
        ids=["ending", "output", "filtered", "itself"],
    )
    def test_what_is_refused(self, office: Office, argv: list[str], message: str) -> None:
        before = (office.folder / "tasks.toml").read_bytes()
        ran = office.run("export", *argv)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {message}")
        assert (office.folder / "tasks.toml").read_bytes() == before

    @pytest.mark.parametrize(
        ("file", "why"),
        [("pipe.csv", "it is no regular file"), ("link.csv", "it is a link to nothing"), ("in.csv", "it is a folder")],
    )
    def test_what_is_no_file_is_left_in_its_place(self, office: Office, file: str, why: str) -> None:
        os.mkfifo(office.folder / "pipe.csv")
        (office.folder / "link.csv").symlink_to("nowhere")
        (office.folder / "in.csv").mkdir()
        ran = office.run("export", file)
        assert (ran.code, ran.err) == (7, f"error: cannot write “{file}”: {why}\n")
        assert (office.folder / "pipe.csv").is_fifo()
        assert not (office.folder / "nowhere").exists()

    def test_a_full_disk_leaves_the_file_that_was_there(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        office.done("export", "out.csv", "--limit", "1")
        before = (office.folder / "out.csv").read_bytes()

        def full(*_args: object, **_options: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pilottask.store.files.os.fsync", full)
        ran = office.run("export", "out.csv")
        assert (ran.code, ran.err) == (7, "error: cannot write “out.csv”: the disk is full\n")
        assert (office.folder / "out.csv").read_bytes() == before
        assert sorted(path.name for path in office.folder.glob("out*")) == ["out.csv"]


class TestWorkbooks:
    LEDGER = [("工作任务", "牵头单位", "完成时限"), ("甲", "区总工会", "2026-12-15")]  # noqa: RUF012  never changed

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_there_and_back(self, office: Office, lang: str) -> None:
        office.done("import", SAMPLE)
        ran = office.done("--lang", "en", "export", "out.xlsx")
        assert (ran.out, ran.err) == ("", "30 tasks written to out.xlsx\n")
        office.done("--lang", lang, "export", "out.xlsx")
        said = office.done("import", "out.xlsx", "--update").err.splitlines()
        assert said[-1] == "added: 0, changed: 0, left as they are: 30"

    def test_a_bad_row_names_file_and_sheet(self, office: Office) -> None:
        (office.folder / "a.xlsx").write_bytes(book({"清单": [*self.LEDGER, ("乙", None, None)]}))
        ran = office.run("import", "a.xlsx")
        assert (ran.code, office.titles()) == (2, [])
        assert ran.err.splitlines()[:2] == [
            "error: a.xlsx, “清单”: 1 row cannot be imported, so nothing was:",
            "  row 3, column 牵头单位: empty; every task has a title and one lead department",
        ]

    def test_a_sheet_by_name(self, office: Office) -> None:
        (office.folder / "a.xlsx").write_bytes(book({"一": self.LEDGER, "二": self.LEDGER}))
        assert office.run("import", "a.xlsx").code == 2
        assert office.run("import", "a.xlsx", "--sheet", "三").code == 4
        assert office.done("import", "a.xlsx", "--sheet", "二").out == "1 甲\n"

    def test_bad_rows_become_a_text_file(self, office: Office) -> None:
        (office.folder / "a.xlsx").write_bytes(book([*self.LEDGER, ("乙", "区法院", "13月2日")]))
        assert office.done("import", "a.xlsx", "--skip-bad", "rejects.csv").out == "1 甲\n"
        mended = (office.folder / "rejects.csv").read_text("utf-8-sig").replace(",13月2日", ",12月2日")
        assert office.done("import", office.file("rejects.csv", mended)).out == "2 乙\n"

    def test_through_standard_input_and_output(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(book(self.LEDGER))))
        assert office.done("import", "-").out == "1 甲\n"
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, write_through=True))
        assert main(["export", "-", "--format", "xlsx"]) == 0
        assert written.getvalue().startswith(b"PK")

    def test_without_the_library(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        ran = office.run("export", "b.xlsx")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "error: Excel workbooks need a library that is not installed\n"
            'hint: install it: pip install "pilottask[office]"; or save the sheet as “CSV UTF-8”\n'
        )
        assert not (office.folder / "b.xlsx").exists()

    @pytest.mark.parametrize(
        ("name", "data", "said"),
        [
            ("a.xlsx", b"\xd0\xcf\x11\xe0", "a.xlsx: the file is an old document (.doc, .wps), not a workbook"),
            ("a.csv", b"", "a.csv: the file is empty"),
            ("b.xlsx", book({"一": [("a",)], "二": []}), "b.xlsx, “一”: no heading row among the first 1 rows"),
        ],
        ids=["old", "empty", "no headings"],
    )
    def test_what_is_wrong_names_the_file(self, office: Office, name: str, data: bytes, said: str) -> None:
        (office.folder / name).write_bytes(data)
        ran = office.run("import", name)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {said}")

    def test_a_sheet_of_a_text(self, office: Office) -> None:
        ran = office.run("import", SAMPLE, "--sheet", "1")
        assert (ran.code, ran.err) == (2, "error: ledger.csv: --sheet goes with a workbook; this file has no sheets\n")

    def test_a_file_larger_than_any_ledger(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files_in, "LARGEST", 100)
        ran = office.run("import", SAMPLE)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: “{SAMPLE}” is larger than 0 MB")

    @pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not on PATH")
    def test_what_libreoffice_saves(self, office: Office) -> None:
        subprocess.run(
            # What the filter says: commas, quotation marks, UTF-8.
            ["soffice", "--headless", "--infilter=CSV:44,34,76,1", "--convert-to", "xlsx", "--outdir", ".", SAMPLE],
            check=True,
            capture_output=True,
            timeout=120,
        )
        office.done("import", SAMPLE)
        assert office.done("import", "ledger.xlsx").err == f"{YEAR}\nadded: 0, changed: 0, left as they are: 30\n"

    @pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not on PATH")
    def test_what_libreoffice_saves_again(self, office: Office) -> None:
        office.done("import", SAMPLE)
        office.done("edit", "1", "--remark", "=1+1")
        office.done("export", "out.xlsx")
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", "again", "out.xlsx"],
            check=True,
            capture_output=True,
            timeout=120,
        )
        said = office.done("import", "again/out.xlsx", "--update").err.splitlines()
        assert said[-1] == "added: 0, changed: 0, left as they are: 30"


class TestRecurring:
    """Imports that close or reopen one of a task that comes round."""

    @pytest.fixture
    def monthly(self, office: Office) -> Office:
        office.done("add", "月调度", "-d", "区总工会", "--new-department", "-u", "2026-12-10", "--every", "month")
        return office

    @staticmethod
    def ledger(office: Office, status: str) -> str:
        return office.file("l.csv", f"工作任务,牵头单位,完成情况\n月调度,区总工会,{status}\n")

    def test_the_next_is_opened_and_said_as_close_says_it(self, monthly: Office) -> None:
        file = self.ledger(monthly, "已销号")
        dry = monthly.done("import", "--update", "--dry-run", file)
        assert dry.out == ("change 1 月调度: closed\nas the next one: add 2 月调度, 区总工会, 2027-01-10 Sun\n")
        ran = monthly.done("import", "--update", file)
        assert ran == (
            0,
            "1 月调度: closed\n2 月调度\n",
            "next one: task 2, due 2027-01-10 Sun\nadded: 0, changed: 1, left as they are: 0\n",
        )
        assert monthly.done("import", "--update", file).err == "added: 0, changed: 0, left as they are: 1\n"
        assert monthly.titles() == ["月调度"] * 2

    def test_as_json(self, monthly: Office) -> None:
        ran = monthly.done("import", "--update", "--format", "json", self.ledger(monthly, "已销号"))
        told = json.loads(ran.out)
        assert {key: [one["id"] for one in told[key]] for key in ("added", "changed", "opened")} == {
            "added": [],
            "changed": [1],
            "opened": [2],
        }

    def test_a_refused_reopening_leaves_the_store_as_it_is(self, monthly: Office) -> None:
        monthly.done("start", "1")
        monthly.done("close", "1")
        before = (monthly.folder / "tasks.toml").read_bytes()
        ran = monthly.run("import", "--update", self.ledger(monthly, "推进中"))
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(
            "error: l.csv: 1 row cannot be imported, so nothing was:\n"
            "  row 2, column 完成情况: task 1 “月调度” comes round, and task 2 “月调度” is open too; "
            "give the UID of the one that the row means: "
        )
        assert (monthly.folder / "tasks.toml").read_bytes() == before

    def test_a_row_with_its_uid_reopens_it_and_one_that_is_cancelled_ends_its_series(self, monthly: Office) -> None:
        monthly.done("start", "1")
        monthly.done("close", "1")
        uid, second = (json.loads(monthly.done("show", one, "--format", "json").out)["uid"] for one in "12")
        head = "工作任务,牵头单位,完成情况,UID\n"
        ran = monthly.done("import", "--update", monthly.file("l.csv", f"{head}月调度,区总工会,推进中,{uid}\n"))
        assert "task 1 “月调度” comes round, and task 2 “月调度” of the same series is open too\n" in ran.err
        ran = monthly.done("import", "--update", monthly.file("l.csv", f"{head}月调度,区总工会,已取消,{uid}\n"))
        assert ran.err == "added: 0, changed: 1, left as they are: 0\n"
        file = monthly.file("l.csv", f"{head}月调度,区总工会,已取消,{second}\n")
        ran = monthly.done("import", "--update", file)
        assert "task 2 “月调度” comes round; its series ends with it\n" in ran.err

    @pytest.mark.parametrize("kind", ["taskwarrior", "ics", "todo"])
    def test_other_tools_close_it_as_well(self, monthly: Office, kind: str) -> None:
        done = {
            "taskwarrior": ('"status":"pending"', '"status":"completed"'),
            "ics": ("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"),
            "todo": ("月调度 ", "x 2026-11-20 2026-11-20 月调度 "),
        }
        monthly.done("export", "out", "--format", kind)
        text = (monthly.folder / "out").read_text(encoding="utf-8")
        if kind == "todo":
            text = re.sub(r"^(?:\([A-Z]\) )?\d{4}-\d\d-\d\d ", "", text, flags=re.MULTILINE)
        assert done[kind][0] in text
        monthly.file("out", text.replace(*done[kind], 1))
        ran = monthly.done("import", "out", "--format", kind, "--update")
        assert "next one: task 2, due 2027-01-10 Sun\n" in ran.err
        assert "added: 0, changed: 1" in ran.err

    def test_two_stores_that_both_opened_the_next(self, monthly: Office) -> None:
        store = monthly.folder / "tasks.toml"
        (monthly.folder / "other.toml").write_bytes(store.read_bytes())
        monthly.done("--store", "other.toml", "start", "1")
        monthly.done("--store", "other.toml", "close", "1")
        monthly.done("start", "1")
        monthly.done("close", "1")
        said = (
            "of one recurring task several are open: task 2 “月调度”, task 3 “月调度”; keep one, and give up the "
            "others: pilottask cancel ID --reason WHY"
        )
        ran = monthly.done("import", "other.toml")
        assert said in ran.err.splitlines()
        assert monthly.run("check") == (5, "", f"error: {said}\n")
        assert said not in monthly.done("import", "other.toml").err
        monthly.done("cancel", "3", "-r", "两处重复登记")
        assert monthly.done("check").code == 0

    def test_the_next_of_the_other_store_alone_is_no_matter(self, monthly: Office) -> None:
        (monthly.folder / "other.toml").write_bytes((monthly.folder / "tasks.toml").read_bytes())
        monthly.done("--store", "other.toml", "start", "1")
        monthly.done("--store", "other.toml", "close", "1")
        assert monthly.done("import", "other.toml").err == "added: 1, changed: 1, left as they are: 0\n"
        assert monthly.done("check").code == 0
