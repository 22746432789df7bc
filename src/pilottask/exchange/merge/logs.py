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
from typing import Any, Final

import msgspec

from pilottask.exchange.merge.terms import without_numbers
from pilottask.ledger.records import (
    Answer,
    Attach,
    Correction,
    Detach,
    FileEntry,
    Find,
    Fixed,
    Instruct,
    LogEntry,
    Raise,
    Settle,
    Step,
    StepEntry,
)

NO_TIME: Final = datetime.min.replace(tzinfo=UTC)

_Identity = tuple[datetime, bytes]
"""By what an entry is recognised in both stores: its moment, and all that it says but for numbers of one store."""


Translate = Callable[[LogEntry], LogEntry]
"""What gives an entry the names and numbers of another store."""


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


def merge_logs(
    mine: Sequence[LogEntry], theirs: Sequence[LogEntry], translate: Translate, *, by_age: bool
) -> list[Line]:
    """Return the entries of both logs of a task, those that both have once, corrections pointing at what they correct.

    `translate` gives departments the names of mine. Of two problems, steps or files with one number that of theirs gets
    another, `by_age` the later.
    """
    known, known_there = _identities(mine, translate), _identities(theirs, translate)
    pairs = _pairs(known, known_there)
    mine, renumbered = _with_common_numbers(mine, theirs, pairs, by_age=by_age)
    order = _order(known, known_there, pairs)
    numbers = {index: number for number, (index, _other) in enumerate(order, start=1)}
    numbers_there = {index: number for number, (_other, index) in enumerate(order, start=1)}
    lines = []
    for index, there in order:
        if index is not None:
            line, moved = Line(mine[index], Side.MINE if there is None else None), numbers
        else:
            line, moved = Line(renumbered[there or 0], Side.THEIRS), numbers_there
        if isinstance(line.entry, Correction):
            line = Line(msgspec.structs.replace(line.entry, of=moved[line.entry.of - 1]), line.only)
        lines.append(line)
    return lines


def _order(
    mine: Sequence[_Identity], theirs: Sequence[_Identity], pairs: Mapping[int, int]
) -> list[tuple[int | None, int | None]]:
    """Return where each entry of the merged log stands in mine and in theirs, None where it does not."""
    order: list[tuple[int | None, int | None]] = []
    same = {index: other for other, index in pairs.items()}
    waiting: deque[int] = deque()
    reached = 0

    def add_mine_before(end: int) -> None:
        nonlocal reached
        while reached < end:
            if waiting and theirs[waiting[0]] < mine[reached]:
                order.append((None, waiting.popleft()))
            else:
                order.append((reached, same.get(reached)))
                reached += 1

    for index in range(len(theirs)):
        if index not in pairs:
            waiting.append(index)
        elif pairs[index] >= reached:
            add_mine_before(pairs[index])
            order += [(None, other) for other in waiting]
            waiting.clear()
            order.append((reached, index))
            reached += 1
    add_mine_before(len(mine))
    return [*order, *((None, other) for other in waiting)]


_ABOUT: Final = ((Settle, Raise), (Fixed, Find), (StepEntry, Step), (Detach, Attach), (Answer, Instruct))
"""Kinds of entries, and of those that they are about."""


def _key(kind: type[LogEntry], entry: Any) -> tuple[type[LogEntry], int, int]:  # noqa: ANN401  one with a number
    """Return what an entry, or the one of this kind that it is about, is known by in its log."""
    return kind, getattr(entry, "inspection", 0), entry.n


def _identities(log: Iterable[LogEntry], translate: Translate) -> list[_Identity]:
    """Return by what each entry is recognised.

    An entry that settles a problem, puts a finding right or corrects another is recognised by that one too; equal
    ones by their order.
    """
    begun: dict[tuple[type[LogEntry], int, int], tuple[datetime, bytes]] = {}
    times: Counter[_Identity] = Counter()
    identities: list[_Identity] = []
    for entry in log:
        known = (begun.get(_key(first, entry)) for kind, first in _ABOUT if isinstance(entry, kind))
        about = next(known, None)
        content = msgspec.structs.replace(without_numbers(translate(entry)), at=NO_TIME)
        if isinstance(content, Correction):
            about = identities[content.of - 1]
            content = msgspec.structs.replace(content, of=0)
        identity = entry.at, msgspec.json.encode((content, about))
        if isinstance(entry, Raise | Find | Instruct | Step | Attach):
            times[identity] += 1
            key = _key(type(entry), entry)
            if not (isinstance(entry, Instruct) and key in begun):  # else the same, corrected
                begun[key] = entry.at, b"%d %s" % (times[identity], identity[1])
        identities.append(identity)
    return identities


def _pairs(mine: Sequence[_Identity], theirs: Sequence[_Identity]) -> dict[int, int]:
    """Return for each entry of theirs that mine has too its index there; equal ones pair in their order."""
    waiting: defaultdict[_Identity, deque[int]] = defaultdict(deque)
    for index, identity in enumerate(mine):
        waiting[identity].append(index)
    return {index: waiting[identity].popleft() for index, identity in enumerate(theirs) if waiting.get(identity)}


def _with_common_numbers(
    mine: Sequence[LogEntry], theirs: Sequence[LogEntry], pairs: Mapping[int, int], *, by_age: bool
) -> tuple[list[LogEntry], list[LogEntry]]:
    """Return both logs with the numbers that problems, steps and files have in mine.

    Where another stands under its number in theirs, that one gets a free one, `by_age` the later of the two.
    """
    here, there = list(mine), list(theirs)
    for first, kinds in ((Raise, Raise | Settle), (Step, StepEntry), (Attach, FileEntry)):
        own = {index: entry.n for index, entry in enumerate(here) if isinstance(entry, first)}
        begun = {index: entry.n for index, entry in enumerate(there) if isinstance(entry, first)}
        free = count(1 + max((*own.values(), *begun.values()), default=0))
        held = {n: index for index, n in own.items()}
        shared = {pairs[index] for index in begun if index in pairs}
        new_here: dict[int, int] = {}
        new_there = {n: own[pairs[index]] for index, n in begun.items() if index in pairs}
        for index, n in begun.items():
            if index in pairs:
                continue
            rival = held.get(n)
            if by_age and rival is not None and rival not in shared and there[index].at < here[rival].at:
                new_here[n] = next(free)
            elif rival is not None:
                new_there[n] = next(free)
        here, there = (
            [
                msgspec.structs.replace(entry, n=new.get(entry.n, entry.n)) if isinstance(entry, kinds) else entry
                for entry in log
            ]
            for log, new in ((here, new_here), (there, new_there))
        )
    return here, there
