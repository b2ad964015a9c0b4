"""The only list of the kinds that podwatch knows.

Responsible for what is to be known of a kind: its class, where the API has it, what it is called,
whether it makes Pods. One kind more is its class and a row here; who lists, decodes, names or
expects it asks here.
"""

import msgspec

from podwatch.core.kube.claim import PersistentVolumeClaim
from podwatch.core.kube.config_map import ConfigMap
from podwatch.core.kube.cron_job import CronJob
from podwatch.core.kube.event import PodEvent
from podwatch.core.kube.namespace import Namespace
from podwatch.core.kube.node import Node
from podwatch.core.kube.owner import DaemonSet, Deployment, Job, ReplicaSet, StatefulSet
from podwatch.core.kube.pod import Pod
from podwatch.core.kube.storage_class import StorageClass

Workload = Deployment | ReplicaSet | StatefulSet | DaemonSet | Job
"""What makes Pods."""
KubeObject = (
    Pod
    | PodEvent
    | Workload
    | CronJob
    | Node
    | PersistentVolumeClaim
    | StorageClass
    | Namespace
    | ConfigMap
)
"""Any object that can cross the boundary, told apart by its `kind`."""


class Kind(msgspec.Struct, frozen=True):
    """One kind: `path` is its API's path, `plural` its name in there, `short` what kubectl takes.

    `owns_pods`: a workload that makes Pods. `conditions`: those that Kubernetes itself gives it.
    """

    type: type[KubeObject]
    path: str
    plural: str
    short: tuple[str, ...] = ()
    owns_pods: bool = False
    namespaced: bool = True
    conditions: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """Its API group, empty for the core's."""
        return self.path.split("/")[2] if self.path.startswith("/apis/") else ""

    @property
    def resource(self) -> str:
        """What `kubectl auth can-i list` calls it: `pods`, `replicasets.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


_APPS = "/apis/apps/v1"
_OF_PODS = (
    "PodScheduled",
    "PodReadyToStartContainers",
    "Initialized",
    "ContainersReady",
    "Ready",
    "DisruptionTarget",
    "PodResizePending",
    "PodResizeInProgress",
    "AllContainersRestarting",
)
_OF_CLAIMS = ("Resizing", "FileSystemResizePending")
_OF_JOBS = ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet")

KINDS: dict[str, Kind] = {
    "Pod": Kind(Pod, "/api/v1", "pods", ("po",), conditions=_OF_PODS),
    "Event": Kind(PodEvent, "/api/v1", "events", ("ev",)),
    "Deployment": Kind(
        Deployment,
        _APPS,
        "deployments",
        ("deploy",),
        owns_pods=True,
        conditions=("Available", "Progressing", "ReplicaFailure"),
    ),
    "ReplicaSet": Kind(
        ReplicaSet, _APPS, "replicasets", ("rs",), owns_pods=True, conditions=("ReplicaFailure",)
    ),
    "StatefulSet": Kind(StatefulSet, _APPS, "statefulsets", ("sts",), owns_pods=True),
    "DaemonSet": Kind(DaemonSet, _APPS, "daemonsets", ("ds",), owns_pods=True),
    "Job": Kind(Job, "/apis/batch/v1", "jobs", owns_pods=True, conditions=_OF_JOBS),
    "CronJob": Kind(CronJob, "/apis/batch/v1", "cronjobs", ("cj",)),
    "Node": Kind(Node, "/api/v1", "nodes", ("no",), namespaced=False),
    "PersistentVolumeClaim": Kind(
        PersistentVolumeClaim,
        "/api/v1",
        "persistentvolumeclaims",
        ("pvc",),
        conditions=_OF_CLAIMS,
    ),
    "StorageClass": Kind(
        StorageClass, "/apis/storage.k8s.io/v1", "storageclasses", ("sc",), namespaced=False
    ),
    "Namespace": Kind(Namespace, "/api/v1", "namespaces", ("ns",), namespaced=False),
    "ConfigMap": Kind(ConfigMap, "/api/v1", "configmaps", ("cm",)),
}
"""Every kind that can be read, by the name that an object gives as its `kind`.

Claims are read where a Pod waits for one, and followed, with the StorageClasses, where somebody
expects them to be bound; CronJobs are read to name their Jobs, and are not followed. Namespaces,
and of the ConfigMaps those with a learner's state, are followed for a class.
"""

_BY_NAME = {
    name: kind
    for kind, known in KINDS.items()
    for name in (kind.lower(), known.plural, *known.short)
}


def kind_named(text: str) -> str | None:
    """The kind that kubectl means: `deploy`, `Deployments`, `deployment.apps`, `deploy.v1.apps`."""
    name, _, rest = text.lower().partition(".")
    kind = _BY_NAME.get(name)
    if kind is None:
        return None
    known = KINDS[kind]
    version = known.path.rpartition("/")[2]
    rest = rest.removesuffix(".")  # `pods.v1.` names the core group, which has no name
    return kind if rest in {"", known.group, version, f"{version}.{known.group}"} else None


OWNER_KINDS = tuple(name for name, kind in KINDS.items() if kind.owns_pods)
"""What can be behind a Pod."""
WORKLOAD_KINDS = ("Pod", *OWNER_KINDS)
"""Pods, and what makes them."""
EXPLAINED_KINDS = tuple(name for name in KINDS if name not in {"Namespace", "ConfigMap"})
"""Pods, and what says something about them."""
JUDGED_KINDS = (*WORKLOAD_KINDS, "PersistentVolumeClaim")
"""What can be expected of."""
