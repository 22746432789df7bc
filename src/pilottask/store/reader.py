"""The store read: its bytes and the ledger that they hold.

What parses is imported where that is done: a reader who finds a parsed copy needs none of it (9 ms).
"""

from datetime import date
from pathlib import Path

from msgspec import Struct

from pilottask.base.errors import BadStore
from pilottask.base.i18n import _
from pilottask.ledger.history import last_day
from pilottask.ledger.records import Ledger
from pilottask.store import files
from pilottask.store.cache import Cache, Due
from pilottask.store.syntax import syntax_of


class Snapshot(Struct, frozen=True):
    """The store's bytes at one moment, their digest, and the ledger that they hold.

    `older`: the schema in which they hold it, where that is not the present one. `partial`: tasks that the reader did
    not ask for were left out. `last_day`: the latest day of what was last recorded of a task, of these too.
    """

    data: bytes
    digest: str
    ledger: Ledger
    older: int | None = None
    partial: bool = False
    last_day: date | None = None


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

    def read(self, only: Due | None = None) -> Snapshot:
        """Return what the store holds. Raises NotFound, BadStore, IoFault.

        With `only`, tasks that it does not want may be left out.
        """
        return self._decode(files.read(files.real(self.path)), only)

    def _decode(self, data: bytes, only: Due | None = None) -> Snapshot:
        known = files.digest(data)
        key = self._key(known)
        if (copy := self.cache.get(key, size=len(data), only=only)) is not None:
            return Snapshot(data, known, copy.ledger, partial=only is not None, last_day=copy.last_day)
        from pilottask.store import codec  # noqa: PLC0415  see above

        try:
            decoded = codec.decode(data, self.syntax)
        except BadStore as error:
            raise self._bad(error) from error
        if decoded.older is None:
            self.cache.put(key, decoded.ledger, size=len(data))
        return Snapshot(data, known, decoded.ledger, decoded.older, last_day=last_day(decoded.ledger.tasks))

    def _key(self, digest: str) -> str:
        return f"{digest}-{self.syntax}"

    def _bad(self, error: BadStore) -> BadStore:
        hint = error.hint or _(
            "it was left as it is; mend it by hand, or bring the last good version back: pilottask undo"
        )
        return BadStore(_("store {path}:\n{faults}").format(path=self.path, faults=error.message), hint=hint)
