"""A document as one HTML file for screen and paper: no network, no script, nothing in it but what it shows."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import Final, assert_never

from pilottask.base.i18n import Lang
from pilottask.base.width import width
from pilottask.ledger import vocabulary
from pilottask.paper import document as doc
from pilottask.paper.writers import charts
from pilottask.paper.writers.markup import LANG_TAGS, as_markup, is_short, plain, shares

_WIDE: Final = 12
"""Share of a column of text, in display columns, from which its cell takes a line of its own on a phone."""

_SIDES: Final = {doc.Align.LEFT: (), doc.Align.CENTER: ("center",), doc.Align.RIGHT: ("right",)}

_LONG: Final = 32
"""Display columns from which a card's field takes a line of its own."""

_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b|(?:\d{4}年)?\d{1,2}月\d{1,2}日", re.ASCII)
_LEAVES: Final = {False: {"columns": 92, "lines": 40}, True: {"columns": 160, "lines": 28}}
"""Columns and lines that a table may have on a printed leaf, upright and turned."""
_STYLES: Final = Path(__file__).with_name("styles")

# Nothing may be loaded or run, whatever a browser finds in the file.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def write(document: doc.Document) -> str:
    """Return `document` as one HTML file, a printed page for each slip. Texts of the store stand in it escaped."""
    keys = (f"c{number}" for number in count(1))
    slips = not document.is_sheet
    styles = ("page.css", "slip.css" if slips else "sheet.css")
    style = "".join((_STYLES / name).read_text(encoding="utf-8") for name in styles)
    if slips:
        style += "".join(map(_running, count(1), document.pages))
    metas = (
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="format-detection" content="telephone=no">',
    )
    parts = [*head(document.lang, _title(document), style, *metas), "<main>"]
    for number, page in enumerate(document.pages, start=1):
        parts += _page(page, keys, f' style="page: slip{number}"' if slips else "")
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(parts)


def head(lang: Lang, title: str, style: str, *metas: str) -> list[str]:
    """Return the lines with which a file begins, down to its body, and which keep it from loading anything."""
    return [
        "<!DOCTYPE html>",
        f'<html lang="{LANG_TAGS[lang]}">',
        '<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        *metas,
        f"<title>{as_markup(title, line=True)}</title>",
        f"<style>\n{style}</style>\n</head>\n<body>",
    ]


def _title(document: doc.Document) -> str:
    """Say what the file is in a window's title: which sheet of what, not only that it is one."""
    if len(document.pages) != 1:
        return document.name
    page = document.pages[0]
    return " ".join(part for part in (page.above, page.title, page.number, page.right) if part)


def _running(number: int, page: doc.Page) -> str:
    """Return the rule that puts what a slip is, and for whom, at the head of each leaf that it is printed on."""
    # Nothing but letters is left as it is: neither the string nor the style may end in a name from the store.
    text = "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in plain(page.running, line=True))
    look = 'white-space: pre-wrap; font: 9pt "SimSun", "Noto Serif CJK SC", serif'
    # Of a list the first leaf says so itself; a slip's may not be the first of those that are printed.
    first = "" if page.to else f"@page slip{number}:first {{ @top-right {{ content: none; }} }}\n"
    return f'@page slip{number} {{ @top-right {{ content: "{text}"; {look}; }} }}\n{first}'


def _page(page: doc.Page, keys: Iterator[str], style: str) -> Iterator[str]:
    yield f'<article class="page"{style}>\n<header>'
    if page.above is not None:
        yield _element("p", page.above, css="above")
    yield _element("h1", page.title)
    if page.number is not None:
        yield _element("p", page.number, css="number")
    yield f'<p class="line"><span>{as_markup(page.left)}</span> <span>{as_markup(page.right)}</span></p>'
    for remark in page.remarks:
        yield _element("p", remark, css="remark")
    yield "</header>"
    parts = [part for section in page.sections for part in _section(section, keys)]
    end = list(map(_foot, page.feet))
    for css, lines in (("annexes", page.annex_list), ("signature", page.signature), ("sent", page.sent)):
        if lines:
            end.append(f'<div class="{css}">' + "".join(_element("p", line) for line in lines) + "</div>")
    if end and parts[-2:-1] and parts[-2].startswith(("<p", '<div class="card')):
        *parts, last, close = parts
        end = ['<div class="whole">', last, *end, "</div>", close]  # or a signature would begin a leaf
    yield from parts + end
    for section in page.whole_leaves:
        yield from _section(section, keys, css="annex wide" if section.wide else "annex")
    yield "</article>"


def _section(section: doc.Section, keys: Iterator[str], *, css: str = "") -> Iterator[str]:
    yield f'<section class="{css}">' if css else "<section>"
    if section.heading:
        yield _element("h2", section.heading)
    level = 3
    for group in doc.groups(section.kept_blocks, itemgetter(1)):
        short = [is_short(block, **_LEAVES[section.wide]) for block, _keep in group if isinstance(block, doc.Table)]
        # Only what is one element do browsers always keep on one leaf: a lead-in, its table and the note.
        whole = len(group) > 1 and short == [True]
        yield from ['<div class="whole">'] * whole
        for block, keep in group:
            yield from _block(block, keys, level, keep=keep, wide=section.wide)
            level = 4 if isinstance(block, doc.Subheading) else level
        yield from ["</div>"] * whole
    yield "</section>"


def _block(block: doc.Block, keys: Iterator[str], level: int, *, keep: bool, wide: bool) -> Iterator[str]:
    match block:
        case doc.Paragraph():
            yield _element("p", block.text, css="quiet" if block.quiet else "lead" if keep else "")
        case doc.Subheading():
            yield _element("h3", block.text)
        case doc.Table():
            whole = is_short(block, **_LEAVES[wide])
            yield from _table(block, "whole" * whole + " " + "keep" * keep)
        case doc.Cards():
            for card in block.cards:
                yield _card(card, level)
        case doc.LightsChart():
            yield _figure(block.caption, charts.lights(block, key=next(keys)))
        case doc.CurveChart():
            yield _figure(block.caption, charts.curve(block, key=next(keys)))
        case _:
            assert_never(block)


def _element(name: str, text: str, *, css: str = "") -> str:
    return f'<{name} class="{css}">{_content(text)}</{name}>' if css else f"<{name}>{_content(text)}</{name}>"


@lru_cache(maxsize=4096)  # rows share most of their texts
def _content(text: str) -> str:
    """Return `text` as the content of an element, its days each on one line."""
    return _DAY.sub(r'<span class="day">\g<0></span>', as_markup(text))


def _figure(caption: str, svg: str) -> str:
    return f"<figure>\n{_element('figcaption', caption)}\n{svg}\n</figure>"


def _table(table: doc.Table, css: str) -> Iterator[str]:
    """Write a table whose roles are said too, because a phone's layout of it would take them away."""
    look = f' class="{css.strip()}"' if css.strip() else ""
    caption = f'<caption><span class="unseen">{as_markup(table.caption)}</span></caption>'
    yield f'<table role="table"{look}>\n{caption}\n<colgroup>'
    for share in shares(table):
        yield f'<col style="width:{share:.2%}">'
    yield '</colgroup>\n<thead role="rowgroup">\n<tr role="row">'
    for column in table.columns:
        yield f'<th scope="col" role="columnheader">{as_markup(column.label)}</th>'
    yield '</tr>\n</thead>\n<tbody role="rowgroup">'
    starts = [_cell_start(column, first=not place) for place, column in enumerate(table.columns)]
    for row in table.rows:
        yield _row(row, starts)
    yield "</tbody>"
    if table.total is not None:
        # A tbody, since a tfoot would be printed at the foot of every page.
        yield f'<tbody class="total" role="rowgroup">\n{_row(table.total, starts)}\n</tbody>'
    yield "</table>"


def _cell_start(column: doc.Column, *, first: bool) -> str:
    """Return the tag with which the cells of a column begin; the first of a row heads it."""
    wide = column.align is doc.Align.LEFT and column.share > _WIDE
    names = [*_SIDES[column.align], *(["wide"] if wide else [])]
    look = f' class="{" ".join(names)}"' if names else ""
    role = 'th scope="row" role="rowheader"' if first else 'td role="cell"'
    return f'<{role}{look} data-label="{as_markup(column.label, line=True)}">'


def _row(row: Iterable[doc.Cell], starts: Iterable[str]) -> str:
    cells = [f"{start}{_cell(cell)}</{start[1:3]}>" for start, cell in zip(starts, row, strict=True)]
    return f'<tr role="row">{"".join(cells)}</tr>'


def _cell(cell: doc.Cell) -> str:
    """Frame the word of a light, each in its own way; a sentence that says one stands as it is."""
    if cell.light is None or cell.text != vocabulary.LIGHT.say(cell.light):
        return _content(cell.text)
    return f'<span class="light {cell.light.value}">{as_markup(cell.text)}</span>'


def _card(card: doc.Card, level: int) -> str:
    css = f"card {card.light.value}" if card.light is not None else "card"
    fields = "\n".join(_field(field) for field in card.fields)
    return f'<div class="{css}">\n<h{level}>{as_markup(card.heading)}</h{level}>\n<dl>\n{fields}\n</dl>\n</div>'


def _field(field: doc.Field) -> str:
    long = "\n" in field.text or width(field.label) + width(field.text) > _LONG
    look = ' class="long"' if long else ""
    return f"<div{look}><dt>{as_markup(field.head)}</dt><dd>{_content(field.text)}</dd></div>"


def _foot(foot: doc.Foot) -> str:
    fields = "\n".join(
        f"<div><dt>{as_markup(field.head)}</dt><dd>{as_markup(field.text) or '&nbsp;'}</dd></div>"
        for field in foot.fields
    )
    lines = f'<dl class="foot">\n{fields}\n</dl>'
    if not foot.title:
        return lines
    return f'<section class="receipt">\n{_element("h2", foot.title)}\n{_element("p", foot.text)}\n{lines}\n</section>'
