"""Fail each system call of a write in turn, and look at what is left.

By hand: `python tests/stress/inject.py`; it prints a line for each call that was made to fail.
"""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import msgspec

import factories
from pilottask.base.errors import IoFault
from pilottask.ledger import attachments, changes
from pilottask.ledger.records import IssuedSheet, Ledger
from pilottask.store import copies
from pilottask.store.reader import Author
from pilottask.store.sheet_files import Issue, pack
from pilottask.store.store import Store

CALLS: Final = ("open", "write", "fsync", "fchmod", "fchown", "fstat", "stat", "close", "mkdir", "replace", "unlink")
ERRORS: Final = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EDQUOT)
ACTIONS: Final = ("create", "change", "change after a hand edit", "issue", "attach", "undo", "redo")


EVIDENCE: Final = "evidence.pdf"
"""The file that is attached."""


def author(command: str = "note") -> Author:
    """Return who writes in these tests."""
    return Author(factories.at("2026-11-20"), "王敏", command, "test")


def rename(store: Store, name: str) -> None:
    """Write the pilot's name."""
    store.change(lambda ledger: factories.renamed(ledger, name), author())


def issue(store: Store) -> None:
    """Issue a sheet."""
    store.change_with(issued, author())


def attach(store: Store) -> None:
    """Attach the file that stands beside the store."""
    source = copies.look_at(store.path.with_name(EVIDENCE))

    def attached(ledger: Ledger) -> Ledger:
        return changes.apply_all(ledger, lambda task: attachments.attach(task, stamp, [source.file]))

    stamp = factories.stamp()
    store.change(attached, author(), sources=[source])


def issued(ledger: Ledger) -> tuple[Ledger, Issue[None]]:
    """Return the ledger with a sheet issued, and what is kept of it."""
    packed = pack(1, b"document")
    record = IssuedSheet(n=1, at=author().at, by=author().by, kept=packed.digest)
    return msgspec.structs.replace(ledger, sheets=(record,)), Issue(packed, None)


@contextmanager
def failing(call: str, at: int, number: int, folder: Path, *, for_good: bool) -> Iterator[list[int]]:
    """Make call number `at` (from 0) of an `os` function fail, of those that are about files under `folder`.

    With `for_good` all after it fail too, as on a disk that stays full.

    Yields a list whose one item counts the calls.
    """
    real: Callable[..., Any] = getattr(os, call)
    made = [0]

    def called(first: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401  stands for any function of `os`
        if isinstance(first, str | Path) and not str(first).startswith(str(folder)):
            return real(first, *args, **options)
        made[0] += 1
        if made[0] <= at or (made[0] > at + 1 and not for_good):
            return real(first, *args, **options)
        if call == "close":
            real(first)  # as the system does: the descriptor is gone all the same
        raise OSError(number, os.strerror(number), first if isinstance(first, str) else None)

    setattr(os, call, called)
    try:
        yield made
    finally:
        setattr(os, call, real)


def prepare(folder: Path, action: str) -> dict[str, bytes | None]:
    """Make the store that `action` is done to in `folder`; return the bytes that may come of it."""
    store = Store(folder / "tasks.toml")
    if action == "create":
        return {"before": None}
    store.create(_first(), author())
    store.path.chmod(0o640)
    (folder / EVIDENCE).write_bytes(b"evidence")
    rename(store, "一")
    one = store.path.read_bytes()
    rename(store, "二")
    two = store.path.read_bytes()
    if action == "redo":
        store.undo(author())
        return {"before": one, "done": two, "redone": two}
    if action == "undo":
        return {"before": two, "done": one, "undone": one}
    if action == "change after a hand edit":
        edited = two + "# 手改\n".encode()
        store.path.write_bytes(edited)
        return {"before": edited, "undone": two}
    return {"before": two, "undone": one}


def _first() -> Ledger:
    return factories.ledger(factories.task(), name="零")


def act(store: Store, action: str) -> None:
    """Do `action` to a store that was prepared for it."""
    match action:
        case "create":
            store.create(_first(), author())
        case "undo":
            store.undo(author())
        case "redo":
            store.redo(author())
        case "issue":
            issue(store)
        case "attach":
            attach(store)
        case _:
            rename(store, "三")


def _check_issued(store: Store, *, done: bool, tidied: bool) -> None:
    if done:
        (sheet,) = store.read().ledger.sheets
        assert store.sheet(sheet) == b"document", "the sheet was not kept"
    elif tidied:
        assert store.sheet_numbers() == frozenset(), "a number is taken though no sheet was issued"


def _check_attached(store: Store, *, done: bool, tidied: bool) -> None:
    kept = list(copies.folder_of(store.path).glob("*"))
    if done:
        assert store.file_faults(store.read().ledger) == [], "the file was not kept"
    elif tidied:
        assert not kept, "a copy was left that nothing tells of"
    else:
        attach(store)
        store.undo(author())


def check(
    folder: Path, wanted: dict[str, bytes | None], action: str, call: str, at: int, number: int, *, for_good: bool
) -> str | None:
    """Make a call fail during `action`, prepared in `folder`; return what came of it, None where it makes no such call.

    Raises AssertionError where a file is damaged, litter is left, or undo does not bring back what was there.
    """
    store = Store(folder / "tasks.toml")
    with failing(call, at, number, folder, for_good=for_good) as made:
        try:
            act(store, action)
            came = "done"
        except IoFault as error:
            came = f"{type(error).__name__}: {error.message}"
    if made[0] <= at:
        return None
    left = store.path.read_bytes() if store.path.exists() else None
    assert (came == "done") == (left != wanted["before"]), f"{came}, but the store is {left!r}"
    if "done" in wanted and came == "done":
        assert left == wanted["done"]
    if look := {"issue": _check_issued, "attach": _check_attached}.get(action):
        look(store, done=came == "done", tidied=call != "unlink")
    if call != "unlink":
        assert not [path.name for path in folder.rglob("*tmp*")], "a temporary file was left"
    if action == "create":
        if came != "done":
            store.create(_first(), author())
        return came
    if came == "done":
        store.redo(author()) if action == "undo" else store.undo(author())
        assert store.path.read_bytes() == wanted["before"], "there is no way back from it"
    elif "undone" in wanted:
        store.undo(author())
        assert store.path.read_bytes() == wanted["undone"], "undo does not go on from where it stood"
        store.redo(author())
        assert store.path.read_bytes() == wanted["before"], "redo does not come back to it"
    else:
        store.redo(author())
        assert store.path.read_bytes() == wanted["redone"], "redo does not go on from where it stood"
    left = store.path.read_bytes()
    rename(store, "四")
    store.undo(author())
    assert store.path.read_bytes() == left, "the next write cannot be undone"
    assert not [path.name for path in folder.rglob("*tmp*")], "a temporary file stayed after the next write"
    return came


def run(action: str, call: str, folder: Path, *, errors: Sequence[int] = ERRORS, for_good: bool) -> list[str]:
    """Fail each `call` of `action` with each error in turn; return place, error and what came of it."""
    outcomes = []
    template = folder.resolve() / "template"
    template.mkdir()
    wanted = prepare(template, action)
    for number in errors:
        at = 0
        while True:
            work = shutil.copytree(template, template.with_name(f"{number}-{at}"))
            came = check(work, wanted, action, call, at, number, for_good=for_good)
            if came is None:
                break
            outcomes.append(f"{at} {errno.errorcode[number]}: {came}")
            at += 1
    return outcomes


def main() -> None:
    """Fail every call of every action."""
    for action, call, for_good in product(ACTIONS, CALLS, (False, True)):
        with tempfile.TemporaryDirectory() as folder:
            for outcome in run(action, call, Path(folder), for_good=for_good):
                print(f"{action}: {call} {'for good ' * for_good}{outcome}")  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
