"""Tasks over the months as a chart for the wall: one HTML file with a row for each task, printed lengthwise."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from pilottask.base import periods
from pilottask.base.i18n import _, language, ngettext, pgettext
from pilottask.ledger import bars, lights, vocabulary
from pilottask.ledger.bars import Bar, Mark, Run
from pilottask.ledger.records import Pilot, Task
from pilottask.paper.phrases import deadline, long_day
from pilottask.paper.writers.html import head
from pilottask.paper.writers.markup import as_markup

_STYLE: Final = Path(__file__).parent / "writers" / "styles" / "wall.css"
_SIGNS: Final[Mapping[Run | Mark, str]] = {
    Mark.STEP: "△",
    Mark.STEP_DONE: "▲",
    Mark.FIRST: "◇",
    Mark.DEADLINE: "◆",
    Mark.CLOSED: "✓",
    Mark.ON: "▸",
}
_MOST_MONTHS: Final = 24
"""Months that have a line and a name of their own; of more, years alone."""
_SPARE: Final = timedelta(days=5)
"""Room behind the last day, for its mark."""


class _Scale(Struct, frozen=True):
    """Which part of the width stands for which day."""

    first: date
    last: date

    def at(self, day: date) -> str:
        """Return where `day` begins, in percent."""
        return f"{(min(max(day, self.first), self.last) - self.first).days / (self.last - self.first).days:.2%}"

    @property
    def _months(self) -> int:
        """Months from the first to the last."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month

    @property
    def years_alone(self) -> bool:
        """Whether there are too many months for a line each."""
        return self._months > _MOST_MONTHS

    def lines(self) -> Iterator[date]:
        """Yield the days at which a line stands: the first of months, or of Januaries."""
        if self.years_alone:
            yield from (date(year, 1, 1) for year in range(self.first.year + 1, self.last.year + 1))
        else:
            yield from (periods.add_months(self.first, n) for n in range(self._months + 1))


def write(title: str, tasks: Sequence[Task], *, pilot: Pilot, today: date) -> str:
    """Return the chart as one HTML file that loads nothing, by department, the worst first."""
    drawn = {task.id: bars.bar(task, today=today) for task in tasks}
    first, last = bars.span(drawn.values(), today=today)
    scale = _Scale(first, min(last, date.max - _SPARE) + _SPARE)
    lines = [
        *head(
            language(),
            " ".join(filter(None, (pilot.name, title, today.isoformat()))),
            _STYLE.read_text(encoding="utf-8"),
        ),
        *([f'<p class="above">{as_markup(pilot.name)}</p>'] if pilot.name else []),
        f"<h1>{as_markup(title)}</h1>",
        f'<p class="line"><span>{as_markup(pilot.office or "")}</span> <span>{as_markup(long_day(today))}</span></p>',
    ]
    if not tasks:
        lines.append(f"<p>{as_markup(_('No task to draw.'))}</p>")
    else:
        lines.append(f'<p class="legend">{_legend(drawn.values(), today)}</p>')
        lines += _table(tasks, drawn, scale, pilot=pilot, today=today)
    return "\n".join([*lines, "</body>\n</html>\n"])


def _table(
    tasks: Sequence[Task], drawn: Mapping[int, Bar], scale: _Scale, *, pilot: Pilot, today: date
) -> Iterator[str]:
    heads = (
        ("no", pgettext("sheet", "No.")),
        ("title", pgettext("sheet", "Task")),
        ("word", pgettext("sheet", "Light")),
        ("due", pgettext("sheet", "Deadline")),
    )
    yield "<table>\n<thead>\n<tr>"
    yield from (f'<th class="{css}">{as_markup(label)}</th>' for css, label in heads)
    yield f'<th class="chart"><div>{"".join(_months(scale, today))}</div></th>\n</tr>\n</thead>'
    for department, group in bars.rows(tasks, today=today, pilot=pilot):
        text = ngettext("{department}: {n} task", "{department}: {n} tasks", len(group))
        said = as_markup(text.format(department=department, n=len(group)))
        yield f'<tbody>\n<tr class="group"><th colspan="5">{said}</th></tr>'
        for task in group:
            lit = lights.light(task, today=today, pilot=pilot).light
            word = vocabulary.STATUS.say(task.status) if lit is None else vocabulary.LIGHT.say(lit)
            cells = (str(task.id), task.title, word, deadline(task))
            yield "<tr>" + "".join(
                f'<td class="{css}{" red" if css == "word" and lit is lights.Light.RED else ""}">{as_markup(cell)}</td>'
                for (css, _label), cell in zip(heads, cells, strict=True)
            )
            yield f'<td class="chart"><div>{"".join(_bar(drawn[task.id], scale, today))}</div></td></tr>'
        yield "</tbody>"
    yield "</table>"


def _months(scale: _Scale, today: date) -> Iterator[str]:
    names = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
    for day in scale.lines():
        month = _("{year}-{month:02}").format(year=day.year, month=day.month)
        name = month if day.month == 1 or day == scale.first else names[day.month - 1]
        name = str(day.year) if scale.years_alone else name
        yield f'<span style="left:{scale.at(day)}">{name}</span>'
    yield f'<b style="left:{scale.at(today)}"></b>'


def _bar(bar: Bar, scale: _Scale, today: date) -> Iterator[str]:
    """Draw a bar: as boxes with borders and hatching, since a printer leaves plain backgrounds out."""
    yield from (f'<u style="left:{scale.at(day)}"></u>' for day in scale.lines())
    for run, first, last in bar.runs:
        yield f'<i class="{run}" style="left:{scale.at(first)};right:calc(100% - {scale.at(last or scale.last)})"></i>'
    yield f'<b style="left:{scale.at(today)}"></b>'
    for mark, day in bar.marks:
        yield f'<span class="{mark}" style="left:{scale.at(day or scale.last)}">{_SIGNS[mark]}</span>'


def _legend(drawn: Iterable[Bar], today: date) -> str:
    """Say what boxes, signs and the line mean."""
    parts = [f"<span><b></b> {as_markup(_('today, {day}').format(day=today.isoformat()))}</span>"]
    for what, meaning in bars.meanings(drawn):
        sign = f'<i class="{what}"></i>' if isinstance(what, Run) else _SIGNS[what]
        parts.append(f"<span>{sign} {as_markup(meaning)}</span>")
    return " ".join(parts)
