"""The typed objects: exactly the fields of Kubernetes objects that podwatch understands.

Responsible for the shape of what is kept of an API object and for the one place where bytes
become objects (`kube.decode`). Not responsible for what the fields mean: that is
`podwatch.core.transitions` and `podwatch.core.concepts`. Field names are the API's, in snake case.
"""

from podwatch.core.kube.claim import PersistentVolumeClaim
from podwatch.core.kube.config_map import ConfigMap
from podwatch.core.kube.container_spec import Container
from podwatch.core.kube.cron_job import CronJob
from podwatch.core.kube.decode import Undecodable, decoder
from podwatch.core.kube.event import ObjectReference, PodEvent
from podwatch.core.kube.kinds import (
    EXPLAINED_KINDS,
    JUDGED_KINDS,
    KINDS,
    OWNER_KINDS,
    WORKLOAD_KINDS,
    Kind,
    KubeObject,
    Workload,
    kind_named,
)
from podwatch.core.kube.meta import Base, Condition, ObjectMeta, OwnerReference, Time
from podwatch.core.kube.namespace import Namespace
from podwatch.core.kube.node import Node
from podwatch.core.kube.owner import DaemonSet, Deployment, Job, Owner, ReplicaSet, StatefulSet
from podwatch.core.kube.pod import Pod
from podwatch.core.kube.pod_status import (
    ContainerState,
    ContainerStatus,
    PodCondition,
    PodStatus,
    Running,
    Terminated,
    Waiting,
)
from podwatch.core.kube.storage_class import StorageClass
