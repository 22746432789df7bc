"""Results worth showing (阶段性效果展示): the notes that were marked as such, by line of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pilottask.ledger import history
from pilottask.ledger.as_json import Json, pick
from pilottask.ledger.records import Note, Task


@dataclass(frozen=True, slots=True)
class Result:
    """A result: the task on which it was noted, and the note."""

    task: Task
    note: Note

    @property
    def day(self) -> date:
        """The day on which it was noted."""
        return self.note.at.date()


Aspect = tuple[str | None, tuple[Result, ...]]
"""A line of work and its results; None stands for tasks without one."""


def by_aspect(tasks: Iterable[Task], *, since: date | None = None, until: date | None = None) -> tuple[Aspect, ...]:
    """Return the results noted from `since` to `until`, both days included, by line of work.

    Lines of work stand by name, tasks without one last; results by day, the latest first, then by task.
    """
    outcome: dict[str | None, list[Result]] = {}
    for task in tasks:
        for entry in history.entries(task):
            if isinstance(entry, Note) and entry.result:
                result = Result(task, entry)
                if (since is None or result.day >= since) and (until is None or result.day <= until):
                    outcome.setdefault(task.aspect, []).append(result)
    for results in outcome.values():
        results.sort(key=lambda result: (-result.note.at.timestamp(), result.task.id))
    aspects = sorted(outcome, key=lambda aspect: (aspect is None, aspect or ""))
    return tuple((aspect, tuple(outcome[aspect])) for aspect in aspects)


def result_record(result: Result) -> Json:
    """Return a result worth showing, with the task that it was noted on."""
    return {
        **pick(result.task, "id", "title", "department", "aspect"),
        "date": result.day,
        **pick(result.note, "by", "text", "actual"),
        "unit": result.task.unit,
    }
