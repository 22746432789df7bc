"""Commands with arguments."""

from typing import Annotated

import typer


def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    department: Annotated[str, typer.Option("--department", "-d", help="The lead department.")],
    tag: Annotated[list[str] | None, typer.Option(help="A word to find it by.")] = None,
) -> None:
    """Tell what was given."""
    ctx.obj.tell(title=title, department=department, tag=tag)


def note(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID")],
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT")] = None,
) -> None:
    """Tell what was given."""
    ctx.obj.tell(number=number, words=words)
