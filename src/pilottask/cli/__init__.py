"""The program: assembles the commands, and is the one place where errors become messages and exit codes.

Nothing heavy is imported here, so that Ctrl-C while the rest is being imported is answered like any other.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def run() -> NoReturn:
    """End the process with the exit code of `main`, all it wrote delivered.

    It neither looks for cycles, of which a run leaves few, nor takes down what was loaded. Counted in instructions, a
    start would take 6 % more with the one and 11 % more with the other; `summary` of 10,000 tasks 8 % and 11 %.
    """
    gc.disable()
    os._exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (the process's own where None) and return the exit code; every error is printed."""
    try:
        from pilottask.cli.error_report import guard  # noqa: PLC0415  see above

        return guard(lambda: _run(sys.argv[1:] if argv is None else argv), last=argv is None)
    except KeyboardInterrupt:  # while that was being imported, or as it ended
        return 130


def _run(argv: Sequence[str]) -> int:
    if instruction := os.environ.get("_PILOTTASK_COMPLETE"):
        from pilottask.cli.completion import tab  # noqa: PLC0415  without Typer, which takes most of the time

        return tab.answer(instruction)
    from pilottask.cli import program  # noqa: PLC0415  imports Typer

    return program.run(argv, program.wiring())
