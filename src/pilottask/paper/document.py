"""A sheet or slip in words: blocks in the language in use, which each writer only lays out.

Texts from the store stand in blocks as they were typed; each writer makes them safe for its own form. All of it is
plain data, that a kept sheet is read back as.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from itertools import zip_longest
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pilottask.base.i18n import Lang, _
from pilottask.base.width import width
from pilottask.ledger.lights import Light
from pilottask.ledger.queries import Tally
from pilottask.paper.content import Part, Point

NOTHING: Final = "—"
"""What stands in a cell for no value."""


class Type(StrEnum):
    """The type of a body that is to keep to its leaves: 三号, as GB/T 9704 has it, else 四号, 小四, 五号."""

    STANDARD = "standard"
    SMALL = "small"
    SMALLER = "smaller"
    SMALLEST = "smallest"

    @property
    def size(self) -> float:
        """Points."""
        return {Type.STANDARD: 16, Type.SMALL: 14, Type.SMALLER: 12, Type.SMALLEST: 10.5}[self]

    @property
    def pitch(self) -> float:
        """Points from line to line: 22, 29, 35 and 40 lines in 225 mm."""
        return {Type.STANDARD: 28.95, Type.SMALL: 21.9, Type.SMALLER: 18, Type.SMALLEST: 15.8}[self]

    @property
    def lines(self) -> int:
        """Lines of a leaf."""
        return int(_AREA_HIGH / self.pitch)

    @property
    def columns(self) -> int:
        """Display columns of a line, two for a Chinese character."""
        return int(_AREA_WIDE / self.size) * 2

    @property
    def smaller(self) -> "Type":
        """A size less, but not less than 小四."""
        return list(Type)[min(list(Type).index(self) + 1, 2)]

    @property
    def head_lines(self) -> float:
        """Lines that the head of a paper takes: above the title, number and remark, and the room of title and rule."""
        return 3 + _HEAD / self.pitch


_HEAD: Final = 73
"""Points that the title of a paper and its line take."""
INDENT: Final = 4
"""Display columns that a paragraph stands in."""
_AREA_WIDE: Final = 442.2
_AREA_HIGH: Final = 637.9
"""Points of GB/T 9704's type area, 156 x 225 mm."""


class Align(StrEnum):
    """At which side of its column a cell stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Cell(Struct, frozen=True):
    """What stands in a table's cell; `light` where it says one, `brief` what is said where its column is left out."""

    text: str
    light: Light | None = None
    brief: str = ""


class Column(Struct, frozen=True):
    """A column of a table: its label, and its share of the page's width, in display columns of 80.

    `minor` columns are left out where a page has no more than those 80 columns; what is `brief` in their cells then
    stands under the text of the column at the place `under`.
    """

    label: str
    share: int
    align: Align = Align.LEFT
    minor: bool = False
    under: int = 1


class Table(Struct, frozen=True, tag=True):
    """Rows under columns; `total` stands last. `caption` says what the table is, for those who hear it read."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None


class Paragraph(Struct, frozen=True, tag=True):
    """A paragraph; `quiet` for a remark under a table or figure."""

    text: str
    quiet: bool = False


class Subheading(Struct, frozen=True, tag=True):
    """A heading within a section, as （一） is."""

    text: str


class Field(Struct, frozen=True):
    """A label and what stands under it; the text may have line breaks."""

    label: str
    text: str

    @property
    def head(self) -> str:
        """The label as it leads to the text on one line."""
        return _("{label}: ").format(label=self.label)


class Card(Struct, frozen=True):
    """One task told in full: its heading (number, title, how late), its fields in order."""

    heading: str
    light: Light | None
    fields: tuple[Field, ...]


class Cards(Struct, frozen=True, tag=True):
    """Tasks told in full, one after the other."""

    cards: tuple[Card, ...]


class LightsChart(Struct, frozen=True, tag=True):
    """Lights by department, as stacked bars where a form can draw; the same figures stand in the table beside."""

    caption: str
    rows: tuple[tuple[str | None, Tally], ...]


class CurveChart(Struct, frozen=True, tag=True):
    """The burn-up of closed against due, where a form can draw."""

    caption: str
    due_label: str
    closed_label: str
    points: tuple[Point, ...]


_Item = TypeVar("_Item")


def groups(items: Iterable[_Item], goes_on: Callable[[_Item], bool]) -> Iterator[list[_Item]]:
    """Gather each item with what it goes on with."""
    group: list[_Item] = []
    for item in items:
        group.append(item)
        if not goes_on(item):
            yield group
            group = []
    if group:
        yield group


def _keeps(block: "Block", after: "Block | None") -> bool:
    """Tell whether `block` stands on the leaf of what follows it: a lead-in with its table, a table with its note."""
    if isinstance(block, Table):
        return isinstance(after, Paragraph) and after.quiet
    leads = isinstance(block, Paragraph) and not block.quiet and isinstance(after, Table)
    return leads or isinstance(block, Subheading)


Block = Paragraph | Subheading | Table | Cards | LightsChart | CurveChart


class Section(Struct, frozen=True):
    """A section: its title, what stands before it (一、 or 附件1) and its blocks. `part` None on a slip.

    A `wide` one lies on its side where a form has leaves.
    """

    part: Part | None
    title: str
    blocks: tuple[Block, ...]
    numeral: str = ""
    wide: bool = False

    @property
    def heading(self) -> str:
        """The title with its numeral."""
        return self.numeral + self.title

    @property
    def kept_blocks(self) -> Iterator[tuple[Block, bool]]:
        """Each block, and whether it stands on the leaf of what follows it."""
        return ((block, _keeps(block, after)) for block, after in zip_longest(self.blocks, self.blocks[1:]))

    def lines(self, size: Type) -> int:
        """Return how many lines it takes where it is all paragraphs; a full stop may hang over the last one's end."""
        texts = (block.text for block in self.blocks if isinstance(block, Paragraph | Subheading))
        return 1 + sum(-(-(width(text.rstrip("。.")) + INDENT) // size.columns) for text in texts)


class Foot(Struct, frozen=True):
    """Labels to be filled in by hand, some with what is known already: a signature line.

    With a `title` and `text` it is a return slip, to be cut off.
    """

    fields: tuple[Field, ...]
    title: str = ""
    text: str = ""


class Page(Struct, frozen=True, kw_only=True):
    """A sheet, or one slip: its head, sections and foot; each of the `annexes` begins on a leaf of its own.

    `above` is what stands over the title (the pilot's name), `number` under it (第3期, or that it is a draft),
    `left` and `right` the line that closes the head (office, date), `remarks` what a reader must know first.
    `signature` are the lines with which the body ends at the right (署名、成文日期), `sent` to whom it goes (报、送).
    `to` is for whom a slip is, `receipt` what is sent back of it (回执).
    `annex` is what a sheet that was issued before there were several had as its one.
    """

    above: str | None
    title: str
    number: str | None = None
    left: str
    right: str
    remarks: tuple[str, ...] = ()
    sections: tuple[Section, ...]
    annexes: tuple[Section, ...] = ()
    annex: Section | None = None
    signature: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    to: str = ""
    foot: Foot = Foot(())
    receipt: Foot = Foot(())
    type: Type = Type.STANDARD

    def without(self, parts: Collection[Part]) -> "Page":
        """Return it with these sections left out; the first of those that stay has the first numeral, and so on."""
        return replace(
            self,
            sections=_without_parts(self.sections, parts),
            annexes=_without_parts(self.annexes, parts),
            annex=None if Part.ANNEX in parts else self.annex,
        )

    @property
    def whole_leaves(self) -> tuple[Section, ...]:
        """The annexes, or the one annex of an earlier sheet."""
        return (*self.annexes, *([replace(self.annex, wide=True)] if self.annex else []))

    @property
    def annex_list(self) -> tuple[str, ...]:
        """The lines that name the annexes at the end of the body."""
        titles = [section.title for section in self.annexes]
        titles = with_places(titles) if len(titles) > 1 else titles
        return (_("Annexes: ") + titles[0], *titles[1:]) if titles else ()

    @property
    def feet(self) -> tuple[Foot, ...]:
        """What is to be filled in at its end."""
        return tuple(foot for foot in (self.foot, self.receipt) if foot.fields)

    @property
    def running(self) -> str:
        """What stands on each leaf, so that one is known without the first: what it is, and which or for whom."""
        return "  ".join(part for part in (self.title, self.to or self.number or self.left) if part)


def with_places(items: Iterable[str]) -> list[str]:
    """Return items with their places before them, from 1."""
    return [_("{place}. {item}").format(place=place, item=item) for place, item in enumerate(items, start=1)]


def _without_parts(sections: tuple[Section, ...], parts: Collection[Part]) -> tuple[Section, ...]:
    """Return them without these parts; the first of those that stay has the first numeral, and so on."""
    left = [section for section in sections if section.part not in parts]
    return tuple(replace(section, numeral=before.numeral) for section, before in zip(left, sections, strict=False))


class Document(Struct, frozen=True):
    """What is written to one file: one sheet, or slips, each beginning on a page of its own."""

    lang: Lang
    name: str
    pages: tuple[Page, ...]
    wide_ambiguous: bool

    @property
    def is_sheet(self) -> bool:
        """Whether its leaves are numbered, as those of sheets and agendas; all else goes out as single leaves."""
        return any(page.annexes or any(one.part is not None for one in page.sections) for page in self.pages)

    def without(self, parts: Collection[Part]) -> "Document":
        """Return it with these sections left out, and those that follow moved up."""
        return replace(self, pages=tuple(page.without(parts) for page in self.pages))
