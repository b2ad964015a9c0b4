"""What is wanted of a Pod. Source of the names: core/v1 `PodSpec`.

What is wanted of its containers is `podwatch.core.kube.container_spec`.
"""

from podwatch.core.kube.container_spec import Container, Resources
from podwatch.core.kube.meta import Base, Empty


class EmptyDir(Base, frozen=True):
    """Scratch space that lives as long as its Pod."""

    medium: str = ""
    size_limit: str = ""


class KeyToPath(Base, frozen=True):
    """A key of a ConfigMap or Secret that a volume has a file of."""

    key: str = ""


class NamedSource(Base, frozen=True):
    """A volume, or a part of one, made from a ConfigMap or, in a projected one, from a Secret."""

    name: str = ""
    optional: bool = False
    items: tuple[KeyToPath, ...] = ()


class ProjectedSource(Base, frozen=True):
    """A part of a projected volume."""

    config_map: NamedSource | None = None
    secret: NamedSource | None = None


class Projected(Base, frozen=True):
    """A volume put together of several sources."""

    sources: tuple[ProjectedSource, ...] = ()


class SecretSource(Base, frozen=True):
    """A volume made from a Secret; its name, never its content."""

    secret_name: str = ""
    optional: bool = False


class ClaimSource(Base, frozen=True):
    """A volume that a PersistentVolumeClaim stands for."""

    claim_name: str = ""
    read_only: bool = False


class HostPath(Base, frozen=True):
    """A path of the node."""

    path: str = ""
    type: str = ""


class CsiSource(Base, frozen=True):
    """A volume that a driver provides inline."""

    driver: str = ""


class NfsSource(Base, frozen=True):
    """A file server's directory."""

    server: str = ""
    path: str = ""


class ImageSource(Base, frozen=True):
    """An image mounted as a volume."""

    reference: str = ""


class Volume(Base, frozen=True):
    """A volume: its name, the kind of its source and what that refers to."""

    name: str = ""
    empty_dir: EmptyDir | None = None
    config_map: NamedSource | None = None
    secret: SecretSource | None = None
    persistent_volume_claim: ClaimSource | None = None
    ephemeral: Empty | None = None
    host_path: HostPath | None = None
    projected: Projected | None = None
    downward_api: Empty | None = None
    csi: CsiSource | None = None
    nfs: NfsSource | None = None
    image: ImageSource | None = None
    iscsi: Empty | None = None
    fc: Empty | None = None
    aws_elastic_block_store: Empty | None = None
    azure_disk: Empty | None = None
    azure_file: Empty | None = None
    cephfs: Empty | None = None
    cinder: Empty | None = None
    flex_volume: Empty | None = None
    gce_persistent_disk: Empty | None = None
    git_repo: Empty | None = None
    glusterfs: Empty | None = None
    rbd: Empty | None = None
    vsphere_volume: Empty | None = None


class Toleration(Base, frozen=True):
    """A taint that the Pod puts up with, and for how many seconds."""

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class NodeRequirement(Base, frozen=True):
    """What one label (or field) of a node has to be: In, NotIn, Exists, DoesNotExist, Gt, Lt."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class NodeTerm(Base, frozen=True):
    """Requirements that all have to hold."""

    match_expressions: tuple[NodeRequirement, ...] = ()
    match_fields: tuple[NodeRequirement, ...] = ()


class NodeTerms(Base, frozen=True):
    """Terms of which one has to hold."""

    node_selector_terms: tuple[NodeTerm, ...] = ()


class NodeAffinity(Base, frozen=True):
    """On which nodes it may run, as far as that is required."""

    required_during_scheduling_ignored_during_execution: NodeTerms | None = None


class LabelSelector(Base, frozen=True):
    """Which Pods are meant; what matchExpressions say has the form of a node's requirements."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[NodeRequirement, ...] = ()


class PodAffinityTerm(Base, frozen=True):
    """The Pods beside which it has to run, or must not: on one node, in one zone."""

    topology_key: str = ""
    label_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()


class PodAffinity(Base, frozen=True):
    """Beside which Pods it may run, as far as that is required; an anti-affinity has this form."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()


class Affinity(Base, frozen=True):
    """Where it may run. What is only preferred is not kept."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class TopologySpread(Base, frozen=True):
    """How evenly Pods are spread; `when_unsatisfiable` is DoNotSchedule or ScheduleAnyway."""

    max_skew: int = 0
    topology_key: str = ""
    when_unsatisfiable: str = ""
    label_selector: LabelSelector | None = None


class SchedulingGate(Base, frozen=True):
    """Something that has to be removed before the scheduler looks at the Pod."""

    name: str = ""


class SchedulingGroup(Base, frozen=True):
    """The PodGroup whose Pods are placed together."""

    pod_group_name: str = ""


class ReadinessGate(Base, frozen=True):
    """A condition that somebody else sets, without which the Pod is not Ready."""

    condition_type: str = ""


class PodOS(Base, frozen=True):
    """The operating system that the Pod's containers are for."""

    name: str = ""


class PodSpec(Base, frozen=True):
    """What is wanted.

    `resources` are those of the whole Pod, `overhead` what its RuntimeClass adds to its containers.
    """

    node_name: str = ""
    scheduler_name: str = ""
    os: PodOS | None = None
    restart_policy: str = ""
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    priority: int | None = None
    priority_class_name: str = ""
    node_selector: dict[str, str] = {}
    affinity: Affinity | None = None
    topology_spread_constraints: tuple[TopologySpread, ...] = ()
    tolerations: tuple[Toleration, ...] = ()
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    scheduling_group: SchedulingGroup | None = None
    readiness_gates: tuple[ReadinessGate, ...] = ()
    host_network: bool = False
    resources: Resources | None = None
    overhead: dict[str, str] = {}
    volumes: tuple[Volume, ...] = ()
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()

    @property
    def claims(self) -> list[str]:
        """The names of the PersistentVolumeClaims that its volumes are."""
        claims = (volume.persistent_volume_claim for volume in self.volumes)
        return [claim.claim_name for claim in claims if claim is not None]
