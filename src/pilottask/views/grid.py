"""A table as a plain value: what stands in it, whatever terminal or file it goes to.

Made of Structs, not dataclasses: those take half a millisecond each to define, at every start of the program.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

_Item = TypeVar("_Item")


class Align(StrEnum):
    """At which side of its column a cell stands."""

    LEFT = "left"
    RIGHT = "right"


class Tone(StrEnum):
    """How a cell is coloured; its text says the same, for those who see no colour."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    LATE = "late"
    HEAD = "head"


class Where(StrEnum):
    """In which outputs a column is shown."""

    ALL = "all"
    DATA = "data"
    """In csv and tsv alone: what a script asks for and a reader does not."""
    TERMINAL = "terminal"
    """On a terminal alone."""


Raw = str | int | float | bool | None


class Cell(Struct, frozen=True, gc=False):
    """What stands at one place: `text` for people, in their language, and `raw` for scripts where that differs.

    `text` is as it was typed, not yet made safe for a terminal. `raw` None is an empty field.
    """

    text: str
    raw: Raw | UnsetType = UNSET
    tone: Tone | None = None

    @property
    def value(self) -> Raw:
        """The value for scripts."""
        return self.text if isinstance(self.raw, UnsetType) else self.raw


NOTHING = "—"
"""What stands where there is no value."""

EMPTY = Cell(NOTHING, None)
"""The cell for no value."""


def _empty(_item: object) -> Cell:
    return EMPTY


class Column(Struct, Generic[_Item], frozen=True):
    """A column: its name for scripts (`key`, English) and for people (`label`, translated), and `cell` of an item.

    `fold`: where it may be folded to fit a terminal, the columns it keeps at least. `drop`: where it may be left
    out to fit, its turn, 1 first. `bar`: the length of the bar that is drawn for its share, a `raw` from 0 to 1.
    """

    key: str
    label: str
    cell: Callable[[_Item], Cell] = _empty
    align: Align = Align.LEFT
    fold: int | None = None
    drop: int | None = None
    where: Where = Where.ALL
    bar: int | None = None


Row = tuple[Cell, ...]


class Grid(Struct, frozen=True, kw_only=True):
    """Rows under columns, each row with a cell for each column.

    `head`: whether the labels of the columns are shown to people. `empty`: what is said where there is no row.
    `closing`: what is said under the rows. `title`, `empty` and `closing` are for people alone.
    """

    columns: tuple[Column[Any], ...]
    rows: Sequence[Row]
    total: Row | None = None
    title: str | None = None
    head: bool = True
    empty: str | None = None
    closing: str | None = None

    @property
    def all_rows(self) -> Sequence[Row]:
        """The rows, and the total last where there is one."""
        return self.rows if self.total is None else (*self.rows, self.total)


def grid(
    items: Iterable[_Item],
    columns: Sequence[Column[_Item]],
    *,
    total: _Item | None = None,
    title: str | None = None,
    head: bool = True,
    empty: str | None = None,
    closing: str | None = None,
) -> Grid:
    """Return a grid with a row for each of `items`, and one for their `total`; the rest as `Grid` has it."""
    made = [column.cell for column in columns]
    return Grid(
        columns=tuple(columns),
        rows=[tuple([cell(item) for cell in made]) for item in items],
        total=None if total is None else tuple([cell(total) for cell in made]),
        title=title,
        head=head,
        empty=empty,
        closing=closing,
    )


class Section(Struct, frozen=True):
    """A part of a screen: what it is about, the table if there is one, and the command to type next.

    `brief`: the heading and the command on one line.
    """

    heading: str
    grid: Grid | None
    command: str
    brief: bool = False


GAP: Final = "  "
"""What stands between two columns."""


class Paragraph(Struct, frozen=True):
    """Text of our own around a table."""

    text: str
    tone: Tone | None = None


Part = Paragraph | Grid
"""A piece of a screen; of a grid its columns and rows, without what stands around them."""
