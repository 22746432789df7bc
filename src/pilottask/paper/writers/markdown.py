"""Sheets and slips as Markdown with GitHub's tables; no sign in a text from the store means anything."""

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from pilottask.base.i18n import _
from pilottask.base.text import markdown
from pilottask.paper import document as doc

_RULES: Final = {doc.Align.LEFT: ":---", doc.Align.CENTER: ":---:", doc.Align.RIGHT: "---:"}


def write(document: doc.Document) -> str:
    """Return `document` as Markdown; slips are parted by a rule."""
    return "\n---\n\n".join("\n\n".join(_page(page)) + "\n" for page in document.pages)


def _page(page: doc.Page) -> Iterator[str]:
    title = " ".join(filter(None, (page.above, page.title)))
    yield f"# {markdown(title)}"
    line = " · ".join(filter(None, (page.number, page.left, page.right)))
    yield f"**{markdown(line)}**"
    for remark in page.remarks:
        yield markdown(remark)
    for section in page.sections:
        yield from _section(section)
    yield from map(markdown, (*page.annex_list, *page.signature, *page.sent))
    for section in page.whole_leaves:
        yield from _section(section)
    for foot in page.feet:
        if foot.title:
            yield from (f"## {markdown(foot.title)}", markdown(foot.text))
        fields = (
            _("{label}: {text}").format(label=markdown(one.label), text=markdown(one.text) if one.text else "\\_" * 8)
            for one in foot.fields
        )
        yield "　".join(fields)


def _section(section: doc.Section) -> Iterator[str]:
    if section.heading:
        yield f"## {markdown(section.heading)}"
    for block in section.blocks:
        yield from _block(block)


def _block(block: doc.Block) -> Iterable[str]:
    match block:
        case doc.Paragraph(text=text):
            return [markdown(text)]
        case doc.Subheading(text=text):
            return [f"### {markdown(text)}"]
        case doc.Cards(cards=cards):
            return [_card(card) for card in cards]
        case doc.Table():
            return [_table(block)]
        case doc.LightsChart() | doc.CurveChart():
            return []  # the tables beside them say the same
        case _:
            assert_never(block)


def _card(card: doc.Card) -> str:
    fields = (
        f"- **{markdown(one.label)}**{_('{label}: ').format(label='')}{markdown(one.text, line_break='<br>  ')}"
        for one in card.fields
    )
    return "\n".join((f"**{markdown(card.heading)}**", "", *fields))


def _table(table: doc.Table) -> str:
    rows = [[markdown(cell.text) for cell in row] for row in table.rows]
    if table.total:
        rows.append([f"**{text}**" if (text := markdown(cell.text)) else "" for cell in table.total])
    head = [markdown(column.label) for column in table.columns]
    rules = [_RULES[column.align] for column in table.columns]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rules, *rows))
