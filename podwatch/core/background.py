"""What is around a Pod in a session's store, as facts: its controller, its Deployment, its node.

Responsible for finding the objects; `podwatch.core.concepts.owner_facts` says which facts they
give.
"""

from collections.abc import Callable

from podwatch.core.concepts.owner_facts import job_facts, node_facts, owner_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import (
    OWNER_KINDS,
    Deployment,
    Job,
    ObjectMeta,
    OwnerReference,
    Pod,
    PodEvent,
    ReplicaSet,
    Workload,
)
from podwatch.core.scaling import scaling
from podwatch.core.states import Facet
from podwatch.core.store import Store
from podwatch.core.stream import Ref

CONCERNED = frozenset(
    {
        Facet.EXISTENCE,
        Facet.OWNER,
        Facet.DELETION,
        Facet.PHASE,
        "Ready",
        "DisruptionTarget",
        "NodeNotReady",
        "TaintManagerEviction",
    }
)
"""The facets, conditions and Events about which a Pod's controller or node has something to say."""


def background(store: Store, pod: Pod, cluster: str) -> Facts:
    """The facts that the Pod does not hold itself; none where nothing around it is watched."""
    facts: Facts = {}
    node = store.nodes.get((cluster, pod.spec.node_name))
    if node is not None:
        facts |= node_facts(pod, node)
    by = pod.metadata.controller
    if by is None:
        return facts
    owner = _controller(store, by, pod.metadata, cluster)
    if owner is None and not _would_be_known(store, by, pod.metadata, cluster):
        return facts
    deployment, sets = None, list[ReplicaSet]()
    if isinstance(owner, ReplicaSet) and (above := owner.metadata.controller) is not None:
        known = _controller(store, above, owner.metadata, cluster)
        if isinstance(known, Deployment):
            deployment, sets = known, store.sets_of((cluster, above.uid))
    return facts | owner_facts(pod, owner, deployment, sets)


def behind_event(
    store: Store, event: PodEvent, ref: Ref, pod: Pod | None, owned: Callable[[Ref], int]
) -> Facts:
    """The facts behind an Event: of its Pod, or of a workload, which has `owned` Pods."""
    if pod is not None:
        return background(store, pod, ref.cluster) if event.reason in CONCERNED else {}
    match store.owners.get((ref.cluster, ref.kind, ref.namespace, ref.name)):
        case Job() as job:
            return job_facts(job)
        case ReplicaSet() as set_ if not store.selects:
            wanted = 1 if set_.spec.replicas is None else set_.spec.replicas
            return {"owner.wanted": wanted, "owner.pods": owned(ref)}
        case Deployment() if (scaled := scaling(event, store, ref.cluster)) is not None:
            more = scaled.wanted > scaled.before
            return {
                "owner.wanted": scaled.wanted,
                "owner.pods": scaled.before,
                "notice.replica_set": scaled.replica_set,
                "notice.created" if more else "notice.deleted": abs(scaled.wanted - scaled.before),
            }
    return {}


def _controller(store: Store, by: OwnerReference, of: ObjectMeta, cluster: str) -> Workload | None:
    """The object that a reference means: another one of its name is not it."""
    known = store.owners.get((cluster, by.kind, of.namespace, by.name))
    return known if known is not None and known.metadata.uid == by.uid else None


def _would_be_known(store: Store, by: OwnerReference, of: ObjectMeta, cluster: str) -> bool:
    """Whether a controller would be known if it were there: its kind is listed and watched."""
    return by.kind in OWNER_KINDS and any(
        scope.kind == by.kind
        and scope.cluster == cluster
        and not scope.selective
        and scope.covers(of.namespace, by.name)
        for scope in store.synced
    )
