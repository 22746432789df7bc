"""Copies of attached files, kept beside the store: each is named by its digest alone, never by what the store says.

Beside `tasks.toml` stands the folder `tasks.toml.files`. A copy is on the disk before the store tells of it. None goes
when its file is detached or its task removed, so that `undo` finds it again; those that neither the store nor any
version has any more are removed by `check --fix` alone.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from pilottask.base.errors import NotFound, PilotError, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.ledger.attachments import File
from pilottask.ledger.integrity import SHA256
from pilottask.ledger.records import Attach
from pilottask.store import files

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of a file that is attached."""
_CHUNK: Final = 1024 * 1024
_UNFINISHED: Final = re.escape(files.temporary_of(Path("*")).name).replace(r"\*", SHA256)


class Source(Struct, frozen=True):
    """A file to be attached, as it was when it was looked at."""

    path: Path
    file: File


def look_at(path: Path) -> Source:
    """Return what there is to say of a file. Raises NotFound, UsageFault for what is none or too large, IoFault."""
    import hashlib  # noqa: PLC0415  3 ms, which writers without files have no need of

    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return Source(path, File(path.name, size, digest.hexdigest()))


def _chunks(path: Path) -> Iterator[bytes]:
    named, count = quote(str(path)), 0
    try:
        _check_kind(path.lstat().st_mode, named)
        with open(path, "rb", opener=_open) as opened:
            _check_kind(os.fstat(opened.fileno()).st_mode, named)
            while chunk := opened.read(_CHUNK):
                count += len(chunk)
                if count > LARGEST:
                    message = _("{file} is larger than {size} MB")
                    hint = _("attach a smaller one, or keep it elsewhere and note where: pilottask note ID TEXT")
                    raise UsageFault(message.format(file=named, size=LARGEST // 1024**2), hint=hint)
                yield chunk
    except FileNotFoundError as error:
        raise NotFound(_("there is no file {file}").format(file=named)) from error
    except OSError as error:
        raise files.fault(error, _("cannot read {file}").format(file=named)) from error
    except ValueError as error:
        raise NotFound(_("{path} cannot be the name of a file").format(path=named)) from error


def _open(path: str, flags: int) -> int:
    """Open a file that is no link, and no pipe that would be waited for, even if it has become one just now."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _check_kind(mode: int, named: str) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        hint = _("name the file itself")
        raise UsageFault(_("{file} is a link, which is not followed").format(file=named), hint=hint)
    if stat.S_ISDIR(mode):
        raise UsageFault(_("{file} is a folder").format(file=named), hint=_("name the files in it"))
    raise UsageFault(_("{file} is no regular file").format(file=named))


def folder_of(store: Path) -> Path:
    """Return the folder in which copies are kept beside the store at `store`."""
    return store.with_name(f"{store.name}.files")


@contextmanager
def keep(store: Path, sources: Iterable[Source]) -> Iterator[None]:
    """Keep copies of `sources` while something is written that tells of them; the new ones go again where that fails.

    Needs the store's lock. Raises UsageFault where a file changed meanwhile, PilotError where it cannot be read,
    IoFault where no copy can be made.
    """
    fresh: list[Path] = []
    writing = False
    try:
        for source in sources:
            _keep(store, source, fresh)
        writing = True
        yield
    except BaseException as error:
        if isinstance(error, Exception) or not writing:  # Ctrl-C may come when the store tells of them
            for path in fresh:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
        raise


def _keep(store: Path, source: Source, fresh: list[Path]) -> None:
    folder = folder_of(store)
    path = folder / source.file.sha256
    try:
        files.make_beside(folder, like=store, ours=_is_copy)
        _clear(folder)
        if find(store, source.file.sha256) is None:
            files.replace(path, pieces(source), like=store)
            fresh.append(path)
    except OSError as error:
        what = _("cannot keep a copy of {file} in {folder}, so nothing was changed")
        raise files.fault(error, what.format(file=quote(str(source.path)), folder=folder)) from error


def _clear(folder: Path) -> None:
    """Remove what a killed writer left half."""
    for path in list(folder.iterdir()) if folder.is_dir() else ():
        if re.fullmatch(_UNFINISHED, path.name):
            path.unlink()


def pieces(source: Source) -> Iterator[bytes]:
    """Yield what a file holds. Raises UsageFault where it is no longer what was looked at, and as `look_at` does."""
    import hashlib  # noqa: PLC0415  see `look_at`

    digest = hashlib.sha256()
    for chunk in _chunks(source.path):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != source.file.sha256:
        raise UsageFault(_("{file} changed while it was read").format(file=quote(str(source.path))))


def _is_copy(name: str) -> bool:
    return re.fullmatch(SHA256, name) is not None


def find(store: Path, sha256: str) -> Source | None:
    """Return the copy with this digest beside the store at `store`, None where there is none that is sound."""
    if not _is_copy(sha256):
        return None
    with suppress(PilotError):
        copy = look_at(folder_of(store) / sha256)
        return copy if copy.file.sha256 == sha256 else None
    return None


def check(store: Path, entry: Attach) -> str | None:
    """Say what is wrong with the copy of an attached file, None where it is sound."""
    path = folder_of(store) / entry.sha256
    try:
        copy = look_at(path).file
    except NotFound:
        return _("the copy of {name} is not at {path}").format(name=quote(entry.name), path=path)
    except PilotError as error:
        return error.message
    if copy.sha256 != entry.sha256:
        return _("the copy of {name} at {path} was changed").format(name=quote(entry.name), path=path)
    if copy.size != entry.size:
        message = _("{name} is on record with {size} bytes, and its copy has {found}")
        return message.format(name=quote(entry.name), size=entry.size, found=copy.size)
    return None


def digests(store: Path) -> set[str]:
    """Return the digests of the copies that are there. Raises IoFault."""
    folder = folder_of(store)
    try:
        return {path.name for path in folder.iterdir() if _is_copy(path.name) and path.is_file()}
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise files.fault(error, _("cannot read {path}").format(path=folder)) from error


def remove(store: Path, sha256s: Iterable[str]) -> int:
    """Remove these copies, and what was left half; return how many bytes they had. Raises OSError."""
    size = 0
    _clear(folder_of(store))
    for sha256 in sha256s:
        path = folder_of(store) / sha256
        size += path.stat().st_size
        path.unlink()
    return size
