"""The Tab key answered: this program's command line and this user's store put behind completion."""

import os
from collections.abc import Iterable, Sequence

from pilottask.base.folders import cache_folder, default_store, store_path
from pilottask.base.i18n import language, set_language
from pilottask.cli.completion import grammar, shells
from pilottask.cli.completion.shells import Offer, Place
from pilottask.cli.language import last_value, settled_lang


def answer(instruction: str) -> int:
    """Print what the shell asks for, and return the exit code. Typer is imported where no copy of the grammar is."""
    return shells.answer(instruction, _grammar, _values)


def _grammar(words: Sequence[str]) -> grammar.Node:
    set_language(settled_lang(words, os.environ))
    return grammar.kept(cache_folder(), _built)


def _built() -> grammar.Node:
    from pilottask.cli import program  # noqa: PLC0415  imports Typer
    from pilottask.cli.typer_tree import root_group  # noqa: PLC0415  the same

    return grammar.built(root_group(program.wiring()))


def _values(place: Place, typed: str) -> Iterable[Offer]:
    """Return what could stand there in the store, and on the day, that the finished command would have."""
    from pilottask.cli.completion.offers import Desk, values  # noqa: PLC0415  commands and options need no store

    named = last_value(place.words, "--store") or os.environ.get("PILOTTASK_STORE")
    today = last_value(place.words, "--today") or os.environ.get("PILOTTASK_TODAY") or None
    return values(Desk(store_path(named) if named else default_store(), today=today, lang=language()), place, typed)
