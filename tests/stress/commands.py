"""Commands side by side: adders, editors and closers among readers; nothing is lost, no reader sees a broken file.

By hand: `python tests/stress/commands.py --adds 50 --edits 50 --closes 20 --readers 3`.
"""

import argparse
import json
import sys
import tempfile
import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

from pilottask.ledger.records import Close, Edit, LogEntry, Note, Start, Status
from pilottask.store import codec
from pilottask.store.files import digest
from pilottask.store.versions import Versions
from stress.office import UNIT, Office, author

READS: Final = (("list", "--all", "--format", "json"), ("summary", "--format", "json"), ("check",))


class Reader(threading.Thread):
    """Reads again and again until told to stop; `faults` holds what was wrong."""

    def __init__(self, office: Office, argv: tuple[str, ...]) -> None:
        super().__init__(daemon=True)
        self.office = office
        self.argv = argv
        self.faults: list[str] = []
        self.count = 0
        self.enough = threading.Event()

    def run(self) -> None:
        """Read until told to stop, at least once."""
        seen = 0
        while not self.count or not self.enough.is_set():
            ran = self.office.run(*self.argv)
            self.count += 1
            if ran.code or ran.err:
                self.faults.append(f"{self.argv} ended with {ran.code}: {ran.err}")
            elif self.argv[0] == "list":
                ids = [task["id"] for task in json.loads(ran.out)]
                if ids != list(range(1, len(ids) + 1)) or len(ids) < seen:
                    self.faults.append(f"ids {ids} after {seen} tasks had been seen")
                seen = len(ids)
            elif self.argv[0] == "summary":
                (row,) = json.loads(ran.out)["rows"]
                if row["total"] < seen:
                    self.faults.append(f"{row['total']} tasks after {seen} had been seen")
                seen = row["total"]


def run(folder: Path, name: str, *, adds: int, edits: int, closes: int, readers: int) -> Counter[str]:
    """Run so many of each at once; return how many ran. Raises AssertionError where anything was lost."""
    held = edits + closes
    office = Office(folder, name, tasks=held)
    office.done("config", "lock_seconds", "600")
    for number in range(edits + 1, held + 1):
        office.done("start", str(number))
    reading = [Reader(office, READS[number % len(READS)]) for number in range(readers)]
    for reader in reading:
        reader.start()
    wanted: list[tuple[str, ...]] = [("add", f"新任务{number}", "-d", UNIT) for number in range(adds)]
    for number in range(1, edits + 1):
        by_edit = ("edit", str(number), "--owner", f"责任人{number}")
        wanted.append(by_edit if number % 2 else ("note", str(number), f"进展{number}", "--actual", str(number)))
    wanted += [("close", str(number), "--verifier", "李主任") for number in range(edits + 1, held + 1)]
    wanted = [argv for start in range(7) for argv in wanted[start::7]]  # the kinds among each other
    running = [(argv, office.begin(*argv)) for argv in wanted]
    for argv, process in running:
        _out, err = process.communicate()
        assert process.returncode == 0, f"{argv} ended with {process.returncode}: {err}"
    for reader in reading:
        reader.enough.set()
        reader.join()
        assert reader.faults == []
    _look(office, adds=adds, edits=edits, held=held)
    return Counter(f"{argv[0]} {name}" for argv in wanted) + Counter(
        {f"reads {name}": sum(reader.count for reader in reading)}
    )


def _look(office: Office, *, adds: int, edits: int, held: int) -> None:
    tasks = office.ledger.tasks
    assert [task.id for task in tasks] == list(range(1, held + adds + 1))
    assert office.ledger.next_id == held + adds + 1
    assert {task.title for task in tasks[held:]} == {f"新任务{number}" for number in range(adds)}
    assert len({task.uid for task in tasks}) == len(tasks)
    for task in tasks[:edits]:
        last: LogEntry = task.log[-1]
        if task.id % 2:
            assert isinstance(last, Edit)
            assert (len(task.log), task.owner) == (2, f"责任人{task.id}")
        else:
            assert isinstance(last, Note)
            assert (len(task.log), task.actual, last.text) == (2, task.id, f"进展{task.id}")
    for task in tasks[edits:held]:
        assert (task.status, [type(entry) for entry in task.log[1:]]) == (Status.CLOSED, [Start, Close])
    _look_at_versions(office, writes=adds + held + 1 + held - edits)
    assert office.litter() == []


def _look_at_versions(office: Office, *, writes: int) -> None:
    """Each version is whole and holds exactly one log entry more than the one before it."""
    versions, present = office.store.versions()
    assert len(versions) == min(51, writes + 1)
    assert present == versions[-1]
    assert present.digest == digest(office.path.read_bytes())
    kept = Versions(office.path)
    entries = []
    for version in versions:
        book = codec.decode(kept.read(version), office.store.syntax).ledger
        entries.append(sum(len(task.log) for task in book.tasks))
    wanted = [0 if version.command == "config lock_seconds 600" else 1 for version in versions[1:]]
    assert [after - before for before, after in pairwise(entries)] == wanted
    for _step in range(len(versions) - 1):
        office.store.undo(author("undo"))
    assert digest(office.path.read_bytes()) == versions[0].digest
    for _step in range(len(versions) - 1):
        office.store.redo(author("undo"))
    assert digest(office.path.read_bytes()) == present.digest


def main() -> None:
    """Run on both forms with as many as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    for kind, count in (("adds", 50), ("edits", 50), ("closes", 20), ("readers", 3)):
        parser.add_argument(f"--{kind}", type=int, default=count)
    wanted = vars(parser.parse_args())
    for name in ("tasks.toml", "tasks.json"):
        with tempfile.TemporaryDirectory() as folder:
            print(dict(run(Path(folder), name, **wanted)), "nothing lost")  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
