"""One writer at a time: by the system's lock, by Windows's, and by a file where there is none."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from pilottask.base.errors import Busy, IoFault
from pilottask.store import lock


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def raising(error: Exception) -> Callable[..., None]:
    def refuse(*_args: object, **_options: object) -> None:
        raise error

    return refuse


def as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take fcntl away and put a msvcrt in its place, which locks bytes of a file for one descriptor."""
    held: dict[tuple[int, int], int] = {}

    def locking(descriptor: int, mode: int, count: int) -> None:
        assert count == 1
        byte = os.fstat(descriptor).st_ino, os.lseek(descriptor, 0, os.SEEK_CUR)
        if mode == 0:
            assert held.pop(byte) == descriptor
        elif byte in held:
            raise PermissionError(errno.EACCES, "Permission denied")
        else:
            held[byte] = descriptor

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(lock, "fcntl")
    monkeypatch.setattr(lock, "msvcrt", SimpleNamespace(LK_UNLCK=0, LK_NBLCK=2, locking=locking), raising=False)
    for name in ("O_NOFOLLOW", "O_NONBLOCK"):
        monkeypatch.delattr(os, name)


@pytest.fixture(params=["flock", "msvcrt", *(errno.errorcode[number] for number in lock._NO_LOCKS)])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Lock as this system does, as Windows does, and as where there are no locks."""
    if request.param == "msvcrt":
        as_on_windows(monkeypatch)
    elif request.param != "flock":
        monkeypatch.setattr("fcntl.flock", raising(OSError(getattr(errno, request.param), "x")))
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tasks.toml"


@pytest.mark.usefixtures("kind")
def test_one_holds_it_and_is_named_to_the_next(path: Path) -> None:
    with lock.hold(path, seconds=1, who="王敏 · pilottask note 3 (process 17)") as held:
        assert held.is_held()
        assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
        with pytest.raises(Busy) as caught, lock.hold(path, seconds=0.05, who="李四"):
            pass
        assert caught.value.message == "the store is in use by 王敏 · pilottask note 3 (process 17); waited 0.05 s"
        assert caught.value.hint == "try again when that is done"
    assert [(file.name, file.read_bytes()) for file in path.parent.iterdir()] == [("tasks.toml.lock", b"")]
    with lock.hold(path, seconds=0, who="李四"):
        pass


def waiter(path: Path, ended: list[str]) -> threading.Thread:
    """Start a thread that waits for the lock for 0.1 s, and notes what came of it."""

    def wait() -> None:
        try:
            with lock.hold(path, seconds=0.1, who="y"):
                ended.append("held")
        except Busy as error:
            ended.append(error.message)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.parametrize("kind", ["flock", "ENOLCK"], indirect=True)
@pytest.mark.usefixtures("kind")
def test_who_waits_in_a_line_that_moves_waits_for_his_turn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Semaphore(0)
    real = lock._last_written

    def look(file: Path) -> list[int]:
        times = real(file)
        looked.release()
        return times

    monkeypatch.setattr(lock, "_last_written", look)
    ended: list[str] = []
    with lock.hold(path, seconds=0, who="x") as held:
        looked.acquire()
        thread = waiter(path, ended)
        looked.acquire()  # it has begun to wait
        held.name_holder("next")
        for file in path.parent.iterdir():
            os.utime(file, (time.time() + 1, time.time() + 1))  # two writes may fall into one tick of its clock
        looked.acquire()  # its time is over, and another has the lock by now
    thread.join()
    assert ended == ["held"]


@pytest.mark.parametrize("kind", ["flock", "ENOLCK"], indirect=True)
@pytest.mark.usefixtures("kind")
def test_a_line_that_moves_is_not_waited_in_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_last_written", lambda _path: [time.monotonic_ns()])
    ended: list[str] = []
    with lock.hold(path, seconds=0, who="x"):
        waiter(path, ended).join()
    assert ended == ["the store is in use by x; waited 0.6 s"]


@pytest.mark.usefixtures("kind")
def test_it_is_let_go_whatever_happens(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.hold(path, seconds=1, who="x"):
        raise ZeroDivisionError
    with lock.hold(path, seconds=0, who="y"):
        pass


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="nothing here says who waits for a lock")
def test_those_who_wait_come_in_by_turns(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pilottask.store import lock\n"
        "with lock.hold(Path(sys.argv[1]), seconds=60, who='x'): print(sys.argv[2], flush=True)"
    )
    came, said = os.pipe()
    with lock.hold(path, seconds=0, who="first"):
        waiting = []
        for number in range(4):
            waiting.append(subprocess.Popen([sys.executable, "-c", script, str(path), str(number)], stdout=said))
            while not _waits(waiting[-1].pid):
                assert waiting[-1].poll() is None
                time.sleep(0.01)
    os.close(said)
    assert [process.wait() for process in waiting] == [0] * 4
    with open(came) as order:  # noqa: PTH123  a pipe
        assert order.read().split() == ["0", "1", "2", "3"]


def _waits(process: int) -> bool:
    lines = map(str.split, Path("/proc/locks").read_text("ascii").splitlines())
    return any(line[1:3] == ["->", "FLOCK"] and line[5] == str(process) for line in lines)


def test_a_thread_waits_too(path: Path) -> None:
    """No signal breaks off a thread's system call, so that it has to look now and then."""
    ended: list[str] = []

    def wait(seconds: float) -> None:
        with suppress(Busy), lock.hold(path, seconds=seconds, who="y"):
            ended.append("held")
        ended.append("ended")

    with lock.hold(path, seconds=0, who="x"):
        thread = threading.Thread(target=wait, args=(0.05,))
        thread.start()
        thread.join()
        assert ended == ["ended"]
        thread = threading.Thread(target=wait, args=(60,))
        thread.start()
    thread.join()
    assert ended == ["ended", "held", "ended"]


def test_waiting_leaves_the_alarm_as_it_was(path: Path) -> None:
    def own(*_args: object) -> None:
        raise AssertionError

    before = signal.signal(signal.SIGALRM, own)
    try:
        with lock.hold(path, seconds=0, who="x"), pytest.raises(Busy), lock.hold(path, seconds=0.05, who="y"):
            pass
        assert signal.getsignal(signal.SIGALRM) is own
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("written", [b"", b"1 here", b"1 here\n \n", b"\xff\xfe"])
def test_a_holder_without_a_name(path: Path, written: bytes) -> None:
    with lock.hold(path, seconds=1, who="x"):
        path.with_name("tasks.toml.lock").write_bytes(written)
        with pytest.raises(Busy, match="in use by another process;"), lock.hold(path, seconds=0, who="y"):
            pass


def test_a_name_that_is_no_text(path: Path) -> None:
    with (
        lock.hold(path, seconds=1, who="\udcff\x1b[31m"),
        pytest.raises(Busy, match=r"in use by \?\\u001b\[31m;"),
        lock.hold(path, seconds=0, who="y"),
    ):
        pass


_DIES: str = (
    "import os, sys; from pathlib import Path; from pilottask.store import lock\n"
    "if sys.argv[2]: lock._NO_LOCKS = {0}; lock._lock_file = lambda *_: (_ for _ in ()).throw(OSError(0, ''))\n"
    "with lock.hold(Path(sys.argv[1]), seconds=1, who='dead'): os._exit(9)"
)


@pytest.mark.parametrize("made", ["", "made"])
def test_a_dead_process_never_blocks(path: Path, monkeypatch: pytest.MonkeyPatch, made: str) -> None:
    done = subprocess.run([sys.executable, "-c", _DIES, str(path), made], check=False)
    assert done.returncode == 9
    assert names(path.parent) == ["tasks.toml.held" if made else "tasks.toml.lock"]
    if made:
        monkeypatch.setattr("fcntl.flock", raising(OSError(errno.ENOLCK, "x")))
    with lock.hold(path, seconds=0.1, who="next"):
        pass
    assert names(path.parent) == ["tasks.toml.lock"]


def without_locks(path: Path, monkeypatch: pytest.MonkeyPatch, holder: str) -> Path:
    """Leave what stands for a lock, made by `holder`, where there are no locks."""
    monkeypatch.setattr("fcntl.flock", raising(OSError(errno.ENOLCK, "x")))
    file = path.with_name("tasks.toml.held")
    file.write_text(f"{holder}\nwho")
    return file


@pytest.mark.parametrize("holder", ["1 elsewhere", f"1 {lock._host()}", f"x {lock._host()}", "\udcff"])
def test_a_file_for_a_lock_is_believed_while_its_process_may_live(
    path: Path, monkeypatch: pytest.MonkeyPatch, holder: str
) -> None:
    file = without_locks(path, monkeypatch, "")
    file.write_bytes(holder.encode(errors="surrogateescape"))
    with pytest.raises(Busy), lock.hold(path, seconds=0.05, who="y"):
        pass
    assert file.exists()
    os.utime(file, (time.time(), time.time() - lock._STALE - 9))
    with lock.hold(path, seconds=0.1, who="y"):
        assert file.read_text().endswith("\ny")
    assert not file.exists()


def test_a_process_is_never_looked_for_where_that_would_end_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(path, monkeypatch, f"999999999 {lock._host()}")
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(os, "kill", raising(AssertionError("it was ended")))
    assert not lock._is_dead(f"999999999 {lock._host()}")


def test_a_file_system_that_takes_no_file_for_a_lock_either(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(path, monkeypatch, "").unlink()
    real = os.open

    def refuse(file: Path, flags: int, *mode: int) -> int:
        if str(file).endswith(".held"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        return real(file, flags, *mode)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(IoFault, match=rf"^cannot take the lock {path}\.lock: "), lock.hold(path, seconds=9, who="y"):
        pass


def test_a_lock_that_cannot_be_taken(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", raising(OSError(errno.EIO, "x")))
    with pytest.raises(IoFault, match=rf"^cannot take the lock {path}\.lock: "), lock.hold(path, seconds=9, who="y"):
        pass


def test_a_lock_file_that_is_a_link_is_not_followed(path: Path) -> None:
    path.with_name("tasks.toml.lock").symlink_to(path.with_name("elsewhere"))
    with pytest.raises(IoFault), lock.hold(path, seconds=0, who="y"):
        pass
    assert names(path.parent) == ["tasks.toml.lock"]


def test_a_lock_file_removed_while_it_was_taken_is_not_held(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl  # noqa: PLC0415  Windows has none

    file, flock = path.with_name("tasks.toml.lock"), fcntl.flock
    tries = []

    def late(descriptor: int, operation: int) -> None:
        tries.append(descriptor)
        if len(tries) < 3:  # gone the first time, another one the second
            file.unlink()
        if len(tries) == 2:
            file.touch()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with lock.hold(path, seconds=5, who="x") as held:
        assert len(tries) == 3
        assert held.is_held()
        file.unlink()
        assert not held.is_held()
        file.touch()
        assert not held.is_held()


def test_a_disk_that_refuses_to_tell_of_the_lock_is_no_other_writer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "samestat", raising(PermissionError(errno.EACCES, os.strerror(errno.EACCES))))
    with pytest.raises(IoFault, match="permission denied"), lock.hold(path, seconds=0, who="y"):
        pass


def test_a_folder_in_the_place_of_the_lock(path: Path) -> None:
    path.with_name("tasks.toml.lock").mkdir()
    with pytest.raises(IoFault) as caught, lock.hold(path, seconds=9, who="y"):
        pass
    assert caught.value.message == f"cannot take the lock {path}.lock: it is a folder"


@pytest.mark.usefixtures("kind")
def test_a_lock_in_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "tasks.toml"
    with pytest.raises(IoFault, match="the folder does not exist"), lock.hold(path, seconds=0, who="y"):
        pass
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here in which nothing can be made")
def test_a_lock_where_no_file_can_be_made() -> None:
    begun = time.monotonic()
    with pytest.raises(IoFault) as caught, lock.hold(Path("/proc/x.toml"), seconds=10, who="y"):
        pass
    assert caught.value.message == "no file can be made in the folder /proc"
    assert caught.value.hint == "take another folder: --store FILE"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("kind", ["flock", "ENOLCK"], indirect=True)
@pytest.mark.usefixtures("kind")
def test_many_writers_at_once_are_one_after_the_other(path: Path) -> None:
    path.write_bytes(b"")

    def write() -> None:
        for _turn in range(20):
            with lock.hold(path, seconds=60, who="x") as held:
                length = len(path.read_bytes())
                path.write_bytes(b"x" * (length + 1))
                assert held.is_held()

    threads = [threading.Thread(target=write) for _writer in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(path.read_bytes()) == 100


def test_a_lock_that_belongs_to_somebody_else_says_how_the_list_is_shared(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = path.with_name(f"{path.name}.lock")
    held.touch()

    def refuse(_path: Path, _seconds: float) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(lock, "_acquire", refuse)
    with pytest.raises(IoFault) as caught, lock.hold(path, seconds=9, who="y"):
        pass
    assert caught.value.message == f"cannot take the lock {held}: permission denied"
    assert caught.value.hint == (
        f"its owner gives it the list's rights with the next write, or: chmod --reference {path} {held}"
    )


def test_a_folder_that_is_closed_is_said_to_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse = raising(PermissionError(errno.EACCES, "no"))
    monkeypatch.setattr(lock, "_acquire", refuse)
    with monkeypatch.context() as closed:
        closed.setattr(os, "stat", refuse)
        with pytest.raises(IoFault) as caught, lock.hold(path, seconds=9, who="y"):
            pass
    assert (caught.value.message, caught.value.hint) == (f"cannot take the lock {path}.lock: permission denied", None)
