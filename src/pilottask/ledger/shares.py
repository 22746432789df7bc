"""Shares of a whole as they are printed: 6.3%, the same on screen, sheet and workbook."""

from decimal import Decimal
from typing import Final

Amount = int | float | Decimal

_ALL: Final = 100


def share(part: Amount, whole: Amount, *, decimals: int = 1) -> float:
    """Return `part` ÷ `whole` as it is printed, rounded to so many decimals of a percent, halves up.

    Short of the whole it is never 1, and where there is anything it is never 0. `whole` is above 0.
    """
    (above, below), (by, of) = (_ratio(value) for value in (part, whole))
    above, below = above * of, below * by
    one = _ALL * 10**decimals
    steps = (2 * above * one + below) // (2 * below)
    if 0 < above < below:
        steps = min(max(steps, 1), one - 1)
    return float(steps / one)


def percent(part: Amount, whole: Amount, *, decimals: int = 1) -> str:
    """Return `part` ÷ `whole` as a percentage, rounded as `share` does."""
    return f"{share(part, whole, decimals=decimals):.{decimals}%}"


def _ratio(value: Amount) -> tuple[int, int]:
    """Return a number as the fraction that it is written as: 0.35 is 7/20, which no binary number is."""
    return (Decimal(str(value)) if isinstance(value, float) else value).as_integer_ratio()
