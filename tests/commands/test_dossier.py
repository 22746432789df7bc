"""The year's file of attached files, and files that go along with a whole list."""

from pathlib import Path

import pytest

from .conftest import Cli


@pytest.fixture(autouse=True)
def attached(cli: Cli, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attach two files to task 2, whose line of work is 校企合作, and one of them to task 4, which has none."""
    assert store.exists()
    monkeypatch.chdir(tmp_path)
    Path("协议.pdf").write_bytes(b"PDF")
    Path("a:b?.docx").write_bytes(b"DOCX")
    cli("attach 2 协议.pdf a:b?.docx")
    cli("attach 4 协议.pdf")


def written(folder: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def test_a_folder_has_the_files_by_line_of_work_and_task_with_an_index(cli: Cli) -> None:
    ran = cli("export --dossier 档案 --lang zh")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "已归档到 档案：佐证材料3份，任务8项，其中没有佐证材料的6项\n"
    assert written("档案") == [
        ".pilottask-dossier.json",
        "02 校企合作/2 签订校企合作协议/1 协议.pdf",
        "02 校企合作/2 签订校企合作协议/2 a_b_.docx",
        "03 未填工作方面/4 招聘实训教师/1 协议.pdf",
        "目录.docx",
        "目录.md",
    ]
    assert Path("档案/02 校企合作/2 签订校企合作协议/1 协议.pdf").read_bytes() == b"PDF"
    index = Path("档案/目录.md").read_text(encoding="utf-8")
    assert "## 02 校企合作\n" in index
    assert "| 2 | 签订校企合作协议 | 区教体局 | 2026-11-23 | 未启动 | 1 协议.pdf<br>2 a\\_b\\_.docx |" in index
    assert "| 1 | 实训设备采购 | 麒麟职教集团 | 2026-11-10 | 推进中 | — |" in index


def test_it_is_written_anew_and_what_others_put_there_stays(cli: Cli) -> None:
    cli("export --dossier file")
    Path("file/02 校企合作/mine.txt").write_text("mine", encoding="utf-8")
    cli("detach 4 1")
    ran = cli("export --dossier file -d 区教体局")
    assert ran.err == "written to file: files: 2, tasks: 1, of these without a file: 0\n"
    assert written("file") == [
        ".pilottask-dossier.json",
        "01 校企合作/2 签订校企合作协议/1 协议.pdf",
        "01 校企合作/2 签订校企合作协议/2 a_b_.docx",
        "02 校企合作/mine.txt",
        "index.docx",
        "index.md",
    ]


def test_a_folder_that_is_not_its_own_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    Path("full/a.txt").write_text("a", encoding="utf-8")
    ran = cli("export --dossier full")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: “full” is not empty, and export --dossier did not write it\n")
    assert cli("export --dossier 协议.pdf").code == 7
    cli("export --dossier file -d 区教体局")
    Path("file/02 校企合作").mkdir()
    Path("file/目录.md").write_text("mine", encoding="utf-8")
    ran = cli("export --dossier file --lang zh")
    assert (ran.code, written("full"), Path("file/目录.md").read_text(encoding="utf-8")) == (2, ["a.txt"], "mine")


def test_a_list_of_files_that_was_tampered_with_reaches_nothing_outside(cli: Cli, tmp_path: Path) -> None:
    cli("export --dossier file")
    Path("file/.pilottask-dossier.json").write_text(f'["../协议.pdf", "{tmp_path}/协议.pdf"]', encoding="utf-8")
    cli("export --dossier file")
    assert Path("协议.pdf").read_bytes() == b"PDF"


def test_what_is_missing_is_said(cli: Cli, store: Path) -> None:
    for copy in store.with_name("list.toml.files").iterdir():
        if copy.read_bytes() == b"PDF":
            copy.unlink()
    ran = cli("export --dossier file")
    assert (ran.code, ran.err) == (
        0,
        (
            "written to file: files: 1, tasks: 8, of these without a file: 6\n"
            f"note: attached files are not in {store}.files: 协议.pdf, 协议.pdf\n"
        ),
    )
    assert "| 协议.pdf (missing)<br>2 a\\_b\\_.docx |" in Path("file/index.md").read_text(encoding="utf-8")


def test_a_copy_that_is_gone_is_left_where_it_was_written(cli: Cli, store: Path) -> None:
    cli("export --dossier file")
    before = written("file")
    for copy in store.with_name("list.toml.files").iterdir():
        copy.unlink()
    assert cli("export --dossier file").err.startswith("written to file: files: 0, tasks: 8,")
    assert written("file") == before
    assert Path("file/02 校企合作/2 签订校企合作协议/1 协议.pdf").read_bytes() == b"PDF"
    cli("attach 2 协议.pdf a:b?.docx")
    cli("detach 4 1")
    cli("export --dossier file")
    assert [path for path in before if path not in written("file")] == [
        "03 without a line of work/4 招聘实训教师/1 协议.pdf"
    ]


def test_files_go_along_with_a_whole_list_and_come_with_one(cli: Cli, store: Path) -> None:
    ran = cli("export whole.toml")
    assert (ran.code, ran.err.splitlines()[0]) == (
        0,
        "attached files that go along in whole.toml.files: 2; keep that beside the file",
    )
    assert cli("--store other.toml init").code == 0
    assert "attached files" not in cli("--store other.toml import whole.toml").err
    assert cli("--store other.toml check").code == 0
    assert len(cli("--store other.toml show 签订校企 --format json").json["attachments"]) == 2
    for copy in Path("whole.toml.files").iterdir():
        copy.write_bytes(b"other")
    assert cli("--store third.toml init").code == 0
    ran = cli("--store third.toml import whole.toml")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        0,
        "note: attached files are not in third.toml.files: 协议.pdf, a:b?.docx",
    )
    assert cli("export - --format toml").err == "the attached files go along only into a file\n"
    assert cli("export some.json -d 区教体局").err == (
        "not in the file (attached files: 2); a .toml of the whole list holds all\n1 task written to some.json\n"
    )
    assert not Path("some.json.files").exists()
    assert cli("check").code == 0
    assert store.exists()


def test_they_go_along_with_a_list_that_is_reached_by_a_link(cli: Cli, store: Path) -> None:
    link = Path("shared") / "list.toml"
    link.parent.mkdir()
    link.symlink_to(store)
    ran = cli(f"--store {link} export whole.toml")
    assert ran.err.splitlines()[0] == "attached files that go along in whole.toml.files: 2; keep that beside the file"
    (link.parent / "whole.toml").symlink_to(Path("whole.toml").absolute())
    assert cli("--store other.toml init").code == 0
    assert "attached files" not in cli("--store other.toml import shared/whole.toml").err
    assert cli("--store other.toml check").code == 0
