"""The README says what the program does: its examples are run, and every command stands in it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from pilottask.commands import TABLE, Group

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
CLOCK = re.compile(r"\b\d\d:\d\d\b")


class Step(NamedTuple):
    """A command of the README and what stands below it."""

    command: str
    shown: str


def steps(body: str) -> Iterator[Step]:
    """Yield the commands of a `console` block, each with the output it is said to have."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        while command.endswith("\\"):
            more, _, shown = shown.partition("\n")
            command = f"{command[:-1]}{more.strip()}"
        yield Step(command, shown)


def blocks(kind: str, text: str = README) -> list[str]:
    return [found["body"] for found in BLOCK.finditer(text) if found["kind"] == kind]


@pytest.fixture
def office(tmp_path: Path, home: Path) -> dict[str, str]:
    return furnished(tmp_path, home)


def furnished(tmp_path: Path, home: Path) -> dict[str, str]:
    """Put the examples and a `pilottask` into a folder, and return the environment for the README's commands there."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "pilottask"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pilottask "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "PILOTTASK_USER": "王敏",
        "PILOTTASK_TODAY": "2026-11-20",
        "PILOTTASK_STORE": "tasks.toml",
    }


def run(command: str, *, folder: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=dict(env), capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr


def same(text: str) -> str:
    """Return output without what differs from run to run: the time of day."""
    return CLOCK.sub("09:00", text).rstrip("\n")


def sections() -> list[tuple[str, str]]:
    parts = re.split(r"^## (.+)$", README, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("title", "text"), [s for s in sections() if blocks("console", s[1])], ids=lambda v: v[:24])
def test_the_examples_of_a_section_run_as_shown(title: str, text: str, tmp_path: Path, office: dict[str, str]) -> None:
    for body in blocks("console", text):
        for step in steps(body):
            assert same(run(step.command, folder=tmp_path, env=office)) == same(step.shown), f"{title}: {step.command}"


def names() -> Iterator[str]:
    for name, entry in TABLE.items():
        if isinstance(entry, Group):
            yield from (f"{name} {inner}" for inner in entry.commands)
        else:
            yield name


@pytest.mark.parametrize("name", list(names()))
def test_every_command_stands_in_the_list_of_commands(name: str) -> None:
    (table,) = (text for title, text in sections() if title.startswith("Commands"))
    assert re.search(rf"`{re.escape(name)}\b", table)


def test_the_first_two_blocks_set_up_and_test() -> None:
    first, second = blocks("sh")[:2]
    assert "pip install" in first
    assert "examples/" in first
    assert "pytest" in second
    assert all(not line.startswith(("$", "#")) for block in (first, second) for line in block.splitlines())


def rewritten(readme: str, folder: Path) -> str:
    """Return the README with each output as it is now; run this file to write it, and read the difference."""
    parts = re.split(r"^(?=## )", readme, flags=re.MULTILINE)
    for place, part in enumerate(parts):
        room = folder / str(place)
        room.mkdir()
        env = furnished(room, room)

        def shown(found: re.Match[str], room: Path = room, env: Mapping[str, str] = env) -> str:
            if found["kind"] != "console":
                return found[0]
            told = ((step.command, run(step.command, folder=room, env=env)) for step in steps(found["body"]))
            body = "".join(
                f"$ {command}\n{same(output)}\n" if output.strip() else f"$ {command}\n" for command, output in told
            )
            return f"```console\n{body}```"

        parts[place] = BLOCK.sub(shown, part)
    return "".join(parts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        (ROOT / "README.md").write_text(rewritten(README, Path(scratch)), encoding="utf-8")
