"""Messages about the tasks that follow recurring ones."""

from collections.abc import Iterable

from pilottask.base import dates
from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.ledger import changes, recurring
from pilottask.ledger.records import Task


def next_ones(session: Session, *, closed: Iterable[Task], opened: Iterable[Task]) -> None:
    """Say when the next ones are due that closing recurring tasks opened, and where none could be opened."""
    for task in opened:
        if task.due is not None:
            session.warn(_("next one: task {id}, due {date}").format(id=task.id, date=dates.show(task.due)))
    for task in closed:
        if recurring.without_next(task):
            session.warn(
                _("{task} comes round, but has no deadline to count from, so no next one was opened").format(
                    task=changes.task_name(task)
                )
            )
