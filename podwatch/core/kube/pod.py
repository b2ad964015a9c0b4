"""The typed Pod. Source of the names: core/v1 `Pod`."""

from collections.abc import Iterator

from podwatch.core.kube.meta import Base, Condition, Empty, ObjectMeta, Time

# ── spec ──


class Port(Base, frozen=True):
    """A declared port: information only, declaring it opens nothing."""

    name: str = ""
    container_port: int = 0
    host_port: int = 0
    protocol: str = ""


class VolumeMount(Base, frozen=True):
    """Where a container sees a volume of its Pod."""

    name: str = ""
    mount_path: str = ""
    sub_path: str = ""
    read_only: bool = False


class Resources(Base, frozen=True):
    """Quantities as the API writes them ("100m", "64Mi"), by resource name."""

    requests: dict[str, str] = {}
    limits: dict[str, str] = {}


class ResizePolicy(Base, frozen=True):
    """What an in-place resize of one resource does to the container."""

    resource_name: str = ""
    restart_policy: str = ""


class ExitCodes(Base, frozen=True):
    """Which exit codes a restart rule is about."""

    operator: str = ""
    values: tuple[int, ...] = ()


class RestartRule(Base, frozen=True):
    """One of a container's restartPolicyRules."""

    action: str = ""
    exit_codes: ExitCodes | None = None


class PortAction(Base, frozen=True):
    """A probe over the network; of the request only the port is kept (a number or a name)."""

    port: int | str = 0


class Probe(Base, frozen=True):
    """A probe's kind, port and timings (seconds); a command is not kept."""

    exec: Empty | None = None
    http_get: PortAction | None = None
    tcp_socket: PortAction | None = None
    grpc: PortAction | None = None
    initial_delay_seconds: int = 0
    period_seconds: int = 0
    timeout_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0
    termination_grace_period_seconds: int | None = None


class Hook(Base, frozen=True):
    """A lifecycle hook's kind; what it runs is not kept."""

    exec: Empty | None = None
    http_get: PortAction | None = None
    tcp_socket: PortAction | None = None
    sleep: Empty | None = None


class Hooks(Base, frozen=True):
    """A container's lifecycle hooks."""

    post_start: Hook | None = None
    pre_stop: Hook | None = None


class Container(Base, frozen=True):
    """A container, init container or ephemeral container, as the spec wants it."""

    name: str = ""
    image: str = ""
    image_pull_policy: str = ""
    restart_policy: str = ""
    restart_policy_rules: tuple[RestartRule, ...] = ()
    ports: tuple[Port, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    resources: Resources = Resources()
    resize_policy: tuple[ResizePolicy, ...] = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Hooks | None = None
    target_container_name: str = ""


class EmptyDir(Base, frozen=True):
    """Scratch space that lives as long as its Pod."""

    medium: str = ""
    size_limit: str = ""


class NamedSource(Base, frozen=True):
    """A volume made from a ConfigMap."""

    name: str = ""
    optional: bool = False


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
    projected: Empty | None = None
    downward_api: Empty | None = None
    csi: CsiSource | None = None
    nfs: NfsSource | None = None
    image: ImageSource | None = None
    iscsi: Empty | None = None
    fc: Empty | None = None


class Toleration(Base, frozen=True):
    """A taint that the Pod puts up with, and for how many seconds."""

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class SchedulingGate(Base, frozen=True):
    """Something that has to be removed before the scheduler looks at the Pod."""

    name: str = ""


class ReadinessGate(Base, frozen=True):
    """A condition that somebody else sets, without which the Pod is not Ready."""

    condition_type: str = ""


class PodSpec(Base, frozen=True):
    """What is wanted."""

    node_name: str = ""
    restart_policy: str = ""
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    priority: int | None = None
    priority_class_name: str = ""
    node_selector: dict[str, str] = {}
    tolerations: tuple[Toleration, ...] = ()
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    readiness_gates: tuple[ReadinessGate, ...] = ()
    host_network: bool = False
    volumes: tuple[Volume, ...] = ()
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()


# ── status ──


class PodCondition(Condition, frozen=True):
    """A Pod's condition; `observed_generation` says of which spec."""

    observed_generation: int = 0


class Waiting(Base, frozen=True):
    """Not running and not ended: something has to happen first."""

    reason: str = ""
    message: str = ""


class Running(Base, frozen=True):
    """The container's process was started."""

    started_at: Time | None = None


class Terminated(Base, frozen=True):
    """The run that `container_id` names is over. The times have whole seconds."""

    exit_code: int = 0
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None
    container_id: str = ""


class ContainerState(Base, frozen=True):
    """One of the three is set; none means waiting without a reason."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Base, frozen=True):
    """What the kubelet says of one container."""

    name: str = ""
    ready: bool = False
    started: bool | None = None
    restart_count: int = 0
    image: str = ""
    image_id: str = ""
    container_id: str = ""
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    resources: Resources | None = None


class PodIP(Base, frozen=True):
    """One of the Pod's addresses (one for each IP family)."""

    ip: str = ""


class PodStatus(Base, frozen=True):
    """What is."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[PodCondition, ...] = ()
    pod_ip: str = ""
    pod_ips: tuple[PodIP, ...] = ()
    host_ip: str = ""
    start_time: Time | None = None
    nominated_node_name: str = ""
    qos_class: str = ""
    observed_generation: int = 0
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Base, frozen=True, tag_field="kind", tag="Pod"):
    """A Pod, as far as podwatch understands it."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()

    def condition(self, type_: str) -> PodCondition | None:
        """The first condition of that type."""
        for condition in self.status.conditions:
            if condition.type == type_:
                return condition
        return None

    def is_true(self, type_: str) -> bool:
        """Whether the condition of that type is there and True."""
        condition = self.condition(type_)
        return condition is not None and condition.status == "True"

    def spec_of(self, name: str) -> Container | None:
        """What is wanted of the container of that name, of whatever sort it is."""
        return next((one for one in self.all_containers() if one.name == name), None)

    def status_of(self, name: str) -> ContainerStatus | None:
        """What the kubelet says of the container of that name, of whatever sort it is."""
        return next((one for one in self.all_statuses() if one.name == name), None)

    def sidecars(self) -> frozenset[str]:
        """The names of the init containers that keep running (restartPolicy Always)."""
        return frozenset(c.name for c in self.spec.init_containers if c.restart_policy == "Always")

    def all_containers(self) -> Iterator[Container]:
        """Init containers, containers, ephemeral containers, in the spec's order."""
        yield from self.spec.init_containers
        yield from self.spec.containers
        yield from self.spec.ephemeral_containers

    def all_statuses(self) -> Iterator[ContainerStatus]:
        """The statuses of init containers, containers and ephemeral containers."""
        yield from self.status.init_container_statuses
        yield from self.status.container_statuses
        yield from self.status.ephemeral_container_statuses
