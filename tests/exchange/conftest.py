"""What the tests of ledgers in and out share."""

from collections.abc import Iterator

import pytest

from pilottask.i18n import Lang, language, set_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language()
    set_language(Lang.EN)
    yield
    set_language(before)


@pytest.fixture
def chinese(english: None) -> None:  # noqa: ARG001  asked for to run first
    set_language(Lang.ZH)
