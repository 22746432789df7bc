"""Where every error ends: one message on stderr, one exit code, never a stack trace unless asked for."""

import errno
import io
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, TextIO

from pilottask.base.errors import ExitCode, Interrupted, PilotError, UsageFault
from pilottask.base.i18n import _
from pilottask.base.interrupts import interruptible, is_change_recorded
from pilottask.base.terminal import detect
from pilottask.base.text import quote, visible

_RED: Final = 31
_CYAN: Final = 36


def guard(run: Callable[[], int], *, last: bool = False) -> int:
    """Return the exit code of `run`, having printed whatever it raised and delivered all it wrote.

    `last` says that the process ends with it.
    """
    with interruptible(last=last):
        prepare_streams()
        return _deliver(_exit_code_of(run))


def _exit_code_of(run: Callable[[], int]) -> int:
    """Return the exit code of `run`, having printed whatever it raised."""
    try:
        return run()
    except SystemExit as exc:
        return _exit_code(exc)
    except BrokenPipeError as exc:
        return _after_broken_pipe(exc)
    except BaseException as exc:  # noqa: BLE001  the one seam: nothing gets past it untold
        return report(exc)


def prepare_streams() -> None:
    """Make stdout and stderr UTF-8, whatever the locale or the console's code page says.

    What UTF-8 can't carry (bytes of an argument that were not text) is written escaped. A stream that was closed is
    opened onto nothing, lest the next file opened take its number and receive what is printed.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _nothing(number))
        elif number and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def report(exc: BaseException) -> int:
    """Print what `exc` means to the user, and return its exit code."""
    if os.environ.get("PILOTTASK_DEBUG"):
        with _closed_stderr_ignored():
            sys.__excepthook__(type(exc), exc, exc.__traceback__)
    fault = _as_fault(exc)
    if isinstance(fault, Interrupted):
        # A terminal has echoed ^C, or shows the prompt, and stands in the middle of that line.
        start = "\n" if detect(sys.stderr, os.environ).is_terminal else ""
        _write(f"{start}{visible(fault.message)}\n")
    else:
        _print_fault(fault)
    return fault.exit_code


def _as_fault(exc: BaseException) -> PilotError:
    """Return the refusal that `exc` comes to: a fault of the program where nothing better is known."""
    match exc:
        case PilotError():
            return exc
        case KeyboardInterrupt() | EOFError():
            return Interrupted(_("Stopped."))
        case OSError():
            path = exc.filename2 or exc.filename
            what = _("cannot read or write")
            if path is not None:
                what = _("cannot read or write {file}").format(file=quote(os.fsdecode(path)))
            return _io_fault(exc, what)
        case UnicodeEncodeError() if "\ud800" <= exc.object[exc.start] <= "\udfff":
            # Bytes that are not UTF-8 come from the command line alone, where they stand as lone surrogates.
            shown = exc.object[max(exc.start - 10, 0) : exc.end + 10]
            return UsageFault(_("{text} holds bytes that are not UTF-8 text.").format(text=quote(shown)))
        case MemoryError():
            return PilotError(_("There is not enough memory."))
    kind = type(exc).__name__
    return PilotError(
        _("This is a fault of the program: {what}").format(what=f"{kind}: {exc}" if str(exc) else kind),
        hint=_("Please report it, with what the same command prints when PILOTTASK_DEBUG=1 is set."),
    )


def _io_fault(exc: OSError, what: str) -> PilotError:
    """Return the refusal of the system; where the list was changed before, it says so, lest that be done again."""
    from pilottask.store.files import fault  # noqa: PLC0415  words the system's refusals; for errors alone

    result = fault(exc, what)
    result.hint = _("the change itself is on record") if is_change_recorded() else None
    return result


def _print_fault(fault: PilotError) -> None:
    """Print a refusal, in colour only where a terminal shows it."""
    colour = detect(sys.stderr, os.environ).colour
    parts = [(_("error: "), _RED, fault.message)]
    if fault.hint:
        parts.append((_("hint: "), _CYAN, fault.hint))
    for label, code, text in parts:
        shown = f"\x1b[1;{code}m{label}\x1b[0m" if colour else label
        _write(f"{shown}{visible(text)}\n")


def _write(text: str) -> None:
    with _closed_stderr_ignored():
        sys.stderr.write(text)
        sys.stderr.flush()


@contextmanager
def _closed_stderr_ignored() -> Iterator[None]:
    """Where nobody reads stderr any more, there is no one left to tell, and the exit code still says it."""
    try:
        yield
    except (OSError, ValueError):
        _silence(sys.stderr)


def _exit_code(exc: SystemExit) -> int:
    """Return the code with which something asked to exit, printing the text that may stand in its place."""
    if exc.code is None:
        return ExitCode.DONE
    if isinstance(exc.code, int):
        return exc.code
    _write(f"{visible(str(exc.code))}\n")
    return ExitCode.FAULT


def _after_broken_pipe(exc: BrokenPipeError) -> int:
    """End silently where stdout's reader is gone; where it is not, the command was cut short and the code says so."""
    if not _reader_gone(sys.stdout):
        return report(exc)
    _silence(sys.stdout)
    return ExitCode.DONE


def _reader_gone(stream: TextIO) -> bool:
    """Say whether nobody reads the stream any more; where the system can't say, it is taken to be so."""
    try:
        stream.flush()
        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)
        return any(event & (select.POLLERR | select.POLLHUP) for _fd, event in poll.poll(0))
    except (OSError, ValueError, AttributeError):  # AttributeError: Windows has no poll
        return True


def _deliver(code: int) -> int:
    """Flush what was printed, and return `code`, or 7 where it can't be delivered.

    Without this the interpreter flushes as it exits, where a full disk can only end in a stray line and exit code 120.
    """
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as exc:
        _silence(sys.stdout)
        if isinstance(exc, ValueError) or _is_closed_pipe(exc, windows=os.name == "nt"):
            return code
        if code != ExitCode.IO:  # else it has been told
            _print_fault(_io_fault(exc, _("cannot write the output")))
        code = ExitCode.IO
    with _closed_stderr_ignored():
        sys.stderr.flush()
    return code


def _is_closed_pipe(exc: OSError, *, windows: bool) -> bool:
    """Say whether the reader is gone; Windows reports that as an invalid argument."""
    return isinstance(exc, BrokenPipeError) or (windows and exc.errno == errno.EINVAL)


def _silence(stream: TextIO) -> None:
    """Point a stream that failed at nothing, so that the flush as the interpreter exits can't fail again."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, stream.fileno())
        finally:
            os.close(nothing)


def _nothing(number: int) -> IO[str]:
    """Open nothing as a standard stream."""
    return Path(os.devnull).open("w" if number else "r", encoding="utf-8")
