"""Scaling: a Deployment wants another number of Pods than before.

Responsible for telling that from the start of a Deployment and from the steps of a rollout, which
have the same Event. Who changed the number is not in it: a person or an autoscaler.
"""

import re
from typing import NamedTuple

from podwatch.core.kube import Deployment, PodEvent, ReplicaSet
from podwatch.core.store import Store

REASON = "ScalingReplicaSet"
_MESSAGE = re.compile(
    r"Scaled (?:up|down) replica set (?P<set>\S+) "
    r"(?:from (?P<before>\d{1,9}) to (?P<now>\d{1,9})|to (?P<n>\d{1,9}) from (?P<b>\d{1,9}))"
)
"""https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/deployment/sync.go; before
1.31 the numbers came the other way round.
"""


class Scaling(NamedTuple):
    """Another number of Pods is wanted: of which ReplicaSet, and how many before and now."""

    replica_set: str
    before: int
    wanted: int


def scaling(event: PodEvent, store: Store, cluster: str) -> Scaling | None:
    """What an Event says about it; None if it is about something else, or that is not known."""
    about = event.involved_object
    if event.reason != REASON:
        return None
    deployment = store.owners.get((cluster, about.kind, about.namespace, about.name))
    told = _MESSAGE.match(event.message)
    if told is None or not isinstance(deployment, Deployment):
        return None
    before, now = int(told["before"] or told["b"] or 0), int(told["now"] or told["n"] or 0)
    wanted = 1 if deployment.spec.replicas is None else deployment.spec.replicas
    others = (
        one for one in store.sets_of((cluster, about.uid)) if one.metadata.name != told["set"]
    )
    if not before or now != wanted or any(map(_has_pods, others)):
        return None
    return Scaling(told["set"], before, wanted)


def _has_pods(one: ReplicaSet) -> bool:
    return bool(one.spec.replicas or one.status.replicas)
