"""A store to work on, a fixed moment, and the program run in this process."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from factories import ZONE, at
from paper import example
from pilottask.base.i18n import Lang, set_language
from pilottask.cli import main
from pilottask.commands import session
from pilottask.store import toml_patch

from .offices import Office
from .pilot import pilot_ledger

NOW = at("2026-11-20 09:15")


class Ran(NamedTuple):
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  whatever was printed
        """What stands on stdout, read as JSON."""
        return json.loads(self.out)


Cli = Callable[..., Ran]
Run = Callable[..., Ran]


class _Here(datetime):
    """A moment that is in the offset of its place already."""

    def astimezone(self, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return NOW if tz is None else NOW.astimezone(tz)


class _Clock(datetime):
    """A clock that stands still, on a Friday morning; all else is as in datetime."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return _Here.fromtimestamp(NOW.timestamp(), tz or ZONE)

    @classmethod
    def combine(cls, *parts: Any) -> datetime:  # type: ignore[override]  # noqa: ANN401  as datetime takes them
        return datetime.combine(*parts)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it be 2026-11-20 09:15 in +08:00; leave the language as it was."""
    monkeypatch.setattr(session, "datetime", _Clock)
    yield
    set_language(Lang.EN)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the example pilot's store, which commands find by themselves."""
    path = tmp_path / "list.toml"
    path.write_bytes(toml_patch.encode(pilot_ledger()))
    path.chmod(0o600)
    monkeypatch.setenv("PILOTTASK_STORE", str(path))
    return path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the program in this process with arguments separated by spaces, or given one by one."""

    def run(*argv: str) -> Ran:
        words = argv[0].split() if len(argv) == 1 else argv
        capsys.readouterr()
        code = main(list(words))
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PILOTTASK_STORE", str(tmp_path / "tasks.toml"))
    monkeypatch.setenv("PILOTTASK_TODAY", "2026-11-20")
    monkeypatch.setenv("PILOTTASK_LANG", "en")
    monkeypatch.setattr(session, "datetime", datetime)  # a collection sheet knows what came after it by its moment
    made = Office(tmp_path, capsys)
    made.done("init")
    return made


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the example, in English, as on 20 November 2026."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PILOTTASK_STORE", str(tmp_path / "tasks.toml"))
    monkeypatch.setenv("PILOTTASK_TODAY", "2026-11-20")
    monkeypatch.setenv("PILOTTASK_USER", "王芳")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    list_, archive = example.pilot()
    (tmp_path / "tasks.toml").write_bytes(toml_patch.encode(list_))
    archive.put_beside(tmp_path / "tasks.toml")

    def ran(*argv: str, code: int = 0) -> Ran:
        found = main([*argv])
        done = capsys.readouterr()
        assert found == code, done.err
        return Ran(found, done.out, done.err)

    return ran
