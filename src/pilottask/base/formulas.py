"""Text in spreadsheet files, kept from being run as a formula, and read back as it was.

The characters are those that spreadsheet programs, in Chinese editions too, take for the start of a formula
(OWASP, "CSV Injection").
"""

from typing import Final

_GUARD: Final = "'"
_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")


def guard(text: str) -> str:
    """Return `text` as it may stand in a csv cell: with a leading `'` where a spreadsheet would run it."""
    return _GUARD + text if _is_guarded(text) else text


def unguard(text: str) -> str:
    """Undo `guard`: return the text as it was before; any other text as it is."""
    return text[1:] if text.startswith(_GUARD) and _is_guarded(text[1:]) else text


def _is_guarded(text: str) -> bool:
    """Tell whether `text` would run, or begins with a guard of its own, so that reading back can tell the two apart."""
    first, second = text[:1], text[1:2]
    return first in _STARTS or (first == _GUARD and (second in _STARTS or second == _GUARD))
