"""The versions of a store: each write keeps what was before it, and `undo` steps through them.

Beside `tasks.toml` stands the folder `tasks.toml.versions` with the bytes of each version and an index. The version
that was last written is kept too, apart from the store itself, so that a store damaged by hand loses nothing. Old
versions go in time; the store as it was when a sheet was issued stays for good, compressed, so that the sheet can be
printed again whatever is changed by hand.
"""

import os
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from pilottask.base.errors import BadStore, UsageFault
from pilottask.base.i18n import _
from pilottask.base.interrupts import placing
from pilottask.base.text import safe
from pilottask.ledger.records import IssuedSheet
from pilottask.store import files
from pilottask.store.files import digest

KEPT: Final = 50
"""Versions kept before the present one."""
KEPT_BYTES: Final = 512 * 1024 * 1024
"""Bytes that old versions may take together; the last few are kept whatever they take."""
_KEPT_ALWAYS: Final = 3
_INDEX: Final = "index.json"
_ISSUED: Final = re.compile(r"sheet-([0-9]+)(-[0-9a-f]+)?\.gz")
"""What a store is called that is kept for a sheet: its number, and what tells it from one taken back by `undo`."""
_GZIP: Final = 16 + zlib.MAX_WBITS
"""The form of a .gz file."""
_UID: Final = re.compile(rb'''["']?uid["']?[ \t]*[=:][ \t]*"([^"\\\n]*)"''')
"""A uid in TOML or JSON; one with a mark in it that is escaped was not given by this program."""


class Version(msgspec.Struct, frozen=True):
    """One version of the store: what wrote it, when (aware), as whom; `command` is None for an edit by hand."""

    n: int
    digest: str
    size: int
    at: datetime
    by: str
    command: str | None = None


class _Index(msgspec.Struct, frozen=True):
    versions: tuple[Version, ...] = ()
    present: int = -1
    """Place of the present version."""


class Versions:
    """The versions of the store at `path`. All but reading them needs the store's lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = _folder(path)
        self._index = self._read_index()

    def _read_index(self) -> _Index:
        try:
            index = msgspec.json.decode(self._index_path.read_bytes(), type=_Index)
        except (FileNotFoundError, msgspec.DecodeError):
            return self._found()
        return index if index.present in range(len(index.versions)) else self._found()

    def _found(self) -> _Index:
        """Return an index of the versions whose files are there, for one that was lost."""
        versions: list[Version] = []
        if not os.path.lexists(self._folder):
            return _Index()
        for path in sorted(self._folder.iterdir()):
            if path.stem.isdecimal() and path.name == self._name(int(path.stem)) and path.is_file():
                data = path.read_bytes()
                at = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
                versions.append(Version(int(path.stem), digest(data), len(data), at, _("unknown")))
        return _Index(tuple(versions), len(versions) - 1)

    @property
    def _index_path(self) -> Path:
        return self._folder / _INDEX

    def _file(self, version: Version) -> Path:
        return self._folder / self._name(version.n)

    def _name(self, n: int) -> str:
        return f"{n:06}{self._path.suffix}"

    def _is_ours(self, name: str) -> bool:
        """Tell whether a file of this name is a version, or what a killed writer left; all else is the user's own."""
        version = rf"(\d{{6,}}{re.escape(self._path.suffix)}|{_INDEX})(\.tmp)?|{_ISSUED.pattern}\.tmp"
        return re.fullmatch(version, name, re.ASCII) is not None

    @property
    def listed(self) -> Sequence[Version]:
        """All versions, oldest first."""
        return self._index.versions

    @property
    def present(self) -> Version | None:
        """The version that was written last."""
        return self._index.versions[self._index.present] if self._index.versions else None

    def kept(self, version: Version) -> bytes:
        """Return the bytes of `version`. Raises BadStore where its file is gone or damaged."""
        try:
            data = self._file(version).read_bytes()
        except OSError as error:
            raise BadStore(
                _("version {n}, kept in {path}, cannot be read").format(n=version.n, path=self._file(version)),
                hint=_beside(),
            ) from error
        if digest(data) != version.digest:
            raise BadStore(
                _("version {n}, kept in {path}, is damaged").format(n=version.n, path=self._file(version)),
                hint=_beside(),
            )
        return data

    def has_issued(self, sheet: IssuedSheet) -> bool:
        """Tell whether a store is kept from which `sheet` can be printed again."""
        return os.path.lexists(self._folder / _issued_name(sheet))

    def issued(self, n: int) -> Iterator[bytes]:
        """Yield the bytes of the stores kept for sheets, that of sheet `n` first, as far as they can be read."""
        with suppress(OSError):
            found = [
                (int(named[1]), path) for path in self._folder.iterdir() if (named := _ISSUED.fullmatch(path.name))
            ]
            for _number, path in sorted(found, key=lambda each: (each[0] != n, *each)):
                with suppress(OSError, zlib.error):
                    yield zlib.decompress(path.read_bytes(), wbits=_GZIP)

    def taken_out(self, uids: Collection[str]) -> dict[str, Version]:
        """Return for those of `uids` that stood in a kept version, and not in the next, which one that was: the last.

        Only versions are looked at that are smaller than the one before, or were made by hand: all other changes put
        something on record.
        """
        found: dict[str, Version] = {}
        for before, after in pairwise(self._index.versions[: self._index.present + 1]):
            if after.command is None or after.size < before.size:
                with suppress(BadStore):  # one that is damaged says nothing
                    gone = _uids(self.kept(before)) - _uids(self.kept(after))
                    found |= dict.fromkeys(gone.intersection(uids), after)
        return found

    def write(
        self,
        before: bytes | None,
        after: bytes,
        *,
        at: datetime,
        by: str,
        command: str,
        digests: tuple[str | None, str | None] = (None, None),
        issued: IssuedSheet | None = None,
    ) -> None:
        """Put `after` in the place of `before`, keeping both. Raises OSError with the store as it was.

        `digests` are theirs, where they have been worked out; `issued` is a sheet for which `after` is kept for good.
        """
        index = self._noticed(before, digests[0], at=at, by=by)
        self._keep_present(index, before)
        fresh = Version(self._next(index), digests[1] or digest(after), len(after), at, safe(by), safe(command))
        index = _Index((*index.versions[: index.present + 1], fresh), index.present + 1)
        placing()
        try:
            self._keep(fresh, after)
            if issued is not None:
                files.replace(self._folder / _issued_name(issued), zlib.compress(after, wbits=_GZIP))
            self._save(index)
            files.replace(self._path, after, like=self._path)
        except BaseException:
            with suppress(OSError):
                self._file(fresh).unlink(missing_ok=True)
            with suppress(OSError):
                self._save(self._index)
            raise
        self._index = index
        self._prune()

    def step(self, before: bytes | None, back: bool, *, at: datetime, by: str) -> tuple[Version, Version | None]:
        """Go one version back or forward; return the one that is now present and the one taken back.

        What was changed by hand since the last write is kept as a version of its own. Raises UsageFault where
        there is none to go to, BadStore where the kept one is damaged, OSError with the store as it was.
        """
        index = self._noticed(before, None, at=at, by=by) if before is not None else self._index
        place = index.present + (-1 if back else 1)
        if before is None and back:
            place = index.present  # the file is gone; what was written last comes back
        if not 0 <= place < len(index.versions):
            raise UsageFault(_("there is nothing to undo") if back else _("there is nothing to redo"))
        target = index.versions[place]
        left = None if before is None else index.versions[index.present]
        data = self.kept(target)
        self._keep_present(index, before)
        moved = _Index(index.versions, place)
        was = self._index
        placing()
        try:
            self._save(moved)
            files.replace(self._path, data, like=self._path)
        except BaseException:
            with suppress(OSError):
                self._save(was)
            raise
        self._index = moved
        self._prune()
        return target, left

    def before_hand(self, known: str) -> Version | None:
        """Return what a command last wrote, where it was changed by hand since; None where it was not.

        `known` is the digest of the present bytes.
        """
        place, versions = self._place(known), self._index.versions
        if place is not None and versions[place].command is not None:
            return None
        written = versions[: (self._index.present if place is None else place) + 1]
        return next((version for version in reversed(written) if version.command is not None), None)

    def _place(self, known: str) -> int | None:
        """Return the place of the version with this digest that may be the present one, or None."""
        present, versions = self._index.present, self._index.versions
        for place in (present, present - 1, present + 1):  # a crash may have come in between
            if 0 <= place < len(versions) and versions[place].digest == known:
                return place
        return None

    def _noticed(self, data: bytes | None, known: str | None, *, at: datetime, by: str) -> _Index:
        """Return the index with the present bytes as its present version, one of its own where it knows none."""
        index = self._index
        if data is None:
            return _Index(index.versions[: index.present + 1], index.present)
        known = known or digest(data)
        if (place := self._place(known)) is not None:
            return _Index(index.versions, place)
        by_hand = Version(self._next(index), known, len(data), at, safe(by))
        return _Index((*index.versions[: index.present + 1], by_hand), index.present + 1)

    def _keep_present(self, index: _Index, data: bytes | None) -> None:
        """Keep `data`, the present version, where `_noticed` made it one, or its file is gone."""
        if data is None:
            return
        present = index.versions[index.present]
        if present not in self._index.versions or not os.path.lexists(self._file(present)):
            self._keep(present, data)

    def _next(self, index: _Index) -> int:
        return 1 + max((version.n for version in (*index.versions, *self._index.versions)), default=0)

    def _keep(self, version: Version, data: bytes) -> None:
        files.make_folder(self._folder)
        files.replace(self._file(version), data, durable=False)

    def _save(self, index: _Index) -> None:
        files.replace(self._index_path, msgspec.json.encode(index), durable=False)

    def _prune(self) -> None:
        """Drop the oldest versions over the limits, and files of ours that no version names. Never fails."""
        versions, present = self._index.versions, self._index.present
        first = max(present - KEPT, 0)
        size = 0
        for place in range(present - 1, first - 1, -1):
            size += versions[place].size
            if size > KEPT_BYTES and present - place > _KEPT_ALWAYS:
                first = place + 1
                break
        kept = versions[first:]
        with suppress(OSError):
            if first:
                self._index = _Index(kept, present - first)
                self._save(self._index)
            named = {self._file(version).name for version in kept} | {_INDEX}
            with os.scandir(self._folder) as entries:
                stale = [
                    entry.path
                    for entry in entries
                    if entry.name not in named and self._is_ours(entry.name) and not entry.is_dir(follow_symlinks=False)
                ]
            for path in stale:
                Path(path).unlink()


def _issued_name(sheet: IssuedSheet) -> str:
    told = re.fullmatch(r"[0-9]+:([0-9a-f]+)", sheet.digest or "")
    return f"sheet-{sheet.n}-{told[1]}.gz" if told else f"sheet-{sheet.n}.gz"


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.versions")


def culprit(error: OSError, path: Path) -> Path | None:
    """Return which of the files that stand beside the store at `path` an error is about, None where it is none."""
    folder = _folder(path)
    for name in (error.filename2, error.filename):
        place = Path(name) if isinstance(name, str) else path
        if folder in (place, *place.parents):
            return place if os.path.lexists(place) else folder
        if place == files.temporary_of(path) and os.path.lexists(place):
            return place
    return None


def _uids(data: bytes) -> frozenset[str]:
    """Return what stands as a uid in the bytes of a store, of either form, damaged or not."""
    return frozenset(found.decode(errors="replace") for found in _UID.findall(data))


def _beside() -> str:
    return _("the others stand beside it; copy the latest sound one over the store")
