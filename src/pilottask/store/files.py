"""Reading a file whole, and replacing it whole or not at all."""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pilottask.base.errors import BadStore, IoFault, NotFound
from pilottask.base.i18n import _
from pilottask.store import rights

try:
    from _blake2 import blake2b  # hashlib's own, which loads OpenSSL besides: 3 ms of every start
except ImportError:  # a Python that has it elsewhere
    from hashlib import blake2b

_WINDOWS: Final = os.name == "nt"
_REPLACE_TRIES: Final = 50
_COARSE: Final = 10**7
"""Nanoseconds between the times of a file system for memory cards, where the time of change is one that can be set."""
_TICKS: Final = 10**9 // 5
"""Nanoseconds within which two changes of a file may bear the same time."""
_CHUNK: Final = 256 * 1024
Mark = tuple[int, ...]
Part = bytes | memoryview
_REPLACE_PAUSE: Final = 0.02
"""Seconds between tries where a reader holds the file open (Windows)."""


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
    return read_marked(path)[0]


def read_marked(path: Path) -> tuple[bytes, Mark | None]:
    """Return the bytes of the store at `path`, and by what it is known again. Raises as `read` does."""
    try:
        before = mark(path)
        data = path.read_bytes()
        return data, before if before and before == mark(path) else None  # else another took its place meanwhile
    except FileNotFoundError as error:
        gone = versions_folder(path).is_dir()
        hint = _("pilottask undo brings it back") if gone else _("make one: pilottask init --name NAME")
        raise NotFound(_("there is no store at {path}").format(path=path), hint=hint) from error
    except OSError as error:
        raise fault(error, _("cannot read {path}").format(path=path)) from error
    except ValueError as error:
        raise _no_name(path) from error


def versions_folder(path: Path) -> Path:
    """Return the folder in which the versions of the store at `path` are kept, and its issued sheets."""
    return path.with_name(f"{path.name}.versions")


def check_kind(path: Path) -> None:
    """Raise BadStore where `path` is no file, OSError where there is nothing or it cannot be told."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise _is_folder(path)
    if not stat.S_ISREG(mode):
        raise BadStore(_("{path} is not a regular file").format(path=path))


def mark(path: Path, *, of: os.stat_result | None = None) -> Mark | None:
    """Return by what the store is known again: as long as it has this mark it holds the same; None where none is sure.

    It is not where the file changed so lately that another change may bear the same time, or where the system has no
    fine time of change that nobody can set. One that was renamed after it was written is sure at once: what is written
    to it from then on bears a later time of writing. None too where the file is no longer the one `of` that state.
    Opening it makes a network drive say how it stands now. Raises BadStore for what is no file, OSError.
    """
    check_kind(path)
    with path.open("rb") as file:
        now, state = time.time_ns(), os.fstat(file.fileno())
    written, changed = state.st_mtime_ns, max(state.st_mtime_ns, state.st_ctime_ns)
    settled = changed < now - _TICKS or (written < changed and written % _COARSE)
    other = of is not None and (not os.path.samestat(of, state) or of.st_mtime_ns != written)
    if os.name == "nt" or other or not changed % _COARSE or not settled:
        return None
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def holds(path: Path, data: bytes) -> bool:
    """Tell whether the file at `path` holds `data`. Raises OSError."""
    size = 0
    with path.open("rb", buffering=0) as file:
        while (chunk := file.read(_CHUNK)) and data.startswith(chunk, size):
            size += len(chunk)
    return not chunk and size == len(data)


def digest(*parts: Part) -> str:
    """Return a digest that tells the bytes of `parts`, one behind the other, from others."""
    whole = blake2b(digest_size=20)
    for part in parts:
        whole.update(part)
    return whole.hexdigest()


def fault(error: OSError, what: str) -> IoFault:
    """Return `error` as a fault for the user; `what` says what could not be done."""
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
        errno.ELOOP: _("it is a link"),
        errno.EMFILE: _("too many files are open"),
        errno.ENFILE: _("too many files are open"),
    }
    reason = reasons.get(error.errno or 0) or _("the system says: {text}").format(text=error.strerror or str(error))
    return IoFault(_("{what}: {reason}").format(what=what, reason=reason))


def replace(
    path: Path,
    data: bytes | Iterable[Part],
    *,
    like: Path | None = None,
    durable: bool = True,
    last_look: Callable[[], None] | None = None,
) -> os.stat_result:
    """Put `data`, or its parts, in the place of the file at `path`, whole or not at all.

    Return the state of the new file before it took that place. Raises OSError, and what a part that cannot be had
    raises, with nothing changed.

    The owner, group and rights of `like`, where it exists, are kept; a new file is private (0600). With `durable` the
    file and the folder's entry are flushed to disk. `last_look` is called when all but the replacing is done, and
    keeps it from being done by what it raises.
    """
    temporary = temporary_of(path)
    try:
        with suppress(FileNotFoundError):
            temporary.unlink()
        state = _write(temporary, [data] if isinstance(data, bytes) else data, like=like, durable=durable)
        if last_look is not None:
            last_look()
        _swap(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        flush_folder(path.parent)
    return state


def temporary_of(path: Path) -> Path:
    """Return the file in which the next content of `path` is written; no user would call one of his own so."""
    return path.with_name(f"{path.name}.pilottask.tmp")


def refuse_link(path: Path) -> None:
    """Raise OSError where a folder of ours is a link: who planted it would have us write and believe what is there."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def make_beside(folder: Path, *, like: Path, ours: Callable[[str], bool]) -> None:
    """Make the folder beside the file `like` where there is none, and see to it that who may write that may write here.

    `ours` tells by their names which files in it are to have the rights of `like` too. Raises OSError.
    """
    refuse_link(folder)
    try:
        folder.mkdir(mode=rights.PRIVATE_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(rights.PRIVATE_FOLDER)  # the umask may have taken from it
        flush_folder(folder.parent)
    if share(folder, like=like, least=rights.PRIVATE_FOLDER):
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if ours(entry.name)]
        for name in names:
            share(folder / name, like=like)


def share(path: Path, *, like: Path, least: int = 0) -> bool:
    """Give a file or folder of ours the owner, group and rights of the file `like`; return whether it had others.

    Never fails: where the system refuses, another has seen to it, or nobody can. Windows opens no folder.
    """
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        try:
            before = os.fstat(descriptor)
            rights.take(descriptor, like, least=least)
            after = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        return (before.st_mode, before.st_uid, before.st_gid) != (after.st_mode, after.st_uid, after.st_gid)
    return False


def _write(path: Path, parts: Iterable[Part], *, like: Path | None, durable: bool) -> os.stat_result:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), rights.PRIVATE)
    try:
        for part in parts:
            view = memoryview(part)
            while view:
                view = view[os.write(descriptor, view) :]
        rights.take(descriptor, like)
        if durable:
            _flush(descriptor)
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


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


def flush_folder(folder: Path) -> None:
    """Flush the folder's entries to disk where the system can (Windows cannot open a folder).

    Never fails: the new file is in its place, so to say that the old one was left would be untrue.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _flush(descriptor: int) -> None:
    """Flush a file to disk, where the file system can at all. Raises OSError where that failed."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}:
            raise
