"""The Tab key: what is offered where, in the program and in real shells."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from commands.pilot import pilot_ledger
from pilottask.base.i18n import Lang, set_language
from pilottask.cli import main
from pilottask.cli.completion import candidates, values
from pilottask.cli.completion import tab as tab_key
from pilottask.cli.grammar import Node, Parameter
from pilottask.store import toml_patch

PROGRAMS = str(Path(sys.executable).parent)
Tab = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def english_after() -> Iterator[None]:
    yield
    set_language(Lang.EN)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "list.toml"
    path.write_bytes(toml_patch.encode(pilot_ledger()))
    for name, value in {"STORE": str(path), "TODAY": "2026-11-20", "LANG": "en"}.items():
        monkeypatch.setenv(f"PILOTTASK_{name}", value)
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    return path


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tab:
    """Return the lines offered after what is typed, each word and its meaning."""

    def lines(typed: str) -> list[str]:
        words = typed.split(" ")
        monkeypatch.setenv("_PILOTTASK_COMPLETE", "complete_fish")
        monkeypatch.setenv("COMP_WORDS", "\n".join(words))
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        assert main([]) == 0
        shown = capsys.readouterr()
        assert shown.err == ""
        return [line.replace("\t", " | ") for line in shown.out.splitlines()]

    return lines


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pilottask ov", ["overdue | List open tasks past their deadline, the longest overdue first."]),
        ("pilottask --ver", ["--version | Show the version and exit"]),
        ("pilottask dept e", ["edit | Change a department."]),
        ("pilottask add x --de", ["--department | Lead department"]),
        ("pilottask add x --due fri --du", []),
        ("pilottask add x --tag a --tag", ["--tag | Tag"]),
        ("pilottask add x -- --d", []),
        ("pilottask start ", ["2 | 签订校企合作协议", "8 | 宣传专栏"]),
        ("pilottask submit ", ["1 | 实训设备采购", "4 | 招聘实训教师", "5 | 编写教材"]),
        ("pilottask return ", ["3 | 技能竞赛"]),
        ("pilottask reopen ", ["6 | 成立专班", "7 | 扩建停车场"]),
        ("pilottask submit 1,", ["1,4 | 招聘实训教师", "1,5 | 编写教材"]),
        ("pilottask close 1 3", ["3 | 技能竞赛"]),
        ("pilottask show 教", ["4 | 招聘实训教师", "5 | 编写教材"]),
        ("pilottask show 1 --format json ", ["--store | The task list to work with"]),
        ("pilottask --lang en show 8", ["8 | 宣传专栏"]),
        ("pilottask settle 4 ", ["1 | 编制不足"]),
        ("pilottask add x -d 教", ["区教体局 | 教体局"]),
        ("pilottask add x -d 区", ["区教体局 | 教体局", "区总工会"]),
        ("pilottask add x -d 总", ["区总工会"]),
        ("pilottask add x --department=职", ["--department=麒麟职教集团 | 职教集团"]),
        ("pilottask add x --department = 职", ["麒麟职教集团 | 职教集团"]),
        ("pilottask dept edit 职", ["麒麟职教集团 | 职教集团"]),
        ("pilottask dept add 职", []),
        ("pilottask list -o ", ["李明", "王芳", "赵强"]),
        ("pilottask list --aspect 基", ["基地建设"]),
        ("pilottask list --project ", ["实训基地"]),
        ("pilottask list --tag ", ["签约"]),
        ("pilottask list --status su", ["submitted | submitted", "suspended | suspended"]),
        ("pilottask list --status 待", ["待核验 | submitted"]),
        ("pilottask list --light r", ["red | red"]),
        ("pilottask list --sort d", ["department", "due"]),
        ("pilottask summary --by o", ["owner"]),
        ("pilottask raise 1 x --need p", ["place | place", "policy | policy"]),
        ("pilottask dept add x --role b", ["base | base"]),
        ("pilottask overdue --format j", ["json"]),
        ("pilottask add x --due +", ["+1w | 2026-11-27 Fri", "+2w | 2026-12-04 Fri", "+1m | 2026-12-20 Sun"]),
        ("pilottask add x --due n", ["none | open-ended"]),
        ("pilottask extend 1 月", ["月底 | 2026-11-30 Mon"]),
        ("pilottask extend 1 n", []),
        ("pilottask undo --to ", []),
        ("pilottask --today 2026-12-30 list --due-before eoy", ["eoy | 2026-12-31 Thu"]),
        ("pilottask add x --project 实", ["实训基地"]),
        ("pilottask inspect add --kind j", ["joint | joint inspection"]),
        ("pilottask add x --every w", ["week | every week"]),
        ("pilottask dept merge 教", ["区教体局 | 教体局"]),
        ("pilottask config so", ["soon_days"]),
        ("pilottask config lang ", ["zh", "en"]),
        ("pilottask config wide_ambiguous t", ["true"]),
        ("pilottask config name ", []),
        ("pilottask --lang z", ["zh"]),
        ("pilottask instruct x --lea", ["--leader | Which leader gave it"]),
        ("pilottask instruct e", ["edit | Correct an instruction or its answer."]),
        ("pilottask note 1 ", []),
        ("pilottask nothing ", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_offers(tab: Tab, typed: str, offered: list[str]) -> None:
    assert tab(typed)[: len(offered) or None] == offered


def test_days_are_offered_in_the_language_in_use(tab: Tab) -> None:
    assert tab("pilottask --lang zh add x --due ")[:2] == ["今天 | 2026-11-20 周五", "明天 | 2026-11-21 周六"]
    assert tab("pilottask add x --due ")[:2] == ["today | 2026-11-20 Fri", "tomorrow | 2026-11-21 Sat"]
    assert tab("pilottask --lang zh ov") == ["overdue | 列出逾期任务，逾期最久的在前。"]


@pytest.mark.parametrize("label", ["DATE", "日期"])
def test_days_are_offered_whatever_language_was_spoken_when_the_command_was_imported(label: str) -> None:
    cursor = candidates.Cursor("overdue", Parameter("as_of", label, ["--as-of"]), ["overdue", "--as-of"])
    assert "eoy" in [one.word for one in values.values(cursor, "eo")]


def test_projects_that_are_entered_are_offered(tab: Tab) -> None:
    assert main(["project", "add", "校企共建", "--base", "x"]) == 0
    assert tab("pilottask project show ")[-1:] == ["校企共建"]
    assert tab("pilottask list --project ")[-2:] == ["实训基地", "校企共建"]


def test_the_store_is_the_one_named_on_the_line(tab: Tab, tmp_path: Path) -> None:
    assert tab(f"pilottask --store {tmp_path / 'none.toml'} show ") == []
    assert tab(f"pilottask show --store={tmp_path / 'list.toml'} 8") == ["8 | 宣传专栏"]


@pytest.mark.parametrize("content", [b"not TOML [", b"schema = 9\n", b"\xff\xfe"], ids=["syntax", "newer", "bytes"])
def test_a_bad_store_offers_nothing_and_says_nothing(tab: Tab, store: Path, content: bytes) -> None:
    store.write_bytes(content)
    assert tab("pilottask show ") == []
    assert tab("pilottask sh") == ["show | Show all that is known of a task."]


@pytest.mark.parametrize(
    ("instruction", "words", "place"),
    [("complete_bash", "pilottask show", "x"), ("complete_bash", "pilottask", "-1"), ("nonsense", "pilottask ", "1")],
)
def test_nonsense_from_a_shell_offers_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], instruction: str, words: str, place: str
) -> None:
    monkeypatch.setenv("_PILOTTASK_COMPLETE", instruction)
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", place)
    assert main([]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert instruction == "nonsense" or shown.out == ""


def test_names_that_a_terminal_would_obey_are_not_offered(tab: Tab, store: Path) -> None:
    store.write_bytes(store.read_bytes().replace("赵强".encode(), "赵\u202e强".encode()))
    assert tab("pilottask list -o 赵") == ["赵\u202e强"]
    root = Node("", [Parameter("x", "X")], {})

    def obeyed(_cursor: candidates.Cursor, _typed: str) -> list[candidates.Candidate]:
        return [candidates.Candidate("a\x1bb"), candidates.Candidate("ab")]

    assert [one.word for one in candidates.candidates(root, [], "", obeyed)] == ["ab"]


def test_bash_alone_gets_bare_words_unless_its_script_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "_PILOTTASK_COMPLETE": "complete_bash",
        "COMP_WORDS": "pilottask show 8",
        "COMP_CWORD": "2",
    }.items():
        monkeypatch.setenv(name, value)
    assert (main([]), capsys.readouterr().out) == (0, "8\n")
    monkeypatch.setenv("_PILOTTASK_COMPLETE_HELP", "1")
    assert (main([]), capsys.readouterr().out) == (0, "8\t宣传专栏\n")


# The copy of the grammar


def test_the_grammar_is_kept_until_the_program_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    whole = Node(
        "Do it.", [Parameter("a", "A", ["--a"], choices=["b"], notes=["n"])], {"c": Node("C", [], {}, panel="P")}, "ex"
    )

    def build() -> Node:
        asked.append(1)
        return whole

    folder = tmp_path / "cache"
    assert tab_key.grammar(folder, build) == whole
    assert tab_key.grammar(folder, build) == whole
    assert len(asked) == 1
    monkeypatch.setattr(tab_key, "__version__", "9.9")
    tab_key.grammar(folder, build)
    assert len(asked) == 2
    (folder / "completion-en.json").write_bytes(b"{")
    tab_key.grammar(folder, build)
    assert len(asked) == 3


def test_without_a_folder_the_grammar_is_built_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    empty = Node("", [], {})
    assert tab_key.grammar(None, lambda: empty) is empty
    assert tab_key.grammar(tmp_path / "file", lambda: empty) is empty


def test_typer_is_not_imported_where_there_is_a_copy() -> None:
    code = "import sys; from pilottask.cli import main; main([]); print('typer' in sys.modules, file=sys.stderr)"
    environ = {"_PILOTTASK_COMPLETE": "complete_bash", "COMP_WORDS": "pilottask start 8", "COMP_CWORD": "2"}

    def run() -> tuple[str, str]:
        ran = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **environ}, capture_output=True, text=True, check=True
        )
        return ran.stdout, ran.stderr

    assert run() == ("8\n", "True\n")
    assert run() == ("8\n", "False\n")


def test_every_parameter_that_a_value_is_offered_for_is_one_of_a_command() -> None:
    def params(node: Node) -> set[str]:
        return {parameter.param for parameter in node.parameters}.union(*map(params, node.commands.values()))

    assert values._BY_PARAM.keys() <= params(tab_key._build())


# Real shells


def script(tmp_path: Path, shell: str) -> Path:
    ran = subprocess.run(
        ["pilottask"],
        env={**os.environ, "_PILOTTASK_COMPLETE": f"source_{shell}"},
        capture_output=True,
        check=True,
    )
    place = tmp_path / f"script.{shell}"
    place.write_bytes(ran.stdout)
    return place


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("pilottask sum\t", "pilottask summary "),
        ("pilottask add x -d 总\t", "pilottask add x -d 区总工会 "),
        ("pilottask add x -d Edu\t", "pilottask add x -d Education\\ Bureau "),
        ('pilottask add x -d "Education B\t', 'pilottask add x -d "Education Bureau" '),
        ("pilottask add x --department=Edu\t", "pilottask add x --department=Education\\ Bureau "),
        ("pilottask return \t", "pilottask return 3 "),
    ],
)
def test_bash_completes(tmp_path: Path, typed: str, becomes: str) -> None:
    assert main(["dept", "add", "Education Bureau"]) == 0
    assert echoed(tmp_path, typed) == becomes


def echoed(tmp_path: Path, typed: str) -> str:
    """Return the line as bash has it after `typed`, printed by bash itself."""
    bash = pexpect.spawn("bash", ["--norc", "--noprofile", "-i"], encoding="utf-8", timeout=20, dimensions=(40, 200))
    bash.sendline(
        f"PS1='> '; bind 'set enable-bracketed-paste off'; source {script(tmp_path, 'bash')};"
        """ line() { printf '<%s>\\n' "$READLINE_LINE"; }; bind -x '"\\C-t": line'; echo REA''DY"""
    )
    bash.expect("READY\r\n> ")
    bash.send(f"{typed}\x14")
    bash.expect("<(.*)>\r\n")
    line = str(bash.match[1])
    bash.close(force=True)
    return line


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_shows_what_ids_mean_where_several_fit(tmp_path: Path) -> None:
    bash = pexpect.spawn("bash", ["--norc", "--noprofile", "-i"], encoding="utf-8", timeout=20, dimensions=(40, 200))
    bash.sendline(f"PS1='> '; bind 'set enable-bracketed-paste off'; source {script(tmp_path, 'bash')}; echo REA''DY")
    bash.expect("READY\r\n> ")
    bash.send("pilottask start \t\t")
    bash.expect(r"2  \(签订校企合作协议\) +8  \(宣传专栏\)")
    bash.close(force=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_falls_back_to_files(tmp_path: Path) -> None:
    (tmp_path / "ledger-of-november.csv").touch()
    typed = f"pilottask --store {tmp_path}/ledger-o\t"
    assert echoed(tmp_path, typed) == f"pilottask --store {tmp_path}/ledger-of-november.csv "


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_completes_and_explains(tmp_path: Path) -> None:
    zsh = pexpect.spawn("zsh", ["-f", "-i"], encoding="utf-8", timeout=20, dimensions=(40, 200))
    zsh.sendline(f"PROMPT='> '; autoload -Uz compinit; compinit -u -D; source {script(tmp_path, 'zsh')}; echo REA''DY")
    zsh.expect("READY")
    zsh.send("pilottask start \t\t")
    zsh.expect("2  -- 签订校企合作协议")
    zsh.expect("8  -- 宣传专栏")
    zsh.close(force=True)


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pilottask start ", "2\t签订校企合作协议\n8\t宣传专栏\n"),
        ('pilottask add x -d "区总', "区总工会\n"),
        ("pilottask overdue --format=t", "--format=table\n--format=tsv\n"),
    ],
)
def test_fish_completes(tmp_path: Path, typed: str, offered: str) -> None:
    ran = subprocess.run(
        ["fish", "-c", f"source {script(tmp_path, 'fish')}; complete -C '{typed}'"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout == offered


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="needs PowerShell")
def test_powershell_completes(tmp_path: Path) -> None:
    line = "pilottask start "
    asked = f"(TabExpansion2 -inputScript '{line}' -cursorColumn {len(line)}).CompletionMatches.CompletionText"
    ran = subprocess.run(
        ["pwsh", "-NoProfile", "-Command", f". {script(tmp_path, 'powershell')}; {asked}"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout.split() == ["2", "8"]
