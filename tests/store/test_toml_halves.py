"""A large list read in two halves is the list read as a whole, or is read as a whole."""

import sys
from typing import Any

import pytest
import tomli
from msgspec.structs import replace

import factories
from pilottask.base.errors import BadStore
from pilottask.store import codec, toml_halves, toml_patch
from pilottask.store.syntax import Syntax

LEDGER = factories.ledger(
    *(factories.task(id=n, title=f"任务{n}", due=f"2026-12-0{n}", remark='他说："null"') for n in range(1, 7)),
    office="体改办",
)
TEXT = toml_patch.encode(LEDGER).decode()
FIRST, SECOND = 'title = "任务1"\n', 'title = "任务6"\n'
"""Lines of which one stands in each half."""


@pytest.fixture(autouse=True)
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take every file for a large one, and tell what this process read of it."""
    texts: list[str] = []
    whole = tomli.loads

    def loads(text: str) -> dict[str, Any]:
        texts.append(text)
        return whole(text)

    monkeypatch.setattr(toml_halves, "_LARGE", 0)
    monkeypatch.setattr(tomli, "loads", loads)
    return texts


def test_two_halves_are_the_list(read: list[str]) -> None:
    assert codec.decode(TEXT.encode(), Syntax.TOML).ledger == LEDGER
    (half,) = read
    assert TEXT.startswith(half)
    assert half.endswith("\n")
    assert TEXT[len(half) :].startswith("[[task]]\n")


def test_what_stands_after_the_tasks_is_read_too(read: list[str]) -> None:
    ledger = replace(LEDGER, meetings=(factories.meeting(),))
    assert codec.decode(toml_patch.encode(ledger), Syntax.TOML).ledger == ledger
    assert len(read) == 1


@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param(SECOND, f'{SECOND}requirement = """{"长" * 5000}\n[[task]]\nn"""\n', id="a header in a text"),
        pytest.param(SECOND, f"{SECOND}target = nan\n", id="no number in JSON"),
        pytest.param(SECOND, "title = 2026-12-01\n", id="a day for a title, which JSON has as text"),
        pytest.param(SECOND, f"{SECOND}target = 0x{'f' * 9000}\n", id="a number of too many digits"),
        pytest.param(SECOND, f"{SECOND}x.y = 1\n", id="a field that there is none of"),
        pytest.param(SECOND, f"{SECOND}owner = \n", id="no value in the second half"),
        pytest.param(FIRST, f"{FIRST}owner = \n", id="no value in the first half"),
        pytest.param(SECOND, f'{SECOND}[pilot]\nname = "又"\n', id="settings in both halves"),
        pytest.param(SECOND, f'{SECOND}[[department]]\nname = "区财政局"\n', id="departments in both halves"),
        pytest.param("\n", "\r\n", id="lines as Windows ends them"),
    ],
)
def test_what_is_not_two_sound_halves_is_read_as_a_whole(
    read: list[str], monkeypatch: pytest.MonkeyPatch, was: str, now: str
) -> None:
    text = TEXT.replace(was, now)
    by_halves = outcome(text)
    assert read[-1] == text
    monkeypatch.setattr(toml_halves, "_LARGE", len(text) + 1)
    assert by_halves == outcome(text)


def outcome(text: str) -> object:
    """What comes of reading `text`: the list, or what is refused."""
    try:
        return codec.decode(text.encode(), Syntax.TOML).ledger
    except BadStore as error:
        return error.message


@pytest.mark.parametrize("program", ["", "/no/such/python", "/bin/false"])
def test_without_a_second_process_it_is_read_as_a_whole(
    read: list[str], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert codec.decode(TEXT.encode(), Syntax.TOML).ledger == LEDGER
    assert read[-1] == TEXT
