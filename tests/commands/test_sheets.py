"""An issued sheet printed again, byte for byte, whatever has happened since."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from commands.offices import Office
from commands.pilot import pilot_ledger
from pilottask.commands.table import TABLE, Group
from pilottask.store import toml_patch, versions

NOT_WRITING: Final = {
    "help",
    "init",  # which refuses a store that is there
    "export",
    "where",
    "show",
    "overdue",
    "upcoming",
    "list",
    "summary",
    "timeline",
    "history",
    "dept list",
    "meeting show",
    "meeting agenda",
    "meeting list",
    "inspect show",
    "inspect list",
    "project show",
    "project list",
    "results",
}

WRITING: Final[Mapping[str, tuple[str, ...]]] = {
    "config": ("config name 改名试点", "config soon_days 30", "config stale_days 1", "config wide_ambiguous true"),
    "add": ("add 新任务 -d 区教体局 --due 2026-11-21 --every month", "--today 2026-11-10 add 补录 -d 区教体局"),
    "edit": (
        "edit 1 --title 改名 --owner 李 --leader 王 --aspect 校企合作 --requirement 六间 --target 9 --unit 间",
        "edit 2 --department 区总工会 --support 区教体局 --source 会议 --project 乙 --tag 签 --remark 注 --set 编号=7",
    ),
    "start": ("--today 2026-11-19 start 2",),
    "note": ("note 2 已签约 --next 挂牌 --actual 3 --result", "--today 2026-11-12 note 1 补记 --actual 5 --result"),
    "submit": ("submit 1 --evidence 台账",),
    "return": ("return 1 --reason 缺件",),
    "suspend": ("suspend 2 --reason 等批复",),
    "cancel": ("cancel 8 --reason 并入",),
    "reopen": ("--today 2026-11-19 reopen 6 --reason 有误",),
    "close": ("close 3 --verifier 区产改办 --on 2026-11-17",),
    "raise": ("raise 5 缺钱 --need money --coordinate", "--today 2026-11-14 raise 1 缺人 --coordinate"),
    "settle": ("settle 4 2 已解决",),
    "extend": (
        "extend 5 2027-03-31 --reason 延期 --approved-by 陈",
        "--today 2026-11-18 extend 1 2026-12-31 --reason 迟",
    ),
    "chase": ("chase 1 请报送",),
    "notice": ("notice",),
    "rm": ("rm 9 --yes",),
    "report": ("report --issue",),
    "dept add": ("dept add 区法院",),
    "dept edit": ("dept edit 区总工会 --name 总工会 --alias 工会 --contact 张", "dept edit 区教体局 --role office"),
    "dept merge": ("dept merge 麒麟职教集团 区教体局",),
    "meeting add": ("meeting add 第二次 --attend 区教体局",),
    "meeting edit": ("meeting edit 1 --title 改名 --place 三楼 --absent 总工会",),
    "meeting decide": ("meeting decide 1 再议 -d 区教体局", "meeting decide 1 推进 --task 4"),
    "inspect add": ("inspect add --kind routine --by 区教体局 --tasks 1,5",),
    "inspect find": ("--today 2026-11-18 inspect find 1 1 又一件 --fix-by 2026-11-19",),
    "inspect fixed": ("inspect fixed 1 1 --evidence 已归档",),
    "project add": ("project add 丙",),
    "project edit": ("project edit 实训基地 --name 改名基地 --with 区教体局 --remark 注",),
    "project fund": ("project fund 改名基地 --source 财政 --planned 900 --paid 800",),
    "import": (
        "import more.csv",
        "import changed.csv --update",
        "import other.toml",
        "import --collect returned.csv",
    ),
    "undo": ("undo", "undo"),
    "redo": ("redo",),
    "check": ("check --fix",),
}


def table() -> Iterator[str]:
    for name, command in TABLE.items():
        if isinstance(command, Group):
            yield from (f"{name} {inner}" for inner in command.commands)
        else:
            yield name


def test_every_command_is_tried_here() -> None:
    """A new command that writes must leave issued sheets as they are: give it a line in WRITING."""
    assert set(table()) == NOT_WRITING | WRITING.keys()
    assert NOT_WRITING.isdisjoint(WRITING)


@pytest.fixture
def rich(office: Office) -> Callable[[], list[bytes]]:
    """Return what prints the sheet, issued in the midst of a store with something of everything, in every form."""
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
        "--today 2026-11-20 report --issue",
    ):
        office.done(*line.split())
    monday(office)
    outputs = [Path(f"sheet.{ending}") for ending in ("txt", "md", "html", "docx")]
    asked = [word for path in outputs for word in ("--output", str(path))]

    def printed() -> list[bytes]:
        ran = office.done("--today", "2027-01-08", "report", "--sheet", "2", *asked)
        assert ran.err == "".join(f"written: {path}\n" for path in outputs)
        *plain, word = (path.read_bytes() for path in outputs)
        return [*plain, zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml")]

    return printed


def monday(office: Office) -> None:
    """Write the files that come in the week after."""
    office.file("more.csv", "工作任务,牵头单位,完成时限\n来自台账,区人社局,2026-11-18\n")
    listed = json.loads(office.done("list", "--all", "--format", "json").out)
    office.file("changed.csv", f"序号,工作任务,牵头单位,责任人\n1,{listed[0]['title']},麒麟职教集团,孙\n")


def prepare(office: Office, line: str, first: bytes) -> None:
    """Write what a line of the list needs: a store that parted from this one before, a sheet that came back."""
    if "other.toml" in line:
        parted = first.decode().replace("created = 2026-10-29", "created = 2026-10-01")
        office.file("other.toml", parted.replace('title = "编写教材"', 'title = "编教材"').replace("李明", "李亮"))
        office.done("--store", "other.toml", "--today", "2026-11-14", "note", "5", "他处所记", "--result")
    elif "returned.csv" in line:
        office.done("export", "--collect", "-d", "总工会", "returned.csv")
        path = office.folder / "returned.csv"
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        rows[3][rows[2].index("Progress")] = "本周已走访"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    elif line == "check --fix":
        store = office.folder / "tasks.toml"
        store.write_bytes(store.read_bytes().replace(b'\nowner = "', '\nowner = "手改'.encode(), 1))


def test_all_commands_one_after_the_other_leave_an_issued_sheet_as_it_was(
    office: Office, rich: Callable[[], list[bytes]]
) -> None:
    first = rich()
    store = office.folder / "tasks.toml"
    issued = store.read_bytes()
    for lines in WRITING.values():
        for line in lines:
            prepare(office, line, issued)
            before = store.read_bytes()
            office.done(*(("--today", "2026-11-23") if "--today" not in line else ()), *line.split())
            assert store.read_bytes() != before, line
            assert rich() == first, line


# Changes by hand ------------------------------------------------------------------------------------------------------

AGAIN: Final = "sheet 2 as it was issued; the file was changed by hand since (pilottask undo --list)\n"
NOT_AGAIN: Final = (
    "warning: this is not sheet 2 as it was issued: what stands on it was changed by hand in the file since; the "
    "versions kept: pilottask undo --list\n"
)


@pytest.fixture
def issued(rich: Callable[[], list[bytes]]) -> str:
    """Return sheet 2 as it was issued."""
    return rich()[0].decode()


def by_hand(office: Office, old: str, new: str) -> None:
    store = office.folder / "tasks.toml"
    text = store.read_text("utf-8")
    assert old in text
    store.write_text(text.replace(old, new, 1), encoding="utf-8")


def again(office: Office) -> tuple[str, str]:
    ran = office.done("report", "--sheet", "2")
    return ran.out, ran.err


CHANGES: Final = [
    pytest.param('title = "实训设备采购"', 'title = "手改"', "1 “手改”", id="title"),
    pytest.param('requirement = "三本"', 'requirement = "五本"', "5 “编写教材”", id="requirement"),
    pytest.param('status = "doing"', 'status = "todo"', "1 “实训设备采购”", id="status"),
    pytest.param("target = 20\n", "target = 20.0\n", "1 “实训设备采购”", id="target"),
    pytest.param("]\ncreated = 2026-10-29", "]\ncreated = 2026-09-01", "2 “签订校企合作协议”", id="day of entry"),
]


@pytest.mark.parametrize(("old", "new", "named"), CHANGES)
def test_a_field_changed_by_hand_goes_on_record_with_the_next_write(
    office: Office, issued: str, old: str, new: str, named: str
) -> None:
    by_hand(office, old, new)
    assert again(office) == (issued, AGAIN)
    ran = office.done("note", "4", "在谈")
    assert ran.err == (
        "changed by hand in the file, on tasks of issued sheets, and now on record: "
        f"task {named}; pilottask history ID shows it\n"
    )
    assert again(office) == (issued, "")
    assert office.done("note", "4", "谈妥").err == ""
    assert new in (office.folder / "tasks.toml").read_text("utf-8")


@pytest.mark.parametrize("step", [("undo",), ("undo", "redo"), ("undo", "undo", "redo")], ids=" ".join)
def test_a_change_by_hand_is_known_after_undo_and_redo(office: Office, issued: str, step: tuple[str, ...]) -> None:
    by_hand(office, 'title = "实训设备采购"', 'title = "手改"')
    office.done("note", "4", "在谈")
    for command in step:
        office.done(command)
    assert again(office)[0] == issued
    office.done("note", "4", "谈妥")
    assert again(office) == (issued, "")


def test_a_command_that_changes_nothing_leaves_a_change_by_hand_alone(office: Office, issued: str) -> None:
    by_hand(office, 'title = "实训设备采购"', 'title = "手改"')
    before = (office.folder / "tasks.toml").read_bytes()
    assert office.done("config", "soon_days", "7").err == ""
    assert (office.folder / "tasks.toml").read_bytes() == before
    assert again(office) == (issued, AGAIN)


def test_a_slip_counts_what_it_chased_alone(office: Office, issued: str) -> None:
    assert issued
    by_hand(office, 'title = "编写教材"', 'title = "手改"')
    ran = office.done("notice")
    assert "2 tasks logged as chased\n" in ran.err
    assert "task 5 “手改”" in ran.err


def test_check_fix_puts_it_on_record_too(office: Office, issued: str) -> None:
    by_hand(office, "due = 2026-11-23\nfirst_due", "due = 2026-12-23\nfirst_due")
    ran = office.done("check", "--fix")
    assert "now on record: task 2" in ran.err
    assert again(office) == (issued, "")


def unfolded(text: str) -> str:
    return " ".join(text.split())


def taken_out(office: Office) -> None:
    """Take task 8 out of the file."""
    text = (office.folder / "tasks.toml").read_text("utf-8")
    begin = text.index("[[task]]\nid = 8\n")
    by_hand(office, text[begin : text.index("\n[[meeting]]", begin) + 1], "")


def test_a_task_taken_out_by_hand_is_said(office: Office, issued: str) -> None:
    taken_out(office)
    assert again(office) == (issued, AGAIN)
    said = office.done("note", "4", "在谈").err
    assert said == (
        "taken out of the file by hand, though on an issued sheet: task 8 “宣传专栏”; pilottask undo --list shows the "
        "version that has it\n"
    )
    assert again(office) == (issued, AGAIN)  # from what was kept when it was issued
    for path in (office.folder / "tasks.toml.versions").iterdir():
        path.unlink()
    out, err = again(office)
    assert (out == issued, err) == (False, NOT_AGAIN)
    assert "宣传专栏" not in out


def test_a_note_rewritten_by_hand_is_said(office: Office, issued: str) -> None:
    by_hand(office, 'text = "已列提纲"', 'text = "已成稿"')
    assert again(office) == (issued, AGAIN)
    for path in (office.folder / "tasks.toml.versions").glob("*.toml"):
        path.write_bytes(b"damaged")
    assert again(office) == (issued, AGAIN)
    assert office.done("note", "4", "在谈").err == ""  # nothing can be compared with
    for path in (office.folder / "tasks.toml.versions").glob("*.gz"):
        path.write_bytes(b"damaged")
    out, err = again(office)
    assert (out == issued, err) == (False, NOT_AGAIN)


def test_a_sheet_is_printed_again_when_no_version_from_before_the_change_is_left(office: Office, issued: str) -> None:
    taken_out(office)
    by_hand(office, 'text = "已列提纲"', 'text = "已成稿"')
    for number in range(versions.KEPT + 1):
        office.done("note", "4", f"第{number}次")
    assert "已列提纲" not in "".join(
        path.read_text("utf-8") for path in (office.folder / "tasks.toml.versions").glob("*.toml")
    )
    assert again(office) == (issued, AGAIN)


def test_the_next_sheet_says_which_tasks_were_taken_out(office: Office, issued: str) -> None:
    said = "A task on sheet no. {n} is no longer in the list's file, and no figure here counts it: 8."
    taken_out(office)
    checked = office.run("check")
    missing = "task 8 is no longer in the file; pilottask undo --list shows the version that has it"
    assert (checked.code, checked.err) == (5, f"error: sheet 2, entries: {missing}\n")
    draft = office.done("--today", "2026-11-27", "report").out
    third = office.done("--today", "2026-11-27", "report", "--issue").out
    assert said.format(n=2) in unfolded(draft)
    assert said.format(n=2) in unfolded(third)
    office.done("undo")
    office.done("undo")
    office.done("--today", "2026-11-27", "report", "--issue")
    taken_out(office)
    office.done("--today", "2026-12-04", "report", "--issue")
    office.done("check")
    fifth = office.done("--today", "2026-12-11", "report", "--issue").out
    assert "no longer" not in fifth
    for number, printed in (("2", issued), ("5", fifth)):
        assert office.done("report", "--sheet", number).out == printed
    assert said.format(n=3) in unfolded(office.done("report", "--sheet", "4").out)


def test_a_task_that_was_taken_out_and_put_back_is_new_on_the_sheet_after(office: Office, issued: str) -> None:
    assert issued
    whole = (office.folder / "tasks.toml").read_text("utf-8")
    taken_out(office)
    office.done("--today", "2026-11-27", "report", "--issue")
    sheets = (office.folder / "tasks.toml").read_text("utf-8").partition("[[sheet]]")
    (office.folder / "tasks.toml").write_text(whole.partition("[[sheet]]")[0] + "".join(sheets[1:]), encoding="utf-8")
    fourth = json.loads(office.done("--today", "2026-12-04", "report", "--format", "json").out)
    assert ([line["id"] for line in fourth["moved"]["entered"]], fourth["lost"]) == ([8], [])


def test_a_copy_of_a_store_keeps_its_sheets_from_its_first_write_on(office: Office, issued: str) -> None:
    office.done("export", "copy.json")
    office.done("--store", "copy.json", "note", "4", "在谈")
    copy = office.folder / "copy.json"
    copy.write_text(copy.read_text("utf-8").replace("已列提纲", "已成稿"), encoding="utf-8")
    ran = office.done("--store", "copy.json", "report", "--sheet", "2")
    assert (ran.out, ran.err) == (issued, AGAIN)


def test_a_sheet_issued_anew_is_the_one_that_is_kept(office: Office, issued: str) -> None:
    office.done("undo")
    office.done("--today", "2026-11-20", "note", "4", "改日再谈")
    office.done("--today", "2026-11-20", "report", "--issue")
    anew = again(office)
    assert anew[0] != issued
    taken_out(office)
    assert again(office) == (anew[0], AGAIN)


def test_sheets_issued_out_of_order_are_kept_too(office: Office, issued: str) -> None:
    assert issued
    first = office.done("--today", "2026-11-27", "report", "--issue", "--number", "99").out
    second = office.done("--today", "2026-12-04", "report", "--issue", "--number", "3").out
    taken_out(office)
    for number, printed in (("99", first), ("3", second)):
        assert office.done("report", "--sheet", number).out == printed


def test_without_an_issued_sheet_a_change_by_hand_is_the_users_own(office: Office) -> None:
    (office.folder / "tasks.toml").write_bytes(toml_patch.encode(pilot_ledger()))
    office.done("note", "4", "在谈")
    by_hand(office, 'title = "实训设备采购"', 'title = "手改"')
    before = (office.folder / "tasks.toml").read_text("utf-8")
    assert office.done("start", "2").err == ""
    text = (office.folder / "tasks.toml").read_text("utf-8")
    assert text.startswith(before[: before.index("[[task]]\nid = 2")])
    assert "hand" not in text


def test_a_sheet_in_the_language_asked_for_after_a_change_by_hand(office: Office, issued: str) -> None:
    assert "Draft" not in issued
    by_hand(office, 'title = "实训设备采购"', 'title = "手改"')
    assert "第2期" in office.done("--lang", "zh", "report", "--sheet", "2").out
