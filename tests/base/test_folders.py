"""The user's folders: where platformdirs says they are, whatever the environment."""

import sys
from pathlib import Path

import platformdirs
import pytest

from pilottask.base import folders


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"HOME": "/home/wang"}, id="home"),
        pytest.param({"HOME": "/home/wang/"}, id="home with a slash"),
        pytest.param({"HOME": "/"}, id="the root"),
        pytest.param({"HOME": ""}, id="empty home"),
        pytest.param({"HOME": "wang"}, id="relative home"),
        pytest.param({}, id="no home"),
        pytest.param({"HOME": "/h", "XDG_CACHE_HOME": "/c", "XDG_DATA_HOME": "/d"}, id="named"),
        pytest.param({"HOME": "/h", "XDG_CACHE_HOME": "c", "XDG_DATA_HOME": ""}, id="named in vain"),
        pytest.param({"XDG_CACHE_HOME": "/c", "XDG_DATA_HOME": "/d"}, id="named without home"),
        pytest.param({"HOME": "/h", "ANDROID_DATA": "/data"}, id="perhaps a telephone"),
    ],
)
@pytest.mark.parametrize("platform", ["linux", "other"])
def test_folders_are_where_platformdirs_has_them(
    environ: dict[str, str], platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    expected = [
        Path(find("pilottask", appauthor=False)) for find in (platformdirs.user_data_dir, platformdirs.user_cache_dir)
    ]
    monkeypatch.setattr(sys, "platform", platform)
    assert [folders.data(), folders.cache()] == expected
