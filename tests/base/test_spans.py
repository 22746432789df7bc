"""Periods as people type them."""

from datetime import date

import pytest

from pilottask.base import spans

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("11月", "2026-11-01", "2026-11-30"),
        ("10月", "2026-10-01", "2026-10-31"),
        ("１０月份", "2026-10-01", "2026-10-31"),
        ("十月", "2026-10-01", "2026-10-31"),
        ("12月", "2025-12-01", "2025-12-31"),
        ("2025年2月", "2025-02-01", "2025-02-28"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026.02", "2026-02-01", "2026-02-28"),
        ("2026/02", "2026-02-01", "2026-02-28"),
        ("今年3月", "2026-03-01", "2026-03-31"),
        ("去年3月", "2025-03-01", "2025-03-31"),
        ("本月", "2026-11-01", "2026-11-30"),
        ("上月", "2026-10-01", "2026-10-31"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("本周", "2026-11-16", "2026-11-22"),
        ("上周", "2026-11-09", "2026-11-15"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("三季度", "2026-07-01", "2026-09-30"),
        ("第4季度", "2026-10-01", "2026-12-31"),
        ("Q3", "2026-07-01", "2026-09-30"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2025年Q1", "2025-01-01", "2025-03-31"),
        ("2026q1", "2026-01-01", "2026-03-31"),
        ("前三季度", "2026-01-01", "2026-09-30"),
        ("2025年前三季度", "2025-01-01", "2025-09-30"),
        ("本季度", "2026-10-01", "2026-12-31"),
        ("上季度", "2026-07-01", "2026-09-30"),
        ("上半年", "2026-01-01", "2026-06-30"),
        ("2025年下半年", "2025-07-01", "2025-12-31"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    assert spans.parse(text, today=FRIDAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "13月",
        "0月",
        "2026-13",
        "0000年",
        "五季度",
        "11月20日",
        "11月底",
        "fri",
        "月",
        "2026",
        "下周",
        "Q5",
        "2026.2",
    ],
)
def test_what_is_no_period_is_left_to_others(text: str) -> None:
    assert spans.parse(text, today=FRIDAY) is None


def test_the_last_period_of_the_year_before() -> None:
    assert spans.parse("上月", today=date(2026, 1, 5)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert spans.parse("上季度", today=date(2026, 1, 5)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert spans.parse("上年", today=date(1, 1, 5)) is None


def test_a_year_that_is_not_written_may_be_todays() -> None:
    assert spans.in_this_year("12月", today=FRIDAY) == (date(2026, 12, 1), date(2026, 12, 31))
    assert spans.in_this_year("上月", today=FRIDAY) is None


@pytest.mark.parametrize(
    ("first", "text", "expected"),
    [
        ("2026-06-01", "6-30", "2026-06-30"),
        ("2026-01-01", "12月", "2026-12-31"),
        ("2026-01-01", "四季度", "2026-12-31"),
        ("2025-11-01", "2-28", "2-28"),
        ("2026-06-10", "6-9", "6-9"),
        ("2026-06-10", "2025-07-01", "2025-07-01"),
        ("2026-06-10", "昨天", "昨天"),
        ("2026-06-20", "今天", "今天"),
        ("2026-06-10", "x", "x"),
    ],
)
def test_an_end_without_its_year_is_of_the_year_of_its_beginning(first: str, text: str, expected: str) -> None:
    assert spans.end_after(date.fromisoformat(first), text, today=date(2026, 6, 19)) == expected
