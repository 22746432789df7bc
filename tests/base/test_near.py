"""What may have been meant by a word that is not known."""

import pytest

from pilottask.base import near

COMMANDS = ["list", "overdue", "history", "extend", "已销号", "红灯", "区教体局", "区总工会"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ovrdue", ["overdue"]),
        ("红登", ["红灯"]),
        ("已消号", ["已销号"]),
        ("区总工全", ["区总工会"]),
        ("xyz", []),
        ("", []),
    ],
)
def test_the_nearest(word: str, meant: list[str]) -> None:
    assert near.matches(word, COMMANDS) == meant


def test_so_many_at_most() -> None:
    assert near.matches("abcd", ["abce", "abcf", "abcg", "abcdx"], most=2) == ["abcdx", "abcg"]


def test_how_much_alike() -> None:
    assert near.matches("abcd", ["abxx"]) == []
    assert near.matches("abcd", ["abxx"], least=0.5) == ["abxx"]


def test_the_question() -> None:
    assert near.question([]) is None
    assert near.question(["甲\u202e", "乙"]) == "did you mean 甲\\u202e, 乙?"
