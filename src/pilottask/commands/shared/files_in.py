"""Files that commands read whole, with their limits, and progress bars for long waits."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from pilottask.base.errors import NotFound, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.exchange.office import packages
from pilottask.store import files

STANDARD: Final = "-"
"""What stands for standard input or output in the place of a file."""

LARGEST: Final = 2 * packages.LARGEST
"""Bytes of a file that is read: a list of 200,000 tasks with their logs, or a table of two million rows."""

_PATIENCE: Final = 1.0
"""Seconds before a progress bar is worth showing."""

_LOOK_EVERY: Final = 256

T = TypeVar("T")


def read(file: str) -> bytes:
    """Return what a file holds. Raises UsageFault where that is more than any ledger is."""
    data = _read(file)
    if len(data) > LARGEST:
        raise UsageFault(
            _("{file} is larger than {size} MB").format(file=quote(file), size=LARGEST // packages.MEGABYTE),
            hint=_("split it, and import one part after the other"),
        )
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


def watched(what: str) -> Callable[[Sequence[T]], Iterable[T]]:
    """Return what yields rows, and shows a progress bar on a terminal where that takes more than a moment."""

    def watch(rows: Sequence[T]) -> Iterable[T]:
        return _with_progress(rows, what) if sys.stderr.isatty() else rows

    return watch


def _with_progress(rows: Sequence[T], what: str) -> Iterator[T]:
    begun = time.monotonic()
    places = iter(range(len(rows)))
    for place in places:
        yield rows[place]
        if place % _LOOK_EVERY == 0 and time.monotonic() - begun > _PATIENCE:
            break
    else:
        return
    from rich import console, progress  # noqa: PLC0415  50 ms, for a long wait on a terminal alone

    with progress.Progress(console=console.Console(stderr=True), transient=True) as shown:
        bar = shown.add_task(what, total=len(rows))
        for place in places:
            yield rows[place]
            if place % _LOOK_EVERY == 0:
                shown.update(bar, completed=place)
