"""Which department a typed name means."""

import pytest

from factories import ledger
from pilottask.base.errors import UsageFault
from pilottask.ledger import departments


@pytest.mark.parametrize("typed", ["区\u200b教体局", "区 教体局", "区\u3000教体局", "教体\ufeff局"])
def test_blanks_and_invisible_characters_make_no_other_department(typed: str) -> None:
    known = ledger(departments={"区教体局": ("教体局",)}).departments
    assert departments.match(typed, known).name == "区教体局"
    with pytest.raises(UsageFault, match="already the name or an alias"):
        departments.check_free(known, [typed])


def test_one_written_so_comes_before_one_that_looks_alike() -> None:
    known = ledger(departments={"教体局": (), "教体 局": ()}).departments
    assert departments.match("教体 局", known).name == "教体 局"
