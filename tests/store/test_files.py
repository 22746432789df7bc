"""Reading a file whole, and replacing it whole or not at all."""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pilottask.base.errors import BadStore, IoFault, NotFound
from pilottask.store import files, lock


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_replace_makes_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    files.replace(path, b"new", like=path)
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600
    assert names(tmp_path) == ["tasks.toml"]


@pytest.mark.parametrize("umask", [0o777, 0o277, 0o077, 0])
def test_a_new_file_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "tasks.toml"
    before = os.umask(umask)
    try:
        files.replace(path, b"new", like=path)
        files.make_beside(tmp_path / "versions", like=path, ours=bool)
        with lock.hold(path, seconds=1, who="x"):
            made = [mode(path), mode(tmp_path / "tasks.toml.lock")]
    finally:
        os.umask(before)
    assert made == [0o600] * 2
    assert mode(tmp_path / "versions") == 0o700


def test_a_new_file_where_the_disk_knows_no_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a stick in FAT: whatever was asked for, the owner may read and write, and a change of mode is refused."""
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, flags, _mode=0o777: real(path, flags, 0o755))

    def refused(*_args: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", refused)
    files.replace(tmp_path / "tasks.toml", b"new", like=tmp_path / "tasks.toml")
    assert (tmp_path / "tasks.toml").read_bytes() == b"new"


@pytest.mark.parametrize("kept", [0o644, 0o660, 0o400])
def test_replace_keeps_the_mode(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"old")
    path.chmod(kept)
    files.replace(path, b"new", like=path)
    assert path.read_bytes() == b"new"
    assert mode(path) == kept


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_replace_keeps_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"old")
    os.chown(path, 12345, 54321)
    files.replace(path, b"new", like=path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)


def test_replace_without_the_right_to_give_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    real = os.fstat

    def another_owner(descriptor: int) -> os.stat_result:
        values = list(real(descriptor))
        values[4] = 4321
        return os.stat_result(values)

    def refused(*_args: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fstat", another_owner)
    monkeypatch.setattr(os, "fchown", refused)
    files.replace(path, b"new", like=path)
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o640


@pytest.mark.parametrize("name", ["fchmod", "O_DIRECTORY", "O_CLOEXEC"])
def test_replace_without_what_windows_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delattr(os, name)
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"old")
    files.replace(path, b"new", like=path)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["tasks.toml"]


def test_replace_where_a_folder_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def as_on_windows(path: Path, flags: int, *args: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *args)

    monkeypatch.setattr(os, "open", as_on_windows)
    files.replace(tmp_path / "tasks.toml", b"new")
    assert (tmp_path / "tasks.toml").read_bytes() == b"new"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


def held_by_a_reader(monkeypatch: pytest.MonkeyPatch, *, tries: int) -> None:
    """Refuse to replace files so many times, as Windows does while a reader holds one open."""
    left = [tries]
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "in use")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_windows_waits_for_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"old")
    held_by_a_reader(monkeypatch, tries=3)
    monkeypatch.setattr(files, "_WINDOWS", True)
    files.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert len(slept) == 3


def test_windows_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"old")
    held_by_a_reader(monkeypatch, tries=1000)
    monkeypatch.setattr(files, "_WINDOWS", True)
    with pytest.raises(PermissionError):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["tasks.toml"]
    assert 0.5 <= sum(slept) <= 2


def test_elsewhere_a_refusal_is_final(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    held_by_a_reader(monkeypatch, tries=1)
    monkeypatch.setattr(files, "_WINDOWS", False)
    with pytest.raises(PermissionError):
        files.replace(tmp_path / "tasks.toml", b"new")
    assert slept == []


def test_replace_takes_over_what_a_killed_writer_left(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    files.temporary_of(path).write_bytes(b"half")
    files.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["tasks.toml"]


def test_a_file_of_the_users_own_is_left(tmp_path: Path) -> None:
    path, own = tmp_path / "tasks.toml", tmp_path / "tasks.toml.tmp"
    own.write_bytes(b"notes")
    files.replace(path, b"new")
    assert (path.read_bytes(), own.read_bytes()) == (b"new", b"notes")


def test_a_link_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "real" / "tasks.toml"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "link.toml"
    link.symlink_to(target)
    assert files.real(link) == target


def test_a_link_to_nothing(tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "gone.toml")
    with pytest.raises(BadStore) as caught:
        files.real(link)
    assert caught.value.message == f"{link} is a link to {tmp_path / 'gone.toml'}, which does not exist"


def test_links_in_a_ring(tmp_path: Path) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(BadStore, match="link"):
        files.read(files.real(one))


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        pytest.param(lambda _path: None, NotFound, "there is no store at {path}", id="nothing"),
        pytest.param(lambda path: path.mkdir(), BadStore, "{path} is a folder, not a store", id="folder"),
        pytest.param(os.mkfifo, BadStore, "{path} is not a regular file", id="pipe"),
    ],
)
def test_what_is_no_store(
    tmp_path: Path, make: Callable[[Path], object], kind: type[NotFound | BadStore], message: str
) -> None:
    path = tmp_path / "tasks.toml"
    make(path)
    with pytest.raises(kind) as caught:
        files.read(files.real(path))
    assert caught.value.message == message.format(path=path)


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    path = tmp_path / "file" / "tasks.toml"
    with pytest.raises(IoFault) as caught:
        files.read(files.real(path))
    assert caught.value.message == f"cannot read {path}: part of the path is not a folder"


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(NotFound) as caught:
        files.real(Path("tasks\0.toml"))
    assert caught.value.message == r"'tasks\x00.toml' cannot be the name of a file"


def test_a_path_without_a_name() -> None:
    with pytest.raises(BadStore) as caught:
        files.real(Path("/"))
    assert caught.value.message == f"{Path('/').resolve()} is a folder, not a store"


def test_a_name_too_long(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(IoFault) as caught:
        files.read(files.real(path))
    assert caught.value.message == f"cannot read {path}: the name is too long"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_a_store_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"x")

    def refused(_path: Path) -> bytes:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(IoFault, match=r"^cannot read "):
        files.read(path)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "the disk does not answer as it should"),
        (errno.EXDEV, "the system says: Invalid cross-device link"),
    ],
)
def test_fault_words_the_reason(number: int, reason: str) -> None:
    assert files.fault(OSError(number, os.strerror(number)), "cannot").message == f"cannot: {reason}"


@pytest.mark.parametrize("size", [0, 1, files._CHUNK, files._CHUNK + 1])
def test_a_file_holds_what_it_holds_and_no_more_or_less(tmp_path: Path, size: int) -> None:
    path, data = tmp_path / "file", b"x" * size
    path.write_bytes(data)
    assert files.holds(path, data)
    assert not files.holds(path, data + b"x")
    assert not files.holds(path, data[:-1] + b"y")
    path.write_bytes(data + b"x")
    assert not files.holds(path, data)


def test_a_file_that_another_took_the_place_of_while_it_was_read_has_no_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tasks.toml"
    path.write_bytes(b"x")
    marks = iter([(1,), (2,)])
    monkeypatch.setattr(files, "mark", lambda _path: next(marks))
    assert files.read_marked(path) == (b"x", None)
