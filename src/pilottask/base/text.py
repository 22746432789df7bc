"""What text may hold, how it is shown safely, and how many columns it takes."""

import re
from functools import lru_cache
from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _

# Compiled where they are first needed: most runs need none, and each takes a third of a millisecond.
# Cc but for the line breaks of longer texts; lone surrogates cannot be written as UTF-8.
_FORBIDDEN: Final = r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
_FORBIDDEN_IN_LINE: Final = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE: Final = rf"[\x00-\x09\x0b-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]"
# Full-width forms stand in the order of ASCII, from ！ to ～.
_HALF_WIDTH: Final = {wide: wide - 0xFEE0 for wide in range(ord("！"), ord("～") + 1)}
# Format characters, and spaces that look like another; the blank of Chinese type is seen by its width.
_UNSEEN: Final = (
    "[\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)
NUMERALS: Final = "〇一二三四五六七八九十○零"
"""Those from 0 to 10 by their places, and other signs for 0."""
_UNSAFE_IN_LINE: Final = rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_BIDI}\ud800-\udfff]"


def fault(text: str, *, line: bool) -> str | None:
    """Say what `text` must not hold and where (position from 1, in characters), or None where it is sound.

    With `line`, line breaks are refused too, as in titles and names.
    """
    if text.isprintable():  # which none of these is
        return None
    match = re.search(_FORBIDDEN_IN_LINE if line else _FORBIDDEN, text)
    if match is None:
        return None
    message = _("control character {code} at position {position}")
    return message.format(code=f"U+{ord(match[0]):04X}", position=match.start() + 1)


def check(text: str, *, field: str, line: bool = True) -> str:
    """Return `text` as it is. Raises UsageFault, naming `field` as shown, where it holds what `fault` refuses."""
    if wrong := fault(text, line=line):
        raise UsageFault(_("{field}: {wrong}; remove it and try again").format(field=field, wrong=wrong))
    return text


def is_blank(text: str) -> bool:
    """Tell whether there is nothing to see in `text`: blanks and invisible characters alone, if anything."""
    return not text.strip() or (not text.isprintable() and not re.sub(_UNSEEN, "", text).strip())


def name_key(name: str) -> str:
    """Return a name by which two that differ in blanks or invisible characters alone are one."""
    if name.isprintable() and " " not in name:  # nearly all
        return name
    return re.sub(_UNSEEN, "", "".join(name.split()))


def check_name(text: str, *, field: str, line: bool = True) -> str:
    """Return `text` as it is. Raises UsageFault where it is blank, and as `check` does."""
    if is_blank(text):
        raise UsageFault(_("{field} must not be empty").format(field=field))
    return check(text, field=field, line=line)


def safe(text: str, *, line: bool = True) -> str:
    r"""Return `text` fit for a terminal: controls and bidirectional controls written as `\u202e`.

    With `line`, line breaks are written as `⏎`, so that a row stays a row.
    """
    if text.isprintable():
        return text
    if line:
        text = text.replace("\r\n", "⏎").replace("\n", "⏎")
    return re.sub(_UNSAFE_IN_LINE if line else _UNSAFE, lambda found: f"\\u{ord(found[0]):04x}", text)


def visible(text: str) -> str:
    r"""Return what a refusal says, fit for a terminal, with what cannot be seen in it written as `\u200b`."""
    return (
        text if text.isprintable() else re.sub(_UNSEEN, lambda found: f"\\u{ord(found[0]):04x}", safe(text, line=False))
    )


def shorten(text: str, most: int) -> str:
    """Return `text`, cut where it has more than `most` characters."""
    return text if len(text) <= most else text[:most] + "…"


def multiline(text: str) -> str:
    """Return `text` fit for a terminal as `safe` does, its line breaks kept, each as one line feed."""
    if text.isprintable():
        return text
    return "\n".join(map(safe, text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def half_width(text: str) -> str:
    """Return `text` with full-width digits, letters and signs replaced by the ASCII ones.

    Not NFKC, which would also take `①` and `²` for digits.
    """
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def as_digits(match: re.Match[str]) -> str:
    """Return Chinese numerals as digits, 二〇二六 as 2026 and 二十一 as 21; as they are where they are no number."""
    numerals = match[0].replace("○", "〇").replace("零", "〇")
    if "十" not in numerals:
        return "".join(str(NUMERALS.index(each)) for each in numerals)
    tens, units = numerals.split("十", 1)
    if len(tens) > 1 or len(units) > 1:
        return match[0]
    return str((NUMERALS.index(tens) if tens else 1) * 10 + (NUMERALS.index(units) if units else 0))


# What GitHub's Markdown could take for markup; and what would begin a list, a heading or a rule at a line's start.
_MARKUP: Final = r"[\\`*_{}\[\]<>#|~&$@]"
_LINE_START: Final = r"^(\s*)(?:([-+=:])|(\d{1,9})([.)])(?=\s|$))"


@lru_cache(maxsize=4096)  # rows share most of their texts
def markdown(text: str, *, line_break: str = "<br>", within: bool = False) -> str:
    """Return `text` for Markdown so that no sign in it means anything; its line breaks are kept as `line_break`.

    `within` a line, as in a cell, nothing begins a list or heading.
    """
    results = [
        re.sub(_MARKUP, r"\\\g<0>", line).replace("://", ":\\//").replace("www.", "www\\.")
        for line in multiline(text).split("\n")
    ]
    return line_break.join(results if within else (re.sub(_LINE_START, _escape_line_start, line) for line in results))


def _escape_line_start(found: re.Match[str]) -> str:
    return found[1] + (f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}")


def quote(text: str) -> str:
    """Return `text` safe for a terminal and in the quotation marks of the language in use."""
    return _("“{text}”").format(text=safe(text))
