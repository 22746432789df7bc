"""One writer at a time: the system's lock on a file beside the store, which ends with the process that holds it.

Where a file system has no locks, a file that one process alone can make stands for it. It names that process, so
that what a dead one left is known for what it is.
"""

import errno
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pilottask.base.errors import Busy, IoFault
from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.store import files, rights

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE: Final = 0.02
"""Seconds between tries where the system has no line to wait in."""
_TURNS: Final = 6
"""How many times as long a writer waits while the lock goes from hand to hand: then its turn comes."""
_STALE: Final = 600
"""Seconds after which a lock without a system behind it is no longer believed; a writer takes a few at most."""
_LOCKED_BYTE: Final = 1 << 30
"""Which byte Windows locks: far behind the holder's name, which others may still read."""
_HELD: Final = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK})
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})


class Lock:
    """A lock that is held: its file, open; `made` where the file itself is the lock."""

    def __init__(self, path: Path, descriptor: int, *, made: bool = False) -> None:
        self._path, self._descriptor, self._made = path, descriptor, made

    @property
    def store(self) -> Path:
        """The store file that it is about."""
        return self._path.with_suffix("")

    def is_held(self) -> bool:
        """Tell whether the file is still the one that others will open. Raises OSError."""
        try:
            return os.path.samestat(self._path.stat(follow_symlinks=False), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False

    def name_holder(self, who: str) -> None:
        """Write into the file who holds it. A courtesy to the next in line: it never fails."""
        text = f"{os.getpid()} {_host()}\n{who}".encode(errors="replace")
        with suppress(OSError):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text)
            os.ftruncate(self._descriptor, len(text))

    def release(self) -> None:
        """Let it go. Never fails: what it was held for is done, and it ends with the process at the latest."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            if sys.platform == "win32":
                os.lseek(self._descriptor, _LOCKED_BYTE, os.SEEK_SET)
                msvcrt.locking(self._descriptor, msvcrt.LK_UNLCK, 1)
        with suppress(OSError):
            remove = self._made and self.is_held()
            os.close(self._descriptor)
            if remove:
                self._path.unlink()


@contextmanager
def hold(store: Path, *, seconds: float, who: str) -> Iterator[Lock]:
    """Hold the lock of the store file `store`. Raises Busy, naming the holder, where one has it for `seconds`; IoFault.

    Where many write one after the other, it waits a few times as long for its turn.
    """
    path = store.with_name(f"{store.name}.lock")
    try:
        lock = _acquire(path, seconds)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and store.parent.exists():  # /proc, some network drives
            hint = _("take another folder: --store FILE")
            raise IoFault(_("no file can be made in the folder {path}").format(path=store.parent), hint=hint) from error
        refused = files.fault(error, _("cannot take the lock {path}").format(path=path))
        there = os.path.exists(path)  # noqa: PTH110  Path.exists raises where the folder is closed
        if isinstance(error, PermissionError) and there:  # as where the list came to be shared after it was made
            message = _("its owner gives it the list's rights with the next write, or: chmod --reference {list} {lock}")
            refused.hint = message.format(list=store, lock=path)
        raise refused from error
    try:
        lock.name_holder(who)
        yield lock
    finally:
        lock.release()


def _acquire(path: Path, seconds: float) -> Lock:
    """Return the lock on the file `path`. Raises Busy, OSError."""
    begun = time.monotonic()
    until, last = begun + seconds, begun + _TURNS * seconds
    written = _last_written(path)
    no_locks = False
    while True:
        try:
            lock = _make_file(path) if no_locks else _lock_file(path, until - time.monotonic())
            held = False
            try:
                held = lock.is_held()
            finally:
                if not held:  # the file was removed while it was being locked
                    lock.release()
            if held:
                return lock
        except BlockingIOError:
            pass
        except OSError as error:
            if no_locks or error.errno not in _NO_LOCKS:
                raise
            no_locks = True
            continue
        if time.monotonic() < until:
            time.sleep(_PAUSE)
        elif until < last and _last_written(path) != written:
            until = last  # once: who looks again and again goes to the end of the line each time
        else:
            message = _("the store is in use by {holder}; waited {seconds} s")
            waited = seconds if until < last else _TURNS * seconds
            hint = _("try again when that is done")
            raise Busy(message.format(holder=_holder(path), seconds=format(waited, "g")), hint=hint)


def _lock_file(path: Path, seconds: float) -> Lock:
    """Take the system's lock. Raises BlockingIOError where another has it, OSError."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        try:
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, rights.PRIVATE)
        except FileExistsError as error:  # another was quicker
            raise BlockingIOError from error
    try:
        _refuse_link(descriptor)
        rights.take(descriptor, path.with_suffix(""), least=rights.PRIVATE)
        _wait(descriptor, seconds)
    except BaseException:
        os.close(descriptor)
        raise
    return Lock(path, descriptor)


def _refuse_link(descriptor: int) -> None:
    """Raise OSError where a file has another name too: it may be somebody else's, and stays as it is."""
    if os.fstat(descriptor).st_nlink > 1:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _wait(descriptor: int, seconds: float) -> None:
    """Wait for the system's lock on an open file. Raises BlockingIOError where it stays with another, OSError."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        if sys.platform == "win32" or seconds <= 0:
            raise BlockingIOError from error
        with _time_limit(seconds):  # the system lets in who came first; who looks now and then comes in by luck
            fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise BlockingIOError within a system call after `seconds`; at once in a thread, which gets no signals."""

    def stop(*_args: object) -> None:
        raise BlockingIOError

    try:
        before = signal.signal(signal.SIGALRM, stop)
    except ValueError as error:
        raise BlockingIOError from error
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _substitute(path: Path) -> Path:
    """Return the file that stands for the lock on `path` where the file system has none."""
    return path.with_suffix(".held")


def _make_file(path: Path) -> Lock:
    """Make the file that stands for a lock. Raises BlockingIOError where another's is there, OSError."""
    made = _substitute(path)
    try:
        descriptor = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL, rights.PRIVATE)
    except FileExistsError as error:
        # Should two do this at once, and one remove the lock of the other, that one finds out before it writes.
        with suppress(FileNotFoundError):
            if time.time() - made.stat().st_mtime > _STALE or _is_dead(made.read_text("utf-8", "replace")):
                made.unlink()
        raise BlockingIOError from error
    lock = Lock(made, descriptor, made=True)
    lock.name_holder("")
    return lock


def _is_dead(holder: str) -> bool:
    """Tell whether the process of this machine that made a lock has ended; where that cannot be told, it has not."""
    process, _blank, host = holder.partition("\n")[0].partition(" ")
    if host != _host() or not process.isdecimal() or os.name != "posix":  # Windows would end it
        return False
    try:
        os.kill(int(process), 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "?")


def _last_written(path: Path) -> list[int]:
    """Return when the files of a lock were written, as they are by each who takes it or lets it go."""
    times = []
    for file in (_substitute(path), path):
        with suppress(OSError):
            times.append(file.stat().st_mtime_ns)
    return times


def _holder(path: Path) -> str:
    """Return who holds the lock, as its file says."""
    for file in (_substitute(path), path):
        with suppress(OSError):
            if who := file.read_text("utf-8", "replace").partition("\n")[2].strip():
                return safe(who)
    return _("another process")
