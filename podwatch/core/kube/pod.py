"""The typed Pod, and what is asked of it most. Source of the names: core/v1 `Pod`."""

from typing import TypeVar

from podwatch.core.kube.container_spec import Container
from podwatch.core.kube.meta import Base, ObjectMeta
from podwatch.core.kube.pod_spec import PodSpec
from podwatch.core.kube.pod_status import ContainerStatus, PodCondition, PodStatus

_Part = TypeVar("_Part", Container, ContainerStatus)


_NO_STATUS = PodStatus()


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

    @property
    def disruption(self) -> str:
        """Why it is being disrupted, as its condition says; empty if it is not."""
        condition = self.condition("DisruptionTarget")
        return condition.reason if condition is not None and condition.status == "True" else ""

    @property
    def has_started(self) -> bool:
        """Whether any of its containers has ever started: it has an id, or a run before this."""
        return any(
            one.container_id or one.last_state.terminated is not None for one in self.all_statuses()
        )

    def spec_of(self, name: str) -> Container | None:
        """What is wanted of the container of that name, of whatever sort it is."""
        return _named(self.all_containers(), name)

    def status_of(self, name: str) -> ContainerStatus | None:
        """What the kubelet says of the container of that name, of whatever sort it is."""
        return _named(self.all_statuses(), name)

    @property
    def event_uids(self) -> tuple[str, ...]:
        """What Events call it by: a static Pod's have its mirror's hash."""
        return tuple(filter(None, (self.metadata.uid, self.metadata.annotations.config_mirror)))

    @property
    def claims(self) -> list[str]:
        """The names of its PersistentVolumeClaims, those that are made for it alone, too.

        https://v1-34.docs.kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming
        """
        made = (volume.name for volume in self.spec.volumes if volume.ephemeral is not None)
        return [*self.spec.claims, *(f"{self.metadata.name}-{volume}" for volume in made)]

    @property
    def is_stored(self) -> bool:
        """Whether an API server has it; a manifest has neither uid nor status."""
        return bool(self.metadata.uid) or self.status != _NO_STATUS

    def sidecars(self) -> frozenset[str]:
        """The names of the init containers that keep running (restartPolicy Always)."""
        return frozenset(c.name for c in self.spec.init_containers if c.restart_policy == "Always")

    def all_containers(self) -> tuple[Container, ...]:
        """Init containers, containers, ephemeral containers, in the spec's order."""
        spec = self.spec
        return (*spec.init_containers, *spec.containers, *spec.ephemeral_containers)

    def all_statuses(self) -> tuple[ContainerStatus, ...]:
        """The statuses of init containers, containers and ephemeral containers."""
        of = self.status
        return (
            *of.init_container_statuses,
            *of.container_statuses,
            *of.ephemeral_container_statuses,
        )


def _named(parts: tuple[_Part, ...], name: str) -> _Part | None:
    for part in parts:
        if part.name == name:
            return part
    return None
