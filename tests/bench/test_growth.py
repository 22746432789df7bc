"""What each command takes for a task: the commands run, the tables are right. How long they take is not tested."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import linear
from bench_timing import Spent
from linear import CASES, Case, Office, Taken
from pilottask.cli import main
from pilottask.commands.table import TABLE, Group


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("linear"), 100)


@pytest.mark.parametrize("case", CASES, ids=linear.name)
def test_each_case_runs(
    case: Case, office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = office.renewed()
    monkeypatch.chdir(folder)
    for name, value in (office.environ(folder) | dict(case.environ)).items():
        monkeypatch.setenv(name, value)
    for argv in office.lines(case):
        assert main(argv) == 0, capsys.readouterr().err


def commands() -> Iterator[str]:
    for name, entry in TABLE.items():
        yield from (f"{name} {inner}" for inner in entry.commands) if isinstance(entry, Group) else (name,)


def test_every_command_has_a_case() -> None:
    lines = [f" {case.line} " for case in CASES]
    # What sync takes beside merge is git's.
    assert [name for name in commands() if not any(f" {name} " in line for line in lines)] == ["sync"]


def test_a_few_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert linear.main(["--sizes", "150", "--runs", "1", "--only", "undo --list,where", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "linear.md").read_text(encoding="utf-8") == capsys.readouterr().out.removesuffix("\n")
    (where, undo) = json.loads((tmp_path / "linear.json").read_text(encoding="utf-8"))["results"]
    assert (where["command"], undo["command"]) == ("where", "undo --list")
    assert where["start"]["cpu"] > 0.01
    assert undo["start"]["peak"] > 1_000_000


def test_a_case_that_fails_is_told_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = linear.taken([Case("show 9999"), Case("where")], [], runs=1, folder=tmp_path)
    assert [one.name for one in found] == ["where"]
    assert "exit code 4: " in capsys.readouterr().err


START = Spent(0.1, 20_000_000)


def test_what_takes_more_for_each_task_of_a_longer_list_is_marked() -> None:
    found = [
        Taken("list", START, {1100: Spent(0.05, 5_000_000), 10_100: Spent(0.5, 50_000_000)}),
        Taken("square", START, {1100: Spent(0.05, 5_000_000), 10_100: Spent(5.0, 50_000_000)}),
        Taken("hoard", START, {1100: Spent(0.05, 5_000_000), 10_100: Spent(0.4, 100_000_000)}),
        Taken("where", START, {1100: Spent(0.0001, 0), 10_100: Spent(0.004, 500)}),
    ]
    assert linear.markdown(found).splitlines()[2:] == [
        "| `list` | 100 | 50 | 50 | 1.00 | 20 | 5.0 | 5.0 | 1.00 |  |",
        "| `square` | 100 | 50 | 500 | 10.00 | 20 | 5.0 | 5.0 | 1.00 | not linear |",
        "| `hoard` | 100 | 50 | 40 | 0.80 | 20 | 5.0 | 10.0 | 2.00 | not linear |",
        "| `where` | 100 | 0 | 0 | 1.00 | 20 | 0.0 | 0.0 | 1.00 |  |",
    ]
