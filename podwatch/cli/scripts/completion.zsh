#compdef podwatch
# Completion of podwatch for zsh. In this shell: source <(podwatch completion zsh)
# For every shell: podwatch completion zsh > a file _podwatch in a folder of $fpath

_podwatch() {
    local -a typed lines values shown flags
    local line value what answer directive prefix=
    typed=("${(@Q)words[1,CURRENT]}")
    answer=("${(@f)$("$typed[1]" __complete "${(@)typed[2,-1]}" 2>/dev/null)}")
    lines=("${(@)answer}")
    directive=${lines[-1]#:}
    [[ $typed[-1] == -*=* ]] && prefix=${typed[-1]%%=*}=
    [[ -n $prefix ]] && compset -P '*='
    for line in "${(@)lines[1,-2]}"; do
        [[ -n $line ]] || continue
        value=${line%%$'\t'*}
        what=
        [[ $line == *$'\t'* ]] && what="  -- ${line#*$'\t'}"
        values+=("$value")
        shown+=("$value$what")
    done
    if (( directive & 2 )); then flags=(-S ''); fi
    if (( ${#values} )); then
        compadd "${(@)flags}" -l -d shown -a values
    elif [[ $directive == 0 ]]; then
        _files
    fi
}

if [[ $funcstack[1] == _podwatch ]]; then
    _podwatch "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _podwatch podwatch
fi
