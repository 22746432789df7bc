"""The stress scripts, small."""

import errno
from pathlib import Path

import pytest

from pilottask.store import files
from stress import crash, inject, kill, parallel


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("call", inject.CALLS)
@pytest.mark.parametrize("action", inject.ACTIONS)
def test_a_failing_call_leaves_the_old_store(tmp_path: Path, action: str, call: str, *, for_good: bool) -> None:
    outcomes = inject.run(action, call, tmp_path, errors=[errno.ENOSPC], for_good=for_good)
    never = {("create", "fchmod"), ("create", "fchown")}
    assert outcomes or (action, call) in never or call in {"fchown", "mkdir"}


@pytest.mark.parametrize("number", inject.ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_the_calls_that_matter_are_refused(tmp_path: Path, call: str, number: int) -> None:
    outcomes = inject.run("change", call, tmp_path, errors=[number], for_good=False)
    assert any("IoFault: cannot write" in outcome for outcome in outcomes)


@pytest.mark.parametrize("action", crash.ACTIONS)
def test_a_power_failure_at_any_moment_leaves_the_old_store_or_the_new_one(tmp_path: Path, action: str) -> None:
    assert crash.run(action, tmp_path) > 5


@pytest.mark.parametrize("name", ["_flush", "flush_folder"])
def test_without_flushing_a_power_failure_would_leave_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(files, name, lambda _to: None)
    with pytest.raises(AssertionError):
        crash.run("change", tmp_path)


def test_killed_writers(tmp_path: Path) -> None:
    assert sum(kill.run(tmp_path, 8).values()) == 8


def test_writers_side_by_side(tmp_path: Path) -> None:
    parallel.run(tmp_path / "tasks.toml", writers=4, count=8)
