"""A console of Rich that writes into a text what a terminal is to show; Rich takes 50 ms, so not for start-up."""

from io import StringIO

from rich.console import Console

from pilottask.base.terminal import Terminal


def writing_to(text: StringIO, terminal: Terminal, columns: int) -> Console:
    """Return a console that writes to `text` as on `terminal`, `columns` wide, whatever the environment says."""
    return Console(
        file=text,
        force_terminal=True,
        color_system="standard" if terminal.colour else None,
        legacy_windows=False,
        highlight=False,
        width=columns,
        _environ={},
    )
