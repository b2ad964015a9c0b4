# Completion of podwatch for fish. In this shell: podwatch completion fish | source
# For every shell: podwatch completion fish > ~/.config/fish/completions/podwatch.fish

function __podwatch_ask
    set -l typed (commandline -opc)
    set -l last (commandline -ct)
    # what is being typed comes as it stands, with its quotation marks
    set -l plain (string unescape -- $last 2>/dev/null)
    test (count $plain) -eq 1; or set plain "$last"
    set -l answer ($typed[1] __complete $typed[2..-1] "$plain" 2>/dev/null)
    set -l directive (string sub -s 2 -- $answer[-1])
    set -l begun (string match -r -- '^-[^=]*=' "$plain")
    if test (count $answer) -gt 1
        for line in $answer[1..-2]
            echo "$begun$line"
        end
    else if test "$directive" = 0
        __fish_complete_path (string replace -- "$begun" '' "$plain")
    end
end

complete -c podwatch -e
complete -c podwatch -f -a '(__podwatch_ask)'
