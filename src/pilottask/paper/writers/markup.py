"""What HTML and Word share: text from the store made fit for markup, and the widths of columns."""

import re
from html import escape
from typing import Final

from pilottask.base.i18n import Lang
from pilottask.base.text import safe
from pilottask.base.width import width
from pilottask.paper.document import Table

LANG_TAGS: Final = {Lang.ZH: "zh-CN", Lang.EN: "en"}
_LAST_TWO: Final = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_NO_CHARACTER: Final = re.compile(f"[\ufdd0-\ufdef{_LAST_TWO}]")

_AIR: Final = 2
_WIDEST: Final = 14
"""Display columns that a word can ask for, with the air around it; a longer one may be broken."""


def is_short(table: Table, *, columns: int, lines: int) -> bool:
    """Tell whether a table `columns` wide stands on a leaf of so many lines, so that it need not be parted."""
    rows = table.rows if table.total is None else (*table.rows, table.total)
    wide = [max(share * columns - _AIR, 1) for share in shares(table)]
    taken = 1
    for row in rows:
        taken += max(
            sum(-(-width(line) // int(room or 1)) or 1 for line in cell.text.split("\n"))
            for cell, room in zip(row, wide, strict=True)
        )
        if taken > lines:
            return False
    return True


def plain(text: str, *, line: bool = False) -> str:
    r"""Return `text` with what no markup can hold written out as `\u0007`; `line` is that of `text.safe`."""
    if text.isprintable():
        return text
    return _NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", safe(text, line=line))


def as_markup(text: str, *, line: bool = False) -> str:
    """Return `text` as the content of an element, or of an attribute in quotation marks."""
    return escape(plain(text, line=line))


def shares(table: Table) -> list[float]:
    """Return the part of the width that each column gets, adding up to 1.

    No column gets less than its longest word asks for, within reason, so that no number, date or word is broken in two.
    """
    rows = table.rows if table.total is None else (*table.rows, table.total)
    wanted = []
    for index, column in enumerate(table.columns):
        asked = [width(word) for word in column.label.split()]
        if column.share < _WIDEST:
            asked += [width(word) for text in {row[index].text for row in rows} for word in text.split()]
        fitting = [word + _AIR for word in asked if word + _AIR <= _WIDEST]
        wanted.append(max(column.share, *fitting, 1))
    return [share / sum(wanted) for share in wanted]
