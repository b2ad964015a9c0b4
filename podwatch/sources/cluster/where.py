"""Where a command would write: what kind of cluster it is.

Responsible for recognising a kind cluster on this machine by what can't be had by chance: the
server's address and what its Nodes say of themselves. A context's name is only a name.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec import field

from podwatch.core.kube import Base, ObjectMeta, decoder

KIND = "kind://"
"""How the `providerID` of a kind node begins. Source:
https://github.com/kubernetes-sigs/kind/blob/v0.30.0/pkg/cluster/internal/kubeadm/config.go
"""
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


@dataclass(frozen=True, slots=True)
class Where:
    """A cluster, as far as it is known before something is written to it.

    `nodes`: how many there are; None if they may not be listed. `worker`: a node for Pods that is
    not part of the control plane, empty if there is none; `worker_cpu`: what Pods may use of it.
    """

    server: str
    nodes: int | None = None
    is_kind: bool = False
    worker: str = ""
    worker_cpu: str = ""
    version: str = ""

    def __str__(self) -> str:
        if self.nodes is None:
            return (
                f"{self.server}; you may not list Nodes there, so it is not known whether this "
                "is a kind cluster"
            )
        sort = "a kind cluster" if self.is_kind else "NOT a kind cluster"
        number = f"{self.nodes} node{'' if self.nodes == 1 else 's'}"
        return f"this is {sort} on this machine: {self.server}, {number}"


class _NodeSpec(Base, frozen=True):
    provider_id: str = ""
    unschedulable: bool = False


class _NodeStatus(Base, frozen=True):
    allocatable: dict[str, str] = field(default_factory=dict)


class _Node(Base, frozen=True):
    metadata: ObjectMeta = ObjectMeta()
    spec: _NodeSpec = _NodeSpec()
    status: _NodeStatus = _NodeStatus()


class _Nodes(Base, frozen=True):
    items: tuple[_Node, ...] = ()


_nodes = decoder(_Nodes)


def nodes_of(data: bytes) -> tuple[_Node, ...]:
    """The Nodes of a list's answer; Undecodable if it is none."""
    return _nodes(data).items


def where(server: str, nodes: tuple[_Node, ...] | None, version: str = "") -> Where:
    """What the address of a server and its Nodes say."""
    if nodes is None:
        return Where(server, version=version)
    workers = [
        node
        for node in nodes
        if _CONTROL_PLANE not in node.metadata.labels and not node.spec.unschedulable
    ]
    first = workers[0] if workers else _Node()
    return Where(
        server,
        len(nodes),
        bool(nodes)
        and is_here(server)
        and all(node.spec.provider_id.startswith(KIND) for node in nodes),
        first.metadata.name,
        first.status.allocatable.get("cpu", ""),
        version,
    )


def is_here(server: str) -> bool:
    """Whether the address is one of this machine alone."""
    try:
        name = urlsplit(server).hostname or ""
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
