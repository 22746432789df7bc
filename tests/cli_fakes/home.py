"""What runs when no command is named."""

import typer


def home(ctx: typer.Context) -> None:
    """Say so."""
    ctx.obj.tell(home=True)
