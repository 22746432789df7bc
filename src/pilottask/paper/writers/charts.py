"""Pictures of the weekly sheet as inline SVG: readable without colour, by people who see and by those who listen."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil
from typing import Final

from pilottask.base.i18n import _, ngettext
from pilottask.base.width import width
from pilottask.ledger import vocabulary
from pilottask.ledger.lights import Light
from pilottask.paper.content import Point
from pilottask.paper.document import CurveChart, LightsChart
from pilottask.paper.writers.markup import as_markup, plain

_WIDE: Final = 520
"""Width of a picture in its own units; small enough that its letters stay readable on a phone."""
_LETTER: Final = 13
_SMALL: Final = 12
_MOST_BARS: Final = 24
"""Bars in one picture; the departments after them share the last, so that it keeps to a page."""
_NAME_COLUMNS: Final = 18
_NAME_LINES: Final = 2

_INKS: Final = {Light.RED: "#7a1616", Light.YELLOW: "#f0c63c", Light.GREEN: "#e3f0df"}
"""Fills whose greys lie far apart, so that a copier keeps them three."""
_HALO: Final = ' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
"""Keeps letters readable over lines and hatching."""

_Row = tuple[str, dict[Light, int]]


def lights(chart: LightsChart, *, key: str) -> str:
    """Draw open tasks by light, a stacked bar for each row of `chart` in its order, as one `<svg>`.

    `key` begins the ids in it, so that two pictures can stand in one page.
    """
    rows = _first_rows(
        [(name or _("(none)"), {light: getattr(tally, light) for light in Light}) for name, tally in chart.rows]
    )
    left, right, step, head = 138.0, 116.0, 28.0, 28.0
    most = max((sum(counts.values()) for _name, counts in rows), default=0)
    scale = (_WIDE - left - right) / most if most else 0.0
    parts = [_patterns(key), *_legend(key, left)]
    for index, (name, counts) in enumerate(rows):
        parts += _bar(name, counts, top=head + index * step, left=left, scale=scale, key=key)
    bottom = head + len(rows) * step
    parts.append(_line(left, head, left, bottom))
    description = _("; ").join(f"{plain(name, line=True)} {_in_words(counts)}" for name, counts in rows)
    return _svg(key, bottom + 6, chart.caption, description, parts)


def _first_rows(rows: Sequence[_Row]) -> list[_Row]:
    """Return the first rows, and one for all the others."""
    if len(rows) <= _MOST_BARS:
        return list(rows)
    rest = rows[_MOST_BARS - 1 :]
    name = ngettext("{count} other", "{count} others", len(rest)).format(count=len(rest))
    return [*rows[: _MOST_BARS - 1], (name, {light: sum(counts[light] for _name, counts in rest) for light in Light})]


def _in_words(counts: dict[Light, int]) -> str:
    """Name the lights there are, with their numbers."""
    return " ".join(f"{vocabulary.LIGHT.say(light)} {count}" for light, count in counts.items() if count) or "0"


def _patterns(key: str) -> str:
    """Define the fills: red solid, yellow hatched, green dotted, three that differ without any colour too."""
    return (
        f'<defs><pattern id="{key}-yellow" width="7" height="7" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><rect width="7" height="7" fill="{_INKS[Light.YELLOW]}"/>'
        '<rect width="1.6" height="7" fill="#4d3800"/></pattern>'
        f'<pattern id="{key}-green" width="7" height="7" patternUnits="userSpaceOnUse">'
        f'<rect width="7" height="7" fill="{_INKS[Light.GREEN]}"/><circle cx="3.5" cy="3.5" r=".8" fill="#1d5c2a"/>'
        "</pattern></defs>"
    )


def _legend(key: str, left: float) -> list[str]:
    parts = []
    for light in Light:
        label = vocabulary.LIGHT.say(light)
        parts += [_box(left, 4, 22, 13, _fill(key, light)), _text(left + 27, 15.5, label)]
        left += 48 + width(label) * _LETTER / 2
    return parts


def _bar(name: str, counts: dict[Light, int], *, top: float, left: float, scale: float, key: str) -> list[str]:
    base = top + 19
    lines = _fold_name(name)
    parts = [
        _text(left - 8, base + (index - (len(lines) - 1) / 2) * (_LETTER + 1), line, anchor="end")
        for index, line in enumerate(lines)
    ]
    for light, count in counts.items():
        if not count:
            continue
        wide = count * scale
        parts.append(_box(left, top + 4, wide, 20, _fill(key, light)))
        if wide > 8 + len(str(count)) * _LETTER * 0.6:
            look = ' font-weight="bold"' + ("" if light is Light.RED else _HALO)
            ink = "#fff" if light is Light.RED else "#000"
            parts.append(_text(left + wide / 2, base, str(count), anchor="middle", look=look, ink=ink))
        left += wide
    parts.append(_text(left + 7, base, _in_words(counts), size=_SMALL))
    return parts


def _fold_name(name: str) -> list[str]:
    """Break `name` into lines as wide as its column; what does not fit ends in `…` (the table beside has it whole)."""
    lines = [""]
    for char in plain(name, line=True):
        if width(lines[-1] + char) > _NAME_COLUMNS:
            if len(lines) == _NAME_LINES:
                lines[-1] = lines[-1][:-1] + "…"
                break
            lines.append("")
        lines[-1] += char
    return lines


class _Axes:
    """Where days and counts stand on the burn-up."""

    left: Final = 34.0
    right: Final = _WIDE - 74.0
    top: Final = 22.0
    bottom: Final = 212.0

    def __init__(self, first: date, last: date, most: int) -> None:
        self.first, self.last, self.most = first, last, max(most, 1)

    def x(self, day: date) -> float:
        span = (self.last - self.first).days or 1
        return self.left + (self.right - self.left) * (day - self.first).days / span

    def y(self, count: int) -> float:
        return self.bottom - (self.bottom - self.top) * count / self.most


def curve(chart: CurveChart, *, key: str) -> str:
    """Draw `chart` as one `<svg>`: due by each day as a broken line, closed as a solid one up to the last day known.

    `key` begins the ids in it. Without points, a picture that says so in its description alone.
    """
    points = chart.points
    if not points:
        return _svg(key, 24, chart.caption, _("no days to show"), [])
    closed = [(point.day, point.closed) for point in points if point.closed is not None]
    axes = _Axes(points[0].day, points[-1].day, max(max(point.due, point.closed or 0) for point in points))
    parts = [*_grid(axes), *_months(axes)]
    parts += _path(axes, [(point.day, point.due) for point in points], 'stroke-width="1.8" stroke-dasharray="7 4"')
    parts += _path(axes, closed, 'stroke-width="3.4"')
    parts += _ends(axes, points[-1], closed[-1] if closed else None)
    parts += _curve_legend(axes, chart)
    return _svg(key, axes.bottom + 46, chart.caption, _curve_in_words(chart, closed), parts)


def _path(axes: _Axes, points: Iterable[tuple[date, int]], look: str) -> list[str]:
    steps = [f"{axes.x(day):.1f} {axes.y(count):.1f}" for day, count in points]
    return [f'<path d="M{"L".join(steps)}" fill="none" stroke="#000" stroke-linejoin="round" {look}/>'] if steps else []


def _ends(axes: _Axes, end: Point, now: tuple[date, int] | None) -> list[str]:
    """Mark where both lines end with their numbers, and the day that the sheet is of."""
    high = axes.y(end.due)
    if now is None:
        return [_text(axes.right + 7, high + 4, str(end.due), size=_SMALL)]
    day, count = now
    x, y = axes.x(day), axes.y(count)
    ahead = day < end.day
    parts = []
    if ahead:
        parts.append(_line(x, axes.top - 8, x, axes.bottom, look=' stroke-dasharray="2 3"'))
        side, gap = ("end", -5) if x > (axes.left + axes.right) / 2 else ("start", 5)
        parts.append(_text(x + gap, axes.top - 2, day.isoformat(), anchor=side, size=_SMALL, look=_HALO))
    near = not ahead and abs(high - y) < _LETTER + 1
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>')
    parts.append(_text(x + 8, y + (13 if near else 5), str(count), look=' font-weight="bold"' + _HALO))
    parts.append(_text(axes.right + 7, high + (-5 if near else 4), str(end.due)))
    return parts


def _grid(axes: _Axes) -> list[str]:
    parts = []
    for count in range(0, axes.most + 1, max(ceil(axes.most / 5), 1)):
        y = axes.y(count)
        look = "" if count == 0 else ' stroke-opacity=".3"'
        parts.append(_line(axes.left, y, axes.right, y, look=look))
        parts.append(_text(axes.left - 6, y + 4, str(count), anchor="end", size=_SMALL))
    return parts


def _months(axes: _Axes) -> list[str]:
    """Mark the first days of months, labelling as many as find room; where there is none, the two ends."""
    first, last = axes.first, axes.last
    serials = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    every = max(len(serials) // 60, 1)  # a mistyped year must not draw ten thousand marks
    days = [date(serial // 12, serial % 12 + 1, 1) for serial in serials[::every]]
    parts, taken = [], 0.0
    for day in [day for day in days if day >= first] or [first]:
        x = axes.x(day)
        parts.append(_line(x, axes.bottom, x, axes.bottom + 4))
        if x - 23 > taken:
            parts.append(_text(x, axes.bottom + 17, f"{day:%Y-%m}", anchor="middle", size=_SMALL))
            taken = x + 23
    return parts


def _curve_legend(axes: _Axes, chart: CurveChart) -> list[str]:
    y, second = axes.bottom + 36, axes.left + 62 + width(chart.due_label) * _LETTER / 2
    return [
        _line(axes.left, y, axes.left + 34, y, look=' stroke-width="1.8" stroke-dasharray="7 4"'),
        _text(axes.left + 40, y + 4, chart.due_label),
        _line(second, y, second + 34, y, look=' stroke-width="3.4"'),
        _text(second + 40, y + 4, chart.closed_label),
    ]


def _curve_in_words(chart: CurveChart, closed: Sequence[tuple[date, int]]) -> str:
    """Say the figures of the last day known, and of the end."""
    known = {point.day: point for point in chart.points}
    end = chart.points[-1]
    parts = []
    if closed:
        day, count = closed[-1]
        parts.append(f"{day.isoformat()} {chart.due_label} {known[day].due}{_(', ')}{chart.closed_label} {count}")
    if not closed or closed[-1][0] != end.day:
        parts.append(f"{end.day.isoformat()} {chart.due_label} {end.due}")
    return _("; ").join(parts)


def _svg(key: str, height: float, title: str, description: str, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {height:g}" role="img"'
        f' aria-labelledby="{key}-title {key}-desc">\n<title id="{key}-title">{as_markup(title)}</title>\n'
        f'<desc id="{key}-desc">{as_markup(description)}</desc>\n{body}\n</svg>'
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = _LETTER, look: str = "", ink: str = "#000"
) -> str:
    """Write `text`, from the store or not: escaped, and without what XML cannot hold."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{ink}"{look}>'
        f"{as_markup(text, line=True)}</text>"
    )


def _box(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:g}" fill="{fill}" stroke="#000"/>'


def _line(x1: float, y1: float, x2: float, y2: float, *, look: str = "") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#000"{look}/>'


def _fill(key: str, light: Light) -> str:
    return _INKS[Light.RED] if light is Light.RED else f"url(#{key}-{light.value})"
