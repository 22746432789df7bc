"""How a store can be written."""

from enum import StrEnum
from pathlib import Path


class Syntax(StrEnum):
    """How a store file is written."""

    TOML = "toml"
    JSON = "json"


def syntax_of(path: Path) -> Syntax:
    """Return the syntax that the name of a store says: JSON where it ends in `.json`, else TOML."""
    return Syntax.JSON if path.suffix.lower() == ".json" else Syntax.TOML
