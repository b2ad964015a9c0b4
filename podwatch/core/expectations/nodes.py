"""Whether a cluster's Nodes are as they will be: one that starts may take what finds no place now.

Responsible for which conditions and taints are those of a start.
"""

from collections.abc import Collection

from podwatch.core.kube import Node

_STARTING = frozenset(
    {"node.kubernetes.io/not-ready", "node.cloudprovider.kubernetes.io/uninitialized"}
)
"""The taints of a Node that may still become one for the Pod.

https://v1-34.docs.kubernetes.io/docs/reference/labels-annotations-taints/
"""
_AGENT = "/agent-not-ready"
"""How taints end that an agent takes from its Node once it runs, by convention: node.cilium.io's,
ebs.csi.aws.com's. https://github.com/cilium/cilium/pull/16631
"""
_STARTUP = "startup-taint.cluster-autoscaler.kubernetes.io/"
"""How those begin that the cluster autoscaler expects to be taken away.

https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.34.0/cluster-autoscaler/utils/taints/taints.go
"""


def all_started(nodes: Collection[Node]) -> bool:
    """Whether there are Nodes and none of them may still start."""
    return bool(nodes) and all(
        any(one.type == "Ready" and one.status == "True" for one in node.status.conditions)
        and not any(_is_of_a_start(taint.key) for taint in node.spec.taints)
        for node in nodes
    )


def _is_of_a_start(taint: str) -> bool:
    return taint in _STARTING or taint.endswith(_AGENT) or taint.startswith(_STARTUP)
