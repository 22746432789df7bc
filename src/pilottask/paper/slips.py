"""Reminder slips (催办单) in words, a page for each department."""

from collections.abc import Iterable, Sequence

from pilottask.base.i18n import _, language, ngettext, pgettext
from pilottask.paper.content import Line, Notice
from pilottask.paper.document import Block, Card, Cards, Document, Field, Foot, Page, Paragraph, Section
from pilottask.paper.phrases import card_heading, chased, long_day, problems, progress, sentences


def notices_document(notices: Sequence[Notice]) -> Document:
    """Return slips in the language in use."""
    return Document(
        lang=language(),
        name=_("reminder"),
        pages=tuple(_page(notice) for notice in notices),
        wide_ambiguous=any(notice.wide_ambiguous for notice in notices),
    )


def _page(notice: Notice) -> Page:
    return Page(
        above=notice.name,
        title=pgettext("slip", "Reminder"),
        number=None,
        left=_("To: {department}").format(department=notice.department),
        right=long_day(notice.today),
        remarks=(),
        sections=(Section(None, "", (Paragraph(_summed(notice)),)), *_sections(notice)),
        annex=None,
        foot=Foot(
            (
                Field(pgettext("slip", "Sent by"), notice.office or ""),
                Field(pgettext("slip", "Signed"), ""),
                Field(pgettext("slip", "Received by"), ""),
                Field(_("Date"), long_day(notice.today)),
            )
        ),
    )


def _summed(notice: Notice) -> str:
    """Say what is asked of the department."""
    late, soon = len(notice.late), len(notice.soon)
    day, by = long_day(notice.today), long_day(notice.reply_by)
    said = []
    if late:
        said.append(
            ngettext(
                "As of {day}, {n} task that you lead is overdue.",
                "As of {day}, {n} tasks that you lead are overdue.",
                late,
            ).format(day=day, n=late)
        )
        if soon:
            said.append(
                ngettext(
                    "Another {n} falls due within {days} days.", "Another {n} fall due within {days} days.", soon
                ).format(n=soon, days=notice.within)
            )
    else:
        said.append(
            ngettext(
                "As of {day}, {n} task that you lead falls due within {days} days.",
                "As of {day}, {n} tasks that you lead fall due within {days} days.",
                soon,
            ).format(day=day, n=soon, days=notice.within)
        )
    said.append(
        _("Please press on, and report progress, problems and the next step to {office} by {day}.").format(
            office=notice.office, day=by
        )
        if notice.office
        else _("Please press on, and report progress, problems and the next step by {day}.").format(day=by)
    )
    return sentences(said)


def _sections(notice: Notice) -> Iterable[Section]:
    if notice.late:
        yield Section(None, pgettext("slip", "Overdue tasks"), _cards(notice.late))
    if notice.soon:
        yield Section(None, pgettext("slip", "Tasks falling due"), _cards(notice.soon))


def _cards(lines: Sequence[Line]) -> tuple[Block, ...]:
    return (Cards(tuple(_card(place, line) for place, line in enumerate(lines, start=1))),)


def _card(place: int, line: Line) -> Card:
    fields = [
        Field(pgettext("sheet", "Deadline"), long_day(line.due) if line.due else ""),
        Field(pgettext("sheet", "Requirement"), line.requirement or ""),
        Field(pgettext("sheet", "Responsible"), line.owner or ""),
        Field(pgettext("sheet", "Last progress"), progress(line)),
        Field(pgettext("sheet", "Open problems"), problems(line.problems) if line.problems else ""),
        Field(pgettext("sheet", "Chased before"), chased(line)),
    ]
    return Card(
        card_heading(place, line, line.days_left or 0),
        line.light,
        tuple(field for field in fields if field.text),
    )
