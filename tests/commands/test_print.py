"""--print: paper handed to a command, and what goes on record only where that has taken it."""

import os
from pathlib import Path

import pytest

from .conftest import Cli

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="written for its shell"),
    pytest.mark.usefixtures("store"),
]


def test_a_draft_goes_to_the_command_alone(cli: Cli, tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    ran = cli("report", "--print", f"cat > {printed}")
    assert (ran.code, ran.out) == (0, "")
    assert printed.read_text(encoding="utf-8") == cli("report").out


def test_files_are_written_besides(cli: Cli, tmp_path: Path) -> None:
    printed, written = tmp_path / "printed", tmp_path / "sheet.md"
    assert cli("report", "--print", f"cat > {printed}", "--format", "md", "--output", str(written)).code == 0
    assert printed.read_bytes() == written.read_bytes()


@pytest.mark.parametrize("command", ["report --issue", "notice"])
def test_what_was_not_printed_is_not_on_record(cli: Cli, store: Path, command: str) -> None:
    before = store.read_bytes()
    refused = cli(*command.split(), "--print", "cat > /dev/null; echo out of paper >&2; exit 3")
    assert (refused.code, refused.out) == (7, "")
    assert "failed, so nothing went on record: out of paper" in refused.err
    assert store.read_bytes() == before
    assert cli(*command.split(), "--print", "exit 3").err.splitlines()[0].endswith("record: exit code 3")
    assert cli(*command.split(), "--print", "cat > /dev/null").code == 0
    assert store.read_bytes() != before
