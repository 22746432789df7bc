"""The language of everything a person reads: Chinese or English."""

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

_LOCALE_DIR: Final = Path(__file__).parent.parent / "locale"
_DOMAIN: Final = "pilottask"


class Lang(StrEnum):
    """A language of the interface."""

    ZH = "zh"
    EN = "en"


class _Current:
    """The catalogue in use, and how commands are named; one process speaks one language at a time."""

    lang: Lang = Lang.EN
    catalogue: gettext.NullTranslations = gettext.NullTranslations()
    named: Callable[[str], str] | None = None


def set_language(lang: Lang) -> None:
    """Speak `lang` from now on. Texts translated before stay as they were."""
    _Current.lang = lang
    _Current.catalogue = gettext.NullTranslations()
    if lang is not Lang.EN:
        _Current.catalogue = gettext.translation(_DOMAIN, localedir=_LOCALE_DIR, languages=[lang.value])


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Speak `lang` for a while."""
    before = language()
    set_language(lang)
    try:
        yield
    finally:
        set_language(before)


def language() -> Lang:
    """Return the language in use."""
    return _Current.lang


def name_commands(named: Callable[[str], str] | None) -> None:
    """Have `named` say how messages name commands from now on: it gets each before what users wrote is put into it."""
    _Current.named = named


def _with_commands(text: str) -> str:
    return _Current.named(text) if _Current.named and "pilottask " in text else text


def _(text: str) -> str:
    """Return `text` in the language in use; `text` is the English message."""
    return _with_commands(_Current.catalogue.gettext(text))


def ngettext(one: str, many: str, count: int) -> str:
    """Return the wording for `count` things in the language in use."""
    return _with_commands(_Current.catalogue.ngettext(one, many, count))


def pgettext(context: str, text: str) -> str:
    """Return `text` as it reads in `context`, for English words with two Chinese ones."""
    return _Current.catalogue.pgettext(context, text)


def N_(text: str) -> str:  # noqa: N802  the name that gettext's tools look for
    """Mark `text` for translation where it is defined; `_` translates it where it is used."""
    return text


def parse_lang(text: str) -> Lang | None:
    """Return the language that `text` names (`zh`, `zh_CN.UTF-8`, `en-US` …), or None."""
    head = text.replace("-", "_").split("_")[0].split(".")[0].lower()
    return Lang(head) if head in set(Lang) else None


def locale_lang() -> Lang:
    """Return the language that the environment asks for, English where it does not say."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return parse_lang(value) or Lang.EN
    return _windows_lang() or Lang.EN


def _windows_lang() -> Lang | None:
    """Return the language of Windows' own interface, where no variable says one."""
    if os.name != "nt":
        return None
    import ctypes  # noqa: PLC0415  Windows alone needs it
    import locale  # noqa: PLC0415

    code = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined,unused-ignore]
    return parse_lang(locale.windows_locale.get(code, ""))
