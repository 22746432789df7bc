"""Completion by the Tab key: what is being typed, and what can stand there, as lines for a shell.

The scripts below hand over the words typed so far, one a line, and the place of the one under the cursor; they get a
line for each word that fits, followed by a tab and what it means. Nothing here fails: what goes wrong offers nothing.
"""

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pilottask.base.errors import NotFound
from pilottask.base.i18n import _
from pilottask.cli.completion.grammar import Argument, Node, Option

PROGRAM: Final = "pilottask"
VARIABLE: Final = "_PILOTTASK_COMPLETE"
_PLAIN: Final = "_PILOTTASK_COMPLETE_HELP"
"""Set by the script for bash, which shows what a word means where several fit; without it words stand alone."""

_BASH: Final = r"""
_pilottask_completion() {
    local IFS=$'\n' line word cur="${COMP_WORDS[COMP_CWORD]}" quote=''
    local -a lines=()
    case $cur in \"*|\'*) quote=${cur:0:1} ;; esac
    COMPREPLY=()
    while IFS= read -r line; do lines+=("$line"); done < <(
        COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \
            _PILOTTASK_COMPLETE_HELP=1 _PILOTTASK_COMPLETE=complete_bash "$1" 2>/dev/null
    )
    for line in "${lines[@]}"; do
        word=${line%%$'\t'*}
        if [[ ${#lines[@]} -gt 1 && $line == *$'\t'* && $COMP_TYPE != 37 && $COMP_TYPE != 42 ]]; then
            COMPREPLY+=("$word  (${line#*$'\t'})")
        elif [[ -n $quote ]]; then
            COMPREPLY+=("$word")
        else
            COMPREPLY+=("$(printf %q "$word")")
        fi
    done
}

complete -o default -o nosort -F _pilottask_completion pilottask 2>/dev/null ||
    complete -o default -F _pilottask_completion pilottask # bash before 4.4, as macOS has it
"""

_ZSH: Final = r"""
#compdef pilottask

_pilottask_completion() {
  local line
  local -a values shown
  while IFS= read -r line; do
    values+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  -- }")
  done < <(COMP_WORDS="${(F)words}" COMP_CWORD=$((CURRENT - 1)) _PILOTTASK_COMPLETE=complete_zsh $words[1] 2>/dev/null)
  if (( $#values )); then
    compadd -U -l -V pilottask -d shown -a values
  else
    _files
  fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _pilottask_completion "$@"
else
  compdef _pilottask_completion pilottask
fi
"""

_FISH: Final = r"""
function __pilottask_completion
    set -l words (commandline -opc)
    set -l offered (COMP_WORDS=(string join \n -- (string escape -- $words) (commandline -ct) | string collect) \
        COMP_CWORD=(count $words) _PILOTTASK_COMPLETE=complete_fish $words[1] 2>/dev/null)
    if set -q offered[1]
        string join \n -- $offered
    else
        __fish_complete_path (commandline -ct)
    end
end

complete --command pilottask --no-files --keep-order --arguments "(__pilottask_completion)"
"""

_POWERSHELL: Final = r"""
Register-ArgumentCompleter -Native -CommandName pilottask -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $Env:COMP_WORDS = ($before + $wordToComplete) -join "`n"
        $Env:COMP_CWORD = $before.Count
        $Env:_PILOTTASK_COMPLETE = "complete_powershell"
        pilottask 2>$null | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $typed = if ($value -match "[^\w./:=+-]") { "'" + $value.Replace("'", "''") + "'" } else { $value }
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new($typed, $value, "ParameterValue", $help)
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:_PILOTTASK_COMPLETE -ErrorAction SilentlyContinue
    }
}
"""

SCRIPTS: Final[Mapping[str, str]] = {
    "bash": _BASH,
    "zsh": _ZSH,
    "fish": _FISH,
    "powershell": _POWERSHELL,
    "pwsh": _POWERSHELL,
}


class Offer(NamedTuple):
    """A word that could stand under the cursor, and what it means."""

    word: str
    help: str = ""


class Place(NamedTuple):
    """A place for a value: of which command, under which parameter, and the words of the whole line before it."""

    command: str
    param: str
    words: Sequence[str]


Values = Callable[[Place, str], Iterable[Offer]]
"""What could be typed at a place, given what stands there already."""


def answer(instruction: str, grammar: Callable[[Sequence[str]], Node], values: Values) -> int:
    """Print what the shell asks for by `instruction` (`complete_bash`, `source_zsh`), and return the exit code.

    `grammar` is given the words typed, which may name the language.
    """
    verb, _underscore, shell = instruction.partition("_")
    if verb == "source" and shell in SCRIPTS:
        print(script(shell))  # noqa: T201  the output asked for
        return 0
    try:
        words, typed = _typed(os.environ, windows=shell in {"powershell", "pwsh"})
        found = list(offers(grammar(words), words, typed, values))
        bare = shell == "bash" and not os.environ.get(_PLAIN)
        sys.stdout.write("".join(_line(offer, bare=bare) for offer in found))
    except Exception:  # noqa: BLE001  a message in the middle of a line being typed would help nobody
        return 0
    return 0


def _line(offer: Offer, *, bare: bool) -> str:
    return f"{offer.word}\n" if bare or not offer.help else f"{offer.word}\t{' '.join(offer.help.split())}\n"


def _typed(environ: Mapping[str, str], *, windows: bool) -> tuple[list[str], str]:
    """Return the words after the program's name and before the cursor, and what stands under the cursor."""
    text = environ["COMP_WORDS"]
    split = text.split("\n") if "\n" in text else text.split(" ")
    words = [_unquoted(word, windows=windows) for word in split]
    place = int(environ["COMP_CWORD"])
    return words[1:place], words[place] if place < len(words) else ""


def _unquoted(word: str, *, windows: bool) -> str:
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


def offers(root: Node, words: Sequence[str], typed: str, values: Values) -> Iterator[Offer]:
    """Return what could stand in the place of `typed` after `words`."""
    node, names, pending, taken, only_arguments = _walked(root, words)
    if node is None:
        return
    command = " ".join(names)
    if typed == "=":  # bash takes --option=value for three words
        typed = ""
    if pending is not None:
        yield from _values(pending, Place(command, pending.param, words), typed, values)
    elif typed.startswith("-") and not only_arguments:
        yield from _after_dash(node, Place(command, "", words), typed, values)
    elif node.commands:
        yield from (Offer(name, below.help) for name, below in node.commands.items() if name.startswith(typed))
    elif (argument := _argument(node, taken)) is not None:
        yield from _values(argument, Place(command, argument.param, words), typed, values)
    elif not typed:
        yield from _option_names(node, words, "--")


class _Walked(NamedTuple):
    """Where the words before the cursor lead: `pending` is an option that waits for its value."""

    node: Node | None
    names: tuple[str, ...]
    pending: Option | None
    taken: int
    only_arguments: bool


def _walked(root: Node, words: Sequence[str]) -> _Walked:
    node, pending, taken, only_arguments = root, None, 0, False
    names: tuple[str, ...] = ()
    for place, word in enumerate(words):
        if word == "=" and place and words[place - 1].startswith("--"):
            continue
        if pending is not None:
            pending = None
        elif only_arguments or not word.startswith("-") or word == "-":
            if not node.commands:
                taken += 1
            elif word in node.commands:
                node, names = node.commands[word], (*names, word)
            else:
                return _Walked(None, names, None, 0, only_arguments)
        elif word == "--":
            only_arguments = True
        elif "=" not in word:
            option = _option(node, word)
            pending = option if option is not None and option.takes_value else None
    return _Walked(node, names, pending, taken, only_arguments)


def _option(node: Node, name: str) -> Option | None:
    return next((option for option in node.options if name in option.names), None)


def _argument(node: Node, taken: int) -> Argument | None:
    """Return the argument that the next word fills, `taken` being filled already."""
    if taken < len(node.arguments):
        return node.arguments[taken]
    last = node.arguments[-1] if node.arguments else None
    return last if last is not None and last.several else None


def _after_dash(node: Node, place: Place, typed: str, values: Values) -> Iterator[Offer]:
    name, equals, rest = typed.partition("=")
    if not equals:
        yield from _option_names(node, place.words, typed)
    elif (option := _option(node, name)) is not None and option.takes_value:
        found = _values(option, place._replace(param=option.param), rest, values)
        yield from (Offer(f"{name}={offer.word}", offer.help) for offer in found)


def _option_names(node: Node, words: Sequence[str], typed: str) -> Iterator[Offer]:
    said = {word.partition("=")[0] for word in words}
    for option in node.options:
        if option.repeats or said.isdisjoint(option.names):
            yield from (Offer(name, option.help) for name in option.names if _starts(name, typed))


def _starts(name: str, typed: str) -> bool:
    return name.startswith(typed) and (name.startswith("--") or typed == name)


def _values(param: Option | Argument, place: Place, typed: str, values: Values) -> Iterable[Offer]:
    if param.choices:
        return [Offer(choice) for choice in param.choices if choice.startswith(typed)]
    return [offer for offer in values(place, typed) if not re.search(r"[\x00-\x1f\x7f-\x9f]", offer.word)]


def script(shell: str) -> str:
    """Return what `shell` is to run as it starts, so that the Tab key asks this program."""
    return SCRIPTS[shell].strip()


def install() -> None:
    """Set up completion for the shell that called, and say where."""
    from typer import _completion_shared as shells  # noqa: PLC0415  seldom used

    shells._completion_scripts.update({name: text.replace("%", "%%") for name, text in SCRIPTS.items()})  # noqa: SLF001  Typer knows where each shell looks
    shell, path = shells.install(_shell(), PROGRAM, VARIABLE)
    text = _("Completion for {shell} is set up in {file}; it works in shells opened from now on.")
    print(text.format(shell=shell, file=path))  # noqa: T201  the output asked for


def show() -> None:
    """Print the script that `install` would write."""
    print(script(_shell()))  # noqa: T201  the output asked for


def _shell() -> str:
    """Return the shell that called; raises NotFound where it can't be told or has no completion."""
    from typer import _completion_shared as shells  # noqa: PLC0415  seldom used

    name: str | None = shells._get_shell_name()  # noqa: SLF001  Typer has no public way to ask
    if name is None or name not in SCRIPTS:
        raise NotFound(
            _("The shell can't be told, or is not one of {choices}.").format(choices=_(", ").join(SCRIPTS)),
            hint=_("Call this from the shell in which you want to use it."),
        )
    return name
