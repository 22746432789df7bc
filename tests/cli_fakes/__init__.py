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
        "add": Command("Enter a task.", "pilottask add TITLE", module="tasks"),
        "note": Command("Record progress.", "pilottask note 3 TEXT", module="tasks"),
    },
    "Views": {
        "overdue": Command("List late tasks.", "pilottask overdue --within 7", module="views"),
        "list": Command("List tasks.", "pilottask list", "First\nmore.\n\nSecond more.", module="views"),
    },
    "The pilot": {
        "dept": Group(
            "Departments.",
            "pilottask dept add NAME",
            {
                "add": Command("Enter a department.", "pilottask dept add NAME"),
                "list": Command("List departments.", "pilottask dept list"),
            },
        )
    },
    "Safety": {
        "fail": Command("Fail in some way.", "pilottask fail usage", module="faults"),
        "print": Command("Print many lines.", "pilottask print 3", module="faults"),
        "kinds": Command("Take values of many kinds.", "pilottask kinds in"),
        "broken": Command("A module that is not there.", "pilottask broken", module="nowhere"),
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
