"""Text from the store made fit for HTML, SVG and XML, which cannot hold all that a store can."""

import re
from html import escape
from typing import Final

from pilottask.text import safe

_NO_CHARACTER: Final = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)


def plain(text: str, *, line: bool = False) -> str:
    r"""Return `text` without what no markup can hold, which is written out as `\u0007`; `line` is that of `text.safe`."""
    return _NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", safe(text, line=line))


def escaped(text: str, *, line: bool = False) -> str:
    """Return `text` as the content of an element, or of an attribute in quotation marks."""
    return escape(plain(text, line=line))
