"""Commands stopped by a signal at any moment: the store is the old one or the new one, and the next command works.

By hand: `python tests/stress/signals.py --count 500`.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

import factories
from pilottask.ledger.records import Ledger
from stress.office import UNIT, Office, author

SIGNALS: Final = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
_PROGRAM: Final = (
    sys.executable,
    "-c",
    "import os, sys; from pilottask.cli import main; os.mkdir(os.environ['READY']); sys.exit(main())",
)
"""The program, saying when it begins: what Ctrl-C does while the interpreter starts is Python's."""
TASKS: Final = 400
"""So many that the parsed copy in the cache is written too."""
WRITES: Final[Mapping[tuple[str, ...], frozenset[int]]] = {
    ("add", "新任务", "-d", UNIT, "--due", "2026-12-31"): frozenset({TASKS + 1}),
    ("note", "7", "已签约", "--actual", "5"): frozenset({7}),
    ("start", "1-300"): frozenset(range(1, 301)),
    ("rm", "9", "--yes"): frozenset({9}),
    ("undo",): frozenset(),
}
"""Commands that write, and the tasks that each changes; `undo` takes back a change of the pilot's name."""


def _changed(before: Ledger, after: Ledger) -> frozenset[int]:
    was, now = ({task.id: task for task in book.tasks} for book in (before, after))
    return frozenset(number for number in was.keys() | now.keys() if was.get(number) != now.get(number))


def _stopped(
    office: Office, argv: tuple[str, ...], how: signal.Signals, seconds: float, *, late: bool
) -> tuple[int, str]:
    """Run a command, stop it, and return its exit code (negative for a signal) and what it said."""
    lock = office.path.with_name(f"{office.path.name}.lock")
    ready = office.home / "ready"
    if ready.exists():
        ready.rmdir()
    with office.begin(*argv, program=_PROGRAM, READY=str(ready)) as process:
        while not ready.exists():
            time.sleep(0.0005)
        while late and process.poll() is None and not lock.stat().st_size:
            time.sleep(0.0005)
        time.sleep(seconds)
        process.send_signal(how)
        _out, err = process.communicate()
    return process.returncode, err


def once(office: Office, argv: tuple[str, ...], how: signal.Signals, seconds: float, *, late: bool) -> str:
    """Stop one command `seconds` after its start, with `late` after it took the lock; return what came of it.

    Raises AssertionError where anything was damaged.
    """
    held = office.path.read_bytes()
    office.store.change(lambda ledger: factories.renamed(ledger, f"{ledger.pilot.name}新"), author("config"))
    before, ledger = office.path.read_bytes(), office.ledger
    code, err = _stopped(office, argv, how, seconds, late=late)
    left = office.path.read_bytes()
    done = left != before
    if done:
        assert _changed(ledger, office.ledger) == WRITES[argv]
        assert argv != ("undo",) or left == held
    assert code in {0, 130 if how is signal.SIGINT else -how}, (code, err)
    if code == 0:
        assert done
    elif code == 130:
        assert how is signal.SIGINT
        assert err in {"Stopped.\n", ""}, err  # said nothing while what says it was being imported
    assert office.store.faults() == []
    office.done("note", "3", "其后")
    assert office.litter() == []
    office.store.undo(author("undo"))
    assert office.path.read_bytes() == left
    if left != held:
        if done:
            office.store.undo(author("undo"))
            assert office.path.read_bytes() == before
        office.store.undo(author("undo"))
        assert office.path.read_bytes() == held
    return f"{how.name} {'new' if done else 'old'} {code}"


def run(folder: Path, count: int, *, seconds: float) -> Counter[str]:
    """Stop `count` commands that take about `seconds` each; return what came of them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it, and so would the commands
    outcomes: Counter[str] = Counter()
    offices = []
    for name in ("tasks.toml", "tasks.json"):
        place = folder / name
        place.mkdir()
        offices.append(Office(place, name, tasks=TASKS))
    commands = list(WRITES)
    for turn in range(count):
        late = turn % 2 == 1
        outcomes[
            once(
                random.choice(offices),  # noqa: S311  no secret
                commands[turn % len(commands)],
                SIGNALS[turn % len(SIGNALS)],
                random.uniform(0, seconds / 4 if late else seconds),  # noqa: S311
                late=late,
            )
        ] += 1
    return outcomes


def main() -> None:
    """Stop as many as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=0.5, help="about what a command takes on this machine")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(dict(run(Path(folder), wanted.count, seconds=wanted.seconds)))  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
