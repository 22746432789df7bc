"""Shares as they are printed, beside a second telling of how they are rounded."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilottask.ledger.queries import Tally
from pilottask.ledger.shares import percent, share


@pytest.mark.parametrize(
    ("closed", "counted", "printed"),
    [
        (1, 16, "6.3%"),
        (2_999, 3_000, "99.9%"),
        (1, 3_000, "0.1%"),
        (0, 3_000, "0.0%"),
        (3_000, 3_000, "100.0%"),
        (4, 30, "13.3%"),
    ],
)
def test_a_rate_is_of_the_tasks_counted(closed: int, counted: int, printed: str) -> None:
    tally = Tally(total=counted + 5, closed=closed, cancelled=5)
    assert tally.printed_rate == printed
    assert tally.completion_rate == closed / counted


def test_no_rate_of_nothing() -> None:
    assert Tally(total=5, cancelled=5).printed_rate is None


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [(299, 300, "99%"), (1, 300, "1%"), (300, 300, "100%"), (450, 300, "150%"), (0, 300, "0%"), (0.345, 1, "35%")],
)
def test_people_reached_of_a_target(part: float, whole: float, printed: str) -> None:
    assert percent(part, whole, decimals=0) == printed


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from([0, 1, 2]))
@example(1, 16, 1)
@example(2_999, 3_000, 1)
def test_halves_go_up_and_the_ends_are_kept_for_all_and_none(part: int, whole: int, decimals: int) -> None:
    step = Decimal(1).scaleb(-decimals)
    exact = Decimal(part) * 100 / Decimal(whole)
    expected = exact.quantize(step, ROUND_HALF_UP)
    if 0 < part < whole:
        expected = min(max(expected, step), 100 - step)
    printed = percent(part, whole, decimals=decimals)
    assert printed == f"{expected}%"
    assert f"{share(part, whole, decimals=decimals):.{decimals}%}" == printed
