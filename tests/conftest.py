"""What every test stands on: a home of its own, a fixed language, and a guard of the real home."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from hypothesis import HealthCheck, settings

from pilottask.base.i18n import Lang, name_commands, set_language

# The same cases each time, so that a new machine finds what the last one found; HYPOTHESIS_PROFILE=default for others.
# They change with the program, since Hypothesis draws on the constants in the modules that are loaded too.
# A machine that is slow or busy fails no test.
settings.register_profile(
    "suite", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# A run in the background of a shell ignores Ctrl-C, and so would all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Most of what the suite would wait for is a disk that flushes. What a write asks to be flushed, and when, tests/stress/
# looks at; so all files are in memory where there is room.
_MEMORY = "/dev/shm"  # noqa: S108  the folders in it are made with names that nobody guesses
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > 2**30:
    tempfile.tempdir = os.environ["TMPDIR"] = _MEMORY

_REAL = (
    platformdirs.user_data_dir("pilottask", appauthor=False),
    platformdirs.user_cache_dir("pilottask", appauthor=False),
)
_touched: list[str] = []


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event not in {"open", "os.mkdir", "os.rename", "os.remove", "os.chmod"}:
        return
    paths = [str(arg) for arg in args[:2] if isinstance(arg, str | Path)]
    _touched.extend(f"{event} {path}" for path in paths if path.startswith(_REAL))


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test a home of its own; fail it where it reached into the real one."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    for name in (
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "PILOTTASK_STORE",
        "PILOTTASK_TODAY",
        "PILOTTASK_LANG",
        "PILOTTASK_DEBUG",
        "PILOTTASK_NO_CACHE",
        "NO_COLOR",
        "FORCE_COLOR",
        "COLUMNS",
        "LC_ALL",
        "LC_MESSAGES",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PILOTTASK_USER", "王敏")
    monkeypatch.setenv("NO_PAGER", "1")
    set_language(Lang.EN)
    name_commands(None)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a run of the program to its end switches off
    _touched.clear()
    yield folder
    assert not _touched, f"the test reached into the real home: {_touched}"


@pytest.fixture
def chinese() -> Iterator[None]:
    """Speak Chinese for one test."""
    set_language(Lang.ZH)
    yield
    set_language(Lang.EN)
