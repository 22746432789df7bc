"""What each shell runs as it starts, so that the Tab key asks this program, and how that is set up.

The scripts hand over the words typed so far, one a line, and the index of the one under the cursor; they get a line
for each word that fits, followed by a tab and what it means.
"""

from collections.abc import Mapping
from typing import Final

from pilottask.base.errors import NotFound
from pilottask.base.i18n import _
from pilottask.cli.typer_parts import calling_shell, install_completion

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


def script(shell: str) -> str:
    """Return what `shell` is to run as it starts."""
    return SCRIPTS[shell].strip()


def install() -> None:
    """Set up completion for the shell that called, and say where."""
    shell = _calling_shell()
    path = install_completion(shell, SCRIPTS[shell], program="pilottask", variable="_PILOTTASK_COMPLETE")
    text = _("Completion for {shell} is set up in {file}; it works in shells opened from now on.")
    print(text.format(shell=shell, file=path))  # noqa: T201  the output asked for


def show() -> None:
    """Print the script that `install` would write."""
    print(script(_calling_shell()))  # noqa: T201  the output asked for


def _calling_shell() -> str:
    """Return the shell that called; raises NotFound where it can't be told or has no completion."""
    name = calling_shell()
    if name is None or name not in SCRIPTS:
        raise NotFound(
            _("The shell can't be told, or is not one of {choices}.").format(choices=_(", ").join(SCRIPTS)),
            hint=_("Call this from the shell in which you want to use it."),
        )
    return name
