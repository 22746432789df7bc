"""What a terminal, pipe or file that output goes to can show."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple, TextIO

_DEFAULT_WIDTH: Final = 80
_STDOUT_HANDLE: Final = -11
_VIRTUAL_TERMINAL: Final = 0x0004
_WIDE_PAGES: Final = frozenset({936, 54936})
"""Code pages of simplified Chinese, in whose fonts quotation marks, dashes and middle dots take two columns."""
_WIDE_ENCODINGS: Final = frozenset({"gbk", "gb2312", "gb18030", "euccn", "cp936"})


class Terminal(NamedTuple):
    """A terminal, pipe or file that output goes to.

    `width`: in columns, for a terminal alone. `wide_ambiguous`: characters of ambiguous width take two columns.
    `dumb`: nothing but letters, no drawn frames.
    """

    is_terminal: bool
    width: int = _DEFAULT_WIDTH
    colour: bool = False
    wide_ambiguous: bool = False
    dumb: bool = False


def detect(stream: TextIO, environ: Mapping[str, str], *, wide_ambiguous: bool | None = None) -> Terminal:
    """Return what `stream` can show, as `environ` has it.

    NO_COLOR forbids colour (no-color.org), FORCE_COLOR asks for it off a terminal too (force-color.org), TERM=dumb
    is a terminal without colour and frames, COLUMNS its width; variables that are empty count as absent.
    Where it is not said how wide characters of ambiguous width are, the console tells.
    """
    is_terminal = _isatty(stream)
    dumb = environ.get("TERM") == "dumb"
    colour = not environ.get("NO_COLOR") and (
        bool(environ.get("FORCE_COLOR")) or (is_terminal and not dumb and _console_has_colour())
    )
    wide = _is_wide_console(environ) if wide_ambiguous is None else wide_ambiguous
    return Terminal(is_terminal, _width(stream, environ), colour, wide, dumb)


def _is_wide_console(environ: Mapping[str, str]) -> bool:
    """Tell whether characters of ambiguous width are two columns wide, by code page or the encoding of the locale."""
    if os.name == "nt":
        import ctypes  # noqa: PLC0415  Windows alone needs it

        try:
            page: int = ctypes.windll.kernel32.GetConsoleOutputCP()  # type: ignore[attr-defined,unused-ignore]
        except (AttributeError, OSError):
            return False
        return page in _WIDE_PAGES
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    encoding = locale.partition(".")[2].partition("@")[0]
    return encoding.replace("-", "").lower() in _WIDE_ENCODINGS


def _isatty(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # a closed stream
        return False


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    asked = environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH
    except (OSError, ValueError):  # not a terminal, or a stream that is no file (io.UnsupportedOperation is both)
        return _DEFAULT_WIDTH


def _console_has_colour() -> bool:
    """Switch on the colours of Windows' console, off until asked for; tell whether it has them."""
    if os.name != "nt":
        return True
    import ctypes  # noqa: PLC0415  Windows alone needs it

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.GetStdHandle(_STDOUT_HANDLE)
    mode = ctypes.c_ulong()
    return bool(
        kernel.GetConsoleMode(handle, ctypes.byref(mode))
        and kernel.SetConsoleMode(handle, mode.value | _VIRTUAL_TERMINAL)
    )
