"""Twenty edits of twenty different tasks at once, in Debian's `task` and here: how many of them each kept.

By hand: `python tests/stress/peer.py --tasks 20 --rounds 3`; without `task` it runs ours alone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run by hand, it stands outside the tests' own path

from stress.office import Office


def ours(folder: Path, tasks: int) -> tuple[int, Counter[int]]:
    """Return how many of the edits were kept, and how often each exit code came."""
    office = Office(folder, tasks=tasks, lock_seconds=300)
    running = [office.begin("edit", str(number), "--owner", f"w{number}") for number in range(1, tasks + 1)]
    codes = Counter(_ended(process) for process in running)
    return sum(task.owner == f"w{task.id}" for task in office.ledger.tasks), codes


def theirs(folder: Path, tasks: int) -> tuple[int, Counter[int]]:
    """Return the same of Taskwarrior."""
    (folder / "taskrc").write_text("confirmation=no\nrecurrence=no\ngc=off\n", "utf-8")
    data = folder / "data"
    data.mkdir()
    environment = {"PATH": os.defpath, "HOME": str(folder), "TASKRC": str(folder / "taskrc"), "TASKDATA": str(data)}
    for number in range(1, tasks + 1):
        subprocess.run(["task", "add", f"t{number}"], env=environment, capture_output=True, check=True)
    running = [
        subprocess.Popen(
            ["task", str(number), "modify", f"project:w{number}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(1, tasks + 1)
    ]
    codes = Counter(_ended(process) for process in running)
    out = subprocess.run(["task", "export"], env=environment, capture_output=True, check=True).stdout
    return sum(found.get("project") == "w" + found["description"][1:] for found in json.loads(out)), codes


def _ended(process: "subprocess.Popen[str]") -> int:
    process.communicate()
    return process.returncode


def main() -> None:
    """Run both as often as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    for name, run in (("pilottask", ours), ("task", theirs)):
        if run is theirs and shutil.which("task") is None:
            continue
        for _round in range(wanted.rounds):
            with tempfile.TemporaryDirectory() as folder:
                kept, codes = run(Path(folder), wanted.tasks)
            print(f"{name}: kept {kept} of {wanted.tasks}, exit codes {dict(codes)}")  # noqa: T201  run by hand


if __name__ == "__main__":
    main()
