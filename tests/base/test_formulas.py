"""Text in spreadsheet files."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilottask.base.formulas import guard, unguard

RUNS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("start", RUNS, ids=lambda char: f"U+{ord(char):04X}")
def test_what_a_spreadsheet_would_run_is_guarded(start: str) -> None:
    assert guard(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("text", ["", "实训", "a=b", "'", "'80年代", "1-2", " =1"])
def test_other_text_stands_as_it_is(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.parametrize(("text", "guarded"), [("'=1", "''=1"), ("''", "'''"), ("''=1", "'''=1"), ("''80", "'''80")])
def test_text_with_a_guard_of_its_own_gets_one_more(text: str, guarded: str) -> None:
    assert guard(text) == guarded


@given(st.text(alphabet=st.one_of(st.sampled_from(f"'{RUNS}a"), st.characters())))
@example("''")
@example("'=")
def test_reading_back_gives_the_text(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.text(alphabet=f"'{RUNS}ab"))
def test_nothing_that_runs_is_left(text: str) -> None:
    assert not guard(text).startswith(tuple(RUNS))
