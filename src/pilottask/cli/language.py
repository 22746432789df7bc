"""Which language to speak, settled before any command is imported, since their options are worded on import.

Nothing is refused here: the parser, which comes later, is the one to refuse.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pilottask.base.folders import default_store, store_path
from pilottask.base.i18n import Lang, locale_lang, parse_lang

_PEEK_BYTES: Final = 4096
_JSON_PILOT: Final = r'"pilot"\s*:\s*\{(?P<body>[^{}]*)'
_JSON_LANG: Final = r'"lang"\s*:\s*"(?P<lang>\w+)"'


def settled_lang(argv: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """Return the language that the arguments, the environment, the store or the locale ask for, the first that does."""
    for text in (last_value(argv, "--lang"), environ.get("PILOTTASK_LANG")):
        if text and (lang := parse_lang(text)):
            return lang
    store = last_value(argv, "--store") or environ.get("PILOTTASK_STORE")
    return peek_lang(store_path(store) if store else default_store()) or locale_lang()


def last_value(argv: Sequence[str], option: str) -> str | None:
    """Return the value of a global option, wherever it stands before a lone `--`; the last one of several."""
    value = None
    words = iter(argv)
    for word in words:
        if word == "--":
            break
        if word == option:
            value = next(words, value)
        elif word.startswith(f"{option}="):
            value = word.partition("=")[2]
    return value


def peek_lang(path: Path) -> Lang | None:
    """Return the language that the store at `path` is set to, from its first 4 KB; None where that can't be told."""
    try:
        if not path.is_file():  # a pipe would block
            return None
        with path.open("rb") as file:
            head = file.read(_PEEK_BYTES).decode("utf-8", errors="replace").replace("\r\n", "\n")
    except (OSError, ValueError):  # ValueError: a null character in the path
        return None
    if path.suffix == ".json":
        pilot = re.search(_JSON_PILOT, head)
        match = pilot and re.search(_JSON_LANG, pilot["body"])
        return parse_lang(match["lang"]) if match else None
    for line in f"\n{head}".partition("\n[pilot]")[2].partition("\n[")[0].split("\n"):
        key, _sign, value = line.partition("#")[0].partition("=")
        if key.strip() == "lang":
            return parse_lang(value.strip(" \t\"'"))
    return None
