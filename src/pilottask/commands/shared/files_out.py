"""Files that commands write, whole or not at all, and what they may take the place of."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pilottask.base.errors import IoFault, UsageFault
from pilottask.base.i18n import _
from pilottask.base.text import quote
from pilottask.store import files


def destination(path: Path, store: Path) -> Path:
    """Return the file that is written where `path` is named, links followed.

    Raises UsageFault where that is the store, IoFault for what is no file: a folder, a link to nothing, and a pipe or
    device, in whose place a file would be put.
    """
    real = _real_file(path)
    if real == files.real(store):
        message = _("{file} is the task list itself; it was left as it is").format(file=quote(str(path)))
        raise UsageFault(message, hint=_("name another file"))
    return real


def _real_file(path: Path) -> Path:
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
    real = _real_file(path)
    try:
        files.replace(real, data, like=real)
    except OSError as error:
        raise files.fault(error, _("cannot write {file}").format(file=quote(str(path)))) from error


def check_new(paths: Iterable[Path]) -> None:
    """Raise UsageFault where one of these files is there already."""
    if there := [path for path in paths if path.exists()]:
        message = _("{file} is there already; nothing was written").format(file=quote(str(there[0])))
        raise UsageFault(message, hint=_("move it away, or name another file or folder"))


def write_new(folder: Path, made: Mapping[Path, bytes]) -> None:
    """Write files that are not there yet into `folder`, made where there is none: all of them or none.

    Raises UsageFault where one is there already, IoFault.
    """
    check_new(made)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise files.fault(error, _("cannot write {file}").format(file=quote(str(folder)))) from error
    written: list[Path] = []
    try:
        for path, data in made.items():
            write(path, data)
            written.append(path)
    except IoFault:
        for path in written:
            path.unlink(missing_ok=True)
        raise
