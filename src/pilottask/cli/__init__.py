"""The program: assembles the commands, and is the one place where errors become messages and exit codes.

Nothing heavy is imported here, so that Ctrl-C while the rest is being imported is answered like any other.
"""

from collections.abc import Callable, Sequence
from typing import NoReturn


def run() -> NoReturn:
    """End the process with the exit code of `main`, all it wrote delivered.

    At once: to take down module by module what was loaded would take 4 ms more, and 40 ms with 100,000 tasks.
    """
    import os  # noqa: PLC0415  see above

    os._exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (the process's own where None) and return the exit code; every error is printed."""
    import gc  # noqa: PLC0415  see above

    collecting = gc.isenabled()
    gc.disable()  # a run leaves few cycles, and to look for them takes 2/3 of the time in which a long list is read
    try:
        from pilottask.cli.error_report import guarded  # noqa: PLC0415  see above

        return guarded(_program(argv), last=argv is None)
    except KeyboardInterrupt:  # while that was being imported, or as it ended
        return 130
    finally:
        if collecting:
            gc.enable()


def _program(argv: Sequence[str] | None) -> Callable[[], int]:
    def run() -> int:
        import os  # noqa: PLC0415  see above
        import sys  # noqa: PLC0415  see above

        if instruction := os.environ.get("_PILOTTASK_COMPLETE"):
            from pilottask.cli import tab  # noqa: PLC0415  without Typer, which takes most of the time

            return tab.answer(instruction)
        from pilottask.cli import program  # noqa: PLC0415  imports Typer

        return program.run(sys.argv[1:] if argv is None else argv, program.wiring())

    return run
