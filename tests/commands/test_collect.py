"""The weekly round of collection sheets, as a user runs it."""

import csv
import io
import json
import os
import sys
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pexpect  # type: ignore[import-untyped]
import pytest

from commands.offices import Office
from pilottask.cli import main


@pytest.fixture(autouse=True)
def filled(office: Office) -> None:
    office.file(
        "a.csv",
        "工作任务,牵头单位,完成时限,完成情况\n甲,区教体局,2026-12-15,推进中\n乙,区教体局,,\n丙,区法院,,\n丁,区财政局,,已销号\n",
    )
    office.done("import", "a.csv")


def fill(path: Path, answers: dict[int, dict[str, str]]) -> None:
    """Fill a sheet in by number of the task and heading, as a department does."""
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        for row in rows[3:]:
            for head, cell in answers.get(int(row[0]), {}).items():
                row[rows[2].index(head)] = cell
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    made = openpyxl.load_workbook(path)
    sheet = made.active
    heads = {cell.value: cell.column for cell in sheet[3]}
    for row in sheet.iter_rows(min_row=4):
        for head, cell in answers.get(row[0].value, {}).items():
            sheet.cell(row[0].row, heads[head]).value = cell
    made.save(path)


class TestIssue:
    def test_one_for_each_department_into_a_folder(self, office: Office) -> None:
        ran = office.done("export", "--collect", "sheets")
        names = ["区教体局 collection sheet 2026-11-20.xlsx", "区法院 collection sheet 2026-11-20.xlsx"]
        assert ran.out.splitlines() == [str(Path("sheets") / name) for name in names]
        assert ran.err == (
            "2 collection sheets written, 3 open tasks in all\nround 1 is opened: 2 departments are asked to report\n"
        )
        assert sorted(path.name for path in (office.folder / "sheets").iterdir()) == sorted(names)

    def test_one_department_to_a_file(self, office: Office) -> None:
        ran = office.done("export", "--collect", "-d", "教体局", "sheet.csv")
        assert ran == (
            0,
            "sheet.csv\n",
            "1 collection sheet written, 2 open tasks in all\nround 1 is opened: 1 department is asked to report\n",
        )
        data = (office.folder / "sheet.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.decode("utf-8-sig").splitlines()[3].startswith("1,甲,")

    def test_in_the_encoding_and_form_asked_for(self, office: Office) -> None:
        office.done("export", "--collect", "-d", "区法院", "sheets", "--format", "csv", "--encoding", "gb18030")
        (path,) = (office.folder / "sheets").iterdir()
        assert path.suffix == ".csv"
        assert "区法院" in path.read_bytes().decode("gb18030")

    def test_to_standard_output(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, write_through=True))
        assert main(["export", "--collect", "-d", "区法院", "-", "--format", "csv"]) == 0
        assert "丙" in written.getvalue().decode("utf-8-sig")

    def test_a_sheet_that_is_there_is_never_replaced(self, office: Office) -> None:
        office.done("export", "--collect", "-d", "区法院", "sheets")
        ran = office.run("export", "--collect", "sheets")
        name = Path("sheets") / "区法院 collection sheet 2026-11-20.xlsx"
        assert (ran.code, ran.err.splitlines()[0]) == (
            2,
            f"error: “{name}” is there already; nothing was written",
        )
        assert len(list((office.folder / "sheets").iterdir())) == 1
        office.done("export", "--collect", "-d", "区法院", "x.csv")
        assert office.run("export", "--collect", "-d", "区法院", "x.csv").code == 2

    @pytest.mark.parametrize(
        ("argv", "code", "message"),
        [
            (["x.xlsx"], 2, "2 departments have open tasks, and a file takes one"),
            (["-d", "区财政局", "x.xlsx"], 2, "no open task to collect progress on"),
            (["--format", "json", "x"], 2, "a collection sheet is written as .xlsx, .csv"),
            (["nowhere/sheets"], 7, "cannot write “nowhere/sheets”: the folder does not exist"),
        ],
        ids=["several", "none", "form", "folder"],
    )
    def test_what_is_refused(self, office: Office, argv: list[str], code: int, message: str) -> None:
        ran = office.run("export", "--collect", *argv)
        assert (ran.code, ran.err.splitlines()[0]) == (code, f"error: {message}")

    def test_a_department_s_name_never_becomes_a_path(self, office: Office) -> None:
        office.done("add", "戊", "-d", "../../x/y", "--new-department")
        office.done("export", "--collect", "sheets")
        assert {path.parent for path in office.folder.rglob("*collection sheet*")} == {office.folder / "sheets"}
        assert (office.folder / "sheets" / "_.._x_y collection sheet 2026-11-20.xlsx").exists()


class TestTakeIn:
    @pytest.mark.parametrize("ending", ["xlsx", "csv"])
    def test_there_and_back(self, office: Office, ending: str) -> None:
        office.done("export", "--collect", "sheets", "--format", ending)
        for path in (office.folder / "sheets").iterdir():
            fill(path, {1: {"Progress": "已发布", "Actual": "5", "Ready to verify": "yes"}, 3: {"Problems": "流标"}})
        ran = office.done("import", "--collect", "sheets")
        assert ran == (
            0,
            "1 甲: progress noted; reached: 5; submitted for verification\n3 丙: problem 1 raised\n",
            "2 tasks got reports\nround 1: 2 of 2 reports are in\n",
        )
        first = json.loads(office.done("show", "1", "--format", "json").out)
        assert (first["status"], first["actual"], [entry["by"] for entry in first["log"][1:]]) == (
            "submitted",
            5,
            ["区教体局"] * 2,
        )
        assert json.loads(office.done("show", "3", "--format", "json").out)["problems"][0]["text"] == "流标"
        before = (office.folder / "tasks.toml").read_bytes()
        assert office.done("import", "--collect", "sheets") == (
            0,
            "",
            "0 tasks got reports\nround 1: 2 of 2 reports are in\n",
        )
        assert (office.folder / "tasks.toml").read_bytes() == before
        office.done("undo")
        assert office.done("import", "--collect", "sheets").out == ran.out

    def test_a_dry_run_shows_and_changes_nothing(self, office: Office) -> None:
        office.done("export", "--collect", "-d", "区教体局", "x.csv")
        fill(office.folder / "x.csv", {2: {"Progress": "已发布", "Ready to verify": "yes", "Task": "别的"}})
        before = (office.folder / "tasks.toml").read_bytes()
        ran = office.done("import", "--collect", "x.csv", "--dry-run")
        assert ran.out == "区教体局 on 2 乙: progress: 已发布; started; submitted for verification\n"
        assert ran.err == (
            "x.csv, row 5, task 2 “乙”: changed there and not taken: Task “别的” (stands as “乙”)\n"
            "1 task would get a report\n"
        )
        assert (office.folder / "tasks.toml").read_bytes() == before

    def test_those_that_have_not_reported_are_told_until_their_sheets_come(self, office: Office) -> None:
        office.done("export", "--collect", "sheets", "--format", "csv")
        told = []
        for path in sorted((office.folder / "sheets").iterdir(), key=lambda path: "教体" not in path.name):
            fill(path, {1: {"Progress": "已发布"}, 3: {"Progress": "已立案"}})
            told += office.done("import", "--collect", str(path)).err.splitlines()
        assert told == [
            "1 task got a report",
            "round 1: 1 of 2 reports are in; not yet: 区法院",
            "1 task got a report",
            "round 1: 2 of 2 reports are in",
        ]

    def test_a_row_that_a_department_added_is_told(self, office: Office) -> None:
        office.done("export", "--collect", "-d", "区教体局", "x.csv")
        with (office.folder / "x.csv").open("a", encoding="utf-8") as file:
            file.write(",新建实训楼,,,,区教体局\n")
        assert office.done("import", "--collect", "x.csv", "--dry-run").err.splitlines()[0] == (
            "x.csv, row 6: written there and not taken: “新建实训楼”, “区教体局”"
        )

    def test_one_bad_row_stops_all_files(self, office: Office) -> None:
        office.done("export", "--collect", "sheets", "--format", "csv")
        good, bad = sorted((office.folder / "sheets").iterdir(), key=lambda path: "教体" not in path.name)
        fill(good, {1: {"Progress": "已发布"}})
        fill(bad, {3: {"Actual": "五"}})
        before = (office.folder / "tasks.toml").read_bytes()
        ran = office.run("import", "--collect", str(good), str(bad))
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "error: 1 place cannot be taken in, so nothing was:\n"
            "  区法院 collection sheet 2026-11-20.csv, row 4, column Actual: “五” is not a number from 0 up; "
            "write 30 or 30.5, and what is counted under “Unit”\n"
            "hint: mend them and import again, or take in the rest with --skip-bad REJECTS.csv\n"
        )
        assert (office.folder / "tasks.toml").read_bytes() == before
        told = office.run("import", "--collect", str(good), str(bad), "--dry-run")
        assert (told.code, told.out) == (2, "区教体局 on 1 甲: progress: 已发布\n")

    @pytest.mark.skipif(os.name != "posix", reason="needs a terminal as POSIX has it")
    @pytest.mark.parametrize(("good", "bad"), [("区教体局", "区法院"), ("甲", "甲.csv")])
    def test_the_rest_is_offered_and_the_file_is_called_after_the_sheet_with_the_bad_row(
        self, office: Office, good: str, bad: str
    ) -> None:
        sheets = (("区教体局", good, {1: {"Progress": "已发布"}}), ("区法院", bad, {3: {"Actual": "五"}}))
        for department, name, cells in sheets:
            office.done("export", "--collect", "-d", department, f"{name}.csv")
            fill(office.folder / f"{name}.csv", cells)
        argv = ["-m", "pilottask", "import", "--collect", f"{good}.csv", f"{bad}.csv"]
        child = pexpect.spawn(sys.executable, argv, encoding="utf-8", timeout=20)
        child.expect_exact(f"1 place is bad; take in the rest, and write its row to “{bad}-rejects.csv”? [y/N]")
        child.sendline("")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 2

    def test_a_bad_row_is_left_out_mended_and_taken_in(self, office: Office) -> None:
        office.done("export", "--collect", "sheets", "--format", "csv")
        good, bad = sorted((office.folder / "sheets").iterdir(), key=lambda path: "教体" not in path.name)
        fill(good, {1: {"Progress": "已发布"}})
        fill(bad, {3: {"Actual": "五"}})
        ran = office.done("import", "--collect", str(good), str(bad), "--skip-bad", "rest.csv")
        assert ran.out == "1 甲: progress noted\n"
        assert ran.err.splitlines() == [
            (
                "区法院 collection sheet 2026-11-20.csv, row 4, column Actual: “五” is not a number from 0 up; "
                "write 30 or 30.5, and what is counted under “Unit”"
            ),
            "1 row left out; mend it in rest.csv and import that",
            "1 task got a report",
            "round 1: 1 of 2 reports are in; not yet: 区法院",
        ]
        office.file("other.csv", "a,b\n")
        ran = office.done("import", "--collect", str(good), "other.csv", "--skip-bad", "none.csv")
        assert ran.err.splitlines() == [
            "other.csv: this is no collection sheet as “export --collect” writes it",
            "0 tasks got reports",
            "round 1: 1 of 2 reports are in; not yet: 区法院",
        ]
        assert not (office.folder / "none.csv").exists()
        rest = office.folder / "rest.csv"
        rest.write_text(rest.read_text(encoding="utf-8").replace(",五,", ",5,"), encoding="utf-8", newline="")
        ran = office.done("import", "--collect", "rest.csv")
        assert (ran.out, ran.err) == (
            "3 丙: progress noted; reached: 5\n",
            "1 task got a report\nround 1: 2 of 2 reports are in\n",
        )

    def test_as_json(self, office: Office) -> None:
        office.done("export", "--collect", "-d", "区教体局", "x.csv")
        fill(office.folder / "x.csv", {1: {"Progress": "已发布"}})
        told = json.loads(office.done("import", "--collect", "x.csv", "--format", "json").out)
        assert [each["id"] for each in told.pop("changed")] == [1]
        assert told == {"dry_run": False, "rejected": [], "rounds": [{"n": 1, "came": ["区教体局"]}], "notices": []}

    def test_as_json_what_is_wrong(self, office: Office) -> None:
        office.file("x.csv", "a,b\n")
        ran = office.run("import", "--collect", "x.csv", "--dry-run", "--format", "json")
        assert ran.code == 2
        assert json.loads(ran.out)["rejected"] == [
            {
                "file": "x.csv",
                "row": None,
                "line": None,
                "column": "",
                "value": "",
                "why": "this is no collection sheet as “export --collect” writes it",
            }
        ]

    def test_what_a_folder_holds_besides(self, office: Office) -> None:
        office.done("export", "--collect", "sheets")
        office.file("sheets/~$区法院.xlsx", "x")
        office.file("sheets/.x.csv", "x")
        office.file("sheets/说明.txt", "x")
        assert office.done("import", "--collect", "sheets").code == 0

    @pytest.mark.parametrize(
        ("argv", "message"),
        [
            (["a.csv", "a.csv"], "import takes one ledger at a time, not 2"),
            (["--collect", "a.csv", "--update"], "--update does not go with --collect"),
            (["--collect", "a.csv", "--sheet", "1"], "--sheet does not go with --collect"),
            (["--collect", "a.csv", "--skip-bad", "r.csv"], "1 place cannot be taken in, so nothing was:"),
            (["--collect", "a.csv", "--year", "2026"], "--year does not go with --collect"),
            (["--collect", "a.csv", "-d", "教体局"], "--department does not go with --collect"),
            (["--collect", "empty"], "no collection sheet in “empty”"),
            (["--collect", "a.csv"], "1 place cannot be taken in, so nothing was:"),
        ],
        ids=["two ledgers", "update", "sheet", "skip-bad", "year", "department", "empty folder", "ledger"],
    )
    def test_what_is_refused(self, office: Office, argv: list[str], message: str) -> None:
        (office.folder / "empty").mkdir()
        ran = office.run("import", *argv)
        assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {message}")

    def test_in_chinese(self, office: Office) -> None:
        office.done("--lang", "zh", "export", "--collect", "表")
        path = office.folder / "表" / "区教体局填报表2026-11-20.xlsx"
        fill(path, {1: {"进展情况": "已发布", "申请核验": "是"}})
        ran = office.done("--lang", "zh", "import", "--collect", str(path))
        assert ran == (
            0,
            "1 甲：记进展；申请办结\n",
            "已登记1项任务的填报内容\n第1批报送：应报2个单位，已报1个；尚未报送：区法院\n",
        )
