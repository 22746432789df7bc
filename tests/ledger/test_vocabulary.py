"""The words for statuses, lights and their like, as people type them and as files hold them."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

import pytest

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.ledger import vocabulary
from pilottask.ledger.records import Role, Status
from pilottask.ledger.vocabulary import Vocabulary

ALL: Final[dict[str, Vocabulary[Any]]] = {
    name: value for name, value in vars(vocabulary).items() if isinstance(value, Vocabulary)
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language(Lang.EN)
    yield
    set_language(Lang.EN)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", ALL)
def test_what_is_written_is_read_back_in_every_language(name: str, lang: Lang) -> None:
    words = ALL[name]
    set_language(lang)
    written = {key: words.say(key) for key in words.labels}
    set_language(Lang.EN)
    assert {key: words.find(text) for key, text in written.items()} == {key: key for key in words.labels}


@pytest.mark.parametrize("name", ALL)
def test_no_word_means_two_things(name: str) -> None:
    words = ALL[name]
    for key in words.labels:
        others = words._others.get(key, "").split("/")
        assert {words.find(word) for word in others if word} <= {key}
        assert words.find(key.value) is key


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        *(("未启动", Status.TODO), ("待启动", Status.TODO), ("Not  Started", Status.TODO), ("推进中", Status.DOING)),
        *((" 进 行 中 ", Status.DOING), ("待核验", Status.SUBMITTED), ("申请办结", Status.SUBMITTED)),
        *(("已销号", Status.CLOSED), ("完成", Status.CLOSED), ("DONE", Status.CLOSED), ("暂缓", Status.SUSPENDED)),
        *(("canceled", Status.CANCELLED), ("取消", Status.CANCELLED), ("搞定", None), ("", None)),
    ],
)
def test_statuses(typed: str, status: Status | None) -> None:
    assert vocabulary.STATUS.find(typed) is status


def test_a_role_is_known_by_its_office_names() -> None:
    assert [vocabulary.ROLE.find(word) for word in ("产改办", "办公室", "企业")] == [
        Role.OFFICE,
        Role.OFFICE,
        Role.ENTERPRISE,
    ]


def test_an_unknown_word_is_refused_with_the_nearest_or_with_all() -> None:
    with pytest.raises(UsageFault, match="“推近中” is no status") as near:
        vocabulary.STATUS.parse("推近中", what="status")
    assert near.value.hint == "did you mean 推进中?"
    with pytest.raises(UsageFault) as far:
        vocabulary.STATUS.parse("xyz", what="status")
    assert far.value.hint == "taken: todo, doing, submitted, closed, suspended, cancelled"


def test_all_words_are_listed_in_the_language_in_use() -> None:
    assert vocabulary.NEED.in_words() == "money, place, staff, policy, other"
    set_language(Lang.ZH)
    assert vocabulary.NEED.in_words() == "资金、场地、人员、政策、其他"


def test_what_scripts_write_needs_no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loud(StrEnum):
        ONE = "one"

    words = Vocabulary({Loud.ONE: "one"})
    monkeypatch.setattr(vocabulary, "speaking", lambda _lang: pytest.fail("a catalogue was opened"))
    assert words.find("one") is Loud.ONE
