# bash completion for eni-agent(8)
_eni_agent()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word command=
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            daemon | sync | plan | status | snapshot | doctor | release | config) command=$word ;;
        esac
    done
    case $prev in
        --config | --metadata | --report) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        --root) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    esac
    local words='--config --root --json --verbose --help'
    case $command in
        '') words="daemon sync plan status snapshot doctor release config --version $words" ;;
        plan) words="--exit-code --metadata $words" ;;
        snapshot) [[ $cur == -* ]] || { mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return; } ;;
        status) words="--watch $words" ;;
        doctor) words="--report $words" ;;
        release) words="--for-image $words" ;;
        config) words="--check $words" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _eni_agent eni-agent
