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
