"""All Pods of a namespace or of the cluster, and what is around those that are not well.

Responsible for which lists that takes: where all is well, the Pods and the Warnings are enough.
What is amiss is `podwatch.core.overview`'s business.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import urllib3

from podwatch.core.diagnosis import diagnosed
from podwatch.core.kube import OWNER_KINDS, KubeObject, Pod, PodEvent
from podwatch.sources.api import ListPage
from podwatch.sources.cluster.around import Asked, has_begun, waits_for_a_node

_PODS, _EVENTS, _OWNERS, _NODES, _CLAIMS = 50_000, 20_000, 10_000, 5_000, 5_000
"""The most that are read of each."""
_FEW = 8
"""So many owners are asked for one by one: a list has every ReplicaSet that ever was."""
_PODS_OF = tuple(kind for kind in OWNER_KINDS if kind != "Deployment")
"""What makes Pods itself."""


class Found(NamedTuple):
    """What was found. `everywhere`: all Pods with a Node. `complete`: kinds of owners."""

    found: list[KubeObject]
    everywhere: bool
    complete: frozenset[str]
    not_had: tuple[str, ...]


def all_around(
    namespace: str, first: ListPage, get: Callable[..., urllib3.BaseHTTPResponse]
) -> Found:
    """`first`: the first page of the Pods; `namespace`: empty for all."""
    asked = Asked(namespace, get)
    asked.found += asked.readable("Pod", first)
    if first.following:
        asked.all("all Pods", "Pod", _PODS, within=namespace, following=first.following)
    pods = [one for one in asked.found if isinstance(one, Pod)]
    doubtful = [pod for pod in pods if diagnosed(pod).role != "fine"]
    has_events = _events(asked, namespace, pods, doubtful)
    complete = _owners(asked, namespace, doubtful, has_events=has_events)
    everywhere = not namespace and "all Pods" not in asked.missing
    waiting = [pod for pod in doubtful if waits_for_a_node(pod)]
    if waiting and namespace:
        everywhere = asked.nodes(waiting)
    elif doubtful:
        asked.all("the Nodes", "Node", _NODES)
    if any(pod.claims for pod in doubtful if not has_begun(pod)):
        asked.all("the claims", "PersistentVolumeClaim", _CLAIMS, within=namespace)
    return Found(asked.found, everywhere, complete, asked.not_had)


def _events(asked: Asked, namespace: str, pods: list[Pod], doubtful: list[Pod]) -> bool:
    """The Warnings about what is there; the other Events about what is doubtful. Whether all."""
    claims = {
        ("PersistentVolumeClaim", pod.metadata.namespace, name)
        for pod in doubtful
        for name in pod.claims
    }

    def wanted(of_pods: Iterable[Pod], kinds: tuple[str, ...]) -> Callable[[KubeObject], bool]:
        uids = {uid for pod in of_pods for uid in pod.event_uids}
        names = {("Pod", pod.metadata.namespace, pod.metadata.name) for pod in of_pods} | claims

        def is_wanted(one: KubeObject) -> bool:
            if not isinstance(one, PodEvent):
                return False
            of = one.involved_object
            named = (of.kind, of.namespace, of.name) in names
            # the taint controller gives no uid; a claim's Events are found by its name
            return (
                of.uid in uids or of.kind in kinds or (named and (not of.uid or of.kind != "Pod"))
            )

        return is_wanted

    for type_, of_pods, kinds in (("type!=Normal", pods, _PODS_OF), ("type=Normal", doubtful, ())):
        wants = wanted(of_pods, kinds)
        if (of_pods or kinds) and not asked.all(
            "the Events", "Event", _EVENTS, type_, within=namespace, wanted=wants
        ):
            return False
    return True


def _owners(
    asked: Asked, namespace: str, doubtful: Iterable[Pod], *, has_events: bool
) -> frozenset[str]:
    """The Jobs of what is doubtful, and what Warnings are about; the kinds that are complete."""
    controllers = (pod.metadata.controller for pod in doubtful)
    lists = {"Job"} if any(by is not None and by.kind == "Job" for by in controllers) else set()
    named = {
        (of.kind, of.namespace, of.name)
        for one in asked.found
        if isinstance(one, PodEvent) and (of := one.involved_object).kind in _PODS_OF
    }
    if not has_events:
        lists |= set(_PODS_OF)
    elif len(named) > _FEW:
        lists |= {kind for kind, _, _ in named}
    complete = set(_PODS_OF)
    for kind in sorted(lists):
        if not asked.all(f"the {kind}s", kind, _OWNERS, within=namespace):
            complete.discard(kind)
    for kind, within, name in sorted(named):
        if kind not in lists:
            asked.one(f"the {kind}s", kind, name, within)
            if f"the {kind}s" in asked.missing:
                complete.discard(kind)
    return frozenset(complete)
