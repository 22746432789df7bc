"""Running programs in turn, and what each run took."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from bench_programs import Operation, Program

_FEWEST: Final = 3
BUDGET: Final = 12.0
"""Seconds that the runs of one program may take over one operation; there are `_FEWEST` all the same."""
_PATIENCE: Final = 45.0
"""Seconds of a run after which there is no other."""

# A child's peak counts that of the process it was forked from: so it is forked from one that is small.
_LAUNCHER: Final = """
import json, os, sys
with open(os.devnull, "r+b") as nothing:
    os.dup2(nothing.fileno(), 0); os.dup2(nothing.fileno(), 1); os.dup2(nothing.fileno(), 2)
    out = os.fdopen(int(sys.argv[1]), "w")
    child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
    _, status, used = os.wait4(child, 0)
json.dump([os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime], out)
"""


@dataclass(frozen=True)
class Measured:
    """What one program took for one operation: seconds of each run, and its peak memory in bytes."""

    program: str
    operation: Operation
    size: int
    seconds: tuple[float, ...]
    peak: int

    @property
    def median(self) -> float:
        """The middle run, in seconds."""
        return statistics.median(self.seconds)

    def statistics(self) -> dict[str, float | None]:
        """Return what hyperfine tells of its runs, under its names; of a single run no deviation."""
        return {
            "mean": statistics.mean(self.seconds),
            "stddev": statistics.stdev(self.seconds) if len(self.seconds) > 1 else None,
            "median": self.median,
            "min": min(self.seconds),
            "max": max(self.seconds),
        }


def measure(
    programs: Sequence[Program], operation: Operation, *, size: int, runs: int, budget: float = BUDGET
) -> list[Measured]:
    """Measure the programs in turn, A B A B, so that whatever else the machine does falls on all of them.

    A first run of each tells its memory, warms it up, and says how many runs there is time for.
    """
    able = [program for program in programs if program.command(operation, 0) is not None]
    seconds: dict[str, list[float]] = {program.name: [] for program in able}
    peaks, counts = {}, {}
    for program in able:
        begin = time.perf_counter()
        peaks[program.name] = _peak(program, operation, 0)
        first = time.perf_counter() - begin
        counts[program.name] = more_runs(first, runs=runs, budget=budget)
        if not counts[program.name]:
            seconds[program.name].append(first)
    for turn in range(1, runs + 1):
        for program in able:
            if turn <= counts[program.name]:
                seconds[program.name].append(_timed(program, operation, turn))
    return [
        Measured(program.name, operation, size, tuple(seconds[program.name]), peaks[program.name]) for program in able
    ]


def more_runs(first: float, *, runs: int, budget: float) -> int:
    """Return how many runs there are besides one that took `first` seconds."""
    return 0 if first > _PATIENCE else min(runs, max(_FEWEST, int(budget / first)))


def _argv(program: Program, operation: Operation, turn: int) -> list[str]:
    argv = program.command(operation, turn)
    assert argv is not None  # only those that can are asked
    program.before(operation)
    return argv


def _timed(program: Program, operation: Operation, turn: int) -> float:
    argv = _argv(program, operation, turn)
    environ = program.environ
    begin = time.perf_counter()
    done = subprocess.run(
        argv,
        env=environ,
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    taken = time.perf_counter() - begin
    _require(done.returncode, argv)
    return taken


def _peak(program: Program, operation: Operation, turn: int) -> int:
    return spent(_argv(program, operation, turn), environ=program.environ, folder=program.folder).peak


class Spent(NamedTuple):
    """What a run took: seconds of the processor, and peak memory in bytes."""

    cpu: float
    peak: int


def spent(argv: Sequence[str], *, environ: Mapping[str, str], folder: Path) -> Spent:
    """Run a command line and return what it took. Raises SystemExit where it fails."""
    read, write = os.pipe()
    with os.fdopen(read) as answer:
        launcher = [sys.executable, "-ISc", _LAUNCHER, str(write), *argv]
        done = subprocess.Popen(launcher, env=environ, cwd=folder, pass_fds=[write])
        os.close(write)
        code, kilobytes, cpu = json.load(answer)
        done.wait()
    _require(code, argv)
    return Spent(cpu, int(kilobytes) * 1024)


def _require(code: int, argv: Sequence[str]) -> None:
    if code:
        raise SystemExit(f"exit code {code}: {' '.join(argv)}")
