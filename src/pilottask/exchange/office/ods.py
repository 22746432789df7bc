"""Workbooks of LibreOffice and others (.ods): what their cells show, merged cells, what is hidden."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from pilottask.base import numbers
from pilottask.base.formulas import guard
from pilottask.exchange.office import number_formats, packages
from pilottask.exchange.office.packages import local_name
from pilottask.exchange.office.reading import Row
from pilottask.exchange.office.sheets import Cells, Merge, Sheet, Source, check_height, comment

_MONTH: Final = re.compile(r"[0-9]{4}[年./-][0-9]{1,2}月?")
_YEAR: Final = re.compile("[0-9]{4}年?")
_CLOCK: Final = re.compile("[0-9]:[0-9]{2}")


def sources(data: bytes) -> list[Source]:
    """Return the sheets of a workbook. Raises UsageFault where it is damaged."""
    with packages.sound(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        packages.check_xml(archive.getinfo("content.xml"))
        content = ET.fromstring(archive.read("content.xml"))  # noqa: S314  `check` refused what could harm
    unseen = {
        _get(style, "name")
        for style in content.findall(".//{*}style")
        if any(_get(each, "display") == "false" for each in style)
    }
    return [
        Source(_get(table, "name") or "", _get(table, "style-name") in unseen, partial(_sheet, table))
        for table in content.findall(".//{*}table")
    ]


def _get(element: ET.Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if local_name(key) == name), None)


def _count(element: ET.Element, name: str) -> int:
    value = _get(element, name) or "1"
    return int(value) if value.isdigit() and value != "0" else 1


def _sheet(table: ET.Element, most: int | None) -> Sheet:
    rows: list[Row] = []
    merges: list[Merge] = []
    hidden: set[int] = set()
    comments: list[str] = []
    number = 1
    for element in _rows(table):
        times = _count(element, "number-rows-repeated")
        row, ranges, notes = _row(element, number)
        merges += ranges
        comments += notes
        if not row.blank:
            check_height(len(rows) + times)
            copies = [replace(row, number=each, line=each) for each in range(number, number + times)]
            rows += copies
            if _get(element, "visibility") in {"collapse", "filter"}:
                hidden |= {each.number for each in copies}
        number += times
        if most is not None and len(rows) >= most:
            break
    return Sheet(tuple(rows[:most]), tuple(merges), frozenset(hidden), comments=tuple(comments))


def _rows(table: ET.Element) -> Iterator[ET.Element]:
    for element in table:
        if local_name(element.tag) == "table-row":
            yield element
        elif local_name(element.tag) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(element)


def _row(element: ET.Element, number: int) -> tuple[Row, list[Merge], list[str]]:
    """Return a row, the ranges merged down that begin in it, and the comments on its cells."""
    cells = Cells(number)
    merges: list[Merge] = []
    comments: list[str] = []
    index = 0
    for cell in element:
        if local_name(cell.tag) not in {"table-cell", "covered-table-cell"}:
            continue
        times = _count(cell, "number-columns-repeated")
        shown = _lines(cell)
        notes = (each for each in cell if local_name(each.tag) == "annotation")
        comments += (comment(cells.name(index), _lines(note)) for note in notes)
        if shown and local_name(cell.tag) == "table-cell":
            if shown.startswith(("Err:", "#")) and _get(cell, "formula"):
                cells.put_error(index, shown)
            else:
                text = _text(cell, shown)
                for place in range(index, index + times):
                    cells.put(place, text)
            if (down := _count(cell, "number-rows-spanned")) > 1:
                merges.append(Merge(number, number + down - 1, index))
        index += times
    return cells.row(), merges, comments


def _lines(element: ET.Element) -> str:
    return "\n".join(_paragraph(each) for each in element if local_name(each.tag) == "p")


def _paragraph(element: ET.Element) -> str:
    """Return the text of a paragraph; blanks, tabs and breaks are elements of their own, notes are left out."""
    texts = [element.text or ""]
    for child in element:
        match local_name(child.tag):
            case "s":
                texts.append(" " * _count(child, "c"))
            case "tab":
                texts.append("\t")
            case "line-break":
                texts.append("\n")
            case "annotation" | "ruby-text":
                pass
            case _:
                texts.append(_paragraph(child))
        texts.append(child.tail or "")
    return "".join(texts)


def _text(cell: ET.Element, shown: str) -> str:
    """Return what a cell shows, its number to all of its digits."""
    value = _get(cell, "value")
    match _get(cell, "value-type"):
        case "percentage" if value:
            return number_formats.show(value, "0%") or shown
        case "float" if value and numbers.plain(shown) and not (shown.startswith("0") and shown[1:].isdigit()):
            return number_formats.show(value, "General") or shown
        case "date" if day := _get(cell, "date-value"):
            return _day(day, shown)
        case _:
            return guard(shown) if shown.startswith("'") else shown


def _day(value: str, shown: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return shown
    only = "month" if _MONTH.fullmatch(shown) else "year" if _YEAR.fullmatch(shown) else "day"
    return number_formats.describe(moment, {"year", only, "clock" if _CLOCK.search(shown) else ""})
