"""Sheets and slips as plain text, 80 columns wide: for any monospaced font, any printer, any message."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, assert_never

from pilottask.base.i18n import Lang, _
from pilottask.base.text import multiline
from pilottask.base.width import fold, longest_word, pad, shrink, width
from pilottask.paper import document as doc

COLUMNS: Final = 80
PAGE_LINES: Final = 60
"""Lines of a page between form feeds, the line of its number included: A4 at six lines an inch, with margins."""

_WHOLE: Final = PAGE_LINES - 8
"""Lines that a table may have and stand on one page with what leads to it."""
_NARROWEST: Final = 6
_CHARACTER: Final = 2
"""Columns of a Chinese character."""
_LONGEST_WORD: Final = 14
"""A word longer than this may be broken to keep a column."""
_ROOMY: Final = 12
"""Columns that a folded column should have before the frame takes any for spaces."""
_MANY_COLUMNS: Final = 6
"""A table of so many columns gives its spaces up before it folds more."""
_SIGNATURE: Final = 8
"""Columns to the right of a signature: four Chinese characters."""
_HALVES_BEFORE: Final = {doc.Align.LEFT: 0, doc.Align.CENTER: 1, doc.Align.RIGHT: 2}
"""How many halves of the room in a cell stand before its text."""
_INDENT: Final = {Lang.ZH: 4, Lang.EN: 0}
"""How far a paragraph's first line stands in: two Chinese characters in Chinese."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that stay on one page. `above` is repeated where a page begins with them; `glued` to what follows."""

    lines: Sequence[str]
    above: Sequence[str] = ()
    glued: bool = False


def write(document: doc.Document, *, form_feed: bool = False) -> str:
    """Return `document` as text. With `form_feed` in pages of `PAGE_LINES` lines, each with its number at its foot."""
    writer = _Writer(document.lang, document.wide_ambiguous)
    if form_feed:
        return "\f".join(leaf for page in document.pages for leaf in writer.leaves(page))
    pages = (part for page in document.pages for part in writer.parts(page))
    return f"\n{'=' * COLUMNS}\n\n".join(_join_lines(line for part in page for line in part.lines) for page in pages)


def _join_lines(lines: Iterable[str]) -> str:
    return "".join(f"{line.rstrip(' ')}\n" for line in lines)


def _pages(parts: Iterable[_Lines]) -> Iterator[list[str]]:
    """Break parts into pages of `PAGE_LINES` lines, the last of them left for the number."""
    room = PAGE_LINES - 2
    page: list[str] = []
    for group in doc.groups(parts, attrgetter("glued")):
        needed = sum(len(part.lines) for part in group)
        if page and len(page) + needed > room:
            yield page
            page = list(group[0].above)
        for part in group:
            for line in part.lines:
                if len(page) == room:  # a part longer than a page
                    yield page
                    page = list(part.above) if len(part.above) < room else []
                if page or line:
                    page.append(line)
    if page:
        yield page


@dataclass(frozen=True, slots=True)
class _Writer:
    """Lays blocks out; `wide` where characters of ambiguous width take two columns."""

    lang: Lang
    wide: bool

    def leaves(self, page: doc.Page) -> Iterator[str]:
        """Yield the leaves that a sheet or slip is printed on, each with its number and what it is a leaf of."""
        leaves = [leaf for part in self.parts(page) for leaf in _pages(part)]
        for number, leaf in enumerate(leaves, start=1):
            text = _("Page {n} of {total}").format(n=number, total=len(leaves))
            known = f"{multiline(page.running)}  {text}"
            foot = known if self._width(known) <= COLUMNS else text
            yield _join_lines([*leaf, *[""] * (PAGE_LINES - 1 - len(leaf)), *self._center(foot)])

    def parts(self, page: doc.Page) -> Iterator[list[_Lines]]:
        """Yield the parts that begin on a page of their own: the sheet, and each annex; a foot closes the last."""
        main = [_Lines(self._head(page), glued=True)]
        main += [part for section in page.sections for part in self._section(section)]
        leaves = [main + self._end(page), *(list(self._section(annex)) for annex in page.whole_leaves)]
        if page.feet:  # what is sent back stands on a leaf with the last of what it is about
            leaves[-1][-1] = replace(leaves[-1][-1], glued=True)
            leaves[-1] += [replace(self._foot(foot), glued=foot is not page.feet[-1]) for foot in page.feet]
        yield from leaves

    def _end(self, page: doc.Page) -> list[_Lines]:
        """Return what ends the body: the names of the annexes, the signature, to whom it goes."""
        indent = " " * self._width(_("Annexes: "))
        ends = (
            [f"{indent if place else ''}{line}" for place, line in enumerate(page.annex_list)],
            [self._pad(line, COLUMNS - _SIGNATURE, right=True) for line in page.signature],
            ["-" * COLUMNS, *page.sent] if page.sent else [],
        )
        return [
            _Lines(["", *(part for line in lines for part in self._fold(line, COLUMNS))]) for lines in ends if lines
        ]

    def _head(self, page: doc.Page) -> list[str]:
        lines = []
        for text in (page.above, page.title, page.number):
            if text:
                lines += self._center(text)
        lines += ["", *self._at_both_ends(page.left, page.right), "=" * COLUMNS]
        for remark in page.remarks:
            lines += self._fold(remark, COLUMNS)
        return lines

    def _foot(self, foot: doc.Foot) -> _Lines:
        blank = "_" * 10
        parts = [_("{label}: {text}").format(label=one.label, text=multiline(one.text) or blank) for one in foot.fields]
        lines = ["", "-" * COLUMNS]
        if foot.title:
            lines = ["", ("- " * COLUMNS)[:COLUMNS], *self._center(foot.title), *self._paragraph(foot.text)]
        gap = COLUMNS - sum(map(self._width, parts))
        between = max(len(parts) - 1, 1)
        if gap >= between * 2:
            return _Lines([*lines, (" " * (gap // between)).join(parts)])
        half = COLUMNS // 2
        pairs = [parts[index : index + 2] for index in range(0, len(parts), 2)]
        for pair in pairs:
            if all(self._width(text) < half for text in pair):
                lines.append("".join(self._pad(text, half) for text in pair))
            else:
                lines += [line for text in pair for line in self._fold(text, COLUMNS)]
        return _Lines(lines)

    def _section(self, section: doc.Section) -> Iterator[_Lines]:
        if section.heading:
            yield _Lines(["", *self._fold(section.heading, COLUMNS)], glued=True)
        for index, (block, keep) in enumerate(section.kept_blocks):
            if index and isinstance(block, doc.Subheading):
                yield _Lines([""], glued=True)
            parts = list(self._block(block))
            if keep:
                parts[-1] = replace(parts[-1], glued=True)
            yield from parts

    def _block(self, block: doc.Block) -> Iterator[_Lines]:
        match block:
            case doc.Paragraph(text=text):
                yield _Lines(self._paragraph(text))
            case doc.Subheading(text=text):
                yield _Lines(self._paragraph(text), glued=True)
            case doc.Cards(cards=cards):
                for index, card in enumerate(cards):
                    yield _Lines(["", *self._card(card)] if index else self._card(card))
            case doc.Table():
                yield from self._table(block)
            case doc.LightsChart() | doc.CurveChart():
                pass  # the tables beside them say the same
            case _:
                assert_never(block)

    def _card(self, card: doc.Card) -> list[str]:
        lines = self._paragraph(card.heading)
        labels = [one.head for one in card.fields]
        label_columns = max(map(self._width, labels), default=0)
        indent = " " * _INDENT[self.lang] or "   "
        for label, one in zip(labels, card.fields, strict=True):
            folded = self._fold(one.text, COLUMNS - len(indent) - label_columns)
            for index, line in enumerate(folded):
                lines.append(f"{indent}{self._pad('' if index else label, label_columns)}{line}")
        return lines

    def _table(self, table: doc.Table) -> Iterator[_Lines]:
        rows = [*table.rows, *([table.total] if table.total else [])]
        columns = [column for column in table.columns if not column.minor]
        texts = [_row_texts(table.columns, row) for row in rows]
        by_column = list(map(set, zip(*texts, strict=True))) or [set()] * len(columns)  # rows share most of their texts
        widths, space = self._columns(columns, by_column)
        rule = "+" + "+".join("-" * (columns + 2 * len(space)) for columns in widths) + "+"
        blanks = [" " * (room + 2 * len(space)) for room in widths]
        folded = [
            {text: self._cell(text, room, column.align, space) for text in (column.label, *found)}
            for column, found, room in zip(columns, by_column, widths, strict=True)
        ]
        head = [rule, *_row_lines(folded, [column.label for column in columns], blanks), rule]
        yield _Lines(head, glued=True)
        laid = [_row_lines(folded, row, blanks) for row in texts]
        ruled = any(len(lines) > 1 for lines in laid)
        whole = sum(map(len, laid)) + len(laid) * ruled < _WHOLE
        for index, lines in enumerate(laid):
            last = index == len(laid) - 1
            before_total = table.total is not None and index == len(laid) - 2
            closed = [*lines, rule] if ruled or last or before_total else lines
            yield _Lines(closed, above=head, glued=not last and (whole or before_total))

    def _cell(self, text: str, columns: int, align: doc.Align, space: str) -> list[str]:
        """Return the lines of a cell of so many columns, with `space` at both their sides."""
        lines = []
        for line in self._fold(text, columns):
            fill = max(columns - self._width(line), 0)
            before = fill * _HALVES_BEFORE[align] // 2
            lines.append(f"{space}{' ' * before}{line}{' ' * (fill - before)}{space}")
        return lines

    def _columns(self, columns: Sequence[doc.Column], by_column: Iterable[set[str]]) -> tuple[list[int], str]:
        """Return how wide each column is, and what stands at both sides of a cell, so that 80 columns are filled."""
        naturals, leasts = [], []
        for column, texts in zip(columns, by_column, strict=True):
            widest = max((self._width(line) for text in texts for line in multiline(text).split("\n")), default=0)
            label = self._width(column.label)
            naturals.append(max(widest, label, 1))
            if column.align is doc.Align.LEFT:
                words = max((self._word(text) for text in (*texts, column.label)), default=0)
                leasts.append(min(naturals[-1], max(_NARROWEST, min(words, _LONGEST_WORD))))
            else:
                leasts.append(max(widest, min(label, max(_NARROWEST, self._word(column.label)))))
        frame = len(columns) + 1
        spaces = 2 * len(columns)
        wished = sum(
            min(natural, max(least, _ROOMY)) if column.align is doc.Align.LEFT else least
            for column, natural, least in zip(columns, naturals, leasts, strict=True)
        )
        unfolded = sum(naturals) + frame
        close = unfolded + spaces > COLUMNS and (
            unfolded <= COLUMNS or len(columns) >= _MANY_COLUMNS or wished + frame + spaces > COLUMNS
        )
        space = "" if close else " "
        room = COLUMNS - frame - 2 * len(columns) * len(space)
        return _fit(columns, naturals, leasts, room), space

    def _word(self, text: str) -> int:
        return longest_word(text[:200], wide_ambiguous=self.wide)

    def _width(self, text: str) -> int:
        return width(text, wide_ambiguous=self.wide)

    def _pad(self, text: str, columns: int, *, right: bool = False) -> str:
        return pad(text, columns, right=right, wide_ambiguous=self.wide)

    def _fold(self, text: str, columns: int) -> list[str]:
        return fold(multiline(text), columns, wide_ambiguous=self.wide)

    def _center(self, text: str) -> list[str]:
        return [" " * ((COLUMNS - self._width(line)) // 2) + line for line in self._fold(text, COLUMNS)]

    def _at_both_ends(self, left: str, right: str) -> list[str]:
        """Put two texts at the two ends of a line, or one under the other where they don't fit."""
        gap = COLUMNS - self._width(multiline(left)) - self._width(right)
        if gap > 1:
            return [multiline(left) + " " * gap + right]
        return [*self._fold(left, COLUMNS), " " * (COLUMNS - self._width(right)) + right]

    def _paragraph(self, text: str) -> list[str]:
        indent = " " * _INDENT[self.lang]
        return [line for part in multiline(text).split("\n") for line in self._fold(indent + part, COLUMNS)]


def _row_texts(columns: Sequence[doc.Column], row: Sequence[doc.Cell]) -> list[str]:
    """Return the texts of a row without its minor columns, what is said of those under the text of others."""
    texts = ["-" if cell.text == doc.NOTHING else cell.text for cell in row]
    for column, cell in zip(columns, row, strict=True):
        if column.minor and cell.brief:
            texts[column.under] += f"\n{cell.brief}"
    return [text for text, column in zip(texts, columns, strict=True) if not column.minor]


def _row_lines(folded: Sequence[Mapping[str, list[str]]], texts: Sequence[str], blanks: Sequence[str]) -> list[str]:
    """Return the lines of a row; a cell with fewer lines than another ends in blanks."""
    cells = [lines[text] for lines, text in zip(folded, texts, strict=True)]
    height = max(map(len, cells))
    filled = [cell + [blank] * (height - len(cell)) for cell, blank in zip(cells, blanks, strict=True)]
    return [f"|{'|'.join(line)}|" for line in zip(*filled, strict=True)]


def _fit(columns: Sequence[doc.Column], naturals: Sequence[int], leasts: Sequence[int], room: int) -> list[int]:
    """Return widths that fill `room`: taken from the widest columns where it is short, given to texts where not."""
    widths = list(naturals)
    over = sum(widths) - room
    shrink(widths, [_CHARACTER] * len(widths), shrink(widths, leasts, over))
    if over < 0:
        texts = [index for index, column in enumerate(columns) if column.align is doc.Align.LEFT] or [len(widths) - 1]
        share, rest = divmod(-over, len(texts))
        for turn, index in enumerate(texts):
            widths[index] += share + (turn < rest)
    return widths
