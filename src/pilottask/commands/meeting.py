"""Joint meetings: add, edit, decide, show, list."""

from functools import partial
from typing import Annotated, Final

from msgspec import Struct
from msgspec.structs import replace
from typer import Argument, Option

from pilottask.base import dates, times
from pilottask.base.errors import UsageFault
from pilottask.base.i18n import _, pgettext
from pilottask.base.text import check_name, quote, safe
from pilottask.commands.session import Session, find
from pilottask.commands.shared import printing
from pilottask.commands.shared.deadline_messages import say_deadline, tell_twins
from pilottask.commands.shared.ids import ask, resolve
from pilottask.commands.shared.printing import FormatSession, RemovalReason, YesOption
from pilottask.commands.shared.task_fields import NewDepartmentOption, TaskFields, units
from pilottask.ledger import meetings
from pilottask.ledger.records import Ledger, Meeting
from pilottask.views import meetings as screens
from pilottask.views.grid import Grid

MeetingArgument = Annotated[int, Argument(metavar=_("M"), help=_("The number of the meeting"))]


class MeetingFields(Struct, frozen=True):
    """The options that describe a meeting; None where one was not given."""

    date: Annotated[
        str | None, Option(metavar=_("DATE"), help=_("The day it is held; of a new one today unless told"))
    ] = None
    time: Annotated[
        str | None, Option(metavar=_("TIME"), help=_("When it begins, such as 14:30; “” where that is open"))
    ] = None
    place: Annotated[str | None, Option(help=_("Where it is held"))] = None
    chair: Annotated[str | None, Option(metavar=pgettext("person", "NAME"), help=_("Who leads it"))] = None
    attend: Annotated[list[str] | None, Option(metavar=_("UNITS"), help=_("Departments that came"))] = None
    absent: Annotated[list[str] | None, Option(metavar=_("UNITS"), help=_("Departments that did not come"))] = None
    new_department: NewDepartmentOption = False

    def apply_to(self, session: Session, ledger: Ledger, meeting: Meeting) -> tuple[Ledger, Meeting]:
        """Return `meeting` with what was said, and the ledger with departments newly entered; an empty value clears.

        A department named as one that came is no longer absent, and the other way round. Raises UsageFault, NotFound.
        """
        if self.date is not None:
            meeting = replace(meeting, day=session.day(self.date, option="--date", year=dates.Yearless.NEAREST))
        if self.time is not None:
            meeting = replace(meeting, time=times.parse(self.time) if self.time else None)
        if self.place is not None:
            meeting = replace(meeting, place=self.place or None)
        if self.chair is not None:
            meeting = replace(meeting, chair=self.chair or None)
        ledger, came = units(ledger, self.attend, new=self.new_department)
        ledger, missing = units(ledger, self.absent, new=self.new_department)
        if self.attend is None:
            came = tuple(name for name in meeting.attend if name not in missing)
        if self.absent is None:
            missing = tuple(name for name in meeting.absent if name not in came)
        return ledger, replace(meeting, attend=came, absent=missing)


def add(
    session: FormatSession,
    title: Annotated[str, Argument(metavar=_("NAME"), help=_("What the meeting is called"))],
    fields: MeetingFields,
) -> None:
    """Enter a joint meeting, held or planned."""
    plain = Meeting(id=0, title=check_name(title, field=_("the name")), day=session.today)
    after = session.change(lambda ledger: meetings.with_new(*fields.apply_to(session, ledger, plain))).after
    _say(session, after, after.meetings[-1], _("entered"))


def edit(
    session: FormatSession,
    number: MeetingArgument,
    fields: MeetingFields,
    title: Annotated[str | None, Option(help=_("What the meeting is called"))] = None,
    decision: Annotated[
        int | None, Option(min=1, metavar=_("N"), help=_("With --text: correct what this decision says"))
    ] = None,
    text: Annotated[str | None, Option(help=_("What was decided"))] = None,
    reason: RemovalReason = None,
) -> None:
    """Change a meeting, as when a planned one was held."""
    if (decision is None) != (text is None):
        raise UsageFault(_("--decision and --text go together"))
    if decision is not None and text is not None:
        _correct(session, number, decision, text, reason)
        if title is None and fields == MeetingFields(new_department=fields.new_department):
            return
    if title is None and fields == MeetingFields(new_department=fields.new_department):
        message = _("nothing to change was given")
        raise UsageFault(message, hint=_("pilottask meeting edit -h shows what can be changed"))

    def change(ledger: Ledger) -> Ledger:
        ledger, meeting = fields.apply_to(session, ledger, meetings.find(ledger, number))
        if title is not None:
            meeting = replace(meeting, title=check_name(title, field=_("the name")))
        return meetings.with_changed(ledger, meeting)

    after = session.change(change).after
    _say(session, after, meetings.find(after, number), _("changed"))


def _correct(session: Session, number: int, n: int, text: str, reason: str | None) -> None:
    check_name(text, field=_("the decision"), line=False)
    why = printing.reason_or_mistake(reason)
    written = session.change(lambda ledger: meetings.with_words(ledger, number, n, text, session.stamp, reason=why))
    meeting = meetings.find(written.after, number)
    act = _("decision {n}: {text}").format(n=n, text=safe(text))
    printing.say_act(session, lambda: _record(session, written.after, meeting), printing.id_and_title(meeting), act)


def rm(
    session: Session,
    number: MeetingArgument,
    n: Annotated[int | None, Argument(metavar=_("N"), help=_("One of its decisions alone"))] = None,
    reason: RemovalReason = None,
    yes: YesOption = False,
) -> None:
    """Remove a meeting that was entered by mistake, or one of its decisions."""
    meeting = meetings.find(session.ledger, number)
    gone = meeting.decisions if n is None else (meetings.decision(meeting, n),)
    tasks = dict.fromkeys(task for one in gone for task in one.tasks)
    question = (
        _("Remove meeting {title} with {count} decisions?") if n is None else _("Remove decision {n} of {title}?")
    )
    if tasks:
        question += "\n" + _("These tasks carry it out; they stay:")
    ask(session, question.format(title=quote(meeting.title), count=len(gone), n=n), list(tasks), yes=yes)
    why = printing.reason_or_mistake(reason)
    session.change(lambda ledger: meetings.without(ledger, number, n, session.stamp, reason=why))
    act = None if n is None else _("decision {n} removed").format(n=n)
    printing.say_removed(session, [printing.id_and_title(meeting)], act)


def _say(session: Session, ledger: Ledger, meeting: Meeting, act: str) -> None:
    printing.say_act(session, lambda: _record(session, ledger, meeting), printing.id_and_title(meeting), act)
    if not session.in_json:
        session.warn(_("on {date}").format(date=" ".join(filter(None, (dates.show(meeting.day), meeting.time)))))
    for other in ledger.meetings:
        if other.id != meeting.id and (other.title.split(), other.day) == (meeting.title.split(), meeting.day):
            session.warn(_("note: meeting {id} has the same title and day").format(id=other.id))


def _record(session: Session, ledger: Ledger, meeting: Meeting) -> object:
    followed = meetings.follow_up(ledger, meeting, today=session.today)
    return meetings.meeting_record(meeting, followed, today=session.today, pilot=ledger.pilot)


def decide(
    session: FormatSession,
    number: MeetingArgument,
    text: Annotated[str, Argument(metavar=_("TEXT"), help=_("What was decided"))],
    fields: TaskFields,
    title: Annotated[str | None, Option(help=_("The title of the task it opens, if another"))] = None,
    task: Annotated[list[str] | None, Option(metavar=_("IDS"), help=_("Tasks that carry it out already"))] = None,
) -> None:
    """Record a decision of a meeting, and open a task from it or link tasks that there are."""
    opens = title is not None or fields != TaskFields()
    if opens and task:
        message = _("--task links tasks that there are; -d, --due and the like open another: take one of the two")
        raise UsageFault(message)
    if opens and fields.department is None:
        raise UsageFault(_("a task needs its lead department"), hint=_("add -d NAME; it leads the task that is opened"))
    check_name(text, field=_("the decision"), line=False)
    uid = session.new_uid()

    def edit(ledger: Ledger) -> Ledger:
        meeting = meetings.find(ledger, number)
        if fields.department is None:
            linked = resolve(task, ledger) if task else []
        else:
            named = check_name(title or text, field=_("the title"))
            ledger = fields.enter(session, ledger, title=named, uid=uid, source=meeting.title)
            linked = [ledger.tasks[-1].id]
        return meetings.decide(ledger, number, text, session.stamp, tasks=linked)

    written = session.change(edit)
    after = written.after
    meeting = meetings.find(after, number)
    followed = meetings.follow_up(after, meeting, today=session.today)[-1]
    if session.in_json:
        record = meetings.followed_record(followed, today=session.today, pilot=after.pilot)
        session.say_json({"meeting": number, **record})
        return
    if followed.tasks:
        printing.say_changed(session, written, [linked.id for linked in followed.tasks])
        session.warn(_("decision {n} of “{title}”").format(n=followed.decision.n, title=safe(meeting.title)))
    else:
        act = _("decision {n}: {text}").format(n=followed.decision.n, text=safe(text))
        session.say(printing.with_act(printing.id_and_title(meeting), act))
    printing.tell_same(session, [each.n for each in meeting.decisions if each.text == text])
    if fields.department is not None:
        (opened,) = find(after, followed.decision.tasks)
        say_deadline(session, opened, fields.due)
        tell_twins(session, after, opened)


def show(session: FormatSession, number: MeetingArgument) -> None:
    """Show the record of a meeting, with how each decision stands today."""
    ledger, meeting = session.ledger, meetings.find(session.ledger, number)
    screen = partial(screens.meeting, ledger, meeting, today=session.today)
    printing.show(session, lambda: _record(session, ledger, meeting), screen, data=-1)


_TEXT: Final = Option("--text", "-t", help=_("Those with this in their title or decisions, and what was decided on it"))


def list_(session: FormatSession, text: Annotated[str | None, _TEXT] = None) -> None:
    """List the joint meetings, with how many of their decisions are carried out."""
    listed = meetings.with_decisions(session.ledger, today=session.today)
    if text is not None:
        listed = meetings.on_matter(listed, text)
        if not listed:
            session.warn(_("no meeting has {text} in its title or its decisions").format(text=quote(text)))

    def grids() -> list[Grid]:
        chosen = listed if text is not None else []
        decided = (
            screens.decisions(some, today=session.today, title=printing.id_and_title(meeting))
            for meeting, some in chosen
        )
        return [screens.meeting_list(listed, all_=text is None), *decided]

    printing.show(
        session,
        lambda: [
            meetings.meeting_record(meeting, followed, today=session.today, pilot=session.ledger.pilot)
            for meeting, followed in listed
        ],
        grids,
    )
