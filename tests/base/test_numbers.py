"""Numbers as people type them and files hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilottask.base import numbers

TAKEN = [
    ("30", 30),
    (" 30 ", 30),
    ("007", 7),
    ("0", 0),
    ("30.50", 30.5),
    ("1,234", 1234),
    ("1,234,567", 1_234_567),
    ("12,345,678.9", 12_345_678.9),
    ("３０", 30),
    ("３０．５", 30.5),
    ("１，２３４", 1234),
    ("1，234", 1234),
    ("9007199254740991", numbers.LARGEST),
]
REFUSED = [
    *("", " ", "x", "三十", "30名", "85%", "²", "٣", "-5", "－５", "+5", "1e3", "１ｅ３", "nan", "inf", "1_000"),
    *("1 000", "1,2,3", "1,00", "1234,567", "1,234,56", ",123", "1,", "１，２，３", ".5", "5.", "1.2.3", "0x10"),
    "1" * 401,
]


@pytest.mark.parametrize(("text", "number"), TAKEN)
def test_numbers_that_are_taken(text: str, number: float) -> None:
    found = numbers.parse(text)
    assert (found, type(found)) == (number, type(number))
    assert numbers.whole(text) == (number if isinstance(number, int) else None)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number(text: str) -> None:
    assert (numbers.parse(text), numbers.whole(text), numbers.plain(text)) == (None, None, None)


@pytest.mark.parametrize(("number", "sound"), [(0, True), (0.5, True), (numbers.LARGEST, True), (-1, False)])
def test_numbers_that_can_be_kept(number: float, sound: bool) -> None:
    assert (numbers.fault(number) is None) is sound


@pytest.mark.parametrize("number", [numbers.LARGEST + 1, 1e16, float("inf"), float("nan")])
def test_what_is_too_large_to_be_kept(number: float) -> None:
    assert numbers.fault(number) == "must be a number from 0 to 9007199254740991"


def test_a_whole_number_has_a_limit() -> None:
    assert (numbers.whole("100", most=100), numbers.whole("101", most=100)) == (100, None)
    assert numbers.whole("9007199254740992") is None


@given(st.integers(0, numbers.LARGEST) | st.floats(0, numbers.LARGEST))
def test_a_number_written_out_is_read_back(number: float) -> None:
    written = numbers.digits(number)
    assert "e" not in written.lower()
    assert repr(numbers.parse(written)) == repr(number)
