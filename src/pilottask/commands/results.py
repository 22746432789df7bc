"""Results worth showing: listed by line of work, or as a page for the publicity column."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Option

from pilottask.base.i18n import _
from pilottask.commands.session import Session
from pilottask.commands.shared.filters import Filters
from pilottask.commands.shared.paper_files import Outputs, paper_now, put
from pilottask.commands.shared.printing import FromOption, ToOption
from pilottask.ledger import results as noted
from pilottask.paper import results_page
from pilottask.paper.writers import PaperFormat
from pilottask.views.render import Format, render
from pilottask.views.results import results as results_grid


class ResultsFormat(StrEnum):
    """What `--format` takes: the forms of a list, of which Markdown is a page already, and a page in HTML."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    HTML = "html"


_PAGES = {ResultsFormat.MD: PaperFormat.MD, ResultsFormat.HTML: PaperFormat.HTML}


def results(
    session: Session,
    filters: Filters,
    since: FromOption = None,
    until: ToOption = None,
    output: Annotated[
        list[Path] | None, Option("--output", "-O", help=_("Write the page: .md, .html, .txt or .docx"))
    ] = None,
    fmt: Annotated[
        ResultsFormat, Option("--format", help=_("How the result is written; md and html are the page"))
    ] = ResultsFormat.TABLE,
) -> None:
    """List results worth showing by line of work, or write them as a page."""
    first, last = session.span(since, until)
    last = last or session.today  # what lies ahead of it is none of a page up to that day
    groups = noted.by_aspect(filters.tasks(session), since=first, until=last)
    records = [noted.result_record(result) for _aspect, listed in groups for result in listed]
    if output or fmt in _PAGES:
        outputs = Outputs(fmt=_PAGES.get(fmt), output=output)
        pilot, today = session.ledger.pilot, session.today
        title = filters.title(session, _("Results of the pilot"))
        document = partial(results_page.document, title, groups, pilot=pilot, today=today, since=first, until=last)
        page = paper_now(session, lambda: records, document, outputs.plan(session))
        put(session, page, outputs.encode(page))
    elif fmt is ResultsFormat.JSON:
        session.say_json(records)
    else:
        session.say(render(results_grid(groups), Format(fmt.value), session.terminal))
