"""The Tab key answered: the words that a shell hands over, and a line for each word that fits.

Nothing here fails: what goes wrong offers nothing.
"""

import json
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pilottask import __version__
from pilottask.base.folders import cache_folder
from pilottask.base.i18n import language, set_language
from pilottask.cli.completion.candidates import Candidate, Cursor, candidates
from pilottask.cli.grammar import Node, Parameter
from pilottask.cli.language import settled_lang

_HELP: Final = "_PILOTTASK_COMPLETE_HELP"
"""Set by the script for bash, which shows what a word means where several fit; without it words stand alone."""
_FOLDERS: Final = ("", "cli", "commands", "commands/shared")
"""Folders of the program whose files say what can be typed."""


def answer(instruction: str) -> int:
    """Print what the shell asks for (`complete_bash`, `source_zsh`), and return the exit code."""
    verb, _underscore, shell = instruction.partition("_")
    with suppress(Exception):  # a message in the middle of a line being typed would help nobody
        if verb == "source":
            from pilottask.cli.completion import scripts  # noqa: PLC0415  imports Typer

            sys.stdout.write(f"{scripts.script(shell)}\n")
            return 0
        words, typed = _words(os.environ, windows=shell in {"powershell", "pwsh"})
        set_language(settled_lang(words, os.environ))
        bare = shell == "bash" and not os.environ.get(_HELP)
        for one in list(candidates(grammar(cache_folder(), _build), words, typed, _values)):
            meaning = "" if bare else " ".join(one.help.split())
            sys.stdout.write(f"{one.word}\t{meaning}\n" if meaning else f"{one.word}\n")
    return 0


def grammar(folder: Path | None, build: Callable[[], Node]) -> Node:
    """Return the copy in `folder` where it is of this very program; else `build` one and keep it, where that works.

    With it no Tab key waits for Typer, which takes most of the time. There is one a language, until a file of the
    program changes.
    """
    path = None if folder is None else folder / f"completion-{language()}.json"
    stamp = _stamp()
    if path is not None:
        with suppress(OSError, ValueError, TypeError, KeyError):
            content = json.loads(path.read_bytes())
            if content["of"] == stamp:
                return _node(content["root"])
    root = build()
    if path is not None:
        _keep(path, json.dumps({"of": stamp, "root": root}, ensure_ascii=False).encode())
    return root


def _keep(path: Path, data: bytes) -> None:
    from pilottask.store import files, rights  # noqa: PLC0415  only where there was no copy

    with suppress(OSError):
        path.parent.mkdir(mode=rights.PRIVATE_FOLDER, parents=True, exist_ok=True)
        files.replace(path, data, durable=False)


def _stamp() -> list[object]:
    """Return what tells this program from another version of it: its version, the number and age of its files."""
    source = Path(__file__).parents[2]
    ages = [
        entry.stat().st_mtime_ns
        for folder in _FOLDERS
        for entry in os.scandir(source / folder)
        if entry.name.endswith(".py")
    ]
    return [__version__, len(ages), max(ages)]


def _node(raw: Sequence[Any]) -> Node:
    help_, parameters, commands, *rest = raw
    below = {name: _node(command) for name, command in commands.items()}
    return Node(help_, [Parameter(*parameter) for parameter in parameters], below, *rest)


def _build() -> Node:
    """Return all that can be typed, in the language in use."""
    from pilottask.cli import describing, program, typer_tree  # noqa: PLC0415  imports Typer

    return describing.whole(typer_tree.Builder(program.wiring()).root())


def _values(cursor: Cursor, typed: str) -> Iterable[Candidate]:
    from pilottask.cli.completion.values import values  # noqa: PLC0415  names of commands and options need no store

    return values(cursor, typed)


def _words(environ: Mapping[str, str], *, windows: bool) -> tuple[list[str], str]:
    """Return the words after the program's name and before the cursor, and what stands under the cursor."""
    text = environ["COMP_WORDS"]
    words = [_unquote(word, windows=windows) for word in (text.split("\n") if "\n" in text else text.split(" "))]
    index = int(environ["COMP_CWORD"])
    return words[1:index], words[index] if index < len(words) else ""


def _unquote(word: str, *, windows: bool) -> str:
    """Return what the shell makes of `word`, whose closing quotation mark may be yet to come."""
    lexer = shlex.shlex(word, posix=True)
    lexer.whitespace = ""
    lexer.whitespace_split = True
    lexer.commenters = ""
    if windows:
        lexer.escape = ""
    try:
        return lexer.get_token() or ""
    except ValueError:  # the quotation mark that is yet to come
        return str(lexer.token)
