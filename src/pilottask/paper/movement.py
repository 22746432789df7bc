"""What moved within a period: each task followed from its start to its end, not compared at the two ends alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from pilottask.ledger import history, lights
from pilottask.ledger.lights import Light
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import OPEN, Import, LogEntry, Status, Task
from pilottask.paper.content import Flow, Movement, State, Stock

_NOWHERE: Final[frozenset[Stock]] = frozenset()
"""The figures of a task that is not there."""


class Moves:
    """Gathers what moved, task by task."""

    def __init__(self, first: datetime, last: datetime) -> None:
        """Begin with nothing; the period is what comes after `first`, up to `last` (both aware)."""
        self._first, self._last = first, last
        self._lists: dict[str, list[Task]] = {name: [] for name in Movement.__struct_fields__}
        self._plus: Counter[Stock] = Counter()
        self._minus: Counter[Stock] = Counter()

    def remove(self, then: State) -> None:
        """Count a task that is not there at the end."""
        self._minus.update(_status_figures(then.task.status) | _light_figures(then.lit.light))
        self._lists["removed"].append(then.task)

    def task(self, now: State, then: State | None, recorded: Sequence[LogEntry]) -> None:
        """Count a task that is there at the end; `recorded` is what its log has of the period."""
        statuses, reds = [_NOWHERE], [False]
        if then is not None:
            statuses, reds = [_status_figures(then.task.status)], [then.lit.light is Light.RED]
        for stood, day in self._between(now.task, then, recorded):
            statuses.append(_NOWHERE if stood is None else _status_figures(stood.status))
            reds.append(stood is not None and lights.is_overdue(stood, today=day))
        statuses.append(_status_figures(now.task.status))
        reds.append(now.lit.light is Light.RED)
        ends = _NOWHERE if then is None else _light_figures(then.lit.light), _light_figures(now.lit.light)
        self._follow(statuses)
        self._follow([frozenset({Stock.RED}) if red else _NOWHERE for red in reds])
        self._follow([end - {Stock.RED} for end in ends])
        names = {"entered"} if then is None else set[str]()
        names |= _list_names(statuses, imported=bool(now.task.log) and isinstance(now.task.log[0], Import))
        names |= {"turned_red" if after else "left_red" for before, after in pairwise(reds) if before is not after}
        for name in names:
            self._lists[name].append(now.task)

    def _follow(self, figures: Sequence[frozenset[Stock]]) -> None:
        for before, after in pairwise(figures):
            self._plus.update(after - before)
            self._minus.update(before - after)

    def _between(
        self, task: Task, then: State | None, recorded: Sequence[LogEntry]
    ) -> Iterator[tuple[Task | None, date]]:
        """Yield how `task` stood at each moment of the period at which it can have changed, in order, with its day.

        The first is the start by what is known now: an entry may have come late, under an earlier day.
        """
        if not recorded:
            return  # what its deadline alone did, once and for good, the two ends tell
        dues = {task.due, None if then is None else then.task.due}
        for entry in recorded:
            old_ones = (old for name, old, _new in history.touches(entry) if name == "due")
            dues |= {date.fromisoformat(old) for old in old_ones if isinstance(old, str)}
        moments = {self._first, *(entry.at for entry in recorded)}
        for due in dues:
            if due is not None and due < self._last.date():
                moments.add(datetime.combine(due + timedelta(days=1), time.min, self._last.tzinfo))
        for moment in sorted(moment for moment in moments if self._first <= moment < self._last):
            yield history.as_of(task, moment), moment.date()

    def movement(self) -> Movement:
        """Return the tasks that moved."""
        return Movement(**{name: tuple(tasks) for name, tasks in self._lists.items()})

    def flows(self, before: Tally, after: Tally) -> tuple[Flow, ...]:
        """Return how each figure moved."""
        return tuple(
            Flow(stock, getattr(before, stock), self._plus[stock], self._minus[stock], getattr(after, stock))
            for stock in Stock
        )


def _status_figures(status: Status) -> frozenset[Stock]:
    return frozenset({Stock.TOTAL, Stock.OPEN if status in OPEN else Stock(status)})


def _light_figures(light: Light | None) -> frozenset[Stock]:
    return _NOWHERE if light is None else frozenset({Stock(light)})


def _list_names(statuses: Sequence[frozenset[Stock]], *, imported: bool) -> set[str]:
    """Return the lists of a movement in which a task stands by its statuses, one after the other."""
    names = set()
    for before, after in pairwise(statuses):
        for stock in (after - before) - {Stock.TOTAL}:
            if stock is not Stock.OPEN:
                names.add(stock.value if before or not imported else f"entered_{stock.value}")
            elif before:
                names.add("reopened")
    told_by_another = {"entered_closed"} if "closed" in names else set()
    return names & set(Movement.__struct_fields__) - told_by_another
