"""Two logs of one task as one, in the order in which their entries were written.

Each log keeps its own order, and where that leaves a choice the older entry comes first. So both stores come to the
same log, the last to set a field is the newer, and nothing that was recorded is lost.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import count
from typing import Final

import msgspec

from pilottask.exchange.merge.terms import without_numbers
from pilottask.ledger.records import Correction, Find, Fixed, LogEntry, Raise, Settle

NO_TIME: Final = datetime.min.replace(tzinfo=UTC)

_Identity = tuple[datetime, bytes]
"""By what an entry is recognised in both stores: its moment, and all that it says but for numbers of one store."""


class Side(Enum):
    """One of two stores."""

    MINE = "mine"
    THEIRS = "theirs"

    @property
    def other(self) -> "Side":
        """The other one."""
        return Side.THEIRS if self is Side.MINE else Side.MINE


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the merged log; `only` is the store that has it, None where both do."""

    entry: LogEntry
    only: Side | None


class Logs:
    """The log of a task in each store; `translate` gives departments the names of mine."""

    def __init__(
        self, mine: Sequence[LogEntry], theirs: Sequence[LogEntry], translate: Callable[[LogEntry], LogEntry]
    ) -> None:
        self._mine_known = _identities(mine, translate)
        self._theirs_known = _identities(theirs, translate)
        self._pairs = _pairs(self._mine_known, self._theirs_known)
        self._mine = mine
        self._theirs = _renumbered(theirs, mine, self._pairs)

    def lines(self) -> list[Line]:
        """Return the entries of both, those that both have once, with their corrections pointing at them."""
        order = self._order()
        places = {
            side: {index: place for place, taken in enumerate(order, start=1) if (index := taken[side]) is not None}
            for side in Side
        }
        logs = {Side.MINE: self._mine, Side.THEIRS: self._theirs}
        lines = []
        for taken in order:
            only = None if None not in taken.values() else next(side for side in Side if taken[side] is not None)
            side = only or Side.MINE
            entry = logs[side][taken[side] or 0]
            if isinstance(entry, Correction):
                entry = msgspec.structs.replace(entry, of=places[side][entry.of - 1])
            lines.append(Line(entry, only))
        return lines

    def _order(self) -> list[dict[Side, int | None]]:
        """Return where each entry of the merged log stands in mine and in theirs, None where it does not."""
        order: list[dict[Side, int | None]] = []
        theirs = {index: other for other, index in self._pairs.items()}
        waiting: deque[int] = deque()
        reached = 0

        def add_theirs(index: int) -> None:
            order.append({Side.MINE: None, Side.THEIRS: index})

        def add_mine_before(end: int) -> None:
            nonlocal reached
            while reached < end:
                if waiting and self._theirs_known[waiting[0]] < self._mine_known[reached]:
                    add_theirs(waiting.popleft())
                else:
                    order.append({Side.MINE: reached, Side.THEIRS: theirs.get(reached)})
                    reached += 1

        for index in range(len(self._theirs)):
            if index not in self._pairs:
                waiting.append(index)
            elif self._pairs[index] >= reached:
                add_mine_before(self._pairs[index])
                while waiting:
                    add_theirs(waiting.popleft())
                order.append({Side.MINE: reached, Side.THEIRS: index})
                reached += 1
        add_mine_before(len(self._mine))
        for index in waiting:
            add_theirs(index)
        return order


def _identities(log: Iterable[LogEntry], translate: Callable[[LogEntry], LogEntry]) -> list[_Identity]:
    """Return by what each entry is recognised.

    An entry that settles a problem, puts a finding right or corrects another is recognised by that one too; equal
    ones by their order.
    """
    begun: dict[tuple[type[LogEntry], int, int], tuple[datetime, bytes]] = {}
    times: Counter[_Identity] = Counter()
    identities: list[_Identity] = []
    for entry in log:
        about = None
        if isinstance(entry, Settle):
            about = begun.get((Raise, 0, entry.n))
        elif isinstance(entry, Fixed):
            about = begun.get((Find, entry.inspection, entry.n))
        content = msgspec.structs.replace(without_numbers(translate(entry)), at=NO_TIME)
        if isinstance(content, Correction):
            about = identities[content.of - 1]
            content = msgspec.structs.replace(content, of=0)
        identity = entry.at, msgspec.json.encode((content, about))
        if isinstance(entry, Raise | Find):
            times[identity] += 1
            key = type(entry), entry.inspection if isinstance(entry, Find) else 0, entry.n
            begun[key] = entry.at, b"%d %s" % (times[identity], identity[1])
        identities.append(identity)
    return identities


def _pairs(mine: Sequence[_Identity], theirs: Sequence[_Identity]) -> dict[int, int]:
    """Return for each entry of theirs that mine has too its index there; equal ones pair in their order."""
    waiting: defaultdict[_Identity, deque[int]] = defaultdict(deque)
    for index, identity in enumerate(mine):
        waiting[identity].append(index)
    return {index: waiting[identity].popleft() for index, identity in enumerate(theirs) if waiting.get(identity)}


def _renumbered(theirs: Iterable[LogEntry], mine: Iterable[LogEntry], pairs: Mapping[int, int]) -> list[LogEntry]:
    """Return their log with the numbers that problems have in mine.

    A problem that mine has not gets a free number where another of mine stands under its own.
    """
    held = {index: entry.n for index, entry in enumerate(mine) if isinstance(entry, Raise)}
    raised = {index: entry.n for index, entry in enumerate(theirs) if isinstance(entry, Raise)}
    taken = set(held.values())
    free = count(1 + max((*held.values(), *raised.values()), default=0))
    numbers = {n: held[pairs[index]] for index, n in raised.items() if index in pairs}
    numbers |= {n: next(free) if n in taken else n for index, n in raised.items() if index not in pairs}
    return [
        msgspec.structs.replace(entry, n=numbers.get(entry.n, entry.n)) if isinstance(entry, Raise | Settle) else entry
        for entry in theirs
    ]
