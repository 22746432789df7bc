"""Functions of commands as Typer sees and calls them: records spread into options."""

import inspect
from typing import Annotated, get_args, get_origin

import pytest
import typer
from msgspec import Struct
from typer.testing import CliRunner

from pilottask.cli.functions import for_typer
from pilottask.views.render import Format


class Fields(Struct, frozen=True):
    """Fields of several kinds."""

    owner: Annotated[str, typer.Option("--owner", "-o")] = "nobody"
    tags: Annotated[list[str] | None, typer.Option("--tag")] = None
    due: Annotated[str | None, typer.Option()] = None


class More(Struct, frozen=True):
    """A second record."""

    limit: Annotated[int, typer.Option()] = 5


def test_typer_sees_the_fields_in_place_of_the_record() -> None:
    def command(ctx: typer.Context, title: str, fields: Fields, quiet: bool = False) -> None:
        """Say what it does."""

    add = for_typer(command)
    parameters = inspect.signature(add).parameters
    assert list(parameters) == ["ctx", "title", "owner", "tags", "due", "quiet"]
    assert parameters["owner"].default == "nobody"
    assert parameters["tags"].default is None
    assert get_origin(parameters["due"].annotation) is Annotated
    assert get_args(parameters["due"].annotation)[0] == (str | None)
    assert (add.__name__, add.__doc__) == ("command", "Say what it does.")
    assert "fields" not in add.__annotations__


@pytest.mark.parametrize(
    ("argv", "seen"),
    [
        ("t -o me", ("t", Fields("me"), More(), False)),
        ("t -o me --tag a --tag b --due fri", ("t", Fields("me", ["a", "b"], "fri"), More(), False)),
        ("t --limit 7 --quiet", ("t", Fields(), More(7), True)),
    ],
)
def test_the_command_is_called_with_records(argv: str, seen: tuple[object, ...]) -> None:
    got: list[object] = []
    app = typer.Typer()

    @app.command()
    @for_typer
    def add(title: str, fields: Fields, more: More, quiet: bool = False) -> None:
        got.append((title, fields, more, quiet))

    result = CliRunner().invoke(app, argv.split())
    assert (result.exit_code, got) == (0, [seen])


def test_records_are_made_anew_for_each_call() -> None:
    @for_typer
    def add(fields: Fields) -> Fields:
        return fields

    first = add(owner="a", tags=["x"], due=None)
    assert (first, add(owner="b", tags=[], due=None)) == (Fields("a", ["x"]), Fields("b", []))
    with pytest.raises(AttributeError):
        first.owner = "c"


def test_two_options_of_one_name_are_refused() -> None:
    def command(limit: int, more: More) -> None:
        """Have an option of its own of the same name."""

    with pytest.raises(ValueError, match="duplicate parameter name: 'limit'"):
        for_typer(command)


class Run:
    """Stands for a session."""

    fmt: Format | None = None


Formatted = Annotated[Run, Annotated[Format, typer.Option("--format")]]


def test_a_session_with_the_option_format_knows_it() -> None:
    def command(session: Formatted, title: str) -> tuple[object, str]:
        return session.fmt, title

    run = for_typer(command)
    assert list(inspect.signature(run).parameters) == ["ctx", "title", "fmt"]
    context = type("Context", (), {"obj": Run()})
    assert run(ctx=context, title="t", fmt=Format.CSV) == (Format.CSV, "t")


def test_another_session_is_told_of_no_format() -> None:
    def command(session: Run) -> object:
        return session.fmt

    run = for_typer(command)
    assert list(inspect.signature(run).parameters) == ["ctx"]
    assert run(ctx=type("Context", (), {"obj": Run()})) is None
