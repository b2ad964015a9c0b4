"""The typed objects: exactly the fields of Kubernetes objects that podwatch understands.

Responsible for the shape of what is kept of an API object and for the one place where bytes
become objects (`kube.decode`). Not responsible for what the fields mean: that is
`podwatch.core.transitions` and `podwatch.core.concepts`. Field names are the API's, in snake case.
"""

from podwatch.core.kube.event import ObjectReference, PodEvent
from podwatch.core.kube.meta import Condition, ObjectMeta, OwnerReference
from podwatch.core.kube.node import Node
from podwatch.core.kube.owner import (
    OWNER_KINDS,
    DaemonSet,
    Deployment,
    Job,
    Owner,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.kube.pod import (
    Container,
    ContainerState,
    ContainerStatus,
    Pod,
    PodCondition,
    Terminated,
    Waiting,
)

KubeObject = Pod | PodEvent | Deployment | ReplicaSet | StatefulSet | DaemonSet | Job | Node
"""Any object that can cross the boundary, told apart by its `kind`."""

__all__ = [
    "OWNER_KINDS",
    "Condition",
    "Container",
    "ContainerState",
    "ContainerStatus",
    "DaemonSet",
    "Deployment",
    "Job",
    "KubeObject",
    "Node",
    "ObjectMeta",
    "ObjectReference",
    "Owner",
    "OwnerReference",
    "Pod",
    "PodCondition",
    "PodEvent",
    "ReplicaSet",
    "StatefulSet",
    "Terminated",
    "Waiting",
]
