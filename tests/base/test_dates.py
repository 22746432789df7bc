"""Dates as people type them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pilottask.base import dates, periods, workdays
from pilottask.base.errors import ExitCode, UsageFault
from pilottask.base.i18n import Lang, language, set_language

TODAY = date(2026, 11, 20)  # a Friday
WORKDAYS = workdays.calendar()
LEAP_DAY = date(2024, 2, 29)  # a Thursday
LAST_OF_YEAR = date(2026, 12, 31)  # a Thursday
FIRST_OF_YEAR = date(2026, 1, 1)  # a Thursday


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language(Lang.EN)
    yield
    set_language(before)


@pytest.fixture
def chinese(english: None) -> None:  # noqa: ARG001  asked for to run first
    set_language(Lang.ZH)


def typed(text: str, *, today: date) -> date | None:
    return dates.parse(text, today=today, workdays=WORKDAYS)


def refusal(text: str, *, today: date = TODAY, parse: Callable[..., object] = typed) -> UsageFault:
    with pytest.raises(UsageFault) as caught:
        parse(text, today=today)
    return caught.value


# What each form means on 2026-11-20, by the calendar on the wall.
FORMS = {
    "2026-12-15": "2026-12-15",
    "2026/12/15": "2026-12-15",
    "2026.12.15": "2026-12-15",
    "20261215": "2026-12-15",
    "2026年12月15日": "2026-12-15",
    "2026-1-5": "2026-01-05",
    "2026/1/5": "2026-01-05",
    "2026.1.5": "2026-01-05",
    "2026年1月5日": "2026-01-05",
    "2026年01月05日": "2026-01-05",
    "0001-01-01": "0001-01-01",
    "99991231": "9999-12-31",
    "2024-02-29": "2024-02-29",
    # full width
    "２０２６－１２－１５": "2026-12-15",
    "２０２６／１２／１５": "2026-12-15",
    "２０２６．１２．１５": "2026-12-15",
    "２０２６１２１５": "2026-12-15",
    "２０２６年１２月１５日": "2026-12-15",
    "１２－１５": "2026-12-15",
    "＋７ｄ": "2026-11-27",
    "ＴＯＤＡＹ": "2026-11-20",
    # 前
    "2026-12-15前": "2026-12-15",
    "2026/12/15前": "2026-12-15",
    "2026.12.15前": "2026-12-15",
    "20261215前": "2026-12-15",
    "2026年12月15日前": "2026-12-15",
    "12-15前": "2026-12-15",
    "12月15日前": "2026-12-15",
    "2026年12月底前": "2026-12-31",
    "12月底前": "2026-12-31",
    "月底前": "2026-11-30",
    "季度末前": "2026-12-31",
    "年底前": "2026-12-31",
    "周五前": "2026-11-27",
    "下周五前": "2026-11-27",
    # without a year
    "12-15": "2026-12-15",
    "12月15日": "2026-12-15",
    "1-5": "2027-01-05",
    "1月5日": "2027-01-05",
    "01-05": "2027-01-05",
    "11-20": "2026-11-20",
    "9-21": "2026-09-21",  # 60 days back
    "9-20": "2027-09-20",  # 61 days back
    "12/15": "2026-12-15",
    "2月29日": "2028-02-29",
    # months
    "2026年12月": "2026-12-31",
    "2027年2月": "2027-02-28",
    "2028年2月": "2028-02-29",
    "2027年1月底前": "2027-01-31",
    "2027年1月底": "2027-01-31",
    "12月底": "2026-12-31",
    "2月底": "2027-02-28",
    "5月底": "2027-05-31",
    "9月底": "2026-09-30",
    "12月": "2026-12-31",
    "12月份": "2026-12-31",
    "2026年12月末": "2026-12-31",
    "2026-12": "2026-12-31",
    "2026.12": "2026-12-31",
    "26年11月底前": "2026-11-30",
    "12月15号": "2026-12-15",
    "2026年12月15号前": "2026-12-15",
    "4月底": "2027-04-30",
    # years, halves, quarters, thirds of months
    "2026年": "2026-12-31",
    "2026年底": "2026-12-31",
    "2026年底前": "2026-12-31",
    "2026年年底": "2026-12-31",
    "到2026年底": "2026-12-31",
    "到2027年": "2027-12-31",
    "年内": "2026-12-31",
    "年内完成": "2026-12-31",
    "2027年内": "2027-12-31",
    "年底前完成": "2026-12-31",
    "今年": "2026-12-31",
    "今年底": "2026-12-31",
    "今年7月底前": "2026-07-31",
    "明年3月": "2027-03-31",
    "明年3月15日": "2027-03-15",
    "本月底": "2026-11-30",
    "本月25日前": "2026-11-25",
    "下月15日": "2026-12-15",
    "下月底": "2026-12-31",
    "本季度末前": "2026-12-31",
    "四季度": "2026-12-31",
    "第四季度末": "2026-12-31",
    "2026年第四季度": "2026-12-31",
    "一季度末": "2027-03-31",
    "三季度": "2026-09-30",
    "2026年上半年": "2026-06-30",
    "2027上半年": "2027-06-30",
    "下半年": "2026-12-31",
    "12月上旬": "2026-12-10",
    "12月中旬": "2026-12-20",
    "2027年2月下旬": "2027-02-28",
    # endings
    "2026年12月15日之前": "2026-12-15",
    "2026年12月15日以前": "2026-12-15",
    "2026-12-15前完成": "2026-12-15",
    "12月末前": "2026-12-31",
    "2027年6月底前完成全部整改": "2027-06-30",
    "截至2026年11月30日": "2026-11-30",
    "2026年11月30日24时前": "2026-11-30",
    "2026年11月30日（周一）": "2026-11-30",
    "2026年11月30日（18:00前）": "2026-11-30",
    # Chinese numerals
    "二〇二六年十二月三十一日": "2026-12-31",
    "二○二六年十二月十五日": "2026-12-15",
    "十二月底前": "2026-12-31",
    "2026年十一月二十号": "2026-11-20",
    # blanks and line breaks
    "2026 年 12 月 15 日": "2026-12-15",
    "2026年\n12月底前": "2026-12-31",
    # spans
    "2024—2026年": "2026-12-31",
    "2022-2024年": "2024-12-31",
    "2021年5月1日至2022年4月30日": "2022-04-30",
    "2025年1月—12月": "2025-12-31",
    # words
    "today": "2026-11-20",
    "tomorrow": "2026-11-21",
    "yesterday": "2026-11-19",
    "今天": "2026-11-20",
    "明天": "2026-11-21",
    "后天": "2026-11-22",
    "昨天": "2026-11-19",
    "月底": "2026-11-30",
    "季度末": "2026-12-31",
    "年底": "2026-12-31",
    "eow": "2026-11-22",
    "eom": "2026-11-30",
    "eoq": "2026-12-31",
    "eoy": "2026-12-31",
    # distances
    "+0d": "2026-11-20",
    "+0b": "2026-11-20",
    "+7d": "2026-11-27",
    "+007d": "2026-11-27",
    "+2w": "2026-12-04",
    "+1m": "2026-12-20",
    "+2m": "2027-01-20",
    "+1y": "2027-11-20",
    "+1b": "2026-11-23",
    "+5b": "2026-11-27",
    "+6b": "2026-11-30",
    # weekdays
    "mon": "2026-11-23",
    "tue": "2026-11-24",
    "wed": "2026-11-25",
    "thu": "2026-11-26",
    "fri": "2026-11-27",
    "sat": "2026-11-21",
    "sun": "2026-11-22",
    "monday": "2026-11-23",
    "tuesday": "2026-11-24",
    "wednesday": "2026-11-25",
    "thursday": "2026-11-26",
    "friday": "2026-11-27",
    "saturday": "2026-11-21",
    "sunday": "2026-11-22",
    "周一": "2026-11-23",
    "周二": "2026-11-24",
    "周三": "2026-11-25",
    "周四": "2026-11-26",
    "周五": "2026-11-27",
    "周六": "2026-11-21",
    "周日": "2026-11-22",
    "星期五": "2026-11-27",
    "星期天": "2026-11-22",
    "星期日": "2026-11-22",
    "礼拜五": "2026-11-27",
    "下周一": "2026-11-23",
    "下周五": "2026-11-27",
    "下星期五": "2026-11-27",
    "下礼拜天": "2026-11-29",
    "本周一": "2026-11-16",
    "本周五": "2026-11-20",
    "本周日": "2026-11-22",
    # case and blanks
    "TODAY": "2026-11-20",
    "Fri": "2026-11-27",
    "EoW": "2026-11-22",
    "+1M": "2026-12-20",
    "  12-15\t": "2026-12-15",
    "\u300012月15日\u3000": "2026-12-15",
}


@pytest.mark.parametrize(("text", "day"), FORMS.items(), ids=FORMS)
def test_every_form_has_one_meaning(text: str, day: str) -> None:
    assert typed(text, today=TODAY) == date.fromisoformat(day)
    if not dates.counts_workdays(text):
        assert dates.parse_cell(text, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    ["none", "None", " NONE ", "ｎｏｎｅ", "长期坚持", "长期", "常年", "持续推进", "全年坚持", "立行立改，长期坚持"],
)
def test_a_task_may_have_no_deadline(text: str) -> None:
    assert dates.parse(text, today=TODAY) is None
    assert dates.parse_cell(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        # working days across a weekend
        (date(2026, 11, 21), "+1b", date(2026, 11, 23)),
        (date(2026, 11, 22), "+1b", date(2026, 11, 23)),
        (date(2026, 11, 22), "+5b", date(2026, 11, 27)),
        (date(2026, 11, 21), "+0b", date(2026, 11, 21)),
        (date(2026, 11, 23), "+4b", date(2026, 11, 27)),
        (date(2026, 11, 23), "+5b", date(2026, 11, 30)),
        # and across holidays, whose make-up days are worked
        (date(2026, 9, 30), "+5b", date(2026, 10, 13)),
        # Sunday is the last day of its week
        (date(2026, 11, 22), "eow", date(2026, 11, 22)),
        (date(2026, 11, 22), "sun", date(2026, 11, 29)),
        (date(2026, 11, 22), "下周五", date(2026, 11, 27)),
        (date(2026, 11, 23), "下周五", date(2026, 12, 4)),
        (date(2026, 11, 23), "周五", date(2026, 11, 27)),
        # the leap day
        (LEAP_DAY, "+1y", date(2025, 2, 28)),
        (LEAP_DAY, "+4y", date(2028, 2, 29)),
        (LEAP_DAY, "+12m", date(2025, 2, 28)),
        (LEAP_DAY, "2月29日", date(2024, 2, 29)),
        (LEAP_DAY, "eom", date(2024, 2, 29)),
        (LEAP_DAY, "eoq", date(2024, 3, 31)),
        (LEAP_DAY, "2月底", date(2024, 2, 29)),
        (date(2025, 2, 1), "2月底", date(2025, 2, 28)),
        (date(2024, 4, 29), "2-29", date(2024, 2, 29)),
        (date(2024, 4, 30), "2-29", date(2028, 2, 29)),
        (date(1896, 5, 1), "2-29", date(1904, 2, 29)),
        # months clip
        (date(2026, 1, 31), "+1m", date(2026, 2, 28)),
        (date(2024, 1, 31), "+1m", date(2024, 2, 29)),
        (date(2026, 1, 31), "+3m", date(2026, 4, 30)),
        # the turn of the year
        (LAST_OF_YEAR, "tomorrow", date(2027, 1, 1)),
        (LAST_OF_YEAR, "+1m", date(2027, 1, 31)),
        (LAST_OF_YEAR, "+2m", date(2027, 2, 28)),
        (LAST_OF_YEAR, "+1b", date(2027, 1, 4)),
        (LAST_OF_YEAR, "eow", date(2027, 1, 3)),
        (LAST_OF_YEAR, "eom", date(2026, 12, 31)),
        (LAST_OF_YEAR, "eoq", date(2026, 12, 31)),
        (LAST_OF_YEAR, "年底", date(2026, 12, 31)),
        (LAST_OF_YEAR, "1-1", date(2027, 1, 1)),
        (LAST_OF_YEAR, "12-31", date(2026, 12, 31)),
        (LAST_OF_YEAR, "1月底", date(2027, 1, 31)),
        (FIRST_OF_YEAR, "yesterday", date(2025, 12, 31)),
        (FIRST_OF_YEAR, "12月31日", date(2025, 12, 31)),
        (FIRST_OF_YEAR, "12月底", date(2025, 12, 31)),
        (FIRST_OF_YEAR, "1-1", date(2026, 1, 1)),
        (FIRST_OF_YEAR, "季度末", date(2026, 3, 31)),
        (FIRST_OF_YEAR, "eoy", date(2026, 12, 31)),
        (FIRST_OF_YEAR, "本周一", date(2025, 12, 29)),
        (date(2025, 7, 3), "1-1", date(2026, 1, 1)),
        (date(2026, 1, 20), "12月底前", date(2025, 12, 31)),
        (date(2026, 3, 2), "12月底前", date(2026, 12, 31)),
        (date(2026, 3, 1), "12月底前", date(2025, 12, 31)),
        (date(2026, 3, 1), "年底前", date(2026, 12, 31)),
        # the ends of the calendar
        (date.max, "today", date.max),
        (date.max, "12-31", date.max),
        (date.max, "11-1", date(9999, 11, 1)),
        (date.max, "12月底", date.max),
        (date.max, "eom", date.max),
        (date.max, "季度末", date.max),
        (date.max, "eoy", date.max),
        (date.max, "本周五", date.max),
        (date.min, "today", date.min),
        (date.min, "12-31", date(1, 12, 31)),
        (date.min, "2-29", date(4, 2, 29)),
        (date.min, "本周一", date.min),
        (date.min, "+9998y", date(9999, 1, 1)),
        (date.min, "+5b", date(1, 1, 8)),
    ],
)
def test_meaning_on_awkward_days(today: date, text: str, day: date) -> None:
    assert typed(text, today=today) == day


UNKNOWN = [
    "donkey",
    "TU",
    "tues",
    "f",
    "2026-1",
    "2026",
    "12",
    "46371",
    "12:60",
    "12月15日前后",
    "12月15日左右",
    "12月15",
    "2026年12月15",
    "2026年12月底前后",
    "2026-12/15",
    "2026-12.15",
    "26-12-15",
    "02026-12-15",
    "2026-012-15",
    "2026 12 15",
    "-2026-12-15",
    "2026-12-15-",
    "2026-12-15 0:00",
    "2026-12-15前前",
    "2026121",
    "202612150",
    "-3d",
    "3d",
    "+d",
    "+",
    "+1.5d",
    "+-3d",
    "+ 3d",
    "+3h",
    "+3d前",
    "+9999999999d",
    "today前",
    "明天前",
    "eom前",
    "fri前",
    "none前",
    "长期坚持前",
    "前",
    "底前",
    "下下周五",
    "上周五",
    "下周",
    "周八",
    "周",
    "today tomorrow",
    "২০২৬-১২-১৫",  # Bengali digits
    "²0261215",
    "①月5日",
    "12—15",
    "上旬",
    "Phase 2 前",
    "M1",
    "即日起",
    "本周",
    "12月15日底",
    "2026年12月15日（明年）",
    "2026年—",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_anything_else_is_refused_whole(text: str) -> None:
    fault = refusal(text)
    assert fault.message == f"“{text}” is not a date that can be taken."
    assert fault.hint == "such as 2026-12-15, 12月15日, 12月底前, fri, +7d; all forms: pilottask help dates"
    assert fault.exit_code is ExitCode.USAGE


IMPOSSIBLE = {
    "2026-02-30": "February 2026 has 28 days",
    "2024.2.30": "February 2024 has 29 days",
    "20260431": "April 2026 has 30 days",
    "2026年12月32日前": "December 2026 has 31 days",
    "2100-02-29": "February 2100 has 28 days",
    "2026-12-00": "there is no day 0",
    "12-0": "there is no day 0",
    "2026-13-01": "there is no month 13",
    "2026/0/1": "there is no month 0",
    "2026年13月": "there is no month 13",
    "99999999": "there is no month 99",
    "13-32": "there is no month 13",
    "13月底": "there is no month 13",
    "0月5日": "there is no month 0",
    "2-30": "February never has more than 29 days",
    "4月31日": "April never has more than 30 days",
    "12-32": "December never has more than 31 days",
    "0000-01-01": "it lies outside the years 1 to 9999",
    "00000101": "it lies outside the years 1 to 9999",
    "0000年1月": "it lies outside the years 1 to 9999",
    "+99999999y": "it lies outside the years 1 to 9999",
    "+999999999d": "it lies outside the years 1 to 9999",
    "+999999999w": "it lies outside the years 1 to 9999",
    "+999999999m": "it lies outside the years 1 to 9999",
    "+999999999b": "it lies outside the years 1 to 9999",
    "2026年12月前": "it may mean 2026-12-31 or 2026-11-30; write which",
    "2026年前": "it may mean 2026-12-31 or 2025-12-31; write which",
    "8月前": "it may mean 2027-08-31 or 2027-07-31; write which",
    "第四季度前": "it may mean 2026-12-31 or 2026-09-30; write which",
    "2027年上半年前完成": "it may mean 2027-06-30 or 2026-12-31; write which",
    "12月中旬前": "it may mean 2026-12-20 or 2026-12-10; write which",
    "2026年11月30日（周二）": "2026-11-30 Mon is another day of the week",
    "2026—2024年": "it ends before it begins",
    **dict.fromkeys(
        ("15天", "会后一周内", "签约后30个工作日内", "半年内"),
        "nothing says from which day it runs; write the day itself",
    ),
    "6月底前出台方案，12月底前完成": "it names several days; write one, the last",
    **dict.fromkeys(
        ("1-10月", "1月-3月", "3月至5月", "4月上旬至4月中旬"), "it is a span without its year; write its last day"
    ),
    "2026年13月前": "there is no month 13",
}


@pytest.mark.parametrize(("text", "reason"), IMPOSSIBLE.items(), ids=IMPOSSIBLE)
def test_a_day_that_does_not_exist_is_refused_with_the_reason(text: str, reason: str) -> None:
    fault = refusal(text)
    assert fault.message == f"“{text}” is not a date: {reason}."
    assert fault.hint == "such as 2026-12-15, 12月15日, 12月底前, fri, +7d; all forms: pilottask help dates"


@pytest.mark.parametrize(
    "text", ["tomorrow", "后天", "+1d", "+1w", "+1m", "+1y", "+1b", "eow", "fri", "周五", "下周一"]
)
def test_nothing_comes_after_the_last_day(text: str) -> None:
    assert refusal(text, today=date.max).message == f"“{text}” is not a date: it lies outside the years 1 to 9999."


def test_nothing_comes_before_the_first_day() -> None:
    message = refusal("昨天", today=date.min).message
    assert message == "“昨天” is not a date: it lies outside the years 1 to 9999."


@pytest.mark.parametrize("text", ["", "  ", "\u3000\n"], ids=["empty", "blanks", "wide blanks"])
def test_blank_is_no_date_but_an_empty_cell(text: str) -> None:
    assert refusal(text).message == "A date is missing."
    assert dates.parse_cell(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("do\x1b[31mnkey", "do\\x1b[31mnkey"),
        ("12\n15", "12\\n15"),
        ("2026\u202e-12-15", "2026\\u202e-12-15"),
        ("donkey\u3000年", "donkey\\u3000年"),
        ("\ud800", "\\ud800"),
        ("{text}[/x]", "{text}[/x]"),
        ("x" * 61, "x" * 60 + "…"),
    ],
    ids=["escape", "line break", "bidi", "wide blank", "surrogate", "markup", "long"],
)
def test_a_refused_text_is_quoted_safely(text: str, quoted: str) -> None:
    assert refusal(text).message == f"“{quoted}” is not a date that can be taken."


@pytest.mark.parametrize(
    "text",
    [
        "2026/12/15 0:00",
        "2026/12/15 0:00:00",
        "2026-12-15 00:00:00",
        "2026-12-15 00:00:00.000000",
        "2026-12-15T00:00:00",
        "2026.12.15  00:00",
        "2026年12月15日 0:00",
        "２０２６／１２／１５ ０：００",
        "2026/12/15 17:30",
        "2026/12/15 23:59:59",
    ],
)
def test_a_cell_may_add_a_time_of_day(text: str) -> None:
    assert dates.parse_cell(text, today=TODAY) == date(2026, 12, 15)
    assert text in refusal(text).message


CELL_REFUSALS = {
    "2026/12/15 24:00": " is not a date: there is no such time of day.",
    "2026/12/15 12:60": " is not a date: there is no such time of day.",
    "2026/12/15 0:00:60": " is not a date: there is no such time of day.",
    "2026/2/30 0:00": " is not a date: February 2026 has 28 days.",
    "2026/12/15 0": " is not a date that can be taken.",
    "2026/12/15 0:0": " is not a date that can be taken.",
    "11.1": " is not a date: it may be 11月1日 or 11月10日, as spreadsheets drop the last 0; write which.",
    "12.15": " is not a date: write 12月15日, as spreadsheets drop the last 0 of such numbers.",
    "2026-12-15T00:00:00Z": " is not a date that can be taken.",
    "2026-12-15T00:00+08:00": " is not a date that can be taken.",
    "2026/12/150:00": " is not a date that can be taken.",
    "12-15 0:00": " is not a date that can be taken.",
    "donkey 0:00": " is not a date that can be taken.",
    "today 25:00": " is not a date that can be taken.",
    "12:60": " is not a date that can be taken.",
    "donkey": " is not a date that can be taken.",
}


@pytest.mark.parametrize(("text", "verdict"), CELL_REFUSALS.items(), ids=CELL_REFUSALS)
def test_a_cell_is_no_looser_otherwise(text: str, verdict: str) -> None:
    fault = refusal(text, parse=dates.parse_cell)
    assert fault.message == f"“{text}”{verdict}"
    assert fault.hint == "such as 2026-12-15, 12月15日, 12月底前, fri, +7d; all forms: pilottask help dates"


def test_a_month_and_a_day_with_a_dot_are_taken_where_they_are_typed() -> None:
    assert dates.parse("12.15", today=TODAY) == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", dates.Deadline()),
        ("2026年底前，并长期坚持", dates.Deadline(day=date(2026, 12, 31), words="2026年底前，并长期坚持")),
        ("长期坚持", dates.Deadline(open_ended=True)),
        *(
            (words, dates.Deadline(words=words))
            for words in (
                "待定",
                "无",
                "按上级要求",
                "按时间节点",
                "根据上级安排",
                "分阶段推进",
                "每季度末",
                "每月25日前",
                "每个季度第1个月的20日前",
                "已完成",
            )
        ),
        ("6月底前", dates.Deadline(day=date(2026, 6, 30))),
        ("年底前", dates.Deadline(day=date(2026, 12, 31))),
        ("2025年底前", dates.Deadline(day=date(2025, 12, 31))),
        ("一季度", dates.Deadline(day=date(2026, 3, 31))),
        ("2026/12/15 0:00", dates.Deadline(day=date(2026, 12, 15))),
    ],
)
def test_a_cell_of_deadlines_in_a_file_of_one_year(text: str, told: dates.Deadline) -> None:
    assert dates.parse_deadline(text, today=date(2027, 1, 20), year=2026) == told


@pytest.mark.parametrize("text", ["2月29日", "15天", "按12月15日要求", "2026年前"])
def test_a_cell_of_deadlines_that_is_neither_day_nor_words_is_refused(text: str) -> None:
    assert refusal(text, parse=partial(dates.parse_deadline, year=2026)).exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("typed", "today", "said"),
    [
        ("2月7日", TODAY, "the year taken is 2027; for this one write 2026-02-07"),
        ("12月底前", date(2026, 1, 20), "the year taken is 2025; for this one write 2026-12-31"),
        ("12-15", TODAY, None),
        ("2027-02-07", TODAY, None),
        ("+1y", TODAY, None),
        ("明年3月", TODAY, None),
    ],
)
def test_a_year_that_is_not_todays_is_told(typed: str, today: date, said: str | None) -> None:
    day = dates.parse(typed, today=today)
    assert day is not None
    assert dates.year_taken(typed, day, today=today) == said


LEDGER = {
    "2026-11-17": "2026-11-17",
    "2026/12/14": "2026-12-14",
    "11月25日": "2026-11-25",
    "2027.1.19": "2027-01-19",
    "20261204": "2026-12-04",
    "2027年1月底前": "2027-01-31",
    "10月21日": "2026-10-21",
    "2026.11.5": "2026-11-05",
}


@pytest.mark.parametrize(("text", "day"), LEDGER.items(), ids=LEDGER)
def test_an_office_ledger_is_read(text: str, day: str) -> None:
    assert dates.parse_cell(text, today=TODAY) == date.fromisoformat(day)


def test_a_date_is_shown_with_its_weekday() -> None:
    week = [dates.show(date(2026, 12, 14) + timedelta(days=days)) for days in range(7)]
    assert week == [
        "2026-12-14 Mon",
        "2026-12-15 Tue",
        "2026-12-16 Wed",
        "2026-12-17 Thu",
        "2026-12-18 Fri",
        "2026-12-19 Sat",
        "2026-12-20 Sun",
    ]
    assert dates.show(date.min) == "0001-01-01 Mon"


@pytest.mark.usefixtures("chinese")
def test_a_date_is_shown_in_chinese() -> None:
    week = [dates.show(date(2026, 12, 14) + timedelta(days=days))[-2:] for days in range(7)]
    assert week == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert dates.show(date(2026, 12, 15)) == "2026-12-15 周二"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "未填写日期。"),
        ("donkey", "无法识别日期“donkey”。"),
        ("12月15日前后", "无法识别日期“12月15日前后”。"),
        ("2026-02-30", "日期“2026-02-30”有误：2026年2月只有28天。"),
        ("2-30", "日期“2-30”有误：2月最多只有29天。"),
        ("13-32", "日期“13-32”有误：没有13月。"),
        ("12月0日", "日期“12月0日”有误：没有0日。"),
        ("+99999999y", "日期“+99999999y”有误：超出公元1年至9999年的范围。"),
        ("2026年12月前", "日期“2026年12月前”有误：可能指2026-12-31，也可能指2026-11-30，请写明日期。"),
    ],
)
def test_a_refusal_in_chinese(text: str, message: str) -> None:
    fault = refusal(text)
    assert fault.message == message
    assert fault.hint == "例如2026-12-15、12月15日、12月底前、周五、+7d（天）；全部写法见 pilottask help dates"


@pytest.mark.usefixtures("chinese")
def test_a_bad_time_in_chinese() -> None:
    message = refusal("2026/12/15 24:00", parse=dates.parse_cell).message
    assert message == "日期“2026/12/15 24:00”有误：时间不存在。"


@pytest.mark.usefixtures("chinese")
def test_english_words_are_taken_in_chinese_too() -> None:
    assert dates.parse("tomorrow", today=TODAY) == date(2026, 11, 21)


@pytest.mark.parametrize("lang", list(Lang))
def test_every_form_that_is_offered_is_taken(lang: Lang) -> None:
    set_language(lang)
    offered = dates.forms()
    for separator in (",", "；", ";", "\n"):
        offered = offered.replace(separator, "、")
    examples = [part.split("（")[0].split(" (")[0].strip() for part in offered.split("、") if part.strip()]
    assert len(examples) > 20
    taken = {example: typed(example, today=TODAY) for example in examples}
    assert [example for example, day in taken.items() if day is None] == [examples[-1]]


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_add_months(day: date, months: int, moved: date) -> None:
    assert periods.add_months(day, months) == moved


@pytest.mark.parametrize(("day", "months"), [(date.max, 1), (date.min, -1)], ids=["after", "before"])
def test_add_months_stays_in_the_calendar(day: date, months: int) -> None:
    with pytest.raises(OverflowError):
        periods.add_months(day, months)


@pytest.mark.parametrize(
    ("span", "before"),
    [
        ("2026-11-01 2026-11-30", "2026-10-01 2026-10-31"),
        ("2026-03-01 2026-03-31", "2026-02-01 2026-02-28"),
        ("2026-07-01 2026-09-30", "2026-04-01 2026-06-30"),
        ("2026-01-01 2026-12-31", "2025-01-01 2025-12-31"),
        ("2026-11-01 2026-11-20", "2026-10-01 2026-10-20"),
        ("2026-03-01 2026-03-30", "2026-02-01 2026-02-28"),
        ("2026-11-16 2026-11-22", "2026-11-09 2026-11-15"),
        ("2026-11-20 2026-11-20", "2026-11-19 2026-11-19"),
    ],
)
def test_the_span_before_is_of_the_same_kind(span: str, before: str) -> None:
    assert " ".join(map(str, periods.span_before(*map(date.fromisoformat, span.split())))) == before


def test_no_span_is_before_the_calendar() -> None:
    for first in (date.min, date(1, 1, 2)):
        with pytest.raises(OverflowError):
            periods.span_before(first, date(1, 1, 31))


def test_working_days_are_refused_where_no_day_is_typed() -> None:
    with pytest.raises(UsageFault) as caught:
        dates.parse_cell("+5b", today=TODAY)
    assert caught.value.message == "“+5b” is not a date: working days are counted where a day is typed, not here."


@pytest.mark.parametrize("month", range(1, 13))
def test_ends(month: int) -> None:
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    quarter = {1: "03-31", 2: "06-30", 3: "09-30", 4: "12-31"}[(month + 2) // 3]
    for day in (date(2026, month, 1), date(2026, month, lengths[month - 1])):
        assert periods.month_end(day) == date(2026, month, lengths[month - 1])
        assert periods.quarter_end(day) == date.fromisoformat(f"2026-{quarter}")
        assert periods.year_end(day) == date(2026, 12, 31)


def test_a_week_ends_on_sunday() -> None:
    ends = {periods.week_end(date(2026, 11, 16) + timedelta(days=days)) for days in range(7)}
    assert ends == {date(2026, 11, 22)}


WRITERS: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "slashes": lambda day: f"{day.year:04}/{day.month}/{day.day}",
    "dots": lambda day: f"{day.year:04}.{day.month}.{day.day:02}",
    "compact": lambda day: f"{day.year:04}{day.month:02}{day.day:02}",
    "chinese": lambda day: f"{day.year:04}年{day.month}月{day.day}日",
    "by": lambda day: f"{day.year:04}年{day.month:02}月{day.day:02}日前",
    "wide": lambda day: day.isoformat().translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789-"}),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@given(day=st.dates(), today=st.dates())
def test_a_written_date_reads_as_itself_on_any_day(write: Callable[[date], str], day: date, today: date) -> None:
    assert dates.parse(write(day), today=today) == day


@given(day=st.dates(), today=st.dates())
def test_a_month_reads_as_its_last_day(day: date, today: date) -> None:
    end = dates.parse(f"{day.year:04}年{day.month}月底前", today=today)
    assert end is not None
    assert (end.year, end.month) == (day.year, day.month)
    assert end == date.max or (end + timedelta(days=1)).day == 1


# Texts close to dates break a parser sooner than texts of any kind.
DATE_LIKE = st.text(alphabet="0123456789-/.+年月日底前本下周五天dwmybtoeq :０９－＋", max_size=16)


@given(text=st.text() | DATE_LIKE, today=st.dates())
@example(text="+" + "9" * 5000 + "d", today=TODAY)
@example(text="9" * 5000, today=TODAY)
def test_any_text_is_read_or_refused(text: str, today: date) -> None:
    for parse in (dates.parse, dates.parse_cell):
        try:
            parse(text, today=today)
        except UsageFault as fault:
            assert fault.message.isprintable()  # noqa: PT017  other texts are taken, rightly


@given(
    month=st.integers(1, 12),
    day=st.integers(1, 31),
    today=st.dates(date(100, 1, 1), date(9900, 1, 1)),
    year=st.sampled_from(dates.Yearless),
)
@example(month=2, day=29, today=date(1900, 3, 1), year=dates.Yearless.PAST)
def test_the_year_left_out_is_that_of_the_rule(month: int, day: int, today: date, year: dates.Yearless) -> None:
    assume(day <= [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1])
    if year is dates.Yearless.NEAREST:
        walk = (today + timedelta(days=days) * side for days in range(3000) for side in (1, -1))
    elif year is dates.Yearless.PAST:
        walk = (today - timedelta(days=days) for days in range(3000))
    else:
        first = today - timedelta(days=60 if year is dates.Yearless.DEADLINE else 0)
        walk = (first + timedelta(days=days) for days in range(3000))
    wanted = next(each for each in walk if (each.month, each.day) == (month, day))
    assert dates.parse(f"{month}-{day}", today=today, year=year) == wanted


@given(today=st.dates(max_value=date(9999, 12, 1)), weekday=st.integers(0, 6))
def test_a_weekday_is_the_next_one(today: date, weekday: int) -> None:
    english = dates.parse(["mon", "tue", "wed", "thu", "fri", "sat", "sun"][weekday], today=today)
    assert english is not None
    assert english.weekday() == weekday
    assert 1 <= (english - today).days <= 7
    assert dates.parse("周" + "一二三四五六日"[weekday], today=today) == english


@given(today=st.dates(max_value=date(9999, 12, 1)), weekday=st.integers(0, 6))
def test_next_week_begins_on_monday(today: date, weekday: int) -> None:
    following = dates.parse("下周" + "一二三四五六天"[weekday], today=today)
    assert following is not None
    assert following.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]
    assert following.weekday() == weekday
