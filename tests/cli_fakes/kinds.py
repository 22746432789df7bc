"""A command with options of every kind."""

from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer


def kinds(
    ctx: typer.Context,
    how: Annotated[Literal["in", "out"], typer.Argument()],
    folder: Annotated[Path | None, typer.Option(file_okay=False)] = None,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    shown: Annotated[bool, typer.Option("--shown/--unshown", help="Whether [bold]so[/] or [/x].")] = True,
    two: Annotated[list[str], typer.Option()] = ["a", "b"],  # noqa: B006  as Typer takes it
    place: Annotated[str | None, typer.Option(envvar=["PLACE_A", "PLACE_B"])] = None,
    parsed: Annotated[int | None, typer.Option(parser=int)] = None,
    uid: Annotated[UUID | None, typer.Option()] = None,
    secret: Annotated[str | None, typer.Option(hidden=True)] = None,
    share: Annotated[float | None, typer.Option(min=0, max=1, show_default="half", rich_help_panel="Numbers")] = None,
    most: Annotated[int, typer.Option(max=5, rich_help_panel="Numbers")] = 3,
) -> None:
    """Tell what was given."""
    given = (how, folder, file, shown, two, place, parsed, uid, secret, share, most)
    ctx.obj.tell(given=[str(value) for value in given])
