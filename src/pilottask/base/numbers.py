"""Numbers as people type them and files hold them, read in one way everywhere: `30`, `30.5`, `1,234`, `３０`."""

import re
from decimal import Decimal
from typing import Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import half_width, quote

LARGEST: Final = 2**53 - 1
"""The largest whole number that spreadsheets and other readers of JSON keep exactly."""

# [0-9], as \d would also take the digits of every other script. Thousands stand in groups of three, or not at all.
_NUMBER: Final = r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?"
_LONGEST: Final = 400
"""Characters; the smallest fraction has fewer."""


def plain(text: str) -> str | None:
    """Return the number from 0 up that `text` writes, in ASCII digits alone; None where it writes none."""
    typed = half_width(text.strip())
    return typed.replace(",", "") if len(typed) <= _LONGEST and re.fullmatch(_NUMBER, typed) else None


def parse(text: str) -> int | float | None:
    """Return the number from 0 up that `text` writes, whole where no point stands in it; None where it writes none."""
    digits = plain(text)
    if digits is None:
        return None
    return float(digits) if "." in digits else int(digits)


def whole(text: str, *, most: int = LARGEST) -> int | None:
    """Return the whole number from 0 to `most` that `text` writes, None where it writes none."""
    number = parse(text)
    return number if isinstance(number, int) and number <= most else None


def fault(number: float) -> str | None:
    """Say what is wrong with a number that is negative or too large to be kept exactly; None where it is sound."""
    return None if 0 <= number <= LARGEST else _("must be a number from 0 to {largest}").format(largest=LARGEST)


def digits(number: float) -> str:
    """Return a number written out, exactly and without an exponent, as `parse` reads it back."""
    return format(Decimal(repr(number)), "f")


def option_number(text: str, *, option: str) -> int | float:
    """Return the number that an option is given, whole where it is. Raises UsageFault for all but 0 and more."""
    result = parse(text)
    if result is None:
        message = _("{option} takes a number from 0 up, not {text}")
        hint = _("for example 30, 30.5 or 1,200")
        raise UsageFault(message.format(option=option, text=quote(text)), hint=hint)
    if wrong := fault(result):
        raise UsageFault(_("{field}: {wrong}").format(field=option, wrong=wrong))
    return result
