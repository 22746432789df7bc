"""Parsed copies of stores in the user's cache folder, so that a large store is parsed once.

A copy is named by the digest of the store's bytes and by the form of the records, so a store that was changed in any
way finds none; it carries a checksum, so a damaged copy is none either. Nothing here ever fails: without a copy the
store is parsed.

A copy is JSON, as fast as msgpack, which would lose the UTC offset of times: each task a line. Before them stand the
rest of the ledger and, of each task, where its line ends and what says whether it may be overdue: of 100,000 tasks a
reader who wants those alone decodes a fifth (60 ms in the place of 270).
"""

import os
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from pilottask import __version__
from pilottask.ledger import history
from pilottask.ledger.records import SCHEMA, Ledger, Status, Step, Task
from pilottask.store import files, rights

_KEPT: Final = 4
_SUFFIX: Final = ".ledger"
_WORTHWHILE: Final = 24 * 1024
"""Bytes under which parsing takes no longer than looking for a copy."""
_NUMBER_BYTES: Final = 4
"""Bytes of the checksum, and of the length of the front matter, which stand first."""


class Due(Struct, frozen=True):
    """The tasks that a reader will look at: those with one of these statuses that are due on this day or before."""

    until: date
    statuses: frozenset[Status]


class _Front(Struct, frozen=True):
    """What stands before the tasks: the rest in JSON; of each task its line's end, its status, its deadline or 0.

    Where a step that is not done ends before its task, its day stands for the deadline, as it is late first. `last` is
    the latest day of what was last recorded of a task, 0 without any.
    """

    ledger: bytes
    last: int
    ends: list[int]
    statuses: list[Status]
    dues: list[int]


class Copy(Struct, frozen=True):
    """A ledger from a copy, and the latest day of what was last recorded of its tasks, those left out among them."""

    ledger: Ledger
    last_day: date | None


class Cache:
    """The copies in `folder`, worked out when it is needed; with None there are none."""

    def __init__(self, folder: Path | Callable[[], Path | None] | None) -> None:
        self._given = folder

    def _path(self, digest: str, size: int) -> Path | None:
        folder = None if size < _WORTHWHILE else self._folder()
        return None if folder is None else folder / f"{digest}-{__version__}-{SCHEMA}{_SUFFIX}"

    def _folder(self) -> Path | None:
        return self._given() if callable(self._given) else self._given

    def get(self, digest: str, *, size: int, only: Due | None = None) -> Copy | None:
        """Return the ledger parsed from the bytes with this digest, or None; with `only`, without other tasks."""
        path = self._path(digest, size)
        if path is None:
            return None
        try:
            kept = memoryview(path.read_bytes())
            if zlib.crc32(kept[_NUMBER_BYTES:]) != _number(kept):
                return None
            begin = 2 * _NUMBER_BYTES + _number(kept[_NUMBER_BYTES:])
            front = msgspec.json.decode(kept[2 * _NUMBER_BYTES : begin], type=_Front)
            lines = kept[begin:]
            chosen = lines if only is None else _choose(lines, front, only)
            tasks = msgspec.json.Decoder(Task).decode_lines(chosen)
            rest = msgspec.json.decode(front.ledger, type=Ledger)
        except (OSError, ValueError):  # msgspec's own among them
            return None
        last = date.fromordinal(front.last) if front.last else None
        return Copy(msgspec.structs.replace(rest, tasks=tuple(tasks)), last)

    def put(self, digest: str, ledger: Ledger, *, size: int) -> None:
        """Keep `ledger` as what the bytes with this digest hold."""
        path = self._path(digest, size)
        if path is None or not ledger.pilot.cache:
            return
        lines = list(map(msgspec.json.Encoder().encode, ledger.tasks))
        last = history.last_day(ledger.tasks)
        front = msgspec.json.encode(
            _Front(
                msgspec.json.encode(msgspec.structs.replace(ledger, tasks=())),
                last.toordinal() if last else 0,
                list(accumulate(len(line) + 1 for line in lines)),
                [task.status for task in ledger.tasks],
                [
                    _first_due(task) if Step in map(type, task.log) else task.due.toordinal() if task.due else 0
                    for task in ledger.tasks
                ],
            )
        )
        content = b"".join((_bytes(len(front)), front, b"\n".join(lines)))
        with suppress(OSError):
            path.parent.mkdir(mode=rights.PRIVATE_FOLDER, parents=True, exist_ok=True)
            files.replace(path, _bytes(zlib.crc32(content)) + content, durable=False)
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


def _first_due(task: Task) -> int:
    """Return the day on which the task or a step that is not done is due, the earliest, as a number; 0 without one."""
    days = [step.due for step in history.steps(task) if step.done is None]
    days += [task.due] if task.due else []
    return min(days).toordinal() if days else 0


def _choose(lines: memoryview, front: _Front, only: Due) -> bytes:
    """Return the lines of the tasks that `only` wants."""
    until = only.until.toordinal()
    columns = zip(pairwise([0, *front.ends]), front.statuses, front.dues, strict=True)
    wanted = only.statuses
    return b"\n".join(
        [lines[begin : end - 1] for (begin, end), status, due in columns if 0 < due <= until and status in wanted]
    )


def _bytes(number: int) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big")


def _number(data: memoryview) -> int:
    return int.from_bytes(data[:_NUMBER_BYTES], "big")
