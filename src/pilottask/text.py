"""What text may hold, how it is shown safely, and how many columns it takes."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pilottask.errors import UsageFault
from pilottask.i18n import _

# Cc but for the line breaks of longer texts; lone surrogates cannot be written as UTF-8.
_FORBIDDEN: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FORBIDDEN_IN_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE: Final = re.compile(rf"[\x00-\x09\x0b-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]")
_UNSAFE_IN_LINE: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]")


def fault(text: str, *, line: bool) -> str | None:
    """Say what `text` must not hold and where (position from 1, in characters), or None where it is sound.

    With `line`, line breaks are refused too, as in titles and names.
    """
    found = (_FORBIDDEN_IN_LINE if line else _FORBIDDEN).search(text)
    if found is None:
        return None
    return _("control character {code} at position {position}").format(
        code=f"U+{ord(found[0]):04X}", position=found.start() + 1
    )


def check(text: str, *, field: str, line: bool = True) -> str:
    """Return `text` as it is. Raises UsageFault, naming `field` as shown, where it holds what `fault` refuses."""
    if wrong := fault(text, line=line):
        raise UsageFault(
            _("{field}: {wrong}; remove it and try again").format(field=field, wrong=wrong),
        )
    return text


def check_name(text: str, *, field: str) -> str:
    """Return `text` as it is. Raises UsageFault where it is blank or not one sound line."""
    if not text.strip():
        raise UsageFault(_("{field} must not be empty").format(field=field))
    return check(text, field=field)


def safe(text: str, *, line: bool = True) -> str:
    r"""Return `text` fit for a terminal: controls and bidirectional controls written as `\u202e`.

    With `line`, line breaks are written as `⏎`, so that a row stays a row.
    """
    if line:
        text = text.replace("\r\n", "⏎").replace("\n", "⏎")
    return (_UNSAFE_IN_LINE if line else _UNSAFE).sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@lru_cache(maxsize=8192)
def _char_width(char: str, ambiguous: int) -> int:
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    east_asian = unicodedata.east_asian_width(char)
    if east_asian in {"W", "F"}:
        return 2
    return ambiguous if east_asian == "A" else 1


def width(text: str, *, wide_ambiguous: bool = False) -> int:
    """Display columns that `text` takes in a monospaced terminal or printer font (Unicode TR11).

    Characters of ambiguous width count one column, or two with `wide_ambiguous`.
    """
    if text.isascii():
        return len(text)
    ambiguous = 2 if wide_ambiguous else 1
    return sum(_char_width(char, ambiguous) for char in text)


def pad(text: str, columns: int, *, right: bool = False, wide_ambiguous: bool = False) -> str:
    """Fill `text` with spaces to `columns` display columns, at its left with `right`; longer text stays whole."""
    fill = " " * max(columns - width(text, wide_ambiguous=wide_ambiguous), 0)
    return fill + text if right else text + fill


def quote(text: str) -> str:
    """Return `text` safe for a terminal and in the quotation marks of the language in use."""
    return _("“{text}”").format(text=safe(text))
