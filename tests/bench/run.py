"""Measure pilottask beside Taskwarrior and topydo: `python tests/bench/run.py --help`."""

import argparse
import json
import os
import platform
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import bench_tasks
from bench_programs import Operation, Pilottask, Program, Typer, peers
from bench_timing import BUDGET, Measured, measure
from pilottask.store.syntax import Syntax

_SIZES: Final = (100, 1_000, 10_000, 100_000)
_WARM: Final = "pilottask"
_COLD: Final = "pilottask, no copy"
_JSON: Final = "pilottask, JSON"
_TYPER: Final = "Typer"
_VARIANTS: Final = (_COLD, _JSON, _TYPER)
_README: Final = Path(__file__).parents[2] / "README.md"
_RESULTS: Final = Path(__file__).with_name("results.md")
_TABLE: Final = re.compile(r"(?<=<!-- tests/bench/run.py -->\n).*?(?=<!-- end -->)", re.DOTALL)
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
    parser.add_argument(
        "--budget", type=float, default=BUDGET, help="seconds for the runs of one, which are then fewer"
    )
    parser.add_argument("--bare", action="store_true", help="a list of which 45 %% is closed, without notes")
    parser.add_argument("--readme", type=Path, help="measure nothing; put this bench.json into results.md and README")
    options = parser.parse_args(argv)
    if options.readme:
        publish(options.readme, readme=_README, results=_RESULTS)
        return 0
    sizes = [int(size) for size in options.sizes.split(",")]
    only = [Operation(name) for name in options.only.split(",")]
    names = options.programs.split(",") if options.programs else None
    with tempfile.TemporaryDirectory(prefix="pilottask-bench-") as folder:
        found, notes = compare(
            sizes,
            only,
            runs=options.runs,
            budget=options.budget,
            folder=Path(folder),
            topydo=options.topydo,
            names=names,
            bare=options.bare,
        )
    text = markdown(found, notes)
    print(text)  # noqa: T201  the output asked for
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "bench.md").write_text(text, encoding="utf-8")
        (options.out / "bench.json").write_text(as_json(found, notes), encoding="utf-8")
    return 0


def compare(
    sizes: Iterable[int],
    only: Iterable[Operation],
    *,
    runs: int,
    folder: Path,
    topydo: str | None,
    budget: float = BUDGET,
    names: Sequence[str] | None = None,
    bare: bool = False,
) -> tuple[list[Measured], list[str]]:
    """Return what was measured, of the programs with these names, and notes on where and on the peers.

    Raises SystemExit where the programs disagree.
    """
    today = datetime.now(UTC).date()  # the day by which the peers judge, who cannot be told another
    others, notes = peers(folder, today, topydo=topydo)
    found: list[Measured] = []
    for size in sizes:
        programs: list[Program] = [
            Pilottask(_WARM, folder / "toml", today),
            Pilottask(_COLD, folder / "cold", today, cold=True),
            Pilottask(_JSON, folder / "json", today, form=Syntax.JSON),
            *others,
        ]
        if size == _STARTED:
            programs.append(Typer(_TYPER, folder / "typer", today))
        if names is not None:
            programs = [program for program in programs if program.name in names]
        if too_many := [program for program in programs if program.most and program.most < size]:
            programs = [program for program in programs if program not in too_many]
            notes += [f"{program.name} cannot hold {size:,} tasks" for program in too_many]
        _fill(programs, bench_tasks.items(size, today=today, bare=bare), today)
        for operation in only:
            if operation is not Operation.START or size == _STARTED:
                found += measure(programs, operation, size=size, runs=runs, budget=budget)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return found, [machine, *notes]


def _fill(programs: Iterable[Program], tasks: Sequence[bench_tasks.Item], today: date) -> None:
    late = sum(task.is_overdue(today=today) for task in tasks)
    for program in programs:
        program.fill(tasks)
        if (said := program.overdue_count()) not in {late, None}:
            raise SystemExit(f"{program.name} says that {said} of {len(tasks)} tasks are overdue, and {late} are")


def markdown(found: Sequence[Measured], notes: Iterable[str]) -> str:
    """Return the tables: times beside the peers, times with no copy and in JSON, start-up, and memory."""
    names = [name for name in dict.fromkeys(one.program for one in found) if name != _TYPER]
    peers = [name for name in names if not name.startswith(_WARM)]
    ours = [name for name in names if name.startswith(_WARM)]
    lines = ["Median time, in milliseconds, and that of pilottask divided by theirs:", ""]
    lines += _head(["tasks", "", *ours[:1], *peers, *(f"÷ {name}" for name in peers)])
    for size, operation, by_name in _grouped(found):
        lines.append(_row([f"{size:,}", operation, *_times(by_name, [*ours[:1], *peers]), *_ratios(by_name, peers)]))
    if ours[1:]:
        lines += ["", "With no parsed copy in the cache folder, and with a store in JSON:", ""]
        lines += _head(["tasks", "", *ours])
        for size, operation, by_name in _grouped(found):
            lines.append(_row([f"{size:,}", operation, *_times(by_name, ours)]))
    lines += ["", "Peak memory, in MB, of what takes most:", "", *_head(["tasks", *names])]
    for size in dict.fromkeys(one.size for one in found):
        lines.append(_row([f"{size:,}", *(_most(found, size, name) for name in names)]))
    lines += ["", *_started(found), "; ".join(notes) + "."]
    return "\n".join(lines) + "\n"


def outline(found: Sequence[Measured]) -> str:
    """Return the README's table: a row an operation, a column a size, and in each cell the median of each program."""
    names = [name for name in dict.fromkeys(one.program for one in found) if name == _WARM or name not in _VARIANTS]
    medians = {(one.operation, one.size, one.program): f"{one.median * 1000:,.0f}" for one in found}
    sizes = [size for size in dict.fromkeys(one.size for one in found) if size != _STARTED]
    lines = _head([" / ".join(names), *(f"{size:,} tasks" for size in sizes)])
    for operation in dict.fromkeys(one.operation for one in found if one.size in sizes):
        cells = (" / ".join(medians.get((operation, size, name), "–") for name in names) for size in sizes)
        lines.append(_row([operation, *cells]))
    return "\n".join([*lines, "", *_started(found)])


def _times(by_name: Mapping[str, Measured], names: Iterable[str]) -> list[str]:
    return [f"{by_name[name].median * 1000:,.0f}" if name in by_name else "" for name in names]


def _ratios(by_name: Mapping[str, Measured], names: Iterable[str]) -> list[str]:
    ours = by_name.get(_WARM)
    return [f"{ours.median / by_name[name].median:.2f}" if ours and name in by_name else "" for name in names]


def _most(found: Iterable[Measured], size: int, name: str) -> str:
    peaks = [one.peak for one in found if (one.size, one.program) == (size, name)]
    return f"{max(peaks) / 1e6:,.0f}" if peaks else ""


def _started(found: Iterable[Measured]) -> Iterator[str]:
    """Yield how start-up compares with that of the bare program."""
    for _size, _operation, by_name in _grouped(found):
        if _WARM in by_name and _TYPER in by_name:
            (ours, bare), (ratio,) = _times(by_name, [_WARM, _TYPER]), _ratios(by_name, [_TYPER])
            yield f"Start-up takes {ours} ms, and that of a Typer program that prints a line {bare} ms: {ratio}."
            yield ""


def _grouped(found: Iterable[Measured]) -> Iterator[tuple[int, Operation, dict[str, Measured]]]:
    groups: dict[tuple[int, Operation], dict[str, Measured]] = {}
    for one in found:
        groups.setdefault((one.size, one.operation), {})[one.program] = one
    for (size, operation), by_name in groups.items():
        yield size, operation, by_name


def _head(names: Sequence[str]) -> list[str]:
    return [_row(names), _row("---:" if name else "---" for name in names)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def as_json(found: Iterable[Measured], notes: Iterable[str]) -> str:
    """Return every run as it was measured, with its statistics."""
    results = [
        {
            "tasks": one.size,
            "operation": one.operation,
            "program": one.program,
            **one.statistics(),
            "seconds": one.seconds,
            "peak_bytes": one.peak,
        }
        for one in found
    ]
    return json.dumps({"results": results, "notes": list(notes)}, indent=2, ensure_ascii=False) + "\n"


def publish(measured: Path, *, readme: Path, results: Path) -> None:
    """Put the tables of a bench.json into `results`, and their outline between the marks in the README."""
    content = json.loads(measured.read_bytes())
    found = [
        Measured(one["program"], Operation(one["operation"]), one["tasks"], tuple(one["seconds"]), one["peak_bytes"])
        for one in content["results"]
    ]
    text, count = _TABLE.subn(lambda _found: outline(found), readme.read_text(encoding="utf-8"))
    if count != 1:
        raise SystemExit(f"{readme} has no place for the table, or several")
    readme.write_text(text, encoding="utf-8")
    results.write_text(f"# How long it takes\n\n{markdown(found, content['notes'])}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
