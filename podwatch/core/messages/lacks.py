"""What a Pod asks for and what nodes have, as the places of scheduling.toml's texts.

Responsible for names and numbers in words; which nodes a reason is about was found before
(`podwatch.core.messages.scheduling`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from podwatch.core.kube import Node, PersistentVolumeClaim, Pod
from podwatch.core.kube.pod_spec import LabelSelector, NodeRequirement, PodAffinity
from podwatch.core.messages.clauses import Clause, word
from podwatch.core.messages.nodes import Load, Wanted, holds, label_counts, wanted
from podwatch.core.messages.quantities import parsed, written
from podwatch.core.text import counted, listed

Places = dict[str, str]
"""What is known, by the place's name."""

_SHOWN = 3
"""So many values of a label are told."""
_ZONE = "topology.kubernetes.io/zone"


class Situation:
    """A Pod that waits, and what is known of the cluster. `told`: how many nodes it has."""

    def __init__(
        self,
        pod: Pod,
        nodes: tuple[Node, ...],
        load: Load,
        claims: tuple[PersistentVolumeClaim, ...],
        told: int = -1,
    ) -> None:
        self.pod, self.nodes, self.load, self.claims = pod, nodes, load, claims
        self.told = told

    @cached_property
    def asks(self) -> Wanted:
        """What the Pod asks of a node."""
        return wanted(self.pod)

    @cached_property
    def only(self) -> str:
        """The node that the Pod of a DaemonSet is made for."""
        for one in (one for term in self.asks.terms for one in term):
            if one.key == "metadata.name" and one.operator == "In" and len(one.values) == 1:
                return one.values[0]
        return ""

    def places(self, clause: Clause, nodes: Sequence[Node]) -> Places:
        """What can be said of a clause. `nodes`: those that it is about, if that is known."""
        say = _SAY.get(clause.id)
        return {"only": self.only, **(say(self, clause, nodes) if say is not None else {})}


# ── resources ──


def _amounts(situation: Situation, clause: Clause, nodes: Sequence[Node]) -> Places:
    name = resource(clause)
    asked = situation.asks.asked.get(name, 0)
    if not asked:
        return {}
    if not nodes:
        return {"asked": written(name, asked)[0]}
    biggest = max(_allocatable(node, name) for node in situation.nodes)
    if not biggest:
        return {"asked": written(name, asked)[0], "none": word("resource", name)}
    if asked > biggest:
        texts = written(name, asked, biggest)
        return {"asked": texts[0], "biggest": texts[1]}
    at_most = "at most " if len(nodes) > 1 else ""
    most = max(_allocatable(node, name) for node in nodes)
    if not situation.load.known:
        texts = written(name, asked, most)
        return {"asked": texts[0], "most": at_most + texts[1]}
    left = max(
        _allocatable(node, name) - situation.load.of(node.metadata.name).amounts.get(name, 0)
        for node in nodes
    )
    texts = written(name, asked, left)
    return {"asked": texts[0], "left": at_most + texts[1] if left > 0 else "none"}


def _pods(_: Situation, __: Clause, nodes: Sequence[Node]) -> Places:
    most = {_allocatable(node, "pods") for node in nodes}
    return {"most": written("pods", *most)[0]} if len(most) == 1 and 0 not in most else {}


def resource(clause: Clause) -> str:
    """Which resource a clause is about."""
    return "pods" if clause.id == "too-many-pods" else clause.groups.get("name", "")


def _allocatable(node: Node, name: str) -> int:
    return parsed(node.status.allocatable.get(name, ""))


# ── labels ──


def _labels(situation: Situation, clause: Clause, nodes: Sequence[Node]) -> Places:
    terms = situation.asks.terms
    if len(terms) != 1 or not terms[0]:
        return {}
    demands = terms[0]
    known: Places = {"selector": _and(map(_demand, demands))}
    if not nodes and situation.nodes:
        return {}  # by their labels now each of them fits
    if not nodes:
        every = clause.count == situation.told > 1
        return known | ({"total": str(situation.told)} if every else {})
    nobody = [one for one in demands if not any(holds(one, node) for node in situation.nodes)]
    fitting = [node.metadata.name for node in situation.nodes if situation.asks.fits(node)]
    if nobody:
        known["missing"] = _and(map(_demand, nobody))
        if len(nobody) == 1 and nobody[0].operator == "In":
            counts = label_counts(nobody[0].key, situation.nodes)
            known["there"] = _counts(counts)
            known["unlabelled"] = nobody[0].key
    elif not fitting:
        known["together"] = known["selector"]
    else:
        lacking = [one for one in demands if not all(holds(one, node) for node in nodes)]
        known["selector"] = _and(map(_demand, lacking))
        known["fitting"] = fitting[0] if len(fitting) == 1 else ""
    return known


def _demand(one: NodeRequirement) -> str:
    """A requirement, so that a node can be said to have it."""
    values = " or ".join(one.values[:_SHOWN]) + (" or others" if len(one.values) > _SHOWN else "")
    match one.operator:
        case "In" if one.values == ("",):
            return f"the label {one.key} (empty)"
        case "In":
            return f"{one.key}={values}"
        case "NotIn":
            return f"{one.key} other than {values}"
        case "Exists":
            return f"the label {one.key}"
        case "DoesNotExist":
            return f"no label {one.key}"
    return f"{one.key} {'>' if one.operator == 'Gt' else '<'} {values}"


def _and(texts: Iterable[str]) -> str:
    return listed(list(dict.fromkeys(texts)))


def _counts(counts: Mapping[str, int]) -> str:
    """`hdd (2), nvme (1)`, of many the most frequent."""
    shown = [f"{value or '(empty)'} ({number})" for value, number in list(counts.items())[:_SHOWN]]
    more = len(counts) - _SHOWN
    return ", ".join([*shown, f"{counted(more, 'other value')}"] if more > 0 else shown)


# ── ports ──


def _ports(situation: Situation, _: Clause, nodes: Sequence[Node]) -> Places:
    asked = situation.asks.ports
    used = [situation.load.of(node.metadata.name).ports for node in nodes]
    taken = [port for port in asked if any(port in one for one in used)] or list(asked)
    holders = {one[port] for one in used for port in taken if port in one}
    known = {"port": " or ".join(f"{number}{_protocol(name)}" for name, number in taken)}
    return known | ({"holder": holders.pop()} if len(holders) == 1 else {})


def _protocol(name: str) -> str:
    return "" if name == "TCP" else f"/{name}"


# ── volumes ──


def _claims(situation: Situation, clause: Clause, _: Sequence[Node]) -> Places:
    by_name = {one.metadata.name: one for one in situation.claims}
    names = situation.pod.spec.claims
    if clause.id == "claim-unbound" and by_name:
        unbound = [
            name for name in names if name in by_name and by_name[name].status.phase != "Bound"
        ]
        names = unbound or names
    if len(names) != 1:
        return {}
    known = {"claim": names[0]}
    if (claim := by_name.get(names[0])) is not None and claim.spec.storage_class_name:
        known["class"] = claim.spec.storage_class_name
    if zones := _counts(label_counts(_ZONE, situation.nodes)):
        known["zones"] = zones
    return known


# ── other Pods ──


def _spread(situation: Situation, _: Clause, __: Sequence[Node]) -> Places:
    strict = [
        one
        for one in situation.pod.spec.topology_spread_constraints
        if one.when_unsatisfiable != "ScheduleAnyway"
    ]
    lacked = [
        one.topology_key
        for one in strict
        if not all(one.topology_key in node.metadata.labels for node in situation.nodes)
    ]
    keys = lacked if situation.nodes and lacked else [one.topology_key for one in strict]
    texts = [f"at most {one.max_skew} apart by {_topology(one.topology_key)}" for one in strict]
    return {"spread": _and(texts), "keys": " or ".join(dict.fromkeys(keys))}


def _topology(key: str) -> str:
    """What a label divides nodes into, in a word."""
    return {"kubernetes.io/hostname": "node", _ZONE: "zone"}.get(key, key)


def _neighbours(situation: Situation, _: Clause, __: Sequence[Node]) -> Places:
    affinity = situation.pod.spec.affinity
    if affinity is None:
        return {}
    return {
        "with": _selected(affinity.pod_affinity),
        "without": _selected(affinity.pod_anti_affinity),
    }


def _selected(affinity: PodAffinity | None) -> str:
    """Which Pods are meant, if there is but one term."""
    terms = affinity.required_during_scheduling_ignored_during_execution if affinity else ()
    return _selector(terms[0].label_selector) if len(terms) == 1 else ""


def _selector(selector: LabelSelector | None) -> str:
    if selector is None:
        return ""
    labels = [f"{key}={value}" for key, value in selector.match_labels.items()]
    return _and([*labels, *map(_demand, selector.match_expressions)])


_SAY: dict[str, Callable[[Situation, Clause, Sequence[Node]], Places]] = {
    "insufficient": _amounts,
    "too-many-pods": _pods,
    "node-affinity": _labels,
    "port-taken": _ports,
    "topology-label": _spread,
    "topology-spread": _spread,
    "pod-affinity": _neighbours,
    "pod-anti-affinity": _neighbours,
    "claim-unbound": _claims,
    "volume-elsewhere": _claims,
    "no-volume-to-bind": _claims,
    "volume-in-use": _claims,
}
"""Of which classes something can be said, and what says it."""
