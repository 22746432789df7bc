"""The sheet and the slips as Word files: measures, faces and sections as python-docx and LibreOffice read them."""

import io
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import docx
import docx.table
import pytest
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from msgspec.structs import replace
from pypdf import PdfReader

import paper_samples as samples
from pilottask.base.errors import ExitCode, UsageFault
from pilottask.base.i18n import Lang, set_language
from pilottask.paper import document as doc
from pilottask.paper.document import Card, Cards, Document, Field, Foot
from pilottask.paper.writers import PaperFormat, word, write

MOMENT = datetime(2026, 11, 20, 16, 30, 12, tzinfo=timezone(timedelta(hours=8)))
A4 = (595, 842)
WIDE_SPACE = "\u3000"
BLANK = WIDE_SPACE * 6


def read(document: Document) -> WordDocument:
    return docx.Document(io.BytesIO(word.write(document, moment=MOMENT)))


def texts(written: WordDocument, style: str) -> list[str]:
    return [paragraph.text for paragraph in paragraphs(written) if paragraph.style and paragraph.style.name == style]


def paragraphs(written: WordDocument) -> list[Paragraph]:
    """All paragraphs, those in tables too."""
    return [Paragraph(element, written._body) for element in written.element.body.iter(qn("w:p"))]


def captioned(written: WordDocument) -> list[docx.table.Table]:
    """The tables that are tables to a reader, not what keeps a task or a signature line together."""
    return [table for table in written.tables if table._tbl.find(f".//{qn('w:tblCaption')}") is not None]


def cells(table: docx.table.Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def measures(written: WordDocument) -> list[list[int]]:
    """Page width and height, margins top, bottom, left, right of each section in millimetres."""
    return [
        [
            round((length or 0) / 36000)
            for length in (
                section.page_width,
                section.page_height,
                section.top_margin,
                section.bottom_margin,
                section.left_margin,
                section.right_margin,
            )
        ]
        for section in written.sections
    ]


def test_the_pages_have_the_measures_of_an_official_paper_and_the_annex_lies_on_its_side() -> None:
    written = read(samples.sheet())
    assert measures(written) == [[210, 297, 37, 35, 28, 26], [297, 210, 28, 26, 35, 37]]
    assert [section.orientation for section in written.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


def test_without_annex_there_is_one_section() -> None:
    assert measures(read(samples.sheet(annex_rows=0))) == [[210, 297, 37, 35, 28, 26]]


@pytest.mark.parametrize(
    ("style", "face", "size", "pitch"),
    [
        ("Normal", "仿宋", 16, 28.95),
        ("Body Text", "仿宋", 16, 28.95),
        ("Title", "方正小标宋简体", 22, 36),
        ("Heading 1", "黑体", 16, 28.95),
        ("Heading 2", "楷体", 16, 28.95),
        ("Heading 3", "仿宋", 14, 21.9),
        ("Body Text 2", "仿宋", 14, 21.9),
        ("Footer", "宋体", 14, None),
    ],
)
def test_faces_sizes_and_line_pitch(style: str, face: str, size: float, pitch: float | None) -> None:
    element = read(samples.sheet()).styles[style].element
    fonts = element.find(qn("w:rPr")).find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == face
    assert fonts.get(qn("w:ascii")) == "Times New Roman"
    assert not [name for name in dict(fonts.attrib) if "Theme" in name]
    assert int(element.find(qn("w:rPr")).find(qn("w:sz")).get(qn("w:val"))) == size * 2
    spacing = element.find(qn("w:pPr")).find(qn("w:spacing"))
    assert spacing.get(qn("w:lineRule")) == ("exact" if pitch else "auto")
    assert int(spacing.get(qn("w:line"))) == round((pitch or 12) * 20)


@pytest.mark.parametrize(("lang", "indent", "bold"), [(Lang.ZH, "200", False), (Lang.EN, None, True)], ids=["zh", "en"])
def test_chinese_is_indented_by_two_characters_and_english_has_bold_headings(
    lang: Lang, indent: str | None, bold: bool
) -> None:
    styles = read(replace(samples.sheet(), lang=lang)).styles
    found = styles["Body Text"].element.find(qn("w:pPr")).find(qn("w:ind"))
    assert (None if found is None else found.get(qn("w:firstLineChars"))) == indent
    assert styles["Heading 1"].font.bold is bold


def test_page_numbers_stand_between_dashes_at_the_outer_side() -> None:
    written = read(samples.sheet())
    assert written.settings.odd_and_even_pages_header_footer
    first, annex = written.sections
    for footer, side in ((first.footer, WD_ALIGN_PARAGRAPH.RIGHT), (first.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        (paragraph,) = footer.paragraphs
        assert paragraph.alignment == side
        assert "".join(text.text or "" for text in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        (field,) = paragraph._p.iter(qn("w:fldSimple"))
        assert field.get(qn("w:instr")).strip() == "PAGE"
    assert annex.footer.is_linked_to_previous
    assert annex.even_page_footer.is_linked_to_previous


def test_what_stands_on_the_sheet() -> None:
    written = read(samples.sheet())
    assert texts(written, "Subtitle") == ["麒麟区产业工人队伍建设改革试点"]
    assert texts(written, "Title") == ["工作任务推进情况周报"]
    assert texts(written, "Normal") == ["第3期", "区产改办\t2026年11月20日"]
    assert texts(written, "Heading 1") == [
        "一、总体情况", "二、红灯任务", "三、黄灯任务", "四、需联席会议协调事项", "五、分类统计", "附表：任务总表",
    ]  # fmt: skip
    assert texts(written, "Heading 2") == ["（一）按牵头单位"]
    assert texts(written, "Heading 3") == [samples.LATE.heading, samples.OTHER_LATE]
    assert texts(written, "Caption") == ["注：每项任务只计一次，计入牵头单位。"]
    assert texts(written, "Body Text 2")[:6] == [
        "责任人: 实训处联络员\u3000责任领导: 王立新",
        "时限: 2026-11-01 → 2026-11-08\u3000催办: 2次，最近2026-11-18",
        "最近进展: 招标文件已发布（2026-11-16）",
        "存在问题: 1. 供应商流标一次，需财政重新核定预算（资金，需联席会议协调）",
        "2. 场地未移交",
        "下一步打算: 重新组织招标，11月30日前完成开标，12月10日前设备进场安装",
    ]


def test_tables_repeat_their_heads_and_split_no_row() -> None:
    written = read(samples.sheet(annex_rows=40))
    *tables, annex = captioned(written)
    assert cells(annex)[0] == [label for label, _share in samples.ANNEX_COLUMNS]
    assert [len(annex.rows), len(annex.columns)] == [41, 9]
    assert cells(tables[2])[-1] == ["合计", "26", "3", "13.3%", "2", "7", "14"]
    for table in (*tables, annex):
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for table in written.tables for row in table.rows)
    assert cells(written.tables[-2]) == [
        ["填表单位: 区产改办", "填表人: " + "\u3000" * 6],
        ["审核人: " + "\u3000" * 6, "日期: 2026年11月20日"],
    ]


def test_tables_fill_the_type_area() -> None:
    tables = read(samples.sheet()).tables
    widths = [round(sum(column.width or 0 for column in table.columns) / 36000) for table in tables]
    assert widths == [156] * (len(tables) - 1) + [225]


def test_red_and_sums_are_bold() -> None:
    *_others, groups, _foot, annex = read(samples.sheet(annex_rows=2)).tables
    bold = [
        cell.text
        for table in (groups, annex)
        for row in table.rows[1:]
        for cell in row.cells
        if cell.paragraphs[0].runs[0].bold
    ]
    assert bold == ["合计", "26", "3", "13.3%", "2", "7", "14"]
    red = read(samples.sheet(annex_rows=3)).tables[-1].rows[3].cells[1].paragraphs[0].runs[0]
    assert (red.text, red.bold) == ("红", True)


def test_each_slip_begins_on_a_page_of_its_own_without_numbers() -> None:
    written = read(samples.slips("甲单位", "乙单位", "丙单位"))
    assert [section.start_type for section in written.sections] == [WD_SECTION.NEW_PAGE] * 3
    assert not list(written.element.iter(qn("w:pageBreakBefore")))
    assert all(section.footer.is_linked_to_previous for section in written.sections)


def test_a_slip_that_goes_on_says_for_whom_it_is() -> None:
    written = read(samples.slips("甲单位", "乙单位"))
    assert [section.header.paragraphs[0].text for section in written.sections] == [
        "催办单  甲单位",
        "催办单  乙单位",
    ]
    assert all(section.different_first_page_header_footer for section in written.sections)
    assert all(section.first_page_header.is_linked_to_previous for section in written.sections)


def test_a_task_is_a_table_and_the_last_is_kept_with_the_return_slip() -> None:
    first, last, foot, receipt = read(samples.slips_of({"甲单位": 2})).tables
    assert cells(first)[0] == ["(1) 任务1 (no. 1, 19 days late)"]
    assert [row[0].partition("\n")[0] for row in cells(last)] == [
        "(2) 任务2 (no. 2, 19 days late)",
        f"Deadline: 2026-11-01{WIDE_SPACE}Requirement: 30场{WIDE_SPACE}Responsible: 张三",
    ]
    assert cells(receipt) == [
        ["Department (seal): 甲单位", f"Contact: {BLANK}"],
        [f"Received by: {BLANK}", f"Received on: {BLANK}"],
    ]
    assert [keeps(table) for table in (first, last, foot, receipt)] == [
        [[True], [None, None]],
        [[True], [True, True]],
        [[True, True], [True, True]],
        [[True, True], [None, None]],
    ]


def keeps(table: docx.table.Table) -> list[list[bool | None]]:
    """Whether the paragraphs of each row are kept with what follows."""
    return [
        [one.paragraph_format.keep_with_next for cell in row.cells for one in cell.paragraphs] for row in table.rows
    ]


def test_sheets_with_annexes_turn_the_paper_each_time() -> None:
    sheet = samples.sheet(annex_rows=1)
    written = read(replace(sheet, pages=sheet.pages * 2 + (replace(sheet.pages[0], annex=None),)))
    assert [size[:2] for size in measures(written)] == [[210, 297], [297, 210], [210, 297], [297, 210], [210, 297]]
    assert len(texts(written, "Title")) == 3
    assert not list(written.element.iter(qn("w:pageBreakBefore")))


def test_lines_of_a_paragraph_are_paragraphs_and_empty_headings_are_left_out() -> None:
    slips = samples.slips("甲单位")
    section = replace(slips.pages[0].sections[0], title="", blocks=(doc.Paragraph("第一行\n第二行"),))
    written = read(replace(slips, pages=(replace(slips.pages[0], sections=(section,)),)))
    assert texts(written, "Body Text") == ["第一行", "第二行"]
    assert texts(written, "Heading 1") == []


def test_a_card_without_fields_is_its_heading() -> None:
    written = read(
        samples.sheet(
            annex_rows=0, blocks=(Cards((Card("只有标题", None, ()), Card("一项", None, (Field("a", "b"),)))),)
        )
    )
    assert texts(written, "Heading 3")[-2:] == ["只有标题", "一项"]
    assert texts(written, "Body Text 2")[-1] == "a: b"


def test_to_whom_a_sheet_goes_stands_below_a_line_on_the_leaf_of_the_signature() -> None:
    page = replace(
        samples.sheet(annex_rows=0).pages[0], foot=Foot(()), signature=("区产改办", "20日"), sent=("报", "送")
    )
    end = paragraphs(read(replace(samples.sheet(), pages=(page,))))[-5:]
    assert [(one.text, one.paragraph_format.keep_with_next, bool(list(one._p.iter(qn("w:top"))))) for one in end] == [
        ("", True, False),
        ("区产改办", True, False),
        ("20日", True, False),
        ("报", True, True),
        ("送", None, False),
    ]


def test_the_same_document_and_moment_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = word.write(samples.sheet(), moment=MOMENT)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert word.write(samples.sheet(), moment=MOMENT) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 20, 8, 30, 12)}
    properties = docx.Document(io.BytesIO(first)).core_properties
    assert properties.created == properties.modified == datetime(2026, 11, 20, 8, 30, 12, tzinfo=UTC)
    assert (properties.author, properties.comments) == ("区产改办", "")


@pytest.mark.parametrize("year", [1, 9999], ids=["the first year", "the last"])
@pytest.mark.parametrize("hours", [-12, 12])
def test_any_moment_can_be_said(year: int, hours: int) -> None:
    month, day = (1, 1) if year == 1 else (12, 31)
    moment = datetime(year, month, day, 0 if year == 1 else 23, tzinfo=timezone(timedelta(hours=hours)))
    assert docx.Document(io.BytesIO(word.write(samples.slips("甲"), moment=moment))).tables


@pytest.mark.parametrize("text", samples.HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    written = read(samples.hostile(text))
    seen = text
    for char in "\x00\x07\x1b\u202e\uffff\ufdd0":
        seen = seen.replace(char, f"\\u{ord(char):04x}")
    assert {cell.text for row in written.tables[0].rows for cell in row.cells} == {seen}
    assert texts(written, "Title") == texts(written, "Subtitle") == [seen]
    assert texts(written, "Body Text")[:1] == seen.split("\n")[:1]
    assert written.core_properties.title == seen.replace("\n", "⏎").replace("\u2028", "\\u2028")


def test_a_name_too_long_for_a_property_is_cut_there_alone() -> None:
    written = read(replace(samples.sheet(), name="长" * 300))
    assert written.core_properties.title == "长" * 255


def test_without_python_docx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.delitem(sys.modules, "pilottask.paper.writers.word")
    with pytest.raises(UsageFault) as caught:
        write(samples.sheet(), PaperFormat.DOCX, moment=MOMENT)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.hint == "install it with: pip install 'pilottask[office]'"


def test_libreoffice_prints_it_as_it_was_meant(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not at hand")
    set_language(Lang.ZH)
    file = tmp_path / "sheet.docx"
    file.write_bytes(word.write(samples.sheet(annex_rows=40), moment=MOMENT))
    subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pages = PdfReader(file.with_suffix(".pdf")).pages
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]
    said = ["".join(unicodedata.normalize("NFKC", page.extract_text()).split()) for page in pages]
    turned = sizes.count(A4[::-1])
    assert turned > 1
    assert sizes == [A4] * (len(sizes) - turned) + [A4[::-1]] * turned
    assert "工作任务推进情况周报" in said[0]
    assert all("完成时限" in text for text in said[-turned:])
    assert all(f"—{n}—" in text for n, text in enumerate(said, start=1))


def test_no_paragraph_of_its_own_ends_a_section_or_it_would_begin_an_empty_leaf() -> None:
    page = replace(samples.sheet().pages[0], foot=Foot(()), signature=("区产改办", "2026年11月20日"))
    data = word.write(replace(samples.sheet(), pages=(page,)), moment=MOMENT)
    text = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    (end,) = re.findall(r"<w:p><w:pPr>(?:(?!</w:p>).)*<w:sectPr.*?</w:sectPr></w:pPr>(.*?)</w:p>", text)
    assert re.sub("<[^>]*>", "", end) == "2026年11月20日"  # the last line of the body
