"""A document as one HTML file for screen and paper: no network, no script, nothing in it but what it shows."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

from pilottask.i18n import Lang, _
from pilottask.queries import Light
from pilottask.report import charts
from pilottask.report.document import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    CurveChart,
    Document,
    Field,
    Foot,
    LightsChart,
    Page,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from pilottask.report.markup import escaped
from pilottask.text import width

_LANG_TAGS: Final = {Lang.ZH: "zh-CN", Lang.EN: "en"}

_WIDE: Final = 12
"""Share of a column, in display columns, from which its cell takes a line of its own on a phone."""

_LONG: Final = 32
"""Display columns from which a card's field takes a line of its own."""

# The family names that Windows, WPS and macOS give to the faces of official papers, then free ones.
_STYLE: Final = """\
:root {
  color-scheme: light;
  --body: "FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "华文仿宋", "Noto Serif CJK SC",
    "Source Han Serif SC", "Songti SC", "SimSun", serif;
  --head: "SimHei", "黑体", "STHeiti", "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif;
  --sub: "KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "Noto Serif CJK SC", "Source Han Serif SC", serif;
  --title: "FZXiaoBiaoSong-B05S", "方正小标宋简体", "方正小标宋_GBK", "STZhongsong", "华文中宋", "Noto Serif CJK SC",
    "Source Han Serif SC", "SimSun", serif;
}
:lang(en) { --body: "Times New Roman", "Liberation Serif", "Noto Serif", "Noto Serif CJK SC", "SimSun", serif;
  --head: Arial, "Liberation Sans", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  --sub: var(--body); --title: var(--body); }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; font: 1rem/1.6 var(--body); color: #000; background: #fff; overflow-wrap: anywhere; }
h1, h2, h3, h4, p, dl, dd, figure { margin: 0; }
.page { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
.above { font: 1.05rem/1.5 var(--head); text-align: center; }
h1 { font: bold 1.9rem/1.35 var(--title); text-align: center; margin: .3rem 0; }
.number { text-align: center; }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 2rem; margin-top: .8rem; padding: 0 .2rem .3rem;
  border-bottom: 3px solid #b3141b; }
.remark { margin-top: .6rem; padding: .3rem .7rem; border: 1px solid #000; font-weight: bold; }
h2 { font: bold 1.2rem/1.5 var(--head); margin: 1.6rem 0 .5rem; }
h3 { font: bold 1.08rem/1.5 var(--sub); margin: 1rem 0 .4rem; }
h4 { font: bold 1rem/1.5 var(--body); }
section > p { margin: .3rem 0; white-space: pre-line; }
:lang(zh) section > p { text-indent: 2em; }
section > p.quiet { font-size: .9rem; color: #333; text-indent: 0; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: .6rem 0 1rem; font-size: .92rem; line-height: 1.4;
  border-top: 2px solid #000; border-bottom: 2px solid #000; }
th, td { padding: .28rem .35rem; border: 1px solid #555; text-align: left; vertical-align: middle; font-weight: normal;
  white-space: pre-line; }
tr > :first-child { border-left: 0; }
tr > :last-child { border-right: 0; }
thead th { font: bold .9em/1.35 var(--head); background: #efefef; text-align: center; }
.center { text-align: center; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
.total th, .total td { font-weight: bold; border-top: 2px solid #000; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.light { display: inline-block; min-width: 1.7em; padding: 0 .3em; border: 1px solid #000; text-align: center; line-height: 1.35; }
.light.red { background: #fbdcdc; border-width: 2px; font-weight: bold; }
.light.yellow { background: #fdf3c9; border-style: dashed; }
.light.green { background: #e6f4e3; border-color: #999; }
.card { margin: .6rem 0; padding: .5rem .8rem .6rem; border: 1px solid #555; }
.card.red { border-left: 6px solid #000; }
.card.yellow { border-left: 6px double #000; }
.card h3, .card h4 { margin: 0 0 .25rem; font: bold 1rem/1.5 var(--head); }
.card dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: .1rem 1.2rem; }
.card dl > div, .foot > div { display: flex; }
.card .long { grid-column: 1 / -1; }
dt { flex: none; margin-right: .35em; font-family: var(--sub); font-weight: bold; }
dd { flex: 1; min-width: 0; white-space: pre-line; }
figure { margin: .8rem auto 1rem; max-width: 42rem; }
figcaption { text-align: center; font: bold .95rem/1.5 var(--head); }
.chart { display: block; width: 100%; height: auto; font-family: var(--head); }
.foot { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin-top: 2.2rem; padding-top: .8rem; border-top: 2px solid #000; }
.foot > div { flex: 1 1 11rem; }
.foot dd { border-bottom: 1px solid #000; min-width: 5rem; padding: 0 .3rem; }
.page + .page { border-top: 1px dashed #777; }

@media screen and (max-width: 46rem) {
  .page { padding: 1rem .8rem 2rem; }
  h1 { font-size: 1.5rem; }
  table, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .5rem 0; border-bottom: 1px solid #777; }
  tbody tr > * { border: 0 !important; padding: 0; min-width: 4.4rem; text-align: left; }
  tbody th, tbody .wide { flex: 1 0 100%; }
  tbody th { font-weight: bold; }
  tbody tr > *::before { content: attr(data-label) " "; color: #444; font: .85em var(--head); }
  tbody.total th::before { content: none; }
  td:empty { display: none; }
}

@page { size: A4 portrait; margin: 20mm 18mm 20mm 22mm; }
@page annex { size: A4 landscape; margin: 18mm 16mm 18mm; }
@media print {
  html { font-size: 10.5pt; }
  .page { max-width: none; padding: 0; }
  .page + .page { break-before: page; border: 0; }
  .annex { page: annex; break-before: page; }
  .annex h2 { margin-top: 0; }
  .annex table { font-size: 9pt; }
  h1 { font-size: 22pt; }
  h2 { font-size: 14pt; }
  h3 { font-size: 12pt; }
  .line { border-bottom-color: #000; }
  h1, h2, h3, h4, .line { break-after: avoid; }
  p { orphans: 2; widows: 2; }
  thead { display: table-header-group; }
  tr, figure, .foot, .remark { break-inside: avoid; }
  .card { break-inside: avoid; }
  .total { break-before: avoid; }
  figure { max-width: 118mm; margin: 2mm auto; }
  thead th, .light { background: none !important; }
}
"""

_PAGE_NUMBERS: Final = """\
@page { @bottom-center { content: "— " counter(page) " —"; font: 12pt "SimSun", "Noto Serif CJK SC", serif; } }
@page annex { @bottom-center { content: "— " counter(page) " —"; font: 12pt "SimSun", "Noto Serif CJK SC", serif; } }
"""

# Nothing may be loaded or run, whatever a browser finds in the file.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def write(document: Document) -> str:
    """Return `document` as one HTML file, a printed page for each slip. Texts of the store stand in it escaped."""
    keys = (f"c{number}" for number in count(1))
    slips = all(section.part is None for page in document.pages for section in page.sections)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{_LANG_TAGS[document.lang]}">',
        '<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="format-detection" content="telephone=no">',
        f"<title>{escaped(document.name, line=True)}</title>",
        f"<style>\n{_STYLE}{'' if slips else _PAGE_NUMBERS}</style>\n</head>\n<body>\n<main>",
    ]
    for page in document.pages:
        parts += _page(page, keys)
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(parts)


def _page(page: Page, keys: Iterator[str]) -> Iterator[str]:
    yield '<article class="page">\n<header>'
    if page.above is not None:
        yield _element("p", page.above, css="above")
    yield _element("h1", page.title)
    if page.number is not None:
        yield _element("p", page.number, css="number")
    yield f'<p class="line"><span>{escaped(page.left)}</span> <span>{escaped(page.right)}</span></p>'
    for remark in page.remarks:
        yield _element("p", remark, css="remark")
    yield "</header>"
    for section in page.sections:
        yield from _section(section, keys)
    yield _foot(page.foot)
    if page.annex is not None:
        yield from _section(page.annex, keys, css="annex")
    yield "</article>"


def _section(section: Section, keys: Iterator[str], *, css: str = "") -> Iterator[str]:
    yield f'<section class="{css}">' if css else "<section>"
    yield _element("h2", section.heading)
    level = 3
    for block in section.blocks:
        yield from _block(block, keys, level)
        if isinstance(block, Subheading):
            level = 4
    yield "</section>"


def _block(block: Block, keys: Iterator[str], level: int) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _element("p", block.text, css="quiet" if block.quiet else "")
        case Subheading():
            yield _element("h3", block.text)
        case Table():
            yield from _table(block)
        case Cards():
            for card in block.cards:
                yield _card(card, level)
        case LightsChart():
            yield _figure(block.caption, charts.lights(block, key=next(keys)))
        case CurveChart():
            yield _figure(block.caption, charts.curve(block, key=next(keys)))


def _element(name: str, text: str, *, css: str = "") -> str:
    return f'<{name} class="{css}">{escaped(text)}</{name}>' if css else f"<{name}>{escaped(text)}</{name}>"


def _figure(caption: str, svg: str) -> str:
    return f"<figure>\n{_element('figcaption', caption)}\n{svg}\n</figure>"


def _table(table: Table) -> Iterator[str]:
    """Write a table whose roles are said too, because a phone's layout of it would take them away."""
    sum_of_shares = sum(column.share for column in table.columns) or 1
    yield f'<table role="table">\n<caption><span class="unseen">{escaped(table.caption)}</span></caption>\n<colgroup>'
    for column in table.columns:
        yield f'<col style="width:{100 * column.share / sum_of_shares:.2f}%">'
    yield '</colgroup>\n<thead role="rowgroup">\n<tr role="row">'
    for column in table.columns:
        yield f'<th scope="col" role="columnheader">{escaped(column.label)}</th>'
    yield '</tr>\n</thead>\n<tbody role="rowgroup">'
    before = [f' data-label="{escaped(column.label, line=True)}"' for column in table.columns]
    for row in table.rows:
        yield _row(row, table.columns, before)
    yield "</tbody>"
    if table.total is not None:
        # A tbody, since a tfoot would be printed at the foot of every page.
        yield f'<tbody class="total" role="rowgroup">\n{_row(table.total, table.columns, before)}\n</tbody>'
    yield "</table>"


def _row(row: Iterable[Cell], columns: Iterable[Column], before: Iterable[str]) -> str:
    cells = []
    for place, (cell, column, label) in enumerate(zip(row, columns, before, strict=True)):
        css = " ".join(
            [
                *([column.align.value] if column.align.value != "left" else []),
                *(["wide"] if column.share > _WIDE else []),
            ]
        )
        look = f' class="{css}"' if css else ""
        text = _lit(cell) if cell.light is not None else escaped(cell.text)
        cells.append(
            f'<td role="cell"{look}{label}>{text}</td>'
            if place
            else f'<th scope="row" role="rowheader"{look}{label}>{text}</th>'
        )
    return f'<tr role="row">{"".join(cells)}</tr>'


def _lit(cell: Cell) -> str:
    light = cell.light or Light.GREEN
    return f'<span class="light {light.value}">{escaped(cell.text)}</span>'


def _card(card: Card, level: int) -> str:
    css = f"card {card.light.value}" if card.light is not None else "card"
    fields = "\n".join(_field(field) for field in card.fields)
    return f'<div class="{css}">\n<h{level}>{escaped(card.heading)}</h{level}>\n<dl>\n{fields}\n</dl>\n</div>'


def _field(field: Field) -> str:
    long = "\n" in field.text or width(field.label) + width(field.text) > _LONG
    look = ' class="long"' if long else ""
    return f"<div{look}><dt>{_labelled(field)}</dt><dd>{escaped(field.text)}</dd></div>"


def _labelled(field: Field) -> str:
    return escaped(_("{label}: ").format(label=field.label))


def _foot(foot: Foot) -> str:
    fields = "\n".join(
        f"<div><dt>{_labelled(field)}</dt><dd>{escaped(field.text) or '&nbsp;'}</dd></div>" for field in foot.fields
    )
    return f'<dl class="foot">\n{fields}\n</dl>'
