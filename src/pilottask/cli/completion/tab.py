"""The Tab key answered: the words that a shell hands over, and a line for each word that fits.

Nothing here fails: what goes wrong offers nothing.
"""

import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from typing import Final

from pilottask.base.folders import cache_folder
from pilottask.base.i18n import set_language
from pilottask.cli.completion.candidates import Candidate, Cursor, candidates
from pilottask.cli.completion.grammar_copy import grammar
from pilottask.cli.grammar import Node
from pilottask.cli.language import settled_lang

_HELP: Final = "_PILOTTASK_COMPLETE_HELP"
"""Set by the script for bash, which shows what a word means where several fit; without it words stand alone."""


def answer(instruction: str) -> int:
    """Print what the shell asks for (`complete_bash`, `source_zsh`), and return the exit code."""
    verb, _underscore, shell = instruction.partition("_")
    try:
        if verb == "source":
            _print_script(shell)
            return 0
        words, typed = _words(os.environ, windows=shell in {"powershell", "pwsh"})
        set_language(settled_lang(words, os.environ))
        fitting = list(candidates(grammar(cache_folder(), _built), words, typed, _values))
        bare = shell == "bash" and not os.environ.get(_HELP)
        sys.stdout.write("".join(_line(one, bare=bare) for one in fitting))
    except Exception:  # noqa: BLE001  a message in the middle of a line being typed would help nobody
        return 0
    return 0


def _print_script(shell: str) -> None:
    from pilottask.cli.completion import scripts  # noqa: PLC0415  imports Typer

    sys.stdout.write(f"{scripts.script(shell)}\n")


def _built() -> Node:
    """Return all that can be typed, in the language in use."""
    from pilottask.cli import describing, program, typer_tree  # noqa: PLC0415  imports Typer

    return describing.whole(typer_tree.Builder(program.wiring()).root())


def _values(cursor: Cursor, typed: str) -> Iterable[Candidate]:
    from pilottask.cli.completion.values import values  # noqa: PLC0415  names of commands and options need no store

    return values(cursor, typed)


def _line(one: Candidate, *, bare: bool) -> str:
    return f"{one.word}\n" if bare or not one.help else f"{one.word}\t{' '.join(one.help.split())}\n"


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
