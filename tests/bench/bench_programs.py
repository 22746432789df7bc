"""The programs that are measured, each given the same tasks in its own files and asked for the same rows."""

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

import bench_tasks
from bench_tasks import Item
from pilottask.ledger.changes import FROM, Move
from pilottask.store import codec, toml_patch
from pilottask.store.syntax import Syntax

ROWS: Final = 40
"""Rows asked for where a view is measured."""
_HERE: Final = Path(__file__).parent


class Operation(StrEnum):
    """What is measured."""

    START = "start-up"
    OVERDUE = "overdue"
    SUMMARY = "summary"
    ADD = "add"
    NOTE = "note"
    CLOSE = "close"
    IMPORT = "import"


@dataclass
class Program(ABC):
    """A program at work in `folder`, in a home of its own, on `today`."""

    name: str
    folder: Path
    today: date
    most: ClassVar[int | None] = None
    """How many tasks it can hold; None where nothing limits them."""

    @abstractmethod
    def fill(self, tasks: Sequence[Item]) -> None:
        """Give it these tasks and nothing else."""

    @abstractmethod
    def command(self, operation: Operation, turn: int) -> list[str] | None:
        """Return the command line that does `operation` for the `turn`-th time; None where it has no such thing."""

    @abstractmethod
    def overdue_count(self) -> int | None:
        """Return how many tasks it says are overdue; None where it keeps none."""

    def before(self, operation: Operation) -> None:  # noqa: B027  most have nothing to do
        """Make ready for one run, which is not measured."""

    @property
    def environ(self) -> dict[str, str]:
        """What a user's shell would have, and nothing of this one but where programs are found."""
        return {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"}

    def run(self, argv: Sequence[str]) -> str:
        """Run a command line that is not measured, and return what it printed."""
        done = subprocess.run(
            argv, env=self.environ, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        return done.stdout.decode()

    def _due(self, days: int = 30) -> str:
        return str(self.today + timedelta(days=days))


@dataclass
class Pilottask(Program):
    """This program; `cold` where each run finds its cache folder empty."""

    form: Syntax = Syntax.TOML
    cold: bool = False
    _open: tuple[int, ...] = ()

    @property
    def store(self) -> Path:
        """The store file."""
        return self.folder / f"tasks.{self.form.value}"

    @property
    def cache(self) -> Path:
        """The folder of parsed copies."""
        return self.folder / "cache"

    @property
    def environ(self) -> dict[str, str]:
        """As for the others, its store and day named."""
        return super().environ | {
            "PILOTTASK_STORE": str(self.store),
            "PILOTTASK_TODAY": str(self.today),
            "XDG_CACHE_HOME": str(self.cache),
        }

    def fill(self, tasks: Sequence[Item]) -> None:
        """Write the store as the program itself would."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        ledger = bench_tasks.ledger(tasks)
        self.store.write_bytes(toml_patch.encode(ledger) if self.form is Syntax.TOML else codec.encode_json(ledger))
        self._open = tuple(item.number for item in tasks if item.status in FROM[Move.CLOSE])
        (self.folder / "rows.csv").write_text(bench_tasks.as_csv(tasks), encoding="utf-8")

    def command(self, operation: Operation, turn: int) -> list[str] | None:  # noqa: PLR0911  one for each
        """Return the command line."""
        match operation:
            case Operation.START:
                return [_OURS, "overdue", "--format", "tsv"]
            case Operation.OVERDUE:
                return [_OURS, "overdue", "--limit", str(ROWS)]
            case Operation.SUMMARY:
                return [_OURS, "summary"]
            case Operation.ADD:
                return [_OURS, "add", f"新任务{turn}", "-d", bench_tasks.DEPARTMENTS[0], "-u", self._due()]
            case Operation.NOTE:
                return [_OURS, "note", str(self._open[turn % len(self._open)]), f"进展{turn}"]
            case Operation.CLOSE:
                return [_OURS, "close", str(self._open[turn % len(self._open)])]
            case Operation.IMPORT:
                return None if self.cold else [_OURS, "import", "rows.csv"]  # there is nothing to have a copy of

    def before(self, operation: Operation) -> None:
        """Empty the cache where runs are cold; an import begins with an empty list."""
        if self.cold:
            shutil.rmtree(self.cache, ignore_errors=True)
        if operation is Operation.IMPORT:
            shutil.rmtree(self.store.with_name(f"{self.store.name}.versions"), ignore_errors=True)
            self.store.unlink(missing_ok=True)
            self.run([_OURS, "init", "--name", "pilot", "--office", "office"])

    def overdue_count(self) -> int:
        """Count the lines under the head."""
        return self.run([_OURS, "overdue", "--format", "tsv"]).count("\n") - 1


_OURS: Final = str(Path(sys.executable).with_name("pilottask"))


@dataclass
class Taskwarrior(Program):
    """Debian's `task`, as installed: hooks, recurrence and gc on; only its questions are off, as nobody answers."""

    _uuids: tuple[str, ...] = ()

    @property
    def environ(self) -> dict[str, str]:
        """As for the others, its files named."""
        return super().environ | {"TASKRC": str(self.folder / "taskrc")}

    def fill(self, tasks: Sequence[Item]) -> None:
        """Write its data files, then have it read and tidy them once."""
        shutil.rmtree(self.folder, ignore_errors=True)
        data = self.folder / "data"
        data.mkdir(parents=True)
        (self.folder / "taskrc").write_text(
            f"data.location={data}\nconfirmation=off\nuda.owner.type=string\nuda.owner.label=Owner\n", encoding="utf-8"
        )
        pending, completed = bench_tasks.taskwarrior(tasks)
        (data / "pending.data").write_text(pending, encoding="utf-8")
        (data / "completed.data").write_text(completed, encoding="utf-8")
        (self.folder / "rows.json").write_text(bench_tasks.taskwarrior_json(tasks), encoding="utf-8")
        self._uuids = tuple(bench_tasks.uuid(item) for item in tasks if item.status in FROM[Move.CLOSE])
        self.run(["task", "count"])

    def command(self, operation: Operation, turn: int) -> list[str] | None:  # noqa: PLR0911  one for each
        """Return the command line."""
        match operation:
            case Operation.START:
                return ["task", "overdue"]
            case Operation.OVERDUE:
                return ["task", "overdue", f"limit:{ROWS}"]
            case Operation.SUMMARY:
                return ["task", "summary"]
            case Operation.ADD:
                return ["task", "add", f"新任务{turn}", f"project:{bench_tasks.DEPARTMENTS[0]}", f"due:{self._due()}"]
            case Operation.NOTE:
                return ["task", self._uuids[turn % len(self._uuids)], "annotate", f"进展{turn}"]
            case Operation.CLOSE:
                return ["task", self._uuids[turn % len(self._uuids)], "done"]
            case Operation.IMPORT:
                return ["task", "import", "rows.json"]

    def before(self, operation: Operation) -> None:
        """Begin an import with an empty list."""
        if operation is Operation.IMPORT:
            for file in (self.folder / "data").iterdir():
                file.unlink()

    def overdue_count(self) -> int:
        """Have it count."""
        return int(self.run(["task", "rc.verbose=nothing", "status:pending", "+OVERDUE", "count"]))


@dataclass
class Topydo(Program):
    """Topydo (PyPI), as installed, its files named."""

    binary: str = "topydo"
    most: ClassVar[int | None] = 16_000  # it has no identifiers for more, and fails

    def _line(self, *words: str) -> list[str]:
        return [self.binary, "-t", str(self.folder / "todo.txt"), "-d", str(self.folder / "done.txt"), *words]

    def fill(self, tasks: Sequence[Item]) -> None:
        """Write its two files."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        todo, done = bench_tasks.topydo(tasks)
        (self.folder / "todo.txt").write_text(todo, encoding="utf-8")
        (self.folder / "done.txt").write_text(done, encoding="utf-8")

    def command(self, operation: Operation, turn: int) -> list[str] | None:  # noqa: PLR0911  one for each
        """Return the command line; it counts nothing, and its list of projects is the nearest to a summary."""
        match operation:
            case Operation.START:
                return self._line("ls", "due:<today")
            case Operation.OVERDUE:
                return self._line("ls", "-n", str(ROWS), "due:<today")
            case Operation.SUMMARY:
                return self._line("lsprj")
            case Operation.ADD:
                return self._line("add", f"新任务{turn} +{bench_tasks.DEPARTMENTS[0]} due:{self._due()}")
            case Operation.NOTE:
                return self._line("append", str(1 + turn), f"进展{turn}")
            case Operation.CLOSE:
                return self._line("do", str(1 + turn))
            case Operation.IMPORT:
                return None

    def overdue_count(self) -> int:
        """Count its lines."""
        return self.run(self._line("ls", "due:<today")).count("\n")


_TYPER: Final = str(_HERE / "two_commands.py")


class Typer(Program):
    """The Typer program of two commands, by which start-up is judged; it keeps no tasks."""

    def fill(self, tasks: Sequence[Item]) -> None:
        """Make its home."""
        del tasks
        self.folder.mkdir(parents=True, exist_ok=True)

    def command(self, operation: Operation, turn: int) -> list[str] | None:
        """Return the line that prints a line."""
        del turn
        return [sys.executable, _TYPER, "hello"] if operation is Operation.START else None

    def overdue_count(self) -> int | None:
        """Return None: it has none to count."""
        return None


def peers(folder: Path, today: date, *, topydo: str | None) -> tuple[list[Program], list[str]]:
    """Return the peers that are installed, and a note on each: its version, or that it is missing."""
    found: list[Program] = []
    notes = []
    if shutil.which("task"):
        found.append(Taskwarrior("Taskwarrior", folder / "taskwarrior", today))
        notes.append(f"Taskwarrior {_version('task')}")
    else:
        notes.append("Taskwarrior (`task`) is not installed: left out")
    if binary := shutil.which(topydo or "topydo"):
        found.append(Topydo("topydo", folder / "topydo", today, binary=binary))
        notes.append(f"topydo {_version(binary)}")
    else:
        notes.append("topydo is not installed: left out")
    return found, notes


def _version(binary: str) -> str:
    done = subprocess.run([binary, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return done.stdout.split("\n", 1)[0].removeprefix("topydo").strip()
