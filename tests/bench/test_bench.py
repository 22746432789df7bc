import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import bench_tasks
import run
from bench_programs import Operation, Pilottask, Program
from bench_tasks import Item
from bench_timing import Measured, measure, more_runs
from pilottask.ledger.records import Status
from pilottask.store import codec, toml_patch
from pilottask.store.syntax import Syntax

TODAY = date(2026, 11, 20)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("alone")
def test_every_operation_runs_and_absent_peers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--sizes", "100", "--runs", "1", "--out", str(tmp_path)]) == 0

    shown = capsys.readouterr().out
    assert (tmp_path / "bench.md").read_text(encoding="utf-8") == shown.removesuffix("\n")
    assert "topydo is not installed: left out" in shown
    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    ours = {result["operation"] for result in written["results"] if result["program"] == "pilottask"}
    assert {"start-up", "overdue", "summary", "add", "close"} <= ours
    assert all(result["median"] > 0 and result["peak_bytes"] > 1_000_000 for result in written["results"])
    assert any(result["program"] == "Typer" for result in written["results"])


@pytest.mark.usefixtures("alone")
def test_programs_that_disagree_on_what_is_late_are_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pilottask, "overdue_count", lambda _self: 7)
    with pytest.raises(SystemExit, match="pilottask says that 7 of 10 tasks are overdue"):
        run.compare([10], [Operation.OVERDUE], runs=1, folder=tmp_path, topydo=None)


@pytest.mark.usefixtures("alone")
def test_a_program_that_fails_is_not_measured(tmp_path: Path) -> None:
    program: Program = Pilottask("pilottask", tmp_path / "ours", TODAY)
    program.fill(bench_tasks.items(5, today=TODAY))
    (tmp_path / "ours" / "tasks.toml").write_text("not a store", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"exit code 5: .*pilottask overdue"):
        measure([program], Operation.OVERDUE, size=5, runs=1)


def test_a_peer_that_cannot_hold_so_many_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slow, "most", 10)
    monkeypatch.setattr(run, "peers", lambda *_given, **_named: ([Slow("0", tmp_path, TODAY)], ["version 1"]))
    found, notes = run.compare([10, 20], [Operation.ADD], runs=1, folder=tmp_path, topydo=None, names=["0"])
    assert [(one.program, one.size) for one in found] == [("0", 10)]
    assert notes[1:] == ["version 1", "0 cannot hold 20 tasks"]


def test_the_bare_list_is_nearly_half_done_and_without_notes() -> None:
    tasks = bench_tasks.items(1000, today=TODAY, bare=True)
    assert 400 < sum(task.status is Status.CLOSED for task in tasks) < 500
    assert not any(task.notes for task in tasks)
    ledger = bench_tasks.ledger(tasks)
    assert codec.decode(toml_patch.encode(ledger), Syntax.TOML).ledger == ledger
    assert len(bench_tasks.taskwarrior(tasks)[0]) > 0


@pytest.mark.parametrize("form", Syntax)
def test_the_tasks_are_sound_and_the_same_each_time(form: Syntax) -> None:
    tasks = bench_tasks.items(400, today=TODAY)
    assert tasks == bench_tasks.items(400, today=TODAY)
    assert {task.status for task in tasks} == set(Status)
    assert all(task.due != TODAY for task in tasks)
    ledger = bench_tasks.ledger(tasks)
    encoded = toml_patch.encode(ledger) if form is Syntax.TOML else codec.encode_json(ledger)
    assert codec.decode(encoded, form).ledger == ledger
    assert {len(task.log) for task in ledger.tasks} == {2, 3, 4}


FOUND = [
    Measured("pilottask", Operation.START, 100, (0.07,), 20_000_000),
    Measured("Typer", Operation.START, 100, (0.06,), 20_000_000),
    Measured("pilottask", Operation.ADD, 1000, (0.1, 0.3, 0.2), 30_000_000),
    Measured("pilottask, no copy", Operation.ADD, 1000, (0.5,), 50_000_000),
    Measured("Taskwarrior", Operation.ADD, 1000, (0.4,), 12_000_000),
    Measured("pilottask", Operation.IMPORT, 1000, (1.5,), 40_000_000),
]
TABLES = """\
Median time, in milliseconds, and that of pilottask divided by theirs:

| tasks |  | pilottask | Taskwarrior | ÷ Taskwarrior |
| ---: | --- | ---: | ---: | ---: |
| 100 | start-up | 70 |  |  |
| 1,000 | add | 200 | 400 | 0.50 |
| 1,000 | import | 1,500 |  |  |

With no parsed copy in the cache folder, and with a store in JSON:

| tasks |  | pilottask | pilottask, no copy |
| ---: | --- | ---: | ---: |
| 100 | start-up | 70 |  |
| 1,000 | add | 200 | 500 |
| 1,000 | import | 1,500 |  |

Peak memory, in MB, of what takes most:

| tasks | pilottask | pilottask, no copy | Taskwarrior |
| ---: | ---: | ---: | ---: |
| 100 | 20 |  |  |
| 1,000 | 40 | 50 | 12 |

Start-up takes 70 ms, and that of a Typer program that prints a line 60 ms: 1.17.

Linux; topydo is not installed: left out.
"""
OUTLINE = """\
| pilottask / Taskwarrior | 1,000 tasks |
| ---: | ---: |
| add | 200 / 400 |
| import | 1,500 / – |

Start-up takes 70 ms, and that of a Typer program that prints a line 60 ms: 1.17.
"""


def test_tables_divide_our_median_by_the_others() -> None:
    assert run.markdown(FOUND, ["Linux", "topydo is not installed: left out"]) == TABLES


def test_the_statistics_of_runs_are_those_that_hyperfine_tells() -> None:
    runs = Measured("pilottask", Operation.ADD, 100, (0.1, 0.4, 0.1), 1)
    assert {name: value and round(value, 6) for name, value in runs.statistics().items()} == {
        "mean": 0.2,
        "stddev": 0.173205,
        "median": 0.1,
        "min": 0.1,
        "max": 0.4,
    }
    assert Measured("pilottask", Operation.ADD, 100, (0.1,), 1).statistics()["stddev"] is None


def test_the_tables_go_into_their_page_and_an_outline_into_the_readme(tmp_path: Path) -> None:
    measured, readme, results = (tmp_path / name for name in ("bench.json", "README.md", "results.md"))
    measured.write_text(run.as_json(FOUND, ["Linux", "topydo is not installed: left out"]), encoding="utf-8")
    readme.write_text("# A\n\n<!-- tests/bench/run.py -->\nold\n<!-- end -->\n\nB\n", encoding="utf-8")
    for _twice in range(2):
        run.publish(measured, readme=readme, results=results)
        written = readme.read_text(encoding="utf-8")
        assert written == f"# A\n\n<!-- tests/bench/run.py -->\n{OUTLINE}<!-- end -->\n\nB\n"
        assert results.read_text(encoding="utf-8") == f"# How long it takes\n\n{TABLES}"
    readme.write_text("# A\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="has no place for the table"):
        run.publish(measured, readme=readme, results=results)


def test_the_readme_has_a_place_for_the_table() -> None:
    assert len(run._TABLE.findall(run._README.read_text(encoding="utf-8"))) == 1


@dataclass
class Slow(Program):
    """A program that takes as long as its name says."""

    def fill(self, tasks: Sequence[Item]) -> None:
        del tasks

    def command(self, operation: Operation, turn: int) -> list[str] | None:
        del operation, turn
        return ["sleep", self.name]

    def overdue_count(self) -> int | None:
        return None


@pytest.mark.parametrize(("first", "count"), [(0.01, 20), (0.6, 20), (1.0, 12), (11.0, 3), (44.0, 3), (46.0, 0)])
def test_what_takes_long_is_run_less_often(first: float, count: int) -> None:
    assert more_runs(first, runs=20, budget=12.0) == count


def test_what_takes_very_long_is_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench_timing._PATIENCE", 0)
    (found,) = measure([Slow("0.2", tmp_path, TODAY)], Operation.ADD, size=5, runs=6)
    (taken,) = found.seconds
    assert taken > 0.2
