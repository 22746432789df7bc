"""The user's folders for the program's files, as platformdirs finds them."""

import os
import sys
from pathlib import Path
from typing import Final

_NAME: Final = "pilottask"


def data() -> Path:
    """Return the folder of the store that is used where none is named."""
    found = _xdg("XDG_DATA_HOME", ".local/share")
    if found is None:
        import platformdirs  # noqa: PLC0415  see _xdg

        found = Path(platformdirs.user_data_dir(_NAME, appauthor=False))
    return found


def cache() -> Path:
    """Return the folder of caches, whose content can be worked out again."""
    found = _xdg("XDG_CACHE_HOME", ".cache")
    if found is None:
        import platformdirs  # noqa: PLC0415  see _xdg

        found = Path(platformdirs.user_cache_dir(_NAME, appauthor=False))
    return found


def _xdg(variable: str, place: str) -> Path | None:
    """Return the folder where Linux has it, as it nearly always is; to import platformdirs would take 3 ms."""
    if sys.platform != "linux" or "ANDROID_DATA" in os.environ:
        return None
    named, home = os.environ.get(variable, ""), os.environ.get("HOME", "").rstrip("/")
    if named.startswith("/"):
        return Path(named, _NAME)
    return Path(home, place, _NAME) if home.startswith("/") else None


def cache_folder() -> Path | None:
    """Return the folder of parsed copies, None where PILOTTASK_NO_CACHE forbids them."""
    return None if os.environ.get("PILOTTASK_NO_CACHE") else cache()


def default_store() -> Path:
    """Return the store that is used where none is named."""
    return data() / "tasks.toml"


def store_path(text: str) -> Path:
    """Return the store that `text` names; `~` stands for the home folder also where no shell expands it (crontab)."""
    return Path(text).expanduser() if text.startswith("~/") else Path(text)
