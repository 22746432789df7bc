"""Text in spreadsheet files, kept from being run as a formula, and read back as it was.

The characters are those that spreadsheet programs, in Chinese editions too, take for the start of a formula
(OWASP, "CSV Injection").
"""

import re
from typing import Final

_GUARD: Final = "'"
# What would run; and what begins with a guard of its own, so that reading back can tell the two apart.
_GUARDED: Final = re.compile(r"'?[=+\-@\t\r\n＝＋－＠]|''")


def defused(text: str) -> str:
    """Return `text` as it may stand in a csv cell: with a leading `'` where a spreadsheet would run it."""
    return _GUARD + text if _GUARDED.match(text) else text


def fused(text: str) -> str:
    """Return the text that `defused` made `text` of; any other text as it is."""
    return text[1:] if text.startswith(_GUARD) and _GUARDED.match(text, 1) else text
