"""Notices of holidays as files."""

from datetime import date

import pytest

from pilottask.base import workdays
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, speaking
from pilottask.exchange.tools import notices
from pilottask.ledger.records import CalendarYear

NOTICE = CalendarYear(
    year=2027,
    off=(date(2026, 12, 31), date(2027, 1, 1), date(2027, 5, 1), date(2027, 10, 1)),
    work=(date(2027, 2, 20),),
)
LINES = """# 国务院办公厅关于2027年部分节假日安排的通知
2026-12-31,off
2027-01-01,休
2027年5月1日，放假
2027/10/1,OFF

2027-02-20,班
"""
JSON = """{"year": 2027, "papers": [], "days": [
  {"name": "元旦", "date": "2026-12-31", "isOffDay": true}, {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
  {"name": "春节", "date": "2027-02-20", "isOffDay": false}, {"name": "劳动节", "date": "2027-05-01", "isOffDay": true},
  {"name": "国庆节", "date": "2027-10-01", "isOffDay": true}
]}"""


@pytest.mark.parametrize(
    "data", [LINES.encode(), LINES.encode("gb18030"), JSON.encode()], ids=["lines", "GB18030", "JSON"]
)
def test_a_notice_is_read(data: bytes) -> None:
    assert notices.read(data) == NOTICE


def test_the_published_years_are_whole_notices() -> None:
    for notice in workdays.published_notices():
        days = [*((day, "off") for day in notice.off), *((day, "work") for day in notice.work)]
        text = "".join(f"{day},{word}\n" for day, word in days)
        assert notices.read(text.encode()) == CalendarYear(year=notice.year, off=notice.off, work=notice.work)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no day stands in it"),
        ("[]", "no day stands in it"),
        ("2027-01-01,maybe\n", "line 1: “maybe” is neither “off” nor “work”"),
        ("2027-01-01\n", "line 1: “” is neither “off” nor “work”"),
        ("\n1月1日,off\n", "line 2: “1月1日” is not a day with its year"),
        (LINES + "2027-01-01,work\n", "line 8: 2027-01-01 stands there as a day off and as a working day"),
        (
            "2027-01-01,off\n2027-10-01,off\n2027-05-02,work\n2025-12-31,off\n",
            (
                "it is not the notice of 2027:\n"
                "off: 2025-12-31 is not of this year\n"
                "work: 2027-05-02 is a day off\n"
                "off: 05-01 is missing, so it is not the whole notice"
            ),
        ),
        ('{"days": [{"date": "2027-01-01"}]}', "day 1: “date” or “isOffDay” is missing"),
    ],
)
def test_what_is_no_notice_is_refused(text: str, message: str) -> None:
    with speaking(Lang.EN), pytest.raises(UsageFault) as caught:
        notices.read(text.encode())
    assert caught.value.message == message
    assert caught.value.hint is not None


def test_what_is_neither_date_nor_json_is_refused() -> None:
    for text, part in (("2027-02-30,off\n", "is not a date"), ("{", "it is not valid JSON: ")):
        with speaking(Lang.EN), pytest.raises(UsageFault) as caught:
            notices.read(text.encode())
        assert part in caught.value.message
