"""What can be typed as a value, told by the name of the parameter: ids, departments, days, words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pilottask.base.folders import cache_folder
from pilottask.base.i18n import Lang, _
from pilottask.cli.completion.shells import Offer, Place

if TYPE_CHECKING:
    from pilottask.ledger.records import Ledger, Task

_DAYS: Final = ("today", "tomorrow", "fri", "eow", "eom", "eoq", "eoy", "+1w", "+2w", "+1m")
_DAYS_ZH: Final = ("今天", "明天", "周五", "下周五", "月底", "季度末", "年底")
_DATED: Final = (
    *("due", "on", "to", "due_before", "due_after", "today", "date", "day", "first", "last", "as_of", "since", "until"),
    *("reply_by", "fix_by", "signed"),
)
_LAST_ID: Final = re.compile(r"(.*[,，、])?(.*)")


class Desk:
    """What the finished command would work with: its store, its day, each looked at where a value needs it."""

    def __init__(self, store: Path, *, today: str | None, lang: Lang) -> None:
        self.lang = lang
        self._store = store
        self._today = today

    @cached_property
    def ledger(self) -> "Ledger":
        """What the store holds."""
        from pilottask.store.cache import Cache  # noqa: PLC0415  each value imports what it needs alone
        from pilottask.store.reader import Reader  # noqa: PLC0415

        return Reader(self._store, cache=Cache(cache_folder)).read().ledger

    @cached_property
    def today(self) -> date:
        """The day that `today` means."""
        from pilottask.commands.session import Session  # noqa: PLC0415  the one that knows the clock

        return Session(self._store, today=self._today, lang=self.lang).today


Offers = Callable[[Desk, Place, str], Iterable[Offer]]


def values(desk: Desk, place: Place, typed: str) -> Iterable[Offer]:
    """Return what could stand at `place`, given what is typed there already."""
    offer = _BY_PLACE.get(f"{place.command} {place.param}") or _BY_PARAM.get(place.param)
    return () if offer is None else offer(desk, place, typed)


def _ids(desk: Desk, place: Place, typed: str) -> Iterator[Offer]:
    """Offer the tasks to which the command's move is open, by id or by part of the title."""
    from pilottask.base.text import safe  # noqa: PLC0415

    before, part = _LAST_ID.fullmatch(typed).groups(default="")  # type: ignore[union-attr]
    taken = set(re.split(r"[,，、]", before))
    for task in _open_to(desk, place.command):
        number = str(task.id)
        fits = number.startswith(part) if part.isdigit() or not part else part.casefold() in task.title.casefold()
        if fits and number not in taken:
            yield Offer(f"{before}{number}", safe(task.title))


def _open_to(desk: Desk, command: str) -> "list[Task]":
    from pilottask.ledger.changes import FROM, Move  # noqa: PLC0415

    statuses = FROM[Move(command)] if command in set(Move) else None
    found = [task for task in desk.ledger.tasks if statuses is None or task.status in statuses]
    return sorted(found, key=lambda task: task.id)


def _departments(desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
    units = desk.ledger.departments
    begins = [unit for unit in units if any(name.startswith(typed) for name in (unit.name, *unit.aliases))]
    holds = [unit for unit in units if any(typed in name for name in (unit.name, *unit.aliases))]
    for unit in begins or holds:
        yield Offer(unit.name, _(", ").join(unit.aliases))


def _field(name: str) -> Offers:
    def offer(desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
        held = (getattr(task, name) for task in desk.ledger.tasks)
        return _beginning(typed, (value for value in held if value))

    return offer


def _tags(desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
    return _beginning(typed, (tag for task in desk.ledger.tasks for tag in task.tags))


def _beginning(typed: str, words: Iterable[str]) -> Iterator[Offer]:
    known = sorted(set(words))
    begins = [word for word in known if word.startswith(typed)]
    yield from (Offer(word) for word in begins or (word for word in known if typed in word))


def _days(desk: Desk, place: Place, typed: str) -> Iterator[Offer]:
    from pilottask.base import dates  # noqa: PLC0415

    words = (*_DAYS, *_DAYS_ZH) if typed or desk.lang is not Lang.ZH else (*_DAYS_ZH, *_DAYS)
    for word in words:
        day = dates.parse(word, today=desk.today)
        if word.startswith(typed) and day is not None and (typed or word.isascii() == (desk.lang is not Lang.ZH)):
            yield Offer(word, dates.show(day))
    if place.param == "due" and "none".startswith(typed):
        yield Offer("none", _("no deadline"))


def _projects(desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
    return _beginning(typed, (project.name for project in desk.ledger.projects))


def _project(desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
    """Offer projects that are entered, and those that tasks name alone."""
    named = (task.project for task in desk.ledger.tasks if task.project)
    return _beginning(typed, (*named, *(project.name for project in desk.ledger.projects)))


def _worded(kind: str) -> Offers:
    """Offer each meaning by its English word, and the Chinese words once one of them is begun."""

    def offer(_desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
        words, labels = _vocabularies()[kind]
        for meaning in dict.fromkeys(words.values()):
            if meaning.startswith(typed):
                yield Offer(str(meaning), _(labels[meaning]))
        if typed:
            yield from (Offer(word, str(meaning)) for word, meaning in words.items() if _begun(word, typed))

    return offer


def _vocabularies() -> Mapping[str, tuple[Mapping[str, Any], Mapping[Any, str]]]:
    """Return by parameter the words that people use, with what they mean, and how each meaning is shown."""
    from pilottask.ledger import labels, vocabulary  # noqa: PLC0415

    return {
        "status": (vocabulary.STATUS, labels.STATUS_LABELS),
        "light": (vocabulary.LIGHT, labels.LIGHT_LABELS),
        "need": (vocabulary.NEED, labels.NEED_LABELS),
        "role": (vocabulary.ROLE, labels.ROLE_LABELS),
        "every": (vocabulary.EVERY, labels.EVERY_LABELS),
        "kind": (vocabulary.INSPECTION, labels.INSPECTION_LABELS),
    }


def _begun(word: str, typed: str) -> bool:
    return not word.isascii() and word.startswith(typed)


def _settings(_desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
    from pilottask.ledger.records import Pilot  # noqa: PLC0415

    return (Offer(name) for name in Pilot.__struct_fields__ if name.startswith(typed))


def _setting(_desk: Desk, place: Place, typed: str) -> Iterator[Offer]:
    known = {"lang": ("zh", "en"), "wide_ambiguous": ("true", "false"), "cache": ("true", "false")}
    key = next((word for word in reversed(place.words) if word in known), "")
    return (Offer(word) for word in known.get(key, ()) if word.startswith(typed))


def _problems(desk: Desk, place: Place, typed: str) -> Iterator[Offer]:
    from pilottask.base.text import safe  # noqa: PLC0415
    from pilottask.ledger.history import open_problems  # noqa: PLC0415

    ids = {int(word) for word in place.words if word.isascii() and word.isdigit()}
    for task in desk.ledger.tasks:
        if task.id in ids:
            yield from (
                Offer(str(one.n), safe(one.text)) for one in open_problems(task) if str(one.n).startswith(typed)
            )


def _langs(_desk: Desk, _place: Place, typed: str) -> Iterator[Offer]:
    return (Offer(word) for word in ("zh", "en") if word.startswith(typed))


_BY_PARAM: Final[Mapping[str, Offers]] = {
    **dict.fromkeys(("ids", "number", "which", "said", "task", "tasks"), _ids),
    **dict.fromkeys(("department", "support", "attend", "absent", "partners", "gone", "kept"), _departments),
    **{name: _field(name) for name in ("owner", "leader", "aspect", "unit", "source")},
    "project": _project,
    **dict.fromkeys(_DATED, _days),
    "tag": _tags,
    **{name: _worded(name) for name in ("status", "light", "need", "role", "every")},
    "lang": _langs,
}
"""By the name of the parameter, which means the same in every command …"""

_BY_PLACE: Final[Mapping[str, Offers]] = {
    "config key": _settings,
    "config value": _setting,
    "dept edit name": _departments,
    **{f"project {verb} name": _projects for verb in ("edit", "fund", "show")},
    "inspect add by": _departments,
    "inspect add kind": _worded("kind"),
    "settle n": _problems,
}
"""… but for these."""
