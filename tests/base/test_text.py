"""What text may hold, how it is shown safely, and how many columns it takes."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilottask.base import text, width
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language

SIGNS = st.one_of(
    st.sampled_from(["实", "“", "，", "（", "❤️", "👨‍👩‍👧", "👍🏽", "e\u0301", "\u200d", "\ufe0f", " ", "word", "\n"]),
    st.characters(),
)
TEXTS = st.lists(SIGNS, max_size=40).map("".join)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language(Lang.EN)


# What may be stored


@pytest.mark.parametrize(
    ("stored", "code", "position"),
    [
        ("\x1b[31m", "U+001B", 1),
        ("实训\x00", "U+0000", 3),
        ("a\tb", "U+0009", 2),
        ("\x7f", "U+007F", 1),
        ("\x85", "U+0085", 1),
        ("ab\ud800", "U+D800", 3),
    ],
)
def test_control_characters_are_refused_with_their_place(stored: str, code: str, position: int) -> None:
    said = f"control character {code} at position {position}"
    assert text.fault(stored, line=False) == text.fault(stored, line=True) == said


@pytest.mark.parametrize("stored", ["a\nb", "a\rb", "a\u2028b", "a\u2029b"])
def test_line_breaks_are_refused_in_titles_alone(stored: str) -> None:
    assert text.fault(stored, line=False) is None
    assert text.fault(stored, line=True) is not None


@pytest.mark.parametrize("stored", ["", "实训", "👨‍👩‍👧", "a\u202eb", "e\u0301"])
def test_joiners_and_accents_are_stored(stored: str) -> None:
    assert text.check(stored, field="Task") == stored


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(UsageFault) as caught:
        text.check("实\x07训", field="Task")
    assert caught.value.message == "Task: control character U+0007 at position 2; remove it and try again"


@pytest.mark.parametrize("name", ["", " ", "\u3000", "\ufeff", " \u200b\u00ad\u2060 "])
def test_a_blank_name_is_refused(name: str) -> None:
    with pytest.raises(UsageFault, match=r"^Department must not be empty$"):
        text.check_name(name, field="Department")


def test_a_name_is_taken_as_typed() -> None:
    assert text.check_name(" 区总工会 ", field="Department") == " 区总工会 "
    with pytest.raises(UsageFault, match="U\\+000A"):
        text.check_name("区\n总", field="Department")


# How it is shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("实训 “a”", "实训 “a”"),
        ("a\nb\r\nc", "a⏎b⏎c"),
        ("a\rb", r"a\u000db"),
        ("\x1b[31m", r"\u001b[31m"),
        ("\u202egpj", r"\u202egpj"),
        ("\u061c\u200e\u200f\u2066\u2069", r"\u061c\u200e\u200f\u2066\u2069"),
        ("\u2028", r"\u2028"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_what_could_steer_a_terminal_is_written_out(stored: str, shown: str) -> None:
    assert text.safe(stored) == shown


def test_longer_texts_keep_their_line_breaks() -> None:
    assert text.safe("a\n\u202eb\x1b", line=False) == "a\n\\u202eb\\u001b"


@given(TEXTS)
def test_safe_text_has_nothing_to_steer_by(stored: str) -> None:
    shown = text.safe(stored)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in shown)
    assert not any(
        unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for char in shown
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no department “区\u200b总\ufeff会”", r"no department “区\u200b总\ufeff会”"),
        ("a\u00a0b\n\u202ec", "a\\u00a0b\n\\u202ec"),
        ("区　总 会", "区　总 会"),
        ("\x1b[31m", r"\u001b[31m"),
    ],
)
def test_a_refusal_shows_what_cannot_be_seen(said: str, shown: str) -> None:
    assert text.visible(said) == shown


@given(TEXTS)
def test_a_refusal_holds_no_format_character(said: str) -> None:
    assert not any(unicodedata.category(char) == "Cf" for char in text.visible(said) if ord(char) <= 0xFFFF)


def test_quoted_text_is_safe() -> None:
    assert text.quote("a\u202e") == r"“a\u202e”"


# How wide it is

WIDTHS = {
    "": (0, 0),
    "abc": (3, 3),
    "实训": (4, 4),
    "，（": (4, 4),
    "“a”": (3, 5),
    "─·…—": (4, 8),
    "é": (1, 2),
    "e\u0301": (1, 1),
    "\u200b": (0, 0),
    "so\u00adft": (5, 5),
    "ＡＢ": (4, 4),
    "한국": (4, 4),
    "\u1112\u1161\u11ab": (2, 2),
    "🎉": (2, 2),
    "❤️": (2, 2),
    "1️⃣": (2, 2),
    "👍🏽": (2, 2),
    "👨‍👩‍👧": (2, 2),
    "🇨🇳": (2, 2),
    "a\u200db": (2, 2),
    "实\u200d训": (4, 4),
    "👩\u200d": (2, 2),
    "👩\u200d a": (4, 4),
    "👩‍⚕️": (2, 2),
    "\ufe0f": (0, 0),
    "🏽": (2, 2),
}


@pytest.mark.parametrize(("shown", "narrow", "wide"), [(key, *value) for key, value in WIDTHS.items()], ids=ascii)
def test_columns_taken(shown: str, narrow: int, wide: int) -> None:
    assert width.width(shown) == narrow
    assert width.width(shown, wide_ambiguous=True) == wide


@given(TEXTS, st.booleans())
def test_signs_joined_are_the_text_and_take_its_columns(shown: str, wide: bool) -> None:
    shown = text.safe(shown)
    signs = width.signs(shown, wide_ambiguous=wide)
    assert "".join(sign for sign, _columns in signs) == shown
    assert sum(columns for _sign, columns in signs) == width.width(shown, wide_ambiguous=wide)


@pytest.mark.parametrize(
    ("shown", "right", "padded"),
    [("实", False, "实  "), ("实", True, "  实"), ("实训基", False, "实训基"), ("", False, "    ")],
)
def test_padding_counts_columns(shown: str, right: bool, padded: str) -> None:
    assert width.pad(shown, 4, right=right) == padded


def test_padding_heeds_wide_ambiguous() -> None:
    assert width.pad("“", 4, wide_ambiguous=True) == "“  "


# Where it breaks

FOLDED = {
    "between Chinese characters": ("产业工人队伍建设", 8, ["产业工人", "队伍建设"]),
    "at spaces": ("to be verified by noon", 9, ["to be", "verified", "by noon"]),
    "where Chinese meets words": ("改革reform改革", 10, ["改革reform", "改革"]),
    "never before closing punctuation": ("落实方案，推进", 8, ["落实方", "案，推进"]),
    "never after opening punctuation": ("改革（二批）", 6, ["改革", "（二", "批）"]),
    "at line breaks": ("一\n\n二", 8, ["一", "", "二"]),
    "inside a word that fits no line": ("a abcdefghij", 4, ["a", "abcd", "efgh", "ij"]),
    "not at all": ("实训", 8, ["实训"]),
    "nothing": ("", 8, [""]),
    "leading spaces stay": ("  - a bb", 5, ["  - a", "bb"]),
    "trailing spaces go": ("abcd   ", 4, ["abcd"]),
    "spaces alone": ("       ", 4, [""]),
    "one wide sign in one column": ("实训", 1, ["实", "训"]),
    "an emoji of several characters stays whole": ("👨‍👩‍👧👨‍👩‍👧", 3, ["👨‍👩‍👧", "👨‍👩‍👧"]),
}


@pytest.mark.parametrize(("shown", "columns", "lines"), FOLDED.values(), ids=FOLDED)
def test_folding(shown: str, columns: int, lines: list[str]) -> None:
    assert width.fold(shown, columns) == lines


def test_folding_heeds_wide_ambiguous() -> None:
    assert width.fold("“一”二", 6, wide_ambiguous=True) == ["“一”", "二"]


@given(TEXTS, st.integers(2, 30), st.booleans())
@example("，" * 9, 4, False)
@example("   a", 2, False)
def test_folding_loses_nothing_but_spaces_and_fits(shown: str, columns: int, wide: bool) -> None:
    shown = "\n".join(map(text.safe, shown.split("\n")))
    lines = width.fold(shown, columns, wide_ambiguous=wide)
    assert max(width.width(line, wide_ambiguous=wide) for line in lines) <= columns
    assert "".join(lines).replace(" ", "") == shown.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(
    ("shown", "columns"), [("", 0), ("to be verified", 8), ("实训基地", 2), ("（二）", 6), ("“a”b", 4)]
)
def test_the_longest_word(shown: str, columns: int) -> None:
    assert width.longest_word(shown) == columns
