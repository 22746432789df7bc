"""Rows as lines of CSV, as the standard library writes them, which takes longer to load than a screen to write."""

from collections.abc import Sequence


def csv_line(cells: Sequence[str], *, delimiter: str = ",") -> str:
    """Return cells as one line without its end; those are quoted that would be read otherwise."""
    line = delimiter.join(cells)
    if line and line.count(delimiter) == len(cells) - 1 and not any(sign in line for sign in '"\r\n'):
        return line
    if list(cells) == [""]:  # else the line would be blank, and read as no row
        return '""'
    unsafe = f'"\r\n{delimiter}'
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in unsafe) else cell for cell in cells
    )
