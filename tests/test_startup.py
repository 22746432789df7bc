"""What a start of the program loads: what the command needs and nothing else, for each module takes its time."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import factories
from pilottask.store import toml_patch

HEAVY = {
    "_hashlib", "platformdirs", "tempfile",
    "asyncio", "csv", "ctypes", "dataclasses", "getpass", "json", "openpyxl",
    "rich", "tomli", "tomli_w", "tomllib",
}  # fmt: skip

OVERDUE = """
    pilottask pilottask.base pilottask.base.csv_text pilottask.base.dates pilottask.base.errors
    pilottask.base.folders pilottask.base.formulas pilottask.base.i18n pilottask.base.interrupts pilottask.base.mail
    pilottask.base.near
    pilottask.base.periods pilottask.base.terminal pilottask.base.text pilottask.cli
    pilottask.cli.error_report pilottask.cli.language pilottask.cli.options pilottask.cli.program
    pilottask.cli.typer_parts pilottask.cli.typer_tree pilottask.cli.values pilottask.commands
    pilottask.commands.session pilottask.commands.shared pilottask.commands.shared.filters
    pilottask.cli.functions pilottask.commands.shared.printing pilottask.commands.table
    pilottask.commands.views pilottask.ledger pilottask.ledger.as_json pilottask.ledger.departments
    pilottask.ledger.fields pilottask.ledger.history pilottask.ledger.lights
    pilottask.ledger.queries pilottask.ledger.records pilottask.ledger.shares
    pilottask.ledger.tasks pilottask.ledger.vocabulary pilottask.ledger.wording pilottask.store pilottask.store.cache
    pilottask.store.files
    pilottask.store.reader pilottask.store.rights pilottask.store.syntax pilottask.views pilottask.views.cells
    pilottask.views.counts pilottask.views.grid pilottask.views.render pilottask.views.tasks
"""


def loaded(argv: Sequence[str], home: Path) -> set[str]:
    """Return the modules that a run of the program in a process of its own has loaded by its end."""
    program = (
        "import sys; from pilottask.cli import main; code = main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *argv], env={"HOME": str(home)}, capture_output=True, text=True, check=True
    )
    assert done.stdout
    return set(done.stderr.split())


@pytest.fixture
def store(home: Path) -> Path:
    path = home / ".local" / "share" / "pilottask" / "tasks.toml"
    path.parent.mkdir(parents=True)
    tasks = [factories.task(id=number, due="2026-11-01") for number in range(1, 201)]
    path.write_bytes(toml_patch.encode(factories.ledger(*tasks)))
    return path


@pytest.mark.usefixtures("store")
def test_what_overdue_loads(home: Path) -> None:
    argv = ["overdue", "--format", "tsv", "--today", "2026-11-20"]
    loaded(argv, home)  # the first run parses, and leaves a copy
    modules = loaded(argv, home)
    assert {name for name in modules if name.partition(".")[0] == "pilottask"} == set(OVERDUE.split())
    assert not HEAVY & modules


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("command", ["add 新任务 -d 教育局 --new-department", "start 3"])
def test_a_write_loads_no_writer_of_toml(command: str, home: Path) -> None:
    modules = loaded([*command.split(), "--today", "2026-11-20"], home)
    assert "pilottask.store.toml_patch" in modules
    assert not {"asyncio", "csv", "ctypes", "dataclasses", "rich", "tomli_w"} & modules


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("command", ["report", "notice", "results", "meeting agenda"])
def test_paper_loads_no_reader_of_files(command: str, home: Path) -> None:
    modules = loaded([*command.split(), "--today", "2026-11-20"], home)
    assert "pilottask.commands.shared.paper_files" in modules
    assert not {"pilottask.exchange", "zipfile", "pyexpat"} & modules


@pytest.mark.usefixtures("store")
def test_a_list_of_meetings_loads_no_paper(home: Path) -> None:
    modules = loaded(["meeting", "list", "--today", "2026-11-20"], home)
    assert "pilottask.commands.meeting" in modules
    assert not {"pilottask.paper", "pilottask.exchange"} & modules


@pytest.mark.usefixtures("store")
def test_a_ledger_loads_nothing_for_workbooks_sheets_or_merges(home: Path) -> None:
    (home / "a.csv").write_text("工作任务,牵头单位,完成时限\n甲,区总工会,2026-12-15\n", encoding="utf-8")
    modules = loaded(["import", str(home / "a.csv"), "--today", "2026-11-20"], home)
    assert "pilottask.exchange.office.importing" in modules
    assert not {"zipfile", "pyexpat", "pilottask.exchange.collect", "pilottask.exchange.merge"} & modules


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["overdue", "--help"], ["dept", "--help"]], ids=" ".join)
def test_help_loads_no_store(argv: list[str], home: Path) -> None:
    modules = loaded(argv, home)
    assert not {"rich", "tomli", "tomllib", "pilottask.exchange", "pilottask.paper.writers"} & modules
    assert "pilottask.store.codec" not in modules


@pytest.mark.usefixtures("store")
def test_no_command_is_loaded_to_list_them(home: Path) -> None:
    modules = loaded(["--help"], home)
    assert not {
        name for name in modules if name.startswith("pilottask.commands.") and name != "pilottask.commands.table"
    }
