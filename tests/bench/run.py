"""Measure pilottask beside Taskwarrior and topydo: `python tests/bench/run.py --help`."""

import argparse
import json
import platform
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import bench_tasks
from bench_programs import Operation, Pilottask, Program, Typer, peers
from bench_timing import Measured, measure
from pilottask.store.form import Form

_SIZES: Final = (100, 1_000, 10_000, 100_000)
_WARM: Final = "pilottask"
_STARTED: Final = 100
"""Tasks in the list by which start-up is judged."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)), help="how many tasks, e.g. 100,10000")
    parser.add_argument("--runs", type=int, default=20, help="runs of each, besides the warm-up")
    parser.add_argument("--only", default=",".join(Operation), help="operations, e.g. overdue,add")
    parser.add_argument("--programs", help="those to be measured alone, e.g. pilottask,Taskwarrior")
    parser.add_argument("--out", type=Path, help="folder for bench.json and bench.md")
    parser.add_argument("--topydo", help="where topydo is, if not on PATH")
    options = parser.parse_args(argv)
    sizes = [int(size) for size in options.sizes.split(",")]
    only = [Operation(name) for name in options.only.split(",")]
    names = options.programs.split(",") if options.programs else None
    with tempfile.TemporaryDirectory(prefix="pilottask-bench-") as folder:
        found, absent = compare(sizes, only, runs=options.runs, folder=Path(folder), topydo=options.topydo, names=names)
    text = markdown(found, absent)
    print(text)  # noqa: T201  the output asked for
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "bench.md").write_text(text, encoding="utf-8")
        (options.out / "bench.json").write_text(as_json(found, absent), encoding="utf-8")
    return 0


def compare(
    sizes: Iterable[int],
    only: Iterable[Operation],
    *,
    runs: int,
    folder: Path,
    topydo: str | None,
    names: Sequence[str] | None = None,
) -> tuple[list[Measured], list[str]]:
    """Return what was measured, of the programs with these names, and which peers were absent.

    Raises SystemExit where the programs disagree.
    """
    today = datetime.now(UTC).date()  # the day by which the peers judge, who cannot be told another
    others, absent = peers(folder, today, topydo=topydo)
    found: list[Measured] = []
    for size in sizes:
        programs: list[Program] = [
            Pilottask(_WARM, folder / "toml", today),
            Pilottask("pilottask, cold", folder / "cold", today, cold=True),
            Pilottask("pilottask, JSON", folder / "json", today, form=Form.JSON),
            *others,
        ]
        if size == _STARTED:
            programs.append(Typer("Typer", folder / "typer", today))
        if names is not None:
            programs = [program for program in programs if program.name in names]
        _fill(programs, size, today)
        for operation in only:
            if operation is not Operation.START or size == _STARTED:
                found += measure(programs, operation, size=size, runs=runs)
    return found, absent


def _fill(programs: Iterable[Program], size: int, today: date) -> None:
    tasks = bench_tasks.items(size, today=today)
    late = sum(task.is_overdue(today=today) for task in tasks)
    for program in programs:
        program.fill(tasks)
        if (said := program.overdue_count()) not in {late, None}:
            raise SystemExit(f"{program.name} says that {said} of {size} tasks are overdue, and {late} are")


def markdown(found: Sequence[Measured], absent: Iterable[str]) -> str:
    """Return the tables: times, how they compare, and memory."""
    names = list(dict.fromkeys(one.program for one in found))
    rivals = [name for name in names if not name.startswith(_WARM)]
    heads = ["tasks", "", *names, *(f"÷ {name}" for name in rivals)]
    lines = ["Median time, in milliseconds, and that of pilottask divided by the others':", "", *_head(heads)]
    for size, operation, by_name in _grouped(found):
        times = [f"{by_name[name].median * 1000:,.0f}" if name in by_name else "" for name in names]
        ours = by_name.get(_WARM)
        ratios = [f"{ours.median / by_name[name].median:.2f}" if ours and name in by_name else "" for name in rivals]
        lines.append(_row([f"{size:,}", operation, *times, *ratios]))
    lines += ["", "Peak memory, in MB:", "", *_head(["tasks", "", *names])]
    for size, operation, by_name in _grouped(found):
        peaks = [f"{by_name[name].peak / 1e6:,.0f}" if name in by_name else "" for name in names]
        lines.append(_row([f"{size:,}", operation, *peaks]))
    lines += ["", f"{platform.platform()}, Python {platform.python_version()}.", *absent]
    return "\n".join(lines) + "\n"


def _grouped(found: Iterable[Measured]) -> Iterator[tuple[int, Operation, dict[str, Measured]]]:
    groups: dict[tuple[int, Operation], dict[str, Measured]] = {}
    for one in found:
        groups.setdefault((one.size, one.operation), {})[one.program] = one
    for (size, operation), by_name in groups.items():
        yield size, operation, by_name


def _head(names: Sequence[str]) -> list[str]:
    return [_row(names), _row(["---:", "---", *["---:"] * (len(names) - 2)])]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def as_json(found: Iterable[Measured], absent: Iterable[str]) -> str:
    """Return every run as it was measured."""
    results = [
        {
            "tasks": one.size,
            "operation": one.operation,
            "program": one.program,
            "median": one.median,
            "seconds": one.seconds,
            "peak_bytes": one.peak,
        }
        for one in found
    ]
    return json.dumps({"results": results, "absent": list(absent)}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
