"""The sheet and the slips as HTML: valid, escaped, and as a browser shows and prints them."""

import json
import re
import unicodedata
from collections.abc import Iterator
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

import chromium
import paper_samples as samples
from pilottask.base.i18n import Lang, set_language
from pilottask.paper.document import Align, Cell, Column, Document, Paragraph, Subheading, Table
from pilottask.paper.writers import html

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
A4 = (595, 842)


def read(text: str) -> ET.Element:
    """Parse as browsers do; any error of syntax fails the test."""
    root: ET.Element = html5lib.HTMLParser(strict=True).parse(text)
    return root


def said(root: ET.Element, path: str) -> list[str]:
    return ["".join(element.itertext()) for element in root.iterfind(path)]


@pytest.fixture
def chinese() -> Iterator[None]:
    set_language(Lang.ZH)
    yield
    set_language(Lang.EN)


@pytest.mark.usefixtures("chinese")
def test_the_sheet_in_its_order() -> None:
    root = read(html.write(samples.sheet()))
    assert root.attrib["lang"] == "zh-CN"
    assert said(root, f".//{HTML}title") == ["麒麟区产业工人队伍建设改革试点 工作任务推进情况周报 第3期 2026年11月20日"]
    assert said(root, f".//{HTML}h1") == ["工作任务推进情况周报"]
    assert said(root, f".//{HTML}h2") == [
        "一、总体情况", "二、红灯任务", "三、黄灯任务", "四、需联席会议协调事项", "五、分类统计", "附表：任务总表",
    ]  # fmt: skip
    article = root.find(f".//{HTML}article")
    assert article is not None
    order = [(child.tag.removeprefix(HTML), child.get("class")) for child in article]
    assert order == [("header", None), *[("section", None)] * 5, ("section", "annex wide")]
    end = article.findall(f"{HTML}section[5]/{HTML}div[@class='whole']")[-1]
    assert [(child.tag.removeprefix(HTML), child.get("class")) for child in end] == [("p", "quiet"), ("dl", "foot")]
    assert said(root, f".//{HTML}dl[@class='foot']//{HTML}dd") == ["区产改办", "\xa0", "\xa0", "2026年11月20日"]


def test_a_card_shows_its_fields_with_line_breaks_and_its_light_as_a_border() -> None:
    root = read(html.write(samples.sheet()))
    card = root.find(f".//{HTML}div[@class='card red']")
    assert card is not None
    assert said(card, f".//{HTML}h3") == [samples.LATE.heading]
    fields = dict(zip(said(card, f".//{HTML}dt"), said(card, f".//{HTML}dd"), strict=True))
    assert fields == {f"{field.label}: ": field.text for field in samples.LATE.fields}
    long = [label for div in card.iterfind(f".//{HTML}div[@class='long']") for label in said(div, f"{HTML}dt")]
    assert long == ["最近进展: ", "存在问题: ", "下一步打算: "]


@pytest.mark.usefixtures("chinese")
def test_a_table_says_what_it_is_and_what_its_columns_and_rows_are() -> None:
    root = read(html.write(samples.sheet()))
    table = next(
        element for element in root.iter(f"{HTML}table") if said(element, f"{HTML}caption") == ["按牵头单位统计"]
    )
    heads = table.findall(f"{HTML}thead/{HTML}tr/{HTML}th")
    assert [(head.text, head.get("scope")) for head in heads] == [
        (label, "col") for label in ("牵头单位", "总数", "已销号", "完成率", "红", "黄", "绿")
    ]
    first = table.findall(f"{HTML}tbody/{HTML}tr/{HTML}th")
    assert [(cell.text, cell.get("scope")) for cell in first][0::5] == [("麒麟职教集团", "row"), ("合计", "row")]
    assert said(table, f"{HTML}tbody[@class='total']//{HTML}td") == ["26", "3", "13.3%", "2", "7", "14"]
    labels = [cell.get("data-label") for cell in table.findall(f"{HTML}tbody[@class='total']//{HTML}td")]
    assert labels == ["总数", "已销号", "完成率", "红", "黄", "绿"]


@pytest.mark.usefixtures("chinese")
def test_lights_are_words_framed_and_a_sentence_is_not() -> None:
    columns = (Column("灯", 6, Align.CENTER), Column("原因", 20))
    red, yellow = samples.WORDS["红"], samples.WORDS["黄"]
    table = Table(
        "t", columns, ((Cell("红", red), Cell("红灯任务", red)), (Cell("黄", yellow), Cell("已23天无进展", yellow)))
    )
    root = read(html.write(samples.sheet(blocks=(table,), annex_rows=0)))
    framed = [(span.get("class"), span.text) for span in root.iter(f"{HTML}span") if "light" in span.get("class", "")]
    assert framed == [("light red", "红"), ("light yellow", "黄")]


def test_columns_are_wide_enough_for_their_words_and_fill_the_table() -> None:
    columns = (Column("No.", 4, Align.RIGHT), Column("Task", 24), Column("Need", 4), Column("Completed", 4))
    table = Table("t", columns, ((Cell("100000"), Cell("x" * 200), Cell("money"), Cell("1")),))
    root = read(html.write(samples.sheet(blocks=(table,), annex_rows=0)))
    last = list(root.iter(f"{HTML}colgroup"))[-1]
    widths = [float(re.findall(r"width:([\d.]+)%", column.attrib["style"])[0]) for column in last]
    assert widths == pytest.approx([100 * part / 50 for part in (8, 24, 7, 11)], abs=0.01)


def test_charts_have_ids_of_their_own() -> None:
    root = read(html.write(samples.sheet()))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)) > 4


def test_slips_are_pages_without_numbers() -> None:
    text = html.write(samples.slips("甲单位", "乙单位"))
    assert len(list(read(text).iter(f"{HTML}article"))) == 2
    assert "counter(page)" not in text
    assert "counter(page)" in html.write(samples.sheet())
    assert said(read(text), f".//{HTML}title") == ["催办单"]
    assert [one.get("style") for one in read(text).iter(f"{HTML}article")] == ["page: slip1", "page: slip2"]


def test_no_name_ends_the_rule_that_it_stands_in() -> None:
    text = html.write(samples.slips('"} </style><b>甲\\'))
    style = text[text.index("<style>") : text.index("</head>")]
    assert style.count("</style>") == 1
    assert r'content: "催办单\20 \20 \22 \7d \20 \3c \2f style\3e \3c b\3e 甲\5c "' in style


def test_a_section_without_heading_has_none() -> None:
    slips = samples.slips("甲单位")
    page = slips.pages[0]
    bare = replace(slips, pages=(replace(page, sections=(replace(page.sections[0], title=""),)),))
    assert said(read(html.write(bare)), f".//{HTML}h2") == []


def test_english_is_said_to_be_english() -> None:
    assert read(html.write(samples.hostile("plain"))).attrib["lang"] == "en"


def test_nothing_is_loaded_from_anywhere() -> None:
    text = html.write(samples.sheet())
    assert "default-src 'none'" in text
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\((?!#)|\bsrc=|\bhref=", text)


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """html5lib takes the file without an error, and finds no element in it that isn't ours."""
    root = read(html.write(samples.hostile(text)))
    plain = read(html.write(samples.hostile("plain")))
    ours = [element.tag for element in plain.iter() if element.tag.startswith(HTML)]
    assert [element.tag for element in root.iter() if not element.tag.startswith(SVG)] == ours
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    visible = re.sub(r"[\s\\]", "", "".join(root.itertext()))
    word = max(re.findall(r"\w+", text), key=len)
    assert visible.count(word) >= 15


def test_the_same_document_gives_the_same_file() -> None:
    assert html.write(samples.sheet()) == html.write(samples.sheet())


MEASURE = """
const found = {};
addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, root = page.documentElement;
    found[frame.id] = {
      wide: root.clientWidth, scroll: root.scrollWidth,
      over: [...page.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1
        && !e.closest(".unseen, thead, svg")).length,
      active: page.querySelectorAll("script, img, iframe, [onerror], [onload]").length,
      text: page.body.innerText.length,
    };
  }
  document.getElementById("found").textContent = JSON.stringify(found);
});
"""


def framed(documents: dict[str, Document], widths: tuple[int, ...]) -> str:
    """A page that shows each document at each width in a frame of its own origin, and says how it measures there."""
    frames = "".join(
        f'<iframe id="{name}-{wide}" style="width:{wide}px;height:800px;border:0"'
        f' srcdoc="{escape(html.write(document))}"></iframe>'
        for name, document in documents.items()
        for wide in widths
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><script>{MEASURE}</script><pre id="found"></pre>{frames}'


def test_no_page_scrolls_sideways_or_complains_in_chromium(tmp_path: Path) -> None:
    page = tmp_path / "frames.html"
    documents = {
        "sheet": samples.sheet(annex_rows=5),
        "slips": samples.slips("甲单位", "乙单位"),
        "hostile": samples.hostile("".join(samples.HOSTILE)),
        "unbroken": samples.hostile("W" * 300),
    }
    page.write_text(framed(documents, (375, 1280)), encoding="utf-8")
    dom, console = chromium.run(page, "--hide-scrollbars", "--dump-dom")
    assert console == []
    match = re.search(r'<pre id="found">(.+?)</pre>', dom)
    assert match is not None
    found = json.loads(match[1])
    assert found.keys() == {f"{name}-{wide}" for name in documents for wide in (375, 1280)}
    for name, measured in found.items():
        assert measured["wide"] == int(name.split("-")[1]), name
        assert measured["scroll"] == measured["wide"], name
        assert measured["over"] == measured["active"] == 0, name
        assert measured["text"] > 100, name


def pages_of(pdf: Path) -> list[tuple[tuple[int, int], str]]:
    """Size in points and text of each page; radicals, which PDFs mistake for characters, made characters again."""
    return [
        (
            (round(page.mediabox.width), round(page.mediabox.height)),
            "".join(unicodedata.normalize("NFKC", page.extract_text()).split()),
        )
        for page in PdfReader(pdf).pages
    ]


@pytest.mark.usefixtures("chinese")
def test_the_printed_sheet(tmp_path: Path) -> None:
    page = tmp_path / "sheet.html"
    page.write_text(html.write(samples.sheet(annex_rows=40)), encoding="utf-8")
    pages = pages_of(chromium.printed(page))
    annex = [text for size, text in pages if size == A4[::-1]]
    body = [text for size, text in pages if size == A4]
    assert [size for size, _text in pages] == [A4] * len(body) + [A4[::-1]] * len(annex)
    assert "工作任务推进情况周报" in body[0]
    assert "供应商流标一次,需财政重新核定预算" in "".join(body)
    assert "填表人" in body[-1]
    assert len(annex) > 1
    assert all("配合单位" in text and "完成时限" in text for text in annex)
    # Each row stands on one page, whole: as many ends of rows there as beginnings.
    assert [text.count("职业技能") for text in annex] == [text.count("完成调试") for text in annex]
    assert sum(text.count("完成调试") for text in annex) == 40
    assert all(f"—{n}—" in text for n, (_size, text) in enumerate(pages, start=1))


@pytest.mark.usefixtures("chinese")
def test_the_signatures_of_a_slip_never_stand_alone_on_a_leaf(tmp_path: Path) -> None:
    page = tmp_path / "slips.html"
    counts = {"区总工会": 3, "区教体局": 5, "区人社局": 6, "区科技局": 7, "区工信局": 8}
    page.write_text(html.write(samples.slips_of(counts)), encoding="utf-8")
    leaves = [re.sub(r"\s", "", text) for _size, text in pages_of(chromium.printed(page))]
    for name, count in counts.items():
        own = [text for text in leaves if f"提醒单{name}" in text]
        assert ["签收人" in text for text in own] == [False] * (len(own) - 1) + [True]
        assert all("编号" in text for text in own)
        # Each task, and the return slip, stands on one leaf whole: as many ends there as beginnings.
        assert [len(re.findall(r"\(编号\d", text)) for text in own] == [text.count("此前催办") for text in own]
        assert "回执" in own[-1]
        assert own[-1].endswith("签收日期:")
        assert count > 3 or len(own) == 1
        leaves = [text for text in leaves if text not in own]
    assert leaves == []


@pytest.mark.usefixtures("chinese")
def test_each_slip_is_printed_on_a_page_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "slips.html"
    page.write_text(html.write(samples.slips("麒麟职教集团", "区产改办", "区总工会")), encoding="utf-8")
    pages = pages_of(chromium.printed(page))
    assert [size for size, _text in pages] == [A4] * 3
    page.write_text(html.write(samples.long_slips("区总工会", "区教体局")), encoding="utf-8")
    leaves = [re.sub(r"\s", "", text) for _size, text in pages_of(chromium.printed(page))]
    assert ["提醒单区总工会" in text for text in leaves] == [True] * 2 + [False] * 2
    assert ["提醒单区教体局" in text for text in leaves] == [False] * 2 + [True] * 2
    assert [
        name in text for name, (_size, text) in zip(("麒麟职教集团", "区产改办", "区总工会"), pages, strict=True)
    ] == [True] * 3


def test_a_heading_with_nothing_under_it_is_written_too() -> None:
    blocks = (
        Subheading("一、甲"),
        Paragraph("引出"),
        samples.table("表", [("名目", 20)], [["行"]]),
        Subheading("二、乙"),
    )
    root = read(html.write(samples.sheet(annex_rows=0, blocks=blocks)))
    assert said(root, f".//{HTML}h3")[-2:] == ["一、甲", "二、乙"]
    wholes = [said(div, "*")[:2] for div in root.iterfind(f".//{HTML}div[@class='whole']")]
    assert ["一、甲", "引出"] in wholes
