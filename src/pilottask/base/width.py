"""Columns that text takes on a terminal, and text folded and padded to them."""

import unicodedata
from collections.abc import Sequence
from typing import Final


class _Widths(dict[str, int]):
    """Display columns by character, worked out when first met: a lookup costs less than a call."""

    def __init__(self, *, ambiguous: int) -> None:
        super().__init__()
        self._ambiguous = ambiguous

    def __missing__(self, char: str) -> int:
        result = self[char] = _JOINING if char in _JOINERS else self.alone(char)
        return result

    def alone(self, char: str) -> int:
        """Columns of `char` where nothing beside it changes them."""
        if char in _NO_COLUMNS:
            return 0
        if char == _SOFT_HYPHEN:
            return 1  # terminals draw it, though Unicode has it shown at a line's end alone
        category = unicodedata.category(char)
        if category in {"Mn", "Me", "Cf", "Cc"}:
            return 0
        east_asian = unicodedata.east_asian_width(char)
        if east_asian in {"W", "F"}:
            return 2
        return self._ambiguous if east_asian == "A" else 1


_ZWJ: Final = "\u200d"
_EMOJI_STYLE: Final = "\ufe0f"
_EMOJI_COLUMNS: Final = 2
_SOFT_HYPHEN: Final = "\u00ad"
_SKIN_TONES: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_JOINERS: Final = _SKIN_TONES | {_ZWJ, _EMOJI_STYLE}
# Vowels and finals of Korean syllables written in pieces: drawn within the columns of the first piece.
_NO_COLUMNS: Final = frozenset(map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))))
# More than any text has columns, so that a sum tells whether such a character was among those counted.
_JOINING: Final = 1 << 40
_NARROW: Final = _Widths(ambiguous=1)
_WIDE: Final = _Widths(ambiguous=2)


def width(text: str, *, wide_ambiguous: bool = False) -> int:
    """Display columns that `text` takes in a monospaced terminal or printer font (Unicode TR11).

    Characters of ambiguous width count one column, or two with `wide_ambiguous`. What a terminal draws as one
    sign counts as one: a letter with its accents, an emoji with its skin tone, a family joined of several.
    """
    if text.isascii():
        return len(text)
    columns = sum(map((_WIDE if wide_ambiguous else _NARROW).__getitem__, text))
    if columns < _JOINING:
        return columns
    return sum(columns for _sign, columns in signs(text, wide_ambiguous=wide_ambiguous))


def signs(text: str, *, wide_ambiguous: bool = False) -> list[tuple[str, int]]:
    """Split `text` into what a terminal draws as one sign each, with the columns it takes: 0, 1 or 2.

    Joined together the signs are `text`. What takes no column belongs to the sign before it.
    """
    widths = _WIDE if wide_ambiguous else _NARROW
    alone = list(map(widths.__getitem__, text))
    if 0 not in alone and _JOINING not in alone:  # as nearly all text
        return list(zip(text, alone, strict=True))
    results: list[tuple[str, int]] = []
    for char in text:
        columns = widths.alone(char) if (known := widths[char]) == _JOINING else known
        if not results:
            results.append((char, columns))
            continue
        before, taken = results[-1]
        joined = before.endswith(_ZWJ) and unicodedata.category(char) == "So"
        if char == _EMOJI_STYLE and taken == 1:
            results[-1] = (before + char, _EMOJI_COLUMNS)
        elif not columns or (taken == _EMOJI_COLUMNS and (char in _SKIN_TONES or joined)):
            results[-1] = (before + char, taken)
        else:
            results.append((char, columns))
    return results


# Chinese typesetting: what may not begin a line, and what may not end one.
_NOT_FIRST: Final = frozenset("，。、；：？！）》〉」』】〕〗”’…—·～％℃,.;:?!)]}%")
_NOT_LAST: Final = frozenset("（《〈「『【〔〖“‘([{￥＄$")
_DIGITS: Final = frozenset("0123456789")
"""A day written out, 2026年11月20日, stays on one line."""


class _Joints(dict[tuple[str, str], bool]):
    """Whether two characters stay on one line, worked out when they first stand side by side."""

    def __missing__(self, pair: tuple[str, str]) -> bool:
        before, char = pair
        word = not _stands_alone(char) and not _stands_alone(before)
        day = (before in _DIGITS and char in "年月日") or (before in "年月" and char in _DIGITS)
        result = self[pair] = " " not in pair and (char in _NOT_FIRST or before in _NOT_LAST or day or word)
        return result


_JOINTS: Final = _Joints()


def _atoms(text: str, *, wide_ambiguous: bool) -> list[tuple[str, int]]:
    """Split `text` into what stays on one line where it can, with its columns: a space, a Chinese character, a word."""
    results: list[tuple[str, int]] = []
    before = " "
    for sign, columns in signs(text, wide_ambiguous=wide_ambiguous):
        char = sign[0]
        if _JOINTS[before, char]:
            atom, taken = results[-1]
            results[-1] = atom + sign, taken + columns
        else:
            results.append((sign, columns))
        before = char
    return results


def _stands_alone(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def longest_word(text: str, *, wide_ambiguous: bool = False) -> int:
    """Columns of the longest part of `text` that `fold` would rather not break."""
    return max((columns for _atom, columns in _atoms(text, wide_ambiguous=wide_ambiguous)), default=0)


def fold(text: str, columns: int, *, wide_ambiguous: bool = False) -> list[str]:
    """Break `text` into lines of at most `columns` display columns; nothing is lost but spaces at their ends.

    Breaks at line breaks, at spaces and between Chinese characters, never before closing or after opening
    punctuation where another place can be had; a longer word is broken where the line ends. A sign is never broken,
    so that a line of one wide sign may take two columns where there is one.
    """
    return [
        line for paragraph in text.split("\n") for line in _fold_part(paragraph, columns, wide_ambiguous=wide_ambiguous)
    ]


def _fold_part(paragraph: str, columns: int, *, wide_ambiguous: bool) -> list[str]:
    if width(paragraph, wide_ambiguous=wide_ambiguous) <= columns:
        return [paragraph]
    lines: list[str] = []
    line, taken = "", 0
    for atom, needed in _atoms(paragraph, wide_ambiguous=wide_ambiguous):
        if taken + needed > columns and line.strip():
            lines.append(line.rstrip(" "))
            line, taken = "", 0
            if atom[0] == " ":
                continue
        if taken + needed <= columns:
            line += atom
            taken += needed
            continue
        for sign, part in signs(atom, wide_ambiguous=wide_ambiguous):
            if taken + part > columns and line:
                lines.append(line.rstrip(" "))
                line, taken = "", 0
            line += sign
            taken += part
    return [*lines, line.rstrip(" ")] if line.strip(" ") or not lines else lines


def pad(text: str, columns: int, *, right: bool = False, wide_ambiguous: bool = False) -> str:
    """Fill `text` with spaces to `columns` display columns, at its left with `right`; longer text stays whole."""
    fill = " " * max(columns - width(text, wide_ambiguous=wide_ambiguous), 0)
    return fill + text if right else text + fill


def shrink(widths: list[int], least: Sequence[int], over: int) -> int:
    """Take `over` columns from the widest of `widths` in turn, from none below its least; return how many are left."""
    while over > 0:
        giving = [index for index, columns in enumerate(widths) if columns > least[index]]
        if not giving:
            break
        widest = max(giving, key=widths.__getitem__)
        next_widest = max((widths[index] for index in giving if index != widest), default=0)
        step = min(over, widths[widest] - max(least[widest], min(next_widest, widths[widest] - 1)))
        widths[widest] -= step
        over -= step
    return over
