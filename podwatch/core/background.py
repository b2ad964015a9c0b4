"""What is around a Pod in a session's store, as facts: its controller, its Deployment, its node.

Responsible for finding the objects; `podwatch.core.concepts.owner_facts` says which facts they
give.
"""

from podwatch.core.concepts.owner_facts import node_facts, owner_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import (
    OWNER_KINDS,
    Deployment,
    ObjectMeta,
    OwnerReference,
    Pod,
    ReplicaSet,
    Workload,
)
from podwatch.core.store import Store


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
