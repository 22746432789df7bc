"""One run of the program: the language settled, the command found, parsed and run."""

import os
from collections.abc import Sequence
from typing import Final

from typer import Abort, Exit

from pilottask.base.errors import ExitCode, Interrupted
from pilottask.base.folders import default_store
from pilottask.base.i18n import _, name_commands, set_language
from pilottask.cli.language import settled_lang
from pilottask.cli.options import Globals
from pilottask.cli.typer_parts import ClickException
from pilottask.cli.typer_tree import Builder, Wiring
from pilottask.commands.table import PANELS

PROGRAM: Final = "pilottask"


def open_session(chosen: Globals) -> object:
    """Return what commands work with, as the global options say; called as a command runs, never for help."""
    from pilottask.commands.session import Session  # noqa: PLC0415  help needs none

    return Session(
        store=chosen.store or default_store(),
        today=chosen.today,
        lang=chosen.lang,
        lang_said=chosen.lang_said,
        store_option=chosen.store_option,
    )


def wiring() -> Wiring:
    """Return the program as it is shipped."""
    return Wiring(panels=PANELS, package="pilottask.commands", open_session=open_session)


def run(argv: Sequence[str], wired: Wiring) -> int:
    """Run the command in `argv` and return its exit code; raises PilotError for what the parser refuses."""
    set_language(settled_lang(argv, os.environ))
    name_commands(None)
    group = Builder(wired).root()
    try:
        with group.make_context(PROGRAM, list(argv)) as ctx:
            group.invoke(ctx)
    except Exit as exc:
        return exc.exit_code
    except ClickException as exc:
        from pilottask.cli.parser_errors import as_fault  # noqa: PLC0415  for errors alone

        raise as_fault(exc) from exc
    except Abort as exc:
        raise Interrupted(_("Stopped.")) from exc
    return ExitCode.DONE
