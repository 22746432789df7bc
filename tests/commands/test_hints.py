"""Commands that messages name: they work as they are typed, on the list that was worked with."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pilottask.commands import session
from pilottask.commands.session import with_store

from .conftest import Cli


@pytest.mark.parametrize("words", [["--store", "{}", "list"], ["list", "--store", "{}"]])
def test_a_bad_store_is_brought_back_by_the_command_that_is_named(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "甲 的.toml"
    path.write_text("schema")
    argv = [word.format(path) for word in words]
    assert cli(*argv).err.endswith(
        f"hint: it was left as it is; mend it by hand, or bring the last good version back: "
        f"pilottask --store '{path}' undo\n"
    )
    assert cli(*argv, "--lang", "zh").err.endswith(
        f"提示：文件未作改动；请手工改正，或恢复上一个完好的版本：pilottask --store '{path}' undo\n"
    )


def test_what_is_told_besides_names_the_store_too(cli: Cli, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("rm", "3", "--yes", "--store", str(store)).err == f"pilottask --store {store} undo brings it back\n"
    cli("add", "写明 pilottask list 的用法", "-d", "教体局", "--due", "2026-11-20", "--new-department")
    home = cli("--store", str(store), "--today", "2026-11-20").out
    assert f"\n  pilottask --store {store} overdue\n" in home
    assert "写明 pilottask list 的用法" in home
    nothing = cli("results", "--from", "2026-01-01", "--to", "2026-01-02", "--store", str(store)).out
    assert nothing == f"No result fits; pilottask --store {store} note ID TEXT --result notes one.\n"
    cli("project", "add", "共建", "--with", "教体局")
    assert (
        f"; pilottask --store {store} edit ID --project NAME adds one."
        in cli("project", "show", "共建", "--store", str(store)).out
    )
    assert cli("undo").err == "pilottask redo brings it back\n"  # PILOTTASK_STORE names it
    monkeypatch.chdir(store.parent)
    assert "pilottask --store list.toml list --all shows" in cli("show", "99", "--store", "list.toml").err


def test_a_title_that_names_a_command_stays_as_it_was_written(cli: Cli, store: Path) -> None:
    cli("add", "写明 pilottask list 的用法", "-d", "教体局", "--due", "2026-11-20", "--new-department")
    cli("add", "写明 pilottask list 的用法二", "-d", "教体局", "--due", "2026-11-20")
    assert cli("show", "的用法", "--store", str(store)).err.count("写明 pilottask list 的用法") == 2


def test_a_store_with_a_brace_in_its_name_is_no_field_of_a_message(cli: Cli, tmp_path: Path) -> None:
    store = str(tmp_path / "a{b}.toml")
    cli("init", "--store", store)
    assert cli("show", "99", "--store", store).code == 4


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("用pilottask undo恢复", "用pilottask --store a.toml undo恢复"),
        ("pilottask check; pilottask add", "pilottask --store a.toml check; pilottask --store a.toml add"),
        ("pilottask --store FILE sync", "pilottask --store FILE sync"),
        ("all forms: pilottask help dates", "all forms: pilottask help dates"),
        ("a newer pilottask (schema 9); pilottask keeps files", "a newer pilottask (schema 9); pilottask keeps files"),
        ("pilottask listing", "pilottask listing"),
        ("请办理：pilottask {act} 日期", "请办理：pilottask --store a.toml {act} 日期"),
        ("no file “pilottask export.csv”", "no file “pilottask export.csv”"),
    ],
)
def test_only_a_command_gets_the_store(text: str, named: str) -> None:
    assert with_store(text, "a.toml") == named


def test_on_windows_the_store_is_quoted_as_its_shells_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "os", SimpleNamespace(name="nt"))
    assert with_store("pilottask undo", r"C:\清单\甲.toml") == r"pilottask --store C:\清单\甲.toml undo"
    assert with_store("pilottask undo", r"C:\我 的\甲.toml") == r'pilottask --store "C:\我 的\甲.toml" undo'
    assert with_store("pilottask undo", r"C:\R&D\甲.toml") == r'pilottask --store "C:\R&D\甲.toml" undo'
