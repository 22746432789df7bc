"""Issued sheets: printed again byte for byte, numbered once, and the start of the next; and what is changed by hand."""

import gzip
import io
import json
import os
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from commands.offices import Office
from commands.pilot import pilot_ledger
from factories import at
from pilottask.cli import main
from pilottask.commands.session import Session
from pilottask.store import toml_patch

WRITES: Final = (
    "add 任务{n} -d 教体局",
    "note {id} 进展{n} --result",
    "close {id}",
    "reopen {id} --reason 有误",
    "extend {id} {day} --reason 流标",
    "rm {id} --yes",
    "step add {id} 节点{n} --due {day}",
    "step done {id} {few}",
    "raise {id} 缺资金{n} --coordinate",
    "settle {id} {few}",
    "instruct 抓紧{n} --leader 陈 --task {id} --reply-by {day}",
    "answer {few} 已办{n}",
    "round open --due {day}",
    "round got 教体局",
    "round close",
    "attach {id} {file}",
    "detach {id} {few}",
    "amend {id} {few} 更正{n} --reason 笔误",
    "void {id} {few} --reason 误记",
)
"""What a clerk writes between two sheets: `few` is the number of a step, problem, instruction, file or log entry."""
FORMS: Final = ("txt", "md", "html", "docx", "json")


class Sheets(RuleBasedStateMachine):
    """One store in the hands of a clerk who issues sheets, takes them back, and edits the file.

    Every sheet that ever went out is printed again byte for byte, no number is given twice, and each period begins
    with what the sheet before it said.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._open.enter_context(mock.patch.dict(os.environ, {"HOME": str(self._folder), "PILOTTASK_USER": "王芳"}))
        self._store = self._folder / "tasks.toml"
        self._evidence = self._folder / "验收单.txt"
        self._evidence.write_text("合格", encoding="utf-8")
        self._now = at("2026-11-02 08:00")
        self._open.enter_context(mock.patch.object(Session, "now", property(lambda _session: self._now)))
        self._printed: dict[int, str] = {}
        self._texts = self._copies = 0
        self._done("init", "--name", "试点", "--office", "产改办")
        for title, due in (("甲", "2026-11-10"), ("乙", "2026-11-20"), ("丙", "none")):
            self._done("add", title, "-d", "教体局", "--new-department", "--due", due)

    def teardown(self) -> None:
        for n, text in self._printed.items():
            assert self._done("report", "--sheet", str(n)) == text
        assert self._run("check")[0] in {0, 5}  # 5: a field that parts from its log, which is on no sheet's account
        self._open.close()

    def _run(self, *argv: str) -> tuple[int, str]:
        self._now += timedelta(seconds=1)
        written = io.BytesIO()
        out = io.TextIOWrapper(written, encoding="utf-8", write_through=True)
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            code = main(["--store", str(self._store), "--lang", "zh", *argv])
        return code, written.getvalue().decode()

    def _done(self, *argv: str) -> str:
        code, out = self._run(*argv)
        assert code == 0, argv
        return out

    def _json(self, *argv: str) -> Any:  # noqa: ANN401  whatever was printed
        return json.loads(self._done(*argv, "--format", "json"))

    def _issued(self) -> dict[int, date]:
        """Return the days of the sheets that the store names, by number."""
        sheets = tomllib.loads(self._store.read_text("utf-8")).get("sheet", [])
        return {sheet["n"]: sheet["at"].date() for sheet in sheets}

    @rule(days=st.integers(0, 8))
    def time_passes(self, days: int) -> None:
        self._now += timedelta(days=days)

    @rule(number=st.integers(1, 4), line=st.sampled_from(WRITES))
    def write(self, number: int, line: str) -> None:
        self._texts += 1
        soon = self._now.date() + timedelta(days=9)
        self._run("start", str(number))
        argv = line.format(id=number, n=self._texts, day=soon, few=number % 3 + 1, file=self._evidence)
        assert self._run(*argv.split())[0] in {0, 2, 4}

    @rule(old=st.sampled_from(["title = ", "due = ", "text = ", "status = "]), place=st.integers(0, 3))
    def edit_by_hand(self, old: str, place: int) -> None:
        values = {"title = ": '"手改"', "due = ": "2026-11-13", "text = ": '"手改"', "status = ": '"doing"'}
        lines = self._store.read_text("utf-8").split("\n")
        found = [number for number, line in enumerate(lines) if line.startswith((old, f"first_{old}"))]
        for number in found[place * 2 : place * 2 + 2]:
            lines[number] = lines[number].partition("=")[0] + "= " + values[old]
        before = self._store.read_bytes()
        self._store.write_text("\n".join(lines), encoding="utf-8")
        if self._run("list")[0] != 0:
            self._store.write_bytes(before)

    @rule(yes=st.booleans())
    def issue(self, yes: bool) -> None:
        known = self._issued()
        draft = self._json("report")
        code, out = self._run("report", "--issue", *(["--yes"] if yes else []))
        if self._now.date() in known.values() and not yes:
            assert code == 2
            assert self._issued() == known
            return
        assert code == 0
        (n,) = self._issued().keys() - known.keys()
        assert n == max(self._printed, default=0) + 1
        self._printed[n] = out
        sheet = self._json("report", "--sheet", str(n))
        for name in ("before", "figures", "flows", "moved", "lines", "previous", "results"):
            assert sheet[name] == draft[name], name
        if known:
            last = self._json("report", "--sheet", str(max(known)))
            assert sheet["before"] == last["figures"]
            assert [flow["start"] for flow in sheet["flows"]] == [flow["end"] for flow in last["flows"]]
        assert all(flow["start"] + flow["plus"] - flow["minus"] == flow["end"] for flow in sheet["flows"])

    @rule(command=st.sampled_from(["undo", "redo"]), times=st.integers(1, 3))
    def step(self, command: str, times: int) -> None:
        for _time in range(times):
            assert self._run(command, *(["--yes"] if command == "undo" else []))[0] in {0, 2}
        if not self._store.exists():  # init was taken back
            self._done("redo")

    @rule()
    def lose_the_index(self) -> None:
        self._store.with_name("tasks.toml.versions").joinpath("index.json").unlink(missing_ok=True)

    @precondition(lambda self: self._printed)
    @rule(data=st.data())
    def print_again(self, data: st.DataObject) -> None:
        n = data.draw(st.sampled_from(sorted(self._printed)))
        assert self._done("report", "--sheet", str(n)) == self._printed[n]

    @rule()
    def go_on_with_a_copy(self) -> None:
        """Go on with an exported copy, as on another machine."""
        self._copies += 1
        folder = self._folder / f"{self._copies}"
        folder.mkdir()
        self._done("export", str(folder / "tasks.toml"))
        self._store = folder / "tasks.toml"


TestSheets = Sheets.TestCase
TestSheets.settings = settings(max_examples=20, stateful_step_count=15)


@pytest.fixture
def rich(office: Office) -> Callable[[], list[bytes]]:
    """Return what prints sheet 2, issued in the midst of a store with something of everything, in every form."""
    (office.folder / "tasks.toml").write_bytes(toml_patch.encode(pilot_ledger()))
    for line in (
        "--today 2026-11-01 edit 1 --target 20 --unit 台",
        "--today 2026-11-12 config office 区产改办",
        "--today 2026-11-12 note 1 十二台到货 --actual 12 --result",
        "--today 2026-11-10 meeting add 第一次联席会议 --attend 区教体局,区总工会",
        "--today 2026-11-12 inspect add --kind joint --by 区总工会 --tasks 1,4",
        "--today 2026-11-12 inspect find 1 1 招标文件未归档 --fix-by 2026-11-16",
        "--today 2026-11-12 project add 实训基地 --with 麒麟职教集团",
        "--today 2026-11-12 project fund 实训基地 --source 财政 --planned 300 --paid 120",
        "--today 2026-11-13 report --issue",
        "--today 2026-11-16 settle 4 1",
        "--today 2026-11-17 raise 4 编制不足 --need staff --coordinate",
        "--today 2026-11-17 project fund 实训基地 --source 企业 --planned 200 --paid 60",
        "--today 2026-11-18 extend 5 2027-02-28 --reason 组稿",
        "--today 2026-11-20 report --issue --without due",
    ):
        office.done(*line.split())
    outputs = [Path(f"sheet.{ending}") for ending in FORMS]
    asked = [word for path in outputs for word in ("--output", str(path))]

    def printed() -> list[bytes]:
        ran = office.done("--today", "2027-01-08", "report", "--sheet", "2", *asked)
        assert ran.err == "".join(f"written: {path}\n" for path in outputs)
        found = {path.suffix: path.read_bytes() for path in outputs}
        found[".docx"] = zipfile.ZipFile(io.BytesIO(found[".docx"])).read("word/document.xml")
        return list(found.values())

    return printed


def test_a_sheet_is_printed_again_in_every_form_whatever_became_of_the_list(
    office: Office, rich: Callable[[], list[bytes]]
) -> None:
    first = rich()
    for line in (
        "config name 改名试点",
        "config soon_days 30",
        "config wide_ambiguous true",
        "config lang zh",
        "dept edit 区总工会 --name 总工会",
        "dept merge 麒麟职教集团 区教体局",
        "project edit 实训基地 --name 改名基地",
        "--today 2026-11-12 note 1 补记 --result",
        "undo",
        "redo",
    ):
        office.done(*line.split())
        assert rich() == first, line
    (office.folder / "tasks.toml").write_text('schema = 1\nnext_id = 1\n[pilot]\nname = "全新"\n', encoding="utf-8")
    ran = office.done("report", "--sheet", "2")
    assert ran.out.encode() == first[0]
    assert ran.err == "sheet 2 was issued and taken back: the list no longer has it\n"


def test_a_sheet_issued_on_a_console_of_gbk_is_printed_again_as_it_went_out(
    office: Office, rich: Callable[[], list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rich()
    office.done("edit", "1", "--title", "“中国梦·劳动美”教育")
    narrow = office.done("report").out
    monkeypatch.setenv("LANG", "zh_CN.GBK")
    assert office.done("report").out != narrow
    issued = office.done("report", "--issue", "--yes").out
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert office.done("report", "--sheet", "3").out == issued


@pytest.mark.parametrize("name", ["copy.toml", "copy.json"])
def test_issued_sheets_go_along_with_an_exported_copy(
    office: Office, rich: Callable[[], list[bytes]], name: str
) -> None:
    (first, *_others) = rich()
    Path("elsewhere").mkdir()
    assert office.done("export", f"elsewhere/{name}").err == (
        f"issued sheets that go along in elsewhere/{name}.versions: 2; keep that beside the file\n"
        f"8 tasks written to elsewhere/{name}\n"
    )
    assert office.done("export", "-", "--format", "json").err == (
        "the issued sheets themselves go along only into a file; pilottask report --sheet N prints them here\n"
    )
    for left in office.folder.glob("tasks.toml*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    there = ("--store", f"elsewhere/{name}")
    assert office.done(*there, "report", "--sheet", "2").out.encode() == first
    assert office.done(*there, "--today", "2026-11-27", "report", "--issue", "--format", "json").out
    assert (Path("elsewhere") / f"{name}.versions").stat().st_mode & 0o777 == 0o700


@pytest.fixture
def issued(rich: Callable[[], list[bytes]]) -> str:
    """Return sheet 2 as it was issued."""
    return rich()[0].decode()


def test_a_document_that_is_gone_or_damaged_is_said_and_the_next_sheet_begins_with_the_log(
    office: Office, issued: str
) -> None:
    (kept,) = (office.folder / "tasks.toml.versions").glob("sheet-2-*")
    said = office.done("--today", "2026-11-27", "report", "--format", "json")
    kept.write_bytes(b"damaged")
    refused = office.run("report", "--sheet", "2")
    assert (refused.code, refused.out) == (5, "")
    assert refused.err == (
        f"error: what is kept of sheet 2 in {kept} is damaged\n"
        "hint: copy it from beside the store that the sheet was issued in\n"
    )
    draft = office.done("--today", "2026-11-27", "report", "--format", "json")
    assert draft.err == (
        f"what is kept of sheet 2 in {kept} is damaged; where its period began is worked out from the list\n"
    )
    assert json.loads(draft.out)["before"] == json.loads(said.out)["before"]
    kept.unlink()
    assert office.run("report", "--sheet", "2").err.startswith(
        f"error: sheet 2 cannot be read: what is kept of it is not at {kept}\n"
    )
    assert issued


# Sheets of the first version ------------------------------------------------------------------------------------------

FIRST: Final = """
[[sheet]]
n = 1
at = 2026-11-20T17:00:00+08:00
since = 2026-11-13T17:00:00+08:00
by = "王芳"
office = "产改办"
soon_days = 7
stale_days = 14
lang = "zh"
without = ["annex"]
entries = "1-6:2 7-9:1"
digest = "2:0123456789abcdef"
"""


def test_a_sheet_of_the_first_version_is_worked_out_of_the_store_kept_with_it(office: Office) -> None:
    store = office.folder / "tasks.toml"
    store.write_bytes(toml_patch.encode(pilot_ledger()) + FIRST.encode())
    folder = office.folder / "tasks.toml.versions"
    (folder / "sheet-1-0123456789abcdef.gz").write_bytes(gzip.compress(store.read_bytes()))
    first = office.done("report", "--sheet", "1")
    assert first.err == (
        "sheet 1 was issued by an earlier version and is worked out once more\n"
        "sheet 1 is printed in the language in which it was issued\n"
    )
    assert "第1期" in first.out
    assert "任务清单" not in first.out
    office.done("--today", "2026-11-21", "close", "1")
    office.done("--today", "2026-11-12", "note", "1", "补记", "--result")
    assert office.done("report", "--sheet", "1") == first
    drafted = office.done("--today", "2026-11-27", "report", "--format", "json")
    draft = json.loads(drafted.out)
    assert drafted.err == ""  # the period begins with what the store was, not with what can be read of it today
    assert draft["previous"] == 1
    assert [one["text"] for one in draft["results"]] == ["补记"]
    assert FIRST in store.read_text("utf-8").replace(" 17:00", "T17:00")
    assert "第2期" in office.done("--today", "2026-11-27", "--lang", "zh", "report", "--issue").out
    (folder / "sheet-1-0123456789abcdef.gz").unlink()
    assert office.done("report", "--sheet", "1").err == (
        "sheet 1 was issued by an earlier version, and the store that was kept with it is gone: it is worked out once "
        "more from the list as it stands, and may differ\n"
        "sheet 1 is printed in the language in which it was issued\n"
    )


# Changes by hand ------------------------------------------------------------------------------------------------------


def by_hand(office: Office, *changes: tuple[str, str]) -> None:
    store = office.folder / "tasks.toml"
    text = store.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    store.write_text(text, encoding="utf-8")


CHANGES: Final = [
    pytest.param('title = "实训设备采购"', 'title = "手改"', "1 “手改”", id="title"),
    pytest.param('requirement = "三本"', 'requirement = "五本"', "5 “编写教材”", id="requirement"),
    pytest.param('status = "doing"', 'status = "todo"', "1 “实训设备采购”", id="status"),
    pytest.param("target = 20\n", "target = 20.0\n", "1 “实训设备采购”", id="target"),
    pytest.param("]\ncreated = 2026-10-29", "]\ncreated = 2026-09-01", "2 “签订校企合作协议”", id="day of entry"),
    pytest.param(
        "due = 2026-11-23\nfirst_due = 2026-11-23",
        "due = 2026-12-23\nfirst_due = 2026-12-23",
        "2 “签订校企合作协议”",
        id="deadline with the first one",
    ),
]


@pytest.mark.parametrize(("old", "new", "named"), CHANGES)
def test_a_field_changed_by_hand_goes_on_record_with_the_next_write(
    office: Office, issued: str, old: str, new: str, named: str
) -> None:
    by_hand(office, (old, new))
    ran = office.done("note", "4", "在谈")
    assert ran.err == (f"changed by hand in the file and now on record: task {named}; pilottask history ID shows it\n")
    assert office.done("note", "4", "谈妥").err == ""
    assert new in (office.folder / "tasks.toml").read_text("utf-8")
    assert office.done("report", "--sheet", "2").out == issued


def test_a_deadline_changed_by_hand_together_with_the_first_one_leaves_a_trace(office: Office, issued: str) -> None:
    assert issued
    by_hand(office, ("due = 2026-11-23\nfirst_due = 2026-11-23", "due = 2026-12-23\nfirst_due = 2026-12-23"))
    office.done("note", "4", "在谈")
    log = json.loads(office.done("show", "2", "--format", "json").out)["log"]
    assert [(entry["field"], entry["old"], entry["new"]) for entry in log if entry["kind"] == "hand"] == [
        ("due", "2026-11-23", "2026-12-23"),
        ("first_due", "2026-11-23", "2026-12-23"),
    ]


def test_the_list_of_a_day_before_an_unrecorded_change_by_hand_is_as_it_was(office: Office, issued: str) -> None:
    assert issued
    before = office.done("report", "--as-of", "2026-11-19", "--format", "json").out
    by_hand(office, ('title = "实训设备采购"', 'title = "手改"'), ('status = "doing"', 'status = "todo"'))
    assert office.done("report", "--as-of", "2026-11-19", "--format", "json").out == before
    office.done("note", "4", "在谈")
    assert office.done("report", "--as-of", "2026-11-19", "--format", "json").out == before
    assert "手改" in office.done("--today", "2026-11-23", "report", "--as-of", "2026-11-23").out


def test_reopen_after_a_recorded_change_by_hand_goes_back_to_the_status_before(office: Office, issued: str) -> None:
    assert issued
    office.done("submit", "1")
    by_hand(office, ('status = "submitted"', 'status = "closed"\nclosed = 2026-11-20'))
    office.done("check", "--fix")
    office.done("reopen", "1", "--reason", "有误")
    task = json.loads(office.done("show", "1", "--format", "json").out)
    assert (task["status"], task["submitted"], task["closed"]) == ("submitted", "2026-11-20", None)


def test_a_command_that_changes_nothing_leaves_a_change_by_hand_alone(office: Office, issued: str) -> None:
    assert issued
    by_hand(office, ('title = "实训设备采购"', 'title = "手改"'))
    before = (office.folder / "tasks.toml").read_bytes()
    assert office.done("config", "soon_days", "7").err == ""
    assert (office.folder / "tasks.toml").read_bytes() == before


def test_a_task_taken_out_by_hand_is_said_and_named_on_the_next_sheet(office: Office, issued: str) -> None:
    text = (office.folder / "tasks.toml").read_text("utf-8")
    begin = text.index("[[task]]\nid = 8\n")
    by_hand(office, (text[begin : text.index("\n[[meeting]]", begin) + 1], ""))
    assert office.done("note", "4", "在谈").err == (
        "taken out of the file by hand: task 8 “宣传专栏”; pilottask undo --list shows the version that has it\n"
    )
    third = office.done("--today", "2026-11-27", "report", "--issue").out
    assert "1 taken off the list" in " ".join(third.split())
    assert "Taken off the list: 宣传专栏 (no. 8, " in third
    assert "taken off" not in office.done("--today", "2026-12-04", "report").out
    assert office.done("report", "--sheet", "2").out == issued


def test_a_slip_counts_what_it_chased_alone(office: Office, issued: str) -> None:
    assert issued
    by_hand(office, ('title = "编写教材"', 'title = "手改"'))
    ran = office.done("notice")
    assert "2 tasks logged as chased\n" in ran.err
    assert "task 5 “手改”" in ran.err
