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
