"""The README says what the program does: its examples are run, and every command stands in it.

Its tour is made of the quarter of the example pilot. Run this file to write the README anew, and read the difference.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from pilottask.base.i18n import Lang
from pilottask.commands.table import TABLE, Group
from quarter import quarter, same

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FIVE_MINUTES: Final = "Five minutes as the clerk"
TOUR: Final[Mapping[str, tuple[Lang, tuple[tuple[str, ...], ...]]]] = {
    FIVE_MINUTES: (
        Lang.EN,
        (
            ("start",),
            ("late",),
            ("new",),
            ("phone",),
            ("done",),
            ("undo", "versions", "redo", "one department", "check"),
        ),
    ),
    "Meetings, inspections, projects": (Lang.EN, (("meeting", "inspection"), ("project",))),
    "中文说明": (
        Lang.ZH,
        (("start", "late"), ("new", "phone", "done"), ("undo", "redo", "one department", "check"), ("report",)),
    ),
}
"""Which scenes of the quarter stand in the `console` blocks of a section, and in which language."""
GOES_ON: Final = {"Meetings, inspections, projects": FIVE_MINUTES}
"""Which section another one goes on from, with the same list."""


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


def told(text: str) -> list[Step]:
    """Return the commands of all `console` blocks in `text`."""
    return [step for body in blocks("console", text) for step in steps(body)]


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


def sections() -> list[tuple[str, str]]:
    parts = re.split(r"^## (.+)$", README, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("title", "text"), [s for s in sections() if blocks("console", s[1])], ids=lambda v: v[:24])
def test_the_examples_of_a_section_run_as_shown(title: str, text: str, tmp_path: Path, office: dict[str, str]) -> None:
    if before := GOES_ON.get(title):
        for step in told(dict(sections())[before]):
            run(step.command, folder=tmp_path, env=office)
    for step in told(text):
        assert same(run(step.command, folder=tmp_path, env=office)) == same(step.shown), f"{title}: {step.command}"


@pytest.mark.parametrize("lang", list(Lang))
def test_the_tour_is_a_selection_of_the_quarter(lang: Lang) -> None:
    tour = [step for title, text in sections() if TOUR.get(title, (None,))[0] is lang for step in told(text)]
    walked = iter([Step(step.command, same(step.shown)) for step in quarter(lang)])
    assert tour
    for step in tour:
        assert Step(step.command, same(step.shown)) in walked, step.command


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
    """Return the README with the tour as the quarter has it, and all other outputs as they are now."""
    parts = re.split(r"^(?=## )", readme, flags=re.MULTILINE)
    for place, part in enumerate(parts):
        title = part.partition("\n")[0].removeprefix("## ")
        room = folder / str(place)
        room.mkdir()
        wanted = iter(scenes(title) if title in TOUR else again(part, room))
        parts[place] = BLOCK.sub(
            lambda found, wanted=wanted: console(next(wanted)) if found["kind"] == "console" else found[0],
            part,
        )
        assert not list(wanted), f"{title}: the tour has more blocks than the section"
    return "".join(parts)


def scenes(title: str) -> Iterator[list[Step]]:
    """Yield what stands in the blocks of a section of the tour, one after the other."""
    lang, wanted = TOUR[title]
    for names_ in wanted:
        yield [Step(step.command, step.shown) for step in quarter(lang) if step.scene in names_]


def again(part: str, folder: Path) -> Iterator[list[Step]]:
    """Yield what the commands of each block say, run anew one after the other."""
    env = furnished(folder, folder)
    for body in blocks("console", part):
        yield [Step(step.command, run(step.command, folder=folder, env=env)) for step in steps(body)]


def console(told_: list[Step]) -> str:
    lines = (f"$ {step.command}\n" + (f"{same(step.shown)}\n" if step.shown.strip() else "") for step in told_)
    return f"```console\n{''.join(lines)}```"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        (ROOT / "README.md").write_text(rewritten(README, Path(scratch)), encoding="utf-8")
