"""Files that commands write, whole or not at all, and what they may take the place of."""

from pathlib import Path

from pilottask.base.errors import IoFault, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.store import files


def place(path: Path, store: Path) -> Path:
    """Return the file that is written where `path` is named, links followed.

    Raises UsageFault where that is the store, IoFault for what is no file: a folder, a link to nothing, and a pipe or
    device, in whose place a file would be put.
    """
    real = _place(path)
    if real == files.real(store):
        raise UsageFault(
            _("{file} is the task list itself; it was left as it is").format(file=quote(str(path))),
            hint=_("name another file"),
        )
    return real


def _place(path: Path) -> Path:
    cannot = _("cannot write {file}").format(file=quote(str(path)))
    if path.is_symlink() and not path.exists():
        raise IoFault(_("{what}: it is a link to nothing").format(what=cannot))
    if path.is_dir():
        raise IoFault(_("{what}: it is a folder").format(what=cannot))
    if path.exists() and not path.is_file():
        raise IoFault(_("{what}: it is no regular file").format(what=cannot))
    return files.real(path)


def write(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file at `path`, whole or not at all. Raises IoFault."""
    real = _place(path)
    try:
        files.replace(real, data, like=real)
    except OSError as error:
        raise files.fault(error, _("cannot write {file}").format(file=quote(str(path)))) from error
