"""The rules by which two sides become one, against what both began with: a value, a list, a record, numbers.

What one side changed is taken. What both changed is settled by a rule for its kind, and of what cannot be the newer
stands, the other on record. Two lists that never were one began with nothing.
"""

from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterable, Mapping
from itertools import count
from typing import Any, Final, TypeVar

import msgspec

from pilottask.ledger.changes import Stamp
from pilottask.ledger.history import as_value
from pilottask.ledger.records import Arrival, CalendarYear, Conflict, Finding, Fund, Instruction, Record, Round

T = TypeVar("T", bound=Hashable)
R = TypeVar("R", bound=Record)
Row = TypeVar("Row", bound=Fund | Arrival | Conflict)

NUMBERS: Final = ("id", "n")
"""The fields that hold a record's own number, which `common_numbers` gives."""
_EARLIER: Final[Mapping[type[Record], tuple[str, ...]]] = {
    Finding: ("fixed", "evidence"),
    Instruction: ("answered", "answer"),
    Round: ("closed",),
}
"""When something was done, and the words for it: where both sides say so, the earlier stands."""
_WHOLE: Final = (CalendarYear,)
"""Records that say one thing, which two sides do not say in part."""
About = tuple[str, str]
"""What a record is, and what it says itself."""


class Conflicts:
    """What both sides have otherwise, as a merge puts it on record by `stamp`."""

    def __init__(self, stamp: Stamp) -> None:
        self.stamp = stamp
        self.found: list[Conflict] = []

    def add(self, about: About, field: str, stands: object, other: object) -> None:
        """Enter a field that both changed: what stands of it, and what does not."""
        of, name = about
        at, by = self.stamp.at, self.stamp.by
        new, old = as_value(stands), as_value(other)
        assert not isinstance(new, dict) and not isinstance(old, dict)  # noqa: S101, PT018  columns are of tasks alone
        self.found.append(Conflict(at=at, by=by, of=of, name=name, field=field, old=old, new=new))

    def add_kept(self, about: About) -> None:
        """Enter that a record stays which one side took out and the other changed."""
        self.add(about, "", None, None)


def merge_lists(base: Iterable[T], mine: Iterable[T], theirs: Iterable[T]) -> tuple[T, ...]:
    """Return what either side put in, without what either took out; mine first."""
    base, mine, theirs = set(base), tuple(mine), tuple(theirs)
    gone = (base - set(mine)) | (base - set(theirs))
    return tuple(each for each in dict.fromkeys((*mine, *theirs)) if each not in gone)


def merge_rows(base: Iterable[Row], mine: Iterable[Row], theirs: Iterable[Row]) -> tuple[Row, ...]:
    """Return the entries of both sides, those that both have once, without what either took out; the older first."""
    began, here, there = Counter(base), Counter(mine), Counter(theirs)
    both = here | there
    left = {row: here[row] + there[row] - began[row] if row in began else both[row] for row in both}
    fresh: list[Row] = list((Counter(left) - here).elements())
    merged: list[Row] = []
    for row in mine:
        while fresh and (fresh[0].at, fresh[0].by) < (row.at, row.by):
            merged.append(fresh.pop(0))
        if merged.count(row) < left[row]:
            merged.append(row)
    return (*merged, *fresh)


def merge_record(base: R | None, mine: R, theirs: R, *, about: About, conflicts: Conflicts, **parts: Any) -> R:  # noqa: ANN401  any fields
    """Return what both sides make of a record; `parts` are fields that have been merged.

    `conflicts` gets the values of theirs that don't stand.
    """
    if theirs in (mine, base):
        return msgspec.structs.replace(mine, **parts)
    whole = isinstance(mine, _WHOLE)
    if whole and base == mine:
        return theirs
    values = dict(parts)
    if names := _EARLIER.get(type(mine), ()):
        values |= _earlier(base, mine, theirs, names, about=about, conflicts=conflicts)
    for field in msgspec.structs.fields(type(mine)):
        name, here, there = field.name, getattr(mine, field.name), getattr(theirs, field.name)
        began: Any = getattr(base, name) if base is not None else _blank(field)
        if name in values or name in NUMBERS or there == here or (there == began and not whole):
            continue
        if isinstance(here, tuple) and not whole:
            values[name] = merge_lists(began or (), here, there)
        elif not whole and (here == began or here is None):
            values[name] = there
        elif there is not None:
            conflicts.add(about, name, here, there)
    return msgspec.structs.replace(mine, **values)


def _blank(field: msgspec.structs.FieldInfo) -> object:
    return None if field.default is msgspec.NODEFAULT else field.default


def _earlier(
    base: Record | None, mine: Record, theirs: Record, names: tuple[str, ...], *, about: About, conflicts: Conflicts
) -> dict[str, object]:
    """Return the fields `names` of the side that alone changed them, else of the earlier by the first of them."""
    sides: list[list[Any]] = [[getattr(each, name, None) for name in names] for each in (base, mine, theirs)]
    began, here, there = sides
    if there in (here, began) or (there[0] is None and here != began):
        return dict(zip(names, here, strict=True))
    if here == began or here[0] is None:
        return dict(zip(names, there, strict=True))
    first, second = (here, there) if here[0] <= there[0] else (there, here)
    for name, stands, other in zip(names, first, second, strict=True):
        if stands and other and stands != other:
            conflicts.add(about, name, stands, other)
    return {name: value or other for name, value, other in zip(names, first, second, strict=True)}


def merge_keyed(
    base: Mapping[T, R],
    mine: Mapping[T, R],
    theirs: Mapping[T, R],
    merge: Callable[[R | None, R, R], R],
    conflicts: Conflicts,
    about: Callable[[R], About],
) -> dict[T, R]:
    """Return the records of both sides by what they are the same by, mine first.

    One that a side took out is gone where the other has it as it was; where that changed it, it stays, and
    `conflicts` are told what it is.
    """
    merged: dict[T, R] = {}
    for key in dict.fromkeys((*mine, *theirs)):
        began, here, there = base.get(key), mine.get(key), theirs.get(key)
        if here is not None and there is not None:
            merged[key] = merge(began, here, there)
        elif (left := here if here is not None else there) is not None and left != began:
            merged[key] = left
            if began is not None:
                conflicts.add_kept(about(left))
    return merged


def by_content(
    records: Iterable[R], number: str, content: Callable[[R], Hashable], base: Container[int]
) -> dict[Hashable, R]:
    """Return records by what they are the same by on both sides: the number in `base`, or what they say.

    Those that say the same are told apart by their order.
    """
    times: Counter[Hashable] = Counter()
    keyed: dict[Hashable, R] = {}
    for record in records:
        if (n := getattr(record, number)) in base:
            keyed[n] = record
        else:
            times[key := content(record)] += 1
            keyed[key, times[key]] = record
    return keyed


def common_numbers(
    seniority: Iterable[T],
    mine: Mapping[T, int],
    theirs: Mapping[T, int],
    *,
    free: int,
    given: tuple[Container[int], Container[int]] = ((), ()),
) -> dict[T, int]:
    """Return the number that each record gets in the list of both.

    It keeps its own, of two the higher, which was given later. Where both sides gave one number, the first in
    `seniority` keeps it, the others get the next ones, from `free` on. `given` are numbers that mine and theirs gave
    to what they took out again.
    """
    own = {key: max(side[key] for side in (mine, theirs) if key in side) for key in {**mine, **theirs}}
    here, there = set(mine.values()), set(theirs.values())
    numbers: dict[T, int] = {}
    held: set[int] = set()
    late = []
    for key in seniority:
        n = own[key]
        spent = (key not in theirs and n in given[1] and n not in there) or (
            key not in mine and n in given[0] and n not in here
        )
        if n in held or spent:
            late.append(key)
        else:
            numbers[key] = n
            held.add(n)
    return numbers | dict(zip(late, count(free), strict=False))
