"""A chart of tasks over the months, in letters: each department's tasks, their deadlines, extensions and lights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pilottask.base import periods
from pilottask.base.i18n import _, ngettext
from pilottask.base.terminal import Terminal
from pilottask.base.text import safe
from pilottask.base.width import fold, pad, width
from pilottask.ledger import bars, lights, vocabulary
from pilottask.ledger.bars import Mark, Run
from pilottask.ledger.records import Pilot, Status, Task
from pilottask.views.cells import LIGHT_TONES
from pilottask.views.render import paint

_PAGE: Final = 80
"""Columns of the chart off a terminal."""
_LABEL_SHARE: Final = 0.35
"""Part of the page's width that titles take."""
_FEWEST: Final = 20
"""Columns that the chart keeps on the narrowest page."""
_LEAST_TITLE: Final = 8
_MARGIN: Final = timedelta(days=3)

_TODAY: Final = "|"
_RUNS: Final[Mapping[Run | Mark, str]] = {Run.PLANNED: "-", Run.MOVED: "~", Run.LATE: "!"}
_MARKS: Final[Mapping[Run | Mark, str]] = {
    Mark.STEP: "s",
    Mark.STEP_DONE: "S",
    Mark.FIRST: "d",
    Mark.DEADLINE: "D",
    Mark.CLOSED: "C",
    Mark.ON: ">",
}


@dataclass(frozen=True, slots=True)
class _Scale:
    """Which column stands for which day."""

    first: date
    last: date
    columns: int

    def column(self, day: date) -> int:
        span = max((self.last - self.first).days, 1)
        return min(max((day - self.first).days, 0) * (self.columns - 1) // span, self.columns - 1)


def timeline(tasks: Sequence[Task], *, today: date, pilot: Pilot, terminal: Terminal) -> str:
    """Return the chart, with a line break at its end.

    It is as wide as a terminal, elsewhere 80 columns, where that leaves room for it.
    """
    if not tasks:
        return _("No task to draw.") + "\n"
    return "".join(f"{line.rstrip(' ')}\n" for line in _Drawing(tasks, today, pilot, terminal).lines())


class _Drawing:
    def __init__(self, tasks: Sequence[Task], today: date, pilot: Pilot, terminal: Terminal) -> None:
        self._terminal = terminal
        self._today = today
        self._pilot = pilot
        self._wide = terminal.wide_ambiguous
        self._tasks = tasks
        columns = terminal.width if terminal.is_terminal else _PAGE
        self._id = max(len(str(task.id)) for task in tasks)
        words = [*map(vocabulary.LIGHT.say, lights.Light), *map(vocabulary.STATUS.say, Status)]
        self._word = max(map(self._width, words))
        title = max(int(columns * _LABEL_SHARE) - self._id - self._word - 2, _LEAST_TITLE)
        self._title = min(max(self._width(safe(task.title)) for task in tasks), title)
        self._label = self._id + 1 + self._title + 1 + self._word + 1
        self._bars = {task.id: bars.bar(task, today=today) for task in tasks}
        first, last = bars.span(self._bars.values(), today=today)
        self._scale = _Scale(first, min(last, date.max - _MARGIN) + _MARGIN, max(columns - self._label, _FEWEST))

    def _width(self, text: str) -> int:
        return width(text, wide_ambiguous=self._wide)

    def lines(self) -> Iterable[str]:
        """Yield the lines of the chart: months, then each department, worst first, then what the signs mean."""
        yield from self._months()
        for department, tasks in bars.rows(self._tasks, today=self._today, pilot=self._pilot):
            message = ngettext("{department}: {n} task", "{department}: {n} tasks", len(tasks))
            text = message.format(department=safe(department), n=len(tasks))
            yield from self._with_today(text)
            for task in tasks:
                yield from self._row(task)
        yield ""
        yield from self._legend()

    def _months(self) -> Iterable[str]:
        """Yield years and months over the columns in which they begin, as far as there is room."""
        years, months = "", ""
        names = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
        for month in self._marks():
            column = self._scale.column(month)
            year, name = str(month.year), names[month.month - 1]
            if (not years or month.month == 1) and self._fits(years, column, year):
                years = pad(years, column, wide_ambiguous=self._wide) + f"{year} "
            if self._fits(months, column, name):
                months = pad(months, column, wide_ambiguous=self._wide) + f"{name} "
        indent = " " * self._label
        yield indent + years
        yield indent + months

    def _fits(self, before: str, column: int, text: str) -> bool:
        return self._width(before) <= column and column + self._width(text) <= self._scale.columns

    def _marks(self) -> Iterable[date]:
        """Yield the first days of months, of Januaries alone where there are many more than columns."""
        first, last = self._scale.first, self._scale.last
        yield first
        if (last.year - first.year) * 12 > self._scale.columns * 2:
            step = (last.year - first.year) // self._scale.columns + 1
            yield from (date(year, 1, 1) for year in range(first.year + 1, last.year + 1, step))
            return
        for count in range(1, (last.year - first.year) * 12 + last.month - first.month + 1):
            yield periods.add_months(first, count)

    def _with_today(self, text: str) -> Iterable[str]:
        """Put today's line behind a text, where the text does not reach it."""
        column = self._label + self._scale.column(self._today)
        for line in fold(text, self._label + self._scale.columns, wide_ambiguous=self._wide):
            yield pad(line, column, wide_ambiguous=self._wide) + _TODAY if self._width(line) < column else line

    def _row(self, task: Task) -> Iterable[str]:
        lit = lights.light(task, today=self._today, pilot=self._pilot)
        word = vocabulary.STATUS.say(task.status) if lit.light is None else vocabulary.LIGHT.say(lit.light)
        tone = None if lit.light is None else LIGHT_TONES[lit.light]
        shown = paint(word, tone, self._terminal) + " " * (self._word - self._width(word))
        first = str(task.id), shown, self._bar(task)
        later = "", " " * self._word, self._draw({self._scale.column(self._today): _TODAY})
        for turn, part in enumerate(fold(safe(task.title), self._title, wide_ambiguous=self._wide)):
            number, text, drawn = later if turn else first
            yield f"{number:>{self._id}} {pad(part, self._title, wide_ambiguous=self._wide)} {text} {drawn}"

    def _draw(self, marks: dict[int, str]) -> str:
        return "".join(marks.get(column, " ") for column in range(self._scale.columns))

    def _bar(self, task: Task) -> str:
        """Draw a task; what is marked hides today, which hides what runs."""
        scale, bar = self._scale, self._bars[task.id]
        signs: dict[int, str] = {}
        for run, first, last in bar.runs:
            signs |= dict.fromkeys(range(scale.column(first), scale.column(last or scale.last) + 1), _RUNS[run])
        signs[scale.column(self._today)] = _TODAY
        return self._draw(signs | {scale.column(day or scale.last): _MARKS[mark] for mark, day in bar.marks})

    def _legend(self) -> Iterable[str]:
        """Yield what the signs mean, a sign and its meaning on one line."""
        today = _("today, {day}").format(day=self._today.isoformat())
        signs = {**_RUNS, **_MARKS}
        meanings = [(_TODAY, today), *((signs[what], said) for what, said in bars.meanings(self._bars.values()))]
        line = ""
        for sign, meaning in meanings:
            text = f"{sign} {meaning}"
            if line and self._width(line) + self._width(text) + 3 > self._label + self._scale.columns:
                yield line
                line = ""
            line = f"{line}   {text}" if line else text
        yield line
