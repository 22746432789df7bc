"""The program: assembles the commands, and is the one place where errors become messages and exit codes.

Nothing heavy is imported here, so that Ctrl-C while the rest is being imported is answered like any other.
"""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in `argv` (the process's own where None) and return the exit code; every error is printed."""

    def run() -> int:
        import sys  # noqa: PLC0415  see above

        from pilottask.cli import program  # noqa: PLC0415  imports Typer

        return program.run(sys.argv[1:] if argv is None else argv, program.wiring())

    try:
        from pilottask.cli.seam import guarded  # noqa: PLC0415  see above

        return guarded(run, last=argv is None)
    except KeyboardInterrupt:  # while that was being imported, or as it ended
        return 130
