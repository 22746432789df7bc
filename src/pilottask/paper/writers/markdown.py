"""Sheets and slips as Markdown with GitHub's tables; no sign in a text from the store means anything."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, assert_never

from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.paper.document import (
    Align,
    Block,
    Card,
    Cards,
    CurveChart,
    Document,
    LightsChart,
    Page,
    Paragraph,
    Section,
    Subheading,
    Table,
)

_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>#|~&$@]")
# What would begin a list, a heading or a rule at the start of a line.
_BEGINNING: Final = re.compile(r"^(\s*)(?:([-+=:])|(\d{1,9})([.)])(?=\s|$))")
_RULES: Final = {Align.LEFT: ":---", Align.CENTER: ":---:", Align.RIGHT: "---:"}


def write(document: Document) -> str:
    """Return `document` as Markdown; slips are parted by a rule."""
    return "\n---\n\n".join("\n\n".join(_page(page)) + "\n" for page in document.pages)


def _plain(text: str) -> str:
    """Return one line of text so that no sign in it means anything."""
    escaped = _SPECIAL.sub(r"\\\g<0>", safe(text)).replace("://", ":\\//").replace("www.", "www\\.")
    return _BEGINNING.sub(lambda found: f"{found[1]}{_begun(found)}", escaped)


def _begun(found: re.Match[str]) -> str:
    return f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}"


def _lines(text: str, *, between: str = "<br>") -> str:
    """Return text whose line breaks are kept as `between`."""
    return between.join(_plain(line) for line in text.replace("\r\n", "\n").split("\n"))


def _page(page: Page) -> Iterator[str]:
    title = " ".join(filter(None, (page.above, page.title)))
    yield f"# {_plain(title)}"
    line = " · ".join(filter(None, (page.number, page.left, page.right)))
    yield f"**{_plain(line)}**"
    for remark in page.remarks:
        yield _lines(remark)
    for section in (*page.sections, *([page.annex] if page.annex else [])):
        yield from _section(section)
    said = (
        _("{label}: {text}").format(label=_plain(one.label), text=_plain(one.text) if one.text else "\\_" * 8)
        for one in page.foot.fields
    )
    yield "　".join(said)


def _section(section: Section) -> Iterator[str]:
    if section.heading:
        yield f"## {_plain(section.heading)}"
    for block in section.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterable[str]:
    match block:
        case Paragraph(text=text):
            return [_lines(text)]
        case Subheading(text=text):
            return [f"### {_plain(text)}"]
        case Cards(cards=cards):
            return [_card(card) for card in cards]
        case Table():
            return [_table(block)]
        case LightsChart() | CurveChart():
            return []  # the tables beside them say the same
        case _:
            assert_never(block)


def _card(card: Card) -> str:
    fields = (
        f"- **{_plain(one.label)}**{_('{label}: ').format(label='')}{_lines(one.text, between='<br>  ')}"
        for one in card.fields
    )
    return "\n".join((f"**{_plain(card.heading)}**", "", *fields))


def _table(table: Table) -> str:
    rows = [[_lines(cell.text) for cell in row] for row in table.rows]
    if table.total:
        rows.append([f"**{text}**" if (text := _lines(cell.text)) else "" for cell in table.total])
    head = [_plain(column.label) for column in table.columns]
    rules = [_RULES[column.align] for column in table.columns]
    return "\n".join(_row(row) for row in (head, rules, *rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
