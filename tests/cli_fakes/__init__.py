"""Commands that stand in for the program's own, so that the seam is tested apart from them."""

import dataclasses
import json
import sys
from typing import Final

from pilottask.cli.options import Globals
from pilottask.cli.typer_tree import Wiring
from pilottask.commands.table import Command, Group, Panel, Table

TABLE: Final[Table] = {
    "overdue": Command("views:overdue", Panel.VIEWS, "List late tasks.", "pilottask overdue --within 7"),
    "list": Command("views:list_", Panel.VIEWS, "List tasks.", "pilottask list", "First\nmore.\n\nSecond more."),
    "add": Command("tasks:add", Panel.TASKS, "Enter a task.", "pilottask add TITLE"),
    "note": Command("tasks:note", Panel.TASKS, "Record progress.", "pilottask note 3 TEXT"),
    "fail": Command("faults:fail", Panel.SAFETY, "Fail in some way.", "pilottask fail usage"),
    "print": Command("faults:print_", Panel.SAFETY, "Print many lines.", "pilottask print 3"),
    "kinds": Command("kinds:kinds", Panel.SAFETY, "Take values of many kinds.", "pilottask kinds in"),
    "broken": Command("nowhere:nothing", Panel.SAFETY, "A module that is not there.", "pilottask broken"),
    "dept": Group(
        Panel.PILOT,
        "Departments.",
        "pilottask dept add NAME",
        {
            "add": Command("dept:add", Panel.PILOT, "Enter a department.", "pilottask dept add NAME"),
            "list": Command("dept:list_", Panel.PILOT, "List departments.", "pilottask dept list"),
        },
    ),
}


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


def wired(home: str | None = "home:home") -> Wiring:
    """Return the stand-ins wired like the program."""
    return Wiring(table=TABLE, package="cli_fakes", home=home, open_session=Session)
