"""Commands that stand in for the program's own, so that the seam is tested apart from them."""

import dataclasses
import json
import sys
from typing import Final

from pilottask.cli.options import Globals
from pilottask.cli.typer_tree import Wiring
from pilottask.commands.table import Command, Group, Panels

PANELS: Final[Panels] = {
    "Task list": {
        "add": Command("tasks:add", "Enter a task.", "pilottask add TITLE"),
        "note": Command("tasks:note", "Record progress.", "pilottask note 3 TEXT"),
    },
    "Views": {
        "overdue": Command("views:overdue", "List late tasks.", "pilottask overdue --within 7"),
        "list": Command("views:list_", "List tasks.", "pilottask list", "First\nmore.\n\nSecond more."),
    },
    "The pilot": {
        "dept": Group(
            "Departments.",
            "pilottask dept add NAME",
            {
                "add": Command("dept:add", "Enter a department.", "pilottask dept add NAME"),
                "list": Command("dept:list_", "List departments.", "pilottask dept list"),
            },
        ),
    },
    "Safety": {
        "fail": Command("faults:fail", "Fail in some way.", "pilottask fail usage"),
        "print": Command("faults:print_", "Print many lines.", "pilottask print 3"),
        "kinds": Command("kinds:kinds", "Take values of many kinds.", "pilottask kinds in"),
        "broken": Command("nowhere:nothing", "A module that is not there.", "pilottask broken"),
    },
}
TABLE: Final = {name: entry for commands in PANELS.values() for name, entry in commands.items()}


@dataclasses.dataclass(frozen=True)
class Session:
    """Holds what it was made from."""

    said: Globals

    def tell(self, **more: object) -> None:
        """Print what a command was given, as JSON."""
        store = None if self.said.store is None else str(self.said.store)
        sys.stdout.write(
            json.dumps({"store": store, "today": self.said.today, "lang": self.said.lang.value} | more) + "\n"
        )


def wired() -> Wiring:
    """Return the stand-ins wired like the program."""
    return Wiring(panels=PANELS, package="cli_fakes", open_session=Session)
