"""Pictures: their figures, in shapes and in words, whatever stands in the store."""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

import paper_samples as samples
from pilottask.base.i18n import Lang, set_language
from pilottask.paper.content import Point
from pilottask.paper.document import CurveChart, LightsChart
from pilottask.paper.writers import charts

SVG = "{http://www.w3.org/2000/svg}"


def bars(*rows: tuple[str | None, int, int, int]) -> LightsChart:
    return LightsChart("Lights", tuple((name, samples.figures(red=r, yellow=y, green=g)) for name, r, y, g in rows))


def curve(*points: tuple[date, int, int | None]) -> CurveChart:
    return CurveChart("Progress", "due", "closed", tuple(Point(*point) for point in points))


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  the program's own output


def words(svg: str) -> list[str]:
    return [element.text or "" for element in read(svg).iter(f"{SVG}text")]


def described(svg: str) -> str | None:
    return read(svg).findtext(f"{SVG}desc")


def boxes(svg: str) -> list[tuple[float, str]]:
    """Width and fill of what is drawn as boxes, after the legend's three."""
    return [(float(box.attrib["width"]), box.attrib["fill"]) for box in read(svg).findall(f"{SVG}rect")[3:]]


def test_a_bar_is_as_long_as_its_figures_and_each_light_has_a_fill_of_its_own() -> None:
    drawn = boxes(charts.lights(bars(("甲", 1, 2, 3), ("乙", 0, 0, 6)), key="k"))
    unit = drawn[0][0]
    assert [round(wide / unit) for wide, _fill in drawn] == [1, 2, 3, 6]
    assert [fill for _wide, fill in drawn] == ["#7a1616", "url(#k-yellow)", "url(#k-green)", "url(#k-green)"]


def test_every_bar_says_its_lights_in_words() -> None:
    assert {"red 1 green 12", "0"} <= set(words(charts.lights(bars(("甲", 1, 0, 12), ("乙", 0, 0, 0)), key="k")))


def test_a_picture_is_named_and_described_for_those_who_hear_it() -> None:
    root = read(charts.lights(bars(("甲", 1, 0, 2), (None, 0, 3, 0)), key="k"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "k-title k-desc"
    assert {element.attrib["id"]: element.text for element in root[:2]} == {
        "k-title": "Lights",
        "k-desc": "甲 red 1 green 2; (none) yellow 3",
    }


def test_lights_are_named_in_chinese() -> None:
    set_language(Lang.ZH)
    svg = charts.lights(bars(("甲", 1, 2, 3)), key="k")
    assert words(svg)[:3] == ["红", "黄", "绿"]
    assert described(svg) == "甲 红 1 黄 2 绿 3"


def test_departments_past_the_first_share_a_bar_and_none_is_lost() -> None:
    svg = charts.lights(bars(*((f"第{n}单位", 1, 0, 1) for n in range(100))), key="k")
    assert "77 others" in words(svg)
    assert "red 77 green 77" in words(svg)
    assert len(boxes(svg)) == 24 * 2


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("区总工会", ["区总工会"]),
        ("区产业工人队伍建设改革办公室", ["区产业工人队伍建设", "改革办公室"]),
        ("区新时代产业工人队伍建设改革协调小组办公室", ["区新时代产业工人队", "伍建设改革协调小…"]),
        ("", ["(none)"]),
    ],
    ids=["short", "two lines", "cut with a mark", "nameless"],
)
def test_long_names_fold_within_their_column(name: str, lines: list[str]) -> None:
    assert words(charts.lights(bars((name, 1, 0, 0)), key="k"))[3:-2] == lines


def test_nothing_to_draw_is_still_a_picture() -> None:
    assert boxes(charts.lights(bars(), key="k")) == []
    empty = charts.curve(curve(), key="k")
    assert described(empty) == "no days to show"
    assert words(empty) == []


def test_the_curve_stops_where_nothing_is_known_yet() -> None:
    svg = charts.curve(
        curve((date(2026, 11, 1), 0, 0), (date(2026, 11, 11), 4, 2), (date(2026, 11, 21), 8, None)), key="k"
    )
    due, closed = (path.attrib["d"] for path in read(svg).findall(f"{SVG}path"))
    assert due == "M34.0 212.0L240.0 117.0L446.0 22.0"
    assert closed == "M34.0 212.0L240.0 164.5"
    assert "2026-11-11" in words(svg)
    assert described(svg) == "2026-11-11 due 4, closed 2; 2026-11-21 due 8"


def test_the_broken_line_is_what_was_due() -> None:
    due, closed = read(charts.curve(curve((date(2026, 11, 1), 1, 1), (date(2026, 11, 2), 2, 1)), key="k")).findall(
        f"{SVG}path"
    )
    assert "stroke-dasharray" in due.attrib
    assert "stroke-dasharray" not in closed.attrib


def test_a_curve_that_ends_today_has_no_line_for_today_and_keeps_its_numbers_apart() -> None:
    svg = charts.curve(curve((date(2026, 11, 1), 0, 0), (date(2026, 11, 20), 5, 5)), key="k")
    assert "2026-11-20" not in words(svg)
    ends = [element for element in read(svg).iter(f"{SVG}text") if element.text == "5"]
    heights = sorted(float(element.attrib["y"]) for element in ends if float(element.attrib["x"]) > 400)
    assert heights[1] - heights[0] >= 12


def test_a_curve_of_days_ahead_alone() -> None:
    svg = charts.curve(curve((date(2027, 1, 5), 0, None), (date(2027, 1, 6), 3, None)), key="k")
    assert described(svg) == "2027-01-06 due 3"
    assert "2027-01" in words(svg)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date.min, date.max), (date(2026, 11, 20), date(2026, 11, 20))],
    ids=["the whole calendar", "one day"],
)
def test_any_span_is_drawn_within_its_frame(first: date, last: date) -> None:
    svg = charts.curve(curve((first, 1, 1), (last, 3, None)), key="k")
    assert len(svg) < 30_000
    assert all(0 <= float(element.attrib["x"]) <= 520 for element in read(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    for svg in (
        charts.lights(LightsChart(text, ((text, samples.figures(red=1)),)), key="k"),
        charts.curve(CurveChart(text, text, text, samples.points()), key="k"),
    ):
        root = read(svg)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "title", "desc", "defs", "pattern", "rect", "circle", "text", "line", "path",
        }  # fmt: skip
        assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
