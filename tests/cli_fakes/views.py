"""Commands with options, some of them from records."""

from enum import StrEnum
from typing import Annotated

import typer
from msgspec import Struct


class Form(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"


class Filters(Struct, frozen=True):
    """Which tasks."""

    department: Annotated[str | None, typer.Option("--department", "-d", help="Of this department alone.")] = None
    limit: Annotated[int | None, typer.Option(help="At most so many.", min=1)] = None


class Output(Struct, frozen=True):
    """How to print them."""

    format: Annotated[Form, typer.Option("--format", help="How to print.", show_choices=True)] = Form.TABLE


def overdue(
    ctx: typer.Context,
    filters: Filters,
    output: Output,
    within: Annotated[int, typer.Option(help="Also those due within so many days.")] = 0,
    fail: Annotated[bool, typer.Option("--fail", help="Exit with 3 when there are some.")] = False,
) -> None:
    """Tell what was given."""
    ctx.obj.tell(department=filters.department, limit=filters.limit, format=output.format.value, within=within)
    if fail:
        raise typer.Exit(3)


def list_(ctx: typer.Context) -> None:
    """Tell what was given."""
    ctx.obj.tell()
