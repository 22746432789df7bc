"""Import and export of the forms of other tools, and of other stores, as a user runs them."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from commands.offices import Office


@pytest.fixture
def other(office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the office three tasks, and return a copy of its store that went another way from there."""
    office.done("add", "甲", "-d", "区总工会", "--new-department", "-u", "2026-12-15")
    office.done("add", "乙", "-d", "区总工会")
    office.done("add", "丙", "-d", "区总工会")
    copy = office.folder / "other.toml"
    copy.write_bytes((office.folder / "tasks.toml").read_bytes())
    monkeypatch.setenv("PILOTTASK_USER", "李四")
    there = ("--store", str(copy), "--today", "2026-11-19")
    office.done(*there, "note", "1", "那边的进展")
    office.done(*there, "edit", "2", "--owner", "赵六")
    office.done(*there, "add", "丁", "-d", "区财政局", "--new-department")
    monkeypatch.setenv("PILOTTASK_USER", "王敏")
    return "other.toml"


class TestMerge:
    def test_another_store_comes_in(self, office: Office, other: str) -> None:
        office.done("edit", "1", "--owner", "钱五")
        ran = office.done("import", other)
        assert ran.out == "4 丁\n1 甲: progress noted\n2 乙: Owner changed: (none) → 赵六\n"
        assert ran.err == (
            "1 new department: 区财政局\n"
            "1 new task has no deadline yet; pilottask list --undated shows it\n"
            "added: 1, changed: 2, left as they are: 1\n"
        )
        one = json.loads(office.done("show", "1", "--format", "json").out)
        assert (one["owner"], [entry["kind"] for entry in one["log"]]) == ("钱五", ["create", "note", "edit"])
        assert office.done("check").code == 0

    def test_again_it_brings_nothing_and_writes_nothing(self, office: Office, other: str) -> None:
        office.done("import", other)
        before = (office.folder / "tasks.toml").read_bytes()
        assert office.done("import", other) == (0, "", "added: 0, changed: 0, left as they are: 4\n")
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_a_dry_run_says_what_would_be(self, office: Office, other: str) -> None:
        before = (office.folder / "tasks.toml").read_bytes()
        ran = office.done("import", other, "--dry-run")
        assert ran.out.splitlines() == [
            "add 4 丁, 区财政局, no deadline",
            "change 1 甲: progress: 那边的进展",
            "change 2 乙: Owner changed: (none) → 赵六",
        ]
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_a_conflict_is_said_and_stands_in_the_json(self, office: Office, other: str) -> None:
        office.done("edit", "2", "--owner", "钱五")
        ran = office.done("import", other, "--dry-run")
        said = "task 2 “乙”, Owner: 钱五 here, 赵六 there; the newer stands: 钱五"
        assert said in ran.err.splitlines()
        told = json.loads(office.done("import", other, "--format", "json").out)
        assert told["conflicts"] == [{"id": 2, "field": "owner", "mine": "钱五", "theirs": "赵六", "taken": "钱五"}]
        owners = [line for line in office.done("history", "2").out.splitlines() if "Owner" in line]
        assert len(owners) == 2

    def test_one_undo_takes_it_back(self, office: Office, other: str) -> None:
        before = (office.folder / "tasks.toml").read_bytes()
        office.done("import", other)
        office.done("undo")
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_what_was_taken_out_here_does_not_come_back_in_silence(
        self, office: Office, other: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for ids in (["2"], ["1", "3"]):
            monkeypatch.setattr(sys, "argv", ["pilottask", "rm", *ids, "--yes"])
            office.done("rm", *ids, "--yes")
        said = "taken out of this list before: pilottask rm"
        one = f"task 5 was {said} 2 --yes (2026-11-20 TIME, 王敏); it comes back"
        two = f"tasks 4, 6 were {said} 1 3 --yes (2026-11-20 TIME, 王敏); they come back"
        for options in (["--dry-run"], []):
            ran = office.done("import", other, *options)
            found = [line for line in ran.err.splitlines() if "taken out" in line]
            assert sorted(re.sub(r"\d\d:\d\d", "TIME", line) for line in found) == [one, two]
        assert "taken out" not in office.done("import", other).err

    def test_what_was_taken_out_by_hand_is_told_too(self, office: Office, other: str) -> None:
        store = office.folder / "tasks.toml"
        kept, _mark, _gone = store.read_text(encoding="utf-8").rpartition("[[task]]")
        store.write_text(kept, encoding="utf-8")
        office.done("note", "1", "进展")
        err = office.done("import", other).err
        assert "task 4 was taken out of this list before: a change made by hand in the file" in err

    def test_an_undone_removal_is_none(self, office: Office, other: str) -> None:
        office.done("rm", "2", "--yes")
        office.done("undo")
        assert "taken out" not in office.done("import", other).err

    def test_the_store_itself_brings_nothing(self, office: Office, other: str) -> None:
        assert other
        assert office.done("import", "tasks.toml").err == "added: 0, changed: 0, left as they are: 3\n"

    @pytest.mark.parametrize("name", ["whole.json", "some.json"])
    def test_other_forms_of_a_store(self, office: Office, other: str, name: str) -> None:
        filters = ["--department", "区总工会", "--all"] if name == "some.json" else []
        office.done("--store", str(office.folder / other), "export", name, *filters)
        ran = office.done("import", name)
        assert [line.split(":")[0] for line in ran.out.splitlines()] == [
            *(["4 丁"] if not filters else []),
            "1 甲",
            "2 乙",
        ]

    @pytest.mark.parametrize(
        ("name", "text", "faults"),
        [
            ("a.toml", "schema = 1\n[[task]]\nid = 'x'\n", ["the store, next_id: is missing"]),
            ("a.json", "{", ["line 1, column 2 is not valid JSON: {"]),
            ("a.json", "[1]", ["line 1: is no task"]),
            ("a.json", '[{"uuid": 1}]', ["line 1, uuid: is missing or no text"]),
            ("a.jsonl", '{"record":"task"}\n', ["JSON Lines go out to other programs and do not come back"]),
            ("a.json", '[\n{"uuid": 1,\n', ["line 3, column 1 is not valid JSON"]),
            ("a.ics", "nothing", ["line 1: is none of a calendar, such as SUMMARY:…: nothing"]),
            ("a.txt", "\udcff", ["line 1 is not UTF-8 text"]),
        ],
        ids=["toml", "json", "array", "taskwarrior", "jsonl", "cut off", "ics", "todo"],
    )
    def test_what_is_wrong_is_said_of_the_file_and_nothing_comes_in(
        self, office: Office, name: str, text: str, faults: list[str]
    ) -> None:
        before = (office.folder / "tasks.toml").read_bytes()
        (office.folder / name).write_bytes(text.encode(errors="surrogateescape"))
        ran = office.run("import", name)
        head, *lines = ran.err.splitlines()
        assert (ran.code, head) == (2, f"error: {name} cannot be imported, so nothing was:")
        for fault in faults:
            assert any(line.startswith(f"  {fault}") for line in lines), ran.err
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_a_newer_store_says_what_to_do(self, office: Office) -> None:
        ran = office.run("import", office.file("a.toml", "schema = 99\n"))
        assert ran.code == 2
        assert "hint: install the newer pilottask" in ran.err


class TestOtherTools:
    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("tasks.ics", []),
            ("tasks.txt", []),
            ("todo.out", ["--format", "todo"]),
            ("tw.json", ["--format", "taskwarrior"]),
        ],
    )
    def test_out_and_in_to_an_empty_list(self, office: Office, other: str, name: str, options: list[str]) -> None:
        assert other
        office.done("export", name, *options)
        fresh = ("--store", str(office.folder / "fresh.toml"))
        office.done(*fresh, "init")
        ran = office.done(*fresh, "import", name, *(["--format", "todo"] if options[1:] == ["todo"] else []))
        assert ran.out == "1 甲\n2 乙\n3 丙\n"
        assert office.done(*fresh, "import", name, *(["--format", "todo"] if options[1:] == ["todo"] else [])).out == ""
        assert office.done(*fresh, "check").code == 0

    def test_taskwarrior_is_told_its_configuration_on_stderr(self, office: Office, other: str) -> None:
        assert other
        ran = office.done("export", "-", "--format", "taskwarrior")
        assert len(json.loads(ran.out)) == 3
        assert "uda.pilottask.type=string" in ran.err.splitlines()

    def test_deadlines_as_events(self, office: Office, other: str) -> None:
        assert other
        ran = office.done("export", "d.ics", "--as", "event")
        assert (office.folder / "d.ics").read_text().count("BEGIN:VEVENT") == 1
        assert ran.err.splitlines() == [
            "left out, as an event needs a day: tasks without a deadline: 2",
            "1 task written to d.ics",
        ]
        assert office.done("export", "-", "--format", "ics").out.count("BEGIN:VTODO") == 3

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("a.csv", "earlier progress notes: 2, problems settled: 1, instructions: 1"),
            ("a.xlsx", "earlier progress notes: 2, problems settled: 1, instructions: 1"),
            ("a.ics", "earlier progress notes: 2, problems settled: 1, instructions: 1"),
            ("a.txt", "earlier progress notes: 2, problems settled: 1, instructions: 1"),
            ("a.json", None),
            ("a.jsonl", None),
            ("a.toml", None),
        ],
    )
    def test_what_a_file_has_no_place_for_is_told(
        self, office: Office, other: str, name: str, said: str | None
    ) -> None:
        assert other
        for text in "一二三":
            office.done("note", "1", text)
        office.done("raise", "1", "流标")
        office.done("settle", "1", "1")
        office.done("instruct", "add", "抓紧", "--leader", "李书记", "--task", "1")
        told = f"not in the file ({said}); a .toml of the whole list holds all\n" if said else ""
        assert office.done("export", name).err == f"{told}3 tasks written to {name}\n"

    def test_a_department_for_what_names_none(self, office: Office, other: str) -> None:
        assert other
        office.file("todo.txt", "买设备 due:2026-12-20\n")
        ran = office.run("import", "todo.txt")
        assert (ran.code, ran.err.splitlines()[0]) == (2, "error: todo.txt: 1 row cannot be imported, so nothing was:")
        assert office.done("import", "todo.txt", "-d", "工会").out == "4 买设备\n"

    def test_several_departments_lead_nothing(self, office: Office) -> None:
        ran = office.run("import", office.file("a.txt", "甲\n"), "-d", "甲局", "-d", "乙局")
        assert (ran.code, ran.err) == (
            2,
            "error: --department: it is given twice, and takes one value.\nhint: pilottask import -h shows how.\n",
        )

    def test_the_bad_ones_can_be_left_out(self, office: Office) -> None:
        office.file("todo.txt", "买设备 @甲\n看书\n")
        ran = office.done("import", "todo.txt", "--skip-bad", "rest.csv")
        assert ran.out == "1 买设备\n"
        assert "看书" in (office.folder / "rest.csv").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("text", "form", "title"),
        [
            ('[{"uuid":"a","description":"甲","status":"pending"}]', None, "甲"),
            ("BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nSUMMARY:甲\nEND:VTODO\nEND:VCALENDAR\n", None, "甲"),
            ("甲 @区总工会\n", "todo", "甲"),
            ("工作任务,牵头单位\n甲,区总工会\n", "csv", "甲"),
        ],
        ids=["array", "ics", "todo", "csv"],
    )
    def test_standard_input(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, text: str, form: str | None, title: str
    ) -> None:
        office.done("dept", "add", "区总工会")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        told = ["--format", form] if form else []
        assert office.done("import", "-", "-d", "区总工会", *told).out == f"1 {title}\n"

    def test_an_empty_one_brings_nothing(self, office: Office) -> None:
        office.file("todo.txt", "\n")
        assert office.done("import", "todo.txt").err == "added: 0, changed: 0, left as they are: 0\n"

    def test_a_file_is_what_is_in_it(self, office: Office) -> None:
        office.file("ledger.txt", "工作任务\t牵头单位\n甲\t乙局\n")
        assert office.done("import", "ledger.txt").out == "1 甲\n"
        office.file("ledger.json", "{\\rtf1}")
        ran = office.run("import", "ledger.json")
        assert (ran.code, ran.err.splitlines()) == (
            2,
            [
                "error: ledger.json: the file is a PDF or RTF document, not a ledger",
                (
                    "hint: open it in Word or WPS, save it as .docx and import that, or the workbook from which it was "
                    "made"
                ),
            ],
        )
        (office.folder / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
        ran = office.run("import", "old.docx")
        assert (ran.code, ran.err.splitlines()) == (
            2,
            [
                "error: old.docx: the file is an old document (.doc, .wps), not a workbook",
                "hint: open it in Word or WPS, save it as .docx and import that",
            ],
        )

    def test_what_a_name_does_not_say(self, office: Office) -> None:
        ran = office.run("export", "tasks.doc")
        assert ran.err.splitlines()[1] == (
            "hint: let it end in one of .xlsx, .csv, .tsv, .md, .json, .toml, .jsonl, .ndjson, .ics, .txt, "
            "or say --format"
        )

    def test_no_file_is_left_where_it_cannot_be_written(self, office: Office, tmp_path: Path) -> None:
        ran = office.run("export", str(tmp_path / "no" / "tasks.ics"))
        assert ran.code == 7
