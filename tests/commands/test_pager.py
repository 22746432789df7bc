"""Long output on a terminal goes through a pager."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pexpect  # type: ignore[import-untyped]
import pytest

from factories import ledger, task
from pilottask.store import toml_patch

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")

PROGRAM = Path(sysconfig.get_path("scripts")) / "pilottask"
READER = f"""#!{sys.executable}
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
lines = int(sys.argv[1]) if len(sys.argv) > 1 else -1
if lines:
    text = sys.stdin.readline() if lines > 0 else sys.stdin.read()
    print("PAGED", text.count(chr(10)), os.environ["LESS"], os.environ["LESSCHARSET"], "mark" if "实训" in text else "")
else:
    print("WAITING", flush=True)
    time.sleep(1)
    print("READ", sys.stdin.read().count(chr(10)) > 24)
"""


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the path of a pager; the store has more overdue tasks than a screen has lines."""
    tasks = [task(id=n, title=f"实训{n}", department="职教集团", due="2026-11-10") for n in range(1, 36)]
    (tmp_path / "list.toml").write_bytes(toml_patch.encode(ledger(*tasks)))
    monkeypatch.setenv("PILOTTASK_STORE", str(tmp_path / "list.toml"))
    pager = tmp_path / "reader"
    pager.write_text(READER, encoding="utf-8")
    pager.chmod(0o700)
    return str(pager)


def spawn(command: str, **variables: str) -> pexpect.spawn:
    environ = {name: value for name, value in os.environ.items() if name not in {"NO_PAGER", "PAGER", "LESS"}}
    return pexpect.spawn(
        str(PROGRAM),
        command.split(),
        env={**environ, "PILOTTASK_TODAY": "2026-11-20", "TERM": "xterm", **variables},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=30,
    )


def shown(command: str, **variables: str) -> tuple[str, int]:
    """Return what is shown on a terminal of 24 lines, and the exit code."""
    child = spawn(command, **variables)
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before).replace("\r\n", "\n"), child.exitstatus


@pytest.mark.parametrize(
    "command",
    ["overdue", "list --all", "list -h", "list --format json", "help list", "help dates", "timeline", "report"],
)
def test_what_is_longer_than_the_screen_goes_to_the_pager(long: str, command: str) -> None:
    text, code = shown(command, PAGER=long)
    assert code == 0
    assert text.startswith("PAGED ")
    assert text.split()[2:4] == ["FRX", "utf-8"]
    assert (" mark" in text) is ("-h" not in command and "help" not in command)


def test_exit_codes_are_those_of_the_command(long: str) -> None:
    assert shown("overdue --fail", PAGER=long)[1] == 3


@pytest.mark.parametrize("pager", ["/no/such/pager", "no-such-pager -x", "", "cat", "'"])
def test_without_a_pager_it_is_written_straight(long: str, pager: str) -> None:
    assert long
    text, code = shown("overdue", PAGER=pager)
    assert (code, text.count("实训")) == (0, 35)


@pytest.mark.parametrize(
    ("command", "variables"),
    [("overdue", {"NO_PAGER": "1"}), ("overdue --limit 3", {}), ("overdue", {"TERM": "dumb"})],
    ids=["forbidden", "short", "dumb"],
)
def test_none_where_it_is_forbidden_or_of_no_use(long: str, command: str, variables: dict[str, str]) -> None:
    text, code = shown(command, **{"PAGER": long, **variables})
    assert code == 0
    assert "PAGED" not in text
    assert "实训1" in text


def test_none_off_a_terminal(long: str) -> None:
    environ = {**os.environ, "PAGER": long, "NO_PAGER": ""}
    ran = subprocess.run([PROGRAM, "list"], env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert ran.stdout.decode().count("实训") == 35


def test_a_pager_that_is_left_before_the_end_is_no_error(long: str) -> None:
    text, code = shown("list --format json --limit 0", PAGER=f"{long} 1")
    assert (text, code) == ("PAGED 1 FRX utf-8 \n", 0)


def test_ctrl_c_is_left_to_the_pager(long: str) -> None:
    child = spawn("overdue", PAGER=f"{long} 0")
    child.expect("WAITING")
    child.sendintr()
    time.sleep(0.2)
    assert child.isalive()
    child.expect("READ True")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.skipif(shutil.which("less") is None, reason="no less here")
def test_less_is_taken_and_keeps_colours(long: str) -> None:
    assert long
    child = spawn("overdue")
    child.expect("\x1b\\[1;31m")
    child.expect(":")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
