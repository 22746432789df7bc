"""The README says what the program does: its examples are run, and every command stands in it.

Run this file to write what the examples say anew, and read the difference.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from pilottask.base.i18n import Lang, speaking
from pilottask.commands.table import TABLE, Group
from pilottask.ledger import rules

ROOT: Final = Path(__file__).parent.parent
SOURCE: Final = ROOT / "src" / "pilottask"
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK: Final = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
CLOCK: Final = re.compile(r"\b\d\d:\d\d\b")
ENGLISH, CHINESE = README[: README.index("## 中文说明")], README[README.index("## 中文说明") :]
SHEET_LINES: Final = 4
"""At least so many lines of the example sheet stand in the README."""


class Step(NamedTuple):
    """A command of the README and what stands below it."""

    command: str
    output: str


def steps(body: str) -> Iterator[Step]:
    """Yield the commands of a `console` block, each with the output it is said to have."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield Step(command, output)


def blocks(kind: str, text: str = README) -> list[str]:
    return [found["body"] for found in BLOCK.finditer(text) if found["kind"] == kind]


def without_clock(text: str) -> str:
    """Return output without what differs from run to run: the time of day."""
    return CLOCK.sub("09:00", text)


class Shell:
    """A shell in a folder with the examples and an installed program, as command 1 leaves the clone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exports: list[str] = []
        shutil.copytree(ROOT / "examples", folder / "examples")
        program = folder / ".venv" / "bin" / "pilottask"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pilottask "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    def run(self, command: str) -> str:
        """Run a command as typed after those before it; return what it prints, results before messages."""
        if command.startswith("export "):
            self.exports.append(command)
            return ""
        done = subprocess.run(
            ["sh", "-c", "\n".join([*self.exports, command])],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return without_clock(done.stdout + done.stderr)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_the_day_runs_as_it_is_typed(text: str, shell: Shell) -> None:
    day = [step for body in blocks("console", text) for step in steps(body)]
    assert len(day) > 6
    for step in day:
        assert shell.run(step.command) == without_clock(step.output), step.command


def test_the_first_two_blocks_set_up_and_test(shell: Shell) -> None:
    first, second = (block.splitlines() for block in blocks("sh")[:2])
    assert any("pip install" in line for line in first)
    assert second[-1].endswith("pytest")
    assert all(not line.startswith(("$", "#")) for line in first + second)
    printed = "".join(shell.run(line) for line in first if line.startswith(".venv/bin/pilottask "))
    assert "examples/" in first[-1]
    assert printed == blocks("text")[0]


def test_the_sheet_is_that_of_the_examples() -> None:
    _printed, sheet = blocks("text", ENGLISH)
    assert sheet.count("\n") > SHEET_LINES
    assert sheet in (ROOT / "examples" / "sheet.txt").read_text(encoding="utf-8")


def names() -> Iterator[str]:
    for name, entry in TABLE.items():
        if isinstance(entry, Group):
            yield from (f"{name} {inner}" for inner in entry.commands)
        else:
            yield name


@pytest.mark.parametrize("name", list(names()))
@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_every_command_stands_in_the_list_of_commands(name: str, text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    *group, last = name.split()
    assert any(f"`{last}`" in row and all(f"`{one}`" in row.split("|")[1] for one in group) for row in rows)


@pytest.mark.parametrize(
    ("lang", "title"),
    [(Lang.EN, "## How it counts: `pilottask help rules`"), (Lang.ZH, "### 怎样计算：`pilottask help rules`")],
)
def test_how_it_counts_is_what_the_program_says(lang: Lang, title: str) -> None:
    section = README.partition(f"{title}\n")[2].partition("\n#")[0]
    with speaking(lang):
        assert re.sub(r"[`*]", "", section).strip().splitlines() == [f"- {text}" for text in rules.paragraphs()]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_the_files_that_contributing_names_are_there() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+/(?:\w+\.(?:py|md|txt|html))?|\w+\.py)`", text))
    folders = (
        ROOT,
        ROOT / "tests" / "bench",
        ROOT / "tests" / "stress",
        SOURCE,
        *SOURCE.glob("*/"),
        *SOURCE.glob("*/*/"),
    )
    assert len(named) > 20
    assert sorted(name for name in named if not any((folder / name).exists() for folder in folders)) == []


def rewritten(readme: str, folder: Path) -> str:
    """Return the README with what its commands say now."""
    shells = {name: Shell(folder / name) for name in ("first", "English", "Chinese")}
    first = blocks("sh", readme)[0].splitlines()
    printed = [shells["first"].run(line) for line in first if line.startswith(".venv/bin/pilottask ")]
    excerpts = iter(["".join(printed)])

    def block(found: re.Match[str], shell: Shell) -> str:
        match found["kind"]:
            case "console":
                body = "".join(f"$ {step.command}\n{shell.run(step.command)}" for step in steps(found["body"]))
            case "text":
                body = next(excerpts, found["body"])
            case _:
                body = found["body"]
        return f"```{found['kind']}\n{body}```"

    start = readme.index("## 中文说明")
    english = BLOCK.sub(lambda found: block(found, shells["English"]), readme[:start])
    return english + BLOCK.sub(lambda found: block(found, shells["Chinese"]), readme[start:])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        (ROOT / "README.md").write_text(rewritten(README, Path(scratch)), encoding="utf-8")
