"""A workload and the Pods that it made, of everything that is known at one moment.

Responsible for who belongs to whom, by the owner references: a Deployment's Pods belong to its
ReplicaSets, a CronJob's to its Jobs. What is the matter with them is `podwatch.core.workload`'s.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from podwatch.core.kube import CronJob, KubeObject, Owner, OwnerReference, Pod, Workload

_LONGEST = 8
"""The most owners behind a Pod; a chain that goes in circles ends there."""
Head = Workload | CronJob
"""What can be asked about: it makes Pods, or what makes them."""
BETWEEN = {"Deployment": "ReplicaSet", "CronJob": "Job"}
"""The kinds whose Pods belong to what they make."""


class Family(NamedTuple):
    """A workload and what it made.

    `head`: None where only its Pods are known. `between`: a Deployment's ReplicaSets, a CronJob's
    Jobs.
    """

    kind: str
    namespace: str
    name: str
    head: Head | None
    between: tuple[Owner, ...]
    pods: tuple[Pod, ...]


def is_head(one: KubeObject) -> bool:
    """Whether it is a workload, and not a Pod."""
    return isinstance(one, Workload | CronJob) and not isinstance(one, Pod)


def families(
    objects: Iterable[KubeObject], kind: str, name: str, namespace: str = ""
) -> list[Family]:
    """The workloads of that kind and name among the objects: one a namespace, empty for any."""
    heads: dict[str, Head] = {}
    owners: dict[tuple[str, str, str], Owner] = {}
    pods: list[Pod] = []
    for one in objects:
        if isinstance(one, Pod):
            pods.append(one)
        elif isinstance(one, Workload | CronJob):
            meta = one.metadata
            if isinstance(one, Owner):
                owners[type(one).__name__, meta.namespace, meta.name] = one
            if (type(one).__name__, meta.name) == (kind, name):
                heads[meta.namespace] = one
    found: dict[str, list[Pod]] = {where: [] for where in heads}
    for pod in pods:
        if _is_under(pod, kind, name, owners):
            found.setdefault(pod.metadata.namespace, []).append(pod)
    return [
        Family(kind, where, name, heads.get(where), _between(owners, kind, where, name), tuple(own))
        for where, own in found.items()
        if namespace in {"", where}
    ]


def workload_of(pod: Pod, owners: Sequence[Owner]) -> tuple[str, str] | None:
    """Kind and name of the workload that people made, behind a Pod's controller.

    `owners`: the known ones of the Pod, the nearest first. None for a bare Pod, and for the mirror
    of a static Pod, which its Node owns.
    """
    nearest = pod.metadata.controller
    for owner in owners:
        nearest = owner.metadata.controller or nearest
    if nearest is None or nearest.kind == "Node":
        return None
    hash_ = pod.metadata.labels.get("pod-template-hash", "")
    if nearest.kind == "ReplicaSet" and hash_ and nearest.name.endswith(f"-{hash_}"):
        return "Deployment", nearest.name.removesuffix(f"-{hash_}")
    return nearest.kind, nearest.name


def _between(
    owners: dict[tuple[str, str, str], Owner], kind: str, namespace: str, name: str
) -> tuple[Owner, ...]:
    return tuple(
        owner
        for (made, where, _), owner in owners.items()
        if (made, where) == (BETWEEN.get(kind), namespace)
        and (by := owner.metadata.controller) is not None
        and (by.kind, by.name) == (kind, name)
    )


def _is_under(pod: Pod, kind: str, name: str, owners: dict[tuple[str, str, str], Owner]) -> bool:
    """Whether the workload is among the owners of the Pod, directly or not."""
    controller = pod.metadata.controller
    for _ in range(_LONGEST):
        if controller is None:
            return False
        if (controller.kind, controller.name) == (kind, name):
            return True
        owner = owners.get((controller.kind, pod.metadata.namespace, controller.name))
        if owner is None:
            return _made_by_name(pod, controller, kind, name)
        controller = owner.metadata.controller
    return False


def _made_by_name(pod: Pod, controller: OwnerReference, kind: str, name: str) -> bool:
    """Whether the names say so, where what stands between is not known.

    A ReplicaSet is called as its Deployment, with the hash of the template that its Pods carry; a
    Job as its CronJob, with the minutes since 1970 for which it was due.
    """
    if controller.kind != BETWEEN.get(kind):
        return False
    if kind == "Deployment":
        hash_ = pod.metadata.labels.get("pod-template-hash", "")
        return bool(hash_) and controller.name == f"{name}-{hash_}"
    return re.fullmatch(rf"{re.escape(name)}-\d{{8,10}}", controller.name) is not None
