"""The year's file: attached files in folders by line of work and task, with an index as Markdown and Word."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

import msgspec

from pilottask.base.errors import UsageFault
from pilottask.base.file_names import file_names, fit
from pilottask.base.i18n import _, pgettext
from pilottask.base.text import quote, safe
from pilottask.commands.session import Session
from pilottask.commands.shared import evidence
from pilottask.commands.shared.view_files import page
from pilottask.ledger import history, vocabulary
from pilottask.ledger.records import Attach, Task
from pilottask.paper import document as doc
from pilottask.paper import writers
from pilottask.paper.phrases import ColumnOf, column, due_column, task_table
from pilottask.store import copies, files

_MARK: Final = ".pilottask-dossier.json"
"""Lists the files that were written into a folder, so that no other is ever replaced or removed there."""
_TITLE_BYTES: Final = 90
_ENDING_BYTES: Final = 16
_INDEX: Final = (writers.PaperFormat.MD, writers.PaperFormat.DOCX)


class _Filed(NamedTuple):
    """A file of a task: its place in the folder, and the copy that comes there, None where it is gone."""

    entry: Attach
    place: str
    source: copies.Source | None


def write(session: Session, folder: Path, tasks: Sequence[Task]) -> None:
    """Write the files attached to these tasks into `folder`, in the place of what was written there before.

    Where a copy is gone nothing is removed: the one written before may be the last that there is. Raises UsageFault
    where something else stands in the folder, IoFault.
    """
    before = _written_before(folder)
    aspects = _aspects(tasks)
    filed = {task.id: list(_files_of(session, task, aspects[task.aspect])) for task in tasks}
    all_files = [one for each in filed.values() for one in each]
    content: dict[str, bytes | copies.Source] = {one.place: one.source for one in all_files if one.source}
    index, name = _index(session, tasks, aspects, filed), _("index")
    for form in _INDEX:
        content[f"{name}.{form}"] = writers.write(index, form, moment=session.now, form_feed=False)
    if others := [place for place in content if place not in before and (folder / place).exists()]:
        raise UsageFault(_("{file} is there already; nothing was written").format(file=quote(str(folder / others[0]))))
    try:
        folder.mkdir(exist_ok=True)
        _mark(folder, {*before, *content})
        for place, data in content.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            files.replace(folder / place, copies.pieces(data) if isinstance(data, copies.Source) else data)
        kept = set() if all(one.source for one in all_files) else before
        _remove(folder, before - content.keys() - kept)
        _mark(folder, {*content, *kept})
    except OSError as error:
        raise files.fault(error, _("cannot write {file}").format(file=quote(str(folder)))) from error
    _say(session, folder, tasks, filed)


def _written_before(folder: Path) -> set[str]:
    """Return the files that were written into a folder. Raises UsageFault where others are in one that is not ours."""
    try:
        file_list = msgspec.json.decode((folder / _MARK).read_bytes(), type=set[str])
        return {name for name in file_list if not {"..", ""} & set(name.split("/"))}
    except (FileNotFoundError, msgspec.DecodeError):
        is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    except OSError as error:
        raise files.fault(error, _("cannot write {file}").format(file=quote(str(folder)))) from error
    if not is_empty:
        message = _("{folder} is not empty, and export --dossier did not write it").format(folder=quote(str(folder)))
        raise UsageFault(message, hint=_("name an empty folder, or a new one"))
    return set()


def _mark(folder: Path, names: Iterable[str]) -> None:
    files.replace(folder / _MARK, msgspec.json.encode(sorted(names)))


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of the dossier before, and the folders that this leaves empty."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
        for parent in list(PurePosixPath(name).parents)[:-1]:
            with suppress(OSError):  # something stands in it
                (folder / parent).rmdir()


def _aspects(tasks: Sequence[Task]) -> dict[str | None, str]:
    """Return the folders of the lines of work, in their order; what has none stands last."""
    aspects = sorted({task.aspect for task in tasks}, key=lambda name: (name is None, name or ""))
    shown = {aspect: aspect or _("without a line of work") for aspect in aspects}
    names = file_names(shown.values(), str)
    return {aspect: f"{n:02} {names[shown[aspect]]}" for n, aspect in enumerate(aspects, start=1)}


def _files_of(session: Session, task: Task, aspect: str) -> Iterator[_Filed]:
    folder = f"{aspect}/{task.id} {fit(task.title, _TITLE_BYTES)}"
    for entry in history.attachments(task):
        name = PurePosixPath(entry.name)
        stem, ending = fit(name.stem, _TITLE_BYTES), fit(name.suffix, _ENDING_BYTES) if name.suffix else ""
        place = f"{folder}/{entry.n} {stem}{'.' if ending else ''}{ending}"
        yield _Filed(entry, place, copies.find(files.real(session.path), entry.sha256))


def _index(
    session: Session, tasks: Sequence[Task], aspects: Mapping[str | None, str], filed: Mapping[int, Sequence[_Filed]]
) -> doc.Document:
    def file_list(task: Task) -> str:
        names = [
            one.place.rpartition("/")[2] if one.source else _("{name} (missing)").format(name=one.entry.name)
            for one in filed[task.id]
        ]
        return "\n".join(names) or doc.NOTHING

    columns: tuple[ColumnOf[Task], ...] = (
        due_column(),
        column(pgettext("sheet", "Status"), 8, lambda task: vocabulary.STATUS.say(task.status)),
        column(_("Attached files"), 26, file_list),
    )

    def section(aspect: str | None) -> doc.Section:
        wanted = [task for task in tasks if task.aspect == aspect]
        return doc.Section(
            None, aspects[aspect], (task_table(aspects[aspect], wanted, columns, title=18, department=12),)
        )

    return page(session, _("Index of evidence"), map(section, aspects))


def _say(session: Session, folder: Path, tasks: Sequence[Task], filed: Mapping[int, Sequence[_Filed]]) -> None:
    all_files = [one for each in filed.values() for one in each]
    there = [one for one in all_files if one.source]
    message = _("written to {folder}: files: {files}, tasks: {tasks}, of these without a file: {without}")
    without = sum(not each for each in filed.values())
    session.warn(message.format(folder=safe(str(folder)), files=len(there), tasks=len(tasks), without=without))
    missing = [one.entry.name for one in all_files if not one.source]
    evidence.say_missing(session, missing)
