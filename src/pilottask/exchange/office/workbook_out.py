"""Tasks as an Excel workbook, ready to print and to send: the ledger, and a summary by department."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache, partial
from typing import Any, Final

from pilottask.base import text
from pilottask.base.errors import UsageFault
from pilottask.base.formulas import unguard
from pilottask.base.i18n import _
from pilottask.base.width import width as text_width
from pilottask.exchange.office import exporting, packages, values
from pilottask.exchange.office.headings import BEGINNING, Column, label, own_heading
from pilottask.exchange.office.number_formats import EXACT
from pilottask.exchange.office.sheets import letters
from pilottask.exchange.office.xlsx import LONGEST
from pilottask.ledger import history, lights, queries, vocabulary
from pilottask.ledger.lights import Light
from pilottask.ledger.queries import Group, Tally
from pilottask.ledger.records import Number, Pilot, Status, Task
from pilottask.ledger.shares import share

Watch = Callable[[Sequence[Task]], Iterable[Task]]
Value = str | Number | date | None
Untyped = Any
"""What openpyxl makes, which has no types."""

_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it Excel counts days wrongly: it takes 1900 for a leap year."""

_NARROWEST: Final = 6
_WIDEST: Final = 20
_SPARE: Final = 2
LINE: Final = 16
"""Points that a line of a cell takes."""
_LEAF: Final = 160
"""Display columns that a leaf of A4, lengthwise, has room for at a size that is read without a glass."""
_PAPER_A4: Final = 9
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_HELD_ROWS: Final = re.compile(rb'(<row r="(?![12]")[^>]*) customHeight="1"')
"""Rows below title and note whose height openpyxl has held: they are to grow with what is typed into them."""
_ZIPPED: Final = (1980, 1, 1, 0, 0, 0)
_HEAD_ROW: Final = 2
_FIRST_ROW: Final = _HEAD_ROW + 1
_SPARE_ROWS: Final = 200
"""Rows below the tasks that offer the statuses too, for tasks that are typed in."""

_LIKE_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNFIT: Final = re.compile("[\r\ufffe\uffff]")
_RUNNABLE: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_FILLS: Final[Mapping[Light, str]] = {Light.RED: "FFC7CE", Light.YELLOW: "FFEB9C", Light.GREEN: "C6EFCE"}
_GREY: Final = "D9D9D9"
_FIRST: Final = (
    *BEGINNING,
    Column.DEPARTMENT,
    Column.OWNER,
    Column.DUE,
    Column.LIGHT,
    Column.STATUS,
    Column.PROGRESS,
    Column.PROBLEM,
    Column.NEXT,
)
"""What is legible side by side on A4 lengthwise; the other columns stand on a sheet that continues this one."""
_DATES: Final = frozenset({Column.FIRST_DUE, Column.DUE, Column.SUBMITTED, Column.CLOSED, Column.CREATED})
_NUMBERS: Final = frozenset({Column.NUMBER, Column.TARGET, Column.ACTUAL})
_COUNTS: Final = (*Status, *Light, "overdue")


class Style:
    """Names of the styles of cells in the workbook."""

    TITLE: Final = "pt title"
    HEAD: Final = "pt heading"
    TEXT: Final = "pt text"
    DATE: Final = "pt date"
    NUMBER: Final = "pt number"
    RATE: Final = "pt rate"
    NOTE: Final = "pt note"
    INPUT: Final = "pt input"
    LIGHTS: Final[Mapping[str, str]] = {light: f"pt {light}" for light in Light}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and the name of its style."""

    value: Value
    style: str = Style.TEXT


def office_ledger(tasks: Sequence[Task], *, pilot: Pilot, today: date, watch: Watch = iter) -> bytes:
    """Return `tasks` as a workbook, which import reads back as they were: what is read first, behind it all else.

    Lights and counts are those of `today`, with the thresholds of `pilot`. The same tasks on the same day make the
    same bytes. Raises UsageFault where a text is longer than a cell, or where openpyxl is not installed.
    """
    book = new_book()
    sheet = book.active
    sheet.title = _("Ledger")
    columns, own = exporting.columns_of(tasks)
    message = _("{name} · task list of {date}") if pilot.name else _("Task list of {date}")
    title = message.format(name=pilot.name, date=today.isoformat())
    _put_ledger(sheet, title, _FIRST, [], tasks, watch=watch, pilot=pilot, today=today)
    words = list(map(vocabulary.STATUS.say, Status))
    offer(sheet, words, _FIRST.index(Column.STATUS), first=_FIRST_ROW, last=_HEAD_ROW + len(tasks) + _SPARE_ROWS)
    behind = book.create_sheet(_("Ledger, further columns"))
    rest = [*BEGINNING, *(column for column in columns if column not in _FIRST)]
    _put_ledger(behind, title, rest, own, tasks, watch=iter, pilot=pilot, today=today)
    if all(task.first_due == task.due for task in tasks):
        hide(behind, [rest.index(Column.FIRST_DUE)])
    _summarize(book.create_sheet(_("Summary")), tasks, pilot=pilot, today=today)
    return book_bytes(book, today)


def _put_ledger(
    sheet: Untyped,
    title: str,
    columns: Sequence[Column],
    own: Sequence[str],
    tasks: Sequence[Task],
    *,
    watch: Watch,
    pilot: Pilot,
    today: date,
) -> None:
    """Write these columns of a ledger to a sheet; those that are blank throughout are hidden, and have no cells."""
    heads = [*map(label, columns), *map(own_heading, own)]
    widths = [text_width(head) for head in heads]
    cells = [partial(_cell, column, pilot=pilot, today=today) for column in columns]
    cells += [partial(lambda key, task: Cell(_text(values.text_cell(task.extra.get(key)))), key) for key in own]
    filled = [place for place, cell in enumerate(cells) if any(cell(task).value is not None for task in tasks)]
    put(sheet, 1, 1, Cell(title, Style.TITLE))
    for place, head in enumerate(heads, start=1):
        put(sheet, _HEAD_ROW, place, Cell(head, Style.HEAD))
    row = _HEAD_ROW
    for row, task in enumerate(watch(tasks), start=_FIRST_ROW):
        lines = 1
        for place in filled:
            cell = cells[place](task)
            put(sheet, row, place + 1, cell)
            if cell.value is not None:
                widths[place] = max(widths[place], width(cell.value))
            if isinstance(cell.value, str):
                _check_length(cell.value, heads[place], task)
                # What is wider is in a column of the widest, and what is not needs no folding.
                lines = max(lines, folded_lines(cell.value, _WIDEST + _SPARE))
        if lines > 1:  # where a row has its one line, its height is left to grow with what is typed into it
            sheet.row_dimensions[row].height = LINE * lines
    blank = set(range(len(heads))).difference(filled) if tasks else set()
    for place in blank:  # the look of what is typed into it
        look = _LOOKS[cells[place](tasks[0]).style]
        sheet.column_dimensions[letters(place)]._style = copy(look)  # noqa: SLF001  it has no other way
    unseen = blank | {place for place, column in enumerate(columns) if column in {Column.UID, Column.WORKED}}
    wide = column_widths(widths)
    dress(sheet, wide, head_row=_HEAD_ROW, last_row=row, foot=pilot.office)
    hide(sheet, unseen)
    leaves = -(-sum(columns for place, columns in enumerate(wide) if place not in unseen) // _LEAF)
    if leaves > 1:  # side by side they would be too small to read
        sheet.page_setup.fitToWidth = leaves
        sheet.print_title_cols = f"A:{letters(len(BEGINNING) - 1)}"
        # In the middle the edge of a leaf would go through it.
        sheet["A1"].alignment = _openpyxl("openpyxl.styles").Alignment(horizontal="left", vertical="center")


def _cell(column: Column, task: Task, *, pilot: Pilot, today: date) -> Cell:
    if column is Column.LIGHT:
        lit = lights.light(task, today=today, pilot=pilot).light
        return Cell(vocabulary.LIGHT.say(lit), Style.LIGHTS[lit]) if lit else Cell(None)
    if column in _DATES and not (column is Column.DUE and task.open_ended):
        day: date | None = getattr(task, column.value)
        return Cell(day_value(day), Style.DATE)
    if column in _NUMBERS:
        number = task.id if column is Column.NUMBER else getattr(task, column.value)
        return Cell(number_value(number), Style.NUMBER)
    if column is Column.NOTED and (note := history.last_note(task, told=True)) and not note.imported:
        return Cell(day_value(note.at.date()), Style.DATE)
    return Cell(_text(exporting.CELLS[column](task)))


def _text(cell: str) -> str | None:
    """Return a cell of the CSV ledger as a workbook holds it: as text it needs no guard against being run."""
    return unguard(cell) or None


def day_value(day: date | None) -> date | str | None:
    """Return `day` as a date, or as text where Excel's calendar has no such day."""
    return day.isoformat() if day is not None and day < _FIRST_DAY else day


def number_value(number: Number | None) -> Value:
    """Return `number` as a number, or as text where the 15 digits that a spreadsheet keeps would not be all of it."""
    if number is None or (abs(number) < EXACT and float(f"{number:.15g}") == number):
        return number
    return values.number_cell(number)


def _check_length(value: str, head: str, task: Task) -> None:
    if len(escape(value)) > LONGEST:
        sentence = _("task {id}, {column}: {count} characters, and a cell of Excel holds no more than {most}")
        message = sentence.format(id=task.id, column=text.quote(head), count=len(value), most=LONGEST)
        raise UsageFault(message, hint=_("export to .csv, which holds any length"))


# The sheet ----------------------------------------------------------------------------------------------------------


def new_book() -> Untyped:
    """Return a workbook of one sheet with the styles in it. Raises UsageFault where openpyxl is not installed."""
    book = _openpyxl("openpyxl").Workbook()
    styles = _openpyxl("openpyxl.styles")
    align = styles.Alignment
    line = styles.Side(style="thin", color="808080")
    box = styles.Border(left=line, right=line, top=line, bottom=line)
    wrapped, centred = align(vertical="top", wrap_text=True), align("center", "center", wrap_text=True)

    def style(name: str, fill: str | None = None, **more: object) -> None:
        look = {"border": box, "alignment": wrapped, **more}
        if fill:
            look["fill"] = styles.PatternFill("solid", fgColor=fill)
        named = styles.NamedStyle(name=name, **look)
        book.add_named_style(named)
        _LOOKS[name] = named.as_tuple()

    plain = styles.Border()
    style(Style.TITLE, font=styles.Font(size=16, bold=True), border=plain, alignment=align("center", "center"))
    style(Style.NOTE, border=plain)
    style(Style.HEAD, _GREY, font=styles.Font(bold=True), alignment=centred)
    style(Style.TEXT)
    style(Style.DATE, number_format="yyyy-mm-dd", alignment=align(vertical="top", horizontal="center"))
    style(Style.NUMBER, alignment=align(vertical="top", horizontal="right"))
    style(Style.RATE, number_format="0.0%", alignment=align(vertical="top", horizontal="right"))
    style(Style.INPUT, "FFF9E5", protection=styles.Protection(locked=False))
    for light, name in Style.LIGHTS.items():
        style(name, _FILLS[Light(light)], alignment=align(vertical="top", horizontal="center"))
    return book


def _openpyxl(module: str) -> Untyped:
    return packages.library(module, _("Excel workbooks need a library that is not installed"))


_LOOKS: Final[dict[str, Untyped]] = {}
"""What openpyxl keeps of each style, by name: the same in every book, as all are made by `new_book`."""


def put(sheet: Untyped, row: int, place: int, cell: Cell) -> None:
    """Write one cell. Text is text, whatever it looks like, also when somebody opens it for editing."""
    made = sheet.cell(row, place)
    made._style = copy(_LOOKS[cell.style])  # noqa: SLF001  to look each up by its name takes a third of the time
    if isinstance(cell.value, str):
        made.value = escape(cell.value)
        made.data_type = "s"
        if cell.value.startswith(_RUNNABLE):
            made.quotePrefix = True
    elif cell.value is not None:
        made.value = cell.value


@lru_cache(maxsize=4096, typed=True)  # rows share most of their texts; 1.0 is wider than 1
def width(value: Value) -> int:
    """Return the display columns of the widest line of `value`."""
    if isinstance(value, str):
        return max(map(text_width, value.split("\n")))
    return len(str(value))


def folded_lines(cell: str, columns: int) -> int:
    """Return how many lines a cell takes that is folded to so many display columns; Chinese goes over by pairs."""
    return sum(max(1, -(-width(line) // (columns - 1))) for line in cell.split("\n"))


def column_widths(widths: Iterable[int]) -> list[int]:
    """Return how wide columns are made whose widest texts have these display columns."""
    return [min(max(columns, _NARROWEST), _WIDEST) + _SPARE for columns in widths]


def dress(
    sheet: Untyped, widths: Sequence[int], *, head_row: int, last_row: int, foot: str | None, printed: int | None = None
) -> None:
    """Set up a sheet for the screen and for paper: A4 landscape, headings on each page.

    All columns go on the paper side by side, or the first ones, as many as `printed` says.
    """
    printed = printed or len(widths)
    names = [letters(place) for place in range(len(widths))]
    for letter, columns in zip(names, widths, strict=True):
        sheet.column_dimensions[letter].width = columns
    for row in range(1, head_row):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=printed)
    sheet.row_dimensions[1].height = 28
    sheet.freeze_panes = f"A{head_row + 1}"
    sheet.auto_filter.ref = f"A{head_row}:{names[-1]}{last_row}"
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.print_area = f"A1:{names[printed - 1]}{last_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _PAPER_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "&P / &N"
    if foot:
        sheet.oddFooter.left.text = foot.replace("&", "&&")


def hide(sheet: Untyped, places: Iterable[int]) -> None:
    """Hide columns: they are there for import, and to be filled in, but not on paper."""
    for place in places:
        sheet.column_dimensions[letters(place)].hidden = True


def offer(sheet: Untyped, words: Sequence[str], place: int, *, first: int, last: int) -> None:
    """Let a column be filled in from a list."""
    validation = _openpyxl("openpyxl.worksheet.datavalidation").DataValidation
    rule = validation(type="list", formula1='"{}"'.format(",".join(words)), allow_blank=True)
    rule.error = _("choose one of: {words}").format(words=_(", ").join(words))
    rule.showErrorMessage = True
    letter = letters(place)
    rule.add(f"{letter}{first}:{letter}{last}")
    sheet.add_data_validation(rule)


def _summarize(sheet: Untyped, tasks: Sequence[Task], *, pilot: Pilot, today: date) -> None:
    counted = queries.summary(tasks, Group.DEPARTMENT, today=today, pilot=pilot)
    words = (*map(vocabulary.STATUS.say, Status), *map(vocabulary.LIGHT.say, Light))
    heads = [label(Column.DEPARTMENT), _("total"), *words, _("overdue"), _("completion rate")]
    put(sheet, 1, 1, Cell(_("Summary by department, {date}").format(date=today.isoformat()), Style.TITLE))
    for place, head in enumerate(heads, start=1):
        put(sheet, _HEAD_ROW, place, Cell(head, Style.HEAD))
    rows = [*counted.rows, (_("sum"), counted.total)]
    for row, (name, tally) in enumerate(rows, start=_FIRST_ROW):
        for place, cell in enumerate([Cell(name), *_tally_cells(tally)], start=1):
            put(sheet, row, place, cell)
    names = [width(name) for name, _tally in rows]
    widths = [max(text_width(heads[0]), *names), *(text_width(head) for head in heads[1:])]
    dress(sheet, column_widths(widths), head_row=_HEAD_ROW, last_row=_HEAD_ROW + len(rows), foot=pilot.office)


def _tally_cells(tally: Tally) -> list[Cell]:
    rate = Cell(share(tally.closed, tally.counted), Style.RATE) if tally.counted else Cell("—", Style.NUMBER)
    return [Cell(tally.total, Style.NUMBER), *(Cell(getattr(tally, key), Style.NUMBER) for key in _COUNTS), rate]


def book_bytes(book: Untyped, today: date) -> bytes:
    """Return the bytes of a workbook, as made at the beginning of `today`: openpyxl writes the clock into them."""
    made = datetime.combine(today, time())
    book.properties.creator = "pilottask"
    book.properties.created = made
    written, again = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + f"{made:%Y-%m-%dT%H:%M:%SZ}".encode(), data)
            elif part.filename.startswith("xl/worksheets/"):
                data = _HELD_ROWS.sub(rb"\g<1>", data)
            new.writestr(zipfile.ZipInfo(part.filename, _ZIPPED), data, zipfile.ZIP_DEFLATED)
    return again.getvalue()


def escape(text: str) -> str:
    """Return text as a workbook holds it: what XML would lose or change, by its number (ECMA-376, ST_Xstring)."""
    text = _LIKE_ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return _UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
