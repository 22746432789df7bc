"""What stands before the parts of a printed page: 一、（一）1．in Chinese, 1. (1) a. in English."""

import pytest

from factories import day
from pilottask.base.i18n import Lang, set_language
from pilottask.paper.phrases import annex_part, days_from_to, enumeration, second, section_numeral, third


@pytest.mark.parametrize(
    ("lang", "marks"),
    [
        (Lang.ZH, ["一、", "（一）甲", ["1．甲", "2．乙"], "一是甲；二是乙", "二、甲"]),
        (Lang.EN, ["1. ", "(1) 甲", ["a. 甲", "b. 乙"], "(a) 甲; (b) 乙", "2. 甲"]),
    ],
)
def test_each_rank_has_its_own_mark(lang: Lang, marks: list[object]) -> None:
    set_language(lang)
    two = ["甲", "乙"]
    assert [section_numeral(0), second(0, "甲"), third(two), enumeration(two), annex_part(1, "甲").text] == marks
    assert enumeration(["甲"]) == "甲"


def test_a_span_over_the_turn_of_the_year_says_both_years() -> None:
    set_language(Lang.ZH)
    today = day("2027-01-04")
    assert days_from_to(day("2026-12-01"), today, today=today) == "2026年12月1日至2027年1月4日"
    assert days_from_to(day("2026-12-01"), day("2027-01-31"), today=today) == "2026年12月至2027年1月"
    assert days_from_to(day("2026-12-01"), day("2026-12-20"), today=today) == "2026年12月1日至2026年12月20日"


def test_numerals_go_on_past_nine() -> None:
    set_language(Lang.ZH)
    marks = [section_numeral(index) for index in (8, 9, 10, 18, 19, 20, 98, 99)]
    assert marks == ["九、", "十、", "十一、", "十九、", "二十、", "二十一、", "九十九、", "100、"]
    set_language(Lang.EN)
    assert [section_numeral(9), *third(["x"] * 28)[25:]] == ["10. ", "z. x", "aa. x", "bb. x"]
