"""Replacing a file whole or not at all, and one writer at a time."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest

from pilottask.base.errors import BadStore, Busy, IoFault, NotFound
from pilottask.store import files


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
        files.make_folder(tmp_path / "versions")
        with files.locked(path, seconds=1, who="x"):
            made = [mode(tmp_path / f"tasks.toml{end}") for end in ("", ".lock", ".holder")]
    finally:
        os.umask(before)
    assert made == [0o600] * 3
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
    (tmp_path / "tasks.toml.tmp").write_bytes(b"half")
    files.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["tasks.toml"]


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


def test_the_lock_names_its_holder_and_leaves_no_name(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    with files.locked(path, seconds=1, who="王敏 · pilottask note 3 (process 17)"):
        assert mode(tmp_path / "tasks.toml.lock") == 0o600
        assert mode(tmp_path / "tasks.toml.holder") == 0o600
        with pytest.raises(Busy) as caught, files.locked(path, seconds=0.05, who="another"):
            pass
        assert caught.value.message == ("the store is in use by 王敏 · pilottask note 3 (process 17); waited 0.05 s")
    assert names(tmp_path) == ["tasks.toml.lock"]


@pytest.mark.parametrize("said", [None, b"", b"\xff\xfe"], ids=["gone", "empty", "not UTF-8"])
def test_a_holder_without_a_name(tmp_path: Path, said: bytes | None) -> None:
    path = tmp_path / "tasks.toml"
    with files.locked(path, seconds=1, who="x"):
        holder = tmp_path / "tasks.toml.holder"
        holder.unlink()
        if said is not None:
            holder.write_bytes(said)
        with pytest.raises(Busy, match="in use by another process;"), files.locked(path, seconds=0, who="y"):
            pass


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    with files.locked(tmp_path / "tasks.toml", seconds=1, who="\udcff\x1b[31m"):
        assert files._said(tmp_path / "tasks.toml.holder") == r"?\u001b[31m"


def test_a_dead_process_never_blocks(tmp_path: Path) -> None:
    path = tmp_path / "tasks.toml"
    script = (
        "import os, sys; from pathlib import Path; from pilottask.store import files\n"
        "with files.locked(Path(sys.argv[1]), seconds=1, who='dead'): os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == 9
    assert names(tmp_path) == ["tasks.toml.holder", "tasks.toml.lock"]
    with files.locked(path, seconds=0, who="next"):
        pass
    assert names(tmp_path) == ["tasks.toml.lock"]


def raising(error: Exception) -> Callable[..., None]:
    def refused(*_args: object, **_options: object) -> None:
        raise error

    return refused


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "x"), NotImplementedError("no flock here")])
def test_a_lock_that_cannot_be_made_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setattr(filelock.FileLock, "acquire", raising(error))
    with (
        pytest.raises(IoFault, match=rf"^cannot take the lock {tmp_path / 'x.lock'}: "),
        files.locked(tmp_path / "x", seconds=0, who="y"),
    ):
        pass


def test_a_lock_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", raising(OSError(errno.ENOLCK, "x")))
    with (
        pytest.raises(IoFault, match=rf"^cannot take the lock {tmp_path / 'x.lock'}: "),
        files.locked(tmp_path / "x", seconds=9, who="y"),
    ):
        pass


def test_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IoFault), files.locked(tmp_path / "x", seconds=0, who="y"):
        pass
    assert names(tmp_path) == ["x.lock"]


def test_the_lock_is_the_one_that_filelock_takes(tmp_path: Path) -> None:
    path, lock = tmp_path / "tasks.toml", filelock.FileLock(tmp_path / "tasks.toml.lock")
    with lock, pytest.raises(Busy), files.locked(path, seconds=0.05, who="x"):
        pass
    with files.locked(path, seconds=0, who="x"), pytest.raises(filelock.Timeout):
        lock.acquire(timeout=0.05)
    lock.acquire(timeout=0)
    lock.release()


def test_a_lock_file_removed_while_it_was_taken_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl  # noqa: PLC0415  Windows has none

    lock, flock = tmp_path / "tasks.toml.lock", fcntl.flock
    tries = []

    def late(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_EX:
            tries.append(descriptor)
            if len(tries) < 3:  # gone the first time, another one the second
                lock.unlink()
            if len(tries) == 2:
                lock.touch()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with files.locked(tmp_path / "tasks.toml", seconds=5, who="x"):
        assert len(tries) == 3
        assert os.path.samestat(lock.stat(), os.fstat(tries[2]))


def test_a_disk_that_refuses_to_tell_of_the_lock_is_no_other_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_stats: os.stat_result) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os.path, "samestat", refused)
    with pytest.raises(IoFault, match="permission denied"), files.locked(tmp_path / "t.toml", seconds=0, who="y"):
        pass


def test_where_the_file_system_has_no_flock_filelock_finds_another_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def acquired(lock: Path, _seconds: float) -> Callable[[], None]:
        made.append(lock)
        return lambda: made.append(Path("released"))

    monkeypatch.setattr("fcntl.flock", raising(OSError(errno.ENOSYS, "x")))
    monkeypatch.setattr(files, "_acquired_by_filelock", acquired)
    with files.locked(tmp_path / "x", seconds=1, who="y"):
        assert made == [tmp_path / "x.lock"]
    assert made[1:] == [Path("released")]


def test_a_folder_in_the_place_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / "tasks.toml.lock").mkdir()
    with pytest.raises(IoFault) as caught, files.locked(tmp_path / "tasks.toml", seconds=9, who="y"):
        pass
    assert caught.value.message == f"cannot take the lock {tmp_path / 'tasks.toml.lock'}: it is a folder"


@pytest.fixture(params=[True, False], ids=["flock", "filelock"])
def either_lock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the lock in the one way, then in the other."""
    if not request.param:
        monkeypatch.setitem(sys.modules, "fcntl", None)


@pytest.mark.usefixtures("either_lock")
def test_a_lock_in_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "tasks.toml"
    with pytest.raises(IoFault, match="the folder does not exist"), files.locked(path, seconds=0, who="y"):
        pass
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here in which nothing can be made")
@pytest.mark.usefixtures("either_lock")
def test_a_lock_where_no_file_can_be_made() -> None:
    begun = time.monotonic()
    with pytest.raises(IoFault) as caught, files.locked(Path("/proc/x.toml"), seconds=10, who="y"):
        pass
    assert caught.value.message == "no file can be made in the folder /proc"
    assert caught.value.hint == "take another folder: --store FILE"
    assert time.monotonic() - begun < 5


def test_the_lock_without_flock(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
sys.modules["fcntl"] = None
import warnings
from pilottask.base.errors import Busy
from pilottask.store import files
path = Path(sys.argv[1])
with files.locked(path, seconds=1, who="first"):
    try:
        with files.locked(path, seconds=0.1, who="second"):
            print("both")
    except Busy as busy:
        print(busy.message)
with files.locked(path, seconds=1, who="third"):
    print("after")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(tmp_path / "x")], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["the store is in use by first; waited 0.1 s", "after"], done.stderr
