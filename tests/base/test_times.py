"""Times of day as people type them."""

import pytest

from pilottask.base import times
from pilottask.base.errors import UsageFault


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14:30", "14:30"),
        ("9:05", "09:05"),
        ("１４：３０", "14:30"),
        ("下午2:30", "14:30"),
        ("下午 2点半", "14:30"),
        ("下午14:30", "14:30"),
        ("上午9点", "09:00"),
        ("9点整", "09:00"),
        ("15时5分", "15:05"),
        ("中午12点", "12:00"),
        ("中午11:45", "11:45"),
        ("中午1点", "13:00"),
        ("晚上7点", "19:00"),
        ("2:30pm", "14:30"),
        ("9 AM", "09:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("0:00", "00:00"),
    ],
)
def test_a_time_of_day_is_taken(typed: str, kept: str) -> None:
    assert times.parse(typed) == kept
    assert times.is_time(kept)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "14", "24:00", "12:60", "9:5", "上午14:30", "13am", "下午", "下午2点pm", "14:30:00", "٩:30", "donkey"),
        *("晚上12点", "晚上1点", "中午9点"),
    ],
)
def test_what_is_none_is_refused(typed: str) -> None:
    with pytest.raises(UsageFault, match="is not a time of day"):
        times.parse(typed)
    assert not times.is_time(typed)
