"""One store: read, changed under its lock, stepped back and forward, checked."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pilottask import integrity
from pilottask.errors import BadStore, PilotError, UsageFault
from pilottask.i18n import _
from pilottask.model import Ledger, Pilot
from pilottask.store import blocks, codec, files
from pilottask.store.cache import Cache, collection_paused
from pilottask.store.codec import Form
from pilottask.store.versions import Version, Versions, digest

_DEFAULT_LOCK_SECONDS: Final = Pilot().lock_seconds


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, when (aware), and with which command; kept with the version."""

    at: datetime
    by: str
    command: str
    process: str
    """What another process is told about the holder of the lock."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store's bytes at one moment and the ledger that they hold."""

    data: bytes
    ledger: Ledger
    upgraded: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A change that was written: the ledger before and after, and what a user must be told of it."""

    before: Ledger
    after: Ledger
    notices: tuple[str, ...] = ()


class Store:
    """The store file at `path`; its form follows from its name."""

    def __init__(self, path: Path, *, cache: Cache | None = None) -> None:
        self.path = path
        self.form = codec.form_of(path)
        self._cache = cache or Cache(None)

    def read(self) -> Snapshot:
        """Return what the store holds. Raises NotFound, BadStore, IoFault."""
        return self._decoded(files.read(files.real(self.path)))

    def _decoded(self, data: bytes) -> Snapshot:
        key = self._key(data)
        if (ledger := self._cache.get(key, size=len(data))) is not None:
            return Snapshot(data, ledger)
        try:
            with collection_paused():
                decoded = codec.decode(data, self.form)
        except BadStore as error:
            raise self._bad(error) from error
        if not decoded.upgraded:
            self._cache.put(key, decoded.ledger, size=len(data))
        return Snapshot(data, decoded.ledger, decoded.upgraded)

    def _key(self, data: bytes) -> str:
        return f"{digest(data)}-{self.form}"

    def _bad(self, error: BadStore) -> BadStore:
        hint = error.hint or _(
            "it was left as it is; mend it by hand, or bring the last good version back: pilottask undo"
        )
        return BadStore(_("store {path}:\n{faults}").format(path=self.path, faults=error.message), hint=hint)

    def create(self, ledger: Ledger, author: Author) -> None:
        """Make the store. Raises UsageFault where there is one, IoFault."""
        path = files.real(self.path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise files.fault(error, _("cannot make the folder {path}").format(path=path.parent)) from error
        with files.locked(path, seconds=_DEFAULT_LOCK_SECONDS, who=author.process):
            if os.path.lexists(path):
                raise UsageFault(
                    _("there is a store at {path} already; it was left as it is").format(path=self.path),
                    hint=_("pilottask config shows its name and settings; --store FILE takes another file"),
                )
            self._write(path, None, self._encoded(ledger), author)

    def change(self, edit: Callable[[Ledger], Ledger], author: Author, *, seen: Snapshot | None = None) -> Written:
        """Write what `edit` makes of the ledger, under the lock, as one version; nothing where it is the same.

        `seen` spares parsing where the store is still as it was then. Raises what `edit` raises with nothing
        written, UsageFault for content that could not be read again, Busy, BadStore, IoFault.
        """
        seen = seen or self.read()
        path = files.real(self.path)
        with files.locked(path, seconds=seen.ledger.pilot.lock_seconds, who=author.process):
            data = files.read(path)
            present = seen if data == seen.data else self._decoded(data)
            after = edit(present.ledger)
            if after is present.ledger or after == present.ledger:
                return Written(present.ledger, present.ledger)
            _check(present.ledger, after)
            written, notices = self._patched(present, after)
            self._write(path, data, written, author)
            self._cache.put(self._key(written), after, size=len(written))
            return Written(present.ledger, after, notices)

    def mend(self, edit: Callable[[Ledger], Ledger], author: Author) -> Written:
        """Write what `edit` makes of a store whose records have the right form but may contradict each other.

        Raises BadStore where the form is wrong, or where something contradictory is left, with nothing written.
        """
        path = files.real(self.path)
        with files.locked(path, seconds=_DEFAULT_LOCK_SECONDS, who=author.process):
            data = files.read(path)
            try:
                decoded = codec.decode(data, self.form, checked=False)
                after = edit(decoded.ledger)
                codec.check(after)
            except BadStore as error:
                raise self._bad(error) from error
            if after == decoded.ledger:
                return Written(after, after)
            written, notices = self._patched(Snapshot(data, decoded.ledger, decoded.upgraded), after)
            self._write(path, data, written, author)
            return Written(decoded.ledger, after, notices)

    def _encoded(self, ledger: Ledger) -> bytes:
        return codec.encode_json(ledger) if self.form is Form.JSON else blocks.encode(ledger)

    def _patched(self, present: Snapshot, after: Ledger) -> tuple[bytes, tuple[str, ...]]:
        if self.form is Form.JSON:
            return codec.encode_json(after), ()
        if present.upgraded:
            return blocks.encode(after), (_("the store was brought to the present form; the old version is kept"),)
        patched = blocks.patch(present.data, present.ledger, after)
        notices = []
        if patched.whole:
            notices.append(
                _("the file's layout could not be kept, so it was written anew; pilottask undo brings the old one back")
            )
        if patched.anew:
            notices.append(
                _("comments inside these records could not be kept: {records}; the version before has them").format(
                    records=_(", ").join(patched.anew)
                )
            )
        return patched.data, tuple(notices)

    def _write(self, path: Path, before: bytes | None, after: bytes, author: Author) -> None:
        try:
            Versions(path).write(before, after, at=author.at, by=author.by, command=author.command)
        except OSError as error:
            raise files.fault(
                error, _("cannot write {path}, which was left as it was").format(path=self.path)
            ) from error

    def undo(self, author: Author) -> tuple[Version, Version | None]:
        """Go back one version; return the one now present and the one left. Works on a damaged store too."""
        return self._step(author, back=True)

    def redo(self, author: Author) -> tuple[Version, Version | None]:
        """Go forward one version that `undo` left."""
        return self._step(author, back=False)

    def _step(self, author: Author, *, back: bool) -> tuple[Version, Version | None]:
        path = files.real(self.path)
        if not self.versions()[0]:
            files.read(path)  # it is not there, or nothing was ever written to it
        seconds = _DEFAULT_LOCK_SECONDS
        with suppress(PilotError):  # it may be what undo is called for
            seconds = self.read().ledger.pilot.lock_seconds
        with files.locked(path, seconds=seconds, who=author.process):
            data = files.read(path) if os.path.lexists(path) else None
            try:
                return Versions(path).step(data, back, at=author.at, by=author.by)
            except OSError as error:
                raise files.fault(
                    error, _("cannot write {path}, which was left as it was").format(path=self.path)
                ) from error

    def versions(self) -> tuple[list[Version], Version | None]:
        """Return the versions kept, oldest first, and the one last written."""
        try:
            kept = Versions(files.real(self.path))
        except OSError as error:
            raise files.fault(error, _("cannot read the versions of {path}").format(path=self.path)) from error
        return list(kept.listed), kept.present

    def faults(self) -> list[str]:
        """Return everything wrong with the store's content, each as a line. Raises NotFound, IoFault."""
        return codec.all_faults(files.read(files.real(self.path)), self.form)


def _check(before: Ledger, after: Ledger) -> None:
    """Refuse content that could not be read again. Only what changed is looked at."""
    same = {id(task) for task in before.tasks}
    names = frozenset(unit.name for unit in after.departments)
    if not names.issuperset(unit.name for unit in before.departments):
        same = set()
    changed = [task for task in after.tasks if id(task) not in same]
    found = [*integrity.pilot_faults(after), *integrity.department_faults(after.departments)]
    if changed or before.next_id != after.next_id:
        found += integrity.identity_faults(after)
    found += [fault for task in changed for fault in integrity.task_faults(task, departments=names)]
    if before.sheets is not after.sheets:
        found += integrity.sheet_faults(after.sheets)
    if found:
        raise UsageFault("\n".join(str(fault) for fault in found))
