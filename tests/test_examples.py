"""The examples: a store that is sound, the sheets that its command makes, a crontab that runs as it is installed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from pilottask.cli import main
from pilottask.store.store import Store

EXAMPLES: Final = Path(__file__).parent.parent / "examples"
STORE: Final = EXAMPLES / "pilot.toml"


def test_the_example_store_is_sound() -> None:
    store = Store(STORE)
    assert store.faults() == []
    assert store.read().ledger.pilot.name == "麒麟区产改试点"


@pytest.mark.parametrize("name", ["sheet.txt", "sheet.html"])
def test_the_example_sheet_is_what_its_command_makes(name: str, tmp_path: Path) -> None:
    made = tmp_path / name
    assert main(["--store", str(STORE), "report", "--sheet", "2", "--output", str(made)]) == 0
    assert made.read_bytes() == (EXAMPLES / name).read_bytes()


def test_the_keys_of_json_lines_are_those_of_an_export(tmp_path: Path) -> None:
    written = tmp_path / "lines.jsonl"
    assert main(["--store", str(STORE), "--today", "2026-11-20", "export", str(written)]) == 0
    exported = {(line["record"], *line) for line in map(json.loads, written.read_text(encoding="utf-8").splitlines())}
    rows = re.findall(r"^\| `\w+` \|.*", (EXAMPLES / "jsonl.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {tuple(re.findall(r"`(\w+)`", row)) for row in rows} == exported


def jobs() -> list[str]:
    """Return the command lines of the example crontab, as cron hands them to the shell."""
    lines = (EXAMPLES / "crontab").read_text(encoding="utf-8").splitlines()
    return [line.split(maxsplit=5)[5] for line in lines if re.match(r"[\d*]", line)]


class Clerk:
    """A home with the program where pipx puts it, a printer, and the list of the example."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.programs = home / "programs"
        self.programs.mkdir()
        self.script(home / ".local" / "bin" / "pilottask", f'exec {shlex.quote(sys.executable)} -m pilottask "$@"')
        self.list = home / "pilot" / "tasks.toml"
        self.list.parent.mkdir()
        shutil.copy(STORE, self.list)

    def script(self, path: Path, body: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def printer(self, *, takes: bool) -> None:
        """Put a spooler on the PATH, which keeps what it is given in `printed`, or takes nothing."""
        kept = f"cat > {shlex.quote(str(self.home / 'printed'))}"
        self.script(self.programs / "lp", kept if takes else "cat > /dev/null; echo 'lp: no such printer' >&2; exit 1")

    def cron(self, job: str) -> tuple[int, str, str]:
        """Run a job with the shell and the environment that cron has; return its code, output and messages."""
        done = subprocess.run(
            ["/bin/sh", "-c", job],
            cwd=self.home,
            env={
                "HOME": str(self.home),
                "PATH": f"{self.programs}:/usr/bin:/bin",
                "SHELL": "/bin/sh",
                "LOGNAME": "clerk",
                "PILOTTASK_TODAY": "2026-11-20",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        return done.returncode, done.stdout, done.stderr

    def sheets(self) -> list[int]:
        return [sheet.n for sheet in Store(self.list).read().ledger.sheets]


@pytest.fixture
def clerk(tmp_path: Path) -> Clerk:
    return Clerk(tmp_path)


posix = pytest.mark.skipif(os.name != "posix", reason="cron and its shell")


@posix
def test_cron_mails_the_overdue_tasks_and_nothing_else(clerk: Clerk) -> None:
    job, _friday = jobs()
    code, mail, messages = clerk.cron(job)
    assert (code, messages) == (0, "")
    assert "逾期12天" in mail
    assert clerk.cron(f"PILOTTASK_TODAY=2026-11-01; {job}") == (0, "", "")


@posix
def test_cron_prints_the_sheet_and_numbers_it(clerk: Clerk) -> None:
    _daily, job = jobs()
    clerk.printer(takes=True)
    code, mail, messages = clerk.cron(f"PILOTTASK_TODAY=2026-11-27; {job}")
    assert (code, mail) == (0, "")
    begun, issued = messages.splitlines()
    assert begun == "第2期通报由旧版程序印发，当时留存的清单已不在；本期起点改按清单推算"
    assert issued.startswith("第3期通报已印发；")
    assert "第3期" in (clerk.home / "printed").read_text(encoding="utf-8")
    assert clerk.sheets() == [1, 2, 3]
    next_week = clerk.cron(f"PILOTTASK_TODAY=2026-12-04; {job}")  # its period begins with a sheet that is kept
    assert next_week[:2] == (0, "")
    assert re.fullmatch("第4期通报已印发；.*\n", next_week[2])


@posix
def test_cron_numbers_no_sheet_that_is_not_printed(clerk: Clerk) -> None:
    _daily, job = jobs()
    clerk.printer(takes=False)
    before = clerk.list.read_bytes()
    code, mail, messages = clerk.cron(f"PILOTTASK_TODAY=2026-11-27; {job}")
    assert (code, mail) == (7, "")
    assert "错误：“lp”执行失败，未作记录：lp: no such printer" in messages.splitlines()
    assert (clerk.sheets(), clerk.list.read_bytes()) == ([1, 2], before)


def test_the_crontab_is_one_that_cron_takes() -> None:
    text = (EXAMPLES / "crontab").read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "MAILTO=" in text
    assert "%" not in text  # which ends a command there
    assert all('"$HOME/.local/bin/pilottask"' in job for job in jobs())
