"""Kill a writer at any moment, again and again: the store is the old one or the new one, and the next write works.

By hand: `python tests/stress/kill.py --count 500`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask.store.reader import Author
from pilottask.store.store import Store
from stress.office import kill_by_hand

_WRITER: Final = """
import sys
from itertools import count
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import factories
from pilottask.store.reader import Author
from pilottask.store.store import Store
store = Store(Path(sys.argv[2]))
author = Author(factories.at("2026-11-20"), "王敏", "config name", "writer")
for number in count(int(sys.argv[3])):
    store.change(lambda ledger: factories.renamed(ledger, str(number)), author)
    print(number, flush=True)
"""


def author() -> Author:
    """Return who writes after the kill."""
    return Author(factories.at("2026-11-20"), "王敏", "config name", "after")


def killed(path: Path, start: int, how: signal.Signals, seconds: float) -> int:
    """Write numbers from `start` until killed `seconds` after the first; return the last that was acknowledged."""
    command = [sys.executable, "-c", _WRITER, str(Path(__file__).parents[1]), str(path), str(start)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # its lock could stay held
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.send_signal(how)
        return int((first + writer.stdout.read()).split()[-1])


def once(folder: Path, how: signal.Signals, seconds: float) -> str:
    """Kill one writer; return whether its last write was done. Raises AssertionError where anything was damaged."""
    store = Store(folder / "tasks.toml")
    if not store.path.exists():
        store.create(factories.ledger(*(factories.task(id=number) for number in range(1, 200)), name="0"), author())
    start = int(store.read().ledger.pilot.name or "") + 1
    last = killed(store.path, start, how, seconds)
    left = store.path.read_bytes()
    assert store.faults() == []
    name = int(store.read().ledger.pilot.name or "")
    assert name in {last, last + 1}, f"{name} is neither {last}, the last one written, nor the next"
    if how is signal.SIGINT:
        assert litter(folder) == []
    store.change(lambda ledger: factories.renamed(ledger, str(name + 1)), author())
    assert litter(folder) == []
    store.undo(author())
    assert store.path.read_bytes() == left
    store.undo(author())
    assert int(store.read().ledger.pilot.name or "") == name - 1
    store.redo(author())
    return "old" if name == last else "new"


def litter(folder: Path) -> list[str]:
    """Return what was left that should not be."""
    known = {"tasks.toml", "tasks.toml.lock", "tasks.toml.versions"}
    return [entry.name for entry in folder.iterdir() if entry.name not in known] + [
        entry.name for entry in (folder / "tasks.toml.versions").iterdir() if "tmp" in entry.name
    ]


def run(folder: Path, count: int) -> Counter[str]:
    """Kill `count` writers; return how often each signal left the old and the new store."""
    outcomes: Counter[str] = Counter()
    for _turn in range(count):
        how = random.choice((signal.SIGKILL, signal.SIGINT))  # noqa: S311  no secret
        outcomes[f"{how.name}: {once(folder, how, random.uniform(0, 0.05))}"] += 1  # noqa: S311
    return outcomes


if __name__ == "__main__":
    kill_by_hand(run, __doc__)
