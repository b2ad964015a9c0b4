"""The scheduler's checks of nodes that Pods and Nodes are enough for, done once more.

Responsible for which check a node fails first (cordon, taints, labels, ports, resources, in the
scheduler's order) and for what its Pods use of it. What volumes, spread and other Pods demand is
known to the scheduler only.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from podwatch.core.kube import Node, Pod
from podwatch.core.kube.node import Taint
from podwatch.core.kube.pod_spec import NodeRequirement, Toleration
from podwatch.core.messages.quantities import Amounts, is_resized, parsed, requests

Port = tuple[str, int]
"""A protocol and a port of a node."""


class Used(NamedTuple):
    """What the Pods of one node use of it: by their requests, and which Pod has which port."""

    amounts: Amounts
    ports: dict[Port, str]


class Load:
    """What the Pods of all nodes use, added up once for however many Pods wait.

    `known` says whether there were any: without them, nothing is known of what nodes have left.
    """

    def __init__(self, pods: Iterable[Pod]) -> None:
        self._of: defaultdict[str, Used] = defaultdict(lambda: Used({}, {}))
        every = tuple(pods)
        self.known = bool(every)
        # Pods of one owner mostly share their containers (core/kube/shared.py).
        asked: dict[tuple[int, ...], tuple[Amounts, list[Port]]] = {}
        for pod in every:
            spec = pod.spec
            if not spec.node_name or pod.status.is_over:
                continue
            key = (id(spec.containers), id(spec.init_containers), id(spec.resources))
            if spec.overhead or is_resized(pod):
                amounts, ports = _asked(pod)
            elif key in asked:
                amounts, ports = asked[key]
            else:
                amounts, ports = asked[key] = _asked(pod)
            used = self._of[spec.node_name]
            for name, amount in amounts.items():
                used.amounts[name] = used.amounts.get(name, 0) + amount
            for port in ports:
                used.ports.setdefault(port, f"{pod.metadata.namespace}/{pod.metadata.name}")

    def of(self, node: str) -> Used:
        """What is used of the node of that name."""
        return self._of.get(node) or Used({}, {})


_LAST: list[tuple[tuple[Pod, ...], Load]] = []


def load_of(pods: Iterable[Pod]) -> Load:
    """What these Pods use; of the same tuple as the last time it is not added up again.

    All Pods that wait in a cluster are asked about with the same tuple (core/surroundings.py).
    """
    every = tuple(pods)
    if not (_LAST and _LAST[0][0] is every):
        _LAST[:] = [(every, Load(every))]
    return _LAST[0][1]


def _asked(pod: Pod) -> tuple[Amounts, list[Port]]:
    return requests(pod) | {"pods": 1000}, host_ports(pod)


def host_ports(pod: Pod) -> list[Port]:
    """The ports of its node that a Pod asks for, sidecars included."""
    spec = pod.spec
    containers = spec.containers
    if spec.init_containers:
        sidecars = (one for one in spec.init_containers if one.restart_policy == "Always")
        containers = (*containers, *sidecars)
    return [
        (port.protocol or "TCP", port.host_port)
        for container in containers
        for port in container.ports
        if port.host_port
    ]


class Rejection(NamedTuple):
    """Why a node is out: a class of scheduling.toml, with what of it is lacking or too much."""

    class_: str
    taint: Taint | None = None
    ports: tuple[Port, ...] = ()
    resources: tuple[str, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """What a Pod asks of a node. `terms`: requirements, of which one group has to hold whole."""

    asked: Amounts
    ports: tuple[Port, ...]
    terms: tuple[tuple[NodeRequirement, ...], ...]
    tolerations: tuple[Toleration, ...]

    def rejection(self, node: Node, used: Used, checks: Collection[str]) -> Rejection | None:
        """What the node fails first of the checks; None if it passes them.

        https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/scheduler/apis/config/v1/default_plugins.go
        """
        spec = node.spec
        if "cordoned" in checks and spec.unschedulable and self._tolerates(_CORDON) is False:
            return Rejection("cordoned")
        if "untolerated-taint" in checks:
            for taint in spec.taints:
                if taint.effect in _KEEP_OFF and not self._tolerates(taint):
                    return Rejection("untolerated-taint", taint=taint)
        if "node-affinity" in checks and not self.fits(node):
            return Rejection("node-affinity")
        if "port-taken" in checks and (taken := [one for one in self.ports if one in used.ports]):
            return Rejection("port-taken", ports=tuple(taken))
        if "insufficient" in checks:
            most, there = node.status.allocatable, used.amounts
            lacking = tuple(
                name
                for name, amount in self.asked.items()
                if amount and amount > parsed(most.get(name, "")) - there.get(name, 0)
            )
            if lacking:
                return Rejection("insufficient", resources=lacking)
        return None

    def fits(self, node: Node) -> bool:
        """Whether the node has the labels that are asked for."""
        return any(all(holds(one, node) for one in term) for term in self.terms)

    def _tolerates(self, taint: Taint) -> bool:
        return any(_tolerates(one, taint) for one in self.tolerations)


def wanted(pod: Pod) -> Wanted:
    """What the Pod asks of a node."""
    spec = pod.spec
    selected = tuple(
        NodeRequirement(key=key, operator="In", values=(value,))
        for key, value in spec.node_selector.items()
    )
    terms: tuple[tuple[NodeRequirement, ...], ...] = (selected,)
    affinity = spec.affinity.node_affinity if spec.affinity is not None else None
    required = affinity and affinity.required_during_scheduling_ignored_during_execution
    if required:
        terms = tuple(
            (*selected, *term.match_expressions, *term.match_fields)
            for term in required.node_selector_terms
            if term.match_expressions or term.match_fields  # an empty one holds for no node
        )
    return Wanted(
        asked=requests(pod) | {"pods": 1000},
        ports=tuple(host_ports(pod)),
        terms=terms,
        tolerations=spec.tolerations,
    )


# ── taints ──

_KEEP_OFF = {"NoSchedule", "NoExecute"}
_CORDON = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")


def _tolerates(toleration: Toleration, taint: Taint) -> bool:
    """https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/api/core/v1/toleration.go."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator == "Exists":
        return True
    return toleration.operator in {"", "Equal"} and toleration.value == taint.value


# ── labels ──


def holds(requirement: NodeRequirement, node: Node) -> bool:
    """Whether a node has what one requirement asks for; a field can be its name only."""
    if requirement.key == "metadata.name":
        return _value_holds(requirement, node.metadata.name)
    return _value_holds(requirement, node.metadata.labels.get(requirement.key))


def _value_holds(requirement: NodeRequirement, value: str | None) -> bool:
    """https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/labels/selector.go."""
    values = requirement.values
    match requirement.operator:
        case "In":
            return value is not None and value in values
        case "NotIn":
            return value is None or value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt" if value is not None and values:
            own, other = _number(value), _number(values[0])
            if own is None or other is None:
                return False
            return own > other if requirement.operator == "Gt" else own < other
    return False


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.lstrip("-").isdecimal() and len(text) < 20 else None


def label_counts(key: str, nodes: Iterable[Node]) -> Mapping[str, int]:
    """How many nodes have each value of a label, the most frequent first."""
    counts: defaultdict[str, int] = defaultdict(int)
    for node in nodes:
        if (value := node.metadata.labels.get(key)) is not None:
            counts[value] += 1
    return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0])))
