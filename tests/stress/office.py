"""An office with a store and a home of its own, in which the program runs as processes; and what runs it by hand."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import factories
from pilottask.ledger.records import Ledger
from pilottask.store.reader import Author
from pilottask.store.store import Store

PROGRAM: Final = (sys.executable, "-c", "import sys; from pilottask.cli import main; sys.exit(main())")
"""The program as its console script starts it."""
UNIT: Final = factories.task().department
CODES: Final = frozenset({0, 2, 3, 4, 5, 6, 7, 130})
"""The exit codes that the program promises; 1, a fault of its own, is not among them."""


def author(command: str) -> Author:
    """Return who writes where no process does."""
    return Author(factories.at("2026-11-20"), "王敏", command, "test")


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


class Office:
    """A folder with a home and a store of `tasks` tasks, the ids from 1, all led by `UNIT`."""

    def __init__(self, folder: Path, name: str = "tasks.toml", *, tasks: int = 0, lock_seconds: int = 10) -> None:
        self.folder = folder / "office"
        self.home = folder / "home"
        for place in (self.folder, self.home):
            place.mkdir(parents=True, exist_ok=True)
        self.store = Store(self.folder / name)
        self.path = self.store.path
        if not self.path.exists():
            book = factories.ledger(
                *(factories.task(id=number, title=f"任务{number}") for number in range(1, tasks + 1)),
                departments={UNIT: ()},
                lock_seconds=lock_seconds,
            )
            self.store.create(book, author("init"))

    @property
    def ledger(self) -> Ledger:
        """What the store holds."""
        return self.store.read().ledger

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of its commands: little more than a home.

        They are not measured for coverage, whose own lock a signal can leave held.
        """
        return {
            "PATH": os.defpath,
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PILOTTASK_LANG": "en",
            "PILOTTASK_USER": "王敏",
            "PILOTTASK_STORE": str(self.path),
            **more,
        }

    def begin(self, *argv: str, program: Sequence[str] = PROGRAM, **options: str) -> "subprocess.Popen[str]":
        """Start a command; `options` are further environment variables."""
        return subprocess.Popen(
            [*program, *argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self.environment(**options),
        )

    def run(self, *argv: str, **options: str) -> Ran:
        """Run a command to its end."""
        with self.begin(*argv, **options) as process:
            out, err = process.communicate(timeout=300)
        return Ran(process.returncode, out, err)

    def done(self, *argv: str, **options: str) -> str:
        """Run what has to succeed; return what it printed."""
        ran = self.run(*argv, **options)
        assert ran.code == 0, f"{argv} ended with {ran.code}: {ran.err}"
        return ran.out

    def litter(self) -> list[str]:
        """Return what was left that should not be, beside the store, in its versions and in the cache."""
        name = self.path.name
        known = {name, *(f"{name}.{kind}" for kind in ("lock", "versions"))}
        beside = [entry.name for entry in self.folder.iterdir() if entry.name not in known]
        return beside + [str(path) for place in (self.folder, self.home) for path in place.rglob("*tmp*")]


def kill_by_hand(run: Callable[[Path, int], Counter[str]], description: str | None) -> None:
    """Kill as many as the command line asks for, and print what came of it."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--count", type=int, default=200)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        print(dict(run(Path(folder), count)))  # noqa: T201  run by hand
