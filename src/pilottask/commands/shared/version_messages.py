"""How messages name a kept version of the store."""

from pilottask.base.i18n import _
from pilottask.base.text import safe
from pilottask.store.versions import NOT_KNOWN, Version


def what(version: Version) -> str:
    """Return which command wrote it, when and by whom."""
    if version.command is None:
        command = _("a change made by hand in the file")
    elif version.command == NOT_KNOWN:
        command = _("what is no longer known")
    else:
        command = safe(f"pilottask {version.command}")
    return _("{command} ({when}, {by})").format(command=command, when=when(version), by=safe(version.by))


def when(version: Version) -> str:
    """Return the minute in which it was written."""
    return format(version.at, "%Y-%m-%d %H:%M")
