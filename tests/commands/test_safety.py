"""Undo, redo, history, check."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Cli

pytestmark = pytest.mark.usefixtures("store")


def test_undo_and_redo_step_to_the_exact_bytes(cli: Cli, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["pilottask", "start", "2"])
    texts = [store.read_bytes()]
    for argv in ("start 2", "note 2 甲", "submit 2"):
        cli(argv)
        texts.append(store.read_bytes())
    for text in reversed(texts[:-1]):
        ran = cli("undo")
        assert (ran.code, ran.err) == (0, "pilottask redo brings it back\n")
        assert ran.out.startswith("taken back: pilottask start 2 (2026-11-20 09:15, 王敏)")
        assert store.read_bytes() == text
    assert cli("undo") == (2, "", "error: there is nothing to undo\n")
    for text in texts[1:]:
        assert cli("redo").code == 0
        assert store.read_bytes() == text
    assert cli("redo") == (2, "", "error: there is nothing to redo\n")


def test_a_change_by_hand_can_be_undone(cli: Cli, store: Path) -> None:
    cli("start 2")
    text = store.read_bytes()
    store.write_bytes(text.replace("李明".encode(), "李丽".encode()))
    assert cli("undo").out.startswith("taken back: a change made by hand in the file (")
    assert store.read_bytes() == text


def test_undo_list(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("undo --list").out == "No version is kept yet.\n"
    monkeypatch.setattr("sys.argv", ["pilottask", "start", "2", "--lang", "en"])
    cli("start 2")
    newest = cli("undo --list --format json").json[0]
    assert (newest["command"], newest["present"]) == ("start 2 --lang en", True)
    assert "pilottask" not in cli("undo --list").out
    assert "start 2 --lang en" in cli("undo --list").out


def test_history_tells_sentences(cli: Cli) -> None:
    assert cli("history 4").out == (
        "When              By    ID  Task          Entry  What\n"
        "----------------  ----  --  ------------  -----  -----------------------------------------------------\n"
        "2026-10-29 09:15  张三   4  招聘实训教师      1  entered\n"
        "2026-11-12 09:15  张三   4  招聘实训教师      2  started\n"
        "2026-11-13 09:15  张三   4  招聘实训教师      3  problem 1 raised: 编制不足 (staff, to be coordinated)\n"
    )
    assert [line.split(maxsplit=6)[-1] for line in cli("history 1 --lang zh").out.splitlines()[-2:]] == [
        "延期：2026-10-31 → 2026-11-10，流标（陈副区长批准）",
        "催办：请周五前报送",
    ]


def test_history_of_all_is_in_order_of_time(cli: Cli) -> None:
    told = cli("history --format json").json
    assert [entry["at"] for entry in told] == sorted(entry["at"] for entry in told)
    assert len(told) == 21
    assert cli("history --limit 1 --format json").json == [told[-1]]
    assert {"id": 3, "title": "技能竞赛", "kind": "submit", "evidence": "成绩册"}.items() <= told[-1].items()


def test_history_of_a_period(cli: Cli) -> None:
    cli("note", "5", "上月的进展", "--today", "2026-10-31")
    cli("note", "5", "本月的进展", "--today", "2026-11-01")

    def told(*argv: str) -> list[str]:
        return [entry["text"] for entry in cli("history", "5", "--format", "json", *argv).json if "月的" in str(entry)]

    assert told("--from", "11月") == told("--from", "this month") == told("--from", "2026-11") == ["本月的进展"]
    assert told("--from", "上月", "--to", "10月") == ["上月的进展"]
    assert told("--to", "本月") == ["上月的进展", "本月的进展"]
    assert cli("history", "5", "--from", "12月").err == (
        "--from 2025-12-01 Mon: the year taken is 2025; for this one write 2026-12-01\n"
    )
    assert cli("history", "5", "--from", "11月", "--to", "10月") == (
        2,
        "",
        "error: --from 2026-11-01 lies after 2026-10-31, where the period ends\n",
    )


def test_history_of_nothing(cli: Cli) -> None:
    assert cli("history 99").code == 4


def test_check_counts(cli: Cli) -> None:
    said = "all is well: 8 tasks, 6 of them open; 3 departments; 21 log entries; 0 versions kept\n"
    assert cli("check") == (0, said, "")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (Path.unlink, "sheet 1 cannot be read: what is kept of it is not at {kept}"),
        (lambda kept: kept.write_bytes(b"x"), "what is kept of sheet 1 in {kept} is damaged"),
    ],
)
def test_check_says_which_sheets_cannot_be_printed_again(
    cli: Cli, store: Path, harm: Callable[[Path], object], said: str
) -> None:
    cli("report --issue --yes")
    assert cli("check").code == 0
    (kept,) = store.with_name("list.toml.versions").glob("sheet-1-*")
    harm(kept)
    assert cli("check") == (
        5,
        "",
        f"error: {said.format(kept=kept)}\nhint: copy it from beside the store that the sheet was issued in\n",
    )


def test_check_finds_what_was_changed_by_hand_and_fixes_it(cli: Cli, store: Path) -> None:
    store.write_bytes(store.read_bytes().replace(b"id = 2\n", b"id = 2\nactual = 5\n").replace(b'"closed"', b'"doing"'))
    found = cli("check")
    assert (found.code, found.out) == (5, "")
    assert found.err == (
        "error: task 6 “成立专班”, status: the file says doing, the log says closed\n"
        "hint: where the file is right, put that on record: pilottask check --fix\n"
    )
    assert cli("check --fix").code == 0
    assert cli("show 6 --format json").json["log"][-1]["kind"] == "hand"
    assert cli("check").code == 0


def test_a_deadline_changed_by_hand_together_with_the_first_one_leaves_a_trace(cli: Cli, store: Path) -> None:
    cli("start 2")
    store.write_text(store.read_text("utf-8").replace("due = 2026-11-23", "due = 2026-12-23"), encoding="utf-8")
    checked = cli("check")
    assert (checked.code, checked.err) == (
        0,
        "changed by hand since the last write, which the next one puts on record: task 2 “签订校企合作协议”\n",
    )
    cli("note", "2", "已议")
    assert [line.split("  ")[-1] for line in cli("history 2").out.splitlines()[-3:-1]] == [
        "Due found changed by hand: 2026-11-23 → 2026-12-23",
        "First due found changed by hand: 2026-11-23 → 2026-12-23",
    ]
    moved = "| 2026-11-23 | 2026-12-23 | changed by hand, no reason given | — |"
    cli("report", "--output", str(store.with_name("sheet.md")))
    assert moved in store.with_name("sheet.md").read_text("utf-8")


def test_check_tells_every_fault_at_once(cli: Cli, store: Path) -> None:
    text = store.read_bytes()
    store.write_bytes(text.replace(b"id = 2\n", b"id = 1\n").replace("王芳".encode(), b"\\u001b"))
    ran = cli("check")
    assert ran.code == 5
    assert "2 tasks have this id" in ran.err
    assert "task 8 “宣传专栏”, owner: control character U+001B at position 1" in ran.err
    assert cli("list").code == 5
    assert store.read_bytes() != text


def test_check_fix_says_what_it_could_not_keep(cli: Cli, store: Path) -> None:
    text = store.read_text(encoding="utf-8").replace('"closed"', '"doing"').replace("[pilot]\nname = ", "pilot.name = ")
    store.write_text(text.replace("\npilot.name", "pilot.name", 1), encoding="utf-8")
    fixed = cli("check --fix")
    assert (fixed.code, fixed.err) == (
        0,
        "the file's layout could not be kept, so it was written anew; pilottask undo brings the old one back\n",
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_check_as_json(cli: Cli, store: Path, lang: str) -> None:
    sound = cli(f"check --format json --lang {lang}")
    assert (sound.code, sound.json, sound.err) == (0, [], "")
    store.write_bytes(store.read_bytes().replace(b"id = 2\n", b"id = 1\n").replace("王芳".encode(), b"\\u001b"))
    found = cli(f"check --format json --lang {lang}")
    assert (found.code, found.err) == (5, "")
    for fault in found.json:
        assert list(fault) == ["record", "field", "message"]
    lines = cli(f"check --lang {lang}").err.splitlines()[:-1]
    form = "{record}，{field}：{message}" if lang == "zh" else "{record}, {field}: {message}"
    assert len(found.json) == len(lines) > 1
    assert [form.format_map(fault) for fault in found.json] == [
        lines[0].removeprefix("error: ").removeprefix("错误："),
        *lines[1:],
    ]


def test_check_as_json_of_what_parted_from_the_log(cli: Cli, store: Path) -> None:
    store.write_bytes(store.read_bytes().replace(b'"closed"', b'"doing"'))
    parted = {
        "record": "task 6 “成立专班”",
        "field": "status",
        "message": "the file says doing, the log says closed",
    }
    assert (cli("check --format json").code, cli("check --format json").json) == (5, [parted])
    fixed = cli("check --fix --format json")
    assert (fixed.code, fixed.json) == (0, [])


@pytest.mark.parametrize("fix", ["", " --fix"])
def test_check_as_json_of_a_file_without_records(cli: Cli, store: Path, fix: str) -> None:
    store.write_text("schema = 1\nnext_id = [\n")
    found = cli(f"check --format json{fix}")
    message = "line 3: the TOML ends in the middle of something"
    assert (found.code, found.json) == (5, [{"record": None, "field": None, "message": message}])
    assert cli(f"check{fix}").err.splitlines()[0] == f"error: {message}"


def test_check_fix_tells_every_fault_of_what_it_cannot_mend(cli: Cli, store: Path) -> None:
    text = store.read_text(encoding="utf-8").replace("\nuid = ", "\nfoo = 1\nbar = 2\nbaz = 3\nuid = ")
    store.write_text(text, encoding="utf-8")
    assert len(cli("check --fix").err.splitlines()) == 8 * 3 + 1
    assert len(cli("check --fix --format json").json) == 8 * 3
    assert store.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("argv", ["check --format json", "check --fix --format json"])
def test_check_as_json_of_no_store(cli: Cli, store: Path, argv: str) -> None:
    store.unlink()
    assert (cli(argv).code, cli(argv).out) == (4, "")
    store.mkdir()
    assert (cli(argv).code, cli(argv).out) == (5, "")
    assert cli(argv).err.startswith(f"error: {store} is a folder, not a store")


@pytest.mark.parametrize("argv", ["list", "overdue", "summary", "show 1", "start 2", "add x -d 教体局", "config", ""])
def test_a_store_that_is_no_toml_is_left_as_it_is(cli: Cli, store: Path, argv: str) -> None:
    store.write_text("schema = 1\nnext_id = [\n")
    ran = cli(*argv.split())
    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith(f"error: store {store}:\nline 3: the TOML ends in the middle of something\nhint: ")
    assert store.read_text() == "schema = 1\nnext_id = [\n"


def test_undo_and_redo_as_json(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["pilottask", "start", "2"])
    cli("start 2")
    undone = cli("undo --format json")
    assert (undone.json["undone"]["command"], undone.err) == ("start 2", "")
    assert undone.json["present"]["n"] < undone.json["undone"]["n"]
    assert cli("redo --format json").json["redone"] == undone.json["undone"]


def _file(store: Path, n: int) -> Path:
    (found,) = store.with_name(f"{store.name}.versions").glob(f"{n:06}-*.toml")
    return found


def test_what_was_undone_is_brought_back_after_a_later_write(cli: Cli, store: Path) -> None:
    cli("start 2")
    cli("note 2 甲")
    undone = store.read_bytes()
    cli("undo")
    cli("note 2 乙")
    listed = cli("undo --list --format json").json
    assert [(version["n"], version.get("undone", False)) for version in listed] == [
        (4, False),
        (3, True),
        (2, False),
        (1, False),
    ]
    present = store.read_bytes()
    ran = cli("undo --to 3")
    assert (ran.code, ran.err) == (0, "pilottask undo takes that back\n")
    assert ran.out.startswith("as it was at version 3: pilottask ")
    assert store.read_bytes() == undone
    assert cli("undo --to 3").out == "the store is as version 3 has it; nothing was changed\n"
    assert cli("undo").code == 0
    assert store.read_bytes() == present
    again = cli("undo --to 3 --format json").json
    assert (again["restored"]["n"], again["present"]["n"]) == (3, 6)
    assert cli("undo --to 9") == (
        4,
        "",
        "error: no version 9 is kept\nhint: pilottask undo --list shows those that are\n",
    )
    assert cli("undo --to 3 --list").code == 2


def test_a_version_that_was_never_sound_is_not_brought_back(cli: Cli, store: Path) -> None:
    cli("start 2")
    good = store.read_bytes()
    store.write_bytes(b"")
    cli("undo")
    assert store.read_bytes() == good
    ran = cli("undo --to 3")
    assert (ran.code, store.read_bytes()) == (5, good)
    assert "the file is empty" in ran.err


def test_a_damaged_version_is_told_passed_over_and_taken_off(cli: Cli, store: Path) -> None:
    for text in "甲乙丙":
        cli(f"note 2 {text}")
    _file(store, 3).write_bytes(b"")
    ran = cli("check")
    assert ran.code == 5
    assert ran.err == (
        f"error: version 3, kept in {_file(store, 3)}, is damaged\n"
        "hint: undo passes them over; to take them off the list: pilottask check --fix\n"
    )
    ran = cli("undo")
    assert ran.code == 0
    assert ran.err.startswith("version 3 is no sound store and was passed over: pilottask ")
    assert cli("redo").code == 0
    ran = cli("check --fix")
    assert ran.code == 0
    assert ran.err.startswith("version 3 is damaged and was taken off the list: pilottask ")
    assert [version["n"] for version in cli("undo --list --format json").json] == [4, 2, 1]
    assert cli("check").code == 0
    _file(store, 4).write_bytes(b"")
    assert cli("check --fix") == (0, cli("check").out, "")


def test_what_wrote_a_version_is_not_made_up_where_the_index_is_lost(cli: Cli, store: Path) -> None:
    cli("start 2")
    cli("note 2 甲")
    _file(store, 1).with_name("index.json").unlink()
    assert [version["command"] for version in cli("undo --list --format json").json] == ["?"] * 3
    assert cli("undo").out.startswith("taken back: what is no longer known (")
    by_hand = store.read_bytes().replace("实训设备采购".encode(), "手改".encode())
    assert by_hand != store.read_bytes()
    store.write_bytes(by_hand)
    assert "changed by hand in the file and now on record: task 1 “手改”" in cli("note 2 乙").err


def test_a_planted_link_for_the_versions_is_refused(cli: Cli, store: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before = store.read_bytes()
    store.with_name(f"{store.name}.versions").symlink_to(elsewhere)
    for argv in ("start 2", "undo", "undo --list", "check"):
        ran = cli(argv)
        assert (ran.code, "it is a link" in ran.err) == (7, True)
    assert store.read_bytes() == before
    assert list(elsewhere.iterdir()) == []
