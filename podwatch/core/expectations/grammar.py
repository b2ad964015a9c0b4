"""How targets, words, budgets and sequences are written.

Responsible for turning the words of a command line into frozen values and for saying what is
wrong with them, with the close word offered. Whether they are met is `judge`'s business.
"""

import difflib
import re
from collections.abc import Collection
from itertools import pairwise

from podwatch.core.expectations.expectation import STAGES, About, Budget, Expectations, Target, Word
from podwatch.core.expectations.jsonpath import json_path
from podwatch.core.kube import JUDGED_KINDS, KINDS, kind_named
from podwatch.errors import PodwatchError, close_match

PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
CLAIM_PHASES = ("Pending", "Bound", "Lost")
PLAIN_WORDS = {
    "ready": About.READY,
    "succeeded": About.SUCCEEDED,
    "failed": About.FAILED,
    "create": About.CREATE,
    "delete": About.GONE,
    "gone": About.GONE,
}
"""The words without a value, by how they are written: `create` and `delete` as in kubectl wait."""
KEYED_WORDS = (About.CONDITION, About.JSONPATH, About.PHASE, About.STATUS, About.CONCEPT)


# ── targets ──


def target(text: str, namespace: str, kinds: Collection[str] = JUDGED_KINDS) -> Target | None:
    """The target that `deployment.apps/web` names, or `shop/deployment/web`; None for a kind that
    is not one of `kinds`. `namespace` is that of a text which names none.

    PodwatchError if it is not written as KIND/NAME or NAMESPACE/KIND/NAME.
    """
    *within, kind_text, name = ["", *text.strip().split("/")]
    if text.endswith((".yaml", ".yml", ".json")):
        raise PodwatchError(f'"{text}" is not a target', f"name each file with -f: -f {text}")
    if not all([kind_text, name, *within[1:]]) or len(within) > 2:
        raise PodwatchError(
            f'"{text}" is not a target',
            "write KIND/NAME as kubectl apply -o name does: deployment/web, pod/db; "
            "or NAMESPACE/KIND/NAME: shop/deployment/web; or name labels: -l app=web",
        )
    return object_target(kind_text, name, "".join(within) or namespace, kinds)


def object_target(
    kind_text: str, name: str, namespace: str, kinds: Collection[str] = JUDGED_KINDS
) -> Target | None:
    """The target that is this object; None for a kind that is not one of `kinds`.

    PodwatchError for a name that nothing can have. The namespace may be open.
    """
    kind = kind_named(kind_text)
    if kind is None or kind not in kinds:
        return None
    if not re.fullmatch(r"([a-z0-9]([-a-z0-9]*[a-z0-9])?)?", namespace) or len(namespace) > 63:
        raise PodwatchError(
            f'"{namespace}" is not a valid name for a namespace',
            'names have lower-case letters, digits and "-"',
        )
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name) or len(name) > 253:
        raise PodwatchError(
            f'"{name}" is not a valid name for a {kind}',
            'names have lower-case letters, digits, "-" and "."',
        )
    return Target(kind, namespace, name)


def wanted_target(
    text: str, namespace: str, do: str = "judge", kinds: Collection[str] = JUDGED_KINDS
) -> Target:
    """The target of an argument; PodwatchError for a kind of which podwatch can't `do` it."""
    wanted = target(text, namespace, kinds)
    if wanted is None:
        *within, kind, name = text.strip().split("/")
        names = (name for one in kinds for name in (one.lower(), *KINDS[one].short))
        meant = close_match(kind.lower(), names, cutoff=0.7)
        if within and kind_named(within[0]) in kinds:
            meant = f"write the namespace first: {kind}/{within[0]}/{name}; "
        raise PodwatchError(
            f'podwatch can\'t {do} "{text}": {kind} is not a kind that it follows',
            f"{meant}it follows {', '.join(kind.lower() for kind in kinds)}"
            + ("; what has no Pods may only be among what -f or - reads" * (do == "judge")),
        )
    return wanted


# ── words ──


def word(text: str, concepts: Collection[str]) -> Word:
    """The word that `--for` and `--never` name; PodwatchError offers a close one."""
    key, equals, rest = text.partition("=")
    if not text.isprintable():
        raise PodwatchError(
            f"{text!a} is not a valid word", "words have no control or undecodable characters"
        )
    if text in PLAIN_WORDS:
        return Word(text, PLAIN_WORDS[text])
    if not equals and text in concepts:
        return Word(text, About.CONCEPT, name=text)
    if not equals or key not in KEYED_WORDS:
        raise _unknown_word(text, concepts)
    about = About(key)
    if not rest:
        raise PodwatchError(
            f'"{text}" says nothing after "="', f"write it as in {_EXAMPLES[about]}"
        )
    match about:
        case About.CONDITION:
            type_, _, value = rest.partition("=")
            return Word(text, about, name=type_, value=(value or "true").lower())
        case About.JSONPATH:
            path, value = _path_and_value(rest)
            return Word(text, about, value=value, path=json_path(path))
        case About.PHASE:
            return Word(text, about, value=phase(rest))
        case About.STATUS:
            return Word(text, about, value=rest)
    if rest not in concepts:
        raise _unknown_word(rest, concepts)
    return Word(text, about, name=rest)


_EXAMPLES = {
    About.CONDITION: "condition=Ready or condition=Ready=False",
    About.JSONPATH: "jsonpath=.status.phase=Running",
    About.PHASE: "phase=Running",
    About.STATUS: "status=CrashLoopBackOff",
    About.CONCEPT: "concept=crash-loop-back-off",
}


def _path_and_value(text: str) -> tuple[str, str]:
    """`{.a[?(@.b=="c")]}=value` in its two parts: the `=` outside of braces and brackets."""
    depth = 0
    for index, char in enumerate(text):
        if char in "{[(":
            depth += 1
        elif char in "}])":
            depth -= 1
        elif char == "=" and depth == 0:
            value = text[index + 1 :]
            return text[:index], value.strip("'\"")
    return text, ""


def phase(text: str) -> str:
    """A phase, however its letters are written."""
    if text.capitalize() in {*PHASES, *CLAIM_PHASES}:
        return text.capitalize()
    meant = close_match(text.capitalize(), PHASES) or f"the phases are {', '.join(PHASES)}. "
    raise PodwatchError(
        f'there is no phase "{text}"',
        f"{meant}What kubectl shows as STATUS is written status={text}",
    )


def sequence(text: str) -> tuple[str, ...]:
    """The phases of `Pending,Running,Succeeded`."""
    phases = tuple(phase(part.strip()) for part in text.split(",") if part.strip())
    if not phases:
        raise PodwatchError(
            "--sequence names no phase", "write --sequence Pending,Running,Succeeded"
        )
    for earlier, later in pairwise(phases):
        if earlier in {"Succeeded", "Failed"}:
            raise PodwatchError(
                f"no Pod goes from {earlier} to {later}: {earlier} is a Pod's last phase",
                "leave out what comes after it",
            )
    return phases


def budget(text: str, seconds: float) -> Budget:
    """The budget for a stage by its name."""
    if text not in STAGES:
        raise PodwatchError(
            f'there is no stage "{text}" to have a budget',
            f"{close_match(text, STAGES)}the stages are {', '.join(STAGES)}: --within ready=60s",
        )
    return Budget(text, seconds)


def _unknown_word(text: str, concepts: Collection[str]) -> PodwatchError:
    known = [*PLAIN_WORDS, *concepts, *(f"{key}=" for key in KEYED_WORDS)]
    meant = f"did you mean {' or '.join(close[:3])}? " if (close := _meant(text, known)) else ""
    return PodwatchError(
        f'podwatch does not know the word "{text}"',
        f"{meant}it knows {', '.join(PLAIN_WORDS)}, {', '.join(f'{k}=…' for k in KEYED_WORDS)} "
        "and every id that podwatch explain lists",
    )


def _meant(text: str, known: Collection[str]) -> list[str]:
    """The words that were probably meant, the likeliest first."""
    lower = text.lower()
    if lower in PLAIN_WORDS:
        return [lower]
    types = {type_.lower(): type_ for kind in KINDS.values() for type_ in kind.conditions}
    if lower in types:
        return [f"condition={types[lower]}"]
    close = difflib.get_close_matches(lower, dict.fromkeys(known), n=2, cutoff=0.6)
    if text.capitalize() in PHASES:
        close.insert(0, f"phase={text.capitalize()}")
    if re.fullmatch(r"(Err|Create|Crash|Image|OOM|Init:|Terminating|Evicted|Completed)\S*", text):
        close.insert(0, f"status={text}")
    return close


def check(wanted: Expectations) -> Expectations:
    """The same; PodwatchError for what contradicts itself and could never be met."""
    if not wanted.targets:
        raise PodwatchError(
            "nothing to judge was named", "name a target: deployment/web, or -l app=web"
        )
    for forbidden in wanted.never:
        if any(forbidden.text == other.text for other in wanted.words):
            raise PodwatchError(
                f'"{forbidden.text}" is expected with --for and forbidden with --never',
                "leave one of them out",
            )
    plain = {expected.about for expected in wanted.words}
    if {About.SUCCEEDED, About.FAILED} <= plain and not wanted.any_:
        raise PodwatchError(
            "--for succeeded and --for failed can't both be met",
            "leave one of them out, or say with --any that one is enough",
        )
    phases = {expected.value for expected in wanted.words if expected.about is About.PHASE}
    if {"Succeeded", "Failed"} <= phases and not wanted.any_:
        raise PodwatchError("no Pod ends in two phases", "name one of them, or add --any")
    for target_ in wanted.targets:
        for expected in wanted.words:
            if expected.path is not None:
                expected.path.check(target_.kind)
    return wanted
