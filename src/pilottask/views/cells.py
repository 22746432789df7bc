"""Cells and columns of grids as several views have them: values in words, with what scripts read beside them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, TypeVar, cast

from msgspec.structs import replace

from pilottask.base import dates
from pilottask.base.i18n import _
from pilottask.ledger import fields, lights, vocabulary, wording
from pilottask.ledger.lights import Light, Lit
from pilottask.ledger.queries import Tally
from pilottask.ledger.records import Number, Status, Task
from pilottask.views.grid import EMPTY, NOTHING, Align, Cell, Column, Grid, Raw, Tone, grid

_Item = TypeVar("_Item")
_Part = TypeVar("_Part")

LIGHT_TONES: Final = {Light.RED: Tone.RED, Light.YELLOW: Tone.YELLOW, Light.GREEN: Tone.GREEN}


def text(value: str | None) -> Cell:
    """Return a text, or the cell for no value."""
    return Cell(value) if value else EMPTY


def names(values: Iterable[str]) -> Cell:
    """Return several names in one cell; scripts read them joined by `、`."""
    listed = tuple(values)
    return Cell(_(", ").join(listed), "、".join(listed)) if listed else EMPTY


def number(value: int, *, tone: Tone | None = None) -> Cell:
    """Return a count, in its tone where it is not 0."""
    return Cell(str(value), value, tone if value else None)


def day(value: date | None) -> Cell:
    """Return a date as ISO text, or the cell for no value."""
    return EMPTY if value is None else Cell(value.isoformat())


def due(task: Task) -> Cell:
    """Return the deadline; as data, one that is open-ended has that word, and none where it is yet to be set."""
    if task.due is None:
        return Cell(wording.no_deadline(task), "open-ended" if task.open_ended else None)
    return Cell(task.due.isoformat())


def light(lit: Lit) -> Cell:
    """Return a light by word and tone, or the cell for no value."""
    if lit.light is None:
        return EMPTY
    return Cell(vocabulary.LIGHT.say(lit.light), lit.light.value, LIGHT_TONES[lit.light])


def status(task: Task) -> Cell:
    """Return the status in words."""
    return Cell(vocabulary.STATUS.say(task.status), task.status.value)


def days(task: Task, *, today: date, light: Light | None) -> Cell:
    """Say how far off the deadline is, while the task is with its department."""
    left = lights.days_left(task, today=today)
    if task.status is Status.SUBMITTED and (late := lights.submitted_late_days(task)):
        return Cell(wording.submitted_late(late), left, Tone.LATE)
    if left is None or (left < 0 and task.status is Status.SUBMITTED):
        return Cell(NOTHING, left)
    tone = Tone.LATE if left < 0 else Tone.YELLOW if light is Light.YELLOW else None
    return Cell(wording.days(left), left, tone)


def time_left(day: date, *, today: date, raw: Raw = None) -> Cell:
    """Say how far off a day is by which something is to be done, in the tone of what is late where it has passed."""
    left = (day - today).days
    return Cell(wording.days(left), raw, Tone.LATE if left < 0 else None)


def amount(value: Number | None, unit: str | None) -> Cell:
    """Return a figure with its unit, or the cell for no value."""
    if value is None:
        return EMPTY
    return Cell(wording.figure(value, unit), value)


def share(printed: str | None, value: float | None) -> Cell:
    """Return a share as it is printed and as scripts read it, 1 for all, or that there is none."""
    return EMPTY if printed is None else Cell(printed, value)


def limit_note(count: int, more: int) -> str | None:
    """Say how many rows of how many are shown, where some are not."""
    if not more:
        return None
    return _("{shown:,} of {total:,} shown; --limit 0 shows all").format(shown=count, total=count + more)


def weekday(value: date | None) -> Cell:
    """Return a date with its weekday, or that there is none."""
    return EMPTY if value is None else Cell(dates.show(value), value.isoformat())


def facts(title: str, known: Iterable[tuple[str, str, Cell]]) -> Grid:
    """Show what is known of one thing: name for scripts, label and value of each fact that is there."""
    columns: tuple[Column[tuple[str, str, Cell]], ...] = (
        Column("field", _("Field"), lambda fact: Cell(fact[1], fact[0], Tone.HEAD)),
        Column("value", _("Value"), lambda fact: fact[2], fold=16),
    )
    return grid([fact for fact in known if fact[2] is not EMPTY], columns, title=title, head=False)


def number_column(
    key: str, label: str, value: Callable[[_Item], int], *, tone: Tone | None = None, drop: int | None = None
) -> Column[_Item]:
    """Return a column of counts or numbers, each in this tone where it is not 0."""
    return Column(key, label, lambda item: number(value(item), tone=tone), align=Align.RIGHT, drop=drop)


def light_columns(tally: Callable[[_Item], Tally], drop: Mapping[Light, int | None]) -> list[Column[_Item]]:
    """Return the columns of how many tasks have each light, and when a narrow terminal leaves each out."""

    def column(light: Light) -> Column[_Item]:
        label = vocabulary.LIGHT.say(light)
        return number_column(
            light.value, label, lambda item: getattr(tally(item), light), tone=LIGHT_TONES[light], drop=drop[light]
        )

    return list(map(column, Light))


def days_column(today: date, light: Callable[[Task], Light | None], *, drop: int | None = None) -> Column[Task]:
    """Return the column of how far off deadlines are, in the tone of `light`."""
    return Column(
        "days_left", _("Days"), lambda task: days(task, today=today, light=light(task)), align=Align.RIGHT, drop=drop
    )


def id_column(label: str | None = None, *, drop: int | None = None) -> Column[Task]:
    """Return the column of ids."""
    return number_column("id", label or fields.label("id"), lambda task: task.id, drop=drop)


_FIELD_CELLS: Final[Mapping[str, Callable[[Task], Cell]]] = {"due": due, "status": status}


def field_column(name: str, *, fold: int | None = None, drop: int | None = None) -> Column[Task]:
    """Return the column of a field of tasks: a text, the deadline or the status."""
    cell = _FIELD_CELLS.get(name) or (lambda task: text(getattr(task, name)))
    return Column(name, fields.label(name), cell, fold=fold, drop=drop)


def of(part: Callable[[_Item], _Part | None], column: Column[_Part], *, none: Cell = EMPTY) -> Column[_Item]:
    """Return a column of what items have, such as their task, for the items; `none` stands where they have none."""

    def cell(item: _Item) -> Cell:
        result = part(item)
        return none if result is None else column.cell(result)

    return cast("Column[_Item]", replace(column, cell=cell))
