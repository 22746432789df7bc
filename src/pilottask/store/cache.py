"""Parsed copies of stores in the user's cache folder, so that a large store is parsed once.

A copy is named by the digest of the store's bytes and by the form of the records, so a store that was changed in any
way finds none. It is believed only where it is the user's own file, which nobody else can write or read; what stands
before its lines carries a checksum, and so does each line, so a damaged copy is none either. Nothing here ever fails:
without a copy the store is parsed.

It is looked into, not loaded. First stands the ledger without its tasks, then columns with a few numbers of each task
(`ledger.tasks`) and where its block begins in the store; last the tasks in JSON, a line each, which are decoded when
they are looked at. After a write the new copy is made of slices of the one before.
"""

import os
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import FileIO
from itertools import accumulate, chain
from pathlib import Path
from struct import calcsize, pack
from struct import error as NumberTooLarge  # noqa: N812  of an id that no program gave
from typing import Final, cast
from zlib import crc32

import msgspec
from msgspec import Struct

from pilottask import __version__
from pilottask.ledger.records import SCHEMA, Ledger, Task
from pilottask.ledger.tasks import FORMATS, MEANING, Form, Kept, Tasks, numbers_of
from pilottask.store import files, rights

_KEPT: Final = 4
_SUFFIX: Final = ".ledger"
_WORTHWHILE: Final = 24 * 1024
"""Bytes under which parsing takes no longer than looking for a copy."""
_NUMBER_BYTES: Final = 4
"""Bytes of the checksum, and of the lengths of the front and of the columns, which stand first."""
_FORMATS: Final[Mapping[str, Form]] = {**FORMATS, "length": "I", "sum": "I"}
"""Of a task its numbers, and the length and checksum of its line."""
_CHUNK: Final = 1 << 20


class Blocks(Struct, frozen=True):
    """Where the blocks of a store in TOML begin, in their order, and of which kind each is."""

    kinds: bytes
    places: Sequence[int]


Copy = tuple[Ledger, Blocks | None]


class _Front(Struct, frozen=True):
    """What stands before the columns: the ledger without its tasks, names of departments, how long the columns are."""

    ledger: Ledger
    departments: list[str]
    tasks: int
    blocks: int


class Cache:
    """The copies in `folder`, worked out when it is needed; with None there are none."""

    def __init__(self, folder: Path | Callable[[], Path | None] | None) -> None:
        self._given = folder

    def _path(self, digest: str, size: int) -> Path | None:
        folder = None if size < _WORTHWHILE else self._folder()
        form = f"{__version__}-{SCHEMA}.{MEANING}-{sys.byteorder}"
        return None if folder is None else folder / f"{digest}-{form}{_SUFFIX}"

    def _folder(self) -> Path | None:
        return self._given() if callable(self._given) else self._given

    def get(self, digest: str, *, size: int, parse: Callable[[], Sequence[Task]]) -> Copy | None:
        """Return what the bytes with this digest hold, with their blocks where they are known; None without a copy.

        `parse` gives the tasks where a line is damaged.
        """
        path = self._path(digest, size)
        if path is None:
            return None
        try:
            with _own_file(path) as file:
                known, front_size, rest = (int.from_bytes(file.read(_NUMBER_BYTES), "big") for _number in range(3))
                head = memoryview(file.read(front_size + rest))
            if crc32(head) != known:
                return None
            front = msgspec.json.decode(head[:front_size], type=_Front)
        except (OSError, ValueError):  # msgspec's own among them
            return None
        columns, left = _columns(head[front_size:], _FORMATS, front.tasks)
        blocks, _none = _columns(left, {"kind": "B", "place": "Q"}, front.blocks)
        lines = _Lines(path, 3 * _NUMBER_BYTES + len(head), columns, parse)
        ledger = msgspec.structs.replace(front.ledger, tasks=Tasks(Kept(columns, front.departments, lines, {})))
        return ledger, (Blocks(bytes(blocks["kind"]), blocks["place"]) if front.blocks else None)

    def put(self, digest: str, ledger: Ledger, *, size: int, blocks: Blocks | None = None) -> None:
        """Keep `ledger` as what the bytes with this digest hold, whose blocks stand there if they are known."""
        path = self._path(digest, size)
        if path is None or not ledger.pilot.cache:
            return
        with suppress(OSError, NumberTooLarge):
            departments, columns, lines = _parts(ledger.tasks)
            rest = msgspec.structs.replace(ledger, tasks=())
            count = len(blocks.kinds) if blocks else 0
            front = msgspec.json.encode(_Front(rest, list(departments), len(ledger.tasks), count))
            head = b"".join((front, *columns, *((blocks.kinds, pack(f"{count}Q", *blocks.places)) if blocks else ())))
            sizes = (crc32(head), len(front), len(head) - len(front))
            path.parent.mkdir(mode=rights.PRIVATE_FOLDER, parents=True, exist_ok=True)
            files.replace(path, (*(size.to_bytes(_NUMBER_BYTES, "big") for size in sizes), head, *lines), durable=False)
            self._prune(path.parent)

    def clear(self) -> None:
        """Remove all copies, of whatever store."""
        folder = self._folder()
        with suppress(OSError):
            for path in [] if folder is None else folder.glob(f"*{_SUFFIX}*"):
                path.unlink()

    @staticmethod
    def _prune(folder: Path) -> None:
        with os.scandir(folder) as entries:
            ours = [entry for entry in entries if _SUFFIX in entry.name]
        left = [
            entry for entry in ours if entry.name.endswith(".pilottask.tmp")
        ]  # left by writers that were killed; one that is just being made is lost too
        copies = sorted((entry for entry in ours if entry.name.endswith(_SUFFIX)), key=_age)
        for stale in (*left, *copies[:-_KEPT]):
            Path(stale.path).unlink(missing_ok=True)


def _age(entry: "os.DirEntry[str]") -> float:
    return entry.stat().st_mtime


def _own_file(path: Path) -> FileIO:
    """Open a copy. Raises OSError where it is not a file of this user's own; a pipe is not waited for."""
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))
    descriptor = os.open(path, os.O_RDONLY | sum(flags))
    state = os.fstat(descriptor)
    others = hasattr(os, "geteuid") and (state.st_uid != os.geteuid() or state.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    if others or not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise PermissionError
    return FileIO(descriptor)


def _columns(data: memoryview, formats: Mapping[str, Form], count: int) -> tuple[dict[str, memoryview], memoryview]:
    """Return the columns with which `data` begins, and what is left of it."""
    columns = {}
    for name, form in formats.items():
        size = count * calcsize(form)
        columns[name], data = data[:size].cast(form), data[size:]
    return columns, data


class _Lines:
    """The lines of a copy, decoded when they are asked for; where one is damaged, the store is parsed."""

    def __init__(
        self, path: Path, begin: int, columns: Mapping[str, memoryview], parse: Callable[[], Sequence[Task]]
    ) -> None:
        self._path, self._begin, self._columns, self._parse = path, begin, columns, parse

    def __call__(self, places: Collection[int] | None) -> Sequence[Task]:
        """Return the tasks at these places, or all of them."""
        try:
            return self._decode(range(len(self._columns["length"])) if places is None else places)
        except (OSError, ValueError):
            tasks = self._parse()
            return tasks if places is None else [tasks[place] for place in places]

    def _decode(self, places: Collection[int]) -> list[Task]:
        starts, sums = self._starts(), self._columns["sum"]
        with _own_file(self._path) as file:
            if len(places) * 4 > len(sums):  # sooner read as a whole
                file.seek(self._begin)
                whole = memoryview(file.read(starts[-1]))
                lines: list[bytes | memoryview] = [whole[starts[place] : starts[place + 1]] for place in places]
            else:
                lines = [b"".join(self._read(file, starts[place], starts[place + 1])) for place in places]
        if list(map(crc32, lines)) != [sums[place] for place in places]:
            raise ValueError
        return list(map(msgspec.json.Decoder(Task).decode, lines))

    def spliced(self, changed: Mapping[int, bytes]) -> Iterator[bytes]:
        """Yield the lines, those at these places changed. Raises OSError."""
        starts, start = self._starts(), 0
        if not starts[-1]:
            return
        with _own_file(self._path) as file:
            for place, line in changed.items():
                yield from self._read(file, start, starts[place])
                yield line
                start = starts[place + 1]
            yield from self._read(file, start, starts[-1])

    def _starts(self) -> list[int]:
        return list(accumulate(self._columns["length"], initial=0))

    def _read(self, file: FileIO, start: int, end: int) -> Iterator[bytes]:
        """Yield what stands from one place to another, in pieces. Raises OSError where the file ends before."""
        file.seek(self._begin + start)
        while start < end:
            piece = file.read(min(end - start, _CHUNK))
            if not piece:
                raise OSError
            start += len(piece)
            yield piece


_NO_LINES: Final = _Lines(Path(os.devnull), 0, {"length": memoryview(b"")}, tuple)


def _parts(tasks: Sequence[Task]) -> tuple[Iterable[str], list[bytes], Iterable[bytes]]:
    """Return the names of departments, the columns and the lines of a copy; slices of the one that they came from."""
    if not isinstance(tasks, Tasks):
        tasks = Tasks(Kept(dict.fromkeys(_FORMATS, b""), (), _NO_LINES, {}), added=tuple(tasks))
    departments = {name: place for place, name in enumerate(tasks.kept.departments)}
    changed = {place: _encoded(task, departments) for place, task in sorted(tasks.changed.items())}
    added = [_encoded(task, departments) for task in tasks.added]
    ends = list(zip(*(numbers for _line, numbers in added), strict=True)) or [()] * len(_FORMATS)
    columns = []
    for index, (name, form) in enumerate(_FORMATS.items()):
        column = bytearray(tasks.kept.columns[name])
        for place, (_line, numbers) in changed.items():
            memoryview(column).cast(form)[place] = numbers[index]
        columns.append(bytes(column) + pack(f"{len(added)}{form}", *ends[index]))
    kept = cast("_Lines", tasks.kept.look)  # nothing else decodes tasks
    lines = kept.spliced({place: line for place, (line, _numbers) in changed.items()})
    return departments, columns, chain(lines, [b"".join(line for line, _numbers in added)])


_encode: Final = msgspec.json.Encoder().encode


def _encoded(task: Task, departments: dict[str, int]) -> tuple[bytes, tuple[int, ...]]:
    """Return the line of a task and its numbers; a department that is not among `departments` is put there."""
    line = _encode(task) + b"\n"
    return line, (*numbers_of(task, departments), len(line), crc32(line))
