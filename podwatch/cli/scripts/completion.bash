# Completion of podwatch for bash 3.2 and newer. In this shell: source <(podwatch completion bash)
# For every shell: podwatch completion bash > ~/.local/share/bash-completion/completions/podwatch

__podwatch_complete() {
    local line=${COMP_LINE:0:COMP_POINT} words=() word value current answer directive i
    # bash splits words at ":" and "=", too: what no blank parts is one word
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 0)) && [[ $line != [[:space:]]* ]]; then
            ((i == COMP_CWORD)) && word=$line
            words[${#words[@]} - 1]+=$word
        else
            line=${line#"${line%%[![:space:]]*}"}
            ((i == COMP_CWORD)) && word=$line
            words+=("$word")
        fi
        line=${line#"$word"}
    done
    current=${words[${#words[@]} - 1]}
    COMPREPLY=()
    answer=$(PODWATCH_COMPLETES_QUOTED=1 "${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null) || return
    directive=${answer##*:}
    answer=${answer%:*}
    # what stands before the last break stays as it is: only what follows it is replaced
    local kept= begun=
    [[ $current == -*=* ]] && begun=${current%%=*}=
    if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then
        kept=${current%"${current##*:}"}
    elif [[ $COMP_WORDBREAKS == *=* ]]; then
        kept=$begun
    fi
    while IFS=$'\t' read -r value _; do
        [[ -n $value ]] || continue
        printf -v value %q "$value"
        value=$begun$value
        COMPREPLY+=("${value#"$kept"}")
    done <<<"$answer"
    if ((directive & 2)) && type compopt >/dev/null 2>&1; then
        compopt -o nospace
    fi
    if ((directive == 0)) && ((${#COMPREPLY[@]} == 0)); then
        type compopt >/dev/null 2>&1 && compopt -o filenames
        value=${current#"$begun"}
        while IFS= read -r word; do
            COMPREPLY+=("$word")
        done < <(compgen -f -- "${value/#\~\//$HOME/}")
    fi
}

complete -F __podwatch_complete podwatch
