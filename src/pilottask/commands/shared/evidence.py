"""Evidence in files: what a command says of those that it attaches, and whether words name one."""

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pilottask.base.i18n import _
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session, find
from pilottask.ledger import attachments, history
from pilottask.ledger.records import Ledger
from pilottask.store import copies
from pilottask.store.reader import Written

_LIKE_A_FILE: Final = r"[\\/]|\.[A-Za-z][0-9A-Za-z]{1,4}$"


def file_named(words: str) -> tuple[copies.Source | None, str | None]:
    """Return the file that `words` name, None where they are words, and a note where they could be meant for a file.

    Raises UsageFault for one that cannot be attached, IoFault for one that may be there but cannot be looked at.
    """
    try:
        mode = os.lstat(words).st_mode
    except PermissionError:
        return copies.look_at(Path(words)), None  # which refuses: it may well be there
    except (OSError, ValueError):
        note = _("note: there is no file {file}, so it is taken as words").format(file=quote(words))
        return None, note if re.search(_LIKE_A_FILE, words) else None
    if stat.S_ISREG(mode):
        return copies.look_at(Path(words)), None
    return None, _("note: {file} is no regular file, so it is taken as words").format(file=quote(words))


def say_known(session: Session, written: Written, ids: Sequence[int], sources: Sequence[copies.Source]) -> None:
    """Say which of these files the tasks had before, or get twice, and which are empty."""
    for before, after in zip(find(written.before, ids), find(written.after, ids), strict=True):
        had = {entry.sha256 for entry in history.attachments(before)}
        number = {entry.sha256: entry.n for entry in history.attachments(after)}
        for file in (source.file for source in sources):
            if file.sha256 in had:
                message = _("note: task {id} has {file} already, as file {n}")
                session.warn(message.format(id=after.id, file=quote(file.name), n=number[file.sha256]))
            had.add(file.sha256)
    for file in (source.file for source in sources):
        if not file.size:
            session.warn(_("note: {file} is empty").format(file=quote(file.name)))


def copies_of(store: Path, ledger: Ledger) -> tuple[list[copies.Source], list[str]]:
    """Return the copies beside `store` of the files attached in `ledger`, and the names of those not there."""
    entries, real = attachments.of_ledger(ledger), store.resolve()  # of a link, what it leads to
    sources = {sha256: copies.find(real, sha256) for sha256 in entries}
    missing = [entries[sha256].name for sha256, source in sources.items() if source is None]
    return [source for source in sources.values() if source], missing


def say_missing(session: Session, names: Sequence[str]) -> None:
    """Say which attached files are not in the folder of copies."""
    if names:
        folder = copies.folder_of(session.path)
        message = _("note: attached files are not in {folder}: {names}")
        session.warn(message.format(folder=safe(str(folder)), names=_(", ").join(map(safe, names))))
