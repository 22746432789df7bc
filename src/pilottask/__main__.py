"""`python -m pilottask`."""

from pilottask.cli import run

run()
