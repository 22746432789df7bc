"""Text in cells that a spreadsheet would run as a formula, made harmless and back."""

from typing import Final

_RUN: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARD: Final = "'"


def defused(text: str) -> str:
    """Return `text` as a cell may hold it: behind an apostrophe where a spreadsheet would run it.

    Text that begins with an apostrophe gets one more, so that `fused` gives back what was there.
    """
    return _GUARD + text if text.startswith((*_RUN, _GUARD)) else text


def fused(text: str) -> str:
    """Return what `defused` was given; other text as it is."""
    return text[1:] if text.startswith(_GUARD) and text[1:].startswith((*_RUN, _GUARD)) else text
