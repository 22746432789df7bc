"""Text that tries a terminal, a table or a markup: stored and shown as typed, or refused whole."""

import json
import re
from pathlib import Path

import pytest

from pilottask.store.store import Store

from .conftest import Cli

TITLES = {
    "closing markup": "[/x] 采购",
    "opening markup": "[red]采购[/red]",
    "link markup": "[link=https://example.com]x",
    "emoji": "👩‍👩‍👧 🏳️‍🌈 采购",
    "mixed scripts": "采购 Einkauf закупка 購入",
    "braces": "{title} {0} %s %(x)s",
    "quotes": """'"`$(rm -rf ~)\\n""",
    "comment": "# not a comment = 1",
    "TOML": '"""\' [[task]]',
    "formula": "=1+1",
    "combining": "e\u0301\u200b\u200d",
    "spaces": "  x  ",
    "long": "长" * 10_000,
    "decomposed": "が",
}


@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize("ending", ["toml", "json"])
def test_titles_are_stored_as_typed(cli: Cli, tmp_path: Path, name: str, ending: str) -> None:
    title = TITLES[name]
    place = tmp_path / f"x.{ending}"
    at = ("--store", str(place))
    assert cli("init", *at).code == 0
    ran = cli("add", title, "-d", "区总工会", "--new-department", "--remark", title, *at)
    assert (ran.code, ran.out) == (0, f"1 {title}: entered\n")
    (task,) = Store(place).read().ledger.tasks
    assert (task.title, task.remark) == (title, title)
    assert cli("list", "--format", "json", *at).json[0]["title"] == title
    assert title.strip() in cli("list", *at).out
    assert title.strip() in cli("show", "1", *at).out
    assert title.strip() in cli("history", *at).out
    assert cli("check", *at).code == 0


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("argv", ["list", "show 9", "history 9", "overdue"])
def test_markup_is_shown_as_typed_in_colour_too(cli: Cli, monkeypatch: pytest.MonkeyPatch, argv: str) -> None:
    cli("add", "[/x][red]a", "-d", "教体局", "-u", "昨天", "-o", "[bold]b")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "[/x][red]a" in cli(argv).out


@pytest.mark.usefixtures("store")
def test_bidirectional_controls_are_stored_and_shown_escaped(cli: Cli) -> None:
    title = "abc\u202edef"
    assert cli("add", title, "-d", "教体局").out == "9 abc\\u202edef: entered\n"
    assert "abc\\u202edef" in cli("list").out
    assert cli("show 9 --format json").json["title"] == title
    assert cli("show", title[:5], "--format", "json").json["id"] == 9


@pytest.mark.usefixtures("store")
def test_right_to_left_text_is_shown_as_typed(cli: Cli) -> None:
    assert cli("add", "عربي 采购", "-d", "教体局").out == "9 عربي 采购: entered\n"


REFUSED = {
    "escape": ("a\x1b[31mb", "U+001B at position 2"),
    "bell": ("\a", "U+0007 at position 1"),
    "delete": ("ab\x7f", "U+007F at position 3"),
    "C1": ("a\x9bb", "U+009B at position 2"),
    "tab": ("a\tb", "U+0009 at position 2"),
    "line break": ("a\nb", "U+000A at position 2"),
    "carriage return": ("a\rb", "U+000D at position 2"),
    "byte": ("a\udcff", "U+DCFF at position 2"),
}
FIELDS = {
    "title": ["add", "{}", "-d", "教体局"],
    "owner": ["add", "x", "-d", "教体局", "-o", "{}"],
    "tag": ["add", "x", "-d", "教体局", "--tag", "{}"],
    "own column": ["add", "x", "-d", "教体局", "--set", "{}=1"],
    "new department": ["add", "x", "-d", "{}", "--new-department"],
    "edited title": ["edit", "2", "--title", "{}"],
    "alias": ["dept", "edit", "教体局", "--alias", "x{}y"],
    "contact": ["dept", "edit", "教体局", "--contact", "x{}y"],
    "office": ["config", "office", "{}"],
}


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("field", FIELDS)
def test_control_characters_are_refused_with_their_position(cli: Cli, store: Path, field: str, text: str) -> None:
    before = store.read_bytes()
    typed, said = REFUSED[text]
    ran = cli(*(word.replace("{}", typed) for word in FIELDS[field]))
    assert (ran.code, ran.out) == (2, "")
    assert said.split()[0] in ran.err
    assert not set(ran.err) & set("\x1b\a\x7f\x9b\t\r")
    assert "{}" not in FIELDS[field] or said in ran.err
    assert store.read_bytes() == before


@pytest.mark.parametrize(
    "argv",
    [
        ["note", "1", "{}"],
        ["note", "1", "x", "--next", "{}"],
        ["raise", "1", "{}"],
        ["settle", "4", "1", "{}"],
        ["submit", "1", "--evidence", "{}"],
        ["close", "1", "--verifier", "{}"],
        ["cancel", "1", "--reason", "{}"],
        ["extend", "1", "12-20", "--reason", "{}"],
        ["extend", "1", "12-20", "--reason", "x", "--approved-by", "{}"],
        ["chase", "1", "{}"],
        ["edit", "1", "--remark", "{}"],
        ["edit", "1", "--set", "a={}"],
    ],
    ids=" ".join,
)
def test_longer_texts_take_line_breaks_but_no_control_characters(cli: Cli, store: Path, argv: list[str]) -> None:
    before = store.read_bytes()
    ran = cli(*(word.replace("{}", "a\x1bb") for word in argv))
    name = next((word for word in argv if word.startswith("--") and argv[-2] == word), "TEXT")
    assert re.match(rf"error: [A-Z ]*\[?{name}\]?: control character U\+001B at position ", ran.err)
    assert ran.code == 2
    assert store.read_bytes() == before
    assert cli(*(word.replace("{}", "一\n二") for word in argv)).code == 0
    assert cli("check").code == 0


@pytest.mark.parametrize(
    "argv",
    [["show", "a\x1bb"], ["start", "a\x1bb"], ["list", "-o", "a\x1bb"], ["list", "--status", "\x1b"], ["a\x1bb"],
     ["list", "--a\x1bb"], ["config", "a\x1bb"], ["list", "-d", "\x1b"], ["add", "x", "-d", "教体局", "-u", "\x1b"],
     ["undo", "\x1b"], ["--lang", "\x1b", "list"], ["--today", "\x1b", "list"], ["--store", "/x\x1b", "list"]],
    ids=repr,
)  # fmt: skip
@pytest.mark.usefixtures("store")
def test_what_is_typed_never_reaches_a_terminal_as_control_codes(cli: Cli, argv: list[str]) -> None:
    ran = cli(*argv)
    assert ran.code in {2, 4}
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("name", ["a\x1bb", "a\nb"])
def test_a_users_name_with_control_characters_is_refused(
    cli: Cli, store: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = store.read_bytes()
    monkeypatch.setenv("PILOTTASK_USER", name)
    ran = cli("start 2")
    assert ran.code == 2
    assert ran.err.startswith("error: PILOTTASK_USER: control character U+00")
    assert store.read_bytes() == before
    assert cli("list").code == 0


def test_text_from_a_hand_edited_store_is_not_obeyed(cli: Cli, store: Path) -> None:
    store.write_bytes(store.read_bytes().replace("王芳".encode(), b"\\u009b31m"))
    ran = cli("list")
    assert ran.code == 5
    assert "\x9b" not in ran.err
    assert "U+009B" in ran.err


@pytest.mark.usefixtures("store")
def test_json_is_plain_utf8(cli: Cli) -> None:
    out = cli("list --format json").out
    assert "实训设备采购" in out
    assert json.loads(out)[0]["id"] == 1
