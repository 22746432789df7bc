"""Names of files that are made of what somebody typed: fit for every system."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from pilottask.base.i18n import _

_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\ud800-\udfff]')
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_LONGEST: Final = 150
"""Bytes of a department's name in the name of a file: systems allow 255 for the whole."""


def file_names(departments: Iterable[str], whole: Callable[[str], str]) -> dict[str, str]:
    """Return a name for the file of each department: never a path, never the same twice, fit for every system.

    `whole` makes the name of what it holds of the department's.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for department in departments:
        plain = fit(department)
        name, count = whole(plain), 1
        while (key := unicodedata.normalize("NFKC", name).casefold()) in taken:
            count += 1
            name = whole(_("{department} ({count})").format(department=plain, count=count))
        taken.add(key)
        names[department] = name
    return names


def fit(text: str, most: int = _LONGEST) -> str:
    """Return `text`, `most` bytes of it, without what a system reads otherwise than as a part of a name."""
    plain = _UNFIT.sub("_", text).encode(errors="ignore")[:most].decode(errors="ignore").strip(" .~$")
    return f"_{plain}" if not plain or _RESERVED.fullmatch(plain.partition(".")[0].strip()) else plain
