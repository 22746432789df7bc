"""The measure of start-up: a Typer program of two commands that print one line each."""

import typer

app = typer.Typer()


@app.command()
def hello() -> None:
    """Print a line."""
    print("hello")  # noqa: T201  all that it is for


@app.command()
def goodbye() -> None:
    """Print another."""
    print("goodbye")  # noqa: T201


if __name__ == "__main__":
    app()
