"""Work grows with the list and no faster: counted in calls, for time depends on what else the machine does."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import factories
from pilottask.base.errors import ExitCode
from pilottask.cli import main
from pilottask.ledger import changes, integrity
from pilottask.ledger.records import Ledger, Status
from pilottask.store import toml_patch
from pilottask.store.reader import Author
from pilottask.store.store import Store

AUTHOR = Author(factories.at("2026-11-20"), "王敏", "add", "test")


def ledger(count: int) -> Ledger:
    units = [f"单位{number}" for number in range(8)]
    tasks = [
        factories.task(
            id=number,
            title=f"任务{number}",
            department=units[number % 8],
            due=f"2026-{10 + number % 3}-{1 + number % 28:02}",
            status=list(Status)[number % 6],
        )
        for number in range(1, count + 1)
    ]
    return factories.ledger(*tasks, departments=dict.fromkeys(units, ()))


def calls(argv: Sequence[str]) -> int:
    """Return how many functions a run of the program calls, C ones too."""
    made = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        assert main(argv) in {ExitCode.DONE, ExitCode.BAD_STORE}  # statuses that no log entry explains, for `check`
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize(
    "command",
    [
        "overdue",
        "overdue --format json",
        "upcoming --days 30",
        "list --all",
        "list --text 任务 --light red",
        "list --sort light --format csv",
        "summary --by light",
        "show 3",
        "history",
        "add 新任务 -d 单位3",
        "close 1-2,7-8 --on 2026-11-19",
        "start 6",
        "rm 1-5 --yes",
        "check",
        "report",
        "export out.csv",
        "import rows.csv",
        "import rows.csv --update",
    ],
)
@pytest.mark.parametrize("cached", [True, False], ids=["copy", "no copy"])
def test_twice_the_tasks_are_twice_the_work(
    command: str, cached: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PILOTTASK_TODAY", "2026-11-20")
    if not cached:
        monkeypatch.setenv("PILOTTASK_NO_CACHE", "1")
    made = []
    for count in (60, 120, 240, 480):  # the first imports what the others find imported
        path = tmp_path / f"{count}.toml"
        path.write_bytes(toml_patch.encode(ledger(count)))
        (tmp_path / "out.csv").unlink(missing_ok=True)
        rows = "".join(f"{count + number},事项{number},单位{number % 8},12-15\n" for number in range(count))
        (tmp_path / "rows.csv").write_text(f"序号,工作任务,牵头单位,完成时限\n{rows}", encoding="utf-8")
        monkeypatch.setenv("PILOTTASK_STORE", str(path))
        if cached:
            main(["summary"])
        made.append(calls(command.split()))
    capsys.readouterr()
    _first, small, middle, large = made
    assert large - middle <= 2.2 * (middle - small) + 500


def noting(real: Callable[..., Any], done: list[str]) -> Callable[..., Any]:
    """Return `real`, each call of it noted in `done`."""

    def noted(*given: Any, **named: Any) -> Any:  # noqa: ANN401  passed on
        done.append(real.__name__)
        return real(*given, **named)

    return noted


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(
            lambda before: changes.with_new(before, [factories.task(id=0, uid="new", department="单位1")]), id="add"
        ),
        pytest.param(
            lambda before: changes.apply(before, [6], lambda task: changes.note(task, factories.stamp(), text="x")),
            id="note",
        ),
        pytest.param(lambda before: changes.without(before, [7]), id="rm"),
    ],
)
def test_a_write_encodes_and_checks_only_what_it_changes(
    edit: Callable[[Ledger], Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for room, name in ((toml_patch, "_keys"), (toml_patch, "_parse"), (integrity, "task_faults")):
        monkeypatch.setattr(room, name, noting(getattr(room, name), done))
    work = []
    for count in (20, 400):
        store = Store(tmp_path / f"{count}.toml")
        store.path.write_bytes(toml_patch.encode(ledger(count)))
        seen = store.read()
        done.clear()
        store.change(edit, AUTHOR, seen=seen)
        work.append(list(done))
    assert work[0] == work[1]
    assert len(work[0]) < 40


def test_a_write_flushes_version_index_and_store_and_their_folders_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "tasks.toml")
    store.create(ledger(5), AUTHOR)
    flushed: list[str] = []
    monkeypatch.setattr(os, "fsync", noting(os.fsync, flushed))
    store.change(lambda before: changes.without(before, [3]), AUTHOR)
    assert len(flushed) == 6
