"""Parsed copies of stores in the user's cache folder, so that a large store is parsed once.

A copy is named by the digest of the store's bytes and by the form of the records, so a store that was changed in any
way finds none; it carries a checksum, so a damaged copy is none either. Nothing here ever fails: without a copy the
store is parsed.
"""

import gc
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from pilottask import __version__
from pilottask.model import SCHEMA, Ledger
from pilottask.store import files

_KEPT: Final = 4
_WORTHWHILE: Final = 48 * 1024
"""Bytes under which parsing takes no longer than looking for a copy."""
_CHECKSUM_BYTES: Final = 4


class Cache:
    """The copies in `folder`; with None there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def _path(self, digest: str) -> Path | None:
        return None if self._folder is None else self._folder / f"{digest}-{__version__}-{SCHEMA}.ledger"

    def get(self, digest: str, *, size: int) -> Ledger | None:
        """Return the ledger parsed from the bytes with this digest, or None."""
        path = self._path(digest)
        if path is None or size < _WORTHWHILE:
            return None
        try:
            kept = path.read_bytes()
            payload = memoryview(kept)[_CHECKSUM_BYTES:]
            if zlib.crc32(payload).to_bytes(_CHECKSUM_BYTES, "big") != kept[:_CHECKSUM_BYTES]:
                return None
            with collection_paused():
                return msgspec.json.decode(payload, type=Ledger)
        except (OSError, msgspec.DecodeError):
            return None

    def put(self, digest: str, ledger: Ledger, *, size: int) -> None:
        """Keep `ledger` as what the bytes with this digest hold."""
        path = self._path(digest)
        if path is None or size < _WORTHWHILE:
            return
        payload = msgspec.json.encode(ledger)  # as fast as msgpack, which would lose the UTC offset of times
        with suppress(OSError):
            path.parent.mkdir(mode=files.PRIVATE_FOLDER, parents=True, exist_ok=True)
            files.replace(path, zlib.crc32(payload).to_bytes(_CHECKSUM_BYTES, "big") + payload, durable=False)
            self._prune(path.parent)

    @staticmethod
    def _prune(folder: Path) -> None:
        with os.scandir(folder) as entries:
            ours = [entry for entry in entries if ".ledger" in entry.name]
        left = [entry for entry in ours if entry.name.endswith(".tmp")]  # by the killed; one in the making is lost too
        copies = sorted((entry for entry in ours if entry.name.endswith(".ledger")), key=_age)
        for stale in (*left, *copies[:-_KEPT]):
            Path(stale.path).unlink(missing_ok=True)


def _age(entry: "os.DirEntry[str]") -> float:
    return entry.stat().st_mtime


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause garbage collection: it would walk the records again and again while they are made (3 × the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()
