"""A command with options of every kind."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Way(StrEnum):
    """In or out."""

    IN = "in"
    OUT = "out"


def kinds(
    ctx: typer.Context,
    how: Annotated[Way, typer.Argument()],
    file: Annotated[Path | None, typer.Option()] = None,
    files: Annotated[list[Path] | None, typer.Option("--files")] = None,
    ways: Annotated[list[Way] | None, typer.Option("--way")] = None,
    shown: Annotated[bool, typer.Option("--shown", help="Whether [bold]so[/] or [/x].")] = False,
    place: Annotated[str | None, typer.Option(envvar="PLACE")] = None,
    percent: Annotated[int | None, typer.Option(min=0, max=100, rich_help_panel="Numbers")] = None,
    most: Annotated[int, typer.Option(max=5, rich_help_panel="Numbers")] = 3,
) -> None:
    """Tell what was given."""
    given = (how, file, files, ways, shown, place, percent, most)
    ctx.obj.tell(given=list(map(repr, given)))
