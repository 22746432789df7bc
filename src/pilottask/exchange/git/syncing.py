"""The list made one with those of other clerks, over a git repository that all of them reach.

Nothing is lost where it is stopped at any moment: what is written here is first a commit, or is in the store before
the branch says so; and what was made one in the store and not yet said to git is made one again, which brings nothing.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pilottask.base.errors import Busy, IoFault, NotFound, PilotError, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.exchange.git.repository import PATIENCE, PAUSE, Rejected, Repository
from pilottask.exchange.git.setup import Place, prepare
from pilottask.exchange.merge.stores import Merged, merge_stores, read
from pilottask.ledger.integrity import SHA256
from pilottask.ledger.records import Ledger
from pilottask.store import copies, files, lock, sheet_files
from pilottask.store.reader import Author
from pilottask.store.store import Store

_TRIES: Final = 20
_LOCK_SECONDS: Final = 60
"""How long a sync waits for another at the same desk."""
_MESSAGE: Final = "pilottask sync\n"


class Synced(NamedTuple):
    """The list before, None where it was brought; after; and as the remote had it, None without one."""

    before: Ledger | None
    after: Ledger
    remote: Ledger | None


class _Joined(NamedTuple):
    """What both sides come to: the bytes of the store, the commit that has them, its files of ours, the other list."""

    data: bytes
    commit: str
    files: dict[str, str]
    theirs: Ledger | None = None


def sync(store: Store, remote: str | None, author: Author) -> Synced:
    """Make the store one with what the remote has, and send it; `remote` is kept where it is given.

    Raises UsageFault, NotFound, BadStore and IoFault with the store as it was; Busy where others were quicker each
    time.
    """
    path = files.real(store.path)
    place = prepare(path, remote, author.by)
    try:
        with lock.hold(place.repository.own_folder() / "pilottask", seconds=_LOCK_SECONDS, who=author.process):
            return _until_nobody_is_quicker(store, path, place, author)
    except PilotError:
        place.take_back()
        raise


def _until_nobody_is_quicker(store: Store, path: Path, place: Place, author: Author) -> Synced:
    before: Ledger | None = None
    met: Counter[Path] = Counter()
    for _attempt in range(_TRIES):
        try:
            if not os.path.lexists(path):
                synced = _bring(store, path, place, author)
            else:
                snapshot = store.put_on_record(author)
                before = before or snapshot.ledger
                synced = _sync(store, path, place, author, snapshot.data)
        except Rejected as quicker:
            if quicker.lock is not None:
                met[quicker.lock] += 1
                _wait_for(quicker.lock, met[quicker.lock], path.parent)
            continue
        if synced is not None:
            return synced._replace(before=before)
    hint = _("pilottask sync again")
    raise Busy(_("others were sending all the while; nothing is lost, and nothing of this was sent yet"), hint=hint)


def _sync(store: Store, path: Path, place: Place, author: Author, data: bytes) -> Synced | None:
    """Return what came of it, None where somebody gave a command meanwhile. Raises Rejected where one was quicker."""
    repository, remote, branch, _made = place
    own = _commit(repository, path, data, branch)
    theirs = repository.fetch(remote, branch)
    joined = own if theirs is None else _join(repository, path, own, theirs, remote)
    if not store.take(joined.data, data, author):
        return None
    place.keep_remote()
    repository.move(branch, joined.commit, own.commit, joined.files)
    if joined.commit != theirs:
        repository.push(remote, branch, joined.commit)
    return Synced(None, store.read().ledger, joined.theirs)


def _wait_for(met: Path, times: int, folder: Path) -> None:
    """Wait for a lock of git; one in our own folder that stays was left by a git that was stopped, and is removed.

    Raises IoFault for one that stays elsewhere: another may hold it.
    """
    time.sleep(PAUSE)
    if times < PATIENCE:
        return
    if folder not in met.parents:
        hint = _("where nobody is syncing now, remove that file, then pilottask sync")
        raise IoFault(_("{file} keeps others away: a sync holds it, or was cut off").format(file=met), hint=hint)
    met.unlink(missing_ok=True)


def _commit(repository: Repository, path: Path, data: bytes, branch: str) -> _Joined:
    """Put the store as it is on the branch, with its issued sheets and attached files."""
    head = repository.text("rev-parse", "--verify", "--quiet", "HEAD")
    own = _own_files(repository, path, data, head)
    commit, _others = repository.commit([head] if head else [], own, _MESSAGE)
    repository.move(branch, commit, head, own)
    return _Joined(data, commit, own)


def _join(repository: Repository, path: Path, own: _Joined, theirs: str, remote: str) -> _Joined:
    """Return what both sides come to; what the other side has besides the store is written beside ours."""
    brought = repository.files(theirs)
    there = _list_of(repository, brought, path.name, remote)
    base = repository.text("merge-base", own.commit, theirs)
    merged = _merge(repository, path.name, base, own.data, there, remote)
    kept_files = {name: blob for name, blob in brought.items() if _is_kept(name, path.name)}
    if base == theirs:
        return own._replace(theirs=merged.theirs)
    if base == own.commit:
        _write_brought(repository, path, kept_files)
        ours = {name: brought[name] for name in own.files if name in brought}
        return _Joined(there, theirs, {**kept_files, **ours}, merged.theirs)
    ours = {**kept_files, **own.files, path.name: repository.keep(merged.data)}
    commit = _joining(repository, [own.commit, theirs], ours, base)
    _write_brought(repository, path, kept_files)
    return _Joined(merged.data, commit, ours, merged.theirs)


def _joining(repository: Repository, parents: list[str], files: dict[str, str], base: str | None) -> str:
    """Return the commit that joins two with these files. Raises UsageFault where both changed others."""
    commit, others = repository.commit(parents, files, _MESSAGE, base=base)
    if others:
        message = _("both sides changed other files too: {names}")
        hint = _("join those with git yourself: git pull; the list comes along")
        raise UsageFault(message.format(names=_(", ").join(map(safe, others))), hint=hint)
    return commit


def _bring(store: Store, path: Path, place: Place, author: Author) -> Synced | None:
    """Write the list of the remote where there is none; None where one that was committed here was put back first."""
    repository, remote, branch, _made = place
    head = repository.text("rev-parse", "--verify", "--quiet", "HEAD")
    if lost := repository.files(head).get(path.name):
        if store.versions()[1] is not None:
            hint = _("pilottask undo brings it back, then sync")
            raise NotFound(_("the list at {path} is gone").format(path=path), hint=hint)
        store.take(repository.read(lost), None, author)
        return None
    theirs = repository.fetch(remote, branch)
    if theirs is None:
        hint = _("make one: pilottask init --name NAME, then pilottask sync")
        raise NotFound(_("there is no list here and none at {remote}").format(remote=safe(remote)), hint=hint)
    brought = repository.files(theirs)
    data = _list_of(repository, brought, path.name, remote)
    ledger = read(data, _("the list on the other side")).ledger
    kept_files = {name: blob for name, blob in brought.items() if _is_kept(name, path.name)}
    commit, ours = theirs, kept_files
    if head is not None:
        ours = {**kept_files, path.name: brought[path.name], **_attributes(repository, path)}
        commit = _joining(repository, [head, theirs], ours, repository.text("merge-base", head, theirs))
    _write_brought(repository, path, kept_files)
    if not store.take(data, None, author):
        raise Busy(_("another program made {path} meanwhile, so nothing was written").format(path=path))
    place.keep_remote()
    repository.move(branch, commit, head, ours)
    return Synced(None, ledger, ledger)


def _list_of(repository: Repository, there: dict[str, str], name: str, remote: str) -> bytes:
    """Return the bytes of the list among the files of a commit. Raises NotFound where it has none of this name."""
    if name in there:
        return repository.read(there[name])
    others = [other for other in there if "/" not in other and other.endswith((".toml", ".json"))]
    hint = _("it has {names}; --store FILE takes one of that name").format(names=_(", ").join(map(safe, others)))
    message = _("{remote} has no list called {name}").format(remote=safe(remote), name=quote(name))
    raise NotFound(message, hint=hint if others else None)


def _merge(repository: Repository, name: str, base: str | None, ours: bytes, theirs: bytes, remote: str) -> Merged:
    """Return what both sides come to. Raises UsageFault where they never were one list, BadStore."""
    began = repository.files(base).get(name)
    merged = merge_stores(repository.read(began) if began else b"", ours, theirs)
    known = {task.uid for task in merged.before.tasks}
    if began is None and merged.theirs.tasks and known.isdisjoint(task.uid for task in merged.theirs.tasks):
        pilot = merged.theirs.pilot
        raise UsageFault(
            _("at {remote} is another list, of {pilot}: none of its tasks ({count}) are here").format(
                remote=safe(remote), pilot=quote(pilot.name or _("(no name)")), count=len(merged.theirs.tasks)
            ),
            hint=_("bring it to a place of its own: pilottask --store FILE sync {remote}").format(remote=safe(remote)),
        )
    return merged


def _own_files(repository: Repository, path: Path, data: bytes, head: str | None) -> dict[str, str]:
    """Return the blobs of the store, its issued sheets and attached files, and of .gitattributes, by their names."""
    known = repository.files(head)
    results = {path.name: repository.keep(data), **_attributes(repository, path)}
    for file in _files_to_keep(path):
        name = f"{file.parent.name}/{file.name}"
        results[name] = known.get(name) or repository.keep(file.read_bytes())
    return results


def _attributes(repository: Repository, path: Path) -> dict[str, str]:
    return {".gitattributes": repository.keep(path.with_name(".gitattributes").read_bytes())}


def _is_kept(name: str, store: str) -> bool:
    """Tell whether a file in a folder beside the store goes with it: it is named by its digest and never changed."""
    folder, _slash, file = name.partition("/")
    if folder == f"{store}.versions":
        return re.fullmatch(sheet_files.NAME, file) is not None
    return folder == f"{store}.files" and re.fullmatch(SHA256, file) is not None


def _files_to_keep(path: Path) -> Iterator[Path]:
    for folder in (files.versions_folder(path), copies.folder_of(path)):
        if folder.is_dir() and not folder.is_symlink():
            for file in sorted(folder.iterdir()):
                if _is_kept(f"{folder.name}/{file.name}", path.name) and file.is_file() and not file.is_symlink():
                    yield file


def _write_brought(repository: Repository, path: Path, brought: dict[str, str]) -> None:
    """Write the sheets and attached files of the other side that are not here. Raises IoFault."""

    def ours(name: str) -> bool:
        return _is_kept(f"{path.name}.versions/{name}", path.name) or _is_kept(f"{path.name}.files/{name}", path.name)

    for name, blob in brought.items():
        file = path.parent / name
        if not os.path.lexists(file):
            try:
                files.make_beside(file.parent, like=path, ours=ours)
                files.replace(file, repository.read(blob), like=path)
            except OSError as error:
                raise files.fault(error, _("cannot write {path}").format(path=file)) from error
