"""Ctrl-C ends a run at once, unless its change is being put in place: then the run goes on to its end.

Otherwise a run could say that it was stopped when its change was made, and the user would make it again.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class _Run:
    placing = False
    placed = False


def placing() -> None:
    """Note that a change is being put in place: the next Ctrl-C comes too late, and the one after it ends the run."""
    _Run.placing = True


def note_change() -> None:
    """Note that a change is in place."""
    _Run.placed = True


def is_change_recorded() -> bool:
    """Return whether this run has put a change in place."""
    return _Run.placed


@contextmanager
def interruptible(*, last: bool = False) -> Iterator[None]:
    """Handle Ctrl-C as described above, unless it is ignored (a background job) or somebody else handles it.

    With `last` the process ends right after, so that Ctrl-C has nothing left to stop.
    """
    _Run.placing = _Run.placed = False
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    try:
        signal.signal(signal.SIGINT, _stop)
    except ValueError:  # in another thread than the first, where no signal arrives
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN if last else signal.default_int_handler)


def _stop(number: int, frame: FrameType | None) -> None:
    if not _Run.placing:
        signal.default_int_handler(number, frame)
    _Run.placing = False
