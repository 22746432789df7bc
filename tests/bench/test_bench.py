import json
from datetime import date
from pathlib import Path

import pytest

import bench_tasks
import run
from bench_programs import Operation, Pilottask, Program
from bench_timing import Measured, measure
from pilottask.model import Status
from pilottask.store import blocks, codec
from pilottask.store.form import Form

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


@pytest.mark.parametrize("form", Form)
def test_the_tasks_are_sound_and_the_same_each_time(form: Form) -> None:
    tasks = bench_tasks.items(400, today=TODAY)
    assert tasks == bench_tasks.items(400, today=TODAY)
    assert {task.status for task in tasks} == set(Status)
    assert all(task.due != TODAY for task in tasks)
    ledger = bench_tasks.ledger(tasks)
    encoded = blocks.encode(ledger) if form is Form.TOML else codec.encode_json(ledger)
    assert codec.decode(encoded, form).ledger == ledger
    assert {len(task.log) for task in ledger.tasks} == {2, 3, 4}


def test_tables_divide_our_median_by_the_others() -> None:
    found = [
        Measured("pilottask", Operation.ADD, 1000, (0.1, 0.3, 0.2), 30_000_000),
        Measured("Taskwarrior", Operation.ADD, 1000, (0.4,), 12_000_000),
        Measured("pilottask", Operation.IMPORT, 1000, (1.5,), 40_000_000),
    ]
    assert run.markdown(found, ["topydo is not installed: left out"]).splitlines()[2:13] == [
        "| tasks |  | pilottask | Taskwarrior | ÷ Taskwarrior |",
        "| ---: | --- | ---: | ---: | ---: |",
        "| 1,000 | add | 200 | 400 | 0.50 |",
        "| 1,000 | import | 1,500 |  |  |",
        "",
        "Peak memory, in MB:",
        "",
        "| tasks |  | pilottask | Taskwarrior |",
        "| ---: | --- | ---: | ---: |",
        "| 1,000 | add | 30 | 12 |",
        "| 1,000 | import | 40 |  |",
    ]
