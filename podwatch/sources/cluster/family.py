"""A workload with its Pods and what is around them, asked of the API server by lists.

Responsible for which lists that takes; who belongs to whom is `podwatch.core.family`'s business.
"""

from collections.abc import Callable

import urllib3

from podwatch.core.family import BETWEEN, Head, families
from podwatch.core.kube import KubeObject, Owner
from podwatch.sources.cluster.around import Asked, has_begun, waits_for_a_node

_PODS, _EVENTS, _NODES = 5_000, 5_000, 5_000
"""The most that are read: a namespace keeps its Events for an hour."""
_CLAIMS = 8
"""Each is a request."""


def family_of(
    head: Head, get: Callable[..., urllib3.BaseHTTPResponse]
) -> tuple[list[KubeObject], bool, tuple[str, ...]]:
    """The workload, its Pods and all that is known around them, in no order.

    Second, whether all Pods with a Node are among them; then what could not be had, and why.
    """
    meta, kind = head.metadata, type(head).__name__
    asked = Asked(meta.namespace, get)
    asked.found.append(head)
    labels = _labels(head)
    if kind in BETWEEN:
        what = f"its {BETWEEN[kind]}s"
        asked.all(what, BETWEEN[kind], _PODS, within=meta.namespace, labels=labels)
    asked.all("its Pods", "Pod", _PODS, within=meta.namespace, labels=labels)
    asked.all("the Events", "Event", _EVENTS, within=meta.namespace)
    family = families(asked.found, kind, meta.name, meta.namespace)[0]
    waiting = [pod for pod in family.pods if waits_for_a_node(pod)]
    everywhere = asked.nodes(waiting) if waiting else False
    if not waiting and any(pod.spec.node_name for pod in family.pods):
        asked.all("the Nodes", "Node", _NODES)
    claims = (pod.claims for pod in family.pods if not has_begun(pod))
    for claim in sorted({name for names in claims for name in names})[:_CLAIMS]:
        asked.one("its claims", "PersistentVolumeClaim", claim)
    return asked.found, everywhere, asked.not_had


def _labels(head: Head) -> str:
    """The selector, as far as it is one of labels; owner references decide."""
    selector = head.spec.selector if isinstance(head, Owner) else None
    labels = selector.match_labels if selector is not None else {}
    return ",".join(f"{name}={value}" for name, value in labels.items())
