"""Ctrl-C: it ends a run at once, until that run puts its change in place; then the run comes to its end.

So no run says that it was stopped when its change is made, which would be made again.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class _Run:
    placing = False


def placing() -> None:
    """Say that a change is being put in place: the next Ctrl-C comes too late. The one after it ends the run."""
    _Run.placing = True


@contextmanager
def heeded(*, last: bool = False) -> Iterator[None]:
    """Answer Ctrl-C as above; where it is ignored (a background job), or another handles it, it stays so.

    With `last`, nothing but the end of the process follows, in which Ctrl-C has nothing more to stop.
    """
    _Run.placing = False
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
