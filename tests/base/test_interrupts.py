"""Ctrl-C before, while and after a change is put in place."""

import signal
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import factories
from pilottask.base import interrupts
from pilottask.cli import error_report, main
from pilottask.store import files
from pilottask.store.reader import Author
from pilottask.store.store import Store

AUTHOR = Author(factories.at("2026-11-20"), "王敏", "init", "test")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store(tmp_path / "tasks.toml")
    made.create(factories.ledger(factories.task()), AUTHOR)
    monkeypatch.setenv("PILOTTASK_STORE", str(made.path))
    return made


def interrupted(call: Callable[..., Any], *, at: int = 1, times: int = 1) -> Callable[..., Any]:
    """Return `call` with Ctrl-C pressed as it ends the time number `at`, as if during it."""
    made = count(1)

    def called(*args: object, **options: object) -> object:
        answer = call(*args, **options)
        for _time in range(times if next(made) == at else 0):
            signal.raise_signal(signal.SIGINT)
        return answer

    return called


NOTE = ["note", "1", "后一条"]


@pytest.mark.parametrize(
    ("argv", "at"),
    [(NOTE, 1), (NOTE, 2), (NOTE, 3), (["undo"], 1), (["undo"], 2), (["redo"], 1), (["redo"], 2)],
    ids=lambda value: value[0] if isinstance(value, list) else str(value),
)
def test_a_change_that_is_being_put_in_place_is_made_and_said(
    store: Store, monkeypatch: pytest.MonkeyPatch, argv: list[str], at: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("一", "二"):
        assert main(["note", "1", text]) == 0
    assert main(["undo"]) == 0
    before = store.path.read_bytes()
    monkeypatch.setattr(files, "_swap", interrupted(files._swap, at=at))
    capsys.readouterr()
    assert main(argv) == 0
    assert capsys.readouterr().out
    assert store.path.read_bytes() != before
    monkeypatch.undo()
    kept, _present = store.versions()
    assert None not in [version.command for version in kept]


def test_a_second_ctrl_c_ends_the_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_swap", interrupted(files._swap, times=2))
    assert main(["note", "1", "x"]) == 130
    monkeypatch.undo()
    store.read()


def test_ctrl_c_before_that_leaves_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = store.path.read_bytes()
    monkeypatch.setattr(files, "read_marked", interrupted(files.read_marked))
    assert main(["note", "1", "x"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"
    assert store.path.read_bytes() == before


def test_ctrl_c_before_errors_are_answered_ends_the_run_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_report, "prepare_streams", interrupted(error_report.prepare_streams))
    assert main(["where"]) == 130


def test_a_run_leaves_ctrl_c_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTTASK_STORE", "tasks.toml")
    assert main(["where"]) == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nothing_is_stopped_as_the_process_ends() -> None:
    try:
        with interrupts.interruptible(last=True):
            pass
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def test_where_ctrl_c_is_ignored_it_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts.interruptible():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def test_another_thread_runs_without_it() -> None:
    ran: list[bool] = []

    def run() -> None:
        with interrupts.interruptible():
            ran.append(signal.getsignal(signal.SIGINT) is signal.default_int_handler)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [True]
