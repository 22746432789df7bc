"""A document as a Word file with the measures of an official paper (GB/T 9704-2012).

The text is put together as WordprocessingML and set into the finished file: python-docx's own way, paragraph by
paragraph and cell by cell, takes time that grows with the square of the list. What it does well is left to it: package,
styles, sections.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final, assert_never

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.section import Section as WordSection
from docx.shared import Mm

from pilottask.base.i18n import Lang
from pilottask.base.width import width
from pilottask.ledger.lights import Light
from pilottask.paper import document as doc
from pilottask.paper.writers.markup import LANG_TAGS, as_markup, is_short, plain, shares

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TWIPS_PER_MM: Final = 1440 / 25.4
_TITLE_MOST: Final = 255
"""Characters that a core property may have."""

# GB/T 9704-2012: A4, head 37, binding 28, type area 156 x 225 mm, which leaves 35 below and 26 at the right.
_PAGE: Final = (210, 297)
_MARGINS: Final = {"top": 37, "bottom": 35, "left": 28, "right": 26}
# The same type area turned, its head at the binding side.
_MARGINS_TURNED: Final = {"top": 28, "bottom": 26, "left": 35, "right": 37}
_SLIP_BOTTOM: Final = 20
"""A slip has no page number, and its return slip is to stand on the same leaf where it can."""
_FOOTER_MM: Final = 25
"""From the paper's edge to the page number, whose dashes then stand 7 mm below the type area."""
_PITCH: Final = doc.Type.STANDARD.pitch
_BODY: Final = doc.Type.STANDARD.size
_TABLE: Final = 10.5
"""五号."""
_ANNEX: Final = 9
"""小五."""

_FANG_SONG: Final = "仿宋"
_HEI: Final = "黑体"
_KAI: Final = "楷体"
_XIAO_BIAO_SONG: Final = "方正小标宋简体"
_SONG: Final = "宋体"
_LATIN: Final = "Times New Roman"

_LEAF: Final = (84, 32)
_SMALL_LEAF: Final = (140, 24)
"""Columns and lines that a table may have on a leaf, upright in 五号 and turned in 小五."""
_HEAD_INK: Final = "C00000"
_BETWEEN: Final = "\u3000"
_KEPT_SPACE: Final = ' xml:space="preserve"'
"""Where a text begins or ends with space."""
_WITHIN_DAY: Final = r"(?<=[0-9])-(?=[0-9]{2}(?![0-9]))"
_KEPT_TOGETHER: Final = "</w:t><w:noBreakHyphen/><w:t>"
_PLACE: Final = b"<w:p/>"
"""How python-docx writes an empty paragraph, which stands where a section's text goes."""
_SECTION_END: Final = re.compile(rb"<w:p><w:pPr>(?:<w:pStyle[^>]*>)?(<w:sectPr.*?</w:sectPr>)</w:pPr></w:p>", re.DOTALL)
_SIGNED: Final = '<w:keepLines/><w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>'
"""A signature stands four characters from the right (GB/T 9704)."""
_NOT_LAST: Final = "$([{£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥年月"
_NOT_FIRST: Final = (
    "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠年月日"
)
_KEEP: Final = "<w:keepNext/>"
_BREAK: Final = "<w:pageBreakBefore/>"
_CUT: Final = '<w:pBdr><w:top w:val="dashed" w:sz="6" w:space="6" w:color="000000"/></w:pBdr>'
"""Along which a return slip is cut off."""
_RULE: Final = _CUT.replace("dashed", "single") + '<w:spacing w:before="240"/>'
"""Above to whom a sheet goes."""
_BLANK: Final = "\u3000" * 6
"""What a signature is written on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A paragraph style: East Asian face, size in points, exact line pitch in points (None: as the text needs)."""

    name: str
    face: str
    size: float
    pitch: float | None = _PITCH
    bold: bool = False
    align: str = "left"
    indented: bool = False
    keep: bool = False
    before: float = 0


_LOOKS: Final = (
    _Look(name="Normal", face=_FANG_SONG, size=_BODY),
    _Look(name="Body Text", face=_FANG_SONG, size=_BODY, align="both", indented=True),
    _Look(name="Title", face=_XIAO_BIAO_SONG, size=22, pitch=36, align="center", keep=True),
    _Look(name="Subtitle", face=_HEI, size=_BODY, align="center", keep=True),
    _Look(name="Heading 1", face=_HEI, size=_BODY, indented=True, keep=True),
    _Look(name="Heading 2", face=_KAI, size=_BODY, indented=True, keep=True),
    _Look(name="Heading 3", face=_FANG_SONG, size=_BODY, bold=True, indented=True, keep=True),
    _Look(name="Body Text 2", face=_FANG_SONG, size=_BODY, align="both", indented=True),
    _Look(name="Caption", face=_FANG_SONG, size=_TABLE, pitch=20),
    _Look(name="List", face=_FANG_SONG, size=_TABLE, pitch=None),
    _Look(name="List 2", face=_FANG_SONG, size=_ANNEX, pitch=None),
    _Look(name="List 3", face=_FANG_SONG, size=6, pitch=10),
    # At the end of a leaf, which must not begin another: the least height that the format knows, 1/20 point.
    _Look(name="List 4", face=_FANG_SONG, size=1, pitch=0.05),
    _Look(name="Signature", face=_FANG_SONG, size=14, pitch=None, before=6),
    _Look(name="Footer", face=_SONG, size=14, pitch=None),
)
_OF_CARDS: Final = frozenset({"Heading 3", "Body Text 2"})
"""Set a size smaller than the body, as a list in it is."""


def write(document: doc.Document, *, moment: datetime) -> bytes:
    """Return `document` as a .docx file, the annex in a landscape section, each slip on a page of its own.

    The same document and `moment` (aware: what the file says it was made at) give the same bytes. Charts are left out:
    their figures stand in tables.
    """
    word = docx.Document()
    body = document.pages[0].type if document.pages else doc.Type.STANDARD
    _set_styles(word, body, chinese=document.lang is Lang.ZH)
    _set_properties(word, document, moment)
    _set_line_breaks(word)
    if document.is_sheet:
        _number_pages(word)
    styles = {style.name: style.style_id for style in word.styles if style.name is not None}
    paper = _Paper(styles, slips=not document.is_sheet, columns=body.smaller.columns - doc.INDENT)
    for page in document.pages:
        paper.page(page)
    _set_sections(word, paper.sections)
    return _pack(word, [section.parts for section in paper.sections], moment)


def _set_styles(word: WordDocument, body: doc.Type, *, chinese: bool) -> None:
    """Give the styles their looks, with the body's text as `body` has it.

    Chinese headings differ by face alone; English ones, in one face, are bold.
    """
    for language in word.styles.element.iter(f"{{{_W}}}lang"):
        language.set(f"{{{_W}}}eastAsia", "zh-CN")
    for look in _LOOKS:
        if (look.size, look.pitch) == (_BODY, _PITCH):
            size = body.smaller if look.name in _OF_CARDS else body
            look = replace(look, size=size.size, pitch=size.pitch)  # noqa: PLW2901
        known = {style.name for style in word.styles}
        style = (
            word.styles[look.name] if look.name in known else word.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        )
        element: Any = style.element
        for old in [*element.findall(f"{{{_W}}}rPr"), *element.findall(f"{{{_W}}}pPr")]:
            element.remove(old)
        level = int(look.name[-1]) - 1 if look.name.startswith("Heading") else None
        element.append(parse_xml(_paragraph_look(look, indented=chinese, level=level)))
        element.append(parse_xml(_letter_look(look, bold=look.bold or (look.keep and not chinese))))


def _paragraph_look(look: _Look, *, indented: bool, level: int | None) -> str:
    line = f'w:line="{look.pitch * 20:.0f}" w:lineRule="exact"' if look.pitch else 'w:line="240" w:lineRule="auto"'
    # Two characters, which Word works out from the size where it knows this attribute.
    first_line = f'<w:ind w:firstLineChars="200" w:firstLine="{look.size * 40:.0f}"/>'
    indent = first_line if look.indented and indented else ""
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    return (
        f'<w:pPr xmlns:w="{_W}">{"<w:keepNext/>" if look.keep else ""}<w:widowControl/>'
        f'<w:spacing w:before="{look.before * 20:.0f}" w:after="0" {line}/>{indent}<w:jc w:val="{look.align}"/>'
        f"{outline}</w:pPr>"
    )


def _letter_look(look: _Look, *, bold: bool) -> str:
    return (
        f'<w:rPr xmlns:w="{_W}"><w:rFonts w:hint="eastAsia" w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:cs="{_LATIN}"'
        f' w:eastAsia="{look.face}"/><w:b w:val="{bold:d}"/><w:i w:val="0"/><w:color w:val="000000"/>'
        f'<w:spacing w:val="0"/><w:sz w:val="{look.size * 2:.0f}"/><w:szCs w:val="{look.size * 2:.0f}"/></w:rPr>'
    )


def _set_properties(word: WordDocument, document: doc.Document, moment: datetime) -> None:
    """Say what the file is, and when it was made; python-docx says of its own that it was in 2013."""
    properties = word.core_properties
    properties.title = plain(document.name, line=True)[:_TITLE_MOST]
    properties.author = plain(document.pages[0].left, line=True)[:_TITLE_MOST] if document.pages else ""
    properties.last_modified_by = ""
    properties.comments = ""
    properties.language = LANG_TAGS[document.lang]
    properties.created = properties.modified = _utc(moment)


def _set_page(section: WordSection, *, turned: bool) -> None:
    wide, high = reversed(_PAGE) if turned else _PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    margins = _MARGINS_TURNED if turned else _MARGINS
    section.top_margin, section.bottom_margin = Mm(margins["top"]), Mm(margins["bottom"])
    section.left_margin, section.right_margin = Mm(margins["left"]), Mm(margins["right"])
    section.gutter = Mm(0)
    section.footer_distance = Mm(_FOOTER_MM if not turned else _MARGINS_TURNED["bottom"] - 10)


def _set_line_breaks(word: WordDocument) -> None:
    """Keep 11月20日 on one line: besides what Word knows by itself no line begins with 日, none ends with 月."""
    before = word.settings.element.find(f"{{{_W}}}characterSpacingControl")  # as their schema has them in order
    for name, signs in (("noLineBreaksBefore", _NOT_FIRST), ("noLineBreaksAfter", _NOT_LAST)):
        before.addnext(parse_xml(f'<w:{name} xmlns:w="{_W}" w:lang="zh-CN" w:val="{as_markup(signs)}"/>'))


def _number_pages(word: WordDocument) -> None:
    """Put `— 1 —` at the outer side, a character in: right on odd pages, left on even ones."""
    word.settings.odd_and_even_pages_header_footer = True
    section = word.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph: Any = footer.paragraphs[0]._p  # noqa: SLF001  python-docx has no call for fields
        new = parse_xml(
            f'<w:p xmlns:w="{_W}"><w:pPr><w:pStyle w:val="Footer"/><w:ind w:{side}Chars="100" w:{side}="280"/>'
            f'<w:jc w:val="{side}"/></w:pPr>{_run("— ")}<w:fldSimple w:instr=" PAGE ">{_run("1")}</w:fldSimple>'
            f"{_run(' —')}</w:p>"
        )
        paragraph.getparent().replace(paragraph, new)


def _run_head(section: WordSection, page: doc.Page) -> None:
    """Put what a slip is, and for whom, at the head of each leaf but the first, which says so itself."""
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.text = plain(page.running, line=True)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True, slots=True)
class _Part:
    """A section of the file: whether its leaves lie on their side, the slip whose head runs over them, its text.

    The text is kept as the file has it, UTF-8, which takes a third of what Python's own text does.
    """

    turned: bool = False
    slip: doc.Page | None = None
    parts: list[bytes] = field(default_factory=list)


def _set_sections(word: WordDocument, sections: Sequence[_Part]) -> None:
    """Make the sections, each with an empty paragraph where its text goes."""
    for index, section in enumerate(sections):
        made = word.add_section() if index else word.sections[0]
        _set_page(made, turned=section.turned)
        if section.slip is not None:
            _run_head(made, section.slip)
            made.bottom_margin = Mm(_SLIP_BOTTOM)
        word.add_paragraph()
    for paragraph in word.paragraphs:
        if paragraph._p.pPr is not None:  # noqa: SLF001  what ends a section; no call tells it
            paragraph.style = "List 4"


class _Paper:
    """Pages as WordprocessingML, in sections; `columns`: display columns of a card's line after its indent."""

    def __init__(self, styles: dict[str, str], *, slips: bool, columns: int) -> None:
        self._styles = styles
        self._columns = columns
        self._slips = slips
        self.sections: list[_Part] = []

    def page(self, page: doc.Page) -> None:
        """Add a sheet or slip, on a new page where it is not the first."""
        new = bool(self.sections) and not self._slips and not self.sections[-1].turned
        if not new:
            self.sections.append(_Part(slip=page if self._slips else None))
        add = self._add
        if page.above is not None:
            add(self._paragraph("Subtitle", _run(page.above), look=_BREAK * new))
        add(self._paragraph("Title", _run(page.title), look=_BREAK * (new and page.above is None)))
        if page.number is not None:
            add(self._paragraph("Normal", _run(page.number), align="center"))
        add(self._head_line(page))
        for remark in page.remarks:
            add(self._paragraph("Caption", _run(remark), align="center"))
        closing = page.feet or page.annex_list or page.signature
        for section in page.sections:
            self._section(section, wide=156, small=False, keep=bool(closing) and section is page.sections[-1])
        for foot in page.feet:
            add(self._foot(foot, keep=foot is not page.feet[-1]))
        self._close(page)
        self._close_leaf()
        for annex in page.whole_leaves:
            turns = annex.wide != self.sections[-1].turned
            if turns:
                self.sections.append(_Part(turned=annex.wide))
            self._section(annex, wide=225 if annex.wide else 156, small=annex.wide, breaking=not turns)
            self._close_leaf()

    def _close(self, page: doc.Page) -> None:
        """Name the annexes, sign, and say to whom it goes, on the leaf of what stands before."""
        ends = [("Body Text", "\u3000" * 3 * (n > 0) + line, "") for n, line in enumerate(page.annex_list)]
        if page.signature:
            ends += [("List 3", "", ""), *(("Normal", line, _SIGNED) for line in page.signature)]
        ends += [("Caption", line, "" if n else _RULE) for n, line in enumerate(page.sent)]
        for place, (style, line, look) in enumerate(ends, start=1):
            self._add(self._paragraph(style, _run(line), keep=place < len(ends), look=look))

    def _close_leaf(self) -> None:
        """Take from the gap behind a last table its height, so that one that fills its leaf begins no empty one."""
        parts = self.sections[-1].parts
        gap, end = (self._paragraph(style).encode() for style in ("List 3", "List 4"))
        if parts[-1].endswith(gap):
            parts[-1] = parts[-1].removesuffix(gap) + end

    def _add(self, part: str) -> None:
        self.sections[-1].parts.append(part.encode())

    def _section(
        self, section: doc.Section, *, wide: float, small: bool, breaking: bool = False, keep: bool = False
    ) -> None:
        """Set a section, with `keep` its end on the leaf of what follows it."""
        if section.heading:
            self._add(self._paragraph("Heading 1", _run(section.heading), look=_BREAK * breaking))
        for block, kept in section.kept_blocks:
            ends = keep and block is section.blocks[-1]
            for part in self._block(block, wide=wide, small=small, keep=kept or ends):
                self._add(part)

    def _block(self, block: doc.Block, *, wide: float, small: bool, keep: bool) -> Iterator[str]:
        match block:
            case doc.Paragraph():
                style = "Caption" if block.quiet else "Body Text"
                yield from (self._paragraph(style, _run(line), keep=keep) for line in block.text.split("\n"))
            case doc.Subheading():
                yield self._paragraph("Heading 2", _run(block.text))
            case doc.Table():
                yield from self._table(block, wide=wide, style="List 2" if small else "List", keep=keep)
            case doc.Cards():
                for card in block.cards:
                    yield self._card(card, keep=keep and card is block.cards[-1])
            case doc.LightsChart() | doc.CurveChart():
                pass
            case _:
                assert_never(block)

    def _card(self, card: doc.Card, *, keep: bool) -> str:
        """Set a task as a table, which a leaf holds whole, with `keep` together with what follows.

        Of paragraphs kept together LibreOffice parts some where there are many; of a table it keeps two rows together,
        and with what follows, where their own paragraphs say so, not their style.
        """
        widths = [_twips(156)]
        lines = _field_runs(card.fields, self._columns)
        cells = (
            self._paragraph("Heading 3", _run(card.heading), keep=True),
            "".join(self._paragraph("Body Text 2", runs, keep=keep) for runs in lines),
        )
        rows = "".join(_row([cell], widths) for cell in cells if cell)
        return f"{_table_start(widths, border='none', air=0)}{rows}</w:tbl>{self._paragraph('List 4', keep=keep)}"

    def _head_line(self, page: doc.Page) -> str:
        look = (
            f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="{_HEAD_INK}"/></w:pBdr>'
            f'<w:tabs><w:tab w:val="right" w:pos="{_twips(156)}"/></w:tabs>'
        )
        line = _run(page.left) + "<w:r><w:tab/></w:r>" + _run(page.right)
        return self._paragraph("Normal", line, look=look) + self._paragraph("List 3")

    def _table(self, table: doc.Table, *, wide: float, style: str, keep: bool) -> Iterator[str]:
        """Set a table: whole where a leaf holds it, its sum never alone, with `keep` its end by what follows."""
        widths = [_twips(wide * share) for share in shares(table)]

        def row(cells: Iterable[doc.Cell], *, keep: bool, head: bool = False, bold: bool = False) -> str:
            texts = (
                self._paragraph(
                    style,
                    _run(cell.text, bold=bold or cell.light is Light.RED, face=_HEI if head else None),
                    keep=keep,
                    align="center" if head else column.align.value,
                )
                for cell, column in zip(cells, table.columns, strict=True)
            )
            return _row(texts, widths, head=head, middle=True)

        caption = f'<w:tblCaption w:val="{as_markup(table.caption, line=True)}"/>'
        yield _table_start(widths, border="single", more=caption)
        yield row((doc.Cell(column.label) for column in table.columns), head=True, keep=True)
        columns, lines = _SMALL_LEAF if style == "List 2" else _LEAF
        whole = is_short(table, columns=columns, lines=lines)
        for place, cells in enumerate(table.rows, start=1):
            ends = place == len(table.rows)
            yield row(cells, keep=keep or table.total is not None if ends else whole)
        if table.total is not None:
            yield row(table.total, bold=True, keep=keep)
        yield "</w:tbl>" + self._paragraph("List 3", keep=keep)

    def _foot(self, foot: doc.Foot, *, keep: bool) -> str:
        """Set the signature line two by two; what is not filled in is a line to write on; `keep` as `_card` has it."""
        widths = [_twips(78)] * 2
        head = self._paragraph("List 3", keep=True)
        if foot.title:
            head = self._paragraph("Signature", _run(foot.title, face=_HEI), keep=True, look=_CUT, align="center")
            head += self._paragraph("Caption", _run(foot.text), keep=True, look="<w:keepLines/>")
        cells = [_run(field.head) + _run(field.text or _BLANK, underlined=True) for field in foot.fields]
        pairs = list(zip_longest(cells[::2], cells[1::2], fillvalue=""))
        rows = (
            _row([self._paragraph("Signature", cell, keep=keep or pair is not pairs[-1]) for cell in pair], widths)
            for pair in pairs
        )
        table = f"{_table_start(widths, border='none')}{''.join(rows)}</w:tbl>"
        return head + table + self._paragraph("List 4", keep=keep)

    def _paragraph(self, style: str, runs: str = "", *, keep: bool = False, look: str = "", align: str = "") -> str:
        """Set a paragraph, with `keep` on the leaf of what follows.

        An empty one stands behind a table, as Word wants: in `List 4` it has no height, in `List 3` it parts what would
        run together.
        """
        look = _KEEP * keep + look + (f'<w:jc w:val="{align}"/>' if align else "")
        return f'<w:p><w:pPr><w:pStyle w:val="{self._styles[style]}"/>{look}</w:pPr>{runs}</w:p>'


def _field_runs(fields: Iterable[doc.Field], columns: int) -> Iterator[str]:
    """Return the fields as runs for a paragraph each, short ones that fit in a line of `columns` together.

    Each line of a field is a paragraph: a break within one would be justified, its few letters spread over the page.
    """
    line, taken = "", 0
    for each in fields:
        first, *others = each.text.split("\n")
        runs = _run(each.head, bold=True) + _run(first)
        wide = width(each.head + first)
        if line and taken + wide + width(_BETWEEN) > columns:
            yield line
            line, taken = "", 0
        line += _run(_BETWEEN) + runs if line else runs
        taken += wide + width(_BETWEEN)
        if others:
            yield line
            yield from (_run(other) for other in others)
            line, taken = "", 0
    if line:
        yield line


def _twips(millimetres: float) -> int:
    return round(millimetres * _TWIPS_PER_MM)


@lru_cache(maxsize=4096)  # rows share most of their texts
def _run(text: str, *, bold: bool = False, underlined: bool = False, face: str | None = None) -> str:
    """Return `text` as runs, its line breaks as breaks, what XML cannot hold written out; a day is never broken."""
    look = f'<w:rFonts w:eastAsia="{face}" w:hint="eastAsia"/>' if face else '<w:rFonts w:hint="eastAsia"/>'
    look += ("<w:b/>" if bold else "") + ('<w:u w:val="single"/>' if underlined else "")
    lines = [
        f"<w:t{_KEPT_SPACE * (line != line.strip())}>{re.sub(_WITHIN_DAY, _KEPT_TOGETHER, line)}</w:t>"
        for line in as_markup(text).split("\n")
    ]
    return f"<w:r><w:rPr>{look}</w:rPr>{'<w:br/>'.join(lines)}</w:r>" if text else ""


def _row(cells: Iterable[str], widths: Iterable[int], *, head: bool = False, middle: bool = False) -> str:
    """Return a row of a table, which stands on one leaf, of cells with these paragraphs."""
    look = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' * head + '<w:vAlign w:val="center"/>' * middle
    row = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{look}</w:tcPr>{cell}</w:tc>'
        for cell, wide in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * head}</w:trPr>{row}</w:tr>"


def _table_start(widths: Sequence[int], *, border: str, more: str = "", air: int = 57) -> str:
    """Return the head of a table; `air`: twips at both sides of a cell's text."""
    lines = "".join(
        f'<w:{side} w:val="{border}" w:sz="{8 if side in {"top", "bottom"} else 4}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
    margins = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 23 * bool(air)), ("left", air), ("bottom", 23 * bool(air)), ("right", air))
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{lines}'
        f'</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1"'
        f' w:noVBand="1"/>{more}</w:tblPr><w:tblGrid>'
        f"{grid}</w:tblGrid>"
    )


def _pack(word: WordDocument, texts: Sequence[Sequence[bytes]], moment: datetime) -> bytes:
    """Return the file with the texts of its sections.

    Its parts are dated `moment`: python-docx dates them by the clock, so that no two are alike.
    """
    raw, packed = io.BytesIO(), io.BytesIO()
    word.save(raw)
    at = _utc(moment)
    # A zip file knows the years 1980 to 2107.
    stamp = (min(max(at.year, 1980), 2107), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on Windows as elsewhere
            content = _part_content(name, source.read(name), texts)
            info.file_size = sum(map(len, content))  # by which it is known whether the file needs the larger form
            with target.open(info, "w") as part:
                part.writelines(content)
    return packed.getvalue()


def _part_content(name: str, content: bytes, texts: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
    """Return what the part `name` of the file is to hold, in pieces; `content` is what python-docx made of it."""
    match name:
        case "word/document.xml":
            return list(_set_into(content, texts))
        case "word/fontTable.xml":
            return [content.replace(b"</w:fonts>", _font_table().encode() + b"</w:fonts>")]
        case _:
            return [content]


def _set_into(frame: bytes, texts: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
    """Yield `frame` with each of the texts in its place.

    What ends a section goes into the last paragraph of its text: in one of its own it would begin an empty leaf.
    """
    for before, text in zip(frame.split(_PLACE), [(), *texts], strict=True):
        end = _SECTION_END.match(before)
        if end and text:
            *parts, last = text
            yield from parts
            head, mark, tail = last.rpartition(b"</w:pPr>")
            yield head + end[1] + mark + tail
            yield before[end.end() :]
        else:
            yield from text
            yield before


def _font_table() -> str:
    """Say by which other names the faces go, and their kind, so that a machine without them finds the next."""
    return "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for face, other, family in (
            (_FANG_SONG, "仿宋_GB2312", "modern"),
            (_HEI, "SimHei", "modern"),
            (_KAI, "楷体_GB2312", "modern"),
            (_XIAO_BIAO_SONG, "FZXiaoBiaoSong-B05S", "roman"),
        )
    )


def _utc(moment: datetime) -> datetime:
    """Return `moment` at UTC, naive; as it stands where that day is outside the calendar."""
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)
