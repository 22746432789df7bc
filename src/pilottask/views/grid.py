"""A table as a plain value: what stands in it, before anything is said of terminals or files.

Made of Structs, not dataclasses: those take half a millisecond each to define, at every start of the program.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType


class Align(StrEnum):
    """At which side of its column a cell stands."""

    LEFT = "left"
    RIGHT = "right"


class Tone(StrEnum):
    """What a cell says besides its text; never the only thing that says it."""

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


class Column(Struct, frozen=True, kw_only=True):
    """A column: its name for scripts (`key`, English) and for people (`label`, translated).

    `fold`: where it may be folded to fit a terminal, the columns it keeps at least. `drop`: where it may be left
    out to fit, its turn, 1 first. `bar`: the length of the bar that is drawn for its share, a `raw` from 0 to 1.
    """

    key: str
    label: str
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

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: Row | None = None
    title: str | None = None
    head: bool = True
    empty: str | None = None
    closing: str | None = None


class Section(Struct, frozen=True):
    """A part of a screen: what it is about, the table if there is one, and the command to type next."""

    heading: str
    grid: Grid | None
    command: str
