"""What the tests of commands stand on."""

from pathlib import Path

import pytest

from commands.offices import Office


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PILOTTASK_STORE", str(tmp_path / "tasks.toml"))
    monkeypatch.setenv("PILOTTASK_TODAY", "2026-11-20")
    monkeypatch.setenv("PILOTTASK_LANG", "en")
    made = Office(tmp_path, capsys)
    made.done("init")
    return made
