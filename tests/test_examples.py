"""The examples: a store that is sound, and the sheets that the README's command makes of it."""

import re
from pathlib import Path

import pytest

from pilottask.cli import main
from pilottask.commands.table import TABLE
from pilottask.store.store import Store

EXAMPLES = Path(__file__).parent.parent / "examples"
STORE = EXAMPLES / "pilot.toml"


def test_the_example_store_is_sound() -> None:
    store = Store(STORE)
    assert store.faults() == []
    assert store.read().ledger.pilot.name == "麒麟区产改试点"


@pytest.mark.parametrize("name", ["sheet.txt", "sheet.html"])
def test_the_example_sheet_is_what_its_command_makes(name: str, tmp_path: Path) -> None:
    made = tmp_path / name
    assert main(["--store", str(STORE), "report", "--sheet", "2", "--output", str(made)]) == 0
    assert made.read_bytes() == (EXAMPLES / name).read_bytes()


def test_the_crontab_calls_commands_that_exist() -> None:
    lines = [
        line for line in (EXAMPLES / "crontab").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    called = [re.findall(r"\bpilottask\b(?: --\w+ \S+)* (\w+)", line) for line in lines if line]
    assert called
    assert all(names and set(names) <= TABLE.keys() for names in called)
