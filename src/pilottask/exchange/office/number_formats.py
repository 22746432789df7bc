"""How a spreadsheet shows a number: as a day, a month, a share, with zeros before it or words around it."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile
from typing import Final

from pilottask.base import numbers

EXACT: Final = 10**15
"""Whole numbers from here up are more than a spreadsheet keeps to the last digit."""

_MONTH: Final = 'yyyy"年"m"月"'
_DAY: Final = 'yyyy"年"m"月"d"日"'
BUILT_IN: Final = {
    9: "0%",
    10: "0.00%",
    14: "yyyy-m-d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    22: "yyyy-m-d h:mm",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm:ss"),
    **dict.fromkeys((27, 36, 50, 52, 57), _MONTH),
    **dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), _DAY),
}
"""Formats that workbooks name by number alone; 27 to 36 and 50 to 58 are those of Chinese editions."""

_LITERAL: Final = r'"[^"]*"|[\\!_*].'
_TOKEN: Final = re.compile(rf"{_LITERAL}|general|.", re.IGNORECASE)
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|[^";])*')
_PARTS: Final = {"day": "(?<!d)d{1,2}(?!d)", "year": "[ye]", "clock": "[hs]"}
_BRACKETED: Final = re.compile(r"\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]")
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  days as such, of no place
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001  the same
_FEBRUARY_1900: Final = 60
_LAST_DAY: Final = 2_958_465
_CURRENCY: Final = re.compile(r"[¥￥$€£\s]|RMB|CNY")
_HOLDERS: Final = frozenset("0#?")
_SIGNS: Final = frozenset(",.%")
_UNSAID: Final = _SIGNS | frozenset("+-()（）")
"""What stands around the places of digits and is no word."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a format code does with a number; `parts` are what it shows of a moment, none where it shows no date."""

    parts: frozenset[str] = frozenset()
    percent: bool = False
    zeros: int = 0
    thousands: int = 0
    before: str = ""
    behind: str = ""
    inside: tuple[tuple[int, str], ...] = ()
    """Words between the digits, each with how many digits stand behind it."""


@lru_cache(maxsize=512)
def parse(code: str) -> Format | None:
    """Return what a format code does, None where that cannot be told."""
    section = _SECTION.findall(code)[0]
    if re.search(r"\[[hms]+\]", section.lower()):
        return Format(frozenset({"elapsed"}))
    section = _BRACKETED.sub(lambda found: f'"{found[1]}"' if found[1] else "", section)
    if section.strip().lower() in {"", "general", "@"}:
        return Format()
    plain = re.sub(_LITERAL, "", section).lower()
    if re.search("[ymdhs]", plain) and not re.search("[0#?]", re.sub(r"s\.0+", "s", plain)):
        parts = {part for part, sign in _PARTS.items() if re.search(sign, plain)}
        return Format(frozenset(parts | {"month"} if "m" in plain and parts != {"clock"} else parts))
    if "/" in plain or re.search("e[+-]", plain):
        return Format()
    tokens = _TOKEN.findall(section)
    holders = [place for place, token in enumerate(tokens) if token in _HOLDERS or token.lower() == "general"]
    if not holders:
        return None
    first, last = holders[0], holders[-1]

    def words(begin: int, end: int, unsaid: frozenset[str] = _UNSAID) -> str:
        texts = (_word(token, unsaid) for token in tokens[begin:end])
        return _CURRENCY.sub("", "".join(texts))

    number = tokens[first : last + 1]
    between = {place: words(place, place + 1, _SIGNS) for place in range(first, last) if place not in holders}
    return Format(
        percent="%" in plain,
        zeros=(number[: number.index(".")] if "." in number else number).count("0"),
        thousands=len(list(takewhile(",".__eq__, tokens[last + 1 :]))),
        before=words(0, first),
        behind=words(last + 1, len(tokens)),
        inside=tuple((sum(each > place for each in holders), word) for place, word in between.items() if word),
    )


def _word(token: str, unsaid: frozenset[str]) -> str:
    """Return what a part of a format code shows that is no digit."""
    if token[0] in "\\!":
        return token[1:]
    return "" if token in unsaid or token[0] in "_*" else token.strip('"')


@lru_cache(maxsize=4096)  # rows share their days
def show(raw: str, code: str, *, from_1904: bool = False) -> str | None:
    """Return a number as its cell shows it, to all of its digits; None where its format cannot be told.

    A day is ISO text; of a month or a year alone, no more than that is said.
    """
    form = parse(code)
    if form is None:
        return None
    value = float(raw)
    if "elapsed" in form.parts:
        minutes, seconds = divmod(round(value * 86400), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if form.parts:
        moment = day_of(value, from_1904=from_1904)
        return describe(moment, form.parts) if moment else _digits(Decimal(repr(value)))
    if form.percent:
        return f"{form.before}{_digits(Decimal(repr(value)) * 100)}%{form.behind}"
    point = form.inside[0][0] if [word for _places, word in form.inside] == ["."] else 0  # 0!.0,"万元"
    shift = 1000**form.thousands * 10**point
    digits = raw if raw.isdigit() and shift == 1 else _digits(Decimal(repr(value)) / shift)
    if digits.isdigit():
        digits = digits.zfill(form.zeros - point)
    if form.inside and not point:
        if not digits.isdigit():
            return None
        for places, word in form.inside:
            digits = f"{digits[:-places]}{word}{digits[-places:]}"
    return f"{form.before}{digits}{form.behind}"


def _digits(value: Decimal) -> str:
    """Return a number at the 15 digits that a spreadsheet keeps: 57.699999999999996 is 57.7."""
    rounded = float(f"{value:.15g}")
    if abs(rounded) >= EXACT:
        return repr(rounded)
    return str(int(rounded)) if rounded.is_integer() else numbers.digits(rounded)


def day_of(value: float, *, from_1904: bool) -> datetime | None:
    """Return the moment that a spreadsheet keeps as a number of days, None where it has none."""
    if not 0 <= value <= _LAST_DAY:
        return None
    if from_1904:
        return _EPOCH_1904 + timedelta(days=value)
    # The spreadsheet takes 1900 for a leap year.
    return _EPOCH + timedelta(days=value + (1 if value < _FEBRUARY_1900 else 0))


def describe(moment: datetime | date, parts: Container[str]) -> str:
    """Return what is shown of a moment: a month or a year alone is no day."""
    day, month, year, clock = (part in parts for part in ("day", "month", "year", "clock"))
    if clock and not (day or month or year):
        return f"{moment:%H:%M:%S}"
    if not day and month:
        return f"{moment.year}年{moment.month}月"
    if not day and year:
        return f"{moment.year}年"
    if clock and isinstance(moment, datetime) and (moment.hour or moment.minute or moment.second):
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    return moment.strftime("%Y-%m-%d") if moment.year >= 1000 else moment.isoformat()[:10]  # noqa: PLR2004  its width
