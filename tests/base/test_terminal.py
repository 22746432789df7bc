"""What the place that output goes to can show."""

import ctypes
import io
import os
from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from pilottask.base.terminal import Terminal, detect


class Screen(io.StringIO):
    """A terminal 100 columns wide, as far as a stream can tell."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((100, 30)))
    return Screen()


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        pytest.param({"TERM": "xterm-256color"}, True, id="terminal"),
        pytest.param({}, True, id="no TERM"),
        pytest.param({"TERM": "dumb"}, False, id="dumb"),
        pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param({"NO_COLOR": "0"}, False, id="NO_COLOR whatever its value"),
        pytest.param({"NO_COLOR": ""}, True, id="NO_COLOR empty"),
        pytest.param({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, id="NO_COLOR over FORCE_COLOR"),
        pytest.param({"TERM": "dumb", "FORCE_COLOR": "1"}, True, id="FORCE_COLOR over dumb"),
    ],
)
def test_colour_on_a_terminal(screen: Screen, environ: Mapping[str, str], colour: bool) -> None:
    assert detect(screen, environ).colour is colour


@pytest.mark.parametrize(
    ("environ", "colour"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": ""}, False), ({"TERM": "xterm"}, False)],
    ids=str,
)
def test_colour_off_a_terminal(environ: Mapping[str, str], colour: bool) -> None:
    assert detect(io.StringIO(), environ) == Terminal(is_terminal=False, width=80, colour=colour)


def test_a_dumb_terminal_is_one(screen: Screen) -> None:
    assert detect(screen, {"TERM": "dumb"}) == Terminal(is_terminal=True, width=100, dumb=True)


@pytest.mark.parametrize(
    ("columns", "width"),
    [("120", 120), ("", 100), ("0", 100), ("-5", 100), ("wide", 100), ("²", 100)],
)
def test_the_width_is_what_columns_says_else_the_terminals(screen: Screen, columns: str, width: int) -> None:
    assert detect(screen, {"COLUMNS": columns}).width == width


def test_the_width_is_80_where_the_terminal_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _fd: os.terminal_size((0, 0)))
    assert detect(Screen(), {}).width == 80


def test_a_closed_stream_is_no_terminal() -> None:
    closed = io.StringIO()
    closed.close()
    assert detect(closed, {}) == Terminal(is_terminal=False)


@pytest.mark.parametrize(
    ("environ", "wide"),
    [
        ({"LANG": "zh_CN.GBK"}, True),
        ({"LANG": "zh_CN.GB2312"}, True),
        ({"LC_CTYPE": "zh_CN.gb18030@pinyin", "LANG": "zh_CN.UTF-8"}, True),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.GBK"}, False),
        ({"LC_ALL": "", "LANG": "zh_CN.GB18030"}, True),
        ({"LANG": "zh_CN.UTF-8"}, False),
        ({"LANG": "zh_CN"}, False),
        ({"LANG": "C"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_unless_it_is_set_the_locale_says_how_wide_quotes_are(
    screen: Screen, environ: Mapping[str, str], wide: bool
) -> None:
    assert detect(screen, environ).wide_ambiguous is wide
    for said in (True, False):
        assert detect(screen, environ, wide_ambiguous=said).wide_ambiguous is said


@pytest.mark.parametrize(("page", "wide"), [(936, True), (54936, True), (65001, False), (437, False), (0, False)])
def test_on_windows_the_code_page_of_the_console_says_it(
    monkeypatch: pytest.MonkeyPatch, page: int, wide: bool
) -> None:
    monkeypatch.setattr(os, "name", "nt")
    kernel = SimpleNamespace(GetConsoleOutputCP=lambda: page)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert detect(io.StringIO(), {"LANG": "zh_CN.GBK"}).wide_ambiguous is wide
    assert detect(io.StringIO(), {}, wide_ambiguous=not wide).wide_ambiguous is not wide


@pytest.mark.parametrize("windll", [None, SimpleNamespace(kernel32=SimpleNamespace())], ids=["library", "call"])
def test_on_windows_without_that_call_they_are_narrow(monkeypatch: pytest.MonkeyPatch, windll: object) -> None:
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.delattr(ctypes, "windll", raising=False)
    if windll:
        monkeypatch.setattr(ctypes, "windll", windll, raising=False)
    assert detect(io.StringIO(), {}).wide_ambiguous is False


@pytest.mark.parametrize("taken", [True, False], ids=["new console", "old console"])
def test_windows_has_colour_once_its_console_takes_it(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    asked: list[int] = []

    def set_mode(_handle: int, mode: int) -> bool:
        asked.append(mode)
        return taken

    kernel = SimpleNamespace(GetStdHandle=lambda _n: 7, GetConsoleMode=lambda _h, _m: True, SetConsoleMode=set_mode)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr("pilottask.base.terminal.os.name", "nt")
    assert detect(screen, {}).colour is taken
    assert asked == [0x0004]
