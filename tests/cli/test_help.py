"""The help of every command as a terminal of 80 columns shows it."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pilottask.base.i18n import Lang
from pilottask.base.width import width
from pilottask.cli import help as pages

COLUMNS = 80
Pages = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=Lang)
def shown(request: pytest.FixtureRequest) -> tuple[Lang, Pages]:
    """Return the language and the pages by what is typed."""
    script = Path(__file__).with_name("every_help.py")
    ran = subprocess.run([sys.executable, script, request.param, str(COLUMNS)], capture_output=True, check=True)
    return request.param, json.loads(ran.stdout)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[A-Za-z0-9_.-]+", re.sub("[│╭╮╰╯─]", " ", text)))


@pytest.mark.parametrize("form", ["folded", "boxed"])
def test_help_in_80_columns_breaks_no_word_and_leaves_none_out(shown: tuple[Lang, Pages], form: str) -> None:
    lang, found = shown
    assert len(found) > 80
    for path, page in found.items():
        text = page[form]
        assert [line for line in text.splitlines() if width(line) > COLUMNS] == [], path
        choices = Counter({"CHOICE": text.count("CHOICE") if lang is Lang.EN else 0})
        assert words(text) - choices == words(page["whole"]), path
        for label in page["labels"]:  # each word of a choice stands on one line
            assert [word for word in label.split("|") if "|" in label and word not in text] == [], path


def test_help_in_chinese_has_no_english_placeholders(shown: tuple[Lang, Pages]) -> None:
    lang, found = shown
    labels = {label for page in found.values() for label in page["labels"]}
    english = {label for label in labels if re.fullmatch("[A-Z_=]+", label)}
    assert english == set() if lang is Lang.ZH else english > {"A", "B", "ID", "NAME"}


def test_long_choices_stand_with_what_they_are_of() -> None:
    by = "department|owner|aspect|status|light|project"
    option = pages.Row(f"    --by {by}", "What to count by", ("default: department",), by)
    lines = list(pages.Section("Options", [option], width(option.left)).lines(76))
    assert [f"{left}  {right}".rstrip() for left, right in lines] == [
        "    --by CHOICE                         What to count by [department, owner,",
        "                                        aspect, status, light, project]",
        "                                        [default: department]",
    ]


def test_what_is_too_long_for_its_side_stands_above_the_other() -> None:
    row = pages.Row("    --an-option-of-many-words FILE", "What it is for")
    lines = list(pages.Section("Options", [row], width(row.left)).lines(40))
    assert lines == [("    --an-option-of-many-words FILE", ""), (" " * 20, "What it is for")]
