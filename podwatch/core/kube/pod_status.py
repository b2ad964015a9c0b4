"""What is said of a Pod, by the kubelet above all. Source of the names: core/v1 `PodStatus`."""

from msgspec.structs import force_setattr

from podwatch.core.kube.container_spec import Resources
from podwatch.core.kube.meta import Base, Condition, Time


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


_RESIZES = {
    "Deferred": "PodResizePending",
    "Infeasible": "PodResizePending",
    "InProgress": "PodResizeInProgress",
}
"""The condition that says since Kubernetes 1.33 what a word of `status.resize` said before.

What was only Proposed, nobody had looked at yet. `PodResizeStatus` in
https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/api/core/v1/types.go
"""


class PodStatus(Base, frozen=True):
    """What is. What `resize` says is among the conditions, too, where newer versions have it."""

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
    resize: str = ""

    def __post_init__(self) -> None:
        type_ = _RESIZES.get(self.resize)
        if type_ and all(condition.type != type_ for condition in self.conditions):
            reason = self.resize if type_ == "PodResizePending" else ""
            message = f"status.resize is {self.resize}"
            said = PodCondition(type=type_, status="True", reason=reason, message=message)
            force_setattr(self, "conditions", (*self.conditions, said))

    @property
    def is_over(self) -> bool:
        """Whether the Pod has ended: none of its containers runs or starts again."""
        return self.phase in {"Succeeded", "Failed"}
