"""The user's folders for the program's files, as platformdirs finds them."""

import os
import sys
from pathlib import Path
from typing import Final, Literal

_NAME: Final = "pilottask"


def data() -> Path:
    """Return the folder of the store that is used where none is named."""
    return _folder("data", ".local/share")


def cache() -> Path:
    """Return the folder of caches, whose content can be worked out again."""
    return _folder("cache", ".cache")


def _folder(kind: Literal["data", "cache"], place: str) -> Path:
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        # As it nearly always is; to import platformdirs would take 3 ms.
        named, home = os.environ.get(f"XDG_{kind.upper()}_HOME", ""), os.environ.get("HOME", "").rstrip("/")
        if named.startswith("/"):
            return Path(named, _NAME)
        if home.startswith("/"):
            return Path(home, place, _NAME)
    import platformdirs  # noqa: PLC0415  see above

    folder = platformdirs.user_data_path if kind == "data" else platformdirs.user_cache_path
    return folder(_NAME, appauthor=False)


def cache_folder() -> Path | None:
    """Return the folder of parsed copies, None where PILOTTASK_NO_CACHE forbids them."""
    return None if os.environ.get("PILOTTASK_NO_CACHE") else cache()


def default_store() -> Path:
    """Return the store that is used where none is named."""
    return data() / "tasks.toml"


def store_path(text: str) -> Path:
    """Return the store that `text` names; `~` stands for the home folder also where no shell expands it (crontab)."""
    return Path(text).expanduser() if text.startswith("~/") else Path(text)
