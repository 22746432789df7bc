"""Parsed copies of stores in the user's cache folder, so that a large store is parsed once.

A copy is named by the digest of the store's bytes and by the form of the records, so a store that was changed in any
way finds none. It is believed only where it is the user's own file, which nobody else can write or read; what stands
before its lines carries a checksum, and so does each line, so a damaged copy is none either. Nothing here ever fails:
without a copy the store is parsed.

It is looked into, not loaded. Its own file has the ledger without its tasks, columns with a few numbers of each task
(`ledger.tasks`), and where its block begins in the store; another the tasks in JSON, a line each, which are decoded
when they are looked at. After a write the lines of what changed are put behind those that are there, so that copies
made one after the other share a file of lines.

Beside them is noted which digest a store had when it bore the mark by which it is known not to have changed.
"""

import errno
import os
import stat
import struct
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from io import FileIO
from itertools import accumulate
from pathlib import Path
from typing import Final, cast
from zlib import crc32

import msgspec
from msgspec import Struct

from pilottask import __version__
from pilottask.ledger.records import SCHEMA, Ledger, Task
from pilottask.ledger.tasks import FORMATS, MEANING, Kept, StructCode, Tasks, numbers_of
from pilottask.store import files, rights

_SUFFIX: Final = ".ledger"
_LINES: Final = f"{_SUFFIX}.lines"
_NOTE: Final = f"{_SUFFIX}.note"
_KEPT: Final = {".pilottask.tmp": 0, _SUFFIX: 4, _LINES: 4, _NOTE: 4}
"""How many files are kept, by how their names end; the first are what writers left that were killed."""
_WORTHWHILE: Final = 24 * 1024
"""Bytes under which parsing takes no longer than looking for a copy."""
_HEAD: Final = struct.Struct("<II")
"""What stands first: a checksum, which begins with the length of the front, and that length."""
_FORMATS: Final[Mapping[str, StructCode]] = {**FORMATS, "start": "Q", "length": "I", "sum": "I"}
"""Of a task its numbers, and where its line begins, its length and checksum."""


class Blocks(Struct, frozen=True):
    """Where the blocks of a store in TOML begin, in their order, and of which kind each is."""

    kinds: bytes
    places: Sequence[int]


Copy = tuple[Ledger, Blocks | None]


class _Front(Struct, frozen=True):
    """What stands before the columns: the ledger without its tasks, names of departments, the file of lines, counts."""

    ledger: Ledger
    departments: list[str]
    lines: str
    tasks: int
    blocks: int


class Cache:
    """The copies in `folder`, worked out when it is needed; with None there are none."""

    def __init__(self, folder: Path | Callable[[], Path | None] | None) -> None:
        self._given = folder

    @property
    def _folder(self) -> Path:
        """The folder. Raises OSError where there is none."""
        folder = self._given() if callable(self._given) else self._given
        if folder is None:
            raise FileNotFoundError
        return folder

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}-{__version__}-{SCHEMA}.{MEANING}-{sys.byteorder}{_SUFFIX}"

    def get(self, digest: str, *, parse: Callable[[], Sequence[Task]]) -> Copy | None:
        """Return what the bytes with this digest hold, with their blocks where they are known; None without a copy.

        `parse` gives the tasks where a line is damaged.
        """
        try:
            path = self._path(digest)
            with _own_file(path) as file:
                known, size = _HEAD.unpack(file.read(_HEAD.size))
                data = memoryview(file.read())
            if crc32(data, size) != known:
                return None
            front = msgspec.json.decode(data[:size], type=_Front)
        except (OSError, ValueError, struct.error):  # msgspec's own among them
            return None
        columns, left = _columns(data[size:], _FORMATS, front.tasks)
        blocks, _none = _columns(left, {"kind": "B", "place": "Q"}, front.blocks)
        lines = _Lines(path.with_name(front.lines), columns, parse)
        ledger = msgspec.structs.replace(front.ledger, tasks=Tasks(Kept(columns, front.departments, lines, {})))
        return ledger, (Blocks(bytes(blocks["kind"]), blocks["place"]) if front.blocks else None)

    def put(self, digest: str, ledger: Ledger, *, size: int, blocks: Blocks | None = None) -> bool:
        """Keep `ledger` as what the `size` bytes with this digest hold, whose blocks stand there if they are known.

        Return whether that was done.
        """
        if size < _WORTHWHILE or not ledger.pilot.cache:
            return False
        try:
            path = self._path(digest)
            path.parent.mkdir(mode=rights.PRIVATE_FOLDER, parents=True, exist_ok=True)
            lines, departments, columns = _parts(path.parent, ledger.tasks)
            rest = msgspec.structs.replace(ledger, tasks=())
            count = len(blocks.kinds) if blocks else 0
            front = msgspec.json.encode(_Front(rest, departments, lines, len(ledger.tasks), count))
            data = b"".join(
                (front, *columns, *((blocks.kinds, struct.pack(f"{count}Q", *blocks.places)) if blocks else ()))
            )
            files.replace(path, (_HEAD.pack(crc32(data, len(front)), len(front)), data), durable=False)
            self._prune(path.parent)
        except struct.error:  # a number is too large: an id that no program gave
            return False
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:  # what is left of the disk is for the store
                self.clear()
            return False
        return True

    def digest_of(self, mark: files.Mark | None) -> str | None:
        """Return the digest of the store that bears this mark, None where it was not noted."""
        with suppress(OSError, ValueError):
            if mark is not None:
                with _own_file(self._note(mark)) as file:
                    return file.read().decode()
        return None

    def note(self, mark: files.Mark | None, digest: str) -> None:
        """Note the digest of the store that bears this mark, where there is any."""
        with suppress(OSError):
            if mark is not None:
                files.replace(self._note(mark), digest.encode(), durable=False)

    def _note(self, mark: files.Mark) -> Path:
        return self._folder / f"{'-'.join(map(str, mark))}{_NOTE}"

    def clear(self) -> None:
        """Remove all copies, of whatever store."""
        with suppress(OSError):
            for path in self._folder.glob(f"*{_SUFFIX}*"):
                path.unlink()

    @staticmethod
    def _prune(folder: Path) -> None:
        """Remove all files of ours but the youngest; one that is just being made is lost too."""
        with os.scandir(folder) as entries:
            ours = [entry for entry in entries if _SUFFIX in entry.name]
        for ending, count in _KEPT.items():
            alike = (entry for entry in ours if entry.name.endswith(ending))
            for stale in sorted(alike, key=lambda entry: entry.stat().st_mtime, reverse=True)[count:]:
                Path(stale.path).unlink(missing_ok=True)


def _own_file(path: Path, mode: str = "r") -> FileIO:
    """Open a file, with "a" to put something behind, or made. Raises OSError where it is not this user's own.

    A pipe is not waited for.
    """
    access = os.O_RDONLY if mode == "r" else os.O_WRONLY | os.O_APPEND | os.O_CREAT
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))
    descriptor = os.open(path, access | sum(flags), rights.PRIVATE)
    state = os.fstat(descriptor)
    others = hasattr(os, "geteuid") and (state.st_uid != os.geteuid() or state.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    if others or not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise PermissionError
    return FileIO(descriptor, mode)


def _columns(
    data: memoryview, formats: Mapping[str, StructCode], count: int
) -> tuple[dict[str, memoryview], memoryview]:
    """Return the columns with which `data` begins, and what is left of it."""
    columns = {}
    for name, form in formats.items():
        size = count * struct.calcsize(form)
        columns[name], data = data[:size].cast(form), data[size:]
    return columns, data


class _Lines:
    """The lines of a copy, in the file at `path`."""

    def __init__(self, path: Path, columns: Mapping[str, memoryview], parse: Callable[[], Sequence[Task]]) -> None:
        self.path, self._columns, self._parse = path, columns, parse

    def __call__(self, places: Collection[int] | None) -> Sequence[Task]:
        """Return the tasks at these places, or all of them."""
        try:
            return self._decode(range(len(self._columns["sum"])) if places is None else places)
        except (OSError, ValueError):
            tasks = self._parse()
            return tasks if places is None else [tasks[place] for place in places]

    def _decode(self, places: Collection[int]) -> list[Task]:
        starts, lengths, sums = (self._columns[name] for name in ("start", "length", "sum"))
        with _own_file(self.path) as file:
            if len(places) * 4 > len(sums):  # sooner read as a whole
                whole = memoryview(file.read())
                lines: list[bytes | memoryview] = [whole[starts[at] : starts[at] + lengths[at]] for at in places]
            else:
                lines = [file.read(lengths[at]) for at in places if file.seek(starts[at]) >= 0]
        if list(map(crc32, lines)) != [sums[at] for at in places]:
            raise ValueError
        return list(map(msgspec.json.Decoder(Task).decode, lines))

    def are_mostly_old(self) -> bool:
        """Tell whether the file has more of what changed since than of what did not. Raises OSError."""
        return self.path.stat().st_size > 2 * sum(self._columns["length"])


def _append(path: Path, lines: bytes) -> int:
    """Put `lines` behind those that are there, and return where they begin. Raises OSError."""
    with _own_file(path, "a") as file:
        os.utime(path)  # it is not to go before copies that have lines in it
        if file.write(lines) != len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return file.tell() - len(lines)


_NO_TASKS: Final = Kept(
    {name: memoryview(b"").cast(form) for name, form in _FORMATS.items()}, (), lambda _places: (), {}
)
_encode: Final = msgspec.json.Encoder().encode


def _parts(folder: Path, tasks: Sequence[Task]) -> tuple[str, list[str], list[bytearray]]:
    """Put the lines of tasks that have none in a file; return its name, names of departments, and the columns.

    Raises OSError, struct.error.
    """
    lines = cast("_Lines", tasks.kept.look) if isinstance(tasks, Tasks) else None  # nothing else decodes tasks
    if not isinstance(tasks, Tasks) or not lines or lines.are_mostly_old():
        tasks, lines = Tasks(_NO_TASKS, added=tuple(tasks)), None
    kept, changed = tasks.kept, dict(sorted(tasks.changed.items()))
    departments = {name: place for place, name in enumerate(kept.departments)}
    fresh = (*changed.values(), *tasks.added)
    texts = [_encode(task) + b"\n" for task in fresh]
    path = lines.path if lines else folder / f"{os.urandom(8).hex()}{_LINES}"
    lengths = list(map(len, texts))
    starts = list(accumulate(lengths, initial=_append(path, b"".join(texts))))[:-1]
    numbers = list(zip(*(numbers_of(task, departments) for task in fresh), strict=True)) or [()] * len(FORMATS)
    values = (*numbers, starts, lengths, list(map(crc32, texts)))
    columns = []
    for (name, form), own in zip(_FORMATS.items(), values, strict=True):
        column = bytearray(kept.columns[name])
        for place, value in zip(changed, own, strict=False):
            memoryview(column).cast(form)[place] = value
        columns.append(column + struct.pack(f"{len(tasks.added)}{form}", *own[len(changed) :]))
    return path.name, list(departments), columns
