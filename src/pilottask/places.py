"""Where the program's files stand unless told otherwise, and how a typed path is taken."""

import os
from pathlib import Path


def store_path(text: str) -> Path:
    """Return the store that `text` names; `~` stands for the home folder also where no shell expands it (crontab)."""
    return Path(text).expanduser() if text.startswith("~/") else Path(text)


def default_store() -> Path:
    """Return the store in the user's data folder, used where none is named."""
    import platformdirs  # noqa: PLC0415  not needed where a store is named

    return Path(platformdirs.user_data_dir("pilottask", appauthor=False)) / "tasks.toml"


def user_cache() -> Path:
    """Return the user's own folder for what can be made anew, and for texts being edited."""
    import platformdirs  # noqa: PLC0415  12 ms

    return Path(platformdirs.user_cache_dir("pilottask", appauthor=False))


def cache_folder() -> Path | None:
    """Return where copies are kept that save time, None where PILOTTASK_NO_CACHE says that there are to be none."""
    return None if os.environ.get("PILOTTASK_NO_CACHE") else user_cache()
