"""The page of results for a publicity column (宣传专栏), by line of work."""

from collections.abc import Sequence
from datetime import date

from pilottask.base.i18n import _, language, ngettext
from pilottask.ledger import wording
from pilottask.ledger.records import Pilot
from pilottask.ledger.results import Aspect, Result
from pilottask.ledger.shares import percent
from pilottask.paper.document import Card, Cards, Document, Field, Page, Paragraph, Section
from pilottask.paper.phrases import long_day, second, section_numeral


def document(
    title: str,
    aspects: Sequence[Aspect],
    *,
    pilot: Pilot,
    today: date,
    since: date | None = None,
    until: date | None = None,
) -> Document:
    """Return the page of these results, in the language in use; `since` and `until` are the period asked for."""
    sections = tuple(
        Section(
            None,
            aspect or _("Other work"),
            (Cards(tuple(_card(*one) for one in enumerate(results))),),
            section_numeral(index),
        )
        for index, (aspect, results) in enumerate(aspects)
    )
    n = sum(len(results) for _aspect, results in aspects)
    summed = ngettext("{n} result in all.", "{n} results in all.", n).format(n=n)
    if not n:
        summed = _("No result was noted in this period.")
    page = Page(
        above=pilot.name,
        title=title,
        left=pilot.office or "",
        right=long_day(today),
        remarks=(_period(since, until or today),),
        sections=(Section(None, "", (Paragraph(summed),)), *sections),
    )
    return Document(lang=language(), name=_("results"), pages=(page,), wide_ambiguous=pilot.wide_ambiguous is True)


def _period(since: date | None, until: date) -> str:
    if since is None:
        return _("Up to {last}").format(last=long_day(until))
    return _("Period: {first} to {last}").format(first=long_day(since), last=long_day(until))


def _card(index: int, result: Result) -> Card:
    task = result.task
    units = (task.department, *task.support)
    fields = [
        Field(_("Carried out by"), _(", ").join(units)),
        Field(_("Task"), task.title),
        Field(_("Reached"), _figure(result)),
        Field(_("Date"), long_day(result.day)),
    ]
    return Card(second(index, result.note.text), None, tuple(field for field in fields if field.text))


def _figure(result: Result) -> str:
    """Say what figure was reached when the result was noted, with its share of the target."""
    task, actual = result.task, result.note.actual
    if actual is None:
        return ""
    figure = wording.figure(actual, task.unit)
    if not task.target:
        return figure
    return _("{actual} ({share} of the target)").format(actual=figure, share=percent(actual, task.target))
