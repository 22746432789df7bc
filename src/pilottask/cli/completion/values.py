"""What can be typed as a value, by the name of the parameter: ids, departments, days, words."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from pilottask.base import dates
from pilottask.base.folders import default_store, store_path
from pilottask.base.i18n import Lang, _, language, speaking
from pilottask.base.text import safe
from pilottask.cli.completion.candidates import Candidate, Cursor
from pilottask.cli.language import last_value
from pilottask.commands.session import Session
from pilottask.ledger import vocabulary
from pilottask.ledger.changes import FROM, Move
from pilottask.ledger.history import open_problems
from pilottask.ledger.records import Ledger, Pilot, Status

_DAYS: Final = ("today", "tomorrow", "fri", "eow", "eom", "eoq", "eoy", "+1w", "+2w", "+1m")
_DAYS_ZH: Final = ("今天", "明天", "周五", "下周五", "月底", "季度末", "年底")
_LAST_ID: Final = re.compile(r"(.*[,，、])?(.*)")

Candidates = Callable[[Session, Cursor, str], Iterable[Candidate]]


def values(cursor: Cursor, typed: str) -> Iterable[Candidate]:
    """Return what could stand at the cursor, given what is typed there already."""
    param = cursor.parameter.param
    offer = _BY_COMMAND.get(f"{cursor.command} {param}") or _BY_PARAM.get(param)
    if offer is None and cursor.parameter.label in map(
        _date_label, Lang
    ):  # worded in the language in which its command was imported
        offer = _days
    return () if offer is None else offer(_session(cursor), cursor, typed)


def _date_label(lang: Lang) -> str:
    with speaking(lang):
        return _("DATE")


def _session(cursor: Cursor) -> Session:
    """Return the session that the finished command would have."""
    store = last_value(cursor.words, "--store") or os.environ.get("PILOTTASK_STORE")
    today = last_value(cursor.words, "--today") or os.environ.get("PILOTTASK_TODAY") or None
    return Session(store_path(store) if store else default_store(), today=today, lang=language())


def _ids(session: Session, cursor: Cursor, typed: str) -> Iterator[Candidate]:
    """Offer the tasks to which the command's move is open, by id or by part of the title."""
    before, part = _LAST_ID.fullmatch(typed).groups(default="")  # type: ignore[union-attr]
    taken = set(re.split(r"[,，、]", before))
    statuses = FROM[Move(cursor.command)] if cursor.command in set(Move) else frozenset(Status)
    for task in sorted(session.ledger.tasks, key=lambda task: task.id):
        number = str(task.id)
        fits = number.startswith(part) if part.isdigit() or not part else part.casefold() in task.title.casefold()
        if fits and number not in taken and task.status in statuses:
            yield Candidate(f"{before}{number}", safe(task.title))


def _departments(session: Session, _cursor: Cursor, typed: str) -> Iterator[Candidate]:
    units = session.ledger.departments
    begins = [unit for unit in units if any(name.startswith(typed) for name in (unit.name, *unit.aliases))]
    holds = [unit for unit in units if any(typed in name for name in (unit.name, *unit.aliases))]
    for unit in begins or holds:
        yield Candidate(unit.name, _(", ").join(unit.aliases))


def _offer_words(words: Callable[[Ledger], Iterable[str | None]]) -> Candidates:
    """Offer of what the list holds the words that begin so, else those that have it in them."""

    def offer(session: Session, _cursor: Cursor, typed: str) -> Iterator[Candidate]:
        known = sorted({word for word in words(session.ledger) if word})
        begins = [word for word in known if word.startswith(typed)]
        yield from map(Candidate, begins or (word for word in known if typed in word))

    return offer


def _field(name: str) -> Candidates:
    return _offer_words(lambda ledger: (getattr(task, name) for task in ledger.tasks))


def _any_of(words: Iterable[str]) -> Candidates:
    return lambda _session, _cursor, typed: (Candidate(word) for word in words if word.startswith(typed))


def _days(session: Session, cursor: Cursor, typed: str) -> Iterator[Candidate]:
    """Offer days in the language in use, and once one is begun in the other too."""
    own, other = (_DAYS_ZH, _DAYS) if session.lang is Lang.ZH else (_DAYS, _DAYS_ZH)
    for word in (*own, *other) if typed else own:
        day = session.parse(word)
        if word.startswith(typed) and day is not None:
            yield Candidate(word, dates.show(day))
    if cursor.parameter.param == "due" and "none".startswith(typed):
        yield Candidate("none", _("open-ended"))


def _words(words: vocabulary.Vocabulary[Any]) -> Candidates:
    """Offer each meaning by its English word, and by its Chinese name once that is begun."""

    def offer(_session: Session, _cursor: Cursor, typed: str) -> Iterator[Candidate]:
        for meaning in words.labels:
            if meaning.startswith(typed):
                yield Candidate(str(meaning), words.say(meaning))
        if typed and not typed.isascii():
            known = words.names.items()
            yield from (Candidate(word, str(meaning)) for word, meaning in known if word.startswith(typed))

    return offer


def _setting(session: Session, cursor: Cursor, typed: str) -> Iterable[Candidate]:
    known = {"lang": Lang, "wide_ambiguous": ("true", "false"), "cache": ("true", "false")}
    key = next((word for word in reversed(cursor.words) if word in known), "")
    return _any_of(known.get(key, ()))(session, cursor, typed)


def _problems(session: Session, cursor: Cursor, typed: str) -> Iterator[Candidate]:
    ids = {int(word) for word in cursor.words if word.isascii() and word.isdigit()}
    for task in session.ledger.tasks:
        if task.id in ids:
            yield from (
                Candidate(str(one.n), safe(one.text)) for one in open_problems(task) if str(one.n).startswith(typed)
            )


_BY_PARAM: Final[Mapping[str, Candidates]] = {
    **dict.fromkeys(("ids", "number", "which", "said", "task", "tasks"), _ids),
    **dict.fromkeys(
        ("department", "departments", "support", "attend", "absent", "partners", "gone", "kept"), _departments
    ),
    **{name: _field(name) for name in ("owner", "leader", "aspect", "unit", "source")},
    "project": _offer_words(
        lambda ledger: [*(task.project for task in ledger.tasks), *(one.name for one in ledger.projects)]
    ),
    "tag": _offer_words(lambda ledger: (tag for task in ledger.tasks for tag in task.tags)),
    "status": _words(vocabulary.STATUS),
    "light": _words(vocabulary.LIGHT),
    "need": _words(vocabulary.NEED),
    "role": _words(vocabulary.ROLE),
    "every": _words(vocabulary.EVERY),
    "lang": _any_of(Lang),
}
"""By the name of the parameter, which means the same in every command; days by what stands for the value …"""

_BY_COMMAND: Final[Mapping[str, Candidates]] = {
    "config key": _any_of(Pilot.__struct_fields__),
    "config value": _setting,
    "dept edit name": _departments,
    **dict.fromkeys(
        ("project edit name", "project fund name", "project show name"),
        _offer_words(lambda ledger: (one.name for one in ledger.projects)),
    ),
    "inspect add by": _departments,
    "inspect add kind": _words(vocabulary.INSPECTION),
    "settle n": _problems,
}
"""… but for these."""
