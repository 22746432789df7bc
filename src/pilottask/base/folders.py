"""The user's folders for the program's files."""

import os
import sys
from pathlib import Path
from typing import Final

_NAME: Final = "pilottask"


def data() -> Path:
    """Return the folder of the store that is used where none is named."""
    return _folder("data", ".local/share")


def cache() -> Path:
    """Return the folder of caches, whose content can be worked out again."""
    return _folder("cache", ".cache")


def _folder(kind: str, in_home: str) -> Path:
    """Return the folder where Linux has it (XDG's rule), as platformdirs does: to import that takes 4 ms."""
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        asked = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
        base = asked if asked.startswith("/") else os.path.expanduser(f"~/{in_home}")  # noqa: PTH111  no error without a home
        return Path(base, _NAME)
    import platformdirs  # noqa: PLC0415  see above

    result: Path = getattr(platformdirs, f"user_{kind}_path")(_NAME, appauthor=False)
    return result


def cache_folder() -> Path | None:
    """Return the folder of parsed copies, None where PILOTTASK_NO_CACHE forbids them."""
    return None if os.environ.get("PILOTTASK_NO_CACHE") else cache()


def default_store() -> Path:
    """Return the store that is used where none is named."""
    return data() / "tasks.toml"


def store_path(text: str) -> Path:
    """Return the store that `text` names; `~` stands for the home folder also where no shell expands it (crontab)."""
    return Path(text).expanduser() if text.startswith("~/") else Path(text)
