"""The quarter of the example pilot goes as it is told, in both languages."""

from pathlib import Path

import pytest

from pilottask.base.i18n import Lang
from quarter import Office, walk


@pytest.mark.parametrize("lang", list(Lang))
def test_a_quarter_of_the_pilot(lang: Lang, tmp_path: Path) -> None:
    walk(Office(tmp_path, lang))
