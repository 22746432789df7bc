"""The forms that a store can have."""

from enum import StrEnum
from pathlib import Path


class Form(StrEnum):
    """The form of a store file."""

    TOML = "toml"
    JSON = "json"


def form_of(path: Path) -> Form:
    """Return the form that the name of a store says: JSON where it ends in `.json`, else TOML."""
    return Form.JSON if path.suffix.lower() == ".json" else Form.TOML
