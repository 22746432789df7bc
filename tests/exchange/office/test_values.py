"""Cells of a ledger and the values they stand for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factories import at
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.base.numbers import LARGEST
from pilottask.exchange.office import values
from pilottask.ledger.records import Need, Raise

# Characters that cells, lists and problems give a meaning to, among plain ones.
_SPECIAL = "\"'=+-@#1 、，,;；/（）()\t\r\n\u3000无—a中！："
text = st.text(st.sampled_from(_SPECIAL), max_size=12) | st.text(max_size=8)
languages = st.sampled_from(Lang)


@given(text, languages)
@example('" "', Lang.EN)
@example('"', Lang.EN)
@example('""', Lang.EN)
@example("'", Lang.EN)
@example("' =", Lang.EN)
@example('"无"', Lang.ZH)
@example('""无""', Lang.ZH)
def test_text_is_read_back_as_it_was(value: str, lang: Lang) -> None:
    set_language(lang)
    assert values.cell_text(values.text_cell(value)) == value
    assert values.report_text(values.report_cell(value)) == value


@given(st.lists(text.filter(bool), unique=True, max_size=5), languages)
@example(["a（b", "c）d"], Lang.ZH)
@example(['"a', 'b"'], Lang.EN)
@example(["无"], Lang.ZH)
@example(["=1", "'=2"], Lang.EN)
def test_names_are_read_back_as_they_were(names: list[str], lang: Lang) -> None:
    set_language(lang)
    assert values.items(values.items_cell(names)) == tuple(names)


@given(st.integers(0, LARGEST) | st.floats(0, LARGEST))
def test_numbers_are_read_back_as_they_were(value: float) -> None:
    assert values.number(values.number_cell(value)) == value


@st.composite
def raised(draw: st.DrawFn) -> list[Raise]:
    numbers = sorted(draw(st.sets(st.integers(1, 12), max_size=4)))
    return [
        Raise(
            at=at("2026-11-20"),
            by="张三",
            n=n,
            text=draw(text.filter(str.strip)),
            need=draw(st.sampled_from([None, *Need])),
            coordinate=draw(st.booleans()),
        )
        for n in numbers
    ]


@given(raised(), languages)
def test_open_problems_are_read_back_as_they_were(problems: list[Raise], lang: Lang) -> None:
    set_language(lang)
    told, needed = values.problem_cells(problems)
    items = values.by_number(
        values.problems(values.cell_text(told)), values.problems(values.cell_text(needed), need=Need.OTHER)
    )
    assert [(item.n, item.text, item.need, item.coordinate) for item in items] == [
        (each.n, each.text, each.need, each.coordinate) for each in problems
    ]


def test_one_problem_is_written_plainly() -> None:
    alone = Raise(at=at("2026-11-20"), by="张三", n=1, text="供应商流标")
    assert values.problem_cells([alone]) == ("供应商流标", "")


@pytest.mark.parametrize(
    ("lang", "told", "needed"),
    [
        (Lang.ZH, "1. 流标\n3.（需协调） 未定", "4.（资金、需协调） 缺口50万元"),
        (Lang.EN, "1. 流标\n3.(to be coordinated) 未定", "4.(money, to be coordinated) 缺口50万元"),
    ],
)
def test_several_problems_are_numbered_as_settle_takes_them(lang: Lang, told: str, needed: str) -> None:
    set_language(lang)
    when = at("2026-11-20")
    problems = [
        Raise(at=when, by="张三", n=1, text="流标"),
        Raise(at=when, by="张三", n=3, text="未定", coordinate=True),
        Raise(at=when, by="张三", n=4, text="缺口50万元", need=Need.MONEY, coordinate=True),
    ]
    assert values.problem_cells(problems) == (told, needed)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("1.缺资金；2.缺人", [(None, "1.缺资金；2.缺人", None)]),
        ("缺资金\n缺人", [(None, "缺资金\n缺人", None)]),
        ("#1（什么） 缺", [(None, "#1（什么） 缺", None)]),
        ("#2 缺\n#5 少", [(2, "缺", None), (5, "少", None)]),
        ("2. 缺\n5. 少\n1.5万元", [(2, "缺", None), (5, "少\n1.5万元", None)]),
        ("无", []),
        ("", []),
        ("#1 ", []),
    ],
)
def test_only_marked_lines_part_problems(cell: str, items: list[tuple[int | None, str, Need | None]]) -> None:
    assert [(item.n, item.text, item.need) for item in values.problems(cell)] == items


@pytest.mark.parametrize(("cell", "need"), [("资金", Need.MONEY), ("staff", Need.STAFF), ("增加编制", Need.OTHER)])
def test_a_need_of_a_known_name_is_that_need(cell: str, need: Need) -> None:
    (item,) = values.problems(cell, need=Need.OTHER)
    assert item.need is need


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("区总工会、区人社局，区教体局,区财政局;区法院；区发改局/区住建局", 7),
        ("区总工会\n区人社局\r\n区教体局", 3),
        (" 区总工会 、 区人社局 ", 2),
        ("区总工会、、区总工会", 1),
        ("区教体局（职成股、基教股）、区财政局", 2),
        ("区教体局（职成股、区财政局", 2),
        ("无", 0),
        ("/", 0),
        ("", 0),
    ],
)
def test_units_are_split(cell: str, names: int) -> None:
    assert len(values.items(cell)) == names


def test_a_unit_in_quotation_marks_is_one() -> None:
    assert values.items('"甲、乙公司"、丙') == ("甲、乙公司", "丙")
    assert values.items('"五小"办公室、丙') == ('"五小"办公室', "丙")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("30", 30),
        ("30.5", 30.5),
        ("1,000", 1000),
        ("12,345,678.9", 12345678.9),
        ("３０", 30),
        ("0", 0),
        ("１，２３４", 1234),
    ],
)
def test_numbers(cell: str, number: float) -> None:
    assert values.number(cell) == number


@pytest.mark.parametrize("cell", ["30名", "85%", "1,00", "1,2,3", "-5", "nan", "inf", "1e3", "1 000", "三十", "²"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(UsageFault, match=r"is not a number from 0 up; write 30 or 30\.5, and what is counted under"):
        values.number(cell)


def test_a_number_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(UsageFault, match="must be a number from 0 to 9007199254740991"):
        values.number("9007199254740992")


def test_blank_is_a_cell_of_spaces() -> None:
    assert values.cell_text(" \u3000\u00a0\t\n") == ""


def test_what_a_spreadsheet_would_run_is_read_without_its_guard() -> None:
    assert values.text_cell("=1+1") == "'=1+1"
    assert values.cell_text("'=1+1") == "=1+1"


@pytest.mark.parametrize(
    ("cell", "line"), [("a\nb", "a b"), ("a \r\n\r\n b", "a b"), ("a\u2028b", "a b"), ("a b", "a b")]
)
def test_a_title_is_one_line(cell: str, line: str) -> None:
    assert values.one_line(cell) == line
