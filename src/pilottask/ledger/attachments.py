"""Files attached to tasks as evidence (佐证材料): what the log says of them; where they are kept is the store's."""

from collections.abc import Iterable

from msgspec import Struct

from pilottask.base.errors import NotFound
from pilottask.base.i18n import _
from pilottask.base.text import check_name
from pilottask.ledger import changes, history
from pilottask.ledger.changes import Stamp, task_name
from pilottask.ledger.records import Attach, Detach, Ledger, Task


class File(Struct, frozen=True):
    """A file as it is attached: its name without folders, its size in bytes, and what tells it from others."""

    name: str
    size: int
    sha256: str


def attach(task: Task, stamp: Stamp, files: Iterable[File]) -> Task:
    """Return `task`, whatever its status, with those of `files` attached that are not yet.

    Raises UsageFault for a name that cannot be kept.
    """
    n = max((entry.n for entry in task.log if isinstance(entry, Attach)), default=0)
    known = {entry.sha256 for entry in history.attachments(task)}
    entries = []
    for file in files:
        check_name(file.name, field=_("the name of the file"))
        if file.sha256 not in known:
            n += 1
            known.add(file.sha256)
            entries.append(Attach(at=stamp.at, by=stamp.by, n=n, name=file.name, size=file.size, sha256=file.sha256))
    return changes.log(task, *entries)


def detach(task: Task, stamp: Stamp, n: int) -> Task:
    """Return `task` without file `n`, which its log goes on to tell of. Raises NotFound."""
    there = [entry.n for entry in history.attachments(task)]
    if n not in there:
        hint = _("pilottask show {id} lists its files").format(id=task.id) if there else _("it has no file")
        raise NotFound(_("{task} has no file {n}").format(task=task_name(task), n=n), hint=hint)
    return changes.log(task, Detach(at=stamp.at, by=stamp.by, n=n))


def of_ledger(ledger: Ledger) -> dict[str, Attach]:
    """Return the files that are attached to tasks of `ledger`, by digest."""
    return {entry.sha256: entry for task in ledger.tasks for entry in history.attachments(task)}
