"""The typed owners of Pods. Sources of the names: apps/v1 and batch/v1."""

from podwatch.core.kube.meta import Base, Condition, ObjectMeta


class Selector(Base, frozen=True):
    """Which Pods belong to it, as far as matchLabels says."""

    match_labels: dict[str, str] = {}


class RollingUpdate(Base, frozen=True):
    """How Pods are replaced. Those whose ordinal is below `partition` keep their revision."""

    partition: int = 0


class UpdateStrategy(Base, frozen=True):
    """When Pods are replaced: RollingUpdate at once, OnDelete when somebody deletes them."""

    type: str = ""
    rolling_update: RollingUpdate | None = None


class OwnerSpec(Base, frozen=True):
    """What is wanted: replicas of a workload, completions of a Job."""

    replicas: int | None = None
    completions: int | None = None
    parallelism: int | None = None
    backoff_limit: int | None = None
    active_deadline_seconds: int | None = None
    paused: bool = False
    suspend: bool = False
    selector: Selector | None = None
    pod_management_policy: str = ""
    update_strategy: UpdateStrategy = UpdateStrategy()


class OwnerStatus(Base, frozen=True):
    """What is: the counts that its controller keeps."""

    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    updated_replicas: int = 0
    current_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    current_number_scheduled: int = 0
    desired_number_scheduled: int = 0
    updated_number_scheduled: int = 0
    number_ready: int = 0
    number_available: int = 0
    number_unavailable: int = 0
    active: int = 0
    ready: int | None = None
    succeeded: int = 0
    failed: int = 0
    conditions: tuple[Condition, ...] = ()


class Owner(Base, frozen=True):
    """A workload that makes Pods; each kind is a type of its own."""

    metadata: ObjectMeta = ObjectMeta()
    spec: OwnerSpec = OwnerSpec()
    status: OwnerStatus = OwnerStatus()


class Deployment(Owner, frozen=True, tag_field="kind", tag="Deployment"):
    """apps/v1 Deployment."""


class ReplicaSet(Owner, frozen=True, tag_field="kind", tag="ReplicaSet"):
    """apps/v1 ReplicaSet."""


class StatefulSet(Owner, frozen=True, tag_field="kind", tag="StatefulSet"):
    """apps/v1 StatefulSet."""


class DaemonSet(Owner, frozen=True, tag_field="kind", tag="DaemonSet"):
    """apps/v1 DaemonSet."""


class Job(Owner, frozen=True, tag_field="kind", tag="Job"):
    """batch/v1 Job."""
