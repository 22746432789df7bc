"""The user's folders: where platformdirs has them, whatever the environment says."""

import sys
from pathlib import Path

import platformdirs
import pytest

from pilottask.base import folders


@pytest.mark.parametrize("named", [None, "", " ", "relative", "/elsewhere", "/with space ", "/ends/"])
def test_folders_are_those_of_platformdirs(named: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
        if named is not None:
            monkeypatch.setenv(variable, named)
    assert folders.data() == platformdirs.user_data_path("pilottask", appauthor=False)
    assert folders.cache() == platformdirs.user_cache_path("pilottask", appauthor=False)


def test_without_a_home_in_the_environment_the_system_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    assert folders.data() == platformdirs.user_data_path("pilottask", appauthor=False)


def test_elsewhere_than_on_linux_platformdirs_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Path("/asked")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_name, **_options: asked)
    assert folders.cache() == asked
