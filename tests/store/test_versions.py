"""Versions: kept, pruned, stepped through, and found again where their index is lost."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import factories
from pilottask.base.errors import BadStore, IoFault, Unconfirmed, UsageFault
from pilottask.store import files, versions
from pilottask.store.reader import Author
from pilottask.store.sheet_files import pack, read
from pilottask.store.store import Store
from pilottask.store.versions import Step, Versions

AT = factories.at("2026-11-20")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tasks.toml"


def author(command: str = "", *, by: str = "王敏") -> Author:
    return Author(AT, by, command, "test")


def write(path: Path, *texts: str) -> None:
    """Write each text over what is there, as the command of that name."""
    for text in texts:
        before = path.read_bytes() if path.exists() else None
        Versions(path).write(before, [text.encode()], author(f"add {text}"))


def undo(path: Path) -> Step:
    return Versions(path).step(path.read_bytes() if path.exists() else None, True, author())


def redo(path: Path) -> Step:
    return Versions(path).step(path.read_bytes(), False, author())


def commands(path: Path) -> list[str | None]:
    return [version.command for version in Versions(path).entries]


def file_of(path: Path, n: int) -> Path:
    """Return the file of version `n`."""
    (found,) = path.with_name("tasks.toml.versions").glob(f"{n:06}-*.toml")
    return found


def numbers(folder: Path) -> list[str]:
    """Return what stands in the folder of versions, these by their numbers alone."""
    return sorted(re.sub(r"^(\d{6})-[0-9a-f]{10}\.toml$", r"\1", entry.name) for entry in folder.iterdir())


def test_each_write_is_a_version(path: Path) -> None:
    write(path, "一", "二")
    listed = Versions(path).entries
    assert [(version.n, version.at, version.by, version.command, version.size) for version in listed] == [
        (1, AT, "王敏", "add 一", 3),
        (2, AT, "王敏", "add 二", 3),
    ]
    assert Versions(path).present == listed[1]
    assert [Versions(path).read(version).decode() for version in listed] == ["一", "二"]
    folder = path.with_name("tasks.toml.versions")
    assert numbers(folder) == ["000001", "000002", "index.json"]
    assert {entry.stat().st_mode & 0o777 for entry in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_undo_and_redo_again_and_again(path: Path) -> None:
    write(path, "一", "二", "三")
    for expected in ("二", "一"):
        undo(path)
        assert path.read_text() == expected
    with pytest.raises(UsageFault, match="there is nothing to undo"):
        undo(path)
    for expected in ("二", "三"):
        redo(path)
        assert path.read_text() == expected
    with pytest.raises(UsageFault, match="there is nothing to redo"):
        redo(path)
    assert path.read_text() == "三"


def test_a_step_says_what_is_present_and_what_was_left(path: Path) -> None:
    write(path, "一", "二")
    present, left, damaged = undo(path)
    assert (present.command, left and left.command, damaged) == ("add 一", "add 二", ())


def test_what_was_undone_stays_a_version_past_which_undo_and_redo_go(path: Path) -> None:
    write(path, "一", "二")
    undo(path)
    write(path, "三")
    listed = Versions(path).entries
    assert [(version.command, version.undone) for version in listed] == [
        ("add 一", msgspec.UNSET),
        ("add 二", True),
        ("add 三", msgspec.UNSET),
    ]
    assert Versions(path).read(listed[1]).decode() == "二"
    with pytest.raises(UsageFault):
        redo(path)
    undo(path)
    assert path.read_text() == "一"
    redo(path)
    assert path.read_text() == "三"


def test_a_hand_edit_becomes_a_version_of_its_own(path: Path) -> None:
    write(path, "一")
    path.write_text("手改")
    write(path, "二")
    assert commands(path) == ["add 一", None, "add 二"]
    undo(path)
    assert path.read_text() == "手改"
    undo(path)
    assert path.read_text() == "一"
    redo(path)
    assert path.read_text() == "手改"


def test_undo_right_after_a_hand_edit_loses_nothing(path: Path) -> None:
    write(path, "一", "二")
    path.write_text("手改")
    present, left, _damaged = undo(path)
    assert (present.command, left and left.command) == ("add 二", None)
    redo(path)
    assert path.read_text() == "手改"


def test_a_hand_edit_back_to_the_version_before_is_an_undo_by_hand(path: Path) -> None:
    write(path, "一", "二")
    path.write_text("一")
    redo(path)
    assert path.read_text() == "二"


def test_the_same_text_twice_is_two_versions(path: Path) -> None:
    write(path, "一", "二", "一", "三")
    for expected in ("一", "二", "一"):
        undo(path)
        assert path.read_text() == expected


@given(steps=st.lists(st.sampled_from(["甲", "乙", "undo", "redo"]), max_size=30))
def test_any_sequence_of_steps(steps: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.toml"
        write(path, "零")
        texts, place, undone = ["零"], 0, 0
        for step in steps:
            wanted = place + (-1 if step == "undo" else 1)
            if step not in {"undo", "redo"}:
                write(path, step)
                undone += len(texts) - wanted
                texts, place = [*texts[:wanted], step], wanted
            elif wanted in range(len(texts)):
                (undo if step == "undo" else redo)(path)
                place = wanted
            else:
                with pytest.raises(UsageFault):
                    (undo if step == "undo" else redo)(path)
            found = Versions(path)
            assert path.read_text() == texts[place]
            line = [version for version in found.entries if not version.undone]
            assert [found.read(version).decode() for version in line] == texts
            assert found.present == line[place]
            assert len(found.entries) == len(texts) + undone
            assert list(found.faults()) == []


def test_undo_brings_back_a_store_that_is_gone(path: Path) -> None:
    write(path, "一", "二")
    path.unlink()
    present, left, _damaged = undo(path)
    assert (present.command, left) == ("add 二", None)
    assert path.read_text() == "二"


def test_the_last_fifty_are_kept(path: Path) -> None:
    write(path, *(str(number) for number in range(60)))
    assert commands(path) == [f"add {number}" for number in range(9, 60)]
    assert len(list(path.with_name("tasks.toml.versions").iterdir())) == versions.KEPT + 2
    for _step in range(versions.KEPT):
        undo(path)
    assert path.read_text() == "9"


def test_a_sheet_is_kept_for_good(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "KEPT", 1)
    write(path, "一")
    packed = pack(2, b"document")
    Versions(path).write(path.read_bytes(), [b"2"], author("report --issue"), issued=packed)
    undo(path)
    write(path, "二", "三", "四")
    assert read(files.versions_folder(path), 2, packed.digest) == b"document"
    assert (files.versions_folder(path) / packed.name).stat().st_mode & 0o777 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("file", ["sheet-1-{digest}.json.gz", "index.json", "tasks.toml"])
def test_no_store_names_a_sheet_that_is_not_kept_wherever_it_is_stopped(
    path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    write(path, "一")
    packed = pack(1, b"document")
    name = file.format(digest=packed.digest)
    monkeypatch.setattr(files, "_swap", _dies_on(path if file == path.name else files.versions_folder(path) / name))
    with pytest.raises(_DeadError):
        Versions(path).write(path.read_bytes(), [b"1"], author("report"), issued=packed)
    monkeypatch.undo()
    assert path.read_text() == "一"
    assert commands(path)[:1] == ["add 一"]
    write(path, "二")
    assert "tmp" not in " ".join(entry.name for entry in files.versions_folder(path).iterdir())


def test_what_a_step_would_come_to_can_be_refused(path: Path) -> None:
    def refuse(then: bytes) -> None:
        raise Unconfirmed(then.decode())

    write(path, "一", "二")
    with pytest.raises(Unconfirmed, match="一"):
        Versions(path).step(path.read_bytes(), True, author(), check=refuse)
    assert path.read_text() == "二"


def test_old_versions_make_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "KEPT_BYTES", 50)
    write(path, *(f"{number:020}" for number in range(8)))
    assert commands(path) == [f"add {number:020}" for number in (4, 5, 6, 7)]


def test_pruning_keeps_what_can_be_redone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, "一", "二", "三", "四", "五")
    monkeypatch.setattr(versions, "KEPT", 1)
    undo(path)
    assert commands(path) == ["add 三", "add 四", "add 五"]
    assert Versions(path).present == Versions(path).entries[1]
    redo(path)
    assert path.read_text() == "五"


def test_a_pruning_that_fails_does_no_harm(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "KEPT", 1)

    def refused(_path: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refused)
    write(path, "一", "二", "三")
    assert commands(path) == ["add 二", "add 三"]


@pytest.mark.parametrize("damaged", [b"", b"{}}", b'{"versions": [], "present": 3}', b"\xff", None])
def test_a_lost_index_is_made_anew_from_the_files(path: Path, damaged: bytes | None) -> None:
    write(path, "一", "二")
    index = path.with_name("tasks.toml.versions") / "index.json"
    index.unlink()
    if damaged is not None:
        index.write_bytes(damaged)
    write(path, "三")
    assert [version.size for version in Versions(path).entries] == [3, 3, 3]
    for expected in ("二", "一"):
        undo(path)
        assert path.read_text() == expected


def test_an_index_that_cannot_be_read_is_not_taken_for_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, "一")
    index = path.with_name("tasks.toml.versions") / "index.json"
    real = Path.read_bytes

    def refused(of: Path) -> bytes:
        if of == index:
            raise PermissionError(13, "Permission denied")
        return real(of)

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(PermissionError):
        Versions(path)
    with pytest.raises(IoFault, match=r"cannot read the versions in .*: permission denied"):
        Store(path).versions()


@pytest.mark.parametrize("step", [undo, redo])
def test_a_step_that_is_refused_leaves_nothing(path: Path, step: Callable[[Path], object]) -> None:
    path.write_text("一")
    with pytest.raises(UsageFault):
        step(path)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("damage", [None, b"", b"\0\0\0", b"x"], ids=["gone", "empty", "zeros", "changed"])
def test_a_damaged_version_is_passed_over(path: Path, damage: bytes | None) -> None:
    write(path, "一", "二", "三")
    file = file_of(path, 2)
    file.unlink() if damage is None else file.write_bytes(damage)
    assert [version.n for version, _error in Versions(path).faults()] == [2]
    present, left, damaged = undo(path)
    assert (present.n, left and left.n, [version.n for version in damaged]) == (1, 3, [2])
    assert path.read_text() == "一"
    assert [version.n for version in redo(path).damaged] == [2]
    assert path.read_text() == "三"


@pytest.mark.parametrize("damage", [None, b"", b"\0\0\0", b"x"], ids=["gone", "empty", "zeros", "changed"])
def test_where_all_are_damaged_none_is_brought_back(path: Path, damage: bytes | None) -> None:
    write(path, "一", "二")
    file = file_of(path, 1)
    file.unlink() if damage is None else file.write_bytes(damage)
    said = "cannot be read" if damage is None else "is damaged"
    with pytest.raises(BadStore) as caught:
        undo(path)
    assert caught.value.message == f"version 1, kept in {file}, {said}"
    assert caught.value.hint == "the others stand beside it; copy the latest sound one over the store"
    assert path.read_text() == "二"


@pytest.mark.parametrize("act", [undo, lambda path: write(path, "三")], ids=["undo", "write"])
@pytest.mark.parametrize("damage", [None, b"", b"\0\0\0"], ids=["gone", "empty", "zeros"])
def test_the_present_version_is_kept_again_where_its_file_is_not(
    path: Path, act: Callable[[Path], object], damage: bytes | None
) -> None:
    write(path, "一", "二")
    file = file_of(path, 2)
    file.unlink() if damage is None else file.write_bytes(damage)
    act(path)
    assert list(Versions(path).faults()) == []
    (redo if act is undo else undo)(path)
    assert path.read_text() == "二"


def test_names_that_are_no_text_are_kept_as_far_as_they_are(path: Path) -> None:
    Versions(path).write(None, [b"x"], author("add \udcff\x1b", by="\udcff"))
    assert [(version.by, version.command) for version in Versions(path).entries] == [("\\udcff", "add \\udcff\\u001b")]


def test_an_interrupted_write_is_not_undone_twice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the process dies between the index and the store."""
    write(path, "一", "二")
    monkeypatch.setattr(files, "_swap", _dies_on(path))
    with pytest.raises(_DeadError):
        write(path, "三")
    monkeypatch.undo()
    assert path.read_text() == "二"
    undo(path)
    assert path.read_text() == "一"


def test_what_others_put_beside_the_versions_is_left(path: Path) -> None:
    write(path, "一")
    folder = path.with_name("tasks.toml.versions")
    (folder / "000009-0123456789.toml").mkdir()
    (folder / "copies" / "deep").mkdir(parents=True)
    for name in (
        "tasks.toml",
        "000009.toml",
        "000002.toml",
        "index.json.tmp",
        "000001 copy.toml",
        "000001.toml.bak",
        "readme.txt",
        "1.toml",
        "notes.tmp",
    ):
        (folder / name).write_text("user's own")
    others = set(numbers(folder)) - {"000001"}
    write(path, "二", "三")
    undo(path)
    write(path, "四")
    assert numbers(folder) == sorted([*others, "000001", "000002", "000003", "000004"])
    (folder / "index.json").unlink()
    assert [version.n for version in Versions(path).entries] == [1, 2, 3, 4]


def test_what_a_killed_writer_left_among_the_versions_goes(path: Path) -> None:
    write(path, "一")
    folder = path.with_name("tasks.toml.versions")
    (folder / "copies").mkdir()  # stands before them, and cannot be removed as they can
    for name in ("000007-0123456789.toml", "index.json", "sheet-2.gz", "sheet-3-0a.json.gz"):
        files.temporary_of(folder / name).write_text("half")
    (folder / "000009-0123456789.toml").write_text("whole, but never named")
    (folder / "000008-0123456789.toml.pilottask.tmp").mkdir()
    write(path, "二")
    assert numbers(folder) == [
        "000001",
        "000002",
        "000008-0123456789.toml.pilottask.tmp",
        "copies",
        "index.json",
    ]


def test_an_interrupted_write_leaves_what_can_be_redone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, "一", "二")
    undo(path)
    path.unlink()
    monkeypatch.setattr(files, "_swap", _dies_on(path.with_name("tasks.toml.versions") / "index.json"))
    with pytest.raises(_DeadError):
        write(path, "三")
    monkeypatch.undo()
    for step, expected in ((undo, "一"), (redo, "二")):
        step(path)
        assert path.read_text() == expected


@pytest.mark.parametrize("act", [undo, lambda path: write(path, "三")], ids=["undo", "write"])
def test_what_fails_at_the_store_leaves_the_index_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]
) -> None:
    write(path, "一", "二")
    index = path.with_name("tasks.toml.versions") / "index.json"
    before = index.read_bytes()
    monkeypatch.setattr(files, "_swap", _dies_on(path))
    with pytest.raises(_DeadError):
        act(path)
    assert index.read_bytes() == before


class _DeadError(BaseException):
    """Stands for the end of the process."""


def _dies_on(path: Path) -> Callable[[Path, Path], None]:
    real = files._swap

    def swap(temporary: Path, target: Path) -> None:
        if target == path:
            raise _DeadError
        real(temporary, target)

    return swap


@pytest.mark.parametrize("form", ['uid = "{}"', '"uid":"{}",'], ids=["toml", "json"])
def test_the_last_version_without_a_uid_that_stood_before_took_it_out(path: Path, form: str) -> None:
    one, two = form.format("a"), form.format("b")
    write(path, f"{one}\n{two}", one, f"{one}\n{two}", f"{two}", f"{two}\n更长的进展")
    found = Versions(path).removals({"a", "b", "c"})
    assert {uid: version.n for uid, version in found.items()} == {"a": 4, "b": 2}
    file_of(path, 1).write_bytes(b"damaged")
    assert set(Versions(path).removals({"a", "b", "c"})) == {"a"}
    undo(path)
    undo(path)
    assert Versions(path).removals({"a"}) == {}
