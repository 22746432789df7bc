"""What may have been meant by a word that is not known: those much like it."""

from collections.abc import Iterable
from typing import Final

from pilottask.base.i18n import _
from pilottask.base.text import safe

_LETTERS: Final = 0.6
_CHARACTERS: Final = 0.5
"""How much alike two words must be, 1 for the same. In Chinese one character of two may be mistaken."""


def matches(word: str, known: Iterable[str], *, most: int = 3, least: float | None = None) -> list[str]:
    """Return the words of `known` that are much like `word`, the nearest first, and no more than `most` of them."""
    from difflib import get_close_matches  # noqa: PLC0415  only a refusal needs it

    least = least or (_LETTERS if word.isascii() else _CHARACTERS)
    return get_close_matches(word, list(known), n=most, cutoff=least)


def question(names: Iterable[str]) -> str | None:
    """Return the hint that asks whether one of these was meant, None where there are none."""
    listed = _(", ").join(map(safe, names))
    return _("did you mean {names}?").format(names=listed) if listed else None
