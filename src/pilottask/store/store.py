"""One store: made, changed under its lock, stepped back and forward, checked."""

import errno
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from pilottask.base.errors import BadStore, Busy, IoFault, NotFound, PilotError, Unconfirmed, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.ledger import attachments, changes, history, integrity, schema
from pilottask.ledger.integrity import Fault
from pilottask.ledger.records import IssuedSheet, Ledger, Pilot
from pilottask.ledger.tasks import changed_tasks
from pilottask.store import codec, copies, files, lock, sheet_files, toml_patch
from pilottask.store.cache import Blocks
from pilottask.store.copies import Source
from pilottask.store.files import Part
from pilottask.store.lock import Lock
from pilottask.store.reader import Author, Reader, Seen, Snapshot, Written
from pilottask.store.sheet_files import Issue, SheetFile
from pilottask.store.syntax import Syntax
from pilottask.store.versions import Step, Version, Versions, culprit

T = TypeVar("T")

_DEFAULT_LOCK_SECONDS: Final = Pilot().lock_seconds


class _CopyDiffersError(Exception):
    """The copy of the store does not say what the store does."""


class Store(Reader):
    """The store file at `path`, to be changed; its syntax follows from its name."""

    def create(self, ledger: Ledger, author: Author) -> None:
        """Make the store. Raises UsageFault where there is one, BadStore for what can be none, IoFault."""
        path = files.real(self.path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise files.fault(error, _("cannot make the folder {path}").format(path=path.parent)) from error
        with lock.hold(path, seconds=_DEFAULT_LOCK_SECONDS, who=author.process) as held:
            if os.path.lexists(path):
                files.check_kind(path)
                message = _("there is a store at {path} already; it was left as it is")
                hint = _("pilottask config shows its name and settings; --store FILE takes another file")
                raise UsageFault(message.format(path=self.path), hint=hint)
            self._write(held, None, [self._encode(ledger)], author)

    def change(
        self,
        edit: Callable[[Ledger], Ledger],
        author: Author,
        *,
        seen: Seen | None = None,
        sources: Sequence[Source] = (),
    ) -> Written:
        """Write what `edit` makes of the ledger, under the lock, as one version; nothing where it is the same.

        What was changed by hand in the file since the last write goes on record with it. `seen` spares parsing where
        the store is still as it was then. Raises what `edit` raises with nothing written, UsageFault for content that
        could not be read again, Busy, BadStore, IoFault.
        """
        return self.change_with(lambda ledger: (edit(ledger), None), author, seen=seen, sources=sources)[0]

    def change_with(
        self,
        edit: Callable[[Ledger], tuple[Ledger, T]],
        author: Author,
        *,
        seen: Seen | None = None,
        sources: Sequence[Source] = (),
    ) -> tuple[Written, T]:
        """Change the ledger as `change` does, to what `edit` returns first; return what it returns second too.

        Where that is an `Issue`, its sheet is kept for good. `sources` are the files that `edit` attaches, of which
        copies are kept.
        """
        if seen is None:
            seen = self.read()
        path = files.real(self.path)
        with lock.hold(path, seconds=seen.ledger.pilot.lock_seconds, who=author.process) as held:
            present = self._present(path, seen)
            with copies.keep(path, sources):
                try:
                    return self._change(held, present, edit, author)
                except _CopyDiffersError:
                    return self._change(held, self._parse(present.data, present.digest, present.mark), edit, author)

    def _present(self, path: Path, seen: Seen) -> Snapshot:
        """Return what the store holds by now: as it was seen, by its mark, its bytes or its digest, or parsed anew."""
        if isinstance(seen, Snapshot) and _is_same(path, seen):
            return seen
        data, mark = files.read_marked(path)
        if isinstance(seen, Snapshot):
            is_same = data == seen.data
        else:
            is_same = (mark is not None and mark == seen.mark) or files.digest(data) == seen.digest
        if is_same:
            return Snapshot(**msgspec.structs.asdict(seen) | {"data": data, "mark": mark})
        return self._decode(data, mark)

    def _change(
        self, held: Lock, present: Snapshot, edit: Callable[[Ledger], tuple[Ledger, T]], author: Author
    ) -> tuple[Written, T]:
        """Write what `edit` makes of what is `present`. Raises _CopyDiffersError where that is a wrong copy."""
        before, found = self._with_hand_edits(held.store, present, author)
        after, result = edit(before)
        if after is before or after == before:
            return Written(before, before), result
        after = schema.with_schema(after, changed_tasks(before.tasks, after.tasks))
        if wrong := list(integrity.faults_of_change(present.ledger, after)):  # it could not be read again
            raise UsageFault("\n".join(map(str, wrong)))
        issued = result.sheet if isinstance(result, Issue) else None
        notices = self._replace(held, present, after, author, issued=issued)
        return Written(before, after, (*found, *notices)), result

    def _replace(
        self, held: Lock, present: Snapshot, after: Ledger, author: Author, *, issued: SheetFile | None = None
    ) -> tuple[str, ...]:
        """Put `after` in the place of what is `present`, stored and cached; return what a user must be told."""
        written, notices, blocks = self._patch(present, after)
        known, state = self._write(held, present, written, author, issued=issued)
        if self.cache.put(self._key(known), after, size=state.st_size, blocks=blocks):
            with suppress(OSError, BadStore):  # another took its place already
                self.cache.note(files.mark(held.store, of=state), known)
        if present.ledger.pilot.cache and not after.pilot.cache:
            self.cache.clear()
        return notices

    def _with_hand_edits(self, path: Path, present: Seen, author: Author) -> tuple[Ledger, list[str]]:
        """Return the ledger with what was changed by hand since the last write on record; and what to say of it."""
        with suppress(OSError, PilotError):  # without the version before nothing can be known
            versions = Versions(path)
            if version := versions.before_hand_edit(present.digest):
                return _put_on_record(self._decode(versions.read(version)).ledger, present.ledger, author)
        return present.ledger, []

    def with_hand_edits(self, present: Seen, author: Author) -> Ledger:
        """Return the ledger as the next write will have it: with what was changed by hand on record."""
        return self._with_hand_edits(files.real(self.path), present, author)[0]

    def put_on_record(self, author: Author) -> Snapshot:
        """Return what the store holds, with what was changed by hand in it on record: written, where there is any."""
        present = self.read()
        if self.with_hand_edits(present, author) is present.ledger:
            return present
        path = files.real(self.path)
        with lock.hold(path, seconds=present.ledger.pilot.lock_seconds, who=author.process) as held:
            present = self._decode(files.read(path))
            after, _messages = self._with_hand_edits(path, present, author)
            if after is not present.ledger:
                self._replace(held, present, schema.with_schema(after, after.tasks), author)
        return self.read()

    def take(self, data: bytes, expected: bytes | None, author: Author) -> bool:
        """Put `data`, which is one with the lists of others, in the place of `expected`, None for no store yet.

        Return False where the store holds something else by now, with nothing written. `undo` does not go back past
        it. Raises Busy, BadStore, IoFault.
        """
        path = files.real(self.path)
        with lock.hold(path, seconds=self._lock_seconds(), who=author.process) as held:
            if (files.read(path) if os.path.lexists(path) else None) != expected:
                return False
            if data != expected:
                self._write(held, None if expected is None else self._decode(expected), [data], author, sent=True)
                return True
            with self._writing():
                Versions(path).mark_sent(data, author)
        return True

    def sheet_numbers(self) -> frozenset[int]:
        """Return the numbers that issued sheets ever had, those that were taken back too. Raises IoFault."""
        with self._versions_folder() as folder:
            return sheet_files.numbers(folder)

    def highest_slip(self, year: int) -> int:
        """Return the highest number that a slip of this year ever had, 0 where none had one. Raises IoFault."""
        with self._versions_folder() as folder:
            return sheet_files.highest_slip(folder, year)

    def keep_slip(self, year: int, n: int) -> None:
        """Keep for good that the slips of this year are numbered up to `n`. It needs the lock. Raises IoFault."""
        with self._writing():
            Versions(files.real(self.path)).keep_beside({sheet_files.slip_name(year, n): b""})

    def sheet(self, issued: IssuedSheet) -> bytes:
        """Return what is kept of an issued sheet, under the number that it went out with. Raises BadStore."""
        return sheet_files.read(files.versions_folder(files.real(self.path)), issued.was or issued.n, str(issued.kept))

    def sheets_taken_back(self, n: int) -> list[bytes]:
        """Return what is kept under this number, whatever the store says. Raises BadStore, IoFault."""
        with self._versions_folder() as folder:
            return sheet_files.read_all(folder, n)

    def put_sheets_beside(self, copy: Path) -> int:
        """Put what is kept of issued sheets beside the `copy` of this store too; return of how many. Raises IoFault."""
        with self._versions_folder() as folder:
            sheets, count = sheet_files.copies(folder), len(sheet_files.numbers(folder))
        try:
            Versions(copy).keep_beside(sheets)
        except OSError as error:
            file = culprit(error, copy) or copy
            raise _fault_beside(error, _("cannot write {file}").format(file=quote(str(file))), file) from error
        return count

    def ledger_at_issue(self, sheet: IssuedSheet) -> Ledger | None:
        """Return what the store held when a sheet of the first version was issued, None where that is not kept."""
        if data := sheet_files.first_version(files.versions_folder(files.real(self.path)), sheet):
            with suppress(BadStore):
                return self._decode(data).ledger
        return None

    @contextmanager
    def _versions_folder(self) -> Iterator[Path]:
        """Give the folder of versions; what the system says of reading it becomes IoFault."""
        path = files.real(self.path)
        try:
            yield files.versions_folder(path)
        except OSError as error:
            file = culprit(error, path) or self.path
            raise _fault_beside(error, _("cannot read the versions in {place}").format(place=file), file) from error

    def mend(self, edit: Callable[[Ledger], Ledger], author: Author) -> Written:
        """Write what `edit` makes of a store whose records have the right form but may contradict each other.

        Raises BadStore where the form is wrong, or where something contradictory is left, with nothing written.
        """
        path = files.real(self.path)
        with lock.hold(path, seconds=_DEFAULT_LOCK_SECONDS, who=author.process) as held:
            data = files.read(path)
            try:
                decoded = codec.decode(data, self.syntax, checked=False)
                present = Snapshot(data=data, digest=files.digest(data), ledger=decoded.ledger, older=decoded.older)
                before, found = self._with_hand_edits(path, present, author)
                after = edit(before)
                after = schema.with_schema(after, after.tasks)
                codec.check(after)
            except BadStore as error:
                raise self._bad(error) from error
            if after == decoded.ledger:
                return Written(after, after)
            notices = self._replace(held, present, after, author)
            return Written(decoded.ledger, after, (*found, *notices))

    def _encode(self, ledger: Ledger) -> bytes:
        return codec.encode_json(ledger) if self.syntax is Syntax.JSON else toml_patch.encode(ledger)

    def _patch(self, present: Snapshot, after: Ledger) -> tuple[Sequence[Part], tuple[str, ...], Blocks | None]:
        notices = []
        written = present.ledger
        if present.older is not None:
            written = codec.as_written(present.data, self.syntax)
            notices.append(_("the store was brought to the present form; the old version is kept"))
        if self.syntax is Syntax.JSON:
            if present.copied and self._encode(written) != present.data:
                raise _CopyDiffersError
            return [self._encode(after)], tuple(notices), None
        patched = toml_patch.patch(present.data, written, after, present.blocks)
        if patched.whole and present.copied:
            raise _CopyDiffersError
        if patched.whole:
            notices.append(
                _("the file's layout could not be kept, so it was written anew; pilottask undo brings the old one back")
            )
        if patched.anew:
            message = _("comments inside these records could not be kept: {records}; the version before has them")
            notices.append(message.format(records=_(", ").join(patched.anew)))
        return patched.parts, tuple(notices), patched.blocks

    def _write(
        self,
        held: Lock,
        before: Snapshot | None,
        after: Sequence[Part],
        author: Author,
        *,
        issued: SheetFile | None = None,
        sent: bool = False,
    ) -> tuple[str, os.stat_result]:
        """Write `after`; return its digest, which takes 60 ms of 100,000 tasks, and the state of the new file."""
        data, known = (before.data, before.digest) if before else (None, None)
        look = partial(_look_again, held, data, before)
        with self._writing():
            return Versions(held.store).write(
                data, after, author, known=known, issued=issued, sent=sent, last_look=look
            )

    def undo(self, author: Author, *, sheets: bool = True) -> Step:
        """Go back one version. Works on a damaged store too.

        Raises Unconfirmed where that takes a sheet back, and not `sheets`.
        """
        return self._step(author, back=True, sheets=sheets)

    def redo(self, author: Author) -> Step:
        """Go forward one version that `undo` left."""
        return self._step(author, back=False)

    def _step(self, author: Author, *, back: bool, sheets: bool = True) -> Step:
        path = files.real(self.path)
        if not self.versions()[0]:
            files.read(path)  # it is not there, or nothing was ever written to it
        with lock.hold(path, seconds=self._lock_seconds(), who=author.process) as held:
            data = files.read(path) if os.path.lexists(path) else None
            with self._writing():
                return Versions(path).step(
                    data,
                    back,
                    author,
                    check=partial(self._check_step_back, data, sheets=sheets) if back else (lambda _then: None),
                    last_look=partial(_look_again, held, data),
                )

    def _check_step_back(self, now: bytes | None, then: bytes, *, sheets: bool) -> None:
        """Raise BadStore where `then` is no sound store, Unconfirmed where a sheet of `now` goes and not `sheets`."""
        try:
            left = {sheet.n for sheet in self._decode(then).ledger.sheets}
        except BadStore as error:
            raise BadStore(
                _("no version before this one is a sound store"), hint=_("pilottask undo --list shows what is kept")
            ) from error
        except Exception:  # noqa: BLE001  whatever reading raises says nothing of what is read
            return
        if now is None or sheets:
            return
        with suppress(BadStore):  # it may be what is stepped back from
            gone = [one for one in self._decode(now).ledger.sheets if one.n not in left]
            if gone:
                raise Unconfirmed(
                    _("this takes back sheet {n}, issued on {day}").format(n=gone[-1].n, day=gone[-1].at.date()),
                    hint=_("it is taken back with --yes; its number is not given again"),
                )

    def _lock_seconds(self) -> float:
        with suppress(Exception):  # whatever reading raises, it may be what `undo` is called for
            return self.read().ledger.pilot.lock_seconds
        return _DEFAULT_LOCK_SECONDS

    def bring_back(self, number: int, author: Author, *, sheets: bool = True) -> tuple[Version, bool]:
        """Write what version `number` holds as a new version; return that one, and whether the store had it already.

        Raises NotFound where it is not kept, BadStore where it is damaged or was never a sound store, Unconfirmed where
        a sheet would be taken back, and not `sheets`.
        """
        path = files.real(self.path)
        self.versions()  # refused there, where they cannot be read
        with lock.hold(path, seconds=self._lock_seconds(), who=author.process) as held:
            versions = Versions(path)
            wanted = next((version for version in versions.entries if version.n == number), None)
            if wanted is None:
                hint = _("pilottask undo --list shows those that are")
                raise NotFound(_("no version {n} is kept").format(n=number), hint=hint)
            versions.check_not_sent(wanted)
            then = self._decode(versions.read(wanted))
            data = files.read(path) if os.path.lexists(path) else None
            if data == then.data:
                return wanted, True
            if not sheets:
                self._check_step_back(data, then.data, sheets=False)
            before = None if data is None else Snapshot(data=data, digest=files.digest(data), ledger=then.ledger)
            self._write(held, before, [then.data], author)
        return wanted, False

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Raise IoFault for what the system says of writing the store or what stands beside it."""
        try:
            yield
        except OSError as error:
            if file := culprit(error, files.real(self.path)):
                what = _("cannot write {place}, so {path} was left as it was")
                raise _fault_beside(error, what.format(place=file, path=self.path), file) from error
            raise files.fault(
                error, _("cannot write {path}, which was left as it was").format(path=self.path)
            ) from error

    def versions(self) -> tuple[list[Version], Version | None]:
        """Return the versions kept, oldest first, and the one last written."""
        with self._versions_folder():
            versions = Versions(files.real(self.path))
        return list(versions.entries), versions.present

    def removals(self, uids: Collection[str]) -> dict[str, Version]:
        """Return for those of `uids` that were taken out of this store which version did; kept versions alone tell."""
        try:
            return Versions(files.real(self.path)).removals(uids)
        except OSError:
            return {}

    def version_faults(self) -> list[Fault]:
        """Return which versions are damaged or gone. Raises IoFault."""
        self.versions()  # refused there, where they cannot be read
        return [Fault("", "", error.message) for _version, error in Versions(files.real(self.path)).faults()]

    def mend_versions(self, author: Author) -> list[Version]:
        """Keep the present state anew where that is damaged; return the other damaged versions, taken off the list."""
        path = files.real(self.path)
        self.versions()
        with lock.hold(path, seconds=self._lock_seconds(), who=author.process), self._writing():
            return Versions(path).mend(files.read(path), author)

    def file_faults(self, ledger: Ledger) -> list[Fault]:
        """Return which files attached to tasks of `ledger` are gone or damaged."""
        path = files.real(self.path)
        return [
            Fault(changes.task_name(task), _("file {n}").format(n=entry.n), wrong)
            for task in ledger.tasks
            for entry in history.attachments(task)
            if (wrong := copies.check(path, entry))
        ]

    def sheet_faults(self, ledger: Ledger) -> list[Fault]:
        """Return which sheets of `ledger` cannot be printed again: what was kept of them is gone or damaged."""
        faults = []
        for sheet in ledger.sheets:
            if sheet.kept is not None:
                try:
                    self.sheet(sheet)
                except BadStore as error:
                    faults.append(Fault("", "", error.message))
        return faults

    def stale_files(self, ledger: Ledger) -> set[str]:
        """Return the digests of kept files that neither `ledger` nor any version has attached to a task."""
        path = files.real(self.path)
        stale = copies.digests(path) - attachments.of_ledger(ledger).keys()
        versions = Versions(path)
        for version in versions.entries:
            with suppress(BadStore):  # one that is damaged does not come back
                data = versions.read(version) if stale else b""
                if not (named := {sha256 for sha256 in stale if sha256.encode() in data}):
                    continue
                try:
                    stale -= attachments.of_ledger(codec.decode(data, self.syntax).ledger).keys()
                except BadStore:  # nor does one that was never sound, but it can be mended
                    stale -= named
        return stale

    def remove_stale_files(self, author: Author) -> tuple[int, int]:
        """Remove the files that `stale_files` names; return how many, and how many bytes they had."""
        path = files.real(self.path)
        with lock.hold(path, seconds=self._lock_seconds(), who=author.process):
            stale = self.stale_files(self._decode(files.read(path)).ledger)
            try:
                return len(stale), copies.remove(path, stale)
            except OSError as error:
                folder = copies.folder_of(path)
                raise files.fault(error, _("cannot remove a file from {folder}").format(folder=folder)) from error

    def faults(self) -> list[Fault]:
        """Return everything wrong with the store's content. Raises NotFound, IoFault."""
        return codec.all_faults(files.read(files.real(self.path)), self.syntax)


def _is_same(path: Path, seen: Seen) -> bool:
    """Tell whether the store surely is as it was seen, without reading it."""
    with suppress(OSError):
        return seen.mark is not None and files.mark(path) == seen.mark
    return False


def _look_again(held: Lock, before: bytes | None, seen: Seen | None = None) -> None:
    """Raise Busy where the store no longer holds what it did `before`, or its lock is no longer ours."""
    try:
        now = before if seen is not None and _is_same(held.store, seen) else held.store.read_bytes()
    except FileNotFoundError:
        now = None
    if now != before or not held.is_held():
        message = _("another program changed {path} meanwhile, so nothing was written")
        hint = _("look at what it holds now, then give the command again")
        raise Busy(message.format(path=held.store), hint=hint)


def _fault_beside(error: OSError, what: str, file: Path) -> IoFault:
    fault = files.fault(error, what)
    wrong_kind = isinstance(error, FileExistsError | FileNotFoundError | IsADirectoryError | NotADirectoryError)
    if (wrong_kind or error.errno == errno.ELOOP) and os.path.lexists(file):
        fault.hint = _("move away what stands there; pilottask keeps files of its own in that place")
    return fault


def _put_on_record(written: Ledger, present: Ledger, author: Author) -> tuple[Ledger, list[str]]:
    """Return `present` with what was changed by hand since `written` on record, and what a user must be told."""
    after = changes.put_hand_edits_on_record(written, present, changes.Stamp(author.at, author.by))
    there = {task.uid for task in present.tasks}
    gone = [task for task in written.tasks if task.uid not in there]
    notices = (
        (
            _("changed by hand in the file and now on record: {tasks}; pilottask history ID shows it"),
            changed_tasks(present.tasks, after.tasks),
        ),
        (_("taken out of the file by hand: {tasks}; pilottask undo --list shows the version that has it"), gone),
    )
    return after, [
        message.format(tasks=_(", ").join(map(changes.task_name, tasks))) for message, tasks in notices if tasks
    ]
