"""The quarter of the example pilot goes as it is told, in both languages."""

import pytest

from pilottask.base.i18n import Lang
from quarter import quarter


@pytest.mark.parametrize("lang", list(Lang))
def test_a_quarter_of_the_pilot(lang: Lang) -> None:
    steps = quarter(lang)
    assert ("all is well: 33 tasks, 2 of them open" if lang is Lang.EN else "任务 33 项，其中在办 2 项") in steps[
        -1
    ].shown
