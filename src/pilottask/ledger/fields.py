"""The fields of a task, a row each: what it is called, what stands in it, and how it comes to change.

What goes through a task field by field takes its list from here: the editor, the options of `add` and `edit`, the
checks of a store, the log, ledgers read and written, JSON and `show`. The record itself says the types, and the order
in the file; here they stand in the order in which people fill them in.
"""

from enum import Enum, auto
from typing import Final

from msgspec import Struct

from pilottask.base.i18n import N_, _
from pilottask.ledger.records import Task


class Kind(Enum):
    """What stands in a field."""

    ID = auto()
    LINE = auto()
    """Text without line breaks."""
    TEXT = auto()
    """Text that may have several lines."""
    UNIT = auto()
    """The name of a department."""
    UNITS = auto()
    TAGS = auto()
    FIGURE = auto()
    """A number from 0 up."""
    DATE = auto()
    FLAG = auto()
    """Whether something is so."""
    STATUS = auto()
    PERIOD = auto()
    OWN_COLUMNS = auto()
    LOG = auto()


class ChangedBy(Enum):
    """How a field comes to change after the task was entered."""

    EDIT = auto()
    """By a person with `edit`, as an option or in the editor."""
    MOVE = auto()
    """By the moves of the task's life alone: `start`, `submit`, `close` …"""
    HAND = auto()
    """By no command as such; where it was changed in the file by hand, that goes on record."""
    NOTHING = auto()
    """By nothing, or not as a whole: own columns change one by one, and a log grows."""


class Field(Struct, frozen=True):
    """A field of a task; `label` is a message to translate."""

    name: str
    label: str
    kind: Kind
    changed_by: ChangedBy = ChangedBy.EDIT


FIELDS: Final = (
    Field("id", N_("ID"), Kind.ID, ChangedBy.NOTHING),
    Field("uid", N_("UID"), Kind.LINE, ChangedBy.NOTHING),
    Field("title", N_("Task"), Kind.LINE),
    Field("department", N_("Department"), Kind.UNIT),
    Field("support", N_("Support"), Kind.UNITS),
    Field("owner", N_("Owner"), Kind.LINE),
    Field("leader", N_("Leader"), Kind.LINE),
    Field("due", N_("Due"), Kind.DATE),
    Field("aspect", N_("Aspect"), Kind.LINE),
    Field("requirement", N_("Requirement"), Kind.TEXT),
    Field("target", N_("Target"), Kind.FIGURE),
    Field("unit", N_("Unit"), Kind.LINE),
    Field("actual", N_("Actual"), Kind.FIGURE),
    Field("source", N_("Source"), Kind.LINE),
    Field("project", N_("Project"), Kind.LINE),
    Field("every", N_("Every"), Kind.PERIOD),
    Field("tags", N_("Tags"), Kind.TAGS),
    Field("remark", N_("Remark"), Kind.TEXT),
    Field("status", N_("Status"), Kind.STATUS, ChangedBy.MOVE),
    Field("created", N_("Created"), Kind.DATE, ChangedBy.HAND),
    Field("first_due", N_("First due"), Kind.DATE, ChangedBy.HAND),
    Field("open_ended", N_("Open-ended"), Kind.FLAG, ChangedBy.HAND),
    Field("submitted", N_("Submitted on"), Kind.DATE, ChangedBy.MOVE),
    Field("closed", N_("Closed on"), Kind.DATE, ChangedBy.MOVE),
    Field("extra", N_("Own columns"), Kind.OWN_COLUMNS, ChangedBy.NOTHING),
    Field("log", N_("Log"), Kind.LOG, ChangedBy.NOTHING),
)
BY_NAME: Final = {field.name: field for field in FIELDS}
EDITED: Final = tuple(field for field in FIELDS if field.changed_by is ChangedBy.EDIT)
LIFE: Final = tuple(field.name for field in FIELDS if field.changed_by is ChangedBy.MOVE)
LOGGED: Final = frozenset(field.name for field in FIELDS if field.changed_by is not ChangedBy.NOTHING)
"""What a log entry can change, besides own columns."""
EXTRA: Final = "extra."
"""What the name of one of the user's own columns begins with, where it stands among names of fields."""


def names(*kinds: Kind) -> tuple[str, ...]:
    """Return the names of the fields of these kinds."""
    return tuple(field.name for field in FIELDS if field.kind in kinds)


def own_key(name: str) -> str | None:
    """Return the key of the own column that is called `extra.KEY`; None for the name of a field."""
    return name.removeprefix(EXTRA) if name.startswith(EXTRA) else None


def label(name: str) -> str:
    """Return what a field is called in the language in use; an own column is called by its key."""
    return _(BY_NAME[name].label) if name in BY_NAME else name.removeprefix(EXTRA)


def get(task: Task, name: str) -> object:
    """Return what `task` has in a field or in an own column, None where it has no such column."""
    key = own_key(name)
    return getattr(task, name) if key is None else task.extra.get(key)
