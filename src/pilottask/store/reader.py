"""The store read: its bytes and the ledger that they hold.

What parses is imported where that is done: a reader who finds a parsed copy needs none of it (9 ms).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from pilottask.base.errors import BadStore, Busy
from pilottask.base.i18n import _
from pilottask.ledger.records import Ledger, Task
from pilottask.store import files
from pilottask.store.cache import Blocks, Cache
from pilottask.store.syntax import syntax_of


class Seen(Struct, frozen=True, kw_only=True):
    """What the store held at one moment: the digest of its bytes, and the ledger that they hold.

    `older`: the schema in which they hold it, where that is not the present one. `copied`: it is that of a copy, which
    is believed for what is shown, and of what is written must agree with the bytes. `blocks` are those of the bytes,
    where they are known; by its `mark` the file is known not to have changed.
    """

    digest: str
    ledger: Ledger
    older: int | None = None
    copied: bool = False
    blocks: Blocks | None = None
    mark: files.Mark | None = None


class Snapshot(Seen, frozen=True, kw_only=True):
    """What the store held, with its bytes, without which nothing is written."""

    data: bytes


class Author(Struct, frozen=True):
    """Who writes, when (aware), and with which command; kept with the version."""

    at: datetime
    by: str
    command: str
    process: str
    """What another process is told about the holder of the lock."""


class Written(Struct, frozen=True):
    """A change that was written: the ledger before and after, and what a user must be told of it."""

    before: Ledger
    after: Ledger
    notices: tuple[str, ...] = ()


class Reader:
    """The store file at `path`; its syntax follows from its name."""

    def __init__(self, path: Path, *, cache: Cache | None = None) -> None:
        self.path = path
        self.syntax = syntax_of(path)
        self.cache = cache or Cache(None)

    def look(self) -> Seen:
        """Return what the store holds; where it surely did not change since there was a copy of it, it is not read.

        Raises as `read` does.
        """
        path = files.real(self.path)
        with suppress(OSError, ValueError):
            mark = files.mark(path)
            known = self.cache.digest_of(mark)
            if known and (copy := self.cache.get(self._key(known), parse=lambda: self._tasks(path, known))):
                return Seen(digest=known, ledger=copy[0], copied=True, blocks=copy[1], mark=mark)
        return self.read()

    def _tasks(self, path: Path, known: str) -> Sequence[Task]:
        """Return the tasks of the store, whose digest is known. Raises Busy where it has another by now."""
        data = files.read(path)
        if files.digest(data) != known:
            hint = _("give the command again")
            raise Busy(_("another program changed {path} while it was read").format(path=self.path), hint=hint)
        return self._parse(data, known).ledger.tasks

    def read(self) -> Snapshot:
        """Return what the store holds. Raises NotFound, BadStore, IoFault."""
        return self._decode(*files.read_marked(files.real(self.path)))

    def _decode(self, data: bytes, mark: files.Mark | None = None) -> Snapshot:
        known = files.digest(data)
        copy = self.cache.get(self._key(known), parse=lambda: self._parse(data, known).ledger.tasks)
        if copy is None:
            return self._parse(data, known, mark)
        self.cache.note(mark, known)
        return Snapshot(data=data, digest=known, ledger=copy[0], copied=True, blocks=copy[1], mark=mark)

    def _parse(self, data: bytes, known: str, mark: files.Mark | None = None) -> Snapshot:
        """Return what `data` holds, whatever a copy may say, and keep a copy of it."""
        from pilottask.store import codec  # noqa: PLC0415  see above

        try:
            decoded = codec.decode(data, self.syntax)
        except BadStore as error:
            raise self._bad(error) from error
        if decoded.older is None:
            self.cache.put(self._key(known), decoded.ledger, size=len(data))
        return Snapshot(data=data, digest=known, ledger=decoded.ledger, older=decoded.older, mark=mark)

    def _key(self, digest: str) -> str:
        return f"{digest}-{self.syntax}"

    def _bad(self, error: BadStore) -> BadStore:
        hint = error.hint or _(
            "it was left as it is; mend it by hand, or bring the last good version back: pilottask undo"
        )
        return BadStore(_("store {path}:\n{faults}").format(path=self.path, faults=error.message), hint=hint)
