"""Reading a file whole, replacing it whole or not at all, and one writer at a time."""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pilottask.base.errors import BadStore, Busy, IoFault, NotFound
from pilottask.base.i18n import _
from pilottask.base.text import safe

PRIVATE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
_WINDOWS: Final = os.name == "nt"
_REPLACE_TRIES: Final = 50
_REPLACE_PAUSE: Final = 0.02
"""Seconds between tries where a reader holds the file open (Windows)."""
_LOCK_PAUSE: Final = 0.02
"""Seconds between tries where another holds the lock."""
_HELD_ELSEWHERE: Final = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})


def real(path: Path) -> Path:
    """Return the file that `path` names, links followed. Raises BadStore for a link to nothing, or in a ring."""
    try:
        resolved = path.resolve()
        if path.is_symlink() and not resolved.exists():
            raise BadStore(_("{path} is a link to {target}, which does not exist").format(path=path, target=resolved))
    except RuntimeError as error:  # Python before 3.13
        raise BadStore(_("{path} is a link that leads nowhere").format(path=path)) from error
    except OSError as error:
        raise fault(error, _("cannot read {path}").format(path=path)) from error
    except ValueError as error:
        raise _no_name(path) from error
    if not resolved.name:
        raise _is_folder(resolved)
    return resolved


def _is_folder(path: Path) -> BadStore:
    return BadStore(_("{path} is a folder, not a store").format(path=path))


def _no_name(path: Path) -> NotFound:
    return NotFound(_("{path} cannot be the name of a file").format(path=repr(str(path))))


def read(path: Path) -> bytes:
    """Return the bytes of the store at `path`. Raises NotFound, BadStore for what is no file, IoFault."""
    try:
        check_kind(path)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(
            _("there is no store at {path}").format(path=path), hint=_("make one: pilottask init --name NAME")
        ) from error
    except OSError as error:
        raise fault(error, _("cannot read {path}").format(path=path)) from error
    except ValueError as error:
        raise _no_name(path) from error


def check_kind(path: Path) -> None:
    """Raise BadStore where `path` is no file, OSError where there is nothing or it cannot be told."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise _is_folder(path)
    if not stat.S_ISREG(mode):
        raise BadStore(_("{path} is not a regular file").format(path=path))


def digest(data: bytes) -> str:
    """Return what tells `data` from other bytes."""
    try:
        from _blake2 import blake2b  # noqa: PLC0415  hashlib's own: to import that loads OpenSSL too, which takes 3 ms
    except ImportError:
        from hashlib import blake2b  # noqa: PLC0415  a Python that has it elsewhere
    return blake2b(data, digest_size=20).hexdigest()


def fault(error: OSError, what: str) -> IoFault:
    """Return the fault that `error` is to a user, `what` saying what could not be done."""
    reasons = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk quota is used up"),
        errno.EACCES: _("permission denied"),
        errno.EPERM: _("permission denied"),
        errno.EROFS: _("the disk is read-only"),
        errno.ENOENT: _("the folder does not exist"),
        errno.ENOTDIR: _("part of the path is not a folder"),
        errno.EISDIR: _("it is a folder"),
        errno.EEXIST: _("something else stands there"),
        errno.EFBIG: _("the file would be too large"),
        errno.EIO: _("the disk does not answer as it should"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.EMFILE: _("too many files are open"),
        errno.ENFILE: _("too many files are open"),
    }
    reason = reasons.get(error.errno or 0) or _("the system says: {text}").format(text=error.strerror or str(error))
    return IoFault(_("{what}: {reason}").format(what=what, reason=reason))


def replace(path: Path, data: bytes, *, like: Path | None = None, durable: bool = True) -> None:
    """Put `data` in the place of the file at `path`, whole or not at all. Raises OSError with nothing changed.

    A new file is private (0600); the mode of `like`, where it exists, is kept. With `durable` the file and the
    folder's entry are flushed to disk.
    """
    temporary = temporary_of(path)
    try:
        with suppress(FileNotFoundError):
            temporary.unlink()
        _write(temporary, data, like=like, durable=durable)
        _swap(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        _flush_folder(path.parent)


def temporary_of(path: Path) -> Path:
    """Return the file in which the next content of `path` is written."""
    return path.with_name(f"{path.name}.tmp")


def make_folder(path: Path) -> None:
    """Make a private folder (0700) where there is none. Raises OSError."""
    try:
        path.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        if stat.S_IMODE(path.stat().st_mode) != PRIVATE_FOLDER:  # the umask took from it
            path.chmod(PRIVATE_FOLDER)


def _write(path: Path, data: bytes, *, like: Path | None, durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags, PRIVATE)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        _set_mode(descriptor, like)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _set_mode(descriptor: int, like: Path | None) -> None:
    """Give a file just made the mode and owner of `like`; where there is none, what a umask took of PRIVATE."""
    if not hasattr(os, "fchmod"):  # Windows before Python 3.13
        return
    now = os.fstat(descriptor)
    try:
        was = None if like is None else like.stat()
    except FileNotFoundError:
        was = None
    if was is None:
        if PRIVATE & ~now.st_mode:
            os.fchmod(descriptor, PRIVATE)
        return
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        with suppress(PermissionError):  # only root can give a file away
            os.fchown(descriptor, was.st_uid, was.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(was.st_mode))


def _swap(temporary: Path, path: Path) -> None:
    for tries_left in reversed(range(_REPLACE_TRIES)):
        try:
            temporary.replace(path)
        except PermissionError:
            if not _WINDOWS or not tries_left:
                raise
            time.sleep(_REPLACE_PAUSE)
        else:
            return


def _flush_folder(folder: Path) -> None:
    """Flush the folder's entry to disk where the system can (Windows cannot open a folder).

    Never fails: the new file is in its place, so to say that the old one was left would be untrue.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def locked(path: Path, *, seconds: float, who: str) -> Iterator[None]:
    """Hold the lock of the store at `path`. Raises Busy, naming the holder, after `seconds`; IoFault.

    The lock is the system's own on `<name>.lock`, so that it ends with the process that holds it.
    """
    lock = path.with_name(f"{path.name}.lock")
    holder = path.with_name(f"{path.name}.holder")  # not in the lock itself, which Windows lets nobody else read
    try:
        release = _acquired(lock, seconds)
    except _HeldError as error:
        raise Busy(
            _("the store is in use by {holder}; waited {seconds} s").format(
                holder=_said(holder), seconds=format(seconds, "g")
            ),
            hint=_("try again when that is done"),
        ) from error
    except (OSError, NotImplementedError) as error:
        if isinstance(error, FileNotFoundError) and path.parent.exists():  # /proc, some network drives
            raise IoFault(
                _("no file can be made in the folder {path}").format(path=path.parent),
                hint=_("take another folder: --store FILE"),
            ) from error
        reason = error if isinstance(error, OSError) else OSError(str(error))
        raise fault(reason, _("cannot take the lock {path}").format(path=lock)) from error
    try:
        with suppress(OSError):  # a courtesy to the next in line
            holder.unlink(missing_ok=True)
            _write(holder, who.encode(errors="replace"), like=None, durable=False)
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        release()


class _HeldError(Exception):
    """Another process held the lock for as long as was waited."""


def _acquired(lock: Path, seconds: float) -> Callable[[], None]:
    """Take the lock on the file `lock`, and return what lets it go. Raises _HeldError, OSError, NotImplementedError.

    filelock does the same in the same way, and takes 14 ms to import: it is left to systems that need what it knows.
    """
    try:
        from fcntl import LOCK_UN, flock  # noqa: PLC0415  Windows has none
    except ImportError:
        return _acquired_by_filelock(lock, seconds)
    until = time.monotonic() + seconds
    try:
        while (descriptor := _flocked(lock)) is None:
            if time.monotonic() >= until:
                raise _HeldError
            time.sleep(_LOCK_PAUSE)
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        return _acquired_by_filelock(lock, seconds)

    def release() -> None:
        with suppress(OSError):  # what it was held for is done, and it ends with the process at the latest
            try:
                flock(descriptor, LOCK_UN)
            finally:
                os.close(descriptor)

    return release


def _flocked(lock: Path) -> int | None:
    """Return a descriptor that holds the lock, or None where another does. Raises OSError."""
    from fcntl import LOCK_EX, LOCK_NB, flock  # noqa: PLC0415  see above

    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(lock, flags)
    except FileNotFoundError:  # only then: in /tmp Linux refuses to create what another user's file is
        descriptor = os.open(lock, flags | os.O_CREAT, PRIVATE)
    kept = False
    try:
        _set_mode(descriptor, None)
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except OSError as error:
            if error.errno not in _HELD_ELSEWHERE:
                raise
        else:
            kept = _names(lock, descriptor)
    finally:
        if not kept:
            os.close(descriptor)
    return descriptor if kept else None


def _names(lock: Path, descriptor: int) -> bool:
    """Tell whether the file that was locked is still the one that others will open."""
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _acquired_by_filelock(lock: Path, seconds: float) -> Callable[[], None]:
    from tempfile import TemporaryFile  # noqa: PLC0415  see above

    from filelock import FileLock, Timeout  # noqa: PLC0415  see above

    if not lock.exists():  # filelock would make the folder, and wait as if for another where it takes no file
        TemporaryFile(prefix=f"{lock.name}.", dir=lock.parent).close()
    held = FileLock(lock, timeout=seconds, mode=PRIVATE)
    try:
        held.acquire(poll_interval=_LOCK_PAUSE)
    except Timeout as error:
        raise _HeldError from error
    return held.release


def _said(holder: Path) -> str:
    try:
        said = holder.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        said = ""
    return safe(said) or _("another process")
