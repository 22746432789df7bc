"""Commands of a group."""

from typing import Annotated

import typer


def add(ctx: typer.Context, name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Tell what was given."""
    ctx.obj.tell(name=name)


def list_(ctx: typer.Context) -> None:
    """Tell what was given."""
    ctx.obj.tell()
