"""The seam between Typer and the program, run with stand-in commands."""

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import pexpect  # type: ignore[import-untyped]
import pytest
import typer

import pilottask
from cli_fakes import PANELS, TABLE, wired
from pilottask.base import folders, i18n
from pilottask.base.errors import IoFault, NotFound
from pilottask.base.i18n import Lang
from pilottask.base.width import width
from pilottask.cli import describing, error_report, language, main, options, program, typer_tree, values
from pilottask.cli.completion import scripts
from pilottask.cli.completion.candidates import candidates
from pilottask.cli.typer_parts import Context
from pilottask.cli.typer_tree import LazyGroup, PilotCommand
from pilottask.commands.table import TABLE as SHIPPED

DRIVER = Path(__file__).parents[1] / "cli_driver.py"
posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices as POSIX has them")


class Ran(NamedTuple):
    """What a run came to."""

    code: int
    out: str
    err: str

    def told(self) -> dict[str, Any]:
        """Return what the stand-in command was given."""
        told: dict[str, Any] = json.loads(self.out)
        return told


Cli = Callable[..., Ran]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep the tester's own settings out, and leave the language as it was."""
    for name in [name for name in os.environ if name.startswith(("PILOTTASK_", "_PILOTTASK", "LC_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name in ("LANG", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    yield
    i18n.set_language(Lang.EN)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the stand-in commands in this process."""

    def run(*argv: str) -> Ran:
        code = error_report.guard(lambda: program.run(argv, wired()))
        return Ran(code, *capsys.readouterr())

    return run


def run_apart(*argv: str | bytes, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the stand-in commands in a process of their own."""
    return subprocess.run(
        [sys.executable, DRIVER, *argv],
        env={**os.environ, **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def shell(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a bash script in which `$cli` is the stand-in program."""
    return subprocess.run(
        ["bash", "-c", f'cli="{sys.executable} {DRIVER}"; {script}'],
        env={**os.environ, **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def at_terminal(*argv: str, columns: int = 80, **variables: str) -> str:
    """Return what the stand-in commands show at a terminal, colour codes included."""
    child = pexpect.spawn(
        sys.executable,
        [str(DRIVER), *argv],
        env={**os.environ, "TERM": "xterm-256color", **variables},
        dimensions=(60, columns),
        encoding="utf-8",
        timeout=30,
    )
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before).replace("\r\n", "\n")


# The table


def test_every_command_of_the_program_can_be_imported() -> None:
    root = typer_tree.Builder(program.wiring()).root()
    ctx = Context(root)
    groups = [root, *(group for name in SHIPPED if isinstance(group := root.get_command(ctx, name), LazyGroup))]
    built = [group.get_command(ctx, name) for group in groups for name in group.entries]
    commands = [command for command in built if isinstance(command, PilotCommand)]
    assert len(commands) == sum(len(getattr(entry, "commands", [entry])) for entry in SHIPPED.values())
    assert all(callable(command.callback) for command in commands)


def test_nothing_but_the_command_called_is_imported() -> None:
    script = (
        "import sys; from cli_fakes import wired; from pilottask.cli import program;"
        "program.run(sys.argv[1:], wired());"
        "print([m for m in sys.modules if m.startswith(('cli_fakes.', 'rich'))])"
    )
    found = {
        argv: subprocess.run(
            [sys.executable, "-c", script, *argv.split()],
            env={**os.environ, "PYTHONPATH": str(DRIVER.parent), "PILOTTASK_LANG": "en"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]
        for argv in ("list", "dept list", "--help", "dept -h", "--version")
    }
    assert found == {
        "list": "['cli_fakes.views']",
        "dept list": "['cli_fakes.dept']",
        "--help": "[]",
        "dept -h": "[]",
        "--version": "[]",
    }


def test_a_command_that_cannot_be_imported_is_a_fault_of_the_program(cli: Cli) -> None:
    ran = cli("broken")
    assert ran.code == 1
    assert "ModuleNotFoundError: No module named 'cli_fakes.nowhere'" in ran.err


# Global options


@pytest.mark.parametrize(
    "argv",
    [
        "--store a.toml --today 2026-12-01 --lang zh list",
        "list --store a.toml --today 2026-12-01 --lang zh",
        "--lang=zh --today=2026-12-01 list --store=a.toml",
        "--store a.toml dept --today 2026-12-01 list --lang zh",
        "dept --lang zh --today 2026-12-01 list --store a.toml --lang zh",
    ],
)
def test_global_options_stand_anywhere(cli: Cli, argv: str) -> None:
    assert cli(*argv.split()).told() == {"store": "a.toml", "today": "2026-12-01", "lang": "zh"}


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        ("--store x.toml list --store a.toml", "--store"),
        ("dept --today 2026-11-01 list --today 2026-12-01", "--today"),
        ("--lang en --lang zh list", "--lang"),
        ("list --lang en --lang en", "--lang"),
    ],
)
def test_a_second_value_is_refused_where_one_is_taken(cli: Cli, argv: str, name: str) -> None:
    ran = cli(*argv.split())
    assert (ran.code, ran.out) == (2, "")
    assert f"{name}: " in ran.err.replace("：", ": ")


def test_environment_stands_in_for_global_options(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTTASK_STORE", "e.toml")
    monkeypatch.setenv("PILOTTASK_TODAY", "2026-01-01")
    monkeypatch.setenv("PILOTTASK_LANG", "zh_CN.UTF-8")
    assert cli("list").told() == {"store": "e.toml", "today": "2026-01-01", "lang": "zh"}
    said = cli("--store", "s.toml", "dept", "list", "--lang", "en").told()
    assert said == {"store": "s.toml", "today": "2026-01-01", "lang": "en"}


def test_empty_variables_count_as_unset(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STORE", "TODAY", "LANG"):
        monkeypatch.setenv(f"PILOTTASK_{name}", "")
    assert cli("list").told() == {"store": None, "today": None, "lang": "en"}


def test_nothing_after_a_lone_double_dash_is_an_option(cli: Cli) -> None:
    ran = cli("note", "3", "--", "--store", "x", "--lang", "zh", "-h")
    assert ran.told() == {
        "store": None,
        "today": None,
        "lang": "en",
        "number": 3,
        "words": ["--store", "x", "--lang", "zh", "-h"],
    }


def test_the_value_of_another_option_is_not_a_global_option(cli: Cli) -> None:
    told = cli("add", "t", "-d", "--store", "--tag", "--lang=zh").told()
    assert (told["department"], told["tag"], told["store"]) == ("--store", ["--lang=zh"], None)


def test_home_folder_is_meant_by_a_tilde_no_shell_expanded(tmp_path: Path) -> None:
    assert folders.store_path("~/t.toml") == tmp_path / "home" / "t.toml"
    assert folders.store_path("a~/t.toml") == Path("a~/t.toml")


def test_default_store_is_in_the_users_data_folder(tmp_path: Path) -> None:
    store = folders.default_store()
    assert store.is_relative_to(tmp_path / "home")
    assert store.parts[-2:] == ("pilottask", "tasks.toml")


def test_a_session_is_made_from_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, object]] = []

    class Module:
        @staticmethod
        def Session(**said: object) -> str:  # noqa: N802  stands in for a class
            made.append(said)
            return "session"

    monkeypatch.setitem(sys.modules, "pilottask.commands.session", Module)
    open_session = program.wiring().open_session
    said = options.Globals(Path("a.toml"), "fri", Lang.ZH, lang_said=True, store_option="a.toml")
    assert open_session(said) == "session"
    open_session(options.Globals(None, None, Lang.EN))
    assert made == [
        {"store": Path("a.toml"), "today": "fri", "lang": Lang.ZH, "lang_said": True, "store_option": "a.toml"},
        {"store": folders.default_store(), "today": None, "lang": Lang.EN, "lang_said": False, "store_option": None},
    ]


# Which language


@pytest.mark.parametrize(
    ("argv", "environ", "lang"),
    [
        pytest.param("list --lang zh", {"PILOTTASK_LANG": "en"}, Lang.ZH, id="argument-first"),
        pytest.param("--lang zh list --lang en", {}, Lang.EN, id="last-argument"),
        pytest.param("list", {"PILOTTASK_LANG": "zh"}, Lang.ZH, id="variable"),
        pytest.param("list --lang xx", {"PILOTTASK_LANG": "zh"}, Lang.ZH, id="bad-argument-left-to-the-parser"),
        pytest.param("list --lang", {}, Lang.EN, id="argument-without-value"),
        pytest.param("list -- --lang zh", {}, Lang.EN, id="after-double-dash"),
    ],
)
def test_language_is_settled_from(argv: str, environ: dict[str, str], lang: Lang) -> None:
    assert language.settled_lang(argv.split(), environ) is lang


def test_language_comes_from_the_store_before_the_locale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = tmp_path / "t.toml"
    store.write_text('schema = 1\n\n[pilot]\nlang = "zh"\n', encoding="utf-8")
    assert language.settled_lang(["--store", str(store)], {}) is Lang.ZH
    assert language.settled_lang([], {"PILOTTASK_STORE": str(store)}) is Lang.ZH
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert language.settled_lang([], {}) is Lang.ZH
    store.write_text('[pilot]\nlang = "en"\n', encoding="utf-8")
    assert language.settled_lang([f"--store={store}"], {}) is Lang.EN


@pytest.mark.parametrize(
    ("name", "text", "lang"),
    [
        pytest.param("t.toml", "[pilot]\r\nname = '试点'\r\n  lang='zh' # 中文\r\n", Lang.ZH, id="toml"),
        pytest.param("t.toml", '[pilot]\nlang = "en"', Lang.EN, id="toml-without-last-newline"),
        pytest.param("t.toml", '[pilot]\nname = "x"\n[[task]]\nlang = "zh"\n', None, id="toml-other-table"),
        pytest.param("t.toml", '[pilot]\n# lang = "zh"\n', None, id="toml-comment"),
        pytest.param("t.toml", '[pilot]\nlang = "fr"\n', None, id="toml-unknown"),
        pytest.param("t.toml", f'# {"x" * 5000}\n[pilot]\nlang = "zh"\n', None, id="toml-too-far-down"),
        pytest.param("t.toml", "", None, id="empty"),
        pytest.param("t.json", '{"schema": 1, "pilot": {"name": "x", "lang": "zh"}}', Lang.ZH, id="json"),
        pytest.param("t.json", '{"pilot": {"name": "x"}, "task": [{"lang": "zh"}]}', None, id="json-other"),
    ],
)
def test_peek_at_the_store(tmp_path: Path, name: str, text: str, lang: Lang | None) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    assert language.peek_lang(path) is lang


def test_peek_never_fails_nor_waits(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe\x00[pilot")
    os.mkfifo(tmp_path / "pipe.toml")
    odd = (broken, tmp_path, tmp_path / "none.toml", Path("a\0b"), tmp_path / "pipe.toml")
    assert [language.peek_lang(path) for path in odd] == [None] * 5


def test_peek_at_a_store_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.toml"
    path.write_text('[pilot]\nlang = "zh"\n', encoding="utf-8")

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert language.peek_lang(path) is None


# The parser's errors


@pytest.mark.parametrize(
    ("argv", "english", "chinese", "help_of"),
    [
        (
            "overdu",
            "There is no command “overdu”. Did you mean overdue?",
            "没有“overdu”这个命令。您是不是要用 overdue？",
            "pilottask",
        ),
        ("qqq", "There is no command “qqq”.", "没有“qqq”这个命令。", "pilottask"),
        (
            "dept lst",
            "There is no command “lst”. Did you mean list?",
            "没有“lst”这个命令。您是不是要用 list？",
            "pilottask dept",
        ),
        ("dept", "A command is missing: add, list.", "缺少子命令，可用：add、list。", "pilottask dept"),
        (
            "overdue --limt 3",
            "There is no option “--limt”. Did you mean --limit?",
            "没有“--limt”这个选项。您是不是要用 --limit？",
            "pilottask overdue",
        ),
        (
            "--stor x list",
            "There is no option “--stor”. Did you mean --store?",
            "没有“--stor”这个选项。您是不是要用 --store？",
            "pilottask",
        ),
        (
            "note 3 -5",
            "There is no option “-5”. A text that begins with “-” goes after a lone “--”.",
            "没有“-5”这个选项。以“-”开头的文字，请放在单独的“--”之后。",
            "pilottask note",
        ),
        (
            "overdue --limit x'y",
            "--limit: “x'y” is not a whole number.",
            "--limit：“x'y”不是整数。",
            "pilottask overdue",
        ),
        (
            "overdue --limit 0",
            "--limit: 0 is out of range, it must be 1 or more.",
            "--limit：0 超出范围，应不小于 1。",
            "pilottask overdue",
        ),
        (
            "overdue --format jsn",
            "--format: “jsn” is not one of table, json. Did you mean json?",
            "--format：“jsn”不在可选范围内，可选：table、json。您是不是要用 json？",
            "pilottask overdue",
        ),
        ("add", "The argument TITLE is missing.", "缺少参数 TITLE。", "pilottask add"),
        ("add x", "The option --department is missing.", "缺少选项 --department。", "pilottask add"),
        ("add x -d", "The option -d needs a value after it.", "选项 -d 后面缺少值。", "pilottask add"),
        (
            "overdue --fail=1",
            "The option --fail takes no value.",
            "选项 --fail 后面不带值。",
            "pilottask overdue",
        ),
        (
            "add x y -d z",
            "Too many arguments: “y”. A text with spaces in it needs quotes around it.",
            "参数过多：“y”。文字中间有空格时，请整段加上引号。",
            "pilottask add",
        ),
        (
            "list --lang fr",
            "--lang: “fr” is not one of zh, en.",
            "--lang：“fr”不在可选范围内，可选：zh、en。",
            "pilottask list",
        ),
        ("list --store=", "--store: it is empty.", "--store：不能为空。", "pilottask list"),
        ("fail bad-parameter", "not that one", "not that one", "pilottask fail"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_usage_errors(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    argv: str,
    english: str,
    chinese: str,
    help_of: str,
) -> None:
    monkeypatch.setenv("PILOTTASK_LANG", lang)
    expected = {
        "en": f"error: {english}\nhint: {help_of} -h shows how.\n",
        "zh": f"错误：{chinese}\n提示：用法见 {help_of} -h\n",
    }
    assert cli(*argv.split()) == (2, "", expected[lang])


def test_a_bad_variable_is_named_instead_of_the_option(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTTASK_LANG", "fr")
    assert cli("list") == (2, "", "error: PILOTTASK_LANG: “fr” is not one of zh, en.\nhint: pilottask -h shows how.\n")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_usage_errors_of_other_kinds_of_values(cli: Cli, lang: str) -> None:
    wrong = {
        "in --percent 3.5": ("--percent: “3.5” is not a whole number.", "--percent：“3.5”不是整数。"),
        "in --percent 101": (
            "--percent: 101 is out of range, it must be 0 to 100.",
            "--percent：101 超出范围，应在0至100之间。",
        ),
        "in --most 9": ("--most: 9 is out of range, it must be 5 or less.", "--most：9 超出范围，应不大于 5。"),
        "in --way in --way up": (
            "--way: “up” is not one of in, out.",
            "--way：“up”不在可选范围内，可选：in、out。",
        ),
        "on": (
            "HOW: “on” is not one of in, out.",
            "HOW：“on”不在可选范围内，可选：in、out。",
        ),
        "": ("The argument HOW is missing. It is one of in, out.", "缺少参数 HOW。可选：in、out。"),
    }
    got = {argv: cli("kinds", *argv.split(), "--lang", lang).err.splitlines()[0] for argv in wrong}
    assert got == {
        argv: f"error: {english}" if lang == "en" else f"错误：{chinese}" for argv, (english, chinese) in wrong.items()
    }


def test_values_of_every_kind_reach_the_command(cli: Cli) -> None:
    given = cli("kinds", "out", "--file", "a b", "--files", "x", "--files", "y", "--way", "in", "--percent", "7").told()
    paths = (repr(Path("a b")), repr([Path("x"), Path("y")]))
    assert given["given"] == [
        "<Way.OUT: 'out'>", *paths, "[<Way.IN: 'in'>]", "False", "None", "7", "3",
    ]  # fmt: skip
    assert cli("kinds", "in").told()["given"] == [
        "<Way.IN: 'in'>", "None", "None", "None", "False", "None", "None", "3",
    ]  # fmt: skip


def test_a_command_with_a_value_of_another_kind_is_refused() -> None:
    def command(share: Annotated[float, typer.Option()]) -> None:
        """Take what cannot be taken yet."""

    with pytest.raises(TypeError, match="no option or argument can be a float yet"):
        values.set_parsers(command)


# Help


HELP_EN = """\
Usage: pilottask overdue [OPTIONS]

List late tasks.

Options:
  -d, --department TEXT    Of this department alone.
      --limit NUMBER       At most so many. [1 or more]
      --format table|json  How to print. [default: table]
      --within NUMBER      Also those due within so many days. [default: 0]
      --fail               Exit with 3 when there are some.

Global options:
      --store FILE         The task list to work with [env: PILOTTASK_STORE]
      --today DATE         The day to take for today [env: PILOTTASK_TODAY]
      --lang zh|en         The language to speak [env: PILOTTASK_LANG]
  -h, --help               Show this help and exit

Example: pilottask overdue --within 7
"""

HELP_ZH = """\
用法：pilottask add [选项] TITLE

登记一项任务。

参数：
  TITLE                  What is to be done.

选项：
  -d, --department 内容  The lead department. [必填]
      --tag 内容         A word to find it by. [可多次使用]

通用选项：
      --store 文件       任务清单文件 [环境变量：PILOTTASK_STORE]
      --today 日期       以这一天作为今天 [环境变量：PILOTTASK_TODAY]
      --lang zh|en       界面语言 [环境变量：PILOTTASK_LANG]
  -h, --help             显示本帮助

示例：pilottask add TITLE
"""

OVERVIEW_ZH = """\
用法：pilottask [选项] 命令 …

改革试点任务清单：做什么、谁来做、何时完成、进展如何。

任务清单：
  add      登记一项任务。
  note     Record progress.

查询统计：
  overdue  List late tasks.
  list     List tasks.

试点工作：
  dept     Departments.

撤销与核查：
  fail     Fail in some way.
  print    Print many lines.
  kinds    Take values of many kinds.
  broken   A module that is not there.

选项：
      --version             显示版本号
      --install-completion  为当前终端环境启用 Tab 键补全
      --show-completion     显示补全所用的脚本

通用选项：
      --store 文件          任务清单文件 [环境变量：PILOTTASK_STORE]
      --today 日期          以这一天作为今天 [环境变量：PILOTTASK_TODAY]
      --lang zh|en          界面语言 [环境变量：PILOTTASK_LANG]
  -h, --help                显示本帮助

示例：pilottask 命令 -h（查看某个命令的用法）
"""


@pytest.mark.parametrize(
    ("argv", "page"),
    [
        ("overdue --help", HELP_EN),
        ("overdue -h", HELP_EN),
        ("--lang zh add -h", HELP_ZH),
        ("add -h --lang zh", HELP_ZH),
        ("-h --lang zh", OVERVIEW_ZH),
    ],
)
def test_plain_help(cli: Cli, argv: str, page: str) -> None:
    assert cli(*argv.split()) == (0, page, "")


def test_help_of_arguments_groups_and_details(cli: Cli) -> None:
    assert cli("note", "-h").out.startswith("Usage: pilottask note [OPTIONS] ID [TEXT...]\n")
    assert cli("dept", "-h").out.startswith(
        "Usage: pilottask dept [OPTIONS] COMMAND …\n\nDepartments.\n\nCommands:\n"
        "  add   Enter a department.\n  list  List departments.\n"
    )
    assert "\nList tasks.\n\nFirst more.\n\nSecond more.\n\nGlobal" in cli("list", "-h").out


def test_help_of_many_kinds_of_values(cli: Cli) -> None:
    page = cli("kinds", "-h").out
    titles = [line for line in page.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["Arguments:", "Options:", "Numbers:", "Global options:"]
    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert "HOW" in lines
    assert "--file FILE" in lines
    assert "--files FILE [may be repeated]" in lines
    assert "--way in|out [may be repeated]" in lines
    assert "--shown Whether [bold]so[/] or [/x]." in lines
    assert "--place TEXT [env: PLACE]" in lines
    assert "--percent NUMBER [0 to 100]" in lines
    assert "--most NUMBER [5 or less] [default: 3]" in lines


def test_no_command_runs_home(cli: Cli) -> None:
    assert cli("--store", "a.toml").told() == {"store": "a.toml", "today": None, "lang": "en", "home": True}


def test_help_off_a_terminal_has_no_colour_and_is_not_wrapped() -> None:
    ran = run_apart("-h", COLUMNS="30", TERM="xterm-256color")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\x1b" not in ran.stdout
    assert "The task list of a reform pilot: what is to be done, by whom, by when, and how it stands.\n" in ran.stdout


@posix
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_help_at_a_terminal_is_in_panels_of_its_width(lang: str, columns: int) -> None:
    shown = at_terminal("overdue", "-h", "--lang", lang, columns=columns)
    assert "\x1b[" in shown
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
    border = [line for line in lines if line.startswith(("╭", "╰"))]
    assert len(border) == 4
    assert {width(line) for line in lines if line.startswith(("╭", "│", "╰"))} == {min(columns, 100)}
    assert border[2].startswith("╭─ 通用选项 ─" if lang == "zh" else "╭─ Global options ─")


@posix
def test_help_at_a_terminal_heeds_no_color_and_dumb() -> None:
    assert "\x1b[3" not in at_terminal("overdue", "-h", "--lang", "en", NO_COLOR="1")
    assert at_terminal("overdue", "-h", "--lang", "en", TERM="dumb") == HELP_EN


@posix
def test_help_has_no_frames_where_they_take_two_columns() -> None:
    shown = at_terminal("overdue", "-h", "--lang", "en", LC_ALL="zh_CN.GBK")
    assert "╭" not in shown
    assert "\nOptions:\n" in shown


def test_help_texts_are_never_read_as_markup() -> None:
    shown = re.sub(r"\x1b\[[\d;]*m", "", run_apart("kinds", "-h", FORCE_COLOR="1", COLUMNS="100").stdout)
    assert "Whether [bold]so[/] or [/x]." in shown


def test_version(cli: Cli) -> None:
    assert cli("--version") == (0, f"pilottask {pilottask.__version__}\n", "")


# Errors and exit codes


@pytest.mark.parametrize(
    ("how", "code", "err"),
    [
        ("usage", 2, "error: wrong \\u001b[31mvalue\\u202e\nsecond line\nhint: do otherwise\n"),
        ("missing", 4, "error: no such task\n"),
        ("store", 5, "error: line 3\n"),
        ("busy", 6, "error: locked\n"),
        ("io", 7, "error: unreadable\n"),
        ("full", 7, "error: cannot read or write “/x/tasks.toml”: the disk is full\n"),
        ("odd", 7, f"error: cannot read or write: the system says: {os.strerror(errno.EMLINK)}\n"),
        ("stopped", 130, "stopped at the prompt\n"),
        ("ctrl-c", 130, "Stopped.\n"),
        ("eof", 130, "Stopped.\n"),
        ("abort", 130, "Stopped.\n"),
        ("memory", 1, "error: There is not enough memory.\n"),
        ("surrogate", 2, "error: “题\\udcff目” holds bytes that are not UTF-8 text.\n"),
        ("exit", 3, ""),
        ("sys-exit", 5, ""),
        ("sys-exit-none", 0, ""),
        ("sys-exit-text", 1, "gone \\u0007\n"),
    ],
)
def test_exit_codes(cli: Cli, how: str, code: int, err: str) -> None:
    assert cli("fail", how) == (code, "", err)


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ("bug", "KeyError: 'due'"),
        ("silent-bug", "AssertionError"),
        ("recursion", "RecursionError: too deep"),
        (
            "codec",
            "UnicodeEncodeError: 'ascii' codec can't encode character '\\u9898' in position 0: ordinal",
        ),
    ],
)
def test_a_fault_of_the_program_takes_one_line_and_says_how_to_report_it(cli: Cli, how: str, what: str) -> None:
    report = "Please report it, with what the same command prints when PILOTTASK_DEBUG=1 is set."
    assert cli("fail", how) == (1, "", f"error: This is a fault of the program: {what}\nhint: {report}\n")


def test_the_stack_is_shown_when_asked_for(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTTASK_DEBUG", "1")
    ran = cli("fail", "bug")
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert "faults.py" in ran.err
    assert ran.err.endswith("PILOTTASK_DEBUG=1 is set.\n")


def test_chinese_errors(cli: Cli) -> None:
    assert cli("--lang", "zh", "fail", "full").err == "错误：无法读写“/x/tasks.toml”：磁盘已满\n"
    assert cli("--lang", "zh", "fail", "ctrl-c").err == "已中断。\n"
    assert cli("--lang", "zh", "fail", "usage").err.endswith("提示：do otherwise\n")


@posix
def test_a_full_disk_is_told_and_not_lost_at_exit() -> None:
    ran = shell('for argv in "print 3" "print 100000" -h; do $cli $argv > /dev/full; echo $?; done')
    assert ran.stdout == "7\n7\n7\n"
    assert ran.stderr.splitlines() == [
        "error: cannot write the output: the disk is full",
        "error: cannot read or write: the disk is full",
        "error: cannot write the output: the disk is full",
    ]


def test_a_full_disk_is_told_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fail() -> int:
        raise IoFault("the store cannot be written")

    monkeypatch.setattr(sys, "stdout", Full())
    assert error_report.guard(fail) == 7
    assert capsys.readouterr().err == "error: the store cannot be written\n"


@posix
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["print 3", "print 200000", "-h"])
def test_a_closed_pipe_ends_silently(command: str, unbuffered: str) -> None:
    ran = shell(f"(sleep 0.3; $cli {command}; echo $? >&2) | true", PYTHONUNBUFFERED=unbuffered)
    assert (ran.stdout, ran.stderr) == ("", "0\n")


@posix
def test_a_reader_that_leaves_early_gets_what_it_asked_for() -> None:
    ran = shell("$cli print 200000 | head -n 2; echo ${PIPESTATUS[*]}")
    assert (ran.stdout, ran.stderr) == ("第0行\n第1行\n0 0\n", "")


@posix
def test_a_command_cut_short_because_nobody_reads_its_messages_says_so() -> None:
    ran = shell("{ $cli print 200000 --to-stderr 2>&3 3>&-; echo $?; } 3> >(exec true)")
    assert ran.stdout == "7\n"


@posix
def test_closed_streams_and_full_messages_change_no_exit_code() -> None:
    ran = shell(
        "$cli print 3 >&-; echo $?; $cli fail usage 2>&- ; echo $?; $cli fail usage 2>/dev/full; echo $?;"
        "$cli fail busy 0<&- 2>/dev/null; echo $?"
    )
    assert (ran.stdout, ran.stderr) == ("0\n2\n2\n6\n", "")


@posix
def test_ctrl_c_at_a_terminal() -> None:
    child = pexpect.spawn(
        sys.executable, [str(DRIVER), "fail", "sleep"], env={**os.environ, "TERM": "dumb"}, encoding="utf-8", timeout=30
    )
    child.expect_exact("asleep")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert str(child.before).replace("\r\n", "\n").endswith("\nStopped.\n")
    assert child.exitstatus == 130


# Streams, locales, colour


@posix
def test_output_is_utf8_in_any_locale() -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert run_apart("print", "1", **plain).stdout == "第0行\n"
    assert run_apart("print", "1", "--to-stderr", **plain).stderr == "第0行\n"
    assert run_apart("overdu", **plain).stderr.startswith("error: There is no command “overdu”.")


@posix
def test_works_with_an_empty_environment() -> None:
    ran = subprocess.run([sys.executable, DRIVER, "list"], env={}, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@posix
def test_arguments_that_are_not_text_do_not_crash() -> None:
    assert run_apart(b"a\xff").stderr.startswith("error: There is no command “a\\udcff”.")
    assert json.loads(run_apart(b"--store", b"/x/\xff.toml", b"list").stdout)["store"] == "/x/\udcff.toml"
    assert run_apart(b"list", b"--lang", b"\xff").returncode == 2


@posix
def test_errors_are_coloured_only_at_a_terminal() -> None:
    assert at_terminal("overdu") == (
        "\x1b[1;31merror: \x1b[0mThere is no command “overdu”. Did you mean overdue?\n"
        "\x1b[1;36mhint: \x1b[0mpilottask -h shows how.\n"
    )
    plain = "error: There is no command “overdu”. Did you mean overdue?\nhint: pilottask -h shows how.\n"
    assert at_terminal("overdu", NO_COLOR="1") == plain
    assert at_terminal("overdu", TERM="dumb") == plain
    assert run_apart("overdu").stderr == plain
    assert "\x1b[1;31m" in run_apart("overdu", FORCE_COLOR="1").stderr


@pytest.mark.parametrize("argv", [("fail", "usage"), ("overdu",)])
def test_errors_off_a_terminal_do_not_import_rich(argv: tuple[str, ...]) -> None:
    script = (
        "import sys; from cli_fakes import wired; from pilottask.cli import error_report, program;"
        "error_report.guard(lambda: program.run(sys.argv[1:], wired())); print('rich' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, *argv],
        env={**os.environ, "PYTHONPATH": str(DRIVER.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "False\n"


def test_a_closed_pipe_on_windows_is_an_invalid_argument() -> None:
    invalid = OSError(22, "Invalid argument")
    assert error_report._is_closed_pipe(invalid, windows=True)
    assert not error_report._is_closed_pipe(invalid, windows=False)
    assert error_report._is_closed_pipe(BrokenPipeError(), windows=False)


def test_without_poll_a_broken_pipe_is_taken_for_stdouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("select.poll")
    with Path(os.devnull).open("w", encoding="utf-8") as stream:
        assert error_report._reader_gone(stream)


# Completion


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("pilottask over", ["overdue"]),
        ("pilottask ", [name for name in TABLE if name != "broken"]),
        ("pilottask dept ", ["add", "list"]),
        ("pilottask overdue --f", ["--format", "--fail"]),
        ("pilottask overdue --format ", ["table", "json"]),
        ("pilottask --st", ["--store"]),
        ("pilottask nothing ", []),
    ],
)
def test_completion(words: str, offered: list[str]) -> None:
    sound = {title: {name: one for name, one in of.items() if name != "broken"} for title, of in PANELS.items()}
    root = describing.whole(typer_tree.Builder(msgspec.structs.replace(wired(), panels=sound)).root())
    _program, *before, typed = words.split(" ")
    assert [one.word for one in candidates(root, before, typed, lambda _cursor, _typed: ())] == offered


def test_completion_script_is_shown_and_installed(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("typer._completion_shared._get_shell_name", lambda: "fish")
    (tmp_path / "home").mkdir()
    shown = cli("--show-completion").out
    assert "_PILOTTASK_COMPLETE=complete_fish" in shown
    ran = cli("--install-completion", "--lang", "en")
    place = tmp_path / "home" / ".config/fish/completions/pilottask.fish"
    assert ran.out == f"Completion for fish is set up in {place}; it works in shells opened from now on.\n"
    assert place.read_text(encoding="utf-8") == shown


def test_completion_in_an_unknown_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer._completion_shared._get_shell_name", lambda: None)
    with pytest.raises(NotFound, match="not one of bash, zsh, fish, powershell, pwsh"):
        scripts.show()


# The program itself


def test_main_runs_the_arguments_given_or_the_processs_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--version"]) == 0
    monkeypatch.setattr(sys, "argv", ["pilottask", "--version"])
    try:
        assert main() == 0
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # as the process ends, Ctrl-C is let pass
    assert capsys.readouterr().out == f"pilottask {pilottask.__version__}\n" * 2


def test_runs_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "pilottask", "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"pilottask {pilottask.__version__}\n", "")


def test_the_table_has_an_example_for_each() -> None:
    assert all(entry.example.startswith("pilottask ") for entry in (*SHIPPED.values(), *TABLE.values()))
