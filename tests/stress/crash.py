"""The power fails at any moment of a write: the store is the old one or the new one, and undo goes on from there.

The file system calls of a write are recorded, and every state built that they may leave on a disk: after each call,
with any of the folder entries that were not flushed yet, and files not flushed yet empty, full of zeros or whole. That
nothing was overlooked is seen where all calls together make what is really there.

By hand: `python tests/stress/crash.py`.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from itertools import product
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask.base.errors import UsageFault
from pilottask.cli import main as program
from pilottask.store.store import Store
from stress import inject

_COMMANDS: Final = {
    "import": ("import", "{folder}/rows.csv"),
    "config": ("config", "soon_days", "10"),
    "report --issue": ("report", "--issue", "-O", "{folder}/sheet.txt"),
}
"""Actions that the program itself does."""
ACTIONS: Final = (*inject.ACTIONS, *_COMMANDS)
_CALLS: Final = ("open", "write", "fsync", "close", "replace", "unlink", "mkdir")
Tree = dict[str, bytes | None]
"""What stands in a folder by its path in it: a file's bytes, None for a folder."""
_Change = dict[str, int | None]
"""Entries that one call makes, by path, with the number of their file; None where it takes them away."""


class Disk:
    """What is on a disk: files by number, entries by path, and of both what was not flushed yet."""

    def __init__(self, tree: Tree) -> None:
        self.flushed: dict[int, bytes | None] = dict(enumerate(tree.values()))
        self.present = dict(self.flushed)
        self.entries: dict[str, int] = {path: number for number, path in enumerate(tree)}
        self.pending: list[_Change] = []

    def now(self) -> dict[str, int]:
        """Return the entries with all that is pending."""
        return _with(self.entries, self.pending)

    def make(self, path: str, data: bytes | None) -> int:
        """Make a file or folder; return its number."""
        number = len(self.present)
        self.present[number] = data
        self.flushed[number] = data
        self.pending.append({path: number})
        return number

    def flush_folder(self, folder: str) -> None:
        """Put the entries of a folder on the disk for good."""
        own = [change for change in self.pending if {str(Path(path).parent) for path in change} == {folder}]
        self.entries = _with(self.entries, own)
        self.pending = [change for change in self.pending if change not in own]

    def states(self) -> Iterator[Tree]:
        """Yield all that may be left after a power failure now."""
        open_files = [number for number, data in self.present.items() if data != self.flushed[number]]
        for kept in product((False, True), repeat=len(self.pending)):
            entries = _with(self.entries, [change for change, there in zip(self.pending, kept, strict=True) if there])
            mine = [number for number in open_files if number in entries.values()]
            for contents in product(*(self._contents(number) for number in mine)):
                data = self.present | dict(zip(mine, contents, strict=True))
                folders = {path for path, number in entries.items() if data[number] is None} | {"."}
                yield {path: data[number] for path, number in entries.items() if str(Path(path).parent) in folders}

    def _contents(self, number: int) -> set[bytes | None]:
        whole = self.present[number] or b""
        return {self.flushed[number], bytes(len(whole)), whole}


def _with(entries: dict[str, int], changes: list[_Change]) -> dict[str, int]:
    changed: dict[str, int | None] = dict(entries)
    for change in changes:
        changed |= change
    return {path: number for path, number in changed.items() if number is not None}


class Recorder:
    """Follows on `disk` what is done below `folder`, and calls `each` after every call."""

    def __init__(self, folder: Path, disk: Disk, each: Callable[[], None]) -> None:
        self.folder, self.disk, self.each = folder, disk, each
        self._opened: dict[int, int | str] = {}
        self._real: dict[str, Callable[..., Any]] = {}

    def __enter__(self) -> None:
        for call in _CALLS:
            self._real[call] = getattr(os, call)
            setattr(os, call, self._watched(call))

    def __exit__(self, *_error: object) -> None:
        for call, real in self._real.items():
            setattr(os, call, real)

    def _watched(self, call: str) -> Callable[..., Any]:
        follow: Callable[..., None] = getattr(self, f"_{call}")

        def done(*args: Any, **options: Any) -> Any:  # noqa: ANN401  stands for any function of `os`
            result = self._real[call](*args, **options)
            follow(result, *args)
            self.each()
            return result

        return done

    def _name(self, path: Path) -> str | None:
        if not path.is_relative_to(self.folder) or path.suffix == ".lock":
            return None
        return str(path.relative_to(self.folder))

    def _open(self, descriptor: int, file: Path | str, flags: int, _mode: int = 0) -> None:
        path = self._name(Path(file))
        self._opened.pop(descriptor, None)  # of one that `open` closed
        if path is None:
            return
        if flags & os.O_CREAT and path not in self.disk.now():
            self._opened[descriptor] = self.disk.make(path, b"")
        else:
            number = None if path == "." else self.disk.now()[path]
            is_folder = number is None or self.disk.present[number] is None
            self._opened[descriptor] = path if number is None or is_folder else number

    def _write(self, count: int, descriptor: int, data: bytes) -> None:
        if isinstance(number := self._opened.get(descriptor), int):
            self.disk.present[number] = (self.disk.present[number] or b"") + bytes(data[:count])

    def _fsync(self, _none: None, descriptor: int) -> None:
        file = self._opened.get(descriptor)
        if isinstance(file, int):
            self.disk.flushed[file] = self.disk.present[file]
        elif file is not None:
            self.disk.flush_folder(file)

    def _close(self, _none: None, descriptor: int) -> None:
        self._opened.pop(descriptor, None)

    def _replace(self, _none: None, source: Path, target: Path) -> None:
        if (path := self._name(source)) is not None:
            self.disk.pending.append({path: None, str(self._name(target)): self.disk.now()[path]})

    def _unlink(self, _none: None, file: Path) -> None:
        if (path := self._name(file)) is not None:
            self.disk.pending.append({path: None})

    def _mkdir(self, _none: None, folder: Path, _mode: int = 0) -> None:
        if (path := self._name(folder)) is not None:
            self.disk.make(path, None)


def tree_of(folder: Path) -> Tree:
    """Return what stands in `folder`, the lock apart."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix != ".lock"
    }


def look(tree: Tree, folder: Path, action: str, before: bytes | None, after: bytes, undone: bytes | None) -> None:
    """Look at one state that may be left. Raises AssertionError."""
    for path, data in tree.items():
        (folder / path).mkdir() if data is None else (folder / path).write_bytes(data)
    store = Store(folder / "tasks.toml")
    left = store.path.read_bytes() if store.path.exists() else None
    assert left in {before, after}, f"{left!r} is neither the old store nor the new one"
    if left is None:
        store.create(factories.ledger(factories.task(), name="零"), inject.author())
        return
    assert store.faults() == []
    assert store.version_faults() == []
    for sheet in store.read().ledger.sheets:
        assert store.sheet(sheet)
    assert store.file_faults(store.read().ledger) == []
    if action == "attach" and left == before:
        inject.attach(store)
        store.undo(inject.author())
    if action == "redo":
        if left == before:
            store.redo(inject.author())
        else:
            store.undo(inject.author())
    elif action == "create":
        with suppress(UsageFault):
            store.undo(inject.author())
    elif action == "undo" and left == after:
        store.redo(inject.author())
        assert store.path.read_bytes() == before
    else:
        store.undo(inject.author())
        assert store.path.read_bytes() == (before if left == after else undone)
    there = store.path.read_bytes()
    inject.rename(store, "四")
    store.undo(inject.author())
    assert store.path.read_bytes() == there
    assert not list(folder.rglob("*tmp*"))


def _act(store: Store, action: str, folder: Path) -> None:
    if action not in _COMMANDS:
        inject.act(store, action)
        return
    (folder / "rows.csv").write_text("工作任务,牵头单位,完成时限\n新任务,区教体局,2026-12-15\n", encoding="utf-8")
    argv = [word.format(folder=folder) for word in _COMMANDS[action]]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as errors:
        code = program(["--store", str(store.path), "--today", "2026-11-20", *argv])
    assert code == 0, errors.getvalue()


def run(action: str, folder: Path) -> int:
    """Try every state that a power failure during `action` may leave; return how many. Raises AssertionError."""
    work = folder / "work"
    work.mkdir()
    wanted = inject.prepare(work, action)
    store = Store(work / "tasks.toml")
    disk = Disk(tree_of(work))
    found: dict[tuple[tuple[str, bytes | None], ...], Tree] = {}

    def take() -> None:
        for tree in disk.states():
            found[tuple(sorted(tree.items()))] = tree

    with Recorder(work, disk, take):
        _act(store, action, folder)
    made = {path: disk.present[number] for path, number in disk.now().items()}
    assert made == tree_of(work), "a call was not recorded"
    after = store.path.read_bytes()
    for number, tree in enumerate(found.values()):
        place = folder / str(number)
        place.mkdir()
        look(tree, place, action, wanted["before"], after, wanted.get("undone"))
    return len(found)


def main() -> None:
    """Try every action."""
    for action in ACTIONS:
        with tempfile.TemporaryDirectory() as folder:
            print(f"{action}: {run(action, Path(folder).resolve())} states, none lost")  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
