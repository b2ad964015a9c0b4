"""What can be expected, and how it is written: targets, words, selectors, budgets.

Responsible for turning the words of a command line into frozen values and for saying what is
wrong with them, with the close word offered. Whether they are met is `judge`'s business.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise

import msgspec

from podwatch.core.expectations.jsonpath import JsonPath, json_path
from podwatch.core.kube import KINDS, WORKLOAD_KINDS
from podwatch.errors import ExitCode, PodwatchError, close_match

MAX_RESTARTS = 3
"""How often a container may be restarted before its next failure is final, if nobody says."""
GRACE = 15.0
"""For how many seconds something that may heal at once (a Secret that comes late) is borne."""
TIMEOUT = 120.0
"""After how many seconds it is given up, if nobody says."""

_BY_NAME = {
    name: kind
    for kind in WORKLOAD_KINDS
    for name in (kind.lower(), KINDS[kind].plural, *KINDS[kind].short)
}

PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")
STAGES = ("scheduled", "initialized", "pulled", "started", "ready")
"""What a budget can be for, in the order in which a Pod passes them."""

READY, SUCCEEDED, FAILED, GONE = "ready", "succeeded", "failed", "gone"
PLAIN_WORDS = (READY, SUCCEEDED, FAILED, GONE)
KEYED_WORDS = ("condition", "jsonpath", "phase", "status", "concept")
POD_CONDITIONS = frozenset(
    {"ready", "containersready", "initialized", "podscheduled", "podreadytostartcontainers"}
)
"""The conditions of Pods, in lower case: of an owner they mean those of its current Pods."""

_PROGRESS_CONDITIONS = POD_CONDITIONS | {"available", "complete"}


_PHASE = ("status", "phase")


def phase_decided_by(phase: str) -> str:
    """Which rules about hopeless states decide that a Pod gets to this phase, or none."""
    return {"Running": "phase", "Succeeded": SUCCEEDED, "Failed": FAILED}.get(phase, "")


class Target(msgspec.Struct, frozen=True):
    """What is judged: one object by name, or the Pods with certain labels."""

    kind: str
    namespace: str
    name: str = ""
    selector: str = ""

    def __str__(self) -> str:
        return f"-l {self.selector}" if self.selector else f"{self.kind.lower()}/{self.name}"


class Word(msgspec.Struct, frozen=True):
    """One thing to wait for. `name` is a condition's type or a concept's id; `value` what it
    has to be; `path` of a jsonpath.
    """

    text: str
    about: str
    name: str = ""
    value: str = ""
    path: JsonPath | None = None

    @property
    def decided_by(self) -> str:
        """Which rules about hopeless states decide it: a word of hopeless.toml, or none."""
        match self.about, self.name.lower(), self.value.lower():
            case ("ready" | "succeeded" | "failed") as about, _, _:
                return about
            case "phase", _, _:
                return phase_decided_by(self.value)
            case "jsonpath", _, _ if self.path is not None and self.path.names == _PHASE:
                return phase_decided_by(self.value)
            case "status", _, "running":
                return "phase"
            case "condition", "failed", "true":
                return FAILED
            case "condition", type_, "true" if type_ in _PROGRESS_CONDITIONS:
                return "condition"
        return ""


class Budget(msgspec.Struct, frozen=True):
    """Each Pod has to pass a stage within so many seconds of its creation."""

    stage: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.stage}={self.seconds:g}s"


class Expectations(msgspec.Struct, frozen=True, kw_only=True):
    """All that is expected. Times are in seconds; no words means each kind's usual one.

    `max_restarts` None means `MAX_RESTARTS`, but for Jobs, whose own limit counts. `any_`: one
    of the words is enough.
    """

    targets: tuple[Target, ...]
    words: tuple[Word, ...] = ()
    never: tuple[Word, ...] = ()
    within: tuple[Budget, ...] = ()
    sequence: tuple[str, ...] = ()
    max_restarts: int | None = None
    stable: float = 0.0
    any_: bool = False
    timeout: float = TIMEOUT
    grace: float = GRACE

    def words_for(self, target: Target) -> tuple[Word, ...]:
        """The words of one target."""
        if self.words:
            return self.words
        if self.sequence:
            return ()
        usual = SUCCEEDED if target.kind == "Job" else READY
        return (Word(usual, usual),)


# ── targets ──


def target(text: str, namespace: str) -> Target | None:
    """The target that `deployment.apps/web` names; None for a kind without Pods.

    PodwatchError if it is not written as KIND/NAME.
    """
    kind_text, slash, name = text.strip().partition("/")
    if not slash or not kind_text or not name or "/" in name:
        raise _usage(
            f'"{text}" is no target',
            "write KIND/NAME as kubectl apply -o name does: deployment/web, pod/db; "
            "or name labels: -l app=web",
        )
    short, _, group = kind_text.lower().partition(".")
    kind = _BY_NAME.get(short)
    if kind is None or group not in {"", KINDS[kind].group}:
        return None
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name) or len(name) > 253:
        raise _usage(
            f'no {kind} can be called "{name}"',
            'names have lower-case letters, digits, "-" and "."',
        )
    return Target(kind, namespace, name)


def wanted_target(text: str, namespace: str) -> Target:
    """The target of an argument; PodwatchError for a kind that podwatch can't judge."""
    found = target(text, namespace)
    if found is None:
        kind = text.partition("/")[0]
        meant = close_match(kind.lower(), _BY_NAME, cutoff=0.7)
        raise _usage(
            f'podwatch can\'t judge "{text}": {kind} is not a kind whose Pods it follows',
            f"{meant}it follows {', '.join(kind.lower() for kind in WORKLOAD_KINDS)}; "
            'kinds without Pods are skipped only when read from "-"',
        )
    return found


def targets_of_lines(lines: Iterable[str], namespace: str) -> tuple[list[Target], list[str]]:
    """The targets that `kubectl apply -o name` printed, and the lines that have no Pods."""
    found, skipped = [], []
    for line in lines:
        words = line.split()
        if not words:
            continue
        one = target(words[0], namespace)
        if one is None:
            skipped.append(words[0])
        else:
            found.append(one)
    return found, skipped


# ── words ──


def word(text: str, concepts: Collection[str]) -> Word:
    """The word that `--for` and `--never` name; PodwatchError offers a close one."""
    about, equals, rest = text.partition("=")
    if not text.isprintable():
        raise _usage(f"{text!a} is no word", "words have no control or undecodable characters")
    if text in PLAIN_WORDS:
        return Word(text, text)
    if not equals and text in concepts:
        return Word(text, "concept", name=text)
    if not equals or about not in KEYED_WORDS:
        raise _unknown_word(text, concepts)
    if not rest:
        raise _usage(f'"{text}" says nothing after "="', f"write it as in {_EXAMPLES[about]}")
    match about:
        case "condition":
            type_, _, value = rest.partition("=")
            return Word(text, about, name=type_, value=(value or "true").lower())
        case "jsonpath":
            path, value = _path_and_value(rest)
            return Word(text, about, value=value, path=json_path(path))
        case "phase":
            return Word(text, about, value=phase(rest))
        case "status":
            return Word(text, about, value=rest)
    if rest not in concepts:
        raise _unknown_word(rest, concepts)
    return Word(text, about, name=rest)


_EXAMPLES = {
    "condition": "condition=Ready or condition=Ready=False",
    "jsonpath": "jsonpath=.status.phase=Running",
    "phase": "phase=Running",
    "status": "status=CrashLoopBackOff",
    "concept": "concept=crash-loop-back-off",
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
    for one in PHASES:
        if one.lower() == text.lower():
            return one
    meant = close_match(text.capitalize(), PHASES) or f"the phases are {', '.join(PHASES)}. "
    raise _usage(
        f'there is no phase "{text}"',
        f"{meant}What kubectl shows as STATUS is written status={text}",
    )


def sequence(text: str) -> tuple[str, ...]:
    """The phases of `Pending,Running,Succeeded`."""
    found = tuple(phase(part.strip()) for part in text.split(",") if part.strip())
    if not found:
        raise _usage("--sequence names no phase", "write --sequence Pending,Running,Succeeded")
    for earlier, later in pairwise(found):
        if earlier in {"Succeeded", "Failed"}:
            raise _usage(
                f"no Pod goes from {earlier} to {later}: {earlier} is a Pod's last phase",
                "leave out what comes after it",
            )
    return found


def budget(text: str, seconds: float) -> Budget:
    """The budget for a stage by its name."""
    if text not in STAGES:
        raise _usage(
            f'there is no stage "{text}" to have a budget',
            f"{close_match(text, STAGES)}the stages are {', '.join(STAGES)}: --within ready=60s",
        )
    return Budget(text, seconds)


def _unknown_word(text: str, concepts: Collection[str]) -> PodwatchError:
    known = [*PLAIN_WORDS, *concepts, *(f"{key}=" for key in KEYED_WORDS)]
    lower = text.lower()
    close = difflib.get_close_matches(lower, known, n=2, cutoff=0.6)
    if text.capitalize() in PHASES and text.capitalize() not in {"Succeeded", "Failed"}:
        close.insert(0, f"phase={text.capitalize()}")
    if re.fullmatch(r"(Err|Create|Crash|Image|OOM|Init:|Terminating|Evicted|Completed)\S*", text):
        close.insert(0, f"status={text}")
    meant = f"did you mean {' or '.join(close[:3])}? " if close else ""
    return _usage(
        f'podwatch does not know the word "{text}"',
        f"{meant}it knows {', '.join(PLAIN_WORDS)}, {', '.join(f'{k}=…' for k in KEYED_WORDS)} "
        "and every id that podwatch explain lists",
    )


def check(wanted: Expectations) -> Expectations:
    """The same; PodwatchError for what contradicts itself and could never be met."""
    if not wanted.targets:
        raise _usage("nothing to judge was named", "name a target: deployment/web, or -l app=web")
    for one in wanted.never:
        if any(one.text == other.text for other in wanted.words):
            raise _usage(
                f'"{one.text}" is expected with --for and forbidden with --never',
                "leave one of them out",
            )
    plain = {one.about for one in wanted.words}
    if {SUCCEEDED, FAILED} <= plain and not wanted.any_:
        raise _usage(
            "--for succeeded and --for failed can't both be met",
            "leave one of them out, or say with --any that one is enough",
        )
    phases = {one.value for one in wanted.words if one.about == "phase"}
    if {"Succeeded", "Failed"} <= phases and not wanted.any_:
        raise _usage("no Pod ends in two phases", "name one of them, or add --any")
    for target_ in wanted.targets:
        if target_.kind in {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"} and (
            SUCCEEDED in plain and not wanted.any_
        ):
            raise _usage(
                f"{target_} can't be expected to succeed: the containers of a {target_.kind} are "
                "started again whenever they end",
                "expect it to be ready; what shall end well is a job",
            )
        for one in wanted.words:
            if one.path is not None:
                one.path.check(target_.kind)
    return wanted


# ── label selectors ──


class Requirement(msgspec.Struct, frozen=True):
    """One part of a label selector. No values: only the label's presence counts."""

    key: str
    wanted: bool
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels fulfil it. As in Kubernetes, `a!=b` holds without `a`."""
        if self.values:
            return (labels.get(self.key) in self.values) is self.wanted
        return (self.key in labels) is self.wanted


_SET = re.compile(r"\s*([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)\s*$")
_EQUAL = re.compile(r"\s*([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)\s*$")
_THERE = re.compile(r"\s*(!?)\s*([\w./-]+)\s*$")


def requirements(selector: str) -> tuple[Requirement, ...]:
    """The parts of a label selector, all of which have to hold.

    Source: kubernetes.io, "Labels and Selectors".
    """
    found = []
    for part in re.split(r",(?![^(]*\))", selector):
        if made := _SET.match(part):
            values = tuple(value.strip() for value in made[3].split(","))
            found.append(Requirement(made[1], made[2] == "in", values))
        elif made := _EQUAL.match(part):
            found.append(Requirement(made[1], made[2] != "!=", (made[3],)))
        elif made := _THERE.match(part):
            found.append(Requirement(made[2], not made[1]))
        else:
            raise _usage(
                f'"{selector}" is no label selector', "write app=web, tier!=db or 'app in (a,b)'"
            )
    return tuple(found)


def _usage(message: str, hint: str) -> PodwatchError:
    return PodwatchError(message, hint, ExitCode.USAGE)
