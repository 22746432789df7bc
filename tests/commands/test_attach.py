"""Attach and detach as their users type them."""

import errno
import hashlib
import os
from functools import partial
from pathlib import Path

import pytest

from .conftest import Cli


@pytest.fixture(autouse=True)
def scan(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert store.exists()
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "签约 协议.pdf"
    path.write_bytes(b"PDF")
    return path


def test_a_file_from_its_attaching_to_its_end(cli: Cli, store: Path, scan: Path) -> None:
    before = store.read_bytes()
    ran = cli("attach", "2", str(scan))
    assert (ran.code, ran.out, ran.err) == (0, "2 签订校企合作协议: file 1 attached: 签约 协议.pdf\n", "")
    assert store.read_bytes().startswith(b"schema = 3")
    assert (
        "Attached files\n"
        "No.  File              Size  Attached    By\n"
        "---  -------------  -------  ----------  ----\n"
        "  1  签约 协议.pdf  3 bytes  2026-11-20  王敏\n"
    ) in cli("show 2").out
    assert "佐证材料\n序号  文件" in cli("--lang zh show 2").out
    (shown,) = cli("show 2 --format json").json["attachments"]
    assert (shown["n"], shown["size"], shown["sha256"]) == (1, 3, hashlib.sha256(b"PDF").hexdigest())
    assert cli("history 2").out.splitlines()[-1].endswith("2  file 1 attached: 签约 协议.pdf")
    assert cli("check").code == 0
    assert cli("detach 校企 1").out == "2 签订校企合作协议: file 1 detached\n"
    assert "Attached files" not in cli("show 2").out
    for _each in range(2):
        cli("undo")
    assert store.read_bytes() == before


def test_a_file_given_twice_or_empty_is_said(cli: Cli, scan: Path, tmp_path: Path) -> None:
    (tmp_path / "空.txt").touch()
    ran = cli("attach", "2", str(scan), scan.name, "空.txt")
    assert ran.out == "2 签订校企合作协议: file 1 attached: 签约 协议.pdf; file 2 attached: 空.txt\n"
    assert ran.err == "note: task 2 has “签约 协议.pdf” already, as file 1\nnote: “空.txt” is empty\n"
    assert cli("attach", "2", scan.name).out == "2 签订校企合作协议\n"


def test_refusals_change_nothing(cli: Cli, store: Path, tmp_path: Path, scan: Path) -> None:
    before = store.read_bytes()
    (tmp_path / "link").symlink_to(scan)
    for words, code, said in (
        (("attach", "2", scan.name, "none.pdf"), 4, "there is no file “none.pdf”"),
        (("attach", "2", scan.name, "link"), 2, "“link” is a link, which is not followed"),
        (("attach", "2", "."), 2, "“.” is a folder"),
        (("attach", "99", scan.name), 4, "no task 99"),
        (("attach", "2"), 2, "FILE"),
        (("detach", "2", "1"), 4, "has no file 1"),
    ):
        ran = cli(*words)
        assert (ran.code, ran.out) == (code, ""), words
        assert said in ran.err
    assert store.read_bytes() == before
    assert not store.with_name("list.toml.files").exists()


def test_evidence_is_a_file_or_words(cli: Cli, scan: Path, tmp_path: Path) -> None:
    cli("start 2")
    ran = cli("submit", "2", "--evidence", str(scan))
    assert ran.out == "2 签订校企合作协议: file 1 attached: 签约 协议.pdf; submitted for verification\n"
    assert cli("show 2 --format json").json["log"][-1]["evidence"] == "签约 协议.pdf"
    cli("undo")
    (tmp_path / "照片").mkdir()
    cli("add x -d 教体局")
    ran = cli("submit", "x", "--evidence", "协议.docx")
    assert (ran.code, ran.err.splitlines()[0].split(":")[0]) == (4, "error")
    for words, said in (
        ("协议扫描件 3.5", ""),
        ("照片", "note: “照片” is no regular file, so it is taken as words\n"),
        ("协议.docx", "note: there is no file “协议.docx”, so it is taken as words\n"),
    ):
        ran = cli("submit", "2", "--evidence", words)
        assert (ran.code, ran.err) == (0, said)
        task = cli("show 2 --format json").json
        assert (task["attachments"], task["log"][-1]["evidence"]) == ([], words)
        cli("undo")


def test_evidence_in_a_folder_that_is_closed_is_not_said_to_be_missing(
    cli: Cli, store: Path, scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def closed(path: str | Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if Path(path) == scan:
            raise PermissionError(errno.EACCES, "no")
        return real(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "stat", closed)
    monkeypatch.setattr(os, "lstat", partial(closed, follow_symlinks=False))
    cli("start 2")
    before = store.read_bytes()
    ran = cli("submit", "2", "--evidence", str(scan))
    assert (ran.code, ran.out, ran.err) == (7, "", f"error: cannot read “{scan}”: permission denied\n")
    assert store.read_bytes() == before


def test_check_says_what_is_missing_and_what_is_left(cli: Cli, store: Path, scan: Path) -> None:
    cli("attach", "2", str(scan))
    folder = store.with_name("list.toml.files")
    (copy,) = folder.iterdir()
    (folder / ("0" * 64)).write_bytes(b"0123")
    ran = cli("check")
    assert (ran.code, ran.err) == (
        0,
        "note: files are kept that no task or version has any more: 1; pilottask check --fix removes them\n",
    )
    copy.unlink()
    ran = cli("check --fix")
    assert (ran.code, ran.err) == (
        5,
        (
            "removed: files that no task has any more, nor any version: 1 (4 bytes)\n"
            f"error: task 2 “签订校企合作协议”, file 1: the copy of “签约 协议.pdf” is not at {copy}\n"
            "hint: put the file back in that place, or attach the same one again: pilottask attach ID FILE\n"
        ),
    )
    (fault,) = cli("check --format json").json
    assert (fault["record"], fault["field"]) == ("task 2 “签订校企合作协议”", "file 1")
    cli("attach", "2", str(scan))
    assert cli("check").code == 0


def test_the_annex_of_the_sheet_names_the_files_and_an_issued_one_keeps_them(cli: Cli, scan: Path) -> None:
    said = "佐证材料：签订校企合作协议（编号2，区教体局）：签约 协议.pdf。"
    assert "佐证材料：" not in cli("report --lang zh").out
    cli("attach", "2", str(scan))
    assert said in cli("report --issue --lang zh").out.replace("\n", "")
    cli("detach 2 1")
    assert "佐证材料：" not in cli("report --lang zh").out
    assert said in cli("report --sheet 1").out.replace("\n", "")
