"""Tables of Word documents as sheets: those under the same headings are one, with the titles that stand above it.

A document is read by its XML, as python-docx gives it: its own texts leave out what stands in content controls, and
what was inserted while changes are tracked.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any, Final

from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import packages
from pilottask.exchange.office.headings import clean, count_known
from pilottask.exchange.office.layout import has_headings
from pilottask.exchange.office.packages import local_name
from pilottask.exchange.office.rows import SECTION
from pilottask.exchange.office.sheets import MOST_COLUMNS, Cells, Merge, Sheet, Source, check_height

_BLOCKS: Final = "//w:p[not(ancestor::w:tbl)] | //w:tbl[not(ancestor::w:tbl)]"
_APART: Final = frozenset({"p", "moveFrom", "Fallback"})
"""What is no part of a paragraph: one in a text box, what was moved away, what older programs show instead."""
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NUMBERED: Final = "一、"
"""Stands for the number that Word gives to a title by itself: which one it is makes no difference."""
_SENTENCE: Final = re.compile("[。；;]")
_MOST_TITLES: Final = 10


def sources(data: bytes) -> list[Source]:
    """Return the tables of a document. Raises UsageFault where it has none or is damaged, or without python-docx."""
    try:
        document, comments = _document(data)
        groups = _groups(document)
    except UsageFault:
        raise
    except Exception as wrong:
        message = _("the document is damaged, or is none")
        raise UsageFault(message, hint=_("open it, save it as .docx and import that")) from wrong
    if not groups:
        raise UsageFault(_("the document has no table"), hint=_("put the tasks into a table, or into a spreadsheet"))
    return [
        Source(_("table {number}").format(number=number), False, partial(group.read, comments))
        for number, group in enumerate(groups, start=1)
    ]


def _document(data: bytes) -> tuple[Any, tuple[str, ...]]:
    """Return the document, an element of lxml, which has no types, and the comments on it as a message tells them."""
    needed = _("Word documents need a library that is not installed")
    package, oxml = (packages.library(f"docx.{name}", needed) for name in ("opc.package", "oxml"))
    part = package.OpcPackage.open(io.BytesIO(data)).main_document_part
    beside = [link.target_part for link in part.rels.values() if not link.is_external and "comments" in link.reltype]
    notes = (note for each in beside for note in oxml.parse_xml(each.blob).iter("{*}comment"))
    texts = ["\n".join(map(_text, note.iter("{*}p"))) for note in notes]
    return oxml.parse_xml(part.blob), tuple(quote(" ".join(text.split())) for text in texts)


@dataclass(slots=True)
class _Group:
    """Tables that are one: `titles` above it, its rows by number from 1, and its cells merged down."""

    titles: list[str]
    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    def read(self, comments: tuple[str, ...], most: int | None) -> Sheet:
        """Return the rows that are not blank, or so many of them; titles are numbered up to 0."""
        lines = [*([title] for title in self.titles), *self.rows]
        rows = []
        for number, texts in enumerate(lines, start=1 - len(self.titles)):
            cells = Cells(number)
            for index, text in enumerate(texts):
                cells.put_text(index, text)
            if not (row := cells.row()).blank:
                rows.append(row)
        check_height(len(rows))
        return Sheet(tuple(rows[:most]), tuple(self.merges), comments=comments)

    def goes_on(self, other: "_Group", *, apart: bool) -> bool:
        """Tell whether `other` is more of this one: under the same headings, or under none with nothing between."""
        heads = list(map(clean, self.rows[0]))
        if heads == list(map(clean, other.rows[0])):
            return True
        return not apart and len(heads) == len(other.rows[0]) and not has_headings(other.rows)

    def extend(self, other: "_Group") -> None:
        """Put the rows of `other` below these, without headings said again, the parts of the list that titles name."""
        pairs = zip(self.rows, other.rows, strict=False)
        heads = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1] and count_known(pair[0]), pairs))
        self.rows += [[title] for title in other.titles if SECTION.match(title)]
        down = len(self.rows) - heads
        self.rows += other.rows[heads:]
        self.merges += [
            Merge(merge.first + down, merge.last + down, merge.index) for merge in other.merges if merge.first > heads
        ]


def _groups(document: Any) -> list[_Group]:  # noqa: ANN401  of lxml
    groups: list[_Group] = []
    titles: list[str] = []
    apart = False
    for block in document.xpath(_BLOCKS):
        if block.tag.endswith("}p"):
            text = _text(block)
            apart = apart or bool(text)
            if text and not _SENTENCE.search(text):
                titles.append(f"{_NUMBERED}{text}" if block.xpath("./w:pPr/w:numPr") else text)
            continue
        group = _table(block, titles[-_MOST_TITLES:])
        if groups and group.rows and groups[-1].goes_on(group, apart=apart):
            groups[-1].extend(group)
        elif group.rows:
            groups.append(group)
        titles, apart = [], False
    return groups


def _table(table: Any, titles: list[str]) -> _Group:  # noqa: ANN401  of lxml
    group = _Group(titles)
    above: dict[int, int] = {}
    lasts: dict[tuple[int, int], int] = {}  # the last row of what is merged down, by its first row and its column
    for number, line in enumerate(_own(table, "tr"), start=1):
        cells: list[str] = []
        tops: dict[int, int] = {}
        index = line.grid_before
        for cell in _own(line, "tc"):
            goes_on = cell.vMerge == "continue"
            tops[index] = above.get(index, number) if goes_on else number
            lasts[tops[index], index] = number
            cells.extend([""] * (min(index, MOST_COLUMNS) - len(cells)))
            cells.append("" if goes_on else "\n".join(filter(None, map(_text, cell.iter("{*}p")))))
            index += cell.grid_span
        above = tops
        group.rows.append(cells)
    group.merges = [Merge(first, last, index) for (first, index), last in lasts.items() if last > first]
    return group


def _own(element: Any, name: str) -> Iterator[Any]:  # noqa: ANN401  of lxml
    """Yield the rows of a table, the cells of a row, but not those of tables inside; controls may stand around them."""
    for child in element:
        kind = local_name(child.tag)
        if kind == name:
            yield child
        elif kind in {"sdt", "sdtContent", "customXml", "smartTag"}:
            yield from _own(child, name)


def _text(paragraph: Any) -> str:  # noqa: ANN401  of lxml
    texts = []
    for piece in paragraph.iter("{*}t", *(f"{{*}}{name}" for name in _SIGNS)):
        name, *above = (
            local_name(each.tag)
            for each in (piece, *takewhile(lambda each: each is not paragraph, piece.iterancestors()))
        )
        if _APART.isdisjoint(above) and (name != "tab" or above[:1] == ["r"]):  # a tab stop is one of no run
            texts.append(_SIGNS.get(name) or piece.text or "")
    return "".join(texts).strip()
