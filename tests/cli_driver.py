"""Runs the stand-in commands as a process of their own: `python cli_driver.py ARGUMENTS`."""

import sys

from pilottask.cli.error_report import guard


def _run() -> int:
    from cli_fakes import wired  # noqa: PLC0415  inside the seam, as in the program
    from pilottask.cli import program  # noqa: PLC0415

    return program.run(sys.argv[1:], wired())


if __name__ == "__main__":
    code = guard(_run)
    sys.exit(code)
