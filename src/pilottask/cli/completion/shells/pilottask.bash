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
