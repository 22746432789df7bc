"""The filters of views as options, declared once for list, overdue, upcoming and export."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, TypeVar

from msgspec import Struct
from typer import Option

from pilottask.base import near
from pilottask.base.errors import NotFound
from pilottask.base.i18n import _, pgettext
from pilottask.base.text import quote
from pilottask.commands.session import Session
from pilottask.ledger import queries, vocabulary, wording
from pilottask.ledger.queries import Selection, Sort
from pilottask.ledger.records import OPEN, Status, Task

_T = TypeVar("_T")
TERMINAL_ROWS: Final = 40
"""Rows that a view shows on a terminal unless told otherwise."""


_STATUS: Final = Option(
    metavar=_("STATUS"), help=_("Status: todo, doing, submitted, closed, suspended or cancelled; in Chinese too")
)
_MOVED_SINCE: Final = Option(
    metavar=_("DATE"),
    help=_("Those to which something happened since this day, itself included; not reminders and corrections"),
)


class Filters(Struct, frozen=True):
    """Which tasks are wanted: different filters narrow together, a repeated one widens."""

    department: Annotated[
        list[str] | None, Option("--department", "-d", metavar=_("NAME"), help=_("Lead department"))
    ] = None
    support: Annotated[list[str] | None, Option("--support", "-s", metavar=_("NAME"), help=_("Supporting unit"))] = None
    owner: Annotated[
        list[str] | None, Option("--owner", "-o", metavar=pgettext("person", "NAME"), help=_("Person in charge"))
    ] = None
    aspect: Annotated[list[str] | None, Option("--aspect", "-a", help=_("Line of work"))] = None
    status: Annotated[list[str] | None, _STATUS] = None
    light: Annotated[
        list[str] | None,
        Option("--light", "-l", metavar=vocabulary.LIGHT.choices(), help=_("Traffic light, or its Chinese name")),
    ] = None
    due_before: Annotated[str | None, Option(metavar=_("DATE"), help=_("Due before this day"))] = None
    due_by: Annotated[str | None, Option(metavar=_("DATE"), help=_("Due by this day, the day included"))] = None
    due_after: Annotated[str | None, Option(metavar=_("DATE"), help=_("Due after this day"))] = None
    moved_since: Annotated[str | None, _MOVED_SINCE] = None
    silent: Annotated[
        int | None, Option(min=0, metavar=_("DAYS"), help=_("Those without progress for more than so many days"))
    ] = None
    undated: Annotated[bool, Option("--undated", help=_("Those whose deadline is still to be set"))] = False
    instructed: Annotated[bool, Option("--instructed", help=_("Those with a leader's instruction that is open"))] = (
        False
    )
    tag: Annotated[list[str] | None, Option(help=_("Tag"))] = None
    project: Annotated[list[str] | None, Option(help=_("Cooperation project"))] = None
    text: Annotated[
        list[str] | None, Option("--text", "-t", help=_("Part of its title, requirement, remark, own columns or log"))
    ] = None

    def selection(self, session: Session) -> Selection:
        """Return what was asked for. Raises NotFound, UsageFault."""
        ledger = session.ledger
        by = self.due_before is not None and self.due_before.strip().endswith("前")  # which includes the day
        days = (
            session.day(self.due_by, option="--due-by"),
            session.day(self.due_before, option="--due-before") if by else None,
        )
        return Selection(
            departments=frozenset(session.departments(self.department or ())),
            supports=frozenset(session.departments(self.support or ())),
            owners=_values(self.owner, (task.owner for task in ledger.tasks), what=_("owner")),
            aspects=_values(self.aspect, (task.aspect for task in ledger.tasks), what=_("aspect")),
            statuses=frozenset(vocabulary.STATUS.parse(typed, what=_("status")) for typed in self.status or ()),
            lights=frozenset(vocabulary.LIGHT.parse(typed, what=_("light")) for typed in self.light or ()),
            due_before=None if by else session.day(self.due_before, option="--due-before"),
            due_by=min(filter(None, days), default=None),
            due_after=session.day(self.due_after, option="--due-after"),
            moved_since=session.end_of_span(self.moved_since, option="--moved-since", last=False),
            undated=self.undated,
            instructed=self.instructed,
            tags=_values(self.tag, (tag for task in ledger.tasks for tag in task.tags), what=_("tag")),
            projects=_values(self.project, (task.project for task in ledger.tasks), what=_("project")),
            texts=tuple(self.text or ()),
        )

    def title(self, session: Session, title: str, *more: str) -> str:
        """Return `title` with what was asked for behind it, as it was typed, departments by their full names."""
        asked = [
            *more,
            *(_(", ").join(session.departments(typed)) for typed in (self.department, self.support) if typed),
            *(
                _(", ").join(values)
                for values in (self.owner, self.aspect, self.status, self.light, self.tag, self.project, self.text)
                if values
            ),
            *(_("due by {day}").format(day=day) for day in (self.due_by, self.due_before) if day),
            *(_("due after {day}").format(day=day) for day in (self.due_after,) if day),
            *(_("moved since {day}").format(day=day) for day in (self.moved_since,) if day),
            *([pgettext("sheet", "undated")] if self.undated else []),
            *([_("with an open instruction")] if self.instructed else []),
            *([_("silent for more than {days} days").format(days=self.silent)] if self.silent is not None else []),
        ]
        return _("{title} ({asked})").format(title=title, asked=wording.clauses(asked)) if asked else title

    def none(self, session: Session, text: str) -> str:
        """Return the sentence `text` of what was asked for alone, as nothing is known of what was not."""
        return _("{text}.").format(text=self.title(session, text))

    def tasks(
        self, session: Session, statuses: frozenset[Status] = frozenset(Status), *, due_by: date | None = None
    ) -> list[Task]:
        """Return the tasks asked for of these statuses, by id.

        With `due_by`, those may be left out of which nothing is due by that day.
        """
        result = queries.select(
            session.ledger, self.selection(session), today=session.today, statuses=statuses, due_by=due_by
        )
        if self.silent is not None:
            result = queries.silent(result, today=session.today, days=self.silent)
        if self.text and not result:
            session.warn(
                _(
                    "searched: titles, requirements, remarks, own columns, progress and next steps, "
                    "problems and needs, steps, decisions, findings, instructions, evidence and reasons"
                )
            )
        return result

    def open_tasks(self, session: Session, *, every: bool) -> list[Task]:
        """Return the tasks asked for: the open ones, unless a status is asked for, or `every` one."""
        if every or self.status:
            return self.tasks(session)
        result = self.tasks(session) if self.text else self.tasks(session, OPEN)  # a text found in others is found
        return [task for task in result if task.status in OPEN]


AllOption = Annotated[bool, Option("--all", help=_("Closed, suspended and cancelled tasks too"))]


_SORT: Final = Option(
    metavar=vocabulary.SORT.choices(),
    parser=lambda typed: vocabulary.SORT.parse(typed, what=_("way to sort")),
    help=_("Sort by"),
)


class Order(Struct, frozen=True):
    """In which order and how many."""

    sort: Annotated[Sort | None, _SORT] = None
    reverse: Annotated[bool, Option("--reverse", help=_("The other way round"))] = False
    limit: Annotated[int | None, Option(min=0, metavar=_("COUNT"), help=_("So many at most, 0 for all"))] = None

    def arrange(self, session: Session, tasks: list[Task]) -> list[Task]:
        """Return `tasks` in the order asked for; as they are where none was."""
        if self.sort is not None:
            return queries.in_order(
                tasks, self.sort, today=session.today, pilot=session.ledger.pilot, reverse=self.reverse
            )
        return tasks[::-1] if self.reverse else tasks

    def take(self, session: Session, tasks: list[_T]) -> list[_T]:
        """Return as many of `tasks`, or what stands for them, as are to be shown."""
        limit = self.limit if self.limit is not None else (TERMINAL_ROWS if session.terminal.is_terminal else 0)
        return tasks[:limit] if limit else tasks


def _values(typed: Iterable[str] | None, present: Iterable[str | None], *, what: str) -> frozenset[str]:
    """Return the values meant by those typed: themselves where they exist, else those of which they are a part."""
    if not typed:
        return frozenset()
    known = {value for value in present if value}
    meant: set[str] = set()
    for text in typed:
        fitting = {text} & known or {value for value in known if text and text.casefold() in value.casefold()}
        if not fitting:
            message = _("no task has {what} {text}").format(what=what, text=quote(text))
            raise NotFound(message, hint=near.question(near.matches(text, known)))
        meant |= fitting
    return frozenset(meant)
