"""The versions of a store: each write keeps what was before it, and `undo` steps through them.

Beside `tasks.toml` stands the folder `tasks.toml.versions` with the bytes of each version and an index. The version
that was last written is kept too, apart from the store itself, so that a store damaged by hand loses nothing. Old
versions go in time; what is kept of issued sheets stays for good.

A version and the index that names it are on disk before the store is replaced. A version's file carries a part of its
digest in its name, and nothing is believed that has another: neither by the index nor where the index was lost.
"""

import errno
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from pilottask.base.errors import BadStore, PilotError, UsageFault
from pilottask.base.i18n import _
from pilottask.base.interrupts import note_change, placing
from pilottask.base.text import safe
from pilottask.store import files
from pilottask.store.files import Part, digest
from pilottask.store.reader import Author
from pilottask.store.sheet_files import NAME as SHEET
from pilottask.store.sheet_files import SheetFile

KEPT: Final = 50
"""Versions kept before the present one."""
KEPT_BYTES: Final = 512 * 1024 * 1024
"""Bytes that old versions may take together; the last few are kept whatever they take."""
_KEPT_ALWAYS: Final = 3
NOT_KNOWN: Final = "?"
"""The command of a version whose index was lost."""
_INDEX: Final = "index.json"
_MARK: Final = 10
"""Digits of a version's digest in the name of its file."""
_UID: Final = rb'''["']?uid["']?[ \t]*[=:][ \t]*"([^"\\\n]*)"'''
"""A uid in TOML or JSON; one with a mark in it that is escaped was not given by this program."""


class Version(msgspec.Struct, frozen=True):
    """One version of the store: what wrote it, when (aware), as whom.

    `command` is None for an edit by hand, NOT_KNOWN where the index that had it was lost. `undone` where it was taken
    back and something else was written then, so that neither `undo` nor `redo` comes by.
    `sent` where a sync made it one with the lists of others: what went before is not gone back to.
    """

    n: int
    digest: str
    size: int
    at: datetime
    by: str
    command: str | None = None
    undone: bool | msgspec.UnsetType = msgspec.UNSET
    sent: bool | msgspec.UnsetType = msgspec.UNSET


class Step(NamedTuple):
    """A step back or forward: the version now present, the one left, and those passed over as damaged."""

    present: Version
    left: Version | None
    damaged: tuple[Version, ...]


class _Index(msgspec.Struct, frozen=True):
    versions: tuple[Version, ...] = ()
    present: int = -1
    """Place of the present version."""

    def steps_to(self, *, back: bool) -> list[int]:
        """Return the places to which `undo` or `redo` would go, the nearest first."""
        positions = range(self.present - 1, -1, -1) if back else range(self.present + 1, len(self.versions))
        return [position for position in positions if not self.versions[position].undone]

    def last_sent(self) -> int | None:
        """Return the place of the last version up to the present one that was made one with the lists of others."""
        return next((place for place in range(self.present, -1, -1) if self.versions[place].sent is True), None)

    def next(self, known: str, size: int, author: Author, *, command: str | None = None) -> Version:
        """Return the version to come, of `size` bytes with this digest."""
        n = 1 + max((version.n for version in self.versions), default=0)
        return Version(n, known, size, author.at, safe(author.by), command)

    def with_present(self, fresh: Version) -> "_Index":
        """Return the index with `fresh` as the present version; those that could be redone are undone for good."""
        ahead = [msgspec.structs.replace(version, undone=True) for version in self.versions[self.present + 1 :]]
        versions = (*self.versions[: self.present + 1], *ahead, fresh)
        return _Index(versions, len(versions) - 1)


class Versions:
    """The versions of the store at `path`. All but reading them needs the store's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = files.versions_folder(path)
        files.refuse_link(self._folder)
        self._pattern = rf"(\d{{6,}})-([0-9a-f]{{{_MARK}}}){re.escape(path.suffix)}"
        self._index_is_lost = False
        self._index = self._read_index()

    def _read_index(self) -> _Index:
        with suppress(FileNotFoundError, msgspec.DecodeError):
            index = msgspec.json.decode((self._folder / _INDEX).read_bytes(), type=_Index)
            if index.present in range(len(index.versions)):
                return index
        self._index_is_lost = True
        return _Index(versions := tuple(self._scan()), len(versions) - 1)

    def _scan(self) -> Iterator[Version]:
        """Yield the versions whose files are there, where no index names them."""
        if not os.path.lexists(self._folder):
            return
        for path in sorted(self._folder.iterdir()):
            name = re.fullmatch(self._pattern, path.name, re.ASCII)
            if name is not None and path.is_file():
                data, at = path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime).astimezone()
                known = digest(data)
                mark = known if known.startswith(name[2]) else name[2]
                yield Version(int(name[1]), mark, len(data), at, by=_("unknown"), command=NOT_KNOWN)

    def _name(self, version: Version) -> str:
        return f"{version.n:06}-{version.digest[:_MARK]}{self._path.suffix}"

    def _file(self, version: Version) -> Path:
        return self._folder / self._name(version)

    def _is_ours(self, name: str) -> bool:
        """Tell whether a file of this name is a version, or what a killed writer left; all else is the user's own."""
        left = files.temporary_of(Path(rf"({self._pattern}|{re.escape(_INDEX)}|{SHEET})")).name
        return re.fullmatch(rf"{self._pattern}|{left}", name, re.ASCII) is not None

    @property
    def entries(self) -> Sequence[Version]:
        """All versions, oldest first."""
        return self._index.versions

    @property
    def present(self) -> Version | None:
        """The version that was written last."""
        return self._index.versions[self._index.present] if self._index.versions else None

    def faults(self) -> Iterator[tuple[Version, BadStore]]:
        """Yield the versions that are damaged or gone, with what is wrong with them. Raises IoFault."""
        for version in self._index.versions:
            try:
                self.read(version)
            except BadStore as error:
                yield version, error

    def mend(self, data: bytes, author: Author) -> list[Version]:
        """Keep `data`, the present bytes, where their version is damaged; return the others, taken off the list.

        Raises OSError, IoFault.
        """
        index = self._index_with(data, None, author)
        present = index.versions[index.present]
        self._keep_present(index, data)
        gone = [version for version, _error in self.faults() if version.n != present.n]
        if gone:
            left = tuple(version for version in index.versions if version not in gone)
            self._index = _Index(left, left.index(present))
            self._save(self._index)
            self._remove_unnamed()
        return gone

    def read(self, version: Version) -> bytes:
        """Return the bytes of `version`. Raises BadStore where its file is gone or damaged, IoFault."""
        path = self._file(version)
        try:
            data = self._bytes(version)
        except OSError as error:
            if not isinstance(error, FileNotFoundError | IsADirectoryError) and error.errno != errno.EIO:
                raise files.fault(error, _("cannot read {path}").format(path=path)) from error
            raise BadStore(
                _("version {n}, kept in {path}, cannot be read").format(n=version.n, path=path), hint=_hint()
            ) from error
        if len(data) != version.size or digest(data) != version.digest:
            raise BadStore(_("version {n}, kept in {path}, is damaged").format(n=version.n, path=path), hint=_hint())
        return data

    def _bytes(self, version: Version) -> bytes:
        path = self._file(version)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            before = path.with_name(f"{version.n:06}{path.suffix}")  # as the first pilottask called it
            return before.read_bytes()

    def removals(self, uids: Collection[str]) -> dict[str, Version]:
        """Return for those of `uids` that stood in a kept version, and not in the next, which one that was: the last.

        Only versions are looked at that are smaller than the one before, or were made by hand: all other changes put
        something on record.
        """
        results: dict[str, Version] = {}
        line = [version for version in self._index.versions[: self._index.present + 1] if not version.undone]
        for before, after in pairwise(line):
            if after.command in {None, NOT_KNOWN} or after.size < before.size:
                with suppress(PilotError):  # one that is damaged says nothing
                    gone = _uids(self.read(before)) - _uids(self.read(after))
                    results |= dict.fromkeys(gone.intersection(uids), after)
        return results

    def write(
        self,
        before: bytes | None,
        after: Sequence[Part],
        author: Author,
        *,
        known: str | None = None,
        issued: SheetFile | None = None,
        sent: bool = False,
        last_look: Callable[[], None] = lambda: None,
    ) -> tuple[str, os.stat_result]:
        """Put `after`, given in parts, in the place of `before`, keeping both.

        Return the digest of `after`, and the state of its file. `known` is that of `before`, where it has been worked
        out; `issued` is what is kept for good of a sheet that `after` is the first to name: it is safe on the disk
        before that. Raises OSError with the store as it was, and what `last_look` raises, which keeps the store from
        being replaced.
        """
        index = self._index_with(before, known, author)
        self._keep_present(index, before)
        fresh = index.next(digest(*after), sum(map(len, after)), author, command=safe(author.command))
        fresh = msgspec.structs.replace(fresh, sent=sent or msgspec.UNSET)
        placing()
        try:
            self._keep(fresh, after)
            if issued is not None:
                files.replace(self._folder / issued.name, issued.data, like=self._path)
            return fresh.digest, self._replace(index.with_present(fresh), after, last_look)
        except BaseException as error:
            with suppress(OSError):
                self._file(fresh).unlink(missing_ok=True)
            if issued is not None and isinstance(error, Exception):  # Ctrl-C may come when the store names it
                with suppress(OSError):
                    (self._folder / issued.name).unlink(missing_ok=True)
            raise

    def step(
        self,
        before: bytes | None,
        back: bool,
        author: Author,
        *,
        check: Callable[[bytes], None] = lambda _then: None,
        last_look: Callable[[], None] = lambda: None,
    ) -> Step:
        """Go one version back or forward, past those that are damaged, or of which `check` raises BadStore.

        What was changed by hand since the last write is kept as a version of its own. Raises UsageFault where
        there is none to go to, BadStore where all that are kept are bad, OSError with the store as it was, and what
        else `check` raises of the bytes of the one that is gone to, and `last_look`.
        """
        index = self._index_with(before, None, author)
        positions = index.steps_to(back=back)
        fault: PilotError = UsageFault(_("there is nothing to undo") if back else _("there is nothing to redo"))
        if back and (sent := index.last_sent()) is not None:
            positions = [position for position in positions if position >= sent]
            fault = _sent_fault(index.versions[sent])
        if before is None and back and index.versions:
            positions = [index.present, *positions]  # the file is gone; what was written last comes back
        damaged: list[Version] = []
        for position in positions:
            target = index.versions[position]
            try:
                data = self.read(target)
                check(data)
            except BadStore as error:
                damaged.append(target)
                fault = fault if isinstance(fault, BadStore) else error
                continue
            left = None if before is None else index.versions[index.present]
            self._keep_present(index, before)
            placing()
            self._replace(_Index(index.versions, position), [data], last_look)
            return Step(target, left, tuple(damaged))
        raise fault

    def check_not_sent(self, version: Version) -> None:
        """Raise UsageFault where `version` is from before the list was last made one with those of others."""
        sent = self._index.last_sent()
        if sent is not None and self._index.versions.index(version) < sent:
            raise _sent_fault(self._index.versions[sent])

    def mark_sent(self, data: bytes, author: Author) -> None:
        """Note that `data`, the present bytes, are one with the lists of others. Raises OSError."""
        index = self._index_with(data, None, author)
        self._keep_present(index, data)
        present = msgspec.structs.replace(index.versions[index.present], sent=True)
        versions = (*index.versions[: index.present], present, *index.versions[index.present + 1 :])
        self._index = _trim(_Index(versions, index.present))
        self._save(self._index)

    def _replace(self, index: _Index, data: Sequence[Part], last_look: Callable[[], None]) -> os.stat_result:
        """Put `data`, the present version of `index`, in the place of the store, and let go what is too old.

        Return the state of the new file. Raises OSError and what `last_look` raises, with the index as it was.
        """
        index = _trim(index)
        try:
            self._save(index)
            state = files.replace(self._path, data, like=self._path, last_look=last_look)
        except BaseException:
            with suppress(OSError):
                self._save(self._index)
            raise
        note_change()
        self._index = index
        with suppress(OSError):
            self._remove_unnamed()
        return state

    def before_hand_edit(self, known: str) -> Version | None:
        """Return what a command last wrote, where it was changed by hand since; None where it was not.

        `known` is the digest of the present bytes.
        """
        position, versions = self._find(known), self._index.versions
        if position is not None and versions[position].command is not None:
            return None
        written = versions[: (self._index.present if position is None else position) + 1]
        return next((version for version in reversed(written) if version.command is not None), None)

    def _find(self, known: str) -> int | None:
        """Return the place of the version with this digest that may be the present one, or None."""
        index = self._index
        positions = [
            index.present,
            *index.steps_to(back=True)[:1],
            *index.steps_to(back=False)[:1],
        ]  # a crash came in between
        if self._index_is_lost:
            positions = [*reversed(range(len(index.versions)))]
        return next(
            (position for position in positions if position >= 0 and index.versions[position].digest == known), None
        )

    def _index_with(self, data: bytes | None, known: str | None, author: Author) -> _Index:
        """Return the index with the present bytes as its present version, one of its own where it knows none."""
        index = self._index
        if data is None:
            return index
        known = known or digest(data)
        if (position := self._find(known)) is not None:
            return _Index(index.versions, position)
        return index.with_present(index.next(known, len(data), author))

    def _keep_present(self, index: _Index, data: bytes | None) -> None:
        """Keep `data`, the present version, where its file does not: it is new, gone or damaged."""
        if data is None:
            return
        present = index.versions[index.present]
        with suppress(OSError):
            if files.holds(self._file(present), data):
                return
        self._keep(present, [data])

    def keep_beside(self, kept: Mapping[str, bytes]) -> None:
        """Keep for good what is kept of issued sheets and slips, by the names of its files. Raises OSError."""
        if kept:
            self._make_folder()
        for name, data in kept.items():
            files.replace(self._folder / name, data, like=self._path)

    def _keep(self, version: Version, data: Sequence[Part]) -> None:
        self._make_folder()
        files.replace(self._file(version), data, like=self._path)

    def _make_folder(self) -> None:
        def ours(name: str) -> bool:
            return self._is_ours(name) or re.fullmatch(SHEET, name) is not None

        files.make_beside(self._folder, like=self._path, ours=ours)

    def _save(self, index: _Index) -> None:
        files.replace(self._folder / _INDEX, msgspec.json.encode(index), like=self._path)

    def _remove_unnamed(self) -> None:
        """Remove files of ours that no version names. Raises OSError."""
        named = {_INDEX, *map(self._name, self._index.versions)}
        with os.scandir(self._folder) as entries:
            stale = [
                entry.path
                for entry in entries
                if entry.name not in named and self._is_ours(entry.name) and not entry.is_dir(follow_symlinks=False)
            ]
        for path in stale:
            Path(path).unlink()


def _trim(index: _Index) -> _Index:
    """Return the index without the oldest versions over the limits."""
    before = index.versions[max(index.present - KEPT, 0) : index.present]
    sizes = accumulate(version.size for version in reversed(before))
    kept = sum(size <= KEPT_BYTES or place < _KEPT_ALWAYS for place, size in enumerate(sizes))
    return _Index(index.versions[index.present - kept :], kept)


def culprit(error: OSError, path: Path) -> Path | None:
    """Return which of the files that stand beside the store at `path` an error is about, None where it is none."""
    folder = files.versions_folder(path)
    for name in (error.filename2, error.filename):
        place = Path(name) if isinstance(name, str) else path
        if folder in (place, *place.parents):
            return place if os.path.lexists(place) else folder
        if place == files.temporary_of(path) and os.path.lexists(place):
            return place
    return None


def _uids(data: bytes) -> frozenset[str]:
    """Return what stands as a uid in the bytes of a store, of either form, damaged or not."""
    return frozenset(found.decode(errors="replace") for found in re.findall(_UID, data))


def _sent_fault(version: Version) -> UsageFault:
    message = _("others have the list as it was on {when}, by a sync; it does not go back past that")
    hint = _("put right what is wrong by a command of its own: pilottask edit, amend, void, reopen")
    return UsageFault(message.format(when=f"{version.at:%Y-%m-%d %H:%M}"), hint=hint)


def _hint() -> str:
    return _("the others stand beside it; copy the latest sound one over the store")
