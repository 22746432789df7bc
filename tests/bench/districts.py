"""Put a thousand districts' lists together with DuckDB: `python tests/bench/districts.py --help`."""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

import bench_tasks
from pilottask.exchange.tools import jsonlines

QUERY: Final = Path(__file__).parents[2] / "examples" / "districts.sql"
_MEGABYTE: Final = 10**6
_FIRST: Final = date(2026, 11, 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the exports of that many districts, and say how long one query over all of them takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=1000)
    parser.add_argument("--tasks", type=int, default=500, help="of each district")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="pilottask-districts-") as folder:
        begun = time.perf_counter()
        size = write(Path(folder), districts=options.districts, tasks=options.tasks)
        written = time.perf_counter()
        rows = query(Path(folder))
        asked = time.perf_counter()
    lines = [
        f"{len(rows)} districts, {sum(int(row[1]) for row in rows)} tasks, {size / _MEGABYTE:.0f} MB of JSON Lines",
        f"written in {written - begun:.1f} s, asked in {asked - written:.2f} s",
    ]
    print("\n".join(lines))  # noqa: T201  the output asked for
    return 0


def write(folder: Path, *, districts: int, tasks: int) -> int:
    """Write the exports of districts whose lists differ into `folder`/exports; return their bytes together."""
    exports = folder / "exports"
    exports.mkdir()
    size = 0
    for number in range(1, districts + 1):
        # A day of their own each: the same list, looked at as it grows older.
        today = _FIRST + timedelta(days=number % 60)
        ledger = bench_tasks.ledger(bench_tasks.items(tasks, today=_FIRST))
        ledger = msgspec.structs.replace(ledger, pilot=msgspec.structs.replace(ledger.pilot, name=f"第{number}区"))
        data = b"".join(jsonlines.lines(ledger, ledger.tasks, today=today))
        (exports / f"{number}.jsonl").write_bytes(data)
        size += len(data)
    return size


def query(folder: Path) -> list[tuple[Any, ...]]:  # columns of any type
    """Return what the example's query says of the exports in `folder`/exports."""
    here = Path.cwd()
    os.chdir(folder)  # the query names the files from where it is run
    try:
        rows: list[tuple[Any, ...]] = duckdb.connect().execute(QUERY.read_text(encoding="utf-8")).fetchall()
    finally:
        os.chdir(here)
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
