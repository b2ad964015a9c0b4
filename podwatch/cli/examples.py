"""The examples that each command's help ends with: commands, and what they are for."""

from collections.abc import Sequence

EXAMPLES: dict[str, list[tuple[str, str]]] = {
    "": [
        ("podwatch ns", "the Pods of your current namespace, live"),
        ("podwatch deploy/web", "a workload's Pods, through its rollouts"),
        ("podwatch explain CrashLoopBackOff", "what a word means"),
        ("podwatch explain pod/web-0 -n shop", "why a Pod is in its state"),
        ("kubectl apply -f app.yaml && podwatch expect -f app.yaml", ""),
    ],
    "watch": [
        ("podwatch deploy/web", "its Pods, through its rollouts"),
        ("podwatch -n shop sts/db job/import", "those of two workloads"),
        ("podwatch cronjob/report -o lines", "as lines, for a log"),
    ],
    "ns": [
        ("podwatch ns", "your current namespace"),
        ("podwatch ns shop db", "two namespaces"),
        ("podwatch ns -A -l app=web", "the Pods of all with a label"),
        ("podwatch ns -o json | jq .sentence", "for a program"),
    ],
    "pod": [
        ("podwatch pod web-0 -n shop", "one Pod; it may not exist yet"),
        ("podwatch pod -l app=web", "those with a label"),
    ],
    "explain": [
        ("podwatch explain OOMKilled", "a word, offline"),
        ("podwatch explain why is my pod pending", "a question"),
        ("podwatch explain deploy/web -n shop", "what is the matter with a workload"),
        ("podwatch explain -A", "what is wrong in the cluster"),
        ("kubectl get pod web-0 -o yaml | podwatch explain -f -", ""),
    ],
    "expect": [
        ("podwatch expect deploy/web job/import", "ready; the Job: succeeded"),
        ("podwatch expect pod/db --for condition=Ready --timeout 90s", ""),
        ("podwatch expect -l app=web --never oom-killed", ""),
        ("kubectl apply -f app.yaml && podwatch expect -f app.yaml", ""),
    ],
    "replay": [
        ("podwatch replay run.jsonl --speed 10", ""),
        ("podwatch replay run.jsonl --snapshot still.svg --at 20", ""),
    ],
    "tour": [
        ("podwatch tour", "from where you left it"),
        ("podwatch tour status", "one chapter; --list names all"),
        ("podwatch tour -o lines | less", "as plain text"),
    ],
    "demo": [
        ("podwatch demo", "an overview of what Pods go through"),
        ("podwatch demo crash-loop", "one lesson; --list names all"),
    ],
    "exercise": [
        ("podwatch exercise list", "all, from easy to hard; needs no cluster"),
        ("podwatch exercise start cart-image", "in your context's namespace"),
        ("podwatch exercise check", "is it mended?"),
        ("podwatch exercise hint", "one at a time"),
    ],
    "class": [
        ("podwatch class", "all namespaces with the label podwatch/learner"),
        ("podwatch class -n anna,ben", "two, where you may not list namespaces"),
        ("podwatch class -o json | jq .cause", "once, for a program"),
    ],
    "scenario": [
        ("podwatch scenario run crash-loop", "live, in a namespace of its own"),
        ("podwatch scenario run scaling -n anna", "where you may not make namespaces"),
        ("podwatch scenario show scaling", "its manifest and its commands"),
        ("podwatch scenario clean", "what a run that was killed has left"),
    ],
    "completion": [
        ("source <(podwatch completion bash)", "in this shell; so does zsh"),
        ("podwatch completion fish | source", ""),
    ],
}
"""By command; the program's own under no name."""


def written(examples: Sequence[tuple[str, str]]) -> str:
    """The examples as lines."""
    width = max((len(command) for command, what in examples if what), default=0)
    return "\n".join(f"{command:{width}}  {what}".rstrip() for command, what in examples)
