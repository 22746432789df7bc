"""The weekly sheet's figures by department, line of work and source of money."""

from collections.abc import Iterable, Sequence
from typing import Final

from pilottask.base.i18n import _, pgettext
from pilottask.ledger import vocabulary
from pilottask.ledger.lights import Light
from pilottask.ledger.projects import BySource, Money, amount_text
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import Status
from pilottask.paper.content import Sheet
from pilottask.paper.document import NOTHING, Align, Block, LightsChart, Paragraph, Table
from pilottask.paper.phrases import STATUS_ORDER, ColumnOf, annex_part, column, status_head, table


def by_group(sheet: Sheet) -> Iterable[Block]:
    """Return the blocks of the section."""
    if not sheet.departments:
        return
    yield annex_part(0, _("By department"))
    yield _group_table(_("By department"), pgettext("sheet", "Department"), sheet.departments, sheet.figures)
    if len(sheet.departments) > 1:
        yield LightsChart(caption=_("Lights by department"), rows=sheet.departments)
    index = 1
    if any(name is not None for name, _tally in sheet.aspects):
        yield annex_part(index, _("By line of work"))
        yield _group_table(_("By line of work"), pgettext("sheet", "Line of work"), sheet.aspects, sheet.figures)
        index += 1
    if sheet.money:
        yield annex_part(index, _("Money of cooperation projects"))
        yield _money_table(sheet.money)
        yield Paragraph(_("amounts in 10,000 yuan"), quiet=True)


def _money_table(money: Sequence[tuple[str, BySource]]) -> Table:
    """Show what each project has by source, with the sum over all."""
    rows = [
        ("" if index else project, source, sums)
        for project, sources in money
        for index, (source, sums) in enumerate(sources.items())
    ]
    return table(
        _("Money of cooperation projects"),
        rows,
        (
            column(pgettext("sheet", "Project"), 24, lambda row: row[0]),
            column(pgettext("sheet", "Source of money"), 18, lambda row: row[1]),
            column(pgettext("sheet", "Planned"), 12, lambda row: amount_text(row[2].planned), Align.RIGHT),
            column(pgettext("sheet", "Paid in"), 12, lambda row: amount_text(row[2].paid), Align.RIGHT),
            column(pgettext("sheet", "Share"), 10, lambda row: row[2].printed_share or NOTHING, Align.RIGHT),
        ),
        total=(pgettext("sheet", "Sum"), "", sum((sums for _project, _source, sums in rows), Money())),
    )


_RARE: Final = frozenset({Status.SUSPENDED, Status.CANCELLED})


def _group_table(caption: str, label: str, groups: Sequence[tuple[str | None, Tally]], total: Tally) -> Table:
    def count(head: str, share: int, name: str) -> ColumnOf[tuple[str | None, Tally]]:
        return column(head, share, lambda group: str(getattr(group[1], name)), Align.RIGHT)

    statuses = [status for status in STATUS_ORDER if status not in _RARE or getattr(total, status)]
    return table(
        caption,
        groups,
        (
            column(label, 18, lambda group: _("(none)") if group[0] is None else group[0]),
            count(pgettext("sheet", "All"), 6, "total"),
            *(count(status_head(status), 8, status) for status in statuses),
            *(count(vocabulary.LIGHT.say(light), 4, light) for light in Light),
            column(pgettext("sheet", "Rate"), 8, lambda group: group[1].printed_rate or NOTHING, Align.RIGHT),
        ),
        total=(pgettext("sheet", "Sum"), total),
    )
