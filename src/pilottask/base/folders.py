"""The user's folders for the program's files."""

import os
from pathlib import Path
from typing import Final

import platformdirs

_NAME: Final = "pilottask"


def data() -> Path:
    """Return the folder of the store that is used where none is named."""
    return platformdirs.user_data_path(_NAME, appauthor=False)


def cache() -> Path:
    """Return the folder of caches, whose content can be worked out again."""
    return platformdirs.user_cache_path(_NAME, appauthor=False)


def cache_folder() -> Path | None:
    """Return the folder of parsed copies, None where PILOTTASK_NO_CACHE forbids them."""
    return None if os.environ.get("PILOTTASK_NO_CACHE") else cache()


def default_store() -> Path:
    """Return the store that is used where none is named."""
    return data() / "tasks.toml"


def store_path(text: str) -> Path:
    """Return the store that `text` names; `~` stands for the home folder also where no shell expands it (crontab)."""
    return Path(text).expanduser() if text.startswith("~/") else Path(text)
