"""Which findings have one cause, so that it is told once, with a count.

Responsible for what counts as the same cause, for the news that all of them share, and for which
cause is worst. Used wherever several Pods are explained at once.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from podwatch.core.concepts.patterns import FACT, filled
from podwatch.core.finding import Diagnosis, Finding
from podwatch.core.kube import Pod
from podwatch.core.messages.cleaning import shortened
from podwatch.core.text import printable

T = TypeVar("T")


class Case(NamedTuple, Generic[T]):
    """A finding about something. `pods`: how many Pods it is about.

    `workload`: who made it; those of one fold by their news, others only if all that is said is
    the same. `names`: what in its texts is its own name.
    """

    finding: Finding
    of: T
    workload: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pods: int = 1


class Group(NamedTuple, Generic[T]):
    """What has one cause, in the order in which it was given: the first stands for the others.

    `fact`: the news, without what is not the same for all. `pods`: how many there are.
    """

    finding: Finding
    fact: str
    members: tuple[T, ...]
    pods: int

    @property
    def state(self) -> str:
        """The id of the state of the first."""
        return self.finding.state


def case_of(
    pod: Pod, diagnosis: Diagnosis, of: T, workload: tuple[str, ...] = ()
) -> Case[T] | None:
    """What is amiss with a Pod, or what it waits for; None if neither.

    A Node that is surely not ready comes before all else: what is wrong there comes from that.
    """
    first = diagnosis.first
    if first.role not in {"cause", "wait"}:
        return None
    for one in diagnosis.findings:
        sure = one.symptom.facts.get("node.known") or one.symptom.facts.get("node.told")
        if sure and one.symptom.part == "node" and one.present.role == "cause":
            first = replace(one, role="cause")  # of a Pod that is being deleted it is a note
    return Case(first, of, workload, _names(pod))


def _names(pod: Pod) -> tuple[str, ...]:
    """Its name, if a controller made it, and its controller's; and where it is."""
    by, node = pod.metadata.controller, pod.spec.node_name
    made = (pod.metadata.name, by.name) if by is not None else ()
    return (*made, node) if node else made


def folded(cases: Iterable[Case[T]]) -> tuple[Group[T], ...]:
    """The cases in groups of one cause each, the worst first."""
    of_workloads: dict[tuple[object, ...], list[Case[T]]] = {}
    for case in cases:
        of_workloads.setdefault((case.workload, *_news(case)), []).append(case)
    groups: dict[tuple[object, ...], list[Case[T]]] = {}
    for alike in of_workloads.values():
        groups.setdefault((*_news(alike[0]), _said(alike[0])), []).extend(alike)
    return tuple(sorted(map(_group, groups.values()), key=_rank))


def _group(cases: list[Case[T]]) -> Group[T]:
    first, facts = cases[0], {case.finding.fact for case in cases}
    fact = first.finding.fact
    if len(facts) > 1:
        fact = _common(first.finding.present.fact, first.finding.symptom.facts, first)
    own = " …" if len(facts) > 1 and fact.endswith(" …") else ""  # "nothing listens on …"
    return Group(
        first.finding,
        shortened(fact, FACT - len(own)) + own,
        tuple(case.of for case in cases),
        sum(case.pods for case in cases),
    )


def _rank(group: Group[Any]) -> tuple[bool, bool, bool, bool, int, str, str]:
    """A cause before what is only awaited, and what is over after what is not.

    Then a Node, what can't heal, and what most Pods have.
    """
    finding = group.finding
    return (
        finding.role != "cause",
        finding.symptom.facts.get("pod.over") is True,
        finding.symptom.part != "node",
        not finding.permanent,
        -group.pods,
        finding.state,
        group.fact,
    )


# ── what is the same cause ──

_MOMENTS = re.compile(r"\{container\.(?:reason|run|restarts|times)\}")
"""The facts that differ only by the moment: ErrImagePull and ImagePullBackOff take turns."""
_PASSING = re.compile(
    r", (?:\d+(?:st|nd|rd|th) )?run$"
    r"| after [\d.]+ (?:ms|s|min|h|d)\b(?: \d+ (?:s|min|h)\b)?"
    r"| \([^()]* so far\)"
)
"""What differs by the moment within a text: the number of a run, how long it took."""
_NODES = re.compile(r"\b\d+ nodes?(?: (?:does|do|has|have|is|are|was|were)\b)?")
"""How many nodes do something."""
_OWN = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?::\d+)?"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b(?=[a-f]*\d)[0-9a-f]{10,64}\b"
    r"|(?<=kube-api-access-)\w{5}\b"
)
"""What is a Pod's own: an address, a uid, a hash, the name of its token's volume."""


def _news(case: Case[Any]) -> tuple[str, str, bool]:
    """What Pods of a workload with one cause share: the state, its news, and whether it is over.

    What is over comes after what is not, so that a group is one or the other.
    """
    finding = case.finding
    text, facts = finding.present.fact, finding.symptom.facts
    over = facts.get("pod.over") is True
    if "{run.fact}" in text:  # the moments of one crash loop are several states with one lesson
        return finding.concept, _common("{run.fact}", facts, case), over
    return finding.state, _common(_MOMENTS.sub("", text), facts, case), over


def alike(case: Case[Any]) -> str:
    """What cases with one cause share, whosever they are: nothing to be read.

    The scheduler counts nodes again at each of its tries, for one Pod after the other.
    """
    said = "/".join(map(str, (*_news(case), _said(case))))
    return _NODES.sub("nodes", said) if case.finding.symptom.part == "scheduling" else said


def _said(case: Case[Any]) -> str:
    """What is said of it beside its news."""
    finding = case.finding
    text = "{run.how}" if "{run.fact}" in finding.present.fact else finding.present.sentence
    return _common(_MOMENTS.sub("", text), finding.symptom.facts, case)


def _common(text: str, facts: Mapping[str, Any], case: Case[Any]) -> str:
    """A text about it, without what differs by the moment or is its own name."""
    said = _PASSING.sub("", printable(filled(text, facts)))
    for name in case.names if case.finding.symptom.part != "node" else ():
        if name in said:  # a pattern is dear to make, and each Pod has a name of its own
            said = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", "…", said)
    return _OWN.sub("…", said)
