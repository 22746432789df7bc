"""Writers side by side, each entering tasks of its own: none is lost, no id stands twice.

By hand: `python tests/stress/parallel.py --writers 20 --count 50`.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask.store.reader import Author
from pilottask.store.store import Store

_WRITER: Final = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import factories
from pilottask.ledger.changes import with_new
from pilottask.store.reader import Author
from pilottask.store.store import Store
store = Store(Path(sys.argv[2]))
author = Author(factories.at("2026-11-20"), sys.argv[3], "add", "writer " + sys.argv[3])
for number in range(int(sys.argv[4])):
    name = f"{sys.argv[3]}-{number}"
    task = factories.task(uid=name, title=name)
    store.change(lambda ledger: with_new(ledger, [task]), author)
"""


def run(path: Path, writers: int, count: int) -> None:
    """Let `writers` processes enter `count` tasks each. Raises AssertionError where one is lost."""
    store = Store(path)
    units = {factories.task().department: ()}
    author = Author(factories.at("2026-11-20"), "王敏", "init", "test")
    store.create(factories.ledger(departments=units, lock_seconds=300), author)
    command = [sys.executable, "-c", _WRITER, str(Path(__file__).parents[1]), str(path)]
    running = [
        subprocess.Popen([*command, str(writer), str(count)], stderr=subprocess.PIPE, text=True)
        for writer in range(writers)
    ]
    for process in running:
        _out, errors = process.communicate()
        assert process.returncode == 0, errors
    tasks = store.read().ledger.tasks
    assert {task.title for task in tasks} == {f"{writer}-{at}" for writer in range(writers) for at in range(count)}
    assert [task.id for task in tasks] == list(range(1, writers * count + 1))
    versions, present = store.versions()
    assert (len(versions), present) == (min(51, writers * count + 1), versions[-1])


def main() -> None:
    """Run with as many writers as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--count", type=int, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder) / "tasks.toml", wanted.writers, wanted.count)
    print(f"{wanted.writers * wanted.count} tasks, none lost")  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
