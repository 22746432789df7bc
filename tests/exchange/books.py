"""Workbooks as offices make them, for the tests of import."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl  # type: ignore[import-untyped]

Rows = Sequence[Sequence[object]]
HEAD = ("工作任务", "牵头单位", "完成时限")


def book(sheets: Mapping[str, Rows] | Rows, dress: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook with these sheets, or one sheet of these rows; `dress` does to it what else is wanted."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"台账": sheets}).items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if dress:
        dress(made)
    return saved(made)


def saved(made: Any) -> bytes:  # noqa: ANN401  openpyxl has no types
    """Return the bytes of a workbook."""
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def repacked(data: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a workbook with parts of its package changed; one that is not there is added."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, change in changes.items():
            parts[name] = change(parts.get(name, b""))
        for name, part in parts.items():
            new.writestr(name, part)
    return written.getvalue()


def with_values(data: bytes, values: Mapping[str, str]) -> bytes:
    """Return a workbook whose formulas have these values saved with them, by cell, as a spreadsheet program saves."""

    def saved_with(part: bytes) -> bytes:
        text = part.decode()
        for cell, value in values.items():
            text, count = re.subn(
                rf'(<c r="{cell}"[^>]*?)>(<f>[^<]*</f>)<v ?/?>(?:</v>)?', rf'\1 t="str">\2<v>{value}</v>', text
            )
            assert count == 1, (cell, text)
        return text.encode()

    return repacked(data, {"xl/worksheets/sheet1.xml": saved_with})
