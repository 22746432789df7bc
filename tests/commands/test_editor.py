"""`edit ID` without options: the task as text in an editor, at a terminal."""

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from pilottask.base.errors import UsageFault
from pilottask.base.folders import cache as user_cache
from pilottask.cli import main
from pilottask.commands.shared import editor
from pilottask.store import files
from pilottask.store.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

EDITOR = """
import os, pathlib, stat, sys
path = pathlib.Path(sys.argv[-1])
text = path.read_text(encoding="utf-8")
"""


class Desk:
    """A store, and an editor that does what a test says."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        self.store = store

    def editor(self, *steps: str) -> str:
        """Return an editor that runs the first of these steps as it is first called, then the next."""
        for number, step in enumerate(steps):
            (self.folder / f"step{number}.py").write_text(EDITOR + step, encoding="utf-8")
        run = self.folder / "run.sh"
        run.write_text(
            f"n=$(cat {self.folder}/n 2>/dev/null || echo 0); echo $((n + 1)) > {self.folder}/n\n"
            f'exec {sys.executable} {self.folder}/step$n.py "$@"\n'
        )
        return f"sh '{run}' --wait"

    def edit(self, *argv: str, editor: str, answers: Sequence[str] = (), lang: str = "en") -> tuple[int, str]:
        """Return exit code and what the terminal shows, `answers` typed at the prompts in turn."""
        child = pexpect.spawn(
            sys.executable,
            ["-m", "pilottask", "edit", *argv],
            env={**os.environ, "EDITOR": editor, "PILOTTASK_LANG": lang, "TERM": "dumb"},
            encoding="utf-8",
            timeout=30,
            dimensions=(60, 300),
        )
        shown = ""
        for answer in answers:
            child.expect(r"\[Y/n\] ")
            shown += child.before + child.after
            child.send(answer)
        child.expect(pexpect.EOF)
        shown += child.before
        child.close()
        return child.exitstatus, shown.replace("\r\n", "\n")

    @property
    def left(self) -> list[Path]:
        """What stands in the folder for texts being edited."""
        return [path for folder in user_cache().glob("edit-*") for path in folder.iterdir()]


@pytest.fixture
def desk(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("PILOTTASK_TODAY", "2026-11-20")
    monkeypatch.delenv("VISUAL", raising=False)
    (tmp_path / "editor").mkdir()
    return Desk(tmp_path / "editor", store)


OWNER = """path.write_text(text.replace('owner = "赵强"', 'owner = "李明"'), encoding="utf-8")"""
NO_UNIT = """path.write_text(text.replace('"麒麟职教集团"', '"教育局"', 1), encoding="utf-8")"""
MENDED = """path.write_text(text.replace('"教育局"', '"教体局"'), encoding="utf-8")"""


def test_what_was_changed_is_written(desk: Desk) -> None:
    code, shown = desk.edit("4", editor=desk.editor(OWNER))
    assert (code, shown) == (0, "4 招聘实训教师: Owner changed: 赵强 → 李明\n")
    (task,) = [task for task in Store(desk.store).read().ledger.tasks if task.id == 4]
    entry = task.log[-1]
    assert (task.owner, entry.field, entry.old, entry.new) == ("李明", "owner", "赵强", "李明")  # type: ignore[union-attr]
    assert desk.left == []


def test_what_was_typed_is_kept_whatever_happens(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of the program itself, before what was typed is stored."""

    def fail() -> None:
        with editor._draft("task-4.toml", "a", warn=print) as path:
            path.write_text("typed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    (path,) = desk.left
    assert path.read_text() == "typed"
    assert capsys.readouterr().out == f"what you typed is kept in {path}\n"
    monkeypatch.setattr(files, "replace", lambda *_args, **_options: (_ for _ in ()).throw(OSError(28, "full")))
    editor._explain(path, "typed", UsageFault("no"))
    assert path.read_text() == "typed"


def test_the_text_is_private_and_not_in_the_shared_folder(desk: Desk) -> None:
    told = desk.folder / "told"
    step = f"""
file, folder = (f"{{place.stat().st_mode:o}}" for place in (path, path.parent))
pathlib.Path("{told}").write_text(" ".join([str(path), file, folder, sys.argv[1]]))
"""
    desk.edit("4", editor=desk.editor(step))
    place, file, folder, option = told.read_text().split()
    assert stat.S_IMODE(int(file, 8)) == 0o600
    assert stat.S_IMODE(int(folder, 8)) == 0o700
    assert Path(place).parent.parent == user_cache()
    assert (Path(place).name, option) == ("task-4.toml", "--wait")


def test_no_change_no_write(desk: Desk) -> None:
    before = desk.store.read_bytes()
    assert desk.edit("4", editor=desk.editor("")) == (0, "nothing was changed\n")
    assert desk.edit("4", editor=desk.editor("", ""), lang="zh") == (0, "未作任何改动\n")
    assert desk.store.read_bytes() == before
    assert sorted(path.name for path in desk.store.parent.iterdir()) == ["editor", "list.toml"]


def test_a_mistake_offers_the_editor_again_with_the_text_kept(desk: Desk) -> None:
    told = desk.folder / "told"
    second = f'pathlib.Path("{told}").write_text(text, encoding="utf-8")\n' + MENDED
    code, shown = desk.edit("5", editor=desk.editor(NO_UNIT, second), answers=["\n"])
    assert (code, shown) == (
        0,
        (
            "error: Department: no department “教育局”\ndid you mean 区教体局?\nEdit again? [Y/n] \n"
            "5 编写教材: Department changed: 麒麟职教集团 → 区教体局\n"
        ),
    )
    assert told.read_text(encoding="utf-8").startswith(
        "#! Department: no department “教育局”\n#! did you mean 区教体局?\n# Save and close"
    )
    assert Store(desk.store).read().ledger.tasks[4].department == "区教体局"
    assert desk.left == []


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("n\n", 2, "error: nothing was changed\nhint: what you typed is kept in {path}\n"),
        ("\x04", 130, "nothing was changed; what you typed is kept in {path}\n"),
        ("\x03", 130, "nothing was changed; what you typed is kept in {path}\n"),
    ],
    ids=["no", "end of input", "Ctrl-C"],
)
def test_giving_up_after_a_mistake_keeps_the_text_in_a_file(desk: Desk, answer: str, code: int, said: str) -> None:
    before = desk.store.read_bytes()
    ended, shown = desk.edit("5", editor=desk.editor(NO_UNIT), answers=[answer])
    (path,) = desk.left
    told = said.format(path=path)
    assert (ended, shown[-len(told) :]) == (code, told)
    assert '"教育局"' in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert desk.store.read_bytes() == before


def test_a_deadline_moved_by_hand_is_refused_and_extend_named(desk: Desk) -> None:
    step = """path.write_text(text.replace('\\ndue = "2027-01-31"', '\\ndue = "2027-02-28"'), encoding="utf-8")"""
    code, shown = desk.edit("5", editor=desk.editor(step), answers=["n\n"])
    assert code == 2
    assert "its deadline is moved on record\nhint: pilottask extend 5 DATE --reason WHY\nEdit again? [Y/n] " in shown


def by_another(*options: str) -> str:
    """Return a step in which another process edits task 4."""
    return f"import subprocess; subprocess.run({[sys.executable, '-m', 'pilottask', 'edit', '4', *options]!r})\n"


def test_others_may_write_meanwhile(desk: Desk) -> None:
    other = (
        f"import subprocess; subprocess.run(['{sys.executable}', '-m', 'pilottask', 'edit', '4', '--leader', '陈'])\n"
    )
    code, _shown = desk.edit("4", editor=desk.editor(other + OWNER))
    task = Store(desk.store).read().ledger.tasks[3]
    assert (code, task.owner, task.leader) == (0, "李明", "陈")


def test_the_same_field_written_meanwhile_is_refused_and_the_text_kept(desk: Desk) -> None:
    other = (
        f"import subprocess; subprocess.run(['{sys.executable}', '-m', 'pilottask', 'edit', '4', '--owner', '王芳'])\n"
    )
    code, shown = desk.edit("4", editor=desk.editor(other + OWNER))
    (path,) = desk.left
    assert code == 2
    assert shown.endswith(
        "error: task 4 “招聘实训教师” was changed meanwhile, in the same fields: Owner\n"
        f"hint: what you typed is kept in {path}\n"
    )
    assert Store(desk.store).read().ledger.tasks[3].owner == "王芳"


def test_an_editor_that_fails_changes_nothing(desk: Desk) -> None:
    before = desk.store.read_bytes()
    editor = desk.editor("sys.exit(3)")
    code, shown = desk.edit("4", editor=editor)
    assert (code, desk.left) == (2, [])
    assert "ended with code 3, so nothing was changed\n" in shown
    (desk.folder / "n").unlink()
    code, shown = desk.edit("4", editor=desk.editor(OWNER + "\nsys.exit(1)"))
    assert f"hint: what you typed is kept in {desk.left[0]}\n" in shown
    assert desk.store.read_bytes() == before


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("", "error: no editor is named: set VISUAL or EDITOR\nhint: for example: pilottask edit 4 --owner NAME"),
        ("no-such-editor -w", "error: the editor “no-such-editor -w” cannot be started: No such file or directory\n"),
        ("vi 'x", "error: a quotation mark never closes in the editor's command “vi 'x”\n"),
    ],
)
def test_an_editor_that_cannot_be(desk: Desk, editor: str, said: str) -> None:
    code, shown = desk.edit("4", editor=editor)
    assert (code, desk.left) == (2, [])
    assert shown.startswith(said)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("path.unlink()", "error: the editor left no file\n"),
        ("path.write_bytes(text.encode('gb18030'))", "error: the text is not in UTF-8; save it in that encoding\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_mistake(desk: Desk, step: str, said: str) -> None:
    mended = EDITOR.split("text", maxsplit=1)[0] + "path.write_text('', encoding='utf-8')"
    del mended
    code, shown = desk.edit("4", editor=desk.editor(step), answers=["n\n"])
    assert code == 2
    assert shown.startswith(said)


def test_a_file_as_notepad_saves_it_is_taken(desk: Desk) -> None:
    step = """
new = text.replace('owner = "赵强"', 'owner = "李明"').replace("\\n", "\\r\\n")
path.write_bytes(b"\\xef\\xbb\\xbf" + new.encode())
"""
    assert desk.edit("4", editor=desk.editor(step)) == (0, "4 招聘实训教师: Owner changed: 赵强 → 李明\n")


def test_new_departments_on_wish(desk: Desk) -> None:
    assert desk.edit("5", "--new-department", editor=desk.editor(NO_UNIT)) == (
        0,
        "5 编写教材: Department changed: 麒麟职教集团 → 教育局\n",
    )
    assert Store(desk.store).read().ledger.departments[-1].name == "教育局"


def test_ctrl_c_in_the_editor_is_the_editors_own(desk: Desk) -> None:
    step = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN); os.killpg(0, signal.SIGINT)\n" + OWNER
    assert desk.edit("4", editor=desk.editor(step)) == (0, "4 招聘实训教师: Owner changed: 赵强 → 李明\n")


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            (
                "error: nothing to change was given, and there is no terminal for an editor\n"
                "hint: for example: pilottask edit 4 --owner NAME; see pilottask edit -h\n"
            ),
        ),
        (
            "zh",
            (
                "错误：没有给出要修改的内容，又没有终端可供打开编辑器\n"
                "提示：例如：pilottask edit 4 --owner 姓名；详见 pilottask edit -h\n"
            ),
        ),
    ],
    ids=["en", "zh"],
)
def test_without_a_terminal_it_is_refused(capsys: pytest.CaptureFixture[str], lang: str, said: str) -> None:
    assert main(["edit", "4", "--lang", lang]) == 2
    assert capsys.readouterr() == ("", said)


def test_a_task_that_is_not_there(desk: Desk) -> None:
    assert desk.edit("40", editor="true")[0] == 4


@pytest.mark.parametrize(
    ("environ", "windows", "command"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, False, ["code", "--wait"]),
        ({"VISUAL": " ", "EDITOR": "'/opt/my editor' -x"}, False, ["/opt/my editor", "-x"]),
        ({}, False, []),
        ({"EDITOR": '"C:\\Program Files\\Notepad++\\notepad++.exe" -multiInst'}, True,
         ["C:\\Program Files\\Notepad++\\notepad++.exe", "-multiInst"]),
        ({}, True, ["notepad"]),
    ],
)  # fmt: skip
def test_which_editor(environ: dict[str, str], windows: bool, command: list[str]) -> None:
    assert editor.editor_command(environ, windows=windows) == command


def test_an_editors_command_with_an_open_quotation_mark() -> None:
    with pytest.raises(UsageFault):
        editor.editor_command({"EDITOR": '"vi'}, windows=True)
