"""The program as a process of its own: cron, pipes, terminals, environments, disks."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pexpect  # type: ignore[import-untyped]
import pytest

from pilottask.base.folders import default_store
from pilottask.base.width import width
from pilottask.store import files, lock

from .conftest import Cli

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs pipes, modes and terminals as POSIX has them")

NOTHING: Mapping[str, str] = MappingProxyType({})
PROGRAM = str(Path(sys.executable).parent / "pilottask")


def run(
    *argv: str | bytes, env: Mapping[str, str] | None = None, more: Mapping[str, str] = NOTHING
) -> subprocess.CompletedProcess[bytes]:
    """Run the program, by default in the environment of the test."""
    return subprocess.run(
        [PROGRAM, *argv],
        env={**os.environ, "PILOTTASK_TODAY": "2026-11-20", **more} if env is None else env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def terminal(*argv: str, columns: int = 80, more: Mapping[str, str] = NOTHING) -> str:
    """Return what the program shows at a terminal."""
    child = pexpect.spawn(
        PROGRAM,
        list(argv),
        env={**os.environ, "PILOTTASK_TODAY": "2026-11-20", "TERM": "xterm-256color", **more},
        dimensions=(60, columns),
        encoding="utf-8",
        timeout=20,
    )
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before).replace("\r\n", "\n")


# Cron


@pytest.fixture
def cron(store: Path, home: Path) -> dict[str, str]:
    """Return what cron leaves of an environment; the store stands in its default place."""
    default_store().parent.mkdir(parents=True)
    shutil.copy(store, default_store())
    return {"HOME": str(home), "PATH": "/usr/bin:/bin"}


@pytest.mark.parametrize("more", [(), ("--within", "3"), ("--fail",), ("--format", "json"), ("--lang", "zh")])
def test_cron_hears_nothing_where_nothing_is_overdue(cron: dict[str, str], more: tuple[str, ...]) -> None:
    ran = run("overdue", "--quiet", "--today", "2026-11-01", *more, env=cron)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_cron_is_told_in_plain_text_with_a_code_to_trust(cron: dict[str, str]) -> None:
    ran = run("overdue", "--quiet", "--fail", "--today", "2026-11-20", env=cron)
    assert (ran.returncode, ran.stderr) == (3, b"")
    assert ran.stdout.decode("utf-8").splitlines()[2] == (
        " 1  实训设备采购  麒麟职教集团  赵强   2026-11-10  2026-10-31  10 days late  once, 2026-11-15"
    )


def test_cron_without_a_store(home: Path) -> None:
    ran = run("overdue", "--quiet", "--fail", env={"HOME": str(home), "PATH": "/usr/bin:/bin"})
    assert (ran.returncode, ran.stdout) == (4, b"")
    assert ran.stderr.startswith(b"error: there is no store at ")
    assert list(home.iterdir()) == []


# Environments


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "latin-1"}])
def test_output_is_utf8_whatever_the_locale(locale: dict[str, str]) -> None:
    ran = run("list", "--format", "tsv", more=locale)
    assert ran.stdout.decode("utf-8").splitlines()[1].split("\t")[2] == "实训设备采购"
    assert run("add", "采购", "-d", "教体局", more=locale).stdout == "9 采购: entered\n".encode()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("locale", "said"),
    [({"LANG": "zh_CN.UTF-8"}, "没有逾期任务。\n"), ({"LC_ALL": "en_GB"}, "No task is overdue.\n")],
)
def test_the_language_follows_the_locale(locale: dict[str, str], said: str) -> None:
    assert run("overdue", "--today", "2026-11-01", more=locale).stdout.decode() == said


def test_arguments_that_are_not_utf8_are_refused(store: Path) -> None:
    before = store.read_bytes()
    ran = run("add", b"\xff\xfe", "-d", "教体局")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert b"position 1" in ran.stderr
    assert run(b"\xff").returncode == 2
    assert run("list", "-d", b"\xff").returncode == 2
    assert store.read_bytes() == before


@pytest.mark.usefixtures("store")
def test_debug_shows_where() -> None:
    assert b"Traceback" not in run("show", "99").stderr
    assert b"Traceback" in run("show", "99", more={"PILOTTASK_DEBUG": "1"}).stderr


# Pipes


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("command", ["list", "history", "show 1", "summary --format json", "overdue", ""])
def test_a_closed_pipe_ends_silently(command: str) -> None:
    ran = subprocess.run(
        ["bash", "-c", f"{PROGRAM} {command} | true; echo ${{PIPESTATUS[0]}}"],
        env={**os.environ, "PILOTTASK_TODAY": "2026-11-20"},
        capture_output=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == (b"0\n", b"")


@pytest.mark.usefixtures("store")
def test_off_a_terminal_nothing_is_cut_or_coloured(cli: Cli) -> None:
    title = "关于" + "非常" * 100 + "的任务"
    cli("add", title, "-d", "教体局")
    out = run("list", more={"COLUMNS": "40", "TERM": "xterm-256color"}).stdout.decode()
    assert "\x1b" not in out
    lines = out.splitlines()
    assert len(lines) == 9
    assert title in lines[-1]


@pytest.mark.usefixtures("store")
def test_a_full_disk_under_the_output_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    ran = subprocess.run(
        ["bash", "-c", f"{PROGRAM} list > /dev/full"], env=dict(os.environ), capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (7, b"")
    assert ran.stderr.startswith(b"error: ")
    assert ran.stderr.endswith(b": the disk is full\n")


@pytest.mark.parametrize(
    ("lang", "unbuffered", "end"),
    [
        ("en", "", ": the disk is full\nhint: the change itself is on record\n"),
        ("zh", "1", "：磁盘已满\n提示：所作更改已记入清单\n"),
    ],
)
@pytest.mark.parametrize(
    "command", ["add 新任务 -d 教体局", "note 5 定稿 --format json", "report --issue", "init", "undo"]
)
def test_where_the_result_cannot_be_told_the_change_is_said_to_be_on_record(
    store: Path, command: str, lang: str, unbuffered: str, end: str
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    run("note", "5", "起草")
    before = store.read_bytes()
    if command == "init":
        store.unlink()
    env = {**os.environ, "PILOTTASK_TODAY": "2026-11-20", "PILOTTASK_LANG": lang, "PYTHONUNBUFFERED": unbuffered}
    line = f"{PROGRAM} {command} > /dev/full"
    ran = subprocess.run(["bash", "-c", line], env=env, capture_output=True, check=False)
    assert ran.returncode == 7
    assert ran.stderr.decode().endswith(end)
    assert store.read_bytes() != before


@pytest.mark.parametrize(("into", "code"), [("full", 7), ("gone", 0)])
def test_slips_that_nobody_saw_are_not_logged(store: Path, into: str, code: int) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    if into == "full":
        out = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, out = os.pipe()
        os.close(reader)
    before = store.read_bytes()
    env = {**os.environ, "PILOTTASK_TODAY": "2026-11-20"}
    ran = subprocess.run([PROGRAM, "notice"], env=env, stdout=out, stderr=subprocess.PIPE, check=False)
    os.close(out)
    assert ran.returncode == code
    assert store.read_bytes() == before
    assert b"2 tasks logged as chased" in run("notice").stderr


# Terminals


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("command", ["list", "overdue", "summary", "show 1", "history", "dept list", ""])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_narrow_terminal_is_not_overrun(command: str, lang: str) -> None:
    shown = terminal(*command.split(), columns=40, more={"NO_COLOR": "1", "PILOTTASK_LANG": lang})
    if command:
        assert max(width(line) for line in shown.splitlines()) <= 40
    assert "实训设备" in shown or command in {"summary", "dept list", "history"}


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("more", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_at_a_terminal(more: dict[str, str], coloured: bool) -> None:
    shown = terminal("list", more=more)
    assert ("\x1b[" in shown) is coloured
    assert "red" in shown


@pytest.mark.usefixtures("store")
def test_colour_off_a_terminal_on_wish() -> None:
    assert b"\x1b[" in run("list", more={"FORCE_COLOR": "1"}).stdout
    assert b"\x1b[" not in run("list", more={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert b"\x1b[" not in run("list", "--format", "json", more={"FORCE_COLOR": "1"}).stdout
    assert b"\x1b[" not in run("list", "--format", "csv", more={"FORCE_COLOR": "1"}).stdout


@pytest.mark.usefixtures("store")
def test_columns_outweighs_the_terminals_own_width() -> None:
    shown = terminal("list", columns=160, more={"COLUMNS": "60", "NO_COLOR": "1"})
    assert max(width(line) for line in shown.splitlines()) <= 60


# Disks


def sealed(folder: Path) -> bool:
    """Make a folder that nothing can be written to; tell whether that holds for this user."""
    folder.chmod(0o500)
    try:
        (folder / "probe").touch()
    except PermissionError:
        return True
    (folder / "probe").unlink()
    return False


def test_a_folder_that_may_not_be_written_is_told(store: Path) -> None:
    before = store.read_bytes()
    try:
        if not sealed(store.parent):
            pytest.skip("this user may write anywhere; the next test takes the call away instead")
        ran = run("start", "2")
        assert (ran.returncode, ran.stdout) == (7, b"")
        assert b"permission denied" in ran.stderr
        assert run("list").returncode == 0
    finally:
        store.parent.chmod(0o700)
    assert store.read_bytes() == before


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "the disk is read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk quota is used up"),
    ],
)
def test_a_disk_that_refuses_is_told_and_the_store_left(
    cli: Cli, store: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    before = store.read_bytes()

    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "_write", refuse)
    ran = cli("start 2")
    assert (ran.code, ran.out) == (7, "")
    assert ran.err.startswith("error: ")
    assert reason in ran.err
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.iterdir() if "tmp" in path.name] == []
    assert cli("list").code == 0


def test_a_store_in_use_is_told(cli: Cli, store: Path) -> None:
    cli("config lock_seconds 0")
    with lock.hold(store, seconds=1, who="李明"):
        ran = run("start", "2")
    assert (ran.returncode, ran.stdout) == (6, b"")
    assert ran.stderr.decode() == (
        "error: the store is in use by 李明; waited 0 s\nhint: try again when that is done\n"
    )
    assert run("start", "2").returncode == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["list"], 0),
        (["nonsense"], 2),
        (["overdue", "--fail"], 3),
        (["show", "99"], 4),
        (["--store", "{folder}", "list"], 5),
        (["--store", "{broken}", "list"], 5),
        (["--store", "{link}", "list"], 5),
        (["--store", "/dev/null", "list"], 5),
        (["--store", "{folder}/none/x.toml", "list"], 4),
        (["--store", "{store}/x.toml", "list"], 7),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_codes(store: Path, tmp_path: Path, argv: list[str], code: int) -> None:
    (tmp_path / "broken.toml").write_text("schema = 99\nnext_id = 1\n[pilot]\n")
    (tmp_path / "link.toml").symlink_to(tmp_path / "nowhere.toml")
    places = {
        "folder": tmp_path,
        "broken": tmp_path / "broken.toml",
        "link": tmp_path / "link.toml",
        "store": store,
    }
    ran = run(*(word.format(**places) for word in argv))
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr


def test_the_store_stays_private_and_alone(store: Path, cli: Cli) -> None:
    cli("start 2")
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    store.chmod(0o640)
    cli("close 2")
    assert stat.S_IMODE(store.stat().st_mode) == 0o640
    assert all(path.name.startswith("list.toml") for path in store.parent.iterdir())
