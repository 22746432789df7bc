"""Files that commands read whole, with their limits, and progress bars for long waits."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office.signatures import LARGEST as LARGEST_WORKBOOK
from pilottask.exchange.office.signatures import MEGABYTE
from pilottask.store import files

STANDARD: Final = "-"
"""What stands for standard input or output in the place of a file."""

LARGEST: Final = 2 * LARGEST_WORKBOOK
"""Bytes of a file that is read: a list of 200,000 tasks with their logs, or a table of two million rows."""

_MANY: Final = 5000
"""Rows from which on a progress bar is worth showing: they take about a second."""

T = TypeVar("T")


def read(file: str) -> bytes:
    """Return what a file holds. Raises UsageFault where that is more than any ledger is."""
    data = _read(file)
    if len(data) > LARGEST:
        message = _("{file} is larger than {size} MB").format(file=quote(file), size=LARGEST // MEGABYTE)
        raise UsageFault(message, hint=_("split it, and import one part after the other"))
    return data


def _read(file: str) -> bytes:
    if file == STANDARD:
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise NotFound(_("there is no file {file}").format(file=quote(file))) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise files.fault(error, _("cannot read {file}").format(file=quote(file))) from error
        raise NotFound(_("{path} cannot be the name of a file").format(path=quote(file))) from error


def progress_bar(what: str) -> Callable[[Sequence[T]], Iterable[T]]:
    """Return what yields rows, and shows a progress bar on a terminal where there are many."""

    def watch(rows: Sequence[T]) -> Iterable[T]:
        if len(rows) < _MANY or not sys.stderr.isatty():
            return rows
        from rich import console, progress  # noqa: PLC0415  50 ms, for a long wait on a terminal alone

        return progress.track(rows, what, console=console.Console(stderr=True), transient=True)

    return watch
