"""What is shown where no command is named."""

import typer

from pilottask import tables
from pilottask.render import render_sections
from pilottask.session import Session


def home(ctx: typer.Context) -> None:
    """Show what calls for something today, in brief, and the command for each."""
    session: Session = ctx.obj
    session.say(render_sections(tables.home(session.ledger, today=session.today), session.terminal))
