"""Lines of CSV: the same as the standard library writes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilottask.base.csv_text import csv_line

CELLS = st.lists(st.text(st.sampled_from('甲a ,\t;"\r\n')), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (["甲", "3", ""], "甲,3,"),
        (["a,b", 'say "no"', "two\nlines", "\r"], '"a,b","say ""no""","two\nlines","\r"'),
        ([""], '""'),
        (["", ""], ","),
        (["a\tb"], "a\tb"),
    ],
)
def test_a_line(cells: list[str], line: str) -> None:
    assert csv_line(cells) == line


@given(CELLS, st.sampled_from(",\t"))
def test_a_line_is_that_of_the_standard_library(cells: list[str], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    assert csv_line(cells, delimiter=delimiter) + "\r\n" == written.getvalue()
