"""A folder with a store, in which the tests of commands run them."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from pilottask.cli import main


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Office:
    """A folder with a store, in which commands are run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, *argv: str) -> Ran:
        code = main([*argv])
        done = self._capsys.readouterr()
        return Ran(code, done.out, done.err)

    def done(self, *argv: str) -> Ran:
        """Run what has to succeed."""
        ran = self.run(*argv)
        assert ran.code == 0, ran.err
        return ran

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8", newline="")
        return name

    def titles(self) -> list[str]:
        return [found["title"] for found in json.loads(self.done("list", "--all", "--format", "json").out)]
